# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Keeps TensorFlow's start-up notices from a command's own words.

They tell which CPU instructions and CUDA drivers were found, are written by
native code straight to the process's stderr, and since TensorFlow 2.20 no
environment variable silences them. They are held back while TensorFlow starts,
and shown after all if it fails to.

It takes seconds to import this: commands do where a graph is to be built.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import tempfile
import warnings
from typing import Iterator

# For TensorFlow up to 2.19, and for what it says later on.
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')
# Of the audio libraries under note_seq: that pydub found no ffmpeg, which
# nothing here needs, and what newer Pythons think of the others' code.
warnings.filterwarnings('ignore', module='.*(librosa|pretty_midi|pydub)')


@contextlib.contextmanager
def notices_held_back() -> Iterator[None]:
  """Shows what native code writes to stderr only if what it did fails."""
  sys.stderr.flush()
  stderr = os.dup(2)
  with tempfile.TemporaryFile() as held:
    os.dup2(held.fileno(), 2)
    try:
      yield
    except BaseException:
      held.seek(0)
      os.write(stderr, held.read())
      raise
    finally:
      os.dup2(stderr, 2)
      os.close(stderr)


@contextlib.contextmanager
def _nothing_is_garbage() -> Iterator[None]:
  """Does not look for garbage among what stays until the process ends.

  That takes a fifth of TensorFlow's import, and later on a tenth of the time
  in which a graph is built.
  """
  was_enabled = gc.isenabled()
  gc.disable()
  try:
    yield
    gc.freeze()
  finally:
    if was_enabled:
      gc.enable()


@contextlib.contextmanager
def _without_pandas() -> Iterator[None]:
  """Keeps Keras from importing pandas, for tables that no command gives it.

  That takes some half a second, and Keras does without where it is missing.
  """
  if 'pandas' in sys.modules:
    yield
    return
  sys.modules['pandas'] = None  # type: ignore[assignment]
  try:
    yield
  finally:
    del sys.modules['pandas']


with notices_held_back(), _nothing_is_garbage(), _without_pandas():
  import tensorflow as tf

  # The search for a GPU has its own notices.
  tf.config.list_physical_devices()


def start(log: str) -> None:
  """Prepares TensorFlow for Magenta's graphs.

  Args:
    log: From what level on it logs, as --log has it.
  """
  tf.compat.v1.logging.set_verbosity(log)
  tf.compat.v1.disable_v2_behavior()
