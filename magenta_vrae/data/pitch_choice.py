# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which pitches a collection of music uses, and which 49 serve it best."""

from __future__ import annotations

from typing import Sequence

import numpy as np

from magenta_vrae.data.pitch_rolls import DRUM_PITCHES
from magenta_vrae.data.pitch_rolls import PIANO_PITCHES
from magenta_vrae.stand_ins.note_sequence import MAX_MIDI_PITCH
from magenta_vrae.stand_ins.note_sequence import NoteSequence

_NAMES = ('C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B')
# The share of all notes that is worth another choice of pitches.
_WORTH_TELLING = 0.01


class PitchCount:
  """Notes per MIDI pitch over pieces, pitched notes and drums apart.

  Args:
    pitched: Counts to begin with, a sequence of 128.
    drums: Likewise.
  """

  def __init__(
    self,
    pitched: Sequence[int] | None = None,
    drums: Sequence[int] | None = None,
  ) -> None:
    none = np.zeros(MAX_MIDI_PITCH + 1, int)
    self.pitched = none.copy() if pitched is None else np.array(pitched, int)
    self.drums = none.copy() if drums is None else np.array(drums, int)

  @property
  def num_notes(self) -> int:
    """All notes, drums among them."""
    return int(self.pitched.sum() + self.drums.sum())

  def add(self, note_sequence: NoteSequence) -> None:
    """Counts the notes of a piece."""
    notes, size = note_sequence.notes, len(self.pitched)
    pitched = [note.pitch for note in notes if not note.is_drum]
    drums = [note.pitch for note in notes if note.is_drum]
    self.pitched += np.bincount(np.array(pitched, int), minlength=size)
    self.drums += np.bincount(np.array(drums, int), minlength=size)

  def merge(self, other: PitchCount) -> None:
    """Adds the counts of another `PitchCount`."""
    self.pitched += other.pitched
    self.drums += other.drums

  def report(self) -> str:
    """The counts and the choices of pitches they suggest, as text."""
    lines = []
    for title, counts, default in (
      ('pitched notes', self.pitched, PIANO_PITCHES),
      ('drum notes', self.drums, DRUM_PITCHES),
    ):
      if counts.any():
        lines += [f'{counts.sum()} {title}', _table(counts)]
        lines += _choices(counts, default)
    return '\n'.join(lines)

  def summary(self) -> str:
    """How much of the music the configs keep, as text of two or three lines.

    The third says which other pitches would keep noticeably more.
    """
    pitched, drums = self.pitched, self.drums
    lines = ['pitches: only drum notes']
    if pitched.any():
      first, last = PIANO_PITCHES[0], PIANO_PITCHES[-1]
      lines = [
        f'pitches: {_share(pitched, PIANO_PITCHES)} of {pitched.sum()} notes '
        f'are from {_name(first)} to {_name(last)} ({first}-{last}), which are '
        'kept by default'
      ]
      better = better_pitches(pitched)
      if better:
        lines.append(
          f'  {_share(pitched, better)} are kept with {_converter_flag(better)}'
        )
    lines.append('drums: no notes')
    if drums.any():
      lines[-1] = (
        f'drums: {_share(drums, DRUM_PITCHES)} of {drums.sum()} notes are from '
        f'{DRUM_PITCHES[0]} to {DRUM_PITCHES[-1]}, which the drum configs keep'
      )
    return '\n'.join(lines)


def best_window(counts: np.ndarray, size: int = 49) -> tuple[int, ...]:
  """The `size` neighbouring pitches that hold most notes, ascending."""
  totals = np.convolve(counts, np.ones(size, int), mode='valid')
  first = int(np.argmax(totals))
  return tuple(range(first, first + size))


def most_used(counts: np.ndarray, size: int = 49) -> tuple[int, ...]:
  """The `size` pitches with most notes each, ascending."""
  order = np.argsort(-np.asarray(counts), kind='stable')
  return tuple(sorted(int(pitch) for pitch in order[:size]))


def better_pitches(counts: np.ndarray) -> tuple[int, ...] | None:
  """49 pitches that keep noticeably more notes than the default ones, or None.

  They are in a row, unless others keep noticeably more than those.

  Args:
    counts: Notes per MIDI pitch, an array of 128.
  """
  best = PIANO_PITCHES
  for pitches in (best_window(counts), most_used(counts)):
    gain = counts[list(pitches)].sum() - counts[list(best)].sum()
    if gain > _WORTH_TELLING * counts.sum():
      best = pitches
  return None if best == PIANO_PITCHES else best


def _name(pitch: int) -> str:
  """A pitch as musicians call it; C4 is middle C, MIDI pitch 60."""
  return f'{_NAMES[pitch % 12]}{pitch // 12 - 1}'


def _table(counts: np.ndarray) -> str:
  """Counts by octave and pitch class; C4 is middle C, MIDI pitch 60."""
  rows = ['octave' + ''.join(f'{name:>7}' for name in _NAMES)]
  for octave in range(-1, 10):
    row = counts[12 * (octave + 1) : 12 * (octave + 2)]
    if row.any():
      cells = ''.join(f'{count:>7}' if count else '      .' for count in row)
      rows.append(f'{octave:>6}{cells}')
  return '\n'.join(rows)


def _choices(counts: np.ndarray, default: Sequence[int]) -> list[str]:
  window, used = best_window(counts), most_used(counts)
  return [
    f'in {default[0]}-{default[-1]}, the default:  {_share(counts, default)}',
    f'in {window[0]}-{window[-1]}, the best 49 in a row:  '
    f'{_share(counts, window)}',
    f'    {_converter_flag(window)}',
    f'in the 49 most used:  {_share(counts, used)}',
    f'    {_converter_flag(used)}',
  ]


def _share(counts: np.ndarray, pitches: Sequence[int]) -> str:
  return f'{counts[list(pitches)].sum() / counts.sum():.1%}'


def _converter_flag(pitches: Sequence[int]) -> str:
  # Quoted, as some shells look for files of that name.
  return f"--converter='pitches=[{','.join(map(str, pitches))}]'"
