# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A function over batches of arrays, each core with a batch of its own.

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

BLAS_THREADS = 'OPENBLAS_NUM_THREADS'


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
    batch_size: Rows of a batch.
    in_any_order: Whether batches may be taken at once: the function draws no
      random numbers and changes nothing.

  Returns:
    As many arrays as the function returns; none of nothing.
  """
  starts = range(0, len(arrays[0]), batch_size)

  def of_batch(start: int) -> tuple:
    return function(*(array[start : start + batch_size] for array in arrays))

  if in_any_order and len(starts) > 1 and os.environ.get(BLAS_THREADS) == '1':
    with concurrent.futures.ThreadPoolExecutor(_num_cores()) as threads:
      batches = list(threads.map(of_batch, starts))
  else:
    batches = [of_batch(start) for start in starts]
  return [np.concatenate(parts) for parts in zip(*batches)]


def _num_cores() -> int:
  """Cores that this process may use."""
  if hasattr(os, 'sched_getaffinity'):
    return len(os.sched_getaffinity(0))
  return os.cpu_count() or 1
