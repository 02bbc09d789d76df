# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""TFRecords of NoteSequences, read within bounds.

A record says its own length, and TensorFlow reserves that much before it reads,
which ends the process if there is not as much memory. Lengths are therefore
held against the file's size and the limits first. What a record holds is
checked as music files are.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct
from typing import Iterable

import tensorflow.compat.v1 as tf
from google.protobuf import message
from note_seq.protobuf import music_pb2

from magenta_vrae import files
from magenta_vrae.data import tfrecord
from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib

_HEADER = struct.Struct('<QI')  # The length, and a checksum of it.
_FOOTER_BYTES = 4  # A checksum of the data.
# Records below this are parsed without counting what they hold first.
_SMALL = 2**20


def files_of(examples_path):
  """The files that match a path or glob pattern, sorted.

  Raises:
    InputError: If there is none.
  """
  files = sorted(tf.gfile.Glob(examples_path))
  if not files:
    raise InputError(
      f'no file matches examples_path {examples_path!r}; '
      'make one with vrae_create_dataset'
    )
  return files


def read_records(file, limits=limits_lib.DEFAULT):
  """Yields the records of a TFRecord file, as bytes.

  Args:
    file: The file.
    limits: `Limits`, of which megabytes bounds a record.

  Raises:
    InputError: If it is no whole TFRecord, or a record is too long.
  """
  try:
    _check_lengths(file, limits)
    yield from tf.python_io.tf_record_iterator(file)
  except (OSError, tf.errors.OpError) as e:
    raise _not_whole(file, str(e).splitlines()[0]) from e


def read_sequences(file, limits=limits_lib.DEFAULT):
  """Yields the NoteSequences of a TFRecord file.

  Args:
    file: The file.
    limits: `Limits` of each piece.

  Raises:
    InputError: As `read_records`, and if a record is no NoteSequence or one
      that no music is.
  """
  for number, record in enumerate(read_records(file, limits)):
    try:
      if len(record) > _SMALL:
        _check_fields(record, limits)
      sequence = music_pb2.NoteSequence.FromString(record)
    except message.DecodeError as e:
      raise _not_whole(file, f'record {number}: {e}') from e
    except InputError as e:
      raise InputError(f'record {number} of {file!r}: {e}') from e
    try:
      limits_lib.check_sequence(sequence, limits)
    except InputError as e:
      named = f' ({sequence.filename[:100]!r})' if sequence.filename else ''
      raise InputError(f'record {number} of {file!r}{named}: {e}') from e
    yield sequence


def fingerprint(examples_path, limits=limits_lib.DEFAULT):
  """What tells one dataset from another, by the pieces it holds.

  Their order, and which file holds which, do not matter.

  Args:
    examples_path: A path or glob pattern.
    limits: `Limits`, as in `read_records`.

  Returns:
    64 hexadecimal digits.

  Raises:
    InputError: As `files_of` and `read_records`.
  """
  digests = [
    hashlib.sha256(record).digest()
    for file in files_of(examples_path)
    for record in read_records(file, limits)
  ]
  return hashlib.sha256(b''.join(sorted(digests))).hexdigest()


def _not_whole(file, reason):
  return InputError(
    f'{file!r} is not a whole TFRecord of NoteSequences ({reason}); '
    'make it anew with vrae_create_dataset'
  )


@contextlib.contextmanager
def _opened(path):
  """A file to read and seek in, here or where TensorFlow reaches."""
  opened = open(path, 'rb') if os.path.exists(path) else tf.gfile.GFile(path)
  with opened as file:
    yield file


def _check_lengths(path, limits):
  """Raises InputError if a record is longer than its file or the limit."""
  if tf.gfile.IsDirectory(path):
    raise _not_whole(path, 'it is a folder')
  size = tf.gfile.Stat(path).length
  at = number = 0
  with _opened(path) as file:
    while at < size:
      file.seek(at)
      header = file.read(_HEADER.size)
      if len(header) < _HEADER.size:
        raise _not_whole(path, f'record {number} is cut off')
      length, _ = _HEADER.unpack(header)
      at += _HEADER.size + length + _FOOTER_BYTES
      if at > size:
        raise _not_whole(
          path,
          f'record {number} is cut off, or its length is damaged: '
          f'{length} bytes from there on, of {size} in the file',
        )
      try:
        limits_lib.check_size(length, 'it has', limits)
      except InputError as e:
        raise InputError(f'record {number} of {path!r}: {e}') from e
      number += 1


def _check_fields(record, limits):
  """Raises InputError if a record has too many fields, of any of its kinds.

  An empty note is two bytes there and fifty times that when parsed.
  """
  at = num_fields = 0
  end = len(record)
  while at < end:
    key, at = _varint(record, at)
    wire_type = key & 7
    if wire_type == 0:
      _, at = _varint(record, at)
    elif wire_type == 1:
      at += 8
    elif wire_type == 2:
      length, at = _varint(record, at)
      at += length
    elif wire_type == 5:
      at += 4
    else:
      raise message.DecodeError(f'wire type {wire_type}')
    num_fields += 1
    limits_lib.require(num_fields, 'fields', limits.events, 'events')


def _varint(record, at):
  """The number that begins at a place, and the place after it."""
  value = shift = 0
  while True:
    if at >= len(record) or shift > 63:
      raise message.DecodeError('it is cut off')
    byte = record[at]
    at += 1
    value |= (byte & 0x7F) << shift
    if byte < 0x80:
      return value, at
    shift += 7


def write_sequences(
  path: str, sequences: Iterable[music_pb2.NoteSequence]
) -> None:
  """Writes NoteSequences to a TFRecord file.

  Args:
    path: The file.
    sequences: The NoteSequences.

  Raises:
    InputError: If it cannot be written.
  """
  with files.whole(path) as partial, open(partial, 'wb') as file:
    for sequence in sequences:
      tfrecord.write(file, sequence.SerializeToString())
