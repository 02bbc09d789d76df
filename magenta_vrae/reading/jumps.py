# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Jumps of a score: da capo and dal segno, to the fine or to the coda.

They are taken at the end of the bar in which they stand, once each.
"""

from __future__ import annotations

import bisect
import dataclasses
import re
from typing import Iterable
from typing import Sequence

# What words say; `al fine` and `al coda` may stand behind the first two.
_DA_CAPO = re.compile(r'(?<!\w)(d\.\s?c\.?|dc|da\s?capo)(?!\w)')
_DAL_SEGNO = re.compile(r'(?<!\w)(d\.\s?s\.?|ds|d[ae]l\s?segno)(?!\w)')
_TO_CODA = re.compile(r'(?<!\w)(to|da)\s?(the\s)?coda(?!\w)')
_AIM = re.compile(r'al(la)?\s?(fine|coda)')
_ALONE = re.compile(r'\W*(fine|segno|coda)\W*')
_LONGEST = 100  # Words of a jump, in letters; others are about something else.


@dataclasses.dataclass
class Marks:
  """What is said of jumps at a bar.

  Attributes:
    segnos: Names of the signs to jump to from a dal segno; they may be empty.
    codas: Names of the codas that begin here.
    to_codas: Names of the codas to which music that is played again leaves
      from the end of this bar.
    is_fine: Whether music that is played again ends with this bar.
    capo: Whether music goes back to the beginning from here.
    segno: The name of the sign that it goes back to; None if it does not.
    aim: `fine` or `coda` if it says how far it is played again, else empty.
  """

  segnos: set[str] = dataclasses.field(default_factory=set)
  codas: set[str] = dataclasses.field(default_factory=set)
  to_codas: set[str] = dataclasses.field(default_factory=set)
  is_fine: bool = False
  capo: bool = False
  segno: str | None = None
  aim: str = ''

  def __bool__(self) -> bool:
    return self != Marks()


def together(marks: Iterable[Marks]) -> Marks:
  """What several parts say of jumps at one bar, taken together.

  Args:
    marks: Those of each.
  """
  every = Marks()
  for each in marks:
    every.segnos |= each.segnos
    every.codas |= each.codas
    every.to_codas |= each.to_codas
    every.is_fine |= each.is_fine
    every.capo |= each.capo
    every.segno = each.segno if every.segno is None else every.segno
    every.aim = every.aim or each.aim
  return every


def warnings(marks: Iterable[Marks | None]) -> list[str]:
  """What is told of jumps that lead nowhere.

  Args:
    marks: What the bars of a piece say.
  """
  said = [each for each in marks if each is not None]
  is_sign = any(each.segnos for each in said)
  if is_sign or all(each.segno is None for each in said):
    return []
  return ['a D.S. is not played: no segno is marked']


def of_words(text: str) -> Marks:
  """What words over a bar say of jumps: `D.S. al Coda`, `Fine`.

  Args:
    text: The words.
  """
  text = ' '.join(text.lower().split())
  marks = Marks()
  if len(text) > _LONGEST:
    return marks
  aim = _AIM.search(text)
  alone = _ALONE.fullmatch(text)
  if _DA_CAPO.search(text):
    marks.capo = True
  elif _DAL_SEGNO.search(text):
    marks.segno = ''
  elif _TO_CODA.search(text):
    marks.to_codas.add('')
  elif alone and alone[1] == 'fine':
    marks.is_fine = True
  elif alone:
    (marks.segnos if alone[1] == 'segno' else marks.codas).add('')
  if aim and (marks.capo or marks.segno is not None):
    marks.aim = aim[2]
  return marks


class Jumps:
  """The jumps of a piece while it is played.

  Args:
    marks: What each bar says of jumps.
    begin: The first bar that is played.
    end: The bar after the last.
  """

  def __init__(
    self, marks: Sequence[Marks | None], begin: int, end: int
  ) -> None:
    self._marks, self._begin, self._end = marks, begin, end
    self._segnos: dict[str, list[int]] = {}
    self._codas: dict[str, list[int]] = {}
    for at in range(begin, end):
      said = marks[at]
      if said is not None:
        for names, places in (
          (said.segnos, self._segnos),
          (said.codas, self._codas),
        ):
          # Those without a name, which any of them may be.
          for name in {*names, ''} if names else ():
            places.setdefault(name, []).append(at)
    # Where music that is played again leaves for a coda.
    self._leaves = {
      at: said.to_codas
      for at, said in enumerate(marks[:end])
      if said is not None and said.to_codas and at >= begin
    }
    codas = self._codas.get('', [])
    if not self._leaves and len(codas) > 1:
      # Many write the sign of the coda in both places, and no words.
      self._leaves[codas[0] - 1] = {''}
    self._taken: set[int] = set()
    # The bar that music went back from, while it is played again.
    self._from = -1
    self._aim = ''

  def is_again(self, at: int) -> bool:
    """Whether a bar is played again because of a jump.

    Args:
      at: The bar; those before it have been played.
    """
    if at > self._from:
      self._from = -1
    return self._from >= 0

  def after(self, at: int) -> int | None:
    """The bar to go on with after one, if it is not the next.

    Args:
      at: The bar.
    """
    said = self._marks[at]
    if self._from >= 0:
      if said is not None and said.is_fine and self._aim != 'coda':
        return self._end
      if at in self._leaves and self._aim != 'fine':
        coda = self._coda(self._leaves[at], at)
        if coda is not None:
          self._from = -1
          return coda
    if said is None or at in self._taken:
      return None
    target = self._begin if said.capo else None
    if said.segno is not None and not said.capo:
      places = self._segnos.get(said.segno) or self._segnos.get('', [])
      before = bisect.bisect_right(places, at)
      target = places[before - 1] if before else None
    if target is not None:
      self._taken.add(at)
      self._from, self._aim = at, said.aim
    return target

  def _coda(self, names: set[str], at: int) -> int | None:
    """The coda that a bar leads to: behind the jump, or else behind the bar."""
    name = min(names)
    places = self._codas.get(name) or self._codas.get('', [])
    for bar in (self._from, at):
      behind = bisect.bisect_right(places, bar)
      if behind < len(places):
        return places[behind]
    return None
