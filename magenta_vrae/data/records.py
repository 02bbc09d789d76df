# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""TFRecords of NoteSequences, read within bounds.

A record says its own length, and whoever reads it reserves that much. Lengths
are therefore held against the file's size and the limits first. What a record
holds is checked as music files are.

A path with '://' in it is for TensorFlow, which reaches other machines; it is
imported for these alone, since its import takes long.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
import re
from typing import Any
from typing import BinaryIO
from typing import Iterable
from typing import Iterator

from google.protobuf import message

from magenta_vrae import files
from magenta_vrae import wire_format
from magenta_vrae.data import tfrecord
from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.stand_ins.note_sequence import NoteSequence

# What follows the name of a dataset in shards.
_SHARDS = re.compile(r'-\?{5}-of-\d{5}$')
# Records below this are parsed without counting what they hold first.
_SMALL = 2**20


def files_of(examples_path: str) -> list[str]:
  """The files that match a path or glob pattern, sorted.

  A file of that very name is meant before any pattern is, since names have
  brackets, too.

  Args:
    examples_path: The path or pattern, in which * and ? stand for what is
      between two slashes and [...] for one character.

  Raises:
    InputError: If there is none.
  """
  if _is_remote(examples_path):
    with _tensorflow_errors(examples_path) as tf:
      found = tf.io.gfile.glob(examples_path)
  else:
    found = glob.glob(as_pattern(examples_path))
  if not found:
    raise InputError(
      f'no file matches examples_path {examples_path!r}; '
      'make one with vrae_create_dataset'
    )
  return sorted(found)


def as_pattern(examples_path: str) -> str:
  """A path or pattern as one that `glob` and TensorFlow read as it is meant.

  What exists is no pattern; nor is what stands before the numbers of shards.
  """
  if _is_remote(examples_path):
    return examples_path
  if os.path.lexists(examples_path):
    return glob.escape(examples_path)
  shards = _SHARDS.search(examples_path)
  if shards and not glob.glob(examples_path):
    return glob.escape(examples_path[: shards.start()]) + shards[0]
  return examples_path


def read_records(
  file: str, limits: limits_lib.Limits = limits_lib.DEFAULT
) -> Iterator[bytes]:
  """Yields the records of a TFRecord file, as bytes.

  Args:
    file: The file.
    limits: `Limits`, of which megabytes bounds a record.

  Raises:
    InputError: If it is no whole TFRecord, or a record is too long.
  """
  try:
    with _opened(file) as (opened, size):
      _check_lengths(opened, size, file, limits)
      opened.seek(0)
      yield from tfrecord.read(opened)
  except OSError as e:
    raise _not_whole(file, e.strerror or str(e).splitlines()[0]) from e
  except tfrecord.DamagedRecord as e:
    raise _not_whole(file, str(e)) from e


def read_sequences(
  file: str, limits: limits_lib.Limits = limits_lib.DEFAULT
) -> Iterator[NoteSequence]:
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
      sequence = NoteSequence.FromString(record)
    except (message.DecodeError, wire_format.DamagedMessage) as e:
      raise _not_whole(file, f'record {number}: {e}') from e
    except InputError as e:
      raise InputError(f'record {number} of {file!r}: {e}') from e
    try:
      limits_lib.check_sequence(sequence, limits)
    except InputError as e:
      named = f' ({sequence.filename[:100]!r})' if sequence.filename else ''
      raise InputError(f'record {number} of {file!r}{named}: {e}') from e
    yield sequence


def fingerprint(
  examples_path: str, limits: limits_lib.Limits = limits_lib.DEFAULT
) -> str:
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


def write_sequences(path: str, sequences: Iterable[NoteSequence]) -> None:
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


def _not_whole(file: str, reason: str) -> InputError:
  return InputError(
    f'{file!r} is not a whole TFRecord of NoteSequences ({reason}); '
    'make it again with vrae_create_dataset'
  )


def _is_remote(path: str) -> bool:
  return '://' in path


@contextlib.contextmanager
def _tensorflow_errors(path: str) -> Iterator[Any]:
  """Within this, TensorFlow, which it gives, raises as Python's own open."""
  import tensorflow.compat.v1 as tf

  try:
    yield tf
  except tf.errors.OpError as e:
    raise OSError(str(e)) from e


@contextlib.contextmanager
def _opened(path: str) -> Iterator[tuple[BinaryIO, int]]:
  """A file to read and seek in, here or where TensorFlow reaches; its size."""
  if _is_remote(path):
    with _tensorflow_errors(path) as tf, tf.io.gfile.GFile(path, 'rb') as file:
      yield file, file.size()
  elif os.path.exists(path) and not os.path.isfile(path):
    raise OSError('it is a folder or device')
  else:
    with open(path, 'rb') as file:
      yield file, os.fstat(file.fileno()).st_size


def _check_lengths(
  file: BinaryIO, size: int, path: str, limits: limits_lib.Limits
) -> None:
  """Raises InputError if a record is longer than its file or the limit."""
  at = number = 0
  while at < size:
    file.seek(at)
    header = file.read(tfrecord.HEADER.size)
    if len(header) < tfrecord.HEADER.size:
      raise _not_whole(path, f'record {number} is cut off')
    length, _ = tfrecord.HEADER.unpack(header)
    at += tfrecord.HEADER.size + length + tfrecord.FOOTER.size
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


def _check_fields(record: bytes, limits: limits_lib.Limits) -> None:
  """Raises InputError if a record has too many fields, of any of its kinds.

  An empty note is two bytes there and fifty times that when parsed.
  """
  for number, _ in enumerate(wire_format.fields(record), 1):
    limits_lib.require(number, 'fields', limits.events, 'events')
