# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The models that come with the package: each of them, in every command."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys

import note_seq
import numpy as np
import pytest
from conftest import CORPUS
from conftest import run_command
from conftest import run_training
from graph_sessions import save_random_model

import magenta_vrae
from magenta_vrae import InputError
from magenta_vrae import catalogue
from magenta_vrae import midi_file
from magenta_vrae.explorer import own_map
from magenta_vrae.inference import loading
from magenta_vrae.inference import prior as prior_lib
from magenta_vrae.reading import music_files
from magenta_vrae.runs import bundle
from magenta_vrae.runs import ready_made
from magenta_vrae.runs import run_settings
from magenta_vrae.runs import tensor_bundle

NAMES = list(ready_made.all_models())


def files_of(folder, ending='mid'):
  return sorted(folder.glob(f'*.{ending}'))


@pytest.fixture(scope='module')
def pieces(tmp_path_factory):
  """Two chorales in four voices, and a melody alone."""
  folder = tmp_path_factory.mktemp('pieces')
  for name, source in (('a', 'bach/bwv66.6.mxl'), ('b', 'bach/bwv269.mxl')):
    shutil.copy(CORPUS / source, folder / f'{name}.mxl')
  (chorale,) = music_files.read(str(folder / 'a.mxl'))
  melody = note_seq.NoteSequence()
  melody.CopyFrom(chorale)
  del melody.notes[:], melody.instrument_infos[:]
  melody.notes.extend(n for n in chorale.notes if n.instrument == 0)
  midi_file.write(melody, str(folder / 'melody.mid'))
  return folder


class TestPackage:
  def test_there_are_the_models_that_the_docs_name(self):
    assert NAMES == ['chorales', 'quartets', 'games', 'grooves', 'tunes']

  def test_they_are_small(self):
    sizes = {n: os.path.getsize(ready_made.find(n)) / 1e6 for n in NAMES}
    assert max(sizes.values()) <= 6, sizes
    assert sum(sizes.values()) <= 20, sizes

  @pytest.mark.parametrize('name', NAMES)
  def test_what_a_bundle_holds(self, name, tmp_path):
    contents = bundle.read(ready_made.find(name), str(tmp_path))
    assert contents.has_settings and bundle.is_half(contents.checkpoint)
    card = (tmp_path / bundle.CARD_FILE_NAME).read_text()
    for words in ('## Music', 'bad at', 'held out', 'C2ST', 'seed'):
      assert words in card
    docs = run_settings.__file__.rpartition('magenta_vrae')[0] + 'docs/models'
    with open(os.path.join(docs, f'{name}.md'), encoding='utf-8') as file:
      assert file.read() == card
    settings = run_settings.load(str(tmp_path))
    z_size = settings['hparams']['z_size']
    windows = own_map.load(str(tmp_path), z_size)
    assert sum(song['windows'] for song in windows.songs) == len(windows.means)
    # Music without end goes where its songs go.
    assert prior_lib.load(str(tmp_path), z_size).follows.mean() > 0.5
    # With it come the songs' notes, and on what terms.
    assert len(windows.rolls) == len(windows.songs)
    assert all(roll.any() for roll in windows.rolls)
    terms = (
      'out of copyright' if 'Freedoom' not in card else 'conditions are met'
    )
    assert terms in windows.music and terms in ' '.join(card.split())
    # No name of a folder of whoever trained it.
    assert '/' not in settings['dataset']['examples_path']

  def test_a_wheel_brings_them_along(self, tmp_path):
    root = run_settings.__file__.rpartition('magenta_vrae')[0]
    source = tmp_path / 'source'
    shutil.copytree(
      root,
      source,
      ignore=shutil.ignore_patterns(
        '.*', 'build', 'demo', 'data', 'docs', 'node_modules', 'tests', 'web'
      ),
    )
    build = [sys.executable, '-m', 'pip', 'wheel', '--no-deps', '--quiet']
    subprocess.run(
      [*build, '--no-build-isolation', '--wheel-dir', tmp_path, source],
      check=True,
    )
    (wheel,) = tmp_path.glob('*.whl')
    site = tmp_path / 'site'
    subprocess.run(
      [sys.executable, '-m', 'pip', 'install', '--no-deps', '--quiet']
      + ['--target', site, wheel],
      check=True,
    )
    result = subprocess.run(
      [sys.executable, '-m', 'magenta_vrae.commands.vrae_generate']
      + ['--model=grooves', '--num_outputs=2'],
      cwd=tmp_path,
      env={**os.environ, 'PYTHONPATH': str(site)},
      capture_output=True,
      text=True,
    )
    assert result.returncode == 0, result.stderr
    assert len(files_of(tmp_path / 'out')) == 2


class TestGenerate:
  def test_list(self):
    result = run_command('vrae_generate', '--list_models')
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines] == NAMES
    assert all(len(line.split()) > 4 for line in lines)

  @pytest.mark.parametrize('name', NAMES)
  def test_samples(self, name, tmp_path):
    result = run_command(
      'vrae_generate',
      f'--model={name}',
      '--num_outputs=3',
      '--seed=1',
      '--wav',
      f'--output_dir={tmp_path}',
    )
    assert result.returncode == 0, result.stderr
    made = files_of(tmp_path)
    assert [f.name for f in made] == [
      f'sample_{name}_seed1_{i}of3.mid' for i in (1, 2, 3)
    ]
    assert len(files_of(tmp_path, 'wav')) == 3
    for path in made:
      piece = note_seq.midi_file_to_note_sequence(str(path))
      assert len(piece.notes) > 8
      # Every note begins on a sixteenth.
      sixteenth = 60 / piece.tempos[0].qpm / 4
      starts = np.array([note.start_time for note in piece.notes]) / sixteenth
      np.testing.assert_allclose(starts, starts.round(), atol=0.02)

  MODES = (
    ('interpolate', '--input_midi_1={a}', '--input_midi_2={b}'),
    ('medley', '--input_midis={a},{b}', '--bars=12'),
    ('continue', '--input_midis={a}', '--bars=4'),
    ('reconstruct', '--input_midis={a}'),
    ('accompany', '--input_midis={melody}', '--keep=soprano'),
    ('attribute', '--attribute=density', '--examples_path={folder}'),
  )

  @pytest.mark.parametrize('mode', MODES, ids=lambda mode: mode[0])
  def test_every_mode(self, mode, pieces, tmp_path):
    paths = {
      'a': pieces / 'a.mxl',
      'b': pieces / 'b.mxl',
      'melody': pieces / 'melody.mid',
      'folder': pieces,
    }
    result = run_command(
      'vrae_generate',
      '--model=chorales',
      f'--mode={mode[0]}',
      *(flag.format(**paths) for flag in mode[1:]),
      '--seed=1',
      f'--output_dir={tmp_path}',
    )
    assert result.returncode == 0, result.stderr
    for path in files_of(tmp_path):
      piece = note_seq.midi_file_to_note_sequence(str(path))
      voices = {note.instrument for note in piece.notes}
      assert len(voices) == 4

  def test_a_melody_is_harmonized(self, pieces, tmp_path):
    """The melody of a chorale comes back, with three voices below it."""
    result = run_command(
      'vrae_generate',
      '--model=chorales',
      '--mode=accompany',
      f'--input_midis={pieces}/melody.mid',
      '--keep=soprano',
      '--seed=1',
      f'--output_dir={tmp_path}',
    )
    assert result.returncode == 0, result.stderr
    (path,) = files_of(tmp_path)
    (made,) = music_files.read(str(path))
    (given,) = music_files.read(str(pieces / 'melody.mid'))
    names = {i.instrument: i.name for i in made.instrument_infos}
    by_voice = {name: [] for name in names.values()}
    for note in made.notes:
      by_voice[names[note.instrument]].append(note.pitch)
    assert sorted(by_voice) == ['alto', 'bass', 'soprano', 'tenor']
    assert by_voice['soprano'] == [note.pitch for note in given.notes]
    heights = [np.mean(by_voice[v]) for v in ('soprano', 'tenor', 'bass')]
    assert heights[0] > heights[1] > heights[2]


class TestOtherCommands:
  def test_encode(self, pieces, tmp_path):
    result = run_command(
      'vrae_encode',
      '--model=chorales',
      f'--examples_path={pieces}/a.mxl',
      f'--output={tmp_path}/z.npz',
    )
    assert result.returncode == 0, result.stderr
    with np.load(tmp_path / 'z.npz') as z:
      assert z['mu'].shape[1] == 32 and np.abs(z['mu']).max() > 0.1

  def test_explore_with_its_own_songs(self, tmp_path):
    page = tmp_path / 'grooves.html'
    result = run_command('vrae_explore', '--model=grooves', f'--output={page}')
    assert result.returncode == 0, result.stderr
    assert 'D_E1M1' in page.read_text()

  def test_export_is_what_trained_model_reads(self, tmp_path):
    path = tmp_path / 'grooves.tar.gz'
    result = run_command('vrae_export', '--model=grooves', f'--output={path}')
    assert result.returncode == 0 and not result.stderr, result.stderr
    (tmp_path / 'full').mkdir()
    (tmp_path / 'half').mkdir()
    full = bundle.read(str(path), str(tmp_path / 'full')).checkpoint
    half = bundle.read(
      ready_made.find('grooves'), str(tmp_path / 'half')
    ).checkpoint
    assert not bundle.is_half(full)
    of_full, of_half = (tensor_bundle.Reader(p) for p in (full, half))
    for name in of_half.shapes:
      np.testing.assert_array_equal(of_full.tensor(name), of_half.tensor(name))
    # A bundle of one's own brings no songs along.
    result = run_command(
      'vrae_explore', f'--checkpoint_file={path}', f'--output={tmp_path}/a.html'
    )
    assert result.returncode == 1
    assert '--examples_path is required' in result.stderr

  def test_training_begins_with_one(self, pieces, tmp_path, monkeypatch):
    # vrae_export may have made a folder of that name.
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'tunes').mkdir()
    result = run_training(
      '--warm_start=tunes',
      f'--run_dir={tmp_path}/run',
      f'--examples_path={pieces}/melody.mid',
      '--num_steps=1',
      '--hparams=batch_size=4,recurrence=uncompiled',
    )
    assert result.returncode == 0, result.stderr
    settings = run_settings.load(str(tmp_path / 'run'))
    assert settings['warm_start'] == 'tunes'
    assert settings['converter']['frames_per_beat'] == 4
    # It knows tunes: it begins far above what knows only how often notes sound.
    fit, known = re.search(
      r'training music: (-[\d.]+) nats.* sounds has (-[\d.]+)',
      result.stdout + result.stderr,
    ).groups()
    assert float(fit) > float(known) / 2

  def test_in_python(self, tmp_path, monkeypatch):
    # An export of that name is no run.
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'grooves').mkdir()
    generator = magenta_vrae.load('grooves', seed=1)
    again = magenta_vrae.load('grooves', seed=1)
    for a, b in zip(generator.sample(2), again.sample(2)):
      np.testing.assert_array_equal(a, b)
    piece = generator.note_sequence(generator.sample(1)[0])
    assert piece.notes[0].is_drum
    model = magenta_vrae.load_trained_model('grooves')
    # Z is drawn from N(0, I) here, without a seed, and not from where music is:
    # one alone may be silent.
    made = model.sample(8, length=64)
    drums = [note.is_drum for piece in made for note in piece.notes]
    assert len(made) == 8 and drums and all(drums)


class TestHalfPrecision:
  @pytest.mark.parametrize('name', ['vrae_20d_best', 'vrae_music'])
  def test_outputs_are_close(self, name, tmp_path):
    """At most 2e-3 from those of full precision."""
    checkpoint = str(tmp_path / 'model.ckpt-1')
    save_random_model('z_size=20', checkpoint, name)
    config = catalogue.PRESETS[name]
    settings = run_settings.settings_of(name, config)
    path = str(tmp_path / 'half.tar.gz')
    bundle.write(path, checkpoint, settings, '', is_half=True)
    (tmp_path / 'half').mkdir()
    half = bundle.read(path, str(tmp_path / 'half')).checkpoint
    z = np.random.RandomState(0).normal(size=[64, 20])
    full, other = (loading.restore(config, p) for p in (checkpoint, half))
    apart = np.abs(full.outputs(z) - other.outputs(z)).max()
    assert 0 < apart <= 2e-3


class TestBadInput:
  @pytest.fixture
  def folder(self, tmp_path):
    """A copy of the package's folder, with one model."""
    for name in (ready_made.LIST_NAME, 'grooves.tar.gz'):
      shutil.copy(ready_made.FOLDER / name, tmp_path)
    return tmp_path

  def test_an_unknown_name(self):
    result = run_command('vrae_generate', '--model=chorale')
    assert result.returncode == 1
    assert result.stderr == (
      "vrae_generate: no ready-made model is called 'chorale'; did you mean "
      'chorales?\n'
    )

  def test_an_unknown_name_to_begin_with(self, pieces, tmp_path):
    result = run_training(
      '--warm_start=gamez',
      f'--run_dir={tmp_path}/run',
      f'--examples_path={pieces}/a.mxl',
    )
    assert result.returncode == 1
    assert result.stderr == (
      "vrae_train: no run, bundle or checkpoint 'gamez' is here, and no "
      'ready-made model has that name; did you mean games?\n'
    )

  def test_two_models(self, tmp_path):
    result = run_command(
      'vrae_generate', '--model=games', f'--run_dir={tmp_path}'
    )
    assert result.returncode == 1
    assert 'give one of --model, --run_dir' in result.stderr

  def test_another_version(self, folder):
    path = folder / ready_made.LIST_NAME
    path.write_text(json.dumps({'format': 7, 'models': {}}))
    with pytest.raises(InputError, match='of format 7, but .* reads format 1'):
      ready_made.find('grooves', folder)

  @pytest.mark.parametrize(
    'content', ['', '[]', '{"format": 1}', '{"models": 1']
  )
  def test_a_damaged_list(self, folder, content):
    (folder / ready_made.LIST_NAME).write_text(content)
    with pytest.raises(InputError, match='install magenta-vrae again'):
      ready_made.find('grooves', folder)

  def test_a_damaged_model(self, folder):
    path = folder / 'grooves.tar.gz'
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(InputError, match='is damaged: .* install'):
      ready_made.find('grooves', folder)
    path.unlink()
    with pytest.raises(InputError, match='cannot be read .* install'):
      ready_made.find('grooves', folder)

  def test_a_damaged_map(self, tmp_path):
    path = tmp_path / own_map.FILE_NAME
    path.write_bytes(b'PK')
    with pytest.raises(InputError, match='damaged'):
      own_map.load(str(tmp_path), 2)
    windows = own_map.SongWindows(
      [{'title': 'a', 'windows': 2}],
      np.zeros(2),
      np.zeros([2, 2]),
      np.ones([2, 3]),
    )
    own_map.save(windows, str(tmp_path))
    whole = path.read_bytes()
    # What zipfile knows no way with.
    central = whole.find(b'PK\x01\x02')
    for place, byte in ((6, 255), (8, 0x01), (8, 0x20)):
      content = bytearray(whole)
      content[central + place] = byte
      path.write_bytes(content)
      with pytest.raises(InputError, match='damaged'):
        own_map.load(str(tmp_path), 3)
    path.write_bytes(whole)
    found = own_map.load(str(tmp_path), 3)
    assert found.songs == windows.songs
    assert found.rolls is found.heat is None and not found.music
    with pytest.raises(InputError, match=r'sized \[n, 2\]'):
      own_map.load(str(tmp_path), 2)
    own_map.save(
      windows._replace(songs=[{'title': 'a', 'windows': 3}]), str(tmp_path)
    )
    with pytest.raises(InputError, match='songs are not those'):
      own_map.load(str(tmp_path), 3)

  def own(self):
    """A map of two songs, with all that it may have."""
    random = np.random.RandomState(0)
    return own_map.SongWindows(
      [{'title': 'a', 'windows': 2}, {'title': 'b', 'windows': 1}],
      np.array([0, 4, 0]),
      np.zeros([3, 2]),
      np.float16(random.normal(size=[3, 5])).astype(np.float32),
      [random.rand(frames, 7) < 0.2 for frames in (9, 4)],
      random.normal(size=[2, 6, 11]) * [[[1]], [[90]]],
      'By nobody.',
    )

  def test_a_map_with_notes_and_heat(self, tmp_path):
    windows = self.own()
    own_map.save(windows, str(tmp_path))
    found = own_map.load(str(tmp_path), 5)
    for ours, theirs in zip(windows.rolls, found.rolls):
      np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(found.means, windows.means)
    half_a_step = np.ptp(windows.heat, axis=(1, 2)) / 1023 / 2
    off = abs(found.heat - windows.heat).max(axis=(1, 2))
    assert np.all(off <= half_a_step + 1e-9)
    assert found.music == 'By nobody.'
    first = windows.first_songs(2)
    assert len(first.rolls) == len(first.songs) == 1 and len(first.means) == 2

  def test_means_that_are_the_priors_codes_are_kept_once(self, tmp_path):
    windows = self.own()
    prior = prior_lib.Prior(
      np.ones(1),
      np.zeros([1, 5]),
      np.eye(5)[np.newaxis],
      windows.means,
      np.array([False, True, False]),
      7,
    )
    prior_lib.save(prior, str(tmp_path), is_half=True)
    path = own_map.save(windows, str(tmp_path))
    assert 'means' not in np.load(path).files
    found = own_map.load(str(tmp_path), 5)
    np.testing.assert_array_equal(found.means, windows.means)
    (tmp_path / prior_lib.FILE_NAME).unlink()
    with pytest.raises(InputError, match='no means, and no prior'):
      own_map.load(str(tmp_path), 5)

  @pytest.mark.parametrize(
    'change, says',
    [
      ({'frames': np.array([9])}, 'frames are not'),
      ({'frames': np.array([9, -4])}, 'frames are not'),
      ({'frames': np.array([2**30, 4])}, 'notes are not 1 to'),
      ({'starts': np.array([0, 10, 0])}, 'frames are not'),
      ({'depth': np.array(3)}, 'longer than its songs'),
      ({'notes': np.zeros([2, 5], np.uint8)}, 'not bytes'),
      ({'heat_shape': np.array([2, 2**20, 2**20])}, 'damaged'),
      ({'heat_shape': np.array([2, 6])}, 'not those of heat'),
      ({'heat_low': np.array([np.nan, 0])}, 'finite'),
    ],
  )
  def test_a_damaged_map_with_notes(self, tmp_path, change, says):
    path = own_map.save(self.own(), str(tmp_path))
    np.savez(path, **{**np.load(path), **change})
    with pytest.raises(InputError, match=says):
      own_map.load(str(tmp_path), 5)
