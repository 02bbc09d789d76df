# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Models of random weights, made without a graph."""

from __future__ import annotations

import numpy as np

from magenta_vrae import configs
from magenta_vrae.inference.numpy_vrae import NumpyVrae
from magenta_vrae.runs import bundle


def save(checkpoint, name, hparams='', converter=''):
  """Writes a checkpoint of a config of the catalogue; returns the `Config`.

  The weights have no more digits than half precision keeps, and few notes
  sound: most logits are below 0.
  """
  config = configs.get_config(name, hparams, converter)
  shapes = NumpyVrae.shapes(config.hparams, config.data_converter.depth)
  rng = np.random.RandomState(8)
  weights = {
    name: rng.normal(-0.4 * name.endswith('b_out'), 0.4, shape)
    for name, shape in shapes.items()
  }
  bundle.save_checkpoint(
    str(checkpoint),
    {
      name: value.astype(np.float16).astype(np.float32)
      for name, value in weights.items()
    },
  )
  return config
