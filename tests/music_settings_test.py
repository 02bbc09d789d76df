# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The metre that a new run takes from its music."""

from __future__ import annotations

import note_seq
import pytest

from magenta_vrae import catalogue
from magenta_vrae.commands import length_and_tempo
from magenta_vrae.commands import music_settings
from magenta_vrae.data import excerpt
from magenta_vrae.data import records
from magenta_vrae.data import time_grid
from magenta_vrae.data.time_grid import TimeGrid


def piece(*metres, qpm=96.0):
  """A piece of (numerator, denominator, bars), with a note on each quarter."""
  made = note_seq.NoteSequence(ticks_per_quarter=480)
  made.tempos.add(qpm=qpm)
  quarters = 0.0
  for numerator, denominator, num_bars in metres:
    made.time_signatures.add(
      time=quarters * 60 / qpm, numerator=numerator, denominator=denominator
    )
    quarters += 4 * numerator / denominator * num_bars
  for quarter in range(int(quarters)):
    made.notes.add(
      pitch=60,
      velocity=80,
      start_time=quarter * 60 / qpm,
      end_time=(quarter + 1) * 60 / qpm,
    )
  made.total_time = quarters * 60 / qpm
  return made


@pytest.fixture
def adapted(tmp_path):
  """The config that vrae_band becomes for pieces, and what is said of it."""

  def adapt(*pieces, hparams='', converter=''):
    path = str(tmp_path / 'songs.tfrecord')
    records.write_sequences(path, pieces)
    lines = []
    config = music_settings.with_metre(
      catalogue.overridden(catalogue.PRESETS['vrae_band'], hparams, converter),
      path,
      music_settings.Flags(hparams, converter),
      lines.append,
    )
    hparams = config.hparams
    assert hparams.max_seq_len == config.data_converter.window_frames
    return (hparams.bar_frames, hparams.max_seq_len), lines

  return adapt


def test_bars_are_counted_in_frames():
  grid = TimeGrid.by_the_beat(4, 120.0)
  songs = [piece((4, 4, 5), (3, 4, 2)), piece((6, 8, 4))]
  # The last bar ends with the piece; no line follows that would say so.
  assert time_grid.bar_lengths(grid, songs) == {16: 80, 12: 12 + 36}
  assert time_grid.bar_lengths(grid, []) == {}


@pytest.mark.parametrize(
  'frames, metre',
  [
    (16, (4, 4)),
    (12, (3, 4)),
    (14, (7, 8)),
    (9, (9, 16)),
    (0, (4, 4)),
    (1024, (4, 4)),
  ],
)
def test_a_bar_of_frames_has_a_metre(frames, metre):
  assert TimeGrid.by_the_beat(4, 97.0).metre(frames) == metre
  assert TimeGrid(20.0).metre(frames) == (4, 4)


def test_of_metres_at_one_time_the_last_counts():
  config = catalogue.PRESETS['vrae_band']
  song = piece((4, 4, 0), (3, 4, 2), (6, 8, 2))
  assert length_and_tempo.metre(config, [song]) == (3, 4)
  # As for music that goes along with the piece, and in the file.
  grid = config.data_converter.grid
  assert excerpt.metres(song, grid, 0)[0] == (3, 4)
  assert length_and_tempo.metre(config, [piece()]) == (4, 4)


def test_the_metre_of_a_piece_is_not_that_of_its_upbeat():
  config = catalogue.PRESETS['vrae_band']
  song = piece((1, 4, 1), (3, 4, 8), (2, 4, 1))
  assert length_and_tempo.metre(config, [song]) == (3, 4)
  # Music of its windows is in whole bars of that metre.
  made = note_seq.NoteSequence(total_time=1.0)
  length_and_tempo.as_the_piece(made, config, [song])
  (metre,) = made.time_signatures
  assert (metre.time, metre.numerator, metre.denominator) == (0.0, 3, 4)
  # What is said late counts from there, and 4/4 until then.
  late = piece((4, 4, 6), (3, 4, 2))
  del late.time_signatures[0]
  assert length_and_tempo.metre(config, [late]) == (4, 4)


@pytest.mark.parametrize(
  ('metre', 'bar', 'window'),
  [
    ((4, 4), 16, 64),
    ((3, 4), 12, 48),
    ((6, 8), 12, 48),
    ((2, 4), 8, 64),
    ((5, 4), 20, 80),
    ((7, 8), 14, 112),
  ],
)
def test_windows_are_whole_bars_of_the_music(adapted, metre, bar, window):
  found, lines = adapted(piece((*metre, 30)))
  assert found == (bar, window)
  if bar == 16:
    assert not lines
  else:
    (line,) = lines
    assert f'have {bar} frames, so windows have {window}' in line


def test_finer_frames_make_longer_bars(adapted):
  found, _ = adapted(piece((4, 4, 9)), converter='frames_per_beat=12')
  assert found == (48, 96)


def test_the_commonest_bar_counts_and_the_others_are_told_of(adapted):
  songs = [piece((4, 4, 9)), piece((3, 4, 4))]
  found, (line,) = adapted(*songs)
  assert found == (16, 64)
  assert line == (
    '22% of the music is in bars of other lengths than 16 frames, where the '
    'decoder is told a wrong place'
  )


def test_windows_stay_where_bars_are_endless(adapted):
  found, (line,) = adapted(piece((255, 1, 3)))
  assert found == (0, 64)
  assert line.startswith('most bars of the music have 4080 frames, too many')


@pytest.mark.parametrize(
  ('of_music', 'written'), [(3.0, 10.0), (97.0, 97.0), (60e6, 1000.0)]
)
def test_a_tempo_to_write_at_can_be_played(tmp_path, of_music, written):
  song = note_seq.NoteSequence(total_time=1.0)
  song.tempos.add(qpm=of_music)
  song.notes.add(pitch=60, velocity=80, end_time=1.0)
  path = str(tmp_path / 'songs.tfrecord')
  records.write_sequences(path, [song])
  flags, lines = music_settings.Flags('', ''), []
  config = music_settings.with_tempo(
    catalogue.PRESETS['vrae_band'], path, flags, lines.append
  )
  assert config.data_converter.grid.qpm == written
  assert f'at {written:g} quarter notes a minute' in lines[0]


def test_what_flags_say_stays(adapted):
  waltz = piece((3, 4, 30))
  found, (line,) = adapted(waltz, hparams='bar_frames=16')
  assert found == (16, 64) and line.startswith('100% of the music')
  assert adapted(waltz, hparams='bar_frames=0') == ((0, 64), [])
  found, _ = adapted(waltz, converter='window_frames=96')
  assert found == (12, 96)
  found, (line,) = adapted(waltz, converter='window_frames=64')
  assert found == (0, 64) and 'half a window of 64 holds no whole' in line


def test_windows_that_begin_elsewhere_have_no_place_in_the_bar(adapted):
  song = piece((4, 4, 30))
  found, (line,) = adapted(song, converter='align=beat')
  assert found == (0, 64) and 'windows begin at any beat' in line
  found, (line,) = adapted(
    song, converter='align=beat', hparams='bar_frames=16'
  )
  assert found == (16, 64) and 'give --converter=align=bar' in line


def test_other_configs_are_left_as_they_are(tmp_path):
  config = catalogue.PRESETS['vrae_music']
  flags = music_settings.Flags('', '')
  same = music_settings.with_metre(config, 'no file', flags, print)
  assert same is config
