# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A measure of MusicXML -> one in which music21 finds each note's place.

music21 has all notes of a chord last as long as its first, and ends a measure
with its last note, although the file moves on (`forward`) behind it.
"""

from __future__ import annotations

from typing import Iterable
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

# Quarters of silence at a measure's end; longer ones no music has.
_LONGEST_REST = 10000.0
_CLOSE = 1e-6


class Placed(NamedTuple):
  """A measure that was put right.

  Attributes:
    measure: It.
    divisions: Of a quarter, as it ends.
    length: In quarters, of all that is in it.
  """

  measure: Element
  divisions: float
  length: float


def put_right(measure: Element, divisions: float) -> Placed:
  """Writes shorter notes of chords apart, and rests for moves at the end.

  Args:
    measure: The measure, whose durations are numbers.
    divisions: Of a quarter, as it begins.
  """
  kept: list[Element] = []
  apart: list[Element] = []  # Of the chord before.
  now = end = heard = chord = 0.0  # In quarters; but the chord's length.
  last: Element | None = None
  for child in measure:
    length = float(child.findtext('duration', '0'))
    if child.tag == 'note' and child.find('chord') is not None:
      is_other = child.find('grace') is None and length != chord
      (apart if is_other else kept).append(child)
      if is_other:
        heard = max(heard, now + (length - chord) / divisions)
      continue
    kept += _written_apart(apart, chord)
    apart = []
    kept.append(child)
    if child.tag == 'attributes':
      divisions = float(child.findtext('divisions', str(divisions)))
    elif child.tag == 'backup':
      now = max(now - length / divisions, 0.0)
    elif child.tag in ('note', 'forward'):
      now += length / divisions
      if child.tag == 'note':
        chord = length
        if now >= heard:
          heard, last = now, child
      end = max(end, now)
  kept += _written_apart(apart, chord)
  if _CLOSE < end - heard < _LONGEST_REST:
    kept += _move((heard - now) * divisions)
    kept.append(_rest((end - heard) * divisions, last))
  measure[:] = kept
  return Placed(measure, divisions, end)


def fill(measures: Iterable[Placed]) -> None:
  """Has empty measures last as long as those of other parts beside them.

  music21 has them last as long as the metre says, which upbeats do not.

  Args:
    measures: The measure of each part at one place.
  """
  measures = list(measures)
  longest = max(placed.length for placed in measures)
  for placed in measures:
    if not placed.length and 0 < longest < _LONGEST_REST:
      placed.measure.append(_rest(longest * placed.divisions, None))


def _written_apart(notes: list[Element], chord: float) -> list[Element]:
  """Notes of a chord that last longer or shorter, each by itself."""
  found: list[Element] = []
  for note in notes:
    note[:] = [child for child in note if child.tag != 'chord']
    length = float(note.findtext('duration', '0'))
    found += [*_move(-chord), note, *_move(chord - length)]
  return found


def _move(length: float) -> list[Element]:
  """A move to a later place, or to an earlier one."""
  if not length:
    return []
  move = Element('forward' if length > 0 else 'backup')
  ElementTree.SubElement(move, 'duration').text = str(abs(length))
  return [move]


def _rest(length: float, behind: Element | None) -> Element:
  """A rest in the voice of a note."""
  rest = Element('note')
  ElementTree.SubElement(rest, 'rest')
  ElementTree.SubElement(rest, 'duration').text = str(length)
  for tag in ('voice', 'staff'):
    text = None if behind is None else behind.findtext(tag)
    if text is not None:
      ElementTree.SubElement(rest, tag).text = text
  # Without a type music21 may have it last a bar.
  ElementTree.SubElement(rest, 'type').text = 'quarter'
  return rest
