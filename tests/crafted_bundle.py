# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The index of a checkpoint byte by byte, with right checksums."""

from __future__ import annotations

import struct

from tensorflow.core.protobuf import tensor_bundle_pb2


def _shifted(byte):
  for _ in range(8):
    byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
  return byte


_SHIFTED = [_shifted(byte) for byte in range(256)]


def masked_crc(data):
  """TensorFlow's checksum: CRC-32C, turned and offset."""
  crc = 0xFFFFFFFF
  for byte in data:
    crc = (crc >> 8) ^ _SHIFTED[(crc ^ byte) & 0xFF]
  crc ^= 0xFFFFFFFF
  return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def varint(value):
  out = b''
  while value > 127:
    out += bytes([value & 127 | 128])
    value >>= 7
  return out + bytes([value])


def block_of(rows, restarts=None, snappy=False):
  """A block with its trailer; a row may be the bytes of a whole entry."""
  block, places = b'', []
  for row in rows:
    places.append(len(block))
    if not isinstance(row, bytes):
      key, value = row
      row = b'\0' + varint(len(key)) + varint(len(value)) + key + value
    block += row
  places = places or [0] if restarts is None else restarts
  block += struct.pack(f'<{len(places) + 1}I', *places, len(places))
  if snappy:
    # Snappy's length of the whole, and one literal of up to 256 bytes.
    block = varint(len(block)) + bytes([60 << 2, len(block) - 1]) + block
  block += bytes([snappy])
  return block + struct.pack('<I', masked_crc(block))


def sstable(*blocks, bounds=(b'\xff',), places=None):
  """An index as TensorFlow writes it, checksums and all.

  Args:
    blocks: The data blocks, of `block_of`.
    bounds: Their keys in the index block.
    places: (Optional) The offset and size that stand there for each.
  """
  table, handles = b'', []
  for block in [*blocks, block_of([])]:
    handles.append((len(table), len(block) - 5))
    table += block
  *data, metaindex = [varint(a) + varint(b) for a, b in handles]
  if places is not None:
    data = [varint(a) + varint(b) for a, b in places]
  index = block_of(list(zip(bounds, data)))
  footer = metaindex + varint(len(table)) + varint(len(index) - 5)
  return (
    table
    + index
    + footer.ljust(40, b'\0')
    + struct.pack('<Q', 0xDB4775248B80FB57)
  )


def header(**fields):
  message = tensor_bundle_pb2.BundleHeaderProto(
    **{'num_shards': 1, 'version': {'producer': 1}, **fields}
  )
  return b'', message.SerializeToString()


def entry(dims, **fields):
  message = tensor_bundle_pb2.BundleEntryProto(
    **{'dtype': 1, 'size': 16, 'crc32c': masked_crc(bytes(16)), **fields}
  )
  for size in dims:
    message.shape.dim.add(size=size)
  return message.SerializeToString()


def crafted_index(dims, snappy=False, **fields):
  """The index of one variable, of any shape, and of float32 if not said."""
  return sstable(
    block_of([header(), (b'x', entry(dims, **fields))], snappy=snappy)
  )
