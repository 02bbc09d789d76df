# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Whether this environment's own Magenta commands know our configs.

They do while one start-up file is in a folder of the environment whose `.pth`
files Python runs; `start_up` says what is in it. To activate is to write that
file, to deactivate to remove it, and nothing else is ever changed.
"""

from __future__ import annotations

import importlib.util
import os
import re
import site
import sys
import sysconfig

from magenta_vrae import files
from magenta_vrae import start_up
from magenta_vrae.errors import InputError

FILE_NAME = 'magenta_vrae_start_up.pth'


def site_folders() -> list[str]:
  """The folders in which this Python finds start-up files."""
  folders = [*site.getsitepackages(), sysconfig.get_path('purelib')]
  if site.ENABLE_USER_SITE:
    folders.append(site.getusersitepackages())
  return list(dict.fromkeys(map(os.path.realpath, folders)))


def folder_of_magenta() -> str:
  """The one of these folders that a start-up file belongs in.

  That is the one Magenta is in, so that the file acts where its commands do
  and needs no other rights than they did. In a virtual environment it is the
  environment's own, whosever Magenta it uses.
  """
  if sys.prefix == sys.base_prefix:
    spec = importlib.util.find_spec('magenta')
    for package in (spec and spec.submodule_search_locations) or ():
      folder = os.path.realpath(os.path.dirname(package))
      if folder in site_folders():
        return folder
  return os.path.realpath(sysconfig.get_path('purelib'))


def installed_files() -> list[str]:
  """The paths of the start-up files that act in this environment."""
  paths = [os.path.join(folder, FILE_NAME) for folder in site_folders()]
  return [path for path in paths if os.path.exists(path)]


def written_by(path: str) -> str | None:
  """The version of magenta-vrae that wrote a start-up file; None if none did.

  Raises:
    InputError: If the file cannot be read.
  """
  found = re.match(r'# magenta-vrae (\S+)\n', _content(path))
  return found.group(1) if found else None


def is_stale(path: str) -> bool:
  """Whether this version would write another file than the one that is there.

  Raises:
    InputError: If the file cannot be read.
  """
  return _content(path) != start_up.FILE


def _content(path: str) -> str:
  try:
    with open(path, encoding='utf-8', errors='replace') as file:
      return file.read()
  except OSError as e:
    raise InputError(f'cannot read {path!r}: {e.strerror}') from e


def activate() -> list[str]:
  """Writes the start-up file, or renews it where it is.

  Returns:
    The paths written; empty if all was up to date.

  Raises:
    InputError: If the folder cannot be written; what was there stays.
  """
  paths = installed_files() or [os.path.join(folder_of_magenta(), FILE_NAME)]
  stale = [p for p in paths if not os.path.exists(p) or is_stale(p)]
  for path in stale:
    files.write_text(path, start_up.FILE)
  return stale


def deactivate() -> list[str]:
  """Removes the start-up file.

  Returns:
    The paths removed; empty if there was none.

  Raises:
    InputError: If it cannot be removed.
  """
  paths = installed_files()
  for path in paths:
    try:
      os.remove(path)
    except OSError as e:
      raise InputError(f'cannot remove {path!r}: {e.strerror}') from e
  return paths
