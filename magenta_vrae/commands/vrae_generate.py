# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Makes music with a trained VRAE, or any MusicVAE model.

  vrae_generate --run_dir=run --mode=sample \
      --num_outputs=5 --output_dir=out
  vrae_generate --checkpoint_file=model.tar.gz --output_dir=out
  vrae_generate --run_dir=run --mode=interpolate \
      --input_midi_1=a.mid --input_midi_2=b.mid --output_dir=out

All flags of music_vae_generate, through whose `run` this works, and those
below. A bundle, of vrae_export or Magenta's own, is read with care: what
reaches out of it or is too large is refused.
"""

from __future__ import annotations

import contextlib
import os
import tempfile

import tensorflow.compat.v1 as tf

# Defines Magenta's generation flags.
from magenta.models.music_vae import music_vae_generate

from magenta_vrae import bundle
from magenta_vrae import checkpoints
from magenta_vrae import latent
from magenta_vrae import music_files
from magenta_vrae import runs
from magenta_vrae.commands import entry
from magenta_vrae.errors import InputError

flags = tf.app.flags
FLAGS = flags.FLAGS
FLAGS.set_default('log', 'ERROR')

flags.DEFINE_string(
  'hparams',
  '',
  'The `name=value` hyperparameters that the model was trained with beside '
  'those in the config. Only for a --checkpoint_file: a run_dir tells its own.',
)
flags.DEFINE_string(
  'converter',
  '',
  'The `name=value` settings of the data converter that the model was trained '
  'with beside those in the config. Only for a --checkpoint_file.',
)

entry.define_limits()

# Magenta's divides by the sine of the angle between the two means, which is
# zero for a song morphed into itself and often tiny in two dimensions.
music_vae_generate._slerp = latent.slerp


def find_checkpoint(stack):
  """The checkpoint that the flags name, whole.

  Args:
    stack: An ExitStack; what a bundle was unpacked into goes with it.

  Returns:
    The checkpoint, without an ending, and the folder of its settings, or None.

  Raises:
    InputError: Unless the flags name one checkpoint that exists.
  """
  if (FLAGS.run_dir is None) == (FLAGS.checkpoint_file is None):
    raise InputError('give one of --run_dir and --checkpoint_file')
  if FLAGS.run_dir:
    run_dir = os.path.expanduser(FLAGS.run_dir)
    return entry.newest_checkpoint(run_dir), run_dir
  path = os.path.expanduser(FLAGS.checkpoint_file)
  if os.path.isfile(path):
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    contents = bundle.read(path, folder)
    return contents.checkpoint, folder if contents.has_settings else None
  if not os.path.isfile(path + '.index'):
    raise InputError(
      f'no checkpoint {path!r}; give a bundle, or a checkpoint without its '
      '.index or .data ending'
    )
  reason = checkpoints.damage_of_strangers(path)
  if reason:
    raise InputError(f'checkpoint {path!r} is damaged: {reason}')
  return path, None


def check_input(path, flag, data_converter):
  """Raises InputError unless a MIDI file has something to encode."""
  path = entry.require(path, flag)
  if not os.path.isfile(path):
    raise InputError(f'--{flag}={path!r} does not exist')
  try:
    (note_sequence,) = music_files.read(path, limits=entry.limits())
  except InputError as e:
    raise InputError(f'--{flag}={path!r} cannot be used: {e}') from e
  if not data_converter.to_tensors(note_sequence).inputs:
    raise InputError(
      f'--{flag}={path!r} has no notes that config {FLAGS.config!r} can use'
    )


def main():
  tf.logging.set_verbosity(FLAGS.log)
  if FLAGS.mode not in ('sample', 'interpolate'):
    raise InputError(
      f"--mode is {FLAGS.mode!r}; it is 'sample' or 'interpolate'"
    )
  with contextlib.ExitStack() as stack:
    checkpoint, folder = find_checkpoint(stack)
    FLAGS.config, config = runs.find_config(
      folder,
      FLAGS.config,
      FLAGS.hparams,
      FLAGS.converter,
      shown_as=FLAGS.run_dir or FLAGS.checkpoint_file,
    )
    if FLAGS.mode == 'interpolate':
      for flag in ('input_midi_1', 'input_midi_2'):
        check_input(FLAGS[flag].value, flag, config.data_converter)
    # Magenta looks for itself in a run_dir, and may find a damaged one.
    FLAGS.run_dir, FLAGS.checkpoint_file = None, checkpoint
    with entry.restoring(FLAGS.config), entry.writing(FLAGS.output_dir):
      music_vae_generate.run({FLAGS.config: config})
  print(f'{FLAGS.num_outputs} MIDI files written to {FLAGS.output_dir}')


def console_entry_point():
  entry.run(main)


if __name__ == '__main__':
  console_entry_point()
