# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""An autoregressive decoder: the paper's, and a second recurrence beside it.

The paper's decoder (decoder.py) says all its outputs from z alone. They are
independent given z: what is unsure falls silent or is held. Here they are what
a second recurrence begins from, which is told each frame that was played:

    f_t      the logits of the paper's decoder, its free run from z
    h_0      = tanh(W_z z + b_z)
    h_t      = cell(h_{t-1}; W_x x_{t-1} + W_free sigm(f_t) + W_zx z + b_dec)
             with `bar_frames` P, W_bar,t mod P beside b_dec: the row of where
             in the bar frame t is
    a_t      = W_out h_t + b_out + c_free f_t + c_x (2 x_{t-1} - 1)
    p(x | z) = prod_t p(x_t | x_{t-1} ... x_1, z), by sigm(a_t), or with
               `nade_size` or `interval_size` by the notes of the frame jointly;
               nade.py, intervals.py

In training x_{t-1} is the true frame (teacher forcing), in generation the one
that was drawn. As such a recurrence could do without z, the objective has a
second term, `free_weight` times log p_free(x | z), the paper's likelihood of
the free run. The bound does not have it.

Weights are those of `weights.autoregressive_shapes`, whose names have `ar_`
before the letters here.
"""

from __future__ import annotations

from typing import Callable

import tensorflow.compat.v1 as tf

from magenta_vrae.errors import InputError
from magenta_vrae.host import HParams
from magenta_vrae.model import cells
from magenta_vrae.model import intervals
from magenta_vrae.model import nade
from magenta_vrae.model.decoder import DecodeResults
from magenta_vrae.model.decoder import VraeDecoder
from magenta_vrae.model.decoder import cross_entropy
from magenta_vrae.model.hparams import is_autoregressive
from magenta_vrae.model.recurrence import Feed
from magenta_vrae.model.weights import autoregressive_shapes

# Of b_out: few notes sound, and training need not begin by learning that.
_OUTPUT_BIAS = -3.0
# How large the last weights are at first: the free run speaks alone.
_SMALL = 0.01
# And the weights of the pitches' units: few of the notes they hear sound.
_HEARS = 0.05


class AutoregressiveDecoder(VraeDecoder):
  """The paper's decoder, and a recurrence that is told the frames.

  Works under any `MusicVAE`, as `VraeDecoder` does. Its hparams are those of
  `VraeDecoder`, with `feedback` 'output', and

  * ar_rnn_size: Units of the recurrence, a list of one.
  * nade_size: Units that join the notes of a frame; 0 draws them independently.
  * bar_frames: Frames of a bar. Windows begin on bar lines, and the recurrence
    is told which frame of the bar each is; 0 does not tell it.
  * interval_size: Units with which each pitch hears the notes around it;
    `interval_reach` and `interval_frames` say how far.
  * free_weight: Weight of -log p_free(x|z), which `VRAE` adds to its loss.
  * told_dropout: Share of the frames told that are hidden in training.
  * ar_dropout: Share of h_t that is left out in training where frames are made
    of it (dropout: Srivastava et al. 2014), and of the pitches' units; the
    recurrence itself has all.
  """

  _is_told_frames = True

  def build(
    self, hparams: HParams, output_depth: int, is_training: bool = True
  ) -> None:
    if not is_autoregressive(hparams):
      raise InputError(
        f'ar_rnn_size is {list(hparams.ar_rnn_size)}; an autoregressive '
        'decoder needs a unit or more'
      )
    super().build(hparams, output_depth, is_training)
    self._ar_cell = cell = cells.make_cell(hparams.cell, hparams.ar_rnn_size)
    shapes = autoregressive_shapes(hparams, output_depth)
    normal = cells.weight_initializer(hparams)
    small = tf.random_normal_initializer(stddev=_SMALL)
    zeros, ones = tf.zeros_initializer(), tf.ones_initializer()

    def weight(name: str, initializer: cells.Initializer) -> tf.Variable:
      shape = shapes[f'decoder/{name}']
      return tf.get_variable(name, shape, initializer=initializer)

    with tf.variable_scope('decoder'):
      self._ar_W_z = weight('ar_W_z', normal)
      self._ar_b_z = weight('ar_b_z', zeros)
      self._ar_W_dec = weight('ar_W_dec', cells.recurrent_initializer(hparams))
      self._ar_W_x = weight('ar_W_x', normal)
      self._ar_W_free = weight('ar_W_free', normal)
      self._ar_W_zx = weight('ar_W_zx', normal)
      self._ar_b_dec = weight('ar_b_dec', cell.bias_initializer())
      self._ar_W_bar = None
      if hparams.bar_frames:
        self._ar_W_bar = weight('ar_W_bar', zeros)
      self._ar_W_out = weight('ar_W_out', small)
      self._ar_b_out = weight('ar_b_out', zeros)
      self._ar_c_free = weight('ar_c_free', ones)
      self._ar_c_x = weight('ar_c_x', zeros)
      self._nade = None
      if hparams.nade_size:
        self._nade = nade.NadeWeights(
          W_h=weight('nade_W_h', normal),
          W_x=weight('nade_W_x', small),
          W_d=weight('nade_W_d', small),
          b=weight('nade_b', zeros),
          W_out=weight('nade_W_out', small),
          A_x=weight('nade_A_x', zeros),
          A_d=weight('nade_A_d', zeros),
        ).masked()
      self._intervals = None
      if hparams.interval_size:
        hears = tf.random_normal_initializer(stddev=_HEARS)
        self._intervals = intervals.IntervalWeights(
          K=weight('interval_K', hears),
          e=weight('interval_e', hears),
          W_h=weight('interval_W_h', hears),
          w_out=weight('interval_w_out', small),
        ).masked()

  def _output_bias_initializer(self) -> cells.Initializer:
    return tf.constant_initializer(_OUTPUT_BIAS)

  def _ar_state_0(self, z: tf.Tensor) -> cells.State:
    h_0 = tf.tanh(tf.matmul(z, self._ar_W_z) + self._ar_b_z)
    return tuple(tf.split(h_0, self._ar_cell.num_states, axis=1))

  def _ar_input(
    self, x_before: tf.Tensor, free: tf.Tensor, z: tf.Tensor, t: tf.Tensor
  ) -> tf.Tensor:
    """The pre-activation but for W_dec h.

    Args:
      x_before: Frames told, sized `[T, batch_size, D]`.
      free: Logits of the free run, of the same size.
      z: Latent vectors, sized `[batch_size, z_size]`.
      t: The frames' numbers in the window, sized `[T]`.

    Returns:
      A tensor sized `[T, batch_size, G * H]`.
    """
    # Two products: frames that are told need no gradient.
    a = self._recurrence.input_product(x_before, self._ar_W_x, self._ar_b_dec)
    a += tf.tensordot(tf.sigmoid(free), self._ar_W_free, axes=1)
    a += tf.matmul(z, self._ar_W_zx)
    if self._ar_W_bar is not None:
      # Not tf.gather, whose sparse gradient compiled loops do not take.
      P = self._hparams.bar_frames
      a += tf.matmul(tf.one_hot(t % P, P), self._ar_W_bar)[:, tf.newaxis]
    return a

  def _ar_logits(
    self, h: tf.Tensor, x_before: tf.Tensor, free: tf.Tensor
  ) -> tf.Tensor:
    """a_t of states h_t, sized like x_before."""
    said = tf.tensordot(h, self._ar_W_out, axes=1) + self._ar_b_out
    kept = self._ar_c_x * (2.0 * x_before - 1.0)
    return said + self._ar_c_free * free + kept

  def _told_logits(
    self, x: tf.Tensor, x_before: tf.Tensor, free: tf.Tensor, z: tf.Tensor
  ) -> tf.Tensor:
    """The logits of every frame, all frames before it told.

    Args:
      x: Frames, sized `[batch_size, T, D]`.
      x_before: The frame before each, of the same size.
      free: Logits of the free run, of the same size.
      z: Latent vectors, sized `[batch_size, z_size]`.

    Returns:
      A tensor sized like x.
    """
    x, x_before, free = (
      tf.transpose(v, [1, 0, 2]) for v in (x, x_before, free)
    )
    heard = x_before
    rate = self._hparams.told_dropout
    if rate and self._is_training:
      hidden = tf.random_uniform(tf.shape(x)[:2]) < rate
      heard *= tf.cast(~hidden, tf.float32)[:, :, tf.newaxis]
    h = self._recurrence.outputs(
      self._ar_cell,
      self._ar_W_dec,
      self._ar_input(heard, free, z, tf.range(tf.shape(x)[0])),
      self._ar_state_0(z),
    )
    dropout = self._hparams.ar_dropout if self._is_training else 0.0
    if dropout:
      h = tf.nn.dropout(h, rate=dropout)
    logits = self._ar_logits(h, x_before, free)
    if self._nade:
      logits += self._nade.logits(self._nade.state_part(h), x, x_before)
    if self._intervals:
      M, D = self._hparams.interval_frames, self._output_depth
      frames = intervals.with_before(x, x_before, M)
      of_intervals = self._intervals.logits(
        tf.reshape(h, [-1, h.shape[-1]]),
        tf.reshape(frames, [-1, M + 1, D]),
        dropout,
      )
      logits += tf.reshape(of_intervals, tf.shape(logits))
    return tf.transpose(logits, [1, 0, 2])

  def reconstruction_loss(
    self,
    x_input: tf.Tensor,
    x_target: tf.Tensor,
    x_length: tf.Tensor,
    z: tf.Tensor | None = None,
    c_input: tf.Tensor | None = None,
  ) -> tuple[tf.Tensor, dict[str, tf.Tensor], DecodeResults]:
    """-log p(x|z) of each window, and how well z alone meets its frames.

    Args and errors as in `VraeDecoder.reconstruction_loss`; `x_input` is used.

    Returns:
      r_loss: -log p(x|z) in nats, summed over pitches and valid frames, sized
        `[batch_size]`.
      metric_map: Frame precision, recall and F1 of the free run, as
        `VraeDecoder` has them: what z alone says, no frame told.
      decode_results: A `DecodeResults`: the free run's probabilities, and the
        likelier frames with those before them told.

    The free run's loss, weighted, becomes `auxiliary_loss`.
    """
    self._refuse_control(c_input)
    free, _ = self._unroll(z, tf.shape(x_target)[1], x_target[:, 0] * 0.0)
    valid = tf.sequence_mask(x_length, tf.shape(x_target)[1], tf.float32)
    logits = self._told_logits(x_target, x_input, free, z)
    r_loss = cross_entropy(x_target, logits, valid)
    predicted = tf.cast(free >= 0, tf.float32)
    metric_map = self._frame_metrics(x_target, predicted, valid)
    self.auxiliary_loss = self._hparams.free_weight * cross_entropy(
      x_target, free, valid
    )
    played = tf.cast(logits >= 0, tf.float32)
    return r_loss, metric_map, DecodeResults(tf.sigmoid(free), played)

  def sample(
    self,
    n: int,
    max_length: int | None = None,
    z: tf.Tensor | None = None,
    c_input: tf.Tensor | None = None,
    temperature: float = 1.0,
    start_inputs: tf.Tensor | None = None,
    sampling: str | None = None,
    threshold: float | None = None,
    seed: int | None = None,
  ) -> tuple[tf.Tensor, DecodeResults]:
    """Decodes z into frames of zeros and ones, each told those before it.

    Args, results and errors as in `VraeDecoder.sample`; `start_inputs` are told
    to the recurrence, the temperature touches what it hears, and the
    probabilities are those of the free run.
    """
    self._check_sample(z, max_length, c_input)
    emit = self._make_emission(sampling, threshold, temperature, seed)
    silence = tf.zeros([n, self._output_depth])
    free, _ = self._unroll(z, max_length, silence)
    x_0 = silence if start_inputs is None else tf.cast(start_inputs, tf.float32)
    samples = self._play(z, tf.transpose(free, [1, 0, 2]), x_0, emit)
    return samples, DecodeResults(tf.sigmoid(free), samples)

  def _play(
    self, z: tf.Tensor, free: tf.Tensor, x_0: tf.Tensor, emit: Feed
  ) -> tf.Tensor:
    """Draws frame after frame.

    Args:
      z: Latent vectors, sized `[batch_size, z_size]`.
      free: Logits of the free run, sized `[T, batch_size, D]`.
      x_0: The frame told to the first step, sized `[batch_size, D]`.
      emit: A function of logits and of the frame's number to frames.

    Returns:
      Frames, sized `[batch_size, T, D]`.
    """
    # The frames before, newest first: as many as any part of the model hears.
    M = self._hparams.interval_frames if self._intervals else 1
    past = tf.pad(x_0[tf.newaxis], [(0, M - 1), (0, 0), (0, 0)])

    def step(t: tf.Tensor, carry: tuple, inputs: tuple) -> tuple:
      (state, past), (f,) = carry, inputs
      x = past[0]
      a = self._ar_input(x[tf.newaxis], f[tf.newaxis], z, t[tf.newaxis])[0]
      state = self._ar_cell.advance(state, self._ar_W_dec, a)
      x = self._draw_frame(
        state[0], past, self._ar_logits(state[0], x, f), lambda v: emit(v, t)
      )
      past = tf.concat([x[tf.newaxis], past[:-1]], axis=0)
      past.set_shape([M, *x_0.shape])
      return (state, past), (x,)

    carry = (self._ar_state_0(z), past)
    _, (played,) = self._recurrence.scan(
      step, carry, [free], tf.shape(free)[0], [x_0]
    )
    return tf.stop_gradient(tf.transpose(played, [1, 0, 2]))

  def _draw_frame(
    self,
    h: tf.Tensor,
    past: tf.Tensor,
    logits: tf.Tensor,
    emit: Callable[[tf.Tensor], tf.Tensor],
  ) -> tf.Tensor:
    """The frame that the logits before its own columns give.

    `past` has the frames before it, newest first, sized `[M, batch_size, D]`.
    """
    network, of_intervals = self._nade, self._intervals
    if network is None and of_intervals is None:
      return emit(logits)
    part = network.state_part(h) if network else None

    def given(x: tf.Tensor) -> tf.Tensor:
      said = logits
      if network:
        said += network.logits(part, x, past[0])
      if of_intervals:
        frames = tf.concat([x[tf.newaxis], past], axis=0)
        said += of_intervals.logits(h, tf.transpose(frames, [1, 0, 2]))
      return said

    return nade.settle(given, emit, past[0])
