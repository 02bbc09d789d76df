# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The windows of some songs at their means: what a page's map shows.

A model that comes with the package brings along those of the music it was
trained on, so that its page needs no music: a file `map.npz` beside the
checkpoint. It may hold the songs' notes too, and the heat of the map, which
takes long to decode.

The file is to be small. Means that are the codes of the prior beside it are not
kept twice. Of the notes it has how far apart their changes are, and of the heat
how its cells differ; the bytes of both are sorted by significance.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from typing import Any
from typing import Literal
from typing import NamedTuple

import numpy as np

from magenta_vrae import files
from magenta_vrae.errors import InputError
from magenta_vrae.inference import prior as prior_lib

FILE_NAME = 'map.npz'

_MOST_BYTES = 400 * 2**20
_MOST_NOTES = 2**27  # Numbers of all rolls together; each is a byte in memory.
_HEAT_STEPS = 2**10 - 1  # Finer than colours and contours show.


_ORDERS: tuple[Literal['C', 'F'], ...] = ('C', 'F')
_REQUIRED = ('titles', 'counts', 'starts', 'spans')
_OPTIONAL = (
  'means',
  *('frames', 'depth', 'order', 'notes'),
  *('heat', 'heat_shape', 'heat_low', 'heat_step'),
  'music',
)


class SongWindows(NamedTuple):
  """The windows of some songs, song by song.

  Attributes:
    songs: Dicts with `title` and `windows`, how many windows the song has.
    starts: First frames of the windows, sized `[num_windows]`.
    spans: When they begin and end in seconds, sized `[num_windows, 2]`.
    means: Their means, sized `[num_windows, z_size]`.
    rolls: The notes of each song, of zeros and ones, sized
      `[num_frames, depth]`; None where they are not known.
    heat: What the map decodes to, as `gather.Exploration` has it; None where
      that is not known.
    music: Whose music it is, and on what terms it may be passed on; or ''.
  """

  songs: list[dict[str, Any]]
  starts: np.ndarray
  spans: np.ndarray
  means: np.ndarray
  rolls: list[np.ndarray] | None = None
  heat: np.ndarray | None = None
  music: str = ''

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
      None if self.rolls is None else self.rolls[:num],
      music=self.music,
    )


def save(windows: SongWindows, folder: str) -> str:
  """Writes `map.npz` into a folder, whole or not at all; returns its path.

  Means are kept in half precision.
  """
  path = os.path.join(folder, FILE_NAME)
  arrays: dict[str, Any] = {
    'titles': np.array([song['title'] for song in windows.songs], str),
    'counts': np.array([song['windows'] for song in windows.songs], np.int32),
    'starts': windows.starts.astype(np.int32),
    'spans': windows.spans.astype(np.float32),
  }
  means = windows.means.astype(np.float16)
  codes = _codes(folder, means.shape[1])
  if codes is None or not np.array_equal(codes.astype(np.float16), means):
    arrays['means'] = means
  if windows.rolls is not None:
    arrays.update(_changes(windows.rolls))
  if windows.heat is not None:
    arrays.update(_steps(windows.heat))
  if windows.music:
    arrays['music'] = np.array(windows.music)
  with files.whole(path) as temporary, open(temporary, 'wb') as f:
    np.savez(f, **arrays)
  return path


def _codes(folder: str, z_size: int) -> np.ndarray | None:
  prior = prior_lib.load(folder, z_size)
  return None if prior is None else prior.codes


def _changes(rolls: list[np.ndarray]) -> dict[str, np.ndarray]:
  """Rolls as gaps between numbers that differ from the frame before.

  They go frame by frame or column by column, whichever compresses better.
  """
  roll = np.concatenate(rolls).astype(bool)
  differs = roll.copy()
  differs[1:] ^= roll[:-1]
  orders = [
    np.diff(np.flatnonzero(differs.ravel(order)), prepend=0).astype('<u4')
    for order in _ORDERS
  ]
  sizes = [len(zlib.compress(_planes(gaps).tobytes())) for gaps in orders]
  best = int(np.argmin(sizes))
  return {
    'frames': np.array([len(of_song) for of_song in rolls], np.int32),
    'depth': np.array(roll.shape[1], np.int32),
    'order': np.array(best, np.int32),
    'notes': _planes(orders[best]),
  }


def _steps(heat: np.ndarray) -> dict[str, np.ndarray]:
  """Heat in even steps from the least to the most of each quantity."""
  low, high = heat.min(axis=(1, 2)), heat.max(axis=(1, 2))
  size = np.maximum(high - low, 1e-9) / _HEAT_STEPS
  steps = np.rint((heat - low[:, None, None]) / size[:, None, None]).astype(int)
  differences = np.diff(np.diff(steps, axis=2, prepend=0), axis=1, prepend=0)
  return {
    # 0, -1, 1, -2 ... as 0, 1, 2, 3 ..., so that high bytes are 0.
    'heat': _planes(((differences << 1) ^ (differences >> 63)).astype('<u4')),
    'heat_shape': np.array(heat.shape, np.int32),
    'heat_low': low.astype(np.float64),
    'heat_step': size.astype(np.float64),
  }


def _planes(values: np.ndarray) -> np.ndarray:
  """Bytes by significance, sized `[4, n]`."""
  return np.frombuffer(values.tobytes(), np.uint8).reshape(-1, 4).T


def _from_planes(planes: np.ndarray) -> np.ndarray:
  if planes.dtype != np.uint8 or planes.ndim != 2 or len(planes) != 4:
    raise ValueError('notes or heat are not bytes sized [4, n]')
  return np.frombuffer(planes.T.tobytes(), '<u4').astype(np.int64)


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
    if 'means' not in arrays:
      codes = _codes(folder, z_size)
      if codes is None:
        raise ValueError('it has no means, and no prior is beside it')
      arrays['means'] = codes
    return _checked(arrays, z_size)
  # A broken file makes zipfile and NumPy raise almost anything.
  except Exception as e:
    raise InputError(
      f'the map {path!r} is damaged ({e}); give music as --examples_path'
    ) from e


def _read(path: str) -> dict[str, np.ndarray]:
  with zipfile.ZipFile(path) as archive:
    # What unpacks to more than it says stops where it said; see zipfile.
    if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
      raise ValueError(f'it unpacks to over {_MOST_BYTES} bytes')
  with np.load(path, allow_pickle=False) as archive:
    known = set(archive.files)
    # Maps of earlier versions hold less.
    names = [*_REQUIRED, *(name for name in _OPTIONAL if name in known)]
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
  return SongWindows(
    songs,
    starts,
    spans.astype(np.float64),
    means,
    _rolls(arrays, len(songs)),
    _heat(arrays),
    str(arrays.get('music', '')),
  )


def _rolls(
  arrays: dict[str, np.ndarray], num_songs: int
) -> list[np.ndarray] | None:
  if 'notes' not in arrays:
    return None
  frames, depth = arrays['frames'], int(arrays['depth'])
  starts, counts = arrays['starts'], arrays['counts']
  if (
    frames.shape != (num_songs,)
    or frames.dtype.kind not in 'iu'
    or starts.dtype.kind not in 'iu'
    or np.any(starts < 0)
    or np.any(starts > np.repeat(frames, counts))
  ):
    raise ValueError('frames are not those of its songs')
  num_frames = int(frames.sum(dtype=np.int64))
  if not 0 < num_frames * depth <= _MOST_NOTES:
    raise ValueError(f'its notes are not 1 to {_MOST_NOTES} numbers')
  changes = np.cumsum(_from_planes(arrays['notes']))
  flat = np.zeros(num_frames * depth, bool)
  if len(changes) and changes[-1] >= len(flat):
    raise ValueError('its notes are longer than its songs')
  flat[changes] = True
  order = _ORDERS[int(arrays['order']) % len(_ORDERS)]
  differs = flat.reshape([num_frames, depth], order=order)
  roll = np.logical_xor.accumulate(differs, axis=0)
  return np.split(roll, np.cumsum(frames)[:-1])


def _heat(arrays: dict[str, np.ndarray]) -> np.ndarray | None:
  if 'heat' not in arrays:
    return None
  shape, low, size = (
    arrays[f'heat_{name}'] for name in ('shape', 'low', 'step')
  )
  if shape.shape != (3,) or not low.shape == size.shape == (shape[0],):
    raise ValueError('heat_low and heat_step are not those of heat')
  folded = _from_planes(arrays['heat']).reshape(shape)
  differences = (folded >> 1) ^ -(folded & 1)
  steps = differences.cumsum(axis=1).cumsum(axis=2)
  heat = low[:, None, None] + steps * size[:, None, None]
  if not np.all(np.isfinite(heat)):
    raise ValueError('heat is not of finite numbers')
  return heat
