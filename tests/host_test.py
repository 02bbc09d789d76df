# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Our parts under Magenta's, Magenta's under ours, and its own mended."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
import textwrap

import note_seq
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from graph_sessions import quick_session

from magenta_vrae import VRAE
from magenta_vrae import PianoRollConverter
from magenta_vrae import VraeDecoder
from magenta_vrae import VraeEncoder
from magenta_vrae import configs
from magenta_vrae import get_default_hparams
from magenta_vrae import host
from magenta_vrae.host import base_model
from magenta_vrae.host import data
from magenta_vrae.host import lstm_models
from magenta_vrae.host import merge_hparams
from magenta_vrae.host import trained_model
from magenta_vrae.inference import generation


def all_hparams(**values):
  """Hparams of Magenta's LSTM parts and of ours together."""
  hparams = merge_hparams(
    lstm_models.get_default_hparams(), get_default_hparams()
  )
  hparams.add_hparam('nade_num_hidden', 8)
  hparams.override_from_dict(
    {
      'enc_rnn_size': [6],
      'dec_rnn_size': [7],
      'z_size': 3,
      'batch_size': 4,
      'max_seq_len': 10,
      'recurrence': 'uncompiled',
      **values,
    }
  )
  return hparams


PARTS = {
  'ours': (VRAE, VraeEncoder, VraeDecoder),
  'our encoder, stock NADE decoder': (
    VRAE,
    VraeEncoder,
    lstm_models.MultiLabelRnnNadeDecoder,
  ),
  'our encoder, stock NADE decoder, stock model': (
    base_model.MusicVAE,
    VraeEncoder,
    lstm_models.MultiLabelRnnNadeDecoder,
  ),
  'stock bidirectional encoder, our decoder': (
    VRAE,
    lstm_models.BidirectionalLstmEncoder,
    VraeDecoder,
  ),
  'stock encoder, our decoder, stock model': (
    base_model.MusicVAE,
    lstm_models.LstmEncoder,
    VraeDecoder,
  ),
  'all stock but the converter': (
    base_model.MusicVAE,
    lstm_models.BidirectionalLstmEncoder,
    lstm_models.MultiLabelRnnNadeDecoder,
  ),
}


# One of each: ours in Magenta's, Magenta's in ours; the rest at length. So are
# loops that XLA compiles, for seconds.
_ALWAYS = 'ours', 'stock encoder, our decoder, stock model'


@pytest.mark.parametrize(
  'recurrence', ['uncompiled', pytest.param('auto', marks=pytest.mark.long)]
)
@pytest.mark.parametrize(
  'parts',
  [
    parts if parts in _ALWAYS else pytest.param(parts, marks=pytest.mark.long)
    for parts in PARTS
  ],
)
def test_parts_swap(parts, recurrence, real_piece):
  """Trains and samples under our piano-roll converter."""
  model_class, encoder_class, decoder_class = PARTS[parts]
  converter = PianoRollConverter(window_frames=10)
  x = np.array(converter.to_tensors(real_piece).inputs[:4], np.float32)
  model = model_class(encoder_class(), decoder_class())
  hparams = all_hparams(recurrence=recurrence)
  with tf.variable_scope('', reuse=tf.AUTO_REUSE):
    model.build(hparams, converter.output_depth, is_training=True)
    lengths = tf.constant([10, 10, 10, 10])
    optimizer = model.train(tf.constant(x), tf.constant(x), lengths)
    train = optimizer.minimize(model.loss)
    samples, _ = model.sample(4, max_length=12, z=tf.zeros([4, 3]))
  with quick_session() as session:
    session.run(tf.global_variables_initializer())
    losses = [session.run([model.loss, train])[0] for _ in range(20)]
    samples = session.run(samples)
  assert losses[-1] < losses[0]
  assert len(converter.from_tensors(samples)) == 4


def test_our_encoder_in_the_stock_hierarchy():
  encoder = lstm_models.HierarchicalLstmEncoder(VraeEncoder, [5, 2])
  encoder.build(all_hparams())
  x = tf.constant(np.random.RandomState(0).rand(4, 10, 3), tf.float32)
  embedding = encoder.encode(x, tf.constant([10, 10, 10, 10]))
  with quick_session() as session:
    session.run(tf.global_variables_initializer())
    assert session.run(embedding).shape == (4, 6)


def test_music_of_stock_parts_with_their_own_hparams(tmp_path):
  """A config of Magenta's has none of the VRAE's hparams."""
  hparams = merge_hparams(
    base_model.get_default_hparams(), lstm_models.get_default_hparams()
  )
  hparams.add_hparam('nade_num_hidden', 4)
  hparams.override_from_dict(
    {
      'z_size': 3,
      'max_seq_len': 10,
      'enc_rnn_size': [5],
      'dec_rnn_size': [5],
      'batch_size': 2,
    }
  )
  config = host.configs.Config(
    model=base_model.MusicVAE(
      lstm_models.BidirectionalLstmEncoder(),
      lstm_models.MultiLabelRnnNadeDecoder(),
    ),
    hparams=hparams,
    data_converter=PianoRollConverter(window_frames=10),
  )
  path = str(tmp_path / 'model.ckpt-1')
  model, D = copy.deepcopy(config.model), config.data_converter.depth
  model.build(hparams, D, is_training=False)
  model.encode(tf.zeros([2, 10, D]), tf.constant([10, 10]))
  model.sample(2, max_length=10, z=tf.zeros([2, 3]))
  with quick_session() as session:
    session.run(tf.global_variables_initializer())
    tf.train.Saver().save(session, path, write_meta_graph=False)
  made = generation.Generator(config, path, batch_size=2, seed=1)
  rolls = made.sample(3)
  assert [roll.shape for roll in rolls] == 3 * [(10, D)]
  assert np.isin(rolls, (0, 1)).all()
  assert made.encode(np.zeros([1, 10, D])).shape == (1, 3)


def write_examples(path, *pieces):
  with tf.io.TFRecordWriter(str(path)) as writer:
    for piece in pieces:
      writer.write(piece.SerializeToString())


def test_stock_dataset_yields_our_windows(real_piece, tmp_path):
  """Through get_dataset, whose unbatch ends the process on TF 2.18 to 2.21."""
  path = tmp_path / 'pieces.tfrecord'
  write_examples(path, real_piece)
  config = configs.get_config('vrae_2d', 'batch_size=8')
  config = config._replace(eval_examples_path=str(path))
  dataset = data.get_dataset(config, is_training=False)
  batch = tf.data.make_one_shot_iterator(dataset).get_next()
  with quick_session() as session:
    inputs, outputs, controls, lengths = session.run(batch)
  expected = config.data_converter.to_tensors(real_piece).inputs[:8]
  np.testing.assert_array_equal(inputs, expected)
  np.testing.assert_array_equal(outputs, expected)
  assert controls.shape == (8, 50, 0)
  assert list(lengths) == [50] * 8


def test_batches_mix_the_pieces(real_piece, tmp_path):
  """Not one piece at a time, though windows come in order of piece and time."""
  path = tmp_path / 'pieces.tfrecord'
  high = note_seq.NoteSequence.FromString(real_piece.SerializeToString())
  for note in high.notes:
    note.pitch = 84
  write_examples(path, real_piece, high)
  config = configs.get_config('vrae_2d', 'batch_size=20', 'hop_frames=2')
  config = config._replace(train_examples_path=str(path))
  dataset = data.get_dataset(config, is_training=True)
  batch = tf.data.make_one_shot_iterator(dataset).get_next()
  with quick_session() as session:
    for _ in range(5):
      inputs = session.run(batch)[0]
      is_high = ~inputs[:, :, :-1].any(axis=(1, 2))
      assert 2 <= is_high.sum() <= 18


class TestTrainedModel:
  @pytest.fixture(scope='class')
  def model(self, tmp_path_factory):
    config = configs.get_config(
      'vrae_20d', 'enc_rnn_size=[16],dec_rnn_size=[16]'
    )
    path = str(tmp_path_factory.mktemp('run') / 'model.ckpt')
    with tf.Graph().as_default(), quick_session() as session:
      tf.set_random_seed(1)
      config.model.build(config.hparams, 49, is_training=False)
      config.model.encode(tf.zeros([1, 40, 49]), tf.constant([40]))
      session.run(tf.global_variables_initializer())
      tf.train.Saver().save(session, path)
    fresh = configs.get_config(
      'vrae_20d', 'enc_rnn_size=[16],dec_rnn_size=[16]'
    )
    return trained_model.TrainedModel(fresh, 4, path, threshold=0.4)

  def test_samples(self, model):
    pieces = model.sample(n=6, length=100, temperature=0.5)
    assert len(pieces) == 6
    assert all(piece.total_time == 5.0 for piece in pieces)

  def test_encodes_decodes_and_encodes_again(self, model, real_piece):
    window = note_seq.extract_subsequence(real_piece, 0, 1.0)
    z, mu, sigma = model.encode([window] * 5)
    assert z.shape == mu.shape == sigma.shape == (5, 20)
    assert (sigma > 0).all() and np.isfinite(z).all()
    np.testing.assert_allclose(mu, mu[:1].repeat(5, 0), atol=1e-6)
    pieces = model.decode(mu, length=40)
    again, _, _ = model.encode(
      [piece for piece in pieces if piece.notes] or [window]
    )
    assert np.isfinite(again).all()
    ((results, *_),) = [model.decode_to_tensors(mu[:1], length=40)]
    assert results.shape == (40, 49)

  def test_interpolates(self, model, real_piece):
    pieces = model.interpolate(
      note_seq.extract_subsequence(real_piece, 0, 2),
      note_seq.extract_subsequence(real_piece, 30, 32),
      num_steps=5,
      length=40,
    )
    assert len(pieces) == 5

  def test_interpolates_a_piece_to_itself(self, model, real_piece):
    """Where Magenta's own slerp divides by zero."""
    window = note_seq.extract_subsequence(real_piece, 0, 2)
    pieces = model.interpolate(window, window, num_steps=3, length=40)
    (_, mu, _) = model.encode([window])
    assert pieces == 3 * model.decode(mu, length=40)


def python(code, **environment):
  """Runs code in a fresh interpreter and returns (status, stdout, stderr)."""
  result = subprocess.run(
    [sys.executable, '-c', textwrap.dedent(code)],
    capture_output=True,
    text=True,
    env={**os.environ, **environment},
  )
  return result.returncode, result.stdout, result.stderr


class TestImport:
  def test_is_light(self):
    status, out, err = python("""
      import sys, magenta_vrae
      # A package whose parts are not loaded costs nothing: lazy_packages.py.
      parts = {m.split('.')[0] for m in sys.modules if '.' in m}
      print(sorted({'tensorflow', 'magenta', 'note_seq', 'numpy'} & parts))
    """)
    assert (status, out.strip()) == (0, '[]'), err

  def test_says_how_to_get_magenta(self):
    status, _, err = python("""
      # As in an environment where Magenta was never installed.
      import importlib.util
      find_spec = importlib.util.find_spec
      importlib.util.find_spec = (
        lambda name, *a: None if name == 'magenta' else find_spec(name, *a))
      import magenta_vrae  # Which makes music all the same.
      magenta_vrae.VRAE
    """)
    last = err.strip().splitlines()[-1]
    assert status != 0
    assert last.startswith('ImportError') and 'pip install' in last

  def test_says_that_magenta_is_unusable(self, tmp_path):
    """A magenta that fails to import, as one beside a numpy of 1.24 does."""
    package = tmp_path / 'magenta' / 'contrib'
    package.mkdir(parents=True)
    (package.parent / '__init__.py').write_text('')
    (package / '__init__.py').write_text('import numpy.no_such_thing')
    status, _, err = python(
      'from magenta_vrae import CONFIG_MAP', PYTHONPATH=str(tmp_path)
    )
    last = err.strip().splitlines()[-1]
    assert status != 0
    assert last.startswith('ImportError') and 'pip install' in last
    assert 'no_such_thing' in last
