# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""TFRecord files, read and written without TensorFlow, whose import takes long.

A record is its length as eight bytes, a checksum of these, its bytes and a
checksum of them, as tensorflow/core/lib/io/record_writer.h has it. All numbers
are little-endian.
"""

from __future__ import annotations

import struct
from typing import BinaryIO
from typing import Iterator

from magenta_vrae.checksums import masked_crc

HEADER = struct.Struct('<QI')  # The length, and a checksum of it.
FOOTER = struct.Struct('<I')  # A checksum of the data.


class DamagedRecord(ValueError):
  """A record that is cut off, or does not agree with its checksum."""


class CutOffRecord(DamagedRecord):
  """A record that the file ends in, as it does while one is written."""


def write(file: BinaryIO, record: bytes) -> None:
  """Appends a record to a file that is open for writing."""
  length = len(record).to_bytes(8, 'little')
  file.write(length)
  file.write(FOOTER.pack(masked_crc(length)))
  file.write(record)
  file.write(FOOTER.pack(masked_crc(record)))


def read(file: BinaryIO, largest: int | None = None) -> Iterator[bytes]:
  """Yields the records of a file that is open for reading.

  Args:
    file: The file. What is read at once is a record, so its length should be
      known to be bearable, or given as `largest`.
    largest: (Optional) The most bytes that a record may have.

  Yields:
    The bytes of each record.

  Raises:
    CutOffRecord: If the file ends in a record.
    DamagedRecord: If a record is longer than `largest`, or does not agree with
      its checksums.
  """
  number = 0
  while True:
    header = file.read(HEADER.size)
    if not header:
      return
    if len(header) < HEADER.size:
      raise CutOffRecord(f'record {number} is cut off')
    length, crc = HEADER.unpack(header)
    if crc != masked_crc(header[:8]):
      raise DamagedRecord(f'the length of record {number} is damaged')
    if largest is not None and length > largest:
      raise DamagedRecord(f'record {number} has {length} bytes')
    record = file.read(length)
    footer = file.read(FOOTER.size)
    if len(record) < length or len(footer) < FOOTER.size:
      raise CutOffRecord(f'record {number} is cut off')
    if FOOTER.unpack(footer)[0] != masked_crc(record):
      raise DamagedRecord(f'record {number} does not agree with its checksum')
    yield record
    number += 1
