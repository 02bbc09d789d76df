# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which way a loop runs, where the hparam `recurrence` is 'auto'.

The ways are 'compiled', by XLA; 'uncompiled', in TensorFlow's executor; and
'bfloat16', as that with products in bfloat16, if the hparam `precision` allows
it and the processor has the instructions (mixed_precision.py).

Compiled loops are the faster ones on most machines, but not at every size on
every processor. So the first training at a size measures (loop_timing.py), the
forward and the backward loop each by itself, and what it finds is remembered
(loop_memory.py). Later trainings choose the same at once: with the same seed
they give the same weights, bit for bit.

Some are not measured:

* loops of small products, below `LEAST_OPERATIONS` a step: what TensorFlow's
  executor costs for each operation is more than any product would gain;
* loops of unknown batch size, or of other numbers than float32;
* anything where nothing can be remembered, as two trainings might then choose
  differently.

These are compiled. To compile a loop for measuring takes most of the time, a
quarter to half a second, and a model has four loops or six. So measuring ends
when a model's `SECONDS` would not do for one more. What is left runs as that
loop of the model whose direction and cell are the same and whose size is
nearest, and is compiled if there is none; that is remembered, too. The
encoder's loops come first.
"""

from __future__ import annotations

import time
import weakref
from typing import Callable
from typing import NamedTuple

import tensorflow.compat.v1 as tf

from magenta_vrae.errors import InputError
from magenta_vrae.model import loop_memory
from magenta_vrae.model import loop_timing
from magenta_vrae.model import mixed_precision
from magenta_vrae.model import xla
from magenta_vrae.model.cells import CELLS
from magenta_vrae.model.cells import Cell
from magenta_vrae.model.loop_timing import Loop

# Of a step's product; 20 sequences through the paper's 500 units make 1e7.
LEAST_OPERATIONS = 2e7
# A model's measurements take no longer, if each takes as long as the longest.
SECONDS = 2.0
# What a first one takes, to begin with.
_FIRST_SECONDS = 0.6
# Compiled loops run unless the others take less than this share of the time:
# nothing should hang on noise.
_CLEARLY = 0.92

_NAMES = {
  'final_state': 'encoder',
  'free_run': 'decoder',
  'outputs': 'told decoder',
}


class Ways(NamedTuple):
  """Which way a recurrence's forward loop runs, and its backward loop.

  Attributes:
    forward: One of `loop_memory.WAYS`.
    backward: Likewise.
  """

  forward: str
  backward: str


# From a recurrence's method, its cell, a tensor sized `[..., batch_size, ...]`
# whose batch_size stands last but one, D and whether it hears itself.
Choice = Callable[..., Ways]


class _Choices:
  """What was chosen for the loops of one model.

  Attributes:
    ways: One of `loop_memory.WAYS` for each loop whose way is remembered.
    seconds: How long measuring took.
  """

  def __init__(self) -> None:
    self.ways: dict[Loop, str] = {}
    self.seconds = 0.0
    self._longest = _FIRST_SECONDS

  def way(self, loop: Loop) -> str:
    """One of `loop_memory.WAYS`; what is not remembered is found out."""
    if loop in self.ways:
      return self.ways[loop]
    if not loop_memory.is_possible():
      return 'compiled'
    try:
      way = loop_memory.recall(_machine()).get(_in_words(loop))
      self.ways[loop] = way or self._find_out(loop)
    except (InputError, tf.errors.OpError):  # Such as a full disk, or memory.
      return 'compiled'
    return self.ways[loop]

  def _find_out(self, loop: Loop) -> str:
    """Measures, within bounds, and remembers.

    Raises:
      InputError: If that cannot be written.
      tf.errors.OpError: If the loop cannot be run.
    """
    ms: list[float] = []
    if self.seconds + self._longest > SECONDS:
      way = self._as_the_nearest(loop)
    else:
      begun = time.perf_counter()
      try:
        times = loop_timing.measure(loop)
      finally:
        lasted = time.perf_counter() - begun
        self.seconds += lasted
        self._longest = max(self._longest, lasted)
      way = faster(times)
      ms = [1e3 * min(of_way) for of_way in times if of_way]
    return loop_memory.remember(_machine(), _in_words(loop), way, ms)

  def _as_the_nearest(self, loop: Loop) -> str:
    alike = [
      other
      for other in self.ways
      if (other.direction, other.cell) == (loop.direction, loop.cell)
    ]
    if not alike:
      return 'compiled'
    nearest = min(alike, key=lambda m: abs(m.operations - loop.operations))
    return self.ways[nearest]


_choices: weakref.WeakKeyDictionary[tf.Graph, _Choices]
_choices = weakref.WeakKeyDictionary()


def compiled(*loop: object, **named: object) -> Ways:
  """Both loops compiled, whatever they are."""
  return Ways('compiled', 'compiled')


def uncompiled(*loop: object, **named: object) -> Ways:
  """Neither compiled."""
  return Ways('uncompiled', 'uncompiled')


def sooner(
  recurrence: str,
  cell: Cell,
  like: tf.Tensor,
  num_outputs: int | None = 0,
  hears_itself: bool = False,
  may_round: bool = False,
  num_loops: int = 1,
) -> Ways:
  """The ways that run sooner on this machine.

  Args:
    recurrence: The method of `Recurrence`.
    cell: Its cell.
    like: A tensor of the recurrence's numbers, with the batch size last but
      one: sized `[T, batch_size, ...]` or `[batch_size, ...]`.
    num_outputs: D in 'free_run', otherwise 0.
    hears_itself: As `Loop` has it.
    may_round: Whether products may be in bfloat16; they are only if this
      processor has instructions for them.
    num_loops: How many such loops run side by side.
  """
  if not xla.works():
    return uncompiled()
  batch_size = like.shape.as_list()[-2]
  names = [name for name, kind in CELLS.items() if type(cell) is kind]
  if not names or not batch_size or num_outputs is None:
    return compiled()
  may_round = may_round and mixed_precision.is_in(_machine())
  graph = tf.get_default_graph()
  choices = _choices.setdefault(graph, _Choices())

  def way(direction: str) -> str:
    loop = Loop(
      recurrence,
      direction,
      names[0],
      cell.num_units,
      batch_size,
      num_outputs,
      hears_itself,
      may_round,
      num_loops,
    )
    if like.dtype != tf.float32 or loop.operations < LEAST_OPERATIONS:
      return 'compiled'
    return choices.way(loop)

  return Ways(way('forward'), way('backward'))


def faster(times: loop_timing.Times) -> str:
  """The faster way: 'compiled', if no later one of `WAYS` is clearly faster.

  It has to be so by the shortest run and in most turns: other programs may
  have stood in the way of one or the other.
  """
  fastest = 'compiled'
  for way in ('uncompiled', 'bfloat16'):
    before, after = getattr(times, fastest), getattr(times, way)
    turns = [new < _CLEARLY * old for old, new in zip(before, after)]
    if sum(turns) > len(turns) / 2 and min(after) < _CLEARLY * min(before):
      fastest = way
  return fastest


def in_words(graph: tf.Graph) -> str | None:
  """What was chosen for the loops of a graph, in one line.

  Args:
    graph: A graph with a model built for training.

  Returns:
    The line, without its end; None if all loops were too small to choose.
  """
  choices = _choices.get(graph)
  if not choices or not choices.ways:
    return None
  said: dict[str, list[str]] = {}
  for loop, way in choices.ways.items():
    name = _NAMES[loop.recurrence]
    said.setdefault(name, []).append(f'{loop.direction} {way}')
  loops = '; '.join(f'{name} {", ".join(ways)}' for name, ways in said.items())
  if not choices.seconds:
    return f'loops: {loops} (as measured before)'
  return f'loops: {loops} (measured in {choices.seconds:.1f} s)'


def _machine() -> str:
  """This machine, as it is remembered."""
  threads = tf.config.threading
  return loop_memory.machine(
    f'{len(tf.config.list_physical_devices("GPU"))} GPUs',
    f'{threads.get_intra_op_parallelism_threads()} and '
    f'{threads.get_inter_op_parallelism_threads()} threads',
    f'TensorFlow {tf.__version__}',
  )


def _in_words(loop: Loop) -> str:
  """A loop as it is remembered."""
  words = (
    f'{loop.recurrence} {loop.direction}, {loop.cell}, H={loop.num_units}, '
    f'batch {loop.batch_size}'
  )
  if loop.num_outputs:
    words += f', D={loop.num_outputs}'
  if loop.hears_itself:
    words += ', hears itself'
  if loop.num_loops > 1:
    words += f', {loop.num_loops} loops'
  return words + (', may round' if loop.may_round else '')
