# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""One change at a time from `vrae_20d`, each trained for the same time.

  .venv/bin/python experiments/ablation.py \
      --examples_path=data/games.tfrecord --output_dir=runs/ablation

Every variant is trained by `vrae_train` with the last tenth of each song held
out, for as many steps as the budget holds at its own speed, which two short
runs tell first. Results go to OUTPUT_DIR/results.jsonl as they come; what is
there already is not trained again. At the end the table is printed.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

HOLDOUT = 'holdout_fraction=0.1'
# The schedule that the paper's first experiment has, over the whole run.
FALLING = 'learning_rate=1e-3,min_learning_rate=5e-6'

# Name -> config, hparams and converter settings. Each but the first and the
# presets is `vrae_20d` with the falling learning rate and one change.
VARIANTS = {
  "the paper's experiment 2": ('vrae_20d', '', ''),
  'learning rate 1e-3 falling to 5e-6': ('vrae_20d', FALLING, ''),
  'a window at every frame': (
    'vrae_20d',
    FALLING,
    'hop_frames=1,max_windows_per_song=0',
  ),
  'reversed input': ('vrae_20d', f'{FALLING},reverse_input=true', ''),
  'LSTM': ('vrae_20d', f'{FALLING},cell=lstm', ''),
  'GRU': ('vrae_20d', f'{FALLING},cell=gru', ''),
  'z at every step': ('vrae_20d', f'{FALLING},z_every_step=true', ''),
  'KL warm-up': ('vrae_20d', f'{FALLING},beta_rate=0.999', ''),
  'weights by fan-in, orthogonal recurrence': (
    'vrae_20d',
    f'{FALLING},weight_init=fan_in,recurrent_init=orthogonal',
    '',
  ),
  'gradient norm clipped at 40': (
    'vrae_20d',
    f'{FALLING},clip_mode=global_norm,grad_clip=40.0',
    '',
  ),
}


def joined(*settings):
  return ','.join(s for s in settings if s)


def train(run_dir, examples_path, variant, num_steps):
  """Runs vrae_train; returns the seconds it took."""
  config, hparams, converter = variant
  schedule = 'learning_rate_schedule=linear' if hparams else ''
  command = pathlib.Path(sys.executable).parent / 'vrae_train'
  start = time.monotonic()
  result = subprocess.run(
    [
      str(command),
      f'--config={config}',
      '--hparams=' + joined(hparams, schedule, f'schedule_steps={num_steps}'),
      f'--converter={joined(HOLDOUT, converter)}',
      f'--run_dir={run_dir}',
      f'--examples_path={examples_path}',
      f'--num_steps={num_steps}',
    ],
    capture_output=True,
    text=True,
  )
  if result.returncode:
    sys.exit(f'vrae_train failed: {result.stderr.strip().splitlines()[-1]}')
  return time.monotonic() - start


def seconds_per_step(examples_path, variant, few=30, many=130):
  times = []
  for num_steps in (few, many):
    with tempfile.TemporaryDirectory() as folder:
      times.append(train(f'{folder}/run', examples_path, variant, num_steps))
  return (times[1] - times[0]) / (many - few)


def run(name, variant, arguments):
  """Trains and measures one variant; returns its results."""
  slug = ''.join(c if c.isalnum() else '_' for c in name)
  run_dir = arguments.output_dir / slug
  step = seconds_per_step(arguments.examples_path, variant)
  num_steps = int(60 * arguments.minutes / step)
  print(f'{name}: {num_steps} steps of {1e3 * step:.0f} ms', flush=True)
  train(run_dir, arguments.examples_path, variant, num_steps)
  measured = subprocess.run(
    [
      sys.executable,
      str(pathlib.Path(__file__).parent / 'measure.py'),
      f'--run_dir={run_dir}',
      f'--examples_path={arguments.examples_path}',
      '--num_samples=0',
    ],
    capture_output=True,
    text=True,
    check=True,
  )
  return {'name': name, 'ms': 1e3 * step, **json.loads(measured.stdout)}


def table(results):
  lines = [
    '| variant | ms/step | epochs | train bound | held-out bound | KL | 5-NN |',
    '|---|---|---|---|---|---|---|',
  ]
  for r in results:
    lines.append(
      f'| {r["name"]} | {r["ms"]:.0f} | {r["epochs"]:.0f} '
      f'| {r["train"]["bound"]:.2f} | {r["held_out"]["bound"]:.2f} '
      f'| {r["held_out"]["kl"]:.1f} | {r["found_by_5nn"]:.0%} |'
    )
  return '\n'.join(lines)


def main():
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  parser.add_argument('--examples_path', required=True)
  parser.add_argument('--output_dir', type=pathlib.Path, required=True)
  parser.add_argument('--minutes', type=float, default=10.0)
  parser.add_argument('--only', nargs='*', help='names of variants')
  arguments = parser.parse_args()
  names = arguments.only or list(VARIANTS)
  unknown = set(names) - set(VARIANTS)
  if unknown:
    parser.error(f'unknown {sorted(unknown)}; there are {list(VARIANTS)}')
  arguments.output_dir.mkdir(parents=True, exist_ok=True)
  path = arguments.output_dir / 'results.jsonl'
  lines = path.read_text().splitlines() if path.exists() else []
  results = {r['name']: r for r in map(json.loads, lines)}
  for name in names:
    if name not in results:
      results[name] = run(name, VARIANTS[name], arguments)
      with path.open('a', encoding='utf-8') as file:
        file.write(json.dumps(results[name]) + '\n')
  print(table(r for name, r in results.items() if name in VARIANTS))


if __name__ == '__main__':
  main()
