# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Plays blocks of music in time, while the next is being made.

The next block is asked for a little before it is due, so that it has the newest
z, and played on time. If it comes late, the music waits for it and goes on from
there: notes are not rushed.
"""

from __future__ import annotations

import math
import threading
import time
from concurrent.futures import Future
from typing import Callable
from typing import NamedTuple

import numpy as np

from magenta_vrae.serve.notes import Change
from magenta_vrae.serve.notes import Tone

# Seconds before a block is due at which it is asked for, or more.
_AHEAD = 0.12


class Block(NamedTuple):
  """Some frames of music.

  Attributes:
    changes: What each frame begins with.
    z: Where the music is, sized `[1, z_size]`.
  """

  changes: list[Change]
  z: np.ndarray


class Player:
  """A thread that plays until it is stopped.

  Args:
    compose: Begins to make the next block.
    begin_block: Told of each block when it begins.
    play: Told what each frame begins with, when it does.
    frame_seconds: How long a frame lasts at present.

  Attributes:
    num_late: Blocks that came late.
    error: What ended the thread, if it was not stopped.
  """

  def __init__(
    self,
    compose: Callable[[], Future[Block]],
    begin_block: Callable[[Block], None],
    play: Callable[[Change], None],
    frame_seconds: Callable[[], float],
  ) -> None:
    self._compose = compose
    self._begin_block, self._play = begin_block, play
    self._frame_seconds = frame_seconds
    self._sounding: dict[tuple[int, int], Tone] = {}
    self._stopping = threading.Event()
    self._thread = threading.Thread(target=self._run, daemon=True)
    self.num_late = 0
    self.error: BaseException | None = None
    self._thread.start()

  def stop(self) -> None:
    """Stops, and ends all that sounds."""
    self._stopping.set()
    self._thread.join()

  def _run(self) -> None:
    for part in (self._play_blocks, self._end_all):
      try:
        part()
      except BaseException as e:  # For the thread that started this one.
        self.error = self.error or e

  def _play_blocks(self) -> None:
    coming = self._compose()
    due: float | None = None
    while not self._stopping.is_set():
      block = coming.result()
      now = time.perf_counter()
      if due is None or now > due:
        self.num_late += due is not None
        due = now
      asked = False
      for number, change in enumerate(block.changes):
        if self._stopping.wait(max(0.0, due - time.perf_counter())):
          return
        if not number:
          self._begin_block(block)
        self._play_change(change)
        seconds = self._frame_seconds()
        left = len(block.changes) - number
        if not asked and left <= math.ceil(_AHEAD / seconds):
          coming, asked = self._compose(), True
        due += seconds

  def _end_all(self) -> None:
    self._play_change(Change(list(self._sounding.values()), []))

  def _play_change(self, change: Change) -> None:
    for tone in change.ends:
      self._sounding.pop((tone.channel, tone.pitch), None)
    for tone in change.begins:
      self._sounding[tone.channel, tone.pitch] = tone
    if change.ends or change.begins:
      self._play(change)
