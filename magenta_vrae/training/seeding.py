# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Training that gives the same weights each time, bit for bit.

Seeds are half of it. The other half is order: MusicVAE's dataset hands pieces
on as its threads finish them, and converters that draw windows at random do so
in those threads. Both are put in order here while a seed is set. What remains
is that the kernels themselves add up in the same order, which TensorFlow does
when asked to, on one kind of machine and with one number of threads.
"""

from __future__ import annotations

import contextlib
import random
from typing import Any
from typing import Callable
from typing import Iterator

import numpy as np
import tensorflow as tf2
import tensorflow.compat.v1 as tf

# TensorFlow's public modules can turn determinism on, not off.
from tensorflow.python.framework import config as tensorflow_config

from magenta_vrae import host

# Graph seeds are 31 bits; these primes keep those of neighbours apart.
_PRIME = 1000003
_TASKS = 1009
_GRAPH_SEEDS = 2**31 - 1


@contextlib.contextmanager
def seeded(
  seed: int | None, config: host.configs.Config, step: int = 0, task: int = 0
) -> Iterator[None]:
  """Within this, what is trained or evaluated follows from a seed.

  The numbers drawn after step 1000 are others than those drawn from the start,
  so that a run that goes on does not see its first batches again. It is the
  same as another that goes on from the same checkpoint, and not the same as
  one that was never interrupted.

  Args:
    seed: An integer; None changes nothing.
    config: The `Config`. Its model is built within this.
    step: The step of the checkpoint from which training goes on.
    task: This process's number in a cluster, whose tasks should not all draw
      the same batches. What a cluster trains depends on who is first as well.
  """
  if seed is None:
    yield
    return
  number = (seed * _PRIME + step) * _TASKS + task
  graph_seed = number % _GRAPH_SEEDS
  random.seed(graph_seed)
  np.random.seed(graph_seed)
  was_deterministic = tensorflow_config.is_op_determinism_enabled()
  tf2.config.experimental.enable_op_determinism()

  get_dataset = host.data.get_dataset
  build = config.model.build

  def get_ordered_dataset(*args: Any, **kwargs: Any) -> tf.data.Dataset:
    with host.dataset_method('map', _sequential):
      with host.dataset_method('with_options', _in_order):
        return get_dataset(*args, **kwargs)

  def build_seeded(*args: Any, **kwargs: Any) -> None:
    # The first that Magenta does with the graph, which it makes itself.
    tf.set_random_seed(graph_seed)
    build(*args, **kwargs)

  host.data.get_dataset = get_ordered_dataset
  config.model.build = build_seeded
  try:
    yield
  finally:
    host.data.get_dataset = get_dataset
    del config.model.build
    # Else the same process could draw nothing without a seed: TensorFlow
    # refuses to.
    if not was_deterministic:
      tensorflow_config.disable_op_determinism()


def _sequential(map_method: Callable[..., Any]) -> Callable[..., Any]:
  """`Dataset.map` that maps one element after another."""

  def sequential(
    dataset: tf.data.Dataset, map_func: Callable[..., Any], **kwargs: Any
  ) -> tf.data.Dataset:
    kwargs.pop('num_parallel_calls', None)
    return map_method(dataset, map_func, **kwargs)

  return sequential


def _in_order(with_options_method: Callable[..., Any]) -> Callable[..., Any]:
  """`Dataset.with_options` that keeps elements in order, whatever is asked."""

  def in_order(
    dataset: tf.data.Dataset, options: tf.data.Options, **kwargs: Any
  ) -> tf.data.Dataset:
    options.experimental_deterministic = True
    return with_options_method(dataset, options, **kwargs)

  return in_order
