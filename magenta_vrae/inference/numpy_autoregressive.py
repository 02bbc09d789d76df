# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The recurrence of model/autoregressive.py in NumPy, with the weights given.

    h_t = cell(h_{t-1}; W_x x_{t-1} + W_free sigm(f_t) + W_zx z + b_dec)
          with `bar_frames` P, W_bar,t mod P beside b_dec
    a_t = W_out h_t + b_out + c_free f_t + c_x (2 x_{t-1} - 1)

and with `nade_size` or `interval_size` the notes of a frame jointly, as
model/nade.py and model/intervals.py have it. f_t are the logits of the free
run, which numpy_vrae.py computes.

What does not depend on the frames is computed for a stretch of frames at once:
`prepare`. `play` then draws frame after frame, at the same cost for each, and
goes on where it stopped.

Sizes as in numpy_vrae.py: n sequences, T frames of D columns.
"""

from __future__ import annotations

from typing import NamedTuple
from typing import Sequence

import numpy as np

from magenta_vrae.catalogue import HParams
from magenta_vrae.inference import batches
from magenta_vrae.inference.emission import Emission
from magenta_vrae.inference.numpy_vrae import STEPS
from magenta_vrae.inference.numpy_vrae import State
from magenta_vrae.inference.numpy_vrae import Weights
from magenta_vrae.inference.numpy_vrae import sigm
from magenta_vrae.model import hparams as vrae_hparams
from magenta_vrae.model import masks

# Units of the notes of a frame at once; 4 bytes each.
_MOST_UNITS = 2**22


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
    past: The last frames that are heard, oldest first, sized `[M, n, D]`.
    t: The number of the next frame, from a bar line on.
  """

  state: State
  past: np.ndarray
  t: int = 0


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
    # What joins the notes of a frame.
    self._joined: list[_NumpyNade | _NumpyIntervals] = []
    if hparams.nade_size:
      self._joined.append(_NumpyNade(weights, depth, hparams.nade_size))
    self._num_heard = 1
    if hparams.interval_size:
      self._joined.append(_NumpyIntervals(weights, depth))
      self._num_heard = hparams.interval_frames

  def begin(self, z: np.ndarray, x_0: np.ndarray | None = None) -> Playing:
    """Before the first frame.

    Args:
      z: Latent vectors, sized `[n, z_size]`.
      x_0: (Optional) The frame before the first, sized `[n, D]`; silence by
        default.
    """
    h_0 = np.tanh(z @ self._w['W_z'] + self._w['b_z'])
    past = np.zeros([self._num_heard, len(z), self._depth], np.float32)
    if x_0 is not None:
      past[-1] = x_0
    return Playing(tuple(np.split(h_0, self._num_states, axis=1)), past)

  def _in_bars(self, at: Playing, prepared: Prepared) -> np.ndarray:
    """The pre-activations of a stretch, of which the bar's place is known."""
    W_bar = self._w.get('W_bar')
    if W_bar is None:
      return prepared.a
    places = (at.t + np.arange(len(prepared.a))) % len(W_bar)
    return prepared.a + W_bar[places][:, np.newaxis]

  def prepare(self, free: np.ndarray, z: np.ndarray) -> Prepared:
    """What a stretch of frames has of the free run and of z.

    Args:
      free: Logits of the free run, sized `[n, T, D]`.
      z: Latent vectors, sized `[n, z_size]` or `[n, T, z_size]`.
    """
    w = self._w
    by_z = z @ w['W_zx'] + w['b_dec']
    # Frame by frame before the product, which is several times as large.
    free = np.ascontiguousarray(free.swapaxes(0, 1))
    a = sigm(free) @ w['W_free']
    a += by_z.swapaxes(0, 1) if z.ndim == 3 else by_z
    return Prepared(a, w['c_free'] * free + w['b_out'])

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
    T, n, D = prepared.logits.shape
    num = emission.num_candidates if self._joined else 1
    leasts = emission.least((T, n * num, D))

    def of_rows(
      rows: slice,
    ) -> tuple[State, np.ndarray, np.ndarray, np.ndarray]:
      state = tuple(s[rows] for s in at.state)
      past = at.past[:, rows]
      its = Prepared(prepared.a[:, rows], prepared.logits[:, rows])
      least = leasts[:, rows] if num == 1 else leasts
      return self._play(Playing(state, past, at.t), its, emission, least)

    if num == 1:
      parts = batches.by_rows(of_rows, n)
    else:  # Which candidate is chosen is drawn on the way.
      parts = [of_rows(slice(0, n))]
    states, pasts, said, played = zip(*parts)
    state = tuple(np.concatenate(s) for s in zip(*states))
    now = Playing(state, np.concatenate(pasts, axis=1), at.t + T)
    return now, np.concatenate(said), np.concatenate(played)

  def _play(
    self,
    at: Playing,
    prepared: Prepared,
    emission: Emission,
    leasts: np.ndarray,
  ) -> tuple[State, np.ndarray, np.ndarray, np.ndarray]:
    """As `play`, with what logits must come up to; also the last frames."""
    w, state, past = self._w, at.state, at.past
    said, played = [], []
    rows = zip(self._in_bars(at, prepared), prepared.logits, leasts)
    for a, logits, least in rows:
      x = past[-1]
      state = self._step(state, state[0] @ w['W_dec'], a + x @ w['W_x'])
      logits = self._own(state[0], x) + logits
      x, logits = self._draw(state[0], past, logits, emission, least)
      past = np.concatenate([past[1:], x[np.newaxis]])
      said.append(logits)
      played.append(x)
    return state, past, np.stack(said, 1), np.stack(played, 1)

  def tell(
    self, at: Playing, prepared: Prepared, frames: np.ndarray
  ) -> tuple[Playing, np.ndarray]:
    """Tells the frames of a stretch (teacher forcing).

    Args:
      at: Where the sequences stand.
      prepared: What `prepare` says of the stretch.
      frames: The frames, sized `[n, T, D]`; or `[1, T, D]`, the same for all,
        who must then have heard the same before.

    Returns:
      Where they stand now, and the logits, sized `[n, T, D]`: each frame's
      before it is told, and each column's given those before it.
    """
    w, state = self._w, at.state
    x = frames.astype(np.float32).swapaxes(0, 1)
    T, n = prepared.logits.shape[:2]
    M = self._num_heard
    heard = np.concatenate([at.past[:, : x.shape[1]], x])
    before = heard[M - 1 : -1]
    a = self._in_bars(at, prepared) + before @ w['W_x']
    hs = []
    for a_t in a:
      state = self._step(state, state[0] @ w['W_dec'], a_t)
      hs.append(state[0])
    h = np.stack(hs)
    logits = self._own(h, before) + prepared.logits
    for joined in self._joined:
      # As many frames at once as there is room for their units.
      rows = max(1, _MOST_UNITS // (n * joined.num_units))
      for t in range(0, T, rows):
        end = min(t + rows, T)
        past = [heard[t + k : end + k] for k in range(M)]
        known = joined.known(h[t:end], past)
        logits[t:end] += joined.logits(known, x[t:end])
    last = np.repeat(heard[T:], n // x.shape[1], axis=1)
    return Playing(state, last, at.t + T), logits.swapaxes(0, 1)

  def _own(self, h: np.ndarray, x_before: np.ndarray) -> np.ndarray:
    """The logits' part of the state and of the frame before."""
    w = self._w
    return h @ w['W_out'] + w['c_x'] * (2.0 * x_before - 1.0)

  def _draw(
    self,
    h: np.ndarray,
    past: np.ndarray,
    logits: np.ndarray,
    emission: Emission,
    least: np.ndarray,
  ) -> tuple[np.ndarray, np.ndarray]:
    """The frame and its logits, each sized `[n, D]`.

    `least` is sized `[n * num_candidates, D]`: several candidates are drawn of
    each sequence's frame, and the emission chooses one.
    """
    if not self._joined:
      return emission.sounds(logits, least), logits
    x = past[-1]
    known = [joined.known(h, list(past)) for joined in self._joined]
    n, num = len(x), len(least) // len(x)
    if num > 1:
      known = [
        _Known(*(np.repeat(part, num, axis=0) for part in k)) for k in known
      ]
      x, logits = np.repeat(x, num, axis=0), np.repeat(logits, num, axis=0)
    x = x.astype(np.float32)
    x, said, unsettled = self._guess(known, x, logits, emission, least)
    # model/nade.py tells why this ends, and where.
    for _ in range(self._depth):
      if not len(unsettled):
        break
      if len(unsettled) == len(x):  # Always so with one sequence: no copies.
        x, said, unsettled = self._guess(known, x, logits, emission, least)
        continue
      drawn, said[unsettled], changed = self._guess(
        [k.rows(unsettled) for k in known],
        x[unsettled],
        logits[unsettled],
        emission,
        least[unsettled],
      )
      x[unsettled] = drawn
      unsettled = unsettled[changed]
    if num > 1:
      of_each = (n, num, self._depth)
      chosen = emission.choose(said.reshape(of_each), x.reshape(of_each))
      rows = np.arange(n) * num + chosen
      x, said = x[rows], said[rows]
    return x, said

  def _guess(
    self,
    known: list[_Known],
    x: np.ndarray,
    logits: np.ndarray,
    emission: Emission,
    least: np.ndarray,
  ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What frames would be if the guess x of their notes were right.

    Returns:
      The frames and their logits, sized like x, and which of them differ from
      x.
    """
    said = logits
    for joined, of_it in zip(self._joined, known):
      said = said + joined.logits(of_it, x)
    drawn = emission.sounds(said, least)
    return drawn, said, np.flatnonzero((drawn != x).any(axis=1))


class _Known(NamedTuple):
  """What joins a frame's notes has of it before the frame is drawn.

  Attributes:
    units: Of the hidden units, sized `[..., U]`, or of those of every column,
      `[..., D * C]`.
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

  Attributes:
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
    self._U = self.num_units = num_units

  def known(self, h: np.ndarray, past: Sequence[np.ndarray]) -> _Known:
    """What the state and the frame before say of a frame.

    Args:
      h: The state, sized `[..., H]`.
      past: The M frames before, oldest first, each sized `[..., D]`.
    """
    before = past[-1] @ self._before
    return _Known(
      h @ self._W_h + self._b - before[..., : self._U], -before[..., self._U :]
    )

  def logits(self, known: _Known, x: np.ndarray) -> np.ndarray:
    """What the frame's own columns add to the logits, sized like x."""
    of_frame = x @ self._frame
    u = np.maximum(known.units + of_frame[..., : self._U], 0.0)
    return u @ self._W_out + known.logits + of_frame[..., self._U :]


class _NumpyIntervals:
  """model/intervals.py's units.

  The kernel is laid out as a matrix from a frame's columns to the units of all
  columns: a product with it is faster here than a convolution.

  Args:
    weights: Arrays by their names in checkpoints.
    depth: D.

  Attributes:
    num_units: D * C, those of all columns.
  """

  def __init__(self, weights: Weights, depth: int) -> None:
    K = weights['decoder/interval_K']
    reach, num_frames = len(K) // 2, K.shape[1]
    K = K * masks.intervals(reach, num_frames)
    # Column p hears column q by K[q - p + R], where that is within reach.
    off = np.arange(depth)[:, np.newaxis] - np.arange(depth) + reach
    within = (off >= 0) & (off < len(K))
    laid_out = K[np.where(within, off, 0)] * within[..., np.newaxis, np.newaxis]
    # [q, p, k, C] to one matrix for the frame itself, one for those before.
    of_frames = [
      laid_out[:, :, k].reshape(depth, -1) for k in range(num_frames)
    ]
    self._frame = of_frames[0]
    self._past = np.concatenate(of_frames[:0:-1])  # Oldest first.
    self._e = weights['decoder/interval_e'].reshape(-1)
    self._W_h = weights['decoder/interval_W_h']
    self._w_out = weights['decoder/interval_w_out']
    self._depth = depth
    self.num_units = len(self._e)

  def known(self, h: np.ndarray, past: Sequence[np.ndarray]) -> _Known:
    """What the state and the frames before say; as in `_NumpyNade`."""
    before = np.concatenate(past, axis=-1) @ self._past + self._e
    units = before + np.tile(h @ self._W_h, self._depth)
    return _Known(units, np.zeros([*h.shape[:-1], self._depth], np.float32))

  def logits(self, known: _Known, x: np.ndarray) -> np.ndarray:
    """What the units add to the logits, sized like x."""
    v = np.maximum(known.units + x @ self._frame, 0.0)
    return v.reshape(*v.shape[:-1], self._depth, -1) @ self._w_out
