# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Keras models that begin as the oracle's encoder and decoder, and learn."""

from __future__ import annotations

import numpy as np
import oracle
import pytest
from conftest import run_script
from graph_sessions import save_random_model
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from magenta_vrae import configs
from magenta_vrae.errors import InputError
from magenta_vrae.inference import supervised

SIZES = 'enc_rnn_size=[6],dec_rnn_size=[5],sigma_init=0.5'
T, D = 12, 49


def frames(n=3):
  return (np.random.RandomState(0).rand(n, T, D) < 0.2).astype(np.float32)


# Keras trains as its users have it, in eager mode, which the tests of graphs
# turn off for their process. To trace a function takes it a second, so that one
# model is called and one predicts, one trains as it is and one eagerly.
PROGRAM = """
import json, sys
import numpy as np
from magenta_vrae import configs
from magenta_vrae.inference import supervised
hparams, path, folder = sys.argv[1:]
pretrained = supervised.Pretrained(
  configs.get_config('vrae_2d', hparams), path)
given = np.load(folder + '/given.npz')
x, z, labels = given['x'], given['z'], given['labels']
made = {}
assert supervised.tf.executing_eagerly()
state = pretrained.encoder_state()(x).numpy()
made['state'] = state
for warm in (True, False):
  classifier = pretrained.classifier(2, warm=warm)
  made[f'kernel_{warm}'] = classifier.get_layer('encoder').get_weights()[0]
  classifier.compile(
    'adam', 'sparse_categorical_crossentropy', run_eagerly=not warm)
  history = classifier.fit(x, labels, epochs=10, verbose=0).history['loss']
  made[f'classifier_losses_{warm}'] = history
twice = pretrained.classifier(2, takes_state=True)
made['features'] = supervised.tf.keras.Model(
  twice.inputs, twice.get_layer('encoder').output)([x, state]).numpy()
for classes in (2, 3):
  classifier = pretrained.classifier(classes, takes_state=True)
  supervised.fit_classes(classifier, [x, state], np.arange(3) % classes)
  made[f'fitted_{classes}'] = classifier([x, state]).numpy()
try:
  supervised.fit_classes(classifier, [x, state], [0, 2, 2])
except supervised.InputError as e:
  made['without_examples'] = str(e)
for name, labels in (
    ('beyond', [0, 1, 3]), ('below', [-1, 0, 1]), ('columns', [[0], [1], [2]])):
  try:
    supervised.fit_classes(classifier, [x, state], labels)
  except supervised.InputError as e:
    made[name] = str(e)
model = pretrained.next_frame_model()
made['outputs'] = model.predict([x, z], verbose=0)
without = pretrained.next_frame_model(takes_z=False)
made['outputs_from_zero'] = without(x).numpy()
model.compile('adam', 'binary_crossentropy')
target = np.roll(x, -1, axis=1)
made['next_frame_losses'] = model.fit(
  [x, z], target, epochs=10, verbose=0).history['loss']
np.savez(folder + '/made.npz', **made)
"""


@pytest.fixture(
  scope='module',
  params=[
    pytest.param('cell=tanh', marks=pytest.mark.long),
    pytest.param('cell=gru,z_every_step=true', marks=pytest.mark.long),
    pytest.param('cell=lstm', marks=pytest.mark.long),
    pytest.param('cell=gru,reverse_input=true', marks=pytest.mark.long),
    'cell=gru,reverse_input=true,z_every_step=true,frames_per_step=5',
    pytest.param('cell=lstm,frames_per_step=4', marks=pytest.mark.long),
  ],
)
def case(request, tmp_path_factory):
  """The cell, weights, what was given, and what Keras made of it."""
  folder = tmp_path_factory.mktemp('keras')
  hparams = f'{SIZES},{request.param}'
  path = str(folder / 'model.ckpt')
  p = save_random_model(hparams, path)
  given = {
    'x': frames(),
    'z': np.random.RandomState(1).normal(size=[3, 2]).astype(np.float32),
    'labels': np.array([0, 1, 1]),
  }
  np.savez(folder / 'given.npz', **given)
  program = folder / 'program.py'
  program.write_text(PROGRAM)
  result = run_script(program, hparams, path, folder)
  assert result.returncode == 0, result.stderr
  config = configs.get_config('vrae_2d', hparams)
  return config.hparams, p, given, np.load(folder / 'made.npz')


def read(p, x, cell, state, K):
  """The oracle's encoder from any state; returns all of the last one."""
  for x_t in oracle.blocks(x, K):
    a = p['encoder/W_in'].T @ x_t + p['encoder/b_enc']
    state = oracle.STEPS[cell](state, a, p['encoder/W_enc'])
  return state


def test_the_encoder_is_the_oracles(case):
  hparams, p, given, made = case
  for x, state, twice in zip(given['x'], made['state'], made['features']):
    x = x[::-1] if hparams.reverse_input else x
    zero = np.zeros(6 * oracle.STATE_PER_UNIT[hparams.cell])
    once = read(p, x, hparams.cell, zero, hparams.frames_per_step)
    np.testing.assert_allclose(state, once, atol=1e-5)
    again = read(p, x, hparams.cell, once, hparams.frames_per_step)
    np.testing.assert_allclose(twice, again[:6], atol=1e-5)


def test_the_decoder_is_the_oracles(case):
  hparams, p, given, made = case
  K = hparams.frames_per_step
  for x, z, outputs in zip(given['x'], given['z'], made['outputs']):
    expected = oracle.decode(p, z, T, hparams.cell, x_fed=x, K=K)
    np.testing.assert_allclose(outputs, expected, atol=1e-5)
  # From a state of zeros, told no z.
  silent = dict(p)
  for name in ('decoder/W_z', 'decoder/b_z', 'decoder/W_zx'):
    if name in silent:
      silent[name] = np.zeros_like(p[name])
  for x, outputs in zip(given['x'], made['outputs_from_zero']):
    z = np.zeros(2)
    expected = oracle.decode(silent, z, T, hparams.cell, x_fed=x, K=K)
    np.testing.assert_allclose(outputs, expected, atol=1e-5)


def test_classes_are_fitted_as_a_logistic_regression(case):
  made = case[-1]
  for classes in (2, 3):
    regression = make_pipeline(StandardScaler(), LogisticRegression())
    regression.fit(made['features'], np.arange(3) % classes)
    expected = regression.predict_proba(made['features'])
    np.testing.assert_allclose(made[f'fitted_{classes}'], expected, atol=1e-4)
  assert str(made['without_examples']) == (
    'classes [1] of 3 have no example; give labels of all of them'
  )
  for name, label in (('beyond', 3), ('below', -1)):
    assert str(made[name]) == (
      f'labels [{label}] are no classes of a model with 3; give labels from 0 '
      'to 2'
    )
  assert str(made['columns']) == (
    'labels are sized [3, 1]; give one number for each example'
  )


def test_they_train(case):
  _, p, _, made = case
  for name in (
    'classifier_losses_True',
    'classifier_losses_False',
    'next_frame_losses',
  ):
    losses = made[name]
    assert losses[-1] < losses[0]
  np.testing.assert_array_equal(made['kernel_True'], p['encoder/W_in'])
  assert (made['kernel_False'] != p['encoder/W_in']).any()


@pytest.mark.parametrize(
  'hparams, converter, says',
  [
    ('cell=gru', '', r'encoder/W_in sized \[49, 6\], .* makes it \[49, 18\]'),
    ('', 'pitches=[60,61]', r'sized \[49, 6\], .* makes it \[2, 6\]'),
    ('z_size=3', '', r'decoder/W_z sized \[2, 5\], .* makes it \[3, 5\]'),
  ],
  ids=['cell', 'pitches', 'z_size'],
)
def test_a_checkpoint_of_another_config(tmp_path, hparams, converter, says):
  path = str(tmp_path / 'model.ckpt')
  save_random_model(SIZES, path)
  config = configs.get_config('vrae_2d', f'{SIZES},{hparams}', converter)
  with pytest.raises(InputError, match=says):
    supervised.Pretrained(config, path)


def test_an_empty_label_set(tmp_path):
  path = str(tmp_path / 'model.ckpt')
  save_random_model(SIZES, path)
  pretrained = supervised.Pretrained(configs.get_config('vrae_2d', SIZES), path)
  with pytest.raises(InputError, match='0 classes .* 2 or more'):
    pretrained.classifier(0)


def test_magentas_own_configs(tmp_path):
  with pytest.raises(InputError, match="'tanh', 'gru', 'lstm'.* has None"):
    supervised.Pretrained(configs.get_config('cat-mel_2bar_small'), 'none')
