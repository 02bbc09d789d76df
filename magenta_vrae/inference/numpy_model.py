# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A restored VRAE without TensorFlow: weights read, equations run by NumPy."""

from __future__ import annotations

import copy
from typing import Any
from typing import Callable

import numpy as np

from magenta_vrae.errors import InputError
from magenta_vrae.inference import batches
from magenta_vrae.inference import emission
from magenta_vrae.inference import numpy_vrae
from magenta_vrae.inference.numpy_autoregressive import NumpyAutoregressive
from magenta_vrae.inference.prior import Prior
from magenta_vrae.inference.prior import Shifts
from magenta_vrae.inference.prior import Standard
from magenta_vrae.inference.restored import BATCH_SIZE
from magenta_vrae.inference.restored import Decoded
from magenta_vrae.inference.restored import Posterior
from magenta_vrae.inference.restored import Restored
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
    autoregressive: The recurrence that is told the frames, or None.

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
    self.autoregressive = None
    if vrae_hparams.is_autoregressive(self.hparams):
      self.autoregressive = NumpyAutoregressive(
        self.hparams, depth, self.weights
      )

  def as_full_as(self, prior: Prior | Standard | Shifts) -> RestoredVrae:
    """This model with a prior's shifts in its weights, to draw with.

    Bounds and likelihoods are those of the weights that were trained.
    """
    if self.autoregressive is None:
      return self
    other = copy.copy(self)
    other.weights = prior.as_full(self.weights)
    other.autoregressive = NumpyAutoregressive(
      self.hparams, self.data_converter.depth, other.weights
    )
    return other

  def posterior(
    self, frames: np.ndarray, lengths: np.ndarray | None = None
  ) -> Posterior:
    n, T = frames.shape[:2]
    lengths = np.full(n, T) if lengths is None else np.asarray(lengths)
    parts = self._in_batches(
      self._vrae.posterior, frames, lengths, in_any_order=True
    )
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
    num_frames = num_frames or self.data_converter.window_frames
    emit = emission.Emission(
      sampling or hparams.sampling,
      hparams.threshold if threshold is None else threshold,
      temperature,
      rng or np.random.RandomState(),
    )

    def decode_batch(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
      if self.autoregressive:
        free = self.free_logits(z, num_frames)
        told = self.autoregressive
        _, _, frames = told.play(told.begin(z), told.prepare(free, z), emit)
        return numpy_vrae.sigm(free), frames
      if hparams.feedback == 'output':
        logits = self.free_logits(z, num_frames)
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
      if self.autoregressive:
        free, _ = self._vrae.logits(z, frames.shape[1])
        told = self.autoregressive
        _, logits = told.tell(told.begin(z), told.prepare(free, z), frames)
      elif feedback == 'teacher':
        logits = self._vrae.logits_told(z, frames)
      else:
        feed = draw if feedback == 'sample' else numpy_vrae.sigm
        logits, _ = self._vrae.logits(z, frames.shape[1], feed)
      # log sigm(l) where a note sounds, log sigm(-l) where none does.
      signed = np.where(frames, logits, -logits)
      return (-np.logaddexp(0.0, -signed).sum(axis=(1, 2), dtype=np.float64),)

    z = np.asarray(z, np.float32)
    is_exact = self.autoregressive is not None or feedback != 'sample'
    if len(frames) == 1:
      parts = self._in_batches(
        lambda z: of_batch(frames, z), z, in_any_order=is_exact
      )
    else:
      parts = self._in_batches(of_batch, frames, z, in_any_order=is_exact)
    return parts[0] if parts else np.zeros([0])

  def free_logits(self, z: np.ndarray, num_frames: int) -> np.ndarray:
    """The logits of the paper's decoder, sized `[n, num_frames, depth]`."""
    z = np.asarray(z, np.float32)
    parts = batches.by_rows(
      lambda rows: self._vrae.logits(z[rows], num_frames)[:1], len(z)
    )
    return np.concatenate([logits for (logits,) in parts])

  def _in_batches(
    self,
    function: Callable[..., tuple],
    *arrays: np.ndarray,
    in_any_order: bool = False,
  ) -> list[np.ndarray]:
    return batches.over(function, arrays, self._batch_size, in_any_order)

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
          f'the checkpoint {checkpoint_path!r} has {name} sized {has}, but the '
          f'config makes it {list(shape)}; give the config, hparams and '
          'converter it was trained with'
        )
    return {
      name: np.asarray(reader.tensor(name), np.float32) for name in shapes
    }
  except tensor_bundle.DamagedBundle as e:
    raise InputError(
      f'the checkpoint {checkpoint_path!r} is damaged ({e}); train on, or give '
      'another run'
    ) from e
