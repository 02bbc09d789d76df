# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which loops `recurrence=auto` compiles, how it finds out and remembers."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from bfloat16_products import needs_bfloat16_products
from conftest import run_training

from magenta_vrae.errors import InputError
from magenta_vrae.model import cells
from magenta_vrae.model import fast_recurrence
from magenta_vrae.model import loop_choice
from magenta_vrae.model import loop_memory
from magenta_vrae.model import loop_timing
from magenta_vrae.model import mixed_precision
from magenta_vrae.model.loop_choice import Ways
from magenta_vrae.model.loop_timing import Loop
from magenta_vrae.model.loop_timing import Times

# Just large enough to be measured.
B, H = 1000, 100
UNCOMPILED = Ways('uncompiled', 'uncompiled')
COMPILED = Ways('compiled', 'compiled')
BACKWARD_UNCOMPILED = Ways('compiled', 'uncompiled')


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
  """The path of the file in a cache folder that is not there yet."""
  monkeypatch.setenv('VRAE_CACHE_DIR', str(tmp_path / 'cache'))
  # However busy the machine is.
  monkeypatch.setattr(loop_choice, 'SECONDS', 600.0)
  return tmp_path / 'cache' / 'loops.json'


@pytest.fixture(scope='module')
def measured_once(tmp_path_factory):
  """What is remembered after a first choice, which takes a second."""
  folder = tmp_path_factory.mktemp('measured')
  with pytest.MonkeyPatch.context() as patch, tf.Graph().as_default():
    patch.setenv('VRAE_CACHE_DIR', str(folder))
    patch.setattr(loop_choice, 'SECONDS', 600.0)
    chosen()
  return (folder / 'loops.json').read_bytes()


@pytest.fixture
def measured(cache, measured_once):
  """The file's path when `chosen()` was measured before."""
  cache.parent.mkdir()
  cache.write_bytes(measured_once)
  return cache


def tanh_cell():
  return cells.make_cell('tanh', [H])


def chosen(recurrence='final_state', batch_size=B, dtype=tf.float32, **named):
  a = tf.placeholder(dtype, [None, batch_size, H])
  return loop_choice.sooner(recurrence, tanh_cell(), a, **named)


def remembered(cache):
  """What is remembered for this machine."""
  (loops,) = json.loads(cache.read_text())['processors'].values()
  return loops


def turned(cache, change):
  """Has the file say something else of every loop."""
  content = json.loads(cache.read_text())
  for loops in content['processors'].values():
    for name, said in loops.items():
      said['way'] = change(name, said['way'])
  cache.write_text(json.dumps(content))


def uncompiled_if(condition):
  return 'uncompiled' if condition else 'compiled'


# --- Choosing -----------------------------------------------------------------


def test_first_choice_is_measured_and_the_next_remembered(cache, graph):
  ways = chosen()
  assert loop_choice.in_words(graph).endswith(' s)')
  loops = remembered(cache)
  assert list(loops) == [
    'final_state forward, tanh, H=100, batch 1000',
    'final_state backward, tanh, H=100, batch 1000',
  ]
  assert [said['way'] for said in loops.values()] == list(ways)
  assert all(ms > 0 for said in loops.values() for ms in said['ms'])

  # Whatever is remembered is chosen, in another graph, and not measured again.
  turned(cache, lambda name, _: uncompiled_if('forward' in name))
  before = cache.read_bytes()
  with tf.Graph().as_default() as another:
    assert chosen() == Ways('uncompiled', 'compiled')
    assert loop_choice.in_words(another) == (
      'loops: encoder forward uncompiled, backward compiled '
      '(as measured before)'
    )
  assert cache.read_bytes() == before


@pytest.mark.parametrize(
  'unfit', [{'batch_size': None}, {'batch_size': 20}, {'dtype': tf.float64}]
)
def test_what_is_not_measured_is_compiled(cache, graph, unfit):
  assert chosen(**unfit) == COMPILED
  assert loop_choice.in_words(graph) is None
  assert not cache.exists()


def test_other_sizes_are_other_loops(measured, monkeypatch):
  turned(measured, lambda name, way: 'uncompiled')
  # Of which nothing need be measured to be remembered.
  monkeypatch.setattr(loop_choice, 'SECONDS', 0.0)
  assert chosen() == UNCOMPILED
  assert len(remembered(measured)) == 2
  chosen(batch_size=B + 1)
  assert len(remembered(measured)) == 4


def test_loops_side_by_side_are_others_than_one_alone(measured):
  before = remembered(measured)
  chosen(batch_size=B // 2, num_loops=2)
  named = [name for name in remembered(measured) if name not in before]
  assert named == [
    f'final_state {direction}, tanh, H=100, batch 500, 2 loops'
    for direction in ('forward', 'backward')
  ]


def test_bfloat16_is_tried_if_allowed_and_the_processor_has_it(measured):
  before = remembered(measured)
  chosen(may_round=True)
  named = [name for name in remembered(measured) if name not in before]
  if not mixed_precision.is_in(loop_memory.machine()):
    assert not named
    return
  assert named == [f'{name}, may round' for name in before]
  after = remembered(measured)
  assert all(len(after[name]['ms']) == 3 for name in named)
  # What is remembered of it is for those alone that allow it.
  turned(
    measured, lambda name, way: 'bfloat16' if name in named else 'compiled'
  )
  with tf.Graph().as_default():
    assert chosen(may_round=True) == Ways('bfloat16', 'bfloat16')
  with tf.Graph().as_default():
    assert chosen() == COMPILED


@pytest.mark.parametrize(
  'processor, has_it',
  [
    ('AMD EPYC 25 17 avx avx2 avx512_bf16 avx512_vnni fma; 2 cores', True),
    ('Intel(R) Xeon(R) 6 143 amx_bf16 amx_int8 amx_tile avx2; 8 cores', True),
    ('0x41 0xd40 asimd asimddp bf16 i8mm sve; 4 cores', True),
    ('AMD EPYC 23 49 avx avx2 f16c fma; 2 cores', False),
    ('Intel(R) Xeon(R) 6 85 avx2 avx512f avx512_vnni fma; 2 cores', False),
  ],
)
def test_which_processors_have_bfloat16(processor, has_it, monkeypatch):
  for limit in ('ONEDNN_MAX_CPU_ISA', 'DNNL_MAX_CPU_ISA'):
    monkeypatch.delenv(limit, raising=False)
  assert mixed_precision.is_in(processor) == has_it


def test_another_processors_choice_is_not_ours(measured, monkeypatch):
  cache = measured
  turned(cache, lambda name, way: 'uncompiled')
  content = json.loads(cache.read_text())
  (loops,) = content['processors'].values()
  content['processors'] = {'Another 9000; 64 cores': loops}
  cache.write_text(json.dumps(content))
  # Without a measurement, of ours nothing is known.
  monkeypatch.setattr(loop_choice, 'SECONDS', 0.0)
  with tf.Graph().as_default():
    assert chosen() == COMPILED
  assert len(json.loads(cache.read_text())['processors']) == 2


def test_threads_are_part_of_the_machine(monkeypatch):
  before = loop_memory.machine()
  monkeypatch.setenv('TF_NUM_INTRAOP_THREADS', '17')
  assert loop_memory.machine() != before
  assert loop_memory.machine('a GPU') != loop_memory.machine()


def test_without_time_left_loops_run_as_the_nearest(measured, monkeypatch):
  turned(measured, lambda name, _: uncompiled_if('backward' in name))
  monkeypatch.setattr(loop_choice, 'SECONDS', 0.0)
  with tf.Graph().as_default() as graph:
    # Of another cell or nothing at all nothing is known.
    gru = cells.make_cell('gru', [H])
    a = tf.placeholder(tf.float32, [None, B, 3 * H])
    assert loop_choice.sooner('outputs', gru, a) == COMPILED
    assert chosen() == BACKWARD_UNCOMPILED
    assert chosen('outputs') == BACKWARD_UNCOMPILED
    assert loop_choice.in_words(graph).endswith('(as measured before)')
  # The same is chosen again, so that runs are repeatable.
  said = remembered(measured)['outputs backward, tanh, H=100, batch 1000']
  assert said == {'way': 'uncompiled'}


def test_where_nothing_can_be_written_nothing_is_measured(cache, graph):
  cache.parent.write_text('a file where a folder should be')
  assert chosen() == COMPILED
  assert loop_choice.in_words(graph) is None


def test_measuring_leaves_graph_and_random_numbers_alone(cache):
  def draws(measures):
    with tf.Graph().as_default() as graph, tf.Session() as session:
      tf.set_random_seed(5)
      np.random.seed(5)
      a = tf.placeholder(tf.float32, [None, B if measures else None, H])
      # A cluster's device, which a session of this process does not have.
      with tf.device('/job:worker/task:0'):
        loop_choice.sooner('final_state', tanh_cell(), a)
      drawn = session.run(tf.random_uniform([3]))
      names = [op.name for op in graph.get_operations()]
      return [*drawn, *np.random.random(3)], names, tf.global_variables()

  assert draws(measures=True) == draws(measures=False)
  assert cache.exists()


RECURRENCES = ('final_state',), ('outputs',), ('free_run', 4, True)
DIRECTIONS = 'forward', 'backward'


def every_loop():
  """All loops; of the three choices every two meet always, the rest at length.

  To time a loop, XLA compiles it.
  """
  for i, recurrence in enumerate(RECURRENCES):
    for j, name in enumerate(cells.CELLS):
      for k, direction in enumerate(DIRECTIONS):
        marks = pytest.mark.long if (i + j + k) % 2 else ()
        yield pytest.param(recurrence, direction, name, marks=marks)


@pytest.mark.parametrize('recurrence, direction, name', every_loop())
def test_every_loop_can_be_timed(recurrence, direction, name):
  method, *more = recurrence
  loop = Loop(method, direction, name, 5, 3, *more)
  times = loop_timing.measure(loop)
  assert len(times.compiled) == len(times.uncompiled) >= 5
  assert not times.bfloat16
  assert min(*times.compiled, *times.uncompiled) > 0


@pytest.mark.parametrize('direction', ['forward', 'backward'])
def test_a_loop_fed_with_draws_can_be_timed(direction):
  assert loop_timing.measure(Loop('free_run', direction, 'gru', 5, 3, 4, False))


@needs_bfloat16_products
@pytest.mark.parametrize('recurrence', RECURRENCES)
@pytest.mark.parametrize('direction', DIRECTIONS)
def test_a_loop_in_bfloat16_can_be_timed(recurrence, direction):
  method, *more = recurrence
  loop = Loop(method, direction, 'tanh', 5, 3, *more)._replace(may_round=True)
  times = loop_timing.measure(loop)
  assert len(times.bfloat16) == len(times.compiled)
  assert min(times.bfloat16) > 0


def test_only_what_is_clearly_faster_is_not_compiled():
  assert loop_choice.faster(Times([1.0] * 3, [0.9] * 3)) == 'uncompiled'
  assert loop_choice.faster(Times([1.0] * 3, [0.95] * 3)) == 'compiled'
  assert loop_choice.faster(Times([1.0] * 3, [1.1] * 3)) == 'compiled'
  # One run that nothing disturbed is not enough.
  assert loop_choice.faster(Times([1, 1, 1], [0.7, 1.3, 1.3])) == 'compiled'
  # Nor is it that the other way was disturbed in most.
  assert loop_choice.faster(Times([1, 9, 9], [1, 1, 1])) == 'compiled'
  # Bfloat16 has to gain over the faster of the two others.
  assert loop_choice.faster(Times([1] * 3, [2] * 3, [0.9] * 3)) == 'bfloat16'
  assert loop_choice.faster(Times([1] * 3, [0.8] * 3, [0.75] * 3)) == (
    'uncompiled'
  )
  assert loop_choice.faster(Times([1] * 3, [2] * 3, [0.95] * 3)) == 'compiled'


def test_auto_asks_and_the_others_do_not(cache):
  for name in ('compiled', 'uncompiled', 'auto'):
    assert not cache.exists()
    W, h = tf.zeros([H, H]), tf.zeros([B, H])
    a = tf.zeros([2, B, H])
    fast_recurrence.choose(name).outputs(tanh_cell(), W, a, (h,))
  assert len(remembered(cache)) == 2


# --- The file -----------------------------------------------------------------


def test_first_to_remember_is_right(cache):
  assert loop_memory.remember('m', 'a loop', 'uncompiled') == 'uncompiled'
  assert loop_memory.remember('m', 'a loop', 'compiled') == 'uncompiled'
  assert loop_memory.recall('m') == {'a loop': 'uncompiled'}
  assert loop_memory.recall('another') == {}


def test_it_does_not_grow_without_bound(cache):
  for i in range(20):
    loop_memory.remember(f'machine {i}', 'a loop', 'compiled')
  for i in range(210):
    loop_memory.remember('machine 19', f'loop {i}', 'compiled')
  processors = json.loads(cache.read_text())['processors']
  assert list(processors)[0] == 'machine 4'
  assert len(processors) == 16
  assert list(processors['machine 19'])[0] == 'loop 10'
  assert len(processors['machine 19']) == 200


@pytest.mark.parametrize(
  'content',
  [
    b'',
    b'{',
    b'\xff\xfe',
    b'[]',
    b'{"format": 1, "processors": {"m": {"a": {"way": "uncompiled"}}}}',
    b'{"format": 2, "processors": [1]}',
    b'{"format": 2, "processors": {"m": 7}}',
    b'{"format": 2, "processors": {"m": {"a": "uncompiled"}}}',
    b'{"format": 2, "processors": {"m": {"a": {"way": "sideways"}}}}',
    b'{"format": 2, "processors": {"m": {"a": {"way": ["compiled"]}}}}',
    pytest.param(b'[' * 100000, id='deep'),
    pytest.param(
      b'{"format": 2, "processors": {"m": {"a": {"way": "uncompiled"}}}}'
      + b' ' * 2**20,
      id='large',
    ),
  ],
)
def test_what_is_damaged_is_not_there(cache, content):
  cache.parent.mkdir()
  cache.write_bytes(content)
  assert loop_memory.recall('m') == {}
  # And is written anew.
  loop_memory.remember('m', 'b', 'uncompiled')
  assert loop_memory.recall('m') == {'b': 'uncompiled'}


def test_what_is_no_file_is_not_waited_for(cache):
  cache.parent.mkdir()
  os.mkfifo(cache)
  assert loop_memory.recall('m') == {}
  assert not loop_memory.is_possible()
  with pytest.raises(InputError, match='not a regular file'):
    loop_memory.remember('m', 'a', 'compiled')


def test_where_the_file_is(monkeypatch):
  monkeypatch.delenv('VRAE_CACHE_DIR')
  monkeypatch.setenv('XDG_CACHE_HOME', '/a/cache')
  assert loop_memory.path() == '/a/cache/magenta_vrae/loops.json'
  monkeypatch.setenv('XDG_CACHE_HOME', 'not/absolute')
  monkeypatch.setenv('HOME', '/a/home')
  assert loop_memory.path() == '/a/home/.cache/magenta_vrae/loops.json'
  monkeypatch.setenv('HOME', '')
  assert loop_memory.path() is None or os.path.isabs(loop_memory.path())


# --- Training -----------------------------------------------------------------


@pytest.fixture
def train(rag_songs, tmp_path):
  """Trains a run in two steps; returns what is said of loops, and weights."""

  def run(name, hparams=''):
    result = run_training(
      f'--run_dir={tmp_path}/{name}',
      f'--examples_path={rag_songs}',
      '--config=vrae_20d_best',
      '--hparams=batch_size=500,enc_rnn_size=[100],dec_rnn_size=[100]'
      + hparams,
      '--num_steps=2',
      '--seed=1',
    )
    assert result.returncode == 0, result.stderr
    (line,) = (s for s in result.stdout.splitlines() if s.startswith('loops: '))
    reader = tf.train.load_checkpoint(f'{tmp_path}/{name}/train')
    names = sorted(reader.get_variable_to_shape_map())
    return line, {v: reader.get_tensor(v) for v in names}

  return run


@pytest.mark.skipif(
  not mixed_precision.is_in(loop_memory.machine()),
  reason='this processor has no products of bfloat16 numbers',
)
def test_training_in_bfloat16(cache, train):
  train('first', ',precision=auto')
  turned(cache, lambda *_: 'bfloat16')
  line, weights = train('second', ',precision=auto')
  assert line == (
    'loops: encoder forward bfloat16, backward bfloat16; decoder forward '
    'bfloat16, backward bfloat16 (as measured before)'
  )
  assert all(np.isfinite(value).all() for value in weights.values())
  assert {v.dtype.name for v in weights.values()} == {'float32', 'int64'}


@pytest.mark.long
def test_training_goes_by_what_was_measured(cache, train):
  _, weights = train('first')
  line, again = train('second')
  assert line.endswith(' (as measured before)')
  for name, value in weights.items():
    np.testing.assert_array_equal(again[name], value)


def test_training_measures_once(cache, train):
  line, weights = train('first')
  assert line.startswith('loops: encoder forward ')
  assert '; decoder forward ' in line and '(measured in ' in line
  assert len(remembered(cache)) == 4
  turned(cache, lambda *_: 'uncompiled')
  before = cache.read_bytes()
  line, others = train('second')
  assert cache.read_bytes() == before
  assert line == (
    'loops: encoder forward uncompiled, backward uncompiled; decoder forward '
    'uncompiled, backward uncompiled (as measured before)'
  )
  for name, value in weights.items():
    np.testing.assert_allclose(others[name], value, rtol=1e-3, atol=1e-5)
