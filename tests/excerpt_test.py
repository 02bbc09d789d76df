# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The own notes of what is kept: exact times, velocities and programs."""

from __future__ import annotations

import note_seq
import numpy as np
import pytest

from magenta_vrae import midi_file
from magenta_vrae.data import excerpt as excerpt_lib
from magenta_vrae.data.band import BandRoll
from magenta_vrae.data.excerpt import Excerpt
from magenta_vrae.reading import music_files

GROUPS = ('bass:33@36-47', 'chords:0@60-71', 'drums@35-38')


def piece_of(*rows, tempos=(), names=()):
  """A piece of (pitch, start, end, program, velocity, track) rows."""
  piece = note_seq.NoteSequence(ticks_per_quarter=480)
  for qpm, time in tempos:
    piece.tempos.add(qpm=qpm, time=time)
  for instrument, name in names:
    piece.instrument_infos.add(instrument=instrument, name=name)
  for pitch, start, end, program, velocity, track in rows:
    is_drum = program == 'drum'
    piece.notes.add(
      pitch=pitch,
      start_time=start,
      end_time=end,
      program=16 if is_drum else program,
      velocity=velocity,
      instrument=track,
      is_drum=is_drum,
    )
  # Of two programs, so that these say the groups.
  piece.notes.add(pitch=60, end_time=0.1, program=0, instrument=15)
  piece.total_time = max(row[2] for row in rows)
  return piece


def music_of(piece, first, num_frames, keep, roll=None, **settings):
  """Music with what is kept of an excerpt; what is made is `roll`."""
  converter = BandRoll(GROUPS, **settings)
  if roll is None:
    roll = np.zeros([num_frames, converter.depth], bool)
  music = converter.from_roll(roll)
  excerpt = Excerpt(piece, converter.grid, first, num_frames)
  excerpt_lib.keep_notes(music, converter, excerpt, keep)
  return music


def rows(music):
  """(track's name, pitch, start, end, program, velocity) of each note."""
  names = {info.instrument: info.name for info in music.instrument_infos}
  return [
    (
      names[n.instrument],
      n.pitch,
      pytest.approx(n.start_time, abs=1e-6),
      pytest.approx(n.end_time, abs=1e-6),
      n.program,
      n.velocity,
    )
    for n in music.notes
  ]


def test_notes_keep_times_off_the_grid_velocities_and_programs():
  # 120 a minute; the music has 60: all times are twice as long.
  piece = piece_of(
    (40, 0.013, 0.4, 33, 101, 0),
    (90, 0.52, 0.777, 0, 33, 15),  # Chords have no column for it.
    (36, 1.01, 1.07, 'drum', 127, 9),
  )
  music = music_of(piece, 0, 16, ['chords', 'drums'], qpm=60)
  assert rows(music) == [
    ('chords', 90, 1.04, 1.554, 0, 33),
    ('chords', 60, 0.0, 0.2, 0, 0),
    ('drums', 36, 2.02, 2.14, 16, 127),
  ]
  assert music.total_time == 4.0
  assert [n.is_drum for n in music.notes] == [False, False, True]


def test_times_follow_a_tempo_change():
  # 60 a minute for two beats, then 240; the music has 120.
  tempos = [(60, 0.0), (240, 2.0)]
  piece = piece_of(
    (40, 1.0, 2.0, 33, 80, 0),
    # From 1/2 beat before the change to 1 beat behind it.
    (41, 1.5, 2.25, 33, 81, 0),
    (42, 2.3, 2.4, 33, 82, 0),
    tempos=tempos,
  )
  music = music_of(piece, 4, 12, ['bass'], qpm=120)
  # Beats 1, 1.5 and 3.2; the excerpt begins with beat 1.
  assert rows(music) == [
    ('bass', 40, 0.0, 0.5, 33, 80),
    ('bass', 41, 0.25, 1.0, 33, 81),
    ('bass', 42, 1.1, 1.3, 33, 82),
  ]
  assert [tempo.qpm for tempo in music.tempos] == [120]


def test_notes_are_cut_at_the_ends():
  # Frames of 1/8 s; the excerpt is from 1 s to 2 s.
  piece = piece_of(
    (40, 0.2, 1.3, 33, 80, 0),  # Begins before.
    (41, 0.99, 1.2, 33, 81, 0),  # Early for the first frame.
    (42, 0.5, 1.04, 33, 82, 0),  # Late, but of the frame before.
    (43, 1.8, 2.5, 33, 83, 0),  # Ends behind.
    (44, 1.97, 2.1, 33, 84, 0),  # Early, and of the frame behind.
    (45, 0.97, 0.98, 33, 85, 0),  # Early, and over before the beat.
    (35, 0.9, 1.5, 'drum', 86, 9),  # Struck before.
    (36, 0.98, 1.1, 'drum', 87, 9),
    (37, 2.0, 2.1, 'drum', 88, 9),
  )
  music = music_of(piece, 8, 8, ['bass', 'drums'])
  assert rows(music) == [
    ('bass', 40, 0.0, 0.3, 33, 80),
    ('bass', 41, 0.0, 0.2, 33, 81),
    ('bass', 43, 0.8, 1.0, 33, 83),
    ('bass', 45, 0.0, 0.01, 33, 85),
    ('drums', 36, 0.0, 0.1, 16, 87),
  ]


def test_by_the_clock_times_are_shifted():
  piece = piece_of((40, 1.013, 1.4, 33, 101, 0), tempos=[(77, 0.0)])
  music = music_of(piece, 10, 40, ['bass'], frames_per_beat=0)
  assert rows(music) == [('bass', 40, 0.513, 0.9, 33, 101)]


def test_tracks_stay_apart_under_their_names(tmp_path):
  """Two tracks hold one key at once, and each keeps it."""
  piece = piece_of(
    (60, 0, 2, 0, 80, 0),
    (60, 1, 3, 0, 90, 1),
    (64, 0, 1, 48, 70, 2),
    (40, 0, 1, 33, 70, 3),
    (36, 0, 0.3, 'drum', 99, 9),
    (38, 1, 1.2, 'drum', 98, 10),
    names=[(0, 'Left'), (1, 'Right'), (9, 'Kit'), (10, 'More')],
  )
  converter = BandRoll(('bass:33@36-47', 'chords:0+48@60-71', 'drums@35-38'))
  roll = converter.to_roll(piece)
  music = converter.from_roll(roll)
  excerpt = Excerpt(piece, converter.grid, 0, len(roll))
  excerpt_lib.keep_notes(music, converter, excerpt, ['chords', 'drums'])
  path = str(tmp_path / 'a.mid')
  midi_file.write(music, path)
  (again,) = music_files.read(path)
  names = {info.instrument: info.name for info in again.instrument_infos}
  found = {
    (
      names[n.instrument],
      n.pitch,
      n.start_time,
      round(n.end_time, 2),
      n.velocity,
    )
    for n in again.notes
    if n.end_time > 0.15
  }
  assert found == {
    ('bass', 40, 0, 1, 80),
    ('Left', 60, 0, 2, 80),
    ('Right', 60, 1, 3, 90),
    ('chords', 64, 0, 1, 70),
    ('Kit', 36, 0, 0.3, 99),
    ('More', 38, 1, 1.2, 98),
  }
  np.testing.assert_array_equal(converter.to_roll(again), roll)


def test_a_piece_split_by_register_names_groups(tmp_path):
  piece = piece_of(
    (40, 0, 1, 0, 80, 0),
    (64, 0, 1, 0, 80, 1),
    (67, 0, 1, 0, 80, 1),
    (71, 0, 1, 0, 80, 15),
    names=[(0, 'Piano'), (1, 'Piano')],
  )
  music = music_of(piece, 0, 8, ['bass', 'chords'])
  assert {row[0] for row in rows(music)} == {'bass', 'chords'}


def test_every_tick_of_the_piece_is_one_of_the_music():
  piece = piece_of((40, 0, 1, 33, 80, 0))
  for ticks, expected in ((96, 480), (1024, 15360), (32767, 480), (0, 480)):
    piece.ticks_per_quarter = ticks
    assert music_of(piece, 0, 8, ['bass']).ticks_per_quarter == expected


def metres_of(piece, first, stop=None):
  return excerpt_lib.metres(piece, BandRoll(GROUPS).grid, first, stop)


def test_metres_of_an_excerpt():
  # At 60 a minute a frame lasts 1/4 s: 3/4 from beat 0, 5/8 from beat 6, 4/4
  # from beat 11.
  piece = piece_of((40, 0, 20, 33, 80, 0), tempos=[(60, 0)])
  for top, bottom, time in ((4, 4, 11), (3, 4, 0), (5, 8, 6), (0, 4, 7)):
    piece.time_signatures.add(numerator=top, denominator=bottom, time=time)
  assert metres_of(piece, 0) == {0: (3, 4), 24: (5, 8), 44: (4, 4)}
  assert metres_of(piece, 12) == {0: (3, 4), 12: (5, 8), 32: (4, 4)}
  assert metres_of(piece, 24, 44) == {0: (5, 8)}
  assert metres_of(piece, 0, 0) == {0: (3, 4)}
  assert metres_of(piece_of((40, 0, 1, 33, 80, 0)), 5) == {0: (4, 4)}


def test_bars_end_where_their_metre_says():
  metres = {0: (3, 4), 24: (5, 8), 44: (4, 4)}
  grid = BandRoll(GROUPS, qpm=77).grid

  def end(frame, num_bars):
    return excerpt_lib.end_of_bars(metres, grid, frame, num_bars, 1000)

  assert [end(0, n) for n in range(1, 7)] == [12, 24, 34, 44, 60, 76]
  # A bar that has begun is ended first.
  assert end(1, 1) == 24
  assert end(30, 3) == 34 + 10 + 16 + 16
  assert end(100, 1) == 124
  # Further than to be looked for.
  assert [end(0, 63), end(0, 64)] == [988, 1001]


def test_a_long_bar_among_millions_of_short_ones():
  # All that time in the short ones took 61 GB.
  metres = {0: (1, 64), 16: (255, 1), 20: (1, 64)}
  grid = BandRoll(GROUPS).grid
  ends = [
    excerpt_lib.end_of_bars(metres, grid, 0, number, 5000)
    for number in (20, 2000000)
  ]
  assert ends == [23, 5001]


def test_metres_among_as_many_tempos():
  # The tempos were read again for each metre: days, of a file of 2 MB.
  piece = piece_of((40, 0, 1000, 33, 80, 0))
  for at in range(20000):
    piece.tempos.add(qpm=60 + at % 2, time=at / 20)
    piece.time_signatures.add(numerator=3 + at % 2, denominator=4, time=at / 20)

  metres = metres_of(piece, 0)
  assert max(metres) == 4033
  assert metres[0] == (3, 4)


def test_the_nearest_bar_line():
  piece = piece_of((40, 0, 20, 33, 80, 0), tempos=[(60, 0)])
  piece.time_signatures.add(numerator=3, denominator=4)
  grid = BandRoll(GROUPS).grid
  found = [grid.nearest_line(i, piece, 80) for i in (0, 6, 7, 12, 79, 80, 90)]
  assert found == [0, 0, 12, 12, 72, 80, 90]
  by_clock = BandRoll(GROUPS, frames_per_beat=0).grid
  assert by_clock.nearest_line(7, piece, 80) == 7
