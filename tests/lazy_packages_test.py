# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A lazy package has every name of the real one, and loads what is used."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PUBLIC = """
import json, re, types
import PACKAGE
def told(value):
  if isinstance(value, types.ModuleType):
    return 'module ' + value.__name__
  text = f'{type(value).__name__} {getattr(value, "__qualname__", value)!r}'
  return re.sub(' at 0x[0-9a-f]+', '', text)
def public(package):
  return [name for name in dir(package) if not name.startswith('_')]
names = NAMES or public(PACKAGE)
print(json.dumps({name: told(getattr(PACKAGE, name)) for name in names}))
"""


def run(program):
  result = subprocess.run(
    [sys.executable, '-W', 'ignore', '-c', program],
    capture_output=True,
    text=True,
  )
  assert result.returncode == 0, result.stderr
  return result.stdout.splitlines()[-1]


@pytest.mark.parametrize(
  'package', ['note_seq', pytest.param('tf_slim', marks=pytest.mark.long)]
)
def test_every_public_name_is_that_of_the_real_package(package):
  program = PUBLIC.replace('PACKAGE', package)
  real = json.loads(run(program.replace('NAMES', 'None')))
  # After that, modules that a name has loaded are names too.
  names = repr(list(real))
  lazy = run('import magenta_vrae\n' + program.replace('NAMES', names))
  assert json.loads(lazy) == real
  assert len(real) > 100


@pytest.mark.long
def test_a_module_with_the_name_of_its_package_is_found():
  """As `tf_slim.training`, however the package of that name was imported."""
  said = run(
    'import magenta_vrae, tf_slim\n'
    'import tf_slim.training.evaluation\n'
    'from tf_slim.training import evaluation\n'
    'print(tf_slim.training.__name__, callable(tf_slim.training.train))'
  )
  assert said == 'tf_slim.training.training True'


def test_training_loads_no_scikit_learn():
  """TF-Slim's losses would, which takes a second; nothing uses them."""
  loaded = run(
    'import magenta_vrae.configs, sys\n'
    'from magenta.models.music_vae import music_vae_train\n'
    'print("tf_slim" in sys.modules, "sklearn" in sys.modules)'
  )
  assert loaded == 'True False'


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
