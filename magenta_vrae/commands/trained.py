# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The trained model that a command is given.

A run, a bundle, a checkpoint, or one that comes with the package.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from typing import Any
from typing import Iterable
from typing import Iterator

from absl import flags

from magenta_vrae import catalogue
from magenta_vrae.errors import InputError
from magenta_vrae.runs import bundle
from magenta_vrae.runs import checkpoints
from magenta_vrae.runs import ready_made
from magenta_vrae.runs import run_settings

FLAGS = flags.FLAGS


def define_run() -> None:
  """Defines --run_dir and --checkpoint_file, as Magenta has them."""
  flags.DEFINE_string(
    'run_dir',
    None,
    'The folder of a run. The command uses its newest whole checkpoint. '
    'Required if there is no --checkpoint_file or --model.',
  )
  flags.DEFINE_string(
    'checkpoint_file',
    None,
    'A bundle, or a checkpoint without its .index or .data ending. Required if '
    'there is no --run_dir or --model.',
  )


def define_flags() -> None:
  """Defines --run_dir, --checkpoint_file and --config, as Magenta has them."""
  define_run()
  flags.DEFINE_string(
    'config',
    '',
    'The name of the config. By default the config of the run or the bundle. '
    'Required if neither names one.',
  )


def define_model() -> None:
  """Defines --model."""
  flags.DEFINE_string(
    'model',
    None,
    'The name of a model that comes with the package, such as chorales; '
    '`vrae_generate --list_models` lists them. Required if there is no '
    '--run_dir or --checkpoint_file.',
  )


def define_settings() -> None:
  """Defines --hparams and --converter."""
  flags.DEFINE_string(
    'hparams',
    '',
    'The `name=value` hyperparameters of the training that differ from the '
    'config. Only for a --checkpoint_file, because a run remembers its own.',
  )
  flags.DEFINE_string(
    'converter',
    '',
    'The `name=value` settings of the data converter in the training that '
    'differ from the config. Only for a --checkpoint_file.',
  )


@contextlib.contextmanager
def another(path: str) -> Iterator[tuple[str, str | None]]:
  """Finds a model by one text: a run's folder, a bundle, a checkpoint, a name.

  Within this, what a bundle was unpacked into is there.

  Args:
    path: The path, or the name of a ready-made model where no file has it.

  Yields:
    Its checkpoint without an ending, in full precision, and the folder of its
    settings, which may be None or have none.

  Raises:
    InputError: If there is no checkpoint.
  """
  path = os.path.expanduser(path)
  with contextlib.ExitStack() as stack:
    if os.path.isdir(path) and not ready_made.is_meant(path):
      yield newest_checkpoint(path), path
      return
    is_name = os.sep not in path and not os.path.exists(path + '.index')
    if is_name and not os.path.isfile(path):
      path = _ready_made(path)
    checkpoint, settings = _checkpoint_of_file(path, stack)
    if bundle.is_half(checkpoint):
      from magenta_vrae.commands import tensorflow_start

      tensorflow_start.start('ERROR')
      folder = stack.enter_context(tempfile.TemporaryDirectory())
      checkpoint = bundle.in_full_precision(checkpoint, folder)
    yield checkpoint, settings


def _ready_made(name: str) -> str:
  """The bundle of a ready-made model, where nothing else has that name."""
  known = ready_made.all_models()
  if name not in known:
    raise InputError(
      f'no run, bundle or checkpoint {name!r} is here, and no ready-made model '
      f'has that name; {catalogue.nearest(name, known)}'
    )
  return ready_made.find(name)


@contextlib.contextmanager
def model() -> Iterator[tuple[str, Any, str]]:
  """Finds the model that the flags name.

  Within this, what a bundle was unpacked into is there.

  Yields:
    The config's name, or that of a ready-made model; its `Preset` or `Config`;
    and its checkpoint without an ending.

  Raises:
    InputError: Unless the flags name one checkpoint that exists, and a config.
  """
  with found() as (checkpoint, folder):
    name, config = run_settings.find_config(
      folder,
      FLAGS.config,
      FLAGS.hparams,
      FLAGS.converter,
      shown_as=given(),
    )
    yield FLAGS.model or name, config, checkpoint


def given() -> str | None:
  """What the flags call the model: a path, or a name."""
  return FLAGS.run_dir or FLAGS.checkpoint_file or FLAGS.model


def files_given() -> list[str]:
  """The files that the flags name as the model, if they name one."""
  if not FLAGS.checkpoint_file:
    return []
  path = os.path.expanduser(FLAGS.checkpoint_file)
  return [path, path + '.index']


@contextlib.contextmanager
def found() -> Iterator[tuple[str, str | None]]:
  """Finds the checkpoint that the flags name.

  Within this, what a bundle was unpacked into is there.

  Yields:
    The checkpoint without an ending, and the folder of its settings, which may
    be None or have none.

  Raises:
    InputError: Unless the flags name one checkpoint that exists.
  """
  with contextlib.ExitStack() as stack:
    yield _find_checkpoint(stack)


def _find_checkpoint(stack: contextlib.ExitStack) -> tuple[str, str | None]:
  """The checkpoint that the flags name, and the folder of its settings."""
  given = [FLAGS.run_dir, FLAGS.checkpoint_file, FLAGS.model]
  if sum(value is not None for value in given) != 1:
    raise InputError(
      'give one of --model, --run_dir and --checkpoint_file; '
      '`vrae_generate --list_models` lists what --model can be'
    )
  if FLAGS.model is not None:
    return _checkpoint_of_file(ready_made.find(FLAGS.model), stack)
  if FLAGS.run_dir:
    run_dir = os.path.expanduser(FLAGS.run_dir)
    return newest_checkpoint(run_dir), run_dir
  return _checkpoint_of_file(os.path.expanduser(FLAGS.checkpoint_file), stack)


def _checkpoint_of_file(
  path: str, stack: contextlib.ExitStack
) -> tuple[str, str | None]:
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


def report_damaged(found: checkpoints.Found, what_became: str) -> None:
  """Names the checkpoints that `checkpoints.Found` tells are damaged."""
  for path, reason in found.damaged.items():
    print(
      f'damaged checkpoint {path}: {reason}; {what_became}', file=sys.stderr
    )
  if found.damaged:
    print(f'going on from {found.path}', file=sys.stderr)


def newest_checkpoint(run_dir: str) -> str:
  """The newest good checkpoint of a run; says which ones it passes over.

  Raises:
    InputError: If there is none.
  """
  train_dir = os.path.join(run_dir, 'train')
  found = checkpoints.find(train_dir)
  if found.path is None:
    raise InputError(
      f'no checkpoint in {train_dir!r}; train with vrae_train first'
    )
  report_damaged(found, 'skipped')
  return found.path


def whole_ones(paths: Iterable[str]) -> Iterator[str]:
  """Those of some checkpoints that are not damaged; says which are."""
  for path in paths:
    reason = checkpoints.damage(path)
    if reason:
      print(f'damaged checkpoint {path}: {reason}; skipped', file=sys.stderr)
    else:
      yield path
