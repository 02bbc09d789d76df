# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Batches that share the cores give what batches in a row give."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from magenta_vrae import cores
from magenta_vrae.inference import batches


@pytest.mark.parametrize('num_threads', ['1', '2'])
@pytest.mark.parametrize('in_any_order', [True, False])
def test_results_are_joined_in_order(monkeypatch, num_threads, in_any_order):
  monkeypatch.setenv(batches.BLAS_THREADS, num_threads)
  monkeypatch.setattr(cores, 'available', lambda: 2)
  used = set()

  def function(a, b):
    used.add(threading.get_ident())
    return a + b, a[:, 0]

  a, b = np.arange(38.0).reshape(19, 2), np.arange(19.0)[:, np.newaxis]
  total, first = batches.over(function, (a, b), 4, in_any_order)
  np.testing.assert_array_equal(total, a + b)
  np.testing.assert_array_equal(first, a[:, 0])
  # A function that draws random numbers stays in this thread.
  is_here = used == {threading.get_ident()}
  assert is_here == (not in_any_order or num_threads == '2')
  assert batches.over(function, (a[:0], b[:0]), 4, in_any_order) == []


@pytest.mark.parametrize('num_threads, num_parts', [('1', 2), ('2', 1)])
def test_rows_are_shared_out(monkeypatch, num_threads, num_parts):
  monkeypatch.setenv(batches.BLAS_THREADS, num_threads)
  monkeypatch.setattr(cores, 'available', lambda: 2)
  for num_rows, most_parts in [(81, 2), (33, 1), (1, 1), (0, 1)]:
    a = np.arange(num_rows)
    parts = batches.by_rows(lambda rows, a=a: (a[rows],), num_rows)
    assert len(parts) == min(num_parts, most_parts)
    np.testing.assert_array_equal(np.concatenate([p for (p,) in parts]), a)


def test_an_error_is_raised(monkeypatch):
  monkeypatch.setenv(batches.BLAS_THREADS, '1')

  def function(a):
    raise ValueError(f'{len(a)} rows')

  with pytest.raises(ValueError, match='3 rows'):
    batches.over(function, (np.zeros([6, 1]),), 3, True)
