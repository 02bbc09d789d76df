# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The paper's rolls: a column for each pitch, or for each key of a drum kit."""

from __future__ import annotations

import abc
from typing import Any
from typing import Iterable
from typing import Sequence

import numpy as np

from magenta_vrae.data.rolls import Coverage
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.stand_ins.note_sequence import DEFAULT_QUARTERS_PER_MINUTE
from magenta_vrae.stand_ins.note_sequence import MAX_MIDI_PITCH
from magenta_vrae.stand_ins.note_sequence import STANDARD_PPQ
from magenta_vrae.stand_ins.note_sequence import NoteSequence

# The 49 pitches C2 to C6, and the 49 General MIDI drum keys from 35 on.
PIANO_PITCHES = tuple(range(36, 85))
DRUM_PITCHES = tuple(range(35, 84))

# As Magenta's converters have it.
OUTPUT_VELOCITY = 80
DRUM_CHANNEL = 9  # Where General MIDI keeps percussion.
# Divides by all frames_per_beat that triplets and sixteenths need.
_TICKS_PER_QUARTER = 480


class PitchRoll(RollConverter):
  """What rolls with a column for each pitch share.

  Args:
    pitches: MIDI pitches that have a column, in this order.
    columns_per_pitch: Columns of one pitch in the roll.
    **windows: As `RollConverter`'s arguments.

  Raises:
    InputError: As `RollConverter`; if a pitch is none or is given twice.
  """

  def __init__(
    self, pitches: Sequence[int], columns_per_pitch: int = 1, **windows: Any
  ) -> None:
    pitches = _checked_pitches(pitches)
    super().__init__(pitches, columns_per_pitch * len(pitches), **windows)
    # Columns of each MIDI pitch, -1 for those that have none.
    self._column = np.full(MAX_MIDI_PITCH + 1, -1)
    self._column[list(pitches)] = np.arange(len(pitches))

  def settings(self) -> dict[str, Any]:
    return {'pitches': list(self._pitches), **super().settings()}

  def coverage(self, note_sequence: NoteSequence) -> Coverage:
    return self.coverage_of(
      [n for n in note_sequence.notes if self._is_ours(n)]
    )

  def coverage_of(self, notes: Sequence[NoteSequence.Note]) -> Coverage:
    """Counts notes with and without a column."""
    pitches = [n.pitch for n in notes]
    kept = int(np.sum(self._column[pitches] >= 0)) if pitches else 0
    return Coverage(kept, len(pitches) - kept)

  def to_roll(self, note_sequence: NoteSequence) -> np.ndarray:
    return self.roll_of(self._ours(note_sequence), note_sequence)

  def _ours(self, note_sequence: NoteSequence) -> list[NoteSequence.Note]:
    return [n for n in note_sequence.notes if self._is_ours(n)]

  @abc.abstractmethod
  def roll_of(
    self,
    notes: Sequence[NoteSequence.Note],
    note_sequence: NoteSequence,
  ) -> np.ndarray:
    """The roll of some notes of a piece, sized `[num_frames, depth]`."""

  def starts_of(
    self,
    notes: Sequence[NoteSequence.Note],
    note_sequence: NoteSequence,
  ) -> tuple[np.ndarray, np.ndarray]:
    """First frames of the notes that have a column, and which these are.

    Returns:
      An int array sized `[num_kept]`, and a bool array sized `[num_notes]`.
    """
    _, starts, _ = self._frames(notes, note_sequence)
    pitches = np.array([n.pitch for n in notes], int)
    return starts, self._column[pitches] >= 0

  def _frames(
    self,
    notes: Sequence[NoteSequence.Note],
    note_sequence: NoteSequence,
  ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Columns, first frames and end frames of the notes that have a column."""
    rows = np.array(
      [(n.pitch, n.start_time, n.end_time) for n in notes]
    ).reshape(-1, 3)
    columns = self._column[rows[:, 0].astype(int)]
    rows, columns = rows[columns >= 0], columns[columns >= 0]
    frames = self._grid.nearest(rows[:, 1:], note_sequence)
    starts = np.maximum(frames[:, 0], 0)
    return columns, starts, np.maximum(frames[:, 1], starts + 1)

  def _note_sequence(
    self, num_frames: int, notes: Iterable[tuple], **note_fields: Any
  ) -> NoteSequence:
    """Builds a NoteSequence of (column, first frame, end frame) rows."""
    sequence = NoteSequence(
      ticks_per_quarter=(
        _TICKS_PER_QUARTER if self._grid.frames_per_beat else STANDARD_PPQ
      ),
      total_time=num_frames / self._grid.frames_per_second,
    )
    sequence.tempos.add(qpm=self._grid.qpm)
    for column, start, end in sorted(
      notes, key=lambda note: (note[1], note[0])
    ):
      sequence.notes.add(
        pitch=self._pitches[column],
        velocity=OUTPUT_VELOCITY,
        start_time=start / self._grid.frames_per_second,
        end_time=end / self._grid.frames_per_second,
        **note_fields,
      )
    return sequence


class PianoRoll(PitchRoll):
  """Pitched notes as a piano roll: a column per pitch, true while it sounds.

  A note struck again while or just when its last sounding ends runs on in such
  a roll. With `onsets`, depth is twice the pitches: the second half is true in
  each frame where a note starts, and re-struck notes stay apart.

  Args and errors as in `RollConverter`; `pitches` have a column each.
  """

  _converter_class = 'PianoRollConverter'

  def __init__(
    self,
    pitches: Sequence[int] = PIANO_PITCHES,
    frames_per_second: float = 20.0,
    window_frames: int = 50,
    hop_frames: int = 0,
    max_windows_per_song: int = 520,
    keep_silent_windows: bool = True,
    holdout_fraction: float = 0.0,
    onsets: bool = False,
    frames_per_beat: int = 0,
    qpm: float = DEFAULT_QUARTERS_PER_MINUTE,
    align: str = 'frame',
  ) -> None:
    self._onsets = bool(onsets)
    super().__init__(
      pitches,
      columns_per_pitch=2 if onsets else 1,
      frames_per_second=frames_per_second,
      window_frames=window_frames,
      hop_frames=hop_frames,
      max_windows_per_song=max_windows_per_song,
      keep_silent_windows=keep_silent_windows,
      holdout_fraction=holdout_fraction,
      frames_per_beat=frames_per_beat,
      qpm=qpm,
      align=align,
    )

  def settings(self) -> dict[str, Any]:
    return {**super().settings(), 'onsets': self._onsets}

  @property
  def pitch_blocks(self) -> tuple[int, ...]:
    if any(step != 1 for step in np.diff(self._pitches)):
      return ()
    return (len(self._pitches),) * (2 if self._onsets else 1)

  def _is_ours(self, note: NoteSequence.Note) -> bool:
    return not note.is_drum

  def roll_of(
    self,
    notes: Sequence[NoteSequence.Note],
    note_sequence: NoteSequence,
  ) -> np.ndarray:
    columns, starts, ends = self._frames(notes, note_sequence)
    num_frames, P = ends.max(initial=0), len(self._pitches)
    # A note adds one where it starts and takes it back where it ends; the
    # running sum counts the notes that sound.
    changes = np.zeros([num_frames + 1, P], np.int32)
    np.add.at(changes, (starts, columns), 1)
    np.add.at(changes, (ends, columns), -1)
    # In place, as a piece may have a million frames.
    np.cumsum(changes, axis=0, dtype=np.int32, out=changes)
    roll = np.zeros([num_frames, self._depth], bool)
    np.greater(changes[:-1], 0, out=roll[:, :P])
    if self._onsets:
      roll[starts, P + columns] = True
    return roll

  def sounding_and_struck(
    self, frames: np.ndarray
  ) -> tuple[np.ndarray, np.ndarray]:
    P = len(self._pitches)
    frames = np.asarray(frames) > 0.5
    sounding = frames[..., :P]
    if self._onsets:
      sounding = sounding | frames[..., P:]
    struck = sounding.copy()
    struck[..., 1:, :] &= ~sounding[..., :-1, :]
    if self._onsets:
      struck |= frames[..., P:]
    return sounding, struck

  def from_roll(self, roll: np.ndarray) -> NoteSequence:
    sounding, begins = self.sounding_and_struck(roll)
    before = np.pad(sounding, [(1, 0), (0, 0)])[:-1]
    # A sounding note stops where its pitch falls silent or begins anew, so
    # begins and stops alternate within a column and pair up in order.
    stops = np.pad(before & (~sounding | begins), [(0, 1), (0, 0)])
    stops[-1] = sounding[-1] if len(sounding) else False
    columns, starts = np.nonzero(begins.T)
    ends = np.nonzero(stops.T)[1]
    notes = zip(columns.tolist(), starts.tolist(), ends.tolist())
    return self._note_sequence(len(roll), notes)


class DrumRoll(PitchRoll):
  """Drum notes as a roll of hits: true in the one frame where a key is struck.

  Args and errors as in `RollConverter`; `pitches` have a column each.
  """

  _converter_class = 'DrumRollConverter'

  def __init__(
    self,
    pitches: Sequence[int] = DRUM_PITCHES,
    frames_per_second: float = 20.0,
    window_frames: int = 50,
    hop_frames: int = 0,
    max_windows_per_song: int = 520,
    keep_silent_windows: bool = True,
    holdout_fraction: float = 0.0,
    frames_per_beat: int = 0,
    qpm: float = DEFAULT_QUARTERS_PER_MINUTE,
    align: str = 'frame',
  ) -> None:
    super().__init__(
      pitches,
      frames_per_second=frames_per_second,
      window_frames=window_frames,
      hop_frames=hop_frames,
      max_windows_per_song=max_windows_per_song,
      keep_silent_windows=keep_silent_windows,
      holdout_fraction=holdout_fraction,
      frames_per_beat=frames_per_beat,
      qpm=qpm,
      align=align,
    )

  @property
  def pitch_blocks(self) -> tuple[int, ...]:
    return ()  # Keys of a kit are no pitches.

  def _is_ours(self, note: NoteSequence.Note) -> bool:
    return note.is_drum

  def roll_of(
    self,
    notes: Sequence[NoteSequence.Note],
    note_sequence: NoteSequence,
  ) -> np.ndarray:
    columns, starts, _ = self._frames(notes, note_sequence)
    roll = np.zeros([starts.max(initial=-1) + 1, len(self._pitches)], bool)
    roll[starts, columns] = True
    return roll

  def sounding_and_struck(
    self, frames: np.ndarray
  ) -> tuple[np.ndarray, np.ndarray]:
    hits = np.asarray(frames) > 0.5
    return hits, hits

  def from_roll(self, roll: np.ndarray) -> NoteSequence:
    starts, columns = np.nonzero(roll)
    notes = zip(columns.tolist(), starts.tolist(), (starts + 1).tolist())
    return self._note_sequence(
      len(roll), notes, is_drum=True, instrument=DRUM_CHANNEL
    )


def _checked_pitches(pitches: Sequence[int]) -> tuple[int, ...]:
  pitches = tuple(int(p) for p in pitches)
  wrong = [p for p in pitches if not 0 <= p <= MAX_MIDI_PITCH]
  if not pitches or wrong:
    raise InputError(
      f'pitches holds {wrong or "nothing"}; give MIDI pitches from 0 to '
      f'{MAX_MIDI_PITCH}, at least one'
    )
  if len(set(pitches)) < len(pitches):
    raise InputError(
      f'{len(pitches) - len(set(pitches))} of {len(pitches)} pitches are '
      'repeated; give each once'
    )
  return pitches
