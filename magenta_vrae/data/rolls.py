# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""NoteSequence <-> roll, without TensorFlow.

Conventions:

* time: Seconds, not beats: tempo and metre changes mean nothing here. Frame t
  stands for the time t / frames_per_second; a note runs from the frame nearest
  its start to the frame nearest its end, that one not included, and for one
  frame at least.
* roll: A bool array sized `[num_frames, depth]`, one column per pitch in the
  order of `pitches`.
* window: `window_frames` frames of a roll, what one example holds. The next
  starts `hop_frames` later; equal to window_frames, they do not overlap
  (experiment 1 of the paper), half of it, each starts half-way through the one
  before (experiment 2), 1, at every frame.
* pitch: A MIDI note number, 0 to 127; 60 is middle C.

converters.py makes MusicVAE data converters of these classes.
"""

from __future__ import annotations

import abc
from typing import Any
from typing import Iterable
from typing import NamedTuple
from typing import Sequence
from typing import TypeVar

import note_seq
import numpy as np

from magenta_vrae.errors import InputError

# The 49 pitches C2 to C6, and the 49 General MIDI drum keys from 35 on.
PIANO_PITCHES = tuple(range(36, 85))
DRUM_PITCHES = tuple(range(35, 84))

MODES = ('train', 'eval', 'infer')
# As Magenta's converters have it.
OUTPUT_VELOCITY = 80
_DRUM_CHANNEL = 9  # Where General MIDI keeps percussion.
_LONGEST_SECONDS = 24 * 60 * 60


Roll = TypeVar('Roll', bound='RollConverter')


class Coverage(NamedTuple):
  """How many notes of a piece have a column in the roll, and how many not."""

  kept: int
  dropped: int

  @property
  def share_dropped(self) -> float:
    """Dropped notes over all, 0.0 to 1.0; 0.0 of no notes."""
    return self.dropped / max(1, self.kept + self.dropped)


class RollConverter(metaclass=abc.ABCMeta):
  """What both kinds of roll share: the time grid, the windows, the settings.

  Args:
    pitches: MIDI pitches that have a column, in this order.
    frames_per_second: Rate of the time grid in Hz.
    window_frames: Frames per window, T in the paper.
    hop_frames: Frames from one window's start to the next. 0 means
      `window_frames`.
    max_windows_per_song: Keep only the first so many windows of a piece; 0
      keeps all.
    keep_silent_windows: Whether windows without a note count.
    holdout_fraction: Share of each piece's span, at its end, that training
      never sees: in Magenta's mode 'train' only windows that end before it are
      made, in 'eval' only those that start within it, in 'infer' all. Pieces
      too short to give training a window are left whole to training.
    columns_per_pitch: Columns of one pitch in the roll.

  Raises:
    InputError: If a value is out of its range.
  """

  # As `converter_class`.
  _converter_class: str

  def __init__(
    self,
    pitches: Sequence[int],
    frames_per_second: float,
    window_frames: int,
    hop_frames: int,
    max_windows_per_song: int,
    keep_silent_windows: bool,
    holdout_fraction: float,
    columns_per_pitch: int = 1,
  ) -> None:
    self._pitches = _checked_pitches(pitches)
    self._frames_per_second = float(
      _positive(frames_per_second, 'frames_per_second')
    )
    self._window_frames = int(_positive(window_frames, 'window_frames'))
    self._hop_frames = int(hop_frames or window_frames)
    _positive(self._hop_frames, 'hop_frames')
    if max_windows_per_song < 0:
      raise InputError(
        f'max_windows_per_song is {max_windows_per_song}; give 0 (all) or more'
      )
    if not 0.0 <= holdout_fraction < 1.0:
      raise InputError(
        f'holdout_fraction is {holdout_fraction}; '
        'give a share from 0 to below 1'
      )
    self._keep_silent_windows = bool(keep_silent_windows)
    self._holdout_fraction = float(holdout_fraction)

    # Columns of each MIDI pitch, -1 for those that have none.
    self._column = np.full(note_seq.MAX_MIDI_PITCH + 1, -1)
    self._column[list(self._pitches)] = np.arange(len(self._pitches))
    self._columns_per_pitch = columns_per_pitch
    self._depth = columns_per_pitch * len(self._pitches)
    self._max_windows_per_song = int(max_windows_per_song)
    self._mode: str | None = None

  def set_mode(self, mode: str) -> None:
    """Says whose windows to make: 'train', 'eval' or 'infer' (all)."""
    if mode not in MODES:
      raise ValueError(f'mode {mode!r} is none of {", ".join(MODES)}')
    self._mode = mode

  @property
  def converter_class(self) -> str:
    """The class of its MusicVAE converter, as settings.json names it."""
    return self._converter_class

  @property
  def pitches(self) -> tuple[int, ...]:
    """MIDI pitch of each column, a tuple."""
    return self._pitches

  @property
  def columns_per_pitch(self) -> int:
    """1, or 2 where each pitch has a column of onsets."""
    return self._columns_per_pitch

  @property
  def depth(self) -> int:
    """Columns of a roll."""
    return self._depth

  @property
  def frames_per_second(self) -> float:
    return self._frames_per_second

  @property
  def window_frames(self) -> int:
    return self._window_frames

  @property
  def hop_frames(self) -> int:
    return self._hop_frames

  def settings(self) -> dict[str, Any]:
    """The constructor's arguments that make this converter again, a dict."""
    return {
      'pitches': list(self._pitches),
      'frames_per_second': self._frames_per_second,
      'window_frames': self._window_frames,
      'hop_frames': self._hop_frames,
      'max_windows_per_song': self._max_windows_per_song,
      'keep_silent_windows': self._keep_silent_windows,
      'holdout_fraction': self._holdout_fraction,
    }

  def replace(self: Roll, **settings: Any) -> Roll:
    """A converter like this one but for the given settings."""
    return type(self)(**{**self.settings(), **settings})

  @abc.abstractmethod
  def _is_ours(self, note: note_seq.NoteSequence.Note) -> bool:
    """Whether a note is of the kind that this roll holds."""

  @abc.abstractmethod
  def to_roll(self, note_sequence: note_seq.NoteSequence) -> np.ndarray:
    """The whole piece as a roll, sized `[num_frames, depth]`."""

  @abc.abstractmethod
  def from_roll(self, roll: np.ndarray) -> note_seq.NoteSequence:
    """The NoteSequence of a roll; `to_roll` of it gives the roll again."""

  @abc.abstractmethod
  def sounding_and_struck(
    self, frames: np.ndarray
  ) -> tuple[np.ndarray, np.ndarray]:
    """Where each pitch sounds, and where a note of it starts.

    A note goes on from the frame in which it is struck to the last one before
    its pitch falls silent or is struck again: `from_roll` makes just these.

    Args:
      frames: Rolls or windows of zeros and ones, sized
        `[..., num_frames, depth]`.

    Returns:
      Two bool arrays, sized `[..., num_frames, len(pitches)]`.
    """

  def coverage(self, note_sequence: note_seq.NoteSequence) -> Coverage:
    """Counts this roll's kind of notes with and without a column."""
    pitches = [n.pitch for n in note_sequence.notes if self._is_ours(n)]
    kept = int(np.sum(self._column[pitches] >= 0)) if pitches else 0
    return Coverage(kept, len(pitches) - kept)

  def windows(
    self, note_sequence: note_seq.NoteSequence
  ) -> tuple[np.ndarray, list[np.ndarray]]:
    """The windows that the present mode makes of a piece, and where they begin.

    A piece shorter than a window is padded with silence to one. Of a longer
    one, the frames behind the last whole window are left out. A piece of notes
    none of which has a column gives no window; one without notes, as a model
    may generate, is silence for its `total_time`.

    Args:
      note_sequence: The piece.

    Returns:
      First frames, an int array sized `[num_windows]`, and a list of windows,
      each sized `[window_frames, depth]`.

    Raises:
      InputError: If the piece lasts over 24 hours.
    """
    roll = self.to_roll(note_sequence)
    if not note_sequence.notes:
      silence = self._frame(note_sequence.total_time)
      roll = np.zeros([silence, self._depth], bool)
    elif not roll.any():
      return np.zeros([0], int), []
    starts = self.window_starts(roll)
    T = self._window_frames
    if len(starts) and len(roll) < T:
      roll = np.pad(roll, [(0, T - len(roll)), (0, 0)])
    return starts, [roll[s : s + T] for s in starts]

  def from_tensors(
    self, samples: Iterable[np.ndarray], controls: None = None
  ) -> list[note_seq.NoteSequence]:
    """Converts rolls of zeros and ones into NoteSequences, one each.

    Args:
      samples: Rolls of any number of frames, each sized `[num_frames, depth]`.
      controls: Unused.

    Returns:
      A list of NoteSequences, each as long as its roll.
    """
    del controls
    return [self.from_roll(np.asarray(sample) > 0.5) for sample in samples]

  def window_starts(self, roll: np.ndarray) -> np.ndarray:
    """First frames of the windows that the present mode makes of a roll."""
    T = self._window_frames
    if not len(roll):
      return np.zeros([0], int)
    starts = np.arange(0, max(1, len(roll) - T + 1), self._hop_frames)
    if not self._keep_silent_windows:
      notes_before = np.concatenate([[0], np.cumsum(roll.any(axis=1))])
      ends = np.minimum(starts + T, len(roll))
      starts = starts[notes_before[ends] > notes_before[starts]]
    if self._max_windows_per_song:
      starts = starts[: self._max_windows_per_song]
    held_out = self._holdout_fraction and self._mode in ('train', 'eval')
    if not held_out or not len(starts):
      return starts
    boundary = int((starts[-1] + T) * (1.0 - self._holdout_fraction))
    train = starts[starts + T <= boundary]
    if not len(train):
      return starts if self._mode == 'train' else starts[:0]
    return train if self._mode == 'train' else starts[starts >= boundary]

  def _frame(self, seconds: np.ndarray | float) -> np.ndarray:
    """The frame nearest to a time, or to each of an array of times."""
    latest = np.max(seconds, initial=0.0)
    if not latest <= _LONGEST_SECONDS:
      raise InputError(
        f'a piece lasts {latest:.0f} s; at most {_LONGEST_SECONDS} s '
        '(24 hours) can be converted'
      )
    # Half a frame up is the next frame: np.round would go to the even one.
    frames = np.floor(np.multiply(seconds, self._frames_per_second) + 0.5)
    return frames.astype(int)

  def _frames(
    self, note_sequence: note_seq.NoteSequence
  ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Columns, first frames and end frames of the notes that have a column."""
    notes = np.array(
      [
        (n.pitch, n.start_time, n.end_time)
        for n in note_sequence.notes
        if self._is_ours(n)
      ]
    ).reshape(-1, 3)
    columns = self._column[notes[:, 0].astype(int)]
    notes, columns = notes[columns >= 0], columns[columns >= 0]
    frames = self._frame(notes[:, 1:])
    starts = np.maximum(frames[:, 0], 0)
    return columns, starts, np.maximum(frames[:, 1], starts + 1)

  def _note_sequence(
    self, num_frames: int, notes: Iterable[tuple], **note_fields: Any
  ) -> note_seq.NoteSequence:
    """Builds a NoteSequence of (column, first frame, end frame) rows."""
    sequence = note_seq.NoteSequence(
      ticks_per_quarter=note_seq.STANDARD_PPQ,
      total_time=num_frames / self._frames_per_second,
    )
    sequence.tempos.add(qpm=note_seq.DEFAULT_QUARTERS_PER_MINUTE)
    for column, start, end in sorted(
      notes, key=lambda note: (note[1], note[0])
    ):
      sequence.notes.add(
        pitch=self._pitches[column],
        velocity=OUTPUT_VELOCITY,
        start_time=start / self._frames_per_second,
        end_time=end / self._frames_per_second,
        **note_fields,
      )
    return sequence


class PianoRoll(RollConverter):
  """Pitched notes as a piano roll: a column per pitch, true while it sounds.

  A note struck again while or just when its last sounding ends runs on in such
  a roll. With `onsets`, depth is twice the pitches: the second half is true in
  each frame where a note starts, and re-struck notes stay apart.

  Args and errors as in `RollConverter`.
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
  ) -> None:
    self._onsets = bool(onsets)
    super().__init__(
      pitches,
      frames_per_second,
      window_frames,
      hop_frames,
      max_windows_per_song,
      keep_silent_windows,
      holdout_fraction,
      columns_per_pitch=2 if onsets else 1,
    )

  def settings(self) -> dict[str, Any]:
    return {**super().settings(), 'onsets': self._onsets}

  def _is_ours(self, note: note_seq.NoteSequence.Note) -> bool:
    return not note.is_drum

  def to_roll(self, note_sequence: note_seq.NoteSequence) -> np.ndarray:
    columns, starts, ends = self._frames(note_sequence)
    num_frames, P = ends.max(initial=0), len(self._pitches)
    # A note adds one where it starts and takes it back where it ends; the
    # running sum counts the notes that sound.
    changes = np.zeros([num_frames + 1, P], np.int32)
    np.add.at(changes, (starts, columns), 1)
    np.add.at(changes, (ends, columns), -1)
    roll = np.cumsum(changes[:-1], axis=0) > 0
    if self._onsets:
      onsets = np.zeros([num_frames, P], bool)
      onsets[starts, columns] = True
      roll = np.concatenate([roll, onsets], axis=1)
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

  def from_roll(self, roll: np.ndarray) -> note_seq.NoteSequence:
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


class DrumRoll(RollConverter):
  """Drum notes as a roll of hits: true in the one frame where a key is struck.

  Args and errors as in `RollConverter`.
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
  ) -> None:
    super().__init__(
      pitches,
      frames_per_second,
      window_frames,
      hop_frames,
      max_windows_per_song,
      keep_silent_windows,
      holdout_fraction,
    )

  def _is_ours(self, note: note_seq.NoteSequence.Note) -> bool:
    return note.is_drum

  def to_roll(self, note_sequence: note_seq.NoteSequence) -> np.ndarray:
    columns, starts, _ = self._frames(note_sequence)
    roll = np.zeros([starts.max(initial=-1) + 1, len(self._pitches)], bool)
    roll[starts, columns] = True
    return roll

  def sounding_and_struck(
    self, frames: np.ndarray
  ) -> tuple[np.ndarray, np.ndarray]:
    hits = np.asarray(frames) > 0.5
    return hits, hits

  def from_roll(self, roll: np.ndarray) -> note_seq.NoteSequence:
    starts, columns = np.nonzero(roll)
    notes = zip(columns.tolist(), starts.tolist(), (starts + 1).tolist())
    return self._note_sequence(
      len(roll), notes, is_drum=True, instrument=_DRUM_CHANNEL
    )


def _positive(value: Any, name: str) -> Any:
  if not value > 0:
    raise InputError(f'{name} is {value}; it must be above 0')
  return value


def _checked_pitches(pitches: Sequence[int]) -> tuple[int, ...]:
  pitches = tuple(int(p) for p in pitches)
  wrong = [p for p in pitches if not 0 <= p <= note_seq.MAX_MIDI_PITCH]
  if not pitches or wrong:
    raise InputError(
      f'pitches holds {wrong or "nothing"}; give MIDI pitches from 0 to '
      f'{note_seq.MAX_MIDI_PITCH}, at least one'
    )
  if len(set(pitches)) < len(pitches):
    raise InputError(
      f'{len(pitches) - len(set(pitches))} of {len(pitches)} pitches are '
      'repeated; give each once'
    )
  return pitches
