# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pieces one after another -> one piece."""

from __future__ import annotations

from typing import Any
from typing import Iterable

from magenta_vrae.stand_ins.note_sequence import NoteSequence


def in_a_row(pieces: Iterable[NoteSequence]) -> NoteSequence:
  """Joins pieces; each begins where the one before it ends.

  Args:
    pieces: They end at their `total_time`, in seconds. They are not changed.

  Returns:
    One piece. A tempo or a metre that goes on is not said again, and an
    instrument has the name that it had first.
  """
  joined = NoteSequence()
  names: dict[int, str] = {}
  for piece in pieces:
    moved = NoteSequence()
    moved.CopyFrom(piece)
    for note in moved.notes:
      note.start_time += joined.total_time
      note.end_time += joined.total_time
    for events in _events(moved):
      for event in events:
        event.time += joined.total_time
    moved.total_time += joined.total_time
    for info in moved.instrument_infos:
      names.setdefault(info.instrument, info.name)
    joined.MergeFrom(moved)
  del joined.instrument_infos[:]
  for instrument, name in names.items():
    joined.instrument_infos.add(instrument=instrument, name=name)
  for events in (joined.tempos, joined.time_signatures, joined.key_signatures):
    _leave_out_repeated(events)
  return joined


def _events(piece: NoteSequence) -> list[Any]:
  """What has a time and is no note."""
  return [
    piece.tempos,
    piece.time_signatures,
    piece.key_signatures,
    piece.pitch_bends,
    piece.control_changes,
  ]


def _leave_out_repeated(events: Any) -> None:
  """Leaves out each event that says what the one before it says."""
  events.sort(key=lambda event: event.time)
  for index in range(len(events) - 1, 0, -1):
    again = type(events[index])()
    again.CopyFrom(events[index])
    again.time = events[index - 1].time
    if again == events[index - 1]:
      del events[index]
