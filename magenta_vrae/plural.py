# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Counts in words."""

from __future__ import annotations


def plural(count: int, one: str, more: str = '') -> str:
  """A count and what is said of it, of one or of more.

  Args:
    count: The count.
    one: What is said of one, as 'piece'.
    more: What is said of 0, 2 and more; by default with an s behind it.

  Returns:
    As '1 piece' or '2 pieces'.
  """
  return f'{count} {one if count == 1 else more or f"{one}s"}'
