# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Training windows moved up or down at random, so that keys are not learnt.

A few songs hold few keys, and a model soon knows which song has which. A window
that comes back in other keys must be known by its music. In the last part of
training it may come in its own key only: what is drawn is then in the songs'
keys, and held-out music, which is in them too, is fitted better.
"""

from __future__ import annotations

from typing import Sequence

import numpy as np
import tensorflow.compat.v1 as tf


def transpose(
  x: tf.Tensor,
  x_target: tf.Tensor,
  most: int | tf.Tensor,
  pitch_blocks: Sequence[int],
) -> tuple[tf.Tensor, tf.Tensor]:
  """Moves each window by a number of semitones drawn evenly.

  A window moves no further than its notes have room: none are lost.

  Args:
    x: Windows as the encoder hears them, sized `[batch_size, T, D]`.
    x_target: The same windows as they are to be reconstructed, sized alike.
    most: Most semitones either way, an int32 tensor if it changes; with the
      number 0 nothing is done.
    pitch_blocks: How many columns are a semitone apart, block by block from the
      first column on. Those behind the blocks stay.

  Returns:
    Both, moved alike, as float32.
  """
  if isinstance(most, int) and not most:
    return x, x_target
  x, x_target = (tf.cast(v, tf.float32) for v in (x, x_target))
  sounds = tf.reduce_any(x_target > 0.5, axis=1)
  below, above = _room(sounds, pitch_blocks)
  by = tf.random_uniform(tf.shape(below), -most, most + 1, dtype=tf.int32)
  by = tf.clip_by_value(by, -below, above)[:, tf.newaxis]
  # A column takes what the one so many before it had. Where that is outside
  # its block nothing sounds, by what `by` is clipped to, so any silent one will
  # do: the one as far from the block's other end.
  source, start = [], 0
  for P in pitch_blocks:
    source.append(start + tf.floormod(tf.range(P) - by, P))
    start += P
  rest = tf.range(start, int(x.shape[-1]))
  source.append(tf.zeros_like(by) + rest)
  index = tf.concat(source, axis=1)
  return _gathered(x, index), _gathered(x_target, index)


def _room(
  sounds: tf.Tensor, pitch_blocks: Sequence[int]
) -> tuple[tf.Tensor, tf.Tensor]:
  """How many columns every note of a window can move down, and up.

  Args:
    sounds: Which columns sound, a bool tensor sized `[batch_size, D]`.
    pitch_blocks: As in `transpose`.

  Returns:
    Two int32 tensors sized `[batch_size]`, 0 or more. Silence has the room of
    the smallest block.
  """
  below, above, start = [], [], 0
  for P in pitch_blocks:
    own = sounds[:, start : start + P]
    pitch = np.arange(P, dtype=np.int32)
    below.append(tf.reduce_min(tf.where_v2(own, pitch, P - 1), axis=1))
    highest = tf.reduce_max(tf.where_v2(own, pitch, 0), axis=1)
    above.append(P - 1 - highest)
    start += P
  return tf.reduce_min(below, axis=0), tf.reduce_min(above, axis=0)


def _gathered(x: tf.Tensor, index: tf.Tensor) -> tf.Tensor:
  """Windows with their columns from `index`, sized `[batch_size, D]`."""
  by_column = tf.transpose(x, [0, 2, 1])
  moved = tf.transpose(tf.gather(by_column, index, batch_dims=1), [0, 2, 1])
  moved.set_shape(x.shape)
  return moved
