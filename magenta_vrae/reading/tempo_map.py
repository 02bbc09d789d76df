# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Places in a piece, in ticks or quarters -> seconds."""

from __future__ import annotations

import bisect
from fractions import Fraction
from typing import Iterable
from typing import Union

Place = Union[float, Fraction]


class TempoMap:
  """When each place of a piece is, under tempos that change.

  Args:
    changes: Pairs of a place and how many seconds a unit lasts from there on;
      of several at one place, the last counts.
    initial: How many seconds a unit lasts before all of them.
  """

  def __init__(
    self, changes: Iterable[tuple[Place, float]], initial: float
  ) -> None:
    self._places: list[Place] = [0.0]
    self._seconds, self._rates = [0.0], [initial]
    # The sort keeps the order of those at one place.
    for place, rate in sorted(changes, key=lambda change: change[0]):
      if place <= self._places[-1]:
        self._rates[-1] = rate
        continue
      if rate == self._rates[-1]:
        # Nor a rounding at a place where nothing changes.
        continue
      self._seconds.append(self.seconds(place))
      self._places.append(place)
      self._rates.append(rate)

  def seconds(self, place: Place) -> float:
    """When a place is."""
    part = max(bisect.bisect_right(self._places, place) - 1, 0)
    return self._seconds[part] + self._rates[part] * float(
      place - self._places[part]
    )
