# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Errors of TensorFlow's sessions that are the user's to mend, in one line."""

from __future__ import annotations

import contextlib
import logging
import threading
from typing import Iterator

import tensorflow.compat.v1 as tf

from magenta_vrae import files
from magenta_vrae.errors import InputError


@contextlib.contextmanager
def restoring(config_name: str) -> Iterator[None]:
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
def writing(folder: str) -> Iterator[None]:
  """Within this, a folder that cannot be written is an `InputError`.

  Args:
    folder: Where checkpoints or summaries go.
  """
  with _summary_thread_held_back():
    try:
      yield
    # Summaries are written by a thread, whose errors come as RuntimeErrors.
    except (OSError, RuntimeError, tf.errors.OpError) as e:
      refused = files.refusal(e)
      if refused is None:
        raise
      raise InputError(
        f'cannot write to {folder!r}: {refused.strerror}; complete '
        'files there are unchanged. Make room or fix it, and run the same '
        'command again'
      ) from e


@contextlib.contextmanager
def _summary_thread_held_back() -> Iterator[None]:
  """Within this, what ends TensorFlow's summary thread is told once.

  The thread logs it and dies of it, before the main thread raises it again.
  """

  def is_another(record: logging.LogRecord) -> bool:
    return 'EventFileWriter writer thread error' not in record.getMessage()

  def excepthook(arguments: threading.ExceptHookArgs) -> None:
    if files.refusal(arguments.exc_value) is None:
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
