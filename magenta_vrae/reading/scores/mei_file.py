# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""An MEI file -> a music21 stream, with the endings that music21 leaves out."""

from __future__ import annotations

from typing import Any

from music21 import spanner
from music21 import stream
from music21.mei import base

from magenta_vrae.reading.scores import mei_tree


def read(path: str) -> tuple[Any, list[str], int]:
  """Reads an MEI file.

  `musicxml_scan` must have found it to be within bounds.

  Args:
    path: The file.

  Returns:
    A stream, what was passed over, a line each, and how many notes were.

  Raises:
    InputError: If it is no score, or a length or a pitch in it is none.
  """
  tree = mei_tree.read(path)
  converter = base.MeiToM21Converter()
  converter.documentRoot = tree.root
  score = converter.run()
  _add_endings(score, tree.endings)
  return score, tree.warnings, tree.num_lost


def _add_endings(score: Any, endings: list[mei_tree.Ending]) -> None:
  """Has the first part tell of the endings; one part is enough."""
  for part in score.getElementsByClass(stream.Part):
    measures = {m.number: m for m in part.getElementsByClass(stream.Measure)}
    for ending in endings:
      numbers = range(ending.first, ending.last + 1)
      within = [measures[n] for n in numbers if n in measures]
      if within:
        part.insert(0, spanner.RepeatBracket(within, number=ending.times))
    return
