# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Flags that take several paths with commas between, in which commas may be."""

from __future__ import annotations

import os
from typing import Any
from typing import Callable
from typing import Sequence

from absl import flags


class _PathListParser(flags.ListParser):
  """Splits at commas, but for those of a path."""

  def __init__(self, is_path: Callable[[str], bool]) -> None:
    super().__init__()
    self._is_path = is_path

  def parse(self, argument: str | list[str]) -> list[str]:
    if isinstance(argument, list):
      return argument
    return split(argument, self._is_path)


def define(
  name: str, help_text: str, is_path: Callable[[str], bool], **kwargs: Any
) -> None:
  """Defines a flag as `flags.DEFINE_list` does.

  Args:
    name: The flag's.
    help_text: What it is for.
    is_path: Whether a text, commas and all, is one path.
    **kwargs: Of `flags.DEFINE`.
  """
  flags.DEFINE(
    _PathListParser(is_path),
    name,
    [],
    help_text,
    serializer=flags.CsvListSerializer(','),
    **kwargs,
  )


def split(text: str, is_path: Callable[[str], bool]) -> list[str]:
  """The paths in a text with commas between; of two readings, longer paths."""
  parts, paths = text.split(','), []
  at = 0
  while at < len(parts):
    ends = range(len(parts), at, -1)
    end = next((e for e in ends if is_path(_joined(parts[at:e]))), at + 1)
    paths.append(_joined(parts[at:end]))
    at = end
  return [path for path in paths if path]


def _joined(parts: Sequence[str]) -> str:
  return ','.join(parts).strip()


def is_file(text: str) -> bool:
  """Whether a text is a file that is there."""
  return os.path.isfile(os.path.expanduser(text))
