# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What comes of a music file."""

from __future__ import annotations

from typing import NamedTuple

from magenta_vrae.plural import plural
from magenta_vrae.stand_ins.note_sequence import NoteSequence

# How long a note without a length sounds, in seconds: a frame of the paper's.
SHORTEST = 0.05


def left_out_graces(count: int) -> str:
  """What is said of grace notes, which have no time of their own."""
  return plural(count, 'grace note is', 'grace notes are') + ' left out'


class Parsed(NamedTuple):
  """What came of a file.

  Attributes:
    sequences: A list of NoteSequences.
    left_out: How many of its notes are not in them.
    warnings: What was left out or put right, one line each.
  """

  sequences: list[NoteSequence]
  left_out: int
  warnings: list[str]
