# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What an exported model must do in any runtime.

A model here is anything with `run(name, inputs)`, a function's results by name.
"""

from __future__ import annotations

import itertools

import models_to_export
import numpy as np
from models_to_export import WINDOW

from magenta_vrae.export import contents
from magenta_vrae.export import signatures


class Exported:
  """A run, and what the graph makes of it."""

  def __init__(self, kind, folder):
    self.made = made = models_to_export.make(kind, folder)
    self.expected = models_to_export.graph_outputs(made)
    self.contents = contents.of_checkpoint(
      'vrae', made.config, made.checkpoint, models_to_export.STEP, '# Card'
    )

  def state(self, name, n):
    """The zeros with which a function begins."""
    hparams, depth = self.made.config.hparams, self.made.depth
    inputs = signatures.of_model(hparams, depth)[name].inputs
    return np.zeros([n, inputs['state'].shape[1]], np.float32)


def check_encode(model, exported, atol=1e-5):
  """Windows of several lengths, what stands behind their ends left out."""
  inputs = models_to_export.encode_inputs(exported.made)
  found = model.run('encode', inputs)
  assert found.keys() == {'mu', 'sigma'}
  for name, values in found.items():
    np.testing.assert_allclose(values, exported.expected[name], atol=atol)


def check_decode(model, exported, atol=1e-5):
  """The graph's frames by the same random numbers, and what it said of them."""
  inputs = models_to_export.decode_inputs(exported.made)
  state = exported.state('decode', len(inputs['z']))
  found = model.run('decode', {**inputs, 'state': state})
  expected = exported.expected
  assert expected.keys() - found.keys() == {'mu', 'sigma'}
  np.testing.assert_array_equal(found['frames'], expected['frames'])
  assert 0.1 < found['frames'].mean() < 0.9
  for name in found.keys() & {'probabilities', 'told'}:
    np.testing.assert_allclose(found[name], expected[name], atol=atol)


def check_probabilities(model, exported, atol):
  """What z alone says: no draw that falls otherwise changes it."""
  inputs = models_to_export.decode_inputs(exported.made)
  state = exported.state('decode', len(inputs['z']))
  found = model.run('decode', {**inputs, 'state': state})['probabilities']
  np.testing.assert_allclose(
    found, exported.expected['probabilities'], atol=atol
  )
  assert not np.array_equal(found, exported.expected['probabilities'])


def check_blocks(model, exported, atol=1e-5):
  """Blocks of any length, each from where the last one stopped."""
  inputs = models_to_export.decode_inputs(exported.made)
  uniforms, state = inputs['uniforms'], exported.state('decode', 3)
  parts, edges = [], [0, 1, 2, 9, 10, 23, len(uniforms)]
  for start, end in zip(edges, edges[1:]):
    block = {**inputs, 'state': state, 'uniforms': uniforms[start:end]}
    parts.append(model.run('decode', block))
    state = parts[-1]['next_state']
  for name in ('frames', 'probabilities'):
    found = np.concatenate([part[name] for part in parts], axis=1)
    np.testing.assert_allclose(found, exported.expected[name], atol=atol)


def check_without_end(model, exported, atol=1e-5, n=2):
  """A z for each half window, in calls that end anywhere within one."""
  made, half, num = exported.made, WINDOW // 2, 7
  random = np.random.RandomState(6)
  zs = random.normal(size=[num, n, made.z_size]).astype(np.float32)
  uniforms = random.rand(num * half, n, made.depth).astype(np.float32)
  expected = models_to_export.music_without_end(made, zs, uniforms, 0.8)
  state = exported.state('step', n)
  frame, parts = np.zeros([n, made.depth], np.float32), []
  for t, length in _within_half_windows(half, num):
    inputs = {
      'z': zs[t // half],
      'state': state,
      'frame': frame,
      'uniforms': uniforms[t : t + length],
      'temperature': np.float32([0.8]),
    }
    parts.append(model.run('step', inputs))
    state, frame = parts[-1]['next_state'], parts[-1]['frames'][:, -1]
  for name, values in expected.items():
    found = np.concatenate([part[name] for part in parts], axis=1)
    np.testing.assert_allclose(found, values, atol=atol)


def _within_half_windows(half, num):
  """First frames and lengths of calls, one or a few in a half window."""
  lengths = itertools.cycle([half, half - 1, 1, 2, half - 2])
  t = 0
  while t < num * half:
    length = next(lengths)
    yield t, length
    t += length


def check_all(model, exported, atol=1e-5):
  """All that the kind of model has."""
  check_encode(model, exported, atol)
  check_decode(model, exported, atol)
  check_blocks(model, exported, atol)
  if 'told' in exported.expected:
    check_without_end(model, exported, atol)
