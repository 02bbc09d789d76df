# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The commands that the benchmarks time still do what they are timed for."""

from __future__ import annotations

import pathlib

import pytest

BENCHMARKS = pathlib.Path(__file__).parent.parent / 'benchmarks'


@pytest.mark.long
def test_every_case_of_start_up(tmp_path, monkeypatch):
  """Each exits with its status, or `seconds` ends the benchmark."""
  monkeypatch.syspath_prepend(str(BENCHMARKS))
  import start_up

  start_up.prepare(tmp_path)
  for case in start_up.cases(tmp_path):
    assert start_up.seconds(case, start_up.HERE, tmp_path) > 0
