# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The pitches of a MusicXML part as they sound, and the staves of its ties.

music21 transposes whole measures, all staves of a part, and drums as well. It
reads staves as parts, so that ties from one to another would be lost.
"""

from __future__ import annotations

import math
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from magenta_vrae.reading.scores.musicxml_drums import whole_number

_STEPS = {'C': 0, 'D': 2, 'E': 4, 'F': 5, 'G': 7, 'A': 9, 'B': 11}
# Of a number within its octave, as a pitch is written.
_KEYS = 'C C# D D# E F F# G G# A A# B'.split()
_ALL = ''  # Staves.
_FIRST_STAFF = '1'


class Pitches:
  """The pitches of a part."""

  def __init__(self) -> None:
    # By staff, where it has its own.
    self._semitones: dict[str, int] = {}
    # The staff of each written pitch that a tie leads from.
    self._tied: dict[tuple[str, ...], str] = {}

  def change(self, attributes: Element) -> None:
    """Has what follows be transposed as attributes say.

    Args:
      attributes: Those of the file.
    """
    for transpose in attributes.findall('transpose'):
      semitones = whole_number(transpose.findtext('chromatic')) or 0
      octaves = whole_number(transpose.findtext('octave-change')) or 0
      staff = transpose.get('number', _ALL)
      if staff == _ALL:
        self._semitones.clear()
      self._semitones[staff] = semitones + 12 * octaves

  def fifths(self, written: int) -> int:
    """The fifths of a key as it sounds.

    Args:
      written: Those of the file.
    """
    semitones = self._of(_FIRST_STAFF)
    if not semitones % 12:
      return written
    return (written + 7 * semitones + 5) % 12 - 5

  def sounding(self, note: Element) -> Element:
    """The pitch of a note; as written where it is none.

    Args:
      note: The file's.
    """
    step = note.findtext('pitch/step', '').strip().upper()
    octave = note.findtext('pitch/octave', '').strip()
    alter = _number(note.findtext('pitch/alter'))
    semitones = self._of(note.findtext('staff', _FIRST_STAFF).strip())
    number = whole_number(octave)
    if not semitones or step not in _STEPS or number is None:
      return _pitch(step, alter, octave)
    key = 12 * (number + 1) + _STEPS[step] + (alter or 0.0) + semitones
    return of_number(math.floor(key), key % 1.0)

  def staff_of(self, note: Element) -> str | None:
    """The staff of a note; of a tied one that of the note which it goes on.

    Args:
      note: The file's.
    """
    staff = note.findtext('staff')
    if staff is None or note.find('pitch') is None:
      return staff
    ties = {tie.get('type') for tie in note.findall('tie')}
    name = tuple(
      (note.findtext(f'pitch/{tag}') or '').strip()
      for tag in ('step', 'alter', 'octave')
    )
    if 'stop' in ties:
      staff = self._tied.pop(name, staff)
    if 'start' in ties:
      self._tied[name] = staff
    return staff

  def _of(self, staff: str) -> int:
    """Semitones by which a staff sounds higher than it is written."""
    return self._semitones.get(staff, self._semitones.get(_ALL, 0))


def of_number(number: int, more: float = 0.0) -> Element:
  """A pitch by MIDI's number.

  Args:
    number: MIDI's, which may be off its scale.
    more: A part of a semitone above it.
  """
  key = _KEYS[number % 12]
  return _pitch(key[0], len(key) - 1 + more, str(number // 12 - 1))


def _pitch(step: str, alter: float | None, octave: str) -> Element:
  pitch = Element('pitch')
  for tag, text in (
    ('step', step),
    ('alter', None if alter is None else str(alter)),
    ('octave', octave),
  ):
    if text is not None:
      ElementTree.SubElement(pitch, tag).text = text
  return pitch


def _number(text: str | None) -> float | None:
  """The finite number that a text is; None if it is none."""
  try:
    number = float(text or '')
  except ValueError:
    return None
  return number if math.isfinite(number) else None
