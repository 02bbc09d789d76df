# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which pitches a collection of music uses, and which 49 serve it best."""

from __future__ import annotations

import note_seq
import numpy as np

from magenta_vrae.data.rolls import DRUM_PITCHES
from magenta_vrae.data.rolls import PIANO_PITCHES

_NAMES = ('C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B')


class PitchCount:
  """Notes per MIDI pitch over pieces, pitched notes and drums apart.

  Args:
    pitched: Counts to begin with, a sequence of 128.
    drums: Likewise.
  """

  def __init__(self, pitched=None, drums=None):
    none = np.zeros(note_seq.MAX_MIDI_PITCH + 1, int)
    self.pitched = none.copy() if pitched is None else np.array(pitched, int)
    self.drums = none.copy() if drums is None else np.array(drums, int)

  def add(self, note_sequence):
    """Counts the notes of a piece."""
    for note in note_sequence.notes:
      (self.drums if note.is_drum else self.pitched)[note.pitch] += 1

  def merge(self, other):
    """Adds the counts of another `PitchCount`."""
    self.pitched += other.pitched
    self.drums += other.drums

  def report(self):
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


def best_window(counts, size=49):
  """The `size` neighbouring pitches that hold most notes, ascending."""
  totals = np.convolve(counts, np.ones(size, int), mode='valid')
  first = int(np.argmax(totals))
  return tuple(range(first, first + size))


def most_used(counts, size=49):
  """The `size` pitches with most notes each, ascending."""
  order = np.argsort(-np.asarray(counts), kind='stable')
  return tuple(sorted(int(pitch) for pitch in order[:size]))


def _table(counts):
  """Counts by octave and pitch class; C4 is middle C, MIDI pitch 60."""
  rows = ['octave' + ''.join(f'{name:>7}' for name in _NAMES)]
  for octave in range(-1, 10):
    row = counts[12 * (octave + 1) : 12 * (octave + 2)]
    if row.any():
      cells = ''.join(f'{count:>7}' if count else '      .' for count in row)
      rows.append(f'{octave:>6}{cells}')
  return '\n'.join(rows)


def _choices(counts, default):
  def share(pitches):
    return f'{counts[list(pitches)].sum() / counts.sum():.1%}'

  def flag(pitches):
    return f'--converter=pitches=[{",".join(map(str, pitches))}]'

  window, used = best_window(counts), most_used(counts)
  return [
    f'in {default[0]}-{default[-1]}, the default:  {share(default)}',
    f'in {window[0]}-{window[-1]}, the best 49 in a row:  {share(window)}',
    f'    {flag(window)}',
    f'in the 49 most used:  {share(used)}',
    f'    {flag(used)}',
  ]
