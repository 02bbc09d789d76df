# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""MusicVAE configs of the catalogue: model, hparams and data converter."""

from __future__ import annotations

import copy

from magenta_vrae import catalogue
from magenta_vrae.data import converters
from magenta_vrae.host import configs
from magenta_vrae.model.autoregressive import AutoregressiveDecoder
from magenta_vrae.model.decoder import VraeDecoder
from magenta_vrae.model.encoder import VraeEncoder
from magenta_vrae.model.hparams import is_autoregressive
from magenta_vrae.model.vrae import VRAE


def of_preset(preset: catalogue.Preset) -> configs.Config:
  """A MusicVAE `Config` of a preset; a `Config` is returned as it is."""
  if isinstance(preset, configs.Config):
    return preset
  decoder = (
    AutoregressiveDecoder()
    if is_autoregressive(preset.hparams)
    else VraeDecoder()
  )
  return configs.Config(
    model=VRAE(VraeEncoder(), decoder),
    hparams=copy.deepcopy(preset.hparams),
    data_converter=converters.for_music_vae(
      preset.data_converter, getattr(preset.hparams, 'bar_frames', 0)
    ),
  )


CONFIG_MAP = {
  name: of_preset(preset) for name, preset in catalogue.PRESETS.items()
}


def all_configs() -> dict[str, configs.Config]:
  """Every config by name: Magenta's own and this package's."""
  return {**configs.CONFIG_MAP, **CONFIG_MAP}


def get_config(
  name: str, hparams: str = '', converter: str = ''
) -> configs.Config:
  """Returns a copy of a config with its settings overridden.

  Args:
    name: A name in the catalogue, or of Magenta's own.
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
  if name in catalogue.PRESETS:
    # Settings say which decoder it is, so they come first.
    return of_preset(
      catalogue.overridden(catalogue.PRESETS[name], hparams, converter)
    )
  known = all_configs()
  if name not in known:
    raise catalogue.unknown(name, known)
  return catalogue.overridden(known[name], hparams, converter)


def register() -> None:
  """Adds this package's configs to MusicVAE's own `CONFIG_MAP`.

  A name that is taken there is left as it is, so calling this again changes
  nothing.
  """
  for name, config in CONFIG_MAP.items():
    configs.CONFIG_MAP.setdefault(name, config)
