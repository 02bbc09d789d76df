# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What is measured of a window, and the directions made of it."""

from __future__ import annotations

import numpy as np
import pytest

from magenta_vrae import attributes
from magenta_vrae.data import PianoRollConverter
from magenta_vrae.errors import InputError


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
