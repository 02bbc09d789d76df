# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A program: the tests in every environment that this machine can make.

  environments.py find 3.8      prints a Python of that version
  environments.py test [TESTS]  what `make test-pythons` does

Python 3.8 gets an environment of stock Magenta, 3.10 to 3.13 one of the lock
each. A Python is taken from PYTHONS, a list of commands between spaces, or
looked for on the PATH and in pyenv's folder. At the end comes a table of what
was run, with versions.

It needs nothing but a Python.
"""

from __future__ import annotations

import glob
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

STOCK = '3.8'
LOCKED = ('3.10', '3.11', '3.12', '3.13')
# Commands that the tests start wait on disk and on one another.
PROCESSES = 2
VERSIONS = """
import importlib.metadata, json, platform
print(json.dumps({
  'Python': platform.python_version(),
  **{name: importlib.metadata.version(name) for name in (
    'tensorflow', 'numpy', 'tensorflow-probability', 'note-seq')},
}))
"""
COLUMNS = (
  'Python',
  'tensorflow',
  'numpy',
  'tensorflow-probability',
  'note-seq',
  'from',
  'passed',
  'failed',
  'skipped',
  'minutes',
)


def version_of(python):
  """A Python's version as in '3.12', or None if it does not run."""
  code = 'import sys; print("%d.%d" % sys.version_info[:2])'
  try:
    result = subprocess.run(
      [python, '-c', code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
  except OSError:
    return None
  return result.stdout.decode().strip() if result.returncode == 0 else None


def find(version):
  """The path of a Python of that version, or None."""
  pyenv = os.environ.get('PYENV_ROOT', os.path.expanduser('~/.pyenv'))
  named = os.environ.get('PYTHONS')
  candidates = (
    shlex.split(named)
    if named
    else [
      f'python{version}',
      # pyenv's own python3.8 on the PATH may refuse to run.
      *glob.glob(f'{pyenv}/versions/{version}.*/bin/python'),
      'python3',
    ]
  )
  for candidate in candidates:
    path = shutil.which(candidate)
    if path and version_of(path) == version:
      return path
  return None


def make(version, python):
  """Makes an environment and returns its Python, or None."""
  if version == STOCK:
    folder, arguments = '.venv-stock', ['setup-stock']
  else:
    folder = f'.venv-{version}'
    arguments = ['setup', f'VENV={folder}', f'PYTHON={python}']
  print(f'\n# {version}: {folder}', flush=True)
  command = [os.environ.get('MAKE', 'make'), '--no-print-directory', *arguments]
  if subprocess.run(command).returncode:
    return None
  return os.path.abspath(f'{folder}/bin/python')


def run_tests(python, other, tests):
  """Runs the tests in an environment; returns their counts."""
  environ = dict(os.environ)
  environ.pop('VRAE_OTHER_PYTHON', None)
  if other:
    environ['VRAE_OTHER_PYTHON'] = other
  with tempfile.TemporaryDirectory() as folder:
    report = f'{folder}/report.xml'
    result = subprocess.run(
      [
        *(python, '-m', 'pytest', '-n', str(PROCESSES), '--dist', 'loadfile'),
        f'--junitxml={report}',
        *tests,
      ],
      env=environ,
    )
    try:
      (suite,) = xml.etree.ElementTree.parse(report).getroot()
    except (OSError, xml.etree.ElementTree.ParseError):
      return {'passed': 'none ran'}, False
  count = {
    name: int(suite.get(name))
    for name in ('tests', 'failures', 'errors', 'skipped')
  }
  failed = count['failures'] + count['errors']
  return {
    'passed': count['tests'] - failed - count['skipped'],
    'failed': failed,
    'skipped': count['skipped'],
    'minutes': f'{float(suite.get("time")) / 60:.0f}',
  }, result.returncode == 0


def table(rows):
  lines = [COLUMNS, ['---'] * len(COLUMNS)]
  lines += [[str(row.get(name, '')) for name in COLUMNS] for row in rows]
  return '\n'.join(f'| {" | ".join(line)} |' for line in lines)


def test(tests):
  """Runs the tests everywhere; returns an exit status."""
  rows, pythons = {}, {}
  for version in (STOCK, *LOCKED):
    rows[version] = {'Python': version, 'from': 'no such Python found'}
    found = find(version)
    if found:
      python = make(version, found)
      if python:
        pythons[version] = python
      else:
        rows[version].update({'from': 'not made', 'failed': 'all'})
  all_well = bool(pythons) and not any(r.get('failed') for r in rows.values())
  for version, python in pythons.items():
    print(f'\n# {version}: tests', flush=True)
    # Models are exchanged between stock Magenta and each of the others.
    others = [v for v in pythons if (v == STOCK) != (version == STOCK)]
    counts, is_well = run_tests(
      python, pythons[others[-1]] if others else None, tests
    )
    all_well = all_well and is_well
    versions = subprocess.run(
      [python, '-c', VERSIONS], stdout=subprocess.PIPE, check=True
    ).stdout
    rows[version] = {
      **json.loads(versions),
      'from': "Magenta's pins" if version == STOCK else 'the lock',
      **counts,
    }
  print(f'\n{table(rows.values())}')
  return 0 if all_well else 1


def main(action, *arguments):
  if action == 'test':
    os.chdir(pathlib.Path(__file__).parent.parent)
    return test(arguments)
  (version,) = arguments
  found = find(version)
  if not found:
    named = os.environ.get('PYTHONS')
    where = f'among PYTHONS={named}' if named else 'on the PATH or under pyenv'
    sys.exit(f'no Python {version} {where}; say in PYTHONS where it is')
  print(found)
  return 0


if __name__ == '__main__':
  sys.exit(main(*sys.argv[1:]))
