# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What vrae_plot draws of a run. Needs the extra "plots"."""

from __future__ import annotations

import functools
import os
from typing import Any
from typing import Callable
from typing import Iterable

import numpy as np
from matplotlib.figure import Figure

from magenta_vrae import band_figures
from magenta_vrae import figures
from magenta_vrae import latent
from magenta_vrae.data import examples
from magenta_vrae.data.band import BandRoll
from magenta_vrae.inference import evaluation
from magenta_vrae.inference import history
from magenta_vrae.inference import loading
from magenta_vrae.progress import Progress
from magenta_vrae.stand_ins.note_sequence import NoteSequence

_MOST_WINDOWS = 4000
# Epochs after which the paper's figure of the bound begins, and the share of a
# run of few epochs that stands for them.
_FIRST_EPOCH = 10
_FIRST_SHARE = 0.05
# The decoded plane reaches this far, in standard deviations of p(z).
_PLANE_EXTENT = 2.5


class Run:
  """A run's model with the windows that the figures are drawn from.

  Args:
    name: The config's name.
    config: The run's `Preset` or `Config`.
    run_dir: The run's folder.
    checkpoint: Its checkpoint, without an ending.
    source: The music, which can be gone through again.
    every: Of each song's windows, to take every so many-th; None for as many
      as a figure can hold.
    held_out: (Optional) Music that it was not trained on, likewise.

  Raises:
    InputError: As `loading.restore` and `examples.windows`.
  """

  def __init__(
    self,
    name: str,
    config: Any,
    run_dir: str,
    checkpoint: str,
    source: Iterable[NoteSequence],
    every: int | None = None,
    held_out: Iterable[NoteSequence] | None = None,
  ) -> None:
    self.name, self.config, self.run_dir = name, config, run_dir
    self.checkpoint = checkpoint
    self.model = model = loading.restore(config, checkpoint)
    converter = config.data_converter
    num_training = examples.count_windows(source, converter, 'train')
    self.steps_per_epoch = num_training / config.hparams.batch_size
    self.every = every or _every(num_training)
    of_kind = {'training': (source, 'train', self.every)}
    if converter.settings()['holdout_fraction']:
      of_kind['held-out'] = source, 'eval', self.every
    if held_out is not None:
      number = examples.count_windows(held_out, converter, 'infer')
      of_kind['held-out'] = held_out, 'infer', every or _every(number)
    self.windows = {
      kind: examples.windows(music, converter, mode, step)
      for kind, (music, mode, step) in of_kind.items()
    }
    self.bounds = {
      kind: evaluation.bounds(model, windows.frames)
      for kind, windows in self.windows.items()
    }
    self.mu = self.bounds['training'].mu
    self.songs = [_title(song) for song in self.windows['training'].songs]

  def which(self, kind: str = 'training windows') -> str:
    """What the points of a figure are, in words."""
    return kind if self.every == 1 else f'one in {self.every} of the {kind}'

  def rolls(
    self, panels: list[tuple[str, np.ndarray]], title: str, num_columns: int
  ) -> Figure:
    """A figure of rolls, each with its caption."""
    converter = self.config.data_converter
    if isinstance(converter, BandRoll):
      return band_figures.rolls(
        panels,
        converter.parts,
        converter.frames_per_second,
        title,
        num_columns,
      )
    P = len(converter.pitches)
    return figures.rolls(
      [(caption, roll[:, :P]) for caption, roll in panels],
      converter.pitches,
      converter.frames_per_second,
      title,
      num_columns,
    )


def _every(num_windows: int) -> int:
  """Of how many windows a figure takes one, to hold no more than it can."""
  return max(1, -(-num_windows // _MOST_WINDOWS))


def _title(file_name: str) -> str:
  return os.path.splitext(os.path.basename(file_name))[0]


def draw_bound(run: Run) -> Figure:
  steps, bounds = history.training_bounds(run.run_dir)
  epochs = steps / run.steps_per_epoch
  first = min(_FIRST_EPOCH, _FIRST_SHARE * epochs.max(initial=0))
  curves = [('training batches', epochs, bounds)]
  if 'held-out' in run.windows:
    progress = Progress(None, 'checkpoint')
    steps, bounds = history.checkpoint_bounds(
      run.run_dir,
      run.config,
      run.windows['held-out'].frames,
      lambda done, total: progress.update(done + 1, f'of {total}'),
    )
    progress.close()
    curves.append(('held-out windows', steps / run.steps_per_epoch, bounds))
  return figures.bound_over_epochs(
    curves,
    f'{run.name}: lower bound per time step, the first {first:.2g} epochs cut',
    first,
  )


def draw_latent(run: Run) -> Figure:
  if run.mu.shape[1] == 2:
    return figures.latent_plane(
      run.mu, run.songs, f'{run.name}: {run.which()} at their means'
    )
  return figures.latent_plane(
    figures.tsne(run.mu),
    run.songs,
    f'{run.name}: t-SNE of the means of {run.which()}, '
    f'z of {run.mu.shape[1]} dimensions',
    axis='t-SNE dimension',
  )


def draw_reconstructions(run: Run) -> Figure:
  panels = []
  for kind, windows in run.windows.items():
    bound = run.bounds[kind]
    # Neither the best nor the worst: windows at thirds of the order by bound,
    # among those that are not silent.
    sounding = np.flatnonzero(windows.frames.any(axis=(1, 2)))
    order = sounding[np.argsort(bound.lower_bound[sounding])]
    chosen = order[[len(order) // 3, 2 * len(order) // 3]]
    outputs, notes = run.model.decode(bound.mu[chosen])
    for index, output, note in zip(chosen, outputs, notes):
      song = _title(windows.songs[index])
      panels += [
        (f'{song}: a {kind} window', windows.frames[index]),
        (f"the decoder's outputs at its mean, {run.mu.shape[1]}-D", output),
        ('and the notes made of them', note),
      ]
  return run.rolls(panels, f'{run.name}: reconstructions', num_columns=3)


def draw_interpolation(run: Run, num_steps: int) -> Figure:
  songs = np.array(run.songs)
  sounds = run.windows['training'].frames.any(axis=(1, 2))
  names = list(dict.fromkeys(songs[sounds]))
  bounds = run.bounds['training'].lower_bound
  ends = []
  for name in (names[0], names[-1]):
    # The middle one in the order by bound. That nearest to the song's mean
    # would be next to the origin, where there is little music.
    windows = np.flatnonzero((songs == name) & sounds)
    order = windows[np.argsort(bounds[windows])]
    ends.append(run.mu[order[len(order) // 2]])
  z = latent.path(ends, num_steps)
  outputs = run.model.outputs(z)
  panels = [(f'{i / (len(z) - 1):.0%}', roll) for i, roll in enumerate(outputs)]
  return run.rolls(
    panels,
    f"{run.name}: the decoder's outputs from {names[0]} to {names[-1]}",
    num_columns=4,
  )


def draw_plane(run: Run, grid_size: int) -> Figure:
  ticks = np.linspace(-_PLANE_EXTENT, _PLANE_EXTENT, grid_size)
  z = np.array([[z_1, z_2] for z_2 in ticks for z_1 in ticks])
  outputs = run.model.outputs(z)
  outputs = outputs.reshape(len(ticks), len(ticks), *outputs.shape[1:])
  title = f'{run.name}: what each point of the plane decodes to'
  converter = run.config.data_converter
  if isinstance(converter, BandRoll):
    return band_figures.decoded_plane(
      ticks, ticks, outputs, converter.parts, title
    )
  return figures.decoded_plane(ticks, ticks, outputs, title)


def draw(
  figure: str, run: Run, path: str, num_steps: int, grid_size: int
) -> None:
  """Draws a figure into a PNG file.

  Args:
    figure: Its name, as --figures has it.
    run: The run.
    path: The file.
    num_steps: Windows from one end of the interpolation to the other.
    grid_size: Points of the decoded plane in each direction.
  """
  draws: dict[str, Callable[[Run], Figure]] = {
    'bound': draw_bound,
    'latent': draw_latent,
    'reconstructions': draw_reconstructions,
    'interpolation': functools.partial(draw_interpolation, num_steps=num_steps),
    'plane': functools.partial(draw_plane, grid_size=grid_size),
  }
  figures.save(draws[figure](run), path)
