# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""How well a trained model describes windows, and what to hold it against."""

from __future__ import annotations

from typing import Any
from typing import NamedTuple
from typing import Protocol

import numpy as np

from magenta_vrae.inference import asked
from magenta_vrae.inference import loading
from magenta_vrae.inference import restored
from magenta_vrae.inference.prior import Standard

# A dimension of z is active if the variance of its mean is above this.
_ACTIVE_VARIANCE = 0.01
# Pairs of a point and a posterior at once; 8 bytes each.
_PAIRS = 200_000


class WindowBounds(NamedTuple):
  """What a model says of each window.

  Attributes:
    lower_bound: L = -KL + log p(x|z) at one z of the posterior, in nats, sized
      `[num_windows]`.
    log_p_x: log p(x|z) at that z, in nats, of the same size.
    kl: KL(q(z|x) || N(0, I)) in nats, of the same size.
    mu: Posterior means, sized `[num_windows, z_size]`.
    sigma: Posterior standard deviations, of the same size.
  """

  lower_bound: np.ndarray
  log_p_x: np.ndarray
  kl: np.ndarray
  mu: np.ndarray
  sigma: np.ndarray


def bounds(
  model: restored.Restored, frames: np.ndarray, seed: int = 0
) -> WindowBounds:
  """The bound of every window.

  Args:
    model: A `Restored` model.
    frames: Windows, sized `[num_windows, window_frames, depth]`.
    seed: Of the draws of z.

  Returns:
    `WindowBounds` of all windows, in their order.
  """
  rng = np.random.RandomState(seed)
  mu, sigma = model.posterior(frames)
  z = _draw(mu, sigma, rng)
  log_p_x = model.log_likelihood(frames, z, rng)
  kl = kl_to_standard(mu, sigma)
  return WindowBounds(log_p_x - kl, log_p_x, kl, mu, sigma)


class Density(Protocol):
  """A density p(z), as `prior.Prior` and `prior.Standard` are."""

  def log_density(self, z: np.ndarray) -> np.ndarray:
    """Log p(z) in nats, of z sized `[n, z_size]`; sized `[n]`."""


class LatentUse(NamedTuple):
  """How a model uses z, by the posteriors of N windows.

  Of the KL in the bound, the mutual information is what z tells of the window,
  and it is at most log N; the rest is how far z drawn from p lie from where the
  encoder puts music, which nothing is gained by (Hoffman & Johnson 2016, "ELBO
  surgery").

  Attributes:
    active_units: Dimensions of z whose mean varies from window to window: with
      a variance over 0.01 (Burda et al. 2015, arXiv 1509.00519).
    kl: E KL(q(z|x) || p(z)) in nats, by draws: the sum of the other two.
    mutual_information: I(x; z) in nats, between which of the windows it is and
      its z.
    marginal_kl: KL(q(z) || p(z)) in nats, where q(z) is the mixture of the
      windows' posteriors.
  """

  active_units: int
  kl: float
  mutual_information: float
  marginal_kl: float


def latent_use(
  mu: np.ndarray,
  sigma: np.ndarray,
  prior: Density | None = None,
  seed: int = 0,
) -> LatentUse:
  """Estimates how z is used, with one z of each window's posterior.

  Args:
    mu: Posterior means of N windows, sized `[N, z_size]`.
    sigma: Posterior standard deviations, of the same size.
    prior: (Optional) p(z), as the prior that was fitted; N(0, I) by default.
    seed: Of the draws of z.

  Returns:
    A `LatentUse`.
  """
  mu, sigma = mu.astype(np.float64), sigma.astype(np.float64)
  z = _draw(mu, sigma, np.random.RandomState(seed))
  log_posterior = _log_normal(z, mu, sigma)
  log_marginal = _log_mixture(z, mu, sigma)
  log_p = (prior or Standard(mu.shape[1])).log_density(z)
  return LatentUse(
    active_units=int(np.sum(mu.var(axis=0) > _ACTIVE_VARIANCE)),
    kl=float(np.mean(log_posterior - log_p)),
    mutual_information=float(np.mean(log_posterior - log_marginal)),
    marginal_kl=float(np.mean(log_marginal - log_p)),
  )


def bounds_under(
  found: WindowBounds, prior: Density, seed: int = 0
) -> np.ndarray:
  """The bound of each window with another p(z) than N(0, I).

  E_q[log p(x|z)] - E_q[log q(z|x) - log p(z)], the second term at one z.

  Args:
    found: What `bounds` returned.
    prior: p(z), as the prior that was fitted.
    seed: Of the draws of z.

  Returns:
    Nats, sized `[num_windows]`.
  """
  mu, sigma = found.mu.astype(np.float64), found.sigma.astype(np.float64)
  z = _draw(mu, sigma, np.random.RandomState(seed))
  return found.log_p_x - _log_normal(z, mu, sigma) + prior.log_density(z)


def window_bounds(
  config: Any,
  checkpoint_path: str,
  frames: np.ndarray,
  batch_size: int = restored.BATCH_SIZE,
  seed: int = 0,
) -> WindowBounds:
  """Restores a model and computes the bound of every window.

  Args:
    config: A `Preset`, or a `Config` with a `RollConverter`.
    checkpoint_path: A checkpoint without its ending.
    frames: Windows, sized `[num_windows, window_frames, depth]`.
    batch_size: Windows at once.
    seed: Of the draws of z.

  Returns:
    `WindowBounds` of all windows, in their order.

  Raises:
    InputError: As `loading.restore`.
  """
  model = loading.restore(config, checkpoint_path, batch_size)
  return bounds(model, frames, seed)


def importance_weighted_bound(
  config: Any,
  checkpoint_path: str,
  frames: np.ndarray,
  num_samples: int = 100,
  batch_size: int = 10,
  seed: int = 0,
) -> np.ndarray:
  """Restores a model and computes the importance-weighted bound of windows.

  Args:
    config: A `Preset`, or a `Config` with a `RollConverter`.
    checkpoint_path: A checkpoint without its ending.
    frames: Windows, sized `[num_windows, window_frames, depth]`.
    num_samples: K.
    batch_size: Windows at once, each decoded K times.
    seed: Of the draws of z.

  Returns:
    The bound of each window in nats, sized `[num_windows]`.

  Raises:
    InputError: As `loading.restore` and `weighted_bounds`.
  """
  asked.count(num_samples, 'num_samples')
  asked.count(batch_size, 'batch_size')
  model = loading.restore(config, checkpoint_path, num_samples * batch_size)
  return weighted_bounds(model, frames, num_samples, batch_size, seed)


def weighted_bounds(
  model: restored.Restored,
  frames: np.ndarray,
  num_samples: int = 100,
  batch_size: int = 10,
  seed: int = 0,
) -> np.ndarray:
  """A tighter bound on log p(x) than L, by importance sampling.

  log 1/K sum_k p(x|z_k) p(z_k) / q(z_k|x) with z_k ~ q(z|x): section 3 of
  Burda, Grosse & Salakhutdinov 2015 (arXiv 1509.00519). p(z) is N(0, I). At
  K = 1 its mean over draws is L.

  Args:
    model: A `Restored` model.
    frames: Windows, sized `[num_windows, window_frames, depth]`.
    num_samples: K.
    batch_size: Windows at once, each decoded K times.
    seed: Of the draws of z.

  Returns:
    The bound of each window in nats, sized `[num_windows]`.

  Raises:
    InputError: If `num_samples` or `batch_size` is below 1.
  """
  asked.count(num_samples, 'num_samples')
  asked.count(batch_size, 'batch_size')
  K, B = num_samples, batch_size
  rng = np.random.RandomState(seed)
  results = []
  for start in range(0, len(frames), B):
    x = frames[start : start + B]
    mu, sigma = (np.tile(part, (K, 1)) for part in model.posterior(x))
    z = _draw(mu, sigma, rng)
    if len(x) > 1:
      x = np.tile(x, (K, 1, 1))
    log_p_x = model.log_likelihood(x, z, rng)
    log_w = log_p_x + _log_normal(z, 0.0, 1.0) - _log_normal(z, mu, sigma)
    log_w = log_w.reshape(K, -1)
    results.append(np.logaddexp.reduce(log_w, axis=0) - np.log(K))
  return np.concatenate([*results, np.zeros([0])])


def kl_to_standard(mu: np.ndarray, sigma: np.ndarray) -> np.ndarray:
  """KL(N(mu, sigma^2) || N(0, I)) in nats: `[n, z_size]` twice -> `[n]`."""
  mu, sigma = mu.astype(np.float64), sigma.astype(np.float64)
  return 0.5 * np.sum(mu**2 + sigma**2 - 1.0 - 2.0 * np.log(sigma), axis=1)


def _draw(
  mu: np.ndarray, sigma: np.ndarray, rng: np.random.RandomState
) -> np.ndarray:
  """Z = mu + sigma * eps, of the type of mu."""
  return (mu + sigma * rng.normal(size=mu.shape)).astype(mu.dtype)


def _log_normal(
  z: np.ndarray, mu: np.ndarray | float, sigma: np.ndarray | float
) -> np.ndarray:
  """Log N(z; mu, sigma^2) of vectors, `[n, z_size]` -> `[n]`."""
  eps = (z.astype(np.float64) - mu) / sigma
  logs = -0.5 * eps**2 - np.log(sigma) - 0.5 * np.log(2.0 * np.pi)
  return logs.sum(axis=1)


def _log_mixture(
  z: np.ndarray, mu: np.ndarray, sigma: np.ndarray
) -> np.ndarray:
  """Log 1/N sum_j N(z; mu_j, sigma_j^2) of points, `[n, z_size]` -> `[n]`."""
  from scipy import special

  log_sums = []
  rows = max(1, _PAIRS // len(mu))
  for start in range(0, len(z), rows):
    part = z[start : start + rows]
    logs = np.zeros([len(part), len(mu)])
    # A dimension at a time: differences of all at once would take z_size times
    # the room, and products in their place lose what narrow posteriors need.
    for z_d, mu_d, sigma_d in zip(part.T, mu.T, sigma.T):
      eps = (z_d[:, None] - mu_d) / sigma_d
      logs -= 0.5 * eps**2 + np.log(sigma_d)
    log_sums.append(special.logsumexp(logs, axis=1))
  constant = 0.5 * mu.shape[1] * np.log(2.0 * np.pi)
  return np.concatenate(log_sums) - constant - np.log(len(mu))


def independent_bernoulli(
  train_frames: np.ndarray, frames: np.ndarray
) -> float:
  """Log p(x) per time step when each pitch sounds by its own share, in nats.

  The shares are those of the training windows, with one window's silence and
  one window's sound added so that no pitch is impossible.

  Args:
    train_frames: Windows, sized `[num_windows, window_frames, depth]`.
    frames: Windows to score, sized alike.

  Returns:
    The mean over windows and time steps, a float.
  """
  n, T, _ = train_frames.shape
  share = (train_frames.sum(axis=(0, 1)) + 1.0) / (n * T + 2.0)
  sounding = frames.mean(axis=(0, 1))
  return float(
    np.sum(sounding * np.log(share) + (1.0 - sounding) * np.log1p(-share))
  )


def repeated_frame(train_frames: np.ndarray, frames: np.ndarray) -> float:
  """Log p(x) per time step when each pitch goes on as it did, in nats.

  Each pitch keeps its last frame's value but for its own chances to begin and
  to end, counted on the training windows with one more of each kind; of a
  window's first frame the share is known, as in `independent_bernoulli`. It is
  told every last frame, which the VRAE is not.

  Args:
    train_frames: Windows, sized `[num_windows, window_frames, depth]`.
    frames: Windows to score, sized alike.

  Returns:
    The mean over windows and time steps, a float.
  """
  last, now = train_frames[:, :-1].astype(bool), train_frames[:, 1:]
  sounds_after = [
    (np.sum(now * was, axis=(0, 1)) + 1.0) / (np.sum(was, axis=(0, 1)) + 2.0)
    for was in (~last, last)
  ]
  last, now = frames[:, :-1].astype(bool), frames[:, 1:]
  p = np.where(last, sounds_after[1], sounds_after[0])
  n, T, _ = frames.shape
  first = n * independent_bernoulli(train_frames, frames[:, :1])
  return float((first + np.sum(np.log(np.where(now, p, 1.0 - p)))) / (n * T))


def frame_f1(frames: np.ndarray, predicted: np.ndarray) -> float:
  """F1 over all (frame, pitch) cells, true ones against predicted ones.

  Args:
    frames: Windows of zeros and ones, sized
      `[num_windows, window_frames, depth]`.
    predicted: What was made of them, sized alike.

  Returns:
    A float from 0 to 1; 1 if nothing sounds in either.
  """
  frames, predicted = np.asarray(frames) > 0.5, np.asarray(predicted) > 0.5
  total = frames.sum() + predicted.sum()
  return float(2.0 * np.sum(frames & predicted) / total) if total else 1.0


def song_by_neighbors(
  train_mu: np.ndarray,
  train_songs: np.ndarray,
  mu: np.ndarray,
  songs: np.ndarray,
  k: int = 5,
) -> float:
  """Share of windows whose song the k nearest training means name.

  Args:
    train_mu: Means of training windows, sized `[num_train, z_size]`.
    train_songs: Their songs.
    mu: Means of other windows, sized `[num_windows, z_size]`.
    songs: Their songs.
    k: How many neighbours vote; of fewer training windows, all do.

  Returns:
    A float from 0 to 1.
  """
  from sklearn.neighbors import KNeighborsClassifier  # Of the extra "plots".

  votes = KNeighborsClassifier(min(k, len(train_mu)))
  return float(votes.fit(train_mu, train_songs).score(mu, songs))
