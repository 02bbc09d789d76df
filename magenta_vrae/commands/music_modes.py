# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The modes of vrae_generate: what each makes, and of what."""

from __future__ import annotations

from typing import Any
from typing import Callable
from typing import List
from typing import NamedTuple
from typing import Sequence

import numpy as np

from magenta_vrae import latent
from magenta_vrae.commands import attribute_vector
from magenta_vrae.commands import length_and_tempo
from magenta_vrae.commands.given_pieces import GivenPiece
from magenta_vrae.data import excerpt as excerpt_lib
from magenta_vrae.data.excerpt import Excerpt
from magenta_vrae.errors import InputError
from magenta_vrae.inference import attributes
from magenta_vrae.inference.generation import Generator
from magenta_vrae.stand_ins.note_sequence import NoteSequence

_MEDLEY_FRAMES = 1000
_ONE_BY_ONE = ['input_midi_1', 'input_midi_2']


class Made(NamedTuple):
  """One output of a mode.

  Attributes:
    roll: Zeros and ones, sized `[num_frames, depth]`.
    excerpt: The frames of a piece that it goes along with, from its own first
      frame on; it may go on behind them. None if it goes along with none.
    keep: Names of groups of which the piece's own notes take the roll's place.
  """

  roll: np.ndarray
  excerpt: Excerpt | None = None
  keep: Sequence[str] = ()


class Asked(NamedTuple):
  """What the flags ask for.

  Attributes:
    generator: The model.
    pieces: The pieces given, and what was read of each.
    num_outputs: How many; None if the flag was not given.
    num_frames: How long each is; None if the flag was not given.
    frames_along: A function that says how long what goes along with a piece is,
      as `num_frames`, by the piece's own tempo.
    attribute: A function that makes the attribute vector.
    keep: Names of the groups of instruments that --keep names.
  """

  generator: Generator
  pieces: list[tuple[GivenPiece, NoteSequence]]
  num_outputs: int | None
  num_frames: int | None
  frames_along: Callable[[NoteSequence], int | None]
  attribute: Callable[[], np.ndarray]
  keep: list[str]

  def z_of_windows(self) -> np.ndarray:
    """Means of the windows that begin where the flags say."""
    windows = [
      given.make(self.generator.window, piece, given.start)
      for given, piece in self.pieces
    ]
    return self.generator.encode(np.array(windows))

  def z_given_or_drawn(self) -> np.ndarray:
    """Of the pieces; where there are none, as many as asked, or one."""
    if self.pieces:
      return self.z_of_windows()
    return self.generator.draw(self.num_outputs or 1)

  def length(
    self, piece: NoteSequence, metres: excerpt_lib.Metres, frame: int
  ) -> int | None:
    """How many frames are asked for from a frame of a piece on."""
    bars = length_and_tempo.frames_of_bars_from(
      metres, self.generator.grid, frame
    )
    return bars or self.frames_along(piece)

  def along(
    self,
    given: GivenPiece,
    piece: NoteSequence,
    function: Callable[..., np.ndarray],
    *arguments: Any,
  ) -> Made:
    """What a function makes of a piece from its first frame on."""
    roll = given.make(function, *arguments)
    return Made(roll, Excerpt(piece, self.generator.grid, 0, len(roll)))


Music = List[Made]


def _of_no_piece(rolls: list[np.ndarray]) -> Music:
  return [Made(roll) for roll in rolls]


def sample(asked: Asked, default_outputs: int) -> Music:
  """Windows of z drawn from the prior."""
  num_outputs = asked.num_outputs or default_outputs
  return _of_no_piece(asked.generator.sample(num_outputs, asked.num_frames))


def interpolate(asked: Asked, default_outputs: int) -> Music:
  """Windows on the way between two."""
  num_outputs = asked.num_outputs or default_outputs
  z = latent.path(asked.z_of_windows(), num_outputs)
  return _of_no_piece(asked.generator.decode(z, asked.num_frames))


def medley(asked: Asked, default_outputs: int) -> Music:
  """A roll along a way through pieces, or of each z drawn one that runs on."""
  del default_outputs  # It is meant for windows.
  num_frames = asked.num_frames or _MEDLEY_FRAMES
  if asked.pieces:
    return [Made(asked.generator.medley(asked.z_of_windows(), num_frames))]
  num_outputs = asked.num_outputs or 1
  return _of_no_piece(asked.generator.sample(num_outputs, num_frames))


def continue_(asked: Asked, default_outputs: int) -> Music:
  """Pieces until a time, and music that goes on from there."""
  del default_outputs
  made, generator = [], asked.generator
  for given, piece in asked.pieces:
    left_at = given.make(generator.left_at, piece, given.start)
    excerpt = Excerpt(piece, generator.grid, 0, left_at)
    num_frames = asked.length(piece, excerpt.metres, left_at) or _MEDLEY_FRAMES
    for _ in range(asked.num_outputs or 1):
      roll = given.make(generator.go_on, piece, given.start, num_frames)
      made.append(Made(roll, excerpt))
  return made


def accompany(asked: Asked, default_outputs: int) -> Music:
  """Pieces with some groups kept, and the others made."""
  del default_outputs
  made, generator = [], asked.generator
  for given, piece in asked.pieces:
    first = given.make(generator.first_frame, piece, given.start)
    metres = excerpt_lib.metres(piece, generator.grid, first)
    num_frames = asked.length(piece, metres, 0)
    for _ in range(asked.num_outputs or 1):
      roll = given.make(
        generator.accompany, piece, asked.keep, first, num_frames
      )
      excerpt = Excerpt(piece, generator.grid, first, len(roll))
      made.append(Made(roll, excerpt, asked.keep))
  return made


def attribute(asked: Asked, default_outputs: int) -> Music:
  """Windows moved along an attribute vector, by each of --strengths."""
  del default_outputs
  moved = attributes.moved(
    asked.z_given_or_drawn(), asked.attribute(), attribute_vector.strengths()
  )
  return _of_no_piece(asked.generator.decode(moved, asked.num_frames))


def reconstruct(asked: Asked, default_outputs: int) -> Music:
  """Whole pieces, encoded and decoded again."""
  del default_outputs
  make = asked.generator.reconstruct
  return [
    asked.along(given, piece, make, piece) for given, piece in asked.pieces
  ]


def denoise(asked: Asked, default_outputs: int) -> Music:
  """Whole pieces without their faults."""
  del default_outputs
  make = asked.generator.denoise
  return [
    asked.along(given, piece, make, piece) for given, piece in asked.pieces
  ]


MODES: dict[str, Callable[[Asked, int], Music]] = {
  'sample': sample,
  'interpolate': interpolate,
  'medley': medley,
  'continue': continue_,
  'accompany': accompany,
  'reconstruct': reconstruct,
  'denoise': denoise,
  'attribute': attribute,
}
# Those that Magenta's own configs have.
OF_MAGENTA = ('sample', 'interpolate')
# Those that make music of each piece by itself, and need pieces.
OF_EACH_PIECE = ('reconstruct', 'denoise', 'continue', 'accompany')


def check(mode: str, pieces: list[Any], keep: list[str]) -> None:
  """Checks that the pieces given are those that a mode needs.

  Args:
    mode: Its name.
    pieces: The `GivenPiece`s, not yet read.
    keep: What --keep names.

  Raises:
    InputError: If they are not, or the mode is unknown.
  """
  if mode not in MODES:
    raise InputError(f'--mode is {mode!r}; it is one of {", ".join(MODES)}')
  given = [piece.flag for piece in pieces]
  if mode == 'interpolate' and given != _ONE_BY_ONE:
    raise InputError(
      'mode interpolate needs --input_midi_1 and --input_midi_2, and takes no '
      'other pieces; for a path through several pieces, use mode medley'
    )
  if mode == 'sample' and pieces:
    raise InputError(f'mode sample takes no --{given[0]}')
  if mode in OF_EACH_PIECE and not pieces:
    raise InputError(f'mode {mode} needs --input_midis')
  if mode == 'accompany' and not keep:
    raise InputError(
      'mode accompany needs --keep, the groups of instruments that are kept, '
      'as --keep=melody,drums'
    )
  if keep and mode != 'accompany':
    raise InputError(f'--keep is for --mode=accompany, not {mode}')
  if mode == 'attribute':
    attribute_vector.check_flags()
