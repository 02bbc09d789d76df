# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The map that is played on: x and y from 0 to 1 <-> z.

It is the map of vrae_explore (explorer/projection.py), with the left, right,
lower and upper edge at the outermost windows of the model's music. A model that
brings no map along has the codes of its prior. One that has neither has the
plane of the first two numbers of z.
"""

from __future__ import annotations

import os

import numpy as np

from magenta_vrae.explorer import own_map
from magenta_vrae.explorer import projection
from magenta_vrae.inference import prior as prior_lib

# Without a map: N(0, I) has 98 of 100 of its numbers within.
_EDGE = 2.5


class FirstTwo:
  """The plane of the first two numbers of z, as a `Projection` is asked.

  Args:
    z_size: Numbers in z; the second is 0 where there is none.

  Attributes:
    points: Two corners, sized `[2, 2]`.
  """

  def __init__(self, z_size: int) -> None:
    self._basis = np.eye(2, z_size)
    self.points = np.array([[-_EDGE, -_EDGE], [_EDGE, _EDGE]])

  def to_map(self, z: np.ndarray) -> np.ndarray:
    """Points of latent vectors: `[n, z_size]` -> `[n, 2]`."""
    return np.asarray(z) @ self._basis.T

  def from_map(self, points: np.ndarray) -> np.ndarray:
    """Latent vectors of points: `[n, 2]` -> `[n, z_size]`."""
    return points @ self._basis


class Places:
  """Places of a map, and their z.

  Args:
    whole_map: The map.
  """

  def __init__(self, whole_map: projection.Projection | FirstTwo) -> None:
    self._map = whole_map
    points = whole_map.points
    self._low = points.min(axis=0)
    span = points.max(axis=0) - self._low
    self._span = np.where(span > 0.0, span, 1.0)

  def z(self, x: float, y: float) -> np.ndarray:
    """The z of a place, sized `[1, z_size]`, float32."""
    point = self._low + self._span * np.array([[x, y]])
    return self._map.from_map(point).astype(np.float32)

  def xy(self, z: np.ndarray) -> tuple[float, float]:
    """The place of a z, sized `[1, z_size]`; it may lie beyond the edges."""
    x, y = ((self._map.to_map(z)[0] - self._low) / self._span).tolist()
    return x, y


def of_model(
  checkpoint: str, prior: prior_lib.Prior | prior_lib.Standard
) -> Places:
  """The map of a model.

  Args:
    checkpoint: Its checkpoint without an ending.
    prior: What its z is drawn from.

  Raises:
    InputError: If the map that it brings along is damaged.
  """
  windows = own_map.load(os.path.dirname(checkpoint), prior.z_size)
  if windows is not None:
    return Places(projection.Projection(windows.means))
  if isinstance(prior, prior_lib.Prior) and len(prior.codes):
    return Places(projection.Projection(prior.codes))
  return Places(FirstTwo(prior.z_size))
