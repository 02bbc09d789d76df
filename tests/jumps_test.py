# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Jumps of MusicXML: D.C. and D.S., to the fine or the coda."""

from __future__ import annotations

import time

import pytest
from musicxml_cases import D
from musicxml_cases import bar
from musicxml_cases import bw
from musicxml_cases import ending
from musicxml_cases import fw
from musicxml_cases import note
from musicxml_cases import score
from reading_test import assert_notes
from reading_test import notes_of
from reading_test import read

from magenta_vrae.reading import limits
from magenta_vrae.reading import repeats
from magenta_vrae.reading.jumps import Marks
from magenta_vrae.reading.options import Options
from magenta_vrae.reading.repeats import Signs

pytest.importorskip('music21')

PITCHES = dict(zip('CDEFGAB', (60, 62, 64, 65, 67, 69, 71)))
FINE = D('<words>Fine</words>', 'fine="yes"')
DC = D('<words>D.C. al Fine</words>', 'dacapo="yes"')
SEGNO = D('<segno/>', 'segno="s"')
TO_CODA = D('<words>To Coda</words>', 'tocoda="c"')
DS = D('<words>D.S. al Coda</words>', 'dalsegno="s"')
CODA = D('<coda/>', 'coda="c"')
BACK = '<repeat direction="backward"/>'


def words(text):
  return (
    f'<direction><direction-type><words>{text}</words></direction-type>'
    '</direction>'
  )


def named(kind, text, name):
  """A sign with a name, or a jump to it."""
  shown = f'<{kind}/>' if text is None else f'<words>{text}</words>'
  return D(shown, f'{kind}="{name}"')


def whole(letter, before='', behind=''):
  return before + note(letter, dur=4) + behind


def first_time(letter, behind=''):
  left = bar('left', ending(1, 'start', 0))
  return whole(letter, left, behind + bar('right', ending(1, 'stop', 0) + BACK))


def second_time(letter, behind=''):
  left = bar('left', ending(2, 'start', 0))
  return whole(letter, left, behind + bar('right', ending(2, 'stop', 0)))


@pytest.mark.parametrize(
  ('measures', 'played'),
  [
    # What is played again has no repeats, and the last endings.
    ([whole('C', fw, bw), whole('D', '', FINE), whole('E', '', DC)], 'CCDECD'),
    ([whole('C', fw), first_time('D'), second_time('E', FINE),
      whole('F', '', DC)], 'CDCEFCE'),
    ([whole('C', fw + SEGNO), first_time('D'), second_time('E', TO_CODA),
      whole('F', '', DS), whole('G', CODA + fw, bw)], 'CDCEFCEGG'),
    ([whole('C', fw, bw), whole('D', SEGNO + fw, bw), whole('E', '', TO_CODA),
      whole('F', '', DS), whole('G', CODA)], 'CCDDEFDEG'),
    # Each dal segno has a sign of its own.
    ([whole('C', named('segno', None, 'a')),
      whole('D', '', named('dalsegno', 'D.S.', 'a')),
      whole('E', named('segno', None, 'b')),
      whole('F', '', named('dalsegno', 'D.S.', 'b')), whole('G')],
     'CDCDEFEFG'),
    # D.S. al Coda passes over the fine, D.C. al Fine the coda.
    ([whole('C', SEGNO, FINE), whole('D', '', TO_CODA), whole('E', '', DS),
      whole('F', CODA), whole('G', '', DC)], 'CDECDFGC'),
    # By words alone, or by two signs of the coda.
    ([whole('C'), whole('D', '', words('Fine')),
      whole('E', '', words('Da Capo al Fine'))], 'CDECD'),
    ([whole('C'), whole('D', '<direction><direction-type><segno/>'
                        '</direction-type></direction>'),
      whole('E', '', words('To Coda')), whole('F', '', words('D.S. al Coda')),
      whole('G', words('Coda'))], 'CDEFDEG'),
    ([whole('C'), whole('D'), whole('E', CODA.replace(' coda="c"', '')),
      whole('F', '', words('D.C. al Coda')),
      whole('G', CODA.replace(' coda="c"', ''))], 'CDEFCDG'),
    # What leads nowhere says nothing.
    ([whole('C'), whole('D', '', FINE), whole('E')], 'CDE'),
    ([whole('C'), whole('D', '', words('d.c.')),
      whole('E', '', words('so fine a day, as coda'))], 'CDCDE'),
  ],
)  # fmt: skip
def test_order_of_measures(measures, played, tmp_path):
  path = tmp_path / 'score.musicxml'
  path.write_text(score(measures))
  right = [(PITCHES[x], 2 * i, 2 * i + 2) for i, x in enumerate(played)]
  piece, told = read(path)
  assert_notes(notes_of(piece), right)
  assert told == []
  once, _ = read(path, Options(repeats=False))
  assert len(once.notes) == len(measures)


def test_a_jump_that_leads_nowhere_is_told(tmp_path):
  path = tmp_path / 'score.musicxml'
  path.write_text(score([whole('C'), whole('D', '', words('D.S.'))]))
  piece, told = read(path)
  assert_notes(notes_of(piece), [(60, 0, 2), (62, 2, 4)])
  assert told == ['a D.S. is not played: no segno is marked']
  assert read(path, Options(repeats=False))[1] == []


def test_signs_in_one_part_and_jumps_in_another(tmp_path):
  path = tmp_path / 'score.musicxml'
  path.write_text(
    score(
      [whole('C'), whole('D', SEGNO), whole('E')],
      [whole('C'), whole('D'), whole('E', '', DS.replace(' al Coda', ''))],
    )
  )
  piece, _ = read(path)
  for number in (0, 1):
    assert [n.pitch for n in piece.notes if n.instrument == number] == [
      60, 62, 64, 62, 64
    ]  # fmt: skip


def test_thousands_of_jumps_are_refused_in_time():
  """Each goes back to the beginning: 20,000 of them make 200 million bars."""
  bars = [Signs(marks=Marks(capo=True)) for _ in range(20000)]
  start = time.process_time()
  with pytest.raises(Exception, match='over 1000000 bars; --limits=events=N'):
    repeats.unfold(bars, 0, len(bars), limits.DEFAULT)
  assert time.process_time() - start < 20
