# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Music files of every kind that is read -> NoteSequences."""

from __future__ import annotations

import collections
import functools
import hashlib
import os
import stat
from typing import Any
from typing import Callable
from typing import Iterator

from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading import options as options_lib
from magenta_vrae.reading.options import Options
from magenta_vrae.reading.parsed import Parsed
from magenta_vrae.reading.parser_process import ParserProcess
from magenta_vrae.stand_ins.note_sequence import NoteSequence

KINDS = {
  '.mid': 'midi',
  '.midi': 'midi',
  '.kar': 'midi',
  '.smf': 'midi',
  '.rmi': 'midi',
  '.xml': 'musicxml',
  '.mxl': 'musicxml',
  '.musicxml': 'musicxml',
  '.abc': 'abc',
  '.krn': 'kern',
  '.mei': 'mei',
}


def find(input_dir: str, recursive: bool) -> list[str]:
  """Paths of the music files in a folder, relative to it, sorted.

  Links to folders are followed, but none into a folder that is seen already.

  Args:
    input_dir: The folder.
    recursive: Whether to look into the folders inside as well.

  Raises:
    InputError: If there is no such folder, or no music file in it.
  """
  if not os.path.isdir(input_dir):
    raise InputError(f'input_dir {input_dir!r} is not a folder')
  paths = [
    os.path.relpath(os.path.join(folder, name), input_dir)
    for folder, names in _walk(input_dir, recursive)
    for name in names
    if os.path.splitext(name)[1].lower() in KINDS
  ]
  if not paths:
    raise InputError(
      f'no music in {input_dir!r}; looked for files ending in {" ".join(KINDS)}'
    )
  return sorted(paths)


def _walk(input_dir: str, recursive: bool) -> Iterator[tuple[str, list[str]]]:
  """Yields each folder once, with the names of the files in it."""
  # Links come last: what lies in the folder is found under its own name.
  roots = collections.deque([input_dir])
  seen = set()
  while roots:
    for folder, subfolders, names in os.walk(roots.popleft()):
      status = os.stat(folder)
      identity = status.st_dev, status.st_ino
      if identity in seen or not recursive:
        subfolders.clear()
      if identity not in seen:
        seen.add(identity)
        inner = [os.path.join(folder, name) for name in sorted(subfolders)]
        roots.extend(filter(os.path.islink, inner))
        yield folder, names


def shown(path: str) -> str:
  """A path as it can be printed: on one line, and in UTF-8.

  A file's name may be any bytes, and may hold what moves a terminal's cursor.
  """
  return ''.join(
    c if c.isprintable() else c.encode('unicode_escape').decode()
    for c in _as_utf8(path)
  )


def _as_utf8(path: str) -> str:
  """A path with the bytes that are no UTF-8 written out in digits."""
  return os.fsencode(path).decode('utf-8', 'backslashreplace')


@functools.lru_cache(maxsize=None)
def _parser_process(
  limits: limits_lib.Limits, options: Options
) -> ParserProcess:
  return ParserProcess(limits, options)


def read(
  path: str,
  root_dir: str = '',
  limits: limits_lib.Limits = limits_lib.DEFAULT,
  options: Options = options_lib.DEFAULT,
  warn: Callable[[str], Any] | None = None,
) -> list[NoteSequence]:
  """Reads one file into NoteSequences: one, or for ABC one per tune.

  The file is parsed in another process, which stays for the next ones, so that
  what a file does there cannot hurt here.

  Each carries `filename`, `collection_name` and `id` as Magenta's
  convert_dir_to_note_sequences sets them.

  Args:
    path: The file, relative to `root_dir`.
    root_dir: The folder whose name becomes `collection_name`.
    limits: The `Limits` that it must keep to.
    options: `Options`.
    warn: (Optional) Called with a line for each part of a good file that had
      to be left out.

  Returns:
    A list of NoteSequences that hold at least one note each.

  Raises:
    InputError: If the file cannot be read, is beyond the limits or holds no
      notes; the message is the reason, without the path.
  """
  parser = _parser_process(limits, options)
  parsed = parse(path, root_dir, limits, parser)
  if warn is not None:
    for warning in parsed.warnings:
      warn(warning)
  return parsed.sequences


def parse(
  path: str, root_dir: str, limits: limits_lib.Limits, parser: ParserProcess
) -> Parsed:
  """Reads one file as `read` does, in a process that is given.

  Args:
    path: The file, relative to `root_dir`.
    root_dir: The folder whose name becomes `collection_name`.
    limits: The `Limits` that it must keep to.
    parser: The process, of the same limits.

  Returns:
    `Parsed`; its NoteSequences hold a note each.

  Raises:
    InputError: As `read`.
  """
  extension = os.path.splitext(path)[1].lower()
  if extension not in KINDS:
    raise InputError(
      f'files ending in {extension!r} are not read; {" ".join(KINDS)} are'
    )
  kind = KINDS[extension]
  full_path = os.path.abspath(os.path.join(root_dir, path))
  _check_file(full_path, limits)
  serialized, left_out, warnings = parser.parse(kind, full_path)
  sequences = [NoteSequence.FromString(s) for s in serialized]
  collection_name = _as_utf8(os.path.basename(os.path.abspath(root_dir)))
  for index, sequence in enumerate(sequences):
    name = path if kind != 'abc' else f'{path}_{index}'
    sequence.filename = _as_utf8(path)
    sequence.collection_name = collection_name
    digest = hashlib.sha1(os.fsencode(name)).hexdigest()
    sequence.id = f'/id/{kind}/{collection_name}/{digest}'
  return Parsed(sequences, left_out, warnings)


def _check_file(path: str, limits: limits_lib.Limits) -> None:
  """Raises InputError unless there is a file that can be opened and ends."""
  try:
    status = os.stat(path)
  except OSError as e:
    raise InputError(f'it cannot be opened: {e.strerror}') from e
  # Opening a pipe would wait for its other end.
  if not stat.S_ISREG(status.st_mode):
    raise InputError('it is not a regular file')
  if not status.st_size:
    raise InputError('it is empty')
  limits_lib.check_size(status.st_size, 'it has', limits)
