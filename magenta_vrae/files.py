# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A file that is there whole or not at all, and whether there is room for it.

    with files.whole('songs.tfrecord') as partial:
      write_all_of_it(partial)

Until the block ends the file lies beside its place, hidden, under a name that
ends in .partial and tells which process is at it. What replaces a file is on
the disk before it does, so that no crash leaves half of either.
"""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import tempfile
import uuid
from typing import Iterable
from typing import Iterator

from magenta_vrae.errors import InputError

PARTIAL = '.partial'


@contextlib.contextmanager
def whole(path: str) -> Iterator[str]:
  """Writes a file under another name, and puts it in its place when done.

  Missing folders are made. The file has the rights of any new file. A link
  stays, and what it points to is replaced. If the block raises, what was there
  before is as it was, and nothing is left of the new file.

  Args:
    path: Where the file is to be.

  Yields:
    The path to write to: an empty file in the same folder.

  Raises:
    InputError: If the system refuses, then or within the block.
  """
  target = os.path.realpath(path)
  folder, name = os.path.split(target)
  partial = os.path.join(
    folder,
    f'.{name}.{socket.gethostname()}.{os.getpid()}.'
    f'{uuid.uuid4().hex[:8]}{PARTIAL}',
  )
  try:
    _refuse_what_is_no_file(path)
    os.makedirs(folder, exist_ok=True)
    # Not by `tempfile`, whose files are their owner's alone.
    open(partial, 'xb').close()
    yield partial
    with open(partial, 'rb+') as file:
      os.fsync(file.fileno())
    os.replace(partial, target)
  except OSError as e:
    raise _cannot_write(path, e) from e
  finally:
    with contextlib.suppress(OSError):
      os.remove(partial)


def write_text(path: str, text: str) -> None:
  """Writes a text in UTF-8, as `whole` writes files.

  Raises:
    InputError: If the file cannot be written.
  """
  with whole(path) as partial:
    with open(partial, 'w', encoding='utf-8') as file:
      file.write(text)


def check_writable(path: str) -> None:
  """Refuses a path at which no file can be written; leaves nothing behind.

  Raises:
    InputError: If it is a folder or no regular file, or its folder is a file,
      cannot be made or does not take new files.
  """
  try:
    _refuse_what_is_no_file(path)
  except OSError as e:
    raise _cannot_write(path, e) from e
  _check_room(path, os.path.dirname(os.path.realpath(path)))


def check_is_not_read(path: str, read: Iterable[str]) -> None:
  """Refuses to write where a file is that the same command reads.

  Args:
    path: Where a file is to be written.
    read: The files that are read, by whatever names; some may not be there.

  Raises:
    InputError: If it is one of them.
  """
  try:
    there = os.stat(path)
  except OSError:
    return  # Nothing is lost.
  for file in read:
    with contextlib.suppress(OSError):
      if os.path.samestat(os.stat(file), there):
        raise InputError(
          f'cannot write {path!r}: this command reads it; give another path'
        )


def check_folder(path: str) -> None:
  """Refuses a path at which there can be no folder to write to.

  It leaves nothing behind.

  Raises:
    InputError: If it is a file, cannot be made or does not take new files.
  """
  _check_room(path, os.path.realpath(path))


def _refuse_what_is_no_file(path: str) -> None:
  if os.path.isdir(path) or not os.path.basename(path):
    raise InputError(
      f'cannot write {path!r}: it is a folder; give the path of a file in it'
    )
  try:
    mode = os.stat(path).st_mode
  except (FileNotFoundError, NotADirectoryError):
    return
  # To put a file in the place of a device would take the device away.
  if not stat.S_ISREG(mode):
    raise InputError(f'cannot write {path!r}: it is not a regular file')


def _check_room(path: str, folder: str) -> None:
  """Raises InputError if files cannot be made in a folder, there or not yet."""
  while not os.path.lexists(folder) and os.path.dirname(folder) != folder:
    folder = os.path.dirname(folder)
  if not os.path.isdir(folder):
    raise InputError(
      f'cannot write {path!r}: {folder!r} is a file, not a folder'
    )
  try:
    with tempfile.TemporaryFile(dir=folder):
      pass
  except OSError as e:
    raise _cannot_write(path, e) from e


def _cannot_write(path: str, error: OSError) -> InputError:
  return InputError(f'cannot write {path!r}: {error.strerror or error}')
