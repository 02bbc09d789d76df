# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Bars that are shorter or longer than their metre: upbeats above all.

A NoteSequence has no bars. Readers find them by its time signatures, each of
which begins a bar, and so an upbeat would move all bars of a piece. As in
note_seq's reader of MusicXML, such a bar gets a time signature of its own
length, and the next one that of the piece again.
"""

from __future__ import annotations

import bisect
import math
from fractions import Fraction
from typing import Any
from typing import List
from typing import NamedTuple
from typing import Sequence
from typing import Tuple

Metre = Tuple[int, int]
# Places in quarters, and the metres from there on.
Metres = List[Tuple[Any, Metre]]

# Quarters closer than this are the same: triplets that were rounded.
_CLOSE = Fraction(1, 1000)
_MOST_PARTS = 4  # That a bar is cut into.
_MOST_BEATS = 255  # MIDI's bound.
_SHORTEST_BEAT = 64  # Parts of a whole note.


class Bar(NamedTuple):
  """A bar as it is played.

  Attributes:
    start: In quarters from the beginning of the piece.
    length: In quarters.
  """

  start: Any
  length: Any

  @property
  def end(self) -> Any:
    """Where the next one begins."""
    return self.start + self.length


def with_odd_bars(bars: Sequence[Bar], metres: Metres) -> Metres:
  """Metres by which bars begin where they do.

  A bar of another length than its metre says gets a metre of its own, unless
  - nothing comes after it;
  - it has a whole number of the metre's bars, or no length that a metre can
    say;
  - the metre changes amid it;
  - bars fill up a whole one together, as the two sides of a repeat in the
    midst of a bar do.

  Args:
    bars: The bars in the order of playing, without gaps.
    metres: Places in quarters and what is said there, ascending.

  Returns:
    The same, with metres of odd bars among them, and without those that say
    again amid a bar what is so.
  """
  bars = [bar for bar in bars if bar.length > _CLOSE]
  changes = _without_repetitions(metres)
  places = [place for place, _ in changes]
  added: dict[Any, Metre] = {}
  replaced: list[tuple[Any, Any]] = []  # Stretches whose metres do not count.
  number = 0
  while number < len(bars) - 1:
    start = bars[number].start
    found = bisect.bisect_right(places, start + _CLOSE) - 1
    if found < 0:
      number += 1
      continue
    metre = changes[found][1]
    until = places[found + 1] if found + 1 < len(places) else math.inf
    count = _num_filling(bars[number : number + _MOST_PARTS], metre, until)
    own = None if count else _metre_of(bars[number].length, metre)
    if own:
      behind = bars[number + 1].start
      added[start] = own
      replaced.append((start - _CLOSE, start + _CLOSE))
      if until - behind > _CLOSE:
        added[behind] = metre
    elif count > 1:
      replaced.append((start + _CLOSE, bars[number + count - 1].end - _CLOSE))
    number += max(count, 1)
  kept = {place: said for place, said in metres if not _is_in(place, replaced)}
  return sorted({**kept, **added}.items(), key=lambda change: change[0])


def _is_in(place: Any, stretches: list[tuple[Any, Any]]) -> bool:
  number = bisect.bisect_left(stretches, (place,)) - 1
  return number >= 0 and place < stretches[number][1]


def _without_repetitions(metres: Metres) -> Metres:
  return [
    change
    for before, change in zip([(None, None), *metres], metres)
    if change[1] != before[1]
  ]


def _num_filling(bars: Sequence[Bar], metre: Metre, until: Any) -> int:
  """How many of some bars, from the first on, need no metre of their own.

  Args:
    bars: The bars.
    metre: What is in force where they begin,
    until: and the place until which it is.

  Returns:
    1 of one that is whole, more of several that are one together, 0 of none.
  """
  quarters = Fraction(4 * metre[0], metre[1])
  first = bars[0]
  wholes = max(1, round(first.length / quarters))
  is_whole = abs(first.length - wholes * quarters) < _CLOSE
  if is_whole or first.start + _CLOSE < until < first.end - _CLOSE:
    return 1
  for count, bar in enumerate(bars, 1):
    filled = bar.end - first.start
    if bar.end - until > _CLOSE or filled - quarters > _CLOSE:
      return 0
    if abs(filled - quarters) < _CLOSE:
      return count
  return 0


def _metre_of(length: Any, metre: Metre) -> Metre | None:
  """The metre of a bar of so many quarters, in the beats of another."""
  unit = metre[1]
  while unit <= _SHORTEST_BEAT:
    beats = round(length * unit / 4)
    if 0 < beats <= _MOST_BEATS and (
      abs(Fraction(4 * beats, unit) - length) < _CLOSE
    ):
      return beats, unit
    unit *= 2
  return None
