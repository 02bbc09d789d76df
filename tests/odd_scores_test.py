# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Scores that nobody wrote: read rightly, or refused in a line, within limits.

The limits are the commands' own: a reader that takes the square of a file's
length is ended by them, and the test fails.
"""

from __future__ import annotations

import zipfile

import note_seq
import pytest
from reading_test import assert_notes
from reading_test import notes_of
from reading_test import read

from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits
from magenta_vrae.reading import parser_process

SPLITS = """**kern
*M4/4
=1
*^
4c	4e
*	*^
4c	4e	4g
*	*v	*v
4d	4f
*v	*v
4c
=2
*-
"""


def score_of(*measures, head='', divisions='1', beats='4', beat_type='4'):
  """MusicXML of one part."""
  return (
    f'<?xml version="1.0"?>{head}<score-partwise><part-list><score-part '
    'id="P1"><part-name>A</part-name></score-part></part-list><part id="P1">'
    f'<measure number="1"><attributes><divisions>{divisions}</divisions><time>'
    f'<beats>{beats}</beats><beat-type>{beat_type}</beat-type></time>'
    f'</attributes>{measures[0]}</measure>'
    + ''.join(
      f'<measure number="{number}">{measure}</measure>'
      for number, measure in enumerate(measures[1:], 2)
    )
    + '</part></score-partwise>'
  )


def written(duration='1', step='C'):
  return (
    f'<note><pitch><step>{step}</step><octave>4</octave></pitch>'
    f'<duration>{duration}</duration></note>'
  )


def equal(before, after):
  """A mark that says that a note is as long as another was before."""
  return (
    '<direction><direction-type><metronome>'
    f'<beat-unit>{before}</beat-unit><beat-unit>{after}</beat-unit>'
    '</metronome></direction-type></direction>'
  )


@pytest.fixture(scope='module')
def within_limits():
  """A function that reads a file within the commands' limits."""
  process = parser_process.ParserProcess()

  def parse(kind, path):
    reply = process.parse(kind, str(path))
    pieces = [note_seq.NoteSequence.FromString(s) for s in reply.sequences]
    return pieces[0], reply.warnings

  yield parse
  process.close()


METRONOME = (
  '<direction><direction-type><metronome><beat-unit>quarter</beat-unit>'
  + '<beat-unit-dot/>' * 2000
  + '<per-minute>60</per-minute></metronome></direction-type></direction>'
)
MOVE = f'<forward><duration>{"9" * 300}</duration></forward>'
DA_CAPO = '<sound dacapo="yes"/>'
BACKWARD = '<barline><repeat direction="backward" times="99"/></barline>'


@pytest.mark.parametrize(
  ('text', 'num_notes', 'seconds'),
  [
    (score_of(written(), beats='999', beat_type='1'), 1, 0.5),
    (score_of(written(), beats='+'.join('1' * 10000)), 1, 0.5),
    (score_of(written(4), divisions='1e308'), 1, 2.0),
    (score_of(written(4), divisions='1e-308'), 1, 2.0),
    (score_of(METRONOME + written()), 1, 0.5),
    (score_of(written()).replace('r="1"', f'r="{"9" * 9000}"'), 1, 0.5),
    (score_of(f'<?a {"?a" * 10**6}?>' + written()), 1, 0.5),
    (score_of(*[written(4) + BACKWARD] * 20), 1980, 3960.0),
    (score_of((written() + '<backup><duration>1</duration></backup>') * 3000),
     3000, 0.5),
    (score_of('<forward><duration>1</duration></forward>' * 5000 + written()),
     1, 2500.5),
    # A move that no music makes, behind the last note.
    (score_of(written() + MOVE), 1, 0.5),
  ],
)  # fmt: skip
def test_odd_musicxml_is_read_to_its_end(
  text, num_notes, seconds, tmp_path, within_limits
):
  pytest.importorskip('music21')
  path = tmp_path / 'score.xml'
  path.write_text(text)
  piece, _ = within_limits('musicxml', path)
  assert len(piece.notes) == num_notes
  assert piece.total_time == pytest.approx(seconds)


@pytest.mark.parametrize(
  ('text', 'words'),
  [
    *(
      (score_of(written(duration)), f"a duration of '{duration}'; durations")
      for duration in ('nan', 'inf', '-inf', '1/3', 'x', '')
    ),
    (score_of(f'<backup><duration>nan</duration></backup>{written()}'),
     "a duration of 'nan'"),
    (score_of(written('-1')), 'end -0.5; it must be not before'),
    (score_of(written('9' * 300)), '--limits=hours=N'),
    (score_of(written(), head='<!DOCTYPE a [<!ENTITY b "c">]>'), 'the entity'),
    (score_of('<a>' * 99 + '</a>' * 99 + written()), 'nested more than 100'),
    (score_of(*[written() * 200 + BACKWARD] * 20), 'over 200000 notes'),
    # Each tempo is a part of the one before, or a multiple.
    (score_of(*[equal('64th', 'breve') + written()] * 300),
     'a tempo of 1.96608e+06 quarters a minute, said by the one before'),
    (score_of(*[equal('breve', '64th') + written()] * 300), 'a tempo of 0.0'),
    (score_of(*[DA_CAPO + written(4)] * 1500), 'over 1000000 bars'),
  ],
)  # fmt: skip
def test_hostile_musicxml_is_refused_in_a_line(
  text, words, tmp_path, within_limits
):
  pytest.importorskip('music21')
  path = tmp_path / 'score.xml'
  path.write_text(text)
  with pytest.raises(InputError) as e:
    within_limits('musicxml', path)
  assert words in str(e.value) and str(e.value).isprintable()


@pytest.mark.parametrize('name', ['META-INF\\\\container.xml/.', 'a.xml/.'])
def test_entities_under_odd_names_of_an_archive(name, tmp_path):
  bomb = '<!DOCTYPE a [<!ENTITY a "a"><!ENTITY b "&a;&a;">]><a>&b;</a>'
  path = tmp_path / 'score.mxl'
  with zipfile.ZipFile(path, 'w') as archive:
    archive.writestr(name, bomb)
    archive.writestr('b.xml', score_of(written()))
  with pytest.raises(InputError, match="defines the entity 'a'"):
    read(path)


def test_spines_that_split_within_a_split(tmp_path):
  """As three voices of piano music do; music21 alone leaves out e and g."""
  pytest.importorskip('music21')
  (tmp_path / 'a.krn').write_text(SPLITS)
  assert_notes(
    notes_of(read(tmp_path / 'a.krn')[0]),
    [
      (60, 0, 0.5), (64, 0, 0.5), (60, 0.5, 1), (64, 0.5, 1), (67, 0.5, 1),
      (62, 1, 1.5), (65, 1, 1.5), (60, 1.5, 2),
    ],
  )  # fmt: skip


def splits(number):
  """A spine that splits so often, and is joined again."""
  lines = ['**kern']
  for width in range(1, number + 1):
    lines.append('\t'.join(['*^'] + ['*'] * (width - 1)))
  lines.append('\t'.join(['4c'] * (number + 1)))
  for width in range(number + 1, 1, -1):
    lines.append('\t'.join(['*v', '*v'] + ['*'] * (width - 2)))
  return '\n'.join([*lines, '4d', '*-', ''])


@pytest.mark.parametrize(
  ('text', 'num_notes', 'seconds'),
  [
    (splits(60), 62, 1.0),
    ('**kern\n*M999/1\n=1\n4c\n=2\n4d\n*-\n', 2, 1.0),
    ('**kern\n*MM0\n4c\n*MM-0.0\n4d\n*-\n', 2, 1.0),
    ('**kern\n*M4/4\n4c\n' + '!x\n' * 20000 + '4d\n*-\n', 2, 1.0),
    ('**kern\n*M4/4\n4c\n' + '[4c\n' * 500 + '*-\n', 501, 250.5),
    ('**kern\n*>[A,A,B]\n*>A[A,A]\n*>A\n4c\n*>B\n4d\n*-\n', 3, 1.5),
    ('**kern\n*M' + '4/4+' * 300 + '4/4\n4c\n*-\n', 1, 0.5),
    ('**kern\n*tb8\n4c\n*tb\n4d\n*-\n', 2, 1.0),
    ('**kern\n4c\n*^\n4d\n4e\n', 3, None),
    ('**kern\n4c\n3%0d\n4%e\n00f\n*-\n', 4, 9.0),
  ],
)
def test_odd_kern_is_read_to_its_end(
  text, num_notes, seconds, tmp_path, within_limits
):
  pytest.importorskip('music21')
  path = tmp_path / 'score.krn'
  path.write_text(text)
  piece, warnings = within_limits('kern', path)
  assert len(piece.notes) == num_notes
  if seconds:
    assert piece.total_time == pytest.approx(seconds)
  assert ('a tempo of 0 is ignored' in warnings) == ('*MM0' in text)


def test_notes_that_music21_cannot_read_are_told(tmp_path):
  pytest.importorskip('music21')
  path = tmp_path / 'score.krn'
  path.write_text('**kern\n4c\n0%3d\n4e\n0%3f\n*-\n')
  piece, told = read(path)
  assert_notes(notes_of(piece), [(60, 0, 0.5), (64, 0.5, 1)])
  assert told == [
    "2 notes are left out that music21 cannot read, the first '0%3d'"
  ]


@pytest.mark.parametrize(
  ('text', 'words'),
  [
    ('', 'it is no **kern'),
    ('4c\n4d\n', 'it is no **kern'),
    ('**text\nhello\n*-\n', 'it is no **kern'),
    ('**kern\n*-\n', 'it holds no notes'),
    ('**kern\t**kern\n4c\t4d\t4e\n*-\t*-\n', 'it cannot be read'),
  ],
)
def test_what_is_no_kern_is_refused_in_a_line(text, words, tmp_path):
  pytest.importorskip('music21')
  path = tmp_path / 'score.krn'
  path.write_text(text)
  with pytest.raises(InputError) as e:
    read(path)
  assert words in str(e.value) and '\n' not in str(e.value)


@pytest.mark.parametrize(
  ('music', 'num_notes'),
  [
    # 20,000 times, with as many endings behind.
    ('C |: D ' + ':' * 20000 + '|' + '[5 E |' * 20000, 20003),
    # A chain of endings, each of which ends a repeat.
    *(
      pytest.param(
        'C '
        + ''.join(f'|[{number % 99 + 1} C :' for number in range(endings))
        + '|',
        endings + 99,
        marks=marks,
      )
      for endings, marks in ((15000, ()), (60000, pytest.mark.long))
    ),
    pytest.param(
      '|: ' + 'C :|: ' * 5000 + 'D |', 10001, marks=pytest.mark.long
    ),
    ('|: C |1 D :|2 E :|3 F :|4 G |] ' * 500, 4000),
    # Each goes back once, and the last plays all again.
    ('C!D.C.!|' * 500, 125750),
  ],
)
def test_thousands_of_repeats_of_abc(music, num_notes, tmp_path, within_limits):
  path = tmp_path / 'song.abc'
  path.write_text(f'X:1\nL:1/4\nK:C\n{music}\n')
  piece, _ = within_limits('abc', path)
  assert len(piece.notes) == num_notes


def test_a_long_comment_takes_no_time_of_its_own(tmp_path):
  """An old expat begins a comment again with each chunk: 11 s for this one."""
  pytest.importorskip('music21')
  path = tmp_path / 'score.xml'
  path.write_text(score_of(f'<!--{"-a" * (15 * 10**6)}-->' + written()))
  process = parser_process.ParserProcess(limits.DEFAULT._replace(seconds=6))
  (piece,) = process.parse('musicxml', str(path)).sequences
  process.close()
  assert len(note_seq.NoteSequence.FromString(piece).notes) == 1
