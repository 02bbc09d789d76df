# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the page is told of a model and its converter: facts JSON can hold."""

from __future__ import annotations

from typing import Any

from magenta_vrae.data import band
from magenta_vrae.data import pitch_rolls
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.model import hparams as vrae_hparams


def of_model(config: Any) -> dict[str, Any]:
  """Sizes of a VRAE's networks, and how its frames are made."""
  hparams = config.hparams
  return {
    'cell': hparams.cell,
    'zSize': hparams.z_size,
    'depth': config.data_converter.depth,
    'framesPerStep': int(hparams.frames_per_step),
    'feedback': hparams.feedback,
    'autoregressive': vrae_hparams.is_autoregressive(hparams),
    'windowFrames': config.data_converter.window_frames,
    'reverseInput': bool(hparams.reverse_input),
    'sampling': hparams.sampling,
    'threshold': float(hparams.threshold),
    'temperature': float(getattr(hparams, 'temperature', 1.0)),
  }


def of_converter(
  converter: RollConverter, bar_frames: int = 0
) -> dict[str, Any]:
  """What the page's own converter is made of, a dict that JSON can hold.

  Args:
    converter: A converter of this package.
    bar_frames: Frames of the bar in which the model was told its place, if any.
  """
  settings = converter.settings()
  return {
    'kind': kind_of(converter),
    'parts': of_parts(converter),
    'velocityLevels': settings.get('velocity_levels', 0),
    'framesPerSecond': settings['frames_per_second'],
    'framesPerBeat': settings['frames_per_beat'],
    'qpm': settings['qpm'],
    'metre': list(converter.grid.metre(bar_frames)),
    'align': settings['align'],
    'windowFrames': settings['window_frames'],
    'hopFrames': settings['hop_frames'],
    'maxWindows': settings['max_windows_per_song'],
    'keepSilentWindows': settings['keep_silent_windows'],
    'velocity': pitch_rolls.OUTPUT_VELOCITY,
  }


def of_parts(converter: RollConverter) -> list[dict[str, Any]]:
  """The groups of a band's roll; other rolls have one part."""
  if not isinstance(converter, band.BandRoll):
    settings = converter.settings()
    is_drums = isinstance(converter, pitch_rolls.DrumRoll)
    return [
      {
        'name': kind_of(converter),
        'program': 0,
        'programs': [],
        'pitches': settings['pitches'],
        'isDrums': is_drums,
        'onsets': settings.get('onsets', False),
        'first': 0,
        'loudness': converter.depth,
      }
    ]
  return [
    {
      'name': part.group.name,
      'program': part.group.program,
      'programs': list(part.group.programs),
      'pitches': list(part.group.pitches),
      'isDrums': part.group.is_drums,
      'onsets': not part.group.is_drums,
      'first': part.columns.start,
      'loudness': part.loudness.start,
    }
    for part in converter.parts
  ]


def kind_of(converter: RollConverter) -> str:
  """`band`, `drums` or `piano`."""
  if isinstance(converter, band.BandRoll):
    return 'band'
  return 'drums' if isinstance(converter, pitch_rolls.DrumRoll) else 'piano'
