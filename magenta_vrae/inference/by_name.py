# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A trained model by its name or its path, for Python.

import magenta_vrae

generator = magenta_vrae.load('chorales', seed=1)
for roll in generator.sample(3):
  piece = generator.note_sequence(roll)

model = magenta_vrae.load_trained_model('chorales')  # Magenta's own class.
means, _, _ = model.encode([piece])
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from typing import Any
from typing import Iterator

from magenta_vrae.errors import InputError
from magenta_vrae.inference.generation import Generator
from magenta_vrae.runs import bundle
from magenta_vrae.runs import checkpoints
from magenta_vrae.runs import ready_made
from magenta_vrae.runs import run_settings


def load(name: str, **settings: Any) -> Generator:
  """A generator of a trained model.

  Args:
    name: A model that comes with the package, as `chorales`; or the path of a
      run's folder, or of a bundle that has settings.
    **settings: Of the `Generator`: `seed`, `temperature` and others.

  Raises:
    InputError: If there is no such model, or it is damaged.
  """
  with _opened(name) as (checkpoint, folder):
    config = run_settings.find_config(folder, shown_as=name)[1]
    return Generator(config, checkpoint, **settings)


def load_trained_model(name: str, batch_size: int = 4) -> Any:
  """The same model as a `TrainedModel` of Magenta's.

  Args:
    name: As in `load`.
    batch_size: As in `TrainedModel`.

  Raises:
    InputError: As `load`.
    ImportError: If Magenta or TensorFlow is not installed.
  """
  from magenta_vrae import configs  # It loads TensorFlow.
  from magenta_vrae.host import trained_model

  with _opened(name) as (checkpoint, folder), _temporary() as temporary:
    config = run_settings.find_config(folder, shown_as=name)[1]
    settings = run_settings.load(folder)
    assert settings is not None  # The config came of them.
    # In full precision, as TensorFlow wants it.
    path = os.path.join(temporary, 'model.tar')
    bundle.write(path, checkpoint, settings, '')
    return trained_model.TrainedModel(
      configs.of_preset(config), batch_size, checkpoint_dir_or_path=path
    )


@contextlib.contextmanager
def _opened(name: str) -> Iterator[tuple[str, str]]:
  """The checkpoint of a model, and the folder of its settings."""
  path = os.path.expanduser(name)
  if os.path.isdir(path) and not ready_made.is_meant(path):
    found = checkpoints.find(os.path.join(path, 'train')).path
    if found is None:
      raise InputError(f'{name!r} has no checkpoint that is whole')
    yield found, path
    return
  if not os.path.isfile(path):
    path = ready_made.find(name)
  with _temporary() as folder:
    contents = bundle.read(path, folder)
    if not contents.has_settings:
      raise InputError(
        f'{name!r} holds no {run_settings.FILE_NAME}, so its config is not '
        'known; make a `Generator` of its config and checkpoint'
      )
    yield contents.checkpoint, folder


def _temporary() -> tempfile.TemporaryDirectory[str]:
  return tempfile.TemporaryDirectory()
