# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs docs/first_steps.ipynb, and writes it with its pictures.

  make notebook

The notebook is kept with its pictures and printed lines, because whoever reads
it where it is hosted sees what is kept and nothing else; and without its sound,
which such pages do not play and which is megabytes in each version.
"""

from __future__ import annotations

import pathlib
import re
import tempfile

import nbclient
import nbformat

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATH = ROOT / 'docs' / 'first_steps.ipynb'
_TIMEOUT_SECONDS = 1800


def execute(notebook, folder, steps=None):
  """Runs a notebook in a process of its own; its outputs are in it then.

  Args:
    notebook: The notebook, from `nbformat.read`.
    folder: Where it runs, and leaves what it makes.
    steps: (Optional) The training steps, in place of the `STEPS` in it.

  Raises:
    nbclient.exceptions.CellExecutionError: If a cell fails.
  """
  if steps is not None:
    changed = 0
    for cell in notebook.cells:
      if cell.cell_type == 'code':
        cell.source, n = re.subn(
          r'^STEPS = \d+', f'STEPS = {steps}', cell.source, flags=re.MULTILINE
        )
        changed += n
    if changed != 1:
      raise ValueError(f'{changed} lines of the notebook set STEPS; one should')
  nbclient.NotebookClient(
    notebook,
    timeout=_TIMEOUT_SECONDS,
    kernel_name='python3',
    coalesce_streams=True,
    resources={'metadata': {'path': str(folder)}},
  ).execute()


def has_audio(output):
  """Whether an output of a cell is a player."""
  return '<audio' in output.get('data', {}).get('text/html', '')


def kept(notebook):
  """Takes out of a notebook what is not kept: sound, times, versions."""
  for cell in notebook.cells:
    if cell.cell_type == 'code':
      cell.outputs = [o for o in cell.outputs if not has_audio(o)]
      cell.metadata.pop('execution', None)
  notebook.metadata.pop('language_info', None)


def main():
  notebook = nbformat.read(PATH, as_version=4)
  with tempfile.TemporaryDirectory() as folder:
    execute(notebook, folder)
  kept(notebook)
  nbformat.write(notebook, PATH)
  print(f'{PATH}: {PATH.stat().st_size / 1e3:.0f} kB')


if __name__ == '__main__':
  main()
