# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The formats by name: what each refuses, and what writes it.

What a format needs is imported when it is asked for.
"""

from __future__ import annotations

from magenta_vrae import files
from magenta_vrae.errors import InputError
from magenta_vrae.export.contents import Contents
from magenta_vrae.runs import bundle

NAMES = ('bundle', 'saved_model', 'onnx', 'tflite', 'weights', 'keras')

# Those whose writers load TensorFlow.
OF_TENSORFLOW = ('saved_model', 'tflite')


def check(name: str, output: str) -> None:
  """Refuses what cannot be written, before anything is computed.

  Args:
    name: Of the format.
    output: Where it is to be.

  Raises:
    InputError: If the path has another ending, something is there that is not
      replaced, nothing can be written there, or a package is missing.
  """
  if name == 'keras':
    raise InputError(
      '--format=keras is not possible: a .keras file holds layers of Keras '
      'itself, and of a loop that draws notes no more than the name of a '
      'function; give --format=saved_model'
    )
  if name == 'bundle':
    bundle.check_ending(output)
    files.check_writable(output)
  elif name == 'onnx':
    from magenta_vrae.export import onnx_files

    onnx_files.check(output)
  elif name == 'tflite':
    from magenta_vrae.export import tflite_file

    tflite_file.check(output)
  elif name == 'weights':
    from magenta_vrae.export import safetensors_file

    safetensors_file.check(output)
  else:
    from magenta_vrae.export import saved_model

    saved_model.check(output)


def write(name: str, output: str, contents: Contents, is_half: bool) -> None:
  """Writes a model in another format than the bundle, whole or not at all.

  Args:
    name: Of the format.
    output: Where it is to be.
    contents: What is exported.
    is_half: Whether weights are in half precision.

  Raises:
    InputError: If it cannot be written.
  """
  if name == 'onnx':
    from magenta_vrae.export import onnx_files

    onnx_files.write(output, contents, is_half)
  elif name == 'tflite':
    from magenta_vrae.export import tflite_file

    tflite_file.write(output, contents, is_half)
  elif name == 'saved_model':
    from magenta_vrae.export import saved_model

    saved_model.write(output, contents, is_half)
  elif name == 'weights':
    from magenta_vrae.export import safetensors_file

    safetensors_file.write(output, contents, is_half)
  else:
    raise ValueError(f'{name!r} is no format with functions')
