# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a TFRecord of NoteSequences holds, seen through a data converter."""

from __future__ import annotations

import collections
import time
from typing import NamedTuple

import numpy as np

from magenta_vrae.data import records
from magenta_vrae.data.converters import Coverage
from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib


class Survey(NamedTuple):
  """Counts of a dataset.

  Attributes:
    num_pieces: NoteSequences read.
    num_windows: Examples that the converter makes of them.
    num_bytes: What these examples' tensors take in memory.
    coverage: A `Coverage` of their notes; None if the converter has none.
    is_whole: Whether the dataset ends there; False if it was too long to read.
    independent_bernoulli: Log p of these windows per time step, in nats, when
      each column sounds by its own share of all frames: what a model says that
      knows no more than that. None if there are no windows, or the converter's
      frames are not of zeros and ones.
  """

  num_pieces: int
  num_windows: int
  num_bytes: int
  coverage: Coverage | None
  is_whole: bool
  independent_bernoulli: float | None


def read_examples(examples_path, limits=limits_lib.DEFAULT):
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


def survey(
  examples_path,
  data_converter,
  mode,
  limits=limits_lib.DEFAULT,
  seconds=None,
  least=0,
):
  """Counts what a converter makes of a dataset, one piece at a time.

  Args:
    examples_path: A path or glob pattern of TFRecords.
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
  num_pieces = num_windows = num_bytes = kept = dropped = 0
  counts_notes = hasattr(data_converter, 'coverage')
  is_whole = True
  sounding = _Sounding()
  start = time.monotonic()
  for note_sequence in read_examples(examples_path, limits):
    late = seconds is not None and time.monotonic() - start > seconds
    if late and num_pieces and num_windows >= least:
      is_whole = False
      break
    num_pieces += 1
    tensors = data_converter.to_tensors(note_sequence)
    num_windows += len(tensors.inputs)
    for frames in tensors.outputs:
      sounding.add(frames)
    for part in (tensors.inputs, tensors.outputs, tensors.controls):
      num_bytes += sum(np.asarray(tensor).nbytes for tensor in part)
    if counts_notes:
      coverage = data_converter.coverage(note_sequence)
      kept, dropped = kept + coverage.kept, dropped + coverage.dropped
  if not num_pieces:
    raise InputError(
      f'{examples_path!r} holds no NoteSequence; '
      'make it anew with vrae_create_dataset'
    )
  return Survey(
    num_pieces,
    num_windows,
    num_bytes,
    Coverage(kept, dropped) if counts_notes else None,
    is_whole,
    sounding.independent_bernoulli() if counts_notes else None,
  )


class _Sounding:
  """In how many frames each column sounds, added up window by window."""

  def __init__(self) -> None:
    self._counts: np.ndarray | int = 0
    self._num_frames = 0

  def add(self, frames: np.ndarray) -> None:
    """Adds a window, sized `[window_frames, depth]`."""
    self._counts = self._counts + np.sum(frames, axis=0)
    self._num_frames += len(frames)

  def independent_bernoulli(self) -> float | None:
    """As `Survey` has it; with a frame of each kind more, as inference has."""
    if not self._num_frames:
      return None
    share = (self._counts + 1.0) / (self._num_frames + 2.0)
    sounding = self._counts / self._num_frames
    return float(
      np.sum(sounding * np.log(share) + (1.0 - sounding) * np.log1p(-share))
    )


class Windows(collections.namedtuple('Windows', ['frames', 'songs'])):
  """The examples of a dataset, in memory.

  Attributes:
    frames: A bool array sized `[num_windows, window_frames, depth]`.
    songs: The file name of each window's piece, a list.
  """


def windows(examples_path, data_converter, mode, every=1):
  """Converts a whole dataset into windows.

  Args:
    examples_path: A path or glob pattern of TFRecords.
    data_converter: One of this package's converters. Its mode is set.
    mode: 'train', 'eval' or 'infer'.
    every: Of each piece's windows, to take every so many-th.

  Returns:
    `Windows`.

  Raises:
    InputError: As `read_examples`, and if there is not one window.
  """
  data_converter.set_mode(mode)
  frames, songs = [], []
  for note_sequence in read_examples(examples_path):
    inputs = data_converter.to_tensors(note_sequence).inputs[::every]
    frames += inputs
    songs += [note_sequence.filename] * len(inputs)
  if not frames:
    raise InputError(f'{examples_path!r} makes no window in {mode} mode')
  return Windows(np.array(frames), songs)
