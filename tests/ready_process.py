# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Commands that begin where their imports have been made.

Of a short training nine seconds in ten are imports, and the tests run hundreds
of commands. Here one process imports once what `vrae_train` imports, another
what commands without TensorFlow do, and each command is a fork of one of them:
the same entry point with its own arguments, environment, folder and output, and
its own TensorFlow session. What is tested at the start of a command itself
(tests/at_once_test.py) starts anew.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import pathlib
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile

import psutil

# Both are of Python 3.9 and Unix; elsewhere commands start anew.
IS_POSSIBLE = hasattr(socket, 'send_fds') and hasattr(os, 'fork')
_LONGEST_REQUEST = 2**20
_BIN = pathlib.Path(sys.executable).parent
# What a process imports: of commands that train or export, and of all others.
_WITH_TENSORFLOW = (
  # The second looks for a GPU, and has notices of that.
  'magenta_vrae.training.sessions',
  'magenta_vrae.commands.tensorflow_start',
)
_LIGHT = (
  'magenta_vrae.commands.entry',
  'magenta_vrae.data.examples',
  'magenta_vrae.inference.generation',
  'magenta_vrae.inference.likeness',
  'magenta_vrae.midi_file',
  'magenta_vrae.explorer.gather',
  'magenta_vrae.figures',
  'magenta_vrae.reading.scores',
  'magenta_vrae.reading.midi',
  'magenta_vrae.runs.bundle',
  'sklearn.ensemble',
  'sklearn.manifold',
  'sklearn.mixture',
)
_IMPORTS = {'vrae_train': _WITH_TENSORFLOW, 'vrae_export': _WITH_TENSORFLOW}


def run(name, *arguments, timeout=300, cwd=None, env=None):
  """Runs a console script, or one of ours; returns what `subprocess.run` would.

  Args:
    name: The console script's, or the path of a script that trains.
    *arguments: Its arguments.
    timeout: Seconds after which it is killed.
    cwd: Its folder.
    env: Its environment.
  """
  # Where the name is a path, that of the folder goes for nothing.
  argv = [str(_BIN / name), *map(str, arguments)]
  request = json.dumps(
    {'argv': argv, 'cwd': str(cwd or os.getcwd()), 'env': env or {**os.environ}}
  )
  reply, replies = os.pipe()
  with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
    fds = [out.fileno(), err.fileno(), replies]
    try:
      server = _server(_imports(name))
      socket.send_fds(server, [request.encode()], fds)
    finally:
      os.close(replies)
    with os.fdopen(reply) as lines:
      pid = int(lines.readline())
      if not select.select([lines], [], [], timeout)[0]:
        os.kill(pid, signal.SIGKILL)
        raise subprocess.TimeoutExpired(argv, timeout)
      status = int(lines.readline())
    texts = []
    for file in (out, err):
      file.seek(0)
      texts.append(file.read().decode())
  return subprocess.CompletedProcess(argv, status, *texts)


def _imports(name):
  return _WITH_TENSORFLOW if _is_path(name) else _IMPORTS.get(name, _LIGHT)


def _is_path(name):
  return pathlib.Path(name).suffix == '.py'


@functools.lru_cache(maxsize=None)
def _server(imports):
  """A socket to this test process's server with these, which is started."""
  own, its = socket.socketpair()
  process = subprocess.Popen(
    [
      sys.executable,
      '-c',
      'import sys, ready_process; ready_process.serve(sys.argv[1:])',
      *imports,
    ],
    stdin=its,
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
    env={
      **os.environ,
      'PYTHONPATH': os.pathsep.join(
        [str(pathlib.Path(__file__).parent), os.environ.get('PYTHONPATH', '')]
      ),
      'TF_CPP_MIN_LOG_LEVEL': '2',
    },
  )
  its.close()
  atexit.register(process.kill)
  return own


def serve(imports):
  """Forks a command for each request on the socket that is stdin."""
  for name in imports:
    importlib.import_module(name)
  gc.freeze()
  requests = socket.socket(fileno=0)
  while True:
    data, fds, _, _ = socket.recv_fds(requests, _LONGEST_REQUEST, 3)
    if not data:
      return
    if not os.fork():
      # A process that waits for the command, so that this one need not.
      pid = os.fork()
      if not pid:
        requests.detach()
        _become(json.loads(data), *fds)
        return
      with os.fdopen(fds[2], 'w') as reply:
        print(pid, file=reply, flush=True)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print(status, file=reply)
      os._exit(0)
    for fd in fds:
      os.close(fd)
    _reap()


def _reap():
  for child in psutil.Process().children():
    if child.status() == psutil.STATUS_ZOMBIE:
      os.waitpid(child.pid, 0)


def _become(request, out, err, reply):
  """Runs a command in this process, as its script would."""
  os.close(reply)
  nothing = os.open(os.devnull, os.O_RDONLY)
  for fd, standard in ((nothing, 0), (out, 1), (err, 2)):
    os.dup2(fd, standard)
    os.close(fd)
  os.chdir(request['cwd'])
  os.environ.clear()
  os.environ.update(request['env'])
  sys.argv = request['argv']
  if _is_path(sys.argv[0]):
    sys.path.insert(0, str(pathlib.Path(sys.argv[0]).parent))
    runpy.run_path(sys.argv[0], run_name='__main__')
    return
  name = pathlib.Path(sys.argv[0]).name
  module = importlib.import_module(f'magenta_vrae.commands.{name}')
  sys.exit(module.console_entry_point())
