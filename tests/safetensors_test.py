# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""vrae_export --format=weights: the file, read by the library of its format."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
from conftest import run_command

from magenta_vrae.export import contents as contents_lib
from magenta_vrae.export import safetensors_file
from magenta_vrae.inference import by_name
from magenta_vrae.inference import loading
from magenta_vrae.inference import prior as prior_lib
from magenta_vrae.runs import run_settings

safetensors = pytest.importorskip('safetensors.numpy')
load_file = safetensors.load_file


@pytest.fixture(scope='module')
def tunes(tmp_path_factory):
  """The ready-made model, its prior, and the file that the command writes."""
  path = tmp_path_factory.mktemp('exported') / 'tunes.safetensors'
  result = run_command(
    'vrae_export', '--format=weights', '--model=tunes', f'--output={path}'
  )
  assert result.returncode == 0, result.stderr
  assert result.stdout == f'{path}: vrae_music after 4000 steps, 4.8 MB\n'
  with by_name._opened('tunes') as (checkpoint, folder):
    config = run_settings.find_config(folder)[1]
    prior = prior_lib.load(folder, config.hparams.z_size)
    return loading.restore(config, checkpoint), prior, path


def test_weights_are_those_of_the_checkpoint(tunes):
  model, prior, path = tunes
  found = load_file(path)
  for name, value in model.weights.items():
    if name == 'decoder/ar_b_out':
      value = value + np.float32(prior.logit_shift)
    if name == 'decoder/ar_c_x':
      value = value + np.float32(prior.c_x_shift)
    if not name.startswith('decoder/nade_'):
      np.testing.assert_array_equal(found.pop(name), value, name)
  left = {name for name in found if not name.startswith('prior/')}
  assert left == {
    f'decoder/nade_{name}' for name in ('W_h', 'b', 'W_out', 'frame', 'before')
  }
  for name in ('weights', 'means', 'factors', 'codes', 'follows'):
    np.testing.assert_array_equal(
      found[f'prior/{name}'], np.float32(getattr(prior, name)), name
    )


def test_no_column_of_a_frame_knows_itself_or_those_after_it(tunes):
  weights = load_file(tunes[2])
  for name in ('frame', 'before'):
    of_logits = weights[f'decoder/nade_{name}'][:, -82:]
    assert not np.tril(of_logits).any() and of_logits.any()
    to_units = weights[f'decoder/nade_{name}'][:, :-82]
    through = (to_units != 0).astype(int) @ (weights['decoder/nade_W_out'] != 0)
    assert not np.tril(through).any() and through.any()


def test_metadata(tunes):
  with pytest.importorskip('safetensors').safe_open(tunes[2], 'np') as file:
    texts = file.metadata()
  assert set(texts) == {'magenta_vrae', 'model_card'}
  assert texts['model_card'].startswith('# tunes\n')
  facts = json.loads(texts['magenta_vrae'])
  assert facts['config'] == 'tunes' and facts['steps'] == 4000
  assert facts['cell'] == 'gru' and facts['frames_per_step'] == 4
  assert facts['groups'][0]['pitches'] == list(range(53, 94))
  assert facts['prior'] == {'kind': 'mixture'}
  assert 'functions' not in facts


def test_half_precision(tunes, tmp_path):
  path = tmp_path / 'half.safetensors'
  result = run_command(
    'vrae_export',
    '--format=weights',
    '--model=tunes',
    '--half',
    f'--output={path}',
  )
  assert result.returncode == 0, result.stderr
  whole, half = load_file(tunes[2]), load_file(path)
  assert set(whole) == set(half)
  for name, value in half.items():
    is_prior = name.startswith('prior/')
    assert value.dtype == (np.float32 if is_prior else np.float16), name
    np.testing.assert_array_equal(value, whole[name].astype(value.dtype), name)


def test_the_same_model_gives_the_same_file(tunes, tmp_path):
  path = tmp_path / 'again.safetensors'
  with by_name._opened('tunes') as (checkpoint, folder):
    config = run_settings.find_config(folder)[1]
    with open(f'{folder}/MODEL_CARD.md', encoding='utf-8') as file:
      card = file.read()
    contents = contents_lib.of_checkpoint(
      'tunes', config, checkpoint, 4000, card
    )
  safetensors_file.write(str(path), contents, False)
  assert path.read_bytes() == tunes[2].read_bytes()
  # As it may be mapped into memory.
  assert int.from_bytes(path.read_bytes()[:8], 'little') % 8 == 0


def refused(*arguments, **kwargs):
  result = run_command('vrae_export', '--format=weights', *arguments, **kwargs)
  assert result.returncode == 1
  (line,) = result.stderr.splitlines()
  return line


def test_refused(tmp_path):
  line = refused('--model=tunes', f'--output={tmp_path / "tunes.bin"}')
  assert 'must end in .safetensors' in line
  assert not list(tmp_path.iterdir())


def test_without_the_package(tmp_path, monkeypatch):
  monkeypatch.setitem(sys.modules, 'safetensors', None)
  monkeypatch.setitem(sys.modules, 'safetensors.numpy', None)
  with pytest.raises(Exception, match=r'magenta-vrae\[weights\]'):
    safetensors_file.check(str(tmp_path / 'a.safetensors'))
