# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Trains or evaluates a VRAE, or any MusicVAE config.

  vrae_train --config=vrae_20d --run_dir=run --examples_path=songs.tfrecord
  vrae_train --flagfile=configs/paper_experiment_1.flags \
      --run_dir=run --examples_path=songs.tfrecord
  vrae_train --run_dir=run2 --examples_path=mine.tfrecord --warm_start=run
  vrae_train --run_dir=run --examples_path=songs.tfrecord \
      --mode=eval --eval_once --json

All flags of music_vae_train, through whose `run` this works, and those below.
What the model is goes into RUN_DIR/settings.json; a run that goes on, or is
evaluated, takes --config, --hparams, --converter and --seed from there. It goes
on from its newest good checkpoint; damaged ones are named and put aside.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys

import tensorflow.compat.v1 as tf

# Defines Magenta's training flags.
from magenta.models.music_vae import music_vae_train

from magenta_vrae.commands import entry
from magenta_vrae.commands import flag_help
from magenta_vrae.commands import trained
from magenta_vrae.data import examples
from magenta_vrae.data import records
from magenta_vrae.errors import InputError
from magenta_vrae.runs import checkpoints
from magenta_vrae.runs import run_settings
from magenta_vrae.training import cluster
from magenta_vrae.training import interrupts
from magenta_vrae.training import report
from magenta_vrae.training import seeding
from magenta_vrae.training import sessions
from magenta_vrae.training import warm_start

flags = tf.app.flags
FLAGS = flags.FLAGS
FLAGS.set_default('log', 'ERROR')
_AS_TF_CONFIG = 'TF_CONFIG says this for a whole cluster.'
flag_help.amend(
  master=f'By default this process alone trains. {_AS_TF_CONFIG}',
  task=_AS_TF_CONFIG,
  num_ps_tasks=_AS_TF_CONFIG,
  num_sync_workers='At 0 each worker trains at its own pace.',
  examples_path='May be a pattern. Required if there is no --tfds_name.',
  tfds_name='By default --examples_path is read.',
  run_dir='Required. settings.json and metrics.json go there, too.',
  eval_num_batches='By default all.',
  config='Required when a run begins; by default as the run says.',
  hparams='By default those of the config, or of the run.',
  cache_dataset='By default true here only where the windows fit into half of '
  'the free memory.',
  eval_dir_suffix='By default none.',
)

flag_help.heading('Data')

flags.DEFINE_string(
  'converter',
  '',
  'A comma-separated list of `name=value` settings of the data converter to '
  'merge with those in the config, as hop_frames=1,holdout_fraction=0.1. By '
  'default those of the config, or of the run.',
)
flags.DEFINE_bool(
  'other_dataset',
  False,
  'Let a run go on with other music than it began with.',
)
entry.define_limits()

flag_help.heading('Evaluation')
flags.DEFINE_bool(
  'eval_once',
  False,
  'In `eval` mode, evaluate the newest good checkpoint once, print the metrics '
  'and end; they are in metrics.json in the eval folder, too. Otherwise '
  'evaluation goes on as checkpoints come.',
)
flags.DEFINE_bool(
  'json',
  False,
  'With --eval_once, print one JSON object on stdout and everything else on '
  'stderr.',
)

flag_help.heading('Repeatability')
flags.DEFINE_integer(
  'seed',
  None,
  'Makes training repeatable: the same flags on the same machine give the same '
  'weights. In `eval` mode, the same figures; there it may be any. By default '
  'as the run says, and not repeatable when it begins.',
  lower_bound=0,
)

flag_help.heading('Checkpoints')
flags.DEFINE_string(
  'warm_start',
  None,
  "Begin with another run's weights: its folder, a bundle or a checkpoint. The "
  'new run is trained as that one was, but for what --hparams and --converter '
  'change. Its optimizer and its steps begin anew. By default weights are '
  'random.',
)
flags.DEFINE_integer(
  'save_checkpoint_secs',
  60,
  'Seconds between checkpoints: what a crash can cost at most.',
  lower_bound=1,
)

flag_help.heading('Cluster')
flags.DEFINE_integer(
  'cluster_timeout_secs',
  600,
  'In a cluster, seconds that a parameter server may be away, or a synchronous '
  'step may take, until chief and workers give up.',
  lower_bound=1,
)


# How long to count what a dataset holds. The eight songs of the paper take less
# than a second; of a hundred thousand, training need not wait for the end.
SURVEY_SECONDS = 20
# Share of the free memory that windows may take before they are streamed.
MEMORY_SHARE = 0.5


def check_dataset(examples_path, config, mode, stream):
  """Reports what is in a dataset and whether it fills a batch.

  Returns:
    A `Survey`.

  Raises:
    InputError: If the dataset cannot be read, or makes less than one batch,
      on which training would wait for ever.
  """
  batch_size = config.hparams.batch_size
  survey = examples.survey(
    examples_path,
    config.data_converter,
    mode,
    entry.limits(),
    SURVEY_SECONDS,
    batch_size,
  )
  line = '' if survey.is_whole else 'more than '
  line += f'{survey.num_pieces} pieces, {survey.num_windows} windows'
  if survey.coverage:
    line += (
      f'; {survey.coverage.share_dropped:.1%} of the notes are at pitches '
      'without a column and left out'
    )
  print(line, file=stream, flush=True)
  if survey.num_windows < batch_size:
    raise InputError(
      f'{examples_path!r} makes {survey.num_windows} windows in {mode} mode, '
      f'less than one batch of {batch_size}; '
      'add music or give --hparams=batch_size=N'
    )
  return survey


def stream_if_large(survey, stream):
  """Has windows read from disk in each epoch where memory would not do.

  Does nothing if --cache_dataset was given.
  """
  available = os.sysconf('SC_AVPHYS_PAGES') * os.sysconf('SC_PAGE_SIZE')
  fits = survey.is_whole and survey.num_bytes < MEMORY_SHARE * available
  if not fits and FLAGS['cache_dataset'].using_default_value:
    FLAGS.cache_dataset = False
    print(
      'windows are streamed from disk, as memory may not hold all of them',
      file=stream,
    )


def train(
  config,
  run_dir,
  seed,
  dataset,
  steps_per_epoch,
  interrupt,
  baseline=None,
  place=None,
  begin=None,
):
  """Trains from the newest good checkpoint on, alone or in a cluster.

  `interrupt` is that of `interrupts.handled`, and `baseline` the survey's.
  `begin` is the checkpoint whose weights a new run begins with, or None.
  """
  train_dir = os.path.join(run_dir, 'train')
  arguments = {'save_checkpoint_secs': FLAGS.save_checkpoint_secs}
  hook = sessions.ProgressHook(
    config.model, FLAGS.num_steps, steps_per_epoch, baseline
  )
  hooks = [hook, sessions.StopHook(interrupt, saves=not (place or FLAGS).task)]
  pulse = cluster.Pulse() if FLAGS.num_sync_workers else None
  if pulse:
    hooks.append(pulse)
  if begin:
    hooks.append(warm_start.WarmStartHook(begin))
  if place:
    arguments['config'] = place.session_config()
    FLAGS.num_ps_tasks, FLAGS.task = len(place.ps), place.task
  with contextlib.ExitStack() as stack:
    start = 0
    # Of several tasks the first alone writes into the folder.
    if not FLAGS.task:
      stack.enter_context(checkpoints.claimed(train_dir))
      settings = run_settings.settings_of(FLAGS.config, config, dataset, seed)
      if begin:
        settings['warm_start'] = FLAGS.warm_start
      settings = run_settings.continued(run_dir, settings, FLAGS.other_dataset)
      found = checkpoints.recover(train_dir)
      entry.report_damaged(found, 'moved to ' + checkpoints.DAMAGED)
      start = found.step
      run_settings.save(run_dir, settings)
    stack.enter_context(entry.restoring(FLAGS.config))
    stack.enter_context(entry.writing(train_dir))
    stack.enter_context(seeding.seeded(seed, config, start, FLAGS.task))
    if place:
      FLAGS.master = stack.enter_context(
        cluster.joined(
          place,
          FLAGS.cluster_timeout_secs,
          has_ended,
          pulse=pulse,
          # A synchronous chief ends training for all; see ReleaseWorkers.
          comes_back=lambda: bool(
            interrupt.signal_number
            and not (place.is_chief and FLAGS.num_sync_workers)
          ),
        )
      )
      if place.is_chief and FLAGS.num_sync_workers:
        hooks.append(cluster.ReleaseWorkers())
    stack.enter_context(sessions.session_arguments(**arguments))
    stack.enter_context(sessions.training_hooks(hooks))
    music_vae_train.run({FLAGS.config: config})
  if (
    place
    and not interrupt.signal_number
    and FLAGS.num_steps
    and hook.last_step < FLAGS.num_steps
  ):
    raise InputError(
      f'the chief ended training at step {hook.last_step} of '
      f'{FLAGS.num_steps}; start all tasks again to go on'
    )


def cluster_place():
  """This process's place in a cluster; None if it trains alone.

  Raises:
    InputError: If TF_CONFIG cannot be used, or flags contradict it.
  """
  place = cluster.from_environment()
  if not place:
    return None
  if place.job == 'evaluator':
    raise InputError(
      f'{cluster.ENVIRONMENT_VARIABLE} says this is an evaluator, which does '
      'not train; give it --mode=eval'
    )
  for flag in ('master', 'num_ps_tasks', 'task'):
    if FLAGS[flag].present:
      raise InputError(
        f'--{flag}={FLAGS[flag].value} and the environment variable '
        f'{cluster.ENVIRONMENT_VARIABLE} both say where in a cluster this is; '
        'give one of them'
      )
  if FLAGS.num_sync_workers > len(place.workers):
    raise InputError(
      f'--num_sync_workers={FLAGS.num_sync_workers}, but the cluster has '
      f'{len(place.workers)} tasks that train, chief and workers together'
    )
  return place


def has_ended():
  """Whether the run's folder, where it is shared, holds the last step."""
  newest = tf.train.latest_checkpoint(os.path.join(FLAGS.run_dir, 'train'))
  return bool(
    newest
    and FLAGS.num_steps
    and int(newest.rpartition('-')[2]) >= FLAGS.num_steps
  )


def evaluate(config, run_dir, seed, dataset, baseline=None):
  """Evaluates the newest good checkpoint, or checkpoints as they come."""
  eval_dir = os.path.join(run_dir, 'eval' + FLAGS.eval_dir_suffix)
  if FLAGS.eval_once:
    path = entry.newest_checkpoint(run_dir)
    choose = lambda _: [path]  # noqa: E731
  else:
    choose = entry.whole_ones

  def show(metrics, step):
    if FLAGS.eval_once:
      outcome = run_settings.save_metrics(
        eval_dir, step, path, dataset, metrics
      )
    warning = report.unused_latent(metrics.get('bound/kl', math.nan))
    if warning:
      print(warning, file=sys.stderr)
    if FLAGS.json:
      print(json.dumps(outcome, allow_nan=False))
      return
    if FLAGS.eval_once and 'bound/per_time_step' in metrics:
      nats = metrics['bound/per_time_step']
      print(report.fit('new music', nats, baseline))
    print(f'step {step}')
    for name in sorted(metrics):
      print(f'  {name:<36}{metrics[name]:12.4f}')

  with contextlib.ExitStack() as stack:
    stack.enter_context(entry.restoring(FLAGS.config))
    stack.enter_context(entry.writing(eval_dir))
    stack.enter_context(seeding.seeded(seed, config))
    hooks = [sessions.MetricsHook(show)]
    stack.enter_context(sessions.evaluation(hooks, choose))
    music_vae_train.run({FLAGS.config: config})


def main():
  with interrupts.handled() as interrupt:
    train_or_evaluate(interrupt)


def train_or_evaluate(interrupt):
  tf.logging.set_verbosity(FLAGS.log)
  run_dir = entry.require(FLAGS.run_dir, 'run_dir')
  if FLAGS.mode not in ('train', 'eval'):
    raise InputError(f"--mode is {FLAGS.mode!r}; it is 'train' or 'eval'")
  if FLAGS.json and not (FLAGS.mode == 'eval' and FLAGS.eval_once):
    raise InputError('--json is for --mode=eval --eval_once')
  is_training = FLAGS.mode == 'train'
  if FLAGS.warm_start and not is_training:
    raise InputError('--warm_start is for --mode=train')
  place = cluster_place() if is_training else None
  if place and place.job == 'ps':
    return cluster.serve_variables(place)
  with contextlib.ExitStack() as stack:
    begin = folder = None
    if FLAGS.warm_start:
      begin, folder = stack.enter_context(trained.another(FLAGS.warm_start))
    run(run_dir, is_training, interrupt, place, begin, folder)


def run(run_dir, is_training, interrupt, place, begin, folder):
  """Trains or evaluates; `begin` and `folder` are what --warm_start names."""
  FLAGS.config, config = run_settings.find_config(
    run_dir,
    FLAGS.config,
    FLAGS.hparams,
    FLAGS.converter,
    may_differ=run_settings.HOW_TO_COMPUTE
    if is_training
    else run_settings.NOT_OF_THE_MODEL,
    new_as=folder,
  )
  if begin:
    if folder and run_settings.load(folder):
      _, other = run_settings.find_config(folder)
      warm_start.check_settings(config, other, FLAGS.warm_start)
    warm_start.check_weights(config, begin, FLAGS.warm_start)
  seed = run_settings.find_seed(run_dir, FLAGS.seed, may_differ=not is_training)
  steps_per_epoch = dataset = baseline = None
  if not FLAGS.tfds_name:
    path = entry.require(FLAGS.examples_path, 'examples_path')
    stream = sys.stderr if FLAGS.json else sys.stdout
    survey = check_dataset(path, config, FLAGS.mode, stream)
    stream_if_large(survey, stream)
    baseline = survey.independent_bernoulli
    if survey.is_whole:
      steps_per_epoch = survey.num_windows / config.hparams.batch_size
    dataset = {
      'examples_path': path,
      'pieces': survey.num_pieces,
      'windows': survey.num_windows,
      'fingerprint': records.fingerprint(path, entry.limits()),
    }
  if is_training:
    train(
      config,
      run_dir,
      seed,
      dataset,
      steps_per_epoch,
      interrupt,
      baseline,
      place,
      begin,
    )
  else:
    evaluate(config, run_dir, seed, dataset, baseline)


def console_entry_point():
  entry.run(main)


if __name__ == '__main__':
  console_entry_point()
