# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Expansions of MEI: sections in the order that they name, within bounds."""

from __future__ import annotations

import pytest
from mei_test import C
from mei_test import D
from mei_test import E
from mei_test import F
from mei_test import measure
from mei_test import mei
from reading_test import assert_notes
from reading_test import notes_of
from reading_test import read

from magenta_vrae.errors import InputError

pytest.importorskip('music21')

PITCHES = {'C': 60, 'D': 62, 'E': 64, 'F': 65}
IN_ORDER = 'its sections are played in the order of the file: its expansion '


def part(name, *notes, tag='section', within=''):
  """A section of measures of a note each."""
  return (
    f'<{tag} xml:id="{name}">{within}{"".join(map(measure, notes))}</{tag}>'
  )


def plays(*names, name='x'):
  listed = ' '.join(f'#{n}' for n in names)
  return f'<expansion xml:id="{name}" plist="{listed}"/>'


def assert_played(piece, letters):
  """Asserts that quarters of these names are played, one after the other."""
  assert_notes(
    notes_of(piece),
    [(PITCHES[x], i / 2, i / 2 + 0.5) for i, x in enumerate(letters)],
  )


A, B = part('A', C), part('B', D)
APP = (
  f'<app><lem xml:id="L">{measure(D)}</lem><rdg xml:id="R">{measure(E)}</rdg>'
  f'<rdg xml:id="Q">{measure(F)}</rdg></app>'
)
REPEATED = '<section xml:id="S">{}</section>'.format(
  measure(E, 'left="rptstart" right="rptend"')
)
BACK = '<section>{}</section>'.format(measure(D, 'right="rptend"'))
TWO_ENDINGS = part('A1', D, tag='ending') + part('A2', E, tag='ending')
MINUET = (
  '<section xml:id="minuet">'
  + plays('A', 'A1', 'A', 'A2', name='all')
  + plays('A', 'A2', name='short')
  + A
  + TWO_ENDINGS
  + '</section>'
)


@pytest.mark.parametrize(
  ('music', 'played'),
  [
    (plays('A', 'B', 'A') + A + B, 'CDC'),
    # Not all, in another order, named without a sign, written at the end.
    (A + B + '<expansion plist="B B"/>', 'DD'),
    # The first of several, and one without names is none.
    ('<expansion/>' + plays('B') + plays('A', 'A') + A + B, 'D'),
    # Repeat signs within say nothing, and those of other sections do.
    (plays('S', 'A', 'S') + REPEATED + A, 'ECE'),
    (REPEATED + part('T', within=plays('A', 'B', 'A') + A + B) + measure(F),
     'EECDCF'),
    (measure(C, 'left="rptstart"') + BACK
     + part('T', within=plays('B', 'B') + part('B', E)),
     'CDCDEE'),
    # Endings, and a section that has an expansion of its own.
    (plays('A', 'A1', 'A', 'A2', 'A') + A + TWO_ENDINGS, 'CDCEC'),
    (plays('minuet', 'trio', 'short') + MINUET + part('trio', F), 'CDCEFCE'),
    (plays('all', 'short') + MINUET, 'CDCECE'),
    (MINUET + part('trio', F), 'CDCEF'),
    (plays('short', name='y') + plays('A', 'A', name='short') + A, 'CC'),
    # Readings: without a name the first is played, and no other.
    (plays('A', 'L', 'A', 'R') + A + APP, 'CDCE'),
    (plays('A', 'R') + A + APP, 'CE'),
    (plays('T', 'R') + part('T', within=A + APP), 'CDE'),
    (A + APP + part('T', within=plays('B', 'B') + B), 'CDDD'),
    # Single measures, as programs name them.
    (plays('m2', 'm1') + measure(C, 'xml:id="m1"') + measure(D, 'xml:id="m2"'),
     'DC'),
  ],
)  # fmt: skip
def test_sections_in_the_order_of_expansions(music, played, tmp_path):
  piece, told = mei(tmp_path, music)
  assert_played(piece, played)
  assert told == []


@pytest.mark.parametrize('place', ['mdiv', 'score'])
def test_expansions_around_sections(place, tmp_path):
  path = tmp_path / 'score.mei'
  piece, _ = mei(tmp_path, A + B)
  assert_played(piece, 'CD')
  path.write_text(
    path.read_text().replace(f'<{place}>', f'<{place}>{plays("B", "A")}')
  )
  piece, told = read(path)
  assert_played(piece, 'DC')
  assert told == []


def test_each_measure_once_without_repeats(tmp_path):
  piece, told = mei(tmp_path, plays('R', 'A') + A + APP, repeats=False)
  assert_played(piece, 'CD')
  assert told == []


def test_ties_tempo_and_metre_follow_the_expansion(tmp_path):
  tied = C.replace('/>', ' tie="i"/>'), C.replace('/>', ' tie="t"/>')
  music = (
    plays('A', 'B', 'A')
    + part('A', tied[1] + tied[0])
    + '<scoreDef meter.count="4" meter.unit="8"/>'
    + part('B', tied[1] + D)
  )
  head = '<scoreDef meter.count="2" meter.unit="4"/>'
  piece, _ = mei(tmp_path, music, head=head)
  assert_notes(
    notes_of(piece), [(60, 0, 0.5), (60, 0.5, 1.5), (62, 1.5, 2),
                      (60, 2, 2.5), (60, 2.5, 3)]
  )  # fmt: skip
  assert [(m.time, m.numerator) for m in piece.time_signatures] == [
    (0, 2),
    (1, 4),
    (2, 2),
  ]


@pytest.mark.parametrize(
  ('music', 'played', 'name'),
  [
    (plays('A', 'Z') + A + B, 'CD', 'Z'),
    (plays('A', '9' * 400) + A, 'C', '9' * 20),
    # What is not within its section, or nothing that is played.
    (part('A', C, within=plays('B')) + B, 'CD', 'B'),
    (part('A', C, within=plays('A')) + B, 'CD', 'A'),
    (plays('N') + measure(C.replace('/>', ' xml:id="N"/>')), 'C', 'N'),
    (plays('R', 'Z') + A + APP, 'CD', 'Z'),
    (plays('Z') + REPEATED + A, 'EEC', 'Z'),
  ],
)
def test_names_of_nothing_are_told(music, played, name, tmp_path):
  piece, told = mei(tmp_path, music)
  assert_played(piece, played)
  assert told == [
    f'{IN_ORDER}names {name!r}, which is no section, ending or reading within '
    'its own section'
  ]


DOUBLED = ''.join(
  plays(f'd{i + 1}', f'd{i + 1}', name=f'd{i}') for i in range(60)
)
NESTED = '<section xml:id="s60"/>'
for i in range(59, -1, -1):
  NESTED = part(f's{i}', within=plays(*[f's{i + 1}'] * 9) + NESTED)


@pytest.mark.parametrize(
  ('music', 'words'),
  [
    (plays('x') + A, "expansion 'x' names itself, so that its music has no"),
    (plays('A', 'y') + plays('x', name='y') + A, "expansion 'x' names itself"),
    (DOUBLED + plays('A', name='d60') + A, 'over 1000000 sections'),
    pytest.param(
      DOUBLED + '<expansion xml:id="d60"/>' + A,
      'over 1000000 sections',
      marks=pytest.mark.long,
    ),
    (NESTED + A, 'over 1000000 sections'),
    (plays(*['A'] * 250_000) + part('A', *[C] * 9), 'over 1000000 bars'),
    (plays(*['A'] * 999) + part('A', *[C] * 210), 'over 200000 notes'),
  ],
)  # fmt: skip
def test_music_without_end_is_refused(music, words, tmp_path):
  with pytest.raises(InputError) as e:
    mei(tmp_path, music)
  assert words in str(e.value) and str(e.value).isprintable()


def test_a_long_chain_of_expansions(tmp_path):
  chain = ''.join(plays(f'd{i + 1}', name=f'd{i}') for i in range(20_000))
  piece, _ = mei(tmp_path, chain + plays('A', 'A', name='d20000') + A)
  assert_played(piece, 'CC')
