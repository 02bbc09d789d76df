# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What vrae_export says of a model in other formats, and what it refuses."""

from __future__ import annotations

import subprocess
import sys

import models_to_export
import numpy as np
import pytest
from conftest import run_command
from models_to_export import KINDS
from models_to_export import STEP

from magenta_vrae import catalogue
from magenta_vrae import configs
from magenta_vrae.errors import InputError
from magenta_vrae.export import contents as contents_lib
from magenta_vrae.export import new_folder
from magenta_vrae.inference.generation import Generator
from magenta_vrae.inference.prior import Prior
from magenta_vrae.runs import bundle
from magenta_vrae.runs import ready_made
from magenta_vrae.runs import run_settings


def one_line(result, *says):
  assert result.returncode == 1, result.stderr
  (line,) = result.stderr.strip().splitlines()
  for words in says:
    assert words in line, line


def contents_of(made):
  return contents_lib.of_checkpoint(
    'vrae', made.config, made.checkpoint, STEP, '# Card'
  )


def notes_told(metadata, roll):
  """Notes of a roll by the metadata alone: pitch, seconds, velocity, group."""
  seconds, notes = 1.0 / metadata['frames_per_second'], []
  for group in metadata['groups']:
    for i, pitch in enumerate(group['pitches']):
      on = roll[:, group['first_column'] + i] > 0
      struck = np.ones(len(roll), bool) if group['is_drums'] else on & False
      if group['first_onset_column'] is not None:
        struck = roll[:, group['first_onset_column'] + i] > 0
        on = on | struck
      start = None
      for t in range(len(roll) + 1):
        sounds = t < len(roll) and on[t]
        begins = sounds and (start is None or struck[t])
        if start is not None and (begins or not sounds):
          velocity = velocity_told(metadata, group, roll[start])
          times = (start * seconds, t * seconds)
          notes.append((pitch, *times, velocity, group['name']))
          start = None
        if begins:
          start = t
  return sorted(notes)


def velocity_told(metadata, group, frame):
  levels, first = metadata['velocity_levels'], group['first_loudness_column']
  if first is None:
    return metadata['velocity']
  level = int(np.cumprod(frame[first : first + levels - 1]).sum())
  return int((level + 0.5) * 128 / levels)


@pytest.mark.parametrize('name', ['paper', 'music', 'drums', 'band'])
def test_columns_are_told(name, tmp_path):
  """Notes by the metadata are those of the converter."""
  made = models_to_export.make(KINDS[name], tmp_path)
  converter = made.config.data_converter
  roll = np.random.RandomState(8).rand(40, converter.depth) < 0.4
  sequence = converter.from_tensors([roll])[0]
  metadata = contents_of(made).metadata
  groups = {info.instrument: info.name for info in sequence.instrument_infos}
  expected = sorted(
    (
      note.pitch,
      note.start_time,
      note.end_time,
      note.velocity,
      groups.get(note.instrument, metadata['groups'][0]['name']),
    )
    for note in sequence.notes
  )
  found = notes_told(metadata, roll)
  assert len(found) == len(expected) > 50
  for one, other in zip(found, expected):
    assert one[0] == other[0] and one[3:] == other[3:]
    np.testing.assert_allclose(one[1:3], other[1:3])


@pytest.mark.parametrize('name', catalogue.PRESETS)
def test_every_config_is_told(name, tmp_path):
  """What a player must know, of everything that a run can be."""
  preset = catalogue.PRESETS[name]
  functions = contents_lib.signatures.of_model(
    preset.hparams, preset.data_converter.depth
  )
  hears = preset.hparams.ar_rnn_size[0] > 0
  assert list(functions) == ['encode', 'decode'] + ['step'] * hears
  made = models_to_export.make(
    models_to_export.Kind(name, 'batch_size=1', 'qpm=100.0'), tmp_path
  )
  metadata = contents_of(made).metadata
  assert metadata['hears_what_it_plays'] == hears
  assert metadata['window_frames'] == models_to_export.WINDOW
  assert metadata['half_window_frames'] == models_to_export.WINDOW // 2
  assert metadata['depth'] == made.depth
  assert metadata['sampling']['kind'] == preset.hparams.sampling
  assert metadata['steps'] == STEP


def test_prior_and_shifts_are_told(tmp_path):
  made = models_to_export.make(KINDS['music'], tmp_path)
  before = contents_of(made)
  assert before.metadata['prior'] == {'kind': 'standard'}
  shift = np.linspace(-1.0, 1.0, made.depth)
  prior = models_to_export.fit_prior(made, shift, shift / 2)
  after = contents_of(made)
  told = after.metadata['prior']
  assert told['kind'] == 'mixture'
  assert sum(told['weights']) == pytest.approx(1.0, abs=1e-12)
  for name in ('weights', 'means', 'factors'):
    np.testing.assert_allclose(told[name], getattr(prior, name), rtol=1e-6)
  moved = {'decoder/ar_b_out': shift, 'decoder/ar_c_x': shift / 2}
  for name, value in after.weights.items():
    np.testing.assert_allclose(
      value, before.weights[name] + moved.get(name, 0.0), atol=1e-6
    )


class TestReadyMade:
  """A model of the package by the command, as a user plays it elsewhere."""

  SEED, TEMPERATURE = 5, 0.9

  @pytest.fixture(scope='class')
  def folder(self, tmp_path_factory):
    pytest.importorskip('onnx', reason='onnx is not installed')
    path = tmp_path_factory.mktemp('exported') / 'new' / 'grooves'
    result = run_command(
      'vrae_export', '--model=grooves', f'--output={path}', '--format=onnx'
    )
    assert result.returncode == 0, result.stderr
    assert 'MB' in result.stdout
    return path

  @pytest.fixture(scope='class')
  def generator(self, tmp_path_factory):
    unpacked = str(tmp_path_factory.mktemp('unpacked'))
    checkpoint = bundle.read(ready_made.find('grooves'), unpacked).checkpoint
    _, config = run_settings.find_config(unpacked)
    generator = Generator(
      config, checkpoint, seed=self.SEED, temperature=self.TEMPERATURE
    )
    assert isinstance(generator.prior, Prior)
    assert np.any(generator.prior.logit_shift)
    return generator

  def played(self, folder, name, z, num_frames, **more):
    import onnxruntime

    session = onnxruntime.InferenceSession(str(folder / f'{name}.onnx'))
    shapes = {given.name: given.shape for given in session.get_inputs()}
    depth = shapes['uniforms'][2]
    random = np.random.RandomState(self.SEED)
    inputs = {
      'z': z.astype(np.float32),
      'state': np.zeros([1, shapes['state'][1]], np.float32),
      'uniforms': random.random_sample([num_frames, 1, depth]),
      'temperature': np.float32([self.TEMPERATURE]),
      **more,
    }
    inputs['uniforms'] = inputs['uniforms'].astype(np.float32)
    return session.run(['frames'], inputs)[0][0]

  def test_a_window_is_that_of_vrae_generate(self, folder, generator):
    z = generator.prior.draw(1, np.random.RandomState(1))
    T = generator.window_frames
    (expected,) = generator.decode(z)
    found = self.played(folder, 'decode', z, T)
    assert found.sum() > 10
    np.testing.assert_array_equal(found, expected)

  def test_so_is_music_without_end(self, folder, generator):
    generator._rng.seed(self.SEED)
    z = generator.prior.draw(1, np.random.RandomState(2))
    T = 3 * generator.window_frames
    (expected,) = generator.decode(z, T)
    silence = np.zeros([1, expected.shape[1]], np.float32)
    found = self.played(folder, 'step', z, T, frame=silence)
    assert found.sum() > 30
    np.testing.assert_array_equal(found, expected)


def export_without(packages, *flags):
  """`vrae_export` of a ready-made model where packages cannot be imported."""
  code = (
    f'import sys; sys.modules.update(dict.fromkeys({packages}))\n'
    'from magenta_vrae.commands import vrae_export\n'
    'vrae_export.console_entry_point()'
  )
  return subprocess.run(
    [sys.executable, '-c', code, '--model=grooves', *flags],
    capture_output=True,
    text=True,
    timeout=300,
  )


def test_onnx_files_need_no_tensorflow(tmp_path):
  pytest.importorskip('onnx', reason='onnx is not installed')
  result = export_without(
    ['tensorflow'], f'--output={tmp_path}/m', '--format=onnx'
  )
  assert result.returncode == 0, result.stderr
  assert (tmp_path / 'm' / 'step.onnx').is_file()


class TestRefusals:
  def test_of_keras(self, tmp_path):
    result = run_command(
      'vrae_export',
      '--model=grooves',
      f'--output={tmp_path}/m.keras',
      '--format=keras',
    )
    one_line(result, '--format=keras', '--format=saved_model')
    assert not list(tmp_path.iterdir())

  @pytest.mark.parametrize(
    'form, name, says',
    [
      ('tflite', 'm.lite', "must end in '.tflite'"),
      ('onnx', 'full', 'is there already'),
      ('saved_model', 'full', 'is there already'),
      ('onnx', 'full/file/m', 'is a file'),
    ],
  )
  def test_of_outputs(self, form, name, says, tmp_path):
    if form == 'onnx':
      pytest.importorskip('onnx')
    (tmp_path / 'full').mkdir()
    (tmp_path / 'full' / 'file').write_text('kept')
    result = run_command(
      'vrae_export',
      '--model=grooves',
      f'--output={tmp_path / name}',
      f'--format={form}',
    )
    one_line(result, says)
    assert (tmp_path / 'full' / 'file').read_text() == 'kept'
    assert len(list(tmp_path.rglob('*'))) == 2

  @pytest.mark.parametrize(
    'form, missing, says',
    [
      ('onnx', 'onnx', "pip install 'magenta-vrae[onnx]'"),
      ('tflite', 'tensorflow', "pip install 'magenta-vrae[train]'"),
    ],
  )
  def test_of_missing_packages(self, form, missing, says, tmp_path):
    output = tmp_path / 'm.tflite'
    result = export_without([missing], f'--output={output}', f'--format={form}')
    one_line(result, missing, says)
    assert not list(tmp_path.iterdir())

  def test_of_other_models(self):
    config = configs.get_config('cat-mel_2bar_small')
    with pytest.raises(InputError, match='--format=bundle'):
      contents_lib.of_checkpoint('cat-mel_2bar_small', config, 'no', 1, '')

  def test_a_model_that_hears_intervals(self):
    preset = catalogue.overridden(
      catalogue.PRESETS['vrae_music'], 'interval_size=4'
    )
    with pytest.raises(InputError, match='interval_size=4, which other'):
      contents_lib.of_checkpoint('vrae_music', preset, 'no', 1, '')


class TestNewFolder:
  def test_is_there_whole_or_not_at_all(self, tmp_path):
    target = tmp_path / 'deep' / 'new'
    with pytest.raises(ZeroDivisionError), new_folder.whole(str(target)) as at:
      assert not target.exists()
      (tmp_path / at / 'half').write_text('half')
      raise ZeroDivisionError
    assert not list((tmp_path / 'deep').iterdir())
    with new_folder.whole(str(target)) as at:
      (tmp_path / at / 'file').write_text('whole')
    assert [path.name for path in (tmp_path / 'deep').iterdir()] == ['new']
    assert (target / 'file').read_text() == 'whole'
    other = tmp_path / 'other'
    other.mkdir()
    assert target.stat().st_mode == other.stat().st_mode

  def test_takes_the_place_of_an_empty_one_alone(self, tmp_path):
    with new_folder.whole(str(tmp_path)) as at:
      (tmp_path.parent / at / 'file').write_text('kept')
    with pytest.raises(InputError, match='is there already'):
      new_folder.check(str(tmp_path))
    assert (tmp_path / 'file').read_text() == 'kept'
