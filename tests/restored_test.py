# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The NumPy model is held to the TensorFlow graph, the reference."""

from __future__ import annotations

import functools
from typing import Any
from typing import NamedTuple

import numpy as np
import pytest
from graph_sessions import save_random_model

from magenta_vrae import configs
from magenta_vrae import cores
from magenta_vrae.errors import InputError
from magenta_vrae.inference import batches
from magenta_vrae.inference import evaluation
from magenta_vrae.inference import graph
from magenta_vrae.inference import loading
from magenta_vrae.inference import numpy_autoregressive
from magenta_vrae.inference import numpy_model

# The graph's plain loops, which need no compilation; tests of XLA's say
# COMPILED.
SIZES = (
  'z_size=3,sigma_init=0.3,enc_rnn_size=[7],dec_rnn_size=[9],recurrence=plain'
)
COMPILED = SIZES.replace('plain', 'auto')
CELLS = ('tanh', 'gru', 'lstm')
HEARS_ITSELF = (
  'z_every_step=true,ar_rnn_size=[8],nade_size=60,free_weight=0.3,bar_frames=5'
)
HEARS_INTERVALS = 'interval_size=5,interval_reach=9,interval_frames=2'
OPTIONS = (
  '',
  HEARS_ITSELF,
  f'ar_rnn_size=[8],frames_per_step=4,{HEARS_INTERVALS}',
  'frames_per_step=7,reverse_input=true,z_every_step=true',
)
# The same one by one, at length.
ALONE = ('z_every_step=true', 'reverse_input=true', 'frames_per_step=4')
long = pytest.mark.long


def windows(lengths, depth=49, longest=50):
  """Random windows of given lengths, with noise behind their ends."""
  rng = np.random.RandomState(1)
  return rng.uniform(size=[len(lengths), longest, depth]) < 0.1


class Saved(NamedTuple):
  """A random model: where it is, and restored in both ways."""

  config: Any
  path: str
  ours: numpy_model.RestoredVrae
  reference: graph.RestoredGraph


@pytest.fixture(scope='module')
def saved(tmp_path_factory):
  """Saves a random model and restores it, once for each setting.

  A graph is built at the first question that it is asked, and kept.
  """

  @functools.lru_cache(maxsize=None)
  def save(hparams, sizes=SIZES):
    hparams = f'{sizes},{hparams}'.rstrip(',')
    path = str(tmp_path_factory.mktemp('model') / 'model.ckpt-1')
    save_random_model(hparams, path)
    config = configs.get_config('vrae_2d', hparams)
    return Saved(
      config,
      path,
      numpy_model.RestoredVrae(config, path, 3),
      graph.RestoredGraph(config, path, 3),
    )

  return save


# Each option with a cell or two, each cell with two options; at length, all.
every_model = pytest.mark.parametrize(
  'hparams',
  [
    pytest.param(
      f'cell={cell},{option}', marks=() if (i + j) % 2 and i < 4 else long
    )
    for i, option in enumerate(OPTIONS + ALONE)
    for j, cell in enumerate(CELLS)
  ],
)


# With compiled loops at length; `test_what_is_played_is_heard` always has them,
# and `test_bounds_are_those_of_the_graph`.
every_loop = pytest.mark.parametrize(
  'sizes', [SIZES, pytest.param(COMPILED, marks=long)], ids=['plain', 'auto']
)


@every_loop
@every_model
def test_posteriors_of_every_length(saved, hparams, sizes):
  model = saved(hparams, sizes)
  lengths = np.array([50, 1, 13, 49, 28, 7, 8])
  x = windows(lengths)
  for found, expected in zip(
    model.ours.posterior(x, lengths), model.reference.posterior(x, lengths)
  ):
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5)


@every_loop
@every_model
def test_outputs_of_every_length(saved, hparams, sizes):
  model = saved(hparams, sizes)
  z = np.random.RandomState(2).normal(size=[5, 3])
  for T in (1, 2, 7, 50, 123):
    found, expected = model.ours.decode(z, T), model.reference.decode(z, T)
    assert found.outputs.shape == (5, T, 49)
    np.testing.assert_allclose(found.outputs, expected.outputs, atol=1e-5)
    # Where an output is not on the threshold itself.
    sure = abs(expected.outputs - 0.5) > 1e-4
    np.testing.assert_array_equal(found.samples[sure], expected.samples[sure])


@pytest.mark.parametrize(
  'cell, feedback, K',
  [
    # Each feedback and each K with each cell, and with each other.
    ('tanh', 'output', 1),
    ('tanh', 'teacher', 6),
    ('gru', 'output', 6),
    ('gru', 'teacher', 1),
    ('lstm', 'output', 6),
    ('lstm', 'teacher', 1),
    pytest.param('tanh', 'output', 6, marks=long),
    pytest.param('tanh', 'teacher', 1, marks=long),
    pytest.param('gru', 'output', 1, marks=long),
    pytest.param('gru', 'teacher', 6, marks=long),
    pytest.param('lstm', 'output', 1, marks=long),
    pytest.param('lstm', 'teacher', 6, marks=long),
  ],
)
@every_loop
def test_likelihoods(saved, cell, feedback, K, sizes):
  model = saved(f'cell={cell},feedback={feedback},frames_per_step={K}', sizes)
  check_likelihoods(model, windows([50] * 4), 4)


def check_likelihoods(model, x, n):
  x = x.astype(np.float32)
  z = np.random.RandomState(3).normal(size=[n, 3])
  found = model.ours.log_likelihood(x, z)
  expected = model.reference.log_likelihood(x, z)
  np.testing.assert_allclose(found, expected, rtol=1e-5)
  return found, z


# Without intervals with one cell, and with each; the rest at length.
hearing = pytest.mark.parametrize(
  'cell, more',
  [
    ('gru', ''),
    *((cell, f',{HEARS_INTERVALS}') for cell in CELLS),
    pytest.param('tanh', '', marks=long),
    pytest.param('lstm', '', marks=long),
  ],
)


@every_loop
@hearing
def test_likelihoods_with_frames_told(saved, cell, more, sizes):
  model = saved(f'cell={cell},{HEARS_ITSELF}{more}', sizes)
  check_likelihoods(model, windows([50] * 4), 4)


@pytest.mark.parametrize('options', OPTIONS[:3])
def test_likelihoods_of_one_window_at_many_z(saved, options, monkeypatch):
  """Told once, by parts; the graph is told it as often as there are z."""
  monkeypatch.setattr(numpy_autoregressive, '_MOST_UNITS', 1000)
  model = saved(f'cell=gru,{options}')
  x = windows([50])
  found, z = check_likelihoods(model, x, 7)
  many = model.ours.log_likelihood(np.tile(x, (7, 1, 1)).astype(np.float32), z)
  np.testing.assert_allclose(found, many, rtol=1e-5)


@hearing
@pytest.mark.parametrize('temperature', [0.0, 1.0])
def test_what_is_played_is_heard(saved, cell, temperature, more):
  """Each frame and each column hears the same as in the graph."""
  # Weights so large that notes sound although b_out begins with few.
  sizes = COMPILED.replace('sigma_init=0.3', 'sigma_init=1.5')
  model = saved(f'cell={cell},{HEARS_ITSELF}{more}', sizes)
  # So few cells that none lies on the threshold but for rounding: all that
  # comes after such a one would differ.
  z = np.random.RandomState(4).normal(size=[2, 3])
  asked = {'temperature': temperature, 'threshold': 0.4}
  found = model.ours.decode(z, 20, **asked)
  expected = model.reference.decode(z, 20, **asked)
  assert 0.02 < expected.samples.mean() < 0.98
  np.testing.assert_array_equal(found.samples, expected.samples)


@pytest.mark.parametrize('options', ['', HEARS_ITSELF])
def test_cores_that_share_rows_draw_the_same(saved, options, monkeypatch):
  """However many cores there are, a seed gives the same music."""
  model = saved(options).ours
  z = np.random.RandomState(0).normal(size=[70, 3])
  monkeypatch.setenv(batches.BLAS_THREADS, '1')
  drawn = []
  for num_cores in (1, 2):
    monkeypatch.setattr(cores, 'available', lambda n=num_cores: n)
    rng = np.random.RandomState(2)
    drawn.append(model.decode(z, 10, 1.0, 'bernoulli', rng=rng))
  one, two = drawn
  assert 0.02 < one.samples.mean() < 0.98
  np.testing.assert_array_equal(one.samples, two.samples)
  np.testing.assert_allclose(one.outputs, two.outputs, atol=1e-6)


@pytest.mark.parametrize('threshold', [0.3, 0.5])
@pytest.mark.parametrize('temperature', [0.0, 0.5, 3.0])
def test_thresholds_and_temperatures(saved, threshold, temperature):
  model = saved('cell=gru,feedback=teacher,frames_per_step=1')
  z = np.random.RandomState(4).normal(size=[4, 3])
  asked = {'temperature': temperature, 'threshold': threshold}
  found = model.ours.decode(z, 60, **asked)
  expected = model.reference.decode(z, 60, **asked)
  # What is emitted is fed back, so one other cell would change all after it.
  np.testing.assert_array_equal(found.samples, expected.samples)
  np.testing.assert_allclose(found.outputs, expected.outputs, atol=1e-5)


def test_draws_are_bernoulli_of_the_outputs(saved):
  model = saved('cell=tanh,').ours
  z = np.tile(np.random.RandomState(5).normal(size=[1, 3]), (4000, 1))
  outputs, samples = model.decode(
    z, 3, sampling='bernoulli', rng=np.random.RandomState(0)
  )
  # Five standard deviations of a mean over 4000 draws.
  p = outputs[0]
  assert np.all(abs(samples.mean(axis=0) - p) < 5 * np.sqrt(p * (1 - p) / 4000))
  again = model.decode(z, 3, sampling='bernoulli', rng=np.random.RandomState(0))
  np.testing.assert_array_equal(samples, again.samples)


def test_temperature_sharpens_draws(saved):
  model = saved('cell=tanh,').ours
  z = np.random.RandomState(6).normal(size=[3, 3])
  likelier = model.decode(z, 40, temperature=1e-9, sampling='bernoulli')
  expected = (likelier.outputs > 0.5).astype(np.float32)
  np.testing.assert_array_equal(likelier.samples, expected)


def test_bounds_are_those_of_the_graph(saved):
  model = saved(
    'cell=gru,frames_per_step=7,reverse_input=true,z_every_step=true', COMPILED
  )
  x = windows([50] * 5)
  found = evaluation.bounds(model.ours, x)
  expected = evaluation.bounds(model.reference, x)
  np.testing.assert_allclose(found.kl, expected.kl, rtol=1e-4)
  np.testing.assert_allclose(found.lower_bound, expected.lower_bound, rtol=1e-5)


def test_another_models_checkpoint_is_refused(saved):
  model = saved('cell=gru,')
  config = configs.get_config('vrae_2d', f'{SIZES},cell=lstm')
  with pytest.raises(InputError, match=r'W_in sized \[49, 21\].*\[49, 28\]'):
    loading.restore(config, model.path)


def test_magentas_converters_are_refused():
  config = configs.get_config('cat-mel_2bar_small')
  with pytest.raises(InputError, match='OneHotMelodyConverter'):
    loading.restore(config, 'none')
