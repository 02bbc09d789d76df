# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What stands in for note_seq and Magenta is held to them."""

from __future__ import annotations

import copy
import random

import note_seq
import pytest
from google.protobuf import descriptor
from magenta.contrib.training import HParams

from magenta_vrae.data.in_a_row import in_a_row
from magenta_vrae.reading.midi import pedal
from magenta_vrae.stand_ins import hparams
from magenta_vrae.stand_ins import note_sequence

Field = descriptor.FieldDescriptor
StandIn = note_sequence.without_note_seq()


def _assert_is_of(ours, theirs):
  """Each field has the number and the type on the wire of its namesake."""
  for field in ours.fields:
    known = theirs.fields_by_name[field.name]
    number_is = (
      Field.TYPE_INT32 if known.type == Field.TYPE_ENUM else known.type
    )
    assert (field.number, field.type) == (known.number, number_is), field.name
    assert _repeats(field) == _repeats(known), field.name
    if field.message_type:
      _assert_is_of(field.message_type, known.message_type)


def _repeats(field):
  # The newer name; the older one is deprecated.
  if hasattr(field, 'is_repeated'):
    return field.is_repeated
  return field.label == Field.LABEL_REPEATED


def test_each_field_is_one_of_note_seqs():
  theirs = note_seq.NoteSequence.DESCRIPTOR
  assert StandIn.DESCRIPTOR.full_name == theirs.full_name
  _assert_is_of(StandIn.DESCRIPTOR, theirs)


def test_the_constants_are_note_seqs():
  for name in ('STANDARD_PPQ', 'DEFAULT_QUARTERS_PER_MINUTE', 'MAX_MIDI_PITCH'):
    assert getattr(note_sequence, name) == getattr(note_seq, name)


def test_a_piece_passes_through_and_keeps_what_is_unknown():
  piece = note_seq.NoteSequence(id='a', total_time=3.5, ticks_per_quarter=220)
  piece.notes.add(pitch=60, velocity=80, end_time=1.5, voice=3, is_drum=True)
  piece.tempos.add(qpm=90)
  piece.text_annotations.add(text='C', annotation_type=1)
  piece.source_info.encoding_type = piece.SourceInfo.MIDI
  piece.sequence_metadata.title = 'Air'
  read = StandIn.FromString(piece.SerializeToString())
  assert (read.notes[0].pitch, read.notes[0].end_time) == (60, 1.5)
  assert (read.tempos[0].qpm, read.sequence_metadata.title) == (90, 'Air')
  again = note_seq.NoteSequence.FromString(read.SerializeToString())
  assert again == piece


VALUES = {
  'rate': 0.5,
  'size': 3,
  'name': 'tanh',
  'is_on': False,
  'pitches': [1, 2],
  'shares': [0.5],
}


@pytest.mark.parametrize(
  'text',
  [
    '',
    'rate=2',
    'rate=1e-3,size=-4',
    ' size = 5'.strip(),
    'size=5, name=gru',
    'is_on=true',
    'is_on=False',
    'is_on=1',
    'pitches=[3,4,5],rate=1',
    'pitches=[ 3, 4 ]',
    'pitches=[]',
    'shares=[1,2.5]',
    'name=',
  ],
)
def test_settings_are_read_as_magenta_reads_them(text):
  ours = hparams.SettingsByName(**copy.deepcopy(VALUES)).parse(text).values()
  theirs = HParams(**copy.deepcopy(VALUES)).parse(text).values()
  assert ours == theirs
  assert [type(v) for _, v in sorted(ours.items())] == [
    type(v) for _, v in sorted(theirs.items())
  ]


@pytest.mark.parametrize(
  'text',
  [
    'size=1.5',
    'size=',
    'size',
    'other=1',
    'size=1,size=2',
    'is_on=yes',
    'rate=fast',
    'pitches=3',
    'size=[1]',
    'pitches=[1,x]',
    'size=1;rate=2',
    'pitches=[1,2',
    '=3',
  ],
)
def test_what_magenta_refuses_is_refused_and_nothing_is_set(text):
  with pytest.raises((ValueError, KeyError)):
    HParams(**copy.deepcopy(VALUES)).parse(text)
  ours = hparams.SettingsByName(**copy.deepcopy(VALUES))
  with pytest.raises(ValueError):
    ours.parse(text)
  assert ours.values() == VALUES


def _with_pedals(seed):
  """A small piece whose times often coincide."""
  draw = random.Random(seed)
  piece = note_seq.NoteSequence()
  for _ in range(draw.randrange(1, 14)):
    start = draw.randrange(20)
    piece.notes.add(
      start_time=start,
      end_time=start + draw.randrange(1, 6),
      pitch=60 + draw.randrange(3),
      instrument=draw.randrange(2),
      is_drum=draw.random() < 0.1,
      velocity=80,
    )
  piece.total_time = max(note.end_time for note in piece.notes)
  for _ in range(draw.randrange(8)):
    piece.control_changes.add(
      time=draw.randrange(24),
      control_number=draw.choice([64, 64, 64, 1]),
      control_value=draw.choice([0, 63, 64, 127]),
      instrument=draw.randrange(2),
    )
  return piece


def test_the_pedal_holds_the_notes_that_note_seqs_holds():
  num_held = 0
  for seed in range(500):
    piece = _with_pedals(seed)
    before = copy.deepcopy(piece)
    ours = pedal.sustained(piece)
    theirs = note_seq.apply_sustain_control_changes(piece)
    assert list(ours.notes) == list(theirs.notes), seed
    assert ours.total_time >= max(note.end_time for note in ours.notes)
    assert piece == before
    num_held += list(ours.notes) != list(piece.notes)
  assert num_held > 100


def test_a_repeated_strike_with_the_pedal_down():
  piece = note_seq.NoteSequence(total_time=3)
  for start in (0, 1):
    piece.notes.add(start_time=start, end_time=start + 0.5, pitch=60)
  piece.control_changes.add(time=0, control_number=64, control_value=127)
  piece.control_changes.add(time=3, control_number=64, control_value=0)
  held = pedal.sustained(piece)
  assert [(n.start_time, n.end_time) for n in held.notes] == [(0, 1), (1, 3)]


def test_a_pedal_that_says_again_how_far_down_it_is():
  """A note looks no farther than to where the pedal goes up."""
  piece = note_seq.NoteSequence(total_time=9.0)
  for number in range(900):
    piece.control_changes.add(
      time=number / 100, control_number=64, control_value=64 + number % 64
    )
  piece.control_changes.add(time=9.0, control_number=64, control_value=63)
  piece.notes.add(pitch=60, velocity=80, start_time=1.0, end_time=2.0)
  assert pedal.sustained(piece).notes[0].end_time == 9.0
  assert pedal._pedals(piece, {0: 0})[0]._times == [0.0, 9.0]


def test_pieces_in_a_row_are_note_seqs_with_each_name_once():
  pieces = []
  for qpm in (120, 120, 90):
    piece = note_seq.NoteSequence(total_time=2.5)
    piece.notes.add(pitch=qpm // 2, start_time=0.5, end_time=2)
    piece.tempos.add(qpm=qpm)
    piece.time_signatures.add(numerator=3, denominator=4)
    piece.instrument_infos.add(instrument=0, name='bass')
    pieces.append(piece)
  joined = in_a_row(pieces)
  theirs = note_seq.concatenate_sequences(pieces)
  assert len(joined.instrument_infos) == 1
  del theirs.instrument_infos[1:]
  assert joined == theirs
  assert [t.time for t in joined.tempos] == [0, 5]
