# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""What `vrae_train` costs over the bare training step.

  .venv/bin/python benchmarks/training_command.py --examples_path=songs.tfrecord

The command runs twice, for few and for many steps, each as a user would start
it, with its input pipeline, summaries, checkpoints and progress. The difference
of the two times, over the difference of the steps, is what a step costs there;
what is left of the shorter run is its start. The bare step is the same training
graph on one batch in memory (training_step.py).
"""

from __future__ import annotations

import argparse
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import training_step


def seconds_of(steps, examples_path, batch, recurrence):
  command = pathlib.Path(sys.executable).parent / 'vrae_train'
  with tempfile.TemporaryDirectory() as run_dir:
    start = time.perf_counter()
    subprocess.run(
      [
        str(command),
        '--config=vrae_20d',
        f'--hparams=batch_size={batch},recurrence={recurrence}',
        f'--converter=window_frames={training_step.T},hop_frames=25',
        f'--run_dir={run_dir}',
        f'--examples_path={examples_path}',
        f'--num_steps={steps}',
      ],
      check=True,
      capture_output=True,
    )
    return time.perf_counter() - start


def main():
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  parser.add_argument('--examples_path', required=True)
  parser.add_argument('--batch', type=int, default=100)
  parser.add_argument('--steps', default='100,600')
  parser.add_argument('--recurrence', default='auto')
  arguments = parser.parse_args()
  few, many = map(int, arguments.steps.split(','))
  kind = {'auto': 'compiled'}.get(arguments.recurrence, arguments.recurrence)

  def bare():
    result, why = training_step.child(
      '--run', 'ours', 'tanh', arguments.batch, kind, 60
    )
    return float(np.median(result['times'])) if result else sys.exit(why)

  before = bare()
  seconds = [
    seconds_of(
      n, arguments.examples_path, arguments.batch, arguments.recurrence
    )
    for n in (few, many)
  ]
  step = (before + bare()) / 2
  whole = (seconds[1] - seconds[0]) / (many - few)
  print(
    f'batch {arguments.batch}, recurrence {arguments.recurrence}: '
    f'bare step {step * 1e3:.1f} ms; in vrae_train {whole * 1e3:.1f} ms, '
    f'{whole / step - 1:+.1%}; start {seconds[0] - few * whole:.1f} s'
  )


if __name__ == '__main__':
  main()
