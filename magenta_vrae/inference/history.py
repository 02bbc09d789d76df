# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The course of a run: how its bound went while it was trained."""

from __future__ import annotations

import os
import re

import numpy as np
import tensorflow.compat.v1 as tf

from magenta_vrae.inference import evaluation

_BOUND = 'bound/per_time_step'


def training_bounds(run_dir):
  """The bound of training batches, from the summaries of a run.

  Args:
    run_dir: The run's folder.

  Returns:
    Global steps and bounds in nats per time step, two arrays, in order. Where
    a step was taken more than once, after a restart, its last bound counts.
  """
  bounds = {}
  for path in sorted(tf.gfile.Glob(os.path.join(run_dir, 'train', 'events*'))):
    for event in tf.train.summary_iterator(path):
      for value in event.summary.value:
        if value.tag == _BOUND:
          bounds[event.step] = value.simple_value
  steps = sorted(bounds)
  return np.array(steps), np.array([bounds[step] for step in steps])


def checkpoint_bounds(run_dir, config, frames, progress=None):
  """The bound of given windows at every checkpoint that a run has kept.

  Args:
    run_dir: The run's folder.
    config: The run's `Config`.
    frames: Windows, sized `[num_windows, window_frames, depth]`.
    progress: (Optional) Called with the number of checkpoints done and of all.

  Returns:
    Global steps and mean bounds in nats per time step, two arrays, in order.
  """
  state = tf.train.get_checkpoint_state(os.path.join(run_dir, 'train'))
  paths = {
    int(re.search(r'-(\d+)$', path).group(1)): path
    for path in (state.all_model_checkpoint_paths if state else [])
    if tf.train.checkpoint_exists(path)
  }
  bounds = []
  for done, step in enumerate(sorted(paths)):
    if progress:
      progress(done, len(paths))
    window_bounds = evaluation.window_bounds(config, paths[step], frames)
    bounds.append(np.mean(window_bounds.lower_bound) / frames.shape[1])
  return np.array(sorted(paths)), np.array(bounds)
