# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Windows with mistakes, for an encoder that learns to correct them.

A model that is shown corrupted windows and must reconstruct the clean ones
learns to denoise (section 4 of the paper proposes it; as a bound, Im et al.
2015, arXiv 1511.06406). faults.py says which faults there are.
"""

from __future__ import annotations

from typing import Callable

import tensorflow.compat.v1 as tf

from magenta_vrae.model.faults import WRONG_BY
from magenta_vrae.model.faults import Rates


def corrupt(x: tf.Tensor, rates: Rates) -> tf.Tensor:
  """Draws faults for every note of some windows.

  Args:
    x: Windows of zeros and ones, sized `[batch_size, T, D]`, a column a pitch.
      What moves out of a window is gone.
    rates: `Rates`; where all are zero, x is returned.

  Returns:
    Windows of zeros and ones, float32, of the same size.
  """
  x = tf.cast(x, tf.float32)
  if not any(rates):
    return x
  B, T, D = tf.unstack(tf.shape(x))
  before = tf.pad(x, [(0, 0), (1, 0), (0, 0)])[:, :-1]
  # The number of each column's note, from 1 on, in the frames where it sounds.
  number = tf.cast(tf.cumsum(x * (1.0 - before), axis=1), tf.int32)
  most_notes = T // 2 + 2

  def draw(sample: Callable[..., tf.Tensor]) -> tf.Tensor:
    """A number drawn for each note, where it sounds; sized like x."""
    drawn = sample([B, most_notes, D])
    row = tf.range(B)[:, tf.newaxis, tf.newaxis] * most_notes + number
    cell = row * D + tf.range(D)
    return tf.gather(tf.reshape(drawn, [-1]), cell)

  is_missing = draw(tf.random_uniform) < rates.missing
  is_wrong = draw(tf.random_uniform) < rates.wrong
  off_by = draw(
    lambda shape: tf.gather(
      WRONG_BY,
      tf.random_uniform(shape, maxval=len(WRONG_BY), dtype=tf.int32),
    )
  )
  late_by = draw(
    lambda shape: tf.random_uniform(
      shape,
      -rates.jitter_frames,
      rates.jitter_frames + 1,
      dtype=tf.int32,
    )
  )

  cells = tf.cast(tf.where((x > 0.0) & ~is_missing), tf.int32)
  batch, t, column = tf.unstack(cells, axis=1)
  t += tf.gather_nd(late_by, cells)
  column += tf.gather_nd(
    tf.where(is_wrong, off_by, tf.zeros_like(off_by)), cells
  )
  inside = (t >= 0) & (t < T) & (column >= 0) & (column < D)
  targets = tf.boolean_mask(tf.stack([batch, t, column], axis=1), inside)
  counts = tf.scatter_nd(targets, tf.ones(tf.shape(targets)[:1]), tf.shape(x))
  corrupted = tf.cast(counts > 0.0, tf.float32)
  corrupted.set_shape(x.shape)
  return corrupted
