# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Loops with products of bfloat16 numbers."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from bfloat16_products import needs_bfloat16_products
from graph_sessions import quick_session

from magenta_vrae.model import cells
from magenta_vrae.model import fast_recurrence
from magenta_vrae.model import mixed_precision
from magenta_vrae.model import products
from magenta_vrae.model import recurrence
from magenta_vrae.model.loop_choice import Ways

T, B, H, D = 12, 5, 32, 9


@pytest.fixture
def numbers():
  rng = np.random.default_rng(0)
  return lambda *shape: rng.normal(0, 0.2, shape).astype(np.float32)


def as_bfloat16(x):
  """The nearest bfloat16 numbers, as float32."""
  return x.astype(tf.bfloat16.as_numpy_dtype).astype(np.float32)


def in_ways(forward, backward):
  return fast_recurrence.FastRecurrence(lambda *loop: Ways(forward, backward))


@needs_bfloat16_products
def test_a_product_rounds_its_factors_and_its_result(numbers):
  x, W = numbers(B, H), numbers(H, D)
  found = products.product(tf.constant(x), mixed_precision.rounded(W))
  assert found.dtype == tf.float32
  with quick_session() as session:
    found = session.run(found)
  whole = as_bfloat16(x) @ as_bfloat16(W)
  # All numbers have 8 bits; the order of summation may turn the last of them.
  np.testing.assert_array_equal(found, as_bfloat16(found))
  np.testing.assert_allclose(found, whole, rtol=2**-8)
  # A number between two of them is the nearer one.
  near = mixed_precision.rounded(np.float32([[1 + 2**-10]]))
  with quick_session() as session:
    one = products.product(tf.constant([[3.0]]), near)
    assert session.run(one) == 3.0


@pytest.mark.parametrize(
  'limit, allows',
  [
    ('', True),
    ('ALL', True),
    ('default', True),
    ('AVX512_CORE_BF16', True),
    ('avx512_core_amx', True),
    ('AVX512_CORE_VNNI', False),
    ('AVX2', False),
    ('SSE41', False),
  ],
)
@pytest.mark.parametrize('name', ['ONEDNN_MAX_CPU_ISA', 'DNNL_MAX_CPU_ISA'])
def test_what_onednn_may_not_use_is_not_there(name, limit, allows, monkeypatch):
  for other in ('ONEDNN_MAX_CPU_ISA', 'DNNL_MAX_CPU_ISA'):
    monkeypatch.delenv(other, raising=False)
  monkeypatch.setenv(name, limit)
  assert mixed_precision.is_in('avx2 avx512f avx512_bf16') == allows
  assert not mixed_precision.is_in('avx2 avx512f')


def test_biases_are_not_rounded(numbers):
  weights = recurrence.OutputWeights(
    *map(tf.constant, (numbers(H, H), numbers(D, H), numbers(1, H))),
    *map(tf.constant, (numbers(H, D), numbers(D))),
  )
  types = [w.dtype.name for w in mixed_precision.rounded(weights)]
  assert types == ['bfloat16', 'bfloat16', 'float32', 'bfloat16', 'float32']


@needs_bfloat16_products
def test_the_paper_s_loop_against_numpy(numbers):
  W, a, h_0 = numbers(H, H), numbers(T, B, H), numbers(B, H)
  found = in_ways('bfloat16', 'bfloat16').outputs(
    cells.make_cell('tanh', [H]), *map(tf.constant, (W, a)), (h_0,)
  )
  with quick_session() as session:
    found = session.run(found)
  h, expected = h_0, []
  for a_t in a:
    h = np.tanh(as_bfloat16(as_bfloat16(h) @ as_bfloat16(W)) + a_t)
    expected.append(h)
  np.testing.assert_allclose(found, expected, atol=4e-3)
  # That is not what float32 gives: products were rounded.
  h = h_0
  for a_t in a:
    h = np.tanh(h @ W + a_t)
  assert np.abs(found[-1] - h).max() > 1e-4


@needs_bfloat16_products
@pytest.mark.parametrize('name', list(cells.CELLS))
@pytest.mark.parametrize('ways', [('bfloat16',) * 2, ('compiled', 'bfloat16')])
def test_gradients_are_float32_s_but_for_rounding(name, ways, numbers):
  cell = cells.make_cell(name, [H])
  GH = cell.num_gates * H
  shapes = [(H, GH), (D, GH), (1, GH), (H, D), (D,), (B, D)]
  shapes += [(B, H)] * cell.num_states
  tensors = [tf.constant(numbers(*shape)) for shape in shapes]
  asked = []
  for chosen in (fast_recurrence.choose('plain'), in_ways(*ways)):
    logits, _ = chosen.free_run(
      cell,
      recurrence.OutputWeights(*tensors[:5]),
      tuple(tensors[6:]),
      tensors[5],
      T,
    )
    loss = tf.reduce_sum(tf.nn.softplus(logits))
    gradients = tf.gradients(loss, tensors)
    assert all(g.dtype == tf.float32 for g in gradients)
    asked.append([logits, *gradients])
  with quick_session() as session:
    expected, found = session.run(asked)
  for value, plain in zip(found, expected):
    off = np.linalg.norm(value - plain) / np.linalg.norm(plain)
    assert off < 0.02
  assert any(np.any(a != b) for a, b in zip(found, expected))
