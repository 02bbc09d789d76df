# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Makes the datasets of the ready-made models.

  .venv/bin/python experiments/corpora.py

Each corpus becomes two files in data/models, as chorales_train.tfrecord and
chorales_held_out.tfrecord. Whole pieces are held out, chosen by a seed. All of
this music may be used for models that are given away:

  chorales  Bach's chorales in four parts, from music21's corpus; out of
            copyright
  quartets  string quartets by Haydn, Mozart and Beethoven, from music21's
            corpus; out of copyright
  tunes     dance tunes from three old printed collections, from music21's
            corpus: O'Neill (1850 tunes), Ryan's Mammoth (1883), Aird (1782 to
            1801); out of copyright
  freedoom  the music of the game Freedoom, under the 3-clause BSD licence, from
            Debian's package freedoom; without the songs that were recorded
            without regard to the beat, whose bars are nowhere

music21 brings its corpus along. `apt-get` downloads the package without root;
elsewhere, get its .deb by other means and give its path as --freedoom_deb.
"""

from __future__ import annotations

import argparse
import pathlib
import struct
import sys
import tarfile
import tempfile

import debian_package
import numpy as np

from magenta_vrae.data import records
from magenta_vrae.data.band import BandRoll
from magenta_vrae.reading import parser_pool

OUTPUT = pathlib.Path(__file__).parent.parent / 'data' / 'models'
# Pieces held out of each.
NUM_HELD_OUT = {'chorales': 40, 'quartets': 5, 'tunes': 200, 'freedoom': 7}

# Songs of which a larger share of notes begins off the sixteenths are left out.
# Where beats mean nothing it is 0.85.
_MOST_OFF_GRID = 0.5

_WADS = ('freedoom2.wad', 'freedoom1.wad')
_LUMP_BYTES = 16
_NOT_TO_BE_HAD = (
  ImportError,
  KeyError,
  OSError,
  ValueError,
  struct.error,
  tarfile.TarError,
)


def lumps(wad):
  """Yields name and content of each lump of a WAD file.

  Raises:
    ValueError: If it is none.
  """
  if wad[:4] not in (b'IWAD', b'PWAD'):
    raise ValueError('it is no WAD file')
  count, directory = struct.unpack_from('<ii', wad, 4)
  for i in range(count):
    position, size, name = struct.unpack_from(
      '<ii8s', wad, directory + i * _LUMP_BYTES
    )
    yield name.rstrip(b'\0').decode(), wad[position : position + size]


def songs_of(wads):
  """The different songs of some WAD files: {file name: MIDI file}."""
  found = {}
  for wad in wads:
    for name, content in lumps(wad):
      if name.startswith('D_') and content not in found.values():
        found[f'{name}_{len(found)}.mid'] = content
  return found


def write_freedoom(folder, deb=None):
  """Writes Freedoom's songs into a folder; returns the files."""
  deb = deb or debian_package.download('freedoom', folder)
  wads = dict(debian_package.files(deb, '.wad'))
  written = []
  for name, content in songs_of([wads[name] for name in _WADS]).items():
    written.append(folder / name)
    written[-1].write_bytes(content)
  return written


def from_music21(corpus):
  """The files of a corpus that music21 brings along."""
  import music21

  root = pathlib.Path(music21.__file__).parent / 'corpus'
  folders, pattern = {
    'chorales': (['bach'], '*.mxl'),
    'quartets': (['haydn', 'mozart', 'beethoven'], '**/*.mxl'),
    'tunes': (['ryansMammoth', 'oneills1850', 'airdsAirs'], '*.abc'),
  }[corpus]
  return [file for name in folders for file in (root / name).glob(pattern)]


def is_part_of(corpus, piece):
  """Whether a piece is what its corpus is to have: by its parts."""
  num_parts = len({note.instrument for note in piece.notes})
  wanted = {'chorales': 4, 'quartets': 4, 'tunes': 1}
  return num_parts == wanted.get(corpus, num_parts)


def follows_its_beats(corpus, piece):
  """Whether a piece's notes are where its tempo says, if that is in doubt."""
  if corpus != 'freedoom':
    return True
  return BandRoll(window_frames=64).off_grid(piece) <= _MOST_OFF_GRID


def write_datasets(corpus, paths, output):
  """Reads files, holds some pieces out, and writes both datasets."""
  pieces = [
    piece
    for result in parser_pool.read_all(sorted(str(path) for path in paths))
    for piece in result.sequences
    if is_part_of(corpus, piece)
  ]
  order = np.random.RandomState(0).permutation(len(pieces))
  held_out = set(order[: NUM_HELD_OUT[corpus]].tolist())
  for name, is_held_out in (('train', False), ('held_out', True)):
    chosen = [
      p
      for i, p in enumerate(pieces)
      if (i in held_out) is is_held_out and follows_its_beats(corpus, p)
    ]
    path = output / f'{corpus}_{name}.tfrecord'
    records.write_sequences(str(path), chosen)
    print(f'{path}: {len(chosen)} pieces')


def main():
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  parser.add_argument('corpora', nargs='*', help='which ones; all by default')
  parser.add_argument('--output_dir', type=pathlib.Path, default=OUTPUT)
  parser.add_argument(
    '--freedoom_deb', type=pathlib.Path, help='a package already here'
  )
  arguments = parser.parse_args()
  unknown = set(arguments.corpora) - set(NUM_HELD_OUT)
  if unknown:
    sys.exit(
      f'corpora: unknown {", ".join(sorted(unknown))}; known are '
      f'{", ".join(NUM_HELD_OUT)}'
    )
  arguments.output_dir.mkdir(parents=True, exist_ok=True)
  for corpus in arguments.corpora or NUM_HELD_OUT:
    with tempfile.TemporaryDirectory() as folder:
      try:
        if corpus == 'freedoom':
          paths = write_freedoom(pathlib.Path(folder), arguments.freedoom_deb)
        else:
          paths = from_music21(corpus)
        write_datasets(corpus, paths, arguments.output_dir)
      except _NOT_TO_BE_HAD as e:
        sys.exit(f'corpora: {corpus} cannot be had: {e}')


if __name__ == '__main__':
  main()
