# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Jumps of a score (D.C., D.S.) that only a player is told, written out."""

from __future__ import annotations

from xml.etree import ElementTree

_JUMP_WORDS = ('fine', 'capo', 'd.c', 'segno', 'd.s', 'coda')


def write(part: ElementTree.Element) -> None:
  """Writes as words and signs what only a player is told of jumps."""
  told = {name for sound in part.iter('sound') for name in sound.attrib}
  aim = {'fine': ' al Fine', 'tocoda': ' al Coda'}
  to = next((words for name, words in aim.items() if name in told), '')
  words = {
    'dacapo': f'D.C.{to}',
    'dalsegno': f'D.S.{to}',
    'fine': 'Fine',
    'tocoda': 'To Coda',
  }
  for measure in part.iter('measure'):
    for child in list(measure):
      sound = child if child.tag == 'sound' else child.find('sound')
      if sound is None or _says_a_jump(child):
        continue
      for name in sound.attrib:
        if name in ('segno', 'coda') or name in words:
          direction = ElementTree.Element('direction')
          kind = ElementTree.SubElement(direction, 'direction-type')
          tag = 'words' if name in words else name
          ElementTree.SubElement(kind, tag).text = words.get(name)
          measure.insert(list(measure).index(child), direction)


def _says_a_jump(direction: ElementTree.Element) -> bool:
  """Whether a direction has words or a sign that music21 knows."""
  if any(direction.iter('segno')) or any(direction.iter('coda')):
    return True
  text = ' '.join(e.text or '' for e in direction.iter('words')).lower()
  return any(word in text for word in _JUMP_WORDS)
