# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What changes over training steps: learning rate, KL weight, transposition."""

from __future__ import annotations

import tensorflow.compat.v1 as tf

from magenta_vrae.host import HParams
from magenta_vrae.model.hparams import check_schedule


def learning_rate(hparams: HParams, step: tf.Tensor) -> tf.Tensor:
  """The learning rate at a global step.

  From `hparams.learning_rate` to `hparams.min_learning_rate`, by
  `hparams.learning_rate_schedule`:

  * 'exponential': Magenta's own, nearing the minimum by `decay_rate` a step.
  * 'linear': falls evenly, reaching the minimum at `schedule_steps`
    (experiment 1 of the paper, "gradually").
  * 'step': stays, and takes the minimum from `schedule_steps` on
    (experiment 2 of the paper).

  Over the first `warm_up_steps` it is a share of that, which grows evenly to
  the whole: a large rate may end with the first steps' large gradients in
  weights that nothing is learned from.

  Args:
    hparams: HParams with the six names above.
    step: The global step, a scalar tensor.

  Returns:
    A scalar float32 tensor.

  Raises:
    InputError: On an unknown schedule.
  """
  check_schedule(hparams.learning_rate_schedule)
  start, end = hparams.learning_rate, hparams.min_learning_rate
  step = tf.cast(step, tf.float32)
  if hparams.learning_rate_schedule == 'exponential':
    rate = (start - end) * tf.pow(hparams.decay_rate, step) + end
  elif hparams.learning_rate_schedule == 'linear':
    done = tf.minimum(step / float(hparams.schedule_steps), 1.0)
    rate = start + (end - start) * done
  else:
    rate = tf.where(step < float(hparams.schedule_steps), start, end)
  if not hparams.warm_up_steps:
    return rate
  return rate * tf.minimum((step + 1.0) / float(hparams.warm_up_steps), 1.0)


def kl_weight(hparams: HParams, step: tf.Tensor) -> tf.Tensor:
  """Magenta's beta at a global step: (1 - beta_rate^step) * max_beta.

  Without annealing, which is `beta_rate` 0, it is `max_beta` at step 0 too,
  where the formula's 0^0 would leave the KL out of the bound.
  """
  if hparams.beta_rate == 0.0:
    return tf.constant(hparams.max_beta, tf.float32)
  decay = tf.pow(hparams.beta_rate, tf.cast(step, tf.float32))
  return (1.0 - decay) * hparams.max_beta


def transposition(hparams: HParams, step: tf.Tensor) -> int | tf.Tensor:
  """The most semitones that a window is moved by at a global step.

  That is `hparams.transpose` up to `transpose_until`, a share of
  `schedule_steps`, and 0 from there on.
  """
  if not hparams.transpose or hparams.transpose_until >= 1.0:
    return hparams.transpose
  end = int(hparams.transpose_until * hparams.schedule_steps)
  return tf.where(step < tf.cast(end, step.dtype), hparams.transpose, 0)
