# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""An environment of what `pip install magenta-vrae` brings, and nothing else.

The distributions that setup.py requires, without an extra or with one, and
theirs in turn, are linked into a folder file by file. Python runs there without
its site-packages, so whatever else is installed cannot be found.
"""

from __future__ import annotations

import importlib.metadata
import os
import pathlib
import subprocess
import sys

from packaging.requirements import Requirement

ROOT = pathlib.Path(__file__).resolve().parent.parent


def required(extra=''):
  """The names of the distributions that an extra, or none, brings."""
  found = set()
  waiting = ['magenta-vrae']
  while waiting:
    name = waiting.pop()
    of_it = extra if name == 'magenta-vrae' else ''
    for text in importlib.metadata.requires(name) or []:
      requirement = Requirement(text)
      needed = not requirement.marker or requirement.marker.evaluate(
        {'extra': of_it}
      )
      if needed and requirement.name not in found:
        found.add(requirement.name)
        waiting.append(requirement.name)
  return sorted(found)


def make(folder, extra=''):
  """Links the package and what it requires into an empty folder."""
  (folder / 'magenta_vrae').symlink_to(ROOT / 'magenta_vrae')
  for name in required(extra):
    distribution = importlib.metadata.distribution(name)
    for file in distribution.files:
      # Scripts lie beside the packages' folder, and are not needed.
      if '..' in file.parts or file.suffix == '.pyc':
        continue
      target = folder / file
      target.parent.mkdir(parents=True, exist_ok=True)
      target.symlink_to(distribution.locate_file(file))


def environ(folder):
  """The environment variables of a process there."""
  return {
    'PATH': os.environ['PATH'],
    'PYTHONPATH': str(folder),
    # Linked so, google_crc32c of Python 3.8 warns that it is slow.
    'PYTHONWARNINGS': 'ignore',
  }


def run(folder, *arguments, **kwargs):
  """Runs Python there: the completed process, with its output as text."""
  return subprocess.run(
    [sys.executable, '-S', *map(str, arguments)],
    env=environ(folder),
    capture_output=True,
    text=True,
    timeout=300,
    **kwargs,
  )


def run_command(folder, name, *arguments):
  """Runs one of the package's commands there."""
  return run(folder, '-m', f'magenta_vrae.commands.{name}', *arguments)
