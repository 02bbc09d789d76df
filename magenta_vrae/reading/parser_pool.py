# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Many music files -> NoteSequences, parsed in as many processes as help.

One thread a process: it waits for its parser, which has a core of its own.
Results come in the order of the paths, and little is read ahead of whoever
takes them, so that a folder of any size takes no more memory than some files.
"""

from __future__ import annotations

import collections
import concurrent.futures
import queue
from typing import Generator
from typing import Iterable
from typing import NamedTuple

from magenta_vrae import cores
from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading import music_files
from magenta_vrae.reading import options as options_lib
from magenta_vrae.reading.options import Options
from magenta_vrae.reading.parser_process import ParserProcess
from magenta_vrae.stand_ins.note_sequence import NoteSequence

# Files under way or waiting to be taken, for each process.
_FILES_PER_PROCESS = 3


class FileResult(NamedTuple):
  """What came of one music file.

  Attributes:
    path: The file, as it was given.
    sequences: NoteSequences with a note each; none if the file was skipped.
    left_out: How many of its notes are not in them.
    warnings: What of a good file was left out or put right, a line each.
    skipped: The reason why the file was skipped, or None.
  """

  path: str
  sequences: list[NoteSequence]
  left_out: int
  warnings: list[str]
  skipped: str | None


def read_all(
  paths: Iterable[str],
  root_dir: str = '',
  limits: limits_lib.Limits = limits_lib.DEFAULT,
  num_processes: int | None = None,
  options: Options = options_lib.DEFAULT,
) -> Generator[FileResult, None, None]:
  """Reads files as `music_files.read` reads one, several at a time.

  Whoever may not take all of it closes it (`contextlib.closing`), which ends
  the processes at once, in the midst of a file. So does an interrupt.

  Args:
    paths: The files, relative to `root_dir`.
    root_dir: The folder whose name becomes `collection_name`.
    limits: The `Limits` that each must keep to.
    num_processes: How many files to parse at a time; None for
      `cores.available`.
    options: How each is to be read.

  Yields:
    A `FileResult` for each path, in their order.
  """
  size = num_processes or cores.available()
  parsers = [ParserProcess(limits, options) for _ in range(size)]
  idle: queue.SimpleQueue[ParserProcess] = queue.SimpleQueue()
  for parser in parsers:
    idle.put(parser)

  def read(path: str) -> FileResult:
    parser = idle.get()
    try:
      return _read(path, root_dir, limits, parser)
    finally:
      idle.put(parser)

  under_way: collections.deque[concurrent.futures.Future[FileResult]]
  under_way = collections.deque()
  threads = concurrent.futures.ThreadPoolExecutor(size)
  try:
    for path in paths:
      if len(under_way) == size * _FILES_PER_PROCESS:
        yield under_way.popleft().result()
      under_way.append(threads.submit(read, path))
    while under_way:
      yield under_way.popleft().result()
  finally:
    for future in under_way:
      future.cancel()
    for parser in parsers:
      parser.abandon()
    threads.shutdown()
    for parser in parsers:
      parser.close()


def _read(
  path: str, root_dir: str, limits: limits_lib.Limits, parser: ParserProcess
) -> FileResult:
  try:
    parsed = music_files.parse(path, root_dir, limits, parser)
  except InputError as e:
    return FileResult(path, [], 0, [], str(e))
  return FileResult(path, *parsed, None)
