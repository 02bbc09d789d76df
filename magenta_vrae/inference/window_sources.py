# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Windows to be told apart: real ones, and what a model makes.

Each seed has its own real windows, its own z and its own long pieces.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from magenta_vrae.errors import InputError
from magenta_vrae.inference.generation import Generator
from magenta_vrae.inference.restored import Restored

REAL = 'real'
HELD_OUT = 'held out'
REBUILT = 'rebuilt'
DRAWN = 'drawn'
FIRST_FIFTH = 'long, first'
LAST_FIFTH = 'long, last'
MADE = (REBUILT, DRAWN, FIRST_FIFTH, LAST_FIFTH)

# Frames of a long piece, as the paper's medley has.
LONG_FRAMES = 1000
# Fewer windows on a side are not worth a comparison.
_LEAST_WINDOWS = 10


class Samples(NamedTuple):
  """Windows of one seed, each array sized `[n, window_frames, depth]`.

  Attributes:
    reference: Real training windows, which all others are held against.
    kinds: The others by their kind: 'real' are other training windows, so that
      one sees what real against real gives; 'held out' are there if the dataset
      has any; 'rebuilt' are the windows of 'real' decoded from a z of each
      one's posterior; 'drawn' are decoded from the generator's own draws;
      'long, first' and 'long, last' are cut from the first and the last fifth
      of long pieces.
  """

  reference: np.ndarray
  kinds: dict[str, np.ndarray]


def samples(
  model: Restored,
  generator: Generator,
  training: np.ndarray,
  held_out: np.ndarray | None = None,
  num_windows: int = 400,
  seed: int = 0,
  long_frames: int = LONG_FRAMES,
) -> Samples:
  """Takes real windows and makes others.

  Args:
    model: The model, for its posteriors.
    generator: The same model, to decode; its random numbers make the z.
    training: Training windows, sized `[n, window_frames, depth]`.
    held_out: (Optional) Windows that training did not see, sized alike.
    num_windows: Windows of each kind; at most half of the training windows, and
      of the held-out ones as many as there are.
    seed: Of what is taken, and of the draws from posteriors.
    long_frames: Frames of a long piece; at least five windows.

  Raises:
    InputError: If there are fewer than 20 training windows.
  """
  rng = np.random.RandomState(seed)
  n = min(num_windows, len(training) // 2)
  if n < min(num_windows, _LEAST_WINDOWS):
    raise InputError(
      f'the music makes {len(training)} training windows; likeness needs '
      f'{2 * _LEAST_WINDOWS} or more; give more music'
    )
  order = rng.permutation(len(training))
  others = training[order[n : 2 * n]]
  kinds = {REAL: others}
  if held_out is not None:
    kinds[HELD_OUT] = held_out[rng.permutation(len(held_out))[:n]]
  mu, sigma = model.posterior(others)
  z = (mu + sigma * rng.normal(size=mu.shape)).astype(mu.dtype)
  kinds[REBUILT] = np.array(generator.decode(z))
  kinds[DRAWN] = np.array(generator.decode(generator.draw(n)))
  kinds.update(_cut_from_long_pieces(generator, n, long_frames))
  return Samples(training[order[:n]], kinds)


def _cut_from_long_pieces(
  generator: Generator, n: int, num_frames: int
) -> dict[str, np.ndarray]:
  """Windows of the first and the last fifth of pieces from one z each."""
  T = generator.window_frames
  num_frames = max(num_frames, 5 * T)
  num_pieces = -(-n // (num_frames // 5 // T))
  z = generator.draw(num_pieces)
  # What `Generator.medley` makes of one z each, all at once.
  if generator.is_autoregressive:
    pieces = generator.wandering(z, num_frames)
  else:
    pieces = generator.decode(z, num_frames)
  ends = [fifths(np.asarray(piece), T) for piece in pieces]
  first, last = (np.concatenate(part)[:n] for part in zip(*ends))
  return {FIRST_FIFTH: first, LAST_FIFTH: last}


def fifths(
  roll: np.ndarray, window_frames: int
) -> tuple[np.ndarray, np.ndarray]:
  """Windows side by side from a roll's first fifth, and from its last.

  Args:
    roll: Sized `[num_frames, depth]`, five windows long or longer.
    window_frames: Frames of a window.

  Returns:
    Two arrays sized `[n, window_frames, depth]`: from the beginning onwards,
    and up to the end.
  """
  n = len(roll) // 5 // window_frames
  shape = (n, window_frames, roll.shape[1])
  length = n * window_frames
  return roll[:length].reshape(shape), roll[-length:].reshape(shape)
