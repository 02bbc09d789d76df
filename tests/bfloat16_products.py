# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Whether TensorFlow can multiply bfloat16 numbers here."""

from __future__ import annotations

import pytest

from magenta_vrae.model import loop_memory
from magenta_vrae.model import mixed_precision

_MACHINE = loop_memory.machine()
needs_bfloat16_products = pytest.mark.skipif(
  'bf16' in _MACHINE and not mixed_precision.is_in(_MACHINE),
  reason='oneDNN may not use bfloat16 here, and TensorFlow would crash',
)
