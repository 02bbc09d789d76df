# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""MusicVAE data converters of the rolls in pitch_rolls.py and band.py."""

from __future__ import annotations

import copy
from typing import Any
from typing import Iterable
from typing import TypeVar

import numpy as np

from magenta_vrae.data import band
from magenta_vrae.data import excerpt
from magenta_vrae.data import pitch_rolls
from magenta_vrae.data import rolls
from magenta_vrae.data import whole_pieces
from magenta_vrae.host import data
from magenta_vrae.stand_ins.note_sequence import NoteSequence

_Made = TypeVar('_Made', bound='_ForMusicVae')


class _ForMusicVae(rolls.RollConverter, data.BaseNoteSequenceConverter):
  """What Magenta asks of a converter, of any kind of roll."""

  # Of the bars in which a model learned, which its music has; 0 of no bars.
  bar_frames = 0

  def __init__(self, *args: Any, **kwargs: Any) -> None:
    super().__init__(*args, **kwargs)
    data.BaseNoteSequenceConverter.__init__(
      self,
      input_depth=self.depth,
      input_dtype=np.bool_,
      output_depth=self.depth,
      output_dtype=np.bool_,
      control_dtype=np.bool_,
      max_tensors_per_notesequence=self._max_windows_per_song or None,
      presplit_on_time_changes=False,
    )

  @property
  def converter_class(self) -> str:
    return type(self).__name__

  @property
  def max_tensors_per_notesequence(self) -> int | None:
    """Windows of a piece at most, None for all; as `max_windows_per_song`."""
    return self._max_windows_per_song or None

  @max_tensors_per_notesequence.setter
  def max_tensors_per_notesequence(self, most: int | None) -> None:
    self._max_windows_per_song = most or 0

  @property
  def of_whole_pieces(self) -> whole_pieces.WholePieces | None:
    """What takes its place in `get_dataset`; see host.py.

    None of a class that makes windows in its own way.
    """
    kind = type(self)
    is_ours = kind.to_tensors is _ForMusicVae.to_tensors
    if not is_ours or kind.windows is not rolls.RollConverter.windows:
      return None
    return whole_pieces.WholePieces(self)

  def replace(self: _Made, **settings: Any) -> _Made:
    made = super().replace(**settings)
    made.bar_frames = self.bar_frames
    return made

  def from_tensors(
    self, samples: Iterable[np.ndarray], controls: None = None
  ) -> list[NoteSequence]:
    """As in `RollConverter`; by the beat with the metre of `bar_frames`."""
    made = super().from_tensors(samples, controls)
    if self.bar_frames and self.grid.frames_per_beat:
      metre = self.grid.metre(self.bar_frames)
      for piece in made:
        excerpt.write_metres({0: metre}, self.grid, piece)
    return made

  def to_tensors(self, item: NoteSequence) -> data.ConverterTensors:
    """Converts a NoteSequence into windows of its roll, in time order.

    Args:
      item: A NoteSequence.

    Returns:
      `ConverterTensors` with inputs equal to outputs, each sized
      `[window_frames, depth]`, as `RollConverter.windows` has them.

    Raises:
      InputError: If the piece lasts over 24 hours.
    """
    _, windows = self.windows(item)
    return data.ConverterTensors(inputs=windows, outputs=windows)


class PianoRollConverter(_ForMusicVae, pitch_rolls.PianoRoll):
  """`pitch_rolls.PianoRoll` for MusicVAE; the same arguments."""


class DrumRollConverter(_ForMusicVae, pitch_rolls.DrumRoll):
  """`pitch_rolls.DrumRoll` for MusicVAE; the same arguments."""


class BandRollConverter(_ForMusicVae, band.BandRoll):
  """`band.BandRoll` for MusicVAE; the same arguments."""


_CONVERTERS = {
  'BandRollConverter': BandRollConverter,
  'PianoRollConverter': PianoRollConverter,
  'DrumRollConverter': DrumRollConverter,
}


def for_music_vae(
  roll_converter: rolls.RollConverter, bar_frames: int = 0
) -> _ForMusicVae:
  """The MusicVAE converter with the settings of a plain one.

  Args:
    roll_converter: It is not changed.
    bar_frames: Frames of the bars in which the model learned, 0 of none.
  """
  if isinstance(roll_converter, _ForMusicVae):
    made = copy.copy(roll_converter)
  else:
    kind = _CONVERTERS[roll_converter.converter_class]
    made = kind(**roll_converter.settings())
  made.bar_frames = bar_frames
  return made
