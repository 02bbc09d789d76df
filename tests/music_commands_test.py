# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""vrae_music through the real commands: a folder of music to music."""

from __future__ import annotations

import shutil

import note_seq
import numpy as np
import pytest
from conftest import CORPUS
from conftest import run_command
from conftest import run_training

from magenta_vrae.inference import prior
from magenta_vrae.reading import music_files

SMALL = (
  '--hparams=batch_size=8,enc_rnn_size=[16],dec_rnn_size=[16],'
  'ar_rnn_size=[16],nade_size=98'
)


@pytest.fixture(scope='module')
def songs(tmp_path_factory):
  folder = tmp_path_factory.mktemp('songs')
  shutil.copy(CORPUS / 'joplin/maple_leaf_rag.mxl', folder / 'rag.mxl')
  return folder


@pytest.fixture(scope='module')
def run(tmp_path_factory, songs):
  """A run of the config that a new one has, and what was said."""
  run_dir = tmp_path_factory.mktemp('run')
  result = run_training(
    f'--run_dir={run_dir}',
    f'--examples_path={songs}',
    '--num_steps=30',
    '--seed=1',
    SMALL,
  )
  assert result.returncode == 0, result.stderr
  return run_dir, result.stdout


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
  (rag,) = music_files.read('rag.mxl', str(songs))
  _, (piece,) = generate(
    run[0],
    tmp_path,
    '--mode=continue',
    f'--input_midis={songs}/rag.mxl@12',
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
  result = run_command(
    'vrae_generate', f'--run_dir={run[0]}', '--mode=continue'
  )
  assert result.returncode == 1 and '--input_midis' in result.stderr
