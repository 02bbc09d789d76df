# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Windows encoded and frames generated per second, beside NumPy.

  .venv/bin/python benchmarks/inference.py

Ours go through `TrainedModel`'s graph pieces: `VRAE.encode` and the decoder's
`sample`. NumPy runs the same equations of the tanh cell in a Python loop.
"""

from __future__ import annotations

import time

import numpy as np
import training_step

T, D, H, Z = (getattr(training_step, name) for name in 'TDHZ')
BATCHES = (1, 64, 500)
LENGTHS = (1000, 10000, 100000)
CELLS = ('tanh', 'gru', 'lstm')


def median_seconds(run, repeats=7):
  run()
  times = []
  for _ in range(repeats):
    start = time.perf_counter()
    run()
    times.append(time.perf_counter() - start)
  return float(np.median(times))


class Model:
  """Encoding and sampling of one config, as in `TrainedModel`."""

  def __init__(self, tf, cell, B):
    from magenta_vrae import configs

    tf.reset_default_graph()
    config = configs.get_config('vrae_20d', f'cell={cell},batch_size={B}')
    config.model.build(config.hparams, D, is_training=False)
    self.x = tf.placeholder(tf.float32, [B, None, D])
    self.z = tf.placeholder(tf.float32, [B, Z])
    self.length = tf.placeholder(tf.int32, [])
    self.mu = config.model.encode(self.x, tf.fill([B], T)).loc
    self.frames, _ = config.model.decoder.sample(
      B, self.length, self.z, temperature=1.0
    )
    self.session = tf.Session()
    self.session.run(tf.global_variables_initializer())

  def encode(self, x):
    return self.session.run(self.mu, {self.x: x})

  def generate(self, z, length):
    return self.session.run(self.frames, {self.z: z, self.length: length})


def numpy_weights():
  rng = np.random.default_rng(0)
  shapes = {'W': (H, H), 'W_x': (D, H), 'W_out': (H, D)}
  return {
    name: rng.normal(0, 0.05, shape).astype('f')
    for name, shape in shapes.items()
  }


def numpy_encode(w, x):
  a = x.transpose(1, 0, 2).reshape(-1, D) @ w['W_x']
  a = a.reshape(T, len(x), H)
  h = np.zeros([len(x), H], np.float32)
  for a_t in a:
    h = np.tanh(h @ w['W'] + a_t)
  return h


def numpy_generate(w, B, length):
  h, x = np.zeros([B, H], np.float32), np.zeros([B, D], np.float32)
  frames = np.empty([length, B, D], np.float32)
  for t in range(length):
    h = np.tanh(h @ w['W'] + x @ w['W_x'])
    x = 1.0 / (1.0 + np.exp(-(h @ w['W_out'])))
    frames[t] = x >= 0.5
  return frames


def main():
  tf = training_step.start_tensorflow()
  w = numpy_weights()
  print(
    f'{"":<8}{"batch":>6}{"windows/s encoded":>20}{"frames/s generated":>20}'
  )
  for cell in CELLS:
    for B in BATCHES:
      model, x = Model(tf, cell, B), training_step.windows(B)
      z = np.random.default_rng(0).normal(size=[B, Z])
      encode = median_seconds(lambda model=model, x=x: model.encode(x))
      length = 1000 if B < 500 else 200
      generate = median_seconds(
        lambda model=model, z=z, n=length: model.generate(z, n), 5
      )
      print(
        f'{cell:<8}{B:>6}{B / encode:>20.0f}{B * length / generate:>20.0f}',
        flush=True,
      )
  for B in BATCHES:
    x = training_step.windows(B)
    encode = median_seconds(lambda x=x: numpy_encode(w, x))
    length = 1000 if B < 500 else 200
    generate = median_seconds(lambda B=B, n=length: numpy_generate(w, B, n), 5)
    print(
      f'{"NumPy":<8}{B:>6}{B / encode:>20.0f}{B * length / generate:>20.0f}',
      flush=True,
    )
  print(f'\n{"frames from one z":<20}{"seconds":>9}{"frames/s":>10}')
  model = Model(tf, 'tanh', 1)
  for length in LENGTHS:
    seconds = median_seconds(
      lambda n=length: model.generate(np.zeros([1, Z]), n), 3
    )
    print(f'{length:<20}{seconds:>9.2f}{length / seconds:>10.0f}', flush=True)


if __name__ == '__main__':
  main()
