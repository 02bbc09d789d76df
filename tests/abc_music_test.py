# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""ABC of several voices, of old and of new programs: the right notes."""

from __future__ import annotations

import pytest
from abc_cases import HEAD
from abc_cases import seq
from reading_test import assert_notes
from reading_test import notes_of
from reading_test import read

FIELDS = 'X:1\nM:4/4\nL:1/4\nQ:1/4=60\n'
CDEF = seq(60, 62, 64, 65)
TWO = 'V:1\nCDEF|\nV:2\nC,4|\n'
TWO_VOICES = [*CDEF, (48, 0, 4)]
HALF = seq(60, 62, 64, 65, length=0.5)


def again(start, length=1):
  return seq(60, 62, 64, 65, start=start, length=length)


def low(*pitches):
  return seq(*pitches, length=4)


def music_of(text, tmp_path):
  path = tmp_path / 'tune.abc'
  path.write_text(text, encoding='utf-8')
  piece, told = read(path)
  assert told == []
  return piece


@pytest.mark.parametrize(
  ('text', 'right'),
  [
    # What any voice says of tempo counts for all.
    (f'{HEAD}V:1\nCDEF|CDEF|\nV:2\nC,4|[Q:1/4=120]C,4|\n',
     CDEF + again(4, 0.5) + [(48, 0, 4), (48, 4, 6)]),
    # So does what stands before all voices, or before an empty one.
    (f'{HEAD}M:4/4\n{TWO}', TWO_VOICES),
    (f'{HEAD}Q:1/4=120\n{TWO}', [*HALF, (48, 0, 2)]),
    (f'{HEAD}L:1/8\nV:1\nCDEF|\nV:2\nC,4|\n', [*HALF, (48, 0, 2)]),
    (f'{FIELDS}V:0\nV:1\nV:2\nK:C\nV:0\n[K:C]\n{TWO}', TWO_VOICES),
    # A metre behind the key leaves the length of notes as it was.
    ('X:1\nQ:1/4=60\nK:C\nM:2/4\nCDEF|\n', HALF),
    # Repeats in one voice count for all.
    (f'{HEAD}V:1\nCDEF|CDEF|\nV:2\nC,4:|D,4\n',
     CDEF + again(4) + again(8) + low(48, 48, 50)),
    (f'{HEAD}V:1\nCDEF|:CDEF:|G4|\nV:2\nC,4|D,4:|E,4\n',
     CDEF + again(4) + again(8) + [(67, 12, 16)] + low(48, 50, 50, 52)),
    # So do parts.
    (f'{FIELDS}P:ABA\nK:C\nP:A\nV:1\nC4|\nV:2\nC,4|\nP:B\nV:1\nD4|\nV:2\nD,4|',
     low(60, 62, 60) + low(48, 50, 48)),
    (f'{FIELDS}P:ABA\nK:C\nV:1\nP:A\nC4|\nP:B\nD4|\nV:2\nC,4|\nD,4|',
     low(60, 62, 60) + low(48, 50, 48)),
    # Behind its name a voice may have a tab.
    (f'{FIELDS}V:1\toctave=1\nV:2\nK:C\n[V:1]CDEF|\n[V:2]C,4|\n',
     seq(72, 74, 76, 77) + low(48)),
    # Two voices that meet in a tied pitch.
    (f'{HEAD}C4-&C4-|C2D2&C4|', [(60, 0, 6), (60, 0, 8), (62, 6, 8)]),
  ],
)  # fmt: skip
def test_voices(text, right, tmp_path):
  assert_notes(notes_of(music_of(text, tmp_path)), right)


@pytest.mark.parametrize(
  ('music', 'played'),
  [
    ('C4|D4!fine!|E4!D.C.!|', 'CDECD'),
    ('|:C4:|D4!fine!|E4!D.C.alfine!|', 'CCDECD'),
    ('|:C4|1D4:|2E4!fine!|F4!dacapo!|', 'CDCEFCE'),
    ('C4|!segno!D4|E4!dacoda!|F4!D.S.alcoda!|!coda!|:G4:|', 'CDEFDEGG'),
    ('C4|!segno!D4|E4|F4!D.S.!|', 'CDEFDEF'),
    ('C4|+fine+D4|E4+D.C.+|', 'CDECD'),
    # What leads nowhere says nothing.
    ('C4!fine!|D4!dacoda!|E4!coda!|', 'CDE'),
    ('C4!D.S.!|D4!fine!|E4|', 'CDE'),
  ],
)
def test_jumps(music, played, tmp_path):
  pitches = dict(zip('CDEFG', (60, 62, 64, 65, 67)))
  piece = music_of(f'{HEAD}{music}\n', tmp_path)
  assert_notes(notes_of(piece), low(*(pitches[x] for x in played)))


def test_tempo_metre_and_key_are_those_of_the_place(tmp_path):
  """They come back where a repeat goes back."""
  piece = music_of(f'{HEAD}|:CDEF|[K:G][M:2/4][Q:1/4=120]FG:|\nFG|\n', tmp_path)
  second = seq(66, 67, start=4, length=0.5) + again(5)
  second += seq(66, 67, 66, 67, start=9, length=0.5)
  assert_notes(notes_of(piece), CDEF + second)
  assert [(t.time, t.qpm) for t in piece.tempos] == [
    (0, 60), (4, 120), (5, 60), (9, 120)
  ]  # fmt: skip
  assert [(m.time, m.numerator) for m in piece.time_signatures] == [
    (0, 4), (4, 2), (5, 4), (9, 2)
  ]  # fmt: skip
  assert [(k.time, k.key) for k in piece.key_signatures] == [
    (0, 0), (4, 7), (5, 0), (9, 7)
  ]  # fmt: skip


@pytest.mark.parametrize(
  ('text', 'right'),
  [
    # Old programs break lines with a single !.
    (f'{HEAD}CDEF|!CDEF|!CDEF|\n', CDEF + again(4) + again(8)),
    (f'{FIELDS}I:linebreak !\nK:C\nCD!EF!|CDEF|\n', CDEF + again(4)),
    (f'{HEAD}!f!CD!crescendo(!EF|\n', CDEF),
    # Blocks of text are no music.
    (f'{HEAD}CDEF|\n%%begintext\nA bad egg\n\nage\n%%endtext\nCDEF|\n',
     CDEF + again(4)),
    (f'%%beginsvg\nX:9\nK:C\n%%endsvg\n{HEAD}CDEF|\n', CDEF),
    (f'{HEAD}%%begintext\nCDEF|\n', CDEF),
    (f'{HEAD}(3:2:12CCCCCCCCCCCCD2|\n',
     seq(*[60] * 12, length=2 / 3) + [(62, 8, 10)]),
    (f'{FIELDS}K:C m=B,\nCDEF|\n', CDEF),
    (f'{FIELDS}K:Cm clef=bass m=d\nEAB2|\n',
     [(63, 0, 1), (68, 1, 2), (70, 2, 4)]),
    (f'{FIELDS}K:C clef="treble-8"\nCDEF|\n', seq(48, 50, 52, 53)),
    # An invisible bar line does not end a movement.
    (f'{HEAD}|:CDEF[|]CDEF:|\n', CDEF + again(4) + again(8) + again(12)),
    (f'{FIELDS.replace("4/4", "2/4+3/8")}K:C\nZ|C|\n', [(60, 3.5, 4.5)]),
    (f'{FIELDS.replace("=60", "=c. 60")}K:C\nCDEF|\n', CDEF),
    # Notes of no length last a frame.
    (f'{HEAD}C0CDEF|\n', [(60, 0, 0.05), *CDEF]),
  ],
)  # fmt: skip
def test_what_programs_write(text, right, tmp_path):
  assert_notes(notes_of(music_of(text, tmp_path)), right)


@pytest.mark.parametrize('encoding', ['utf-16', 'utf-16-le', 'utf-16-be'])
def test_utf_16(encoding, tmp_path):
  path = tmp_path / 'tune.abc'
  path.write_bytes(f'{HEAD}CDEF|\n'.encode(encoding))
  assert_notes(notes_of(read(path)[0]), CDEF)


@pytest.mark.parametrize(
  ('text', 'sounds'),
  [
    # A directive is about its voice, or, before all voices, about all.
    (f'{HEAD}V:1\n%%MIDI program 40\nC4|\nV:2\nD4|', [(60, 40), (62, 0)]),
    (f'{FIELDS}V:1\n%%MIDI program 40\nV:2\n%%MIDI program 41\nK:C\n'
     'V:1\nC4|\nV:2\nD4|', [(60, 40), (62, 41)]),
    (f'{FIELDS}%%MIDI program 9\nV:1\nV:2\n%%MIDI program 41\nK:C\n'
     'V:1\nC4|\nV:2\nD4|', [(60, 9), (62, 41)]),
    (f'{HEAD}%%MIDI program 9\nV:1\nC4|\nV:2\nD4|', [(60, 9), (62, 9)]),
    (f'{HEAD}V:1\n%%MIDI channel 10\nC4|\nV:2\nD4|', [(60, 'd'), (62, 0)]),
    (f'{HEAD}V:1\n%%MIDI transpose -12\nC4|\nV:2\nD4|', [(48, 0), (62, 0)]),
    (f'{FIELDS}%%MIDI transpose 2\nK:C transpose=1\nC4|', [(63, 0)]),
  ],
)  # fmt: skip
def test_directives_for_players(text, sounds, tmp_path):
  piece = music_of(text, tmp_path)
  assert sounds == [
    (n.pitch, 'd' if n.is_drum else n.program) for n in piece.notes
  ]
