# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""XLA: whether it works on this machine, and functions that it compiles."""

from __future__ import annotations

import functools
from typing import Any
from typing import Callable

import tensorflow.compat.v1 as tf


@functools.lru_cache(maxsize=None)
def works() -> bool:
  """Whether XLA can compile for this machine."""
  try:
    with tf.Graph().as_default(), tf.Session() as session:
      one = tf.placeholder(tf.float32, [])  # A constant would be folded.
      twice = compiled(lambda x: x + x)(one)
      return bool(session.run(twice, {one: 1.0}) == 2.0)
  except tf.errors.OpError:
    return False


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
  """The same function of tensors, compiled for the sizes that it meets."""
  return tf.function(function, jit_compile=True, autograph=False)
