# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A band's roll: groups of instruments, the beat, loudness."""

from __future__ import annotations

import note_seq
import numpy as np
import pytest

from magenta_vrae import BandRollConverter
from magenta_vrae import InputError
from magenta_vrae import PianoRollConverter
from magenta_vrae import configs
from magenta_vrae.data import band
from magenta_vrae.data import instrument_groups
from magenta_vrae.data import time_grid
from magenta_vrae.data.instrument_groups import Group
from magenta_vrae.reading import music_files

SMALL = ('bass:33+32@40-42', 'chords:0-31@60-63', 'drums@35-36')


def piece_of(*rows, tempos=(), signatures=()):
  """A piece of (pitch, start, end, program) rows; program 'drum' is a drum."""
  piece = note_seq.NoteSequence()
  for qpm, time in tempos:
    piece.tempos.add(qpm=qpm, time=time)
  for numerator, denominator, time in signatures:
    piece.time_signatures.add(
      numerator=numerator, denominator=denominator, time=time
    )
  for pitch, start, end, program in rows:
    is_drum = program == 'drum'
    piece.notes.add(
      pitch=pitch,
      start_time=start,
      end_time=end,
      velocity=80,
      program=0 if is_drum else program,
      is_drum=is_drum,
      instrument=9 if is_drum else program,
    )
  piece.total_time = max((row[2] for row in rows), default=0.0)
  return piece


def random_roll(converter, num_frames, seed=0):
  """A roll as `to_roll` makes them: loudness is said where notes begin."""
  rng = np.random.RandomState(seed)
  roll = rng.rand(num_frames, converter.depth) < 0.2
  for part in converter.parts:
    sounding, struck = part.roll.sounding_and_struck(roll[:, part.columns])
    if not part.group.is_drums:
      roll[:, part.columns] = np.concatenate([sounding, struck], axis=1)
    width = part.loudness.stop - part.loudness.start
    level = rng.randint(width + 1, size=[num_frames, 1])
    levels = (np.arange(width) < level) & struck.any(axis=1, keepdims=True)
    roll[:, part.loudness] = levels
  return roll


class TestBeat:
  def test_frames_follow_the_tempo_map(self):
    # 60 a minute for two quarters, then 120: sixteenths of 1/4 s and of 1/8 s.
    tempos = [(60, 0.0), (120, 2.0)]
    piece = piece_of(
      (60, 0.25, 0.5, 0), (62, 2.0, 2.125, 0), (64, 2.25, 2.5, 0), tempos=tempos
    )
    converter = PianoRollConverter([60, 62, 64], frames_per_beat=4)
    roll = converter.to_roll(piece)
    assert [np.flatnonzero(column).tolist() for column in roll.T] == [
      [1],
      [8],
      [10, 11],
    ]

  @pytest.mark.parametrize('frames_per_beat, qpm', [(4, 97.3), (12, 151.7)])
  def test_output_lies_on_the_grid_at_qpm(self, tmp_path, frames_per_beat, qpm):
    converter = PianoRollConverter(
      frames_per_beat=frames_per_beat, qpm=qpm, onsets=True
    )
    assert converter.frames_per_second == pytest.approx(
      frames_per_beat * qpm / 60
    )
    half = np.random.RandomState(0).rand(200, 49) < 0.2
    roll = np.concatenate(converter.sounding_and_struck(np.tile(half, 2)), 1)
    made = converter.from_roll(roll)
    assert [tempo.qpm for tempo in made.tempos] == [qpm]
    np.testing.assert_array_equal(converter.to_roll(made), roll)
    # The ticks of a quarter divide by its frames: none is rounded.
    assert made.ticks_per_quarter % frames_per_beat == 0
    path = str(tmp_path / 'a.mid')
    note_seq.note_sequence_to_midi_file(made, path)
    again = note_seq.midi_file_to_note_sequence(path)
    np.testing.assert_array_equal(converter.to_roll(again), roll)

  def test_windows_begin_on_bar_lines(self):
    # Two bars of 3/4, then 4/4; a window of two quarters at every bar.
    signatures = [(3, 4, 0.0), (4, 4, 3.0)]
    piece = piece_of((60, 0.0, 8.0, 0), signatures=signatures)
    converter = PianoRollConverter(
      frames_per_beat=4, align='bar', window_frames=8, hop_frames=1
    )
    starts, windows = converter.windows(piece)
    assert starts.tolist() == [0, 12, 24, 40, 56]
    assert all(window.shape == (8, 49) for window in windows)
    apart = converter.replace(hop_frames=13).windows(piece)[0]
    assert apart.tolist() == [0, 24, 40, 56]
    beats = converter.replace(align='beat', hop_frames=20).windows(piece)[0]
    assert beats.tolist() == [0, 20, 40]

  @pytest.mark.parametrize('denominator', [32, 2**20, 2**30])
  def test_bars_shorter_than_a_frame(self, denominator):
    # A MIDI file may say 1/2**30: a list of all its bars took 400 GB.
    signatures = [(1, denominator, 0.0), (2, 4, 4.0)]
    piece = piece_of((60, 0.0, 8.0, 0), signatures=signatures)
    grid = PianoRollConverter(frames_per_beat=4).grid
    lines = grid.bar_lines(piece, 64)
    assert lines.tolist() == [*range(32), 32, 40, 48, 56]

  def test_a_metre_before_the_piece_is_its_first(self):
    # A dataset may say any time.
    signatures = [(3, 4, -1.0), (2, 4, 1e300)]
    piece = piece_of((60, 0.0, 8.0, 0), signatures=signatures)
    lines = PianoRollConverter(frames_per_beat=4).grid.bar_lines(piece, 30)
    assert lines.tolist() == [0, 12, 24]

  def test_seconds_and_frames_are_inverse(self):
    piece = piece_of((60, 0, 9, 0), tempos=[(50, 0), (133, 1.7), (90, 4.1)])
    grid = PianoRollConverter(frames_per_beat=12).grid
    frames = np.arange(150)
    seconds = grid.seconds(frames, piece)
    np.testing.assert_array_equal(grid.nearest(seconds, piece), frames)
    assert seconds[12] == pytest.approx(60 / 50)

  def test_notes_played_freely_are_counted(self):
    converter = PianoRollConverter(frames_per_beat=4)
    on = [(60, i * 0.125 + 0.011, i * 0.125 + 0.1, 0) for i in range(8)]
    assert converter.off_grid(piece_of(*on)) == 0.0
    off = [(60, 0.05, 0.1, 0)]
    assert converter.off_grid(piece_of(*on, *off)) == pytest.approx(1 / 9)
    assert converter.off_grid(piece_of()) == 0.0

  def test_the_tempo_of_some_pieces(self):
    # 3 s at 50 and 1 s at 133; 2 s at 90.
    pieces = [
      piece_of((60, 0, 4, 0), tempos=[(50, 0), (133, 3)]),
      piece_of((60, 0, 2, 0), tempos=[(90, 0), (200, 5)]),
    ]
    assert time_grid.main_qpm(pieces[:1]) == 50
    assert time_grid.main_qpm(pieces) == 50
    assert time_grid.main_qpm(pieces[1:] * 2 + pieces) == 90
    assert time_grid.main_qpm([]) == 120

  def test_absurd_tempos_are_refused(self):
    converter = PianoRollConverter(frames_per_beat=4)
    # 60 s at 432001 quarters a minute: a file of 44 bytes took 8 GB.
    with pytest.raises(
      InputError, match='432001 quarter notes; at most 432000'
    ):
      converter.to_roll(piece_of((60, 0, 60, 0), tempos=[(432001, 0)]))
    fine = converter.replace(frames_per_beat=10000)
    with pytest.raises(InputError, match='1.2e.07 frames; at most 10368000'):
      fine.to_roll(piece_of((60, 0, 600, 0)))
    with pytest.raises(InputError, match='tempo of 0'):
      converter.to_roll(piece_of((60, 0, 1, 0), tempos=[(0, 0)]))

  @pytest.mark.parametrize(
    'settings, words',
    [
      ({'align': 'bar'}, 'frames_per_beat'),
      ({'align': 'page', 'frames_per_beat': 4}, 'one of frame, beat, bar'),
      ({'frames_per_beat': -1}, 'frames_per_beat is -1'),
      ({'frames_per_beat': 4, 'qpm': 0}, 'qpm is 0'),
      ({'frames_per_beat': 4, 'qpm': float('inf')}, 'qpm is inf'),
      ({'frames_per_beat': 4, 'qpm': 1e300}, 'at most 100000'),
      ({'frames_per_beat': 2**70}, 'at most 10000'),
      ({'frames_per_second': 1e300}, 'at most 10000'),
      ({'window_frames': 10**9}, 'window_frames is 10+; .*at most 131072'),
      ({'hop_frames': 2**70}, 'hop_frames is'),
    ],
  )
  def test_settings_that_cannot_be(self, settings, words):
    with pytest.raises(InputError, match=words):
      PianoRollConverter(**settings)


class TestGroups:
  def test_parse(self):
    group = Group.parse('bass:33+32-34@23-25')
    assert group == Group('bass', (33, 32, 34), (23, 24, 25))
    assert group.program == 33 and not group.is_drums
    assert Group.parse('kit@35-36').is_drums

  @pytest.mark.parametrize(
    'text, words',
    [
      ('bass', 'is no group'),
      ('bass:33@50-40', 'the lower first'),
      ('bass:33@50-400', '0 to 127'),
      ('bass:200@50-60', 'program 200'),
      ('bass:3-@50-60', 'with \\+ between'),
    ],
  )
  def test_what_is_no_group(self, text, words):
    with pytest.raises(InputError, match=words):
      Group.parse(text)

  @pytest.mark.parametrize(
    'texts, words',
    [
      ([], 'at least one'),
      (['a:1@1-2', 'a:2@1-2'], 'name a is in two'),
      (['a_1:1@1-2', 'A1:2@1-2'], 'name a1 is in two'),
      (['a@1-2', 'b@1-2'], 'two groups are of drums'),
    ],
  )
  def test_groups_that_do_not_go_together(self, texts, words):
    with pytest.raises(InputError, match=words):
      instrument_groups.parse_all(texts)

  def test_every_program_has_at_most_one_default_group(self):
    groups = instrument_groups.parse_all(instrument_groups.DEFAULT)
    assert [g.name for g in groups] == ['bass', 'chords', 'melody', 'drums']

  def assigned(self, piece):
    groups = instrument_groups.parse_all(instrument_groups.DEFAULT)
    found = instrument_groups.assign(piece, groups)
    names = [*(g.name for g in groups), None]
    return [names[i] for i in found.groups], found.by_register

  def test_by_program(self):
    piece = piece_of(
      (40, 0, 1, 33),
      (60, 0, 1, 48),
      (70, 0, 1, 73),
      (36, 0, 1, 'drum'),
      (60, 0, 1, 127),
    )
    names, by_register = self.assigned(piece)
    assert names == ['bass', 'chords', 'melody', 'drums', None]
    assert not by_register

  def test_a_lead_that_plays_in_the_bass_is_a_bass(self):
    low = [(30 + i, i, i + 1, 81) for i in range(3)]
    names, _ = self.assigned(piece_of(*low, (60, 0, 1, 81), (60, 0, 1, 0)))
    assert names == ['bass'] * 4 + ['chords']
    names, _ = self.assigned(piece_of((60, 0, 1, 81), (60, 0, 1, 0)))
    assert names == ['melody', 'chords']

  def test_a_part_that_no_group_can_hold_is_where_its_program_says(self):
    names, _ = self.assigned(piece_of((100, 0, 1, 0), (60, 0, 1, 80)))
    assert names == ['chords', 'melody']

  def test_one_part_by_register(self):
    # A chord of three, then a note alone while the lowest sounds on.
    piece = piece_of(
      (40, 0, 2, 0),
      (60, 0, 1, 0),
      (72, 0, 1, 0),
      (74, 1, 2, 0),
      (36, 0, 1, 'drum'),
    )
    names, by_register = self.assigned(piece)
    assert names == ['bass', 'chords', 'melody', 'melody', 'drums']
    assert by_register

  def test_parts_of_one_program_by_register_and_polyphony(self):
    piece = note_seq.NoteSequence()
    for t in range(4):
      for instrument, pitches in enumerate([(76,), (55, 60, 64), (43,)]):
        for pitch in pitches:
          piece.notes.add(
            pitch=pitch, start_time=t, end_time=t + 1, instrument=instrument
          )
    names, by_register = self.assigned(piece)
    assert names == ['melody', 'chords', 'chords', 'chords', 'bass'] * 4
    assert by_register

  CHOIR = (
    'soprano:52@55-84',
    'alto:52@50-79',
    'tenor:52@44-73',
    'bass:52@33-67',
  )

  def voices(self, piece, texts=CHOIR):
    groups = instrument_groups.parse_all(texts)
    found = instrument_groups.assign(piece, groups).groups
    return [groups[i].name for i in found]

  def parts_of(self, *pitches, program=52, names=()):
    piece = note_seq.NoteSequence()
    for instrument, pitch in enumerate(pitches):
      piece.notes.add(
        pitch=pitch, end_time=1, instrument=instrument, program=program
      )
    for instrument, name in enumerate(names):
      piece.instrument_infos.add(instrument=instrument, name=name)
    return piece

  def test_voices_of_one_program_by_their_height(self):
    piece = self.parts_of(48, 72, 55, 64)
    assert self.voices(piece) == ['bass', 'soprano', 'tenor', 'alto']

  def test_a_track_named_as_a_group_is_of_it(self):
    # The alto lies above the soprano here.
    piece = self.parts_of(
      60, 67, 55, 48, names=['Soprano', 'ALTO.', 'Tenor', 'Bass']
    )
    assert self.voices(piece) == ['soprano', 'alto', 'tenor', 'bass']
    choir = instrument_groups.parse_all(self.CHOIR)
    assert not instrument_groups.assign(piece, choir).by_register
    two = ('violin_1:40@55-97', 'violin_2:40@55-92')
    piece = self.parts_of(60, 67, program=40, names=['Violin 1', 'Violin 2'])
    assert self.voices(piece, two) == ['violin_1', 'violin_2']

  def test_groups_that_share_a_program_beside_another(self):
    quartet = (
      'violin_1:40@55-97',
      'violin_2:40@55-92',
      'viola:41@48-84',
      'cello:42@36-74',
    )
    piece = self.parts_of(62, 76, 60, 48)
    for note, program in zip(piece.notes, (40, 40, 41, 42)):
      note.program = program
    assert self.voices(piece, quartet) == [
      'violin_2',
      'violin_1',
      'viola',
      'cello',
    ]

  def test_the_chords_of_one_part_are_split_into_four_voices(self):
    piece = self.parts_of(48, 72, 55, 64)
    for note in piece.notes:
      note.instrument = 0
    assert self.voices(piece) == ['bass', 'soprano', 'tenor', 'alto']

  def test_thousands_of_notes_of_one_part_that_sound_together(self):
    piece = note_seq.NoteSequence()
    for number in range(30000):
      pitch = (48, 60, 67, 72)[number % 4]
      piece.notes.add(pitch=pitch, start_time=number, end_time=1e5, program=52)
    voices = ['bass', 'tenor', 'alto', 'soprano']
    # The first of a chord is alone, and the next ones are above the others.
    assert self.voices(piece) == ['soprano'] * 4 + voices * 7499

  def test_voices_that_cross_come_back_as_they_were(self, tmp_path):
    converter = BandRollConverter(self.CHOIR, qpm=80)
    roll = random_roll(converter, 60)
    (made,) = converter.from_tensors([roll])
    path = str(tmp_path / 'choir.mid')
    note_seq.note_sequence_to_midi_file(made, path)
    (again,) = music_files.read(path)
    np.testing.assert_array_equal(converter.to_roll(again), roll)


class TestBandRoll:
  def test_exact_vector(self):
    converter = BandRollConverter(SMALL, frames_per_beat=1)
    piece = piece_of(
      (41, 0, 1, 33), (41, 1, 1.5, 32), (60, 0.5, 1.5, 0), (36, 1, 2, 'drum')
    )
    # bass 40 41 42 and onsets; chords 60 to 63 and onsets; drums 35 36.
    bass = [[0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 0], [0, 1, 0, 0, 1, 0]]
    chords = [[0] * 8, [1, 0, 0, 0, 1, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0]]
    drums = [[0, 0], [0, 0], [0, 1]]
    expected = np.concatenate([bass, chords, drums], axis=1)
    np.testing.assert_array_equal(converter.to_roll(piece), expected)
    assert converter.depth == 16
    assert converter.pitch_blocks == (3, 3, 4, 4)
    assert converter.pitches == (40, 41, 42, 60, 61, 62, 63, 35, 36)

  @pytest.mark.parametrize('velocity_levels', [0, 2, 5, 64])
  def test_roll_to_midi_and_back(self, tmp_path, velocity_levels):
    converter = BandRollConverter(velocity_levels=velocity_levels, qpm=93)
    roll = random_roll(converter, 100)
    (made,) = converter.from_tensors([roll])
    np.testing.assert_array_equal(converter.to_roll(made), roll)
    path = str(tmp_path / 'band.mid')
    note_seq.note_sequence_to_midi_file(made, path)
    again = note_seq.midi_file_to_note_sequence(path)
    np.testing.assert_array_equal(converter.to_roll(again), roll)

  def test_each_group_has_its_track(self):
    converter = BandRollConverter()
    (made,) = converter.from_tensors([random_roll(converter, 40)])
    names = {info.instrument: info.name for info in made.instrument_infos}
    assert names == {0: 'bass', 1: 'chords', 2: 'melody', 9: 'drums'}
    found = {
      (names[note.instrument], note.program, note.is_drum)
      for note in made.notes
    }
    assert found == {
      ('bass', 33, False),
      ('chords', 0, False),
      ('melody', 80, False),
      ('drums', 0, True),
    }
    for part in converter.parts:
      own = [n for n in made.notes if names[n.instrument] == part.group.name]
      assert {n.pitch for n in own} <= set(part.group.pitches)

  def test_what_is_dropped_is_told_by_group(self):
    converter = BandRollConverter(SMALL)
    piece = piece_of(
      (41, 0, 1, 33),
      (20, 0, 1, 33),
      (60, 0, 1, 0),
      (35, 0, 1, 'drum'),
      (50, 0, 1, 'drum'),
      (50, 0, 1, 'drum'),
      (60, 0, 1, 100),
    )
    assert converter.coverage_by_group(piece) == {
      'bass': (1, 1),
      'chords': (1, 0),
      'drums': (1, 2),
      band.NO_GROUP: (0, 1),
    }
    assert converter.coverage(piece) == (3, 4)

  def test_loudness_is_the_mean_of_what_begins(self):
    converter = BandRollConverter(SMALL, velocity_levels=4, frames_per_beat=1)
    piece = piece_of((60, 0, 1, 0), (62, 0, 1, 0), (41, 0.5, 1, 33))
    for note, velocity in zip(piece.notes, (100, 120, 10)):
      note.velocity = velocity
    roll = converter.to_roll(piece)
    np.testing.assert_array_equal(
      roll[:, converter.parts[1].loudness], [[1, 1, 1], [0, 0, 0]]
    )
    assert not roll[:, converter.parts[0].loudness].any()
    made = converter.from_roll(roll)
    assert [n.velocity for n in made.notes] == [16, 112, 112]

  def test_the_programs_of_a_piece(self):
    converter = BandRollConverter()
    piece = piece_of(
      (40, 0, 1, 34), (41, 1, 2, 34), (40, 2, 3, 33), (60, 0, 1, 48),
      (36, 0, 1, 'drum'),
    )  # fmt: skip
    assert converter.programs_of(piece) == {'bass': 34, 'chords': 48}

  def test_settings_make_it_again(self):
    converter = BandRollConverter(
      SMALL, 3, window_frames=8, align='bar', qpm=99
    )
    again = type(converter)(**converter.settings())
    assert again.settings() == converter.settings()
    assert again.parts[0].group == converter.parts[0].group
    assert again.frames_per_second == pytest.approx(4 * 99 / 60)

  @pytest.mark.parametrize('levels', [-1, 1, 65])
  def test_levels_that_cannot_be(self, levels):
    with pytest.raises(InputError, match=f'velocity_levels is {levels}; '):
      BandRollConverter(velocity_levels=levels)

  def test_empty_groups_are_silence(self):
    converter = BandRollConverter(SMALL)
    assert not converter.to_tensors(
      piece_of((60, 0, 1, 127), (60, 0, 1, 126))
    ).inputs
    only_drums = converter.to_roll(piece_of((35, 0, 1, 'drum')))
    assert only_drums.sum() == 1


@pytest.mark.parametrize(
  'bar_frames, metre', [(16, (4, 4)), (12, (3, 4)), (14, (7, 8)), (0, (4, 4))]
)
def test_music_has_the_metre_in_which_the_model_learned(bar_frames, metre):
  config = configs.get_config('vrae_band', f'bar_frames={bar_frames}')
  of_music_vae = config.data_converter
  for converter in (of_music_vae, of_music_vae.replace(qpm=90.0)):
    (piece,) = converter.from_tensors([np.ones([32, converter.depth], bool)])
    (found,) = piece.time_signatures
    assert (found.numerator, found.denominator, found.time) == (*metre, 0)


def test_music_by_the_clock_has_no_metre():
  converter = configs.get_config('vrae_music', 'bar_frames=5').data_converter
  (piece,) = converter.from_tensors([np.ones([32, converter.depth], bool)])
  assert not piece.time_signatures
