# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The decoder of section 2.2: a latent vector z to frames.

    h_0 = tanh(W_z z + b_z)
    h_{t+1} = tanh(W_dec h_t + W_x x_t + b_dec),   x_t = sigm(W_out h_t + b_out)

z enters through h_0 alone. What the equations leave open follows the authors'
published code: the x_t that is fed back is the decoder's own sigmoid output, in
training as in generation, and the first one is all zeros. So T frames are the
outputs of h_1 ... h_T.

With the hparam `frames_per_step` at K > 1 an x_t is a block of K frames, and T
frames are the outputs of ceil(T / K) steps; see blocks.py.
"""

from __future__ import annotations

from typing import Callable
from typing import NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

from magenta_vrae.errors import InputError
from magenta_vrae.host import HParams
from magenta_vrae.host import base_model
from magenta_vrae.model import blocks
from magenta_vrae.model import cells
from magenta_vrae.model import fast_recurrence
from magenta_vrae.model import recurrence
from magenta_vrae.model.hparams import check_decoder
from magenta_vrae.model.hparams import check_sampling
from magenta_vrae.model.hparams import check_threshold
from magenta_vrae.model.hparams import frames_per_step
from magenta_vrae.model.hparams import is_autoregressive
from magenta_vrae.model.recurrence import Feed
from magenta_vrae.model.weights import decoder_shapes

# Below this a temperature counts as zero: every frame takes its likelier value.
_MIN_TEMPERATURE = 1e-6


class DecodeResults(NamedTuple):
  """What decoding gives beside the samples.

  Attributes:
    probabilities: sigm(W_out h_t + b_out), sized
      `[batch_size, num_steps, output_depth]`.
    samples: Frames of zeros and ones, of the same size.
  """

  probabilities: tf.Tensor
  samples: tf.Tensor


class VraeDecoder(base_model.BaseDecoder):
  """One recurrent layer with sigmoid outputs, started from z.

  Works under any `MusicVAE` with `z_size` > 0 and no control sequence. Its
  hparams are `cell`, `dec_rnn_size`, `frames_per_step`, `weight_init`,
  `sigma_init`, `recurrent_init`, `recurrence` and

  * feedback: what is fed back as x_t. 'output', the sigmoid output itself, as
    the authors' code; 'teacher', in training the true frame, in generation the
    emitted one; 'sample', a Bernoulli draw from the output.
  * z_every_step: adds W_zx z to every step's pre-activation.
  * sampling: how `sample` makes a frame of an output. 'threshold', a note
    sounds where the output is at least `threshold`; 'bernoulli', a draw.

  Attributes:
    auxiliary_loss: Nats that `VRAE` adds to what it minimizes beside the bound,
      of the last `reconstruction_loss`; sized `[batch_size]`, or 0.
  """

  auxiliary_loss: tf.Tensor | float = 0.0
  # Whether it has the recurrence of the hparam `ar_rnn_size`.
  _is_told_frames = False

  def build(
    self, hparams: HParams, output_depth: int, is_training: bool = True
  ) -> None:
    check_decoder(hparams)
    if is_autoregressive(hparams) and not self._is_told_frames:
      raise InputError(
        f'ar_rnn_size is {list(hparams.ar_rnn_size)}, but this decoder has no '
        'second recurrence; leave it at 0, or take a config with one, as '
        'vrae_music'
      )
    self._hparams = hparams
    self._output_depth = output_depth
    self._is_training = is_training
    self._cell = cell = cells.make_cell(hparams.cell, hparams.dec_rnn_size)
    self._K = frames_per_step(hparams)
    self._recurrence = fast_recurrence.choose(
      hparams.recurrence, is_training, hparams.precision
    )
    shapes = decoder_shapes(hparams, output_depth)
    normal = cells.weight_initializer(hparams)
    recurrent = cells.recurrent_initializer(hparams)
    zeros = tf.zeros_initializer()

    def weight(name: str, initializer: cells.Initializer) -> tf.Variable:
      shape = shapes[f'decoder/{name}']
      return tf.get_variable(name, shape, initializer=initializer)

    with tf.variable_scope('decoder'):
      self._W_z = weight('W_z', normal)
      self._b_z = weight('b_z', zeros)
      self._W_dec = weight('W_dec', recurrent)
      self._W_x = weight('W_x', normal)
      self._b_dec = weight('b_dec', cell.bias_initializer())
      self._W_out = weight('W_out', normal)
      self._b_out = weight('b_out', self._output_bias_initializer())
      if hparams.z_every_step:
        self._W_zx = weight('W_zx', normal)

  def _output_bias_initializer(self) -> cells.Initializer:
    """For b_out: as the authors' code, every note has an even chance."""
    return tf.zeros_initializer()

  def initial_state(self, z: tf.Tensor) -> tf.Tensor:
    """h_0 = tanh(W_z z + b_z), sized `[batch_size, num_states * H]`."""
    return tf.tanh(tf.matmul(z, self._W_z) + self._b_z)

  def _state_0(self, z: tf.Tensor) -> cells.State:
    """The same as a cell's state."""
    parts = tf.split(self.initial_state(z), self._cell.num_states, axis=1)
    return tuple(parts)

  def _bias(self, z: tf.Tensor) -> tf.Tensor:
    """The pre-activation's part that is the same at every step.

    Returns:
      A tensor sized `[1 or batch_size, G * H]`.
    """
    if self._hparams.z_every_step:
      return tf.matmul(z, self._W_zx) + self._b_dec
    return self._b_dec[tf.newaxis]

  def _unroll(
    self,
    z: tf.Tensor,
    num_frames: tf.Tensor,
    x_0: tf.Tensor,
    feed: Feed | None = None,
  ) -> tuple[tf.Tensor, tf.Tensor]:
    """Runs the recurrence on what it says itself.

    Args:
      z: Latent vectors, sized `[batch_size, z_size]`.
      num_frames: Frames to decode, a scalar.
      x_0: The frame fed to the first step, sized `[batch_size, output_depth]`.
      feed: A function from a step's logits and number to the x_t fed to the
        next. Defaults to sigm.

    Returns:
      logits and fed frames, each `[batch_size, num_frames, output_depth]`.
    """
    weights = recurrence.OutputWeights(
      self._W_dec, self._W_x, self._bias(z), self._W_out, self._b_out
    )
    logits, fed = self._recurrence.free_run(
      self._cell,
      weights,
      self._state_0(z),
      blocks.blocks_before(x_0[:, tf.newaxis], self._K)[:, 0],
      blocks.num_blocks(num_frames, self._K),
      feed,
    )
    return tuple(
      blocks.to_frames(tf.transpose(steps, [1, 0, 2]), self._K, num_frames)
      for steps in (logits, fed)
    )

  def _unroll_on(self, z: tf.Tensor, x_input: tf.Tensor) -> tf.Tensor:
    """Runs the recurrence on given frames (teacher forcing).

    Args:
      z: Latent vectors, sized `[batch_size, z_size]`.
      x_input: The frame before each one, sized
        `[batch_size, num_frames, output_depth]`.

    Returns:
      logits, sized `[batch_size, num_frames, output_depth]`.
    """
    x = tf.transpose(blocks.blocks_before(x_input, self._K), [1, 0, 2])
    a = self._recurrence.input_product(x, self._W_x, self._b_dec)
    if self._hparams.z_every_step:
      a += tf.matmul(z, self._W_zx)
    h = self._recurrence.outputs(self._cell, self._W_dec, a, self._state_0(z))
    logits = self._recurrence.input_product(h, self._W_out, self._b_out)
    return blocks.to_frames(
      tf.transpose(logits, [1, 0, 2]), self._K, tf.shape(x_input)[1]
    )

  def reconstruction_loss(
    self,
    x_input: tf.Tensor,
    x_target: tf.Tensor,
    x_length: tf.Tensor,
    z: tf.Tensor | None = None,
    c_input: tf.Tensor | None = None,
  ) -> tuple[tf.Tensor, dict[str, tf.Tensor], DecodeResults]:
    """-log p(x|z) of each window, and how well its frames are met.

    Args:
      x_input: Frames for teacher forcing, sized
        `[batch_size, max(x_length), output_depth]`. Unused unless
        `hparams.feedback` is 'teacher'.
      x_target: Frames to reconstruct, of the same size.
      x_length: Valid frames of each window, sized `[batch_size]`.
      z: Latent vectors, sized `[batch_size, z_size]`. Required.
      c_input: Must be None.

    Returns:
      r_loss: -log p(x|z) in nats, summed over pitches and valid frames, sized
        `[batch_size]`.
      metric_map: Frame precision, recall and F1 at an output of 0.5 as
        tf.metrics pairs; in training the batch's own go to the summaries.
      decode_results: A `DecodeResults`.

    Raises:
      InputError: If a control sequence is given.
    """
    self._refuse_control(c_input)
    if self._hparams.feedback == 'teacher':
      logits = self._unroll_on(z, x_input)
    else:
      logits, _ = self._unroll(
        z,
        tf.shape(x_target)[1],
        tf.zeros_like(x_target[:, 0]),
        feed=None if self._hparams.feedback == 'output' else _make_draw(),
      )
    valid = tf.sequence_mask(x_length, tf.shape(x_target)[1], tf.float32)
    r_loss = cross_entropy(x_target, logits, valid)
    predicted = tf.cast(logits >= 0, tf.float32)
    metric_map = self._frame_metrics(x_target, predicted, valid)
    return r_loss, metric_map, DecodeResults(tf.sigmoid(logits), predicted)

  def _frame_metrics(
    self, truth: tf.Tensor, predicted: tf.Tensor, valid: tf.Tensor
  ) -> dict[str, tf.Tensor]:
    """Precision, recall and F1 over all (frame, pitch) cells."""
    valid = valid[:, :, tf.newaxis]
    counts = {
      'hits': tf.reduce_sum(valid * truth * predicted),
      'predicted': tf.reduce_sum(valid * predicted),
      'true': tf.reduce_sum(valid * truth),
    }

    def scores(counts: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
      return {
        'metrics/precision': tf.div_no_nan(counts['hits'], counts['predicted']),
        'metrics/recall': tf.div_no_nan(counts['hits'], counts['true']),
        'metrics/f1': tf.div_no_nan(
          2.0 * counts['hits'], counts['predicted'] + counts['true']
        ),
      }

    if self._is_training:
      for name, score in scores(counts).items():
        tf.summary.scalar(name, score)
      return {}
    # Counts are added up over batches and divided once: the mean of the
    # batches' ratios would be another number. A mean of ratios weighted by
    # their denominators is such a total.
    denominators = {
      'metrics/precision': counts['predicted'],
      'metrics/recall': counts['true'],
      'metrics/f1': counts['predicted'] + counts['true'],
    }
    return {
      name: tf.metrics.mean(score, denominators[name])
      for name, score in scores(counts).items()
    }

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
    """Decodes z into frames of zeros and ones, as long as asked.

    A frame is made of its outputs' probabilities sigm(logits / temperature),
    by threshold or by draw (see `sampling` in the class's docstring). The
    temperature does not touch what 'output' feeds back.

    Args:
      n: How many sequences, a scalar. Must equal the first dimension of `z`.
      max_length: Frames to decode, a scalar. Required.
      z: Latent vectors, sized `[n, z_size]`. Required.
      c_input: Must be None.
      temperature: A scalar >= 0; at 0 the draw, too, takes the likelier value.
      start_inputs: (Optional) The frame fed to the first step, sized
        `[n, output_depth]`. Defaults to all zeros.
      sampling: (Optional) Overrides `hparams.sampling`.
      threshold: (Optional) Overrides `hparams.threshold`.
      seed: (Optional) Of the draws; every session then draws the same.

    Returns:
      samples: Frames, sized `[n, max_length, output_depth]`.
      decode_results: A `DecodeResults`.

    Raises:
      InputError: If z or max_length is missing, a control sequence is given,
        `sampling` is unknown or `threshold` is not from 0 to 1.
    """
    self._check_sample(z, max_length, c_input)
    emit = self._make_emission(sampling, threshold, temperature, seed)
    x_0 = (
      tf.zeros([n, self._output_depth])
      if start_inputs is None
      else tf.cast(start_inputs, tf.float32)
    )
    if self._hparams.feedback == 'output':
      logits, _ = self._unroll(z, max_length, x_0)
      samples = emit(logits, 0)
    else:
      logits, samples = self._unroll(z, max_length, x_0, emit)
    return samples, DecodeResults(tf.sigmoid(logits), samples)

  def _make_emission(
    self,
    sampling: str | None,
    threshold: float | None,
    temperature: float,
    seed: int | None,
  ) -> Feed:
    """Makes a function of logits to frames, by what `sample` is given."""
    sampling = sampling or self._hparams.sampling
    check_sampling(sampling)
    positive = tf.maximum(tf.cast(temperature, tf.float32), _MIN_TEMPERATURE)
    if sampling == 'bernoulli':
      return _make_draw(positive, seed)
    if threshold is None:
      threshold = self._hparams.threshold
    check_threshold(threshold)
    return _make_threshold(positive, threshold)

  def _check_sample(
    self,
    z: tf.Tensor | None,
    max_length: int | None,
    c_input: tf.Tensor | None,
  ) -> None:
    self._refuse_control(c_input)
    if z is None or max_length is None:
      raise InputError('the VRAE decoder needs both z and max_length to sample')

  def _refuse_control(self, c_input: tf.Tensor | None) -> None:
    if c_input is not None:
      raise InputError(
        'the VRAE decoder takes no control sequence; '
        'use a data converter with control_depth 0'
      )


def cross_entropy(
  x: tf.Tensor, logits: tf.Tensor, valid: tf.Tensor
) -> tf.Tensor:
  """-log p(x) of each window when columns are independent given the logits.

  Args:
    x: Frames, sized `[batch_size, T, D]`.
    logits: Of the same size.
    valid: One where a frame counts, else zero, sized `[batch_size, T]`.

  Returns:
    Nats, summed over columns and valid frames, sized `[batch_size]`.
  """
  counts = valid[:, :, tf.newaxis]

  # TensorFlow finds the same gradient by going back through each operation: ten
  # passes over the frames where these are three.
  @tf.custom_gradient
  def nats(
    x: tf.Tensor, logits: tf.Tensor
  ) -> tuple[tf.Tensor, Callable[[tf.Tensor], tuple[tf.Tensor, ...]]]:
    each = tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=logits)

    def gradients(upstream: tf.Tensor) -> tuple[tf.Tensor, ...]:
      weights = counts * upstream[:, tf.newaxis, tf.newaxis]
      return -weights * logits, weights * (tf.sigmoid(logits) - x)

    return tf.reduce_sum(counts * each, axis=[1, 2]), gradients

  return nats(x, logits)


def _make_threshold(temperature: tf.Tensor, threshold: float) -> Feed:
  """Makes a function of logits to notes where an output is at least so much."""
  # Logits are compared, as in inference/emission.py: an output may round to 1.
  with np.errstate(divide='ignore'):
    odds = np.log(threshold) - np.log1p(-threshold)
  least = temperature * np.float32(odds)

  def emit(logits: tf.Tensor, t: tf.Tensor | int) -> tf.Tensor:
    del t
    return tf.cast(logits >= least, tf.float32)

  return emit


def _make_draw(
  temperature: tf.Tensor | float = 1.0, seed: int | None = None
) -> Feed:
  """Makes Bernoulli draws from sigm(logits / temperature).

  Returns:
    A function of logits and of the number t of the draw. Each number gives
    draws of its own; a number that comes again gives the same ones.
  """
  # Numbered, because XLA knows no other draws that come again. By the same
  # numbers its draws are others than TensorFlow's own.
  key = tf.random_uniform([], maxval=tf.int32.max, dtype=tf.int32, seed=seed)

  def draw(logits: tf.Tensor, t: tf.Tensor | int) -> tf.Tensor:
    uniform = tf.random.stateless_uniform(tf.shape(logits), tf.stack([key, t]))
    return tf.cast(uniform < tf.sigmoid(logits / temperature), tf.float32)

  return draw
