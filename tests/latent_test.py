# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Ways between points of the latent space."""

from __future__ import annotations

import numpy as np
import pytest

from magenta_vrae import latent


def test_slerp_keeps_to_the_sphere_and_to_its_ends():
  z_0, z_1 = np.array([2.0, 0.0, 0.0]), np.array([0.0, 2.0, 0.0])
  path = [latent.slerp(z_0, z_1, t) for t in (0.0, 1 / 3, 1.0)]
  expected = [z_0, [2 * np.cos(np.pi / 6), 2 * np.sin(np.pi / 6), 0], z_1]
  np.testing.assert_allclose(path, expected, atol=1e-12)


@pytest.mark.parametrize('z_0, z_1', [
  ([1.0, 2.0], [1.0, 2.0]),
  ([1.0, 2.0], [3.0, 6.0]),
  ([1.0, 2.0], [-1.0, -2.0]),
  ([0.0, 0.0], [1.0, 1.0]),
  ([0.0, 0.0], [0.0, 0.0]),
])  # fmt: skip
def test_slerp_of_collinear_points_is_the_straight_line(z_0, z_1):
  z_0, z_1 = np.array(z_0), np.array(z_1)
  for t in (0.0, 0.25, 1.0):
    np.testing.assert_allclose(
      latent.slerp(z_0, z_1, t), (1 - t) * z_0 + t * z_1, atol=1e-6
    )


def test_in_the_plane_a_way_is_straight():
  way = latent.interpolate(np.array([2.0, 0.0]), np.array([0.0, 2.0]), 5)
  expected = [[2, 0], [1.5, 0.5], [1, 1], [0.5, 1.5], [0, 2]]
  np.testing.assert_allclose(way, expected, atol=1e-12)


def test_in_more_dimensions_a_way_keeps_its_distance_from_the_origin():
  z_0, z_1 = np.eye(20)[:2] * 4.0
  way = latent.interpolate(z_0, z_1, 7)
  np.testing.assert_allclose(np.linalg.norm(way, axis=1), 4.0)
  angles = np.arctan2(way[:, 1], way[:, 0])
  np.testing.assert_allclose(angles, np.linspace(0, np.pi / 2, 7), atol=1e-12)


def test_a_path_passes_through_every_point():
  points = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 4.0]])
  way = latent.path(points, 5)
  expected = [[0, 0], [1, 0], [2, 0], [2, 2], [2, 4]]
  np.testing.assert_allclose(way, expected, atol=1e-12)
  np.testing.assert_array_equal(latent.path(points, 1), points[:1])
  np.testing.assert_array_equal(latent.path(points[:1], 3), points[[0, 0, 0]])
