# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A model that is told where in a bar it is hears an upbeat as an upbeat.

Music after an upbeat of a beat is the same as that of a whole bar with rests
before it.
"""

from __future__ import annotations

import numpy as np
import pytest
from accompany_test import GROUPS
from accompany_test import HPARAMS
from accompany_test import roll_of
from graph_sessions import save_random_model

from magenta_vrae import configs
from magenta_vrae.data import time_grid
from magenta_vrae.inference import endless
from magenta_vrae.inference.emission import Emission
from magenta_vrae.inference.generation import Generator
from magenta_vrae.inference.numpy_model import RestoredVrae

# Bars of 2/4; places in them matter.
IN_BARS = HPARAMS.replace('bar_frames=0', 'bar_frames=8') + (
  ',temperature=1,corrupt_missing=0.3,corrupt_wrong=0.3'
)
UPBEAT, BEAT_SECONDS = 4, 0.5


@pytest.fixture(scope='module')
def config():
  return configs.get_config('vrae_band', IN_BARS, GROUPS)


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory):
  path = str(tmp_path_factory.mktemp('model') / 'model.ckpt-3')
  save_random_model(IN_BARS, path, 'vrae_band', GROUPS)
  return path


@pytest.fixture
def made(config, checkpoint):
  """Calls a method of a generator that begins with the same seed."""

  def call(name, *arguments):
    generator = Generator(config, checkpoint, seed=5)
    return getattr(generator, name)(*arguments)

  return call


def in_metres(config, roll, *metres):
  piece = config.data_converter.from_roll(roll)
  del piece.time_signatures[:]
  for time, numerator in metres:
    piece.time_signatures.add(time=time, numerator=numerator, denominator=4)
  return piece


@pytest.fixture
def pieces(config):
  """One with an upbeat, the same after rests, and the same without metres."""
  roll = roll_of(config, UPBEAT + 32)
  after_rests = np.pad(roll, [(UPBEAT, 0), (0, 0)])
  return (
    in_metres(config, roll, (0, 1), (BEAT_SECONDS, 2)),
    in_metres(config, after_rests, (0, 2)),
    in_metres(config, roll),
  )


@pytest.mark.parametrize(
  'frame, lines, place',
  [
    (0, [0, 16, 32], 0),
    (5, [0, 16, 32], 5),
    (32, [0, 16, 32], 0),
    (0, [0, 4, 20], 12),
    (3, [0, 4, 20], 15),
    (4, [0, 4, 20], 0),
    (0, [0, 16, 20], 0),  # A long one is no upbeat.
    (3, [0, 4], 3),  # Nor is one with no bar behind it.
    (2, [], 2),
  ],
)
def test_place_in_bar(frame, lines, place):
  assert time_grid.place_in_bar(frame, np.array(lines, int)) == place


def test_going_on(pieces, made):
  upbeat, after_rests, no_metre = (
    made('go_on', piece, None, 20)[-20:] for piece in pieces
  )
  np.testing.assert_array_equal(upbeat, after_rests)
  assert (upbeat != no_metre).any()


def test_the_piece_before_it_stays(config, pieces, made):
  roll = config.data_converter.to_roll(pieces[0])
  for piece, start, num_frames in ((pieces[0], None, 36), (pieces[0], 2.0, 16)):
    gone_on = made('go_on', piece, start, 20)
    assert len(gone_on) == num_frames + 20
    np.testing.assert_array_equal(gone_on[:num_frames], roll[:num_frames])


def test_accompanying(pieces, made):
  upbeat, after_rests, no_metre = (
    made('accompany', piece, ['drums'], first)
    for piece, first in zip(pieces, (0, UPBEAT, 0))
  )
  assert len(upbeat) == UPBEAT + 32
  np.testing.assert_array_equal(upbeat, after_rests)
  assert (upbeat != no_metre).any()


def test_denoising(pieces, made):
  upbeat, after_rests, no_metre = (made('denoise', piece) for piece in pieces)
  np.testing.assert_array_equal(upbeat, after_rests[UPBEAT:])
  assert (upbeat != no_metre).any()


def test_reconstructing(config, checkpoint, pieces, made):
  upbeat, _, no_metre = (made('reconstruct', piece) for piece in pieces)
  model = RestoredVrae(config, checkpoint)
  roll = config.data_converter.to_roll(pieces[1])
  padded = np.pad(roll, [(0, 16), (0, 0)])
  windows = [padded[start : start + 16] for start in range(0, len(roll), 8)]
  z = model.posterior(np.array(windows)).mu
  draws = Emission('bernoulli', 0.5, 1.0, np.random.RandomState(5))
  right = endless.compose(
    model, z[:, np.newaxis], len(upbeat), draws, roll[np.newaxis, :UPBEAT]
  )
  np.testing.assert_array_equal(upbeat, right[0])
  assert (upbeat != no_metre).any()
