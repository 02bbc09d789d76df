# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""How logits become notes: by a threshold, or drawn."""

from __future__ import annotations

import copy

import numpy as np

from magenta_vrae.model import hparams as vrae_hparams

# Below this a temperature counts as zero, as in the graph.
_MIN_TEMPERATURE = 1e-6


class Emission:
  """Notes by sigm(logits / temperature).

  Args:
    sampling: 'threshold', a note sounds where that is at least `threshold`, or
      'bernoulli', a draw.
    threshold: As said.
    temperature: 0 or more; at 0 the draw, too, takes the likelier value.
    rng: Of the draws.

  Raises:
    InputError: If `sampling` is unknown, `threshold` is not from 0 to 1 or
      `temperature` is below 0 or no number.
  """

  def __init__(
    self,
    sampling: str,
    threshold: float,
    temperature: float,
    rng: np.random.RandomState,
  ) -> None:
    vrae_hparams.check_sampling(sampling)
    vrae_hparams.check_threshold(threshold)
    vrae_hparams.check_temperature(temperature)
    self._draws = sampling == 'bernoulli'
    self._threshold = threshold
    self._temperature = max(temperature, _MIN_TEMPERATURE)
    self._rng = rng

  def at(self, temperature: float) -> Emission:
    """This one at another temperature; errors as the constructor.

    It has the same stream of draws.
    """
    vrae_hparams.check_temperature(temperature)
    other = copy.copy(self)
    other._temperature = max(temperature, _MIN_TEMPERATURE)
    return other

  def least(self, shape: tuple[int, ...]) -> np.ndarray:
    """What logits must come up to for a note to sound, drawn if notes are.

    Args:
      shape: The size of the logits.

    Returns:
      An array of that size, or one number for all.
    """
    drawn = self._rng.random_sample(shape) if self._draws else self._threshold
    drawn = np.asarray(drawn)
    with np.errstate(divide='ignore'):
      odds = np.log(drawn)
      odds -= np.log1p(-drawn)
    odds *= self._temperature  # In place: of many frames this is much memory.
    return np.broadcast_to(odds, shape)

  def sounds(self, logits: np.ndarray, least: np.ndarray) -> np.ndarray:
    """The notes of logits as zeros and ones, by what `least` returned."""
    # A draw lies below 1: a note that is certain is above all of them.
    notes = logits > least if self._draws else logits >= least
    return notes.astype(np.float32)

  @property
  def num_candidates(self) -> int:
    """How many candidates of each frame are drawn; `choose` takes one."""
    return 1

  def choose(self, logits: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """Which candidate each sequence goes on with.

    Args:
      logits: What the model says of each candidate, each column's given those
        before it, sized `[n, num_candidates, depth]`.
      frames: The candidates, of that size.

    Returns:
      An int array, sized `[n]`.
    """
    del frames
    return np.zeros(len(logits), int)

  @property
  def draws(self) -> bool:
    """Whether notes are drawn."""
    return self._draws

  def log_p(self, logits: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """The log probability that a draw of logits is a frame, cell by cell."""
    odds = logits / self._temperature
    return -np.logaddexp(0.0, np.where(frames > 0, -odds, odds))

  def one_by_weight(self, log_weights: np.ndarray) -> np.ndarray:
    """Draws an index of each row by weight, `[n, num]` -> `[n]`."""
    weights = np.exp(log_weights - log_weights.max(axis=1, keepdims=True))
    edges = np.cumsum(weights, axis=1)
    at = self._rng.random_sample([len(edges), 1]) * edges[:, -1:]
    return np.minimum(np.sum(edges <= at, axis=1), edges.shape[1] - 1)

  def __call__(self, logits: np.ndarray) -> np.ndarray:
    """The notes of some logits, by draws of their own."""
    return self.sounds(logits, self.least(logits.shape))
