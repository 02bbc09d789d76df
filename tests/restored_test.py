# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The NumPy model is held to the TensorFlow graph, the reference."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import save_random_model

from magenta_vrae import configs
from magenta_vrae.errors import InputError
from magenta_vrae.inference import evaluation
from magenta_vrae.inference import graph
from magenta_vrae.inference import loading
from magenta_vrae.inference import numpy_autoregressive
from magenta_vrae.inference import numpy_model

SIZES = 'z_size=3,sigma_init=0.3,enc_rnn_size=[7],dec_rnn_size=[9]'
CELLS = ('tanh', 'gru', 'lstm')
HEARS_ITSELF = (
  'z_every_step=true,ar_rnn_size=[8],nade_size=60,free_weight=0.3,bar_frames=5'
)
HEARS_INTERVALS = 'interval_size=5,interval_reach=9,interval_frames=2'
OPTIONS = (
  '',
  HEARS_ITSELF,
  f'ar_rnn_size=[8],frames_per_step=4,{HEARS_INTERVALS}',
  'z_every_step=true',
  'reverse_input=true',
  'frames_per_step=4',
  'frames_per_step=7,reverse_input=true,z_every_step=true',
)


def windows(lengths, depth=49, longest=50):
  """Random windows of given lengths, with noise behind their ends."""
  rng = np.random.RandomState(1)
  return rng.uniform(size=[len(lengths), longest, depth]) < 0.1


@pytest.fixture
def models(request, tmp_path):
  """Both kinds of one random model."""
  config, path = saved(request.param, tmp_path)
  return numpy_model.RestoredVrae(config, path, 3), graph.RestoredGraph(
    config, path, 3
  )


def saved(hparams, tmp_path, sizes=SIZES):
  hparams = f'{sizes},{hparams}'.rstrip(',')
  path = str(tmp_path / 'model.ckpt-1')
  save_random_model(hparams, path)
  return configs.get_config('vrae_2d', hparams), path


every_model = pytest.mark.parametrize(
  'models',
  [f'cell={cell},{option}' for cell in CELLS for option in OPTIONS],
  indirect=True,
)


@every_model
def test_posteriors_of_every_length(models):
  ours, reference = models
  lengths = np.array([50, 1, 13, 49, 28, 7, 8])
  x = windows(lengths)
  for found, expected in zip(
    ours.posterior(x, lengths), reference.posterior(x, lengths)
  ):
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5)


@every_model
def test_outputs_of_every_length(models):
  ours, reference = models
  z = np.random.RandomState(2).normal(size=[5, 3])
  for T in (1, 2, 7, 50, 123):
    found, expected = ours.decode(z, T), reference.decode(z, T)
    assert found.outputs.shape == (5, T, 49)
    np.testing.assert_allclose(found.outputs, expected.outputs, atol=1e-5)
    # Where an output is not on the threshold itself.
    sure = abs(expected.outputs - 0.5) > 1e-4
    np.testing.assert_array_equal(found.samples[sure], expected.samples[sure])


@pytest.mark.parametrize('feedback', ['output', 'teacher'])
@pytest.mark.parametrize('cell', CELLS)
@pytest.mark.parametrize('K', [1, 6])
def test_likelihoods(feedback, cell, K, tmp_path):
  config, path = saved(
    f'cell={cell},feedback={feedback},frames_per_step={K}', tmp_path
  )
  ours = numpy_model.RestoredVrae(config, path, 3)
  reference = graph.RestoredGraph(config, path, 3)
  x = windows([50] * 4).astype(np.float32)
  z = np.random.RandomState(3).normal(size=[4, 3])
  np.testing.assert_allclose(
    ours.log_likelihood(x, z), reference.log_likelihood(x, z), rtol=1e-5
  )


@pytest.mark.parametrize('more', ['', f',{HEARS_INTERVALS}'])
@pytest.mark.parametrize('cell', CELLS)
def test_likelihoods_with_frames_told(cell, more, tmp_path):
  config, path = saved(f'cell={cell},{HEARS_ITSELF}{more}', tmp_path)
  ours = numpy_model.RestoredVrae(config, path, 3)
  reference = graph.RestoredGraph(config, path, 3)
  x = windows([50] * 4).astype(np.float32)
  z = np.random.RandomState(3).normal(size=[4, 3])
  np.testing.assert_allclose(
    ours.log_likelihood(x, z), reference.log_likelihood(x, z), rtol=1e-5
  )


@pytest.mark.parametrize('options', ['', HEARS_ITSELF, HEARS_INTERVALS])
def test_likelihoods_of_one_window_at_many_z(options, tmp_path, monkeypatch):
  """Told once, by parts; the graph is told it as often as there are z."""
  monkeypatch.setattr(numpy_autoregressive, '_MOST_UNITS', 1000)
  ar = '' if options == HEARS_ITSELF or not options else 'ar_rnn_size=[8],'
  config, path = saved(f'cell=gru,{ar}{options}', tmp_path)
  ours = numpy_model.RestoredVrae(config, path, 3)
  reference = graph.RestoredGraph(config, path, 3)
  x = windows([50]).astype(np.float32)
  z = np.random.RandomState(3).normal(size=[7, 3])
  found = ours.log_likelihood(x, z)
  np.testing.assert_allclose(found, reference.log_likelihood(x, z), rtol=1e-5)
  many = ours.log_likelihood(np.tile(x, (7, 1, 1)), z)
  np.testing.assert_allclose(found, many, rtol=1e-5)


@pytest.mark.parametrize('more', ['', f',{HEARS_INTERVALS}'])
@pytest.mark.parametrize('cell', CELLS)
@pytest.mark.parametrize('temperature', [0.0, 1.0])
def test_what_is_played_is_heard(cell, temperature, more, tmp_path):
  """Each frame and each column hears the same as in the graph."""
  # Weights so large that notes sound although b_out begins with few.
  sizes = SIZES.replace('sigma_init=0.3', 'sigma_init=1.5')
  config, path = saved(f'cell={cell},{HEARS_ITSELF}{more}', tmp_path, sizes)
  # So few cells that none lies on the threshold but for rounding: all that
  # comes after such a one would differ.
  z = np.random.RandomState(4).normal(size=[2, 3])
  asked = {'temperature': temperature, 'threshold': 0.4}
  found = numpy_model.RestoredVrae(config, path).decode(z, 20, **asked)
  expected = graph.RestoredGraph(config, path).decode(z, 20, **asked)
  assert 0.02 < expected.samples.mean() < 0.98
  np.testing.assert_array_equal(found.samples, expected.samples)


@pytest.mark.parametrize('threshold', [0.3, 0.5])
@pytest.mark.parametrize('temperature', [0.0, 0.5, 3.0])
def test_thresholds_and_temperatures(threshold, temperature, tmp_path):
  config, path = saved('cell=gru,feedback=teacher', tmp_path)
  z = np.random.RandomState(4).normal(size=[4, 3])
  asked = {'temperature': temperature, 'threshold': threshold}
  found = numpy_model.RestoredVrae(config, path).decode(z, 60, **asked)
  expected = graph.RestoredGraph(config, path).decode(z, 60, **asked)
  # What is emitted is fed back, so one other cell would change all after it.
  np.testing.assert_array_equal(found.samples, expected.samples)
  np.testing.assert_allclose(found.outputs, expected.outputs, atol=1e-5)


def test_draws_are_bernoulli_of_the_outputs(tmp_path):
  config, path = saved('cell=tanh', tmp_path)
  model = numpy_model.RestoredVrae(config, path)
  z = np.tile(np.random.RandomState(5).normal(size=[1, 3]), (4000, 1))
  outputs, samples = model.decode(
    z, 3, sampling='bernoulli', rng=np.random.RandomState(0)
  )
  # Five standard deviations of a mean over 4000 draws.
  p = outputs[0]
  assert np.all(abs(samples.mean(axis=0) - p) < 5 * np.sqrt(p * (1 - p) / 4000))
  again = model.decode(z, 3, sampling='bernoulli', rng=np.random.RandomState(0))
  np.testing.assert_array_equal(samples, again.samples)


def test_temperature_sharpens_draws(tmp_path):
  config, path = saved('cell=tanh', tmp_path)
  model = numpy_model.RestoredVrae(config, path)
  z = np.random.RandomState(6).normal(size=[3, 3])
  likelier = model.decode(z, 40, temperature=1e-9, sampling='bernoulli')
  expected = (likelier.outputs > 0.5).astype(np.float32)
  np.testing.assert_array_equal(likelier.samples, expected)


def test_bounds_are_those_of_the_graph(tmp_path):
  config, path = saved('cell=gru,z_every_step=true', tmp_path)
  x = windows([50] * 5)
  found = evaluation.bounds(numpy_model.RestoredVrae(config, path), x)
  expected = evaluation.bounds(graph.RestoredGraph(config, path), x)
  np.testing.assert_allclose(found.kl, expected.kl, rtol=1e-4)
  np.testing.assert_allclose(found.lower_bound, expected.lower_bound, rtol=1e-5)


def test_another_models_checkpoint_is_refused(tmp_path):
  _, path = saved('cell=gru', tmp_path)
  config = configs.get_config('vrae_2d', f'{SIZES},cell=lstm')
  with pytest.raises(InputError, match=r'W_in sized \[49, 21\].*\[49, 28\]'):
    loading.restore(config, path)


def test_magentas_converters_are_refused():
  config = configs.get_config('cat-mel_2bar_small')
  with pytest.raises(InputError, match='OneHotMelodyConverter'):
    loading.restore(config, 'none')
