# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A trained model in one file: written, and read from whoever made it.

A bundle is a tar file, compressed with gzip or not. At its top lie

  model.ckpt-STEP.index, model.ckpt-STEP.data-...  the weights
  settings.json                                    as beside a run's checkpoints
  MODEL_CARD.md                                    what it is, for people
  prior.npz                                        where one was fitted
  map.npz                                          in a ready-made model: where
                                                   its music lies (own_map.py)

Weights are in full precision, or in half of it to save space. What runs them
without TensorFlow reads both; TensorFlow restores the first alone, and
`in_full_precision` makes one of the other.

Magenta's own bundles are tar files of a checkpoint alone, and its
`TrainedModel` reads ours as well: it looks for the `.index`.

Reading takes nothing on trust. Members are written one by one under their last
name into a folder of the reader's; what could reach outside of it (a path that
climbs or starts at the root, a link, a device) is refused, and so is what could
fill memory or disk. A refusal names the member.
"""

from __future__ import annotations

import bz2
import gzip
import io
import os
import re
import shutil
import tarfile
import tempfile
import zlib
from typing import Any
from typing import BinaryIO
from typing import Container
from typing import Iterable
from typing import Mapping
from typing import NamedTuple
from typing import NoReturn

import numpy as np

from magenta_vrae import files
from magenta_vrae.errors import InputError
from magenta_vrae.model import masks
from magenta_vrae.runs import checkpoints
from magenta_vrae.runs import run_settings
from magenta_vrae.runs import tensor_bundle
from magenta_vrae.runs import tensorflow_path

CARD_FILE_NAME = 'MODEL_CARD.md'
ENDINGS = ('.tar.gz', '.tgz', '.tar')

# What Magenta's largest bundle is, three times over.
_MOST_BYTES = 4 * 2**30
_MOST_MEMBERS = 100
_LARGEST_TEXT = 2**20
# tarfile reads headers, which can say that they are of any length, in one go.
# Contents are copied in pieces.
_LARGEST_READ = 2**20

# What only training needs: Adam's moments, and the step counts of several
# workers. TrainedModel does not restore them.
_OF_THE_OPTIMIZER = re.compile(
  r'(/Adam(_\d+)?|^beta[12]_power(_\d+)?|sync_rep_local_step)$'
)


class Contents(NamedTuple):
  """What was unpacked.

  Attributes:
    checkpoint: The checkpoint in the folder, without an ending.
    has_settings: Whether there is a settings.json beside it.
  """

  checkpoint: str
  has_settings: bool


# --- Writing ------------------------------------------------------------------


def check_ending(path: str) -> None:
  """Refuses the path of a bundle that is to be written, by its ending."""
  if not path.endswith(ENDINGS):
    raise InputError(
      f'output {path!r} must end in {", ".join(ENDINGS[:-1])} or {ENDINGS[-1]}'
    )


def write(
  path: str,
  checkpoint: str,
  settings: dict[str, Any],
  card: str,
  beside: Iterable[str] = (),
  is_half: bool = False,
) -> None:
  """Writes a bundle, whole or not at all.

  Args:
    path: The bundle; its ending is one of ENDINGS.
    checkpoint: The checkpoint, without an ending.
    settings: The run's settings, a dict.
    card: The model card, Markdown.
    beside: Other files that belong to the model.
    is_half: Whether its weights are to be in half precision.

  Raises:
    InputError: If the ending is another, it cannot be written, or there is no
      room for the temporary files that it is made of.
  """
  check_ending(path)
  mode: Any = 'w' if path.endswith('.tar') else 'w:gz'
  with tempfile.TemporaryDirectory() as temporary:
    with files.filling(temporary):
      _save_weights(
        checkpoint,
        os.path.join(temporary, os.path.basename(checkpoint)),
        np.float16 if is_half else np.float32,
      )
      run_settings.save(temporary, settings)
      files.write_text(os.path.join(temporary, CARD_FILE_NAME), card)
      for file_name in beside:
        shutil.copy(file_name, temporary)
    with files.whole(path) as partial:
      # Opened by number, as gzip would write the name that it has now.
      with open(os.open(partial, os.O_WRONLY), 'wb') as file:
        with tarfile.open(fileobj=file, mode=mode) as tar:
          for name in sorted(os.listdir(temporary)):
            tar.add(os.path.join(temporary, name), name, filter=_anonymous)


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
  """A tar member without the name of who made it."""
  member.uid = member.gid = 0
  member.uname = member.gname = ''
  member.mode = 0o644
  return member


def is_half(checkpoint: str) -> bool:
  """Whether a whole checkpoint's weights are in half precision."""
  try:
    variables = tensor_bundle.Reader(checkpoint).shapes.values()
  except tensor_bundle.UnsupportedBundle:
    return False
  return any(variable.dtype == np.float16 for variable in variables)


def in_full_precision(checkpoint: str, folder: str) -> str:
  """Copies a checkpoint, for TensorFlow to restore.

  Args:
    checkpoint: The checkpoint without an ending, whole.
    folder: A temporary folder for the copy.

  Returns:
    The copy without an ending.

  Raises:
    InputError: If the folder has no room for it.
  """
  target = os.path.join(folder, os.path.basename(checkpoint))
  with files.filling(folder):
    _save_weights(checkpoint, target, np.float32)
  return target


def _save_weights(source: str, target: str, dtype: type[np.floating]) -> None:
  """Copies a checkpoint without what only its optimizer needs.

  Args:
    source: The checkpoint, without an ending.
    target: The copy, likewise.
    dtype: Of the copy's numbers, where the checkpoint has floats.
  """
  with tensorflow_path.literal(source) as path:
    _copy_weights(path, target, dtype)


def _copy_weights(source: str, target: str, dtype: type[np.floating]) -> None:
  # Its reader of any checkpoint; who reads a bundle does without.
  import tensorflow.compat.v1 as tf

  reader = tf.train.load_checkpoint(source)
  values = {
    name: reader.get_tensor(name)
    for name in reader.get_variable_to_shape_map()
    if not _OF_THE_OPTIMIZER.search(name)
  }
  # What a mask hides is written as zeros, which take no room.
  for name, value in masks.masked(values).items():
    is_float = np.issubdtype(value.dtype, np.floating)
    values[name] = value.astype(dtype) if is_float else value
  save_checkpoint(target, values)


def save_checkpoint(path: str, values: Mapping[str, np.ndarray]) -> None:
  """Writes arrays as a checkpoint of TensorFlow's.

  Args:
    path: The checkpoint, without an ending.
    values: Arrays by name.

  Raises:
    OSError: If it cannot be written.
  """
  # Its writer of checkpoints.
  import tensorflow.compat.v1 as tf

  with tf.Graph().as_default(), tf.Session() as session:
    variables, feed = [], {}
    for name, value in sorted(values.items()):
      # A placeholder, since a constant would be in the graph, which has a
      # size limit.
      given = tf.placeholder(value.dtype, value.shape)
      variable = tf.Variable(given, name=name)
      feed[given] = value
      variables.append(variable)
    session.run([variable.initializer for variable in variables], feed)
    try:
      tf.train.Saver(variables).save(
        session, path, write_meta_graph=False, write_state=False
      )
    except tf.errors.OpError as e:
      raise files.refusal(e) or OSError(str(e)) from e


def card(
  settings: dict[str, Any], step: int, metrics: dict[str, Any] | None = None
) -> str:
  """A model card.

  Args:
    settings: The run's settings, a dict.
    step: Steps trained.
    metrics: (Optional) What `run_settings.save_metrics` wrote about that step.

  Returns:
    Markdown.
  """
  lines = [
    f'# {settings["config"]}, {step} steps',
    '',
    'A Variational Recurrent Auto-Encoder (arXiv 1412.6581) or another '
    'MusicVAE model, trained with magenta-vrae.',
    '',
    '## How to use it',
    '',
    '    vrae_generate --checkpoint_file=THIS_FILE --output_dir=out',
    '',
    'In Python, `magenta.models.music_vae.TrainedModel` reads this file; '
    '`settings.json` in it holds the config, hparams and converter to give it.',
  ]
  for title, section in (
    ('What it was trained on', _training(settings, step)),
    ('How well it fits', _evaluation(metrics)),
    ('Hyperparameters', _table(settings['hparams'])),
    ('Data converter', _table(settings['converter'] or {})),
    ('Versions', _table(settings.get('versions', {}))),
  ):
    lines += ['', f'## {title}', '', *section]
  return '\n'.join(lines) + '\n'


def _training(settings: dict[str, Any], step: int) -> list[str]:
  dataset = settings.get('dataset') or {}
  seed = settings.get('seed')
  return _table(
    {
      'pieces': dataset.get('pieces', 'unknown'),
      'windows': dataset.get('windows', 'unknown'),
      'fingerprint': dataset.get('fingerprint', 'unknown'),
      'steps': step,
      'seed': 'none' if seed is None else seed,
    }
  )


def _evaluation(metrics: dict[str, Any] | None) -> list[str]:
  if not metrics:
    return [
      'Not evaluated at this step; `vrae_train --mode=eval --eval_once` does.'
    ]
  of = metrics.get('dataset') or {}
  return [
    f'On {of.get("pieces", "unknown")} pieces, '
    f'{of.get("windows", "unknown")} windows, '
    f'fingerprint {of.get("fingerprint", "unknown")}:',
    '',
    *_table(metrics['metrics']),
  ]


def _table(values: Mapping[str, Any]) -> list[str]:
  rows = [f'| {name} | {_cell(value)} |' for name, value in values.items()]
  return ['| | |', '|---|---|', *rows] if rows else ["Magenta's own."]


def _cell(value: Any) -> str:
  if isinstance(value, float):
    return f'{value:.6g}'
  return str(value).replace('|', '\\|')


# --- Reading ------------------------------------------------------------------


def read(path: str, folder: str) -> Contents:
  """Unpacks a bundle, this package's or Magenta's own.

  Args:
    path: The bundle.
    folder: An empty folder, into which it goes and out of which nothing does.

  Returns:
    `Contents`. The checkpoint is whole.

  Raises:
    InputError: If it is no bundle, or holds what it may not.
  """
  try:
    with open(path, 'rb') as file, _decompressed(file, path) as raw:
      bounded: Any = _Bounded(raw, path)  # What tarfile needs of a file.
      with tarfile.open(fileobj=bounded, mode='r:') as tar:
        names = _unpack(tar, path, folder)
  except (tarfile.TarError, zlib.error, OSError, EOFError, ValueError) as e:
    if isinstance(e, InputError):
      raise
    raise InputError(f'{path!r} is not a complete bundle: {e}') from e
  found = sorted(name for name in names if name.endswith('.index'))
  if len(found) != 1:
    raise InputError(
      f'{path!r} holds {len(found)} checkpoints; a bundle holds one, an .index '
      'and its .data files'
    )
  checkpoint = os.path.join(folder, found[0][: -len('.index')])
  reason = checkpoints.damage_of_strangers(checkpoint)
  if reason:
    raise InputError(f'the checkpoint in {path!r} is damaged: {reason}')
  return Contents(checkpoint, run_settings.FILE_NAME in names)


def _decompressed(file: BinaryIO, path: str) -> Any:
  """The tar within a file; closing it leaves the file open."""
  magic = file.read(6)
  file.seek(0)
  if magic.startswith(b'\x1f\x8b'):
    return gzip.GzipFile(fileobj=file)
  if magic.startswith(b'BZh'):
    return bz2.BZ2File(file)
  # How much memory xz takes is its file's to say.
  if magic.startswith(b'\xfd7zXZ'):
    raise InputError(f'{path!r} is packed with xz; pack it with gzip')
  return io.BufferedReader(file)


class _Bounded:
  """A file whose reads are of limited size, one by one and together."""

  def __init__(self, file: BinaryIO, path: str) -> None:
    self._file, self._path = file, path
    self.seekable, self.tell = file.seekable, file.tell

  def read(self, size: int = -1) -> bytes:
    if not 0 <= size <= _LARGEST_READ:
      raise InputError(
        f'{self._path!r} has a header of {size} bytes; at most '
        f'{_LARGEST_READ} are allowed'
      )
    data = self._file.read(size)
    self._check()
    return data

  def seek(self, position: int, whence: int = os.SEEK_SET) -> int:
    # Of what is compressed, a seek forward unpacks all on the way.
    if whence != os.SEEK_SET or position > _MOST_BYTES:
      self._refuse()
    result = self._file.seek(position)
    self._check()
    return result

  def _check(self) -> None:
    if self._file.tell() > _MOST_BYTES:
      self._refuse()

  def _refuse(self) -> NoReturn:
    raise InputError(
      f'{self._path!r} unpacks to over {_MOST_BYTES // 2**30} GB, the '
      'most allowed'
    )


def _unpack(tar: tarfile.TarFile, path: str, folder: str) -> list[str]:
  """Writes a tar's files into a folder; returns their names."""
  names: list[str] = []
  num_members = total = 0
  for member in tar:
    num_members += 1
    if num_members > _MOST_MEMBERS:
      raise InputError(
        f'{path!r} holds over {_MOST_MEMBERS} files; a bundle holds only a few'
      )
    reason = _why_refused(member, names)
    if reason:
      raise InputError(
        f'{path!r} holds {member.name[:200]!r}, {reason}; refused, nothing was '
        'used'
      )
    if member.isdir():
      continue
    total += member.size
    if total > _MOST_BYTES:
      raise InputError(
        f'{path!r} unpacks to {total} bytes or more; at most {_MOST_BYTES} are '
        'allowed'
      )
    # What was written before it is no longer free.
    free = shutil.disk_usage(folder).free
    if member.size > free:
      raise InputError(
        f'{path!r} holds a file of {member.size} bytes, and the temporary '
        f'folder {folder!r} has room for {free}; make room there, or set '
        'TMPDIR to another folder'
      )
    name = os.path.basename(member.name)
    target = os.path.join(folder, name)
    source = tar.extractfile(member)
    assert source  # It is a regular file.
    with source, open(target, 'xb') as file:
      shutil.copyfileobj(source, file, 2**16)
    names.append(name)
  return names


def _why_refused(member: tarfile.TarInfo, names: Container[str]) -> str | None:
  """What is wrong with a member of a tar; None if nothing is."""
  parts = member.name.replace('\\', '/').split('/')
  if member.issym() or member.islnk():
    return 'a link'
  if member.isdir():
    return None if '..' not in parts else 'a path that climbs'
  if not member.isreg() or member.issparse():
    return 'which is not a regular file'
  if member.name.startswith(('/', '\\')) or ':' in parts[0]:
    return 'a path from the root'
  if '..' in parts:
    return 'a path that climbs'
  if '\0' in member.name or not parts[-1] or parts[-1] == '.':
    return 'a path that names no file'
  if parts[-1] in names:
    return 'a second file of that name'
  texts = (run_settings.FILE_NAME, CARD_FILE_NAME)
  if parts[-1] in texts and member.size > _LARGEST_TEXT:
    return f'of {member.size} bytes'
  return None
