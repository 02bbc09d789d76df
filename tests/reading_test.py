# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Music as other programs write it: the right notes, and what is told."""

from __future__ import annotations

import copy
import importlib.util
import json
import pathlib
import random
import struct
import zipfile
from xml.etree import ElementTree

import abc_cases
import mir_eval
import musicxml_cases
import note_seq
import numpy as np
import pytest
from broken_music import END_OF_TRACK
from broken_music import NOTE
from broken_music import midi
from conftest import CORPUS

from magenta_vrae.errors import InputError
from magenta_vrae.reading import music_files
from magenta_vrae.reading import music_parsers
from magenta_vrae.reading.options import Options

FILES = pathlib.Path(__file__).parent / 'reading'
RIGHT = json.loads((FILES / 'right.json').read_text())
QUARTER = b'\x83\x60'  # 480 ticks.


def tempo(microseconds, size=3):
  return b'\xff\x51' + bytes([size]) + microseconds.to_bytes(size, 'big')


def read(path, options=None):
  """The notes of a file and what was told of it."""
  kind = music_files.KINDS[path.suffix.lower()]
  # Here, where one sees which lines it takes; the commands have a process.
  (piece,), _, told = music_parsers.parse(
    kind, str(path), options=options or Options()
  )
  return piece, told


def notes_of(piece):
  return [
    (n.pitch, n.start_time, n.end_time) + (('d',) if n.is_drum else ())
    for n in piece.notes
  ]


def assert_notes(found, right, tolerance=2e-3):
  """Asserts that notes are the right ones, in any order."""
  found, right = sorted(found), sorted(right)
  assert [(n[0], *n[3:]) for n in found] == [(n[0], *n[3:]) for n in right]
  np.testing.assert_allclose(
    [n[1:3] for n in found], [n[1:3] for n in right], atol=tolerance
  )


@pytest.mark.parametrize('name', list(RIGHT))
def test_files_of_other_programs(name):
  piece, _ = read(FILES / name)
  assert_notes(notes_of(piece), [tuple(note) for note in RIGHT[name]], 0.051)


def test_a_tempo_counts_for_all_parts():
  piece, _ = read(FILES / 'tempo-parts-two_parts.musicxml')
  assert [
    max(n.end_time for n in piece.notes if n.instrument == part)
    for part in (0, 1)
  ] == [18.0, 18.0]


def test_a_grace_note_is_left_out_and_told_of():
  piece, told = read(FILES / 'grace-grace.musicxml')
  assert len(piece.notes) == 16 and piece.total_time == 8.0
  assert told == ['1 grace note is left out']


def test_unpitched_notes_are_drums_and_the_piano_stays():
  piece, _ = read(FILES / 'unpitched-band.musicxml')
  drums = [n.pitch for n in piece.notes if n.is_drum]
  assert drums == [36] * 8
  assert len(piece.notes) - len(drums) == 8


@pytest.mark.parametrize('name', list(abc_cases.TUNES))
def test_abc(name, tmp_path):
  text, right = abc_cases.TUNES[name]
  path = tmp_path / 'tune.abc'
  path.write_bytes(text.encode())
  piece, told = read(path)
  assert_notes(notes_of(piece), right)
  assert not [line for line in told if 'grace' not in line]


@pytest.mark.parametrize('name', list(musicxml_cases.SCORES))
def test_musicxml(name, tmp_path):
  pytest.importorskip('music21')
  score, right = musicxml_cases.SCORES[name]
  path = tmp_path / 'score.musicxml'
  path.write_bytes(score if isinstance(score, bytes) else score.encode())
  piece, told = read(path)
  assert_notes(notes_of(piece), right)
  assert not [line for line in told if 'grace' not in line]


def test_program_of_a_part(tmp_path):
  path = tmp_path / 'score.musicxml'
  path.write_text(musicxml_cases.SCORES['program'][0])
  assert {n.program for n in read(path)[0].notes} == {32}


def test_a_tune_book(tmp_path):
  """Numbers, shared fields, text between tunes, one tune without music."""
  path = tmp_path / 'book.abc'
  path.write_bytes(
    'M:4/4\nL:1/4\nQ:1/4=60\n\nWords before.\n\nX:1\nT:Fädé\nK:C\nCD|\n\n'
    'Words CDE between.\n\nX:2\nT:none\nK:C\n\nX:7\nK:G\nF2|\n'.encode(
      'latin-1'
    )
  )
  told = []
  first, second = music_files.read('book.abc', str(tmp_path), warn=told.append)
  assert_notes(notes_of(first), [(60, 0, 1), (62, 1, 2)])
  assert first.sequence_metadata.title == 'Fädé'
  assert_notes(notes_of(second), [(66, 0, 2)])
  assert told == ["tune 2 'none' is left out: it has no notes"]
  assert first.id != second.id


def test_repeats_can_be_left(tmp_path):
  path = tmp_path / 'tune.abc'
  path.write_text(abc_cases.HEAD + '|:C4:|D4|\n')
  assert len(read(path)[0].notes) == 3
  assert len(read(path, Options(repeats=False))[0].notes) == 2
  score = tmp_path / 'score.musicxml'
  score.write_text(musicxml_cases.SCORES['repeat'][0])
  assert len(read(score)[0].notes) == 9
  assert len(read(score, Options(repeats=False))[0].notes) == 5


# What follows the header: tracks as bytes, and the notes that they are.
MIDI = {
  'overlapping notes of a pitch end in the order of their beginnings': (
    midi(
      b'\x00\x90\x3c\x40'
      + QUARTER
      + b'\x90\x3c\x50'
      + QUARTER
      + b'\x80\x3c\x00'
      + QUARTER
      + b'\x80\x3c\x00'
    ),
    [(60, 0, 1), (60, 0.5, 1.5)],
  ),
  'a note begins where the one before it ends, in the wrong order': (
    midi(
      b'\x00\x90\x3c\x40'
      + QUARTER
      + b'\x90\x3c\x50\x00\x80\x3c\x00'
      + QUARTER
      + b'\x80\x3c\x00'
    ),
    [(60, 0, 0.5), (60, 0.5, 1)],
  ),
  'tempos of two tracks': (
    midi(
      b'\x00' + tempo(1000000),
      QUARTER + tempo(500000),
      b'\x00\x90\x3c\x40'
      + QUARTER
      + b'\x80\x3c\x00'
      + b'\x00\x90\x3e\x40'
      + QUARTER
      + b'\x80\x3e\x00',
    ),
    [(60, 0, 1), (62, 1, 1.5)],
  ),
  'a tempo of two bytes': (
    midi(b'\x00' + tempo(5000, 2) + NOTE),
    [(60, 0, 0.1)],
  ),
  'a tempo of four bytes': (
    midi(b'\x00' + tempo(5000, 4) + NOTE),
    [(60, 0, 0.1)],
  ),
  'a key of no kind': (
    midi(b'\x00\xff\x59\x02\x63\x09' + NOTE),
    [(60, 0, 0.1)],
  ),
  'a sequence number of no bytes': (
    midi(b'\x00\xff\x00\x00' + NOTE),
    [(60, 0, 0.1)],
  ),
  'a SMPTE offset of one byte': (
    midi(b'\x00\xff\x54\x01\x63' + NOTE),
    [(60, 0, 0.1)],
  ),
  'a channel prefix of no bytes': (
    midi(b'\x00\xff\x20\x00' + NOTE),
    [(60, 0, 0.1)],
  ),
  'a meta event of no kind': (
    midi(b'\x00\xff\x7d\x03abc' + NOTE),
    [(60, 0, 0.1)],
  ),
  'a text that is no UTF-8': (
    midi(b'\x00\xff\x03\x02\xff\xfe' + NOTE),
    [(60, 0, 0.1)],
  ),
  'data bytes over 127': (
    midi(b'\x00\x90\x3c\xc8\x60\x80\x3c\x40\x00\xb0\x07\xff'),
    [(60, 0, 0.1)],
  ),
  'film frames': (
    # 25 frames of 40 ticks: a millisecond a tick.
    midi(b'\x00\x90\x3c\x40\x83\x74\x80\x3c\x40', division=0xE728),
    [(60, 0, 0.5)],
  ),
  'format 7': (midi(NOTE, form=7), [(60, 0, 0.1)]),
  'no end of track': (midi(NOTE, end=b''), [(60, 0, 0.1)]),
  'tracks that are missing': (midi(NOTE, num_tracks=9), [(60, 0, 0.1)]),
  'a header of ten bytes': (
    b'MThd\x00\x00\x00\x0a' + midi(NOTE)[8:14] + b'abcd' + midi(NOTE)[14:],
    [(60, 0, 0.1)],
  ),
  'RIFF': (
    b'RIFF'
    + struct.pack('<L', 4 + 8 + len(midi(NOTE)) + 10)
    + b'RMID'
    + b'DISP\x02\x00\x00\x00hi'
    + b'data'
    + struct.pack('<L', len(midi(NOTE)))
    + midi(NOTE),
    [(60, 0, 0.1)],
  ),
  'MacBinary': (bytes(128) + midi(NOTE), [(60, 0, 0.1)]),
  'rubbish behind it': (midi(NOTE) + b'\x00\x01rubbish', [(60, 0, 0.1)]),
  'a track length of nothing': (
    midi()[:10]
    + b'\x00\x01'
    + midi()[12:]
    + b'MTrk\x00\x00\x00\x00'
    + NOTE
    + END_OF_TRACK,
    [(60, 0, 0.1)],
  ),
  'a track longer than it is': (
    midi()[:10]
    + b'\x00\x02'
    + midi()[12:]
    + b'MTrk'
    + struct.pack('>L', len(NOTE) + 9)
    + NOTE
    + END_OF_TRACK
    + b'MTrk'
    + struct.pack('>L', len(NOTE) + 4)
    + NOTE
    + END_OF_TRACK,
    [(60, 0, 0.1)] * 2,
  ),
  'a chunk of another kind that is longer than the file': (
    midi()[:10]
    + b'\x00\x01'
    + midi()[12:]
    + b'JUNK\x7f\x00\x00\x00abc'
    + midi(NOTE)[14:],
    [(60, 0, 0.1)],
  ),
  'patterns with tempos of their own': (
    midi(b'\x00' + tempo(1000000) + NOTE, NOTE, form=2),
    [(60, 0, 0.2), (60, 0.2, 0.3)],
  ),
}


@pytest.mark.parametrize('name', list(MIDI))
def test_midi(name, tmp_path):
  data, right = MIDI[name]
  path = tmp_path / 'song.mid'
  path.write_bytes(data)
  assert_notes(notes_of(read(path)[0]), right)


@pytest.mark.parametrize(
  'name, says',
  [
    ('a tempo of two bytes', '1 tempo event has no valid value and is ignored'),
    ('data bytes over 127', '2 data bytes are over 127 and read as 127'),
    ('tracks that are missing', 'its header counts 9 tracks; it has 1'),
    ('format 7', 'its format is 7; it is read as format 1'),
    ('a track longer than it is', 'track 1 is 5 bytes shorter than its header'),
    ('patterns with tempos of their own', 'read one after the other'),
  ],
)
def test_midi_tells_what_it_put_right(name, says, tmp_path):
  path = tmp_path / 'song.mid'
  path.write_bytes(MIDI[name][0])
  (line,) = read(path)[1]
  assert says in line


@pytest.mark.parametrize(
  'rate, a_second', [(24, 24), (25, 25), (29, 30 / 1.001), (30, 30)]
)
def test_film_frames_know_no_tempo(rate, a_second, tmp_path):
  path = tmp_path / 'song.mid'
  path.write_bytes(
    midi(
      b'\x00' + tempo(250000) + b'\x10' + tempo(900000) + b'\x08' + NOTE[1:],
      division=(256 - rate) << 8 | 4,
    )
  )
  frame = 1 / a_second
  right = [(60, 6 * frame, 30 * frame)]
  assert_notes(notes_of(read(path)[0]), right, 1e-9)


@pytest.mark.parametrize(
  'division, says',
  [
    (0x0000, 'its quarter note has 0 ticks'),
    (0xE700, 'film frames, 25 a second and 0 ticks each; MIDI has 24, 25, 29'),
    (0xE300, 'film frames, 29 a second and 0 ticks each'),
    (0x8000, 'film frames, 128 a second and 0 ticks each'),
    (0xFF28, 'film frames, 1 a second and 40 ticks each'),
    (0xE428, 'film frames, 28 a second and 40 ticks each'),
  ],
)
def test_divisions_that_make_no_time(division, says, tmp_path):
  path = tmp_path / 'song.mid'
  path.write_bytes(midi(NOTE, division=division))
  with pytest.raises(InputError, match=says):
    read(path)


def test_programs_of_channels(tmp_path):
  """Chosen in another track, or in the note's own."""
  path = tmp_path / 'song.mid'

  def on(channel):
    return NOTE.replace(b'\x90', bytes([0x90 | channel])).replace(
      b'\x80', bytes([0x80 | channel])
    )

  path.write_bytes(
    midi(
      b'\x00\xc0\x21\x00\xc1\x05\x00\xc2\x07',
      on(0),
      on(1),
      b'\x00\xc2\x09' + on(2),
      on(9),
    )
  )
  piece, _ = read(path)
  assert [(n.program, n.is_drum) for n in piece.notes] == [
    (33, False),
    (5, False),
    (9, False),
    (0, True),
  ]
  assert len({n.instrument for n in piece.notes}) == 4


def test_a_program_that_changes_amid_a_track(tmp_path):
  """Until then, that of another track counts, as in a sequencer."""
  path = tmp_path / 'song.mid'
  path.write_bytes(midi(b'\x00\xc0\x21', NOTE + b'\x00\xc0\x05' + NOTE, NOTE))
  piece, _ = read(path)
  assert [n.program for n in piece.notes] == [33, 5, 33]


def test_the_pedal_lengthens_notes_if_asked(tmp_path):
  path = tmp_path / 'song.mid'
  path.write_bytes(midi(b'\x00\xb0\x40\x7f' + NOTE + QUARTER + b'\xb0\x40\x00'))
  assert_notes(notes_of(read(path)[0]), [(60, 0, 0.1)])
  assert_notes(notes_of(read(path, Options(pedal=True))[0]), [(60, 0, 0.6)])


DOWN, UP = b'\x00\xb0\x40\x7f', b'\xb0\x40\x00'
OTHER = NOTE.replace(b'\x3c', b'\x40')


@pytest.mark.parametrize(
  'tracks, ends',
  [
    # Of the right hand's track, of a track of its own, of another channel.
    ((DOWN + NOTE + QUARTER + UP, OTHER), [0.6, 0.6]),
    ((OTHER, DOWN + NOTE + QUARTER + UP), [0.6, 0.6]),
    ((NOTE, DOWN + QUARTER + UP), [0.5]),
    ((NOTE, b'\x00\xb1\x40\x7f' + QUARTER + b'\xb1\x40\x00'), [0.1]),
    # A program chosen meanwhile is of the same channel.
    ((DOWN + b'\x00\xc0\x21' + NOTE + QUARTER + UP,), [0.6]),
    # All controllers are reset.
    ((DOWN + NOTE + QUARTER + b'\xb0\x79\x00' + QUARTER + UP,), [0.6]),
  ],
)
def test_the_pedal_is_of_its_channel(tracks, ends, tmp_path):
  path = tmp_path / 'song.mid'
  path.write_bytes(midi(*tracks))
  piece, _ = read(path, Options(pedal=True))
  assert [n.end_time for n in piece.notes] == pytest.approx(ends)


def test_patterns_have_their_own_pedals(tmp_path):
  path = tmp_path / 'song.mid'
  path.write_bytes(midi(DOWN + NOTE, NOTE + QUARTER + UP, form=2))
  piece, _ = read(path, Options(pedal=True))
  assert [n.end_time for n in piece.notes] == pytest.approx([0.7, 0.2])


@pytest.mark.parametrize('ending', ['.kar', '.SMF', '.rmi', '.MIDI'])
def test_endings_of_midi(ending, tmp_path):
  path = tmp_path / f'song{ending}'
  path.write_bytes(midi(NOTE))
  assert_notes(notes_of(read(path)[0]), [(60, 0, 0.1)])


@pytest.mark.parametrize(
  'container, score',
  [
    ('score.xml', 'score.xml'),
    ('SCORE.XML', 'score.xml'),
    ('/score.xml', 'score.xml'),
    ('deep\\score.xml', 'deep/score.xml'),
    ('./deep/Score.MusicXML', 'deep/score.musicxml'),
    (None, 'score.xml'),
    ('missing.xml', 'score.xml'),
  ],
)
def test_archives(container, score, tmp_path):
  path = tmp_path / 'score.MXL'
  with zipfile.ZipFile(path, 'w') as archive:
    if container:
      archive.writestr(
        'META-INF/container.xml',
        '<container xmlns="urn:x"><rootfiles><rootfile '
        f'full-path="cover.png"/><rootfile full-path="{container}"/>'
        '</rootfiles></container>',
      )
    archive.writestr('cover.png', b'png')
    archive.writestr(score, musicxml_cases.SCORES['plain'][0])
  assert_notes(notes_of(read(path)[0]), musicxml_cases.SC)


KERN = """**kern
*M4/4
*MM60
=1
4c
4d
8e
8f
4g
==
*-
"""
MEI = (
  '<?xml version="1.0"?><mei xmlns="http://www.music-encoding.org/ns/mei">'
  '<music><body><mdiv><score><scoreDef meter.count="4" meter.unit="4">'
  '<staffGrp><staffDef n="1" lines="5" clef.line="2" clef.shape="G"/>'
  '</staffGrp></scoreDef><section><measure n="1"><staff n="1"><layer n="1">'
  '<note pname="c" oct="4" dur="4"/><note pname="e" oct="4" dur="2"/>'
  '<note pname="g" oct="4" dur="4"/></layer></staff></measure></section>'
  '</score></mdiv></body></music></mei>'
)


@pytest.mark.parametrize(
  'name, text, right',
  [
    (
      'a.krn',
      KERN,
      [(60, 0, 1), (62, 1, 2), (64, 2, 2.5), (65, 2.5, 3), (67, 3, 4)],
    ),
    ('a.mei', MEI, [(60, 0, 0.5), (64, 0.5, 1.5), (67, 1.5, 2)]),
  ],
)
def test_other_scores(name, text, right, tmp_path):
  pytest.importorskip('music21')
  (tmp_path / name).write_text(text)
  assert_notes(notes_of(read(tmp_path / name)[0]), right)


def agreement(first, second):
  """F1 of two pieces' notes: pitch, onset within 10 ms and end."""

  def arrays(piece):
    times = [
      (n.start_time, max(n.end_time, n.start_time + 1e-3)) for n in piece.notes
    ]
    hertz = [440.0 * 2.0 ** ((n.pitch - 69) / 12) for n in piece.notes]
    return np.array(times), np.array(hertz)

  return mir_eval.transcription.precision_recall_f1_overlap(
    *arrays(first),
    *arrays(second),
    onset_tolerance=0.01,
    offset_ratio=0.0,
    offset_min_tolerance=0.01,
  )[2]


@pytest.mark.parametrize(
  'name', ['joplin/maple_leaf_rag.mxl', 'bach/bwv66.6.mxl']
)
def test_midi_agrees_with_an_independent_reader(name, tmp_path):
  """A real piece, written and read by note_seq, by way of pretty_midi."""
  piece = note_seq.musicxml_file_to_sequence_proto(str(CORPUS / name))
  path = tmp_path / 'song.mid'
  note_seq.note_sequence_to_midi_file(piece, str(path))
  theirs = note_seq.midi_file_to_note_sequence(str(path))
  assert agreement(read(path)[0], theirs) > 0.995


def with_other_bytes(data, rng):
  """What a disk makes of a file."""
  data = bytearray(data)
  for _ in range(rng.choice((1, 2, 8))):
    at = rng.randrange(max(len(data), 1))
    action = rng.randrange(3)
    if action == 0:
      data[at : at + 1] = bytes([rng.randrange(256)])
    elif action == 1:
      del data[at : at + rng.randrange(1, 20)]
    else:
      data[at:at] = data[at : at + rng.randrange(1, 20)] * rng.randrange(4)
  return bytes(data) or b'x'


def with_other_elements(data, rng):
  """What a stranger makes of a score: XML still, but odd in what it says."""
  root = ElementTree.fromstring(data)
  for _ in range(rng.choice((1, 2, 4))):
    parents = [e for e in root.iter() if len(e)]
    if not parents:
      break
    parent = rng.choice(parents)
    child = rng.choice(list(parent))
    action = rng.randrange(4)
    if action == 0:
      parent.remove(child)
    elif action == 1:
      parent.insert(rng.randrange(len(parent)), copy.deepcopy(child))
    elif action == 2:
      child.text = rng.choice(('', 'x', '-1', '0', '999', '1e9', 'nan', '1.5'))
    elif child.attrib:
      child.set(rng.choice(list(child.attrib)), rng.choice(('', 'x', '0', '9')))
  return ElementTree.tostring(root)


@pytest.mark.parametrize('kind', ['abc', 'musicxml'])
@pytest.mark.parametrize(
  'num', [60, pytest.param(2000, marks=pytest.mark.long)]
)
def test_damaged_scores_are_read_or_refused(kind, num, tmp_path):
  """Whatever a stranger or a disk made of them; the process stays."""
  rng = random.Random(7)
  good = {
    'abc': [text.encode() for text, _ in abc_cases.TUNES.values()],
    'musicxml': [
      s if isinstance(s, bytes) else s.encode()
      for s, _ in musicxml_cases.SCORES.values()
    ],
  }[kind]
  path = tmp_path / f'score.{kind}'
  num_read = 0
  for number in range(num):
    damaged = with_other_bytes
    if kind == 'musicxml' and number % 4:
      damaged = with_other_elements
    path.write_bytes(damaged(rng.choice(good), rng))
    try:
      num_read += bool(music_files.read(path.name, str(tmp_path)))
    except InputError as e:
      assert '\n' not in str(e) and 'parser' not in str(e)
  # What was tried is neither all sound nor all beyond recognition.
  assert num / 10 < num_read < num


def test_a_repeat_goes_back_no_further_than_its_movement(tmp_path):
  path = tmp_path / 'tune.abc'
  path.write_text(abc_cases.HEAD + 'C4|D4|]\nE4|F4:|\n')
  assert [n.pitch for n in read(path)[0].notes] == [60, 62, 64, 65, 64, 65]
  bars = [musicxml_cases.note(step, dur=4) for step in 'CDEF']
  end = (
    '<barline location="right"><bar-style>light-heavy</bar-style>{}</barline>'
  )
  bars[1] += end.format('')
  bars[3] += end.format('<repeat direction="backward"/>')
  path = tmp_path / 'score.musicxml'
  path.write_text(musicxml_cases.score(bars))
  assert [n.pitch for n in read(path)[0].notes] == [60, 62, 64, 65, 64, 65]


def test_without_music21(tmp_path, monkeypatch):
  """MusicXML that is sound is read, with a word; the rest says what to do."""
  find = importlib.util.find_spec
  monkeypatch.setattr(
    importlib.util,
    'find_spec',
    lambda name, *rest: None if name == 'music21' else find(name, *rest),
  )
  path = tmp_path / 'score.musicxml'
  path.write_text(musicxml_cases.SCORES['plain'][0])
  piece, (told,) = read(path)
  assert_notes(notes_of(piece), musicxml_cases.SC)
  assert "pip install 'magenta-vrae[scores]'" in told
  (tmp_path / 'a.krn').write_text(KERN)
  with pytest.raises(InputError, match='read by music21: pip install'):
    read(tmp_path / 'a.krn')


@pytest.mark.parametrize(
  ('music', 'num_notes', 'seconds'),
  [
    ('C>D' * 3000, 6000, 1500.0),
    ('[K:' * 30000 + 'C', None, None),
    ('{' * 30000 + 'C', None, None),
    ('V:1 ' + 'a' * 100000 + '\nC', 1, 0.25),
    ('1' * 30000 + ' C', 1, 0.25),
    ('[V:1 ' + 'a' * 300 + ' transpose=2]C', 1, 0.25),
    ('%%MIDI program \u00b2\nC', 1, 0.25),
  ],
)
def test_odd_abc_is_read_to_its_end(music, num_notes, seconds, tmp_path):
  path = tmp_path / 'song.abc'
  path.write_text(f'X:1\nK:C\n{music}\n', encoding='utf-8')
  piece, _ = read(path)
  if num_notes:
    assert len(piece.notes) == num_notes
    assert piece.total_time == pytest.approx(seconds)
  assert piece.notes
