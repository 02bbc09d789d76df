# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A stretch of a piece, and what music made of it takes over from it.

Music made of frames has one tempo. So a time of the piece is turned into frames
by the piece's own tempos, and frames into seconds of the music. A note that is
early by a hundredth of a beat is early by as much there.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Dict
from typing import Iterable
from typing import NamedTuple
from typing import Sequence
from typing import Tuple

import numpy as np

from magenta_vrae.data import instrument_groups
from magenta_vrae.data.band import BandRoll
from magenta_vrae.data.pitch_rolls import DRUM_CHANNEL
from magenta_vrae.data.time_grid import TimeGrid
from magenta_vrae.stand_ins.note_sequence import NoteSequence

# Of a MIDI file's header.
_MOST_TICKS_PER_QUARTER = 0x7FFF


# By the frame from which on they hold, numerators and denominators.
Metres = Dict[int, Tuple[int, int]]
_FOUR_QUARTERS = (4, 4)


def metres(
  piece: NoteSequence,
  grid: TimeGrid,
  first: int,
  stop: int | None = None,
) -> Metres:
  """The metres of a stretch of a piece.

  Args:
    piece: The piece. Until its first time signature it has 4/4.
    grid: When its frames are.
    first: The first frame of the stretch.
    stop: The frame behind its last; None for the piece's end.

  Returns:
    The metres, in order, their frames counted from `first`.
  """
  found = {0: _FOUR_QUARTERS}
  signatures = sorted(piece.time_signatures, key=lambda s: s.time)
  # At once: a piece may have as many tempos as signatures.
  frames = grid.nearest(np.array([s.time for s in signatures]), piece)
  for signature, frame in zip(signatures, frames.tolist()):
    is_metre = signature.numerator > 0 and signature.denominator > 0
    if is_metre and (stop is None or frame < max(stop, first + 1)):
      metre = signature.numerator, signature.denominator
      found[max(0, frame - first)] = metre
  return found


def write_metres(
  of_stretch: Metres, grid: TimeGrid, music: NoteSequence
) -> None:
  """Gives music these metres, and no others."""
  del music.time_signatures[:]
  for frame, (numerator, denominator) in of_stretch.items():
    music.time_signatures.add(
      numerator=numerator,
      denominator=denominator,
      time=frame / grid.frames_per_second,
    )


def end_of_bars(
  of_stretch: Metres, grid: TimeGrid, frame: int, num_bars: int, most: int
) -> int:
  """The frame at which bars end that begin at a frame or behind it.

  Args:
    of_stretch: The metres; the last goes on for ever.
    grid: When frames are, by the beat.
    frame: The frame.
    num_bars: How many bars.
    most: Frames from there on in which to look for their end.

  Returns:
    The frame; one over `most` behind `frame` if they end later.
  """
  metre = NoteSequence()
  metre.tempos.add(qpm=grid.qpm)
  write_metres(of_stretch, grid, metre)
  longest = max(Fraction(*metre) for metre in of_stretch.values())
  frames_of_bar = 4 * grid.frames_per_beat * longest
  # The longest bar may be one among millions of short ones.
  needed = math.ceil((num_bars + 2) * frames_of_bar)
  lines = grid.bar_lines(metre, frame + min(needed, most + 1))
  lines = lines[lines >= frame]
  if len(lines) > num_bars:
    return int(lines[num_bars])
  if needed > most:
    return frame + most + 1
  # Bars may be shorter than a frame.
  return int(lines[-1])


class Excerpt(NamedTuple):
  """Frames of a piece.

  Attributes:
    piece: The piece.
    grid: When its frames are; by the beat, at the tempo of the music.
    first: The first frame.
    num_frames: How many; the piece may end before.
  """

  piece: NoteSequence
  grid: TimeGrid
  first: int
  num_frames: int

  @property
  def metres(self) -> Metres:
    """Those of its frames; by the clock they mean nothing."""
    stop = self.first + self.num_frames
    return metres(self.piece, self.grid, self.first, stop)

  def cut(self, notes: Sequence[NoteSequence.Note]) -> list[NoteSequence.Note]:
    """Notes of the piece as they are in the music, cut at its ends.

    In it is what has a frame in it. So a note that is a little early for the
    first frame is in it, and begins with it. A drum is in it if it is struck
    there.

    Args:
      notes: Some of the piece's notes.

    Returns:
      Copies with the times of the music, in the same order.
    """
    rows = np.array([(n.start_time, n.end_time) for n in notes]).reshape(-1, 2)
    rate, stop = self.grid.frames_per_second, self.first + self.num_frames
    frames = self.grid.nearest(rows, self.piece)
    times = (self.grid.places(rows, self.piece) - self.first) / rate
    found = []
    for note, (first, end), (begins, ends) in zip(
      notes, frames.tolist(), times.tolist()
    ):
      if note.is_drum or end <= first:
        end = first + 1
      if first >= stop or end <= self.first:
        continue
      length, begins = ends - begins, max(begins, 0.0)
      if ends <= begins:
        ends = begins + length
      copy = NoteSequence.Note()
      copy.CopyFrom(note)
      copy.start_time = begins
      copy.end_time = min(ends, self.num_frames / rate)
      found.append(copy)
    return found


class _Track(NamedTuple):
  """What becomes a track of the music."""

  name: str
  is_drum: bool
  notes: list[NoteSequence.Note]


def keep_notes(
  music: NoteSequence,
  converter: BandRoll,
  excerpt: Excerpt,
  keep: Iterable[str],
) -> None:
  """Gives music the piece's own notes of some groups, in place of their rolls.

  They have their own times, lengths, velocities and programs, and those at
  pitches without a column are among them. Each track of the piece stays one,
  under its own name; it has the group's name if it has none, or if register
  split the piece into groups.

  Args:
    music: What the converter made of a roll of the excerpt. It is changed.
    converter: The converter.
    excerpt: Where the music comes from.
    keep: The names of the groups.
  """
  names = {info.instrument: info.name for info in music.instrument_infos}
  own = converter.notes_by_group(excerpt.piece)
  tracks: list[_Track] = []
  for part in converter.parts:
    name, is_drum = part.group.name, part.group.is_drums
    if name in keep:
      notes = excerpt.cut(own[name])
      tracks += _tracks(notes, excerpt.piece, converter, name)
    else:
      made = [_copy(n) for n in music.notes if names[n.instrument] == name]
      tracks.append(_Track(name, is_drum, made))
  _put(music, tracks)
  # Each tick of the piece is one of the music.
  ticks = music.ticks_per_quarter
  of_piece = max(1, excerpt.piece.ticks_per_quarter)
  both = ticks * of_piece // math.gcd(ticks, of_piece)
  if both <= _MOST_TICKS_PER_QUARTER:
    music.ticks_per_quarter = both


def _copy(
  note: NoteSequence.Note,
) -> NoteSequence.Note:
  copy = NoteSequence.Note()
  copy.CopyFrom(note)
  return copy


def _tracks(
  notes: Iterable[NoteSequence.Note],
  piece: NoteSequence,
  converter: BandRoll,
  group: str,
) -> list[_Track]:
  """The tracks of a piece that some notes of a group are on."""
  names = {info.instrument: info.name for info in piece.instrument_infos}
  groups = [part.group for part in converter.parts]
  if instrument_groups.is_split_by_register(piece, groups):
    names = {}
  found: dict[tuple[int, bool], _Track] = {}
  for note in notes:
    key = note.instrument, note.is_drum
    name = names.get(note.instrument) or group
    found.setdefault(key, _Track(name, note.is_drum, [])).notes.append(note)
  return [found[key] for key in sorted(found)]


def _put(music: NoteSequence, tracks: Iterable[_Track]) -> None:
  """Makes tracks those of the music, and numbers them."""
  del music.notes[:]
  del music.instrument_infos[:]
  numbers = iter(i for i in range(10**6) if i != DRUM_CHANNEL)
  drums_have_one = False
  for track in tracks:
    number = DRUM_CHANNEL
    if not track.is_drum or drums_have_one:
      number = next(numbers)
    drums_have_one |= track.is_drum
    music.instrument_infos.add(instrument=number, name=track.name)
    for note in track.notes:
      note.instrument = number
    music.notes.extend(track.notes)
