# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""experiments/polyphonic.py, on a set of five short sequences."""

from __future__ import annotations

import json
import pathlib
import sys
import zlib

import conftest
import numpy as np
import oracle
import pytest
import scipy.io
import tensorflow.compat.v1 as tf

from magenta_vrae import InputError
from magenta_vrae.inference import loading
from magenta_vrae.inference import numpy_model
from magenta_vrae.inference.numpy_vrae import NumpyVrae

EXPERIMENTS = pathlib.Path(__file__).parent.parent / 'experiments'
sys.path.insert(0, str(EXPERIMENTS))
import polyphonic

D = 88
LENGTHS = {'traindata': (5, 12, 3), 'validdata': (4,), 'testdata': (7, 2)}
SMALL = (
  'recurrence=uncompiled,enc_rnn_size=[5],dec_rnn_size=[4],z_size=3,'
  'frames_per_step=2'
)
SMALL_JOINT = f'{SMALL},ar_rnn_size=[6],nade_size=90'


@pytest.fixture(autouse=True)
def fresh_graph():
  with tf.Graph().as_default():
    yield


def some_set(seed=0):
  rng = np.random.RandomState(seed)
  return {
    name: [(rng.rand(n, D) < 0.05).astype(np.uint8) for n in lengths]
    for name, lengths in LENGTHS.items()
  }


def write(path, data, **more):
  cells = {}
  for name, sequences in data.items():
    cells[name] = np.empty([1, len(sequences)], object)
    for i, sequence in enumerate(sequences):
      cells[name][0, i] = sequence
  scipy.io.savemat(str(path), {**cells, **more}, do_compression=True)
  return str(path)


def run_script(*arguments):
  return conftest.run_script(EXPERIMENTS / 'polyphonic.py', *arguments)


class TestRead:
  def test_every_sequence_with_its_steps_and_notes(self, tmp_path):
    data = some_set()
    found = polyphonic.read(write(tmp_path / 'a.mat', data, other=[1.0]))
    assert {name: [len(s) for s in of] for name, of in found.items()} == {
      name: list(lengths) for name, lengths in LENGTHS.items()
    }
    for name, sequences in data.items():
      for one, other in zip(found[name], sequences):
        np.testing.assert_array_equal(one, other)

  @pytest.mark.parametrize(
    'change, said',
    [
      (lambda d: d.pop('validdata'), 'has no validdata'),
      (lambda d: d['testdata'].clear(), 'testdata that is no cell array'),
      (lambda d: d['traindata'][1].__setitem__((3, 4), 2), 'than 0 and 1 in'),
      (lambda d: d['testdata'].append(np.ones([4, 87])), 'sequence 2 of test'),
      (lambda d: d['testdata'].append(np.ones([0, D])), 'sequence 2 of test'),
      (lambda d: d['testdata'].append('a song'), 'sequence 2 of testdata'),
    ],
  )
  def test_another_set_is_refused(self, tmp_path, change, said):
    data = some_set()
    change(data)
    path = write(tmp_path / 'a.mat', data)
    with pytest.raises(InputError, match=said) as error:
      polyphonic.read(path)
    assert 'give a .mat file with traindata' in str(error.value)
    assert '\n' not in str(error.value)

  @pytest.mark.parametrize('kept', [0, 100, 128, 140, 300, -1])
  def test_a_damaged_file(self, tmp_path, kept):
    path = write(tmp_path / 'a.mat', some_set())
    whole = pathlib.Path(path).read_bytes()
    assert len(whole) > 400
    pathlib.Path(path).write_bytes(whole[:kept])
    with pytest.raises(InputError, match='a.mat'):
      polyphonic.read(path)

  def test_a_file_that_would_fill_the_memory(self, tmp_path, monkeypatch):
    """What unpacks to more than there may be is not unpacked to the end."""
    monkeypatch.setattr(polyphonic, 'MOST_BYTES_INFLATED', 2**26)
    path = write(tmp_path / 'a.mat', some_set())
    head = pathlib.Path(path).read_bytes()[:128]
    stream = zlib.compressobj(9)
    packed = b''.join(stream.compress(bytes(2**24)) for _ in range(6))
    packed += stream.flush()
    tag = np.array([15, len(packed)], '<u4').tobytes()
    pathlib.Path(path).write_bytes(head + tag + packed)
    with pytest.raises(InputError, match='unpacks to more than 64 MB'):
      polyphonic.read(path)

  def test_the_script_says_so_in_one_line(self, tmp_path):
    (tmp_path / 'a.mat').write_text('no set')
    result = run_script(
      f'--data={tmp_path}/a.mat',
      f'--output_dir={tmp_path}/out',
      f'--results={tmp_path}/results.jsonl',
    )
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith('polyphonic: ') and 'is no .mat file' in line
    assert sorted(p.name for p in tmp_path.iterdir()) == ['a.mat']


def test_baselines():
  """One pitch that sounds in every other step, the others never."""
  x = np.zeros([9, D], np.uint8)
  x[::2, 40] = 1
  found = polyphonic.baselines({'traindata': [x, x], 'testdata': [x]})
  silent = 1 / 20
  share = 11 / 20
  alone = 87 * np.log(1 - silent) + (5 * np.log(share) + 4 * np.log(0.45)) / 9
  assert found['own share'] == pytest.approx(-alone)
  # Of 16 transitions in training 8 begin the note and 8 end it; the others
  # are silent after silence in all 16.
  first = 87 * np.log(1 - silent) + np.log(share)
  rest = 8 * (87 * np.log(1 - 1 / 18) + np.log(9 / 10))
  assert found['told itself'] == pytest.approx(-(first + rest) / 9)


def test_every_sequence_is_in_one_batch_of_an_epoch():
  rng = np.random.RandomState(0)
  lengths = [3, 700, 9, 400, 410, 5, 2000]
  sequences = [
    np.full([n, D], i % 2, np.uint8) for i, n in enumerate(lengths, start=1)
  ]
  drawn = polyphonic.batches(sequences, 1000, rng)
  for _ in range(2):  # Epochs.
    met = []
    while len(met) < len(lengths):
      x, found = next(drawn)
      assert x.shape == (len(found), max(found), D)
      assert len(found) == 1 or x[:, :, 0].size <= 1000
      for row, length in zip(x, found):
        assert row[length:].sum() == 0
        i = lengths.index(length)
        np.testing.assert_array_equal(row[:length], sequences[i])
        met.append(length)
    assert sorted(met) == sorted(lengths)


def test_silence_after_a_sequence_counts_for_nothing():
  data = some_set()
  kind = polyphonic.KINDS['joint, z removed']
  trainer = polyphonic.Trainer(
    polyphonic.preset_of(kind, data, 5, SMALL_JOINT), kind, seed=1
  )
  sequences = data['traindata']
  trainer.step(polyphonic.padded(sequences))
  one_by_one = sum(trainer.nats([s]) * len(s) for s in sequences)
  assert trainer.nats(sequences) == pytest.approx(
    one_by_one / sum(map(len, sequences)), rel=1e-5
  )


def train(folder, kinds):
  """Runs kinds of models in a folder, three steps each.

  Args:
    folder: Where the set is written and the runs go.
    kinds: Pairs of names and the settings that make them small.
  """
  data = write(folder / 'five.mat', some_set())
  for only, small in kinds:
    result = run_script(
      f'--data={data}',
      f'--output_dir={folder}/runs',
      f'--results={folder}/results.jsonl',
      '--seeds=1',
      '--num_steps=3',
      '--every=1',
      f'--hparams={small}',
      '--num_samples',
      50,
      200,
      '--only',
      *only,
    )
    assert result.returncode == 0, result.stderr


@pytest.fixture(scope='module')
def trained(tmp_path_factory):
  """The folder of runs of those kinds whose numbers are looked at."""
  folder = tmp_path_factory.mktemp('polyphonic')
  train(
    folder,
    [
      (['paper-exact'], SMALL),
      (['joint', 'joint, z removed'], SMALL_JOINT),
    ],
  )
  return folder


def results_of(folder):
  lines = (folder / 'results.jsonl').read_text().splitlines()
  return {r['name']: r for r in map(json.loads, lines)}


def test_results_are_those_of_the_kept_model(trained):
  """Without z the bound is log p(x) itself: the oracle's, step by step."""
  data = some_set()
  results = results_of(trained)
  assert set(results) == {'paper-exact', 'joint', 'joint, z removed'}
  check_all(results)
  found = results['joint, z removed']
  kind = polyphonic.KINDS['joint, z removed']
  preset = polyphonic.preset_of(kind, data, 3, SMALL_JOINT)
  path = str(trained / 'runs/five_joint_z_removed_3_1')
  weights = numpy_model.read_weights(path, NumpyVrae.shapes(preset.hparams, D))
  for split, value in (
    ('validdata', found['valid']),
    ('testdata', found['test']['bound']),
    ('testdata', found['test']['importance_weighted_50']),
  ):
    nats = 0.0
    for x in data[split]:
      said = oracle.autoregressive(weights, np.zeros(3), x * 1.0, 'gru', 2)
      nats -= oracle.log_bernoulli(x, said)
    steps = sum(LENGTHS[split])
    assert value == pytest.approx(nats / steps, rel=1e-4)
  assert found['test']['kl_per_sequence'] == pytest.approx(0.0, abs=1e-6)


def check_all(results):
  for name, found in results.items():
    assert found['data'] == 'five' and found['best_step'] in (1, 2, 3)
    test = found['test']
    assert test['importance_weighted_200'] <= test['bound'] + 0.2, name


@pytest.mark.long
def test_the_other_kinds_too(tmp_path):
  others = ['joint, z from zero', 'joint, KL weight grows']
  train(tmp_path, [(['vrae_20d_best'], SMALL), (others, SMALL_JOINT)])
  results = results_of(tmp_path)
  assert set(results) == {'vrae_20d_best', *others}
  check_all(results)


def test_z_is_used_where_it_is_not_removed(trained):
  data = some_set()
  kind = polyphonic.KINDS['joint']
  model = loading.restore(
    polyphonic.preset_of(kind, data, 3, SMALL_JOINT),
    str(trained / 'runs/five_joint_3_1'),
  )
  found = results_of(trained)['joint']['test']
  kl = [
    0.5 * np.sum(mu**2 + sigma**2 - 1 - 2 * np.log(sigma))
    for x in data['testdata']
    for mu, sigma in [model.posterior(x[np.newaxis])]
  ]
  assert found['kl_per_sequence'] == pytest.approx(np.mean(kl), rel=1e-4)
  assert found['kl_per_sequence'] > 1e-3


def test_what_is_done_is_not_done_again(trained):
  before = (trained / 'results.jsonl').read_bytes()
  result = run_script(
    f'--data={trained}/five.mat',
    f'--output_dir={trained}/runs',
    f'--results={trained}/results.jsonl',
    '--seeds=1',
    '--num_steps=3',
    '--num_samples',
    50,
    200,
    '--only',
    *results_of(trained),
  )
  assert result.returncode == 0, result.stderr
  assert (trained / 'results.jsonl').read_bytes() == before
  of_joint = results_of(trained)['joint']['test']
  (row,) = [
    line for line in result.stdout.splitlines() if '| five | joint |' in line
  ]
  assert f'| {of_joint["bound"]:.2f} |' in row


def test_other_settings_are_not_taken_for_what_is_done(trained):
  before = (trained / 'results.jsonl').read_bytes()
  result = run_script(
    f'--data={trained}/five.mat',
    f'--output_dir={trained}/runs',
    f'--results={trained}/results.jsonl',
    '--hparams=z_size=2',
    '--seeds=1',
    '--num_steps=3',
    '--only',
    'joint',
  )
  assert result.returncode == 1
  (line,) = result.stderr.splitlines()
  assert line == (
    f'polyphonic: joint, seed 1 was measured with --hparams={SMALL_JOINT}, and '
    'is asked for with --hparams=z_size=2; give another --output_dir'
  )
  assert (trained / 'results.jsonl').read_bytes() == before


def test_other_numbers_of_samples_are_measured_later(trained, tmp_path):
  """Of the kept checkpoint; what was measured before stays."""
  before = results_of(trained)['joint, z removed']
  results = tmp_path / 'results.jsonl'
  results.write_bytes((trained / 'results.jsonl').read_bytes())
  result = run_script(
    f'--data={trained}/five.mat',
    f'--output_dir={trained}/runs',
    f'--results={results}',
    f'--hparams={SMALL_JOINT}',
    '--seeds=1',
    '--num_steps=3',
    '--only',
    'joint, z removed',
    '--num_samples',
    7,
  )
  assert result.returncode == 0, result.stderr
  after = results_of(tmp_path)['joint, z removed']
  added = after['test'].pop('importance_weighted_7')
  assert after == before
  assert added == pytest.approx(before['test']['bound'], rel=1e-5)
