# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A model as plain weights: one file of the format safetensors.

The file is eight bytes that say how long its header is, the header in JSON, and
the numbers, little-endian, row by row. The header names each tensor with its
type, shape and place. Whoever writes the equations again needs no more:
examples/cpp does so in C++, and its README lists the tensors.

  encoder/...  decoder/...  the variables, as model/weights.py and
                            `weights.prepared` name them
  prior/...                 the fields of a fitted `Prior`

Of the header's `__metadata__`, 'magenta_vrae' is JSON, and 'model_card'
Markdown.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from magenta_vrae import files
from magenta_vrae.errors import InputError
from magenta_vrae.export.contents import Contents
from magenta_vrae.inference.prior import Prior
from magenta_vrae.model import hparams as vrae_hparams

ENDING = '.safetensors'


def check(output: str) -> None:
  """Refuses an output that cannot be written; needs the package safetensors."""
  if not output.endswith(ENDING):
    raise InputError(f'output {output!r} must end in {ENDING}')
  _package()
  files.check_writable(output)


def write(output: str, contents: Contents, is_half: bool) -> None:
  """Writes the file, whole or not at all.

  Args:
    output: Its path.
    contents: What is exported.
    is_half: Whether weights are in half precision; the prior never is.

  Raises:
    InputError: If it cannot be written, or safetensors is missing.
  """
  dtype = np.float16 if is_half else np.float32
  tensors = {
    name: np.ascontiguousarray(value, dtype)
    for name, value in contents.weights.items()
  }
  texts = {
    'magenta_vrae': json.dumps(_metadata(contents)),
    'model_card': contents.card,
  }
  data = _package().save({**tensors, **_of_prior(contents)}, texts)
  with files.whole(output) as partial, open(partial, 'wb') as file:
    file.write(_in_order(data))


def _package() -> Any:
  try:
    import safetensors.numpy
  except ImportError as e:
    raise InputError(
      '--format=weights needs the package safetensors, which is not '
      "installed: pip install 'magenta-vrae[weights]'"
    ) from e
  return safetensors.numpy


def _metadata(contents: Contents) -> dict[str, Any]:
  """Those of the other formats, and what they keep to their functions."""
  hparams = contents.hparams
  metadata = {
    **contents.metadata,
    'frames_per_step': vrae_hparams.frames_per_step(hparams),
    'feedback': hparams.feedback,
    'reverse_input': bool(hparams.reverse_input),
    'z_every_step': bool(hparams.z_every_step),
    'prior': {'kind': contents.metadata['prior']['kind']},
  }
  del metadata['functions']
  return metadata


def _of_prior(contents: Contents) -> dict[str, np.ndarray]:
  """The tensors of the fitted prior; none where there is none.

  Its logit_shift is in the weights already.
  """
  prior = contents.prior
  if not isinstance(prior, Prior):
    return {}
  return {
    f'prior/{name}': np.ascontiguousarray(getattr(prior, name), np.float32)
    for name in ('weights', 'means', 'factors', 'codes', 'follows')
  }


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
