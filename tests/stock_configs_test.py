# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Magenta's own 23 MusicVAE configs on the TensorFlow that is installed.

Each is built in full size, with the variables of Magenta with its own pins, so
that what was trained there, as the checkpoints that Magenta published, can be
restored. With few units, each is trained for two steps on what its own
converter makes of a piece, through Magenta's `get_dataset`, and samples.

  python tests/stock_configs_test.py > docs/stock_configs.md

runs all of that and prints the table of it.
"""

from __future__ import annotations

import copy
import json
import pathlib
import sys
import tempfile

import graph_sessions
import note_seq
import numpy as np
import pytest
import stock_variables
import tensorflow.compat.v1 as tf
from note_seq import testing_lib

import magenta_vrae
from magenta_vrae.host import configs
from magenta_vrae.host import data
from magenta_vrae.host import lstm_models
from magenta_vrae.runs.run_settings import versions

HERE = pathlib.Path(__file__).parent
VARIABLES = json.loads((HERE / 'stock_variables.json').read_text())


def piece(bars=36):
  """Melody, bass, drums and chords, of which each converter takes its own."""
  random = np.random.RandomState(0)
  beats = 4 * bars  # Of 0.5 s.
  sequence = note_seq.NoteSequence(ticks_per_quarter=220)
  sequence.tempos.add(qpm=120)
  sequence.time_signatures.add(numerator=4, denominator=4)

  def notes(pitches, seconds, lowest):
    return [
      (int(lowest + pitch), 100, i * seconds, (i + 1) * seconds)
      for i, pitch in enumerate(pitches)
    ]

  melody = notes(random.randint(12, size=2 * beats), 0.25, lowest=60)
  bass = notes(random.randint(12, size=beats), 0.5, lowest=36)
  drums = notes(2 * (np.arange(2 * beats) % 2), 0.25, lowest=36)
  testing_lib.add_track_to_sequence(sequence, 0, melody)
  testing_lib.add_track_to_sequence(sequence, 1, bass)
  for note in sequence.notes:
    if note.instrument == 1:
      note.program = 33
  testing_lib.add_track_to_sequence(sequence, 9, drums, is_drum=True)
  chords = [(('C', 'Am', 'F', 'G')[i % 4], 2.0 * i) for i in range(bars)]
  testing_lib.add_chords_to_sequence(sequence, chords)
  return sequence


def drums_of(sequence):
  """What GrooveConverter takes; other notes end it, as Magenta has it."""
  drums = copy.deepcopy(sequence)
  del drums.notes[:]
  drums.notes.extend(note for note in sequence.notes if note.is_drum)
  return drums


def write_examples(folder):
  """Writes the piece and its drums; returns the paths."""
  paths = [f'{folder}/{name}.tfrecord' for name in ('piece', 'drums')]
  for path, sequence in zip(paths, (piece(), drums_of(piece()))):
    with tf.io.TFRecordWriter(path) as writer:
      writer.write(sequence.SerializeToString())
  return paths


@pytest.fixture(scope='module')
def examples(tmp_path_factory):
  return write_examples(tmp_path_factory.mktemp('data'))


def stock(name):
  """A copy of a stock config."""
  return copy.deepcopy(configs.CONFIG_MAP[name])


def small(name):
  """A stock config with few units, and few steps where it has no levels."""
  config = stock(name)
  hparams = config.hparams
  values = {
    'batch_size': 2,
    'z_size': 4,
    'enc_rnn_size': [8] * len(hparams.enc_rnn_size),
    'dec_rnn_size': [8] * len(hparams.dec_rnn_size),
  }
  if 'nade_num_hidden' in hparams:
    values['nade_num_hidden'] = 8
  if not isinstance(config.model.decoder, lstm_models.HierarchicalLstmDecoder):
    values['max_seq_len'] = 32
  hparams.override_from_dict(values)
  return config


def build(name):
  """Builds a config in full size."""
  stock_variables.build(stock(name))
  assert stock_variables.shapes_by_name() == VARIABLES[name]


def sample(name):
  """Samples from a config with few units and random weights."""
  config = small(name)
  model, hparams = config.model, config.hparams
  converter = config.data_converter
  model.build(hparams, converter.output_depth, is_training=False)
  samples = stock_variables.sample(config)
  with graph_sessions.quick_session() as session:
    session.run(tf.global_variables_initializer())
    samples = session.run(samples)
  assert samples.shape == (2, hparams.max_seq_len, converter.output_depth)
  assert np.isfinite(samples).all() and samples.any()


def train_two_steps(name, examples):
  """Trains a config with few units."""
  config = small(name)
  is_groove = isinstance(config.data_converter, data.GrooveConverter)
  config = config._replace(
    train_examples_path=examples[is_groove], tfds_name=None
  )
  model, hparams = config.model, config.hparams
  converter = config.data_converter
  dataset = data.get_dataset(config, is_training=True)
  x, y, controls, lengths = tf.data.make_one_shot_iterator(dataset).get_next()
  for tensor, depth in (
    (x, converter.input_depth),
    (y, converter.output_depth),
    (controls, converter.control_depth),
  ):
    tensor.set_shape([hparams.batch_size, None, depth])
  lengths.set_shape([hparams.batch_size, *converter.length_shape])
  model.build(hparams, converter.output_depth, is_training=True)
  optimizer = model.train(
    x, y, lengths, controls if converter.control_depth else None
  )
  train = optimizer.minimize(model.loss, model.global_step)
  # Two steps are not worth half a minute of optimizing 16 bars unrolled.
  with graph_sessions.quick_session() as session:
    session.run(tf.global_variables_initializer())
    losses = [session.run([model.loss, train])[0] for _ in range(2)]
    assert session.run(model.global_step) == 2
    losses.append(session.run(model.loss))
  assert np.isfinite(losses).all()
  assert len({*losses}) == len(losses)


# A melody, drums by NADE and GrooVAE; all 23 at length.
_ALWAYS = (
  'cat-mel_2bar_small',
  'nade-drums_2bar_reduced',
  'groovae_2bar_tap_fixed_velocity',
)
every_config = pytest.mark.parametrize(
  'name',
  [
    name if name in _ALWAYS else pytest.param(name, marks=pytest.mark.long)
    for name in VARIABLES
  ],
)


def test_there_are_23():
  names = {*configs.CONFIG_MAP} - {*magenta_vrae.CONFIG_MAP}
  assert len(names) == 23
  assert names == {*VARIABLES}


@every_config
def test_builds_with_magentas_variables(name):
  build(name)


@every_config
def test_trains(name, examples):
  train_two_steps(name, examples)


@every_config
def test_samples(name):
  sample(name)


def row(name, builds='yes', trains='yes', samples='yes', *failures):
  """A config's line in the table."""
  millions = sum(np.prod(shape) for shape in VARIABLES[name].values()) / 1e6
  note = '; '.join([f'{millions:.1f} M parameters', *failures])
  return f'| `{name}` | {builds} | {trains} | {samples} | {note} |'


def outcomes(name, examples):
  """Whether a config builds, trains and samples, and why not."""
  reasons = []

  def attempt(function, *arguments):
    try:
      with tf.Graph().as_default():
        function(name, *arguments)
      return 'yes'
    except Exception as e:  # Whatever it is goes into the table.
      reasons.append(f'{type(e).__name__}: {e}'.splitlines()[0])
      return 'no'

  done = [attempt(build), attempt(train_two_steps, examples), attempt(sample)]
  return [*done, *reasons]


def print_table():
  tf.disable_v2_behavior()
  tf.logging.set_verbosity(tf.logging.ERROR)
  python = '{}.{}'.format(*sys.version_info)
  print(
    HEAD.format(python, ', '.join(f'{k} {v}' for k, v in versions().items()))
  )
  with tempfile.TemporaryDirectory() as folder:
    examples = write_examples(folder)
    for name in sys.argv[1:] or VARIABLES:
      print(row(name, *outcomes(name, examples)), flush=True)


HEAD = """\
# Magenta's own configs

Each of the 23 MusicVAE configs of Magenta 2.1.4, under magenta_vrae, on Python
{}, {}.

*builds*: in full size, with variables of the names and shapes that Magenta
gives with its own pins (TensorFlow 2.9.1, Python 3.8), as recorded in
`tests/stock_variables.json`, so that its checkpoints can be restored.
*trains two steps*: with few units, on what the config's own converter makes of
a piece. *samples*: with few units and random weights.

This page is what one command prints:

```sh
.venv/bin/python tests/stock_configs_test.py > docs/stock_configs.md
```

| config | builds | trains two steps | samples | note |
|---|---|---|---|---|"""

if __name__ == '__main__':
  print_table()
