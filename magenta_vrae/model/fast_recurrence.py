# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The recurrences of recurrence.py, at little more than their products' cost.

Three things make the difference to TensorFlow's own loop and gradients:

1. The gradient is written by hand (back-propagation through time), and the
   loop back only passes errors from step to step and keeps them. A weight's
   gradient is then one large product over all time steps, where TensorFlow
   would add up one small product a step:

       dL/dW = sum_t h_t^T d_t = [h_0; h_1; ...]^T [d_0; d_1; ...]

2. Both loops are compiled by XLA, which fuses what stands between the products
   and has no cost of dispatch per operation. Where XLA is missing or cannot
   compile them, the same loops run in TensorFlow's executor.

3. Weights are transposed once and not at every step of the way back. For small
   batches a product with a transposed right-hand side takes three times as
   long.

XLA compiles for the sizes it meets, at about half a second for each new batch
size or window length.
"""

from __future__ import annotations

import functools

import tensorflow.compat.v1 as tf

from magenta_vrae.errors import InputError
from magenta_vrae.model.hparams import check_recurrence
from magenta_vrae.model.recurrence import PlainRecurrence
from magenta_vrae.model.recurrence import keep_past_end
from magenta_vrae.model.recurrence import with_one


def choose(name, is_training=True):
  """Returns the recurrence called `name`.

  Args:
    name: 'plain' for `PlainRecurrence`; 'compiled' or 'uncompiled' for
      `FastRecurrence`; 'auto' for 'compiled' where XLA works.
    is_training: Whether gradients will be asked for. Without them the plain
      loops are as fast, start at once at any length, and keep no states, of
      which 100,000 frames have 200 MB a sequence.

  Raises:
    InputError: On an unknown name, or on 'compiled' where XLA does not work.
  """
  check_recurrence(name)
  if name == 'plain':
    return PlainRecurrence()
  if name == 'compiled' and not xla_compiles():
    raise InputError(
      'XLA cannot compile here; hparam recurrence is auto or uncompiled'
    )
  if not is_training:
    return PlainRecurrence()
  return FastRecurrence(compiled=name != 'uncompiled' and xla_compiles())


class FastRecurrence:
  """As `PlainRecurrence`, with gradients by hand.

  Args:
    compiled: Whether XLA compiles the loops.
  """

  def __init__(self, compiled):
    self._compiled = compiled

  def _loop(self, function):
    """A loop as a function of tensors, compiled if so chosen."""
    if not self._compiled:
      return function
    return tf.function(function, jit_compile=True, autograph=False)

  def final_state(self, cell, W, a, state_0, length):
    """As `PlainRecurrence.final_state`."""

    @tf.custom_gradient
    def run(W, a, *state_0):
      states, kept = self._drive(cell, W, a, state_0, length)

      def gradient(*d_end):
        return self._drive_back(cell, W, states, kept, length, d_end=d_end)

      return tuple(s[-1] for s in states), gradient

    return _as_tuple(run(W, a, *state_0))

  def outputs(self, cell, W, a, state_0):
    """As `PlainRecurrence.outputs`."""

    @tf.custom_gradient
    def run(W, a, *state_0):
      states, kept = self._drive(cell, W, a, state_0)

      def gradient(d_h):
        return self._drive_back(cell, W, states, kept, d_h=d_h)

      return states[0][1:], gradient

    return run(W, a, *state_0)

  def _drive(self, cell, W, a, state_0, length=None):
    """The way there: all states from the first on, and what the steps keep."""

    def loop(W, a, state_0, length):
      T = tf.shape(a)[0]

      def step(t, state, states, kept):
        wh = tf.matmul(state[0], W)
        advanced, kept_t = cell.step(state, wh, a[t])
        if length is not None:
          advanced = keep_past_end(t, length, advanced, state)
        return (
          t + 1,
          advanced,
          _write(states, t + 1, advanced),
          _write(kept, t, kept_t),
        )

      states = _write(_arrays(state_0, T + 1), 0, state_0)
      kept = _arrays(state_0[:1] * cell.num_kept, T)
      _, _, states, kept = tf.while_loop(
        lambda t, *_: t < T, step, (0, state_0, states, kept)
      )
      return _stack(states), _stack(kept)

    return self._loop(loop)(W, a, tuple(state_0), length)

  def _drive_back(
    self, cell, W, states, kept, length=None, d_end=None, d_h=None
  ):
    """The way back: gradients by W, a and state_0.

    `d_end` is the gradient by the last state, `d_h` that by h of every step;
    one of them is given.
    """

    def loop(W_T, states, kept, length, d_end, d_h):
      T = tf.shape(states[0])[0] - 1

      def step(t, d_state, errors):
        d_next = d_state
        if d_h is not None:
          d_next = (d_next[0] + d_h[t], *d_next[1:])
        errors_t, d_state = _step_back(cell, d_next, W_T, states, kept, t)
        if length is not None:
          d_state = keep_past_end(t, length, d_state, d_next)
          none = tuple(tf.zeros_like(e) for e in errors_t)
          errors_t = keep_past_end(t, length, errors_t, none)
        return t - 1, d_state, _write(errors, t, errors_t)

      if d_end is None:
        d_end = tuple(tf.zeros_like(s[0]) for s in states)
      errors = _error_arrays(cell, states, T)
      _, d_0, errors = tf.while_loop(
        lambda t, *_: t >= 0, step, (T - 1, d_end, errors)
      )
      return _stack(errors), d_0

    errors, d_0 = self._loop(loop)(
      tf.transpose(W), states, kept, length, d_end, d_h
    )
    d_wh, d_a = errors[0], errors[-1]
    return (_over_time(states[0][:-1], d_wh), d_a, *d_0)

  def free_run(self, cell, weights, state_0, x_0, num_steps, feed=None):
    """As `PlainRecurrence.free_run`."""

    @tf.custom_gradient
    def run(W, W_x, bias, W_out, b_out, x_0, *state_0):
      states, kept, x, logits = self._free_run(
        cell, (W, W_x, bias, W_out, b_out), state_0, x_0, num_steps, feed
      )

      def gradient(d_logits, d_fed):
        del d_fed  # Frames are handed on without a gradient.
        return self._free_run_back(
          cell, (W, W_x, bias, W_out), states, kept, x, d_logits, feed is None
        )

      return (logits, x[1:]), gradient

    logits, fed = run(*weights, x_0, *state_0)
    return logits, tf.stop_gradient(fed)

  def _free_run(self, cell, weights, state_0, x_0, num_steps, feed):
    """The way there: all states and fed frames from the first on."""

    def loop(W, W_x, bias, W_out, b_out, state_0, x_0, T):
      def step(t, state, x_t, states, kept, x, logits):
        a = tf.matmul(x_t, W_x) + bias
        state, kept_t = cell.step(state, tf.matmul(state[0], W), a)
        logits_t = tf.matmul(state[0], W_out) + b_out
        x_t = tf.sigmoid(logits_t) if feed is None else feed(logits_t, t)
        return (
          t + 1,
          state,
          x_t,
          _write(states, t + 1, state),
          _write(kept, t, kept_t),
          x.write(t + 1, x_t),
          logits.write(t, logits_t),
        )

      states = _write(_arrays(state_0, T + 1), 0, state_0)
      kept = _arrays(state_0[:1] * cell.num_kept, T)
      (x,) = _write(_arrays((x_0,), T + 1), 0, (x_0,))
      (logits,) = _arrays((x_0,), T)
      _, _, _, states, kept, x, logits = tf.while_loop(
        lambda t, *_: t < T, step, (0, state_0, x_0, states, kept, x, logits)
      )
      return _stack(states), _stack(kept), x.stack(), logits.stack()

    return self._loop(loop)(*weights, tuple(state_0), x_0, num_steps)

  def _free_run_back(
    self, cell, weights, states, kept, x, d_logits, through_feed
  ):
    """The way back: gradients by all weights, x_0 and state_0.

    With `through_feed`, x is sigm(logits) and passes gradients on.
    """
    W, W_x, bias, W_out = weights

    def loop(W_T, W_x_T, W_out_T, states, kept, x, d_logits):
      T = tf.shape(d_logits)[0]

      def step(t, d_state, d_x, errors, d_out):
        d_out_t = d_logits[t]
        if through_feed:
          x_t = x[t + 1]
          d_out_t += d_x * x_t * (1.0 - x_t)
        d_h = d_state[0] + tf.matmul(d_out_t, W_out_T)
        errors_t, d_state = _step_back(
          cell, (d_h, *d_state[1:]), W_T, states, kept, t
        )
        if through_feed:
          d_x = tf.matmul(errors_t[-1], W_x_T)
        return (
          t - 1,
          d_state,
          d_x,
          _write(errors, t, errors_t),
          d_out.write(t, d_out_t),
        )

      d_end = tuple(tf.zeros_like(s[0]) for s in states)
      errors = _error_arrays(cell, states, T)
      (d_out,) = _arrays((d_logits[0],), T)
      _, d_0, _, errors, d_out = tf.while_loop(
        lambda t, *_: t >= 0,
        step,
        (T - 1, d_end, tf.zeros_like(x[0]), errors, d_out),
      )
      return _stack(errors), d_out.stack(), d_0

    errors, d_out, d_0 = self._loop(loop)(
      *(tf.transpose(w) for w in (W, W_x, W_out)), states, kept, x, d_logits
    )
    d_wh, d_a = errors[0], errors[-1]
    # A bias is the weight of a one beside the frame.
    d_W_x = _over_time(with_one(x[:-1]), d_a)
    if bias.shape[0] == 1:
      d_bias = d_W_x[-1:]
    else:
      d_bias = tf.reduce_sum(d_a, axis=0)
    d_W_out = _over_time(states[0][1:], d_out)
    d_b_out = tf.reduce_sum(d_out, axis=[0, 1])
    d_W = _over_time(states[0][:-1], d_wh)
    d_x_0 = tf.matmul(d_a[0], W_x, transpose_b=True)
    return (d_W, d_W_x[:-1], d_bias, d_W_out, d_b_out, d_x_0, *d_0)


def _step_back(cell, d_next, W_T, states, kept, t):
  """Gradients by the pre-activations of step t, and by its state."""
  d_wh, d_a, d_state = cell.step_gradient(
    d_next,
    tuple(s[t] for s in states),
    tuple(s[t + 1] for s in states),
    tuple(k[t] for k in kept),
  )
  errors = (d_wh,) if cell.shares_gradient else (d_wh, d_a)
  return errors, (d_state[0] + tf.matmul(d_wh, W_T), *d_state[1:])


def _error_arrays(cell, states, size):
  """TensorArrays for gradients by wh and by a, or for both in one."""
  num_errors = 1 if cell.shares_gradient else 2
  shape = [states[0].shape[1], cell.num_gates * cell.num_units]
  return tuple(
    tf.TensorArray(states[0].dtype, size, element_shape=shape)
    for _ in range(num_errors)
  )


def _over_time(inputs, errors):
  """sum_t inputs_t^T errors_t, as one product."""
  rows = [tf.reshape(v, [-1, v.shape[-1]]) for v in (inputs, errors)]
  return tf.matmul(*rows, transpose_a=True)


def _arrays(like, size):
  """A TensorArray for each tensor, of `size` tensors like it."""
  return tuple(
    tf.TensorArray(v.dtype, size, element_shape=v.shape, clear_after_read=False)
    for v in like
  )


def _write(arrays, t, values):
  return tuple(array.write(t, value) for array, value in zip(arrays, values))


def _stack(arrays):
  return tuple(array.stack() for array in arrays)


@functools.lru_cache(maxsize=None)
def xla_compiles():
  """Whether XLA can compile for this machine."""
  try:
    with tf.Graph().as_default(), tf.Session() as session:
      one = tf.placeholder_with_default(1.0, [])
      twice = tf.function(lambda x: x + x, jit_compile=True)(one)
      return bool(session.run(twice) == 2.0)
  except tf.errors.OpError:
    return False


def _as_tuple(value):
  return tuple(value) if isinstance(value, (list, tuple)) else (value,)
