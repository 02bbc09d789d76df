# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""One restored model: what a checkpoint says of windows and of points z.

Features, music, figures, evaluation and the page ask a `Restored` model, which
`loading.restore` makes. There are two kinds:

  numpy_model   A VRAE: NumPy runs the equations (numpy_vrae.py), with weights
                read out of the checkpoint.
  graph         Any other MusicVAE with one of our data converters, and any
                checkpoint that only TensorFlow can read: TensorFlow's graph.
"""

from __future__ import annotations

import abc
from typing import Any
from typing import NamedTuple

import numpy as np

from magenta_vrae.data.rolls import RollConverter

# Windows or points at once, where nothing else is said.
BATCH_SIZE = 256


class Posterior(NamedTuple):
  """q(z|x) = N(mu, diag(sigma^2)) of windows.

  Attributes:
    mu: Means, float32, sized `[num_windows, z_size]`.
    sigma: Standard deviations, of the same size.
  """

  mu: np.ndarray
  sigma: np.ndarray


class Decoded(NamedTuple):
  """What the decoder makes of points.

  Attributes:
    outputs: sigm(W_out h_t + b_out), sized `[n, num_frames, depth]`.
    samples: The frames made of them, zeros and ones, of the same size.
  """

  outputs: np.ndarray
  samples: np.ndarray


class Restored(abc.ABC):
  """A trained model, asked in batches.

  Attributes:
    hparams: Its hparams.
    data_converter: The `RollConverter` of its windows.
  """

  hparams: Any
  data_converter: RollConverter

  @abc.abstractmethod
  def posterior(
    self, frames: np.ndarray, lengths: np.ndarray | None = None
  ) -> Posterior:
    """The posteriors of windows.

    Args:
      frames: Windows, sized `[num_windows, T, depth]`.
      lengths: (Optional) Valid frames of each, sized `[num_windows]`.
    """

  @abc.abstractmethod
  def decode(
    self,
    z: np.ndarray,
    num_frames: int | None = None,
    temperature: float = 1.0,
    sampling: str | None = None,
    threshold: float | None = None,
    rng: np.random.RandomState | None = None,
  ) -> Decoded:
    """Outputs and frames of points.

    Args:
      z: Latent vectors, sized `[n, z_size]`.
      num_frames: Frames to decode; those of a window by default.
      temperature: The logits are divided by it before frames are made.
      sampling: How; the hparam by default.
      threshold: The output from which on a note sounds, 0 to 1; the hparam by
        default.
      rng: (Optional) Of the draws.

    Raises:
      InputError: If `sampling` is unknown, or `threshold` is out of its range.
    """

  @abc.abstractmethod
  def log_likelihood(
    self,
    frames: np.ndarray,
    z: np.ndarray,
    rng: np.random.RandomState | None = None,
  ) -> np.ndarray:
    """Log p(x|z) of each window at its z, in nats.

    Args:
      frames: Windows, sized `[n, T, depth]`, or `[1, T, depth]`: one at each z.
      z: Latent vectors, sized `[n, z_size]`.
      rng: (Optional) Of the draws of feedback 'sample'.

    Returns:
      A float for each window, float64, sized `[n]`.
    """

  def outputs(self, z: np.ndarray, num_frames: int | None = None) -> np.ndarray:
    """The decoder's outputs alone, sized `[n, num_frames, depth]`."""
    return self.decode(z, num_frames).outputs
