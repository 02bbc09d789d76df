# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The pictures of `vrae_plot --figures=likeness`, and the blind test."""

from __future__ import annotations

from typing import NamedTuple
from typing import Sequence

import numpy as np

from magenta_vrae import band_figures
from magenta_vrae import figures
from magenta_vrae.data.band import BandRoll
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.inference import band_features
from magenta_vrae.inference import likeness
from magenta_vrae.inference import window_features
from magenta_vrae.inference import window_sources
from magenta_vrae.inference.band_features import BandFeatures
from magenta_vrae.inference.likeness import Interval
from magenta_vrae.inference.window_features import WindowFeatures

TITLES = {
  window_sources.REAL: 'real, training',
  window_sources.HELD_OUT: 'real, held out',
  window_sources.REBUILT: 'rebuilt',
  window_sources.DRAWN: 'drawn',
  window_sources.FIRST_FIFTH: 'long, first fifth',
  window_sources.LAST_FIFTH: 'long, last fifth',
}
# Numbers that have a panel: its title, its axis and the best value.
_SCORES = {
  likeness.C2ST: ('told from real, C2ST (aim: 0.5)', (0.4, 1.04), 0.5),
  likeness.OVERLAPPED_AREA: ('overlapped area (aim: 1)', (-0.04, 1.08), 1.0),
  likeness.NOTE_LENGTHS: (
    'overlap of note lengths (aim: 1)',
    (-0.04, 1.08),
    1.0,
  ),
  likeness.SILENT: ('share of silent windows', (-0.08, 1.08), None),
}
# The feature that is only in the table, as it says least beside the others.
_NOT_DRAWN = 'pitches in use'
# Panels of the blind test, half of them real.
_PUZZLES = 16


class Measured(NamedTuple):
  """What there is to draw.

  Attributes:
    name: The config's name.
    converter: The converter of the windows.
    table: For each kind of windows, its numbers' intervals over seeds.
    windows: Windows of each kind, of the first seed.
    num_seeds: Over how many seeds.
  """

  name: str
  converter: RollConverter
  table: dict[str, dict[str, Interval]]
  windows: dict[str, np.ndarray]
  num_seeds: int


def pictures(measured: Measured) -> dict[str, figures.Figure]:
  """The numbers, and the spread of every feature.

  Returns:
    A figure by its file's name: "likeness.png"; of a band also one for each
    group, as "likeness_bass.png".
  """
  converter = measured.converter
  features = {
    kind: likeness.features(frames, converter)
    for kind, frames in measured.windows.items()
  }
  if not isinstance(converter, BandRoll):
    plain = [_plain(part) for part in features.values()]
    return {'likeness.png': _of_roll(measured, plain, converter)}
  bands = [_band(part) for part in features.values()]
  found = {'likeness.png': _of_band(measured, bands, converter)}
  for part in converter.parts:
    group = part.group.name
    found[f'likeness_{group}.png'] = _of_roll(
      measured, [band.groups[group] for band in bands], part.roll, group
    )
  return found


def _plain(features: likeness.Features) -> WindowFeatures:
  assert isinstance(features, WindowFeatures)
  return features


def _band(features: likeness.Features) -> BandFeatures:
  assert isinstance(features, BandFeatures)
  return features


def _of_roll(
  measured: Measured,
  features: Sequence[WindowFeatures],
  converter: RollConverter,
  group: str = '',
) -> figures.Figure:
  """One kind of notes: all of a roll, or those of a band's group."""
  row = next(iter(measured.table.values()))
  panels: list[figures.Spread | figures.Score] = []
  for name in _SCORES:
    number = likeness.of_group(group, name) if group else name
    if number in row:
      panels.append(_score(measured, name, number))
  for name in window_features.shown(converter):
    if name == _NOT_DRAWN:
      continue
    column = window_features.NAMES.index(name)
    panels.append(
      figures.Spread(name, [f.values[f.sounds, column] for f in features])
    )
  return _figure(
    measured, panels, f'{measured.name}{", " * bool(group)}{group}'
  )


def _of_band(
  measured: Measured, features: Sequence[BandFeatures], converter: BandRoll
) -> figures.Figure:
  """The band as a whole, and how well each group is told from real."""
  panels: list[figures.Spread | figures.Score] = [
    _score(measured, name, name)
    for name in _SCORES
    if name != likeness.NOTE_LENGTHS
  ]
  for name in band_features.names_of_agreement(converter):
    values = [f.agreement[name][f.sounds] for f in features]
    panels.append(figures.Spread(name, [v[~np.isnan(v)] for v in values]))
  panels += [
    _score(
      measured,
      likeness.C2ST,
      likeness.of_group(part.group.name, likeness.C2ST),
      f'{part.group.name} alone, C2ST (aim: 0.5)',
    )
    for part in converter.parts
  ]
  return _figure(measured, panels, f'{measured.name}, the whole band')


def _score(
  measured: Measured, name: str, number: str, title: str = ''
) -> figures.Score:
  """The panel of a number; `name` says what kind of number it is."""
  usual, limits, aim = _SCORES[name]
  intervals = [row[number] for row in measured.table.values()]
  return figures.Score(
    title or usual,
    [(mean, np.nan_to_num(half_width)) for mean, half_width in intervals],
    limits,
    aim,
  )


def _figure(
  measured: Measured,
  panels: Sequence[figures.Spread | figures.Score],
  name: str,
) -> figures.Figure:
  kinds = list(measured.table)
  where = 'First row: means'
  rest = ' Below: a line'
  if isinstance(measured.converter, BandRoll):
    where = 'Panels with numbers: means'
    rest = '\nThe others: a line'  # All of it is wider than the picture.
  return figures.likeness(
    panels,
    [TITLES[kind] for kind in kinds],
    sum(kind not in window_sources.MADE for kind in kinds),
    f'{name}: what its music is like, beside real windows',
    f'{where} over {measured.num_seeds} seeds with 95% intervals.{rest} holds '
    '90 of 100 windows, a bar the middle 50, a dot is the median; the pale '
    'band goes on from the bar of real windows.',
  )


def blind_test(measured: Measured, seed: int) -> tuple[figures.Figure, str]:
  """Real and made windows, mixed and numbered, and which is which.

  Half are real: held-out ones if there are any. The others are of every kind
  that the model makes, in turn. None is silent.
  """
  rng = np.random.RandomState(seed)
  kinds = measured.windows
  real = (
    window_sources.HELD_OUT
    if window_sources.HELD_OUT in kinds
    else window_sources.REAL
  )
  half = _PUZZLES // 2
  turns = [
    window_sources.MADE[i % len(window_sources.MADE)] for i in range(half)
  ]
  order = {
    kind: rng.permutation(np.flatnonzero(frames.any(axis=(1, 2))))
    for kind, frames in kinds.items()
  }
  taken: dict[str, int] = {}
  chosen = []
  for kind in [real] * half + turns:
    place = taken.get(kind, 0)
    taken[kind] = place + 1
    if place < len(order[kind]):
      chosen.append((kind, kinds[kind][order[kind][place]]))
  chosen = [chosen[i] for i in rng.permutation(len(chosen))]
  figure = _puzzle(measured.converter, [frames for _, frames in chosen])
  answers = [
    f'{number:2}  {TITLES[kind]}' for number, (kind, _) in enumerate(chosen, 1)
  ]
  return figure, '\n'.join(
    [
      f'The answers to blind_test.png, {measured.name}, seed {seed}',
      '',
      *answers,
      '',
    ]
  )


def _puzzle(
  converter: RollConverter, windows: Sequence[np.ndarray]
) -> figures.Figure:
  title = (
    'Which of these did people write, and which did the model make?\n'
    'A note is dark where it starts. The answers are in blind_test_answers.txt'
  )
  if isinstance(converter, BandRoll):
    return band_figures.blind_test(
      windows, converter.parts, converter.frames_per_second, title
    )
  return figures.blind_test(
    [converter.sounding_and_struck(frames) for frames in windows],
    converter.pitches,
    converter.frames_per_second,
    title,
  )
