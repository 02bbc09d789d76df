# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Bundles: there and back, and those that a stranger made."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import os
import resource
import shutil
import subprocess
import sys
import tarfile

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from conftest import run_anew
from conftest import run_command
from crafted_bundle import crafted_index

from magenta_vrae import configs
from magenta_vrae.errors import InputError
from magenta_vrae.host import trained_model
from magenta_vrae.runs import bundle
from magenta_vrae.runs import run_settings

HPARAMS = 'z_size=3,enc_rnn_size=[16],dec_rnn_size=[16],batch_size=8'


@pytest.fixture(scope='module')
def run_dir(tmp_path_factory):
  """A run with a checkpoint as its optimizer leaves it."""
  run_dir = tmp_path_factory.mktemp('run')
  config = configs.get_config('vrae_20d', HPARAMS)
  with tf.Graph().as_default(), tf.Session() as session:
    tf.set_random_seed(0)
    config.model.build(config.hparams, 49, is_training=True)
    x = tf.zeros([8, 40, 49])
    optimizer = config.model.train(x, x, tf.fill([8], 40))
    optimizer.minimize(config.model.loss, config.model.global_step)
    session.run(tf.global_variables_initializer())
    session.run(config.model.global_step.assign(12))
    tf.train.Saver().save(session, str(run_dir / 'train/model.ckpt'), 12)
  dataset = {
    'examples_path': 'songs',
    'pieces': 2,
    'windows': 30,
    'fingerprint': 'f' * 64,
  }
  run_settings.save(
    str(run_dir), run_settings.settings_of('vrae_20d', config, dataset, seed=5)
  )
  return run_dir


@pytest.fixture(scope='module')
def exported(run_dir):
  path = run_dir / 'model.tar.gz'
  run_settings.save_metrics(
    str(run_dir / 'eval'), 12, 'ckpt', None, {'bound/per_time_step': -7.25}
  )
  result = run_command(
    'vrae_export', f'--run_dir={run_dir}', f'--output={path}'
  )
  assert result.returncode == 0, result.stderr
  assert '12 steps' in result.stdout
  return path


def one_line(result, *says):
  assert result.returncode == 1, result.stderr
  (line,) = result.stderr.strip().splitlines()
  for words in says:
    assert words in line, line


class TestExport:
  def test_holds_what_is_needed(self, exported):
    with tarfile.open(exported) as tar:
      assert sorted(tar.getnames()) == [
        'MODEL_CARD.md',
        'model.ckpt-12.data-00000-of-00001',
        'model.ckpt-12.index',
        'settings.json',
      ]
      assert {(m.uid, m.uname) for m in tar.getmembers()} == {(0, '')}
      card = tar.extractfile('MODEL_CARD.md').read().decode()
    assert card.startswith('# vrae_20d, 12 steps')
    for line in (
      '| pieces | 2 |',
      '| seed | 5 |',
      f'| fingerprint | {"f" * 64} |',
      '| bound/per_time_step | -7.25 |',
      '| z_size | 3 |',
      '| hop_frames | 20 |',
      f'| tensorflow | {tf.__version__} |',
    ):
      assert line in card

  @pytest.mark.parametrize(
    'form, ending, where',
    [
      ('bundle', '.tar.gz', 'the temporary folder'),
      ('saved_model', '', 'out'),
      ('tflite', '.tflite', 'the temporary folder'),
    ],
  )
  def test_a_full_disk_is_one_line(
    self, run_dir, tmp_path, form, ending, where
  ):
    """Stood in for by a bound on the size of any file."""
    result = run_anew(
      'vrae_export',
      f'--run_dir={run_dir}',
      f'--format={form}',
      f'--output={tmp_path / "out"}{ending}',
      # The bound would be one on the file of `make coverage` as well.
      env={k: v for k, v in os.environ.items() if 'COVERAGE' not in k},
      preexec_fn=lambda: resource.setrlimit(
        resource.RLIMIT_FSIZE, (3000, 3000)
      ),
    )
    one_line(result, 'cannot write', where, 'File too large')
    if 'temporary' in where:
      one_line(result, 'make room there, or set TMPDIR to another folder')
    assert not os.listdir(tmp_path)

  def test_half_precision_has_no_notices(self, run_dir, tmp_path):
    """As of a processor that does not compute with it."""
    result = run_anew(
      'vrae_export',
      f'--run_dir={run_dir}',
      f'--output={tmp_path / "half.tar.gz"}',
      '--half',
    )
    assert (result.returncode, result.stderr) == (0, '')

  def test_weights_without_the_optimizer(self, exported, run_dir, tmp_path):
    contents = bundle.read(str(exported), str(tmp_path))
    before = tf.train.load_checkpoint(str(run_dir / 'train/model.ckpt-12'))
    after = tf.train.load_checkpoint(contents.checkpoint)
    names = set(after.get_variable_to_shape_map())
    left_out = set(before.get_variable_to_shape_map()) - names
    assert 'decoder/W_out' in names and 'global_step' in names
    assert left_out and all(
      'Adam' in name or '_power' in name for name in left_out
    )
    for name in names:
      np.testing.assert_array_equal(
        after.get_tensor(name), before.get_tensor(name)
      )

  def test_stock_trained_model_reads_it(self, exported, run_dir):
    mus = []
    for path in (exported, run_dir / 'train/model.ckpt-12'):
      config = configs.get_config('vrae_20d', HPARAMS)
      model = trained_model.TrainedModel(config, 4, str(path))
      windows = np.random.RandomState(0).rand(4, 40, 49) < 0.1
      mus.append(
        model.encode_tensors(list(windows), [40] * 4, [np.zeros([40, 0])] * 4)
      )
    np.testing.assert_array_equal(mus[0][1], mus[1][1])

  def test_generate_takes_the_config_from_it(self, exported, tmp_path):
    result = run_command(
      'vrae_generate',
      f'--checkpoint_file={exported}',
      f'--output_dir={tmp_path}',
      '--num_outputs=2',
    )
    assert result.returncode == 0, result.stderr
    assert len(list(tmp_path.glob('sample_vrae_20d_seed*of2.mid'))) == 2

  def test_generate_refuses_contradiction(self, exported, tmp_path):
    result = run_command(
      'vrae_generate',
      f'--checkpoint_file={exported}',
      f'--output_dir={tmp_path}/out',
      '--hparams=z_size=4',
    )
    one_line(result, 'z_size=4', 'z_size=3', str(exported))

  @pytest.mark.parametrize(
    'flags, says',
    [
      (['--run_dir={run}', '--output={out}/model.zip'], ['.tar.gz']),
      (['--run_dir={out}', '--output={out}/m.tgz'], ['no checkpoint']),
    ],
  )
  def test_bad_input(self, run_dir, tmp_path, flags, says):
    flags = [flag.format(run=run_dir, out=tmp_path) for flag in flags]
    one_line(run_command('vrae_export', *flags), *says)
    assert not list(tmp_path.iterdir())

  def test_a_run_without_settings(self, run_dir, tmp_path):
    shutil.copytree(run_dir / 'train', tmp_path / 'run/train')
    result = run_command(
      'vrae_export', f'--run_dir={tmp_path}/run', f'--output={tmp_path}/m.tgz'
    )
    one_line(result, 'settings.json')
    assert not (tmp_path / 'm.tgz').exists()

  def test_leaves_the_old_file_when_it_cannot_write(self, run_dir, tmp_path):
    (tmp_path / 'm.tgz').mkdir()
    with pytest.raises(InputError, match='cannot write'):
      bundle.write(
        str(tmp_path / 'm.tgz'),
        str(run_dir / 'train/model.ckpt-12'),
        run_settings.load(str(run_dir)),
        '# card',
      )
    assert [path.name for path in tmp_path.iterdir()] == ['m.tgz']


def member(name, kind=tarfile.REGTYPE, content=b'hello', **fields):
  info = tarfile.TarInfo(name)
  info.type, info.size = kind, len(content)
  for field, value in fields.items():
    setattr(info, field, value)
  return info, content


HOSTILE = {
  'climbs': (member('../out.index'), 'climbs'),
  'climbs within': (member('a/../../out.index'), 'climbs'),
  'climbs by backslash': (member('a\\..\\..\\out.index'), 'climbs'),
  'folder that climbs': (member('../a', tarfile.DIRTYPE, b''), 'climbs'),
  'from the root': (member('/tmp/out.index'), 'from the root'),
  'from a drive': (member('C:\\out.index'), 'from the root'),
  'symbolic link': (
    member('model.index', tarfile.SYMTYPE, b'', linkname='/etc/passwd'),
    'a link',
  ),
  'hard link': (
    member('model.index', tarfile.LNKTYPE, b'', linkname='/etc/passwd'),
    'a link',
  ),
  'device': (member('null', tarfile.CHRTYPE, b''), 'not a regular file'),
  'pipe': (member('pipe', tarfile.FIFOTYPE, b''), 'not a regular file'),
  'sparse': (
    member('model.index', tarfile.GNUTYPE_SPARSE, b''),
    'not a regular file',
  ),
}


class TestReading:
  def bundle_of(self, path, *members):
    with tarfile.open(path, 'w:gz') as tar:
      for info, content in members:
        tar.addfile(info, io.BytesIO(content))
    return str(path)

  def refused(self, tmp_path, path, says):
    folder = tmp_path / 'inside' / 'unpacked'
    folder.mkdir(parents=True)
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(InputError, match=says) as e:
      bundle.read(path, str(folder))
    assert '\n' not in str(e.value)
    assert sorted(os.listdir(tmp_path)) == before
    assert os.listdir(tmp_path / 'inside') == ['unpacked']
    return str(e.value)

  @pytest.mark.parametrize('name', list(HOSTILE))
  def test_hostile_member(self, tmp_path, name):
    (info, content), says = HOSTILE[name]
    path = self.bundle_of(
      tmp_path / 'b.tar.gz', member('fine.txt'), (info, content)
    )
    message = self.refused(tmp_path, path, says)
    assert repr(info.name) in message

  def test_twice_the_same_name(self, tmp_path):
    path = self.bundle_of(tmp_path / 'b.tgz', member('a'), member('x/a'))
    self.refused(tmp_path, path, 'second file of that name')

  def test_many_members(self, tmp_path):
    members = [member(str(number)) for number in range(101)]
    self.refused(
      tmp_path, self.bundle_of(tmp_path / 'b.tgz', *members), 'over 100 files'
    )

  def test_too_large(self, tmp_path):
    """Five gigabytes in five megabytes, of which nothing is unpacked."""
    info = tarfile.TarInfo('model.ckpt-1.data-00000-of-00001')
    info.size = 5 * 2**30
    path = tmp_path / 'b.tar.gz'
    with gzip.open(path, 'wb', 1) as file:
      file.write(info.tobuf())
      file.write(bytes(2**20))
    self.refused(tmp_path, str(path), 'unpacks to 5368709120 bytes')

  @pytest.mark.parametrize('free', [1500, 1300])
  def test_what_fits_is_unpacked(self, tmp_path, monkeypatch, free):
    """Of a disk of so many bytes, of which what was written takes its part."""

    def usage(folder):
      taken = sum(entry.stat().st_size for entry in os.scandir(folder))
      return shutil._ntuple_diskusage(free, taken, free - taken)

    monkeypatch.setattr(shutil, 'disk_usage', usage)
    path = self.bundle_of(
      tmp_path / 'b.tgz',
      member('a', content=bytes(1000)),
      member('b', content=bytes(400)),
    )
    folder = tmp_path / 'unpacked'
    folder.mkdir()
    # All files are there when it finds that no checkpoint is among them.
    says = 'holds 0 checkpoints' if free == 1500 else 'has room for 300; make'
    with pytest.raises(InputError, match=says):
      bundle.read(path, str(folder))

  def test_long_header(self, tmp_path):
    """Which tarfile would read at once, whatever its size."""
    info = tarfile.TarInfo('x')
    info.type, info.size = tarfile.XHDTYPE, 2**30
    path = tmp_path / 'b.tar.gz'
    with gzip.open(path, 'wb') as file:
      file.write(info.tobuf(tarfile.USTAR_FORMAT) + bytes(2**20))
    self.refused(tmp_path, str(path), 'header of 1073741824 bytes')

  @pytest.mark.parametrize(
    'content, says',
    [
      (b'', 'not a complete bundle'),
      (b'hello', 'not a complete bundle'),
      (gzip.compress(b'hello'), 'not a complete bundle'),
      (gzip.compress(b'hello' * 999)[:-9], 'not a complete bundle'),
      (bytes(10240), 'holds 0 checkpoints'),
      (lzma.compress(b'hello'), 'packed with xz'),
    ],
    ids=['empty', 'text', 'packed text', 'cut', 'zeros', 'xz'],
  )
  def test_no_bundle(self, tmp_path, content, says):
    path = tmp_path / 'b.tar.gz'
    path.write_bytes(content)
    self.refused(tmp_path, str(path), says)

  def test_no_checkpoint(self, tmp_path):
    path = self.bundle_of(tmp_path / 'b.tgz', member('readme'))
    self.refused(tmp_path, path, 'holds 0 checkpoints')

  def test_two_checkpoints(self, tmp_path):
    path = self.bundle_of(
      tmp_path / 'b.tgz', member('a.index'), member('b.index')
    )
    self.refused(tmp_path, path, 'holds 2 checkpoints')

  def test_damaged_checkpoint(self, tmp_path):
    path = self.bundle_of(tmp_path / 'b.tgz', member('model.ckpt.index'))
    self.refused(tmp_path, path, 'is damaged')

  @pytest.mark.parametrize(
    'dims, says',
    [([2**40], 'shape of 4398046511104 bytes'), ([2**40, 2**40], 'absurd')],
  )
  def test_absurd_shape_with_good_checksums(self, tmp_path, dims, says):
    """At the second, TensorFlow aborts the process that reads it."""
    path = self.bundle_of(
      tmp_path / 'b.tgz',
      member('m.index', content=crafted_index(dims)),
      member('m.data-00000-of-00001', content=bytes(16)),
    )
    self.refused(tmp_path, path, says)

  def test_crafted_index_is_right_otherwise(self, tmp_path):
    path = self.bundle_of(
      tmp_path / 'b.tgz',
      member('m.index', content=crafted_index([4])),
      member('m.data-00000-of-00001', content=bytes(16)),
    )
    assert bundle.read(path, str(tmp_path)).checkpoint.endswith('/m')

  def test_cut_off(self, exported, tmp_path):
    path = tmp_path / 'b.tar.gz'
    data = exported.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    self.refused(tmp_path, str(path), 'not a complete bundle|damaged')

  @pytest.mark.parametrize('mode', ['w', 'w:gz', 'w:bz2'])
  def test_magentas_own_kind(self, run_dir, tmp_path, mode):
    """A checkpoint in a folder, without settings."""
    path = tmp_path / 'stock.tar'
    with tarfile.open(path, mode) as tar:
      tar.add(run_dir / 'train', 'model')
    contents = bundle.read(str(path), str(tmp_path))
    assert not contents.has_settings
    assert os.path.basename(contents.checkpoint) == 'model.ckpt-12'

  def test_command_refuses_in_one_line(self, tmp_path):
    path = self.bundle_of(tmp_path / 'b.tar.gz', HOSTILE['climbs'][0])
    result = run_command(
      'vrae_generate',
      f'--checkpoint_file={path}',
      f'--output_dir={tmp_path}/out',
    )
    one_line(result, "'../out.index'", 'climbs')
    assert os.listdir(tmp_path) == ['b.tar.gz']

  def test_needs_no_tensorflow(self, exported, tmp_path):
    program = (
      'import sys; from magenta_vrae.runs import bundle; '
      'contents = bundle.read(*sys.argv[1:]); '
      'print(contents.has_settings, "tensorflow" in sys.modules)'
    )
    result = subprocess.run(
      [sys.executable, '-c', program, str(exported), str(tmp_path)],
      capture_output=True,
      text=True,
      check=True,
    )
    assert result.stdout.split() == ['True', 'False']

  def test_settings_say_the_same_as_the_runs(self, exported, run_dir, tmp_path):
    bundle.read(str(exported), str(tmp_path))
    assert json.loads(
      (tmp_path / 'settings.json').read_text()
    ) == run_settings.load(str(run_dir))


@pytest.mark.parametrize('name', ['settings.json', bundle.CARD_FILE_NAME])
def test_a_text_that_could_fill_memory_is_refused(tmp_path, name):
  path = str(tmp_path / 'a.tar')
  member = tarfile.TarInfo(name)
  member.size = 2**20 + 1
  with tarfile.open(path, 'w') as tar:
    tar.addfile(member, io.BytesIO(bytes(member.size)))
  (tmp_path / 'out').mkdir()
  with pytest.raises(InputError, match=f'{name}.*of {member.size} bytes'):
    bundle.read(path, str(tmp_path / 'out'))
  assert not list((tmp_path / 'out').iterdir())
