# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Frames -> the notes that other programs play, whole or as they sound.

Each group of instruments has a MIDI channel, drums the tenth.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from magenta_vrae.data.band import BandRoll
from magenta_vrae.data.pitch_rolls import DRUM_CHANNEL
from magenta_vrae.data.pitch_rolls import DrumRoll
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.stand_ins.note_sequence import NoteSequence

_NUM_CHANNELS = 16


class Group(NamedTuple):
  """A group of instruments.

  Attributes:
    name: Its name.
    channel: Its MIDI channel, from 1.
    program: Its General MIDI program, from 0.
    lowest: Its lowest MIDI pitch.
    highest: Its highest.
  """

  name: str
  channel: int
  program: int
  lowest: int
  highest: int


class Tone(NamedTuple):
  """What sounds: a MIDI pitch, its velocity, channel from 1, and group."""

  pitch: int
  velocity: int
  channel: int
  group: str


class Note(NamedTuple):
  """A tone, and when it begins and how long it lasts, in seconds."""

  start: float
  duration: float
  tone: Tone


class Change(NamedTuple):
  """What a frame begins with: the tones that end, then those that begin."""

  ends: list[Tone]
  begins: list[Tone]


def groups_of(converter: RollConverter) -> list[Group]:
  """The groups of a model's music; one of a model of one instrument."""
  empty = converter.from_roll(np.zeros([1, converter.depth], bool))
  if not isinstance(converter, BandRoll):
    name, channel = ('piano', 1)
    if isinstance(converter, DrumRoll):
      name, channel = ('drums', DRUM_CHANNEL + 1)
    pitches = converter.pitches
    return [Group(name, channel, 0, min(pitches), max(pitches))]
  return [
    Group(
      part.group.name,
      _channel(info.instrument),
      part.group.program,
      min(part.group.pitches),
      max(part.group.pitches),
    )
    for part, info in zip(converter.parts, empty.instrument_infos)
  ]


def _channel(instrument: int) -> int:
  return instrument % _NUM_CHANNELS + 1


class Tones:
  """Names the tones of a model's notes.

  Args:
    groups: The model's groups.
  """

  def __init__(self, groups: list[Group]) -> None:
    self._names = {group.channel: group.name for group in groups}

  def of(self, note: NoteSequence.Note) -> Tone:
    """The tone of a note."""
    channel = _channel(note.instrument)
    return Tone(note.pitch, note.velocity, channel, self._names[channel])

  def whole(self, sequence: NoteSequence, slower: float = 1.0) -> list[Note]:
    """The notes of a piece, in order.

    Args:
      sequence: The piece.
      slower: What all times are multiplied by.
    """
    return [
      Note(
        note.start_time * slower,
        (note.end_time - note.start_time) * slower,
        self.of(note),
      )
      for note in sorted(
        sequence.notes, key=lambda n: (n.start_time, n.instrument, n.pitch)
      )
    ]


class Changes:
  """Follows music frame by frame: when its notes begin and end.

  Args:
    converter: Of the model.
    tones: Names its tones.
  """

  def __init__(self, converter: RollConverter, tones: Tones) -> None:
    self._converter, self._tones = converter, tones
    self._last = np.zeros([1, converter.depth], np.float32)

  def of(self, frames: np.ndarray) -> list[Change]:
    """What each of the next frames begins with.

    Args:
      frames: Zeros and ones, sized `[num_frames, depth]`.
    """
    # With the frame before, whose notes are on: those that end at its end, or
    # in a frame of these, end here.
    roll = np.concatenate([self._last, frames])
    self._last = frames[-1:]
    changes = [Change([], []) for _ in frames]
    rate = self._converter.frames_per_second
    for note in self._converter.from_roll(roll > 0.5).notes:
      start, end = round(note.start_time * rate), round(note.end_time * rate)
      tone = self._tones.of(note)
      if start > 0:
        changes[start - 1].begins.append(tone)
      if end < len(roll):
        changes[end - 1].ends.append(tone)
    return changes
