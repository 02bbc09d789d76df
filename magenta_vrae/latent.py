# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Ways between points of the latent space."""

from __future__ import annotations

from typing import Sequence

import numpy as np

# Closer to collinear than this, the sphere's arc is the straight line, or is
# not defined at all; the formula divides by the sine of the angle.
_MIN_SINE = 1e-6


def slerp(z_0: np.ndarray, z_1: np.ndarray, t: float) -> np.ndarray:
  """Spherical linear interpolation, defined for every pair of points.

  Where the angle between the points is 0 or 180 degrees, or a point is the
  origin, it is the straight line.

  Args:
    z_0: Where t is 0, sized `[z_size]`.
    z_1: Where t is 1, sized `[z_size]`.
    t: A scalar.

  Returns:
    A point, sized `[z_size]`.
  """
  norms = np.linalg.norm(z_0) * np.linalg.norm(z_1)
  cosine = np.dot(z_0, z_1) / norms if norms > 0 else 1.0
  omega = np.arccos(np.clip(cosine, -1.0, 1.0))
  sine = np.sin(omega)
  if sine < _MIN_SINE:
    return (1.0 - t) * z_0 + t * z_1
  return (np.sin((1.0 - t) * omega) * z_0 + np.sin(t * omega) * z_1) / sine


def interpolate(z_0: np.ndarray, z_1: np.ndarray, num_steps: int) -> np.ndarray:
  """Evenly spaced points from z_0 to z_1, both included.

  In one and two dimensions they lie on the straight line: the plane is a map,
  and a way across it should look like one. In more, on the arc (`slerp`), which
  keeps to the lengths that points of N(0, I) have.

  Args:
    z_0: Sized `[z_size]`.
    z_1: Sized `[z_size]`.
    num_steps: How many points, two at least.

  Returns:
    Points, sized `[num_steps, z_size]`.
  """
  return path([z_0, z_1], num_steps)


def _between(z_0: np.ndarray, z_1: np.ndarray, t: float) -> np.ndarray:
  if len(z_0) <= 2:
    return (1.0 - t) * z_0 + t * z_1
  return slerp(z_0, z_1, t)


def path(
  points: np.ndarray | Sequence[np.ndarray], num_steps: int
) -> np.ndarray:
  """Evenly spaced points on a way through several, from the first to the last.

  Args:
    points: Sized `[num_points, z_size]`.
    num_steps: How many points to return, one at least.

  Returns:
    Points, sized `[num_steps, z_size]`; from one to the next of `points` they
    lie as `interpolate` puts them.
  """
  points = np.asarray(points)
  legs = len(points) - 1
  steps = []
  for t in np.linspace(0.0, legs, num_steps):
    leg = min(int(t), legs - 1) if legs else 0
    ends = points[leg], points[min(leg + 1, legs)]
    steps.append(_between(*ends, t - leg))
  return np.array(steps)
