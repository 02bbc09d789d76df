# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a window of a band is like: each group, and how the groups agree.

Each group has the features of its own kind of notes (window_features.py). Of
groups together there are

* groups at a time: How many groups sound in a frame, the mean over frames.
  Drums sound in the frames in which one is struck.
* bass in chords, melody in chords: Of the notes of bass (or of any other
  pitched group) that begin while chords sound, the share whose pitch class the
  chords have at that moment.
* bass with drums: Of the notes of bass, the share that begins in a frame in
  which a drum is struck.

Bass and chords are the groups of these names; where there is none, its numbers
are not there. A share of no notes is NaN.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from magenta_vrae.data.band import BandRoll
from magenta_vrae.data.band import Part
from magenta_vrae.inference import window_features
from magenta_vrae.inference.window_features import WindowFeatures

GROUPS_AT_A_TIME = 'groups at a time'
_BASS, _CHORDS = 'bass', 'chords'


class BandFeatures(NamedTuple):
  """The features of some windows of a band.

  Attributes:
    groups: The `WindowFeatures` of each group, by its name.
    agreement: For each of `names_of_agreement` an array sized `[num_windows]`,
      NaN in windows without a note that it is a share of.
    profile: The share that each pitch class has of the sounding time of all
      pitched groups, C first, sized `[num_windows, 12]`.
    sounds: Which windows have a note, a bool array sized `[num_windows]`.
  """

  groups: dict[str, WindowFeatures]
  agreement: dict[str, np.ndarray]
  profile: np.ndarray
  sounds: np.ndarray


def of(frames: np.ndarray, converter: BandRoll) -> BandFeatures:
  """The features of windows.

  Args:
    frames: Windows of zeros and ones, sized `[num_windows, num_frames, depth]`.
    converter: The converter that made them, or whose model did.

  Returns:
    `BandFeatures`.
  """
  groups = {
    part.group.name: window_features.of(frames[..., part.columns], part.roll)
    for part in converter.parts
  }
  pitched = [
    groups[part.group.name]
    for part in converter.parts
    if not part.group.is_drums
  ]
  at_a_time = window_features.NAMES.index('notes at a time')
  time = [g.values[:, at_a_time, np.newaxis] for g in pitched]
  # Each group's shares count as much as its notes sound.
  classes = sum(
    (g.profile * t for g, t in zip(pitched, time)), np.zeros([len(frames), 12])
  )
  total = np.sum(classes, axis=1, keepdims=True)
  return BandFeatures(
    groups,
    _agreement(frames, converter),
    classes / np.where(total > 0, total, 1.0),
    np.any([g.sounds for g in groups.values()], axis=0),
  )


def names_of_agreement(converter: BandRoll) -> tuple[str, ...]:
  """The names of what is counted of a band's groups together."""
  groups = [part.group for part in converter.parts]
  pitched = [group.name for group in groups if not group.is_drums]
  names = [GROUPS_AT_A_TIME]
  if _CHORDS in pitched:
    names += [_in_chords(name) for name in pitched if name != _CHORDS]
  if _BASS in pitched:
    names += [_bass_with(group.name) for group in groups if group.is_drums]
  return tuple(names)


def _in_chords(name: str) -> str:
  return f'{name} in {_CHORDS}'


def _bass_with(name: str) -> str:
  return f'{_BASS} with {name}'


def _agreement(
  frames: np.ndarray, converter: BandRoll
) -> dict[str, np.ndarray]:
  notes = {
    part.group.name: part.roll.sounding_and_struck(frames[..., part.columns])
    for part in converter.parts
  }
  playing = [sounding.any(axis=2) for sounding, _ in notes.values()]
  found = {GROUPS_AT_A_TIME: np.sum(playing, axis=0).mean(axis=1)}
  parts = {part.group.name: part for part in converter.parts}
  wanted = names_of_agreement(converter)
  for name, part in parts.items():
    _, struck = notes[name]
    if _in_chords(name) in wanted:
      harmony = _classes(notes[_CHORDS][0], parts[_CHORDS])
      where = struck & harmony.any(axis=2, keepdims=True)
      fits = harmony[..., np.array(part.group.pitches) % 12]
      found[_in_chords(name)] = _share(where & fits, where)
    if _bass_with(name) in wanted:
      bass = notes[_BASS][1]
      hit = struck.any(axis=2, keepdims=True)
      found[_bass_with(name)] = _share(bass & hit, bass)
  return {name: found[name] for name in wanted}


def _classes(sounding: np.ndarray, part: Part) -> np.ndarray:
  """Which pitch classes sound, `[n, T, P]` -> `[n, T, 12]`."""
  of_class = np.array(part.group.pitches)[:, np.newaxis] % 12 == np.arange(12)
  return sounding.astype(np.int32) @ of_class.astype(np.int32) > 0


def _share(some: np.ndarray, of_all: np.ndarray) -> np.ndarray:
  """Of each window the share of true cells, NaN of none."""
  count = of_all.sum(axis=(1, 2))
  share = some.sum(axis=(1, 2)) / np.maximum(count, 1)
  return np.where(count > 0, share, np.nan)
