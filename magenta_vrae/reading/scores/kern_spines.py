# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The spines of a **kern file -> columns that last from beginning to end.

Spines begin and end amid a file, split, are joined and change places. music21
reads those that begin amid a file as if they began with it, loses the third of
three that are joined, and takes a spine that splits for one voice. So each
voice gets a column of its own here, with rests where it does not sound. Spines
of other kinds (**dynam, **text) are left out: they hold no notes.
"""

from __future__ import annotations

import fractions
import itertools
import re
from typing import Iterator
from typing import NamedTuple

from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading.scores import kern_lengths
from magenta_vrae.reading.scores import kern_paths
from magenta_vrae.reading.scores.kern_paths import Spine
from magenta_vrae.reading.scores.kern_paths import Voice

_KERN = '**kern'
_NULLS = ('.', '')
# music21 takes the square of their number: ten seconds for these.
_MOST_VOICES = 1000


class Columns(NamedTuple):
  """A file whose columns are voices.

  Attributes:
    lines: The file's.
    staves: For each column the spine, counted from 0, that it is a voice of;
      None where every spine is one column, or the file holds several pieces.
  """

  lines: list[str]
  staves: list[int] | None


def straighten(lines: list[str], limits: limits_lib.Limits) -> Columns:
  """Gives each voice a column that lasts from beginning to end.

  Args:
    lines: The file's, without comments; not changed. If its spines neither
      begin nor end amid it, nor split, and all are **kern, they are returned
      as they are.
    limits: `Limits`, of which events bounds the cells: lines times columns.

  Raises:
    InputError: If there are more cells, or over 1000 voices, a line has more
      columns than there are spines, a spine of no kind has data, or one is to
      change places with none.
  """
  rows = [_cells(line) for line in lines]
  widest = max(map(len, rows), default=0)
  _require_cells(widest * len(rows), limits)
  if not any(map(_is_odd, rows)):
    _require_voices(widest)
    return Columns(lines, None)
  pieces = [_Piece(limits)]
  for cells, width in zip(rows, _next_widths(rows)):
    if pieces[-1].is_over and _has_spines(cells):
      pieces.append(_Piece(limits))
    pieces[-1].add(cells, width)
  pieces[-1].finish()
  told = list(itertools.chain(*(piece.lines() for piece in pieces)))
  return Columns(told, pieces[0].staves() if len(pieces) == 1 else None)


def _require_cells(amount: int, limits: limits_lib.Limits) -> None:
  limits_lib.require(
    amount, 'cells (lines times columns)', limits.events, 'events'
  )


def _require_voices(amount: int) -> None:
  if amount > _MOST_VOICES:
    raise InputError(
      f'it has over {_MOST_VOICES} voices; a piece has at most so many **kern '
      'spines, with what they split into'
    )


def _cells(line: str) -> list[str]:
  """A line's cells; none of a blank one, and one of a reference record."""
  line = line.rstrip()
  if line.startswith('!!!') or not line:
    return [line] * bool(line)
  # music21 takes several tabs for one.
  return [cell.strip() for cell in re.split('\t+', line)]


def _next_widths(rows: list[list[str]]) -> list[int]:
  """For each line, how many cells the next one has; 0 at the end."""
  widths, width = [], 0
  for cells in reversed(rows):
    widths.append(width)
    width = len(cells) if _has_spines(cells) else width
  return widths[::-1]


def _has_spines(cells: list[str]) -> bool:
  return bool(cells) and not cells[0].startswith('!!')


def _is_odd(cells: list[str]) -> bool:
  """Whether a line makes a file one that music21 does not read by itself."""
  if any(cell in kern_paths.SIGNS for cell in cells):
    return True
  if any(cell.startswith('**') and cell != _KERN for cell in cells):
    return True
  ends = cells.count(kern_paths.END)
  return 0 < ends < len(cells)


class _Row:
  """A line in the making.

  Args:
    default: What the columns have that say nothing in it.
  """

  def __init__(self, default: str) -> None:
    self.default = default
    self.cells: dict[Voice, str] = {}
    # What comes before it, in lines of its own.
    self.before: dict[Voice, list[str]] = {}
    # Of a bar line: when it is, by staff.
    self.times: dict[int, fractions.Fraction] = {}

  def time(self, staff: int) -> fractions.Fraction | None:
    """When it is in a staff; None if that is not known."""
    return self.times.get(staff, next(iter(self.times.values()), None))


class _Piece:
  """The spines of a piece, from their beginnings to the last one's end.

  Args:
    limits: `Limits`, of which events bounds the cells.
  """

  def __init__(self, limits: limits_lib.Limits) -> None:
    self.is_over = False
    self._limits = limits
    self._spines: list[Spine] = []
    self._rows: list[_Row | str] = []
    # The voices of each staff; the staves as they stand beside each other.
    self._voices: dict[int, list[Voice]] = {}
    self._order: list[int] = []
    # What has been said of each staff's instrument.
    self._instruments: dict[int, list[str]] = {}
    self._num_voices = 0
    self._num_cells = 0
    self._latest = fractions.Fraction(0)  # Until when there is music.

  def staves(self) -> list[int]:
    """For each column, the place of its staff."""
    return [self._order.index(voice.staff) for voice in self._columns()]

  def lines(self) -> Iterator[str]:
    """The piece's lines."""
    columns = self._columns()
    is_begun = False
    for row in self._rows:
      if isinstance(row, str):
        yield row
        continue
      if not is_begun and columns:
        yield '\t'.join(_KERN for _ in columns)
        yield from _deep([voice.head for voice in columns], '*')
        is_begun = True
      yield from _deep([row.before.get(v, []) for v in columns], '.')
      if columns and any(cell not in _NULLS for cell in row.cells.values()):
        yield '\t'.join(row.cells.get(v, row.default) for v in columns)

  def add(self, cells: list[str], next_width: int) -> None:
    """Adds a line.

    Args:
      cells: The line's.
      next_width: How many cells the next line has.

    Raises:
      InputError: As `straighten` says.
    """
    if not _has_spines(cells):
      self._rows += cells
      return
    if not self._spines:
      self._spines = [Spine() for _ in cells]
    self._num_cells += len(self._spines) + len(cells)
    _require_cells(self._num_cells, self._limits)
    if len(cells) > len(self._spines):
      raise InputError(
        f'a line has {len(cells)} columns where {len(self._spines)} spines '
        f'are open, {" ".join(cells)[:40]!r}; each spine has one column'
      )
    cells = cells + ['.'] * (len(self._spines) - len(cells))
    if any(cell.startswith('=') for cell in cells):
      self._add_bar(cells)
    elif any(cell.startswith('*') for cell in cells):
      self._add_interpretation(cells)
      if kern_paths.SIGNS & set(cells) or kern_paths.END in cells:
        self._follow_paths(cells, next_width)
    elif not cells[0].startswith('!'):
      self._add_data(cells)

  def finish(self) -> None:
    """Makes all voices last until the end, also where nothing ends them."""
    if not self.is_over:
      self._keep_time(self._append('.'))

  def _columns(self) -> list[Voice]:
    return [voice for staff in self._order for voice in self._voices[staff]]

  def _append(self, default: str) -> _Row:
    row = _Row(default)
    self._rows.append(row)
    _require_cells(len(self._rows) * self._num_voices, self._limits)
    return row

  def _add_bar(self, cells: list[str]) -> None:
    """Adds a bar line, and rests before it in voices that do not sound."""
    # Those columns have the line that says most of repeats.
    row = self._append(max(cells, key=lambda c: (c[:1] == '=', c.count(':'))))
    self._keep_time(row)
    for spine, cell in zip(self._spines, cells):
      if spine.voice:
        row.cells[spine.voice] = row.default if cell in _NULLS else cell

  def _keep_time(self, row: _Row) -> None:
    """Makes all voices last until a bar line, or the end."""
    for spine in self._spines:
      if spine.kind == _KERN and spine.clock is not None:
        row.times.setdefault(spine.staff, spine.clock)
    if not row.times:
      row.times[-1] = self._latest
    sounding = {s.voice for s in self._spines if s.clock is not None}
    for voice in self._columns():
      if voice not in sounding:
        _rest(row, voice, row.time(voice.staff))

  def _add_interpretation(self, cells: list[str]) -> None:
    """Adds a line of interpretations, of which spines may begin."""
    self._begin_spines(cells)
    row = self._append('*')
    instruments: dict[int, str] = {}
    for spine, cell in zip(self._spines, cells):
      if (
        spine.kind != _KERN or cell in kern_paths.NO_TANDEM or cell[:2] == '**'
      ):
        continue
      if cell.startswith('*I'):
        self._instruments.setdefault(spine.staff, []).append(cell)
      if spine.voice and spine.clock is not None:
        row.cells[spine.voice] = cell
        if cell.startswith('*I'):
          instruments.setdefault(spine.staff, cell)
      elif cell.startswith('*I') and spine.voice:
        spine.voice.head.append(cell)
      else:
        spine.pending.append(cell)
    # What a spine is counts for all its voices.
    for staff, cell in instruments.items():
      for voice in self._voices[staff]:
        row.cells.setdefault(voice, cell)
    self._keep_tempo(cells, row)

  def _keep_tempo(self, cells: list[str], row: _Row) -> None:
    """Has a tempo counted that stands beside the notes alone."""
    if any(cell.startswith('*MM') for cell in row.cells.values()):
      return
    tempo = next((cell for cell in cells if cell.startswith('*MM')), None)
    for spine in self._spines:
      if tempo and spine.voice and spine.clock is not None:
        # In a line of its own: the notes' spines may say something there.
        row.before.setdefault(spine.voice, []).append(tempo)
        return

  def _begin_spines(self, cells: list[str]) -> None:
    """Begins spines, or changes what they hold."""
    # Staves stand beside each other as their spines do.
    order = {staff: [staff] for staff in (-1, *self._order)}
    before = -1
    is_first = not self._voices
    for spine, cell in zip(self._spines, cells):
      if cell.startswith('**') and cell != spine.kind:
        spine.kind, spine.voice, spine.clock = cell, None, None
        if cell == _KERN:
          spine.staff = len(self._voices)
          self._voices[spine.staff] = []
          spine.voice = self._new_voice(spine.staff)
          spine.clock = fractions.Fraction(0) if is_first else None
          order[before].append(spine.staff)
      elif spine.kind == _KERN:
        before = spine.staff
    self._order = list(itertools.chain(*order.values()))[1:]

  def _new_voice(self, staff: int) -> Voice:
    """A column with rests in all bars that there have been."""
    voice = Voice(staff)
    voice.head += self._instruments.get(staff, [])
    self._num_voices += 1
    _require_voices(self._num_voices)
    _require_cells(len(self._rows) * self._num_voices, self._limits)
    for row in self._rows:
      if isinstance(row, _Row) and row.times:
        _rest(row, voice, row.time(staff))
    self._voices[staff].append(voice)
    return voice

  def _add_data(self, cells: list[str]) -> None:
    row = self._append('.')
    told = [
      (spine, cell)
      for spine, cell in zip(self._spines, cells)
      if cell not in _NULLS and spine.kind in ('', _KERN)
    ]
    for spine, cell in told:
      if not spine.kind:
        raise InputError(
          f'a spine of no kind holds {cell[:20]!r}; a spine that *+ adds '
          'begins with its kind, such as **kern'
        )
    known = [s for s, _ in told if s.clock is not None]
    # All times are as before the line: it moves the clocks on.
    now = [self._now(s, known) if s.clock is None else s.clock for s, _ in told]
    for (spine, cell), time in zip(told, now):
      spine.clock = time
      voice = spine.voice = spine.voice or self._free_voice(spine)
      _rest(row, voice, time)
      if spine.pending:
        row.before.setdefault(voice, []).extend(spine.pending)
        spine.pending = []
      row.cells[voice] = cell
      spine.clock = voice.end = time + kern_lengths.length(cell)
      self._latest = max(self._latest, spine.clock)

  def _now(self, spine: Spine, known: list[Spine]) -> fractions.Fraction:
    """When a line of data is.

    Args:
      spine: One whose first data it is.
      known: Those that have notes in it, and of which it is known when.
    """
    for other in sorted(known, key=lambda s: s.staff != spine.staff):
      if other.clock is not None:
        return other.clock
    # It is there when the first of the notes ends that sound.
    ends = [s.clock for s in self._spines if s.clock is not None]
    return min(ends, default=self._latest)

  def _free_voice(self, spine: Spine) -> Voice:
    """The first column of a spine's staff that it can go on in."""
    taken = {other.voice for other in self._spines}
    for voice in self._voices[spine.staff]:
      if voice not in taken and voice.end <= (spine.clock or 0):
        return voice
    return self._new_voice(spine.staff)

  def _follow_paths(self, cells: list[str], width: int) -> None:
    """Takes the spines where a line of paths leads them."""
    spines = kern_paths.follow(self._spines, cells, width)
    if not spines:
      row = self._append(kern_paths.END)
      row.cells = {voice: kern_paths.END for voice in self._columns()}
      self._keep_time(row)
      self.is_over = True
    self._spines = spines


def _rest(row: _Row, voice: Voice, time: fractions.Fraction | None) -> None:
  """Writes a rest before a line, if a voice is not there yet."""
  if time is not None and voice.end < time:
    rest = kern_lengths.rest(time - voice.end)
    row.before.setdefault(voice, []).append(rest)
    voice.end = time


def _deep(columns: list[list[str]], default: str) -> Iterator[str]:
  """Lines of columns that are not equally long."""
  for cells in itertools.zip_longest(*columns, fillvalue=default):
    yield '\t'.join(cells)
