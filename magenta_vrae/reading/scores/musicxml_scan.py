# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a MusicXML file would become, counted without building any of it.

The archive's table of contents is checked before anything is unpacked, and the
score runs through expat, which keeps no tree, before note_seq builds one.
"""

from __future__ import annotations

import io
import zipfile
from typing import IO
from xml.parsers import expat

from magenta_vrae.errors import InputError
from magenta_vrae.reading import encodings
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading.scores import musicxml_file

_ZIP_MAGIC = b'PK'
_MOST_MEMBERS = 1000
# What the MusicXML standard writes; the others unpack without a bound.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DEEPEST = 100  # Elements within elements; scores have about ten.
_CHUNK = 2**16  # The first; each is twice as long as the one before.


def scan(path: str, limits: limits_lib.Limits = limits_lib.DEFAULT) -> int:
  """Walks through a MusicXML file, compressed or not.

  Args:
    path: The file.
    limits: `Limits`.

  Returns:
    The number of its notes, of which rests and chords' notes are some.

  Raises:
    InputError: If it is not well-formed XML, or no archive of it, defines
      entities, or holds more than it may.
    OSError: If it cannot be read.
  """
  with open(path, 'rb') as file:
    if file.read(2) != _ZIP_MAGIC:
      file.seek(0)
      return _Counter(limits).read(_plain_xml(file.read()))
  try:
    with zipfile.ZipFile(path) as archive:
      members = archive.infolist()
      _check_archive(members, limits)
      # note_seq reads one of these; which, the container's own XML says.
      return sum(
        _Counter(limits).read(_plain_xml(archive.read(member)))
        for member in members
        # By the name that it will be read by.
        if musicxml_file.plain(member.filename).endswith(musicxml_file.SCORES)
      )
  except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as e:
    raise InputError(f'it is not a complete archive: {e}') from e


def _plain_xml(data: bytes) -> IO[bytes]:
  """XML as it will be parsed."""
  return io.BytesIO(encodings.xml_of(data))


def _check_archive(
  members: list[zipfile.ZipInfo], limits: limits_lib.Limits
) -> None:
  """Raises InputError if an archive holds too much, going by its contents."""
  if len(members) > _MOST_MEMBERS:
    raise InputError(
      f'its archive has {len(members)} files; {_MOST_MEMBERS} are allowed'
    )
  size = sum(member.file_size for member in members)
  limits_lib.check_size(size, 'its archive unpacks to', limits)
  for member in members:
    if member.compress_type not in _METHODS:
      raise InputError(
        f'{member.filename!r} in its archive is packed by method '
        f'{member.compress_type}; MusicXML is stored or deflated'
      )


class _Counter:
  """Counts what a parser comes upon."""

  def __init__(self, limits: limits_lib.Limits) -> None:
    self._limits = limits
    self._notes = self._elements = self._depth = 0

  def read(self, file: IO[bytes]) -> int:
    """Reads XML to its end; returns the number of notes."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = self._start
    parser.EndElementHandler = self._end
    parser.EntityDeclHandler = self._refuse_entity
    size = _CHUNK
    try:
      while True:
        chunk = file.read(size)
        # Some versions of expat begin a comment again with each chunk.
        size *= 2
        parser.Parse(chunk, not chunk)
        if not chunk:
          return self._notes
    except expat.ExpatError as e:
      raise InputError(f'it is not well-formed XML: {e}') from e

  def _start(self, name: str, attributes: object) -> None:
    del attributes
    self._elements += 1
    self._depth += 1
    if self._depth > _DEEPEST:
      raise InputError(f'its elements are nested more than {_DEEPEST} deep')
    limits_lib.require(
      self._elements, 'XML elements', self._limits.events, 'events'
    )
    if name.rpartition(':')[2] == 'note':
      self._notes += 1
      limits_lib.require(self._notes, 'notes', self._limits.notes, 'notes')

  def _end(self, name: str) -> None:
    del name
    self._depth -= 1

  def _refuse_entity(self, name: str, *rest: object) -> None:
    del rest
    raise InputError(
      f'it defines the entity {name!r}; MusicXML has none of its own, and they '
      'can grow without limit'
    )
