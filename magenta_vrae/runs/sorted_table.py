# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""LevelDB's sorted table: keys and values in one file, in the order of keys.

The file is blocks and then a footer. A block is entries, the places of some of
them ("restarts"), a byte that says how it is compressed and a checksum; an
entry shares the beginning of its key with the one before. An index block has
the place of each data block under a key that is not below any in it, and the
footer has the place of the index block. All of it is in LevelDB's
doc/table_format.md; TensorFlow's tensorflow/core/lib/io has the same.

A table may come from anyone. TensorFlow finds a key by the restarts and by the
index block, and here all entries are read in order: a table of which the two
would be told different things is refused.
"""

from __future__ import annotations

import struct
from typing import Iterator

from magenta_vrae import wire_format
from magenta_vrae.checksums import masked_crc

_FOOTER_BYTES = 48
_MAGIC = struct.pack('<Q', 0xDB4775248B80FB57)
_TRAILER = struct.Struct('<BI')  # How it is compressed, and a checksum.
_LONGEST_KEY = 1024
_MOST_ENTRIES = 2**16


class DamagedTable(ValueError):
  """A table that is cut off, changed, or never was one."""


class CompressedTable(ValueError):
  """A table of which a block is compressed, which is not read here."""


def entries(table: bytes) -> Iterator[tuple[bytes, bytes]]:
  """Yields the keys and values of a table in order; no key comes twice.

  Args:
    table: The whole file.

  Raises:
    DamagedTable: If it does not agree with its checksums, is not in order, or
      has more or longer keys than are read here.
    CompressedTable: If a block is compressed.
  """
  if len(table) < _FOOTER_BYTES or not table.endswith(_MAGIC):
    raise DamagedTable('it is cut off')
  try:
    footer = table[-_FOOTER_BYTES:]
    _, _, at = _place(footer, 0)  # Of a block that says nothing here.
    index = _block(table, *_place(footer, at)[:2])
    last, data_end, num_entries = None, 0, 0
    for bound, value in _block_entries(index):
      offset, size, _ = _place(value, 0)
      # Were blocks in another, one byte would be read any number of times.
      if offset < data_end:
        raise DamagedTable('its blocks overlap')
      data_end = offset + size
      for key, content in _block_entries(_block(table, offset, size)):
        num_entries += 1
        if num_entries > _MOST_ENTRIES:
          raise DamagedTable(f'it has over {_MOST_ENTRIES} entries')
        if last is not None and key <= last:
          raise DamagedTable('its keys are not in order')
        last = key
        yield key, content
      if last is None or bound < last:
        raise DamagedTable('its index is not in order')
      # So that no key of the next block is where this one would be looked in.
      last = bound
  except wire_format.DamagedMessage as e:
    raise DamagedTable(str(e)) from e


def _place(data: bytes, at: int) -> tuple[int, int, int]:
  """A block's offset and size, and where in the data what follows begins."""
  offset, at = wire_format.varint(data, at)
  size, at = wire_format.varint(data, at)
  return offset, size, at


def _block(table: bytes, offset: int, size: int) -> bytes:
  """A block without its trailer."""
  end = offset + size
  if end + _TRAILER.size > len(table) - _FOOTER_BYTES:
    raise DamagedTable('a block of it is beyond its end')
  compression, crc = _TRAILER.unpack_from(table, end)
  if crc != masked_crc(table[offset : end + 1]):
    raise DamagedTable('a block of it does not agree with its checksum')
  if compression:
    raise CompressedTable('a block of it is compressed')
  return table[offset:end]


def _block_entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
  """Yields the entries of a block. There is at least one."""
  num_restarts = int.from_bytes(block[-4:], 'little')
  end = len(block) - 4 * (num_restarts + 1)
  if not num_restarts or end <= 0:
    raise DamagedTable('a block of it is empty')
  restarts = struct.unpack_from(f'<{num_restarts}I', block, end)
  # At a restart the key is whole. The first entry is always one.
  whole = []
  block = block[:end]
  at, key = 0, b''
  while at < end:
    start = at
    num_shared, at = wire_format.varint(block, at)
    num_own, at = wire_format.varint(block, at)
    num_value, at = wire_format.varint(block, at)
    if num_shared > len(key) or num_own + num_value > end - at:
      raise DamagedTable('an entry of it is beyond its block')
    if num_shared + num_own > _LONGEST_KEY:
      raise DamagedTable(f'a key of it has over {_LONGEST_KEY} bytes')
    if not num_shared:
      whole.append(start)
    key = key[:num_shared] + block[at : at + num_own]
    at += num_own + num_value
    yield key, block[at - num_value : at]
  if (
    restarts[0] != 0
    or not set(restarts) <= set(whole)
    or list(restarts) != sorted(set(restarts))
  ):
    raise DamagedTable('its restarts are not where its entries are')
