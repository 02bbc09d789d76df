# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""vrae_train --warm_start: another run's weights, and a life of its own."""

from __future__ import annotations

import json

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from conftest import run_command
from conftest import run_training

from magenta_vrae import configs
from magenta_vrae.training import warm_start

SMALL = 'recurrence=uncompiled,batch_size=8,enc_rnn_size=[6],dec_rnn_size=[5]'
# Adam's first step is then none, and the weights are what they began as.
STILL = 'learning_rate=0.0,min_learning_rate=0.0'


@pytest.fixture(scope='module')
def work(tmp_path_factory, request):
  """A folder with two datasets and a run on the first."""
  work = tmp_path_factory.mktemp('work')
  piece = request.getfixturevalue('real_piece')
  for name in ('old', 'new'):
    with tf.io.TFRecordWriter(str(work / f'{name}.tfrecord')) as writer:
      writer.write(piece.SerializeToString())
    for note in piece.notes:
      note.pitch -= 1
  result = run_training(
    '--config=vrae_2d',
    f'--run_dir={work}/old',
    f'--examples_path={work}/old.tfrecord',
    '--num_steps=3',
    f'--hparams={SMALL},cell=gru',
  )
  assert result.returncode == 0, result.stderr
  return work


def begin(work, run_dir, *arguments):
  return run_training(
    f'--run_dir={run_dir}',
    f'--examples_path={work}/new.tfrecord',
    *arguments,
  )


def weights(run_dir):
  """All that is in the newest checkpoint, by name."""
  reader = tf.train.load_checkpoint(
    tf.train.latest_checkpoint(str(run_dir / 'train'))
  )
  return {
    name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()
  }


def test_of_a_run_on_other_music(work):
  """Its config, its weights; the optimizer's moments and the steps are new."""
  new = work / 'new'
  flags = [f'--warm_start={work}/old', f'--hparams={STILL}']
  result = begin(work, new, *flags, '--num_steps=1')
  assert result.returncode == 0, result.stderr
  before, after = weights(work / 'old'), weights(new)
  assert (before['global_step'], after['global_step']) == (3, 1)
  names = [name for name in before if name.count('/') == 1]
  assert 'encoder/W_enc' in names and 'decoder/W_out' in names
  for name in names:
    np.testing.assert_array_equal(after[name], before[name])
  # Two steps fewer: Adam counts in powers of beta.
  assert after['beta1_power'] > before['beta1_power']
  settings = json.loads((new / 'settings.json').read_text())
  assert settings['config'] == 'vrae_2d'
  assert settings['hparams']['cell'] == 'gru'
  assert settings['warm_start'] == f'{work}/old'


@pytest.mark.long
def test_the_same_command_goes_on_from_the_runs_own(work):
  new = work / 'goes_on'
  for steps in (1, 2):
    result = begin(
      work,
      new,
      f'--warm_start={work}/old',
      f'--hparams={STILL}',
      f'--num_steps={steps}',
    )
    assert result.returncode == 0, result.stderr
    assert weights(new)['global_step'] == steps


@pytest.mark.long
def test_of_a_bundle(work):
  bundle = f'{work}/old.tar.gz'
  result = run_command(
    'vrae_export', f'--run_dir={work}/old', f'--output={bundle}'
  )
  assert result.returncode == 0, result.stderr
  new = work / 'of_a_bundle'
  result = begin(
    work, new, f'--warm_start={bundle}', f'--hparams={STILL}', '--num_steps=1'
  )
  assert result.returncode == 0, result.stderr
  before, after = weights(work / 'old'), weights(new)
  np.testing.assert_array_equal(after['decoder/W_dec'], before['decoder/W_dec'])


@pytest.mark.parametrize(
  'arguments, says',
  [
    (['--hparams=cell=lstm'], ['has cell=gru', 'this run cell=lstm']),
    pytest.param(
      ['--converter=pitches=[60,62]'],
      ['has pitches=[36, 37', 'this run pitches=[60, 62]'],
      marks=pytest.mark.long,
    ),
    (['--mode=eval'], ['--mode=train']),
  ],
  ids=['cell', 'pitches', 'mode'],
)
def test_another_model_is_refused(work, tmp_path, arguments, says):
  result = begin(work, tmp_path / 'run', f'--warm_start={work}/old', *arguments)
  assert result.returncode == 1
  line = result.stderr.splitlines()[-1]
  for words in says:
    assert words in line, line
  assert 'Traceback' not in result.stderr
  assert not (tmp_path / 'run').exists()


def test_shapes_are_compared_where_there_are_no_settings(work):
  path = tf.train.latest_checkpoint(str(work / 'old' / 'train'))
  config = configs.get_config('vrae_2d', f'{SMALL},cell=gru')
  warm_start.check_weights(config, path, 'old')
  for hparams, says in (
    (SMALL, r'decoder/W_dec sized \[5, 15\], but this run \[5, 5\]'),
    (f'{SMALL},cell=gru,z_every_step=true', 'W_zx sized nothing'),
  ):
    with pytest.raises(warm_start.InputError, match=says):
      warm_start.check_weights(
        configs.get_config('vrae_2d', hparams), path, 'old'
      )


@pytest.mark.parametrize(
  'hparams, says',
  [
    ('ar_rnn_size=[5]', r'ar_rnn_size=\[4\], but this run ar_rnn_size=\[5\]'),
    ('nade_size=0', 'nade_size=3, but this run nade_size=0'),
    ('bar_frames=5', 'bar_frames=0, but this run bar_frames=5'),
    ('interval_size=2', 'interval_size=0, but this run interval_size=2'),
  ],
)
def test_a_second_recurrence_of_another_size_is_refused(hparams, says):
  small = f'{SMALL},ar_rnn_size=[4],nade_size=3'
  other = configs.get_config('vrae_2d', small)
  parts = dict(part.split('=') for part in small.split(','))
  parts.update([hparams.split('=')])
  asked = ','.join(f'{name}={value}' for name, value in parts.items())
  warm_start.check_settings(other, other, 'it')
  with pytest.raises(warm_start.InputError, match=f'it has {says}'):
    warm_start.check_settings(configs.get_config('vrae_2d', asked), other, 'it')


@pytest.mark.parametrize(
  'name',
  [
    'cat-mel_2bar_small',
    pytest.param('hierdec-mel_16bar', marks=pytest.mark.long),
  ],
)
def test_magentas_own_configs_too(tmp_path, name):
  """Their weights, by their names, as far as a graph can tell."""
  sizes = 'batch_size=2,enc_rnn_size=[4],dec_rnn_size=[4],z_size=3'
  config = configs.get_config(name, sizes)
  path = str(tmp_path / 'model.ckpt')
  shapes = warm_start._shapes(config)
  assert len(shapes) > 5
  with tf.Graph().as_default(), tf.Session() as session:
    variables = [
      tf.get_variable(name, shape, initializer=tf.ones_initializer())
      for name, shape in shapes.items()
    ]
    session.run(tf.global_variables_initializer())
    tf.train.Saver(variables).save(session, path)
  warm_start.check_weights(config, path, 'it')


@pytest.mark.parametrize(
  'hparams',
  [
    'cell=tanh',
    'cell=gru,z_every_step=true,frames_per_step=4',
    'cell=lstm,z_every_step=true',
    'cell=lstm,frames_per_step=3,feedback=teacher',
    'cell=lstm,ar_rnn_size=[4],nade_size=3,bar_frames=5,interval_size=2,'
    'interval_reach=3',
  ],
)
def test_known_shapes_are_those_of_the_graph(hparams):
  """Names, shapes and order, which an error's first name depends on."""
  config = configs.get_config('vrae_2d', f'{SMALL},{hparams}')
  known = warm_start._shapes(config)
  with tf.Graph().as_default():
    config.model.build(config.hparams, 49, is_training=True)
    x = tf.zeros([8, 50, 49])
    config.model.train(x, x, tf.fill([8], 50))
    made = [(v.op.name, v.shape.as_list()) for v in tf.trainable_variables()]
  assert list(known.items()) == made
