# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Fits a prior to the music that a model was trained on; see prior.py."""

from __future__ import annotations

import concurrent.futures
import warnings
from typing import TYPE_CHECKING
from typing import Iterable

import numpy as np

from magenta_vrae.data import examples
from magenta_vrae.inference import endless
from magenta_vrae.inference import fullness
from magenta_vrae.inference.numpy_model import RestoredVrae
from magenta_vrae.inference.prior import Prior
from magenta_vrae.inference.prior import Shifts
from magenta_vrae.inference.restored import Restored
from magenta_vrae.stand_ins.note_sequence import NoteSequence

if TYPE_CHECKING:
  from sklearn.mixture import GaussianMixture

# Numbers of components to try, until one is no better, and how much better one
# has to be to be taken, in nats of held-out codes.
_COMPONENTS = (1, 10, 20, 40, 100)
_LEAST_GAIN = 0.01
# Codes to a component, at the least, where there are several.
_LEAST_CODES = 10
# Windows that the mixture is fitted to at most, and rounds of EM.
_MOST_WINDOWS = 10000
_MOST_ROUNDS = 50
# Windows that are held to be encoded: all of a large dataset have no room.
_WINDOWS_AT_ONCE = 2048
# The last of so many stretches of each song is held out, to choose by.
_STRETCHES = 10
# Added to variances, so that a component is not one code.
_LEAST_VARIANCE = 1e-3
# What a code has at most in single precision.
_FARTHEST = 30.0
# NumPy takes no larger seeds; training takes any.
_NUM_SEEDS = 2**32


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
  seed %= _NUM_SEEDS
  converter = model.data_converter
  rng = np.random.RandomState(seed)
  num = examples.count_windows(source, converter, 'train')
  windows = examples.windows(
    source, converter, 'train', max(1, -(-num // _MOST_WINDOWS))
  )

  def shifts() -> Shifts:
    if isinstance(model, RestoredVrae) and model.autoregressive:
      return fullness.fit(model, windows.frames, seed)
    return Shifts()

  # Each takes seconds, and neither needs what the other finds.
  with concurrent.futures.ThreadPoolExecutor(1) as thread:
    found = thread.submit(shifts)
    mu, sigma = model.posterior(windows.frames)
    z = mu + sigma * rng.normal(size=mu.shape)
    held_out = _last_stretches(windows.songs)
    mixture = _mixture(z[~held_out], z[held_out], seed)
    codes, follows = _codes(model, source)
    return mixture._replace(
      codes=codes, follows=follows, step=step, **found.result()._asdict()
    )


def _last_stretches(songs: list[str]) -> np.ndarray:
  """Which windows lie in the last stretch of their song, bools."""
  songs_array = np.asarray(songs)
  held_out = np.zeros(len(songs), bool)
  for song in dict.fromkeys(songs):
    of_song = np.flatnonzero(songs_array == song)
    held_out[of_song[len(of_song) - len(of_song) // _STRETCHES :]] = True
  return held_out


def _mixture(z: np.ndarray, held_out: np.ndarray, seed: int) -> Prior:
  """The mixture that fits held-out z best, without codes."""
  from sklearn.exceptions import ConvergenceWarning
  from sklearn.mixture import GaussianMixture

  if len(z) == 1:
    z = np.repeat(z, 2, axis=0)  # scikit-learn wants two.
  # In single precision EM takes two thirds of the time, and finds the same. Of
  # codes far from 0, where they cost a model little, it finds no covariance.
  if np.abs(z).max() < _FARTHEST:
    z = z.astype(np.float32)
  best: Prior | None = None
  best_score = -np.inf
  for count in _COMPONENTS:
    if count > 1 and count * _LEAST_CODES > len(z):
      break
    mixture = GaussianMixture(
      count,
      covariance_type='tied',
      reg_covar=_LEAST_VARIANCE,
      max_iter=_MOST_ROUNDS,
      random_state=seed,
    )
    with warnings.catch_warnings():
      # What has not settled after so many rounds is judged like the others.
      warnings.simplefilter('ignore', ConvergenceWarning)
      mixture.fit(z)
    factors = np.linalg.cholesky(_covariances(mixture, z))
    no_codes = np.zeros([0, z.shape[1]]), np.zeros(0, bool)
    weights, means = (
      part.astype(float) for part in (mixture.weights_, mixture.means_)
    )
    weights /= weights.sum()  # In single precision the sum is not quite one.
    found = Prior(weights, means, factors, *no_codes, step=0)
    score = np.mean(found.log_density(held_out)) if len(held_out) else 0.0
    if score <= best_score:
      break
    if score >= best_score + _LEAST_GAIN:
      best, best_score = found, score
  assert best is not None  # One component always fits.
  return best


def _covariances(mixture: GaussianMixture, z: np.ndarray) -> np.ndarray:
  """Each component's own covariance, shrunk towards that of all.

  A few dozen codes do not say a covariance of as many dimensions. So the one
  that all components share counts as Z codes more: the mode under an inverse
  Wishart prior, as in Fraley & Raftery (2007), "Bayesian regularization for
  normal mixture estimation".

  Args:
    mixture: Fitted with one covariance for all components.
    z: What it was fitted to, sized `[n, Z]`.

  Returns:
    An array sized `[num_components, Z, Z]`.
  """
  shares, Z = mixture.predict_proba(z).astype(float), z.shape[1]
  z = z.astype(float)
  covariances = []
  for share, mean in zip(shares.T, mixture.means_):
    away = z - mean
    own = (share[:, np.newaxis] * away).T @ away
    together = own + Z * mixture.covariances_
    covariances.append(together / (share.sum() + Z))
  return np.stack(covariances) + _LEAST_VARIANCE * np.eye(Z)


def _codes(
  model: Restored, source: str | Iterable[NoteSequence]
) -> tuple[np.ndarray, np.ndarray]:
  """Means of windows half a window apart, and which follow the one before."""
  given = model.data_converter.replace()
  given.set_mode('train')
  T = given.window_frames
  converter = given.replace(hop_frames=endless.half_window(T))
  waiting: list[np.ndarray] = []
  codes: list[np.ndarray] = []
  follows: list[bool] = []

  def encode() -> None:
    codes.append(model.posterior(np.array(waiting)).mu)
    waiting.clear()

  for piece in examples.pieces_of(source):
    trained, roll = given.starts_and_roll(piece)
    if not len(trained):
      continue
    # What is held out, or beyond the limit on windows, training did not have.
    last = len(roll) - T
    places = given.all_starts(piece, len(roll))
    if np.any((places > trained[-1]) & (places <= last)):
      last = trained[-1]
    starts = converter.all_starts(piece, len(roll))
    found = [roll[s : s + T] for s in starts[starts <= last]]
    waiting += found
    follows += [number > 0 for number in range(len(found))]
    if len(waiting) >= _WINDOWS_AT_ONCE:
      encode()
  if waiting:
    encode()
  return np.concatenate(codes), np.array(follows)
