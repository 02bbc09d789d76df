# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Draws what a run has learned: the figures of the paper, of your own music.

  vrae_plot --run_dir=run --examples_path=songs.tfrecord --output_dir=plots

  bound           The lower bound over epochs: of training batches from the
                  run's summaries, and of the held-out windows at every
                  checkpoint that is kept (vrae_train --checkpoints_to_keep).
  latent          Every training window at its mean, coloured by song: the plane
                  itself, or of more dimensions a t-SNE.
  reconstructions Windows, training and held-out, beside their reconstructions.
  interpolation   From a window of the first song to one of the last, each the
                  middle one of its song in the order by bound.
  plane           What the plane decodes to, as a grid; for a z of size 2.

Held-out windows are those of --converter=holdout_fraction=F of the training.
Needs the extra "plots".
"""

from __future__ import annotations

import os

import numpy as np
import tensorflow.compat.v1 as tf

from magenta_vrae import figures
from magenta_vrae import latent
from magenta_vrae.commands import entry
from magenta_vrae.commands import flag_help
from magenta_vrae.data import examples
from magenta_vrae.errors import InputError
from magenta_vrae.host import trained_model
from magenta_vrae.inference import evaluation
from magenta_vrae.inference import history
from magenta_vrae.progress import Progress
from magenta_vrae.runs import run_settings

flags = tf.app.flags
FLAGS = flags.FLAGS

FIGURES = ('bound', 'latent', 'reconstructions', 'interpolation', 'plane')

flag_help.heading('Input')
flags.DEFINE_string('run_dir', None, 'Path to the folder of the run. Required.')
flags.DEFINE_string(
  'examples_path',
  None,
  'Path or pattern of the TFRecords it was trained on. Required.',
)

flag_help.heading('Output')
flags.DEFINE_string(
  'output_dir', None, 'Path to write the PNG files to. Required.'
)

flag_help.heading('What to draw')
flags.DEFINE_list(
  'figures', list(FIGURES), f'Which to draw, of {", ".join(FIGURES)}.'
)
flags.DEFINE_integer(
  'num_steps',
  8,
  'Windows from one end of the interpolation to the other, 2 or more.',
)
flags.DEFINE_integer(
  'grid_size', 11, 'Points of the decoded plane in each direction, 2 or more.'
)
flags.DEFINE_integer(
  'every',
  None,
  'Draw every so many-th window of each song. By default as many as keep the '
  'training windows within 4000: with one at every frame neighbours are alike.',
  lower_bound=1,
)

_BATCH_SIZE = 64
_MOST_WINDOWS = 4000
# Epochs after which the paper's figure of the bound begins, and the share of a
# run of few epochs that stands for them.
_FIRST_EPOCH = 10
_FIRST_SHARE = 0.05
# The decoded plane reaches this far, in standard deviations of p(z).
_PLANE_EXTENT = 2.5


class Run:
  """A run's model with the windows that the figures are drawn from.

  Args:
    run_dir: The run's folder, with a checkpoint.
    examples_path: Path or pattern of TFRecords.
    every: Of each song's windows, to take every so many-th; None for as many
      as a figure can hold.

  Raises:
    InputError: As `runs.find_config` and `examples.windows`.
  """

  def __init__(self, run_dir, examples_path, every=None):
    self.run_dir = run_dir
    self.name, self.config = run_settings.find_config(run_dir)
    self.checkpoint = entry.newest_checkpoint(run_dir)
    converter = self.config.data_converter
    num_training = examples.survey(
      examples_path, converter, 'train'
    ).num_windows
    self.steps_per_epoch = num_training / self.config.hparams.batch_size
    self.every = every or -(-num_training // _MOST_WINDOWS)
    modes = {'training': 'train'}
    if converter.settings()['holdout_fraction']:
      modes['held-out'] = 'eval'
    self.windows = {
      kind: examples.windows(examples_path, converter, mode, self.every)
      for kind, mode in modes.items()
    }
    self.bounds = {
      kind: evaluation.window_bounds(
        self.config, self.checkpoint, windows.frames
      )
      for kind, windows in self.windows.items()
    }
    self.mu = self.bounds['training'].mu
    self.songs = [_title(song) for song in self.windows['training'].songs]
    self._model = trained_model.TrainedModel(
      self.config, _BATCH_SIZE, self.checkpoint
    )

  def which(self, kind='training windows'):
    """What the points of a figure are, in words."""
    return kind if self.every == 1 else f'every {self.every}th of the {kind}'

  def decode(self, z):
    """Outputs and notes of latent vectors, each `[num, T, depth]`."""
    T = self.config.data_converter.window_frames
    # A list of probabilities and samples of every batch in turn.
    results = self._model.decode_to_tensors(z, T, return_full_results=True)
    return (
      np.concatenate(results[::2])[: len(z)],
      np.concatenate(results[1::2])[: len(z)],
    )

  def rolls(self, panels, title, num_columns):
    converter = self.config.data_converter
    P = len(converter.pitches)
    return figures.rolls(
      [(caption, roll[:, :P]) for caption, roll in panels],
      converter.pitches,
      converter.frames_per_second,
      title,
      num_columns,
    )


def _title(file_name):
  return os.path.splitext(os.path.basename(file_name))[0]


def draw_bound(run):
  steps, bounds = history.training_bounds(run.run_dir)
  epochs = steps / run.steps_per_epoch
  first = min(_FIRST_EPOCH, _FIRST_SHARE * epochs.max(initial=0))
  curves = [('training batches', epochs, bounds)]
  if 'held-out' in run.windows:
    progress = Progress(None, 'checkpoint')
    steps, bounds = history.checkpoint_bounds(
      run.run_dir,
      run.config,
      run.windows['held-out'].frames,
      lambda done, total: progress.update(done + 1, f'of {total}'),
    )
    progress.close()
    curves.append(('held-out windows', steps / run.steps_per_epoch, bounds))
  return figures.bound_over_epochs(
    curves,
    f'{run.name}: lower bound per time step, the first {first:.2g} epochs cut',
    first,
  )


def draw_latent(run):
  if run.mu.shape[1] == 2:
    return figures.latent_plane(
      run.mu, run.songs, f'{run.name}: {run.which()} at their means'
    )
  return figures.latent_plane(
    latent.project(run.mu),
    run.songs,
    f'{run.name}: t-SNE of the means of {run.which()}, '
    f'z of {run.mu.shape[1]} dimensions',
    axis='t-SNE dimension',
  )


def draw_reconstructions(run):
  panels = []
  for kind, windows in run.windows.items():
    bound = run.bounds[kind]
    # Neither the best nor the worst: windows at thirds of the order by bound,
    # among those that are not silent.
    sounding = np.flatnonzero(windows.frames.any(axis=(1, 2)))
    order = sounding[np.argsort(bound.lower_bound[sounding])]
    chosen = order[[len(order) // 3, 2 * len(order) // 3]]
    outputs, notes = run.decode(bound.mu[chosen])
    for index, output, note in zip(chosen, outputs, notes):
      song = _title(windows.songs[index])
      panels += [
        (f'{song}: a {kind} window', windows.frames[index]),
        (f"the decoder's outputs at its mean, {run.mu.shape[1]}-D", output),
        ('and the notes made of them', note),
      ]
  return run.rolls(panels, f'{run.name}: reconstructions', num_columns=3)


def draw_interpolation(run):
  songs = np.array(run.songs)
  sounds = run.windows['training'].frames.any(axis=(1, 2))
  names = list(dict.fromkeys(songs[sounds]))
  bounds = run.bounds['training'].lower_bound
  ends = []
  for name in (names[0], names[-1]):
    # The middle one in the order by bound. That nearest to the song's mean
    # would be next to the origin, where there is little music.
    windows = np.flatnonzero((songs == name) & sounds)
    order = windows[np.argsort(bounds[windows])]
    ends.append(run.mu[order[len(order) // 2]])
  z = latent.interpolate(*ends, FLAGS.num_steps)
  outputs, _ = run.decode(z)
  panels = [(f'{i / (len(z) - 1):.0%}', roll) for i, roll in enumerate(outputs)]
  return run.rolls(
    panels,
    f"{run.name}: the decoder's outputs from {names[0]} to {names[-1]}",
    num_columns=4,
  )


def draw_plane(run):
  ticks = np.linspace(-_PLANE_EXTENT, _PLANE_EXTENT, FLAGS.grid_size)
  z = np.array([[z_1, z_2] for z_2 in ticks for z_1 in ticks])
  outputs, _ = run.decode(z)
  return figures.decoded_plane(
    ticks,
    ticks,
    outputs.reshape(len(ticks), len(ticks), *outputs.shape[1:]),
    f'{run.name}: what each point of the plane decodes to',
  )


_DRAW = {
  'bound': draw_bound,
  'latent': draw_latent,
  'reconstructions': draw_reconstructions,
  'interpolation': draw_interpolation,
  'plane': draw_plane,
}


def main():
  run_dir = entry.require(FLAGS.run_dir, 'run_dir')
  examples_path = entry.require(FLAGS.examples_path, 'examples_path')
  output_dir = entry.require(FLAGS.output_dir, 'output_dir')
  unknown = set(FLAGS.figures) - set(FIGURES)
  if unknown:
    raise InputError(
      f'--figures names {sorted(unknown)}; there are {", ".join(FIGURES)}'
    )
  if FLAGS.num_steps < 2 or FLAGS.grid_size < 2:
    raise InputError('--num_steps and --grid_size are 2 at least')
  run = Run(run_dir, examples_path, FLAGS.every)
  wanted = [name for name in FIGURES if name in FLAGS.figures]
  if 'plane' in wanted and run.mu.shape[1] != 2:
    print(f'no plane: z of {run.name} has {run.mu.shape[1]} dimensions')
    wanted.remove('plane')
  try:
    os.makedirs(output_dir, exist_ok=True)
    for name in wanted:
      path = os.path.join(output_dir, f'{name}.png')
      figures.save(_DRAW[name](run), path)
      print(path, flush=True)
  except OSError as e:
    raise InputError(f'cannot write to {output_dir!r}: {e.strerror}') from e


def console_entry_point():
  entry.run(main)


if __name__ == '__main__':
  console_entry_point()
