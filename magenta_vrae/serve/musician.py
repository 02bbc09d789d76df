# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Makes the music that is asked for, in a thread of its own.

What is asked for never piles up: one block of live music, and one window for
each program that asks. It takes the place of another that has not begun; those
who ask without end do not keep the others from theirs (turns.py).
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from typing import Callable
from typing import NamedTuple
from typing import Tuple

import numpy as np

from magenta_vrae.inference.generation import Generator
from magenta_vrae.inference.live import Live
from magenta_vrae.serve import notes
from magenta_vrae.serve.player import Block
from magenta_vrae.serve.turns import Turns

# Windows that may be asked for at once, by all and by newcomers of a machine.
_MOST_WAITING, _MOST_NEWCOMERS = 1024, 16
# Of a model by the clock, blocks in a second.
_BLOCKS_A_SECOND = 4


class Settings(NamedTuple):
  """What music is made by.

  Attributes:
    z: Where it is, sized `[1, z_size]`; a new array of each place.
    seed: Of its random numbers.
    temperature: What logits are divided by.
    wander: From 0, z stays, to 1: how often it moves on by itself.
    frames: Frames of a window that is asked for.
    qpm: Quarter notes a minute, for models by the beat.
  """

  z: np.ndarray
  seed: int
  temperature: float
  wander: float
  frames: int
  qpm: float


class Window(NamedTuple):
  """Music that was asked for.

  Attributes:
    notes: Its notes.
    seconds: How long it lasts.
    settings: What it was made by.
  """

  notes: list[notes.Note]
  seconds: float
  settings: Settings


_Asked = Tuple[Settings, Callable[[Window], None]]


class Musician:
  """A thread that makes windows and blocks of live music.

  Args:
    generator: Of the model.

  Attributes:
    generator: The same.
    groups: The groups of its music.
    error: What went wrong, if anything did.
  """

  def __init__(self, generator: Generator) -> None:
    self.generator = generator
    converter = generator.data_converter
    self.groups = notes.groups_of(converter)
    self._tones = notes.Tones(self.groups)
    self._block_frames = converter.grid.frames_per_beat or max(
      1, round(converter.frames_per_second / _BLOCKS_A_SECOND)
    )
    self._pool = ThreadPoolExecutor(max_workers=1)
    self._lock = threading.Lock()
    self._asked: Turns[_Asked] = Turns(_MOST_WAITING, _MOST_NEWCOMERS)
    self._is_making = False
    self.error: BaseException | None = None

  @property
  def num_dropped(self) -> int:
    """Windows that were asked for and had to make place for others."""
    return self._asked.num_dropped

  def frame_seconds(self, settings: Settings) -> float:
    """How long a frame lasts."""
    grid = self.generator.grid
    return self._slower(settings) / grid.frames_per_second

  def _slower(self, settings: Settings) -> float:
    grid = self.generator.grid
    return grid.qpm / settings.qpm if grid.frames_per_beat else 1.0

  def ask_window(
    self,
    settings: Settings,
    tell: Callable[[Window], None],
    asker: Any,
    is_known: bool,
    flooding: int,
  ) -> None:
    """Has a window made.

    Args:
      settings: What it is made by.
      tell: Called with it, in the musician's thread.
      asker: The socket address of who asks.
      is_known: Whether that is no newcomer.
      flooding: How much it sends beyond what was handled.
    """
    with self._lock:
      self._asked.put(asker, is_known, None, (settings, tell), flooding)
      if not self._is_making:
        self._submit_window()

  def _submit_window(self) -> None:
    """Has one window made, if any waits: live music waits for no more."""
    self._is_making = bool(self._asked)
    if self._is_making:
      self._pool.submit(self._make_window)

  def _make_window(self) -> None:
    with self._lock:
      waiting = self._asked.take() if self._asked else None
    if waiting:
      self._make(*waiting)
    with self._lock:
      self._submit_window()

  def _make(self, settings: Settings, tell: Callable[[Window], None]) -> None:
    try:
      generator = self.generator.again(
        settings.seed, settings.temperature, settings.wander
      )
      roll = generator.medley(settings.z, settings.frames)
      whole = self._tones.whole(
        generator.note_sequence(roll), self._slower(settings)
      )
      seconds = len(roll) * self.frame_seconds(settings)
      tell(Window(whole, seconds, settings))
    except BaseException as e:  # For the thread that has to know.
      self.error = e

  def begin(self, settings: Callable[[], Settings]) -> Callable[[], Future]:
    """Begins live music.

    Args:
      settings: Asked before each block.

    Returns:
      A function that has the next `Block` made.
    """
    changes = notes.Changes(self.generator.data_converter, self._tones)
    heard = [settings()]
    # Its own: a block of what was played before may still have to be made.
    begun: list[Live] = []

    def make() -> Block:
      before, heard[0] = heard[0], settings()
      live = self._at(begun, before, heard[0])
      frames = live.play(self._block_frames)
      return Block(changes.of(frames), live.z)

    return lambda: self._pool.submit(make)

  def _at(
    self, begun: list[Live], before: Settings, settings: Settings
  ) -> Live:
    """Live music by some settings, which were others before.

    Args:
      begun: The music; empty before it begins, and then it is put there.
      before: The settings of its last block.
      settings: Those of the next.
    """
    if not begun:
      generator = self.generator.again(
        settings.seed, settings.temperature, settings.wander
      )
      begun.append(generator.live(settings.z, self._block_frames))
      return begun[0]
    (live,) = begun
    live.set_temperature(settings.temperature)
    live.set_wander(settings.wander)
    if settings.z is not before.z:
      live.go_to(settings.z)
    return live

  def close(self) -> None:
    """Ends when what has begun is made."""
    with self._lock:
      self._asked.clear()
    self._pool.shutdown()
