# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Real music files, read: how many, how fast, and as another reader has them.

  .venv/bin/python benchmarks/reading.py FOLDER ... --files=400 --compare=60

Of each kind of file up to --files are read, chosen at random with a fixed seed,
as vrae_create_dataset reads them. Up to --compare of those are also read by
note_seq's own reader of the kind (pretty_midi under it, for MIDI), without
repeats, which it does not know. The agreement of two readings is the F1 of
their notes by mir_eval: pitch, onset within 10 ms, end within 10 ms. Of
a file the first 4000 notes are compared. Files on which they differ by more
than a hundredth are named, with how many notes each has.
"""

from __future__ import annotations

import argparse
import collections
import pathlib
import random
import time

import mir_eval
import numpy as np
from note_seq import abc_parser
from note_seq import midi_io
from note_seq import musicxml_reader

from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading import music_files
from magenta_vrae.reading import parser_pool
from magenta_vrae.reading.options import Options

SHORTEST = 0.001
# Of a file, for mir_eval takes minutes for many more.
MOST_NOTES = 4000


def notes(sequences):
  """Times and pitches of the notes of a file's pieces, side by side."""
  rows, offset = [], 0.0
  for sequence in sequences:
    rows += [
      (
        offset + n.start_time,
        offset + max(n.end_time, n.start_time + SHORTEST),
        n.pitch,
      )
      for n in sequence.notes
    ]
    # Apart, so that no piece's notes are taken for another's.
    offset += 10000.0
  table = np.array(sorted(rows)).reshape(-1, 3)[:MOST_NOTES]
  return table[:, :2], 440.0 * 2.0 ** ((table[:, 2] - 69) / 12)


def agreement(ours, theirs):
  """F1 of two readings of a file."""
  if not ours[0].size or not theirs[0].size:
    return 0.0
  return mir_eval.transcription.precision_recall_f1_overlap(
    *ours,
    *theirs,
    onset_tolerance=0.01,
    offset_ratio=0.0,
    offset_min_tolerance=0.01,
  )[2]


def by_note_seq(kind, path):
  """A file as note_seq's reader has it; None if it refuses it."""
  try:
    if kind == 'midi':
      return [midi_io.midi_file_to_note_sequence(str(path))]
    if kind == 'musicxml':
      return [musicxml_reader.musicxml_file_to_sequence_proto(str(path))]
    if kind == 'abc':
      tunes, failed = abc_parser.parse_abc_tunebook_file(str(path))
      return None if failed else [tunes[number] for number in sorted(tunes)]
  except Exception:  # Of any kind.
    return None
  return None


def chosen(folders, most):
  """Paths by kind, up to so many of each."""
  paths = collections.defaultdict(list)
  for folder in folders:
    for path in sorted(pathlib.Path(folder).rglob('*')):
      kind = music_files.KINDS.get(path.suffix.lower())
      if kind:
        paths[kind].append(path)
  rng = random.Random(0)
  return {
    kind: sorted(rng.sample(found, min(most, len(found))))
    for kind, found in sorted(paths.items())
  }


def read(kind, paths):
  """Reads files of a kind as the command does; prints what came of them."""
  start = time.monotonic()
  results = list(parser_pool.read_all(map(str, paths)))
  took = time.monotonic() - start
  skipped = [result for result in results if result.skipped]
  sequences = [s for result in results for s in result.sequences]
  music = sum(sequence.total_time for sequence in sequences)
  print(
    f'{kind}: {len(paths)} files in {took:.1f} s, {len(skipped)} skipped; '
    f'{sum(len(s.notes) for s in sequences)} notes, '
    f'{sum(r.left_out for r in results)} left out; {music / 60:.0f} minutes '
    f'of music, {1000 * took / max(music, 1):.2f} ms for a second of it'
  )
  reasons = collections.Counter(r.skipped for r in skipped)
  for reason, count in reasons.most_common(12):
    print(f'  skipped {count}: {reason}')
  warnings = collections.Counter(
    ''.join('#' if c.isdigit() else c for c in warning)
    for result in results
    for warning in result.warnings
  )
  for warning, count in warnings.most_common(12):
    print(f'  told {count}: {warning}')


def compare(kind, paths):
  """Prints how far two readers agree."""
  scores, refused = [], 0
  for path in paths:
    theirs = by_note_seq(kind, path)
    try:
      ours = music_files.read(
        str(path), '', limits_lib.DEFAULT, Options(repeats=False)
      )
    except InputError:
      continue
    if theirs is None:
      refused += 1
      continue
    pairs = notes(ours), notes(theirs)
    scores.append(agreement(*pairs))
    if scores[-1] < 0.99:
      counts = [len(pair[0]) for pair in pairs]
      print(
        f'  {scores[-1]:.3f} {path.name}: {counts[0]} notes, note_seq '
        f'{counts[1]}'
      )
  agree = sum(score >= 0.99 for score in scores)
  print(
    f'{kind}: {agree} of {len(scores)} files agree to 1%, mean F1 '
    f'{np.mean(scores) if scores else 0:.4f}; note_seq refuses {refused} more'
  )


def main():
  parser = argparse.ArgumentParser(
    description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
  )
  parser.add_argument('folders', nargs='+')
  parser.add_argument('--files', type=int, default=400)
  parser.add_argument('--compare', type=int, default=60)
  arguments = parser.parse_args()
  for kind, paths in chosen(arguments.folders, arguments.files).items():
    read(kind, paths)
    if kind in ('midi', 'musicxml', 'abc'):
      rng = random.Random(1)
      few = sorted(rng.sample(paths, min(arguments.compare, len(paths))))
      compare(kind, few)


if __name__ == '__main__':
  main()
