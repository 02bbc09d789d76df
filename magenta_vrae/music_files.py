# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Music files of the kinds note_seq reads -> NoteSequences."""

from __future__ import annotations

import collections
import hashlib
import os

from note_seq import abc_parser
from note_seq import midi_io
from note_seq import musicxml_reader

from magenta_vrae.errors import InputError


def _read_midi(path):
  with open(path, 'rb') as f:
    return [midi_io.midi_to_note_sequence(f.read())]


def _read_musicxml(path):
  return [musicxml_reader.musicxml_file_to_sequence_proto(path)]


def _read_abc(path):
  tunes, failures = abc_parser.parse_abc_tunebook_file(path)
  if not tunes and failures:
    raise failures[0]
  return [tunes[number] for number in sorted(tunes)]


_Kind = collections.namedtuple('_Kind', ['name', 'read'])
_MIDI = _Kind('midi', _read_midi)
_MUSICXML = _Kind('musicxml', _read_musicxml)
_ABC = _Kind('abc', _read_abc)

KINDS = {
  '.mid': _MIDI,
  '.midi': _MIDI,
  '.xml': _MUSICXML,
  '.mxl': _MUSICXML,
  '.musicxml': _MUSICXML,
  '.abc': _ABC,
}


def find(input_dir, recursive):
  """Paths of the music files in a folder, relative to it, sorted.

  Raises:
    InputError: If there is no such folder, or no music file in it.
  """
  if not os.path.isdir(input_dir):
    raise InputError(f'input_dir {input_dir!r} is not a folder')
  paths = []
  for folder, subfolders, names in os.walk(input_dir):
    if not recursive:
      subfolders.clear()
    paths += [
      os.path.relpath(os.path.join(folder, name), input_dir)
      for name in names
      if os.path.splitext(name)[1].lower() in KINDS
    ]
  if not paths:
    raise InputError(
      f'no music in {input_dir!r}; looked for files ending in {" ".join(KINDS)}'
    )
  return sorted(paths)


def read(path, root_dir=''):
  """Reads one file into NoteSequences: one, or for ABC one per tune.

  Each carries `filename`, `collection_name` and `id` as Magenta's
  convert_dir_to_note_sequences sets them.

  Args:
    path: The file, relative to `root_dir`.
    root_dir: The folder whose name becomes `collection_name`.

  Returns:
    A list of NoteSequences that hold at least one note each.

  Raises:
    InputError: If the file cannot be read or holds no notes; the message is
      the reason, without the path.
  """
  extension = os.path.splitext(path)[1].lower()
  if extension not in KINDS:
    raise InputError(
      f'files ending in {extension!r} are not read; {" ".join(KINDS)} are'
    )
  kind = KINDS[extension]
  try:
    sequences = kind.read(os.path.join(root_dir, path))
  # A broken file makes the parsers under note_seq raise almost anything.
  except Exception as e:
    reason = ' '.join(str(e).split())
    raise InputError(f'{type(e).__name__}: {reason}'[:200]) from e
  sequences = [s for s in sequences if s.notes]
  if not sequences:
    raise InputError('it holds no notes')
  collection_name = os.path.basename(os.path.abspath(root_dir))
  for index, sequence in enumerate(sequences):
    name = path if kind is not _ABC else f'{path}_{index}'
    sequence.filename = path
    sequence.collection_name = collection_name
    digest = hashlib.sha1(name.encode('utf-8')).hexdigest()
    sequence.id = f'/id/{kind.name}/{collection_name}/{digest}'
  return sequences
