# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Whether TensorFlow can multiply bfloat16 numbers here."""

from __future__ import annotations

import re

import pytest

from magenta_vrae.model import loop_memory
from magenta_vrae.model import mixed_precision

# TensorFlow asks oneDNN for them wherever there is AVX-512, which needs no
# instructions of their own.
_ASKED_FOR = re.compile('bf16|avx512f')

needs_bfloat16_products = pytest.mark.skipif(
  bool(_ASKED_FOR.search(loop_memory.machine()))
  and not mixed_precision.is_allowed(),
  reason='oneDNN may not use bfloat16 here, and TensorFlow would crash',
)
