# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a TFRecord of NoteSequences holds, counted."""

from __future__ import annotations

import math

import pytest
import tensorflow.compat.v1 as tf

from magenta_vrae.data import examples
from magenta_vrae.data.converters import PianoRollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.inference import evaluation


@pytest.fixture
def three_pieces(score, tmp_path):
  """Pieces of 10, 20 and 40 frames, and one note of pitch 20 in each."""
  path = str(tmp_path / 'pieces.tfrecord')
  with tf.io.TFRecordWriter(path) as writer:
    for frames in (10, 20, 40):
      piece = score((60, 0, frames / 20), (20, 0, 0.1))
      writer.write(piece.SerializeToString())
  return path


@pytest.fixture
def converter():
  return PianoRollConverter(pitches=(60, 61), window_frames=10)


def test_survey_counts_all(three_pieces, converter):
  survey = examples.survey(three_pieces, converter, 'train')
  assert survey.is_whole
  assert survey.num_pieces == 3
  assert survey.num_windows == 1 + 2 + 4
  assert survey.coverage == (3, 3)


def test_survey_counts_what_memory_holds(three_pieces, converter):
  """Training: whole pieces, and where windows begin. Evaluation: windows."""
  overlapping = converter.replace(hop_frames=1)
  for made in (converter, overlapping):
    survey = examples.survey(three_pieces, made, 'train')
    assert survey.num_bytes == (10 + 20 + 40) * (2 + 1)
  # Inputs and outputs, a byte each.
  survey = examples.survey(three_pieces, converter, 'eval')
  assert survey.num_bytes == 2 * 7 * 10 * 2


@pytest.mark.parametrize('mode', ['train', 'eval', 'infer'])
def test_windows_are_counted_as_the_survey_counts(
  three_pieces, converter, mode
):
  survey = examples.survey(three_pieces, converter, mode)
  counted = examples.count_windows(three_pieces, converter, mode)
  assert counted == survey.num_windows > 0


def test_no_piece_has_no_count(converter):
  with pytest.raises(InputError, match='holds no NoteSequence'):
    examples.count_windows([], converter, 'train')


@pytest.mark.parametrize('hop_frames', [1, 3, 10])
def test_baseline_of_the_survey(real_piece, hop_frames):
  """The same as inference computes with all windows in memory."""
  converter = PianoRollConverter(
    window_frames=10, hop_frames=hop_frames, keep_silent_windows=False
  )
  frames = examples.windows([real_piece], converter, 'train').frames
  survey = examples.survey([real_piece], converter, 'train')
  assert len(frames) == survey.num_windows > 100
  assert survey.independent_bernoulli == pytest.approx(
    evaluation.independent_bernoulli(frames, frames), rel=1e-12
  )


def test_baseline_of_two_columns(three_pieces, converter):
  frames = examples.windows(three_pieces, converter, 'train').frames
  survey = examples.survey(three_pieces, converter, 'train')
  assert survey.independent_bernoulli == pytest.approx(
    evaluation.independent_bernoulli(frames, frames)
  )
  # Of two columns, one sounds in all 70 frames and the other in none.
  assert survey.independent_bernoulli == pytest.approx(2 * math.log(71 / 72))


def test_no_baseline_without_a_window(three_pieces):
  """Of pieces without a note of the converter's pitches."""
  converter = PianoRollConverter(pitches=(99,), window_frames=10)
  survey = examples.survey(three_pieces, converter, 'train')
  assert survey.num_windows == 0
  assert survey.independent_bernoulli is None


def test_survey_stops_when_time_is_up(three_pieces, converter):
  survey = examples.survey(three_pieces, converter, 'train', seconds=0)
  assert not survey.is_whole
  assert survey.num_pieces == 1


def test_survey_goes_on_until_there_are_enough(three_pieces, converter):
  survey = examples.survey(three_pieces, converter, 'train', seconds=0, least=2)
  assert not survey.is_whole
  assert survey.num_windows == 3
  assert examples.survey(
    three_pieces, converter, 'train', seconds=0, least=9
  ).is_whole


def test_an_empty_dataset_is_refused(tmp_path, converter):
  (tmp_path / 'empty').write_bytes(b'')
  with pytest.raises(InputError, match='holds no NoteSequence'):
    examples.survey(str(tmp_path / 'empty'), converter, 'train', seconds=0)


def test_every_second_window_of_each_piece(three_pieces, converter):
  windows = examples.windows(three_pieces, converter, 'train', every=2)
  assert len(windows.frames) == len(windows.songs) == 1 + 1 + 2
