# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A function that is too long is found, and none that is not."""

from __future__ import annotations

import pathlib
import subprocess
import sys

TOOL = pathlib.Path(__file__).parent.parent / 'tools' / 'function_length.py'


def run(*paths):
  return subprocess.run(
    [sys.executable, str(TOOL), *map(str, paths)],
    capture_output=True,
    text=True,
    timeout=60,
  )


def function(head, num_lines):
  return f'{head}\n' + '\n'.join(['  1'] * (num_lines - 1)) + '\n'


def test_counts_from_def_to_end(tmp_path):
  (tmp_path / 'inner').mkdir()
  module = tmp_path / 'inner' / 'module.py'
  module.write_text(
    function('@a\ndef just_right():', 60)
    + function('async def too_long(b):', 61)
    + 'class C:\n  def method(self):\n'
    + '    x = """\n'
    + 60 * '\n'
    + '    """\n'
  )
  found = run(tmp_path)
  assert found.returncode == 1
  assert found.stdout.splitlines() == [
    f'{module}:62 too_long 61',
    f'{module}:124 method 63',
  ]


def test_is_content_with_short_functions(tmp_path):
  (tmp_path / 'module.py').write_text(function('def f():', 60))
  found = run(tmp_path / 'module.py')
  assert (found.returncode, found.stdout, found.stderr) == (0, '', '')


def test_nothing_to_look_at_is_no_success(tmp_path):
  assert run(tmp_path).returncode == 1
  assert run().returncode == 1
