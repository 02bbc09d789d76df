# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""How long a loop takes on this machine, in each way that it can run.

It runs the loops of backpropagation.py for a few time steps, in a graph and a
session of its own: the caller's graph, its seeds and NumPy's random numbers
stay as they were. The session is a local one, also in a cluster, and has this
process's thread settings.
"""

from __future__ import annotations

import functools
import time
from typing import Any
from typing import Callable
from typing import NamedTuple
from typing import Sequence

import tensorflow.compat.v1 as tf

from magenta_vrae.model import backpropagation
from magenta_vrae.model import loop_ways
from magenta_vrae.model.cells import CELLS
from magenta_vrae.model.cells import Cell
from magenta_vrae.model.cells import State
from magenta_vrae.model.recurrence import OutputWeights

# A run has about so many operations of its largest product, and so many steps.
_OPERATIONS = 5e8
_FEWEST_STEPS, _MOST_STEPS = 2, 25
# Each way runs so often, and oftener until both together took so many seconds.
_FEWEST_RUNS, _MOST_RUNS, _SECONDS = 5, 15, 0.1


class Loop(NamedTuple):
  """A loop, as far as its time depends on it.

  Attributes:
    recurrence: The method of `Recurrence` that it belongs to.
    direction: 'forward' or 'backward'.
    cell: A key of `CELLS`.
    num_units: H.
    batch_size: Sequences in it.
    num_outputs: D in 'free_run', otherwise 0.
    hears_itself: Whether what 'free_run' feeds back is its own output, through
      which gradients pass.
    may_round: Whether its products may be in bfloat16.
    num_loops: How many of it run side by side.
  """

  recurrence: str
  direction: str
  cell: str
  num_units: int
  batch_size: int
  num_outputs: int = 0
  hears_itself: bool = False
  may_round: bool = False
  num_loops: int = 1

  @property
  def operations(self) -> int:
    """Additions and multiplications of W h, of all sequences at one step."""
    G = CELLS[self.cell].num_gates
    num_sequences = self.num_loops * self.batch_size
    return 2 * num_sequences * self.num_units * self.num_units * G


class Times(NamedTuple):
  """Seconds for one time step, in several runs.

  Attributes:
    compiled: Of the loop compiled, a list.
    uncompiled: Of the loop without XLA, in turns with these.
    bfloat16: Of that with products in bfloat16, likewise; empty if the loop may
      not round.
  """

  compiled: list[float]
  uncompiled: list[float]
  bfloat16: Sequence[float] = ()


def measure(loop: Loop) -> Times:
  """Times a loop.

  Raises:
    tf.errors.OpError: If TensorFlow or XLA cannot run it.
  """
  steps = int(_OPERATIONS / loop.operations)
  steps = max(_FEWEST_STEPS, min(_MOST_STEPS, steps))
  with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session:
    function, tensors = _loop(loop, steps)
    weights, *others = tensors
    # Loops that run side by side have the weights in common.
    more = (_loop(loop, steps)[1] for _ in range(loop.num_loops - 1))
    of_loops = [others, *(others for _, *others in more)]

    def results(way: str) -> list[tf.Tensor]:
      run = loop_ways.in_way(function, way)
      return _of_each([run(weights, *others) for others in of_loops])

    ways = Times._fields if loop.may_round else Times._fields[:2]
    fetches = [results(way) for way in ways]
    session.run(tf.global_variables_initializer())
    calls = [functools.partial(session.run, fetch) for fetch in fetches]
    return Times(*([t / steps for t in times] for times in _in_turns(calls)))


def _in_turns(calls: Sequence[Callable[[], Any]]) -> list[list[float]]:
  """The times of functions that are called in turns."""
  for call in calls:
    call()  # It is compiled, and memory is found.
  times: list[list[float]] = [[] for _ in calls]
  begun = time.perf_counter()
  for run in range(_MOST_RUNS):
    if run >= _FEWEST_RUNS and time.perf_counter() - begun > _SECONDS:
      break
    for call, of_call in zip(calls, times):
      start = time.perf_counter()
      call()
      of_call.append(time.perf_counter() - start)
  return times


def _of_each(results: Any) -> list[tf.Tensor]:
  """A number of each tensor: enough that all of them are computed."""
  return [tf.reshape(v, [-1])[0] for v in tf.nest.flatten(results)]


def _loop(loop: Loop, T: int) -> tuple[Callable[..., Any], tuple]:
  """A loop as a function of tensors, and the tensors, its weights first."""
  cell = CELLS[loop.cell](loop.num_units)
  if loop.recurrence == 'free_run':
    make = _free_forward if loop.direction == 'forward' else _free_backward
  else:
    make = _forward if loop.direction == 'forward' else _backward
  return make(loop, cell, T)


def _forward(loop: Loop, cell: Cell, T: int) -> tuple[Callable, tuple]:
  B, H = loop.batch_size, loop.num_units
  GH = cell.num_gates * H
  length = tf.fill([B], T) if loop.recurrence == 'final_state' else None
  function = functools.partial(backpropagation.forward, cell)
  return function, (_some(H, GH), _some(T, B, GH), _state(loop, cell), length)


def _backward(loop: Loop, cell: Cell, T: int) -> tuple[Callable, tuple]:
  B, H = loop.batch_size, loop.num_units
  W_T, trace = _some(cell.num_gates * H, H), _trace(loop, cell, T)
  function = functools.partial(backpropagation.backward, cell)
  if loop.recurrence == 'final_state':
    return function, (W_T, trace, tf.fill([B], T), _state(loop, cell), None)
  return function, (W_T, trace, None, None, _some(T, B, H))


def _free_forward(loop: Loop, cell: Cell, T: int) -> tuple[Callable, tuple]:
  B, H, D = loop.batch_size, loop.num_units, loop.num_outputs
  GH = cell.num_gates * H
  weights = OutputWeights(
    _some(H, GH), _some(D, GH), _some(1, GH), _some(H, D), _some(D)
  )

  def function(
    weights: OutputWeights, state_0: State, x_0: tf.Tensor
  ) -> backpropagation.FreeTrace:
    feed = None if loop.hears_itself else _notes
    return backpropagation.free_forward(cell, weights, state_0, x_0, T, feed)

  return function, (weights, _state(loop, cell), _some(B, D))


def _notes(logits: tf.Tensor, t: tf.Tensor) -> tf.Tensor:
  del t
  return tf.cast(logits >= 0.0, logits.dtype)


def _free_backward(loop: Loop, cell: Cell, T: int) -> tuple[Callable, tuple]:
  B, H, D = loop.batch_size, loop.num_units, loop.num_outputs
  GH = cell.num_gates * H
  transposed = backpropagation.TransposedWeights(
    _some(GH, H), _some(GH, D), _some(D, H)
  )
  trace = backpropagation.FreeTrace(
    _trace(loop, cell, T), _some(T + 1, B, D), _some(T, B, D)
  )

  def function(
    transposed: backpropagation.TransposedWeights,
    trace: backpropagation.FreeTrace,
    d_logits: tf.Tensor,
  ) -> backpropagation.FreeGradients:
    return backpropagation.free_backward(
      cell, transposed, trace, d_logits, loop.hears_itself
    )

  return function, (transposed, trace, _some(T, B, D))


def _state(loop: Loop, cell: Cell) -> State:
  B, H = loop.batch_size, loop.num_units
  return tuple(_some(B, H) for _ in range(cell.num_states))


def _trace(loop: Loop, cell: Cell, T: int) -> backpropagation.Trace:
  B, H = loop.batch_size, loop.num_units
  return backpropagation.Trace(
    tuple(_some(T + 1, B, H) for _ in range(cell.num_states)),
    tuple(_some(T, B, H) for _ in range(cell.num_kept)),
  )


def _some(*shape: int) -> tf.Tensor:
  """Numbers as small as weights, which stay where they are between runs."""
  numbers = tf.fill(shape, 0.05)
  variable = tf.Variable(numbers, trainable=False, use_resource=True)
  return variable.read_value()
