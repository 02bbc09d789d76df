# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A tremolo of two notes or chords in MEI -> the notes that are played.

Each of the two is written as long as both last (MEI Guidelines, "Tremolos").
"""

from __future__ import annotations

import copy
from fractions import Fraction
from typing import Callable
from xml.etree.ElementTree import Element

from magenta_vrae.reading.scores import mei_readings
from magenta_vrae.reading.scores import mei_values
from magenta_vrae.reading.scores.musicxml_drums import whole_number

_LONGEST = 16  # Quarters: the first of LENGTHS. Each other is half as long.
# For a tremolo that says nothing: three beams, as those without measure have.
_BEAMS = 3
_MOST_BEAMS = 8


def played(
  tremolo: Element,
  warn: Callable[[str], None],
  make_room: Callable[[int, int], None],
) -> list[Element] | None:
  """The notes or chords of a tremolo, one after the other.

  They take as long as `unitdur` says, or as notes with so many beams. Where
  the whole cannot be divided so, they take half of that, or half again.

  Args:
    tremolo: An `fTrem`; its notes and chords are right.
    warn: Is told what is passed over.
    make_room: Is told how many notes and elements there will be; raises if
      they are too many.

  Returns:
    The elements, as they are if they have no length; None if it is no tremolo
    of two.
  """
  two = [e for e in tremolo if e.tag in mei_values.TIMED]
  if len(two) != 2 or any(e.tag not in ('note', 'chord') for e in two):
    return None
  told = next((e for e in two if 'dur' in e.attrib), None)
  if told is None:
    return two
  whole = _quarters(told.attrib['dur']) * (
    2 - Fraction(1, 2 ** int(told.get('dots', 0)))
  )
  for length in mei_values.LENGTHS[_unit(tremolo, warn) :]:
    number = whole / _quarters(length)
    if number >= 2 and number.denominator == 1:
      break
  else:
    return None
  count = int(number)
  make_room(
    count * max(sum(1 for _ in e.iter('note')) for e in two),
    count * max(sum(1 for _ in e.iter()) for e in two),
  )
  notes = [
    _copy(two[i % 2], length, is_first=i == 0, is_last=i == count - 1)
    for i in range(count)
  ]
  # An id of each, once: where the first begins, and where the second ends.
  for i, note in enumerate(notes):
    if i not in (0, count // 2 * 2 - 1):
      for element in note.iter():
        element.attrib.pop(mei_readings.ID, None)
  return notes


def _quarters(length: str) -> Fraction:
  return Fraction(_LONGEST, 2 ** mei_values.LENGTHS.index(length))


def _unit(tremolo: Element, warn: Callable[[str], None]) -> int:
  """Which of LENGTHS a note of a tremolo has; it may be too long for it."""
  # MEI 3 has another name for it.
  told = tremolo.get('unitdur', tremolo.get('measperf'))
  if told in mei_values.LENGTHS:
    return mei_values.LENGTHS.index(told or '')
  if told is not None:
    warn(
      f'a unitdur of {told[:20]!r} is passed over: unitdur is long, breve or a '
      'power of two from 1 to 2048'
    )
  beams = whole_number(tremolo.get('beams'))
  if beams is None or not 1 <= beams <= _MOST_BEAMS:
    beams = _BEAMS
  return mei_values.LENGTHS.index(str(4 * 2**beams))


def _copy(
  element: Element, length: str, is_first: bool, is_last: bool
) -> Element:
  """A note or chord of a tremolo; ties lead to its first, from its last."""
  copied = copy.deepcopy(element)
  for inner in copied.iter():
    for name in ('dur', 'dots'):
      inner.attrib.pop(name, None)
    tie = inner.attrib.pop('tie', '')
    kept = 't' * (is_first and bool({'t', 'm'} & set(tie)))
    kept += 'i' * (is_last and bool({'i', 'm'} & set(tie)))
    if kept:
      inner.set('tie', kept)
  copied.set('dur', length)
  return copied
