# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""How time and memory grow with the dataset and with the model.

  .venv/bin/python benchmarks/growth.py

Datasets are made up: pieces of 1,049 frames with ten notes a second, each 1,000
windows. Each row is a process of its own, and memory is its peak resident set
over that of a process that only imported TensorFlow and Magenta.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import resource
import sys
import tempfile
import time

import numpy as np
import training_step

WINDOWS_PER_PIECE = 1000
BATCH = 100
NUM_BATCHES = 200


def write_pieces(path, num_pieces):
  """A TFRecord of random pieces; written before TensorFlow is measured."""
  import note_seq

  tf = training_step.start_tensorflow()
  rng = np.random.default_rng(0)
  frames = WINDOWS_PER_PIECE + training_step.T - 1
  seconds = frames / 20
  with tf.io.TFRecordWriter(str(path)) as writer:
    for number in range(num_pieces):
      piece = note_seq.NoteSequence(id=str(number), filename=f'{number}.mid')
      starts = np.sort(rng.uniform(0, seconds - 1, int(10 * seconds)))
      for pitch, start in zip(rng.integers(36, 85, len(starts)), starts):
        piece.notes.add(
          pitch=int(pitch), velocity=80, start_time=start, end_time=start + 0.5
        )
      piece.notes.add(
        pitch=60, velocity=80, start_time=seconds - 0.5, end_time=seconds
      )
      piece.total_time = seconds
      writer.write(piece.SerializeToString())


def peak_megabytes():
  return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_write(path, num_pieces):
  write_pieces(path, num_pieces)
  return {}


def run_import():
  training_step.start_tensorflow()
  from magenta_vrae import configs  # noqa: F401

  return {'megabytes': peak_megabytes()}


def run_pipeline(path, num_windows, cached):
  """Reads batches as training does, and keeps none of them."""
  tf = training_step.start_tensorflow()
  from magenta_vrae import configs
  from magenta_vrae.host import data

  config = configs.get_config(
    'vrae_20d',
    f'batch_size={BATCH}',
    'window_frames=50,hop_frames=1,max_windows_per_song=0',
  )
  config = configs.configs.update_config(
    config, {'train_examples_path': str(path)}
  )
  config.data_converter.set_mode('train')
  dataset = data.get_dataset(
    config, is_training=True, cache_dataset=bool(cached)
  )
  batch = tf.data.make_one_shot_iterator(dataset).get_next()
  with tf.Session() as session:
    start = time.perf_counter()
    session.run(batch)
    first = time.perf_counter() - start
    # Two passes over what there is: the first one fills the cache.
    for _ in range(num_windows // BATCH):
      session.run(batch)
    start = time.perf_counter()
    for _ in range(NUM_BATCHES):
      session.run(batch)
    rate = BATCH * NUM_BATCHES / (time.perf_counter() - start)
  return {'first': first, 'rate': rate, 'megabytes': peak_megabytes()}


def run_step(T, H, D, B):
  """A training step of another size."""
  training_step.T, training_step.D = T, D
  tf = training_step.start_tensorflow()
  from magenta_vrae import configs

  config = configs.get_config(
    'vrae_20d',
    f'batch_size={B},max_seq_len={T},enc_rnn_size=[{H}],dec_rnn_size=[{H}]',
  )
  start = time.perf_counter()
  x = tf.get_variable(
    'x', initializer=training_step.windows(B), trainable=False
  )
  _, train_op = training_step.training_graph(tf, config, x)
  built = time.perf_counter() - start
  with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    start = time.perf_counter()
    session.run(train_op)
    first = time.perf_counter() - start
    times = training_step.timed(session, train_op, 2, 7)
  return {
    'built': built,
    'first': first,
    'ms': 1e3 * float(np.median(times)),
    'megabytes': peak_megabytes(),
  }


def child(*arguments):
  result, why = training_step.child(
    '--run', *arguments, script=__file__, timeout=3600
  )
  return result if result is not None else sys.exit(why)


def data_table(most):
  bare = child('import')['megabytes']
  print(
    f'{"windows":>9}  {"dataset":<22}{"first batch, s":>15}{"windows/s":>11}'
    f'{"MB":>8}'
  )
  with tempfile.TemporaryDirectory() as folder:
    for pieces in (1, 10, 100, 1000):
      if pieces * WINDOWS_PER_PIECE > most:
        break
      path = pathlib.Path(folder) / f'{pieces}.tfrecord'
      child('write', path, pieces)
      for cached in (1, 0):
        result = child('pipeline', path, pieces * WINDOWS_PER_PIECE, cached)
        print(
          f'{pieces * WINDOWS_PER_PIECE:>9}  '
          f'{"in memory" if cached else "streamed from disk":<22}'
          f'{result["first"]:>15.1f}{result["rate"]:>11.0f}'
          f'{result["megabytes"] - bare:>8.0f}',
          flush=True,
        )
  return bare


def model_table(bare):
  print(
    f'\n{"T":>5}{"H":>6}{"D":>5}{"batch":>7}{"ms/step":>10}{"MB":>8}'
    f'{"graph, s":>10}{"first step, s":>15}'
  )
  sizes = [(50, 500, 49, 100)]
  sizes += [(T, 500, 49, 100) for T in (25, 100, 200, 400)]
  sizes += [(50, H, 49, 100) for H in (125, 250, 1000, 2000)]
  sizes += [(50, 500, D, 100) for D in (12, 98, 196)]
  sizes += [(50, 500, 49, B) for B in (20, 500, 2000)]
  for T, H, D, B in sizes:
    r = child('step', T, H, D, B)
    print(
      f'{T:>5}{H:>6}{D:>5}{B:>7}{r["ms"]:>10.1f}{r["megabytes"] - bare:>8.0f}'
      f'{r["built"]:>10.1f}{r["first"]:>15.1f}',
      flush=True,
    )


def main():
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  parser.add_argument('--most_windows', type=int, default=1000000)
  parser.add_argument('--run', nargs='+', help=argparse.SUPPRESS)
  arguments = parser.parse_args()
  if arguments.run:
    what, *rest = arguments.run
    values = [int(v) if v.isdigit() else v for v in rest]
    print(json.dumps(globals()[f'run_{what}'](*values)))
    return
  model_table(data_table(arguments.most_windows))


if __name__ == '__main__':
  main()
