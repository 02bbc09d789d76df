# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A score that music21 has read -> a NoteSequence.

music21 knows what is written; this plays it: repeats are unfolded, tied notes
become one, tempos of any part count for all parts, and written pitches become
sounding ones. Quarters become seconds.

Notes are taken out of the score measure by measure, and repeats are unfolded on
a score of empty measures that has only its bar lines and signs. So a repeat
costs nothing, where music21's own copies every note.
"""

from __future__ import annotations

import copy
import fractions
import math
from typing import Any
from typing import Iterator
from typing import NamedTuple

from music21 import bar
from music21 import chord
from music21 import harmony
from music21 import key
from music21 import meter
from music21 import note
from music21 import repeat
from music21 import spanner
from music21 import stream
from music21 import tempo

from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading import repeats
from magenta_vrae.reading.parsed import Parsed
from magenta_vrae.reading.parsed import left_out_graces
from magenta_vrae.reading.repeats import Signs
from magenta_vrae.reading.repeats import Stretch
from magenta_vrae.reading.scores.musicxml_tree import DRUM_HEAD
from magenta_vrae.reading.tempo_map import TempoMap
from magenta_vrae.stand_ins.note_sequence import NoteSequence

_DEFAULT_QPM = 120.0
_TICKS_PER_QUARTER = 220  # NoteSequence's own.
_VELOCITY = 64  # note_seq's, for music that does not say how loud it is.
_SNARE = 38  # For a drum that says neither its name nor its number.
_DRUM_CHANNEL = 9
_SIDES = ('leftBarline', 'rightBarline')
# Quarters closer than this are at the same place: triplets that were rounded.
_CLOSE = fractions.Fraction(1, 1000)

Quarters = Any  # An int, float or Fraction, as music21 gives them.


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
) -> Parsed:
  """Makes a NoteSequence of a score.

  Args:
    score: A music21 stream with parts, or a part by itself. Its pitches are
      made sounding ones.
    unfold: Whether to play repeats; else each measure is played once.
    limits: `Limits`, of what repeats make of it.
    order: The numbers of the measures in the order of playing, where the file
      says it; then each measure lasts as long as what is written in it.

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
  if order is None:
    starts, places = _timeline(measures, unfold, warnings, limits)
  else:
    starts = [_starts(part, part[-1].highestTime) for part in measures]
    places = _told(measures, order, limits)
  player = _Player(measures, starts, places, limits)
  for number, part in enumerate(parts):
    player.add_part(number, part)
  return Parsed(
    [player.sequence], player.num_graces, warnings + player.warnings()
  )


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


def _told(
  parts: list[list[stream.Stream]],
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
  signs = _signs(parts)
  places: list[int] = []
  for stretch in order:
    found = [place[number] for number in stretch.bars if number in place]
    if found and stretch.by_signs:
      found = repeats.unfold(signs, found[0], found[-1] + 1, limits)
    places += found
    limits_lib.require(len(places), 'bars', limits.events, 'events')
  return places


def _timeline(
  parts: list[list[stream.Stream]],
  unfold: bool,
  warnings: list[str],
  limits: limits_lib.Limits,
) -> tuple[list[list[Quarters]], list[int]]:
  """When measures begin as written, and in which order they are played.

  Returns:
    For each part, where each of its measures begins, and one place more, where
    the last ends; and the numbers of the measures in the order of playing.
  """
  starts = [_starts(part, _length(part[-1])) for part in parts]
  order = list(range(max(map(len, parts), default=0)))
  signs = _signs(parts)
  if unfold and _has_jumps(parts):
    try:
      played = repeat.Expander(_skeleton(parts, signs)).process()
      return starts, [bone.editorial.written_as for bone in played]
    except Exception as e:  # Whatever music21 meets in signs that do not fit.
      warnings.append(f'its jumps (D.C., D.S.) are not played: {_reason(e)}')
  if unfold and any(signs):
    order = repeats.unfold(signs, 0, len(order), limits)
  return starts, order


def _length(measure: Any) -> Quarters:
  """How long the last measure lasts: to its metre's end, or its notes'."""
  # Without a metre, `measure.barDuration` would look for one that fits, which
  # takes seconds where notes are long.
  metre = measure.getContextByClass(meter.TimeSignature)
  try:
    full = metre.barDuration.quarterLength if metre else 0.0
  except Exception:  # A metre of no length.
    full = 0.0
  return max(measure.highestTime, full)


def _signs(parts: list[list[stream.Stream]]) -> list[Signs]:
  """The repeats and endings of all measures.

  A program may write them into one part alone.
  """
  signs = [Signs() for _ in range(max(map(len, parts), default=0))]
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


def _has_jumps(parts: list[list[stream.Stream]]) -> bool:
  return any(
    True
    for measures in parts
    for measure in measures
    for _ in measure.getElementsByClass(repeat.RepeatExpression)
  )


def _skeleton(
  parts: list[list[stream.Stream]], signs: list[Signs]
) -> stream.Part:
  """Empty measures with the repeats, endings and jumps of all parts."""
  skeleton = stream.Part()
  bones = [stream.Measure(number=number) for number in range(len(signs))]
  for number, (bone, sign) in enumerate(zip(bones, signs)):
    bone.editorial.written_as = number  # Copies of it keep this.
    # A length, so that measures do not fall together.
    bone.append(note.Rest(quarterLength=4.0))
    if sign.begins_repeat:
      bone.leftBarline = bar.Repeat(direction='start')
    if sign.repeats:
      bone.rightBarline = bar.Repeat(direction='end', times=sign.repeats + 1)
    seen = set()
    for measures in parts:
      for jump in _jumps(measures, number):
        if type(jump) not in seen:
          seen.add(type(jump))
          # At the beginning or the end, as the note values are not here.
          at = 0.0 if not jump.offset else 4.0
          bone.insert(at, copy.deepcopy(jump))
    skeleton.append(bone)
  for first, sign in enumerate(signs):
    if sign.endings:
      last = next(i for i in range(first, len(signs)) if signs[i].closes)
      skeleton.insert(
        0,
        spanner.RepeatBracket(
          bones[first : last + 1], number=list(sign.endings)
        ),
      )
  return skeleton


def _jumps(measures: list[stream.Stream], number: int) -> list[Any]:
  if number >= len(measures):
    return []
  return list(measures[number].getElementsByClass(repeat.RepeatExpression))


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
    self.num_graces = 0

  def warnings(self) -> list[str]:
    """What was left out, a line each."""
    if not self.num_graces:
      return []
    return [left_out_graces(self.num_graces)]

  def add_part(self, number: int, part: stream.Stream) -> None:
    """Adds the notes of a part.

    Args:
      number: The part's, from 0, which becomes the instrument's.
      part: A music21 stream.
    """
    instrument: Any = part.getInstrument(returnDefault=True)
    program = min(max(instrument.midiProgram or 0, 0), 127)
    is_drums = instrument.midiChannel == _DRUM_CHANNEL
    name = part.partName if isinstance(part, stream.Part) else None
    if name:
      self.sequence.instrument_infos.add(instrument=number, name=str(name))
    measures = self._parts[number]
    written = [self._notes(measure, is_drums) for measure in measures]
    num_notes = len(self.sequence.notes) + sum(
      len(written[place.measure])
      for place in self._places
      if place.measure < len(measures)
    )
    limits_lib.require(num_notes, 'notes', self._limits.notes, 'notes')
    # Notes that a tie leads from, by pitch, with where they end.
    open_ties: dict[int, tuple[NoteSequence.Note, Quarters]] = {}
    for place in self._places:
      if place.measure >= len(measures):
        continue
      shift = self._starts[number][place.measure] + place.shift
      for written_note in written[place.measure]:
        self._add(written_note, shift, program, number, open_ties)

  def _add(
    self,
    written: _Note,
    shift: Quarters,
    program: int,
    instrument: int,
    open_ties: dict[int, tuple[NoteSequence.Note, Quarters]],
  ) -> None:
    """Adds a note, or lengthens the one that is tied to it."""
    start = shift + written.offset
    end = start + written.length
    seconds = self._tempo_map.seconds
    begun = open_ties.pop(written.pitch, None) if written.comes_from else None
    if begun and abs(begun[1] - start) < _CLOSE:
      played = begun[0]
    else:
      played = self.sequence.notes.add(
        pitch=written.pitch,
        velocity=written.velocity,
        start_time=seconds(start),
        program=0 if written.is_drum else program,
        instrument=instrument,
        is_drum=written.is_drum,
      )
    played.end_time = seconds(end)
    self.sequence.total_time = max(self.sequence.total_time, played.end_time)
    if written.goes_on:
      open_ties[written.pitch] = played, end

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
    for place, (numerator, denominator) in sorted(set(metres)):
      self.sequence.time_signatures.add(
        time=seconds(place), numerator=numerator, denominator=denominator
      )
    keys = self._changes(key.KeySignature, _tonic_and_mode, [])
    for place, (tonic, mode) in sorted(set(keys)):
      self.sequence.key_signatures.add(
        time=seconds(place), key=tonic, mode=mode
      )


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


def _quarters_a_minute(mark: Any) -> float | None:
  """What a tempo mark says; None if it is a word without a number."""
  if isinstance(mark, tempo.MetricModulation):
    mark = mark.newMetronome
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
