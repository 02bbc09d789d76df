# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Progress off a terminal: plain lines, the last state always among them."""

from __future__ import annotations

import io

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


def test_bar_on_a_terminal():
  class Terminal(io.StringIO):
    def isatty(self):
      return True

  stream = Terminal()
  shown = progress.Progress(10, 'file', stream=stream)
  shown.update(10, 'done')
  shown.close()
  assert '10/10' in stream.getvalue() and 'done' in stream.getvalue()
