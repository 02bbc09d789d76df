# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A Debian package: downloaded without root, and its files read."""

from __future__ import annotations

import io
import pathlib
import shutil
import subprocess
import tarfile

_AR_MAGIC = b'!<arch>\n'
_AR_HEADER_BYTES = 60


def download(package, folder):
  """Has apt-get download a package into a folder; returns its path.

  Raises:
    OSError: If there is no apt-get, or it gives nothing.
  """
  if not shutil.which('apt-get'):
    raise OSError(
      f'there is no apt-get here; get the .deb of {package} from a Debian '
      'mirror and give --deb=FILE'
    )
  result = subprocess.run(
    ['apt-get', 'download', package],
    cwd=folder,
    capture_output=True,
    text=True,
  )
  found = sorted(pathlib.Path(folder).glob('*.deb'))
  if not found:
    reason = (result.stderr.strip().splitlines() or ['no reason given'])[-1]
    raise OSError(
      f'apt-get download {package} gave nothing ({reason}); run `apt-get '
      'update` as root first, or give --deb=FILE'
    )
  return found[0]


def files(deb, ending):
  """Yields name and content of a package's files with an ending.

  Raises:
    OSError, ValueError, tarfile.TarError: If it is no Debian package.
  """
  for name, content in _ar_members(deb.read_bytes()):
    if name.startswith('data.tar'):
      with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
          if member.isfile() and member.name.endswith(ending):
            yield (
              pathlib.Path(member.name).name,
              archive.extractfile(member).read(),
            )


def _ar_members(data):
  """Yields name and content of each member of an ar archive."""
  if not data.startswith(_AR_MAGIC):
    raise ValueError('it is no Debian package')
  position = len(_AR_MAGIC)
  while position + _AR_HEADER_BYTES <= len(data):
    header = data[position : position + _AR_HEADER_BYTES]
    name, size = header[:16].decode().strip(' /'), int(header[48:58])
    position += _AR_HEADER_BYTES
    yield name, data[position : position + size]
    position += size + size % 2
