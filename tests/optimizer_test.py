# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Adam, Muon and weights that decay, against their equations."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from graph_sessions import quick_session

from magenta_vrae.model import optimizer
from magenta_vrae.model import vrae

STEPS = 5
BETA1, BETA2, EPSILON = 0.9, 0.99, 1e-8
RATES = np.array([0.1, 0.05, 0.2, 0.1, 0.01])
WIDE, TALL = 'decoder/ar_W_x', 'decoder/nade_W_out'
SHAPES = {
  'encoder/W_in': [3, 4],
  'decoder/ar_W_z': [3, 4],  # z meets it.
  'decoder/nade_A_x': [3, 3],
  'row': [1, 4],
  'decoder/ar_b_dec': [4],
  WIDE: [3, 5],
  TALL: [6, 2],
}


def trained(weight_decay, muon_rate, resource):
  """Variables after each of `STEPS` on fixed gradients, and the gradients."""
  rng = np.random.default_rng(0)
  start = {name: rng.normal(size=s) for name, s in SHAPES.items()}
  gradients = {name: rng.normal(size=[STEPS, *s]) for name, s in SHAPES.items()}
  hparams = vrae.get_default_hparams()
  hparams.adam_beta1, hparams.adam_beta2 = BETA1, BETA2
  hparams.weight_decay, hparams.muon_rate = weight_decay, muon_rate
  with tf.Graph().as_default():
    step = tf.train.get_or_create_global_step()
    variables = {
      name: tf.get_variable(name, initializer=v, use_resource=resource)
      for name, v in start.items()
    }
    pairs = [
      (tf.gather(tf.constant(gradients[name]), step), variable)
      for name, variable in variables.items()
    ]
    rate = tf.gather(tf.constant(RATES, tf.float32), step)
    train = optimizer.make(rate, hparams).apply_gradients(pairs, step)
    with quick_session() as session:
      session.run(tf.global_variables_initializer())
      after = []
      for _ in range(STEPS):
        session.run(train)
        after.append(session.run(variables))
      assert session.run(step) == STEPS
  return start, gradients, after


def near_orthogonal(u):
  """U p(p(p(S))) V^T of u = U S V^T over its Frobenius norm."""
  U, S, VT = np.linalg.svd(u / np.linalg.norm(u), full_matrices=False)
  for _ in range(3):
    S = 3.4445 * S - 4.7750 * S**3 + 2.0315 * S**5
  return U @ np.diag(S) @ VT


def adams(gradients):
  """Adam's change at each step, in learning rates."""
  m = v = np.zeros_like(gradients[0])
  for t, g in enumerate(gradients):
    m = BETA1 * m + (1 - BETA1) * g
    v = BETA2 * v + (1 - BETA2) * g * g
    m_hat = m / (1 - BETA1 ** (t + 1))
    v_hat = v / (1 - BETA2 ** (t + 1))
    yield m_hat / (np.sqrt(v_hat) + EPSILON)


def muons(gradients):
  """Muon's change at each step, in learning rates of its own."""
  m = np.zeros_like(gradients[0])
  for g in gradients:
    m = BETA1 * m + (1 - BETA1) * g
    u = BETA1 * m + (1 - BETA1) * g
    yield 0.2 * np.sqrt(max(u.shape)) * near_orthogonal(u)


@pytest.mark.parametrize('resource', [False, True])
@pytest.mark.parametrize('muon_rate', [0.0, 0.5, 4.0])
@pytest.mark.parametrize('weight_decay', [0.0, 0.5])
def test_steps_against_numpy(weight_decay, muon_rate, resource):
  start, gradients, after = trained(weight_decay, muon_rate, resource)
  for name, theta in start.items():
    is_of_muon = bool(muon_rate) and name in (WIDE, TALL)
    changes = (muons if is_of_muon else adams)(gradients[name])
    for t, change in enumerate(changes):
      rate = RATES[t] * (muon_rate if is_of_muon else 1.0)
      theta = theta - rate * change
      if theta.ndim == 2 and min(theta.shape) > 1:
        theta = theta * (1 - rate * weight_decay)
      np.testing.assert_allclose(after[t][name], theta, rtol=1e-5, atol=1e-7)


def test_orthogonalized_goes_along_all_directions_alike():
  rng = np.random.default_rng(0)
  U, _ = np.linalg.qr(rng.normal(size=[8, 8]))
  V, _ = np.linalg.qr(rng.normal(size=[5, 5]))
  # From 1 to a twentieth.
  u = U[:, :5] @ np.diag(np.geomspace(1.0, 0.05, 5)) @ V
  with tf.Graph().as_default(), quick_session() as session:
    found = session.run(optimizer.orthogonalized(tf.constant(u)))
  along = U[:, :5].T @ found @ V.T
  assert np.diag(along).min() > 0.68 and np.diag(along).max() < 1.21
  np.testing.assert_allclose(along, np.diag(np.diag(along)), atol=1e-6)


def test_a_gradient_of_zero_changes_nothing():
  with tf.Graph().as_default(), quick_session() as session:
    found = session.run(optimizer.orthogonalized(tf.zeros([3, 4])))
  np.testing.assert_array_equal(found, np.zeros([3, 4]))


def test_the_paper_has_adam_alone():
  hparams = vrae.get_default_hparams()
  assert hparams.weight_decay == 0.0 and hparams.muon_rate == 0.0
  adam = optimizer.make(tf.constant(0.1), hparams)
  assert type(adam) is tf.train.AdamOptimizer
