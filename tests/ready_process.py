# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Commands that begin where their imports have been made.

Of a short training nine seconds in ten are imports, and the tests run hundreds
of commands. Here one process imports once what `vrae_train` imports, another
what commands without TensorFlow do; each command is a fork of one of them:
the same entry point with its own arguments, environment, folder and output, and
its own TensorFlow session. What is tested at the start of a command itself
(in tests/at_once_test.py) starts anew.
"""

from __future__ import annotations

import functools
import gc
import importlib
import importlib.metadata
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
import time

import psutil

# Both are of Python 3.9 and Unix; elsewhere commands start anew.
IS_POSSIBLE = hasattr(socket, 'send_fds') and hasattr(os, 'fork')
_LONGEST_REQUEST = 2**20
_BIN = pathlib.Path(sys.executable).parent
# What a process imports: of commands that train or export, and of all others.
WITH_TENSORFLOW = (
  # The second looks for a GPU, and has notices of that.
  'magenta_vrae.training.sessions',
  'magenta_vrae.commands.tensorflow_start',
  'magenta_vrae.inference.prior_fit',
  'sklearn.mixture',
)
LIGHT = (
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
_IMPORTS = {'vrae_train': WITH_TENSORFLOW, 'vrae_export': WITH_TENSORFLOW}


class Command:
  """A console script, or a script that trains, under way in a fork.

  Args:
    name: The console script's, or the path of a script.
    *arguments: Its arguments.
    out: A file descriptor that it writes to.
    err: One for its errors.
    cwd: Its folder.
    env: Its environment.
    imports: The modules of the process that it is a fork of; by default those
      that fit its name.

  Attributes:
    pid: Its process.
  """

  def __init__(
    self, name, *arguments, out, err, cwd=None, env=None, imports=None
  ):
    # Where the name is a path, that of the folder goes for nothing.
    self.argv = [str(_BIN / name), *map(str, arguments)]
    request = {
      'argv': self.argv,
      'cwd': str(cwd or os.getcwd()),
      'env': env or {**os.environ},
    }
    reply, replies = os.pipe()
    try:
      socket.send_fds(
        _server(imports or _imports(name)),
        [json.dumps(request).encode()],
        [out, err, replies],
      )
    finally:
      os.close(replies)
    self._lines = os.fdopen(reply)
    self.pid = int(self._lines.readline())

  def send_signal(self, number):
    os.kill(self.pid, number)

  def wait(self, timeout=300):
    """Its exit status; killed after as many seconds, it raises."""
    if not select.select([self._lines], [], [], timeout)[0]:
      self.send_signal(signal.SIGKILL)
      raise subprocess.TimeoutExpired(self.argv, timeout)
    with self._lines as lines:
      return int(lines.readline())


def run(name, *arguments, timeout=300, **kwargs):
  """Runs a `Command`; returns what `subprocess.run` would.

  Args:
    name: As that of a `Command`.
    *arguments: Its arguments.
    timeout: Seconds after which it is killed.
    **kwargs: `cwd`, `env` or `imports` of the command.
  """
  with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
    command = Command(
      name, *arguments, out=out.fileno(), err=err.fileno(), **kwargs
    )
    status = command.wait(timeout)
    texts = []
    for file in (out, err):
      file.seek(0)
      texts.append(file.read().decode())
  return subprocess.CompletedProcess(command.argv, status, *texts)


def _imports(name):
  is_magentas = not pathlib.Path(name).name.startswith('vrae_')
  return WITH_TENSORFLOW if is_magentas else _IMPORTS.get(name, LIGHT)


def _is_path(name):
  return pathlib.Path(name).suffix == '.py'


@functools.lru_cache(maxsize=None)
def _server(imports):
  """A connection to the process with these, which is started if need be."""
  # All processes of a test run share it.
  run_id = os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())
  name = f'ready_{run_id}_{imports[0]}'
  address = str(pathlib.Path(tempfile.gettempdir()) / name)
  process = None
  while True:
    connection = socket.socket(socket.AF_UNIX)
    try:
      connection.connect(address)
      return connection
    except (FileNotFoundError, ConnectionRefusedError):
      connection.close()
    # Where another test process begins one too, one of the two gives way.
    process = process or _start_server(address, imports)
    time.sleep(0.05)


def _start_server(address, imports):
  paths = [str(pathlib.Path(__file__).parent), os.environ.get('PYTHONPATH', '')]
  return subprocess.Popen(
    [
      sys.executable,
      '-c',
      'import sys, ready_process; ready_process.serve(*sys.argv[1:])',
      address,
      *imports,
    ],
    stdin=subprocess.DEVNULL,
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
    env={
      **os.environ,
      'PYTHONPATH': os.pathsep.join(paths),
      'TF_CPP_MIN_LOG_LEVEL': '2',
    },
  )


def serve(address, *imports):
  """Forks a command for each request; ends with the last that may ask."""
  listener = socket.socket(socket.AF_UNIX)
  try:
    listener.bind(address)
  except OSError:
    return  # Another was faster.
  listener.listen()
  gc.disable()
  for name in imports:
    importlib.import_module(name)
  gc.freeze()
  gc.enable()
  clients = [listener.accept()[0]]
  while clients:
    for ready in select.select([listener, *clients], [], [])[0]:
      if ready is listener:
        clients.append(listener.accept()[0])
        continue
      data, fds, _, _ = socket.recv_fds(ready, _LONGEST_REQUEST, 3)
      if data:
        if not _serve(data, fds, [listener, *clients]):
          return
      else:
        ready.close()
        clients.remove(ready)
  os.unlink(address)


def _serve(data, fds, sockets):
  """Forks a command; returns whether this is still the process that does."""
  if not os.fork():
    # A process that waits for the command, so that the server need not.
    pid = os.fork()
    if not pid:
      for open_one in sockets:
        open_one.close()
      _become(json.loads(data), *fds)
      return False
    with os.fdopen(fds[2], 'w') as reply:
      print(pid, file=reply, flush=True)
      status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
      print(status, file=reply)
    os._exit(0)
  for fd in fds:
    os.close(fd)
  _reap()
  return True


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
  # Where this process has none of a path's modules yet, as one that begins.
  path = request['env'].get('PYTHONPATH', '').split(os.pathsep)
  sys.path[:0] = [folder for folder in path if folder not in ('', *sys.path)]
  sys.argv = request['argv']
  if _is_path(sys.argv[0]):
    sys.path.insert(0, str(pathlib.Path(sys.argv[0]).parent))
    runpy.run_path(sys.argv[0], run_name='__main__')
    return
  name = pathlib.Path(sys.argv[0]).name
  (script,) = importlib.metadata.entry_points(
    group='console_scripts', name=name
  )
  sys.exit(script.load()())
