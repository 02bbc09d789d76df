# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The attribute vector that flags ask for: of an attribute, or of two sets."""

from __future__ import annotations

import os
import sys
from typing import Any
from typing import Iterator

import numpy as np
from absl import flags

from magenta_vrae.commands import entry
from magenta_vrae.commands import pieces
from magenta_vrae.errors import InputError
from magenta_vrae.inference import attributes
from magenta_vrae.inference import features

FLAGS = flags.FLAGS

# Further out, products with z overflow.
_STRONGEST = 10**6


def define_flags() -> None:
  """Defines --attribute, --examples_path, --without, --with, --strengths."""
  flags.DEFINE_string(
    'attribute',
    None,
    'The attribute: notes per second (density), mean pitch (pitch or '
    'register), or notes at a time (polyphony). For one group of a band, give '
    'bass.density, melody.register and so on. Its vector leads from the '
    'quarter of the windows in --examples_path with least of it to the quarter '
    'with most. Required in mode attribute if there is no --with.',
  )
  flags.DEFINE_string(
    'examples_path',
    None,
    f'For --attribute: {pieces.WHAT}. Required with it.',
  )
  flags.DEFINE_string(
    'without',
    None,
    'The vector leads from the mean of the windows of this music, given as in '
    '--examples_path. Required in mode attribute if there is no --attribute.',
  )
  flags.DEFINE_string(
    'with',
    None,
    'The vector leads to the mean of the windows of this music, given as in '
    '--examples_path. Required in mode attribute if there is no --attribute.',
  )
  flags.DEFINE_list(
    'strengths',
    ['-1', '-0.5', '0', '0.5', '1'],
    'How far to move along the vector, in multiples of its length. Each makes '
    'one output, in this order.',
  )


def check_flags() -> None:
  """Raises InputError unless they say what the attribute is, and how much."""
  sets = [bool(FLAGS[name].value) for name in ('without', 'with')]
  if bool(FLAGS.attribute) == any(sets) or any(sets) != all(sets):
    raise InputError(
      'mode attribute needs --attribute and --examples_path, or --without and '
      '--with'
    )
  if FLAGS.attribute:
    attributes.check(FLAGS.attribute)
    entry.require(FLAGS.examples_path, 'examples_path')
  for name in ('examples_path', 'without', 'with'):
    path = FLAGS[name].value
    if path:
      pieces.Source(os.path.expanduser(str(path)), entry.limits())
  strengths()


def strengths() -> list[float]:
  """The numbers of --strengths."""
  try:
    found = [float(strength) for strength in FLAGS.strengths]
  except ValueError:
    found = []
  # Written so that what is not a number fails.
  if not found or not all(abs(strength) <= _STRONGEST for strength in found):
    raise InputError(
      f'--strengths={",".join(FLAGS.strengths)}; give numbers from '
      f'{-_STRONGEST} to {_STRONGEST}, with commas between'
    )
  return found


def name() -> str:
  """What the vector leads to, as a word for names of files."""
  if FLAGS.attribute:
    return FLAGS.attribute
  path = str(FLAGS['with'].value).rstrip(os.sep)
  return 'to ' + os.path.splitext(os.path.basename(path))[0]


def make(config: Any, checkpoint: str) -> np.ndarray:
  """The vector.

  Args:
    config: A `Preset`, or a `Config` with one of this package's converters.
    checkpoint: A checkpoint of it, without its ending.

  Returns:
    A direction of the latent space, sized `[z_size]`.

  Raises:
    InputError: If some music cannot be read, has no windows, or does not
      differ in the attribute, or as `attributes.check`.
  """
  if FLAGS.attribute:
    attributes.check(FLAGS.attribute, config.data_converter)
  extractor = features.FeatureExtractor(config, checkpoint)

  def encoded(path: str) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Frames and means of all windows of some music, piece by piece."""
    found = False
    source = pieces.Source(
      os.path.expanduser(path), entry.limits(), is_kept=False
    )
    for piece in source:
      _, windows = extractor.windows(piece)
      if windows:
        found = True
        yield np.array(windows), extractor.encode(windows)[0]
    if not found:
      raise InputError(
        f"{path!r} has no window with notes of the model's pitches"
      )

  if not FLAGS.attribute:
    vector = attributes.between(
      *(
        np.concatenate([mu for _, mu in encoded(str(FLAGS[name].value))])
        for name in ('without', 'with')
      )
    )
    if not np.any(vector):
      print(
        f'--without={FLAGS.without!r} and --with={FLAGS["with"].value!r} are '
        'the same music to the model, so nothing moves; give other music',
        file=sys.stderr,
      )
    return vector
  means, values = [], []
  for rolls, mu in encoded(FLAGS.examples_path):
    means.append(mu)
    values.append(
      attributes.measure(FLAGS.attribute, rolls, config.data_converter)
    )
  return attributes.of_values(np.concatenate(means), np.concatenate(values))
