# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""How well a trained model describes windows, and what to hold it against."""

from __future__ import annotations

import collections
import copy

import numpy as np
import tensorflow.compat.v1 as tf
import tensorflow_probability as tfp

from magenta_vrae.host import configs

tfd = tfp.distributions


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


def window_bounds(
  config: configs.Config,
  checkpoint_path: str,
  frames: np.ndarray,
  batch_size: int = 100,
  seed: int = 0,
) -> WindowBounds:
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


def importance_weighted_bound(
  config: configs.Config,
  checkpoint_path: str,
  frames: np.ndarray,
  num_samples: int = 100,
  batch_size: int = 10,
  seed: int = 0,
) -> np.ndarray:
  """A tighter bound on log p(x) than L, by importance sampling.

  log 1/K sum_k p(x|z_k) p(z_k) / q(z_k|x) with z_k ~ q(z|x), of Burda, Grosse &
  Salakhutdinov 2015 (arXiv 1509.00519). At K = 1 it is L.

  Args:
    config: A `Config` whose model is a `VRAE`. It is not changed.
    checkpoint_path: A checkpoint without its ending.
    frames: Windows, sized `[num_windows, window_frames, depth]`.
    num_samples: K.
    batch_size: Windows per step, each decoded K times.
    seed: Of the draws of z.

  Returns:
    The bound of each window in nats, sized `[num_windows]`.
  """
  config = copy.deepcopy(config)
  K, B = num_samples, batch_size
  # What decodes is K windows to each of the batch.
  config.hparams.batch_size = K * B
  n, T, depth = frames.shape
  padded = np.pad(frames, [(0, -n % B), (0, 0), (0, 0)])
  with tf.Graph().as_default(), tf.Session() as session:
    tf.set_random_seed(seed)
    model = config.model
    model.build(config.hparams, depth, is_training=False)
    x = tf.placeholder(tf.float32, [B, T, depth])
    q_z = model.encode(x, tf.fill([B], T))
    p_z = tfd.MultivariateNormalDiag(loc=tf.zeros([config.hparams.z_size]))
    z = q_z.sample(K)
    x_of_z = tf.tile(x, [K, 1, 1])
    r_loss = model.decoder.reconstruction_loss(
      tf.pad(x_of_z[:, :-1], [(0, 0), (1, 0), (0, 0)]),
      x_of_z,
      tf.fill([K * B], T),
      tf.reshape(z, [K * B, config.hparams.z_size]),
    )[0]
    log_p_x = -tf.reshape(r_loss, [K, B])
    log_w = log_p_x + p_z.log_prob(z) - q_z.log_prob(z)
    bound = tf.reduce_logsumexp(log_w, axis=0) - np.log(K)
    tf.train.Saver(tf.trainable_variables()).restore(session, checkpoint_path)
    bounds = [
      session.run(bound, {x: padded[start : start + B]})
      for start in range(0, n, B)
    ]
  return np.concatenate(bounds)[:n]


def independent_bernoulli(
  train_frames: np.ndarray, frames: np.ndarray
) -> float:
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


def repeated_frame(train_frames: np.ndarray, frames: np.ndarray) -> float:
  """Log p(x) per time step when each pitch goes on as it did, in nats.

  Each pitch keeps its last frame's value but for its own chances to begin and
  to end, counted on the training windows with one more of each kind; of a
  window's first frame the share is known, as in `independent_bernoulli`. It is
  told every last frame, which the VRAE is not.

  Args:
    train_frames: Windows, sized `[num_windows, window_frames, depth]`.
    frames: Windows to score, sized alike.

  Returns:
    The mean over windows and time steps, a float.
  """
  last, now = train_frames[:, :-1].astype(bool), train_frames[:, 1:]
  sounds_after = [
    (np.sum(now * was, axis=(0, 1)) + 1.0) / (np.sum(was, axis=(0, 1)) + 2.0)
    for was in (~last, last)
  ]
  last, now = frames[:, :-1].astype(bool), frames[:, 1:]
  p = np.where(last, sounds_after[1], sounds_after[0])
  n, T, _ = frames.shape
  first = n * independent_bernoulli(train_frames, frames[:, :1])
  return float((first + np.sum(np.log(np.where(now, p, 1.0 - p)))) / (n * T))


def frame_f1(frames: np.ndarray, predicted: np.ndarray) -> float:
  """F1 over all (frame, pitch) cells, true ones against predicted ones.

  Args:
    frames: Windows of zeros and ones, sized
      `[num_windows, window_frames, depth]`.
    predicted: What was made of them, sized alike.

  Returns:
    A float from 0 to 1; 1 if nothing sounds in either.
  """
  frames, predicted = np.asarray(frames) > 0.5, np.asarray(predicted) > 0.5
  total = frames.sum() + predicted.sum()
  return float(2.0 * np.sum(frames & predicted) / total) if total else 1.0


def song_by_neighbors(
  train_mu: np.ndarray,
  train_songs: np.ndarray,
  mu: np.ndarray,
  songs: np.ndarray,
  k: int = 5,
) -> float:
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
