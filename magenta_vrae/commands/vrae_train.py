# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Trains or evaluates a VRAE, or any MusicVAE config.

  vrae_train --config=vrae_20d --run_dir=run --examples_path=songs.tfrecord
  vrae_train --flagfile=configs/paper_experiment_1.flags \
      --run_dir=run --examples_path=songs.tfrecord

All flags of music_vae_train, through whose `run` this works, and those below.
What the model is goes into RUN_DIR/settings.json; a run that goes on, or is
evaluated, takes --config, --hparams and --converter from there.
"""

from __future__ import annotations

import contextlib
import os

import tensorflow.compat.v1 as tf

# Defines Magenta's training flags.
from magenta.models.music_vae import music_vae_train

from magenta_vrae import cluster
from magenta_vrae import examples
from magenta_vrae import runs
from magenta_vrae import training
from magenta_vrae.commands import entry
from magenta_vrae.errors import InputError

flags = tf.app.flags
FLAGS = flags.FLAGS
FLAGS.set_default('log', 'ERROR')

flags.DEFINE_string(
  'converter',
  '',
  'A comma-separated list of `name=value` settings of the data converter to '
  'merge with those in the config, as hop_frames=1,holdout_fraction=0.1.',
)
flags.DEFINE_bool(
  'eval_once',
  False,
  'In `eval` mode, evaluate the newest checkpoint once, print the metrics and '
  'end. Otherwise evaluation goes on as checkpoints come.',
)


flags.DEFINE_integer(
  'save_checkpoint_secs',
  60,
  'Seconds between checkpoints: what a crash can cost at most.',
  lower_bound=1,
)
flags.DEFINE_integer(
  'cluster_timeout_secs',
  600,
  'In a cluster, seconds that a parameter server may be away until chief and '
  'workers give up.',
  lower_bound=1,
)


def check_dataset(examples_path, config, mode):
  """Reports what is in a dataset and whether it fills a batch.

  Returns:
    A `Survey`.

  Raises:
    InputError: If the dataset cannot be read, or makes less than one batch,
      on which training would wait for ever.
  """
  batch_size = config.hparams.batch_size
  survey = examples.survey(examples_path, config.data_converter, mode)
  print(f'{survey.num_pieces} pieces, {survey.num_windows} windows', end='')
  if survey.coverage:
    print(
      f'; {survey.coverage.share_dropped:.1%} of the notes are at pitches '
      'without a column and left out',
      end='',
    )
  print(flush=True)
  if survey.num_windows < batch_size:
    raise InputError(
      f'{examples_path!r} makes {survey.num_windows} windows in {mode} mode, '
      f'less than one batch of {batch_size}; '
      'add music or give --hparams=batch_size=N'
    )
  return survey


def train(config, steps_per_epoch, place=None):
  hook = training.ProgressHook(config.model, FLAGS.num_steps, steps_per_epoch)
  hooks = [hook]
  with contextlib.ExitStack() as stack:
    arguments = {'save_checkpoint_secs': FLAGS.save_checkpoint_secs}
    if place:
      arguments['config'] = place.session_config()
      FLAGS.num_ps_tasks, FLAGS.task = len(place.ps), place.task
      FLAGS.master = stack.enter_context(
        cluster.joined(place, FLAGS.cluster_timeout_secs, has_ended)
      )
      if place.is_chief and FLAGS.num_sync_workers:
        hooks.append(cluster.ReleaseWorkers())
    stack.enter_context(training.session_arguments(**arguments))
    stack.enter_context(training.training_hooks(hooks))
    music_vae_train.run({FLAGS.config: config})
    if place and FLAGS.num_steps and hook.last_step < FLAGS.num_steps:
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


def evaluate(config, run_dir):
  def show(metrics, step):
    print(f'step {step}')
    for name in sorted(metrics):
      print(f'  {name:<36}{metrics[name]:12.4f}')

  train_dir = os.path.join(run_dir, 'train')
  if FLAGS.eval_once and not tf.train.latest_checkpoint(train_dir):
    raise InputError(f'no checkpoint in {train_dir!r}; train first')
  max_evaluations = 1 if FLAGS.eval_once else None
  with training.evaluation([training.MetricsHook(show)], max_evaluations):
    music_vae_train.run({FLAGS.config: config})


def main():
  tf.logging.set_verbosity(FLAGS.log)
  run_dir = entry.require(FLAGS.run_dir, 'run_dir')
  if FLAGS.mode not in ('train', 'eval'):
    raise InputError(f"--mode is {FLAGS.mode!r}; it is 'train' or 'eval'")
  place = cluster_place() if FLAGS.mode == 'train' else None
  if place and place.job == 'ps':
    return cluster.serve_variables(place)
  FLAGS.config, config = runs.find_config(
    run_dir,
    FLAGS.config,
    FLAGS.hparams,
    FLAGS.converter,
    may_differ=(
      runs.HOW_TO_COMPUTE if FLAGS.mode == 'train' else runs.NOT_OF_THE_MODEL
    ),
  )
  steps_per_epoch = dataset = None
  if not FLAGS.tfds_name:
    path = entry.require(FLAGS.examples_path, 'examples_path')
    survey = check_dataset(path, config, FLAGS.mode)
    steps_per_epoch = survey.num_windows / config.hparams.batch_size
    dataset = {
      'examples_path': path,
      'pieces': survey.num_pieces,
      'windows': survey.num_windows,
    }
  with entry.restoring(FLAGS.config):
    if FLAGS.mode == 'train':
      if not runs.load(run_dir) and (not place or place.is_chief):
        runs.save(run_dir, runs.settings_of(FLAGS.config, config, dataset))
      train(config, steps_per_epoch, place)
    else:
      evaluate(config, run_dir)


def console_entry_point():
  entry.run(main)


if __name__ == '__main__':
  console_entry_point()
