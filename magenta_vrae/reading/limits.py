# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""How much one piece of music may hold before it is refused.

A music file may come from anyone. Some hundred bytes can ask for gigabytes (a
rest of 2^28 ticks), for minutes, or for a note at second 10^300. Each figure
here is above what music needs and below what hurts a small machine; who has
music beyond one raises it, by the name that the refusal gives.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from magenta_vrae.errors import InputError
from magenta_vrae.stand_ins.note_sequence import NoteSequence

# Of more seconds or megabytes systems make no bound.
_LARGEST = 10**9


class Limits(NamedTuple):
  """Bounds on one piece, or on the file that holds it.

  Attributes:
    megabytes: Size of the file, of what an archive unpacks to, and of a record
      in a TFRecord.
    notes: Notes, 60 microseconds each to parse.
    events: Of a MIDI file, messages of every kind; of a MusicXML file,
      elements; of a record, its fields. 15 microseconds each.
    ticks: Length of a MIDI file's longest track. Each takes 24 bytes while it
      is parsed. 2^25 are 9.7 hours at 480 to a quarter and 120 quarters a
      minute, and 8.5 minutes at 32767 to a quarter.
    hours: When the last note ends.
    seconds: Processor time to parse the file in. The clock may show three times
      as much, for a machine that is busy.
    memory: Megabytes that a parser may take beside what it starts with.
  """

  megabytes: int
  notes: int
  events: int
  ticks: int
  hours: int
  seconds: int
  memory: int

  def parse(self, text: str) -> Limits:
    """These limits with comma-separated `name=value` pairs merged in.

    Raises:
      InputError: If a name is unknown, or a value is no number above 0.
    """
    changes: dict[str, int] = {}
    for pair in filter(None, text.split(',')):
      name, _, value = (part.strip() for part in pair.partition('='))
      if name not in self._fields:
        raise InputError(
          f'{name!r} in --limits is unknown; known are '
          f'{", ".join(self._fields)}'
        )
      try:
        changes[name] = int(value)
      except ValueError:
        changes[name] = 0
      if changes[name] <= 0:
        raise InputError(
          f'--limits says {name}={value}; give a whole number above 0'
        )
      if changes[name] > _LARGEST:
        raise InputError(
          f'--limits says {name}={value[:20]}; give at most {_LARGEST}'
        )
    return self._replace(**changes)

  def as_flag(self) -> str:
    """These limits as `parse` reads them."""
    return ','.join(
      f'{name}={value}' for name, value in zip(self._fields, self)
    )


DEFAULT = Limits(
  megabytes=32,
  notes=200000,
  events=1000000,
  ticks=2**25,
  hours=24,
  seconds=60,
  memory=2048,
)


def require(amount: float, what: str, limit: float, name: str) -> None:
  """Raises InputError if an amount is over a limit.

  Args:
    amount: A number.
    what: What it is the number of, in the plural.
    limit: The most it may be.
    name: The field of `Limits` that can be raised.
  """
  if amount > limit:
    raise InputError(
      f'it has over {limit} {what}; --limits={name}=N sets that bound'
    )


def check_size(num_bytes: int, what: str, limits: Limits) -> None:
  """Raises InputError if something has more bytes than a file may have."""
  if num_bytes > limits.megabytes * 2**20:
    raise InputError(
      f'{what} {num_bytes / 2**20:.1f} MB, over {limits.megabytes}; '
      '--limits=megabytes=N sets that bound'
    )


def check_sequence(sequence: NoteSequence, limits: Limits) -> None:
  """Refuses a NoteSequence that no music is.

  Args:
    sequence: A NoteSequence; not changed.
    limits: `Limits`.

  Raises:
    InputError: On too many notes, pitches or velocities off MIDI's scale, times
      that are negative, no number or too late, notes that end before they
      begin, tempos that are no number above 0, or changes of tempo or metre
      at a time that is no number.
  """
  require(len(sequence.notes), 'notes', limits.notes, 'notes')
  latest = limits.hours * 3600.0
  rows = np.array(
    [(n.pitch, n.velocity, n.start_time, n.end_time) for n in sequence.notes]
  ).reshape(-1, 4)
  pitches, velocities, starts, ends = rows.T
  _refuse_note('pitch', pitches, (pitches >= 0) & (pitches <= 127), '0 to 127')
  _refuse_note(
    'velocity', velocities, (velocities >= 0) & (velocities <= 127), '0 to 127'
  )
  # Written so that what is not a number fails.
  _refuse_note('start', starts, starts >= 0.0, '0 s or later')
  _refuse_note('end', ends, ends >= starts, 'not before the start')
  _refuse_note(
    'end',
    ends,
    ends <= latest,
    f'{latest:.0f} s or earlier; --limits=hours=N sets that bound',
  )
  if not 0.0 <= sequence.total_time <= latest:
    raise InputError(
      f'it lasts {sequence.total_time:g} s; at most {latest:.0f} s can be '
      'read; --limits=hours=N sets that bound'
    )
  for tempo in sequence.tempos:
    if not 0.0 < tempo.qpm < math.inf:
      raise InputError(
        f'it has a tempo of {tempo.qpm:g} quarters a minute; tempos are above 0'
      )
  for change in [*sequence.tempos, *sequence.time_signatures]:
    if not math.isfinite(change.time):
      raise InputError(
        f'it has a change of tempo or metre at {change.time:g} s, which is no '
        'time'
      )


def _refuse_note(
  what: str, values: np.ndarray, good: np.ndarray, allowed: str
) -> None:
  """Raises InputError for the first note whose value is not good."""
  if not good.all():
    number = int(np.argmin(good))
    raise InputError(
      f'note {number} has {what} {values[number]:g}; it must be {allowed}'
    )
