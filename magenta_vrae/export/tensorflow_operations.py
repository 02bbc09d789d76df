# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The operations of functions.py in a function of TensorFlow 2."""

from __future__ import annotations

from typing import Any
from typing import Callable
from typing import Sequence

from magenta_vrae.export.operations import Value
from magenta_vrae.export.operations import Values


class TensorflowOperations:
  """Tensors of the function that is being traced.

  Args:
    weights: Tensors in single precision by name, as `weights.prepared` names
      them.
  """

  def __init__(self, weights: dict[str, Any]) -> None:
    import tensorflow as tf

    self._tf = tf
    self._weights = weights
    self.tanh = tf.tanh
    self.sigmoid = tf.sigmoid
    self.relu = tf.nn.relu
    self.exp = tf.exp
    self.log = tf.math.log
    self.floor = tf.floor
    self.maximum = tf.maximum
    self.where = tf.where

  def weight(self, name: str) -> Value:
    return self._weights[name]

  def number(self, truth: Value) -> Value:
    return self._tf.cast(truth, self._tf.float32)

  def concat(self, parts: Sequence[Value]) -> Value:
    return self._tf.concat(parts, axis=-1)

  def columns(self, x: Value, first: int, end: int) -> Value:
    return x[..., first:end]

  def swapped(self, x: Value) -> Value:
    return self._tf.transpose(x, [1, 0, 2])

  def zeros(self, like: Value, num_columns: int) -> Value:
    return self._tf.zeros([self._tf.shape(like)[0], num_columns])

  def valid(self, frames: Value, lengths: Value) -> Value:
    t = self._tf.range(self._tf.shape(frames)[1])
    return self._tf.expand_dims(t < lengths[:, self._tf.newaxis], axis=2)

  def reversed(self, frames: Value, lengths: Value) -> Value:
    most = self._tf.minimum(lengths, self._tf.shape(frames)[1])
    return self._tf.reverse_sequence(frames, most, seq_axis=1)

  def blocks(self, frames: Value, depth: int, K: int) -> Value:
    if K == 1:
      return frames
    n, T = self._tf.unstack(self._tf.shape(frames)[:2])
    S = (T + K - 1) // K
    padded = self._tf.pad(frames, [(0, 0), (0, S * K - T), (0, 0)])
    return self._tf.reshape(padded, [n, S, K * depth])

  def every(self, mask: Value, K: int) -> Value:
    return mask[:, ::K]

  def either(
    self, truths: Value, new: Callable[[], Values], old: Values
  ) -> Values:
    return self._tf.cond(self._tf.reduce_any(truths), new, lambda: old)

  def scan(
    self,
    step: Callable[[Values, Values], tuple[Values, Values]],
    state: Values,
    rows: Values,
    kept_columns: Sequence[int],
  ) -> tuple[Values, Values]:
    tf = self._tf
    T, n = tf.unstack(tf.shape(rows[0])[:2])
    # LiteRT has no lists of tensors whose sizes are not known beforehand.
    kept = tuple(tf.zeros([T, n, columns]) for columns in kept_columns)

    def body(t: Value, state: Values, kept: Values) -> tuple:
      state, new = step(state, tuple(row[t] for row in rows))
      return (
        t + 1,
        state,
        tuple(
          tf.tensor_scatter_nd_update(all_of_it, [[t]], value[tf.newaxis])
          for all_of_it, value in zip(kept, new)
        ),
      )

    _, state, kept = tf.while_loop(
      lambda t, *_: t < T, body, (tf.constant(0), state, kept)
    )
    return state, kept

  def settled(
    self,
    step: Callable[[Value], Values],
    guess: Value,
    other: Value,
    most: int,
  ) -> Values:
    tf = self._tf

    def body(t: Value, _: Value, x: Value, other: Value) -> Values:
      new, other = step(x)
      return t + 1, tf.reduce_any(tf.not_equal(new, x)), new, other

    return tf.while_loop(
      lambda t, changes, *_: changes & (t < most),
      body,
      (tf.constant(0), tf.constant(True), guess, other),
    )[2:]
