# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Where spines of Humdrum lead: they split, are joined and change places."""

from __future__ import annotations

import fractions
from typing import List

from magenta_vrae.errors import InputError

_ADD, _SPLIT, _JOIN, _EXCHANGE = '*+', '*^', '*v', '*x'
SIGNS = {_ADD, _SPLIT, _JOIN, _EXCHANGE}
END = '*-'
NO_TANDEM = {*SIGNS, END, '*'}


class Voice:
  """A column in the making.

  Attributes:
    staff: The number of the spine that it is a voice of.
    end: How many quarters are written in it.
    head: Interpretations that it begins with.
  """

  def __init__(self, staff: int) -> None:
    self.staff = staff
    self.end = fractions.Fraction(0)
    self.head: list[str] = []


class Spine:
  """A spine, or one of those that it split into.

  Attributes:
    kind: Its exclusive interpretation, such as '**kern'; '' before one.
    staff: The number of the spine that it began as.
    voice: The column that it is written in, once it has one.
    clock: When its next note begins, in quarters; None before the first.
    pending: Interpretations before its first note.
  """

  def __init__(self) -> None:
    self.kind = ''
    self.staff = -1
    self.voice: Voice | None = None
    self.clock: fractions.Fraction | None = None
    self.pending: list[str] = []

  def branch(self) -> Spine:
    """The second of two that it splits into."""
    spine = Spine()
    spine.kind, spine.staff = self.kind, self.staff
    return spine


# Spines that are joined into one, by their places.
_Groups = List[List[int]]


def follow(spines: list[Spine], cells: list[str], width: int) -> list[Spine]:
  """The spines after a line of paths.

  Args:
    spines: Those before it.
    cells: The line's.
    width: How many the next line has, which says how joins are meant: Humdrum
      joins all neighbours with *v, but some files mean those of one spine, or
      pairs. 0 if there is no next line.

  Raises:
    InputError: If a spine is to change places with none.
  """
  joins = [i for i, cell in enumerate(cells) if cell == _JOIN]
  ways = (_neighbours, _of_one_staff, _pairs)
  others = sum(
    2 if cell in (_ADD, _SPLIT) else cell not in (_JOIN, END) for cell in cells
  )
  meant = [way(spines, joins) for way in ways]
  groups = next((g for g in meant if others + len(g) == width), meant[0])
  spines = _exchanged(spines, cells)
  first = {group[0]: group for group in groups}
  after: list[Spine] = []
  for i, (spine, cell) in enumerate(zip(spines, cells)):
    if cell == _JOIN:
      if i in first:
        after.append(_joined([spines[k] for k in first[i]]))
    elif cell != END:
      after.append(spine)
      if cell == _SPLIT:
        after.append(spine.branch())
      elif cell == _ADD:
        after.append(Spine())
  return after


def _exchanged(spines: list[Spine], cells: list[str]) -> list[Spine]:
  spines = list(spines)
  places = [i for i, cell in enumerate(cells) if cell == _EXCHANGE]
  if len(places) % 2:
    raise InputError(
      f'a line has *x {len(places)} times; two spines change places, so that '
      'it is there twice'
    )
  for i, k in zip(places[::2], places[1::2]):
    spines[i], spines[k] = spines[k], spines[i]
  return spines


def _neighbours(spines: list[Spine], joins: list[int]) -> _Groups:
  groups: _Groups = []
  for place in joins:
    if groups and groups[-1][-1] == place - 1:
      groups[-1].append(place)
    else:
      groups.append([place])
  return groups


def _of_one_staff(spines: list[Spine], joins: list[int]) -> _Groups:
  groups: _Groups = []
  for place in joins:
    before = groups[-1][-1] if groups else -2
    if before == place - 1 and spines[before].staff == spines[place].staff:
      groups[-1].append(place)
    else:
      groups.append([place])
  return groups


def _pairs(spines: list[Spine], joins: list[int]) -> _Groups:
  return [joins[i : i + 2] for i in range(0, len(joins), 2)]


def _joined(spines: list[Spine]) -> Spine:
  """One spine of several, which goes on in the column of the first."""
  joined = spines[0]
  with_voices = [s for s in spines if s.voice and s.staff == joined.staff]
  clocks = [s.clock for s in spines if s.clock is not None]
  if clocks:
    joined.clock = max(clocks)
  if joined.voice is None and with_voices:
    joined.voice = with_voices[0].voice
  return joined
