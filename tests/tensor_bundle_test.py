# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Checkpoints read without TensorFlow: as TensorFlow reads them, or refused."""

from __future__ import annotations

import random
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from crafted_bundle import block_of
from crafted_bundle import crafted_index
from crafted_bundle import entry
from crafted_bundle import header
from crafted_bundle import sstable
from graph_sessions import quick_session

from magenta_vrae import configs
from magenta_vrae.runs import tensor_bundle
from magenta_vrae.runs.tensor_bundle import DamagedBundle
from magenta_vrae.runs.tensor_bundle import UnsupportedBundle

DATA = '.data-00000-of-00001'


def save(path, values, **kwargs):
  with tf.Graph().as_default(), quick_session() as session:
    variables = [
      tf.Variable(tf.constant(value), name=name)
      for name, value in values.items()
    ]
    session.run([variable.initializer for variable in variables])
    tf.train.Saver(variables, **kwargs).save(
      session, str(path), write_meta_graph=False
    )
  return str(path)


def assert_same_as_tensorflow(path):
  theirs = tf.train.load_checkpoint(path)
  reader = tensor_bundle.Reader(path)
  assert {
    name: list(variable.shape) for name, variable in reader.shapes.items()
  } == theirs.get_variable_to_shape_map()
  ours = dict(reader.tensors())
  assert ours.keys() == reader.shapes.keys()
  for name, value in ours.items():
    expected = theirs.get_tensor(name)
    assert value.dtype == reader.shapes[name].dtype == expected.dtype
    np.testing.assert_array_equal(value, expected)
  return ours


@pytest.fixture(scope='module')
def small(tmp_path_factory):
  """A checkpoint with a little of everything."""
  return save(
    tmp_path_factory.mktemp('small') / 'm',
    {
      'scalar': np.float32(1.5),
      'layer/cell/kernel': np.arange(6, dtype=np.float32).reshape(2, 3),
      'layer/cell/bias': np.array([-1.0, 2.0, 1e300]),
      'layer/cell/half': np.array([0.5, 65504], np.float16),
      'global_step': np.int64(2**40),
      'empty': np.zeros([3, 0, 2], np.float32),
      'flags': np.array([True, False]),
      'small': np.array([-1, 1], np.int8),
    },
  )


class TestReads:
  def test_every_type(self, small):
    ours = assert_same_as_tensorflow(small)
    assert ours['global_step'] == 2**40 and ours['empty'].shape == (3, 0, 2)

  def test_many_blocks_of_names_that_begin_alike(self, tmp_path):
    """TensorFlow begins a block after 256 kB, a whole name after 16."""
    names = [f'{"encoder/" * 5}cell_{i}/{str(i)[-1] * 970}' for i in range(600)]
    path = str(tmp_path / 'm')
    with tf.Graph().as_default(), quick_session() as session:
      # As a Saver writes them; as many variables would take seconds.
      session.run(
        tf.raw_ops.SaveV2(
          prefix=path,
          tensor_names=names,
          shape_and_slices=[''] * len(names),
          tensors=[tf.constant(np.float32(i)) for i in range(len(names))],
        )
      )
    assert (tmp_path / 'm.index').stat().st_size > 2 * 2**18
    assert len(assert_same_as_tensorflow(path)) == 600

  def test_a_model_with_its_optimizer(self, tmp_path):
    config = configs.get_config(
      'vrae_2d', 'enc_rnn_size=[6],dec_rnn_size=[5],batch_size=2'
    )
    T, D = config.hparams.max_seq_len, config.data_converter.output_depth
    with tf.Graph().as_default(), tf.Session() as session:
      x = tf.zeros([2, T, D])
      config.model.build(config.hparams, D, is_training=True)
      optimizer = config.model.train(x, x, tf.fill([2], T))
      optimizer.minimize(config.model.loss, config.model.global_step)
      session.run(tf.global_variables_initializer())
      path = tf.train.Saver().save(session, str(tmp_path / 'm'), 12)
    assert any('Adam' in name for name in assert_same_as_tensorflow(path))

  def test_several_data_files(self, tmp_path):
    with tf.Graph().as_default(), tf.Session(
      config=tf.ConfigProto(device_count={'CPU': 2})
    ) as session:
      for i in range(4):
        with tf.device(f'/cpu:{i % 2}'):
          tf.Variable(tf.fill([i + 1], float(i)), name=f'v{i}')
      session.run(tf.global_variables_initializer())
      path = tf.train.Saver(sharded=True).save(session, str(tmp_path / 'm'))
    assert (tmp_path / 'm.data-00001-of-00002').exists()
    assert len(assert_same_as_tensorflow(path)) == 4
    (tmp_path / 'm.data-00001-of-00002').unlink()
    with pytest.raises(DamagedBundle, match=r'its \.data-00001-of-0.*missing'):
      tensor_bundle.Reader(path)

  def test_needs_no_tensorflow(self, small):
    program = (
      'import sys; from magenta_vrae.runs import tensor_bundle; '
      'reader = tensor_bundle.Reader(sys.argv[1]); '
      'print(len(list(reader.tensors())), "tensorflow" in sys.modules)'
    )
    result = subprocess.run(
      [sys.executable, '-c', program, small],
      capture_output=True,
      text=True,
      check=True,
    )
    assert result.stdout.split() == ['8', 'False']


@pytest.fixture
def copy(small, tmp_path):
  """Writes a copy of the small checkpoint with other bytes."""
  contents = {}
  for ending in ('.index', DATA):
    with open(small + ending, 'rb') as file:
      contents[ending] = file.read()

  def write(**changed):
    for name, content in {**contents, **changed}.items():
      (tmp_path / f'copy{name}').write_bytes(content)
    return str(tmp_path / 'copy')

  return contents, write


class TestDamage:
  def test_any_byte(self, small, copy):
    """Either it is noticed, or it is one that nothing depends on."""
    contents, write = copy
    expected = dict(tensor_bundle.Reader(small).tensors())
    num_refused = num_flips = 0
    for ending, content in contents.items():
      for place in range(len(content)):
        for bit in (0x01, 0x80):
          flipped = bytearray(content)
          flipped[place] ^= bit
          path = write(**{ending: bytes(flipped)})
          num_flips += 1
          try:
            found = dict(tensor_bundle.Reader(path).tensors())
          except DamagedBundle:
            num_refused += 1
            continue
          assert found.keys() == expected.keys()
          for name, value in expected.items():
            np.testing.assert_array_equal(found[name], value)
    # What nothing depends on: the unused block, and the footer's padding.
    assert num_flips - num_refused <= 2 * (48 + 13)

  def test_cut_anywhere(self, copy):
    contents, write = copy
    for ending, content in contents.items():
      for length in range(len(content)):
        path = write(**{ending: content[:length]})
        with pytest.raises(DamagedBundle):
          list(tensor_bundle.Reader(path).tensors())

  def test_missing(self, copy, tmp_path):
    write = copy[1]
    with pytest.raises(DamagedBundle, match='its index is missing'):
      tensor_bundle.Reader(str(tmp_path / 'none'))
    path = write()
    (tmp_path / f'copy{DATA}').unlink()
    with pytest.raises(DamagedBundle, match=r'its \.data.* is missing'):
      tensor_bundle.Reader(path)

  def test_changed_after_it_was_opened(self, copy, tmp_path):
    reader = tensor_bundle.Reader(copy[1]())
    (tmp_path / f'copy{DATA}').write_bytes(b'')
    with pytest.raises(DamagedBundle, match='is cut off'):
      reader.tensor('scalar')

  def test_any_number_of_damages(self, copy):
    """As a disk or a stranger may leave it; no other error, no memory."""
    contents, write = copy
    rng = random.Random(0)
    tracemalloc.start()
    for _ in range(300):
      ending = rng.choice(list(contents))
      content = bytearray(contents[ending])
      for _ in range(rng.choice((1, 2, 8))):
        at, length = rng.randrange(len(content)), rng.choice((1, 4, 30))
        noise = bytes(rng.choices(range(256), k=length))
        content[at : at + rng.choice((0, length))] = noise
      with pytest.raises(DamagedBundle):
        list(tensor_bundle.Reader(write(**{ending: bytes(content)})).tensors())
        # Between the tensors, or where nothing depends on it.
        raise DamagedBundle
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


@pytest.fixture
def crafted(tmp_path):
  """Writes a checkpoint of an index and 16 zeros."""

  def write(index):
    (tmp_path / 'm.index').write_bytes(index)
    (tmp_path / f'm{DATA}').write_bytes(bytes(16))
    return str(tmp_path / 'm')

  return write


def rows(*names):
  return [(name, entry([], size=4)) for name in names]


GOOD = entry([4])
ALONE = block_of([header()])

# With right checksums, all of them.
HOSTILE = {
  'shape': (crafted_index([2**40]), 'shape of 4398046511104 bytes'),
  'overflow': (crafted_index([2**40, 2**40]), 'absurd shape'),
  'overflow to right': (crafted_index([2**62, 4]), 'absurd shape'),
  'empty and huge': (crafted_index([2**62, 0], size=0), 'absurd shape'),
  'negative': (crafted_index([-1]), 'no number'),
  'many dimensions': (crafted_index([1] * 33), 'shape is absurd'),
  'very many dimensions': (crafted_index([2] * 10**5), 'shape is absurd'),
  'size': (crafted_index([2**40], size=2**42), 'beyond the end'),
  'offset': (crafted_index([4], offset=1), 'beyond the end'),
  'huge offset': (crafted_index([4], offset=2**63 - 1), 'beyond the end'),
  'negative offset': (crafted_index([4], offset=-16), 'no number'),
  'shard': (crafted_index([4], shard_id=1), 'data file that does not exist'),
  'negative shard': (crafted_index([4], shard_id=-1), 'no number'),
  'no header': (sstable(block_of(rows(b'x'))), 'no header'),
  'no shards': (sstable(block_of([header(num_shards=0)])), 'no header'),
  'no message': (sstable(block_of([header(), (b'x', b'\7')])), 'wire type 7'),
  'cut message': (
    sstable(block_of([header(), (b'x', GOOD[:-1])])),
    'cut off',
  ),
  'name': (sstable(block_of([header(), *rows(b'\xff')])), 'utf-8'),
  'long name': (sstable(block_of(rows(b'x' * 1025))), 'over 1024 bytes'),
  'order': (sstable(block_of([header(), *rows(b'b', b'a')])), 'in order'),
  'twice': (sstable(block_of([header(), *rows(b'a', b'a')])), 'in order'),
  'shared before any': (sstable(block_of([b'\1\0\0'])), 'beyond its block'),
  'beyond block': (sstable(block_of([b'\0\x7f\0'])), 'beyond its block'),
  'empty block': (sstable(block_of([])), 'is empty'),
  'no restarts': (sstable(block_of([header()], restarts=[])), 'is empty'),
  'other restarts': (
    sstable(block_of([header(), *rows(b'a')], restarts=[0, 3])),
    'restarts',
  ),
  'restart that shares': (
    sstable(
      block_of(
        [b'\0\1\0x', b'\1\1\0y'],
        restarts=[0, 4],
      )
    ),
    'restarts',
  ),
  'overlapping blocks': (
    sstable(ALONE, bounds=(b'a', b'b'), places=[(0, len(ALONE) - 5)] * 2),
    'blocks overlap',
  ),
  'bound below': (sstable(block_of(rows(b'x')), bounds=(b'a',)), 'index is'),
  'bound above': (
    sstable(
      block_of([header(), *rows(b'a')]),
      block_of(rows(b'b')),
      bounds=(b'c', b'd'),
    ),
    'in order',
  ),
  'block beyond': (
    sstable(block_of(rows(b'x')), places=[(2**63, 16)]),
    'beyond its end',
  ),
  'overlapping variables': (
    sstable(block_of([header(), *((bytes([i]), GOOD) for i in range(65, 90))])),
    'overlap',
  ),
  'many entries': (
    sstable(
      block_of(
        [header(), *(b'\0\6\0%06d' % i for i in range(2**16))], restarts=[0]
      )
    ),
    'over 65536 entries',
  ),
  'long index': (bytes(16 * 2**20 + 1), 'over 16777216 bytes'),
}


class TestHostile:
  def test_right_otherwise(self, crafted):
    path = crafted(crafted_index([4]))
    np.testing.assert_array_equal(tensor_bundle.Reader(path).tensor('x'), 0)
    path = crafted(
      sstable(
        block_of([header(), *rows(b'a')]),
        block_of(rows(b'c')),
        bounds=(b'b', b'c'),
      )
    )
    assert list(tensor_bundle.Reader(path).shapes) == ['a', 'c']

  @pytest.mark.parametrize('name', list(HOSTILE))
  def test_refused(self, crafted, name):
    index, says = HOSTILE[name]
    path = crafted(index)
    tracemalloc.start()
    with pytest.raises(DamagedBundle, match=says) as e:
      list(tensor_bundle.Reader(path).tensors())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert '\n' not in str(e.value) and len(str(e.value)) < 200
    assert most < 2**20 + 40 * len(index)


UNSUPPORTED = {
  'compressed': (
    crafted_index([4], snappy=True),
    'compressed',
  ),
  'big-endian': (sstable(block_of([header(endianness=1)])), 'big-endian'),
  'later': (
    sstable(block_of([header(version={'producer': 9, 'min_consumer': 9})])),
    'later version',
  ),
}


class TestUnsupported:
  @pytest.mark.parametrize('name', list(UNSUPPORTED))
  def test_said_to_be(self, crafted, name):
    index, says = UNSUPPORTED[name]
    path = crafted(index)
    with pytest.raises(UnsupportedBundle, match=says):
      tensor_bundle.Reader(path)

  def test_slices(self, tmp_path):
    with tf.Graph().as_default(), tf.Session() as session:
      tf.get_variable(
        'v', [4], partitioner=tf.fixed_size_partitioner(2), use_resource=False
      )
      session.run(tf.global_variables_initializer())
      path = tf.train.Saver().save(session, str(tmp_path / 'm'))
    with pytest.raises(UnsupportedBundle, match='slices'):
      tensor_bundle.Reader(path)

  def test_a_variable_of_text_beside_others(self, tmp_path):
    path = save(tmp_path / 'm', {'x': np.float32(3), 'text': np.array(b'hi')})
    reader = tensor_bundle.Reader(path)
    assert reader.tensor('x') == 3
    assert reader.shapes['text'] == (None, ())
    with pytest.raises(UnsupportedBundle, match="'text' has a type that NumPy"):
      reader.tensor('text')
