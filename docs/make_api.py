# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Renders the docstrings of what researchers import into build/docs.

`make docs` runs it.
"""

from __future__ import annotations

import pathlib

# Before TensorFlow: it holds back the notices with which TensorFlow starts.
from magenta_vrae.commands import tensorflow_start  # noqa: F401

# isort: split
import note_seq
import pdoc
import tensorflow.compat.v1 as tf
import tensorflow_probability as tfp

import magenta_vrae
from magenta_vrae import host
from magenta_vrae.data import converters

OUTPUT = pathlib.Path(__file__).parent.parent / 'build' / 'docs'

# In the order of reading: the paper first, then what surrounds it.
MODULES = (
  'model',
  'model.vrae',
  'model.encoder',
  'model.decoder',
  'model.cells',
  'model.schedules',
  'data.converters',
  'configs',
  'latent',
  'inference.generation',
  'inference.evaluation',
  'errors',
)


# What signatures name, as it is imported and not where it is defined.
IMPORTED_FROM = {
  tf.Tensor: 'tf',
  tf.train.Optimizer: 'tf.train',
  tfp.distributions.MultivariateNormalDiag: 'tfp.distributions',
  note_seq.NoteSequence: 'note_seq',
  host.HParams: 'host',
  host.configs.Config: 'host.configs',
  host.data.ConverterTensors: 'host.data',
}


def main():
  # pdoc documents what a module holds; these are looked up when first used.
  for name in magenta_vrae.__all__:
    setattr(magenta_vrae, name, getattr(magenta_vrae, name))
  for kind, module in IMPORTED_FROM.items():
    kind.__module__ = module
  # The converters' arguments are said once, of the class that both are. What
  # pdoc would show instead are those of Magenta's class above it.
  converters._RollConverter.__init__.__doc__ = converters._RollConverter.__doc__
  pdoc.render.configure(docformat='google', search=True, show_source=True)
  # Of the package, the public names alone: not its other modules.
  modules = [f'magenta_vrae.{name}' for name in MODULES]
  pdoc.pdoc('magenta_vrae', *modules, output_directory=OUTPUT)
  print(OUTPUT / 'magenta_vrae.html')


if __name__ == '__main__':
  main()
