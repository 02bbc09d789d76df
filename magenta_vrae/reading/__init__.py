# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""From a stranger's file to NoteSequences, within bounds.

  music_files      which files there are, and reading one
  parser_pool      many files, in several such processes at once
  parser_process   the process in which it is parsed
  music_parsers    what that process does: note_seq's parsers, checked
  midi_scan        a look at a MIDI file before anything is built of it
  musicxml_scan    the same for MusicXML
  limits           how much one piece may hold

The processes that parse consist of this package alone: nothing here imports
TensorFlow or Magenta.
"""
