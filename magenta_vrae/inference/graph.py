# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A restored model as a TensorFlow graph: any MusicVAE with our converters.

Magenta's own encoders and decoders under a `RollConverter`, parts that others
have written, and checkpoints that only TensorFlow reads. For the VRAE it is the
reference that the NumPy model is held to.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from magenta_vrae import configs
from magenta_vrae.errors import InputError
from magenta_vrae.host import trained_model
from magenta_vrae.inference.restored import BATCH_SIZE
from magenta_vrae.inference.restored import Decoded
from magenta_vrae.inference.restored import Posterior
from magenta_vrae.inference.restored import Restored
from magenta_vrae.model.decoder import VraeDecoder
from magenta_vrae.runs import tensorflow_path


class RestoredGraph(Restored):
  """A MusicVAE in TensorFlow, through Magenta's `TrainedModel`.

  Args and errors as in `numpy_model.RestoredVrae`.
  """

  def __init__(
    self, config: Any, checkpoint_path: str, batch_size: int = BATCH_SIZE
  ) -> None:
    self._config = config = copy.deepcopy(configs.of_preset(config))
    self.hparams = config.hparams
    self.data_converter = config.data_converter
    self._path, self._batch_size = checkpoint_path, batch_size
    self._models: dict[tuple, Any] = {}
    self._is_vrae_decoder = isinstance(config.model.decoder, VraeDecoder)

  def posterior(
    self, frames: np.ndarray, lengths: np.ndarray | None = None
  ) -> Posterior:
    n, T = frames.shape[:2]
    lengths = np.full(n, T) if lengths is None else np.asarray(lengths)
    if not n:
      none = np.zeros([0, self.hparams.z_size], np.float32)
      return Posterior(none, none)
    windows = [x[:length] for x, length in zip(frames, lengths)]
    _, mu, sigma = self._model().encode_tensors(windows, list(lengths))
    return Posterior(mu, sigma)

  def decode(
    self,
    z: np.ndarray,
    num_frames: int | None = None,
    temperature: float = 1.0,
    sampling: str | None = None,
    threshold: float | None = None,
    rng: np.random.RandomState | None = None,
  ) -> Decoded:
    num_frames = num_frames or self.data_converter.window_frames
    seed = None if rng is None else int(rng.randint(2**31 - 1))
    asked = {'sampling': sampling, 'threshold': threshold, 'seed': seed}
    if not self._is_vrae_decoder:
      asked = {}  # Other decoders know none of these.
    model = self._model(**{k: v for k, v in asked.items() if v is not None})
    z = np.asarray(z, np.float32)
    if self._is_vrae_decoder:
      results = model.decode_to_tensors(
        z, num_frames, temperature, return_full_results=True
      )
      # Outputs and samples of every batch in turn, the last one filled up.
      return Decoded(
        np.concatenate(results[::2])[: len(z)],
        np.concatenate(results[1::2])[: len(z)],
      )
    samples = np.array(model.decode_to_tensors(z, num_frames, temperature))
    return Decoded(samples, samples)

  def log_likelihood(
    self,
    frames: np.ndarray,
    z: np.ndarray,
    rng: np.random.RandomState | None = None,
  ) -> np.ndarray:
    B = self._batch_size
    frames = np.broadcast_to(frames, [len(z), *frames.shape[1:]])
    n, T, depth = frames.shape
    config = copy.deepcopy(self._config)
    config.hparams.batch_size = B
    with tf.Graph().as_default(), tf.Session() as session:
      if rng is not None:
        tf.set_random_seed(int(rng.randint(2**31 - 1)))
      model = config.model
      model.build(config.hparams, depth, is_training=False)
      x = tf.placeholder(tf.float32, [B, T, depth])
      z_given = tf.placeholder(tf.float32, [B, config.hparams.z_size])
      r_loss = model.decoder.reconstruction_loss(
        tf.pad(x[:, :-1], [(0, 0), (1, 0), (0, 0)]), x, tf.fill([B], T), z_given
      )[0]
      saver = tf.train.Saver(tf.trainable_variables())
      with tensorflow_path.literal(self._path) as path:
        _restore(saver, session, path)
      # The last batch is filled up; what the filling gives is cut off again.
      filling = (0, -n % B)
      x_filled = np.pad(frames, [filling, (0, 0), (0, 0)])
      z_filled = np.pad(z, [filling, (0, 0)])
      losses = [
        session.run(
          r_loss, {x: x_filled[i : i + B], z_given: z_filled[i : i + B]}
        )
        for i in range(0, n, B)
      ]
    return -np.concatenate([*losses, np.zeros([0])])[:n].astype(np.float64)

  def _model(self, **sample_kwargs: Any) -> Any:
    """A `TrainedModel`; kept, unless it was seeded."""
    key = tuple(sorted(sample_kwargs.items()))
    if key in self._models:
      return self._models[key]
    try:
      with tensorflow_path.literal(self._path) as path:
        model = trained_model.TrainedModel(
          copy.deepcopy(self._config),
          self._batch_size,
          path,
          **sample_kwargs,
        )
    except (tf.errors.InvalidArgumentError, tf.errors.NotFoundError) as e:
      raise _not_of_config(e) from e
    if 'seed' not in sample_kwargs:
      self._models[key] = model
    return model


def _restore(saver: Any, session: Any, path: str) -> None:
  try:
    saver.restore(session, path)
  except (tf.errors.InvalidArgumentError, tf.errors.NotFoundError) as e:
    raise _not_of_config(e) from e


def _not_of_config(error: Exception) -> Exception:
  """The `InputError` of a checkpoint of another model; else the error."""
  if 'Restoring from checkpoint failed' not in str(error):
    return error
  return InputError(
    'the checkpoint is not of this config with these --hparams and '
    '--converter; give those it was trained with'
  )
