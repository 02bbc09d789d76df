# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The paper's equations once more, in NumPy and float64, one window at a time.

Written apart from the package, column vectors as in the paper, so that a slip
in one is not a slip in both.
"""

from __future__ import annotations

import numpy as np


def sigm(x):
  return 1.0 / (1.0 + np.exp(-x))


def tanh_step(h, a, W):
  return np.tanh(W.T @ h + a)


def gru_step(h, a, W):
  H = len(h)
  W_u, W_r, W_n = W[:, :H], W[:, H : 2 * H], W[:, 2 * H :]
  u = sigm(a[:H] + W_u.T @ h)
  r = sigm(a[H : 2 * H] + W_r.T @ h)
  n = np.tanh(a[2 * H :] + r * (W_n.T @ h))
  return u * h + (1 - u) * n


def lstm_step(state, a, W):
  H = len(state) // 2
  h, c = state[:H], state[H:]
  pre = W.T @ h + a
  i, f, o = sigm(pre[:H]), sigm(pre[H : 2 * H]), sigm(pre[3 * H :])
  g = np.tanh(pre[2 * H : 3 * H])
  c = f * c + i * g
  return np.concatenate([o * np.tanh(c), c])


STEPS = {'tanh': tanh_step, 'gru': gru_step, 'lstm': lstm_step}
STATE_PER_UNIT = {'tanh': 1, 'gru': 1, 'lstm': 2}


def blocks(x, K):
  """Rows of K frames side by side, the last one filled up with zeros."""
  rows = [np.ravel(x[first : first + K]) for first in range(0, len(x), K)]
  return [np.pad(row, (0, K * x.shape[1] - len(row))) for row in rows]


def encode(p, x, cell='tanh', K=1):
  """mu_z and log sigma_z of one window.

  Args:
    p: Weights by name, as in the checkpoint, without the `encoder/`.
    x: Frames, sized `[T, D]`.
    cell: 'tanh', 'gru' or 'lstm'.
    K: Frames per step.
  """
  H = p['encoder/W_enc'].shape[0]
  h = np.zeros(H * STATE_PER_UNIT[cell])
  for x_t in blocks(x, K):
    a = p['encoder/W_in'].T @ x_t + p['encoder/b_enc']
    h = STEPS[cell](h, a, p['encoder/W_enc'])
  h_end = h[:H]
  mu = p['encoder/W_mu'].T @ h_end + p['encoder/b_mu']
  log_sigma = p['encoder/W_sigma'].T @ h_end + p['encoder/b_sigma']
  return mu, log_sigma


def decode(p, z, T, cell='tanh', x_fed=None, K=1):
  """The outputs sigm(W_out h_t + b_out) of h_1 ... h_T, sized `[T, D]`.

  Args:
    p: Weights by name.
    z: A latent vector.
    T: How many frames.
    cell: 'tanh', 'gru' or 'lstm'.
    x_fed: Frames to feed in place of the outputs: before each frame, the one
      before it.
    K: Frames per step.
  """
  H = p['decoder/W_dec'].shape[0]
  h = np.tanh(p['decoder/W_z'].T @ z + p['decoder/b_z'])
  x = np.zeros(p['decoder/W_out'].shape[1])
  outputs = []
  for first in range(0, T, K):
    if x_fed is not None:
      # The K frames until now, silence before there are as many.
      until_now = x_fed[max(0, first + 1 - K) : first + 1].ravel()
      x = np.pad(until_now, (len(x) - len(until_now), 0))
    a = p['decoder/W_x'].T @ x + p['decoder/b_dec']
    if 'decoder/W_zx' in p:
      a = a + p['decoder/W_zx'].T @ z
    h = STEPS[cell](h, a, p['decoder/W_dec'])
    x = sigm(p['decoder/W_out'].T @ h[:H] + p['decoder/b_out'])
    outputs.extend(x.reshape(K, -1))
  return np.array(outputs[:T])


def log_bernoulli(x, probabilities):
  """Log p(x) summed over frames and pitches, in nats."""
  return np.sum(x * np.log(probabilities) + (1 - x) * np.log1p(-probabilities))


def kl(mu, log_sigma):
  """KL(N(mu, sigma^2) || N(0, I)) in closed form, with the 1/2, in nats."""
  return 0.5 * np.sum(mu**2 + np.exp(2 * log_sigma) - 1 - 2 * log_sigma)
