# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The sustain pedal: notes -> notes that last as long as they sound.

The notes are those of note_seq's `apply_sustain_control_changes`. Its piece may
end before its last drum does; this one does not.
"""

from __future__ import annotations

import bisect
import collections
import math
from typing import Mapping

from magenta_vrae.stand_ins.note_sequence import NoteSequence

_SUSTAIN = 64  # The number of the controller.
_RESET = 121  # All controllers; the pedal goes up (RP-015 of the MIDI makers).
_PEDAL = (_SUSTAIN, _RESET)
_DOWN = 64  # From this value on.


def sustained(
  sequence: NoteSequence, channels: Mapping[int, int] | None = None
) -> NoteSequence:
  """Lengthens the notes that a pedal holds.

  A note whose key is let go while the pedal is down lasts until the pedal goes
  up, or until its pitch is struck again. A pedal holds the notes of its channel
  (MIDI 1.0: a controller is a channel's), whatever track it is in, and no
  drums.

  Args:
    sequence: A piece; it is not changed.
    channels: (Optional) The channel of each instrument; each has one of its
      own by default.

  Returns:
    A copy with the new ends. Of two notes that a held pedal makes one, because
    they begin together, the second is left.
  """
  made = NoteSequence()
  made.CopyFrom(sequence)
  if channels is None:
    events = (*made.notes, *made.control_changes)
    channels = {event.instrument: event.instrument for event in events}
  pedals = _pedals(made, channels)
  if not pedals:
    return made
  last = max(
    [max(n.start_time, n.end_time) for n in made.notes if not n.is_drum]
    + [change.time for change in _changes(made)]
  )
  strikes = _strikes(made, pedals, channels)
  gone = []
  for index, note in enumerate(made.notes):
    channel = channels[note.instrument]
    pedal = pedals.get(channel)
    if note.is_drum or pedal is None:
      continue
    end = min(pedal.up_from(note.end_time), last)
    at = strikes[channel, note.pitch]
    following = bisect.bisect_right(at, (note.start_time, index))
    if following < len(at):
      end = min(end, at[following][0])
    if end > note.start_time:
      note.end_time = end
    elif following < len(at):
      gone.append(index)
    made.total_time = max(made.total_time, note.end_time)
  for index in reversed(gone):
    del made.notes[index]
  return made


class _Pedal:
  """When the pedal of a channel is down."""

  def __init__(self) -> None:
    self._times: list[float] = []
    self._is_down: list[bool] = []

  def add(self, time: float, is_down: bool) -> None:
    """Adds a change; those of an earlier time have been added before."""
    # Programs say again and again how far down it is.
    if not self._is_down or self._is_down[-1] != is_down:
      self._times.append(time)
      self._is_down.append(is_down)

  def is_down_at(self, time: float) -> bool:
    at = bisect.bisect_right(self._times, time) - 1
    return at >= 0 and self._is_down[at]

  def up_from(self, time: float) -> float:
    """The first time at which it is up, not before a time."""
    at = bisect.bisect_right(self._times, time) - 1
    if at < 0 or not self._is_down[at]:
      return time
    while at < len(self._times) and self._is_down[at]:
      at += 1
    return self._times[at] if at < len(self._times) else math.inf


def _changes(sequence: NoteSequence) -> list[NoteSequence.ControlChange]:
  """What the pedals do in turn; at one time they go up last."""
  return sorted(
    (c for c in sequence.control_changes if c.control_number in _PEDAL),
    key=lambda change: (change.time, not _is_down(change)),
  )


def _is_down(change: NoteSequence.ControlChange) -> bool:
  return change.control_number == _SUSTAIN and change.control_value >= _DOWN


def _pedals(
  sequence: NoteSequence, channels: Mapping[int, int]
) -> dict[int, _Pedal]:
  """The pedal of each channel that has one."""
  pedals: dict[int, _Pedal] = collections.defaultdict(_Pedal)
  for change in _changes(sequence):
    pedal = pedals[channels[change.instrument]]
    pedal.add(change.time, _is_down(change))
  return dict(pedals)


def _strikes(
  sequence: NoteSequence,
  pedals: dict[int, _Pedal],
  channels: Mapping[int, int],
) -> dict[tuple[int, int], list[tuple[float, int]]]:
  """When keys are struck with the pedal down, by channel and pitch.

  Each strike is its time and the place of its note in the sequence.
  """
  strikes = collections.defaultdict(list)
  for index, note in enumerate(sequence.notes):
    channel = channels[note.instrument]
    pedal = pedals.get(channel)
    if not note.is_drum and pedal and pedal.is_down_at(note.start_time):
      strikes[channel, note.pitch].append((note.start_time, index))
  for at in strikes.values():
    at.sort()
  return strikes
