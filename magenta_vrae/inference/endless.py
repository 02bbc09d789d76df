# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Music of any length, at the same cost for each frame.

Each window starts half-way through the one before, as in experiment 2 of the
paper, and has a z of its own. The free run was trained on one window, so a z
has a free run of one window. Over each half window the logits of two neighbours
are faded into each other, and so are their z. The recurrence that is told the
frames goes on over every seam. So nothing decays, and nothing begins anew.
"""

from __future__ import annotations

import itertools
from typing import Iterable
from typing import Iterator
from typing import NamedTuple

import numpy as np

from magenta_vrae.inference.emission import Emission
from magenta_vrae.inference.numpy_model import RestoredVrae

# Half windows whose free runs are computed at once, of all sequences.
_AT_ONCE = 16


class Window(NamedTuple):
  """What a stretch of music has of one z.

  Attributes:
    z: Sized `[n, z_size]`.
    free: The free run's logits, two half windows, sized `[n, 2 * half, D]`.
  """

  z: np.ndarray
  free: np.ndarray


def half_window(window_frames: int) -> int:
  """Frames from one z to the next."""
  return max(1, window_frames // 2)


def compose(
  model: RestoredVrae,
  zs: Iterable[np.ndarray],
  num_frames: int,
  emission: Emission,
  told: np.ndarray | None = None,
) -> np.ndarray:
  """Plays along a way of z.

  Args:
    model: A model with an autoregressive decoder.
    zs: The z of one half window after another, each sized `[n, z_size]`; as
      many as are needed are taken.
    num_frames: Frames to play.
    emission: How logits become notes.
    told: (Optional) Frames that come before, sized `[n, num_told, depth]`: they
      are told and not played. The first z are theirs.

  Returns:
    Frames of zeros and ones, sized `[n, num_frames, depth]`.
  """
  decoder = model.autoregressive
  if decoder is None:
    raise TypeError('this needs a model that hears what it plays')
  num_told = 0 if told is None else told.shape[1]
  at, played, done = None, [], 0
  for z, free in faded(model, zs):
    if at is None:
      at = decoder.begin(z[:, 0])
    count = min(free.shape[1], num_told + num_frames - done)
    split = min(max(num_told - done, 0), count)
    if told is not None and split:
      prepared = decoder.prepare(free[:, :split], z[:, :split])
      at, _ = decoder.tell(at, prepared, told[:, done : done + split])
    if split < count:
      prepared = decoder.prepare(free[:, split:count], z[:, split:count])
      at, _, frames = decoder.play(at, prepared, emission)
      played.append(frames)
    done += count
    if done == num_told + num_frames:
      break
  return np.concatenate(played, axis=1)


def faded(
  model: RestoredVrae, zs: Iterable[np.ndarray]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
  """Of each half window, z and the free run's logits, neighbours faded.

  Yields:
    z and logits, sized `[n, half, z_size]` and `[n, half, depth]`.
  """
  half = half_window(model.data_converter.window_frames)
  before = None
  for z, free in _free(model, zs, 2 * half):
    window = Window(z, free)
    yield shared_half(before, window)
    before = window


def shared_half(
  before: Window | None, window: Window
) -> tuple[np.ndarray, np.ndarray]:
  """What the half window has that two neighbours share.

  Args:
    before: The window whose second half it is; None at the beginning.
    window: The window whose first half it is.

  Returns:
    z and logits, sized `[n, half, z_size]` and `[n, half, D]`: those of the
    first are faded into those of the second.
  """
  half = window.free.shape[1] // 2
  z_each = np.repeat(window.z[:, np.newaxis], half, axis=1)
  if before is None:
    return z_each, window.free[:, :half]
  share = ((np.arange(half) + 0.5) / half).astype(np.float32)[:, np.newaxis]
  return (
    (1.0 - share) * before.z[:, np.newaxis] + share * z_each,
    (1.0 - share) * before.free[:, half:] + share * window.free[:, :half],
  )


def _free(
  model: RestoredVrae, zs: Iterable[np.ndarray], num_frames: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
  """Each z, and the free run's logits, `[n, num_frames, depth]`.

  They are computed for several z at once: that takes little longer than for one
  of them. Of many sequences one has enough, and several would fill the memory.
  """
  zs = (np.asarray(z, np.float32) for z in zs)
  for z in zs:
    more = _AT_ONCE // max(1, len(z)) - 1
    some = [z, *itertools.islice(zs, max(0, more))]
    free = model.free_logits(np.concatenate(some), num_frames)
    yield from zip(some, np.split(free, len(some)))
