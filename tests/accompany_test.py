# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Some groups of a piece kept, the others made."""

from __future__ import annotations

import numpy as np
import pytest
from graph_sessions import save_random_model

from magenta_vrae import configs
from magenta_vrae.errors import InputError
from magenta_vrae.inference import accompany
from magenta_vrae.inference import endless
from magenta_vrae.inference.emission import Emission
from magenta_vrae.inference.generation import Generator
from magenta_vrae.inference.numpy_autoregressive import NumpyAutoregressive
from magenta_vrae.inference.numpy_model import RestoredVrae
from magenta_vrae.inference.prior import Standard

HPARAMS = (
  'enc_rnn_size=[6],dec_rnn_size=[5],ar_rnn_size=[7],nade_size=20,z_size=2,'
  'sigma_init=0.9,weight_init=normal,frames_per_step=4,bar_frames=0'
)
GROUPS = 'groups=[bass:33@40-42,chords:0@60-62,drums@35-36],window_frames=16'


@pytest.fixture(scope='module')
def config():
  return configs.get_config('vrae_band', HPARAMS, GROUPS)


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory):
  path = str(tmp_path_factory.mktemp('model') / 'model.ckpt-3')
  save_random_model(HPARAMS, path, 'vrae_band', GROUPS)
  return path


def with_strong_ties(model):
  """The model, its columns tied to each other more than at random weights."""
  rng = np.random.RandomState(5)
  weights = {
    name: rng.normal(0, 0.5, value.shape).astype(np.float32)
    if name.startswith('decoder/nade_')
    else value
    for name, value in model.weights.items()
  }
  model.autoregressive = NumpyAutoregressive(
    model.hparams, model.data_converter.depth, weights
  )
  return model


def roll_of(config, num_frames=40, seed=0):
  converter = config.data_converter
  roll = np.random.RandomState(seed).rand(num_frames, converter.depth) < 0.3
  # As a piece's own roll is: what begins sounds.
  return converter.to_roll(converter.from_roll(roll))


def test_columns_of_groups(config):
  columns = accompany.kept_columns(config.data_converter, ['chords', 'drums'])
  assert np.flatnonzero(columns).tolist() == list(range(6, 14))
  loud = config.data_converter.replace(velocity_levels=3)
  columns = accompany.kept_columns(loud, ['bass'])
  assert np.flatnonzero(columns).tolist() == [*range(6), 14, 15]


@pytest.mark.parametrize(
  'keep, words',
  [
    (['piano'], "'piano' is no group; the groups are bass, chords, drums"),
    ([], 'no group is kept'),
    (['bass', 'chords', 'drums'], 'there is none to make'),
  ],
)
def test_groups_that_cannot_be_kept(config, keep, words):
  with pytest.raises(InputError, match=words):
    accompany.kept_columns(config.data_converter, keep)


def test_the_paper_s_roll_has_no_groups():
  converter = configs.get_config('vrae_2d').data_converter
  with pytest.raises(InputError, match='vrae_band'):
    accompany.kept_columns(converter, ['bass'])


def test_what_is_kept_is_kept_and_the_rest_is_made(config, checkpoint):
  generator = Generator(config, checkpoint, seed=3)
  converter = config.data_converter
  roll = roll_of(config)
  piece = converter.from_roll(roll)
  made = generator.accompany(piece, ['drums'])
  columns = accompany.kept_columns(converter, ['drums'])
  np.testing.assert_array_equal(made[:, columns], roll[:, columns])
  assert made.shape == roll.shape
  assert made[:, ~columns].any()
  assert (made[:, ~columns] != roll[:, ~columns]).any()
  again = Generator(config, checkpoint, seed=3).accompany(piece, ['drums'])
  np.testing.assert_array_equal(made, again)


def test_what_is_kept_is_heard(config, checkpoint):
  """With the same draws, other drums make another bass."""
  model = with_strong_ties(RestoredVrae(config, checkpoint))
  columns = accompany.kept_columns(config.data_converter, ['drums'])
  z = np.zeros([1, 2], np.float32)

  def bass_to(roll):
    draws = Emission('bernoulli', 0.5, 1.0, np.random.RandomState(0))
    kept = accompany.KeptEmission(draws, roll, columns)
    return endless.compose(model, iter([z] * 9), 40, kept)[0][:, :6]

  first, second = roll_of(config), roll_of(config, seed=1)
  same = first.copy()
  same[:, :6] = second[:, :6]
  np.testing.assert_array_equal(bass_to(first), bass_to(same))
  assert (bass_to(first) != bass_to(second)).any()


def test_z_follows_the_likelihood_of_what_is_kept(config, checkpoint):
  """The draws' mean is that of prior and free run, reckoned z by z."""
  model = RestoredVrae(config, checkpoint)
  columns = accompany.kept_columns(config.data_converter, ['bass'])
  roll = roll_of(config, 16)
  drawn = np.concatenate(
    [
      accompany.z_of_kept(
        model, Standard(2), roll, columns, np.random.RandomState(seed)
      )[:1]
      for seed in range(60)
    ]
  )
  grid = np.stack(np.meshgrid(*[np.linspace(-4, 4, 41)] * 2), -1).reshape(-1, 2)
  p = 1 / (1 + np.exp(-model.free_logits(grid, 16)[..., columns]))
  x = roll[:, columns]
  logs = np.log(np.where(x, p, 1 - p)).sum(axis=(1, 2))
  logs -= 0.5 * np.sum(grid**2, axis=1)
  weights = np.exp(logs - logs.max())
  weights /= weights.sum()
  mean = weights @ grid
  deviation = np.sqrt(weights @ (grid - mean) ** 2)
  error = np.abs(drawn.mean(axis=0) - mean)
  assert (error < 4 * deviation / np.sqrt(len(drawn)) + 0.05).all()


def test_nothing_kept_sounds(config, checkpoint):
  piece = config.data_converter.from_roll(roll_of(config))
  for note in list(piece.notes):
    if note.is_drum:
      piece.notes.remove(note)
  with pytest.raises(InputError, match='nothing that is kept .drums. sounds'):
    Generator(config, checkpoint).accompany(piece, ['drums'])


TINY = 'groups=[bass:33@40-40,chords:0@60-60,drums@35-36],window_frames=16'


@pytest.fixture(scope='module')
def tiny(tmp_path_factory):
  """A model of six columns: bass 0 and 1, chords 2 and 3, drums 4 and 5."""
  path = str(tmp_path_factory.mktemp('tiny') / 'model.ckpt-3')
  save_random_model(HPARAMS, path, 'vrae_band', TINY)
  config = configs.get_config('vrae_band', HPARAMS, TINY)
  return with_strong_ties(RestoredVrae(config, path))


class TestResampling:
  """Made columns hear kept ones behind them in the same frame."""

  KEPT = np.array([0, 0, 1, 1, 0, 0], bool)
  FRAME = np.array([0, 0, 1, 0, 0, 0], bool)
  TEMPERATURE = 0.8
  DRAWS = 20000

  def made_frames(self):
    """All that bass and drums might be, with the chord that is kept."""
    made = (np.arange(16)[:, np.newaxis] >> np.arange(4)) & 1
    frames = np.repeat(self.FRAME[np.newaxis], 16, axis=0)
    frames[:, ~self.KEPT] = made
    return frames

  def start(self, model, n):
    z = np.full([n, 2], 0.7, np.float32)
    decoder = model.autoregressive
    prepared = decoder.prepare(model.free_logits(z, 1), z)
    return decoder, decoder.begin(z), prepared

  def exact(self, model):
    frames = self.made_frames()
    decoder, at, prepared = self.start(model, 16)
    _, logits = decoder.tell(at, prepared, frames[:, np.newaxis])
    odds = logits[:, 0] / self.TEMPERATURE
    p = 1 / (1 + np.exp(-odds))
    joint = np.prod(np.where(frames, p, 1 - p), axis=1)
    return joint / joint.sum()

  def frequencies(self, model, num_candidates, sampling='bernoulli'):
    rng = np.random.RandomState(0)
    draws = Emission(sampling, 0.5, self.TEMPERATURE, rng)
    kept = accompany.KeptEmission(
      draws, self.FRAME[np.newaxis], self.KEPT, num_candidates
    )
    decoder, at, prepared = self.start(model, self.DRAWS)
    _, _, frames = decoder.play(at, prepared, kept)
    assert (frames[:, 0, self.KEPT] == self.FRAME[self.KEPT]).all()
    number = frames[:, 0, ~self.KEPT] @ (1 << np.arange(4))
    return np.bincount(number.astype(int), minlength=16) / self.DRAWS

  def test_frequencies_are_those_of_the_exact_conditional(self, tiny):
    exact = self.exact(tiny)

    def distance(num_candidates):
      return np.abs(self.frequencies(tiny, num_candidates) - exact).sum() / 2

    far, near = distance(1), distance(32)
    # Of as many exact draws the expected distance is about 0.01.
    assert near < 0.015
    assert far > 4 * near

  def test_nothing_is_resampled_where_all_candidates_weigh_the_same(self):
    def candidates(kept, sampling='bernoulli'):
      draws = Emission(sampling, 0.5, 1.0, np.random.RandomState(0))
      columns = np.array(kept, bool)
      roll = self.FRAME[np.newaxis]
      return accompany.KeptEmission(draws, roll, columns, 8).num_candidates

    assert candidates(self.KEPT) == 8
    assert candidates(~self.KEPT) == 8
    # What is kept comes first; or notes follow a threshold.
    assert candidates([1, 1, 1, 1, 0, 0]) == 1
    assert candidates(self.KEPT, 'threshold') == 1
