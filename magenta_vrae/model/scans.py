# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A step repeated over time: by TensorFlow's loop, or compiled by XLA.

Both give the same numbers but for their last digits. TensorFlow's loop starts
at once at any length, and gradients flow through it. At a batch of one it
spends most of its time between operations, and the more of them a step has, the
more. `compiled` has no gradient. XLA compiles a loop of a few steps, once for a
batch size, and TensorFlow calls it until all steps are done: so any length runs
without compiling again, and memory holds what is asked for.
"""

from __future__ import annotations

import math
from typing import Any
from typing import Callable
from typing import Sequence
from typing import Tuple

import tensorflow.compat.v1 as tf

from magenta_vrae.model import xla

Tensors = Tuple[tf.Tensor, ...]
# From a step's number, what the step before left, and its own inputs to what it
# leaves for the next, and its outputs. What is left may be any nested tuples.
Step = Callable[[tf.Tensor, Any, Tensors], Tuple[Any, Tensors]]

# A call of XLA costs as much as a few small steps, so it makes many of them,
_MOST_STEPS = 64
# but no more than have so many numbers: they are written and copied whole.
_MOST_NUMBERS = 2**20


def loop(
  step: Step,
  carry: Any,
  inputs: Sequence[tf.Tensor],
  num_steps: tf.Tensor | int,
  like: Sequence[tf.Tensor],
) -> tuple[Any, Tensors]:
  """Repeats a step, in TensorFlow's own loop.

  Args:
    step: As `Step` says.
    carry: What the first step is given.
    inputs: Tensors with a row for each step, each sized `[num_steps, ...]`.
    num_steps: T, a scalar.
    like: Tensors of the size of one step's outputs.

  Returns:
    What the last step left, and all steps' outputs, each sized `[T, ...]`.
  """
  rows = [tf.TensorArray(v.dtype, num_steps).unstack(v) for v in inputs]

  def advance(t: tf.Tensor, carry: Any, *written: tf.TensorArray) -> tuple:
    carry, outputs = step(t, carry, tuple(row.read(t) for row in rows))
    return (t + 1, carry, *(w.write(t, v) for w, v in zip(written, outputs)))

  _, carry, *written = tf.while_loop(
    lambda t, *_: t < num_steps, advance, [0, carry, *_arrays(like, num_steps)]
  )
  return carry, tuple(w.stack() for w in written)


def compiled(
  step: Step,
  carry: Any,
  inputs: Sequence[tf.Tensor],
  num_steps: tf.Tensor | int,
  like: Sequence[tf.Tensor],
) -> tuple[Any, Tensors]:
  """The same, compiled by XLA and without a gradient.

  Args and results as of `loop`. Where a size other than T is unknown, that
  runs: XLA needs all of them.
  """
  sizes = [v.shape[1:] for v in inputs] + [v.shape for v in like]
  if not all(size.is_fully_defined() for size in sizes):
    return loop(step, carry, inputs, num_steps, like)
  numbers = sum(math.prod(size.as_list()) for size in sizes)
  C = min(max(_MOST_NUMBERS // max(numbers, 1), 1), _MOST_STEPS)

  @xla.compiled
  def steps(t_0: tf.Tensor, n: tf.Tensor, carry: Any, rows: Tensors) -> tuple:
    """Steps t_0 to t_0 + n of at most C; rows behind them mean nothing."""

    def advance(t: tf.Tensor, carry: Any, *written: tf.TensorArray) -> tuple:
      carry, outputs = step(t_0 + t, carry, tuple(row[t] for row in rows))
      return (t + 1, carry, *(w.write(t, v) for w, v in zip(written, outputs)))

    _, carry, *written = tf.while_loop(
      lambda t, *_: t < n, advance, [0, carry, *_arrays(like, C)]
    )
    return carry, tuple(w.stack() for w in written)

  def all_steps(num_steps: tf.Tensor, carry: Any, inputs: Tensors) -> tuple:
    num_calls = (num_steps + C - 1) // C

    def call(i: tf.Tensor, carry: Any, *written: tf.TensorArray) -> tuple:
      n = tf.minimum(C, num_steps - i * C)
      rows = tuple(_rows(v, i * C, n, C) for v in inputs)
      carry, outputs = steps(i * C, n, carry, rows)
      return (i + 1, carry, *(w.write(i, v) for w, v in zip(written, outputs)))

    shaped = [tf.zeros([C, *v.shape], v.dtype) for v in like]
    _, carry, *written = tf.while_loop(
      lambda i, *_: i < num_calls, call, [0, carry, *_arrays(shaped, num_calls)]
    )
    return carry, tuple(
      tf.reshape(w.stack(), [-1, *v.shape])[:num_steps]
      for w, v in zip(written, like)
    )

  carry, outputs = tf.function(all_steps, autograph=False)(
    tf.convert_to_tensor(num_steps), carry, tuple(inputs)
  )
  # Else TensorFlow would look for a gradient of XLA's loop, which has none.
  return tf.nest.map_structure(tf.stop_gradient, (carry, outputs))


def _arrays(
  like: Sequence[tf.Tensor], size: tf.Tensor | int
) -> list[tf.TensorArray]:
  """Where outputs are written, one for each."""
  return [tf.TensorArray(v.dtype, size, element_shape=v.shape) for v in like]


def _rows(v: tf.Tensor, t: tf.Tensor, n: tf.Tensor, C: int) -> tf.Tensor:
  """The n rows from t on, filled up to C."""
  filling = [(0, C - n)] + [(0, 0)] * (v.shape.rank - 1)
  rows = tf.pad(v[t : t + n], filling)
  rows.set_shape([C, *v.shape[1:]])
  return rows
