# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The catalogue: the name of each config, its hparams and its data converter.

Only what differs from `hparams.DEFAULTS`, which are the paper's values, is said
here. configs.py makes MusicVAE configs of these presets; what decodes, encodes
or checks flags needs no more than what stands here, and no TensorFlow.
"""

from __future__ import annotations

import copy
import difflib
from typing import Any
from typing import Iterable
from typing import NamedTuple
from typing import TypeVar

from magenta_vrae.data.band import BandRoll
from magenta_vrae.data.pitch_rolls import DrumRoll
from magenta_vrae.data.pitch_rolls import PianoRoll
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.model import hparams as vrae_hparams
from magenta_vrae.stand_ins.hparams import HParams


class Preset(NamedTuple):
  """A VRAE by its settings; it has these in common with Magenta's `Config`.

  Attributes:
    hparams: Every hyperparameter, an `HParams`.
    data_converter: The `RollConverter`.
  """

  hparams: HParams
  data_converter: RollConverter


def defaults() -> dict[str, Any]:
  """Every hparam of a VRAE with its default, Magenta's base ones first."""
  # Lists among them are not shared.
  return copy.deepcopy(
    {**vrae_hparams.MAGENTA_DEFAULTS, **vrae_hparams.DEFAULTS}
  )


def preset(
  data_converter: RollConverter, batch_size: int = 100, **hparams: Any
) -> Preset:
  """A `Preset` of a converter and of what differs from the defaults."""
  values = {
    **defaults(),
    'max_seq_len': data_converter.window_frames,
    'pitch_blocks': _blocks(data_converter),
    'batch_size': batch_size,
    **hparams,
  }
  return Preset(HParams(**values), data_converter)


def _blocks(converter: RollConverter) -> list[int]:
  """Of the hparam pitch_blocks, which cannot be an empty list."""
  return list(converter.pitch_blocks) or [0]


# A `Preset`, or a `Config` of Magenta's, which has its two fields and more.
AnyConfig = TypeVar('AnyConfig', bound=Any)

PRESETS: dict[str, Preset] = {}

# Experiment 1: a plane of songs. Windows do not overlap.
PRESETS['vrae_2d'] = preset(
  PianoRoll(window_frames=50),
  z_size=2,
  learning_rate=1e-3,
  min_learning_rate=5e-6,
  learning_rate_schedule='linear',
)

# Experiment 2: each window starts half-way through the one before.
PRESETS['vrae_20d'] = preset(
  PianoRoll(window_frames=40, hop_frames=20),
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
PRESETS['vrae_2d_gru'] = preset(
  PianoRoll(
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
PRESETS['vrae_20d_best'] = preset(
  PianoRoll(window_frames=40, hop_frames=1, max_windows_per_song=0),
  z_size=20,
  frames_per_step=10,
  enc_rnn_size=[256],
  dec_rnn_size=[384],
  schedule_steps=11000,
  threshold=0.35,
  **{**_IN_MINUTES, 'batch_size': 64, 'learning_rate': 4e-3},
)

# Music to keep: the decoder hears what it plays and draws the notes of a frame
# together, from windows of four seconds; training fits a prior, of which z is
# drawn. The learning rate is high: a quarter of it left the bound on held-out
# game songs 0.7 nats a frame lower after as many steps.
_HEARS_ITSELF: dict[str, Any] = {
  **_IN_MINUTES,
  'frames_per_step': 10,
  'enc_rnn_size': [256],
  'dec_rnn_size': [384],
  'ar_rnn_size': [192],
  'nade_size': 256,
  'free_weight': 0.1,
  'ar_dropout': 0.2,
  'sampling': 'bernoulli',
  'temperature': 0.8,
  'beta_rate': 0.998,
  'learning_rate': 0.01,
  'warm_up_steps': 100,
  'schedule_steps': 3000,
}
_EVERY_FRAME: dict[str, Any] = {
  'window_frames': 80,
  'hop_frames': 1,
  'max_windows_per_song': 0,
}

# Muon is worth 0.4 nats a frame on held-out game songs after 600 steps, and
# weights that decay 0.1 after 3000. With both, it is enough to drop a tenth of
# the told units.
_MUON: dict[str, Any] = {
  'ar_dropout': 0.1,
  'weight_decay': 0.15,
  'adam_beta1': 0.9,
  'muon_rate': 4.0,
}

# Notes that are struck again stay apart. A few songs are soon known by heart;
# moved by a semitone or two, they are more. In the last eighth of training they
# are in their own keys: that is worth another 0.1. From an earlier step on, it
# fits them better and held-out music no better.
_PITCHED: dict[str, Any] = {
  **_HEARS_ITSELF,
  **_MUON,
  'transpose': 2,
  'transpose_until': 0.87,
}
PRESETS['vrae_music'] = preset(
  PianoRoll(onsets=True, **_EVERY_FRAME), z_size=20, **_PITCHED
)

# The same with a plane as its map.
PRESETS['vrae_music_2d'] = preset(
  PianoRoll(onsets=True, **_EVERY_FRAME), z_size=2, **_PITCHED
)

# The same on drums.
PRESETS['vrae_drums'] = preset(
  DrumRoll(**_EVERY_FRAME), z_size=20, **_HEARS_ITSELF
)

# A band by the beat: bass, chords, melody and drums, in windows of four bars of
# 4/4. They begin on bar lines and the decoder is told where in the bar it is:
# chords change there as often as in songs, and with windows from any beat half
# as often. A window is eight steps of two beats.
PRESETS['vrae_band'] = preset(
  BandRoll(window_frames=64, hop_frames=1, align='bar'),
  z_size=32,
  **{
    **_HEARS_ITSELF,
    **_MUON,
    'frames_per_step': 8,
    'ar_rnn_size': [256],
    'bar_frames': 16,
    'transpose': 5,
  },
)

# Experiment 2 on drums; hits are sparse, and training is otherwise the same.
PRESETS['vrae_drums_20d'] = preset(
  DrumRoll(window_frames=40, hop_frames=20),
  z_size=20,
  learning_rate=1e-3,
  min_learning_rate=5e-6,
  learning_rate_schedule='linear',
)

# The names of MusicVAE's own configs, as of Magenta 2.1.4.
MAGENTA_CONFIGS = (
  'cat-mel_2bar_small',
  'cat-mel_2bar_big',
  'cat-mel_2bar_med_chords',
  'cat-drums_2bar_small',
  'cat-drums_2bar_big',
  'nade-drums_2bar_reduced',
  'nade-drums_2bar_full',
  'flat-trio_16bar',
  'hierdec-trio_16bar',
  'hier-trio_16bar',
  'flat-mel_16bar',
  'hierdec-mel_16bar',
  'hier-mel_16bar',
  'hier-multiperf_vel_1bar_med',
  'hier-multiperf_vel_1bar_big',
  'hier-multiperf_vel_1bar_med_chords',
  'hier-multiperf_vel_1bar_big_chords',
  'groovae_4bar',
  'groovae_2bar_humanize',
  'groovae_2bar_tap_fixed_velocity',
  'groovae_2bar_tap_fixed_velocity_note_dropout',
  'groovae_2bar_add_closed_hh',
  'groovae_2bar_hits_control_tfds',
)


def unknown(name: str, known: Iterable[str]) -> InputError:
  """The error of a name that is no config's."""
  return InputError(f'unknown config {name!r}; {nearest(name, known)}')


def parsed(values: HParams, text: str, flag: str) -> HParams:
  """Merges `name=value` pairs into an `HParams`, by Magenta's own parser.

  Args:
    values: What there is to set; it is changed.
    text: Comma-separated pairs.
    flag: The flag's name, for errors.

  Raises:
    InputError: On an unknown name, or a value that is not of its type.
  """
  try:
    return values.parse(text)
  except (ValueError, TypeError) as e:
    names = [
      pair.split('=')[0].split('[')[0].strip() for pair in text.split(',')
    ]
    for name in names:
      if name.isidentifier() and name not in values:
        raise InputError(
          f'{name!r} in --{flag} is unknown; {nearest(name, values.values())}'
        ) from e
    raise InputError(f'--{flag}={text} cannot be read: {e}') from e


def overridden(
  base: AnyConfig, hparams: str = '', converter: str = ''
) -> AnyConfig:
  """A copy of a config with the settings of two flags merged in.

  Args:
    base: A `Preset`, or a `Config` of Magenta's; it is not changed.
    hparams: Comma-separated `name=value` pairs, as Magenta's --hparams.
    converter: The same for settings of the data converter, as
      `hop_frames=1,pitches=[31,32,33]`. With `window_frames`, the hparam
      `max_seq_len` follows unless `hparams` sets it, and `transpose` becomes 0
      where the pitches have gaps.

  Raises:
    InputError: On a name that is not known, a value that is not of its type,
      settings for a converter of Magenta's, which takes none, or a `transpose`
      of pitches that have gaps.
  """
  changed = copy.deepcopy(base)
  if converter:
    if not isinstance(base.data_converter, RollConverter):
      raise InputError(
        "the data converter of this config is one of Magenta's and takes no "
        f'settings, but got --converter={converter}'
      )
    settings = parsed(
      HParams(**base.data_converter.settings()), converter, 'converter'
    )
    made = base.data_converter.replace(**settings.values())
    changed = changed._replace(data_converter=made)
    changed.hparams.max_seq_len = made.window_frames
    if 'pitch_blocks' in changed.hparams:
      changed.hparams.pitch_blocks = _blocks(made)
    if 'transpose' in changed.hparams and not made.pitch_blocks:
      # One column up is no semitone up.
      changed.hparams.transpose = 0
  parsed(changed.hparams, hparams, 'hparams')
  if (
    isinstance(changed.data_converter, RollConverter)
    and 'transpose' in changed.hparams
    and changed.hparams.transpose
    and not changed.data_converter.pitch_blocks
  ):
    raise InputError(
      f'transpose is {changed.hparams.transpose}, but the pitches of the '
      'converter are not a semitone apart, or are of drums; give pitches '
      'without gaps, or --hparams=transpose=0'
    )
  return changed


def nearest(name: str, known: Iterable[str]) -> str:
  """'did you mean ...?', or where nothing is near, what is known."""
  near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
  if near:
    return f'did you mean {" or ".join(near)}?'
  return f'known are {", ".join(sorted(known))}'
