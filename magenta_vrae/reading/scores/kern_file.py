# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A **kern file -> a music21 stream, with what music21 leaves out or hangs at.

music21 takes minutes for a metre of 999 beats, for a number of thousands of
digits, and for thousands of comments. It loses tempos and metres of bars
without a number. It takes no time for an appoggiatura, which **kern writes with
the length that it has, nor for a chord of rests.
"""

from __future__ import annotations

import re
from typing import Any
from typing import NamedTuple

from music21 import environment
from music21 import stream
from music21.humdrum import spineParser

from magenta_vrae.errors import InputError
from magenta_vrae.plural import plural
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading.scores import kern_sections
from magenta_vrae.reading.scores import kern_spines
from magenta_vrae.reading.scores import metres

_METRE = re.compile(r'\*M\d[^\t]*')
_NO_TEMPO = re.compile(r'\*MM-?[0.]*(?=\t|$)')  # music21 divides by it.
_LONG_NUMBER = re.compile(r'(\d{9})\d+')
# music21 looks for one number here, and finds no spine for another.
_STAFF = re.compile(r'\*staff(?!\d+\s*(?:\t|$))[^\t]*')
_RESTS = re.compile(
  r'(?<![^\t])([^\t r]*r[^\t ]*)(?: +[^\t r]*r[^\t ]*)+(?![^\t])'
)


class Kern(NamedTuple):
  """A **kern file as it was read.

  Attributes:
    score: A music21 stream.
    order: The numbers of its measures in the order of playing, where an
      expansion list says it.
    warnings: What was passed over, a line each.
    num_lost: How many notes were.
    staves: For each part of the stream, the number of the spine that it is a
      voice of; None where each is a spine by itself.
  """

  score: Any
  order: list[int] | None
  warnings: list[str]
  num_lost: int
  staves: list[int] | None


def read(text: str, repeats: bool, limits: limits_lib.Limits) -> Kern:
  """Reads a **kern file.

  Args:
    text: The file's.
    repeats: Whether it is played with its repeats.
    limits: `Limits`, of what expansion lists make of it.

  Raises:
    InputError: If no spine is **kern, expansion lists make it too long, or
      `kern_spines` cannot follow its spines.
  """
  lines = text.splitlines()
  if not any(
    cell.strip() == '**kern' for line in lines for cell in line.split('\t')
  ):
    raise InputError('it is no **kern: no line begins a spine with **kern')
  warnings = []
  if any(_NO_TEMPO.search(line) for line in lines):
    warnings.append('a tempo of 0 is ignored')
  sections = kern_sections.unfold(
    # Nobody hears comments, and music21 takes the square of their number.
    [x for x in lines if x.startswith('!!!') or not x.startswith('!')],
    repeats,
    limits,
  )
  columns = kern_spines.straighten(
    [x if x.startswith('!!!') else _tamed(x) for x in sections.lines], limits
  )
  data = spineParser.HumdrumDataCollection('\n'.join(columns.lines))
  log = spineParser.environLocal = _Log('humdrum.spineParser')
  data.parse()
  if log.lost:
    warnings.append(
      plural(len(log.lost), 'note is', 'notes are')
      + f' left out that music21 cannot read, the first {log.lost[0]}'
    )
  return Kern(
    data.stream,
    sections.order,
    warnings + sections.warnings,
    len(log.lost),
    _staves(data.stream, columns.staves),
  )


def _staves(score: Any, staves: list[int] | None) -> list[int] | None:
  """The staves of parts, which are counted in the order of the parts."""
  if staves is None or not isinstance(score, stream.Score):
    return None
  of_parts = [staves[int(part.id.rpartition('_')[2])] for part in score.parts]
  ranks = {staff: rank for rank, staff in enumerate(dict.fromkeys(of_parts))}
  return [ranks[staff] for staff in of_parts]


def _tamed(line: str) -> str:
  """A line that music21 reads in time, and with the right lengths."""
  line = _NO_TEMPO.sub('*', _METRE.sub(_short_metre, line))
  line = _STAFF.sub('*', line)
  if not line.startswith(('*', '=')):
    # An appoggiatura is played as it is written.
    line = _RESTS.sub(r'\1', line.replace('P', ''))
  return _LONG_NUMBER.sub(r'\1', line)


def _short_metre(metre: re.Match[str]) -> str:
  """A metre as it is written, if music21 reads it in time."""
  beats = re.findall(r'(\d+)/', metre[0])
  is_short = len(beats) <= metres.MOST_METRES and metres.are_few(beats)
  return metre[0] if is_short else '*'


class _Log(environment.Environment):
  """What music21 tells of what it leaves out, and nobody else."""

  def __init__(self, name: str) -> None:
    super().__init__(name)
    self.lost: list[str] = []  # Notes, as the file writes them.

  def warn(self, *words: Any, **_: Any) -> None:
    found = re.match(r'Error in parsing event \((.*?)\) ', str(words[0]))
    if found and found[1][:2] not in ("'*", "'=", "'!"):
      self.lost.append(found[1][:20])
