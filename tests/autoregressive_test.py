# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The decoder that hears itself, against loops in NumPy and closed forms."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import oracle
import pytest
import tensorflow.compat.v1 as tf
from graph_sessions import quick_session
from graph_sessions import set_weights
from graph_sessions import weights_in
from magenta.models.music_vae import base_model

from magenta_vrae import VRAE
from magenta_vrae import InputError
from magenta_vrae import VraeDecoder
from magenta_vrae import VraeEncoder
from magenta_vrae import configs
from magenta_vrae import get_default_hparams
from magenta_vrae.model import schedules
from magenta_vrae.model import transposition
from magenta_vrae.model.autoregressive import AutoregressiveDecoder

B, T, D, H, Z = 3, 7, 5, 4, 2
# Units that do not share out evenly over five columns, and none; units that
# hear intervals, beside them and alone.
KINDS = [
  ('lstm', 1, 13, 0),
  ('gru', 3, 13, 4),
  ('tanh', 1, 0, 3),
]
# What they hold already, by itself: at length.
OTHER_KINDS = [('tanh', 1, 0, 0), ('gru', 1, 13, 0)]
INTERVALS = {'interval_reach': 3, 'interval_frames': 2}
# XLA compiles for seconds: what it makes of each kind is tested at length, and
# of one of them always.
long = pytest.mark.long


def every_kind(compiled=()):
  """Each kind in the plain loops; those named in compiled ones always, too."""
  return pytest.mark.parametrize(
    'cell, K, U, C, recurrence',
    [
      *((*kind, 'plain') for kind in KINDS),
      *(pytest.param(*kind, 'plain', marks=long) for kind in OTHER_KINDS),
      *(
        pytest.param(*kind, 'compiled', marks=() if kind in compiled else long)
        for kind in [*KINDS, *OTHER_KINDS]
      ),
    ],
  )


class Built:
  """A small model in a session, its weights far from where they begin.

  Args:
    x: Frames; random ones by default.
    music_vae: The model's class.
    depth: Columns of the frames.
    trains: Whether the loss of training is built, and the encoder for it.
    **values: Hparams.
  """

  def __init__(self, x=None, music_vae=VRAE, depth=D, trains=True, **values):
    rng = np.random.RandomState(0)
    self.x = rng.rand(B, T, depth) < 0.3 if x is None else x
    self.x = self.x.astype(np.float32)
    self.hparams = get_default_hparams()
    self.hparams.override_from_dict(
      {
        'enc_rnn_size': [H],
        'dec_rnn_size': [H + 1],
        'ar_rnn_size': [H + 2],
        'batch_size': B,
        'max_seq_len': T,
        'z_size': Z,
        'sigma_init': 0.7,
        'recurrence': 'plain',
        **values,
      }
    )
    tf.set_random_seed(1)
    self.decoder = AutoregressiveDecoder()
    self.model = music_vae(VraeEncoder(), self.decoder)
    self.model.build(self.hparams, depth, is_training=True)
    self.x_in = tf.placeholder(tf.float32, [B, None, depth])
    self.lengths = tf.constant([T, T, 4])
    if trains:
      self.optimizer = self.model.train(self.x_in, self.x_in, self.lengths)
    self.session = quick_session()
    self.session.run(tf.global_variables_initializer())
    set_weights(
      self.session,
      [
        (v, rng.normal(0, 0.6, v.shape))
        for v in tf.trainable_variables()
        if v.op.name.startswith('decoder/') or v.shape.ndims == 1
      ],
    )

  def run(self, *tensors):
    values = self.session.run(list(tensors), {self.x_in: self.x})
    return values if len(tensors) > 1 else values[0]

  def weights(self):
    return {
      name: value.astype(np.float64)
      for name, value in weights_in(self.session).items()
    }

  def loss_of(self, z):
    x_input = tf.pad(self.x_in[:, :-1], [(0, 0), (1, 0), (0, 0)])
    return self.decoder.reconstruction_loss(x_input, self.x_in, self.lengths, z)


@functools.lru_cache(maxsize=None)
def built_once(cell, K, U, C, recurrence):
  """One of every kind, in a graph of its own, whose weights no test changes."""
  with tf.Graph().as_default():
    return Built(
      cell=cell,
      frames_per_step=K,
      nade_size=U,
      bar_frames=3 if cell == 'gru' else 0,
      interval_size=C,
      free_weight=0.3,
      recurrence=recurrence,
      trains=False,
      **INTERVALS,
    )


@pytest.fixture
def built(cell, K, U, C, recurrence):
  built = built_once(cell, K, U, C, recurrence)
  with built.session.graph.as_default():
    yield built


def some_z(n=B):
  return np.random.RandomState(1).normal(size=[n, Z]).astype(np.float32)


@every_kind()
def test_likelihood_is_the_oracles(built, cell, K):
  z = some_z()
  r_loss, _, results = built.loss_of(tf.constant(z))
  r_loss, free, auxiliary = built.run(
    r_loss, results.probabilities, built.decoder.auxiliary_loss
  )
  weights = built.weights()
  for i, length in enumerate((T, T, 4)):
    x = built.x[i, :length]
    said = oracle.autoregressive(weights, z[i], x, cell, K)
    np.testing.assert_allclose(
      r_loss[i], -oracle.log_bernoulli(x, said), rtol=1e-4
    )
    alone = oracle.decode(weights, z[i], length, cell, K=K)
    np.testing.assert_allclose(free[i, :length], alone, atol=1e-5)
    np.testing.assert_allclose(
      auxiliary[i], -0.3 * oracle.log_bernoulli(x, alone), rtol=1e-4
    )


@every_kind(compiled=[('gru', 3, 13, 4)])
def test_gradients(built, cell, K):
  """Every weight's gradient against central differences of the oracle."""
  z = some_z()
  r_loss = built.loss_of(tf.constant(z))[0]
  variables = tf.trainable_variables('decoder')
  total = tf.reduce_mean(r_loss + built.decoder.auxiliary_loss)
  gradients = built.run(*tf.gradients(total, variables))
  weights = built.weights()

  def loss():
    nats = 0.0
    for i, length in enumerate((T, T, 4)):
      x = built.x[i, :length]
      said = oracle.autoregressive(weights, z[i], x, cell, K)
      alone = oracle.decode(weights, z[i], length, cell, K=K)
      nats -= oracle.log_bernoulli(x, said)
      nats -= 0.3 * oracle.log_bernoulli(x, alone)
    return nats / B

  rng = np.random.RandomState(2)
  for variable, gradient in zip(variables, gradients):
    values = weights[variable.op.name].reshape(-1)
    for index in rng.choice(values.size, min(2, values.size), replace=False):
      kept, step = values[index], 1e-5
      values[index] = kept + step
      above = loss()
      values[index] = kept - step
      below = loss()
      values[index] = kept
      np.testing.assert_allclose(
        gradient.reshape(-1)[index],
        (above - below) / (2 * step),
        rtol=2e-3,
        atol=1e-4,
        err_msg=f'{variable.op.name}[{index}]',
      )


@every_kind()
def test_likelier_frames_are_the_oracles(built, cell, K):
  """At temperature 0 each column takes what is likelier given those before."""
  z = some_z()
  x_0 = np.eye(D, dtype=np.float32)[:B]
  samples, results = built.decoder.sample(
    B,
    T,
    tf.constant(z),
    temperature=0.0,
    start_inputs=tf.constant(x_0),
    sampling='bernoulli',
  )
  samples, free = built.run(samples, results.probabilities)
  weights = built.weights()
  for i in range(B):
    x = np.zeros([T, D])
    for t, column in itertools.product(range(T), range(D)):
      said = oracle.autoregressive(weights, z[i], x, cell, K, x_0[i])
      x[t, column] = said[t, column] >= 0.5
    np.testing.assert_array_equal(samples[i], x)
    alone = oracle.decode(weights, z[i], T, cell, K=K)
    np.testing.assert_allclose(free[i], alone, atol=1e-5)


@pytest.mark.parametrize('U, C', [(7, 0), (7, 3), (0, 3)])
def test_frames_are_drawn_as_often_as_they_are_likely(U, C):
  """All frames of three columns, with their probabilities as products."""
  n, depth = 20000, 3
  built = Built(
    cell='gru',
    nade_size=U,
    interval_size=C,
    depth=depth,
    trains=False,
    **INTERVALS,
  )
  z = np.tile(some_z(1), (n, 1))
  samples, _ = built.decoder.sample(
    n, 1, tf.constant(z), sampling='bernoulli', seed=5
  )
  samples = built.run(samples)[:, 0]
  weights = built.weights()
  for frame in itertools.product([0.0, 1.0], repeat=depth):
    x = np.array([frame])
    said = oracle.autoregressive(weights, z[0], x, 'gru')
    p = np.exp(oracle.log_bernoulli(x, said))
    share = np.mean(np.all(samples == x, axis=1))
    assert abs(share - p) < 5 * np.sqrt(p * (1 - p) / n)


def test_the_bound_has_no_free_run():
  built = Built(nade_size=7, free_weight=0.3, cell='gru')
  model = built.model
  loss, bound, log_p_x, kl = built.run(
    model.loss, model.lower_bound, model.log_p_x, model.kl
  )
  np.testing.assert_allclose(bound, log_p_x - kl, rtol=1e-5)
  assert loss > np.mean(-bound) + 0.1


@pytest.mark.parametrize('name', ['told_dropout', 'ar_dropout'])
def test_what_is_hidden_is_drawn_anew_in_training_alone(name):
  built = Built(**{name: 0.5}, nade_size=7, trains=False)
  r_loss = built.loss_of(tf.constant(some_z()))[0]
  assert not np.array_equal(built.run(r_loss), built.run(r_loss))
  built.decoder._is_training = False
  whole = built.loss_of(tf.constant(some_z()))[0]
  np.testing.assert_array_equal(built.run(whole), built.run(whole))


def test_what_is_left_out_is_made_up_for():
  """Where W_out alone makes frames, the mean of many logits is the whole's."""
  built = Built(ar_dropout=0.5, trains=False)
  x = tf.constant(built.x)
  before = tf.concat([x[:, :1] * 0, x[:, :-1]], axis=1)
  free = tf.zeros_like(x)

  def logits():
    return built.decoder._told_logits(x, before, free, tf.constant(some_z()))

  hidden = logits()
  built.decoder._is_training = False
  whole = built.run(logits())
  mean = np.mean([built.run(hidden) for _ in range(600)], axis=0)
  np.testing.assert_allclose(mean, whole, atol=0.35)


def test_trains_under_musicvae():
  """Magenta's own model takes it as any other decoder."""
  built = Built(music_vae=base_model.MusicVAE, nade_size=7, free_weight=0.3)
  step = built.optimizer.minimize(built.model.loss)
  built.session.run(tf.global_variables_initializer())
  before = built.run(built.model.loss)
  for _ in range(10):
    built.run(step)
  assert built.run(built.model.loss) < before


def test_the_papers_decoder_refuses_a_second_recurrence():
  """Magenta's own command takes the decoder of the config as it is."""
  hparams = get_default_hparams()
  hparams.ar_rnn_size = [4]
  with pytest.raises(InputError, match=r'ar_rnn_size is \[4\], but this dec'):
    VraeDecoder().build(hparams, 3)


def test_settings_that_do_not_go_together():
  with pytest.raises(InputError, match='ar_rnn_size'):
    Built(ar_rnn_size=[0])
  with pytest.raises(InputError, match='feedback'):
    Built(feedback='teacher')
  with pytest.raises(InputError, match='told_dropout'):
    Built(told_dropout=1.0)
  with pytest.raises(InputError, match='ar_dropout'):
    Built(ar_dropout=-0.1)
  with pytest.raises(InputError, match='transpose_until is 1.5'):
    Built(transpose_until=1.5)
  with pytest.raises(InputError, match='interval_size'):
    Built(interval_size=-1)
  with pytest.raises(InputError, match='bar_frames is 2, and half a window'):
    Built(bar_frames=2)
  with pytest.raises(InputError, match='interval_reach'):
    Built(interval_size=4, interval_reach=0)
  config = configs.get_config('vrae_2d', 'nade_size=8')
  with pytest.raises(InputError, match='second recurrence'):
    config.model.build(config.hparams, 49, is_training=True)


class TestTransposition:
  def moved(self, x, most, pitch_blocks=None):
    # As the input pipeline has them.
    x = tf.constant(np.asarray(x, bool))
    blocks = pitch_blocks or [int(x.shape[-1])]
    both = transposition.transpose(x, x, most, blocks)
    with quick_session() as session:
      first, second = session.run(both)
    np.testing.assert_array_equal(first, second)
    return first

  def test_every_way_that_has_room_comes(self):
    x = np.zeros([400, 3, 7])
    x[:, 1, 2] = x[:, 2, 4] = 1
    moved = self.moved(x, 3)
    by = moved[:, 1].argmax(axis=1) - 2
    assert set(by) == {-2, -1, 0, 1, 2}
    for window, shift in zip(moved, by):
      np.testing.assert_array_equal(window, np.roll(x[0], shift, axis=1))

  @pytest.mark.parametrize('step, moves', [(0, True), (74, True), (75, False)])
  def test_ends_where_the_schedule_says(self, step, moves):
    hparams = get_default_hparams()
    hparams.override_from_dict(
      {'transpose': 3, 'transpose_until': 0.75, 'schedule_steps': 100}
    )
    x = np.zeros([60, 2, 9])
    x[:, :, 4] = 1
    most = schedules.transposition(hparams, tf.constant(step, tf.int64))
    moved = self.moved(x, most)
    assert (set(moved[:, 0].argmax(axis=1)) != {4}) == moves

  def test_onsets_move_with_their_notes(self):
    x = np.zeros([50, 2, 8])
    x[:, :, 1] = x[:, 0, 5] = 1
    moved = self.moved(x, 1, pitch_blocks=[4, 4])
    by = moved[:, 1].argmax(axis=1) - 1
    assert set(by) == {-1, 0, 1}
    np.testing.assert_array_equal(moved[:, 0].sum(axis=1), 2.0)
    np.testing.assert_array_equal(moved[:, 0, 4:].argmax(axis=1), by + 1)

  def test_groups_move_together_and_drums_stay(self):
    # Blocks of 4 and 5 columns; two columns behind them stay.
    x = np.zeros([200, 2, 11])
    x[:, 0, [1, 7, 9]] = x[:, 1, [2, 10]] = 1
    moved = self.moved(x, 3, pitch_blocks=[4, 5])
    np.testing.assert_array_equal(moved[:, :, 9:], x[:, :, 9:])
    by = moved[:, 0, :4].argmax(axis=1) - 1
    # The first block has room for -1 to 1, the second for -3 to 1.
    assert set(by) == {-1, 0, 1}
    for window, shift in zip(moved, by):
      for block in (slice(0, 4), slice(4, 9)):
        expected = np.roll(x[0, :, block], shift, axis=1)
        np.testing.assert_array_equal(window[:, block], expected)

  def test_silence_and_full_range_stay(self):
    x = np.zeros([2, 3, 4])
    x[1, 0, [0, 3]] = 1
    np.testing.assert_array_equal(self.moved(x, 5), x)
    np.testing.assert_array_equal(self.moved(x, 0), x)
