# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A text file that is there whole or not at all."""

from __future__ import annotations

import os
import tempfile

from magenta_vrae.errors import InputError


def write(text, path):
  """Writes a text, whole or not at all, for others to read as well.

  Raises:
    InputError: If the file cannot be written.
  """
  folder = os.path.dirname(os.path.abspath(path))
  partial = None
  try:
    os.makedirs(folder, exist_ok=True)
    with tempfile.NamedTemporaryFile(
      'w',
      dir=folder,
      prefix=os.path.basename(path),
      suffix='.partial',
      delete=False,
      encoding='utf-8',
    ) as file:
      partial = file.name
      file.write(text)
    # The temporary file is its owner's alone.
    os.chmod(partial, 0o644)
    os.replace(partial, path)
  except OSError as e:
    if partial and os.path.exists(partial):
      os.remove(partial)
    raise InputError(f'cannot write {path!r}: {e.strerror}') from e
