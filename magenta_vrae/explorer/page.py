# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The page of a latent space: one HTML file that stands alone.

page.html says what is on it, page.css how it looks, and page.js what it does;
the script is built from web/. `render` puts them and an `Exploration` into one
text. The numbers go in as one block (packing.py), compressed by gzip and
written in base64. A browser reads that with what it has.
"""

from __future__ import annotations

import base64
import html
import json
import pathlib

import numpy as np

from magenta_vrae.explorer import packing
from magenta_vrae.explorer.gather import Exploration

_HERE = pathlib.Path(__file__).parent / 'assets'

# Past this size numbers go in less exactly.
MAX_BYTES = 12 * 10**6

# Types of the weights and of the means of windows, and whether the songs' own
# notes are there, the best first; a number is that of the steps of each column
# of the means.
_RUNGS: tuple[tuple[str, str | int, bool], ...] = (
  ('float32', 'float32', True),
  ('float16', 'float32', True),
  ('float16', 'float32', False),
  ('float16', 'float16', False),
  ('float16', 256, False),
  ('float16', 64, False),
  ('float16', 16, False),
)
# Arrays that grow from window to window.
_GROWING = ('starts', 'spans')


def render(exploration: Exploration, name: str) -> tuple[str, str]:
  """Makes the page.

  Args:
    exploration: What `gather.explore` found.
    name: What the page calls the model, any text.

  Returns:
    The page's text, and the type its weights are held in: 'float32', or
    'float16' where the page would pass `MAX_BYTES` otherwise. If that is not
    enough, the songs' own notes are left out, and then the means of windows
    are held less exactly.
  """
  for weights_type, means_type, has_notes in _RUNGS:
    page = _render(exploration, name, weights_type, means_type, has_notes)
    # Everything is ASCII but titles and a little of the page itself.
    if len(page.encode('utf-8')) <= MAX_BYTES:
      break
  return page, weights_type


def _render(
  exploration: Exploration,
  name: str,
  weights_type: str,
  means_type: str | int,
  has_notes: bool,
) -> str:
  arrays: dict[str, packing.Packable] = dict(exploration.arrays)
  if not has_notes:
    arrays.pop('notes', None)
  means = exploration.arrays['means']
  arrays['means'] = (
    packing.in_bytes(means, means_type)
    if isinstance(means_type, int)
    else np.asarray(means, means_type)
  )
  for weight, value in exploration.weights.items():
    arrays[weight] = np.asarray(value, weights_type)
  manifest, block = packing.pack(arrays, _GROWING)
  facts = {
    **exploration.facts,
    'name': name,
    'weightsType': weights_type,
    'meansType': means_type,
    'arrays': manifest,
  }
  parts = {
    'title': html.escape(name),
    'style': _part('page.css'),
    # A title may hold anything, the end of a script element as well.
    'facts': json.dumps(facts).replace('<', '\\u003c'),
    'arrays': base64.b64encode(block).decode('ascii'),
    'script': _part('page.js'),
  }
  page = _part('page.html')
  pieces = []
  # The parts are not searched for places in their turn.
  for part, text in parts.items():
    before, page = page.split('{{' + part + '}}')
    pieces += [before, text]
  return ''.join([*pieces, page])


def _part(file_name: str) -> str:
  return (_HERE / file_name).read_text(encoding='utf-8')
