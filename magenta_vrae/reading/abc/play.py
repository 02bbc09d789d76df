# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""An ABC tune that was read -> a NoteSequence: its bars as they are played.

Repeats, variant endings (ABC standard 2.1, sections 4.8 to 4.10), jumps and the
order of parts (3.1.9) are unfolded. Signs in one voice count for all that have
as many bars as the first.
"""

from __future__ import annotations

import bisect
import itertools
from fractions import Fraction
from typing import Any
from typing import Iterator
from typing import Sequence

from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading import odd_bars
from magenta_vrae.reading import repeats
from magenta_vrae.reading.abc.tune import Bar
from magenta_vrae.reading.abc.tune import Tune
from magenta_vrae.reading.abc.tune import Voice
from magenta_vrae.reading.parsed import SHORTEST
from magenta_vrae.reading.tempo_map import TempoMap
from magenta_vrae.stand_ins.note_sequence import NoteSequence

_DEFAULT_QPM = 120.0
_START = Fraction(0)
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
  for voice in voices:
    _drop_empty_end(voice.bars)
  alike = [v for v in voices if len(v.bars) == len(voices[0].bars)]
  _share_signs([voice.bars for voice in alike])
  first = _order(voices[0].bars, tune.parts, unfold, limits)
  orders = [
    first
    if len(voice.bars) == len(voices[0].bars)
    else _order(voice.bars, tune.parts, unfold, limits)
    for voice in voices
  ]
  tempo_map = _add_changes(sequence, tune.qpm, voices, first)
  for number, (voice, order) in enumerate(zip(voices, orders)):
    _add_notes(sequence, number, voice, order, tempo_map, limits)
  return sequence


def _drop_empty_end(bars: list[Bar]) -> None:
  """Drops the bar behind the last bar line, in which nothing is."""
  if len(bars) > 1 and not (bars[-1].length or bars[-1].signs.endings):
    bars.pop()


def _share_signs(voices: list[list[Bar]]) -> None:
  """Writes the signs of each voice into all of them."""
  for beside in zip(*voices) if len(voices) > 1 else ():
    together = repeats.together([bar.signs for bar in beside])
    part = next((bar.part for bar in beside if bar.part), '')
    for bar in beside:
      bar.signs, bar.part = together, part


def _add_changes(
  sequence: NoteSequence,
  qpm: float | None,
  voices: list[Voice],
  order: Sequence[int],
) -> TempoMap:
  """Adds tempos, metres and keys; returns the map of tempos.

  Args:
    sequence: Where to.
    qpm: Quarters a minute as the tune begins, if it says.
    voices: Its voices; a tempo or metre of any counts for all.
    order: The bars of the first as they are played.
  """
  begins = _begins(voices[0])
  tempos = _written([(Fraction(0), qpm or _DEFAULT_QPM)], voices, 'tempos')
  changes = list(_as_played(tempos, begins, order))
  tempo_map = TempoMap(
    [(place, 60.0 / qpm) for place, qpm in changes], 60.0 / _DEFAULT_QPM
  )
  for place, qpm in sorted(dict(changes).items()):
    sequence.tempos.add(time=tempo_map.seconds(place), qpm=qpm)
  written = _written([], voices, 'metres')
  metres = odd_bars.with_odd_bars(
    _bars_as_played(begins, order), list(_as_played(written, begins, order))
  )
  for place, (numerator, denominator) in metres:
    sequence.time_signatures.add(
      time=tempo_map.seconds(place),
      numerator=numerator,
      denominator=denominator,
    )
  keys = _written([], voices[:1], 'keys')
  for place, key in _as_played(keys, begins, order):
    if key.tonic is not None:
      sequence.key_signatures.add(
        time=tempo_map.seconds(place), key=key.tonic, mode=int(key.is_minor)
      )
  return tempo_map


def _begins(voice: Voice) -> list[Fraction]:
  """Where each bar is written, and where the last ends, in quarters."""
  return list(
    itertools.accumulate([_START, *(bar.length for bar in voice.bars)])
  )


def _written(
  at_first: list[tuple[Fraction, Any]], voices: list[Voice], name: str
) -> list[tuple[Fraction, Any]]:
  """What the voices say, by place as written; the last at one place counts.

  Args:
    at_first: What is said before them all.
    voices: The voices.
    name: An attribute of `Bar`, pairs of an offset and what is said there.
  """
  found = dict(at_first)
  for voice in voices:
    for begin, bar in zip(_begins(voice), voice.bars):
      for offset, said in getattr(bar, name):
        found[begin + offset] = said
  return sorted(found.items(), key=lambda change: change[0])


def _as_played(
  written: list[tuple[Fraction, Any]],
  begins: list[Fraction],
  order: Sequence[int],
) -> Iterator[tuple[Fraction, Any]]:
  """What is said, where it is played.

  Where the music jumps, what was in force as written is so again.
  """
  places = [place for place, _ in written]
  now, before = _START, -1
  for number in order:
    begin, end = begins[number], begins[number + 1]
    at = bisect.bisect_left(places, begin)
    until = bisect.bisect_left(places, end)
    is_said = at < len(places) and places[at] == begin
    if number != before + 1 and at and not is_said:
      yield now, written[at - 1][1]
    for place, said in written[at:until]:
      yield now + place - begin, said
    now, before = now + end - begin, number


def _bars_as_played(
  begins: list[Fraction], order: Sequence[int]
) -> list[odd_bars.Bar]:
  now, bars = _START, []
  for number in order:
    bars.append(odd_bars.Bar(now, begins[number + 1] - begins[number]))
    now = bars[-1].end
  return bars


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
  # Notes that a tie leads from, by pitch and where they end.
  open_ties: dict[tuple[int, Fraction], list[NoteSequence.Note]] = {}
  now = Fraction(0)
  for number in order:
    bar = voice.bars[number]
    for note in bar.notes:
      start = now + note.offset
      begun = open_ties.pop((note.pitch, start), [])
      if begun:
        played = begun.pop(0)
        if begun:
          open_ties[note.pitch, start] = begun
      else:
        played = sequence.notes.add(
          pitch=note.pitch,
          velocity=_VELOCITY,
          start_time=tempo_map.seconds(start),
          program=0 if voice.is_drums else voice.program,
          is_drum=voice.is_drums,
          instrument=instrument,
        )
      end = start + note.length
      played.end_time = tempo_map.seconds(end)
      if not note.length:
        played.end_time = max(played.end_time, played.start_time + SHORTEST)
      sequence.total_time = max(sequence.total_time, played.end_time)
      if note.is_tied:
        open_ties.setdefault((note.pitch, end), []).append(played)
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
  if not parts or not all(part in ranges for part in parts):
    return repeats.unfold(signs, 0, len(bars), limits)
  order = repeats.unfold(signs, 0, begins[0], limits)
  for part in parts:
    order += repeats.unfold(signs, *ranges[part], limits)
    limits_lib.require(len(order), 'bars', limits.events, 'events')
  return order
