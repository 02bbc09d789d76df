# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""How well the ready-made chorales harmonize a soprano that they never heard.

  .venv/bin/python experiments/harmonize.py --output=harmonized.png

Of chorales that were held out, the soprano is kept and the other voices are
made. Told is the share of frames, of those in which two or more pitch classes
sound, whose pitch classes are part of one triad or seventh chord; beside it the
share of Bach's own, and of his lower voices moved away by ten beats, which is
what chance gives in one key. corpora.py makes the chorales.
"""

from __future__ import annotations

import argparse
import pathlib
import sys

import corpora
import numpy as np

import magenta_vrae
from magenta_vrae import band_figures
from magenta_vrae import figures
from magenta_vrae.data import records

# Semitones above a root: triads, and the seventh chords of the keys.
CHORDS = (
  (0, 4, 7),
  (0, 3, 7),
  (0, 3, 6),
  (0, 4, 8),
  (0, 4, 7, 10),
  (0, 3, 7, 10),
  (0, 4, 7, 11),
  (0, 3, 6, 10),
  (0, 3, 6, 9),
)
EVERY_CHORD = {
  frozenset((root + step) % 12 for step in chord)
  for root in range(12)
  for chord in CHORDS
}
BEATS_AWAY = 10


def share_in_chords(roll, parts):
  """The share of a roll's frames that are part of a chord."""
  frames = []
  for frame in roll:
    sounding = frozenset(
      part.group.pitches[i] % 12
      for part in parts
      for i in np.flatnonzero(frame[part.columns][: len(part.group.pitches)])
    )
    if len(sounding) > 1:
      frames.append(any(sounding <= chord for chord in EVERY_CHORD))
  return np.mean(frames)


def main():
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  parser.add_argument('--num_pieces', type=int, default=10)
  parser.add_argument('--seed', type=int, default=1)
  parser.add_argument('--output', type=pathlib.Path, help='a picture of two')
  arguments = parser.parse_args()
  path = corpora.OUTPUT / 'chorales_held_out.tfrecord'
  if not path.exists():
    sys.exit(f'harmonize: {path} is missing; corpora.py chorales makes it')
  pieces = list(records.read_sequences(str(path)))[: arguments.num_pieces]
  generator = magenta_vrae.load('chorales', seed=arguments.seed)
  converter = generator.data_converter
  parts, rows, panels = converter.parts, [], []
  for piece in pieces:
    real = converter.to_roll(piece)
    made = generator.accompany(piece, ['soprano']) > 0
    moved = real.copy()
    for part in parts[1:]:
      away = BEATS_AWAY * converter.grid.frames_per_beat
      moved[:, part.columns] = np.roll(real[:, part.columns], away, axis=0)
    rows.append([share_in_chords(r, parts) for r in (real, made, moved)])
    panels += [('Bach', real[:128]), ('soprano kept', made[:128])]
  for name, share in zip(('Bach', 'made', 'moved'), np.mean(rows, axis=0)):
    print(f'{name:6} {share:.1%}')
  if arguments.output:
    shown = (panels[:4], parts, converter.frames_per_second)
    figures.save(
      band_figures.rolls(*shown, 'chorales', 2), str(arguments.output)
    )


if __name__ == '__main__':
  main()
