# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Trains or evaluates a VRAE, or any MusicVAE config.

  vrae_train --run_dir=run --examples_path=songs.tfrecord
  vrae_train --config=vrae_20d --run_dir=run --examples_path=songs.tfrecord
  vrae_train --flagfile=configs/paper_experiment_1.flags \
      --run_dir=run --examples_path=songs.tfrecord
  vrae_train --run_dir=run2 --examples_path=mine.tfrecord --warm_start=run
  vrae_train --run_dir=mine --examples_path=mine.mid --personalize=run
  vrae_train --run_dir=run --examples_path=songs.tfrecord \
      --mode=eval --eval_once --json

This command has all flags of music_vae_train, and more. --examples_path takes a
folder of music, one music file, or TFRecords. A run stores its settings in
RUN_DIR/settings.json. To resume or evaluate it, give only --run_dir and
--examples_path: --config, --hparams, --converter and --seed come from there.
Training resumes from the newest good checkpoint; it names damaged checkpoints
and moves them aside. Ctrl-C and SIGTERM save the present step and end training.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from typing import Any
from typing import NamedTuple
from typing import TextIO

from absl import flags

import magenta_vrae
from magenta_vrae import files
from magenta_vrae.commands import entry
from magenta_vrae.commands import flag_help
from magenta_vrae.commands import magenta_flags
from magenta_vrae.commands import music_settings
from magenta_vrae.commands import personalize
from magenta_vrae.commands import pieces
from magenta_vrae.commands import prior_fitting
from magenta_vrae.commands import trained
from magenta_vrae.commands import training_plan
from magenta_vrae.data import examples
from magenta_vrae.data import records
from magenta_vrae.data.band import BandRoll
from magenta_vrae.errors import InputError
from magenta_vrae.inference import loading
from magenta_vrae.model import hparam_ranges
from magenta_vrae.model import hparams as vrae_hparams
from magenta_vrae.model.faults import Rates
from magenta_vrae.plural import plural
from magenta_vrae.runs import checkpoints
from magenta_vrae.runs import run_settings
from magenta_vrae.training import cluster_place
from magenta_vrae.training import interrupts

FLAGS = flags.FLAGS
flag_help.define_magentas('music_vae_train')
FLAGS.set_default('log', 'ERROR')
_AS_TF_CONFIG = 'TF_CONFIG says this for a whole cluster.'
flag_help.amend(
  master=f'By default this process alone trains. {_AS_TF_CONFIG}',
  task=_AS_TF_CONFIG,
  num_ps_tasks=_AS_TF_CONFIG,
  num_sync_workers='At 0 the workers train asynchronously.',
  examples_path='Here also a folder of music files, a music file or a pattern. '
  'Required if there is no --tfds_name.',
  tfds_name='By default --examples_path is read.',
  run_dir='Required. It also holds settings.json and metrics.json.',
  eval_num_batches='By default all.',
  config='By default the config of the run; a new run has vrae_music.',
  hparams='By default those of the config, or of the run.',
  cache_dataset='By default true here only if the pieces fit into half of the '
  'free memory.',
  eval_dir_suffix='By default none.',
)

flag_help.heading('Data')

flags.DEFINE_string(
  'converter',
  '',
  'A comma-separated list of `name=value` settings of the data converter to '
  'merge with those in the config, such as hop_frames=1,holdout_fraction=0.1. '
  'By default those of the config, or of the run.',
)
flags.DEFINE_bool(
  'other_dataset',
  False,
  'Let a run continue on other music than it began with.',
)
entry.define_limits()

flag_help.heading('Evaluation')
flags.DEFINE_bool(
  'eval_once',
  False,
  'In `eval` mode, evaluate the newest good checkpoint once, print the '
  'metrics, write them to metrics.json in the eval folder, and end. Otherwise '
  'evaluation waits for each new checkpoint.',
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
  'weights. In `eval` mode it makes the figures repeatable, and may be any '
  'number. By default the seed of the run; a new run has none.',
  lower_bound=0,
)

flag_help.heading('Checkpoints')
flags.DEFINE_string(
  'warm_start',
  None,
  "Begin with another run's weights: its folder, a bundle, a checkpoint or the "
  'name of a ready-made model. The new run has the same settings, except those '
  'that --hparams and --converter change. Its optimizer and its steps start '
  'again. By default weights are random.',
)
flags.DEFINE_string(
  'personalize',
  None,
  'Fit a small latent space for the music of --examples_path within that of a '
  'trained model, and train it on that music. Give a run, a bundle or the name '
  'of a ready-made model. One piece is enough, and it takes about a minute. z '
  'has 2 numbers; --hparams=z_size=3 gives 3. By default nothing is fitted.',
)
flags.DEFINE_integer(
  'save_checkpoint_secs',
  60,
  'Seconds between checkpoints. A crash loses at most this much training.',
  lower_bound=1,
)

flag_help.heading('Cluster')
flags.DEFINE_integer(
  'cluster_timeout_secs',
  600,
  'In a cluster, how many seconds a parameter server may be away, or a '
  'synchronous step may take, before the chief and the workers give up.',
  lower_bound=1,
)


# What a new run is of if nobody says.
_DEFAULT_CONFIG = 'vrae_music'
# How long to count what a dataset holds. The eight songs of the paper take less
# than a second; of a hundred thousand, training need not wait for the end.
SURVEY_SECONDS = 20
# Share of the free memory that pieces may take before they are streamed.
MEMORY_SHARE = 0.5


def words_to() -> TextIO:
  """Where what is told goes: not among the JSON."""
  return sys.stderr if FLAGS.json else sys.stdout


# Flags of Magenta's that count something; it takes any integer.
_COUNTS = (
  'num_steps',
  'eval_num_batches',
  'checkpoints_to_keep',
  'keep_checkpoint_every_n_hours',
  'task',
  'num_ps_tasks',
  'num_sync_workers',
)
# TensorFlow counts them in 32 bits.
_MOST_CHECKPOINTS = 2**31 - 1


def check_flags() -> str:
  """Checks what needs neither model nor music.

  Returns:
    The run's folder.

  Raises:
    InputError: If a flag cannot be used.
  """
  run_dir = entry.require(FLAGS.run_dir, 'run_dir')
  if FLAGS.mode not in ('train', 'eval'):
    raise InputError(f"--mode is {FLAGS.mode!r}; it is 'train' or 'eval'")
  is_training = FLAGS.mode == 'train'
  for flag in _COUNTS:
    if (FLAGS[flag].value or 0) < 0:
      raise InputError(f'--{flag}={FLAGS[flag].value}; give 0 or more')
  if FLAGS.checkpoints_to_keep > _MOST_CHECKPOINTS:
    raise InputError(
      f'--checkpoints_to_keep={FLAGS.checkpoints_to_keep}; give '
      f'{_MOST_CHECKPOINTS} at most, or 0 to keep all'
    )
  if FLAGS.eval_once and is_training:
    raise InputError('--eval_once is for --mode=eval')
  if FLAGS.json and (is_training or not FLAGS.eval_once):
    raise InputError('--json is for --mode=eval --eval_once')
  if FLAGS.warm_start and FLAGS.personalize:
    raise InputError('give one of --warm_start and --personalize, not both')
  for flag in ('warm_start', 'personalize'):
    if FLAGS[flag].value and not is_training:
      raise InputError(f'--{flag} is for --mode=train')
  if FLAGS.personalize and FLAGS.tfds_name:
    raise InputError('--personalize takes music as --examples_path')
  if FLAGS.examples_path and FLAGS.tfds_name:
    raise InputError('give one of --examples_path and --tfds_name, not both')
  entry.limits()
  files.check_folder(run_dir)
  return run_dir


def place_in_cluster() -> cluster_place.Place | None:
  """This process's place in a cluster; None if it trains alone.

  Raises:
    InputError: If TF_CONFIG cannot be used, or flags contradict it.
  """
  place = cluster_place.from_environment()
  if not place:
    return None
  if place.job == 'evaluator':
    raise InputError(
      f'{cluster_place.ENVIRONMENT_VARIABLE} says this is an evaluator, which '
      'does not train; give it --mode=eval'
    )
  for flag in ('master', 'num_ps_tasks', 'task'):
    if FLAGS[flag].present:
      raise InputError(
        f'--{flag}={FLAGS[flag].value} and the environment variable '
        f'{cluster_place.ENVIRONMENT_VARIABLE} both say where in a cluster '
        'this is; give one of them'
      )
  if FLAGS.personalize:
    raise InputError(
      '--personalize trains in one process, which takes a minute; unset '
      f'{cluster_place.ENVIRONMENT_VARIABLE}'
    )
  if FLAGS.num_sync_workers > len(place.workers):
    raise InputError(
      f'--num_sync_workers={FLAGS.num_sync_workers}, but the cluster has '
      f'{len(place.workers)} tasks that train, chief and workers together'
    )
  return place


def survey(source: str | pieces.Source, config: Any) -> examples.Survey:
  """Reports what is in a dataset, and whether it fills a batch.

  Args:
    source: A path or pattern of TFRecords, or pieces.
    config: The `Preset` or `Config`.

  Raises:
    InputError: If the dataset cannot be read, or makes less than one batch, on
      which training would wait for ever.
  """
  mode, batch_size = FLAGS.mode, config.hparams.batch_size
  found = examples.survey(
    source,
    config.data_converter,
    mode,
    entry.limits(),
    SURVEY_SECONDS,
    batch_size,
  )
  line = '' if found.is_whole else 'more than '
  line += plural(found.num_pieces, 'piece')
  line += f', {plural(found.num_windows, "window")}'
  # Of a band the lines below say it group by group.
  is_band = isinstance(config.data_converter, BandRoll)
  if found.coverage and found.coverage.dropped and not is_band:
    line += (
      f'; {found.coverage.share_dropped:.1%} of the notes are at pitches '
      'without a column and left out'
    )
  lines = found.fit.lines() if found.fit else []
  print(*[line, *lines], sep='\n', file=words_to(), flush=True)
  if not found.num_windows and found.coverage and not found.coverage.kept:
    raise examples.why_no_window(
      source, config.data_converter, found.coverage, found.fit
    )
  if found.num_windows < batch_size:
    raise InputError(
      f'{str(source)!r} makes {plural(found.num_windows, "window")} in {mode} '
      f'mode, less than one batch of {batch_size}; '
      'add music or give --hparams=batch_size=N'
    )
  return found


def streams(found: examples.Survey) -> bool:
  """Whether pieces are read from disk in each epoch, as memory would not do.

  Never if --cache_dataset was given.
  """
  available = os.sysconf('SC_AVPHYS_PAGES') * os.sysconf('SC_PAGE_SIZE')
  fits = found.is_whole and found.num_bytes < MEMORY_SHARE * available
  if fits or not FLAGS['cache_dataset'].using_default_value:
    return False
  print(
    'pieces are read from disk in each epoch, because they may not fit into '
    'memory',
    file=words_to(),
  )
  return True


class Music(NamedTuple):
  """What --examples_path holds.

  Attributes:
    given: The flag's value.
    path: A path or pattern of TFRecords.
    source: The same, or the pieces, which are parsed already.
  """

  given: str
  path: str
  source: str | pieces.Source


def read_music(stack: contextlib.ExitStack) -> Music:
  """Finds the music; music files become a TFRecord until the stack ends.

  Raises:
    InputError: If --examples_path is missing or cannot be read.
  """
  given = entry.require(FLAGS.examples_path, 'examples_path')
  if not pieces.is_music(given):
    return Music(given, given, given)
  folder = stack.enter_context(tempfile.TemporaryDirectory())
  path = os.path.join(folder, 'music.tfrecord')
  source = pieces.Source(given, entry.limits())
  records.write_sequences(path, source)
  return Music(given, path, source)


def dataset(config: Any, music: Music) -> training_plan.Dataset:
  """What a config makes of the music.

  Raises:
    InputError: As `survey`.
  """
  found = survey(music.source, config)
  return training_plan.Dataset(
    music.path,
    {
      'examples_path': music.given,
      'pieces': found.num_pieces,
      'windows': found.num_windows,
      'fingerprint': records.fingerprint(music.path, entry.limits()),
    },
    found.num_windows if found.is_whole else None,
    found.independent_bernoulli,
    streams(found),
  )


def plan(run_dir: str, stack: contextlib.ExitStack) -> training_plan.Plan:
  """What the flags ask for; what they name is there until the stack ends.

  Raises:
    InputError: If it cannot be done.
  """
  is_training = FLAGS.mode == 'train'
  music = begin = folder = None
  if FLAGS.warm_start:
    begin, folder = stack.enter_context(trained.another(FLAGS.warm_start))
  elif FLAGS.personalize and not run_settings.load(run_dir):
    begin, folder, music = personalized(stack)
  name, config = run_settings.find_config(
    run_dir,
    FLAGS.config,
    FLAGS.hparams,
    FLAGS.converter,
    may_differ=run_settings.HOW_TO_COMPUTE
    if is_training
    else run_settings.NOT_OF_THE_MODEL,
    new_as=folder,
    default=_DEFAULT_CONFIG if is_training else '',
  )
  # Before anything is read or written.
  hparam_ranges.check_common(config.hparams)
  if loading.is_vrae(config):
    hparam_ranges.check_layers(config.hparams)
  seed = run_settings.find_seed(run_dir, FLAGS.seed, may_differ=not is_training)
  if is_training:
    set_personal_steps(run_dir, config)
    if hasattr(config.hparams, 'pitch_blocks'):
      Rates.of(config.hparams).check_roll(config.hparams.pitch_blocks)
  found = None
  if not FLAGS.tfds_name:
    music = music or read_music(stack)
    if is_training and not run_settings.load(run_dir):
      config = as_the_music_is(config, music, is_new=begin is None)
    if loading.is_vrae(config):
      # Before the run's settings are written, which later flags may not
      # contradict.
      vrae_hparams.check(config.hparams)
    found = dataset(config, music)
  return training_plan.Plan(
    name=name,
    config=config,
    run_dir=run_dir,
    dataset=found,
    seed=seed,
    num_steps=FLAGS.num_steps,
    warm_start=FLAGS.warm_start,
    personalize=FLAGS.personalize,
    begin_with=begin,
    begin_settings=folder,
    checkpoint=trained.newest_checkpoint(run_dir) if FLAGS.eval_once else None,
  )


def as_the_music_is(config: Any, music: Music, is_new: bool) -> Any:
  """The config of a run that begins, with what it takes from its music.

  Args:
    config: The `Preset` or `Config`.
    music: The music.
    is_new: Whether no other model's weights have to fit it.

  Raises:
    InputError: If the music cannot be read.
  """
  given = music_settings.Flags(FLAGS.hparams, FLAGS.converter)

  def tell(line: str) -> None:
    print(line, file=words_to(), flush=True)

  if is_new:
    config = music_settings.with_metre(config, music.path, given, tell)
  return music_settings.with_tempo(config, music.path, given, tell)


def personalized(stack: contextlib.ExitStack) -> tuple[str, str, Music]:
  """What --personalize begins with; it is there until the stack ends.

  Returns:
    A checkpoint without an ending, the folder of its settings, and the music.

  Raises:
    InputError: As `personalize.base` and `personalize.make`.
  """
  with personalize.base(
    FLAGS.personalize, FLAGS.config, FLAGS.hparams, FLAGS.converter
  ) as base:
    music = read_music(stack)
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    asked = None if FLAGS['num_steps'].using_default_value else FLAGS.num_steps
    begin = personalize.make(base, music.source, asked, folder, words_to())
  return begin, folder, music


def set_personal_steps(run_dir: str, config: Any) -> None:
  """Has a personalized run end with its schedule if nobody says when."""
  settings = run_settings.load(run_dir) or {}
  is_personal = settings.get('personalize') if settings else FLAGS.personalize
  if is_personal and FLAGS['num_steps'].using_default_value:
    magenta_flags.set_values(num_steps=config.hparams.schedule_steps)


def is_done(run_dir: str) -> bool:
  """Whether a run has made its last step already; says so."""
  newest = checkpoints.find(os.path.join(run_dir, 'train'))
  if not (newest.path and FLAGS.num_steps and newest.step >= FLAGS.num_steps):
    return False
  print(
    f'already done: {run_dir!r} is at step {newest.step} of '
    f'{FLAGS.num_steps}; to train on, give a larger --num_steps'
  )
  return True


def main() -> None:
  with interrupts.handled() as interrupt:
    train_or_evaluate(interrupt)


def train_or_evaluate(interrupt: interrupts.Interrupt) -> None:
  """Does what the flags ask for; a signal ends it as `interrupt` has it."""
  run_dir = check_flags()
  magenta_vrae.check_training_packages()
  is_training = FLAGS.mode == 'train'
  place = place_in_cluster() if is_training else None
  if place and place.job == 'ps':
    from magenta_vrae.commands import sessions_run

    sessions_run.serve_variables(place)
    return
  with contextlib.ExitStack() as stack:
    planned = plan(run_dir, stack)
    alone_or_chief = not FLAGS.task and (place is None or place.is_chief)
    if is_training and not place and not FLAGS.task and is_done(run_dir):
      if prior_fitting.is_missing(planned):
        prior_fitting.fit(planned, words_to())
      return
    # It loads TensorFlow: last, when nothing of the user's can go wrong.
    from magenta_vrae.commands import sessions_run

    if is_training:
      sessions_run.train(planned, interrupt, place)
      ended = alone_or_chief and not interrupt.signal_number
      if ended and prior_fitting.is_missing(planned):
        prior_fitting.fit(planned, words_to())
    else:
      sessions_run.evaluate(planned)


def console_entry_point() -> None:
  entry.run(main)


if __name__ == '__main__':
  console_entry_point()
