# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The attributes of MEI's elements: those that music21 can read, or a reason.

Where a length or a pitch is none, the file is refused, because what follows it
would be wrong as well. Metres, keys and accidentals that are none are passed
over and told.
"""

from __future__ import annotations

import re
from typing import Callable
from xml.etree.ElementTree import Element

from magenta_vrae.errors import InputError
from magenta_vrae.reading.scores import metres
from magenta_vrae.reading.scores.musicxml_drums import whole_number

TIMED = ('note', 'chord', 'rest', 'space', 'mRest', 'mSpace')
_UNHEARD = ('artic', 'slur', 'clef.', 'beam', 'm21')  # How their names begin.
LENGTHS = ('long', 'breve', *(str(2**i) for i in range(12)))
_MOST_DOTS = 4
_LOWEST_OCTAVE, _HIGHEST_OCTAVE = -1, 9
_MOST_IN_TUPLET = 99
BEAT_TYPES = ('1', '2', '4', '8', '16', '32', '64', '128')
_METRE_SIGNS = {'common': ('4', '4'), 'cut': ('2', '2')}
_MOST_SEMITONES = 99
# What music21 reads as it is written; how it is written where it sounds.
_ACCIDENTALS = (
  's f ss x ff xs ts tf n nf ns su sd fu fd nu nd'.split()
)  # fmt: skip
_SOUNDING = 's f ss ff n su sd fu fd'.split()
_BAR_LINES = (
  'dashed dotted dbl end invis single rptstart rptend rptboth'.split()
)  # fmt: skip


def put_right(element: Element, warn: Callable[[str], None]) -> None:
  """Puts the attributes of an element right, whatever it is.

  Args:
    element: The element; its tag has no namespace.
    warn: Is told what is passed over.

  Raises:
    InputError: If a length or a pitch is none.
  """
  for name in [n for n in element.attrib if n.startswith(_UNHEARD)]:
    del element.attrib[name]
  if element.tag in TIMED:
    _put_length_right(element)
  if element.tag in ('note', 'accid'):
    _put_accidental_right(element, warn)
  if element.tag == 'note':
    _put_pitch_right(element)
  elif element.tag in ('tuplet', 'tupletSpan'):
    for name in ('num', 'numbase'):
      _require_whole(element, name, 1, _MOST_IN_TUPLET)
  elif element.tag in ('scoreDef', 'staffDef'):
    _put_metre_right(element, warn)
    _put_key_right(element)
    _put_transposition_right(element, warn)
  elif element.tag == 'instrDef':
    program = whole_number(element.get('midi.instrnum'))
    if program is None or not 0 <= program <= 127:
      element.attrib.pop('midi.instrnum', None)
  elif element.tag == 'measure':
    for name in ('left', 'right'):
      if element.get(name) not in _BAR_LINES:
        element.attrib.pop(name, None)


def _require_whole(element: Element, name: str, low: int, high: int) -> None:
  """Writes an attribute as a whole number; InputError if it is none."""
  text = element.get(name)
  if text is None:
    raise InputError(
      f'it has a {element.tag} without {name}, which is a whole number from '
      f'{low} to {high}'
    )
  number = whole_number(text)
  if number is None or not low <= number <= high:
    raise InputError(
      f'it has a {element.tag} with {name}={text[:20]!r}; {name} is a whole '
      f'number from {low} to {high}'
    )
  element.set(name, str(number))


def _put_length_right(element: Element) -> None:
  length = element.get('dur')
  if length is not None and length not in LENGTHS:
    raise InputError(
      f'it has a {element.tag} with dur={length[:20]!r}; dur is long, breve or '
      'a power of two from 1 to 2048'
    )
  dots = element.findall('dot')
  for dot in dots:
    element.remove(dot)
  if dots and 'dots' not in element.attrib:
    element.set('dots', str(len(dots)))
  if 'dots' in element.attrib:
    _require_whole(element, 'dots', 0, _MOST_DOTS)


def _put_pitch_right(note: Element) -> None:
  name = note.get('pname')
  if name is not None:
    if name.strip().lower() not in list('abcdefg'):
      raise InputError(
        f'it has a note with pname={name[:20]!r}; pname is a letter from a to g'
      )
    note.set('pname', name.strip().lower())
  # What sounds counts more than what is written, as under an octave's line.
  sounding = note.attrib.pop('pname.ges', '').strip().lower()
  if sounding and sounding in 'abcdefg':
    note.set('pname', sounding)
  octave = whole_number(note.attrib.pop('oct.ges', None))
  if octave is not None and _LOWEST_OCTAVE <= octave <= _HIGHEST_OCTAVE:
    note.set('oct', str(octave))
  if 'oct' in note.attrib:
    _require_whole(note, 'oct', _LOWEST_OCTAVE, _HIGHEST_OCTAVE)


def _put_accidental_right(
  element: Element, warn: Callable[[str], None]
) -> None:
  for name in ('accid', 'accid.ges'):
    value = element.get(name)
    if value is not None and value not in _ACCIDENTALS:
      del element.attrib[name]
      warn(f'an accidental of {value[:20]!r} is passed over')
  # What sounds counts more than what is written.
  sounding = element.get('accid.ges')
  if sounding is not None and sounding not in _SOUNDING:
    element.set('accid', element.attrib.pop('accid.ges'))


def _put_metre_right(element: Element, warn: Callable[[str], None]) -> None:
  sign = element.find('meterSig')
  if sign is not None:
    for name in ('count', 'unit', 'sym'):
      if name in sign.attrib:
        element.attrib.setdefault(f'meter.{name}', sign.attrib[name])
  by_sign = _METRE_SIGNS.get(element.get('meter.sym', ''))
  if by_sign and 'meter.count' not in element.attrib:
    element.set('meter.count', by_sign[0])
    element.set('meter.unit', by_sign[1])
  count, unit = element.get('meter.count'), element.get('meter.unit', '')
  if count is None:
    return
  count, unit = re.sub(r'\s', '', count), unit.strip()
  beats = count.split('+')
  if not (
    re.fullmatch(r'0*[1-9]\d*(\+0*[1-9]\d*)*', count, re.ASCII)
    and unit in BEAT_TYPES
    and metres.are_few(beats)
  ):
    warn(
      f'a metre of {count[:20]}/{unit[:20] or "nothing"} is passed over: '
      f'metres are up to {metres.MOST_BEATS} beats over a power of two up to '
      '128'
    )
    element.attrib.pop('meter.count')
    return
  element.set('meter.count', count)
  element.set('meter.unit', unit)


def _put_key_right(element: Element) -> None:
  sign = element.find('keySig')
  if sign is not None:
    for name in ('sig', 'mode'):
      if name in sign.attrib:
        element.attrib.setdefault(f'key.{name}', sign.attrib[name])
  # Of a key without a signature, too little is heard to read more of it.
  for name in ('key.pname', 'key.accid'):
    element.attrib.pop(name, None)
  if not re.fullmatch('0|[1-7][sf]', element.get('key.sig', '')):
    element.attrib.pop('key.sig', None)
  if element.get('key.mode') not in ('major', 'minor'):
    element.attrib.pop('key.mode', None)


def _put_transposition_right(
  element: Element, warn: Callable[[str], None]
) -> None:
  text = element.attrib.pop('trans.semi', None)
  element.attrib.pop('trans.diat', None)
  if text is None:
    return
  semitones = whole_number(text.strip().lstrip('+'))
  if semitones is None or abs(semitones) > _MOST_SEMITONES:
    warn(
      f'a transposition of {text[:20]!r} semitones is passed over: it is a '
      f'whole number from {-_MOST_SEMITONES} to {_MOST_SEMITONES}'
    )
  elif semitones:
    # music21 reckons by steps which interval it is, and stops at odd ones.
    element.set('trans.semi', str(semitones))
    element.set('trans.diat', str(round(semitones * 7 / 12)))
