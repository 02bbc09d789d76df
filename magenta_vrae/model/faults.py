# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Faults of what is heard: how often, and what a note's sounding then says.

Faults are those of notes and not of single cells of a roll: a note is a run of
frames in which a pitch sounds.

  missing   The note is not there.
  wrong     It sounds one or two columns off.
  jitter    It is early or late by some frames.

corruption.py draws them for training. Here is what generation needs of them,
which imports no TensorFlow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import NamedTuple
from typing import Sequence

import numpy as np

from magenta_vrae.errors import InputError

if TYPE_CHECKING:
  from magenta_vrae.host import HParams


# How far off in pitch a wrong note is, in columns; each as likely.
WRONG_BY = (-2, -1, 1, 2)


class Rates(NamedTuple):
  """How often what goes wrong.

  Attributes:
    missing: Share of notes that are left out, 0.0 to 1.0.
    wrong: Share of the others that sound on another pitch, 0.0 to 1.0.
    jitter_frames: The most frames by which a note is early or late; all shifts
      up to it are as likely.
  """

  missing: float
  wrong: float
  jitter_frames: int

  @classmethod
  def of(cls, hparams: HParams) -> Rates:
    """Those of the hparams `corrupt_missing`, `_wrong` and `_jitter_frames`.

    Args:
      hparams: Any object with these three as attributes; those that it does
        not have are 0.

    Raises:
      InputError: If one is out of its range.
    """
    rates = cls(
      getattr(hparams, 'corrupt_missing', 0.0),
      getattr(hparams, 'corrupt_wrong', 0.0),
      getattr(hparams, 'corrupt_jitter_frames', 0),
    )
    return rates.checked('hparam corrupt_')

  def check_roll(self, pitch_blocks: Sequence[int]) -> None:
    """Refuses faults in rolls whose columns are more than pitches.

    Args:
      pitch_blocks: The hparam: columns of each kind, as pitches and onsets.

    Raises:
      InputError: If there are several kinds, which would go astray from each
        other, and any fault.
    """
    if any(self) and len(pitch_blocks) > 1:
      raise InputError(
        'corrupt_missing, corrupt_wrong and corrupt_jitter_frames are for '
        'rolls with one column a pitch, and this one has onsets or groups as '
        'well; give --converter=onsets=false, or leave them at 0'
      )

  @classmethod
  def parse(cls, text: str) -> Rates:
    """Those of a text like missing=0.2,wrong=0.1,jitter_frames=1.

    Args:
      text: `name=value` with commas between; what is not named is zero.

    Raises:
      InputError: If a name is none of these or comes twice, or if a value is no
        number or out of its range.
    """
    values: dict[str, float] = {}
    for part in text.split(','):
      name, _, value = (piece.strip() for piece in part.partition('='))
      if name not in cls._fields or name in values:
        why = 'comes twice' if name in values else 'is no fault'
        raise InputError(
          f'{name!r} in {text!r} {why}; give {", ".join(cls._fields)}, each '
          'once, as missing=0.2,wrong=0.1'
        )
      try:
        values[name] = (int if name == 'jitter_frames' else float)(value)
      except ValueError as e:
        raise InputError(
          f'{name} is {value!r} in {text!r}; give a number'
        ) from e
    jitter_frames = int(values.pop('jitter_frames', 0))
    shares = {'missing': 0.0, 'wrong': 0.0, **values}
    return cls(jitter_frames=jitter_frames, **shares).checked('')

  def checked(self, prefix: str) -> Rates:
    """These rates, if they can be.

    Args:
      prefix: What stands before a name where it is complained of.

    Raises:
      InputError: If one is out of its range.
    """
    for name in ('missing', 'wrong'):
      if not 0.0 <= getattr(self, name) <= 1.0:
        raise InputError(
          f'{prefix}{name} is {getattr(self, name)}; give a share from 0 to 1'
        )
    if self.jitter_frames < 0:
      raise InputError(
        f'{prefix}jitter_frames is {self.jitter_frames}; give 0 frames or more'
      )
    return self


def log_evidence(heard: np.ndarray, rates: Rates) -> np.ndarray:
  """How much what is heard speaks for a note, in each cell of a roll.

  Of a cell in which a note sounds, what is heard depends on whether the note
  is there, right and in time; of a silent one, on the notes of other cells that
  are heard in it by mistake. How many of those there are is judged by the roll
  itself.

  Args:
    heard: A roll with faults, sized `[num_frames, depth]`.
    rates: The `Rates` of its faults. Where all are zero nothing is known of
      them, and nothing speaks for either.

  Returns:
    log p(heard | a note sounds) - log p(heard | none does), float64, of the
    roll's size.
  """
  heard = np.asarray(heard, bool)
  if not any(rates) or not heard.any():
    return np.zeros(heard.shape)
  before = np.pad(heard, [(1, 0), (0, 0)])[:-1]
  notes, cells = np.sum(heard & ~before), np.sum(heard)
  J = rates.jitter_frames
  mean_shift = J * (J + 1) / (2 * J + 1)
  late = min(1.0, mean_shift * notes / cells)
  right = (1.0 - rates.wrong) * (1.0 - late)
  in_sounding = (1.0 - rates.missing) * right
  # Cells are heard astray as often as they are not where they belong, and
  # fall on cells of either kind alike.
  in_silent = np.mean(heard) * (1.0 - right)
  # Never quite certain: a model may have its reasons.
  p, q = np.clip([in_sounding, in_silent], 1e-6, 1.0 - 1e-6)
  return np.where(heard, np.log(p / q), np.log((1.0 - p) / (1.0 - q)))
