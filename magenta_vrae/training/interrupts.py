# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C and SIGTERM: training saves first, anything else ends at once.

Python calls its signal handlers in the main thread, between two bytecodes. A
step that XLA compiles, or a session that waits for a parameter server, keeps
that thread in native code for long. So there are two that listen:

  handler   In the main thread. While a session trains it notes the signal, and
            sessions.StopHook ends training after the step. Before and after,
            it raises `Ended`, which unwinds the command.
  watch     A thread that the signal's number reaches at once through a socket
            (signal.set_wakeup_fd). It says what is being waited for, ends the
            process at a second signal, and at the first one where there is
            nothing to save and the handler does not come to be called.

Nothing here loads TensorFlow, so that a command can begin with it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
from types import FrameType
from typing import Any
from typing import Iterator
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM)

# A step that is longer than this is told of when a signal waits for its end.
_NOTICE_SECONDS = 1.0
# How long the handler may take to be called where nothing is to be saved.
_PATIENCE_SECONDS = 5.0


class Ended(KeyboardInterrupt):
  """A signal came while there was nothing to save."""


class Interrupt:
  """What became of a signal, as told by those who took part.

  Attributes:
    signal_number: The first signal that came; None until one does.
    in_session: Whether a session trains, so that its present step is to end
      well. Set by sessions.StopHook.
    step: The global step at which that session ended; None until it does.
    is_saved: Whether this process saved that step.
  """

  def __init__(self) -> None:
    self.signal_number: int | None = None
    self.in_session = False
    self.step: int | None = None
    self.is_saved = False

  @property
  def status(self) -> int:
    """The exit status, as shells report a process that the signal ended."""
    return 128 + (self.signal_number or signal.SIGINT)

  def __str__(self) -> str:
    if self.step is None:
      return 'interrupted'
    if self.is_saved:
      return (
        f'interrupted at step {self.step}, which is saved; the same command '
        'goes on from there'
      )
    return (
      f'interrupted at step {self.step}; the others go on, and the same '
      'command joins them again'
    )

  def handle(self, number: int, frame: FrameType | None) -> None:
    """The signal handler."""
    del frame
    is_first = self.signal_number is None
    self.signal_number = self.signal_number or number
    # After the first the watch ends the process.
    if is_first and not self.in_session:
      raise Ended


@contextlib.contextmanager
def handled() -> Iterator[Interrupt]:
  """Within this, a signal ends the command as the module says.

  Signals that the process ignores, as under nohup, it goes on ignoring. Where
  Python allows no handlers, outside the main thread, nothing is changed.

  Yields:
    An `Interrupt`, for sessions.StopHook.

  Raises:
    SystemExit: If there was a signal, once the one line about it is out.
  """
  interrupt = Interrupt()
  if threading.current_thread() is not threading.main_thread():
    yield interrupt
    return
  with _handlers(interrupt):
    try:
      yield interrupt
    except KeyboardInterrupt:
      interrupt.signal_number = interrupt.signal_number or signal.SIGINT
    if interrupt.signal_number:
      _say(str(interrupt))
      sys.exit(interrupt.status)


@contextlib.contextmanager
def _handlers(interrupt: Interrupt) -> Iterator[None]:
  """Within this, both listen; what listened before does so again after it."""
  watch = _Watch(interrupt)
  before: dict[signal.Signals, Any] = {}
  with watch:
    try:
      for number in SIGNALS:
        # None is a handler that was not set by Python.
        if signal.getsignal(number) not in (signal.SIG_IGN, None):
          before[number] = signal.signal(number, interrupt.handle)
      yield
    finally:
      for number, handler in before.items():
        signal.signal(number, handler)


class _Watch(threading.Thread):
  """The thread that the number of each signal reaches at once."""

  def __init__(self, interrupt: Interrupt) -> None:
    super().__init__(daemon=True)
    self._interrupt = interrupt
    self._receiver, self._sender = socket.socketpair()
    self._sender.setblocking(False)

  def __enter__(self) -> _Watch:
    self._fd_before = signal.set_wakeup_fd(
      self._sender.fileno(), warn_on_full_buffer=False
    )
    self.start()
    return self

  def __exit__(self, *_: Any) -> None:
    signal.set_wakeup_fd(self._fd_before)
    self._sender.close()
    self.join()
    self._receiver.close()

  def run(self) -> None:
    first = self._next()
    if first is None:
      return
    try:
      seconds = (
        _NOTICE_SECONDS if self._interrupt.in_session else _PATIENCE_SECONDS
      )
      second = self._next(seconds)
      if second is None:
        return
    except socket.timeout:
      if self._interrupt.in_session:
        _say(
          'stopping after this step, to save it; a second signal ends at once'
        )
      elif self._interrupt.signal_number is None:
        self._end(first, 'interrupted')
      second = self._next()
    if second is not None:
      self._end(second, 'interrupted twice and ended at once')

  def _next(self, seconds: float | None = None) -> int | None:
    """The next signal's number; None once there is nothing to watch.

    Raises:
      socket.timeout: If none comes within so many seconds.
    """
    self._receiver.settimeout(seconds)
    while True:
      received = self._receiver.recv(1)
      if not received:
        return None
      # Others, as SIGCHLD, come here too if they have a handler in Python.
      if received[0] in SIGNALS:
        return received[0]

  def _end(self, number: int, words: str) -> NoReturn:
    # The main thread may be in native code, where no exception reaches it.
    _say(words)
    sys.stdout.flush()
    os._exit(128 + number)


def _say(words: str) -> None:
  # A terminal has written ^C, without an end of the line.
  start = '\n' if sys.stderr.isatty() else ''
  name = os.path.basename(sys.argv[0])
  print(f'{start}{name}: {words}', file=sys.stderr, flush=True)
