# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The Variational Recurrent Auto-Encoder.

Otto Fabius & Joost R. van Amersfoort, "Variational Recurrent Auto-Encoders",
arXiv 1412.6581 (2014). With a window x of T binary frames:

    encoder    h_0 = 0,  h_{t+1} = tanh(W_enc h_t + W_in x_{t+1} + b_enc)
    posterior  mu_z = W_mu h_end + b_mu,   log sigma_z = W_sigma h_end + b_sigma
    sample     z = mu_z + sigma_z * eps,   eps ~ N(0, I)
    decoder    h_0 = tanh(W_z z + b_z)
               h_{t+1} = tanh(W_dec h_t + W_x x_t + b_dec)
               x_t = sigm(W_out h_t + b_out)
    bound      L = -KL(q(z|x) || N(0, I)) + E_q[log p(x|z)]

encoder.py and decoder.py hold the first and the fourth; the rest is here. The
KL is that of Kingma & Welling, 1/2 sum(mu^2 + sigma^2 - 1 - log sigma^2); the
paper's printed estimator lacks the 1/2. Code writes vectors as rows, so that
W h is `tf.matmul(h, W)`.
"""

from __future__ import annotations

import copy

import tensorflow.compat.v1 as tf
import tensorflow_probability as tfp

from magenta_vrae.errors import InputError
from magenta_vrae.host import HParams
from magenta_vrae.host import base_model
from magenta_vrae.host import merge_hparams
from magenta_vrae.model import cells
from magenta_vrae.model import corruption
from magenta_vrae.model import optimizer
from magenta_vrae.model import schedules
from magenta_vrae.model import transposition
from magenta_vrae.model.faults import Rates
from magenta_vrae.model.hparams import DEFAULTS
from magenta_vrae.model.hparams import check_training
from magenta_vrae.model.weights import FACING_Z
from magenta_vrae.model.weights import posterior_shapes

tfd = tfp.distributions

# Weight of the KL beside a reconstruction averaged over time in the authors'
# code: 0.005 * sum(1 + s - mu^2 - e^s) with s = log sigma^2 is -0.01 KL.
_AUTHORS_KL_WEIGHT = 0.01

# The graph's collection of the weights that training leaves as they are.
KEPT_WEIGHTS = 'vrae_kept_weights'


class VRAE(base_model.MusicVAE):
  """A `MusicVAE` with the paper's posterior, bound and optimizer.

  Any encoder and decoder of Magenta's fits in, given their hparams beside
  those of `get_default_hparams`.

  After `train` or `eval`, for the batch they were called with:

  Attributes:
    q_z: The posterior, a distribution over `[batch_size, z_size]`.
    z: The latent vectors drawn from it, sized `[batch_size, z_size]`.
    kl: KL(q(z|x) || N(0, I)) in nats, sized `[batch_size]`.
    log_p_x: log p(x|z) at one z of the posterior, in nats, `[batch_size]`.
    lower_bound: L of each window, in nats, sized `[batch_size]`.
    bound_per_time_step: L of the batch over its frames, a scalar.
    x_length: Valid frames as floats, sized `[batch_size]`.
  """

  def encode(
    self,
    sequence: tf.Tensor,
    sequence_length: tf.Tensor,
    control_sequence: tf.Tensor | None = None,
  ) -> tfp.distributions.MultivariateNormalDiag:
    """q(z|x), the posterior of each window.

    Args:
      sequence: Frames x, sized
        `[batch_size, max(sequence_length), input_depth]`.
      sequence_length: Valid frames of each, sized `[batch_size]`.
      control_sequence: (Optional) Sized
        `[batch_size, max(sequence_length), control_depth]`, appended to the
        frames.

    Returns:
      A `tfp.distributions.MultivariateNormalDiag` over z, sized
      `[batch_size, z_size]`.
    """
    x = tf.cast(sequence, tf.float32)
    if control_sequence is not None:
      x = tf.concat([x, tf.cast(control_sequence, tf.float32)], axis=-1)
    h_end = self.encoder.encode(x, sequence_length)

    shapes = posterior_shapes(int(h_end.shape[-1]), self.hparams.z_size)
    normal = cells.weight_initializer(self.hparams)
    zeros = tf.zeros_initializer()

    def weight(name: str, initializer: cells.Initializer) -> tf.Variable:
      shape = shapes[f'encoder/{name}']
      return tf.get_variable(name, shape, initializer=initializer)

    with tf.variable_scope('encoder', reuse=tf.AUTO_REUSE):
      W_mu = weight('W_mu', normal)
      b_mu = weight('b_mu', zeros)
      W_sigma = weight('W_sigma', normal)
      b_sigma = weight('b_sigma', zeros)

    mu_z = tf.matmul(h_end, W_mu) + b_mu
    log_sigma_z = tf.matmul(h_end, W_sigma) + b_sigma
    return tfd.MultivariateNormalDiag(loc=mu_z, scale_diag=tf.exp(log_sigma_z))

  def _compute_model_loss(
    self,
    input_sequence: tf.Tensor,
    output_sequence: tf.Tensor,
    sequence_length: tf.Tensor,
    control_sequence: tf.Tensor | None,
  ) -> tuple[dict[str, tf.Tensor], dict[str, tf.Tensor]]:
    """Builds the bound for one batch; `MusicVAE.train` and `eval` call this."""
    hparams = self.hparams
    check_training(hparams)
    # As MusicVAE does: frames past max_seq_len are cut off, and the decoder's
    # input for teacher forcing is the target one frame later.
    T = tf.minimum(tf.shape(output_sequence)[1], hparams.max_seq_len)
    x = tf.cast(input_sequence, tf.float32)[:, :T]
    x_target = tf.cast(output_sequence, tf.float32)[:, :T]
    x_input = tf.pad(x_target[:, :-1], [(0, 0), (1, 0), (0, 0)])
    x_length = tf.minimum(sequence_length, T)
    if control_sequence is not None:
      depth = control_sequence.shape[-1]
      control_sequence = tf.cast(control_sequence, tf.float32)[:, :T]
      control_sequence.set_shape([hparams.batch_size, None, depth])

    q_z = self.encode(x, x_length, control_sequence)
    p_z = tfd.MultivariateNormalDiag(loc=tf.zeros([hparams.z_size]))
    z = q_z.sample()
    r_loss, metric_map = self.decoder.reconstruction_loss(
      x_input, x_target, x_length, z, control_sequence
    )[:2]
    log_p_x = -r_loss
    kl = tfd.kl_divergence(q_z, p_z)

    # L = -KL(q(z|x) || p(z)) + E_q[log p(x|z)], of each window.
    self.lower_bound = -kl + log_p_x
    self.q_z, self.z = q_z, z
    self.kl, self.log_p_x = kl, log_p_x
    self.x_length = tf.cast(x_length, tf.float32)
    self.bound_per_time_step = tf.reduce_sum(self.lower_bound) / tf.reduce_sum(
      self.x_length
    )

    # Decoders of Magenta's have no such loss.
    auxiliary_loss = getattr(self.decoder, 'auxiliary_loss', 0.0)
    kl_cost, beta = self._build_loss(auxiliary_loss)

    # Weighted by length, the mean is the sum over windows per frame of them.
    for name, nats in self._nats().items():
      metric_map[name] = tf.metrics.mean(nats / self.x_length, self.x_length)
    return metric_map, {
      'loss': self.loss,
      'losses/r_loss': r_loss,
      'losses/kl_loss': kl_cost,
      'losses/kl_bits': kl / tf.math.log(2.0),
      'losses/kl_beta': beta,
      'bound/kl': kl,
    }

  def _build_loss(
    self, auxiliary_loss: tf.Tensor | float
  ) -> tuple[tf.Tensor, tf.Tensor]:
    """What is minimized: -L, with Magenta's free bits and beta on the KL.

    Args:
      auxiliary_loss: What the decoder adds to it, in nats, `[batch_size]` or 0.

    Returns:
      The KL above the free bits, sized `[batch_size]`, and beta, a scalar.
    """
    hparams = self.hparams
    kl_cost = tf.maximum(self.kl - hparams.free_bits * tf.math.log(2.0), 0)
    beta = schedules.kl_weight(hparams, self.global_step)
    if hparams.objective == 'bound':
      self.loss = tf.reduce_mean(
        -self.log_p_x + beta * kl_cost + auxiliary_loss
      )
    else:
      self.loss = tf.reduce_mean(
        (-self.log_p_x + auxiliary_loss) / self.x_length
        + beta * _AUTHORS_KL_WEIGHT * kl_cost
      )
    return kl_cost, beta

  def _nats(self) -> dict[str, tf.Tensor]:
    """What is reported per time step: nats of each window, `[batch_size]`."""
    return {
      'bound/per_time_step': self.lower_bound,
      'bound/reconstruction_per_time_step': self.log_p_x,
    }

  def train(
    self,
    input_sequence: tf.Tensor,
    output_sequence: tf.Tensor,
    sequence_length: tf.Tensor,
    control_sequence: tf.Tensor | None = None,
  ) -> tf.train.Optimizer:
    """Builds the loss and returns the paper's optimizer for it.

    Args:
      input_sequence: Frames for the encoder, sized
        `[batch_size, max(sequence_length), input_depth]`.
      output_sequence: Frames expected from the decoder, sized
        `[batch_size, max(sequence_length), output_depth]`.
      sequence_length: Valid frames of each, sized `[batch_size]`.
      control_sequence: (Optional) Sized
        `[batch_size, max(sequence_length), control_depth]`.

    Returns:
      A tf.train.Optimizer. With the hparam `trained_weights` at 'z', the
      weights that z does not meet are no trainable variables any more; they
      are in the collection `KEPT_WEIGHTS`.

    Raises:
      InputError: If an hparam cannot be used, or not with this roll.
    """
    input_sequence, output_sequence = transposition.transpose(
      input_sequence,
      output_sequence,
      schedules.transposition(self.hparams, self.global_step),
      self.hparams.pitch_blocks,
    )
    # The encoder hears the faults; what is to be reconstructed has none.
    rates = Rates.of(self.hparams)
    rates.check_roll(self.hparams.pitch_blocks)
    input_sequence = corruption.corrupt(input_sequence, rates)
    _, scalars = self._compute_model_loss(
      input_sequence, output_sequence, sequence_length, control_sequence
    )
    if self.hparams.trained_weights == 'z':
      _keep_all_but_z()
    rate = schedules.learning_rate(self.hparams, self.global_step)
    tf.summary.scalar('learning_rate', rate)
    for name, value in scalars.items():
      tf.summary.scalar(name, tf.reduce_mean(value))
    for name, nats in self._nats().items():
      per_step = tf.reduce_sum(nats) / tf.reduce_sum(self.x_length)
      tf.summary.scalar(name, per_step)
    return optimizer.make(rate, self.hparams)


def _keep_all_but_z() -> None:
  """Has training change only the weights that z meets."""
  trainable = tf.get_collection_ref(tf.GraphKeys.TRAINABLE_VARIABLES)
  facing = [v for v in trainable if v.op.name in FACING_Z]
  if 'decoder/W_z' not in [v.op.name for v in facing]:
    raise InputError(
      "trained_weights is 'z', but this decoder is not the VRAE's; leave it at "
      "'all'"
    )
  kept = [v for v in trainable if v.op.name not in FACING_Z]
  tf.get_collection_ref(KEPT_WEIGHTS).extend(kept)
  trainable[:] = facing


def get_default_hparams() -> HParams:
  """Magenta's base hparams with the VRAE's own, at the paper's values."""
  own = HParams(**copy.deepcopy(DEFAULTS))  # A list is nobody else's.
  return merge_hparams(base_model.get_default_hparams(), own)
