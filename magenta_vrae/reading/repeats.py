# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Bars with repeats and endings -> the order in which they are played."""

from __future__ import annotations

import dataclasses
from typing import Sequence

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
  """

  begins_repeat: bool = False
  repeats: int = 0
  endings: tuple[int, ...] = ()
  closes: bool = False
  is_final: bool = False

  def __bool__(self) -> bool:
    return self != Signs()


def unfold(
  bars: Sequence[Signs], begin: int, end: int, limits: limits_lib.Limits
) -> list[int]:
  """The numbers of bars in the order of playing.

  Signs that do not fit are passed over: a repeat that has no beginning begins
  where the last one ended.

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
  # By section and bar: it is asked each time, and looks at all endings.
  times: dict[tuple[int, int], int] = {}
  while at < end:
    bar = bars[at]
    if bar.begins_repeat and at > section:
      section, time = at, 1
    if bar.endings and time not in bar.endings:
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
    if bar.repeats and (section, at) not in times:
      times[section, at] = _times(bars, section, at, end)
    if bar.repeats and time < times[section, at]:
      at, time = section, time + 1
      continue
    is_last_time = bar.closes and time > 1 and not _goes_on(bars, at + 1, end)
    if bar.repeats or bar.is_final or is_last_time:
      section, time = at + 1, 1
    at += 1
  return order


def _goes_on(bars: Sequence[Signs], at: int, end: int) -> bool:
  """Whether another ending of the same section begins at a bar."""
  return at < end and bool(bars[at].endings)


def _ending_end(bars: Sequence[Signs], at: int, end: int) -> int:
  """The bar after the variant ending that begins at a bar."""
  for i in range(at, end):
    if bars[i].closes or (i + 1 < end and bars[i + 1].endings):
      return i + 1
  return end


def _times(bars: Sequence[Signs], section: int, at: int, end: int) -> int:
  """How often a section is played whose repeat ends at a bar."""
  most, is_within = bars[at].repeats + 1, False
  # Its endings follow each other, within it and behind it.
  i = section
  while i < end and (i <= at or bars[i].endings or is_within):
    if i > section and bars[i].begins_repeat and i > at:
      break
    if bars[i].endings:
      most = max(most, *bars[i].endings)
      is_within = True
    if bars[i].closes:
      is_within = False
    i += 1
  return most
