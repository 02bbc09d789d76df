# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""How many of the processor's cores this process may use."""

from __future__ import annotations

import os


def available() -> int:
  """The processor cores that this process may use, at least 1."""
  if hasattr(os, 'sched_getaffinity'):  # Not on macOS.
    return len(os.sched_getaffinity(0))
  return os.cpu_count() or 1
