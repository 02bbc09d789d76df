# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Of the readings that an MEI score gives of a place, those that are read."""

from __future__ import annotations

import re
from typing import Iterator
from xml.etree.ElementTree import Element

ID = '{http://www.w3.org/XML/1998/namespace}id'
# Of these one of several readings is read: the first of such a kind, or at all.
CHOICES = ('app', 'choice')
_PREFERRED = ('lem', 'corr', 'reg')
_BY_NAME = 'by.name'  # No attribute of MEI's.


def chosen(choice: Element) -> Element | None:
  """The reading that is read where nothing names another.

  Args:
    choice: An element of `CHOICES`.
  """
  preferred = [c for c in choice if c.tag in _PREFERRED]
  return next(iter(preferred or choice), None)


def names(expansion: Element) -> Iterator[str]:
  """What an expansion names, one by one: a list may hold millions.

  Args:
    expansion: The element.
  """
  for match in re.finditer(r'\S+', expansion.get('plist', '')):
    yield match[0].lstrip('#')


def keep_named(score: Element) -> None:
  """Makes sections of the readings that expansions name, and of those beside.

  Args:
    score: The element; its tags have no namespace.
  """
  expansions = list(score.iter('expansion'))
  if not expansions:
    return
  choices = [
    choice
    for choice in score.iter()
    if choice.tag in CHOICES and next(choice.iter('measure'), None) is not None
  ]
  by_id = {reading.get(ID): reading for c in choices for reading in c}
  kept = {by_id[name] for e in expansions for name in names(e) if name in by_id}
  for choice in choices:
    first = chosen(choice)
    for reading in choice:
      if reading is not first:
        reading.set(_BY_NAME, 'true')
    choice[:] = [r for r in choice if r is first or r in kept]
    for reading in choice:
      reading.tag = 'section'
    choice.tag = 'section'


def is_by_name(element: Element) -> bool:
  """Whether an element is played only where an expansion names it.

  Args:
    element: The element.
  """
  return _BY_NAME in element.attrib


def drop_by_name(score: Element) -> None:
  """Takes out what is played only where an expansion names it.

  Args:
    score: The element.
  """
  for parent in list(score.iter()):
    if any(map(is_by_name, parent)):
      parent[:] = [child for child in parent if not is_by_name(child)]
