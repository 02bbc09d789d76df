# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What this package adds to the sessions in which Magenta trains and evaluates.

`music_vae_train` makes its sessions in tf_slim and takes no hooks from outside.
The context managers here hand it some for as long as they are open.
"""

from __future__ import annotations

import contextlib

import tensorflow.compat.v1 as tf
import tf_slim
from tf_slim.training import evaluation as tf_slim_evaluation

from magenta_vrae.progress import Progress


@contextlib.contextmanager
def training_hooks(hooks):
  """Within this, training sessions run these SessionRunHooks too."""
  with _training_arguments(
    lambda given: {'hooks': [*(given.get('hooks') or []), *hooks]}
  ):
    yield


@contextlib.contextmanager
def session_arguments(**arguments):
  """Within this, training sessions are made with these arguments.

  They are those of `tf_slim.training.train`, and go before Magenta's, which
  fixes `save_checkpoint_secs` and gives no `config`.
  """
  with _training_arguments(lambda given: arguments):
    yield


@contextlib.contextmanager
def _training_arguments(override):
  train = tf_slim.training.train

  def train_with_arguments(*args, **kwargs):
    return train(*args, **{**kwargs, **override(kwargs)})

  tf_slim.training.train = train_with_arguments
  try:
    yield
  finally:
    tf_slim.training.train = train


@contextlib.contextmanager
def evaluation(hooks, choose):
  """Within this, evaluation runs these hooks too, on the checkpoints chosen.

  Args:
    hooks: SessionRunHooks.
    choose: A function from the paths of the checkpoints as they come, an
      iterator without end, to those to evaluate. Evaluation ends with them.
  """
  evaluate = tf_slim.evaluation.evaluate_repeatedly
  as_they_come = tf_slim_evaluation.checkpoints_iterator

  def evaluate_with_hooks(*args, **kwargs):
    kwargs['hooks'] = [*(kwargs.get('hooks') or []), *hooks]
    return evaluate(*args, **kwargs)

  tf_slim.evaluation.evaluate_repeatedly = evaluate_with_hooks
  tf_slim_evaluation.checkpoints_iterator = lambda *args, **kwargs: choose(
    as_they_come(*args, **kwargs)
  )
  try:
    yield
  finally:
    tf_slim.evaluation.evaluate_repeatedly = evaluate
    tf_slim_evaluation.checkpoints_iterator = as_they_come


class ProgressHook(tf.train.SessionRunHook):
  """Shows step, rate, time left, epoch and the bound while training goes on.

  In a cluster the step is the one that all tasks count together, and goes back
  where the chief had to restore a checkpoint.

  Attributes:
    last_step: The global step when training ended.

  Args:
    model: A `MusicVAE`, built by the time the session begins. A `VRAE` shows
      its lower bound in nats per time step, any other its loss.
    num_steps: The last step, or None if training has no end.
    steps_per_epoch: Steps that see as many examples as there are, or None.
  """

  # How much of the running mean one batch makes up.
  _SMOOTHING = 0.02

  def __init__(self, model, num_steps, steps_per_epoch=None):
    self._model = model
    self._num_steps = num_steps
    self._steps_per_epoch = steps_per_epoch
    self._progress = None

  def begin(self):
    if hasattr(self._model, 'bound_per_time_step'):
      self._label, value = 'bound/step', self._model.bound_per_time_step
    else:
      self._label, value = 'loss', self._model.loss
    self._fetches = {'step': tf.train.get_global_step(), 'value': value}

  def after_create_session(self, session, coord):
    del coord
    self._count_from(int(session.run(self._fetches['step'])))

  def _count_from(self, step):
    if self._progress:
      self._progress.close()
    self._mean, self._note, self.last_step = None, '', step
    self._progress = Progress(self._num_steps, 'step', initial=step)

  def before_run(self, run_context):
    del run_context
    return tf.train.SessionRunArgs(self._fetches)

  def after_run(self, run_context, run_values):
    del run_context
    # The step fetched beside the update is the one before or after it.
    step = int(run_values.results['step'])
    value = float(run_values.results['value'])
    if step < self.last_step:
      self._progress.message(
        f'back from step {self.last_step} to {step}, the last checkpoint'
      )
      self._count_from(step)
    self.last_step = step
    if self._mean is None:
      self._mean = value
    self._mean += self._SMOOTHING * (value - self._mean)
    note = f'{self._label} {self._mean:.3f}'
    if self._steps_per_epoch:
      note = f'epoch {step / self._steps_per_epoch:.1f}  {note}'
    self._note = note
    self._progress.update(step, note)

  def end(self, session):
    self.last_step = int(session.run(self._fetches['step']))
    self._progress.update(self.last_step, self._note)
    self._progress.close()


class MetricsHook(tf.train.SessionRunHook):
  """Hands an evaluation's scalar summaries, when it ends, to a function.

  Args:
    receive: Called with a dict from summary name to float, and the global
      step.
  """

  def __init__(self, receive):
    self._receive = receive

  def begin(self):
    self._summaries = tf.summary.merge_all()
    self._step = tf.train.get_global_step()

  def end(self, session):
    serialized, step = session.run([self._summaries, self._step])
    summary = tf.Summary.FromString(serialized)
    metrics = {
      value.tag: value.simple_value
      for value in summary.value
      if value.HasField('simple_value')
    }
    self._receive(metrics, int(step))
