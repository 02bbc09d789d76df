# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""A small latent space in the large one of a trained VRAE, by some music.

Windows of the music have means mu, vectors of Z numbers. Probabilistic PCA
(Tipping & Bishop 1999, "Probabilistic Principal Component Analysis") says them
with k numbers z' ~ N(0, I):

    mu = b + A z' + eps,   eps ~ N(0, s2 I)
    A = V sqrt(lambda - s2)

b is the mean of all mu; the columns of V are the k directions in which they
vary most, lambda their variances there, and s2 the mean variance in the other
Z - k directions. What z' was is then known as

    q(z'|mu) = N(M^T (mu - b), s2 / lambda),   M = A (A^T A + s2 I)^-1

whose covariance is diagonal, as A^T A + s2 I is diag(lambda).

A VRAE meets z in linear maps alone, so that one with z = b + A z' is a VRAE
with a z of k numbers. With vectors as rows, as in weights.py:

    W_z' = A^T W_z        b_z' = b_z + b W_z
    W_zx' = A^T W_zx      b_dec' = b_dec + b W_zx
    W_mu' = W_mu M        b_mu' = (b_mu - b) M
    W_sigma' = 0          b_sigma' = log sqrt(s2 / lambda)

and likewise for the weights of the second recurrence. All others stay. A small
space over the one of a trained model is the idea of Dinculescu, Engel & Roberts
2019, "MidiMe: Personalizing a MusicVAE model with user data"; they train a
second VAE for it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from magenta_vrae.errors import InputError
from magenta_vrae.inference.numpy_vrae import Weights

# s2 is at least this share of the largest variance: few windows, or ones that
# lie in a plane, leave nothing else in the other directions.
_LEAST_NOISE = 1e-3
# Means that differ by no more than this are one.
_SAME = 1e-5

# Of the decoder: the weights of z, and the bias that has its constant part.
_MEETING_Z = (
  ('decoder/W_z', 'decoder/b_z'),
  ('decoder/W_zx', 'decoder/b_dec'),
  ('decoder/ar_W_z', 'decoder/ar_b_z'),
  ('decoder/ar_W_zx', 'decoder/ar_b_dec'),
)


class SmallSpace(NamedTuple):
  """Where a z' of k numbers lies among z of Z numbers, in float64.

  Attributes:
    origin: b, sized `[Z]`.
    axes: A, sized `[Z, k]`; its columns are orthogonal.
    noise: s2, a number above 0.
    share: Share of the means' variance that lies in the k directions.
  """

  origin: np.ndarray
  axes: np.ndarray
  noise: float
  share: float

  @property
  def _variances(self) -> np.ndarray:
    """Lambda, sized `[k]`: the diagonal of A^T A + s2 I."""
    return np.sum(self.axes**2, axis=0) + self.noise

  @property
  def to_small(self) -> np.ndarray:
    """M, sized `[Z, k]`: the mean of z' is (mu - b) M."""
    return self.axes / self._variances

  @property
  def sigma(self) -> np.ndarray:
    """The standard deviations of q(z'|mu), sized `[k]`."""
    return np.sqrt(self.noise / self._variances)

  def to_large(self, z: np.ndarray) -> np.ndarray:
    """B + A z' of points sized `[n, k]`; sized `[n, Z]`."""
    return self.origin + z @ self.axes.T


def fit(means: np.ndarray, size: int) -> SmallSpace:
  """Fits a small space to the means of windows, as by maximum likelihood.

  Args:
    means: mu of the windows, sized `[num_windows, Z]`.
    size: k, from 1 to Z.

  Returns:
    A `SmallSpace`. Where the means lie in fewer than k directions, the last
    columns of A are 0.

  Raises:
    InputError: If k is out of its range, or all means are one.
  """
  mu = np.asarray(means, np.float64)
  N, Z = mu.shape
  if not 1 <= size <= Z:
    raise InputError(f'z_size is {size}; give 1 to {Z}, what the model has')
  origin = mu.mean(axis=0)
  if np.abs(mu - origin).max() <= _SAME:
    raise InputError(
      f'the music makes {N} windows, which are all alike; give longer music, '
      'or more of it'
    )
  variances, directions = np.linalg.eigh((mu - origin).T @ (mu - origin) / N)
  # eigh has the smallest first.
  variances = np.maximum(variances[::-1], 0.0)
  directions = directions[:, ::-1][:, :size]
  # Either direction of an axis is as good; the same one each time.
  largest = np.argmax(np.abs(directions), axis=0)
  directions = directions * np.sign(directions[largest, np.arange(size)])
  kept, others = variances[:size], variances[size:]
  noise = max(
    float(others.mean()) if len(others) else 0.0, _LEAST_NOISE * variances[0]
  )
  lengths = np.sqrt(np.maximum(kept - noise, 0.0))
  share = float(kept.sum() / variances.sum())
  return SmallSpace(origin, directions * lengths, noise, share)


def fold(weights: Weights, space: SmallSpace) -> Weights:
  """The weights of the VRAE whose z is the small space's.

  Args:
    weights: Those of the VRAE with the large z, by name.
    space: A `SmallSpace` of its z.

  Returns:
    The same names with arrays of float32; `weights` is not changed.
  """
  folded = dict(weights)
  for W, bias in _MEETING_Z:
    if W in weights:
      large = weights[W].astype(np.float64)
      folded[W] = space.axes.T @ large
      folded[bias] = weights[bias] + space.origin @ large
  folded['encoder/W_mu'] = weights['encoder/W_mu'] @ space.to_small
  folded['encoder/b_mu'] = (
    weights['encoder/b_mu'] - space.origin
  ) @ space.to_small
  folded['encoder/W_sigma'] = np.zeros_like(folded['encoder/W_mu'])
  folded['encoder/b_sigma'] = np.log(space.sigma)
  return {name: value.astype(np.float32) for name, value in folded.items()}
