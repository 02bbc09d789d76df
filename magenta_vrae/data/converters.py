# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""MusicVAE data converters of the rolls in pitch_rolls.py and band.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from magenta_vrae.data import band
from magenta_vrae.data import pitch_rolls
from magenta_vrae.data import rolls
from magenta_vrae.data import whole_pieces
from magenta_vrae.host import data
from magenta_vrae.stand_ins.note_sequence import NoteSequence


class _ForMusicVae(rolls.RollConverter, data.BaseNoteSequenceConverter):
  """What Magenta asks of a converter, of any kind of roll."""

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


def for_music_vae(roll_converter: rolls.RollConverter) -> _ForMusicVae:
  """The MusicVAE converter with the settings of a plain one."""
  if isinstance(roll_converter, _ForMusicVae):
    return roll_converter
  kind = _CONVERTERS[roll_converter.converter_class]
  return kind(**roll_converter.settings())
