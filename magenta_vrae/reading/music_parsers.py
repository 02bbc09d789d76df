# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A music file -> NoteSequences, by note_seq's parsers, checked on the way.

What is here runs in a process of its own (parser_process.py), because a file
can still make a parser slow, large or fall over. It must import no TensorFlow.
"""

from __future__ import annotations

from typing import NamedTuple

from note_seq import abc_parser
from note_seq import midi_io
from note_seq import musicxml_reader
from note_seq.protobuf import music_pb2

from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading import midi_scan
from magenta_vrae.reading import musicxml_scan


class Parsed(NamedTuple):
  """What came of a file.

  Attributes:
    sequences: A list of NoteSequences with a note each.
    warnings: What was left out, one line each.
  """

  sequences: list[music_pb2.NoteSequence]
  warnings: list[str]


def parse(
  kind: str, path: str, limits: limits_lib.Limits = limits_lib.DEFAULT
) -> Parsed:
  """Reads one music file.

  Args:
    kind: 'midi', 'musicxml' or 'abc'.
    path: The file.
    limits: `Limits`.

  Returns:
    `Parsed`.

  Raises:
    InputError: With the reason, in one line, for whatever is wrong with it.
    MemoryError: If there is not enough for it.
  """
  try:
    parsed = _PARSERS[kind](path, limits)
  except (InputError, MemoryError):
    raise
  # A broken file makes the parsers under note_seq raise almost anything.
  except Exception as e:
    # In which note_seq hides that memory ran out as well.
    if 'MemoryError' in str(e):
      raise MemoryError from e
    reason = ' '.join(str(e).split())
    raise InputError(f'{type(e).__name__}: {reason}'[:200]) from e
  sequences = [s for s in parsed.sequences if s.notes]
  if not sequences:
    raise InputError('; '.join(['it holds no notes', *parsed.warnings[:1]]))
  for sequence in sequences:
    limits_lib.check_sequence(sequence, limits)
  return Parsed(sequences, parsed.warnings)


def _parse_midi(path: str, limits: limits_lib.Limits) -> Parsed:
  with open(path, 'rb') as f:
    data = f.read()
  num_note_ons = midi_scan.scan(data, limits).num_note_ons
  sequence = midi_io.midi_to_note_sequence(data)
  lost = num_note_ons - len(sequence.notes)
  warnings = []
  if lost:
    warnings.append(
      f'{lost} of {num_note_ons} note-ons have no note-off after them and are '
      'left out'
    )
  return Parsed([sequence], warnings)


def _parse_musicxml(path: str, limits: limits_lib.Limits) -> Parsed:
  if not musicxml_scan.scan(path, limits):
    raise InputError('it holds no notes')
  return Parsed([musicxml_reader.musicxml_file_to_sequence_proto(path)], [])


def _parse_abc(path: str, limits: limits_lib.Limits) -> Parsed:
  del limits  # Of an ABC file, size and time are bounds enough.
  tunes, failures = abc_parser.parse_abc_tunebook_file(path)
  if not tunes and failures:
    raise failures[0]
  warnings = [
    f'a tune is left out: {type(e).__name__}: {" ".join(str(e).split())}'[:200]
    for e in failures
  ]
  return Parsed([tunes[number] for number in sorted(tunes)], warnings)


_PARSERS = {
  'midi': _parse_midi,
  'musicxml': _parse_musicxml,
  'abc': _parse_abc,
}
