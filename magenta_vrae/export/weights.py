# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Weights as the functions here use them."""

from __future__ import annotations

import numpy as np

from magenta_vrae.model import masks

_NADE = 'decoder/nade_'


def prepared(weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
  """Weights with those of model/nade.py masked and joined.

  With d_t = x_t - x_{t-1}, W_x x_t + W_d d_t is (W_x + W_d) x_t - W_d x_{t-1}.
  `nade_frame` and `nade_before` have these two matrices, each for the hidden
  units and for the logits side by side.

  Args:
    weights: Arrays by their names in checkpoints.

  Returns:
    Arrays by name.
  """
  if _NADE + 'b' not in weights:
    return weights
  w = masks.masked(weights)
  joined = [_NADE + name for name in ('W_x', 'W_d', 'A_x', 'A_d')]
  W_x, W_d, A_x, A_d = (w[name] for name in joined)
  before = np.concatenate([W_d, A_d], axis=1)
  frame = np.concatenate([W_x, A_x], axis=1) + before
  kept = {name: value for name, value in w.items() if name not in joined}
  return {**kept, _NADE + 'before': before, _NADE + 'frame': frame}
