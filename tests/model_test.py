# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The graph against the paper's equations in NumPy, and its invariants."""

from __future__ import annotations

import contextlib
import copy
import functools

import numpy as np
import oracle
import pytest
import tensorflow.compat.v1 as tf
import tensorflow_probability as tfp
from graph_sessions import quick_session
from graph_sessions import set_weights
from graph_sessions import weights_in

from magenta_vrae import VRAE
from magenta_vrae import InputError
from magenta_vrae import VraeDecoder
from magenta_vrae import VraeEncoder
from magenta_vrae import configs
from magenta_vrae import get_default_hparams
from magenta_vrae.inference import emission
from magenta_vrae.model import decoder
from magenta_vrae.model import schedules

B, T, D, H, Z = 3, 7, 5, 4, 2


def make_hparams(**values):
  hparams = get_default_hparams()
  hparams.override_from_dict(
    {
      'enc_rnn_size': [H],
      'dec_rnn_size': [H + 1],
      'batch_size': B,
      'max_seq_len': T,
      'z_size': Z,
      # Large enough that a wrong gate or sign shows.
      'sigma_init': 0.7,
      'recurrence': 'plain',
      **values,
    }
  )
  return hparams


class Built:
  """A small VRAE with its loss on random windows, in a session.

  Args:
    lengths: Valid frames of each window.
    is_training: As `MusicVAE.build` takes it.
    x: Frames; random ones by default.
    trains: Whether the loss of training is built.
    **values: Hparams.
  """

  def __init__(
    self,
    lengths=(T, T, T),
    is_training=True,
    x=None,
    trains=True,
    **values,
  ):
    rng = np.random.RandomState(0)
    self.x = rng.rand(B, T, D) < 0.3 if x is None else x
    self.x = self.x.astype(np.float32)
    self.lengths = np.array(lengths, np.int32)
    self.hparams = make_hparams(**values)
    self.model = VRAE(VraeEncoder(), VraeDecoder())
    self.model.build(self.hparams, D, is_training)
    self.x_in = tf.placeholder(tf.float32, [B, None, D])
    self.length_in = tf.placeholder(tf.int32, [B])
    if trains:
      self.optimizer = self.model.train(self.x_in, self.x_in, self.length_in)
    self.q_z = self.model.encode(self.x_in, self.length_in)
    self.session = quick_session()
    self.session.run(tf.global_variables_initializer())
    # Biases start at zero; give them values so that they are tested too.
    set_weights(
      self.session,
      [
        (v, rng.normal(0, 0.5, v.shape))
        for v in tf.trainable_variables()
        if v.shape.ndims == 1
      ],
    )

  def run(self, *tensors, **feed):
    feed = {self.x_in: feed.get('x', self.x), self.length_in: self.lengths}
    values = self.session.run(list(tensors), feed)
    return values if len(tensors) > 1 else values[0]

  def weights(self):
    return {
      name: value.astype(np.float64)
      for name, value in weights_in(self.session).items()
    }


@functools.lru_cache(maxsize=None)
def built_once(values):
  with tf.Graph().as_default():
    # Some weights make gradients so large that float32 loses what is compared.
    tf.set_random_seed(0)
    return Built(**dict(values), trains=False)


@pytest.fixture
def shared():
  """Makes a `Built` in a graph of its own, once; its weights stay."""
  with contextlib.ExitStack() as stack:

    def make(lengths=(T, T, T), **values):
      built = built_once(tuple(sorted(values.items())))
      built.lengths = np.array(lengths, np.int32)
      stack.enter_context(built.session.graph.as_default())
      return built

    yield make


# Options that tests of shared models have beside those of the cell.
WITH_OPTIONS = {'reverse_input': True, 'z_every_step': True}
# Three frames to a step do not divide the seven of a window.
CELLS = [('tanh', 1), ('gru', 1), ('lstm', 1), ('gru', 3)]
every_cell = pytest.mark.parametrize('cell, K', CELLS)
# XLA compiles for seconds: tests/recurrence_test.py holds what it makes of each
# cell to the plain loops, and here it is tested at length.
long = pytest.mark.long
every_recurrence = pytest.mark.parametrize(
  'recurrence', ['plain', pytest.param('compiled', marks=long)]
)


@every_cell
@every_recurrence
class TestAgainstOracle:
  def test_encoder(self, shared, cell, K, recurrence):
    built = shared(cell=cell, frames_per_step=K, recurrence=recurrence)
    mu, sigma = built.run(built.q_z.loc, built.q_z.scale.diag)
    weights = built.weights()
    for i in range(B):
      expected_mu, expected_log_sigma = oracle.encode(
        weights, built.x[i], cell, K
      )
      np.testing.assert_allclose(mu[i], expected_mu, atol=1e-5)
      np.testing.assert_allclose(
        sigma[i], np.exp(expected_log_sigma), rtol=1e-5
      )

  def test_reversed_input(self, shared, cell, K, recurrence):
    built = shared(
      cell=cell,
      frames_per_step=K,
      recurrence=recurrence,
      lengths=(T, 4, 2),
      **WITH_OPTIONS,
    )
    mu, weights = built.run(built.q_z.loc), built.weights()
    for i, length in enumerate(built.lengths):
      expected, _ = oracle.encode(weights, built.x[i, :length][::-1], cell, K)
      np.testing.assert_allclose(mu[i], expected, atol=1e-5)

  @pytest.mark.parametrize('z_every_step', [False, True])
  def test_bound(self, shared, cell, K, recurrence, z_every_step):
    more = WITH_OPTIONS if z_every_step else {}
    built = shared(cell=cell, frames_per_step=K, recurrence=recurrence, **more)
    z = np.random.RandomState(1).normal(size=[B, Z]).astype(np.float32)
    r_loss, _, results = built.model.decoder.reconstruction_loss(
      None, built.x_in, built.length_in, tf.constant(z)
    )
    r_loss, probabilities = built.run(r_loss, results.probabilities)
    weights = built.weights()
    for i in range(B):
      expected = oracle.decode(weights, z[i], T, cell, K=K)
      np.testing.assert_allclose(probabilities[i], expected, atol=1e-5)
      np.testing.assert_allclose(
        r_loss[i], -oracle.log_bernoulli(built.x[i], expected), rtol=1e-5
      )

  def test_teacher_forcing(self, cell, K, recurrence):
    built = Built(
      cell=cell,
      frames_per_step=K,
      feedback='teacher',
      z_every_step=True,
      recurrence=recurrence,
      trains=False,
    )
    z = np.random.RandomState(1).normal(size=[B, Z]).astype(np.float32)
    fed = np.pad(built.x[:, :-1], [(0, 0), (1, 0), (0, 0)])
    _, _, results = built.model.decoder.reconstruction_loss(
      tf.constant(fed), built.x_in, built.length_in, tf.constant(z)
    )
    probabilities = built.run(results.probabilities)
    weights = built.weights()
    for i in range(B):
      expected = oracle.decode(weights, z[i], T, cell, fed[i], K)
      np.testing.assert_allclose(probabilities[i], expected, atol=1e-5)


@pytest.mark.parametrize(
  'cell, K, recurrence',
  [
    *((*cell, 'plain') for cell in CELLS),
    *(pytest.param(*cell, 'compiled', marks=long) for cell in CELLS[:3]),
    (*CELLS[3], 'compiled'),
  ],
)
def test_gradients(shared, cell, K, recurrence):
  """Every weight's gradient against central differences of the oracle."""
  built = shared(
    cell=cell,
    frames_per_step=K,
    recurrence=recurrence,
    lengths=(T, 5, 3),
    **WITH_OPTIONS,
  )
  # With q(z|x) fixed to z = mu the loss has no noise, and the oracle can say
  # what it is.
  mu = built.q_z.loc
  kl = tfp.distributions.kl_divergence(
    built.q_z, tfp.distributions.MultivariateNormalDiag(tf.zeros([Z]))
  )
  r_loss, _, _ = built.model.decoder.reconstruction_loss(
    None, built.x_in, built.length_in, mu
  )
  variables = tf.trainable_variables()
  gradients = built.run(*tf.gradients(tf.reduce_mean(r_loss + kl), variables))
  weights = built.weights()

  def loss():
    total = 0.0
    for x, length in zip(built.x, built.lengths):
      mu, log_sigma = oracle.encode(weights, x[:length][::-1], cell, K)
      outputs = oracle.decode(weights, mu, length, cell, K=K)
      total += oracle.kl(mu, log_sigma)
      total -= oracle.log_bernoulli(x[:length], outputs)
    return total / B

  rng = np.random.RandomState(2)
  for variable, gradient in zip(variables, gradients):
    values = weights[variable.op.name].reshape(-1)
    for index in rng.choice(values.size, min(6, values.size), replace=False):
      kept, step = values[index], 1e-5
      values[index] = kept + step
      above = loss()
      values[index] = kept - step
      below = loss()
      values[index] = kept
      np.testing.assert_allclose(
        gradient.reshape(-1)[index],
        (above - below) / (2 * step),
        rtol=1e-4,
        atol=1e-5,
        err_msg=f'{variable.op.name}[{index}]',
      )


def test_cross_entropy_and_its_gradients_have_closed_forms():
  """With soft frames and logits of any size, and none of what is masked."""
  rng = np.random.RandomState(3)
  x = rng.uniform(size=[B, T, D])
  x[0] = x[0] < 0.5
  logits = rng.normal(scale=8.0, size=[B, T, D])
  logits[1, 0] = [-90.0, 90.0, 0.0, -1e-3, 15.0]
  valid = np.arange(T) < np.array([[T], [5], [0]])
  upstream = np.array([1.0, -0.5, 3.0])
  given = [tf.constant(v, tf.float32) for v in (x, logits, valid)]
  found = decoder.cross_entropy(*given)
  by_x, by_logits = tf.gradients(
    found, given[:2], tf.constant(upstream, tf.float32)
  )
  with quick_session() as session:
    found, by_x, by_logits = session.run([found, by_x, by_logits])
  each = np.logaddexp(0.0, logits) - x * logits
  np.testing.assert_allclose(
    found, np.sum(valid[..., np.newaxis] * each, axis=(1, 2)), rtol=1e-5
  )
  weights = upstream[:, np.newaxis, np.newaxis] * valid[..., np.newaxis]
  output = np.exp(-np.logaddexp(0.0, -logits))
  np.testing.assert_allclose(by_x, -weights * logits, rtol=1e-5, atol=1e-6)
  np.testing.assert_allclose(by_logits, weights * (output - x), atol=1e-5)


def test_loss_is_minus_the_bound_with_closed_form_kl():
  built = Built()
  loss, bound, kl, mu, sigma = built.run(
    built.model.loss,
    built.model.lower_bound,
    built.model.kl,
    built.q_z.loc,
    built.q_z.scale.diag,
  )
  np.testing.assert_allclose(loss, -np.mean(bound), rtol=1e-5)
  expected = [oracle.kl(m, np.log(s)) for m, s in zip(mu, sigma)]
  np.testing.assert_allclose(kl, expected, rtol=1e-5)


def test_posterior_is_sampled_with_sigma():
  built = Built(trains=False)
  z = built.q_z.sample(4000)
  z, mu, sigma = built.run(z, built.q_z.loc, built.q_z.scale.diag)
  np.testing.assert_allclose(z.mean(0), mu, atol=5 * sigma.max() / 63)
  np.testing.assert_allclose(z.std(0), sigma, rtol=0.1)


def test_authors_objective():
  """Reconstruction per time step + 0.01 KL, a sequence bound of beta 0.01 T."""
  built = Built(objective='authors')
  loss, log_p_x, kl = built.run(
    built.model.loss, built.model.log_p_x, built.model.kl
  )
  np.testing.assert_allclose(loss, np.mean(-log_p_x / T + 0.01 * kl), rtol=1e-5)
  np.testing.assert_allclose(
    loss, np.mean(-log_p_x + 0.01 * T * kl) / T, rtol=1e-5
  )


def test_free_bits_and_beta():
  built = Built(free_bits=0.5, max_beta=0.25, beta_rate=0.9)
  built.model.global_step.load(3, built.session)
  loss, log_p_x, kl = built.run(
    built.model.loss, built.model.log_p_x, built.model.kl
  )
  beta = (1 - 0.9**3) * 0.25
  cost = np.maximum(kl - 0.5 * np.log(2), 0)
  np.testing.assert_allclose(loss, np.mean(-log_p_x + beta * cost), rtol=1e-5)


@every_cell
@every_recurrence
@pytest.mark.parametrize('reverse_input', [False, True])
def test_padding_changes_nothing(shared, cell, reverse_input, K, recurrence):
  more = WITH_OPTIONS if reverse_input else {}
  built = shared(
    cell=cell,
    lengths=(T, 4, 1),
    frames_per_step=K,
    recurrence=recurrence,
    **more,
  )
  z = tf.constant(np.ones([B, Z], np.float32))
  r_loss, _, _ = built.model.decoder.reconstruction_loss(
    None, built.x_in, built.length_in, z
  )
  first = built.run(built.q_z.loc, built.q_z.scale.diag, r_loss)
  other = built.x.copy()
  for i, length in enumerate(built.lengths):
    other[i, length:] = 1 - other[i, length:]
  longer = np.pad(other, [(0, 0), (0, 3), (0, 0)], constant_values=1)
  for x in (other, longer):
    again = built.run(built.q_z.loc, built.q_z.scale.diag, r_loss, x=x)
    for a, b in zip(first, again):
      np.testing.assert_allclose(a, b, rtol=1e-6)


def test_frame_metrics_are_totals_over_batches():
  built = Built(is_training=False, lengths=(T, 5, 2), trains=False)
  z = tf.constant(np.ones([B, Z], np.float32))
  _, metric_map, results = built.model.decoder.reconstruction_loss(
    None, built.x_in, built.length_in, z
  )
  built.session.run(tf.local_variables_initializer())
  hits = predicted = true = 0
  rng = np.random.RandomState(3)
  for share in (0.2, 0.7):
    x = (rng.rand(B, T, D) < share).astype(np.float32)
    _, probabilities = built.run(
      {name: update for name, (_, update) in metric_map.items()},
      results.probabilities,
      x=x,
    )
    for i, length in enumerate(built.lengths):
      truth, guess = x[i, :length] > 0, probabilities[i, :length] >= 0.5
      hits += np.sum(truth & guess)
      predicted += np.sum(guess)
      true += np.sum(truth)
  values = built.session.run({n: value for n, (value, _) in metric_map.items()})
  np.testing.assert_allclose(
    values['metrics/precision'], hits / predicted, rtol=1e-5
  )
  np.testing.assert_allclose(values['metrics/recall'], hits / true, rtol=1e-5)
  np.testing.assert_allclose(
    values['metrics/f1'], 2 * hits / (predicted + true), rtol=1e-5
  )


def test_reported_bound_is_nats_over_frames_of_all_batches():
  lengths = np.array([T, 5, 2], np.int32)
  model = VRAE(VraeEncoder(), VraeDecoder())
  model.build(make_hparams(), D, is_training=False)
  x = tf.placeholder(tf.float32, [B, None, D])
  updates = model.eval(x, x, tf.constant(lengths))
  summaries = tf.summary.merge_all()
  total = frames = 0.0
  with quick_session() as session:
    session.run(tf.global_variables_initializer())
    session.run(tf.local_variables_initializer())
    for share in (0.1, 0.6):
      batch = np.random.RandomState(0).rand(B, T, D) < share
      bound, per_step, _ = session.run(
        [model.lower_bound, model.bound_per_time_step, updates], {x: batch}
      )
      np.testing.assert_allclose(
        per_step, bound.sum() / lengths.sum(), rtol=1e-5
      )
      total, frames = total + bound.sum(), frames + lengths.sum()
    summary = tf.Summary.FromString(session.run(summaries))
  values = {value.tag: value.simple_value for value in summary.value}
  assert values['bound/per_time_step'] == pytest.approx(total / frames, 1e-5)
  assert values['bound/per_time_step'] == pytest.approx(
    values['bound/reconstruction_per_time_step']
    - values['bound/kl'] * 2 * B / frames,
    1e-4,
  )


def test_optimizer_is_adam_with_the_papers_betas():
  """The first update of Adam by hand, from the published beta1 and beta2."""
  built = Built(learning_rate=0.01, min_learning_rate=0.01)
  assert built.optimizer._beta1 == 1 - 0.05
  assert built.optimizer._beta2 == 1 - 0.001
  before = built.weights()
  grads = built.optimizer.compute_gradients(built.model.loss)
  update = built.optimizer.apply_gradients(grads)
  built.session.run(tf.variables_initializer(built.optimizer.variables()))
  gradients, _ = built.run([g for g, _ in grads], update)
  after = built.weights()
  for (_, variable), g in zip(grads, gradients):
    name = variable.op.name
    # m / (sqrt(v) + eps), bias-corrected, is g / |g| at the first step.
    expected = before[name] - 0.01 * g / (np.abs(g) + 1e-7)
    np.testing.assert_allclose(after[name], expected, atol=2e-4)


@pytest.mark.parametrize(
  'step, rate',
  [
    (0, 1e-3),
    (50, (1e-3 + 5e-6) / 2),
    (100, 5e-6),
    (1000, 5e-6),
  ],
)
def test_linear_schedule(step, rate):
  hparams = copy.deepcopy(configs.CONFIG_MAP['vrae_2d'].hparams)
  hparams.schedule_steps = 100
  assert hparams.learning_rate_schedule == 'linear'
  with quick_session() as session:
    value = session.run(schedules.learning_rate(hparams, tf.constant(step)))
  np.testing.assert_allclose(value, rate, rtol=1e-5)


@pytest.mark.parametrize(
  'step, rate',
  [
    (0, 2e-5),
    (665599, 2e-5),
    (665600, 1e-5),
    (10**6, 1e-5),
  ],
)
def test_step_schedule_of_experiment_2(step, rate):
  hparams = configs.CONFIG_MAP['vrae_20d'].hparams
  with quick_session() as session:
    value = session.run(
      schedules.learning_rate(hparams, tf.constant(step, tf.int64))
    )
  np.testing.assert_allclose(value, rate, rtol=1e-5)


@pytest.mark.parametrize(
  'step, share', [(0, 0.1), (4, 0.5), (9, 1.0), (10, 1.0), (50, 1.0)]
)
def test_warm_up(step, share):
  """Over ten steps, evenly; then the schedule is as without."""
  settings = {
    'learning_rate_schedule': 'linear',
    'learning_rate': 0.1,
    'min_learning_rate': 0.02,
    'schedule_steps': 100,
  }
  with quick_session() as session:
    warm, cold = (
      session.run(
        schedules.learning_rate(
          make_hparams(**settings, warm_up_steps=n), tf.constant(step)
        )
      )
      for n in (10, 0)
    )
  np.testing.assert_allclose(warm, share * cold, rtol=1e-6)


def test_exponential_schedule_is_magentas():
  hparams = make_hparams(
    learning_rate=0.1, min_learning_rate=0.01, decay_rate=0.5
  )
  with quick_session() as session:
    value = session.run(schedules.learning_rate(hparams, tf.constant(2)))
  np.testing.assert_allclose(value, 0.09 * 0.25 + 0.01, rtol=1e-6)


@pytest.mark.parametrize(
  'values, names',
  [
    ({'cell': 'rnn'}, 'tanh'),
    ({'enc_rnn_size': [4, 4]}, '2 RNN layers'),
    ({'feedback': 'input'}, 'teacher'),
    ({'frames_per_step': 0}, 'frames_per_step is 0; give 1 or more'),
    ({'objective': 'elbo'}, 'authors'),
    ({'recurrent_init': 'zeros'}, 'orthogonal'),
    ({'learning_rate_schedule': 'cosine'}, 'linear'),
  ],
)
def test_unknown_hparam_values_are_refused(values, names):
  with pytest.raises(InputError, match=names):
    Built(**values)


class TestSample:
  def sample(self, built, n_frames=30, z=None, **kwargs):
    z = np.full([B, Z], 0.8, np.float32) if z is None else z
    samples, results = built.model.sample(
      B, max_length=n_frames, z=tf.constant(z), **kwargs
    )
    return built.run(samples, results.probabilities)

  @pytest.mark.parametrize('threshold', [0.0, 0.5, 0.9, 1.0])
  @pytest.mark.parametrize('temperature', [0.0, 1.0, 3.0])
  def test_thresholds_are_those_of_numpy(self, threshold, temperature):
    """Also where an output rounds to 1, or is cold enough to be 0 or 1."""
    logits = [-200.0, -20.0, -1.0, 0.0, 1.0, 2.3, 17.0, 200.0]
    numpy = emission.Emission('threshold', threshold, temperature, None)
    positive = tf.maximum(tf.constant(temperature), 1e-6)
    with tf.Session() as session:
      emit = decoder._make_threshold(positive, threshold)
      notes = session.run(emit(tf.constant(logits), 0))
    np.testing.assert_array_equal(notes, numpy(np.float32(logits)))

  # Neither 4 nor 7 divides the 30 frames.
  @pytest.mark.parametrize('K', [1, 4, 7])
  @every_recurrence
  def test_threshold_of_the_fed_back_outputs(self, shared, K, recurrence):
    built = shared(frames_per_step=K, recurrence=recurrence)
    samples, probabilities = self.sample(built, threshold=0.4)
    expected = oracle.decode(built.weights(), np.full([Z], 0.8), 30, K=K)
    assert samples.shape == (B, 30, D)
    np.testing.assert_allclose(probabilities[0], expected, atol=1e-4)
    np.testing.assert_array_equal(samples, (probabilities >= 0.4) * 1.0)

  def test_bernoulli_follows_the_probabilities(self, shared):
    built = shared(frames_per_step=1, recurrence='plain')
    samples, probabilities = self.sample(
      built, 4000, sampling='bernoulli', temperature=1.0
    )
    np.testing.assert_allclose(
      samples.mean(axis=(0, 1)), probabilities.mean(axis=(0, 1)), atol=0.03
    )

  def test_bernoulli_at_temperature_zero_is_the_likelier_value(self, shared):
    built = shared(frames_per_step=1, recurrence='plain')
    samples, probabilities = self.sample(
      built, sampling='bernoulli', temperature=0.0
    )
    np.testing.assert_array_equal(samples, (probabilities >= 0.5) * 1.0)

  @pytest.mark.parametrize('K', [1, 4])
  @every_recurrence
  def test_sampled_feedback_feeds_back_what_is_emitted(self, K, recurrence):
    built = Built(
      feedback='sample',
      sampling='bernoulli',
      frames_per_step=K,
      recurrence=recurrence,
      trains=False,
    )
    samples, probabilities = self.sample(built)
    fed = np.pad(samples[0, :-1], [(1, 0), (0, 0)])
    z = np.full([Z], 0.8)
    expected = oracle.decode(built.weights(), z, 30, x_fed=fed, K=K)
    np.testing.assert_allclose(probabilities[0], expected, atol=1e-4)

  @pytest.mark.parametrize('K', [1, 4])
  @every_recurrence
  def test_start_inputs(self, shared, K, recurrence):
    built = shared(frames_per_step=K, recurrence=recurrence)
    start = np.ones([B, D], np.float32)
    _, probabilities = self.sample(built, K, start_inputs=start)
    z = np.full([Z], 0.8)
    expected = oracle.decode(built.weights(), z, K, x_fed=start[:1], K=K)
    np.testing.assert_allclose(probabilities[0], expected, atol=1e-5)

  def test_needs_z_length_and_no_control(self, shared):
    built = shared(frames_per_step=1, recurrence='plain')
    with pytest.raises(InputError, match='max_length'):
      built.model.decoder.sample(B, z=tf.zeros([B, Z]))
    with pytest.raises(InputError, match='control'):
      built.model.decoder.sample(
        B, 5, z=tf.zeros([B, Z]), c_input=tf.zeros([5, 3])
      )
    with pytest.raises(InputError, match='bernoulli'):
      self.sample(built, sampling='argmax')


@pytest.mark.long
def test_eight_windows_are_learned_by_heart(real_piece):
  """The paper's cell, feedback and posterior store eight windows of music."""
  config = configs.get_config(
    'vrae_20d',
    'batch_size=8,enc_rnn_size=[64],dec_rnn_size=[128],max_beta=0,'
    'weight_init=fan_in,recurrent_init=orthogonal,learning_rate=2e-3,'
    'learning_rate_schedule=linear,schedule_steps=6000',
    'window_frames=25,frames_per_second=10,hop_frames=25',
  )
  windows = np.array(config.data_converter.to_tensors(real_piece).inputs[:8])
  x = tf.constant(windows, tf.float32)
  model = config.model
  model.build(config.hparams, 49, is_training=True)
  optimizer = model.train(x, x, tf.fill([8], 25))
  gradients, variables = zip(*optimizer.compute_gradients(model.loss))
  gradients, _ = tf.clip_by_global_norm(gradients, 10.0)
  train = optimizer.apply_gradients(
    zip(gradients, variables), model.global_step
  )
  rebuilt, _ = model.sample(8, max_length=25, z=model.q_z.loc)
  with quick_session() as session:
    session.run(tf.global_variables_initializer())
    nats_per_frame = -session.run(model.log_p_x) / 25
    assert nats_per_frame.mean() > 20
    for _ in range(6000):
      session.run(train)
    nats_per_frame = -session.run(model.log_p_x) / 25
    rebuilt = session.run(rebuilt)
  assert nats_per_frame.mean() < 0.2
  assert np.mean(rebuilt != windows) < 0.002


@pytest.mark.parametrize('recurrence', ['compiled', 'uncompiled', 'plain'])
def test_a_batch_of_one(recurrence):
  """Whose size could be taken for that of something broadcast."""
  config = configs.get_config(
    'vrae_2d',
    f'batch_size=1,enc_rnn_size=[4],dec_rnn_size=[4],recurrence={recurrence}',
  )
  x = tf.placeholder(tf.float32, [1, None, 49])
  config.model.build(config.hparams, 49, is_training=True)
  config.model.train(x, x, tf.constant([5]))
  with quick_session() as session:
    session.run(tf.global_variables_initializer())
    loss = session.run(config.model.loss, {x: np.zeros([1, 5, 49])})
  assert np.isfinite(loss)
