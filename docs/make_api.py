# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Renders the docstrings of what researchers import, into build/docs.

  make docs
"""

from __future__ import annotations

import pathlib

# Before TensorFlow: it holds back the notices with which TensorFlow starts.
from magenta_vrae.commands import quiet_start  # noqa: F401

# isort: split
import pdoc

import magenta_vrae

OUTPUT = pathlib.Path(__file__).parent.parent / 'build' / 'docs'

# In the order of reading: the paper first, then what surrounds it.
MODULES = (
  'model',
  'encoder',
  'decoder',
  'cells',
  'schedules',
  'data',
  'configs',
  'latent',
  'generation',
  'evaluation',
  'errors',
)


def main():
  # pdoc documents what a module holds; these are looked up when first used.
  for name in magenta_vrae.__all__:
    setattr(magenta_vrae, name, getattr(magenta_vrae, name))
  pdoc.render.configure(docformat='google', search=True, show_source=True)
  # Of the package, the public names alone: not its other modules.
  modules = [f'magenta_vrae.{name}' for name in MODULES]
  pdoc.pdoc('magenta_vrae', *modules, output_directory=OUTPUT)
  print(OUTPUT / 'magenta_vrae.html')


if __name__ == '__main__':
  main()
