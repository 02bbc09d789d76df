# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs SavedModels in TensorFlow 2, in a process that pytest's is not.

Tests of Magenta's graphs turn TensorFlow 2 off.
"""

from __future__ import annotations

import functools
import os

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')


# A few, because sixty models take a minute to be freed.
@functools.lru_cache(maxsize=8)
def _loaded(path):
  import tensorflow as tf

  return tf.saved_model.load(path)


def run(path, name, inputs):
  """The results of a signature by name, arrays given and returned."""
  results = _loaded(path).signatures[name](**inputs)
  return {name: value.numpy() for name, value in results.items()}
