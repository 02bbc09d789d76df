# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A score that music21 has read -> a NoteSequence.

music21 knows what is written; this plays it: repeats are unfolded, tied notes
become one, tempos of any part count for all parts, and written pitches become
sounding ones. Quarters become seconds.

Notes are taken out of the score measure by measure, and repeats are unfolded by
the numbers of the measures. So a repeat costs nothing, where music21's own
copies every note.
"""

from __future__ import annotations

import collections
import fractions
import itertools
import math
from typing import Any
from typing import Dict
from typing import Iterable
from typing import Iterator
from typing import List
from typing import NamedTuple
from typing import Sequence

from music21 import chord
from music21 import harmony
from music21 import instrument
from music21 import key
from music21 import meter
from music21 import note
from music21 import spanner
from music21 import stream
from music21 import tempo

from magenta_vrae.errors import InputError
from magenta_vrae.reading import jumps
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading import odd_bars
from magenta_vrae.reading import repeats
from magenta_vrae.reading.jumps import Marks
from magenta_vrae.reading.parsed import SHORTEST
from magenta_vrae.reading.parsed import Parsed
from magenta_vrae.reading.parsed import left_out_graces
from magenta_vrae.reading.repeats import Signs
from magenta_vrae.reading.repeats import Stretch
from magenta_vrae.reading.scores import loose_ties
from magenta_vrae.reading.scores.musicxml_tree import DRUM_HEAD
from magenta_vrae.reading.tempo_map import TempoMap
from magenta_vrae.stand_ins.note_sequence import NoteSequence

_DEFAULT_QPM = 120.0
_TICKS_PER_QUARTER = 220  # NoteSequence's own.
_VELOCITY = 64  # note_seq's, for music that does not say how loud it is.
_SNARE = 38  # For a drum that says neither its name nor its number.
_DRUM_CHANNEL = 9
_FAMILIES = (
  instrument.Vocalist,
  instrument.StringInstrument,
  instrument.WoodwindInstrument,
  instrument.BrassInstrument,
  instrument.KeyboardInstrument,
)
_SIDES = ('leftBarline', 'rightBarline')
# Quarters closer than this are at the same place: triplets that were rounded.
_CLOSE = fractions.Fraction(1, 1000)

Quarters = Any  # An int, float or Fraction, as music21 gives them.
# Notes that a tie leads from, by pitch.
_Ties = Dict[int, List['_Open']]


class _Open(NamedTuple):
  """A note that a tie leads from.

  Attributes:
    played: The note.
    number: Its place among the notes of the sequence.
    end: Where it ends, in quarters.
  """

  played: NoteSequence.Note
  number: int
  end: Quarters


class _Note(NamedTuple):
  """A note or a chord's note, in its measure.

  Attributes:
    offset: Quarters from the measure's beginning.
    length: In quarters.
    pitch: MIDI's.
    velocity: MIDI's.
    is_drum: Whether pitch is a drum's number.
    goes_on: Whether a tie leads from it.
    comes_from: Whether a tie leads to it.
  """

  offset: Quarters
  length: Quarters
  pitch: int
  velocity: int
  is_drum: bool
  goes_on: bool
  comes_from: bool


def play(
  score: stream.Stream,
  unfold: bool = True,
  limits: limits_lib.Limits = limits_lib.DEFAULT,
  order: list[Stretch] | None = None,
  marks: Sequence[Marks | None] = (),
  are_level: bool = True,
  staves: Sequence[int] | None = None,
  are_joined: bool = False,
) -> Parsed:
  """Makes a NoteSequence of a score.

  Args:
    score: A music21 stream with parts, or a part by itself. Its pitches are
      made sounding ones.
    unfold: Whether to play repeats; else each measure is played once.
    limits: `Limits`, of what repeats make of it.
    order: The numbers of the measures in the order of playing, where the file
      says it.
    marks: What is said of jumps at each measure.
    are_level: Whether measures of one number are to begin together in all
      parts, also where one of them is shorter or empty.
    staves: For each part the number of its instrument; None if that is the
      part's.
    are_joined: Whether ties lead from one part to another.

  Raises:
    InputError: If that is more than may be.
  """
  parts = list(score.parts) if isinstance(score, stream.Score) else [score]
  if not parts:
    raise InputError('it holds no notes')
  warnings: list[str] = []
  try:
    # Of a score that says nothing of this, music21 before version 9 raises.
    if any(of.atSoundingPitch != 'unknown' for of in (score, *parts)):
      score.toSoundingPitch(inPlace=True)
  except Exception as e:  # music21 raises many kinds on odd transpositions.
    warnings.append(f'its pitches are read as written: {_reason(e)}')
  measures = [_measures_of(part) for part in parts]
  starts = [_starts(part, part[-1].highestTime) for part in measures]
  if are_level:
    starts = _level(measures, starts)
  signs = _signs(measures, marks)
  if unfold:
    warnings += jumps.warnings(marks)
  if order is not None:
    places = _told(measures, signs, order, limits)
  elif unfold and any(signs):
    places = repeats.unfold(signs, 0, len(signs), limits)
  else:
    places = list(range(len(signs)))
  player = _Player(measures, starts, places, limits)
  for number, part in enumerate(parts):
    player.add_part(number, part, number if staves is None else staves[number])
  if are_joined:
    player.join_parts()
  return Parsed(
    [player.sequence], player.num_graces, warnings + player.warnings()
  )


def _program(of_part: Any, measures: list[stream.Stream]) -> int:
  """The MIDI program of a part; 0 where nothing says it.

  Args:
    of_part: Its instrument.
    measures: Its measures. music21 puts instruments of **kern into the first.
  """
  found = [of_part]
  for measure in measures[:1]:
    found += measure.getElementsByClass(instrument.Instrument)
  # A violin says more than strings, whichever stands first.
  found.sort(key=lambda told: type(told) in _FAMILIES)
  programs = [told.midiProgram for told in found]
  return next((program for program in programs if program is not None), 0)


def _reason(error: Exception) -> str:
  return f'{type(error).__name__}: {" ".join(str(error).split())}'[:120]


def _measures_of(part: stream.Stream) -> list[stream.Stream]:
  """A part's measures in order; the part itself if it has none."""
  return list(part.getElementsByClass(stream.Measure)) or [part]


def _starts(measures: list[stream.Stream], length: Quarters) -> list[Quarters]:
  """Where each measure begins, and where the last ends, by its length."""
  starts = [
    measure.offset if isinstance(measure, stream.Measure) else 0.0
    for measure in measures
  ]
  return [*starts, starts[-1] + length]


def _level(
  parts: list[list[stream.Stream]], starts: list[list[Quarters]]
) -> list[list[Quarters]]:
  """Where measures begin if those of one number begin together.

  Each lasts as long as the longest that has anything in it; if none has, as
  its metre says.
  """
  lengths = []
  for number in range(max(map(len, parts))):
    there = [
      (part[number], begins[number + 1] - begins[number])
      for part, begins in zip(parts, starts)
      if number < len(part)
    ]
    filled = [length for measure, length in there if measure.highestTime]
    lengths.append(
      max(filled or [max(_full_length(m), length) for m, length in there])
    )
  begins = list(itertools.accumulate([starts[0][0], *lengths]))
  return [begins[: len(part) + 1] for part in parts]


def _full_length(measure: Any) -> Quarters:
  """How long an empty measure lasts."""
  # Without a metre, `measure.barDuration` would look for one that fits, which
  # takes seconds where notes are long.
  metre = measure.getContextByClass(meter.TimeSignature)
  try:
    return metre.barDuration.quarterLength if metre else 0.0
  except Exception:  # A metre of no length.
    return 0.0


def _told(
  parts: list[list[stream.Stream]],
  signs: list[Signs],
  order: list[Stretch],
  limits: limits_lib.Limits,
) -> list[int]:
  """The places of the measures, of those that there are, as they are played."""
  longest: list[Any] = max(parts, key=len)
  place = {
    measure.number: i
    for i, measure in enumerate(longest)
    if isinstance(measure, stream.Measure)
  }
  places: list[int] = []
  for stretch in order:
    found = [place[number] for number in stretch.bars if number in place]
    if found and stretch.by_signs:
      found = repeats.unfold(signs, found[0], found[-1] + 1, limits)
    places += found
    limits_lib.require(len(places), 'bars', limits.events, 'events')
  return places


def _signs(
  parts: list[list[stream.Stream]], marks: Sequence[Marks | None]
) -> list[Signs]:
  """The repeats, endings and jumps of all measures.

  A program may write them into one part alone.
  """
  signs = [Signs() for _ in range(max(map(len, parts), default=0))]
  for sign, said in zip(signs, marks):
    sign.marks = said
  for measures in parts:
    for sign, measure in zip(signs, measures):
      for side in _SIDES:
        line = getattr(measure, side, None)
        if line is None or 'Repeat' not in line.classes:
          sign.is_final |= getattr(line, 'type', '') == 'final'
          continue
        if line.direction == 'start':
          sign.begins_repeat = True
        else:
          sign.repeats = max(sign.repeats, (line.times or 2) - 1)
          sign.closes = True
    site = measures[0].activeSite
    number_of = {id(measure): i for i, measure in enumerate(measures)}
    for bracket in (
      site.getElementsByClass(spanner.RepeatBracket) if site else ()
    ):
      spanned = [
        number_of[id(measure)]
        for measure in bracket.getSpannedElements()
        if id(measure) in number_of
      ]
      if spanned:
        signs[min(spanned)].endings = _endings(bracket)
        signs[max(spanned)].closes = True
  return signs


def _endings(bracket: spanner.RepeatBracket) -> tuple[int, ...]:
  """The times that a bracket is played; music21 8 has another name for them."""
  if hasattr(bracket, 'numberRange'):
    return tuple(bracket.numberRange)
  return tuple(bracket.getNumberList())  # type: ignore[attr-defined]


class _Place(NamedTuple):
  """A measure as it is played.

  Attributes:
    measure: Its number as written.
    shift: Quarters from where it is written to where it is played.
  """

  measure: int
  shift: Quarters


class _Player:
  """A NoteSequence in the making.

  Args:
    parts: The measures of each part.
    starts: Where they are written, as `_timeline` says.
    order: In which order they are played.
    limits: `Limits`, of the notes, tempos and metres that this makes.
  """

  def __init__(
    self,
    parts: list[list[stream.Stream]],
    starts: list[list[Quarters]],
    order: list[int],
    limits: limits_lib.Limits,
  ) -> None:
    self._parts, self._starts, self._limits = parts, starts, limits
    self._places = _places(max(starts, key=len), order)
    changes = self._metronome()
    self._tempo_map = TempoMap(
      [(place, 60.0 / qpm) for place, qpm in changes], 60.0 / _DEFAULT_QPM
    )
    self.sequence = NoteSequence(ticks_per_quarter=_TICKS_PER_QUARTER)
    for place, qpm in sorted({0.0: _DEFAULT_QPM, **dict(changes)}.items()):
      self.sequence.tempos.add(time=self._tempo_map.seconds(place), qpm=qpm)
    self._add_signatures()
    self._loose = loose_ties.Loose()
    self.num_graces = 0

  def warnings(self) -> list[str]:
    """What was left out, a line each."""
    if not self.num_graces:
      return []
    return [left_out_graces(self.num_graces)]

  def add_part(self, number: int, part: stream.Stream, staff: int) -> None:
    """Adds the notes of a part.

    Args:
      number: The part's, from 0.
      part: A music21 stream.
      staff: The number of the instrument.
    """
    measures = self._parts[number]
    of_part: Any = part.getInstrument(returnDefault=True)
    program = min(max(_program(of_part, measures), 0), 127)
    is_drums = of_part.midiChannel == _DRUM_CHANNEL
    name = part.partName if isinstance(part, stream.Part) else None
    if name:
      self.sequence.instrument_infos.add(instrument=staff, name=str(name))
    written = [self._notes(measure, is_drums) for measure in measures]
    num_notes = len(self.sequence.notes) + sum(
      len(written[place.measure])
      for place in self._places
      if place.measure < len(measures)
    )
    limits_lib.require(num_notes, 'notes', self._limits.notes, 'notes')
    open_ties: _Ties = collections.defaultdict(list)
    for place in self._places:
      if place.measure >= len(measures):
        continue
      shift = self._starts[number][place.measure] + place.shift
      for written_note in written[place.measure]:
        self._add(written_note, shift, program, staff, open_ties)
    for pitch, ties in open_ties.items():
      self._loosen(pitch, ties, staff)

  def _loosen(self, pitch: int, ties: Iterable[_Open], instrument: int) -> None:
    """Takes down ties that lead from notes of a part to no other of it."""
    for tie in ties:
      self._loose.add_end(pitch, tie.end, instrument, tie.number)

  def join_parts(self) -> None:
    """Joins notes where a tie leads from one part to another."""
    self._loose.join(self.sequence)

  def _add(
    self,
    written: _Note,
    shift: Quarters,
    program: int,
    instrument: int,
    open_ties: _Ties,
  ) -> None:
    """Adds a note, or lengthens the one that is tied to it."""
    start = shift + written.offset
    end = start + written.length
    seconds = self._tempo_map.seconds
    begun = None
    if written.comes_from:
      ties = open_ties[written.pitch]
      open_ties[written.pitch], begun = _begun(ties, start)
      self._loosen(written.pitch, _stale(ties, start), instrument)
      if begun is None:
        self._loose.add_begin(start, len(self.sequence.notes))
    if begun is None:
      played = self.sequence.notes.add(
        pitch=written.pitch,
        velocity=written.velocity,
        start_time=seconds(start),
        program=0 if written.is_drum else program,
        instrument=instrument,
        is_drum=written.is_drum,
      )
      begun = _Open(played, len(self.sequence.notes) - 1, end)
    played = begun.played
    played.end_time = seconds(end)
    if not written.length:
      shortest = played.start_time + SHORTEST
      played.end_time = max(played.end_time, shortest)
    self.sequence.total_time = max(self.sequence.total_time, played.end_time)
    if written.goes_on:
      open_ties[written.pitch].append(begun._replace(end=end))

  def _notes(self, measure: stream.Stream, is_drums: bool) -> list[_Note]:
    """The notes of a measure, by time."""
    found = []
    for offset, element in _elements(measure):
      if not isinstance(element, note.NotRest) or isinstance(
        element, harmony.Harmony
      ):
        continue
      members = (
        element.notes if isinstance(element, chord.ChordBase) else (element,)
      )
      if element.duration.isGrace:
        self.num_graces += len(members)
        continue
      for member in members:
        found.append(_read_note(offset, element, member, is_drums))
    # What comes from a tie is looked at before what a tie leads from.
    return sorted(found, key=lambda n: (n.offset, n.goes_on))

  def _metronome(self) -> list[tuple[float, float]]:
    """Places and quarters a minute of all parts as played, in order."""
    return self._changes(
      tempo.TempoIndication, _quarters_a_minute, [_DEFAULT_QPM]
    )

  def _changes(
    self, kind: Any, read: Any, at_first: list[Any]
  ) -> list[tuple[float, Any]]:
    """What the marks of a class say in all parts, with places as played.

    Where the music jumps, what was in force as written is so again.

    Args:
      kind: The class.
      read: A function of a mark: what it says, or None.
      at_first: What is in force where nothing is said.
    """
    written: dict[int, list[tuple[Quarters, Any]]] = {}
    for starts, measures in zip(self._starts, self._parts):
      for number, measure in enumerate(measures):
        for offset, mark in _elements(measure):
          said = read(mark) if isinstance(mark, kind) else None
          if said is not None:
            change = (starts[number] + offset, said)
            written.setdefault(number, []).append(change)
    _resolve(written, at_first)
    begins = max(self._starts, key=len)
    in_force = _in_force(written, len(begins) - 1, at_first)
    played: list[tuple[float, Any]] = []
    now = at_first
    for place in self._places:
      changes, begin = written.get(place.measure, []), begins[place.measure]
      told = in_force[place.measure]
      if told != now and all(at - begin > _CLOSE for at, _ in changes):
        changes = [(begin, said) for said in told] + changes
      played += [(float(place.shift + at), said) for at, said in changes]
      now = in_force[place.measure + 1]
      limits_lib.require(
        len(played), 'changes of tempo', self._limits.events, 'events'
      )
    return sorted(played, key=lambda change: change[0])

  def _add_signatures(self) -> None:
    """Adds metres and keys; those of all parts are mostly the same."""
    seconds = self._tempo_map.seconds
    metres = self._changes(meter.TimeSignature, _beats_and_unit, [])
    begins = max(self._starts, key=len)
    bars = [
      odd_bars.Bar(
        begins[place.measure] + place.shift,
        begins[place.measure + 1] - begins[place.measure],
      )
      for place in self._places
    ]
    for place, (numerator, denominator) in odd_bars.with_odd_bars(
      bars, sorted(set(metres))
    ):
      self.sequence.time_signatures.add(
        time=seconds(place), numerator=numerator, denominator=denominator
      )
    keys = self._changes(key.KeySignature, _tonic_and_mode, [])
    for place, (tonic, mode) in sorted(set(keys)):
      self.sequence.key_signatures.add(
        time=seconds(place), key=tonic, mode=mode
      )


def _begun(
  ties: list[_Open], start: Quarters
) -> tuple[list[_Open], _Open | None]:
  """Of the notes that ties lead from, the one that ends here.

  Returns:
    Those that a later note may go on, and the note, if there is one.
  """
  # Two voices may meet in one pitch.
  there = [tie for tie in ties if abs(tie.end - start) < _CLOSE]
  later = [tie for tie in ties if tie.end - start >= _CLOSE]
  return there[1:] + later, there[0] if there else None


def _stale(ties: list[_Open], start: Quarters) -> list[_Open]:
  """Of the notes that ties lead from, those that ended before."""
  return [tie for tie in ties if start - tie.end >= _CLOSE]


def _in_force(
  written: dict[int, list[tuple[Quarters, Any]]],
  num_measures: int,
  at_first: list[Any],
) -> list[list[Any]]:
  """What is in force as each measure begins, and at the end.

  Args:
    written: Places and what is said there, by measure.
    num_measures: How many measures there are.
    at_first: What is in force where nothing is said.

  Returns:
    What the latest place before a measure says; parts may differ.
  """
  in_force = [at_first]
  for number in range(num_measures):
    changes = written.get(number)
    if not changes:
      in_force.append(in_force[-1])
      continue
    latest = max(at for at, _ in changes)
    in_force.append([said for at, said in changes if at == latest])
  return in_force


def _places(starts: list[Quarters], order: list[int]) -> list[_Place]:
  """Each measure as played, where those before it leave off."""
  places, now = [], starts[0]
  for measure in order:
    places.append(_Place(measure, now - starts[measure]))
    now += starts[measure + 1] - starts[measure]
  return places


def _elements(container: stream.Stream) -> Iterator[tuple[Quarters, Any]]:
  """What is in a measure and its voices, with its place in the measure."""
  for element in container:
    if isinstance(element, stream.Stream):
      for offset, inner in _elements(element):
        yield element.offset + offset, inner
    else:
      yield element.offset, element


def _read_note(
  offset: Quarters, element: Any, member: Any, is_drums: bool
) -> _Note:
  """A note of a score, by itself or one of a chord.

  Args:
    offset: Its place in the measure.
    element: The note or chord.
    member: The note, or one of the chord.
    is_drums: Whether its part is on the drums' channel.
  """
  is_pitched = isinstance(member, note.Note)
  pitch = member.pitch.midi if is_pitched else _SNARE
  kind = member.tie.type if member.tie else ''
  return _Note(
    offset,
    element.duration.quarterLength,
    min(max(pitch, 0), 127),
    member.volume.velocity or _VELOCITY,
    is_drums or not is_pitched or member.notehead == DRUM_HEAD,
    kind in ('start', 'continue'),
    kind in ('stop', 'continue'),
  )


# Quarters a minute, where each tempo multiplies the one before.
_SLOWEST, _FASTEST = 0.1, 100000


class _Times(NamedTuple):
  """A tempo as it is to the one before.

  Attributes:
    factor: How many times as fast.
  """

  factor: float


def _resolve(
  written: dict[int, list[tuple[Quarters, Any]]], at_first: list[Any]
) -> None:
  """Writes tempos that are said by the one before as numbers."""
  now: Any = at_first[-1] if at_first else None
  for number in sorted(written):
    changes = sorted(written[number], key=lambda change: change[0])
    done: dict[Quarters, float] = {}  # Each place once: parts say the same.
    for i, (place, said) in enumerate(changes):
      if isinstance(said, _Times):
        said = done.setdefault(place, now * float(said.factor))
        if not _SLOWEST <= said <= _FASTEST:
          raise InputError(
            f'it has a tempo of {said:g} quarters a minute, said by the one '
            f'before; such tempos are from {_SLOWEST} to {_FASTEST}'
          )
        changes[i] = place, said
      now = said
    written[number] = changes


def _quarters_a_minute(mark: Any) -> float | _Times | None:
  """What a tempo mark says; None if it is a word without a number."""
  if isinstance(mark, tempo.MetricModulation):
    lengths = [
      unit.quarterLength for unit in (mark.oldReferent, mark.newReferent)
    ]
    return _Times(lengths[1] / lengths[0]) if all(lengths) else None
  if not isinstance(mark, tempo.MetronomeMark):
    return None
  if mark.numberSounding is None and (
    mark.number is None or mark.numberImplicit
  ):
    return None
  qpm = mark.getQuarterBPM()
  return float(qpm) if qpm and 0.0 < qpm < math.inf else None


def _beats_and_unit(metre: meter.TimeSignature) -> tuple[int, int]:
  return metre.numerator, metre.denominator


def _tonic_and_mode(signature: key.KeySignature) -> tuple[int, int]:
  """NoteSequence's key and mode of a key signature."""
  is_minor = getattr(signature, 'mode', None) == 'minor'
  return (7 * signature.sharps - 3 * is_minor) % 12, int(is_minor)
