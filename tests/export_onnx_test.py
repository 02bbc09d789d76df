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
import numpy as np
import pytest
from export_checks import Exported
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
      json.dumps({'path': path, 'inputs': tensors}),
      file=self._node.stdin,
      flush=True,
    )
    results = json.loads(self._node.stdout.readline())
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
