# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The trained model that a command is given: a run, a bundle, a checkpoint."""

from __future__ import annotations

import contextlib
import os
import tempfile

import tensorflow.compat.v1 as tf

from magenta_vrae.commands import entry
from magenta_vrae.errors import InputError
from magenta_vrae.runs import bundle
from magenta_vrae.runs import checkpoints
from magenta_vrae.runs import run_settings

flags = tf.app.flags
FLAGS = flags.FLAGS


def define_flags():
  """Defines --run_dir, --checkpoint_file and --config, as Magenta has them."""
  flags.DEFINE_string(
    'run_dir',
    None,
    'The folder of a run, whose newest whole checkpoint is taken. Required if '
    'there is no --checkpoint_file.',
  )
  flags.DEFINE_string(
    'checkpoint_file',
    None,
    'A bundle, or a checkpoint without its .index or .data ending. Required if '
    'there is no --run_dir.',
  )
  flags.DEFINE_string(
    'config',
    '',
    'The name of the config. By default as the run or the bundle says; '
    'required where neither does.',
  )


def define_settings():
  """Defines --hparams and --converter."""
  flags.DEFINE_string(
    'hparams',
    '',
    'The `name=value` hyperparameters that the model was trained with beside '
    'those in the config. Only for a --checkpoint_file: a run tells its own.',
  )
  flags.DEFINE_string(
    'converter',
    '',
    'The `name=value` settings of the data converter that the model was '
    'trained with beside those in the config. Only for a --checkpoint_file.',
  )


@contextlib.contextmanager
def another(path):
  """Finds a model by a path alone: a run's folder, a bundle, a checkpoint.

  Within this, what a bundle was unpacked into is there.

  Args:
    path: The path.

  Yields:
    Its checkpoint without an ending, and the folder of its settings, which may
    be None or have none.

  Raises:
    InputError: If there is no checkpoint.
  """
  path = os.path.expanduser(path)
  with contextlib.ExitStack() as stack:
    if os.path.isdir(path):
      yield entry.newest_checkpoint(path), path
    else:
      yield _checkpoint_of_file(path, stack)


@contextlib.contextmanager
def model():
  """Finds the model that the flags name.

  Within this, what a bundle was unpacked into is there, and a checkpoint that
  does not fit the config is an `InputError`.

  Yields:
    The config's name, a `Config`, and its checkpoint without an ending.

  Raises:
    InputError: Unless the flags name one checkpoint that exists, and a config.
  """
  with contextlib.ExitStack() as stack:
    checkpoint, folder = _find_checkpoint(stack)
    name, config = run_settings.find_config(
      folder,
      FLAGS.config,
      FLAGS.hparams,
      FLAGS.converter,
      shown_as=FLAGS.run_dir or FLAGS.checkpoint_file,
    )
    stack.enter_context(entry.restoring(name))
    yield name, config, checkpoint


def _find_checkpoint(stack):
  """The checkpoint that the flags name, and the folder of its settings."""
  if (FLAGS.run_dir is None) == (FLAGS.checkpoint_file is None):
    raise InputError('give one of --run_dir and --checkpoint_file')
  if FLAGS.run_dir:
    run_dir = os.path.expanduser(FLAGS.run_dir)
    return entry.newest_checkpoint(run_dir), run_dir
  return _checkpoint_of_file(os.path.expanduser(FLAGS.checkpoint_file), stack)


def _checkpoint_of_file(path, stack):
  """That of a bundle or checkpoint, and the folder of its settings or None."""
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
