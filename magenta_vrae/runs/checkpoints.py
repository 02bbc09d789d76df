# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which checkpoints of a folder are whole, and the newest of them.

A process that is killed, or a disk that fills, can leave a checkpoint cut off,
half of one, or a `checkpoint` file (TensorFlow's note of which is newest) that
names it. TensorFlow then stops, or takes the folder for empty and begins anew.
Here the files themselves say what there is, and a checkpoint counts when every
tensor in it can be read and agrees with its checksum.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from typing import Callable
from typing import Iterator
from typing import NamedTuple

from magenta_vrae.errors import InputError
from magenta_vrae.runs import tensor_bundle
from magenta_vrae.runs import tensorflow_path

try:
  import fcntl
except ImportError:  # Not on Windows.
  fcntl = None  # type: ignore[assignment]

LOCK_FILE = '.lock'
STATE_FILE = 'checkpoint'
_LEAST_ROOM = 2**16
_SECONDS_TO_READ = 600
_EMPTY = 'it holds no variables'
# Where damaged files are moved to, within the folder of the checkpoints.
DAMAGED = 'damaged'

_INDEX = re.compile(r'^(?P<prefix>.+-(?P<step>\d+))\.index$')
_DATA = re.compile(r'^(?P<prefix>.+-(?P<step>\d+))\.data-\d+-of-\d+$')
# What TensorFlow writes before it renames: shards of a checkpoint, a graph and
# the state file.
_HALF_WRITTEN = re.compile(
  r'\.tempstate\d+$|_temp(_[0-9a-f]+)?(/|$)|\.tmp[0-9a-f]{32}$'
)


class Found(NamedTuple):
  """What a folder of checkpoints holds.

  Attributes:
    path: The newest good checkpoint, without an ending; None if there is none.
    step: Its step; 0 if there is none.
    damaged: A dict from the path of each newer one to what is wrong with it,
      newest first.
  """

  path: str | None
  step: int
  damaged: dict[str, str]


def damage(path: str) -> str:
  """What is wrong with a checkpoint; empty if nothing is.

  Reads every tensor, and so the whole of it, one at a time. TensorFlow is
  imported for a checkpoint of an unusual kind only.

  Args:
    path: A checkpoint, without an ending.
  """
  return _damage(path, _damage_to_tensorflow)


def damage_of_strangers(path: str) -> str:
  """As `damage`, of a checkpoint that someone may have made to do harm.

  An index whose checksums are right and whose shapes are absurd ends the
  process in which TensorFlow reads it (it aborts). One of a kind that only
  TensorFlow reads is therefore read by another process, which takes some
  seconds to start.

  Args:
    path: A checkpoint, without an ending.
  """
  return _damage(path, _damage_in_another_process)


def _damage(path: str, of_unsupported: Callable[[str], str]) -> str:
  """What is wrong with a checkpoint, by another reader if it must be."""
  try:
    reader = tensor_bundle.Reader(path)
    for _ in reader.tensors():
      pass
  except tensor_bundle.DamagedBundle as e:
    return str(e)
  except tensor_bundle.UnsupportedBundle:
    return of_unsupported(path)
  return '' if reader.shapes else _EMPTY


def _damage_to_tensorflow(path: str) -> str:
  import tensorflow.compat.v1 as tf

  try:
    with tensorflow_path.literal(path) as literal:
      reader = tf.train.load_checkpoint(literal)
      shapes = reader.get_variable_to_shape_map()
      for name in shapes:
        reader.get_tensor(name)
  # By kind of damage one of TensorFlow's errors, an IndexError or others.
  except Exception as e:
    return ' '.join(str(e).split())[:200] or type(e).__name__
  return '' if shapes else _EMPTY


def _damage_in_another_process(path: str) -> str:
  program = (
    'import json, os, sys; sys.path[:] = json.loads(sys.argv[1]); '
    f'from {__name__} import damage; reason = damage(sys.argv[2]); '
    'os.write(1, json.dumps([reason]).encode())'
  )
  try:
    result = subprocess.run(
      [sys.executable, '-c', program, json.dumps(sys.path), path],
      stdout=subprocess.PIPE,
      stderr=subprocess.DEVNULL,
      timeout=_SECONDS_TO_READ,
    )
    return json.loads(result.stdout.decode())[0]
  except subprocess.TimeoutExpired:
    return f'it was not read after {_SECONDS_TO_READ} s'
  except ValueError:
    return (
      'it makes TensorFlow crash (the process that read it ended with '
      f'status {result.returncode})'
    )


@contextlib.contextmanager
def claimed(train_dir: str) -> Iterator[None]:
  """Within this, no other process of this machine can claim the folder.

  The system gives the claim back when a process ends, however it does.

  Args:
    train_dir: A folder, made if need be.

  Raises:
    InputError: If another process holds it, or it cannot be made or written.
  """
  path = os.path.join(train_dir, LOCK_FILE)
  try:
    os.makedirs(train_dir, exist_ok=True)
    # Whether there is any room is better known now than in an hour.
    with open(path, 'wb') as file:
      file.write(bytes(_LEAST_ROOM))
    file = open(path, 'wb')
  except OSError as e:
    raise InputError(f'cannot write {path!r}: {e.strerror}') from e
  with file:
    if fcntl is not None:
      try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
      except BlockingIOError:
        raise InputError(
          f'another process is training in {train_dir!r}; end it first, or '
          'give another folder'
        ) from None
      except OSError:
        pass  # A file system without locks.
    yield


def find(train_dir: str) -> Found:
  """Looks for the newest checkpoint that is whole. Changes nothing.

  Args:
    train_dir: A folder, which need not exist.

  Returns:
    `Found`.

  Raises:
    InputError: If there are checkpoints and all are damaged, or the folder
      cannot be read.
  """
  damaged: dict[str, str] = {}
  for step, path in _candidates(train_dir):
    reason = damage(path)
    if not reason:
      return Found(path, step, damaged)
    damaged[path] = reason
  if damaged:
    newest, reason = next(iter(damaged.items()))
    raise InputError(
      f'none of the {len(damaged)} checkpoints in {train_dir!r} can be read, '
      f'the newest, {os.path.basename(newest)}, because: {reason}; restore '
      'a copy of one, or give another folder to start again. Nothing was '
      'changed'
    )
  return Found(None, 0, {})


def recover(train_dir: str) -> Found:
  """Leaves a folder with good checkpoints at its head, for training to go on.

  Damaged checkpoints that are newer than the newest good one, and files that
  were never finished, are moved into a folder `damaged` inside; nothing is
  deleted. The state file is written anew if it does not name the newest good
  checkpoint. It is for who has `claimed` the folder.

  Args:
    train_dir: A folder, which need not exist.

  Returns:
    `Found`, as it was before.

  Raises:
    InputError: As `find`; nothing is changed then. And if files cannot be
      moved.
  """
  found = find(train_dir)
  if not os.path.isdir(train_dir):
    return found
  try:
    for name in sorted(os.listdir(train_dir)):
      whole = os.path.join(train_dir, name)
      prefix = _prefix(whole)
      if prefix in found.damaged or (
        prefix is None and _HALF_WRITTEN.search(name)
      ):
        _move_aside(whole)
    if found.path:
      _write_state(train_dir, found.path)
    elif os.path.exists(os.path.join(train_dir, STATE_FILE)):
      # It can only name checkpoints that are not there.
      _move_aside(os.path.join(train_dir, STATE_FILE))
  except OSError as e:
    raise InputError(f'cannot repair {train_dir!r}: {e}') from e
  return found


def kept(train_dir: str) -> list[tuple[int, str]]:
  """The checkpoints in a folder, whole or not, that have an index.

  Args:
    train_dir: A folder, which need not exist.

  Returns:
    Their steps and paths without an ending, oldest first.

  Raises:
    InputError: If the folder cannot be read.
  """
  return [
    (step, path)
    for step, path in reversed(_candidates(train_dir))
    if os.path.isfile(path + '.index')
  ]


def _candidates(train_dir: str) -> list[tuple[int, str]]:
  """(step, path) of what may be checkpoints, newest first."""
  try:
    names = os.listdir(train_dir) if os.path.exists(train_dir) else []
  except OSError as e:
    raise InputError(f'cannot read {train_dir!r}: {e.strerror}') from e
  found = {}
  for name in names:
    match = _INDEX.match(name) or _DATA.match(name)
    if match:
      path = os.path.join(train_dir, match['prefix'])
      found[path] = int(match['step'])
  # Of one step under several names, the one that was written last.
  return sorted(
    ((step, path) for path, step in found.items()),
    key=lambda pair: (pair[0], _written(pair[1])),
    reverse=True,
  )


def _written(path: str) -> float:
  """When a checkpoint was written; 0 if it has no index."""
  try:
    return os.path.getmtime(path + '.index')
  except OSError:
    return 0.0


def _prefix(path: str) -> str | None:
  """The checkpoint that a file belongs to, or None."""
  folder, name = os.path.split(path)
  match = (
    _INDEX.match(name)
    or _DATA.match(name)
    or re.match(r'^(?P<prefix>.+-\d+)\.meta$', name)
  )
  return os.path.join(folder, match['prefix']) if match else None


def _move_aside(path: str) -> None:
  """Moves a file or folder into `damaged` beside it, under a free name."""
  folder = os.path.join(os.path.dirname(path), DAMAGED)
  os.makedirs(folder, exist_ok=True)
  target = os.path.join(folder, os.path.basename(path))
  number = 1
  while os.path.lexists(target):
    number += 1
    target = os.path.join(folder, f'{os.path.basename(path)}.{number}')
  os.rename(path, target)


def _write_state(train_dir: str, newest: str) -> None:
  """Has the state file name the newest good checkpoint, if it does not yet."""
  # It is TensorFlow's own, and whoever mends a folder goes on to train.
  import tensorflow.compat.v1 as tf

  try:
    state = tf.train.get_checkpoint_state(train_dir)
  except (tf.errors.OpError, ValueError):
    state = None
  older = [path for _, path in kept(train_dir) if path != newest]
  if (
    state is not None
    and state.model_checkpoint_path == newest
    and set(state.all_model_checkpoint_paths) <= {*older, newest}
  ):
    return
  try:
    tf.train.update_checkpoint_state(train_dir, newest, [*older, newest])
  except tf.errors.OpError as e:
    raise OSError(str(e)) from e
