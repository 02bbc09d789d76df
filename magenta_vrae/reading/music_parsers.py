# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A music file -> NoteSequences, by the parser of its kind, checked.

What is here runs in a process of its own (parser_process.py), because a file
can still make a parser slow, large or fall over. It must import no TensorFlow.
"""

from __future__ import annotations

from magenta_vrae.errors import InputError
from magenta_vrae.plural import plural
from magenta_vrae.reading import encodings
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading import options as options_lib
from magenta_vrae.reading.abc import book as abc_book
from magenta_vrae.reading.abc import play as abc_play
from magenta_vrae.reading.abc import tune as abc_tune
from magenta_vrae.reading.midi import events as midi_events
from magenta_vrae.reading.midi import notes as midi_notes
from magenta_vrae.reading.options import Options
from magenta_vrae.reading.parsed import Parsed
from magenta_vrae.reading.parsed import left_out_graces
from magenta_vrae.reading.scores import formats


def load(kind: str) -> None:
  """Imports what parses files of a kind, before the first of them is read.

  Args:
    kind: As `parse` has it.
  """
  if kind in ('musicxml', 'kern', 'mei'):
    formats.load(kind)


def parse(
  kind: str,
  path: str,
  limits: limits_lib.Limits = limits_lib.DEFAULT,
  options: Options = options_lib.DEFAULT,
) -> Parsed:
  """Reads one music file.

  Args:
    kind: 'midi', 'musicxml', 'abc', 'kern' or 'mei'.
    path: The file.
    limits: `Limits`.
    options: `Options`.

  Returns:
    `Parsed`; its NoteSequences hold a note each.

  Raises:
    InputError: With the reason, in one line, for whatever is wrong with it.
    MemoryError: If there is not enough for it.
  """
  try:
    parsed = _PARSERS[kind](path, limits, options)
  except (InputError, MemoryError):
    raise
  # A broken file makes parsers raise almost anything.
  except Exception as e:
    # In which some hide that memory ran out as well.
    if 'MemoryError' in str(e):
      raise MemoryError from e
    raise InputError(_reason(e)) from e
  sequences = [s for s in parsed.sequences if s.notes]
  if not sequences:
    raise InputError('; '.join(['it holds no notes', *parsed.warnings[:1]]))
  for sequence in sequences:
    limits_lib.check_sequence(sequence, limits)
  return parsed._replace(sequences=sequences)


def _reason(error: Exception) -> str:
  reason = ' '.join(str(error).split())
  return f'it cannot be read: {type(error).__name__}: {reason}'[:200]


def _parse_midi(
  path: str, limits: limits_lib.Limits, options: Options
) -> Parsed:
  with open(path, 'rb') as f:
    midi = midi_events.read(f.read(), limits)
  return midi_notes.notes_of(midi, limits, with_pedal=options.pedal)


def _parse_abc(
  path: str, limits: limits_lib.Limits, options: Options
) -> Parsed:
  with open(path, 'rb') as f:
    tunes = abc_book.tunes(encodings.text_of(f.read()))
  if not tunes:
    raise InputError('it holds no tune: ABC has a field K: in each')
  parsed = Parsed([], 0, [])
  num_graces, unknown = 0, ''
  for number, lines in enumerate(tunes, 1):
    tune = abc_tune.read(lines, limits)
    num_graces += tune.num_graces
    unknown += tune.unknown
    sequence = abc_play.play(tune, options.repeats, limits)
    if not sequence.notes:
      name = f' {tune.title!r}' if tune.title else ''
      parsed.warnings.append(
        f'tune {number}{name} is left out: it has no notes'
      )
    parsed.sequences.append(sequence)
  if num_graces:
    parsed.warnings.append(left_out_graces(num_graces))
  if unknown:
    parsed.warnings.append(
      plural(len(unknown), 'sign means', 'signs mean')
      + f' nothing in ABC, the first {unknown[0]!r}'
    )
  return parsed._replace(left_out=num_graces)


_PARSERS = {
  'midi': _parse_midi,
  'musicxml': formats.musicxml,
  'abc': _parse_abc,
  'kern': formats.kern,
  'mei': formats.mei,
}
