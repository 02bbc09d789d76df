# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A checkpoint and its config -> the restored model that serves them."""

from __future__ import annotations

import sys
from typing import Any

from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.inference import asked
from magenta_vrae.inference.numpy_model import RestoredVrae
from magenta_vrae.inference.restored import BATCH_SIZE
from magenta_vrae.inference.restored import Restored
from magenta_vrae.runs import tensor_bundle


def restore(
  config: Any, checkpoint_path: str, batch_size: int = BATCH_SIZE
) -> Restored:
  """Restores a model.

  Args:
    config: A `Preset`, or a `Config` with a `RollConverter`. It is not changed.
    checkpoint_path: A checkpoint without its ending.
    batch_size: Windows or points at once.

  Raises:
    InputError: If the config has one of Magenta's own converters, the
      checkpoint is damaged or of another model, or `batch_size` is below 1.
  """
  asked.count(batch_size, 'batch_size')
  converter = config.data_converter
  if not isinstance(converter, RollConverter):
    raise InputError(
      "this is for models with one of this package's data converters, but this "
      f'config has {type(converter).__name__}'
    )
  if is_vrae(config):
    try:
      return RestoredVrae(config, checkpoint_path, batch_size)
    except tensor_bundle.UnsupportedBundle as e:
      print(
        f'the checkpoint is read by TensorFlow, which takes longer: {e}',
        file=sys.stderr,
      )
  from magenta_vrae.inference import graph  # It loads TensorFlow.

  return graph.RestoredGraph(config, checkpoint_path, batch_size)


def is_vrae(config: Any) -> bool:
  """Whether a config's model is the VRAE with its own encoder and decoder."""
  model = getattr(config, 'model', None)
  if model is None:  # A preset of the catalogue.
    return True
  from magenta_vrae.model.autoregressive import AutoregressiveDecoder
  from magenta_vrae.model.decoder import VraeDecoder
  from magenta_vrae.model.encoder import VraeEncoder
  from magenta_vrae.model.vrae import VRAE

  # The classes themselves: what inherits from them may compute otherwise.
  return (
    type(model) is VRAE
    and type(model.encoder) is VraeEncoder
    and type(model.decoder) in (VraeDecoder, AutoregressiveDecoder)
  )
