# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""examples/onnx: music without TensorFlow, held to the notes of Python."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import mido
import numpy as np
import pytest
import random_weights
from conftest import run_command

pytest.importorskip('onnx', reason='nothing is exported without onnx')
pytest.importorskip('onnxruntime', reason='nothing runs without onnxruntime')

from magenta_vrae import midi_file
from magenta_vrae.export import contents as contents_lib
from magenta_vrae.export import onnx_files
from magenta_vrae.inference import by_name
from magenta_vrae.inference import emission as emission_lib
from magenta_vrae.inference import endless
from magenta_vrae.inference import loading
from magenta_vrae.inference import prior as prior_lib
from magenta_vrae.runs import run_settings

SCRIPT = (
  pathlib.Path(__file__).parent.parent / 'examples' / 'onnx' / 'generate.py'
)
# As if none of these were installed.
WITHOUT = """
import runpy, sys
for name in ('tensorflow', 'magenta', 'magenta_vrae', 'note_seq', 'scipy'):
  sys.modules[name] = None
sys.argv = sys.argv[1:]
sys.path.insert(0, sys.argv[0].rpartition('/')[0])
runpy.run_path(sys.argv[0], run_name='__main__')
"""


def generate(*arguments):
  result = subprocess.run(
    [sys.executable, '-c', WITHOUT, str(SCRIPT), *map(str, arguments)],
    capture_output=True,
    text=True,
    timeout=120,
  )
  assert result.returncode == 0, result.stderr


def notes(path):
  """The notes of a MIDI file by their tracks, with times in quarters."""
  file = mido.MidiFile(path)
  found = []
  for track in file.tracks:
    name, program, now, sounding = None, None, 0, {}
    for message in track:
      now += message.time
      if message.type == 'track_name':
        name = message.name
      elif message.type == 'program_change':
        program = message.program
      elif message.type == 'note_on':
        assert message.note not in sounding
        sounding[message.note] = now, message.velocity
      elif message.type == 'note_off':
        start, velocity = sounding.pop(message.note)
        times = (start / file.ticks_per_beat, now / file.ticks_per_beat)
        found.append(
          (name, program, message.channel, *times, message.note, velocity)
        )
    assert not sounding
  return sorted(found)


class Replay:
  """Random numbers that were drawn before, block by block."""

  def __init__(self, draws):
    self._draws = iter(draws)

  def random_sample(self, shape):
    return next(self._draws).reshape(shape)


def expected(model, prior, seed, num_frames, temperature):
  """The roll that generate.py is to make, by this package."""
  T, D = model.data_converter.window_frames, model.data_converter.depth
  half = endless.half_window(T)
  hears = model.autoregressive is not None
  rng = np.random.RandomState(seed)
  zs, draws = [], []
  # An even number: the last window may be cut.
  for number in range(2 * -(-num_frames // (2 * half))):
    if number % (4 if hears else 2) == 0:
      z = prior.draw(1, rng)
    zs.append(z)
    draws.append(rng.random_sample([half, D]))

  def emission(draws):
    return emission_lib.Emission('bernoulli', 0.5, temperature, Replay(draws))

  if hears:
    return endless.compose(model, zs, len(zs) * half, emission(draws))[0]
  windows = []
  for z, first, second in zip(zs[::2], draws[::2], draws[1::2]):
    logits = model.free_logits(z, 2 * half)
    windows.append(emission([np.concatenate([first, second])])(logits)[0])
  return np.concatenate(windows)


@pytest.mark.parametrize(
  'name', ['games', pytest.param('tunes', marks=pytest.mark.long)]
)
def test_music_of_a_ready_made_model(name, tmp_path):
  result = run_command(
    'vrae_export',
    f'--model={name}',
    '--format=onnx',
    f'--output={tmp_path / name}',
  )
  assert result.returncode == 0, result.stderr
  generate(tmp_path / name, tmp_path / 'a.mid', '--seed=5', '--seconds=40')
  with by_name._opened(name) as (checkpoint, folder):
    config = run_settings.find_config(folder)[1]
    prior = prior_lib.load(folder, config.hparams.z_size)
    model = loading.restore(config, checkpoint).as_full_as(prior)
  converter = config.data_converter
  num_frames = round(40 * converter.frames_per_second)
  roll = expected(model, prior, 5, num_frames, config.hparams.temperature)
  sequence = converter.from_tensors([roll[:num_frames]])[0]
  midi_file.write(sequence, str(tmp_path / 'b.mid'))
  assert len(notes(tmp_path / 'a.mid')) > 100
  assert notes(tmp_path / 'a.mid') == notes(tmp_path / 'b.mid')


def exported(folder, name, hparams, converter=''):
  """A model of random weights, restored, and the folder of its ONNX files."""
  checkpoint = str(folder / 'model.ckpt-1')
  config = random_weights.save(checkpoint, name, hparams, converter)
  contents = contents_lib.of_checkpoint(name, config, checkpoint, 1, '')
  onnx_files.write(str(folder / 'onnx'), contents, False)
  return loading.restore(config, checkpoint), folder / 'onnx'


@pytest.mark.parametrize(
  ('name', 'hparams', 'converter'),
  [
    # Without `step`: the paper's decoder, window after window.
    (
      'vrae_20d',
      'z_size=3,enc_rnn_size=[5],dec_rnn_size=[22],sampling=bernoulli',
      'window_frames=40',
    ),
    (
      'vrae_band',
      'z_size=3,enc_rnn_size=[5],dec_rnn_size=[12],ar_rnn_size=[14],'
      'nade_size=30,bar_frames=5',
      'velocity_levels=4,window_frames=20,qpm=97',
    ),
  ],
)
def test_music_of_other_models(name, hparams, converter, tmp_path):
  model, folder = exported(tmp_path, name, hparams, converter)
  generate(
    folder, tmp_path / 'a.mid', '--seed=2', '--seconds=7', '--temperature=0.7'
  )
  num_frames = round(7 * model.data_converter.frames_per_second)
  prior = prior_lib.Standard(3)
  roll = expected(model, prior, 2, num_frames, 0.7)
  sequence = model.data_converter.from_tensors([roll[:num_frames]])[0]
  midi_file.write(sequence, str(tmp_path / 'b.mid'))
  assert len(notes(tmp_path / 'a.mid')) > 50
  assert notes(tmp_path / 'a.mid') == notes(tmp_path / 'b.mid')


def test_notes_by_a_threshold(tmp_path):
  model, folder = exported(
    tmp_path, 'vrae_2d', 'enc_rnn_size=[5],dec_rnn_size=[22],threshold=0.4'
  )
  generate(folder, tmp_path / 'a.mid', '--seed=3', '--seconds=2.5')
  z = np.random.RandomState(3).normal(size=[1, 2])
  (roll,) = model.decode(z, 50).samples
  sequence = model.data_converter.from_tensors([roll])[0]
  midi_file.write(sequence, str(tmp_path / 'b.mid'))
  assert notes(tmp_path / 'a.mid') == notes(tmp_path / 'b.mid') != []


@pytest.mark.long
def test_in_an_environment_with_nothing_else(tmp_path):
  venv = tmp_path / 'venv'
  python = str(venv / 'bin' / 'python')
  for command in (
    [sys.executable, '-m', 'venv', str(venv)],
    [python, '-m', 'pip', 'install', '-q', 'onnxruntime', 'numpy', 'mido'],
  ):
    subprocess.run(command, check=True)
  folder = exported(
    tmp_path, 'vrae_music', 'dec_rnn_size=[12],ar_rnn_size=[14],nade_size=30'
  )[1]
  path = tmp_path / 'a.mid'
  subprocess.run([python, str(SCRIPT), str(folder), str(path)], check=True)
  generate(folder, tmp_path / 'b.mid', '--seed=4')
  subprocess.run(
    [python, str(SCRIPT), str(folder), str(path), '--seed=4'], check=True
  )
  assert path.read_bytes() == (tmp_path / 'b.mid').read_bytes()
  assert len(notes(path)) > 100
