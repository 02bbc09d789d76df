# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The pitches that a collection uses."""

from __future__ import annotations

import numpy as np

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
  flags = [line.strip() for line in count.report().splitlines() if '--' in line]
  assert len(flags) == 2
  for flag in flags:
    converter = configs.get_config(
      'vrae_2d', converter=flag[len('--converter=') :]
    ).data_converter
    assert converter.input_depth == 49
    assert converter.coverage(real_piece).share_dropped < 0.03
