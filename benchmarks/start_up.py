# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""How long commands take from enter to the prompt.

  .venv/bin/python benchmarks/start_up.py
  .venv/bin/python benchmarks/start_up.py --other=/a/checkout/of/before

Each command runs as a process of its own, on a small model and two pieces that
it makes first. The table has medians, and beside them what each may take. With
--other, the commands run by turns with another checkout of this package, whose
medians are in the last column. Bytecode is cached, as pip leaves it.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

import music21

HERE = pathlib.Path(__file__).parent.parent
BIN = pathlib.Path(sys.executable).parent


class Case(NamedTuple):
  """A command that is timed.

  Attributes:
    name: What it is, for the table.
    arguments: The command and its flags, or a program of Python's.
    most: Seconds that it may take; None if there is no bound.
    status: The exit status that it must have.
  """

  name: str
  arguments: list[str]
  most: float | None
  status: int = 0


def cases(work: pathlib.Path) -> list[Case]:
  """What is timed, in a folder that `prepare` has filled."""
  run, songs = f'--run_dir={work / "run"}', f'{work / "songs"}'
  data, out = f'{work / "songs.tfrecord"}', f'--output_dir={work / "out"}'
  mode = ['vrae_generate', run, out]
  five = [*mode, '--num_outputs=5']
  a, b = f'{songs}/song.xml@20', f'{songs}/rag.mxl@10'
  commands = ['create_dataset', 'train', 'generate', 'encode', 'explore']
  return [
    *(Case(f'vrae_{c} --help', [f'vrae_{c}', '--help'], 1) for c in commands),
    Case('a misspelt flag', ['vrae_generate', '--nmu_outputs=3'], 1, 1),
    Case('no such run', ['vrae_generate', '--run_dir=nowhere', out], 1, 1),
    Case('unknown config', ['vrae_train', '--config=v', f'--run_dir={work}/r',
                            f'--examples_path={data}'], 1, 1),
    Case('no such music', ['vrae_train', run, '--examples_path=no'], 1, 1),
    Case('contradicting flags', [*mode, '--seconds=1', '--num_frames=9'], 1, 1),
    Case('import magenta_vrae', ['-c', 'import magenta_vrae'], None),
    Case('five samples', five, 3),
    Case('five samples of a bundle', ['vrae_generate', out,
         f'--checkpoint_file={work / "model.tar.gz"}'], 3),
    Case('a morph in five steps', [*five, '--mode=interpolate',
         f'--input_midi_1={a}', f'--input_midi_2={b}'], 3),
    Case('a medley of two pieces', [*mode, '--mode=medley',
         f'--input_midis={a},{b}'], 3),
    Case('a piece rebuilt', [*mode, '--mode=reconstruct',
         f'--input_midis={songs}/song.xml'], 3),
    Case('an attribute', [*five, '--mode=attribute', '--attribute=density',
         f'--examples_path={data}'], 3),
    Case('two pieces encoded', ['vrae_encode', run, f'--examples_path={data}',
         f'--output={work / "z.npz"}'], 3),
    Case('two pieces to a dataset', ['vrae_create_dataset',
         f'--input_dir={songs}', f'--output_file={work / "x.tfrecord"}'], None),
    Case('import tensorflow', ['-c', 'import tensorflow'], None),
    Case('vrae_train, one step', ['vrae_train', '--config=vrae_2d_gru',
         f'--run_dir={work / "new"}', f'--examples_path={data}',
         '--num_steps=1'], None),
  ]  # fmt: skip


def prepare(work: pathlib.Path) -> None:
  """Makes a dataset, a run and a bundle."""
  corpus = pathlib.Path(music21.__file__).parent / 'corpus'
  songs = work / 'songs'
  songs.mkdir()
  shutil.copy(corpus / 'joplin/maple_leaf_rag.mxl', songs / 'rag.mxl')
  shutil.copy(corpus / 'schubert/Lindenbaum.xml', songs / 'song.xml')
  data = f'{work / "songs.tfrecord"}'
  for arguments in (
    ['vrae_create_dataset', f'--input_dir={songs}', f'--output_file={data}'],
    ['vrae_train', '--config=vrae_2d_gru', f'--run_dir={work / "run"}',
     f'--examples_path={data}', '--num_steps=30'],
    ['vrae_export', f'--run_dir={work / "run"}',
     f'--output={work / "model.tar.gz"}'],
  ):  # fmt: skip
    subprocess.run(
      [str(BIN / arguments[0]), *arguments[1:]],
      check=True,
      env=environment(HERE, work),
      stdout=subprocess.DEVNULL,
      stderr=subprocess.DEVNULL,
    )


def environment(checkout: pathlib.Path, work: pathlib.Path) -> dict[str, str]:
  """That of a process which runs a checkout, and may cache bytecode."""
  kept = {k: v for k, v in os.environ.items() if k != 'PYTHONDONTWRITEBYTECODE'}
  prefix = work / ('bytecode' + str(checkout).replace(os.sep, '_'))
  return {
    **kept,
    'PYTHONPATH': str(checkout),
    'PYTHONPYCACHEPREFIX': str(prefix),
  }


def seconds(case: Case, checkout: pathlib.Path, work: pathlib.Path) -> float:
  """Runs a case once."""
  shutil.rmtree(work / 'new', ignore_errors=True)
  program, *flags = case.arguments
  command = (
    [sys.executable, program] if program == '-c' else [str(BIN / program)]
  )
  began = time.perf_counter()
  result = subprocess.run(
    [*command, *flags],
    capture_output=True,
    text=True,
    env=environment(checkout, work),
  )
  took = time.perf_counter() - began
  if result.returncode != case.status:
    sys.exit(f'{case.name}: status {result.returncode}\n{result.stderr}')
  return took


def main() -> None:
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  parser.add_argument('--runs', type=int, default=5)
  parser.add_argument('--other', type=pathlib.Path)
  arguments = parser.parse_args()
  checkouts = [HERE, *([arguments.other] if arguments.other else [])]
  print('| seconds | median | at most |' + ' before |' * (len(checkouts) - 1))
  print('|---|---|---|' + '---|' * (len(checkouts) - 1))
  with tempfile.TemporaryDirectory() as folder:
    work = pathlib.Path(folder)
    prepare(work)
    for case in cases(work):
      times: list[list[float]] = [[] for _ in checkouts]
      for run in range(arguments.runs + 1):
        for checkout, found in zip(checkouts, times):
          found.append(seconds(case, checkout, work))
        if not run:  # The first fills caches.
          times = [[] for _ in checkouts]
      medians = [f'{statistics.median(found):.2f}' for found in times]
      most = '' if case.most is None else f'{case.most:.1f}'
      row = [case.name, medians[0], most, *medians[1:]]
      print(f'| {" | ".join(row)} |', flush=True)


if __name__ == '__main__':
  main()
