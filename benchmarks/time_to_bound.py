# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Seconds from the command to a bound on music that training does not hear.

  make games
  vrae_create_dataset --input_dir=data/games --output_file=data/games.tfrecord
  .venv/bin/python benchmarks/time_to_bound.py --output_dir=runs/time \
      --figure=docs/results/time_to_bound.png

Each contender trains by itself, one after the other, as a user would start it,
on a window at every frame of the eight songs of experiments/games.py, the last
tenth of each held out:

  a preset   `vrae_train`, with the preset's own hparams. It writes a checkpoint
             every few seconds; afterwards each is measured on the held-out
             windows, and its time is that of its file.
  Magenta    The same by experiments/peer.py: MusicVAE's own bidirectional LSTM
             and NADE under our posterior and bound.
  PyTorch    `vrae_music` written with PyTorch (peers/torch_music.py), its clock
             stopped while it measures. Needs the environment of `make peers`.

Bounds are in nats per frame, with one z a window; at most 500 held-out windows,
evenly spread, are measured. Contenders have other windows and columns: those
with onsets say when a note is struck anew as well, which costs them nats.
Results are added to OUTPUT_DIR/results.json, from which --figure is drawn;
contenders that are there already do not run again.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import time

# Before TensorFlow: it holds back the notices with which TensorFlow starts.
from magenta_vrae.commands import tensorflow_start  # noqa: F401

# isort: split
import numpy as np

ROOT = pathlib.Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / 'experiments'))
PEERS = ROOT / '.venv-peers' / 'bin' / 'python'
FLAGS = f'--flagfile={ROOT}/experiments/games_every_frame.flags'
TARGETS = (-3.0, -2.0, -1.5, -1.2)
MOST_HELD_OUT = 500
# Name: what runs it, and its flags.
CONTENDERS = {
  'vrae_music': ('vrae_train', ''),
  'vrae_music, 600 steps': (
    'vrae_train',
    '--config=vrae_music --num_steps=600 --hparams=schedule_steps=600',
  ),
  'vrae_music, 1000 steps': (
    'vrae_train',
    '--config=vrae_music --num_steps=1000 --hparams=schedule_steps=1000',
  ),
  'vrae_music_2d': ('vrae_train', ''),
  'vrae_20d_best': ('vrae_train', '--config=vrae_20d_best --num_steps=11000'),
  'Magenta, BiLSTM and NADE': (
    'peer.py',
    '--config=nade_20d --converter={converter},hop_frames=1',
  ),
  'vrae_music in PyTorch, eager': ('torch_music.py', 'eager'),
  'vrae_music in PyTorch, compiled': ('torch_music.py', 'compiled'),
}


def converter():
  """The setting of the converter in the flags that all share."""
  lines = pathlib.Path(FLAGS.split('=', 1)[1]).read_text().splitlines()
  (line,) = [line for line in lines if line.startswith('--converter=')]
  return line.split('=', 1)[1]


def held_out_windows(config, examples_path):
  from magenta_vrae.data import examples

  frames = examples.windows(examples_path, config.data_converter, 'eval').frames
  return frames[:: -(-len(frames) // MOST_HELD_OUT)]


def by_command(name, arguments):
  """Trains by the command; times and bounds of its checkpoints."""
  runs, flags = CONTENDERS[name]
  run_dir = arguments.output_dir / name.replace(' ', '_').replace(',', '')
  command = [
    *(
      [ROOT / '.venv/bin/vrae_train']
      if runs == 'vrae_train'
      else [sys.executable, ROOT / 'experiments' / runs]
    ),
    *(
      FLAGS,
      f'--config={name}',
      *shlex.split(flags.format(converter=converter())),
    ),
    f'--examples_path={arguments.examples_path}',
    f'--run_dir={run_dir}',
    f'--save_checkpoint_secs={arguments.every}',
    '--checkpoints_to_keep=1000',
    '--seed=1',
  ]
  if not any('num_steps' in str(part) for part in command):
    command.append('--num_steps=3000')
  began = time.time()
  with (arguments.output_dir / 'log.txt').open('a') as log:
    process = subprocess.Popen(
      [str(part) for part in command], stdout=log, stderr=log
    )
    try:
      process.wait(arguments.seconds)
    except subprocess.TimeoutExpired:
      process.send_signal(signal.SIGINT)
      process.wait()
  return measured(run_dir, began, arguments.examples_path)


def measured(run_dir, began, examples_path):
  """Of each checkpoint of a run: step, seconds after `began`, and bound."""
  import peer

  from magenta_vrae.inference import history
  from magenta_vrae.runs import checkpoints
  from magenta_vrae.runs import run_settings

  peer.register()
  _, config = run_settings.find_config(str(run_dir))
  frames = held_out_windows(config, examples_path)
  steps, bounds = history.checkpoint_bounds(str(run_dir), config, frames)
  paths = dict(checkpoints.kept(str(run_dir / 'train')))
  return [
    {
      'step': int(step),
      'seconds': os.path.getmtime(f'{paths[step]}.index') - began,
      'bound': float(bound),
    }
    for step, bound in zip(steps, bounds)
  ]


def by_torch(name, arguments):
  """Trains with PyTorch, on the windows of `vrae_music`."""
  from magenta_vrae import configs
  from magenta_vrae.data import examples

  config = configs.get_config('vrae_music', converter=converter())
  train = examples.windows(
    arguments.examples_path, config.data_converter, 'train'
  )
  held_out = held_out_windows(config, arguments.examples_path)
  hparams = config.hparams
  names = (
    'frames_per_step z_size ar_dropout nade_size batch_size transpose '
    'beta_rate max_beta free_weight grad_clip schedule_steps warm_up_steps '
    'learning_rate min_learning_rate weight_decay transpose_until '
    'adam_beta1 adam_beta2 muon_rate'
  )
  path = arguments.output_dir / 'windows.npz'
  np.savez(
    path,
    train=np.packbits(train.frames > 0, axis=-1),
    held_out=np.packbits(held_out > 0, axis=-1),
    depth=held_out.shape[-1],
    enc_units=hparams.enc_rnn_size[0],
    dec_units=hparams.dec_rnn_size[0],
    ar_units=hparams.ar_rnn_size[0],
    **{n: getattr(hparams, n) for n in names.split()},
  )
  runs, how = CONTENDERS[name]
  result = subprocess.run(
    [str(PEERS), str(ROOT / 'benchmarks/peers' / runs), str(path), how]
    + [str(arguments.seconds)],
    check=True,
    capture_output=True,
    text=True,
  )
  return [json.loads(line) for line in result.stdout.splitlines()]


def first_reached(course, target):
  """Seconds until a bound, between two measurements by a straight line."""
  before = None
  for point in course:
    if point['bound'] >= target:
      if before is None:
        return point['seconds']
      share = (target - before['bound']) / (point['bound'] - before['bound'])
      return before['seconds'] + share * (point['seconds'] - before['seconds'])
    before = point
  return None


def table(results):
  lines = [
    '| contender | '
    + ' | '.join(f'{target}' for target in TARGETS)
    + ' | last bound | after, s | steps |',
    '|---' * (len(TARGETS) + 4) + '|',
  ]
  for name, course in results.items():
    reached = [first_reached(course, target) for target in TARGETS]
    cells = ['' if s is None else f'{s:.0f}' for s in reached]
    last = course[-1]
    lines.append(
      f'| {name} | {" | ".join(cells)} | {last["bound"]:.2f} '
      f'| {last["seconds"]:.0f} | {last["step"]} |'
    )
  return '\n'.join(lines)


def draw(results, path):
  """The courses as a picture."""
  import matplotlib

  matplotlib.use('Agg')
  from matplotlib import pyplot as plt

  figure, axes = plt.subplots(figsize=(8, 4.5), layout='constrained')
  for i, (name, course) in enumerate(results.items()):
    points = [p for p in course if p['bound'] > -9]
    axes.plot(
      [p['seconds'] for p in points],
      [p['bound'] for p in points],
      ('-', '--', ':', '-.')[i // 3],
      label=name,
      color=f'C{i}',
    )
  for target in TARGETS:
    axes.axhline(target, color='0.85', linewidth=0.8, zorder=0)
  axes.set_xlabel('seconds from the command')
  axes.set_ylabel('held-out bound, nats a frame')
  axes.set_xlim(0, None)
  axes.legend(loc='lower right')
  figure.savefig(path, dpi=120)


def main():
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  parser.add_argument('--output_dir', type=pathlib.Path, required=True)
  parser.add_argument('--examples_path', default='data/games.tfrecord')
  parser.add_argument('--only', nargs='*', default=list(CONTENDERS))
  parser.add_argument('--seconds', type=int, default=420)
  parser.add_argument('--every', type=int, default=10)
  parser.add_argument('--figure', type=pathlib.Path)
  arguments = parser.parse_args()
  unknown = set(arguments.only) - set(CONTENDERS)
  if unknown:
    parser.error(f'unknown {sorted(unknown)}; there are {list(CONTENDERS)}')
  arguments.output_dir.mkdir(parents=True, exist_ok=True)
  path = arguments.output_dir / 'results.json'
  results = json.loads(path.read_text()) if path.exists() else {}
  for name in arguments.only:
    if name in results:
      continue
    runs, _ = CONTENDERS[name]
    if runs == 'torch_music.py' and not PEERS.exists():
      print(f'left out: {name}; run `make peers` first', file=sys.stderr)
      continue
    by = by_torch if runs == 'torch_music.py' else by_command
    results[name] = by(name, arguments)
    path.write_text(json.dumps(results, indent=1))
    print(table({name: results[name]}).splitlines()[-1], flush=True)
  results = {name: results[name] for name in CONTENDERS if name in results}
  print(table(results))
  if arguments.figure:
    draw(results, arguments.figure)


if __name__ == '__main__':
  main()
