# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a window of music is like, in numbers that need no model.

They are counted on notes, as `from_roll` of the converter makes them: a note
that is struck again while it sounds counts anew in a roll with onsets, and a
drum is a note of one frame. A note that sounds on from before a window begins
with the window.

* notes at a time: Sounding cells over frames. Of drums, hits a frame.
* onsets a second: Notes over the window's length.
* note length: The mean, in seconds. Drums have none of their own.
* pitch-class entropy: Of the shares of sounding time that the twelve pitch
  classes have, in bits: 0 for one class, log2 12 = 3.58 for all alike (as
  MusPy's `pitch_class_entropy`, which counts notes instead).
* share in scale: The largest share of sounding time that the seven pitch
  classes of one major scale have, the best of twelve (as `scale_consistency` of
  Mogren 2016, arXiv 1611.09904). A natural minor scale has the same classes as
  its relative major.
* pitches in use, lowest, highest: Different pitches that sound, and the MIDI
  numbers of the outermost.
* repeated notes: Of the notes struck, the share whose pitch was struck as well
  when last anything was struck. Of one voice it is jSymbolic's "Repeated
  Notes", the share of melodic intervals that are unisons (McKay, Cumming &
  Fujinaga 2018); of chords, each note is held against the whole chord before.
  The notes struck first in a window have nothing before them and do not count.

A silent window has zeros throughout.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from magenta_vrae.data.pitch_rolls import DrumRoll
from magenta_vrae.data.rolls import RollConverter

_PITCH_CLASSES = 12
_MAJOR = (0, 2, 4, 5, 7, 9, 11)
_SCALES = np.array(
  [
    [
      (pitch_class - tonic) % _PITCH_CLASSES in _MAJOR
      for pitch_class in range(12)
    ]
    for tonic in range(_PITCH_CLASSES)
  ],
  float,
)

# The columns of `WindowFeatures.values`.
NAMES = (
  'notes at a time',
  'onsets a second',
  'note length (s)',
  'pitch-class entropy (bits)',
  'share in scale',
  'pitches in use',
  'lowest pitch',
  'highest pitch',
  'repeated notes',
)
# Those that say nothing of drums: a hit has no length, a key no pitch.
_OF_PITCHED_NOTES = frozenset(
  ['note length (s)', 'pitch-class entropy (bits)', 'share in scale']
)


class WindowFeatures(NamedTuple):
  """The features of some windows.

  Attributes:
    values: One row a window and one column for each of `NAMES`, float64, sized
      `[num_windows, 9]`.
    profile: The share of sounding time that each pitch class has, C first,
      sized `[num_windows, 12]`. Of drums, of their keys modulo 12.
    lengths: How many notes of 1, 2, ... frames each window has, sized
      `[num_windows, num_frames]`.
    sounds: Which windows have a note, a bool array sized `[num_windows]`.
  """

  values: np.ndarray
  profile: np.ndarray
  lengths: np.ndarray
  sounds: np.ndarray

  def take(self, index: np.ndarray) -> WindowFeatures:
    """Those of some windows, by their indices or a mask."""
    return WindowFeatures(*(part[index] for part in self))


def shown(converter: RollConverter) -> tuple[str, ...]:
  """Those of `NAMES` that say something of a converter's kind of notes."""
  if not isinstance(converter, DrumRoll):
    return NAMES
  return tuple(name for name in NAMES if name not in _OF_PITCHED_NOTES)


def of(frames: np.ndarray, converter: RollConverter) -> WindowFeatures:
  """The features of windows.

  Args:
    frames: Windows of zeros and ones, sized `[num_windows, num_frames, depth]`.
    converter: The converter that made them, or whose model did.

  Returns:
    `WindowFeatures`.
  """
  sounding, struck = converter.sounding_and_struck(frames)
  num_frames = frames.shape[1]
  pitches = np.array(converter.pitches)
  time = sounding.sum(axis=1)  # Of each pitch, in frames.
  cells, notes = time.sum(axis=1), struck.sum(axis=(1, 2))
  used = time > 0
  profile = _over(time @ _one_hot(pitches), cells[:, None])
  logs = np.log2(np.where(profile > 0, profile, 1.0))
  values = [
    cells / num_frames,
    notes * converter.frames_per_second / num_frames,
    _over(cells, notes * converter.frames_per_second),
    -np.sum(profile * logs, axis=1),
    np.max(profile @ _SCALES.T, axis=1),
    used.sum(axis=1),
    np.where(cells, np.min(np.where(used, pitches, 127), axis=1), 0),
    np.max(np.where(used, pitches, 0), axis=1),
    _repeated(struck),
  ]
  return WindowFeatures(
    np.stack(values, axis=1).astype(np.float64),
    profile,
    _length_counts(sounding, struck),
    cells > 0,
  )


def _over(a: np.ndarray, b: np.ndarray) -> np.ndarray:
  """A / b, and 0 where b is 0."""
  return np.where(b > 0, a / np.where(b > 0, b, 1.0), 0.0)


def _one_hot(pitches: np.ndarray) -> np.ndarray:
  """Which pitch class each pitch is of, sized `[num_pitches, 12]`."""
  return (pitches[:, None] % _PITCH_CLASSES == np.arange(12)).astype(float)


def _repeated(struck: np.ndarray) -> np.ndarray:
  """The share of repeated notes of each window, `[n, T, P]` -> `[n]`."""
  T = struck.shape[1]
  moments = np.where(struck.any(axis=2), np.arange(T), -1)
  last = np.maximum.accumulate(moments, axis=1)
  # The last moment before each frame, -1 if there was none.
  before = np.pad(last, [(0, 0), (1, 0)], constant_values=-1)[:, :-1]
  rows = np.arange(len(struck))[:, None]
  known = struck & (before >= 0)[:, :, None]
  again = known & struck[rows, np.maximum(before, 0)]
  return _over(again.sum(axis=(1, 2)), known.sum(axis=(1, 2)))


def _length_counts(sounding: np.ndarray, struck: np.ndarray) -> np.ndarray:
  """How many notes of 1, 2, ... frames there are, `[n, T, P]` -> `[n, T]`."""
  n, T, _ = sounding.shape
  ends = sounding.copy()  # Where a note has its last frame.
  ends[:, :-1] &= ~sounding[:, 1:] | struck[:, 1:]
  # Starts and ends alternate within a pitch, so they pair up in order.
  window, _, start = np.nonzero(struck.transpose(0, 2, 1))
  end = np.nonzero(ends.transpose(0, 2, 1))[2]
  cells = window * T + end - start
  return np.bincount(cells, minlength=n * T).reshape(n, T)
