# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What is exported of a model: its weights, and what else a player must know.

The metadata are a dict that JSON can hold; docs/anywhere.md lists its keys.
"""

from __future__ import annotations

import json
import os
from typing import Any
from typing import NamedTuple

import numpy as np

import magenta_vrae
from magenta_vrae import files
from magenta_vrae.catalogue import HParams
from magenta_vrae.data import pitch_rolls
from magenta_vrae.data.band import BandRoll
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.export import signatures
from magenta_vrae.export import weights as weights_lib
from magenta_vrae.inference import endless
from magenta_vrae.inference import loading
from magenta_vrae.inference import numpy_model
from magenta_vrae.inference import numpy_vrae
from magenta_vrae.inference import prior as prior_lib
from magenta_vrae.model import hparams as vrae_hparams
from magenta_vrae.runs import bundle
from magenta_vrae.runs import tensor_bundle

METADATA_FILE_NAME = 'metadata.json'

# Of the metadata; it grows when what is written means something else.
FORMAT_VERSION = 1


class Contents(NamedTuple):
  """What is exported.

  Attributes:
    hparams: The model's.
    depth: Numbers in a frame.
    window_frames: Frames of a window.
    weights: Arrays by name, as `weights.prepared` makes them.
    signatures: The functions by name.
    metadata: A dict that JSON can hold.
    card: The model card, Markdown.
    prior: What z is drawn from.
  """

  hparams: HParams
  depth: int
  window_frames: int
  weights: dict[str, np.ndarray]
  signatures: dict[str, signatures.Signature]
  metadata: dict[str, Any]
  card: str
  prior: prior_lib.Prior | prior_lib.Standard

  def metadata_text(self) -> str:
    """The metadata as JSON."""
    return json.dumps(self.metadata)

  def write_beside(self, folder: str) -> None:
    """Writes the metadata and the card into a folder, as files."""
    path = os.path.join(folder, METADATA_FILE_NAME)
    files.write_text(path, self.metadata_text() + '\n')
    files.write_text(os.path.join(folder, bundle.CARD_FILE_NAME), self.card)


def of_checkpoint(
  name: str, config: Any, checkpoint_path: str, step: int, card: str
) -> Contents:
  """Gathers what is exported.

  Args:
    name: Of the config, or of a ready-made model.
    config: A `Preset`, or a `Config` of a VRAE.
    checkpoint_path: Its checkpoint without an ending, beside which its prior
      may lie.
    step: Steps trained.
    card: The model card, Markdown.

  Raises:
    InputError: If it is another model than the VRAE, the checkpoint does not
      fit it, or its prior is damaged.
  """
  converter, hparams = config.data_converter, config.hparams
  if not isinstance(converter, RollConverter) or not loading.is_vrae(config):
    raise InputError(
      f'{name!r} is another model than the VRAE, which alone has other formats '
      'than --format=bundle; give the run of one of the vrae_ configs'
    )
  if hparams.interval_size:
    raise InputError(
      f'{name!r} has interval_size={hparams.interval_size}, which other '
      'formats than --format=bundle do not hold yet; give --format=bundle, or '
      'a run that was trained with interval_size=0'
    )
  depth = converter.depth
  prior = prior_lib.of_checkpoint(checkpoint_path, hparams.z_size)
  functions = signatures.of_model(hparams, depth)
  return Contents(
    hparams,
    depth,
    converter.window_frames,
    weights_lib.prepared(_weights(hparams, depth, checkpoint_path, prior)),
    functions,
    {
      **_model_facts(name, hparams, step),
      **_music_facts(converter, int(hparams.bar_frames)),
      'prior': _prior_facts(prior),
      'functions': {name: of.as_json() for name, of in functions.items()},
    },
    card,
    prior,
  )


def _weights(
  hparams: HParams,
  depth: int,
  checkpoint_path: str,
  prior: prior_lib.Prior | prior_lib.Standard,
) -> dict[str, np.ndarray]:
  """Those of the checkpoint, which draw as full as the music."""
  shapes = numpy_vrae.NumpyVrae.shapes(hparams, depth)
  try:
    return prior.as_full(numpy_model.read_weights(checkpoint_path, shapes))
  except tensor_bundle.UnsupportedBundle as e:
    raise InputError(
      f'the checkpoint {checkpoint_path!r} can be read by TensorFlow alone '
      f'({e}); export it with --format=bundle, and that bundle in turn'
    ) from e


def _model_facts(name: str, hparams: HParams, step: int) -> dict[str, Any]:
  return {
    'format_version': FORMAT_VERSION,
    'producer': f'magenta-vrae {magenta_vrae.__version__}',
    'config': name,
    'steps': step,
    'z_size': int(hparams.z_size),
    'bar_frames': int(hparams.bar_frames),
    'cell': hparams.cell,
    'hears_what_it_plays': vrae_hparams.is_autoregressive(hparams),
    'sampling': {
      'kind': hparams.sampling,
      'temperature': float(getattr(hparams, 'temperature', 1.0)),
      'threshold': float(hparams.threshold),
    },
  }


def _music_facts(converter: RollConverter, bar_frames: int) -> dict[str, Any]:
  """What the columns of a frame are, and when frames are."""
  settings = converter.settings()
  return {
    'depth': converter.depth,
    'window_frames': converter.window_frames,
    'half_window_frames': endless.half_window(converter.window_frames),
    'frames_per_second': float(converter.frames_per_second),
    'frames_per_beat': settings['frames_per_beat'],
    'qpm': settings['qpm'],
    'metre': list(converter.grid.metre(bar_frames)),
    'align': settings['align'],
    'groups': _groups(converter),
    'velocity': pitch_rolls.OUTPUT_VELOCITY,
    'velocity_levels': settings.get('velocity_levels', 0),
  }


def _groups(converter: RollConverter) -> list[dict[str, Any]]:
  """Each group of columns; all but those of a band have one."""
  if not isinstance(converter, BandRoll):
    is_drums = isinstance(converter, pitch_rolls.DrumRoll)
    settings = converter.settings()
    name = 'drums' if is_drums else 'piano'
    onsets = settings.get('onsets', False)
    return [_group(name, 0, is_drums, converter.pitches, 0, onsets, None)]
  has_loudness = converter.settings()['velocity_levels'] > 0
  return [
    _group(
      part.group.name,
      part.group.program,
      part.group.is_drums,
      part.group.pitches,
      part.columns.start,
      not part.group.is_drums,
      part.loudness.start if has_loudness else None,
    )
    for part in converter.parts
  ]


def _group(
  name: str,
  program: int,
  is_drums: bool,
  pitches: Any,
  first: int,
  has_onsets: bool,
  loudness: int | None,
) -> dict[str, Any]:
  return {
    'name': name,
    'program': program,
    'is_drums': is_drums,
    'pitches': list(pitches),
    'first_column': first,
    'first_onset_column': first + len(pitches) if has_onsets else None,
    'first_loudness_column': loudness,
  }


def _prior_facts(
  prior: prior_lib.Prior | prior_lib.Standard,
) -> dict[str, Any]:
  """The distribution of z that music is drawn from."""
  if isinstance(prior, prior_lib.Standard):
    return {'kind': 'standard'}
  return {
    'kind': 'mixture',
    # They add up to one, which generators of random numbers insist on.
    'weights': prior.weights.tolist(),
    'means': _rounded(prior.means),
    'factors': _rounded(prior.factors),
  }


def _rounded(numbers: np.ndarray) -> Any:
  """Lists of numbers, with as many digits as single precision has."""
  if numbers.ndim > 1:
    return [_rounded(row) for row in numbers]
  return [float(f'{number:.9g}') for number in numbers.astype(np.float32)]
