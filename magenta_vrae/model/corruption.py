# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Windows with faults, for an encoder that is to hear through them.

A model that is shown corrupted windows and must reconstruct the clean ones
learns to denoise (section 4 of the paper proposes it; as a bound, Im et al.
2015, arXiv 1511.06406). Faults are those of notes and not of single cells: a
note is a run of frames in which a pitch sounds.

  missing   The note is not there.
  wrong     It sounds one or two columns off.
  jitter    It is early or late by some frames.
"""

from __future__ import annotations

import collections

import numpy as np
import tensorflow.compat.v1 as tf

from magenta_vrae.errors import InputError

# How far off in pitch a wrong note is, in columns.
_WRONG_BY = (-2, -1, 1, 2)


class Rates(
  collections.namedtuple('Rates', ['missing', 'wrong', 'jitter_frames'])
):
  """How often what goes wrong.

  Attributes:
    missing: Share of notes that are left out, 0.0 to 1.0.
    wrong: Share of the others that sound on another pitch, 0.0 to 1.0.
    jitter_frames: The most frames by which a note is early or late; all shifts
      up to it are as likely.
  """

  @classmethod
  def of(cls, hparams):
    """Those of the hparams `corrupt_missing`, `_wrong` and `_jitter_frames`.

    Raises:
      InputError: If one is out of its range.
    """
    rates = cls(
      hparams.corrupt_missing,
      hparams.corrupt_wrong,
      hparams.corrupt_jitter_frames,
    )
    for name in ('missing', 'wrong'):
      if not 0.0 <= getattr(rates, name) <= 1.0:
        raise InputError(
          f'hparam corrupt_{name} is {getattr(rates, name)}; '
          'give a share from 0 to 1'
        )
    if rates.jitter_frames < 0:
      raise InputError(
        f'hparam corrupt_jitter_frames is {rates.jitter_frames}; '
        'give 0 frames or more'
      )
    return rates


def log_evidence(heard, rates):
  """How much what is heard speaks for a note, in each cell of a roll.

  Of a cell in which a note sounds, what is heard depends on whether the note
  is there, right and in time; of a silent one, on the notes of other cells that
  are heard in it by mistake. How many of those there are is judged by the roll
  itself.

  Args:
    heard: A roll with faults, sized `[num_frames, depth]`.
    rates: The `Rates` of its faults. Where all are zero nothing is known of
      them, and nothing speaks for either.

  Returns:
    log p(heard | a note sounds) - log p(heard | none does), float64, of the
    roll's size.
  """
  heard = np.asarray(heard, bool)
  if not any(rates) or not heard.any():
    return np.zeros(heard.shape)
  before = np.pad(heard, [(1, 0), (0, 0)])[:-1]
  notes, cells = np.sum(heard & ~before), np.sum(heard)
  J = rates.jitter_frames
  mean_shift = J * (J + 1) / (2 * J + 1)
  late = min(1.0, mean_shift * notes / cells)
  right = (1.0 - rates.wrong) * (1.0 - late)
  in_sounding = (1.0 - rates.missing) * right
  # Cells are heard astray as often as they are not where they belong, and
  # fall on cells of either kind alike.
  in_silent = np.mean(heard) * (1.0 - right)
  # Never quite certain: a model may have its reasons.
  p, q = np.clip([in_sounding, in_silent], 1e-6, 1.0 - 1e-6)
  return np.where(heard, np.log(p / q), np.log((1.0 - p) / (1.0 - q)))


def corrupt(x, rates):
  """Draws faults for every note of some windows.

  Args:
    x: Windows of zeros and ones, sized `[batch_size, T, D]`, a column a pitch.
      What moves out of a window is gone.
    rates: `Rates`; where all are zero, x is returned.

  Returns:
    Windows of zeros and ones, float32, of the same size.
  """
  x = tf.cast(x, tf.float32)
  if not any(rates):
    return x
  B, T, D = tf.unstack(tf.shape(x))
  before = tf.pad(x, [(0, 0), (1, 0), (0, 0)])[:, :-1]
  # The number of each column's note, from 1 on, in the frames where it sounds.
  number = tf.cast(tf.cumsum(x * (1.0 - before), axis=1), tf.int32)
  most_notes = T // 2 + 2

  def draw(sample):
    """A number drawn for each note, where it sounds; sized like x."""
    drawn = sample([B, most_notes, D])
    row = tf.range(B)[:, tf.newaxis, tf.newaxis] * most_notes + number
    cell = row * D + tf.range(D)
    return tf.gather(tf.reshape(drawn, [-1]), cell)

  is_missing = draw(tf.random_uniform) < rates.missing
  is_wrong = draw(tf.random_uniform) < rates.wrong
  off_by = draw(
    lambda shape: tf.gather(
      _WRONG_BY,
      tf.random_uniform(shape, maxval=len(_WRONG_BY), dtype=tf.int32),
    )
  )
  late_by = draw(
    lambda shape: tf.random_uniform(
      shape,
      -rates.jitter_frames,
      rates.jitter_frames + 1,
      dtype=tf.int32,
    )
  )

  cells = tf.cast(tf.where((x > 0.0) & ~is_missing), tf.int32)
  batch, t, column = tf.unstack(cells, axis=1)
  t += tf.gather_nd(late_by, cells)
  column += tf.gather_nd(
    tf.where(is_wrong, off_by, tf.zeros_like(off_by)), cells
  )
  inside = (t >= 0) & (t < T) & (column >= 0) & (column < D)
  targets = tf.boolean_mask(tf.stack([batch, t, column], axis=1), inside)
  counts = tf.scatter_nd(targets, tf.ones(tf.shape(targets)[:1]), tf.shape(x))
  corrupted = tf.cast(counts > 0.0, tf.float32)
  corrupted.set_shape(x.shape)
  return corrupted
