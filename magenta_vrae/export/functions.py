# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The functions that every format offers, said once.

    encode    windows to q(z|x)
    decode    z to frames, as the decoder says a window
    step      z to frames without end, where the decoder hears what it plays

The equations are those of model/, and how music goes on from z to z is that of
inference/endless.py; tests hold this to them.

Music streams block by block: `decode` and `step` take a state and give one. A
state of zeros begins anew. Its first column says where a sequence stands, so
those of a batch may stand elsewhere each.

Sizes: n sequences, T frames of D columns, Z numbers in z.
"""

from __future__ import annotations

from typing import Dict

import numpy as np

from magenta_vrae.catalogue import HParams
from magenta_vrae.export import signatures
from magenta_vrae.export.cell import Cell
from magenta_vrae.export.free_run import Free
from magenta_vrae.export.free_run import FreeRun
from magenta_vrae.export.hearing import Hearing
from magenta_vrae.export.hearing import sounds
from magenta_vrae.export.operations import Operations
from magenta_vrae.export.operations import Value
from magenta_vrae.export.operations import Values
from magenta_vrae.inference import endless
from magenta_vrae.model import hparams as vrae_hparams

# Below this a temperature counts as zero, as in the graph.
_MIN_TEMPERATURE = 1e-6

# Results by their names.
Named = Dict[str, Value]


class Functions:
  """A model's functions in a format.

  Args:
    operations: The format's.
    hparams: The model's hparams.
    depth: D.
    window_frames: Frames of a window.
  """

  def __init__(
    self,
    operations: Operations,
    hparams: HParams,
    depth: int,
    window_frames: int,
  ) -> None:
    self._ops = operations
    self._hparams = hparams
    self._D = depth
    self._half = float(endless.half_window(window_frames))
    self._free = FreeRun(operations, hparams, depth)
    self._hearing = None
    if vrae_hparams.is_autoregressive(hparams):
      self._hearing = Hearing(operations, hparams, depth)

  # --- encode -----------------------------------------------------------------

  def encode(self, frames: Value, lengths: Value) -> Named:
    """q(z|x) = N(mu, diag(sigma^2)) of windows.

    Args:
      frames: Zeros and ones, sized `[n, T, D]`.
      lengths: How many frames of each count, int32, sized `[n]`.

    Returns:
      `mu` and `sigma`, each sized `[n, Z]`.
    """
    ops, hparams, K = self._ops, self._hparams, self._free.K
    cell = Cell(ops, hparams.cell, hparams.enc_rnn_size[0])

    def w(name: str) -> Value:
      return ops.weight(f'encoder/{name}')

    valid = ops.valid(frames, lengths)
    # What stands behind a window does not count.
    x = ops.where(valid, frames, 0.0)
    if hparams.reverse_input:
      x = ops.reversed(x, lengths)
    a = ops.blocks(x, self._D, K) @ w('W_in') + w('b_enc')

    def step(state: Values, row: Values) -> tuple[Values, Values]:
      (h,), (a_t, goes_on) = state, row
      return (ops.where(goes_on > 0.5, cell.next(h, w('W_enc'), a_t), h),), ()

    goes_on = ops.every(ops.number(valid), K)
    (state,), _ = ops.scan(
      step,
      (ops.zeros(frames, cell.num_columns),),
      (ops.swapped(a), ops.swapped(goes_on)),
      kept_columns=(),
    )
    h_end = cell.h(state)
    return {
      'mu': h_end @ w('W_mu') + w('b_mu'),
      'sigma': ops.exp(h_end @ w('W_sigma') + w('b_sigma')),
    }

  # --- decode -----------------------------------------------------------------

  def decode(
    self, z: Value, state: Value, uniforms: Value, temperature: Value
  ) -> Named:
    """Frames of z, as many as there are rows of random numbers.

    Args:
      z: Latent vectors, sized `[n, Z]`.
      state: Where the sequences stand, its columns those of
        `signatures.decode_state`; zeros at the beginning.
      uniforms: From 0 to 1, sized `[T, n, D]`: a note sounds where its
        probability is above its number. A 0 makes it sound, a 1 be silent.
      temperature: 0 or more, sized `[1]`: logits are divided by it before notes
        are drawn.

    Returns:
      `frames`, zeros and ones, and `probabilities`, sigm(W_out h_t + b_out),
      each sized `[n, T, D]`; the `next_state`. If the decoder hears
      what it plays, also `told`: each note's probability given all those
      before it, sized like frames.
    """
    ops, free_run, hearing = self._ops, self._free, self._hearing
    at, *parts = self._parts(
      state, signatures.decode_state(self._hparams, self._D)
    )
    free = Free(*parts[:3])
    begins = at < 0.5
    free = free._replace(h=ops.where(begins, free_run.h_0(z), free.h))
    first: Values = (at, *free)
    if hearing:
      h, x = parts[3:]
      first += (ops.where(begins, hearing.h_0(z), h), x)
    bias, told_bias = free_run.bias(z), hearing.bias(z) if hearing else None

    def step(state: Values, row: Values) -> tuple[Values, Values]:
      (at, *parts), (least,) = state, row
      is_due = self._within_step(at) < 0.5
      free, logits = free_run.said(Free(*parts[:3]), is_due, bias)
      if hearing:
        h, x = parts[3:]
        in_bar = told_bias + hearing.bar(at)
        h, drawn = hearing.next(h, x, logits, in_bar, least)
        free = free_run.fed(free, logits)
        after = (self._next(at), *free, h, drawn.x)
        return after, (drawn.x, logits, drawn.logits)
      x = sounds(ops, logits, least)
      return (self._next(at), *free_run.fed(free, logits, x)), (x, logits)

    last, kept = ops.scan(
      step,
      first,
      (self._least(uniforms, temperature),),
      kept_columns=(self._D,) * (3 if hearing else 2),
    )
    return self._results(last, kept)

  def _within_step(self, at: Value) -> Value:
    """Frames since the free run's last step began, sized like `at`."""
    K = float(self._free.K)
    return at - K * self._ops.floor((at + 0.5) * (1.0 / K))

  def _next(self, at: Value) -> Value:
    """The number of the frame after.

    0 is before the first one. Then it counts from 1 to a number that has whole
    steps of the free run and whole bars, over and over.
    """
    most = float(np.lcm(self._free.K, self._hparams.bar_frames or 1))
    return self._ops.where(at < most - 0.5, at + 1.0, 1.0)

  # --- step -------------------------------------------------------------------

  def step(
    self,
    z: Value,
    state: Value,
    frame: Value,
    uniforms: Value,
    temperature: Value,
  ) -> Named:
    """Frames without end.

    z is heard where a half window begins. It fades in over that half window and
    out over the next one, as endless.py has it, so that each z says a window.

    Args:
      z: As in `decode`.
      state: As in `decode`, but with the columns of `signatures.step_state`.
      frame: The frame before, sized `[n, D]`: that is what is told. Zeros
        before the first.
      uniforms: As in `decode`.
      temperature: As in `decode`.

    Returns:
      As `decode`; `probabilities` are those of the z that are heard, faded.
    """
    ops, free_run, hearing = self._ops, self._free, self._hearing
    if hearing is None:
      raise TypeError('only a decoder that hears what it plays has steps')
    at, *parts = self._parts(
      state, signatures.step_state(self._hparams, self._D)
    )
    parts[-1] = ops.where(at < 0.5, hearing.h_0(z), parts[-1])
    h_0 = free_run.h_0(z)

    def step(state: Values, row: Values) -> tuple[Values, Values]:
      (at, *parts), (least,) = state, row
      z_before, z_now, *parts, h, x = parts
      before, now = Free(*parts[:3]), Free(*parts[3:])
      within, share, at = self._half_window(at)
      begins = within < 0.5
      z_before = ops.where(begins, z_now, z_before)
      z_now = ops.where(begins, z, z_now)
      before, now = self._begun(begins, before, now, h_0)
      before, old = self._free_frame(before, z_before, within + self._half)
      now, new = self._free_frame(now, z_now, within)
      logits = (1.0 - share) * old + share * new
      bias = hearing.bias((1.0 - share) * z_before + share * z_now)
      bias = bias + hearing.bar(within)  # Half a window has whole bars.
      h, drawn = hearing.next(h, x, logits, bias, least)
      state = (at, z_before, z_now, *before, *now, h, drawn.x)
      return state, (drawn.x, logits, drawn.logits)

    last, kept = ops.scan(
      step,
      (at, *parts, frame),
      (self._least(uniforms, temperature),),
      kept_columns=(self._D,) * 3,
    )
    return self._results(last[:-1], kept)

  def _begun(
    self, begins: Value, before: Free, now: Free, h_0: Value
  ) -> tuple[Free, Free]:
    """The older and the newer free run, where a half window begins."""
    ops = self._ops
    before = Free(*(ops.where(begins, n, b) for n, b in zip(now, before)))
    h, fed = ops.where(begins, h_0, now.h), ops.where(begins, 0.0, now.fed)
    return before, now._replace(h=h, fed=fed)

  def _free_frame(
    self, free: Free, z: Value, frame: Value
  ) -> tuple[Free, Value]:
    """The next logits of a free run that made so many frames, `[n, 1]`."""
    free, logits = self._free.said(
      free, self._within_step(frame) < 0.5, self._free.bias(z)
    )
    return self._free.fed(free, logits), logits

  def _half_window(self, at: Value) -> tuple[Value, Value, Value]:
    """Where a sequence stands.

    Args:
      at: 0 to half - 1 in the first half window of all, and then half to
        2 half - 1 over and over, sized `[n, 1]`.

    Returns:
      Frames since the half window began; the share of the newer z, which is all
      where there is no older one; and the next `at`.
    """
    ops, half = self._ops, self._half
    is_first = at < half - 0.5
    within = ops.where(is_first, at, at - half)
    share = ops.where(is_first, 1.0, (within + 0.5) * (1.0 / half))
    return within, share, ops.where(at < 2.0 * half - 1.5, at + 1.0, half)

  # --- What they have in common -----------------------------------------------

  def _parts(self, state: Value, sizes: list[int]) -> list[Value]:
    ends = np.cumsum(sizes).tolist()
    return [
      self._ops.columns(state, end - size, end)
      for end, size in zip(ends, sizes)
    ]

  def _least(self, uniforms: Value, temperature: Value) -> Value:
    """What logits must be above for a note to sound, sized like uniforms."""
    ops = self._ops
    odds = ops.log(uniforms) - ops.log(1.0 - uniforms)
    return ops.maximum(temperature, _MIN_TEMPERATURE) * odds

  def _results(self, state: Values, kept: Values) -> Named:
    """The results of `decode` and `step`, from what their loops gave."""
    ops = self._ops
    frames, logits, *told = (ops.swapped(part) for part in kept)
    results = {'frames': frames, 'probabilities': ops.sigmoid(logits)}
    if told:
      results['told'] = ops.sigmoid(told[0])
    return {**results, 'next_state': ops.concat(state)}
