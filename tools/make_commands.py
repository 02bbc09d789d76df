# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/commands.md, from the flags as the commands define them.

`make docs` runs it. The page says what --help says, and tests/help_test.py
holds the committed one to it.
"""

from __future__ import annotations

import importlib
import pathlib
import pkgutil
import sys
import textwrap

from magenta_vrae import commands
from magenta_vrae.commands import flag_help

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATH = ROOT / 'docs' / 'commands.md'

HEAD = """\
# Every flag of every command

`--help` prints the same text. `make docs` writes this page from the flags. Give
a flag as `--name=value`, and a switch as `--name` or `--noname`.
`--flagfile=FILE` reads flags from a file, one per line. absl adds flags to
every command; `--helpfull` shows them.
"""


def pages():
  """The `flag_help.Page` of each command, by name, in alphabetical order.

  In a process that has imported no command: two cannot define their flags side
  by side, and so each is forgotten before the next.
  """
  found = {}
  for module in pkgutil.iter_modules(
    commands.__path__, 'magenta_vrae.commands.'
  ):
    name = module.name.rpartition('.')[2]
    if name.startswith('vrae_'):
      importlib.import_module(module.name)
      found[name] = flag_help.page(module.name)
      for definer in flag_help.forget():
        package, _, child = definer.rpartition('.')
        del sys.modules[definer]
        delattr(sys.modules[package], child)
  return found


def as_markdown(page):
  """A command's page, as a section of docs/commands.md."""
  parts = [f'## {page.command}', _usage_as_markdown(page.usage)]
  for title, entries in page.sections:
    parts.append(f'### {title}')
    rows = [
      (
        f'`{entry.spelling}`',
        entry.words,
        entry.allowed,
        f'`{entry.default}`' if entry.default else '',
      )
      for entry in entries
    ]
    header = ('flag', 'what it does', 'allowed', 'default')
    parts.append('\n'.join(map(_row, [header, ('---',) * 4, *rows])))
  return '\n\n'.join(parts) + '\n'


def _row(cells):
  return f'| {" | ".join(cell.replace("|", chr(92) + "|") for cell in cells)} |'


def _usage_as_markdown(usage):
  """Indented paragraphs become blocks of text, which keep their lines.

  Of text and not of commands: they show how flags go together, with files that
  no reader has.
  """
  paragraphs = []
  for paragraph in usage.split('\n\n'):
    if paragraph.startswith('  '):
      paragraph = f'```text\n{textwrap.dedent(paragraph)}\n```'
    paragraphs.append(paragraph)
  return '\n\n'.join(paragraphs)


def text(pages):
  """What docs/commands.md is to hold, of the `pages`."""
  return '\n'.join([HEAD, *map(as_markdown, pages.values())])


def main():
  PATH.write_text(text(pages()), encoding='utf-8')
  print(PATH)


if __name__ == '__main__':
  main()
