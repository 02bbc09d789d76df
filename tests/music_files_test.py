# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Music files as broken exporters and strangers write them."""

from __future__ import annotations

import contextlib
import os
import signal
import struct
import subprocess
import sys
import threading
import time
import zipfile

import note_seq
import psutil
import pytest
from broken_music import NOTE
from broken_music import midi
from broken_music import number
from conftest import CORPUS
from conftest import run_command
from mido import MidiFile

from magenta_vrae import cores
from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading import music_files
from magenta_vrae.reading import parser_pool
from magenta_vrae.reading.midi import events as midi_events
from magenta_vrae.reading.parser_process import ParserProcess

SCORE = (
  '<score-partwise><part-list><score-part id="P1"/></part-list><part id="P1">'
  '<measure><attributes><divisions>1</divisions></attributes>{}</measure>'
  '</part></score-partwise>'
)
SCORE_NOTE = (
  '<note><pitch><step>C</step><octave>4</octave></pitch>'
  '<duration>1</duration></note>'
)
GOOD = SCORE.format(SCORE_NOTE * 3)
CONTAINER = (
  '<container><rootfiles><rootfile full-path="score.xml"/></rootfiles>'
  '</container>'
)


def mxl(path, score=GOOD, method=zipfile.ZIP_DEFLATED):
  with zipfile.ZipFile(path, 'w', method) as archive:
    archive.writestr('META-INF/container.xml', CONTAINER)
    archive.writestr('score.xml', score)
  return path.read_bytes()


def test_events_are_those_that_mido_reads(tmp_path):
  score = note_seq.musicxml_file_to_sequence_proto(
    str(CORPUS / 'joplin/maple_leaf_rag.mxl')
  )
  path = str(tmp_path / 'rag.mid')
  note_seq.note_sequence_to_midi_file(score, path)
  with open(path, 'rb') as file:
    midi_file = midi_events.read(file.read())
  assert not midi_file.warnings
  tracks = MidiFile(path).tracks
  assert len(midi_file.tracks) == len(tracks)
  for ours, theirs in zip(midi_file.tracks, tracks):
    assert ours.num_ticks == sum(event.time for event in theirs)
    begun = [e for e in theirs if e.type == 'note_on' and e.velocity]
    assert [
      (e.first, e.second)
      for e in ours.messages
      if e.kind == midi_events.NOTE_ON
    ] == [(e.note, e.velocity) for e in begun]


def test_events_that_are_rare():
  """Running status, messages of the system and long ones."""
  track = (
    b'\x00\xf0\x03\x01\x02\xf7'  # System exclusive.
    b'\x00\xff\x01\x02hi'  # Text.
    b'\x00\x90\x3c\x40\x05\x3e\x40'  # A second note by running status.
    b'\x05\x3c\x00\x00\x3e\x00'  # Both end at velocity zero.
    b'\x00\xc0\x05\x00\xe0\x00\x40'  # Program, pitch wheel.
  )
  (read,) = midi_events.read(midi(track)).tracks
  assert read.num_ticks == 10 and not read.metas
  assert read.messages == [
    (0, midi_events.NOTE_ON, 0, 60, 64),
    (5, midi_events.NOTE_ON, 0, 62, 64),
    (10, midi_events.NOTE_OFF, 0, 60, 0),
    (10, midi_events.NOTE_OFF, 0, 62, 0),
    (10, midi_events.PROGRAM, 0, 5, 0),
    (10, midi_events.BEND, 0, 0, 64),
  ]


MIDI_CASES = {
  'no_midi': (b'RIFFxxxxxxxxxxxxxx', 'does not begin with MThd'),
  'header_cut': (midi(NOTE)[:10], 'cut off in its header'),
  'cut': (midi(NOTE * 9)[:60], 'cut off in track 1, after'),
  'no_tracks': (midi(), 'no tracks'),
  'no_division': (midi(NOTE, division=0), '0 ticks'),
  'data_first': (midi(b'\x00\x40\x40'), 'data byte where a message'),
  'status': (midi(b'\x00\xf4'), 'unknown status 0xf4'),
  'long_text': (midi(b'\x00\xff\x01' + number(2**27)), 'cut off in track 1'),
  'long_number': (midi(b'\xff' * 20), 'number of over 8 bytes'),
  # Takes 6 GB in pretty_midi.
  'rest': (midi(number(2**28 - 1) + NOTE[1:]), 'over 33554432 ticks'),
  'rests': (midi((number(2**24) + NOTE[1:]) * 3), 'over 33554432 ticks'),
  # Take minutes.
  'million_notes': (midi(NOTE * 1000000), 'over 200000 notes'),
  'million_events': (
    midi(b'\x00\xb0\x07\x40' * 1100000),
    'over 1000000 MIDI events',
  ),
  # Gave no notes without a word.
  'dangling': (
    midi(b'\x01\x90\x3c\x40' * 60000),
    '60000 of 60000 notes have no end',
  ),
  'slow': (
    midi(b'\x00\xff\x51\x03\xff\xff\xff' + number(2**24) + NOTE[1:]),
    'beyond 86400 s; --limits=hours=N',
  ),
  'no_notes': (midi(b''), 'holds no notes'),
}


@pytest.mark.parametrize('name', list(MIDI_CASES))
def test_bad_midi(name, tmp_path):
  data, says = MIDI_CASES[name]
  (tmp_path / 'bad.mid').write_bytes(data)
  with pytest.raises(InputError, match=says) as e:
    music_files.read('bad.mid', str(tmp_path))
  assert '\n' not in str(e.value)


def test_notes_without_an_end_are_told_of(tmp_path):
  (tmp_path / 'a.mid').write_bytes(midi(NOTE * 5 + b'\x00\x90\x40\x40' * 2))
  warnings = []
  (piece,) = music_files.read('a.mid', str(tmp_path), warn=warnings.append)
  assert len(piece.notes) == 5
  (warning,) = warnings
  assert warning.startswith('2 of 7 notes have no end')


MUSICXML_CASES = {
  'no_xml': ('hello', 'not well-formed XML'),
  'cut': (GOOD[:300], 'not well-formed XML'),
  'no_notes': (SCORE.format(''), 'no notes'),
  'entities': (
    '<!DOCTYPE a [<!ENTITY b "ha">]>' + SCORE.format('&b;'),
    "entity 'b'",
  ),
  'deep': ('<a>' * 100000, 'more than 100 deep'),
  'many': (SCORE.format('<a/>' * 1100000), 'over 1000000 XML elements'),
  'notes': (SCORE.format('<note/>' * 210000), 'over 200000 notes'),
  'long': (GOOD.replace('>1</dur', '>99999999</dur'), 'hours=N'),
}


@pytest.mark.parametrize('packed', [False, True])
@pytest.mark.parametrize('name', list(MUSICXML_CASES))
def test_bad_musicxml(name, packed, tmp_path):
  text, says = MUSICXML_CASES[name]
  if packed:
    mxl(tmp_path / 'bad.mxl', text)
  else:
    (tmp_path / 'bad.xml').write_text(text)
  with pytest.raises(InputError, match=says):
    music_files.read('bad.mxl' if packed else 'bad.xml', str(tmp_path))


def test_document_type_is_welcome(tmp_path):
  """As every exporter writes it: named, not defined."""
  (tmp_path / 'a.musicxml').write_text(
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 3.1 '
    'Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">' + GOOD
  )
  (piece,) = music_files.read('a.musicxml', str(tmp_path))
  assert len(piece.notes) == 3


class TestArchive:
  def refused(self, path, says):
    with pytest.raises(InputError, match=says):
      music_files.read(path.name, str(path.parent))

  def test_that_unpacks_to_too_much(self, tmp_path):
    path = tmp_path / 'bomb.mxl'
    mxl(path, '<a>' + ' ' * 2**28)
    assert path.stat().st_size < 2**20
    self.refused(path, 'unpacks to 256.0 MB, over 32')

  def test_that_lies_about_its_size(self, tmp_path):
    path = tmp_path / 'liar.mxl'
    data = bytearray(mxl(path, '<a>' + ' ' * 2**28))
    for magic, offset in ((b'PK\x01\x02', 24), (b'PK\x03\x04', 22)):
      at = data.rindex(magic) + offset
      data[at : at + 4] = struct.pack('<L', 1000)
    path.write_bytes(data)
    self.refused(path, 'not a complete archive')

  def test_of_a_method_without_bound(self, tmp_path):
    path = tmp_path / 'a.mxl'
    mxl(path, method=zipfile.ZIP_BZIP2)
    self.refused(path, 'method 12')

  def test_of_many_files(self, tmp_path):
    path = tmp_path / 'a.mxl'
    with zipfile.ZipFile(path, 'w') as archive:
      for name in range(1001):
        archive.writestr(str(name), '')
    self.refused(path, '1001 files')

  def test_that_is_cut(self, tmp_path):
    path = tmp_path / 'a.mxl'
    path.write_bytes(mxl(path)[:-30])
    self.refused(path, 'not a complete archive')


def test_tunes_left_out_are_told_of(tmp_path):
  (tmp_path / 'a.abc').write_text('X:1\nK:C\nCDEF|\n\nX:2\nK:C\nz4|\n')
  warnings = []
  (piece,) = music_files.read('a.abc', str(tmp_path), warn=warnings.append)
  assert len(piece.notes) == 4
  (warning,) = warnings
  assert warning == 'tune 2 is left out: it has no notes'


@pytest.mark.parametrize('name', ['a.mid', 'a.mxl', 'a.abc'])
def test_what_is_no_file(name, tmp_path):
  os.mkfifo(tmp_path / name)
  with pytest.raises(InputError, match='not a regular file'):
    music_files.read(name, str(tmp_path))
  os.remove(tmp_path / name)
  os.symlink('nowhere', tmp_path / name)
  with pytest.raises(InputError, match='cannot be opened: No such file'):
    music_files.read(name, str(tmp_path))
  os.remove(tmp_path / name)
  with open(tmp_path / name, 'wb') as file:
    file.truncate(33 * 2**20)
  with pytest.raises(InputError, match='33.0 MB, over 32'):
    music_files.read(name, str(tmp_path))


class TestLimits:
  def test_merge(self):
    limits = limits_lib.DEFAULT.parse('notes=5, ticks=7')
    assert (limits.notes, limits.ticks) == (5, 7)
    assert limits._replace(notes=200000, ticks=2**25) == limits_lib.DEFAULT
    assert limits_lib.DEFAULT.parse(limits.as_flag()) == limits

  @pytest.mark.parametrize(
    'text, says',
    [
      ('note=5', "'note'.*known are .*notes"),
      ('notes=-1', 'above 0'),
      ('seconds=1000000001', 'at most 1000000000'),
    ],
  )
  def test_bad(self, text, says):
    with pytest.raises(InputError, match=says):
      limits_lib.DEFAULT.parse(text)


class TestParserProcess:
  def test_bytecode_is_kept(self, tmp_path, monkeypatch):
    # Installers such as uv make none. Once all is set up, a process that parses
    # may write no file, so it would compile music21 for each score anew.
    monkeypatch.delenv('PYTHONDONTWRITEBYTECODE', raising=False)
    monkeypatch.setenv('PYTHONPYCACHEPREFIX', str(tmp_path / 'cache'))
    score = tmp_path / 'score.xml'
    score.write_text(GOOD)
    parser = ParserProcess()
    assert parser.parse('musicxml', str(score)).sequences
    parser.close()
    kept = {path.name for path in (tmp_path / 'cache').rglob('*.pyc')}
    assert any(name.startswith('xmlToM21.') for name in kept)
    assert any(name.startswith('stream_notes.') for name in kept)

  """What no check foresees: the process hangs, grows or dies."""

  @pytest.fixture
  def good(self, tmp_path):
    (tmp_path / 'good.mid').write_bytes(midi(NOTE * 5))
    return 'midi', str(tmp_path / 'good.mid')

  @pytest.fixture
  def parser(self):
    parsers = []

    def start(**limits):
      parsers.append(ParserProcess(limits_lib.DEFAULT._replace(**limits)))
      return parsers[-1]

    yield start
    for parser in parsers:
      parser.close()

  def test_stays_from_file_to_file(self, parser, good):
    parser = parser()
    parser.parse(*good)
    pid = parser.pid
    with pytest.raises(InputError):
      parser.parse('midi', __file__)
    parser.parse(*good)
    assert parser.pid == pid

  def test_processor_time(self, parser, good, tmp_path):
    # As long as several seconds are too short for on the fastest machines.
    (tmp_path / 'slow.mid').write_bytes(midi(NOTE * 1500000))
    parser = parser(seconds=1, notes=10**7, events=10**7, ticks=10**10)
    # On a machine that is busy with other things the clock may come first.
    with pytest.raises(InputError, match='1 s of processor time|after 3 s'):
      parser.parse('midi', str(tmp_path / 'slow.mid'))
    assert len(parser.parse(*good)[0]) == 1

  def test_the_clock(self, parser, good):
    parser = parser(seconds=1)
    parser.parse(*good)
    # A process that stands still uses no processor time.
    os.kill(parser.pid, signal.SIGSTOP)
    began = time.monotonic()
    with pytest.raises(InputError, match='not read after 3 s'):
      parser.parse(*good)
    assert time.monotonic() - began < 60
    assert len(parser.parse(*good)[0]) == 1

  def test_memory(self, parser, good, tmp_path):
    (tmp_path / 'large.mid').write_bytes(midi(NOTE * 190000))
    parser = parser(memory=48)
    with pytest.raises(InputError, match='more than 48 MB.*memory=N'):
      parser.parse('midi', str(tmp_path / 'large.mid'))
    assert len(parser.parse(*good)[0]) == 1

  def test_death(self, parser, good, tmp_path):
    parser = parser()
    parser.parse(*good)
    os.kill(parser.pid, signal.SIGSTOP)
    timer = threading.Timer(1, os.kill, (parser.pid, signal.SIGSEGV))
    timer.start()
    # A stopped process takes no other signal until it is let go.
    threading.Timer(1.5, os.kill, (parser.pid, signal.SIGCONT)).start()
    with pytest.raises(InputError, match='its parser died of SIGSEGV'):
      parser.parse(*good)
    assert len(parser.parse(*good)[0]) == 1

  def test_is_light_and_ends_with_its_parent(self, parser, good):
    parser = parser()
    parser.parse(*good)
    process = psutil.Process(parser.pid)
    with open(f'/proc/{parser.pid}/maps') as file:
      assert 'libtensorflow' not in file.read()
    parser.close()
    assert not process.is_running()


class TestParserPool:
  """Many files at a time."""

  @pytest.fixture
  def songs(self, tmp_path):
    """20 files of 1 to 20 notes; those of more notes come first."""
    for at in range(20):
      (tmp_path / f'{at:02d}.mid').write_bytes(midi(NOTE * (20 - at)))
    (tmp_path / '05.mid').write_bytes(b'bad')
    return tmp_path

  @pytest.mark.parametrize('num_processes', [1, 3, None])
  def test_results_are_those_of_reading_one_by_one(self, songs, num_processes):
    paths = music_files.find(str(songs), True)
    paths.insert(3, 'nowhere.mid')
    results = list(
      parser_pool.read_all(paths, str(songs), num_processes=num_processes)
    )
    assert [result.path for result in results] == paths
    for path, result in zip(paths, results):
      try:
        expected = music_files.read(path, str(songs))
      except InputError as e:
        assert (result.sequences, result.skipped) == ([], str(e))
      else:
        assert (result.sequences, result.skipped) == (expected, None)
    assert [r.path for r in results if r.skipped] == ['nowhere.mid', '05.mid']

  def test_little_is_read_ahead(self, songs):
    """Nor do the paths have to be known."""
    taken = []

    def endless():
      while True:
        taken.append('00.mid')
        yield '00.mid'

    results = parser_pool.read_all(endless(), str(songs), num_processes=2)
    with contextlib.closing(results):
      for _ in range(30):
        next(results)
      assert len(taken) < 40

  def test_closing_ends_the_processes_in_the_midst_of_a_file(self, tmp_path):
    (tmp_path / 'a.mid').write_bytes(midi(NOTE))
    (tmp_path / 'slow.mid').write_bytes(midi(NOTE * 190000))
    children = psutil.Process().children
    before = set(children())
    results = parser_pool.read_all(
      ['a.mid', *['slow.mid'] * 8],
      str(tmp_path),
      limits_lib.DEFAULT._replace(seconds=3600),
      num_processes=2,
    )
    assert len(next(results).sequences) == 1
    parsers = set(children()) - before
    assert len(parsers) == 2
    for parser in parsers:
      parser.suspend()  # So that they would never end by themselves.
    closing = threading.Thread(target=results.close, daemon=True)
    closing.start()
    closing.join(60)
    assert not closing.is_alive()
    assert not set(children()) - before

  def test_each_file_has_the_limits(self, songs, tmp_path):
    (tmp_path / 'large.mid').write_bytes(midi(NOTE * 190000))
    results = parser_pool.read_all(
      ['large.mid', '00.mid', 'large.mid', '19.mid'],
      str(songs),
      limits_lib.DEFAULT._replace(memory=48),
      num_processes=2,
    )
    first, second, third, last = results
    assert 'more than 48 MB' in first.skipped
    assert 'more than 48 MB' in third.skipped
    assert (len(second.sequences[0].notes), len(last.sequences[0].notes)) == (
      20,
      1,
    )

  def test_uses_the_cores_that_it_may(self):
    allowed = os.sched_getaffinity(0)
    try:
      os.sched_setaffinity(0, {min(allowed)})
      assert cores.available() == 1
    finally:
      os.sched_setaffinity(0, allowed)
    assert cores.available() == len(allowed)


class TestFind:
  def test_links_are_followed_once(self, tmp_path):
    songs, elsewhere = tmp_path / 'songs', tmp_path / 'elsewhere'
    for folder in (songs / 'z', elsewhere):
      folder.mkdir(parents=True)
      (folder / 'a.mid').write_bytes(b'')
    (songs / 'a link').symlink_to('z')
    (songs / 'elsewhere').symlink_to(elsewhere)
    (songs / 'z' / 'loop').symlink_to(songs)
    (elsewhere / 'back').symlink_to(songs / 'z')
    (songs / 'broken').symlink_to('nowhere')
    expected = ['elsewhere/a.mid', 'z/a.mid']
    assert music_files.find(str(songs), True) == expected

  def test_links_are_not_followed_where_folders_are_not(self, tmp_path):
    (tmp_path / 'inner').mkdir()
    (tmp_path / 'link').symlink_to('inner')
    (tmp_path / 'inner' / 'b.mid').write_bytes(b'')
    (tmp_path / 'a.mid').write_bytes(b'')
    assert music_files.find(str(tmp_path), False) == ['a.mid']


def test_command_names_every_bad_file(tmp_path):
  songs = tmp_path / 'songs'
  songs.mkdir()
  for name, (data, _) in MIDI_CASES.items():
    (songs / f'{name}.mid').write_bytes(data)
  (songs / 'good.mid').write_bytes(midi(NOTE * 5 + b'\x00\x90\x40\x40'))
  os.mkfifo(songs / 'pipe.mid')
  result = run_command(
    'vrae_create_dataset',
    f'--input_dir={songs}',
    f'--output_file={tmp_path}/out.tfrecord',
  )
  assert result.returncode == 3, result.stderr
  lines = result.stderr.splitlines()
  for name in [*MIDI_CASES, 'pipe']:
    assert [line for line in lines if f'{name}.mid: ' in line]
  assert '1 of 6 notes have no end' in result.stderr
  assert f'1 of {len(MIDI_CASES) + 2} files' in result.stdout
  assert f'{len(MIDI_CASES) + 1} skipped' in result.stdout


def test_command_takes_limits(tmp_path):
  songs = tmp_path / 'songs'
  songs.mkdir()
  (songs / 'a.mid').write_bytes(midi(NOTE * 5))
  (songs / 'b.mid').write_bytes(midi(NOTE * 4))
  result = run_command(
    'vrae_create_dataset',
    f'--input_dir={songs}',
    f'--output_file={tmp_path}/out.tfrecord',
    '--limits=notes=4',
  )
  assert result.returncode == 3, result.stderr
  assert 'a.mid: it has over 4 notes; --limits=notes=N' in result.stderr


def test_a_warning_of_the_parser_needs_no_terminal(tmp_path):
  """music21 says what it passes over, and may not write to a log file."""
  path = tmp_path / 'song.krn'
  path.write_text('**kern\n*M0/0\n=1\n4c\n4d\n=2\n*-\n')
  program = (
    'import sys; from magenta_vrae.reading.parser_process import ParserProcess;'
    "print(len(ParserProcess().parse('kern', sys.argv[1]).sequences))"
  )
  with open(tmp_path / 'log', 'wb') as log:
    done = subprocess.run(
      [sys.executable, '-c', program, str(path)],
      stdout=subprocess.PIPE,
      stderr=log,
      check=False,
    )
  assert done.stdout.strip() == b'1', (tmp_path / 'log').read_text()
