# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A lazy package has every name of the real one, and loads what is used."""

from __future__ import annotations

import json
import subprocess
import sys

PUBLIC = """
import json, note_seq, types
names = [n for n in dir(note_seq) if not n.startswith('_')]
def told(value):
  if isinstance(value, types.ModuleType):
    return 'module ' + value.__name__
  return f'{type(value).__name__} {getattr(value, "__qualname__", value)!r}'
print(json.dumps({n: told(getattr(note_seq, n)) for n in names}))
"""


def run(program):
  result = subprocess.run(
    [sys.executable, '-W', 'ignore', '-c', program],
    capture_output=True,
    text=True,
  )
  assert result.returncode == 0, result.stderr
  return result.stdout.splitlines()[-1]


def test_every_public_name_is_that_of_the_real_package():
  real = json.loads(run(PUBLIC))
  # After that, modules that a name has loaded are names too.
  program = 'import magenta_vrae\n' + PUBLIC.replace(
    'dir(note_seq)', repr(list(real))
  )
  assert json.loads(run(program)) == real
  assert len(real) > 100


def test_import_star_gives_the_same_names():
  lazily = json.loads(
    run(
      'import json, magenta_vrae\n'
      'from note_seq import *\n'
      'print(json.dumps([n for n in dir() if not n.startswith("_")]))'
    )
  )
  names = {'NoteSequence', 'midi_file_to_note_sequence', 'plot_sequence'}
  assert names <= set(lazily)


def test_only_what_is_asked_for_is_loaded():
  loaded = run(
    'import magenta_vrae, note_seq, sys\n'
    'note_seq.NoteSequence(), note_seq.midi_to_note_sequence\n'
    'from magenta.contrib.training import HParams\n'
    'print(sorted({"bokeh", "librosa", "tensorflow"} & {*sys.modules}))'
  )
  assert loaded == '[]'


def test_what_init_defines_by_itself_is_found_and_the_unknown_is_not():
  said = run(
    'import magenta_vrae, tensorflow_datasets as tfds\n'
    'assert tfds.load.__module__.startswith("tensorflow_datasets")\n'
    'import note_seq\n'
    'print(hasattr(note_seq, "no_such_name"), hasattr(note_seq, "Melody"))'
  )
  assert said == 'False True'


def test_an_unknown_name_loads_nothing():
  """Notebooks and test runners ask every object for names of their own."""
  loaded = run(
    'import magenta_vrae, note_seq, sys\n'
    'note_seq.NoteSequence\n'
    'assert not hasattr(note_seq, "_ipython_display_")\n'
    'print(sorted({"bokeh", "librosa", "pandas"} & {*sys.modules}))'
  )
  assert loaded == '[]'


def test_a_package_that_is_loaded_is_left_alone():
  said = run(
    'import note_seq\nreal = note_seq\nimport magenta_vrae, note_seq\n'
    'print(note_seq is real, type(note_seq).__name__)'
  )
  assert said == 'True module'
