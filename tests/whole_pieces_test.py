# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Windows of a dataset, which are cut from whole pieces when they are used."""

from __future__ import annotations

import collections
import subprocess
import sys

import note_seq
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from graph_sessions import quick_session

from magenta_vrae import configs
from magenta_vrae.data import whole_pieces
from magenta_vrae.data.converters import PianoRollConverter
from magenta_vrae.host import data
from magenta_vrae.training import seeding

CONVERTERS = {
  'every frame': ('vrae_2d', 'hop_frames=1,max_windows_per_song=0'),
  'held out': ('vrae_20d', 'hop_frames=3,holdout_fraction=0.3'),
  'no silence': ('vrae_20d', 'hop_frames=1,keep_silent_windows=false'),
  'onsets': ('vrae_music', ''),
  'drums': ('vrae_drums_20d', ''),
  'band': ('vrae_band', ''),
}


@pytest.fixture
def pieces(score, tmp_path):
  """A TFRecord of several lengths, one piece shorter than any window."""
  path = str(tmp_path / 'pieces.tfrecord')
  rng = np.random.RandomState(0)
  made = []
  for seconds in (13.0, 0.4, 30.0, 21.3):
    piece = score(
      *[
        (int(rng.randint(36, 84)), i / 8, i / 8 + 0.1)
        for i in range(int(8 * seconds))
      ]
    )
    for i in range(int(2 * seconds)):
      piece.notes.add(
        pitch=(36, 38, 42)[i % 3],
        is_drum=True,
        velocity=90,
        start_time=i / 2,
        end_time=i / 2 + 0.1,
      )
    # A rest of 5 s in the middle.
    for note in piece.notes:
      if note.start_time > seconds / 2:
        note.start_time += 5.0
        note.end_time += 5.0
    piece.total_time = seconds + 5.0
    made.append(piece)
  with tf.io.TFRecordWriter(path) as writer:
    for piece in made:
      writer.write(piece.SerializeToString())
  return path


def config_of(path, name, converter):
  config = configs.get_config(name, 'batch_size=1', converter)
  return config._replace(train_examples_path=path)


def windows_of(path, converter):
  """All that the converter makes in training, by itself."""
  converter.set_mode('train')
  return [
    window.tobytes()
    for record in tf.compat.v1.io.tf_record_iterator(path)
    for window in converter.to_tensors(
      note_seq.NoteSequence.FromString(record)
    ).inputs
  ]


def epochs(config, num_windows, num_epochs, **kwargs):
  """What `get_dataset` hands on, epoch by epoch, as bytes of inputs."""
  dataset = data.get_dataset(config, is_training=True, **kwargs)
  batch = tf.data.make_initializable_iterator(dataset)
  tensors = batch.get_next()
  found = []
  with quick_session() as session:
    session.run(batch.initializer)
    for _ in range(num_epochs):
      found.append([])
      for _ in range(num_windows):
        inputs, outputs, controls, lengths = session.run(tensors)
        assert inputs.dtype == outputs.dtype == controls.dtype == bool
        T = config.data_converter.window_frames
        assert inputs.shape == (1, T, config.data_converter.depth)
        assert controls.shape == (1, T, 0)
        assert list(lengths) == [T]
        np.testing.assert_array_equal(inputs, outputs)
        found[-1].append(inputs[0].tobytes())
  return found


@pytest.mark.parametrize(
  'kind, cached',
  [
    pytest.param(kind, True, marks=pytest.mark.long if kind == 'onsets' else ())
    for kind in CONVERTERS
  ]
  + [('every frame', False)],
)
def test_an_epoch_is_every_window_once_in_another_order(pieces, kind, cached):
  config = config_of(pieces, *CONVERTERS[kind])
  expected = windows_of(pieces, config.data_converter)
  first, second = epochs(config, len(expected), 2, cache_dataset=cached)
  assert len(expected) > 20
  assert collections.Counter(first) == collections.Counter(expected)
  assert collections.Counter(second) == collections.Counter(expected)
  assert first != second
  assert first != expected


def test_neighbours_are_of_different_pieces(pieces):
  """Windows of all pieces are mixed, over the whole epoch."""
  config = config_of(pieces, *CONVERTERS['no silence'])
  expected = windows_of(pieces, config.data_converter)
  assert len(set(expected)) > 0.95 * len(expected)
  (order,) = epochs(config, len(expected), 1)
  place = {window: i for i, window in enumerate(expected)}
  places = np.array([place[window] for window in order])
  # Of random places, the mean distance is a third of all.
  apart = np.abs(np.diff(places)).mean() / len(places)
  assert 0.25 < apart < 0.42
  quarters = np.array_split(places, 4)
  assert all(abs(q.mean() / len(places) - 0.5) < 0.1 for q in quarters)


def test_more_pieces_than_are_mixed_at_a_time(pieces, monkeypatch):
  monkeypatch.setattr(whole_pieces, '_MIXED_PIECES', 2)
  monkeypatch.setattr(whole_pieces, '_CUT_WINDOWS', 7)
  config = config_of(pieces, *CONVERTERS['onsets'])
  expected = windows_of(pieces, config.data_converter)
  for epoch in epochs(config, len(expected), 2):
    assert collections.Counter(epoch) == collections.Counter(expected)


def test_the_order_follows_from_the_seed(pieces):
  def of_seed(seed):
    config = config_of(pieces, *CONVERTERS['onsets'])
    with tf.Graph().as_default(), seeding.seeded(seed, config):
      config.model.build(
        config.hparams, config.data_converter.output_depth, is_training=True
      )
      return epochs(config, 100, 2)

  first = of_seed(1)
  assert of_seed(1) == first
  assert of_seed(2) != first


def test_without_a_seed_each_training_has_another_order(real_piece, tmp_path):
  """Within a piece, too."""
  path = str(tmp_path / 'piece.tfrecord')
  with tf.io.TFRecordWriter(path) as writer:
    writer.write(real_piece.SerializeToString())

  def order():
    with tf.Graph().as_default():
      return epochs(config_of(path, *CONVERTERS['every frame']), 50, 1)

  assert order() != order()


def test_a_seed_ends_with_its_training(pieces):
  config = config_of(pieces, *CONVERTERS['onsets'])
  with seeding.seeded(1, config), tf.Graph().as_default():
    with pytest.raises(RuntimeError, match='require a seed'):
      tf.random_normal([])
  with tf.Graph().as_default(), quick_session() as session:
    draw = tf.random_normal([])
    assert session.run(draw) != session.run(draw)


@pytest.mark.parametrize('kind', ['held out', 'onsets', 'band'])
def test_evaluation_has_windows_in_order_of_time(pieces, kind):
  config = config_of(pieces, *CONVERTERS[kind])
  config = config._replace(eval_examples_path=pieces)
  dataset = data.get_dataset(config, is_training=False)
  tensors = tf.data.make_one_shot_iterator(dataset).get_next()
  config.data_converter.set_mode('eval')
  expected = [
    window
    for record in tf.compat.v1.io.tf_record_iterator(pieces)
    for window in config.data_converter.to_tensors(
      note_seq.NoteSequence.FromString(record)
    ).inputs
  ]
  with quick_session() as session:
    found = [session.run(tensors)[0][0] for _ in expected]
  np.testing.assert_array_equal(found, expected)


class OnlyFirst(PianoRollConverter):
  def to_tensors(self, item):
    return data.ConverterTensors(*[t[:1] for t in super().to_tensors(item)])


class OnlyLast(PianoRollConverter):
  def windows(self, note_sequence):
    starts, windows = super().windows(note_sequence)
    return starts[-1:], windows[-1:]


@pytest.mark.parametrize('kind', [OnlyFirst, OnlyLast])
def test_a_class_that_makes_its_own_windows_is_asked_for_them(pieces, kind):
  converter = kind(window_frames=40, hop_frames=1)
  config = config_of(pieces, 'vrae_20d', '')._replace(data_converter=converter)
  expected = windows_of(pieces, converter)
  assert len(expected) == 4
  (epoch,) = epochs(config, 4, 1)
  assert collections.Counter(epoch) == collections.Counter(expected)


LONG_PIECE = """
import resource, sys, note_seq
import tensorflow.compat.v1 as tf
from magenta_vrae import configs
from magenta_vrae.host import data

tf.disable_v2_behavior()
path = sys.argv[1]
piece = note_seq.NoteSequence(total_time=4 * 3600)
for i in range(2 * 3600):
  piece.notes.add(
    pitch=48 + i % 24, velocity=80, start_time=2 * i, end_time=2 * i + 1
  )
with tf.io.TFRecordWriter(path) as writer:
  writer.write(piece.SerializeToString())
config = configs.get_config('vrae_music', 'batch_size=32')
config = config._replace(train_examples_path=path, eval_examples_path=path)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for is_training in (False, True):
  with tf.Graph().as_default():
    dataset = data.get_dataset(
      config, is_training=is_training, cache_dataset=is_training
    )
    batch = tf.data.make_one_shot_iterator(dataset).get_next()
    with tf.Session() as session:
      shape = session.run(batch)[0].shape
  after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
  print(*shape, (after - before) // 1024)
"""


def test_a_long_piece_has_room(tmp_path):
  """Four hours with a window at every frame: as windows, 4.5 GB."""
  result = subprocess.run(
    [sys.executable, '-W', 'ignore', '-c', LONG_PIECE]
    + [str(tmp_path / 'long.tfrecord')],
    capture_output=True,
    text=True,
  )
  assert result.returncode == 0, result.stderr
  for line in result.stdout.splitlines()[-2:]:
    *shape, megabytes = map(int, line.split())
    assert shape == [32, 80, 98]
    assert megabytes < 900
