# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Models move between stock Magenta and today's stack, there and back.

The other environment's Python is named by VRAE_OTHER_PYTHON; `make test-stock`
makes both environments and names it. Both train with their own vrae_train, and
what they trained is loaded, decoded and trained on in both.
"""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from conftest import run_command

from magenta_vrae import configs

PYTHONS = {'here': sys.executable, 'there': os.environ.get('VRAE_OTHER_PYTHON')}

pytestmark = pytest.mark.skipif(
  not PYTHONS['there'],
  reason='VRAE_OTHER_PYTHON names no second environment; see make test-stock',
)

CELLS = ('tanh', 'gru', 'lstm')
KINDS = (*CELLS, 'bundle')  # The last is that of the gated run.
T, DEPTH, Z_SIZE = 40, 49, 20
N = 16
# Weights large enough that outputs depend on z and time after few steps.
HPARAMS = (
  'batch_size=8,enc_rnn_size=[32],dec_rnn_size=[32],sigma_init=0.2,'
  'learning_rate=1e-2,schedule_steps=1000'
)


@pytest.fixture(scope='module')
def examples_path(tmp_path_factory, real_piece):
  path = tmp_path_factory.mktemp('pieces') / 'pieces.tfrecord'
  with tf.io.TFRecordWriter(str(path)) as writer:
    writer.write(real_piece.SerializeToString())
  return path


def train(place, run_dir, examples_path, num_steps, *flags):
  result = run_command(
    'vrae_train',
    f'--run_dir={run_dir}',
    f'--examples_path={examples_path}',
    f'--num_steps={num_steps}',
    *flags,
    python=PYTHONS[place],
  )
  assert result.returncode == 0, result.stderr
  assert f'step {num_steps}/{num_steps}' in result.stderr


@pytest.fixture(scope='module')
def trained(tmp_path_factory, examples_path):
  """Runs of every cell and a bundle, by where they were made and kind."""
  folder = tmp_path_factory.mktemp('runs')
  paths = {}
  for place in PYTHONS:
    for cell in CELLS:
      paths[place, cell] = folder / f'{cell}_{place}'
      train(
        place,
        paths[place, cell],
        examples_path,
        20,
        '--config=vrae_20d',
        f'--hparams={HPARAMS},cell={cell}',
      )
    paths[place, 'bundle'] = folder / f'{place}.tar.gz'
    result = run_command(
      'vrae_export',
      f'--run_dir={paths[place, "gru"]}',
      f'--output={paths[place, "bundle"]}',
      python=PYTHONS[place],
    )
    assert result.returncode == 0, result.stderr
  return paths


@pytest.fixture(scope='module')
def outputs(trained, real_piece, tmp_path_factory):
  """Arrays by where they were computed, where trained, kind and name."""
  folder = tmp_path_factory.mktemp('outputs')
  converter = configs.get_config('vrae_20d').data_converter
  np.savez(
    folder / 'inputs.npz',
    z=np.random.RandomState(0).normal(size=[N, Z_SIZE]),
    windows=np.array(converter.to_tensors(real_piece).inputs[:N], bool),
  )
  program = pathlib.Path(__file__).parent / 'outputs_of_models.py'
  found = {}
  for place, python in PYTHONS.items():
    path = folder / f'{place}.npz'
    result = subprocess.run(
      [python, program, folder / 'inputs.npz', path, *trained.values()],
      capture_output=True,
      text=True,
      timeout=600,
    )
    assert result.returncode == 0, result.stderr
    with np.load(path) as arrays:
      for number, model in enumerate(trained):
        for name in ('probabilities', 'mu', 'sigma'):
          found[(place, *model, name)] = arrays[f'{number}/{name}']
  return found


def test_the_environments_are_two(trained):
  """Else nothing below would compare anything."""
  versions = [
    json.loads((trained[place, 'tanh'] / 'settings.json').read_text())[
      'versions'
    ]
    for place in PYTHONS
  ]
  for package in ('tensorflow', 'numpy', 'python'):
    assert versions[0][package] != versions[1][package]


@pytest.mark.parametrize('kind', KINDS)
@pytest.mark.parametrize('place', list(PYTHONS))
def test_what_one_trained_the_other_reads_alike(outputs, place, kind):
  for name in ('probabilities', 'mu', 'sigma'):
    here = outputs['here', place, kind, name]
    there = outputs['there', place, kind, name]
    assert np.isfinite(here).all()
    np.testing.assert_allclose(here, there, rtol=0, atol=1e-5)
  # Alike, and yet no constant.
  p = outputs['here', place, kind, 'probabilities']
  assert p.shape == (N, T, DEPTH)
  assert p.std(axis=0).max() > 0.01 and p.std(axis=1).max() > 0.01


@pytest.mark.parametrize('cell', CELLS)
def test_weights_move_by_name(trained, cell):
  """The optimizer's, too."""
  shapes = [
    dict(
      tf.train.list_variables(
        tf.train.latest_checkpoint(str(trained[place, cell] / 'train'))
      )
    )
    for place in PYTHONS
  ]
  assert shapes[0] == shapes[1]
  assert any('Adam' in name for name in shapes[0])


@pytest.mark.parametrize('place, other', [('here', 'there'), ('there', 'here')])
def test_training_goes_on_in_the_other(
  trained, examples_path, tmp_path, place, other
):
  shutil.copytree(trained[place, 'tanh'], tmp_path / 'run')
  train(other, tmp_path / 'run', examples_path, 25)
  checkpoint = tf.train.latest_checkpoint(str(tmp_path / 'run/train'))
  assert checkpoint.endswith('-25')
