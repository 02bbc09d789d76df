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
  assert [text.get_text() for text in figure.texts] == ['A title']
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


def test_bound_over_epochs_cuts_the_first():
  epochs = np.arange(30.0)
  figure = figures.bound_over_epochs(
    [('training', epochs, -epochs), ('held out', [5, 15, 25], [-9, -8, -7])],
    'Bound',
    first_epoch=10,
  )
  training, held_out = figure.axes[0].get_lines()
  np.testing.assert_array_equal(training.get_xdata(), np.arange(10, 30))
  np.testing.assert_array_equal(training.get_ydata(), -np.arange(10, 30))
  np.testing.assert_array_equal(held_out.get_xydata(), [[15, -8], [25, -7]])
  assert 'nats per time step' in figure.axes[0].get_ylabel()


def test_bound_over_epochs_shows_many_points_by_their_mean():
  epochs = np.arange(120.0)
  bounds = np.random.RandomState(0).normal(size=120)
  figure = figures.bound_over_epochs([('training', epochs, bounds)], 'Bound')
  points, mean = figure.axes[0].get_lines()
  np.testing.assert_array_equal(points.get_ydata(), bounds)
  # Four at a time: the first at epochs 0 to 3, the last at 116 to 119.
  np.testing.assert_allclose(
    mean.get_ydata()[[0, -1]], [bounds[:4].mean(), bounds[-4:].mean()]
  )
  np.testing.assert_allclose(mean.get_xdata()[[0, -1]], [1.5, 117.5])
  assert mean.get_label() == 'training, and their mean over 4'


def test_decoded_plane_has_each_point_in_its_place():
  z_1, z_2 = np.array([-1.0, 0.0, 1.0]), np.array([-2.0, 2.0])
  outputs = np.random.RandomState(0).rand(2, 3, 5, 4)
  figure = figures.decoded_plane(z_1, z_2, outputs, 'Plane')
  axes = figure.axes[0]
  drawn = np.ma.filled(axes.get_images()[0].get_array(), np.nan)
  assert drawn.shape == (2 * (4 + 1), 3 * (5 + 1))
  # z = (1, -2) is in the right column and the lower row; low pitches are below.
  tile = drawn[5:9, 12:17]
  np.testing.assert_array_equal(tile, outputs[0, 2].T[::-1])
  assert [t.get_text() for t in axes.get_xticklabels()] == [
    '-1.0',
    '0.0',
    '1.0',
  ]
  assert [t.get_text() for t in axes.get_yticklabels()] == ['2.0', '-2.0']


def test_projection_keeps_neighbours_together_and_repeats():
  rng = np.random.RandomState(0)
  mu = np.concatenate([rng.normal(c, 0.1, [30, 20]) for c in (-2, 0, 2)])
  shown = figures.tsne(mu)
  assert shown.shape == (90, 2)
  distances = np.linalg.norm(shown[:, None] - shown[None], axis=2)
  np.fill_diagonal(distances, np.inf)
  nearest = distances.argmin(axis=1)
  np.testing.assert_array_equal(nearest // 30, np.arange(90) // 30)
  np.testing.assert_array_equal(figures.tsne(mu), shown)


def test_many_songs_look_different():
  rng = np.random.RandomState(0)
  names = [f'song {i}' for i in range(20)]
  figure = figures.latent_plane(rng.normal(size=[20, 2]), names, 'Twenty songs')
  looks = set()
  for points in figure.axes[0].collections:
    marker = points.get_paths()[0].vertices.round(3).tobytes()
    looks.add((points.get_facecolor().tobytes(), marker))
  assert len(looks) == 20


def test_blind_test_numbers_rolls_and_marks_where_notes_start():
  """Columns in no order: rows of the picture rise in pitch all the same."""
  sounding = np.zeros([6, 3], bool)
  sounding[1:5, 0] = sounding[2:4, 2] = True
  struck = np.zeros_like(sounding)
  struck[[1, 3], 0] = struck[2, 2] = True
  figure = figures.blind_test(
    [(sounding, struck)] * 3, [62, 60, 48], 10, 'Which?', num_columns=2
  )
  assert [axes.get_title() for axes in figure.axes[:3]] == ['1', '2', '3']
  assert not figure.axes[3].get_visible()
  (mesh,) = figure.axes[0].collections
  drawn = np.ma.filled(mesh.get_array(), 0.0).reshape(3, 6)
  np.testing.assert_array_equal(
    drawn,
    [[0, 0, 1, 0.5, 0, 0], [0] * 6, [0, 1, 0.5, 1, 0.5, 0]],
  )
  labels = [t.get_text() for t in figure.axes[0].get_yticklabels()]
  assert labels == ['C3', 'C4']


def test_likeness_draws_spreads_and_scores():
  values = np.arange(101.0)
  figure = figures.likeness(
    [
      figures.Spread('length', [values, values + 5, np.zeros(0)]),
      figures.Score(
        'C2ST', [(0.5, 0.1), (0.75, 0.0), (1.0, 0.0)], (0.4, 1.1), 0.5
      ),
    ],
    ['real', 'drawn', 'silent'],
    1,
    'Title',
    'Note',
  )
  spread, score = figure.axes[:2]
  lines = [line.get_xdata() for line in spread.get_lines()]
  np.testing.assert_allclose(lines[0], [5, 95])
  np.testing.assert_allclose(lines[1], [25, 75])
  np.testing.assert_allclose(lines[2], [50])
  np.testing.assert_allclose(lines[3], [10, 100])
  assert 'all silent' in [text.get_text() for text in spread.texts]
  # The aim comes first, then each interval and its mean.
  drawn = [line.get_xdata() for line in score.get_lines()]
  np.testing.assert_allclose(drawn[0], [0.5, 0.5])
  np.testing.assert_allclose(drawn[1], [0.4, 0.6])
  np.testing.assert_allclose(drawn[2], [0.5])
  assert [text.get_text() for text in score.texts] == ['0.50', '0.75', '1.00']
  names = [label.get_text() for label in spread.get_yticklabels()]
  assert names == ['real', 'drawn', 'silent']
