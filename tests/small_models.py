# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Small models of random weights, for pages: as many notes sound as in music.

A browser opens the page of a ready-made model in half the time where the songs
and the map are the model's own, and one of these decodes.
"""

from __future__ import annotations

import copy

import numpy as np

from magenta_vrae import configs
from magenta_vrae.inference import loading
from magenta_vrae.inference import prior as prior_lib
from magenta_vrae.inference import prior_fit
from magenta_vrae.inference.numpy_vrae import NumpyVrae
from magenta_vrae.model import masks
from magenta_vrae.runs import bundle

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


def with_small_decoder(exploration, config):
  """The exploration of a model, with the weights of one like it but small.

  Args:
    exploration: What `gather.explore` found.
    config: Of the model. It is not changed.
  """
  hparams = copy.deepcopy(config.hparams)
  for name, size in _SIZES.items():
    setattr(hparams, name, size)
  weights = _weights(hparams, config.data_converter.depth)
  assert weights.keys() == exploration.weights.keys()
  return exploration._replace(weights=masks.masked(weights))


def save(folder, dataset, name, hparams, converter):
  """Writes a checkpoint of such a model, with the prior that training fits.

  Args:
    folder: For both.
    dataset: A path of its music.
    name: Of its config, in the catalogue.
    hparams: As `configs.get_config` has them.
    converter: Likewise.

  Returns:
    The `Config`, and the checkpoint's path.
  """
  config = configs.get_config(name, hparams, converter)
  weights = _weights(config.hparams, config.data_converter.depth)
  checkpoint = f'{folder}/model.ckpt-1'
  bundle.save_checkpoint(checkpoint, {**weights, 'global_step': np.int64(1)})
  fitted = prior_fit.fit(loading.restore(config, checkpoint), str(dataset), 1)
  prior_lib.save(fitted, str(folder))
  return config, checkpoint


def _weights(hparams, depth):
  rng = np.random.RandomState(8)
  return {
    name: rng.normal(
      _LOGIT * name.endswith('b_out'), _SCALES.get(name, _SCALE), shape
    ).astype(np.float32)
    for name, shape in NumpyVrae.shapes(hparams, depth).items()
  }
