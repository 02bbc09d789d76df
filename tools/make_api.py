# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Renders the docstrings of what researchers import into build/docs.

`make docs` runs it.
"""

from __future__ import annotations

import pathlib
import warnings

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
from magenta_vrae.data import rolls

OUTPUT = pathlib.Path(__file__).parent.parent / 'build' / 'docs'

# What researchers import, in the order of reading: the paper first, then what
# surrounds it.
MODULES = (
  'model',  # With all its modules.
  'data.rolls',
  'data.converters',
  'data.examples',
  'data.pitch_choice',
  'catalogue',
  'configs',
  'runs.run_settings',
  'runs.checkpoints',
  'runs.bundle',
  'inference.loading',
  'inference.numpy_model',
  'inference.restored',
  'inference.features',
  'inference.generation',
  'inference.attributes',
  'inference.evaluation',
  'inference.window_features',
  'inference.likeness',
  'inference.window_sources',
  'inference.supervised',
  'latent',
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
  # The converters' arguments are said once, of rolls. What pdoc would show
  # instead are those of Magenta's class above them.
  converters._ForMusicVae.__init__.__doc__ = rolls.RollConverter.__doc__
  # A NamedTuple's constructor knows nothing of the module of its types; they
  # stand as they are written.
  warnings.filterwarnings('ignore', 'Error parsing type annotation')
  pdoc.render.configure(docformat='google', search=True, show_source=True)
  # Of the package, the public names alone: not its other modules.
  modules = [f'magenta_vrae.{name}' for name in MODULES]
  pdoc.pdoc('magenta_vrae', *modules, output_directory=OUTPUT)
  print(OUTPUT / 'magenta_vrae.html')


if __name__ == '__main__':
  main()
