# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""TFRecords: whole, within bounds, and told apart."""

from __future__ import annotations

import struct

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


def test_fingerprint(score, tmp_path):
  a, b, c = (score((pitch, 0, 1)) for pitch in (60, 62, 64))
  together = records.fingerprint(write(tmp_path / 'abc', a, b, c))
  write(tmp_path / 'part-1', c, a)
  write(tmp_path / 'part-2', b)
  assert records.fingerprint(str(tmp_path / 'part-*')) == together
  assert records.fingerprint(write(tmp_path / 'ab', a, b)) != together
  assert records.fingerprint(write(tmp_path / 'abb', a, b, b)) != together
