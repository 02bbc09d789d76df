# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""One restored model: what a checkpoint says of windows and of points z.

`restore` gives what interface.py describes, and chooses how it is computed. A
VRAE is computed by NumPy (numpy_vrae.py) from weights that are read out of the
checkpoint. Any other MusicVAE with one of our data converters, and a checkpoint
of a kind that only TensorFlow reads, is computed by its graph (graph.py).
"""

from __future__ import annotations

import sys
from typing import Any
from typing import Callable

import numpy as np

from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.inference import numpy_vrae
from magenta_vrae.inference.interface import BATCH_SIZE
from magenta_vrae.inference.interface import Decoded
from magenta_vrae.inference.interface import Posterior
from magenta_vrae.inference.interface import Restored
from magenta_vrae.model import hparams as vrae_hparams
from magenta_vrae.runs import tensor_bundle


class RestoredVrae(Restored):
  """A VRAE in NumPy.

  Args:
    config: A `Preset`, or a `Config` of a VRAE with a `RollConverter`.
    checkpoint_path: A checkpoint without its ending.
    batch_size: Windows or points at once.

  Attributes:
    weights: The weights of encoder and decoder by name.

  Raises:
    InputError: If the checkpoint is damaged or of another model.
    tensor_bundle.UnsupportedBundle: If only TensorFlow can read it.
  """

  def __init__(
    self, config: Any, checkpoint_path: str, batch_size: int = BATCH_SIZE
  ) -> None:
    self.hparams = config.hparams
    self.data_converter = config.data_converter
    self._batch_size = batch_size
    depth = self.data_converter.depth
    shapes = numpy_vrae.NumpyVrae.shapes(self.hparams, depth)
    self.weights = read_weights(checkpoint_path, shapes)
    self._vrae = numpy_vrae.NumpyVrae(self.hparams, depth, self.weights)

  def posterior(
    self, frames: np.ndarray, lengths: np.ndarray | None = None
  ) -> Posterior:
    n, T = frames.shape[:2]
    lengths = np.full(n, T) if lengths is None else np.asarray(lengths)
    parts = self._in_batches(self._vrae.posterior, frames, lengths)
    return Posterior(*parts) if parts else Posterior(*2 * [self._no_z()])

  def decode(
    self,
    z: np.ndarray,
    num_frames: int | None = None,
    temperature: float = 1.0,
    sampling: str | None = None,
    threshold: float | None = None,
    rng: np.random.RandomState | None = None,
  ) -> Decoded:
    hparams = self.hparams
    sampling = sampling or hparams.sampling
    vrae_hparams.check_sampling(sampling)
    threshold = hparams.threshold if threshold is None else threshold
    num_frames = num_frames or self.data_converter.window_frames
    rng = rng or np.random.RandomState()

    def emit(logits: np.ndarray) -> np.ndarray:
      p = numpy_vrae.probabilities(logits, temperature)
      least = (
        rng.random_sample(p.shape) if sampling == 'bernoulli' else threshold
      )
      # A draw is below 1, and a note that is certain sounds.
      sounds = p > least if sampling == 'bernoulli' else p >= least
      return sounds.astype(np.float32)

    def decode_batch(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
      if hparams.feedback == 'output':
        logits, _ = self._vrae.logits(z, num_frames)
        return numpy_vrae.sigm(logits), emit(logits)
      logits, fed = self._vrae.logits(z, num_frames, emit)
      return numpy_vrae.sigm(logits), fed

    parts = self._in_batches(decode_batch, np.asarray(z, np.float32))
    none = np.zeros([0, num_frames, self.data_converter.depth], np.float32)
    return Decoded(*parts) if parts else Decoded(none, none)

  def log_likelihood(
    self,
    frames: np.ndarray,
    z: np.ndarray,
    rng: np.random.RandomState | None = None,
  ) -> np.ndarray:
    feedback = self.hparams.feedback
    rng = rng or np.random.RandomState()

    def draw(logits: np.ndarray) -> np.ndarray:
      p = numpy_vrae.sigm(logits)
      return (rng.random_sample(p.shape) < p).astype(np.float32)

    def of_batch(frames: np.ndarray, z: np.ndarray) -> tuple[np.ndarray]:
      if feedback == 'teacher':
        logits = self._vrae.logits_told(z, frames)
      else:
        feed = draw if feedback == 'sample' else numpy_vrae.sigm
        logits, _ = self._vrae.logits(z, frames.shape[1], feed)
      # log sigm(l) where a note sounds, log sigm(-l) where none does.
      signed = np.where(frames, logits, -logits)
      return (-np.logaddexp(0.0, -signed).sum(axis=(1, 2), dtype=np.float64),)

    parts = self._in_batches(of_batch, frames, np.asarray(z, np.float32))
    return parts[0] if parts else np.zeros([0])

  def _in_batches(
    self, function: Callable[..., tuple], *arrays: np.ndarray
  ) -> list[np.ndarray]:
    """A function's results over batches of arrays, joined; [] of nothing."""
    B = self._batch_size
    batches = [
      function(*(array[start : start + B] for array in arrays))
      for start in range(0, len(arrays[0]), B)
    ]
    return [np.concatenate(parts) for parts in zip(*batches)]

  def _no_z(self) -> np.ndarray:
    return np.zeros([0, self.hparams.z_size], np.float32)


def read_weights(
  checkpoint_path: str, shapes: dict[str, list[int]]
) -> numpy_vrae.Weights:
  """Reads the weights of a model out of a checkpoint.

  Args:
    checkpoint_path: The checkpoint without its ending.
    shapes: The shape of each, by name.

  Raises:
    InputError: If it is damaged, or has not these weights.
    tensor_bundle.UnsupportedBundle: If only TensorFlow can read it.
  """
  try:
    reader = tensor_bundle.Reader(checkpoint_path)
    for name, shape in shapes.items():
      found = reader.shapes.get(name)
      if found is None or list(found.shape) != list(shape):
        has = 'nothing' if found is None else list(found.shape)
        raise InputError(
          f'the checkpoint has {name} sized {has}, but these settings need '
          f'{list(shape)}; give the --config, --hparams and --converter that '
          'it was trained with'
        )
    return {
      name: np.asarray(reader.tensor(name), np.float32) for name in shapes
    }
  except tensor_bundle.DamagedBundle as e:
    raise InputError(
      f'the checkpoint {checkpoint_path!r} is damaged ({e}); train on, or give '
      'another run'
    ) from e


def restore(
  config: Any, checkpoint_path: str, batch_size: int = BATCH_SIZE
) -> Restored:
  """Restores a model.

  Args:
    config: A `Preset`, or a `Config` with a `RollConverter`. It is not changed.
    checkpoint_path: A checkpoint without its ending.
    batch_size: Windows or points at once.

  Raises:
    InputError: If the config has one of Magenta's own converters, or the
      checkpoint is damaged or of another model.
  """
  converter = config.data_converter
  if not isinstance(converter, RollConverter):
    raise InputError(
      "this is for models with one of this package's data converters, but this "
      f'config has {type(converter).__name__}'
    )
  if is_vrae(config):
    try:
      return RestoredVrae(config, checkpoint_path, batch_size)
    except tensor_bundle.UnsupportedBundle as e:
      print(
        f'the checkpoint is read by TensorFlow, which takes longer: {e}',
        file=sys.stderr,
      )
  from magenta_vrae.inference import graph  # It loads TensorFlow.

  return graph.RestoredGraph(config, checkpoint_path, batch_size)


def is_vrae(config: Any) -> bool:
  """Whether a config's model is the VRAE with its own encoder and decoder."""
  model = getattr(config, 'model', None)
  if model is None:  # A preset of the catalogue.
    return True
  from magenta_vrae.model.decoder import VraeDecoder
  from magenta_vrae.model.encoder import VraeEncoder
  from magenta_vrae.model.vrae import VRAE

  # The classes themselves: what inherits from them may compute otherwise.
  return (type(model), type(model.encoder), type(model.decoder)) == (
    VRAE,
    VraeEncoder,
    VraeDecoder,
  )
