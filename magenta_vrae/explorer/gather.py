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

import numpy as np
import tensorflow.compat.v1 as tf

from magenta_vrae.data import examples
from magenta_vrae.data.converters import DrumRollConverter
from magenta_vrae.data.converters import PianoRollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.explorer import projection
from magenta_vrae.host import data
from magenta_vrae.model.decoder import VraeDecoder
from magenta_vrae.model.encoder import VraeEncoder
from magenta_vrae.model.vrae import VRAE
from magenta_vrae.progress import Progress

_BATCH_SIZE = 256

# The heat covers what a wide and what a tall screen show when the windows fill
# them, so wide and so tall.
_ASPECTS = (0.7, 2.6)
_SPARE = 1.2  # And some more, for the page's legend and for moving.
_MARGIN = 0.06  # Around the windows, of the longer side.
_HEAT_CELLS = 56  # Along the windows' longer side.

_KINDS = {PianoRollConverter: 'piano', DrumRollConverter: 'drums'}


class Exploration(
  collections.namedtuple('Exploration', ['facts', 'arrays', 'weights'])
):
  """What a page is made of.

  Attributes:
    facts: A dict that JSON can hold: `model`, `converter`, `projection`,
      `heat` and `songs`.
    arrays: Numbers by name: `means`, sized `[num_windows, z_size]`; `starts`,
      first frames of the windows, `[num_windows]`; `heat`, sized
      `[num_quantities, rows, columns]`, the lowest row first.
    weights: The checkpoint's variables of encoder and decoder by name.
  """


def explore(config, checkpoint_path, examples_path):
  """Gathers the page of a trained model and a dataset.

  Args:
    config: A `Config` with a VRAE and one of this package's converters. It is
      not changed.
    checkpoint_path: A checkpoint without its ending.
    examples_path: A path or glob pattern of TFRecords.

  Returns:
    An `Exploration`.

  Raises:
    InputError: If the config is of another model, the checkpoint does not fit
      it, or the dataset cannot be read or has no note the model can hold.
  """
  config = copy.deepcopy(config)
  _check_config(config)
  with _Trained(config, checkpoint_path) as trained:
    songs, starts, means = _encode_songs(config, trained, examples_path)
    plane = projection.Projection(means)
    heat, heat_facts = _heat(config, trained, plane)
    weights = trained.weights
  return Exploration(
    facts={
      'model': _model_facts(config),
      'converter': _converter_facts(config.data_converter),
      'projection': {
        'kind': plane.kind,
        'mean': plane.mean.tolist(),
        'basis': plane.basis.tolist(),
        'share': plane.share,
        'reach': plane.reach,
        'numLenders': projection.NUM_LENDERS,
      },
      'heat': heat_facts,
      'songs': songs,
    },
    arrays={
      'means': means.astype(np.float32),
      'starts': starts.astype(np.int32),
      'heat': heat.astype(np.float32),
    },
    weights=weights,
  )


def _check_config(config):
  model, kinds = config.model, tuple(_KINDS)
  if not (
    isinstance(model, VRAE)
    and isinstance(model.encoder, VraeEncoder)
    and isinstance(model.decoder, VraeDecoder)
    and isinstance(config.data_converter, kinds)
  ):
    raise InputError(
      'the page can hold the VRAE with its own encoder, decoder and converters '
      f'only, but this config has {type(model).__name__} and '
      f'{type(config.data_converter).__name__}; '
      'give the run of one of the vrae_ configs'
    )


class _Trained:
  """A restored model: windows to means, latent vectors to outputs.

  Within its `with`, the graph and the session are open.
  """

  def __init__(self, config, checkpoint_path):
    self._stack = None
    hparams, converter = config.hparams, config.data_converter
    hparams.batch_size = _BATCH_SIZE
    T, depth = converter.window_frames, converter.output_depth
    self._graph = tf.Graph()
    with self._graph.as_default():
      tf.set_random_seed(0)
      model = config.model
      model.build(hparams, depth, is_training=False)
      self._x = tf.placeholder(tf.float32, [_BATCH_SIZE, T, depth])
      self._mu = model.encode(self._x, tf.fill([_BATCH_SIZE], T)).loc
      self._z = tf.placeholder(tf.float32, [_BATCH_SIZE, hparams.z_size])
      _, results = model.decoder.sample(_BATCH_SIZE, T, self._z)
      self._outputs = results.probabilities
      self._variables = {v.op.name: v for v in tf.trainable_variables()}
      self._saver = tf.train.Saver(tf.trainable_variables())
    self._session = tf.Session(graph=self._graph)
    self._checkpoint_path = checkpoint_path

  def __enter__(self):
    try:
      self._saver.restore(self._session, self._checkpoint_path)
    except (tf.errors.OutOfRangeError, tf.errors.DataLossError) as e:
      self._session.close()
      raise InputError(
        f'the checkpoint {self._checkpoint_path!r} is damaged '
        f'({str(e).splitlines()[0][:100]}); train on, or give another run'
      ) from e
    except BaseException:
      self._session.close()
      raise
    self.weights = self._session.run(self._variables)
    return self

  def __exit__(self, *exc_info):
    self._session.close()

  def means(self, frames):
    """Posterior means of windows, `[n, T, depth]` -> `[n, z_size]`."""
    return np.concatenate(list(self._batches(self._mu, self._x, frames)))

  def outputs(self, z):
    """Yields the decoder's outputs, `[at most a batch, T, depth]`, in order."""
    return self._batches(self._outputs, self._z, z)

  def _batches(self, tensor, placeholder, values):
    for start in range(0, len(values), _BATCH_SIZE):
      batch = np.asarray(values[start : start + _BATCH_SIZE], np.float32)
      # The last batch is filled up; what the filling gives is cut off again.
      filling = [(0, _BATCH_SIZE - len(batch))] + [(0, 0)] * (batch.ndim - 1)
      feed = {placeholder: np.pad(batch, filling)}
      yield self._session.run(tensor, feed)[: len(batch)]


def _encode_songs(config, trained, examples_path):
  """Every window of every piece at its mean.

  Returns:
    The songs, a list of dicts with `title` and `windows`, those with windows
    only; first frames of all windows, and their means.
  """
  converter = config.data_converter
  converter.set_mode('infer')
  songs, starts, means, without = [], [], [], []
  kept = dropped = 0
  used = set()
  progress = Progress(None, 'piece')
  for number, sequence in enumerate(examples.read_examples(examples_path), 1):
    windows = converter.to_tensors(sequence).inputs
    coverage = converter.coverage(sequence)
    kept, dropped = kept + coverage.kept, dropped + coverage.dropped
    used |= {note.pitch for note in sequence.notes}
    title = _title(sequence, number)
    if windows:
      songs.append({'title': title, 'windows': len(windows)})
      starts.append(converter.window_starts(_roll(converter, sequence)))
      means.append(trained.means(np.array(windows)))
      progress.update(number, title)
    else:
      without.append(title)
  progress.close()
  if not songs:
    raise InputError(
      _why_no_window(examples_path, converter, len(without), used)
    )
  for title in without:
    progress.message(f'left out  {title}: no note that the model can hold')
  if dropped:
    progress.message(
      f'{dropped / (kept + dropped):.1%} of the notes are at pitches without a '
      'column and left out'
    )
  _tell_apart(songs)
  return songs, np.concatenate(starts), np.concatenate(means)


def _roll(converter, sequence):
  """The roll of which `to_tensors` makes windows."""
  if sequence.notes:
    return converter.to_roll(sequence)
  frames = int(sequence.total_time * converter.frames_per_second + 0.5)
  return np.zeros([frames, converter.output_depth], bool)


def _why_no_window(examples_path, converter, num_pieces, used):
  if not num_pieces:
    return (
      f'{examples_path!r} holds no NoteSequence; '
      'make it anew with vrae_create_dataset'
    )
  ours = converter.pitches
  kind = _KINDS[type(converter)]
  return (
    f'{examples_path!r} has no note that the model can hold: its {num_pieces} '
    f'pieces have {_span(sorted(used))}, the model has '
    f'{"drum keys" if kind == "drums" else "pitched notes"} from '
    f'{_span(ours)}; give the music it was trained on, or a model of this music'
  )


def _span(pitches):
  if not pitches:
    return 'no notes'
  return f'MIDI pitches {min(pitches)} to {max(pitches)}'


def _title(sequence, number):
  name = os.path.basename(sequence.filename)
  return os.path.splitext(name)[0] or f'Piece {number}'


def _tell_apart(songs):
  """Numbers the songs that share a title."""
  counts = collections.Counter(song['title'] for song in songs)
  seen = collections.Counter()
  for song in songs:
    title = song['title']
    seen[title] += 1
    if counts[title] > 1:
      song['title'] = f'{title} ({seen[title]})'


def _heat(config, trained, plane):
  """What the map decodes to, over a grid of it.

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
  extent = np.maximum(size, [size[1] * wide, size[0] / tall]) * _SPARE
  cell = size.max() / _HEAT_CELLS
  columns, rows = np.ceil(extent / cell).astype(int)
  corner = center - cell * np.array([columns, rows]) / 2
  x = corner[0] + cell * (np.arange(columns) + 0.5)
  y = corner[1] + cell * (np.arange(rows) + 0.5)
  points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)

  quantities = _quantities(config.data_converter)
  values = []
  progress = Progress(len(points), 'point')
  for outputs in trained.outputs(plane.from_map(points)):
    values.append([measure(outputs) for _, measure in quantities])
    done = min(len(values) * _BATCH_SIZE, len(points))
    progress.update(done)
  progress.close()
  heat = np.concatenate(values, axis=1).reshape(-1, rows, columns)
  return heat, {
    'corner': corner.tolist(),
    'cell': float(cell),
    'columns': int(columns),
    'rows': int(rows),
    'view': {'center': center.tolist(), 'size': size.tolist()},
    'units': [unit for unit, _ in quantities],
  }


def _quantities(converter):
  """Unit and function of what the heat can show.

  The functions take outputs p, sized `[n, T, depth]`, as probabilities of
  independent notes: they give expected values, sized `[n]`, and do not depend
  on how frames are made of the outputs.
  """
  P, fps = len(converter.pitches), converter.frames_per_second
  pitches = np.array(converter.pitches, float)

  def notes_at_a_time(p):
    return p[..., :P].sum(axis=-1).mean(axis=-1)

  def hits_per_second(p):
    return notes_at_a_time(p) * fps

  def mean_pitch(p):
    of_pitch = p[..., :P].sum(axis=1)
    return of_pitch @ pitches / np.maximum(of_pitch.sum(axis=-1), 1e-9)

  def new_notes_per_second(p):
    # A note is new where it sounds and did not in the frame before.
    before = np.pad(p[:, :-1, :P], [(0, 0), (1, 0), (0, 0)])
    return (p[..., :P] * (1.0 - before)).sum(axis=-1).mean(axis=-1) * fps

  def different_keys(p):
    return (1.0 - np.prod(1.0 - p[..., :P], axis=1)).sum(axis=-1)

  if isinstance(converter, DrumRollConverter):
    return [
      ('hits a second', hits_per_second),
      ('different drums', different_keys),
    ]
  return [
    ('notes at a time', notes_at_a_time),
    ('mean pitch', mean_pitch),
    ('new notes a second', new_notes_per_second),
  ]


def _model_facts(config):
  hparams = config.hparams
  return {
    'cell': hparams.cell,
    'zSize': hparams.z_size,
    'depth': config.data_converter.output_depth,
    'framesPerStep': int(hparams.frames_per_step),
    'feedback': hparams.feedback,
    'reverseInput': bool(hparams.reverse_input),
    'sampling': hparams.sampling,
    'threshold': float(hparams.threshold),
  }


def _converter_facts(converter):
  settings = converter.settings()
  return {
    'kind': _KINDS[type(converter)],
    'pitches': settings['pitches'],
    'framesPerSecond': settings['frames_per_second'],
    'windowFrames': settings['window_frames'],
    'hopFrames': settings['hop_frames'],
    'maxWindows': settings['max_windows_per_song'],
    'keepSilentWindows': settings['keep_silent_windows'],
    'onsets': settings.get('onsets', False),
    'velocity': data.OUTPUT_VELOCITY,
  }
