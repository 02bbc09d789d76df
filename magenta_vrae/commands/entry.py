# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""How every command starts, and how it ends on bad input."""

from __future__ import annotations

import contextlib
import os
import sys

import tensorflow.compat.v1 as tf

from magenta_vrae import limits as limits_lib
from magenta_vrae.errors import InputError

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
    'A comma-separated list of `name=value` bounds on each piece of music to '
    f'merge with the defaults, which are {limits_lib.DEFAULT.as_flag()}.',
  )


def limits():
  """The `Limits` that --limits asks for; errors as `Limits.parse`."""
  return limits_lib.DEFAULT.parse(tf.app.flags.FLAGS.limits)
