# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Some groups of a piece kept, the others made."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import save_random_model

from magenta_vrae import configs
from magenta_vrae.errors import InputError
from magenta_vrae.inference import accompany
from magenta_vrae.inference import endless
from magenta_vrae.inference.emission import Emission
from magenta_vrae.inference.generation import Generator
from magenta_vrae.inference.numpy_model import RestoredVrae
from magenta_vrae.inference.prior import Standard

HPARAMS = (
  'enc_rnn_size=[6],dec_rnn_size=[5],ar_rnn_size=[7],nade_size=20,z_size=2,'
  'sigma_init=0.9,weight_init=normal,frames_per_step=4'
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
  model = RestoredVrae(config, checkpoint)
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
