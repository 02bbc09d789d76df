# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The VRAE's training step as one would write it with PyTorch.

  python torch_vrae.py problem.npz eager|compiled

Prints a JSON object: the loss at the problem's weights and noise, what the
first step took, and the time of each of the timed steps.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F


def cell_step(cell, state, wh, a):
  if cell == 'tanh':
    return (torch.tanh(wh + a),)
  if cell == 'gru':
    wh_u, wh_r, wh_n = wh.chunk(3, 1)
    a_u, a_r, a_n = a.chunk(3, 1)
    u, r = torch.sigmoid(wh_u + a_u), torch.sigmoid(wh_r + a_r)
    n = torch.tanh(a_n + r * wh_n)
    return (u * state[0] + (1 - u) * n,)
  i, f, g, o = (wh + a).chunk(4, 1)
  c = torch.sigmoid(f) * state[1] + torch.sigmoid(i) * torch.tanh(g)
  return torch.sigmoid(o) * torch.tanh(c), c


def loss_of(p, x, eps, cell):
  """-L of a batch of windows, sized [batch_size, T, D], by the mean."""
  x = x.transpose(0, 1)
  T, B, D = x.shape
  H = p['encoder/W_enc'].shape[0]
  parts = 2 if cell == 'lstm' else 1

  a = x @ p['encoder/W_in'] + p['encoder/b_enc']
  state = (x.new_zeros(B, H),) * parts
  for t in range(T):
    state = cell_step(cell, state, state[0] @ p['encoder/W_enc'], a[t])
  mu = state[0] @ p['encoder/W_mu'] + p['encoder/b_mu']
  log_sigma = state[0] @ p['encoder/W_sigma'] + p['encoder/b_sigma']
  z = mu + log_sigma.exp() * eps
  kl = 0.5 * (mu**2 + (2 * log_sigma).exp() - 1 - 2 * log_sigma).sum(1)

  state = torch.tanh(z @ p['decoder/W_z'] + p['decoder/b_z']).chunk(parts, 1)
  fed, logits = x.new_zeros(B, D), []
  for _ in range(T):
    a_t = fed @ p['decoder/W_x'] + p['decoder/b_dec']
    state = cell_step(cell, state, state[0] @ p['decoder/W_dec'], a_t)
    logits.append(state[0] @ p['decoder/W_out'] + p['decoder/b_out'])
    fed = torch.sigmoid(logits[-1])
  ce = F.binary_cross_entropy_with_logits(
    torch.stack(logits), x, reduction='sum'
  )
  return ce / B + kl.mean()


def main():
  path, how = sys.argv[1:]
  problem = np.load(path)
  cell = str(problem['cell'])
  weights = {
    name: torch.nn.Parameter(torch.from_numpy(problem[name].copy()))
    for name in problem.files
    if '/' in name
  }
  x, eps = (torch.from_numpy(problem[n].copy()) for n in ('x', 'eps'))
  adam = torch.optim.Adam(
    weights.values(), lr=1e-4, betas=(0.95, 0.999), foreach=True
  )
  forward = torch.compile(loss_of) if how == 'compiled' else loss_of

  def step(noise):
    adam.zero_grad(set_to_none=True)
    loss = forward(weights, x, noise, cell)
    loss.backward()
    adam.step()
    return loss.item()

  start = time.perf_counter()
  loss = step(eps)
  first = time.perf_counter() - start
  times = []
  for _ in range(int(problem['warm_up']) + int(problem['steps'])):
    start = time.perf_counter()
    step(torch.randn_like(eps))
    times.append(time.perf_counter() - start)
  times = times[int(problem['warm_up']) :]
  print(json.dumps({'loss': loss, 'first': first, 'times': times}))


main()
