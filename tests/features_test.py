# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Windows of any length to the oracle's posterior; vrae_encode's files."""

from __future__ import annotations

import csv
import shutil
import sys

import numpy as np
import oracle
import pytest
import tensorflow.compat.v1 as tf
from conftest import run_command
from graph_sessions import save_random_model
from note_seq import note_sequence_to_midi_file

from magenta_vrae import configs
from magenta_vrae.commands import pieces as pieces_lib
from magenta_vrae.errors import InputError
from magenta_vrae.host import trained_model
from magenta_vrae.inference import features

HPARAMS = 'enc_rnn_size=[6],dec_rnn_size=[5],sigma_init=0.5'
CONVERTER = 'hop_frames=10'
T = 50


@pytest.fixture(scope='module')
def model(tmp_path_factory):
  """The path of a checkpoint, and its weights."""
  path = str(tmp_path_factory.mktemp('model') / 'train' / 'model.ckpt-1')
  return path, save_random_model(HPARAMS, path)


def extractor(model, **kwargs):
  # What training leaves out is no less part of a piece.
  training_only = ',max_windows_per_song=2,holdout_fraction=0.5'
  config = configs.get_config('vrae_2d', HPARAMS, CONVERTER + training_only)
  return features.FeatureExtractor(config, model[0], **kwargs)


def two_pieces(score):
  """123 frames, 8 windows and three frames; 30 frames, one window padded."""
  pieces = [
    score((60, 0, 2), (72, 2, 5), (50, 5, 6.15)),
    score((40, 0.2, 1.5)),
  ]
  pieces[0].filename, pieces[1].filename = 'a/long.mid', 'short.mid'
  pieces[1].sequence_metadata.title = 'Short one'
  return pieces


def assert_posterior(model, mu, sigma, window):
  expected_mu, log_sigma = oracle.encode(model[1], window)
  np.testing.assert_allclose(mu, expected_mu, atol=1e-5)
  np.testing.assert_allclose(sigma, np.exp(log_sigma), rtol=1e-5)


@pytest.mark.parametrize('batch_size', [1, 4, 9, 100])
def test_every_window_of_every_piece(model, score, batch_size):
  """Also where batches end within a piece, or are not full."""
  made = features.join(
    extractor(model, batch_size=batch_size).extract(two_pieces(score))
  )
  assert made.files == ['a/long.mid'] * 8 + ['short.mid']
  assert made.songs == ['long'] * 8 + ['Short one']
  np.testing.assert_allclose(
    made.start_times, [*np.arange(8) * 10 / 20, 0.0], atol=1e-9
  )
  converter = configs.get_config('vrae_2d').data_converter
  rolls = [converter.to_roll(piece) for piece in two_pieces(score)]
  for i in range(8):
    window = rolls[0][10 * i : 10 * i + T]
    assert_posterior(model, made.mu[i], made.sigma[i], window)
  padded = np.pad(rolls[1], [(0, T - 30), (0, 0)])
  assert_posterior(model, made.mu[8], made.sigma[8], padded)


def test_its_config_can_be_used_again(model):
  config = configs.get_config('vrae_2d', HPARAMS)
  features.FeatureExtractor(config, model[0])
  made = trained_model.TrainedModel(config, 1, model[0])
  assert len(made.sample(n=1, length=T)) == 1


def test_windows_of_several_lengths(model):
  rng = np.random.RandomState(0)
  windows = [rng.rand(n, 49) < 0.1 for n in (50, 1, 23, 80)]
  mu, sigma = extractor(model).encode(windows)
  for i, window in enumerate(windows):
    assert_posterior(model, mu[i], sigma[i], window)


@pytest.mark.parametrize('windows, says', [
  # One window and not a list of them: no row of it is a window.
  (np.zeros([49, 49]), r'sized \[49\]; give \[num_frames, 49\]'),
  # A single column is not every column.
  ([np.ones([50, 1])], r'sized \[50, 1\]'),
  ([np.ones([50, 49]), np.ones([50, 50])], r'sized \[50, 50\]'),
])  # fmt: skip
def test_windows_of_another_size_are_refused(model, windows, says):
  with pytest.raises(InputError, match=says):
    extractor(model).encode(windows)


def test_what_is_left_of_a_piece(model, score):
  (piece, _) = two_pieces(score)
  made = features.join(extractor(model, partial_windows=True).extract([piece]))
  assert made.start_times[-1] == 4.0 and len(made.mu) == 9
  roll = configs.get_config('vrae_2d').data_converter.to_roll(piece)
  assert_posterior(model, made.mu[-1], made.sigma[-1], roll[80:])


def test_of_a_piece_that_windows_cover_nothing_is_left(model, score):
  """Though another window, half-way on, would begin within it."""
  made = extractor(model, hop_frames=25, partial_windows=True)
  starts, windows = made.windows(score((60, 0, 5)))
  np.testing.assert_array_equal(starts, [0, 25, 50])
  assert [len(window) for window in windows] == [50, 50, 50]


@pytest.mark.parametrize('converter, notes, starts, lengths', [
  # Bars of 16 frames: the second begins a window that is not whole.
  ('frames_per_beat=4,align=bar,window_frames=32,hop_frames=1',
   [(60, 0, 5.25)], [0, 16], [32, 26]),
  # The second bar is whole, and covers the piece.
  ('frames_per_beat=4,align=bar,window_frames=32,hop_frames=1',
   [(60, 0, 6)], [0, 16], [32, 32]),
  # Of beats every third begins one.
  ('frames_per_beat=4,align=beat,window_frames=32,hop_frames=10',
   [(60, 0, 5.25)], [0, 12], [32, 30]),
  # The second window is silent.
  ('keep_silent_windows=False', [(60, 0, 2), (62, 5.5, 6)], [0, 100], [50, 20]),
  # So are all whole ones.
  ('keep_silent_windows=False', [(60, 2.6, 3)], [50], [10]),
  # Behind the only window nothing is left that begins within the piece.
  ('hop_frames=70', [(60, 0, 3)], [0], [50]),
  ('hop_frames=70', [(60, 0, 2)], [0], [50]),
  ('', [(20, 0, 9)], [], []),
])  # fmt: skip
def test_the_rest_begins_where_a_window_would(
  model, score, converter, notes, starts, lengths
):
  config = configs.get_config('vrae_2d', HPARAMS, converter)
  made = features.FeatureExtractor(config, model[0], partial_windows=True)
  found, windows = made.windows(score(*notes))
  assert found.tolist() == starts
  assert [len(window) for window in windows] == lengths
  roll = config.data_converter.to_roll(score(*notes))
  for start, window in zip(found, windows):
    kept = roll[start : start + len(window)]
    np.testing.assert_array_equal(window[: len(kept)], kept)
    assert not window[len(kept) :].any()


def test_another_hop(model, score):
  made = features.join(
    extractor(model, hop_frames=25).extract(two_pieces(score)[:1])
  )
  np.testing.assert_allclose(made.start_times, [0.0, 1.25, 2.5])


def test_draws_are_of_the_posterior(model, score):
  made, pieces = extractor(model), two_pieces(score)

  def draw(seed):
    return features.join(made.extract(pieces, np.random.RandomState(seed)))

  first, again, other = draw(1), draw(1), draw(2)
  np.testing.assert_array_equal(first.z, again.z)
  assert (first.z != other.z).any()
  many = np.array([draw(seed).z for seed in range(300)])
  # Means of 300 draws, of standard error sigma / 17.
  error = (many.mean(axis=0) - first.mu) / first.sigma
  assert np.abs(error).max() < 4 / np.sqrt(300)


def test_pieces_without_a_note_of_the_model(model, score):
  made = list(extractor(model).extract([score((20, 0, 1))]))
  assert made == []
  assert features.join(made, 2).mu.shape == (0, 2)


def test_magenta_converters_are_refused(model):
  config = configs.get_config('cat-mel_2bar_small')
  with pytest.raises(InputError, match='OneHotMelodyConverter'):
    features.FeatureExtractor(config, model[0])


@pytest.mark.parametrize('is_kept', [True, False])
def test_music_files_are_kept_if_they_are_wanted_again(
  score, tmp_path, is_kept
):
  """Of a large folder, what vrae_encode has done with is gone."""
  for name in 'ab':
    note_sequence_to_midi_file(score((60, 0, 2)), f'{tmp_path}/{name}.mid')
  source = pieces_lib.Source(str(tmp_path), is_kept=is_kept)
  first = list(source)
  num_holders = sys.getrefcount(first[0])
  # The list, the call, and maybe the source.
  assert num_holders == 2 + is_kept
  again = list(source)
  assert again == first and (again[0] is first[0]) == is_kept
  assert source.num_skipped == 0 and len(first) == 2


class TestCommand:
  FLAGS = (
    '--config=vrae_2d',
    f'--hparams={HPARAMS}',
    f'--converter={CONVERTER}',
  )

  @pytest.fixture(scope='class')
  def work(self, tmp_path_factory):
    return tmp_path_factory.mktemp('work')

  def test_a_folder_of_music(self, model, score, work):
    """To both kinds of file; a file that cannot be read is named."""
    songs = work / 'songs'
    (songs / 'a').mkdir(parents=True)
    pieces = two_pieces(score)
    for piece in pieces:
      note_sequence_to_midi_file(piece, str(songs / piece.filename))
    (songs / 'bad.mid').write_bytes(b'bad')
    result = run_command(
      'vrae_encode',
      *self.FLAGS,
      f'--checkpoint_file={model[0]}',
      f'--examples_path={songs}',
      f'--output={work}/z.npz,{work}/z.csv',
      '--draw_z',
      '--seed=3',
    )
    assert result.returncode == 3, result.stderr
    assert 'skipped  bad.mid' in result.stderr
    assert '9 windows' in result.stdout
    made = np.load(work / 'z.npz')
    expected = features.join(extractor(model).extract(pieces))
    np.testing.assert_allclose(made['mu'], expected.mu, atol=1e-5)
    np.testing.assert_allclose(made['sigma'], expected.sigma, atol=1e-5)
    assert made['file_name'].tolist() == expected.files
    assert made['song'].tolist() == ['long'] * 8 + ['short']
    with open(work / 'z.csv', newline='', encoding='utf-8') as file:
      rows = list(csv.DictReader(file))
    assert [row['file_name'] for row in rows] == expected.files
    for name in ('mu', 'sigma', 'z'):
      columns = [
        [float(row[f'{name}_1']), float(row[f'{name}_2'])] for row in rows
      ]
      np.testing.assert_allclose(columns, made[name], rtol=1e-6)
    assert float(rows[3]['start_time']) == made['start_time'][3] == 1.5
    assert sorted(p.name for p in work.iterdir()) == ['songs', 'z.csv', 'z.npz']

  def test_records_by_a_run(self, model, score, work):
    run_dir = work / 'run'
    shutil.copytree(str(model[0]).rsplit('/', 1)[0], run_dir / 'train')
    (run_dir / 'train' / 'checkpoint').write_text(
      'model_checkpoint_path: "model.ckpt-1"\n'
    )
    path = str(work / 'songs.tfrecord')
    with tf.io.TFRecordWriter(path) as writer:
      for piece in two_pieces(score):
        writer.write(piece.SerializeToString())
    result = run_command(
      'vrae_encode',
      *self.FLAGS,
      f'--run_dir={run_dir}',
      f'--examples_path={path}',
      f'--output={work}/again.npz',
    )
    assert result.returncode == 0, result.stderr
    made = np.load(work / 'again.npz')
    assert sorted(made) == ['file_name', 'mu', 'sigma', 'song', 'start_time']
    assert made['song'].tolist() == ['long'] * 8 + ['Short one']

  def test_a_seed_that_numpy_does_not_take(self, tmp_path):
    result = run_command(
      'vrae_encode',
      f'--examples_path={tmp_path}',
      f'--output={tmp_path}/z.npz',
      '--model=tunes',
      '--draw_z',
      f'--seed={2**32}',
    )
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert '--seed' in line and '4294967295' in line

  @pytest.mark.parametrize(
    'output, says',
    [
      ('z.txt', '.npz or .csv'),
      ('', 'required'),
      ('file/z.npz', 'cannot write'),
    ],
    ids=['ending', 'none', 'path'],
  )
  def test_nothing_is_left_behind(self, model, score, tmp_path, output, says):
    (tmp_path / 'file').write_text('no folder')
    note_sequence_to_midi_file(two_pieces(score)[0], str(tmp_path / 'a.mid'))
    before = sorted(tmp_path.iterdir())
    result = run_command(
      'vrae_encode',
      *self.FLAGS,
      f'--checkpoint_file={model[0]}',
      f'--examples_path={tmp_path}',
      f'--output={tmp_path / output if output else ""}',
    )
    assert result.returncode == 1
    assert says in result.stderr.splitlines()[-1]
    assert sorted(tmp_path.iterdir()) == before
