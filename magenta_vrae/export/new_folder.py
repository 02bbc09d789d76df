# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A folder that is there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from typing import Iterator

from magenta_vrae import files
from magenta_vrae.errors import InputError


def check(path: str) -> None:
  """Refuses a path at which there can be no new folder; leaves nothing behind.

  Raises:
    InputError: If something is there already, or nothing can be made there.
  """
  if os.path.lexists(path) and not _is_empty_folder(path):
    raise InputError(
      f'{path!r} is there already; give the path of a new folder'
    )
  files.check_folder(path)


def _is_empty_folder(path: str) -> bool:
  return os.path.isdir(path) and not os.listdir(path)


@contextlib.contextmanager
def whole(path: str) -> Iterator[str]:
  """Makes a folder under another name, and puts it in its place when done.

  If the block raises, nothing is left of it.

  Args:
    path: Where it is to be.

  Yields:
    The path of an empty folder beside it.

  Raises:
    InputError: As `check`; if the system refuses, then or within the block.
  """
  check(path)
  target = os.path.realpath(path)
  parent = os.path.dirname(target)
  partial = None
  try:
    os.makedirs(parent, exist_ok=True)
    partial = tempfile.mkdtemp(
      prefix=f'.{os.path.basename(target)}.', suffix=files.PARTIAL, dir=parent
    )
    # What mkdtemp makes is its owner's alone; a new folder is not.
    os.chmod(partial, 0o777 & ~_umask())
    yield partial
    os.rename(partial, target)
  except OSError as e:
    raise InputError(f'cannot write {path!r}: {e.strerror or e}') from e
  finally:
    if partial is not None:
      shutil.rmtree(partial, ignore_errors=True)


def _umask() -> int:
  """The process's mask of rights, which can only be read by setting it."""
  mask = os.umask(0o022)
  os.umask(mask)
  return mask
