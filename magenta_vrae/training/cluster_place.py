# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A process's place among others, as TF_CONFIG says it. No TensorFlow."""

from __future__ import annotations

import json
import os
from typing import Any
from typing import Mapping
from typing import NamedTuple

from magenta_vrae.errors import InputError

ENVIRONMENT_VARIABLE = 'TF_CONFIG'
JOBS = ('chief', 'worker', 'ps', 'evaluator')


class Place(NamedTuple):
  """One process's place in the cluster.

  Attributes:
    job: One of `JOBS`.
    index: Its number within the job, from 0.
    ps: 'host:port' of each parameter server, a tuple.
    workers: 'host:port' of the chief and then of each worker, a tuple.
  """

  job: str
  # mypy takes it for the `index` that every tuple has.
  index: int  # type: ignore[assignment]
  ps: tuple[str, ...]
  workers: tuple[str, ...]

  @property
  def task(self) -> int:
    """Magenta's --task: 0 is the chief, i + 1 is worker i."""
    return self.index + (self.job == 'worker')

  @property
  def is_chief(self) -> bool:
    return self.job == 'chief'

  def __str__(self) -> str:
    return self.job if self.is_chief else f'{self.job} {self.index}'


def from_environment(
  environ: Mapping[str, str] | None = None,
) -> Place | None:
  """This process's `Place`, or None where TF_CONFIG names no cluster.

  A cluster of a chief alone is none either: it trains by itself.

  Args:
    environ: A dict in place of the process's environment.

  Raises:
    InputError: If TF_CONFIG cannot be understood.
  """
  environ = os.environ if environ is None else environ
  text = environ.get(ENVIRONMENT_VARIABLE, '').strip()
  if not text:
    return None
  try:
    config = json.loads(text)
  except ValueError as e:
    raise _unusable(f'is not JSON ({e}): {text[:80]!r}') from e
  if not isinstance(config, dict):
    raise _unusable(f'is {text[:80]!r}, not a dict of "cluster" and "task"')
  if config.get('sparseCluster'):
    raise _unusable(
      'has a "sparseCluster": a changing number of workers is not supported; '
      'give a "cluster"'
    )
  cluster, task = config.get('cluster'), config.get('task', {})
  if not cluster:
    return None
  addresses = _addresses(cluster)
  job, index = _task(task)
  num_tasks = 1 if job == 'evaluator' else len(addresses[job])
  if not 0 <= index < num_tasks:
    raise _unusable(
      f'says this is {job} {index}, but its cluster has '
      f'{num_tasks or "no"} {job}'
      + (f', numbered from 0 to {num_tasks - 1}' if num_tasks else '')
    )
  if len(addresses['chief']) != 1:
    raise _unusable(
      f'has {len(addresses["chief"]) or "no"} chief in its cluster; one is '
      'needed, which begins training and writes checkpoints'
    )
  if not addresses['ps']:
    if addresses['worker']:
      raise _unusable(
        'has no ps in its cluster; workers need at least one, which holds '
        'their variables'
      )
    if job == 'chief':
      return None
  return Place(
    job,
    index,
    tuple(addresses['ps']),
    (*addresses['chief'], *addresses['worker']),
  )


def _addresses(cluster: Any) -> dict[str, list[str]]:
  """Checks TF_CONFIG's cluster; returns a dict of lists, one for each job."""
  if not isinstance(cluster, dict):
    raise _unusable(f'has the cluster {cluster!r}, not a dict of lists')
  addresses: dict[str, list[str]] = {job: [] for job in JOBS}
  for job, listed in cluster.items():
    # The chief's name in older operators.
    job = 'chief' if job == 'master' else job
    if job not in JOBS:
      raise _unusable(f'has a job {job!r}; jobs are {", ".join(JOBS)}')
    if not isinstance(listed, list):
      raise _unusable(f'has {listed!r} for {job}, not a list of "host:port"')
    addresses[job] += listed
  seen: set[str] = set()
  for job, listed in addresses.items():
    for address in listed:
      if not _is_address(address):
        raise _unusable(
          f'has the address {address!r} for {job}, not a "host:port"'
        )
      if address in seen:
        raise _unusable(f'has the address {address} twice')
      seen.add(address)
  return addresses


def _is_address(address: Any) -> bool:
  if not isinstance(address, str):
    return False
  host, _, port = address.rpartition(':')
  return bool(host) and port.isdecimal() and 0 < int(port) < 65536


def _task(task: Any) -> tuple[str, int]:
  """Checks TF_CONFIG's task; returns job and index."""
  job = task.get('type') if isinstance(task, dict) else None
  job = 'chief' if job == 'master' else job
  if job not in JOBS:
    raise _unusable(
      f'has a cluster and the task {task!r}; its type is one of '
      f'{", ".join(JOBS)}'
    )
  index = task.get('index', 0)
  if isinstance(index, str) and index.isdecimal():
    index = int(index)
  if not isinstance(index, int) or isinstance(index, bool):
    raise _unusable(f'has the index {index!r} for this {job}, not a number')
  return job, index


def _unusable(reason: str) -> InputError:
  return InputError(f'the environment variable {ENVIRONMENT_VARIABLE} {reason}')
