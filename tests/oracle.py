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


def autoregressive(p, z, x, cell='tanh', K=1, x_0=None):
  """Each column's probability of sounding, all before it told, `[T, D]`.

  Column after column and unit after unit: which unit may know what is said by
  where loops stop, not by masks.

  Args:
    p: Weights by name.
    z: A latent vector.
    x: The frames told, sized `[T, D]`.
    cell: 'tanh', 'gru' or 'lstm'.
    K: Frames per step of the free run.
    x_0: The frame before the first; silence by default.
  """
  T, D = x.shape
  free = decode(p, z, T, cell, K=K)
  w = {
    name[len('decoder/ar_') :]: value
    for name, value in p.items()
    if name.startswith('decoder/ar_')
  }
  H = w['W_dec'].shape[0]
  h = np.tanh(w['W_z'].T @ z + w['b_z'])
  before = np.zeros(D) if x_0 is None else x_0
  past = [before]  # Newest first.
  result = np.zeros([T, D])
  for t in range(T):
    f = np.log(free[t]) - np.log1p(-free[t])
    a = w['W_x'].T @ before + w['W_free'].T @ free[t] + w['W_zx'].T @ z
    if 'W_bar' in w:
      a = a + w['W_bar'][t % len(w['W_bar'])]
    h = STEPS[cell](h, a + w['b_dec'], w['W_dec'])
    logits = w['W_out'].T @ h[:H] + w['b_out'] + w['c_free'] * f
    logits = logits + w['c_x'] * (2 * before - 1)
    if 'decoder/nade_b' in p:
      logits = logits + nade(p, h[:H], x[t], x[t] - before)
    if 'decoder/interval_K' in p:
      logits = logits + intervals(p, h[:H], x[t], past)
    result[t] = sigm(logits)
    before = x[t]
    past.insert(0, before)
  return result


def nade(p, h, x, d):
  """What a frame's columns add to the logits of those after them."""
  w = {
    name[len('decoder/nade_') :]: value
    for name, value in p.items()
    if name.startswith('decoder/nade_')
  }
  D, U = len(x), len(w['b'])
  known = sorted(unit % D for unit in range(U))
  u = np.zeros(U)
  for unit in range(U):
    first = known[unit]
    u[unit] = w['W_h'][:, unit] @ h + w['b'][unit]
    u[unit] += w['W_x'][:first, unit] @ x[:first]
    u[unit] += w['W_d'][:first, unit] @ d[:first]
  u = np.maximum(u, 0)
  logits = np.zeros(D)
  for column in range(D):
    for unit in range(U):
      if known[unit] <= column:
        logits[column] += w['W_out'][unit, column] * u[unit]
    logits[column] += w['A_x'][:column, column] @ x[:column]
    logits[column] += w['A_d'][:column, column] @ d[:column]
  return logits


def intervals(p, h, x, past):
  """What the notes around each column add to its logit."""
  K, e = p['decoder/interval_K'], p['decoder/interval_e']
  reach, num_before = len(K) // 2, K.shape[1] - 1
  logits = np.zeros(len(x))
  for column in range(len(x)):
    v = e[column] + p['decoder/interval_W_h'].T @ h
    for off in range(-reach, reach + 1):
      if not 0 <= column + off < len(x):
        continue
      if off < 0:
        v = v + K[off + reach, 0] * x[column + off]
      for k, frame in enumerate(past[:num_before], start=1):
        v = v + K[off + reach, k] * frame[column + off]
    logits[column] = p['decoder/interval_w_out'] @ np.maximum(v, 0)
  return logits
