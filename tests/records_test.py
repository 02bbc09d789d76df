# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""TFRecords: whole, within bounds, and told apart."""

from __future__ import annotations

import os
import struct
import subprocess
import sys

import note_seq
import pytest
import tensorflow.compat.v1 as tf
from crafted_bundle import masked_crc

from magenta_vrae.data import records
from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib


def write(path, *pieces):
  with tf.io.TFRecordWriter(str(path)) as writer:
    for piece in pieces:
      writer.write(
        piece if isinstance(piece, bytes) else piece.SerializeToString()
      )
  return str(path)


def test_reads_what_was_written(score, tmp_path):
  pieces = [score((60, 0, 1)), score((62, 0, 2), (64, 1, 2))]
  path = write(tmp_path / 'a', *pieces)
  assert list(records.read_sequences(path)) == pieces


@pytest.mark.parametrize(
  'field, value, says',
  [
    ('pitch', 128, 'pitch 128; it must be 0 to 127'),
    ('pitch', -1, 'pitch -1'),
    ('velocity', 2**30, 'velocity'),
    ('end_time', 1e300, r'end 1e\+300'),
    ('end_time', 86401, 'end 86401.*--limits=hours=N'),
    ('end_time', float('inf'), 'end inf'),
    ('end_time', float('nan'), 'end nan'),
    ('start_time', float('nan'), 'start nan'),
    ('start_time', -1e-9, 'start'),
    ('start_time', 2.5, 'end 2; it must be not before the start'),
  ],
)
def test_absurd_notes(score, tmp_path, field, value, says):
  piece = score((60, 0, 1), (62, 1, 2))
  piece.filename = 'odd.mid'
  setattr(piece.notes[1], field, value)
  path = write(tmp_path / 'a', score((60, 0, 1)), piece)
  with pytest.raises(InputError, match=f'record 1 of .*odd.mid.*{says}'):
    list(records.read_sequences(path))


@pytest.mark.parametrize('length', [-1, 1e12, float('nan')])
def test_absurd_length(score, tmp_path, length):
  piece = score((60, 0, 1))
  piece.total_time = length
  with pytest.raises(InputError, match='it lasts'):
    list(records.read_sequences(write(tmp_path / 'a', piece)))


@pytest.mark.parametrize('qpm', [0, -120, float('inf'), float('nan')])
def test_absurd_tempo(score, tmp_path, qpm):
  piece = score((60, 0, 1))
  piece.tempos.add(qpm=qpm)
  with pytest.raises(InputError, match='tempo'):
    list(records.read_sequences(write(tmp_path / 'a', piece)))


def test_many_notes(score, tmp_path):
  piece = score(*[(60, i, i + 1) for i in range(6)])
  path = write(tmp_path / 'a', piece)
  limits = limits_lib.DEFAULT._replace(notes=5)
  with pytest.raises(InputError, match='over 5 notes'):
    list(records.read_sequences(path, limits))


def test_many_empty_notes_in_few_bytes(tmp_path):
  notes = note_seq.NoteSequence.DESCRIPTOR.fields_by_name['notes'].number
  record = bytes([notes << 3 | 2, 0]) * 2**21
  with pytest.raises(InputError, match='over 1000000 fields'):
    list(records.read_sequences(write(tmp_path / 'a', record)))


def test_large_record(tmp_path):
  path = write(tmp_path / 'a', bytes(33 * 2**20))
  with pytest.raises(InputError, match='33.0 MB, over 32'):
    list(records.read_sequences(path))


def test_length_with_a_good_checksum(tmp_path):
  """Of which TensorFlow believes each word, and dies."""
  length = struct.pack('<Q', 2**45)
  path = tmp_path / 'a'
  path.write_bytes(length + struct.pack('<I', masked_crc(length)) + bytes(9))
  with pytest.raises(InputError, match='not a whole TFRecord'):
    list(records.read_sequences(str(path)))


def test_cut_and_flipped(score, tmp_path):
  path = tmp_path / 'a'
  write(path, score((60, 0, 1)), score((62, 0, 1)))
  data = path.read_bytes()
  # Between two records a cut cannot be told from an end.
  for cut in set(range(1, len(data))) - {len(data) // 2}:
    path.write_bytes(data[:cut])
    with pytest.raises(InputError, match='not a whole TFRecord'):
      list(records.read_sequences(str(path)))
  for place in range(len(data)):
    flipped = bytearray(data)
    flipped[place] ^= 0x10
    path.write_bytes(flipped)
    with pytest.raises(InputError, match='not a whole TFRecord'):
      list(records.read_sequences(str(path)))


def test_checksums(score, tmp_path):
  """What the lengths do not tell is told by the checksums."""
  path = tmp_path / 'a'
  write(path, score((60, 0, 1)))
  data = bytearray(path.read_bytes())
  for place, says in ((8, 'length of record 0'), (-1, 'record 0 does not')):
    flipped = bytearray(data)
    flipped[place] ^= 1
    path.write_bytes(flipped)
    with pytest.raises(InputError, match=f'not a whole TFRecord.*{says}'):
      list(records.read_records(str(path)))


@pytest.mark.parametrize(
  'name', ['a[1].tfrecord', 'a[', '*', '?', 'a?.tfrecord', '[!a]*', '\\*']
)
def test_a_name_is_no_pattern(score, tmp_path, name):
  piece = score((60, 0, 1))
  path = write(tmp_path / name, piece)
  for other in ('a1.tfrecord', 'b'):
    write(tmp_path / other, score((62, 0, 1)))
  assert records.files_of(path) == [path]
  assert list(records.read_sequences(path)) == [piece]


@pytest.mark.parametrize(
  'pattern',
  ['*', 'a?', 'a[12]', 'a[!3]', 'a*2', '*/b', 'su?/b', 'c', '*/*/*', '**'],
)
def test_patterns_are_those_of_tensorflow(tmp_path, pattern):
  """Magenta reads what matches to TensorFlow; the same is checked before."""
  (tmp_path / 'sub').mkdir()
  for name in ('a1', 'a2', 'a22', 'a3', 'c', 'sub/b', 'sub/c'):
    (tmp_path / name).write_bytes(b'')
  pattern = str(tmp_path / pattern)
  expected = sorted(tf.gfile.Glob(pattern))
  if expected:
    assert records.files_of(pattern) == expected
  else:
    with pytest.raises(InputError, match='no file matches'):
      records.files_of(pattern)


def test_beyond_this_machine(score, tmp_path):
  """As TensorFlow finds and opens it; here a scheme for files at hand."""
  pieces = [score((60, 0, 1)), score((62, 0, 1))]
  path = write(tmp_path / 'a-1', *pieces)
  (found,) = records.files_of(f'file://{tmp_path}/a-*')
  assert list(records.read_sequences(f'file://{path}')) == pieces
  assert list(records.read_sequences(found)) == pieces
  for missing in (f'file://{tmp_path}/none', f'{tmp_path}/none'):
    with pytest.raises(InputError, match='not a whole TFRecord'):
      list(records.read_sequences(missing))


@pytest.mark.parametrize('make', [os.mkdir, os.mkfifo])
def test_no_file(tmp_path, make):
  make(str(tmp_path / 'a'))
  with pytest.raises(InputError, match='is a folder or device'):
    list(records.read_records(str(tmp_path / 'a')))


def test_needs_no_tensorflow(score, tmp_path):
  path = write(tmp_path / 'a', score((60, 0, 1)))
  program = (
    'import sys; from magenta_vrae.data import records; '
    'found = [len(list(records.read_sequences(file))) '
    'for file in records.files_of(sys.argv[1])]; '
    'print(found, "tensorflow" in sys.modules)'
  )
  result = subprocess.run(
    [sys.executable, '-c', program, path],
    capture_output=True,
    text=True,
    check=True,
  )
  assert result.stdout == '[1] False\n'


def test_fingerprint(score, tmp_path):
  a, b, c = (score((pitch, 0, 1)) for pitch in (60, 62, 64))
  together = records.fingerprint(write(tmp_path / 'abc', a, b, c))
  write(tmp_path / 'part-1', c, a)
  write(tmp_path / 'part-2', b)
  assert records.fingerprint(str(tmp_path / 'part-*')) == together
  assert records.fingerprint(write(tmp_path / 'ab', a, b)) != together
  assert records.fingerprint(write(tmp_path / 'abb', a, b, b)) != together
