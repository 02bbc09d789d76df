# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The one door through which Magenta enters, and what it needs on the way.

Every module of this package takes Magenta's modules from here, so that a host
which cannot be imported is reported once, in one line. What has to be mended
in the host for TensorFlow newer than its own pin stands here and nowhere else,
each with the condition under which it can go.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from typing import Any
from typing import Callable
from typing import Iterator

import magenta_vrae

magenta_vrae.check_training_packages()

try:
  from magenta.common import merge_hparams
  from magenta.contrib.training import HParams
  from magenta.models.music_vae import base_model
  from magenta.models.music_vae import configs
  from magenta.models.music_vae import data
  from magenta.models.music_vae import data_hierarchical
  from magenta.models.music_vae import lstm_models
  from magenta.models.music_vae import trained_model
except Exception as e:
  if magenta_vrae.HOW_TO_GET_TF_KERAS in str(e):
    raise  # In an activated environment it has been said already.
  if magenta_vrae.KERAS_3 in str(e):
    raise ImportError(
      f'Magenta cannot be imported: {e} {magenta_vrae.HOW_TO_GET_TF_KERAS}'
    ) from e
  # Whatever else it raises, the user's remedy is the same.
  raise magenta_vrae.unusable_magenta(e) from e

import numpy as np
import tensorflow.compat.v1 as tf

from magenta_vrae import latent
from magenta_vrae.stand_ins.note_sequence import NoteSequence

__all__ = [
  'HParams',
  'base_model',
  'configs',
  'data',
  'dataset_method',
  'lstm_models',
  'merge_hparams',
  'trained_model',
]


# --- data.get_dataset ---------------------------------------------------------
# Two methods of tf.data.Dataset are others while get_dataset runs.
#
# unbatch: on TensorFlow 2.18 to 2.21 it ends the process on a tensor whose
# last dimension is zero, as the control tensor of every unconditioned MusicVAE
# config is (TensorFlow issue 108489; mended by pull request 126871, which no
# release up to 2.21 holds). Slicing with flat_map gives the same elements in
# the same order. This can go once the oldest TensorFlow supported on Python
# 3.10 and later holds that pull request.
#
# shuffle: get_dataset makes tensors of all examples first, and then mixes 10
# batches' worth of them. Its own configs make few of one piece; a roll
# converter makes thousands that overlap, in order of time. So batches would
# hold one piece at a time, and a long piece would have no room. Such a
# converter gives another, `of_whole_pieces`, which converts pieces whole and
# cuts them later: in training where get_dataset mixes, else where it unbatches.
# This can go if Magenta mixes as many examples as one asks for, before it makes
# tensors of them.
_UNBATCH_CRASHES = tuple(map(int, tf.__version__.split('.')[:2])) >= (2, 18)


_MARK = 'is_mended'


def _unbatch_by_slices(
  dataset: tf.data.Dataset, name: str | None = None
) -> tf.data.Dataset:
  del name
  return dataset.flat_map(
    lambda *tensors: tf.data.Dataset.from_tensor_slices(tensors)
  )


@contextlib.contextmanager
def dataset_method(
  name: str, replacement: Callable[[Callable], Callable]
) -> Iterator[None]:
  """Within this, all kinds of Dataset have another method of that name.

  Args:
    name: The method's name.
    replacement: A function from the method to the one in its place.
  """
  owners = [c for c in tf.data.Dataset.__mro__ if name in vars(c)]
  originals = [vars(owner)[name] for owner in owners]
  for owner, original in zip(owners, originals):
    setattr(owner, name, replacement(original))
  try:
    yield
  finally:
    for owner, original in zip(owners, originals):
      setattr(owner, name, original)


def _mixing(pieces: Any) -> Callable[[Callable], Callable]:
  """`Dataset.shuffle` that mixes windows where it would mix pieces."""
  is_mixed = False

  def mixing(shuffle: Callable) -> Callable:
    def mixed(
      dataset: tf.data.Dataset, buffer_size: Any, *rest: Any, **named: Any
    ) -> tf.data.Dataset:
      nonlocal is_mixed
      # The size is a tensor where list_files shuffles the files. One kind of
      # Dataset calls the method of another, so that this comes again.
      if is_mixed or not isinstance(buffer_size, int):
        return shuffle(dataset, buffer_size, *rest, **named)
      is_mixed = True
      return pieces.mixed_windows(shuffle, dataset, *rest, **named)

    return mixed

  return mixing


def _in_order(pieces: Any) -> Callable[..., tf.data.Dataset]:
  """`Dataset.unbatch` that makes windows where it would make pieces."""
  return lambda dataset, *_, **__: pieces.windows(dataset)


def _with_mended_datasets(get_dataset: Callable) -> Callable:
  @functools.wraps(get_dataset)
  def mended(config: Any, *args: Any, **kwargs: Any) -> tf.data.Dataset:
    given = inspect.signature(get_dataset).bind(config, *args, **kwargs)
    pieces = getattr(config.data_converter, 'of_whole_pieces', None)
    with contextlib.ExitStack() as stack:
      unbatch = _unbatch_by_slices if _UNBATCH_CRASHES else None
      if pieces:
        config = config._replace(data_converter=pieces)
        if given.arguments.get('is_training'):
          stack.enter_context(dataset_method('shuffle', _mixing(pieces)))
        else:
          unbatch = _in_order(pieces)
      if unbatch:
        stack.enter_context(dataset_method('unbatch', lambda _: unbatch))
      return get_dataset(config, *args, **kwargs)

  setattr(mended, _MARK, True)
  return mended


if not hasattr(data.get_dataset, _MARK):
  data.get_dataset = _with_mended_datasets(data.get_dataset)


# --- data_hierarchical.np -----------------------------------------------------
# hierarchical_pad_tensors asks for np.size of a piece's control tensors, which
# are of several lengths: NumPy made an object array of them until 1.23 and
# raises since 1.24 (NEP 34), so that the two configs with chords on every bar,
# hier-multiperf_vel_1bar_med_chords and _big_chords, could not be trained. That
# module's `np` is NumPy but for this. It can go when Magenta does not ask so.
class _NumpyOfUnequalSizes:
  @staticmethod
  def size(a: Any) -> int:
    try:
      return np.size(a)
    except ValueError:
      return len(a)

  def __getattr__(self, name: str) -> Any:
    return getattr(np, name)


data_hierarchical.np = _NumpyOfUnequalSizes()


# --- TrainedModel.interpolate -------------------------------------------------
# It divides by the sine of the angle between the means, which is zero where
# they are equal or collinear: all z were NaN. `latent.path` is defined there,
# too. This can go when Magenta's is.
def _interpolate(
  self: trained_model.TrainedModel,
  start_sequence: NoteSequence,
  end_sequence: NoteSequence,
  num_steps: int,
  length: int | None = None,
  temperature: float = 1.0,
  assert_same_length: bool = True,
) -> list[NoteSequence]:
  _, mu, _ = self.encode([start_sequence, end_sequence], assert_same_length)
  z = latent.path(np.asarray(mu), num_steps)
  return self.decode(length=length, z=z, temperature=temperature)


trained_model.TrainedModel.interpolate = functools.wraps(
  trained_model.TrainedModel.interpolate
)(_interpolate)
