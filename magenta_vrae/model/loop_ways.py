# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A loop of backpropagation.py in each way that it can run.

* compiled    by XLA, with weights whose rows fill lines of the cache
              (products.py)
* uncompiled  in TensorFlow's executor
* bfloat16    there too, with products in bfloat16 (mixed_precision.py)
"""

from __future__ import annotations

from typing import Any
from typing import Callable

from magenta_vrae.model import mixed_precision
from magenta_vrae.model import products
from magenta_vrae.model import xla

Loop = Callable[..., Any]


def in_way(loop: Loop, way: str) -> Loop:
  """Returns the loop, a function of weights and other tensors, in a way."""
  if way == 'compiled':
    return xla.compiled(_with(products.filled, loop))
  if way == 'bfloat16':
    return _with(mixed_precision.rounded, loop)
  return loop


def _with(prepare: Callable[[Any], Any], loop: Loop) -> Loop:
  """The loop with other weights than it is called with."""
  return lambda weights, *others: loop(prepare(weights), *others)
