# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Music longer than a window, from a decoder that hears itself."""

from __future__ import annotations

import itertools
import tracemalloc

import numpy as np
import pytest
from graph_sessions import save_random_model

from magenta_vrae import configs
from magenta_vrae.errors import InputError
from magenta_vrae.inference import endless
from magenta_vrae.inference import prior as prior_lib
from magenta_vrae.inference.emission import Emission
from magenta_vrae.inference.generation import Generator
from magenta_vrae.inference.numpy_model import RestoredVrae

HPARAMS = (
  'cell=gru,enc_rnn_size=[6],dec_rnn_size=[5],ar_rnn_size=[7],nade_size=50,'
  'bar_frames=5,'
  'sigma_init=0.9,sampling=bernoulli,frames_per_step=5'
)
T, HALF = 50, 25


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory):
  path = str(tmp_path_factory.mktemp('model') / 'model.ckpt-3')
  save_random_model(HPARAMS, path)
  return path


@pytest.fixture(scope='module')
def model(checkpoint):
  return RestoredVrae(configs.get_config('vrae_2d', HPARAMS), checkpoint)


def emission(seed=0):
  return Emission('bernoulli', 0.5, 1.0, np.random.RandomState(seed))


def z_of(*points):
  return [np.array([point], np.float32) for point in points]


def test_begins_as_a_window_does(model):
  z = z_of([0.5, -1.0])[0]
  roll = endless.compose(model, itertools.repeat(z), 20, emission())
  free = model.free_logits(z, 20)
  decoder = model.autoregressive
  _, _, expected = decoder.play(
    decoder.begin(z), decoder.prepare(free, z), emission()
  )
  np.testing.assert_array_equal(roll, expected)


def test_neighbours_are_faded_into_each_other(model):
  zs = z_of([1.0, 0.0], [0.0, 1.0], [-1.0, 0.0])
  found = list(endless.faded(model, zs))
  free = [model.free_logits(z, T) for z in zs]
  share = (np.arange(HALF) + 0.5)[:, np.newaxis] / HALF
  np.testing.assert_allclose(found[0][1][0], free[0][0, :HALF], atol=1e-5)
  for k in (1, 2):
    z, logits = found[k]
    np.testing.assert_allclose(
      logits[0],
      (1 - share) * free[k - 1][0, HALF:] + share * free[k][0, :HALF],
      atol=1e-5,
    )
    np.testing.assert_allclose(
      z[0], (1 - share) * zs[k - 1] + share * zs[k], rtol=1e-5
    )


@pytest.mark.parametrize('split', [1, 13, 25, 40, 75])
def test_what_was_played_can_be_told(model, split):
  """Told its own beginning, it goes on as it did: no seam, nothing anew."""
  zs = z_of(*np.random.RandomState(1).normal(size=[6, 2]))
  draws = emission()
  whole = endless.compose(model, zs, 110, draws)
  # The draws of the frames that are told are left out.
  again = emission()
  again.least((split, 1, 49))
  rest = endless.compose(model, zs, 110 - split, again, whole[:, :split])
  np.testing.assert_array_equal(rest, whole[:, split:])


def prior_of(rng):
  codes = rng.normal(size=[40, 2])
  return prior_lib.Prior(
    np.ones(1), np.zeros([1, 2]), np.eye(2)[np.newaxis], codes,
    np.arange(40) % 20 > 0, 3,
  )  # fmt: skip


@pytest.fixture
def made(checkpoint):
  """A function that makes Generators, with a prior beside the checkpoint."""
  folder = checkpoint.rpartition('/')[0]
  prior_lib.save(prior_of(np.random.RandomState(0)), folder)
  config = configs.get_config('vrae_2d', HPARAMS)
  return lambda **kwargs: Generator(config, checkpoint, **kwargs)


@pytest.mark.parametrize('num_frames', [1, 25, 51, 1000])
def test_any_length_and_repeatable(made, num_frames):
  z = np.array([[0.5, -1.0], [1.0, 1.0]])
  first, again = (made(seed=1).wandering(z, num_frames) for _ in range(2))
  assert [roll.shape for roll in first] == [(num_frames, 49)] * 2
  np.testing.assert_array_equal(first, again)
  if num_frames > 1:
    assert np.any(first[0] != made(seed=2).wandering(z, num_frames)[0])


def test_none_are_a_list_of_none(made):
  generator = made(seed=1)
  assert generator.sample(0) == generator.sample(0, 3 * T) == []


def test_many_at_once_take_little_memory(made):
  z = np.zeros([400, 2])
  tracemalloc.start()
  try:
    rolls = made(seed=1).decode(z, T + 1)
    _, most = tracemalloc.get_traced_memory()
  finally:
    tracemalloc.stop()
  # A free run of each takes 4 MB, and of 16 half windows it took 63.
  assert len(rolls) == 400 and most < 40e6


def test_wander_decides_whether_z_moves(made):
  z = np.array([[0.5, -1.0]])
  stays = made(seed=1, wander=0.0)
  np.testing.assert_array_equal(
    stays.wandering(z, 200), made(seed=1).decode(z, 200)
  )
  moves = made(seed=1, wander=1.0).wandering(z, 200)
  assert np.any(moves[0] != made(seed=1).decode(z, 200)[0])
  # Both begin at z: the first half window is the same.
  np.testing.assert_array_equal(
    moves[0][:HALF], made(seed=1).decode(z, 200)[0][:HALF]
  )


def test_goes_on_from_a_piece(made, score):
  piece = score((60, 0, 2), (64, 2, 3.5), (67, 3.5, 6))
  roll = configs.get_config('vrae_2d').data_converter.to_roll(piece)
  music = made(seed=1).go_on(piece, None, 30)
  assert music.shape == (len(roll) + 30, 49)
  np.testing.assert_array_equal(music[: len(roll)], roll)
  shorter = made(seed=1).go_on(piece, 3.0, 30)
  assert shorter.shape == (60 + 30, 49)
  np.testing.assert_array_equal(shorter[:60], roll[:60])
  # What was played matters: another piece goes on otherwise.
  other = made(seed=1).go_on(score((72, 0, 6)), None, 30)
  assert np.any(other[-30:] != music[-30:])
  with pytest.raises(InputError, match='before 0.0'):
    made().go_on(score((60, 1, 2)), 0.01, 30)


def test_bars_go_on_from_a_piece(tmp_path, score):
  """A model that plays on the first frame of each bar alone plays on."""
  hparams = HPARAMS.replace('cell=gru', 'cell=tanh').replace(
    'nade_size=50,', ''
  )
  path = str(tmp_path / 'model.ckpt-1')
  save_random_model(hparams, path)
  generator = Generator(configs.get_config('vrae_2d', hparams), path)
  weights = generator._hearing.autoregressive._w
  for name in ('W_dec', 'W_x', 'W_free', 'W_zx', 'b_dec', 'b_out', 'c_free'):
    weights[name] = np.zeros_like(weights[name])
  weights['c_x'] = np.zeros_like(weights['c_x'])
  weights['W_out'] = np.full_like(weights['W_out'], 9.0)
  weights['W_bar'] = np.full_like(weights['W_bar'], -9.0)
  weights['W_bar'][0] = 9.0
  # 62 frames are two half windows and a part, and no whole number of bars.
  for seconds in (0.35, 3.1):
    piece = score((60, 0, seconds))
    num_frames = round(20 * seconds)
    music = generator.go_on(piece, None, 70)
    sounds = np.arange(num_frames, num_frames + 70) % 5 == 0
    np.testing.assert_array_equal(music[num_frames:].all(axis=1), sounds)
    np.testing.assert_array_equal(music[num_frames:].any(axis=1), sounds)


def test_a_decoder_that_does_not_hear_cannot_go_on(tmp_path, score):
  path = str(tmp_path / 'model.ckpt-1')
  save_random_model('enc_rnn_size=[6],dec_rnn_size=[5]', path)
  config = configs.get_config('vrae_2d', 'enc_rnn_size=[6],dec_rnn_size=[5]')
  with pytest.raises(InputError, match='vrae_music'):
    Generator(config, path).go_on(score((60, 0, 2)), None, 30)


def test_pieces_are_rebuilt_whole(made, score):
  piece = score((60, 0, 2), (64, 2, 3.5), (67, 3.5, 6.3))
  assert made(seed=1).reconstruct(piece).shape == (126, 49)


def test_silent_samples_are_drawn_again(made):
  # So high a threshold that hardly anything sounds, and not of every z.
  def found(threshold):
    return made(seed=3, sampling='threshold', threshold=threshold)

  for threshold in 1.0 - np.logspace(-0.3, -7, 200):
    drawn = found(threshold)
    rolls = drawn.decode(drawn.draw(30), T)
    silent = sum(not roll.any() for roll in rolls)
    if silent:
      break
  assert 0 < silent < 30
  sampling = found(threshold)
  rolls = sampling.sample(30, T)
  assert sampling.num_redrawn >= silent
  assert all(roll.any() for roll in rolls)
