# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The recurrences of recurrence.py, at little more than their products' cost.

Five things make the difference to TensorFlow's own loop and gradients:

1. The gradient is written by hand (backpropagation.py), and the backward loop
   only passes gradients from step to step and keeps each step's deltas. A
   weight's gradient is then one large product over all time steps, where
   TensorFlow would add up one small product a step:

       dL/dW = sum_t h_t^T delta_t = [h_0; h_1; ...]^T [delta_0; delta_1; ...]

2. XLA can compile the loops: it fuses what stands between the products and has
   no cost of dispatch per operation. Where it is missing, or the products are
   slower by it (loop_choice.py), the same loops run in TensorFlow's executor.

3. Weights are transposed once and not at every step of the backward loop. For
   small batches a product with a transposed right-hand side takes three times
   as long.

4. Products that XLA compiles have rows of whole cache lines (products.py).

5. The halves of a batch run side by side (halves.py).

XLA compiles these loops for the sizes it meets, at about half a second for each
new batch size or window length.
"""

from __future__ import annotations

import functools
from typing import Any
from typing import Callable
from typing import Tuple

import tensorflow.compat.v1 as tf

from magenta_vrae.errors import InputError
from magenta_vrae.model import backpropagation
from magenta_vrae.model import halves
from magenta_vrae.model import loop_choice
from magenta_vrae.model import loop_ways
from magenta_vrae.model import products
from magenta_vrae.model import scans
from magenta_vrae.model import xla
from magenta_vrae.model.cells import Cell
from magenta_vrae.model.cells import State
from magenta_vrae.model.hparams import check_precision
from magenta_vrae.model.loop_choice import Ways
from magenta_vrae.model.recurrence import Feed
from magenta_vrae.model.recurrence import OutputWeights
from magenta_vrae.model.recurrence import PlainRecurrence
from magenta_vrae.model.recurrence import Recurrence
from magenta_vrae.model.recurrence import over_all_steps

Tensors = Tuple[tf.Tensor, ...]


def choose(
  name: str, is_training: bool = True, precision: str = 'float32'
) -> Recurrence:
  """Returns the recurrence called `name`.

  Args:
    name: 'plain' for `PlainRecurrence`; 'compiled' or 'uncompiled' for
      `FastRecurrence`; 'auto' for what `loop_choice.sooner` finds of these,
      loop by loop. The numbers are the same but for their last digits.
    is_training: Whether gradients will be asked for. Without them loops keep no
      states, of which 100,000 frames have 200 MB a sequence, and XLA compiles
      them once for all lengths (scans.py).
    precision: 'float32', or 'auto' for products in bfloat16 in those loops that
      run sooner so on this machine; for the recurrence 'auto' alone.

  Raises:
    InputError: On an unknown name or precision, or on 'compiled' where XLA does
      not work.
  """
  check_precision(precision, name)
  if name == 'plain':
    return PlainRecurrence()
  if name == 'compiled' and not xla.works():
    raise InputError(
      'XLA cannot compile here; hparam recurrence is auto or uncompiled'
    )
  if not is_training:
    return _without_gradients(name)
  choices: dict[str, Callable[..., Ways]] = {
    'auto': functools.partial(
      loop_choice.sooner, may_round=precision == 'auto'
    ),
    'compiled': loop_choice.compiled,
    'uncompiled': loop_choice.uncompiled,
  }
  whole = FastRecurrence(choices[name])
  if not halves.is_sooner():
    return whole
  of_half = functools.partial(choices[name], num_loops=2)
  return halves.Halves(FastRecurrence(of_half), whole)


def _without_gradients(name: str) -> Recurrence:
  """The recurrence for encoding and generation, compiled if the name allows."""
  if name == 'uncompiled' or not xla.works():
    return PlainRecurrence()
  whole = PlainRecurrence(scans.compiled, products.filled)
  if not halves.is_sooner():
    return whole
  half = PlainRecurrence(scans.compiled, products.filled)
  return halves.Halves(half, whole)


class FastRecurrence(Recurrence):
  """The loops with gradients by hand.

  Args:
    choose_ways: Says of a recurrence which way its loops run; called as
      `loop_choice.sooner`.
  """

  def __init__(self, choose_ways: Callable[..., Ways]) -> None:
    self._choose_ways = choose_ways
    self._loops: dict[tuple, Callable[..., Any]] = {}

  def input_product(
    self, x: tf.Tensor, W_in: tf.Tensor, b: tf.Tensor
  ) -> tf.Tensor:
    # The bias goes in as the weight of a one beside the input, so that its
    # gradient comes out of the same product as that of W_in.
    return over_all_steps(
      _with_one(x), tf.concat([W_in, b[tf.newaxis]], axis=0)
    )

  def final_state(
    self,
    cell: Cell,
    W: tf.Tensor,
    a: tf.Tensor,
    state_0: State,
    length: tf.Tensor,
  ) -> State:
    ways = self._choose_ways('final_state', cell, a)

    @tf.custom_gradient
    def run(W: tf.Tensor, a: tf.Tensor, *state_0: tf.Tensor) -> tuple:
      trace = self._forward(ways, cell, W, a, state_0, length)

      def gradient(*d_end: tf.Tensor) -> Tensors:
        return self._backward(ways, cell, W, trace, length, d_end=d_end)

      return tuple(s[-1] for s in trace.states), gradient

    end = run(W, a, *state_0)
    # custom_gradient returns a tuple of one as its tensor.
    return tuple(end) if isinstance(end, (list, tuple)) else (end,)

  def outputs(
    self, cell: Cell, W: tf.Tensor, a: tf.Tensor, state_0: State
  ) -> tf.Tensor:
    ways = self._choose_ways('outputs', cell, a)

    @tf.custom_gradient
    def run(W: tf.Tensor, a: tf.Tensor, *state_0: tf.Tensor) -> tuple:
      trace = self._forward(ways, cell, W, a, state_0)

      def gradient(d_h: tf.Tensor) -> Tensors:
        return self._backward(ways, cell, W, trace, d_h=d_h)

      return trace.states[0][1:], gradient

    return run(W, a, *state_0)

  def _forward(
    self,
    ways: Ways,
    cell: Cell,
    W: tf.Tensor,
    a: tf.Tensor,
    state_0: State,
    length: tf.Tensor | None = None,
  ) -> backpropagation.Trace:
    """`backpropagation.forward`, in the way chosen."""
    loop = self._loop(ways.forward, backpropagation.forward, cell)
    return loop(W, a, tuple(state_0), length)

  def _backward(
    self,
    ways: Ways,
    cell: Cell,
    W: tf.Tensor,
    trace: backpropagation.Trace,
    length: tf.Tensor | None = None,
    d_end: State | None = None,
    d_h: tf.Tensor | None = None,
  ) -> Tensors:
    """Gradients by W, by a and by state_0; args as `backpropagation.backward`.

    Returns:
      Tensors sized like W, a and each tensor of state_0.
    """
    loop = self._loop(ways.backward, backpropagation.backward, cell)
    deltas, d_state_0 = loop(tf.transpose(W), trace, length, d_end, d_h)
    d_wh, d_a = deltas[0], deltas[-1]
    return (_over_time(trace.states[0][:-1], d_wh), d_a, *d_state_0)

  def free_run(
    self,
    cell: Cell,
    weights: OutputWeights,
    state_0: State,
    x_0: tf.Tensor,
    num_steps: tf.Tensor,
    feed: Feed | None = None,
  ) -> tuple[tf.Tensor, tf.Tensor]:
    D = x_0.shape.as_list()[-1]
    ways = self._choose_ways('free_run', cell, x_0, D, feed is None)

    @tf.custom_gradient
    def run(*tensors: tf.Tensor) -> tuple:
      weights = OutputWeights(*tensors[:5])
      x_0, state_0 = tensors[5], tensors[6:]
      trace = self._free_forward(
        ways, cell, weights, state_0, x_0, num_steps, feed
      )

      def gradient(d_logits: tf.Tensor, d_fed: tf.Tensor) -> Tensors:
        del d_fed  # Frames are handed on without a gradient.
        return self._free_backward(
          ways, cell, weights, trace, d_logits, feed is None
        )

      return (trace.logits, trace.x[1:]), gradient

    logits, fed = run(*weights, x_0, *state_0)
    return logits, tf.stop_gradient(fed)

  def _free_forward(
    self,
    ways: Ways,
    cell: Cell,
    weights: OutputWeights,
    state_0: State,
    x_0: tf.Tensor,
    num_steps: tf.Tensor,
    feed: Feed | None,
  ) -> backpropagation.FreeTrace:
    """`backpropagation.free_forward`, in the way chosen."""
    loop = self._loop(
      ways.forward, backpropagation.free_forward, cell, feed=feed
    )
    return loop(weights, tuple(state_0), x_0, num_steps)

  def _free_backward(
    self,
    ways: Ways,
    cell: Cell,
    weights: OutputWeights,
    trace: backpropagation.FreeTrace,
    d_logits: tf.Tensor,
    through_feed: bool,
  ) -> Tensors:
    """Gradients by all weights, by x_0 and by state_0, in this order."""
    loop = self._loop(
      ways.backward,
      backpropagation.free_backward,
      cell,
      through_feed=through_feed,
    )
    transposed = backpropagation.TransposedWeights(
      tf.transpose(weights.W),
      tf.transpose(weights.W_x),
      tf.transpose(weights.W_out),
    )
    (deltas, d_state_0), d_logits = loop(transposed, trace, d_logits)
    d_wh, d_a = deltas[0], deltas[-1]
    states = trace.steps.states
    # A bias is the weight of a one beside the frame.
    d_W_x = _over_time(_with_one(trace.x[:-1]), d_a)
    if weights.bias.shape[0] == 1:
      d_bias = d_W_x[-1:]
    else:
      d_bias = tf.reduce_sum(d_a, axis=0)
    d_W_out = _over_time(states[0][1:], d_logits)
    d_b_out = tf.reduce_sum(d_logits, axis=[0, 1])
    d_W = _over_time(states[0][:-1], d_wh)
    d_x_0 = tf.matmul(d_a[0], weights.W_x, transpose_b=True)
    by_weights = OutputWeights(d_W, d_W_x[:-1], d_bias, d_W_out, d_b_out)
    return (*by_weights, d_x_0, *d_state_0)

  def _loop(
    self, way: str, function: Callable[..., Any], cell: Cell, **fixed: Any
  ) -> Callable[..., Any]:
    """A loop of backpropagation.py, to be called with weights and the rest.

    The same loop is the same object, so that XLA compiles it once for both
    halves of a batch.
    """
    loop = (way, function, cell, *fixed.values())
    if loop not in self._loops:
      named = functools.partial(function, cell, **fixed)
      self._loops[loop] = loop_ways.in_way(named, way)
    return self._loops[loop]


def _over_time(inputs: tf.Tensor, deltas: tf.Tensor) -> tf.Tensor:
  """sum_t inputs_t^T deltas_t, as one product."""
  rows = [tf.reshape(v, [-1, v.shape[-1]]) for v in (inputs, deltas)]
  return tf.matmul(*rows, transpose_a=True)


def _with_one(x: tf.Tensor) -> tf.Tensor:
  """Appends a one to the last of three dimensions."""
  return tf.pad(x, [(0, 0), (0, 0), (0, 1)], constant_values=1.0)
