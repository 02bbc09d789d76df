# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Long work made visible: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from typing import TextIO

import tqdm

# The first line says soon how long the work takes.
_SECONDS_TO_FIRST_LINE = 1.0
_SECONDS_BETWEEN_LINES = 10.0
# Columns of a terminal that does not say how many it has.
_WIDTH = 80


def _knows_its_width(stream: TextIO) -> bool:
  try:
    return os.get_terminal_size(stream.fileno()).columns > 0
  except (OSError, ValueError):
    return False


class Progress:
  """Shows how far some work is, how fast, how long still, and a note.

  Args:
    total: How many units there are, or None if unknown.
    unit: What is counted, in the singular.
    initial: Units done before this began.
    stream: Where to write; stderr by default.
  """

  def __init__(
    self,
    total: int | None,
    unit: str,
    initial: int = 0,
    stream: TextIO | None = None,
  ) -> None:
    self._total, self._unit, self._done = total, unit, initial
    self._stream = stream or sys.stderr
    self._bar = None
    if self._stream.isatty():
      self._bar = tqdm.tqdm(
        total=total,
        initial=initial,
        unit=unit,
        file=self._stream,
        # A terminal that says it has no columns, as some in editors do, would
        # show nothing.
        dynamic_ncols=_knows_its_width(self._stream),
        ncols=_WIDTH,
      )
    self._first, self._began = initial, time.time()
    # Rates are of what came after this many units, and this time.
    self._since = self._first, self._began
    self._next_line = self._began + _SECONDS_TO_FIRST_LINE

  def update(self, done: int, note: str = '') -> None:
    """Says that `done` units are finished, those before this began included."""
    if self._bar:
      self._bar.set_postfix_str(note, refresh=False)
      self._bar.update(done - self._done)
    is_first = self._done == self._first
    self._done, self._note = done, note
    if not self._bar and not is_first and time.time() >= self._next_line:
      self._write_line()
    if is_first and done != self._total:
      # The first step of a training takes as long as hundreds, as its loops are
      # compiled: it says nothing of those to come.
      self._since = done, time.time()

  def message(self, text: str) -> None:
    """Writes a line without breaking the bar."""
    if self._bar:
      self._bar.write(text, file=self._stream)
    else:
      self._stream.write(text + '\n')
      self._stream.flush()

  def close(self) -> None:
    """Leaves the last state standing."""
    if self._bar:
      self._bar.close()
    elif self._done > self._first:
      self._write_line()

  def _write_line(self) -> None:
    now = time.time()
    self._next_line = now + _SECONDS_BETWEEN_LINES
    done, began = self._since
    if self._done == done:
      done, began = self._first, self._began
    rate = (self._done - done) / max(now - began, 1e-9)
    of_total = f'/{self._total}' if self._total else ''
    parts = [
      f'{self._unit} {self._done}{of_total}',
      f'{rate:.3g} {self._unit}s/s',
    ]
    if self._total:
      left = max(self._total - self._done, 0) / max(rate, 1e-9)
      parts.append(f'{tqdm.tqdm.format_interval(left)} left')
    self.message('  '.join(parts + [self._note] * bool(self._note)))
