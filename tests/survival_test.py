# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Training that is killed, damaged, starved of disk, and goes on."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time

import note_seq
import numpy as np
import pytest
import ready_process
import tensorflow.compat.v1 as tf
from conftest import run_command
from conftest import run_training
from crafted_bundle import crafted_index

from magenta_vrae.errors import InputError
from magenta_vrae.runs import checkpoints

SMALL = (
  '--hparams=recurrence=uncompiled,batch_size=8,'
  'enc_rnn_size=[16],dec_rnn_size=[16]'
)

# The real command, but for a checkpoint every fifth of a second.
SAVES_OFTEN = """
import sys
from magenta_vrae.commands import vrae_train
import tf_slim
train = tf_slim.training.train
tf_slim.training.train = lambda *args, **kwargs: train(
  *args, **{**kwargs, 'save_checkpoint_secs': 0.2})
sys.argv[0] = 'vrae_train'
vrae_train.console_entry_point()
"""


# The real command on a machine whose memory holds no pieces. It also says
# whether Magenta is asked to keep them.
NO_MEMORY = """
import sys
from magenta_vrae import host
from magenta_vrae.commands import vrae_train
vrae_train.MEMORY_SHARE = 0.0
get_dataset = host.data.get_dataset
def told(*args, **kwargs):
  print('cached:', kwargs['cache_dataset'])
  return get_dataset(*args, **kwargs)
host.data.get_dataset = told
sys.argv[0] = 'vrae_train'
vrae_train.console_entry_point()
"""


@pytest.fixture(scope='module')
def dataset(tmp_path_factory, request):
  path = tmp_path_factory.mktemp('data') / 'rag.tfrecord'
  piece = note_seq.extract_subsequence(
    request.getfixturevalue('real_piece'), 0, 30
  )
  with tf.io.TFRecordWriter(str(path)) as writer:
    writer.write(piece.SerializeToString())
  return path


def train(run_dir, dataset, *arguments, often=False, **kwargs):
  arguments = [
    f'--run_dir={run_dir}',
    f'--examples_path={dataset}',
    '--config=vrae_2d',
    SMALL,
    *arguments,
  ]
  if not often:
    return run_training(*arguments, **kwargs)
  return subprocess.Popen(
    [sys.executable, '-c', SAVES_OFTEN, *arguments],
    stdout=subprocess.PIPE,
    stderr=subprocess.STDOUT,
    text=True,
    **kwargs,
  )


@pytest.fixture(scope='module')
def trained(tmp_path_factory, dataset):
  """A run with checkpoints of steps 0, 3 and 6."""
  run_dir = tmp_path_factory.mktemp('trained') / 'run'
  for steps in (3, 6):
    result = train(run_dir, dataset, f'--num_steps={steps}', '--seed=1')
    assert result.returncode == 0, result.stderr
  return run_dir


@pytest.fixture
def run_dir(trained, tmp_path):
  return pathlib.Path(shutil.copytree(trained, tmp_path / 'run'))


def one_line(result, *says):
  assert result.returncode == 1, result.stderr
  (line,) = result.stderr.strip().splitlines()
  for words in says:
    assert words in line, line


DATA, INDEX = 'model.ckpt-6.data-00000-of-00001', 'model.ckpt-6.index'


def cut(name, keep):
  def damage(folder):
    path = folder / name
    path.write_bytes(path.read_bytes()[: keep(path.stat().st_size)])

  return damage


def flip(name, place):
  def damage(folder):
    data = bytearray((folder / name).read_bytes())
    data[int(place * (len(data) - 1))] ^= 1
    (folder / name).write_bytes(data)

  return damage


def remove(name):
  return lambda folder: (folder / name).unlink()


DAMAGES = {
  **{
    f'{part} cut to {kept}': cut(name, keep)
    for part, name in (('data', DATA), ('index', INDEX))
    for kept, keep in (
      ('nothing', lambda size: 0),
      ('half', lambda size: size // 2),
      ('all but a byte', lambda size: size - 1),
    )
  },
  **{
    f'{part} flipped at {place}': flip(name, place)
    for part, name in (('data', DATA), ('index', INDEX))
    for place in (0, 0.3, 0.7, 1)
  },
  'data missing': remove(DATA),
  'index missing': remove(INDEX),
}

STATES = {
  'missing': remove('checkpoint'),
  'empty': cut('checkpoint', lambda size: 0),
  'half': cut('checkpoint', lambda size: size // 2),
  'noise': lambda folder: (folder / 'checkpoint').write_bytes(
    bytes(random.Random(0).choices(range(256), k=99))
  ),
  'of another': lambda folder: (folder / 'checkpoint').write_text(
    'model_checkpoint_path: "/nowhere/model.ckpt-99"\n'
  ),
}


def files(folder):
  return {
    str(path.relative_to(folder)): path.read_bytes()
    for path in folder.rglob('*')
    if path.is_file()
  }


class TestRecovery:
  @pytest.mark.parametrize('name', list(DAMAGES))
  def test_damaged_newest_is_put_aside(self, run_dir, name):
    folder = run_dir / 'train'
    DAMAGES[name](folder)
    before = files(folder)
    found = checkpoints.recover(str(folder))
    assert (found.step, found.path) == (3, str(folder / 'model.ckpt-3'))
    assert list(found.damaged) == [str(folder / 'model.ckpt-6')]
    assert tf.train.latest_checkpoint(str(folder)) == found.path
    # Nothing is lost: every byte is where it was, or in `damaged`.
    after = files(folder)
    for path, content in before.items():
      if path != 'checkpoint':
        moved = f'damaged/{path}' if 'ckpt-6' in path else path
        assert after[moved] == content
    assert checkpoints.recover(str(folder)) == (found.path, 3, {})

  @pytest.mark.parametrize('name', list(STATES))
  def test_state_file_is_written_anew(self, run_dir, name):
    folder = run_dir / 'train'
    STATES[name](folder)
    found = checkpoints.recover(str(folder))
    assert (found.step, found.damaged) == (6, {})
    state = tf.train.get_checkpoint_state(str(folder))
    assert state.model_checkpoint_path == found.path
    assert list(state.all_model_checkpoint_paths) == [
      str(folder / f'model.ckpt-{step}') for step in (0, 3, 6)
    ]

  def test_half_written_files_are_put_aside(self, run_dir):
    folder = run_dir / 'train'
    (folder / 'model.ckpt-9_temp').mkdir()
    names = [
      'model.ckpt-9_temp/part-00000-of-00001.index',
      'model.ckpt-9.data-00000-of-00001.tempstate1234567',
      'checkpoint.tmp' + '0123456789abcdef' * 2,
    ]
    for name in names:
      (folder / name).write_bytes(b'half')
    found = checkpoints.recover(str(folder))
    assert (found.step, found.damaged) == (6, {})
    for name in names:
      assert not (folder / name).exists()
      assert (folder / 'damaged' / name).read_bytes() == b'half'

  def test_finding_changes_nothing(self, run_dir):
    folder = run_dir / 'train'
    DAMAGES['data cut to half'](folder)
    before = files(folder)
    assert checkpoints.find(str(folder)).step == 3
    assert files(folder) == before

  def test_all_damaged(self, run_dir):
    folder = run_dir / 'train'
    for path in folder.glob('*.data-*'):
      path.write_bytes(b'')
    before = files(folder)
    with pytest.raises(InputError, match='none of the 3 checkpoints'):
      checkpoints.recover(str(folder))
    assert files(folder) == before

  def test_empty_folder(self, tmp_path):
    assert checkpoints.recover(str(tmp_path / 'no')) == (None, 0, {})
    (tmp_path / 'checkpoint').write_text(
      'model_checkpoint_path: "model.ckpt-9"\n'
    )
    assert checkpoints.recover(str(tmp_path)) == (None, 0, {})
    assert not (tmp_path / 'checkpoint').exists()

  def test_claim(self, tmp_path):
    folder = str(tmp_path / 'train')
    with checkpoints.claimed(folder):
      with pytest.raises(InputError, match='another process'):
        with checkpoints.claimed(folder):
          pass
    with checkpoints.claimed(folder):
      pass


class TestCommands:
  def test_training_goes_on_from_the_one_before(self, run_dir, dataset):
    DAMAGES['data cut to half'](run_dir / 'train')
    result = train(run_dir, dataset, '--num_steps=8')
    assert result.returncode == 0, result.stderr
    (line,) = [s for s in result.stderr.splitlines() if 'damaged' in s]
    assert 'model.ckpt-6: ' in line and 'moved to damaged' in line
    assert 'going on from' in result.stderr
    found = checkpoints.find(str(run_dir / 'train'))
    assert (found.step, found.damaged) == (8, {})

  def test_all_damaged(self, run_dir, dataset):
    for path in (run_dir / 'train').glob('*.index'):
      path.write_bytes(path.read_bytes()[:50])
    before = files(run_dir)
    result = train(run_dir, dataset, '--num_steps=8')
    one_line(result, 'none of the 3 checkpoints', 'Nothing was changed')
    assert files(run_dir) == {'train/.lock': b'', **before}

  def test_generating_passes_over_the_damaged(self, run_dir, tmp_path):
    DAMAGES['index flipped at 0.3'](run_dir / 'train')
    before = files(run_dir)
    result = run_command(
      'vrae_generate',
      f'--run_dir={run_dir}',
      f'--output_dir={tmp_path}/out',
      '--num_outputs=2',
    )
    assert result.returncode == 0, result.stderr
    assert 'damaged checkpoint' in result.stderr
    assert len(list((tmp_path / 'out').iterdir())) == 2
    assert files(run_dir) == before

  def test_evaluation_passes_over_the_damaged(self, run_dir, dataset):
    DAMAGES['data missing'](run_dir / 'train')
    result = train(run_dir, dataset, '--mode=eval', '--eval_once', '--json')
    assert result.returncode == 0, result.stderr
    outcome = json.loads(result.stdout)
    assert outcome['step'] == 3
    assert outcome['metrics']['bound/per_time_step'] < 0
    assert outcome['dataset']['pieces'] == 1
    assert json.loads((run_dir / 'eval/metrics.json').read_text()) == outcome
    assert 'damaged checkpoint' in result.stderr

  @pytest.mark.long
  def test_killed_at_any_moment(self, dataset, tmp_path):
    """Again and again; no step that a checkpoint held is trained twice."""
    rng = random.Random(0)
    run_dir, last = tmp_path / 'run', 0
    for _ in range(3):
      process = train(run_dir, dataset, '--num_steps=1000000', often=True)
      deadline = time.monotonic() + 120
      # From the first new checkpoint on, saving never stops for long.
      while checkpoints.find(str(run_dir / 'train')).step <= last:
        assert process.poll() is None, process.stdout.read()
        assert time.monotonic() < deadline
        time.sleep(0.05)
      time.sleep(rng.random())
      os.kill(process.pid, signal.SIGKILL)
      process.wait()
      process.stdout.close()
      found = checkpoints.find(str(run_dir / 'train'))
      assert found.step > last
      last = found.step
    result = train(run_dir, dataset, f'--num_steps={last + 5}')
    assert result.returncode == 0, result.stderr
    assert f'step {last + 5}/{last + 5}' in result.stderr
    assert 'Traceback' not in result.stderr

  @pytest.mark.long
  def test_full_disk(self, run_dir, dataset):
    """Stood in for by a bound on the size of any file."""
    before = checkpoints.find(str(run_dir / 'train'))
    result = train(
      run_dir,
      dataset,
      '--num_steps=9',
      # The bound would be one on the file of `make coverage` as well.
      env={k: v for k, v in os.environ.items() if 'COVERAGE' not in k},
      preexec_fn=lambda: resource.setrlimit(
        resource.RLIMIT_FSIZE, (100000, 100000)
      ),
    )
    one_line(result, 'cannot write', 'File too large')
    assert checkpoints.find(str(run_dir / 'train')) == before
    result = train(run_dir, dataset, '--num_steps=9')
    assert result.returncode == 0, result.stderr
    assert checkpoints.find(str(run_dir / 'train')).step == 9

  def test_unwritable_folder(self, dataset):
    result = train(dataset / 'run', dataset, '--num_steps=2')
    one_line(result, 'cannot write', 'is a file')


class Told:
  """The real command; what it says, line by line as it comes."""

  def __init__(self, run_dir, dataset, *arguments):
    arguments = [
      f'--run_dir={run_dir}',
      f'--examples_path={dataset}',
      *arguments,
    ]
    (out, out_fd), (err, err_fd) = os.pipe(), os.pipe()
    if ready_process.IS_POSSIBLE:
      self.process = ready_process.Command(
        'vrae_train', *arguments, out=out_fd, err=err_fd
      )
    else:
      self.process = subprocess.Popen(
        [pathlib.Path(sys.executable).parent / 'vrae_train', *arguments],
        stdout=out_fd,
        stderr=err_fd,
      )
    os.close(out_fd)
    os.close(err_fd)
    self.stdout, self.stderr = os.fdopen(out), os.fdopen(err)

  def __enter__(self):
    return self

  def __exit__(self, *_):
    with contextlib.suppress(ProcessLookupError):
      os.kill(self.process.pid, signal.SIGKILL)
    self.stdout.close()
    self.stderr.close()

  def until_step(self, step):
    for line in self.stderr:
      said = re.match(r'step (\d+)/', line)
      if said and int(said[1]) >= step:
        return
    raise AssertionError(f'ended with {self.process.wait(120)}')

  def rest(self):
    """Exit status and the remaining lines."""
    status = self.process.wait(timeout=120)
    return status, self.stderr.read().splitlines()


class TestInterrupted:
  @pytest.mark.parametrize(
    'number',
    [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)],
  )
  def test_that_very_step_is_saved(self, dataset, tmp_path, number):
    run_dir, folder = tmp_path / 'run', tmp_path / 'run/train'
    new = '--config=vrae_2d', SMALL, '--num_steps=1000000'
    with Told(run_dir, dataset, *new) as command:
      command.until_step(1)
      command.process.send_signal(number)
      status, lines = command.rest()
    assert status == 128 + number
    assert not any('Traceback' in line for line in lines), lines
    said = re.fullmatch(
      r'vrae_train: interrupted at step (\d+), which is saved; '
      'the same command goes on from there',
      lines[-1],
    )
    assert said, lines
    step = int(said[1])
    found = checkpoints.find(str(folder))
    assert (found.step, found.damaged) == (step, {})
    assert step > 0
    assert f'step {step}/1000000' in '\n'.join(lines)

    # It begins there, not at step 0, whose checkpoint would be written again.
    before = (folder / 'model.ckpt-0.index').stat().st_mtime_ns
    result = train(run_dir, dataset, f'--num_steps={step + 5}')
    assert result.returncode == 0, result.stderr
    assert f'step {step + 5}/{step + 5}' in result.stderr
    assert checkpoints.find(str(folder)).step == step + 5
    assert (folder / 'model.ckpt-0.index').stat().st_mtime_ns == before

  @pytest.mark.long
  def test_while_the_first_step_is_compiled(self, dataset, tmp_path):
    run_dir = tmp_path / 'run'
    compiled = SMALL.replace('=uncompiled', '=compiled')
    new = '--config=vrae_2d', compiled, '--num_steps=1000000'
    with Told(run_dir, dataset, *new) as command:
      # It is saved when the session begins; the first step takes seconds.
      deadline = time.monotonic() + 120
      while not (run_dir / 'train/checkpoint').exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
      time.sleep(1)
      command.process.send_signal(signal.SIGINT)
      status, lines = command.rest()
    assert status == 130
    step = checkpoints.find(str(run_dir / 'train')).step
    assert step > 0
    assert f'interrupted at step {step}, which is saved' in lines[-1]

  @pytest.mark.long
  def test_evaluation_that_waits(self, trained, dataset):
    """For another checkpoint, which never comes."""
    with Told(trained, dataset, '--mode=eval') as command:
      for line in command.stdout:
        if 'metrics/f1' in line:
          break
      command.process.send_signal(signal.SIGTERM)
      status, lines = command.rest()
      assert (status, lines[-1]) == (143, 'vrae_train: interrupted')
      assert not any('Traceback' in line for line in lines), lines


NOT_USED = 'the latent space is not used (KL '


class TestPlainWords:
  @pytest.mark.parametrize(
    'hparams, is_used',
    [
      ('max_beta=50', False),
      pytest.param('max_beta=0', True, marks=pytest.mark.long),
    ],
  )
  def test_latent_space_and_fit(self, dataset, tmp_path, hparams, is_used):
    """A KL that costs fifty times its due, and one that costs nothing."""
    run_dir = tmp_path / 'run'
    result = train(
      run_dir,
      dataset,
      # Two steps of the loops a window, as more is not what this is about.
      f'{SMALL},frames_per_step=10,learning_rate=0.01,{hparams}',
      '--converter=window_frames=20',
      '--num_steps=520',
    )
    assert result.returncode == 0, result.stderr
    lines = [s for s in result.stderr.splitlines() if NOT_USED in s]
    if is_used:
      assert not lines
    else:
      once, at_the_end = lines
      assert once.startswith('step 500: so far ')
      assert at_the_end.startswith('step 520: ' + NOT_USED)
    (fit,) = [s for s in result.stderr.splitlines() if s.startswith('fit to')]
    said = re.match(
      r'fit to the training music: (-\d+\.\d) nats a frame '
      r'\(higher is better; a model that knows only how often each note sounds '
      r'has (-\d+\.\d)\)',
      fit,
    )
    assert said, fit

    evaluated = train(run_dir, dataset, '--mode=eval', '--eval_once')
    assert evaluated.returncode == 0, evaluated.stderr
    assert (NOT_USED in evaluated.stderr) != is_used
    _, first, *table = evaluated.stdout.splitlines()
    metrics = dict(s.split() for s in table if s.startswith(' '))
    told = re.match(
      r'fit to new music: (-\d+\.\d) nats a frame \(higher is better; a model '
      r'that knows only how often each note sounds has (-\d+\.\d)\)',
      first,
    )
    assert told and told[2] == said[2], first
    # Both are rounded.
    assert abs(float(told[1]) - float(metrics['bound/per_time_step'])) < 0.11
    assert (float(metrics['bound/kl']) > 0.1) == is_used

  def test_training_whose_bound_is_no_number(self, dataset, tmp_path):
    """It ends there, and no checkpoint of it takes the place of a good one."""
    result = train(
      tmp_path / 'run',
      dataset,
      f'{SMALL},frames_per_step=10,learning_rate=30.0',
      '--converter=window_frames=20',
      '--num_steps=505',
    )
    assert result.returncode == 1
    said = result.stderr.splitlines()[-1]
    assert re.match(
      r'vrae_train: the bound is no number \(NaN\) at step \d+: training has '
      r'diverged; train a new run with a lower learning_rate',
      said,
    ), said
    for array in weights(tmp_path / 'run').values():
      assert np.isfinite(array).all()


def weights(run_dir):
  reader = tf.train.load_checkpoint(
    checkpoints.find(str(run_dir / 'train')).path
  )
  return {
    name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()
  }


class TestSeed:
  def test_repeats_bit_for_bit(self, trained, run_dir, dataset, tmp_path):
    """From the beginning, and from where another stopped."""
    again = tmp_path / 'again'
    for steps in (3, 6):
      result = train(again, dataset, f'--num_steps={steps}', '--seed=1')
      assert result.returncode == 0, result.stderr
    first, second = weights(trained), weights(again)
    assert first.keys() == second.keys()
    for name, value in first.items():
      np.testing.assert_array_equal(second[name], value)


class TestLittleMemory:
  @pytest.mark.parametrize(
    'given', ['', pytest.param('--cache_dataset', marks=pytest.mark.long)]
  )
  def test_pieces_are_read_in_each_epoch(self, tmp_path, dataset, given):
    """It is said, unless the user has decided; training is the same."""
    result = subprocess.run(
      [sys.executable, '-c', NO_MEMORY, f'--run_dir={tmp_path / "run"}']
      + [f'--examples_path={dataset}', '--config=vrae_2d', SMALL]
      + ['--num_steps=40', *([given] if given else [])],
      capture_output=True,
      text=True,
    )
    assert result.returncode == 0, result.stderr
    said = 'pieces are read from disk in each epoch' in result.stdout
    assert said == (not given)
    assert f'cached: {bool(given)}' in result.stdout
    assert 'step 40/40' in result.stderr


class TestWithoutTensorFlow:
  def test_what_only_looks_does_not_import_it(self, run_dir, tmp_path):
    """Its import takes longer than all else that a command does."""
    DAMAGES['data cut to half'](run_dir / 'train')
    program = (
      'import sys; from magenta_vrae.runs import checkpoints; '
      'found = checkpoints.find(sys.argv[1]); '
      'reason = checkpoints.damage_of_strangers(found.path); '
      'print(found.step, len(found.damaged), reason == "", '
      '"tensorflow" in sys.modules)'
    )
    result = subprocess.run(
      [sys.executable, '-c', program, str(run_dir / 'train')],
      capture_output=True,
      text=True,
      check=True,
    )
    assert result.stdout.split() == ['3', '1', 'True', 'False']

  @pytest.mark.parametrize(
    'dims', [[4], pytest.param([2**40, 2**40], marks=pytest.mark.long)]
  )
  def test_what_only_tensorflow_reads(self, tmp_path, dims):
    """A compressed index. At the second shape, TensorFlow aborts."""
    path = str(tmp_path / 'm')
    (tmp_path / 'm.data-00000-of-00001').write_bytes(bytes(16))
    (tmp_path / 'm.index').write_bytes(crafted_index(dims, snappy=True))
    reason = checkpoints.damage_of_strangers(path)
    if dims == [4]:
      assert reason == checkpoints.damage(path) == ''
      (tmp_path / 'm.data-00000-of-00001').write_bytes(bytes(15) + b'1')
      assert 'hecksum' in checkpoints.damage(path)
    else:
      assert 'TensorFlow crash' in reason
