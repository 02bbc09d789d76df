# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The recurrences over time: what encoder and decoder share.

There are two, for any of the cells:

    driven    h_{t+1} = cell(h_t, a_t), with a for all steps known beforehand:
              the encoder, and the decoder under teacher forcing
    free      h_{t+1} = cell(h_t, W_x x_t + b),   x_{t+1} = feed(W_out h_{t+1})
              with x_0 given: the decoder that hears itself

`PlainRecurrence` below is the definition: TensorFlow's loop, TensorFlow's
gradients. fast_recurrence.py computes the same numbers sooner and chooses by
the hparam `recurrence`.

Sizes: T time steps, H units, G gates, D pitches, and per example. Time comes
first, `[T, batch_size, ...]`, because a step's slice is then contiguous.
"""

from __future__ import annotations

import collections

import tensorflow.compat.v1 as tf


class OutputWeights(
  collections.namedtuple(
    'OutputWeights', ['W', 'W_x', 'bias', 'W_out', 'b_out']
  )
):
  """The weights of a free recurrence.

  Attributes:
    W: Recurrent weights, sized `[H, G * H]`.
    W_x: Weights of the frame that is fed back, sized `[D, G * H]`.
    bias: The rest of the pre-activation, the same at every step, sized
      `[1 or batch_size, G * H]`.
    W_out: Output weights, sized `[H, D]`.
    b_out: Output bias, sized `[D]`.
  """


class PlainRecurrence:
  """The loops as the equations say them."""

  def final_state(self, cell, W, a, state_0, length):
    """Runs the driven recurrence to the last valid step of each example.

    Args:
      cell: A cell of cells.py.
      W: Recurrent weights, sized `[H, G * H]`.
      a: Each step's pre-activation but for W h, sized
        `[T, batch_size, G * H]`.
      state_0: The state before the first step.
      length: Valid steps of each example, sized `[batch_size]`. Past its end an
        example's state stands still: padding is no input.

    Returns:
      The state after step `length`.
    """
    num_steps = tf.shape(a)[0]
    a = tf.TensorArray(a.dtype, num_steps).unstack(a)

    def step(t, state):
      advanced = cell.advance(state, W, a.read(t))
      return t + 1, keep_past_end(t, length, advanced, state)

    return tf.while_loop(lambda t, _: t < num_steps, step, [0, state_0])[1]

  def outputs(self, cell, W, a, state_0):
    """Runs the driven recurrence, `final_state`'s, without its ends.

    Returns:
      h_1 ... h_T, sized `[T, batch_size, H]`.
    """
    num_steps = tf.shape(a)[0]
    a = tf.TensorArray(a.dtype, num_steps).unstack(a)
    h = tf.TensorArray(a.dtype, num_steps, element_shape=state_0[0].shape)

    def step(t, state, h):
      state = cell.advance(state, W, a.read(t))
      return t + 1, state, h.write(t, state[0])

    _, _, h = tf.while_loop(lambda t, *_: t < num_steps, step, [0, state_0, h])
    return h.stack()

  def free_run(self, cell, weights, state_0, x_0, num_steps, feed=None):
    """Runs the free recurrence.

    Args:
      cell: A cell of cells.py.
      weights: `OutputWeights`.
      state_0: The state before the first step.
      x_0: The frame fed to the first step, sized `[batch_size, D]`.
      num_steps: T, a scalar.
      feed: A function of a step's logits, sized `[batch_size, D]`, and its
        number t that returns the frame to feed to the next step. No gradient
        flows through it. None feeds sigm(logits), and the gradient flows.

    Returns:
      logits W_out h + b_out, and the frames fed, which carry no gradient; both
      sized `[T, batch_size, D]`.
    """
    frames = [
      tf.TensorArray(x_0.dtype, num_steps, element_shape=x_0.shape)
      for _ in range(2)
    ]

    def step(t, state, x, logits, fed):
      a = tf.matmul(x, weights.W_x) + weights.bias
      state = cell.advance(state, weights.W, a)
      logits_t = tf.matmul(state[0], weights.W_out) + weights.b_out
      x = (
        tf.sigmoid(logits_t)
        if feed is None
        else tf.stop_gradient(feed(logits_t, t))
      )
      return t + 1, state, x, logits.write(t, logits_t), fed.write(t, x)

    _, _, _, logits, fed = tf.while_loop(
      lambda t, *_: t < num_steps, step, [0, state_0, x_0, *frames]
    )
    return logits.stack(), tf.stop_gradient(fed.stack())


def keep_past_end(t, length, advanced, state):
  """The advanced state where step t is within `length`, else the old one."""
  valid = (t < length)[:, tf.newaxis]
  return tuple(tf.where_v2(valid, n, o) for n, o in zip(advanced, state))


def input_product(x, W_in, b):
  """W_in x + b of all time steps in one product.

  The bias goes in as the weight of a one beside the input, so that its gradient
  comes out of the same product as that of W_in.

  Args:
    x: Sized `[T, batch_size, D]`.
    W_in: Sized `[D, G * H]`.
    b: Sized `[G * H]`.

  Returns:
    A tensor sized `[T, batch_size, G * H]`.
  """
  rows = tf.reshape(with_one(x), [-1, x.shape[-1] + 1])
  a = tf.matmul(rows, tf.concat([W_in, b[tf.newaxis]], axis=0))
  a = tf.reshape(a, [*tf.unstack(tf.shape(x)[:2]), a.shape[-1]])
  a.set_shape([*x.shape[:2], W_in.shape[-1]])
  return a


def with_one(x):
  """Appends a one to the last of three dimensions."""
  return tf.pad(x, [(0, 0), (0, 0), (0, 1)], constant_values=1.0)
