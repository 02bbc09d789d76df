# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""What `python -m magenta_vrae activate` costs every start of Python.

  .venv/bin/python benchmarks/activation.py

An empty program is started in two new virtual environments, which differ in the
start-up file alone, by turns, so that what else the machine does falls on both.
The table has medians of the time until the program has ended, of the processor
time it took, and of what Python itself says of the import of `site`, the module
that runs start-up files (-X importtime).
"""

from __future__ import annotations

import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
import venv

from magenta_vrae import activation
from magenta_vrae import start_up


def environment(folder, is_activated):
  """Makes an environment; returns its Python."""
  venv.create(folder, with_pip=False)
  python = folder / 'bin' / 'python'
  packages = subprocess.run(
    [
      str(python),
      '-c',
      'import sysconfig; print(sysconfig.get_path("purelib"))',
    ],
    check=True,
    capture_output=True,
    text=True,
  ).stdout.strip()
  if is_activated:
    (pathlib.Path(packages) / activation.FILE_NAME).write_text(start_up.FILE)
  return str(python)


def milliseconds_of_start(python):
  """Until the program has ended, and of processor time."""
  start = time.perf_counter()
  process = subprocess.Popen([python, '-c', 'pass'])
  _, status, used = os.wait4(process.pid, 0)
  wall = time.perf_counter() - start
  process.returncode = status  # So that it is not waited for again.
  assert status == 0
  return wall * 1e3, (used.ru_utime + used.ru_stime) * 1e3


def milliseconds_of_site(python):
  report = subprocess.run(
    [python, '-X', 'importtime', '-c', 'pass'],
    check=True,
    capture_output=True,
    text=True,
  ).stderr
  (cumulative,) = re.findall(r'\| +(\d+) \| site$', report, re.MULTILINE)
  return int(cumulative) / 1e3


def main():
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  parser.add_argument('--runs', type=int, default=100)
  arguments = parser.parse_args()
  with tempfile.TemporaryDirectory() as folder:
    pythons = {
      name: environment(pathlib.Path(folder) / name, name == 'activated')
      for name in ('not activated', 'activated')
    }
    figures = {name: ([], [], []) for name in pythons}
    for run in range(arguments.runs + 3):
      # By turns first, too: who comes second may have to wait.
      for name in sorted(pythons, reverse=run % 2):
        measured = (
          *milliseconds_of_start(pythons[name]),
          milliseconds_of_site(pythons[name]),
        )
        if run >= 3:  # The first fill caches.
          for figure, values in zip(measured, figures[name]):
            values.append(figure)
  print(f'Python {sys.version.split()[0]}, medians of {arguments.runs} starts')
  print('| | whole start, ms | processor time, ms | import of site, ms |')
  print('|---|---|---|---|')
  medians = {}
  for name, columns in figures.items():
    medians[name] = [statistics.median(values) for values in columns]
    print(f'| {name} | ' + ' | '.join(f'{m:.2f}' for m in medians[name]) + ' |')
  without, with_file = medians.values()
  print(
    '| difference | '
    + ' | '.join(f'{b - a:+.2f}' for a, b in zip(without, with_file))
    + ' |'
  )


if __name__ == '__main__':
  main()
