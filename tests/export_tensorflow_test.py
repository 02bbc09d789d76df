# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""SavedModels and LiteRT's files against the graph, in their own runtimes."""

from __future__ import annotations

import concurrent.futures
import functools
import json
import multiprocessing
import zipfile

import export_checks
import models_to_export
import numpy as np
import pytest
import ready_process
import run_saved_model
from conftest import run_command
from export_checks import Exported
from models_to_export import KINDS

# Between them all cells, feedbacks, converters and options.
SOME = ('sample', 'music', 'band')


class SavedModel:
  """A folder, loaded by `tf.saved_model.load` in another process."""

  def __init__(self, process, path):
    self._process = process
    self.path = path

  def run(self, name, inputs):
    return self._process.submit(
      run_saved_model.run, str(self.path), name, inputs
    ).result()


class LiteModel:
  """A .tflite file in LiteRT's interpreter."""

  def __init__(self, path):
    interpreter = pytest.importorskip(
      'ai_edge_litert.interpreter', reason='ai-edge-litert is not installed'
    )
    self.path = path
    self._interpreter = interpreter.Interpreter(str(path), num_threads=1)
    self._functions = {
      name: self._interpreter.get_signature_runner(name)
      for name in self._interpreter.get_signature_list()
    }

  def run(self, name, inputs):
    return self._functions[name](**inputs)


@pytest.fixture(scope='module')
def process():
  """One in which TensorFlow 2 is imported once."""
  context = multiprocessing.get_context('spawn')
  with concurrent.futures.ProcessPoolExecutor(1, context) as pool:
    yield pool


@pytest.fixture(scope='module')
def of_kind(tmp_path_factory):
  """Each kind's run, made once."""
  return functools.lru_cache(maxsize=None)(
    lambda name: Exported(KINDS[name], tmp_path_factory.mktemp(name))
  )


def export(*flags):
  """What `vrae_export` does, without another import of TensorFlow."""
  run = ready_process.run if ready_process.IS_POSSIBLE else run_command
  result = run('vrae_export', *flags)
  assert result.returncode == 0, result.stderr
  assert not result.stderr
  return result


@pytest.fixture(scope='module')
def exported_as(tmp_path_factory, of_kind, process):
  """Each kind in a format, written once by the command."""

  @functools.lru_cache(maxsize=None)
  def write(name, form, *flags):
    path = tmp_path_factory.mktemp(form) / f'{name}.{form}'
    run_dir = of_kind(name).made.path
    export(
      f'--run_dir={run_dir}', f'--output={path}', f'--format={form}', *flags
    )
    if form == 'tflite':
      return LiteModel(path)
    return SavedModel(process, path)

  return write


@pytest.mark.parametrize('form', ['saved_model', 'tflite'])
@pytest.mark.parametrize('name', SOME)
def test_gives_what_the_graph_gives(name, form, of_kind, exported_as):
  export_checks.check_all(exported_as(name, form), of_kind(name))


@pytest.mark.parametrize('form', ['saved_model', 'tflite'])
@pytest.mark.parametrize('name', [name for name in KINDS if name not in SOME])
@pytest.mark.long
def test_the_other_kinds_too(name, form, of_kind, exported_as):
  export_checks.check_all(exported_as(name, form), of_kind(name))
