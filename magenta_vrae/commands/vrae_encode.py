# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Encodes music: the posterior's mu and sigma of every window of every piece.

  vrae_encode --run_dir=run --examples_path=songs --output=z.npz
  vrae_encode --run_dir=run --examples_path=songs.tfrecord --output=z.csv,z.npz
  vrae_encode --checkpoint_file=model.tar.gz --examples_path=songs \
      --output=z.npz --hop_frames=1 --draw_z --seed=1

Reads a folder of music files, or the TFRecords of vrae_create_dataset. A row is
a window: its file name, its song, where it starts in seconds, mu and sigma of
each latent dimension, and with --draw_z a draw of z. For Python, as arrays by
these names, a file ending in .npz; for everything else, .csv.

Exit status: 0 if every file was read, 3 if some were skipped and the rest
encoded, 1 if nothing was written.
"""

from __future__ import annotations

import contextlib
import csv
import os

import numpy as np
import tensorflow.compat.v1 as tf

from magenta_vrae import examples
from magenta_vrae import features
from magenta_vrae.commands import entry
from magenta_vrae.commands import trained
from magenta_vrae.errors import InputError
from magenta_vrae.progress import Progress
from magenta_vrae.reading import music_files

flags = tf.app.flags
FLAGS = flags.FLAGS

trained.define_flags()
trained.define_settings()
flags.DEFINE_string(
  'examples_path',
  None,
  'What to encode: a folder of music files, or a path or pattern of TFRecords.',
)
flags.DEFINE_list(
  'output', [], 'Files to write, ending in .npz or .csv; several by commas.'
)
flags.DEFINE_integer(
  'hop_frames',
  None,
  'Frames from one window to the next. By default as in training.',
  lower_bound=1,
)
flags.DEFINE_bool(
  'partial_windows',
  False,
  "Encode what stands behind a piece's last whole window, too.",
)
flags.DEFINE_bool('draw_z', False, 'Draw a z from each posterior as well.')
flags.DEFINE_integer('seed', None, 'Makes the draws repeatable.', lower_bound=0)
flags.DEFINE_integer('batch_size', 256, 'Windows per step.', lower_bound=1)
entry.define_limits()

ENDINGS = ('.npz', '.csv')
SOME_SKIPPED = 3


class Source:
  """The pieces to encode, one after the other.

  Attributes:
    num_skipped: Files that could not be read so far.

  Args:
    path: A folder of music files, or a path or pattern of TFRecords.
    limits: The `Limits` of each piece.

  Raises:
    InputError: If there is no such thing.
  """

  def __init__(self, path, limits):
    self._path, self._limits = path, limits
    self._files = music_files.find(path, True) if os.path.isdir(path) else None
    self._progress = Progress(
      self._files and len(self._files), 'file' if self._files else 'piece'
    )
    self.num_skipped = self._num_windows = 0

  def __iter__(self):
    for done, piece in enumerate(self._pieces()):
      yield piece
      if not self._files:
        self._show(done + 1)
    self._progress.close()

  def _pieces(self):
    if self._files is None:
      yield from examples.read_examples(self._path, self._limits)
      return
    for done, file in enumerate(self._files):
      try:
        yield from music_files.read(file, self._path, self._limits)
      except InputError as e:
        self.num_skipped += 1
        self._progress.message(f'skipped  {file}: {e}')
      self._show(done + 1)

  def count(self, num_windows):
    """Has the progress tell how many windows were encoded until now."""
    self._num_windows = num_windows

  def _show(self, done):
    self._progress.update(done, f'{self._num_windows} windows')


class CsvWriter:
  """Writes rows as they come."""

  def __init__(self, path, z_size, has_z):
    self._file = open(path, 'w', newline='', encoding='utf-8')
    self._writer = csv.writer(self._file)
    names = ['mu', 'sigma', 'z'][: 2 + has_z]
    self._writer.writerow(
      ['file_name', 'song', 'start_time']
      + [f'{name}_{i + 1}' for name in names for i in range(z_size)]
    )

  def write(self, batch):
    vectors = [batch.mu, batch.sigma]
    if batch.z is not None:
      vectors.append(batch.z)
    for row in zip(
      batch.files, batch.songs, batch.start_times, np.hstack(vectors)
    ):
      self._writer.writerow([*row[:3], *(f'{v:.9g}' for v in row[3])])

  def close(self):
    self._file.close()


class NpzWriter:
  """Keeps the rows' few numbers, and writes them at the end."""

  def __init__(self, path, z_size, has_z):
    del has_z
    self._path, self._z_size, self._batches = path, z_size, []

  def write(self, batch):
    self._batches.append(batch)

  def close(self):
    rows = features.join(self._batches, self._z_size)
    arrays = {
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


WRITERS = dict(zip(ENDINGS, (NpzWriter, CsvWriter)))


def encode_to(outputs, extractor, source, rng=None):
  """Writes the features of pieces to files, each whole or not at all.

  Args:
    outputs: Paths that end in .npz or .csv.
    extractor: A `FeatureExtractor`.
    source: The `Source` of pieces.
    rng: (Optional) A `numpy.random.RandomState` to draw z with.

  Returns:
    How many windows were encoded.

  Raises:
    InputError: If a file cannot be written, or there is no window to write.
  """
  partial = [output + '.partial' for output in outputs]
  num_windows = 0
  try:
    writers = []
    for output, path in zip(outputs, partial):
      os.makedirs(os.path.dirname(os.path.abspath(output)), exist_ok=True)
      kind = WRITERS[os.path.splitext(output)[1]]
      writers.append(kind(path, extractor.z_size, rng is not None))
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
    for output, path in zip(outputs, partial):
      os.replace(path, output)
  except OSError as e:
    raise InputError(
      f'cannot write {", ".join(outputs)}: {e.strerror or e}'
    ) from e
  finally:
    for path in partial:
      with contextlib.suppress(OSError):
        os.remove(path)
  return num_windows


def main():
  path = entry.require(FLAGS.examples_path, 'examples_path')
  if not FLAGS.output:
    raise InputError('--output is required: FILE.npz, FILE.csv or both')
  outputs = [os.path.expanduser(output) for output in FLAGS.output]
  for output in outputs:
    if os.path.splitext(output)[1] not in ENDINGS:
      raise InputError(
        f'--output={output!r} ends in neither of {" ".join(ENDINGS)}'
      )
  source = Source(path, entry.limits())
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
  print(f'{num_windows} windows by {name}, in {", ".join(outputs)}')
  return SOME_SKIPPED if source.num_skipped else None


def console_entry_point():
  entry.run(main)


if __name__ == '__main__':
  console_entry_point()
