# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""MEI: measures written short, jumps, and pitches that are not as written."""

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

THREE = ONE.replace('<scoreDef', '<scoreDef meter.count="3" meter.unit="4"')
TWO_STAVES = ONE.replace('</staffGrp>', '<staffDef n="2"/></staffGrp>')
ALL = C + D + E + F


def seq(*pitches, start=0.0):
  return [
    (pitch, start + i / 2, start + (i + 1) / 2)
    for i, pitch in enumerate(pitches)
    if pitch
  ]


def staves(first, second):
  return measure(first).replace(
    '</measure>',
    f'<staff n="2"><layer n="1">{second}</layer></staff></measure>',
  )


@pytest.mark.parametrize(
  ('music', 'right'),
  [
    (measure('<multiRest num="3"/>') + measure(C), [(60, 4.5, 5)]),
    ('<scoreDef meter.count="2+3" meter.unit="8"/>'
     + measure('<multiRest num="2"/>') + measure(C), [(60, 2.5, 3)]),
    (measure(C + D) + measure('<mRpt/>') + measure('<mRpt/>') + measure(E),
     seq(60, 62, 60, 62, 60, 62, 64)),
    (measure(C.replace('/>', ' tie="i"/>')) + measure('<mRpt/>') + measure(D),
     seq(60, 60, 62)),
    (measure('<subst><add>' + C + '</add><del>' + D + '</del></subst>' + E),
     seq(60, 64)),
  ],
)  # fmt: skip
def test_measures_written_short(music, right, tmp_path):
  piece, told = mei(tmp_path, music, head=THREE)
  assert_notes(notes_of(piece), right)
  assert told == []


@pytest.mark.parametrize(
  'said',
  [
    '<staffDef n="1" meter.count="3" meter.unit="4"/>',
    '<staffDef n="1"><meterSig count="3" unit="4"/></staffDef>',
  ],
)
def test_a_rest_of_a_bar_by_the_metre_of_a_staff(said, tmp_path):
  head = ONE.replace('<staffDef n="1"/>', said)
  piece, _ = mei(tmp_path, measure('<mRest/>') + measure(C), head=head)
  assert_notes(notes_of(piece), [(60, 1.5, 2)])


def test_measures_of_staves_begin_together(tmp_path):
  low = C.replace('"4" d', '"3" d')
  music = staves(ALL, low) + staves(C, low * 4) + staves(ALL, low)
  piece, told = mei(tmp_path, music, head=TWO_STAVES)
  right = seq(60, 62, 64, 65) + seq(60, start=2)
  right += seq(60, 62, 64, 65, start=4)
  right += seq(48) + seq(48, 48, 48, 48, start=2) + seq(48, start=4)
  assert_notes(notes_of(piece), right)
  assert told == []


@pytest.mark.parametrize(
  ('said', 'pitch'),
  [
    ('oct.ges="5"', 72),
    ('pname.ges="d"', 62),
    ('oct.ges="x" pname.ges="?"', 60),
  ],
)
def test_what_sounds_counts_more_than_what_is_written(said, pitch, tmp_path):
  piece, _ = mei(tmp_path, measure(C.replace('/>', f' {said}/>')))
  assert_notes(notes_of(piece), [(pitch, 0, 0.5)])


@pytest.mark.parametrize(
  ('fine', 'capo'),
  [
    ('<dir tstamp="1">Fine</dir>', '<dir>D.C. al Fine</dir>'),
    ('<repeatMark func="fine"/>', '<repeatMark func="daCapo"/>'),
    ('<repeatMark func="fine">Fine</repeatMark>',
     '<repeatMark func="daCapo"><rend>D.C.</rend> al Fine</repeatMark>'),
  ],
)  # fmt: skip
def test_jumps(fine, capo, tmp_path):
  music = (
    measure(C)
    + measure(D).replace('</measure>', f'{fine}</measure>')
    + measure(E).replace('</measure>', f'{capo}</measure>')
  )
  piece, told = mei(tmp_path, music)
  assert_notes(notes_of(piece), seq(60, 62, 64, 60, 62))
  assert told == []
  once, _ = mei(tmp_path, music, repeats=False)
  assert_notes(notes_of(once), seq(60, 62, 64))


def test_signs_that_are_not_played_are_told(tmp_path):
  piece, told = mei(tmp_path, measure(C + '<beatRpt/>' + D))
  assert len(piece.notes) == 2
  assert told == [
    'signs that repeat less or more than a measure are not played'
  ]


@pytest.mark.parametrize(
  ('music', 'words'),
  [
    (measure(C * 400) + measure('<mRpt/>') * 600, 'over 200000 notes'),
    (measure(C + '<multiRest num="999"/>' * 400), 'over 1000000 XML elements'),
  ],
)
def test_music_without_end_is_refused(music, words, tmp_path):
  with pytest.raises(InputError, match=words):
    mei(tmp_path, music, head=THREE)
