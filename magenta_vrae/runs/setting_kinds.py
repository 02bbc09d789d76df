# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Settings that a stranger may have written: of the kinds that ours are of.

JSON holds anything under any name. What reads a setting takes it for what it
is: a number to compare, a list of numbers. So its kind is checked first.
"""

from __future__ import annotations

from typing import Any
from typing import Mapping

from magenta_vrae.errors import InputError

# How a kind is called in JSON and in errors.
_WORDS = {
  bool: 'true or false',
  int: 'a whole number',
  float: 'a number',
  str: 'a text',
  list: 'a list',
  dict: 'an object',
}


def check(found: Mapping[str, Any], like: Mapping[str, Any]) -> None:
  """Refuses values that are of other kinds than those of the same names.

  Args:
    found: Values by name, as JSON gives them.
    like: Values whose kinds are right. A whole number may stand for a float. Of
      what is not in it, or None in it, nothing is known. Items of a list are of
      the kind of its first one.

  Raises:
    InputError: Of the first value that is of another kind.
  """
  for name, value in found.items():
    example = like.get(name)
    if example is None:
      continue
    _check(name, value, example)
    if isinstance(example, list) and example:
      for item in value:
        _check(f'an item of {name}', item, example[0])


def _check(name: str, value: Any, example: Any) -> None:
  """InputError if a value is not of the kind of an example."""
  kind = type(example)
  allowed = (int, float) if kind is float else kind
  # To Python, a bool is an int as well.
  if isinstance(value, allowed) and (
    kind is bool or not isinstance(value, bool)
  ):
    return
  raise InputError(f'{name} is {str(value)[:80]!r}, not {_WORDS[kind]}')
