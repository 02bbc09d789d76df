# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The fast recurrences against the plain one and finite differences."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from graph_sessions import quick_session

from magenta_vrae.errors import InputError
from magenta_vrae.model import cells
from magenta_vrae.model import fast_recurrence
from magenta_vrae.model import recurrence
from magenta_vrae.model import scans
from magenta_vrae.model.loop_choice import Ways

T, B, H, D = 7, 3, 5, 4
LENGTHS = np.array([7, 1, 4], np.int32)
# By name in the hparam, and where the two loops run in different ways.
MIXED = {
  'forward compiled': Ways('compiled', 'uncompiled'),
  'backward compiled': Ways('uncompiled', 'compiled'),
}
WHOLE = ('compiled', 'uncompiled')
ALL = tuple(cells.CELLS)


def every_way(whole=ALL, uncompiled=ALL, mixed=()):
  """Each cell in whole ways and in mixed ones; XLA compiles for seconds.

  Args:
    whole: The cells that run in whole ways always; the others do at length.
    uncompiled: Of the others, those that run uncompiled always.
    mixed: Those that run in mixed ways always.
  """
  alone = [name for name in uncompiled if name not in whole]
  return pytest.mark.parametrize(
    'cell, ways',
    [
      *(pytest.param(name, ('uncompiled',)) for name in alone),
      *(
        pytest.param(
          name, ways, marks=() if name in always else pytest.mark.long
        )
        for ways, always in ((WHOLE, whole), (tuple(MIXED), mixed))
        for name in cells.CELLS
      ),
    ],
    indirect=['cell'],
    ids=lambda value: value if isinstance(value, str) else ' and '.join(value),
  )


def make_recurrence(kind):
  if kind in MIXED:
    return fast_recurrence.FastRecurrence(lambda *loop: MIXED[kind])
  return fast_recurrence.choose(kind)


@pytest.fixture
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


def free_inputs(cell, numbers, bias_rows, B=B):
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


class Results(NamedTuple):
  """What a recurrence gives.

  Attributes:
    output: An array.
    loss: The output, weighed to a number.
    gradients: The loss's by all inputs.
  """

  output: np.ndarray
  loss: float
  gradients: list[np.ndarray]


def runner(kinds, function, inputs, weigh):
  """A function of inputs that returns the `Results` of each kind.

  Args:
    kinds: 'plain', or a name of `WHOLE` or `MIXED`.
    function: From a recurrence and tensors to one tensor.
    inputs: Arrays, of which the sizes count.
    weigh: Array that weighs the output to a scalar.
  """
  places = [tf.placeholder(tf.float64, v.shape) for v in inputs]
  asked = []
  for kind in kinds:
    output = function(make_recurrence(kind), *places)
    loss = tf.reduce_sum(output * weigh)
    asked.append(Results(output, loss, tf.gradients(loss, places)))
  session = quick_session()
  return lambda inputs: session.run(asked, dict(zip(places, inputs)))


def check_against_plain(ways, function, inputs, weigh):
  """Returns the gradients of each way, and a function for `Results`."""
  run = runner(['plain', *ways], function, inputs, weigh)
  plain, *found = run(inputs)
  assert all(np.any(g) for g in plain.gradients)
  for way, results in zip(ways, found):
    arrays = [results.output, *results.gradients]
    for array, expected in zip(arrays, [plain.output, *plain.gradients]):
      np.testing.assert_allclose(array, expected, atol=1e-10, err_msg=way)
  return [results.gradients for results in found], lambda v: run(v)[1:]


def check_against_differences(inputs, gradients, run, step=1e-6):
  rng = np.random.default_rng(1)
  for i, value in enumerate(inputs):
    direction = rng.normal(size=value.shape)
    ends = []
    for sign in (1, -1):
      moved = list(inputs)
      moved[i] = moved[i] + sign * step * direction
      ends.append(np.array([results.loss for results in run(moved)]))
    differences = (ends[0] - ends[1]) / (2 * step)
    slopes = [np.sum(of_way[i] * direction) for of_way in gradients]
    np.testing.assert_allclose(slopes, differences, rtol=0, atol=1e-6)


# XLA compiles the loops of each cell here and in `test_free_run`, and those of
# other kinds for one cell. Of LSTM, which has two states, both loops of both
# kinds meet always.
@every_way(mixed=['lstm'])
def test_final_state_with_lengths(cell, numbers, ways):
  def function(chosen, W, a, *state_0):
    state = chosen.final_state(cell, W, a, state_0, tf.constant(LENGTHS))
    return tf.concat(state, axis=1)

  inputs = driven_inputs(cell, numbers)
  weigh = numbers(B, cell.num_states * H)
  gradients, run = check_against_plain(ways, function, inputs, weigh)
  check_against_differences(inputs, gradients, run)
  # What stands behind an example's end takes no part.
  for _, d_a, *_ in gradients:
    for example, length in enumerate(LENGTHS):
      assert not d_a[length:, example].any()
      assert d_a[:length, example].any()


@every_way(whole=['gru'])
def test_outputs(cell, numbers, ways):
  def function(chosen, W, a, *state_0):
    return chosen.outputs(cell, W, a, state_0)

  inputs = driven_inputs(cell, numbers)
  gradients, run = check_against_plain(ways, function, inputs, numbers(T, B, H))
  check_against_differences(inputs, gradients, run)


@every_way(mixed=['lstm'])
def test_free_run(cell, numbers, ways):
  check_free_run(cell, numbers, ways, bias_rows=1)


@every_way(whole=['gru'], uncompiled=())
def test_free_run_with_a_bias_of_each_example(cell, numbers, ways):
  check_free_run(cell, numbers, ways, bias_rows=B)


def check_free_run(cell, numbers, ways, bias_rows):
  def function(chosen, *tensors):
    weights = recurrence.OutputWeights(*tensors[:5])
    x_0, *state_0 = tensors[5:]
    logits, fed = chosen.free_run(cell, weights, tuple(state_0), x_0, T)
    assert logits.shape[1:] == fed.shape[1:] == [B, D]
    return logits

  inputs = free_inputs(cell, numbers, bias_rows)
  gradients, run = check_against_plain(ways, function, inputs, numbers(T, B, D))
  check_against_differences(inputs, gradients, run)


@every_way(whole=['lstm'])
def test_free_run_on_frames_without_gradient(cell, numbers, ways):
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
  gradients, run = check_against_plain(ways, function, inputs, weigh)
  check_against_differences(inputs, gradients, run)


@every_way(whole=['lstm'], uncompiled=())
def test_one_time_step(cell, numbers, ways):
  def function(chosen, W, a, *state_0):
    return chosen.final_state(cell, W, a, state_0, tf.ones([B], tf.int32))[0]

  W, a, *state_0 = driven_inputs(cell, numbers)
  inputs = [W, a[:1], *state_0]
  check_against_plain(ways, function, inputs, numbers(B, H))


@every_way(whole=['tanh'])
def test_float32_agrees_to_1e_5(cell, numbers, ways):
  """At the size of real windows, in the digits that training has."""
  T, B, H, D = 50, 20, 64, 49
  cell.num_units = H
  GH = cell.num_gates * H
  shapes = [(H, GH), (D, GH), (1, GH), (H, D), (D,), (B, D)]
  shapes += [(B, H)] * cell.num_states
  inputs = [0.1 * numbers(*s) for s in shapes]
  tensors = [tf.constant(v, tf.float32) for v in inputs]
  asked = []
  for kind in ['plain', *ways]:
    logits, _ = make_recurrence(kind).free_run(
      cell,
      recurrence.OutputWeights(*tensors[:5]),
      tuple(tensors[6:]),
      tensors[5],
      T,
    )
    loss = tf.reduce_mean(tf.nn.softplus(logits))
    asked.append([loss, *tf.gradients(loss, tensors)])
  with quick_session() as session:
    expected, *found = session.run(asked)
  for loss, *gradients in found:
    np.testing.assert_allclose(loss, expected[0], rtol=1e-6)
    for gradient, plain in zip(gradients, expected[1:]):
      np.testing.assert_allclose(gradient, plain, atol=1e-5 * np.max(plain))


@pytest.mark.parametrize('kind', ['plain', 'auto', 'uncompiled'])
def test_input_product(numbers, kind):
  x, W_in, b = numbers(T, B, D), numbers(D, H), numbers(H)
  product = fast_recurrence.choose(kind).input_product
  a = product(*map(tf.constant, (x, W_in, b)))
  assert a.shape == [T, B, H]
  with quick_session() as session:
    np.testing.assert_allclose(session.run(a), x @ W_in + b)


# Of as many steps as XLA makes at once, fewer, and more.
LONG = scans._MOST_STEPS + 3


@pytest.mark.parametrize('B', [3, 4])  # Whole, and in halves.
@pytest.mark.parametrize('cell', ALL, indirect=True)
def test_without_gradients_the_numbers_are_the_same(cell, numbers, B):
  GH = cell.num_gates * H
  a = tf.placeholder(tf.float64, [None, B, GH])
  W, W_x, bias, W_out, b_out, x_0, *state_0 = map(
    tf.constant, free_inputs(cell, numbers, B, B)
  )
  weights = recurrence.OutputWeights(W, W_x, bias, W_out, b_out)

  def everything(kind):
    loops = fast_recurrence.choose(kind, is_training=False)
    return [
      *loops.final_state(cell, W, a, state_0, tf.range(1, B + 1)),
      loops.outputs(cell, W, a, state_0),
      *loops.free_run(cell, weights, state_0, x_0, tf.shape(a)[0]),
    ]

  asked = [everything('plain'), everything('auto')]
  with quick_session() as session:
    for num_steps in (T, 1, LONG):
      plain, found = session.run(asked, {a: numbers(num_steps, B, GH)})
      assert len(found[-1]) == num_steps
      for array, expected in zip(found, plain):
        np.testing.assert_allclose(array, expected, atol=1e-12)


def test_unknown_recurrence():
  with pytest.raises(InputError, match="unknown recurrence 'fast'.*'plain'"):
    fast_recurrence.choose('fast')
