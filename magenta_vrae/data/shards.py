# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A dataset in shards: music files -> TFRecords that are made one at a time.

    songs.tfrecord-00000-of-00008      NoteSequences; --examples_path takes
    songs.tfrecord-00001-of-00008      songs.tfrecord-?????-of-00008
    .songs.tfrecord.shards/
      00000-of-00008.json              what became of each file, and of what
                                       state of the folder the shard was made

A file's shard is a hash of its path, so that a file more or less changes one
shard. Within a shard files stand in the order of their paths. Writing a shard
is idempotent: it is made aside and renamed, its report comes last, and a shard
whose report fits the folder's present state is not made again. Two processes
may make the same one at a time; both write the same.

A dataset in one file is one shard that has the dataset's own name, and no
report beside it: it is always made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import re
import socket
from typing import Any
from typing import Callable
from typing import Iterable
from typing import Iterator
from typing import NamedTuple
from typing import Sequence

import magenta_vrae
from magenta_vrae import files
from magenta_vrae.data import file_report
from magenta_vrae.data import tfrecord
from magenta_vrae.data.band import BandRoll
from magenta_vrae.data.file_report import FileReport
from magenta_vrae.data.music_fit import MusicFit
from magenta_vrae.data.pitch_choice import PitchCount
from magenta_vrae.errors import InputError
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading import options as options_lib
from magenta_vrae.reading import parser_pool
from magenta_vrae.reading.options import Options
from magenta_vrae.reading.parser_pool import FileResult

VERSION = magenta_vrae.__version__
FILES_PER_SHARD = 256
MAX_SHARDS = 99999

# Part of every fingerprint: shards are made anew when what they hold, or what
# a report says, is another thing than before.
_FORMAT = 3


class Shard(NamedTuple):
  """One part of a dataset and what it is made from.

  Attributes:
    number: From 0.
    of: The number of shards; None of a dataset in one file.
    input_dir: The folder of music, an absolute path.
    output_file: The dataset's path without a shard's ending, absolute.
    paths: Its music files, relative to `input_dir`, sorted, a tuple.
    limits: The `Limits` of each file.
    options: How each is to be read.
    fingerprint: A digest of the paths, sizes and times of those files, of the
      limits and options and of this package's version.
  """

  number: int
  of: int | None
  input_dir: str
  output_file: str
  paths: tuple[str, ...]
  limits: limits_lib.Limits
  options: Options
  fingerprint: str

  @property
  def path(self) -> str:
    """Where the shard is written."""
    if self.of is None:
      return self.output_file
    return f'{self.output_file}-{self.number:05d}-of-{self.of:05d}'

  @property
  def report_path(self) -> str | None:
    """Where its report is written, if one is."""
    if self.of is None:
      return None
    return os.path.join(
      _aside(self.output_file), f'{self.number:05d}-of-{self.of:05d}.json'
    )


class Report(NamedTuple):
  """What became of the files of one shard.

  Attributes:
    files: A `FileReport` of each, a list.
    num_pieces: NoteSequences written.
    pitches: A `PitchCount` of them.
    fit: How they fit the groups of a band, and its grid by the beat.
  """

  files: list[FileReport]
  num_pieces: int
  pitches: PitchCount
  fit: MusicFit


def fit_of_band(held: dict[str, Any] | None = None) -> MusicFit:
  """Counts of how music fits a band of the default groups and beat.

  Args:
    held: (Optional) As `MusicFit`'s.
  """
  return MusicFit(BandRoll(), held)


def default_num_shards(num_files: int) -> int:
  """As many as leave `FILES_PER_SHARD` files to each."""
  return min(-(-num_files // FILES_PER_SHARD), MAX_SHARDS)


def plan(
  paths: Sequence[str],
  input_dir: str,
  output_file: str,
  num_shards: int | None,
  limits: limits_lib.Limits = limits_lib.DEFAULT,
  options: Options = options_lib.DEFAULT,
) -> list[Shard]:
  """Distributes music files over shards.

  Args:
    paths: The files, relative to `input_dir`.
    input_dir: The folder.
    output_file: The dataset's path without a shard's ending.
    num_shards: How many; None for a dataset in one file.
    limits: The `Limits` of each file.
    options: How each is to be read.

  Returns:
    A list of `Shard`s, some of which may have no files.
  """
  input_dir = os.path.abspath(input_dir)
  members: list[list[str]] = [[] for _ in range(num_shards or 1)]
  for path in sorted(paths):
    digest = hashlib.sha1(os.fsencode(path)).digest()
    members[int.from_bytes(digest[:8], 'big') % len(members)].append(path)
  return [
    Shard(
      number,
      num_shards,
      input_dir,
      os.path.abspath(output_file),
      tuple(paths_of_shard),
      limits,
      options,
      _fingerprint(paths_of_shard, input_dir, limits, options),
    )
    for number, paths_of_shard in enumerate(members)
  ]


def _fingerprint(
  paths: Sequence[str],
  input_dir: str,
  limits: limits_lib.Limits,
  options: Options,
) -> str:
  made_by = (_FORMAT, VERSION, input_dir, limits, options)
  digest = hashlib.sha256(repr(made_by).encode())
  for path in paths:
    known: tuple[object, ...]
    try:
      state = os.stat(os.path.join(input_dir, path))
      known = (path, state.st_size, state.st_mtime_ns)
    except OSError as e:
      # A link to nowhere, for one: reading will say so.
      known = (path, type(e).__name__)
    digest.update(repr(known).encode('utf-8', 'surrogateescape'))
  return digest.hexdigest()


def finished(shard: Shard) -> Report | None:
  """The `Report` of a shard that need not be made again; None otherwise."""
  if shard.report_path is None:
    return None
  try:
    with open(shard.report_path, encoding='utf-8') as file:
      held = json.load(file)
    if held['fingerprint'] != shard.fingerprint:
      return None
    if held['num_bytes'] != os.path.getsize(shard.path):
      return None
    return Report(
      [FileReport(*row) for row in held['files']],
      held['num_pieces'],
      PitchCount(held['pitched'], held['drums']),
      fit_of_band(held['fit']),
    )
  except (OSError, ValueError, KeyError, TypeError):
    return None


def write_all(
  to_make: Sequence[Shard], tell: Callable[[FileReport], Any] | None = None
) -> Iterator[tuple[Shard, Report]]:
  """Makes shards of one dataset here, with all cores, yielding them when done.

  Args:
    to_make: The shards.
    tell: (Optional) Called with the report of each file when it is read.

  Yields:
    Pairs of a `Shard` and its `Report`.

  Raises:
    InputError: If a shard cannot be written. Those made until then stay.
  """
  if not to_make:
    return
  # One reading for all, so that no core waits for the last file of a shard.
  results = parser_pool.read_all(
    (path for shard in to_make for path in shard.paths),
    to_make[0].input_dir,
    to_make[0].limits,
    options=to_make[0].options,
  )
  with contextlib.closing(results):
    for shard in to_make:
      own = itertools.islice(results, len(shard.paths))
      yield shard, _write(shard, own, tell)


def write(shard: Shard, version: str = VERSION) -> Report:
  """Makes a shard in a worker of a cluster, whole or not at all.

  It reads one file at a time: there are as many workers as the cores bear.

  Args:
    shard: A `Shard`.
    version: This package's version where the shard was planned.

  Returns:
    Its `Report`.

  Raises:
    InputError: If this process has another version of the package, does not see
      the folder, or cannot write.
  """
  where = f'process {os.getpid()} on {socket.gethostname()}'
  if version != VERSION:
    raise InputError(
      f'{where} has magenta_vrae {VERSION}, this command has '
      f'{version}; install the same on both'
    )
  if not os.path.isdir(shard.input_dir):
    raise InputError(
      f'{where} sees no folder {shard.input_dir!r}; every worker needs it, and '
      'the output, under the same path'
    )
  results = parser_pool.read_all(
    shard.paths, shard.input_dir, shard.limits, 1, shard.options
  )
  with contextlib.closing(results):
    try:
      return _write(shard, results)
    except InputError as e:
      raise InputError(f'{where}: {e}') from None


def _write(
  shard: Shard,
  results: Iterable[FileResult],
  tell: Callable[[FileReport], Any] | None = None,
) -> Report:
  """Writes what was read of a shard's files, and the report of it."""
  reports, num_pieces, pitches = [], 0, PitchCount()
  fit = fit_of_band()
  with files.whole(shard.path) as partial:
    with open(partial, 'wb') as file:
      for result in results:
        for sequence in result.sequences:
          tfrecord.write(file, sequence.SerializeToString())
          pitches.add(sequence)
          # Absurd tempos make no grid; that matters when a model needs one.
          with contextlib.suppress(InputError):
            fit.add(sequence)
        num_pieces += len(result.sequences)
        reports.append(file_report.report(result))
        if tell:
          tell(reports[-1])
    if shard.of is None and not num_pieces:
      raise InputError(none_read(reports, shard.input_dir))
    num_bytes = os.path.getsize(partial)
    # Of the shard that was there.
    _remove(shard.report_path)
  report = Report(reports, num_pieces, pitches, fit)
  if shard.report_path is not None:
    held = {
      'fingerprint': shard.fingerprint,
      'num_bytes': num_bytes,
      'num_pieces': num_pieces,
      'pitched': pitches.pitched.tolist(),
      'drums': pitches.drums.tolist(),
      'fit': fit.as_dict(),
      'files': reports,
    }
    files.write_text(shard.report_path, json.dumps(held))
  return report


def none_read(paths: Sequence[object], input_dir: str) -> str:
  """What there is to say if no file could be read."""
  return f'none of the {len(paths)} music files in {input_dir!r} could be read'


def clean(output_file: str, num_shards: int) -> None:
  """Removes what is left of dead processes and of other numbers of shards.

  Only while no shard of this dataset is being written.

  Args:
    output_file: The dataset's path without a shard's ending.
    num_shards: The number whose shards stay; 0 for none.
  """
  folder, name = os.path.split(os.path.abspath(output_file))
  aside = _aside(os.path.abspath(output_file))
  partial = re.compile(
    rf'\.{re.escape(name)}-\d{{5}}-of-\d{{5}}\..*{re.escape(files.PARTIAL)}'
  )
  for found in _names_in(folder):
    if partial.fullmatch(found):
      _remove(os.path.join(folder, found))
  for found in _names_in(aside):
    report = re.fullmatch(r'(\d{5}-of-(\d{5}))\.json', found)
    if report and int(report[2]) != num_shards:
      _remove(f'{output_file}-{report[1]}')
      _remove(os.path.join(aside, found))
    elif found.endswith(files.PARTIAL):
      _remove(os.path.join(aside, found))
  with contextlib.suppress(OSError):  # Reports are in it, or it is not there.
    os.rmdir(aside)


def _names_in(folder: str) -> list[str]:
  with contextlib.suppress(FileNotFoundError):
    return os.listdir(folder)
  return []


def _aside(output_file: str) -> str:
  """The folder for reports; no pattern of shards finds it."""
  folder, name = os.path.split(output_file)
  return os.path.join(folder, f'.{name}.shards')


def _remove(path: str | None) -> None:
  with contextlib.suppress(FileNotFoundError):
    if path is not None:
      os.remove(path)
