# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""A band in one model, or a model for each of its groups: which is better?

  .venv/bin/python experiments/band_ablation.py --joint=band \
      --solos=bass,chords,melody,drums --held_out=held_out.tfrecord \
      --train=train.tfrecord

--solos are the runs of the groups, in the order of the band's. Both kinds are
given the same windows, each solo model its group's columns of them; the bounds
of the solo models add up. Of drawn windows, those of solo models put together,
it tells how the groups agree. docs/band.md has the results.
"""

from __future__ import annotations

import argparse

import numpy as np

from magenta_vrae.data import examples
from magenta_vrae.inference import evaluation
from magenta_vrae.inference import generation
from magenta_vrae.inference import likeness
from magenta_vrae.inference import loading
from magenta_vrae.runs import checkpoints
from magenta_vrae.runs import run_settings

NUM_DRAWN = 300
SEED = 1
# Of each piece's windows, one in so many.
EVERY = {'train': 40, 'held_out': 8}


def opened(run_dir):
  """Config and checkpoint of a run."""
  config = run_settings.find_config(run_dir)[1]
  return config, checkpoints.find(f'{run_dir}/train').path


def bounds_by_group(solos, frames, parts):
  """Each solo model's mean bound, in nats a frame, of its columns."""
  return {
    part.group.name: np.mean(
      evaluation.bounds(
        model, np.ascontiguousarray(frames[:, :, part.columns])
      ).lower_bound
    )
    / frames.shape[1]
    for part, model in zip(parts, solos)
  }


def drawn(run_dir):
  return np.array(
    generation.Generator(*opened(run_dir), seed=SEED).sample(NUM_DRAWN)
  )


def agreement(frames, converter):
  described = likeness.describe(
    likeness.features(frames > 0, converter), converter
  )
  wanted = ('bass in chords', 'melody in chords', 'bass with drums')
  return ', '.join(f'{name} {described[name]:.0%}' for name in wanted)


def main():
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  for flag in ('--joint', '--solos', '--train', '--held_out'):
    parser.add_argument(flag, required=True)
  arguments = parser.parse_args()
  config, checkpoint = opened(arguments.joint)
  converter = config.data_converter
  joint = loading.restore(config, checkpoint)
  run_dirs = arguments.solos.split(',')
  solos = [loading.restore(*opened(run_dir)) for run_dir in run_dirs]
  for kind, every in EVERY.items():
    path = getattr(arguments, kind)
    frames = examples.windows(path, converter, 'infer', every).frames
    bound = np.mean(evaluation.bounds(joint, frames).lower_bound)
    of_solos = bounds_by_group(solos, frames, converter.parts)
    shown = ', '.join(f'{name} {of:.2f}' for name, of in of_solos.items())
    print(f'{kind}, {len(frames)} windows: one model', end=' ')
    print(f'{bound / frames.shape[1]:.2f}, models of groups', end=' ')
    print(f'{sum(of_solos.values()):.2f} ({shown})')
  real = examples.windows(arguments.train, converter, 'infer', EVERY['train'])
  made = drawn(arguments.joint)
  together = np.zeros_like(made)
  for part, run_dir in zip(converter.parts, run_dirs):
    together[:, :, part.columns] = drawn(run_dir)
  for kind, frames in (
    ('the songs', real.frames),
    ('one model', made),
    ('models of groups', together),
  ):
    print(f'{kind}: {agreement(frames, converter)}')


if __name__ == '__main__':
  main()
