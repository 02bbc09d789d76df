# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Ways between points of the latent space."""

from __future__ import annotations

import numpy as np

# Closer to collinear than this, the sphere's arc is the straight line, or is
# not defined at all; the formula divides by the sine of the angle.
_MIN_SINE = 1e-6


def slerp(z_0, z_1, t):
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
