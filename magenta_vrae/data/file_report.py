# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What became of each music file of a dataset, and a table of it."""

from __future__ import annotations

import csv
import io
from typing import Iterable
from typing import NamedTuple

from magenta_vrae import files
from magenta_vrae.data import instrument_names
from magenta_vrae.data import time_grid
from magenta_vrae.reading import music_files
from magenta_vrae.reading.parser_pool import FileResult

DRUMS = -1  # In the place of a program.
_COLUMNS = (
  'file',
  'outcome',
  'pieces',
  'seconds',
  'notes',
  'notes_left_out',
  'why',
  'tempo',
  'metre',
  'instruments',
)


class FileReport(NamedTuple):
  """What became of one music file.

  Attributes:
    path: Relative to the folder.
    skipped: The reason why it was, or None.
    pieces: NoteSequences read.
    notes: Notes read.
    seconds: Their length.
    left_out: Notes of it that were not read.
    warnings: What of it was left out or put right, a list of lines.
    tempos: Quarters a minute of the first and the last tempo, a list.
    metre: That of most of its first piece that says one, as '3/4'; empty if
      none does.
    programs: MIDI's programs of its instruments, sorted; `DRUMS` among them.
  """

  path: str
  skipped: str | None
  pieces: int
  notes: int
  seconds: float
  left_out: int
  warnings: list[str]
  tempos: list[float]
  metre: str
  programs: list[int]


def report(result: FileResult) -> FileReport:
  """The report of a file that was read, or skipped."""
  sequences = result.sequences
  tempos = [tempo.qpm for s in sequences for tempo in s.tempos]
  metres = [metre for metre in map(time_grid.main_metre, sequences) if metre]
  programs = {
    DRUMS if note.is_drum else note.program
    for s in sequences
    for note in s.notes
  }
  return FileReport(
    result.path,
    result.skipped,
    len(sequences),
    sum(len(sequence.notes) for sequence in sequences),
    sum(sequence.total_time for sequence in sequences),
    result.left_out,
    result.warnings,
    [tempos[0], tempos[-1]] if tempos else [],
    '{}/{}'.format(*metres[0]) if metres else '',
    sorted(programs),
  )


def write_table(path: str, reports: Iterable[FileReport]) -> None:
  """Writes a table (CSV) with a row for each file.

  Args:
    path: Where to; written whole or not at all.
    reports: `FileReport`s.

  Raises:
    InputError: If it cannot be written.
  """
  text = io.StringIO()
  writer = csv.writer(text, lineterminator='\n')
  writer.writerow(_COLUMNS)
  for file in reports:
    writer.writerow(_row(file))
  files.write_text(path, text.getvalue())


def _row(file: FileReport) -> list[object]:
  name = music_files.shown(file.path)
  if file.skipped:
    return [name, 'skipped', 0, '', 0, '', file.skipped, '', '', '']
  return [
    name,
    'read',
    file.pieces,
    f'{file.seconds:.2f}',
    file.notes,
    file.left_out,
    '; '.join(file.warnings),
    ' to '.join(f'{qpm:.4g}' for qpm in dict.fromkeys(file.tempos)),
    file.metre,
    '; '.join(_instrument(program) for program in file.programs),
  ]


def _instrument(program: int) -> str:
  """General MIDI's name of a program."""
  if program == DRUMS:
    return 'Drums'
  return instrument_names.NAMES[program]
