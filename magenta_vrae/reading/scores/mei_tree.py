# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""An MEI file -> its elements, as music21 can read them.

music21 stops at values that it does not know, at measures whose numbers are
none, and at tuplets without notes. It leaves out endings, ties of a chain, and
staves that no staffDef tells of.
"""

from __future__ import annotations

import re
from typing import Callable
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from magenta_vrae.errors import InputError
from magenta_vrae.plural import plural
from magenta_vrae.reading import encodings
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading.jumps import Marks
from magenta_vrae.reading.repeats import Stretch
from magenta_vrae.reading.scores import mei_defaults
from magenta_vrae.reading.scores import mei_expansions
from magenta_vrae.reading.scores import mei_measures
from magenta_vrae.reading.scores import mei_readings
from magenta_vrae.reading.scores import mei_tempos
from magenta_vrae.reading.scores import mei_tremolos
from magenta_vrae.reading.scores import mei_values

NAMESPACE = '{http://www.music-encoding.org/ns/mei}'
# What music21 looks for notes in.
_CONTAINERS = (
  'mei music body mdiv score section ending measure staff layer tuplet chord'
).split()
# Others, whose notes are read as if they stood by themselves.
_TRANSPARENT = 'add bTrem beam damage restore subst supplied unclear'.split()
_UNHEARD = 'clef slur artic verse syl beamSpan barLine del'.split()


class Ending(NamedTuple):
  """An ending of a repeat.

  Attributes:
    first: The number of its first measure.
    last: The number of its last measure.
    times: The times that it is for.
  """

  first: int
  last: int
  times: list[int]


class Tree(NamedTuple):
  """An MEI file as music21 can read it.

  Attributes:
    root: Its element; measures are numbered from 1.
    endings: The endings in it.
    order: The numbers of its measures in the order of playing, where an
      expansion says it.
    marks: What is said of jumps at each measure.
    tempos: The tempos in it.
    warnings: What was passed over, a line each.
    num_lost: How many notes are not in it.
  """

  root: Element
  endings: list[Ending]
  order: list[Stretch] | None
  marks: list[Marks | None]
  tempos: list[mei_tempos.Tempo]
  warnings: list[str]
  num_lost: int


def read(path: str, repeats: bool, limits: limits_lib.Limits) -> Tree:
  """The elements of an MEI file, put right.

  `musicxml_scan` must have found it to be within bounds.

  Args:
    path: The file.
    repeats: Whether it is played as its expansions say.
    limits: `Limits`, of what they make of it.

  Raises:
    InputError: If it is no score, a length or a pitch in it is none, or
      expansions make it too long.
  """
  with open(path, 'rb') as file:
    root = ElementTree.fromstring(encodings.xml_of(file.read()))
  for element in root.iter():
    # A program may write another version's namespace, or none.
    element.tag = element.tag.rpartition('}')[2]
  if root.tag != 'mei':
    raise InputError(f"its XML is {root.tag!r}; that of MEI is 'mei'")
  score = root.find('.//music//score')
  if score is None:
    raise InputError('it has no score: MEI has one in music, body and mdiv')
  if repeats:
    mei_readings.keep_named(score)
  for one in root.iter('score'):
    mei_defaults.write(one)
  cleaner = _Cleaner(limits)
  cleaner.clean(root)
  mei_measures.write(score, cleaner.warn, cleaner.make_room)
  _write_ties(root)
  endings = _put_measures_right(root)
  order = _order(root, score, limits, cleaner.warn) if repeats else None
  marks = [mei_measures.marks_of(measure) for measure in score.iter('measure')]
  tempos = mei_tempos.read(score, cleaner.warn)
  for one in root.iterfind('.//music//score'):
    _put_staves_right(one)
  num_scores = len(root.findall('.//music//score'))
  if num_scores > 1:
    cleaner.warn(f'of its {num_scores} scores the first is read')
  for element in root.iter():
    element.tag = NAMESPACE + element.tag
  return Tree(
    root, endings, order, marks, tempos, cleaner.told(), cleaner.num_lost
  )


def _order(
  root: Element,
  score: Element,
  limits: limits_lib.Limits,
  warn: Callable[[str], None],
) -> list[Stretch] | None:
  """The measures in the order of playing, where an expansion says it."""
  top = score
  for mdiv in root.iter('mdiv'):
    if score in list(mdiv) and mdiv.find('expansion') is not None:
      top = mdiv
  order = None
  try:
    order = mei_expansions.order(top, score, limits)
  except mei_expansions.UnknownNameError as e:
    warn(f'its sections are played in the order of the file: {e}')
  if order is None:
    mei_readings.drop_by_name(score)
  return order


class _Cleaner:
  """Takes out of a tree what music21 cannot read.

  Args:
    limits: `Limits`, of what tremolos and signs that repeat make of it.
  """

  def __init__(self, limits: limits_lib.Limits) -> None:
    self.num_lost = 0
    self._limits = limits
    self._num_notes = self._num_elements = 0  # That were made.
    self._lost_in = ''
    # Each with the number of times that it was said.
    self._warnings: dict[str, int] = {}

  def warn(self, line: str) -> None:
    """Takes down what is to be told once.

    Args:
      line: What it is.
    """
    self._warnings[line] = self._warnings.get(line, 0) + 1

  def told(self) -> list[str]:
    """What is to be told, a line each."""
    lines = list(self._warnings)
    if len(lines) > 3:
      lines = [*lines[:3], f'{len(lines) - 3} more of its values are none']
    if self.num_lost:
      lines.append(
        plural(self.num_lost, 'note is', 'notes are')
        + f' left out that music21 cannot read, the first in {self._lost_in!r}'
      )
    return lines

  def clean(self, parent: Element) -> None:
    """Puts right what is in an element.

    Args:
      parent: The element.
    """
    _unwrap(parent)
    if parent.find('fTrem') is not None:
      parent[:] = [e for child in parent for e in self._tremolo(child)]
    kept = []
    for child in parent:
      if child.tag in _UNHEARD or (
        child.tag == 'tuplet' and not _has_any(child, mei_values.TIMED)
      ):
        continue
      mei_values.put_right(child, self.warn)
      num_notes = sum(1 for _ in child.iter('note'))
      if num_notes and child.tag not in (*_CONTAINERS, 'note'):
        self.num_lost += num_notes
        self._lost_in = self._lost_in or child.tag
        kept += _in_place_of(child)
        continue
      self.clean(child)
      if child.tag == 'chord':
        _write_length(child)
      if child.tag in ('note', 'chord', 'rest', 'space'):
        _require_length(child, parent)
      kept.append(child)
    # At once: to take them out one by one takes the square of their number.
    parent[:] = kept

  def _tremolo(self, element: Element) -> list[Element]:
    """What is played for an element, if it is a tremolo of two notes."""
    if element.tag != 'fTrem':
      return [element]
    _unwrap(element)
    for inner in (e for note in element for e in note.iter()):
      mei_values.put_right(inner, self.warn)
    for chord in element.iter('chord'):
      _write_length(chord)
    if any('grace' in inner.attrib for inner in element):
      return list(element)
    notes = mei_tremolos.played(element, self.warn, self.make_room)
    return [element] if notes is None else notes

  def make_room(self, num_notes: int, num_elements: int) -> None:
    """Counts what is to be made; raises InputError if it is too much.

    Args:
      num_notes: How many notes, for tremolos and signs that repeat.
      num_elements: How many elements.
    """
    self._num_notes += num_notes
    self._num_elements += num_elements
    limits = self._limits
    limits_lib.require(self._num_notes, 'notes', limits.notes, 'notes')
    limits_lib.require(
      self._num_elements, 'XML elements', limits.events, 'events'
    )


def _unwrap(parent: Element) -> None:
  """Puts what is in transparent elements in their place."""
  while any(
    c.tag in _TRANSPARENT or c.tag in mei_readings.CHOICES for c in parent
  ):
    inner: list[Element] = []
    for child in parent:
      if child.tag in mei_readings.CHOICES:
        reading = mei_readings.chosen(child)
        inner += reading if reading is not None else ()
      else:
        inner += child if child.tag in _TRANSPARENT else [child]
    parent[:] = inner


def _in_place_of(element: Element) -> list[Element]:
  """What takes the time of an element that is left out, if it has its own."""
  first = next(element.iter('note'))
  if element.tag != 'fTrem' or 'dur' not in first.attrib:
    return []
  # Each of its two notes is written as long as both last.
  space = Element('space', {'dur': first.attrib['dur']})
  space.set('dots', first.get('dots', '0'))
  mei_values.put_right(space, lambda _: None)
  return [space]


def _has_any(element: Element, tags: tuple[str, ...]) -> bool:
  return any(e.tag in tags for e in element.iter())


def _write_length(chord: Element) -> None:
  """Writes the length of a chord's notes, if it has none of its own."""
  for note in chord.iter('note'):
    if 'dur' in note.attrib and 'dur' not in chord.attrib:
      for name in ('dur', 'dots'):
        if name in note.attrib:
          chord.set(name, note.attrib[name])


def _require_length(element: Element, parent: Element) -> None:
  """Raises InputError if what takes time does not say how long it lasts."""
  takes_time = parent.tag != 'chord' and 'grace' not in element.attrib
  if takes_time and 'dur' not in element.attrib:
    raise InputError(
      f'it has a {element.tag} without dur, which says how long it lasts'
    )


def _write_ties(root: Element) -> None:
  """Writes ties as attributes: of those of a chain music21 keeps the last."""
  named = {
    element.get(mei_readings.ID): element
    for element in root.iter()
    if element.tag in ('note', 'chord')
  }
  for tie in root.iter('tie'):
    ends = [
      named.get((tie.get(name) or '').lstrip('#'))
      for name in ('startid', 'endid')
    ]
    if None not in ends:
      for end, sign in zip(ends, 'it'):
        assert end is not None
        end.set('tie', end.get('tie', '') + sign)
  for parent in root.iter():
    if not re.search('[imt]', parent.get('tie', '')):
      parent.attrib.pop('tie', None)
    parent[:] = [child for child in parent if child.tag != 'tie']


def _put_measures_right(root: Element) -> list[Ending]:
  """Numbers measures and drops those without staves; returns the endings."""
  for parent in list(root.iter()):
    kept = []
    for child in parent:
      if child.tag == 'measure':
        # music21 looks for the staves that they tell of in this measure alone.
        kept += child.findall('staffDef')
        child[:] = [e for e in child if e.tag != 'staffDef']
      if child.tag != 'measure' or child.find('staff') is not None:
        kept.append(child)
    parent[:] = kept
  for number, measure in enumerate(root.iter('measure'), 1):
    measure.set('n', str(number))
  return [ending for parent in root.iter() for ending in _endings(parent)]


def _endings(parent: Element) -> list[Ending]:
  """Has music21 read the endings in an element; returns them."""
  endings: list[Ending] = []
  time, before = 0, None  # Its last measure, of the ending before.
  for child in parent:
    if child.tag != 'ending':
      if child.tag in ('measure', 'section'):
        time, before = 0, None
      continue
    time += 1
    child.tag = 'section'
    measures = list(child.iter('measure'))
    if before is not None and not before.get('right', '').startswith('rpt'):
      # That there is another ending says it as well.
      before.set('right', 'rptend')
    before = measures[-1] if measures else None
    if measures:
      numbers = [int(measure.get('n', '')) for measure in measures]
      times = _times(child.get('n', '')) or [time]
      endings.append(Ending(numbers[0], numbers[-1], times))
  return endings


def _times(text: str) -> list[int]:
  """The times that an ending is for: `1, 3-4` is 1, 3 and 4."""
  times: set[int] = set()
  for begin, end in re.findall(r'(\d{1,2})(?:\s*[-–]\s*(\d{1,2}))?', text):
    times |= set(range(int(begin), int(end or begin) + 1))
  return sorted(times - {0})


def _put_staves_right(score: Element) -> None:
  """Has each staff of a score a number, and a staffDef that tells of it."""
  for measure in score.iter('measure'):
    for place, staff in enumerate(measure.findall('staff'), 1):
      if not staff.get('n'):
        staff.set('n', str(place))
      if staff.find('layer') is None:
        ElementTree.SubElement(staff, 'layer')
  first = score.find('scoreDef')
  if first is None:
    first = Element('scoreDef')
    score.insert(0, first)
  for place, definition in enumerate(first.iter('staffDef'), 1):
    if not definition.get('n'):
      definition.set('n', str(place))
  told = {definition.get('n') for definition in score.iter('staffDef')}
  numbers = dict.fromkeys(staff.get('n', '') for staff in score.iter('staff'))
  missing = [number for number in numbers if number not in told]
  if missing:
    group = first.find('staffGrp')
    if group is None:
      group = ElementTree.SubElement(first, 'staffGrp')
    for number in missing:
      ElementTree.SubElement(group, 'staffDef', {'n': number})
