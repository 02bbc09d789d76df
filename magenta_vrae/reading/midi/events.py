# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The bytes of a MIDI file -> the events that music is made of.

One pass over the bytes. It holds programs' files to what they mean, where the
Standard MIDI File they wrote is not quite one: counts and lengths in headers
are hints, a track ends at its end-of-track, chunks of other kinds are passed
over, and an odd event that says nothing about time or notes is no reason to
refuse the rest. What was put right is told, a line each.

pretty_midi stops at these or reads other notes, and symusic at some;
docs/reading.md has the comparison.
"""

from __future__ import annotations

import collections
import struct
from typing import NamedTuple

from magenta_vrae.errors import InputError
from magenta_vrae.plural import plural
from magenta_vrae.reading import limits as limits_lib

# Data bytes of a message, by the upper half of its status byte, and by the
# whole of it for the system messages.
_CHANNEL_BYTES = {8: 2, 9: 2, 10: 2, 11: 2, 12: 1, 13: 1, 14: 2}
_SYSTEM_BYTES = {
  0xF1: 1,
  0xF2: 2,
  0xF3: 1,
  0xF6: 0,
  0xF8: 0,
  0xFA: 0,
  0xFB: 0,
  0xFC: 0,
  0xFE: 0,
}
_META, _SYSEX, _SYSEX_GOES_ON = 0xFF, 0xF0, 0xF7
TRACK_NAME, _END_OF_TRACK, TEMPO = 0x03, 0x2F, 0x51
TIME_SIGNATURE, KEY_SIGNATURE = 0x58, 0x59
# Other texts and settings are passed over.
_KEPT_META = (TRACK_NAME, TEMPO, TIME_SIGNATURE, KEY_SIGNATURE)
NOTE_OFF, NOTE_ON, CONTROL, PROGRAM, BEND = 0x8, 0x9, 0xB, 0xC, 0xE
_KEPT_MESSAGES = (NOTE_OFF, NOTE_ON, CONTROL, PROGRAM, BEND)
_MOST_NUMBER_BYTES = 8  # The standard has 4; some programs write more.
# Film frames a second that a header may have; 29 stands for 29.97.
_FILM_RATES = (24, 25, 29, 30)
# What MacBinary and mail put before a file.
_LONGEST_PREAMBLE = 256


class Message(NamedTuple):
  """A message to a channel.

  Attributes:
    tick: When, from the beginning of its track.
    kind: `NOTE_OFF`, `NOTE_ON`, `CONTROL`, `PROGRAM` or `BEND`.
    channel: From 0; 9 is the drums'.
    first: The first data byte: pitch, controller, program.
    second: The second: velocity, value; 0 if there is none.
  """

  tick: int
  kind: int
  channel: int
  first: int
  second: int


class Meta(NamedTuple):
  """An event about the music.

  Attributes:
    tick: When, from the beginning of its track.
    kind: `TRACK_NAME`, `TEMPO`, `TIME_SIGNATURE` or `KEY_SIGNATURE`.
    data: Its bytes, as many as the file gives.
  """

  tick: int
  kind: int
  data: bytes


class Track(NamedTuple):
  """A track, its events in the order of the file.

  Attributes:
    messages: A list of `Message`s.
    metas: A list of `Meta`s.
    num_ticks: Its length.
  """

  messages: list[Message]
  metas: list[Meta]
  num_ticks: int


class MidiFile(NamedTuple):
  """What a MIDI file holds.

  Attributes:
    form: 0, 1 or 2: one track, tracks that sound together, or patterns that
      sound one after the other.
    division: As the header has it: ticks per quarter, or, with the uppermost
      bit set, film frames a second and ticks a frame.
    tracks: A list of `Track`s.
    warnings: What had to be put right, a line each.
  """

  form: int
  division: int
  tracks: list[Track]
  warnings: list[str]


def read(
  data: bytes, limits: limits_lib.Limits = limits_lib.DEFAULT
) -> MidiFile:
  """Reads a MIDI file, and stops where a limit is passed.

  Args:
    data: The file's bytes, in RIFF or not.
    limits: `Limits`.

  Raises:
    InputError: If it is no MIDI file, is cut off, or holds more than it may.
  """
  data = _unwrap(data)
  if len(data) < 14:
    raise InputError('it is cut off in its header')
  length, form, num_tracks, division = struct.unpack('>LHHH', data[4:14])
  if length < 6:
    raise InputError(f'its header has {length} bytes; MIDI has 6')
  _check_division(division)
  warnings = []
  if form > 2:
    warnings.append(f'its format is {form}; it is read as format 1')
    form = 1
  reader = _Reader(data, limits)
  tracks = reader.read_chunks(8 + length)
  if not tracks:
    raise InputError('it has no tracks')
  if len(tracks) != num_tracks:
    warnings.append(
      f'its header counts {plural(num_tracks, "track", "tracks")}; it has '
      f'{len(tracks)}, and all are read'
    )
  return MidiFile(form, division, tracks, warnings + reader.warnings())


def film_frames(division: int) -> tuple[int, int] | None:
  """Film frames a second and ticks a frame; None of ticks per quarter.

  Args:
    division: As the header has it: a signed byte of -24, -25, -29 or -30, and
      another byte.
  """
  if not division & 0x8000:
    return None
  return 256 - (division >> 8), division & 0xFF


def _check_division(division: int) -> None:
  """Refuses a division that makes no time."""
  if not division:
    raise InputError('its quarter note has 0 ticks')
  film = film_frames(division)
  if film and (film[0] not in _FILM_RATES or not film[1]):
    raise InputError(
      f'its times are in film frames, {film[0]} a second and {film[1]} ticks '
      'each; MIDI has 24, 25, 29 or 30 a second and 1 tick or more'
    )


def _unwrap(data: bytes) -> bytes:
  """A MIDI file without what another format put around it."""
  if data[:4] == b'RIFF' and data[8:12] == b'RMID':
    at = 12
    while at + 8 <= len(data):
      name, size = struct.unpack('<4sL', data[at : at + 8])
      if name == b'data':
        return _unwrap(data[at + 8 : at + 8 + size])
      at += 8 + size + size % 2
    raise InputError('its RIFF file has no data')
  at = data.find(b'MThd', 0, _LONGEST_PREAMBLE)
  if at < 0:
    raise InputError('it is not a MIDI file: it does not begin with MThd')
  return data[at:]


class _Reader:
  """The bytes, and what was found in them so far."""

  def __init__(self, data: bytes, limits: limits_lib.Limits) -> None:
    self._data, self._limits = data, limits
    self._num_notes = self._num_events = self._num_clipped = 0
    self._skipped_chunks: collections.Counter[str] = collections.Counter()
    self._lines: list[str] = []

  def warnings(self) -> list[str]:
    """What had to be put right, a line each."""
    lines = [
      f'{count} chunks {name!r} are passed over: they are no tracks'
      if count > 1
      else f'a chunk {name!r} is passed over: it is no track'
      for name, count in self._skipped_chunks.items()
    ]
    if self._num_clipped:
      lines.append(
        plural(self._num_clipped, 'data byte is', 'data bytes are')
        + ' over 127 and read as 127'
      )
    return lines + self._lines

  def read_chunks(self, at: int) -> list[Track]:
    """Reads all tracks from a place on."""
    data = self._data
    tracks: list[Track] = []
    while at + 8 <= len(data):
      name, size = struct.unpack('>4sL', data[at : at + 8])
      if name == b'MTrk':
        track, at = self._track(at + 8, size, len(tracks) + 1)
        tracks.append(track)
        continue
      if not _is_chunk_name(name):
        size = len(data)
      if at + 8 + size > len(data):
        # Its length is wrong, or it is no chunk: go by the next track's name.
        after = data.find(b'MTrk', at + 4)
        size = (after if after >= 0 else len(data)) - at - 8
      self._skipped_chunks[name.decode('latin-1')] += 1
      at += 8 + size
    return tracks

  def _track(self, at: int, size: int, number: int) -> tuple[Track, int]:
    """Reads a track from its first event on.

    Args:
      at: The place of that.
      size: How many bytes its header says that it has.
      number: The track's, from 1.

    Returns:
      The `Track`, and the place of the next chunk.
    """
    data = self._data
    messages: list[Message] = []
    metas: list[Meta] = []
    declared, ticks, status = at + size, 0, 0
    try:
      while not (at == declared and self._is_chunk_or_end(at)):
        delta, at = self._variable_length(at)
        ticks += delta
        self._count(ticks)
        is_running = data[at] < 0x80
        now = status if is_running else data[at]
        at += not is_running
        if not now:
          raise InputError(
            f'track {number} has a data byte where a message should begin'
          )
        status = status if now == _META else now
        if now == _META:
          kind = data[at]
          at = self._meta(metas, ticks, at)
          if kind == _END_OF_TRACK:
            break
        elif now in (_SYSEX, _SYSEX_GOES_ON):
          # By running status a byte stands in the place of the status.
          at = self._skip_block(at + is_running)
        elif now >= 0xF0:
          at += _system_bytes(now, number)
        else:
          at = self._message(messages, ticks, now, at)
    except IndexError:
      raise InputError(
        f'it is cut off in track {number}, after {self._num_events} events'
      ) from None
    self._check(ticks)
    return Track(messages, metas, ticks), self._next(at, declared, number)

  def _meta(self, metas: list[Meta], ticks: int, at: int) -> int:
    """Keeps a meta event, if it is of use; returns the place after it."""
    kind = self._data[at]
    after = self._skip_block(at + 1)
    if kind in _KEPT_META:
      _, begin = self._variable_length(at + 1)
      metas.append(Meta(ticks, kind, self._data[begin:after]))
    return after

  def _skip_block(self, at: int) -> int:
    """The place behind a length and as many bytes; IndexError if cut off."""
    length, at = self._variable_length(at)
    if at + length > len(self._data):
      raise IndexError
    return at + length

  def _message(
    self, messages: list[Message], ticks: int, status: int, at: int
  ) -> int:
    """Keeps a message to a channel; returns the place after it."""
    kind = status >> 4
    num_bytes = _CHANNEL_BYTES[kind]
    first = self._data[at]
    second = self._data[at + 1] if num_bytes == 2 else 0
    if (first | second) > 127:
      self._num_clipped += (first > 127) + (second > 127)
      first, second = min(first, 127), min(second, 127)
    if kind == NOTE_ON:
      if second:
        self._num_notes += 1
      else:
        kind = NOTE_OFF
    if kind in _KEPT_MESSAGES:
      messages.append(Message(ticks, kind, status & 15, first, second))
    return at + num_bytes

  def _next(self, at: int, declared: int, number: int) -> int:
    """Where the chunk after a track begins, and a word if that is not clear."""
    if at == declared:
      return at
    behind = declared - at
    if 0 < behind and self._is_chunk_or_end(declared):
      if self._data[at : at + 4] != b'MTrk':
        self._lines.append(
          f'{behind} bytes behind the end of track {number} are passed over'
        )
        return declared
    self._lines.append(
      f'track {number} is {abs(behind)} bytes '
      f'{"shorter" if behind > 0 else "longer"} than its header says; it is '
      'read to its end'
    )
    return at

  def _is_chunk_or_end(self, at: int) -> bool:
    return at == len(self._data) or _is_chunk_name(self._data[at : at + 4])

  def _variable_length(self, at: int) -> tuple[int, int]:
    """The number that begins at a place, and the place after it."""
    value, first = 0, at
    while True:
      byte = self._data[at]
      at += 1
      value = (value << 7) | (byte & 0x7F)
      if byte < 0x80:
        return value, at
      if at - first >= _MOST_NUMBER_BYTES:
        raise InputError(
          f'byte {first} begins a number of over {_MOST_NUMBER_BYTES} bytes'
        )

  def _count(self, ticks: int) -> None:
    self._num_events += 1
    if not self._num_events % 1024:
      self._check(ticks)

  def _check(self, ticks: int) -> None:
    limits = self._limits
    limits_lib.require(self._num_notes, 'notes', limits.notes, 'notes')
    limits_lib.require(self._num_events, 'MIDI events', limits.events, 'events')
    limits_lib.require(ticks, 'ticks in a track', limits.ticks, 'ticks')


def _is_chunk_name(name: bytes) -> bool:
  return len(name) == 4 and name.decode('latin-1').isalnum() and name.isascii()


def _system_bytes(status: int, track: int) -> int:
  """How many data bytes follow the status of a system message."""
  if status not in _SYSTEM_BYTES:
    raise InputError(
      f'track {track} has a message of unknown status {status:#x}'
    )
  return _SYSTEM_BYTES[status]
