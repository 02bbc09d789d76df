# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""OSC messages -> what is asked for, checked.

Programs send all numbers as floats, and buttons a 1 when they are pressed and a
0 when they are let go: both are understood.
"""

from __future__ import annotations

import difflib
import math
from typing import NamedTuple

from magenta_vrae.errors import InputError
from magenta_vrae.serve.packets import Argument
from magenta_vrae.serve.packets import Message

PREFIX = '/vrae/'
# Of z: no model knows what is so far out, and larger ones overflow.
FARTHEST = 100.0
MOST_FRAMES = 1024
# The least and the most of each number that is sent alone.
RANGES = {
  'x': (0.0, 1.0),
  'y': (0.0, 1.0),
  'wander': (0.0, 1.0),
  'temperature': (0.0, 10.0),
  'qpm': (10.0, 1000.0),
  'frames': (1, MOST_FRAMES),
  'seed': (0, 2**31 - 1),
}
_WHOLE = ('frames', 'seed')
# Sent without a number, these mean what the server makes of it.
_OPTIONAL = ('wander', 'seed')
BUTTONS = ('play', 'stop', 'stay', 'draw', 'window', 'info')
NAMES = ('z', 'z/N', 'xy', *RANGES, *BUTTONS)


class Request(NamedTuple):
  """What a message asks for.

  Attributes:
    name: Its address without `/vrae/`; `z/N` of one number of z.
    numbers: Its numbers, in their ranges.
    which: Of `z/N`, which number of z, from 0.
  """

  name: str
  numbers: tuple[float, ...] = ()
  which: int = 0


def of_message(message: Message, z_size: int) -> Request | None:
  """Reads a message.

  Args:
    message: The message.
    z_size: Numbers in z.

  Returns:
    The request; None of a button that was let go.

  Raises:
    InputError: If the address is unknown, or the arguments are not its own.
  """
  address = message.address
  name = address[len(PREFIX) :] if address.startswith(PREFIX) else ''
  numbers = [_number(argument, address) for argument in message.arguments]
  if name in BUTTONS:
    return _button(name, numbers, address)
  if name == 'z':
    _check_count(numbers, z_size, address, 'z')
    return Request('z', tuple(_in_z(number, address) for number in numbers))
  if name.startswith('z/'):
    index = _index(name[2:], z_size, address)
    _check_count(numbers, 1, address, 'a number of z')
    return Request('z/N', (_in_z(numbers[0], address),), index)
  if name == 'xy':
    _check_count(numbers, 2, address, 'a place of the map')
    return Request('xy', tuple(_in_range('x', n, address) for n in numbers))
  if name in RANGES:
    if numbers or name not in _OPTIONAL:
      _check_count(numbers, 1, address, f'a value of {name}')
    return Request(name, tuple(_in_range(name, n, address) for n in numbers))
  near = difflib.get_close_matches(name, NAMES, n=1)
  advice = near or NAMES
  raise InputError(
    f'unknown address {_short(address)!r}; '
    + ('did you mean ' if near else 'there are ')
    + ', '.join(PREFIX + n for n in advice)
  )


def _short(text: str) -> str:
  return text if len(text) <= 40 else text[:40] + '...'


def _number(argument: Argument, address: str) -> float:
  if isinstance(argument, str):
    raise InputError(
      f'{_short(address)!r} has {_short(argument)!r}; send numbers'
    )
  if not math.isfinite(argument):
    raise InputError(f'{_short(address)!r} has {argument}; send finite numbers')
  return float(argument)


def _check_count(
  numbers: list[float], count: int, address: str, what: str
) -> None:
  if len(numbers) != count:
    raise InputError(
      f'{address} has {len(numbers)} numbers; {what} has {count} here'
    )


def _in_z(number: float, address: str) -> float:
  if abs(number) > FARTHEST:
    raise InputError(
      f'{address} has {number:g}; give {-FARTHEST:g} to {FARTHEST:g}'
    )
  return number


def _in_range(name: str, number: float, address: str) -> float:
  least, most = RANGES[name]
  is_whole = name in _WHOLE
  if not least <= number <= most or (is_whole and number != int(number)):
    kind = 'a whole number' if is_whole else 'a number'
    # So many digits as a float of 32 bits has, or all of a seed.
    shown = f'{number:.10g}' if number == int(number) else f'{number:.6g}'
    raise InputError(
      f'{address} has {shown}; give {kind} from {least:.10g} to {most:.10g}'
    )
  return number


def _index(text: str, z_size: int, address: str) -> int:
  """Which number of z an address names, from 0; addresses count from 1."""
  if not (text.isascii() and text.isdigit()) or len(text) > 6:
    raise InputError(f'{_short(address)!r} names no number; z/1 is the first')
  index = int(text)
  if not 1 <= index <= z_size:
    raise InputError(f'{address}: z has numbers 1 to {z_size} here')
  return index - 1


def _button(name: str, numbers: list[float], address: str) -> Request | None:
  if len(numbers) > 1:
    raise InputError(
      f'{address} has {len(numbers)} numbers; it takes none, or 1 as a button '
      'that is pressed'
    )
  if not numbers or numbers[0]:
    return Request(name)
  # A switch that is turned off.
  return Request('stop') if name == 'play' else None
