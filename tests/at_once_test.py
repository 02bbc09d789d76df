# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a command answers without TensorFlow: help, errors, music.

Importing TensorFlow takes seconds, so what can do without it must not import
it. Here `import tensorflow` fails, in every process that a command starts. Each
command starts anew at least once; where only its flags differ, it is a fork of
a process that has imported what it does, and no TensorFlow either.
"""

from __future__ import annotations

import json
import os
import pathlib

import note_seq
import numpy as np
import pytest
from conftest import run_anew
from conftest import run_script
from conftest import run_without_tensorflow

from magenta_vrae import catalogue
from magenta_vrae.commands import COMMANDS
from magenta_vrae.commands import magenta_flags
from magenta_vrae.host import configs as magenta_configs

MADE = pathlib.Path(__file__).parent / 'made_by_0_1'
RUN = f'--run_dir={MADE / "run"}'
BUNDLE = f'--checkpoint_file={MADE / "bundle.tar.gz"}'


@pytest.fixture(scope='module')
def no_tensorflow(tmp_path_factory):
  """An environment in which TensorFlow cannot be imported."""
  folder = tmp_path_factory.mktemp('shadow')
  (folder / 'tensorflow.py').write_text(
    'raise RuntimeError("TensorFlow was imported")\n'
  )
  path = os.pathsep.join([str(folder), os.environ.get('PYTHONPATH', '')])
  return {**os.environ, 'PYTHONPATH': path.rstrip(os.pathsep)}


@pytest.fixture(scope='module')
def songs(tmp_path_factory):
  """A folder with a piece of 20 s, a scale up and down."""
  folder = tmp_path_factory.mktemp('songs')
  piece = note_seq.NoteSequence(ticks_per_quarter=220)
  for i in range(40):
    pitch = 60 + min(i % 16, 16 - i % 16)
    piece.notes.add(
      pitch=pitch, velocity=80, start_time=i / 2, end_time=(i + 1) / 2
    )
  piece.total_time = 20.0
  note_seq.note_sequence_to_midi_file(piece, str(folder / 'scale.mid'))
  return folder


def one_line(result, words, status=1):
  assert result.returncode == status, result.stderr
  (line,) = result.stderr.strip().splitlines()
  assert words in line, line


@pytest.mark.parametrize('command', COMMANDS)
def test_help_version_and_a_misspelt_flag(command, no_tensorflow):
  help_text = run_anew(command, '--help', env=no_tensorflow)
  assert (help_text.returncode, help_text.stderr) == (0, '')
  assert '--helpfull' in help_text.stdout
  version = run_without_tensorflow(command, '--version', env=no_tensorflow)
  assert version.stdout.startswith('magenta-vrae 0.')
  assert version.returncode == 0
  result = run_without_tensorflow(command, '--lmits=notes=3', env=no_tensorflow)
  if command == 'vrae_export':
    one_line(result, 'unknown flag --lmits')
  else:
    near = '--limits' if '--limits=' in help_text.stdout else 'See --help'
    one_line(result, near if near == '--limits' else 'unknown flag --lmits')


@pytest.mark.parametrize(
  ('command', 'flags', 'words'),
  [
    ('vrae_generate', ['num_outputs=3'], 'did you mean --num_outputs'),
    ('vrae_generate', ['--num_outputs=x'], 'num_outputs'),
    ('vrae_generate', ['--run_dir=no'], "no checkpoint in 'no/train'"),
    ('vrae_generate', ['--checkpoint_file=no'], "no checkpoint 'no'"),
    (
      'vrae_generate',
      [],
      'give one of --model, --run_dir and --checkpoint_file',
    ),
    ('vrae_generate', [RUN, '--mode=melody'], 'it is one of sample'),
    ('vrae_generate', [RUN, '--output_dir=/dev/null'], "cannot write '/dev/nu"),
    ('vrae_generate', [RUN, '--num_frames=3', '--seconds=1'], 'not both'),
    ('vrae_generate', [RUN, '--config=vrae_2d'], 'contradicts'),
    ('vrae_generate', [BUNDLE, '--hparams=z_sze=3'], 'did you mean z_size'),
    (
      'vrae_generate',
      [RUN, '--mode=medley', '--input_midis=no.mid'],
      "'no.mid' does not exist",
    ),
    ('vrae_train', ['--config=vrae_2d'], '--run_dir is required'),
    ('vrae_train', ['--run_dir=r', '--config=vrae_2', '--examples_path=x'],
     'did you mean vrae_2d'),
    ('vrae_train', ['--run_dir=r', '--config=vrae_2d'], '--examples_path'),
    ('vrae_train', ['--run_dir=r', '--config=vrae_2d', '--examples_path=no'],
     "no file matches examples_path 'no'"),
    ('vrae_train', ['--run_dir=r', '--mode=evil'], "it is 'train' or 'eval'"),
    ('vrae_train', ['--run_dir=r', '--examples_path=x', '--eval_once'],
     '--eval_once is for --mode=eval'),
    # What is refused leaves no settings that a corrected flag contradicts.
    ('vrae_train', ['--run_dir=r', '--examples_path=x',
                    '--hparams=learning_rate=nan'], 'learning_rate is nan'),
    ('vrae_train', ['--run_dir=r', '--examples_path=x',
                    '--hparams=batch_size=0'], 'batch_size is 0'),
    ('vrae_train', ['--run_dir=r', '--examples_path=x',
                    '--hparams=clip_mode=foo'], "unknown clip_mode 'foo'"),
    ('vrae_train', ['--run_dir=r', '--examples_path=x',
                    '--hparams=dec_rnn_size=[-1]'], 'dec_rnn_size is [-1]'),
    ('vrae_train', ['--run_dir=r', '--examples_path=x',
                    '--hparams=z_size=-1'], 'z_size is -1'),
    ('vrae_train', ['--run_dir=/dev/null/r', '--examples_path=x'], '/dev/null'),
    ('vrae_encode', [RUN, '--examples_path=no', '--output=z.npz'], "'no'"),
    ('vrae_encode', [RUN, '--examples_path=no', '--output=z.txt'], '.npz'),
    ('vrae_explore', [RUN, '--examples_path=no', '--output=x.html'], "'no'"),
    ('vrae_explore', [RUN, '--examples_path=no', '--output=/'], 'folder'),
    ('vrae_plot', [RUN, '--examples_path=no', '--output_dir=p'], "'no'"),
    ('vrae_plot', [RUN, '--examples_path=no', '--output_dir=p',
                   '--figures=plan'], 'plan'),
    ('vrae_export', ['--run_dir=no', '--output=m.tar.gz'], 'no checkpoint'),
    ('vrae_export', [RUN, '--output=m.zip'], '.tar.gz'),
    ('vrae_serve', ['--port=0'], 'give one of --model, --run_dir'),
    ('vrae_serve', [RUN, '--play'], '--play needs a --midi_port'),
    ('vrae_serve', [RUN, '--port=-1'], '65535'),
    ('vrae_create_dataset', ['--input_dir=no', '--output_file=x'], "'no'"),
  ],
)  # fmt: skip
def test_errors_that_need_no_model(
  command, flags, words, no_tensorflow, tmp_path
):
  result = run_without_tensorflow(
    command, *flags, env=no_tensorflow, cwd=tmp_path
  )
  one_line(result, words)
  assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
  ('seed', 'words'),
  [
    ('-1', '2147483647'),
    ('2147483648', '2147483647'),
    ('4294967296', '2147483647'),
    ('1' + 40 * '0', '2147483647'),
    ('1.5', "'1.5'"),
    ('x', "'x'"),
    ('', '--seed'),
    # These are taken: what is wrong then is the music.
    ('0', "'no'"),
    ('2147483647', "'no'"),
  ],
)
def test_the_first_seed_of_vrae_plot(seed, words, no_tensorflow, tmp_path):
  """All that come after the first have to be seeds, too: it is below 2^31."""
  result = run_without_tensorflow(
    'vrae_plot', RUN, '--examples_path=no', '--output_dir=p',
    '--figures=likeness', f'--seed={seed}', env=no_tensorflow, cwd=tmp_path,
  )  # fmt: skip
  one_line(result, words)
  assert os.listdir(tmp_path) == []


def test_vrae_train_keeps_as_many_checkpoints_as_can_be_counted(
  no_tensorflow, tmp_path
):
  for number, words in (
    (2**31, 'give 2147483647 at most, or 0'),
    (2**31 - 1, "examples_path 'no'"),
  ):
    result = run_without_tensorflow(
      'vrae_train', '--run_dir=r', '--config=vrae_2d', '--examples_path=no',
      f'--checkpoints_to_keep={number}', env=no_tensorflow, cwd=tmp_path,
    )  # fmt: skip
    one_line(result, words)


@pytest.mark.parametrize(
  'flag',
  [
    'num_steps',
    'eval_num_batches',
    'checkpoints_to_keep',
    'keep_checkpoint_every_n_hours',
    'task',
    'num_ps_tasks',
    'num_sync_workers',
  ],
)
def test_vrae_train_counts_from_0(flag, no_tensorflow, tmp_path):
  def train(value):
    return run_without_tensorflow(
      'vrae_train', '--run_dir=r', '--config=vrae_2d', '--examples_path=no',
      f'--{flag}={value}', env=no_tensorflow, cwd=tmp_path,
    )  # fmt: skip

  one_line(train(-1), f'--{flag}=-1; give 0 or more')
  one_line(train('x'), f'--{flag}=x')
  one_line(train(10**30), f'--{flag} is beyond')
  one_line(train(0), "examples_path 'no'")
  assert os.listdir(tmp_path) == []


def test_a_fork_has_no_tensorflow_either(no_tensorflow, tmp_path):
  program = tmp_path / 'program.py'
  program.write_text(
    'import sys\n'
    'print("tensorflow" in sys.modules)\n'
    'try:\n'
    '  import tensorflow\n'
    'except RuntimeError as e:\n'
    '  print(e)\n'
  )
  result = run_without_tensorflow(program, env=no_tensorflow)
  assert result.stdout.splitlines() == ['False', 'TensorFlow was imported']


@pytest.mark.parametrize(
  'model, run',
  [(RUN, run_anew), (BUNDLE, run_without_tensorflow)],
  ids=['run', 'bundle'],
)
def test_every_mode_makes_music(model, run, no_tensorflow, songs, tmp_path):
  piece = f'{songs}/scale.mid'
  for mode, num_files, flags in (
    ('sample', 3, ['--num_outputs=3', '--sampling=bernoulli']),
    (
      'interpolate',
      5,
      [f'--input_midi_1={piece}@0:01', f'--input_midi_2={piece}@8.5',
       '--num_outputs=4'],
    ),
    ('medley', 1, [f'--input_midis={piece},{piece}@5', '--seconds=9']),
    ('reconstruct', 1, [f'--input_midis={piece}']),
    (
      'attribute',
      2,
      ['--attribute=pitch', f'--examples_path={songs}', '--strengths=-1,1'],
    ),
  ):  # fmt: skip
    folder = tmp_path / mode
    result = run(
      'vrae_generate',
      model,
      f'--mode={mode}',
      f'--output_dir={folder}',
      '--seed=3',
      *flags,
      env=no_tensorflow,
    )
    assert result.returncode == 0, result.stderr
    made = sorted(folder.glob('*.mid'))
    assert len(made) == num_files
    sequences = [note_seq.midi_file_to_note_sequence(str(m)) for m in made]
    if mode == 'medley':
      assert sequences[0].total_time <= 9.1


def test_music_is_encoded(no_tensorflow, songs, tmp_path):
  result = run_anew(
    'vrae_encode',
    RUN,
    f'--examples_path={songs}/scale.mid',
    f'--output={tmp_path}/z.npz',
    env=no_tensorflow,
  )
  assert result.returncode == 0, result.stderr
  rows = np.load(tmp_path / 'z.npz')
  assert set(rows['song']) == {'scale'} and rows['mu'].shape[1] == 3


def test_plots_and_the_page_are_made(no_tensorflow, songs, tmp_path):
  folder = str(tmp_path / 'plots')
  result = run_anew(
    'vrae_plot',
    RUN,
    f'--examples_path={songs}',
    f'--output_dir={folder}',
    '--figures=reconstructions,interpolation',
    env=no_tensorflow,
  )
  assert result.returncode == 0, result.stderr
  assert sorted(os.listdir(folder)) == [
    'interpolation.png',
    'reconstructions.png',
  ]
  result = run_anew(
    'vrae_explore',
    RUN,
    f'--examples_path={songs}',
    f'--output={tmp_path}/x.html',
    env=no_tensorflow,
  )
  assert result.returncode == 0, result.stderr
  assert (tmp_path / 'x.html').read_text().startswith('<!doctype html>')


def test_music_becomes_a_dataset(no_tensorflow, songs, tmp_path):
  result = run_anew(
    'vrae_create_dataset',
    f'--input_dir={songs}',
    f'--output_file={tmp_path}/d.tfrecord',
    env=no_tensorflow,
  )
  assert result.returncode == 0, result.stderr


def test_without_output_dir_music_is_in_out_and_that_is_said(
  no_tensorflow, tmp_path
):
  result = run_without_tensorflow(
    'vrae_generate', RUN, '--num_outputs=1', env=no_tensorflow, cwd=tmp_path
  )
  assert result.returncode == 0, result.stderr
  assert 'written to out; --output_dir' in result.stdout
  assert len(list((tmp_path / 'out').glob('*.mid'))) == 1


def test_a_model_that_has_learned_nothing_is_told_of(no_tensorflow, tmp_path):
  result = run_without_tensorflow(
    'vrae_generate',
    RUN,
    f'--output_dir={tmp_path}',
    # Every output is above it, as all are before training.
    '--threshold=0',
    env=no_tensorflow,
  )
  assert result.returncode == 0
  assert 'after 30 steps the model has not learned' in result.stderr


def test_notes_that_a_high_temperature_makes_are_told_of(
  no_tensorflow, tmp_path
):
  """It is not for want of training, least of all with a ready-made model."""
  result = run_without_tensorflow(
    'vrae_generate',
    '--model=tunes',
    f'--output_dir={tmp_path}',
    '--num_outputs=1',
    '--temperature=1000',
    '--seed=1',
    env=no_tensorflow,
  )
  assert result.returncode == 0
  assert '--temperature=1000 makes all notes about as likely' in result.stderr
  assert 'give a lower one, such as the' in result.stderr
  assert 'train it longer' not in result.stderr


def test_a_temperature_without_draws_is_told_of(no_tensorflow, tmp_path):
  asked = ['vrae_generate', RUN, f'--output_dir={tmp_path}', '--temperature=5']
  result = run_without_tensorflow(*asked, env=no_tensorflow)
  assert '--sampling=bernoulli draws them' in result.stderr
  result = run_without_tensorflow(
    *asked, '--sampling=bernoulli', env=no_tensorflow
  )
  assert '--temperature' not in result.stderr


@pytest.mark.parametrize('script', ['music_vae_train', 'music_vae_generate'])
def test_magentas_flags_are_as_magenta_defines_them(script, tmp_path):
  program = tmp_path / 'program.py'
  program.write_text(
    'import json, magenta_vrae, importlib; from absl import flags; '
    f'm = importlib.import_module("magenta.models.music_vae.{script}"); '
    'found = flags.FLAGS.flags_by_module_dict()[m.__name__]; '
    'print(json.dumps([[f.flag_type(), f.name, f.default, f.help] '
    'for f in found]))'
  )
  output = run_script(program).stdout
  kinds = {'int': 'integer', 'bool': 'boolean'}
  real = [[kinds.get(kind, kind), *rest] for kind, *rest in json.loads(output)]
  ours = [list(d) for d in magenta_flags.DEFINITIONS[script]]
  assert sorted(ours) == sorted(real)


def test_the_names_of_magentas_configs_are_known():
  named = {
    name for name in magenta_configs.CONFIG_MAP if name not in catalogue.PRESETS
  }
  assert set(catalogue.MAGENTA_CONFIGS) == named
