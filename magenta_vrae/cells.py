# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The recurrent cells: one step h_t -> h_{t+1}, and how its weights start.

A cell sees the input only through a = W_in x_{t+1} + b, which its caller forms,
because for a known input that product is taken for all time steps at once.
With H units, G gates and a state of S numbers, all sized per example:

    a      [batch_size, G * H]   the input's part of the pre-activation
    W      [H, G * H]            recurrent weights
    state  [batch_size, S]       h_t, and for the LSTM c_t behind it

The paper's cell is TanhCell (section 2.2); its section 4 proposes the LSTM.
GRUCell and LSTMCell use the gate order and equations of Keras (GRU with
`reset_after=True`), so that weights move to and from Keras layers unchanged.
"""

from __future__ import annotations

import tensorflow.compat.v1 as tf

from magenta_vrae.errors import InputError


class TanhCell:
  """h_{t+1} = tanh(W h_t + W_in x_{t+1} + b), the paper's recurrence."""

  num_gates = 1

  def __init__(self, num_units):
    self.num_units = num_units
    self.state_size = num_units

  def step(self, state, W, a):
    """Returns the next state, sized `[batch_size, state_size]`."""
    return tf.tanh(tf.matmul(state, W) + a)

  def output(self, state):
    """Returns h, sized `[..., num_units]`, out of a state."""
    return state

  def bias_initializer(self):
    return tf.zeros_initializer()


class GRUCell(TanhCell):
  """Gates u (update) and r (reset), candidate n; Cho et al. 2014.

  h_{t+1} = u * h_t + (1 - u) * n,   n = tanh(a_n + r * (W_n h_t))
  """

  num_gates = 3

  def step(self, state, W, a):
    a_u, a_r, a_n = tf.split(a, 3, axis=1)
    wh_u, wh_r, wh_n = tf.split(tf.matmul(state, W), 3, axis=1)
    u = tf.sigmoid(a_u + wh_u)
    r = tf.sigmoid(a_r + wh_r)
    n = tf.tanh(a_n + r * wh_n)
    return u * state + (1.0 - u) * n


class LSTMCell(TanhCell):
  """Gates i, f, o and candidate g; Hochreiter & Schmidhuber 1997.

  c_{t+1} = f * c_t + i * g,   h_{t+1} = o * tanh(c_{t+1}); state = [h, c]
  """

  num_gates = 4

  def __init__(self, num_units):
    super().__init__(num_units)
    self.state_size = 2 * num_units

  def step(self, state, W, a):
    h, c = tf.split(state, 2, axis=1)
    i, f, g, o = tf.split(tf.matmul(h, W) + a, 4, axis=1)
    c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
    h = tf.sigmoid(o) * tf.tanh(c)
    return tf.concat([h, c], axis=1)

  def output(self, state):
    return state[..., : self.num_units]

  def bias_initializer(self):
    # A forget gate that starts open lets gradients through long windows.
    H = self.num_units
    return tf.constant_initializer([0.0] * H + [1.0] * H + [0.0] * 2 * H)


CELLS = {'tanh': TanhCell, 'gru': GRUCell, 'lstm': LSTMCell}


def make_cell(name, rnn_size):
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


def weight_initializer(hparams):
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


def recurrent_initializer(hparams):
  """For W_enc and W_dec: 'normal' as the authors, or 'orthogonal'."""
  if hparams.recurrent_init == 'normal':
    return tf.random_normal_initializer(stddev=hparams.sigma_init)
  if hparams.recurrent_init == 'orthogonal':
    return tf.orthogonal_initializer()
  raise InputError(
    f'unknown recurrent_init {hparams.recurrent_init!r}; '
    "it is 'normal' or 'orthogonal'"
  )
