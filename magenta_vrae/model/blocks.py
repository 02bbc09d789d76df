# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Frames in blocks: K frames to one step of a recurrence.

The paper's recurrences make one step for each frame. At 20 frames a second most
frames are like the one before, and steps are what a recurrence spends its time
on and forgets over. With K frames side by side as one input or output, sized
K * D, a window has 1/K of the steps, and every frame still its own outputs.
The hparam `frames_per_step` is K; with 1, as in the paper, nothing here changes
anything.

Sizes: T frames of D pitches in S = ceil(T / K) blocks. Times go first to last
in a block too.
"""

from __future__ import annotations

import tensorflow.compat.v1 as tf


def num_blocks(num_frames: tf.Tensor | int, K: int) -> tf.Tensor | int:
  """How many blocks hold so many frames, the last one partly filled."""
  return -(-num_frames // K)


def to_blocks(x: tf.Tensor, K: int) -> tf.Tensor:
  """Frames side by side, the last block filled up with silence.

  Args:
    x: Frames, sized `[batch_size, T, D]`.
    K: Frames in a block.

  Returns:
    A tensor sized `[batch_size, ceil(T / K), K * D]`.
  """
  if K == 1:
    return x
  batch_size, known_T, D = x.shape.as_list()
  T = tf.shape(x)[1]
  S = num_blocks(T, K)
  padded = tf.pad(x, [(0, 0), (0, S * K - T), (0, 0)])
  blocks = tf.reshape(padded, [-1, S, K * D])
  blocks.set_shape([batch_size, known_T and num_blocks(known_T, K), K * D])
  return blocks


def to_frames(blocks: tf.Tensor, K: int, num_frames: tf.Tensor) -> tf.Tensor:
  """The first frames in blocks, `to_blocks` undone.

  Args:
    blocks: Sized `[batch_size, S, K * D]`.
    K: Frames in a block.
    num_frames: T, at most S * K.

  Returns:
    A tensor sized `[batch_size, T, D]`.
  """
  if K == 1:
    return blocks
  batch_size, _, KD = blocks.shape.as_list()
  S = tf.shape(blocks)[1]
  frames = tf.reshape(blocks, [-1, S * K, KD // K])[:, :num_frames]
  frames.set_shape([batch_size, None, KD // K])
  return frames


def blocks_before(x_before: tf.Tensor, K: int) -> tf.Tensor:
  """For each block, the K frames that end where it begins.

  Args:
    x_before: The frame before each frame, sized `[batch_size, T, D]`; the first
      is the one before all, and before that is silence.
    K: Frames in a block.

  Returns:
    A tensor sized `[batch_size, ceil(T / K), K * D]`.
  """
  # x_before is a frame late by itself; K - 1 silent ones in front make it K.
  S = num_blocks(tf.shape(x_before)[1], K)
  led_in = tf.pad(x_before, [(0, 0), (K - 1, 0), (0, 0)])
  return to_blocks(led_in[:, : S * K], K)
