# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Progress off a terminal: plain lines, the last state always among them."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import pty
import re
import struct
import termios
import time

import pytest

from magenta_vrae import progress


def test_plain_lines():
  stream = io.StringIO()
  shown = progress.Progress(100, 'step', initial=40, stream=stream)
  shown.update(60, 'bound -3')
  shown.message('a word between')
  shown.update(80, 'bound -2')
  shown.close()
  between, last = stream.getvalue().splitlines()
  assert between == 'a word between'
  assert last.startswith('step 80/100') and last.endswith('bound -2')
  assert 'left' in last and 'steps/s' in last


def test_the_first_unit_says_nothing_of_the_others():
  """A first step takes as long as hundreds; no time left is told of it."""
  stream = io.StringIO()
  shown = progress.Progress(1000, 'step', stream=stream)
  time.sleep(1.1)
  shown.update(1)
  assert not stream.getvalue()
  time.sleep(0.02)
  shown.update(3)
  (line,) = stream.getvalue().splitlines()
  rate = float(re.search(r'([\d.]+) steps/s', line)[1])
  # Two steps in 20 ms or somewhat more, and not three in over a second.
  assert line.startswith('step 3/1000') and rate > 5
  shown.close()


def test_one_unit_of_several_is_shown_at_the_end():
  stream = io.StringIO()
  shown = progress.Progress(3, 'file', stream=stream)
  time.sleep(0.1)
  shown.update(1)
  shown.close()
  (line,) = stream.getvalue().splitlines()
  assert line.startswith('file 1/3')
  # 0.2 s, if the machine is not busy.
  assert re.search(r' 00:\d\d left', line)


def test_bar_on_a_terminal():
  class Terminal(io.StringIO):
    def isatty(self):
      return True

  stream = Terminal()
  shown = progress.Progress(10, 'file', stream=stream)
  shown.update(10, 'done')
  shown.close()
  assert '10/10' in stream.getvalue() and 'done' in stream.getvalue()


@pytest.mark.parametrize('columns', [0, 100])
def test_bar_on_a_terminal_of_any_width(columns):
  """Some terminals say that they have no columns."""
  ours, theirs = pty.openpty()
  size = struct.pack('HHHH', 24 if columns else 0, columns, 0, 0)
  fcntl.ioctl(theirs, termios.TIOCSWINSZ, size)
  with os.fdopen(theirs, 'w') as terminal:
    shown = progress.Progress(10, 'file', stream=terminal)
    shown.update(10, 'done')
    shown.close()
  # What was written comes in several pieces; at its end reading fails.
  text = b''
  with contextlib.suppress(OSError):
    while True:
      text += os.read(ours, 10000)
  os.close(ours)
  assert b'10/10' in text and b'done' in text
