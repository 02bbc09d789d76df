# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What vrae_export writes in other formats, run by these formats' runtimes."""

from __future__ import annotations

import functools
import itertools

import models_to_export
import numpy as np
import onnxruntime
import pytest
from models_to_export import KINDS
from models_to_export import WINDOW

from magenta_vrae.export import contents
from magenta_vrae.export import onnx_files

HEARING = [name for name, kind in KINDS.items() if kind.hears]


class OnnxModel:
  """A folder of ONNX files as onnxruntime runs it."""

  def __init__(self, folder):
    self._folder = folder

  @functools.lru_cache(maxsize=None)
  def _session(self, name):
    return onnxruntime.InferenceSession(
      str(self._folder / f'{name}.onnx'), providers=['CPUExecutionProvider']
    )

  def shape(self, name, given):
    return {i.name: i.shape for i in self._session(name).get_inputs()}[given]

  def run(self, name, inputs):
    session = self._session(name)
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, inputs)))


class Exported:
  """A run, and what the graph makes of it."""

  def __init__(self, kind, folder):
    self.made = models_to_export.make(kind, folder)
    self.expected = models_to_export.graph_outputs(self.made)

  @functools.lru_cache(maxsize=None)
  def contents(self):
    made = self.made
    return contents.of_checkpoint(
      'vrae', made.config, made.checkpoint, models_to_export.STEP, '# Card'
    )


@pytest.fixture(scope='module')
def of_kind(tmp_path_factory):
  """Each kind's run, made once."""
  return functools.lru_cache(maxsize=None)(
    lambda name: Exported(KINDS[name], tmp_path_factory.mktemp(name))
  )


@pytest.fixture(scope='module')
def as_onnx(tmp_path_factory, of_kind):
  """Each kind's ONNX files, written once."""

  @functools.lru_cache(maxsize=None)
  def export(name, is_half=False):
    folder = tmp_path_factory.mktemp('onnx') / name
    onnx_files.write(str(folder), of_kind(name).contents(), is_half)
    return OnnxModel(folder)

  return export


def state_of(model, name, n):
  return np.zeros([n, model.shape(name, 'state')[1]], np.float32)


def check_encode(model, exported, atol=1e-5):
  inputs = models_to_export.encode_inputs(exported.made)
  found = model.run('encode', inputs)
  for name in ('mu', 'sigma'):
    np.testing.assert_allclose(found[name], exported.expected[name], atol=atol)


def check_decode(model, exported, atol=1e-5):
  inputs = models_to_export.decode_inputs(exported.made)
  n = len(inputs['z'])
  found = model.run('decode', {**inputs, 'state': state_of(model, 'decode', n)})
  expected = exported.expected
  for name in expected.keys() & {'probabilities', 'told'}:
    np.testing.assert_allclose(found[name], expected[name], atol=atol)
  np.testing.assert_array_equal(found['frames'], expected['frames'])
  assert 0.1 < found['frames'].mean() < 0.9


@pytest.mark.parametrize('name', KINDS)
def test_onnx_gives_what_the_graph_gives(name, of_kind, as_onnx):
  check_encode(as_onnx(name), of_kind(name))
  check_decode(as_onnx(name), of_kind(name))


@pytest.mark.parametrize('name', KINDS)
def test_blocks_are_the_whole(name, of_kind, as_onnx):
  model, exported = as_onnx(name), of_kind(name)
  inputs = models_to_export.decode_inputs(exported.made)
  uniforms, state = inputs['uniforms'], state_of(model, 'decode', 3)
  parts, edges = [], [0, 1, 2, 9, 10, 23, len(uniforms)]
  for start, end in zip(edges, edges[1:]):
    block = {**inputs, 'state': state, 'uniforms': uniforms[start:end]}
    parts.append(model.run('decode', block))
    state = parts[-1]['next_state']
  for name in ('frames', 'probabilities'):
    found = np.concatenate([part[name] for part in parts], axis=1)
    np.testing.assert_allclose(found, exported.expected[name], atol=1e-5)


@pytest.mark.parametrize('name', HEARING)
def test_music_without_end_is_that_of_endless(name, of_kind, as_onnx):
  """A z for each half window, in calls that end anywhere within one."""
  model, made = as_onnx(name), of_kind(name).made
  check_without_end(model, made)


def check_without_end(model, made, n=2):
  half, num = WINDOW // 2, 7
  random = np.random.RandomState(6)
  zs = random.normal(size=[num, n, made.z_size]).astype(np.float32)
  uniforms = random.rand(num * half, n, made.depth).astype(np.float32)
  expected = models_to_export.music_without_end(made, zs, uniforms, 0.8)
  state = state_of(model, 'step', n)
  frame, parts = np.zeros([n, made.depth], np.float32), []
  for t, length in within_half_windows(half, num):
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
    np.testing.assert_allclose(found, values, atol=1e-5)


def within_half_windows(half, num):
  """First frames and lengths of calls, one or a few in a half window."""
  lengths = itertools.cycle([half, half - 1, 1, 2, half - 2])
  t = 0
  while t < num * half:
    length = next(lengths)
    yield t, length
    t += length
