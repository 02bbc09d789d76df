# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""An ABC tune that was read -> a NoteSequence: its bars as they are played.

Repeats, variant endings (ABC standard 2.1, sections 4.8 to 4.10) and the order
of parts (3.1.9) are unfolded. A voice without signs of its own is repeated as
the first voice is.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Sequence

from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading import repeats
from magenta_vrae.reading.abc.tune import Bar
from magenta_vrae.reading.abc.tune import Tune
from magenta_vrae.reading.abc.tune import Voice
from magenta_vrae.reading.tempo_map import TempoMap
from magenta_vrae.stand_ins.note_sequence import NoteSequence

_DEFAULT_QPM = 120.0
_TICKS_PER_QUARTER = 220  # NoteSequence's own.
_VELOCITY = 90  # note_seq's, for ABC.


def play(
  tune: Tune,
  unfold: bool = True,
  limits: limits_lib.Limits = limits_lib.DEFAULT,
) -> NoteSequence:
  """Makes a NoteSequence of a tune.

  Args:
    tune: What `abc_tune.read` found.
    unfold: Whether to play repeats and parts; else each bar is played once.
    limits: `Limits`; of its notes and events, which repeats multiply.

  Raises:
    InputError: If it holds more than it may.
  """
  sequence = NoteSequence(ticks_per_quarter=_TICKS_PER_QUARTER)
  sequence.sequence_metadata.title = tune.title
  voices = [voice for voice in tune.voices if any(b.length for b in voice.bars)]
  if not voices:
    return sequence
  first = _order(voices[0].bars, tune.parts, unfold, limits)
  orders = []
  for voice in voices:
    has_signs = any(bar.signs or bar.part for bar in voice.bars)
    own = first
    if has_signs or len(voice.bars) != len(voices[0].bars):
      own = _order(voice.bars, tune.parts, unfold, limits)
    orders.append(own)
  tempo_map = _add_tempos(sequence, voices[0], orders[0])
  for number, (voice, order) in enumerate(zip(voices, orders)):
    _add_notes(sequence, number, voice, order, tempo_map, limits)
  return sequence


def _add_tempos(
  sequence: NoteSequence, voice: Voice, order: Sequence[int]
) -> TempoMap:
  """Adds the tempos, metres and keys of a voice; returns the map of tempos."""
  changes: list[tuple[Fraction, float]] = []
  signatures = []
  now = Fraction(0)
  for number in order:
    bar = voice.bars[number]
    changes += [(now + offset, qpm) for offset, qpm in bar.tempos]
    signatures.append((now, bar))
    now += bar.length
  tempo_map = TempoMap(
    [(place, 60.0 / qpm) for place, qpm in changes], 60.0 / _DEFAULT_QPM
  )
  for place, qpm in sorted(
    {Fraction(0): _DEFAULT_QPM, **dict(changes)}.items()
  ):
    sequence.tempos.add(time=tempo_map.seconds(place), qpm=qpm)
  for now, bar in signatures:
    for offset, (numerator, denominator) in bar.metres:
      sequence.time_signatures.add(
        time=tempo_map.seconds(now + offset),
        numerator=numerator,
        denominator=denominator,
      )
    for offset, key in bar.keys:
      if key.tonic is not None:
        sequence.key_signatures.add(
          time=tempo_map.seconds(now + offset),
          key=key.tonic,
          mode=int(key.is_minor),
        )
  return tempo_map


def _add_notes(
  sequence: NoteSequence,
  instrument: int,
  voice: Voice,
  order: Sequence[int],
  tempo_map: TempoMap,
  limits: limits_lib.Limits,
) -> None:
  """Adds the notes of a voice; a tied note lengthens the one before."""
  if voice.name:
    sequence.instrument_infos.add(instrument=instrument, name=voice.name)
  # Notes that a tie leads from, by pitch, with where they end.
  open_ties: dict[int, tuple[NoteSequence.Note, Fraction]] = {}
  now = Fraction(0)
  for number in order:
    bar = voice.bars[number]
    for note in bar.notes:
      start = now + note.offset
      begun = open_ties.pop(note.pitch, None)
      if begun and begun[1] == start:
        played = begun[0]
      else:
        played = sequence.notes.add(
          pitch=note.pitch,
          velocity=_VELOCITY,
          start_time=tempo_map.seconds(start),
          program=0 if voice.is_drums else voice.program,
          is_drum=voice.is_drums,
          instrument=instrument,
        )
      played.end_time = tempo_map.seconds(start + note.length)
      sequence.total_time = max(sequence.total_time, played.end_time)
      if note.is_tied:
        open_ties[note.pitch] = played, start + note.length
    limits_lib.require(len(sequence.notes), 'notes', limits.notes, 'notes')
    now += bar.length


def _order(
  bars: list[Bar],
  parts: list[str],
  unfold: bool,
  limits: limits_lib.Limits,
) -> list[int]:
  """The numbers of bars in the order of playing."""
  if not unfold:
    return list(range(len(bars)))
  signs = [bar.signs for bar in bars]
  begins = [i for i, bar in enumerate(bars) if bar.part]
  ranges = {
    bars[begin].part: (begin, end)
    for begin, end in zip(begins, [*begins[1:], len(bars)])
  }
  if not all(part in ranges for part in parts) or not parts:
    return repeats.unfold(signs, 0, len(bars), limits)
  order = repeats.unfold(signs, 0, begins[0], limits)
  for part in parts:
    order += repeats.unfold(signs, *ranges[part], limits)
    limits_lib.require(len(order), 'bars', limits.events, 'events')
  return order
