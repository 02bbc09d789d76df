# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The fast recurrences against the plain one and finite differences."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from magenta_vrae.errors import InputError
from magenta_vrae.model import cells
from magenta_vrae.model import fast_recurrence
from magenta_vrae.model import recurrence
from magenta_vrae.model.loop_choice import Ways

T, B, H, D = 7, 3, 5, 4
LENGTHS = np.array([7, 1, 4], np.int32)
# By name in the hparam, and where the two loops run in different ways.
MIXED = {
  'forward compiled': Ways(forward=True, backward=False),
  'backward compiled': Ways(forward=False, backward=True),
}
FAST = ['compiled', 'uncompiled', *MIXED]


def make_recurrence(kind):
  if kind in MIXED:
    return fast_recurrence.FastRecurrence(lambda *loop: MIXED[kind])
  return fast_recurrence.choose(kind)


@pytest.fixture(params=list(cells.CELLS))
def cell(request):
  return cells.make_cell(request.param, [H])


@pytest.fixture
def numbers():
  """Makes arrays; float64, because finite differences need the digits."""
  rng = np.random.default_rng(0)
  return lambda *shape: rng.normal(0, 0.7, shape)


def driven_inputs(cell, numbers):
  GH = cell.num_gates * H
  return [
    numbers(H, GH),
    numbers(T, B, GH),
    *(numbers(B, H) for _ in range(cell.num_states)),
  ]


def free_inputs(cell, numbers, bias_rows):
  GH = cell.num_gates * H
  return [
    numbers(H, GH),
    numbers(D, GH),
    numbers(bias_rows, GH),
    numbers(H, D),
    numbers(D),
    numbers(B, D),
    *(numbers(B, H) for _ in range(cell.num_states)),
  ]


def results(kind, function, inputs, weigh):
  """Output, gradients by all inputs, and a function of new inputs.

  Args:
    kind: 'plain' or one of `FAST`.
    function: From a recurrence and tensors to one tensor.
    inputs: Arrays.
    weigh: Array that weighs the output to a scalar.
  """
  places = [tf.placeholder(tf.float64, v.shape) for v in inputs]
  output = function(make_recurrence(kind), *places)
  loss = tf.reduce_sum(output * weigh)
  gradients = tf.gradients(loss, places)
  session = tf.Session()
  feed = dict(zip(places, inputs))
  output, *gradients = session.run([output, *gradients], feed)

  def loss_at(inputs):
    return session.run(loss, dict(zip(places, inputs)))

  return output, gradients, loss_at


def check_against_plain(kind, function, inputs, weigh):
  expected, expected_gradients, _ = results('plain', function, inputs, weigh)
  output, gradients, loss_at = results(kind, function, inputs, weigh)
  np.testing.assert_allclose(output, expected, atol=1e-10)
  assert all(np.any(g) for g in expected_gradients)
  for gradient, plain in zip(gradients, expected_gradients):
    np.testing.assert_allclose(gradient, plain, atol=1e-10)
  return gradients, loss_at


def check_against_differences(inputs, gradients, loss_at, step=1e-6):
  rng = np.random.default_rng(1)
  for i, gradient in enumerate(gradients):
    direction = rng.normal(size=gradient.shape)
    ends = []
    for sign in (1, -1):
      moved = list(inputs)
      moved[i] = moved[i] + sign * step * direction
      ends.append(loss_at(moved))
    difference = (ends[0] - ends[1]) / (2 * step)
    assert np.sum(gradient * direction) == pytest.approx(difference, abs=1e-6)


@pytest.mark.parametrize('kind', FAST)
def test_final_state_with_lengths(cell, numbers, kind):
  def function(chosen, W, a, *state_0):
    state = chosen.final_state(cell, W, a, state_0, tf.constant(LENGTHS))
    return tf.concat(state, axis=1)

  inputs = driven_inputs(cell, numbers)
  weigh = numbers(B, cell.num_states * H)
  gradients, loss_at = check_against_plain(kind, function, inputs, weigh)
  check_against_differences(inputs, gradients, loss_at)
  # What stands behind an example's end takes no part.
  d_a = gradients[1]
  for example, length in enumerate(LENGTHS):
    assert not d_a[length:, example].any()
    assert d_a[:length, example].any()


@pytest.mark.parametrize('kind', FAST)
def test_outputs(cell, numbers, kind):
  def function(chosen, W, a, *state_0):
    return chosen.outputs(cell, W, a, state_0)

  inputs = driven_inputs(cell, numbers)
  gradients, loss_at = check_against_plain(
    kind, function, inputs, numbers(T, B, H)
  )
  check_against_differences(inputs, gradients, loss_at)


@pytest.mark.parametrize('bias_rows', [1, B])
@pytest.mark.parametrize('kind', FAST)
def test_free_run(cell, numbers, kind, bias_rows):
  def function(chosen, *tensors):
    weights = recurrence.OutputWeights(*tensors[:5])
    x_0, *state_0 = tensors[5:]
    logits, fed = chosen.free_run(cell, weights, tuple(state_0), x_0, T)
    assert logits.shape[1:] == fed.shape[1:] == [B, D]
    return logits

  inputs = free_inputs(cell, numbers, bias_rows)
  gradients, loss_at = check_against_plain(
    kind, function, inputs, numbers(T, B, D)
  )
  check_against_differences(inputs, gradients, loss_at)


@pytest.mark.parametrize('kind', FAST)
def test_free_run_on_frames_without_gradient(cell, numbers, kind):
  """What is fed is a number to the gradient: thresholds have none."""

  def function(chosen, *tensors):
    weights = recurrence.OutputWeights(*tensors[:5])
    x_0, *state_0 = tensors[5:]
    logits, fed = chosen.free_run(
      cell,
      weights,
      tuple(state_0),
      x_0,
      T,
      feed=lambda logits, t: tf.cast(logits >= 0, tf.float64),
    )
    return tf.concat([logits, fed], axis=2)

  inputs = free_inputs(cell, numbers, 1)
  weigh = np.concatenate([numbers(T, B, D), np.zeros([T, B, D])], axis=2)
  gradients, loss_at = check_against_plain(kind, function, inputs, weigh)
  check_against_differences(inputs, gradients, loss_at)


@pytest.mark.parametrize('kind', FAST)
def test_one_time_step(cell, numbers, kind):
  def function(chosen, W, a, *state_0):
    return chosen.final_state(cell, W, a, state_0, tf.ones([B], tf.int32))[0]

  W, a, *state_0 = driven_inputs(cell, numbers)
  inputs = [W, a[:1], *state_0]
  check_against_plain(kind, function, inputs, numbers(B, H))


def test_float32_agrees_to_1e_5(cell, numbers):
  """At the size of real windows, in the digits that training has."""
  T, B, H, D = 50, 20, 64, 49
  cell.num_units = H
  GH = cell.num_gates * H
  shapes = [(H, GH), (D, GH), (1, GH), (H, D), (D,), (B, D)]
  shapes += [(B, H)] * cell.num_states
  inputs = [0.1 * numbers(*s) for s in shapes]
  losses, gradients = [], []
  for kind in ['plain', *FAST]:
    tensors = [tf.constant(v, tf.float32) for v in inputs]
    logits, _ = make_recurrence(kind).free_run(
      cell,
      recurrence.OutputWeights(*tensors[:5]),
      tuple(tensors[6:]),
      tensors[5],
      T,
    )
    loss = tf.reduce_mean(tf.nn.softplus(logits))
    with tf.Session() as session:
      values = session.run([loss, *tf.gradients(loss, tensors)])
    losses.append(values[0])
    gradients.append(values[1:])
  np.testing.assert_allclose(losses, losses[0], rtol=1e-6)
  for fast in gradients[1:]:
    for gradient, plain in zip(fast, gradients[0]):
      np.testing.assert_allclose(gradient, plain, atol=1e-5 * np.max(plain))


def test_input_product(numbers):
  x, W_in, b = numbers(T, B, D), numbers(D, H), numbers(H)
  a = recurrence.input_product(*map(tf.constant, (x, W_in, b)))
  with tf.Session() as session:
    np.testing.assert_allclose(session.run(a), x @ W_in + b)


def test_unknown_recurrence():
  with pytest.raises(InputError, match="unknown recurrence 'fast'.*'plain'"):
    fast_recurrence.choose('fast')
