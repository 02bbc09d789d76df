# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""From music files to windows: files per second, and where the time goes.

  .venv/bin/python benchmarks/music_files.py --input_dir=songs

`vrae_create_dataset` beside Magenta's `convert_dir_to_note_sequences`, each as
a command and on the same folder, start of Python and imports included, in turn,
three times; then the converter alone, on the piece of the most notes.
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


def seconds_of(command):
  """How long a command takes, and until it tells of the first file it read."""
  start = time.perf_counter()
  first = float('nan')
  with subprocess.Popen(
    command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
  ) as process:
    for line in process.stderr:
      if line.startswith('read ') and first != first:
        first = time.perf_counter() - start
  if process.returncode:
    raise subprocess.CalledProcessError(process.returncode, command)
  return time.perf_counter() - start, first


def main():
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  parser.add_argument('--input_dir', required=True)
  arguments = parser.parse_args()
  num_files = sum(
    p.is_file() for p in pathlib.Path(arguments.input_dir).iterdir()
  )
  bin_dir = pathlib.Path(sys.executable).parent
  with tempfile.TemporaryDirectory() as folder:
    output = f'{folder}/ours.tfrecord'
    flags = [f'--input_dir={arguments.input_dir}', '--recursive']
    commands = {
      'vrae_create_dataset': [
        str(bin_dir / 'vrae_create_dataset'),
        f'--output_file={output}',
        *flags,
      ],
      'convert_dir_to_note_sequences': [
        sys.executable,
        '-m',
        'magenta.scripts.convert_dir_to_note_sequences',
        f'--output_file={folder}/theirs.tfrecord',
        *flags,
      ],
    }
    times = [
      [seconds_of(command) for command in commands.values()] for _ in range(3)
    ]
    for name, (seconds, first) in zip(commands, np.median(times, axis=0)):
      told = '' if np.isnan(first) else f', the first after {first:.1f} s'
      print(
        f'{name:<32}{seconds:>7.1f} s for {num_files} files, '
        f'{num_files / seconds:.2f} files/s{told}',
        flush=True,
      )

    training_step.start_tensorflow()
    from magenta_vrae import configs
    from magenta_vrae.data import examples

    piece = max(examples.read_examples(output), key=lambda p: len(p.notes))
  for name, settings in (
    ('vrae_20d', ''),
    ('vrae_20d', 'hop_frames=1,max_windows_per_song=0'),
  ):
    converter = configs.get_config(name, converter=settings).data_converter
    times = []
    for _ in range(7):
      start = time.perf_counter()
      windows = converter.to_tensors(piece).inputs
      times.append(time.perf_counter() - start)
    print(
      f'{piece.filename}: {piece.total_time:.0f} s, {len(piece.notes)} notes, '
      f'to {len(windows)} windows in {np.median(times):.3f} s'
    )


if __name__ == '__main__':
  main()
