# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""How every command starts, and how it ends on bad input.

Nothing here loads TensorFlow: a command that has only help or an error to show
shows it at once.
"""

from __future__ import annotations

import difflib
import math
import os
import select
import signal
import sys
from typing import Callable
from typing import NoReturn

from absl import app
from absl import flags

import magenta_vrae
from magenta_vrae.commands import flag_help
from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib

FLAGS = flags.FLAGS
_LARGEST = 2**53
INTERRUPTED = 130  # As shells report a process that Ctrl-C ended.
_BROKEN_PIPE = 141  # As they report one whose reader went away.


def run(main: Callable[[], int | None]) -> None:
  """Runs a command's main and exits with its status.

  An `InputError` becomes one line on stderr and exit status 1, an interrupt
  one line and status 130.

  Args:
    main: A function that returns None or an exit status.
  """
  name = os.path.basename(sys.argv[0])

  def fail(error: InputError) -> NoReturn:
    print(f'{name}: {error}', file=sys.stderr)
    sys.exit(1)

  def parse(argv: list[str]) -> list[str]:
    try:
      return _parsed(argv)
    except InputError as e:
      fail(e)

  def guarded_main(argv: list[str]) -> int | None:
    del argv
    try:
      return main()
    except InputError as e:
      fail(e)
    except MemoryError as e:
      # NumPy's says what it was for.
      reason = str(e) or 'ask for less at once'
      fail(InputError(f'there is not enough memory: {reason}'))
    except ImportError as e:
      if e.name not in magenta_vrae.TRAINING_PACKAGES:
        raise
      fail(InputError(magenta_vrae.not_installed(e.name)))

  flag_help.install(main.__module__)
  # From here on an interrupt is an exception, so that nothing is left behind.
  if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
  try:
    try:
      app.run(guarded_main, flags_parser=parse)
    finally:
      # Here, and not when Python ends, which would tell of it in its own words.
      _flush()
  except KeyboardInterrupt:
    print(f'\n{name}: interrupted', file=sys.stderr)
    sys.exit(INTERRUPTED)
  except OSError as e:
    if not _lost_output():
      raise
    _end_without_output(name, e)


def _flush() -> None:
  for stream in (sys.stdout, sys.stderr):
    if stream and not stream.closed:
      stream.flush()


def _lost_output() -> list[int]:
  """Which of stdout and stderr take no more, by their numbers."""
  lost = []
  for number, stream in ((1, sys.stdout), (2, sys.stderr)):
    if not stream or stream.closed:
      continue
    try:
      stream.flush()  # It keeps what it could not write, if it has a buffer.
      is_lost = _has_no_reader(number)
    except OSError:
      is_lost = True
    if is_lost:
      lost.append(number)
  return lost


def _has_no_reader(number: int) -> bool:
  """Whether a file's number is of a pipe whose other end is closed."""
  if not hasattr(select, 'poll'):  # On Windows.
    return False
  poll = select.poll()
  poll.register(number, 0)
  return any(event & select.POLLERR for _, event in poll.poll(0))


def _end_without_output(name: str, error: OSError) -> NoReturn:
  """Ends a command that nobody listens to any more, as `| head -1`."""
  nowhere = os.open(os.devnull, os.O_WRONLY)
  for number in _lost_output():
    os.dup2(nowhere, number)
  if isinstance(error, BrokenPipeError):
    sys.exit(_BROKEN_PIPE)
  reason = error.strerror or error
  print(f'{name}: cannot write to the terminal: {reason}', file=sys.stderr)
  sys.exit(1)


def _parsed(argv: list[str]) -> list[str]:
  """Has the flags parsed.

  Raises:
    InputError: If a flag is unknown or has a value that it cannot have, or
      something is no flag.
  """
  try:
    rest = FLAGS(argv)
  except flags.UnrecognizedFlagError as e:
    raise InputError(
      f'unknown flag --{e.flagname}; {_nearest(e.flagname)}'
    ) from e
  except flags.Error as e:
    raise InputError(' '.join(str(e).split())) from e
  _check_numbers()
  if len(rest) > 1:
    word = rest[1].lstrip('-').partition('=')[0]
    raise InputError(
      f'unexpected {rest[1]!r}, every setting is a flag; {_nearest(word)}'
    )
  return rest


def _check_numbers() -> None:
  """Refuses what Python takes for a number and no flag means."""
  for name, flag in ((name, FLAGS[name]) for name in FLAGS):
    value = flag.value
    if isinstance(value, float) and not math.isfinite(value):
      raise InputError(f'--{name}={value}; give a finite number')
    if isinstance(value, int) and abs(value) > _LARGEST:
      raise InputError(f'--{name} is beyond {_LARGEST}; give a smaller number')


def _nearest(name: str) -> str:
  """The flags that are called nearly so, as advice."""
  shown = flag_help.names()
  near = difflib.get_close_matches(name, shown, n=3, cutoff=0.6)
  if not near:
    return 'see --help'
  return f'did you mean {" or ".join("--" + n for n in near)}? See --help'


def require(value: str | None, flag: str) -> str:
  """Returns a flag's value, expanded as a path.

  Raises:
    InputError: If it was not given.
  """
  if not value:
    raise InputError(f'--{flag} is required')
  return os.path.expanduser(value)


def define_limits() -> None:
  """Defines --limits, for a command that reads music."""
  flags.DEFINE_string(
    'limits',
    '',
    'Limits for each piece of music, `name=value` with commas between. A piece '
    'beyond a limit is refused. By default '
    f'{limits_lib.DEFAULT.as_flag().replace(",", ", ")}: the size of its file '
    'in MB; its number of notes, of MIDI messages or XML elements, and of MIDI '
    'ticks; its length in hours; and the seconds of processor time and MB of '
    'memory for parsing it.',
  )


def limits() -> limits_lib.Limits:
  """The `Limits` that --limits asks for; errors as `Limits.parse`."""
  return limits_lib.DEFAULT.parse(FLAGS.limits)
