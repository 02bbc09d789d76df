# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""How a run's bound went: from its summaries, and from its checkpoints."""

from __future__ import annotations

import os

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from graph_sessions import save_random_model

from magenta_vrae import configs
from magenta_vrae.errors import InputError
from magenta_vrae.inference import evaluation
from magenta_vrae.inference import history

HPARAMS = 'enc_rnn_size=[6],dec_rnn_size=[5]'


def write_summaries(folder, bounds):
  tag = 'bound/per_time_step'
  writer = tf.summary.FileWriter(str(folder))
  for step, bound in bounds:
    writer.add_summary(
      tf.Summary(
        value=[
          tf.Summary.Value(tag=tag, simple_value=bound),
          tf.Summary.Value(tag='loss', simple_value=1.0),
        ]
      ),
      step,
    )
  writer.close()


def test_training_bounds_of_a_run_that_was_restarted(tmp_path):
  with tf.Graph().as_default():
    write_summaries(tmp_path / 'train', [(0, -34.0), (100, -9.0), (200, -8.0)])
    (first,) = (tmp_path / 'train').iterdir()
    # Restarted from step 100. Names of event files begin with the second.
    os.rename(first, tmp_path / 'train' / 'events.out.tfevents.0')
    write_summaries(tmp_path / 'train', [(200, -7.5), (300, -7.0)])
  steps, bounds = history.training_bounds(str(tmp_path))
  np.testing.assert_array_equal(steps, [0, 100, 200, 300])
  np.testing.assert_array_equal(bounds, [-34.0, -9.0, -7.5, -7.0])


def test_summaries_that_are_cut_off_or_damaged(tmp_path):
  """Cut off while it trains, which is no fault; changed, which is one."""
  run_dir = tmp_path / 'run[1]'
  with tf.Graph().as_default():
    write_summaries(run_dir / 'train', [(0, -34.0), (100, -9.0)])
  (path,) = (run_dir / 'train').iterdir()
  whole = path.read_bytes()
  lengths = set()
  for length in range(len(whole) + 1):
    path.write_bytes(whole[:length])
    lengths.add(len(history.training_bounds(str(run_dir))[0]))
  assert lengths == {0, 1, 2}
  for place in (0, 12, len(whole) - 1):
    flipped = bytearray(whole)
    flipped[place] ^= 1
    path.write_bytes(flipped)
    with pytest.raises(InputError, match='summaries in .* are damaged'):
      history.training_bounds(str(run_dir))


def test_summaries_of_a_real_session(tmp_path):
  """With a graph, session logs and other summaries among them."""
  tag = 'bound/per_time_step'
  with tf.Graph().as_default() as graph:
    values = tf.placeholder(tf.float32, [])
    summaries = tf.summary.merge(
      [tf.summary.scalar(tag, values), tf.summary.histogram('h', values)]
    )
    with tf.Session() as session:
      writer = tf.summary.FileWriter(str(tmp_path / 'train'), graph)
      writer.add_session_log(tf.SessionLog(status=tf.SessionLog.START), 0)
      expected = {}
      for step, value in ((0, 0.0), (2**33, -1.5), (300, -(2.0**99))):
        expected[step] = value
        writer.add_summary(session.run(summaries, {values: value}), step)
      writer.close()
  steps, bounds = history.training_bounds(str(tmp_path))
  assert dict(zip(steps, bounds)) == expected
  assert list(steps) == sorted(expected)


def test_a_bound_that_is_no_float_is_none(tmp_path):
  """Three bytes in its field, in a summary that is whole otherwise."""
  tag = b'bound/per_time_step'
  value = b'\x0a' + bytes([len(tag)]) + tag + b'\x12\x03abc'
  summary = b'\x0a' + bytes([len(value)]) + value
  (tmp_path / 'train').mkdir()
  path = str(tmp_path / 'train' / 'events.out.tfevents.0')
  with tf.io.TFRecordWriter(path) as writer:
    writer.write(b'\x10\x05\x2a' + bytes([len(summary)]) + summary)
  assert not len(history.training_bounds(str(tmp_path))[0])


def test_checkpoint_bounds_in_the_order_of_steps(tmp_path):
  train = tmp_path / 'train'
  train.mkdir()
  paths = [str(train / f'model.ckpt-{step}') for step in (9, 100)]
  for path, sigma in zip(paths, (0.4, 0.1)):
    save_random_model(f'{HPARAMS},sigma_init={sigma}', path)
  tf.train.update_checkpoint_state(str(train), paths[-1], paths)
  config = configs.get_config('vrae_2d', HPARAMS)
  frames = np.random.RandomState(0).rand(3, 50, 49) < 0.1
  seen = []
  steps, bounds = history.checkpoint_bounds(
    str(tmp_path), config, frames, lambda *done: seen.append(done)
  )
  np.testing.assert_array_equal(steps, [9, 100])
  assert seen == [(0, 2), (1, 2)]
  expected = [
    evaluation.window_bounds(config, path, frames).lower_bound.mean() / 50
    for path in paths
  ]
  np.testing.assert_allclose(bounds, expected)
  assert bounds[0] != bounds[1]


def test_a_run_without_checkpoints_has_no_course(tmp_path):
  config = configs.get_config('vrae_2d', HPARAMS)
  steps, bounds = history.checkpoint_bounds(str(tmp_path), config, None)
  assert len(steps) == len(bounds) == 0
