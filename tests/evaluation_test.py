# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Figures that are reported of a model, against their definitions."""

from __future__ import annotations

import numpy as np
import oracle
import pytest
import tensorflow.compat.v1 as tf

from magenta_vrae import configs
from magenta_vrae import evaluation


@pytest.fixture
def frames():
  return np.random.RandomState(0).rand(7, 50, 49) < 0.1


def test_window_bounds_of_a_batch_that_is_not_full(frames, tmp_path):
  config = configs.get_config('vrae_2d', 'enc_rnn_size=[6],dec_rnn_size=[5]')
  path = str(tmp_path / 'model.ckpt')
  model = configs.get_config(
    'vrae_2d', 'enc_rnn_size=[6],dec_rnn_size=[5],batch_size=1,sigma_init=0.4'
  )
  with tf.Graph().as_default(), tf.Session() as session:
    x = tf.zeros([1, 50, 49])
    model.model.build(model.hparams, 49, is_training=False)
    model.model.eval(x, x, tf.constant([50]))
    session.run(tf.global_variables_initializer())
    tf.train.Saver(tf.trainable_variables()).save(session, path)
    weights = {v.op.name: session.run(v) for v in tf.trainable_variables()}
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
