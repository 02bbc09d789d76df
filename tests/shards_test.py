# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Sharded datasets, made by the command itself and by a real Dask cluster."""

from __future__ import annotations

import collections
import contextlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time

import note_seq
import pytest
from conftest import CORPUS
from conftest import run_command

from magenta_vrae.commands import vrae_create_dataset
from magenta_vrae.data import dask_engine
from magenta_vrae.data import examples
from magenta_vrae.data import shards
from magenta_vrae.errors import InputError
from magenta_vrae.reading import music_files

NUM_SHARDS = 6


def write_midi(path, number):
  """Writes a scale of 40 notes, higher and faster by a number."""
  piece = note_seq.NoteSequence(ticks_per_quarter=220)
  length = 0.5 / (1 + number)
  for i in range(40):
    piece.notes.add(
      pitch=40 + number + i,
      velocity=80,
      start_time=i * length,
      end_time=(i + 1) * length,
    )
  piece.total_time = 40 * length
  note_seq.note_sequence_to_midi_file(piece, str(path))


@pytest.fixture(scope='module')
def long_songs(tmp_path_factory):
  """Twelve scores, which take workers so long that one can be killed at it."""
  songs = tmp_path_factory.mktemp('long') / 'songs'
  songs.mkdir()
  for path in sorted((CORPUS / 'bach').glob('*.mxl'))[:8]:
    shutil.copy(path, songs)
  for number in range(4):
    shutil.copy(CORPUS / 'joplin/maple_leaf_rag.mxl', songs / f'{number}.mxl')
  (songs / 'bad.mid').write_bytes(b'bad')
  return songs


@pytest.fixture(scope='module')
def songs(tmp_path_factory):
  """A folder of 14 music files, two of them bad."""
  songs = tmp_path_factory.mktemp('work') / 'songs'
  (songs / 'inner').mkdir(parents=True)
  # Scores take as long to read as a hundred MIDI files.
  for path in sorted((CORPUS / 'bach').glob('*.mxl'))[:2]:
    shutil.copy(path, songs)
  for number in range(10):
    write_midi(songs / f'{number}.mid', number)
  (songs / 'bad.mid').write_bytes(b'bad')
  (songs / 'inner/empty.mid').write_bytes(b'')
  return songs


@pytest.fixture(scope='module')
def one_file(songs):
  """The dataset as one file, and what the command said."""
  return create_one_file(songs)


def create_one_file(songs):
  path = songs.parent / 'one.tfrecord'
  result = run_command(
    'vrae_create_dataset', f'--input_dir={songs}', f'--output_file={path}'
  )
  assert result.returncode == 3, result.stderr
  return path, result


def pieces(path):
  """Every NoteSequence of a dataset, by id."""
  found = [p for p in examples.read_examples(str(path))]
  by_id = {piece.id: piece for piece in found}
  assert len(by_id) == len(found)
  return by_id


def skipped(result):
  return sorted(
    line for line in result.stderr.splitlines() if line.startswith('skipped  ')
  )


def same_report(result, one_file):
  """Asserts that a command ended as the one that wrote one file."""
  _, expected = one_file
  assert result.returncode == expected.returncode, result.stderr
  assert skipped(result) == skipped(expected)
  # Pitches and counts; the last line begins with the dataset's name.
  assert result.stdout.split(': ')[-1] == expected.stdout.split(': ')[-1]
  tables = [r.stdout.splitlines()[:-1] for r in (result, expected)]
  assert tables[0] == tables[1]


class TestShards:
  @pytest.fixture
  def create(self, songs, tmp_path, capsys):
    """Makes shards of a copy of six of the files; returns what was said."""
    copy = tmp_path / 'songs'
    copy.mkdir()
    for number in range(6):
      shutil.copy(songs / f'{number}.mid', copy)

    def create(num_shards=3):
      output = tmp_path / 'out.tfrecord'
      vrae_create_dataset.create_dataset(
        str(copy), str(output), num_shards=num_shards
      )
      return capsys.readouterr().err

    create.folder, create.output = copy, tmp_path / 'out.tfrecord'
    return create

  def test_same_pieces_as_one_file(self, songs, one_file, tmp_path):
    result = run_command(
      'vrae_create_dataset',
      f'--input_dir={songs}',
      f'--output_file={tmp_path}/s.tfrecord',
      f'--num_shards={NUM_SHARDS}',
    )
    same_report(result, one_file)
    assert pieces(tmp_path / 's.tfrecord-*') == pieces(one_file[0])
    names = sorted(path.name for path in tmp_path.glob('s.tfrecord*'))
    assert names == [
      f's.tfrecord-{number:05d}-of-00006' for number in range(NUM_SHARDS)
    ]

  def test_only_what_is_missing_is_made(self, create):
    assert create().count('read     ') == 6
    made = {p: p.stat().st_mtime_ns for p in create.folder.parent.glob('out*')}
    assert len(made) == 3
    again = create()
    assert '3 of 3 shards are up to date' in again and 'read ' not in again
    lost = max(made, key=lambda path: path.stat().st_size)
    content = lost.read_bytes()
    lost.unlink()
    assert '2 of 3 shards' in create()
    assert lost.read_bytes() == content
    del made[lost]
    assert all(p.stat().st_mtime_ns == time for p, time in made.items())

  def test_a_cut_shard_is_made_again(self, create):
    create()
    path = next(
      p for p in create.folder.parent.glob('out*') if p.stat().st_size
    )
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    assert '2 of 3 shards' in create()
    assert path.read_bytes() == content

  def test_a_changed_folder_is_noticed(self, create):
    create()
    name = sorted(os.listdir(create.folder))[0]
    write_midi(create.folder / name, 7)
    assert '2 of 3 shards' in create()
    (create.folder / name).unlink()
    assert '2 of 3 shards' in create()
    found = pieces(f'{create.output}-*')
    assert {p.filename for p in found.values()} == set(
      os.listdir(create.folder)
    )

  def test_another_number_of_shards_replaces_them(self, create):
    create(3)
    expected = pieces(f'{create.output}-*')
    aside = create.output.parent / '.out.tfrecord.shards'
    orphans = [
      aside / '.00000-of-00003.json.elsewhere.1.0.partial',
      aside.parent / '.out.tfrecord-00000-of-00003.elsewhere.1.0.partial',
    ]
    for orphan in orphans:
      orphan.write_bytes(b'left behind')
    create(2)
    assert not any(orphan.exists() for orphan in orphans)
    assert len(list(create.folder.parent.glob('out*'))) == 2
    assert pieces(f'{create.output}-*') == expected
    assert len(list(aside.iterdir())) == 2

  def test_assignment_is_stable(self, songs):
    paths = music_files.find(str(songs), True)
    all_of_them = shards.plan(paths, songs, 'x', 4)
    assert sorted(p for shard in all_of_them for p in shard.paths) == paths
    assert max(len(shard.paths) for shard in all_of_them) < len(paths)
    fewer = shards.plan(paths[1:], songs, 'x', 4)
    changed = [a.number for a, b in zip(all_of_them, fewer) if a != b]
    assert len(changed) == 1

  def test_a_worker_without_the_folder_or_of_another_version(self, tmp_path):
    (shard,) = shards.plan([], tmp_path / 'nowhere', tmp_path / 'x', 1)
    with pytest.raises(InputError, match='sees no folder .*nowhere'):
      shards.write(shard)
    with pytest.raises(InputError, match='this command has 9.9'):
      shards.write(shard, '9.9')
    assert not list(tmp_path.iterdir())


@contextlib.contextmanager
def dask(folder, num_workers):
  """A scheduler and workers on loopback.

  Yields:
    The scheduler's address and the workers' processes by id.
  """
  with socket.socket() as s:
    s.bind(('127.0.0.1', 0))
    address = f'tcp://127.0.0.1:{s.getsockname()[1]}'
  environment = {
    **os.environ,
    # A worker's time to live; the default lets a dead one wait 5 minutes. It
    # says nothing while it imports TensorFlow, which takes its time on 2.9.
    'DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL': '60s',
  }

  def start(name, *arguments):
    return subprocess.Popen(
      [sys.executable, '-m', f'distributed.cli.dask_{name}', *arguments],
      stdout=subprocess.DEVNULL,
      stderr=subprocess.DEVNULL,
      cwd=folder,
      env=environment,
    )

  host = '--host=127.0.0.1'
  processes = [
    start(
      'scheduler',
      host,
      f'--port={address.rpartition(":")[2]}',
      '--no-dashboard',
      '--no-show',
    )
  ]
  workers = [
    start('worker', address, host, '--no-nanny', '--nthreads=1')
    for _ in range(num_workers)
  ]
  processes += workers
  try:
    yield address, {worker.pid: worker for worker in workers}
  finally:
    for process in processes:
      process.kill()
    for process in processes:
      process.wait()


class TestDask:
  @pytest.mark.long
  def test_a_worker_killed_in_mid_run(self, long_songs, tmp_path):
    songs, one_file = long_songs, create_one_file(long_songs)
    output = tmp_path / 'd.tfrecord'
    aside = tmp_path / '.d.tfrecord.shards'
    with dask(tmp_path, num_workers=2) as (scheduler, workers):
      command = subprocess.Popen(
        [
          pathlib.Path(sys.executable).parent / 'vrae_create_dataset',
          f'--input_dir={songs}',
          f'--output_file={output}',
          f'--num_shards={NUM_SHARDS}',
          f'--scheduler={scheduler}',
          '--scheduler_timeout_secs=60',
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
      )
      killed = None
      deadline = time.monotonic() + 240
      while not killed and command.poll() is None:
        assert time.monotonic() < deadline
        for partial in tmp_path.glob('.d.tfrecord-*.partial'):
          killed = int(partial.name.split('.')[-3])
          workers[killed].kill()
          workers[killed].wait()
          break
        time.sleep(0.01)
      assert killed in workers, command.communicate()
      # What it was at lies there until the command cleans up.
      orphans = list(tmp_path.glob(f'.d.tfrecord-*.{killed}.*.partial'))
      out, err = command.communicate(timeout=300)
    assert orphans
    result = subprocess.CompletedProcess([], command.returncode, out, err)
    same_report(result, one_file)
    assert re.search(rf'shard {NUM_SHARDS}/{NUM_SHARDS}', err)
    assert pieces(f'{output}-*') == pieces(one_file[0])
    kinds = collections.Counter(path.suffix for path in aside.iterdir())
    assert kinds == {'.json': NUM_SHARDS}
    assert not list(tmp_path.glob('.*.partial'))

    # The same bytes as without a cluster, shard by shard.
    local = tmp_path / 'l.tfrecord'
    vrae_create_dataset.create_dataset(
      str(songs), str(local), num_shards=NUM_SHARDS
    )
    for number in range(NUM_SHARDS):
      ending = f'-{number:05d}-of-{NUM_SHARDS:05d}'
      assert (
        pathlib.Path(f'{local}{ending}').read_bytes()
        == pathlib.Path(f'{output}{ending}').read_bytes()
      )

  @pytest.mark.parametrize(
    'address, says',
    [
      ('nonsense', 'missing port'),
      ('http://127.0.0.1:1', 'unknown address scheme'),
      ('tcp://127.0.0.1:1', 'no answer|refused'),
    ],
  )
  def test_no_scheduler_there(self, address, says):
    with pytest.raises(InputError, match=f'no Dask scheduler at.*({says})'):
      next(dask_engine.write_all([], address, timeout_secs=1))

  def test_something_else_there(self, songs, tmp_path):
    with socket.socket() as silent:
      silent.bind(('127.0.0.1', 0))
      silent.listen()
      result = run_command(
        'vrae_create_dataset',
        f'--input_dir={songs}',
        f'--output_file={tmp_path}/d.tfrecord',
        f'--scheduler=tcp://127.0.0.1:{silent.getsockname()[1]}',
        '--scheduler_timeout_secs=1',
      )
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert 'no Dask scheduler at' in line and 'no answer' in line
    assert not list(tmp_path.glob('d.tfrecord*'))
