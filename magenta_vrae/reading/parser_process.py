# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A process that parses music files, and may die of one.

It starts once, takes one file after another, and is limited in memory,
processor time and time on the clock. When a file makes it hang or die, it is
ended and replaced, and the file is an `InputError` like any other bad one.

The two sides speak through pipes, in frames: a length, then as many bytes. A
request is JSON. A reply is a JSON head, then a NoteSequence in each frame. What
comes from the process that read a stranger's file is never unpickled.

`resource` limits exist on Unix alone; elsewhere the clock is the only bound.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import math
import os
import signal
import struct
import subprocess
import sys
import threading
from typing import IO
from typing import Any
from typing import NamedTuple

from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading import options as options_lib
from magenta_vrae.reading.options import Options

try:
  import resource
except ImportError:
  resource = None  # type: ignore[assignment]

_CLOCK_PER_CPU = 3  # How much longer the clock may run than the processor.
_SECONDS_TO_START = 300
_LARGEST_FRAME = 2**30
_LENGTH = struct.Struct('>Q')


def _write_frame(file: IO[bytes], data: bytes) -> None:
  file.write(_LENGTH.pack(len(data)))
  file.write(data)
  file.flush()


def _read_frame(file: IO[bytes]) -> bytes:
  """The next frame; EOFError where there is none."""
  head = file.read(_LENGTH.size)
  if len(head) < _LENGTH.size:
    raise EOFError
  (length,) = _LENGTH.unpack(head)
  if length > _LARGEST_FRAME:
    raise EOFError
  data = file.read(length)
  if len(data) < length:
    raise EOFError
  return data


class Reply(NamedTuple):
  """What came of a file.

  Attributes:
    sequences: A list of serialized NoteSequences.
    left_out: How many of its notes are not in them.
    warnings: What was left out or put right, a line each.
  """

  sequences: list[bytes]
  left_out: int
  warnings: list[str]


# --- The parent's side --------------------------------------------------------


class ParserProcess:
  """A process that parses files; started at the first, replaced when it dies.

  Threads may share it; one file is parsed at a time.

  Args:
    limits: `Limits`, for every file.
    options: `Options`, for every file.
  """

  def __init__(
    self,
    limits: limits_lib.Limits = limits_lib.DEFAULT,
    options: Options = options_lib.DEFAULT,
  ) -> None:
    self._limits, self._options = limits, options
    self._process: subprocess.Popen[bytes] | None = None
    self._lock = threading.Lock()
    self._timed_out = self._abandoned = False

  @property
  def pid(self) -> int | None:
    """Its process id, or None while none runs."""
    return self._process.pid if self._process else None

  def parse(self, kind: str, path: str) -> Reply:
    """Parses a file there.

    Args:
      kind: As `music_parsers.parse` has it.
      path: The file.

    Returns:
      A `Reply`.

    Raises:
      InputError: If the file is bad, or took the process beyond its limits.
    """
    with self._lock:
      self._start(kind)
      seconds = self._limits.seconds * _CLOCK_PER_CPU
      try:
        head, *sequences = self._ask({'kind': kind, 'path': path}, seconds)
      except EOFError:
        raise InputError(self._obituary()) from None
      except BaseException:
        self._end()  # An interrupt: the reply would be taken for the next's.
        raise
    if self._timed_out:
      self.close()  # At the same moment.
    if 'out_of_memory' in head:
      # It may hold what it built so far.
      self.close()
      raise InputError(self._out_of_memory())
    if 'error' in head:
      raise InputError(head['error'])
    return Reply(sequences, head['left_out'], head['warnings'])

  def close(self) -> None:
    """Ends the process, if one runs, after the file that it is at."""
    with self._lock:
      self._end()

  def abandon(self) -> None:
    """Ends the process at once and for good, in the midst of a file or not.

    A thread that waits for the file has an `InputError`. `close` remains to be
    called.
    """
    # In this order: a thread that starts a process looks at this afterwards.
    self._abandoned = True
    process = self._process
    if process:
      process.kill()

  def _start(self, kind: str) -> None:
    """Starts a process if none runs, with the parser of a kind loaded."""
    if self._process and self._process.poll() is None:
      return
    self._end()
    # As multiprocessing spawns, but for running the caller's main module, which
    # for our commands imports TensorFlow.
    program = (
      'import json, sys; sys.path[:] = json.loads(sys.argv[1]); '
      f'from {__name__} import serve; serve()'
    )
    self._timed_out = False
    atexit.register(self.close)
    self._process = subprocess.Popen(
      [sys.executable, '-c', program, json.dumps(sys.path)],
      stdin=subprocess.PIPE,
      stdout=subprocess.PIPE,
      # One thread: each would take its share of the memory that is allowed.
      env={**os.environ, 'OPENBLAS_NUM_THREADS': '1', 'OMP_NUM_THREADS': '1'},
      # So that Ctrl-C is the parent's to answer.
      start_new_session=True,
    )
    if self._abandoned:
      self._process.kill()
    try:
      settings = self._limits._asdict(), self._options._asdict()
      self._ask({'settings': settings, 'kind': kind}, _SECONDS_TO_START)
    except EOFError:
      reason = self._obituary()
      if self._abandoned:
        raise InputError(reason) from None
      raise RuntimeError(f'no process to parse files in: {reason}') from None

  def _ask(self, request: dict[str, Any], seconds: float) -> list[Any]:
    """Sends a request and waits for the reply; EOFError if none comes.

    Returns:
      A list: the head, and the frames that it announces.
    """
    process = self._process
    assert process and process.stdin and process.stdout

    def give_up() -> None:
      self._timed_out = True
      process.kill()

    timer = threading.Timer(seconds, give_up)
    timer.daemon = True
    timer.start()
    try:
      _write_frame(process.stdin, json.dumps(request).encode())
      head = json.loads(_read_frame(process.stdout).decode())
      frames = [_read_frame(process.stdout) for _ in range(head['frames'])]
      return [head, *frames]
    except (BrokenPipeError, ValueError) as e:
      raise EOFError from e
    finally:
      timer.cancel()

  def _obituary(self) -> str:
    """Ends the process, whatever is left of it; returns what it died of."""
    process, limits = self._process, self._limits
    assert process
    with contextlib.suppress(subprocess.TimeoutExpired):
      process.wait(1)
    self._end()
    status = process.returncode
    if self._timed_out:
      seconds = limits.seconds * _CLOCK_PER_CPU
      return (
        f'it was not read after {seconds} s; --limits=seconds=N sets that bound'
      )
    if hasattr(signal, 'SIGXCPU') and status == -signal.SIGXCPU:
      return (
        f'it was not read after {limits.seconds} s of processor time; '
        '--limits=seconds=N sets that bound'
      )
    if hasattr(signal, 'SIGKILL') and status == -signal.SIGKILL:
      return f'{self._out_of_memory()}; or its parser was killed from outside'
    if status < 0:
      return f'its parser died of {signal.Signals(-status).name}'
    return f'its parser ended with status {status}'

  def _out_of_memory(self) -> str:
    return (
      f'it takes more than {self._limits.memory} MB to parse; '
      '--limits=memory=N sets that bound'
    )

  def _end(self) -> None:
    process, self._process = self._process, None
    if process:
      assert process.stdin and process.stdout
      atexit.unregister(self.close)
      process.kill()
      process.wait()
      process.stdout.close()
      # Where a request was on its way, nobody is left to take it.
      with contextlib.suppress(OSError):
        process.stdin.close()


# --- The child's side ---------------------------------------------------------


def serve() -> None:
  """Answers requests on stdin until there are no more."""
  requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), 'wb')
  # What parsers print would be taken for a reply.
  os.dup2(2, 1)
  import warnings

  warnings.simplefilter('ignore')
  from magenta_vrae.reading import music_parsers

  first = json.loads(_read_frame(requests).decode())
  of_limits, of_options = first['settings']
  limits = limits_lib.Limits(**of_limits)
  options = Options(**of_options)
  # While files may be written still, so that Python keeps the bytecode of
  # music21. Some installers make none, and compiling takes 1.5 s each time.
  music_parsers.load(first['kind'])
  # What music21 warns of would end the file's reading where our caller's stderr
  # is a file: this process may write none.
  with open(os.devnull, 'wb') as nowhere:
    os.dup2(nowhere.fileno(), 1)
    os.dup2(nowhere.fileno(), 2)
  _limit_for_good(limits)
  _write_frame(replies, b'{"frames": 0}')
  while True:
    try:
      request = json.loads(_read_frame(requests).decode())
    except EOFError:
      return
    _limit_processor_time(limits)
    frames: list[bytes] = []
    head: dict[str, Any]
    parsed = None
    try:
      parsed = music_parsers.parse(
        request['kind'], request['path'], limits, options
      )
      frames = [s.SerializeToString() for s in parsed.sequences]
      head = {'left_out': parsed.left_out, 'warnings': parsed.warnings}
    except InputError as e:
      head = {'error': str(e)}
    except MemoryError:
      frames, head = [], {'out_of_memory': True}
    parsed = None  # What it takes is not the next file's to bear.
    _write_frame(replies, json.dumps({**head, 'frames': len(frames)}).encode())
    for frame in frames:
      _write_frame(replies, frame)


def _limit_for_good(limits: limits_lib.Limits) -> None:
  """Bounds this process's memory, and that it writes files at all."""
  if resource is None:
    return
  # Not every system has or keeps these.
  with contextlib.suppress(OSError, ValueError):
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
  with contextlib.suppress(OSError, ValueError):
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
  with contextlib.suppress(OSError, ValueError):
    with open('/proc/self/statm') as file:
      now = int(file.read().split()[0]) * resource.getpagesize()
    most = now + limits.memory * 2**20
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
      most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _limit_processor_time(limits: limits_lib.Limits) -> None:
  """Bounds the processor time from now on; past it the system ends us."""
  if resource is None:
    return
  usage = resource.getrusage(resource.RUSAGE_SELF)
  most = math.ceil(usage.ru_utime + usage.ru_stime) + limits.seconds
  with contextlib.suppress(OSError, ValueError):
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard != resource.RLIM_INFINITY:
      most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (most, hard))
