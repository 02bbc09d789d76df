# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Prints some packages of a lock file, with their versions and hashes.

  python tools/part_of_lock.py requirements/lock.txt numpy mido

`make music` installs so what making music needs, and not TensorFlow.
"""

from __future__ import annotations

import pathlib
import re
import sys


def blocks(text: str) -> dict[str, list[str]]:
  """The lines of each package by its name, of each of its versions."""
  found: dict[str, list[str]] = {}
  for block in re.split(r'\n(?=[A-Za-z])', text.strip()):
    found.setdefault(re.split(r'[=\s]', block)[0], []).append(block)
  return found


def main() -> None:
  path, *names = sys.argv[1:]
  found = blocks(pathlib.Path(path).read_text(encoding='utf-8'))
  missing = sorted(set(names) - set(found))
  if missing:
    sys.exit(f'part_of_lock: {path} does not have {", ".join(missing)}')
  print('\n'.join(block for name in names for block in found[name]))


if __name__ == '__main__':
  main()
