# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What is wrong with what was received: a line of the log and a reply.

So many a second and no more: who sends nonsense by the thousand gets neither a
full disk nor an answer to each.
"""

from __future__ import annotations

import time

_MOST_A_SECOND = 5


class Complaints:
  """Lets some complaints of each second pass."""

  def __init__(self) -> None:
    self._second = 0
    self._count = 0
    self._held_back = 0

  def worded(self, text: str) -> str | None:
    """What to say of a complaint now.

    Args:
      text: The complaint.

    Returns:
      The text, with how many were held back before it; None to hold it back.
    """
    second = int(time.monotonic())
    if second != self._second:
      self._second, self._count = second, 0
    if self._count >= _MOST_A_SECOND:
      self._held_back += 1
      return None
    self._count += 1
    held_back, self._held_back = self._held_back, 0
    return text + (f' (and {held_back} more)' if held_back else '')
