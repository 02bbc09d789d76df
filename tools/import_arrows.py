# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Writes into BUILD.md which module imports which, from the imports themselves.

`make docs` runs it, and tests/imports_test.py holds the committed picture to
the code. The layers are those of pyproject.toml, to which `make lint` holds the
imports; the arrows are what grimp finds in the sources, imports within
functions included; what a module is for is the first line of its docstring.
Nothing of the package is run.
"""

from __future__ import annotations

import ast
import pathlib
import re
import sys

import grimp
from importlinter import api as import_linter

PACKAGE = 'magenta_vrae'
ROOT = pathlib.Path(__file__).resolve().parent.parent
PATH = ROOT / 'BUILD.md'

BEGIN = '<!-- Between these lines `make docs` writes. -->\n```text\n'
END = '```\n<!-- As far as here. -->\n'


def layers():
  """The names in each layer of the package, the highest first."""
  settings = import_linter.read_configuration(str(ROOT / 'pyproject.toml'))
  (contract,) = (
    contract
    for contract in settings['contracts_options']
    if contract['type'] == 'layers'
  )
  return [re.split(r'\s*[|:]\s*', layer) for layer in contract['layers']]


def import_graph():
  """Who imports whom, of the sources beside this file."""
  sys.path.insert(0, str(ROOT))
  try:
    return grimp.build_graph(PACKAGE, cache_dir=None)
  finally:
    sys.path.remove(str(ROOT))


def purpose(module):
  """The first line of a module's docstring."""
  path = ROOT / module.replace('.', '/')
  source = path / '__init__.py' if path.is_dir() else path.with_suffix('.py')
  tree = ast.parse(source.read_text(encoding='utf-8'))
  return ast.get_docstring(tree).splitlines()[0]


def importers_first(graph, modules):
  """Modules in such an order that none imports one above it."""
  ordered, left = [], sorted(modules)
  while left:
    imported = set().union(*(_imports(graph, module) for module in left))
    free = [module for module in left if module not in imported]
    if not free:
      raise ValueError(f'these import each other: {", ".join(left)}')
    ordered += free
    left = [module for module in left if module in imported]
  return ordered


def _imports(graph, module):
  """What a module or package imports: modules, and the packages they are in."""
  imported = set()
  for inner in {module} | graph.find_descendants(module):
    for name in graph.find_modules_directly_imported_by(inner):
      parts = name.split('.')
      imported |= {'.'.join(parts[:n]) for n in range(1, len(parts) + 1)}
  return imported - {module}


def imports_of(graph, module, names):
  """Those of `names`, parts of the package, that a part of it imports."""
  imported = set()
  for inner in {module} | graph.find_descendants(module):
    for name in graph.find_modules_directly_imported_by(inner):
      imported.add(name.split('.')[1] if '.' in name else '')
  return [n for n in names if n in imported and f'{PACKAGE}.{n}' != module]


def module_lines(graph, package, indent):
  """The modules of a package and of those in it, each with its purpose."""
  lines = []
  for child in importers_first(graph, graph.find_children(package)):
    name = f'{indent}{child.split(".")[-1]}'
    lines.append(f'{name:<26}{purpose(child)}')
    lines += module_lines(graph, child, indent + '  ')
  return lines


def picture():
  """What BUILD.md is to show: the parts by layer, their arrows and modules."""
  graph = import_graph()
  names = [name for layer in layers() for name in layer]
  paragraphs = []
  for layer in layers():
    lines = []
    for name in layer:
      module = f'{PACKAGE}.{name}'
      imported = imports_of(graph, module, names)
      arrows = f' -> {", ".join(imported)}' if imported else ''
      lines += [f'{name}{arrows}', f'    {purpose(module)}']
      lines += module_lines(graph, module, '    ')
    paragraphs.append('\n'.join(lines) + '\n')
  return '\n'.join(paragraphs)


def with_picture(text, picture):
  """A page's text with the picture between its marks.

  Raises:
    ValueError: If the page has not exactly one place for it.
  """
  before, begin, rest = text.partition(BEGIN)
  _, end, after = rest.partition(END)
  if not begin or not end or BEGIN in after:
    raise ValueError(f'no one place for the picture: {BEGIN!r} ... {END!r}')
  return before + BEGIN + picture + END + after


def main():
  text = PATH.read_text(encoding='utf-8')
  PATH.write_text(with_picture(text, picture()), encoding='utf-8')
  print(PATH)


if __name__ == '__main__':
  main()
