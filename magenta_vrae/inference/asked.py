# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a model is asked about, checked before anything is computed of it.

NumPy would say of a wrong size what two matrices are sized, or spread a row
over all columns and say nothing.
"""

from __future__ import annotations

from typing import Any
from typing import Sequence

import numpy as np

from magenta_vrae.errors import InputError

# NumPy takes no larger seeds.
_LARGEST_SEED = 2**32 - 1


def points(z: Any, z_size: int) -> np.ndarray:
  """Latent vectors as an array.

  Args:
    z: An array, a list of vectors or what NumPy makes an array of.
    z_size: Numbers in each.

  Returns:
    Sized `[n, z_size]`; of an empty list `[0, z_size]`.

  Raises:
    InputError: If z has another size, or what is no number.
  """
  try:
    z = np.asarray(z)
  except ValueError:  # Rows of several lengths.
    z = np.asarray(None)
  if z.shape == (0,):
    return np.zeros([0, z_size], np.float32)
  if z.dtype.kind not in 'biuf':
    raise InputError(
      f'z is no array of numbers; give one sized [n, {z_size}], a row for each '
      'point'
    )
  if z.ndim != 2 or z.shape[1] != z_size:
    raise InputError(
      f'z is sized {list(z.shape)}; give [n, {z_size}], a row for each point'
    )
  if not np.all(np.isfinite(z)):
    raise InputError('z has numbers that are not finite; give others')
  return z


def point(z: Any, z_size: int) -> np.ndarray:
  """As `points`, of one alone: sized `[1, z_size]`."""
  found = points(z, z_size)
  if len(found) != 1:
    raise InputError(f'there are {len(found)} z; give one, sized [1, {z_size}]')
  return found


def frames(window: Any, depth: int) -> np.ndarray:
  """A window as bools.

  Args:
    window: Zeros and ones, sized `[num_frames, depth]`.
    depth: Columns.

  Raises:
    InputError: If it has another size.
  """
  try:
    found = np.asarray(window, bool)
  except ValueError:  # Rows of several lengths.
    found = np.zeros([0], bool)
  if found.ndim != 2 or found.shape[1] != depth:
    raise InputError(
      f'a window is sized {list(found.shape)}; give [num_frames, {depth}] for '
      'each'
    )
  return found


def windows(given: Sequence[Any] | np.ndarray, depth: int) -> np.ndarray:
  """Windows of one length as bools.

  Args:
    given: Windows of zeros and ones, each sized `[num_frames, depth]`.
    depth: Columns.

  Returns:
    Sized `[n, num_frames, depth]`.

  Raises:
    InputError: If they have another size, or several lengths.
  """
  found = [frames(window, depth) for window in given]
  lengths = sorted({len(window) for window in found})
  if len(lengths) > 1:
    raise InputError(
      f'windows have {lengths[0]} to {lengths[-1]} frames; give windows of one '
      'length, or FeatureExtractor.encode any'
    )
  return np.array(found, bool).reshape(len(found), *(lengths or [1]), depth)


def count(value: Any, name: str, least: int = 1) -> None:
  """InputError if a number is not whole, or below `least`; None passes."""
  if value is None:
    return
  if not isinstance(value, (int, np.integer)) or value < least:
    raise InputError(f'{name} is {value}; give a whole number, {least} or more')


def seed(value: Any) -> None:
  """InputError if NumPy takes no such seed; None passes."""
  count(value, 'seed', 0)
  if value is not None and value > _LARGEST_SEED:
    raise InputError(f'seed is {value}; give at most {_LARGEST_SEED}')
