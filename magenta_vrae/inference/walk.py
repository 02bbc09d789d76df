# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""One z after another: how latent vectors go on, window after window.

Windows overlap by half, and a run keeps the codes of its music in that order
(prior.py). The next z comes of them: a walk chooses one of the nearest codes
c_j, takes the code c_{j+1} after it, and keeps half of the way from c_j to z.

    z' = c_{j+1} + (z - c_j) / 2

So music drawn this way has the turns of the songs, and stays where music is. A
code from which it went on lately is passed over. Otherwise music would circle
where codes lie together, and could stay for minutes in what is a pause of ten
seconds in the song.

A code is near if its window could have had this z: distances are in standard
deviations of q(z|x). In a dimension that the model does not use, z is noise and
says nothing of where it is. Were distances in those of the codes, which there
are small, such noise would choose.
"""

from __future__ import annotations

import collections
from typing import Iterator

import numpy as np

from magenta_vrae.errors import InputError
from magenta_vrae.inference.prior import Prior

# From how many nearest codes one is chosen.
_NEAREST = 4
# Of the way that z is off the code, what is kept.
_KEPT = 0.5
# For how many moves a code is passed over; at most so much of a song, or music
# would be driven from short songs to where no song is.
_PASSED_OVER = 64
_MOST_OF_A_SONG = 0.3


class Walk:
  """The ways of z that a run's music went.

  Args:
    prior: The run's prior.
    wander: From 0, z stays for ever, to 1, it moves on at every half window:
      the chance that it moves.
    rng: Of all random numbers.

  Raises:
    InputError: If `wander` is not from 0 to 1, or the run's music has no two
      windows in a row.
  """

  def __init__(
    self, prior: Prior, wander: float, rng: np.random.RandomState
  ) -> None:
    after = np.flatnonzero(prior.follows)
    self._from, self._to = prior.codes[after - 1], prior.codes[after]
    self.set_wander(wander)
    self._scale = np.maximum(prior.deviations(), 1e-6)
    self._rng = rng
    of_a_song = len(after) / max(1, np.sum(~np.asarray(prior.follows, bool)))
    self._memory = min(_PASSED_OVER, int(_MOST_OF_A_SONG * of_a_song))
    # Of each z, the codes from which it went on lately.
    self._lately: list[collections.deque[int]] = []

  def set_wander(self, wander: float) -> None:
    """Sets `wander` for the half windows to come; errors as the constructor."""
    if not 0.0 <= wander <= 1.0:
      raise InputError(
        f'wander is {wander}; give a number from 0 (stay) to 1 (always move on)'
      )
    if wander and not len(self._to):
      raise InputError(
        'the songs of this run are shorter than one and a half windows, so it '
        'does not know how music goes on; give a wander of 0'
      )
    self._wander = wander

  def next(self, z: np.ndarray) -> np.ndarray:
    """The z of the next half window, for each.

    Args:
      z: The present ones, sized `[n, Z]`. They are those of the call before,
        one by one, if there were as many.

    Returns:
      An array of the same size.
    """
    if len(self._lately) != len(z):
      self._lately = [collections.deque(maxlen=self._memory) for _ in z]
    moves = self._rng.random_sample(len(z)) < self._wander
    return np.stack(
      [
        self._move(p, lately) if does else p
        for p, lately, does in zip(z, self._lately, moves)
      ]
    )

  def _move(self, z: np.ndarray, lately: collections.deque[int]) -> np.ndarray:
    distance = np.sum(((self._from - z) / self._scale) ** 2, axis=1)
    distance[list(lately)] = np.inf
    k = min(_NEAREST, len(distance) - len(lately))
    nearest = np.argpartition(distance, k - 1)[:k]
    j = self._rng.choice(nearest)
    lately.append(j)
    return self._to[j] + _KEPT * (z - self._from[j])

  def wandering(self, z: np.ndarray) -> Iterator[np.ndarray]:
    """Z and those that come after it, without end."""
    while True:
      yield z
      z = self.next(z)
