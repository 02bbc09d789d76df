# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The course of a run: how its bound went while it was trained.

While it trains, TensorFlow appends summaries to event files, TFRecords of the
messages in tensorflow/core/util/event.proto and core/framework/summary.proto.
Three fields of these are read, without TensorFlow, whose import takes long.
"""

from __future__ import annotations

import glob
import os
import struct
from typing import Any
from typing import Callable
from typing import Iterator

import numpy as np

from magenta_vrae import wire_format
from magenta_vrae.data import tfrecord
from magenta_vrae.errors import InputError
from magenta_vrae.inference import evaluation
from magenta_vrae.runs import checkpoints

_BOUND = b'bound/per_time_step'
# Of a protocol buffer.
_LARGEST_EVENT = 2**31


def training_bounds(run_dir: str) -> tuple[np.ndarray, np.ndarray]:
  """The bound of training batches, from the summaries of a run.

  Args:
    run_dir: The run's folder.

  Returns:
    Global steps and bounds in nats per time step, two arrays, in order. Where
    a step was taken more than once, after a restart, its last bound counts.

  Raises:
    InputError: If a file of summaries is damaged. One may be cut off: the run
      may be going on, or was killed.
  """
  bounds: dict[int, float] = {}
  train_dir = glob.escape(os.path.join(run_dir, 'train'))
  for path in sorted(glob.glob(os.path.join(train_dir, 'events*'))):
    try:
      with open(path, 'rb') as file:
        for event in tfrecord.read(file, _LARGEST_EVENT):
          bounds.update(_bounds(event))
    except tfrecord.CutOffRecord:
      pass
    except OSError as e:
      raise InputError(f'cannot read {path!r}: {e.strerror}') from e
    except (tfrecord.DamagedRecord, wire_format.DamagedMessage) as e:
      raise InputError(
        f'the summaries in {path!r} are damaged: {e}; move that file away to '
        'go on without them'
      ) from e
  steps = sorted(bounds)
  return np.array(steps), np.array([bounds[step] for step in steps])


def _bounds(event: bytes) -> Iterator[tuple[int, float]]:
  """The step and bound of an Event that holds one."""
  step = 0
  for field in wire_format.fields(event):
    if field.number == 2 and isinstance(field.value, int):
      step = field.value
  for summary in _nested(event, 5):
    for value in _nested(summary, 1):
      if _BOUND in _nested(value, 1):
        for field in wire_format.fields(value):
          if field.number == 2 and field.kind == wire_format.FIXED_32:
            assert isinstance(field.value, bytes)
            yield step, struct.unpack('<f', field.value)[0]


def _nested(message: bytes, number: int) -> Iterator[bytes]:
  """The messages or texts under a number in a message."""
  for field in wire_format.fields(message):
    if field.number == number and field.kind == wire_format.LENGTH:
      assert isinstance(field.value, bytes)
      yield field.value


def checkpoint_bounds(
  run_dir: str,
  config: Any,
  frames: np.ndarray,
  progress: Callable[[int, int], None] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
  """The bound of given windows at every checkpoint that a run has kept.

  Args:
    run_dir: The run's folder.
    config: The run's `Config`.
    frames: Windows, sized `[num_windows, window_frames, depth]`.
    progress: (Optional) Called with the number of checkpoints done and of all.

  Returns:
    Global steps and mean bounds in nats per time step, two arrays, in order.
  """
  # Of one step under several names, the one that was written last.
  paths = dict(checkpoints.kept(os.path.join(run_dir, 'train')))
  bounds = []
  for done, step in enumerate(sorted(paths)):
    if progress:
      progress(done, len(paths))
    window_bounds = evaluation.window_bounds(config, paths[step], frames)
    bounds.append(np.mean(window_bounds.lower_bound) / frames.shape[1])
  return np.array(sorted(paths)), np.array(bounds)
