# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A program: what trained models make of given z and windows.

  python outputs_of_models.py INPUTS.npz OUTPUTS.npz MODEL...

INPUTS holds z, sized `[n, z_size]`, and windows, sized `[n, T, depth]`. A model
is a run's folder or a bundle. OUTPUTS holds of the i-th model the decoder's
probabilities of z as i/probabilities, sized `[n, T, depth]`, and the windows'
posterior as i/mu and i/sigma, each `[n, z_size]`.

It stands by itself, so that the Python of any environment can run it.
"""

from __future__ import annotations

import os
import sys
import tempfile

import numpy as np
import tensorflow.compat.v1 as tf

from magenta_vrae import configs
from magenta_vrae.commands import trained
from magenta_vrae.host import trained_model
from magenta_vrae.runs import bundle
from magenta_vrae.runs import run_settings


def outputs_of(path, z, windows):
  with tempfile.TemporaryDirectory() as folder:
    if os.path.isdir(path):
      checkpoint, folder = trained.newest_checkpoint(path), path
    else:
      checkpoint = bundle.read(path, folder).checkpoint
    _, config = run_settings.find_config(folder)
    config = configs.of_preset(config)
    model = trained_model.TrainedModel(config, len(z), checkpoint)
  _, T, depth = windows.shape
  probabilities, _ = model.decode_to_tensors(z, T, return_full_results=True)
  _, mu, sigma = model.encode_tensors(list(windows), [T] * len(windows))
  assert probabilities.shape == (len(z), T, depth)
  return {'probabilities': probabilities, 'mu': mu, 'sigma': sigma}


def main(inputs_path, outputs_path, *models):
  tf.disable_v2_behavior()
  with np.load(inputs_path) as inputs:
    z, windows = inputs['z'], inputs['windows']
  outputs = {
    f'{number}/{name}': value
    for number, path in enumerate(models)
    for name, value in outputs_of(path, z, windows).items()
  }
  np.savez(outputs_path, **outputs)


if __name__ == '__main__':
  main(*sys.argv[1:])
