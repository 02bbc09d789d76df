# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""How every command starts, and how it ends on bad input."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import sys
import threading

import tensorflow.compat.v1 as tf

from magenta_vrae.commands import flag_help
from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.runs import checkpoints

# What stands in the way of writing, and is the user's to mend.
_WRITE_ERRORS = (
  errno.ENOSPC,
  errno.EDQUOT,
  errno.EFBIG,
  errno.EACCES,
  errno.EPERM,
  errno.EROFS,
  errno.ENOTDIR,
)
INTERRUPTED = 130  # As shells report a process that Ctrl-C ended.


def run(main):
  """Runs a command's main and exits with its status.

  An `InputError` becomes one line on stderr and exit status 1, an interrupt
  one line and status 130.

  Args:
    main: A function that returns None or an exit status.
  """
  name = os.path.basename(sys.argv[0])

  def guarded_main(argv):
    try:
      if len(argv) > 1:
        raise InputError(
          f'unexpected {argv[1]!r}; every setting is a flag, see --help'
        )
      return main()
    except InputError as e:
      print(f'{name}: {e}', file=sys.stderr)
      return 1
    except KeyboardInterrupt:
      print(f'\n{name}: interrupted', file=sys.stderr)
      return INTERRUPTED

  flag_help.install(main.__module__)
  tf.logging.set_verbosity(tf.logging.ERROR)
  tf.disable_v2_behavior()
  tf.app.run(guarded_main)


@contextlib.contextmanager
def restoring(config_name):
  """Within this, a checkpoint of another model is an `InputError`.

  Args:
    config_name: The config that the checkpoint is restored into.
  """
  try:
    yield
  except (tf.errors.InvalidArgumentError, tf.errors.NotFoundError) as e:
    if 'Restoring from checkpoint failed' not in str(e):
      raise
    raise InputError(
      f'the checkpoint is not of config {config_name!r} with these --hparams '
      'and --converter; give those it was trained with'
    ) from e


@contextlib.contextmanager
def writing(folder):
  """Within this, a folder that cannot be written is an `InputError`.

  Args:
    folder: Where checkpoints or summaries go.
  """
  with _summary_thread_held_back():
    try:
      yield
    # Summaries are written by a thread, whose errors come as RuntimeErrors.
    except (OSError, RuntimeError, tf.errors.OpError) as e:
      reason = _why_not_written(e)
      if reason is None:
        raise
      raise InputError(
        f'cannot write to {folder!r}: {reason}; what was complete there is as '
        'it was. Make room or mend it, and give the same command again'
      ) from e


@contextlib.contextmanager
def _summary_thread_held_back():
  """Within this, what ends TensorFlow's summary thread is told once.

  The thread logs it and dies of it, before the main thread raises it again.
  """

  def is_another(record):
    return 'EventFileWriter writer thread error' not in record.getMessage()

  def excepthook(arguments):
    if _why_not_written(arguments.exc_value) is None:
      others(arguments)

  others, threading.excepthook = threading.excepthook, excepthook
  logger = logging.getLogger('tensorflow')
  # absl's handler takes the same records from the root.
  handlers = [*logger.handlers, *logging.getLogger().handlers]
  for handler in handlers:
    handler.addFilter(is_another)
  try:
    yield
  finally:
    threading.excepthook = others
    for handler in handlers:
      handler.removeFilter(is_another)


def _why_not_written(error):
  """The system's reason in an error of TensorFlow or Python, or None."""
  text = str(error)
  for number in _WRITE_ERRORS:
    if getattr(error, 'errno', None) == number or os.strerror(number) in text:
      return os.strerror(number)
  return None


def report_damaged(found, what_became):
  """Names the checkpoints that `checkpoints.Found` tells are damaged."""
  for path, reason in found.damaged.items():
    print(
      f'damaged checkpoint {path}: {reason}; {what_became}', file=sys.stderr
    )
  if found.damaged:
    print(f'going on from {found.path}', file=sys.stderr)


def newest_checkpoint(run_dir):
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


def whole_ones(paths):
  """Those of some checkpoints that are not damaged; says which are."""
  for path in paths:
    reason = checkpoints.damage(path)
    if reason:
      print(f'damaged checkpoint {path}: {reason}; skipped', file=sys.stderr)
    else:
      yield path


def require(value, flag):
  """Returns a flag's value, expanded as a path.

  Raises:
    InputError: If it was not given.
  """
  if not value:
    raise InputError(f'--{flag} is required')
  return os.path.expanduser(value)


def define_limits():
  """Defines --limits, for a command that reads music."""
  tf.app.flags.DEFINE_string(
    'limits',
    '',
    'Bounds on each piece of music, `name=value` with commas between; what is '
    'beyond one is refused. By default '
    f'{limits_lib.DEFAULT.as_flag().replace(",", ", ")}: the size of its file '
    'in MB, how many notes, messages or elements, and MIDI ticks it may have, '
    'its length in hours, and the seconds of processor time and MB of memory '
    'to parse it in.',
  )


def limits():
  """The `Limits` that --limits asks for; errors as `Limits.parse`."""
  return limits_lib.DEFAULT.parse(tf.app.flags.FLAGS.limits)
