# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the page of a latent space holds: weights, windows, map and heat.

`explore` gathers it from a checkpoint and a dataset; page.py makes a
page of it that computes as the model does.
"""

from __future__ import annotations

import collections
import copy
import os
from typing import Any
from typing import Callable
from typing import Iterable
from typing import NamedTuple
from typing import Tuple

import numpy as np

from magenta_vrae.data import band
from magenta_vrae.data import examples
from magenta_vrae.data import pitch_rolls
from magenta_vrae.data import rolls
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.explorer import own_map
from magenta_vrae.explorer import projection
from magenta_vrae.explorer import window_attributes
from magenta_vrae.inference import loading
from magenta_vrae.inference import numpy_model
from magenta_vrae.inference import numpy_vrae
from magenta_vrae.inference import prior as prior_lib
from magenta_vrae.inference import restored
from magenta_vrae.model import hparams as vrae_hparams
from magenta_vrae.model import masks
from magenta_vrae.progress import Progress
from magenta_vrae.stand_ins.note_sequence import NoteSequence

# The heat covers what a wide and what a tall screen show when the windows fill
# them, so wide and so tall.
_ASPECTS = (0.7, 2.6)
_WIDEST_WITH_A_BAND = 3.8  # The roll is taller, and the map lower.
_SPARE = 1.2  # And some more, for the page's legend and for moving.
_MARGIN = 0.06  # Around the windows, of the longer side.
_HEAT_CELLS = 56  # Along the windows' longer side, or somewhat fewer,
_MOST_CELLS = 8000  # since each cell is a window to decode.
# Its unit, and how it is measured.
_Quantity = Tuple[str, Callable[[np.ndarray], np.ndarray]]


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
    else song_windows(config, model, examples_path)
  )
  means = windows.means
  plane = projection.Projection(means)
  heat, heat_facts = _heat(model, plane, windows.heat)
  attributes = _attributes(model, windows)
  return Exploration(
    facts={
      'model': _model_facts(config),
      'converter': converter_facts(
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


def song_windows(
  config: Any,
  model: restored.Restored,
  examples_path: str | Iterable[NoteSequence],
  most_windows: int | None = None,
) -> own_map.SongWindows:
  """Every window of every piece at its mean; pieces without one are left out.

  Args:
    config: Of the model. It is not changed.
    model: The model.
    examples_path: As `explore` has it, but not None.
    most_windows: No piece is read that comes after so many; by default all are.

  Raises:
    InputError: If it cannot be read, or has no note the model can hold.
  """
  converter = copy.deepcopy(config.data_converter)
  converter.set_mode('infer')
  songs, starts, spans, means, notes = [], [], [], [], []
  without = []
  kept = dropped = num_windows = 0
  progress = Progress(None, 'piece')
  for number, sequence in enumerate(examples.pieces_of(examples_path), 1):
    if most_windows is not None and num_windows >= most_windows:
      break
    of_piece, windows = converter.windows(sequence)
    coverage = converter.coverage(sequence)
    kept, dropped = kept + coverage.kept, dropped + coverage.dropped
    title = _title(sequence, number)
    if windows:
      songs.append({'title': title, 'windows': len(windows)})
      num_windows += len(windows)
      starts.append(of_piece)
      edges = np.stack([of_piece, of_piece + converter.window_frames], axis=1)
      spans.append(converter.grid.seconds(edges, sequence))
      means.append(model.posterior(np.array(windows)).mu)
      notes.append(converter.to_roll(sequence))
      progress.update(number, title)
    else:
      without.append(title)
  progress.close()
  if not songs:
    if not without:
      raise examples.no_piece(examples_path)
    raise examples.why_no_window(
      examples_path, converter, rolls.Coverage(kept, dropped)
    )
  _say_left_out(progress, without, kept, dropped)
  _tell_apart(songs)
  return own_map.SongWindows(
    songs,
    np.concatenate(starts),
    np.concatenate(spans),
    np.concatenate(means),
    notes,
  )


def heat_of(config: Any, checkpoint_path: str, means: np.ndarray) -> np.ndarray:
  """What the map of some windows decodes to, for a model to bring along.

  Args:
    config: Of the model.
    checkpoint_path: A checkpoint without its ending.
    means: Of the windows, sized `[num_windows, z_size]`.

  Returns:
    The heat of an `Exploration`.
  """
  model = numpy_model.RestoredVrae(config, checkpoint_path)
  return _heat(model, projection.Projection(means))[0]


def _say_left_out(
  progress: Progress, without: list[str], kept: int, dropped: int
) -> None:
  for title in without:
    progress.message(f'left out  {title}: no note that the model can hold')
  if dropped:
    progress.message(
      f'{dropped / (kept + dropped):.1%} of the notes are at pitches without a '
      'column and left out'
    )


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


def _kind(converter: RollConverter) -> str:
  if isinstance(converter, band.BandRoll):
    return 'band'
  return 'drums' if isinstance(converter, pitch_rolls.DrumRoll) else 'piano'


def _title(sequence: NoteSequence, number: int) -> str:
  name = os.path.basename(sequence.filename)
  if name.lower().endswith('.abc') and sequence.sequence_metadata.title:
    # A file may hold many tunes.
    return sequence.sequence_metadata.title
  return os.path.splitext(name)[0] or f'Piece {number}'


def _tell_apart(songs: list[dict]) -> None:
  """Numbers the songs that share a title."""
  counts = collections.Counter(song['title'] for song in songs)
  seen: collections.Counter = collections.Counter()
  for song in songs:
    title = song['title']
    seen[title] += 1
    if counts[title] > 1:
      song['title'] = f'{title} ({seen[title]})'


def _heat(
  model: numpy_model.RestoredVrae,
  plane: projection.Projection,
  known: np.ndarray | None = None,
) -> tuple[np.ndarray, dict]:
  """What the map decodes to, over a grid of it.

  Args:
    model: The model.
    plane: Of its windows.
    known: The quantities, if a map brought them along. They are taken if they
      are of this grid.

  Returns:
    The quantities, sized `[num_quantities, rows, columns]`, and a dict that
    says what they are and which part of the map they cover. A value stands for
    the middle of its cell.
  """
  low, high = plane.points.min(axis=0), plane.points.max(axis=0)
  side = (high - low).max() or 1.0
  center, size = (low + high) / 2, np.maximum(high - low, 0.2 * side)
  size = size + 2 * _MARGIN * side
  tall, wide = _ASPECTS
  if _kind(model.data_converter) == 'band':
    wide = _WIDEST_WITH_A_BAND
  extent = np.maximum(size, [size[1] * wide, size[0] / tall]) * _SPARE
  cell = max(size.max() / _HEAT_CELLS, np.sqrt(extent.prod() / _MOST_CELLS))
  columns, rows = np.ceil(extent / cell).astype(int)
  corner = center - cell * np.array([columns, rows]) / 2
  x = corner[0] + cell * (np.arange(columns) + 0.5)
  y = corner[1] + cell * (np.arange(rows) + 0.5)
  points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)

  quantities = _quantities(model.data_converter)
  if known is not None and known.shape == (len(quantities), rows, columns):
    values = known
  else:
    measures = [measure for _, measure in quantities]
    values = _measured(model, plane.from_map(points), measures)
  return values.reshape(-1, rows, columns), {
    'corner': corner.tolist(),
    'cell': float(cell),
    'columns': int(columns),
    'rows': int(rows),
    'view': {'center': center.tolist(), 'size': size.tolist()},
    'units': [unit for unit, _ in quantities],
  }


def _attributes(
  model: numpy_model.RestoredVrae, windows: own_map.SongWindows
) -> window_attributes.Levels:
  """The attributes of windows: of their notes, or of what they decode to."""
  converter, means = model.data_converter, windows.means
  if windows.rolls is not None:
    names = window_attributes.names_of(converter)
    found = _measured_notes(windows, converter)
    return window_attributes.levels_of(names, found, means)
  quantities = _quantities(converter)
  found = _measured(model, means, [measure for _, measure in quantities])
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


def _measured(
  model: numpy_model.RestoredVrae,
  z: np.ndarray,
  measures: list[Callable[[np.ndarray], np.ndarray]],
) -> np.ndarray:
  """Measures of what points decode to, sized `[num_measures, n]`."""
  values = []
  progress = Progress(len(z), 'point')
  for first in range(0, len(z), restored.BATCH_SIZE):
    of_batch = z[first : first + restored.BATCH_SIZE]
    outputs = _outputs(model, of_batch)
    values.append([measure(outputs) for measure in measures])
    progress.update(first + len(of_batch))
  progress.close()
  return np.concatenate(values, axis=1)


def _outputs(model: numpy_model.RestoredVrae, z: np.ndarray) -> np.ndarray:
  """As `model.outputs`, but no frame is drawn where they do not need it."""
  if model.autoregressive:
    return numpy_vrae.sigm(
      model.free_logits(z, model.data_converter.window_frames)
    )
  return model.outputs(z)


def _quantities(converter: RollConverter) -> list[_Quantity]:
  """Unit and function of what the heat can show.

  The functions take outputs p, sized `[n, T, depth]`, as probabilities of
  independent notes: they give expected values, sized `[n]`, and do not depend
  on how frames are made of the outputs.
  """
  fps = converter.frames_per_second
  keys, pitches, hits = _columns(converter)

  def hits_per_second(p: np.ndarray) -> np.ndarray:
    return p[..., hits].sum(axis=-1).mean(axis=-1) * fps

  def different_keys(p: np.ndarray) -> np.ndarray:
    return (1.0 - np.prod(1.0 - p[..., hits], axis=1)).sum(axis=-1)

  def notes_at_a_time(p: np.ndarray) -> np.ndarray:
    return p[..., keys].sum(axis=-1).mean(axis=-1)

  def mean_pitch(p: np.ndarray) -> np.ndarray:
    of_pitch = p[..., keys].sum(axis=1)
    return (
      of_pitch
      @ np.array(pitches, float)
      / np.maximum(of_pitch.sum(axis=-1), 1e-9)
    )

  def new_notes_per_second(p: np.ndarray) -> np.ndarray:
    # A note is new where it sounds and did not in the frame before.
    p = p[..., keys]
    before = np.pad(p[:, :-1], [(0, 0), (1, 0), (0, 0)])
    return (p * (1.0 - before)).sum(axis=-1).mean(axis=-1) * fps

  of_hits: list[_Quantity] = [
    ('hits a second', hits_per_second),
    ('different drums', different_keys),
  ]
  of_keys: list[_Quantity] = [
    ('notes at a time', notes_at_a_time),
    ('mean pitch', mean_pitch),
    ('new notes a second', new_notes_per_second),
  ]
  return (of_keys if keys else []) + (of_hits if hits else [])


def _columns(
  converter: RollConverter,
) -> tuple[list[int], list[int], list[int]]:
  """Columns of what sounds, their pitches, and columns of hits."""
  keys: list[int] = []
  pitches: list[int] = []
  hits: list[int] = []
  for part in _part_facts(converter):
    columns = range(part['first'], part['first'] + len(part['pitches']))
    if part['isDrums']:
      hits += columns
    else:
      keys += columns
      pitches += part['pitches']
  return keys, pitches, hits


def _model_facts(config: Any) -> dict[str, Any]:
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


def converter_facts(
  converter: RollConverter, bar_frames: int = 0
) -> dict[str, Any]:
  """What the page's own converter is made of, a dict that JSON can hold.

  Args:
    converter: A converter of this package.
    bar_frames: Frames of the bar in which the model was told its place, if any.
  """
  settings = converter.settings()
  return {
    'kind': _kind(converter),
    'parts': _part_facts(converter),
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


def _part_facts(converter: RollConverter) -> list[dict[str, Any]]:
  """The groups of a band's roll; other rolls have one part."""
  if not isinstance(converter, band.BandRoll):
    settings = converter.settings()
    is_drums = isinstance(converter, pitch_rolls.DrumRoll)
    return [
      {
        'name': _kind(converter),
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
