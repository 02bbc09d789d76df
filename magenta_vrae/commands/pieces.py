# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The pieces that a command is given: a folder of music, or TFRecords."""

from __future__ import annotations

import os

from magenta_vrae.data import examples
from magenta_vrae.errors import InputError
from magenta_vrae.progress import Progress
from magenta_vrae.reading import music_files


class Source:
  """Pieces, one after the other, with progress.

  Attributes:
    num_skipped: Files that could not be read so far.

  Args:
    path: A folder of music files, or a path or pattern of TFRecords.
    limits: The `Limits` of each piece.

  Raises:
    InputError: If there is no such thing.
  """

  def __init__(self, path, limits):
    self._path, self._limits = path, limits
    self._files = music_files.find(path, True) if os.path.isdir(path) else None
    self._progress = Progress(
      self._files and len(self._files), 'file' if self._files else 'piece'
    )
    self.num_skipped = self._num_windows = 0

  def __iter__(self):
    for done, piece in enumerate(self._pieces()):
      yield piece
      if not self._files:
        self._show(done + 1)
    self._progress.close()

  def _pieces(self):
    if self._files is None:
      yield from examples.read_examples(self._path, self._limits)
      return
    for done, file in enumerate(self._files):
      try:
        yield from music_files.read(file, self._path, self._limits)
      except InputError as e:
        self.num_skipped += 1
        self._progress.message(f'skipped  {file}: {e}')
      self._show(done + 1)

  def count(self, num_windows):
    """Has the progress tell how many windows were encoded until now."""
    self._num_windows = num_windows

  def _show(self, done):
    self._progress.update(done, f'{self._num_windows} windows')
