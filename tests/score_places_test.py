# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""MusicXML: where notes lie in measures of any length, and how they sound."""

from __future__ import annotations

import pytest
from musicxml_cases import ATT
from musicxml_cases import CDEF
from musicxml_cases import DR
from musicxml_cases import SC
from musicxml_cases import T
from musicxml_cases import bw
from musicxml_cases import fw
from musicxml_cases import metro
from musicxml_cases import mi
from musicxml_cases import note
from musicxml_cases import rest
from musicxml_cases import sc
from musicxml_cases import score
from musicxml_cases import seq
from musicxml_cases import si
from musicxml_cases import tie
from musicxml_cases import un
from reading_test import assert_notes
from reading_test import notes_of
from reading_test import read

pytest.importorskip('music21')

STAVES = ATT.format('', '<staves>2</staves>')
DOWN = '<attributes>' + T.format(-1, -2, '') + '</attributes>'


def music_of(text, tmp_path):
  path = tmp_path / 'score.musicxml'
  path.write_bytes(text if isinstance(text, bytes) else text.encode())
  piece, told = read(path)
  assert told == []
  return piece


def on(staff, voice, *args, **kwargs):
  text = note(*args, **kwargs).replace('<voice>1', f'<voice>{voice}')
  return text.replace('</note>', f'<staff>{staff}</staff></note>')


def back(length):
  return f'<backup><duration>{length}</duration></backup>'


def forward(length):
  return f'<forward><duration>{length}</duration></forward>'


UPBEAT = ('<measure number="1">', '<measure number="0" implicit="yes">')


@pytest.mark.parametrize(
  ('text', 'right'),
  [
    # Measures of one number begin together.
    (score([CDEF, CDEF], [note('C', 3), note('G', 3, 4)]),
     SC + sc(2) + [(48, 0, 0.5), (55, 2, 4)]),
    (score([CDEF + CDEF, CDEF], [note('C', 3, 4), note('G', 3, 4)]),
     SC + sc(2) + sc(4) + [(48, 0, 2), (55, 4, 6)]),
    (score([note('C'), CDEF], ['', note('G', 3, 4)]).replace(*UPBEAT),
     seq(60) + sc(0.5) + [(55, 0.5, 2.5)]),
    (score([CDEF, note('C') + note('D'), note('E') + note('F'), CDEF],
           [note('C', 3, 4), '', '', note('G', 3, 4)]),
     SC + sc(2) + sc(4) + [(48, 0, 2), (55, 4, 6)]),
    (score([CDEF, CDEF], [note('C', 3, 2), note('G', 3, 4)],
           attributes='<attributes><divisions>1</divisions></attributes>'),
     SC + sc(2) + [(48, 0, 1), (55, 2, 4)]),
    # A move at the end of a measure takes time.
    (score([note('C') + forward(3), CDEF]), seq(60) + sc(2)),
    (score([forward(4), CDEF]), sc(2)),
    (score([CDEF + back(4) + note('C', 3) + forward(3), CDEF]),
     SC + [(48, 0, 0.5)] + sc(2)),
    (score([note('C') + '<attributes><divisions>4</divisions></attributes>'
            + forward(12), note('C', dur=4)]), seq(60, None, None, None, 60)),
    # A last measure that is short is so in repeats as well.
    (score([fw + note('C'), CDEF, note('D', dur=3) + bw]).replace(*UPBEAT),
     seq(60) + sc(0.5) + [(62, 2.5, 4), (60, 4, 4.5)] + sc(4.5)
     + [(62, 6.5, 8)]),
    # Notes of a chord that do not last as long as it does.
    (score([note('C', dur=4) + note('E', dur=2, chord=True)
            + note('G', dur=4, chord=True), CDEF]),
     [(60, 0, 2), (64, 0, 1), (67, 0, 2)] + sc(2)),
    (score([note('C', dur=2) + note('E', dur=4, chord=True)
            + note('G', dur=2)]), [(60, 0, 1), (64, 0, 2), (67, 1, 2)]),
    # Notes of no length last a frame.
    (score([note('C', dur=0) + CDEF]), [(60, 0, 0.05), *SC]),
  ],
)  # fmt: skip
def test_places(text, right, tmp_path):
  assert_notes(notes_of(music_of(text, tmp_path)), right)


LONG = dict(dur=4, extra=tie('start'))
END = dict(dur=4, extra=tie('stop'))
BASS = back(4) + on(2, 5, 'C', 2, 4)


@pytest.mark.parametrize(
  ('text', 'right'),
  [
    # Into another staff, and of two voices that meet.
    (score([on(1, 1, 'C', **LONG) + BASS, on(2, 1, 'C', **END)],
           attributes=STAVES), [(60, 0, 4), (36, 0, 2)]),
    (score([on(2, 1, 'C', **LONG) + BASS, on(1, 1, 'C', **END) + BASS,
            on(2, 1, 'C', dur=4)], attributes=STAVES),
     [(60, 0, 4), (36, 0, 2), (36, 2, 4), (60, 4, 6)]),
    (score([on(1, 1, 'C', **LONG) + back(4) + on(1, 2, 'C', **LONG),
            on(1, 1, 'C', dur=2, extra=tie('stop')) + rest(2) + back(4)
            + on(1, 2, 'C', **END)]), [(60, 0, 3), (60, 0, 4)]),
  ],
)  # fmt: skip
def test_ties(text, right, tmp_path):
  assert_notes(notes_of(music_of(text, tmp_path)), right)


@pytest.mark.parametrize(
  ('text', 'right'),
  [
    # Amid a measure, and back again.
    (score([note('C') + note('D') + DOWN + note('E') + note('F')]),
     seq(60, 62, 62, 63)),
    (score([CDEF, '<attributes>' + T.format(0, 0, '') + '</attributes>'
            + CDEF], attributes=ATT.format('', T.format(-1, -2, ''))),
     seq(58, 60, 62, 63) + sc(2)),
    # Of one staff, and never of drums.
    (score([on(1, 1, 'C', dur=4) + BASS],
           attributes=ATT.format('', '<staves>2</staves><transpose number="2">'
                                 '<chromatic>-2</chromatic></transpose>')),
     [(60, 0, 2), (34, 0, 2)]),
    (score([un('A') * 4], plist=DR.format(si('A', 'Kick') + mi('A', 37)),
           attributes=ATT.format('', T.format(-1, -2, ''))),
     [(36, begin, end, 'd') for _, begin, end in SC]),
  ],
)  # fmt: skip
def test_transpositions(text, right, tmp_path):
  assert_notes(notes_of(music_of(text, tmp_path)), right)


def test_keys_are_those_that_sound(tmp_path):
  """A clarinet in B flat has two sharps where the others have none."""
  key = '<key><fifths>{}</fifths></key>'
  text = score(
    [CDEF], [CDEF], attributes=ATT.format(key.format(0), '')
  ).replace(
    '<part id="P2"><measure number="1">' + ATT.format(key.format(0), ''),
    '<part id="P2"><measure number="1">'
    + ATT.format(key.format(2), T.format(-1, -2, '')),
  )
  piece = music_of(text, tmp_path)
  assert [(k.time, k.key) for k in piece.key_signatures] == [(0, 0)]


EQUAL = metro('quarter', '').replace(
  '<per-minute></per-minute>', '<beat-unit>{}</beat-unit>{}'
)
DOT = '<beat-unit-dot/>'


@pytest.mark.parametrize(
  ('text', 'right'),
  [
    # A quarter of before is as long as a dotted one, or a half, from now on.
    (score([CDEF, EQUAL.format('quarter', DOT) + CDEF]),
     SC + seq(60, 62, 64, 65, start=2, length=1 / 3)),
    (score([metro('quarter', 60) + CDEF, EQUAL.format('half', '') + CDEF]),
     seq(60, 62, 64, 65, length=1) + seq(60, 62, 64, 65, start=4)),
    # In both parts, twice, and again with a repeat.
    (score([fw + CDEF, EQUAL.format('half', '') + CDEF + bw],
           [rest(4), EQUAL.format('half', '') + rest(4)]),
     SC + seq(60, 62, 64, 65, start=2, length=0.25)
     + sc(3) + seq(60, 62, 64, 65, start=5, length=0.25)),
    # What a player is told counts more.
    (score([EQUAL.format('half', '').replace(
      '</direction>', '<sound tempo="60"/></direction>') + CDEF]),
     seq(60, 62, 64, 65, length=1)),
    (score([metro('64th', 960) + CDEF]), seq(60, 62, 64, 65, length=1)),
    (score([metro('breve', 7.5) + CDEF]), seq(60, 62, 64, 65, length=1)),
  ],
)  # fmt: skip
def test_tempos(text, right, tmp_path):
  assert_notes(notes_of(music_of(text, tmp_path)), right)


PLAIN = score([CDEF])
AS_16 = PLAIN.replace('UTF-8', 'UTF-16')


@pytest.mark.parametrize(
  'data',
  [
    PLAIN.encode('utf-16'),
    AS_16.encode('utf-16-le'),
    AS_16.encode('utf-16-be'),
    # Programs declare what their strings are in memory, not in the file.
    AS_16.encode(),
    AS_16.encode('utf-8-sig'),
    b'\r\n ' + PLAIN.encode(),
    PLAIN.replace('UTF-8', 'utf8').replace('p1', 'p\u00e9').encode(),
    PLAIN.replace('UTF-8', 'Shift_JIS').replace('p1', '\u7b1b').encode('cp932'),
    PLAIN.replace('UTF-8', 'GB2312').replace('p1', '\u7b1b').encode('gb2312'),
  ],
)
def test_encodings(data, tmp_path):
  assert_notes(notes_of(music_of(data, tmp_path)), SC)
