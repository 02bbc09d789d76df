# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Shards made by the workers of a Dask cluster.

One task a shard. Workers need this package, Magenta and, under the same paths,
the folder of music and that of the output. A worker that dies costs the shards
it was at, which Dask gives to another.

A client and its scheduler send each other pickled objects: connect only to a
scheduler that you trust. Dask's own configuration (DASK_... variables, TLS)
applies.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from typing import Any
from typing import Iterator
from typing import Sequence

from magenta_vrae.data import shards
from magenta_vrae.data.shards import Report
from magenta_vrae.data.shards import Shard
from magenta_vrae.errors import InputError

# A task that raises is tried this often more, on any worker.
RETRIES = 2

_LOOK_SECONDS = 2.0


def write_all(
  to_make: Sequence[Shard], scheduler: str, timeout_secs: float
) -> Iterator[tuple[Shard, Report | InputError]]:
  """Makes shards on a cluster, yielding them as they are done.

  Args:
    to_make: A list of `Shard`s.
    scheduler: The address of a Dask scheduler, as tcp://host:8786.
    timeout_secs: How long to wait for the scheduler, and at any time for a
      worker to be there, until giving up.

  Yields:
    Pairs of a `Shard` and its `Report`; or, for a shard that could not be made,
    an InputError that says why.

  Raises:
    InputError: If there is no scheduler or no worker, or they are lost. Shards
      made until then stay.
  """
  with _client(scheduler, timeout_secs) as client:
    yield from _gather(client, to_make, scheduler, timeout_secs)


@contextlib.contextmanager
def _client(scheduler: str, timeout_secs: float) -> Iterator[Any]:
  try:
    import distributed
  except ImportError as e:
    raise InputError(
      '--scheduler needs Dask, which is not installed here; get it with: '
      "pip install 'magenta-vrae[dask]'"
    ) from e
  # Its own account of a connection that fails; the line below says it too.
  logging.getLogger('distributed').setLevel(logging.CRITICAL)
  logging.getLogger('tornado').setLevel(logging.CRITICAL)
  try:
    # A Client's own attempt may outlast its timeout.
    kind = asyncio.run(
      asyncio.wait_for(_kind_of_server(scheduler), timeout_secs)
    )
    if kind != 'Scheduler':
      raise ValueError(f'a {kind} answers there')
    client = distributed.Client(scheduler, timeout=timeout_secs)
  # From a name that does not resolve to a server that talks something else.
  except Exception as e:
    reason = ' '.join(str(e).split()) or 'no answer'
    raise InputError(
      f'no Dask scheduler at --scheduler={scheduler} within '
      f'{timeout_secs} s ({type(e).__name__}: {reason[:150]}); start one with '
      '`dask scheduler` and give its address, as tcp://host:8786'
    ) from e
  try:
    yield client
  finally:
    with contextlib.suppress(Exception):
      client.close(timeout=5)


async def _kind_of_server(address: str) -> str:
  """'Scheduler' or 'Worker', whichever answers at an address."""
  import distributed

  async with distributed.core.rpc(address) as server:
    return (await server.identity())['type']


def _gather(
  client: Any, to_make: Sequence[Shard], scheduler: str, timeout_secs: float
) -> Iterator[tuple[Shard, Report | InputError]]:
  import distributed

  try:
    client.wait_for_workers(1, timeout=timeout_secs)
  except Exception as e:
    raise _no_worker(scheduler, timeout_secs) from e
  shard_of = {
    client.submit(
      shards.write, shard, shards.VERSION, pure=False, retries=RETRIES
    ): shard
    for shard in to_make
  }
  waiting, workers_seen = set(shard_of), time.monotonic()
  while waiting:
    with contextlib.suppress(distributed.TimeoutError):
      distributed.wait(
        waiting, timeout=_LOOK_SECONDS, return_when='FIRST_COMPLETED'
      )
    if client.status != 'running':
      raise InputError(
        f'lost the Dask scheduler at {scheduler}; the shards made so far stay, '
        'and the same command goes on from there'
      )
    for future in [f for f in waiting if f.done()]:
      waiting.remove(future)
      yield shard_of[future], _outcome(future, scheduler)
    if client.scheduler_info()['workers']:
      workers_seen = time.monotonic()
    elif waiting and time.monotonic() - workers_seen > timeout_secs:
      raise _no_worker(scheduler, timeout_secs)


def _outcome(future: Any, scheduler: str) -> Report | InputError:
  """A finished task's `Report`, or an InputError in its place."""
  if future.status == 'cancelled':
    raise InputError(
      f'the Dask scheduler at {scheduler} dropped the work; the shards made so '
      'far stay, and the same command goes on from there'
    )
  try:
    return future.result(timeout=60)
  except InputError as e:
    return e
  # A task that killed its workers, or that a worker could not load.
  except Exception as e:
    reason = ' '.join(str(e).split())
    return InputError(f'{type(e).__name__}: {reason[:300]}')


def _no_worker(scheduler: str, timeout_secs: float) -> InputError:
  return InputError(
    f'the Dask scheduler at {scheduler} had no worker for {timeout_secs} s; '
    f'start some with `dask worker {scheduler}`; the shards made so far stay'
  )
