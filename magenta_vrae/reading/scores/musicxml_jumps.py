# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a measure of MusicXML says of jumps (D.C., D.S.)."""

from __future__ import annotations

from typing import Iterable
from xml.etree.ElementTree import Element

from magenta_vrae.reading import jumps
from magenta_vrae.reading.jumps import Marks

_LONGEST_NAME = 100


def marks_of(measures: Iterable[Element]) -> Marks | None:
  """What the measures of one place say of jumps; None if nothing.

  Args:
    measures: The measure of each part.
  """
  found = [
    _marks(child)
    for measure in measures
    for child in measure
    if child.tag in ('sound', 'direction')
  ]
  marks = jumps.together(each for each in found if each)
  return marks if marks else None


def _marks(element: Element) -> Marks:
  """What a direction or a sound says: players are told more than readers."""
  sound = element if element.tag == 'sound' else element.find('sound')
  told = _told(sound) if sound is not None else Marks()
  if element.tag == 'sound':
    return told
  words = jumps.of_words(
    ' '.join(e.text or '' for e in element.iterfind('direction-type/words'))
  )
  if told:
    told.aim = words.aim
    return told
  if element.find('direction-type/segno') is not None and not words:
    words.segnos.add('')
  if element.find('direction-type/coda') is not None and not words:
    said = ' '.join(e.text or '' for e in element.iter('words')).split()
    (words.to_codas if 'to' in map(str.lower, said) else words.codas).add('')
  return words


def _told(sound: Element) -> Marks:
  """What a player is told."""
  name = {key: value[:_LONGEST_NAME] for key, value in sound.attrib.items()}
  marks = Marks(
    is_fine=name.get('fine', 'no') not in ('no', ''),
    capo=name.get('dacapo') == 'yes',
    segno=name.get('dalsegno'),
  )
  for key, names in (
    ('segno', marks.segnos),
    ('coda', marks.codas),
    ('tocoda', marks.to_codas),
  ):
    if key in name:
      names.add(name[key])
  return marks
