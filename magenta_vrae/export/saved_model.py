# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A model as a SavedModel of TensorFlow, with a signature for each function.

The metadata and the card lie in `assets.extra`, where TensorFlow Serving has
what is not the graph's.
"""

from __future__ import annotations

import os

from magenta_vrae import files
from magenta_vrae.export import new_folder
from magenta_vrae.export.contents import Contents

EXTRA = 'assets.extra'


def check(output: str) -> None:
  """Refuses an output that cannot be written."""
  new_folder.check(output)


def write(output: str, contents: Contents, is_half: bool) -> None:
  """Writes a SavedModel, whole or not at all.

  Args:
    output: The folder, which is not there yet.
    contents: What is exported.
    is_half: Whether weights are in half precision.

  Raises:
    InputError: If it cannot be written.
  """
  with new_folder.whole(output) as folder:
    save(folder, contents, is_half)
    extra = os.path.join(folder, EXTRA)
    os.makedirs(extra, exist_ok=True)
    contents.write_beside(extra)


def save(folder: str, contents: Contents, is_half: bool) -> None:
  """Writes the functions alone into an empty folder.

  Raises:
    OSError: If the system refuses.
  """
  import tensorflow as tf

  from magenta_vrae.export import tensorflow_functions

  module, concrete = tensorflow_functions.module_and_signatures(
    contents, is_half
  )
  try:
    tf.saved_model.save(module, folder, signatures=concrete)
  except tf.errors.OpError as e:
    raise files.refusal(e) or e from e
