# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Windows of a dataset, cut from whole pieces when their turn comes.

Windows at every frame overlap: cut all at once, they take `window_frames` times
the memory of their piece, and mixing takes many pieces. So Magenta's
`get_dataset` is given whole pieces to convert, and what is mixed in training is
where windows begin.
"""

from __future__ import annotations

from typing import Any
from typing import Callable

# Before TensorFlow: it says how to get what is missing.
from magenta_vrae.host import data

# isort: split
import numpy as np
import tensorflow.compat.v1 as tf

from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.stand_ins.note_sequence import NoteSequence

# Pieces whose windows are mixed with each other. They are drawn from twice as
# many that lie in memory.
_MIXED_PIECES = 256
# Windows that are cut at a time: one by one they take several times as long.
_CUT_WINDOWS = 128
# AutoGraph would look for loops and branches in functions that have none.
_as_it_is = tf.autograph.experimental.do_not_convert


class WholePieces(data.BaseNoteSequenceConverter):
  """Converts a NoteSequence into its roll, and where windows begin.

  Inputs are the roll, sized `[num_frames, depth]`; outputs are sized
  `[num_frames, 1]` and say of each frame whether a window begins at it.

  Args:
    roll_converter: What makes the roll. It has the mode.
  """

  def __init__(self, roll_converter: RollConverter) -> None:
    super().__init__(
      input_depth=roll_converter.depth,
      input_dtype=np.bool_,
      output_depth=1,
      output_dtype=np.bool_,
      control_dtype=np.bool_,
      presplit_on_time_changes=False,
    )
    self._of = roll_converter

  def set_mode(self, mode: str) -> None:
    """As `RollConverter.set_mode`."""
    self._of.set_mode(mode)

  def to_tensors(self, item: NoteSequence) -> data.ConverterTensors:
    """As the class says; nothing of a piece without a window.

    Raises:
      InputError: If the piece lasts over 24 hours.
    """
    starts, roll = self._of.starts_and_roll(item)
    if not len(starts):
      return data.ConverterTensors()
    begins = np.zeros([len(roll), 1], bool)
    begins[starts] = True
    return data.ConverterTensors(inputs=[roll], outputs=[begins])

  def windows(self, dataset: tf.data.Dataset) -> tf.data.Dataset:
    """The windows of a dataset of such pieces, in order of piece and time.

    Args:
      dataset: Batches of pieces, each `(inputs, outputs, controls, lengths)`.

    Returns:
      A dataset of windows as MusicVAE evaluates them: inputs and outputs, the
      same and sized `[window_frames, depth]`; controls, sized
      `[window_frames, 0]`; and the length.
    """

    @_as_it_is
    def places(rolls: tf.Tensor, begins: tf.Tensor, *_: Any) -> tf.data.Dataset:
      starts = tf.where(tf.reshape(begins, [-1]))[:, 0]
      return _cuts(tf.reshape(rolls, [-1, self._of.depth]), starts)

    return dataset.flat_map(places).flat_map(self._cut)

  def mixed_windows(
    self,
    shuffle: Callable[..., tf.data.Dataset],
    dataset: tf.data.Dataset,
    *rest: Any,
    **named: Any,
  ) -> tf.data.Dataset:
    """The windows of a dataset of such pieces, in random order.

    Args:
      shuffle: `tf.data.Dataset.shuffle`.
      dataset: The pieces, each `(inputs, outputs, controls, length)`.
      *rest: Further arguments of `shuffle`, such as a seed.
      **named: The same by name.

    Returns:
      A dataset as `windows` makes it.
    """
    # Taken here, as functions of a dataset do not draw one of their own.
    _, seed = tf.get_seed(None)
    pieces = shuffle(dataset, _MIXED_PIECES, *rest, **named)
    batches = pieces.map(_roll_and_begins).apply(
      tf.data.experimental.dense_to_ragged_batch(_MIXED_PIECES)
    )

    @_as_it_is
    def places(
      rolls: tf.RaggedTensor, begins: tf.RaggedTensor
    ) -> tf.data.Dataset:
      # No window reaches into the next piece: none begins so late.
      starts = tf.where(begins.values)[:, 0]
      return _cuts(rolls.values, tf.random.shuffle(starts, seed))

    return batches.flat_map(places).flat_map(self._cut)

  @_as_it_is
  def _cut(self, frames: tf.Tensor, starts: tf.Tensor) -> tf.data.Dataset:
    T = self._of.window_frames
    cut = tf.gather(frames, starts[:, tf.newaxis] + tf.range(T, dtype='int64'))
    controls = tf.zeros([tf.size(starts), T, 0], tf.bool)
    lengths = tf.fill([tf.size(starts)], T)
    return tf.data.Dataset.from_tensor_slices((cut, cut, controls, lengths))


@_as_it_is
def _roll_and_begins(
  roll: tf.Tensor, begins: tf.Tensor, *_: Any
) -> tuple[tf.Tensor, tf.Tensor]:
  return roll, begins[:, 0]


def _cuts(frames: tf.Tensor, starts: tf.Tensor) -> tf.data.Dataset:
  """The same frames again and again, with a few windows' starts each time."""
  few = tf.data.Dataset.from_tensor_slices(starts).batch(_CUT_WINDOWS)
  return tf.data.Dataset.zip(
    (tf.data.Dataset.from_tensors(frames).repeat(), few)
  )
