# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Every figure that docs/results.md states of a run, from one checkpoint.

  .venv/bin/python experiments/measure.py --run_dir=run \
      --examples_path=data/games.tfrecord --output=run/results.json

The run must have been trained with a held-out share
(--converter=holdout_fraction=0.1). The checkpoint is the last one, or that of
--step among those that the run has kept. Bounds are in nats per time step, the
KL in nats per window. With --every=20 a run with a window at every frame is
measured on every twentieth, which for 40 frames are the windows of experiment
2. The song of a held-out window is then looked for among those, or with
--neighbors_every=1 among all the windows that it was trained on.
"""

from __future__ import annotations

import argparse
import json
import os
import sys

# Before TensorFlow: it holds back the notices with which TensorFlow starts.
from magenta_vrae.commands import tensorflow_start  # noqa: F401

# isort: split
import numpy as np
import peer
import tensorflow.compat.v1 as tf

from magenta_vrae.data import examples
from magenta_vrae.inference import evaluation
from magenta_vrae.inference import features
from magenta_vrae.inference import loading
from magenta_vrae.runs import run_settings

# Low enough that what Magenta's decoders draw is the likelier value.
_COLD = 0.01


def f1_from_z(name, config, checkpoint, mu, frames):
  """Frame F1 of windows decoded from their means, with nothing else told."""
  model = loading.restore(config, checkpoint, 100)
  temperature = _COLD if name == peer.NAME else 1.0
  made = model.decode(mu, frames.shape[1], temperature)
  return evaluation.frame_f1(frames, made.samples)


def training_means(config, checkpoint, examples_path, every):
  """Posterior means of training windows, and their songs."""
  windows = examples.windows(
    examples_path, config.data_converter, 'train', every
  )
  extractor = features.FeatureExtractor(config, checkpoint)
  batches = np.array_split(windows.frames, -(-len(windows.frames) // 256))
  mu = np.concatenate([extractor.encode(list(batch))[0] for batch in batches])
  return mu, windows.songs


def checkpoint_at(run_dir, step=None):
  """Path and step of the checkpoint at a step, by default of the last one."""
  folder = os.path.join(run_dir, 'train')
  state = tf.train.get_checkpoint_state(folder)
  kept = {
    int(path.rsplit('-', 1)[1]): path
    for path in (state.all_model_checkpoint_paths if state else [])
  }
  if not kept or step not in (None, *kept):
    sys.exit(
      f'measure: {folder} has no checkpoint'
      + f' of step {step}; it has {sorted(kept)}' * bool(kept)
    )
  step = max(kept) if step is None else step
  return kept[step], step


def measure(
  run_dir,
  examples_path,
  num_samples,
  every=1,
  neighbors_every=None,
  at_step=None,
):
  """Returns all figures of a run as a dict of dicts."""
  name, config = run_settings.find_config(run_dir)
  checkpoint, step = checkpoint_at(run_dir, at_step)
  converter = config.data_converter
  train = examples.windows(examples_path, converter, 'train', every)
  held_out = examples.windows(examples_path, converter, 'eval', every)
  T = converter.window_frames
  bounds = {
    'train': evaluation.window_bounds(config, checkpoint, train.frames),
    'held_out': evaluation.window_bounds(config, checkpoint, held_out.frames),
  }
  mu, songs = bounds['train'].mu, train.songs
  if neighbors_every:
    mu, songs = training_means(
      config, checkpoint, examples_path, neighbors_every
    )
  results = {
    'config': name,
    'steps': step,
    'epochs': step * config.hparams.batch_size / len(train.frames) / every,
    'songs': len(set(train.songs)),
    'found_by_5nn': evaluation.song_by_neighbors(
      mu, songs, bounds['held_out'].mu, held_out.songs
    ),
    'neighbors': len(mu),
    'commonest_song': max(map(held_out.songs.count, set(held_out.songs)))
    / len(held_out.songs),
  }
  for kind, windows in (('train', train), ('held_out', held_out)):
    bound = bounds[kind]
    frames = windows.frames
    results[kind] = {
      'windows': len(frames),
      'bound': float(bound.lower_bound.mean() / T),
      'reconstruction': float(bound.log_p_x.mean() / T),
      'kl': float(bound.kl.mean()),
      'independent_bernoulli': evaluation.independent_bernoulli(
        train.frames, frames
      ),
      'repeated_frame': evaluation.repeated_frame(train.frames, frames),
      'f1_from_mu': f1_from_z(name, config, checkpoint, bound.mu, frames),
    }
    can_weigh = num_samples and name != peer.NAME
    if can_weigh and (kind == 'held_out' or len(frames) <= 5000):
      results[kind]['importance_weighted'] = float(
        evaluation.importance_weighted_bound(
          config, checkpoint, frames, num_samples
        ).mean()
        / T
      )
  return results


def main():
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  parser.add_argument('--run_dir', required=True)
  parser.add_argument('--examples_path', default='data/games.tfrecord')
  parser.add_argument('--num_samples', type=int, default=100)
  parser.add_argument('--every', type=int, default=1)
  parser.add_argument('--neighbors_every', type=int)
  parser.add_argument('--step', type=int)
  parser.add_argument('--output', help='a JSON file to write as well')
  arguments = parser.parse_args()
  tf.logging.set_verbosity(tf.logging.ERROR)
  tf.disable_v2_behavior()
  peer.register()
  results = measure(
    arguments.run_dir,
    arguments.examples_path,
    arguments.num_samples,
    arguments.every,
    arguments.neighbors_every,
    arguments.step,
  )
  text = json.dumps(results, indent=2)
  print(text)
  if arguments.output:
    with open(arguments.output, 'w', encoding='utf-8') as file:
      file.write(text + '\n')


if __name__ == '__main__':
  main()
