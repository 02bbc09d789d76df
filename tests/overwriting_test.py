# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Outputs that would replace what the same command reads, and paths with ~."""

from __future__ import annotations

import os
import pathlib

import pytest
from broken_music import NOTE
from broken_music import midi
from conftest import run_command
from conftest import run_without_tensorflow

MADE = pathlib.Path(__file__).parent / 'made_by_0_1'


@pytest.fixture
def work(tmp_path):
  """A folder with music, a link to it, a dataset and a bundle."""
  (tmp_path / 'songs').mkdir()
  for name in ('a.mid', 'b.mid'):
    (tmp_path / 'songs' / name).write_bytes(midi(NOTE * 200))
  (tmp_path / 'link.mid').symlink_to(tmp_path / 'songs' / 'a.mid')
  bundle = MADE / 'bundle.tar.gz'
  (tmp_path / 'm.tar.gz').write_bytes(bundle.read_bytes())
  result = run_command(
    'vrae_create_dataset',
    '--input_dir=songs',
    '--output_file=d.tfrecord',
    cwd=tmp_path,
  )
  assert result.returncode == 0, result.stderr
  return tmp_path


def contents(folder):
  return {
    path.relative_to(folder): path.read_bytes()
    for path in folder.rglob('*')
    if path.is_file()
  }


@pytest.mark.parametrize(
  ('command', 'flags', 'says'),
  [
    (
      'vrae_create_dataset',
      ['--input_dir=songs', '--output_file=songs/a.mid'],
      "cannot write 'songs/a.mid': this command reads it",
    ),
    (
      'vrae_create_dataset',
      ['--input_dir=songs', '--output_file=link.mid'],
      "cannot write 'link.mid': this command reads it",
    ),
    (
      'vrae_create_dataset',
      ['--input_dir=songs', '--output_file=x',
       '--report=./songs/../songs/b.mid'],
      'this command reads it; give another path',
    ),
    (
      'vrae_create_dataset',
      ['--input_dir=songs', '--output_file=x', '--report=./x'],
      "--report='./x' is where the dataset goes; give another path",
    ),
    (
      'vrae_create_dataset',
      ['--input_dir=songs', '--output_file=x', '--num_shards=2',
       '--report=x-00001-of-00002'],
      'is where the dataset goes',
    ),
    (
      'vrae_explore',
      ['--model=tunes', '--examples_path=songs', '--output=songs/b.mid'],
      "cannot write 'songs/b.mid': this command reads it",
    ),
    (
      'vrae_explore',
      ['--model=tunes', '--examples_path=d.tfrecord', '--output=d.tfrecord'],
      "cannot write 'd.tfrecord': this command reads it",
    ),
    (
      'vrae_explore',
      ['--checkpoint_file=m.tar.gz', '--examples_path=songs',
       '--output=m.tar.gz'],
      "cannot write 'm.tar.gz': this command reads it",
    ),
    (
      'vrae_export',
      ['--checkpoint_file=m.tar.gz', '--output=m.tar.gz', '--half'],
      "cannot write 'm.tar.gz': this command reads it",
    ),
  ],
)  # fmt: skip
def test_what_is_read_is_not_replaced(work, command, flags, says):
  before = contents(work)
  result = run_without_tensorflow(command, *flags, cwd=work)
  assert result.returncode == 1
  (line,) = result.stderr.strip().splitlines()
  assert says in line
  assert contents(work) == before


def test_a_dataset_of_that_ending_is_not_replaced_either(work):
  (work / 'd.tfrecord').rename(work / 'd.csv')
  before = contents(work)
  result = run_without_tensorflow(
    'vrae_encode',
    '--model=tunes',
    '--examples_path=d.csv',
    '--output=z.npz,d.csv',
    cwd=work,
  )
  assert result.returncode == 1
  assert "cannot write 'd.csv': this command reads it" in result.stderr
  assert contents(work) == before


def test_outputs_beside_what_is_read_are_made(work):
  """A page or a dataset of last time is replaced, as ever."""
  before = contents(work)
  for _ in range(2):
    result = run_command(
      'vrae_create_dataset',
      '--input_dir=songs',
      '--output_file=songs/d.tfrecord',
      '--report=songs/r.csv',
      cwd=work,
    )
    assert result.returncode == 0, result.stderr
  made = contents(work)
  assert {*made} - {*before} == {
    pathlib.Path('songs/d.tfrecord'),
    pathlib.Path('songs/r.csv'),
  }
  assert before.items() <= made.items()


def test_a_tilde_is_the_home_folder_in_every_path(work):
  environment = {**os.environ, 'HOME': str(work)}
  result = run_command(
    'vrae_create_dataset',
    '--input_dir=~/songs',
    '--output_file=~/e.tfrecord',
    '--report=~/r.csv',
    cwd=work,
    env=environment,
  )
  assert result.returncode == 0, result.stderr
  assert (work / 'r.csv').is_file()
  assert not (work / '~').exists()
  result = run_command(
    'vrae_explore',
    '--model=tunes',
    '--examples_path=~/no',
    '--output=~/x.html',
    cwd=work,
    env=environment,
  )
  assert repr(str(work / 'no')) in result.stderr
  result = run_command(
    'vrae_plot',
    f'--run_dir={MADE / "run"}',
    '--examples_path=~/songs',
    '--held_out_path=~/no',
    '--output_dir=~/plots',
    cwd=work,
    env=environment,
  )
  assert repr(str(work / 'no')) in result.stderr
  assert not (work / 'plots').exists()


def test_music_without_notes_is_no_dataset_to_make_again(work):
  (work / 'silent.mid').write_bytes(midi(b''))
  for command, flags in (
    ('vrae_explore', ['--model=tunes', '--output=x.html']),
    ('vrae_train', ['--run_dir=r']),
  ):
    result = run_without_tensorflow(
      command, *flags, '--examples_path=silent.mid', cwd=work
    )
    assert result.returncode == 1
    last = result.stderr.strip().splitlines()[-1]
    assert "'silent.mid' holds no music that can be read" in last
    assert 'vrae_create_dataset' not in last
