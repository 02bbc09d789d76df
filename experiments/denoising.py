# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""How many notes of held-out music are right, before and after denoising.

  .venv/bin/python experiments/denoising.py --plain=runs/best \
      --denoising=runs/denoiser --examples_path=data/games.tfrecord

Both runs must have been trained on all but the end of every piece
(--converter=holdout_fraction=0.1): one on clean windows, the other with the
hparams corrupt_missing, corrupt_wrong and corrupt_jitter_frames. Faults are
drawn for stretches of what was held out, at the rates of the second, all at
once and of each kind alone. Each model makes of them what
`vrae_generate --mode=denoise` does; both are told the rates of all faults, and
not which kind it was.

The score is note F1 by mir_eval, over all stretches: a note counts if its pitch
is right and it begins within --tolerance of the true one, each matched once. By
default that is half a frame, so that a note must begin in its own frame.
"""

from __future__ import annotations

import argparse

# Before TensorFlow: it holds back the notices with which TensorFlow starts.
from magenta_vrae.commands import tensorflow_start  # noqa: F401

# isort: split
import mir_eval
import numpy as np
import tensorflow.compat.v1 as tf

from magenta_vrae.data import examples
from magenta_vrae.inference.generation import Generator
from magenta_vrae.model import corruption
from magenta_vrae.model import faults
from magenta_vrae.runs import run_settings


def notes_of(stretches, frames_per_second):
  """Begin and end in seconds and the column of all notes of some stretches.

  Stretches are set apart in time, so that no note of one meets the next.

  Returns:
    Intervals, sized `[num_notes, 2]`, and columns, sized `[num_notes]`.
  """
  padded = np.pad(np.asarray(stretches, int), [(0, 0), (1, 1), (0, 0)])
  change = np.diff(padded, axis=1).transpose(0, 2, 1)
  begin, end = np.argwhere(change > 0), np.argwhere(change < 0)
  # In the order of stretch, column, frame, each end belongs to its begin.
  frames = np.stack([begin[:, 2], end[:, 2]], axis=1)
  frames += begin[:, :1] * 2 * padded.shape[1]
  return frames / frames_per_second, begin[:, 1]


def note_f1(stretches, predicted, frames_per_second, tolerance):
  """F1 of the notes of some stretches against the true ones, by mir_eval."""
  true_intervals, true_columns = notes_of(stretches, frames_per_second)
  intervals, columns = notes_of(predicted, frames_per_second)
  if not len(intervals):
    return 0.0
  _, _, f1, _ = mir_eval.transcription.precision_recall_f1_overlap(
    true_intervals,
    mir_eval.util.midi_to_hz(true_columns),
    intervals,
    mir_eval.util.midi_to_hz(columns),
    onset_tolerance=tolerance,
    offset_ratio=None,
  )
  return f1


def corrupted(stretches, rates, seed):
  """Stretches with faults drawn."""
  with tf.Graph().as_default(), tf.Session() as session:
    tf.set_random_seed(seed)
    return session.run(corruption.corrupt(stretches, rates)) > 0.5


def kinds_of_faults(rates):
  """Rates at which each kind of fault comes alone, and all of them, by name."""
  none = faults.Rates(0.0, 0.0, 0)
  return {
    f'{rates.missing:.0%} missing': none._replace(missing=rates.missing),
    f'{rates.wrong:.0%} wrong': none._replace(wrong=rates.wrong),
    f'up to {rates.jitter_frames} frames early or late': none._replace(
      jitter_frames=rates.jitter_frames
    ),
    'all of these': rates,
  }


def denoiser(run_dir, rates):
  """A run's model as a function from faulty stretches to better ones."""
  _, config = run_settings.find_config(run_dir)
  config.hparams.corrupt_missing = rates.missing
  config.hparams.corrupt_wrong = rates.wrong
  config.hparams.corrupt_jitter_frames = rates.jitter_frames
  checkpoint = tf.train.latest_checkpoint(f'{run_dir}/train')
  generator = Generator(config, checkpoint, batch_size=100)
  return lambda stretches: [generator.denoise_roll(roll) for roll in stretches]


def main():
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  parser.add_argument('--plain', required=True, help='run_dir')
  parser.add_argument('--denoising', required=True, help='run_dir')
  parser.add_argument('--examples_path', default='data/games.tfrecord')
  parser.add_argument(
    '--seconds', type=float, default=20.0, help='of a stretch'
  )
  parser.add_argument('--seeds', type=int, default=5)
  parser.add_argument('--tolerance', type=float, help='in seconds')
  arguments = parser.parse_args()
  tf.logging.set_verbosity(tf.logging.ERROR)
  tf.disable_v2_behavior()
  _, config = run_settings.find_config(arguments.denoising)
  rates = faults.Rates.of(config.hparams)
  rate = config.data_converter.frames_per_second
  num_frames = round(arguments.seconds * rate)
  stretches = examples.windows(
    arguments.examples_path,
    config.data_converter.replace(
      window_frames=num_frames, hop_frames=num_frames
    ),
    'eval',
  ).frames
  tolerance = arguments.tolerance or 0.5 / rate
  models = [
    denoiser(run_dir, rates)
    for run_dir in (arguments.plain, arguments.denoising)
  ]

  def row(name, heard):
    """One line of the table: as heard, and as each model has it."""
    cells = [name]
    for made in [lambda faulty: faulty, *models]:
      scores = [note_f1(stretches, made(x), rate, tolerance) for x in heard]
      cell = f'{np.mean(scores):.3f}'
      if len(scores) > 1:
        cell += f' ± {np.std(scores, ddof=1):.3f}'
      cells.append(cell)
    print(f'| {" | ".join(cells)} |', flush=True)

  print(
    f'{len(stretches)} stretches of {arguments.seconds:g} s, '
    f'{len(notes_of(stretches, rate)[0])} notes; begins within '
    f'{tolerance:g} s\n'
  )
  print('| faults | before | trained on clean windows | trained to denoise |')
  print('|---|---|---|---|')
  row('none', [stretches])
  for name, kind in kinds_of_faults(rates).items():
    heard = [
      corrupted(stretches, kind, seed) for seed in range(arguments.seeds)
    ]
    row(name, heard)


if __name__ == '__main__':
  main()
