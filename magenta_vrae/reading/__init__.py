# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""From a stranger's file to NoteSequences, within bounds.

  music_files      which files there are, and reading one
  parser_pool      many files, in several such processes at once
  parser_process   the process in which it is parsed
  music_parsers    what that process does: the parser of each kind, checked
  midi, abc        our readers of MIDI files and ABC
  scores           MusicXML, **kern and MEI, by music21
  tempo_map        when a place of a piece is
  limits, options  how much one piece may hold, and how it is to be read

The processes that parse consist of this package alone: nothing here imports
TensorFlow or Magenta.
"""
