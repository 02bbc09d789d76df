# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Back-propagation through time, by hand, for the loops of recurrence.py.

A forward loop keeps every state and what each step says its gradient needs. A
backward loop goes from the last step to the first and passes the gradient from
each state to the one before. Of the weights' gradients it computes none: it
keeps the deltas, the gradients by each step's pre-activations, from which
fast_recurrence.py makes them all at once.

Sizes: T time steps, H units, G gates, D pitches. Time comes first,
`[T, batch_size, ...]`. Weights may be `products.filled`; given
`mixed_precision.rounded` ones, a loop has its products in bfloat16.
"""

from __future__ import annotations

from typing import NamedTuple
from typing import Tuple

import tensorflow.compat.v1 as tf

from magenta_vrae.model.cells import Cell
from magenta_vrae.model.cells import State
from magenta_vrae.model.products import product
from magenta_vrae.model.recurrence import Feed
from magenta_vrae.model.recurrence import OutputWeights
from magenta_vrae.model.recurrence import keep_past_end

Arrays = Tuple[tf.TensorArray, ...]
Tensors = Tuple[tf.Tensor, ...]


class Trace(NamedTuple):
  """What a forward loop leaves for the backward loop.

  Attributes:
    states: The state from before the first step to after the last: a tuple like
      it of tensors sized `[T + 1, batch_size, H]`.
    kept: What steps kept for their gradients, as `Cell.step` returns it; each
      sized `[T, batch_size, H]`.
  """

  states: Tensors
  kept: Tensors


class FreeTrace(NamedTuple):
  """That of the free recurrence, and what it said.

  Attributes:
    steps: Its `Trace`.
    x: The frames fed, x_0 before all, sized `[T + 1, batch_size, D]`.
    logits: W_out h + b_out of each step, sized `[T, batch_size, D]`.
  """

  steps: Trace
  x: tf.Tensor
  logits: tf.Tensor


class Gradients(NamedTuple):
  """What a backward loop finds.

  Attributes:
    deltas: Gradients by wh and by a of every step, each sized
      `[T, batch_size, G * H]`; one tensor where the cell shares it.
    d_state_0: Gradient by the state before the first step, a tuple like it.
  """

  deltas: Tensors
  d_state_0: State


class TransposedWeights(NamedTuple):
  """Those of `OutputWeights` that gradients come back through, transposed.

  Attributes:
    W: Sized `[G * H, H]`.
    W_x: Sized `[G * H, D]`.
    W_out: Sized `[D, H]`.
  """

  W: tf.Tensor
  W_x: tf.Tensor
  W_out: tf.Tensor


class FreeGradients(NamedTuple):
  """Those of the free recurrence.

  Attributes:
    steps: Its `Gradients`.
    d_logits: Gradients by the logits of every step, what comes back through the
      frames that were fed included; sized `[T, batch_size, D]`.
  """

  steps: Gradients
  d_logits: tf.Tensor


class _Forward(NamedTuple):
  """A forward loop's variables: the step, the state and what is kept."""

  t: tf.Tensor | int
  state: State
  states: Arrays
  kept: Arrays


class _FreeForward(NamedTuple):
  """Those of the free one: the frame fed to step t comes with them."""

  t: tf.Tensor | int
  state: State
  x_t: tf.Tensor
  states: Arrays
  kept: Arrays
  x: tf.TensorArray
  logits: tf.TensorArray


class _Backward(NamedTuple):
  """A backward loop's: the gradient by the state after step t, and deltas."""

  t: tf.Tensor | int
  d_state: State
  deltas: Arrays


class _FreeBackward(NamedTuple):
  """Those of the free one: the gradient by the frame fed after step t, too."""

  t: tf.Tensor | int
  d_state: State
  d_x: tf.Tensor
  deltas: Arrays
  d_logits: tf.TensorArray


def forward(
  cell: Cell,
  W: tf.Tensor,
  a: tf.Tensor,
  state_0: State,
  length: tf.Tensor | None = None,
) -> Trace:
  """Runs the driven recurrence.

  Args:
    cell: A cell.
    W: Recurrent weights, sized `[H, G * H]`.
    a: Each step's pre-activation but for W h, sized `[T, batch_size, G * H]`.
    state_0: The state before the first step.
    length: (Optional) Valid steps of each example, sized `[batch_size]`; past
      them its state stands still.
  """
  T = tf.shape(a)[0]

  def step(loop: _Forward) -> list[_Forward]:
    t, state = loop.t, loop.state
    wh = product(state[0], W)
    advanced, kept_t = cell.step(state, wh, a[t])
    if length is not None:
      advanced = keep_past_end(t, length, advanced, state)
    after = _Forward(
      t=t + 1,
      state=advanced,
      states=_write(loop.states, t + 1, advanced),
      kept=_write(loop.kept, t, kept_t),
    )
    return [after]

  before = _Forward(
    t=0,
    state=state_0,
    states=_write(_arrays(state_0, T + 1), 0, state_0),
    kept=_arrays(state_0[:1] * cell.num_kept, T),
  )
  (end,) = tf.while_loop(lambda loop: loop.t < T, step, [before])
  return Trace(_stack(end.states), _stack(end.kept))


def backward(
  cell: Cell,
  W_T: tf.Tensor,
  trace: Trace,
  length: tf.Tensor | None = None,
  d_end: State | None = None,
  d_h: tf.Tensor | None = None,
) -> Gradients:
  """The gradients of `forward`, by its last state or by h of every step.

  Args:
    cell: The cell.
    W_T: The transpose of W, sized `[G * H, H]`.
    trace: What `forward` returned.
    length: As given to `forward`.
    d_end: (Optional) Gradient by the last state, a tuple like it.
    d_h: (Optional) Gradient by h_1 ... h_T, sized `[T, batch_size, H]`. One of
      the two is given.
  """
  T = tf.shape(trace.states[0])[0] - 1

  def step(loop: _Backward) -> list[_Backward]:
    t, d_next = loop.t, loop.d_state
    if d_h is not None:
      d_next = (d_next[0] + d_h[t], *d_next[1:])
    deltas_t, d_state = _step_backward(cell, d_next, W_T, trace, t)
    if length is not None:
      d_state = keep_past_end(t, length, d_state, d_next)
      none = tuple(tf.zeros_like(delta) for delta in deltas_t)
      deltas_t = keep_past_end(t, length, deltas_t, none)
    return [_Backward(t - 1, d_state, _write(loop.deltas, t, deltas_t))]

  if d_end is None:
    d_end = tuple(tf.zeros_like(s[0]) for s in trace.states)
  deltas = _delta_arrays(cell, trace, T)
  (end,) = tf.while_loop(
    lambda loop: loop.t >= 0, step, [_Backward(T - 1, d_end, deltas)]
  )
  return Gradients(_stack(end.deltas), end.d_state)


def free_forward(
  cell: Cell,
  weights: OutputWeights,
  state_0: State,
  x_0: tf.Tensor,
  num_steps: tf.Tensor,
  feed: Feed | None = None,
) -> FreeTrace:
  """Runs the free recurrence; args as in `Recurrence.free_run`."""

  def step(loop: _FreeForward) -> list[_FreeForward]:
    t = loop.t
    a = product(loop.x_t, weights.W_x) + weights.bias
    wh = product(loop.state[0], weights.W)
    state, kept_t = cell.step(loop.state, wh, a)
    logits_t = product(state[0], weights.W_out) + weights.b_out
    x_t = tf.sigmoid(logits_t) if feed is None else feed(logits_t, t)
    after = _FreeForward(
      t=t + 1,
      state=state,
      x_t=x_t,
      states=_write(loop.states, t + 1, state),
      kept=_write(loop.kept, t, kept_t),
      x=loop.x.write(t + 1, x_t),
      logits=loop.logits.write(t, logits_t),
    )
    return [after]

  T = num_steps
  states = _write(_arrays(state_0, T + 1), 0, state_0)
  kept = _arrays(state_0[:1] * cell.num_kept, T)
  (x,) = _write(_arrays((x_0,), T + 1), 0, (x_0,))
  (logits,) = _arrays((x_0,), T)
  before = _FreeForward(0, state_0, x_0, states, kept, x, logits)
  (end,) = tf.while_loop(lambda loop: loop.t < T, step, [before])
  steps = Trace(_stack(end.states), _stack(end.kept))
  return FreeTrace(steps, end.x.stack(), end.logits.stack())


def free_backward(
  cell: Cell,
  transposed: TransposedWeights,
  trace: FreeTrace,
  d_logits: tf.Tensor,
  through_feed: bool,
) -> FreeGradients:
  """The gradients of `free_forward`, by its logits.

  Args:
    cell: The cell.
    transposed: The weights given to `free_forward`, transposed.
    trace: What `free_forward` returned.
    d_logits: Gradient by its logits, sized `[T, batch_size, D]`.
    through_feed: Whether the frames fed are sigm(logits), through which
      gradients pass; they are numbers otherwise.
  """
  T = tf.shape(d_logits)[0]

  def step(loop: _FreeBackward) -> list[_FreeBackward]:
    t, d_x = loop.t, loop.d_x
    d_logits_t = d_logits[t]
    if through_feed:
      x_t = trace.x[t + 1]
      d_logits_t += d_x * x_t * (1.0 - x_t)
    d_h = loop.d_state[0] + product(d_logits_t, transposed.W_out)
    deltas_t, d_state = _step_backward(
      cell, (d_h, *loop.d_state[1:]), transposed.W, trace.steps, t
    )
    if through_feed:
      d_x = product(deltas_t[-1], transposed.W_x)
    after = _FreeBackward(
      t=t - 1,
      d_state=d_state,
      d_x=d_x,
      deltas=_write(loop.deltas, t, deltas_t),
      d_logits=loop.d_logits.write(t, d_logits_t),
    )
    return [after]

  d_end = tuple(tf.zeros_like(s[0]) for s in trace.steps.states)
  deltas = _delta_arrays(cell, trace.steps, T)
  (d_logits_array,) = _arrays((d_logits[0],), T)
  before = _FreeBackward(
    T - 1, d_end, tf.zeros_like(trace.x[0]), deltas, d_logits_array
  )
  (end,) = tf.while_loop(lambda loop: loop.t >= 0, step, [before])
  steps = Gradients(_stack(end.deltas), end.d_state)
  return FreeGradients(steps, end.d_logits.stack())


def _step_backward(
  cell: Cell, d_next: State, W_T: tf.Tensor, trace: Trace, t: tf.Tensor
) -> tuple[Tensors, State]:
  """The deltas of step t, and the gradient by the state that it began with."""
  d_wh, d_a, d_state = cell.step_gradient(
    d_next,
    tuple(s[t] for s in trace.states),
    tuple(s[t + 1] for s in trace.states),
    tuple(k[t] for k in trace.kept),
  )
  deltas = (d_wh,) if cell.shares_gradient else (d_wh, d_a)
  return deltas, (d_state[0] + product(d_wh, W_T), *d_state[1:])


def _delta_arrays(cell: Cell, trace: Trace, size: tf.Tensor) -> Arrays:
  """TensorArrays for the deltas of `size` steps."""
  h = trace.states[0]
  shape = [h.shape[1], cell.num_gates * cell.num_units]
  return tuple(
    tf.TensorArray(h.dtype, size, element_shape=shape)
    for _ in range(1 if cell.shares_gradient else 2)
  )


def _arrays(like: Tensors, size: tf.Tensor) -> Arrays:
  """A TensorArray for each tensor, of `size` tensors like it."""
  return tuple(
    tf.TensorArray(v.dtype, size, element_shape=v.shape, clear_after_read=False)
    for v in like
  )


def _write(arrays: Arrays, t: tf.Tensor | int, values: Tensors) -> Arrays:
  return tuple(array.write(t, value) for array, value in zip(arrays, values))


def _stack(arrays: Arrays) -> Tensors:
  return tuple(array.stack() for array in arrays)
