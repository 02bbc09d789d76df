# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Music without end, block by block, whose z changes between two blocks."""

from __future__ import annotations

import numpy as np
import pytest
from graph_sessions import save_random_model

import magenta_vrae
from magenta_vrae import configs
from magenta_vrae.errors import InputError
from magenta_vrae.inference import live
from magenta_vrae.inference import prior as prior_lib
from magenta_vrae.inference.generation import Generator

HPARAMS = (
  'cell=gru,enc_rnn_size=[6],dec_rnn_size=[5],ar_rnn_size=[7],nade_size=50,'
  'sigma_init=0.9,sampling=bernoulli,frames_per_step=5'
)
PAPERS = 'enc_rnn_size=[6],dec_rnn_size=[5],sigma_init=0.9,sampling=bernoulli'
T, HALF, FADE = 50, 25, 5
HERE, THERE = np.array([[0.5, -1.0]]), np.array([[-1.5, 1.0]])


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory):
  path = str(tmp_path_factory.mktemp('model') / 'model.ckpt-3')
  save_random_model(HPARAMS, path)
  codes = np.random.RandomState(0).normal(size=[40, 2])
  prior = prior_lib.Prior(
    np.ones(1), np.zeros([1, 2]), np.eye(2)[np.newaxis], codes,
    np.arange(40) % 20 > 0, 3,
  )  # fmt: skip
  prior_lib.save(prior, path.rpartition('/')[0])
  return path


@pytest.fixture(scope='module')
def generator(checkpoint):
  return Generator(configs.get_config('vrae_2d', HPARAMS), checkpoint)


@pytest.fixture(scope='module')
def papers(tmp_path_factory):
  path = str(tmp_path_factory.mktemp('papers') / 'model.ckpt-1')
  save_random_model(PAPERS, path)
  return Generator(configs.get_config('vrae_2d', PAPERS), path)


def played(music, *sizes):
  return np.concatenate([music.play(size) for size in sizes])


@pytest.mark.parametrize('wander', [0.0, 0.5, 1.0])
@pytest.mark.parametrize('sizes', [[1] * 130, [5] * 26, [7, 24, 99], [130]])
def test_blocks_are_the_medley(generator, wander, sizes):
  expected = generator.again(1, wander=wander).medley(HERE, 130)
  music = generator.again(1, wander=wander).live(HERE, FADE)
  np.testing.assert_array_equal(played(music, *sizes), expected)


def test_again_is_a_generator_made_anew(generator, checkpoint):
  config = configs.get_config('vrae_2d', HPARAMS)
  new = Generator(config, checkpoint, seed=4, temperature=0.5, wander=0.3)
  again = generator.again(4, 0.5, 0.3)
  np.testing.assert_array_equal(new.draw(2), again.draw(2))
  np.testing.assert_array_equal(new.medley(HERE, 90), again.medley(HERE, 90))
  assert again.temperature == 0.5 != generator.temperature


def guided(music, num_frames):
  """Plays frames; of each the z and the logits that it was made of."""
  guides = []
  for _ in range(num_frames):
    music.play(1)
    at = music._at - 1
    guides.append(np.concatenate([music._z[0, at], music._free[0, at]]))
  return np.stack(guides)


def shares(fade, num_frames):
  """Of the place that is faded in, since the fade began."""
  return np.clip((np.arange(num_frames) + 0.5) / fade, 0, 1)[:, np.newaxis]


@pytest.mark.parametrize('fade', [1, FADE, 12, 3 * HALF + 2])
@pytest.mark.parametrize('at', [0, 5, 20, 21, 24, 25, 30, 48, 50, 60])
def test_another_z_is_reached_within_the_fade(generator, at, fade):
  """Frame by frame, wherever half windows end; then it is as if always there.

  That is, it goes by what it would, had it been there all along.
  """
  here, music, there = (
    generator.again(1, wander=0.0).live(z, fade) for z in (HERE, HERE, THERE)
  )
  if at:
    for one in (here, music, there):
      one.play(at)
  music.go_to(THERE)
  np.testing.assert_array_equal(music.z, THERE)
  left, heard, reached = (
    guided(one, fade + 2 * HALF) for one in (here, music, there)
  )
  share = shares(fade, len(heard))
  np.testing.assert_allclose(
    heard, (1 - share) * left + share * reached, rtol=1e-5, atol=1e-5
  )
  np.testing.assert_array_equal(heard[fade:], reached[fade:])


@pytest.mark.parametrize('fade', [FADE, HALF + 9])
def test_z_may_change_again_before_it_is_reached(generator, fade):
  z = [HERE, THERE, np.array([[2.0, 0.1]])]
  music, *stayed = (
    generator.again(1, wander=0.0).live(one, fade) for one in [HERE, *z]
  )
  for one in (music, *stayed):
    one.play(23)
  music.go_to(z[1])
  heard = [guided(music, 3)]
  music.go_to(z[2])
  heard.append(guided(music, 3 * HALF))
  first, second, third = (guided(one, 3 * HALF + 3) for one in stayed)
  to_second = shares(fade, 3 * HALF + 3)
  to_third = np.concatenate([np.zeros([3, 1]), shares(fade, 3 * HALF)])
  expected = (1 - to_second) * first + to_second * second
  expected = (1 - to_third) * expected + to_third * third
  np.testing.assert_allclose(
    np.concatenate(heard), expected, rtol=1e-5, atol=1e-5
  )


def test_of_changes_at_one_frame_the_last_counts(generator):
  once, often = (
    generator.again(1, wander=0.0).live(HERE, FADE) for _ in range(2)
  )
  for one in (once, often):
    one.play(23)
  for i in range(50):
    often.go_to(np.array([[0.1 * i, -1.0]]))
  for one in (once, often):
    one.go_to(THERE)
  np.testing.assert_array_equal(guided(once, HALF), guided(often, HALF))


def test_music_that_wanders_on_is_reached_as_smoothly(generator):
  """What is left stays where it is, and what is reached goes its own way."""
  here = generator.again(1, wander=0.0).live(HERE, FADE)
  music, there = (
    generator.again(1, wander=1.0).live(z, FADE) for z in (HERE, THERE)
  )
  for one in (here, music, there):
    one.play(HALF - 2)
  music.go_to(THERE)
  left, heard, reached = (guided(one, 2 * HALF) for one in (here, music, there))
  share = shares(FADE, len(heard))
  np.testing.assert_allclose(
    heard, (1 - share) * left + share * reached, rtol=1e-5, atol=1e-5
  )
  assert np.any(music.z != THERE)


def test_what_was_played_is_not_forgotten():
  """Only z changes: after another beginning, the same z and draws differ."""
  grooves = magenta_vrae.load('grooves')
  here, there = grooves.again(4).draw(2)[:, np.newaxis]
  after = []
  for seed in (1, 2):
    music = grooves.again(seed, wander=0.0).live(here, 4)
    music.play(30)
    music.go_to(there)
    music._emission = grooves.again(5)._emission()
    after.append(music.play(34))
  # A beat for the fade, and then most of a bar is the same.
  assert 0 < np.mean(after[0][4:] != after[1][4:]) < 0.2


def test_wander_and_temperature_hold_from_the_next_block_on(generator):
  music = generator.again(1, wander=0.0).live(HERE, FADE)
  music.play(HALF + 1)
  np.testing.assert_array_equal(music.z, HERE)
  music.set_wander(1.0)
  music.play(HALF)
  assert np.any(music.z != HERE)
  there = music.z
  music.set_wander(0.0)
  music.play(5 * HALF)
  np.testing.assert_array_equal(music.z, there)
  # Without chance, two that stand alike play alike.
  music = [generator.again(1, wander=0.0).live(HERE, FADE) for _ in range(2)]
  for one in music:
    one.play(10)
    one.set_temperature(0.0)
  music[1]._emission = generator.again(2, temperature=0.0)._emission()
  np.testing.assert_array_equal(music[0].play(50), music[1].play(50))


def test_the_papers_decoder_plays_window_after_window(papers):
  music = papers.again(1).live(HERE, FADE)
  model = papers.again(1)
  windows = [model.decode(HERE)[0] for _ in range(2)]
  np.testing.assert_array_equal(
    played(music, 10, 50, 30), np.concatenate(windows)[:90]
  )
  # It goes over to the same frame of another window.
  music.go_to(THERE)
  window, last = model.decode(THERE)[0], model.decode(THERE)[0]
  np.testing.assert_array_equal(music.play(10), window[40:])
  np.testing.assert_array_equal(music.play(T), last)
  music.set_temperature(0.0)
  music.go_to(HERE)
  cold = papers.again(1, temperature=0.0).decode(HERE)[0]
  np.testing.assert_array_equal(music.play(T), cold)


def test_what_does_not_know_how_music_goes_on(papers, generator):
  assert generator.can_wander and not papers.can_wander
  papers.live(HERE, FADE).set_wander(0.0)
  with pytest.raises(InputError, match='cannot wander'):
    papers.live(HERE, FADE).set_wander(0.5)
  with pytest.raises(InputError, match='no prior was fitted'):
    standard = generator.again(1, wander=0.0)
    standard.prior = prior_lib.Standard(2)
    assert not standard.can_wander
    standard.live(HERE, FADE).set_wander(1.0)
  with pytest.raises(InputError, match='wander is 1.5'):
    generator.live(HERE, FADE).set_wander(1.5)
  with pytest.raises(TypeError):
    live.Hearing(papers._model, HERE, generator._emission(), None, FADE)


@pytest.mark.parametrize('which', ['generator', 'papers'])
def test_what_cannot_be_played_is_refused(request, which):
  """And music goes on as if it had not been asked for."""
  made = request.getfixturevalue(which)
  expected = played(made.again(1).live(HERE, FADE), 30, 60)
  music = made.again(1).live(HERE, FADE)
  before = music.play(30)
  for num_frames in (0, -1, 2.5):
    with pytest.raises(InputError, match=f'num_frames is {num_frames}; give'):
      music.play(num_frames)
  for z, says in (
    (np.zeros([1, 3]), 'sized'),
    (np.zeros([2, 2]), 'there are 2 z; give one'),
    ([[0.0, np.nan]], 'not finite'),
  ):
    with pytest.raises(InputError, match=says):
      music.go_to(z)
    with pytest.raises(InputError, match=says):
      made.live(z, FADE)
  for temperature in (-1.0, float('nan')):
    with pytest.raises(InputError, match='temperature is'):
      music.set_temperature(temperature)
  after = music.play(60)
  np.testing.assert_array_equal(np.concatenate([before, after]), expected)


def test_the_temperature_of_music_is_its_own(papers):
  """Other music of the same generator keeps the generator's."""
  music = papers.again(1).live(HERE, FADE)
  made = papers.again(1, temperature=0.0)
  expected = made.decode(HERE)[0]
  hot = made.live(HERE, FADE)
  hot.set_temperature(50.0)
  hot.play(3 * T)
  assert made.temperature == 0.0 and music.play(T).any()
  np.testing.assert_array_equal(made.decode(HERE)[0], expected)
