# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a MIDI file would become, counted without building any of it.

One pass over the bytes, as mido reads them, which note_seq reads MIDI with: of
a file that is well formed it sees the same events, and of one that is not it
says where it goes wrong. A message of mido takes some hundred bytes of memory,
a tick 24 in pretty_midi; here neither takes any.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from magenta_vrae.errors import InputError
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
_LONGEST_MESSAGE = 1000000  # mido's.
_MOST_NUMBER_BYTES = 8  # The standard has 4; mido takes more, and some occur.


class Scan(NamedTuple):
  """Counts of a MIDI file.

  Attributes:
    num_note_ons: Messages that begin a note.
    num_events: Messages of every kind.
    num_ticks: Length of the longest track.
  """

  num_note_ons: int
  num_events: int
  num_ticks: int


def scan(data: bytes, limits: limits_lib.Limits = limits_lib.DEFAULT) -> Scan:
  """Walks through a MIDI file and stops where a limit is passed.

  Args:
    data: The file's bytes.
    limits: `Limits`.

  Returns:
    A `Scan`.

  Raises:
    InputError: If it is no whole MIDI file, or holds more than it may.
  """
  if data[:4] != b'MThd':
    raise InputError('it is not a MIDI file: it does not begin with MThd')
  if len(data) < 14:
    raise InputError('it is cut off in its header')
  length, form, num_tracks, division = struct.unpack('>LHHH', data[4:14])
  if length < 6:
    raise InputError(f'its header has {length} bytes; MIDI has 6')
  if form > 2:
    raise InputError(f'it is MIDI of format {form}; formats are 0, 1 and 2')
  if not num_tracks:
    raise InputError('it has no tracks')
  if division & 0x8000:
    raise InputError(
      'its time is in film frames (SMPTE), which note_seq does not read; '
      'export it in ticks per quarter'
    )
  if not division:
    raise InputError('its quarter note has 0 ticks')
  walk = _Walk(data, 8 + length, limits)
  try:
    for track in range(num_tracks):
      walk.read_track(track)
  except IndexError:
    raise InputError(
      f'it is cut off in track {track + 1} of {num_tracks}, after '
      f'{walk.num_events} events'
    ) from None
  return Scan(walk.num_note_ons, walk.num_events, walk.num_ticks)


class _Walk:
  """A place in the bytes, and what was counted up to it."""

  def __init__(
    self, data: bytes, position: int, limits: limits_lib.Limits
  ) -> None:
    self._data, self._position, self._limits = data, position, limits
    self.num_note_ons = self.num_events = self.num_ticks = 0

  def read_track(self, track: int) -> None:
    """Counts one track; IndexError where the bytes end too soon."""
    data, at = self._data, self._position
    if len(data) < at + 8:
      raise IndexError
    if data[at : at + 4] != b'MTrk':
      raise InputError(f'track {track + 1} does not begin with MTrk')
    (size,) = struct.unpack('>L', data[at + 4 : at + 8])
    at += 8
    end = at + size
    ticks, last_status = 0, None
    # mido goes by the place alone: events that run over the end of their track
    # take it to the end of the file, which is an error there as well.
    while at != end:
      delta, at = self._variable_length(at)
      ticks += delta
      status = data[at]
      is_running = status < 0x80
      if is_running:
        if last_status is None:
          raise InputError(
            f'track {track + 1} has a data byte where a message should begin'
          )
        status = last_status
      else:
        at += 1
        if status != _META:
          last_status = status
      if status in (_META, _SYSEX, _SYSEX_GOES_ON):
        # A meta message's type, or the byte that running status was told by.
        at += status == _META or is_running
        length, at = self._variable_length(at)
        if length > _LONGEST_MESSAGE:
          raise InputError(
            f'track {track + 1} has a message of {length} bytes; at most '
            f'{_LONGEST_MESSAGE} can be read'
          )
        at += length
      else:
        if status >> 4 == 9 and data[at + 1]:
          self.num_note_ons += 1
        at += _data_bytes(status, track)
      if at > len(data):
        raise IndexError
      self.num_events += 1
      if not self.num_events % 1024:
        self._check(ticks)
    self._position = at
    self._check(ticks)
    self.num_ticks = max(self.num_ticks, ticks)

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

  def _check(self, ticks: int) -> None:
    limits = self._limits
    limits_lib.require(self.num_note_ons, 'notes', limits.notes, 'notes')
    limits_lib.require(self.num_events, 'MIDI events', limits.events, 'events')
    limits_lib.require(ticks, 'ticks in a track', limits.ticks, 'ticks')


def _data_bytes(status: int, track: int) -> int:
  """How many data bytes follow a status that is of no message of any length."""
  if status < 0xF0:
    return _CHANNEL_BYTES[status >> 4]
  if status not in _SYSTEM_BYTES:
    raise InputError(
      f'track {track + 1} has a message of unknown status {status:#x}'
    )
  return _SYSTEM_BYTES[status]
