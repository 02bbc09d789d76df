# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""One change at a time from `vrae_music`, each trained for as many steps.

  .venv/bin/python experiments/music_ablation.py --output_dir=runs/ablation
  .venv/bin/python experiments/music_ablation.py --run_dir=runs/music

`vrae_train` trains each variant with experiments/games_every_frame.flags. What
is measured: the bound on training and held-out windows, under N(0, I) and under
the fitted prior, the KL, and C2ST (docs/likeness.md) of the first 40 frames of
windows that are real, rebuilt, drawn, and cut from the ends of long pieces.
Results go to --results as they come; what is there already is not done again.
At the end the table is printed. With --run_dir a run that is there is measured,
and what its windows are like is printed as well.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import subprocess
import sys

import numpy as np

from magenta_vrae.data import examples
from magenta_vrae.inference import evaluation
from magenta_vrae.inference import likeness
from magenta_vrae.inference import loading
from magenta_vrae.inference import window_sources
from magenta_vrae.inference.generation import Generator
from magenta_vrae.runs import checkpoints
from magenta_vrae.runs import run_settings

HERE = pathlib.Path(__file__).parent
GAMES = HERE / 'games_every_frame.flags'
NUM_FRAMES = 40
SEED = 1

# Name -> hparams and converter settings, beside those of `vrae_music` with a KL
# weight that grows as fast as so few steps need.
VARIANTS = {
  'vrae_music': ('', ''),
  'windows of 2 s, twice as many': ('batch_size=64', 'window_frames=40'),
  'notes without onsets': ('', 'onsets=false'),
  'notes of a frame independent': ('nade_size=0', ''),
  'free_weight 0': ('free_weight=0.0', ''),
  'free_weight 0.3': ('free_weight=0.3', ''),
  'a tenth of the frames told hidden': ('told_dropout=0.1', ''),
  'not transposed': ('transpose=0', ''),
  'transposed to the end': ('transpose_until=1.0', ''),
  'transposed by up to 5': ('transpose=5', ''),
  'z of 64': ('z_size=64', ''),
  'learning rate 0.006': ('learning_rate=0.006', ''),
}


def games_converter():
  """The converter settings in GAMES."""
  for line in GAMES.read_text(encoding='utf-8').splitlines():
    if line.startswith('--converter='):
      return line.split('=', 1)[1]
  raise ValueError(f'{GAMES} has no --converter')


def train(run_dir, hparams, converter, num_steps, examples_path):
  """Runs vrae_train to its end; a run that has ended stays as it is."""
  schedule = f'schedule_steps={num_steps},beta_rate=0.99'
  command = [
    str(pathlib.Path(sys.executable).parent / 'vrae_train'),
    f'--flagfile={GAMES}',
    '--config=vrae_music',
    f'--examples_path={examples_path}',
    '--hparams=' + ','.join(s for s in (schedule, hparams) if s),
    '--converter=' + ','.join(s for s in (games_converter(), converter) if s),
    f'--run_dir={run_dir}',
    f'--num_steps={num_steps}',
    f'--seed={SEED}',
  ]
  subprocess.run(command, check=True)


def bounds(model, frames, prior):
  """Nats a frame, under N(0, I) and under the prior, and the KL."""
  found = evaluation.bounds(model, frames)
  under_prior = evaluation.bounds_under(found, prior)
  T = frames.shape[1]
  return {
    'bound': float(np.mean(found.lower_bound)) / T,
    'bound_under_prior': float(np.mean(under_prior)) / T,
    'kl': float(np.mean(found.kl)),
  }


def measure(run_dir, examples_path, num_seeds):
  """What the table shows of a run, and more."""
  config = run_settings.find_config(str(run_dir))[1]
  checkpoint = checkpoints.find(str(run_dir / 'train')).path
  model = loading.restore(config, checkpoint)
  converter = config.data_converter
  train_windows, held_out = (
    examples.windows(examples_path, converter, mode, every)
    for mode, every in (('train', 20), ('eval', 8))
  )
  prior = Generator(config, checkpoint).prior
  result = {
    'train': bounds(model, train_windows.frames[::2], prior),
    'held_out': bounds(model, held_out.frames, prior),
    'found_by_5nn': evaluation.song_by_neighbors(
      model.posterior(train_windows.frames).mu,
      train_windows.songs,
      model.posterior(held_out.frames).mu,
      held_out.songs,
    ),
  }
  short = converter.replace(window_frames=NUM_FRAMES)
  measured = {}
  for seed in range(num_seeds):
    for name, prior_name in (('', None), (' from N(0, I)', 'standard')):
      made = window_sources.samples(
        model,
        Generator(config, checkpoint, seed=seed, prior=prior_name),
        train_windows.frames,
        held_out.frames,
        seed=seed,
      )
      for kind, windows in made.kinds.items():
        if not name or kind == window_sources.DRAWN:
          numbers = likeness.measure(
            made.reference[:, :NUM_FRAMES], windows[:, :NUM_FRAMES], short, seed
          )
          measured.setdefault(kind + name, []).append(numbers)
  result['likeness'] = {
    kind: {
      name: [interval.mean, interval.half_width]
      for name, interval in likeness.over_seeds(numbers).items()
    }
    for kind, numbers in measured.items()
  }
  return result


def table(results):
  kinds = ('rebuilt', 'drawn', 'drawn from N(0, I)', 'long, last')
  lines = [
    '| | train | held out | held out, fitted prior | KL | 5-NN | C2ST: '
    + ' | '.join(kinds)
    + ' |',
    '|---' * (6 + len(kinds)) + '|',
  ]
  for r in results:
    held_out = r['held_out']
    told_apart = ' | '.join(
      f'{r["likeness"][kind]["C2ST"][0]:.2f}' for kind in kinds
    )
    lines.append(
      f'| {r["name"]} | {r["train"]["bound"]:.2f} | {held_out["bound"]:.2f} '
      f'| {held_out["bound_under_prior"]:.2f} | {held_out["kl"]:.1f} '
      f'| {r["found_by_5nn"]:.1%} | {told_apart} |'
    )
  return '\n'.join(lines)


def likeness_table(measured):
  """What windows of each kind are like."""
  names = (
    'silent',
    'notes at a time',
    'onsets a second',
    'note length (s)',
    'C2ST',
  )
  lines = ['| | ' + ' | '.join(names) + ' |', '|---' * (1 + len(names)) + '|']
  for kind, of_kind in measured.items():
    cells = (
      f'{mean:.3f} ± {half:.3f}' for mean, half in map(of_kind.get, names)
    )
    lines.append(f'| {kind} | ' + ' | '.join(cells) + ' |')
  return '\n'.join(lines)


def main():
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  what = parser.add_mutually_exclusive_group(required=True)
  what.add_argument('--output_dir', type=pathlib.Path)
  what.add_argument('--run_dir', type=pathlib.Path, help='measure this one')
  parser.add_argument('--examples_path', default='data/games.tfrecord')
  parser.add_argument(
    '--results',
    type=pathlib.Path,
    help='default: results.jsonl in --output_dir',
  )
  parser.add_argument('--num_steps', type=int, default=600)
  parser.add_argument('--num_seeds', type=int, default=5)
  parser.add_argument('--only', nargs='*', help='names of variants')
  arguments = parser.parse_args()
  if arguments.run_dir:
    run_dir, seeds = arguments.run_dir, arguments.num_seeds
    found = measure(run_dir, arguments.examples_path, seeds)
    print(table([{'name': run_dir.name, **found}]))
    print(likeness_table(found['likeness']))
    return
  names = arguments.only or list(VARIANTS)
  unknown = set(names) - set(VARIANTS)
  if unknown:
    parser.error(f'unknown {sorted(unknown)}; there are {list(VARIANTS)}')
  path = arguments.results or arguments.output_dir / 'results.jsonl'
  lines = path.read_text().splitlines() if path.exists() else []
  results = {r['name']: r for r in map(json.loads, lines)}
  for name in names:
    if name in results:
      continue
    run_dir = arguments.output_dir / name.replace(' ', '_').replace(',', '')
    train(
      run_dir, *VARIANTS[name], arguments.num_steps, arguments.examples_path
    )
    measured = measure(run_dir, arguments.examples_path, arguments.num_seeds)
    results[name] = {'name': name, 'steps': arguments.num_steps, **measured}
    with path.open('a') as f:
      f.write(json.dumps(results[name]) + '\n')
    print(table([results[name]]), flush=True)
  print(table([results[name] for name in names]))


if __name__ == '__main__':
  main()
