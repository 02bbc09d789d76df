# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A MusicXML file -> its elements, as music21 can read them.

What sounds is kept, and nothing else: music21 stops at much that nobody hears
(a clef it does not know, a style of bar lines), and takes as long for it as for
notes. Cue notes become rests, numbers that are none go, and a drum becomes a
note of its MIDI number with a cross for a head (`DRUM_HEAD`), because music21
keeps no more than one drum of a part.
"""

from __future__ import annotations

import itertools
import math
import re
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from magenta_vrae.errors import InputError
from magenta_vrae.reading.jumps import Marks
from magenta_vrae.reading.scores import metres
from magenta_vrae.reading.scores import musicxml_drums
from magenta_vrae.reading.scores import musicxml_file
from magenta_vrae.reading.scores import musicxml_jumps
from magenta_vrae.reading.scores import musicxml_pitches
from magenta_vrae.reading.scores import musicxml_places
from magenta_vrae.reading.scores.musicxml_drums import Drums
from magenta_vrae.reading.scores.musicxml_drums import whole_number
from magenta_vrae.reading.scores.musicxml_pitches import Pitches

DRUM_HEAD = 'x'
_HEARD = (
  'grace',
  'chord',
  'pitch',
  'rest',
  'duration',
  'tie',
  'voice',
  'staff',
)
_METRE = re.compile(r'\s*[1-9]\d?(\s*\+\s*[1-9]\d?){0,15}\s*')
_BEAT_TYPES = ('1', '2', '4', '8', '16', '32', '64', '128')
_BEAT_UNITS = (
  'long breve whole half quarter eighth 16th 32nd 64th 128th'
).split()
_FINAL = 'light-heavy'  # The bar line at the end of a movement.
_MOST_TIMES = 99  # That music is repeated.
_MOST_STAVES = 9
_MOST_FIFTHS = 7
_LEAST, _MOST_DIVISIONS = 1e-6, 1e9  # Of a quarter; beyond, durations are 0.
_MOST_DOTS = 4
_LONGEST_NUMBER = 9  # Of a measure, in digits.


class Tree(NamedTuple):
  """A MusicXML file as music21 can read it.

  Attributes:
    root: A 'score-partwise' element.
    marks: What is said of jumps at each measure.
  """

  root: Element
  marks: list[Marks | None]


def read(path: str) -> Tree:
  """The root of a MusicXML file, compressed or not, put right.

  Args:
    path: The file.

  Raises:
    InputError: If it is no score.
  """
  root = musicxml_file.root_of(path)
  drums = musicxml_drums.drums_of(root)
  score = Element('score-partwise')
  part_list = ElementTree.SubElement(score, 'part-list')
  described = {e.get('id', ''): e for e in root.iter('score-part')}
  parts = [p for p in root.findall('part') if p.find('measure') is not None]
  placed: list[list[musicxml_places.Placed]] = []
  for number, part in enumerate(parts, 1):
    name = f'P{number}'
    part_list.append(_described(name, described.get(part.get('id', ''))))
    kept = ElementTree.SubElement(score, 'part', {'id': name})
    pitches, divisions = Pitches(), 1.0
    placed.append([])
    # One by one: `extend` hides what goes wrong while it goes through them.
    for place, measure in enumerate(part.findall('measure'), 1):
      kept.append(_measure(measure, place, part.get('id', ''), drums, pitches))
      placed[-1].append(musicxml_places.put_right(kept[-1], divisions))
      divisions = placed[-1][-1].divisions
    _require_divisions(kept)
  if not parts:
    raise InputError('it holds no notes')
  for beside in itertools.zip_longest(*placed):
    musicxml_places.fill(one for one in beside if one is not None)
  measures = itertools.zip_longest(*(p.findall('measure') for p in parts))
  return Tree(
    score,
    [
      musicxml_jumps.marks_of(one for one in beside if one is not None)
      for beside in measures
    ],
  )


def _child(parent: Element, tag: str, text: str | None = None) -> Element:
  child = ElementTree.SubElement(parent, tag)
  child.text = text
  return child


def _described(name: str, given: Element | None) -> Element:
  """What the part list says of a part: its name, channel and program."""
  described = Element('score-part', {'id': name})
  _child(
    described,
    'part-name',
    '' if given is None else given.findtext('part-name', ''),
  )
  midi = None if given is None else given.find('midi-instrument')
  program = (
    None if midi is None else whole_number(midi.findtext('midi-program'))
  )
  if program is not None and 1 <= program <= 128:
    kept = ElementTree.SubElement(
      described, 'midi-instrument', {'id': f'{name}-I1'}
    )
    _child(kept, 'midi-program', str(program))
  return described


def _measure(
  measure: Element,
  number: int,
  part_id: str,
  drums: Drums,
  pitches: Pitches,
) -> Element:
  """What sounds of a measure."""
  # music21 reads in these which measure is an upbeat.
  said = {
    k: v
    for k, v in measure.attrib.items()
    if k == 'implicit' or (k == 'number' and len(v) <= _LONGEST_NUMBER)
  }
  kept = Element('measure', {'number': str(number), **said})
  for child in measure:
    if child.tag == 'note':
      note = _note(child, part_id, drums, pitches)
      if note is not None:
        kept.append(note)
    elif child.tag in ('backup', 'forward'):
      moved = ElementTree.SubElement(kept, child.tag)
      _child(moved, 'duration', _duration(child.findtext('duration', '0')))
    elif child.tag == 'attributes':
      pitches.change(child)
      kept.append(_attributes(child, pitches))
    elif child.tag in _KEPT:
      element = _KEPT[child.tag](child)
      if element is not None:
        kept.append(element)
  _write_tempos(kept)
  return kept


def _note(
  note: Element, part_id: str, drums: Drums, pitches: Pitches
) -> Element | None:
  """What is heard of a note; None of a cue that takes no time of its own."""
  kept = Element('note')
  is_cue = note.find('cue') is not None
  takes_time = note.find('chord') is None and note.find('grace') is None
  if is_cue and not takes_time:
    return None
  drum = drums.number(part_id, note)
  is_rest = is_cue or (note.find('pitch') is None and drum is None)
  for child in note:
    if child.tag == 'rest' or (child.tag == 'tie' and is_rest):
      continue
    if child.tag == 'duration':
      _child(kept, 'duration', _duration(child.text))
    elif child.tag in _HEARD and child.tag != 'pitch':
      kept.append(child)
  staff = kept.find('staff')
  if staff is not None:
    kept.remove(staff)
    name = pitches.staff_of(note)
    if whole_number(name) is not None:
      _child(kept, 'staff', name)
  for tie in kept.findall('tie'):
    if tie.get('type') not in ('start', 'stop'):
      kept.remove(tie)
  # The standard's order: grace and chord come first.
  first = sum(child.tag in ('grace', 'chord') for child in kept)
  if is_rest:
    # Without a type, and of a measure, music21 has it last a bar, whatever it
    # says that it lasts.
    lasts = kept.find('duration') is not None
    kept.insert(first, Element('rest', {} if lasts else {'measure': 'yes'}))
    if lasts:
      _child(kept, 'type', 'quarter')
  elif drum is None:
    kept.insert(first, pitches.sounding(note))
  else:
    kept.insert(first, musicxml_pitches.of_number(drum))
    _child(kept, 'notehead', DRUM_HEAD)
  return kept


def _duration(text: str | None) -> str:
  """A duration as the file has it, if it is one."""
  if _number(text) is None:
    raise InputError(
      f'it has a duration of {(text or "")[:20]!r}; durations are numbers'
    )
  assert text is not None
  return text


def _attributes(attributes: Element, pitches: Pitches) -> Element:
  """Divisions, key, metre and staves, where they are valid."""
  kept = Element('attributes')
  divisions = _number(attributes.findtext('divisions'))
  if divisions is not None and _LEAST <= divisions <= _MOST_DIVISIONS:
    _child(kept, 'divisions', str(divisions))
  fifths = whole_number(attributes.findtext('key/fifths'))
  if fifths is not None and abs(fifths) <= _MOST_FIFTHS:
    key = _child(kept, 'key')
    _child(key, 'fifths', str(pitches.fifths(fifths)))
    mode = attributes.findtext('key/mode', '').strip()
    if mode in ('major', 'minor'):
      _child(key, 'mode', mode)
  for time in attributes.findall('time')[:1]:
    if _is_metre(time):
      metre = _child(kept, 'time')
      metre.extend(e for e in time if e.tag in ('beats', 'beat-type'))
  staves = whole_number(attributes.findtext('staves'))
  if staves is not None and 1 <= staves <= _MOST_STAVES:
    _child(kept, 'staves', str(staves))
  return kept


def _require_divisions(part: Element) -> None:
  """Has a part say how long a quarter is: a division, if it does not."""
  if part.find('measure/attributes/divisions') is None:
    first = part.find('measure')
    assert first is not None
    attributes = Element('attributes')
    _child(attributes, 'divisions', '1')
    first.insert(0, attributes)


def _is_metre(time: Element) -> bool:
  """Whether a time signature is one that music21 reads."""
  beats, types = time.findall('beats'), time.findall('beat-type')
  numbers = re.findall(r'\d+', ' '.join(e.text or '' for e in beats))
  return (
    metres.MOST_METRES >= len(beats) == len(types) > 0
    and metres.are_few(numbers)
    and all(_METRE.fullmatch(e.text or '') for e in beats)
    and all((e.text or '').strip() in _BEAT_TYPES for e in types)
  )


def _barline(barline: Element) -> Element | None:
  """Repeat, ending and end of a movement; None if it is another bar line."""
  kept = Element('barline', {'location': barline.get('location', 'right')})
  for ending in barline.findall('ending'):
    numbers = _times(ending.get('number', ''))
    ElementTree.SubElement(
      kept, 'ending', {'number': numbers, 'type': ending.get('type', 'stop')}
    )
  for repeat in barline.findall('repeat'):
    direction = repeat.get('direction', 'backward')
    if direction in ('forward', 'backward'):
      times = whole_number(repeat.get('times'))
      many = times is not None and 2 <= times <= _MOST_TIMES
      attributes = {'times': str(times)} if many else {}
      ElementTree.SubElement(
        kept, 'repeat', {'direction': direction, **attributes}
      )
  if kept.find('repeat') is None and barline.findtext('bar-style') == _FINAL:
    bar_style = Element('bar-style')
    bar_style.text = _FINAL
    kept.insert(0, bar_style)
  return kept if len(kept) else None


def _times(text: str) -> str:
  """The times that an ending is for, one by one: `1-3` is `1, 2, 3`."""
  times: set[int] = set()
  for begin, end in re.findall(r'(\d{1,2})(?:\s*-\s*(\d{1,2}))?', text):
    times |= set(range(int(begin), int(end or begin) + 1))
  return ', '.join(map(str, sorted(times - {0}))) or '1'


def _sound(sound: Element) -> Element | None:
  """A tempo that a player is told; None if there is none."""
  tempo = _number(sound.get('tempo'))
  if tempo is None or tempo <= 0:
    return None
  kept = Element('sound', {'tempo': str(tempo)})
  kept.extend(child for child in sound if child.tag == 'offset')
  return kept


def _direction(direction: Element) -> Element | None:
  """Tempos of a direction; None if it has none."""
  kept = Element('direction')
  given = direction.find('sound')
  sound = None if given is None else _sound(given)
  for kind in direction.findall('direction-type'):
    said = Element('direction-type')
    for metronome in kind.findall('metronome'):
      # What is to be played counts more than what is written.
      if sound is None:
        said.extend(_metronome(metronome))
    if len(said):
      kept.append(said)
  kept.extend(child for child in direction if child.tag in ('offset', 'staff'))
  if kept.find('direction-type') is not None:
    return kept
  if sound is not None:
    sound.extend(kept.findall('offset'))
  return sound


def _write_tempos(measure: Element) -> None:
  """Writes the tempos that players are told as metronome marks.

  music21 reads those in every version, the others from version 9 on.
  """
  for place, sound in enumerate(list(measure)):
    if sound.tag != 'sound':
      continue
    direction = Element('direction')
    kind = ElementTree.SubElement(direction, 'direction-type')
    metronome = ElementTree.SubElement(kind, 'metronome')
    _child(metronome, 'beat-unit', 'quarter')
    _child(metronome, 'per-minute', sound.get('tempo'))
    direction.extend(sound.findall('offset'))
    measure[place] = direction


def _metronome(metronome: Element) -> list[Element]:
  """A metronome mark of one unit and a number, or of two units that are equal.

  The first of two is one of the music before the mark.
  """
  kept = Element('metronome')
  for child in metronome:
    if child.tag == 'beat-unit':
      _child(kept, 'beat-unit', (child.text or '').strip())
    elif child.tag == 'beat-unit-dot':
      _child(kept, 'beat-unit-dot')
  units = [unit.text for unit in kept.findall('beat-unit')]
  text = metronome.findtext('per-minute', '').replace(',', '.')
  number = re.search(r'\d{1,5}(?:\.\d{1,5})?', text)
  if (
    not all(unit in _BEAT_UNITS for unit in units)
    or len(kept) - len(units) > _MOST_DOTS
  ):
    return []
  if len(units) == 1 and number and float(number[0]):
    _child(kept, 'per-minute', number[0])
    return [kept]
  return [kept] if len(units) == 2 and kept[0].tag == 'beat-unit' else []


def _number(text: str | None) -> float | None:
  """The finite number that a text is; None if it is none."""
  try:
    number = float(text or '')
  except ValueError:
    return None
  return number if math.isfinite(number) else None


# What is kept of a measure beside notes, moves and attributes, and how.
_KEPT = {
  'barline': _barline,
  'direction': _direction,
  'sound': _sound,
}
