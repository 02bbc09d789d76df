# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the package does where TensorFlow, Magenta and note_seq are not."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import zipfile

import bare_environment
import models_to_export
import nbformat
import numpy as np
import pytest
from conftest import CORPUS
from conftest import SMALL_MUSIC
from conftest import run_command
from graph_sessions import save_random_model

ROOT = bare_environment.ROOT
HEAVY = 'tensorflow', 'tensorflow_probability', 'note_seq', 'magenta', 'scipy'


@pytest.fixture(scope='module')
def bare(tmp_path_factory):
  folder = tmp_path_factory.mktemp('bare')
  bare_environment.make(folder)
  return folder


@pytest.fixture(scope='module')
def music(bare, tmp_path_factory):
  """Two samples of chorales."""
  folder = tmp_path_factory.mktemp('music')
  ran = bare_environment.run_command(
    bare,
    'vrae_generate',
    '--model=chorales',
    '--num_outputs=2',
    '--seed=3',
    f'--output_dir={folder}',
  )
  assert ran.returncode == 0, ran.stderr
  return folder


def command(bare, name, *arguments):
  ran = bare_environment.run_command(bare, name, *arguments)
  assert ran.returncode == 0, ran.stderr
  return ran.stdout


def test_what_training_needs_is_not_there(bare):
  code = (
    'import importlib.util\n'
    f'print([n for n in {HEAVY} if importlib.util.find_spec(n)])'
  )
  assert bare_environment.run(bare, '-c', code).stdout == '[]\n'


def test_the_music_is_the_same_byte_for_byte(music, tmp_path):
  ran = run_command(
    'vrae_generate',
    '--model=chorales',
    '--num_outputs=2',
    '--seed=3',
    f'--output_dir={tmp_path}',
  )
  assert ran.returncode == 0, ran.stderr
  made = sorted(music.glob('*.mid'))
  assert len(made) == 2
  for file in made:
    assert (tmp_path / file.name).read_bytes() == file.read_bytes()


def test_encodings_are_the_same(bare, music, tmp_path):
  arguments = '--model=chorales', f'--examples_path={music}'
  ours, theirs = tmp_path / 'bare.npz', tmp_path / 'whole.npz'
  command(bare, 'vrae_encode', *arguments, f'--output={ours}')
  ran = run_command('vrae_encode', *arguments, f'--output={theirs}')
  assert ran.returncode == 0, ran.stderr
  ours, theirs = np.load(ours), np.load(theirs)
  assert sorted(ours) == sorted(theirs)
  assert len(ours['mu']) == 2
  for name in ours:
    np.testing.assert_array_equal(ours[name], theirs[name])


@pytest.mark.parametrize(
  'arguments',
  [
    ['--mode=continue', '--input_midis={first}'],
    ['--mode=interpolate', '--input_midi_1={first}', '--input_midi_2={last}'],
    ['--mode=medley', '--input_midis={first},{last}'],
    ['--wander=0.5', '--seconds=40', '--num_outputs=1', '--wav'],
  ],
)
def test_each_way_to_make_music(bare, music, tmp_path, arguments):
  first, *_, last = sorted(music.glob('*.mid'))
  given = [a.format(first=first, last=last) for a in arguments]
  command(
    bare,
    'vrae_generate',
    '--model=chorales',
    f'--output_dir={tmp_path}',
    *given,
  )
  assert list(tmp_path.glob('*.mid'))
  assert len(list(tmp_path.glob('*.wav'))) == ('--wav' in arguments)


def test_the_page(bare, music, tmp_path):
  # Of a small model, because a map of chorales takes half a minute.
  hparams = 'enc_rnn_size=[8],dec_rnn_size=[8]'
  save_random_model(hparams, str(tmp_path / 'model'))
  page = tmp_path / 'page.html'
  command(
    bare,
    'vrae_explore',
    '--config=vrae_2d',
    f'--hparams={hparams}',
    f'--checkpoint_file={tmp_path / "model"}',
    f'--examples_path={music}',
    f'--output={page}',
  )
  assert page.read_text(encoding='utf-8').lower().startswith('<!doctype html>')


def test_a_dataset(bare, music, tmp_path):
  shutil.copy(CORPUS / 'bach/bwv66.6.mxl', tmp_path / 'score.mxl')
  shutil.copy(next(music.glob('*.mid')), tmp_path)
  (tmp_path / 'tune.abc').write_text('X:1\nT:A tune\nM:4/4\nK:C\nCDEF|\n')
  ran = bare_environment.run_command(
    bare,
    'vrae_create_dataset',
    f'--input_dir={tmp_path}',
    f'--output_file={tmp_path / "pieces.tfrecord"}',
  )
  assert '2 pieces from 2 of 3 files, 1 skipped' in ran.stdout
  assert "music21: pip install 'magenta-vrae[scores]'" in ran.stderr


@pytest.fixture(scope='module')
def run_and_bundles(tmp_path_factory):
  """A run, and the bundles that the whole environment makes of it."""
  folder = tmp_path_factory.mktemp('trained')
  models_to_export.make(models_to_export.KINDS['music'], folder / 'run')
  for name, *flags in (('full',), ('small', '--half')):
    ran = run_command(
      'vrae_export',
      f'--run_dir={folder}/run',
      f'--output={folder}/{name}.tar.gz',
      *flags,
    )
    assert ran.returncode == 0, ran.stderr
  return folder


@pytest.mark.parametrize('form', ['weights', 'onnx'])
@pytest.mark.parametrize('name', ['full', 'small'])
def test_a_bundle_becomes_another_format(form, name, run_and_bundles, tmp_path):
  """The files that the whole environment exports, byte for byte."""
  pytest.importorskip('safetensors' if form == 'weights' else form)
  place = tmp_path / 'environment'
  place.mkdir()
  bare_environment.make(place, form)
  assert not set(HEAVY).intersection(x.name for x in place.iterdir())
  arguments = (
    f'--checkpoint_file={run_and_bundles / name}.tar.gz',
    f'--format={form}',
  )
  outputs = [tmp_path / f'{x}.safetensors' for x in ('bare', 'whole', 'run')]
  command(place, 'vrae_export', *arguments, f'--output={outputs[0]}')
  from_run = f'--run_dir={run_and_bundles}/run', arguments[1]
  for given, output in ((arguments, outputs[1]), (from_run, outputs[2])):
    ran = run_command('vrae_export', *given, f'--output={output}')
    assert ran.returncode == 0, ran.stderr
  bare, whole, run = (_bytes_by_name(output) for output in outputs)
  assert bare == whole
  # Weights in half precision are other weights.
  assert (bare == run) == (name == 'full')


def _bytes_by_name(path):
  """The bytes of a file, or of the files in a folder."""
  files = sorted(path.iterdir()) if path.is_dir() else [path]
  return {f.name if path.is_dir() else '': f.read_bytes() for f in files}


def test_training_says_what_to_install(bare, music, tmp_path):
  run_dir = tmp_path / 'run'
  ran = bare_environment.run_command(
    bare,
    'vrae_train',
    f'--examples_path={music}',
    f'--run_dir={run_dir}',
  )
  assert ran.returncode == 1
  (line,) = ran.stderr.splitlines()
  assert 'tensorflow, which is not installed here' in line
  assert "pip install 'magenta-vrae[train]'" in line
  assert not run_dir.exists()


@pytest.mark.parametrize('name', ['VRAE', 'register', 'load_trained_model'])
def test_names_that_need_magenta_say_so(bare, name):
  code = (
    'import magenta_vrae\n'
    'try:\n'
    f'  found = magenta_vrae.{name}\n'
    f'  found("chorales") if {name!r} == "load_trained_model" else found()\n'
    'except ImportError as e:\n'
    '  print(e)'
  )
  ran = bare_environment.run(bare, '-c', code)
  assert 'not installed here' in ran.stdout, ran.stderr
  assert 'magenta-vrae[train]' in ran.stdout


@pytest.mark.parametrize('module', ['configs', 'data.converters', 'host'])
def test_modules_that_need_magenta_say_so(bare, module):
  code = (
    f'try:\n  import magenta_vrae.{module}\n'
    'except ImportError as e:\n  print(e)'
  )
  ran = bare_environment.run(bare, '-c', code)
  assert 'not installed here' in ran.stdout, ran.stderr
  assert 'magenta-vrae[train]' in ran.stdout


def test_a_stock_config_says_so(bare, music, tmp_path):
  ran = bare_environment.run_command(
    bare,
    'vrae_generate',
    '--config=cat-mel_2bar_small',
    f'--checkpoint_file={music}/none',
    f'--output_dir={tmp_path / "out"}',
  )
  assert ran.returncode == 1
  assert len(ran.stderr.splitlines()) == 1
  assert not (tmp_path / 'out').exists()


def _environ(**changes):
  """The environment variables, without a path to this clone's package."""
  kept = {k: v for k, v in os.environ.items() if k != 'PYTHONPATH'}
  return {**kept, **changes}


def _environment(folder, *packages):
  """A real environment, in which pip finds the wheel in PIP_FIND_LINKS."""
  subprocess.run([sys.executable, '-m', 'venv', folder], check=True)
  if packages:
    subprocess.run(
      [folder / 'bin/pip', 'install', '--quiet', *packages], check=True
    )
  return folder / 'bin'


@pytest.fixture(scope='module')
def makers(tmp_path_factory):
  """Where the programs are that make and check distributions."""
  return _environment(tmp_path_factory.mktemp('makers'), 'build', 'twine')


@pytest.fixture(scope='module')
def distributions(makers, tmp_path_factory):
  """A wheel and an sdist, of a clean clone."""
  folder = tmp_path_factory.mktemp('dist')
  clone = folder / 'clone'
  subprocess.run(['git', 'clone', '-q', str(ROOT), str(clone)], check=True)
  subprocess.run(
    [makers / 'python', '-m', 'build', '--outdir', folder, clone],
    check=True,
    capture_output=True,
  )
  (wheel,), (sdist,) = folder.glob('*.whl'), folder.glob('*.tar.gz')
  return wheel, sdist


def _package_files():
  listed = subprocess.run(
    ['git', 'ls-files', 'magenta_vrae'],
    cwd=ROOT,
    check=True,
    capture_output=True,
    text=True,
  )
  return set(listed.stdout.split())


@pytest.mark.long
def test_wheel_and_sdist_hold_the_package_and_nothing_else(
  makers, distributions
):
  wheel, sdist = distributions
  with zipfile.ZipFile(wheel) as file:
    names = {n for n in file.namelist() if '.dist-info/' not in n}
  assert names == _package_files()
  with tarfile.open(sdist) as file:
    names = {n.partition('/')[2] for n in file.getnames()}
  assert _package_files() < names
  assert {'README.md', 'LICENSE', 'setup.py', 'pyproject.toml'} < names
  checked = subprocess.run(
    [makers / 'twine', 'check', '--strict', wheel, sdist],
    capture_output=True,
    text=True,
  )
  assert checked.returncode == 0, checked.stdout
  assert checked.stdout.count('PASSED') == 2


@pytest.mark.long
def test_the_wheel_installs_and_makes_music(distributions, tmp_path):
  environment = tmp_path / 'environment'
  programs = _environment(environment, distributions[0])
  ran = subprocess.run(
    [
      programs / 'vrae_generate',
      '--model=games',
      f'--output_dir={tmp_path / "out"}',
    ],
    capture_output=True,
    text=True,
    env={'PATH': os.environ['PATH']},
  )
  assert ran.returncode == 0, ran.stderr
  assert len(list((tmp_path / 'out').glob('*.mid'))) == 5
  found = {p.name for p in pathlib.Path(environment).glob('lib/*/*/*')}
  assert not found.intersection([*HEAVY, 'pretty_midi'])


@pytest.mark.long
def test_the_notebooks_first_cell_installs_all_it_needs(
  distributions, tmp_path
):
  programs = _environment(tmp_path / 'environment', 'ipython')
  notebook = nbformat.read(ROOT / 'docs/first_steps.ipynb', as_version=4)
  first = next(c for c in notebook.cells if c.cell_type == 'code')
  imports = next(c for c in notebook.cells if 'import music21' in c.source)
  script = tmp_path / 'cells.ipy'
  script.write_text(
    f'{first.source}\n{imports.source}\n'
    'import magenta_vrae\n'
    "print('configs', len(magenta_vrae.CONFIG_MAP))\n"
  )
  ran = subprocess.run(
    [programs / 'ipython', script],
    cwd=tmp_path,
    capture_output=True,
    text=True,
    env=_environ(
      PATH=f'{programs}:{os.environ["PATH"]}',
      PIP_FIND_LINKS=' '.join(
        [
          str(distributions[0].parent),
          *os.environ.get('PIP_FIND_LINKS', '').split(),
        ]
      ),
    ),
  )
  assert ran.returncode == 0, ran.stdout + ran.stderr
  assert 'configs' in ran.stdout, ran.stderr


def test_the_images_are_short():
  files = sorted((ROOT / 'docker').glob('*.Dockerfile'))
  assert len(files) == 2
  for file in files:
    assert len(file.read_text().splitlines()) < 20


@pytest.mark.long
@pytest.mark.parametrize(
  'name, more, made',
  [
    ('generate', [], 'out/*.mid'),
    ('train', ['--num_steps=2', SMALL_MUSIC], 'run/train/model.ckpt-2.index'),
  ],
)
def test_what_an_image_runs(distributions, name, more, made, tmp_path):
  """Its commands, one by one, in an environment in place of the image."""
  lines = (ROOT / f'docker/{name}.Dockerfile').read_text().splitlines()
  programs = _environment(tmp_path / 'environment')
  clone = distributions[0].parent / 'clone'
  for line in lines:
    if line.startswith('RUN '):
      command = line[len('RUN ') :].replace('/src', str(clone)).split()
      assert command[0] == 'pip'
      subprocess.run([programs / 'pip', *command[1:]], check=True)
  (entry,) = [x for x in lines if x.startswith('ENTRYPOINT ')]
  (command,) = json.loads(entry[len('ENTRYPOINT ') :])
  (described,) = [x for x in lines if 'docker run' in x]
  flags = [x for x in described.split() if x.startswith('--') and '=' in x]
  (tmp_path / 'songs').mkdir()
  shutil.copy(CORPUS / 'joplin/maple_leaf_rag.mxl', tmp_path / 'songs')
  ran = subprocess.run(
    [programs / command, *flags, *more],
    cwd=tmp_path,
    capture_output=True,
    text=True,
    env=_environ(),
  )
  assert ran.returncode == 0, ran.stderr
  assert list(tmp_path.glob(made))
