# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The music that --examples_path names: a folder, a music file, TFRecords."""

from __future__ import annotations

import contextlib
import os
from typing import Iterator

from magenta_vrae.data import examples
from magenta_vrae.data import records
from magenta_vrae.plural import plural
from magenta_vrae.progress import Progress
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading import music_files
from magenta_vrae.reading import parser_pool
from magenta_vrae.stand_ins.note_sequence import NoteSequence

WHAT = (
  'a folder of music files, a music file, or a path or pattern of the '
  'TFRecords that vrae_create_dataset writes'
)


class Source:
  """Pieces, one after the other, with progress.

  Attributes:
    path: What was given.
    num_skipped: Files that could not be read so far.

  Args:
    path: A folder of music files, a music file, or a path or pattern of
      TFRecords.
    limits: The `Limits` of each piece.
    is_kept: Whether parsed files stay in memory, so that a second pass does not
      parse them again. Give False for one pass through a large folder.

  Raises:
    InputError: If there is no such thing.
  """

  def __init__(
    self,
    path: str,
    limits: limits_lib.Limits = limits_lib.DEFAULT,
    is_kept: bool = True,
  ) -> None:
    self.path, self._limits, self._is_kept = path, limits, is_kept
    self._folder, self._files = _music_files(path)
    self._records = records.files_of(path) if self._files is None else []
    self._progress: Progress | None = None
    self._kept: list[NoteSequence] | None = None
    self.num_skipped = self._num_windows = 0

  def __str__(self) -> str:
    return self.path

  def file_paths(self) -> list[str]:
    """The files that it reads."""
    if self._files is None:
      return self._records
    return [os.path.join(self._folder, name) for name in self._files]

  def __iter__(self) -> Iterator[NoteSequence]:
    if self._files is None:
      return self._of_records()
    # Music files that are kept are parsed once, whatever the number of passes.
    return self._of_files() if self._kept is None else iter(self._kept)

  def _of_records(self) -> Iterator[NoteSequence]:
    self._progress = Progress(None, 'piece')
    pieces = examples.read_examples(self.path, self._limits)
    for done, piece in enumerate(pieces, 1):
      yield piece
      self._show(done)
    self._progress.close()

  def _of_files(self) -> Iterator[NoteSequence]:
    files = self._files or []
    kept: list[NoteSequence] = []
    self._progress = Progress(len(files), 'file')
    results = parser_pool.read_all(files, self._folder, self._limits)
    with contextlib.closing(results):
      for done, result in enumerate(results, 1):
        if result.skipped:
          self.num_skipped += 1
          name = music_files.shown(result.path)
          self._progress.message(f'skipped  {name}: {result.skipped}')
        if self._is_kept:
          kept += result.sequences
        yield from result.sequences
        self._show(done)
    self._progress.close()
    if self._is_kept:
      self._kept = kept

  def count(self, num_windows: int) -> None:
    """Has the progress tell how many windows were encoded until now."""
    self._num_windows = num_windows

  def _show(self, done: int) -> None:
    if self._progress:
      note = plural(self._num_windows, 'window') if self._num_windows else ''
      self._progress.update(done, note)


def is_music(path: str) -> bool:
  """Whether a path is a folder or a music file, and not TFRecords."""
  return _music_files(path)[1] is not None


def _music_files(path: str) -> tuple[str, list[str] | None]:
  """A folder and the music files in it; None in their place for TFRecords."""
  if os.path.isdir(path):
    return path, music_files.find(path, True)
  extension = os.path.splitext(path)[1].lower()
  if extension in music_files.KINDS and os.path.isfile(path):
    folder, name = os.path.split(path)
    return folder, [name]
  return '', None
