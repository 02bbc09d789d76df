# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Magenta's own commands before activating, after, and after undoing it.

Each test has a fresh virtual environment, in which only it activates. It holds
no packages of its own, which would be a gigabyte, but a `.pth` file that adds
the folders this Python imports Magenta and magenta_vrae from to its path.
`.pth` files of folders added like that are not run, so that what stands in the
new environment's site-packages is all that acts at its start: ours, and that of
setuptools, by which Python 3.12 finds the `distutils` that TensorFlow
Probability imports.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys
import sysconfig
import textwrap
import venv

import magenta
import note_seq
import pytest

import magenta_vrae
from magenta_vrae import activation

KERAS_3 = magenta_vrae.KERAS_3
SETUPTOOLS = pathlib.Path(
  sysconfig.get_path('purelib'), 'distutils-precedence.pth'
)


# What programs do that have imported TensorFlow.
AFTER_TENSORFLOW = {
  'our configs': """
    import tensorflow as tf
    tf.keras.layers.Dense
    from magenta_vrae import PianoRollConverter
    from magenta.models.music_vae.configs import *
    assert {'vrae_20d', 'cat-mel_2bar_big'} <= {*CONFIG_MAP}, CONFIG_MAP
    assert issubclass(Config, tuple)
    from magenta.models.music_vae import configs
    assert configs.CONFIG_MAP is CONFIG_MAP
    try:
      configs.CONFIG
    except AttributeError as e:
      assert 'CONFIG' in str(e)
  """,
  'another Keras': """
    import tensorflow.compat.v1 as tf
    hasattr(tf.layers, 'Dense')
    hasattr(tf.nn.rnn_cell, 'RNNCell')
    for module in ('magenta.models.music_vae', 'magenta_vrae.host'):
      try:
        __import__(module)
      except ImportError as e:
        print(e)
  """,
}


def is_tf_2_16_or_later():
  import tensorflow as tf

  return tuple(map(int, tf.__version__.split('.')[:2])) >= (2, 16)


def folder_of(package):
  return str(pathlib.Path(package.__file__).parent.parent)


class Environment:
  """A virtual environment whose packages are in other folders."""

  def __init__(self, folder, *packages):
    venv.create(folder, with_pip=False)
    self.folder = folder
    self.site_packages = pathlib.Path(
      self.run('-c', 'import sysconfig; print(sysconfig.get_path("purelib"))')
    )
    self.start_up_file = self.site_packages / activation.FILE_NAME
    folders = dict.fromkeys(map(folder_of, packages))
    links = [*folders, *SETUPTOOLS.read_text().splitlines()]
    (self.site_packages / 'links.pth').write_text('\n'.join(links))

  def process(self, *arguments, **variables):
    inherited = {
      name: value
      for name, value in os.environ.items()
      if name not in ('PYTHONPATH', 'TF_USE_LEGACY_KERAS')
    }
    return subprocess.run(
      [str(self.folder / 'bin' / 'python'), *map(str, arguments)],
      capture_output=True,
      text=True,
      timeout=300,
      cwd=self.folder,
      env={**inherited, **variables},
    )

  def run(self, *arguments, **variables):
    """Runs Python, which must end well; returns its stdout."""
    done = self.process(*arguments, **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()

  def code(self, text, *options, **variables):
    return self.run(*options, '-c', textwrap.dedent(text), **variables)

  def command(self, name, *arguments):
    """Runs the console script that was installed with Magenta."""
    script = pathlib.Path(sys.executable).parent / name
    return self.process(script, *arguments)

  def act(self, action):
    return self.run('-m', 'magenta_vrae', action)

  def listing(self):
    """What is in site-packages: path to content."""
    return {
      str(path.relative_to(self.site_packages)): path.read_bytes()
      for path in self.site_packages.rglob('*')
      if path.is_file()
    }


@pytest.fixture
def environment(tmp_path):
  return Environment(tmp_path / 'environment', magenta, magenta_vrae)


@pytest.mark.long
def test_the_stock_commands(environment, real_piece, tmp_path):
  midi_dir, run_dir, out = (tmp_path / name for name in ('midi', 'run', 'out'))
  midi_dir.mkdir()
  note_seq.sequence_proto_to_midi_file(real_piece, str(midi_dir / 'rag.mid'))
  examples = tmp_path / 'rag.tfrecord'
  train = (
    '--config=vrae_20d',
    f'--run_dir={run_dir}',
    f'--examples_path={examples}',
    '--num_steps=2',
    '--hparams=batch_size=4',
  )

  def knows_nothing_of_us(done):
    says = KERAS_3 if is_tf_2_16_or_later() else 'Invalid config'
    return done.returncode != 0 and says in done.stderr

  before = environment.listing()
  assert knows_nothing_of_us(environment.command('music_vae_train', *train))

  environment.act('activate')
  added = {*environment.listing()} - {*before}
  assert added == {activation.FILE_NAME}
  done = environment.command(
    'convert_dir_to_note_sequences',
    f'--input_dir={midi_dir}',
    f'--output_file={examples}',
  )
  assert done.returncode == 0, done.stderr
  environment.run('-m', 'magenta.models.music_vae.music_vae_train', *train)
  checkpoint = run_dir / 'train' / 'model.ckpt-2'
  assert checkpoint.with_suffix('.ckpt-2.index').exists()
  done = environment.command(
    'music_vae_generate',
    '--config=vrae_20d',
    f'--checkpoint_file={checkpoint}',
    f'--output_dir={out}',
    '--num_outputs=3',
  )
  assert done.returncode == 0, done.stderr
  pieces = [note_seq.midi_file_to_note_sequence(str(p)) for p in out.iterdir()]
  assert len(pieces) == 3
  assert all(piece.total_time <= 2.0 + 1e-3 for piece in pieces)  # 40 frames.

  environment.act('deactivate')
  assert environment.listing() == before
  assert knows_nothing_of_us(environment.command('music_vae_train', *train))


class TestAnActivatedEnvironment:
  @pytest.fixture(autouse=True)
  def activated(self, environment):
    environment.act('activate')

  @pytest.mark.long
  def test_knows_our_configs_when_magenta_comes_first(self, environment):
    environment.code("""
      from magenta.models.music_vae import configs, data
      assert data.get_dataset.is_mended
      assert len(configs.CONFIG_MAP) > 23
      import magenta_vrae
      for name, config in magenta_vrae.CONFIG_MAP.items():
        assert configs.CONFIG_MAP[name] is config
      assert not hasattr(configs, '__getattr__')
    """)

  @pytest.fixture(scope='class')
  def after_tensorflow(self, tmp_path_factory):
    """What programs say, by name, that begin where TensorFlow came first.

    Its import takes seconds, so that they are forks of one process.
    """
    folder = tmp_path_factory.mktemp('forks') / 'environment'
    environment = Environment(folder, magenta, magenta_vrae)
    environment.act('activate')
    programs = {
      name: textwrap.dedent(text) for name, text in AFTER_TENSORFLOW.items()
    }
    said = environment.code(f"""
      import json, os, traceback
      import tensorflow
      said = {{}}
      for name, program in {programs!r}.items():
        out, told = os.pipe()
        if not os.fork():
          os.dup2(told, 1)
          os.dup2(told, 2)
          try:
            exec(program, {{}})
            print('ended well', flush=True)
          except BaseException:
            print(traceback.format_exc(), flush=True)
          finally:
            os._exit(0)
        os.close(told)
        with os.fdopen(out) as file:
          said[name] = file.read()
        os.wait()
      print(json.dumps(said))
    """)
    return json.loads(said.splitlines()[-1])

  def test_knows_our_configs_whatever_came_first(self, after_tensorflow):
    """TensorFlow with its own Keras; then a part of ours; then `import *`."""
    said = after_tensorflow['our configs']
    assert said.splitlines()[-1:] == ['ended well'], said

  def test_says_that_tensorflow_has_another_keras(self, after_tensorflow):
    if not is_tf_2_16_or_later():
      pytest.skip('this TensorFlow has one Keras alone')
    *reasons, end = after_tensorflow['another Keras'].splitlines()
    assert end == 'ended well' and len(reasons) == 2, reasons
    assert all(reason.count('TF_USE_LEGACY_KERAS') == 1 for reason in reasons)

  def test_imports_nothing_at_its_start(self, environment):
    modules = 'import sys; print(sorted(sys.modules))'
    active = environment.code(modules)
    environment.act('deactivate')
    assert environment.code(modules) == active

  def test_leaves_other_programs_their_keras(self, environment):
    """Looking for Magenta, as tools that list packages do, is not using it."""
    environment.code("""
      import importlib.util, os
      assert importlib.util.find_spec('magenta') is not None
      assert 'TF_USE_LEGACY_KERAS' not in os.environ
    """)

  @pytest.mark.parametrize('option', ['-I', '-S', '-E', '-s', '-OO', '-Werror'])
  def test_is_silent(self, environment, option):
    done = environment.process(option, '-c', 'pass')
    assert (done.returncode, done.stdout, done.stderr) == (0, '', '')

  def test_waits_once_where_its_folder_is_read_twice(self, environment):
    environment.code(f"""
      import site, sys
      site.addsitedir({str(environment.site_packages)!r})
      finders = [getattr(f, '__name__', '') for f in sys.meta_path]
      assert finders.count('MagentaVraeFinder') == 1
    """)


def test_uninstalled_without_undoing(environment, tmp_path):
  """The file stays behind, and Magenta is imported as if it were not there."""
  environment.act('activate')
  (environment.site_packages / 'links.pth').unlink()
  package = tmp_path / 'packages' / 'magenta' / 'models' / 'music_vae'
  package.mkdir(parents=True)
  (package / '__init__.py').write_text('from . import configs')
  (package / 'configs.py').write_text('CONFIG_MAP = {"stock": 1}')
  for parent in list(package.parents)[:2]:
    (parent / '__init__.py').write_text('')
  done = environment.process(
    '-c',
    textwrap.dedent("""
      import importlib, os, sys
      from magenta.models.music_vae import configs
      import magenta
      assert vars(configs)['CONFIG_MAP'] == {'stock': 1}
      assert 'TF_USE_LEGACY_KERAS' not in os.environ
      assert 'magenta_vrae' not in sys.modules
      assert importlib.reload(magenta) is magenta
    """),
    PYTHONPATH=str(tmp_path / 'packages'),
  )
  assert (done.returncode, done.stdout, done.stderr) == (0, '', '')


class TestTheCommand:
  def test_twice_is_as_once(self, environment):
    before = environment.listing()
    assert environment.act('status').startswith('inactive')
    assert str(environment.start_up_file) in environment.act('activate')
    once = environment.listing()
    assert 'already' in environment.act('activate')
    assert environment.listing() == once
    assert environment.start_up_file.stat().st_mode & 0o444 == 0o444
    assert str(environment.start_up_file) in environment.act('deactivate')
    assert environment.listing() == before
    assert 'not active' in environment.act('deactivate')
    assert environment.act('status').startswith('inactive')

  def test_tells_and_renews_another_versions_file(self, environment):
    environment.act('activate')
    path = environment.start_up_file
    whole = path.read_text()
    status = environment.act('status')
    assert str(path) in status and 'stale' not in status
    assert status.endswith(magenta_vrae.__version__)
    path.write_text(re.sub('(?<=^# magenta-vrae ).*', '0.0.7', whole))
    status = environment.act('status')
    assert '0.0.7' in status and 'stale' in status
    environment.act('activate')
    assert path.read_text() == whole

  @pytest.mark.parametrize('action', ['activate', 'deactivate', 'status'])
  def test_says_what_is_in_the_way(self, environment, action):
    environment.start_up_file.mkdir()
    before = environment.listing()
    done = environment.process('-m', 'magenta_vrae', action)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert str(environment.start_up_file) in done.stderr
    assert environment.listing() == before

  @pytest.mark.skipif(os.geteuid() == 0, reason='root may write anywhere')
  def test_says_that_the_folder_is_read_only(self, environment):
    environment.site_packages.chmod(0o555)
    done = environment.process('-m', 'magenta_vrae', 'activate')
    environment.site_packages.chmod(0o755)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert 'Permission denied' in done.stderr
    assert not environment.start_up_file.exists()

  def test_imports_nothing_heavy(self, environment):
    said = environment.code("""
      import runpy, sys
      sys.argv[1:] = ['activate']
      try:
        runpy.run_module('magenta_vrae', run_name='__main__')
      except SystemExit as e:
        assert not e.code
      # Of a package that is loaded part by part, `magenta` alone is nothing.
      print({'tensorflow', 'magenta.common', 'numpy'} & {*sys.modules})
    """)
    assert said.splitlines()[-1] == 'set()'
