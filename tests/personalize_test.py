# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""vrae_train --personalize: the small space, its fold, and the command."""

from __future__ import annotations

import json

import note_seq
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from autoregressive_test import Built
from conftest import run_command
from conftest import run_training
from hparams_test import with_defaults

from magenta_vrae import configs
from magenta_vrae.commands import personalize as personalize_lib
from magenta_vrae.data import examples
from magenta_vrae.errors import InputError
from magenta_vrae.inference import small_space
from magenta_vrae.inference.numpy_autoregressive import NumpyAutoregressive
from magenta_vrae.inference.numpy_vrae import NumpyVrae
from magenta_vrae.model import vrae
from magenta_vrae.model.weights import FACING_Z
from magenta_vrae.training import report

Z, K, D, T = 5, 2, 6, 9
OPTIONS = {
  'paper': {},
  'z every step': {'z_every_step': True},
  'hears itself': {'ar_rnn_size': [4], 'nade_size': 12, 'z_every_step': True},
  'hears itself, blocks': {'ar_rnn_size': [4], 'frames_per_step': 2},
}
every_model = pytest.mark.parametrize(
  'values',
  [
    {'cell': cell, **option}
    for cell in ('tanh', 'gru', 'lstm')
    for option in OPTIONS.values()
  ],
  ids=[
    f'{cell}, {name}' for cell in ('tanh', 'gru', 'lstm') for name in OPTIONS
  ],
)


def pair(values):
  """A small VRAE and its fold: each its hparams and weights; the space."""
  rng = np.random.RandomState(0)
  large = with_defaults(z_size=Z, enc_rnn_size=[7], dec_rnn_size=[8], **values)
  weights = {
    name: rng.normal(0, 0.5, shape).astype(np.float32)
    for name, shape in NumpyVrae.shapes(large, D).items()
  }
  means = rng.normal(size=[40, Z]) * [0.4, 3.0, 1.0, 0.3, 0.2] + 0.7
  space = small_space.fit(means, K)
  small = with_defaults(**{**vars(large), 'z_size': K})
  return (large, weights), (small, small_space.fold(weights, space)), space


@every_model
def test_the_fold_decodes_as_the_model_does(values):
  large, small, space = pair(values)
  z = np.random.RandomState(1).normal(size=[4, K]).astype(np.float32)
  at = {K: z, Z: space.to_large(z).astype(np.float32)}
  frames = np.random.RandomState(2).uniform(size=[4, T, D]) < 0.3
  said = []
  for hparams, weights in (large, small):
    model = NumpyVrae(hparams, D, weights)
    free, _ = model.logits(at[hparams.z_size], T)
    said.append([free])
    if hparams.ar_rnn_size[0]:
      told = NumpyAutoregressive(hparams, D, weights)
      begin = told.begin(at[hparams.z_size])
      prepared = told.prepare(free, at[hparams.z_size])
      said[-1].append(told.tell(begin, prepared, frames)[1])
  for theirs, ours in zip(*said):
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
    assert np.ptp(ours, axis=0).max() > 0.1
  # Nothing else has changed, neither shapes nor other weights.
  shapes = NumpyVrae.shapes(small[0], D)
  assert {name: list(w.shape) for name, w in small[1].items()} == shapes
  biases = {'decoder/b_dec', 'decoder/ar_b_dec'}
  for name in set(shapes) - FACING_Z - biases:
    np.testing.assert_array_equal(small[1][name], large[1][name])


@every_model
def test_its_posterior_is_that_of_probabilistic_pca(values):
  large, small, space = pair(values)
  frames = np.random.RandomState(2).uniform(size=[4, T, D]) < 0.3
  lengths = np.array([T, T, 4, 1])
  theirs, _ = NumpyVrae(large[0], D, large[1]).posterior(frames, lengths)
  mu, sigma = NumpyVrae(small[0], D, small[1]).posterior(frames, lengths)
  A, s2 = space.axes, space.noise
  inverse = np.linalg.inv(A.T @ A + s2 * np.eye(K))
  np.testing.assert_allclose(
    mu, (theirs - space.origin) @ (inverse @ A.T).T, atol=1e-5
  )
  covariance = s2 * inverse
  np.testing.assert_allclose(
    covariance, np.diag(np.diag(covariance)), atol=1e-12
  )
  np.testing.assert_allclose(
    sigma, np.tile(np.sqrt(np.diag(covariance)), (4, 1)), rtol=1e-5
  )


def test_the_space_is_the_one_that_made_the_data():
  rng = np.random.RandomState(0)
  A = np.zeros([4, 2])
  A[1, 0], A[3, 1] = -3.0, 1.5
  b, s = np.array([1.0, 2.0, 3.0, 4.0]), 0.5
  data = b + rng.normal(size=[20000, 2]) @ A.T
  data += s * rng.normal(size=data.shape)
  space = small_space.fit(data, 2)
  np.testing.assert_allclose(space.origin, b, atol=0.05)
  # An axis may point either way; here its largest number is positive.
  np.testing.assert_allclose(space.axes, np.abs(A), atol=0.06)
  np.testing.assert_allclose(space.noise, s**2, rtol=0.02)
  variances = np.array([9.25, 2.5])
  np.testing.assert_allclose(space.share, variances.sum() / 12.25, rtol=0.01)
  np.testing.assert_allclose(space.sigma, s / np.sqrt(variances), rtol=0.03)
  means = (data - space.origin) @ space.to_small
  np.testing.assert_allclose(means.mean(axis=0), 0.0, atol=1e-9)
  # All windows together fill N(0, I).
  second = means.var(axis=0) + space.sigma**2
  np.testing.assert_allclose(second, 1.0, rtol=1e-6)


def test_few_windows_leave_directions_unused():
  two = small_space.fit(np.array([[0.0, 0.0, 1.0], [2.0, 0.0, 1.0]]), 2)
  assert two.noise == pytest.approx(1e-3)
  np.testing.assert_allclose(two.axes[:, 1], 0.0)
  np.testing.assert_allclose(two.sigma, [np.sqrt(1e-3), 1.0])
  # As many numbers as the model has: z in other axes.
  rng = np.random.RandomState(0)
  mu = rng.normal(size=[50, 2]) * [1.0, 2.0]
  space = small_space.fit(mu, 2)
  np.testing.assert_allclose(
    space.to_large((mu - space.origin) @ space.to_small), mu, atol=0.02
  )


@pytest.mark.parametrize(
  'means, size, says',
  [
    (np.ones([3, 4]), 2, '3 windows, which are all alike; give longer music'),
    (np.eye(4), 5, 'z_size is 5; give 1 to 4'),
    (np.eye(4), 0, 'z_size is 0; give 1 to 4'),
  ],
)
def test_what_makes_no_space(means, size, says):
  with pytest.raises(InputError, match=says):
    small_space.fit(means, size)


def test_weights_that_z_does_not_meet_stay():
  """They are not changed in one bit, and the loss falls all the same."""
  built = Built(cell='gru', nade_size=7, z_every_step=True, trained_weights='z')
  trained = {v.op.name for v in tf.trainable_variables()}
  assert trained == FACING_Z
  step = built.optimizer.minimize(built.model.loss)
  built.session.run(tf.global_variables_initializer())
  model_weights = [
    v for v in tf.global_variables() if v.op.name.count('/') == 1
  ]

  def values():
    return dict(
      zip([v.op.name for v in model_weights], built.session.run(model_weights))
    )

  before, loss = (
    values(),
    np.mean([built.run(built.model.loss) for _ in 'abcd']),
  )
  for _ in range(40):
    built.run(step)
  after = values()
  assert np.mean([built.run(built.model.loss) for _ in 'abcd']) < loss
  assert len(before) > len(FACING_Z) + 10
  for name in before:
    assert np.array_equal(before[name], after[name]) != (name in FACING_Z), name


@pytest.mark.parametrize(
  'nats, baseline, warns',
  [(-24.3, -13.7, True), (-2.0, -13.7, False), (-2.0, None, False)],
)
def test_music_unlike_the_bases_is_told(nats, baseline, warns):
  assert bool(report.unlike_base(nats, baseline)) == warns


def test_another_decoder_is_trained_whole():
  tf.get_variable('decoder/lstm/kernel', [2])
  with pytest.raises(InputError, match="leave it at 'all'"):
    vrae._keep_all_but_z()


def weights_of(run_dir):
  reader = tf.train.load_checkpoint(
    tf.train.latest_checkpoint(str(run_dir / 'train'))
  )
  return {
    name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()
  }


def personalize(base, songs, run_dir, *arguments):
  return run_training(
    f'--personalize={base}',
    f'--examples_path={songs}',
    f'--run_dir={run_dir}',
    *arguments,
  )


@pytest.fixture(scope='module')
def mine(tmp_path_factory, music_run, rag_songs):
  """A personalized run, and what was said."""
  run_dir = tmp_path_factory.mktemp('mine')
  result = personalize(
    music_run[0],
    rag_songs,
    run_dir,
    '--num_steps=10',
    '--seed=1',
    '--converter=hop_frames=10',
  )
  assert result.returncode == 0, result.stderr
  return run_dir, result.stdout


def test_from_a_piece_to_a_run(mine, music_run):
  run_dir, said = mine
  assert 'z of 2 lies in the z of 20' in said
  assert 'step 10' in said or 'prior fitted' in said
  settings = json.loads((run_dir / 'settings.json').read_text())
  assert settings['personalize'] == str(music_run[0])
  assert settings['config'] == 'vrae_music'
  hparams = settings['hparams']
  assert hparams['z_size'] == 2 and hparams['trained_weights'] == 'z'
  assert hparams['schedule_steps'] == 10 and hparams['batch_size'] == 16
  before, after = weights_of(music_run[0]), weights_of(run_dir)
  names = [name for name in before if name.count('/') == 1]
  for name in set(names) - FACING_Z - {'decoder/b_dec', 'decoder/ar_b_dec'}:
    np.testing.assert_array_equal(after[name], before[name])
  assert after['encoder/W_sigma'].shape == (16, 2)
  # Training gave it what the fold leaves at 0.
  assert np.abs(after['encoder/W_sigma']).max() > 0.0


def test_the_same_command_says_that_it_is_done(mine, music_run, rag_songs):
  run_dir, _ = mine
  again = personalize(music_run[0], rag_songs, run_dir)
  assert 'already done' in again.stdout, again.stderr


@pytest.mark.long
def test_the_run_is_trained_further(mine, rag_songs):
  run_dir, _ = mine
  more = run_training(
    f'--run_dir={run_dir}', f'--examples_path={rag_songs}', '--num_steps=11'
  )
  assert more.returncode == 0, more.stderr
  assert weights_of(run_dir)['global_step'] == 11


def test_every_command_takes_it(mine, rag_songs, tmp_path):
  run_dir, _ = mine
  result = run_command(
    'vrae_generate', f'--run_dir={run_dir}', f'--output_dir={tmp_path}',
    '--num_outputs=2', '--seed=1',
  )  # fmt: skip
  assert result.returncode == 0, result.stderr
  made = sorted(tmp_path.glob('*.mid'))
  assert len(made) == 2
  assert note_seq.midi_file_to_note_sequence(str(made[0])).notes
  page = tmp_path / 'page.html'
  result = run_command(
    'vrae_explore', f'--run_dir={run_dir}', f'--examples_path={rag_songs}',
    f'--output={page}',
  )  # fmt: skip
  assert result.returncode == 0, result.stderr
  assert page.stat().st_size > 10000
  bundle = tmp_path / 'mine.tar.gz'
  result = run_command(
    'vrae_export', f'--run_dir={run_dir}', f'--output={bundle}'
  )
  assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
  'arguments, says',
  [
    (['--warm_start=x'], 'give one of --warm_start and --personalize'),
    (['--mode=eval'], '--personalize is for --mode=train'),
    (['--config=vrae_2d'], '--config=vrae_2d contradicts --personalize='),
    (['--hparams=z_size=21'], 'has a z of 20; give 1 to 20'),
    (['--hparams=cell=lstm'], 'has cell=gru, but this run cell=lstm'),
    (['--converter=pitches=[60,62]'], 'leave it out'),
  ],
)
def test_what_is_refused(music_run, rag_songs, tmp_path, arguments, says):
  result = personalize(
    music_run[0], rag_songs, tmp_path / 'run', '--num_steps=1', *arguments
  )
  check_line(result, says)
  assert not (tmp_path / 'run').exists()


def check_line(result, says):
  assert result.returncode == 1
  assert says in result.stderr.splitlines()[-1], result.stderr
  assert 'Traceback' not in result.stderr


def test_what_is_no_model_of_ours(music_run, rag_songs, tmp_path):
  nothing = personalize(tmp_path / 'none', rag_songs, tmp_path / 'run')
  check_line(nothing, 'no checkpoint')
  checkpoint = tf.train.latest_checkpoint(str(music_run[0] / 'train'))
  alone = personalize(checkpoint, rag_songs, tmp_path / 'run')
  check_line(alone, 'has no settings.json; give a run')


def test_a_single_window_is_not_enough(music_run, score, tmp_path):
  path = tmp_path / 'one.tfrecord'
  with tf.io.TFRecordWriter(str(path)) as writer:
    writer.write(score((60, 0.0, 1.0)).SerializeToString())
  check_line(
    personalize(music_run[0], path, tmp_path / 'run'), 'give longer music'
  )


@pytest.mark.parametrize('align, most', [('bar', 20), ('beat', 20)])
def test_of_much_music_windows_are_further_apart(
  monkeypatch, score, align, most
):
  """Where they begin on bars, too, which are longer than beats."""
  monkeypatch.setattr(personalize_lib, '_MOST_WINDOWS', most)
  config = configs.get_config('vrae_band', converter=f'align={align}')
  model = personalize_lib.Base('', '', {}, config, 2, has_hop=False)
  piece = score(*[(48 + n % 9, 0.5 * n, 0.5 * n + 0.4) for n in range(400)])
  converter, num = personalize_lib._converter(model, [piece])
  assert most / 2 < num <= most
  assert num == examples.count_windows([piece], converter, 'train')
