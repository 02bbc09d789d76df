# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A run's settings: written, read back, and held against flags."""

from __future__ import annotations

import json

import pytest

from magenta_vrae import configs
from magenta_vrae.errors import InputError
from magenta_vrae.runs import run_settings

HPARAMS = 'z_size=3,enc_rnn_size=[16],dec_rnn_size=[16],batch_size=8'
CONVERTER = 'pitches=[40,50,61],hop_frames=2,window_frames=10'


@pytest.fixture
def run_dir(tmp_path):
  config = configs.get_config('vrae_20d', HPARAMS, CONVERTER)
  dataset = {'examples_path': 'songs.tfrecord', 'pieces': 2, 'windows': 30}
  run_settings.save(
    str(tmp_path / 'run'), run_settings.settings_of('vrae_20d', config, dataset)
  )
  return str(tmp_path / 'run')


def test_settings_come_back_as_they_were(run_dir):
  expected = configs.get_config('vrae_20d', HPARAMS, CONVERTER)
  name, config = run_settings.find_config(run_dir)
  assert name == 'vrae_20d'
  assert config.hparams.values() == expected.hparams.values()
  assert config.hparams.max_seq_len == 10
  converter = config.data_converter
  assert converter.converter_class == 'PianoRollConverter'
  assert converter.settings() == expected.data_converter.settings()


def test_says_what_it_was_made_with(run_dir):
  settings = json.loads(open(f'{run_dir}/settings.json').read())
  assert settings['dataset']['windows'] == 30
  assert {'python', 'magenta_vrae', 'tensorflow', 'numpy'} <= set(
    settings['versions']
  )


def test_every_config_of_the_catalogue_can_be_written(tmp_path):
  for name, config in configs.all_configs().items():
    run_dir = str(tmp_path / name)
    run_settings.save(run_dir, run_settings.settings_of(name, config))
    found, again = run_settings.find_config(run_dir)
    assert found == name
    assert again.hparams.values() == config.hparams.values()


def test_an_hparam_from_after_the_run_has_its_default(tmp_path):
  """Whatever the config has come to mean since."""
  config = configs.get_config('vrae_20d_best')
  assert config.hparams.frames_per_step != 1
  settings = run_settings.settings_of('vrae_20d_best', config)
  del settings['hparams']['frames_per_step']
  run_settings.save(str(tmp_path), settings)
  _, again = run_settings.find_config(str(tmp_path))
  assert again.hparams.frames_per_step == 1
  assert again.hparams.cell == 'gru'


def test_flags_that_agree_are_welcome(run_dir):
  name, config = run_settings.find_config(
    run_dir, 'vrae_20d', HPARAMS, CONVERTER
  )
  assert name == 'vrae_20d' and config.hparams.z_size == 3


def test_how_to_compute_may_change(run_dir):
  _, config = run_settings.find_config(
    run_dir, hparams='recurrence=plain,batch_size=2'
  )
  assert config.hparams.recurrence == 'plain'
  assert config.hparams.batch_size == 2
  with pytest.raises(InputError, match='batch_size=2.*batch_size=8'):
    run_settings.find_config(
      run_dir, hparams='batch_size=2', may_differ=run_settings.HOW_TO_COMPUTE
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
    run_settings.find_config(run_dir, **flags)


def test_a_folder_without_settings_takes_the_flags(tmp_path):
  name, config = run_settings.find_config(str(tmp_path), 'vrae_2d', 'z_size=5')
  assert name == 'vrae_2d' and config.hparams.z_size == 5
  with pytest.raises(InputError, match='--config is required.*settings.json'):
    run_settings.find_config(str(tmp_path))


@pytest.mark.parametrize(
  'text, says',
  [
    ('{', 'settings.json'),
    ('[]', 'no JSON object'),
    ('["config", "hparams", "converter"]', 'no JSON object'),
    ('{"config": "vrae_2d"}', 'names no config, hparams and converter'),
    ('[' * 100000, "is not a run's settings"),
    (
      '{"config": ["vrae_2d"], "hparams": {}, "converter": null}',
      'config is .*, not a text',
    ),
    (
      '{"config": "vrae_2d", "hparams": [1], "converter": null}',
      'hparams is .*, not an object',
    ),
    (
      '{"config": "vrae_2d", "hparams": {}, "converter": 5}',
      "converter is '5', not an object",
    ),
    (
      '{"config": "vrae_2d", "hparams": {}, "converter": null, '
      '"dataset": "songs"}',
      "dataset is 'songs', not an object",
    ),
    (
      '{"config": "vrae_2d", "hparams": {}, "converter": {"class": '
      '"PianoRollConverter", "hop_frames": null}}',
      "hop_frames is 'None', not a whole number",
    ),
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
    run_settings.find_config(str(tmp_path))


@pytest.mark.parametrize(
  'name, value, says',
  [
    ('enc_rnn_size', 500, 'not a list'),
    ('enc_rnn_size', ['500'], 'not a whole number'),
    ('z_size', 2.5, 'not a whole number'),
    ('z_size', True, 'not a whole number'),
    ('temperature', 'hot', 'not a number'),
    ('temperature', None, 'not a number'),
    ('reverse_input', 'yes', 'not true or false'),
    ('cell', ['gru'], 'not a text'),
  ],
)
def test_hparams_of_another_kind(tmp_path, name, value, says):
  """They may be a stranger's, in a bundle."""
  settings = {'config': 'vrae_2d', 'hparams': {}, 'converter': None}
  run_settings.save(str(tmp_path), {**settings, 'hparams': {name: value}})
  with pytest.raises(InputError, match=f'{name} is .*{says}'):
    run_settings.find_config(str(tmp_path))


def test_a_whole_number_may_stand_for_another(tmp_path):
  hparams = {'temperature': 1, 'learning_rate': 0, 'of_a_later_version': 'x'}
  settings = {'config': 'vrae_2d', 'hparams': hparams, 'converter': None}
  run_settings.save(str(tmp_path), settings)
  found = run_settings.find_config(str(tmp_path))[1].hparams
  assert (found.temperature, found.learning_rate) == (1, 0)


class TestSeed:
  @pytest.fixture
  def seeded(self, tmp_path):
    config = configs.get_config('vrae_2d')
    run_settings.save(
      str(tmp_path), run_settings.settings_of('vrae_2d', config, seed=3)
    )
    return str(tmp_path)

  def test_comes_from_the_settings_or_the_flag(self, seeded, tmp_path):
    assert (
      run_settings.find_seed(seeded) == run_settings.find_seed(seeded, 3) == 3
    )
    assert run_settings.find_seed(seeded, 4, may_differ=True) == 4
    assert run_settings.find_seed(str(tmp_path / 'new'), 5) == 5
    assert run_settings.find_seed(str(tmp_path / 'new')) is None

  def test_contradiction_names_both(self, seeded, run_dir):
    with pytest.raises(InputError, match='--seed=4 .*trained with --seed=3'):
      run_settings.find_seed(seeded, 4)
    with pytest.raises(InputError, match='--seed=4 .*trained with no seed'):
      run_settings.find_seed(run_dir, 4)


class TestDataset:
  ONE, TWO = (
    {'examples_path': name, 'pieces': 2, 'windows': 9, 'fingerprint': digest}
    for name, digest in (('one', 'a' * 64), ('two', 'b' * 64))
  )

  def settings(self, dataset):
    return run_settings.settings_of(
      'vrae_2d', configs.get_config('vrae_2d'), dataset
    )

  def test_a_new_run(self, tmp_path):
    settings = self.settings(self.ONE)
    assert run_settings.continued(str(tmp_path), settings) == settings

  def test_the_same_from_elsewhere(self, tmp_path):
    run_settings.save(str(tmp_path), self.settings(self.ONE))
    moved = self.settings({**self.ONE, 'examples_path': 'elsewhere'})
    settings = run_settings.continued(str(tmp_path), moved)
    assert settings['dataset'] == self.ONE

  def test_another_is_refused_or_noted(self, tmp_path):
    run_settings.save(str(tmp_path), self.settings(self.ONE))
    with pytest.raises(InputError, match="'two'.*bbbb.*'one'.*aaaa.*--other"):
      run_settings.continued(str(tmp_path), self.settings(self.TWO))
    settings = run_settings.continued(
      str(tmp_path), self.settings(self.TWO), True
    )
    assert settings['dataset'] == self.TWO
    assert settings['earlier_datasets'] == [self.ONE]

  def test_settings_without_a_fingerprint(self, run_dir):
    settings = run_settings.continued(run_dir, self.settings(self.TWO))
    assert settings['dataset'] == self.TWO
    assert settings['config'] == 'vrae_20d'


def test_metrics_are_of_a_step(tmp_path):
  run_settings.save_metrics(
    str(tmp_path), 7, 'model.ckpt-7', None, {'b': 1.5, 'a': float('nan')}
  )
  metrics = run_settings.load_metrics(str(tmp_path), 7)
  assert metrics['metrics'] == {'a': None, 'b': 1.5}
  assert run_settings.load_metrics(str(tmp_path), 8) is None
  assert run_settings.load_metrics(str(tmp_path / 'no'), 7) is None
