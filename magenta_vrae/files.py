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
import errno
import os
import socket
import stat
import tempfile
import uuid
from typing import Iterable
from typing import Iterator

from magenta_vrae.errors import InputError

PARTIAL = '.partial'

# What stands in the way of writing, and is the user's to mend.
_WRITE_ERRORS = (
  errno.ENOSPC,
  errno.EDQUOT,
  errno.EFBIG,
  errno.EACCES,
  errno.EPERM,
  errno.EROFS,
  errno.ENOTDIR,
)


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


def refusal(error: BaseException | None) -> OSError | None:
  """The system's refusal to write, in an error of Python's or TensorFlow's.

  TensorFlow's errors say it in words, among many others.

  Args:
    error: The error; None for none.

  Returns:
    An error of the same number; None if the error is of another kind.
  """
  text = str(error)
  for number in _WRITE_ERRORS:
    reason = os.strerror(number)
    if getattr(error, 'errno', None) == number or reason in text:
      return OSError(number, reason)
  return None


@contextlib.contextmanager
def filling(folder: str) -> Iterator[None]:
  """Within this, a temporary folder that takes no more is an `InputError`.

  Args:
    folder: Where the block writes.
  """
  try:
    yield
  except OSError as e:
    refused = refusal(e)
    if refused is None:
      raise
    raise InputError(
      f'cannot write to the temporary folder {folder!r}: {refused.strerror}; '
      'make room there, or set TMPDIR to another folder'
    ) from e


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
