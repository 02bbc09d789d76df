# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Converters: exact vectors, round trips, and what real music loses."""

from __future__ import annotations

import logging

import mir_eval
import note_seq
import numpy as np
import pytest
from conftest import read_piece

from magenta_vrae import DrumRollConverter
from magenta_vrae import InputError
from magenta_vrae import PianoRollConverter

# Ten pieces of the music21 corpus, of all textures from solo to quintet.
TEN_PIECES = [
  'joplin/maple_leaf_rag.mxl',
  'schubert/Lindenbaum.xml',
  'handel/rinaldo/Lascia_chio_pianga.mxl',
  'monteverdi/madrigal.3.7.mxl',
  'beethoven/opus18no1/movement3.mxl',
  'haydn/opus74no1/movement3.mxl',
  'mozart/k458/movement2.mxl',
  'corelli/opus3no1/1grave.xml',
  'cpebach/h186.mxl',
  'schumann_clara/polonaise_op1n1.mxl',
]


def random_roll(num_frames, depth, share=0.3, seed=0):
  return np.random.RandomState(seed).rand(num_frames, depth) < share


class TestPianoRoll:
  def test_exact_vector(self, score):
    # At 10 Hz: 60 from frame 0 to 3, 64 from frame 2 to 4, 61 has no column.
    piece = score((60, 0.0, 0.3), (64, 0.2, 0.4), (61, 0.0, 0.4))
    converter = PianoRollConverter([64, 60], 10, window_frames=5)
    expected = [[0, 1], [0, 1], [1, 1], [1, 0], [0, 0]]
    tensors = converter.to_tensors(piece)
    np.testing.assert_array_equal(tensors.inputs, [expected])
    np.testing.assert_array_equal(tensors.outputs, [expected])
    assert tensors.lengths == [5]
    assert tensors.controls[0].shape == (5, 0)

  def test_times_go_to_the_nearest_frame_and_no_note_vanishes(self, score):
    converter = PianoRollConverter([60, 61, 62], 20)
    roll = converter.to_roll(
      score((60, 0.024, 0.076), (61, 0.026, 0.124), (62, 0.1, 0.101))
    )
    np.testing.assert_array_equal(roll, [[1, 0, 0], [1, 1, 0], [0, 0, 1]])

  def test_defaults_are_the_papers(self):
    converter = PianoRollConverter()
    assert converter.pitches == tuple(range(36, 85))
    assert converter.input_depth == converter.output_depth == 49
    assert converter.frames_per_second == 20
    assert converter.max_tensors_per_notesequence == 520
    assert converter.end_token is None and converter.control_depth == 0

  def test_drums_are_left_out(self, score):
    converter = PianoRollConverter()
    assert not converter.to_tensors(score((60, 0, 1), is_drum=True)).inputs

  def test_tempo_and_metre_changes_do_not_split(self, score):
    piece = score((60, 0, 5))
    piece.tempos.add(time=0, qpm=60)
    piece.tempos.add(time=1, qpm=173)
    piece.time_signatures.add(time=0, numerator=4, denominator=4)
    piece.time_signatures.add(time=2.2, numerator=7, denominator=8)
    plain = PianoRollConverter().to_tensors(score((60, 0, 5)))
    changed = PianoRollConverter().to_tensors(piece)
    np.testing.assert_array_equal(changed.inputs, plain.inputs)
    assert len(changed.inputs) == 2

  @pytest.mark.parametrize('onsets', [False, True])
  def test_rolls_survive_the_round_trip(self, onsets):
    converter = PianoRollConverter(onsets=onsets)
    roll = random_roll(300, 49)
    roll[-1, 0] = True  # A piece ends with its last note.
    if onsets:
      begins = roll & ~np.pad(roll, [(1, 0), (0, 0)])[:-1]
      restruck = roll & random_roll(300, 49, seed=1)
      roll = np.concatenate([roll, begins | restruck], axis=1)
    (piece,) = converter.from_tensors([roll.astype(np.float32)])
    np.testing.assert_array_equal(converter.to_roll(piece), roll)
    assert piece.total_time == 300 / 20

  def test_restruck_notes_merge_unless_onsets_are_kept(self, score):
    piece = score((60, 0, 0.5), (60, 0.5, 1.0), (60, 0.75, 1.0))
    merged = PianoRollConverter(window_frames=20)
    (back,) = merged.from_tensors(merged.to_tensors(piece).inputs)
    assert [(n.start_time, n.end_time) for n in back.notes] == [(0, 1)]
    apart = PianoRollConverter(window_frames=20, onsets=True)
    assert apart.output_depth == 98
    (back,) = apart.from_tensors(apart.to_tensors(piece).inputs)
    assert [(n.start_time, n.end_time) for n in back.notes] == [
      (0, 0.5),
      (0.5, 0.75),
      (0.75, 1.0),
    ]

  def test_an_onset_sounds(self):
    roll = np.zeros([4, 2])
    roll[1, 1] = 1  # The model says "starts here" and not "sounds here".
    (piece,) = PianoRollConverter([60], 1, 4, onsets=True).from_tensors([roll])
    assert [(n.start_time, n.end_time) for n in piece.notes] == [(1, 2)]

  def test_silence_converts_to_an_empty_piece(self):
    (piece,) = PianoRollConverter().from_tensors([np.zeros([50, 49])])
    assert not piece.notes and piece.total_time == 2.5
    (piece,) = PianoRollConverter().from_tensors([np.zeros([0, 49])])
    assert not piece.notes and piece.total_time == 0

  def test_what_the_model_makes_is_one_window_also_from_midi(self, tmp_path):
    for seed, share in enumerate([0.02, 0.2, 0.5]):
      for onsets in (False, True):
        converter = PianoRollConverter(onsets=onsets)
        sounding = random_roll(50, 49, share, seed)
        # What sounds last before the end is silence for some seeds.
        sounding[40 + seed * 5 :] = False
        begins = sounding & ~np.pad(sounding, [(1, 0), (0, 0)])[:-1]
        roll = np.concatenate([sounding, begins], 1) if onsets else sounding
        (piece,) = converter.from_tensors([roll])
        path = str(tmp_path / 'made.mid')
        note_seq.note_sequence_to_midi_file(piece, path)
        for made in (piece, note_seq.midi_file_to_note_sequence(path)):
          (window,) = converter.to_tensors(made).inputs
          np.testing.assert_array_equal(window, roll)

  def test_a_silent_piece_that_the_model_made_is_silent_windows(self):
    converter = PianoRollConverter()
    (piece,) = converter.from_tensors([np.zeros([100, 49])])
    windows = converter.to_tensors(piece).inputs
    np.testing.assert_array_equal(windows, np.zeros([2, 50, 49]))
    dropped = converter.replace(keep_silent_windows=False, holdout_fraction=0.5)
    dropped.set_mode('train')
    assert not dropped.to_tensors(piece).inputs

  def test_pitches_outside_are_counted_and_not_logged(self, score, caplog):
    piece = score((60, 0, 1), (20, 0, 1), (100, 0, 1), (84, 0, 1))
    with caplog.at_level(logging.DEBUG):
      converter = PianoRollConverter()
      assert converter.coverage(piece) == (2, 2)
      assert converter.coverage(piece).share_dropped == 0.5
      converter.to_tensors(piece)
    assert not caplog.records


class TestWindows:
  def starts(self, piece, mode=None, **settings):
    """First frames of the windows, told from a pitch that counts seconds."""
    converter = PianoRollConverter(
      range(128), 10, **{'window_frames': 20, **settings}
    )
    if mode:
      converter.set_mode(mode)
    roll = converter.to_roll(piece)
    windows = converter.to_tensors(piece).inputs
    starts = converter.window_starts(roll)
    for start, window in zip(starts, windows):
      np.testing.assert_array_equal(
        window[: len(roll) - start], roll[start:][:20]
      )
    assert len(starts) == len(windows)
    return list(starts)

  @pytest.fixture
  def ten_seconds(self, score):
    return score(*[(60 + i, i, i + 1) for i in range(10)])

  def test_without_overlap(self, ten_seconds):
    assert self.starts(ten_seconds) == [0, 20, 40, 60, 80]

  def test_half_overlapping(self, ten_seconds):
    assert self.starts(ten_seconds, hop_frames=10) == list(range(0, 81, 10))

  def test_at_every_frame(self, ten_seconds):
    assert self.starts(ten_seconds, hop_frames=1) == list(range(81))

  def test_the_first_so_many(self, ten_seconds):
    for mode in ('train', 'eval', 'infer'):
      assert self.starts(ten_seconds, mode, max_windows_per_song=2) == [0, 20]

  def test_no_cap(self, ten_seconds):
    converter = PianoRollConverter(max_windows_per_song=0)
    assert converter.max_tensors_per_notesequence is None

  def test_a_tail_shorter_than_a_window_is_left_out(self, score):
    assert self.starts(score((60, 0, 4.9))) == [0, 20]

  def test_a_short_piece_is_padded_with_silence(self, score):
    converter = PianoRollConverter([60], 10, window_frames=20)
    (window,) = converter.to_tensors(score((60, 0, 0.5))).inputs
    np.testing.assert_array_equal(window[:, 0], [1] * 5 + [0] * 15)

  def test_silent_windows_are_kept_or_dropped(self, score):
    piece = score((60, 0, 1), (60, 7, 8))
    assert self.starts(piece) == [0, 20, 40, 60]
    assert self.starts(piece, keep_silent_windows=False) == [0, 60]

  def test_holdout_shares_no_frame_with_training(self, ten_seconds):
    for hop in (1, 7, 10, 20):
      settings = {'hop_frames': hop, 'holdout_fraction': 0.3}
      train = self.starts(ten_seconds, 'train', **settings)
      held_out = self.starts(ten_seconds, 'eval', **settings)
      assert train and held_out
      assert max(train) + 20 <= min(held_out)
      assert min(held_out) >= 0.7 * (max(held_out) + 20) - 1
      everything = self.starts(ten_seconds, 'infer', **settings)
      assert set(train) | set(held_out) <= set(everything)

  def test_holdout_leaves_short_pieces_to_training(self, score):
    piece = score((60, 0, 2))
    assert self.starts(piece, 'train', holdout_fraction=0.1) == [0]
    assert self.starts(piece, 'eval', holdout_fraction=0.1) == []

  def test_a_piece_without_usable_notes_makes_no_window(self, score):
    assert self.starts(note_seq.NoteSequence()) == []
    assert self.starts(score((60, 0, 1), is_drum=True)) == []

  def test_a_piece_of_days_is_refused(self, score):
    with pytest.raises(InputError, match='24 hours'):
      PianoRollConverter().to_tensors(score((60, 0, 1e9)))


class TestDrumRoll:
  def test_a_hit_is_one_frame(self, score):
    piece = score((36, 0.0, 0.9), (38, 0.2, 0.21), is_drum=True)
    converter = DrumRollConverter([36, 38], 10, window_frames=4)
    np.testing.assert_array_equal(
      converter.to_tensors(piece).inputs,
      [[[1, 0], [0, 0], [0, 1], [0, 0]]],
    )

  def test_defaults(self):
    assert DrumRollConverter().pitches == tuple(range(35, 84))
    assert DrumRollConverter().input_depth == 49

  def test_pitched_notes_are_left_out(self, score):
    assert not DrumRollConverter().to_tensors(score((60, 0, 1))).inputs

  def test_rolls_survive_the_round_trip_through_midi(self, tmp_path):
    converter = DrumRollConverter()
    roll = random_roll(50, 49)
    (piece,) = converter.from_tensors([roll])
    assert all(note.is_drum for note in piece.notes)
    path = str(tmp_path / 'drums.mid')
    note_seq.note_sequence_to_midi_file(piece, path)
    for made in (piece, note_seq.midi_file_to_note_sequence(path)):
      (window,) = converter.to_tensors(made).inputs
      np.testing.assert_array_equal(window, roll)


def note_f1(reference, estimate):
  """Note F1 by mir_eval: onsets within 50 ms, offsets not counted."""

  def arrays(piece):
    notes = sorted(
      (n.start_time, n.end_time, n.pitch) for n in piece.notes if not n.is_drum
    )
    intervals = np.array([(s, max(e, s + 1e-3)) for s, e, _ in notes])
    hertz = 440.0 * 2 ** ((np.array([p for *_, p in notes]) - 69) / 12)
    return intervals, hertz

  _, _, f1, _ = mir_eval.transcription.precision_recall_f1_overlap(
    *arrays(reference), *arrays(estimate), offset_ratio=None
  )
  return f1


@pytest.mark.parametrize('path', TEN_PIECES)
def test_real_pieces_from_midi_to_roll_to_midi(path, tmp_path):
  """With every pitch and onsets kept, a piece comes back nearly whole."""
  original = str(tmp_path / 'original.mid')
  note_seq.note_sequence_to_midi_file(read_piece(path), original)
  piece = note_seq.midi_file_to_note_sequence(original)
  scores = {}
  for onsets in (True, False):
    converter = PianoRollConverter(range(128), onsets=onsets)
    (back,) = converter.from_tensors([converter.to_roll(piece)])
    made = str(tmp_path / 'made.mid')
    note_seq.note_sequence_to_midi_file(back, made)
    scores[onsets] = note_f1(piece, note_seq.midi_file_to_note_sequence(made))
  print(f'{path}: note F1 {scores[True]:.3f} with onsets, {scores[False]:.3f}')
  # What is lost with onsets are unisons of two voices, one note in a roll.
  assert scores[True] > 0.93
  assert scores[False] > 0.7
  assert scores[True] >= scores[False]


@pytest.mark.parametrize(
  'settings, reason',
  [
    ({'pitches': []}, 'at least one'),
    ({'pitches': [60, 128]}, '128'),
    ({'pitches': [60, 60]}, 'repeated'),
    ({'frames_per_second': 0}, 'frames_per_second'),
    ({'window_frames': -1}, 'window_frames'),
    ({'hop_frames': -5}, 'hop_frames'),
    ({'max_windows_per_song': -1}, 'max_windows_per_song'),
    ({'holdout_fraction': 1.0}, 'holdout_fraction'),
  ],
)
def test_settings_out_of_range_are_refused(settings, reason):
  with pytest.raises(InputError, match=reason):
    PianoRollConverter(**settings)


@pytest.mark.parametrize('cls', [PianoRollConverter, DrumRollConverter])
def test_replace_keeps_all_other_settings(cls):
  converter = cls(range(40, 60), 10, 30, 15, 7, False, 0.2)
  other = converter.replace(hop_frames=3)
  assert other.settings() == {**converter.settings(), 'hop_frames': 3}
