# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The notes of a frame, one given the others: logits by a masked network.

    d_t = x_t - x_{t-1}
    u_t = relu(W_h h_t + W_x x_t + W_d d_t + b)
    l_t = a_t + W_out u_t + A_x x_t + A_d d_t

with W_x, W_d, W_out, A_x and A_d masked (masks.py), so that the logit of a
column depends on the columns before it alone. a_t are the logits without the
frame's own columns. d_t says what has changed: when one note of a chord ends,
the others do.

To draw a frame is to find x = [r < sigm(l(x))] for random numbers r. Only one x
is: the first column depends on no other, the second on the first, and so on.
Starting anywhere, each evaluation settles one column more at least, and from
the frame before, three or four settle all.
"""

from __future__ import annotations

from typing import Callable
from typing import NamedTuple

import tensorflow.compat.v1 as tf

from magenta_vrae.model import masks


class NadeWeights(NamedTuple):
  """The weights, masked; sizes with H units, U hidden units and D columns.

  Attributes:
    W_h: Sized `[H, U]`.
    W_x: Sized `[D, U]`.
    W_d: Sized `[D, U]`.
    b: Sized `[U]`.
    W_out: Sized `[U, D]`.
    A_x: Sized `[D, D]`.
    A_d: Sized `[D, D]`.
  """

  W_h: tf.Tensor
  W_x: tf.Tensor
  W_d: tf.Tensor
  b: tf.Tensor
  W_out: tf.Tensor
  A_x: tf.Tensor
  A_d: tf.Tensor

  def masked(self) -> NadeWeights:
    """Without what would let a column know itself or one after it."""
    by = masks.masks(int(self.A_x.shape[0]), int(self.b.shape[0]))
    return self._replace(
      W_x=self.W_x * by.to_hidden,
      W_d=self.W_d * by.to_hidden,
      W_out=self.W_out * by.from_hidden,
      A_x=self.A_x * by.direct,
      A_d=self.A_d * by.direct,
    )

  def state_part(self, h: tf.Tensor) -> tf.Tensor:
    """W_h h_t + b, which is the same whatever the frame is."""
    return tf.tensordot(h, self.W_h, axes=1) + self.b

  def logits(
    self, state_part: tf.Tensor, x: tf.Tensor, x_before: tf.Tensor
  ) -> tf.Tensor:
    """W_out u_t + A_x x_t + A_d d_t.

    Args:
      state_part: As the method of that name returns it, sized `[..., U]`.
      x: The frame, sized `[..., D]`.
      x_before: The frame before it, of the same size.

    Returns:
      A tensor sized like x.
    """
    # One product for both: the frame and its change side by side.
    both = tf.concat([x, x - x_before], axis=-1)
    W = tf.concat([self.W_x, self.W_d], axis=0)
    A = tf.concat([self.A_x, self.A_d], axis=0)
    u = tf.nn.relu(state_part + tf.tensordot(both, W, axes=1))
    return tf.tensordot(u, self.W_out, axes=1) + tf.tensordot(both, A, axes=1)


def settle(
  logits: Callable[[tf.Tensor], tf.Tensor],
  emit: Callable[[tf.Tensor], tf.Tensor],
  guess: tf.Tensor,
) -> tf.Tensor:
  """The frame that its own logits give.

  Args:
    logits: A function from frames, sized `[batch_size, D]`, to logits of the
      same size, each of which depends on the columns before it alone.
    emit: A function from logits to frames, column by column.
    guess: Where to begin.

  Returns:
    The frames.
  """
  D = int(guess.shape[-1])

  def step(n: tf.Tensor, _: tf.Tensor, x: tf.Tensor) -> tuple[tf.Tensor, ...]:
    drawn = emit(logits(x))
    return n + 1, tf.reduce_any(tf.not_equal(drawn, x)), drawn

  def unsettled(n: tf.Tensor, changes: tf.Tensor, _: tf.Tensor) -> tf.Tensor:
    # A column a round at the least, and a round that finds nothing to change.
    return changes & (n <= D)

  return tf.while_loop(unsettled, step, [0, True, guess], back_prop=False)[-1]
