# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A ready-made model's songs and map, decoded by a small model.

A browser opens such a page in half the time. Its music is random.
"""

from __future__ import annotations

import copy

import numpy as np

from magenta_vrae.inference.numpy_vrae import NumpyVrae
from magenta_vrae.model import masks

_SIZES = {
  'enc_rnn_size': [8],
  'dec_rnn_size': [12],
  'ar_rnn_size': [14],
  'nade_size': 20,
}
# Of normal numbers: the music hangs on z, and little on what was before it.
_SCALES = {'decoder/W_z': 1.0, 'decoder/W_out': 0.65, 'decoder/ar_W_out': 0.65}
_SCALE = 0.1
_LOGIT = -4.8  # A note or two in each frame, as there are in music.


def of(exploration, config):
  """The exploration of a model, with the weights of one like it but small.

  Args:
    exploration: What `gather.explore` found.
    config: Of the model. It is not changed.
  """
  hparams = copy.deepcopy(config.hparams)
  for name, size in _SIZES.items():
    setattr(hparams, name, size)
  shapes = NumpyVrae.shapes(hparams, config.data_converter.depth)
  rng = np.random.RandomState(8)
  weights = {
    name: rng.normal(
      _LOGIT * name.endswith('b_out'), _SCALES.get(name, _SCALE), shape
    ).astype(np.float32)
    for name, shape in shapes.items()
  }
  assert weights.keys() == exploration.weights.keys()
  return exploration._replace(weights=masks.masked(weights))
