# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pictures of the latent space and of rolls. Needs the extra "plots".

Each function returns a matplotlib figure; `save` writes it.
"""

from __future__ import annotations

from typing import Any
from typing import NamedTuple
from typing import Sequence

import matplotlib
import matplotlib.ticker
import numpy as np
from matplotlib.figure import Figure

# Colours that colour-blind readers tell apart (Okabe & Ito's, but for their
# yellow, which white swallows), each with a marker of its own.
COLORS = (
  '#0072B2', '#E69F00', '#009E73', '#D55E00',
  '#CC79A7', '#56B4E9', '#000000', '#882255',
)  # fmt: skip
_MARKERS = 'osD^vP*X'
INK = '#22313f'
_ROLL_COLORS = matplotlib.colors.LinearSegmentedColormap.from_list(
  'roll', ['#ffffff', '#0072B2', '#06283d']
)
_DPI = 120
# From so many points on a curve shows its running mean, over a 30th of them.
_MANY_POINTS = 100
_MEANS = 30


def _look(index: int) -> tuple[str, str]:
  """A colour and a marker of its own for each of 64 songs, in order."""
  turn, place = divmod(index, len(COLORS))
  marker = _MARKERS[(place + turn) % len(_MARKERS)]
  return COLORS[place], marker


def save(figure: Figure, path: str) -> None:
  """Writes a figure as PNG."""
  figure.savefig(path, dpi=_DPI, facecolor='white')


def latent_plane(
  mu: np.ndarray,
  songs: Sequence[str],
  title: str,
  axis: str = 'mean of z, dimension',
) -> Figure:
  """Every window at its posterior mean, coloured by song.

  Args:
    mu: Means in two dimensions, or what they are projected to, sized
      `[num_windows, 2]`.
    songs: The song of each, any strings.
    title: The figure's title.
    axis: What the axes show; their number is appended.
  """
  figure = Figure(figsize=(9, 6.2), layout='constrained')
  axes = figure.add_subplot()
  song_of = np.asarray(songs)
  for index, song in enumerate(dict.fromkeys(songs)):
    color, marker = _look(index)
    points = mu[song_of == song]
    axes.scatter(
      points[:, 0],
      points[:, 1],
      color=color,
      marker=marker,
      s=12,
      alpha=0.65,
      linewidths=0.3,
      edgecolors='white',
      label=f'{song} ({len(points)})',
    )
  axes.set_xlabel(f'{axis} 1')
  axes.set_ylabel(f'{axis} 2')
  axes.set_aspect('equal', adjustable='datalim')
  axes.grid(color='#e6e6e6', linewidth=0.6)
  axes.set_axisbelow(True)
  axes.spines[['top', 'right']].set_visible(False)
  # Beside the axes. matplotlib 3.5, which Magenta pins, knows no 'outside'.
  axes.legend(
    loc='upper left',
    bbox_to_anchor=(1.01, 1.0),
    borderaxespad=0.0,
    title='song (windows)',
    frameon=False,
    markerscale=1.8,
  )
  figure.suptitle(title, color=INK)
  return figure


def bound_over_epochs(
  curves: Sequence[tuple[str, np.ndarray, np.ndarray]],
  title: str,
  first_epoch: float = 0.0,
) -> Figure:
  """The lower bound per time step while a model was trained.

  Args:
    curves: A list of (label, epochs, bounds), the bounds in nats per time step.
    title: The figure's title.
    first_epoch: What lies before it is cut off, as the first bounds would
      leave no room for the others.

  A curve of many points, as those of single batches are, is drawn pale, with
  its running mean over it.
  """
  figure = Figure(figsize=(8, 4.6), layout='constrained')
  axes = figure.add_subplot()
  for index, (label, epochs, bounds) in enumerate(curves):
    epochs, bounds = np.asarray(epochs), np.asarray(bounds)
    shown = epochs >= first_epoch
    epochs, bounds = epochs[shown], bounds[shown]
    color = COLORS[index % len(COLORS)]
    if len(bounds) >= _MANY_POINTS:
      axes.plot(epochs, bounds, color=color, alpha=0.25, linewidth=0.8)
      n = len(bounds) // _MEANS
      epochs, bounds = (_running_mean(v, n) for v in (epochs, bounds))
      label = f'{label}, and their mean over {n}'
    axes.plot(
      epochs,
      bounds,
      color=color,
      marker=_MARKERS[index % len(_MARKERS)]
      if len(bounds) < _MANY_POINTS
      else None,
      markersize=4,
      linewidth=1.6,
      label=label,
    )
  axes.set_xlabel('epochs')
  axes.set_ylabel('lower bound (nats per time step)')
  axes.grid(color='#e6e6e6', linewidth=0.6)
  axes.spines[['top', 'right']].set_visible(False)
  axes.legend(frameon=False)
  figure.suptitle(title, color=INK)
  return figure


def _running_mean(values: np.ndarray, n: int) -> np.ndarray:
  """Means of every n values in a row."""
  return np.convolve(values, np.full(n, 1.0 / n), mode='valid')


def decoded_plane(
  z_1: np.ndarray, z_2: np.ndarray, outputs: np.ndarray, title: str
) -> Figure:
  """What each point of a two-dimensional latent space decodes to, as a grid.

  Args:
    z_1: Values of the first dimension, rising, sized `[num_columns]`.
    z_2: Values of the second dimension, rising, sized `[num_rows]`.
    outputs: Probabilities, sized `[num_rows, num_columns, num_frames, depth]`;
      each is drawn as a roll, time to the right and pitch upwards.
    title: The figure's title.
  """
  rows, columns, T, depth = outputs.shape
  # Rows of the picture go down: the largest z_2 and the highest pitch first.
  tiles = np.pad(
    outputs[::-1, :, :, ::-1].transpose(0, 3, 1, 2).astype(float),
    [(0, 0), (0, 1), (0, 0), (0, 1)],
    constant_values=np.nan,
  )
  figure = Figure(figsize=(9.6, 9), layout='constrained')
  axes = figure.add_subplot()
  image = axes.imshow(
    tiles.reshape(rows * (depth + 1), columns * (T + 1)),
    cmap=_ROLL_COLORS.with_extremes(bad='#c9d1d9'),
    vmin=0,
    vmax=1,
    aspect='auto',
    interpolation='nearest',
  )
  axes.set_xticks((np.arange(columns) + 0.5) * (T + 1) - 1)
  axes.set_xticklabels([f'{z:.1f}' for z in z_1])
  axes.set_yticks((np.arange(rows) + 0.5) * (depth + 1) - 1)
  axes.set_yticklabels([f'{z:.1f}' for z in z_2[::-1]])
  axes.tick_params(length=0, labelsize=8)
  axes.spines[:].set_visible(False)
  axes.set_xlabel('z, dimension 1')
  axes.set_ylabel('z, dimension 2')
  figure.colorbar(
    image, ax=axes, label='probability of sounding', fraction=0.03
  )
  figure.suptitle(title, color=INK)
  return figure


def rolls(
  panels: Sequence[tuple[str, np.ndarray]],
  pitches: Sequence[int],
  frames_per_second: float,
  title: str,
  num_columns: int = 3,
) -> Figure:
  """Rolls side by side, on one colour scale from silent to sounding.

  Args:
    panels: A list of (caption, roll) pairs. A roll holds probabilities or
      zeros and ones, sized `[num_frames, len(pitches)]`.
    pitches: The MIDI pitch of each column.
    frames_per_second: Rate of the rolls in Hz.
    title: The figure's title.
    num_columns: Panels in a row.
  """
  num_rows = -(-len(panels) // num_columns)
  figure = Figure(
    figsize=(1.2 + 3.2 * num_columns, 0.8 + 2.3 * num_rows),
    layout='constrained',
  )
  grid = figure.subplots(
    num_rows, num_columns, sharex=True, sharey=True, squeeze=False
  )
  octaves = [i for i, pitch in enumerate(pitches) if pitch % 12 == 0]
  for axes in grid.flat[len(panels) :]:
    axes.set_visible(False)
  for axes, (caption, roll) in zip(grid.flat, panels):
    # Edges of frames in seconds, and of columns half-way between pitches.
    mesh = axes.pcolormesh(
      np.arange(len(roll) + 1) / frames_per_second,
      np.arange(len(pitches) + 1) - 0.5,
      # Silence is left clear for the lines that mark the octaves.
      np.ma.masked_less(np.asarray(roll, float).T, 0.01),
      cmap=_ROLL_COLORS,
      vmin=0,
      vmax=1,
      zorder=2,
    )
    axes.set_title(caption, fontsize=9, loc='left', color=INK)
    axes.set_yticks(octaves, [f'C{pitches[i] // 12 - 1}' for i in octaves])
    axes.grid(axis='y', color='#dddddd', linewidth=0.5)
    axes.tick_params(labelsize=8)
  for axes in grid[:, 0]:
    axes.set_ylabel('pitch', fontsize=9)
  for axes in grid[-1]:
    axes.set_xlabel('time (s)', fontsize=9)
  figure.colorbar(mesh, ax=grid, label='probability of sounding', fraction=0.03)
  figure.suptitle(title, color=INK)
  return figure


def blind_test(
  rolls: Sequence[tuple[np.ndarray, np.ndarray]],
  pitches: Sequence[int],
  frames_per_second: float,
  title: str,
  num_columns: int = 4,
) -> Figure:
  """Numbered rolls of which one is to say what made each.

  Args:
    rolls: Pairs of where each pitch sounds and where a note of it starts, both
      sized `[num_frames, len(pitches)]`.
    pitches: The MIDI pitch of each column.
    frames_per_second: Rate of the rolls in Hz.
    title: The figure's title.
    num_columns: Panels in a row.
  """
  num_rows = -(-len(rolls) // num_columns)
  figure = Figure(
    figsize=(1.0 + 3.0 * num_columns, 1.0 + 2.2 * num_rows),
    layout='constrained',
  )
  grid = figure.subplots(
    num_rows, num_columns, sharex=True, sharey=True, squeeze=False
  )
  # The rows that are drawn go up in pitch, whatever the columns' order is.
  rising = np.argsort(pitches)
  octaves = [i for i, c in enumerate(rising) if pitches[c] % 12 == 0]
  names = [f'C{pitches[rising[i]] // 12 - 1}' for i in octaves]
  for axes in grid.flat[len(rolls) :]:
    axes.set_visible(False)
  for number, (axes, (sounding, struck)) in enumerate(zip(grid.flat, rolls), 1):
    # A note is blue, and dark in the frame where it starts.
    shade = np.where(struck, 1.0, 0.5 * np.asarray(sounding))[:, rising]
    axes.pcolormesh(
      np.arange(len(shade) + 1) / frames_per_second,
      np.arange(len(pitches) + 1) - 0.5,
      np.ma.masked_equal(shade.T, 0.0),
      cmap=_ROLL_COLORS,
      vmin=0,
      vmax=1,
      zorder=2,
    )
    axes.set_title(str(number), fontsize=12, fontweight='bold', color=INK)
    axes.set_yticks(octaves, names)
    axes.grid(axis='y', color='#dddddd', linewidth=0.5)
    axes.tick_params(labelsize=8, length=2)
    axes.spines[:].set_color('#8a949e')
  for axes in grid[-1]:
    axes.set_xlabel('time (s)', fontsize=9)
    axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(4))
  figure.suptitle(title, color=INK)
  return figure


class Spread(NamedTuple):
  """A panel of `likeness` that shows how a feature is spread.

  Attributes:
    title: What the feature is.
    values: For each kind of windows an array, one value a window.
  """

  title: str
  values: Sequence[np.ndarray]


class Score(NamedTuple):
  """A panel of `likeness` that shows one number for each kind of windows.

  Attributes:
    title: What the number is.
    intervals: For each kind the number, and how far its interval reaches to
      both sides.
    limits: The ends of the axis.
    aim: (Optional) The best value, where a line stands.
  """

  title: str
  intervals: Sequence[tuple[float, float]]
  limits: tuple[float, float]
  aim: float | None = None


def likeness(
  panels: Sequence[Spread | Score],
  kinds: Sequence[str],
  num_real: int,
  title: str,
  note: str,
  num_columns: int = 4,
) -> Figure:
  """What real and made windows are like, a panel for each number.

  In each panel each kind of windows has a line of its own, the real ones above.
  Of a spread the line goes from the 5th to the 95th of 100 windows, the bar
  from the 25th to the 75th, and a dot is at the median; a pale band goes on
  downwards from the bar of the first kind.

  Args:
    panels: The panels.
    kinds: What the windows are, in the order of each panel's values.
    num_real: So many of them, the first ones, are real.
    title: The figure's title.
    note: A line below the panels.
    num_columns: Panels in a row.
  """
  num_rows = -(-len(panels) // num_columns)
  figure = Figure(
    figsize=(1.6 + 2.7 * num_columns, 1.1 + 2.4 * num_rows),
    layout='constrained',
  )
  grid = figure.subplots(num_rows, num_columns, sharey=True, squeeze=False)
  colors = [INK if i < num_real else COLORS[0] for i in range(len(kinds))]
  for axes in grid.flat[len(panels) :]:
    axes.set_visible(False)
  for axes, panel in zip(grid.flat, panels):
    if isinstance(panel, Spread):
      _draw_spread(axes, panel, colors)
    else:
      _draw_score(axes, panel, colors)
    axes.set_title(panel.title, fontsize=10, loc='left', color=INK)
    axes.set_yticks(range(len(kinds)), kinds)
    axes.set_ylim(len(kinds) - 0.4, -0.6)
    axes.axhline(num_real - 0.5, color='#c9d1d9', linewidth=0.8)
    axes.grid(axis='x', color='#e6e6e6', linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=9, length=0)
    axes.xaxis.set_major_locator(
      matplotlib.ticker.MaxNLocator(5, steps=[1, 2, 5, 10])
    )
    axes.spines[['top', 'right', 'left']].set_visible(False)
    for label, color in zip(axes.get_yticklabels(), colors):
      label.set_color(color)
  figure.suptitle(title, color=INK)
  figure.supxlabel(note, color=INK, fontsize=9)
  return figure


def _draw_spread(axes: Any, panel: Spread, colors: Sequence[str]) -> None:
  for row, (values, color) in enumerate(zip(panel.values, colors)):
    if not len(values):
      axes.text(0.02, row, 'all silent', color=color, va='center', fontsize=8)
      continue
    low, left, middle, right, high = np.percentile(values, [5, 25, 50, 75, 95])
    if row == 0:
      axes.axvspan(left, right, color='#eef1f4', zorder=0)
    axes.plot([low, high], [row, row], color=color, linewidth=1.2)
    axes.plot(
      [left, right], [row, row], color=color, linewidth=6, alpha=0.55,
      solid_capstyle='butt',
    )  # fmt: skip
    axes.plot(
      middle, row, 'o', color=color, markersize=6, markeredgecolor='white'
    )


def _draw_score(axes: Any, panel: Score, colors: Sequence[str]) -> None:
  if panel.aim is not None:
    axes.axvline(panel.aim, color=COLORS[2], linewidth=1.4, zorder=1)
  for row, ((mean, reach), color) in enumerate(zip(panel.intervals, colors)):
    if np.isnan(mean):
      left = panel.limits[0]
      axes.text(left, row, ' none', color=color, va='center', fontsize=8)
      continue
    axes.plot(
      [mean - reach, mean + reach], [row, row], color=color, linewidth=1.6
    )
    axes.plot(
      mean, row, 'o', color=color, markersize=6, markeredgecolor='white'
    )
    axes.annotate(
      f'{mean:.2f}',
      (mean, row),
      xytext=(0, 7),
      textcoords='offset points',
      ha='center',
      fontsize=8,
      color=color,
      bbox={'facecolor': 'white', 'edgecolor': 'none', 'pad': 0.6},
    )
  axes.set_xlim(*panel.limits)


def tsne(mu: np.ndarray, seed: int = 0) -> np.ndarray:
  """t-SNE of latent means to two dimensions (van der Maaten & Hinton 2008).

  Args:
    mu: Sized `[num_windows, z_size]`.
    seed: Of its random start.

  Returns:
    Points, sized `[num_windows, 2]`. Only who is near to whom means something.
  """
  from sklearn.manifold import TSNE  # Of the extra "plots".

  perplexity = min(30.0, (len(mu) - 1) / 3.0)
  return TSNE(random_state=seed, perplexity=perplexity).fit_transform(mu)
