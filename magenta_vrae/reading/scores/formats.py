# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Scores of MusicXML, **kern and MEI -> NoteSequences, by music21.

music21 is an extra: without it MusicXML is read by note_seq's own reader, where
that is installed, and a line says so.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any
from typing import Sequence

from magenta_vrae.errors import InputError
from magenta_vrae.reading import encodings
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading.jumps import Marks
from magenta_vrae.reading.options import Options
from magenta_vrae.reading.parsed import Parsed
from magenta_vrae.reading.repeats import Stretch
from magenta_vrae.reading.scores import musicxml_scan

_INSTALL = "pip install 'magenta-vrae[scores]'"
_READERS = {
  'musicxml': 'music21.musicxml.xmlToM21',
  'kern': 'magenta_vrae.reading.scores.kern_file',
  'mei': 'magenta_vrae.reading.scores.mei_file',
}


def musicxml(path: str, limits: limits_lib.Limits, options: Options) -> Parsed:
  """Reads a MusicXML file, compressed or not.

  Args:
    path: The file.
    limits: `Limits`.
    options: `Options`.

  Raises:
    InputError: If it is no score, or holds more than it may.
  """
  if not musicxml_scan.scan(path, limits):
    raise InputError('it holds no notes')
  if importlib.util.find_spec('music21') is None:
    if importlib.util.find_spec('note_seq') is None:
      _require_music21('MusicXML')
    from note_seq import musicxml_reader

    return Parsed(
      [musicxml_reader.musicxml_file_to_sequence_proto(path)],
      0,
      [
        "it is read by note_seq's reader, which reads some scores wrongly; "
        f'music21 reads them right: {_INSTALL}'
      ],
    )
  from music21.musicxml import xmlToM21

  from magenta_vrae.reading.scores import musicxml_tree

  importer = xmlToM21.MusicXMLImporter()
  tree = musicxml_tree.read(path)
  importer.xmlRootToScore(tree.root, importer.stream)
  return _play(importer.stream, options, limits, marks=tree.marks)


def kern(path: str, limits: limits_lib.Limits, options: Options) -> Parsed:
  """Reads a **kern file.

  Args:
    path: The file.
    limits: `Limits`.
    options: `Options`.

  Raises:
    InputError: If music21 is not installed, or it is no **kern.
  """
  _require_music21('**kern')
  from magenta_vrae.reading.scores import kern_file

  with open(path, 'rb') as file:
    text = encodings.text_of(file.read())
  read = kern_file.read(text, options.repeats, limits)
  order = None if read.order is None else [Stretch(read.order)]
  parsed = _play(
    read.score,
    options,
    limits,
    order,
    are_level=False,
    staves=read.staves,
    are_joined=True,
  )
  return parsed._replace(
    left_out=read.num_lost + parsed.left_out,
    warnings=read.warnings + parsed.warnings,
  )


def mei(path: str, limits: limits_lib.Limits, options: Options) -> Parsed:
  """Reads an MEI file.

  Args:
    path: The file.
    limits: `Limits`.
    options: `Options`.

  Raises:
    InputError: If music21 is not installed, or it holds more than it may.
  """
  _require_music21('MEI')
  if not musicxml_scan.scan(path, limits):
    raise InputError('it holds no notes')
  from magenta_vrae.reading.scores import mei_file

  read = mei_file.read(path, options.repeats, limits)
  parsed = _play(read.score, options, limits, read.order, read.marks)
  return parsed._replace(
    left_out=read.num_lost + parsed.left_out,
    warnings=read.warnings + parsed.warnings,
  )


def load(kind: str) -> None:
  """Imports what reads scores of a kind, where it is installed.

  Args:
    kind: 'musicxml', 'kern' or 'mei'.
  """
  if importlib.util.find_spec('music21') is not None:
    importlib.import_module(_READERS[kind])
    importlib.import_module('magenta_vrae.reading.scores.stream_notes')


def _require_music21(kind: str) -> None:
  if importlib.util.find_spec('music21') is None:
    raise InputError(f'{kind} is read by music21: {_INSTALL}')


def _play(
  score: Any,
  options: Options,
  limits: limits_lib.Limits,
  order: list[Stretch] | None = None,
  marks: Sequence[Marks | None] = (),
  are_level: bool = True,
  staves: Sequence[int] | None = None,
  are_joined: bool = False,
) -> Parsed:
  # Which imports music21, as only a process that meets a score should.
  from magenta_vrae.reading.scores import stream_notes

  return stream_notes.play(
    score,
    options.repeats,
    limits,
    order,
    marks,
    are_level,
    staves,
    are_joined,
  )
