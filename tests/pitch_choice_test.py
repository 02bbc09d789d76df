# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The pitches that a collection uses."""

from __future__ import annotations

import shlex

import numpy as np
import pytest

from magenta_vrae import configs
from magenta_vrae.data import pitch_choice


def test_best_choices_of_known_counts():
  counts = np.zeros(128, int)
  counts[[20, 60, 61, 62, 100]] = [5, 1, 2, 3, 4]
  assert pitch_choice.best_window(counts, 3) == (60, 61, 62)
  assert pitch_choice.best_window(counts, 1) == (20,)
  assert pitch_choice.most_used(counts, 3) == (20, 62, 100)


def test_report_counts_pitched_notes_and_drums_apart(score):
  count = pitch_choice.PitchCount()
  count.add(score((60, 0, 1), (60, 1, 2), (100, 0, 1)))
  count.add(score((36, 0, 1), is_drum=True))
  report = count.report()
  assert '3 pitched notes' in report and '1 drum notes' in report
  assert 'in 36-84, the default:  66.7%' in report


def test_reported_flags_are_taken_by_the_commands(real_piece):
  count = pitch_choice.PitchCount()
  count.add(real_piece)
  lines = [line for line in count.report().splitlines() if '--' in line]
  assert len(lines) == 2
  for line in lines:
    (flag,) = shlex.split(line)
    converter = configs.get_config(
      'vrae_2d', converter=flag[len('--converter=') :]
    ).data_converter
    assert converter.input_depth == 49
    assert converter.coverage(real_piece).share_dropped < 0.03


def counted(pitched=(), drums=()):
  """A `PitchCount` of so many notes at some pitches."""
  counts = np.zeros([2, 128], int)
  for row, notes in zip(counts, (pitched, drums)):
    for pitch, number in notes:
      row[pitch] += number
  return pitch_choice.PitchCount(*counts)


@pytest.mark.parametrize(
  'pitched, better',
  [
    ([(36, 90), (84, 10)], None),
    # One in a hundred is not noticeably more.
    ([(40, 99), (30, 1)], None),
    ([(40, 98), (30, 2)], {30, 40}),
    # No 49 in a row hold both.
    ([(10, 50), (40, 30), (100, 20)], {10, 40, 100}),
  ],
)
def test_another_choice_is_told_of_where_it_keeps_noticeably_more(
  pitched, better
):
  lines = counted(pitched).summary().splitlines()
  flags = [line.split(' with ')[1] for line in lines if '--converter' in line]
  if better is None:
    assert not flags
    return
  (flag,) = shlex.split(flags[0])
  converter = configs.get_config(
    'vrae_2d', converter=flag[len('--converter=') :]
  ).data_converter
  assert converter.input_depth == 49
  assert set(better) <= set(converter.settings()['pitches'])
  assert '100.0% are kept with' in lines[1]


def test_summary_counts_as_musicians_do():
  summary = counted([(60, 3), (100, 1)], [(36, 7), (20, 3)]).summary()
  first, _, last = summary.splitlines()
  assert '75.0% of 4 notes are from C2 to C6' in first
  assert '70.0% of 10 notes' in last
  first, last = counted(drums=[(36, 1)]).summary().splitlines()
  assert 'only drum notes' in first and '100.0% of 1 notes' in last
  assert counted([(60, 1)]).summary().endswith('drums: no notes')
