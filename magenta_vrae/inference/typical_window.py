# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The window that stands for a piece where nobody says which."""

from __future__ import annotations

import numpy as np

from magenta_vrae.data import time_grid

_ROUNDING = 1e-9
_MOST_OTHERS = 500


def typical_start(
  roll: np.ndarray, window_frames: int, lines: np.ndarray | None = None
) -> int:
  """Where the window begins that is most like the piece as a whole.

  Intros and endings are thin, and the first notes say little of a piece. Of the
  windows in which something sounds, half a window or more apart, those are
  looked at that are neither among the thinnest quarter nor among the densest.
  That one is taken that most others are like: by the mean over them of the
  fourth power of the cosine, where a window is how long each column sounds in
  it.

  Args:
    roll: The piece, sized `[num_frames, depth]`. A note sounds in it.
    window_frames: Frames in a window.
    lines: (Optional) The frames at which it may begin, as bar lines, ascending;
      any by default.

  Returns:
    A frame.
  """
  T = window_frames
  last = max(0, len(roll) - T)
  places = np.arange(last + 1) if lines is None else lines[lines <= last]
  starts = time_grid.at_least_apart(places, max(1, T // 2))
  if not len(starts):
    starts = np.zeros([1], int)
  windows = np.stack([roll[s : s + T].mean(axis=0) for s in starts])
  density = windows.sum(axis=1)
  if not density.any():  # What sounds lies behind the last whole window.
    first = np.flatnonzero(roll.any(axis=1))[0]
    places = np.arange(0, len(roll), T) if lines is None else lines
    return int(places[places <= first].max(initial=0))
  low, high = np.percentile(density[density > 0], [25, 75])
  # Sums that differ by rounding count as the same.
  usual = np.flatnonzero(
    (density >= low * (1 - _ROUNDING)) & (density <= high * (1 + _ROUNDING))
  )
  if not len(usual):  # Of two windows neither lies between the quarters.
    usual = np.flatnonzero(density > 0)
  directions = windows / np.maximum(
    np.linalg.norm(windows, axis=1, keepdims=True), _ROUNDING
  )
  # Long pieces are known by a part of their windows, evenly spread.
  others = directions[density > 0]
  others = others[:: -(-len(others) // _MOST_OTHERS)]
  # To be like many counts for more than to be a little like all.
  likeness = np.mean((directions[usual] @ others.T) ** 4, axis=1)
  return int(starts[usual[np.argmax(likeness)]])
