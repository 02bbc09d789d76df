# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Products by weights whose rows are filled up."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from graph_sessions import quick_session

from magenta_vrae.model import cells
from magenta_vrae.model import fast_recurrence
from magenta_vrae.model import products
from magenta_vrae.model import recurrence

T, B, LINE = 5, 3, 16


@pytest.fixture
def numbers():
  rng = np.random.default_rng(0)
  return lambda *shape: rng.normal(0, 0.3, shape).astype(np.float32)


@pytest.mark.parametrize('columns', [1, 15, 17, 49, 500])
def test_a_filled_matrix_has_the_same_product(columns, numbers):
  x, W = numbers(B, 20), numbers(20, columns)
  filled = products.filled(tf.constant(W))
  assert filled.matrix.shape[-1] % LINE == 0
  assert filled.matrix.shape[-1] - columns < LINE
  found = products.product(tf.constant(x), filled)
  assert found.shape == (B, columns)
  with quick_session() as session:
    np.testing.assert_allclose(session.run(found), x @ W, atol=1e-5)


def test_rows_that_are_full_stay_as_they_are(numbers):
  W = tf.constant(numbers(20, 2 * LINE))
  assert products.filled(W) is W


def test_biases_are_not_filled(numbers):
  shapes = [(7, 7), (9, 7), (1, 7), (7, 9), (9,)]
  weights = recurrence.OutputWeights(
    *(tf.constant(numbers(*shape)) for shape in shapes)
  )
  filled = products.filled(weights)
  for name in ('W', 'W_x', 'W_out'):
    assert getattr(filled, name).matrix.shape[-1] == LINE
  assert filled.bias is weights.bias
  assert filled.b_out is weights.b_out


@pytest.mark.parametrize(
  'name, H, D, is_training',
  [
    # Each size with one of the cells; at length, with all.
    pytest.param(
      name, *size, is_training, marks=() if i == j else pytest.mark.long
    )
    for i, name in enumerate(cells.CELLS)
    for j, size in enumerate([(LINE, LINE), (7, 9), (21, 3)])
    for is_training in (True, False)
  ],
)
def test_sizes_of_no_whole_line_run_compiled(name, H, D, is_training, numbers):
  """Forward, free and, where it is trained, backward."""
  cell = cells.make_cell(name, [H])
  GH = cell.num_gates * H
  shapes = [(H, GH), (D, GH), (1, GH), (H, D), (D,), (B, D), (T, B, GH)]
  shapes += [(B, H)] * cell.num_states
  tensors = [tf.constant(numbers(*shape)) for shape in shapes]
  x_0, a, *state = tensors[5:]
  asked = []
  for kind in ('plain', 'compiled'):
    runs = fast_recurrence.choose(kind, is_training=is_training)
    weights = recurrence.OutputWeights(*tensors[:5])
    logits, _ = runs.free_run(cell, weights, tuple(state), x_0, T)
    end = runs.final_state(
      cell, weights.W, a, tuple(state), tf.constant([T, 2, 0])
    )
    values = [logits, *end]
    if is_training:
      loss = sum(tf.reduce_sum(v * v) for v in values)
      values += tf.gradients(loss, tensors)
    asked.append(values)
  with quick_session() as session:
    for plain, compiled in zip(*session.run(asked)):
      np.testing.assert_allclose(compiled, plain, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize('batch_size', [1, 2, 400])
def test_a_gru_that_keeps_nothing_is_the_same_step(batch_size, numbers):
  """Small states and large ones go other ways to the same numbers."""
  cell = cells.make_cell('gru', [300])
  h, a = numbers(batch_size, 300), numbers(batch_size, 900)
  W = tf.constant(numbers(300, 900))
  advanced = cell.advance((tf.constant(h),), W, tf.constant(a))
  stepped, _ = cell.step((tf.constant(h),), tf.matmul(h, W), tf.constant(a))
  with quick_session() as session:
    np.testing.assert_allclose(*session.run([advanced, stepped]), atol=1e-6)
