# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Thousands of damaged files: each is read or refused in one line.

A crash, a hang or memory without bound would show here: in the process that
parses, which must be the same at the end as at the beginning, or in this one.
"""

from __future__ import annotations

import random
import re

import note_seq
import psutil
import pytest
from broken_music import END_OF_TRACK
from broken_music import NOTE
from broken_music import midi
from broken_music import number

from magenta_vrae import PianoRollConverter
from magenta_vrae.data import records
from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading.parser_process import ParserProcess

# How many files and records; the whole lot with `make test-all`.
shares = pytest.mark.parametrize(
  'num', [500, pytest.param(10000, marks=pytest.mark.long)]
)
SPECIAL = (0x00, 0x7F, 0x80, 0xF0, 0xF7, 0xFF)
# A tick takes 24 bytes; this keeps ten thousand files within CI's time.
LIMITS = limits_lib.DEFAULT._replace(ticks=2**22, memory=512, seconds=5)


def mutated(data, others, rng):
  """Bytes with one to a few things wrong with them."""
  data = bytearray(data)
  for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
    at = rng.randrange(len(data)) if data else 0
    kind = rng.randrange(8)
    if kind == 0:
      data[at : at + 1] = bytes([rng.randrange(256)])
    elif kind == 1:
      data[at : at + 1] = bytes([rng.choice(SPECIAL)])
    elif kind == 2 and data:
      data[at] ^= 1 << rng.randrange(8)
    elif kind == 3:
      del data[at : at + rng.choice((1, 2, 4, 30))]
    elif kind == 4:
      length = rng.choice((1, 2, 4, 30))
      data[at:at] = rng.getrandbits(8 * length).to_bytes(length, 'little')
    elif kind == 5:
      data[at:at] = number(rng.randrange(2**28))
    elif kind == 6:
      # A piece of it once more, or many times.
      length = rng.choice((1, 8, 100))
      data[at:at] = data[at : at + length] * rng.choice((1, 1, 50))
    else:
      other = rng.choice(others)
      start = rng.randrange(len(other))
      data[at:] = other[start:]
  return bytes(data)


def midi_files(real_piece, tmp_path):
  """What is mutated: a real piece, and what real pieces seldom have."""
  path = str(tmp_path / 'real.mid')
  note_seq.note_sequence_to_midi_file(
    note_seq.extract_subsequence(real_piece, 0, 5), path
  )
  with open(path, 'rb') as file:
    real = file.read()
  return [
    real,
    midi(NOTE * 20),
    midi(b'\x00\xff\x51\x03\x07\xa1\x20', NOTE * 3, b'\x00\x99\x26\x40' * 5),
    midi(
      b'\x00\xff\x58\x04\x04\x02\x18\x08\x00\xff\x59\x02\x02\x00'
      b'\x00\xff\x03\x05piano\x00\xf0\x03\x01\x02\xf7'
      b'\x00\xc0\x05\x00\xb0\x40\x7f\x00\xe0\x00\x40'
      b'\x00\x90\x3c\x40\x60\x3c\x00\x00\x3e\x40\x60\x3e\x00'
    ),
  ]


def mutant(sources, rng):
  """A mutated file, every other time with lengths that fit what is in it."""
  source = rng.choice(sources)
  if rng.randrange(2):
    return mutated(source, sources, rng)
  tracks = source.split(b'MTrk')[1:]
  at = rng.randrange(len(tracks))
  events = [track[4 : -len(END_OF_TRACK)] for track in tracks]
  events[at] = mutated(events[at], [*filter(None, events), NOTE], rng)
  return midi(*events)


def is_one_line(error):
  text = str(error)
  return text and '\n' not in text and 'its parser' not in text


def peak_megabytes(pid):
  with open(f'/proc/{pid}/status') as file:
    return int(re.search(r'VmHWM:\s+(\d+) kB', file.read())[1]) / 1024


@shares
def test_midi(real_piece, tmp_path, num):
  rng = random.Random(0)
  sources = midi_files(real_piece, tmp_path)
  parser = ParserProcess(LIMITS)
  path = tmp_path / 'mutant.mid'
  path.write_bytes(sources[0])
  parser.parse('midi', str(path))
  pid, at_first = parser.pid, peak_megabytes(parser.pid)
  num_read = num_notes = 0
  try:
    for _ in range(num):
      path.write_bytes(mutant(sources, rng))
      try:
        sequences = parser.parse('midi', str(path)).sequences
      except InputError as e:
        assert is_one_line(e), e
      else:
        num_read += 1
        for sequence in map(note_seq.NoteSequence.FromString, sequences):
          limits_lib.check_sequence(sequence, LIMITS)
          num_notes += len(sequence.notes)
    assert parser.pid == pid
    grown = peak_megabytes(pid) - at_first
  finally:
    parser.close()
  print(f'{num_read} of {num} read, {num_notes} notes, {grown:.0f} MB')
  # What was tried is neither all sound nor all beyond recognition.
  assert num / 10 < num_read < num * 9 / 10
  assert grown < LIMITS.memory


@shares
def test_records(real_piece, tmp_path, num):
  """Records with good checksums and any content, and whole files mutated."""
  import tensorflow.compat.v1 as tf

  rng = random.Random(0)
  real = note_seq.extract_subsequence(real_piece, 0, 3)
  sources = [
    real.SerializeToString(),
    note_seq.NoteSequence(total_time=1).SerializeToString(),
  ]
  path = str(tmp_path / 'mutant.tfrecord')
  converter = PianoRollConverter(max_windows_per_song=20)
  memory = psutil.Process().memory_info
  at_first = memory().rss
  num_read = 0
  for index in range(num):
    source = rng.choice(sources)
    if index % 4:
      source = mutated(source, sources, rng)
    with tf.io.TFRecordWriter(path) as writer:
      writer.write(source)
    if not index % 4:
      with open(path, 'rb') as file:
        data = file.read()
      with open(path, 'wb') as file:
        file.write(mutated(data, [data], rng))
    try:
      for sequence in records.read_sequences(path, LIMITS):
        converter.to_tensors(sequence)
        num_read += 1
    except InputError as e:
      assert is_one_line(e), e
  grown = (memory().rss - at_first) / 2**20
  print(f'{num_read} of {num} read, {grown:.0f} MB')
  assert num / 10 < num_read < num
  assert grown < 500
