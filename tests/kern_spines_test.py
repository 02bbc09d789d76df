# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Spines of **kern files that begin, split, are joined, change and end."""

from __future__ import annotations

import random

import pytest
from kern_sections_test import needs_repeat_signs
from odd_scores_test import within_limits  # noqa: F401, a fixture.
from reading_test import assert_notes
from reading_test import notes_of
from reading_test import read

from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits
from magenta_vrae.reading import music_parsers
from magenta_vrae.reading.options import Options

pytest.importorskip('music21')


def kern(tmp_path, *lines, repeats=True):
  """Reads lines whose columns are parted by two blanks."""
  path = tmp_path / 'score.krn'
  path.write_text('\n'.join([*lines, '']).replace('  ', '\t'))
  return read(path, Options(repeats=repeats))


def assert_read(tmp_path, lines, right):
  """Asserts notes in quarters; there are 120 a minute."""
  piece, told = kern(tmp_path, *lines)
  assert_notes(
    notes_of(piece),
    [(pitch, start / 2, end / 2) for pitch, start, end in right],
  )
  assert told == []
  return piece


CASES = {
  'a spine that begins amid a file': (
    ['**kern  **kern', '4c  4e', '*+  *', '*  **kern  *', '4d  4g  4f',
     '4e  4a  4g', '*-  *-  *-'],
    [(60, 0, 1), (64, 0, 1), (62, 1, 2), (67, 1, 2), (65, 1, 2), (64, 2, 3),
     (69, 2, 3), (67, 2, 3)],
  ),
  'one that begins in a later bar, and a bar behind it': (
    ['**kern', '*M2/4', '4c', '=1', '2d', '=2', '4e', '*+', '*  **kern',
     '*  *M2/4', '4f  8b', '.  8a', '=3  =3', '2c  2g', '*-  *-'],
    [(60, 0, 1), (62, 1, 3), (64, 3, 4), (65, 4, 5), (71, 4, 4.5),
     (69, 4.5, 5), (60, 5, 7), (67, 5, 7)],
  ),
  'two that begin at once': (
    ['**kern', '4c', '*+', '*  **kern', '*+  *+', '*  **kern  *  **kern',
     '4c  4d  4e  4f', '*-  *-  *-  *-'],
    [(60, 0, 1), (60, 1, 2), (62, 1, 2), (64, 1, 2), (65, 1, 2)],
  ),
  'one that begins while a note sounds': (
    ['**kern  **kern', '2c  4e', '*  *+', '*  *  **kern', '.  4f  4a',
     '4d  4g  4b', '*-  *-  *-'],
    [(60, 0, 2), (64, 0, 1), (65, 1, 2), (69, 1, 2), (62, 2, 3), (67, 2, 3),
     (71, 2, 3)],
  ),
  'one that begins with nulls': (
    ['**kern', '4c', '*+', '*  **kern', '4d  .', '4e  4g', '*-  *-'],
    [(60, 0, 1), (62, 1, 2), (64, 2, 3), (67, 2, 3)],
  ),
  'one that takes the place of another': (
    ['**kern  **kern', '4c  4e', '*  *-', '4d', '*+', '*  **kern', '4e  4g',
     '*-  *-'],
    [(60, 0, 1), (64, 0, 1), (62, 1, 2), (64, 2, 3), (67, 2, 3)],
  ),
  'one of another kind': (
    ['**kern', '4c', '*+', '*  **text', '4d  la', '4e  le', '*-  *-'],
    [(60, 0, 1), (62, 1, 2), (64, 2, 3)],
  ),
  'one that becomes of another kind': (
    ['**kern  **text', '4c  la', '**kern  **kern', '4d  4f', '*-  *-'],
    [(60, 0, 1), (62, 1, 2), (65, 1, 2)],
  ),
  'a tie from a spine to the second of its voices': (
    ['**kern', '[4c', '*^', '4e  4c]', '*v  *v', '4d', '*-'],
    [(60, 0, 2), (64, 1, 2), (62, 2, 3)],
  ),
  'a tie into a split and out of it': (
    ['**kern', '[4c', '*^', '4e  4c_', '*v  *v', '4c]', '*-'],
    [(60, 0, 3), (64, 1, 2)],
  ),
  'a tie from one staff to another and back': (
    ['**kern  **kern', '[4C  4e', '4D  4C_', '4C]  4g', '*-  *-'],
    [(48, 0, 3), (64, 0, 1), (50, 1, 2), (67, 2, 3)],
  ),
  'a tie of a chord, a note of which goes to the other staff': (
    ['**kern  **kern', '[4C [4E  4g', '4C]  4E] 4a', '*-  *-'],
    [(48, 0, 2), (52, 0, 2), (67, 0, 1), (69, 1, 2)],
  ),
  'ties of two voices in one pitch': (
    ['**kern', '*^', '[4c  [2c', '4c]  .', '4d  2c]', '4e  .', '*v  *v', '*-'],
    [(60, 0, 2), (60, 0, 4), (62, 2, 3), (64, 3, 4)],
  ),
  'no tie where a note rests between': (
    ['**kern  **kern', '[4C  4e', '4r  4f', '4D  4C]', '*-  *-'],
    [(48, 0, 1), (64, 0, 1), (65, 1, 2), (50, 2, 3), (48, 2, 3)],
  ),
  'an exchange of neighbours, and a tie over it': (
    ['**kern  **kern', '[4c  4e', '*x  *x', '4f  4c]', '4g  4d', '*-  *-'],
    [(60, 0, 2), (64, 0, 1), (65, 1, 2), (67, 2, 3), (62, 2, 3)],
  ),
  'an exchange of the outer two of three': (
    ['**kern  **kern  **kern', '4c  2d  [2e', '4f  .  .', '*x  *  *x',
     '4e]  4d  4c', '*-  *-  *-'],
    [(60, 0, 1), (62, 0, 2), (64, 0, 3), (65, 1, 2), (62, 2, 3), (60, 2, 3)],
  ),
  'an exchange within a split': (
    ['**kern', '*^', '4c  [4e', '*x  *x', '4e]  4d', '*v  *v', '4f', '*-'],
    [(60, 0, 1), (64, 0, 2), (62, 1, 2), (65, 2, 3)],
  ),
  'a voice that crosses to the other staff': (
    ['**kern  **kern', '*^  *', '4C  4E  4g', '*  *x  *x', '4C  4g  4E',
     '*  *x  *x', '*v  *v  *', '4C  4g', '*-  *-'],
    [(48, 0, 1), (52, 0, 1), (67, 0, 1), (48, 1, 2), (67, 1, 2), (52, 1, 2),
     (48, 2, 3), (67, 2, 3)],
  ),
  'three that are joined, with a spine behind': (
    ['**kern  **kern', '*^  *', '*  *^  *', '4c  4e  4g  4b',
     '*v  *v  *v  *', '4d  4a', '4e  4g', '*-  *-'],
    [(60, 0, 1), (64, 0, 1), (67, 0, 1), (71, 0, 1), (62, 1, 2), (69, 1, 2),
     (64, 2, 3), (67, 2, 3)],
  ),
  'two staves that are joined at once': (
    ['**kern  **kern', '*^  *^', '4c  4e  4g  4b', '*v  *v  *v  *v', '4d  4a',
     '*-  *-'],
    [(60, 0, 1), (64, 0, 1), (67, 0, 1), (71, 0, 1), (62, 1, 2), (69, 1, 2)],
  ),
  'two staves that become one': (
    ['**kern  **kern', '4c  4e', '*v  *v', '4d', '*-'],
    [(60, 0, 1), (64, 0, 1), (62, 1, 2)],
  ),
  'a split within a split, joined crosswise': (
    ['**kern', '4c', '*^', '*^  *', '4c  4e  4g', '*  *v  *v', '4d  4f',
     '*v  *v', '4c', '*-'],
    [(60, 0, 1), (60, 1, 2), (64, 1, 2), (67, 1, 2), (62, 2, 3), (65, 2, 3),
     (60, 3, 4)],
  ),
  'a split while a note sounds': (
    ['**kern  **kern', '2c  4e', '*^  *', '.  4g  4f', '4d  4a  4g',
     '*v  *v  *', '4c  4d', '*-  *-'],
    [(60, 0, 2), (64, 0, 1), (67, 1, 2), (65, 1, 2), (62, 2, 3), (69, 2, 3),
     (67, 2, 3), (60, 3, 4), (62, 3, 4)],
  ),
  'a split of triplets amid a bar': (
    ['**kern', '*M2/4', '=1', '6c', '*^', '6d  12f', '.  12g', '6e  6a',
     '*v  *v', '=2', '2c', '*-'],
    [(60, 0, 2 / 3), (62, 2 / 3, 4 / 3), (65, 2 / 3, 1), (67, 1, 4 / 3),
     (64, 4 / 3, 2), (69, 4 / 3, 2), (60, 2, 4)],
  ),
  'a voice that ends with *-, and one that begins in its column': (
    ['**kern', '*^', '4c  4e', '*  *-', '4d', '*^', '4e  4g', '*-  *-'],
    [(60, 0, 1), (64, 0, 1), (62, 1, 2), (64, 2, 3), (67, 2, 3)],
  ),
  'a spine that ends amid others, and bars behind': (
    ['**kern  **kern  **kern', '=1  =1  =1', '4c  4e  4g', '*  *-  *',
     '=2  =2', '4d  4a', '=3  =3', '4e  4b', '*-  *-'],
    [(60, 0, 1), (64, 0, 1), (67, 0, 1), (62, 1, 2), (69, 1, 2), (64, 2, 3),
     (71, 2, 3)],
  ),
  'spines of text between, which split too': (
    ['**text  **kern  **silbe  **dynam', 'a  4c  b  f', '*^  *  *^  *',
     'a  b  4d  c  .  p', '.  .  4e  .  x  .', '*v  *v  *  *v  *v  *',
     'a  4f  b  <', '*-  *-  *-  *-'],
    [(60, 0, 1), (62, 1, 2), (64, 2, 3), (65, 3, 4)],
  ),
  'spines of other kinds that music21 cannot read': (
    ['**kern  **dynam  **harm', '*staff1/2  *staff2  *staff1', '4c  f  xyz!',
     '4d  .  .', '*-  *-  *-'],
    [(60, 0, 1), (62, 1, 2)],
  ),
  'pitches of a part that transposes': (
    ['**kern', '*Iclars', '*ITrd-1c-2', '4c', '*-'], [(60, 0, 1)],
  ),
  'appoggiaturas, which have the length that is written': (
    ['**kern', '8Pd', '8pc', '4e', '*-'],
    [(62, 0, 0.5), (60, 0.5, 1), (64, 1, 2)],
  ),
  'a chord of rests': (
    ['**kern', '4c', '4r 4r', '4e', '*-'], [(60, 0, 1), (64, 2, 3)],
  ),
  'signs of editors': (
    ['**kern', '4cyy', '(4ddX)', '{8e-_J&}', '4f##;', '4.a/LLi@', '*-'],
    [(60, 0, 1), (74, 1, 2), (63, 2, 2.5), (67, 2.5, 3.5), (69, 3.5, 5)],
  ),
}  # fmt: skip


@pytest.mark.parametrize('name', list(CASES))
def test_spines(name, tmp_path):
  assert_read(tmp_path, *CASES[name])


def test_a_spine_and_its_voices_are_one_instrument(tmp_path):
  piece = assert_read(
    tmp_path,
    ['**kern  **kern', '4cc  4C', '*+  *^', '*  **kern  *  *',
     '4dd  4ggg  4D  4E', '*-  *-  *-  *-'],
    [(72, 0, 1), (48, 0, 1), (74, 1, 2), (91, 1, 2), (50, 1, 2), (52, 1, 2)],
  )  # fmt: skip
  # The lowest staff is on the right, and is the first.
  assert {n.pitch: n.instrument for n in piece.notes} == {
    48: 0, 50: 0, 52: 0, 91: 1, 72: 2, 74: 2,
  }  # fmt: skip


@pytest.mark.parametrize(
  'lines, programs',
  [
    (
      ['**kern  **kern  **kern', '*Icello  *Iflt  *', '4C  4e  4g'],
      {48: 42, 64: 73, 67: 0},
    ),
    (
      ['**kern  **kern', '*Icello  *Iflt', '=1  =1', '4C  4e'],
      {48: 42, 64: 73},
    ),
    # Whichever is said first, a violin says more than strings.
    (
      ['**kern  **kern', '*ICstr  *Ivioln', '*Iviola  *ICstr', '4c  4e'],
      {60: 41, 64: 40},
    ),
    (['**kern', '*ICbras', '4c'], {60: 61}),
    (['**kern  **dynam', '*Ioboe  *', '*^  *', '4c  4e  p'], {60: 68, 64: 68}),
  ],
)
def test_instruments(lines, programs, tmp_path):
  width = len(lines[-1].split('  '))
  piece, _ = kern(tmp_path, *lines, '  '.join(['*-'] * width))
  assert {n.pitch: n.program for n in piece.notes} == programs


@needs_repeat_signs
def test_repeats_said_in_one_voice(tmp_path):
  assert_read(
    tmp_path,
    ['**kern  **kern', '=1  =1', '4c  4e', '*^  *', '=2  =2:|!  =2',
     '4d  4f  4a', '*v  *v  *', '==  ==', '*-  *-'],
    [(60, 0, 1), (64, 0, 1), (60, 1, 2), (64, 1, 2), (62, 2, 3), (65, 2, 3),
     (69, 2, 3)],
  )  # fmt: skip


@pytest.mark.parametrize(
  'lines',
  [
    ['**kern  **kern', '*  *MM60', '4c  4e', '*  *MM240', '4d  4f', '*-  *-'],
    ['**kern  **text', '*  *MM60', '4c  a', '*  *MM240', '4d  b', '*-  *-'],
    ['**kern', '*MM60', '*^', '4c  4e', '*  *MM240', '4d  4f', '*-  *-'],
    ['**kern', '*MM60', '4c', '*+', '*  **kern', '*  *MM240', '4d  4f',
     '*-  *-'],
  ],
)  # fmt: skip
def test_tempos_said_in_one_spine(lines, tmp_path):
  piece, _ = kern(tmp_path, *lines)
  times = {n.pitch: (n.start_time, n.end_time) for n in piece.notes}
  assert times[60] == (0, 1) and times[62] == (1, 1.25)
  assert [(t.time, t.qpm) for t in piece.tempos] == [(0, 60), (1, 240)]


def test_a_tempo_of_another_kind_beside_a_metre(tmp_path):
  piece, _ = kern(tmp_path, '**kern  **text', '*M3/4  *MM60', '4c  a', '*-  *-')
  assert_notes(notes_of(piece), [(60, 0, 1)])
  assert [m.numerator for m in piece.time_signatures] == [3]


def test_grace_notes_in_voices_take_no_time(tmp_path):
  piece, told = kern(
    tmp_path, '**kern', '*^', '4c  4e', 'dq  .', '4d  8qf', '.  4f', '*v  *v',
    '4c', '*-',
  )  # fmt: skip
  assert_notes(
    notes_of(piece),
    [(60, 0, 0.5), (64, 0, 0.5), (62, 0.5, 1), (65, 0.5, 1), (60, 1, 1.5)],
  )
  assert told == ['2 grace notes are left out']


def test_pieces_of_one_file_whose_spines_split(tmp_path):
  piece, _ = kern(
    tmp_path, '**kern', '*^', '4c  4e', '*v  *v', '*-',
    '**kern', '4d', '*+', '*  **kern', '4e  4g', '*-  *-',
  )  # fmt: skip
  assert_notes(
    notes_of(piece),
    [(60, 0, 0.5), (64, 0, 0.5), (62, 0.5, 1), (64, 1, 1.5), (67, 1, 1.5)],
  )


@pytest.mark.parametrize(
  ('lines', 'words'),
  [
    (['**kern', '4c', '*+', '4d  4e', '*-  *-'], "of no kind holds '4e'"),
    (['**kern  **kern', '*x  *', '4c  4d'], 'a line has *x 1 times; two'),
    (['**kern', '*^', '4c  4d  4e'], 'has 3 columns where 2 spines are open'),
  ],
)  # fmt: skip
def test_spines_that_lead_nowhere_are_refused_in_a_line(lines, words, tmp_path):
  with pytest.raises(InputError) as e:
    kern(tmp_path, *lines)
  assert words in str(e.value) and str(e.value).isprintable()


@pytest.mark.parametrize(
  ('lines', 'words'),
  [
    (['**kern', '\t'.join(['*+'] * 10**5), '4c'], 'has 100000 columns where 1'),
    (['**kern', *['*+'] * 10**5, '4c'], 'over 1000000 cells'),
    (['**kern', *['*^'] * 10**5, '4c'], 'over 1000000 cells'),
    (['**kern', *('\t'.join(['*^'] * 2**i) for i in range(17))], 'over 10000'),
    (['**kern', *('\t'.join(['*^'] * 2**i) for i in range(11)),
      '\t'.join(['4c'] * 2**11)], 'over 1000 voices; a piece has at most'),
    (['\t'.join(['**kern'] * 10**5), '\t'.join(['4c'] * 10**5)],
     'over 1000 voices'),
    (['\t'.join(['**kern'] * 10**5)] + ['4c'] * 100, 'over 1000000 cells'),
  ],
)  # fmt: skip
def test_bombs_of_spines_are_refused_in_a_line(
  lines,
  words,
  tmp_path,
  within_limits,  # noqa: F811
):
  path = tmp_path / 'score.krn'
  path.write_text('\n'.join(lines))
  with pytest.raises(InputError) as e:
    within_limits('kern', path)
  assert words in str(e.value) and str(e.value).isprintable()


def test_tabs_that_line_up_columns(tmp_path):
  assert_read(
    tmp_path,
    ['**kern  **text', '4c    la', '4d  .  ', '*^  *', '4e  4g    le',
     '*v  *v  *', '*-    *-'],
    [(60, 0, 1), (62, 1, 2), (64, 2, 3), (67, 2, 3)],
  )  # fmt: skip


def test_the_bound_on_cells_can_be_set(tmp_path):
  path = tmp_path / 'score.krn'
  path.write_text('**kern\n' + '4c\n' * 20 + '*-\n')
  few = limits.DEFAULT._replace(events=21)
  with pytest.raises(InputError, match=r'over 21 cells .* --limits=events=N'):
    music_parsers.parse('kern', str(path), few, Options())
  enough = limits.DEFAULT._replace(events=30)
  (piece,), _, _ = music_parsers.parse('kern', str(path), enough, Options())
  assert len(piece.notes) == 20


class Writer:
  """Writes a score of voices at random, and knows the notes.

  Each staff has some voices in each bar, of random lengths. Spines of it are
  split and joined for them between bars, and whole staves begin and end there.

  Args:
    seed: Of the random numbers.
  """

  LENGTHS = {'4': 6, '8': 3, '8.': 4.5, '16': 1.5, '6': 4, '12': 2, '2': 12}

  def __init__(self, seed):
    self.random = random.Random(seed)
    self.lines, self.notes, self.now = [], [], 0.0
    self.staves = [1] * self.random.randint(1, 3)  # How many voices each has.
    self.say(['**kern'] * len(self.staves))
    for bar in range(1, 7):
      self.say([f'={bar}'] * sum(self.staves))
      self.change()
      self.write_bar()
    self.say(['*-'] * sum(self.staves))

  def say(self, cells):
    self.lines.append('  '.join(cells))

  def at(self, staff, sign, voices=1):
    """A line with a sign at the last voices of a staff."""
    cells = [['*'] * number for number in self.staves]
    cells[staff][-voices:] = [sign] * voices
    self.say(sum(cells, []))

  def change(self):
    for staff in range(len(self.staves)):
      what = self.random.choice(['split', 'join', 'all', 'none'])
      if what == 'split' and self.staves[staff] < 4:
        self.at(staff, '*^')
        self.staves[staff] += 1
      elif what == 'join' and self.staves[staff] > 1:
        self.at(staff, '*v', 2)
        self.staves[staff] -= 1
      elif what == 'all' and self.staves[staff] > 2:
        self.at(staff, '*v', self.staves[staff])
        self.staves[staff] = 1
    staff = self.random.randrange(len(self.staves))
    if self.random.random() < 0.3 and len(self.staves) < 5:
      self.at(staff, '*+')
      self.staves.insert(staff + 1, 1)
      cells = [['*'] * number for number in self.staves]
      cells[staff + 1] = ['**kern']
      self.say(sum(cells, []))
    elif self.random.random() < 0.2 and len(self.staves) > 1:
      self.at(staff, '*-', self.staves[staff])
      del self.staves[staff]

  def write_bar(self):
    """A bar of four quarters, each of 6 steps."""
    tokens = {}
    for column in range(sum(self.staves)):
      step = 0.0
      while step < 24:
        name = self.random.choice(
          [k for k, v in self.LENGTHS.items() if step + v <= 24] or ['']
        )
        length = self.LENGTHS.get(name, 24 - step)
        # Of what no name fits, as a part of a whole note.
        name = name or f'48%{2 * length:.0f}'
        pitch = self.random.randint(0, 6)
        is_note = self.random.random() < 0.8
        tokens[step, column] = name + ('cdefgab'[pitch] if is_note else 'r')
        if is_note:
          self.notes.append(
            (
              (60, 62, 64, 65, 67, 69, 71)[pitch],
              self.now + step / 12,
              self.now + (step + length) / 12,
            )
          )
        step += length
    for step in sorted({step for step, _ in tokens}):
      self.say([tokens.get((step, i), '.') for i in range(sum(self.staves))])
    self.now += 2.0


@pytest.mark.parametrize('seed', range(40))
def test_scores_at_random(seed, tmp_path):
  score = Writer(seed)
  piece, told = kern(tmp_path, *score.lines)
  assert_notes(notes_of(piece), score.notes)
  assert told == []
