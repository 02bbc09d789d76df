# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The recurrence of model/autoregressive.py in NumPy, with the weights given.

    h_t = cell(h_{t-1}; W_x x_{t-1} + W_free sigm(f_t) + W_zx z + b_dec)
    a_t = W_out h_t + b_out + c_free f_t + c_x (2 x_{t-1} - 1)

and with `nade_size` the notes of a frame jointly, as model/nade.py has it. f_t
are the logits of the free run, which numpy_vrae.py computes.

What does not depend on the frames is computed for a stretch of frames at once:
`prepare`. `play` then draws frame after frame, at the same cost for each, and
goes on where it stopped.

Sizes as in numpy_vrae.py: n sequences, T frames of D columns.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from magenta_vrae.catalogue import HParams
from magenta_vrae.inference.emission import Emission
from magenta_vrae.inference.numpy_vrae import STEPS
from magenta_vrae.inference.numpy_vrae import State
from magenta_vrae.inference.numpy_vrae import Weights
from magenta_vrae.inference.numpy_vrae import sigm
from magenta_vrae.model import hparams as vrae_hparams
from magenta_vrae.model import masks


class Prepared(NamedTuple):
  """What is known of a stretch before its frames are.

  Attributes:
    a: Its part of the pre-activation, sized `[T, n, G * H]`.
    logits: Its part of the logits, sized `[T, n, D]`.
  """

  a: np.ndarray
  logits: np.ndarray


class Playing(NamedTuple):
  """Where a sequence stands.

  Attributes:
    state: The state of the recurrence, arrays sized `[n, H]`.
    x: The last frame, sized `[n, D]`.
  """

  state: State
  x: np.ndarray


class NumpyAutoregressive:
  """The recurrence that is told the frames, with trained weights.

  Args:
    hparams: The model's hparams.
    depth: D, numbers in a frame.
    weights: Arrays by their names in checkpoints.
  """

  def __init__(self, hparams: HParams, depth: int, weights: Weights) -> None:
    self._step = STEPS[hparams.cell]
    self._num_states = vrae_hparams.CELL_SIZES[hparams.cell].num_states
    self._depth = depth
    prefix = 'decoder/ar_'
    self._w = {
      name[len(prefix) :]: value
      for name, value in weights.items()
      if name.startswith(prefix)
    }
    self._nade = None
    if hparams.nade_size:
      self._nade = _NumpyNade(weights, depth, hparams.nade_size)

  def begin(self, z: np.ndarray, x_0: np.ndarray | None = None) -> Playing:
    """Before the first frame.

    Args:
      z: Latent vectors, sized `[n, z_size]`.
      x_0: (Optional) The frame before the first, sized `[n, D]`; silence by
        default.
    """
    h_0 = np.tanh(z @ self._w['W_z'] + self._w['b_z'])
    x = np.zeros([len(z), self._depth], np.float32) if x_0 is None else x_0
    return Playing(tuple(np.split(h_0, self._num_states, axis=1)), x)

  def prepare(self, free: np.ndarray, z: np.ndarray) -> Prepared:
    """What a stretch of frames has of the free run and of z.

    Args:
      free: Logits of the free run, sized `[n, T, D]`.
      z: Latent vectors, sized `[n, z_size]` or `[n, T, z_size]`.
    """
    w = self._w
    by_z = z @ w['W_zx'] + w['b_dec']
    a = sigm(free) @ w['W_free'] + (by_z if z.ndim == 3 else by_z[:, None])
    logits = w['c_free'] * free + w['b_out']
    return Prepared(
      np.ascontiguousarray(a.swapaxes(0, 1)),
      np.ascontiguousarray(logits.swapaxes(0, 1)),
    )

  def play(
    self,
    at: Playing,
    prepared: Prepared,
    emission: Emission,
  ) -> tuple[Playing, np.ndarray, np.ndarray]:
    """Draws the frames of a stretch.

    Args:
      at: Where the sequences stand.
      prepared: What `prepare` says of the stretch.
      emission: How logits become notes.

    Returns:
      Where they stand now; the logits and the frames, each `[n, T, D]`.
    """
    w, (state, x) = self._w, at
    said, played = [], []
    T, n, D = prepared.logits.shape
    num = emission.num_candidates if self._nade else 1
    leasts = emission.least((T, n * num, D))
    for a, logits, least in zip(*prepared, leasts):
      state = self._step(state, state[0] @ w['W_dec'], a + x @ w['W_x'])
      logits = self._own(state[0], x) + logits
      x, logits = self._draw(state[0], x, logits, emission, least)
      said.append(logits)
      played.append(x)
    return Playing(state, x), np.stack(said, 1), np.stack(played, 1)

  def tell(
    self, at: Playing, prepared: Prepared, frames: np.ndarray
  ) -> tuple[Playing, np.ndarray]:
    """Tells the frames of a stretch (teacher forcing).

    Args:
      at: Where the sequences stand.
      prepared: What `prepare` says of the stretch.
      frames: The frames, sized `[n, T, D]`.

    Returns:
      Where they stand now, and the logits, sized `[n, T, D]`: each frame's
      before it is told, and each column's given those before it.
    """
    w, state = self._w, at.state
    x = frames.astype(np.float32).swapaxes(0, 1)
    before = np.concatenate([at.x[np.newaxis], x[:-1]])
    a = prepared.a + before @ w['W_x']
    hs = []
    for a_t in a:
      state = self._step(state, state[0] @ w['W_dec'], a_t)
      hs.append(state[0])
    h = np.stack(hs)
    logits = self._own(h, before) + prepared.logits
    if self._nade:
      logits += self._nade.logits(self._nade.known(h, before), x)
    return Playing(state, x[-1]), logits.swapaxes(0, 1)

  def _own(self, h: np.ndarray, x_before: np.ndarray) -> np.ndarray:
    """The logits' part of the state and of the frame before."""
    w = self._w
    return h @ w['W_out'] + w['c_x'] * (2.0 * x_before - 1.0)

  def _draw(
    self,
    h: np.ndarray,
    x_before: np.ndarray,
    logits: np.ndarray,
    emission: Emission,
    least: np.ndarray,
  ) -> tuple[np.ndarray, np.ndarray]:
    """The frame and its logits, each sized `[n, D]`.

    `least` is sized `[n * num_candidates, D]`: several candidates are drawn of
    each sequence's frame, and the emission chooses one.
    """
    if not self._nade:
      return emission.sounds(logits, least), logits
    known, x = self._nade.known(h, x_before), x_before
    n, num = len(x), len(least) // len(x)
    if num > 1:
      known = _Known(*(np.repeat(part, num, axis=0) for part in known))
      x, logits = np.repeat(x, num, axis=0), np.repeat(logits, num, axis=0)
    x, said = x.astype(np.float32), np.empty_like(logits)
    unsettled = np.arange(len(x))
    # model/nade.py tells why this ends, and where.
    for _ in range(self._depth + 1):
      of_frame = self._nade.logits(known.rows(unsettled), x[unsettled])
      said[unsettled] = logits[unsettled] + of_frame
      drawn = emission.sounds(said[unsettled], least[unsettled])
      changed = (drawn != x[unsettled]).any(axis=1)
      x[unsettled] = drawn
      unsettled = unsettled[changed]
      if not len(unsettled):
        break
    if num > 1:
      of_each = (n, num, self._depth)
      chosen = emission.choose(said.reshape(of_each), x.reshape(of_each))
      rows = np.arange(n) * num + chosen
      x, said = x[rows], said[rows]
    return x, said


class _Known(NamedTuple):
  """What model/nade.py's network has of a frame before the frame is drawn.

  Attributes:
    units: Of the hidden units, sized `[..., U]`.
    logits: Sized `[..., D]`.
  """

  units: np.ndarray
  logits: np.ndarray

  def rows(self, which: np.ndarray) -> _Known:
    """That of some frames."""
    return _Known(self.units[which], self.logits[which])


class _NumpyNade:
  """model/nade.py's network.

  With d_t = x_t - x_{t-1}, W_x x_t + W_d d_t is (W_x + W_d) x_t - W_d x_{t-1}:
  the part of x_{t-1} is computed once, however often x_t is guessed.

  Args:
    weights: Arrays by their names in checkpoints.
    depth: D.
    num_units: U.
  """

  def __init__(self, weights: Weights, depth: int, num_units: int) -> None:
    by = masks.masks(depth, num_units)
    w = {
      name[len('decoder/nade_') :]: value
      for name, value in weights.items()
      if name.startswith('decoder/nade_')
    }
    self._W_h, self._b = w['W_h'], w['b']
    # Side by side for one product: for the hidden units and for the logits.
    of_x = (w['W_x'] * by.to_hidden, w['A_x'] * by.direct)
    of_d = (w['W_d'] * by.to_hidden, w['A_d'] * by.direct)
    self._before = np.concatenate(of_d, axis=1)
    self._frame = np.concatenate(of_x, axis=1) + self._before
    self._W_out = w['W_out'] * by.from_hidden
    self._U = num_units

  def known(self, h: np.ndarray, x_before: np.ndarray) -> _Known:
    """What the state and the frame before say of a frame.

    Args:
      h: The state, sized `[..., H]`.
      x_before: The frame before, sized `[..., D]`.
    """
    before = x_before @ self._before
    return _Known(
      h @ self._W_h + self._b - before[..., : self._U], -before[..., self._U :]
    )

  def logits(self, known: _Known, x: np.ndarray) -> np.ndarray:
    """What the frame's own columns add to the logits, sized like x."""
    of_frame = x @ self._frame
    u = np.maximum(known.units + of_frame[..., : self._U], 0.0)
    return u @ self._W_out + known.logits + of_frame[..., self._U :]
