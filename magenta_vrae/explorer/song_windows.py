# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reads songs for the map: every window of them at its mean."""

from __future__ import annotations

import collections
import copy
import os
from typing import Any
from typing import Iterable

import numpy as np

from magenta_vrae.data import examples
from magenta_vrae.data import rolls
from magenta_vrae.explorer import own_map
from magenta_vrae.inference import restored
from magenta_vrae.progress import Progress
from magenta_vrae.stand_ins.note_sequence import NoteSequence


def read(
  config: Any,
  model: restored.Restored,
  examples_path: str | Iterable[NoteSequence],
  most_windows: int | None = None,
) -> own_map.SongWindows:
  """Every window of every piece at its mean; pieces without one are left out.

  Args:
    config: Of the model. It is not changed.
    model: The model.
    examples_path: A path or glob pattern of TFRecords, or pieces; as
      `examples.pieces_of` takes it.
    most_windows: No piece is read that comes after so many; by default all are.

  Raises:
    InputError: If it cannot be read, or has no note the model can hold.
  """
  converter = copy.deepcopy(config.data_converter)
  converter.set_mode('infer')
  songs, starts, spans, means, notes = [], [], [], [], []
  without = []
  kept = dropped = num_windows = 0
  progress = Progress(None, 'piece')
  for number, sequence in enumerate(examples.pieces_of(examples_path), 1):
    if most_windows is not None and num_windows >= most_windows:
      break
    of_piece, windows = converter.windows(sequence)
    coverage = converter.coverage(sequence)
    kept, dropped = kept + coverage.kept, dropped + coverage.dropped
    title = _title(sequence, number)
    if windows:
      songs.append({'title': title, 'windows': len(windows)})
      num_windows += len(windows)
      starts.append(of_piece)
      edges = np.stack([of_piece, of_piece + converter.window_frames], axis=1)
      spans.append(converter.grid.seconds(edges, sequence))
      means.append(model.posterior(np.array(windows)).mu)
      notes.append(converter.to_roll(sequence))
      progress.update(number, title)
    else:
      without.append(title)
  progress.close()
  if not songs:
    if not without:
      raise examples.no_piece(examples_path)
    raise examples.why_no_window(
      examples_path, converter, rolls.Coverage(kept, dropped)
    )
  _say_left_out(progress, without, kept, dropped)
  _tell_apart(songs)
  return own_map.SongWindows(
    songs,
    np.concatenate(starts),
    np.concatenate(spans),
    np.concatenate(means),
    notes,
  )


def _say_left_out(
  progress: Progress, without: list[str], kept: int, dropped: int
) -> None:
  for title in without:
    progress.message(f'left out  {title}: no note that the model can hold')
  if dropped:
    progress.message(
      f'{dropped / (kept + dropped):.1%} of the notes are at pitches without a '
      'column and left out'
    )


def _title(sequence: NoteSequence, number: int) -> str:
  name = os.path.basename(sequence.filename)
  if name.lower().endswith('.abc') and sequence.sequence_metadata.title:
    # A file may hold many tunes.
    return sequence.sequence_metadata.title
  return os.path.splitext(name)[0] or f'Piece {number}'


def _tell_apart(songs: list[dict]) -> None:
  """Numbers the songs that share a title."""
  counts = collections.Counter(song['title'] for song in songs)
  seen: collections.Counter = collections.Counter()
  for song in songs:
    title = song['title']
    seen[title] += 1
    if counts[title] > 1:
      song['title'] = f'{title} ({seen[title]})'
