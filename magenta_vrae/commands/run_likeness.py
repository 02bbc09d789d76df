# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""How like a run's music is to its dataset: vrae_plot's figure `likeness`."""

from __future__ import annotations

import json
import math
import os
from typing import NamedTuple

from magenta_vrae import figures
from magenta_vrae import files
from magenta_vrae.commands import likeness_pictures
from magenta_vrae.commands.run_figures import Run
from magenta_vrae.data.band import BandRoll
from magenta_vrae.inference import band_features
from magenta_vrae.inference import evaluation
from magenta_vrae.inference import generation
from magenta_vrae.inference import likeness
from magenta_vrae.inference import muspy_metrics
from magenta_vrae.inference import window_sources
from magenta_vrae.inference.likeness import Interval
from magenta_vrae.inference.prior import Standard
from magenta_vrae.progress import Progress

_IN_PERCENT = frozenset([likeness.SILENT, 'share in scale', 'repeated notes'])
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
_LEGEND_OF_BAND = """\
Under a group are its own notes alone, and means over the windows in which it
sounds. "bass in chords" is the share of bass notes whose pitch class the chords
have when they begin, where chords sound; "bass with drums" the share that
begins together with a drum hit. C2ST and overlaps of the whole band are of all
groups and of these shares together.
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
    real = likeness.features(samples.reference, converter)
    for kind, frames in samples.kinds.items():
      made = likeness.features(frames, converter)
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
  measured = likeness_pictures.Measured(
    run.name,
    run.config.data_converter,
    result.table,
    result.samples.kinds,
    result.num_seeds,
  )
  test, answers = likeness_pictures.blind_test(measured, seed)
  drawn = {**likeness_pictures.pictures(measured), 'blind_test.png': test}
  written = {
    'likeness.txt': report,
    'likeness.json': json.dumps(as_json(run, result), indent=2) + '\n',
    'blind_test_answers.txt': answers,
  }

  def path_of(name: str) -> str:
    return os.path.join(output_dir, name)

  for name, figure in drawn.items():
    figures.save(figure, path_of(name))
  for name, words in written.items():
    files.write_text(path_of(name), words)
  *likenesses, blind = map(path_of, drawn)
  numbers, data, told = map(path_of, written)
  return [*likenesses, numbers, data, blind, told]


def text(run: Run, result: Result) -> str:
  """The table and what it means, to read."""
  kinds = list(result.table)
  converter = run.config.data_converter
  shares = set(_IN_PERCENT)
  if isinstance(converter, BandRoll):
    shares.update(band_features.names_of_agreement(converter))
    shares.remove(band_features.GROUPS_AT_A_TIME)
  lines = [f'{"":28}' + ''.join(f'{kind:>14}' for kind in kinds)]
  for heading, rows in _sections(run, result):
    lines += [heading] if heading else []
    indent = '  ' if heading else ''
    for number, shown in rows.items():
      cells = [
        _cell(result.table[kind][number], shown in shares) for kind in kinds
      ]
      row = ''.join(f'{cell:>14}' for cell in cells)
      lines.append(f'{indent + shown:28}{row}')
  legend = _LEGEND.format(seeds=result.num_seeds, windows=result.num_windows)
  if isinstance(converter, BandRoll):
    legend += _LEGEND_OF_BAND
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


def _sections(run: Run, result: Result) -> list[tuple[str, dict[str, str]]]:
  """Headings and their rows: of each number's name, how it is shown there.

  All rows of a plain roll are under no heading. A band's numbers come first,
  and then those of each group.
  """
  rest = dict.fromkeys(result.table[window_sources.REAL])
  converter = run.config.data_converter
  if not isinstance(converter, BandRoll):
    return [('', {name: name for name in rest})]
  sections = []
  for part in converter.parts:
    group = part.group.name
    start = likeness.of_group(group, '')
    rows = {name: name[len(start) :] for name in rest if name.startswith(start)}
    for name in rows:
      del rest[name]
    sections.append((group, rows))
  return [('the whole band', {name: name for name in rest}), *sections]


def _cell(interval: Interval, in_percent: bool) -> str:
  mean, reach = interval
  if math.isnan(mean):
    return '-'
  unit = ''
  if in_percent:
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
