# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What this package adds to the sessions in which Magenta trains and evaluates.

`music_vae_train` makes its sessions in tf_slim and takes no hooks from outside.
The context managers here hand it some for as long as they are open.
"""

from __future__ import annotations

import contextlib
import math
from typing import Any
from typing import Callable
from typing import Iterable
from typing import Iterator
from typing import Sequence

import tensorflow.compat.v1 as tf
import tf_slim
from tf_slim.training import evaluation as tf_slim_evaluation

from magenta_vrae.errors import InputError
from magenta_vrae.host import base_model
from magenta_vrae.host import configs
from magenta_vrae.model import loop_choice
from magenta_vrae.model.decoder import VraeDecoder
from magenta_vrae.model.encoder import VraeEncoder
from magenta_vrae.progress import Progress
from magenta_vrae.training import report
from magenta_vrae.training.interrupts import Interrupt

Hooks = Sequence[tf.train.SessionRunHook]


@contextlib.contextmanager
def training_hooks(hooks: Hooks) -> Iterator[None]:
  """Within this, training sessions run these SessionRunHooks too."""
  with _training_arguments(
    lambda given: {'hooks': [*(given.get('hooks') or []), *hooks]}
  ):
    yield


def as_it_was_built(config: configs.Config) -> tf.ConfigProto | None:
  """With what sessions train a config, if its graph need not be optimized.

  TensorFlow rewrites a graph before its first step, which takes a second. Of
  fast_recurrence.py's loops, that has been written by hand or is XLA's affair:
  on a CPU steps take as long without it. What it makes of other loops, and on a
  GPU, is left to it.

  Returns:
    A ConfigProto, or None where the graph is to be optimized.
  """
  is_fast = (
    isinstance(config.model.encoder, VraeEncoder)
    and isinstance(config.model.decoder, VraeDecoder)
    and config.hparams.recurrence != 'plain'
  )
  if not is_fast or tf.config.list_physical_devices('GPU'):
    return None
  session_config = tf.ConfigProto()
  session_config.graph_options.rewrite_options.disable_meta_optimizer = True
  return session_config


@contextlib.contextmanager
def session_arguments(**arguments: Any) -> Iterator[None]:
  """Within this, training sessions are made with these arguments.

  They are those of `tf_slim.training.train`, and go before Magenta's, which
  fixes `save_checkpoint_secs` and gives no `config`.
  """
  with _training_arguments(lambda given: arguments):
    yield


@contextlib.contextmanager
def _training_arguments(
  override: Callable[[dict[str, Any]], dict[str, Any]],
) -> Iterator[None]:
  train = tf_slim.training.train

  def train_with_arguments(*args: Any, **kwargs: Any) -> Any:
    return train(*args, **{**kwargs, **override(kwargs)})

  tf_slim.training.train = train_with_arguments
  try:
    yield
  finally:
    tf_slim.training.train = train


@contextlib.contextmanager
def evaluation(
  hooks: Hooks, choose: Callable[[Iterator[str]], Iterable[str]]
) -> Iterator[None]:
  """Within this, evaluation runs these hooks too, on the checkpoints chosen.

  Args:
    hooks: SessionRunHooks.
    choose: A function from the paths of the checkpoints as they come, an
      iterator without end, to those to evaluate. Evaluation ends with them.
  """
  evaluate = tf_slim.evaluation.evaluate_repeatedly
  as_they_come = tf_slim_evaluation.checkpoints_iterator

  def evaluate_with_hooks(*args: Any, **kwargs: Any) -> Any:
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

  Before the first step it says how the model's loops run, if that was measured.

  At the end of a `VRAE`'s training it says how well the model fits the music.
  Training ends with an `InputError` where the bound or the loss is NaN.

  Where the model does not use its latent space, or training has diverged, it
  says so once on the way, and at the end.

  In a cluster the step is the one that all tasks count together, and goes back
  where the chief had to restore a checkpoint.

  Attributes:
    last_step: The global step when training ended.

  Args:
    model: A `MusicVAE`, built by the time the session begins. A `VRAE` shows
      its lower bound in nats per time step, any other its loss.
    num_steps: The last step, or None if training has no end.
    steps_per_epoch: Steps that see as many examples as there are, or None.
    baseline: `Survey.independent_bernoulli` of the music, or None.
  """

  # How much of the running means one batch makes up.
  _SMOOTHING = 0.02
  # The global step from which a small KL or a low bound means something. Random
  # weights have both, too.
  _FIRST_STEP_OF_WARNINGS = 500

  def __init__(
    self,
    model: base_model.MusicVAE,
    num_steps: int | None,
    steps_per_epoch: float | None = None,
    baseline: float | None = None,
  ) -> None:
    self._model = model
    self._num_steps = num_steps
    self._steps_per_epoch = steps_per_epoch
    self._baseline = baseline
    self._progress: Progress  # Since a session began.
    self._warned_of: set[Callable[..., str | None]] = set()

  def begin(self) -> None:
    self._fetches = {'step': tf.train.get_global_step()}
    self._is_vrae = hasattr(self._model, 'bound_per_time_step')
    if self._is_vrae:
      self._label = 'bound/step'
      self._fetches['value'] = self._model.bound_per_time_step
      self._fetches['kl'] = tf.reduce_mean(self._model.kl)
    else:
      self._label = 'loss'
      self._fetches['value'] = self._model.loss
    loops = loop_choice.in_words(tf.get_default_graph())
    if loops:
      print(loops, flush=True)

  def after_create_session(
    self, session: tf.Session, coord: tf.train.Coordinator
  ) -> None:
    del coord
    self._count_from(int(session.run(self._fetches['step'])))

  def _count_from(self, step: int) -> None:
    if hasattr(self, '_progress'):
      self._progress.close()
    self._means: dict[str, float] = {}
    self._note, self.last_step = '', step
    self._progress = Progress(self._num_steps, 'step', initial=step)

  def before_run(
    self, run_context: tf.train.SessionRunContext
  ) -> tf.train.SessionRunArgs:
    del run_context
    return tf.train.SessionRunArgs(self._fetches)

  def after_run(
    self,
    run_context: tf.train.SessionRunContext,
    run_values: tf.train.SessionRunValues,
  ) -> None:
    del run_context
    values = dict(run_values.results)
    # The step fetched beside the update is the one before or after it.
    step = int(values.pop('step'))
    if step < self.last_step:
      self._progress.message(
        f'back from step {self.last_step} to {step}, the last checkpoint'
      )
      self._count_from(step)
    self.last_step = step
    if math.isnan(values['value']):  # And so are the weights, from now on.
      what = 'bound' if self._is_vrae else 'loss'
      raise InputError(report.no_number(step, what))
    if not self._means:
      self._first = float(values['value'])
    for name, value in values.items():
      mean = self._means.setdefault(name, float(value))
      self._means[name] = mean + self._SMOOTHING * (float(value) - mean)
    note = f'{self._label} {self._means["value"]:.3f}'
    if self._steps_per_epoch:
      note = f'epoch {step / self._steps_per_epoch:.1f}  {note}'
    self._note = note
    self._progress.update(step, note)
    self._warn('so far ')

  def _warn(self, so_far: str = '') -> None:
    """Warns, on the way once of each fault."""
    if self.last_step < self._FIRST_STEP_OF_WARNINGS or not self._is_vrae:
      return
    faults: list[tuple[Callable[..., str | None], tuple]] = [
      (
        report.diverged,
        (self._means['value'], self._first, self._baseline),
      ),
      (report.unused_latent, (self._means['kl'],)),
    ]
    for fault, values in faults:
      if so_far and fault in self._warned_of:
        continue
      warning = fault(*values)
      if warning:
        self._warned_of.add(fault)
        self._progress.message(f'step {self.last_step}: {so_far}{warning}')

  def end(self, session: tf.Session) -> None:
    self.last_step = int(session.run(self._fetches['step']))
    self._progress.update(self.last_step, self._note)
    self._progress.close()
    if self._is_vrae and self._means:
      self._progress.message(
        report.fit('the training music', self._means['value'], self._baseline)
      )
      self._warn_of_unlike_base()
      self._warn()

  def _warn_of_unlike_base(self) -> None:
    if getattr(self._model.hparams, 'trained_weights', 'all') == 'z':
      warning = report.unlike_base(self._means['value'], self._baseline)
      if warning:
        self._progress.message(warning)


class StopHook(tf.train.SessionRunHook):
  """Ends training after the step in which a signal came.

  The session's own hook saves that step in its `end`, which comes first.

  Args:
    interrupt: Of the signal handlers.
    saves: Whether this process is the one that saves.
  """

  def __init__(self, interrupt: Interrupt, saves: bool) -> None:
    self._interrupt, self._saves = interrupt, saves

  def begin(self) -> None:
    self._step = tf.train.get_global_step()

  def after_create_session(
    self, session: tf.Session, coord: tf.train.Coordinator
  ) -> None:
    del session, coord
    self._interrupt.in_session = True

  def after_run(
    self,
    run_context: tf.train.SessionRunContext,
    run_values: tf.train.SessionRunValues,
  ) -> None:
    del run_values
    if self._interrupt.signal_number:
      run_context.request_stop()

  def end(self, session: tf.Session) -> None:
    self._interrupt.step = int(session.run(self._step))
    self._interrupt.is_saved = self._saves
    self._interrupt.in_session = False


class MetricsHook(tf.train.SessionRunHook):
  """Hands an evaluation's scalar summaries, when it ends, to a function.

  Args:
    receive: Called with a dict from summary name to float, and the global
      step.
  """

  def __init__(self, receive: Callable[[dict[str, float], int], None]) -> None:
    self._receive = receive

  def begin(self) -> None:
    self._summaries = tf.summary.merge_all()
    self._step = tf.train.get_global_step()

  def end(self, session: tf.Session) -> None:
    serialized, step = session.run([self._summaries, self._step])
    summary = tf.Summary.FromString(serialized)
    metrics = {
      value.tag: value.simple_value
      for value in summary.value
      if value.HasField('simple_value')
    }
    self._receive(metrics, int(step))
