# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""How like real windows of music made ones are, in numbers.

    numbers = [likeness.measure(real, made, converter, seed) for seed in ...]
    likeness.over_seeds(numbers)['C2ST']  # Interval(mean=0.61, half_width=0.02)

Beside the means of window_features.py over the windows that sound, there are

* silent: The share of windows without a note.
* C2ST: A classifier's two-sample test (Lopez-Paz & Oquab 2017, arXiv
  1610.06545). How often a random forest of 200 trees is right about windows
  that it was not trained on, whether they are real or made: 0.5 if it cannot
  tell, 1 if it always can. It sees 20 numbers of a window: all of `NAMES` but
  the repeated notes, and the pitch-class profile. It can fall a little below
  0.5 where music repeats itself: the twin of a window left out is more often
  of the other kind among those that are left.
* overlapped area: As of mgeval (Yang & Lerch 2020, "On the evaluation of
  generative models in music"). Of each feature, the distances between two real
  windows have one density and those between a real and a made window another;
  the area under both is 1 if they are alike, 0 if they are apart. The mean over
  features.
* distance KL: The KL divergence in nats of the first of these densities from
  the second, the mean over features, likewise of mgeval. 0 is best.
* overlap of note lengths: The area under both histograms of note lengths, one
  bar a frame, of all notes of all windows: 1 if they are alike. Not of drums.

A band has all of these for each group of instruments by itself, as
"bass.C2ST"; its means are over the windows in which the group sounds. Of the
whole band there are the share of silent windows, how the groups agree
(band_features.py), and C2ST, overlapped area and distance KL of all groups'
features and of their agreement together. This C2ST has the pitch-class profile
once, of all pitched groups. A share of no notes is -1 to the forest. A group
that sounds in no window of either kind is compared by no number: NaN.

They need scikit-learn, which is of the extra "plots".
"""

from __future__ import annotations

from typing import Mapping
from typing import NamedTuple
from typing import Sequence
from typing import Tuple
from typing import Union

import numpy as np

from magenta_vrae.data.band import BandRoll
from magenta_vrae.data.pitch_rolls import DrumRoll
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.inference import band_features
from magenta_vrae.inference import window_features
from magenta_vrae.inference.band_features import BandFeatures
from magenta_vrae.inference.window_features import WindowFeatures

SILENT = 'silent'
C2ST = 'C2ST'
OVERLAPPED_AREA = 'overlapped area'
DISTANCE_KL = 'distance KL (nats)'
NOTE_LENGTHS = 'overlap of note lengths'

_TREES = 200
_FOLDS = 5
_BINS = 512
# Where a density is less than this share a bin, the KL takes it as so much.
_LEAST = 1e-9
_CONFIDENCE = 0.95
# What stands for a share of no notes where a number is needed.
_NO_SHARE = -1.0

# A band has features of its own kind, any other roll the plain ones.
Features = Union[WindowFeatures, BandFeatures]
# Two densities of distances, as `distance_densities` gives them.
_Pair = Tuple[np.ndarray, np.ndarray]


class Interval(NamedTuple):
  """A mean over seeds, and how sure it is.

  Attributes:
    mean: The mean.
    half_width: The mean's 95% interval reaches this far to both sides, by
      Student's t. NaN of one seed alone.
  """

  mean: float
  half_width: float


def measure(
  real: np.ndarray, made: np.ndarray, converter: RollConverter, seed: int = 0
) -> dict[str, float]:
  """All numbers of made windows beside real ones.

  Args:
    real: Windows of zeros and ones, sized `[num_real, num_frames, depth]`.
    made: Windows, sized `[num_made, num_frames, depth]`.
    converter: The converter of both.
    seed: Of the random forest and its folds, and of which windows are left out
      so that there are as many of either kind.

  Returns:
    A float by its name.
  """
  return compare(
    features(real, converter), features(made, converter), converter, seed
  )


def features(frames: np.ndarray, converter: RollConverter) -> Features:
  """The features of windows, as their converter's kind has them.

  Args:
    frames: Windows of zeros and ones, sized `[num_windows, num_frames, depth]`.
    converter: Their converter.

  Returns:
    `BandFeatures` of a band, `WindowFeatures` of any other roll.
  """
  if isinstance(converter, BandRoll):
    return band_features.of(frames, converter)
  return window_features.of(frames, converter)


def compare(
  real: Features,
  made: Features,
  converter: RollConverter,
  seed: int = 0,
) -> dict[str, float]:
  """As `measure`, of features that are known."""
  if isinstance(real, BandFeatures) and isinstance(made, BandFeatures):
    assert isinstance(converter, BandRoll)
    return _compare_bands(real, made, converter, seed)
  assert isinstance(real, WindowFeatures) and isinstance(made, WindowFeatures)
  return _compare_rolls(real, made, converter, seed)[0]


def of_group(group: str, name: str) -> str:
  """What a number of one group of a band is called: "bass.C2ST"."""
  return f'{group}.{name}'


def _compare_rolls(
  real: WindowFeatures,
  made: WindowFeatures,
  converter: RollConverter,
  seed: int,
) -> tuple[dict[str, float], list[_Pair]]:
  """The numbers of one kind of notes, and each feature's densities."""
  numbers = describe(made, converter)
  sounding, real_sounding = (part.take(part.sounds) for part in (made, real))
  if not isinstance(converter, DrumRoll):
    numbers[NOTE_LENGTHS] = overlap(
      real.lengths.sum(axis=0), made.lengths.sum(axis=0)
    )
  distances = [
    distance_densities(real_sounding.values[:, j], sounding.values[:, j])
    for j in map(window_features.NAMES.index, window_features.shown(converter))
  ]
  numbers.update(_of_distances(distances))
  numbers[C2ST] = c2st(classified(real), classified(made), seed)
  return numbers, distances


def _of_distances(distances: Sequence[_Pair]) -> dict[str, float]:
  """The overlapped area and the KL, each the mean over features."""
  if not distances:
    return {OVERLAPPED_AREA: float('nan'), DISTANCE_KL: float('nan')}
  return {
    OVERLAPPED_AREA: float(np.mean([overlap(*d) for d in distances])),
    DISTANCE_KL: float(np.mean([divergence(*d) for d in distances])),
  }


def _compare_bands(
  real: BandFeatures, made: BandFeatures, converter: BandRoll, seed: int
) -> dict[str, float]:
  """The numbers of the whole band, then those of each group."""
  numbers = describe(made, converter)
  of_groups: dict[str, float] = {}
  distances = []
  for name in band_features.names_of_agreement(converter):
    pair = [
      part.agreement[name][_is_defined(part, name)] for part in (real, made)
    ]
    if any(len(values) for values in pair):
      distances.append(distance_densities(*pair))
  for part in converter.parts:
    group = part.group.name
    a, b = real.groups[group], made.groups[group]
    own, found = _compare_rolls(a, b, part.roll, seed)
    if a.sounds.any() or b.sounds.any():
      distances += found
    else:
      # Silence is like silence, but nothing was compared.
      compared = {C2ST, OVERLAPPED_AREA, DISTANCE_KL, NOTE_LENGTHS}
      own.update({name: float('nan') for name in compared & own.keys()})
    of_groups.update({of_group(group, name): own[name] for name in own})
  numbers.update(_of_distances(distances))
  numbers[C2ST] = c2st(
    classified_band(real, converter), classified_band(made, converter), seed
  )
  return {**numbers, **of_groups}


def _is_defined(features: BandFeatures, name: str) -> np.ndarray:
  """In which sounding windows a number of agreement is there."""
  return features.sounds & ~np.isnan(features.agreement[name])


def describe(features: Features, converter: RollConverter) -> dict[str, float]:
  """What windows are like by themselves.

  Args:
    features: Their features.
    converter: Their converter.

  Returns:
    The share of silent windows, and the means of the features over the others,
    NaN if all are silent, by their names. Of a band, the features are those of
    its groups' agreement, each over the windows that have it.
  """
  numbers = {SILENT: 1.0 - float(features.sounds.mean())}
  if isinstance(features, BandFeatures):
    of_windows = {
      name: values[_is_defined(features, name)]
      for name, values in features.agreement.items()
    }
  else:
    of_windows = {
      name: features.values[features.sounds, window_features.NAMES.index(name)]
      for name in window_features.shown(converter)
    }
  for name, values in of_windows.items():
    numbers[name] = float(values.mean()) if len(values) else float('nan')
  return numbers


def classified(features: WindowFeatures) -> np.ndarray:
  """The 20 numbers of each window that C2ST is of, `[num_windows, 20]`."""
  repeated = window_features.NAMES.index('repeated notes')
  values = np.delete(features.values, repeated, axis=1)
  return np.concatenate([values, features.profile], axis=1)


def classified_band(features: BandFeatures, converter: BandRoll) -> np.ndarray:
  """The numbers of each window that C2ST of a whole band is of.

  Args:
    features: The windows' features.
    converter: Their converter.

  Returns:
    Sized `[num_windows, n]`: of each pitched group eight numbers and of drums
    five, all that say something of them but the repeated notes; then the
    agreement, and the pitch-class profile of all pitched groups.
  """
  parts = []
  for part in converter.parts:
    columns = [
      window_features.NAMES.index(name)
      for name in window_features.shown(part.roll)
      if name != 'repeated notes'
    ]
    parts.append(features.groups[part.group.name].values[:, columns])
  agreement = np.stack(list(features.agreement.values()), axis=1)
  parts.append(np.where(np.isnan(agreement), _NO_SHARE, agreement))
  return np.concatenate([*parts, features.profile], axis=1)


def c2st(real: np.ndarray, made: np.ndarray, seed: int = 0) -> float:
  """A classifier's two-sample test, as the module's docstring tells.

  Args:
    real: Numbers of real windows, sized `[num_real, num_features]`.
    made: Numbers of made ones, sized `[num_made, num_features]`. Of the larger
      kind some are left out at random, so that guessing gives 0.5.
    seed: Of that, of the forest and of its five folds.

  Returns:
    The mean accuracy over the folds; NaN if a kind has fewer than five windows.
  """
  from sklearn.ensemble import RandomForestClassifier
  from sklearn.model_selection import StratifiedKFold
  from sklearn.model_selection import cross_val_score

  n = min(len(real), len(made))
  if n < _FOLDS:
    return float('nan')
  rng = np.random.RandomState(seed)
  chosen = [part[rng.permutation(len(part))[:n]] for part in (real, made)]
  scores = cross_val_score(
    # Of so few windows threads would cost more than they gain.
    RandomForestClassifier(_TREES, random_state=seed),
    np.concatenate(chosen),
    np.repeat([0, 1], n),
    cv=StratifiedKFold(_FOLDS, shuffle=True, random_state=seed),
  )
  return float(scores.mean())


def distance_densities(
  real: np.ndarray, made: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
  """Densities of a feature's distances: real to real, and real to made.

  As mgeval has it, these are kernel density estimates with Gaussians of Scott's
  width. Here they stand on one grid from 0 to the largest distance, and what
  would lie below 0 or beyond the grid is reflected, so that alike sets overlap
  by 1. The width is a step of the grid at least: a feature that does not vary
  has a density as well.

  Args:
    real: A feature of real windows, sized `[num_real]`.
    made: The same feature of made ones, sized `[num_made]`.

  Returns:
    Two arrays sized `[512]`, each with the sum 1; with the sum 0 where there is
    no pair of windows.
  """
  intra = np.abs(real[:, None] - real)[np.triu_indices(len(real), 1)]
  inter = np.abs(real[:, None] - made).ravel()
  largest = max(intra.max(initial=0.0), inter.max(initial=0.0))
  # Of rounding alone there is no spread.
  scale = np.abs(real).max(initial=0.0) + np.abs(made).max(initial=0.0)
  if largest <= 1e-9 * scale:
    largest = 1.0
  return _density(intra, largest), _density(inter, largest)


def _density(distances: np.ndarray, largest: float) -> np.ndarray:
  from scipy.ndimage import gaussian_filter1d

  if not len(distances):
    return np.zeros(_BINS)
  step = largest / _BINS
  bins = np.minimum((distances / step).astype(int), _BINS - 1)
  shares = np.bincount(bins, minlength=_BINS) / len(distances)
  scott = distances.std() * len(distances) ** -0.2
  return gaussian_filter1d(shares, max(1.0, scott / step), mode='reflect')


def overlap(a: np.ndarray, b: np.ndarray) -> float:
  """The area under two histograms, each taken as shares of its sum.

  Returns:
    1.0 for the same shares, 0.0 for none in common or where one is empty.
  """
  if not a.sum() or not b.sum():
    return 0.0
  return float(np.minimum(a / a.sum(), b / b.sum()).sum())


def divergence(p: np.ndarray, q: np.ndarray) -> float:
  """KL(p || q) of two histograms in nats; NaN where one is empty."""
  if not p.sum() or not q.sum():
    return float('nan')
  p, q = (np.maximum(part / part.sum(), _LEAST) for part in (p, q))
  return float(np.sum(p * np.log(p / q)))


def over_seeds(measured: Sequence[Mapping[str, float]]) -> dict[str, Interval]:
  """Means over seeds with their intervals.

  Args:
    measured: What `measure` gave for each seed.

  Returns:
    An `Interval` for each of its names.
  """
  return {
    name: interval(np.array([numbers[name] for numbers in measured]))
    for name in measured[0]
  }


def interval(values: np.ndarray) -> Interval:
  """The mean of values and its 95% interval, by Student's t."""
  from scipy import stats

  n = len(values)
  if n < 2:
    return Interval(float(values.mean()), float('nan'))
  quantile = stats.t.ppf(0.5 + _CONFIDENCE / 2, n - 1)
  error = values.std(ddof=1) / np.sqrt(n)
  return Interval(float(values.mean()), float(quantile * error))
