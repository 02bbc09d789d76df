# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which notes of a score are drums: unpitched ones, and those on channel 10."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.etree import ElementTree

_DRUM_CHANNEL = '10'  # As MusicXML counts.
_SNARE = 38  # For a drum that says nowhere which it is.
_STEPS = {'C': 0, 'D': 2, 'E': 4, 'F': 5, 'G': 7, 'A': 9, 'B': 11}


class Drums(NamedTuple):
  """Which instruments of a score are drums.

  Attributes:
    numbers: MIDI's number of each drum, by its id; None of one that plays as
      many as it has pitches.
    parts: The ids of each drum part's instruments, by the part's id.
  """

  numbers: dict[str, int | None]
  parts: dict[str, list[str]]

  def number(self, part_id: str, note: ElementTree.Element) -> int | None:
    """MIDI's number of a note, if it is a drum; None if it is none."""
    instrument = note.find('instrument')
    own = self.parts.get(part_id, [])
    if instrument is not None:
      name = instrument.get('id', '')
    else:
      name = own[0] if len(own) == 1 else ''
    is_unpitched = note.find('unpitched') is not None
    if not is_unpitched and name not in self.numbers:
      return None
    number = self.numbers.get(name)
    if number is None and not is_unpitched:
      number = _midi_pitch(note)
    return _SNARE if number is None else number


def drums_of(root: ElementTree.Element) -> Drums:
  """The drums of a score, by the MIDI instruments of its parts."""
  drums = Drums({}, {})
  for part in root.iter('score-part'):
    for midi in part.iter('midi-instrument'):
      number = whole_number(midi.findtext('midi-unpitched'))
      is_number = number is not None and 1 <= number <= 128
      channel = midi.findtext('midi-channel', '').strip()
      if is_number or channel == _DRUM_CHANNEL:
        name = midi.get('id', '')
        drums.numbers[name] = number - 1 if is_number and number else None
        drums.parts.setdefault(part.get('id', ''), []).append(name)
  return drums


def _midi_pitch(note: ElementTree.Element) -> int | None:
  """MIDI's number of a written pitch; None if there is none."""
  step = note.findtext('pitch/step', '').strip()
  octave = whole_number(note.findtext('pitch/octave'))
  if step not in _STEPS or octave is None:
    return None
  try:
    alter = round(float(note.findtext('pitch/alter', '0')))
  except ValueError:
    return None
  return 12 * (octave + 1) + _STEPS[step] + alter


def whole_number(text: str | None) -> int | None:
  """The whole number that a text is; None if it is none, or has four digits."""
  match = re.fullmatch(r'\s*(-?\d{1,3})(?:\.0*)?\s*', text or '')
  return int(match[1]) if match else None
