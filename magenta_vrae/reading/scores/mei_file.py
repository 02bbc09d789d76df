# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""An MEI file -> a music21 stream, with endings and tempos.

music21 leaves them out.
"""

from __future__ import annotations

import collections
from typing import Any
from typing import Iterator
from typing import NamedTuple

from music21 import spanner
from music21 import stream
from music21 import tempo
from music21.mei import base

from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading.jumps import Marks
from magenta_vrae.reading.repeats import Stretch
from magenta_vrae.reading.scores import mei_tempos
from magenta_vrae.reading.scores import mei_tree


class Mei(NamedTuple):
  """An MEI file as it was read.

  Attributes:
    score: A music21 stream.
    order: The numbers of its measures in the order of playing, where an
      expansion says it.
    marks: What is said of jumps at each measure.
    warnings: What was passed over, a line each.
    num_lost: How many notes were.
  """

  score: Any
  order: list[Stretch] | None
  marks: list[Marks | None]
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
  _add_tempos(score, tree.tempos)
  return Mei(score, tree.order, tree.marks, tree.warnings, tree.num_lost)


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


def _add_tempos(score: Any, tempos: list[mei_tempos.Tempo]) -> None:
  """Has the first part tell of the tempos; they count for all."""
  places = _places(score, {of.start for of in tempos if of.start})
  # Of several at one place the last counts.
  marks: dict[int, dict[Any, float]] = collections.defaultdict(dict)
  for of in tempos:
    number, offset = places.get(of.start, (of.measure, of.offset))
    marks[number][offset] = of.qpm
  for part in score.getElementsByClass(stream.Part):
    for measure in part.getElementsByClass(stream.Measure):
      end = measure.highestTime
      for offset, qpm in sorted(marks.get(measure.number, {}).items()):
        # Without a sort for each, of which there may be thousands.
        measure.coreInsert(
          min(offset, end), tempo.MetronomeMark(number=qpm, referent=1.0)
        )
      measure.coreElementsChanged()
    return


def _places(score: Any, ids: set[str]) -> dict[str, tuple[int, Any]]:
  """The measures of notes, chords and rests, and the quarters before them."""
  places: dict[str, tuple[int, Any]] = {}
  for part in score.getElementsByClass(stream.Part) if ids else ():
    for measure in part.getElementsByClass(stream.Measure):
      for offset, element in _timed(measure):
        for each in (element, *getattr(element, 'notes', ())):
          if each.id in ids:
            places[each.id] = measure.number, offset
  return places


def _timed(measure: Any) -> Iterator[tuple[Any, Any]]:
  """What is in a measure's voices, each with its place in the measure."""
  for voice in measure.getElementsByClass(stream.Voice):
    for element in voice.notesAndRests:
      yield voice.offset + element.offset, element
