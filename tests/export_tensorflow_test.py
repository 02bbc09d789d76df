# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""SavedModels and LiteRT's files against the graph, in their own runtimes."""

from __future__ import annotations

import concurrent.futures
import functools
import itertools
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
from models_to_export import EVERY_KIND
from models_to_export import KINDS

# Between them most cells, options and columns; the others take long.
SOME = (('music', 'saved_model'), ('band', 'tflite'))


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


@pytest.fixture(scope='module')
def of_every_kind(tmp_path_factory):
  """As `of_kind`; a kind's two formats come one after the other."""
  return functools.lru_cache(maxsize=1)(
    lambda name: Exported(EVERY_KIND[name], tmp_path_factory.mktemp('run'))
  )


def exported_by_command(exported, path, form, process, *flags):
  """What `vrae_export` writes, without another import of TensorFlow."""
  run = ready_process.run if ready_process.IS_POSSIBLE else run_command
  result = run(
    'vrae_export',
    f'--run_dir={exported.made.path}',
    f'--output={path}',
    f'--format={form}',
    *flags,
  )
  assert result.returncode == 0, result.stderr
  assert not result.stderr
  return LiteModel(path) if form == 'tflite' else SavedModel(process, path)


@pytest.fixture(scope='module')
def exported_as(tmp_path_factory, of_kind, process):
  """Each kind in a format, written once."""

  @functools.lru_cache(maxsize=None)
  def write(name, form, *flags):
    path = tmp_path_factory.mktemp(form) / f'{name}.{form}'
    return exported_by_command(of_kind(name), path, form, process, *flags)

  return write


@pytest.mark.parametrize('name, form', SOME)
def test_gives_what_the_graph_gives(name, form, of_kind, exported_as):
  export_checks.check_all(exported_as(name, form), of_kind(name))


@pytest.mark.parametrize(
  'name, form',
  [
    pair
    for pair in itertools.product(KINDS, ['saved_model', 'tflite'])
    if pair not in SOME
  ],
)
@pytest.mark.long
def test_the_other_kinds_too(name, form, of_kind, exported_as):
  export_checks.check_all(exported_as(name, form), of_kind(name))


@pytest.mark.parametrize('form', ['saved_model', 'tflite'])
@pytest.mark.parametrize('name', EVERY_KIND)
@pytest.mark.long
def test_every_cell_decoder_and_option(
  name, form, tmp_path, of_every_kind, process
):
  exported = of_every_kind(name)
  model = exported_by_command(exported, tmp_path / f'm.{form}', form, process)
  export_checks.check_all(model, exported)


@pytest.mark.parametrize('form', ['saved_model', 'tflite'])
@pytest.mark.long
def test_half_precision_is_near(form, of_kind, exported_as):
  exported = of_kind('paper')
  small = exported_as('paper', form, '--half')
  export_checks.check_encode(small, exported, atol=2e-3)
  export_checks.check_probabilities(small, exported, atol=2e-3)


def test_signatures_by_tensorflows_own_command(
  tmp_path, of_kind, exported_as, process
):
  """What TensorFlow Serving would answer."""
  exported = of_kind('music')
  inputs = tmp_path / 'inputs.npz'
  np.savez(inputs, **models_to_export.encode_inputs(exported.made))
  status = process.submit(
    run_saved_model.command,
    'run',
    f'--dir={exported_as("music", "saved_model").path}',
    '--tag_set=serve',
    '--signature_def=encode',
    f'--inputs=frames={inputs}[frames];lengths={inputs}[lengths]',
    f'--outdir={tmp_path}',
  ).result()
  assert status == 0
  for name in ('mu', 'sigma'):
    found = np.load(tmp_path / f'{name}.npy')
    np.testing.assert_allclose(found, exported.expected[name], atol=1e-5)


def test_tells_what_it_is(of_kind, exported_as):
  """The metadata and the card, where each format has them."""
  extra = exported_as('music', 'saved_model').path / 'assets.extra'
  beside = {path.name: path.read_text() for path in extra.iterdir()}
  with zipfile.ZipFile(exported_as('band', 'tflite').path) as archive:
    within = {name: archive.read(name).decode() for name in archive.namelist()}
  for name, texts in (('music', beside), ('band', within)):
    config = KINDS[name].config
    assert texts.keys() == {'metadata.json', 'MODEL_CARD.md'}
    assert texts['MODEL_CARD.md'].startswith(f'# {config}, 7 steps')
    told = json.loads(texts['metadata.json'])
    assert told == {**of_kind(name).contents.metadata, 'config': config}
