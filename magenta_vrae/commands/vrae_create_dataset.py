# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Turns a folder of music into a TFRecord of NoteSequences.

  vrae_create_dataset --input_dir=songs --output_file=songs.tfrecord
  vrae_create_dataset --input_dir=songs --output_file=songs.tfrecord \
      --num_shards=8 --scheduler=tcp://host:8786

Reads MIDI, MusicXML and ABC, says of each file what came of it, and which
pitches the music uses. Magenta's own commands read the result as well. No file
can take more memory or time than --limits; one that tries is skipped. With
--num_shards it is written in parts, which the same command, started again,
leaves alone where they are whole and up to date; a Dask cluster can make them.

Exit status: 0 if every file was read, 3 if some were skipped and the rest
written, 1 if nothing was written, or not every shard.
"""

from __future__ import annotations

import os
import sys

import tensorflow.compat.v1 as tf

# Defines --input_dir, --output_file, --recursive and --log.
from magenta.scripts import convert_dir_to_note_sequences  # noqa: F401

from magenta_vrae.commands import entry
from magenta_vrae.commands import flag_help
from magenta_vrae.data import dask_engine
from magenta_vrae.data import pitch_choice
from magenta_vrae.data import shards
from magenta_vrae.errors import InputError
from magenta_vrae.progress import Progress
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading import music_files

FLAGS = tf.app.flags.FLAGS
FLAGS.set_default('log', 'ERROR')
FLAGS.set_default('recursive', True)

flag_help.amend(
  input_dir='Required. MIDI, MusicXML and ABC files are read.',
  output_file='Required. With shards, the path of each without its number.',
)

flag_help.heading('Input')
entry.define_limits()

flag_help.heading('Shards')
tf.app.flags.DEFINE_integer(
  'num_shards',
  None,
  'Write the dataset in so many files, OUTPUT_FILE-00000-of-00008 and so on, '
  'and only those that are missing or out of date. By default one file, or '
  f'with --scheduler one shard for every {shards.FILES_PER_SHARD} music files.',
  lower_bound=1,
  upper_bound=shards.MAX_SHARDS,
)
flag_help.heading('Cluster')
tf.app.flags.DEFINE_string(
  'scheduler',
  '',
  'The address of a Dask scheduler whose workers make the shards, as '
  'tcp://host:8786. They need both folders under the same paths. By '
  'default this process makes them.',
)
tf.app.flags.DEFINE_integer(
  'scheduler_timeout_secs',
  30,
  'Seconds to wait for the scheduler, or for any worker, until giving up.',
  lower_bound=1,
)

SOME_SKIPPED = 3


def create_dataset(
  input_dir, output_file, recursive=True, limits=limits_lib.DEFAULT
):
  """Writes the NoteSequences of a folder's music files to a TFRecord.

  Args:
    input_dir: The folder.
    output_file: The TFRecord; replaced only when all is read.
    recursive: Whether to read the folders inside as well.
    limits: The `Limits` of each file.

  Returns:
    The number of files skipped.

  Raises:
    InputError: If there is no music, or none that can be read, or the output
      cannot be written.
  """
  paths = music_files.find(input_dir, recursive)
  partial = output_file + '.partial'
  pitches = pitch_choice.PitchCount()
  num_skipped = num_pieces = 0
  progress = Progress(len(paths), 'file')
  try:
    os.makedirs(os.path.dirname(os.path.abspath(output_file)), exist_ok=True)
    with tf.io.TFRecordWriter(partial) as writer:
      for number, path in enumerate(paths, start=1):
        warnings = []
        try:
          sequences = music_files.read(path, input_dir, limits, warnings.append)
        except InputError as e:
          num_skipped += 1
          progress.message(f'skipped  {path}: {e}')
        else:
          for sequence in sequences:
            writer.write(sequence.SerializeToString())
            pitches.add(sequence)
          num_pieces += len(sequences)
          notes = sum(len(sequence.notes) for sequence in sequences)
          seconds = sum(sequence.total_time for sequence in sequences)
          progress.message(f'read     {path}: {notes} notes, {seconds:.0f} s')
          for warning in warnings:
            progress.message(f'         {path}: {warning}')
        progress.update(number)
      progress.close()
    if not num_pieces:
      raise InputError(
        f'none of the {len(paths)} music files in {input_dir!r} could be read'
      )
    os.replace(partial, output_file)
  except (OSError, tf.errors.OpError) as e:
    raise InputError(f'cannot write {output_file!r}: {e}') from e
  finally:
    if os.path.exists(partial):
      os.remove(partial)

  print(pitches.report())
  print(
    f'{output_file}: {num_pieces} pieces from {len(paths) - num_skipped} of '
    f'{len(paths)} files, {num_skipped} skipped'
  )
  return num_skipped


def create_shards(
  input_dir,
  output_file,
  recursive=True,
  num_shards=None,
  scheduler='',
  timeout_secs=30,
  limits=limits_lib.DEFAULT,
):
  """Writes the NoteSequences of a folder's music files to several TFRecords.

  Args:
    input_dir: The folder.
    output_file: The path of each TFRecord without its -00000-of-00008.
    recursive: Whether to read the folders inside as well.
    num_shards: How many; None for `shards.default_num_shards`.
    scheduler: The address of a Dask scheduler; empty to work in this process.
    timeout_secs: How long to wait for that.
    limits: The `Limits` of each file.

  Returns:
    The number of files skipped.

  Raises:
    InputError: As `create_dataset`, and if a shard could not be made; the
      others stay, and are left out when this is called again.
  """
  paths = music_files.find(input_dir, recursive)
  num_shards = num_shards or shards.default_num_shards(len(paths))
  planned = shards.plan(paths, input_dir, output_file, num_shards, limits)
  reports = {shard: shards.finished(shard) for shard in planned}
  to_make = [shard for shard in planned if reports[shard] is None]
  progress = Progress(
    len(paths),
    'file',
    initial=len(paths) - sum(len(shard.paths) for shard in to_make),
  )
  if len(to_make) < num_shards:
    progress.message(
      f'{num_shards - len(to_make)} of {num_shards} shards are up to date'
    )
  for report in reports.values():
    for file in report.files if report else ():
      if file.skipped:
        _show_file(progress, file)
  try:
    shards.make_folder(output_file)
  except OSError as e:
    raise InputError(f'cannot write {output_file!r}: {e}') from e
  if not to_make:
    made = ()
  elif scheduler:
    made = dask_engine.write_all(to_make, scheduler, timeout_secs)
  else:
    made = ((shard, shards.write(shard)) for shard in to_make)
  failures = []
  for shard, report in made:
    if isinstance(report, InputError):
      failures.append(report)
      progress.message(f'failed   {shard.path}: {report}')
      continue
    reports[shard] = report
    for file in report.files:
      _show_file(progress, file)
    made_until_now = [s for s in planned if reports[s]]
    progress.update(
      sum(len(s.paths) for s in made_until_now),
      f'shard {len(made_until_now)}/{num_shards}',
    )
  progress.close()
  if failures:
    raise InputError(
      f'{len(failures)} of {num_shards} shards could not be made, the first '
      f'because {failures[0]}; the others stay, and the same command goes on'
    )
  num_pieces = sum(report.num_pieces for report in reports.values())
  shards.clean(output_file, num_shards if num_pieces else 0)
  if not num_pieces:
    raise InputError(
      f'none of the {len(paths)} music files in {input_dir!r} could be read'
    )
  pitches = pitch_choice.PitchCount()
  for report in reports.values():
    pitches.merge(report.pitches)
  num_skipped = sum(
    bool(file.skipped) for report in reports.values() for file in report.files
  )
  print(pitches.report())
  print(
    f'{output_file}-?????-of-{num_shards:05d}: {num_pieces} pieces from '
    f'{len(paths) - num_skipped} of {len(paths)} files, {num_skipped} skipped'
  )
  return num_skipped


def _show_file(progress, file):
  if file.skipped:
    progress.message(f'skipped  {file.path}: {file.skipped}')
  else:
    progress.message(
      f'read     {file.path}: {file.notes} notes, {file.seconds:.0f} s'
    )
    for warning in file.warnings:
      progress.message(f'         {file.path}: {warning}')


def main():
  tf.logging.set_verbosity(FLAGS.log)
  input_dir = entry.require(FLAGS.input_dir, 'input_dir')
  output_file = entry.require(FLAGS.output_file, 'output_file')
  if FLAGS.num_shards or FLAGS.scheduler:
    num_skipped = create_shards(
      input_dir,
      output_file,
      FLAGS.recursive,
      FLAGS.num_shards,
      FLAGS.scheduler,
      FLAGS.scheduler_timeout_secs,
      entry.limits(),
    )
  else:
    num_skipped = create_dataset(
      input_dir, output_file, FLAGS.recursive, entry.limits()
    )
  if num_skipped:
    print(f'skipped files: {num_skipped}, see above', file=sys.stderr)
    return SOME_SKIPPED
  return 0


def console_entry_point():
  entry.run(main)


if __name__ == '__main__':
  console_entry_point()
