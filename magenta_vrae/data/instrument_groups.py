# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Groups of instruments, and which of them each note of a piece belongs to.

A group is written as `name:programs@lowest-highest`, as `bass:33+32-39@23-54`:
its name, its General MIDI programs from 0 (the first is what its music is
played with), and its MIDI pitches. `drums@35-81` is a group of drums.

A part, that is a track's notes of one program, belongs to the group

  1. whose name its track has (`Violin 1` is `violin_1`);
  2. otherwise the one that has its program, or the drums if it is of drums. If
     the part lies mostly outside that group's pitches, it belongs to the group
     that has most of them: a lead that plays in the bass is a bass.

Register and polyphony decide where programs do not: among the groups that
share a program, as the voices of a choir do, and among all groups if all
pitched notes of a piece have one program, as it then names no instruments.
Among several parts, the highest that plays one note at a time goes to the
highest group, the lowest such part to the lowest, and the others to the groups
between. In a single part, the highest note of each moment goes to the highest
group, the lowest to the lowest, and the inner ones between.
"""

from __future__ import annotations

import re
from typing import Iterable
from typing import NamedTuple
from typing import Sequence

import numpy as np

from magenta_vrae.errors import InputError
from magenta_vrae.stand_ins.note_sequence import MAX_MIDI_PITCH
from magenta_vrae.stand_ins.note_sequence import NoteSequence

# Basses; what plays chords: keyboards, guitars, strings, choirs, pads; what
# plays tunes: leads, brass, reeds, pipes, solo instruments of the world.
DEFAULT = (
  'bass:33+32-39+43@23-54',
  'chords:0-31+40-42+44-55+88-103@35-82',
  'melody:80+56-87+104-111@48-95',
  'drums@35-81',
)
NO_GROUP = -1

_GROUP = re.compile(
  r'(?P<name>[A-Za-z][A-Za-z0-9_]*)(?::(?P<programs>[0-9+-]+))?'
  r'@(?P<low>\d+)-(?P<high>\d+)'
)
_MOST_PROGRAMS = 128
# Notes that sound at once, on average where any does, in a part that plays one
# note at a time: legato overlaps a little.
_ONE_AT_A_TIME = 1.2


class Group(NamedTuple):
  """A group of instruments.

  Attributes:
    name: As tracks are named.
    programs: Its General MIDI programs, from 0; empty for drums. Its music is
      played with the first.
    pitches: Its MIDI pitches, neighbours, ascending.
  """

  name: str
  programs: tuple[int, ...]
  pitches: tuple[int, ...]

  @property
  def is_drums(self) -> bool:
    return not self.programs

  @property
  def program(self) -> int:
    """What its music is played with; of drums the standard kit, 0."""
    return self.programs[0] if self.programs else 0

  @classmethod
  def parse(cls, text: str) -> Group:
    """Reads a group.

    Args:
      text: As `bass:33+32-39@23-54`, or `drums@35-81`.

    Raises:
      InputError: If it is not written so, or has a number over 127.
    """
    match = _GROUP.fullmatch(text)
    if not match:
      raise InputError(
        f'{text!r} is no group of instruments; a group is written as '
        'NAME:PROGRAMS@LOWEST-HIGHEST, as bass:32-39@23-54, and a group of '
        'drums as drums@35-81'
      )
    low, high = int(match['low']), int(match['high'])
    programs = _programs(match['programs'], text) if match['programs'] else ()
    if not low <= high <= MAX_MIDI_PITCH:
      raise InputError(
        f'group {text!r} has pitches {low} to {high}; give two MIDI pitches '
        f'from 0 to {MAX_MIDI_PITCH}, the lower first'
      )
    return cls(match['name'], programs, tuple(range(low, high + 1)))


def parse_all(texts: Sequence[str]) -> tuple[Group, ...]:
  """Reads several groups, pitched ones first.

  Raises:
    InputError: As `Group.parse`; if there is none, two have one name, or two
      are drums.
  """
  groups = [Group.parse(text) for text in texts]
  if not groups:
    raise InputError('groups is empty; give at least one')
  names = [_letters(group.name) for group in groups]
  twice = sorted({name for name in names if names.count(name) > 1})
  if twice:
    raise InputError(
      f'name {", ".join(twice)} is in two groups; give each once'
    )
  if sum(group.is_drums for group in groups) > 1:
    raise InputError('two groups are of drums; give one, or none')
  return tuple(sorted(groups, key=lambda group: group.is_drums))


def _programs(text: str, group: str) -> tuple[int, ...]:
  """Reads `33+32-39`: each program once, in this order."""
  found: dict[int, None] = {}
  for part in text.split('+'):
    first, _, last = part.partition('-')
    if not first or not (last or '-' not in part) or '-' in last:
      raise InputError(
        f'group {group!r} has programs {part!r}; give numbers and ranges with '
        '+ between, as 33+32-39'
      )
    for program in range(int(first), int(last or first) + 1):
      if program >= _MOST_PROGRAMS:
        raise InputError(
          f'group {group!r} has program {program}; programs are 0 to 127'
        )
      found[program] = None
  return tuple(found)


class Assignment(NamedTuple):
  """Which group each note of a piece belongs to.

  Attributes:
    groups: Indices of groups, `NO_GROUP` for a note of none, one for each note.
    by_register: Whether register and polyphony said so, as the piece names no
      programs.
  """

  groups: np.ndarray
  by_register: bool


def assign(sequence: NoteSequence, groups: Sequence[Group]) -> Assignment:
  """Finds the group of each note.

  Args:
    sequence: The piece.
    groups: The groups, as `parse_all` orders them.

  Returns:
    An `Assignment`.
  """
  notes = sequence.notes
  names = _track_names(sequence)
  names_programs = not _names_no_programs(sequence, groups)
  pitched = [i for i, group in enumerate(groups) if not group.is_drums]
  found = np.array([_drums(groups) if n.is_drum else NO_GROUP for n in notes])
  # Parts that several groups might have, by these groups.
  shared: dict[tuple[int, ...], list[int]] = {}
  free = [i for i in pitched if not _has_track(groups[i], names)] or pitched
  for own in _parts(notes):
    first = notes[own[0]]
    named = [
      i for i in pitched if _is_named(groups[i], names.get(first.instrument))
    ]
    candidates = named or free
    if not named and names_programs:
      candidates = [i for i in pitched if first.program in groups[i].programs]
    if len(candidates) > 1:
      shared.setdefault(tuple(candidates), []).extend(own)
    elif candidates:
      found[own] = _where_it_lies(
        [notes[i] for i in own], candidates[0], groups
      )
  for voices, own in shared.items():
    by_height = _by_height(voices, groups)
    found[own] = _by_register([notes[i] for i in own], by_height)
  return Assignment(found.astype(int), is_split_by_register(sequence, groups))


def _letters(name: str) -> str:
  """A name by its letters and digits alone, in lower case."""
  return ''.join(c for c in name.lower() if c.isalnum())


def _is_named(group: Group, track: str | None) -> bool:
  return track is not None and _letters(track) == _letters(group.name)


def _has_track(group: Group, names: dict[int, str]) -> bool:
  """Whether a track has the name of a group."""
  return any(_is_named(group, name) for name in names.values())


def _drums(groups: Sequence[Group]) -> int:
  of_drums = [i for i, group in enumerate(groups) if group.is_drums]
  return of_drums[0] if of_drums else NO_GROUP


def _parts(
  notes: Sequence[NoteSequence.Note],
) -> Iterable[list[int]]:
  """The pitched notes of each track and program, by their indices."""
  parts: dict[tuple[int, int], list[int]] = {}
  for i, note in enumerate(notes):
    if not note.is_drum:
      parts.setdefault((note.instrument, note.program), []).append(i)
  return parts.values()


def _where_it_lies(
  notes: Sequence[NoteSequence.Note],
  named: int,
  groups: Sequence[Group],
) -> int:
  """A part's group, or the one with most of its pitches if that has few.

  A lead that plays in the bass is a bass.
  """
  held = [
    0 if group.is_drums else sum(note.pitch in group.pitches for note in notes)
    for group in groups
  ]
  if 2 * held[named] < len(notes) and max(held) > held[named]:
    return int(np.argmax(held))
  return named


def is_split_by_register(
  sequence: NoteSequence, groups: Sequence[Group]
) -> bool:
  """Whether a piece names no instruments, so that register says the groups.

  Its tracks are not named as groups, and all pitched notes have one program.

  Args:
    sequence: The piece.
    groups: The groups; a single pitched one leaves nothing to split.
  """
  names = _track_names(sequence)
  return _names_no_programs(sequence, groups) and not all(
    any(_is_named(group, names.get(note.instrument)) for group in groups)
    for note in sequence.notes
    if not note.is_drum
  )


def _names_no_programs(sequence: NoteSequence, groups: Sequence[Group]) -> bool:
  """Whether all pitched notes have one program, where there are groups."""
  programs = {note.program for note in sequence.notes if not note.is_drum}
  pitched = [group for group in groups if not group.is_drums]
  return len(programs) == 1 and len(pitched) > 1


def _track_names(sequence: NoteSequence) -> dict[int, str]:
  return {info.instrument: info.name for info in sequence.instrument_infos}


def _by_height(voices: Iterable[int], groups: Sequence[Group]) -> list[int]:
  """Some groups, the lowest first; of two as high, the later in `groups`."""
  return sorted(voices, key=lambda i: (float(np.mean(groups[i].pitches)), -i))


def _by_register(
  notes: Sequence[NoteSequence.Note], voices: Sequence[int]
) -> list[int]:
  """The group of each note, where programs do not say it.

  Args:
    notes: Pitched notes.
    voices: Groups, two or more, the lowest first.
  """
  parts = list(_parts(notes))
  found = np.zeros(len(notes), int)
  if len(parts) == 1:
    return [voices[at] for at in _of_one_part(notes, len(voices))]
  order = sorted(
    parts,
    key=lambda own: float(np.mean([notes[i].pitch for i in own])),
  )
  single = [own for own in order if _is_one_voice([notes[i] for i in own])]
  inner = order
  if single:
    found[single[-1]] = voices[-1]
    inner = [own for own in inner if own is not single[-1]]
  if len(single) > 1:
    found[single[0]] = voices[0]
    inner = [own for own in inner if own is not single[0]]
  between = voices[1:-1] or voices
  for at, own in enumerate(inner):
    found[own] = between[at * len(between) // max(1, len(inner))]
  return found.tolist()


def _is_one_voice(notes: Sequence[NoteSequence.Note]) -> bool:
  """Whether a part plays one note at a time."""
  spans = sorted((note.start_time, note.end_time) for note in notes)
  sounding = covered = 0.0
  latest = -np.inf
  for start, end in spans:
    sounding += end - start
    covered += max(0.0, end - max(start, latest))
    latest = max(latest, end)
  return sounding <= _ONE_AT_A_TIME * covered


def _of_one_part(
  notes: Sequence[NoteSequence.Note], num_voices: int
) -> list[int]:
  """Of each note, 0 if it is the lowest of its moment, num_voices - 1 if it is
  the highest or alone, and otherwise a voice between, where there is one.
  """
  starts = np.array([note.start_time for note in notes])
  order = np.argsort(starts, kind='stable')
  found = np.zeros(len(notes), int)
  # When each pitch ends that has begun: there may be thousands of its notes.
  ends: dict[int, float] = {}
  top = num_voices - 1
  position = 0
  while position < len(order):
    moment = starts[order[position]]
    ends = {pitch: end for pitch, end in ends.items() if end > moment}
    begin = position
    while position < len(order) and starts[order[position]] == moment:
      position += 1
    new = order[begin:position].tolist()
    for i in new:
      pitch, end = notes[i].pitch, notes[i].end_time
      ends[pitch] = max(end, ends.get(pitch, end))
    heights = sorted(ends)
    for i in new:
      rank = heights.index(notes[i].pitch)
      if rank == len(heights) - 1:
        found[i] = top
      elif rank and top > 1:
        found[i] = 1 + (rank - 1) * (top - 1) // (len(heights) - 2)
  return found.tolist()
