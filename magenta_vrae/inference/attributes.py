# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Attribute vectors: directions of the latent space that mean something.

The mean latent of windows that have an attribute, less that of windows that
have it not, is a direction in which decoded music gains it (Roberts et al.
2018, "A Hierarchical Latent Vector Model", section 6.4, for MusicVAE).

Attributes of a window, each a number:

  density     Notes that begin, per second.
  pitch       Mean MIDI pitch over all sounding cells.
  polyphony   Notes that sound at a time, the mean over frames.
  register    Another word for pitch.

A note that is struck again while it sounds begins again, where the roll says
so, and each hit of a drum begins. Of a band, `density` is of all groups, hits
of drums among them. `pitch` and `polyphony` are of all
pitched groups together: a key of a kit is no pitch, and a hit has no length.
`bass.density`, `melody.register` and the like are of one group; drums have
`drums.density` alone.
"""

from __future__ import annotations

from typing import Any
from typing import NamedTuple
from typing import Sequence

import numpy as np

from magenta_vrae import catalogue
from magenta_vrae.data.band import BandRoll
from magenta_vrae.errors import InputError

# Windows at each end of an attribute's order that stand for much and little.
_SHARE = 0.25


class Cells(NamedTuple):
  """What sounds and what begins in some windows.

  Attributes:
    sounding: Where a note sounds, bools sized `[num_windows, T, P]`.
    struck: Where one begins, of the same size.
    pitches: The MIDI pitch of each of the P columns.
    frames_per_second: Rate of the windows in Hz.
  """

  sounding: np.ndarray
  struck: np.ndarray
  pitches: Sequence[int]
  frames_per_second: float


def density(cells: Cells) -> np.ndarray:
  """Notes that begin, per second; a float for each window."""
  begins = np.sum(cells.struck, axis=(1, 2))
  return begins * cells.frames_per_second / cells.struck.shape[1]


def pitch(cells: Cells) -> np.ndarray:
  """Mean MIDI pitch of what sounds, for each window; NaN of silence."""
  time = np.sum(cells.sounding, axis=1)  # Of each pitch, in frames.
  count = np.sum(time, axis=1)
  total = time @ np.asarray(cells.pitches, float)
  return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def polyphony(cells: Cells) -> np.ndarray:
  """Notes that sound at a time, the mean over frames, for each window."""
  return np.mean(np.sum(cells.sounding, axis=2), axis=1)


ATTRIBUTES = {
  'density': density,
  'pitch': pitch,
  'polyphony': polyphony,
  'register': pitch,
}
# Those of a group of drums.
_OF_DRUMS = ('density',)


def check(name: str, converter: Any = None) -> None:
  """Refuses what is no attribute.

  Args:
    name: As in `measure`.
    converter: (Optional) The data converter; without it a group's name may be
      any.

  Raises:
    InputError: On an attribute or a group that is not known, a group of music
      that has none, or an attribute that drums do not have.
  """
  group, _, attribute = name.rpartition('.')
  if attribute not in ATTRIBUTES or name.startswith('.'):
    raise InputError(
      f'unknown attribute {name!r}; it is one of {", ".join(ATTRIBUTES)}, and '
      "of one group of a band's instruments bass.density and the like"
    )
  if not group or converter is None:
    return
  if not isinstance(converter, BandRoll):
    raise InputError(
      f'attribute {name!r} is of a group of instruments, and this model has '
      f'none; give {attribute}'
    )
  parts = {part.group.name: part for part in converter.parts}
  if group not in parts:
    raise InputError(
      f'unknown group {group!r} in {name!r}; {catalogue.nearest(group, parts)}'
    )
  if parts[group].group.is_drums and attribute not in _OF_DRUMS:
    raise InputError(
      f'attribute {name!r} is of drums, which have neither pitch nor length; '
      f'give {group}.{_OF_DRUMS[0]}'
    )


def measure(name: str, rolls: np.ndarray, converter: Any) -> np.ndarray:
  """An attribute of windows, by the converter that made them.

  Args:
    name: A key of `ATTRIBUTES`; of a band's group it stands behind a dot, as
      `bass.density`.
    rolls: Windows, sized `[num_windows, T, depth]`.
    converter: The data converter.

  Returns:
    A float for each window; NaN where the attribute is not defined.

  Raises:
    InputError: As `check`.
  """
  check(name, converter)
  rolls = np.asarray(rolls, bool)
  group, _, attribute = name.rpartition('.')
  if isinstance(converter, BandRoll):
    cells = _of_band(group, attribute, rolls, converter)
    if cells is None:
      return np.full(len(rolls), np.nan)
  else:
    sounding, struck = converter.sounding_and_struck(rolls)
    cells = Cells(
      sounding, struck, converter.pitches, converter.frames_per_second
    )
  return ATTRIBUTES[attribute](cells)


def _of_band(
  group: str, attribute: str, rolls: np.ndarray, converter: BandRoll
) -> Cells | None:
  """The notes of a band that an attribute is of; None if it has none such."""
  parts = [
    part
    for part in converter.parts
    if part.group.name == group
    or (not group and (attribute in _OF_DRUMS or not part.group.is_drums))
  ]
  if not parts:  # Of drums alone.
    return None
  found = [
    part.roll.sounding_and_struck(rolls[:, :, part.columns]) for part in parts
  ]
  sounding, struck = (np.concatenate(cells, axis=2) for cells in zip(*found))
  pitches = [p for part in parts for p in part.group.pitches]
  return Cells(sounding, struck, pitches, converter.frames_per_second)


def between(mu_without: np.ndarray, mu_with: np.ndarray) -> np.ndarray:
  """The direction from one set of windows to another.

  Args:
    mu_without: Posterior means of windows without an attribute, sized
      `[num_windows, z_size]`.
    mu_with: Those of windows with it, sized alike.

  Returns:
    A vector, sized `[z_size]`: at strength 1 it leads from the mean of the
    first to that of the second.

  Raises:
    InputError: If a set is empty.
  """
  for mu, which in ((mu_without, 'without'), (mu_with, 'with')):
    if not len(mu):
      raise InputError(f'there is no window {which} the attribute')
  return np.mean(mu_with, axis=0) - np.mean(mu_without, axis=0)


def of_values(mu: np.ndarray, values: np.ndarray) -> np.ndarray:
  """The direction in which an attribute grows.

  Args:
    mu: Posterior means, sized `[num_windows, z_size]`.
    values: The attribute of each window, NaN where it has none.

  Returns:
    A vector, sized `[z_size]`: from the mean of the quarter of the windows with
    the least of it to that of the quarter with the most.

  Raises:
    InputError: If all windows have the same, or fewer than four have any.
  """
  values = np.asarray(values, float)
  defined = np.flatnonzero(np.isfinite(values))
  if len(defined) < 4 or np.ptp(values[defined]) == 0.0:
    raise InputError(
      f'the attribute of {len(defined)} windows does not differ; a direction '
      'needs at least four windows, some of them with more of it'
    )
  order = defined[np.argsort(values[defined], kind='stable')]
  quarter = max(1, int(_SHARE * len(order)))
  return between(mu[order[:quarter]], mu[order[-quarter:]])


def moved(
  z: np.ndarray, vector: np.ndarray, strengths: Sequence[float]
) -> np.ndarray:
  """Points moved along a direction, each by every strength in turn.

  Args:
    z: Points, sized `[n, z_size]`.
    vector: The direction, sized `[z_size]`.
    strengths: How far, in lengths of the vector.

  Returns:
    Points, sized `[n * len(strengths), z_size]`.
  """
  steps = np.multiply.outer(np.asarray(strengths, float), vector)
  return (z[:, np.newaxis] + steps).reshape(-1, z.shape[1])
