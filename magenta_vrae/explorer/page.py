# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The page of a latent space: one HTML file that stands alone.

page.html says what is on it, page.css how it looks, and page.js what it does;
the script is built from web/. `render` puts them and an `Exploration` into one
text. The numbers go in as one block: each array's bytes sorted by significance,
the whole compressed by gzip and written in base64. A browser reads that with
what it has. Trained weights shrink by some 15% in this way, all of it in their
exponents, and stay exact.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import pathlib

import numpy as np

from magenta_vrae.explorer.gather import Exploration

_HERE = pathlib.Path(__file__).parent / 'assets'

# Past this size the weights go in as half-precision numbers.
MAX_BYTES = 12 * 10**6


def render(exploration: Exploration, name: str) -> tuple[str, str]:
  """Makes the page.

  Args:
    exploration: What `gather.explore` found.
    name: What the page calls the model, any text.

  Returns:
    The page's text, and the type its weights are held in: 'float32', or
    'float16' where the page would pass `MAX_BYTES` otherwise. If that is not
    enough, the songs' own notes are left out.
  """
  for weights_type, has_notes in (
    ('float32', True),
    ('float16', True),
    ('float16', False),
  ):
    page = _render(exploration, name, weights_type, has_notes)
    # Everything is ASCII but titles and a little of the page itself.
    if len(page.encode('utf-8')) <= MAX_BYTES:
      break
  return page, weights_type


def _render(
  exploration: Exploration, name: str, weights_type: str, has_notes: bool
) -> str:
  arrays = dict(exploration.arrays)
  if not has_notes:
    arrays.pop('notes', None)
  for weight, value in exploration.weights.items():
    arrays[weight] = np.asarray(value, weights_type)
  manifest, block = _pack(arrays)
  facts = {
    **exploration.facts,
    'name': name,
    'weightsType': weights_type,
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


def _pack(arrays: dict[str, np.ndarray]) -> tuple[list[dict], bytes]:
  """Arrays as one block of bytes, and where each is in it.

  Returns:
    A list of dicts with `name`, `type` and `shape`, in the block's order; the
    block, compressed.
  """
  manifest, blocks = [], []
  for name, array in arrays.items():
    array = np.ascontiguousarray(array)
    little = array.astype(array.dtype.newbyteorder('<'))
    planes = np.frombuffer(little.tobytes(), np.uint8)
    blocks.append(planes.reshape(-1, array.itemsize).T.tobytes())
    manifest.append(
      {'name': name, 'type': str(array.dtype), 'shape': list(array.shape)}
    )
  # Without the time, so that the same model gives the same page.
  return manifest, gzip.compress(b''.join(blocks), 6, mtime=0)
