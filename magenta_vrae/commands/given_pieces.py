# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The pieces that flags name: FILE, FILE@SECONDS or FILE@MINUTES:SECONDS."""

from __future__ import annotations

import math
import os
from typing import Any
from typing import Callable
from typing import NamedTuple

from absl import flags

from magenta_vrae.commands import entry
from magenta_vrae.commands import path_list
from magenta_vrae.errors import InputError
from magenta_vrae.reading import music_files
from magenta_vrae.stand_ins.note_sequence import NoteSequence

FLAGS = flags.FLAGS

_ONE_BY_ONE = ('input_midi_1', 'input_midi_2')


class GivenPiece(NamedTuple):
  """A piece that a flag names.

  Attributes:
    flag: The flag's name.
    text: What it says.
    path: The file.
    start: Where the window begins, in seconds; None if it does not say.
  """

  flag: str
  text: str
  path: str
  start: float | None

  def read(self) -> NoteSequence:
    """Reads the file.

    Raises:
      InputError: If it cannot be read, or holds no one piece.
    """
    try:
      pieces = music_files.read(self.path, limits=entry.limits())
    except InputError as e:
      raise self.cannot_be_used(e) from e
    if len(pieces) > 1:
      raise InputError(
        f'--{self.flag}={self.path!r} holds {len(pieces)} tunes; give a file '
        'with one'
      )
    return pieces[0]

  def cannot_be_used(self, error: InputError) -> InputError:
    """The error of what was made of the piece, with the flag's name."""
    return InputError(f'--{self.flag}={self.text!r} cannot be used: {error}')

  def make(self, function: Callable[..., Any], *arguments: Any) -> Any:
    """Calls a function; its errors name the flag."""
    try:
      return function(*arguments)
    except InputError as e:
      raise self.cannot_be_used(e) from e


def given() -> list[GivenPiece]:
  """The pieces of --input_midi_1, --input_midi_2 and --input_midis, in order.

  Raises:
    InputError: If a file is not there, or a time is none.
  """
  texts = [(flag, FLAGS[flag].value) for flag in _ONE_BY_ONE]
  texts += [('input_midis', text) for text in FLAGS.input_midis]
  return [_piece(flag, text) for flag, text in texts if text]


def is_piece(text: str) -> bool:
  """Whether a text is a file that is there, with a time behind it or not."""
  path, _, time = text.rpartition('@')
  return path_list.is_file(text) or (
    ',' not in time and path_list.is_file(path)
  )


def _piece(flag: str, text: str) -> GivenPiece:
  path, start = os.path.expanduser(text), None
  # A path that exists is a path, whatever its name holds.
  if not os.path.isfile(path) and '@' in path:
    path, _, time = path.rpartition('@')
    start = seconds(time)
    if start is None:
      raise InputError(
        f'--{flag}={text!r}: {time!r} after the @ is not a time; give seconds, '
        'such as @90 or @12.5, or minutes and seconds, such as @1:30'
      )
  if os.path.isdir(path):
    raise InputError(
      f'--{flag}={path!r} is a folder; give files, with commas between in '
      '--input_midis'
    )
  if os.path.exists(path) and not os.path.isfile(path):
    raise InputError(f'--{flag}={path!r} is not a regular file; give a file')
  if not os.path.isfile(path):
    raise InputError(f'--{flag}={path!r} does not exist')
  return GivenPiece(flag, text, path, start)


def seconds(text: str) -> float | None:
  """Seconds of `90`, `12.5`, `1:30` or `1:02:30.5`; None of anything else."""
  parts = text.split(':')
  if len(parts) > 3:
    return None
  total = 0.0
  try:
    for part in parts[:-1]:
      if not part.isdigit():
        return None
      total = 60.0 * (total + int(part))
    last = float(parts[-1])
  except (ValueError, OverflowError):
    return None
  in_range = 0.0 <= last < (60.0 if len(parts) > 1 else math.inf)
  return total + last if in_range and '_' not in text else None
