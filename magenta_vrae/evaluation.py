# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""How well a trained model describes windows, and what to hold it against."""

from __future__ import annotations

import collections
import copy

import numpy as np
import tensorflow.compat.v1 as tf


class WindowBounds(
  collections.namedtuple(
    'WindowBounds', ['lower_bound', 'log_p_x', 'kl', 'mu', 'sigma']
  )
):
  """What a model says of each window.

  Attributes:
    lower_bound: L = -KL + log p(x|z) at one z of the posterior, in nats, sized
      `[num_windows]`.
    log_p_x: log p(x|z) at that z, in nats, of the same size.
    kl: KL(q(z|x) || N(0, I)) in nats, of the same size.
    mu: Posterior means, sized `[num_windows, z_size]`.
    sigma: Posterior standard deviations, of the same size.
  """


def window_bounds(config, checkpoint_path, frames, batch_size=100, seed=0):
  """Restores a model and computes the bound of every window.

  Args:
    config: A `Config` whose model is a `VRAE`. It is not changed.
    checkpoint_path: A checkpoint without its ending.
    frames: Windows, sized `[num_windows, window_frames, depth]`.
    batch_size: Windows per step.
    seed: Of the draws of z.

  Returns:
    `WindowBounds` of all windows, in their order.
  """
  config = copy.deepcopy(config)
  config.hparams.batch_size = batch_size
  n, T, depth = frames.shape
  # The last batch is filled up; what the filling gives is cut off again.
  padded = np.pad(frames, [(0, -n % batch_size), (0, 0), (0, 0)])
  with tf.Graph().as_default(), tf.Session() as session:
    tf.set_random_seed(seed)
    model = config.model
    model.build(config.hparams, depth, is_training=False)
    x = tf.placeholder(tf.float32, [batch_size, T, depth])
    model.eval(x, x, tf.fill([batch_size], T))
    tf.train.Saver(tf.trainable_variables()).restore(session, checkpoint_path)
    tensors = (
      model.lower_bound,
      model.log_p_x,
      model.kl,
      model.q_z.loc,
      model.q_z.scale.diag,
    )
    batches = [
      session.run(tensors, {x: padded[start : start + batch_size]})
      for start in range(0, n, batch_size)
    ]
  return WindowBounds(*(np.concatenate(values)[:n] for values in zip(*batches)))


def independent_bernoulli(train_frames, frames):
  """Log p(x) per time step when each pitch sounds by its own share, in nats.

  The shares are those of the training windows, with one window's silence and
  one window's sound added so that no pitch is impossible.

  Args:
    train_frames: Windows, sized `[num_windows, window_frames, depth]`.
    frames: Windows to score, sized alike.

  Returns:
    The mean over windows and time steps, a float.
  """
  n, T, _ = train_frames.shape
  share = (train_frames.sum(axis=(0, 1)) + 1.0) / (n * T + 2.0)
  sounding = frames.mean(axis=(0, 1))
  return float(
    np.sum(sounding * np.log(share) + (1.0 - sounding) * np.log1p(-share))
  )


def song_by_neighbors(train_mu, train_songs, mu, songs, k=5):
  """Share of windows whose song the k nearest training means name.

  Args:
    train_mu: Means of training windows, sized `[num_train, z_size]`.
    train_songs: Their songs.
    mu: Means of other windows, sized `[num_windows, z_size]`.
    songs: Their songs.
    k: How many neighbours vote.

  Returns:
    A float from 0 to 1.
  """
  from sklearn.neighbors import KNeighborsClassifier  # Of the extra "plots".

  return float(
    KNeighborsClassifier(k).fit(train_mu, train_songs).score(mu, songs)
  )
