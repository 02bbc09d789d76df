# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""ONNX files against the graph, in onnxruntime and in onnxruntime-web."""

from __future__ import annotations

import functools
import json
import pathlib
import shutil
import subprocess

import export_checks
import models_to_export
import numpy as np
import pytest
from export_checks import Exported
from models_to_export import EVERY_KIND
from models_to_export import KINDS

from magenta_vrae.export import onnx_files

onnx = pytest.importorskip('onnx', reason='onnx is not installed')
onnxruntime = pytest.importorskip(
  'onnxruntime', reason='onnxruntime is not installed'
)
HEARING = [name for name, kind in KINDS.items() if kind.hears]
WEB = pathlib.Path(__file__).parent.parent / 'web'


class OnnxModel:
  """A folder of ONNX files as onnxruntime runs it."""

  def __init__(self, folder):
    self.folder = folder
    self.sessions = {
      path.stem: onnxruntime.InferenceSession(
        str(path), providers=['CPUExecutionProvider']
      )
      for path in folder.glob('*.onnx')
    }

  def run(self, name, inputs):
    session = self.sessions[name]
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, inputs)))


class WebModel:
  """The same as onnxruntime-web runs it; `node` is web/tests/run_onnx.js."""

  def __init__(self, node, folder):
    self._node = node
    self._folder = folder

  def run(self, name, inputs):
    tensors = {
      given: {
        'type': value.dtype.name,
        'dims': value.shape,
        'data': value.ravel().tolist(),
      }
      for given, value in inputs.items()
    }
    path = str(self._folder / f'{name}.onnx')
    print(
      json.dumps({'path': path, 'times': 1, 'inputs': tensors}),
      file=self._node.stdin,
      flush=True,
    )
    results = json.loads(self._node.stdout.readline())['results']
    return {
      name: np.array(value['data'], np.float32).reshape(value['dims'])
      for name, value in results.items()
    }


@pytest.fixture(scope='module')
def node():
  """web/tests/run_onnx.js, which runs what it is told."""
  process = subprocess.Popen(
    ['node', str(WEB / 'tests/run_onnx.js')],
    stdin=subprocess.PIPE,
    stdout=subprocess.PIPE,
    text=True,
  )
  with process:
    yield process
    process.stdin.close()


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
    return written(
      of_kind(name), tmp_path_factory.mktemp('onnx') / name, is_half
    )

  return export


def written(exported, folder, is_half=False):
  onnx_files.write(str(folder), exported.contents, is_half)
  return OnnxModel(folder)


@pytest.mark.parametrize('name', KINDS)
def test_gives_what_the_graph_gives(name, of_kind, as_onnx):
  export_checks.check_encode(as_onnx(name), of_kind(name))
  export_checks.check_decode(as_onnx(name), of_kind(name))


@pytest.mark.parametrize('name', KINDS)
def test_blocks_are_the_whole(name, of_kind, as_onnx):
  export_checks.check_blocks(as_onnx(name), of_kind(name))


@pytest.mark.parametrize('name', HEARING)
def test_music_without_end_is_that_of_endless(name, of_kind, as_onnx):
  export_checks.check_without_end(as_onnx(name), of_kind(name))


@pytest.mark.skipif(
  not shutil.which('node')
  or not (WEB / 'node_modules/onnxruntime-web').is_dir(),
  reason='no Node with onnxruntime-web; `npm ci` in web/ installs it',
)
@pytest.mark.parametrize('name', ['sample', 'music'])
def test_gives_the_same_in_a_page(name, of_kind, as_onnx, node):
  model = WebModel(node, as_onnx(name).folder)
  export_checks.check_all(model, of_kind(name))


@pytest.mark.parametrize('name', EVERY_KIND)
@pytest.mark.long
def test_every_cell_decoder_and_option(name, tmp_path):
  exported = Exported(EVERY_KIND[name], tmp_path / 'run')
  export_checks.check_all(written(exported, tmp_path / 'onnx'), exported)


@pytest.mark.parametrize('name', ['paper', 'music'])
def test_half_precision_is_near(name, of_kind, as_onnx):
  """And takes little more than half the room."""
  exported, small = of_kind(name), as_onnx(name, is_half=True)
  export_checks.check_encode(small, exported, atol=2e-3)
  export_checks.check_probabilities(small, exported, atol=2e-3)
  weights = [
    (part.name, part.data_type)
    for part in onnx.load(small.folder / 'decode.onnx').graph.initializer
    if part.name.startswith('decoder/')
  ]
  assert weights
  assert {kind for _, kind in weights} == {onnx.TensorProto.FLOAT16}


def test_a_number_of_0_forces_a_note_and_1_forbids_it(of_kind, as_onnx):
  """So a part is kept, and the others are made to it."""
  inputs = models_to_export.decode_inputs(of_kind('band').made)
  kept = np.random.RandomState(7).rand(*inputs['uniforms'].shape) < 0.5
  own = np.s_[:, :, 3:9]
  inputs['uniforms'][own] = np.where(kept[own], 0.0, 1.0)
  inputs['state'] = of_kind('band').state('decode', 3)
  frames = as_onnx('band').run('decode', inputs)['frames'].swapaxes(0, 1)
  np.testing.assert_array_equal(frames[own], kept[own])
  others = np.delete(frames, np.s_[3:9], axis=2)
  assert 0.1 < others.mean() < 0.9


def test_rows_of_a_batch_may_stand_elsewhere_each(of_kind, as_onnx):
  """One begins anew while the other goes on."""
  model, exported = as_onnx('music'), of_kind('music')
  inputs = models_to_export.decode_inputs(exported.made, n=2)
  first = {**inputs, 'uniforms': inputs['uniforms'][:3]}
  first['state'] = exported.state('decode', 2)
  state = model.run('decode', first)['next_state']
  state[1] = 0.0
  mixed = model.run('decode', {**inputs, 'state': state})
  for row in (0, 1):
    alone = {
      **inputs,
      'z': inputs['z'][row : row + 1],
      'uniforms': inputs['uniforms'][:, row : row + 1],
      'state': state[row : row + 1],
    }
    alone = model.run('decode', alone)
    for name in ('frames', 'probabilities', 'told', 'next_state'):
      np.testing.assert_allclose(mixed[name][row], alone[name][0], atol=1e-5)


def test_metadata_are_in_every_file(of_kind, as_onnx):
  model, contents = as_onnx('band'), of_kind('band').contents
  texts = {
    'magenta_vrae': (model.folder / 'metadata.json').read_text().strip(),
    'model_card': (model.folder / 'MODEL_CARD.md').read_text(),
  }
  assert json.loads(texts['magenta_vrae']) == contents.metadata
  assert texts['model_card'] == '# Card'
  assert model.sessions.keys() == contents.metadata['functions'].keys()
  for name, session in model.sessions.items():
    assert session.get_modelmeta().custom_metadata_map == texts
    told = contents.metadata['functions'][name]
    for kind, given in (
      ('inputs', session.get_inputs()),
      ('outputs', session.get_outputs()),
    ):
      assert [(of.name, of.shape) for of in given] == [
        (of, value['shape']) for of, value in told[kind].items()
      ]
