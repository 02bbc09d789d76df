# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Times a training step of the VRAE, beside its ceiling and its peers.

  make bench

H = 500 units, D = 49 pitches, windows of T = 50 frames, the decoder fed its own
output, Adam. Contenders:

  ceiling    The step's matrix products in their shapes, with nothing between:
             each timed by itself, in NumPy's BLAS and in TensorFlow, and the
             faster one counted.
  ours       The model's training graph as music_vae_train builds it, by the
             hparam `recurrence`. `auto` measures when it first meets a size;
             its start has that, and later ones remember it. `may round` also
             tries products in bfloat16, by the hparam `precision`.
  PyTorch    Eager, and torch.compile over the loss. Same maths.
  JAX        lax.scan at several unrolls, the best shown. Same maths.
  MusicVAE   Magenta's LstmEncoder and MultiLabelRnnNadeDecoder, of 500 units
             each, on the same windows: another model, as what one would train
             without this package.

Each contender runs in a process of its own, all in turn, for several rounds;
shown are medians over all rounds' steps but the first ones. Before anything is
timed the peers' loss is held against ours at the same weights, windows and
noise. Peers need the environment that `make peers` makes; without it they are
left out.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np

HERE = pathlib.Path(__file__).parent
PEERS = HERE.parent / '.venv-peers' / 'bin' / 'python'
H, D, T, Z = 500, 49, 50, 20
GATES = {'tanh': 1, 'gru': 3, 'lstm': 4}
OURS = {
  'auto': 'recurrence=auto',
  'auto, may round': 'recurrence=auto,precision=auto',
  'compiled': 'recurrence=compiled',
  'uncompiled': 'recurrence=uncompiled',
  'plain': 'recurrence=plain',
}
UNROLLS = (1, 5, 25)
WARM_UP = 3
TOLERANCE = 1e-4


def products(cell, B):
  """The step's matrix products: (M, K, N, left transposed, how many)."""
  GH, TB = GATES[cell] * H, T * B
  return [
    (TB, D, GH, False, 1),  # W_in x, all steps at once.
    (B, H, GH, False, 2 * T),  # W_enc h and W_dec h.
    (B, D, GH, False, T),  # W_x x.
    (B, H, D, False, T),  # W_out h.
    (B, GH, H, False, 2 * T),  # The error by h, back through W_enc and W_dec.
    (B, GH, D, False, T),  # By x, through W_x.
    (B, D, H, False, T),  # By h, through W_out.
    (H, TB, GH, True, 2),  # Gradients of W_enc and W_dec,
    (D, TB, GH, True, 2),  # of W_in and W_x,
    (H, TB, D, True, 1),  # and of W_out.
  ]


def flops(cell, B):
  return sum(2 * M * K * N * n for M, K, N, _, n in products(cell, B))


# --- What runs in a process of its own ----------------------------------------


def start_tensorflow():
  import tensorflow.compat.v1 as tf

  from magenta_vrae.commands import tensorflow_start  # noqa: F401

  tf.logging.set_verbosity(tf.logging.ERROR)
  tf.disable_v2_behavior()
  return tf


def training_graph(tf, config, x):
  """The graph of a step as `music_vae_train.train` builds it.

  Returns:
    The model and the operation that trains it.
  """
  model, hparams = config.model, config.hparams
  model.build(hparams, D, is_training=True)
  length = tf.fill([hparams.batch_size], T)
  optimizer = model.train(x, x, length)
  gradients, variables = zip(*optimizer.compute_gradients(model.loss))
  limit = hparams.grad_clip
  clipped = [tf.clip_by_value(g, -limit, limit) for g in gradients]
  train_op = optimizer.apply_gradients(
    list(zip(clipped, variables)), global_step=model.global_step
  )
  return model, train_op


def windows(B):
  """Windows of notes that begin and last at random, as real ones do."""
  rng = np.random.default_rng(0)
  flips = rng.random([B, T, D]) < 0.03
  return (np.cumsum(flips, axis=1) % 2).astype(np.float32)


def our_config(cell, B, recurrence):
  from magenta_vrae import configs

  return configs.get_config(
    'vrae_20d',
    f'cell={cell},batch_size={B},{OURS[recurrence]},max_seq_len={T},'
    'learning_rate=1e-4',
  )


def timed(session, train_op, warm_up, steps):
  times = []
  for _ in range(warm_up + steps):
    start = time.perf_counter()
    session.run(train_op)
    times.append(time.perf_counter() - start)
  return times[warm_up:]


def run_ours(cell, B, recurrence, steps):
  tf = start_tensorflow()
  start = time.perf_counter()
  tf.set_random_seed(0)
  x = tf.get_variable('x', initializer=windows(B), trainable=False)
  model, train_op = training_graph(tf, our_config(cell, B, recurrence), x)
  built = time.perf_counter() - start
  with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    start = time.perf_counter()
    session.run(train_op)
    first = time.perf_counter() - start
    times = timed(session, train_op, WARM_UP, steps)
  return {'first': first, 'built': built, 'times': times}


def run_problem(cell, B, steps, path):
  """Writes weights, windows and noise; returns our loss of them."""
  tf = start_tensorflow()
  tf.set_random_seed(0)
  x = tf.get_variable('x', initializer=windows(B), trainable=False)
  model, _ = training_graph(tf, our_config(cell, B, 'plain'), x)
  variables = {v.op.name: v for v in tf.trainable_variables()}
  with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    loss, z, mu, sigma, values = session.run(
      [
        model.loss,
        model.z,
        model.q_z.loc,
        model.q_z.scale.diag,
        variables,
      ]
    )
  np.savez(
    path,
    x=windows(B),
    eps=(z - mu) / sigma,
    cell=cell,
    warm_up=WARM_UP,
    steps=steps,
    **values,
  )
  return {'loss': float(loss)}


def run_musicvae(cell, B, steps):
  del cell
  tf = start_tensorflow()
  from magenta_vrae.host import HParams
  from magenta_vrae.host import base_model
  from magenta_vrae.host import configs
  from magenta_vrae.host import lstm_models
  from magenta_vrae.host import merge_hparams

  start = time.perf_counter()
  config = configs.Config(
    model=base_model.MusicVAE(
      lstm_models.LstmEncoder(), lstm_models.MultiLabelRnnNadeDecoder()
    ),
    hparams=merge_hparams(
      lstm_models.get_default_hparams(),
      HParams(
        batch_size=B,
        max_seq_len=T,
        z_size=Z,
        enc_rnn_size=[H],
        dec_rnn_size=[H],
        nade_num_hidden=128,
      ),
    ),
  )
  x = tf.get_variable('x', initializer=windows(B), trainable=False)
  _, train_op = training_graph(tf, config, x)
  built = time.perf_counter() - start
  with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    start = time.perf_counter()
    session.run(train_op)
    first = time.perf_counter() - start
    times = timed(session, train_op, WARM_UP, steps)
  return {'first': first, 'built': built, 'times': times}


def run_ceiling(cell, B):
  """Times each product in NumPy and TensorFlow; sums the faster ones."""
  tf = start_tensorflow()
  rng = np.random.default_rng(0)
  total = 0.0
  for M, K, N, transposed, count in products(cell, B):
    left = rng.normal(size=(K, M) if transposed else (M, K)).astype('f')
    right = rng.normal(size=(K, N)).astype('f')
    repeats = max(1, min(count, int(2e9 / (2 * M * K * N))))
    a, b = tf.Variable(left), tf.Variable(right)

    def product(i, _, a=a, b=b, transposed=transposed):
      return i + 1, tf.matmul(a, b, transpose_a=transposed)

    _, in_tensorflow = tf.while_loop(
      lambda i, _, repeats=repeats: i < repeats,
      product,
      [0, tf.zeros([M, N])],
      parallel_iterations=1,
    )
    with tf.Session() as session:
      session.run([a.initializer, b.initializer])
      left = left.T if transposed else left
      out = np.empty([M, N], np.float32)

      def in_numpy(left=left, right=right, out=out, repeats=repeats):
        for _ in range(repeats):
          np.matmul(left, right, out=out)

      best = np.inf
      for run in (in_numpy, lambda op=in_tensorflow.op: session.run(op)):
        run()
        times = []
        for _ in range(7):
          start = time.perf_counter()
          run()
          times.append(time.perf_counter() - start)
        best = min(best, np.median(times) / repeats)
    total += best * count
  return {'times': [total]}


# --- The table ----------------------------------------------------------------


def child(*arguments, python=sys.executable, script=None, timeout=900):
  """Runs a contender in a process of its own; its JSON, or None and why."""
  command = [str(python), str(script or __file__), *map(str, arguments)]
  try:
    result = subprocess.run(
      command, capture_output=True, text=True, timeout=timeout, check=True
    )
  except subprocess.TimeoutExpired:
    return None, f'not done after {timeout} s'
  except subprocess.CalledProcessError as e:
    return None, (e.stderr.strip().splitlines() or ['no reason given'])[-1]
  return json.loads(result.stdout.splitlines()[-1]), ''


def contenders(cell, B, steps, problem, peers):
  """Name -> a function that runs it once."""
  ours = {
    f'ours, {kind}': lambda kind=kind: child(
      '--run', 'ours', cell, B, kind, steps
    )
    for kind in OURS
  }
  others = {}
  if peers:
    torch, jax = HERE / 'peers/torch_vrae.py', HERE / 'peers/jax_vrae.py'
    for how in ('eager', 'compiled'):
      others[f'PyTorch, {how}'] = lambda how=how: child(
        problem, how, python=PEERS, script=torch
      )
    for unroll in UNROLLS:
      others[f'JAX, unroll {unroll}'] = lambda unroll=unroll: child(
        problem, unroll, python=PEERS, script=jax
      )
  if cell == 'lstm':
    others['MusicVAE, stock'] = lambda: child(
      '--run', 'musicvae', cell, B, steps
    )
  return {
    'ceiling': lambda: child('--run', 'ceiling', cell, B),
    **ours,
    **others,
  }


def compare(cell, B, rounds, peers):
  """Runs all contenders at one batch size and prints their rows."""
  steps = {20: 30, 100: 12, 500: 4}.get(B, max(3, 1200 // B))
  with tempfile.TemporaryDirectory() as folder:
    problem = pathlib.Path(folder) / 'problem.npz'
    expected, why = child('--run', 'problem', cell, B, steps, problem)
    if expected is None:
      sys.exit(f'our own loss could not be computed: {why}')
    runners = contenders(cell, B, steps, problem, peers)
    results = {name: [] for name in runners}
    failed = {}
    for _ in range(rounds):
      for name, run in runners.items():
        if name in failed:
          continue
        result, why = run()
        if result is None:
          failed[name] = why
          continue
        if 'loss' in result:
          off = abs(result['loss'] / expected['loss'] - 1)
          if off > TOLERANCE:
            failed[name] = f'its loss is off ours by a share of {off:.1e}'
            continue
        results[name].append(result)
  for name, why in failed.items():
    print(f'left out: {name} at batch {B}, {why}', file=sys.stderr)
  medians = {
    name: float(np.median([t for r in runs for t in r['times']]))
    for name, runs in results.items()
    if name not in failed
  }
  unrolls = [name for name in medians if name.startswith('JAX')]
  for slower in sorted(unrolls, key=medians.get)[1:]:
    del medians[slower]
  for name, median in medians.items():
    first = [
      r['first'] + r.get('built', 0.0) for r in results[name] if 'first' in r
    ]
    gflops = flops(cell, B) / median / 1e9
    own_maths = name != 'MusicVAE, stock'
    print(
      f'{cell:<6}{B:>5}  {name:<18}{median * 1e3:>9.1f}{B / median:>9.0f}'
      + (f'{gflops:>9.0f}' if own_maths else f'{"":>9}')
      + (f'{medians["ceiling"] / median:>9.2f}' if own_maths else f'{"":>9}')
      + (f'{np.median(first):>9.1f}' if first else ''),
      flush=True,
    )


def main():
  parser = argparse.ArgumentParser(
    description=__doc__.splitlines()[0],
    formatter_class=argparse.ArgumentDefaultsHelpFormatter,
  )
  parser.add_argument('--cells', default='tanh,gru,lstm')
  parser.add_argument('--batches', default='20,100,500')
  parser.add_argument('--rounds', type=int, default=3)
  parser.add_argument(
    '--no_peers', action='store_true', help='time ours and the ceiling alone'
  )
  parser.add_argument('--run', nargs='+', help=argparse.SUPPRESS)
  arguments = parser.parse_args()
  if arguments.run:
    what, *rest = arguments.run
    values = [int(v) if v.isdigit() else v for v in rest]
    print(json.dumps(globals()[f'run_{what}'](*values)))
    return
  peers = PEERS.exists() and not arguments.no_peers
  if not peers and not arguments.no_peers:
    print('no peers: `make peers` installs them', file=sys.stderr)
  print(
    f'{"cell":<6}{"batch":>5}  {"contender":<18}{"ms/step":>9}{"seq/s":>9}'
    f'{"GFLOP/s":>9}{"of ceil.":>9}{"start, s":>9}',
    flush=True,
  )
  for cell in arguments.cells.split(','):
    for B in map(int, arguments.batches.split(',')):
      compare(cell, B, arguments.rounds, peers)


if __name__ == '__main__':
  main()
