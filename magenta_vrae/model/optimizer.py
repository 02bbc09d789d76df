# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Adam, as the paper has it; with weights that decay; and Muon beside it.

With the moments m_t and v_t of a weight's gradient g_t, the learning rate eta_t
and the weight decay lambda:

    Adam   theta' = theta - eta_t m^_t / (sqrt(v^_t) + eps)
    Muon   theta' = theta - kappa eta_t 0.2 sqrt(max(n, k)) O(u_t),
           u_t = beta1 m_t + (1 - beta1) g_t
    both   theta_{t+1} = (1 - r_t lambda) theta',
           r_t = eta_t, with Muon kappa eta_t

m^ and v^ are without their bias. A matrix sized n by k moves along O(u), the
nearest matrix to u whose singular values are all one: along every direction
that its gradients show, and not the strongest alone (K. Jordan 2024, "Muon: An
optimizer for hidden layers in neural networks"). 0.2 sqrt(max(n, k)) makes that
step as large as one of Adam's (Liu et al. 2025, "Muon is scalable for LLM
training", arXiv 2502.16982), and kappa, the hparam `muon_rate`, so many times
larger.

Decay is that of Loshchilov & Hutter 2019 ("Decoupled weight decay
regularization", algorithm 2), but that weights decay after the step and not
beside it, which differs by eta_t^2 lambda.
"""

from __future__ import annotations

from typing import Any
from typing import Sequence

import tensorflow.compat.v1 as tf

from magenta_vrae.host import HParams
from magenta_vrae.model.weights import is_told_matrix

# Iterations towards O(u), and the polynomial of each: Jordan's. Singular values
# of more than a fiftieth of u's norm end between 0.68 and 1.21, near enough.
_ITERATIONS = 3
_POLYNOMIAL = 3.4445, -4.7750, 2.0315
# The root mean square of Adam's steps, in learning rates.
_LIKE_ADAM = 0.2


def make(rate: tf.Tensor, hparams: HParams) -> tf.train.Optimizer:
  """The optimizer of a training step.

  Args:
    rate: The learning rate, a scalar tensor.
    hparams: HParams `adam_beta1`, `adam_beta2`, `weight_decay` and `muon_rate`;
      with 0 as the last two it is TensorFlow's own Adam.
  """
  betas = {'beta1': hparams.adam_beta1, 'beta2': hparams.adam_beta2}
  if not hparams.weight_decay and not hparams.muon_rate:
    return tf.train.AdamOptimizer(rate, **betas)
  return _AdamAndMuon(rate, hparams.weight_decay, hparams.muon_rate, **betas)


def orthogonalized(u: tf.Tensor) -> tf.Tensor:
  """O(u), nearly: a matrix with u's singular vectors and values about one.

  Args:
    u: Sized `[n, k]`.
  """
  is_tall = u.shape[0] > u.shape[1]
  x = tf.transpose(u) if is_tall else u
  x /= tf.norm(x) + 1e-7
  a, b, c = _POLYNOMIAL
  for _ in range(_ITERATIONS):
    xx = tf.matmul(x, x, transpose_b=True)
    x = a * x + tf.matmul(b * xx + c * tf.matmul(xx, xx), x)
  return tf.transpose(x) if is_tall else x


class _AdamAndMuon(tf.train.AdamOptimizer):
  """Adam, or Muon where that is asked for; then matrices decay.

  Biases are Adam's and keep their size. Muon's matrices are those that the
  second recurrence and the notes of a frame have: `weights.is_told_matrix`.

  Args:
    rate: The learning rate, a scalar tensor.
    weight_decay: lambda.
    muon_rate: kappa; 0 for Adam everywhere.
    **named: More arguments of Adam.
  """

  def __init__(
    self, rate: tf.Tensor, weight_decay: float, muon_rate: float, **named: Any
  ) -> None:
    super().__init__(rate, **named)
    self._rate = rate
    self._weight_decay = weight_decay
    self._muon_rate = muon_rate

  def apply_gradients(
    self,
    grads_and_vars: Sequence[tuple[tf.Tensor | None, tf.Variable]],
    global_step: tf.Variable | None = None,
    name: str | None = None,
  ) -> tf.Operation:
    pairs = list(grads_and_vars)
    # Gradients are of the weights from before, and so is the rate.
    rate = tf.identity(self._rate)
    with tf.control_dependencies([rate]):
      step = super().apply_gradients(pairs, global_step, name)
    if not self._weight_decay:
      return step
    with tf.control_dependencies([step]):
      return tf.group(
        *(
          self._decay(variable, rate)
          for gradient, variable in pairs
          if gradient is not None and _is_matrix(variable)
        )
      )

  def _decay(self, variable: tf.Variable, rate: tf.Tensor) -> tf.Operation:
    if self._is_of_muon(variable):
      rate *= self._muon_rate
    share = tf.cast(rate * self._weight_decay, variable.dtype.base_dtype)
    return tf.assign_sub(variable, variable.read_value() * share)

  def _is_of_muon(self, variable: tf.Variable) -> bool:
    return bool(self._muon_rate) and is_told_matrix(variable.op.name)

  def _apply_dense(
    self, grad: tf.Tensor, var: tf.Variable
  ) -> tf.Operation | tf.Tensor:
    if self._is_of_muon(var):
      return self._apply_muon(grad, var)
    return super()._apply_dense(grad, var)

  def _resource_apply_dense(
    self, grad: tf.Tensor, var: tf.Variable
  ) -> tf.Operation | tf.Tensor:
    if self._is_of_muon(var):
      return self._apply_muon(grad, var)
    return super()._resource_apply_dense(grad, var)

  def _apply_muon(self, grad: tf.Tensor, var: tf.Variable) -> tf.Operation:
    beta1 = self._beta1
    m = self.get_slot(var, 'm')
    m_t = tf.assign(m, beta1 * m + (1.0 - beta1) * grad)
    u = beta1 * m_t + (1.0 - beta1) * grad
    size = _LIKE_ADAM * max(var.shape.as_list()) ** 0.5
    rate = tf.cast(self._muon_rate * self._rate * size, u.dtype)
    return tf.group(tf.assign_sub(var, rate * orthogonalized(u)))


def _is_matrix(variable: tf.Variable) -> bool:
  """Whether it is one; a bias is sized `[n]` or `[1, n]`."""
  shape = variable.shape.as_list()
  return len(shape) == 2 and min(shape) > 1
