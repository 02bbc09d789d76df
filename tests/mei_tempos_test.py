# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tempos of MEI: how fast, and from which note on."""

from __future__ import annotations

import pytest
from mei_test import BAD_NUMBERS
from mei_test import ONE
from mei_test import C
from mei_test import D
from mei_test import E
from mei_test import F
from mei_test import measure
from mei_test import mei
from reading_test import assert_notes
from reading_test import notes_of

pytest.importorskip('music21')

ALL_NOTES = C + D + E + F


def in_measure(said, notes=ALL_NOTES, extra=''):
  return measure(notes).replace(
    '</measure>', f'<tempo {said}/>{extra}</measure>'
  )


def starts(piece):
  return [round(n.start_time, 6) for n in piece.notes]


def tempos(piece):
  return [(round(t.time, 6), round(t.qpm, 6)) for t in piece.tempos]


@pytest.mark.parametrize(
  ('said', 'qpm'),
  [
    ('midi.bpm="90"', 90),
    ('midi.bpm=" 90.5 "', 90.5),
    ('midi.mspb="1000000"', 60),
    ('mm="60"', 60),
    ('mm="60" mm.unit="2"', 120),
    ('mm="60" mm.unit="8"', 30),
    ('mm="60" mm.unit="4" mm.dots="1"', 90),
    ('mm="40" mm.unit="8" mm.dots="2"', 35),
    ('mm="30" mm.unit="breve"', 240),
    ('mm="15" mm.unit="long"', 240),
    # What a player is told counts more than what is printed.
    ('mm="60" mm.unit="4" midi.bpm="72"', 72),
    ('mm="60" midi.mspb="500000" midi.bpm="72"', 72),
    ('mm="60" midi.bpm="0.000"', 60),
  ],
)  # fmt: skip
def test_units_of_tempo(said, qpm, tmp_path):
  right = [(60, 0, 60 / qpm), (62, 60 / qpm, 120 / qpm)]
  for head, music in (
    (ONE.replace('<scoreDef', f'<scoreDef {said}'), measure(C + D)),
    (ONE, in_measure(f'tstamp="1" {said}', C + D)),
    (ONE, in_measure(said, C + D)),
    # Printed at a scoreDef, and told otherwise in the measure.
    (ONE.replace('<scoreDef', '<scoreDef midi.bpm="33"'),
     in_measure(said, C + D)),
  ):  # fmt: skip
    piece, _ = mei(tmp_path, music, head=head)
    assert_notes(notes_of(piece), right)
    assert tempos(piece) == [(0, round(qpm, 6))]


@pytest.mark.parametrize(
  ('metre', 'said', 'places'),
  [
    ('4/4', 'tstamp="3" mm="60"', [0, 0.5, 1, 2]),
    ('4/4', 'tstamp="2.5" midi.bpm="60"', [0, 0.5, 1.25, 2.25]),
    # Beats are the metre's, and so is a unit that is not told.
    ('8/8', 'tstamp="3" midi.bpm="60"', [0, 0.5, 1.5, 2.5]),
    ('8/8', 'tstamp="5" mm="120"', [0, 0.5, 1, 2]),
    ('2/2', 'tstamp="2" mm="30"', [0, 0.5, 1, 2]),
    # Before the first beat, behind the last, or no beat.
    ('4/4', 'tstamp="0" midi.bpm="60"', [0, 1, 2, 3]),
    ('4/4', 'tstamp="x" midi.bpm="60"', [0, 1, 2, 3]),
    ('4/4', 'tstamp="99999999" midi.bpm="60"', [0, 0.5, 1, 1.5]),
    # Words are none.
    ('4/4', 'tstamp="2" label="Presto"', [0, 0.5, 1, 1.5]),
  ],
)
def test_beats_that_tempos_begin_on(metre, said, places, tmp_path):
  count, unit = metre.split('/')
  head = ONE.replace(
    '<scoreDef', f'<scoreDef meter.count="{count}" meter.unit="{unit}"'
  )
  piece, told = mei(tmp_path, in_measure(said), measure(C), head=head)
  assert starts(piece)[:4] == places
  last = 60 / piece.tempos[-1].qpm
  assert starts(piece)[4] == pytest.approx(
    places[3] + (0.5 if '99999999' in said else last)
  )
  assert told == []


def named(note, name):
  return note.replace('/>', f' xml:id="{name}"/>')


CHORD = '<chord xml:id="k" dur="4">' + C + named(E, 'e') + '</chord>'


@pytest.mark.parametrize(
  ('notes', 'name', 'places'),
  [
    (C + named(D, 'd') + E, '#d', [0, 0.5, 1.5, 2.5]),
    (C + CHORD + D, '#k', [0, 0.5, 0.5, 1.5, 2.5]),
    (C + CHORD + D, 'e', [0, 0.5, 0.5, 1.5, 2.5]),
    (C + '<rest xml:id="r" dur="4"/>' + D, '#r', [0, 1.5, 2.5]),
    (f'<tuplet num="3" numbase="2">{C}{named(D, "d")}{E}</tuplet>', '#d',
     [0, 1 / 3, 1, 5 / 3]),
    # In the next measure, and nowhere.
    (C, '#next', [0, 0.5]),
    (C, '#nowhere', [0, 1]),
  ],
)  # fmt: skip
def test_notes_that_tempos_begin_with(notes, name, places, tmp_path):
  piece, told = mei(
    tmp_path,
    in_measure(f'startid="{name}" tstamp="1" midi.bpm="60"', notes),
    measure(named(F, 'next')),
  )
  assert starts(piece) == pytest.approx(places, abs=1e-5)
  assert told == []


def test_tempos_between_notes(tmp_path):
  slow, fast = '<tempo midi.bpm="60"/>', '<tempo midi.bpm="240"/>'
  piece, _ = mei(tmp_path, measure(C + fast + slow + D + E + fast), measure(F))
  assert starts(piece) == [0, 0.5, 1.5, 2.5]
  assert piece.total_time == 2.75


def test_changes_amid_the_piece_come_back_with_repeats(tmp_path):
  """Of two staves, the lower one tells of nothing, and follows."""
  two = ONE.replace('<staffDef n="1"/>', '<staffDef n="1"/><staffDef n="2"/>')
  lower = '<staff n="2"><layer>' + F + '</layer></staff></measure>'
  slow = '<scoreDef midi.bpm="60"/>'
  music = (
    measure(C, 'left="rptstart"')
    + slow
    + measure(D, 'right="rptend"')
    + measure(E)
  ).replace('</measure>', lower)
  piece, told = mei(tmp_path, music, head=two)
  assert sorted(notes_of(piece)) == sorted(
    (pitch, start, end)
    for upper, start, end in [
      (60, 0, 0.5), (62, 0.5, 1.5), (60, 1.5, 2), (62, 2, 3), (64, 3, 4)
    ]
    for pitch in (upper, 65)
  )  # fmt: skip
  assert tempos(piece) == [(0, 120), (0.5, 60), (1.5, 120), (2, 60)]
  assert told == []


@pytest.mark.parametrize(
  ('said', 'told'),
  [
    (f'{name}="{value}"', f'{value[:20]!r} is passed over: tempos are numbers '
     'above 0')
    for name in ('midi.bpm', 'midi.mspb', 'mm')
    for value in ('0', '-1', '9' * 400, 'x', '', 'nan', '1e9', '1_0', 'ca. 60')
  ] + [
    *((f'mm="60" mm.unit="{unit}"', f'with mm.unit={unit[:20]!r} is passed '
       'over: mm.unit is long, breve or a power of two from 1 to 2048')
      for unit in ('0', '3', 'x', '', '9' * 400)),
    *((f'mm="60" mm.dots="{dots}"', f'with mm.dots={dots[:20]!r} is passed '
       'over: mm.dots is a whole number from 0 to 4')
      for dots in ('-1', '5', 'x', '', '9' * 400)),
  ],
)  # fmt: skip
@pytest.mark.parametrize('tag', ['scoreDef', 'tempo'])
def test_tempos_of_no_kind_are_passed_over(tag, said, told, tmp_path):
  is_head = tag == 'scoreDef'
  piece, warnings = mei(
    tmp_path,
    measure(C) if is_head else in_measure(said, C),
    head=ONE.replace('<scoreDef', f'<scoreDef {said}') if is_head else ONE,
  )
  assert_notes(notes_of(piece), [(60, 0, 0.5)])
  assert warnings == [f'a tempo {"" if "with" in told else "of "}{told}']


@pytest.mark.parametrize('value', [*BAD_NUMBERS, '60'])
def test_staves_have_no_tempo_of_their_own(value, tmp_path):
  head = ONE.replace('<staffDef', f'<staffDef midi.bpm="{value}"')
  piece, told = mei(tmp_path, measure(C), head=head)
  assert_notes(notes_of(piece), [(60, 0, 0.5)])
  assert told == []


def test_thousands_of_tempos(tmp_path):
  many = ''.join(
    f'<tempo tstamp="{1 + i / 20000}" midi.bpm="{60 + i % 2}"/>'
    for i in range(20_000)
  )
  piece, _ = mei(tmp_path, in_measure('', C, many), in_measure('mm="60"', D))
  assert len(piece.tempos) == 20_001
  assert starts(piece)[1] == pytest.approx(60 / 60.5, abs=1e-3)
