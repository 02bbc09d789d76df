# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""An ABC file -> its tunes, each a list of lines (standard 2.1, section 2)."""

from __future__ import annotations

import re

_FIELD = re.compile(r'[A-Za-z+]:(?![|:])')
# Between these lines is text, pictures or programs.
_BLOCK = re.compile(r'%%\s*begin(text|ps|svg|js|ml)\b')
_COMMENT = re.compile(r'(?<!\\)%.*')


def tunes(text: str) -> list[list[str]]:
  """The tunes of a file, each with the fields that stand before them all.

  A tune begins with its number, X:, and ends at an empty line or the next. A
  file without a number is one tune, if it has a key.
  """
  lines = _without_blocks(
    [_plain(line) for line in re.split(r'\r\n|\r|\n', text)]
  )
  if not any(line.startswith('X:') for line in lines):
    body = [line for line in lines if line]
    return [body] if any(line.startswith('K:') for line in body) else []
  found: list[list[str]] = []
  shared: list[str] = []
  is_within = False
  for line in lines:
    if line.startswith('X:'):
      found.append([line])
      is_within = True
    elif not line:
      is_within = False
    elif is_within:
      found[-1].append(line)
    elif not found and (is_field(line) or line.startswith('%%')):
      shared.append(line)
  return [[*shared, *tune] for tune in found]


def _without_blocks(lines: list[str]) -> list[str]:
  """Lines without blocks of text; one that has no end is no block."""
  ends: dict[str, int] = {}  # The last end of each kind of block.
  for number, line in enumerate(lines):
    if line.startswith('%%'):
      ends[''.join(line.split())] = number
  kept, until = [], ''
  for number, line in enumerate(lines):
    if until:
      until = '' if line.replace(' ', '') == until else until
      continue
    block = _BLOCK.match(line)
    end = f'%%end{block[1]}' if block else ''
    if ends.get(end, -1) > number:
      until = end
    else:
      kept.append(line)
  return kept


def is_field(line: str) -> bool:
  """Whether a line is a field; `F:|` is music."""
  return bool(_FIELD.match(line))


def _plain(line: str) -> str:
  """A line without its comment and the space around it."""
  if not line.startswith('%%'):
    # A line that is a comment alone is not the empty line that ends a tune.
    if line.lstrip().startswith('%'):
      return '%%'
    line = _COMMENT.sub('', line)
  return line.strip()
