# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Ties from one part to another: the notes at both sides become one."""

from __future__ import annotations

import collections
from typing import Any

from magenta_vrae.stand_ins.note_sequence import NoteSequence

Quarters = Any  # An int, float or Fraction.
# Places of one number are the same one; triplets may be rounded.
_PLACES_PER_QUARTER = 1000


class Loose:
  """Ties whose other side is not in their part."""

  def __init__(self) -> None:
    # The numbers of notes, by pitch and where they end, then by instrument.
    self._ends: dict[tuple[int, int], dict[int, collections.deque[int]]] = {}
    self._begins: list[tuple[Quarters, int]] = []

  def add_end(
    self, pitch: int, end: Quarters, instrument: int, number: int
  ) -> None:
    """Adds a note that a tie leads from.

    Args:
      pitch: The note's.
      end: Where it ends.
      instrument: The note's.
      number: Its place among the notes.
    """
    there = self._ends.setdefault((pitch, _place(end)), {})
    there.setdefault(instrument, collections.deque()).append(number)

  def add_begin(self, start: Quarters, number: int) -> None:
    """Adds a note that a tie leads to.

    Args:
      start: Where it begins.
      number: Its place among the notes.
    """
    self._begins.append((start, number))

  def join(self, sequence: NoteSequence) -> None:
    """Makes one note of those that a tie joins.

    The tie leads from a note of the same instrument, if there is one; else
    from one of another.

    Args:
      sequence: Holds the notes, by their numbers; changed.
    """
    notes = sequence.notes
    # The first note of the chain that each joined one belongs to.
    chain: dict[int, int] = {}
    for start, number in sorted(self._begins):
      note = notes[number]
      before = self._take(note.pitch, _place(start), note.instrument)
      if before is None:
        continue
      chain[number] = chain.get(before, before)
      first = notes[chain[number]]
      first.end_time = max(first.end_time, note.end_time)
    if chain:
      kept = NoteSequence()
      kept.notes.extend(n for i, n in enumerate(notes) if i not in chain)
      del notes[:]
      notes.extend(kept.notes)

  def _take(self, pitch: int, place: int, instrument: int) -> int | None:
    """A note that ends at a place, of those that are left; None if none is."""
    for near in (place, place - 1, place + 1):
      there = self._ends.get((pitch, near), {})
      if not there:
        continue
      of = instrument if instrument in there else next(iter(there))
      number = there[of].popleft()
      if not there[of]:
        del there[of]
      return number
    return None


def _place(quarters: Quarters) -> int:
  return round(float(quarters) * _PLACES_PER_QUARTER)
