# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A trained VRAE in NumPy: the paper's equations with the weights given.

    encoder    h_{t+1} = cell(h_t, W_in x_{t+1} + b_enc), h_0 = 0
    posterior  mu_z = W_mu h_end + b_mu,   log sigma_z = W_sigma h_end + b_sigma
    decoder    h_0 = tanh(W_z z + b_z),  h_{t+1} = cell(h_t, W_x x_t + b_dec)
               x_t = sigm(W_out h_t + b_out)

model/ holds the same as a TensorFlow graph, which is the reference: it trains,
and tests hold this to it. Here no TensorFlow need be imported before the first
note, and at the sizes of one piece the loops take no longer.

Sizes: T frames of D pitches, H units, K frames to a step. Time comes first in
loops, `[T, batch_size, ...]`; arrays given and returned have the batch first.
All numbers are float32, as in the graph.
"""

from __future__ import annotations

from typing import Callable
from typing import Dict
from typing import Tuple

import numpy as np

from magenta_vrae.catalogue import HParams
from magenta_vrae.model import hparams as vrae_hparams
from magenta_vrae.model import weights as vrae_weights

Weights = Dict[str, np.ndarray]
State = Tuple[np.ndarray, ...]


def sigm(x: np.ndarray) -> np.ndarray:
  """The logistic function, by tanh, which overflows nowhere."""
  return 0.5 * np.tanh(0.5 * x) + 0.5


def _tanh_step(state: State, wh: np.ndarray, a: np.ndarray) -> State:
  return (np.tanh(wh + a),)


def _gru_step(state: State, wh: np.ndarray, a: np.ndarray) -> State:
  (h,) = state
  H = h.shape[1]
  gates = sigm(wh[:, : 2 * H] + a[:, : 2 * H])
  u, r = gates[:, :H], gates[:, H:]
  n = np.tanh(a[:, 2 * H :] + r * wh[:, 2 * H :])
  return (n + u * (h - n),)


def _lstm_step(state: State, wh: np.ndarray, a: np.ndarray) -> State:
  c = state[1]
  H = c.shape[1]
  pre = wh + a
  i, f = sigm(pre[:, :H]), sigm(pre[:, H : 2 * H])
  g, o = np.tanh(pre[:, 2 * H : 3 * H]), sigm(pre[:, 3 * H :])
  c = f * c + i * g
  return o * np.tanh(c), c


# One step of each cell, given W h and the rest of the pre-activation.
STEPS: dict[str, Callable[[State, np.ndarray, np.ndarray], State]] = {
  'tanh': _tanh_step,
  'gru': _gru_step,
  'lstm': _lstm_step,
}


class NumpyVrae:
  """Encoder and decoder with trained weights.

  Args:
    hparams: The model's hparams.
    depth: D, numbers in a frame.
    weights: Arrays by their names in checkpoints; those of
      `weights.encoder_shapes` and `decoder_shapes` are used.
  """

  def __init__(self, hparams: HParams, depth: int, weights: Weights) -> None:
    vrae_hparams.check_encoder(hparams)
    vrae_hparams.check_decoder(hparams)
    self._hparams = hparams
    self._depth = depth
    self._K = vrae_hparams.frames_per_step(hparams)
    self._step = STEPS[hparams.cell]
    self._num_states = vrae_hparams.CELL_SIZES[hparams.cell].num_states
    self._w = weights

  @staticmethod
  def shapes(hparams: HParams, depth: int) -> dict[str, list[int]]:
    """The shapes of the weights by name."""
    return {
      **vrae_weights.encoder_shapes(hparams, depth),
      **vrae_weights.decoder_shapes(hparams, depth),
      **vrae_weights.autoregressive_shapes(hparams, depth),
    }

  def posterior(
    self, frames: np.ndarray, lengths: np.ndarray
  ) -> tuple[np.ndarray, np.ndarray]:
    """q(z|x) = N(mu, diag(sigma^2)) of windows.

    Args:
      frames: Zeros and ones, sized `[batch_size, T, D]`.
      lengths: Valid frames of each, `[batch_size]`; what stands behind them
        does not touch the result.

    Returns:
      mu and sigma, each sized `[batch_size, z_size]`.
    """
    w, T = self._w, frames.shape[1]
    valid = np.arange(T) < lengths[:, np.newaxis]
    x = frames.astype(np.float32) * valid[:, :, np.newaxis]
    if self._hparams.reverse_input:
      # The valid frames of each window last to first.
      order = np.where(valid, lengths[:, np.newaxis] - 1 - np.arange(T), 0)
      x = np.take_along_axis(x, order[:, :, np.newaxis], axis=1)
      x *= valid[:, :, np.newaxis]
    x = self._to_blocks(x)
    num_steps = -(-lengths // self._K)
    a = np.tensordot(x, w['encoder/W_in'], axes=1) + w['encoder/b_enc']
    W = w['encoder/W_enc']
    zeros = np.zeros([len(frames), len(W)], np.float32)
    state: State = (zeros,) * self._num_states
    for t in range(a.shape[1]):
      advanced = self._step(state, state[0] @ W, a[:, t])
      goes_on = (t < num_steps)[:, np.newaxis]
      state = (
        advanced
        if goes_on.all()
        else tuple(np.where(goes_on, n, o) for n, o in zip(advanced, state))
      )
    h_end = state[0]
    mu = h_end @ w['encoder/W_mu'] + w['encoder/b_mu']
    log_sigma = h_end @ w['encoder/W_sigma'] + w['encoder/b_sigma']
    return mu, np.exp(log_sigma)

  def logits(
    self,
    z: np.ndarray,
    num_frames: int,
    feed: Callable[[np.ndarray], np.ndarray] = sigm,
  ) -> tuple[np.ndarray, np.ndarray]:
    """The decoder as it hears itself.

    Args:
      z: Latent vectors, sized `[batch_size, z_size]`.
      num_frames: T.
      feed: From a step's logits, sized `[batch_size, K * D]`, to the x_t that
        the next step hears.

    Returns:
      W_out h_t + b_out of h_1 ... h_T, and the frames fed back, both sized
      `[batch_size, T, D]`.
    """
    w = self._w
    z = np.asarray(z, np.float32)
    state, bias = self._state_0(z), self._bias(z)
    x = np.zeros([len(z), self._K * self._depth], np.float32)
    said, fed = [], []
    for _ in range(-(-num_frames // self._K)):
      a = x @ w['decoder/W_x'] + bias
      state = self._step(state, state[0] @ w['decoder/W_dec'], a)
      logits = state[0] @ w['decoder/W_out'] + w['decoder/b_out']
      x = feed(logits)
      said.append(logits)
      fed.append(x)
    return self._to_frames(said, num_frames), self._to_frames(fed, num_frames)

  def logits_told(self, z: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """The decoder under teacher forcing: before each frame it hears the last.

    Args:
      z: Latent vectors, sized `[batch_size, z_size]`.
      frames: The true frames, sized `[batch_size, T, D]`.

    Returns:
      Logits, sized `[batch_size, T, D]`.
    """
    w, K, T = self._w, self._K, frames.shape[1]
    z = np.asarray(z, np.float32)
    # The K frames that end where each block begins.
    before = np.pad(frames.astype(np.float32), [(0, 0), (K, 0), (0, 0)])
    x = self._to_blocks(before[:, : -(-T // K) * K])
    state, bias = self._state_0(z), self._bias(z)
    said = []
    for t in range(x.shape[1]):
      a = x[:, t] @ w['decoder/W_x'] + bias
      state = self._step(state, state[0] @ w['decoder/W_dec'], a)
      said.append(state[0] @ w['decoder/W_out'] + w['decoder/b_out'])
    return self._to_frames(said, T)

  def _state_0(self, z: np.ndarray) -> State:
    h_0 = np.tanh(z @ self._w['decoder/W_z'] + self._w['decoder/b_z'])
    return tuple(np.split(h_0, self._num_states, axis=1))

  def _bias(self, z: np.ndarray) -> np.ndarray:
    """The pre-activation's part that is the same at every step."""
    if self._hparams.z_every_step:
      return z @ self._w['decoder/W_zx'] + self._w['decoder/b_dec']
    return self._w['decoder/b_dec']

  def _to_blocks(self, x: np.ndarray) -> np.ndarray:
    """`[n, T, D]` to `[n, ceil(T / K), K * D]`, filled up with silence."""
    n, T, D = x.shape
    filled = np.pad(x, [(0, 0), (0, -T % self._K), (0, 0)])
    return filled.reshape(n, -1, self._K * D)

  def _to_frames(self, steps: list[np.ndarray], num_frames: int) -> np.ndarray:
    """Steps sized `[n, K * D]` as frames, `[n, num_frames, D]`."""
    blocks = np.stack(steps, axis=1)
    frames = blocks.reshape(len(blocks), -1, self._depth)
    return frames[:, :num_frames]
