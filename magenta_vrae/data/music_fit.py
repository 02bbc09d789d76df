# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""How well music fits a band's groups and the beat, counted piece by piece.

What a converter by the clock and of one kind of notes makes of music, its
`Coverage` says. A band has groups, of which some may be empty, and pieces that
name no programs; frames by the beat suit only pieces that follow theirs.
"""

from __future__ import annotations

from typing import Any
from typing import Mapping
from typing import Sequence

from magenta_vrae.data import instrument_groups
from magenta_vrae.data.band import NO_GROUP
from magenta_vrae.data.band import BandRoll
from magenta_vrae.data.rolls import Coverage
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.stand_ins.note_sequence import NoteSequence

# Of a piece's notes, off the grid, from which on it does not follow its beats.
_MOST_OFF = 0.5
_NAMED = 3


class MusicFit:
  """Counts over pieces.

  Args:
    converter: The converter that the music is for.
    held: (Optional) What `as_dict` gave, to begin with.
  """

  def __init__(
    self, converter: RollConverter, held: dict[str, Any] | None = None
  ) -> None:
    held = held or {}
    self._converter = converter
    self.num_pieces: int = held.get('num_pieces', 0)
    # Of each group of a band, and of notes of none; of another roll, all notes
    # are of none.
    self.groups = {
      name: Coverage(*counts) for name, counts in held.get('groups', {}).items()
    }
    # Drum notes for which the band has no group.
    self.drums_left_out: int = held.get('drums_left_out', 0)
    # Names of the pieces that were split by register.
    self.by_register: list[str] = list(held.get('by_register', ()))
    # Names of those that do not follow their beats, and their share off them.
    self.off_beat = [(name, share) for name, share in held.get('off_beat', ())]

  def as_dict(self) -> dict[str, Any]:
    """The counts, as JSON can hold them."""
    return {
      'num_pieces': self.num_pieces,
      'groups': self.groups,
      'drums_left_out': self.drums_left_out,
      'by_register': self.by_register,
      'off_beat': self.off_beat,
    }

  def add(self, piece: NoteSequence) -> None:
    """Counts a piece.

    Raises:
      InputError: If its tempos make no grid.
    """
    self.num_pieces += 1
    name = piece.filename or f'piece {self.num_pieces}'
    if isinstance(self._converter, BandRoll):
      self._add_groups(self._converter.coverage_by_group(piece))
      groups = [part.group for part in self._converter.parts]
      if not any(group.is_drums for group in groups):
        self.drums_left_out += sum(note.is_drum for note in piece.notes)
      if instrument_groups.is_split_by_register(piece, groups):
        self.by_register.append(name)
    else:
      self._add_groups({NO_GROUP: self._converter.coverage(piece)})
    if self._converter.grid.frames_per_beat:
      share = self._converter.off_grid(piece)
      if share > _MOST_OFF:
        self.off_beat.append((name, share))

  def merge(self, other: MusicFit) -> None:
    """Adds the counts of another `MusicFit` of the same converter."""
    self.num_pieces += other.num_pieces
    self._add_groups(other.groups)
    self.drums_left_out += other.drums_left_out
    self.by_register += other.by_register
    self.off_beat += other.off_beat

  def _add_groups(self, counts: Mapping[str, Coverage]) -> None:
    for group, (kept, dropped) in counts.items():
      before = self.groups.get(group, Coverage(0, 0))
      self.groups[group] = Coverage(
        before.kept + kept, before.dropped + dropped
      )

  @property
  def coverage(self) -> Coverage:
    """All notes with and without a column."""
    counts = self.groups.values()
    return Coverage(sum(c.kept for c in counts), sum(c.dropped for c in counts))

  def lines(self) -> list[str]:
    """What is worth telling of the music, in one line each."""
    is_band = isinstance(self._converter, BandRoll)
    found = [self._left_out()] if is_band and self.groups else []
    empty = [
      group
      for group, counts in self.groups.items()
      if group != NO_GROUP and not sum(counts)
    ]
    if empty:
      found.append(f'no piece has a note of {_listed(empty, "and")}')
    if self.by_register:
      found.append(
        f'{self._share_of_pieces(self.by_register)} '
        f'{_verb(self.by_register, "names", "name")} no programs, so register '
        f'and polyphony split {_verb(self.by_register, "it", "them")} into '
        f'groups: {_first(self.by_register)}'
      )
    if self.off_beat:
      names = [f'{name} ({share:.0%})' for name, share in self.off_beat]
      found.append(
        f'{self._share_of_pieces(names)} {_verb(names, "does", "do")} not '
        f'follow {_verb(names, "its", "their")} beats, as over half of the '
        f'notes are off the grid: {_first(names)}'
      )
    return found

  def _left_out(self) -> str:
    of_groups = ', '.join(
      f'{group} {counts.share_dropped:.1%}'
      for group, counts in self.groups.items()
      if group != NO_GROUP
    )
    total = sum(self.coverage)
    of_none = self.groups[NO_GROUP].dropped / max(1, total)
    line = (
      f'notes left out, as their group has no column for them: {of_groups}; '
      f'as they are of no group: {of_none:.1%} of all'
    )
    if self.drums_left_out:
      line += f' ({self.drums_left_out / total:.1%} are drums)'
    return line

  def _share_of_pieces(self, names: Sequence[str]) -> str:
    pieces = _verb([''] * self.num_pieces, 'piece', 'pieces')
    return f'{len(names)} of {self.num_pieces} {pieces}'

  def why_nothing_is_kept(self) -> InputError | None:
    """Why a band has no note of the music, without what the music is; None if
    it has one.
    """
    is_band = isinstance(self._converter, BandRoll)
    if not is_band or not self.groups or self.coverage.kept:
      return None
    names = _listed([name for name in self.groups if name != NO_GROUP], 'and')
    total = self.coverage.dropped
    of_none = self.groups[NO_GROUP].dropped
    if not total:
      return InputError('it has no notes; give other music')
    if self.drums_left_out == total:
      return InputError(
        f'it has only drum notes, and the groups {names} hold none; give other '
        'music, or a config with a group of drums, as drums@35-81'
      )
    if of_none == total:
      return InputError(
        f'none of its {total} notes is of a program that {names} have; give '
        'other music, or groups with its programs'
      )
    return InputError(
      f'none of its {total} notes is at a pitch for which its group has a '
      f'column ({self._ranges()}); give other music, or groups of other pitches'
    )

  def _ranges(self) -> str:
    assert isinstance(self._converter, BandRoll)
    return ', '.join(
      f'{part.group.name} {part.group.pitches[0]} to {part.group.pitches[-1]}'
      for part in self._converter.parts
    )


def _verb(names: Sequence[str], of_one: str, of_more: str) -> str:
  return of_one if len(names) == 1 else of_more


def _listed(names: Sequence[str], word: str) -> str:
  """As 'bass, chords and drums'."""
  *before, last = names
  return f'{", ".join(before)} {word} {last}' if before else last


def _first(names: Sequence[str]) -> str:
  """The first three names, and how many more there are."""
  shown = ', '.join(names[:_NAMED])
  more = len(names) - _NAMED
  return f'{shown} and {more} more' if more > 0 else shown
