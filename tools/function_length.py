# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Finds functions that are too long to be read at one glance.

  python tools/function_length.py magenta_vrae demo

A function's lines are all from its `def` to its end, its docstring, comments
and empty lines included; those of the functions within it are its own, too.
Prints `FILE:LINE NAME LENGTH` of each that has more than `MOST_LINES`. Exit
status: 1 if there is one, or no file to look at.
"""

from __future__ import annotations

import ast
import pathlib
import sys
from typing import Iterator
from typing import NamedTuple

MOST_LINES = 60


class Function(NamedTuple):
  """A function where it stands."""

  line: int
  name: str
  length: int


def functions(source: str) -> Iterator[Function]:
  """Yields all functions of a module, those within others included."""
  for node in ast.walk(ast.parse(source)):
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
      length = node.end_lineno - node.lineno + 1
      yield Function(node.lineno, node.name, length)


def main() -> int:
  paths = [
    path
    for given in map(pathlib.Path, sys.argv[1:])
    for path in ([given] if given.is_file() else sorted(given.rglob('*.py')))
  ]
  if not paths:
    print(f'no Python file in {sys.argv[1:]}', file=sys.stderr)
    return 1
  too_long = [
    (path, function)
    for path in paths
    for function in functions(path.read_text(encoding='utf-8'))
    if function.length > MOST_LINES
  ]
  for path, function in too_long:
    print(f'{path}:{function.line} {function.name} {function.length}')
  return 1 if too_long else 0


if __name__ == '__main__':
  sys.exit(main())
