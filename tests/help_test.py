# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What --help and docs/commands.md say of the flags."""

from __future__ import annotations

import pathlib
import pickle
import re
import subprocess
import sys

import pytest
from conftest import run_anew as run_command

TOOLS = pathlib.Path(__file__).parent.parent / 'tools'

# How a flag says what happens without it.
WITHOUT = re.compile(r'Required|[Bb]y default|Only for ')


@pytest.fixture(scope='module')
def make_commands():
  sys.path.insert(0, str(TOOLS))
  try:
    import make_commands
  finally:
    sys.path.remove(str(TOOLS))
  return make_commands


@pytest.fixture(scope='module')
def pages():
  """The page of every command, by name."""
  # In a process of its own, as this one may have imported commands.
  program = (
    f'import pickle, sys; sys.path.insert(0, {str(TOOLS)!r}); '
    'import make_commands; '
    'sys.stdout.buffer.write(pickle.dumps(make_commands.pages()))'
  )
  return pickle.loads(
    subprocess.run(
      [sys.executable, '-c', program], stdout=subprocess.PIPE, check=True
    ).stdout
  )


@pytest.mark.parametrize(
  ('command', 'arguments'),
  [
    ('vrae_generate', ['--help']),
    # Before anything else is looked at.
    ('vrae_plot', ['--num_steps=1', '--helpshort']),
  ],
)
def test_help_is_the_page_on_stdout_and_no_failure(pages, command, arguments):
  result = run_command(command, *arguments)
  assert result.returncode == 0
  assert result.stdout == pages[command].as_text()
  assert result.stderr == ''


def test_usage_then_our_flags_then_magentas(pages):
  text = pages['vrae_train'].as_text()
  places = [
    text.index(part)
    for part in (
      'Trains or evaluates a VRAE',
      'Repeatability:',
      '--seed=INTEGER',
      "Magenta's own, of music_vae_train:",
      '--num_steps=INTEGER',
      '--helpfull',
    )
  ]
  assert places == sorted(places)


def test_units_bounds_and_defaults(pages):
  text = ' '.join(pages['vrae_train'].as_text().split())
  assert (
    '--save_checkpoint_secs=INTEGER Seconds between checkpoints. A crash loses '
    'at most this much training. (1 or more; default: 60)'
  ) in text
  text = ' '.join(pages['vrae_generate'].as_text().split())
  assert '--sampling=threshold|bernoulli How outputs become notes' in text
  assert '--[no]wav Write a WAV file' in text
  # Which holds of this command, not of Magenta's.
  assert '`denoise` and `attribute` as well. (default: sample)' in text


def test_lines_fit_80_columns(pages):
  for page in pages.values():
    assert max(map(len, page.as_text().splitlines())) <= 80


def test_every_flag_is_in_a_group_and_says_what_it_does_without_a_value(pages):
  silent = []
  for page in pages.values():
    titles = [title for title, _ in page.sections]
    assert 'Other' not in titles, page.command
    for _, entries in page.sections:
      silent += [
        f'{page.command} --{entry.name}'
        for entry in entries
        if not entry.default and not WITHOUT.search(entry.words)
      ]
  assert not silent


def test_large_bounds_are_told_with_all_their_digits(pages):
  (seed,) = (
    entry
    for _, entries in pages['vrae_generate'].sections
    for entry in entries
    if entry.name == 'seed'
  )
  assert seed.allowed == '0 to 4294967295'


def test_the_flag_reference_is_what_the_flags_say(make_commands, pages):
  written = make_commands.PATH.read_text(encoding='utf-8')
  assert written == make_commands.text(pages), 'run `make docs` and commit it'


def test_a_bar_does_not_end_a_cell_of_the_flag_reference(make_commands, pages):
  for row in make_commands.text(pages).splitlines():
    if row.startswith('|'):
      assert len(re.findall(r'(?<!\\)\|', row)) == 5, row
