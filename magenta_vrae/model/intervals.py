# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Units of each pitch for the notes around it, with weights that all share.

A third above a note is a third wherever the note is. Networks over whole frames
(nade.py) learn each pitch by itself, and a few hundred pieces are soon too few.
Here every column p has units of its own, with weights that all columns share:

    v_tp = relu(e_p + W_h h_t + sum_k sum_r K_kr x_{t-k,p+r})
    l_tp = a_tp + w_out v_tp

with k from 0 to M, frames before, and r from -R to R, semitones away. Of the
frame itself (k = 0) r stops at -1: a column's logit depends on the columns
before it alone, so that p(x_t) stays a product of conditionals (masks.py), and
nade.settle draws from it. a_t are the logits without these units; `nade_size`
may go with them.

Columns are taken as a semitone apart. A kernel that slides over columns is a
convolution: the tied networks of Johnson 2017 ("Generating polyphonic music
using tied parallel networks") share weights over pitches as well, with a
recurrence for each.
"""

from __future__ import annotations

from typing import NamedTuple

import tensorflow.compat.v1 as tf

from magenta_vrae.model import masks


class IntervalWeights(NamedTuple):
  """The weights; sizes with H units, C units of a column and D columns.

  Attributes:
    K: Sized `[2 R + 1, M + 1, C]`; a frame's own notes come first of the M + 1.
    e: Sized `[D, C]`.
    W_h: Sized `[H, C]`.
    w_out: Sized `[C]`.
  """

  K: tf.Tensor
  e: tf.Tensor
  W_h: tf.Tensor
  w_out: tf.Tensor

  def masked(self) -> IntervalWeights:
    """Without what would let a column know itself or one after it."""
    reach, num_frames = (int(size) for size in self.K.shape[:2])
    return self._replace(K=self.K * masks.intervals(reach // 2, num_frames))

  def logits(
    self, h: tf.Tensor, frames: tf.Tensor, dropout: float = 0.0
  ) -> tf.Tensor:
    """w_out v_t.

    Args:
      h: States, sized `[n, H]`.
      frames: Each frame and the M before it, newest first, sized
        `[n, M + 1, D]`.
      dropout: Share of the units that are left out, at all columns alike.

    Returns:
      A tensor sized `[n, D]`.
    """
    D, C = (int(size) for size in self.e.shape)
    x = tf.transpose(frames, [0, 2, 1])
    v = tf.nn.conv1d(x, self.K, 1, 'SAME')
    v += self.e + tf.matmul(h, self.W_h)[:, tf.newaxis]
    v = tf.nn.relu(v)
    if dropout:
      v = tf.nn.dropout(v, rate=dropout, noise_shape=[tf.shape(h)[0], 1, C])
    # One product of a matrix and a vector: few units, and many rows.
    rows = tf.reshape(v, [-1, C])
    return tf.reshape(tf.matmul(rows, self.w_out[:, tf.newaxis]), [-1, D])


def with_before(x: tf.Tensor, x_before: tf.Tensor, num: int) -> tf.Tensor:
  """Each frame of a sequence and those before it, newest first.

  Args:
    x: Frames, sized `[T, batch_size, D]`.
    x_before: The frame before each, of the same size.
    num: M, how many before each; what is before the first of `x_before` is
      silence.

  Returns:
    A tensor sized `[T, batch_size, M + 1, D]`.
  """
  T = tf.shape(x)[0]
  frames = [x]
  for k in range(num):
    frames.append(tf.pad(x_before, [(k, 0), (0, 0), (0, 0)])[:T])
  return tf.stack(frames, axis=2)
