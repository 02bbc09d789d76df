# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Ties of ABC: how far an accidental reaches (standard 2.1, 4.11 and 11.3)."""

from __future__ import annotations

import pytest
from abc_cases import HEAD
from abc_cases import seq
from reading_test import assert_notes
from reading_test import notes_of
from reading_test import read

LONG = [(66, 0, 2)]


@pytest.mark.parametrize(
  ('music', 'right'),
  [
    # To a note that follows at once, over bar lines and whatever has no time.
    ('^F- | F2 F2|', [(66, 0, 3), (65, 3, 5)]),
    ('^F-|F F|', LONG + seq(65, start=2)),
    ('^F-||F|', LONG),
    ('^F-|y"C"!trill!F F|', LONG + seq(65, start=2)),
    ('^F-|\nF F|', LONG + seq(65, start=2)),
    ('^F-|[FA] F|', [*LONG, (69, 1, 2), (65, 2, 3)]),
    ('^F3-|F-|F F|', [(66, 0, 5), (65, 5, 6)]),
    ('[K:D]F-|[K:C]F F|', LONG + seq(65, start=2)),
    ('^F->F|F', [*LONG, (65, 2, 3)]),
    ('^F>-F|F', [*LONG, (65, 2, 3)]),
    ('(3^FG^F-|F', [(66, 0, 2 / 3), (67, 2 / 3, 4 / 3), (66, 4 / 3, 3)]),
    # To none: the accidental ends with its bar.
    ('^F-|z F|', seq(66, None, 65)),
    ('^F-|x F|', seq(66, None, 65)),
    ('^F-|Z|F|', [(66, 0, 1), (65, 5, 6)]),
    ('^F-|G F|', seq(66, 67, 65)),
    ('^F-|f F|', seq(66, 77, 65)),
    ('^F- G|F F|', seq(66, 67, 65, 65)),
    ('[^F-A]|z F|', [(66, 0, 1), (69, 0, 1), (65, 2, 3)]),
    ('[A^F/-]|F|', [(66, 0, 0.5), (69, 0, 1), (65, 1, 2)]),
    ('^F-|=F F|', seq(66, 65, 65)),
    ('_B-|z B|', seq(70, None, 71)),
    ('[K:D]=F-|z F|', seq(65, None, 66)),
    # And not before.
    ('^F- z F|F', seq(66, None, 66, 65)),
    ('^F- G F f|', seq(66, 67, 66, 78)),
    ('I:propagate-accidentals not\n^F- F F|', LONG + seq(65, start=2)),
    ('I:propagate-accidentals not\n^F- G F|', seq(66, 67, 65)),
    # Nor to what sounds beside it, but to what follows that.
    ('^F-&F|', [(66, 0, 1), (65, 0, 1)]),
    ('^F4-&F4|F4|', [(66, 0, 8), (65, 0, 4)]),
    # A later tie is its own.
    ('^F-|z F-|F F|', [(66, 0, 1), (65, 2, 4), (65, 4, 5)]),
  ],
)  # fmt: skip
def test_accidentals_and_ties(music, right, tmp_path):
  path = tmp_path / 'tune.abc'
  path.write_text(f'{HEAD}{music}\n')
  piece, told = read(path)
  assert_notes(notes_of(piece), right)
  assert told == []


def test_voices_have_ties_of_their_own(tmp_path):
  path = tmp_path / 'tune.abc'
  path.write_text(f'{HEAD}[V:1]^F-|\n[V:2]z|\n[V:1]F z F|\n[V:2]F z F|\n')
  piece, _ = read(path)
  assert sorted((n.instrument, n.pitch, n.start_time) for n in piece.notes) == [
    (0, 65, 3),
    (0, 66, 0),
    (1, 65, 1),
    (1, 65, 3),
  ]
