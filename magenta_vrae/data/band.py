# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A band as a roll: the rolls of several groups of instruments side by side.

The columns of a frame are

    [ group 1: sounding, onsets | group 2: the same | ... | drums: hits |
      loudness of group 1 | loudness of group 2 | ... ]

Loudness is there with `velocity_levels` L of 2 or more: L - 1 columns a group,
of which the first l are true in a frame where notes of level l begin. All notes
that a group begins in one frame share it.
"""

from __future__ import annotations

from typing import Any
from typing import NamedTuple
from typing import Sequence

import numpy as np

from magenta_vrae.data import instrument_groups
from magenta_vrae.data.instrument_groups import Group
from magenta_vrae.data.pitch_rolls import DRUM_CHANNEL
from magenta_vrae.data.pitch_rolls import DrumRoll
from magenta_vrae.data.pitch_rolls import PianoRoll
from magenta_vrae.data.pitch_rolls import PitchRoll
from magenta_vrae.data.rolls import Coverage
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.stand_ins.note_sequence import DEFAULT_QUARTERS_PER_MINUTE
from magenta_vrae.stand_ins.note_sequence import NoteSequence

_VELOCITIES = 128
# With more, the middles of two levels would be one velocity, or none.
_MOST_LEVELS = 64
# The name under which notes of no group are counted.
NO_GROUP = 'no group'


class Part(NamedTuple):
  """One group's share of a roll.

  Attributes:
    group: The group.
    roll: Its own converter: a `PianoRoll` with onsets, or a `DrumRoll`.
    columns: Which columns of the band's roll are its own.
    loudness: Which columns are its loudness; empty without.
  """

  group: Group
  roll: PitchRoll
  columns: slice
  loudness: slice


class BandRoll(RollConverter):
  """Several groups of instruments, each with its own pitches, in one roll.

  Args:
    groups: As `instrument_groups.Group.parse` reads them.
    velocity_levels: Levels of loudness; 0 for none: all notes have velocity 80.

  The other args, and errors, as in `RollConverter`.
  """

  _converter_class = 'BandRollConverter'

  def __init__(
    self,
    groups: Sequence[str] = instrument_groups.DEFAULT,
    velocity_levels: int = 0,
    frames_per_second: float = 20.0,
    window_frames: int = 64,
    hop_frames: int = 0,
    max_windows_per_song: int = 0,
    keep_silent_windows: bool = True,
    holdout_fraction: float = 0.0,
    frames_per_beat: int = 4,
    qpm: float = DEFAULT_QUARTERS_PER_MINUTE,
    align: str = 'frame',
  ) -> None:
    if velocity_levels not in (0, *range(2, _MOST_LEVELS + 1)):
      raise InputError(
        f'velocity_levels is {velocity_levels}; give 0 for none, or 2 to '
        f'{_MOST_LEVELS}'
      )
    self._group_texts = list(groups)
    self._velocity_levels = int(velocity_levels)
    self._windows: dict[str, Any] = {
      'frames_per_second': frames_per_second,
      'window_frames': window_frames,
      'hop_frames': hop_frames,
      'max_windows_per_song': max_windows_per_song,
      'keep_silent_windows': keep_silent_windows,
      'holdout_fraction': holdout_fraction,
      'frames_per_beat': frames_per_beat,
      'qpm': qpm,
      'align': align,
    }
    self._parts = self._side_by_side(instrument_groups.parse_all(groups))
    pitches = [p for part in self._parts for p in part.group.pitches]
    depth = self._parts[-1].loudness.stop
    super().__init__(pitches, depth, **self._windows)

  def _side_by_side(self, groups: Sequence[Group]) -> tuple[Part, ...]:
    rolls: list[PitchRoll] = [
      DrumRoll(group.pitches, **self._windows)
      if group.is_drums
      else PianoRoll(group.pitches, onsets=True, **self._windows)
      for group in groups
    ]
    ends = np.cumsum([roll.depth for roll in rolls]).tolist()
    steps = max(0, self._velocity_levels - 1)
    return tuple(
      Part(
        group,
        roll,
        slice(end - roll.depth, end),
        slice(ends[-1] + i * steps, ends[-1] + (i + 1) * steps),
      )
      for i, (group, roll, end) in enumerate(zip(groups, rolls, ends))
    )

  @property
  def parts(self) -> tuple[Part, ...]:
    """The groups in the order of their columns, pitched ones first."""
    return self._parts

  @property
  def pitch_blocks(self) -> tuple[int, ...]:
    return tuple(
      block for part in self._parts for block in part.roll.pitch_blocks
    )

  def settings(self) -> dict[str, Any]:
    return {
      'groups': list(self._group_texts),
      'velocity_levels': self._velocity_levels,
      **super().settings(),
    }

  def _is_ours(self, note: NoteSequence.Note) -> bool:
    return True

  def _notes_of_parts(
    self, note_sequence: NoteSequence
  ) -> list[list[NoteSequence.Note]]:
    """The notes of each part, and last those of no group."""
    groups = [part.group for part in self._parts]
    found: list[list] = [[] for _ in range(len(groups) + 1)]
    assigned = instrument_groups.assign(note_sequence, groups).groups
    for note, group in zip(note_sequence.notes, assigned.tolist()):
      found[group].append(note)  # NO_GROUP is the last.
    return found

  def notes_by_group(
    self, note_sequence: NoteSequence
  ) -> dict[str, list[NoteSequence.Note]]:
    """All notes of each group, also those at pitches without a column."""
    of_parts = self._notes_of_parts(note_sequence)
    return {p.group.name: notes for p, notes in zip(self._parts, of_parts)}

  def programs_of(self, note_sequence: NoteSequence) -> dict[str, int]:
    """The General MIDI program that plays most notes of each group of a piece.

    Groups of drums, and groups without notes, have none.
    """
    found = {}
    by_group = self.notes_by_group(note_sequence)
    for part, notes in zip(self._parts, by_group.values()):
      if notes and not part.group.is_drums:
        programs = [note.program for note in notes]
        found[part.group.name] = max(set(programs), key=programs.count)
    return found

  def coverage_by_group(
    self, note_sequence: NoteSequence
  ) -> dict[str, Coverage]:
    """The `Coverage` of each group's notes, and of those of `NO_GROUP`."""
    *of_parts, of_none = self._notes_of_parts(note_sequence)
    found = {
      part.group.name: part.roll.coverage_of(notes)
      for part, notes in zip(self._parts, of_parts)
    }
    return {**found, NO_GROUP: Coverage(0, len(of_none))}

  def coverage(self, note_sequence: NoteSequence) -> Coverage:
    found = self.coverage_by_group(note_sequence).values()
    return Coverage(sum(c.kept for c in found), sum(c.dropped for c in found))

  def to_roll(self, note_sequence: NoteSequence) -> np.ndarray:
    of_parts = self._notes_of_parts(note_sequence)
    rolls = [
      part.roll.roll_of(notes, note_sequence)
      for part, notes in zip(self._parts, of_parts)
    ]
    whole = np.zeros([max(len(roll) for roll in rolls), self._depth], bool)
    for part, roll, notes in zip(self._parts, rolls, of_parts):
      whole[: len(roll), part.columns] = roll
      if self._velocity_levels:
        levels = self._levels(part, notes, note_sequence, len(whole))
        whole[:, part.loudness] = levels
    return whole

  def _levels(
    self,
    part: Part,
    notes: Sequence[NoteSequence.Note],
    note_sequence: NoteSequence,
    num_frames: int,
  ) -> np.ndarray:
    """A part's columns of loudness, sized `[num_frames, levels - 1]`."""
    starts, kept = part.roll.starts_of(notes, note_sequence)
    velocities = np.array([note.velocity for note in notes], float)[kept]
    total = np.bincount(starts, velocities, num_frames)
    count = np.bincount(starts, minlength=num_frames)
    mean = total / np.maximum(count, 1)
    level = np.floor(mean * self._velocity_levels / _VELOCITIES).astype(int)
    return np.arange(self._velocity_levels - 1) < level[:, np.newaxis]

  def sounding_and_struck(
    self, frames: np.ndarray
  ) -> tuple[np.ndarray, np.ndarray]:
    frames = np.asarray(frames)
    of_parts = [
      part.roll.sounding_and_struck(frames[..., part.columns])
      for part in self._parts
    ]
    sounding, struck = zip(*of_parts)
    return np.concatenate(sounding, axis=-1), np.concatenate(struck, axis=-1)

  def from_roll(self, roll: np.ndarray) -> NoteSequence:
    roll = np.asarray(roll) > 0.5
    whole = NoteSequence()
    for number, part in enumerate(self._parts):
      own = part.roll.from_roll(roll[:, part.columns])
      if not number:
        whole.CopyFrom(own)
        del whole.notes[:]
        whole.time_signatures.add(numerator=4, denominator=4)
      instrument = _instrument(number, part.group)
      whole.instrument_infos.add(instrument=instrument, name=part.group.name)
      for note in own.notes:
        note.instrument, note.program = instrument, part.group.program
        if self._velocity_levels:
          frame = int(round(note.start_time * self.frames_per_second))
          note.velocity = self._velocity(roll[frame, part.loudness])
      whole.notes.extend(own.notes)
    return whole

  def _velocity(self, columns: np.ndarray) -> int:
    """The velocity in the middle of the level that columns of loudness say."""
    level = int(np.cumprod(columns).sum())
    return int((level + 0.5) * _VELOCITIES / self._velocity_levels)


def _instrument(number: int, group: Group) -> int:
  """A number for a group's track; that of drums is their channel."""
  if group.is_drums:
    return DRUM_CHANNEL
  return number if number < DRUM_CHANNEL else number + 1
