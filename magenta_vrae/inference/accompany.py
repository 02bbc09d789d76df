# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Some groups of a piece are kept, and the model makes the others.

The recurrence that is told the frames hears the kept notes as it hears its own:
`KeptEmission` puts them into each frame instead of drawing them. z comes from
the posterior given what is kept,

    p(z | kept) ~ p(z) p_free(kept | z),

by importance sampling: many z are drawn from the prior, and one of them is
taken by the likelihood that its free run gives to the kept columns. The encoder
would not do: it would hear silence in the groups that are to be made.

Within a frame the columns are drawn in order, and each knows those before it
alone. So a made column would not hear a kept one behind it: the bass would not
hear the chords of its own frame. With the made columns m of a frame, the kept
ones k, and what was played before (not written here), what is wanted is

    p(m | k) = q(m) w(m) / sum over m' of q(m') w(m'),
    q(m) = prod over made d of p(m_d | columns before d),
    w(m) = prod over kept d of p(k_d | columns before d).

To draw in order, with the kept columns put in, is to draw from q. So several
candidates are drawn from q, and one of them is taken by its weight w. This is
importance resampling: the more there are, the nearer is the result to p(m | k).
p is what draws follow, with the temperature and the shift of the emission. What
the kept notes of later frames say of this one is not heard; z knows of it.
"""

from __future__ import annotations

from typing import Iterator
from typing import Sequence

import numpy as np

from magenta_vrae.data.band import BandRoll
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.inference import endless
from magenta_vrae.inference import prior as prior_lib
from magenta_vrae.inference.emission import Emission
from magenta_vrae.inference.numpy_model import RestoredVrae
from magenta_vrae.stand_ins.note_sequence import NoteSequence

# How many z are drawn for a piece, and how many free runs are held at once.
_NUM_DRAWN = 2048
_AT_ONCE = 128
# Of each frame.
_NUM_CANDIDATES = 32


def kept_columns(converter: RollConverter, keep: Sequence[str]) -> np.ndarray:
  """Which columns belong to groups.

  Args:
    converter: A model's converter.
    keep: The names of the groups.

  Returns:
    A bool array sized `[depth]`.

  Raises:
    InputError: If it is no band's, has no such group, or none is left to make.
  """
  if not isinstance(converter, BandRoll):
    raise InputError(
      'this model has no groups of instruments to keep some of; train one of '
      'config vrae_band'
    )
  names = [part.group.name for part in converter.parts]
  unknown = [name for name in keep if name not in names]
  if unknown or not keep:
    what = f'{unknown[0]!r} is no group' if unknown else 'no group is kept'
    raise InputError(f'{what}; the groups are {", ".join(names)}')
  if set(keep) == set(names):
    raise InputError(
      f'all groups are kept ({", ".join(names)}), so there is none to make; '
      'leave out one or more'
    )
  columns = np.zeros(converter.depth, bool)
  for part in converter.parts:
    if part.group.name in keep:
      columns[part.columns] = columns[part.loudness] = True
  return columns


def end_of_kept(
  converter: RollConverter, piece: NoteSequence, keep: Sequence[str]
) -> int:
  """The frame at which the last note of some groups ends.

  A roll ends earlier if a last note has no column in it, or is of drums.

  Args:
    converter: A model's converter.
    piece: The piece.
    keep: The names of the groups.
  """
  assert isinstance(converter, BandRoll)
  notes = converter.notes_by_group(piece)
  ends = [note.end_time for name in keep for note in notes[name]]
  return int(converter.grid.nearest(max(ends, default=0.0), piece))


class KeptEmission(Emission):
  """Draws notes, but for those of some columns, which are as given.

  Args:
    emission: How the others are made.
    roll: The piece, zeros and ones, sized `[num_frames, depth]`; behind its end
      nothing sounds in the kept columns.
    columns: Which columns are kept, a bool array sized `[depth]`.
    num_candidates: How many candidates of each frame are drawn, where a kept
      column is behind a made one and notes are drawn.
  """

  def __init__(
    self,
    emission: Emission,
    roll: np.ndarray,
    columns: np.ndarray,
    num_candidates: int = _NUM_CANDIDATES,
  ) -> None:
    self._emission, self._roll, self._columns = emission, roll, columns
    self._at = 0
    # Those before all made columns weigh the same in every candidate.
    self._weighing = columns & np.logical_or.accumulate(~columns)
    matters = emission.draws and self._weighing.any()
    self._num_candidates = num_candidates if matters else 1

  @property
  def num_candidates(self) -> int:
    return self._num_candidates

  def least(self, shape: tuple[int, ...]) -> np.ndarray:
    """As `Emission.least`, for the frames that come next.

    Args:
      shape: The size of the logits, `[T, n, depth]`.
    """
    least = np.array(self._emission.least(shape))
    rows = self._roll[self._at : self._at + shape[0], self._columns]
    rows = np.pad(rows, [(0, shape[0] - len(rows)), (0, 0)])
    # Every logit comes up to what a kept note asks, and none to a kept rest.
    least[..., self._columns] = np.where(rows > 0, -np.inf, np.inf)[:, None]
    self._at += shape[0]
    return least

  def sounds(self, logits: np.ndarray, least: np.ndarray) -> np.ndarray:
    return self._emission.sounds(logits, least)

  def choose(self, logits: np.ndarray, frames: np.ndarray) -> np.ndarray:
    each = self._emission.log_p(logits, frames)[..., self._weighing]
    return self._emission.one_by_weight(each.sum(axis=-1))


def z_of_kept(
  model: RestoredVrae,
  prior: prior_lib.Prior | prior_lib.Standard,
  roll: np.ndarray,
  columns: np.ndarray,
  rng: np.random.RandomState,
) -> np.ndarray:
  """Draws z for each half window of a piece of which some columns are known.

  Args:
    model: A model with an autoregressive decoder.
    prior: What z are drawn from.
    roll: The piece, sized `[num_frames, depth]`.
    columns: Which columns are known, a bool array sized `[depth]`.
    rng: Of the draws.

  Returns:
    Z, sized `[num_half_windows, z_size]`.
  """
  T = model.data_converter.window_frames
  starts = np.arange(0, max(1, len(roll)), endless.half_window(T))
  padded = np.pad(roll[:, columns], [(0, T), (0, 0)]).astype(np.float32)
  windows = np.stack([padded[s : s + T] for s in starts])
  # Behind the piece's end nothing is known.
  known = (starts[:, None] + np.arange(T) < len(roll))[..., None]
  z = prior.draw(_NUM_DRAWN, rng).astype(np.float32)
  scores = np.concatenate(
    list(_log_likelihoods(model, z, windows, known, columns))
  )
  weights = np.exp(scores - scores.max(axis=0))
  edges = np.cumsum(weights / weights.sum(axis=0), axis=0)
  chosen = np.sum(edges < rng.random_sample(len(starts)), axis=0)
  return z[np.minimum(chosen, _NUM_DRAWN - 1)]


def _log_likelihoods(
  model: RestoredVrae,
  z: np.ndarray,
  windows: np.ndarray,
  known: np.ndarray,
  columns: np.ndarray,
) -> Iterator[np.ndarray]:
  """Log p_free(kept | z) of each z and window, `[num_z, num_windows]`."""
  T = windows.shape[1]
  x = (windows * known).reshape(len(windows), -1)
  counts = known[..., 0].astype(np.float32)
  for start in range(0, len(z), _AT_ONCE):
    free = model.free_logits(z[start : start + _AT_ONCE], T)[..., columns]
    # log sigm(l) x + log sigm(-l) (1 - x) = l x - log(1 + e^l).
    nothing = np.logaddexp(0.0, free).sum(axis=2)
    yield free.reshape(len(free), -1) @ x.T - nothing @ counts.T
