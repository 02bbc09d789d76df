# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Metre and tempo that a new run takes from its music if no flag has them."""

from __future__ import annotations

from typing import Any
from typing import Callable

from magenta_vrae.data import examples
from magenta_vrae.data import time_grid
from magenta_vrae.data.rolls import RollConverter

# Half windows of so many bars at most are looked at.
_MOST_BARS = 16
# Times as long as it is by default, a window is made for the sake of bars.
_LONGEST_WINDOW = 4


class Flags:
  """Which settings --hparams and --converter name.

  Args:
    hparams: The first flag's value.
    converter: The second's.
  """

  def __init__(self, hparams: str | None, converter: str | None) -> None:
    self._texts = (hparams or '', converter or '')

  def name(self, setting: str) -> bool:
    return any(f',{setting}=' in f',{text}' for text in self._texts)


def with_metre(
  config: Any,
  examples_path: str,
  flags: Flags,
  tell: Callable[[str], None],
) -> Any:
  """A config whose `bar_frames` and windows are whole bars of the music.

  Args:
    config: The `Preset` or `Config` of a run that begins.
    examples_path: The dataset.
    flags: What the user set.
    tell: Takes a line on what was changed, or does not fit.

  Returns:
    The same if its decoder is not told where in the bar it is.

  Raises:
    InputError: If the dataset cannot be read.
  """
  converter = config.data_converter
  bar = getattr(config.hparams, 'bar_frames', 0)
  if not bar or not isinstance(converter, RollConverter):
    return config
  align = converter.settings()['align']
  if align != 'bar':
    if flags.name('bar_frames'):
      tell(
        f'bar_frames={bar} means nothing where windows begin at any {align}; '
        'give --converter=align=bar'
      )
      return config
    tell(
      f'windows begin at any {align}, so the decoder is not told where in the '
      'bar it is'
    )
    return _with(config, bar_frames=0)
  lengths = time_grid.bar_lengths(
    converter.grid, examples.read_examples(examples_path)
  )
  if lengths and not flags.name('bar_frames'):
    config = _in_bars_of(next(iter(lengths)), config, flags, tell)
    bar = config.hparams.bar_frames
  total = sum(lengths.values())
  others = total - lengths.get(bar, 0)
  # Upbeats are less than a hundredth.
  if bar and round(100 * others / max(total, 1)):
    tell(
      f'{others / total:.0%} of the music is in bars of other lengths than '
      f'{bar} frames, where the decoder is told a wrong place'
    )
  return config


def _in_bars_of(
  bar: int, config: Any, flags: Flags, tell: Callable[[str], None]
) -> Any:
  """The config, with windows of whole bars of so many frames if it can be."""
  converter, hparams = config.data_converter, config.hparams
  window, K = converter.window_frames, hparams.frames_per_step
  if bar == hparams.bar_frames and not window // 2 % bar:
    return config
  halves = [
    bar * number for number in range(1, _MOST_BARS + 1) if not bar * number % K
  ]
  if flags.name('window_frames'):
    halves = [half for half in halves if 2 * half == window]
  if not halves:
    tell(
      f'most bars of the music have {bar} frames, of which half a window of '
      f'{window} holds no whole number; the decoder is not told where in the '
      'bar it is'
    )
    return _with(config, bar_frames=0)
  new = min((2 * half for half in halves), key=lambda size: abs(size - window))
  if new > _LONGEST_WINDOW * window:
    tell(
      f'most bars of the music have {bar} frames, too many for windows of '
      f'{window}; the decoder is not told where in the bar it is'
    )
    return _with(config, bar_frames=0)
  tell(
    f'most bars of the music have {bar} frames, so windows have {new}, and the '
    f'decoder is told where in a bar of {bar} it is'
  )
  config = _with(config, bar_frames=bar, max_seq_len=new)
  return config._replace(data_converter=converter.replace(window_frames=new))


def _with(config: Any, **values: Any) -> Any:
  """The config with other hyperparameters; the given one stays as it is."""
  hparams = type(config.hparams)(**{**config.hparams.values(), **values})
  return config._replace(hparams=hparams)


def with_tempo(
  config: Any,
  examples_path: str,
  flags: Flags,
  tell: Callable[[str], None],
) -> Any:
  """A config whose music by the beat has the tempo of the dataset.

  Args:
    config: The `Preset` or `Config` of a run that begins.
    examples_path: The dataset.
    flags: What the user set.
    tell: Takes a line on the tempo.

  Returns:
    The same if its frames are by the clock, or --converter says `qpm`.
  """
  converter = config.data_converter
  if not isinstance(converter, RollConverter):
    return config
  if not converter.grid.frames_per_beat or flags.name('qpm'):
    return config
  qpm = time_grid.qpm_to_write_at(examples.read_examples(examples_path))
  tell(
    f'music will be written at {qpm:g} quarter notes a minute, as the dataset '
    'is; --converter=qpm=N sets another tempo'
  )
  return config._replace(data_converter=converter.replace(qpm=qpm))
