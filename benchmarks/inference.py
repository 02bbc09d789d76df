# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Windows encoded and frames generated per second, by both ways to do so.

  .venv/bin/python benchmarks/inference.py

Graph is TensorFlow's, as Magenta's `TrainedModel` runs it: `VRAE.encode` and
the decoder's `sample`. NumPy is the loop that `vrae_generate`, `vrae_encode`
and the other commands run (`RestoredVrae`), which import no TensorFlow. Both
have the same random weights. The cells are in the paper's decoder, of 500
units; `vrae_music` is the preset as it is, whose decoder hears itself and draws
the notes of a frame jointly.
"""

from __future__ import annotations

import os
import tempfile
import time

# As the commands have it: each core has rows of its own. Before NumPy.
os.environ.setdefault('OPENBLAS_NUM_THREADS', '1')

# isort: split
import numpy as np
import training_step

BATCHES = (1, 64, 500)
LENGTHS = (1000, 10000, 100000)
MODELS = {
  **{cell: ('vrae_20d', f'cell={cell}') for cell in ('tanh', 'gru', 'lstm')},
  'vrae_music': ('vrae_music', ''),
}


def median_seconds(runs, repeats=7):
  """The median time of each, called in turns: machines have slow minutes."""
  for run in runs:
    run()
  times = [[] for _ in runs]
  for _ in range(repeats):
    for run, of_run in zip(runs, times):
      start = time.perf_counter()
      run()
      of_run.append(time.perf_counter() - start)
  return [float(np.median(of_run)) for of_run in times]


def config_of(name, B):
  from magenta_vrae import configs

  config, hparams = MODELS[name]
  return configs.get_config(
    config, ','.join(filter(None, [hparams, f'batch_size={B}']))
  )


class Graph:
  """Encoding and sampling of one config, as in `TrainedModel`."""

  def __init__(self, tf, name, B):
    tf.reset_default_graph()
    config = config_of(name, B)
    D, T = config.data_converter.depth, config.data_converter.window_frames
    config.model.build(config.hparams, D, is_training=False)
    self.x = tf.placeholder(tf.float32, [B, None, D])
    self.z = tf.placeholder(tf.float32, [B, config.hparams.z_size])
    self.length = tf.placeholder(tf.int32, [])
    self.mu = config.model.encode(self.x, tf.fill([B], T)).loc
    self.frames, _ = config.model.decoder.sample(
      B, self.length, self.z, temperature=1.0
    )
    self.session = tf.Session()
    tf.set_random_seed(0)
    self.session.run(tf.global_variables_initializer())
    self._saver = tf.train.Saver()

  def save(self, path):
    self._saver.save(self.session, path, write_meta_graph=False)

  def encode(self, x):
    return self.session.run(self.mu, {self.x: x})

  def generate(self, z, length):
    return self.session.run(self.frames, {self.z: z, self.length: length})


class Numpy:
  """The same by the commands' own loop."""

  def __init__(self, name, B, checkpoint):
    from magenta_vrae.inference import numpy_model

    self._model = numpy_model.RestoredVrae(config_of(name, B), checkpoint, B)

  def encode(self, x):
    return self._model.posterior(x).mu

  def generate(self, z, length):
    return self._model.decode(z, length).samples


def compare(tf, name, B, folder):
  """Prints a row of each way."""
  graph = Graph(tf, name, B)
  graph.save(f'{folder}/model')
  ways = {'graph': graph, 'NumPy': Numpy(name, B, f'{folder}/model')}
  converter = config_of(name, B).data_converter
  rng = np.random.default_rng(0)
  flips = rng.random([B, converter.window_frames, converter.depth]) < 0.03
  x = (np.cumsum(flips, axis=1) % 2).astype(np.float32)
  z = rng.normal(size=[B, int(graph.z.shape[1])]).astype(np.float32)
  np.testing.assert_allclose(
    ways['NumPy'].encode(x), graph.encode(x), atol=1e-4
  )
  length = 1000 if B < 500 else 200
  models = list(ways.values())
  encode = median_seconds([lambda m=m: m.encode(x) for m in models], 15)
  generate = median_seconds([lambda m=m: m.generate(z, length) for m in models])
  for way, encoding, generating in zip(ways, encode, generate):
    print(
      f'| {name} | {way} | {B} | {B / encoding:.0f} '
      f'| {B * length / generating:.0f} |',
      flush=True,
    )


def main():
  tf = training_step.start_tensorflow()
  print('| model | by | batch | windows/s encoded | frames/s generated |')
  print('|---|---|---|---|---|')
  with tempfile.TemporaryDirectory() as folder:
    for name in MODELS:
      for B in BATCHES:
        compare(tf, name, B, folder)
    print(f'\n{"frames from one z":<20}{"graph, s":>9}{"NumPy, s":>9}')
    graph = Graph(tf, 'tanh', 1)
    graph.save(f'{folder}/model')
    ways = (graph, Numpy('tanh', 1, f'{folder}/model'))
    z = np.zeros([1, int(graph.z.shape[1])], np.float32)
    for length in LENGTHS:
      seconds = median_seconds(
        [lambda m=m, n=length: m.generate(z, n) for m in ways], 3
      )
      print(f'{length:<20}' + ''.join(f'{s:>9.2f}' for s in seconds))


if __name__ == '__main__':
  main()
