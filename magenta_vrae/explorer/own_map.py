# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The windows of some songs at their means: what a page's map shows.

A model that comes with the package brings along those of the music it was
trained on, so that its page needs no music: a file `map.npz` beside the
checkpoint.
"""

from __future__ import annotations

import os
import zipfile
from typing import Any
from typing import NamedTuple

import numpy as np

from magenta_vrae import files
from magenta_vrae.errors import InputError

FILE_NAME = 'map.npz'

_MOST_BYTES = 400 * 2**20


class SongWindows(NamedTuple):
  """The windows of some songs, song by song.

  Attributes:
    songs: Dicts with `title` and `windows`, how many windows the song has.
    starts: First frames of the windows, sized `[num_windows]`.
    spans: When they begin and end in seconds, sized `[num_windows, 2]`.
    means: Their means, sized `[num_windows, z_size]`.
    values: What window_attributes.py measures of their notes, sized
      `[num_attributes, num_windows]`; None where the notes are not known.
  """

  songs: list[dict[str, Any]]
  starts: np.ndarray
  spans: np.ndarray
  means: np.ndarray
  values: np.ndarray | None = None

  def first_songs(self, most_windows: int) -> SongWindows:
    """The first songs that have no more windows together."""
    ends = np.cumsum([song['windows'] for song in self.songs])
    num = int(np.searchsorted(ends, most_windows, side='right'))
    end = int(ends[num - 1]) if num else 0
    return SongWindows(
      self.songs[:num],
      self.starts[:end],
      self.spans[:end],
      self.means[:end],
      None if self.values is None else self.values[:, :end],
    )


def save(windows: SongWindows, folder: str) -> str:
  """Writes `map.npz` into a folder, whole or not at all; returns its path.

  Means are kept in half precision.
  """
  path = os.path.join(folder, FILE_NAME)
  with files.whole(path) as temporary, open(temporary, 'wb') as f:
    np.savez(
      f,
      titles=np.array([song['title'] for song in windows.songs], str),
      counts=np.array([song['windows'] for song in windows.songs], np.int32),
      starts=windows.starts.astype(np.int32),
      spans=windows.spans.astype(np.float32),
      means=windows.means.astype(np.float16),
    )
  return path


def load(folder: str, z_size: int) -> SongWindows | None:
  """Reads the map of an unpacked model.

  Args:
    folder: Where its checkpoint is.
    z_size: Numbers in z of its model.

  Returns:
    The windows; None where there is no map.

  Raises:
    InputError: If the file is damaged, or of another model.
  """
  path = os.path.join(folder, FILE_NAME)
  if not os.path.exists(path):
    return None
  try:
    arrays = _read(path)
    return _checked(arrays, z_size)
  except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as e:
    raise InputError(
      f'the map {path!r} is damaged ({e}); give music as --examples_path'
    ) from e


def _read(path: str) -> dict[str, np.ndarray]:
  with zipfile.ZipFile(path) as archive:
    # What unpacks to more than it says stops where it said; see zipfile.
    if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
      raise ValueError(f'it unpacks to over {_MOST_BYTES} bytes')
  with np.load(path, allow_pickle=False) as archive:
    names = ('titles', 'counts', 'starts', 'spans', 'means')
    return {name: np.asarray(archive[name]) for name in names}


def _checked(arrays: dict[str, np.ndarray], z_size: int) -> SongWindows:
  titles, counts = arrays['titles'], arrays['counts']
  starts, spans = arrays['starts'], arrays['spans']
  means = arrays['means'].astype(np.float32)
  N = len(means)
  if means.shape != (N, z_size) or not np.all(np.isfinite(means)):
    raise ValueError(f'means are not finite numbers sized [n, {z_size}]')
  if starts.shape != (N,) or spans.shape != (N, 2):
    raise ValueError('starts and spans are not those of the means')
  if (
    titles.shape != counts.shape
    or titles.ndim != 1
    or titles.dtype.kind != 'U'
    or counts.dtype.kind not in 'iu'
    or np.any(counts < 1)
    or counts.sum() != N
    or not N
  ):
    raise ValueError('its songs are not those of the means')
  songs = [
    {'title': str(title), 'windows': int(count)}
    for title, count in zip(titles, counts)
  ]
  return SongWindows(songs, starts, spans.astype(np.float64), means)
