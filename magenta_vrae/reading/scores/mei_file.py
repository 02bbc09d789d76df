# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""An MEI file -> a music21 stream, with the endings that music21 leaves out."""

from __future__ import annotations

from typing import Any
from typing import NamedTuple

from music21 import spanner
from music21 import stream
from music21.mei import base

from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading.repeats import Stretch
from magenta_vrae.reading.scores import mei_tree


class Mei(NamedTuple):
  """An MEI file as it was read.

  Attributes:
    score: A music21 stream.
    order: The numbers of its measures in the order of playing, where an
      expansion says it.
    warnings: What was passed over, a line each.
    num_lost: How many notes were.
  """

  score: Any
  order: list[Stretch] | None
  warnings: list[str]
  num_lost: int


def read(path: str, repeats: bool, limits: limits_lib.Limits) -> Mei:
  """Reads an MEI file.

  `musicxml_scan` must have found it to be within bounds.

  Args:
    path: The file.
    repeats: Whether it is played with its repeats and expansions.
    limits: `Limits`, of what expansions make of it.

  Raises:
    InputError: If it is no score, a length or a pitch in it is none, or
      expansions make it too long.
  """
  tree = mei_tree.read(path, repeats, limits)
  converter = base.MeiToM21Converter()
  converter.documentRoot = tree.root
  score = converter.run()
  _add_endings(score, tree.endings)
  return Mei(score, tree.order, tree.warnings, tree.num_lost)


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
