# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Products inside a loop, and the weights that it is given for them.

A loop multiplies by the same weights at every step, so it pays to prepare them
once. XLA's product takes longer where the rows of its second factor are not
whole lines of the cache, of 16 numbers: 32 rows by 500 x 1500 take 1.45 times
as long as by 500 x 1504 (TensorFlow 2.21, with AVX-512 and with AVX2 alone). So
loops that XLA compiles are given `filled` weights, with columns of zeros.
TensorFlow's own products would gain less, a tenth to a fifth, and would have to
copy what remains when the columns are cut off; XLA need not.
"""

from __future__ import annotations

from typing import Any
from typing import Callable
from typing import NamedTuple
from typing import TypeVar

import tensorflow.compat.v1 as tf

# Numbers of 32 bits in a line of the cache.
_LINE = 16

# A matrix, or a tuple with matrices in the fields W, W_x and W_out.
Weights = TypeVar('Weights')


class Filled(NamedTuple):
  """A matrix with columns of zeros behind its own.

  Attributes:
    matrix: Its columns are a multiple of a cache line's numbers.
    num_columns: Its own.
  """

  matrix: tf.Tensor
  num_columns: int


def filled(weights: Weights) -> Weights:
  """The weights with each matrix `Filled`; biases stay as they are."""
  return each_matrix(_filled, weights)


def each_matrix(change: Callable[[Any], Any], weights: Weights) -> Weights:
  """Changes the matrices among the weights."""
  if isinstance(weights, tuple):
    matrices = ('W', 'W_x', 'W_out')
    return weights._replace(  # type: ignore[attr-defined]
      **{name: change(getattr(weights, name)) for name in matrices}
    )
  return change(weights)


def product(x: tf.Tensor, W: tf.Tensor | Filled) -> tf.Tensor:
  """Returns x W in the numbers of x, computed in those of W.

  Args:
    x: Sized `[batch_size, n]`.
    W: Sized `[n, m]`, maybe `Filled`; maybe in bfloat16.

  Returns:
    A tensor sized `[batch_size, m]`.
  """
  if isinstance(W, Filled):
    return product(x, W.matrix)[:, : W.num_columns]
  if W.dtype == x.dtype:
    return tf.matmul(x, W)
  return tf.cast(tf.matmul(tf.cast(x, W.dtype), W), x.dtype)


def _filled(W: tf.Tensor) -> tf.Tensor | Filled:
  num_columns = int(W.shape[-1])
  missing = -num_columns % _LINE
  if not missing:
    return W
  return Filled(tf.pad(W, [(0, 0), (0, missing)]), num_columns)
