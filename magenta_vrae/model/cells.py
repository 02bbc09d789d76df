# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The recurrent cells: one step h_t -> h_{t+1}, and how its weights start.

A cell is given both parts of its pre-activation, which its caller forms: the
input's part can then be one product for all time steps. With H units and G
gates, per example:

    state  A tuple of tensors sized `[batch_size, H]`; h comes first, and for
           the LSTM c second.
    wh     W h_t, sized `[batch_size, G * H]`, with recurrent weights W.
    a      W_in x_{t+1} + b, of the same size.

The paper's cell is TanhCell (section 2.2); its section 4 proposes the LSTM.
GRUCell and LSTMCell use the gate order and equations of Keras (GRU with
`reset_after=True`), so that weights move to and from Keras layers unchanged.

`step_gradient` is each step's derivative by hand, for fast_recurrence.py.
"""

from __future__ import annotations

from typing import Callable
from typing import Sequence
from typing import Tuple

import tensorflow.compat.v1 as tf

from magenta_vrae.errors import InputError
from magenta_vrae.host import HParams

# One tensor sized `[batch_size, H]` or several, as a cell has it.
State = Tuple[tf.Tensor, ...]
Initializer = Callable[..., tf.Tensor]


class TanhCell:
  """h_{t+1} = tanh(W h_t + W_in x_{t+1} + b), the paper's recurrence."""

  num_gates = 1
  num_states = 1  # Tensors in a state.
  num_kept = 0  # Tensors that `step` keeps for its gradient.
  num_errors = 1  # 1 where the gradients by wh and by a are one tensor, or 2.

  def __init__(self, num_units: int) -> None:
    self.num_units = num_units

  def step(
    self, state: State, wh: tf.Tensor, a: tf.Tensor
  ) -> tuple[State, State]:
    """One step.

    Returns:
      The next state, and what `step_gradient` needs of it: a tuple of tensors
      sized `[batch_size, H]`.
    """
    del state
    return (tf.tanh(wh + a),), ()

  def step_gradient(
    self, d_next: State, state: State, next_state: State, kept: State
  ) -> tuple[tf.Tensor, tf.Tensor, State]:
    """The gradient of `step`.

    Args:
      d_next: Gradient by the next state, a tuple like it.
      state: The state that the step began with.
      next_state: The state that it returned.
      kept: What else it returned.

    Returns:
      Gradients by wh, by a, and by `state` (not counting the way through wh).
    """
    del state, kept
    (d_h,), (h_next,) = d_next, next_state
    d_a = d_h * (1.0 - h_next * h_next)
    return d_a, d_a, (tf.zeros_like(d_h),)

  def advance(self, state: State, W: tf.Tensor, a: tf.Tensor) -> State:
    """Returns the next state, given W instead of W h."""
    return self.step(state, tf.matmul(state[0], W), a)[0]

  def bias_initializer(self) -> Initializer:
    return tf.zeros_initializer()


class GRUCell(TanhCell):
  """Gates u (update) and r (reset), candidate n; Cho et al. 2014.

  h_{t+1} = u * h_t + (1 - u) * n,   n = tanh(a_n + r * (W_n h_t))
  """

  num_gates = 3
  num_kept = 4
  num_errors = 2

  def step(
    self, state: State, wh: tf.Tensor, a: tf.Tensor
  ) -> tuple[State, State]:
    (h,) = state
    wh_u, wh_r, wh_n = tf.split(wh, 3, axis=1)
    a_u, a_r, a_n = tf.split(a, 3, axis=1)
    u = tf.sigmoid(wh_u + a_u)
    r = tf.sigmoid(wh_r + a_r)
    n = tf.tanh(a_n + r * wh_n)
    return (u * h + (1.0 - u) * n,), (u, r, n, wh_n)

  def step_gradient(
    self, d_next: State, state: State, next_state: State, kept: State
  ) -> tuple[tf.Tensor, tf.Tensor, State]:
    (d_h,), (h,), (u, r, n, wh_n) = d_next, state, kept
    d_u = d_h * (h - n) * u * (1.0 - u)
    d_n = d_h * (1.0 - u) * (1.0 - n * n)
    d_r = d_n * wh_n * r * (1.0 - r)
    d_wh = tf.concat([d_u, d_r, d_n * r], axis=1)
    return d_wh, tf.concat([d_u, d_r, d_n], axis=1), (d_h * u,)


class LSTMCell(TanhCell):
  """Gates i, f, o and candidate g; Hochreiter & Schmidhuber 1997.

  c_{t+1} = f * c_t + i * g,   h_{t+1} = o * tanh(c_{t+1}); state = (h, c)
  """

  num_gates = 4
  num_states = 2
  num_kept = 4

  def step(
    self, state: State, wh: tf.Tensor, a: tf.Tensor
  ) -> tuple[State, State]:
    i, f, g, o = tf.split(wh + a, 4, axis=1)
    i, f, g, o = tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)
    c = f * state[1] + i * g
    return (o * tf.tanh(c), c), (i, f, g, o)

  def step_gradient(
    self, d_next: State, state: State, next_state: State, kept: State
  ) -> tuple[tf.Tensor, tf.Tensor, State]:
    (d_h, d_c), (i, f, g, o) = d_next, kept
    tanh_c = tf.tanh(next_state[1])
    d_c += d_h * o * (1.0 - tanh_c * tanh_c)
    d_a = tf.concat(
      [
        d_c * g * i * (1.0 - i),
        d_c * state[1] * f * (1.0 - f),
        d_c * i * (1.0 - g * g),
        d_h * tanh_c * o * (1.0 - o),
      ],
      axis=1,
    )
    return d_a, d_a, (tf.zeros_like(d_h), d_c * f)

  def bias_initializer(self) -> Initializer:
    # A forget gate that starts open lets gradients through long windows.
    H = self.num_units
    return tf.constant_initializer([0.0] * H + [1.0] * H + [0.0] * 2 * H)


CELLS = {'tanh': TanhCell, 'gru': GRUCell, 'lstm': LSTMCell}


def make_cell(name: str, rnn_size: Sequence[int]) -> TanhCell:
  """Returns the cell called `name` ('tanh', 'gru' or 'lstm').

  Args:
    name: A key of `CELLS`.
    rnn_size: Magenta's list of units per layer. The VRAE has one layer.

  Raises:
    InputError: On an unknown name, or more than one layer.
  """
  if name not in CELLS:
    raise InputError(
      f'unknown cell {name!r}; hparam `cell` is one of {list(CELLS)}'
    )
  if len(rnn_size) != 1:
    raise InputError(
      f'{len(rnn_size)} RNN layers were asked for, {list(rnn_size)}; '
      'the VRAE has one: give enc_rnn_size and dec_rnn_size one number each'
    )
  return CELLS[name](rnn_size[0])


def weight_initializer(hparams: HParams) -> Initializer:
  """For every weight but W_enc and W_dec.

  'normal' is N(0, sigma_init^2), as the authors' code starts all. 'fan_in' is
  N(0, 1 / inputs): with two latent dimensions and a small sigma_init, z would
  hardly move h_0.
  """
  if hparams.weight_init == 'normal':
    return tf.random_normal_initializer(stddev=hparams.sigma_init)
  if hparams.weight_init == 'fan_in':
    return tf.variance_scaling_initializer(
      scale=1.0, mode='fan_in', distribution='untruncated_normal'
    )
  raise InputError(
    f"unknown weight_init {hparams.weight_init!r}; it is 'normal' or 'fan_in'"
  )


def recurrent_initializer(hparams: HParams) -> Initializer:
  """For W_enc and W_dec: 'normal' as the authors, or 'orthogonal'."""
  if hparams.recurrent_init == 'normal':
    return tf.random_normal_initializer(stddev=hparams.sigma_init)
  if hparams.recurrent_init == 'orthogonal':
    return tf.orthogonal_initializer()
  raise InputError(
    f'unknown recurrent_init {hparams.recurrent_init!r}; '
    "it is 'normal' or 'orthogonal'"
  )
