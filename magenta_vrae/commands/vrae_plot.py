# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Draws what a run has learned: the paper's figures, for your own music.

  vrae_plot --run_dir=run --examples_path=songs.tfrecord --output_dir=plots

  bound           The lower bound over epochs: of training batches, from the
                  run's summaries, and of the held-out windows, at every
                  checkpoint that is kept (vrae_train --checkpoints_to_keep).
  latent          Every training window at its posterior mean, coloured by song:
                  the plane itself, or a t-SNE of more dimensions.
  reconstructions Training and held-out windows beside their reconstructions.
  interpolation   From a window of the first song to a window of the last. Each
                  is the window with the median bound of its song.
  plane           What the plane decodes to, as a grid; only for a z of size 2.
  likeness        How similar the run's music is to its dataset: numbers that
                  compare rebuilt windows, drawn ones, and ones cut from long
                  pieces with real ones (likeness.png, .txt and .json; for a
                  band also likeness_bass.png and so on), and a blind test of
                  real and made rolls (blind_test.png, blind_test_answers.txt).
                  Drawn only if --figures names it: it takes a minute or more.

There are held-out windows if --held_out_path gives music that the run was not
trained on, or if training had --converter=holdout_fraction=F.
Needs the extra "plots".
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from absl import flags

from magenta_vrae import files
from magenta_vrae.commands import entry
from magenta_vrae.commands import flag_help
from magenta_vrae.commands import pieces
from magenta_vrae.commands import trained
from magenta_vrae.errors import InputError
from magenta_vrae.runs import run_settings

if TYPE_CHECKING:
  from magenta_vrae.commands import run_figures

FLAGS = flags.FLAGS

_BY_DEFAULT = ('bound', 'latent', 'reconstructions', 'interpolation', 'plane')
FIGURES = (*_BY_DEFAULT, 'likeness')

flag_help.heading('Input')
flags.DEFINE_string('run_dir', None, 'Path to the folder of the run. Required.')
flags.DEFINE_string(
  'examples_path',
  None,
  f'The music it was trained on: {pieces.WHAT}. Required.',
)
flags.DEFINE_string(
  'held_out_path',
  None,
  f'Music that it was not trained on: {pieces.WHAT}. By default what training '
  'held out of --examples_path, if anything.',
)

flag_help.heading('Output')
flags.DEFINE_string('output_dir', None, 'Path to write the files to. Required.')

flag_help.heading('What to draw')
flags.DEFINE_list(
  'figures', list(_BY_DEFAULT), f'Which figures to draw: {", ".join(FIGURES)}.'
)
flags.DEFINE_integer(
  'num_steps',
  8,
  'Windows in the interpolation, with both ends; 2 or more.',
)
flags.DEFINE_integer(
  'grid_size', 11, 'Points of the decoded plane in each direction, 2 or more.'
)
flags.DEFINE_integer(
  'every',
  None,
  'Draw only every Nth window of each song. By default N is 1, or as large as '
  'it must be for at most 4000 training windows.',
  lower_bound=1,
)
flag_help.heading('Likeness')
flags.DEFINE_integer(
  'num_windows',
  400,
  'Windows of each kind, real and made; at most half of the real ones.',
  lower_bound=10,
)
flags.DEFINE_integer(
  'num_seeds',
  5,
  'How often to measure, each time with other windows. The confidence '
  'intervals are over these repetitions.',
  lower_bound=1,
)
flags.DEFINE_integer(
  'seed',
  0,
  'The first seed. It also shuffles the blind test.',
  lower_bound=0,
  upper_bound=2**31 - 1,
)


def main() -> None:
  run_dir = entry.require(FLAGS.run_dir, 'run_dir')
  examples_path = entry.require(FLAGS.examples_path, 'examples_path')
  output_dir = entry.require(FLAGS.output_dir, 'output_dir')
  unknown = set(FLAGS.figures) - set(FIGURES)
  if unknown:
    raise InputError(
      f'--figures names {sorted(unknown)}; give some of {", ".join(FIGURES)}'
    )
  if not FLAGS.figures:
    raise InputError(f'--figures is empty; give some of {", ".join(FIGURES)}')
  if FLAGS.num_steps < 2 or FLAGS.grid_size < 2:
    raise InputError('--num_steps and --grid_size must be 2 or more')
  files.check_folder(output_dir)
  source = pieces.Source(examples_path)
  held_out = None
  if FLAGS.held_out_path:
    held_out = pieces.Source(os.path.expanduser(FLAGS.held_out_path))
  name, config = run_settings.find_config(run_dir)
  checkpoint = trained.newest_checkpoint(run_dir)
  from magenta_vrae.commands import run_figures  # It loads matplotlib.

  run = run_figures.Run(
    name, config, run_dir, checkpoint, source, FLAGS.every, held_out
  )
  wanted = [name for name in FIGURES if name in FLAGS.figures]
  if 'plane' in wanted and run.mu.shape[1] != 2:
    print(f'no plane: z of {run.name} has {run.mu.shape[1]} dimensions')
    wanted.remove('plane')
  try:
    os.makedirs(output_dir, exist_ok=True)
    for figure in wanted:
      for path in _draw(figure, run, output_dir):
        print(path, flush=True)
  except OSError as e:
    raise InputError(f'cannot write to {output_dir!r}: {e.strerror}') from e


def _draw(figure: str, run: run_figures.Run, output_dir: str) -> list[str]:
  """Draws a figure; returns the paths of what was written."""
  if figure == 'likeness':
    from magenta_vrae.commands import run_likeness

    return run_likeness.draw(
      run, output_dir, FLAGS.num_windows, FLAGS.num_seeds, FLAGS.seed
    )
  from magenta_vrae.commands import run_figures

  path = os.path.join(output_dir, f'{figure}.png')
  run_figures.draw(figure, run, path, FLAGS.num_steps, FLAGS.grid_size)
  return [path]


def console_entry_point() -> None:
  entry.run(main)


if __name__ == '__main__':
  console_entry_point()
