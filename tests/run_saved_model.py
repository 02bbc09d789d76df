# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs SavedModels in TensorFlow 2, in a process that pytest's is not.

Tests of Magenta's graphs turn TensorFlow 2 off.
"""

from __future__ import annotations

import functools
import os
import sys

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')


# A few, because sixty models take a minute to be freed.
@functools.lru_cache(maxsize=8)
def _loaded(path):
  import tensorflow as tf

  return tf.saved_model.load(path)


def command(*arguments):
  """TensorFlow's own `saved_model_cli`, its import of TensorFlow spared.

  Returns:
    Its exit status.
  """
  from tensorflow.python.tools import saved_model_cli

  sys.argv = ['saved_model_cli', *arguments]
  try:
    saved_model_cli.main()
  except SystemExit as e:
    return e.code or 0
  return 0


def run(path, name, inputs):
  """The results of a signature by name, arrays given and returned."""
  results = _loaded(path).signatures[name](**inputs)
  return {name: value.numpy() for name, value in results.items()}
