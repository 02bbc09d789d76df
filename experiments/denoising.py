# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""How many notes of held-out music are right, before and after denoising.

  .venv/bin/python experiments/denoising.py --plain=runs/best \
      --denoising=runs/denoiser --hearing=runs/music \
      --examples_path=data/games.tfrecord

All runs must have been trained on all but the end of every piece
(--converter=holdout_fraction=0.1): one on clean windows, another with the
hparams corrupt_missing, corrupt_wrong and corrupt_jitter_frames, and one whose
decoder hears what it plays, as `vrae_music`, on clean windows. Faults are
drawn for stretches of what was held out, at the rates of --faults, all at
once and of each kind alone. One run is enough. Each model makes of them what
`vrae_generate --mode=denoise` does; all are told the rates of all faults, and
not which kind it was.

The score is note F1 by mir_eval, over all stretches: a note counts if its pitch
is right and it begins within a tolerance of the true one, each matched once. By
default there are two figures: within half a frame, so that a note must begin in
its own frame, and within 0.1 s.
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
from magenta_vrae.inference import denoising
from magenta_vrae.inference.generation import Generator
from magenta_vrae.model import corruption
from magenta_vrae.model import faults
from magenta_vrae.runs import run_settings

RUNS = {
  'plain': 'trained on clean windows',
  'denoising': 'trained to denoise',
  'hearing': 'hears what it plays',
}


def notes_of(stretches, converter):
  """Begin and end in seconds and the column of all notes of some stretches.

  Stretches are set apart in time, so that no note of one meets the next.

  Returns:
    Intervals, sized `[num_notes, 2]`, and columns, sized `[num_notes]`.
  """
  intervals, columns = [], []
  for number, roll in enumerate(stretches):
    parts = converter.sounding_and_struck(np.asarray(roll))
    for note in denoising.Notes(*parts, has_onsets=False).all:
      at = number * 2 * len(roll)
      intervals.append([at + note.begin, at + note.end])
      columns.append(note.column)
  rate = converter.frames_per_second
  return np.reshape(intervals, [-1, 2]) / rate, np.array(columns)


def note_f1(truth, predicted, tolerance):
  """F1 of notes, as `notes_of` has them, against the true ones."""
  (true_intervals, true_columns), (intervals, columns) = truth, predicted
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


def mean_f1(truth, found, tolerance):
  """The mean over several draws of the faults, and its deviation."""
  scores = [note_f1(truth, notes, tolerance) for notes in found]
  cell = f'{np.mean(scores):.3f}'
  if len(scores) > 1:
    cell += f' ± {np.std(scores, ddof=1):.3f}'
  return cell


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
  """A run's model as a function from faulty stretches to notes."""
  _, config = run_settings.find_config(run_dir)
  config.hparams.corrupt_missing = rates.missing
  config.hparams.corrupt_wrong = rates.wrong
  config.hparams.corrupt_jitter_frames = rates.jitter_frames
  checkpoint = tf.train.latest_checkpoint(f'{run_dir}/train')
  generator = Generator(config, checkpoint, batch_size=100)
  converter = config.data_converter
  has_onsets = converter.depth > len(converter.pitches)

  def denoised(stretches):
    # The model's own columns for what is struck, where it has them.
    rolls = [
      np.concatenate([roll, roll & ~before], axis=1) if has_onsets else roll
      for roll, before in (
        (r, np.pad(r, [(1, 0), (0, 0)])[:-1]) for r in stretches
      )
    ]
    made = [generator.denoise_roll(roll) for roll in rolls]
    return notes_of(made, converter)

  return denoised


def main():
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  for run in RUNS:
    parser.add_argument(f'--{run}', help='run_dir')
  parser.add_argument(
    '--faults', default='missing=0.2,wrong=0.1,jitter_frames=1'
  )
  parser.add_argument('--examples_path', default='data/games.tfrecord')
  parser.add_argument(
    '--seconds', type=float, default=20.0, help='of a stretch'
  )
  parser.add_argument('--seeds', type=int, default=5)
  parser.add_argument('--tolerances', type=float, nargs='*', help='in seconds')
  arguments = parser.parse_args()
  tf.logging.set_verbosity(tf.logging.ERROR)
  tf.disable_v2_behavior()
  run_dirs = {
    what: getattr(arguments, run)
    for run, what in RUNS.items()
    if getattr(arguments, run)
  }
  if not run_dirs:
    parser.error(f'give a run: {", ".join(f"--{run}" for run in RUNS)}')
  _, config = run_settings.find_config(next(iter(run_dirs.values())))
  rates = faults.Rates.parse(arguments.faults)
  converter = config.data_converter.replace(onsets=False)
  rate = config.data_converter.frames_per_second
  num_frames = round(arguments.seconds * rate)
  stretches = examples.windows(
    arguments.examples_path,
    converter.replace(window_frames=num_frames, hop_frames=num_frames),
    'eval',
  ).frames
  tolerances = arguments.tolerances or [0.5 / rate, 0.1]
  truth = notes_of(stretches, converter)
  models = [denoiser(run_dir, rates) for run_dir in run_dirs.values()]

  def row(name, heard):
    """One line of the table: as heard, and as each model has it."""
    cells = [name]
    for made in [lambda faulty: notes_of(faulty, converter), *models]:
      found = [made(x) for x in heard]
      cells.append(', '.join(mean_f1(truth, found, t) for t in tolerances))
    print(f'| {" | ".join(cells)} |', flush=True)

  print(
    f'{len(stretches)} stretches of {arguments.seconds:g} s, '
    f'{len(truth[1])} notes; begins within '
    f'{", ".join(f"{t:g}" for t in tolerances)} s\n'
  )
  print(f'| faults | before | {" | ".join(run_dirs)} |')
  print('|---' * (len(run_dirs) + 2) + '|')
  row('none', [stretches])
  for name, kind in kinds_of_faults(rates).items():
    heard = [
      corrupted(stretches, kind, seed) for seed in range(arguments.seeds)
    ]
    row(name, heard)


if __name__ == '__main__':
  main()
