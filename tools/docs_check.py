# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs every command that the README and the docs tell a reader to type.

  make docs-check
  python tools/docs_check.py README.md docs/questions.md   # some pages

Pages are read by a CommonMark parser, so that no block of code is overlooked.
A fenced block says what it holds: `sh` is run line by line, `python` as one
program, and `text` or `json` are for reading. A block that says nothing, as one
that is only indented, is `sh`. A Python program that begins with its name,
`# NAME.py`, is saved under it, to be run by a command after it. Of a shell
command either

* the program is one of `PROGRAMS`, and it is run in bash, word for word, or
* it fits an entry of `NOT_RUN`, which tells why not and what checks it instead,
* or the check fails: nothing is left out in silence.

All of it happens in one scratch folder, page after page, where music is
prepared under the names that the pages use (`prepare`). To keep it short,
`vrae_train` is started through this file, which lets a run go `STEPS` steps
further than it is, whatever the page says: `--num_steps` is appended to the
command. So a page shows what a reader needs, and that is run but for its
length.

Sybil, pytest-markdown-docs and mktestdocs were looked at: each runs the blocks
it knows and passes over all others, where here those must fail; what runs
shell commands would be written in any of them.
"""

from __future__ import annotations

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import typing

import markdown_it

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The README first: the folders it makes are there for the others. BUILD.md is
# not among them: it tells how to make environments other than the one at hand.
PAGES = [
  'README.md',
  *sorted(str(path.relative_to(ROOT)) for path in (ROOT / 'docs').glob('*.md')),
  # What these tell is done in their own folder, or in a copy of it.
  'examples/README.md',
  'examples/cpp/README.md',
  'examples/onnx/README.md',
  'examples/onnx/page/README.md',
  'CONTRIBUTING.md',
]

STEPS = 12
_SECONDS_OF_DRUMS = 150
_TIMEOUT_SECONDS = 1800

COMMANDS = (
  'vrae_create_dataset',
  'vrae_train',
  'vrae_generate',
  'vrae_encode',
  'vrae_plot',
  'vrae_explore',
  'vrae_serve',
  'vrae_export',
)
# What a block may start; the rest of a line is up to bash.
PROGRAMS = (*COMMANDS, 'python', 'tar', 'g++', 'cmake', 'vrae')
FOR_READING = ('text', 'json')

# What is not run: a pattern that a whole command fits, and why, with what
# checks it instead. `make` targets are held against the Makefile besides, and
# the flags of benchmarks and experiments against their code. tests/docs_test.py
# sees to it that each is needed.
NOT_RUN = {
  r'git clone .*': 'needs the network; what follows runs in such a clone',
  r'make (test(-stock|-all|-pythons)?|coverage)': 'tests; .ci/run runs them',
  r'make music': 'makes another environment; tests/ready_made_test.py runs its '
  'command',
  r'make models': 'takes hours; tests/experiments_test.py runs its parts',
  r'make docs': 'tests/help_test.py holds docs/commands.md to the flags',
  r'make (lint|format)': '.ci/run runs make lint; format is its mending half',
  r'make web': '.ci/run runs make web-check, which does the same but writing',
  r'make (docs-check|notebook)': 'is this; tests/notebook_test.py runs it',
  r'make peers && .*': 'a benchmark of many minutes, with PyTorch',
  r'\S*python benchmarks/.*': 'takes many minutes of an idle machine',
  r'\S*vrae_train --flagfile=experiments/.*': 'takes ten minutes and more; '
  'tests/commands_test.py trains from flagfiles',
  r'\S*python experiments/.*': 'measures such a run',
  r'dask (scheduler|worker .*)': 'stays; tests/shards_test.py starts both',
  r'vrae_create_dataset .*--scheduler=.*': 'needs that scheduler; '
  'tests/shards_test.py runs it with one',
  r'python -m magenta_vrae (activate|status|deactivate)': 'would change this '
  'environment; tests/activation_test.py runs it in one of its own',
  r'(convert_dir_to_note_sequences|music_vae_(train|generate)) .*': 'needs an '
  'activated environment; tests/activation_test.py has one',
  r'\S*python tests/stock_configs_test.py .*': 'prints that page; the tests '
  'run what it tells of',
  r'\S*vrae_serve .*': 'stays, or needs MIDI; tests/serve_test.py runs it',
  r'pip install onnxruntime .*': 'needs the network; '
  'tests/examples_onnx_test.py makes such an environment',
  r'npm install': 'needs the network; tests/examples_page_test.py has it done',
  r'python -m http.server .*': 'stays; tests/examples_page_test.py serves it',
  r'TF_CONFIG=.*': 'needs that cluster; tests/cluster_test.py runs one',
}
# Run in another way: without the Makefile's environment, in this one.
RUN_AS = {'make demo': [sys.executable, str(ROOT / 'demo' / 'demo.py')]}


class Block(typing.NamedTuple):
  """A block of code: where it begins, what it says it is, and its text."""

  page: str
  line: int
  language: str
  text: str

  @property
  def place(self):
    return f'{self.page}:{self.line}'


class DocumentationError(Exception):
  """A page says what does not work, or what nobody can tell."""


def blocks(page):
  """All blocks of code of a page, in order."""
  text = (ROOT / page).read_text(encoding='utf-8')
  return [
    Block(page, token.map[0] + 1, token.info.strip() or 'sh', token.content)
    for token in markdown_it.MarkdownIt().parse(text)
    if token.type in ('fence', 'code_block')
  ]


def shell_commands(text):
  """The commands of a block, each whole: continued and quoted lines joined.

  Raises:
    DocumentationError: If the last one does not end.
  """
  commands, pending = [], ''
  for line in text.splitlines():
    pending += line
    try:
      words = shlex.split(pending, comments=True)
    except ValueError:  # A quotation or a backslash goes on.
      pending += '\n'
      continue
    if line.endswith('\\'):
      pending += '\n'
      continue
    if words:
      commands.append(pending.strip())
    pending = ''
  if pending.strip():
    raise DocumentationError(f'a command does not end: {pending!r}')
  return commands


def plain(command):
  """A command's words with a space between, without comments and quotes."""
  return ' '.join(shlex.split(command.replace('\\\n', ' '), comments=True))


def why_not_run(command):
  """The reason for which a command is not run; None if it is.

  Raises:
    DocumentationError: If it is neither to be run nor known not to be.
  """
  words = plain(command)
  for pattern, reason in NOT_RUN.items():
    if re.fullmatch(pattern, words, re.DOTALL):
      return reason
  program = os.path.basename(words.split()[0])
  if words in RUN_AS or program in PROGRAMS:
    return None
  raise DocumentationError(
    f'{words!r}: {program!r} is not among what is run, and no entry of NOT_RUN '
    'in tools/docs_check.py fits; add it to one, or fence the block as `text`'
  )


def check_known(block):
  """Raises DocumentationError unless it is known what to do with a block."""
  if block.language == 'sh':
    for command in shell_commands(block.text):
      why_not_run(command)
      for target in re.findall(r'\bmake ([a-z-]+)', plain(command)):
        if target not in make_targets():
          raise DocumentationError(f'the Makefile has no target {target!r}')
  elif block.language == 'python':
    compile(block.text, block.place, 'exec')
  elif block.language not in FOR_READING:
    raise DocumentationError(
      f'a block of {block.language!r}; it is sh, python or one of '
      f'{", ".join(FOR_READING)}'
    )


def make_targets():
  """Names of the Makefile's targets."""
  text = (ROOT / 'Makefile').read_text(encoding='utf-8')
  return set(re.findall(r'^([a-z][a-z-]*):', text, re.MULTILINE))


# --- Short training -----------------------------------------------------------


def shortened(arguments):
  """The arguments of vrae_train with few steps; of a flag, the last counts."""
  given = dict(argument.partition('=')[::2] for argument in arguments)
  if given.get('--mode', 'train') != 'train':
    return arguments
  found = pathlib.Path(given.get('--run_dir', '')).glob(
    'train/model.ckpt-*.index'
  )
  steps = [int(path.stem.rpartition('-')[2]) for path in found]
  done = max(steps, default=0)
  return [*arguments, f'--num_steps={done + STEPS}']


def start_short(command, arguments):
  """Becomes the installed command."""
  path = str(pathlib.Path(sys.executable).parent / command)
  # Python, where a page's own script takes the command's name.
  if 'vrae_train' in (command, *arguments):
    arguments = shortened(arguments)
  os.execv(path, [path, *arguments])


# --- The scratch folder -------------------------------------------------------


def prepare(folder):
  """Makes the folder in which a reader of the pages is.

  It holds `.venv/bin` with the commands, `configs` by link, `examples`, and
  music: `my_songs` (four pieces of music21's corpus as MIDI), `more_songs`
  (two others), `my_drums`, and `a.mid`, `b.mid`, `c.mid`.
  """
  import music21
  import note_seq

  programs = folder / '.venv' / 'bin'
  programs.mkdir(parents=True)
  for command in (*COMMANDS, 'python'):
    _script(programs / command, sys.executable, __file__, '--start', command)
  (folder / 'configs').symlink_to(ROOT / 'configs')
  shutil.copytree(
    ROOT / 'examples',
    folder / 'examples',
    ignore=shutil.ignore_patterns('node_modules', 'build'),
  )

  corpus = pathlib.Path(music21.__file__).parent / 'corpus'
  pieces = {
    'my_songs/rag': 'joplin/maple_leaf_rag.mxl',
    'my_songs/lindenbaum': 'schubert/Lindenbaum.xml',
    'my_songs/grave': 'corelli/opus3no1/1grave.xml',
    'my_songs/aria': 'handel/rinaldo/Lascia_chio_pianga.mxl',
    'more_songs/quartet': 'haydn/opus1no1/movement2.mxl',
    'more_songs/polonaise': 'schumann_clara/polonaise_op1n1.mxl',
  }
  music = {}
  for name, path in pieces.items():
    music[name] = note_seq.musicxml_file_to_sequence_proto(str(corpus / path))
  # A rock beat: hats on each eighth, bass drum and snare in turn below.
  for number, eighth in enumerate((0.25, 0.2), start=1):
    beat = note_seq.NoteSequence(ticks_per_quarter=220)
    for i in range(int(_SECONDS_OF_DRUMS / eighth)):
      start = i * eighth
      for key in {0: (42, 36), 2: (42, 38)}.get(i % 4, (42,)):
        note = beat.notes.add(pitch=key, velocity=90, is_drum=True)
        note.instrument = 9
        note.start_time, note.end_time = start, start + 0.1
    beat.total_time = start + 0.1
    music[f'my_drums/beat_{number}'] = beat
  # A band's attribute of its drums needs a song that has some.
  music['my_songs/rag'].notes.extend(beat.notes)
  for name, of in (('a', 'rag'), ('b', 'lindenbaum'), ('c', 'aria')):
    music[name] = music[f'my_songs/{of}']
  for name, piece in music.items():
    path = folder / f'{name}.mid'
    path.parent.mkdir(exist_ok=True)
    note_seq.note_sequence_to_midi_file(piece, str(path))


def _script(path, *command):
  path.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, command))} "$@"\n')
  path.chmod(0o755)


# --- Running ------------------------------------------------------------------


def run(arguments, folder):
  """Runs a process of a page.

  Raises:
    DocumentationError: If it does not end with status 0, with its last words.
  """
  # Of the scratch folder, in which that of an example is.
  programs = next(
    place / '.venv' / 'bin'
    for place in (folder, *folder.parents)
    if (place / '.venv').exists()
  )
  path = os.pathsep.join([str(programs), os.environ['PATH']])
  try:
    result = subprocess.run(
      arguments,
      cwd=folder,
      env={**os.environ, 'PATH': path},
      stdout=subprocess.PIPE,
      stderr=subprocess.STDOUT,
      text=True,
      timeout=_TIMEOUT_SECONDS,
    )
  except subprocess.TimeoutExpired:
    raise DocumentationError(f'not done after {_TIMEOUT_SECONDS} s') from None
  if result.returncode:
    last = '\n'.join(result.stdout.splitlines()[-15:])
    raise DocumentationError(f'ended with status {result.returncode}:\n{last}')


def check_script_flags(command):
  """Of a script that is not run: that it starts, and knows the flags given.

  Raises:
    DocumentationError: If not.
  """
  words = plain(command).split()
  script = words[1]
  text = (ROOT / script).read_text(encoding='utf-8')
  compile(text, script, 'exec')
  for flag in re.findall(r'--(\w+)', ' '.join(words[2:])):
    if not re.search(rf"add_argument\(\s*'--{flag}'", text):
      raise DocumentationError(f'{script} has no --{flag}')


def check_block(block, folder, tell):
  """Runs what is to be run of a block; errors as `run` and `check_known`."""
  check_known(block)
  if block.page.startswith('examples/'):
    folder = (folder / block.page).parent
  if block.language == 'python':
    first = block.text.strip().splitlines()[0]
    if re.fullmatch(r'# \w+\.py', first):
      tell('saved', first[2:])
      (folder / first[2:]).write_text(block.text, encoding='utf-8')
    else:
      tell('run', f'{first} ...')
      run([sys.executable, '-c', block.text], folder)
  if block.language != 'sh':
    return
  for command in shell_commands(block.text):
    reason = why_not_run(command)
    if reason is None:
      tell('run', command)
      run(RUN_AS.get(plain(command), ['bash', '-c', command]), folder)
    else:
      tell('not run', f'{command}\n{"":12}({reason})')
      if re.match(r'\S*python (benchmarks|experiments)/', command):
        check_script_flags(command)


def main(pages):
  began = time.time()
  failures = []
  folder = pathlib.Path(tempfile.mkdtemp(prefix='docs_check_'))
  try:
    prepare(folder)
    for block in (block for page in pages for block in blocks(page)):

      def tell(what, text, place=block.place):
        print(f'{place}  {what}\n            {text}', flush=True)

      try:
        check_block(block, folder, tell)
      except (DocumentationError, SyntaxError, OSError) as e:
        failures.append(f'{block.place}: {e}')
        print(f'FAILED      {failures[-1]}', flush=True)
  finally:
    shutil.rmtree(folder)
  print(f'{len(pages)} pages in {time.time() - began:.0f} s', end=', ')
  print(f'{len(failures)} failures' if failures else 'all as they say')
  for failure in failures:
    print(failure)
  return 1 if failures else 0


if __name__ == '__main__':
  if sys.argv[1:2] == ['--start']:
    start_short(sys.argv[2], sys.argv[3:])
  sys.exit(main(sys.argv[1:] or PAGES))
