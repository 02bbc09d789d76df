# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""MEI: the right notes, and one plain line for values that are none."""

from __future__ import annotations

import pytest
from reading_test import assert_notes
from reading_test import notes_of
from reading_test import read

from magenta_vrae.errors import InputError
from magenta_vrae.reading.options import Options

pytest.importorskip('music21')

C = '<note pname="c" oct="4" dur="4"/>'
D, E, F = (C.replace('"c"', f'"{name}"') for name in 'def')
ONE = '<scoreDef><staffGrp><staffDef n="1"/></staffGrp></scoreDef>'
BAD_NUMBERS = ('0', '-1', '999', '9' * 400, 'x', '', 'nan', '1e9', '1.5')


def measure(notes, said='n="1"'):
  return (
    f'<measure {said}><staff n="1"><layer n="1">{notes}</layer></staff>'
    '</measure>'
  )


def mei(tmp_path, *measures, head=ONE, repeats=True, tag='mei'):
  path = tmp_path / 'score.mei'
  path.write_text(
    f'<{tag} xmlns="http://www.music-encoding.org/ns/mei"><music><body><mdiv>'
    f'<score>{head}<section>{"".join(measures)}</section></score></mdiv>'
    f'</body></music></{tag}>',
    encoding='utf-8',
  )
  return read(path, Options(repeats=repeats))


@pytest.mark.parametrize('value', BAD_NUMBERS)
@pytest.mark.parametrize('name', ['num', 'numbase'])
@pytest.mark.parametrize('tag', ['tuplet', 'tupletSpan'])
def test_tuplets_of_no_kind_are_refused(tag, name, value, tmp_path):
  said = ' '.join(
    f'{n}="{value if n == name else 2}"' for n in ('num', 'numbase')
  )
  music = (
    measure(f'<tuplet {said}>{C}</tuplet>')
    if tag == 'tuplet'
    else measure(C) + f'<tupletSpan {said} plist="#a"/>'
  )
  with pytest.raises(InputError) as e:
    mei(tmp_path, music)
  assert str(e.value) == (
    f'it has a {tag} with {name}={value[:20]!r}; {name} is a whole number from '
    '1 to 99'
  )


@pytest.mark.parametrize('value', ['-1', '5', '9' * 400, 'x', '', 'nan', '0.5'])
def test_dots_of_no_kind_are_refused(value, tmp_path):
  with pytest.raises(InputError) as e:
    mei(tmp_path, measure(C.replace('/>', f' dots="{value}"/>')))
  assert str(e.value) == (
    f'it has a note with dots={value[:20]!r}; dots is a whole number from 0 to '
    '4'
  )


@pytest.mark.parametrize('value', ['0', '-4', '3', '4096', 'x', '', '4.0'])
def test_lengths_of_no_kind_are_refused(value, tmp_path):
  with pytest.raises(InputError) as e:
    mei(tmp_path, measure(f'<rest dur="{value}"/>{C}'))
  assert str(e.value) == (
    f'it has a rest with dur={value!r}; dur is long, breve or a power of two '
    'from 1 to 2048'
  )


@pytest.mark.parametrize(
  ('notes', 'words'),
  [
    ('<note pname="c" oct="10" dur="4"/>', "oct='10'; oct is a whole number"),
    ('<note pname="c" oct="x" dur="4"/>', "oct='x'; oct is a whole number"),
    ('<note pname="h" oct="4" dur="4"/>', "pname='h'; pname is a letter"),
    ('<note pname="c" oct="4"/>', 'it has a note without dur'),
    (f'<tuplet num="3">{C}</tuplet>', 'it has a tuplet without numbase'),
    (C.replace('/>', '>' + '<dot/>' * 5 + '</note>'), "dots='5'; dots is"),
  ],
)
def test_notes_of_no_kind_are_refused(notes, words, tmp_path):
  with pytest.raises(InputError) as e:
    mei(tmp_path, measure(notes))
  assert words in str(e.value) and str(e.value).isprintable()


@pytest.mark.parametrize(
  ('count', 'unit'),
  [
    ('4', '0'), ('0', '4'), ('-4', '4'), ('4', '3'), ('4', 'x'), ('x', '4'),
    ('4', ''), ('4', '9' * 400), ('9' * 400, '4'), ('1e9', '4'), ('100', '4'),
    ('999', '1'), ('+'.join('1' * 2000), '4'), ('4+', '4'),
  ],
)  # fmt: skip
@pytest.mark.parametrize('tag', ['scoreDef', 'staffDef'])
def test_metres_of_no_kind_are_passed_over(tag, count, unit, tmp_path):
  """music21 takes two minutes for the one of 2000 beats."""
  said = f'<{tag} meter.count="{count}" meter.unit="{unit}" '
  piece, (told,) = mei(
    tmp_path, measure(C + D), head=ONE.replace(f'<{tag}', said)
  )
  assert_notes(notes_of(piece), [(60, 0, 0.5), (62, 0.5, 1)])
  assert not piece.time_signatures
  assert told == (
    f'a metre of {count[:20]}/{unit[:20] or "nothing"} is passed over: metres '
    'are up to 99 beats over a power of two up to 128'
  )


@pytest.mark.parametrize(
  ('said', 'metre'),
  [
    ('meter.count="3+2" meter.unit="8"', (5, 8)),
    ('meter.count=" 99 " meter.unit="4"', (99, 4)),
    ('meter.sym="cut"', (2, 2)),
  ],
)
def test_metres(said, metre, tmp_path):
  head = ONE.replace('<scoreDef', f'<scoreDef {said}')
  piece, told = mei(tmp_path, measure(C), head=head)
  (found,) = piece.time_signatures
  assert (found.numerator, found.denominator) == metre and not told


def test_metre_and_key_as_elements(tmp_path):
  signs = '<meterSig count="3" unit="4"/><keySig sig="3f"/>'
  head = ONE.replace('"1"/>', f'"1">{signs}</staffDef>')
  piece, _ = mei(tmp_path, measure('<mRest/>') + measure(C), head=head)
  assert [m.numerator for m in piece.time_signatures] == [3]
  assert [k.key for k in piece.key_signatures] == [3]


@pytest.mark.parametrize('value', BAD_NUMBERS)
@pytest.mark.parametrize(
  'name',
  ['ppq', 'key.sig', 'key.pname', 'trans.diat', 'clef.line', 'clef.dis',
   'octave.default'],
)  # fmt: skip
def test_values_that_nobody_hears_say_nothing(name, value, tmp_path):
  for tag in ('scoreDef', 'staffDef'):
    head = ONE.replace(f'<{tag}', f'<{tag} {name}="{value}"')
    piece, told = mei(tmp_path, measure(C), head=head)
    assert_notes(notes_of(piece), [(60, 0, 0.5)])
    assert not told


@pytest.mark.parametrize(
  ('value', 'pitch'), [('-2', 58), ('+24', 84), ('6', 66), ('x', 60)]
)
def test_transpositions(value, pitch, tmp_path):
  head = ONE.replace('"1"', f'"1" trans.semi="{value}" trans.diat="9"')
  piece, told = mei(tmp_path, measure(C), head=head)
  assert_notes(notes_of(piece), [(pitch, 0, 0.5)])
  assert len(told) == (value == 'x')


ENDINGS = (
  measure(C, 'left="rptstart"')
  + '<ending n="1">'
  + measure(D, 'n="2a"')
  + '</ending>'
  + f'<ending n="2">{measure(E, "")}</ending>'
  + measure(F, 'right="none"')
)
IDS = ''.join(C.replace('<note', f'<note xml:id="n{i}"') for i in range(3))
TIES = ''.join(f'<tie startid="#n{i}" endid="#n{i + 1}"/>' for i in (0, 1))


@pytest.mark.parametrize(
  ('music', 'right'),
  [
    (ENDINGS, [(60, 0, 0.5), (62, 0.5, 1), (60, 1, 1.5), (64, 1.5, 2),
               (65, 2, 2.5)]),
    (measure(IDS).replace('</measure>', TIES + '</measure>'), [(60, 0, 1.5)]),
    (measure(f'<tuplet num="3" numbase="2">{C}{D}{E}</tuplet>{F}'),
     [(60, 0, 1 / 3), (62, 1 / 3, 2 / 3), (64, 2 / 3, 1), (65, 1, 1.5)]),
    (measure(f'<tuplet num="3" numbase="2"/><beam/>{C}'), [(60, 0, 0.5)]),
    (measure(f'<beam>{C}<bTrem>{D}</bTrem></beam>'),
     [(60, 0, 0.5), (62, 0.5, 1)]),
    (measure('<chord><note pname="c" oct="4" dur="2" dots="1"/></chord>' + D),
     [(60, 0, 1.5), (62, 1.5, 2)]),
    (measure(f'<choice><sic>{C}</sic><corr>{D}</corr></choice>'),
     [(62, 0, 0.5)]),
    ('<measure/>' + measure(C), [(60, 0, 0.5)]),
    (measure(C) + '<measure><staffDef n="4"/><staff n="1"><layer>'
     + f'{D}</layer></staff><staff n="7"><layer>{E}</layer></staff></measure>',
     [(60, 0, 0.5), (62, 0.5, 1), (64, 0.5, 1)]),
    (measure('<clef line="x" shape="Q"/><barLine form="x"/>' + C),
     [(60, 0, 0.5)]),
    (measure(C.replace('/>', '><dot/></note>') + D),
     [(60, 0, 0.75), (62, 0.75, 1.25)]),
    (measure(C.replace('/>', ' accid.ges="x"/>')), [(62, 0, 0.5)]),
  ],
)  # fmt: skip
def test_what_music21_leaves_out_or_stops_at(music, right, tmp_path):
  piece, told = mei(tmp_path, music)
  assert_notes(notes_of(piece), right)
  assert not told


def test_endings_once(tmp_path):
  piece, _ = mei(tmp_path, ENDINGS, repeats=False)
  assert [n.pitch for n in piece.notes] == [60, 62, 64, 65]


def test_what_is_left_out_is_told(tmp_path):
  odd = C.replace('/>', ' accid="q"/>')
  piece, told = mei(tmp_path, measure(f'{odd}<fTrem>{D}{E}{D}</fTrem>{F}'))
  assert_notes(notes_of(piece), [(60, 0, 0.5), (65, 1, 1.5)])
  assert told == [
    "an accidental of 'q' is passed over",
    "3 notes are left out that music21 cannot read, the first in 'fTrem'",
  ]


def test_other_xml(tmp_path):
  with pytest.raises(InputError, match="its XML is 'meiCorpus'; that of MEI"):
    mei(tmp_path, measure(C), tag='meiCorpus')


def test_of_two_scores_the_first_is_read(tmp_path):
  first = f'{ONE}<section>{measure(C)}</section></score><score>'
  piece, told = mei(tmp_path, measure(D), head=first)
  assert [n.pitch for n in piece.notes] == [60]
  assert told == ['of its 2 scores the first is read']


def test_thousands_of_measures_without_staves(tmp_path):
  piece, _ = mei(
    tmp_path, '<measure><staffDef n="1"/></measure>' * 20000 + measure(C)
  )
  assert_notes(notes_of(piece), [(60, 0, 0.5)])
