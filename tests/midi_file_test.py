# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""MIDI files as mido, note_seq and our own reader find them."""

from __future__ import annotations

import os
import random

import mido
import note_seq
import pretty_midi
import pytest

from magenta_vrae import midi_file
from magenta_vrae.data import instrument_names
from magenta_vrae.errors import InputError
from magenta_vrae.reading import music_files

PPQ = 220


def piece(*notes, **fields):
  """A NoteSequence of (pitch, start, end, note fields) rows."""
  made = note_seq.NoteSequence(ticks_per_quarter=PPQ, **fields)
  for pitch, start, end, *more in notes:
    note = made.notes.add(
      pitch=pitch, start_time=start, end_time=end, velocity=90
    )
    for name, value in (more[0] if more else {}).items():
      setattr(note, name, value)
    made.total_time = max(made.total_time, end)
  return made


def written(sequence, tmp_path):
  path = str(tmp_path / 'a.mid')
  midi_file.write(sequence, path)
  return path


def events(track):
  """Ticks and messages of a track."""
  now, found = 0, []
  for message in track:
    now += message.time
    found.append((now, message))
  return found


def ends(path):
  """The tick and type of each track's last event."""
  tracks = mido.MidiFile(path).tracks
  return {(events(t)[-1][0], events(t)[-1][1].type) for t in tracks}


def notes_of(sequence):
  return sorted(
    (n.pitch, n.program, n.is_drum, n.velocity, n.start_time, n.end_time)
    for n in sequence.notes
  )


def assert_reads_back(sequence, path, within):
  """Both readers find the notes; `within` is a tick in seconds."""
  (ours,) = music_files.read(path)
  expected = notes_of(sequence)
  for read in (ours, note_seq.midi_file_to_note_sequence(path)):
    found = notes_of(read)
    assert [n[:4] for n in found] == [n[:4] for n in expected]
    for note, as_given in zip(found, expected):
      assert note[4:] == pytest.approx(as_given[4:], abs=within)


def test_ticks_are_exact_and_ends_come_first(tmp_path):
  # 120 quarters a minute: a quarter is half a second, and 220 ticks.
  path = written(
    piece((60, 0.0, 0.5), (62, 0.1, 1.0), (60, 0.5, 4.0)), tmp_path
  )
  file = mido.MidiFile(path)
  assert (file.type, file.ticks_per_beat) == (1, PPQ)
  conductor, track = file.tracks
  told = {message.type: (tick, message) for tick, message in events(conductor)}
  assert told['set_tempo'][0] == 0 and told['set_tempo'][1].tempo == 500000
  tick, signature = told['time_signature']
  assert (tick, signature.numerator, signature.denominator) == (0, 4, 4)
  assert [
    (tick, message.type, message.note)
    for tick, message in events(track)
    if message.type.startswith('note')
  ] == [
    (0, 'note_on', 60),
    (44, 'note_on', 62),
    (220, 'note_off', 60),
    (220, 'note_on', 60),
    (440, 'note_off', 62),
    (1760, 'note_off', 60),
  ]
  # Four seconds are two bars, and no more.
  assert ends(path) == {(1760, 'end_of_track')}


@pytest.mark.parametrize(
  'total_time, signatures, end',
  [
    (4.0, [], 8),
    (4.1, [], 12),
    (0.1, [], 4),
    (0.0, [], 0),
    (4.0, [(0.0, 3, 4)], 9),
    (4.5, [(0.0, 3, 4)], 9),
    (4.0, [(0.0, 7, 8)], 10.5),
    # Two bars of four, then of three.
    (5.0, [(0.0, 4, 4), (4.0, 3, 4)], 11),
    # What comes after the end does not count, nor what MIDI cannot say.
    (4.0, [(0.0, 4, 4), (60.0, 3, 4)], 8),
    (4.0, [(0.0, 3, 5), (0.0, 0, 4)], 8),
  ],
)
def test_all_tracks_end_on_a_bar_line(tmp_path, total_time, signatures, end):
  made = piece(total_time=total_time)
  if total_time:
    made = piece((60, 0.0, 0.1), (36, 0.0, 0.1, {'is_drum': True}))
    made.total_time = total_time
  for time, numerator, denominator in signatures:
    made.time_signatures.add(
      time=time, numerator=numerator, denominator=denominator
    )
  path = written(made, tmp_path)
  assert ends(path) == {(end * PPQ, 'end_of_track')}


def test_tempo_changes_keep_notes_on_the_beat(tmp_path):
  # 117 to the minute is no whole number of microseconds to a quarter.
  made = piece()
  made.tempos.add(time=0.0, qpm=117.0)
  made.tempos.add(time=100 * 60 / 117, qpm=60.0)
  made.tempos.add(time=100 * 60 / 117 + 20, qpm=150.0)

  def seconds(quarter):
    return (
      min(quarter, 100) * 60 / 117
      + min(max(quarter - 100, 0), 20)
      + max(quarter - 120, 0) * 60 / 150
    )

  quarters = [0, 1, 50, 99.5, 100, 101, 119.75, 120, 121, 400]
  for number, quarter in enumerate(quarters):
    made.notes.add(
      pitch=40 + number,
      velocity=70,
      start_time=seconds(quarter),
      end_time=seconds(quarter + 0.25),
    )
  made.total_time = seconds(401)
  path = written(made, tmp_path)
  conductor, track = mido.MidiFile(path).tracks
  assert [
    (tick, message.tempo)
    for tick, message in events(conductor)
    if message.type == 'set_tempo'
  ] == [(0, 512821), (100 * PPQ, 1000000), (120 * PPQ, 400000)]
  assert [
    tick for tick, message in events(track) if message.type == 'note_on'
  ] == [quarter * PPQ for quarter in quarters]
  assert ends(path) == {(404 * PPQ, 'end_of_track')}
  assert_reads_back(made, path, within=1 / PPQ)


def band():
  """Bass, drums, a piano and a flute, in an order of their own."""
  made = piece(
    (72, 0.0, 1.0, {'instrument': 3, 'program': 73}),
    (60, 0.5, 1.0, {'instrument': 7}),
    (36, 0.0, 0.05, {'instrument': 5, 'is_drum': True}),
    (33, 0.0, 2.0, {'instrument': 0, 'program': 33}),
    (64, 0.0, 1.0, {'instrument': 9, 'program': 40}),
  )
  made.instrument_infos.add(instrument=0, name='Bäss 低音')
  return made


def test_instruments_are_called_as_pretty_midi_calls_them():
  theirs = map(pretty_midi.program_to_instrument_name, range(128))
  assert instrument_names.NAMES == tuple(theirs)


def test_each_instrument_has_a_track_a_name_and_a_channel(tmp_path):
  made = band()
  path = written(made, tmp_path)
  _, *tracks = mido.MidiFile(path, charset='utf-8').tracks
  assert [track.name for track in tracks] == [
    'Bäss 低音', 'Flute', 'drums', 'piano', 'Violin',
  ]  # fmt: skip
  channels = [{m.channel for m in t if not m.is_meta} for t in tracks]
  assert channels == [{0}, {1}, {9}, {2}, {3}]
  programs = [
    (tick, message.program)
    for track in tracks
    for tick, message in events(track)
    if message.type == 'program_change'
  ]
  assert programs == [(0, 33), (0, 73), (0, 0), (0, 0), (0, 40)]
  assert_reads_back(made, path, within=1e-6)
  (read,) = music_files.read(path)
  assert read.instrument_infos[0].name == 'Bäss 低音'


def test_many_instruments_share_channels_but_never_the_drums(tmp_path):
  made = piece(
    *(
      (40 + i, 0.0, 1.0 + i / 20, {'instrument': i, 'program': 100 - i})
      for i in range(34)
    ),
    (38, 0.0, 0.1, {'instrument': 40, 'is_drum': True}),
  )
  path = written(made, tmp_path)
  _, *tracks = mido.MidiFile(path).tracks
  channels = [t[1].channel for t in tracks]
  assert channels[:17] == [*range(9), *range(10, 16), 0, 1]
  assert channels[-1] == 9 and channels.count(9) == 1
  assert_reads_back(made, path, within=1e-6)


def test_kinds_of_one_number_have_tracks_of_their_own(tmp_path):
  made = piece(
    (60, 0.0, 1.0), (60, 0.0, 1.0, {'program': 5}),
    (60, 0.0, 1.0, {'is_drum': True}),
  )  # fmt: skip
  path = written(made, tmp_path)
  assert len(mido.MidiFile(path).tracks) == 4
  assert_reads_back(made, path, within=1e-6)


def test_notes_that_overlap_are_told_apart(tmp_path):
  made = piece(
    (60, 0.0, 2.0), (60, 0.5, 1.0), (61, 0.0, 1.0), (61, 0.0, 3.0),
    (62, 1.0, 1.0), (63, 0.0, 1.0), (63, 1.0, 2.0),
  )  # fmt: skip
  expected = piece(
    (60, 0.0, 0.5), (60, 0.5, 2.0), (61, 0.0, 3.0),
    (62, 1.0, 1.0 + 0.5 / PPQ), (63, 0.0, 1.0), (63, 1.0, 2.0),
  )  # fmt: skip
  assert_reads_back(expected, written(made, tmp_path), within=1e-6)


def test_real_music_reads_back(tmp_path, real_piece):
  assert_reads_back(
    midi_file_pieces(real_piece), written(real_piece, tmp_path), within=0.003
  )


def midi_file_pieces(sequence):
  """A piece without what `write` says that it changes."""
  made = note_seq.NoteSequence()
  made.CopyFrom(sequence)
  by_key = {}
  for note in sorted(made.notes, key=lambda n: (n.start_time, n.end_time)):
    key = note.instrument, note.program, note.is_drum, note.pitch
    before = by_key.get(key)
    if before is not None and before.end_time > note.start_time + 1e-3:
      note.end_time = max(note.end_time, before.end_time)
      before.end_time = note.start_time
    by_key[key] = note
  kept = [n for n in made.notes if n.end_time > n.start_time]
  del made.notes[:]
  made.notes.extend(kept)
  return made


@pytest.mark.parametrize('seed', range(5))
def test_any_music_reads_back(tmp_path, seed):
  rng = random.Random(seed)
  made = piece()
  now = 0.0
  for _ in range(rng.randrange(4)):
    made.tempos.add(time=now, qpm=rng.uniform(30, 240))
    now += rng.uniform(0.5, 5)
  for pitch in range(30, 90):
    time = rng.uniform(0, 4)
    instrument = rng.randrange(4)
    for _ in range(4):
      end = time + rng.uniform(0.05, 3)
      made.notes.add(
        pitch=pitch, start_time=time, end_time=end, instrument=instrument,
        program=[0, 0, 24, 127][instrument], is_drum=instrument == 1,
        velocity=rng.randint(1, 127),
      )  # fmt: skip
      time = end + rng.uniform(0.05, 1)
  # A tick at 30 quarters a minute.
  assert_reads_back(made, written(made, tmp_path), within=2 / PPQ)


def test_odd_values_make_a_file(tmp_path):
  made = piece((60, 0.0, 1.0, {'velocity': 0}), (61, 0.0, 1.0))
  made.ticks_per_quarter = 10**6
  made.notes[1].velocity = 300
  made.tempos.add(time=0.0, qpm=0.0)
  made.tempos.add(time=0.0, qpm=1.0)
  file = mido.MidiFile(written(made, tmp_path))
  assert file.ticks_per_beat == note_seq.STANDARD_PPQ
  assert [m.tempo for m in file.tracks[0] if m.type == 'set_tempo'] == [
    2**24 - 1
  ]
  velocities = {
    m.note: m.velocity for m in file.tracks[1] if m.type == 'note_on'
  }
  assert velocities == {60: 64, 61: 127}


def test_a_file_is_whole_or_not_there(tmp_path):
  (tmp_path / 'file').write_bytes(b'')
  with pytest.raises(InputError, match='cannot write'):
    midi_file.write(piece((60, 0, 1)), str(tmp_path / 'file' / 'a.mid'))
  broken = piece((200, 0, 1))
  with pytest.raises(ValueError):
    midi_file.write(broken, str(tmp_path / 'a.mid'))
  assert os.listdir(tmp_path) == ['file']


def test_a_silence_longer_than_a_delta_can_be(tmp_path):
  # 2621440000 ticks; a delta of over 28 bits makes no MIDI file.
  piece = note_seq.NoteSequence(ticks_per_quarter=32768 - 1)
  piece.notes.add(pitch=60, velocity=80, start_time=40000, end_time=40001)
  path = str(tmp_path / 'far.mid')
  midi_file.write(piece, path)
  for track in mido.MidiFile(path).tracks:
    assert max(message.time for message in track) < 2**28
    ticks = sum(m.time for m in track if m.type != 'note_off')
    assert ticks >= 80000 * 32767
