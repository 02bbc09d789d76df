# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The notebook runs from top to bottom, and is kept without its sound."""

from __future__ import annotations

import pathlib
import sys

import nbformat
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / 'tools'))
import docs_notebook


def outputs(notebook):
  return [
    output
    for cell in notebook.cells
    if cell.cell_type == 'code'
    for output in cell.outputs
  ]


def pictures(notebook):
  return [o for o in outputs(notebook) if 'image/png' in o.get('data', {})]


@pytest.mark.long
def test_runs_from_top_to_bottom(tmp_path):
  notebook = nbformat.read(docs_notebook.PATH, as_version=4)
  for cell in notebook.cells:
    if cell.cell_type == 'code':
      cell.outputs = []
  docs_notebook.execute(notebook, tmp_path, steps=30)
  printed = ''.join(o.get('text', '') for o in outputs(notebook))
  assert 'songs.tfrecord: 3 pieces from 3 of 3 files' in printed
  assert 'step 30/30' in printed
  assert (tmp_path / 'first_steps/run/train/model.ckpt-30.index').exists()
  # Reconstruction, morph, samples, medley and map; a player for each piece.
  assert len(pictures(notebook)) == 7
  players = [o for o in outputs(notebook) if docs_notebook.has_audio(o)]
  assert len(players) == 1 + 2 + 3 + 3 + 3
  errors = [o.text for o in outputs(notebook) if o.get('name') == 'stderr']
  # Of Magenta's pins, tqdm misses ipywidgets, which draw its bars.
  assert not [text for text in errors if 'TqdmWarning: IProgress' not in text]


def test_is_kept_with_pictures_and_without_sound():
  notebook = nbformat.read(docs_notebook.PATH, as_version=4)
  nbformat.validate(notebook)
  ran = [c.execution_count for c in notebook.cells if c.cell_type == 'code']
  assert ran == list(range(1, len(ran) + 1)), 'make notebook runs it anew'
  assert len(pictures(notebook)) == 7
  assert not [o for o in outputs(notebook) if docs_notebook.has_audio(o)]
  assert not [o for o in outputs(notebook) if o.output_type == 'error']
  assert 'site-packages' not in docs_notebook.PATH.read_text(encoding='utf-8')
  assert docs_notebook.PATH.stat().st_size < 2**20
