# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The halves of a batch side by side against the whole batch."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from graph_sessions import quick_session

from magenta_vrae import configs
from magenta_vrae import cores
from magenta_vrae.model import cells
from magenta_vrae.model import fast_recurrence
from magenta_vrae.model import loop_choice
from magenta_vrae.model.halves import Halves
from magenta_vrae.model.recurrence import OutputWeights
from magenta_vrae.model.recurrence import PlainRecurrence
from magenta_vrae.model.recurrence import Recurrence

T, B, H, D = 5, 6, 4, 3
LENGTHS = np.array([5, 1, 4, 2, 3, 5], np.int32)


class Refusing(Recurrence):
  """One that must not be used."""

  def input_product(self, *_):
    raise AssertionError('input_product')

  def final_state(self, *_):
    raise AssertionError('final_state')

  def outputs(self, *_):
    raise AssertionError('outputs')

  def free_run(self, *_):
    raise AssertionError('free_run')


def compiled():
  return fast_recurrence.FastRecurrence(loop_choice.compiled)


def numbers(*shape):
  rng = np.random.default_rng(sum(shape))
  return tf.constant(rng.normal(0, 0.7, shape))


def final_state(recurrence, cell, B=B):
  GH = cell.num_gates * H
  inputs = [numbers(H, GH), numbers(T, B, GH)]
  inputs += [numbers(B, H + i)[:, i:] for i in range(cell.num_states)]
  W, a, *state_0 = inputs
  ends = recurrence.final_state(cell, W, a, tuple(state_0), LENGTHS[:B])
  return tf.concat(ends, axis=1), inputs


def outputs(recurrence, cell, B=B):
  GH = cell.num_gates * H
  inputs = [numbers(H, GH), numbers(T, B, GH)]
  inputs += [numbers(B, H + i)[:, i:] for i in range(cell.num_states)]
  W, a, *state_0 = inputs
  return recurrence.outputs(cell, W, a, tuple(state_0)), inputs


def free_run(recurrence, cell, B=B, bias_rows=1, feed=None):
  GH = cell.num_gates * H
  inputs = [numbers(H, GH), numbers(D, GH), numbers(bias_rows, GH)]
  inputs += [numbers(H, D), numbers(D), numbers(B, D)]
  inputs += [numbers(B, H + i)[:, i:] for i in range(cell.num_states)]
  weights, (x_0, *state_0) = OutputWeights(*inputs[:5]), inputs[5:]
  logits, fed = recurrence.free_run(
    cell, weights, tuple(state_0), x_0, tf.constant(T), feed
  )
  return tf.concat([logits, fed], axis=2), inputs


def free_run_with_a_bias_of_each(recurrence, cell, B=B):
  return free_run(recurrence, cell, B, bias_rows=B)


RUNS = [final_state, outputs, free_run, free_run_with_a_bias_of_each]


def check_same(run, cell, *recurrences, B=B):
  """Values, and gradients by all inputs of the sum of their squares."""
  asked = []
  for recurrence in recurrences:
    values, inputs = run(recurrence, cell, B=B)
    loss = tf.reduce_sum(tf.square(values))
    asked.append([values, *tf.gradients(loss, inputs)])
  found, expected = quick_session().run(asked)
  for array, of_whole in zip(found, expected):
    assert np.any(of_whole)
    np.testing.assert_allclose(array, of_whole, atol=1e-12)


@pytest.mark.parametrize('run', RUNS)
@pytest.mark.parametrize('name', cells.CELLS)
def test_halves_give_what_the_whole_gives(graph, name, run):
  cell = cells.make_cell(name, [H])
  in_halves = Halves(half=PlainRecurrence(), whole=Refusing())
  check_same(run, cell, in_halves, PlainRecurrence())


@pytest.mark.parametrize('run', RUNS)
def test_both_halves_run_the_same_compiled_loop(graph, run):
  cell = cells.make_cell('gru', [H])
  half = compiled()
  check_same(run, cell, Halves(half, Refusing()), PlainRecurrence())
  calls = [
    op.get_attr('f').name
    for op in graph.get_operations()
    if 'PartitionedCall' in op.type
  ]
  # Forward and backward, in both halves.
  assert len(calls) == 4
  assert len(set(calls)) == 2


@pytest.mark.parametrize('run', RUNS)
@pytest.mark.parametrize('num_sequences', [1, 3])
def test_an_odd_batch_stays_whole(graph, run, num_sequences):
  cell = cells.make_cell('tanh', [H])
  whole = Halves(half=Refusing(), whole=PlainRecurrence())
  check_same(run, cell, whole, PlainRecurrence(), B=num_sequences)


def test_a_batch_of_unknown_size_stays_whole(graph):
  cell = cells.make_cell('tanh', [H])
  a = tf.placeholder(tf.float64, [None, None, H])
  whole = Halves(half=Refusing(), whole=PlainRecurrence())
  h = whole.outputs(cell, numbers(H, H), a, (tf.zeros_like(a[0]),))
  values = np.ones([T, 2, H])
  assert quick_session().run(h, {a: values}).shape == (T, 2, H)


def test_draws_stay_whole(graph):
  """A feed may number its draws by their place in the batch."""
  cell = cells.make_cell('tanh', [H])
  whole = Halves(half=Refusing(), whole=PlainRecurrence())
  drawn, _ = free_run(whole, cell, feed=lambda logits, t: tf.round(logits))
  assert drawn.shape.as_list()[1:] == [B, 2 * D]


@pytest.mark.parametrize('num_cores', [1, 2])
def test_a_model_is_halved_where_there_are_two_cores(
  graph, monkeypatch, num_cores
):
  """One core would do the one half after the other."""
  monkeypatch.setattr(cores, 'available', lambda: num_cores)
  config = configs.get_config('vrae_music', 'batch_size=4,recurrence=compiled')
  converter = config.data_converter
  config.model.build(config.hparams, converter.output_depth, is_training=True)
  x = tf.zeros([4, converter.window_frames, converter.output_depth])
  length = tf.fill([4], converter.window_frames)
  config.model.train(x, x, length)
  loops = [op for op in graph.get_operations() if 'PartitionedCall' in op.type]
  # The encoder, the decoder from z, and the one that hears itself.
  assert len(loops) == 3 * num_cores
