# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The prior that was fitted: where in latent space the music of a run lies.

Training draws q(z|x) towards N(0, I), but all windows together do not fill it:
z drawn from N(0, I) may lie where no music was. A mixture of Gaussians fitted
to the posteriors afterwards says where it was (Ghosh et al. 2020, "From
Variational to Deterministic Autoencoders", arXiv 1903.12436), and

    L = E_q[log p(x|z)] - E_q[log q(z|x) - log p(z)]

is a bound under that p(z) as well.

A prior also says how z goes on in music longer than a window. It keeps the
means of windows, song by song; each window starts half-way through the one
before (experiment 2 of the paper). walk.py goes by them.

A decoder that hears itself begins too few notes and holds them too long: its
draws differ from the music, and it is less sure of each change after what it
was never told. Two shifts of its weights mend that. fullness.py finds them, and
the prior keeps them.

A prior is a file beside the run's checkpoints, `prior.npz`.
"""

from __future__ import annotations

import os
import zipfile
from typing import Any
from typing import NamedTuple

import numpy as np

from magenta_vrae import files
from magenta_vrae.errors import InputError

FILE_NAME = 'prior.npz'

# What a file may hold at most.
_MOST_BYTES = 400 * 2**20
# Of the shifts: more would be no correction.
_LARGEST_SHIFT = 10.0
_LOG_2_PI = float(np.log(2.0 * np.pi))


class Shifts(NamedTuple):
  """What a decoder's weights have more, so that draws are as full as the music.

  Attributes:
    logit_shift: What b_out of autoregressive.py has more when notes are drawn,
      sized `[D]`, or a number.
    c_x_shift: What c_x has more, likewise.
  """

  logit_shift: np.ndarray | float = 0.0
  c_x_shift: np.ndarray | float = 0.0

  def as_full(self, weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Weights whose draws are as full as the music, with both shifts in them.

    Args:
      weights: Arrays by their names in checkpoints.

    Returns:
      The same, but b_out and c_x, if the decoder hears itself.

    Raises:
      InputError: If the shifts are those of another model.
    """
    shifts = {
      'decoder/ar_b_out': self.logit_shift,
      'decoder/ar_c_x': self.c_x_shift,
    }
    for name in shifts.keys() & weights.keys():
      given, size = np.shape(shifts[name]), np.shape(weights[name])
      if given not in ((), size):
        raise InputError(
          f'the prior has shifts sized {list(given)}, but {name} is sized '
          f'{list(size)}; delete {FILE_NAME} to draw from N(0, I), or train '
          'on, which fits it again'
        )
    return {
      name: value + np.float32(shifts[name]) if name in shifts else value
      for name, value in weights.items()
    }


class Prior(NamedTuple):
  """A mixture of C Gaussians over z of size Z, and N codes of its music.

  Attributes:
    weights: The components' shares, sized `[C]`.
    means: Their means, sized `[C, Z]`.
    factors: Lower triangular factors L of their covariances L L^T, sized
      `[C, Z, Z]`.
    codes: Means of windows half a window apart, in the order of the music,
      sized `[N, Z]`.
    follows: Whether a code is of the window half a window after the one before
      it, bools, sized `[N]`.
    step: Of the checkpoint that it was fitted to.
    logit_shift: As in `Shifts`.
    c_x_shift: As in `Shifts`.
  """

  weights: np.ndarray
  means: np.ndarray
  factors: np.ndarray
  codes: np.ndarray
  follows: np.ndarray
  step: int
  logit_shift: np.ndarray | float = 0.0
  c_x_shift: np.ndarray | float = 0.0

  @property
  def z_size(self) -> int:
    return int(self.means.shape[1])

  def deviations(self) -> np.ndarray:
    """How far z lies from its window's code, in each dimension, sized `[Z]`.

    These are the standard deviations of q(z|x), as far as the mixture and the
    codes tell: its variance is that of the codes and q's together. At least a
    tenth of the mixture's own, as both are estimates.
    """
    means = np.asarray(self.means, np.float64)
    weights = np.asarray(self.weights, np.float64)
    within = np.sum(np.asarray(self.factors, np.float64) ** 2, axis=2)
    variance = weights @ (within + (means - weights @ means) ** 2)
    codes = np.asarray(self.codes, np.float64)
    of_codes = np.var(codes, axis=0) if len(codes) else 0.0
    return np.sqrt(np.maximum(variance - of_codes, 0.01 * variance))

  def draw(self, n: int, rng: np.random.RandomState) -> np.ndarray:
    """Z ~ p(z), sized `[n, Z]`."""
    chosen = rng.choice(len(self.weights), size=n, p=self.weights)
    eps = rng.normal(size=[n, self.z_size])
    return self.means[chosen] + np.einsum(
      'nij,nj->ni', self.factors[chosen], eps
    )

  def log_density(self, z: np.ndarray) -> np.ndarray:
    """Log p(z) in nats, of z sized `[n, Z]`; sized `[n]`."""
    z = np.asarray(z, np.float64)
    logs = np.empty([len(self.weights), len(z)])
    for k, (mean, factor) in enumerate(zip(self.means, self.factors)):
      eps = np.linalg.solve(factor, (z - mean).T)
      logs[k] = (
        np.log(self.weights[k])
        - 0.5 * np.sum(eps**2, axis=0)
        - np.sum(np.log(np.diag(factor)))
        - 0.5 * self.z_size * _LOG_2_PI
      )
    return np.logaddexp.reduce(logs, axis=0)

  def as_full(self, weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """As `Shifts.as_full`."""
    return Shifts(self.logit_shift, self.c_x_shift).as_full(weights)


class Standard(NamedTuple):
  """N(0, I), asked as a `Prior` is.

  Attributes:
    z_size: Z.
  """

  z_size: int

  def draw(self, n: int, rng: np.random.RandomState) -> np.ndarray:
    """Z ~ N(0, I), sized `[n, Z]`."""
    return rng.normal(size=[n, self.z_size])

  def log_density(self, z: np.ndarray) -> np.ndarray:
    """Log p(z) in nats, of z sized `[n, Z]`; sized `[n]`."""
    z = np.asarray(z, np.float64)
    return -0.5 * np.sum(z**2 + _LOG_2_PI, axis=1)

  def as_full(self, weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The weights as they are: nothing was fitted."""
    return weights


def of_checkpoint(
  checkpoint_path: str, z_size: int, name: str | None = None
) -> Prior | Standard:
  """What z is drawn from with a checkpoint.

  Args:
    checkpoint_path: A checkpoint without its ending.
    z_size: Numbers in z.
    name: 'fitted' for the prior saved beside it, 'standard' for N(0, I); by
      default the fitted one where there is one for this checkpoint.

  Raises:
    InputError: If it is damaged or of another model, or `name` is 'fitted' and
      there is none for this checkpoint; if it is another word.
  """
  if name not in (None, 'fitted', 'standard'):
    raise InputError(f"unknown prior {name!r}; it is 'fitted' or 'standard'")
  if name == 'standard':
    return Standard(z_size)
  found = load(os.path.dirname(checkpoint_path), z_size)
  step = checkpoint_path.rpartition('-')[2]
  if found and str(found.step) == step:
    return found
  if name == 'fitted':
    raise InputError(
      f'no prior was fitted to the checkpoint {checkpoint_path!r}'
      + (f', but one to step {found.step}' if found else '')
      + '; train to the end, which fits one, or give --prior=standard'
    )
  return Standard(z_size)


def save(prior: Prior, folder: str, is_half: bool = False) -> str:
  """Writes a prior into a run's folder, whole or not at all.

  Args:
    prior: The prior.
    folder: The folder.
    is_half: Whether to keep codes, means and factors in half precision, to save
      space.

  Returns:
    The file's path.
  """
  path = os.path.join(folder, FILE_NAME)
  dtype = np.float16 if is_half else np.float32
  with files.whole(path) as temporary, open(temporary, 'wb') as f:
    np.savez(
      f,
      weights=prior.weights.astype(np.float32),
      means=prior.means.astype(dtype),
      factors=prior.factors.astype(dtype),
      codes=prior.codes.astype(dtype),
      follows=prior.follows,
      step=np.int64(prior.step),
      logit_shift=np.asarray(prior.logit_shift, np.float32),
      c_x_shift=np.asarray(prior.c_x_shift, np.float32),
    )
  return path


def load(folder: str, z_size: int) -> Prior | None:
  """Reads the prior of a run or of an unpacked bundle.

  Args:
    folder: The run's folder.
    z_size: Numbers in z of its model.

  Returns:
    The prior; None where there is none.

  Raises:
    InputError: If the file is damaged, or of another model.
  """
  path = os.path.join(folder, FILE_NAME)
  if not os.path.exists(path):
    return None
  try:
    arrays = _read(path)
    prior = Prior(step=int(arrays.pop('step')), **arrays)
  # A broken file makes zipfile and NumPy raise almost anything.
  except Exception as e:
    raise InputError(
      f'the prior {path!r} is damaged ({e}); delete it to draw from N(0, I), '
      'or train on, which fits it again'
    ) from e
  fault = _fault(prior, z_size)
  if fault:
    raise InputError(
      f'the prior {path!r} {fault}; delete it to draw from N(0, I), or train '
      'on, which fits it again'
    )
  # Shares that were rounded to float32 add up to one again.
  weights = prior.weights / prior.weights.sum()
  return prior._replace(weights=weights, follows=prior.follows.astype(bool))


def _read(path: str) -> dict[str, Any]:
  """The arrays by name, none larger than allowed."""
  if os.path.getsize(path) > _MOST_BYTES:
    raise ValueError(f'it has over {_MOST_BYTES} bytes')
  with zipfile.ZipFile(path) as archive:
    # What unpacks to more than it says stops where it said; see zipfile.
    if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
      raise ValueError(f'it unpacks to over {_MOST_BYTES} bytes')
  with np.load(path, allow_pickle=False) as archive:
    found = {
      name: np.asarray(archive[name])
      for name in (*Prior._fields[:4], 'follows', 'step')
    }
    for name in Shifts._fields:
      if name in archive.files:
        found[name] = np.asarray(archive[name], np.float32)
  for name in Prior._fields[:4]:
    found[name] = found[name].astype(np.float64)
  return found


def _fault(prior: Prior, z_size: int) -> str | None:
  """What is wrong with the sizes and numbers of a prior, or None."""
  C, N = len(np.atleast_1d(prior.weights)), len(np.atleast_1d(prior.codes))
  sizes = {
    'weights': (C,),
    'means': (C, z_size),
    'factors': (C, z_size, z_size),
    'codes': (N, z_size),
    'follows': (N,),
  }
  for name, size in sizes.items():
    value = getattr(prior, name)
    if value.shape != size:
      return f'has {name} sized {list(value.shape)}, but z has {z_size} numbers'
    if not np.all(np.isfinite(value)):
      return f'has {name} that are not finite'
  for name in Shifts._fields:
    if not np.all(np.abs(getattr(prior, name)) <= _LARGEST_SHIFT):
      return f'has a {name} that is not within {_LARGEST_SHIFT:g}'
  diagonal = np.diagonal(prior.factors, axis1=1, axis2=2)
  if N and prior.follows[0]:
    return 'has a first code that comes after another'
  if not C or np.any(prior.weights < 0) or not prior.weights.sum() > 0:
    return 'has components whose shares are no shares'
  if np.any(diagonal <= 0):
    return 'has a covariance that is none'
  return None
