# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Lengths of **kern notes in quarters, as music21 has them."""

from __future__ import annotations

import fractions
import functools

from music21 import note
from music21.humdrum import spineParser


@functools.lru_cache(maxsize=4096)
def length(cell: str) -> fractions.Fraction:
  """How many quarters a note, chord or rest lasts.

  Args:
    cell: As the file writes it.

  Returns:
    The length; 0 of grace notes, and of what music21 cannot read and leaves
    out.
  """
  try:
    members = [spineParser.hdStringToNote(word) for word in cell.split()]
  except Exception:  # Of many kinds; what it leaves out takes no time.
    return fractions.Fraction(0)
  # Of a chord the first note's length counts.
  sounding = [m for m in members if isinstance(m, note.Note)] or members[:1]
  return fractions.Fraction(sounding[0].duration.quarterLength)


def rest(quarters: fractions.Fraction) -> str:
  """A rest of any length, as **kern writes it."""
  wholes = quarters / 4
  return f'{wholes.denominator}%{wholes.numerator}r'
