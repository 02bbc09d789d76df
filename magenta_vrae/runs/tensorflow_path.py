# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Paths of checkpoints as TensorFlow takes them.

TensorFlow looks for a checkpoint by a pattern, and finds none where a folder's
name has a bracket, star or question mark (its `checkpoint_exists`, and
`CheckpointReader` in C++, call GetMatchingPaths on the name they are given). It
is given a link of another name instead.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from typing import Iterator

_READ_AS_PATTERN = re.compile(r'[\[\]*?\\]')


@contextlib.contextmanager
def literal(path: str) -> Iterator[str]:
  """A path that TensorFlow reads as it is meant, while within this.

  Args:
    path: A run's folder, or a checkpoint without its ending.

  Yields:
    The path itself, or one by way of a link to its folder.
  """
  if '://' in path or not _READ_AS_PATTERN.search(path):
    yield path
    return
  folder, name = os.path.split(os.path.abspath(path))
  if _READ_AS_PATTERN.search(name):  # A run's folder, which may not exist yet.
    folder, name = os.path.join(folder, name), ''
  with tempfile.TemporaryDirectory(prefix='vrae-') as links:
    link = os.path.join(links, 'run')
    os.symlink(folder, link, target_is_directory=True)
    yield os.path.join(link, name) if name else link
