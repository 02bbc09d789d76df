# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Encodes music: the posterior's mu and sigma of every window of every piece.

  vrae_encode --model=chorales --examples_path=songs --output=z.npz
  vrae_encode --run_dir=run --examples_path=songs --output=z.npz
  vrae_encode --run_dir=run --examples_path=songs.tfrecord --output=z.csv,z.npz
  vrae_encode --checkpoint_file=model.tar.gz --examples_path=songs \
      --output=z.npz --hop_frames=1 --draw_z --seed=1

Reads a folder of music, one music file, or TFRecords. Each row is a window: its
file name, its song, its start in seconds, mu and sigma of each latent
dimension, and with --draw_z a draw of z. A .npz file holds arrays of these
names, for Python. A .csv file holds the same for other programs.

Exit status: 0 if every file was read, 3 if some were skipped and the rest
encoded, 1 if nothing was written.
"""

from __future__ import annotations

import contextlib
import csv
import os
from typing import Any
from typing import Sequence

import numpy as np
from absl import flags

from magenta_vrae import files
from magenta_vrae.commands import entry
from magenta_vrae.commands import flag_help
from magenta_vrae.commands import path_list
from magenta_vrae.commands import pieces
from magenta_vrae.commands import trained
from magenta_vrae.errors import InputError
from magenta_vrae.inference import features
from magenta_vrae.plural import plural

FLAGS = flags.FLAGS

flag_help.heading('Model')
trained.define_flags()
trained.define_model()
trained.define_settings()

flag_help.heading('Input')
flags.DEFINE_string(
  'examples_path',
  None,
  f'What to encode: {pieces.WHAT}. Required.',
)
entry.define_limits()

flag_help.heading('Output')


def _is_output(text: str) -> bool:
  """Whether a text is one path: only its end is one of a file to write."""
  *parts, last = text.split(',')
  endings = tuple(WRITERS)
  return last.endswith(endings) and not any(
    part.endswith(endings) for part in parts
  )


path_list.define(
  'output',
  'Files to write, ending in .npz or .csv, with commas between. Required.',
  _is_output,
)
flags.DEFINE_bool('draw_z', False, 'Also draw a z from each posterior.')
flags.DEFINE_integer(
  'seed',
  None,
  'Makes the draws repeatable. By default they differ each time.',
  lower_bound=0,
  upper_bound=2**32 - 1,
)

flag_help.heading('Windows')
flags.DEFINE_integer(
  'hop_frames',
  None,
  'Frames from one window to the next. By default as in training.',
  lower_bound=1,
)
flags.DEFINE_bool(
  'partial_windows',
  False,
  'Also encode the rest of a piece after its last whole window.',
)
flags.DEFINE_integer('batch_size', 256, 'Windows per step.', lower_bound=1)

SOME_SKIPPED = 3


class CsvWriter:
  """Writes rows as they come."""

  def __init__(self, path: str, z_size: int, has_z: bool) -> None:
    self._file = open(path, 'w', newline='', encoding='utf-8')
    self._writer = csv.writer(self._file)
    names = ['mu', 'sigma', 'z'][: 2 + has_z]
    self._writer.writerow(
      ['file_name', 'song', 'start_time']
      + [f'{name}_{i + 1}' for name in names for i in range(z_size)]
    )

  def write(self, batch: features.Features) -> None:
    vectors = [batch.mu, batch.sigma]
    if batch.z is not None:
      vectors.append(batch.z)
    for row in zip(
      batch.files, batch.songs, batch.start_times, np.hstack(vectors)
    ):
      self._writer.writerow([*row[:3], *(f'{v:.9g}' for v in row[3])])

  def close(self) -> None:
    self._file.close()


class NpzWriter:
  """Keeps the rows' few numbers, and writes them at the end."""

  def __init__(self, path: str, z_size: int, has_z: bool) -> None:
    del has_z
    self._path, self._z_size = path, z_size
    self._batches: list[features.Features] = []

  def write(self, batch: features.Features) -> None:
    self._batches.append(batch)

  def close(self) -> None:
    rows = features.join(self._batches, self._z_size)
    arrays: dict[str, Any] = {
      'file_name': np.array(rows.files, str),
      'song': np.array(rows.songs, str),
      'start_time': rows.start_times,
      'mu': rows.mu,
      'sigma': rows.sigma,
    }
    if rows.z is not None:
      arrays['z'] = rows.z
    # A file object: a path would get another ending.
    with open(self._path, 'wb') as file:
      np.savez_compressed(file, **arrays)


# By the ending of what they write.
WRITERS: dict[str, type[NpzWriter] | type[CsvWriter]] = {
  '.npz': NpzWriter,
  '.csv': CsvWriter,
}


def encode_to(
  outputs: Sequence[str],
  extractor: features.FeatureExtractor,
  source: pieces.Source,
  rng: np.random.RandomState | None = None,
) -> int:
  """Writes the features of pieces to files, each whole or not at all.

  Args:
    outputs: Paths that end in .npz or .csv.
    extractor: A `FeatureExtractor`.
    source: The `pieces.Source`.
    rng: (Optional) A `numpy.random.RandomState` to draw z with.

  Returns:
    How many windows were encoded.

  Raises:
    InputError: If a file cannot be written, or there is no window to write.
  """
  num_windows = 0
  with contextlib.ExitStack() as stack:
    writers: list[NpzWriter | CsvWriter] = []
    for output in outputs:
      partial = stack.enter_context(files.whole(output))
      kind = WRITERS[os.path.splitext(output)[1]]
      writers.append(kind(partial, extractor.z_size, rng is not None))
    for batch in extractor.extract(source, rng):
      for writer in writers:
        writer.write(batch)
      num_windows += len(batch.mu)
      source.count(num_windows)
    for writer in writers:
      writer.close()
    if not num_windows:
      raise InputError(
        "no piece has a window with notes of the model's pitches"
      )
  return num_windows


def main() -> int | None:
  path = entry.require(FLAGS.examples_path, 'examples_path')
  if not FLAGS.output:
    raise InputError('--output is required: FILE.npz, FILE.csv or both')
  outputs = [os.path.expanduser(output) for output in FLAGS.output]
  for output in outputs:
    if os.path.splitext(output)[1] not in WRITERS:
      raise InputError(
        f'--output={output!r} must end in {" or ".join(WRITERS)}'
      )
    files.check_writable(output)
  source = pieces.Source(path, entry.limits(), is_kept=False)
  for output in outputs:
    read = [*trained.files_given(), *source.file_paths()]
    files.check_is_not_read(output, read)
  rng = np.random.RandomState(FLAGS.seed) if FLAGS.draw_z else None
  with trained.model() as (name, config, checkpoint):
    extractor = features.FeatureExtractor(
      config,
      checkpoint,
      FLAGS.batch_size,
      FLAGS.hop_frames,
      FLAGS.partial_windows,
    )
  num_windows = encode_to(outputs, extractor, source, rng)
  print(f'{plural(num_windows, "window")} by {name}, in {", ".join(outputs)}')
  return SOME_SKIPPED if source.num_skipped else None


def console_entry_point() -> None:
  entry.run(main)


if __name__ == '__main__':
  console_entry_point()
