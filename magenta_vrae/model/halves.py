# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The halves of a batch side by side, each in a loop of its own.

A recurrence waits at each step for the one before, and between its products one
core does what the others wait for. Sequences do not wait for each other: each
half of the batch has its own loop, and TensorFlow runs both at once, so that
one multiplies while the other computes its gates. At batch 20 of the paper's
sizes, a GRU's training step took 63 ms on two cores, and 77 ms in one loop.

The numbers are the same but for their last digits: a weight's gradient is the
sum of what both halves give.
"""

from __future__ import annotations

import tensorflow.compat.v1 as tf

from magenta_vrae import cores
from magenta_vrae.model.cells import Cell
from magenta_vrae.model.cells import State
from magenta_vrae.model.recurrence import Feed
from magenta_vrae.model.recurrence import OutputWeights
from magenta_vrae.model.recurrence import Recurrence


def is_sooner() -> bool:
  """Whether halves run at once here: on two cores or more, without a GPU."""
  return cores.available() > 1 and not tf.config.list_physical_devices('GPU')


class Halves(Recurrence):
  """A recurrence whose batch is cut into halves.

  A batch of odd or unknown size stays whole. So does a free recurrence with a
  feed, which may draw notes by their place in the batch.

  Args:
    half: The recurrence for each half.
    whole: That for what is not cut.
  """

  def __init__(self, half: Recurrence, whole: Recurrence) -> None:
    self._half = half
    self._whole = whole
    self.scan = whole.scan

  def input_product(
    self, x: tf.Tensor, W_in: tf.Tensor, b: tf.Tensor
  ) -> tf.Tensor:
    return self._whole.input_product(x, W_in, b)

  def final_state(
    self,
    cell: Cell,
    W: tf.Tensor,
    a: tf.Tensor,
    state_0: State,
    length: tf.Tensor,
  ) -> State:
    if not _is_even(a):
      return self._whole.final_state(cell, W, a, state_0, length)
    ends = [
      self._half.final_state(cell, W, *parts)
      for parts in zip(_cut(a, axis=1), _cut_state(state_0), _cut(length))
    ]
    return tuple(tf.concat(parts, axis=0) for parts in zip(*ends))

  def outputs(
    self, cell: Cell, W: tf.Tensor, a: tf.Tensor, state_0: State
  ) -> tf.Tensor:
    if not _is_even(a):
      return self._whole.outputs(cell, W, a, state_0)
    h = [
      self._half.outputs(cell, W, *parts)
      for parts in zip(_cut(a, axis=1), _cut_state(state_0))
    ]
    return tf.concat(h, axis=1)

  def free_run(
    self,
    cell: Cell,
    weights: OutputWeights,
    state_0: State,
    x_0: tf.Tensor,
    num_steps: tf.Tensor,
    feed: Feed | None = None,
  ) -> tuple[tf.Tensor, tf.Tensor]:
    if feed is not None or not _is_even(x_0):
      return self._whole.free_run(cell, weights, state_0, x_0, num_steps, feed)
    if weights.bias.shape[0] == 1:
      biases = [weights.bias, weights.bias]
    else:
      biases = _cut(weights.bias)
    runs = [
      self._half.free_run(
        cell, weights._replace(bias=bias), state, frame, num_steps
      )
      for bias, state, frame in zip(biases, _cut_state(state_0), _cut(x_0))
    ]
    logits, fed = (tf.concat(parts, axis=1) for parts in zip(*runs))
    return logits, fed


def _is_even(like: tf.Tensor) -> bool:
  """Whether the batch, the last dimension but one, can be halved."""
  batch_size = like.shape.as_list()[-2]
  return bool(batch_size) and batch_size % 2 == 0


def _cut(v: tf.Tensor, axis: int = 0) -> list[tf.Tensor]:
  return tf.split(v, 2, axis=axis)


def _cut_state(state: State) -> list[State]:
  return list(zip(*map(_cut, state)))
