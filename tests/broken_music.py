# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""MIDI files byte by byte, as no exporter should write them."""

from __future__ import annotations

import struct

END_OF_TRACK = b'\x00\xff\x2f\x00'
# Note 60 on now and off 96 ticks later.
NOTE = b'\x00\x90\x3c\x40\x60\x80\x3c\x40'


def number(value):
  """A number of variable length."""
  out = [value & 0x7F]
  value >>= 7
  while value:
    out.append(0x80 | (value & 0x7F))
    value >>= 7
  return bytes(reversed(out))


def midi(*tracks, division=480, end=END_OF_TRACK, num_tracks=None, form=1):
  """A MIDI file of tracks that are given as the bytes of their events."""
  if num_tracks is None:
    num_tracks = len(tracks)
  return struct.pack(
    '>4sLHHH', b'MThd', 6, form, num_tracks, division
  ) + b''.join(
    struct.pack('>4sL', b'MTrk', len(track + end)) + track + end
    for track in tracks
  )
