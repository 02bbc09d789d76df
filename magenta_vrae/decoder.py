# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The decoder of section 2.2: a latent vector z to frames.

    h_0 = tanh(W_z z + b_z)
    h_{t+1} = tanh(W_dec h_t + W_x x_t + b_dec),   x_t = sigm(W_out h_t + b_out)

z enters through h_0 alone. What the equations leave open follows the authors'
published code: the x_t that is fed back is the decoder's own sigmoid output, in
training as in generation, and the first one is all zeros. So T frames are the
outputs of h_1 ... h_T.
"""

from __future__ import annotations

import collections

import tensorflow.compat.v1 as tf

from magenta_vrae import cells
from magenta_vrae.errors import InputError
from magenta_vrae.host import base_model

FEEDBACKS = ('output', 'teacher', 'sample')
SAMPLINGS = ('threshold', 'bernoulli')

# Below this a temperature counts as zero: every frame takes its likelier value.
_MIN_TEMPERATURE = 1e-6


class DecodeResults(
  collections.namedtuple('DecodeResults', ['probabilities', 'samples'])
):
  """What decoding gives beside the samples.

  Attributes:
    probabilities: sigm(W_out h_t + b_out), sized
      `[batch_size, num_steps, output_depth]`.
    samples: Frames of zeros and ones, of the same size.
  """


class VraeDecoder(base_model.BaseDecoder):
  """One recurrent layer with sigmoid outputs, started from z.

  Works under any `MusicVAE` with `z_size` > 0 and no control sequence. Its
  hparams are `cell`, `dec_rnn_size`, `sigma_init`, `recurrent_init` and

    feedback: what is fed back as x_t. 'output', the sigmoid output itself, as
      the authors' code; 'teacher', in training the true frame, in generation
      the emitted one; 'sample', a Bernoulli draw from the output.
    z_every_step: adds W_zx z to every step's pre-activation.
    sampling: how `sample` makes a frame of an output. 'threshold', a note
      sounds where the output is at least `threshold`; 'bernoulli', a draw.
  """

  def build(self, hparams, output_depth, is_training=True):
    if hparams.feedback not in FEEDBACKS:
      raise InputError(
        f'unknown feedback {hparams.feedback!r}; it is one of {list(FEEDBACKS)}'
      )
    if not hparams.z_size:
      raise InputError('the VRAE decodes from z: hparam z_size must be above 0')
    self._hparams = hparams
    self._output_depth = output_depth
    self._is_training = is_training
    self._cell = cell = cells.make_cell(hparams.cell, hparams.dec_rnn_size)
    gates = cell.num_gates * cell.num_units
    normal = cells.weight_initializer(hparams)
    zeros = tf.zeros_initializer()
    with tf.variable_scope('decoder'):
      self._W_z = tf.get_variable(
        'W_z', [hparams.z_size, cell.state_size], initializer=normal
      )
      self._b_z = tf.get_variable('b_z', [cell.state_size], initializer=zeros)
      self._W_dec = tf.get_variable(
        'W_dec',
        [cell.num_units, gates],
        initializer=cells.recurrent_initializer(hparams),
      )
      self._W_x = tf.get_variable(
        'W_x', [output_depth, gates], initializer=normal
      )
      self._b_dec = tf.get_variable(
        'b_dec', [gates], initializer=cell.bias_initializer()
      )
      self._W_out = tf.get_variable(
        'W_out', [cell.num_units, output_depth], initializer=normal
      )
      self._b_out = tf.get_variable('b_out', [output_depth], initializer=zeros)
      if hparams.z_every_step:
        self._W_zx = tf.get_variable(
          'W_zx', [hparams.z_size, gates], initializer=normal
        )

  def initial_state(self, z):
    """h_0 = tanh(W_z z + b_z), sized `[batch_size, state_size]`."""
    return tf.tanh(tf.matmul(z, self._W_z) + self._b_z)

  def _bias(self, z):
    """The part of the pre-activation that is the same at every step."""
    if self._hparams.z_every_step:
      return tf.matmul(z, self._W_zx) + self._b_dec
    return self._b_dec

  def _logits(self, state):
    """W_out h_t + b_out."""
    return tf.matmul(self._cell.output(state), self._W_out) + self._b_out

  def _unroll(self, z, num_steps, x_0, feed):
    """Runs the recurrence on what it says itself.

    Args:
      z: Latent vectors, sized `[batch_size, z_size]`.
      num_steps: Frames to decode, a scalar.
      x_0: The frame fed to the first step, sized `[batch_size, output_depth]`.
      feed: A function from a step's logits to the x_t fed to the next.

    Returns:
      logits and fed frames, each `[batch_size, num_steps, output_depth]`.
    """
    bias = self._bias(z)

    def step(t, h, x, logits, fed):
      h = self._cell.step(h, self._W_dec, tf.matmul(x, self._W_x) + bias)
      logits_t = self._logits(h)
      x = feed(logits_t)
      return t + 1, h, x, logits.write(t, logits_t), fed.write(t, x)

    def frames():
      return tf.TensorArray(
        tf.float32, num_steps, element_shape=[z.shape[0], self._output_depth]
      )

    _, _, _, logits, fed = tf.while_loop(
      lambda t, *_: t < num_steps,
      step,
      [0, self.initial_state(z), x_0, frames(), frames()],
    )
    return (
      tf.transpose(logits.stack(), [1, 0, 2]),
      tf.transpose(fed.stack(), [1, 0, 2]),
    )

  def _unroll_on(self, z, x_input):
    """Runs the recurrence on given frames (teacher forcing).

    Args:
      z: Latent vectors, sized `[batch_size, z_size]`.
      x_input: The frames fed in, sized `[batch_size, num_steps, output_depth]`.

    Returns:
      logits, sized `[batch_size, num_steps, output_depth]`.
    """
    cell, depth = self._cell, self._output_depth
    batch_size, num_steps = tf.shape(x_input)[0], tf.shape(x_input)[1]
    # Input and output products of all steps are known to be one product each.
    x = tf.reshape(tf.transpose(x_input, [1, 0, 2]), [-1, depth])
    a = tf.reshape(tf.matmul(x, self._W_x), [num_steps, batch_size, -1])
    a = tf.TensorArray(tf.float32, num_steps).unstack(a + self._bias(z))

    def step(t, h, states):
      h = cell.step(h, self._W_dec, a.read(t))
      return t + 1, h, states.write(t, h)

    states = tf.TensorArray(
      tf.float32, num_steps, element_shape=[z.shape[0], cell.state_size]
    )
    _, _, states = tf.while_loop(
      lambda t, *_: t < num_steps, step, [0, self.initial_state(z), states]
    )
    logits = self._logits(tf.reshape(states.stack(), [-1, cell.state_size]))
    logits = tf.reshape(logits, [num_steps, batch_size, depth])
    return tf.transpose(logits, [1, 0, 2])

  def reconstruction_loss(
    self, x_input, x_target, x_length, z=None, c_input=None
  ):
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
      feed = tf.sigmoid if self._hparams.feedback == 'output' else _draw
      logits, _ = self._unroll(
        z, tf.shape(x_target)[1], tf.zeros_like(x_target[:, 0]), feed
      )
    cross_entropy = tf.nn.sigmoid_cross_entropy_with_logits(
      labels=x_target, logits=logits
    )
    valid = tf.sequence_mask(x_length, tf.shape(x_target)[1], tf.float32)
    r_loss = tf.reduce_sum(valid[:, :, tf.newaxis] * cross_entropy, axis=[1, 2])

    predicted = tf.cast(logits >= 0, tf.float32)
    metric_map = self._frame_metrics(x_target, predicted, valid)
    return r_loss, metric_map, DecodeResults(tf.sigmoid(logits), predicted)

  def _frame_metrics(self, truth, predicted, valid):
    """Precision, recall and F1 over all (frame, pitch) cells."""
    valid = valid[:, :, tf.newaxis]
    counts = {
      'hits': tf.reduce_sum(valid * truth * predicted),
      'predicted': tf.reduce_sum(valid * predicted),
      'true': tf.reduce_sum(valid * truth),
    }

    def scores(counts):
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
    n,
    max_length=None,
    z=None,
    c_input=None,
    temperature=1.0,
    start_inputs=None,
    sampling=None,
    threshold=None,
  ):
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

    Returns:
      samples: Frames, sized `[n, max_length, output_depth]`.
      decode_results: A `DecodeResults`.

    Raises:
      InputError: If z or max_length is missing, a control sequence is given or
        `sampling` is unknown.
    """
    self._refuse_control(c_input)
    if z is None or max_length is None:
      raise InputError('the VRAE decoder needs both z and max_length to sample')
    sampling = sampling or self._hparams.sampling
    if sampling not in SAMPLINGS:
      raise InputError(
        f'unknown sampling {sampling!r}; it is one of {list(SAMPLINGS)}'
      )
    threshold = self._hparams.threshold if threshold is None else threshold
    temperature = tf.maximum(tf.cast(temperature, tf.float32), _MIN_TEMPERATURE)

    def emit(logits):
      if sampling == 'bernoulli':
        return _draw(logits / temperature)
      return tf.cast(tf.sigmoid(logits / temperature) >= threshold, tf.float32)

    x_0 = (
      tf.zeros([n, self._output_depth])
      if start_inputs is None
      else tf.cast(start_inputs, tf.float32)
    )
    if self._hparams.feedback == 'output':
      logits, _ = self._unroll(z, max_length, x_0, tf.sigmoid)
      samples = emit(logits)
    else:
      logits, samples = self._unroll(z, max_length, x_0, emit)
    return samples, DecodeResults(tf.sigmoid(logits), samples)

  def _refuse_control(self, c_input):
    if c_input is not None:
      raise InputError(
        'the VRAE decoder takes no control sequence; '
        'use a data converter with control_depth 0'
      )


def _draw(logits):
  """A Bernoulli draw from sigm(logits), through which no gradient flows."""
  uniform = tf.random_uniform(tf.shape(logits))
  return tf.stop_gradient(tf.cast(uniform < tf.sigmoid(logits), tf.float32))
