# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A dataset in shards: music files -> TFRecords that are made one at a time.

    songs.tfrecord-00000-of-00008      NoteSequences; --examples_path takes
    songs.tfrecord-00001-of-00008      songs.tfrecord-?????-of-00008
    .songs.tfrecord.shards/
      00000-of-00008.json              what became of each file, and of what
                                       state of the folder the shard was made
      *.partial                        shards being written

A file's shard is a hash of its path, so that a file more or less changes one
shard. Within a shard files stand in the order of their paths. Writing a shard
is idempotent: it is made aside and renamed, its report comes last, and a shard
whose report fits the folder's present state is not made again. Two processes
may make the same one at a time; both write the same.
"""

from __future__ import annotations

import collections
import contextlib
import glob
import hashlib
import json
import os
import re
import socket
import uuid

import tensorflow.compat.v1 as tf

import magenta_vrae
from magenta_vrae.data.pitch_choice import PitchCount
from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading import music_files

VERSION = magenta_vrae.__version__
FILES_PER_SHARD = 256
MAX_SHARDS = 99999

# Part of every fingerprint: shards are made anew when what they hold, or what
# a report says, is another thing than before.
_FORMAT = 1


class Shard(
  collections.namedtuple(
    'Shard',
    [
      'number',
      'of',
      'input_dir',
      'output_file',
      'paths',
      'limits',
      'fingerprint',
    ],
  )
):
  """One part of a dataset and what it is made from.

  Attributes:
    number: From 0.
    of: The number of shards.
    input_dir: The folder of music, an absolute path.
    output_file: The dataset's path without a shard's ending, absolute.
    paths: Its music files, relative to `input_dir`, sorted, a tuple.
    limits: The `Limits` of each file.
    fingerprint: A digest of the paths, sizes and times of those files, of the
      limits and of this package's version.
  """

  @property
  def ending(self):
    return f'{self.number:05d}-of-{self.of:05d}'

  @property
  def path(self):
    return f'{self.output_file}-{self.ending}'

  @property
  def report_path(self):
    return os.path.join(_aside(self.output_file), f'{self.ending}.json')


class FileReport(
  collections.namedtuple(
    'FileReport', ['path', 'skipped', 'notes', 'seconds', 'warnings']
  )
):
  """What became of one music file.

  Attributes:
    path: Relative to the folder.
    skipped: The reason why it was, or None.
    notes: Notes read.
    seconds: Their length.
    warnings: What of it was left out, a list of lines.
  """


class Report(
  collections.namedtuple('Report', ['files', 'num_pieces', 'pitches'])
):
  """What became of the files of one shard.

  Attributes:
    files: A `FileReport` of each, a list.
    num_pieces: NoteSequences written.
    pitches: A `PitchCount` of them.
  """


def default_num_shards(num_files):
  """As many as leave `FILES_PER_SHARD` files to each."""
  return min(-(-num_files // FILES_PER_SHARD), MAX_SHARDS)


def plan(paths, input_dir, output_file, num_shards, limits=limits_lib.DEFAULT):
  """Distributes music files over shards.

  Args:
    paths: The files, relative to `input_dir`.
    input_dir: The folder.
    output_file: The dataset's path without a shard's ending.
    num_shards: How many.
    limits: The `Limits` of each file.

  Returns:
    A list of `Shard`s, some of which may have no files.

  Raises:
    InputError: If a file's state cannot be read.
  """
  input_dir = os.path.abspath(input_dir)
  members = [[] for _ in range(num_shards)]
  for path in sorted(paths):
    digest = hashlib.sha1(os.fsencode(path)).digest()
    members[int.from_bytes(digest[:8], 'big') % num_shards].append(path)
  return [
    Shard(
      number,
      num_shards,
      input_dir,
      os.path.abspath(output_file),
      tuple(paths_of_shard),
      limits,
      _fingerprint(paths_of_shard, input_dir, limits),
    )
    for number, paths_of_shard in enumerate(members)
  ]


def _fingerprint(paths, input_dir, limits):
  made_by = (_FORMAT, VERSION, input_dir, limits)
  digest = hashlib.sha256(repr(made_by).encode())
  for path in paths:
    try:
      state = os.stat(os.path.join(input_dir, path))
      known = (path, state.st_size, state.st_mtime_ns)
    except OSError as e:
      # A link to nowhere, for one: reading will say so.
      known = (path, type(e).__name__)
    digest.update(repr(known).encode('utf-8', 'surrogateescape'))
  return digest.hexdigest()


def finished(shard):
  """The `Report` of a shard that need not be made again; None otherwise."""
  try:
    with open(shard.report_path, encoding='utf-8') as file:
      held = json.load(file)
    if held['fingerprint'] != shard.fingerprint:
      return None
    if held['num_bytes'] != os.path.getsize(shard.path):
      return None
    return Report(
      [FileReport(*row) for row in held['files']],
      held['num_pieces'],
      PitchCount(held['pitched'], held['drums']),
    )
  except (OSError, ValueError, KeyError, TypeError):
    return None


def write(shard, version=VERSION):
  """Makes a shard, whole or not at all.

  Args:
    shard: A `Shard`.
    version: This package's version where the shard was planned.

  Returns:
    Its `Report`.

  Raises:
    InputError: If this process has another version of the package, does not see
      the folder, or cannot write.
  """
  where = f'process {os.getpid()} on {socket.gethostname()}'
  if version != VERSION:
    raise InputError(
      f'{where} has magenta_vrae {VERSION}, this command has '
      f'{version}; install the same on both'
    )
  if not os.path.isdir(shard.input_dir):
    raise InputError(
      f'{where} sees no folder {shard.input_dir!r}; every worker needs it, and '
      'the output, under the same path'
    )
  partial = os.path.join(
    _aside(shard.output_file),
    f'{shard.ending}.{socket.gethostname()}.{os.getpid()}.'
    f'{uuid.uuid4().hex[:8]}.partial',
  )
  files, num_pieces, pitches = [], 0, PitchCount()
  try:
    make_folder(shard.output_file)
    with tf.io.TFRecordWriter(partial) as writer:
      for path in shard.paths:
        warnings = []
        try:
          sequences = music_files.read(
            path, shard.input_dir, shard.limits, warnings.append
          )
        except InputError as e:
          files.append(FileReport(path, str(e), 0, 0.0, []))
          continue
        for sequence in sequences:
          writer.write(sequence.SerializeToString())
          pitches.add(sequence)
        num_pieces += len(sequences)
        files.append(
          FileReport(
            path,
            None,
            sum(len(sequence.notes) for sequence in sequences),
            sum(sequence.total_time for sequence in sequences),
            warnings,
          )
        )
    report = Report(files, num_pieces, pitches)
    _publish(shard, partial, report)
    return report
  # TensorFlow's errors do not travel between processes.
  except (OSError, tf.errors.OpError) as e:
    raise InputError(f'{where} cannot write {shard.path!r}: {e}') from None
  finally:
    _remove(partial)
    _remove(partial + '.json')


def _publish(shard, partial, report):
  """Puts a shard in its place, and then its report."""
  num_bytes = os.path.getsize(partial)
  with open(partial + '.json', 'w', encoding='utf-8') as file:
    json.dump(
      {
        'fingerprint': shard.fingerprint,
        'num_bytes': num_bytes,
        'num_pieces': report.num_pieces,
        'pitched': report.pitches.pitched.tolist(),
        'drums': report.pitches.drums.tolist(),
        'files': report.files,
      },
      file,
    )
  _remove(shard.report_path)
  os.replace(partial, shard.path)
  os.replace(partial + '.json', shard.report_path)


def make_folder(output_file):
  """Makes the folder of a dataset and the one for what is unfinished."""
  os.makedirs(_aside(output_file), exist_ok=True)


def clean(output_file, num_shards):
  """Removes what is left of dead processes and of other numbers of shards.

  Only while no shard of this dataset is being written.

  Args:
    output_file: The dataset's path without a shard's ending.
    num_shards: The number whose shards stay; 0 for none.
  """
  aside = _aside(os.path.abspath(output_file))
  for path in glob.glob(os.path.join(glob.escape(aside), '*')):
    name = os.path.basename(path)
    report = re.fullmatch(r'(\d{5}-of-(\d{5}))\.json', name)
    if report and int(report[2]) != num_shards:
      _remove(f'{output_file}-{report[1]}')
      _remove(path)
    elif re.search(r'\.partial(\.json)?$', name):
      _remove(path)


def _aside(output_file):
  """The folder for reports and partial files; no pattern of shards finds it."""
  folder, name = os.path.split(output_file)
  return os.path.join(folder, f'.{name}.shards')


def _remove(path):
  with contextlib.suppress(FileNotFoundError):
    os.remove(path)
