# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A datagram -> the OSC messages in it, whatever it holds.

python-osc reads the messages. What comes before it is checked here: sizes that
run backwards make it read a bundle without end, and bundles within bundles take
all of its stack.
"""

from __future__ import annotations

import struct
from typing import NamedTuple
from typing import Union

from pythonosc import osc_message

from magenta_vrae.errors import InputError

MOST_BYTES = 8192
_MOST_MESSAGES = 64
_MOST_DEPTH = 4
_BUNDLE = b'#bundle\0'
_HEADER_BYTES = 16  # Of a bundle: its name and its time.
# Numbers, strings, true and false. Other types are of no use here.
_TYPES = b'ifhdsTF'

Argument = Union[int, float, str, bool]


class Message(NamedTuple):
  """An OSC message.

  Attributes:
    address: As `/vrae/z`.
    arguments: Its arguments.
  """

  address: str
  arguments: tuple[Argument, ...]


def messages(data: bytes) -> list[Message]:
  """The messages of a datagram, in order; a bundle's time is passed over.

  Args:
    data: What was received.

  Raises:
    InputError: If it is no OSC, or too large.
  """
  if len(data) > MOST_BYTES:
    raise InputError(f'a packet has at most {MOST_BYTES} bytes; send less')
  found: list[Message] = []
  waiting = [(data, 0)]
  while waiting:
    part, depth = waiting.pop()
    if not part.startswith(_BUNDLE):
      found.append(_message(part))
    elif depth == _MOST_DEPTH:
      raise InputError(f'bundles lie at most {_MOST_DEPTH} deep in each other')
    else:
      # The last is taken first.
      waiting += [(p, depth + 1) for p in reversed(_parts(part))]
    if len(found) + len(waiting) > _MOST_MESSAGES:
      raise InputError(f'a bundle has at most {_MOST_MESSAGES} messages')
  return found


def _parts(bundle: bytes) -> list[bytes]:
  """What lies in a bundle."""
  parts = []
  at = _HEADER_BYTES
  if len(bundle) < at:
    raise InputError('a bundle ends before its time does')
  while at < len(bundle):
    if len(bundle) < at + 4:
      raise InputError('a bundle ends within a size')
    (size,) = struct.unpack_from('>i', bundle, at)
    at += 4
    if size <= 0 or size % 4 or at + size > len(bundle):
      raise InputError(
        f'a part of a bundle has {size} bytes, with {len(bundle) - at} left'
      )
    parts.append(bundle[at : at + size])
    at += size
  return parts


def _message(data: bytes) -> Message:
  """Reads one message."""
  end = data.find(b'\0')
  if not data.startswith(b'/') or end < 0:
    raise InputError('a packet is no OSC: a message begins with its address')
  start = (end // 4 + 1) * 4
  types = data[start : max(start, data.find(b'\0', start))]
  unknown = bytes(set(types[1:]) - set(_TYPES))
  if types and (not types.startswith(b',') or unknown):
    raise InputError(
      f'arguments of types {types.decode("ascii", "replace")!r}; send ints, '
      'floats and strings'
    )
  try:
    message = osc_message.OscMessage(data)
  except (osc_message.ParseError, UnicodeDecodeError, ValueError) as e:
    raise InputError(
      f'a message that ends too early, or is no text: {e}'
    ) from e
  return Message(message.address, tuple(message.params))
