# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""TensorFlow's checkpoints, read without TensorFlow, whose import takes long.

A checkpoint ("tensor bundle") is files that begin alike: PATH.index is a sorted
table from each variable's name to what it is and where its bytes lie, and
PATH.data-00000-of-00001, or several of these, hold the bytes, in little-endian
order. tensorflow/core/protobuf/tensor_bundle.proto describes the entries and
tensorflow/core/util/tensor_bundle the rest. The entries are taken apart field
by field: their classes are in TensorFlow, and half a page of these fields never
changes.

A checkpoint may come from anyone. Nothing is reserved before it is known to be
there in the files, and no more is read than they hold, whatever an entry says.
"""

from __future__ import annotations

import contextlib
import math
import os
from typing import Any
from typing import Iterator
from typing import NamedTuple

import numpy as np

from magenta_vrae import wire_format
from magenta_vrae.checksums import masked_crc
from magenta_vrae.runs import sorted_table

# Magenta's largest has 60 kB.
_LARGEST_INDEX = 16 * 2**20
_MOST_DIMENSIONS = 32
_CONSUMER = 1  # The version of the format that this reads.

# tensorflow/core/framework/types.proto, as far as NumPy has the same.
_DTYPES = {
  1: '<f4',
  2: '<f8',
  3: '<i4',
  4: '|u1',
  5: '<i2',
  6: '|i1',
  8: '<c8',
  9: '<i8',
  10: '|b1',
  17: '<u2',
  18: '<c16',
  19: '<f2',
  22: '<u4',
  23: '<u8',
}


class DamagedBundle(ValueError):
  """A checkpoint that is not whole. The message is a short reason."""


class UnsupportedBundle(ValueError):
  """A checkpoint, perhaps a whole one, of a kind that is not read here."""


class Variable(NamedTuple):
  """What a checkpoint says of a variable.

  Attributes:
    dtype: Its type; None if NumPy has none that is the same.
    shape: Its shape.
  """

  dtype: np.dtype[Any] | None
  shape: tuple[int, ...]


class _Entry(NamedTuple):
  """A BundleEntryProto."""

  dtype: int
  shape: tuple[int, ...]
  shard: int
  offset: int
  size: int
  crc: int


class Reader:
  """Reads a checkpoint.

  Args:
    path: The checkpoint, without an ending.

  Attributes:
    shapes: A dict from the name of each variable to its `Variable`.

  Raises:
    DamagedBundle: If a file is missing, or the index is damaged or says what
      cannot be of the files that are there.
    UnsupportedBundle: If it is compressed, of big-endian order, of a later
      version, or has variables in several slices.
  """

  def __init__(self, path: str) -> None:
    self._path = path
    self._num_shards = 0
    self._entries: dict[str, _Entry] = {}
    try:
      for key, value in sorted_table.entries(self._index()):
        if not key:
          self._num_shards = _num_shards(value)
        elif key.startswith(b'\0'):
          raise UnsupportedBundle('a variable of it is in several slices')
        else:
          self._entries[key.decode('utf-8')] = _entry(value)
    except sorted_table.CompressedTable as e:
      raise UnsupportedBundle(f'its index: {e}') from e
    except (
      sorted_table.DamagedTable,
      wire_format.DamagedMessage,
      UnicodeDecodeError,
    ) as e:
      raise DamagedBundle(f'its index is damaged: {e}') from e
    if not self._num_shards:
      raise DamagedBundle('its index has no header')
    self._check_places()
    self.shapes: dict[str, Variable] = {
      name: Variable(_dtype(entry), entry.shape)
      for name, entry in self._entries.items()
    }

  def tensor(self, name: str) -> np.ndarray[Any, Any]:
    """Reads a variable and holds it against its checksum.

    Args:
      name: Its name, one of `shapes`.

    Returns:
      Its value, an array that cannot be written to.

    Raises:
      KeyError: If there is none of that name.
      DamagedBundle: If it is not as it was written.
      UnsupportedBundle: If NumPy has no such type.
    """
    entry = self._entries[name]
    dtype = _dtype(entry)
    if dtype is None:
      raise UnsupportedBundle(
        f'{_shown(name)} has a type that NumPy lacks, {entry.dtype}'
      )
    with self._opened(entry.shard) as file:
      file.seek(entry.offset)
      data = file.read(entry.size)
    if len(data) < entry.size:
      raise DamagedBundle(f'{_shown(name)} is cut off')
    if masked_crc(data) != entry.crc:
      raise DamagedBundle(f'{_shown(name)} does not agree with its checksum')
    return np.frombuffer(data, dtype).reshape(entry.shape)

  def tensors(self) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    """Yields the name and value of each variable, one at a time.

    Raises:
      DamagedBundle: As `tensor`.
      UnsupportedBundle: As `tensor`.
    """
    for name in self._entries:
      yield name, self.tensor(name)

  def _index(self) -> bytes:
    """What is in the index file."""
    path = self._path + '.index'
    if not os.path.isfile(path):
      raise DamagedBundle('its index is missing')
    try:
      with open(path, 'rb') as file:
        if os.fstat(file.fileno()).st_size > _LARGEST_INDEX:
          raise DamagedBundle(f'its index has over {_LARGEST_INDEX} bytes')
        return file.read()
    except OSError as e:
      raise DamagedBundle(f'its index cannot be read: {e.strerror}') from e

  def _shard(self, number: int) -> str:
    return f'{self._path}.data-{number:05d}-of-{self._num_shards:05d}'

  @contextlib.contextmanager
  def _opened(self, number: int) -> Iterator[Any]:
    """A data file, open for reading."""
    try:
      with open(self._shard(number), 'rb') as file:
        yield file
    except OSError as e:
      raise DamagedBundle(f'its data cannot be read: {e.strerror}') from e

  def _check_places(self) -> None:
    """Holds the entries against the data files, and their shapes with them."""
    sizes: dict[int, int] = {}
    for name, entry in self._entries.items():
      if entry.shard >= self._num_shards:
        raise DamagedBundle(
          f'{_shown(name)} is in a data file that does not exist'
        )
      if entry.shard not in sizes:
        path = self._shard(entry.shard)
        if not os.path.isfile(path):
          raise DamagedBundle(f'its {os.path.splitext(path)[1]} is missing')
        with self._opened(entry.shard) as file:
          sizes[entry.shard] = os.fstat(file.fileno()).st_size
      if entry.offset + entry.size > sizes[entry.shard]:
        raise DamagedBundle(f'{_shown(name)} is beyond the end of its file')
      _check_shape(name, entry)
    # Variables that share their bytes would take any time to read.
    if sum(entry.size for entry in self._entries.values()) > sum(
      sizes.values()
    ):
      raise DamagedBundle('its variables overlap')


def _shown(name: str) -> str:
  return repr(name[:100])


def _dtype(entry: _Entry) -> np.dtype[Any] | None:
  dtype = _DTYPES.get(entry.dtype)
  return None if dtype is None else np.dtype(dtype)


def _check_shape(name: str, entry: _Entry) -> None:
  """Raises DamagedBundle if a shape is absurd, or not of the entry's size."""
  dtype = _dtype(entry)
  item_bytes = 1 if dtype is None else dtype.itemsize
  # A zero among them makes the product small; NumPy and TensorFlow have bounds
  # on the others all the same.
  others = [size for size in entry.shape if size]
  if (
    len(entry.shape) > _MOST_DIMENSIONS
    or math.prod(others) * item_bytes >= 2**63
  ):
    raise DamagedBundle(f'{_shown(name)} has an absurd shape')
  num_bytes = math.prod(entry.shape) * item_bytes
  if dtype is not None and num_bytes != entry.size:
    raise DamagedBundle(
      f'{_shown(name)} has a shape of {num_bytes} bytes, but {entry.size} bytes'
    )


def _num_shards(header: bytes) -> int:
  """How many data files there are, of a BundleHeaderProto."""
  num_shards = 0
  for number, kind, value in wire_format.fields(header):
    if number == 1:
      num_shards = _varint(kind, value)
    elif number == 2 and _varint(kind, value):
      raise UnsupportedBundle('its numbers are in big-endian order')
    elif number == 3:
      for of_version, kind_of_it, version in wire_format.fields(
        _bytes(kind, value)
      ):
        if of_version == 2 and _varint(kind_of_it, version) > _CONSUMER:
          raise UnsupportedBundle('it is of a later version of the format')
  return num_shards


def _entry(message: bytes) -> _Entry:
  """A BundleEntryProto. What is not there is zero."""
  numbers = dict.fromkeys((1, 3, 4, 5), 0)
  crc, shape = 0, []
  for number, kind, value in wire_format.fields(message):
    if number in numbers:
      numbers[number] = _varint(kind, value)
    elif number == 2:
      shape += _shape(_bytes(kind, value))
    elif number == 6:
      if kind != wire_format.FIXED_32 or not isinstance(value, bytes):
        raise wire_format.DamagedMessage(f'a checksum of wire type {kind}')
      crc = int.from_bytes(value, 'little')
    elif number == 7:
      raise UnsupportedBundle('a variable of it is in several slices')
  dtype, shard, offset, size = numbers.values()
  return _Entry(dtype, tuple(shape), shard, offset, size, crc)


def _shape(message: bytes) -> list[int]:
  """A TensorShapeProto's sizes."""
  sizes = []
  for number, kind, value in wire_format.fields(message):
    if number == 2:
      size = 0
      for of_dimension, kind_of_it, found in wire_format.fields(
        _bytes(kind, value)
      ):
        if of_dimension == 1:
          size = _varint(kind_of_it, found)
      sizes.append(size)
    elif number == 3 and _varint(kind, value):
      raise wire_format.DamagedMessage('a shape of unknown rank')
    if len(sizes) > _MOST_DIMENSIONS:
      raise wire_format.DamagedMessage('a shape is absurd')
  return sizes


def _varint(kind: int, value: int | bytes) -> int:
  """A number that is zero or more, which all of these are."""
  if not isinstance(value, int) or value >= 2**63:
    raise wire_format.DamagedMessage(f'no number, but wire type {kind}')
  return value


def _bytes(kind: int, value: int | bytes) -> bytes:
  if kind != wire_format.LENGTH or not isinstance(value, bytes):
    raise wire_format.DamagedMessage(f'no message, but wire type {kind}')
  return value
