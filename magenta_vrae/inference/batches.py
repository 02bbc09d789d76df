# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A function over batches or rows of arrays, each core with a share of its own.

NumPy releases Python's lock in its products. A core with a batch to itself
waits for nobody, while threads within one product wait for each other: beside
other programs that took two to three times as long. So batches share the cores
where BLAS has one thread, as in our commands, and come one after another
elsewhere.
"""

from __future__ import annotations

import concurrent.futures
import os
from typing import Callable

import numpy as np

from magenta_vrae import cores

BLAS_THREADS = 'OPENBLAS_NUM_THREADS'
# Of fewer a thread waits longer for Python's lock than it computes.
_LEAST_ROWS = 32


def over(
  function: Callable[..., tuple],
  arrays: tuple[np.ndarray, ...],
  batch_size: int,
  in_any_order: bool = False,
) -> list[np.ndarray]:
  """A function's results over batches of arrays, joined.

  Args:
    function: From a batch of each array to a tuple of arrays.
    arrays: Of equal length.
    batch_size: Rows of a batch, at most.
    in_any_order: Whether batches may be taken at once: the function draws no
      random numbers and changes nothing.

  Returns:
    As many arrays as the function returns; none of nothing.
  """
  num_rows, num_cores = len(arrays[0]), cores.available()
  are_shared = in_any_order and os.environ.get(BLAS_THREADS) == '1'
  if are_shared:
    share = max(-(-num_rows // num_cores), _LEAST_ROWS)
    batch_size = min(batch_size, share)
  starts = range(0, num_rows, batch_size)

  def of_batch(start: int) -> tuple:
    return function(*(array[start : start + batch_size] for array in arrays))

  if are_shared and len(starts) > 1:
    with concurrent.futures.ThreadPoolExecutor(num_cores) as threads:
      batches = list(threads.map(of_batch, starts))
  else:
    batches = [of_batch(start) for start in starts]
  return [np.concatenate(parts) for parts in zip(*batches)]


def by_rows(function: Callable[[slice], tuple], num_rows: int) -> list[tuple]:
  """A function of some rows at a time, each core with a share of them.

  Args:
    function: From a slice of the rows; it draws no random numbers and changes
      nothing.
    num_rows: How many there are.

  Returns:
    What it returned of one share after another; one share if there are too few.
  """
  num_parts = 1
  if os.environ.get(BLAS_THREADS) == '1':
    num_parts = max(1, min(cores.available(), num_rows // _LEAST_ROWS))
  edges = [num_rows * i // num_parts for i in range(num_parts + 1)]
  rows = [slice(*pair) for pair in zip(edges, edges[1:])]
  if num_parts == 1:
    return [function(rows[0])]
  with concurrent.futures.ThreadPoolExecutor(num_parts) as threads:
    return list(threads.map(function, rows))
