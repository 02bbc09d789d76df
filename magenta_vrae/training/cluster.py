# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A training process's place in a cluster, as TF_CONFIG tells it.

TensorFlow's clusters, and the Kubernetes operators that run them, start the
same command everywhere and say in the environment variable TF_CONFIG who is
who:

    {"cluster": {"chief": ["a:2222"], "worker": ["b:2222", "c:2222"],
                 "ps": ["d:2222"]},
     "task": {"type": "worker", "index": 0}}

Parameter servers (ps) keep the variables. Chief and workers each read all
music, compute gradients and apply them to those variables, sized in steps that
all of them count in one global step; the chief also writes checkpoints. To
Magenta the chief is task 0 and worker i is task i + 1 of one job, 'worker'.

What holds the cluster together:

  server     Runs in the process that builds the graph: Magenta's dataset calls
             back into Python, which only that process can answer.
  filters    Each session sees its own task and the parameter servers alone, so
             that no process waits for another worker.
  end        Chief and workers tell every parameter server when they are done,
             in a queue that lives there. A parameter server ends when the
             chief is done and the workers are, or have had `GRACE_SECONDS`.
  watch      A parameter server that is away is waited for, but not for ever,
             and so is the next step of synchronous training.

TensorFlow's servers talk in the clear and obey whoever reaches their port: a
cluster belongs in a network of its own.
"""

from __future__ import annotations

import contextlib
import functools
import os
import socket
import sys
import threading
import time
from typing import Any
from typing import Callable
from typing import Iterator
from typing import NoReturn

import tensorflow.compat.v1 as tf

from magenta_vrae.errors import InputError
from magenta_vrae.training.cluster_place import ENVIRONMENT_VARIABLE
from magenta_vrae.training.cluster_place import Place

# How long a parameter server outlives the chief for workers' last steps.
GRACE_SECONDS = 60.0

# Between two looks at whether the model is ready; TensorFlow's own 30 s would
# keep a worker from its place for half a minute.
_RECOVERY_WAIT_SECONDS = 2.0
_WATCH_SECONDS = 2.0
_CONNECT_SECONDS = 3.0
_ANNOUNCE_SECONDS = 20.0


def server_of(place: Place) -> tf.train.Server:
  """Starts the tf.train.Server of this process's place.

  Args:
    place: The `Place`.

  Raises:
    InputError: If its address is taken, or cannot be.
  """
  job, addresses = (
    ('ps', place.ps) if place.job == 'ps' else ('worker', place.workers)
  )
  address = addresses[place.task]
  # TensorFlow would share the port with the other process in silence.
  if _answers(address):
    raise InputError(
      f'{address}, the address of {place} in {ENVIRONMENT_VARIABLE}, is in '
      'use; end the process that has it, or give this one another address'
    )
  try:
    return tf.train.Server(
      {'ps': list(place.ps), 'worker': list(place.workers)}, job, place.task
    )
  except tf.errors.OpError as e:
    raise InputError(f'{place} cannot listen at {address}: {e.message}') from e


def session_config(place: Place) -> tf.ConfigProto:
  """A ConfigProto with which a session waits for no other worker."""
  own = 'ps' if place.job == 'ps' else 'worker'
  return tf.ConfigProto(
    device_filters=['/job:ps', f'/job:{own}/task:{place.task}']
  )


def serve_variables(place: Place) -> None:
  """What a parameter server does: keeps variables until training has ended.

  Args:
    place: A `Place` whose job is 'ps'.

  Raises:
    InputError: As `server_of`.
  """
  server = server_of(place)
  _say(f'{place}: keeping variables at {place.ps[place.index]}')
  workers = set(range(1, len(place.workers)))
  done: set[int] = set()
  chief_done_at = None
  with tf.Graph().as_default():
    queue = _end_queue(place.index)
    size, take = queue.size(), queue.dequeue()
    with tf.Session(server.target, config=session_config(place)) as session:
      while True:
        for _ in range(session.run(size)):
          done.add(int(session.run(take)))
        if 0 in done:
          chief_done_at = chief_done_at or time.monotonic()
          if workers <= done:
            break
          if time.monotonic() - chief_done_at > GRACE_SECONDS:
            break
        time.sleep(0.5)
  _say(f'{place}: training has ended')


def _end_queue(ps_index: int) -> tf.FIFOQueue:
  """The queue on a parameter server into which tasks put their number."""
  with tf.device(f'/job:ps/task:{ps_index}'):
    return tf.FIFOQueue(
      -1, tf.int32, shapes=(), shared_name='magenta_vrae_tasks_done'
    )


@contextlib.contextmanager
def joined(
  place: Place,
  timeout_secs: float,
  has_ended: Callable[[], bool],
  comes_back: Callable[[], bool] = lambda: False,
  pulse: Pulse | None = None,
) -> Iterator[str]:
  """Within this, the process is a member of the cluster that may train.

  When the block ends well, the parameter servers are told, and need not wait
  for this task.

  Args:
    place: A `Place` whose job is 'chief' or 'worker'.
    timeout_secs: How long a parameter server may be away until the process
      gives up: it then says so and exits with status 1.
    has_ended: Called while one is away. If it returns True, a worker exits
      with status 0: it came too late, or was last.
    comes_back: Called at the end. If it returns True, the task was stopped on
      the way and may be started again: parameter servers are not told.
    pulse: (Optional) Of synchronous training, which waits for ever where a
      worker has died on its way through a step. After `timeout_secs` without a
      step the process gives up likewise.

  Yields:
    The session target, which is Magenta's --master.

  Raises:
    InputError: As `server_of`.
  """
  server = server_of(place)
  _say(
    f'{place}: training with {len(place.workers)} tasks and {len(place.ps)} '
    'parameter servers'
  )
  watch = _Watch(place, timeout_secs, has_ended, pulse)
  watch.start()
  try:
    with _short_recovery_wait():
      yield server.target
    for index in range(0 if comes_back() else len(place.ps)):
      _announce_end(place, server, index)
  finally:
    watch.stop()


def _announce_end(place: Place, server: tf.train.Server, ps_index: int) -> None:
  """Tells a parameter server that this task is done."""
  config = session_config(place)
  del config.device_filters[:]
  config.device_filters.extend(
    [f'/job:ps/task:{ps_index}', f'/job:worker/task:{place.task}']
  )
  config.operation_timeout_in_ms = int(1000 * _ANNOUNCE_SECONDS)
  with tf.Graph().as_default():
    put = _end_queue(ps_index).enqueue(place.task)
    try:
      with tf.Session(server.target, config=config) as session:
        session.run(put)
    except tf.errors.OpError:
      # For a worker, it has ended already; for the chief, it is away now.
      if place.is_chief:
        _say(
          f'{place}: ps {ps_index} at {place.ps[ps_index]} could not be told '
          'that training has ended; end it by hand if it comes back'
        )


class ReleaseWorkers(tf.train.SessionRunHook):
  """Ends synchronous training: the chief's last hook.

  Every task waits for a token after each step, which a thread of the chief
  hands out once all gradients of that step are in. At the end that thread
  waits for gradients that nobody computes, which would hold up the chief for
  two minutes, and workers may be left waiting for tokens. Closing the queue of
  tokens ends training there, and closing the session ends the thread.
  """

  def begin(self) -> None:
    with tf.device(tf.train.get_global_step().device):
      # SyncReplicasOptimizer's, by the name it shares it under.
      tokens = tf.FIFOQueue(-1, tf.int64, shapes=(), shared_name='sync_token_q')
    self._close = tokens.close(cancel_pending_enqueues=True)

  def after_create_session(
    self, session: tf.Session, coord: tf.train.Coordinator
  ) -> None:
    del session
    self._coord = coord

  def end(self, session: tf.Session) -> None:
    # Before the session is closed, so that its end is no error to the thread.
    self._coord.request_stop()
    with contextlib.suppress(tf.errors.CancelledError):
      session.run(self._close)
    session.close()


class Pulse(tf.train.SessionRunHook):
  """Tells whether steps are still made.

  SyncReplicasOptimizer lets a task into its next step with a token, of which
  there are as many as gradients make a step. One that was killed after it took
  its token leaves the others too few: they wait until it is back.
  """

  def __init__(self) -> None:
    self._last: float | None = None

  def after_create_session(
    self, session: tf.Session, coord: tf.train.Coordinator
  ) -> None:
    del session, coord
    self._last = time.monotonic()

  def after_run(
    self,
    run_context: tf.train.SessionRunContext,
    run_values: tf.train.SessionRunValues,
  ) -> None:
    del run_context, run_values
    self._last = time.monotonic()

  def end(self, session: tf.Session) -> None:
    del session
    self._last = None

  def seconds_without(self) -> float:
    """Seconds since the last step of a session; 0 if there is no session."""
    last = self._last
    return 0.0 if last is None else time.monotonic() - last


class _Watch(threading.Thread):
  """Looks whether the parameter servers answer, as TensorFlow waits for ever.

  A session that waits for one does so in native code, where nothing of ours
  could interrupt it: giving up is ending the process.
  """

  def __init__(
    self,
    place: Place,
    timeout_secs: float,
    has_ended: Callable[[], bool],
    pulse: Pulse | None,
  ) -> None:
    super().__init__(daemon=True)
    self._place, self._timeout_secs = place, timeout_secs
    self._has_ended, self._pulse = has_ended, pulse
    self._stopped = threading.Event()

  def stop(self) -> None:
    self._stopped.set()

  def run(self) -> None:
    away_since: dict[str, float] = {}
    while not self._stopped.wait(_WATCH_SECONDS):
      for index, address in enumerate(self._place.ps):
        name = f'ps {index} at {address}'
        if _answers(address):
          if away_since.pop(address, None):
            _say(f'{self._place}: {name} is back')
          continue
        if self._stopped.is_set():
          return
        if address not in away_since:
          away_since[address] = time.monotonic()
          _say(f'{self._place}: waiting for {name}')
        if not self._place.is_chief and self._has_ended():
          self._exit(f'{name} is gone and training has ended', 0)
        if time.monotonic() - away_since[address] > self._timeout_secs:
          self._exit(
            f'{name} has not answered for {self._timeout_secs:.0f} s; see that '
            'it runs, and start this again',
            1,
          )
      if self._pulse and self._pulse.seconds_without() > self._timeout_secs:
        self._exit(
          f'no step was made for {self._timeout_secs:.0f} s, for which all of '
          '--num_sync_workers are needed; see that they run, and start those '
          'again that have ended',
          1,
        )

  def _exit(self, reason: str, status: int) -> NoReturn:
    _say(f'{self._place}: {reason}')
    sys.stdout.flush()
    os._exit(status)


def _answers(address: str) -> bool:
  """Whether something listens at 'host:port'."""
  host, _, port = address.rpartition(':')
  try:
    socket.create_connection(
      (host.strip('[]'), int(port)), timeout=_CONNECT_SECONDS
    ).close()
  except OSError:
    return False
  return True


@contextlib.contextmanager
def _short_recovery_wait() -> Iterator[None]:
  """Within this, sessions look for a ready model every few seconds.

  MonitoredTrainingSession makes its SessionManager itself and hands it no
  `recovery_wait_secs`. This can go if it does.
  """
  init = tf.train.SessionManager.__init__

  @functools.wraps(init)
  def init_with_short_wait(self: Any, *args: Any, **kwargs: Any) -> None:
    kwargs.setdefault('recovery_wait_secs', _RECOVERY_WAIT_SECONDS)
    init(self, *args, **kwargs)

  tf.train.SessionManager.__init__ = init_with_short_wait
  try:
    yield
  finally:
    tf.train.SessionManager.__init__ = init


def _say(line: str) -> None:
  print(line, file=sys.stderr, flush=True)
