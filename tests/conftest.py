# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What several tests share: small scores, a trained run, real pieces."""

from __future__ import annotations

import os

# Processes share the cores, so that each has one thread. More would wait for
# each other in loops, which takes as long again as the work. NumPy and
# TensorFlow read this when they are imported; commands inherit it.
for _threads in (
  'OPENBLAS_NUM_THREADS',
  'OMP_NUM_THREADS',
  'TF_NUM_INTRAOP_THREADS',
  'TF_NUM_INTEROP_THREADS',
):
  os.environ.setdefault(_threads, '1')

import fcntl
import gc
import importlib
import importlib.util
import pathlib
import shutil
import signal
import subprocess
import sys

import pytest
import ready_process

CORPUS = pathlib.Path(importlib.util.find_spec('music21').origin).parent / (
  'corpus'
)


def _begin_tensorflow():
  # Commands keep TensorFlow's start-up notices out of sight; so do tests. This
  # comes before note_seq, whose notebook parts are then imported where needed.
  importlib.import_module('magenta_vrae.commands.tensorflow_start')
  import tensorflow.compat.v1 as tf

  tf.logging.set_verbosity(tf.logging.ERROR)
  tf.disable_v2_behavior()


# Files that take minutes, the longest first. Processes share the files out
# one by one, and one of these at the end would leave the others idle.
_LONG_FILES = (
  'explorer_test.py',
  'survival_test.py',
  'serve_test.py',
  'commands_test.py',
  'page_play_test.py',
  'restored_test.py',
  'page_map_test.py',
  'loop_choice_test.py',
  'whole_pieces_test.py',
  'recurrence_test.py',
  'ready_made_test.py',
  'at_once_test.py',
  'music_files_test.py',
  'music_commands_test.py',
  'personalize_test.py',
  'polyphonic_test.py',
  'odd_scores_test.py',
  'supervised_test.py',
  'configs_test.py',
  'products_test.py',
  'explorer_band_test.py',
  'band_commands_test.py',
  'warm_start_test.py',
  'model_test.py',
)


def pytest_configure(config):
  # Scripts start what runs in the background deaf to Ctrl-C, and all that it
  # starts. Tests send it.
  if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
  # pytest-xdist would begin with the files that have most tests.
  if hasattr(config.option, 'loadscopereorder'):
    config.option.loadscopereorder = False
  # Until pytest_collection_finish; imports make no garbage.
  gc.disable()
  # The process that only hands out tests to others does without TensorFlow; so
  # functions here import what they need.
  if hasattr(config, 'workerinput') or not getattr(config.option, 'tx', None):
    _begin_tensorflow()


def pytest_collection_finish():
  # What was imported stays; to look for garbage among it takes a tenth of the
  # time of tests that build graphs.
  gc.collect()
  gc.freeze()
  gc.enable()


def pytest_collection_modifyitems(items):
  def place(item):
    name = item.path.name
    return _LONG_FILES.index(name) if name in _LONG_FILES else len(_LONG_FILES)

  items.sort(key=place)


@pytest.fixture(autouse=True)
def graph():
  """Each test has a TensorFlow graph of its own, with a fixed seed."""
  import tensorflow.compat.v1 as tf

  with tf.Graph().as_default() as graph:
    tf.set_random_seed(0)
    yield graph


@pytest.fixture(scope='session', autouse=True)
def cache_folder(tmp_path_factory):
  """What is measured in tests is forgotten with them."""
  folder = tmp_path_factory.mktemp('cache')
  os.environ['VRAE_CACHE_DIR'] = str(folder)
  return folder


@pytest.fixture
def score():
  """Makes a NoteSequence of (pitch, start in s, end in s) rows."""
  import note_seq
  from note_seq import testing_lib

  def make(*notes, is_drum=False):
    sequence = note_seq.NoteSequence()
    testing_lib.add_track_to_sequence(
      sequence,
      9 if is_drum else 0,
      [(pitch, 100, start, end) for pitch, start, end in notes],
      is_drum=is_drum,
    )
    return sequence

  return make


@pytest.fixture(scope='session')
def real_piece():
  """Joplin's Maple Leaf Rag: 101 s, 1581 notes."""
  return read_piece('joplin/maple_leaf_rag.mxl')


@pytest.fixture(scope='session')
def made_once(tmp_path_factory):
  """Makes a folder once for all processes of a test run, under a lock."""
  base = tmp_path_factory.getbasetemp()
  if 'PYTEST_XDIST_WORKER' in os.environ:
    base = base.parent  # Each process has a folder of its own in there.

  def made(name, make):
    folder = base / f'once_{name}'
    with open(base / f'once_{name}.lock', 'a+') as lock:
      fcntl.flock(lock, fcntl.LOCK_EX)
      lock.seek(0)
      if not lock.read():
        # Whatever failed half-way.
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        make(folder)
        lock.write('made')
    return folder

  return made


@pytest.fixture(scope='session')
def rag_songs(made_once):
  """A folder with the beginning of that piece, 45 s that many a test reads."""

  def make(folder):
    import note_seq

    beginning = note_seq.extract_subsequence(
      read_piece('joplin/maple_leaf_rag.mxl'), 0, 45
    )
    note_seq.sequence_proto_to_midi_file(beginning, str(folder / 'rag.mid'))

  return made_once('rag', make)


# Sizes of a vrae_music that trains in seconds.
SMALL_MUSIC = (
  '--hparams=recurrence=uncompiled,'
  'batch_size=8,enc_rnn_size=[16],dec_rnn_size=[16],'
  'ar_rnn_size=[16],nade_size=98'
)


@pytest.fixture(scope='session')
def music_run(made_once, rag_songs, tmp_path_factory):
  """A run of the config that a new one has, and what was said."""

  def train(folder):
    result = run_training(
      f'--run_dir={folder}/run',
      f'--examples_path={rag_songs}',
      '--num_steps=30',
      '--seed=1',
      SMALL_MUSIC,
    )
    assert result.returncode == 0, result.stderr
    (folder / 'said').write_text(result.stdout)

  folder = made_once('music', train)
  # A copy, as tests lose and damage files of it.
  run_dir = tmp_path_factory.mktemp('music') / 'run'
  shutil.copytree(folder / 'run', run_dir)
  state = run_dir / 'train' / 'checkpoint'  # With whole paths.
  state.write_text(state.read_text().replace(f'{folder}/run', str(run_dir)))
  return run_dir, (folder / 'said').read_text()


def read_piece(path):
  import note_seq

  return note_seq.musicxml_file_to_sequence_proto(str(CORPUS / path))


def run_anew(name, *arguments, python=sys.executable, **kwargs):
  """Runs a console script as a user would, of this or another environment."""
  return subprocess.run(
    [str(pathlib.Path(python).parent / name), *map(str, arguments)],
    capture_output=True,
    text=True,
    timeout=300,
    **kwargs,
  )


def run_command(name, *arguments, **kwargs):
  """Runs a console script, which need not import once more for that."""
  if ready_process.IS_POSSIBLE and kwargs.keys() <= {'cwd', 'env'}:
    return ready_process.run(name, *arguments, **kwargs)
  return run_anew(name, *arguments, **kwargs)


def run_with_tensorflow(name, *arguments):
  """Runs a console script on a model that only TensorFlow decodes."""
  if ready_process.IS_POSSIBLE:
    imports = ready_process.WITH_TENSORFLOW
    return ready_process.run(name, *arguments, imports=imports)
  return run_anew(name, *arguments)


def run_without_tensorflow(name, *arguments, **kwargs):
  """Runs a console script or a script of tests where none was imported."""
  if ready_process.IS_POSSIBLE:
    imports = ready_process.LIGHT
    return ready_process.run(str(name), *arguments, imports=imports, **kwargs)
  if str(name).endswith('.py'):
    return run_anew(sys.executable, name, *arguments, **kwargs)
  return run_anew(name, *arguments, **kwargs)


def run_script(path, *arguments):
  """Runs a script of this repository that trains."""
  if ready_process.IS_POSSIBLE:
    return ready_process.run(str(path), *arguments)
  return run_anew(sys.executable, path, *arguments)


def run_training(*arguments, **kwargs):
  return run_command('vrae_train', *arguments, **kwargs)
