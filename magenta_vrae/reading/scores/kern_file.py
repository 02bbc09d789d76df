# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A **kern file -> a music21 stream, with what music21 leaves out or hangs at.

music21 leaves out the notes of a spine that splits within a split, as the third
voice of piano music does. It takes minutes for a metre of 999 beats, for a
number of thousands of digits, and for thousands of comments.
"""

from __future__ import annotations

import re
from typing import Any

from music21.humdrum import spineParser

from magenta_vrae.errors import InputError

_LONG_METRE = re.compile(r'\*M\d{3,}/[^\t\n]*')
_NO_TEMPO = re.compile(r'\*MM-?[0.]*(?=\t|$)')  # music21 divides by it.
_LONG_NUMBER = re.compile(r'(\d{9})\d+')


def read(text: str) -> tuple[Any, list[str]]:
  """A stream of a **kern file, and what was passed over, a line each.

  Args:
    text: The file's.

  Raises:
    InputError: If no spine is **kern.
  """
  lines = text.splitlines()
  if not any(
    cell.strip() == '**kern' for line in lines for cell in line.split('\t')
  ):
    raise InputError('it is no **kern: no line begins a spine with **kern')
  warnings = []
  if any(_NO_TEMPO.search(line) for line in lines):
    warnings.append('a tempo of 0 is ignored')
  data = spineParser.HumdrumDataCollection(
    '\n'.join(
      line if line.startswith('!!!') else _tamed(line)
      for line in lines
      # Nobody hears comments, and music21 takes the square of their number.
      if line.startswith('!!!') or not line.startswith('!')
    )
  )
  data.parse()
  return data.stream, warnings


def _tamed(line: str) -> str:
  """A line without long metres, tempos of 0 and numbers of over 9 digits."""
  line = _NO_TEMPO.sub('*', _LONG_METRE.sub('*', line))
  return _LONG_NUMBER.sub(r'\1', line)


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
