# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""BUILD.md shows the imports as they are, and packages bring nothing along.

`make lint` holds the imports to their layers.
"""

from __future__ import annotations

import ast
import inspect
import pathlib
import sys

import grimp
import pytest

ROOT = pathlib.Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / 'tools'))
import import_arrows

# What the `__init__` of a package may import, beside nothing.
ALLOWED = {'commands': {'os', 'signal', 'sys', 'types'}}


def test_the_picture_is_of_the_imports_as_they_are():
  written = import_arrows.PATH.read_text(encoding='utf-8')
  picture = import_arrows.picture()
  current = import_arrows.with_picture(written, picture)
  assert written == current, 'run `make docs` and commit BUILD.md'
  # A picture of every module there is.
  shown = {line.split()[0] for line in picture.splitlines() if line}
  paths = (ROOT / 'magenta_vrae').rglob('*.py')
  assert {path.stem for path in paths} - {'__init__'} <= shown


@pytest.mark.skipif(
  inspect.isabstract(grimp.ImportGraph),
  reason='the grimp of Python 3.8 makes no graphs by hand',
)
def test_who_imports_stands_above_what_it_imports():
  graph = grimp.ImportGraph()
  for name in ('magenta_vrae.b', 'magenta_vrae.a', 'magenta_vrae.a.inner'):
    graph.add_module(name)
  graph.add_import(importer='magenta_vrae.b', imported='magenta_vrae.a')
  modules = {'magenta_vrae.a', 'magenta_vrae.b'}
  ordered = import_arrows.importers_first(graph, modules)
  assert ordered == ['magenta_vrae.b', 'magenta_vrae.a']
  assert import_arrows.imports_of(graph, 'magenta_vrae.b', ['a', 'b']) == ['a']
  assert import_arrows.imports_of(graph, 'magenta_vrae.a', ['a', 'b']) == []
  # An import within a package is the package's arrow.
  graph.add_import(importer='magenta_vrae.a.inner', imported='magenta_vrae.b')
  assert import_arrows.imports_of(graph, 'magenta_vrae.a', ['a', 'b']) == ['b']
  graph.add_import(importer='magenta_vrae.a', imported='magenta_vrae.b')
  with pytest.raises(ValueError, match='magenta_vrae.a, magenta_vrae.b'):
    import_arrows.importers_first(graph, modules)


@pytest.mark.parametrize(
  'text',
  ['', import_arrows.BEGIN, 2 * (import_arrows.BEGIN + import_arrows.END)],
)
def test_a_page_without_one_place_for_the_picture_is_left(text):
  with pytest.raises(ValueError, match='no one place'):
    import_arrows.with_picture(text, 'a\n')


@pytest.mark.parametrize(
  'init',
  sorted((ROOT / 'magenta_vrae').glob('*/__init__.py')),
  ids=lambda path: path.parent.name,
)
def test_a_package_brings_nothing_along(init):
  imported = set()
  for node in ast.walk(ast.parse(init.read_text(encoding='utf-8'))):
    if isinstance(node, ast.ImportFrom):
      imported.add(node.module)
    elif isinstance(node, ast.Import):
      imported |= {alias.name for alias in node.names}
  allowed = ALLOWED.get(init.parent.name, set())
  assert imported <= allowed | {'__future__'}
