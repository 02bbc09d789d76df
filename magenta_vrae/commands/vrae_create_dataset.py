# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Turns a folder of music into a TFRecord of NoteSequences.

  vrae_create_dataset --input_dir=songs --output_file=songs.tfrecord

Reads MIDI, MusicXML and ABC, says of each file what came of it, and which
pitches the music uses. Magenta's own commands read the result as well. No file
can take more memory or time than --limits; one that tries is skipped.

Exit status: 0 if every file was read, 3 if some were skipped and the rest
written, 1 if nothing was written.
"""

from __future__ import annotations

import os
import sys

import tensorflow.compat.v1 as tf

# Defines --input_dir, --output_file, --recursive and --log.
from magenta.scripts import convert_dir_to_note_sequences  # noqa: F401

from magenta_vrae import limits as limits_lib
from magenta_vrae import music_files
from magenta_vrae import pitch_choice
from magenta_vrae.commands import entry
from magenta_vrae.errors import InputError
from magenta_vrae.progress import Progress

FLAGS = tf.app.flags.FLAGS
FLAGS.set_default('log', 'ERROR')
FLAGS.set_default('recursive', True)

entry.define_limits()

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


def main():
  tf.logging.set_verbosity(FLAGS.log)
  num_skipped = create_dataset(
    entry.require(FLAGS.input_dir, 'input_dir'),
    entry.require(FLAGS.output_file, 'output_file'),
    FLAGS.recursive,
    entry.limits(),
  )
  if num_skipped:
    print(f'skipped files: {num_skipped}, see above', file=sys.stderr)
    return SOME_SKIPPED
  return 0


def console_entry_point():
  entry.run(main)


if __name__ == '__main__':
  console_entry_point()
