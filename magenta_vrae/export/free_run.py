# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The paper's decoder, which says z by itself: model/decoder.py.

It makes a step for every K frames. A sequence's frames come one by one, so it
keeps what its last step said until all of it is used.

Sizes: n sequences, D columns of a frame, H units, S vectors in a cell's state.
"""

from __future__ import annotations

from typing import NamedTuple

from magenta_vrae.catalogue import HParams
from magenta_vrae.export.cell import Cell
from magenta_vrae.export.operations import Operations
from magenta_vrae.export.operations import Value
from magenta_vrae.export.operations import Values
from magenta_vrae.model import hparams as vrae_hparams


class Free(NamedTuple):
  """Where it stands; before its first frame all zeros but for h.

  Attributes:
    h: The state of its recurrence, sized `[n, S * H]`.
    said: The logits of its last step, the next frame first, `[n, K * D]`.
    fed: The K frames that it heard last, sized `[n, K * D]`.
  """

  h: Value
  said: Value
  fed: Value


class FreeRun:
  """The equations.

  Args:
    operations: The format's.
    hparams: The model's hparams.
    depth: D.

  Attributes:
    K: Frames to a step.
  """

  def __init__(
    self, operations: Operations, hparams: HParams, depth: int
  ) -> None:
    self._ops = operations
    self._tells_z = hparams.z_every_step
    self._hears_output = hparams.feedback == 'output'
    self._D = depth
    self.K = vrae_hparams.frames_per_step(hparams)
    self._cell = Cell(operations, hparams.cell, hparams.dec_rnn_size[0])

  def _w(self, name: str) -> Value:
    return self._ops.weight(f'decoder/{name}')

  def h_0(self, z: Value) -> Value:
    """The state that z begins with, sized `[n, S * H]`."""
    return self._ops.tanh(z @ self._w('W_z') + self._w('b_z'))

  def bias(self, z: Value) -> Value:
    """The pre-activation's part that is the same at every step."""
    if self._tells_z:
      return z @ self._w('W_zx') + self._w('b_dec')
    return self._w('b_dec')

  def said(self, free: Free, is_due: Value, bias: Value) -> tuple[Free, Value]:
    """The logits of the next frame, sized `[n, D]`.

    Args:
      free: Where it stands.
      is_due: Whether a sequence has used up its frames, truths sized `[n, 1]`;
        with K = 1 they all have.
      bias: As the method of that name returns it.
    """
    ops, D, KD = self._ops, self._D, self.K * self._D

    def step() -> Values:
      a = free.fed @ self._w('W_x') + bias
      h = self._cell.next(free.h, self._w('W_dec'), a)
      return h, self._cell.h(h) @ self._w('W_out') + self._w('b_out')

    if self.K == 1:
      h, said = step()
      return free._replace(h=h, said=said), said

    def where_due() -> Values:
      h, said = step()
      return (
        ops.where(is_due, h, free.h),
        ops.where(is_due, said, free.said),
      )

    h, said = ops.either(is_due, where_due, (free.h, free.said))
    logits = ops.columns(said, 0, D)
    later = ops.concat([ops.columns(said, D, KD), logits])
    return free._replace(h=h, said=later), logits

  def fed(self, free: Free, logits: Value, x: Value | None = None) -> Free:
    """The same once it has heard a frame: its outputs or its notes.

    Args:
      free: Where it stands.
      logits: Of the frame, sized `[n, D]`.
      x: Its notes, of the same size; None if it hears its outputs.
    """
    ops = self._ops
    is_output = self._hears_output or x is None
    heard = ops.sigmoid(logits) if is_output else x
    if self.K > 1:
      later = ops.columns(free.fed, self._D, self.K * self._D)
      heard = ops.concat([later, heard])
    return free._replace(fed=heard)
