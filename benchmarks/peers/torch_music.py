# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""`vrae_music` as one would write it with PyTorch, trained to a bound.

  python torch_music.py windows.npz eager|compiled SECONDS

The file has windows of zeros and ones, packed eight to a byte along the last
axis: `train` and `held_out`, `depth` columns a frame, and the preset's hparams
by name. Prints a JSON object a line: training steps, seconds since the process
began but for those that measuring took, and the held-out bound in nats a frame.
"""

from __future__ import annotations

import json
import sys
import time

BEGAN = time.perf_counter()

import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402

EVERY = 50
MEASURED_AT_ONCE = 128


def linear(inputs, outputs, std=None):
  """A layer without bias, its weights as `weight_init` fan_in has them."""
  layer = nn.Linear(inputs, outputs, bias=False)
  nn.init.normal_(layer.weight, std=std or inputs**-0.5)
  return layer


def orthogonal(rnn):
  for name, weight in rnn.named_parameters():
    if 'weight_hh' in name:
      for gate in weight.chunk(3):
        nn.init.orthogonal_(gate)
    elif 'weight_ih' in name:
      nn.init.normal_(weight, std=weight.shape[1] ** -0.5)
    else:
      nn.init.zeros_(weight)
  return rnn


class Nade(nn.Module):
  """The notes of a frame, each given those before it: masked layers."""

  def __init__(self, units, depth, size):
    super().__init__()
    self.of_state = nn.Linear(units, size)
    self.hears = linear(2 * depth, size, 0.01)
    self.says = linear(size, depth, 0.01)
    self.direct = nn.Linear(2 * depth, depth, bias=False)
    nn.init.zeros_(self.direct.weight)
    columns = torch.arange(depth)
    knows = torch.sort(torch.arange(size) % depth).values  # How many columns.
    hidden = (columns < knows[:, None]).float()
    below = (columns < columns[:, None]).float()
    self.register_buffer('m_hears', torch.cat([hidden, hidden], 1))
    self.register_buffer('m_says', (knows <= columns[:, None]).float())
    self.register_buffer('m_direct', torch.cat([below, below], 1))

  def forward(self, h, x, before):
    both = torch.cat([x, x - before], -1)
    hidden = F.linear(both, self.hears.weight * self.m_hears)
    hidden = torch.relu(self.of_state(h) + hidden)
    return F.linear(hidden, self.says.weight * self.m_says) + F.linear(
      both, self.direct.weight * self.m_direct
    )


class Vrae(nn.Module):
  def __init__(self, p, depth):
    super().__init__()
    K, Z = int(p['frames_per_step']), int(p['z_size'])
    E, H, A = (int(p[n]) for n in ('enc_units', 'dec_units', 'ar_units'))
    self.K, self.H, self.depth = K, H, depth
    self.dropout = float(p['ar_dropout'])
    self.encoder = orthogonal(nn.GRU(K * depth, E))
    self.mu, self.log_sigma = nn.Linear(E, Z), nn.Linear(E, Z)
    self.start, self.ar_start = nn.Linear(Z, H), nn.Linear(Z, A)
    self.free_cell = orthogonal(nn.GRUCell(K * depth + Z, H))
    self.free_out = nn.Linear(H, K * depth)
    self.told = orthogonal(nn.GRU(2 * depth + Z, A))
    self.ar_out = linear(A, depth, 0.01)
    self.ar_bias = nn.Parameter(torch.zeros(depth))
    self.c_free = nn.Parameter(torch.ones(depth))
    self.c_x = nn.Parameter(torch.zeros(depth))
    self.nade = Nade(A, depth, int(p['nade_size']))
    nn.init.constant_(self.free_out.bias, -3.0)
    for layer in (self.start, self.ar_start, self.free_out):
      nn.init.normal_(layer.weight, std=layer.in_features**-0.5)
    for layer in (self.mu, self.log_sigma, self.nade.of_state):
      nn.init.normal_(layer.weight, std=layer.in_features**-0.5)
      nn.init.zeros_(layer.bias)

  def free_run(self, z, T):
    state, logits = torch.tanh(self.start(z)), []
    fed = z.new_zeros(len(z), self.K * self.depth)
    for _ in range(T // self.K):
      state = self.free_cell(torch.cat([fed, z], 1), state)
      logits.append(self.free_out(state))
      fed = torch.sigmoid(logits[-1])
    blocks = torch.stack(logits, 1)
    return blocks.reshape(len(z), T, self.depth).transpose(0, 1)

  def forward(self, x, eps):
    """KL, -log p(x|z) and -log p_free(x|z) of windows `[batch, T, depth]`."""
    B, T, D = x.shape
    blocks = x.reshape(B, T // self.K, self.K * D).transpose(0, 1)
    h_end = self.encoder(blocks)[1][0]
    mu, log_sigma = self.mu(h_end), self.log_sigma(h_end)
    z = mu + log_sigma.exp() * eps
    kl = 0.5 * (mu**2 + (2 * log_sigma).exp() - 1 - 2 * log_sigma).sum(1)

    free = self.free_run(z, T)
    x = x.transpose(0, 1)
    before = F.pad(x, (0, 0, 0, 0, 1, 0))[:-1]
    heard = [before, torch.sigmoid(free), z.expand(T, *z.shape)]
    h_0 = torch.tanh(self.ar_start(z))[None]
    h = self.told(torch.cat(heard, 2), h_0)[0]
    h = F.dropout(h, self.dropout, self.training)
    logits = self.ar_out(h) + self.ar_bias + self.c_free * free
    logits = logits + self.c_x * (2 * before - 1) + self.nade(h, x, before)
    losses = [
      F.binary_cross_entropy_with_logits(v, x, reduction='none').sum((0, 2))
      for v in (logits, free)
    ]
    return kl, *losses


def unpacked(rows, depth):
  return torch.from_numpy(np.unpackbits(rows, axis=-1, count=depth))


def transposed(x, most, rng):
  """Each window moved by some semitones, as far as its notes have room."""
  halves = x.chunk(2, -1)  # Notes and onsets.
  P = halves[0].shape[-1]
  moved = []
  for window in zip(*halves):
    sounds = torch.nonzero(window[0].any(0))
    low, high = (
      (int(sounds.min()), int(sounds.max())) if len(sounds) else (0, 0)
    )
    by = int(np.clip(rng.integers(-most, most + 1), -low, P - 1 - high))
    moved.append(torch.cat([h.roll(by, -1) for h in window], -1))
  return torch.stack(moved)


def held_out_bound(model, frames, depth):
  model.eval()
  total = 0.0
  with torch.no_grad():
    for rows in np.array_split(frames, -(-len(frames) // MEASURED_AT_ONCE)):
      x = unpacked(rows, depth).float()
      kl, nats, _ = model(x, torch.randn(len(x), model.mu.out_features))
      total -= float((kl + nats).sum())
  model.train()
  return total / len(frames) / frames.shape[1]


def make_optimizers(model, p):
  """PyTorch's AdamW and Muon, each with how much larger its rate is."""
  beta1, beta2 = float(p['adam_beta1']), float(p['adam_beta2'])
  decay, muon_rate = float(p['weight_decay']), float(p['muon_rate'])
  parts = [model.told, model.ar_out, model.nade] if muon_rate else []
  by_muon = [
    w
    for part in parts
    for w in part.parameters()
    if is_matrix(w) and w is not model.nade.direct.weight
  ]
  rest = [w for w in model.parameters() if all(w is not m for m in by_muon)]
  groups = [
    {'params': [w for w in rest if is_matrix(w)], 'weight_decay': decay},
    {'params': [w for w in rest if not is_matrix(w)], 'weight_decay': 0.0},
  ]
  adam = torch.optim.AdamW(groups, 0.0, (beta1, beta2), foreach=True)
  if not by_muon:
    return [(adam, 1.0)]
  muon = torch.optim.Muon(
    by_muon,
    0.0,
    decay,
    beta1,
    ns_steps=3,
    adjust_lr_fn='match_rms_adamw',
  )
  return [(adam, 1.0), (muon, muon_rate)]


def is_matrix(weight):
  return weight.dim() == 2 and min(weight.shape) > 1


def main():
  path, how, limit = sys.argv[1:]
  p = np.load(path)
  depth, batch = int(p['depth']), int(p['batch_size'])
  torch.manual_seed(1)
  rng = np.random.default_rng(1)
  model = Vrae(p, depth)
  optimizers = make_optimizers(model, p)
  in_keys = float(p['transpose_until']) * float(p['schedule_steps'])
  forward = torch.compile(model) if how == 'compiled' else model
  train, held_out = p['train'], p['held_out']
  low, high = float(p['min_learning_rate']), float(p['learning_rate'])
  order, measuring, step = np.array([], int), 0.0, 0

  while time.perf_counter() - BEGAN - measuring < float(limit):
    if len(order) < batch:
      order = rng.permutation(len(train))
    taken, order = order[:batch], order[batch:]
    x = unpacked(train[taken], depth)
    most = int(p['transpose']) if step < in_keys else 0
    x = transposed(x, most, rng).float()
    kl, nats, free = forward(x, torch.randn(batch, int(p['z_size'])))
    beta = (1 - float(p['beta_rate']) ** step) * float(p['max_beta'])
    loss = (beta * kl + nats + float(p['free_weight']) * free).mean()
    model.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), float(p['grad_clip']))
    rate = high + (low - high) * min(step / float(p['schedule_steps']), 1.0)
    rate *= min((step + 1) / float(p['warm_up_steps']), 1.0)
    for optimizer, factor in optimizers:
      for group in optimizer.param_groups:
        group['lr'] = factor * rate
      optimizer.step()
    step += 1
    if step % EVERY == 0:
      now = time.perf_counter()
      bound = held_out_bound(model, held_out, depth)
      line = {'step': step, 'seconds': now - BEGAN - measuring, 'bound': bound}
      print(json.dumps(line), flush=True)
      measuring += time.perf_counter() - now


main()
