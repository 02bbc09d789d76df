# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Obtains eight game songs, the kind of music that the paper was trained on.

  make games

The paper does not name its eight songs. These are the first eight of Planet
Blupi's, by Denis Dumoulin, under the GPL-3: 600 s of MIDI and more each. They
come from Debian's package planetblupi-music-midi, which `apt-get` downloads
without root; elsewhere, get that package's .deb by other means and give its
path as --deb. They are unpacked into data/games and not part of this project.
"""

from __future__ import annotations

import argparse
import io
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile

PACKAGE = 'planetblupi-music-midi'
NUM_SONGS = 8
OUTPUT = pathlib.Path(__file__).parent.parent / 'data' / 'games'
_AR_MAGIC = b'!<arch>\n'
_AR_HEADER_BYTES = 60


def download(folder):
  """Has apt-get download the package into a folder; returns its path."""
  if not shutil.which('apt-get'):
    sys.exit(
      f'games: there is no apt-get here; get the .deb of {PACKAGE} from a '
      'Debian mirror and give --deb=FILE'
    )
  result = subprocess.run(
    ['apt-get', 'download', PACKAGE],
    cwd=folder,
    capture_output=True,
    text=True,
  )
  found = sorted(pathlib.Path(folder).glob('*.deb'))
  if not found:
    reason = (result.stderr.strip().splitlines() or ['no reason given'])[-1]
    sys.exit(
      f'games: apt-get download {PACKAGE} gave nothing ({reason}); run '
      '`apt-get update` as root first, or give --deb=FILE'
    )
  return found[0]


def ar_members(data):
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


def songs_of(deb):
  """Yields file name and content of the MIDI files in a Debian package."""
  for name, content in ar_members(deb.read_bytes()):
    if name.startswith('data.tar'):
      with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
          if member.isfile() and member.name.endswith('.mid'):
            yield (
              pathlib.Path(member.name).name,
              archive.extractfile(member).read(),
            )


def main():
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  parser.add_argument('--deb', type=pathlib.Path, help='a package already here')
  parser.add_argument('--output_dir', type=pathlib.Path, default=OUTPUT)
  arguments = parser.parse_args()
  with tempfile.TemporaryDirectory() as folder:
    deb = arguments.deb or download(folder)
    try:
      songs = sorted(songs_of(deb))[:NUM_SONGS]
    except (OSError, ValueError, tarfile.TarError) as e:
      sys.exit(f'games: {deb} cannot be unpacked: {e}')
  if len(songs) < NUM_SONGS:
    sys.exit(f'games: {deb} holds {len(songs)} MIDI files, not {NUM_SONGS}')
  arguments.output_dir.mkdir(parents=True, exist_ok=True)
  for name, content in songs:
    (arguments.output_dir / name).write_bytes(content)
  print(f'{len(songs)} songs in {arguments.output_dir}')


if __name__ == '__main__':
  main()
