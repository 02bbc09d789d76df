# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""TF_CONFIG, and real processes that train together and get killed."""

from __future__ import annotations

import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
import tensorflow.compat.v1 as tf
from conftest import CORPUS
from conftest import run_command
from conftest import run_script

from magenta_vrae.errors import InputError
from magenta_vrae.training import cluster
from magenta_vrae.training import cluster_place

CLUSTER = {
  'chief': ['a:1'],
  'worker': ['b:1', 'c:1'],
  'ps': ['d:1', 'e:1'],
}


def place(config):
  text = config if isinstance(config, str) else json.dumps(config)
  return cluster_place.from_environment({'TF_CONFIG': text})


class TestFromEnvironment:
  @pytest.mark.parametrize(
    'job, index, task',
    [
      ('chief', 0, 0),
      ('master', 0, 0),
      ('worker', 0, 1),
      ('worker', 1, 2),
      ('worker', '1', 2),
      ('ps', 1, 1),
    ],
  )
  def test_tasks(self, job, index, task):
    found = place({'cluster': CLUSTER, 'task': {'type': job, 'index': index}})
    assert found.task == task
    assert found.is_chief == (job in ('chief', 'master'))
    assert found.ps == ('d:1', 'e:1')
    assert found.workers == ('a:1', 'b:1', 'c:1')
    own = 'ps' if job == 'ps' else 'worker'
    assert list(cluster.session_config(found).device_filters) == [
      '/job:ps',
      f'/job:{own}/task:{task}',
    ]

  @pytest.mark.parametrize(
    'config',
    [
      '',
      {},
      {'environment': 'cloud'},
      {'cluster': {}, 'task': {'type': 'worker', 'index': 0}},
      {'cluster': {'chief': ['a:1']}, 'task': {'type': 'chief', 'index': 0}},
    ],
  )
  def test_no_cluster(self, config):
    assert place(config) is None

  @pytest.mark.parametrize(
    'cluster_changes, task, says',
    [
      ({}, {'type': 'boss', 'index': 0}, 'its type is one of chief, worker'),
      ({}, {'index': 0}, 'its type is one of'),
      ({}, 'worker', 'its type is one of'),
      (
        {},
        {'type': 'worker', 'index': 2},
        'has 2 worker, numbered from 0 to 1',
      ),
      ({}, {'type': 'worker', 'index': -1}, 'has 2 worker'),
      ({}, {'type': 'worker', 'index': 'x'}, 'not a number'),
      ({'chief': []}, {'type': 'worker', 'index': 0}, 'has no chief'),
      ({'chief': []}, {'type': 'chief', 'index': 0}, 'has no chief'),
      ({'chief': ['a:1', 'f:1']}, {'type': 'ps', 'index': 0}, 'has 2 chief'),
      ({'ps': []}, {'type': 'worker', 'index': 0}, 'has no ps'),
      ({'ps': ['d']}, {'type': 'ps', 'index': 0}, "'d'.*host:port"),
      ({'ps': ['a:1']}, {'type': 'ps', 'index': 0}, 'a:1 twice'),
      ({'ps': {'0': 'd:1'}}, {'type': 'ps', 'index': 0}, 'not a list'),
      ({'boss': ['f:1']}, {'type': 'ps', 'index': 0}, "a job 'boss'"),
    ],
  )
  def test_unusable(self, cluster_changes, task, says):
    with pytest.raises(InputError, match=f'TF_CONFIG.*{says}'):
      place({'cluster': {**CLUSTER, **cluster_changes}, 'task': task})

  @pytest.mark.parametrize('text', ['{', '[]', '"x"'])
  def test_not_a_dict(self, text):
    with pytest.raises(InputError, match='TF_CONFIG'):
      place(text)


@pytest.fixture(scope='module')
def dataset(tmp_path_factory):
  work = tmp_path_factory.mktemp('work')
  (work / 'songs').mkdir()
  shutil.copy(CORPUS / 'joplin/maple_leaf_rag.mxl', work / 'songs')
  result = run_command(
    'vrae_create_dataset',
    f'--input_dir={work}/songs',
    f'--output_file={work}/songs.tfrecord',
  )
  assert result.returncode == 0, result.stderr
  return work / 'songs.tfrecord'


# For a machine on which much else runs: three processes that import TensorFlow
# and compile their loops have taken 185 s there, and all of them ended well.
PATIENCE_SECONDS = 600


def free_ports(num):
  """Ports that nothing listens at, and that no connection will be given.

  Those that the system gives out (port 0) it also gives to connections on their
  way out. TensorFlow's import is long enough for one of them to take a port
  before its server does, which then cannot listen: the others wait for it.
  """
  candidates = random.sample(range(20000, 32000), 1000)
  found = []
  for port in candidates:
    with socket.socket() as s:
      try:
        s.bind(('127.0.0.1', port))
      except OSError:
        continue
    found.append(port)
    if len(found) == num:
      return found
  raise AssertionError('no free ports')


class Processes:
  """One ps, one chief and one worker of vrae_train on loopback."""

  def __init__(self, run_dir, dataset, *flags):
    self.run_dir = run_dir
    self._command = [
      str(pathlib.Path(sys.executable).parent / 'vrae_train'),
      '--config=vrae_2d',
      f'--run_dir={run_dir}',
      f'--examples_path={dataset}',
      '--hparams=batch_size=32,enc_rnn_size=[64],dec_rnn_size=[64]',
      *flags,
    ]
    self._cluster = {
      job: [f'127.0.0.1:{port}']
      for job, port in zip(('ps', 'chief', 'worker'), free_ports(3))
    }
    self._running, self.said = {}, {}

  def __enter__(self):
    return self

  def __exit__(self, *_):
    for process in self._running.values():
      process.kill()
      process.wait()

  def start(self, *jobs):
    for job in jobs:
      config = {'cluster': self._cluster, 'task': {'type': job, 'index': 0}}
      process = subprocess.Popen(
        self._command,
        env={**os.environ, 'TF_CONFIG': json.dumps(config)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
      )
      self._running[job] = process
      lines = self.said[job] = []
      threading.Thread(
        target=lambda lines=lines, p=process: lines.extend(p.stderr),
        daemon=True,
      ).start()

  def kill(self, job):
    self._running[job].kill()
    self._running[job].wait()

  def interrupt(self, job, number):
    """Sends a signal; returns exit status and last line."""
    self._running[job].send_signal(number)
    status = self._running[job].wait(timeout=PATIENCE_SECONDS)
    line = self.until_said(job, r'^vrae_train: (interrupted.*)\n\Z')
    return status, line[1]

  def until(self, condition, seconds=PATIENCE_SECONDS):
    """Waits until a condition holds; returns what it gave."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
      found = condition()
      if found:
        return found
      time.sleep(0.1)
    raise AssertionError(f'not within {seconds} s; {self.said}')

  def until_said(self, job, pattern):
    return self.until(
      lambda: re.search(pattern, ''.join(self.said[job]), re.MULTILINE)
    )

  def step(self):
    """The step of the newest checkpoint; -1 without one."""
    newest = tf.train.latest_checkpoint(str(self.run_dir / 'train'))
    return int(newest.rpartition('-')[2]) if newest else -1

  def statuses(self):
    statuses = {}
    deadline = time.monotonic() + PATIENCE_SECONDS
    for job, process in self._running.items():
      try:
        statuses[job] = process.wait(timeout=deadline - time.monotonic())
      except subprocess.TimeoutExpired:
        statuses[job] = 'still running'
    return statuses


# A chief whose session has begun and waits for ever.
STANDS_STILL = """
import sys, threading
from magenta_vrae.training import cluster, cluster_place

place = cluster_place.Place('chief', 0, (sys.argv[1],), (sys.argv[2],))
pulse = cluster.Pulse()
with cluster.joined(place, 1, lambda: False, pulse=pulse):
  pulse.after_create_session(None, None)
  threading.Event().wait()
"""

ALL_WELL = {'ps': 0, 'chief': 0, 'worker': 0}


class TestTraining:
  @pytest.mark.long
  def test_every_process_killed_once(self, dataset, tmp_path):
    flags = '--num_steps=1500', '--save_checkpoint_secs=1'
    with Processes(tmp_path / 'run', dataset, *flags) as processes:
      processes.start('ps', 'chief', 'worker')
      processes.until_said('worker', 'worker 0: training with 2 tasks')
      processes.until(lambda: processes.step() > 5)

      # The chief goes on alone, and the worker joins it again.
      processes.kill('worker')
      step = processes.step()
      processes.until(lambda: processes.step() > step)
      processes.start('worker')
      processes.until_said('worker', 'worker 0: training with 2 tasks')
      step = processes.step()
      processes.until(lambda: processes.step() > step)

      # The worker goes on alone. The chief begins again at its checkpoint.
      processes.kill('chief')
      step = processes.step()
      processes.start('chief')
      back = processes.until_said('worker', r'^back from step (\d+) to (\d+),')
      assert int(back[1]) > step
      # A step or more may be made before the worker looks.
      assert step <= int(back[2]) < int(back[1])

      # Everything is lost but the checkpoint.
      processes.until(lambda: processes.step() > step)
      processes.kill('ps')
      step = processes.step()
      processes.start('ps')
      processes.until(lambda: processes.step() > step)
      assert processes.step() < 1500

      assert processes.statuses() == ALL_WELL
      # Each task stops once it has seen the last step.
      assert 1500 <= processes.step() < 1510
      for job in ('chief', 'worker'):
        (line,) = [s for s in processes.said[job] if '/1500 ' in s][-1:]
        assert re.match(r'step 150\d/1500 .* epoch \d+', line), line
      assert processes.said['ps'][-1] == 'ps 0: training has ended\n'
    # The chief wrote what every other command needs.
    assert (tmp_path / 'run/settings.json').exists()

  @pytest.mark.long
  def test_synchronous(self, dataset, tmp_path):
    flags = '--num_steps=30', '--num_sync_workers=2', '--save_checkpoint_secs=1'
    with Processes(tmp_path / 'run', dataset, *flags) as processes:
      processes.start('ps', 'chief', 'worker')
      assert processes.statuses() == ALL_WELL, processes.said
      assert processes.step() == 30
      for job in ('chief', 'worker'):
        assert 'step 30/30' in ''.join(processes.said[job]), processes.said
        assert processes.said[job][-1].startswith('fit to the training music')

  @pytest.mark.long
  def test_interrupted(self, dataset, tmp_path):
    flags = '--num_steps=1500', '--save_checkpoint_secs=600'
    with Processes(tmp_path / 'run', dataset, *flags) as processes:
      processes.start('ps', 'chief')
      processes.until(lambda: processes.step() == 0)
      processes.start('worker')
      processes.until_said('worker', 'worker 0: training with 2 tasks')
      # Whether it has come to its first step or not.
      status, line = processes.interrupt('worker', signal.SIGINT)
      assert status == 130
      assert 'saved' not in line
      status, line = processes.interrupt('chief', signal.SIGTERM)
      assert status == 143
      step = processes.step()
      assert f'interrupted at step {step}, which is saved' in line
      assert 0 < step < 1500
      # The ps has waited for both.
      processes.start('chief', 'worker')
      assert processes.statuses() == ALL_WELL, processes.said
      assert processes.step() >= 1500

  @pytest.mark.long
  def test_synchronous_chief_interrupted(self, dataset, tmp_path):
    """It ends training for all, as no other can hand out tokens."""
    flags = '--num_steps=1000000', '--num_sync_workers=2'
    with Processes(tmp_path / 'run', dataset, *flags) as processes:
      processes.start('ps', 'chief', 'worker')
      processes.until_said('worker', r'^step \d+/')
      status, line = processes.interrupt('chief', signal.SIGINT)
      step = processes.step()
      assert status == 130
      assert f'interrupted at step {step}, which is saved' in line
      assert processes.statuses() == {'ps': 0, 'chief': 130, 'worker': 1}
      assert re.fullmatch(
        rf'vrae_train: the chief ended training at step {step} of 1000000; '
        'start all tasks again to go on\n',
        processes.said['worker'][-1],
      )

  @pytest.mark.long
  def test_interrupted_while_it_waits(self, dataset, tmp_path):
    """In native code, where no signal handler of Python's is called."""
    with Processes(tmp_path / 'run', dataset) as processes:
      processes.start('worker')
      processes.until_said('worker', 'waiting for ps')
      status, line = processes.interrupt('worker', signal.SIGINT)
      assert (status, line) == (130, 'interrupted')

  @pytest.mark.parametrize(
    'config, flags, says',
    [
      ('{', [], 'TF_CONFIG is not JSON'),
      (
        {'cluster': CLUSTER, 'task': {'type': 'evaluator', 'index': 0}},
        [],
        'give it --mode=eval',
      ),
      (
        {'cluster': CLUSTER, 'task': {'type': 'worker', 'index': 1}},
        ['--task=1'],
        '--task=1 and the environment variable TF_CONFIG',
      ),
      (
        {'cluster': CLUSTER, 'task': {'type': 'worker', 'index': 1}},
        ['--num_sync_workers=4'],
        'the cluster has 3 tasks that train',
      ),
    ],
  )
  def test_bad_input(self, rag_songs, tmp_path, config, flags, says):
    text = config if isinstance(config, str) else json.dumps(config)
    result = run_command(
      'vrae_train',
      '--config=vrae_2d',
      f'--run_dir={tmp_path}/run',
      f'--examples_path={rag_songs}',
      *flags,
      env={**os.environ, 'TF_CONFIG': text},
    )
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert says in line
    assert not (tmp_path / 'run').exists()

  def test_a_synchronous_step_that_never_comes(self, tmp_path):
    """As after a worker died with its token; the ps is there."""
    with socket.create_server(('127.0.0.1', 0)) as ps:
      with socket.create_server(('127.0.0.1', 0)) as chief:
        addresses = [f'127.0.0.1:{s.getsockname()[1]}' for s in (ps, chief)]
      program = tmp_path / 'stands_still.py'
      program.write_text(STANDS_STILL)
      result = run_script(program, *addresses)
    assert result.returncode == 1, result.stderr
    assert 'chief: no step was made for 1 s' in result.stderr.splitlines()[-1]

  @pytest.mark.long
  def test_a_parameter_server_that_never_comes(self, dataset, tmp_path):
    flags = '--num_steps=9', '--cluster_timeout_secs=1'
    with Processes(tmp_path / 'run', dataset, *flags) as processes:
      processes.start('worker')
      assert processes.statuses() == {'worker': 1}
      assert 'has not answered for 1 s' in processes.said['worker'][-1]
