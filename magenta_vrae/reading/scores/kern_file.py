# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A **kern file -> a music21 stream, with what music21 leaves out or hangs at.

music21 leaves out the notes of a spine that splits within a split, as the third
voice of piano music does. It takes minutes for a metre of 999 beats, for a
number of thousands of digits, and for thousands of comments. It loses tempos
and metres of bars without a number.
"""

from __future__ import annotations

import re
from typing import Any
from typing import NamedTuple

from music21 import environment
from music21.humdrum import spineParser

from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading.parsed import plural
from magenta_vrae.reading.scores import kern_sections
from magenta_vrae.reading.scores import metres

_METRE = re.compile(r'\*M\d[^\t]*')
_NO_TEMPO = re.compile(r'\*MM-?[0.]*(?=\t|$)')  # music21 divides by it.
_LONG_NUMBER = re.compile(r'(\d{9})\d+')


class Kern(NamedTuple):
  """A **kern file as it was read.

  Attributes:
    score: A music21 stream.
    order: The numbers of its measures in the order of playing, where an
      expansion list says it.
    warnings: What was passed over, a line each.
    num_lost: How many notes were.
  """

  score: Any
  order: list[int] | None
  warnings: list[str]
  num_lost: int


def read(text: str, repeats: bool, limits: limits_lib.Limits) -> Kern:
  """Reads a **kern file.

  Args:
    text: The file's.
    repeats: Whether it is played with its repeats.
    limits: `Limits`, of what expansion lists make of it.

  Raises:
    InputError: If no spine is **kern, or expansion lists make it too long.
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
  data = spineParser.HumdrumDataCollection(
    '\n'.join(
      line if line.startswith('!!!') else _tamed(line)
      for line in sections.lines
    )
  )
  log = spineParser.environLocal = _Log('humdrum.spineParser')
  data.parse()
  if log.lost:
    warnings.append(
      plural(len(log.lost), 'note is', 'notes are')
      + f' left out that music21 cannot read, the first {log.lost[0]}'
    )
  return Kern(
    data.stream, sections.order, warnings + sections.warnings, len(log.lost)
  )


def _tamed(line: str) -> str:
  """A line without long metres, tempos of 0 and numbers of over 9 digits."""
  line = _NO_TEMPO.sub('*', _METRE.sub(_short_metre, line))
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


class _Spines(spineParser.SpineCollection):
  """Spines, of which also those that split within a split keep their notes."""

  def performInsertions(self) -> None:  # noqa: N802, music21's name.
    every = self.spines
    # Those that begin last lie deepest.
    for spine in reversed(every):
      parent = spine.parentSpine
      if parent is None or not spine.childSpines:
        continue
      # music21 does it for spines without a parent.
      self.spines, spine.parentSpine = [spine], None
      try:
        super().performInsertions()
      finally:
        self.spines, spine.parentSpine = every, parent
    super().performInsertions()


spineParser.SpineCollection = _Spines  # type: ignore[misc]
