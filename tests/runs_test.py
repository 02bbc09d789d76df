# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A run's settings: written, read back, and held against flags."""

from __future__ import annotations

import json

import pytest

from magenta_vrae import configs
from magenta_vrae import runs
from magenta_vrae.errors import InputError

HPARAMS = 'z_size=3,enc_rnn_size=[16],dec_rnn_size=[16],batch_size=8'
CONVERTER = 'pitches=[40,50,61],hop_frames=2,window_frames=10'


@pytest.fixture
def run_dir(tmp_path):
  config = configs.get_config('vrae_20d', HPARAMS, CONVERTER)
  dataset = {'examples_path': 'songs.tfrecord', 'pieces': 2, 'windows': 30}
  runs.save(
    str(tmp_path / 'run'), runs.settings_of('vrae_20d', config, dataset)
  )
  return str(tmp_path / 'run')


def test_settings_come_back_as_they_were(run_dir):
  expected = configs.get_config('vrae_20d', HPARAMS, CONVERTER)
  name, config = runs.find_config(run_dir)
  assert name == 'vrae_20d'
  assert config.hparams.values() == expected.hparams.values()
  assert config.hparams.max_seq_len == 10
  converter = config.data_converter
  assert type(converter) is type(expected.data_converter)
  assert converter.settings() == expected.data_converter.settings()


def test_says_what_it_was_made_with(run_dir):
  settings = json.loads(open(f'{run_dir}/settings.json').read())
  assert settings['dataset']['windows'] == 30
  assert {'python', 'magenta_vrae', 'tensorflow', 'numpy'} <= set(
    settings['versions']
  )


def test_every_config_of_the_catalogue_can_be_written(tmp_path):
  for name, config in configs.catalogue().items():
    run_dir = str(tmp_path / name)
    runs.save(run_dir, runs.settings_of(name, config))
    found, again = runs.find_config(run_dir)
    assert found == name
    assert again.hparams.values() == config.hparams.values()


def test_flags_that_agree_are_welcome(run_dir):
  name, config = runs.find_config(run_dir, 'vrae_20d', HPARAMS, CONVERTER)
  assert name == 'vrae_20d' and config.hparams.z_size == 3


def test_how_to_compute_may_change(run_dir):
  _, config = runs.find_config(run_dir, hparams='recurrence=plain,batch_size=2')
  assert config.hparams.recurrence == 'plain'
  assert config.hparams.batch_size == 2
  with pytest.raises(InputError, match='batch_size=2.*batch_size=8'):
    runs.find_config(
      run_dir, hparams='batch_size=2', may_differ=runs.HOW_TO_COMPUTE
    )


@pytest.mark.parametrize(
  'flags, says',
  [
    ({'name': 'vrae_2d'}, '--config=vrae_2d contradicts .* vrae_20d'),
    ({'hparams': 'z_size=4'}, r'z_size=4.*trained with z_size=3'),
    ({'converter': 'hop_frames=1'}, r'hop_frames=1.*hop_frames=2'),
    ({'converter': 'pitches=[40,50,62]'}, r'62.*61'),
    ({'hparams': 'z_siz=4'}, "'z_siz' in --hparams is unknown"),
  ],
)
def test_contradicting_flags_name_both_values(run_dir, flags, says):
  with pytest.raises(InputError, match=says):
    runs.find_config(run_dir, **flags)


def test_a_folder_without_settings_takes_the_flags(tmp_path):
  name, config = runs.find_config(str(tmp_path), 'vrae_2d', 'z_size=5')
  assert name == 'vrae_2d' and config.hparams.z_size == 5
  with pytest.raises(InputError, match='--config is required.*settings.json'):
    runs.find_config(str(tmp_path))


@pytest.mark.parametrize(
  'text, says',
  [
    ('{', 'settings.json'),
    ('[]', 'names no config'),
    ('{"config": "vrae_9d", "hparams": {}, "converter": null}', 'vrae_9d'),
    (
      '{"config": "vrae_2d", "hparams": {}, '
      '"converter": {"class": "DrumRollConverter"}}',
      'DrumRollConverter.*PianoRollConverter',
    ),
    (
      '{"config": "vrae_2d", "hparams": {}, '
      '"converter": {"class": "PianoRollConverter", "colour": 1}}',
      'colour',
    ),
  ],
)
def test_settings_that_cannot_be_used(tmp_path, text, says):
  (tmp_path / 'settings.json').write_text(text)
  with pytest.raises(InputError, match=says):
    runs.find_config(str(tmp_path))
