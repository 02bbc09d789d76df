# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the page of a latent space holds: weights, windows, map and heat.

`explore` gathers it from a checkpoint and a dataset; page.py makes a
page of it that computes as the model does.
"""

from __future__ import annotations

import os
from typing import Any
from typing import Iterable
from typing import NamedTuple

import numpy as np

from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.explorer import facts
from magenta_vrae.explorer import heat as heat_lib
from magenta_vrae.explorer import output_measures
from magenta_vrae.explorer import own_map
from magenta_vrae.explorer import projection
from magenta_vrae.explorer import song_windows
from magenta_vrae.explorer import window_attributes
from magenta_vrae.inference import loading
from magenta_vrae.inference import numpy_model
from magenta_vrae.inference import prior as prior_lib
from magenta_vrae.model import hparams as vrae_hparams
from magenta_vrae.model import masks
from magenta_vrae.stand_ins.note_sequence import NoteSequence


class Exploration(NamedTuple):
  """What a page is made of.

  Attributes:
    facts: A dict that JSON can hold: `model`, `converter`, `projection`,
      `heat`, `attributes`, `songs` and `music`, as `SongWindows` has it.
    arrays: Numbers by name: `means`, sized `[num_windows, z_size]`; `starts`,
      first frames of the windows, `[num_windows]`; `spans`, when they begin
      and end in seconds of their pieces, `[num_windows, 2]`; `heat`, sized
      `[num_quantities, rows, columns]`, the lowest row first; `levels` and
      `directions` of the attributes, as `window_attributes.Levels` has them.
      Where music can go on by itself also `codes`, `follows` and `deviations`,
      as a `Prior` has them. Where the songs' notes are known also `notes`, the
      bits of their rolls one after another, eight to a byte.
    weights: The checkpoint's variables of encoder and decoder by name, masked.
  """

  facts: dict[str, Any]
  arrays: dict[str, np.ndarray]
  weights: dict[str, np.ndarray]


def explore(
  config: Any,
  checkpoint_path: str,
  examples_path: str | Iterable[NoteSequence] | None,
) -> Exploration:
  """Gathers the page of a trained model and a dataset.

  Args:
    config: A `Preset`, or a `Config` with a VRAE and one of this package's
      converters. It is not changed.
    checkpoint_path: A checkpoint without its ending.
    examples_path: A path or glob pattern of TFRecords, or pieces; as
      `examples.pieces_of` takes it. None for the map that a ready-made model
      brings along.

  Returns:
    An `Exploration`.

  Raises:
    InputError: If the config is of another model, the checkpoint does not fit
      it, its prior or map is damaged, or the dataset cannot be read or has no
      note the model can hold.
  """
  _check_config(config)
  model = numpy_model.RestoredVrae(config, checkpoint_path)
  windows = (
    _own_map(checkpoint_path, config)
    if examples_path is None
    else song_windows.read(config, model, examples_path)
  )
  means = windows.means
  plane = projection.Projection(means)
  heat, heat_facts = heat_lib.over(model, plane, windows.heat)
  attributes = _attributes(model, windows)
  return Exploration(
    facts={
      'model': facts.of_model(config),
      'converter': facts.of_converter(
        config.data_converter, getattr(config.hparams, 'bar_frames', 0)
      ),
      'projection': _projection_facts(plane),
      'heat': heat_facts,
      'attributes': attributes.facts,
      'songs': _with_frames(windows),
      'music': windows.music,
    },
    arrays={
      'means': means.astype(np.float32),
      'starts': windows.starts.astype(np.int32),
      'spans': windows.spans.astype(np.float32),
      'heat': heat.astype(np.float32),
      **attributes.arrays(),
      **_codes(config, checkpoint_path),
      **_packed(windows.rolls),
    },
    weights=prior_lib.of_checkpoint(
      checkpoint_path, config.hparams.z_size
    ).as_full(masks.masked(model.weights)),
  )


def _check_config(config: Any) -> None:
  converter = config.data_converter
  if getattr(config.hparams, 'interval_size', 0):
    raise InputError(
      f'the page cannot play a model with interval_size='
      f'{config.hparams.interval_size}; give a run that was trained with 0'
    )
  if loading.is_vrae(config) and isinstance(converter, RollConverter):
    return
  model = type(getattr(config, 'model', None)).__name__
  raise InputError(
    'the page can hold the VRAE with its own encoder, decoder and converters '
    f'only, but this config has {model} and {type(converter).__name__}; '
    'give the run of one of the vrae_ configs'
  )


def _own_map(checkpoint_path: str, config: Any) -> own_map.SongWindows:
  folder = os.path.dirname(checkpoint_path)
  found = own_map.load(folder, config.hparams.z_size)
  if found is None:
    raise InputError(
      'this model brings no map along, so --examples_path is required: the '
      'songs to show'
    )
  depth = config.data_converter.depth
  if found.rolls and found.rolls[0].shape[1] != depth:
    raise InputError(
      f'the map {os.path.join(folder, own_map.FILE_NAME)!r} has notes of '
      f'{found.rolls[0].shape[1]} numbers a frame, but the model has {depth}; '
      'give music as --examples_path'
    )
  return found


def _projection_facts(plane: projection.Projection) -> dict[str, Any]:
  return {
    'kind': plane.kind,
    'mean': plane.mean.tolist(),
    'basis': plane.basis.tolist(),
    'share': plane.share,
    'reach': plane.reach,
    'numLenders': projection.NUM_LENDERS,
  }


def _with_frames(windows: own_map.SongWindows) -> list[dict[str, Any]]:
  """Songs that say how long their notes are, where those are known."""
  if windows.rolls is None:
    return windows.songs
  return [
    {**song, 'frames': len(roll)}
    for song, roll in zip(windows.songs, windows.rolls)
  ]


def _packed(notes: list[np.ndarray] | None) -> dict[str, np.ndarray]:
  """The songs' rolls as bits, one song after another."""
  if notes is None:
    return {}
  return {'notes': np.packbits(np.concatenate(notes).astype(bool))}


def _attributes(
  model: numpy_model.RestoredVrae, windows: own_map.SongWindows
) -> window_attributes.Levels:
  """The attributes of windows: of their notes, or of what they decode to."""
  converter, means = model.data_converter, windows.means
  if windows.rolls is not None:
    names = window_attributes.names_of(converter)
    found = _measured_notes(windows, converter)
    return window_attributes.levels_of(names, found, means)
  quantities = output_measures.quantities(converter)
  found = output_measures.measured(
    model, means, [measure for _, measure in quantities]
  )
  of_unit = {unit: row for (unit, _), row in zip(quantities, found)}
  # Of a band, hits of drums are notes as well.
  num = np.zeros(len(means))
  density = of_unit.get('new notes a second', num) + of_unit.get(
    'hits a second', num
  )
  values = {'density': density}
  if 'mean pitch' in of_unit:
    values['register'] = of_unit['mean pitch']
    values['polyphony'] = of_unit['notes at a time']
  return window_attributes.levels_of(
    tuple(values), np.array(list(values.values())), means
  )


def _measured_notes(
  windows: own_map.SongWindows, converter: RollConverter
) -> np.ndarray:
  """What window_attributes.py measures of the windows' own notes."""
  T = converter.window_frames
  values, first = [], 0
  assert windows.rolls is not None
  for song, roll in zip(windows.songs, windows.rolls):
    starts = windows.starts[first : first + song['windows']]
    first += len(starts)
    # A song may be shorter than its window, which silence fills up.
    padded = np.pad(roll, [(0, T), (0, 0)])
    of_song = np.array([padded[start : start + T] for start in starts])
    values.append(window_attributes.measure(of_song, converter))
  return np.concatenate(values, axis=1)


def _codes(config: Any, checkpoint_path: str) -> dict[str, np.ndarray]:
  """What walk.py goes by; nothing where the model cannot go on from z to z."""
  if not vrae_hparams.is_autoregressive(config.hparams):
    return {}
  prior = prior_lib.of_checkpoint(checkpoint_path, config.hparams.z_size)
  if not isinstance(prior, prior_lib.Prior) or not prior.follows.any():
    return {}
  return {
    'codes': prior.codes.astype(np.float32),
    'follows': prior.follows.astype(np.int32),
    'deviations': prior.deviations().astype(np.float32),
  }
