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

import abc
from typing import Callable
from typing import NamedTuple

import tensorflow.compat.v1 as tf

from magenta_vrae.model.cells import Cell
from magenta_vrae.model.cells import State

# From a step's logits, sized `[batch_size, D]`, and its number t to the frame
# to feed to the next step.
Feed = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


class OutputWeights(NamedTuple):
  """The weights of a free recurrence.

  Attributes:
    W: Recurrent weights, sized `[H, G * H]`.
    W_x: Weights of the frame that is fed back, sized `[D, G * H]`.
    bias: The rest of the pre-activation, the same at every step, sized
      `[1 or batch_size, G * H]`.
    W_out: Output weights, sized `[H, D]`.
    b_out: Output bias, sized `[D]`.
  """

  W: tf.Tensor
  W_x: tf.Tensor
  bias: tf.Tensor
  W_out: tf.Tensor
  b_out: tf.Tensor


class Recurrence(abc.ABC):
  """How the loops are run."""

  @abc.abstractmethod
  def final_state(
    self,
    cell: Cell,
    W: tf.Tensor,
    a: tf.Tensor,
    state_0: State,
    length: tf.Tensor,
  ) -> State:
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

  @abc.abstractmethod
  def outputs(
    self, cell: Cell, W: tf.Tensor, a: tf.Tensor, state_0: State
  ) -> tf.Tensor:
    """Runs the driven recurrence to the last step of all examples.

    Args:
      cell: A cell of cells.py.
      W: Recurrent weights, sized `[H, G * H]`.
      a: As in `final_state`.
      state_0: The state before the first step.

    Returns:
      h_1 ... h_T, sized `[T, batch_size, H]`.
    """

  @abc.abstractmethod
  def free_run(
    self,
    cell: Cell,
    weights: OutputWeights,
    state_0: State,
    x_0: tf.Tensor,
    num_steps: tf.Tensor,
    feed: Feed | None = None,
  ) -> tuple[tf.Tensor, tf.Tensor]:
    """Runs the free recurrence.

    Args:
      cell: A cell of cells.py.
      weights: Its weights.
      state_0: The state before the first step.
      x_0: The frame fed to the first step, sized `[batch_size, D]`.
      num_steps: T, a scalar.
      feed: Makes the frame to feed to the next step. No gradient flows through
        it. None feeds sigm(logits), and the gradient flows.

    Returns:
      logits W_out h + b_out, and the frames fed, which carry no gradient; both
      sized `[T, batch_size, D]`.
    """


class PlainRecurrence(Recurrence):
  """The loops as the equations say them."""

  def final_state(
    self,
    cell: Cell,
    W: tf.Tensor,
    a: tf.Tensor,
    state_0: State,
    length: tf.Tensor,
  ) -> State:
    num_steps = tf.shape(a)[0]
    a = tf.TensorArray(a.dtype, num_steps).unstack(a)

    def step(t: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
      advanced = cell.advance(state, W, a.read(t))
      return t + 1, keep_past_end(t, length, advanced, state)

    return tf.while_loop(lambda t, _: t < num_steps, step, [0, state_0])[1]

  def outputs(
    self, cell: Cell, W: tf.Tensor, a: tf.Tensor, state_0: State
  ) -> tf.Tensor:
    num_steps = tf.shape(a)[0]
    a = tf.TensorArray(a.dtype, num_steps).unstack(a)
    h = tf.TensorArray(a.dtype, num_steps, element_shape=state_0[0].shape)

    def step(
      t: tf.Tensor, state: State, h: tf.TensorArray
    ) -> tuple[tf.Tensor, State, tf.TensorArray]:
      state = cell.advance(state, W, a.read(t))
      return t + 1, state, h.write(t, state[0])

    _, _, h = tf.while_loop(lambda t, *_: t < num_steps, step, [0, state_0, h])
    return h.stack()

  def free_run(
    self,
    cell: Cell,
    weights: OutputWeights,
    state_0: State,
    x_0: tf.Tensor,
    num_steps: tf.Tensor,
    feed: Feed | None = None,
  ) -> tuple[tf.Tensor, tf.Tensor]:
    frames = [
      tf.TensorArray(x_0.dtype, num_steps, element_shape=x_0.shape)
      for _ in range(2)
    ]

    def step(
      t: tf.Tensor,
      state: State,
      x: tf.Tensor,
      logits: tf.TensorArray,
      fed: tf.TensorArray,
    ) -> tuple[tf.Tensor, State, tf.Tensor, tf.TensorArray, tf.TensorArray]:
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


def keep_past_end(
  t: tf.Tensor, length: tf.Tensor, advanced: State, state: State
) -> State:
  """The advanced state where step t is within `length`, else the old one."""
  valid = (t < length)[:, tf.newaxis]
  return tuple(tf.where_v2(valid, n, o) for n, o in zip(advanced, state))


def input_product(x: tf.Tensor, W_in: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
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


def with_one(x: tf.Tensor) -> tf.Tensor:
  """Appends a one to the last of three dimensions."""
  return tf.pad(x, [(0, 0), (0, 0), (0, 1)], constant_values=1.0)
