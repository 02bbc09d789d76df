# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The one door through which Magenta enters, and what it needs on the way.

Every module of this package takes Magenta's modules from here, so that a host
which cannot be imported is reported once, in one line. What has to be mended
in the host for TensorFlow newer than its own pin stands here and nowhere else,
each with the condition under which it can go.
"""

from __future__ import annotations

import functools

import magenta_vrae

try:
  from magenta.common import merge_hparams
  from magenta.contrib.training import HParams
  from magenta.models.music_vae import base_model
  from magenta.models.music_vae import configs
  from magenta.models.music_vae import data
  from magenta.models.music_vae import lstm_models
  from magenta.models.music_vae import trained_model
except Exception as e:  # Whatever it raises, the user's remedy is the same.
  raise ImportError(
    'magenta_vrae found Magenta but could not import its MusicVAE '
    f'({type(e).__name__}: {str(e).splitlines()[0] if str(e) else ""}); '
    'reinstall both: pip install magenta-vrae && '
    f'{magenta_vrae.HOW_TO_GET_MAGENTA}'
  ) from e

import tensorflow.compat.v1 as tf

__all__ = [
  'HParams',
  'base_model',
  'configs',
  'data',
  'lstm_models',
  'merge_hparams',
  'trained_model',
]


# --- Dataset.unbatch ---------------------------------------------------------
# On TensorFlow 2.18 to 2.21 `Dataset.unbatch()` ends the process on a tensor
# whose last dimension is zero, as the control tensor of every unconditioned
# MusicVAE config is (TensorFlow issue 108489; mended by pull request 126871,
# which no release up to 2.21 holds). Slicing with flat_map gives the same
# elements in the same order. This can go once the oldest TensorFlow supported
# on Python 3.10 and later holds that pull request.
def _unbatch_by_slices(dataset, name=None):
  del name
  return dataset.flat_map(
    lambda *tensors: tf.data.Dataset.from_tensor_slices(tensors)
  )


def _version(text):
  return tuple(int(part) for part in text.split('.')[:2])


def _with_safe_unbatch(get_dataset):
  """Wraps `data.get_dataset` so that it unbatches by slices."""

  @functools.wraps(get_dataset)
  def wrapped(*args, **kwargs):
    classes = [tf.data.Dataset, *tf.data.Dataset.__mro__]
    owners = [c for c in dict.fromkeys(classes) if 'unbatch' in vars(c)]
    originals = [(c, vars(c)['unbatch']) for c in owners]
    for owner in owners:
      owner.unbatch = _unbatch_by_slices
    try:
      return get_dataset(*args, **kwargs)
    finally:
      for owner, original in originals:
        owner.unbatch = original

  wrapped.unbatches_by_slices = True
  return wrapped


if _version(tf.__version__) >= (2, 18) and not hasattr(
  data.get_dataset, 'unbatches_by_slices'
):
  data.get_dataset = _with_safe_unbatch(data.get_dataset)
