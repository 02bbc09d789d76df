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
from magenta_vrae.inference.prior import Prior

# Windows that are rebuilt each time, and how often.
_NUM_REBUILT = 320
_ROUNDS = 7
# The most that a shift changes from one time to the next, in nats.
_LARGEST_CHANGE = 0.7
# How far to go for each nat that the logarithm of a share is off.
_STEP = 1.2


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
  def is_drums(self) -> bool:
    return isinstance(self.roll, DrumRoll)

  def fullness(self, x: np.ndarray) -> np.ndarray:
    """Logarithms of the shares of cells that sound and of those struck."""
    shares = [
      cells.mean()
      for cells in self.roll.sounding_and_struck(x[..., self.columns])
    ]
    return np.log(np.maximum(shares, 1.0 / x.size))


def fit(
  model: RestoredVrae, prior: Prior, frames: np.ndarray, seed: int
) -> Prior:
  """The prior with the shifts that make its draws as full as the music.

  Each round rebuilds from the same z with the same random numbers. The shifts
  of the round that came nearest are kept.

  Args:
    model: The trained model, whose decoder hears itself.
    prior: That of the model, without shifts or with others.
    frames: Windows of the music, sized `[n, T, D]`.
    seed: Of which windows, of z and of the draws.
  """
  instruments = _instruments(model.data_converter)
  rng = np.random.RandomState(seed)
  frames = frames[rng.permutation(len(frames))[:_NUM_REBUILT]]
  mu, sigma = model.posterior(frames)
  z = mu + sigma * rng.normal(size=mu.shape)
  wanted = np.stack([one.fullness(frames) for one in instruments])
  shifts = best = np.zeros([len(instruments), 2])
  least = np.inf
  for _ in range(_ROUNDS):
    shifted = _with_shifts(prior, shifts, instruments, frames.shape[-1])
    x = _draw(model.as_full_as(shifted), z, seed)
    off = wanted - np.stack([one.fullness(x) for one in instruments])
    if np.abs(off).max() < least:
      least, best = float(np.abs(off).max()), shifts
    # What begins makes cells sound as well; what is held, only those.
    changes = [
      [sounding, sounding] if one.is_drums else [struck, sounding - struck]
      for one, (sounding, struck) in zip(instruments, off)
    ]
    limits = -_LARGEST_CHANGE, _LARGEST_CHANGE
    shifts = shifts + np.clip(_STEP * np.array(changes), *limits)
  return _with_shifts(prior, best, instruments, frames.shape[-1])


def _instruments(converter: RollConverter) -> list[_Instrument]:
  if isinstance(converter, BandRoll):
    return [_Instrument.at(part.roll, part.columns) for part in converter.parts]
  assert isinstance(converter, PitchRoll)
  return [_Instrument.at(converter, slice(0, converter.depth))]


def _with_shifts(
  prior: Prior, shifts: np.ndarray, instruments: list[_Instrument], depth: int
) -> Prior:
  """The prior with each instrument's shifts, sized `[instruments, 2]`."""
  logit_shift, c_x_shift = np.zeros([2, depth], np.float32)
  for one, (begin, hold) in zip(instruments, shifts):
    logit_shift[one.sounding] = (begin + hold) / 2
    c_x_shift[one.sounding] = (hold - begin) / 2
  return prior._replace(logit_shift=logit_shift, c_x_shift=c_x_shift)


def _draw(model: RestoredVrae, z: np.ndarray, seed: int) -> np.ndarray:
  """Frames of points, as `Generator` makes them by default."""
  hparams = model.hparams
  temperature = getattr(hparams, 'temperature', 1.0)
  how = (temperature, hparams.sampling, hparams.threshold)
  return model.decode(z, None, *how, np.random.RandomState(seed)).samples
