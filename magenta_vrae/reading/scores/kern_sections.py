# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The sections of a **kern file -> the order in which its bars are played.

A line `*>A` begins the section A, and an expansion list, `*>[A,A,B]`, says in
which order they are played; `*>norep[A,B]` says it where repeats are not. As
sections may begin within a bar, a bar line is written before those that do; all
bar lines are numbered anew, so that bars are known again when music21 has read
them.
"""

from __future__ import annotations

import re
from typing import Iterator
from typing import NamedTuple

from magenta_vrae.reading import limits as limits_lib

_LABEL = '*>'
_NO_REPEATS = 'norep'
_EXPANDED = '*thru'  # Humdrum writes it where a list is played out already.
_LIST = re.compile(r'\*>([^\[\]]*)\[([^\]]*)')
_BAR_NUMBER = re.compile(r'^(=+)\d*[a-z]?')
_BEGINNING = re.compile(r'(\*\*\w+\t)*\*\*\w+\s*')


class Sections(NamedTuple):
  """A file with its sections.

  Attributes:
    lines: The file's, without sections and lists; its bars are numbered from 1.
    order: The numbers of the bars in the order of playing, 0 being the music
      before the first bar line; None where no list says it.
    warnings: What is wrong with the lists, a line each.
  """

  lines: list[str]
  order: list[int] | None
  warnings: list[str]


def unfold(
  lines: list[str], repeats: bool, limits: limits_lib.Limits
) -> Sections:
  """Finds in which order the sections of a file are played.

  Music before the first section is played once, before all others.

  Args:
    lines: The file's, without comments.
    repeats: Whether to play as the list without a name says; else as `norep`
      says.
    limits: `Limits`, of which events bounds the bars that are played, and the
      sections.

  Raises:
    InputError: If lists make more of them than may be.
  """
  scan = _Scan(lines)
  if not scan.lists or scan.is_expanded:
    return Sections(scan.lines, None, [])
  warnings: list[str] = []
  wanted = '' if repeats else _NO_REPEATS
  order = None
  if sum(map(bool, map(_BEGINNING.fullmatch, lines))) > 1:
    warnings.append(
      'its expansion lists are not played: it holds more than one piece'
    )
  elif wanted in scan.lists:
    order = _order(scan, scan.lists[wanted], warnings, limits)
  elif repeats and set(scan.lists) != {_NO_REPEATS}:
    names = ', '.join(sorted(scan.lists))
    warnings.append(
      'its sections are played in the order of the file: its expansion lists '
      f'have names ({names[:40]}), and none is the default'
    )
  return Sections(scan.lines, order, warnings)


def _order(
  scan: _Scan, names: str, warnings: list[str], limits: limits_lib.Limits
) -> list[int] | None:
  """The numbers of the bars as a list has them; None if it is not valid."""
  order = list(range(scan.bars_of(-1).stop))
  place = {name: i for i, (name, _) in reversed(list(enumerate(scan.begins)))}
  num_played = 0
  for name in _names(names):
    if name not in place:
      warnings.append(
        'its sections are played in the order of the file: its expansion list '
        f'names {name[:20]!r}, which is no section of it'
      )
      return None
    num_played += 1
    limits_lib.require(num_played, 'sections', limits.events, 'events')
    bars = scan.bars_of(place[name])
    # Before they take memory.
    limits_lib.require(len(order) + len(bars), 'bars', limits.events, 'events')
    order += bars
  if len(place) < len(scan.begins):
    warnings.append(
      'of sections of the same name, its expansion list plays the first'
    )
  return order if num_played else None


def _names(names: str) -> Iterator[str]:
  """The names in a list, one by one: a list may hold millions."""
  for match in re.finditer('[^,]+', names):
    if match[0].strip():
      yield match[0].strip()


def _num_spines(line: str) -> int:
  """How many columns a line has; several tabs are one, and none at its end."""
  return len(re.split('\t+', line.rstrip()))


class _Scan:
  """What a file says of sections.

  Args:
    lines: The file's.
  """

  def __init__(self, lines: list[str]) -> None:
    self.lines: list[str] = []
    self.is_expanded = False
    # The names between the brackets of each list, by its own name.
    self.lists: dict[str, str] = {}
    # Each section's name, and the number of its first bar.
    self.begins: list[tuple[str, int]] = []
    self._num_bars = 0
    self._is_within_bar = True
    for line in lines:
      self._add(line)

  def bars_of(self, section: int) -> range:
    """The bars of a section; of -1, those before the first.

    Args:
      section: Its place among `begins`.
    """
    begin = self.begins[section][1] if section >= 0 else 0
    is_last = section + 1 == len(self.begins)
    end = self._num_bars + 1 if is_last else self.begins[section + 1][1]
    return range(begin, end)

  def _add(self, line: str) -> None:
    if line.startswith('='):
      self._add_bar(line.split('\t'))
    elif line.startswith('*'):
      cells = line.split('\t')
      self.is_expanded |= _EXPANDED in cells
      told = next((cell for cell in cells if cell.startswith(_LABEL)), '')
      if told:
        self._tell(told.strip(), _num_spines(line))
        line = '\t'.join('*' if c.startswith(_LABEL) else c for c in cells)
      self.lines.append(line)
    else:
      if not self._num_bars and line.strip() and not line.startswith('!'):
        # music21 has what is said amid music without a bar at its beginning.
        self._add_bar(['='] * _num_spines(line))
      self._is_within_bar |= bool(line.strip()) and not line.startswith('!')
      self.lines.append(line)

  def _tell(self, told: str, num_spines: int) -> None:
    """Takes down a section or a list, as all spines have it."""
    found = _LIST.match(told)
    if found:
      self.lists.setdefault(found[1].strip(), found[2])
      return
    if self._is_within_bar:
      self._add_bar(['='] * num_spines)
    self.begins.append((told[len(_LABEL) :].strip(), self._num_bars))

  def _add_bar(self, cells: list[str]) -> None:
    # music21 loses tempos and metres of a bar without a number.
    self._num_bars += 1
    self._is_within_bar = False
    self.lines.append(
      '\t'.join(
        _BAR_NUMBER.sub(rf'\g<1>{self._num_bars}', cell) for cell in cells
      )
    )
