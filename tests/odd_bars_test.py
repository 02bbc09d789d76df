# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Bars begin where the score has them: after upbeats, too."""

from __future__ import annotations

from fractions import Fraction

import pytest
from conftest import CORPUS
from reading_test import read

from magenta_vrae.data.time_grid import TimeGrid
from magenta_vrae.reading import odd_bars
from magenta_vrae.reading.options import Options

WALTZ, COMMON = (3, 4), (4, 4)


def signatures(piece):
  return [(m.time, m.numerator, m.denominator) for m in piece.time_signatures]


def bars_of(*lengths):
  bars, now = [], Fraction(0)
  for length in lengths:
    bars.append(odd_bars.Bar(now, Fraction(length)))
    now += Fraction(length)
  return bars


@pytest.mark.parametrize(
  'lengths, metres, right',
  [
    pytest.param([4, 4], [(0, COMMON)], [(0, COMMON)], id='whole bars'),
    pytest.param(
      [1, 4, 4, 3], [(0, COMMON)], [(0, (1, 4)), (1, COMMON)], id='an upbeat'
    ),
    pytest.param(
      ['3/2', 3, 3],
      [(0, (6, 8))],
      [(0, (3, 8)), (1.5, (6, 8))],
      id='of eighths',
    ),
    pytest.param(
      ['1/2', 4, 4], [(0, COMMON)], [(0, (1, 8)), (0.5, COMMON)], id='of one'
    ),
    pytest.param(
      [3, 2, 1, 3], [(0, WALTZ)], [(0, WALTZ)], id='a repeat amid a bar'
    ),
    pytest.param(
      # Where the music jumps the metre is said again.
      [1, 3, 2, 1, 3, 2],
      [(0, WALTZ), (6, WALTZ)],
      [(0, (1, 4)), (1, WALTZ)],
      id='an upbeat that is repeated',
    ),
    pytest.param(
      [4, 2, 4, 4],
      [(0, COMMON)],
      [(0, COMMON), (4, (2, 4)), (6, COMMON)],
      id='a short one amid',
    ),
    pytest.param(
      [4, 5, 4],
      [(0, COMMON)],
      [(0, COMMON), (4, (5, 4)), (9, COMMON)],
      id='a long one',
    ),
    pytest.param([8, 4], [(0, COMMON)], [(0, COMMON)], id='two in one'),
    pytest.param([4, 3], [(0, COMMON)], [(0, COMMON)], id='a short last one'),
    pytest.param(
      [1, 3, 3],
      [(0, COMMON), (1, WALTZ)],
      [(0, (1, 4)), (1, WALTZ)],
      id='before another metre',
    ),
    pytest.param(
      [4, 4, 4],
      [(0, COMMON), (6, WALTZ)],
      [(0, COMMON), (6, WALTZ)],
      id='another metre amid a bar',
    ),
    pytest.param(
      [Fraction(1, 3), 4, 4], [(0, COMMON)], [(0, COMMON)], id='of a triplet'
    ),
    pytest.param([1, 4, 4], [], [], id='no metre'),
    pytest.param([0, 4, 0, 4], [(0, COMMON)], [(0, COMMON)], id='empty ones'),
  ],
)
def test_metres(lengths, metres, right):
  assert odd_bars.with_odd_bars(bars_of(*lengths), metres) == right


def test_a_million_odd_bars_take_seconds():
  """However many metres there are: not the square of their number."""
  bars = bars_of(*[1, 2] * 100000)
  metres = [(bar.start, (5 + i % 2, 4)) for i, bar in enumerate(bars)]
  found = odd_bars.with_odd_bars(bars, metres)
  assert found[:3] == [(0, (1, 4)), (1, (2, 4)), (3, (1, 4))]
  assert len(found) == len(bars)


MUSICXML = """<score-partwise version="4.0"><part-list><score-part id="P1">
<part-name>A</part-name></score-part></part-list><part id="P1">
<measure number="0" implicit="yes"><attributes><divisions>1</divisions>
<time><beats>3</beats><beat-type>4</beat-type></time></attributes>
<note><pitch><step>G</step><octave>4</octave></pitch><duration>1</duration>
</note></measure>{}</part></score-partwise>"""
WHOLE = """<measure number="{}"><note><pitch><step>C</step><octave>5</octave>
</pitch><duration>3</duration></note></measure>"""
MEI = """<mei xmlns="http://www.music-encoding.org/ns/mei"><music><body><mdiv>
<score><scoreDef meter.count="3" meter.unit="4"><staffGrp>
<staffDef n="1" lines="5"/></staffGrp></scoreDef><section>
<measure n="0" metcon="false"><staff n="1"><layer><note pname="g" oct="4"
dur="4"/></layer></staff></measure>{}</section></score></mdiv></body></music>
</mei>"""
MEI_WHOLE = """<measure n="{}"><staff n="1"><layer><note pname="c" oct="5"
dur="2" dots="1"/></layer></staff></measure>"""
SCORES = {
  'a.abc': 'X:1\nM:3/4\nL:1/4\nQ:1/4=120\nK:C\nG|c3|c3|]\n',
  'a.krn': '**kern\n*M3/4\n4g\n=1\n2.cc\n=2\n2.cc\n==\n*-\n',
  'a.musicxml': MUSICXML.format(WHOLE.format(1) + WHOLE.format(2)),
  'a.mei': MEI.format(MEI_WHOLE.format(1) + MEI_WHOLE.format(2)),
}


@pytest.mark.parametrize('name', SCORES)
def test_upbeats(name, tmp_path):
  if not name.endswith('.abc'):
    pytest.importorskip('music21')
  path = tmp_path / name
  path.write_text(SCORES[name])
  piece, told = read(path)
  assert [n.start_time for n in piece.notes] == [0, 0.5, 2.0]
  assert signatures(piece) == [(0, 1, 4), (0.5, 3, 4)]
  assert not told


@pytest.mark.parametrize(
  'name',
  [
    'bach/bwv66.6.mxl',
    'bach/bwv269.mxl',
    'bach/bwv846.mxl',
    'bach/bwv10.7.mxl',
  ],
)
def test_bars_are_those_of_the_score(name):
  """Of chorales that begin on an upbeat, and a prelude without one."""
  music21 = pytest.importorskip('music21')
  piece, _ = read(CORPUS / name, Options(repeats=False))
  part = music21.converter.parse(CORPUS / name).parts[0]
  starts = [m.offset for m in part.getElementsByClass('Measure')]
  grid = TimeGrid.by_the_beat(4, 120.0)
  lines = grid.bar_lines(piece, round(4 * float(part.highestTime))) / 4
  # Where a repeat cuts a bar in two, its second half begins none.
  whole = part.recurse().getElementsByClass('TimeSignature')[0].barDuration
  cut = {
    b
    for a, b, c in zip(starts, starts[1:], [*starts[2:], part.highestTime])
    if a and c - a == whole.quarterLength
  }
  assert lines.tolist() == [start for start in starts if start not in cut]
