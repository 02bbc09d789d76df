# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""MusPy's own metrics of windows, where MusPy is installed.

MusPy (Dong, Chen, McAuley & Berg-Kirkpatrick 2020, arXiv 2008.01951) is not
among the requirements. Its metrics that need neither a metre nor a key are
taken as they are. They leave drums out: of a band they are of the notes of all
pitched groups together.
"""

from __future__ import annotations

import importlib.util

import numpy as np

from magenta_vrae.data.band import BandRoll
from magenta_vrae.data.pitch_rolls import DrumRoll
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.stand_ins.note_sequence import NoteSequence

NAMES = (
  'n_pitches_used',
  'n_pitch_classes_used',
  'pitch_range',
  'pitch_entropy',
  'pitch_class_entropy',
  'scale_consistency',
  'polyphony',
  'polyphony_rate',
)


def measure(
  frames: np.ndarray, converter: RollConverter
) -> dict[str, float] | None:
  """MusPy's metrics, each the mean over the windows in which a note sounds.

  Args:
    frames: Windows of zeros and ones, sized `[num_windows, num_frames, depth]`.
    converter: The converter of the windows.

  Returns:
    A float by MusPy's own name for it, NaN if no pitched note sounds; None if
    MusPy is not installed, or the windows can hold nothing but drums.
  """
  if _has_only_drums(converter) or not _is_installed():
    return None
  import muspy

  pieces = [
    _music(sequence, converter.frames_per_second)
    for sequence in converter.from_tensors(frames)
    if any(not note.is_drum for note in sequence.notes)
  ]
  return {
    f'MusPy {name}': float(
      np.mean([getattr(muspy, name)(piece) for piece in pieces])
    )
    if pieces
    else float('nan')
    for name in NAMES
  }


def _has_only_drums(converter: RollConverter) -> bool:
  if isinstance(converter, BandRoll):
    return all(part.group.is_drums for part in converter.parts)
  return isinstance(converter, DrumRoll)


def _is_installed() -> bool:
  return importlib.util.find_spec('muspy') is not None


def _music(sequence: NoteSequence, frames_per_second: float) -> object:
  """A NoteSequence's pitched notes as MusPy's Music, a frame to the step."""
  import muspy

  notes = []
  for note in sequence.notes:
    if note.is_drum:
      continue
    start, end = (
      int(round(time * frames_per_second))
      for time in (note.start_time, note.end_time)
    )
    notes.append(muspy.Note(start, note.pitch, end - start, note.velocity))
  return muspy.Music(tracks=[muspy.Track(notes=notes)])
