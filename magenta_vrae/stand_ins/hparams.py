# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""HParams: Magenta's, or where Magenta is not installed, what is used of it."""

from __future__ import annotations

import importlib.util
import re
from typing import TYPE_CHECKING
from typing import Any

# `name=value` or `name=[value,value]`, and the comma to the next one.
_PAIR = re.compile(
  r'(?P<name>[a-zA-Z][\w.]*)\s*=\s*'
  r'(\[(?P<values>[^\]]*)\]|(?P<value>[^,\[]*))($|,\s*)'
)
_BOOLS = {'true': True, 'True': True, 'false': False, 'False': False}


class SettingsByName:
  """Settings that are set by name, each of the type that it begins with.

  Args:
    **values: Each setting: a bool, int, float or str, or a list of one of them.
  """

  def __init__(self, **values: Any) -> None:
    self.__dict__.update(values)

  def __contains__(self, name: str) -> bool:
    return name in self.__dict__

  def __getattr__(self, name: str) -> Any:
    # For readers of types: what `__init__` was given is found without this.
    raise AttributeError(f'there is no setting {name!r}')

  def __repr__(self) -> str:
    return f'{type(self).__name__}({self.__dict__})'

  def values(self) -> dict[str, Any]:
    """Each setting by its name."""
    return dict(self.__dict__)

  def parse(self, text: str) -> SettingsByName:
    """Sets what a text says.

    Args:
      text: Comma-separated `name=value` pairs. A list is in square brackets.

    Returns:
      This object.

    Raises:
      ValueError: If the text is no such pairs, a name is unknown or set twice,
        or a value is not of its type; nothing is set then.
    """
    given: dict[str, Any] = {}
    at = 0
    while at < len(text):
      pair = _PAIR.match(text, at)
      if not pair:
        raise ValueError(f'Malformed hyperparameter value: {text[at:]}')
      name = pair['name']
      if name not in self:
        raise ValueError(f'Unknown hyperparameter type for {name}')
      if name in given:
        raise ValueError(f"Multiple assignments to variable '{name}' in {text}")
      given[name] = self._value(name, pair, text)
      at = pair.end()
    self.__dict__.update(given)
    return self

  def _value(self, name: str, pair: re.Match, text: str) -> Any:
    """What a pair says, of its setting's type."""
    default = self.__dict__[name]
    is_list = isinstance(default, list)
    if is_list != (pair['values'] is not None):
      raise ValueError(
        f"'{name}' is {'a list' if is_list else 'no list'}, but got {text}"
      )
    kind = type(default[0] if is_list else default)
    try:
      if is_list:
        items = re.split('[ ,]', pair['values'])
        return [_typed(kind, item) for item in items if item]
      return _typed(kind, pair['value'])
    except ValueError as e:
      raise ValueError(
        f"Could not parse hparam '{name}' of type '{kind.__name__}' with value "
        f"'{pair['value'] or pair['values']}' in {text}"
      ) from e


def _typed(kind: type, text: str) -> Any:
  """A value of a type.

  Raises:
    ValueError: If the text is no such value.
  """
  if kind is not bool:
    return kind(text)
  return _BOOLS[text] if text in _BOOLS else bool(int(text))


if TYPE_CHECKING:
  from magenta.contrib.training import HParams as HParams
elif importlib.util.find_spec('magenta') is not None:
  import magenta_vrae

  try:
    # They need no TensorFlow.
    from magenta.contrib.training import HParams
  except Exception as e:  # Whatever else it raises, the remedy is the same.
    raise magenta_vrae.unusable_magenta(e) from e
else:
  HParams = SettingsByName
