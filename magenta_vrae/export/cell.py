# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A step of a recurrence: the cells of model/cells.py."""

from __future__ import annotations

from magenta_vrae.export.operations import Operations
from magenta_vrae.export.operations import Value
from magenta_vrae.model.hparams import CELL_SIZES


class Cell:
  """One kind of cell, of one size.

  Args:
    operations: The format's.
    name: 'tanh', 'gru' or 'lstm'.
    num_units: H.

  Attributes:
    num_columns: Numbers in a state: h, and for the LSTM c behind it.
  """

  def __init__(self, operations: Operations, name: str, num_units: int) -> None:
    self._ops = operations
    self._name = name
    self._H = num_units
    self.num_columns = CELL_SIZES[name].num_states * num_units

  def h(self, state: Value) -> Value:
    """What the others hear of a state, sized `[n, H]`."""
    if self.num_columns == self._H:
      return state
    return self._ops.columns(state, 0, self._H)

  def next(self, state: Value, W: Value, a: Value) -> Value:
    """The next state.

    Args:
      state: Sized `[n, num_columns]`.
      W: The recurrence's own matrix, sized `[H, G * H]`.
      a: The rest of the pre-activation, sized `[n, G * H]`.
    """
    step = {'tanh': self._tanh, 'gru': self._gru, 'lstm': self._lstm}
    return step[self._name](state, self.h(state) @ W, a)

  def _tanh(self, state: Value, wh: Value, a: Value) -> Value:
    del state
    return self._ops.tanh(wh + a)

  def _gru(self, h: Value, wh: Value, a: Value) -> Value:
    ops, H = self._ops, self._H
    gates = ops.columns(wh, 0, 2 * H) + ops.columns(a, 0, 2 * H)
    gates = ops.sigmoid(gates)
    u, r = ops.columns(gates, 0, H), ops.columns(gates, H, 2 * H)
    own = r * ops.columns(wh, 2 * H, 3 * H)
    n = ops.tanh(ops.columns(a, 2 * H, 3 * H) + own)
    return n + u * (h - n)

  def _lstm(self, state: Value, wh: Value, a: Value) -> Value:
    ops, H = self._ops, self._H
    pre = wh + a
    i, f, g, o = (ops.columns(pre, k * H, (k + 1) * H) for k in range(4))
    kept = ops.sigmoid(f) * ops.columns(state, H, 2 * H)
    c = kept + ops.sigmoid(i) * ops.tanh(g)
    return ops.concat([ops.sigmoid(o) * ops.tanh(c), c])
