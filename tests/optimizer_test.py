# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Adam with weights that decay, against its equations."""

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


def trained(weight_decay, resource):
  """Variables after each of `STEPS` on fixed gradients, and the gradients."""
  rng = np.random.default_rng(0)
  shapes = {'matrix': [3, 4], 'row': [1, 4], 'bias': [4]}
  start = {name: rng.normal(size=s) for name, s in shapes.items()}
  gradients = {name: rng.normal(size=[STEPS, *s]) for name, s in shapes.items()}
  hparams = vrae.get_default_hparams()
  hparams.adam_beta1, hparams.adam_beta2 = BETA1, BETA2
  hparams.weight_decay = weight_decay
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
    train = optimizer.adam(rate, hparams).apply_gradients(pairs, step)
    with quick_session() as session:
      session.run(tf.global_variables_initializer())
      after = []
      for _ in range(STEPS):
        session.run(train)
        after.append(session.run(variables))
      assert session.run(step) == STEPS
  return start, gradients, after


@pytest.mark.parametrize('resource', [False, True])
@pytest.mark.parametrize('weight_decay', [0.0, 0.5])
def test_steps_against_numpy(weight_decay, resource):
  start, gradients, after = trained(weight_decay, resource)
  for name, theta in start.items():
    m = v = np.zeros_like(theta)
    for t, g in enumerate(gradients[name]):
      m = BETA1 * m + (1 - BETA1) * g
      v = BETA2 * v + (1 - BETA2) * g * g
      m_hat = m / (1 - BETA1 ** (t + 1))
      v_hat = v / (1 - BETA2 ** (t + 1))
      theta = theta - RATES[t] * m_hat / (np.sqrt(v_hat) + EPSILON)
      if name == 'matrix':
        theta = theta * (1 - RATES[t] * weight_decay)
      np.testing.assert_allclose(after[t][name], theta, rtol=1e-5)


def test_the_paper_has_no_decay():
  assert vrae.get_default_hparams().weight_decay == 0.0
  adam = optimizer.adam(tf.constant(0.1), vrae.get_default_hparams())
  assert type(adam) is tf.train.AdamOptimizer
