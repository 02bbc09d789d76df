# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The map of a latent space: z -> a point of a plane, and a point -> z.

    to_map    p = B (z - m)
    from_map  z = m + B' p + lent(p)

Of two latent dimensions the map is the space itself: m = 0, B = I, nothing is
lent. Of more, m is the windows' mean and the rows of B are the two orthonormal
directions in which they spread most (principal components). A point of that
plane alone would lack all the rest of what makes a window. So the windows near
it lend theirs: r_i = (z_i - m) - B' B (z_i - m), what the projection drops of
window i,

    lent(p) = exp(-(d_min / reach)^2) sum_i w_i r_i / sum_i w_i,
    w_i = 1 / (d_i^2 + (reach / 1000)^2)^2

over the `NUM_LENDERS` windows nearest to p, at distances d_i. At a window's
point z is that window's mean, or all but; far from all of them it is the plane.
Since B r_i = 0, `to_map` of `from_map` of p is p.
"""

from __future__ import annotations

import numpy as np

NUM_LENDERS = 8

# How far a window's part beyond the plane reaches, of the map's longer side.
_REACH = 0.05


class Projection:
  """The map of a set of windows.

  Args:
    means: Posterior means of the windows, sized `[num_windows, z_size]`.

  Attributes:
    kind: 'plane' for two latent dimensions or one, else 'pca'.
    mean: m, sized `[z_size]`.
    basis: B, sized `[2, z_size]`.
    share: Share of the windows' variance that the map shows, 0.0 to 1.0.
    points: Where the windows are, sized `[num_windows, 2]`.
    reach: In the map's units.
  """

  def __init__(self, means: np.ndarray) -> None:
    means = np.asarray(means, np.float64)
    n, z_size = means.shape
    self._means = means
    if z_size <= 2:
      self.kind, self.share = 'plane', 1.0
      self.mean, self.basis = np.zeros(z_size), np.eye(2, z_size)
    else:
      self.kind = 'pca'
      self.mean = means.mean(axis=0)
      centered = means - self.mean
      # Of the covariance, so that many windows cost no more than few.
      variances, directions = np.linalg.eigh(centered.T @ centered / n)
      self.basis = directions.T[:-3:-1].copy()
      # An eigenvector's sign is arbitrary; its largest part is made positive.
      largest = np.argmax(np.abs(self.basis), axis=1)
      self.basis *= np.sign(self.basis[[0, 1], largest])[:, np.newaxis]
      total = variances.sum()
      self.share = float(variances[-2:].sum() / total) if total > 0 else 1.0
    self.points = self.to_map(means)
    spread = np.ptp(self.points, axis=0).max()
    self.reach = float(_REACH * spread) or 1.0

  def to_map(self, z: np.ndarray) -> np.ndarray:
    """Points of latent vectors: `[n, z_size]` -> `[n, 2]`."""
    return (np.asarray(z) - self.mean) @ self.basis.T

  def from_map(self, points: np.ndarray) -> np.ndarray:
    """Latent vectors of points: `[n, 2]` -> `[n, z_size]`."""
    points = np.asarray(points, np.float64)
    z = self.mean + points @ self.basis
    if self.kind == 'plane':
      return z
    # One point at a time: all distances at once would not fit in memory.
    return z + np.array([self._lent(p) for p in points])

  def _lent(self, point: np.ndarray) -> np.ndarray:
    squared = np.sum((self.points - point) ** 2, axis=1)
    k = min(NUM_LENDERS, len(squared))
    nearest = np.argpartition(squared, k - 1)[:k]
    squared = squared[nearest]
    w = 1.0 / (squared + (self.reach / 1000.0) ** 2) ** 2
    centered = self._means[nearest] - self.mean
    rest = centered - self.points[nearest] @ self.basis
    fade = np.exp(-squared.min() / self.reach**2)
    return fade * (w @ rest) / w.sum()
