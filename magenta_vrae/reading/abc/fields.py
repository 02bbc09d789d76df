# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the fields of an ABC tune say: metre, unit length, tempo, key, voice.

Sections are those of the ABC standard 2.1.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

# How many fifths a mode is from major (section 3.1.14).
_MODES = {
  'maj': 0,
  'ion': 0,
  'm': -3,
  'min': -3,
  'aeo': -3,
  'mix': -1,
  'dor': -2,
  'phr': -4,
  'lyd': 1,
  'loc': -5,
}
_FIFTHS = {'F': -1, 'C': 0, 'G': 1, 'D': 2, 'A': 3, 'E': 4, 'B': 5}
_SHARPS = 'FCGDAEB'
ACCIDENTALS = {'^^': 2, '^': 1, '=': 0, '_': -1, '__': -2}
# Behind the tonic its mode, but no setting such as `m=B`.
_TONIC = re.compile(r'([A-G])([#b]?)(?:\s*([A-Za-z]{1,20})(?!\w*\s*=))?')
_EXPLICIT = re.compile(r'(?<!\S)((?:\^\^|\^|__|_|=)[A-Ga-g])+')
_ONE_EXPLICIT = re.compile(r'(\^\^|\^|__|_|=)([A-Ga-g])')
# From a word's beginning: else a long word takes the square of its length.
_SETTING = re.compile(r'(?<!\w)(\w+)\s*=\s*("[^"]*"|\S+)')
_OCTAVE_CLEF = re.compile(
  r'(?:treble|alto|tenor|bass|perc)?\d?([+-])8(?![^\s"])'
)
_CLEF = re.compile(r'(treble|alto|tenor|bass|perc|none|clef)')
_SUM = re.compile(r'\d{1,3}\s*/\s*\d{1,3}(\s*\+\s*\d{1,3}\s*/\s*\d{1,3}){1,7}')
_MOST_SEMITONES = 60


class Key(NamedTuple):
  """A key.

  Attributes:
    accidentals: Semitones by which a letter is raised, for those that are.
    tonic: The tonic's pitch class, or None if there is none.
    is_minor: Whether its mode is minor.
  """

  accidentals: dict[str, int]
  tonic: int | None = None
  is_minor: bool = False


def key(text: str) -> Key | None:
  """The key that a K: field says; None if it only speaks of clefs."""
  text = text.strip()
  if text.startswith(('HP', 'Hp')):  # Highland pipes.
    return Key({'F': 1, 'C': 1, 'G': 0} if text[1] == 'p' else {})
  explicit = {
    letter.upper(): ACCIDENTALS[sign]
    for match in _EXPLICIT.finditer(text)
    for sign, letter in _ONE_EXPLICIT.findall(match[0])
  }
  match = _TONIC.match(text)
  if not match:
    if explicit:
      return Key(explicit)
    is_clef = _CLEF.match(text) or _SETTING.match(text)
    return None if is_clef and not text.startswith('none') else Key({})
  letter, sign, mode = match.groups('')
  mode = mode if mode in ('m', 'M') else mode.lower()[:3]
  fifths = _FIFTHS[letter] + 7 * {'': 0, '#': 1, 'b': -1}[sign]
  tonic = (7 * fifths) % 12
  fifths += _MODES.get(mode, 0)
  signature = {} if mode == 'exp' else _signature(fifths)
  is_minor = mode in ('m', 'min', 'aeo')
  return Key({**signature, **explicit}, tonic, is_minor)


def _signature(fifths: int) -> dict[str, int]:
  """The letters that so many fifths from C raise, or lower."""
  sign = 1 if fifths > 0 else -1
  letters = _SHARPS if fifths > 0 else _SHARPS[::-1]
  raised: dict[str, int] = {}
  for i in range(abs(fifths)):
    letter = letters[i % 7]
    raised[letter] = raised.get(letter, 0) + sign
  return raised


def transposition(text: str) -> int | None:
  """Semitones by which a K: or V: field has music sound higher (4.6).

  None if it does not say.
  """
  said, semitones = False, 0
  for name, value in _SETTING.findall(text):
    number = whole(value)
    if name in ('octave', 'oct', 'transpose', 't') and number is not None:
      said = True
      semitones += number * (12 if name.startswith('oct') else 1)
  clef = _OCTAVE_CLEF.search(text)
  if clef:
    said, semitones = True, semitones + (12 if clef[1] == '+' else -12)
  if not said:
    return None
  return max(-_MOST_SEMITONES, min(semitones, _MOST_SEMITONES))


def is_drums(text: str) -> bool:
  """Whether a K: or V: field has the clef of drums."""
  return bool(re.search(r'(?<!\w)perc', text))


def name_and_rest(text: str) -> tuple[str, str]:
  """The name of the voice that a V: field is about, and what it says of it."""
  name, *rest = text.split(None, 1) or ['']
  return name, ''.join(rest)


def name_of(text: str) -> str:
  """The name that a V: field gives its voice; empty if none."""
  for name, value in _SETTING.findall(text):
    if name in ('name', 'nm'):
      return value.strip('"')
  return ''


def metre(text: str) -> tuple[int, int] | None:
  """Numerator and denominator of an M: field; None of free music (3.1.6)."""
  text = text.strip()
  if _SUM.fullmatch(text):
    # `2/4+3/8` is 7/8.
    added = [
      (int(beats), int(unit))
      for beats, unit in re.findall(r'(\d+)\s*/\s*(\d+)', text)
    ]
    if all(unit for _, unit in added):
      whole = max(unit for _, unit in added)
      sum_of = sum((Fraction(*one) for one in added), Fraction(0)) * whole
      is_metre = sum_of > 0 and sum_of.denominator == 1
      return (sum_of.numerator, whole) if is_metre else None
  if text in ('C', 'c'):
    return 4, 4
  if text in ('C|', 'c|'):
    return 2, 2
  match = re.fullmatch(r'\(?([\d+\s]{1,40})\)?\s*/\s*(\d{1,3})', text)
  if not match:
    return None
  parts = [int(n) for n in match[1].replace('+', ' ').split() if len(n) < 4]
  numerator, denominator = sum(parts), int(match[2])
  return (numerator, denominator) if numerator and denominator else None


def unit_length(text: str) -> Fraction | None:
  """The length of an L: field, of a whole note; None if it is none (3.1.7)."""
  match = re.match(r'\s*(\d{1,4})\s*(?:/\s*(\d{1,4}))?', text)
  if not match or not int(match[1]) or not int(match[2] or 1):
    return None
  return Fraction(int(match[1]), int(match[2] or 1))


def default_unit(of: tuple[int, int] | None) -> Fraction:
  """The unit length where no field says it: by the metre (3.1.7)."""
  if of is None or Fraction(*of) >= Fraction(3, 4):
    return Fraction(1, 8)
  return Fraction(1, 16)


def quarters_a_minute(text: str, unit: Fraction) -> float | None:
  """The tempo of a Q: field; None if it is words alone (3.1.8, 10.1).

  Args:
    text: Beats and how many of them a minute, as `1/4=120`; or a number alone,
      of unit lengths.
    unit: The unit length.
  """
  text = re.sub(r'"[^"]*"', ' ', text)
  beats, is_beat, number = text.rpartition('=')
  match = re.match(r'\s*(?:ca?\.?\s*)?(\d{1,5}(?:\.\d{1,5})?)', number)
  if not match:
    return None
  length = sum(
    (
      Fraction(int(a), int(b))
      for a, b in re.findall(r'(\d{1,4})\s*/\s*(\d{1,4})', beats)
      if int(b)
    ),
    Fraction(0),
  )
  if not length:
    # Old tunes write a number, or C for the unit and C3 for three of it.
    times = re.search(r'C(\d{0,2})', beats) if is_beat else None
    length = unit * int(times[1] or 1) if times else unit
  qpm = float(match[1]) * float(length * 4)
  return qpm if qpm > 0.0 else None


def whole(text: str) -> int | None:
  """The whole number that a text is, of at most three digits; or None."""
  match = re.fullmatch(r'[+]?(-?\d{1,3})', text)
  return int(match[1]) if match else None


def part_order(text: str) -> list[str]:
  """The letters of parts in the order of playing, of a P: field (3.1.9).

  `A3(AB)2` is AAAABAB. At most some thousands come of it.
  """
  stack: list[list[str]] = [[]]
  last: list[str] = []
  for token in re.findall(r'[A-Za-z]|\d{1,3}|[()]', text):
    if token == '(':
      stack.append([])
      continue
    if token.isdigit():
      stack[-1] += last * (int(token) - 1)
    else:
      if token == ')' and len(stack) > 1:
        last = stack.pop()
      elif token != ')':
        last = [token]
      else:
        continue
      stack[-1] += last
    if len(stack[-1]) > _MOST_PARTS:
      break
  return [letter for level in stack for letter in level][:_MOST_PARTS]


_MOST_PARTS = 4096
