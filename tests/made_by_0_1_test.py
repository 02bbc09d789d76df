# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A run and a bundle that version 0.1 made still load, and decode the same.

tests/made_by_0_1/ holds both, small, and what 0.1's graphs made of them: for
some windows the posterior, and the outputs at its mean.
"""

from __future__ import annotations

import pathlib

import numpy as np
import pytest
from conftest import run_command

from magenta_vrae import configs
from magenta_vrae.inference import graph
from magenta_vrae.inference import loading
from magenta_vrae.inference import numpy_model
from magenta_vrae.runs import bundle
from magenta_vrae.runs import run_settings

MADE = pathlib.Path(__file__).parent / 'made_by_0_1'


@pytest.fixture(params=['run', 'bundle'])
def old(request, tmp_path):
  """A config, its checkpoint and what 0.1 made of it."""
  recorded = np.load(MADE / f'{request.param}_outputs.npz')
  if request.param == 'run':
    folder, checkpoint = MADE / 'run', MADE / 'run/train/model.ckpt-30'
  else:
    folder = tmp_path
    checkpoint = bundle.read(str(MADE / 'bundle.tar.gz'), folder).checkpoint
  _, config = run_settings.find_config(str(folder))
  return config, str(checkpoint), recorded


def frames_of(recorded):
  shape = recorded['shape']
  cells = np.unpackbits(recorded['frames'])[: np.prod(shape)]
  return cells.reshape(shape).astype(bool)


@pytest.mark.parametrize('kind', ['numpy', 'graph'])
def test_decodes_and_encodes_the_same(old, kind):
  config, checkpoint, recorded = old
  if kind == 'numpy':
    model = loading.restore(config, checkpoint)
    assert isinstance(model, numpy_model.RestoredVrae)
  else:
    model = graph.RestoredGraph(configs.of_preset(config), checkpoint)
  mu, sigma = model.posterior(frames_of(recorded))
  np.testing.assert_allclose(mu, recorded['mu'], atol=1e-5)
  np.testing.assert_allclose(sigma, recorded['sigma'], atol=1e-5)
  outputs = model.outputs(recorded['mu'])
  np.testing.assert_allclose(outputs, recorded['outputs'], atol=1e-5)


@pytest.mark.parametrize(
  'flag',
  [f'--run_dir={MADE / "run"}', f'--checkpoint_file={MADE / "bundle.tar.gz"}'],
)
def test_makes_music(flag, tmp_path):
  result = run_command(
    'vrae_generate', flag, f'--output_dir={tmp_path}', '--num_outputs=2'
  )
  assert result.returncode == 0, result.stderr
  assert len(list(tmp_path.glob('*.mid'))) == 2
