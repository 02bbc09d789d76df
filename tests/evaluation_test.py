# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Figures that are reported of a model, against their definitions."""

from __future__ import annotations

import numpy as np
import oracle
import pytest
from graph_sessions import save_random_model

from magenta_vrae import configs
from magenta_vrae.errors import InputError
from magenta_vrae.inference import evaluation
from magenta_vrae.inference import prior


@pytest.fixture
def frames():
  return np.random.RandomState(0).rand(7, 50, 49) < 0.1


def test_window_bounds_of_a_batch_that_is_not_full(frames, tmp_path):
  config = configs.get_config('vrae_2d', 'enc_rnn_size=[6],dec_rnn_size=[5]')
  path = str(tmp_path / 'model.ckpt')
  weights = save_random_model(
    'enc_rnn_size=[6],dec_rnn_size=[5],sigma_init=0.4', path
  )
  bounds = evaluation.window_bounds(config, path, frames, batch_size=3)
  assert bounds.mu.shape == bounds.sigma.shape == (7, 2)
  for i, window in enumerate(frames):
    mu, log_sigma = oracle.encode(weights, window)
    np.testing.assert_allclose(bounds.mu[i], mu, atol=1e-5)
    np.testing.assert_allclose(
      bounds.kl[i], oracle.kl(mu, log_sigma), rtol=1e-4
    )
  np.testing.assert_allclose(
    bounds.lower_bound, bounds.log_p_x - bounds.kl, rtol=1e-5
  )
  again = evaluation.window_bounds(config, path, frames, batch_size=3)
  np.testing.assert_array_equal(again.lower_bound, bounds.lower_bound)
  assert config.hparams.batch_size == 100


def test_importance_weighted_bound_is_the_integral_over_z(frames, tmp_path):
  """With many samples it comes to log p(x), here summed over a fine grid."""
  hparams = 'enc_rnn_size=[6],dec_rnn_size=[5],sigma_init=0.2,z_size=1'
  path = str(tmp_path / 'model.ckpt')
  weights = save_random_model(hparams, path)
  config = configs.get_config('vrae_2d', hparams)
  grid = np.linspace(-6, 6, 121)
  exact = []
  for window in frames[:3]:
    log_joint = [
      oracle.log_bernoulli(window, oracle.decode(weights, np.array([z]), 50))
      - 0.5 * z**2
      - 0.5 * np.log(2 * np.pi)
      for z in grid
    ]
    exact.append(np.logaddexp.reduce(log_joint) + np.log(grid[1] - grid[0]))

  def bound(num_samples):
    return evaluation.importance_weighted_bound(
      config, path, frames[:3], num_samples, batch_size=2
    )

  of_many = bound(3000)
  np.testing.assert_allclose(of_many, exact, atol=0.1)
  # L is of one z of the posterior; its mean is the bound at K = 1.
  lower = [
    evaluation.window_bounds(config, path, frames[:3], seed=seed).lower_bound
    for seed in range(20)
  ]
  assert np.mean(of_many) > np.mean(lower)
  assert np.all(bound(100) < np.array(exact) + 0.5)


def test_repeated_frame():
  """Two pitches: one holds for ever, one changes in each frame."""
  frames = np.zeros([4, 10, 2], bool)
  frames[2:, :, 0] = True
  frames[:, ::2, 1] = True
  # Of 36 transitions 18 are sound to sound and 18 silence to silence; the other
  # pitch has 20 from sound to silence and 16 back.
  held = 36 * np.log(19 / 20)
  changing = 20 * np.log(21 / 22) + 16 * np.log(17 / 18)
  first = 4 * np.log(0.5) + 4 * np.log(0.5)
  value = evaluation.repeated_frame(frames, frames)
  assert value == pytest.approx((held + changing + first) / 40)


def test_independent_bernoulli(frames):
  """Its own training windows score minus their pitches' entropies."""
  share = frames.mean(axis=(0, 1))
  entropy = -np.sum(share * np.log(share) + (1 - share) * np.log(1 - share))
  value = evaluation.independent_bernoulli(frames, frames)
  assert value == pytest.approx(-entropy, abs=0.05)
  never = np.zeros_like(frames)
  assert np.isfinite(evaluation.independent_bernoulli(never, frames))


def test_song_by_neighbors():
  train = np.concatenate([np.zeros([6, 2]), np.ones([6, 2])])
  songs = ['a'] * 6 + ['b'] * 6
  found = evaluation.song_by_neighbors(
    train,
    songs,
    np.array([[0.1, 0.0], [0.9, 1.0], [0.8, 0.9]]),
    ['a', 'b', 'a'],
  )
  assert found == pytest.approx(2 / 3)
  # Of three training windows no five can vote.
  few = evaluation.song_by_neighbors(
    train[5:8], songs[5:8], np.array([[0.1, 0.0], [0.9, 1.0]]), ['a', 'b']
  )
  assert few == 0.5


@pytest.mark.parametrize(
  'counts, says',
  [((0, 10), 'num_samples is 0'), ((10, 0), 'batch_size is 0')],
)
def test_no_samples_give_no_bound(counts, says):
  config = configs.get_config('vrae_2d')
  frames = np.zeros([1, 50, 49], bool)
  with pytest.raises(InputError, match=f'{says}; give a whole number, 1 or'):
    evaluation.importance_weighted_bound(config, 'none', frames, *counts)


def test_frame_f1():
  truth = np.array([[[1, 1, 0, 0]]])
  assert evaluation.frame_f1(truth, np.array([[[1, 0, 1, 0]]])) == 0.5
  assert evaluation.frame_f1(truth, truth) == 1.0
  assert evaluation.frame_f1(0 * truth, 0 * truth) == 1.0


def test_bounds_under_another_prior():
  """Under N(0, I) it is the bound, but for the draw of z."""
  rng = np.random.RandomState(0)
  n = 4000
  mu = np.tile([[0.5, -1.0]], (n, 1))
  sigma = np.tile([[0.5, 0.2]], (n, 1))
  log_p_x = rng.normal(size=n) - 30.0
  kl = evaluation.kl_to_standard(mu, sigma)
  found = evaluation.WindowBounds(log_p_x - kl, log_p_x, kl, mu, sigma)
  under = evaluation.bounds_under(found, prior.Standard(2))
  assert abs(np.mean(under - found.lower_bound)) < 5 / np.sqrt(n)
  # A prior that is the posterior itself costs nothing.
  same = prior.Prior(
    np.ones(1), mu[:1], np.diag(sigma[0])[np.newaxis], mu, np.zeros(n, bool), 0
  )
  np.testing.assert_allclose(evaluation.bounds_under(found, same), log_p_x)
