# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Whole measures of MEI that are written short: their music written out.

A rest of several measures stands in one, a sign stands for the measure before,
and a metre may be said of staves alone. music21 reads none of these.
"""

from __future__ import annotations

import copy
from typing import Callable
from xml.etree.ElementTree import Element

from magenta_vrae.reading import jumps
from magenta_vrae.reading.jumps import Marks
from magenta_vrae.reading.scores import mei_readings
from magenta_vrae.reading.scores.musicxml_drums import whole_number

_MOST_MEASURES = 999  # Of a rest.
_METRE = ('meter.count', 'meter.unit')
# Signs for less, or more, than the measure before.
_OTHER_SIGNS = ('beatRpt', 'halfmRpt', 'mRpt2', 'multiRpt')
_JUMPS = {
  'coda': 'coda',
  'segno': 'segno',
  'dalSegno': 'd.s.',
  'daCapo': 'd.c.',
  'fine': 'fine',
}


def write(
  score: Element,
  warn: Callable[[str], None],
  make_room: Callable[[int, int], None],
) -> None:
  """Writes out what stands for whole measures.

  Args:
    score: Of MEI, cleaned.
    warn: Is told what is not written out.
    make_room: Is told of notes and elements before they are made; raises
      InputError if they are too many.
  """
  before: dict[tuple[str | None, str | None], Element] = {}
  metre = '4', '4'
  for element in score.iter():
    if element.tag == 'scoreDef':
      _lift_metre(element)
      if _METRE[0] in element.attrib:
        metre = element.attrib[_METRE[0]], element.get(_METRE[1], '4')
    for staff in element.findall('staff') if element.tag == 'measure' else ():
      for layer in staff.findall('layer'):
        _write_rests(layer, metre, make_room)
        name = staff.get('n'), layer.get('n')
        if layer.find('mRpt') is not None and name in before:
          _repeat(layer, before[name], make_room)
        before[name] = layer
        if any(layer.find(tag) is not None for tag in _OTHER_SIGNS):
          warn('signs that repeat less or more than a measure are not played')


def marks_of(measure: Element) -> Marks | None:
  """What a measure says of jumps; None if nothing.

  Args:
    measure: Of MEI.
  """
  found = []
  for element in measure:
    if element.tag in ('dir', 'repeatMark'):
      text = ''.join(element.itertext())
      said = _JUMPS.get(element.get('func', ''), '')
      found.append(jumps.of_words(text))
      if not found[-1]:
        found[-1] = jumps.of_words(said)
  marks = jumps.together(each for each in found if each)
  return marks if marks else None


def _lift_metre(definition: Element) -> None:
  """Has a score say the metre that its staves say: a bar's rest needs it."""
  if _METRE[0] in definition.attrib:
    return
  for staff in definition.iter('staffDef'):
    if _METRE[0] in staff.attrib:
      for name in _METRE:
        definition.set(name, staff.get(name, '4'))
      return


def _write_rests(
  layer: Element,
  metre: tuple[str, str],
  make_room: Callable[[int, int], None],
) -> None:
  """Writes a rest of several measures as so many beats of rest."""
  kept: list[Element] = []
  for child in layer:
    if child.tag != 'multiRest':
      kept.append(child)
      continue
    number = whole_number(child.get('num')) or 1
    number = min(max(number, 1), _MOST_MEASURES)
    number *= sum(map(int, metre[0].split('+')))
    make_room(0, number)
    kept += [Element('rest', {'dur': metre[1]}) for _ in range(number)]
  layer[:] = kept


def _repeat(
  layer: Element, before: Element, make_room: Callable[[int, int], None]
) -> None:
  """Writes the music of the measure before into a layer."""
  make_room(sum(1 for _ in before.iter('note')), sum(1 for _ in before.iter()))
  layer[:] = [copy.deepcopy(child) for child in before]
  for element in layer.iter():
    for name in ('tie', mei_readings.ID):
      element.attrib.pop(name, None)
