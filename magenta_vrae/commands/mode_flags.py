# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Flags of vrae_generate that mean nothing in its mode, and are refused there.

To ignore them would give other music than was asked for, without a word.
"""

from __future__ import annotations

from typing import Sequence

from absl import flags

from magenta_vrae.commands import length_and_tempo
from magenta_vrae.commands.given_pieces import GivenPiece
from magenta_vrae.errors import InputError

FLAGS = flags.FLAGS

_OF_ATTRIBUTE = ('attribute', 'examples_path', 'without', 'with', 'strengths')
# What they make is as long as the piece, and one of each.
_OF_WHOLE_PIECES = ('reconstruct', 'denoise')
_OF_LENGTH = tuple(n for n in length_and_tempo.NAMES if n != 'qpm')


def check(mode: str, pieces: Sequence[GivenPiece]) -> None:
  """Refuses flags that a mode does not take.

  Args:
    mode: Its name.
    pieces: The pieces given.

  Raises:
    InputError: If there is one.
  """
  if mode != 'attribute':
    for flag in _OF_ATTRIBUTE:
      if FLAGS[flag].present:
        raise InputError(f'--{flag} is for --mode=attribute, not {mode}')
  if FLAGS.soundfont and not FLAGS.wav:
    raise InputError('--soundfont is for --wav; give that as well')
  if mode in _OF_WHOLE_PIECES:
    _check_whole_pieces(mode, pieces)
  makes_one = (*_OF_WHOLE_PIECES, 'medley')
  if mode in makes_one and pieces and FLAGS.num_outputs != 1:
    of = 'all pieces' if mode == 'medley' else 'each piece'
    _refuse(['num_outputs'], f'mode {mode} makes one output of {of}')
  if mode == 'attribute' and pieces:
    why = 'mode attribute makes one output of each piece by each of --strengths'
    _refuse(['num_outputs'], why)


def _check_whole_pieces(mode: str, pieces: Sequence[GivenPiece]) -> None:
  why = f'mode {mode} makes whole pieces'
  _refuse(_OF_LENGTH, f'{why}, as long as they are')
  for piece in pieces:
    if piece.start is not None:
      raise InputError(
        f'--{piece.flag}={piece.text!r} has a time, but {why}; leave the time '
        'out'
      )


def _refuse(names: Sequence[str], why: str) -> None:
  """Raises InputError if one of some flags is given."""
  for name in names:
    if FLAGS[name].present:
      raise InputError(
        f'--{name}={FLAGS[name].value:g}, but {why}; leave it out'
      )
