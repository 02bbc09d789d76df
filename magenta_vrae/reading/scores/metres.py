# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which metres are read: music21 takes minutes for one of 999 beats.

It looks up the accent of each beat among all of them, so that its time grows
with the square of their number.
"""

from __future__ import annotations

MOST_BEATS = 99  # Of a bar, all that are added up.
MOST_METRES = 8  # That are added up to one.


def are_few(beats: list[str]) -> bool:
  """Whether a bar has so few beats that music21 reads its metre in time.

  Args:
    beats: The numbers over the line, in digits, of all that are added up.
  """
  return (
    all(len(number) <= len(str(MOST_BEATS)) for number in beats)
    and sum(map(int, beats)) <= MOST_BEATS
  )
