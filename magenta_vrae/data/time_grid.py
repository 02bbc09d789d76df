# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""When the frames of a roll are: by the clock, or by the beat.

* by the clock: Frame t is at t / frames_per_second seconds. Tempo and metre
  mean nothing.
* by the beat: Frame t is t / frames_per_beat quarter notes into the piece,
  whatever its tempos are. Music made from frames has one tempo, `qpm`.

A grid by the beat has frames_per_second as well: that of music at `qpm`.
"""

from __future__ import annotations

import collections
from typing import Iterable
from typing import NamedTuple

import numpy as np

from magenta_vrae.errors import InputError
from magenta_vrae.stand_ins.note_sequence import DEFAULT_QUARTERS_PER_MINUTE
from magenta_vrae.stand_ins.note_sequence import NoteSequence

_LONGEST_SECONDS = 24 * 60 * 60
# A file of 44 bytes may have millions: 24 hours at 300 a minute.
_MOST_QUARTERS = 24 * 60 * 300
# 24 to a quarter, or 120 a second.
MOST_FRAMES = _MOST_QUARTERS * 24
# Two ways to write one place in seconds differ by less, in frames.
_ROUNDING = 1e-6
_FOUR_QUARTERS = 4.0
# Tempos that music is written at, in quarters a minute.
SLOWEST, FASTEST = 10.0, 1000.0


class TimeGrid(NamedTuple):
  """When frames are.

  Attributes:
    frames_per_second: Rate in Hz; of a grid by the beat, that at `qpm`.
    frames_per_beat: Frames of a quarter note; 0 for a grid by the clock.
    qpm: Quarter notes a minute of music made from frames.
  """

  frames_per_second: float
  frames_per_beat: int = 0
  qpm: float = DEFAULT_QUARTERS_PER_MINUTE

  @classmethod
  def by_the_beat(cls, frames_per_beat: int, qpm: float) -> TimeGrid:
    """A grid of so many frames to a quarter note."""
    return cls(frames_per_beat * qpm / 60.0, frames_per_beat, qpm)

  def places(
    self, seconds: np.ndarray | float, sequence: NoteSequence
  ) -> np.ndarray:
    """Where times of a piece lie, in frames and fractions of them.

    Args:
      seconds: A time, or an array of times.
      sequence: The piece, for its tempos.

    Returns:
      Float64, sized like `seconds`.

    Raises:
      InputError: If a time is over 24 hours, or its tempos make more quarters
        of it than that, or the grid more frames.
    """
    latest = np.max(seconds, initial=0.0)
    if not latest <= _LONGEST_SECONDS:
      raise InputError(
        f'a piece lasts {latest:.0f} s; at most {_LONGEST_SECONDS} s '
        '(24 hours) can be converted'
      )
    if not self.frames_per_beat:
      return _few(
        np.multiply(seconds, self.frames_per_second), 'frames', MOST_FRAMES
      )
    quarters = _Tempos(sequence).quarters(np.asarray(seconds, float))
    _few(quarters, 'quarter notes', _MOST_QUARTERS)
    frames = quarters * self.frames_per_beat + _ROUNDING
    return _few(frames, 'frames', MOST_FRAMES)

  def nearest(
    self, seconds: np.ndarray | float, sequence: NoteSequence
  ) -> np.ndarray:
    """The frames nearest to times; args and errors as in `places`."""
    # Half a frame up is the next frame: np.round would go to the even one.
    return np.floor(self.places(seconds, sequence) + 0.5).astype(int)

  def seconds(
    self, frame: int | np.ndarray, sequence: NoteSequence
  ) -> np.ndarray:
    """When frames of a piece are, in seconds."""
    if not self.frames_per_beat:
      return np.divide(frame, self.frames_per_second)
    quarters = np.divide(frame, self.frames_per_beat)
    return _Tempos(sequence).seconds(quarters)

  def metre(self, bar_frames: int) -> tuple[int, int]:
    """Numerator and denominator of bars that are so many frames long.

    Args:
      bar_frames: Frames of a bar.

    Returns:
      That of the smallest denominator of 4, 8 and 16; 4 and 4 where there is
      none, or no bar, or more beats than a MIDI file can say.
    """
    for denominator in (4, 8, 16):
      whole = 4 * self.frames_per_beat
      beats, rest = divmod(bar_frames * denominator, whole or 1)
      if whole and 0 < beats < 256 and not rest:
        return beats, denominator
    return 4, 4

  def bar_lines(self, sequence: NoteSequence, num_frames: int) -> np.ndarray:
    """The frames at which bars begin, by the piece's time signatures.

    A signature begins a bar where it stands. Without one, bars are of 4/4. Of
    bars shorter than a frame, each frame begins one.

    Args:
      sequence: The piece.
      num_frames: Its length.

    Returns:
      An int array, ascending, below `num_frames`.
    """
    tempos = _Tempos(sequence)
    changes = {0.0: _FOUR_QUARTERS}
    for signature in sorted(sequence.time_signatures, key=lambda s: s.time):
      quarters = 4.0 * signature.numerator / max(1, signature.denominator)
      if quarters > 0:
        time = max(0.0, signature.time)
        changes[float(tempos.quarters(np.array(time)))] = quarters
    frames_per_beat = max(1, self.frames_per_beat)
    end = num_frames / frames_per_beat
    # A file may have bars of any number to a frame.
    changes = {
      start: max(quarters, 1 / frames_per_beat)
      for start, quarters in changes.items()
    }
    places = [*changes, end]
    lines = [
      np.arange(start, min(stop, end) - _ROUNDING, changes[start])
      for start, stop in zip(places, places[1:])
      if start < end
    ]
    frames = np.concatenate([np.zeros(0), *lines]) * self.frames_per_beat
    frames = np.unique(np.floor(frames + 0.5).astype(int))
    return frames[frames < num_frames]

  def nearest_line(
    self, frame: int, sequence: NoteSequence, num_frames: int
  ) -> int:
    """The bar line nearest to a frame, of two the earlier.

    By the clock, and behind the piece's end, it is the frame itself.

    Args:
      frame: The frame.
      sequence: The piece.
      num_frames: Its length.
    """
    if not self.frames_per_beat or frame >= num_frames:
      return frame
    lines = self.bar_lines(sequence, num_frames)
    return int(lines[np.argmin(np.abs(lines - frame))])


def _few(places: np.ndarray, what: str, most: int) -> np.ndarray:
  """Returns places of a piece; InputError if one is too far from its begin."""
  last = np.max(places, initial=0.0)
  if not last <= most:
    raise InputError(
      f'it has {last:.7g} {what}; at most {most} can be converted'
    )
  return places


def at_least_apart(frames: np.ndarray, hop: int) -> np.ndarray:
  """The first of some frames, and each that is `hop` or more behind the last.

  Args:
    frames: Ascending.
    hop: In frames, 1 or more.
  """
  taken: list[int] = []
  for frame in frames.tolist():
    if not taken or frame >= taken[-1] + hop:
      taken.append(frame)
  return np.array(taken, int)


def place_in_bar(frame: int, lines: np.ndarray) -> int:
  """How many frames of its bar come before a frame.

  A piece may begin with less than a bar, an upbeat: a first bar that is shorter
  than the second. Its missing frames count.

  Args:
    frame: The frame.
    lines: Frames at which bars begin, ascending, the first at 0.
  """
  bar = int(np.searchsorted(lines, frame, side='right')) - 1
  if bar == 0 and len(lines) > 2:
    upbeat, second = np.diff(lines[:3]).tolist()
    return frame + max(0, second - upbeat)
  return frame - int(lines[bar]) if bar >= 0 else frame


def main_qpm(sequences: Iterable[NoteSequence]) -> float:
  """The tempo of some pieces: half of their time is slower, half is faster.

  Args:
    sequences: The pieces.

  Returns:
    Quarter notes a minute; MIDI's 120 if they last no time.

  Raises:
    InputError: If a tempo is no number above 0.
  """
  found: list[tuple[float, float]] = []
  for sequence in sequences:
    found += _Tempos(sequence).lasting(sequence.total_time)
  found.sort()
  total = sum(seconds for _, seconds in found)
  passed = 0.0
  for qpm, seconds in found:
    passed += seconds
    if 2.0 * passed >= total > 0.0:
      return qpm
  return DEFAULT_QUARTERS_PER_MINUTE


def qpm_to_write_at(sequences: Iterable[NoteSequence]) -> float:
  """The tempo of some pieces as `main_qpm`, or the nearest that is bearable."""
  return min(max(main_qpm(sequences), SLOWEST), FASTEST)


def main_metre(sequence: NoteSequence) -> tuple[int, int] | None:
  """The metre in which most of a piece's seconds are; of two the earlier.

  The first one may be that of an upbeat alone.

  Args:
    sequence: The piece. Until its first time signature it has 4/4.

  Returns:
    Numerator and denominator; None if the piece does not say.
  """
  found = [
    signature
    for signature in sequence.time_signatures
    if signature.numerator > 0 and signature.denominator > 0
  ]
  if not found:
    return None
  changes = {0.0: (4, 4)}
  # The sort keeps the order of those at one time: the last counts.
  for signature in sorted(found, key=lambda signature: signature.time):
    metre = signature.numerator, signature.denominator
    changes[max(0.0, signature.time)] = metre
  lasting = dict.fromkeys(changes.values(), 0.0)
  ends = [*changes, np.inf]
  for (start, metre), end in zip(changes.items(), ends[1:]):
    lasting[metre] += max(0.0, min(end, sequence.total_time) - start)
  return max(lasting, key=lambda metre: lasting[metre])


def bar_lengths(
  grid: TimeGrid, sequences: Iterable[NoteSequence]
) -> dict[int, int]:
  """How much of some pieces is in bars of each length.

  Args:
    grid: A grid by the beat.
    sequences: The pieces.

  Returns:
    Frames of a bar -> frames in bars of that length, the commonest first.
  """
  found: collections.Counter[int] = collections.Counter()
  for sequence in sequences:
    end = max((note.end_time for note in sequence.notes), default=0.0)
    num_frames = int(grid.nearest(np.array([end]), sequence)[0])
    lengths = np.diff(grid.bar_lines(sequence, num_frames))
    for length, count in zip(*np.unique(lengths, return_counts=True)):
      found[int(length)] += int(length * count)
  return dict(found.most_common())


class _Tempos:
  """The tempos of a piece: seconds to quarter notes and back.

  Args:
    sequence: The piece. Until its first tempo it has MIDI's 120.

  Raises:
    InputError: If a tempo is no number above 0.
  """

  def __init__(self, sequence: NoteSequence) -> None:
    tempos = {0.0: DEFAULT_QUARTERS_PER_MINUTE}
    for tempo in sorted(sequence.tempos, key=lambda t: t.time):
      if not 0.0 < tempo.qpm < np.inf:
        raise InputError(
          f'it has a tempo of {tempo.qpm:g} quarter notes a minute; a tempo is '
          'above 0'
        )
      tempos[max(0.0, tempo.time)] = tempo.qpm
    self._times = np.array(list(tempos))
    self._rates = np.array(list(tempos.values())) / 60.0
    steps = np.diff(self._times) * self._rates[:-1]
    self._quarters = np.concatenate([[0.0], np.cumsum(steps)])
    self._qpms = list(tempos.values())

  def lasting(self, total: float) -> list[tuple[float, float]]:
    """Each tempo, and how many of a piece's seconds it lasts."""
    ends = np.append(self._times[1:], np.inf)
    seconds = np.maximum(np.minimum(ends, total) - self._times, 0.0)
    return list(zip(self._qpms, seconds.tolist()))

  def quarters(self, seconds: np.ndarray) -> np.ndarray:
    """Quarter notes from the beginning to times."""
    part = np.maximum(np.searchsorted(self._times, seconds, 'right') - 1, 0)
    since = seconds - self._times[part]
    return self._quarters[part] + since * self._rates[part]

  def seconds(self, quarters: np.ndarray) -> np.ndarray:
    """The inverse of `quarters`."""
    part = np.searchsorted(self._quarters, quarters, 'right') - 1
    part = np.maximum(part, 0)
    since = quarters - self._quarters[part]
    return self._times[part] + since / self._rates[part]
