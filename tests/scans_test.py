# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A step repeated by XLA is a step repeated by TensorFlow."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from graph_sessions import quick_session

from magenta_vrae.model import scans

AT_ONCE = scans._MOST_STEPS


def walk(scan, start, inputs, num_steps, like):
  """A sum of inputs and of step numbers, and two outputs of each step."""

  def step(t, carry, rows):
    total, (steps,) = carry
    total += sum(rows) + tf.cast(t, tf.float32)
    return (total, (steps + 1,)), (total, 2.0 * total)

  (total, (steps,)), outputs = scan(
    step, (start, (tf.constant(0),)), inputs, num_steps, [like, like]
  )
  return total, steps, *outputs


@pytest.mark.parametrize(
  'num_steps', [0, 1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 5 * AT_ONCE + 7]
)
def test_any_length_by_one_compilation(num_steps):
  x = np.random.default_rng(num_steps).normal(size=[num_steps, 2, 3])
  given = tf.placeholder(tf.float32, [None, 2, 3])
  start = tf.zeros([2, 3])
  total, steps, found, twice = walk(
    scans.compiled, start, [given], tf.shape(given)[0], start
  )
  with quick_session() as session:
    got = session.run([total, steps, found, twice], {given: x})
  sums = np.cumsum(x + np.arange(num_steps)[:, None, None], axis=0)
  last = sums[-1] if num_steps else np.zeros([2, 3])
  np.testing.assert_allclose(got[0], last, rtol=1e-4, atol=1e-4)
  assert got[1] == num_steps
  assert got[2].shape == got[3].shape == (num_steps, 2, 3)
  np.testing.assert_allclose(got[2], sums, rtol=1e-4, atol=1e-4)
  np.testing.assert_allclose(got[3], 2 * sums, rtol=1e-4, atol=1e-4)


def test_rows_too_long_to_be_many_at_once():
  wide = scans._MOST_NUMBERS // 4  # Two outputs: two steps at once.
  start = tf.zeros([1, wide])
  outputs = walk(scans.compiled, start, [], tf.constant(5), start)
  with quick_session() as session:
    found = session.run(outputs[2][:, 0, -1])
  np.testing.assert_array_equal(found, [0, 1, 3, 6, 10])


def test_a_batch_of_unknown_size_runs_in_the_loop():
  given = tf.placeholder(tf.float32, [None, None])
  totals = [
    walk(scan, tf.reduce_sum(given[:1], axis=0), [given], 3, given[0])[0]
    for scan in (scans.loop, scans.compiled)
  ]
  with quick_session() as session:
    plain, compiled = session.run(totals, {given: np.ones([3, 4])})
  np.testing.assert_array_equal(plain, compiled)
  assert not [
    op
    for op in tf.get_default_graph().get_operations()
    if op.type == 'PartitionedCall'
  ]


@pytest.mark.parametrize('scan', [scans.loop, scans.compiled])
def test_gradients_flow_through_the_loop_alone(scan):
  start, given = tf.ones([2, 3]), tf.ones([4, 2, 3])
  total, _, found, _ = walk(scan, start, [given], 4, start)
  for result in (total, found):
    gradients = tf.gradients(result, [start, given])
    assert [g is None for g in gradients] == [scan is scans.compiled] * 2


@pytest.mark.parametrize('scan', [scans.loop, scans.compiled])
def test_each_step_has_draws_of_its_own_that_come_again(scan):
  num_steps = AT_ONCE + 5

  def step(t, carry, rows):
    del rows
    drawn = tf.random.stateless_uniform([2, 3], tf.stack([7, t]))
    return carry, (drawn,)

  _, (drawn,) = scan(step, (), [], tf.constant(num_steps), [tf.zeros([2, 3])])
  with quick_session() as session:
    first, again = session.run(drawn), session.run(drawn)
  np.testing.assert_array_equal(first, again)
  assert len(np.unique(first)) > 0.99 * first.size
