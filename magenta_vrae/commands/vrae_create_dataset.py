# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Turns a folder of music into a TFRecord of NoteSequences.

  vrae_create_dataset --input_dir=songs --output_file=songs.tfrecord
  vrae_create_dataset --input_dir=songs --output_file=songs.tfrecord \
      --num_shards=8 --scheduler=tcp://host:8786

It reads MIDI, MusicXML, ABC, **kern and MEI with all cores. It reports each
file, what it left out of it, and how much of the music the configs keep.
Magenta's own commands can read the result. It skips a file that takes more
memory or time than --limits allows. --num_shards writes the dataset in parts,
which a Dask cluster can make. The same command, run again, makes only the parts
that are missing or out of date.

Exit status: 0 if every file was read, 3 if some were skipped and the rest
written, 1 if nothing was written or a shard is missing.
"""

from __future__ import annotations

import os
from typing import Iterable
from typing import Sequence

from absl import flags
from absl import logging

from magenta_vrae import files
from magenta_vrae.commands import entry
from magenta_vrae.commands import flag_help
from magenta_vrae.data import file_report
from magenta_vrae.data import pitch_choice
from magenta_vrae.data import shards
from magenta_vrae.data.file_report import FileReport
from magenta_vrae.errors import InputError
from magenta_vrae.plural import plural
from magenta_vrae.progress import Progress
from magenta_vrae.reading import limits as limits_lib
from magenta_vrae.reading import music_files
from magenta_vrae.reading import options as options_lib
from magenta_vrae.reading.options import Options

FLAGS = flags.FLAGS
LOG_LEVELS = ('DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL')

flag_help.define_magentas('convert_dir_to_note_sequences')
FLAGS.set_default('log', 'ERROR')
FLAGS.set_default('recursive', True)

flag_help.amend(
  input_dir='Required. MIDI, MusicXML, ABC, **kern and MEI files are read.',
  output_file='Required. With shards, the path of a shard without its number.',
)

flag_help.heading('Input')
flags.DEFINE_bool(
  'repeats',
  True,
  'Play scores and tunes with their repeats; with --norepeats each bar is read '
  'once.',
)
flags.DEFINE_bool(
  'pedal',
  False,
  'Lengthen the notes of MIDI files that the sustain pedal holds.',
)
entry.define_limits()

flag_help.heading('Output')
flags.DEFINE_string(
  'report',
  '',
  'Also write a table (CSV) here. It says for each file whether it was read, '
  'its notes, which were left out and why, its tempo, metre and instruments. '
  'By default none is written.',
)
flags.DEFINE_bool(
  'verbose',
  False,
  'Print how often each pitch occurs, which 49 pitches fit best, and how the '
  'music fits the groups of a band and its beat.',
)

flag_help.heading('Shards')
flags.DEFINE_integer(
  'num_shards',
  None,
  'Write the dataset as this number of files, OUTPUT_FILE-00000-of-00008 and '
  'so on; only those that are missing or out of date. By default one file, '
  f'or with --scheduler one shard per {shards.FILES_PER_SHARD} music files.',
  lower_bound=1,
  upper_bound=shards.MAX_SHARDS,
)
flag_help.heading('Cluster')
flags.DEFINE_string(
  'scheduler',
  '',
  'The address of a Dask scheduler whose workers make the shards, such as '
  'tcp://host:8786. The workers need both folders under the same paths. By '
  'default this process makes the shards.',
)
flags.DEFINE_integer(
  'scheduler_timeout_secs',
  30,
  'Seconds to wait for the scheduler, or for a worker, before giving up.',
  lower_bound=1,
)

SOME_SKIPPED = 3


def create_dataset(
  input_dir: str,
  output_file: str,
  recursive: bool = True,
  num_shards: int | None = None,
  scheduler: str = '',
  timeout_secs: float = 30,
  limits: limits_lib.Limits = limits_lib.DEFAULT,
  verbose: bool = False,
  options: Options = options_lib.DEFAULT,
  report: str = '',
) -> int:
  """Writes the NoteSequences of a folder's music files to TFRecords.

  Args:
    input_dir: The folder.
    output_file: The TFRecord, replaced only when all is read; with shards, the
      path of each without its -00000-of-00008.
    recursive: Whether to read the folders inside as well.
    num_shards: How many shards; None for one file, or, if there is a scheduler,
      for `shards.default_num_shards`.
    scheduler: The address of a Dask scheduler; empty to work in this process.
    timeout_secs: How long to wait for that.
    limits: The `Limits` of each file.
    verbose: Whether to print what --verbose promises.
    options: How each file is to be read.
    report: The path of a table of the files; empty for none.

  Returns:
    The number of files skipped.

  Raises:
    InputError: If there is no music, or none that can be read, or the output
      cannot be written. If it is a shard that could not be made, the others
      stay, and are left out when this is called again.
  """
  paths = music_files.find(input_dir, recursive)
  if scheduler and not num_shards:
    num_shards = shards.default_num_shards(len(paths))
  planned = shards.plan(
    paths, input_dir, output_file, num_shards, limits, options
  )
  outputs = [shard.path for shard in planned] if num_shards else [output_file]
  _check_outputs(outputs, report, [os.path.join(input_dir, p) for p in paths])
  reports = _make(planned, scheduler, timeout_secs)

  num_pieces = sum(r.num_pieces for r in reports)
  if num_shards:
    shards.clean(output_file, num_shards if num_pieces else 0)
  if not num_pieces:
    raise InputError(shards.none_read(paths, input_dir))
  where = output_file
  if num_shards:
    where += f'-?????-of-{num_shards:05d}'
  if report:
    table = sorted(file for r in reports for file in r.files)
    file_report.write_table(report, table)
  _print_summary(reports, where, verbose)
  return sum(bool(file.skipped) for r in reports for file in r.files)


def _check_outputs(
  outputs: Sequence[str], report: str, read: Sequence[str]
) -> None:
  """Checks where the dataset and the report go.

  Args:
    outputs: The files of the dataset.
    report: That of the report; empty for none.
    read: The music files.

  Raises:
    InputError: If one cannot be written, or would take the place of another or
      of music.
  """
  files.check_writable(outputs[0])
  if report:
    files.check_writable(report)
    if os.path.realpath(report) in map(os.path.realpath, outputs):
      raise InputError(
        f'--report={report!r} is where the dataset goes; give another path'
      )
  for path in [*outputs, *([report] if report else [])]:
    files.check_is_not_read(path, read)


def _make(
  planned: Sequence[shards.Shard], scheduler: str, timeout_secs: float
) -> list[shards.Report]:
  """Makes those shards that have to be made, and tells of every file.

  Returns:
    The report of each shard.

  Raises:
    InputError: If a shard could not be made.
  """
  reports = {shard: shards.finished(shard) for shard in planned}
  to_make = [shard for shard, report in reports.items() if report is None]
  account = _Account(planned, to_make)
  if len(to_make) < len(planned):
    account.tell_of_old([report for report in reports.values() if report])
  failures = []
  made: Iterable[tuple[shards.Shard, shards.Report | InputError]]
  if scheduler and to_make:
    # Which takes longer to import than a small file to read.
    from magenta_vrae.data import dask_engine

    made = dask_engine.write_all(to_make, scheduler, timeout_secs)
  else:
    made = shards.write_all(to_make, account.tell)
  for shard, report in made:
    if isinstance(report, InputError):
      failures.append(report)
      account.tell_of_failure(shard, report)
      continue
    reports[shard] = report
    if scheduler:
      for file in report.files:
        account.tell(file)
    account.finish_shard()
  account.close()
  if failures:
    raise InputError(
      f'{len(failures)} of {len(planned)} shards could not be made, the first '
      f'because {failures[0]}; the others stay, and the same command goes on'
    )
  return [report for report in reports.values() if report]


class _Account:
  """What the user sees while shards are made: lines and progress.

  Args:
    planned: All shards.
    to_make: Those that have to be made.
  """

  def __init__(
    self, planned: Sequence[shards.Shard], to_make: Sequence[shards.Shard]
  ) -> None:
    num_files = sum(len(shard.paths) for shard in planned)
    self._num_files_done = num_files - sum(len(s.paths) for s in to_make)
    self._num_shards = planned[0].of
    self._num_shards_done = len(planned) - len(to_make)
    self._progress = Progress(num_files, 'file', initial=self._num_files_done)

  def tell_of_old(self, reports: Sequence[shards.Report]) -> None:
    """Tells of the shards that are up to date, and what they lack."""
    self._progress.message(
      f'{len(reports)} of {self._num_shards} shards are up to date'
    )
    for report in reports:
      for file in report.files:
        if file.skipped:
          self._show(file)

  def tell(self, file: FileReport) -> None:
    """Tells what came of a file."""
    self._show(file)
    self._num_files_done += 1
    self._update()

  def tell_of_failure(self, shard: shards.Shard, error: InputError) -> None:
    """Tells that a shard could not be made."""
    self._progress.message(f'failed   {music_files.shown(shard.path)}: {error}')

  def finish_shard(self) -> None:
    """Counts one more shard."""
    self._num_shards_done += 1
    self._update()

  def close(self) -> None:
    """Leaves the last state standing."""
    self._progress.close()

  def _update(self) -> None:
    note = f'shard {self._num_shards_done}/{self._num_shards}'
    self._progress.update(
      self._num_files_done, note if self._num_shards else ''
    )

  def _show(self, file: FileReport) -> None:
    path = music_files.shown(file.path)
    if file.skipped:
      self._progress.message(f'skipped  {path}: {file.skipped}')
      return
    self._progress.message(
      f'read     {path}: {plural(file.notes, "note")}, {file.seconds:.0f} s'
    )
    for warning in file.warnings:
      self._progress.message(f'         {path}: {warning}')


def _print_summary(
  reports: Sequence[shards.Report], where: str, verbose: bool
) -> None:
  """Prints what the dataset holds and where it is, in five lines at most."""
  pitches, fit = pitch_choice.PitchCount(), shards.fit_of_band()
  for report in reports:
    pitches.merge(report.pitches)
    fit.merge(report.fit)
  all_files = [file for report in reports for file in report.files]
  num_pieces = sum(report.num_pieces for report in reports)
  num_read = sum(not file.skipped for file in all_files)
  minutes = sum(file.seconds for file in all_files) / 60
  left_out = sum(file.left_out for file in all_files)
  if verbose:
    print(pitches.report())
    print('a band of the default groups, by the beat:')
    print(*[f'  {line}' for line in fit.lines()], sep='\n')
  print(pitches.summary())
  print(
    f'{music_files.shown(where)}: {plural(num_pieces, "piece")} '
    f'from {num_read} of {plural(len(all_files), "file")}, '
    f'{len(all_files) - num_read} skipped; '
    f'{plural(pitches.num_notes, "note")}, {minutes:.1f} minutes'
    + (f'; {plural(left_out, "note")} left out' if left_out else '')
  )


def main() -> int:
  if FLAGS.log.upper() not in LOG_LEVELS:
    raise InputError(f'--log={FLAGS.log} is not one of {", ".join(LOG_LEVELS)}')
  logging.set_verbosity(FLAGS.log)
  num_skipped = create_dataset(
    entry.require(FLAGS.input_dir, 'input_dir'),
    entry.require(FLAGS.output_file, 'output_file'),
    FLAGS.recursive,
    FLAGS.num_shards,
    FLAGS.scheduler,
    FLAGS.scheduler_timeout_secs,
    entry.limits(),
    FLAGS.verbose,
    Options(FLAGS.repeats, FLAGS.pedal),
    os.path.expanduser(FLAGS.report),
  )
  return SOME_SKIPPED if num_skipped else 0


def console_entry_point() -> None:
  entry.run(main)


if __name__ == '__main__':
  console_entry_point()
