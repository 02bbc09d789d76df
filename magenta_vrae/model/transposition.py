# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Training windows moved up or down at random, so that keys are not learnt.

A few songs hold few keys, and a model soon knows which song has which. A window
that comes back in other keys must be known by its music.
"""

from __future__ import annotations

import tensorflow.compat.v1 as tf


def transpose(
  x: tf.Tensor, x_target: tf.Tensor, most: int, columns_per_pitch: int = 1
) -> tuple[tf.Tensor, tf.Tensor]:
  """Moves each window by a number of semitones drawn evenly.

  A window moves no further than its notes have room: none are lost.

  Args:
    x: Windows as the encoder hears them, sized `[batch_size, T, D]`, columns in
      the order of pitches a semitone apart.
    x_target: The same windows as they are to be reconstructed, sized alike.
    most: Most semitones either way; with 0 nothing is done.
    columns_per_pitch: C. The first D / C columns are of all pitches, and so are
      the next.

  Returns:
    Both, moved alike, as float32.
  """
  if not most:
    return x, x_target
  x, x_target = (tf.cast(v, tf.float32) for v in (x, x_target))
  C = columns_per_pitch
  P = int(x_target.shape[-1]) // C
  sounds = tf.reduce_any(x_target > 0.5, axis=1)
  sounds = tf.reduce_any(tf.reshape(sounds, [-1, C, P]), axis=1)
  pitch = tf.range(P)
  lowest = tf.reduce_min(tf.where_v2(sounds, pitch, P - 1), axis=1)
  highest = tf.reduce_max(tf.where_v2(sounds, pitch, 0), axis=1)
  by = tf.random_uniform(tf.shape(lowest), -most, most + 1, dtype=tf.int32)
  # Of silence the lowest is the last and the highest the first: room is none.
  by = tf.clip_by_value(by, -lowest, tf.maximum(P - 1 - highest, -lowest))
  # A column takes what the one so many before it had. Where that is outside
  # nothing sounds, by what `by` is clipped to, so any silent one will do.
  source = tf.floormod(pitch - by[:, tf.newaxis], P)
  return _gathered(x, source, C), _gathered(x_target, source, C)


def _gathered(x: tf.Tensor, source: tf.Tensor, C: int) -> tf.Tensor:
  """Windows with their columns from `source`, sized `[batch_size, P]`."""
  B, T, D = tf.unstack(tf.shape(x))
  by_pitch = tf.transpose(
    tf.reshape(x, [B, T, C, source.shape[-1]]), [0, 3, 1, 2]
  )
  moved = tf.transpose(tf.gather(by_pitch, source, batch_dims=1), [0, 2, 3, 1])
  moved = tf.reshape(moved, [B, T, D])
  moved.set_shape(x.shape)
  return moved
