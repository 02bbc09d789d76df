# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The figures draw the data they are given."""

from __future__ import annotations

import numpy as np

from magenta_vrae import figures


def test_latent_plane_draws_every_window_under_its_song(tmp_path):
  mu = np.random.RandomState(0).normal(size=[10, 2])
  songs = ['<b>one</b>'] * 4 + ['two'] * 6
  figure = figures.latent_plane(mu, songs, 'A title')
  one, two = figure.axes[0].collections
  np.testing.assert_array_equal(one.get_offsets(), mu[:4])
  np.testing.assert_array_equal(two.get_offsets(), mu[4:])
  assert [one.get_label(), two.get_label()] == ['<b>one</b> (4)', 'two (6)']
  assert figure.get_suptitle() == 'A title'
  figures.save(figure, str(tmp_path / 'plane.png'))
  assert (tmp_path / 'plane.png').read_bytes().startswith(b'\x89PNG')


def test_rolls_draws_each_roll_with_time_in_seconds():
  rolls = np.random.RandomState(0).rand(4, 20, 3)
  figure = figures.rolls(
    [(str(i), roll) for i, roll in enumerate(rolls)], [59, 60, 61], 10, 'Rolls'
  )
  panels = [axes for axes in figure.axes if axes.get_title(loc='left')]
  assert len(panels) == 4
  for axes, roll in zip(panels, rolls):
    (mesh,) = axes.collections
    drawn = np.ma.filled(mesh.get_array(), 0.0).reshape(3, 20)
    np.testing.assert_allclose(drawn, np.where(roll.T < 0.01, 0, roll.T))
    assert mesh.get_coordinates()[0, -1, 0] == 2.0
  # The axes are shared, and labelled where the row begins.
  assert [t.get_text() for t in panels[0].get_yticklabels()] == ['C4']
