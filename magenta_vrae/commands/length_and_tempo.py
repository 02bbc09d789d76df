# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Length, tempo, metre and instruments: by flags and by the piece given."""

from __future__ import annotations

from typing import Any
from typing import Sequence

from absl import flags

from magenta_vrae.data import excerpt as excerpt_lib
from magenta_vrae.data import time_grid
from magenta_vrae.data.band import BandRoll
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.data.time_grid import TimeGrid
from magenta_vrae.errors import InputError
from magenta_vrae.stand_ins.note_sequence import NoteSequence

FLAGS = flags.FLAGS

# Flags that Magenta's own configs do not have.
NAMES = ('num_frames', 'seconds', 'bars', 'qpm')

_LONGEST_HOURS = 24
# Seconds of which the frames are a number still.
_FAR_TOO_LONG = 1e15


def define_flags() -> None:
  """Defines them."""
  flags.DEFINE_integer(
    'num_frames',
    None,
    'Length of each output in frames; in most configs a frame is 1/20 s. By '
    'default the length of a window, and 1000 for a medley.',
    lower_bound=1,
  )
  flags.DEFINE_float(
    'seconds',
    None,
    'Length of each output in seconds. By default --num_frames sets the '
    'length.',
    lower_bound=0.0,
  )
  flags.DEFINE_integer(
    'bars',
    None,
    'Length of each output in bars. The metre is that of most of the first '
    'piece given, otherwise the one that the model learned, otherwise 4/4. In '
    'modes accompany and continue the bars follow the metre changes of the '
    'piece. '
    'For configs whose frames follow the beat, as vrae_band. By default '
    '--num_frames sets the length.',
    lower_bound=1,
  )
  flags.DEFINE_float(
    'qpm',
    None,
    'Tempo of the music in quarter notes a minute, for configs whose frames '
    'follow the beat. By default that of each piece in modes accompany, '
    'continue, denoise and reconstruct, that of the first piece in the others, '
    'and without pieces that of the music that the model was trained on.',
    lower_bound=time_grid.SLOWEST,
    upper_bound=time_grid.FASTEST,
  )


def at_tempo(config: Any, pieces: Sequence[NoteSequence]) -> Any:
  """A config whose converter writes music at the tempo that is asked for.

  Args:
    config: A `Preset`, or a `Config` with a `RollConverter`.
    pieces: The pieces given, in order.

  Raises:
    InputError: If --qpm is given and frames are by the clock.
  """
  converter: RollConverter = config.data_converter
  if not converter.grid.frames_per_beat:
    if FLAGS.qpm is not None:
      raise InputError(
        f'--qpm={FLAGS.qpm:g}, but the frames of this model are '
        f'{1 / converter.frames_per_second:g} s long at any tempo; leave it '
        'out, or train with --converter=frames_per_beat=4'
      )
    return config
  qpm = FLAGS.qpm
  if qpm is None and pieces:
    qpm = time_grid.qpm_to_write_at(pieces[:1])
  if qpm is None:
    return config
  return config._replace(data_converter=converter.replace(qpm=qpm))


def metre(config: Any, pieces: Sequence[NoteSequence]) -> tuple[int, int]:
  """Numerator and denominator of most of the first piece.

  Without a piece, the metre in which the model learned where it is in a bar.
  Of a piece that does not say, 4 and 4.

  Args:
    config: A `Preset`, or a `Config` with a `RollConverter` by the beat.
    pieces: The pieces given, in order.
  """
  for piece in pieces[:1]:
    found = time_grid.main_metre(piece)
    if found:
      return found
  bar = 0 if pieces else getattr(config.hparams, 'bar_frames', 0)
  grid: TimeGrid = config.data_converter.grid
  return grid.metre(bar)


def num_frames(config: Any, pieces: Sequence[NoteSequence]) -> int | None:
  """The length that a flag asks for; None if none does.

  Args:
    config: A `Preset`, or a `Config` with a `RollConverter`.
    pieces: The pieces given, in order.

  Raises:
    InputError: If two flags ask, the length is too long, or --bars is given and
      frames are by the clock.
  """
  converter: RollConverter = config.data_converter
  asking = [f'--{n}' for n in NAMES[:3] if FLAGS[n].value is not None]
  if len(asking) > 1:
    raise InputError(f'give one of {" and ".join(asking)}, not both')
  asked = FLAGS.num_frames
  if FLAGS.seconds is not None:
    seconds = min(FLAGS.seconds, _FAR_TOO_LONG)
    asked = max(1, round(seconds * converter.frames_per_second))
  if FLAGS.bars:
    asked = _frames_of_bars(config, pieces)
  return _checked(asked, converter.grid) if asked else None


def _most_frames(grid: TimeGrid) -> int:
  return round(_LONGEST_HOURS * 3600 * grid.frames_per_second)


def _checked(num_frames: int, grid: TimeGrid) -> int:
  most = _most_frames(grid)
  if num_frames > most:
    raise InputError(
      f'{num_frames} frames are over {_LONGEST_HOURS} hours; at most {most} '
      'can be made at once'
    )
  return num_frames


def frames_of_bars_from(
  metres: excerpt_lib.Metres, grid: TimeGrid, frame: int
) -> int | None:
  """The length that --bars asks for along a piece; None if it is not given.

  What is left of a bar that has begun comes before the first of them.

  Args:
    metres: Those of the piece.
    grid: When its frames are.
    frame: Where music begins.

  Raises:
    InputError: If it is too long.
  """
  if not FLAGS.bars:
    return None
  most = _most_frames(grid)
  end = excerpt_lib.end_of_bars(metres, grid, frame, FLAGS.bars, most)
  return _checked(end - frame, grid)


def _frames_of_bars(config: Any, pieces: Sequence[NoteSequence]) -> int:
  frames_per_beat = config.data_converter.grid.frames_per_beat
  if not frames_per_beat:
    raise InputError(
      f'--bars={FLAGS.bars}, but the frames of this model do not follow the '
      'beat; give --seconds, or train with --converter=frames_per_beat=4'
    )
  numerator, denominator = metre(config, pieces)
  frames = FLAGS.bars * numerator * 4 * frames_per_beat / denominator
  return max(1, round(frames))


def as_the_piece(
  music: NoteSequence,
  config: Any,
  pieces: Sequence[NoteSequence],
  excerpt: excerpt_lib.Excerpt | None = None,
) -> NoteSequence:
  """Music with the metre and the instruments of the piece that it comes from.

  Args:
    music: It is changed. By the clock it has no metre.
    config: A `Preset`, or a `Config`, whose `RollConverter` made the music.
    pieces: The pieces given, of which the first counts.
    excerpt: (Optional) What it goes along with: it has the metres of this, as
      they change.

  Returns:
    `music`.
  """
  converter: RollConverter = config.data_converter
  if converter.grid.frames_per_beat:
    metres = excerpt.metres if excerpt else {0: metre(config, pieces)}
    excerpt_lib.write_metres(metres, converter.grid, music)
  if pieces and isinstance(converter, BandRoll):
    names = {i.instrument: i.name for i in music.instrument_infos}
    programs = converter.programs_of(pieces[0])
    for note in music.notes:
      name = names[note.instrument]
      note.program = programs.get(name, note.program)
  return music
