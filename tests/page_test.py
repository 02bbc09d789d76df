# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the page is built from is up to date with Python."""

from __future__ import annotations

import base64
import gzip
import json
import pathlib
import runpy

import pytest

from magenta_vrae.explorer import page

WEB = pathlib.Path(__file__).resolve().parent.parent / 'web'


def assert_same(found, expected, where):
  if isinstance(expected, dict):
    assert list(found) == list(expected), where
    for key in expected:
      assert_same(found[key], expected[key], f'{where} {key}')
  elif isinstance(expected, list):
    assert len(found) == len(expected), where
    for i, pair in enumerate(zip(found, expected)):
      assert_same(*pair, f'{where} {i}')
  elif isinstance(expected, float):
    # Products of matrices differ by their last bits from machine to machine.
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-8), where
  else:
    assert found == expected, where


def test_golden_values_are_what_python_makes_now():
  """`make web` writes them anew; page's own tests in Node compare with them."""
  made = runpy.run_path(str(WEB / 'tests' / 'golden.py'))
  found = json.loads(made['PATH'].read_text())
  expected = made['golden']()
  for golden in (found, expected):
    # Not all builds of zlib compress to the same bytes.
    block = base64.b64decode(golden['storage'].pop('block'))
    golden['storage']['bytes'] = gzip.decompress(block).hex()
  assert_same(found, expected, 'web/tests/golden.json, out of date: make web;')


def test_the_script_says_whose_libraries_it_holds():
  script = page._part('page.js')
  packages = json.loads((WEB / 'package.json').read_text())['dependencies']
  for name in packages:
    assert f'/*! {name} {packages[name]}\n' in script
  assert 'Copyright 2012-2026 Mike Bostock' in script


def test_a_colour_is_written_once():
  """Scripts read the colours that page.css defines."""
  for source in sorted((WEB / 'src').rglob('*.js')):
    text = source.read_text(encoding='utf-8')
    for sign in ("'#", 'rgb(', 'rgba('):
      assert sign not in text, f'{source.name} has a colour of its own'
  assert 'rgba(' not in page._part('page.html')
