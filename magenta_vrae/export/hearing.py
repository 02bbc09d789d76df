# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The autoregressive recurrence: model/autoregressive.py.

With `nade_size` it draws the notes of a frame jointly: model/nade.py. With
`bar_frames` it knows where in the bar it is.

Sizes: n sequences, D columns of a frame, H units, S vectors in a cell's state,
G gates.
"""

from __future__ import annotations

from typing import NamedTuple

from magenta_vrae.catalogue import HParams
from magenta_vrae.export.cell import Cell
from magenta_vrae.export.operations import Operations
from magenta_vrae.export.operations import Value
from magenta_vrae.export.operations import Values


class Drawn(NamedTuple):
  """A frame.

  Attributes:
    x: Its notes, zeros and ones, sized `[n, D]`.
    logits: What was said of each note before it was drawn, of the same size.
  """

  x: Value
  logits: Value


def sounds(operations: Operations, logits: Value, least: Value) -> Value:
  """The notes of logits: ones where they are above `least`, else zeros."""
  return operations.number(least < logits)


class Hearing:
  """The equations.

  Args:
    operations: The format's.
    hparams: The model's hparams.
    depth: D.
  """

  def __init__(
    self, operations: Operations, hparams: HParams, depth: int
  ) -> None:
    self._ops = operations
    self._D = depth
    self._U = hparams.nade_size
    self._P = hparams.bar_frames
    self._cell = Cell(operations, hparams.cell, hparams.ar_rnn_size[0])

  def _w(self, name: str) -> Value:
    return self._ops.weight(f'decoder/ar_{name}')

  def h_0(self, z: Value) -> Value:
    """The state that z begins with, sized `[n, S * H]`."""
    return self._ops.tanh(z @ self._w('W_z') + self._w('b_z'))

  def bias(self, z: Value) -> Value:
    """The pre-activation's part of z, sized `[n, G * H]`."""
    return z @ self._w('W_zx') + self._w('b_dec')

  def bar(self, t: Value) -> Value:
    """What the bar adds to the pre-activation.

    Args:
      t: Numbers of frames from a bar line on, sized `[n, 1]`.

    Returns:
      The row of W_bar of each, sized `[n, G * H]`; 0 of a model without bars.
    """
    ops, P = self._ops, self._P
    if not P:
      return 0.0
    place = t - float(P) * ops.floor((t + 0.5) * (1.0 / P))
    passed = [ops.number(place > k - 0.5) for k in range(P)]
    ended = [*passed[1:], ops.number(place > P - 0.5)]
    is_there = [begun - over for begun, over in zip(passed, ended)]
    return ops.concat(is_there) @ self._w('W_bar')

  def next(
    self, state: Value, x: Value, free: Value, bias: Value, least: Value
  ) -> tuple[Value, Drawn]:
    """The next frame.

    Args:
      state: Sized `[n, S * H]`.
      x: The frame before, sized `[n, D]`.
      free: The logits of the free run, of the same size.
      bias: As the method of that name returns it.
      least: What logits must be above for a note to sound, sized `[n, D]`.

    Returns:
      The next state, and the frame.
    """
    ops, w = self._ops, self._w
    a = x @ w('W_x') + ops.sigmoid(free) @ w('W_free') + bias
    state = self._cell.next(state, w('W_dec'), a)
    h = self._cell.h(state)
    logits = h @ w('W_out') + w('b_out') + w('c_free') * free
    logits = logits + w('c_x') * (2.0 * x - 1.0)
    if self._U:
      return state, self._joined(h, x, logits, least)
    return state, Drawn(sounds(ops, logits, least), logits)

  def _joined(self, h: Value, x: Value, logits: Value, least: Value) -> Drawn:
    """The notes of a frame, one given those before it.

    Args:
      h: What is heard of the state, sized `[n, H]`.
      x: The frame before, sized `[n, D]`.
      logits: Those without the frame's own columns, of the same size.
      least: As in `next`.
    """
    ops, U, end = self._ops, self._U, self._U + self._D

    def w(name: str) -> Value:
      return ops.weight(f'decoder/nade_{name}')

    before = x @ w('before')
    units = h @ w('W_h') + w('b') - ops.columns(before, 0, U)
    logits = logits - ops.columns(before, U, end)

    def step(x: Value) -> Values:
      of_frame = x @ w('frame')
      u = ops.relu(units + ops.columns(of_frame, 0, U))
      said = u @ w('W_out') + logits + ops.columns(of_frame, U, end)
      return sounds(ops, said, least), said

    # A column a round at the least, and a round that finds nothing to change.
    return Drawn(*ops.settled(step, x, logits, most=self._D + 1))
