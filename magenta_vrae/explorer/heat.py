# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The heat of the map: what it decodes to, over a grid of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from magenta_vrae.explorer import facts
from magenta_vrae.explorer import output_measures
from magenta_vrae.explorer import projection
from magenta_vrae.inference import numpy_model

# The heat covers what a wide and what a tall screen show when the windows fill
# them, so wide and so tall.
_ASPECTS = (0.7, 2.6)
_WIDEST_WITH_A_BAND = 3.8  # The roll is taller, and the map lower.
_SPARE = 1.2  # And some more, for the page's legend and for moving.
_MARGIN = 0.06  # Around the windows, of the longer side.
_CELLS = 56  # Along the windows' longer side, or somewhat fewer,
_MOST_CELLS = 8000  # since each cell is a window to decode.


def of_checkpoint(
  config: Any, checkpoint_path: str, means: np.ndarray
) -> np.ndarray:
  """What the map of some windows decodes to, for a model to bring along.

  Args:
    config: Of the model.
    checkpoint_path: A checkpoint without its ending.
    means: Of the windows, sized `[num_windows, z_size]`.

  Returns:
    The quantities that `over` has, for the map of these windows.
  """
  model = numpy_model.RestoredVrae(config, checkpoint_path)
  return over(model, projection.Projection(means))[0]


def over(
  model: numpy_model.RestoredVrae,
  plane: projection.Projection,
  known: np.ndarray | None = None,
) -> tuple[np.ndarray, dict]:
  """What the map decodes to, over a grid of it.

  Args:
    model: The model.
    plane: Of its windows.
    known: The quantities, if a map brought them along. They are taken if they
      are of this grid.

  Returns:
    The quantities, sized `[num_quantities, rows, columns]`, and a dict that
    says what they are and which part of the map they cover. A value stands for
    the middle of its cell.
  """
  low, high = plane.points.min(axis=0), plane.points.max(axis=0)
  side = (high - low).max() or 1.0
  center, size = (low + high) / 2, np.maximum(high - low, 0.2 * side)
  size = size + 2 * _MARGIN * side
  tall, wide = _ASPECTS
  if facts.kind_of(model.data_converter) == 'band':
    wide = _WIDEST_WITH_A_BAND
  extent = np.maximum(size, [size[1] * wide, size[0] / tall]) * _SPARE
  cell = max(size.max() / _CELLS, np.sqrt(extent.prod() / _MOST_CELLS))
  columns, rows = np.ceil(extent / cell).astype(int)
  corner = center - cell * np.array([columns, rows]) / 2
  x = corner[0] + cell * (np.arange(columns) + 0.5)
  y = corner[1] + cell * (np.arange(rows) + 0.5)
  points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)

  quantities = output_measures.quantities(model.data_converter)
  if known is not None and known.shape == (len(quantities), rows, columns):
    values = known
  else:
    measures = [measure for _, measure in quantities]
    values = output_measures.measured(model, plane.from_map(points), measures)
  return values.reshape(-1, rows, columns), {
    'corner': corner.tolist(),
    'cell': float(cell),
    'columns': int(columns),
    'rows': int(rows),
    'view': {'center': center.tolist(), 'size': size.tolist()},
    'units': [unit for unit, _ in quantities],
  }
