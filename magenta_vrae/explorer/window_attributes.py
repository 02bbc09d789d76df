# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What windows of the map have more or less of, and where that leads in z.

`density`, `register` and `polyphony` are those of inference/attributes.py.
`loudness` is the mean velocity of the notes that begin, by the levels that a
band's roll has of it; rolls without levels have no loudness. They are measured
on the windows' own notes. Of a map that came with a model the notes are not
known, and the model's own outputs stand in for them: then each is an expected
value, as those of the heat are.

A page colours its marks by them, in 255 even steps. The direction of an
attribute leads from the quarter of the windows that has least of it to the
quarter that has most (`attributes.of_values`).
"""

from __future__ import annotations

from typing import Any
from typing import NamedTuple

import numpy as np

from magenta_vrae.data.band import BandRoll
from magenta_vrae.data.pitch_rolls import DrumRoll
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.inference import attributes

LOUDNESS = 'loudness'

UNITS = {
  'density': 'new notes a second',
  'register': 'mean pitch',
  'polyphony': 'notes at a time',
  LOUDNESS: 'mean velocity',
}

_STEPS = 254  # From the least to the most that is shown.
_NONE = 255
_VELOCITIES = 128
# A few extreme windows must not flatten the rest.
_SHOWN = (1.0, 99.0)


class Levels(NamedTuple):
  """Attributes of windows as a page has them.

  Attributes:
    facts: A dict for each attribute with `name`, `unit`, and the values `low`
      and `high` of levels 0 and 254.
    levels: Whole numbers of 8 bits, sized `[num_attributes, num_windows]`: 255
      is a window that has no such value.
    directions: Sized `[num_attributes, z_size]`.
  """

  facts: list[dict[str, Any]]
  levels: np.ndarray
  directions: np.ndarray

  def arrays(self) -> dict[str, np.ndarray]:
    """The numbers by name."""
    return {'levels': self.levels, 'directions': self.directions}


def names_of(converter: RollConverter) -> tuple[str, ...]:
  """The attributes that windows of a converter have."""
  if isinstance(converter, DrumRoll):
    return ('density',)
  names = ('density', 'register', 'polyphony')
  has_levels = converter.settings().get('velocity_levels', 0)
  return (*names, LOUDNESS) if has_levels else names


def measure(rolls: np.ndarray, converter: RollConverter) -> np.ndarray:
  """The attributes of windows, by their notes.

  Args:
    rolls: Windows of zeros and ones, sized `[num_windows, T, depth]`.
    converter: That made them.

  Returns:
    Floats sized `[num_attributes, num_windows]`, in the order of `names_of`;
    NaN where a window has no such value.
  """
  return np.stack(
    [
      _loudness(rolls, converter)
      if name == LOUDNESS
      else attributes.measure(name, rolls, converter)
      for name in names_of(converter)
    ]
  )


def _loudness(rolls: np.ndarray, converter: RollConverter) -> np.ndarray:
  """The mean velocity of the frames of each group in which notes begin."""
  assert isinstance(converter, BandRoll), 'no other roll has levels'
  num_levels = converter.settings()['velocity_levels']
  total, count = np.zeros(len(rolls)), np.zeros(len(rolls))
  for part in converter.parts:
    columns = rolls[:, :, part.columns]
    _, struck = part.roll.sounding_and_struck(columns)
    begins = struck.any(axis=2)
    level = np.cumprod(rolls[:, :, part.loudness], axis=2).sum(axis=2)
    velocity = (level + 0.5) * _VELOCITIES / num_levels
    total += np.sum(velocity * begins, axis=1)
    count += np.sum(begins, axis=1)
  return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def levels_of(
  names: tuple[str, ...], values: np.ndarray, means: np.ndarray
) -> Levels:
  """Attributes as a page has them; those that do not differ are left out.

  Args:
    names: Of the attributes.
    values: Sized `[num_attributes, num_windows]`, NaN where there is none.
    means: Posterior means of the windows, sized `[num_windows, z_size]`.

  Returns:
    `Levels`.
  """
  facts, levels, directions = [], [], []
  for name, of_windows in zip(names, values):
    defined = np.isfinite(of_windows)
    try:
      direction = attributes.of_values(means, of_windows)
    except InputError:
      continue
    low, high = np.percentile(of_windows[defined], _SHOWN)
    if not high > low:
      low, high = np.min(of_windows[defined]), np.max(of_windows[defined])
    steps = np.rint((of_windows - low) / (high - low) * _STEPS)
    steps = np.clip(np.where(defined, steps, 0), 0, _STEPS)
    facts.append(
      {
        'name': name,
        'unit': UNITS[name],
        'low': float(low),
        'high': float(high),
      }
    )
    levels.append(np.where(defined, steps, _NONE).astype(np.uint8))
    directions.append(direction)
  num = len(facts)
  return Levels(
    facts,
    np.reshape(np.array(levels, np.uint8), [num, len(means)]),
    np.reshape(np.array(directions, np.float32), [num, means.shape[1]]),
  )
