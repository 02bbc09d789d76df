# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tremolos of two notes in MEI: played in alternation, as long as they say."""

from __future__ import annotations

import pytest
from mei_test import ONE
from mei_test import C
from mei_test import D
from mei_test import E
from mei_test import F
from mei_test import measure
from mei_test import mei
from reading_test import assert_notes
from reading_test import notes_of

from magenta_vrae.errors import InputError

pytest.importorskip('music21')


def tremolo(said, first=C, second=E, **values):
  """An fTrem whose notes have other values than a quarter's."""
  for name, value in values.items():
    first, second = (
      note.replace(' dur="4"', '').replace('/>', f' {name}="{value}"/>')
      if name == 'dur'
      else note.replace('/>', f' {name}="{value}"/>')
      for note in (first, second)
    )
  return f'<fTrem {said}>{first}{second}</fTrem>'


def alternation(number, length, pitches=(60, 64), start=0.0):
  return [
    (pitches[i % 2], start + i * length, start + (i + 1) * length)
    for i in range(number)
  ]


@pytest.mark.parametrize(
  ('music', 'number', 'length'),
  [
    # Each of the two is written as long as both last.
    (tremolo('unitdur="16"'), 4, 0.125),
    (tremolo('unitdur="8" beams="3"', dur=2), 4, 0.25),
    (tremolo('measperf="8"', dur=1), 8, 0.25),
    (tremolo('beams="1"', dur=2), 4, 0.25),
    (tremolo('beams="2"', dur=2), 8, 0.125),
    (tremolo('beams="3"', dur=1), 32, 0.0625),
    (tremolo('beams="2"', dur=8), 2, 0.125),
    (tremolo(''), 8, 0.0625),
    (tremolo('beams="x"'), 8, 0.0625),
    (tremolo('beams="999"'), 8, 0.0625),
    (tremolo('unitdur="16"', dur='breve'), 32, 0.125),
    (tremolo('unitdur="8"', dur=2, dots=1), 6, 0.25),
    (tremolo('unitdur="8"', C.replace('/>', '><dot/></note>')), 3, 0.25),
    # What is too long, or does not fit, is halved.
    (tremolo('unitdur="1"'), 2, 0.25),
    (tremolo('unitdur="8"', dur=4, dots=2), 7, 0.125),
    (tremolo('unitdur="long"', dur=4, dots=1), 3, 0.25),
    # Only one of them has a length.
    (tremolo('unitdur="8"', dur=2).replace(' dur="2"', '', 1), 4, 0.25),
    (f'<beam>{tremolo("")}</beam>', 8, 0.0625),
    ('<tuplet num="3" numbase="2">' + tremolo('unitdur="16"', dur=2)
     + '</tuplet>', 8, 1 / 12),
  ],
)  # fmt: skip
def test_lengths_of_tremolos(music, number, length, tmp_path):
  after = number * length
  piece, told = mei(tmp_path, measure(music + F))
  assert_notes(
    notes_of(piece),
    [*alternation(number, length), (65, after, after + 0.5)],
  )
  assert told == []


def test_chords(tmp_path):
  """Their lengths are their own, or their notes'."""
  low = f'<chord dur="2">{C}<note pname="g" oct="3"/></chord>'
  high = '<chord><note pname="a" accid="f" oct="4" dur="2"/></chord>'
  piece, _ = mei(tmp_path, measure(tremolo('unitdur="4"', low, high)))
  assert_notes(notes_of(piece), [(55, 0, 0.5), (60, 0, 0.5), (68, 0.5, 1)])


def test_default_lengths_and_octaves(tmp_path):
  head = ONE.replace('<scoreDef', '<scoreDef dur.default="2" oct.default="4"')
  bare = '<note pname="c"/>', '<note pname="e"/>'
  piece, _ = mei(tmp_path, measure(tremolo('unitdur="8"', *bare)), head=head)
  assert_notes(notes_of(piece), alternation(4, 0.25))


@pytest.mark.parametrize('by', ['attributes', 'elements'])
def test_ties_lead_to_the_first_note_and_from_the_last(by, tmp_path):
  notes = [
    note.replace('/>', f' xml:id="n{i}"/>')
    for i, note in enumerate([C, C, E, E])
  ]
  ties = '<tie startid="#n0" endid="#n1"/><tie startid="#n2" endid="#n3"/>'
  if by == 'attributes':
    ties = ''
    notes = [
      note.replace('/>', f' tie="{sign}"/>')
      for note, sign in zip(notes, 'itit')
    ]
  music = notes[0] + tremolo('unitdur="8"', *notes[1:3]) + notes[3]
  piece, _ = mei(
    tmp_path,
    measure(music).replace('</measure>', ties + '</measure>'),
  )
  assert_notes(notes_of(piece), [(60, 0, 0.75), (64, 0.75, 1.5)])


def test_a_tempo_begins_with_the_first_note(tmp_path):
  first = C.replace('/>', ' xml:id="n"/>')
  music = measure(D + tremolo('unitdur="8"', first)).replace(
    '</measure>', '<tempo startid="#n" midi.bpm="60"/></measure>'
  )
  piece, _ = mei(tmp_path, music)
  assert_notes(notes_of(piece), [(62, 0, 0.5), (60, 0.5, 1), (64, 1, 1.5)])


def test_graces_have_no_time(tmp_path):
  music = tremolo('unitdur="8"', grace='acc') + F
  piece, told = mei(tmp_path, measure(music))
  assert_notes(notes_of(piece), [(65, 0, 0.5)])
  assert told == ['2 grace notes are left out']


def test_values_of_no_kind(tmp_path):
  music = tremolo('unitdur="3" beams="1"', C.replace('/>', ' accid="q"/>'))
  piece, told = mei(tmp_path, measure(music))
  assert_notes(notes_of(piece), alternation(2, 0.25))
  assert told == [
    "an accidental of 'q' is passed over",
    "a unitdur of '3' is passed over: unitdur is long, breve or a power of two "
    'from 1 to 2048',
  ]


@pytest.mark.parametrize(
  ('music', 'words'),
  [
    (tremolo('', '<note pname="c" oct="4"/>', '<note pname="e" oct="4"/>'),
     'it has a note without dur'),
    (tremolo('unitdur="8"', dur=3), "it has a note with dur='3'; dur is"),
    (tremolo('unitdur="2048"', dur='long') * 30, 'over 200000 notes'),
    (tremolo('unitdur="2048"', dur='long').replace(
      '/>', '>' + '<verse/>' * 500 + '</note>', 1),
     'over 1000000 XML elements'),
  ],
)  # fmt: skip
def test_tremolos_of_no_kind_are_refused(music, words, tmp_path):
  with pytest.raises(InputError) as e:
    mei(tmp_path, measure(music))
  assert words in str(e.value) and str(e.value).isprintable()
