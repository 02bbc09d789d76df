# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Fits a prior to the music that a model was trained on; see prior.py."""

from __future__ import annotations

import warnings
from typing import Iterable

import numpy as np

from magenta_vrae.data import examples
from magenta_vrae.inference import endless
from magenta_vrae.inference import fullness
from magenta_vrae.inference.numpy_model import RestoredVrae
from magenta_vrae.inference.prior import Prior
from magenta_vrae.inference.restored import Restored
from magenta_vrae.stand_ins.note_sequence import NoteSequence

# Numbers of components to try, and how much better the next has to be, in nats
# of held-out codes.
_COMPONENTS = (1, 10, 40, 100)
_LEAST_GAIN = 0.01
# Windows that the mixture is fitted to at most, and rounds of EM.
_MOST_WINDOWS = 10000
_MOST_ROUNDS = 50
# The last of so many stretches of each song is held out, to choose by.
_STRETCHES = 10
# Added to variances, so that a component is not one code.
_LEAST_VARIANCE = 1e-3


def fit(
  model: Restored,
  source: str | Iterable[NoteSequence],
  step: int,
  seed: int = 0,
) -> Prior:
  """Fits a mixture of Gaussians to draws from the posteriors of windows.

  The number of components is the one that held-out windows like best. A decoder
  that hears itself gets its shifts as well.

  Args:
    model: The trained model.
    source: Its music, as `examples.pieces_of` takes it.
    step: Of its checkpoint.
    seed: Of all random numbers.

  Raises:
    InputError: As `examples.windows`.
  """
  converter = model.data_converter
  rng = np.random.RandomState(seed)
  num = examples.survey(source, converter, 'train').num_windows
  windows = examples.windows(
    source, converter, 'train', max(1, -(-num // _MOST_WINDOWS))
  )
  mu, sigma = model.posterior(windows.frames)
  z = mu + sigma * rng.normal(size=mu.shape)
  held_out = _last_stretches(windows.songs)
  weights, means, factors = _mixture(z[~held_out], z[held_out], seed)
  codes, follows = _codes(model, source)
  prior = Prior(weights, means, factors, codes, follows, step)
  if isinstance(model, RestoredVrae) and model.autoregressive:
    prior = fullness.fit(model, prior, windows.frames, seed)
  return prior


def _last_stretches(songs: list[str]) -> np.ndarray:
  """Which windows lie in the last stretch of their song, bools."""
  songs_array = np.asarray(songs)
  held_out = np.zeros(len(songs), bool)
  for song in dict.fromkeys(songs):
    of_song = np.flatnonzero(songs_array == song)
    held_out[of_song[len(of_song) - len(of_song) // _STRETCHES :]] = True
  return held_out


def _mixture(
  z: np.ndarray, held_out: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
  """Weights, means and factors of the mixture that fits held-out z best."""
  from sklearn.exceptions import ConvergenceWarning
  from sklearn.mixture import GaussianMixture

  best: GaussianMixture | None = None
  best_score = -np.inf
  for count in _COMPONENTS:
    # A component is to have more codes than numbers.
    if best is not None and count * 2 * z.shape[1] > len(z):
      break
    mixture = GaussianMixture(
      min(count, len(z)),
      reg_covar=_LEAST_VARIANCE,
      max_iter=_MOST_ROUNDS,
      random_state=seed,
    )
    with warnings.catch_warnings():
      # What has not settled after so many rounds is judged like the others.
      warnings.simplefilter('ignore', ConvergenceWarning)
      mixture.fit(z)
    score = mixture.score(held_out) if len(held_out) else 0.0
    if score < best_score + _LEAST_GAIN:
      break
    best, best_score = mixture, score
  assert best is not None  # One component always fits.
  return best.weights_, best.means_, np.linalg.cholesky(best.covariances_)


def _codes(
  model: Restored, source: str | Iterable[NoteSequence]
) -> tuple[np.ndarray, np.ndarray]:
  """Means of windows half a window apart, and which follow the one before."""
  given = model.data_converter
  half = endless.half_window(given.window_frames)
  # The limit counts windows of the model's own hop. With a longer hop as many
  # would reach music that training did not have.
  most = given.settings()['max_windows_per_song']
  converter = given.replace(
    hop_frames=half,
    keep_silent_windows=True,
    max_windows_per_song=-(-most * given.hop_frames // half),
  )
  windows = examples.windows(source, converter, 'train')
  return model.posterior(windows.frames).mu, ~windows.begins
