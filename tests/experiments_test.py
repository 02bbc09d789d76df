# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The scripts behind docs/results.md, on two pieces and small networks."""

from __future__ import annotations

import io
import json
import pathlib
import struct
import subprocess
import sys
import tarfile

import conftest
import note_seq
import pytest
import tensorflow.compat.v1 as tf
from conftest import read_piece
from conftest import run_training

from magenta_vrae import configs
from magenta_vrae import midi_file
from magenta_vrae.data import examples
from magenta_vrae.data import records
from magenta_vrae.inference import evaluation

EXPERIMENTS = pathlib.Path(__file__).parent.parent / 'experiments'
sys.path.insert(0, str(EXPERIMENTS))
import ablation

T = 40
CONVERTER = '--converter=holdout_fraction=0.1'
SMALL = 'batch_size=8,enc_rnn_size=[16],dec_rnn_size=[16]'


def run_script(name, *arguments):
  return conftest.run_script(EXPERIMENTS / name, *arguments)


@pytest.fixture(scope='module')
def dataset(tmp_path_factory):
  path = tmp_path_factory.mktemp('experiments') / 'songs.tfrecord'
  with tf.io.TFRecordWriter(str(path)) as writer:
    for name in ('joplin/maple_leaf_rag.mxl', 'schubert/Lindenbaum.xml'):
      piece = read_piece(name)
      piece.id = piece.filename = name
      writer.write(piece.SerializeToString())
  return path


@pytest.fixture(scope='module')
def run(dataset):
  """The folder of a run of `vrae_20d`."""
  run_dir = dataset.parent / 'run'
  trained = run_training(
    '--config=vrae_20d',
    f'--run_dir={run_dir}',
    f'--examples_path={dataset}',
    f'--hparams={SMALL},recurrence=uncompiled',
    CONVERTER,
    '--num_steps=10',
    '--seed=1',
  )
  assert trained.returncode == 0, trained.stderr
  return run_dir


class TestMeasure:
  @pytest.mark.long
  def test_states_every_figure(self, run, dataset, tmp_path):
    result = run_script(
      'measure.py',
      f'--run_dir={run}',
      f'--examples_path={dataset}',
      '--num_samples=20',
      f'--output={tmp_path}/results.json',
    )
    assert result.returncode == 0, result.stderr
    figures = json.loads(result.stdout)
    assert figures == json.loads((tmp_path / 'results.json').read_text())
    converter = configs.get_config(
      'vrae_20d', converter='holdout_fraction=0.1'
    ).data_converter
    train, held_out = (
      examples.windows(str(dataset), converter, mode)
      for mode in ('train', 'eval')
    )
    assert figures['config'] == 'vrae_20d' and figures['steps'] == 10
    assert figures['epochs'] == 10 * 8 / len(train.frames)
    assert figures['songs'] == 2
    for kind, windows in (('train', train), ('held_out', held_out)):
      found = figures[kind]
      assert found['windows'] == len(windows.frames)
      assert found['bound'] == pytest.approx(
        found['reconstruction'] - found['kl'] / T, rel=1e-5
      )
      assert found['importance_weighted'] >= found['bound']
      assert found['independent_bernoulli'] == (
        evaluation.independent_bernoulli(train.frames, windows.frames)
      )
      assert found['repeated_frame'] == (
        evaluation.repeated_frame(train.frames, windows.frames)
      )
    assert figures['neighbors'] == len(train.frames)
    assert 0 <= figures['found_by_5nn'] <= 1
    assert 0.5 <= figures['commonest_song'] < 1

  @pytest.mark.long
  def test_measures_some_windows_among_all(self, run, dataset):
    result = run_script(
      'measure.py',
      f'--run_dir={run}',
      f'--examples_path={dataset}',
      '--num_samples=0',
      '--every=2',
      '--neighbors_every=1',
    )
    assert result.returncode == 0, result.stderr
    figures = json.loads(result.stdout)
    assert 0 <= 2 * figures['train']['windows'] - figures['neighbors'] <= 2
    assert 'importance_weighted' not in figures['held_out']

  @pytest.mark.long
  def test_measures_the_checkpoint_of_a_step(self, run, dataset):
    arguments = (
      f'--run_dir={run}',
      f'--examples_path={dataset}',
      '--num_samples=0',
    )
    first, last = (
      json.loads(run_script('measure.py', *arguments, *more).stdout)
      for more in (['--step=0'], [])
    )
    assert (first['steps'], last['steps']) == (0, 10)
    assert first['train']['bound'] < last['train']['bound']
    result = run_script('measure.py', *arguments, '--step=7')
    (line,) = result.stderr.strip().splitlines()
    assert result.returncode == 1
    assert line.endswith('no checkpoint of step 7; it has [0, 10]')

  @pytest.mark.long
  def test_measures_magentas_networks_beside(self, dataset, tmp_path):
    trained = run_script(
      'peer.py',
      f'--run_dir={tmp_path}/peer',
      f'--examples_path={dataset}',
      f'--hparams={SMALL},nade_num_hidden=8',
      CONVERTER,
      '--num_steps=3',
    )
    assert trained.returncode == 0, trained.stderr
    result = run_script(
      'measure.py',
      f'--run_dir={tmp_path}/peer',
      f'--examples_path={dataset}',
    )
    assert result.returncode == 0, result.stderr
    figures = json.loads(result.stdout)
    assert figures['config'] == 'nade_20d' and figures['steps'] == 3
    # It is told the frames before: weighing other z would not bound log p(x).
    assert 'importance_weighted' not in figures['held_out']
    assert 0 <= figures['held_out']['f1_from_mu'] <= 1


class TestAblation:
  def settings(self, name):
    config, hparams, converter = ablation.VARIANTS[name]
    config = configs.get_config(config, hparams, converter)
    return {**config.hparams.values(), **config.data_converter.settings()}

  def test_changes_one_thing_at_a_time(self):
    base = self.settings('learning rate 1e-3 falling to 5e-6')
    changed = {
      name: {k for k, v in self.settings(name).items() if v != base[k]}
      for name in ablation.VARIANTS
      if name.startswith('+')
    }
    assert changed == {
      '+ a window at every frame': {'hop_frames', 'max_windows_per_song'},
      '+ reversed input': {'reverse_input'},
      '+ LSTM': {'cell'},
      '+ GRU': {'cell'},
      '+ z at every step': {'z_every_step'},
      '+ KL warm-up': {'beta_rate'},
      '+ weights by fan-in, orthogonal recurrence': {
        'weight_init',
        'recurrent_init',
      },
      '+ ten frames to a step': {'frames_per_step'},
    }

  @pytest.mark.parametrize('name', ablation.VARIANTS)
  def test_the_learning_rate_falls_over_the_run(self, name):
    flags = dict(
      argument[2:].split('=', 1)
      for argument in ablation.command('run', ablation.VARIANTS[name], 123)
      if argument.startswith('--')
    )
    assert flags['num_steps'] == '123'
    assert flags['hparams'].endswith(
      'learning_rate_schedule=linear,schedule_steps=123'
    )
    assert flags['converter'].startswith('holdout_fraction=0.1,pitches=[31,')

  def test_what_is_done_is_not_done_again(self, tmp_path):
    half = {'bound': -4.0, 'kl': 20.0}
    row = {'ms': 100, 'steps': 9, 'epochs': 3, 'found_by_5nn': 0.5}
    with open(tmp_path / 'results.jsonl', 'w') as file:
      for name in ablation.VARIANTS:
        result = {'name': name, **row, 'train': half, 'held_out': half}
        file.write(json.dumps(result) + '\n')
    before = (tmp_path / 'results.jsonl').read_bytes()
    result = run_script('ablation.py', f'--output_dir={tmp_path}')
    assert result.returncode == 0, result.stderr
    assert '| + GRU | 100 | 9 | 3 | -4.00 | -4.00 | 20.0 | 50.0% |' in (
      result.stdout.splitlines()
    )
    assert (tmp_path / 'results.jsonl').read_bytes() == before

  def test_a_run_that_fails_ends_all(self, tmp_path):
    """And leaves no job waiting for its share of the cores."""
    program = (
      'import sys, ablation\n'
      "ablation.run = lambda *_: sys.exit('vrae_train failed')\n"
      'ablation.main()\n'
    )
    result = subprocess.run(
      [
        *(sys.executable, '-c', program, '--jobs=2'),
        *(f'--output_dir={tmp_path}', f'--results={tmp_path}/results.jsonl'),
      ],
      cwd=pathlib.Path(ablation.__file__).parent,
      capture_output=True,
      text=True,
      timeout=60,
    )
    assert result.returncode == 1
    assert result.stderr.strip() == 'vrae_train failed'
    assert not (tmp_path / 'results.jsonl').exists()


def write_package(path, contents):
  """A Debian package with some files: an ar of a tar."""
  data = io.BytesIO()
  with tarfile.open(fileobj=data, mode='w:xz') as archive:
    for name, content in contents.items():
      member = tarfile.TarInfo(f'./usr/share/games/{name}')
      member.size = len(content)
      archive.addfile(member, io.BytesIO(content))
  with open(path, 'wb') as file:
    file.write(b'!<arch>\n')
    for name, content in (
      ('debian-binary', b'2.0'),
      ('data.tar.xz', data.getvalue()),
    ):
      header = f'{name:<16}{0:<12}{0:<6}{0:<6}{"100644":<8}{len(content):<10}'
      file.write(header.encode() + b'`\n' + content)
      file.write(b'\n' * (len(content) % 2))


def wad_of(**lumps):
  """A WAD file: a header, the lumps, and a directory of them."""
  body, directory = b'', b''
  for name, content in lumps.items():
    directory += struct.pack(
      '<ii8s', 12 + len(body), len(content), name.encode()
    )
    body += content
  head = struct.pack('<4sii', b'IWAD', len(lumps), 12 + len(body))
  return head + body + directory


class TestCorpora:
  def midi(self, pitch, folder):
    piece = note_seq.NoteSequence()
    piece.notes.add(pitch=pitch, velocity=80, end_time=1)
    path = str(folder / f'{pitch}.mid')
    midi_file.write(piece, path)
    return pathlib.Path(path).read_bytes()

  def test_freedoom(self, tmp_path):
    """Different songs of both WADs, some of them held out."""
    songs = [self.midi(60 + i, tmp_path) for i in range(9)]
    first = wad_of(
      TITLE=b'no music',
      D_BUNNY=songs[0],
      D_DEAD=songs[1],
      **{f'D_E1M{i}': song for i, song in enumerate(songs[2:])},
    )
    package = {
      'freedoom1.wad': wad_of(D_AGAIN=songs[0], D_OTHER=songs[8]),
      'freedoom2.wad': first,
    }
    write_package(tmp_path / 'freedoom.deb', package)
    result = run_script(
      'corpora.py',
      'freedoom',
      f'--freedoom_deb={tmp_path}/freedoom.deb',
      f'--output_dir={tmp_path}/out',
    )
    assert result.returncode == 0, result.stderr
    pieces = {
      name: list(
        records.read_sequences(str(tmp_path / f'out/freedoom_{name}.tfrecord'))
      )
      for name in ('train', 'held_out')
    }
    assert [len(of) for of in pieces.values()] == [2, 7]
    found = [n.pitch for of in pieces.values() for p in of for n in p.notes]
    assert sorted(found) == list(range(60, 69))

  @pytest.mark.parametrize('content', [b'no WAD', b'IWAD\5\0\0\0\xff\0\0\0'])
  def test_a_damaged_package(self, tmp_path, content):
    package = {'freedoom1.wad': content, 'freedoom2.wad': content}
    write_package(tmp_path / 'a.deb', package)
    result = run_script(
      'corpora.py',
      'freedoom',
      f'--freedoom_deb={tmp_path}/a.deb',
      f'--output_dir={tmp_path}',
    )
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith('corpora: freedoom cannot be had')

  def test_an_unknown_corpus(self):
    result = run_script('corpora.py', 'essen')
    assert result.returncode == 1
    assert 'unknown essen; known are chorales' in result.stderr


class TestGames:
  def package(self, path, num_songs):
    """A Debian package with some MIDI files."""
    names = [f'music{i:03d}.mid' for i in reversed(range(num_songs))]
    write_package(path, {n: n.encode() for n in [*names, 'copyright']})

  def test_unpacks_the_first_eight(self, tmp_path):
    self.package(tmp_path / 'songs.deb', num_songs=10)
    result = run_script(
      'games.py',
      f'--deb={tmp_path}/songs.deb',
      f'--output_dir={tmp_path}/games',
    )
    assert result.returncode == 0, result.stderr
    songs = sorted((tmp_path / 'games').iterdir())
    assert [song.name for song in songs] == [
      f'music{i:03d}.mid' for i in range(8)
    ]
    assert songs[3].read_text() == 'music003.mid'

  @pytest.mark.parametrize('what', ['few', 'none', 'missing'])
  def test_another_package_is_refused(self, tmp_path, what):
    if what == 'few':
      self.package(tmp_path / 'songs.deb', num_songs=3)
    elif what == 'none':
      (tmp_path / 'songs.deb').write_bytes(b'no package')
    result = run_script(
      'games.py',
      f'--deb={tmp_path}/songs.deb',
      f'--output_dir={tmp_path}/games',
    )
    (line,) = result.stderr.strip().splitlines()
    assert result.returncode == 1 and line.startswith('games: ')
    assert not (tmp_path / 'games').exists()
