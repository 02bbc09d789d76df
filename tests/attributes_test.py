# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What is measured of a window, and the directions made of it."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from conftest import run_anew as run_command

from magenta_vrae import configs
from magenta_vrae.data.converters import DrumRollConverter
from magenta_vrae.data.converters import PianoRollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.inference import attributes


def test_exact_values():
  """40 frames, 2 s: a held C4, an E4 struck three times, and silence."""
  converter = PianoRollConverter(pitches=[60, 64])
  rolls = np.zeros([2, 40, 2], bool)
  rolls[0, :40, 0] = True
  for start in (0, 10, 20):
    rolls[0, start : start + 4, 1] = True
  for name, expected in (
    ('density', [2.0, 0.0]),
    ('polyphony', [52 / 40, 0.0]),
    ('pitch', [(40 * 60 + 12 * 64) / 52, np.nan]),
  ):
    np.testing.assert_allclose(
      attributes.measure(name, rolls, converter), expected
    )


def test_onset_columns_are_not_pitches():
  converter = PianoRollConverter(pitches=[60, 64], onsets=True)
  rolls = np.zeros([1, 40, 4], bool)
  rolls[0, :, 1] = rolls[0, 0, 3] = True
  assert attributes.measure('polyphony', rolls, converter) == [1.0]
  assert attributes.measure('pitch', rolls, converter) == [64.0]


def test_a_note_that_is_struck_again_begins_again():
  """40 frames, 2 s: one long note, struck four times in all."""
  converter = PianoRollConverter(pitches=[60, 64], onsets=True)
  rolls = np.zeros([1, 40, 4], bool)
  rolls[0, :, 1] = rolls[0, ::10, 3] = True
  assert attributes.measure('density', rolls, converter) == [2.0]
  assert attributes.measure('polyphony', rolls, converter) == [1.0]


def test_each_hit_of_a_drum_begins():
  """Hits in 40 frames in a row, 2 s, which are no note that is held."""
  converter = DrumRollConverter(pitches=[36, 42])
  rolls = np.zeros([2, 40, 2], bool)
  rolls[0, :, 1] = True
  rate = converter.frames_per_second
  np.testing.assert_allclose(
    attributes.measure('density', rolls, converter), [rate, 0.0]
  )


def test_a_direction_leads_from_little_to_much():
  rng = np.random.RandomState(0)
  values = rng.rand(400)
  mu = rng.normal(size=[400, 3]) * 0.01
  mu[:, 1] += 5.0 * values
  values[:5] = np.nan
  vector = attributes.of_values(mu, values)
  # The quarters' means of a uniform are 1/8 and 7/8.
  np.testing.assert_allclose(vector, [0.0, 5.0 * 0.75, 0.0], atol=0.2)


def test_between_two_sets():
  np.testing.assert_allclose(
    attributes.between(np.array([[0.0, 1.0], [2.0, 1.0]]), np.ones([3, 2])),
    [0.0, 0.0],
  )
  with pytest.raises(InputError, match='no window with the'):
    attributes.between(np.ones([1, 2]), np.ones([0, 2]))


@pytest.mark.parametrize('values', [[1.0] * 9, [np.nan] * 9, [1.0, 2.0, 3.0]])
def test_what_does_not_differ_has_no_direction(values):
  with pytest.raises(InputError, match='does not differ'):
    attributes.of_values(np.ones([len(values), 2]), values)


def test_unknown_attribute():
  with pytest.raises(InputError, match='density, pitch, polyphony'):
    attributes.measure('joy', np.zeros([1, 2, 49]), PianoRollConverter())


def random_windows(n, rng):
  """Held chords: of one to eight of 16 pitches, some struck again."""
  x = np.zeros([n, 10, 16], bool)
  for window in x:
    for column in rng.choice(16, rng.randint(1, 9), replace=False):
      window[:, column] = True
      if rng.rand() < 0.5:
        window[5, column] = False
  return x


@pytest.mark.long
def test_a_trained_model_makes_more_of_each():
  """On windows that it has not seen, over all strengths asked for."""
  config = configs.get_config(
    'vrae_2d',
    'z_size=6,cell=gru,z_every_step=true,weight_init=fan_in,batch_size=50,'
    'recurrent_init=orthogonal,enc_rnn_size=[32],dec_rnn_size=[48]',
    f'pitches={list(range(40, 56))},window_frames=10'.replace(' ', ''),
  )
  rng = np.random.RandomState(0)
  train, held_out = random_windows(1000, rng), random_windows(100, rng)
  model = config.model
  x = tf.placeholder(tf.float32, [50, 10, 16])
  length = tf.fill([50], 10)
  with tf.variable_scope('', reuse=tf.AUTO_REUSE):
    model.build(config.hparams, 16, is_training=True)
    model.train(x, x, length)
    step = tf.train.AdamOptimizer(5e-3).minimize(model.loss)
    z = tf.placeholder(tf.float32, [None, 6])
    outputs = model.decoder.sample(tf.shape(z)[0], 10, z)[1].probabilities
    mu_of_x = model.q_z.mean()
  with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    for _ in range(1500):
      session.run(step, {x: train[rng.choice(1000, 50)]})

    def encode(windows):
      batches = windows.reshape(-1, 50, 10, 16)
      return np.concatenate([session.run(mu_of_x, {x: b}) for b in batches])

    mu_train, mu = encode(train), encode(held_out)
    converter = config.data_converter
    for name in attributes.ATTRIBUTES:
      vector = attributes.of_values(
        mu_train, attributes.measure(name, train, converter)
      )
      means = []
      for strength in (-1.0, -0.5, 0.0, 0.5, 1.0):
        moved = session.run(outputs, {z: mu + strength * vector})
        values = attributes.measure(name, moved >= 0.5, converter)
        means.append(np.nanmean(values))
      assert (np.diff(means) > 0).all(), (name, means)


@pytest.mark.parametrize('strengths', ['', 'nan', '1,inf', '1e308', '1,,2'])
def test_strengths_that_move_nothing_anywhere(strengths, tmp_path):
  (tmp_path / 'a.mid').write_bytes(b'MThd')
  result = run_command(
    'vrae_generate',
    '--model=tunes',
    f'--output_dir={tmp_path}/out',
    '--mode=attribute',
    '--attribute=pitch',
    f'--examples_path={tmp_path}',
    f'--strengths={strengths}',
  )
  assert result.returncode == 1
  (line,) = result.stderr.splitlines()
  assert f'--strengths={strengths}; give numbers from -1000000' in line
