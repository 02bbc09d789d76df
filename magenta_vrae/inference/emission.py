# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""How logits become notes: by a threshold, or drawn."""

from __future__ import annotations

from typing import Callable

import numpy as np

from magenta_vrae.model import hparams as vrae_hparams

# Below this a temperature counts as zero, as in the graph.
_MIN_TEMPERATURE = 1e-6

# From logits to zeros and ones of the same size.
Emit = Callable[[np.ndarray], np.ndarray]


class Emission:
  """Notes by sigm(logits / temperature).

  Args:
    sampling: 'threshold', a note sounds where that is at least `threshold`, or
      'bernoulli', a draw.
    threshold: As said.
    temperature: 0 or more; at 0 the draw, too, takes the likelier value.
    rng: Of the draws.

  Raises:
    InputError: If `sampling` is unknown.
  """

  def __init__(
    self,
    sampling: str,
    threshold: float,
    temperature: float,
    rng: np.random.RandomState,
  ) -> None:
    vrae_hparams.check_sampling(sampling)
    self._draws = sampling == 'bernoulli'
    self._threshold = threshold
    self._temperature = max(temperature, _MIN_TEMPERATURE)
    self._rng = rng

  def of(self, shape: tuple[int, ...]) -> Emit:
    """A way for logits of one size, which gives the same for the same ones.

    Args:
      shape: The size of the logits.
    """
    # A note sounds where p is above a number below 1, so that one that is
    # certain does; or where p is at least the threshold.
    drawn = self._rng.random_sample(shape) if self._draws else self._threshold
    with np.errstate(divide='ignore'):
      least = self._temperature * (np.log(drawn) - np.log1p(-np.asarray(drawn)))

    def emit(logits: np.ndarray) -> np.ndarray:
      sounds = logits > least if self._draws else logits >= least
      return sounds.astype(np.float32)

    return emit

  def __call__(self, logits: np.ndarray) -> np.ndarray:
    """The notes of some logits, by draws of their own."""
    return self.of(logits.shape)(logits)
