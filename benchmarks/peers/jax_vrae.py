# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The VRAE's training step as one would write it with JAX.

  python jax_vrae.py problem.npz unroll

Prints a JSON object: the loss at the problem's weights and noise, what the
first step took, and the time of each of the timed steps.
"""

from __future__ import annotations

import functools
import json
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np

RATE, BETA1, BETA2, EPSILON = 1e-4, 0.95, 0.999, 1e-8


def cell_step(cell, state, wh, a):
  if cell == 'tanh':
    return (jnp.tanh(wh + a),)
  if cell == 'gru':
    wh_u, wh_r, wh_n = jnp.split(wh, 3, 1)
    a_u, a_r, a_n = jnp.split(a, 3, 1)
    u, r = jax.nn.sigmoid(wh_u + a_u), jax.nn.sigmoid(wh_r + a_r)
    n = jnp.tanh(a_n + r * wh_n)
    return (u * state[0] + (1 - u) * n,)
  i, f, g, o = jnp.split(wh + a, 4, 1)
  c = jax.nn.sigmoid(f) * state[1] + jax.nn.sigmoid(i) * jnp.tanh(g)
  return jax.nn.sigmoid(o) * jnp.tanh(c), c


def loss_of(p, x, eps, cell, unroll):
  """-L of a batch of windows, sized [batch_size, T, D], by the mean."""
  x = jnp.swapaxes(x, 0, 1)
  T, B, D = x.shape
  H = p['encoder/W_enc'].shape[0]
  parts = 2 if cell == 'lstm' else 1

  a = x @ p['encoder/W_in'] + p['encoder/b_enc']
  state, _ = jax.lax.scan(
    lambda s, a_t: (cell_step(cell, s, s[0] @ p['encoder/W_enc'], a_t), None),
    (jnp.zeros([B, H]),) * parts,
    a,
    unroll=unroll,
  )
  mu = state[0] @ p['encoder/W_mu'] + p['encoder/b_mu']
  log_sigma = state[0] @ p['encoder/W_sigma'] + p['encoder/b_sigma']
  z = mu + jnp.exp(log_sigma) * eps
  kl = 0.5 * (mu**2 + jnp.exp(2 * log_sigma) - 1 - 2 * log_sigma).sum(1)

  state = jnp.tanh(z @ p['decoder/W_z'] + p['decoder/b_z'])

  def step(carry, _):
    state, fed = carry
    a_t = fed @ p['decoder/W_x'] + p['decoder/b_dec']
    state = cell_step(cell, state, state[0] @ p['decoder/W_dec'], a_t)
    logits = state[0] @ p['decoder/W_out'] + p['decoder/b_out']
    return (state, jax.nn.sigmoid(logits)), logits

  carry = tuple(jnp.split(state, parts, 1)), jnp.zeros([B, D])
  _, logits = jax.lax.scan(step, carry, None, length=T, unroll=unroll)
  ce = jnp.sum(jax.nn.softplus(logits) - x * logits)
  return ce / B + kl.mean()


@functools.partial(jax.jit, static_argnums=(4, 5), donate_argnums=(0, 1))
def train_step(p, moments, x, eps, cell, unroll):
  loss, gradients = jax.value_and_grad(loss_of)(p, x, eps, cell, unroll)
  t, m, v = moments
  t = t + 1
  m = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, m, gradients)
  v = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, v, gradients)
  rate = RATE * jnp.sqrt(1 - BETA2**t) / (1 - BETA1**t)
  p = jax.tree.map(
    lambda p, m, v: p - rate * m / (jnp.sqrt(v) + EPSILON), p, m, v
  )
  return p, (t, m, v), loss


def main():
  path, unroll = sys.argv[1], int(sys.argv[2])
  problem = np.load(path)
  cell = str(problem['cell'])
  p = {n: jnp.array(problem[n]) for n in problem.files if '/' in n}
  moments = (
    jnp.zeros([]),
    jax.tree.map(jnp.zeros_like, p),
    jax.tree.map(jnp.zeros_like, p),
  )
  x = jnp.array(problem['x'])
  start = time.perf_counter()
  p, moments, loss = train_step(
    p, moments, x, jnp.array(problem['eps']), cell, unroll
  )
  loss = float(loss)
  first = time.perf_counter() - start
  times, rng = [], np.random.default_rng(0)
  for _ in range(int(problem['warm_up']) + int(problem['steps'])):
    noise = rng.normal(size=problem['eps'].shape).astype(np.float32)
    start = time.perf_counter()
    p, moments, value = train_step(p, moments, x, noise, cell, unroll)
    jax.block_until_ready((p, moments, value))
    times.append(time.perf_counter() - start)
  times = times[int(problem['warm_up']) :]
  print(json.dumps({'loss': loss, 'first': first, 'times': times}))


main()
