# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Training and evaluation through Magenta's `music_vae_train.run`."""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
from typing import Any
from typing import ContextManager
from typing import Iterable
from typing import Iterator

from absl import flags

# First: it keeps TensorFlow's notices back.
from magenta_vrae.commands import tensorflow_start

# isort: split
import tensorflow.compat.v1 as tf

from magenta_vrae import configs
from magenta_vrae.commands import magenta_flags
from magenta_vrae.commands import session_errors
from magenta_vrae.commands import trained
from magenta_vrae.commands import training_plan
from magenta_vrae.data import records
from magenta_vrae.errors import InputError
from magenta_vrae.runs import checkpoints
from magenta_vrae.runs import run_settings
from magenta_vrae.runs import tensorflow_path
from magenta_vrae.training import cluster
from magenta_vrae.training import interrupts
from magenta_vrae.training import report
from magenta_vrae.training import seeding
from magenta_vrae.training import sessions
from magenta_vrae.training import warm_start
from magenta_vrae.training.cluster_place import Place

FLAGS = flags.FLAGS


def serve_variables(place: Place) -> None:
  """Runs a parameter server, until the cluster ends."""
  tensorflow_start.start(FLAGS.log)
  cluster.serve_variables(place)


def train(
  plan: training_plan.Plan,
  interrupt: interrupts.Interrupt,
  place: Place | None = None,
) -> None:
  """Trains from the newest good checkpoint on, alone or in a cluster.

  Args:
    plan: What is asked for.
    interrupt: That of `interrupts.handled`.
    place: This process's place in a cluster, or None.

  Raises:
    InputError: If something of the user's stands in the way.
  """
  config = _begin(plan)
  if plan.begin_with:
    _check_warm_start(plan, config, plan.begin_with)
  train_dir = os.path.join(plan.run_dir, 'train')
  arguments = {
    'save_checkpoint_secs': FLAGS.save_checkpoint_secs,
    'config': sessions.as_it_was_built(config),
  }
  hook = sessions.ProgressHook(
    config.model, plan.num_steps, plan.steps_per_epoch, plan.baseline
  )
  hooks = [hook, sessions.StopHook(interrupt, saves=not (place or FLAGS).task)]
  pulse = cluster.Pulse() if FLAGS.num_sync_workers else None
  if pulse:
    hooks.append(pulse)
  if place:
    arguments['config'] = cluster.session_config(place)
    magenta_flags.set_values(num_ps_tasks=len(place.ps), task=place.task)
  # A synchronous chief ends training for all.
  ends_for_all = bool(place and place.is_chief and FLAGS.num_sync_workers)
  if ends_for_all:
    hooks.append(cluster.ReleaseWorkers())
  with contextlib.ExitStack() as stack:
    _name_run(stack, plan)
    if plan.begin_with:
      weights = stack.enter_context(tensorflow_path.literal(plan.begin_with))
      hooks.append(warm_start.WarmStartHook(weights))
    start = 0
    # Of several tasks the first alone writes into the folder.
    if not FLAGS.task:
      stack.enter_context(checkpoints.claimed(train_dir))
      start = _recover(plan, config, train_dir)
    stack.enter_context(session_errors.restoring(plan.name))
    stack.enter_context(session_errors.writing(train_dir))
    stack.enter_context(seeding.seeded(plan.seed, config, start, FLAGS.task))
    if place:
      master = stack.enter_context(
        _joined(plan, place, pulse, interrupt, ends_for_all)
      )
      magenta_flags.set_values(master=master)
    stack.enter_context(sessions.session_arguments(**arguments))
    stack.enter_context(sessions.training_hooks(hooks))
    magenta_flags.load('music_vae_train').run({plan.name: config})
  if place and not interrupt.signal_number:
    _check_all_steps(hook.last_step, plan.num_steps)


def _joined(
  plan: training_plan.Plan,
  place: Place,
  pulse: cluster.Pulse | None,
  interrupt: interrupts.Interrupt,
  ends_for_all: bool,
) -> ContextManager[str]:
  """While this process takes part in its cluster; gives its master."""
  return cluster.joined(
    place,
    FLAGS.cluster_timeout_secs,
    lambda: _has_ended(plan),
    pulse=pulse,
    comes_back=lambda: bool(interrupt.signal_number) and not ends_for_all,
  )


def _check_all_steps(last_step: int, num_steps: int | None) -> None:
  """Raises InputError if the chief has ended training before its end."""
  if num_steps and last_step < num_steps:
    raise InputError(
      f'the chief ended training at step {last_step} of {num_steps}; start all '
      'tasks again to go on'
    )


def evaluate(plan: training_plan.Plan) -> None:
  """Evaluates the newest good checkpoint, or checkpoints as they come."""
  config = _begin(plan)
  eval_dir = os.path.join(plan.run_dir, 'eval' + FLAGS.eval_dir_suffix)

  def show(metrics: dict[str, float], step: int) -> None:
    if FLAGS.eval_once:
      outcome = run_settings.save_metrics(
        eval_dir, step, str(plan.checkpoint), plan.facts, metrics
      )
    warning = report.unused_latent(metrics.get('bound/kl', math.nan))
    if warning:
      print(warning, file=sys.stderr)
    if FLAGS.json:
      print(json.dumps(outcome, allow_nan=False))
      return
    if FLAGS.eval_once and 'bound/per_time_step' in metrics:
      nats = metrics['bound/per_time_step']
      print(report.fit('new music', nats, plan.baseline))
    print(f'step {step}')
    for name in sorted(metrics):
      print(f'  {name:<36}{metrics[name]:12.4f}')

  def choose(paths: Iterable[str]) -> Iterator[str]:
    if FLAGS.eval_once:
      return iter([newest])
    return trained.whole_ones(paths)

  with contextlib.ExitStack() as stack:
    _name_run(stack, plan)
    newest = stack.enter_context(tensorflow_path.literal(str(plan.checkpoint)))
    stack.enter_context(session_errors.restoring(plan.name))
    stack.enter_context(session_errors.writing(eval_dir))
    stack.enter_context(seeding.seeded(plan.seed, config))
    stack.enter_context(
      sessions.evaluation([sessions.MetricsHook(show)], choose)
    )
    magenta_flags.load('music_vae_train').run({plan.name: config})


def _begin(plan: training_plan.Plan) -> Any:
  """Has TensorFlow and Magenta's flags ready; returns the MusicVAE config."""
  tensorflow_start.start(FLAGS.log)
  # Magenta's `run` takes these from its flags.
  magenta_flags.set_values(config=plan.name, hparams='')
  if plan.dataset:
    magenta_flags.set_values(
      examples_path=records.as_pattern(plan.dataset.path),
      cache_dataset=FLAGS.cache_dataset and not plan.dataset.is_streamed,
    )
  return configs.of_preset(plan.config)


def _name_run(stack: contextlib.ExitStack, plan: training_plan.Plan) -> None:
  """Tells Magenta the run's folder, by a name that TensorFlow can read."""
  run_dir = stack.enter_context(tensorflow_path.literal(plan.run_dir))
  magenta_flags.set_values(run_dir=run_dir)


def _check_warm_start(
  plan: training_plan.Plan, config: Any, checkpoint: str
) -> None:
  """Raises InputError if the weights to begin with are of another model."""
  flag = 'personalize' if plan.personalize else 'warm_start'
  shown_as = f'--{flag}={getattr(plan, flag)!r}'
  folder = plan.begin_settings
  if folder and run_settings.load(folder):
    _, other = run_settings.find_config(folder)
    warm_start.check_settings(config, other, shown_as)
  with tensorflow_path.literal(checkpoint) as path:
    warm_start.check_weights(config, path, shown_as)


def _recover(plan: training_plan.Plan, config: Any, train_dir: str) -> int:
  """Readies a run's folder; returns the step from which training goes on."""
  settings = run_settings.settings_of(plan.name, config, plan.facts, plan.seed)
  if plan.begin_with:
    flag = 'personalize' if plan.personalize else 'warm_start'
    settings[flag] = getattr(plan, flag)
  settings = run_settings.continued(plan.run_dir, settings, FLAGS.other_dataset)
  found = checkpoints.recover(train_dir)
  trained.report_damaged(found, 'moved to ' + checkpoints.DAMAGED)
  run_settings.save(plan.run_dir, settings)
  return found.step


def _has_ended(plan: training_plan.Plan) -> bool:
  """Whether the run's folder, where it is shared, holds the last step."""
  with tensorflow_path.literal(plan.run_dir) as run_dir:
    newest = tf.train.latest_checkpoint(os.path.join(run_dir, 'train'))
  return bool(
    newest
    and plan.num_steps
    and int(newest.rpartition('-')[2]) >= plan.num_steps
  )
