# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A model as ONNX files: one for each function, in a folder.

The metadata are in every file, as `metadata_props`: 'magenta_vrae' is JSON, and
'model_card' Markdown. As onnxruntime-web does not show these, they also lie in
the folder as files.
"""

from __future__ import annotations

import os
from typing import Any

from magenta_vrae.export import new_folder
from magenta_vrae.export import onnx_operations
from magenta_vrae.export.contents import Contents
from magenta_vrae.export.functions import Functions
from magenta_vrae.export.signatures import Tensors

METADATA_KEY = 'magenta_vrae'
CARD_KEY = 'model_card'


def check(output: str) -> None:
  """Refuses an output that cannot be written; needs the package onnx."""
  onnx_operations.package()
  new_folder.check(output)


def write(output: str, contents: Contents, is_half: bool) -> None:
  """Writes a folder of ONNX files, whole or not at all.

  Args:
    output: The folder, which is not there yet.
    contents: What is exported.
    is_half: Whether weights are in half precision.

  Raises:
    InputError: If it cannot be written, or onnx is missing.
  """
  with new_folder.whole(output) as folder:
    for name in contents.signatures:
      path = os.path.join(folder, f'{name}.onnx')
      with open(path, 'wb') as file:
        file.write(model(name, contents, is_half).SerializeToString())
    contents.write_beside(folder)


def model(name: str, contents: Contents, is_half: bool = False) -> Any:
  """One function as an ONNX `ModelProto`.

  Args:
    name: Of the function.
    contents: What is exported.
    is_half: Whether weights are in half precision.

  Raises:
    InputError: If onnx is missing.
  """
  onnx = onnx_operations.package()
  signature = contents.signatures[name]
  operations = onnx_operations.OnnxOperations(contents.weights, is_half)
  functions = Functions(
    operations, contents.hparams, contents.depth, contents.window_frames
  )
  given = {name: operations.given(name) for name in signature.inputs}
  result = operations.model(
    getattr(functions, name)(**given),
    _described(onnx, signature.inputs),
    _described(onnx, signature.outputs),
  )
  texts = {METADATA_KEY: contents.metadata_text(), CARD_KEY: contents.card}
  onnx.helper.set_model_props(result, texts)
  onnx.checker.check_model(result)
  return result


def _described(onnx: Any, tensors: Tensors) -> list[Any]:
  """Inputs or outputs as `ValueInfoProto`s."""
  types = {
    'float32': onnx.TensorProto.FLOAT,
    'int32': onnx.TensorProto.INT32,
  }
  return [
    onnx.helper.make_tensor_value_info(name, types[t.dtype], t.shape)
    for name, t in tensors.items()
  ]
