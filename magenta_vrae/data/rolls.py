# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""NoteSequence <-> roll, without TensorFlow: what all kinds of roll share.

Conventions:

* time: By the clock, as in the paper, or by the beat (time_grid.py). A note
  runs from the frame nearest its start to the frame nearest its end, that one
  not included, and for one frame at least.
* roll: A bool array sized `[num_frames, depth]`. What its columns are, its kind
  says: pitch_rolls.py has the paper's, band.py several side by side.
* window: `window_frames` frames of a roll, what one example holds. The next
  starts `hop_frames` later; equal to window_frames, they do not overlap
  (experiment 1 of the paper), half of it, each starts half-way through the one
  before (experiment 2), 1, at every frame.
* pitch: A MIDI note number, 0 to 127; 60 is middle C.

converters.py makes MusicVAE data converters of these classes.
"""

from __future__ import annotations

import abc
import math
from typing import Any
from typing import Iterable
from typing import NamedTuple
from typing import Sequence
from typing import TypeVar

import numpy as np

from magenta_vrae.data import time_grid
from magenta_vrae.data.time_grid import TimeGrid
from magenta_vrae.errors import InputError
from magenta_vrae.stand_ins.note_sequence import NoteSequence

MODES = ('train', 'eval', 'infer')
# Where windows may begin.
ALIGNS = ('frame', 'beat', 'bar')
# A note whose start is further from every frame, in seconds, is off the grid.
_OFF_GRID = 0.012
# Settings may be a stranger's, who gives a model away. A window is held whole.
_LONGEST_WINDOW = 2**17
_MOST_A_SECOND = _MOST_A_BEAT = 10000
_FASTEST = 100000.0

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
  """What all kinds of roll share: the time grid, the windows, the settings.

  Args:
    pitches: The MIDI pitch of each row that `sounding_and_struck` has.
    depth: Columns of a roll.
    frames_per_second: Rate of the time grid in Hz; with `frames_per_beat`, it
      follows from that and `qpm`.
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
    frames_per_beat: Frames of a quarter note, by a piece's own tempos; 0 for a
      grid by the clock.
    qpm: With `frames_per_beat`, the tempo of music made from rolls.
    align: Where windows may begin: at any 'frame', 'beat' or 'bar'. The next
      begins at the first such place `hop_frames` later or more.

  Raises:
    InputError: If a value is out of its range.
  """

  # As `converter_class`.
  _converter_class: str

  def __init__(
    self,
    pitches: Sequence[int],
    depth: int,
    frames_per_second: float,
    window_frames: int,
    hop_frames: int,
    max_windows_per_song: int,
    keep_silent_windows: bool,
    holdout_fraction: float,
    frames_per_beat: int,
    qpm: float,
    align: str,
  ) -> None:
    self._pitches = tuple(pitches)
    self._depth = depth
    self._grid = _checked_grid(frames_per_second, frames_per_beat, qpm, align)
    self._align = align
    self._window_frames = int(
      positive(window_frames, 'window_frames', _LONGEST_WINDOW)
    )
    self._hop_frames = int(hop_frames or window_frames)
    positive(self._hop_frames, 'hop_frames', time_grid.MOST_FRAMES)
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
    """MIDI pitch of each row that `sounding_and_struck` has."""
    return self._pitches

  @property
  @abc.abstractmethod
  def pitch_blocks(self) -> tuple[int, ...]:
    """How many neighbouring columns are a semitone apart, block by block.

    The blocks stand side by side from the first column on. A window is
    transposed by moving each of them; columns behind them stay. Empty if it
    cannot be transposed so.
    """

  @property
  def depth(self) -> int:
    """Columns of a roll."""
    return self._depth

  @property
  def frames_per_second(self) -> float:
    return self._grid.frames_per_second

  @property
  def grid(self) -> TimeGrid:
    """When frames are."""
    return self._grid

  @property
  def window_frames(self) -> int:
    return self._window_frames

  @property
  def hop_frames(self) -> int:
    return self._hop_frames

  def settings(self) -> dict[str, Any]:
    """The constructor's arguments that make this converter again, a dict."""
    return {
      'frames_per_second': self._grid.frames_per_second,
      'window_frames': self._window_frames,
      'hop_frames': self._hop_frames,
      'max_windows_per_song': self._max_windows_per_song,
      'keep_silent_windows': self._keep_silent_windows,
      'holdout_fraction': self._holdout_fraction,
      'frames_per_beat': self._grid.frames_per_beat,
      'qpm': self._grid.qpm,
      'align': self._align,
    }

  def replace(self: Roll, **settings: Any) -> Roll:
    """A converter like this one but for the given settings."""
    return type(self)(**{**self.settings(), **settings})

  @abc.abstractmethod
  def _is_ours(self, note: NoteSequence.Note) -> bool:
    """Whether a note is of the kind that this roll holds."""

  @abc.abstractmethod
  def coverage(self, note_sequence: NoteSequence) -> Coverage:
    """Counts this roll's kind of notes with and without a column."""

  @abc.abstractmethod
  def to_roll(self, note_sequence: NoteSequence) -> np.ndarray:
    """The whole piece as a roll, sized `[num_frames, depth]`."""

  @abc.abstractmethod
  def from_roll(self, roll: np.ndarray) -> NoteSequence:
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

  def off_grid(self, note_sequence: NoteSequence) -> float:
    """The share of notes that start over 12 ms from every frame.

    Of a grid by the beat it says how freely a piece is played.

    Args:
      note_sequence: The piece.

    Returns:
      From 0.0 to 1.0; 0.0 of no notes.
    """
    starts = np.array(
      [n.start_time for n in note_sequence.notes if self._is_ours(n)]
    )
    frames = self._grid.nearest(starts, note_sequence)
    away = np.abs(self._grid.seconds(frames, note_sequence) - starts)
    return float(np.mean(away > _OFF_GRID)) if len(starts) else 0.0

  def starts_and_roll(
    self, note_sequence: NoteSequence
  ) -> tuple[np.ndarray, np.ndarray]:
    """Where the present mode's windows of a piece begin, and the whole piece.

    A piece shorter than a window is padded with silence to one. Of a longer
    one, the frames behind the last whole window are left out. A piece of notes
    none of which has a column gives no window; one without notes, as a model
    may generate, is silence for its `total_time`.

    Args:
      note_sequence: The piece.

    Returns:
      First frames, an int array sized `[num_windows]`, and the roll, sized
      `[num_frames, depth]`; a window is `roll[start : start + window_frames]`.

    Raises:
      InputError: If the piece lasts over 24 hours.
    """
    roll = self.to_roll(note_sequence)
    if not note_sequence.notes:
      silence = int(self._grid.nearest(note_sequence.total_time, note_sequence))
      roll = np.zeros([silence, self._depth], bool)
    elif not roll.any():
      return np.zeros([0], int), roll
    starts = self.window_starts(roll, self._lines(note_sequence, len(roll)))
    T = self._window_frames
    if len(starts) and len(roll) < T:
      roll = np.pad(roll, [(0, T - len(roll)), (0, 0)])
    return starts, roll

  def windows(
    self, note_sequence: NoteSequence
  ) -> tuple[np.ndarray, list[np.ndarray]]:
    """The windows of `starts_and_roll`, and where they begin.

    Args:
      note_sequence: The piece.

    Returns:
      First frames, an int array sized `[num_windows]`, and a list of windows,
      each sized `[window_frames, depth]`.

    Raises:
      InputError: If the piece lasts over 24 hours.
    """
    starts, roll = self.starts_and_roll(note_sequence)
    return starts, [roll[s : s + self._window_frames] for s in starts]

  def from_tensors(
    self, samples: Iterable[np.ndarray], controls: None = None
  ) -> list[NoteSequence]:
    """Converts rolls of zeros and ones into NoteSequences, one each.

    Args:
      samples: Rolls of any number of frames, each sized `[num_frames, depth]`.
      controls: Unused.

    Returns:
      A list of NoteSequences, each as long as its roll.
    """
    del controls
    return [self.from_roll(np.asarray(sample) > 0.5) for sample in samples]

  def _lines(
    self, note_sequence: NoteSequence, num_frames: int
  ) -> np.ndarray | None:
    """The beats or bar lines that windows begin on; None for any frame."""
    if self._align == 'bar':
      return self._grid.bar_lines(note_sequence, num_frames)
    if self._align == 'beat':
      return np.arange(0, num_frames, self._grid.frames_per_beat)
    return None

  def _starts_until(self, last: int, lines: np.ndarray | None) -> np.ndarray:
    if lines is None:
      return np.arange(0, last + 1, self._hop_frames)
    return time_grid.at_least_apart(lines[lines <= last], self._hop_frames)

  def all_starts(
    self, note_sequence: NoteSequence, num_frames: int
  ) -> np.ndarray:
    """Where windows of a piece may begin, whatever is left out of them.

    Silent windows are among them, and those that reach over the piece's end.

    Args:
      note_sequence: The piece.
      num_frames: Frames of its roll.

    Returns:
      First frames below `num_frames`, an int array, ascending.
    """
    lines = self._lines(note_sequence, num_frames)
    return self._starts_until(num_frames - 1, lines)

  def window_starts(
    self, roll: np.ndarray, lines: np.ndarray | None = None
  ) -> np.ndarray:
    """First frames of the windows that the present mode makes of a roll.

    Args:
      roll: Sized `[num_frames, depth]`.
      lines: (Optional) The frames at which a window may begin, ascending; all
        by default.

    Returns:
      An int array.
    """
    T = self._window_frames
    if not len(roll):
      return np.zeros([0], int)
    starts = self._starts_until(max(0, len(roll) - T), lines)
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


def positive(value: Any, name: str, most: float = math.inf) -> Any:
  """The value; InputError if it is not above 0, or is too large."""
  if not 0 < value < math.inf:
    raise InputError(f'{name} is {value}; it must be a number above 0')
  if value > most:
    raise InputError(f'{name} is {value}; it must be at most {most:.0f}')
  return value


def _checked_grid(
  frames_per_second: float, frames_per_beat: int, qpm: float, align: str
) -> TimeGrid:
  if align not in ALIGNS:
    raise InputError(f'align is {align!r}; it is one of {", ".join(ALIGNS)}')
  if not frames_per_beat:
    if align != 'frame':
      raise InputError(
        f'align is {align!r}, and frames are by the clock; give '
        'frames_per_beat as well, as frames_per_beat=4'
      )
    rate = positive(frames_per_second, 'frames_per_second', _MOST_A_SECOND)
    return TimeGrid(float(rate))
  positive(frames_per_beat, 'frames_per_beat', _MOST_A_BEAT)
  qpm = positive(qpm, 'qpm', _FASTEST)
  return TimeGrid.by_the_beat(int(frames_per_beat), float(qpm))
