# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A MusicXML file, compressed or not, by part or by time -> its parts."""

from __future__ import annotations

import posixpath
import zipfile
from xml.etree import ElementTree

from magenta_vrae.errors import InputError
from magenta_vrae.reading import encodings

_ZIP_MAGIC = b'PK'
# The endings of scores.
SCORES = ('.xml', '.musicxml')
_CONTAINER = 'meta-inf/container.xml'


def root_of(path: str) -> ElementTree.Element:
  """The 'score-partwise' element of a file.

  `musicxml_scan` must have found it to be within bounds.

  Args:
    path: The file.

  Raises:
    InputError: If it is no score.
  """
  root = ElementTree.fromstring(encodings.xml_of(_score_of(path)))
  for element in root.iter():
    # A namespace is not the standard's, and some programs write one.
    element.tag = element.tag.rpartition('}')[2]
  if root.tag == 'score-timewise':
    root = _partwise(root)
  if root.tag != 'score-partwise':
    raise InputError(
      f'its XML is {root.tag!r}; MusicXML is score-partwise or score-timewise'
    )
  return root


def _score_of(path: str) -> bytes:
  with open(path, 'rb') as file:
    data = file.read()
  if data[:2] != _ZIP_MAGIC:
    return data
  with zipfile.ZipFile(path) as archive:
    return archive.read(_root_file(archive))


def _root_file(archive: zipfile.ZipFile) -> str:
  """The name of the score in an archive.

  The container names it; some programs write that name in another case, with a
  leading slash or backslashes, or leave the container out.
  """
  names = {plain(name): name for name in archive.namelist()}
  wanted = []
  if _CONTAINER in names:
    container = ElementTree.fromstring(archive.read(names[_CONTAINER]))
    wanted = [
      plain(element.get('full-path', ''))
      for element in container.iter()
      if element.tag.rpartition('}')[2] == 'rootfile'
    ]
  scores = [
    name
    for name in names
    if name.endswith(SCORES) and not name.startswith('meta-inf/')
  ]
  for name in [*wanted, *scores]:
    if name in names and name.endswith(SCORES):
      return names[name]
  raise InputError('its archive holds no MusicXML')


def plain(name: str) -> str:
  """A name in an archive, as names are compared: some programs write odd ones.

  Args:
    name: The name as the archive has it.
  """
  return posixpath.normpath(name.replace('\\', '/')).lstrip('/').lower()


def _partwise(root: ElementTree.Element) -> ElementTree.Element:
  """The same score with measures within parts."""
  score = ElementTree.Element('score-partwise', root.attrib)
  parts: dict[str | None, ElementTree.Element] = {}
  for child in root:
    if child.tag != 'measure':
      score.append(child)
      continue
    for part in child.findall('part'):
      number = part.get('id')
      if number not in parts:
        parts[number] = ElementTree.SubElement(score, 'part', part.attrib)
      measure = ElementTree.SubElement(parts[number], 'measure', child.attrib)
      measure.extend(part)
  return score
