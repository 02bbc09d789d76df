# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The encoder of section 2.2: a window of frames to its last state h_end.

h_0 = 0,   h_{t+1} = tanh(W_enc h_t + W_in x_{t+1} + b_enc)
"""

from __future__ import annotations

import tensorflow.compat.v1 as tf

from magenta_vrae.host import HParams
from magenta_vrae.host import base_model
from magenta_vrae.model import blocks
from magenta_vrae.model import cells
from magenta_vrae.model import fast_recurrence
from magenta_vrae.model.hparams import check_encoder
from magenta_vrae.model.hparams import frames_per_step
from magenta_vrae.model.weights import encoder_shapes


class VraeEncoder(base_model.BaseEncoder):
  """One recurrent layer; its state after the last valid frame is the output.

  Works under any `MusicVAE`. Its hparams are `cell`, `enc_rnn_size`,
  `reverse_input`, `frames_per_step`, `weight_init`, `sigma_init`,
  `recurrent_init` and `recurrence`.
  """

  @property
  def output_depth(self) -> int:
    return self._cell.num_units

  def build(
    self,
    hparams: HParams,
    is_training: bool = True,
    name_or_scope: str = 'encoder',
  ) -> None:
    check_encoder(hparams)
    self._hparams = hparams
    self._scope = name_or_scope
    self._cell = cells.make_cell(hparams.cell, hparams.enc_rnn_size)
    self._recurrence = fast_recurrence.choose(
      hparams.recurrence, is_training, hparams.precision
    )

  def encode(
    self, sequence: tf.Tensor, sequence_length: tf.Tensor
  ) -> tf.Tensor:
    """Encodes windows into h_end, from which q(z|x) is parameterized.

    Args:
      sequence: Frames x, sized
        `[batch_size, max(sequence_length), input_depth]`.
      sequence_length: Valid frames of each, sized `[batch_size]`. What stands
        behind them does not touch the result.

    Returns:
      h_end, sized `[batch_size, output_depth]`.
    """
    hparams, cell = self._hparams, self._cell
    K = frames_per_step(hparams)
    shapes = encoder_shapes(hparams, int(sequence.shape[-1]))
    if hparams.reverse_input:
      sequence = tf.reverse_sequence(sequence, sequence_length, seq_axis=1)
    if K > 1:
      # A last block that is not full holds silence, whatever stood there.
      valid = tf.sequence_mask(sequence_length, tf.shape(sequence)[1])
      sequence *= tf.cast(valid, sequence.dtype)[:, :, tf.newaxis]
      sequence = blocks.to_blocks(sequence, K)
      sequence_length = blocks.num_blocks(sequence_length, K)
    # MusicVAE may give the scope another name than the checkpoint's part has.
    with tf.variable_scope(self._scope, reuse=tf.AUTO_REUSE):
      W_in = tf.get_variable(
        'W_in',
        shapes['encoder/W_in'],
        initializer=cells.weight_initializer(hparams),
      )
      W_enc = tf.get_variable(
        'W_enc',
        shapes['encoder/W_enc'],
        initializer=cells.recurrent_initializer(hparams),
      )
      b_enc = tf.get_variable(
        'b_enc', shapes['encoder/b_enc'], initializer=cell.bias_initializer()
      )

    x = tf.transpose(sequence, [1, 0, 2])
    a = self._recurrence.input_product(x, W_in, b_enc)
    h_0 = tf.zeros_like(a[0, :, : cell.num_units])
    return self._recurrence.final_state(
      cell, W_enc, a, (h_0,) * cell.num_states, sequence_length
    )[0]
