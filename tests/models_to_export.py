# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Small models of every kind, for tests of exports: runs, and the reference.

The reference is TensorFlow's graph, which is given the same random numbers.
"""

from __future__ import annotations

import itertools
import os
from typing import NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf
from graph_sessions import set_weights

from magenta_vrae import configs
from magenta_vrae.inference import emission
from magenta_vrae.inference import endless
from magenta_vrae.inference import numpy_vrae
from magenta_vrae.inference import prior as prior_lib
from magenta_vrae.inference.numpy_model import RestoredVrae
from magenta_vrae.runs import bundle
from magenta_vrae.runs import run_settings

STEP = 7
SIZES = 'z_size=3,enc_rnn_size=[7],dec_rnn_size=[9],recurrence=plain'
HEARS = 'feedback=output,ar_rnn_size=[8]'
WINDOW = 12


class Kind(NamedTuple):
  """A config with settings of its own."""

  config: str
  hparams: str
  converter: str = 'pitches=[60,62,64,65,67]'

  @property
  def hears(self):
    return 'ar_rnn_size' in self.hparams


# Each cell, feedback, converter and option is in one of these.
KINDS = {
  'paper': Kind('vrae_2d', 'cell=tanh'),
  'sample': Kind(
    'vrae_2d',
    'cell=lstm,feedback=sample,frames_per_step=5,z_every_step=true,'
    'reverse_input=true',
  ),
  'teacher': Kind('vrae_drums_20d', 'cell=gru,feedback=teacher'),
  'music': Kind(
    'vrae_music',
    f'cell=gru,{HEARS},nade_size=13,frames_per_step=5,transpose=0,bar_frames=3',
    'pitches=[60,62,64],onsets=true',
  ),
  'drums': Kind(
    'vrae_drums',
    f'cell=tanh,{HEARS},nade_size=0,frames_per_step=1,reverse_input=true',
    'pitches=[36,38,42,46]',
  ),
  'band': Kind(
    'vrae_band',
    f'cell=lstm,{HEARS},nade_size=30,frames_per_step=4,z_every_step=false,'
    'transpose=0,bar_frames=6',
    'groups=[bass:33@40-42,melody:80@60-63,drums@36-38],velocity_levels=3',
  ),
}


# Each cell with each decoder and option, for runs that may take long.
EVERY_KIND = {
  f'{cell} {decoder} {options}'.strip(): Kind(
    'vrae_2d', ','.join(filter(None, [f'cell={cell}', decoder, options]))
  )
  for cell, decoder, options in itertools.product(
    ('tanh', 'gru', 'lstm'),
    (
      'feedback=output',
      'feedback=teacher',
      'feedback=sample',
      HEARS,
      f'{HEARS},nade_size=13',
    ),
    (
      '',
      'frames_per_step=5',
      'z_every_step=true,reverse_input=true',
      'frames_per_step=3,z_every_step=true,reverse_input=true',
    ),
  )
}


class Made(NamedTuple):
  """A run with random weights.

  Attributes:
    path: Its folder.
    config: Its `Config`.
    weights: Arrays by name.
    checkpoint: Its checkpoint, without an ending.
  """

  path: str
  config: object
  weights: dict
  checkpoint: str

  @property
  def depth(self):
    return self.config.data_converter.depth

  @property
  def z_size(self):
    return self.config.hparams.z_size


def make(kind, folder, seed=0):
  """Writes a run; its weights leave much to chance, so that each matters."""
  config = configs.get_config(
    kind.config,
    f'{SIZES},{kind.hparams}',
    f'{kind.converter},window_frames={WINDOW},hop_frames=1',
  )
  random = np.random.RandomState(seed)
  shapes = numpy_vrae.NumpyVrae.shapes(
    config.hparams, config.data_converter.depth
  )
  weights = {
    name: random.normal(0, 0.6, shape).astype(np.float32)
    for name, shape in shapes.items()
  }
  path = str(folder)
  run_settings.save(path, run_settings.settings_of(kind.config, config, seed=1))
  os.makedirs(os.path.join(path, 'train'))
  checkpoint = os.path.join(path, 'train', f'model.ckpt-{STEP}')
  bundle.save_checkpoint(checkpoint, weights)
  return Made(path, config, weights, checkpoint)


def fit_prior(made, logit_shift=0.0, c_x_shift=0.0):
  """Writes a prior of two parts beside the checkpoint."""
  random = np.random.RandomState(3)
  Z = made.z_size
  factors = np.tril(random.normal(size=[2, Z, Z])) * 0.3 + np.eye(Z)
  prior = prior_lib.Prior(
    np.array([0.25, 0.75]),
    random.normal(size=[2, Z]),
    factors * np.sign(np.diagonal(factors, axis1=1, axis2=2))[:, np.newaxis],
    random.normal(size=[4, Z]),
    np.array([False, True, True, True]),
    STEP,
    logit_shift,
    c_x_shift,
  )
  prior_lib.save(prior, os.path.dirname(made.checkpoint))
  return prior


def encode_inputs(made, n=4, T=2 * WINDOW + 3):
  random = np.random.RandomState(4)
  return {
    'frames': (random.rand(n, T, made.depth) < 0.3).astype(np.float32),
    'lengths': np.array([T, 1, 10, T - 1][:n], np.int32),
  }


def decode_inputs(made, n=3, T=2 * WINDOW + 3):
  """Without the state."""
  random = np.random.RandomState(5)
  return {
    'z': random.normal(size=[n, made.z_size]).astype(np.float32),
    'uniforms': random.rand(T, n, made.depth).astype(np.float32),
    'temperature': np.float32([0.8]),
  }


def graph_outputs(made):
  """What the graph makes of these inputs: mu, sigma, probabilities and more."""
  given = {**encode_inputs(made), **decode_inputs(made)}
  with tf.Graph().as_default(), tf.Session() as session:
    model, hparams = made.config.model, made.config.hparams
    model.build(hparams, made.depth, is_training=False)
    x, z = tf.constant(given['frames']), tf.constant(given['z'])
    q_z = model.encode(x, tf.constant(given['lengths']))
    tensors = {
      'mu': q_z.mean(),
      'sigma': q_z.stddev(),
      **_decoded(model.decoder, hparams, z, given),
    }
    set_weights(
      session,
      [(v, made.weights[v.op.name]) for v in tf.trainable_variables()],
    )
    return session.run(tensors)


def _decoded(decoder, hparams, z, given):
  uniforms = given['uniforms']
  T, n, D = uniforms.shape
  K = hparams.frames_per_step
  filled = np.pad(uniforms, [(0, -T % K), (0, 0), (0, 0)])
  # The draws of a step are those of its frames in turn.
  of_steps = tf.constant(
    filled.reshape(-1, K, n, D).swapaxes(1, 2).reshape(-1, n, K * D)
  )
  uniforms = tf.constant(uniforms)

  def emit(logits, draws):
    p = tf.sigmoid(logits / given['temperature'])
    return tf.cast(draws < p, tf.float32)

  silence = tf.zeros([n, D])
  if hparams.ar_rnn_size[0]:
    free, _ = decoder._unroll(z, T, silence)
    played = decoder._play(
      z,
      tf.transpose(free, [1, 0, 2]),
      silence,
      lambda logits, t: emit(logits, uniforms[t]),
    )
    before = tf.concat([silence[:, tf.newaxis], played[:, :-1]], axis=1)
    told = tf.sigmoid(decoder._told_logits(played, before, free, z))
    return {
      'probabilities': tf.sigmoid(free),
      'frames': played,
      'told': told,
    }
  if hparams.feedback == 'output':
    logits, _ = decoder._unroll(z, T, silence)
    played = emit(logits, tf.transpose(uniforms, [1, 0, 2]))
  else:
    logits, played = decoder._unroll(
      z, T, silence, lambda logits, t: emit(logits, of_steps[t])
    )
  return {'probabilities': tf.sigmoid(logits), 'frames': played}


class GivenDraws:
  """Random numbers that are known, row by row, where NumPy draws them."""

  def __init__(self, uniforms):
    self._left = uniforms.astype(np.float64)

  def random_sample(self, shape):
    drawn, self._left = self._left[: shape[0]], self._left[shape[0] :]
    assert drawn.shape == tuple(shape)
    return drawn


def music_without_end(made, zs, uniforms, temperature):
  """As endless.py plays it: frames, and what was said of them, by name.

  Args:
    made: A run whose decoder hears what it plays.
    zs: The z of each half window, sized `[num, n, z_size]`.
    uniforms: Sized `[T, n, D]`, with T whole half windows.
    temperature: A number.
  """
  model = RestoredVrae(made.config, made.checkpoint)
  decoder = model.autoregressive
  emit = emission.Emission('bernoulli', 0.5, temperature, GivenDraws(uniforms))
  at, parts = decoder.begin(zs[0]), []
  for z, free in endless.faded(model, zs):
    at, said, frames = decoder.play(at, decoder.prepare(free, z), emit)
    parts.append((frames, numpy_vrae.sigm(free), numpy_vrae.sigm(said)))
  joined = (np.concatenate(part, axis=1) for part in zip(*parts))
  return dict(zip(('frames', 'probabilities', 'told'), joined))
