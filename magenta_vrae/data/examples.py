# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a TFRecord of NoteSequences holds, seen through a data converter."""

from __future__ import annotations

import os
import time
from typing import Any
from typing import Iterable
from typing import Iterator
from typing import NamedTuple

import numpy as np

from magenta_vrae.data import records
from magenta_vrae.data.band import BandRoll
from magenta_vrae.data.music_fit import MusicFit
from magenta_vrae.data.pitch_rolls import DrumRoll
from magenta_vrae.data.rolls import Coverage
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading import music_files
from magenta_vrae.stand_ins.note_sequence import NoteSequence


class Survey(NamedTuple):
  """Counts of a dataset.

  Attributes:
    num_pieces: NoteSequences read.
    num_windows: Examples that the converter makes of them.
    num_bytes: What these examples' tensors take in memory.
    coverage: A `Coverage` of their notes; None if the converter has none.
    is_whole: Whether the dataset ends there; False if it was too long to read.
    independent_bernoulli: Log p of a frame where each column sounds by its own
      share, in nats: what a model knows that knows nothing else. None if the
      converter is Magenta's own, or there is no window.
    fit: How the music fits a band's groups and the beat; None if the converter
      is Magenta's own.
  """

  num_pieces: int
  num_windows: int
  num_bytes: int
  coverage: Coverage | None
  is_whole: bool
  independent_bernoulli: float | None
  fit: MusicFit | None = None


def read_examples(
  examples_path: str, limits: limits_lib.Limits = limits_lib.DEFAULT
) -> Iterator[NoteSequence]:
  """Yields the NoteSequences of the TFRecord files that match a path.

  Args:
    examples_path: A path or glob pattern.
    limits: The `Limits` of each piece.

  Raises:
    InputError: If nothing matches, a file is no TFRecord of NoteSequences, or
      one of them is beyond the limits.
  """
  for file in records.files_of(examples_path):
    yield from records.read_sequences(file, limits)


def pieces_of(
  examples_path: str | Iterable[NoteSequence],
  limits: limits_lib.Limits = limits_lib.DEFAULT,
) -> Iterable[NoteSequence]:
  """The pieces that a path names, or those that are given.

  Args:
    examples_path: A path or glob pattern of TFRecords; or NoteSequences, an
      iterable that `str` names in errors and that can be gone through again.
    limits: The `Limits` of each piece of a path.
  """
  if isinstance(examples_path, str):
    return read_examples(examples_path, limits)
  return examples_path


def survey(
  examples_path: str | Iterable[NoteSequence],
  data_converter: Any,
  mode: str,
  limits: limits_lib.Limits = limits_lib.DEFAULT,
  seconds: float | None = None,
  least: int = 0,
) -> Survey:
  """Counts what a converter makes of a dataset, one piece at a time.

  Args:
    examples_path: As in `pieces_of`.
    data_converter: A `BaseNoteSequenceConverter`. Its mode is set.
    mode: 'train' or 'eval'.
    limits: The `Limits` of each piece.
    seconds: Time after which to read no further; None reads all.
    least: Windows to find first, however long that takes.

  Returns:
    A `Survey`.

  Raises:
    InputError: As `read_examples`, and if the dataset is empty.
  """
  data_converter.set_mode(mode)
  num_pieces = num_windows = num_bytes = 0
  is_ours = isinstance(data_converter, RollConverter)
  fit = MusicFit(data_converter) if is_ours else None
  sounding, is_whole = _Sounding(), True
  start = time.monotonic()
  for note_sequence in pieces_of(examples_path, limits):
    late = seconds is not None and time.monotonic() - start > seconds
    if late and num_pieces and num_windows >= least:
      is_whole = False
      break
    num_pieces += 1
    if fit:
      starts, roll = data_converter.starts_and_roll(note_sequence)
      num_windows += len(starts)
      num_bytes += _num_bytes_held(data_converter, mode, roll, starts)
      sounding.add(roll, starts, data_converter.window_frames)
      fit.add(note_sequence)
    else:
      tensors = data_converter.to_tensors(note_sequence)
      num_windows += len(tensors.inputs)
      for part in (tensors.inputs, tensors.outputs, tensors.controls):
        num_bytes += sum(np.asarray(tensor).nbytes for tensor in part)
  if not num_pieces:
    raise no_piece(examples_path)
  return Survey(
    num_pieces,
    num_windows,
    num_bytes,
    fit.coverage if fit else None,
    is_whole,
    sounding.independent_bernoulli() if fit else None,
    fit,
  )


def _num_bytes_held(
  converter: RollConverter, mode: str, roll: np.ndarray, starts: np.ndarray
) -> int:
  """What a piece takes in the memory of training or evaluation."""
  if mode == 'train':
    # Whole, and for each frame whether a window begins there.
    return roll.nbytes + len(roll)
  # Inputs and outputs, a byte each.
  return 2 * len(starts) * converter.window_frames * converter.depth


def count_windows(
  examples_path: str | Iterable[NoteSequence],
  data_converter: RollConverter,
  mode: str,
) -> int:
  """`Survey.num_windows`, without the time that the rest of it takes.

  Args:
    examples_path: As in `pieces_of`.
    data_converter: One of this package's converters. Its mode is set.
    mode: 'train', 'eval' or 'infer'.

  Raises:
    InputError: As `survey`.
  """
  data_converter.set_mode(mode)
  of_pieces = [
    len(data_converter.starts_and_roll(note_sequence)[0])
    for note_sequence in pieces_of(examples_path)
  ]
  if not of_pieces:
    raise no_piece(examples_path)
  return sum(of_pieces)


class _Sounding:
  """In how many of the windows' frames each column sounds."""

  def __init__(self) -> None:
    self._counts: np.ndarray | int = 0
    self._num_frames = 0

  def add(
    self, roll: np.ndarray, starts: np.ndarray, window_frames: int
  ) -> None:
    """Adds all windows of a roll, sized `[num_frames, depth]`."""
    steps = np.zeros([len(roll) + 1], int)
    np.add.at(steps, starts, 1)
    np.add.at(steps, starts + window_frames, -1)
    windows_over = np.cumsum(steps)[:-1]
    counts = np.einsum('f,fd->d', windows_over, roll)
    self._counts = self._counts + counts
    self._num_frames += len(starts) * window_frames

  def independent_bernoulli(self) -> float | None:
    """As `Survey` has it; with a frame of each kind more, as inference has."""
    if not self._num_frames:
      return None
    share = (self._counts + 1.0) / (self._num_frames + 2.0)
    sounding = self._counts / self._num_frames
    return float(
      np.sum(sounding * np.log(share) + (1.0 - sounding) * np.log1p(-share))
    )


def no_piece(examples_path: object) -> InputError:
  """The error of a dataset without a piece: music files, or TFRecords."""
  path = str(examples_path)
  ending = os.path.splitext(path)[1].lower()
  if os.path.isdir(path) or ending in music_files.KINDS:
    return InputError(
      f'{path!r} holds no music that can be read; give other music'
    )
  return InputError(
    f'{path!r} holds no NoteSequence; make it again with vrae_create_dataset'
  )


def why_no_window(
  examples_path: object,
  converter: RollConverter,
  coverage: Coverage,
  fit: MusicFit | None = None,
) -> InputError:
  """The error of music of which no window can be made.

  Args:
    examples_path: What the music is, as `str` names it.
    converter: The converter that found none.
    coverage: Its count of the music's notes.
    fit: (Optional) How the music fits the groups of a band.
  """
  what = f'{str(examples_path)!r} has no note that the model can hold'
  if isinstance(converter, BandRoll):
    reason = fit.why_nothing_is_kept() if fit else None
    return InputError(f'{what}: {reason or "no group of the band has one"}')
  if not coverage.kept + coverage.dropped:
    if isinstance(converter, DrumRoll):
      return InputError(
        f'{what}: it has no drum notes, and this config holds only drums; '
        'give music with drums (MIDI channel 10), or another config, as '
        '--config=vrae_20d_best'
      )
    return InputError(
      f'{what}: it has only drum notes, and this config holds pitched notes; '
      'give other music, or a config for drums, as --config=vrae_drums_20d'
    )
  low, high = min(converter.pitches), max(converter.pitches)
  return InputError(
    f'{what}: none of its {coverage.dropped} notes is at a pitch with a '
    f'column, MIDI {low} to {high}; give the music it was trained on, or other '
    'pitches by --converter=pitches=[...] (vrae_create_dataset --verbose '
    'suggests some)'
  )


class Windows(NamedTuple):
  """The examples of a dataset, in memory.

  Attributes:
    frames: A bool array sized `[num_windows, window_frames, depth]`.
    songs: The file name of each window's piece, a list.
    begins: Whether it is its piece's first, bools, sized `[num_windows]`;
      pieces of one file have one name.
  """

  frames: np.ndarray
  songs: list[str]
  begins: np.ndarray


def windows(
  examples_path: str | Iterable[NoteSequence],
  data_converter: RollConverter,
  mode: str,
  every: int = 1,
) -> Windows:
  """Converts a whole dataset into windows.

  Args:
    examples_path: As in `pieces_of`.
    data_converter: One of this package's converters. Its mode is set.
    mode: 'train', 'eval' or 'infer'.
    every: Of each piece's windows, to take every so many-th.

  Returns:
    `Windows`.

  Raises:
    InputError: As `read_examples`, and if there is not one window.
  """
  data_converter.set_mode(mode)
  frames, songs, begins = [], [], []
  for note_sequence in pieces_of(examples_path):
    inputs = data_converter.windows(note_sequence)[1][::every]
    if every > 1:
      # Views would keep all that lies between.
      inputs = [window.copy() for window in inputs]
    frames += inputs
    begins += [number == 0 for number in range(len(inputs))]
    songs += [note_sequence.filename] * len(inputs)
  if not frames:
    raise InputError(f'{str(examples_path)!r} makes no window in {mode} mode')
  return Windows(np.array(frames), songs, np.array(begins))
