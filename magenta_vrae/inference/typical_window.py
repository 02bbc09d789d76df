# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The window that stands for a piece where nobody says which."""

from __future__ import annotations

import numpy as np


def typical_start(roll: np.ndarray, window_frames: int) -> int:
  """Where the window begins that is most like the piece as a whole.

  Intros and endings are thin, and the first notes say little of a piece. Of
  each window in which something sounds, in steps of half a window, it is looked
  at how long each column sounds; the window is taken in which that is nearest
  to the mean over all of them.

  Args:
    roll: The piece, sized `[num_frames, depth]`. A note sounds in it.
    window_frames: Frames in a window.

  Returns:
    A frame.
  """
  T = window_frames
  starts = np.arange(0, max(1, len(roll) - T + 1), max(1, T // 2))
  windows = np.stack([roll[s : s + T].mean(axis=0) for s in starts])
  sounding = np.flatnonzero(windows.any(axis=1))
  if not len(sounding):  # What sounds lies behind the last whole window.
    return int(np.flatnonzero(roll.any(axis=1))[0] // T * T)
  windows = windows[sounding]
  distance = np.sum((windows - windows.mean(axis=0)) ** 2, axis=1)
  return int(starts[sounding[np.argmin(distance)]])
