# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The catalogue: name -> Config(model, hparams, data converter).

Only what differs from `get_default_hparams`, which are the paper's values, is
said here.
"""

from __future__ import annotations

import copy
import difflib
from typing import Any
from typing import Iterable

from magenta_vrae.data.converters import DrumRollConverter
from magenta_vrae.data.converters import PianoRollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.host import HParams
from magenta_vrae.host import configs
from magenta_vrae.host import data
from magenta_vrae.host import merge_hparams
from magenta_vrae.model.decoder import VraeDecoder
from magenta_vrae.model.encoder import VraeEncoder
from magenta_vrae.model.vrae import VRAE
from magenta_vrae.model.vrae import get_default_hparams

CONFIG_MAP = {}


def _config(
  data_converter: data.BaseNoteSequenceConverter,
  batch_size: int = 100,
  **hparams: Any,
) -> configs.Config:
  return configs.Config(
    model=VRAE(VraeEncoder(), VraeDecoder()),
    hparams=merge_hparams(
      get_default_hparams(),
      HParams(
        max_seq_len=data_converter.window_frames,
        batch_size=batch_size,
        **hparams,
      ),
    ),
    data_converter=data_converter,
  )


# Experiment 1: a plane of songs. Windows do not overlap.
CONFIG_MAP['vrae_2d'] = _config(
  PianoRollConverter(window_frames=50),
  z_size=2,
  learning_rate=1e-3,
  min_learning_rate=5e-6,
  learning_rate_schedule='linear',
)

# Experiment 2: each window starts half-way through the one before.
CONFIG_MAP['vrae_20d'] = _config(
  PianoRollConverter(window_frames=40, hop_frames=20),
  z_size=20,
  learning_rate=2e-5,
  min_learning_rate=1e-5,
  learning_rate_schedule='step',
  schedule_steps=665600,  # 16,000 epochs of 8 songs' 520 windows.
)

# What learns in minutes: a gated cell, z told to every step by weights large
# enough from the start to matter, a KL weight that grows while the latent space
# unfolds, small batches of a window at every frame.
_IN_MINUTES: dict[str, Any] = {
  'cell': 'gru',
  'z_every_step': True,
  'weight_init': 'fan_in',
  'recurrent_init': 'orthogonal',
  'batch_size': 32,
  'beta_rate': 0.999,
  'learning_rate': 3e-3,
  'min_learning_rate': 5e-6,
  'learning_rate_schedule': 'linear',
  'clip_mode': 'global_norm',
  'grad_clip': 40.0,
}

# A plane of songs. Frames of 1/10 s halve the steps of a window. Two numbers
# leave many outputs unsure, so notes sound from less than an even chance on.
CONFIG_MAP['vrae_2d_gru'] = _config(
  PianoRollConverter(
    frames_per_second=10,
    window_frames=25,
    hop_frames=1,
    max_windows_per_song=0,
  ),
  z_size=2,
  enc_rnn_size=[128],
  dec_rnn_size=[256],
  schedule_steps=5000,
  threshold=0.3,
  **_IN_MINUTES,
)

# Experiment 2's windows, at every frame. Half a second to a step: four steps a
# window are quickly made and quickly learned, and a batch of 64 keeps two cores
# busy. Notes from 0.35 on agree with held-out game songs as well as those from
# 0.5 on, and leave fewer samples silent.
CONFIG_MAP['vrae_20d_best'] = _config(
  PianoRollConverter(window_frames=40, hop_frames=1, max_windows_per_song=0),
  z_size=20,
  frames_per_step=10,
  enc_rnn_size=[256],
  dec_rnn_size=[384],
  schedule_steps=11000,
  threshold=0.35,
  **{**_IN_MINUTES, 'batch_size': 64, 'learning_rate': 4e-3},
)

# Experiment 2 on drums; hits are sparse, and training is otherwise the same.
CONFIG_MAP['vrae_drums_20d'] = _config(
  DrumRollConverter(window_frames=40, hop_frames=20),
  z_size=20,
  learning_rate=1e-3,
  min_learning_rate=5e-6,
  learning_rate_schedule='linear',
)


def catalogue() -> dict[str, configs.Config]:
  """Every config by name: Magenta's own and this package's."""
  return {**configs.CONFIG_MAP, **CONFIG_MAP}


def get_config(
  name: str, hparams: str = '', converter: str = ''
) -> configs.Config:
  """Returns a copy of a config with its settings overridden.

  Args:
    name: A name in the catalogue.
    hparams: Comma-separated `name=value` pairs, as Magenta's --hparams.
    converter: The same for settings of the data converter, as
      `hop_frames=1,pitches=[31,32,33]`. With `window_frames`, the hparam
      `max_seq_len` follows unless `hparams` sets it.

  Returns:
    A `Config` that shares nothing with the catalogue.

  Raises:
    InputError: On a name, hparam or setting that is not known, or a value that
      is not of its type.
  """
  known = catalogue()
  if name not in known:
    raise InputError(f'unknown config {name!r}; {_nearest(name, known)}')
  return overridden(known[name], hparams, converter)


def overridden(
  config: configs.Config, hparams: str = '', converter: str = ''
) -> configs.Config:
  """Returns a copy of a config with `name=value` settings merged in.

  Args, result and errors as in `get_config`.
  """
  config = copy.deepcopy(config)
  if converter:
    if not hasattr(config.data_converter, 'settings'):
      raise InputError(
        "the data converter of this config is one of Magenta's and takes no "
        f'settings, but got --converter={converter}'
      )
    settings = _parse(
      HParams(**config.data_converter.settings()), converter, 'converter'
    )
    config = updated(
      config, data_converter=config.data_converter.replace(**settings.values())
    )
    config.hparams.max_seq_len = config.data_converter.window_frames
  _parse(config.hparams, hparams, 'hparams')
  return config


def updated(
  config: configs.Config,
  data_converter: data.BaseNoteSequenceConverter | None = None,
  hparams: dict[str, Any] | None = None,
) -> configs.Config:
  """Returns a config with another converter, or other hyperparameters.

  Args:
    config: A `Config`; it is not changed.
    data_converter: (Optional) The new converter.
    hparams: (Optional) A dict of all hyperparameters.
  """
  changes = {}
  if data_converter is not None:
    changes['data_converter'] = data_converter
  if hparams is not None:
    changes['hparams'] = HParams(**hparams)
  return configs.update_config(config, changes)


def _parse(values: HParams, text: str, flag: str) -> HParams:
  """Merges `name=value` pairs into an HParams, by Magenta's own parser."""
  try:
    return values.parse(text)
  except (ValueError, TypeError) as e:
    names = [
      pair.split('=')[0].split('[')[0].strip() for pair in text.split(',')
    ]
    for name in names:
      if name.isidentifier() and name not in values:
        raise InputError(
          f'{name!r} in --{flag} is unknown; {_nearest(name, values.values())}'
        ) from e
    raise InputError(f'--{flag}={text} cannot be read: {e}') from e


def _nearest(name: str, known: Iterable[str]) -> str:
  near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
  if near:
    return f'did you mean {" or ".join(near)}?'
  return f'known are {", ".join(sorted(known))}'


def register() -> None:
  """Adds this package's configs to MusicVAE's own `CONFIG_MAP`.

  A name that is taken there is left as it is, so calling this again changes
  nothing.
  """
  for name, config in CONFIG_MAP.items():
    configs.CONFIG_MAP.setdefault(name, config)
