# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Commands whose reader goes away, as `head -1` does."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from broken_music import NOTE
from broken_music import midi


def run_unheard(cwd, unbuffered, streams, command, *flags):
  """Runs a command of which some streams are pipes that nobody reads.

  Returns:
    Its exit status, and what it said on stderr if that is heard.
  """
  read_end, write_end = os.pipe()
  os.close(read_end)
  outputs = {'stdout': subprocess.DEVNULL, 'stderr': subprocess.PIPE}
  outputs.update({stream: write_end for stream in streams})
  program = (
    'import sys\n'
    f'from magenta_vrae.commands import {command} as command\n'
    f'sys.argv[0] = {command!r}\n'
    'command.console_entry_point()\n'
  )
  result = subprocess.run(
    [sys.executable, '-c', program, *flags],
    cwd=cwd,
    env={**os.environ, 'PYTHONUNBUFFERED': unbuffered},
    text=True,
    check=False,
    **outputs,
  )
  os.close(write_end)
  return result.returncode, result.stderr


@pytest.mark.parametrize('unbuffered', ['', '1'])
@pytest.mark.parametrize('flag', ['--list_models', '--help'])
def test_a_command_without_a_reader_ends_in_silence(tmp_path, flag, unbuffered):
  ended = run_unheard(tmp_path, unbuffered, ['stdout'], 'vrae_generate', flag)
  # As shells report a process that SIGPIPE ended.
  assert ended == (141, '')


def test_an_error_that_nobody_hears_is_one_all_the_same(tmp_path):
  both = ['stdout', 'stderr']
  status, _ = run_unheard(tmp_path, '', both, 'vrae_generate', '--foo')
  assert status == 141


@pytest.mark.parametrize('unbuffered', ['', '1'])
def test_what_was_written_is_whole(tmp_path, unbuffered):
  (tmp_path / 'songs').mkdir()
  (tmp_path / 'songs' / 'a.mid').write_bytes(midi(NOTE * 200))
  status, said = run_unheard(
    tmp_path,
    unbuffered,
    ['stdout'],
    'vrae_create_dataset',
    '--input_dir=songs',
    '--output_file=d.tfrecord',
  )
  assert status == 141 and 'Traceback' not in said
  assert sorted(os.listdir(tmp_path)) == ['d.tfrecord', 'songs']
  assert (tmp_path / 'd.tfrecord').stat().st_size
