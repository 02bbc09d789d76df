# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""NoteSequence: note_seq's, or where note_seq is not installed, its fields.

Both have the same names, numbers and types of fields, so that a NoteSequence
which one has written, the other reads. The fields here are those that this
package reads or writes. protobuf keeps the others of a message as they are.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING
from typing import Any

STANDARD_PPQ = 220
DEFAULT_QUARTERS_PER_MINUTE = 120.0
MAX_MIDI_PITCH = 127

# music.proto's package, and each message of it with its fields: the number, the
# type, and a star where it is repeated. Enums are numbers, as on the wire.
PACKAGE = 'magenta'
_PIECE = {
  'id': '1 string',
  'filename': '2 string',
  'collection_name': '3 string',
  'ticks_per_quarter': '4 int32',
  'time_signatures': '5 NoteSequence.TimeSignature *',
  'key_signatures': '6 NoteSequence.KeySignature *',
  'tempos': '7 NoteSequence.Tempo *',
  'notes': '8 NoteSequence.Note *',
  'total_time': '9 double',
  'pitch_bends': '10 NoteSequence.PitchBend *',
  'control_changes': '11 NoteSequence.ControlChange *',
  'source_info': '13 NoteSequence.SourceInfo',
  'sequence_metadata': '19 SequenceMetadata',
  'instrument_infos': '23 NoteSequence.InstrumentInfo *',
}
_OF_A_PIECE = {
  'Note': {
    'pitch': '1 int32',
    'velocity': '2 int32',
    'start_time': '3 double',
    'end_time': '4 double',
    'instrument': '7 int32',
    'program': '8 int32',
    'is_drum': '9 bool',
  },
  'TimeSignature': {
    'time': '1 double',
    'numerator': '2 int32',
    'denominator': '3 int32',
  },
  'KeySignature': {'time': '1 double', 'key': '2 int32', 'mode': '3 int32'},
  'Tempo': {'time': '1 double', 'qpm': '2 double'},
  'PitchBend': {
    'time': '1 double',
    'bend': '2 int32',
    'instrument': '3 int32',
    'program': '4 int32',
    'is_drum': '5 bool',
  },
  'ControlChange': {
    'time': '1 double',
    'control_number': '2 int32',
    'control_value': '3 int32',
    'instrument': '4 int32',
    'program': '5 int32',
    'is_drum': '6 bool',
  },
  'SourceInfo': {'encoding_type': '2 int32'},
  'InstrumentInfo': {'instrument': '1 int32', 'name': '2 string'},
}
_METADATA = {'title': '1 string', 'artist': '2 string'}


def without_note_seq() -> Any:
  """The class NoteSequence, made of the fields above."""
  from google.protobuf import descriptor_pb2
  from google.protobuf import descriptor_pool
  from google.protobuf import message_factory

  file = descriptor_pb2.FileDescriptorProto(
    name='note_sequence.proto', package=PACKAGE, syntax='proto3'
  )
  _add_fields(file.message_type.add(name='SequenceMetadata'), _METADATA)
  piece = file.message_type.add(name='NoteSequence')
  _add_fields(piece, _PIECE)
  for name, fields in _OF_A_PIECE.items():
    _add_fields(piece.nested_type.add(name=name), fields)
  # A pool of its own: another package may bring note_seq's definition.
  pool = descriptor_pool.DescriptorPool()
  pool.Add(file)
  descriptor = pool.FindMessageTypeByName(f'{PACKAGE}.NoteSequence')
  if hasattr(message_factory, 'GetMessageClass'):
    return message_factory.GetMessageClass(descriptor)
  return message_factory.MessageFactory(pool).GetPrototype(descriptor)


def _add_fields(message: Any, fields: dict[str, str]) -> None:
  for name, text in fields.items():
    number, kind, *star = text.split()
    field = message.field.add(name=name, number=int(number))
    field.label = field.LABEL_REPEATED if star else field.LABEL_OPTIONAL
    if kind[0].islower():
      field.type = getattr(field, f'TYPE_{kind.upper()}')
    else:
      field.type = field.TYPE_MESSAGE
      field.type_name = f'.{PACKAGE}.{kind}'


if TYPE_CHECKING:
  from note_seq.protobuf.music_pb2 import NoteSequence as NoteSequence
elif importlib.util.find_spec('note_seq') is not None:
  from note_seq.protobuf.music_pb2 import NoteSequence
else:
  NoteSequence = without_note_seq()
