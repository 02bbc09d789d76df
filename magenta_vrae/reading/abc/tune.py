# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The lines of an ABC tune -> bars of notes, voice by voice.

This reads music as section 4 of the ABC standard 2.1 has it, and voices as
section 7. Slurs, words, chord symbols and decorations make no sound and are
passed over, but for decorations that tell of jumps (4.14); grace notes have no
time of their own and are counted.

No library that is kept reads the standard: docs/reading.md has what was tried.
"""

from __future__ import annotations

import dataclasses
import re
from fractions import Fraction
from typing import NamedTuple

from magenta_vrae.reading import jumps
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading.abc import book as abc_book
from magenta_vrae.reading.abc import fields as abc_fields
from magenta_vrae.reading.repeats import Signs

_LETTERS = {'C': 0, 'D': 2, 'E': 4, 'F': 5, 'G': 7, 'A': 9, 'B': 11}
_LENGTH = r'(\d{0,4})(/*)(\d{0,4})'
_NOTE = re.compile(
  rf'(\^\^|\^|__|_|=)?(?:\d{{0,4}}/\d{{0,4}})?([A-Ga-g])'
  rf"([,']{{0,8}}){_LENGTH}"
)
# In the order in which they are tried. Each looks ahead so far and no farther:
# a line of brackets that never close would take the square of its length.
_TOKENS = re.compile(
  '|'.join(
    (
      r'(?P<inline>\[[A-Za-z]:[^\]]{0,1000}\])',
      r'(?P<silent>"[^"]*"|\s+)',
      # A single ! is where old programs break a line.
      r'(?P<decoration>![^!|]*!|\+[^+\s]{1,20}\+)',
      r'(?P<grace>\{[^}]{0,1000}\})',
      r'(?P<bar>(?:\[?\||::|:\|)[|:\]]*)',
      # Notes and a bracket after a text: a chord with its name inside.
      r'(?P<ending>\[(?:[\d,\-. ]*\d|"[^"]*"(?![^\s|\[\]]{1,200}\])))',
      r'(?P<tuplet>\(\d(?::\d{0,2}){0,2})',
      r'(?P<chord>\[[^\]|\[]*\])',
      r"(?P<note>(?:\^\^|\^|__|_|=)?(?:\d{0,4}/\d{0,4})?[A-Ga-g][,']{0,8})",
      r'(?P<rest>[zxZX])',
      r'(?P<broken><+|>+)',
      r'(?P<tie>\.?-)',
      r'(?P<overlay>&)',
      r'(?P<spacer>y\d*)',
      # Slurs, decorations of one sign, beams, line breaks, stray brackets.
      r'(?P<sign>[().~H-Wh-w`*$!+\\\]:])',
    )
  )
)
_LENGTH_AFTER = re.compile(_LENGTH)
# What may stand before a note of a chord, and is none.
_BEFORE_NOTE = re.compile(r'![^!]*!|"[^"]*"|\{[^}]*\}')
_ENDING_AFTER = re.compile(r'[ ]?\[?(\d[\d,\-. ]*)|[ ]?\["([^"]*)"')
# How many units a tuplet of so many notes takes; 0: by the metre (4.13).
_TUPLETS = {2: 3, 3: 2, 4: 3, 5: 0, 6: 2, 7: 0, 8: 3, 9: 0}
_COMPOUND = ((6, 8), (9, 8), (12, 8))
# What decorations say of jumps, as words say it (4.14).
_JUMPS = {
  'segno': 'segno',
  'coda': 'coda',
  'fine': 'fine',
  'dacoda': 'to coda',
  'dacapo': 'd.c.',
}
_JUMP = re.compile(r'(d\.c\.|d\.s\.)(al(fine|coda))?')
_DRUM_CHANNEL = 10
_MOST_MOVED = 60  # Semitones.
_LONGEST = 1000  # Bars of rest, or of times that a note lasts.


class AbcNote(NamedTuple):
  """A note in its bar.

  Attributes:
    offset: Quarters from the bar's beginning.
    length: In quarters.
    pitch: MIDI's.
    is_tied: Whether a tie leads from it.
  """

  offset: Fraction
  length: Fraction
  pitch: int
  is_tied: bool


@dataclasses.dataclass
class Bar:
  """A bar of a voice, and the signs around it.

  Attributes:
    notes: A list of `AbcNote`s.
    length: In quarters.
    tempos: Pairs of an offset and quarters a minute.
    metres: Pairs of an offset and a metre's numerator and denominator.
    keys: Pairs of an offset and a `Key`.
    part: The letter of the part that begins here; empty if none does.
    signs: The signs around it.
  """

  notes: list[AbcNote] = dataclasses.field(default_factory=list)
  length: Fraction = Fraction(0)
  tempos: list[tuple[Fraction, float]] = dataclasses.field(default_factory=list)
  metres: list[tuple[Fraction, tuple[int, int]]] = dataclasses.field(
    default_factory=list
  )
  keys: list[tuple[Fraction, abc_fields.Key]] = dataclasses.field(
    default_factory=list
  )
  part: str = ''
  signs: Signs = dataclasses.field(default_factory=Signs)


@dataclasses.dataclass
class Voice:
  """A voice, and where its reading is.

  Attributes:
    bars: Its `Bar`s, the last one in the making.
    name: Its name; may be empty.
    program: MIDI's.
    is_drums: Whether its notes are drums.
  """

  unit: Fraction
  metre: tuple[int, int] | None
  key: abc_fields.Key
  name: str = ''
  program: int = 0
  is_drums: bool = False
  has_drum_clef: bool = False
  # Semitones, by fields and by directives.
  transposed: int = 0
  moved: int = 0
  bars: list[Bar] = dataclasses.field(default_factory=lambda: [Bar()])
  now: Fraction = Fraction(0)
  # Semitones by letter, or by letter and octave, until the bar ends.
  accidentals: dict[str, int] = dataclasses.field(default_factory=dict)
  # Where the bar begins, in quarters from the first one.
  begin: Fraction = Fraction(0)
  # Notes that a tie leads from, by letter and octave: where the bar begins, the
  # bar, and the note's number in it.
  tied: dict[str, tuple[Fraction, Bar, int]] = dataclasses.field(
    default_factory=dict
  )
  # The notes that came last, which a tie or broken rhythm changes.
  last: range = range(0)
  last_places: list[str] = dataclasses.field(default_factory=list)
  last_length: Fraction = Fraction(0)
  # The bar's length without them.
  length_before: Fraction = Fraction(0)
  next_factor: Fraction = Fraction(1)
  tuplet_left: int = 0
  tuplet_factor: Fraction = Fraction(1)


@dataclasses.dataclass
class _Sound:
  """What directives say of how a voice, or all, sounds."""

  program: int = 0
  is_drums: bool = False
  transposed: int = 0


class Tune(NamedTuple):
  """What a tune holds.

  Attributes:
    title: Its title; may be empty.
    voices: Its `Voice`s.
    qpm: Quarters a minute as it begins; None if it does not say.
    parts: The letters of its parts in the order of playing; empty if it does
      not say.
    num_graces: How many grace notes were passed over.
    unknown: The signs that mean nothing in ABC, in the order of the tune.
  """

  title: str
  voices: list[Voice]
  qpm: float | None
  parts: list[str]
  num_graces: int
  unknown: str


def read(
  lines: list[str], limits: limits_lib.Limits = limits_lib.DEFAULT
) -> Tune:
  """Reads the lines of one tune.

  Args:
    lines: As `abc_book.tunes` gives them.
    limits: `Limits`.

  Raises:
    InputError: If it holds more than it may.
  """
  reader = _Reader(limits)
  for line in lines:
    reader.line(line)
  return reader.tune()


class _Reader:
  """A tune in the making."""

  def __init__(self, limits: limits_lib.Limits) -> None:
    self._limits = limits
    self._title = ''
    self._parts: list[str] = []
    self._unit: Fraction | None = None
    self._metre: tuple[int, int] | None = (4, 4)
    self._tempo = ''
    self._key = abc_fields.Key({})
    self._transposed = 0
    self._is_header = True
    self._propagates = 'pitch'
    self._has_breaks = False
    self._is_drums = False
    # What directives say, by the voice that they are about; empty: of all.
    self._sounds: dict[str, _Sound] = {'': _Sound()}
    self._about = ''
    self._part = ''
    self._qpm: float | None = None
    self._voice_texts: dict[str, str] = {}
    self._voices: dict[str, Voice] = {}
    self._voice: Voice | None = None
    self._num_graces = self._num_notes = 0
    self._unknown: list[str] = []

  def tune(self) -> Tune:
    """What was read."""
    return Tune(
      self._title,
      list(self._voices.values()),
      self._qpm,
      self._parts,
      self._num_graces,
      ''.join(self._unknown),
    )

  def line(self, line: str) -> None:
    """Reads a field, a directive or a line of music."""
    if line.startswith('%%'):
      self._directive(line[2:])
    elif abc_book.is_field(line):
      self._field(line[0], line[2:].strip())
    else:
      self._is_header = False
      self._music(line)

  def _directive(self, text: str) -> None:
    words = text.split()
    if len(words) >= 2 and words[0] == 'propagate-accidentals':
      self._propagates = words[1]
    if len(words) >= 2 and words[0] == 'linebreak':
      self._has_breaks = '!' in words[1:]
    if len(words) >= 3 and words[0] == 'MIDI':
      value = abc_fields.whole(words[-1])
      if value is not None:
        self._midi(words[1], value)

  def _midi(self, name: str, value: int) -> None:
    """Reads a directive for players: of one voice, or of all to come."""
    sound = self._sounds.setdefault(
      self._about, dataclasses.replace(self._sounds[''])
    )
    if name == 'program' and 0 <= value < 128:
      sound.program = value
    elif name == 'channel':
      sound.is_drums = value == _DRUM_CHANNEL
    elif name == 'transpose':
      sound.transposed = max(-_MOST_MOVED, min(value, _MOST_MOVED))
    if self._about in self._voices:
      self._set_sound(self._voices[self._about], sound)

  def _set_sound(self, voice: Voice, sound: _Sound) -> None:
    voice.program, voice.moved = sound.program, sound.transposed
    voice.is_drums = sound.is_drums or voice.has_drum_clef

  def _field(self, name: str, text: str) -> None:
    """Reads a field of the header or between lines of music."""
    if name == 'T' and not self._title:
      self._title = text
    elif name == 'I':
      self._directive(text)
    elif name in _HEADER and (
      self._is_header or (not self._voices and name in _OF_ALL)
    ):
      getattr(self, _HEADER[name])(text)
    elif name in _BODY:
      getattr(self, _BODY[name])(text)

  # --- The header -------------------------------------------------------------

  def _header_metre(self, text: str) -> None:
    self._metre = abc_fields.metre(text)

  def _header_unit(self, text: str) -> None:
    self._unit = abc_fields.unit_length(text) or self._unit

  def _header_tempo(self, text: str) -> None:
    self._tempo = text

  def _header_parts(self, text: str) -> None:
    self._parts = abc_fields.part_order(text)

  def _header_voice(self, text: str) -> None:
    name, rest = abc_fields.name_and_rest(text)
    self._about = name
    self._voice_texts[name] = f'{self._voice_texts.get(name, "")} {rest}'

  def _header_key(self, text: str) -> None:
    """The key, with which the header ends."""
    self._key = abc_fields.key(text) or self._key
    self._transposed = abc_fields.transposition(text) or 0
    self._is_drums = self._is_drums or abc_fields.is_drums(text)
    if self._is_header:
      # What follows is no longer of the voice that was described last.
      self._about = ''
      self._unit = self._unit or abc_fields.default_unit(self._metre)
    self._is_header = False

  # --- The body's fields ------------------------------------------------------

  def _body_metre(self, text: str) -> None:
    voice = self._current()
    voice.metre = abc_fields.metre(text)
    if voice.metre:
      voice.bars[-1].metres.append((voice.now, voice.metre))

  def _body_unit(self, text: str) -> None:
    voice = self._current()
    voice.unit = abc_fields.unit_length(text) or voice.unit

  def _body_tempo(self, text: str) -> None:
    voice = self._current()
    qpm = abc_fields.quarters_a_minute(text, voice.unit)
    if qpm:
      voice.bars[-1].tempos.append((voice.now, qpm))

  def _body_part(self, text: str) -> None:
    letter = text[:1]
    if letter.isalpha() and not self._voices:
      self._part = letter
    elif letter.isalpha():
      voice = self._current()
      if voice.now:
        self._end_bar(voice)
      voice.bars[-1].part = letter

  def _body_key(self, text: str) -> None:
    voice = self._current()
    key = abc_fields.key(text)
    if key:
      voice.key = key
      voice.bars[-1].keys.append((voice.now, key))
    transposed = abc_fields.transposition(text)
    if transposed is not None:
      voice.transposed = transposed

  def _body_voice(self, text: str) -> None:
    name, rest = abc_fields.name_and_rest(text)
    self._about = name
    if name not in self._voices:
      self._add_voice(name)
    self._voice = self._voices[name]
    self._set_voice(self._voice, rest)

  def _current(self) -> Voice:
    if self._voice is None:
      self._about = next(iter(self._voice_texts), '1')
      self._add_voice(self._about)
      self._voice = next(iter(self._voices.values()))
    return self._voice

  def _add_voice(self, name: str) -> None:
    """Adds a voice with what the header says of it and of all."""
    unit = self._unit or abc_fields.default_unit(self._metre)
    voice = Voice(unit, self._metre, self._key, transposed=self._transposed)
    voice.has_drum_clef = self._is_drums
    self._set_sound(voice, self._sounds.get(name, self._sounds['']))
    voice.bars[0].keys.append((Fraction(0), self._key))
    if self._metre:
      voice.bars[0].metres.append((Fraction(0), self._metre))
    voice.bars[0].part = self._part
    if not self._voices:
      self._qpm = abc_fields.quarters_a_minute(self._tempo, unit)
    self._set_voice(voice, self._voice_texts.get(name, ''))
    self._voices[name] = voice

  def _set_voice(self, voice: Voice, text: str) -> None:
    transposed = abc_fields.transposition(text)
    if transposed is not None:
      voice.transposed = transposed
    voice.has_drum_clef |= abc_fields.is_drums(text)
    voice.is_drums |= voice.has_drum_clef
    voice.name = abc_fields.name_of(text) or voice.name

  # --- Music ------------------------------------------------------------------

  def _music(self, line: str) -> None:
    """Reads a line of music."""
    at = 0
    if self._has_breaks:
      line = line.replace('!', ' ')
    while at < len(line):
      match = _TOKENS.match(line, at)
      if not match:
        self._unknown.append(line[at])
        at += 1
        continue
      at = match.end()
      kind, text = match.lastgroup, match[0]
      if kind in ('note', 'rest', 'chord'):
        length = _LENGTH_AFTER.match(line, at)
        assert length
        at = length.end()
        getattr(self, f'_{kind}')(text, length)
      elif kind == 'bar':
        at = self._bar(text, line, at)
      elif kind not in ('silent', 'spacer', 'sign'):
        getattr(self, f'_{kind}')(text)

  def _inline(self, text: str) -> None:
    """A field within a line: `[K:G]`."""
    self._field(text[1], text[3:-1].strip())

  def _decoration(self, text: str) -> None:
    """Keeps what a decoration says of jumps."""
    name = text[1:-1].strip().lower()
    jump = _JUMP.fullmatch(name)
    words = ' '.join(filter(None, jump.groups()[:2])) if jump else ''
    marks = jumps.of_words(_JUMPS.get(name, words))
    if marks:
      bar = self._current().bars[-1]
      bar.signs.marks = jumps.together(filter(None, (bar.signs.marks, marks)))

  def _grace(self, text: str) -> None:
    self._num_graces += len(re.findall('[A-Ga-g]', text))

  def _tuplet(self, text: str) -> None:
    """Begins p notes in the time of q, for the next r: `(p:q:r` (4.13)."""
    voice = self._current()
    p, q, r = (int(n) if n else 0 for n in (text[1:] + '::').split(':')[:3])
    if not q:
      q = _TUPLETS.get(p, 0) or (3 if voice.metre in _COMPOUND else 2)
    if p:
      voice.tuplet_left = r or p
      voice.tuplet_factor = Fraction(q, p)

  def _note(self, text: str, length: re.Match[str]) -> None:
    voice = self._current()
    place, pitch = self._pitch(voice, text)
    self._play(voice, [(place, pitch, Fraction(1))], _times(length))

  def _rest(self, text: str, length: re.Match[str]) -> None:
    voice = self._current()
    if text in 'zx':
      self._play(voice, [], _times(length))
      return
    # Bars of rest, in a bar each, so that other voices' repeats fit.
    bars = min(int(length[1] or 1), _LONGEST)
    limits_lib.require(
      sum(len(v.bars) for v in self._voices.values()) + bars,
      'bars',
      self._limits.events,
      'events',
    )
    for number in range(bars):
      if number:
        self._end_bar(voice)
      voice.now += Fraction(*(voice.metre or (4, 4))) * 4
      voice.bars[-1].length = max(voice.bars[-1].length, voice.now)

  def _chord(self, text: str, length: re.Match[str]) -> None:
    """Notes that begin together; the first says how long that is (4.17)."""
    voice = self._current()
    for graces in re.findall(r'\{[^}]*\}', text):
      self._grace(graces)
    text = _BEFORE_NOTE.sub('', text)
    notes: list[tuple[str, int, Fraction]] = []
    tied: set[int] = set()
    for match in _NOTE.finditer(text):
      place, pitch = self._pitch(voice, match[0])
      if text[match.end() : match.end() + 1] == '-':
        tied.add(len(notes))
      notes.append((place, pitch, _times(match, 4)))
    if not notes:
      return
    self._play(voice, notes, _times(length), notes[0][2])
    for number in tied:
      self._tie_note(voice, number)

  def _pitch(self, voice: Voice, text: str) -> tuple[str, int]:
    """The letter and octave of a note, and MIDI's pitch of it.

    An accidental counts until the bar ends (11.3), and for a note behind it
    only if that is tied to a note that has it, and so follows at once (4.11).
    """
    match = _NOTE.match(text)
    assert match
    sign, letter, marks = match[1], match[2], match[3]
    octave = 4 + letter.islower() + marks.count("'") - marks.count(',')
    place = f'{letter.upper()}{octave}'
    scope = letter.upper() if self._propagates == 'pitch' else place
    tied = _tied(voice, place)
    if sign:
      raised = abc_fields.ACCIDENTALS[sign]
      if self._propagates != 'not':
        voice.accidentals[scope] = raised
    elif tied:
      return place, tied.pitch
    else:
      raised = voice.accidentals.get(
        scope, voice.key.accidentals.get(letter.upper(), 0)
      )
    pitch = 12 * (octave + 1) + _LETTERS[letter.upper()] + raised
    return place, max(0, min(pitch + voice.transposed + voice.moved, 127))

  def _play(
    self,
    voice: Voice,
    notes: list[tuple[str, int, Fraction]],
    times: Fraction,
    first: Fraction = Fraction(1),
  ) -> None:
    """Adds notes that begin now, and goes on.

    Args:
      voice: Where to.
      notes: Of each its letter and octave, its pitch, and how many units long
        it is.
      times: How many times longer all are.
      first: How many units it takes until the next.
    """
    factor = times * voice.next_factor
    voice.next_factor = Fraction(1)
    if voice.tuplet_left:
      factor *= voice.tuplet_factor
      voice.tuplet_left -= 1
    quarters = 4 * voice.unit * factor
    bar = voice.bars[-1]
    begin = len(bar.notes)
    for _, pitch, units in notes:
      bar.notes.append(AbcNote(voice.now, units * quarters, pitch, False))
    voice.last = range(begin, len(bar.notes))
    voice.last_places = [place for place, _, _ in notes]
    voice.last_length = first * quarters
    voice.length_before = bar.length
    voice.now += voice.last_length
    bar.length = max(bar.length, voice.now)
    self._num_notes += len(notes)
    limits_lib.require(self._num_notes, 'notes', self._limits.notes, 'notes')

  def _broken(self, text: str) -> None:
    """Makes the note before longer and the next one shorter, or so (4.4)."""
    voice = self._current()
    short = Fraction(1, 2 ** min(len(text), 8))
    factor, other = 2 - short, short
    if text[0] == '<':
      factor, other = other, factor
    voice.next_factor = other
    notes = voice.bars[-1].notes
    for i in voice.last:
      notes[i] = notes[i]._replace(length=notes[i].length * factor)
    voice.now += voice.last_length * (factor - 1)
    # Without a look at the notes before, of which there may be thousands.
    voice.bars[-1].length = max(
      voice.now,
      voice.length_before,
      *(notes[i].offset + notes[i].length for i in voice.last),
    )

  def _tie(self, text: str) -> None:
    del text
    voice = self._current()
    for number in range(len(voice.last)):
      self._tie_note(voice, number)

  def _tie_note(self, voice: Voice, number: int) -> None:
    """Ties one of the notes that came last to the next of its kind."""
    notes, at = voice.bars[-1].notes, voice.last[number]
    notes[at] = notes[at]._replace(is_tied=True)
    # That has the same pitch, whatever accidentals its own bar has.
    place = voice.last_places[number]
    voice.tied[place] = voice.begin, voice.bars[-1], at

  def _overlay(self, text: str) -> None:
    """Goes back to the beginning of the bar (7.4)."""
    del text
    voice = self._current()
    voice.now = Fraction(0)
    voice.accidentals.clear()

  def _bar(self, text: str, line: str, at: int) -> int:
    """Reads a bar line and an ending right behind it; returns its end."""
    voice = self._current()
    ends = len(text) - len(text.lstrip(':'))
    begins = len(text) - len(text.rstrip(':')) if text.strip(':') else ends // 2
    if not text.strip(':'):
      ends -= begins
    if text == '[|]':
      text = '|'  # Nobody sees it, so it ends nothing but a bar.
    if voice.bars[-1].length or voice.bars[-1].signs.endings:
      voice.bars[-1].signs.repeats = ends
      voice.bars[-1].signs.closes = bool(ends) or '||' in text or ']' in text
      voice.bars[-1].signs.is_final = ']' in text
      self._end_bar(voice)
    elif ends and len(voice.bars) > 1:
      voice.bars[-2].signs.repeats = max(voice.bars[-2].signs.repeats, ends)
      voice.bars[-2].signs.closes = True
    if begins:
      voice.bars[-1].signs.begins_repeat = True
    match = _ENDING_AFTER.match(line, at)
    if match and match[1]:
      voice.bars[-1].signs.endings = _numbers(match[1])
      return match.end()
    return at

  def _ending(self, text: str) -> None:
    voice = self._current()
    if voice.bars[-1].length:
      self._end_bar(voice)
    voice.bars[-1].signs.endings = _numbers(text)

  def _end_bar(self, voice: Voice) -> None:
    voice.begin += voice.bars[-1].length
    voice.bars.append(Bar())
    voice.now = Fraction(0)
    voice.accidentals.clear()
    voice.last, voice.last_length = range(0), Fraction(0)
    voice.length_before = Fraction(0)


# Before there is a voice, these are of all voices, also in the body.
_OF_ALL = 'MLQK'
# What a field does in the header, and in the body.
_HEADER = {
  'M': '_header_metre',
  'L': '_header_unit',
  'Q': '_header_tempo',
  'P': '_header_parts',
  'V': '_header_voice',
  'K': '_header_key',
}
_BODY = {
  'M': '_body_metre',
  'L': '_body_unit',
  'Q': '_body_tempo',
  'P': '_body_part',
  'V': '_body_voice',
  'K': '_body_key',
}


def _tied(voice: Voice, place: str) -> AbcNote | None:
  """The note from which a tie leads to one that begins now, if there is one.

  Args:
    voice: The voice of both.
    place: Their letter and octave.
  """
  if place not in voice.tied:
    return None
  begin, bar, number = voice.tied[place]
  note = bar.notes[number]
  # Broken rhythm may have changed its length since.
  follows = begin + note.offset + note.length == voice.begin + voice.now
  return note if follows else None


def _times(match: re.Match[str], first: int = 1) -> Fraction:
  """The factor that a length is written as: `3/2`, `/`, `//` (4.3)."""
  number, slashes, divisor = match.group(first, first + 1, first + 2)
  factor = Fraction(min(int(number or 1), _LONGEST))
  if divisor and slashes:
    return factor / max(int(divisor), 1) / 2 ** min(len(slashes) - 1, 10)
  return factor / 2 ** min(len(slashes), 10)


def _numbers(text: str) -> tuple[int, ...]:
  """The times that an ending is for: `1,3` or `1-3` (4.10)."""
  found: set[int] = set()
  for begin, end in re.findall(r'(\d{1,2})(?:\s*-\s*(\d{1,2}))?', text):
    found |= set(range(int(begin), int(end or begin) + 1))
  return tuple(sorted(found)) or (1,)
