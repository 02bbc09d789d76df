# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Adam, as the paper has it, and with weights that decay.

    theta_{t+1} = (1 - eta_t lambda) (theta_t - eta_t m_t / (sqrt(v_t) + eps))

with Adam's bias-corrected moments m_t and v_t of the gradient, the learning
rate eta_t and the weight decay lambda (Loshchilov & Hutter 2019, "Decoupled
weight decay regularization", algorithm 2, but that weights decay after Adam's
part and not beside it, which differs by eta_t^2 lambda).
"""

from __future__ import annotations

from typing import Any
from typing import Sequence

import tensorflow.compat.v1 as tf

from magenta_vrae.host import HParams


def adam(rate: tf.Tensor, hparams: HParams) -> tf.train.Optimizer:
  """The optimizer of a training step.

  Args:
    rate: The learning rate, a scalar tensor.
    hparams: HParams `adam_beta1`, `adam_beta2` and `weight_decay`; with 0 as
      the last it is TensorFlow's own Adam.
  """
  betas = {'beta1': hparams.adam_beta1, 'beta2': hparams.adam_beta2}
  if not hparams.weight_decay:
    return tf.train.AdamOptimizer(rate, **betas)
  return _DecayingAdam(rate, hparams.weight_decay, **betas)


class _DecayingAdam(tf.train.AdamOptimizer):
  """Adam that makes matrices smaller after each of its steps; biases stay.

  Args:
    rate: The learning rate, a scalar tensor.
    weight_decay: lambda.
    **named: More arguments of Adam.
  """

  def __init__(
    self, rate: tf.Tensor, weight_decay: float, **named: Any
  ) -> None:
    super().__init__(rate, **named)
    self._rate = rate
    self._weight_decay = weight_decay

  def apply_gradients(
    self,
    grads_and_vars: Sequence[tuple[tf.Tensor | None, tf.Variable]],
    global_step: tf.Variable | None = None,
    name: str | None = None,
  ) -> tf.Operation:
    pairs = list(grads_and_vars)
    share = tf.identity(self._rate * self._weight_decay)
    # Gradients are of the weights from before, so these change afterwards.
    with tf.control_dependencies([share]):
      step = super().apply_gradients(pairs, global_step, name)
    with tf.control_dependencies([step]):
      return tf.group(
        *(
          tf.assign_sub(variable, variable.read_value() * _as(share, variable))
          for gradient, variable in pairs
          if gradient is not None and _is_matrix(variable)
        )
      )


def _as(share: tf.Tensor, variable: tf.Variable) -> tf.Tensor:
  return tf.cast(share, variable.dtype.base_dtype)


def _is_matrix(variable: tf.Variable) -> bool:
  """Whether it is one; a bias is sized `[n]` or `[1, n]`."""
  shape = variable.shape.as_list()
  return len(shape) == 2 and min(shape) > 1
