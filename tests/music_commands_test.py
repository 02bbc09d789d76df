# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""vrae_music through the real commands: a folder of music to music."""

from __future__ import annotations

import re
import shutil

import mido
import note_seq
import numpy as np
import pytest
from conftest import run_command
from conftest import run_training
from scipy.io import wavfile

from magenta_vrae.commands import file_names
from magenta_vrae.inference import prior
from magenta_vrae.reading import music_files


@pytest.fixture(scope='module')
def songs(rag_songs):
  return rag_songs


@pytest.fixture(scope='module')
def run(music_run):
  return music_run


def generate(run_dir, output_dir, *arguments):
  result = run_command(
    'vrae_generate', f'--output_dir={output_dir}', *arguments,
    *([f'--run_dir={run_dir}'] if run_dir else []),
  )  # fmt: skip
  assert result.returncode == 0, result.stderr
  files = sorted(output_dir.glob('*.mid'))
  return result, [note_seq.midi_file_to_note_sequence(str(f)) for f in files]


def notes_of(piece, until=np.inf):
  return sorted(
    (note.pitch, round(note.start_time, 2))
    for note in piece.notes
    if note.start_time < until
  )


def test_training_fits_a_prior(run):
  run_dir, said = run
  assert 'prior fitted' in said
  found = prior.load(str(run_dir / 'train'), 20)
  assert found.step == 30 and found.z_size == 20
  # One piece: every window but the first follows another.
  assert found.follows.sum() == len(found.codes) - 1 > 10


def test_a_prior_that_is_lost_is_fitted_again(run, songs):
  run_dir, _ = run
  path = run_dir / 'train' / prior.FILE_NAME
  before = path.read_bytes()
  path.unlink()
  result = run_training(
    f'--run_dir={run_dir}',
    f'--examples_path={songs}',
    '--num_steps=30',
  )
  assert 'already done' in result.stdout and 'prior fitted' in result.stdout
  first, again = (prior.load(str(run_dir / 'train'), 20) for _ in range(2))
  np.testing.assert_array_equal(first.codes, again.codes)
  assert len(path.read_bytes()) == len(before)


def test_samples_and_wandering_music_repeat(run, tmp_path):
  made = []
  for name in ('one', 'two'):
    _, pieces = generate(
      run[0], tmp_path / name, '--num_outputs=2', '--seed=3', '--num_frames=130'
    )
    made.append([notes_of(piece) for piece in pieces])
  assert made[0] == made[1] and made[0][0] != made[0][1]
  _, (stays,) = generate(
    run[0], tmp_path / 'stays', '--num_outputs=1', '--seed=3', '--wander=0',
    '--mode=medley', '--num_frames=130',
  )  # fmt: skip
  assert notes_of(stays)


def test_goes_on_from_a_piece(run, songs, tmp_path):
  (rag,) = music_files.read('rag.mid', str(songs))
  _, (piece,) = generate(
    run[0],
    tmp_path,
    '--mode=continue',
    f'--input_midis={songs}/rag.mid@12',
    '--num_frames=60',
  )
  assert 12.0 < piece.total_time <= 15.01
  columns = set(range(36, 85))
  expected = {
    (note.pitch, int(note.start_time * 20 + 0.5) / 20)
    for note in rag.notes
    if note.start_time < 11.9 and note.pitch in columns
  }
  assert expected <= {
    (note.pitch, round(note.start_time, 2)) for note in piece.notes
  }


def test_a_bundle_holds_the_prior(run, tmp_path):
  bundle = tmp_path / 'music.tar.gz'
  result = run_command(
    'vrae_export', f'--run_dir={run[0]}', f'--output={bundle}'
  )
  assert result.returncode == 0, result.stderr
  of_run, of_bundle = (
    [notes_of(p) for p in generate(d, tmp_path / n, '--seed=4', *more)[1]]
    for d, n, more in (
      (run[0], 'run', ['--num_outputs=2']),
      (None, 'bundle', ['--num_outputs=2', f'--checkpoint_file={bundle}']),
    )
  )
  assert of_run == of_bundle
  # N(0, I) gives other music.
  _, standard = generate(
    run[0], tmp_path / 'standard', '--seed=4', '--num_outputs=2',
    '--prior=standard',
  )  # fmt: skip
  assert [notes_of(p) for p in standard] != of_run


def test_names_tell_the_seed_that_makes_it_again(run, tmp_path):
  result, _ = generate(run[0], tmp_path / 'one', '--num_outputs=2')
  found = re.search(r'--seed=(\d+) makes it again$', result.stdout.strip())
  seed = found.group(1)
  files = sorted((tmp_path / 'one').iterdir())
  assert [file.name for file in files] == [
    f'sample_vrae_music_seed{seed}_{k}of2.mid' for k in (1, 2)
  ]
  generate(
    run[0], tmp_path / 'two', '--num_outputs=2', found.group(0).split()[0]
  )
  for file in files:
    assert (tmp_path / 'two' / file.name).read_bytes() == file.read_bytes()
  # Another call, another seed.
  result, _ = generate(run[0], tmp_path / 'three', '--num_outputs=2')
  assert f'--seed={seed} ' not in result.stdout


def test_nothing_is_overwritten(run, tmp_path):
  first = tmp_path / 'sample_vrae_music_seed3.mid'
  for names in (
    ['sample_vrae_music_seed3'],
    ['sample_vrae_music_seed3', 'sample_vrae_music_seed3-2'],
  ):
    # Not by `generate`, which reads all files.
    result = run_command(
      'vrae_generate', f'--run_dir={run[0]}', f'--output_dir={tmp_path}',
      '--num_outputs=1', '--seed=3', '--wav',
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    found = {file.name for file in tmp_path.iterdir()}
    assert found == {n + e for n in names for e in file_names.ENDINGS}
    first.write_bytes(b'mine')
  assert first.read_bytes() == b'mine'


def test_a_morph_is_played_in_a_row_as_well(run, songs, tmp_path):
  odd = tmp_path / 'Für @ Elise.mid'
  shutil.copy(songs / 'rag.mid', odd)
  result, pieces = generate(
    run[0], tmp_path / 'out', '--seed=7', '--num_outputs=10',
    '--mode=interpolate', f'--input_midi_1={songs}/rag.mid@12',
    f'--input_midi_2={odd}@20', '--sampling=bernoulli',
  )  # fmt: skip
  names = sorted(file.name for file in (tmp_path / 'out').iterdir())
  stem = 'morph_rag_to_Für_Elise_vrae_music_seed7'
  assert names == [
    *(f'{stem}_{k:02d}of10.mid' for k in range(1, 11)),
    f'{stem}_all.mid',
  ]
  assert '11 MIDI files' in result.stdout
  *steps, clip = pieces
  # A window lasts four seconds.
  assert [
    (n.pitch, round(n.start_time, 3), round(n.end_time, 3)) for n in clip.notes
  ] == [
    (n.pitch, round(4 * k + n.start_time, 3), round(4 * k + n.end_time, 3))
    for k, step in enumerate(steps)
    for n in step.notes
  ]
  file = mido.MidiFile(tmp_path / 'out' / names[-1])
  ticks = {sum(message.time for message in track) for track in file.tracks}
  # Two bars of 4/4 each.
  assert ticks == {10 * 8 * file.ticks_per_beat}


def test_each_piece_that_goes_on_has_its_name(run, songs, tmp_path):
  shutil.copy(songs / 'rag.mid', tmp_path / 'b.mid')
  _, pieces = generate(
    run[0], tmp_path, '--seed=1', '--mode=continue', '--num_frames=20', '--wav',
    f'--input_midis={songs}/rag.mid@2,{tmp_path}/b.mid@2',
  )  # fmt: skip
  names = [f'continue_{n}_vrae_music_seed1' for n in ('b', 'rag')]
  assert sorted(f.name for f in tmp_path.iterdir()) == [
    'b.mid', *(n + e for n in names for e in file_names.ENDINGS)
  ]  # fmt: skip
  rate, samples = wavfile.read(tmp_path / f'{names[0]}.wav')
  assert rate == 44100 and samples.shape[1] == 2
  assert len(samples) >= 2.9 * rate and samples.any()


def test_bad_input(run, songs, tmp_path):
  path = run[0] / 'train' / prior.FILE_NAME
  whole = path.read_bytes()
  path.write_bytes(whole[:100])
  try:
    result = run_command('vrae_generate', f'--run_dir={run[0]}')
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert 'damaged' in line and '--prior' not in line and 'delete' in line
  finally:
    path.write_bytes(whole)
  for flag, says in (
    ('--seed=4294967296', '4294967295'),
    (f'--soundfont={songs}/rag.mid', 'soundfont'),
  ):
    result = run_command(
      'vrae_generate', f'--run_dir={run[0]}', f'--output_dir={tmp_path}/out',
      flag, '--wav',
    )  # fmt: skip
    assert result.returncode == 1
    assert says in result.stderr.lower()
    assert not (tmp_path / 'out').exists()
  result = run_command(
    'vrae_generate', f'--run_dir={run[0]}', '--mode=continue'
  )
  assert result.returncode == 1 and '--input_midis' in result.stderr
