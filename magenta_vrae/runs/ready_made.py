# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The models that come with the package, trained already.

They are bundles in half precision, in the folder ready_made of the package,
beside models.json:

  {"format": 1, "models": {"chorales": {"line": "...", "sha256": "..."}}}

`experiments/make_models.py` makes them; docs/models.md says of what music.
"""

from __future__ import annotations

import hashlib
import json
import pathlib
from typing import NamedTuple

import magenta_vrae
from magenta_vrae import catalogue
from magenta_vrae.errors import InputError

FOLDER = pathlib.Path(magenta_vrae.__file__).parent / 'ready_made'
LIST_NAME = 'models.json'
FORMAT = 1

_REMEDY = 'install magenta-vrae again: pip install --force-reinstall'


class ReadyMade(NamedTuple):
  """A model of the package.

  Attributes:
    name: As --model has it.
    line: What it is, in a line.
    path: Its bundle.
    sha256: The bundle's checksum, in hexadecimal digits.
  """

  name: str
  line: str
  path: pathlib.Path
  sha256: str


def all_models(folder: pathlib.Path = FOLDER) -> dict[str, ReadyMade]:
  """The models by name, in the order of their list.

  Raises:
    InputError: If the list is missing, damaged or of another version.
  """
  path = folder / LIST_NAME
  try:
    content = json.loads(path.read_text(encoding='utf-8'))
    if content['format'] != FORMAT:
      raise InputError(
        f'the ready-made models are of format {content["format"]}, but this '
        f'version of magenta-vrae reads format {FORMAT}; {_REMEDY}'
      )
    return {
      name: ReadyMade(
        name, str(of['line']), folder / f'{name}.tar.gz', str(of['sha256'])
      )
      for name, of in content['models'].items()
    }
  except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
    if isinstance(e, InputError):
      raise
    raise InputError(
      f'the list of ready-made models {str(path)!r} cannot be read '
      f'({type(e).__name__}: {e}); {_REMEDY}'
    ) from e


def is_meant(path: str) -> bool:
  """Whether a folder here is no run, and a ready-made model has its name.

  `vrae_export --model=chorales` may have made it.

  Args:
    path: The folder.
  """
  return not (pathlib.Path(path) / 'train').is_dir() and path in all_models()


def find(name: str, folder: pathlib.Path = FOLDER) -> str:
  """The bundle of a model; its checksum is right.

  Args:
    name: As --model has it.
    folder: Where the models are.

  Raises:
    InputError: If there is no such model, or its file is missing or damaged.
  """
  known = all_models(folder)
  if name not in known:
    raise InputError(
      f'no ready-made model is called {name!r}; '
      f'{catalogue.nearest(name, known)}'
    )
  model = known[name]
  try:
    found = hashlib.sha256(model.path.read_bytes()).hexdigest()
  except OSError as e:
    raise InputError(
      f'the ready-made model {name!r} cannot be read ({e}); {_REMEDY}'
    ) from e
  if found != model.sha256:
    raise InputError(
      f'the ready-made model {name!r} is damaged: {str(model.path)!r} has '
      f'another checksum than it should; {_REMEDY}'
    )
  return str(model.path)
