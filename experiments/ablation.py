# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""One change at a time from `vrae_20d`, each trained in the same budget.

  .venv/bin/python experiments/ablation.py --output_dir=runs/ablation

The budget is processor time, which unlike the clock's is the same on a machine
that does other things: 18.5 minutes of a core are worth 10 minutes of two to
the GRU here, and more than that to smaller networks, which gain less from a
second core. A short run tells how many steps of a variant it holds. Then
`vrae_train` trains the variant with experiments/games.flags, and it is measured
on the windows of experiment 2, held-out ones and those trained on. Of the cores
each of --jobs runs has its share. Results go to --results as they come; what is
there already is not done again. At the end the table is printed.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import pathlib
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time

import psutil

HERE = pathlib.Path(__file__).parent
GAMES = HERE / 'games.flags'
# The schedule that the paper's first experiment has, over the whole run.
FALLING = 'learning_rate=1e-3,min_learning_rate=5e-6'
# As many seconds of each song as 520 windows of experiment 2 span.
EVERY_FRAME = 'hop_frames=1,max_windows_per_song=10381'
SEED = 1
PEER = "Magenta's BiLSTM and NADE, true frames"

# Name -> config, hparams and converter settings. Those with a + are `vrae_20d`
# with the falling learning rate and one change: its own, 2e-5, is made for
# days. PEER is told true frames, so that its bound stands apart.
VARIANTS = {
  'learning rate 1e-3 falling to 5e-6': ('vrae_20d', FALLING, ''),
  '+ a window at every frame': ('vrae_20d', FALLING, EVERY_FRAME),
  '+ reversed input': ('vrae_20d', f'{FALLING},reverse_input=true', ''),
  '+ LSTM': ('vrae_20d', f'{FALLING},cell=lstm', ''),
  '+ GRU': ('vrae_20d', f'{FALLING},cell=gru', ''),
  '+ z at every step': ('vrae_20d', f'{FALLING},z_every_step=true', ''),
  '+ KL warm-up': ('vrae_20d', f'{FALLING},beta_rate=0.999', ''),
  '+ weights by fan-in, orthogonal recurrence': (
    'vrae_20d',
    f'{FALLING},weight_init=fan_in,recurrent_init=orthogonal',
    '',
  ),
  '+ ten frames to a step': ('vrae_20d', f'{FALLING},frames_per_step=10', ''),
  'vrae_20d_best': ('vrae_20d_best', '', EVERY_FRAME),
  PEER: ('nade_20d', '', EVERY_FRAME),
}


def joined(*settings):
  return ','.join(s for s in settings if s)


def games_converter():
  """The converter settings in games.flags."""
  for line in GAMES.read_text(encoding='utf-8').splitlines():
    if line.startswith('--converter='):
      return line.split('=', 1)[1]
  raise ValueError(f'{GAMES} has no --converter')


def command(run_dir, variant, num_steps):
  """The command that trains a variant, as a list."""
  config, hparams, converter = variant
  schedule = f'learning_rate_schedule=linear,schedule_steps={num_steps}'
  program = [str(pathlib.Path(sys.executable).parent / 'vrae_train')]
  if config == VARIANTS[PEER][0]:
    program = [sys.executable, str(HERE / 'peer.py')]
  return [
    *program,
    f'--flagfile={GAMES}',
    f'--config={config}',
    '--hparams=' + joined(hparams, schedule),
    '--converter=' + joined(games_converter(), converter),
    f'--run_dir={run_dir}',
    f'--num_steps={num_steps}',
    f'--seed={SEED}',
  ]


def train(run_dir, variant, num_steps, cores):
  """Runs vrae_train on some cores to its end."""
  result = subprocess.run(
    command(run_dir, variant, num_steps),
    capture_output=True,
    text=True,
    preexec_fn=lambda: os.sched_setaffinity(0, cores),
  )
  if result.returncode:
    sys.exit(f'vrae_train failed: {result.stderr.strip().splitlines()[-1]}')


def seconds_per_step(variant, cores, lines=4):
  """Processor time of a step, from the first progress line to a later one."""
  reports = []
  with tempfile.TemporaryDirectory() as folder:
    process = subprocess.Popen(
      command(f'{folder}/run', variant, 10**6),
      stderr=subprocess.PIPE,
      text=True,
      preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    for line in process.stderr:
      step = re.match(r'step (\d+)/', line)
      if step:
        used = psutil.Process(process.pid).cpu_times()
        reports.append((used.user + used.system, int(step[1])))
      if len(reports) == lines:
        process.kill()
    process.wait()
  if len(reports) < lines:
    sys.exit(f'vrae_train failed: {line.strip()}')
  (began, first), (ended, last) = reports[0], reports[-1]
  return (ended - began) / (last - first)


def run(name, run_dir, core_minutes, cores):
  """Trains and measures one variant; returns its results."""
  step = seconds_per_step(VARIANTS[name], cores)
  num_steps = int(60 * core_minutes / step)
  print(f'{name}: {num_steps} steps of {1e3 * step:.0f} ms', flush=True)
  start = time.monotonic()
  train(run_dir, VARIANTS[name], num_steps, cores)
  seconds = time.monotonic() - start
  every_frame = VARIANTS[name][2] or VARIANTS[name][0] != 'vrae_20d'
  measured = subprocess.run(
    [
      sys.executable,
      str(HERE / 'measure.py'),
      f'--run_dir={run_dir}',
      '--num_samples=0',
      f'--every={20 if every_frame else 1}',
    ],
    capture_output=True,
    text=True,
    check=True,
    preexec_fn=lambda: os.sched_setaffinity(0, cores),
  )
  return {
    'name': name,
    'ms': 1e3 * step,
    'seconds': seconds,
    **json.loads(measured.stdout),
  }


def table(results):
  lines = [
    '| variant | ms/step | steps | epochs | train bound | held-out bound '
    '| KL | 5-NN |',
    '|---|---|---|---|---|---|---|---|',
  ]
  for r in results:
    lines.append(
      f'| {r["name"]} | {r["ms"]:.0f} | {r["steps"]} | {r["epochs"]:.0f} '
      f'| {r["train"]["bound"]:.2f} | {r["held_out"]["bound"]:.2f} '
      f'| {r["held_out"]["kl"]:.1f} | {r["found_by_5nn"]:.1%} |'
    )
  return '\n'.join(lines)


def main():
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  parser.add_argument('--output_dir', type=pathlib.Path, required=True)
  parser.add_argument(
    '--results',
    type=pathlib.Path,
    help='default: results.jsonl in --output_dir; experiments/ablation.jsonl '
    'has those of docs/results.md',
  )
  parser.add_argument('--core_minutes', type=float, default=18.5)
  parser.add_argument('--only', nargs='*', help='names of variants')
  parser.add_argument('--jobs', type=int, default=1, help='runs at a time')
  arguments = parser.parse_args()
  names = arguments.only or list(VARIANTS)
  unknown = set(names) - set(VARIANTS)
  if unknown:
    parser.error(f'unknown {sorted(unknown)}; there are {list(VARIANTS)}')
  arguments.output_dir.mkdir(parents=True, exist_ok=True)
  path = arguments.results or arguments.output_dir / 'results.jsonl'
  lines = path.read_text().splitlines() if path.exists() else []
  results = {r['name']: r for r in map(json.loads, lines)}
  names = [name for name in names if name not in results]
  cores = sorted(os.sched_getaffinity(0))
  shares = queue.SimpleQueue()
  for job in range(arguments.jobs):
    shares.put(cores[job :: arguments.jobs])
  written = threading.Lock()

  def work(name):
    share = shares.get()
    slug = ''.join(c if c.isalnum() else '_' for c in name).strip('_')
    try:
      result = run(
        name, arguments.output_dir / slug, arguments.core_minutes, share
      )
    finally:
      shares.put(share)  # Or another job would wait for it for ever.
    with written, path.open('a', encoding='utf-8') as file:
      file.write(json.dumps(result) + '\n')
    results[name] = result
    print(table([result]).splitlines()[-1], flush=True)

  with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
    list(pool.map(work, names))
  print(table(results[name] for name in VARIANTS if name in results))


if __name__ == '__main__':
  main()
