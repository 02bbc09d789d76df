# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The fields of a protocol buffer, one by one, without its classes.

TensorFlow's messages have their classes within TensorFlow, whose import takes
seconds, and of what a stranger sends, the fields are counted before memory is
given to each. https://protobuf.dev/programming-guides/encoding has the format.
"""

from __future__ import annotations

from typing import Iterator
from typing import NamedTuple

VARINT, FIXED_64, LENGTH, FIXED_32 = 0, 1, 2, 5
_FIXED_BYTES = {FIXED_64: 8, FIXED_32: 4}


class DamagedMessage(ValueError):
  """Bytes that are no protocol buffer, or one that is cut off."""


class Field(NamedTuple):
  """A field of a message.

  Attributes:
    number: Its number in the message's definition.
    kind: How it is encoded: VARINT, FIXED_64, LENGTH or FIXED_32.
    value: A number below 2^64 if it is a VARINT, else its bytes.
  """

  number: int
  kind: int
  value: int | bytes


def fields(data: bytes) -> Iterator[Field]:
  """Yields the fields of a message in the order of its bytes.

  Args:
    data: The message. What is nested in it comes as bytes and is not read.

  Raises:
    DamagedMessage: If it is none. Groups, long out of use, are refused, too.
  """
  at = 0
  while at < len(data):
    key, at = varint(data, at)
    kind = key & 7
    if kind == VARINT:
      number, at = varint(data, at)
      yield Field(key >> 3, kind, number)
      continue
    if kind == LENGTH:
      length, at = varint(data, at)
    elif kind in _FIXED_BYTES:
      length = _FIXED_BYTES[kind]
    else:
      raise DamagedMessage(f'wire type {kind}')
    if length > len(data) - at:
      raise DamagedMessage('it is cut off')
    yield Field(key >> 3, kind, data[at : at + length])
    at += length


def varint(data: bytes, at: int) -> tuple[int, int]:
  """Reads a number of variable length.

  Args:
    data: The bytes it is in.
    at: The place of its first byte.

  Returns:
    The number, which is below 2^64, and the place after it.

  Raises:
    DamagedMessage: If it is cut off or too large.
  """
  value = shift = 0
  while True:
    if at >= len(data):
      raise DamagedMessage('it is cut off')
    byte = data[at]
    at += 1
    value |= (byte & 0x7F) << shift
    if value >= 2**64 or shift > 63:
      raise DamagedMessage('a number has over 64 bits')
    if byte < 0x80:
      return value, at
    shift += 7
