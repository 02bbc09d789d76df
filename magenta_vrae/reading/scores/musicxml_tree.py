# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A MusicXML file -> its elements, as music21 can read them.

What sounds is kept. What stands in the way of it is put right: score-timewise
becomes score-partwise, cue notes become rests, chord symbols go, metres that
are none go, jumps that only a player reads become signs, and a drum becomes a
note of its MIDI number with a cross for a head (`DRUM_HEAD`), because music21
keeps no more than one drum of a part.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from typing import NamedTuple
from xml.etree import ElementTree

from magenta_vrae.errors import InputError

_ZIP_MAGIC = b'PK'
_SCORES = ('.xml', '.musicxml')
_CONTAINER = 'meta-inf/container.xml'
_DRUM_CHANNEL = '10'  # As MusicXML counts.
DRUM_HEAD = 'x'
# By which music21 guesses a transposition that the score does not write.
_GUESSED_BY = ('instrument-name', 'instrument-sound')
_SILENT = ('harmony', 'figured-bass', 'print', 'bookmark', 'grouping')
# What of a note is heard; music21 takes as long for the rest as for this.
_HEARD = (
  'grace',
  'chord',
  'pitch',
  'unpitched',
  'rest',
  'duration',
  'tie',
  'voice',
  'type',
  'dot',
  'time-modification',
  'staff',
)
# Of a direction: tempo, words for it and for jumps, and their signs.
_SAID = ('metronome', 'words', 'segno', 'coda')
_OF_RESTS = ('duration', 'voice', 'type', 'dot', 'staff', 'time-modification')
# Of a drum's number within its octave, as a pitch is written.
_KEYS = (
  ('C', 0),
  ('C', 1),
  ('D', 0),
  ('D', 1),
  ('E', 0),
  ('F', 0),
  ('F', 1),
  ('G', 0),
  ('G', 1),
  ('A', 0),
  ('A', 1),
  ('B', 0),
)
_STEPS = {'C': 0, 'D': 2, 'E': 4, 'F': 5, 'G': 7, 'A': 9, 'B': 11}
_SNARE = 38  # For a drum that says nowhere which it is.
_METRE = re.compile(r'\s*[1-9]\d{0,2}(\s*\+\s*[1-9]\d{0,2})*\s*')
_JUMP_WORDS = ('fine', 'capo', 'd.c', 'segno', 'd.s', 'coda')
_BEAT_TYPES = ('1', '2', '4', '8', '16', '32', '64', '128')


def read(path: str) -> ElementTree.Element:
  """The root of a MusicXML file, compressed or not, put right.

  `musicxml_scan` must have found it to be within bounds.

  Args:
    path: The file.

  Returns:
    A 'score-partwise' element.

  Raises:
    InputError: If it is no score.
  """
  root = ElementTree.fromstring(_score_of(path))
  for element in root.iter():
    # A namespace is not the standard's, and some programs write one.
    element.tag = element.tag.rpartition('}')[2]
  if root.tag == 'score-timewise':
    root = _partwise(root)
  if root.tag != 'score-partwise':
    raise InputError(
      f'its XML is {root.tag!r}; MusicXML is score-partwise or score-timewise'
    )
  drums = _drums(root)
  for part in root.iter('part'):
    _put_right(part, drums)
    _write_jumps(part)
  for parent in root.iter('score-instrument'):
    for name in _GUESSED_BY:
      for child in parent.findall(name):
        parent.remove(child)
  return root


def _score_of(path: str) -> bytes:
  with open(path, 'rb') as file:
    data = file.read()
  if data[:2] != _ZIP_MAGIC:
    return data
  with zipfile.ZipFile(path) as archive:
    return archive.read(_root_file(archive))


def _root_file(archive: zipfile.ZipFile) -> str:
  """The name of the score in an archive.

  The container names it; some programs write that name in another case, with a
  leading slash or backslashes, or leave the container out.
  """
  names = {_plain(name): name for name in archive.namelist()}
  wanted = []
  if _CONTAINER in names:
    container = ElementTree.fromstring(archive.read(names[_CONTAINER]))
    wanted = [
      _plain(element.get('full-path', ''))
      for element in container.iter()
      if element.tag.rpartition('}')[2] == 'rootfile'
    ]
  scores = [
    plain
    for plain in names
    if plain.endswith(_SCORES) and not plain.startswith('meta-inf/')
  ]
  for plain in [*wanted, *scores]:
    if plain in names and plain.endswith(_SCORES):
      return names[plain]
  raise InputError('its archive holds no MusicXML')


def _plain(name: str) -> str:
  return posixpath.normpath(name.replace('\\', '/')).lstrip('/').lower()


def _partwise(root: ElementTree.Element) -> ElementTree.Element:
  """The same score with measures within parts."""
  score = ElementTree.Element('score-partwise', root.attrib)
  parts: dict[str | None, ElementTree.Element] = {}
  for child in root:
    if child.tag != 'measure':
      score.append(child)
      continue
    for part in child.findall('part'):
      number = part.get('id')
      if number not in parts:
        parts[number] = ElementTree.SubElement(score, 'part', part.attrib)
      measure = ElementTree.SubElement(parts[number], 'measure', child.attrib)
      measure.extend(part)
  return score


class _Drums(NamedTuple):
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


def _drums(root: ElementTree.Element) -> _Drums:
  drums = _Drums({}, {})
  for part in root.iter('score-part'):
    for midi in part.iter('midi-instrument'):
      number = _number(midi.findtext('midi-unpitched'))
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
  octave = _number(note.findtext('pitch/octave'))
  if step not in _STEPS or octave is None:
    return None
  try:
    alter = round(float(note.findtext('pitch/alter', '0')))
  except ValueError:
    return None
  return 12 * (octave + 1) + _STEPS[step] + alter


def _is_metre(time: ElementTree.Element) -> bool:
  """Whether a time signature is one that music21 reads."""
  beats, types = time.findall('beats'), time.findall('beat-type')
  return (
    len(beats) == len(types) > 0
    and all(_METRE.fullmatch(e.text or '') for e in beats)
    and all((e.text or '').strip() in _BEAT_TYPES for e in types)
  )


def _put_right(part: ElementTree.Element, drums: _Drums) -> None:
  """Puts the measures of a part right."""
  for measure in part.iter('measure'):
    for child in list(measure):
      if child.tag in _SILENT:
        measure.remove(child)
      elif child.tag == 'note' and child.find('cue') is not None:
        _silence(measure, child)
      elif child.tag == 'note':
        _mark(child, drums.number(part.get('id', ''), child))
      elif child.tag == 'attributes':
        _put_attributes_right(child)
      elif child.tag == 'direction':
        _put_direction_right(measure, child)


def _write_jumps(part: ElementTree.Element) -> None:
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


def _mark(note: ElementTree.Element, drum: int | None) -> None:
  """Writes a drum as a note with the head for drums, and no other so."""
  note[:] = [child for child in note if child.tag in _HEARD]
  if drum is None or note.find('rest') is not None:
    return
  for child in list(note):
    if child.tag in ('pitch', 'unpitched'):
      note.remove(child)
  pitch = ElementTree.Element('pitch')
  step, alter = _KEYS[drum % 12]
  for tag, text in (
    ('step', step),
    ('alter', str(alter)),
    ('octave', str(drum // 12 - 1)),
  ):
    ElementTree.SubElement(pitch, tag).text = text
  # The standard's order: grace and chord come first.
  first = sum(child.tag in ('grace', 'chord') for child in note)
  note.insert(first, pitch)
  ElementTree.SubElement(note, 'notehead').text = DRUM_HEAD


def _put_attributes_right(attributes: ElementTree.Element) -> None:
  for time in attributes.findall('time'):
    for other in time.findall('interchangeable'):
      time.remove(other)
    if not _is_metre(time):
      attributes.remove(time)
  for transpose in attributes.findall('transpose'):
    # music21 adds octaves to the steps, and cannot where there are none.
    if transpose.find('diatonic') is None:
      semitones = _number(transpose.findtext('chromatic'))
      steps = ElementTree.SubElement(transpose, 'diatonic')
      steps.text = str(round(7 * (semitones or 0) / 12))


def _put_direction_right(
  measure: ElementTree.Element, direction: ElementTree.Element
) -> None:
  """Keeps tempos and jumps of a direction; it goes if it has none."""
  has_tempo = direction.find('sound[@tempo]') is not None
  for kind in direction.findall('direction-type'):
    # What is to be played counts more than what is written.
    kind[:] = [
      child
      for child in kind
      if child.tag in _SAID and not (has_tempo and child.tag == 'metronome')
    ]
    if not len(kind):
      direction.remove(kind)
  if direction.find('direction-type') is None:
    sound = direction.find('sound')
    at = list(measure).index(direction)
    measure.remove(direction)
    if sound is not None:
      for child in direction.findall('offset'):
        sound.append(child)
      measure.insert(at, sound)


def _number(text: str | None) -> int | None:
  match = re.fullmatch(r'\s*(-?\d{1,3})\s*', text or '')
  return int(match[1]) if match else None


def _silence(measure: ElementTree.Element, note: ElementTree.Element) -> None:
  """Makes a cue note a rest; one that takes no time of its own goes."""
  if note.find('chord') is not None or note.find('grace') is not None:
    measure.remove(note)
    return
  note[:] = [
    ElementTree.Element('rest'),
    *(child for child in note if child.tag in _OF_RESTS),
  ]
