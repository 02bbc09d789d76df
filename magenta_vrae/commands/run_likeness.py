# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""How like a run's music is to its dataset: vrae_plot's figure `likeness`."""

from __future__ import annotations

import json
import math
import os
from typing import NamedTuple

import numpy as np

from magenta_vrae import figures
from magenta_vrae import files
from magenta_vrae.commands.run_figures import Run
from magenta_vrae.inference import evaluation
from magenta_vrae.inference import generation
from magenta_vrae.inference import likeness
from magenta_vrae.inference import muspy_metrics
from magenta_vrae.inference import window_features
from magenta_vrae.inference import window_sources
from magenta_vrae.inference.likeness import Interval
from magenta_vrae.inference.prior import Standard
from magenta_vrae.progress import Progress

_TITLES = {
  window_sources.REAL: 'real, training',
  window_sources.HELD_OUT: 'real, held out',
  window_sources.REBUILT: 'rebuilt',
  window_sources.DRAWN: 'drawn',
  window_sources.FIRST_FIFTH: 'long, first fifth',
  window_sources.LAST_FIFTH: 'long, last fifth',
}
_IN_PERCENT = frozenset([likeness.SILENT, 'share in scale', 'repeated notes'])
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

_LEGEND = """\
Each number is the mean over {seeds} seeds, with the 95% interval of that mean
(Student's t): each seed takes other real windows, other z and other splits.
There are {windows} windows of each kind. The first rows are means over the
windows in which something sounds. The others hold each kind against real
training windows; under "real" are other real training windows, so that column
is what can be reached. C2ST is how often a random forest tells made from real:
0.5 is the aim. Overlaps are best at 1, the KL of distances at 0.
The docs explain every number: docs/likeness.md.
"""


class Result(NamedTuple):
  """What was measured of a run.

  Attributes:
    table: For each kind of windows, its numbers' intervals over seeds.
    samples: The windows of the first seed.
    num_windows: Windows of each kind.
    num_seeds: Over how many seeds.
    uses: How the training windows use z, by what p(z) is.
    bounds_under_prior: The mean bound of a window under the generator's prior,
      in nats, by kind of windows.
  """

  table: dict[str, dict[str, Interval]]
  samples: window_sources.Samples
  num_windows: int
  num_seeds: int
  uses: dict[str, evaluation.LatentUse]
  bounds_under_prior: dict[str, float]


def measure(run: Run, num_windows: int, num_seeds: int, seed: int) -> Result:
  """Makes windows of every kind and measures them.

  Args:
    run: The run.
    num_windows: Windows of each kind.
    num_seeds: How often, each time with other windows.
    seed: The first seed.

  Raises:
    InputError: If there are too few training windows.
  """
  training = run.windows['training'].frames
  held_out = run.windows.get('held-out')
  converter = run.config.data_converter
  progress = Progress(None, 'seed')
  of_kind: dict[str, list[dict[str, float]]] = {}
  first: window_sources.Samples | None = None
  for number in range(num_seeds):
    progress.update(number + 1, f'of {num_seeds}')
    generator = generation.Generator(
      run.config, run.checkpoint, seed=seed + number
    )
    samples = window_sources.samples(
      run.model,
      generator,
      training,
      None if held_out is None else held_out.frames,
      num_windows,
      seed + number,
    )
    first = first or samples
    real = window_features.of(samples.reference, converter)
    for kind, frames in samples.kinds.items():
      made = window_features.of(frames, converter)
      numbers = likeness.compare(real, made, converter, seed + number)
      numbers.update(muspy_metrics.measure(frames, converter) or {})
      of_kind.setdefault(kind, []).append(numbers)
  progress.close()
  assert first is not None
  priors: dict[str, evaluation.Density | None] = {'N(0, I)': None}
  if not isinstance(generator.prior, Standard):
    priors['the fitted prior'] = generator.prior
  bounds = run.bounds['training']
  return Result(
    {kind: likeness.over_seeds(rows) for kind, rows in of_kind.items()},
    first,
    len(first.reference),
    num_seeds,
    {
      name: evaluation.latent_use(bounds.mu, bounds.sigma, prior, seed)
      for name, prior in priors.items()
    },
    {
      kind: float(evaluation.bounds_under(found, generator.prior).mean())
      for kind, found in run.bounds.items()
    },
  )


def draw(
  run: Run, output_dir: str, num_windows: int, num_seeds: int, seed: int
) -> list[str]:
  """Measures a run, prints the table and writes all files.

  Args:
    run: The run.
    output_dir: The folder, which is there.
    num_windows: As in `measure`.
    num_seeds: As in `measure`.
    seed: As in `measure`; it mixes the blind test as well.

  Returns:
    The paths of what was written.
  """
  result = measure(run, num_windows, num_seeds, seed)
  report = text(run, result)
  print(report)
  paths = [
    os.path.join(output_dir, name)
    for name in (
      'likeness.png',
      'likeness.txt',
      'likeness.json',
      'blind_test.png',
      'blind_test_answers.txt',
    )
  ]
  figures.save(picture(run, result), paths[0])
  files.write_text(paths[1], report)
  files.write_text(paths[2], json.dumps(as_json(run, result), indent=2) + '\n')
  test, answers = blind_test(run, result, seed)
  figures.save(test, paths[3])
  files.write_text(paths[4], answers)
  return paths


def text(run: Run, result: Result) -> str:
  """The table and what it means, to read."""
  kinds = list(result.table)
  names = list(result.table[window_sources.REAL])
  lines = [f'{"":28}' + ''.join(f'{kind:>14}' for kind in kinds)]
  for name in names:
    cells = [_cell(name, result.table[kind][name]) for kind in kinds]
    lines.append(f'{name:28}' + ''.join(f'{cell:>14}' for cell in cells))
  legend = _LEGEND.format(seeds=result.num_seeds, windows=result.num_windows)
  return '\n'.join(
    [
      f'{run.name}: how like its music is to {run.which("windows")}',
      '',
      *lines,
      '',
      legend,
      *_use_of_z(run, result),
      '',
    ]
  )


def _cell(name: str, interval: Interval) -> str:
  mean, reach = interval
  if math.isnan(mean):
    return '-'
  unit = ''
  if name in _IN_PERCENT:
    mean, reach, unit = 100 * mean, 100 * reach, '%'
  decimals = 2 if abs(mean) < 10 else 1
  if unit:
    decimals = 1
  shown = f'{mean:.{decimals}f}{unit}'
  return shown if math.isnan(reach) else f'{shown} ±{reach:.{decimals}f}'


def _use_of_z(run: Run, result: Result) -> list[str]:
  uses = result.uses
  T = run.config.data_converter.window_frames
  num_windows, z_size = run.mu.shape
  lines = [
    f'The bound under N(0, I), nats per time step: {kind} windows '
    f'{bounds.lower_bound.mean() / T:.3g}, of which the KL takes '
    f'{bounds.kl.mean() / T:.3g}.'
    for kind, bounds in run.bounds.items()
  ]
  if len(uses) > 1:
    lines += [
      f'The bound under the fitted prior: {kind} windows {bound / T:.3g}.'
      for kind, bound in result.bounds_under_prior.items()
    ]
  for name, use in uses.items():
    if name == next(iter(uses)):
      lines += [
        f'By {num_windows} training windows, {use.active_units} of {z_size} '
        'dimensions of z are active, and z tells',
        f'{use.mutual_information:.3g} nats about the window '
        f'(at most ln {num_windows} = {math.log(num_windows):.3g}).',
      ]
    lines.append(
      f'KL to {name}, nats a window: {use.kl:.3g} = these '
      f'{use.mutual_information:.3g} + {use.marginal_kl:.3g}, how far z drawn '
      'from it are from music.'
    )
  return lines


def as_json(run: Run, result: Result) -> dict:
  """The same numbers, to compute with; null where there is none."""

  def number(value: float) -> float | None:
    return value if math.isfinite(value) else None

  T = run.config.data_converter.window_frames
  return {
    'config': run.name,
    'windows': result.num_windows,
    'seeds': result.num_seeds,
    'confidence': 0.95,
    'kinds': {
      kind: {
        name: {
          'mean': number(interval.mean),
          'half_width': number(interval.half_width),
        }
        for name, interval in row.items()
      }
      for kind, row in result.table.items()
    },
    'bounds_under_prior': {
      kind: bound / T for kind, bound in result.bounds_under_prior.items()
    },
    'latent_use': {
      name: {**use._asdict(), 'windows': len(run.mu)}
      for name, use in result.uses.items()
    },
    'bound_per_time_step': {
      kind: float(bounds.lower_bound.mean() / T)
      for kind, bounds in run.bounds.items()
    },
  }


def picture(run: Run, result: Result) -> figures.Figure:
  """The spread of every feature, and the numbers beside them."""
  converter = run.config.data_converter
  kinds = list(result.table)
  features = {
    kind: window_features.of(frames, converter)
    for kind, frames in result.samples.kinds.items()
  }
  panels: list[figures.Spread | figures.Score] = [
    figures.Score(
      title,
      [
        (row[name].mean, np.nan_to_num(row[name].half_width))
        for row in result.table.values()
      ],
      limits,
      aim,
    )
    for name, (title, limits, aim) in _SCORES.items()
    if name in result.table[kinds[0]]
  ]
  for name in window_features.shown(converter):
    if name == _NOT_DRAWN:
      continue
    column = window_features.NAMES.index(name)
    values = [
      features[kind].values[features[kind].sounds, column] for kind in kinds
    ]
    panels.append(figures.Spread(name, values))
  return figures.likeness(
    panels,
    [_TITLES[kind] for kind in kinds],
    sum(kind not in window_sources.MADE for kind in kinds),
    f'{run.name}: what its music is like, beside real windows',
    f'First row: means over {result.num_seeds} seeds with 95% intervals. '
    'Below: a line holds 90 of 100 windows, a bar the middle 50, a dot is the '
    'median; the pale band goes on from the bar of real windows.',
  )


def blind_test(
  run: Run, result: Result, seed: int
) -> tuple[figures.Figure, str]:
  """Real and made windows, mixed and numbered, and which is which.

  Half are real: held-out ones if there are any. The others are of every kind
  that the model makes, in turn. None is silent.
  """
  converter = run.config.data_converter
  rng = np.random.RandomState(seed)
  kinds = result.samples.kinds
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
  figure = figures.blind_test(
    [converter.sounding_and_struck(frames) for _, frames in chosen],
    converter.pitches,
    converter.frames_per_second,
    'Which of these did people write, and which did the model make?\n'
    'A note is dark where it starts. The answers are in blind_test_answers.txt',
  )
  answers = [
    f'{number:2}  {_TITLES[kind]}' for number, (kind, _) in enumerate(chosen, 1)
  ]
  return figure, '\n'.join(
    [
      f'The answers to blind_test.png, {run.name}, seed {seed}',
      '',
      *answers,
      '',
    ]
  )
