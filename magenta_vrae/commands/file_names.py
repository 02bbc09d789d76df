# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Names of the files that vrae_generate makes.

    morph_aloha_to_zebra_vrae_music_seed7_3of7.mid

A name says what was made, of which songs, with which model and seed, and which
of how many it is. Files of one call stand in their order when sorted by name.
"""

from __future__ import annotations

import collections
import itertools
import os
import unicodedata
from typing import Sequence

from magenta_vrae.commands import music_modes

_LONGEST_SONG = 24  # In characters.
_MOST_SONGS = 3
# A name has at most 255 bytes on most systems, and letters up to four.
_MOST_BYTES_OF_SONGS = 96
_WORDS = {'interpolate': 'morph'}
ENDINGS = ('.mid', '.wav')


def clean(text: str, num_bytes: int = _MOST_BYTES_OF_SONGS) -> str:
  """A song's name as a part of a file's name.

  Letters of any language, digits, - and _ stay; whatever else stands between
  them becomes one _.

  Args:
    text: The song's name.
    num_bytes: How long it may be in UTF-8, beside 24 characters.

  Returns:
    The name, which is never empty.
  """
  kept = ''.join(
    c if c in '-_' or _is_letter_or_digit(c) else ' '
    for c in unicodedata.normalize('NFC', text)
  )
  name = '_'.join(kept.split())[:_LONGEST_SONG]
  name = name.encode('utf-8')[:num_bytes].decode('utf-8', 'ignore')
  return name.strip('-_') or 'song'


def _is_letter_or_digit(character: str) -> bool:
  category = unicodedata.category(character)
  # Marks (M) are parts of letters, as vowels are in many scripts.
  return category[0] in 'LM' or category == 'Nd'


def songs(paths: Sequence[str], between: str = '_') -> str:
  """Names of songs in a row; after three, how many more there are."""
  shown = paths[:_MOST_SONGS]
  names = [
    clean(
      os.path.splitext(os.path.basename(path))[0],
      _MOST_BYTES_OF_SONGS // len(shown),
    )
    for path in shown
  ]
  if len(paths) > len(shown):
    names.append(f'and_{len(paths) - len(shown)}_more')
  return between.join(names)


def stems(
  mode: str,
  paths: Sequence[str],
  attribute: str,
  model: str,
  seed: int,
  num_outputs: int,
) -> list[str]:
  """The names of all outputs of a call, without their ending.

  Args:
    mode: That of vrae_generate.
    paths: The files of the pieces given.
    attribute: What mode attribute changes; '' in other modes.
    model: The config's name.
    seed: What the random numbers began with.
    num_outputs: How many outputs there are. In modes that make music of each
      piece by itself, as many of each piece, piece after piece.

  Returns:
    A list of num_outputs different names.
  """
  if mode in music_modes.OF_EACH_PIECE:
    of_each = num_outputs // len(paths)
    subjects = [songs([path]) for path in paths for _ in range(of_each)]
  else:
    between = '_to_' if mode == 'interpolate' else '_'
    subjects = [songs(paths, between) if paths else ''] * num_outputs
  names = [
    '_'.join(
      word
      for word in (
        _WORDS.get(mode, mode),
        attribute and clean(attribute),
        subject,
        model,
        f'seed{seed}',
      )
      if word
    )
    for subject in subjects
  ]
  return _numbered(names)


def _numbered(names: list[str]) -> list[str]:
  """Names that are the same, told apart by numbers."""
  # Some file systems take A and a for one letter.
  keys = [name.casefold() for name in names]
  totals = collections.Counter(keys)
  counts: collections.Counter[str] = collections.Counter()
  made = []
  for name, key in zip(names, keys):
    total = totals[key]
    if total > 1:
      counts[key] += 1
      name = f'{name}_{counts[key]:0{len(str(total))}d}of{total}'
    made.append(name)
  return made


def of_all(stem: str) -> str:
  """The name of what plays all outputs in a row, by the name of one."""
  return stem.rpartition('_')[0] + '_all'


def free(folder: str, names: Sequence[str]) -> list[str]:
  """Paths at which there is nothing yet, without their ending.

  Args:
    folder: Where the files will be.
    names: Their names, without their ending.

  Returns:
    A path for each name. If one of them is taken, all have -2 behind them, or
    the first number at which none is.
  """
  for number in itertools.count(1):
    suffix = f'-{number}' if number > 1 else ''
    paths = [os.path.join(folder, name + suffix) for name in names]
    if not any(os.path.lexists(p + e) for p in paths for e in ENDINGS):
      break
  return paths
