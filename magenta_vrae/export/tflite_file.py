# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A model as one file of LiteRT (TensorFlow Lite), a signature a function.

The metadata and the card are in it as TensorFlow Lite has its associated files:
a zip archive behind the model, which `unzip` opens.
"""

from __future__ import annotations

import tempfile
import zipfile

from magenta_vrae import files
from magenta_vrae.errors import InputError
from magenta_vrae.export import saved_model
from magenta_vrae.export.contents import METADATA_FILE_NAME
from magenta_vrae.export.contents import Contents
from magenta_vrae.runs import bundle

ENDING = '.tflite'


def check(output: str) -> None:
  """Refuses an output that cannot be written, or has another ending."""
  if not output.endswith(ENDING):
    raise InputError(f'output {output!r} must end in {ENDING!r}')
  files.check_writable(output)


def write(output: str, contents: Contents, is_half: bool) -> None:
  """Writes a .tflite file, whole or not at all.

  Args:
    output: The file.
    contents: What is exported.
    is_half: Whether weights are in half precision.

  Raises:
    InputError: If it cannot be written.
  """
  model = _converted(contents, is_half)
  with files.whole(output) as partial:
    with open(partial, 'wb') as file:
      file.write(model)
    with zipfile.ZipFile(partial, 'a', zipfile.ZIP_DEFLATED) as archive:
      archive.writestr(METADATA_FILE_NAME, contents.metadata_text())
      archive.writestr(bundle.CARD_FILE_NAME, contents.card)


def _converted(contents: Contents, is_half: bool) -> bytes:
  """What TensorFlow's converter makes of the SavedModel."""
  import tensorflow as tf

  with tempfile.TemporaryDirectory() as folder:
    with files.filling(folder):
      saved_model.save(folder, contents, is_half=False)
    converter = tf.lite.TFLiteConverter.from_saved_model(
      folder, signature_keys=list(contents.signatures)
    )
    if is_half:
      converter.optimizations = [tf.lite.Optimize.DEFAULT]
      converter.target_spec.supported_types = [tf.float16]
    return converter.convert()
