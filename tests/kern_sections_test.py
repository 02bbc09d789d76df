# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Sections of **kern files: the right notes in the order of their lists."""

from __future__ import annotations

import pytest
from reading_test import assert_notes
from reading_test import notes_of
from reading_test import read

from magenta_vrae.errors import InputError
from magenta_vrae.reading.options import Options

music21 = pytest.importorskip('music21')
needs_repeat_signs = pytest.mark.skipif(
  int(music21.__version__.partition('.')[0]) < 10,
  reason='music21 reads no repeat signs of **kern before version 10',
)

TWO = '*>A\n=1\n4c\n4d\n=2:|!\n*>B\n4e\n==:|!\n'
AAB = [(60, 0, 0.5), (62, 0.5, 1), (60, 1, 1.5), (62, 1.5, 2), (64, 2, 2.5)]
IN_ORDER = [(60, 0, 0.5), (62, 0.5, 1), (64, 1, 1.5)]
BY_SIGNS = AAB + [(64, 2.5, 3)]


def kern(tmp_path, *parts, repeats=True):
  path = tmp_path / 'score.krn'
  path.write_text('\n'.join(['**kern', *parts, '*-', '']))
  return read(path, Options(repeats=repeats))


@pytest.mark.parametrize(
  ('lists', 'repeats', 'right'),
  [
    # Repeat bar lines say nothing where a list does.
    ('*>[A,A,B]', True, AAB),
    ('*>[A, A, B]\n*>norep[B,A]', True, AAB),
    ('*>norep[B]\n*>long[B,B]\n*>[A,A,B]\n*>[B]', True, AAB),
    ('*>[A,A,B]', False, IN_ORDER),
    (
      '*>[A,A,B]\n*>norep[B,A]',
      False,
      [(64, 0, 0.5), (60, 0.5, 1), (62, 1, 1.5)],
    ),
    ('*>[B]', True, [(64, 0, 0.5)]),
    # Where none does, they do.
    pytest.param('*>norep[A,B]', True, BY_SIGNS, marks=needs_repeat_signs),
    pytest.param('*>[]', True, BY_SIGNS, marks=needs_repeat_signs),
    # What is played out already.
    pytest.param('*thru\n*>[A,A,B]', True, BY_SIGNS, marks=needs_repeat_signs),
  ],
)
def test_order_of_sections(lists, repeats, right, tmp_path):
  piece, told = kern(tmp_path, lists, TWO, repeats=repeats)
  assert_notes(notes_of(piece), right)
  assert told == []


@pytest.mark.parametrize(
  ('lists', 'words'),
  [
    (
      '*>[A,C]',
      "in the order of the file: its expansion list names 'C', which is no",
    ),
    ('*>long[A,A]\n*>short[A]', 'lists have names (long, short), and none is'),
  ],
)
def test_lists_that_are_not_played_are_told(lists, words, tmp_path):
  piece, (told,) = kern(tmp_path, lists, TWO.replace(':|!', ''))
  assert words in told
  assert_notes(notes_of(piece), IN_ORDER)


def test_a_name_that_is_there_twice(tmp_path):
  piece, told = kern(tmp_path, '*>[A,A]', TWO, '*>A\n4g')
  assert_notes(notes_of(piece), AAB[:4])
  assert told == [
    'of sections of the same name, its expansion list plays the first'
  ]


def test_sections_within_a_bar_and_music_before_them(tmp_path):
  piece, _ = kern(
    tmp_path, '*M4/4\n*>[B,A]\n8g\n*>1st > a\n*>A\n4c\n*>B\n4d\n4e'
  )
  assert_notes(
    notes_of(piece), [(67, 0, 0.25), (62, 0.25, 0.75), (64, 0.75, 1.25),
                      (60, 1.25, 1.75)],
  )  # fmt: skip


def test_tempos_and_metres_are_those_of_the_section(tmp_path):
  piece, _ = kern(
    tmp_path,
    '*>[A,B,C,B,C,A]\n*>A\n=\n4c\n*>B\n=\n*MM60\n*M2/4\n4d\n=\n4e\n'
    '*>C\n=\n*MM240\n*M3/4\n2.f',
  )
  assert_notes(
    notes_of(piece),
    [
      (60, 0, 0.5), (62, 0.5, 1.5), (64, 1.5, 2.5), (65, 2.5, 3.25),
      (62, 3.25, 4.25), (64, 4.25, 5.25), (65, 5.25, 6), (60, 6, 6.5),
    ],
  )  # fmt: skip
  assert [(t.time, t.qpm) for t in piece.tempos] == [
    (0, 120), (0.5, 60), (2.5, 240), (3.25, 60), (5.25, 240), (6, 120),
  ]  # fmt: skip
  assert [(m.time, m.numerator) for m in piece.time_signatures] == [
    (0.5, 2), (2.5, 3), (3.25, 2), (5.25, 3),
  ]  # fmt: skip


def test_what_was_in_force_amid_a_piece_is_so_again(tmp_path):
  piece, _ = kern(
    tmp_path,
    '*>[A,B,C,B]\n*M1/4\n*MM60\n*>A\n4c\n*>B\n4d\n*>C\n*MM240\n*M3/4\n2.e',
  )
  assert_notes(
    notes_of(piece), [(60, 0, 1), (62, 1, 2), (64, 2, 2.75), (62, 2.75, 3.75)]
  )
  assert [(m.time, m.numerator) for m in piece.time_signatures] == [
    (0, 1), (2, 3), (2.75, 1),
  ]  # fmt: skip


def test_ties_over_the_border_of_a_section(tmp_path):
  """Into the next section they hold; where another comes, they end."""
  piece, _ = kern(tmp_path, '*>[A,A,B]\n*>A\n4c\n[4d\n*>B\n4d]\n4e')
  assert_notes(
    notes_of(piece),
    [(60, 0, 0.5), (62, 0.5, 1), (60, 1, 1.5), (62, 1.5, 2.5), (64, 2.5, 3)],
  )


def test_spines_that_split_over_the_border_of_a_section(tmp_path):
  path = tmp_path / 'score.krn'
  path.write_text(
    '**kern\t**kern\n*>[A,B,A]\t*>[A,B,A]\n*>A\t*>A\n4c\t4e\n*^\t*\n'
    '4c\t4a\t4f\n*>B\t*>B\t*>B\n4d\t4b\t4g\n*v\t*v\t*\n4c\t4e\n*-\t*-\n'
  )
  first = [(60, 0, 0.5), (64, 0, 0.5), (60, 0.5, 1), (69, 0.5, 1),
           (65, 0.5, 1)]  # fmt: skip
  assert_notes(
    notes_of(read(path)[0]),
    [
      *first,
      (62, 1, 1.5), (71, 1, 1.5), (67, 1, 1.5), (60, 1.5, 2), (64, 1.5, 2),
      *((pitch, start + 2, end + 2) for pitch, start, end in first),
    ],
  )  # fmt: skip


@pytest.mark.parametrize(
  ('section', 'words'),
  [
    ('*>A\n4c\n*>B\n4d', 'over 1000000 bars; --limits=events=N'),
    ('*>A\n*>B\n4d', 'over 1000000 sections; --limits=events=N'),
    ('*>A\n' + '2000c\n' * 20 + '*>B\n4d', 'over 1000000 bars'),
  ],
)
def test_lists_of_millions_are_refused_in_a_line(section, words, tmp_path):
  with pytest.raises(InputError) as e:
    kern(tmp_path, f'*>[{"A," * (10**6 + 1)}B]', section)
  assert words in str(e.value)


def test_long_lists_are_refused_by_the_notes_that_they_make(tmp_path):
  with pytest.raises(InputError, match='over 200000 notes; --limits=notes=N'):
    kern(tmp_path, f'*>[{"A," * 10**5}B]', '*>A\n4c\n4d\n4e\n*>B\n4d')


def test_a_file_of_several_pieces(tmp_path):
  piece, told = kern(tmp_path, '*>[A,A]\n*>A\n4c\n*-\n**kern\n4d')
  assert told == [
    'its expansion lists are not played: it holds more than one piece'
  ]
  assert sorted(n.pitch for n in piece.notes) == [60, 62]


def test_bars_without_numbers_keep_tempos_and_metres(tmp_path):
  piece, _ = kern(tmp_path, '*M2/4\n=\n4c\n4d\n=\n*MM60\n*M1/4\n4e\n=')
  assert_notes(notes_of(piece), [(60, 0, 0.5), (62, 0.5, 1), (64, 1, 2)])
  assert [(m.time, m.numerator) for m in piece.time_signatures] == [
    (0, 2), (1, 1),
  ]  # fmt: skip


def test_what_is_said_amid_music_before_the_first_bar_line(tmp_path):
  piece, told = kern(tmp_path, '*MM60\n4c\n*MM120\n4d\n=1\n4e')
  assert_notes(notes_of(piece), [(60, 0, 1), (62, 1, 1.5), (64, 1.5, 2)])
  piece, told = kern(tmp_path, '*MM60\n4c\n*MM120\n4d')
  assert_notes(notes_of(piece), [(60, 0, 1), (62, 1, 1.5)])
  assert told == []


@pytest.mark.parametrize('encoding', ['utf-8-sig', 'utf-16', 'utf-16-le'])
def test_encodings(encoding, tmp_path):
  path = tmp_path / 'score.krn'
  path.write_bytes('**kern\n4c\n4d\n*-\n'.encode(encoding))
  assert_notes(notes_of(read(path)[0]), [(60, 0, 0.5), (62, 0.5, 1)])
