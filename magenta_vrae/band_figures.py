# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pictures of a band's rolls: its groups stacked, each named and coloured.

Groups stand by pitch, the lowest below, and drums below them all. A group shows
the pitches from the lowest to the highest that any of a figure's panels has.
Needs the extra "plots".
"""

from __future__ import annotations

from typing import Any
from typing import NamedTuple
from typing import Sequence

import matplotlib
import matplotlib.cm
import matplotlib.patches
import matplotlib.ticker
import numpy as np
from matplotlib.figure import Figure

from magenta_vrae import figures
from magenta_vrae.data.band import Part

_NAMES = ('C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B')
# From so much on an output counts as a pitch that is in use.
_IN_USE = 0.1
_LEAST_ROWS = 10
_GAP = 2  # Rows between groups.
_LINES = '#c9d1d9'
_PALE = '#eef1f4'
# What is left of a colour where an output is 1, and where a note starts.
# A start has to stand out from its note; an output has to show its group.
_DARK_OUTPUT = 0.75
_DARK_START = 0.4


class Lane(NamedTuple):
  """A group's place in a picture.

  Attributes:
    part: The group.
    number: Its place among the band's groups.
    first: Its lowest row that is shown, counted from its lowest pitch.
    last: Its highest such row.
    bottom: Where its lowest row stands in the picture, in rows.
  """

  part: Part
  number: int
  first: int
  last: int
  bottom: int

  @property
  def color(self) -> str:
    """Its colour, which colour-blind readers tell from the others."""
    return figures.COLORS[self.number % len(figures.COLORS)]

  @property
  def height(self) -> int:
    """Its rows."""
    return self.last + 1 - self.first

  @property
  def label(self) -> str:
    """The group's name, and which pitches or keys are shown of it."""
    low, high = (self.part.group.pitches[i] for i in (self.first, self.last))
    if self.part.group.is_drums:
      return f'{self.part.group.name}\nkeys {low}-{high}'
    return f'{self.part.group.name}\n{_pitch(low)} to {_pitch(high)}'

  def color_map(self, darkest: float) -> Any:
    """White for silence, its colour half-way, and that darkened to a share."""
    white, middle = (matplotlib.colors.to_rgb(c) for c in ('white', self.color))
    return matplotlib.colors.LinearSegmentedColormap.from_list(
      self.part.group.name, [white, middle, _darkened(self.color, darkest)]
    )


def probabilities(rolls: np.ndarray, part: Part) -> np.ndarray:
  """How probably a group's pitches sound: the larger of sounding and onset.

  Args:
    rolls: Outputs, or zeros and ones, of a band, sized `[..., depth]`.
    part: The group.

  Returns:
    Sized `[..., len(part.group.pitches)]`.
  """
  own = np.asarray(rolls, float)[..., part.columns]
  if part.group.is_drums:
    return own
  P = len(part.group.pitches)
  return np.maximum(own[..., :P], own[..., P:])


def notes(windows: np.ndarray, part: Part) -> np.ndarray:
  """A group's notes: 1 where they start, 1/2 where they go on, 0 elsewhere.

  Hits of drums are 1/2: nothing goes on from which a start would stand out.

  Args:
    windows: Zeros and ones of a band, sized `[..., num_frames, depth]`.
    part: The group.

  Returns:
    Sized `[..., num_frames, len(part.group.pitches)]`.
  """
  sounding, struck = part.roll.sounding_and_struck(windows[..., part.columns])
  if part.group.is_drums:
    return 0.5 * struck
  return np.where(struck, 1.0, 0.5 * sounding)


def lanes(parts: Sequence[Part], shades: Sequence[np.ndarray]) -> list[Lane]:
  """Places the groups, the lowest first.

  Args:
    parts: The groups.
    shades: What is drawn of each, sized `[..., len(part.group.pitches)]`.
  """
  order = sorted(
    range(len(parts)),
    key=lambda i: (
      not parts[i].group.is_drums,
      float(np.mean(parts[i].group.pitches)),
    ),
  )
  placed, bottom = [], 0
  for i in order:
    most = shades[i].reshape(-1, shades[i].shape[-1]).max(axis=0)
    first, last = _rows(np.flatnonzero(most >= _IN_USE), len(most))
    placed.append(Lane(parts[i], i, first, last, bottom))
    bottom += placed[-1].height + _GAP
  return placed


def _rows(used: np.ndarray, num_rows: int) -> tuple[int, int]:
  """The first and last row to show: those in use, and some at least."""
  first, last = (used[0], used[-1]) if len(used) else (num_rows // 2,) * 2
  lacking = max(0, _LEAST_ROWS - (last + 1 - first))
  first = max(0, first - lacking // 2)
  last = min(num_rows - 1, max(last, first + _LEAST_ROWS - 1))
  return int(max(0, min(first, last + 1 - _LEAST_ROWS))), int(last)


def _pitch(pitch: int) -> str:
  return f'{_NAMES[pitch % 12]}{pitch // 12 - 1}'


def _darkened(color: str, share: float) -> tuple[float, float, float]:
  red, green, blue = matplotlib.colors.to_rgb(color)
  return share * red, share * green, share * blue


def rolls(
  panels: Sequence[tuple[str, np.ndarray]],
  parts: Sequence[Part],
  frames_per_second: float,
  title: str,
  num_columns: int = 3,
) -> Figure:
  """Rolls side by side, from silent to sounding in each group's colour.

  Args:
    panels: A list of (caption, roll) pairs. A roll holds probabilities or
      zeros and ones of a band, sized `[num_frames, depth]`.
    parts: The band's groups.
    frames_per_second: Rate of the rolls in Hz.
    title: The figure's title.
    num_columns: Panels in a row.
  """
  shades = [[probabilities(roll, part) for part in parts] for _, roll in panels]
  figure, grid = _grid(len(panels), num_columns)
  _draw_all(grid, shades, parts, frames_per_second, _DARK_OUTPUT)
  for axes, (caption, _) in zip(grid.flat, panels):
    axes.set_title(caption, fontsize=9, loc='left', color=figures.INK)
  figure.colorbar(
    matplotlib.cm.ScalarMappable(cmap='Greys'),
    ax=grid,
    label='probability of sounding',
    fraction=0.03,
  )
  figure.suptitle(title, color=figures.INK)
  return figure


def blind_test(
  windows: Sequence[np.ndarray],
  parts: Sequence[Part],
  frames_per_second: float,
  title: str,
  num_columns: int = 4,
) -> Figure:
  """Numbered rolls of which one is to say what made each.

  Args:
    windows: Zeros and ones of a band, each sized `[num_frames, depth]`.
    parts: The band's groups.
    frames_per_second: Rate of the rolls in Hz.
    title: The figure's title.
    num_columns: Panels in a row.
  """
  shades = [[notes(window, part) for part in parts] for window in windows]
  figure, grid = _grid(len(windows), num_columns)
  _draw_all(grid, shades, parts, frames_per_second, _DARK_START)
  for number, axes in enumerate(grid.flat[: len(windows)], 1):
    axes.set_title(
      str(number), fontsize=12, fontweight='bold', color=figures.INK
    )
  figure.suptitle(title, color=figures.INK)
  return figure


def _grid(num_panels: int, num_columns: int) -> tuple[Figure, np.ndarray]:
  num_rows = -(-num_panels // num_columns)
  figure = Figure(
    figsize=(1.6 + 3.2 * num_columns, 1.0 + 3.0 * num_rows),
    layout='constrained',
  )
  grid = figure.subplots(
    num_rows, num_columns, sharex=True, sharey=True, squeeze=False
  )
  for axes in grid.flat[num_panels:]:
    axes.set_visible(False)
  return figure, grid


def _draw_all(
  grid: np.ndarray,
  shades: Sequence[Sequence[np.ndarray]],
  parts: Sequence[Part],
  frames_per_second: float,
  darkest: float,
) -> None:
  """Draws panels: for each its groups, each `[num_frames, num_pitches]`."""
  if not shades:
    return
  placed = lanes(parts, [np.concatenate(own) for own in zip(*shades)])
  for axes, own in zip(grid.flat, shades):
    for lane in placed:
      shade = own[lane.number][:, lane.first : lane.last + 1]
      axes.pcolormesh(
        np.arange(len(shade) + 1) / frames_per_second,
        lane.bottom + np.arange(lane.height + 1),
        # Silence is left clear for the lines that mark the octaves.
        np.ma.masked_less(shade.T, 0.01),
        cmap=lane.color_map(darkest),
        vmin=0,
        vmax=1,
        zorder=2,
      )
      _mark(axes, lane)
    axes.set_ylim(-_GAP / 2, placed[-1].bottom + placed[-1].height + _GAP / 2)
    axes.set_yticks(
      [lane.bottom + lane.height / 2 for lane in placed],
      [lane.label for lane in placed],
    )
    axes.tick_params(axis='y', labelsize=9, length=0)
    axes.tick_params(axis='x', labelsize=8, length=2)
    axes.spines[:].set_color('#8a949e')
    for label, lane in zip(axes.get_yticklabels(), placed):
      label.set_color(_darkened(lane.color, 0.65))
  for axes in grid[-1]:
    axes.set_xlabel('time (s)', fontsize=9)
    axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(4))


def _mark(axes: Any, lane: Lane) -> None:
  """Draws where a group ends, and its Cs."""
  if lane.bottom:
    axes.axhline(lane.bottom - _GAP / 2, color=_LINES, linewidth=0.8, zorder=1)
  if lane.part.group.is_drums:
    return
  shown = lane.part.group.pitches[lane.first : lane.last + 1]
  for row, pitch in enumerate(shown):
    if pitch % 12 == 0:
      axes.axhline(
        lane.bottom + row + 0.5, color='#e3e3e3', linewidth=0.5, zorder=1
      )


def decoded_plane(
  z_1: np.ndarray,
  z_2: np.ndarray,
  outputs: np.ndarray,
  parts: Sequence[Part],
  title: str,
) -> Figure:
  """What each point of a two-dimensional latent space decodes to, as a grid.

  Args:
    z_1: Values of the first dimension, rising, sized `[num_columns]`.
    z_2: Values of the second dimension, rising, sized `[num_rows]`.
    outputs: Probabilities, sized `[num_rows, num_columns, num_frames, depth]`;
      each is drawn as a roll, time to the right, the groups stacked.
    parts: The band's groups.
    title: The figure's title.
  """
  rows, columns, T, _ = outputs.shape
  shades = [probabilities(outputs, part) for part in parts]
  placed = lanes(parts, shades)
  height = placed[-1].bottom + placed[-1].height + _GAP
  tiles = np.empty([rows, columns, height, T + 1, 3])
  tiles[:] = matplotlib.colors.to_rgb(_LINES)
  tiles[:, :, :-_GAP, :T] = matplotlib.colors.to_rgb(_PALE)
  for lane in placed:
    own = shades[lane.number][..., lane.first : lane.last + 1]
    colored = lane.color_map(_DARK_OUTPUT)(own.swapaxes(2, 3))[..., :3]
    tiles[:, :, lane.bottom : lane.bottom + lane.height, :T] = colored
  # Rows of the picture go down: the largest z_2 and the highest pitch first.
  image = tiles[::-1, :, ::-1].transpose(0, 2, 1, 3, 4)
  figure = Figure(figsize=(9.6, 9.6), layout='constrained')
  axes = figure.add_subplot()
  axes.imshow(
    image.reshape(rows * height, columns * (T + 1), 3),
    aspect='auto',
    interpolation='nearest',
  )
  axes.set_xticks((np.arange(columns) + 0.5) * (T + 1) - 1)
  axes.set_xticklabels([f'{z:.1f}' for z in z_1])
  axes.set_yticks((np.arange(rows) + 0.5) * height)
  axes.set_yticklabels([f'{z:.1f}' for z in z_2[::-1]])
  axes.tick_params(length=0, labelsize=8)
  axes.spines[:].set_visible(False)
  axes.set_xlabel('z, dimension 1')
  axes.set_ylabel('z, dimension 2')
  axes.legend(
    handles=[
      matplotlib.patches.Patch(color=lane.color, label=lane.part.group.name)
      for lane in placed[::-1]
    ],
    loc='upper center',
    bbox_to_anchor=(0.5, -0.07),
    ncol=len(placed),
    frameon=False,
    title='groups, from the top of each tile; darker is more probable',
  )
  figure.suptitle(title, color=figures.INK)
  return figure
