# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Features of music: the posterior of every window, for whatever comes after.

The paper's encoder as a feature extractor (sections 1 and 4): recognition,
search, classification and plots need mu_z of a window and no more.
"""

from __future__ import annotations

import collections
import copy
import os

import numpy as np
import tensorflow.compat.v1 as tf

from magenta_vrae.errors import InputError


class Features(
  collections.namedtuple(
    'Features', ['mu', 'sigma', 'z', 'files', 'songs', 'start_times']
  )
):
  """The posteriors of some windows, q(z|x) = N(mu, diag(sigma^2)).

  Attributes:
    mu: Means, float32, sized `[num_windows, z_size]`.
    sigma: Standard deviations, of the same size.
    z: A draw from each posterior, of the same size; None unless asked for.
    files: The file that each window is of, a list.
    songs: Its title, or where it has none its file's name without the ending;
      a list.
    start_times: Where in the song it begins, in seconds, `[num_windows]`.
  """


class FeatureExtractor:
  """A trained encoder that windows of music go through, in batches.

  Args:
    config: A `Config` with one of this package's models and converters. It is
      not changed.
    checkpoint_path: A checkpoint without its ending.
    batch_size: Windows per step. The last batch may hold fewer.
    hop_frames: Frames from one window to the next; the config's by default.
    partial_windows: Whether what stands behind a piece's last whole window is
      encoded too, at its own length.

  Raises:
    InputError: If the config is one of Magenta's own, whose windows have no
      place in time.
  """

  def __init__(
    self,
    config,
    checkpoint_path,
    batch_size=256,
    hop_frames=None,
    partial_windows=False,
  ):
    if not hasattr(config.data_converter, 'windows'):
      raise InputError(
        "features are for this package's data converters, but this config has "
        f'{type(config.data_converter).__name__}'
      )
    # Every window of a piece, not only those that training took.
    self._converter = config.data_converter.replace(
      hop_frames=hop_frames or config.data_converter.hop_frames,
      max_windows_per_song=0,
      holdout_fraction=0.0,
    )
    self._batch_size = batch_size
    self._partial_windows = partial_windows
    with tf.Graph().as_default():
      # Building a model leaves tensors in it, which none can copy later.
      model = copy.deepcopy(config.model)
      depth = self._converter.input_depth
      model.build(config.hparams, self._converter.output_depth, False)
      self._x = tf.placeholder(tf.float32, [None, None, depth])
      self._x_length = tf.placeholder(tf.int32, [None])
      q_z = model.encode(self._x, self._x_length)
      self._posterior = q_z.mean(), q_z.stddev()
      self._session = tf.Session()
      # The encoder's alone: a decoder of another kind need not fit.
      tf.train.Saver(tf.trainable_variables('encoder')).restore(
        self._session, checkpoint_path
      )

  @property
  def z_size(self):
    return int(self._posterior[0].shape[-1])

  def encode(self, windows):
    """Posterior means and standard deviations of windows of any lengths.

    Args:
      windows: A list of frames, each sized `[num_frames, depth]`. What a
        shorter one is padded with does not touch its result.

    Returns:
      mu and sigma, float32, each sized `[num_windows, z_size]`.
    """
    lengths = [len(window) for window in windows]
    longest = max(lengths, default=0)
    x = np.zeros([len(windows), longest, self._converter.input_depth], bool)
    for row, window in zip(x, windows):
      row[: len(window)] = window
    return tuple(
      self._session.run(self._posterior, {self._x: x, self._x_length: lengths})
    )

  def windows(self, note_sequence):
    """First frames and frames of a piece's windows, the partial one last."""
    starts, windows = self._converter.windows(note_sequence)
    if not self._partial_windows or not len(starts):
      return starts, windows
    roll = self._converter.to_roll(note_sequence)
    covered = starts[-1] + self._converter.window_frames
    rest = starts[-1] + self._converter.hop_frames
    if covered < len(roll) and rest < len(roll):
      return np.append(starts, rest), [*windows, roll[rest:]]
    return starts, windows

  def extract(self, note_sequences, rng=None):
    """Yields the features of pieces, a batch of windows at a time.

    Pieces are read as they are needed, and no more than a batch and one piece
    are held. Those without a note that the model knows give nothing.

    Args:
      note_sequences: NoteSequences, an iterable.
      rng: (Optional) A `numpy.random.RandomState` to draw z with.

    Yields:
      `Features`, in the order of the pieces and of time.
    """
    waiting = []
    for note_sequence in note_sequences:
      file = note_sequence.filename
      song = note_sequence.sequence_metadata.title or _stem(file)
      starts, windows = self.windows(note_sequence)
      for start, window in zip(starts, windows):
        start_time = start / self._converter.frames_per_second
        waiting.append((window, file, song, start_time))
        if len(waiting) == self._batch_size:
          yield self._features(waiting, rng)
          waiting = []
    if waiting:
      yield self._features(waiting, rng)

  def _features(self, rows, rng):
    windows, files, songs, start_times = zip(*rows)
    mu, sigma = self.encode(windows)
    z = None
    if rng is not None:
      z = (mu + sigma * rng.normal(size=mu.shape)).astype(mu.dtype)
    return Features(
      mu, sigma, z, list(files), list(songs), np.array(start_times)
    )


def join(batches, z_size=0):
  """Batches of `Features` as one.

  Args:
    batches: An iterable of `Features`.
    z_size: The size of z, should there be no batch.
  """
  batches = list(batches)
  if not batches:
    none = np.zeros([0, z_size], np.float32)
    return Features(none, none, None, [], [], np.zeros([0]))
  return Features(
    np.concatenate([batch.mu for batch in batches]),
    np.concatenate([batch.sigma for batch in batches]),
    None
    if batches[0].z is None
    else np.concatenate([batch.z for batch in batches]),
    [file for batch in batches for file in batch.files],
    [song for batch in batches for song in batch.songs],
    np.concatenate([batch.start_times for batch in batches]),
  )


def _stem(file):
  return os.path.splitext(os.path.basename(file))[0]
