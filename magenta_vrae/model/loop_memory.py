# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which way each loop runs sooner, remembered from one training to the next.

It stands in a file, for each processor with its settings. The file is
$VRAE_CACHE_DIR/loops.json; by default $XDG_CACHE_HOME/magenta_vrae/loops.json,
which mostly is ~/.cache/magenta_vrae/loops.json:

    {"format": 2,
     "processors": {"AMD EPYC ...; 2 cores; ...": {
       "final_state forward, tanh, H=500, batch 100": {
         "way": "compiled", "ms": [0.48, 0.65]}}}}

`ms` is what a time step took, compiled, uncompiled and, where it was tried, in
bfloat16, for who wants to know; it is missing where nothing was measured. To
delete the file is to forget.

The file may be old, damaged or another's: what is not as it should be is not
there. Two processes may write at once; the file is whole, and has what the last
of them wrote.
"""

from __future__ import annotations

import functools
import json
import os
import platform
import re
import stat
from typing import Any
from typing import Dict
from typing import Sequence

from magenta_vrae import cores
from magenta_vrae import files
from magenta_vrae.errors import InputError

ENVIRONMENT_VARIABLE = 'VRAE_CACHE_DIR'
WAYS = ('compiled', 'uncompiled', 'bfloat16')

_NAME = 'loops.json'
_FORMAT = 2
_MOST_BYTES = 2**20
_MOST_PROCESSORS, _MOST_LOOPS = 16, 200
# What else than the processor makes a way faster or slower.
_SETTINGS = (
  'OMP_NUM_THREADS',
  'TF_NUM_INTRAOP_THREADS',
  'TF_NUM_INTEROP_THREADS',
  'TF_ENABLE_ONEDNN_OPTS',
  'ONEDNN_MAX_CPU_ISA',
  'TF_XLA_FLAGS',
  'XLA_FLAGS',
)
# Of a processor's flags, those of vectors and matrices.
_VECTORS = re.compile(
  r'(avx|fma|f16c|amx|asimd|neon|sve|sme[^p]|bf16|i8mm|rvv)'
)

_Loops = Dict[str, Dict[str, Any]]


def path() -> str | None:
  """Where the file is or would be; None if nobody says where."""
  own = os.environ.get(ENVIRONMENT_VARIABLE)
  if own:
    return os.path.join(os.path.abspath(own), _NAME)
  cache = os.environ.get('XDG_CACHE_HOME', '')
  if not os.path.isabs(cache):  # As the XDG specification has it.
    cache = os.path.join(os.path.expanduser('~'), '.cache')
  if not os.path.isabs(cache):
    return None
  return os.path.join(cache, 'magenta_vrae', _NAME)


def is_possible() -> bool:
  """Whether something can be remembered."""
  place = path()
  if not place:
    return False
  try:
    files.check_writable(place)
  except InputError:
    return False
  return True


def recall(machine: str) -> dict[str, str]:
  """The way of each loop that is remembered for a `processor` with settings."""
  return {loop: said['way'] for loop, said in _read().get(machine, {}).items()}


def remember(
  machine: str, loop: str, way: str, ms: Sequence[float] = ()
) -> str:
  """Remembers the way of a loop.

  Args:
    machine: As in `recall`.
    loop: The loop, in words.
    way: One of `WAYS`.
    ms: What a time step took each of them.

  Returns:
    The way that is remembered: another one if another process was first.

  Raises:
    InputError: If it cannot be written.
  """
  place = path()
  if not place:
    raise InputError('there is no cache folder')
  processors = _read()
  # What is used moves to the end, and what is at the start goes first.
  loops = processors.pop(machine, {})
  said: dict[str, Any] = {'way': way}
  if ms:
    said['ms'] = [round(one, 4) for one in ms]
  said = loops.pop(loop, said)
  loops[loop] = said
  processors[machine] = _newest(loops, _MOST_LOOPS)
  processors = _newest(processors, _MOST_PROCESSORS)
  content = {'format': _FORMAT, 'processors': processors}
  files.write_text(place, json.dumps(content, indent=1) + '\n')
  return said['way']


def _newest(entries: dict[str, Any], most: int) -> dict[str, Any]:
  return dict(list(entries.items())[-most:])


def _read() -> dict[str, _Loops]:
  """What the file holds, as far as it is as it should be."""
  place = path()
  try:
    # A pipe in its place would be waited for.
    if not place or not stat.S_ISREG(os.stat(place).st_mode):
      return {}
    with open(place, encoding='utf-8') as file:
      text = file.read(_MOST_BYTES + 1)
    content = json.loads(text) if len(text) <= _MOST_BYTES else None
  except (OSError, ValueError, RecursionError):
    return {}
  if not isinstance(content, dict) or content.get('format') != _FORMAT:
    return {}
  return {
    machine: {
      loop: said for loop, said in _items(loops) if _is_as_it_should_be(said)
    }
    for machine, loops in _items(content.get('processors'))
  }


def _items(entries: Any) -> list[tuple[str, Any]]:
  return list(entries.items()) if isinstance(entries, dict) else []


def _is_as_it_should_be(said: Any) -> bool:
  return isinstance(said, dict) and said.get('way') in WAYS


def machine(*others: str) -> str:
  """This processor, its cores and the settings that matter, in words.

  Args:
    *others: What else is to be told apart.
  """
  settings = (f'{n}={os.environ[n]}' for n in _SETTINGS if n in os.environ)
  return '; '.join(
    [_processor(), f'{cores.available()} cores', *others, *settings]
  )


@functools.lru_cache(maxsize=None)
def _processor() -> str:
  """The processor's model and its instructions for vectors."""
  try:
    with open('/proc/cpuinfo', encoding='utf-8', errors='replace') as file:
      first = file.read(2**16).partition('\n\n')[0]
  except OSError:
    first = ''
  lines = (line.partition(':') for line in first.splitlines())
  facts = {name.strip().lower(): value.strip() for name, _, value in lines}
  names = ('model name', 'cpu family', 'model', 'cpu implementer', 'cpu part')
  model = [facts[name] for name in names if name in facts]
  flags = facts.get('flags') or facts.get('features') or ''
  vectors = sorted(f for f in flags.split() if _VECTORS.match(f))
  if not model:
    model = [platform.processor() or platform.machine()]
  return ' '.join([*model, *vectors])
