# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The tempos of an MEI score: how fast, and where.

A scoreDef tells of the next measure, and a `tempo` in a measure of the beat or
the note that it names. What MIDI is told (`midi.bpm`, `midi.mspb`) counts more
than what is printed (`mm`). A word without a number is no tempo.
"""

from __future__ import annotations

import math
import re
from typing import Callable
from typing import NamedTuple
from xml.etree.ElementTree import Element

from magenta_vrae.reading.scores import mei_readings
from magenta_vrae.reading.scores import mei_values

# Whose number is the notes in a minute, and whose the microseconds of one.
_MARKS = ('midi.bpm', 'midi.mspb', 'mm')
_NUMBER = re.compile(r'(\d{1,20}(\.\d{0,20})?|\.\d{1,20})')
_QUARTERS = {'long': 16.0, 'breve': 8.0}


class Tempo(NamedTuple):
  """A tempo.

  Attributes:
    measure: The number of the measure that it is written in.
    offset: Quarters from its beginning; may be beyond its end.
    start: The id of the note, chord or rest that it begins with, wherever that
      is; empty if it does not say.
    qpm: Quarters a minute.
  """

  measure: int
  offset: float
  start: str
  qpm: float


def read(score: Element, warn: Callable[[str], None]) -> list[Tempo]:
  """The tempos of a score in the order of the file.

  Args:
    score: The element; its measures have numbers, and its metres are right.
    warn: Is told what is passed over.
  """
  reader = _Reader(warn)
  reader.read(score)
  return reader.tempos


class _Reader:
  """Walks through a score.

  Args:
    warn: As `read` has it.
  """

  def __init__(self, warn: Callable[[str], None]) -> None:
    self.tempos: list[Tempo] = []
    self._warn = warn
    self._unit = 4.0  # The metre's.
    self._next: float | None = None  # The tempo of the next measure.
    self._num_named = 0

  def read(self, parent: Element) -> None:
    """Takes down the tempos in an element.

    Args:
      parent: A score or section.
    """
    for element in parent:
      if element.tag == 'measure':
        self._measure(element)
        continue
      if element.tag in ('scoreDef', 'staffDef'):
        unit = element.get('meter.unit')
        if unit in mei_values.BEAT_TYPES:
          self._unit = float(unit)
      if element.tag in ('scoreDef', 'tempo'):
        self._next = self._qpm(element) or self._next
      self.read(element)

  def _measure(self, measure: Element) -> None:
    number = int(measure.get('n', ''))
    if self._next:
      self.tempos.append(Tempo(number, 0.0, '', self._next))
      self._next = None
    within: set[Element] = set()
    for layer in measure.iter('layer'):
      self._layer(number, layer, within)
    for element in measure.iter('tempo'):
      qpm = None if element in within else self._qpm(element)
      if qpm:
        start = element.get('startid', '').strip().lstrip('#')
        self.tempos.append(Tempo(number, self._offset(element), start, qpm))

  def _layer(self, number: int, layer: Element, within: set[Element]) -> None:
    """Tempos between notes: each begins with the next one."""
    if next(layer.iter('tempo'), None) is None:
      return
    after, found = '', []
    for element in reversed(list(layer.iter())):
      if element.tag in mei_values.TIMED:
        self._num_named += 1
        # No id of a file begins with a dash.
        after = element.get(mei_readings.ID) or f'-{self._num_named}'
        element.set(mei_readings.ID, after)
      elif element.tag == 'tempo' and 'startid' not in element.attrib:
        within.add(element)
        qpm = self._qpm(element)
        if qpm:
          found.append(Tempo(number, math.inf, after, qpm))
    self.tempos += reversed(found)

  def _offset(self, element: Element) -> float:
    """Quarters from the beginning of the measure; beats count from 1."""
    beat = element.get('tstamp', '').strip()
    if not _NUMBER.fullmatch(beat):
      return 0.0
    return max(float(beat) - 1.0, 0.0) * 4.0 / self._unit

  def _qpm(self, element: Element) -> float | None:
    """Quarters a minute; None if it does not say them."""
    for name in _MARKS:
      text = element.get(name, '').strip()
      if name not in element.attrib:
        continue
      number = float(text) if _NUMBER.fullmatch(text) else 0.0
      if not number:
        self._warn(
          f'a tempo of {text[:20]!r} is passed over: tempos are numbers above 0'
        )
        continue
      if name == 'mm':
        quarters = self._quarters(element)
        return number * quarters if quarters else None
      return 60e6 / number if name == 'midi.mspb' else number
    return None

  def _quarters(self, element: Element) -> float | None:
    """The length of a metronome's unit; the metre's where it is not told."""
    unit, dots = element.get('mm.unit'), element.get('mm.dots', '0').strip()
    if unit is not None and unit not in mei_values.LENGTHS:
      self._warn(
        f'a tempo with mm.unit={unit[:20]!r} is passed over: mm.unit is long, '
        'breve or a power of two from 1 to 2048'
      )
      return None
    if not re.fullmatch('[0-4]', dots):
      self._warn(
        f'a tempo with mm.dots={dots[:20]!r} is passed over: mm.dots is a '
        'whole number from 0 to 4'
      )
      return None
    length = _QUARTERS.get(unit or '') or 4.0 / float(unit or self._unit)
    return length * (2.0 - 0.5 ** int(dots))
