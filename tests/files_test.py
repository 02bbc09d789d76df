# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import resource
import signal
import stat

import pytest

from magenta_vrae import files
from magenta_vrae.errors import InputError


@pytest.fixture
def old(tmp_path):
  path = tmp_path / 'out.txt'
  path.write_text('old')
  return path


class TestWhole:
  def test_nothing_is_seen_before_the_end(self, old):
    with files.whole(str(old)) as partial:
      assert os.path.dirname(partial) == str(old.parent)
      assert str(os.getpid()) in os.path.basename(partial)
      with open(partial, 'w') as file:
        file.write('new')
      assert old.read_text() == 'old'
    assert old.read_text() == 'new'
    assert os.listdir(old.parent) == ['out.txt']

  @pytest.mark.parametrize('error', [ValueError, KeyboardInterrupt])
  def test_a_failure_leaves_the_old(self, old, error):
    with pytest.raises(error):
      with files.whole(str(old)) as partial:
        with open(partial, 'w') as file:
          file.write('half')
        raise error
    assert old.read_text() == 'old'
    assert os.listdir(old.parent) == ['out.txt']

  def test_a_full_disk_is_one_line(self, old):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
      with pytest.raises(InputError, match="cannot write '.*': File too large"):
        files.write_text(str(old), 'x' * 1000)
    finally:
      resource.setrlimit(resource.RLIMIT_FSIZE, before)
      signal.signal(signal.SIGXFSZ, handler)
    assert old.read_text() == 'old'
    assert os.listdir(old.parent) == ['out.txt']

  @pytest.mark.parametrize('umask, mode', [(0o022, 0o644), (0o077, 0o600)])
  def test_rights_are_those_of_any_new_file(self, tmp_path, umask, mode):
    before = os.umask(umask)
    try:
      files.write_text(str(tmp_path / 'inner' / 'a'), 'a')
    finally:
      os.umask(before)
    status = (tmp_path / 'inner' / 'a').stat()
    assert stat.S_IMODE(status.st_mode) == mode

  def test_a_link_stays(self, old):
    link = old.parent / 'link'
    link.symlink_to(old)
    files.write_text(str(link), 'new')
    assert link.is_symlink() and old.read_text() == 'new'


@pytest.mark.parametrize(
  'name, says',
  [
    ('', 'it is a folder'),
    ('nowhere/', 'it is a folder'),
    ('out.txt/inner/a', "out.txt' is a file, not a folder"),
    ('pipe', 'not a regular file'),
    ('x' * 300, 'name too long'),
  ],
)
def test_what_cannot_be_written_is_refused_at_once(old, name, says):
  os.mkfifo(old.parent / 'pipe')
  before = sorted(os.listdir(old.parent))
  path = os.path.join(old.parent, name)
  for refuse in (files.check_writable, lambda p: files.write_text(p, 'a')):
    with pytest.raises(InputError) as e:
      refuse(path)
    assert str(e.value).startswith(f'cannot write {path!r}: ')
  with pytest.raises(InputError, match=says):
    files.check_writable(path)
  assert sorted(os.listdir(old.parent)) == before
  assert old.read_text() == 'old'


def test_a_folder_that_takes_no_files_is_refused():
  for check in (files.check_writable, files.check_folder):
    with pytest.raises(InputError, match='cannot write'):
      check('/proc/inner/a')


def test_checks_pass_and_leave_nothing(old):
  files.check_writable(str(old))
  files.check_writable(str(old.parent / 'a' / 'b' / 'c'))
  files.check_folder(str(old.parent))
  files.check_folder(str(old.parent / 'a' / 'b'))
  with pytest.raises(InputError, match='is a file, not a folder'):
    files.check_folder(str(old))
  assert os.listdir(old.parent) == ['out.txt']
