# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Faults strike whole notes, as often as asked; targets stay clean."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from magenta_vrae import configs
from magenta_vrae.errors import InputError
from magenta_vrae.model.corruption import corrupt
from magenta_vrae.model.faults import Rates
from magenta_vrae.model.faults import log_evidence

B, T, D = 200, 20, 15


def windows():
  """Three notes each: frames 4-8 and 12-15 of column 5, 6-11 of column 10."""
  x = np.zeros([B, T, D], bool)
  x[:, 4:9, 5] = x[:, 12:16, 5] = x[:, 6:12, 10] = True
  return x


def run(x, **rates):
  made = corrupt(
    tf.constant(x),
    Rates(**{'missing': 0, 'wrong': 0, 'jitter_frames': 0, **rates}),
  )
  with tf.Session() as session:
    return session.run(made)


def test_no_faults_change_nothing():
  np.testing.assert_array_equal(run(windows()), windows())


def test_notes_are_missing_whole():
  made = run(windows(), missing=0.3)
  lengths = np.stack(
    [
      made[:, 4:9, 5].sum(axis=1),
      made[:, 12:16, 5].sum(axis=1),
      made[:, 6:12, 10].sum(axis=1),
    ]
  )
  for row, full in zip(lengths, (5, 4, 6)):
    assert set(row) == {0, full}
  assert not made[~windows()].any()
  # 600 notes, of standard error 0.019; the two of a column fall apart.
  assert abs((lengths == 0).mean() - 0.3) < 4 * 0.019
  assert ((lengths[0] == 0) != (lengths[1] == 0)).any()
  assert not run(windows(), missing=1.0).any()


def test_wrong_notes_are_near_and_as_long():
  made = run(windows(), wrong=1.0)
  assert not made[:, :, [5, 10]].any()
  for columns in ([3, 4, 6, 7], [8, 9, 11, 12]):
    assert (made[:, :, columns].any(axis=(0, 1))).all()
  np.testing.assert_array_equal(made[:, :, :8].sum(axis=(1, 2)), 9)
  np.testing.assert_array_equal(made[:, 6:12, 8:].sum(axis=(1, 2)), 6)
  some = run(windows(), wrong=0.25)
  stay = some[:, 6, 10] == 1
  assert abs(stay.mean() - 0.75) < 4 * 0.031


def test_jitter_moves_notes_in_time():
  made = run(windows(), jitter_frames=2)
  first = made[:, :, 10].argmax(axis=1)
  assert set(first) == {4, 5, 6, 7, 8}
  for row, start in zip(made[:, :, 10], first):
    np.testing.assert_array_equal(
      np.flatnonzero(row), np.arange(start, start + 6)
    )
  assert not made[:, :, [4, 6, 9, 11]].any()


def test_what_moves_out_is_gone():
  x = np.zeros([B, T, 3], bool)
  x[:, -1, 0] = True
  made = run(x, wrong=1.0, jitter_frames=1)
  assert set(made.sum(axis=(1, 2))) == {0, 1}


@pytest.mark.parametrize(
  'hparams, says',
  [
    ('corrupt_missing=1.5', 'corrupt_missing is 1.5'),
    ('corrupt_wrong=-0.1', 'corrupt_wrong'),
    ('corrupt_jitter_frames=-1', '0 frames or more'),
  ],
)
def test_rates_out_of_range(hparams, says):
  config = configs.get_config('vrae_2d', hparams)
  with pytest.raises(InputError, match=says):
    Rates.of(config.hparams)


@pytest.mark.parametrize('is_training', [True, False])
def test_the_encoder_hears_them_in_training_alone(is_training):
  """With every note missing all windows look alike, but are not to be."""
  hparams = 'enc_rnn_size=[6],dec_rnn_size=[5],batch_size=2,corrupt_missing=1'
  config = configs.get_config('vrae_2d', hparams)
  model = config.model
  x = np.zeros([2, 50, 49], bool)
  x[0, :20, 7] = True
  with tf.variable_scope('', reuse=tf.AUTO_REUSE):
    model.build(config.hparams, 49, is_training)
    build = model.train if is_training else model.eval
    build(tf.constant(x), tf.constant(x), tf.constant([50, 50]))
  with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    mu, log_p_x = session.run([model.q_z.mean(), model.log_p_x])
  assert (mu[0] == mu[1]).all() == is_training
  assert log_p_x[0] != log_p_x[1]


def test_onsets_have_no_faults_of_their_own():
  """They would move away from their notes."""
  config = configs.get_config('vrae_music', 'corrupt_wrong=0.1,batch_size=2')
  x = tf.zeros([2, 80, 98])
  config.model.build(config.hparams, 98, is_training=True)
  with pytest.raises(InputError, match='give --converter=onsets=false'):
    config.model.train(x, x, tf.constant([80, 80]))


def test_evidence_is_how_often_faults_do_that():
  """Notes of 1 to 6 frames in a long roll, a tenth of it sounding."""
  rng = np.random.RandomState(0)
  x = np.zeros([4000, 30], bool)
  for column in x.T:
    for start in range(0, 4000, 40):
      column[start : start + rng.randint(1, 7)] = True
  rates = Rates(missing=0.2, wrong=0.1, jitter_frames=1)
  with tf.Session() as session:
    heard = session.run(corrupt(x[np.newaxis], rates))[0] > 0.5
  made = log_evidence(heard, rates)
  for value in (False, True):
    expected = np.log(np.mean(heard[x] == value) / np.mean(heard[~x] == value))
    (said,) = set(made[heard == value])
    assert said == pytest.approx(expected, rel=0.05)


def test_evidence_by_hand():
  """One note of 4 cells among 20; a fifth would be wrong, half are missing."""
  heard = np.zeros([10, 2], bool)
  heard[3:7, 1] = True
  made = log_evidence(heard, Rates(0.5, 0.2, 0))
  in_sounding, in_silent = 0.5 * 0.8, 4 * 0.2 / 20
  np.testing.assert_allclose(made[heard], np.log(in_sounding / in_silent))
  np.testing.assert_allclose(made[~heard], np.log(0.6 / 0.96))


def test_of_unknown_faults_there_is_no_evidence():
  heard = np.eye(5, dtype=bool)
  assert not log_evidence(heard, Rates(0.0, 0.0, 0)).any()
