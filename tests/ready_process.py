# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Training commands that begin where TensorFlow has been imported.

Of a short training nine seconds in ten are imports, and the tests run some
sixty. Here a process imports once what `vrae_train` imports, and each command
is a fork of it: the same entry point with its own arguments, environment,
folder and output, and its own TensorFlow session. What is tested at the start
of a command itself (tests/at_once_test.py) starts anew.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import pathlib
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


def run(name, *arguments, timeout=300, cwd=None, env=None):
  """Runs a console script; returns what `subprocess.run` would.

  Args:
    name: The script's.
    *arguments: Its arguments.
    timeout: Seconds after which it is killed.
    cwd: Its folder.
    env: Its environment.
  """
  argv = [str(_BIN / name), *map(str, arguments)]
  request = json.dumps(
    {'argv': argv, 'cwd': str(cwd or os.getcwd()), 'env': env or {**os.environ}}
  )
  reply, replies = os.pipe()
  with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
    fds = [out.fileno(), err.fileno(), replies]
    try:
      socket.send_fds(_server(), [request.encode()], fds)
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


@functools.lru_cache(maxsize=None)
def _server():
  """A socket to this test process's server, which is started."""
  own, its = socket.socketpair()
  process = subprocess.Popen(
    [sys.executable, '-c', 'import ready_process; ready_process.serve()'],
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


def serve():
  """Forks a command for each request on the socket that is stdin."""
  # The second looks for a GPU, and has notices of that.
  import magenta_vrae.training.sessions  # noqa: F401
  from magenta_vrae.commands import tensorflow_start  # noqa: F401

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
  name = pathlib.Path(sys.argv[0]).name
  module = importlib.import_module(f'magenta_vrae.commands.{name}')
  sys.exit(module.console_entry_point())
