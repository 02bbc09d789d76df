# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What --help says of a command's flags: ours first, by what they are for.

A command states the group where it defines the flags, and what it makes of
Magenta's flags beside Magenta's own words:

    flag_help.heading('Repeatability')
    flags.DEFINE_integer('seed', None, 'By default ...', lower_bound=0)

    flag_help.amend(mode='Here `medley` as well.')

A flag without a default says in its words what happens without it: 'Required',
'By default ...' or 'Only for ...'. docs/commands.md is made from the same
`Page`, by tools/make_commands.py.
"""

from __future__ import annotations

import dataclasses
import re
import sys
import textwrap
from typing import Any
from typing import Callable

from absl import app
from absl import flags

import magenta_vrae
from magenta_vrae.commands import magenta_flags

_WIDTH = 80
_OTHER = 'Other'
_FOOT = (
  '--flagfile=FILE reads flags from a file, one per line. --helpfull also '
  'shows the flags of absl, and --version the version.'
)

# In order: each heading with the names of the flags that were there before it.
_headings: list[tuple[str, set[str]]] = []
_amendments: dict[str, str] = {}
# Magenta's scripts whose flags are defined.
_scripts: list[str] = []


def define_magentas(script: str) -> None:
  """Defines the flags of one of Magenta's scripts, in a group of their own.

  Args:
    script: 'music_vae_train' or 'music_vae_generate'.
  """
  magenta_flags.define(script)
  _scripts.append(script)


def heading(title: str) -> None:
  """Puts the flags defined from here on, up to the next heading, in a group.

  Args:
    title: What the flags are for. A title used before goes on with its group.
  """
  _headings.append((title, set(flags.FLAGS)))


def amend(**words: str) -> None:
  """Adds sentences to the help of Magenta's flags.

  Args:
    **words: By the flag's name, what holds for it here beside Magenta's words.
  """
  _amendments.update(words)


@dataclasses.dataclass(frozen=True)
class Entry:
  """One flag.

  Attributes:
    name: Its name.
    spelling: How it is given, as `--seed=INTEGER`.
    words: What it does, in sentences.
    allowed: The values allowed, where there are bounds; may be empty.
    default: The default; empty if there is none, or none that says anything.
  """

  name: str
  spelling: str
  words: str
  allowed: str
  default: str


@dataclasses.dataclass(frozen=True)
class Page:
  """What --help says.

  Attributes:
    command: The command's name.
    usage: What it does and how, in paragraphs.
    sections: `(title, entries)` pairs.
  """

  command: str
  usage: str
  sections: list[tuple[str, list[Entry]]]

  def as_text(self) -> str:
    """The page for a terminal, 80 columns wide."""
    parts = [self.usage]
    for title, entries in self.sections:
      parts.append(f'{title}:\n' + '\n'.join(map(_entry_as_text, entries)))
    parts.append(textwrap.fill(_FOOT, _WIDTH))
    return '\n\n'.join(parts) + '\n'


def page(module_name: str) -> Page:
  """The page of a command.

  Args:
    module_name: The command's module, imported; `__main__` if it is the one
      that Python was started with.
  """
  module = sys.modules[module_name]
  path = module_name if module.__spec__ is None else module.__spec__.name
  command = path.rpartition('.')[2]
  sections: dict[str, list[Entry]] = {title: [] for title, _ in _headings}
  for name, title in _titles().items():
    sections.setdefault(title, []).append(_entry(name))
  for script in _scripts:
    sections[f"Magenta's own, of {script}"] = [
      _entry(name) for _, name, _, _ in magenta_flags.DEFINITIONS[script]
    ]
  return Page(
    command,
    (module.__doc__ or '').strip(),
    [(title, entries) for title, entries in sections.items() if entries],
  )


def names() -> list[str]:
  """The names of the flags that --help shows."""
  magentas = [
    definition.name
    for script in _scripts
    for definition in magenta_flags.DEFINITIONS[script]
  ]
  return [*_titles(), *magentas]


def install(module_name: str) -> None:
  """Has --help, --helpshort and --version print and end with status 0.

  Args:
    module_name: As for `page`.
  """

  def help_text() -> str:
    return page(module_name).as_text()

  def version_text() -> str:
    return f'magenta-vrae {magenta_vrae.__version__}\n'

  app.define_help_flags()
  flags.DEFINE_flag(_PrintingFlag('help', 'show this help', help_text, '?'))
  flags.DEFINE_flag(_PrintingFlag('helpshort', 'show this help', help_text))
  flags.DEFINE_flag(
    _PrintingFlag('version', 'show which version this is', version_text)
  )


def forget() -> list[str]:
  """Undoes what a command defined, so that another can define its own.

  Returns:
    The names of the modules that have to be imported anew to define it again.
  """
  _headings.clear()
  _amendments.clear()
  _scripts.clear()
  definers = []
  for module, found in flags.FLAGS.flags_by_module_dict().items():
    if found and module.startswith(('magenta.', 'magenta_vrae.')):
      # These two define for others, and are asked again.
      if module not in (__name__, magenta_flags.__name__):
        definers.append(module)
      for flag in list(found):
        delattr(flags.FLAGS, flag.name)
  return definers


class _PrintingFlag(flags.BooleanFlag):
  """Prints a text and ends; takes the place of absl's flag of the same name."""

  def __init__(
    self,
    name: str,
    words: str,
    text: Callable[[], str],
    short_name: str | None = None,
  ) -> None:
    super().__init__(
      name, False, words, short_name=short_name, allow_override=True
    )
    self._text = text

  def parse(self, argument: str | bool) -> None:
    super().parse(argument)
    if self.value:
      print(self._text(), end='')
      sys.exit(0)


def _titles() -> dict[str, str]:
  """Our flags in order of definition, each with the title of its group."""
  ours = {
    flag.name
    for module, found in flags.FLAGS.flags_by_module_dict().items()
    if module.startswith('magenta_vrae.') or module == sys.argv[0]
    for flag in found
  }
  for script in _scripts:
    ours -= {name for _, name, _, _ in magenta_flags.DEFINITIONS[script]}
  titles = {}
  for name in flags.FLAGS:
    if name in ours and not isinstance(flags.FLAGS[name], _PrintingFlag):
      passed = [title for title, before in _headings if name not in before]
      titles[name] = passed[-1] if passed else _OTHER
  return titles


def _entry(name: str) -> Entry:
  flag = flags.FLAGS[name]
  # absl puts an enum's values before its words; the spelling has them here.
  words = re.sub(r'^<.*?>: ', '', flag.help)
  return Entry(
    name,
    _spelling(flag),
    ' '.join(f'{words} {_amendments.get(name, "")}'.split()),
    _bounds(flag.parser),
    _default(flag),
  )


def _spelling(flag: flags.Flag) -> str:
  kind = flag.flag_type()
  if kind == 'bool':
    return f'--[no]{flag.name}'
  if kind == 'string enum':
    parser: Any = flag.parser
    value = '|'.join(parser.enum_values)
  elif kind.startswith('comma'):
    value = 'A,B,...'
  else:
    value = {'int': 'INTEGER', 'float': 'NUMBER'}.get(kind, 'TEXT')
  return f'--{flag.name}={value}'


def _bounds(parser: flags.ArgumentParser) -> str:
  lower = getattr(parser, 'lower_bound', None)
  upper = getattr(parser, 'upper_bound', None)
  if lower is None:
    return '' if upper is None else f'{_bound(upper)} or less'
  if upper is None:
    return f'{_bound(lower)} or more'
  return f'{_bound(lower)} to {_bound(upper)}'


def _bound(number: float) -> str:
  # All digits of a whole number: a rounded bound is refused, or one too low.
  return str(number) if isinstance(number, int) else f'{number:g}'


def _default(flag: flags.Flag) -> str:
  if flag.default in (None, '', []):
    return ''
  if isinstance(flag.default, list):
    return ','.join(flag.default)
  if isinstance(flag.default, bool):
    return str(flag.default).lower()
  return str(flag.default)


def _entry_as_text(entry: Entry) -> str:
  facts = [entry.allowed] if entry.allowed else []
  if entry.default:
    facts.append(f'default: {entry.default}')
  words = f'{entry.words} ({"; ".join(facts)})' if facts else entry.words
  indented = textwrap.fill(
    words,
    _WIDTH,
    initial_indent=' ' * 6,
    subsequent_indent=' ' * 6,
    break_long_words=False,
    break_on_hyphens=False,
  )
  return f'  {entry.spelling}\n{indented}'
