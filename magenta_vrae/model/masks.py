# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which column of a frame may know which: masks of a network in one order.

The notes of a frame depend on each other. A network that gives every column's
logit from the columns before it makes p(x_t) a product of exact conditionals:

    p(x_t) = prod_d p(x_td | x_t1 ... x_t,d-1)

One masked hidden layer does so for all columns at once: MADE (Germain et al.
2015, arXiv 1502.03509), after NADE (Larochelle & Murray 2011). Columns are
ordered as in the roll, from the lowest pitch to the highest.

These are NumPy arrays, for TensorFlow's graph and for what runs without it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Masks(NamedTuple):
  """Zeros and ones, float32, by which weights are multiplied.

  Attributes:
    to_hidden: From the columns to the hidden units, sized `[D, U]`.
    from_hidden: From the hidden units to the logits, sized `[U, D]`.
    direct: From the columns to the logits, sized `[D, D]`.
  """

  to_hidden: np.ndarray
  from_hidden: np.ndarray
  direct: np.ndarray


def masks(depth: int, num_units: int) -> Masks:
  """The masks for D columns and U hidden units.

  Args:
    depth: D.
    num_units: U. The units are shared out evenly: some know no column, some
      the first, some the first two, and so on.
  """
  column = np.arange(depth)
  # How many columns a unit knows. A logit asks units that know none of its
  # own column and of those after it.
  known = np.sort(np.arange(num_units) % depth)
  return Masks(
    (column[:, np.newaxis] < known).astype(np.float32),
    (known[:, np.newaxis] <= column).astype(np.float32),
    (column[:, np.newaxis] < column).astype(np.float32),
  )


def intervals(reach: int, num_frames: int) -> np.ndarray:
  """The mask of the kernel in model/intervals.py.

  Args:
    reach: R, columns either way.
    num_frames: M + 1; the first is the frame itself.

  Returns:
    Zeros and ones, float32, sized `[2 R + 1, M + 1, 1]`.
  """
  mask = np.ones([2 * reach + 1, num_frames, 1], np.float32)
  mask[reach:, 0] = 0.0
  return mask


def masked(weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
  """Weights of which none need be masked where they are used.

  Args:
    weights: Arrays by their names in checkpoints.

  Returns:
    The same, but those of model/nade.py times their masks.
  """
  units = weights.get('decoder/nade_b')
  if units is None:
    return weights
  by = masks(len(weights['decoder/ar_b_out']), len(units))
  of = {
    'decoder/nade_W_x': by.to_hidden,
    'decoder/nade_W_d': by.to_hidden,
    'decoder/nade_W_out': by.from_hidden,
    'decoder/nade_A_x': by.direct,
    'decoder/nade_A_d': by.direct,
  }
  return {
    name: value * of[name] if name in of else value
    for name, value in weights.items()
  }
