# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Lengths and octaves that MEI gives once for many notes."""

from __future__ import annotations

import pytest
from mei_test import BAD_NUMBERS
from mei_test import C
from mei_test import measure
from mei_test import mei
from reading_test import assert_notes
from reading_test import notes_of

from magenta_vrae.errors import InputError

pytest.importorskip('music21')

BARE = '<note pname="c"/>'
G = '<note pname="g" dur="8" oct="3"/>'


def head_of(score='', staff='', layer='', second=''):
  return (
    f'<scoreDef {score}><staffGrp><staffDef n="1" {staff}>'
    f'<layerDef n="1" {layer}/></staffDef><staffDef n="2" {second}/>'
    '</staffGrp></scoreDef>'
  )


@pytest.mark.parametrize('name', ['oct.default', 'octave.default'])
@pytest.mark.parametrize(
  'head',
  [
    head_of('dur.default="8" {}="3"'),
    head_of(staff='dur.default="8" {}="3"'),
    head_of(layer='dur.default="8" {}="3"'),
    head_of('dur.default="1" {}="9"', staff='dur.default="8" {}="3"'),
    head_of('dur.default="8" {}="9"', layer='{}="3"'),
    head_of(staff='dur.default="1" {}="9"', layer='dur.default="8" {}="3"'),
    # Of another staff.
    head_of('dur.default="8" {}="3"', second='dur.default="1" {}="9"'),
  ],
)
def test_where_they_are_given(head, name, tmp_path):
  piece, told = mei(
    tmp_path, measure(BARE + C + BARE), head=head.replace('{}', name)
  )
  assert_notes(
    notes_of(piece), [(48, 0, 0.25), (60, 0.25, 0.75), (48, 0.75, 1)]
  )
  assert told == []


@pytest.mark.parametrize(
  ('notes', 'right'),
  [
    (f'<rest/>{G}<space/>{G}', [(55, 0.25, 0.5), (55, 0.75, 1)]),
    (f'<chord>{BARE}<note pname="e"/></chord>{G}',
     [(48, 0, 0.25), (52, 0, 0.25), (55, 0.25, 0.5)]),
    (f'<chord dur="2">{BARE}</chord>{G}', [(48, 0, 1), (55, 1, 1.25)]),
    (f'<chord>{BARE}<note pname="e" dur="2"/></chord>{G}',
     [(48, 0, 1), (52, 0, 1), (55, 1, 1.25)]),
    (f'<tuplet num="3" numbase="2">{BARE * 3}</tuplet>{G}',
     [(48, 0, 1 / 6), (48, 1 / 6, 1 / 3), (48, 1 / 3, 0.5), (55, 0.5, 0.75)]),
    (f'<beam>{BARE}<bTrem>{BARE}</bTrem></beam>{G}',
     [(48, 0, 0.25), (48, 0.25, 0.5), (55, 0.5, 0.75)]),
    (BARE.replace('/>', ' dots="1"/>') + G,
     [(48, 0, 0.375), (55, 0.375, 0.625)]),
    (f'<choice><sic><layerDef n="1" dur.default="1"/></sic><corr>{BARE}</corr>'
     f'</choice>{G}', [(48, 0, 0.25), (55, 0.25, 0.5)]),
  ],
)  # fmt: skip
def test_what_they_are_for(notes, right, tmp_path):
  head = head_of('dur.default="8" oct.default="3"')
  piece, told = mei(tmp_path, measure(notes), head=head)
  assert_notes(notes_of(piece), right)
  assert told == []


def test_a_rest_of_a_measure_lasts_as_long_as_it(tmp_path):
  head = head_of('meter.count="3" meter.unit="4" dur.default="8"')
  piece, _ = mei(tmp_path, measure('<mRest/>'), measure(C), head=head)
  assert_notes(notes_of(piece), [(60, 1.5, 2)])


def test_they_change_amid_the_piece(tmp_path):
  """What comes last counts, whatever it was given for."""
  head = head_of(staff='dur.default="8"', layer='oct.default="3"')
  piece, told = mei(
    tmp_path,
    measure(BARE),
    '<scoreDef dur.default="4"/>',
    measure(BARE),
    '<staffDef n="1" dur.default="2" oct.default="5"/>',
    measure(BARE),
    '<staffDef n="2" dur.default="1" oct.default="1"/>',
    measure(BARE).replace(
      '</measure>', '<staffDef n="1" dur.default="16"/></measure>'
    ),
    head=head,
  )
  assert_notes(
    notes_of(piece),
    [(48, 0, 0.25), (48, 0.25, 0.75), (72, 0.75, 1.75), (72, 1.75, 1.875)],
  )
  assert told == []


def test_staves_and_layers_of_their_own(tmp_path):
  head = (
    '<scoreDef dur.default="4" oct.default="4"><staffGrp><staffDef>'
    '<layerDef/><layerDef oct.default="5"/></staffDef>'
    '<staffDef oct.default="2"/></staffGrp></scoreDef>'
  )
  piece, _ = mei(
    tmp_path,
    f'<measure><staff><layer>{BARE}</layer><layer>{BARE}</layer></staff>'
    f'<staff><layer>{BARE}</layer></staff></measure>',
    head=head,
  )
  assert sorted(n.pitch for n in piece.notes) == [36, 60, 72]
  assert {n.end_time for n in piece.notes} == {0.5}


@pytest.mark.parametrize('value', ['0', '3', 'x', '9' * 400])
def test_lengths_of_no_kind_are_refused_where_they_count(value, tmp_path):
  head = head_of(f'dur.default="{value}"')
  assert notes_of(mei(tmp_path, measure(C), head=head)[0]) == [(60, 0, 0.5)]
  with pytest.raises(InputError) as e:
    mei(tmp_path, measure(BARE), head=head)
  assert str(e.value) == (
    f'it has a note with dur={value[:20]!r}; dur is long, breve or a power of '
    'two from 1 to 2048'
  )


@pytest.mark.parametrize(
  'value', [v for v in BAD_NUMBERS if v not in ('', '0', '-1')]
)
def test_octaves_of_no_kind_are_refused_where_they_count(value, tmp_path):
  head = head_of(f'oct.default="{value}"')
  with pytest.raises(InputError) as e:
    mei(tmp_path, measure('<note pname="c" dur="4"/>'), head=head)
  assert str(e.value) == (
    f'it has a note with oct={value[:20]!r}; oct is a whole number from -1 to 9'
  )


def test_without_a_length_anywhere(tmp_path):
  for head in (head_of(), head_of(second='dur.default="4"')):
    with pytest.raises(InputError, match='it has a note without dur'):
      mei(tmp_path, measure(BARE), head=head)
