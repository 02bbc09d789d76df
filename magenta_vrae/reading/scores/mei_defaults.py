# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Lengths and octaves that an MEI score gives once, written at every note.

A scoreDef, staffDef or layerDef may give them for all that have none of their
own, from there on. The one that comes last counts, so that of those at the
beginning it is the one that says it of the fewest.
"""

from __future__ import annotations

from typing import Iterable
from xml.etree.ElementTree import Element

from magenta_vrae.reading.scores import mei_readings

# What of a note is given, under these names; before MEI 4 one was another.
_NAMES = {'dur': ('dur.default',), 'oct': ('oct.default', 'octave.default')}
_WITH_LENGTH = ('note', 'chord', 'rest', 'space')


def write(score: Element) -> None:
  """Writes the lengths and octaves of notes, chords, rests and spaces.

  Args:
    score: The element; its tags have no namespace.
  """
  _Writer().walk(score, '', '')


class _Writer:
  """What was given so far."""

  def __init__(self) -> None:
    # By what it is, and by the staff and layer that it is for, if not all: how
    # many were given before, and the value.
    self._given: dict[tuple[str, ...], tuple[int, str]] = {}
    self._num_given = 0
    self._num_staves = 0  # In the scoreDef.

  def walk(self, parent: Element, staff: str, layer: str) -> None:
    """Takes down what is given in an element, and writes it.

    Args:
      parent: The element.
      staff: The number of the staff that it is in; empty if none.
      layer: The layer's.
    """
    num_staves = num_layers = 0
    for child in _children(parent):
      at = staff, layer
      if child.tag == 'scoreDef':
        self._num_staves = 0
        self._give(child)
      elif child.tag == 'staffDef':
        self._num_staves += 1
        at = child.get('n') or staff or str(self._num_staves), ''
        self._give(child, at[0])
      elif child.tag == 'layerDef':
        num_layers += 1
        self._give(child, staff, child.get('n') or layer or str(num_layers))
      elif child.tag == 'staff':
        num_staves += 1
        at = child.get('n') or str(num_staves), ''
      elif child.tag == 'layer':
        num_layers += 1
        at = staff, child.get('n') or str(num_layers)
      elif child.tag in _WITH_LENGTH:
        self._write(child, parent, staff, layer)
      self.walk(child, *at)

  def _give(self, definition: Element, *scope: str) -> None:
    for what, names in _NAMES.items():
      for name in names:
        if name in definition.attrib:
          self._num_given += 1
          value = definition.attrib[name]
          key = (what, *scope)
          self._given[key] = self._num_given, value
          break

  def _write(
    self, element: Element, parent: Element, staff: str, layer: str
  ) -> None:
    wanted = []
    # The notes of a chord may have a length where it has none.
    if parent.tag != 'chord' and not any('dur' in e.attrib for e in element):
      wanted.append('dur')
    if element.tag == 'note':
      wanted.append('oct')
    for what in wanted:
      _, value = max(
        self._given.get(scope, (0, ''))
        for scope in ((what,), (what, staff), (what, staff, layer))
      )
      if value and what not in element.attrib:
        element.set(what, value)


def _children(parent: Element) -> Iterable[Element]:
  """What is read in an element, definitions of a measure before its staves."""
  if parent.tag in mei_readings.CHOICES:
    reading = mei_readings.chosen(parent)
    return () if reading is None else (reading,)
  if parent.tag == 'measure':
    return sorted(parent, key=lambda child: child.tag != 'staffDef')
  return parent
