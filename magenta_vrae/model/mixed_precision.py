# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Products of bfloat16 numbers in loops that otherwise compute in float32.

Processors with instructions for them (AVX512_BF16, AMX) multiply bfloat16
numbers up to twice as fast. A loop does so if it is given `rounded` weights:
its products then have bfloat16 factors and a bfloat16 result, and their sums
are kept in float32. States, gates, errors and what the loop returns stay in
float32, and so do the weights that are trained and their gradients.

A bfloat16 number has 8 significant bits, so a product is right to 0.4%.
"""

from __future__ import annotations

import os
import re

import tensorflow.compat.v1 as tf

from magenta_vrae.model import products
from magenta_vrae.model.products import Weights

_INSTRUCTIONS = re.compile(r'\b(avx512_bf16|amx_bf16|bf16)\b')

# oneDNN's limit to the instructions that it uses, by its new and its old name,
# and the values that allow these. With another TensorFlow still asks for them,
# and the process ends with a segmentation fault (TensorFlow 2.21).
_LIMITS = ('ONEDNN_MAX_CPU_ISA', 'DNNL_MAX_CPU_ISA')
_NO_LIMIT = re.compile(
  r'(|ALL|DEFAULT|.*(BF16|FP16|AMX|AVX10).*)', re.IGNORECASE
)


def is_in(processor: str) -> bool:
  """Whether a processor has the instructions, and oneDNN may use them.

  Args:
    processor: Its description with its flags, as `loop_memory.machine` gives.
  """
  return is_allowed() and bool(_INSTRUCTIONS.search(processor))


def is_allowed() -> bool:
  """Whether nothing forbids oneDNN to use the instructions, if any."""
  return all(_NO_LIMIT.fullmatch(os.environ.get(name, '')) for name in _LIMITS)


def rounded(weights: Weights) -> Weights:
  """The weights with each matrix in bfloat16; biases stay as they are."""
  return products.each_matrix(lambda W: tf.cast(W, tf.bfloat16), weights)
