# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The expansions of an MEI score -> the order in which its measures are played.

`<expansion plist="#A #B #A"/>` says how the section that it stands in is played
out: sections, endings and readings within it, one after the other (MEI
Guidelines, "Content of Musical Divisions"). As it tells all that is played,
repeat signs within say nothing. Other sections are played by their signs.
"""

from __future__ import annotations

from typing import Iterator
from typing import Union
from xml.etree.ElementTree import Element

from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading.repeats import Stretch
from magenta_vrae.reading.scores import mei_readings

# What lists name: readings are sections here. The Guidelines have neither
# measures nor expansions; programs write them, and what they mean is plain.
_NAMED = ('section', 'measure', 'expansion')

_Item = Union[range, Element]


class UnknownNameError(Exception):
  """An expansion names what is nothing to play within its section."""


def order(
  top: Element, score: Element, limits: limits_lib.Limits
) -> list[Stretch] | None:
  """The measures of a score in the order of playing; None if none says it.

  Args:
    top: The score, or the mdiv that holds it.
    score: The score; its endings are sections, and its measures have numbers
      that rise by one.
    limits: `Limits`, of which events bounds the measures that are played, and
      the sections.

  Raises:
    InputError: If expansions make more of them than may be.
    UnknownNameError: If one names what is not there.
  """
  if next(top.iter('expansion'), None) is None:
    return None
  return _Expander(top, score, limits).order()


class _Expander:
  """Plays a score out.

  Args:
    top: As `order` has it.
    score: As well.
    limits: As well.
  """

  def __init__(
    self, top: Element, score: Element, limits: limits_lib.Limits
  ) -> None:
    self._top, self._score, self._limits = top, score, limits
    self._by_id: dict[str, Element] = {}
    # Where each element begins and ends, in the order of the file.
    self._spans: dict[Element, tuple[int, int]] = {}
    self._parents: dict[Element, Element] = {}  # Of expansions.
    self._items_of: dict[Element, list[_Item]] = {}
    self._find(top)

  def order(self) -> list[Stretch] | None:
    """The measures in the order of playing; None if none says it."""
    stretches: list[Stretch] = []
    # Lists that are being played, each with the expansion that it is of.
    stack: list[tuple[Iterator[_Item], Element | None]] = [
      (iter(self._items(self._top)), None)
    ]
    playing: set[Element] = set()
    num_sections = num_bars = 0
    while stack:
      items, expansion = stack[-1]
      item = next(items, None)
      if item is None:
        stack.pop()
        if expansion is not None:
          playing.remove(expansion)
        continue
      num_sections += 1
      self._require(num_sections, 'sections')
      if isinstance(item, range):
        num_bars += len(item)
        self._require(num_bars, 'bars')
        stretches.append(Stretch(item, not playing))
      elif item.tag != 'expansion':
        stack.append((iter(self._items(item)), None))
      elif item in playing:
        raise InputError(
          f'its expansion {item.get(mei_readings.ID, "")[:20]!r} names itself, '
          'so that its music has no end; let it name sections within its own'
        )
      else:
        playing.add(item)
        stack.append((self._targets(item), item))
    return stretches if not all(s.by_signs for s in stretches) else None

  def _require(self, amount: int, what: str) -> None:
    limits_lib.require(amount, what, self._limits.events, 'events')

  def _find(self, element: Element) -> None:
    """Takes down where an element and those within it are."""
    begin = len(self._spans)
    self._spans[element] = (begin, begin)
    self._by_id.setdefault(element.get(mei_readings.ID, ''), element)
    # An mdiv may hold other scores, which are not read.
    for child in element if element.tag != 'measure' else ():
      if child.tag == 'expansion':
        self._parents[child] = element
      if child is self._score or child.tag not in ('score', 'parts', 'mdiv'):
        self._find(child)
    self._spans[element] = (begin, len(self._spans))

  def _targets(self, expansion: Element) -> Iterator[Element]:
    """What an expansion names."""
    begin, end = self._spans[self._parents[expansion]]
    for name in mei_readings.names(expansion):
      target = self._by_id.get(name)
      if (
        target is None
        or target.tag not in _NAMED
        or not begin < self._spans[target][0] < end
      ):
        raise UnknownNameError(
          f'its expansion names {name[:20]!r}, which is no section, ending or '
          'reading within its own section'
        )
      yield target

  def _items(self, element: Element) -> list[_Item]:
    """What an element is played as: measures, and expansions in their place."""
    if element in self._items_of:
      return self._items_of[element]
    items: list[_Item] = []
    if element.tag == 'measure':
      number = int(element.get('n', ''))
      items.append(range(number, number + 1))
    else:
      expansion = _expansion_of(element)
      items += [expansion] if expansion is not None else self._within(element)
    self._items_of[element] = items
    return items

  def _within(self, element: Element) -> list[_Item]:
    """What the elements within one are played as, in the order of the file."""
    items: list[_Item] = []
    for child in element:
      if child not in self._spans or mei_readings.is_by_name(child):
        continue
      for item in self._items(child):
        last = items[-1] if items else None
        if (
          isinstance(item, range)
          and isinstance(last, range)
          and item.start == last.stop
        ):
          items[-1] = range(last.start, item.stop)
        else:
          items.append(item)
    return items


def _expansion_of(element: Element) -> Element | None:
  """The expansion by which an element is played, if it has one.

  The Guidelines do not say which of several is played. As they are written
  with the usual one in front, and players (Verovio) take it, the first is.
  """
  for expansion in element.findall('expansion'):
    if next(mei_readings.names(expansion), None) is not None:
      return expansion
  return None
