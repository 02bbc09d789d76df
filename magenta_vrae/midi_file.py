# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A NoteSequence -> a MIDI file that a sequencer opens as it was meant.

The file is of type 1. Its first track holds the tempos and time signatures,
and each other track one instrument. Places in the file are ticks. A time is
turned into quarters by the tempos as the NoteSequence has them, and rounded
once, so what lies on a beat there lies on that beat here. All tracks end on a
bar line, so that a sequencer repeats the piece without a gap.

Notes, programs, names, tempos and time signatures are written, and nothing
else.
"""

from __future__ import annotations

import bisect
import collections
from fractions import Fraction
from typing import Iterable
from typing import NamedTuple

import mido

from magenta_vrae import files
from magenta_vrae.data import instrument_names
from magenta_vrae.stand_ins.note_sequence import DEFAULT_QUARTERS_PER_MINUTE
from magenta_vrae.stand_ins.note_sequence import STANDARD_PPQ
from magenta_vrae.stand_ins.note_sequence import NoteSequence

_DRUM_CHANNEL = 9
_PITCHED_CHANNELS = [c for c in range(16) if c != _DRUM_CHANNEL]
_MOST_TICKS_PER_QUARTER = 0x7FFF  # Of the header's 16 bits; film has one.
# A tempo is microseconds to a quarter, in 24 bits.
_FASTEST, _SLOWEST = 6e7, 6e7 / 0xFFFFFF
_MOST_BEATS_OF_A_BAR = 255
# Ticks from one event to the next, in four bytes of seven bits.
_LONGEST_DELTA = 2**28 - 1
# What MIDI gives to keys that measure no velocity.
_UNKNOWN_VELOCITY = 64


def write(note_sequence: NoteSequence, path: str) -> None:
  """Writes a MIDI file; whole, or not at all.

  Each `instrument` number has a track, with its name of `instrument_infos`. If
  notes of a number differ in program or drum flag, each kind has a track of its
  own. Drums are on channel 10, and pitched tracks on the other 15 in turn.

  No reader can tell which of two notes of one pitch ends first if they overlap
  on a track. Of such notes the first ends where the second begins, and the
  second sounds for as long as both would have. Two that begin at once are one.

  Args:
    note_sequence: The piece. Times are in seconds. Where it has no tempo, it is
      120 quarters a minute; where it has no time signature, 4/4.
    path: The file to write.

  Raises:
    InputError: If the system refuses to write it.
  """
  ticks_per_quarter = note_sequence.ticks_per_quarter
  if not 0 < ticks_per_quarter <= _MOST_TICKS_PER_QUARTER:
    ticks_per_quarter = STANDARD_PPQ
  clock = _Clock(note_sequence.tempos, ticks_per_quarter)
  parts = _parts(note_sequence, clock)
  last = max(
    [clock.tick(note_sequence.total_time)]
    + [note.end for part in parts for note in part.notes]
  )
  bars = _Bars(note_sequence.time_signatures, clock)
  end = bars.line_from(last)
  # Track names are in UTF-8, as most programs read them.
  file = mido.MidiFile(
    type=1, ticks_per_beat=ticks_per_quarter, charset='utf-8'
  )
  file.tracks.append(_track(bars.events(end) + clock.events(end), end))
  for part in parts:
    file.tracks.append(_track(part.events(), end))
  with files.whole(path) as partial:
    file.save(partial)


# A message or meta message of mido's, its tick, and its place among those of
# the same tick.
_Event = collections.namedtuple('_Event', ['tick', 'order', 'message'])
_FIRST, _OFF, _ON = range(3)


class _Clock:
  """Seconds -> ticks, by the tempos of a piece.

  Args:
    tempos: Those of a NoteSequence.
    ticks_per_quarter: Of the file.
  """

  def __init__(
    self,
    tempos: Iterable[NoteSequence.Tempo],
    ticks_per_quarter: int,
  ) -> None:
    self.ticks_per_quarter = ticks_per_quarter
    self._times, self._quarters = [0.0], [0.0]
    self._qpms = [DEFAULT_QUARTERS_PER_MINUTE]
    # The sort keeps the order of those at one time: the last counts.
    for tempo in sorted(tempos, key=lambda tempo: tempo.time):
      if not tempo.qpm > 0.0:
        continue
      qpm = min(max(tempo.qpm, _SLOWEST), _FASTEST)
      if tempo.time <= self._times[-1]:
        self._qpms[-1] = qpm
      elif qpm != self._qpms[-1]:
        self._quarters.append(self._quarter(tempo.time))
        self._times.append(tempo.time)
        self._qpms.append(qpm)

  def _quarter(self, seconds: float) -> float:
    part = max(0, bisect.bisect_right(self._times, seconds) - 1)
    since = seconds - self._times[part]
    return self._quarters[part] + since * self._qpms[part] / 60.0

  def tick(self, seconds: float) -> int:
    """The tick nearest to a time."""
    return max(0, round(self._quarter(seconds) * self.ticks_per_quarter))

  def events(self, end: int) -> list[_Event]:
    """The tempos, but for those behind the end."""
    events = []
    for quarter, qpm in zip(self._quarters, self._qpms):
      tick = round(quarter * self.ticks_per_quarter)
      if tick <= end:
        tempo = min(round(6e7 / qpm), 0xFFFFFF)
        message = mido.MetaMessage('set_tempo', tempo=tempo)
        events.append(_Event(tick, _FIRST, message))
    return events


class _Bars:
  """The bar lines of a piece: each time signature begins a bar.

  Args:
    signatures: Those of a NoteSequence. What MIDI cannot say is passed over.
    clock: Its clock.
  """

  def __init__(
    self,
    signatures: Iterable[NoteSequence.TimeSignature],
    clock: _Clock,
  ) -> None:
    self._ticks_per_whole = 4 * clock.ticks_per_quarter
    at = {0: (4, 4)}
    for signature in sorted(signatures, key=lambda signature: signature.time):
      top, bottom = signature.numerator, signature.denominator
      is_power_of_two = bottom > 0 and not bottom & (bottom - 1)
      if 0 < top <= _MOST_BEATS_OF_A_BAR and is_power_of_two:
        at[clock.tick(signature.time)] = top, bottom
    self._signatures = sorted(at.items())

  def line_from(self, tick: int) -> int:
    """The first bar line at a tick or after it."""
    start, (top, bottom) = [s for s in self._signatures if s[0] <= tick][-1]
    bar = Fraction(top * self._ticks_per_whole, bottom)
    num_bars = -((start - tick) // bar)
    # A bar of a coarse clock may end within a tick.
    return start + -(-num_bars * bar // 1)

  def events(self, end: int) -> list[_Event]:
    """The time signatures, but for those behind the end."""
    return [
      _Event(
        tick,
        _FIRST,
        mido.MetaMessage('time_signature', numerator=top, denominator=bottom),
      )
      for tick, (top, bottom) in self._signatures
      if tick <= end
    ]


class _Note(NamedTuple):
  """A note, its times in ticks."""

  start: int
  end: int
  pitch: int
  velocity: int


class _Part(NamedTuple):
  """What becomes a track."""

  name: str
  program: int
  channel: int
  notes: list[_Note]

  def events(self) -> list[_Event]:
    common = {'channel': self.channel}
    events = [
      _Event(0, _FIRST, mido.MetaMessage('track_name', name=self.name)),
      _Event(
        0,
        _FIRST,
        mido.Message('program_change', program=self.program, **common),
      ),
    ]
    for start, end, pitch, velocity in self.notes:
      on = mido.Message('note_on', note=pitch, velocity=velocity, **common)
      off = mido.Message('note_off', note=pitch, velocity=0, **common)
      events += [_Event(start, _ON, on), _Event(end, _OFF, off)]
    return events


def _parts(note_sequence: NoteSequence, clock: _Clock) -> list[_Part]:
  """The tracks of a piece, by the numbers of their instruments."""
  names = {i.instrument: i.name for i in note_sequence.instrument_infos}
  notes = collections.defaultdict(list)
  for note in note_sequence.notes:
    start = clock.tick(note.start_time)
    notes[note.instrument, note.is_drum, note.program].append(
      _Note(
        start,
        # A note of no length would end before it begins.
        max(clock.tick(note.end_time), start + 1),
        note.pitch,
        min(note.velocity, 127) or _UNKNOWN_VELOCITY,
      )
    )
  parts: list[_Part] = []
  num_pitched = 0
  for instrument, is_drum, program in sorted(notes):
    channel = _DRUM_CHANNEL
    if not is_drum:
      channel = _PITCHED_CHANNELS[num_pitched % len(_PITCHED_CHANNELS)]
      num_pitched += 1
    parts.append(
      _Part(
        names.get(instrument) or _name(program, is_drum),
        program,
        channel,
        _one_at_a_time(notes[instrument, is_drum, program]),
      )
    )
  return parts


def _name(program: int, is_drum: bool) -> str:
  """What an instrument is called that has no name."""
  if is_drum:
    return 'drums'
  if not program:
    return 'piano'
  return instrument_names.NAMES[program]


def _one_at_a_time(notes: Iterable[_Note]) -> list[_Note]:
  """The notes of a track, made so that no two of a pitch overlap."""
  made: list[_Note] = []
  last_of_pitch: dict[int, int] = {}
  for note in sorted(notes):
    at = last_of_pitch.get(note.pitch)
    if at is not None and made[at].end > note.start:
      before = made[at]
      note = note._replace(end=max(note.end, before.end))
      if before.start == note.start:
        louder = max(note.velocity, before.velocity)
        made[at] = note._replace(velocity=louder)
        continue
      made[at] = before._replace(end=note.start)
    last_of_pitch[note.pitch] = len(made)
    made.append(note)
  return made


def _track(events: Iterable[_Event], end: int) -> mido.MidiTrack:
  """A track that ends at a tick."""
  track = mido.MidiTrack()
  now = 0
  last = _Event(end, _ON, mido.MetaMessage('end_of_track'))
  ordered = sorted(events, key=lambda event: event[:2])
  for tick, _, message in [*ordered, last]:
    while tick - now > _LONGEST_DELTA:
      track.append(mido.MetaMessage('text', text='', time=_LONGEST_DELTA))
      now += _LONGEST_DELTA
    track.append(message.copy(time=tick - now))
    now = tick
  return track
