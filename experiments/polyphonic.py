# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Trains and tests VRAEs on a standard polyphonic set, on whole sequences.

  .venv/bin/python experiments/polyphonic.py --data=JSB_Chorales.mat \
      --output_dir=runs/polyphonic

--data is one of the sets of Boulanger-Lewandowski, Bengio & Vincent (ICML 2012)
as a .mat file: `traindata`, `validdata` and `testdata` are cell arrays of
sequences, each sized `[num_steps, 88]`, of zeros and ones. The figures are
negative log-likelihoods, or bounds on them from above, in nats per time step
over all 88 pitches: the sum over all steps of all sequences by their number.
Sequences are whole, whatever their lengths; none is cut and none left out. A
batch holds sequences of similar lengths, filled up with silence that counts for
nothing. By default a model meets 5000 batches of 512 steps, or of one sequence
if that is longer. On JSB that takes some four minutes of one core, and twice as
many gained nothing (docs/results.md).

Every kind of model is trained with each seed, the checkpoint that is best on
the validation sequences is kept, and then the test sequences are measured: by
the bound, with one z a sequence, and by importance sampling. Results go to
--results as they come; what is there already is not done again. Of models that
were measured with other --num_samples, what is missing is measured from their
checkpoints in --output_dir, and added as another line that counts. At the end
the table is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import sys
import time
import zlib
from typing import Iterator
from typing import NamedTuple

# Before TensorFlow: it holds back the notices with which TensorFlow starts.
from magenta_vrae.commands import tensorflow_start  # noqa: F401

# isort: split
import numpy as np
import scipy.io
import tensorflow.compat.v1 as tf

from magenta_vrae import catalogue
from magenta_vrae import configs
from magenta_vrae.data.pitch_rolls import PianoRoll
from magenta_vrae.errors import InputError
from magenta_vrae.inference import evaluation
from magenta_vrae.inference import loading

PITCHES = tuple(range(21, 109))
SPLITS = ('traindata', 'validdata', 'testdata')
# Of a result, by the number of samples.
WEIGHTED = 'importance_weighted_{}'
# Sequences of a batch when nothing is learned.
MEASURED_AT_ONCE = 16
# A file beyond these is no such set: of the four the largest has 0.4 MB.
MOST_BYTES = 64 * 2**20
MOST_BYTES_INFLATED = 2**30
# The weights that z meets; at zero q(z|x) is N(0, I) and z says nothing.
OF_Z = frozenset(
  {
    'encoder/W_mu',
    'encoder/b_mu',
    'encoder/W_sigma',
    'encoder/b_sigma',
    'decoder/W_z',
    'decoder/W_zx',
    'decoder/ar_W_z',
    'decoder/ar_W_zx',
  }
)


class Kind(NamedTuple):
  """A kind of model.

  Attributes:
    config: A name in the catalogue.
    hparams: What differs, as --hparams.
    without_z: Whether the weights that z meets stay zero.
    z_from_zero: Whether those of the decoder begin at zero.
  """

  config: str
  hparams: str
  without_z: bool = False
  z_from_zero: bool = False


# The schedule that the paper's first experiment has, over the whole run.
_FALLING = 'learning_rate=1e-3,min_learning_rate=5e-6,'
_FALLING += 'learning_rate_schedule=linear'
# Sequences are few, so intervals count and not pitches, in every key. The free
# run is small: what it says of a frame is little beside what is told.
_JOINT = (
  'frames_per_step=8,enc_rnn_size=[64],dec_rnn_size=[16],z_size=16,'
  'nade_size=128,interval_size=32,ar_dropout=0.3,free_weight=0.0,transpose=5,'
  'learning_rate=0.006,warm_up_steps=30,'
  # As the preset was when docs/results.md was measured.
  'transpose_until=1.0,weight_decay=0.0,muon_rate=0.0,adam_beta1=0.95'
)
KINDS = {
  'paper-exact': Kind('vrae_20d', _FALLING),
  'vrae_20d_best': Kind('vrae_20d_best', 'learning_rate=2e-3'),
  'joint': Kind('vrae_music', f'{_JOINT},beta_rate=0.0'),
  'joint, z from zero': Kind(
    'vrae_music', f'{_JOINT},beta_rate=0.0', z_from_zero=True
  ),
  'joint, KL weight grows': Kind('vrae_music', f'{_JOINT},beta_rate=0.99'),
  'joint, z removed': Kind(
    'vrae_music', f'{_JOINT},beta_rate=0.0', without_z=True
  ),
}


def fail(path, problem):
  raise InputError(
    f'{path} {problem}; give a .mat file with {", ".join(SPLITS)}, cell arrays '
    'of sequences sized [num_steps, 88] of zeros and ones'
  )


def check_size(path):
  """InputError if a file is no .mat file, or would fill the memory."""
  try:
    data = pathlib.Path(path).open('rb').read(MOST_BYTES + 1)
  except OSError as e:
    raise InputError(f'{path} cannot be read: {e.strerror}') from e
  if len(data) > MOST_BYTES:
    fail(path, f'has more than {MOST_BYTES >> 20} MB')
  if data[126:128] != b'IM':  # Of version 5, little endian.
    fail(path, 'is no .mat file of version 5')
  # Elements of a tag and so many bytes; type 15 is a zlib stream.
  at, inflated = 128, 0
  while at + 8 <= len(data):
    kind, size = np.frombuffer(data, '<u4', 2, at)
    part = data[at + 8 : at + 8 + int(size)]
    if kind == 15:
      stream = zlib.decompressobj()
      while part and inflated <= MOST_BYTES_INFLATED:
        inflated += len(stream.decompress(part, 2**20))
        part = stream.unconsumed_tail
    if inflated > MOST_BYTES_INFLATED:
      fail(path, f'unpacks to more than {MOST_BYTES_INFLATED >> 20} MB')
    at += 8 + int(size)


def read(path):
  """The sequences of each split, arrays of uint8 sized `[num_steps, 88]`.

  Raises:
    InputError: If the file is not such a set.
  """
  try:
    check_size(path)
    arrays = scipy.io.loadmat(path, variable_names=SPLITS)
  except InputError:
    raise
  except Exception as e:  # SciPy raises what it comes upon.
    fail(path, f'cannot be read as a .mat file ({e})')
  missing = [name for name in SPLITS if name not in arrays]
  if missing:
    fail(path, f'has no {" and no ".join(missing)}')
  return {name: _sequences(path, name, arrays[name]) for name in SPLITS}


def _sequences(path, name, cells):
  if cells.dtype != object or not cells.size:
    fail(path, f'has a {name} that is no cell array, or an empty one')
  sequences = []
  for i, cell in enumerate(cells.flat):
    if not (
      isinstance(cell, np.ndarray)
      and cell.ndim == 2
      and cell.shape[1] == len(PITCHES)
      and cell.shape[0]
      and cell.dtype.kind in 'buif'
    ):
      found = getattr(cell, 'shape', type(cell).__name__)
      fail(path, f'has sequence {i} of {name} sized {found}')
    if not np.isin(cell, (0, 1)).all():
      fail(path, f'has other values than 0 and 1 in sequence {i} of {name}')
    sequences.append(cell.astype(np.uint8))
  return sequences


def baselines(data):
  """Nats a step when each pitch has its own share, and when told itself."""
  train = [s.astype(bool) for s in data['traindata']]
  test = [s.astype(bool) for s in data['testdata']]
  rows = np.concatenate(train)
  share = (rows.sum(axis=0) + 1.0) / (len(rows) + 2.0)
  before = np.concatenate([s[:-1] for s in train])
  after = np.concatenate([s[1:] for s in train])
  # Of each pitch after silence and after sound, with one more of each kind.
  begins, goes_on = (
    ((after & was).sum(axis=0) + 1.0) / (was.sum(axis=0) + 2.0)
    for was in (~before, before)
  )
  alone = told = 0.0
  for x in test:
    p = np.where(x[:-1], goes_on, begins)
    p = np.concatenate([share[np.newaxis], p])
    alone -= np.log(np.where(x, share, 1.0 - share)).sum()
    told -= np.log(np.where(x, p, 1.0 - p)).sum()
  steps = sum(map(len, test))
  return {'own share': alone / steps, 'told itself': told / steps}


def preset_of(kind, data, num_steps, hparams=''):
  """The catalogue's preset of a kind, for 88 pitches and whole sequences."""
  longest = max(len(s) for split in data.values() for s in split)
  base = catalogue.PRESETS[kind.config]
  roll = PianoRoll(PITCHES, window_frames=longest)
  base = base._replace(data_converter=roll)
  # Uncompiled: there is a new length in nearly every batch.
  settings = f'schedule_steps={num_steps},recurrence=uncompiled'
  changed = catalogue.overridden(base, f'{settings},{kind.hparams}')
  changed = catalogue.overridden(changed, hparams)
  changed.hparams.max_seq_len = longest
  changed.hparams.pitch_blocks = [len(PITCHES)]
  return changed


def padded(sequences):
  """Sequences as one array, silence after the shorter ones; their lengths."""
  lengths = np.array([len(s) for s in sequences], np.int32)
  x = np.zeros([len(sequences), lengths.max(), len(PITCHES)], np.float32)
  for row, sequence in zip(x, sequences):
    row[: len(sequence)] = sequence
  return x, lengths


def batches(
  sequences, batch_frames, rng
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
  """Batches without end; in each epoch every sequence is in one of them.

  A batch has `batch_frames` frames at most, silence after the shorter sequences
  included, but for a sequence that has more by itself.
  """
  lengths = np.array([len(s) for s in sequences])
  while True:
    # Similar lengths side by side, but others in every epoch.
    order = np.argsort(lengths * rng.uniform(0.8, 1.2, len(lengths)))
    groups = [[]]
    for i in order:
      longest = max([lengths[i], *(lengths[j] for j in groups[-1])])
      if groups[-1] and longest * (len(groups[-1]) + 1) > batch_frames:
        groups.append([])
      groups[-1].append(i)
    for g in rng.permutation(len(groups)):
      yield padded([sequences[i] for i in groups[g]])


class Trainer:
  """A model in a session, trained on whole sequences.

  Args:
    preset: What `preset_of` returned.
    kind: Its `Kind`.
    seed: Of the weights and draws.
  """

  def __init__(self, preset, kind, seed):
    tf.set_random_seed(seed)
    self._x = tf.placeholder(tf.float32, [None, None, len(PITCHES)])
    self._lengths = tf.placeholder(tf.int32, [None])
    with tf.variable_scope(tf.get_variable_scope(), reuse=tf.AUTO_REUSE):
      self._train = self._training(preset, kind.without_z)
      measured = configs.of_preset(preset).model
      measured.build(preset.hparams, len(PITCHES), is_training=False)
      measured.eval(self._x, self._x, self._lengths)
    self._bound = measured.lower_bound
    self._saver = tf.train.Saver()
    threads = int(os.environ.get('OMP_NUM_THREADS', 0))
    config = tf.ConfigProto(
      intra_op_parallelism_threads=threads,
      inter_op_parallelism_threads=threads,
    )
    # As in vrae_train: to rewrite the graph takes a second, and the loops are
    # no faster for it.
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    self._session = tf.Session(config=config)
    self._session.run(
      [tf.global_variables_initializer(), tf.local_variables_initializer()]
    )
    for v in tf.trainable_variables():
      name = v.op.name
      if name in OF_Z and (
        kind.without_z or (kind.z_from_zero and name.startswith('decoder/'))
      ):
        v.load(np.zeros(v.shape.as_list(), np.float32), self._session)

  def _training(self, preset, without_z):
    """The operation of a training step, as music_vae_train has it."""
    model, hparams = configs.of_preset(preset).model, preset.hparams
    model.build(hparams, len(PITCHES), is_training=True)
    optimizer = model.train(self._x, self._x, self._lengths)
    variables = [
      v
      for v in tf.trainable_variables()
      if not (without_z and v.op.name in OF_Z)
    ]
    gradients = tf.gradients(model.loss, variables)
    if hparams.clip_mode == 'global_norm':
      gradients = tf.clip_by_global_norm(gradients, hparams.grad_clip)[0]
    return optimizer.apply_gradients(
      [(g, v) for g, v in zip(gradients, variables) if g is not None],
      global_step=model.global_step,
    )

  def step(self, batch):
    x, lengths = batch
    self._session.run(self._train, {self._x: x, self._lengths: lengths})

  def nats(self, sequences):
    """The bound from above on the nats a step, with one z a sequence."""
    total = 0.0
    in_order = sorted(sequences, key=len)
    for start in range(0, len(in_order), MEASURED_AT_ONCE):
      x, lengths = padded(in_order[start : start + MEASURED_AT_ONCE])
      bound = self._session.run(
        self._bound, {self._x: x, self._lengths: lengths}
      )
      total -= bound.sum(dtype=np.float64)
    return total / sum(map(len, sequences))

  def save(self, path):
    self._saver.save(self._session, path, write_meta_graph=False)


def train(preset, data, path, arguments, seed, kind):
  """Trains, and writes the checkpoint that is best on validation sequences.

  Returns:
    The nats a step on validation sequences, by training step.
  """
  course, num_steps = {}, arguments.num_steps
  rng = np.random.RandomState(seed)
  drawn = batches(data['traindata'], arguments.batch_frames, rng)
  with tf.Graph().as_default():
    trainer = Trainer(preset, kind, seed)
    for step in range(1, num_steps + 1):
      trainer.step(next(drawn))
      if step % arguments.every == 0 or step == num_steps:
        course[step] = trainer.nats(data['validdata'])
        if course[step] == min(course.values()):
          trainer.save(path)
        print(f'  step {step}: {course[step]:.3f}', flush=True)
  return course


def measure(model, sequences, num_samples):
  """Nats a step of whole sequences, each decoded at its own length.

  Args:
    model: A `Restored` model.
    sequences: Arrays sized `[num_steps, 88]`.
    num_samples: Of how many samples importance-weighted bounds are.
  """
  steps = sum(map(len, sequences))
  found = [evaluation.bounds(model, s[np.newaxis]) for s in sequences]
  result = {
    'bound': -sum(float(b.lower_bound[0]) for b in found) / steps,
    'kl_per_sequence': float(np.mean([b.kl[0] for b in found])),
  }
  return {**result, **importance_weighted(model, sequences, num_samples)}


def importance_weighted(model, sequences, num_samples):
  """That of `measure`, by its name, for each number of samples."""
  steps, result = sum(map(len, sequences)), {}
  for K in num_samples:
    nats = -sum(
      float(evaluation.weighted_bounds(model, s[np.newaxis], K, 1)[0])
      for s in sequences
    )
    result[WEIGHTED.format(K)] = nats / steps
  return result


def run(name, data, path, arguments, seed):
  """Trains and measures one model; returns its results."""
  kind = KINDS[name]
  preset = preset_of(kind, data, arguments.num_steps, arguments.hparams)
  began, used = time.monotonic(), time.process_time()
  course = train(preset, data, path, arguments, seed, kind)
  seconds, used = time.monotonic() - began, time.process_time() - used
  model = loading.restore(preset, path)
  best = min(course, key=course.get)
  return {
    'seconds': round(seconds),
    'processor_seconds': round(used),
    'steps': arguments.num_steps,
    'best_step': best,
    'valid': course[best],
    'test': measure(model, data['testdata'], arguments.num_samples),
  }


def key_of(result):
  return tuple(result[part] for part in ('data', 'name', 'steps', 'seed'))


def completed(result, data, path, arguments, key):
  """A result with all that was asked for; None as a result is not yet one."""
  of_set, name, _, seed = key
  if result is None:
    print(f'{name}, seed {seed}', flush=True)
    found = run(name, data, path, arguments, seed)
    of = {'data': of_set, 'name': name, 'seed': seed}
    return {**of, 'hparams': arguments.hparams, **found}
  hparams = result.get('hparams', '')
  if arguments.hparams not in ('', hparams):
    sys.exit(
      f'polyphonic: {name}, seed {seed} was measured with '
      f'{f"--hparams={hparams}" if hparams else "no --hparams"}, '
      f'and is asked for with --hparams={arguments.hparams}; give another '
      '--output_dir'
    )
  missing = [
    K for K in arguments.num_samples if WEIGHTED.format(K) not in result['test']
  ]
  if not missing or not os.path.exists(f'{path}.index'):
    return result
  preset = preset_of(KINDS[name], data, result['steps'], arguments.hparams)
  more = importance_weighted(
    loading.restore(preset, path), data['testdata'], missing
  )
  return {**result, 'test': {**result['test'], **more}}


def table(results):
  """Means over seeds, and the largest distance of one from them."""
  samples = sorted(
    {int(k.rsplit('_', 1)[1]) for r in results for k in r['test'] if '_w' in k}
  )
  columns = ['bound', *map(WEIGHTED.format, samples)]
  lines = [
    '| set | model | steps | seeds | validation | bound | '
    + ''.join(f'{K} samples | ' for K in samples)
    + 'KL a sequence | s |',
    '|---' * (8 + len(samples)) + '|',
  ]
  for of in dict.fromkeys(key_of(r)[:3] for r in results):
    own = [r for r in results if key_of(r)[:3] == of]
    cells = [_mean([r['valid'] for r in own])]
    cells += [
      _mean([r['test'][c] for r in own if c in r['test']]) for c in columns
    ]
    kl = np.mean([r['test']['kl_per_sequence'] for r in own])
    seconds = np.mean([r['processor_seconds'] for r in own])
    lines.append(
      f'| {" | ".join(map(str, of))} | {len(own)} | {" | ".join(cells)} '
      f'| {kl:.1f} | {seconds:.0f} |'
    )
  return '\n'.join(lines)


def _mean(values):
  if not values:
    return ''
  mean = np.mean(values)
  off = f' ± {np.abs(values - mean).max():.2f}' if len(values) > 1 else ''
  return f'{mean:.2f}{off}'


def parse():
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  parser.add_argument('--data', required=True, help='a .mat file')
  parser.add_argument('--output_dir', type=pathlib.Path, required=True)
  parser.add_argument(
    '--results',
    type=pathlib.Path,
    help='default: results.jsonl in --output_dir; experiments/polyphonic.jsonl '
    'has those of docs/results.md',
  )
  parser.add_argument('--only', nargs='*', default=list(KINDS), help='kinds')
  parser.add_argument('--seeds', type=int, nargs='*', default=[1, 2, 3])
  parser.add_argument('--num_steps', type=int, default=5000)
  parser.add_argument('--batch_frames', type=int, default=512)
  parser.add_argument('--every', type=int, default=250)
  parser.add_argument('--hparams', default='', help='of all kinds')
  parser.add_argument('--num_samples', type=int, nargs='*', default=[100, 1000])
  arguments = parser.parse_args()
  unknown = set(arguments.only) - set(KINDS)
  if unknown:
    parser.error(f'unknown {sorted(unknown)}; there are {list(KINDS)}')
  return arguments


def main():
  arguments = parse()
  tf.logging.set_verbosity(tf.logging.ERROR)
  tf.disable_v2_behavior()
  try:
    data = read(arguments.data)
  except InputError as e:
    sys.exit(f'polyphonic: {e}')
  of_set = pathlib.Path(arguments.data).stem
  print(', '.join(f'{k}: {len(v)}' for k, v in data.items()))
  print(', '.join(f'{k}: {v:.2f}' for k, v in baselines(data).items()))
  arguments.output_dir.mkdir(parents=True, exist_ok=True)
  path = arguments.results or arguments.output_dir / 'results.jsonl'
  lines = path.read_text().splitlines() if path.exists() else []
  results = {key_of(r): r for r in map(json.loads, lines)}
  for seed in arguments.seeds:
    for name in arguments.only:
      key = (of_set, name, arguments.num_steps, seed)
      slug = '_'.join(map(str, key)).replace(',', '').replace(' ', '_')
      checkpoint = str(arguments.output_dir / slug)
      found = completed(results.get(key), data, checkpoint, arguments, key)
      if found == results.get(key):
        continue
      results[key] = found
      with path.open('a', encoding='utf-8') as file:
        file.write(json.dumps(found) + '\n')
      print(table([found]).splitlines()[-1], flush=True)
  print(table([r for r in results.values() if r['data'] == of_set]))


if __name__ == '__main__':
  main()
