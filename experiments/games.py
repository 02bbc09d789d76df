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
import pathlib
import sys
import tarfile
import tempfile

import debian_package

PACKAGE = 'planetblupi-music-midi'
NUM_SONGS = 8
OUTPUT = pathlib.Path(__file__).parent.parent / 'data' / 'games'


def main():
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  parser.add_argument('--deb', type=pathlib.Path, help='a package already here')
  parser.add_argument('--output_dir', type=pathlib.Path, default=OUTPUT)
  arguments = parser.parse_args()
  with tempfile.TemporaryDirectory() as folder:
    try:
      deb = arguments.deb or debian_package.download(PACKAGE, folder)
      songs = sorted(debian_package.files(deb, '.mid'))[:NUM_SONGS]
    except (OSError, ValueError, tarfile.TarError) as e:
      sys.exit(f'games: {PACKAGE} cannot be unpacked: {e}')
  if len(songs) < NUM_SONGS:
    sys.exit(f'games: {deb} holds {len(songs)} MIDI files, not {NUM_SONGS}')
  arguments.output_dir.mkdir(parents=True, exist_ok=True)
  for name, content in songs:
    (arguments.output_dir / name).write_bytes(content)
  print(f'{len(songs)} songs in {arguments.output_dir}')


if __name__ == '__main__':
  main()
