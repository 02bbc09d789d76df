# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""vrae_train --personalize: the model that a personalized run begins with.

Some music makes a small latent space over the one of a trained model
(small_space.py), and training goes on from there on that music, as after
--warm_start. Only the weights that z meets are trained, so that the model keeps
what it knows of other music.
"""

from __future__ import annotations

import contextlib
import copy
import os
from typing import Any
from typing import Iterable
from typing import Iterator
from typing import NamedTuple
from typing import TextIO

from magenta_vrae import catalogue
from magenta_vrae import files
from magenta_vrae.commands import trained
from magenta_vrae.data import examples
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.inference import loading
from magenta_vrae.inference import small_space
from magenta_vrae.inference.numpy_model import RestoredVrae
from magenta_vrae.model import hparam_ranges
from magenta_vrae.runs import bundle
from magenta_vrae.runs import run_settings
from magenta_vrae.stand_ins.note_sequence import NoteSequence

# Numbers in z, unless --hparams says: a plane.
_Z_SIZE = 2
# Steps, unless --num_steps or the hparam schedule_steps says, and windows to
# each at most: on one song 32 were worth 0.04 nats a frame, and took half as
# long again.
_NUM_STEPS = 200
_BATCH_SIZE = 16
# What a personalized run has, unless --hparams says. Music is not transposed,
# as two numbers would have to hold its key.
_HPARAMS: dict[str, Any] = {
  'trained_weights': 'z',
  'beta_rate': 0.0,
  'learning_rate': 0.01,
  'min_learning_rate': 1e-5,
  'learning_rate_schedule': 'linear',
  'warm_up_steps': 10,
  'transpose': 0,
}
# Settings of a converter that leave what a window is to the model.
_OF_THE_MUSIC = frozenset(
  {
    'align',
    'holdout_fraction',
    'hop_frames',
    'keep_silent_windows',
    'max_windows_per_song',
    'qpm',
  }
)
# About so many windows are made at most, unless --converter says `hop_frames`:
# more would take longer to encode and say hardly more.
_MOST_WINDOWS = 2000
# Of a bar, where a model does not say how many.
_BEATS_OF_A_BAR = 4


class Base(NamedTuple):
  """The trained model over which the small space lies.

  Attributes:
    shown_as: What --personalize says.
    checkpoint: Its checkpoint, without an ending.
    settings: Its run's settings.
    config: Its config, with the converter that the flags ask for.
    z_size: Numbers in z of the new run.
    has_hop: Whether the flags say how far apart windows are.
  """

  shown_as: str
  checkpoint: str
  settings: run_settings.Settings
  config: Any
  z_size: int
  has_hop: bool


@contextlib.contextmanager
def base(path: str, name: str, hparams: str, converter: str) -> Iterator[Base]:
  """Finds the trained model, and whether the flags fit it.

  Within this, what a bundle was unpacked into is there.

  Args:
    path: --personalize: a run, a bundle, or the name of a ready-made model.
    name: --config, or empty.
    hparams: --hparams, or empty.
    converter: --converter, or empty.

  Raises:
    InputError: If there is no such model, it is not a VRAE of this package's,
      or a flag would make another model of it.
  """
  with trained.another(path) as (checkpoint, folder):
    settings = run_settings.load(folder) if folder else None
    if not settings:
      raise InputError(
        f'--personalize={path!r} has no {run_settings.FILE_NAME}; give a run, '
        'a bundle of vrae_export or the name of a ready-made model'
      )
    if name not in ('', settings['config']):
      raise InputError(
        f'--config={name} contradicts --personalize={path!r}, which was '
        f'trained as {settings["config"]}; leave --config out'
      )
    _, config = run_settings.find_config(folder, shown_as=path)
    if not isinstance(config.data_converter, RollConverter) or not (
      loading.is_vrae(config)
    ):
      raise InputError(
        f'--personalize={path!r} is a model of the config '
        f"{settings['config']!r}, which is no VRAE of this package's; give one"
      )
    asked = _asked(config, hparams, converter)
    hparam_ranges.check_common(asked.hparams)
    _check(config, asked, path)
    z_size = int(asked.hparams.z_size)
    config = config._replace(data_converter=asked.data_converter)
    has_hop = 'hop_frames' in converter
    yield Base(path, checkpoint, settings, config, z_size, has_hop)


def _asked(config: Any, hparams: str, converter: str) -> Any:
  """The base's config as the flags change it."""
  small = copy.deepcopy(config)
  small.hparams.z_size = _Z_SIZE
  return catalogue.overridden(small, hparams, converter)


def _check(config: Any, asked: Any, path: str) -> None:
  """Raises InputError if the flags ask for what the base cannot be."""
  most = config.hparams.z_size
  if not 1 <= asked.hparams.z_size <= most:
    raise InputError(
      f'z_size is {asked.hparams.z_size}, but --personalize={path!r} has a z '
      f'of {most}; give 1 to {most}'
    )
  has = config.data_converter.settings()
  for name, value in asked.data_converter.settings().items():
    if value != has[name] and name not in _OF_THE_MUSIC:
      raise InputError(
        f'--converter says {name}={value}, but --personalize={path!r} has '
        f'{name}={has[name]}; leave it out'
      )


def make(
  model: Base,
  source: str | Iterable[NoteSequence],
  num_steps: int | None,
  folder: str,
  out: TextIO,
) -> str:
  """Makes the model that a personalized run begins with.

  Args:
    model: The trained one.
    source: The music, as `examples.pieces_of` takes it.
    num_steps: --num_steps; None for the default.
    folder: Where it goes: a checkpoint and its settings.
    out: Where to say so.

  Returns:
    The checkpoint, without an ending.

  Raises:
    InputError: If the music makes no two windows that differ, or the model's
      checkpoint cannot be used.
  """
  restored = loading.restore(model.config, model.checkpoint)
  if not isinstance(restored, RestoredVrae):
    raise InputError(
      f'the checkpoint of --personalize={model.shown_as!r} is in a form that '
      'only TensorFlow reads; save it anew with vrae_export'
    )
  converter, num = _converter(model, source)
  frames = examples.windows(
    source, converter, 'train', max(1, num // _MOST_WINDOWS)
  ).frames
  space = small_space.fit(restored.posterior(frames).mu, model.z_size)
  print(
    f'z of {model.z_size} lies in the z of {len(space.origin)} of '
    f'{model.shown_as!r}; it holds {space.share:.0%} of how the music varies '
    'there',
    file=out,
    flush=True,
  )
  run_settings.save(folder, _settings(model, converter, num, num_steps))
  from magenta_vrae.commands import tensorflow_start

  tensorflow_start.start('ERROR')
  path = os.path.join(folder, 'model.ckpt-0')
  with files.filling(folder):
    bundle.save_checkpoint(path, small_space.fold(restored.weights, space))
  return path


def _converter(
  model: Base, source: str | Iterable[NoteSequence]
) -> tuple[RollConverter, int]:
  """The converter of the new run, and how many windows it makes."""
  converter = model.config.data_converter
  num = examples.count_windows(source, converter, 'train')
  if num <= _MOST_WINDOWS or model.has_hop:
    return converter, num
  settings = converter.settings()
  apart = converter.hop_frames
  # Windows are as far apart as the places where they may begin.
  beat = settings['frames_per_beat']
  if settings['align'] == 'beat':
    apart = max(apart, beat)
  elif settings['align'] == 'bar':
    bar = (
      getattr(model.config.hparams, 'bar_frames', 0) or _BEATS_OF_A_BAR * beat
    )
    apart = max(apart, bar)
  further = converter.replace(hop_frames=apart * -(-num // _MOST_WINDOWS))
  return further, examples.count_windows(source, further, 'train')


def _settings(
  model: Base, converter: RollConverter, num_windows: int, num_steps: int | None
) -> run_settings.Settings:
  """The base's settings, with those that a personalized run has by itself."""
  hparams = model.config.hparams.values()
  return {
    **model.settings,
    'converter': {
      **model.settings['converter'],
      'hop_frames': converter.hop_frames,
    },
    'hparams': {
      **hparams,
      **_HPARAMS,
      'z_size': model.z_size,
      'batch_size': min(_BATCH_SIZE, num_windows),
      'schedule_steps': num_steps or _NUM_STEPS,
    },
  }
