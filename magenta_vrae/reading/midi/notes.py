# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The events of a MIDI file -> a NoteSequence.

The tempos of all tracks count for all tracks, as they do in a sequencer. Of
overlapping notes of one pitch, the one that began first ends first. A note
that ends where it begins is one of a single frame.
"""

from __future__ import annotations

import bisect
import collections
from typing import Callable
from typing import NamedTuple

from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading.midi import events as midi_events
from magenta_vrae.reading.midi import pedal
from magenta_vrae.reading.midi.events import Message
from magenta_vrae.reading.midi.events import Meta
from magenta_vrae.reading.midi.events import MidiFile
from magenta_vrae.reading.midi.events import Track
from magenta_vrae.reading.parsed import SHORTEST
from magenta_vrae.reading.parsed import Parsed
from magenta_vrae.reading.tempo_map import TempoMap
from magenta_vrae.stand_ins.note_sequence import NoteSequence

_DEFAULT_TEMPO = 500000  # Microseconds to a quarter, until a file says.
_FILM_TICKS_PER_QUARTER = 220  # NoteSequence's own, where there is no quarter.
_DRUMS = 9
_LARGEST_POWER = 30  # Of a time signature's denominator, as an int32.
_ENCODING_MIDI = 3  # SourceInfo.EncodingType.


def _seconds_per_film_tick(division: int) -> float | None:
  film = midi_events.film_frames(division)
  if not film:
    return None
  frames, ticks = film
  # 29 stands for television's 30 frames in 1.001 seconds.
  frames_per_second = 30 / 1.001 if frames == 29 else frames
  return 1.0 / (frames_per_second * ticks)


def notes_of(
  midi: MidiFile,
  limits: limits_lib.Limits = limits_lib.DEFAULT,
  with_pedal: bool = False,
) -> Parsed:
  """Makes a NoteSequence of a MIDI file.

  Args:
    midi: What `midi_events.read` found.
    limits: `Limits`; of its hours, so that no time overflows.
    with_pedal: Whether notes last as long as the sustain pedal holds them.

  Raises:
    InputError: If it is longer than it may be.
  """
  builder = _Builder(midi.division)
  # Patterns of format 2 have a tempo map each, and stand in a row.
  songs = [[track] for track in midi.tracks]
  if midi.form != 2:
    songs = [midi.tracks]
  start = 0.0
  for song in songs:
    start = builder.add_song(song, start)
    if start > limits.hours * 3600.0:
      raise InputError(
        f'it has note ends beyond {limits.hours * 3600} s; --limits=hours=N '
        'sets that bound'
      )
  warnings = list(midi.warnings)
  if len(songs) > 1:
    warnings.append(
      f'its {len(songs)} patterns (format 2) are read one after the other'
    )
  sequence = builder.sequence
  if with_pedal:
    sequence = pedal.sustained(sequence, builder.channels())
  return Parsed([sequence], builder.left_out, warnings + builder.warnings())


class _Builder:
  """A NoteSequence in the making."""

  def __init__(self, division: int) -> None:
    self._division = division
    film = midi_events.film_frames(division)
    self.sequence = NoteSequence(
      ticks_per_quarter=_FILM_TICKS_PER_QUARTER if film else division
    )
    self.sequence.source_info.encoding_type = _ENCODING_MIDI
    self.left_out = self._num_notes = 0
    self._ignored: collections.Counter[str] = collections.Counter()
    self._instruments: dict[tuple[int, int, int], int] = {}
    self._num_tracks = 0
    self._songs: list[int] = []  # Of each track.

  def channels(self) -> dict[int, int]:
    """Of each instrument its channel, counted through all songs."""
    return {
      instrument: 16 * self._songs[track] + channel
      for (track, channel, _), instrument in self._instruments.items()
    }

  def warnings(self) -> list[str]:
    """What was left out, a line each."""
    lines = []
    if self.left_out:
      lines.append(
        f'{self.left_out} of {self._num_notes} notes have no end (note-off) '
        'and are left out'
      )
    lines += [
      f'{count} {what} {"events have" if count > 1 else "event has"} no valid '
      'value and '
      f'{"are" if count > 1 else "is"} ignored'
      for what, count in self._ignored.items()
    ]
    return lines

  def add_song(self, tracks: list[Track], start: float) -> float:
    """Adds tracks that sound together; returns when the last of them ends."""
    tempos = self._tempos(tracks)
    # Film frames know no tempo.
    film = _seconds_per_film_tick(self._division)
    tempo_map = TempoMap(
      [] if film else [(tick, self._rate(tempo)) for tick, tempo in tempos],
      film or self._rate(_DEFAULT_TEMPO),
    )

    def seconds(tick: int) -> float:
      return start + tempo_map.seconds(tick)

    for tick, tempo in sorted({0: _DEFAULT_TEMPO, **dict(tempos)}.items()):
      self.sequence.tempos.add(time=seconds(tick), qpm=6e7 / tempo)
    self._add_signatures(tracks, seconds)
    programs = _Programs(tracks)
    song = self._songs[-1] + 1 if self._songs else 0
    for track in tracks:
      self._songs.append(song)
      self._add_track(track, programs, seconds)
      self._num_tracks += 1
    return seconds(max(track.num_ticks for track in tracks))

  def _rate(self, tempo: int) -> float:
    """Seconds to a tick, of microseconds to a quarter.

    Written as pretty_midi and the page (midi_clock.js) compute it, to the last
    bit: a time that is off by that much can fall to the other side of half a
    frame.
    """
    return 60.0 / ((6e7 / tempo) * self._division)

  def _tempos(self, tracks: list[Track]) -> list[tuple[int, int]]:
    """Ticks and microseconds to a quarter, of all tracks, in order."""
    changes = []
    for meta in _metas(tracks, midi_events.TEMPO):
      tempo = int.from_bytes(meta.data, 'big')
      if len(meta.data) == 3 and tempo:
        changes.append((meta.tick, tempo))
      else:
        self._ignored['tempo'] += 1
    return changes

  def _add_signatures(
    self, tracks: list[Track], seconds: Callable[[int], float]
  ) -> None:
    """Adds time signatures and keys."""
    for meta in _metas(tracks, midi_events.TIME_SIGNATURE):
      numerator, power = meta.data[:2] if len(meta.data) >= 2 else (0, 0)
      if not numerator or power > _LARGEST_POWER:
        self._ignored['time signature'] += 1
        continue
      self.sequence.time_signatures.add(
        time=seconds(meta.tick), numerator=numerator, denominator=2**power
      )
    for meta in _metas(tracks, midi_events.KEY_SIGNATURE):
      fifths, minor = meta.data[:2] if len(meta.data) >= 2 else (127, 0)
      fifths -= 256 * (fifths > 127)
      if abs(fifths) > 7 or minor > 1:
        self._ignored['key signature'] += 1
        continue
      # A fifth is seven semitones; a minor key is three below its major.
      self.sequence.key_signatures.add(
        time=seconds(meta.tick), key=(7 * fifths - 3 * minor) % 12, mode=minor
      )

  def _add_track(
    self, track: Track, programs: _Programs, seconds: Callable[[int], float]
  ) -> None:
    """Adds the notes, controllers and pitch bends of a track."""
    names = [m.data for m in track.metas if m.kind == midi_events.TRACK_NAME]
    name = names[0].decode('utf-8', 'replace') if names else ''
    own = programs.of_track(track)
    sounding: dict[tuple[int, int], collections.deque[_Sounding]]
    sounding = collections.defaultdict(collections.deque)
    for message in track.messages:
      tick, kind, channel, first, second = message
      key = channel, first
      if kind == midi_events.NOTE_ON:
        self._num_notes += 1
        program = own(channel, tick)
        instrument = self._instrument(channel, program, name)
        sounding[key].append(_Sounding(tick, second, program, instrument))
      elif kind == midi_events.NOTE_OFF:
        if sounding[key]:
          self._add_note(message, sounding[key].popleft(), seconds)
      elif kind != midi_events.PROGRAM:
        program = own(channel, tick)
        self._add_control(message, program, name, seconds)
    self.left_out += sum(map(len, sounding.values()))

  def _instrument(self, channel: int, program: int, name: str) -> int:
    """The number of a track's instrument, which is given when it is new."""
    key = self._num_tracks, channel, program
    if key not in self._instruments:
      self._instruments[key] = len(self._instruments)
      if name:
        self.sequence.instrument_infos.add(
          instrument=self._instruments[key], name=name
        )
    return self._instruments[key]

  def _add_note(
    self,
    off: Message,
    begun: _Sounding,
    seconds: Callable[[int], float],
  ) -> None:
    start = seconds(begun.tick)
    end = seconds(off.tick) if off.tick > begun.tick else start + SHORTEST
    self.sequence.notes.add(
      pitch=off.first,
      velocity=begun.velocity,
      start_time=start,
      end_time=end,
      program=begun.program,
      instrument=begun.instrument,
      is_drum=off.channel == _DRUMS,
    )
    self.sequence.total_time = max(self.sequence.total_time, end)

  def _add_control(
    self,
    message: Message,
    program: int,
    name: str,
    seconds: Callable[[int], float],
  ) -> None:
    """Adds a controller's value or a pitch bend."""
    tick, kind, channel, first, second = message
    common = {
      'time': seconds(tick),
      'program': program,
      'instrument': self._instrument(channel, program, name),
      'is_drum': channel == _DRUMS,
    }
    if kind == midi_events.CONTROL:
      self.sequence.control_changes.add(
        control_number=first, control_value=second, **common
      )
    elif kind == midi_events.BEND:
      # In 14 bits, whose middle is at rest.
      self.sequence.pitch_bends.add(bend=first + 128 * second - 8192, **common)


class _Sounding(NamedTuple):
  """A note that has begun."""

  tick: int
  velocity: int
  program: int
  instrument: int


class _Programs:
  """Which program a channel has when: as its track says, or else another.

  Some programs choose all instruments in the first track; others use a channel
  in several tracks, each with a program of its own.

  Args:
    tracks: The tracks that sound together.
  """

  def __init__(self, tracks: list[Track]) -> None:
    self._of_all = _program_changes(tracks)

  def of_track(self, track: Track) -> Callable[[int, int], int]:
    """A function of a channel and a tick to the program in a track."""
    own = _program_changes([track])

    def program(channel: int, tick: int) -> int:
      # Before a track's own first choice, that of another counts.
      for changes in (own.get(channel, []), self._of_all.get(channel, [])):
        at = bisect.bisect_right(changes, (tick, 128)) - 1
        if at >= 0:
          return changes[at][1]
      return 0

    return program


def _program_changes(tracks: list[Track]) -> dict[int, list[tuple[int, int]]]:
  """For each channel, ticks and programs, in order."""
  changes: dict[int, list[tuple[int, int]]] = collections.defaultdict(list)
  for track in tracks:
    for message in track.messages:
      if message.kind == midi_events.PROGRAM:
        changes[message.channel].append((message.tick, message.first))
  for of_channel in changes.values():
    of_channel.sort(key=lambda change: change[0])
  return dict(changes)


def _metas(tracks: list[Track], kind: int) -> list[Meta]:
  """The meta events of a kind, of all tracks, by time."""
  found = [m for track in tracks for m in track.metas if m.kind == kind]
  return sorted(found, key=lambda meta: meta.tick)
