# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Bars with repeats, endings and jumps -> the order of their playing."""

from __future__ import annotations

import dataclasses
import itertools
from typing import NamedTuple
from typing import Sequence

from magenta_vrae.reading import jumps as jumps_lib
from magenta_vrae.reading import limits as limits_lib


@dataclasses.dataclass
class Signs:
  """The signs around a bar.

  Attributes:
    begins_repeat: Whether a repeat begins here.
    repeats: How often what ends here is played again.
    endings: The times for which a variant ending begins here; empty if none.
    closes: Whether a variant ending ends here.
    is_final: Whether a movement ends here, behind which a repeat begins that
      has no sign for its beginning.
    marks: What is said here of jumps, if anything.
  """

  begins_repeat: bool = False
  repeats: int = 0
  endings: tuple[int, ...] = ()
  closes: bool = False
  is_final: bool = False
  marks: jumps_lib.Marks | None = None

  def __bool__(self) -> bool:
    return self != Signs()


class Stretch(NamedTuple):
  """Bars that are played one after the other, as a file says it.

  Attributes:
    bars: Their numbers.
    by_signs: Whether the signs around them say how often; then the numbers
      rise by one.
  """

  bars: Sequence[int]
  by_signs: bool = False


def unfold(
  bars: Sequence[Signs], begin: int, end: int, limits: limits_lib.Limits
) -> list[int]:
  """The numbers of bars in the order of playing.

  Signs that do not fit are passed over: a repeat that has no beginning begins
  where the last one ended. What is played again because of a jump is played
  without repeats, with its last endings.

  Args:
    bars: The signs of all bars.
    begin: The first bar of the part that is to be played.
    end: The bar after its last.
    limits: `Limits`, of which events bounds the bars.

  Raises:
    InputError: If repeats make more bars than may be.
  """
  order: list[int] = []
  at = section = begin
  time = 1  # That the section is played.
  times = _Times(bars, end)
  jumps = jumps_lib.Jumps([bar.marks for bar in bars], begin, end)
  while at < end:
    bar = bars[at]
    is_again = jumps.is_again(at)
    if bar.begins_repeat and at > section:
      section, time = at, 1
    if bar.endings and is_again:
      after = _ending_end(bars, at, end)
      if _goes_on(bars, after, end):
        at = after
        continue
    elif bar.endings and time not in bar.endings:
      after = _ending_end(bars, at, end)
      if after < end and bars[after].endings:
        at = after
        continue
      if time > 1:
        # No ending is for this time: what follows them all is.
        section, at, time = after, after, 1
        continue
    order.append(at)
    limits_lib.require(len(order), 'bars', limits.events, 'events')
    if bar.repeats and not is_again and time < times.of(section, at):
      at, time = section, time + 1
      continue
    target = jumps.after(at)
    if target is not None:
      at, section, time = target, target, 1
      continue
    is_last_time = bar.closes and time > 1 and not _goes_on(bars, at + 1, end)
    if bar.repeats or bar.is_final or is_last_time:
      section, time = at + 1, 1
    at += 1
  return order


def together(signs: Sequence[Signs]) -> Signs:
  """What several voices or parts say around one bar, taken together.

  Args:
    signs: Those of each.
  """
  marks = [sign.marks for sign in signs if sign.marks]
  return Signs(
    any(sign.begins_repeat for sign in signs),
    max(sign.repeats for sign in signs),
    next((sign.endings for sign in signs if sign.endings), ()),
    any(sign.closes for sign in signs),
    any(sign.is_final for sign in signs),
    jumps_lib.together(marks) if marks else None,
  )


def _goes_on(bars: Sequence[Signs], at: int, end: int) -> bool:
  """Whether another ending of the same section begins at a bar."""
  return at < end and bool(bars[at].endings)


def _ending_end(bars: Sequence[Signs], at: int, end: int) -> int:
  """The bar after the variant ending that begins at a bar."""
  for i in range(at, end):
    if bars[i].closes or (i + 1 < end and bars[i + 1].endings):
      return i + 1
  return end


class _Times:
  """How often sections are played, as a repeat at one of their bars has it.

  What was found for one bar holds for those near it: to look at all endings for
  each of them takes the square of their number.

  Args:
    bars: The signs of all bars.
    end: The bar after the last that is played.
  """

  def __init__(self, bars: Sequence[Signs], end: int) -> None:
    self._bars, self._end = bars, end
    self._section, self._most = -1, 1
    # The bars that this holds for.
    self._from = self._stop = 0
    # The largest ending from each of them on.
    self._later: list[int] = []

  def of(self, section: int, at: int) -> int:
    """How often a section is played whose repeat ends at a bar."""
    if self._from <= at < self._stop and section == self._section:
      most = self._most
    elif (
      self._from < section <= at < self._stop and self._bars[section].endings
    ):
      # A section that begins amid the same endings.
      most = self._later[section - self._from]
    else:
      most = self._look(section, at)
    return max(self._bars[at].repeats + 1, most)

  def _look(self, section: int, at: int) -> int:
    """Looks at a section's endings, in it and behind; returns the largest."""
    bars, end = self._bars, self._end
    most, is_within = 1, False
    i = first = section
    while i < end and (i <= at or bars[i].endings or is_within):
      begins = i > section and bars[i].begins_repeat
      if begins and i > at:
        break
      if begins or not (bars[i].endings or is_within):
        first = i  # Of a bar before this one, the endings end here.
      if bars[i].endings:
        most = max(most, *bars[i].endings)
        is_within = True
      if bars[i].closes:
        is_within = False
      i += 1
    self._section, self._most, self._from, self._stop = section, most, first, i
    largest = (max(bar.endings, default=1) for bar in bars[first:i][::-1])
    self._later = list(itertools.accumulate(largest, max))[::-1]
    return most
