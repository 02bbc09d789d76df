# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What is said of a training whose bound falls and falls."""

from __future__ import annotations

import pytest
import tensorflow.compat.v1 as tf

from magenta_vrae.errors import InputError
from magenta_vrae.training import sessions

BASELINE = -8.0
NUM_STEPS = 700


class Bound:
  """Of a `VRAE`, what the hook asks for: a bound that is told by the step."""

  def __init__(self, bound_of):
    step = tf.train.get_or_create_global_step()
    self.bound_per_time_step = bound_of(tf.cast(step, tf.float32))
    self.kl = tf.fill([4], 5.0)
    self.train_op = tf.assign_add(step, 1)
    self.hparams = None


def warnings(bound_of, capsys, baseline=BASELINE):
  """The lines that a training with such bounds has of its diverging."""
  model = Bound(bound_of)
  hook = sessions.ProgressHook(model, NUM_STEPS, baseline=baseline)
  with tf.train.MonitoredSession(hooks=[hook]) as session:
    for _ in range(NUM_STEPS):
      session.run(model.train_op)
  said = capsys.readouterr()
  lines = (said.err + said.out).splitlines()
  return [line for line in lines if 'training has diverged' in line]


def after(step, bound):
  return lambda t: tf.where(t < step, -5.0, bound)


def test_a_bound_that_falls_is_told_once_and_at_the_end(graph, capsys):
  once, at_the_end = warnings(after(600.0, -4000.0), capsys)
  assert 'so far the bound is -' in once
  assert f'step {NUM_STEPS}: the bound is -' in at_the_end
  assert 'learning_rate' in once


@pytest.mark.parametrize(
  'bound_of',
  [
    after(600.0, -15.0),  # A little worse than knowing nothing.
    after(600.0, -4.0),
    lambda t: -40.0 + t / 100.0,  # Slow.
  ],
)
def test_other_bounds_are_not(graph, capsys, bound_of):
  assert not warnings(bound_of, capsys)


def test_without_a_baseline_nothing_is_known(graph, capsys):
  assert not warnings(after(600.0, -4000.0), capsys, baseline=None)


def test_a_bound_that_is_no_number_ends_training(graph, capsys):
  with pytest.raises(InputError, match=r'no number \(NaN\) at step 12[01]:'):
    warnings(after(120.0, float('nan')), capsys)
