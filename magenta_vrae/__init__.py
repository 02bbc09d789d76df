# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Variational Recurrent Auto-Encoders (arXiv 1412.6581) for Google Magenta.

Importing this package is cheap: TensorFlow and Magenta are loaded when a name
below is first used.

    import magenta_vrae
    magenta_vrae.register()  # MusicVAE's own CONFIG_MAP now knows `vrae_2d`...
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from typing import TYPE_CHECKING
from typing import Any

from magenta_vrae import lazy_packages

if TYPE_CHECKING:  # What `__getattr__` finds, for those who read types.
  from magenta_vrae.configs import CONFIG_MAP as CONFIG_MAP
  from magenta_vrae.configs import register as register
  from magenta_vrae.data.converters import (
    BandRollConverter as BandRollConverter,
  )
  from magenta_vrae.data.converters import (
    DrumRollConverter as DrumRollConverter,
  )
  from magenta_vrae.data.converters import (
    PianoRollConverter as PianoRollConverter,
  )
  from magenta_vrae.errors import InputError as InputError
  from magenta_vrae.inference.by_name import load as load
  from magenta_vrae.inference.by_name import (
    load_trained_model as load_trained_model,
  )
  from magenta_vrae.inference.features import (
    FeatureExtractor as FeatureExtractor,
  )
  from magenta_vrae.inference.generation import Generator as Generator
  from magenta_vrae.inference.supervised import Pretrained as Pretrained
  from magenta_vrae.model.decoder import VraeDecoder as VraeDecoder
  from magenta_vrae.model.encoder import VraeEncoder as VraeEncoder
  from magenta_vrae.model.vrae import VRAE as VRAE
  from magenta_vrae.model.vrae import get_default_hparams as get_default_hparams

__version__ = '0.1.0'

# MusicVAE is written against tf.layers, which lives in tf-keras since
# TensorFlow 2.16. TensorFlow reads this when Keras is first touched.
os.environ.setdefault('TF_USE_LEGACY_KERAS', '1')

HOW_TO_GET_MAGENTA = (
  'pip install magenta==2.1.4'
  if sys.version_info < (3, 9)
  else 'pip install --no-deps magenta==2.1.4'
)

# In TensorFlow's message where `tf.layers` was used before that was set.
KERAS_3 = 'not available with Keras 3'
HOW_TO_GET_TF_KERAS = (
  'This program used tf.layers before, or TF_USE_LEGACY_KERAS is not 1: set it '
  'before Python starts, or import magenta_vrae before TensorFlow'
)

# What training needs, and making music does not.
TRAINING_PACKAGES = (
  'tensorflow',
  'tensorflow_probability',
  'note_seq',
  'magenta',
)
HOW_TO_TRAIN = f"pip install 'magenta-vrae[train]' && {HOW_TO_GET_MAGENTA}"


def not_installed(package: str) -> str:
  """The line that says so of one of TRAINING_PACKAGES."""
  return (
    f'this needs {package}, which is not installed here; making music does '
    f'not. Get it with: {HOW_TO_TRAIN}'
  )


def check_training_packages() -> None:
  """Looks for what training needs, and imports none of it.

  Raises:
    ImportError: If a package is not installed: its name, and how to get it.
  """
  for package in TRAINING_PACKAGES:
    if importlib.util.find_spec(package) is None:
      raise ImportError(not_installed(package), name=package)


def unusable_magenta(error: Exception) -> ImportError:
  """The error of a Magenta that is there and cannot be imported."""
  reason = str(error).splitlines()[0] if str(error) else ''
  return ImportError(
    'magenta_vrae found Magenta but could not import its MusicVAE '
    f'({type(error).__name__}: {reason}); '
    f'reinstall both: {HOW_TO_TRAIN}'
  )


# Public name -> the module that defines it.
_PUBLIC = {
  'CONFIG_MAP': 'configs',
  'BandRollConverter': 'data.converters',
  'DrumRollConverter': 'data.converters',
  'FeatureExtractor': 'inference.features',
  'Generator': 'inference.generation',
  'InputError': 'errors',
  'PianoRollConverter': 'data.converters',
  'Pretrained': 'inference.supervised',
  'VRAE': 'model.vrae',
  'VraeDecoder': 'model.decoder',
  'VraeEncoder': 'model.encoder',
  'get_default_hparams': 'model.vrae',
  'load': 'inference.by_name',
  'load_trained_model': 'inference.by_name',
  'register': 'configs',
}

# Those whose modules import TensorFlow before they come to Magenta. That takes
# seconds, after which it is no time to say that Magenta is not there.
_FOR_TRAINING = {
  'Pretrained',
  'VRAE',
  'VraeDecoder',
  'VraeEncoder',
  'get_default_hparams',
}

__all__ = sorted(_PUBLIC)

# Before anything here imports one of them.
lazy_packages.install()


def __getattr__(name: str) -> Any:
  if name not in _PUBLIC:
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
  if name in _FOR_TRAINING:
    check_training_packages()
  try:
    module = importlib.import_module(f'{__name__}.{_PUBLIC[name]}')
  except ModuleNotFoundError as e:
    if e.name in TRAINING_PACKAGES:
      raise ImportError(not_installed(e.name), name=e.name) from e
    raise
  return getattr(module, name)


def __dir__() -> list[str]:
  return sorted({*globals(), *__all__})
