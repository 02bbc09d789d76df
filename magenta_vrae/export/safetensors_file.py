# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A trained model as plain weights: one file of the format safetensors.

The file is eight bytes that say how long its header is, the header in JSON, and
the numbers: float32, little-endian, row by row. The header names each tensor
with its shape and its place, and `__metadata__` holds what metadata.py has. A
reader needs no library: examples/cpp reads it in C++.

  encoder/...  decoder/...  the variables, as model/weights.py names them; what
                            a mask hides is zero already
  prior/...                 the fields of a `Prior`, where one was fitted
"""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np

from magenta_vrae import files
from magenta_vrae.errors import InputError
from magenta_vrae.export import metadata as metadata_lib
from magenta_vrae.inference import loading
from magenta_vrae.inference import prior as prior_lib
from magenta_vrae.inference.numpy_model import RestoredVrae
from magenta_vrae.model import masks

ENDING = '.safetensors'
FORMAT = 'magenta_vrae.weights.1'


def write(
  path: str, config: Any, checkpoint_path: str, name: str, card: str
) -> None:
  """Writes the weights of a model, whole or not at all.

  Args:
    path: The file, which ends in ENDING.
    config: A `Preset`, or a `Config` of a VRAE with a `RollConverter`.
    checkpoint_path: Its checkpoint without an ending; the prior is that of its
      folder.
    name: What the model is called.
    card: The model card, Markdown.

  Raises:
    InputError: If the ending is another, the model is none of this package's,
      its checkpoint is damaged, safetensors is not installed, or the file
      cannot be written.
  """
  if not path.endswith(ENDING):
    raise InputError(f'output {path!r} must end in {ENDING}')
  try:
    import safetensors.numpy
  except ImportError as e:
    raise InputError(
      'plain weights are written with the package safetensors, which is not '
      'installed; pip install safetensors'
    ) from e
  model = loading.restore(config, checkpoint_path)
  if not isinstance(model, RestoredVrae):
    raise InputError(
      'this model is not the VRAE with its own encoder and decoder, so its '
      'weights mean nothing outside of Magenta; give a run of a vrae_ config'
    )
  tensors = masks.masked(model.weights)
  tensors.update(_of_prior(checkpoint_path, config.hparams.z_size))
  step = int(os.path.basename(checkpoint_path).rpartition('-')[2])
  facts = metadata_lib.metadata(config, name, step, card)
  data = safetensors.numpy.save(
    {
      name: np.ascontiguousarray(value, np.float32)
      for name, value in tensors.items()
    },
    {'format': FORMAT, **facts},
  )
  with files.whole(path) as partial, open(partial, 'wb') as file:
    file.write(_in_order(data))


def _in_order(data: bytes) -> bytes:
  """The same file with its header sorted.

  The library writes the metadata in any order, another one each time; but the
  same model is to give the same file.
  """
  end = 8 + int.from_bytes(data[:8], 'little')
  # ASCII, so that a small reader need not know more of JSON's strings.
  header = json.dumps(json.loads(data[8:end]), sort_keys=True).encode()
  header += b' ' * (-len(header) % 8)  # Numbers begin at a multiple of 8.
  return len(header).to_bytes(8, 'little') + header + data[end:]


def _of_prior(checkpoint_path: str, z_size: int) -> dict[str, np.ndarray]:
  """The arrays of the fitted prior by name; none where there is none."""
  found = prior_lib.of_checkpoint(checkpoint_path, z_size)
  if not isinstance(found, prior_lib.Prior):
    return {}
  return {
    f'prior/{field}': np.atleast_1d(getattr(found, field))
    for field in found._fields
    if field != 'step'
  }
