# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Shifts of the logits that make draws as dense as the music learned.

Told the true frames, the model is right about how often notes begin and end.
Told its own draws it is not: it begins fewer, and holds what sounds for longer.
Two numbers for each instrument mend that, one for what does not sound yet and
one for what does:

    a_td + s_0   where x_{t-1,d} is 0
    a_td + s_1   where x_{t-1,d} is 1

so that b_out has (s_0 + s_1) / 2 more, and c_x has (s_1 - s_0) / 2 more; see
model/autoregressive.py. They are found by rebuilding windows of the music: as
many cells must sound as in those very windows, and as many notes must begin. A
drum does not sound on, so there one number serves for both.

Only columns of sounding cells are moved. Which of them are struck again, and
how loud, follows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from magenta_vrae.data.band import BandRoll
from magenta_vrae.data.pitch_rolls import DrumRoll
from magenta_vrae.data.pitch_rolls import PitchRoll
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.inference.numpy_model import RestoredVrae
from magenta_vrae.inference.prior import Shifts

# Windows that are rebuilt each time, and how often at most.
_NUM_REBUILT = 320
_ROUNDS = 7
# What is near enough, in nats of a share's logarithm.
_NEAR = 0.02
# How far to go at first for each nat that the logarithm of a share is off: what
# begins makes cells sound as well; what is held, only those.
_STEPS = 1.2 * np.array([[0.0, 1.0], [1.0, -1.0]])
_DRUM_STEPS = 1.2 * np.array([[1.0, 0.0], [1.0, 0.0]])
# The most that a shift changes from one time to the next, and in all, in nats.
_LARGEST_CHANGE = 1.5
_LARGEST_SHIFT = 6.0


class _Instrument(NamedTuple):
  """What is shifted alike.

  Attributes:
    roll: The converter of its columns.
    columns: All its columns in the whole roll.
    sounding: Those of its sounding cells.
  """

  roll: PitchRoll
  columns: slice
  sounding: slice

  @classmethod
  def at(cls, roll: PitchRoll, columns: slice) -> _Instrument:
    num_pitches = len(roll.pitches)
    return cls(roll, columns, slice(columns.start, columns.start + num_pitches))

  @property
  def first_steps(self) -> np.ndarray:
    """Changes of the two shifts for each nat that sounding and struck are off.

    Sized `[2, 2]`.
    """
    return _DRUM_STEPS if isinstance(self.roll, DrumRoll) else _STEPS

  def fullness(self, x: np.ndarray) -> np.ndarray:
    """Logarithms of the shares of cells that sound and of those struck."""
    shares = [
      cells.mean()
      for cells in self.roll.sounding_and_struck(x[..., self.columns])
    ]
    return np.log(np.maximum(shares, 1.0 / x.size))


def fit(model: RestoredVrae, frames: np.ndarray, seed: int) -> Shifts:
  """The shifts that make a model's draws as full as the music.

  Each round rebuilds from the same z with the same random numbers, until the
  shares are near enough. The shifts of the round that came nearest are kept.

  Args:
    model: The trained model, whose decoder hears itself.
    frames: Windows of the music, sized `[n, T, D]`.
    seed: Of which windows, of z and of the draws.
  """
  instruments = _instruments(model.data_converter)
  rng = np.random.RandomState(seed)
  frames = frames[rng.permutation(len(frames))[:_NUM_REBUILT]]
  mu, sigma = model.posterior(frames)
  z = mu + sigma * rng.normal(size=mu.shape)
  wanted = np.stack([one.fullness(frames) for one in instruments])
  steps = np.stack([one.first_steps for one in instruments])
  shifts = best = np.zeros([len(instruments), 2])
  last, least = None, np.inf
  for _ in range(_ROUNDS):
    shifted = _of_cells(shifts, instruments, frames.shape[-1])
    x = _draw(model.as_full_as(shifted), z, seed)
    off = wanted - np.stack([one.fullness(x) for one in instruments])
    if np.abs(off).max() < least:
      least, best = float(np.abs(off).max()), shifts
    if least < _NEAR:
      break
    if last:
      learned = zip(steps, shifts - last[0], last[1] - off)
      steps = np.stack([_corrected(*parts) for parts in learned])
    last = shifts, off
    towards = np.einsum('ijk,ik->ij', steps, off)
    towards = np.clip(towards, -_LARGEST_CHANGE, _LARGEST_CHANGE)
    shifts = np.clip(shifts + towards, -_LARGEST_SHIFT, _LARGEST_SHIFT)
  return _of_cells(best, instruments, frames.shape[-1])


def _corrected(
  steps: np.ndarray, change: np.ndarray, gain: np.ndarray
) -> np.ndarray:
  """An instrument's steps, given what its last change gained.

  The update of the inverse Jacobian in Broyden (1965), "A class of methods for
  solving nonlinear simultaneous equations".

  Args:
    steps: Shifts for each nat that is off, sized `[2, 2]`.
    change: How the shifts were changed, sized `[2]`.
    gain: By how much less the shares were off after that, sized `[2]`.
  """
  foreseen = steps @ gain
  along = change @ foreseen
  # Shares that did not follow the shifts say nothing.
  if along <= 0.1 * change @ change:
    return steps
  return steps + np.outer(change - foreseen, change @ steps) / along


def _instruments(converter: RollConverter) -> list[_Instrument]:
  if isinstance(converter, BandRoll):
    return [_Instrument.at(part.roll, part.columns) for part in converter.parts]
  assert isinstance(converter, PitchRoll)
  return [_Instrument.at(converter, slice(0, converter.depth))]


def _of_cells(
  shifts: np.ndarray, instruments: list[_Instrument], depth: int
) -> Shifts:
  """Each instrument's shifts, sized `[instruments, 2]`, for its cells."""
  logit_shift, c_x_shift = np.zeros([2, depth], np.float32)
  for one, (begin, hold) in zip(instruments, shifts):
    logit_shift[one.sounding] = (begin + hold) / 2
    c_x_shift[one.sounding] = (hold - begin) / 2
  return Shifts(logit_shift, c_x_shift)


def _draw(model: RestoredVrae, z: np.ndarray, seed: int) -> np.ndarray:
  """Frames of points, as `Generator` makes them by default."""
  hparams = model.hparams
  temperature = getattr(hparams, 'temperature', 1.0)
  how = (temperature, hparams.sampling, hparams.threshold)
  return model.decode(z, None, *how, np.random.RandomState(seed)).samples
