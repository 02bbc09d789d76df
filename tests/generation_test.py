# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Music of any length out of z, seeded, and back from windows."""

from __future__ import annotations

import numpy as np
import oracle
import pytest
from graph_sessions import save_random_model

from magenta_vrae import configs
from magenta_vrae import latent
from magenta_vrae.errors import InputError
from magenta_vrae.inference import typical_window
from magenta_vrae.inference.generation import Generator

HPARAMS = 'enc_rnn_size=[6],dec_rnn_size=[5],sigma_init=0.5'
T = 50


@pytest.fixture(scope='module')
def model(tmp_path_factory):
  """The path of a checkpoint, and its weights."""
  path = str(tmp_path_factory.mktemp('model') / 'model.ckpt')
  return path, save_random_model(HPARAMS, path)


def generator(model, batch_size=1, **kwargs):
  return Generator(
    configs.get_config('vrae_2d', HPARAMS), model[0], batch_size, **kwargs
  )


def test_decodes_what_the_oracle_does(model):
  z = np.array([[0.4, -1.0], [2.0, 0.3], [-0.5, 0.5]])
  made = generator(model, batch_size=2).decode(z, 30)
  assert len(made) == 3
  for roll, z_i in zip(made, z):
    expected = oracle.decode(model[1], z_i, 30)
    np.testing.assert_array_equal(roll, expected >= 0.5)


@pytest.mark.parametrize('num_frames', [1, 1000, 100000])
def test_a_medley_from_one_z_has_any_length(model, num_frames):
  roll = generator(model).medley(np.array([[1.0, -1.0]]), num_frames)
  assert roll.shape == (num_frames, 49)
  start = oracle.decode(model[1], np.array([1.0, -1.0]), min(num_frames, 100))
  np.testing.assert_array_equal(roll[:100], start >= 0.5)


@pytest.mark.parametrize('num_frames', [1, 60, 470])
def test_a_medley_along_a_way_goes_from_end_to_end(model, num_frames):
  z = np.array([[1.0, -1.0], [0.0, 2.0], [-2.0, 0.0]])
  made = generator(model, batch_size=4)
  roll = made.medley(z, num_frames)
  assert roll.shape == (num_frames, 49)
  (first, *_, last) = made.decode(z)
  np.testing.assert_array_equal(roll[:T], first[:num_frames])
  if num_frames == 470:
    np.testing.assert_array_equal(roll[450:], last[:20])


def test_reconstructs_a_whole_piece_window_by_window(model, score):
  # 120 frames: two windows and a part of one.
  piece = score((60, 0, 2), (72, 2, 5), (50, 5, 6))
  made = generator(model, batch_size=2)
  rebuilt = made.reconstruct(piece)
  assert rebuilt.shape == (120, 49)
  for start in (0, 50):
    mu = made.encode([made.window(piece, start / 20)])
    np.testing.assert_array_equal(
      rebuilt[start : start + T], made.decode(mu)[0]
    )
    window = made.window(piece, start / 20)
    np.testing.assert_allclose(
      mu[0], oracle.encode(model[1], window)[0], atol=1e-5
    )


def test_denoises_by_the_mean_of_windows_that_overlap(model, score):
  # 120 frames: windows from 0, 12, ... 60 and, at the end, 70.
  piece = score((60, 0, 2), (72, 2, 5), (50, 5, 6))
  made = generator(model, batch_size=3, threshold=0.4)
  heard = made.denoise(piece)
  roll = configs.get_config('vrae_2d').data_converter.to_roll(piece)
  total, count = np.zeros([120, 49]), np.zeros([120, 1])
  for start in (0, 12, 24, 36, 48, 60, 70):
    window = roll[start : start + T]
    z = oracle.encode(model[1], window)[0]
    total[start : start + T] += oracle.decode(model[1], z, T)
    count[start : start + T] += 1
  mean = total / count
  sure = np.abs(mean - 0.4) > 1e-4
  assert sure.mean() > 0.99
  np.testing.assert_array_equal(heard[sure], (mean >= 0.4)[sure])


def test_denoises_by_what_is_heard_as_well(model, score):
  piece = score((60, 0, 2), (72, 1, 2.5))
  hparams = f'{HPARAMS},corrupt_missing=0.3,corrupt_wrong=0.4'
  config = configs.get_config('vrae_2d', hparams)
  heard = config.data_converter.to_roll(piece)
  z = oracle.encode(model[1], heard)[0]
  odds = oracle.decode(model[1], z, T)
  odds = odds / (1.0 - odds)
  # 40 and 30 cells of 50 x 49; what is wrong sounds in others.
  in_sounding, in_silent = 0.7 * 0.6, 70 * 0.4 / (50 * 49)
  odds[heard] *= in_sounding / in_silent
  odds[~heard] *= (1 - in_sounding) / (1 - in_silent)
  made = Generator(config, model[0]).denoise(piece)
  np.testing.assert_array_equal(made, odds >= 1.0)
  # What is heard decides in both directions here.
  assert made[heard].any() and not made[~heard].all()


@pytest.mark.parametrize('seconds', [0.5, 2.5])
def test_denoises_pieces_no_longer_than_a_window(model, score, seconds):
  piece = score((60, 0, seconds))
  made = generator(model)
  assert made.denoise(piece).shape == (seconds * 20, 49)
  np.testing.assert_array_equal(made.denoise(piece), made.reconstruct(piece))


def test_interpolation_ends_are_the_reconstructions(model, score):
  pieces = [score((60, 0, 1), (64, 1, 2.5)), score((50, 0, 2), (75, 2, 2.5))]
  made = generator(model, batch_size=2)
  ends = made.encode([made.window(piece, 0.0) for piece in pieces])
  first, *_, last = made.decode(latent.path(ends, 5))
  np.testing.assert_array_equal(first, made.reconstruct(pieces[0]))
  np.testing.assert_array_equal(last, made.reconstruct(pieces[1]))


def test_windows_of_a_piece(model, score):
  made = generator(model)
  # A first note at 4 s, frame 80, and the last one's end at 6 s.
  piece = score((60, 4, 5), (62, 5, 6))
  roll = np.zeros([2 * T, 49])
  roll[80:100, 60 - 36] = 1
  window = made.window(piece, 4)
  np.testing.assert_array_equal(window[:20], roll[80:])
  assert window[20:40, 62 - 36].all() and not window[40:].any()
  # Without a time, it is one in which something sounds.
  np.testing.assert_array_equal(made.window(piece), roll[50:])


def test_the_densest_window_does_not_stand_for_a_piece():
  """Though it is more like all others than they are like each other."""
  roll = np.zeros([8, 4])
  for row, pair in zip(roll, ([0, 1], [2, 3], [0, 2], [1, 3]) * 2):
    row[pair] = 1
  roll[7] = 1
  assert typical_window.typical_start(roll, 1) < 7


@pytest.mark.parametrize('lines, start', [(None, 50), (range(0, 90, 12), 84)])
def test_notes_behind_all_whole_windows_stand_for_a_piece(lines, start):
  """From a place where a window may begin."""
  roll = np.zeros([90, 4], bool)
  roll[87:, 1] = True
  lines = None if lines is None else np.array(lines)
  assert typical_window.typical_start(roll, T, lines) == start


def test_the_window_that_stands_for_a_piece_is_no_intro(model, score):
  # One note alone, then the chords that the piece is made of, then one note.
  chords = [
    (pitch, 5 + beat / 2, 5.4 + beat / 2)
    for beat in range(20)
    for pitch in (48, 60, 64)
  ]
  piece = score((72, 0, 4), *chords, (55, 15, 17))
  window = generator(model).window(piece)
  # A chord sounds four fifths of its time.
  assert (window[:, [48 - 36, 60 - 36, 64 - 36]].mean(axis=0) > 0.7).all()


@pytest.mark.parametrize(
  'notes, start, says',
  [
    ([(60, 0, 1)], 1.0, 'outside the piece.* until 1.0 s'),
    ([(60, 0, 1)], -1.0, 'outside the piece'),
    ([(20, 0, 1)], None, 'no notes'),
    ([(60, 0, 1), (60, 9, 10)], 3.0, 'no note.* in the 2.5 s from 3 s on'),
  ],
)
def test_a_window_without_notes_is_refused(model, score, notes, start, says):
  with pytest.raises(InputError, match=says):
    generator(model).window(score(*notes), start)


def test_a_seed_repeats(model):
  def music(seed):
    made = generator(model, 2, seed=seed, sampling='bernoulli')
    z = made.draw(3)
    return z, np.array(made.decode(z, 40)), made.medley(z[:1], 30)

  for first, second in zip(music(7), music(7)):
    np.testing.assert_array_equal(first, second)
  for first, other in zip(music(7), music(8)):
    assert (first != other).any()
  # One stream of draws, and not the same ones in each batch.
  made = generator(model, 1, seed=7, sampling='bernoulli')
  one, two = made.decode(np.zeros([2, 2]), 40)
  assert (one != two).any()


def test_threshold_and_temperature(model):
  z = np.array([[1.0, -1.0]])
  sums = [
    np.sum(generator(model, threshold=threshold).decode(z)[0])
    for threshold in (0.0, 0.5, 1.0)
  ]
  assert sums[0] == T * 49 and sums[0] > sums[1] > sums[2] == 0
  cold = generator(model, temperature=0.0, sampling='bernoulli').decode(z)[0]
  np.testing.assert_array_equal(cold, generator(model).decode(z)[0])


Z_NAN = np.array([[0.0, np.nan]])


@pytest.mark.parametrize('z, says', [
  ([0.0, 1.0], r'sized \[2\]; give \[n, 2\]'),
  ([[0.0, 1.0, 2.0]], r'sized \[1, 3\]; give \[n, 2\]'),
  (np.zeros([1, 1, 2]), r'sized \[1, 1, 2\]'),
  ([[0.0], [1.0, 2.0]], 'no array of numbers'),
  ('abc', 'no array of numbers'),
  (Z_NAN, 'not finite'),
])  # fmt: skip
def test_z_of_another_size_is_refused(model, z, says):
  made = generator(model)
  for use in (
    made.decode,
    made.probabilities,
    lambda z: made.medley(z, 60),
    lambda z: made.live(z, 5),
  ):
    with pytest.raises(InputError, match=says):
      use(z)


@pytest.mark.parametrize('num_frames', [0, -3, 1.5])
def test_music_of_no_length_is_refused(model, num_frames):
  """It is not that of a window, as by default."""
  made, z = generator(model), np.zeros([1, 2])
  for use in (made.decode, made.probabilities, made.medley):
    with pytest.raises(InputError, match=f'num_frames is {num_frames}; give'):
      use(z, num_frames)
  with pytest.raises(InputError, match=f'num_frames is {num_frames}; give'):
    made.sample(1, num_frames)


def test_nothing_asked_is_nothing_made(model):
  made = generator(model)
  assert made.decode([]) == made.sample(0) == []
  assert made.decode(np.zeros([0, 2]), 2 * T) == []
  assert made.encode([]).shape == (0, 2)
  with pytest.raises(InputError, match='no z to begin from'):
    made.medley([], 60)
  with pytest.raises(InputError, match='n is -1; give'):
    made.sample(-1)


def test_lists_are_taken_as_arrays_are(model):
  made, z = generator(model), np.array([[0.4, -1.0], [2.0, 0.3]])
  np.testing.assert_array_equal(made.decode(z.tolist()), made.decode(z))
  np.testing.assert_array_equal(made.medley(z.tolist(), 80), made.medley(z, 80))
  windows = np.random.RandomState(0).rand(2, T, 49) < 0.1
  np.testing.assert_array_equal(
    made.encode(windows.tolist()), made.encode(windows)
  )


@pytest.mark.parametrize('windows, says', [
  (np.zeros([T, 49]), r'sized \[49\]; give \[num_frames, 49\]'),
  (np.zeros([2, T, 48]), r'sized \[50, 48\]; give \[num_frames, 49\]'),
  ([np.zeros([T, 49]), np.zeros([9, 49])], 'have 9 to 50 frames'),
])  # fmt: skip
def test_windows_of_another_size_are_refused(model, windows, says):
  with pytest.raises(InputError, match=says):
    generator(model).encode(windows)


@pytest.mark.parametrize('settings, says', [
  ({'temperature': -1.0}, 'temperature is -1.0; give 0 or more'),
  ({'temperature': float('nan')}, 'temperature is nan'),
  ({'temperature': float('inf')}, 'temperature is inf'),
  ({'threshold': 2.0}, 'threshold is 2.0; give 0 to 1'),
  ({'sampling': 'argmax'}, "unknown sampling 'argmax'"),
  ({'prior': 'normal'}, "unknown prior 'normal'; it is 'fitted' or"),
  ({'batch_size': 0}, 'batch_size is 0; give'),
  ({'seed': -1}, 'seed is -1; give'),
  ({'seed': 2**32}, 'seed is 4294967296; give at most 4294967295'),
])  # fmt: skip
def test_settings_out_of_their_range_are_refused_at_once(model, settings, says):
  with pytest.raises(InputError, match=says):
    generator(model, **settings)
  again = {k: settings[k] for k in settings if k in ('seed', 'temperature')}
  if again:
    with pytest.raises(InputError, match=says):
      generator(model).again(**{'seed': 0, **again})
