# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The recurrences over time: what encoder and decoder share.

There are two, for any of the cells:

    driven    h_{t+1} = cell(h_t, a_t), with a for all steps known beforehand:
              the encoder, and the decoder under teacher forcing
    free      h_{t+1} = cell(h_t, W_x x_t + b),   x_{t+1} = feed(W_out h_{t+1})
              with x_0 given: the decoder that hears itself

`PlainRecurrence` below is the definition. It runs in TensorFlow's loop with
TensorFlow's gradients, or compiled without gradients; scans.py.
fast_recurrence.py trains with the same numbers sooner and chooses by the hparam
`recurrence`.

Sizes: T time steps, H units, G gates, D pitches, and per example. Time comes
first, `[T, batch_size, ...]`, because a step's slice is then contiguous.
"""

from __future__ import annotations

import abc
from typing import Any
from typing import Callable
from typing import NamedTuple

import tensorflow.compat.v1 as tf

from magenta_vrae.model import scans
from magenta_vrae.model.cells import Cell
from magenta_vrae.model.cells import State
from magenta_vrae.model.products import product
from magenta_vrae.model.scans import Tensors

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
  """How the loops are run.

  Attributes:
    scan: How any other step is repeated over time, as `scans.loop`.
  """

  scan: Callable[..., Any] = staticmethod(scans.loop)

  @abc.abstractmethod
  def input_product(
    self, x: tf.Tensor, W_in: tf.Tensor, b: tf.Tensor
  ) -> tf.Tensor:
    """W_in x + b of all time steps in one product.

    Args:
      x: Sized `[T, batch_size, D]`.
      W_in: Sized `[D, G * H]`.
      b: Sized `[G * H]`.

    Returns:
      A tensor sized `[T, batch_size, G * H]`.
    """

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
  """The loops as the equations say them.

  Args:
    scan: How a step is repeated: `scans.loop`, through which TensorFlow's
      gradients flow, or `scans.compiled`.
    prepare: What is done to weights before a loop, as `products.filled`.
  """

  def __init__(
    self,
    scan: Callable[..., Any] = scans.loop,
    prepare: Callable[[Any], Any] = lambda weights: weights,
  ) -> None:
    self.scan = scan
    self._prepare = prepare

  def input_product(
    self, x: tf.Tensor, W_in: tf.Tensor, b: tf.Tensor
  ) -> tf.Tensor:
    return over_all_steps(x, W_in) + b

  def final_state(
    self,
    cell: Cell,
    W: tf.Tensor,
    a: tf.Tensor,
    state_0: State,
    length: tf.Tensor,
  ) -> State:
    W = self._prepare(W)

    def step(t: tf.Tensor, state: State, inputs: Tensors) -> tuple:
      advanced = cell.advance(state, W, *inputs)
      return keep_past_end(t, length, advanced, state), ()

    state_0 = tuple(state_0)
    return self.scan(step, state_0, [a], tf.shape(a)[0], [])[0]

  def outputs(
    self, cell: Cell, W: tf.Tensor, a: tf.Tensor, state_0: State
  ) -> tf.Tensor:
    W = self._prepare(W)

    def step(t: tf.Tensor, state: State, inputs: Tensors) -> tuple:
      del t
      state = cell.advance(state, W, *inputs)
      return state, state[:1]

    state_0 = tuple(state_0)
    _, (h,) = self.scan(step, state_0, [a], tf.shape(a)[0], state_0[:1])
    return h

  def free_run(
    self,
    cell: Cell,
    weights: OutputWeights,
    state_0: State,
    x_0: tf.Tensor,
    num_steps: tf.Tensor,
    feed: Feed | None = None,
  ) -> tuple[tf.Tensor, tf.Tensor]:
    W, W_x, bias, W_out, b_out = self._prepare(weights)

    def step(t: tf.Tensor, carry: tuple, inputs: Tensors) -> tuple:
      del inputs
      state, x = carry
      state = cell.advance(state, W, product(x, W_x) + bias)
      logits = product(state[0], W_out) + b_out
      x = (
        tf.sigmoid(logits)
        if feed is None
        else tf.stop_gradient(feed(logits, t))
      )
      return (state, x), (logits, x)

    carry = (tuple(state_0), x_0)
    _, (logits, fed) = self.scan(step, carry, [], num_steps, [x_0, x_0])
    return logits, tf.stop_gradient(fed)


def keep_past_end(
  t: tf.Tensor, length: tf.Tensor, advanced: State, state: State
) -> State:
  """The advanced state where step t is within `length`, else the old one."""
  valid = (t < length)[:, tf.newaxis]
  return tuple(tf.where_v2(valid, n, o) for n, o in zip(advanced, state))


def over_all_steps(x: tf.Tensor, W: tf.Tensor) -> tf.Tensor:
  """x_t W of all steps t in one product, sized `[T, batch_size, ...]`."""
  a = tf.matmul(tf.reshape(x, [-1, x.shape[-1]]), W)
  a = tf.reshape(a, [*tf.unstack(tf.shape(x)[:2]), a.shape[-1]])
  a.set_shape([*x.shape[:2], W.shape[-1]])
  return a
