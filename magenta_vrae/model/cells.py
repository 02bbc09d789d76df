# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The recurrent cells: one step h_t -> h_{t+1}; how weights are initialized.

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

import abc
from typing import Callable
from typing import Sequence
from typing import Tuple

import tensorflow.compat.v1 as tf

from magenta_vrae.host import HParams
from magenta_vrae.model.hparams import CELL_SIZES
from magenta_vrae.model.hparams import check_cell
from magenta_vrae.model.hparams import check_initializers
from magenta_vrae.model.products import Filled
from magenta_vrae.model.products import product

# Numbers of a state that XLA computes in one loop (TensorFlow 2.21: 102,400 in
# one, 125,000 shared out).
_MOST_IN_ONE_LOOP = 110_000

# One tensor sized `[batch_size, H]` or several, as a cell has it.
State = Tuple[tf.Tensor, ...]
Initializer = Callable[..., tf.Tensor]


class Cell(abc.ABC):
  """One step of a recurrence, and its gradient.

  Args:
    num_units: H, numbers in h.

  Attributes:
    num_units: H.
    num_gates: G.
    num_states: Tensors in a state.
    num_kept: Tensors that `step` keeps for its gradient.
    shares_gradient: Whether the gradients by wh and by a are one tensor, as
      they are where both enter only as wh + a.
  """

  num_gates: int
  num_states: int
  num_kept: int
  shares_gradient: bool

  def __init__(self, num_units: int) -> None:
    self.num_units = num_units

  @abc.abstractmethod
  def step(
    self, state: State, wh: tf.Tensor, a: tf.Tensor
  ) -> tuple[State, State]:
    """One step.

    Args:
      state: The state at t.
      wh: W h_t, sized `[batch_size, G * H]`.
      a: The rest of the pre-activation, of the same size.

    Returns:
      The next state, and what `step_gradient` needs of this step: a tuple of
      `num_kept` tensors sized `[batch_size, H]`.
    """

  @abc.abstractmethod
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

  def advance(self, state: State, W: tf.Tensor | Filled, a: tf.Tensor) -> State:
    """Returns the next state, given W instead of W h."""
    return self.step(state, product(state[0], W), a)[0]

  def bias_initializer(self) -> Initializer:
    """For the bias of the pre-activation, sized `[G * H]`."""
    return tf.zeros_initializer()


class TanhCell(Cell):
  """h_{t+1} = tanh(W h_t + W_in x_{t+1} + b), the paper's recurrence."""

  num_gates, num_states = CELL_SIZES['tanh']
  num_kept = 0
  shares_gradient = True

  def step(
    self, state: State, wh: tf.Tensor, a: tf.Tensor
  ) -> tuple[State, State]:
    del state
    return (tf.tanh(wh + a),), ()

  def step_gradient(
    self, d_next: State, state: State, next_state: State, kept: State
  ) -> tuple[tf.Tensor, tf.Tensor, State]:
    del state, kept
    (d_h,), (h_next,) = d_next, next_state
    d_a = d_h * (1.0 - h_next * h_next)
    return d_a, d_a, (tf.zeros_like(d_h),)


class GRUCell(Cell):
  """Gates u (update) and r (reset), candidate n; Cho et al. 2014.

  h_{t+1} = u * h_t + (1 - u) * n,   n = tanh(a_n + r * (W_n h_t))
  """

  num_gates, num_states = CELL_SIZES['gru']
  num_kept = 4
  shares_gradient = False  # W_n h_t passes the reset gate, a_n does not.

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

  def advance(self, state: State, W: tf.Tensor | Filled, a: tf.Tensor) -> State:
    # Of a step that keeps nothing XLA makes one loop, which reads too many rows
    # at once to become vector instructions. A padded row is made beforehand: so
    # the gates' part of a goes into wh, and the candidate's stays. Of a larger
    # state XLA shares the rows out, and its loops are good as they are.
    size = state[0].shape.num_elements()
    if size is None or size > _MOST_IN_ONE_LOOP:
      return super().advance(state, W, a)
    gates = 2 * self.num_units
    wh = product(state[0], W) + _fill_up(a[:, :gates], behind=self.num_units)
    return self.step(state, wh, _fill_up(a[:, gates:], before=gates))[0]

  def step_gradient(
    self, d_next: State, state: State, next_state: State, kept: State
  ) -> tuple[tf.Tensor, tf.Tensor, State]:
    (d_h,), (h,), (u, r, n, wh_n) = d_next, state, kept
    d_u = d_h * (h - n) * u * (1.0 - u)
    d_n = d_h * (1.0 - u) * (1.0 - n * n)
    d_r = d_n * wh_n * r * (1.0 - r)
    d_wh = tf.concat([d_u, d_r, d_n * r], axis=1)
    return d_wh, tf.concat([d_u, d_r, d_n], axis=1), (d_h * u,)


class LSTMCell(Cell):
  """Gates i, f, o and candidate g; Hochreiter & Schmidhuber 1997.

  c_{t+1} = f * c_t + i * g,   h_{t+1} = o * tanh(c_{t+1}); state = (h, c)
  """

  num_gates, num_states = CELL_SIZES['lstm']
  num_kept = 4
  shares_gradient = True

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


def _fill_up(v: tf.Tensor, before: int = 0, behind: int = 0) -> tf.Tensor:
  """Rows with zeros before and behind them."""
  return tf.pad(v, [(0, 0), (before, behind)])


CELLS: dict[str, type[Cell]] = {
  'tanh': TanhCell,
  'gru': GRUCell,
  'lstm': LSTMCell,
}


def make_cell(name: str, rnn_size: Sequence[int]) -> Cell:
  """Returns the cell called `name` ('tanh', 'gru' or 'lstm').

  Args:
    name: A key of `CELLS`.
    rnn_size: Magenta's list of units per layer. The VRAE has one layer.

  Raises:
    InputError: On an unknown name, or more than one layer.
  """
  check_cell(name, rnn_size)
  return CELLS[name](rnn_size[0])


def weight_initializer(hparams: HParams) -> Initializer:
  """For every matrix but W_enc and W_dec, by the hparam `weight_init`.

  'normal' is N(0, sigma_init^2), as the authors' code starts all. 'fan_in' is
  N(0, 1 / inputs): with two latent dimensions and a small sigma_init, z would
  hardly move h_0.

  Raises:
    InputError: On an unknown name.
  """
  check_initializers(hparams)
  if hparams.weight_init == 'normal':
    return tf.random_normal_initializer(stddev=hparams.sigma_init)
  return tf.variance_scaling_initializer(
    scale=1.0, mode='fan_in', distribution='untruncated_normal'
  )


def recurrent_initializer(hparams: HParams) -> Initializer:
  """For W_enc and W_dec, by the hparam `recurrent_init`.

  'normal' is N(0, sigma_init^2), as the authors' code. 'orthogonal' is a random
  matrix with orthonormal rows, which neither shrinks nor grows what passes.

  Raises:
    InputError: On an unknown name.
  """
  check_initializers(hparams)
  if hparams.recurrent_init == 'normal':
    return tf.random_normal_initializer(stddev=hparams.sigma_init)
  return tf.orthogonal_initializer()
