# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""How music is to be read, where a file leaves that open."""

from __future__ import annotations

from typing import NamedTuple


class Options(NamedTuple):
  """How music is to be read.

  Attributes:
    repeats: Whether scores and tunes are played with their repeats; else each
      bar is read once.
    pedal: Whether notes of MIDI files sound as long as the sustain pedal holds
      them.
  """

  repeats: bool = True
  pedal: bool = False


DEFAULT = Options()
