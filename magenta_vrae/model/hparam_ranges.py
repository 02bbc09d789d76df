# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which numbers a hyperparameter may be, in Magenta's configs and in ours.

What is beyond them trains nothing, or ends in TensorFlow's own words after a
run's settings were written: a batch of no windows, a rate that is no number.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from typing import NamedTuple

from magenta_vrae.errors import InputError

if TYPE_CHECKING:
  from magenta_vrae.host import HParams


_ENDLESS = 2.0**53  # As many steps are never made.


class _Range(NamedTuple):
  """The numbers from `least` to `most`.

  Attributes:
    least: The least of them.
    most: The largest.
    without: An end that is not one of them; None if both are.
  """

  least: float
  most: float
  without: float | None = None

  def holds(self, value: float) -> bool:
    """Never of NaN."""
    return self.least <= value <= self.most and value != self.without

  def __str__(self) -> str:
    if self.most < _ENDLESS:
      below = 'below ' if self.without == self.most else ''
      return f'a number from {self.least:.0f} to {below}{self.most:.0f}'
    if self.without == self.least:
      return f'a number above {self.least:.0f}'
    return f'a number, {self.least:.0f} or more'


# More than a machine can hold.
_MOST = 10**6
_FROM_0 = _Range(0.0, math.inf, math.inf)
_ABOVE_0 = _Range(0.0, math.inf, 0.0)
_SHARE = _Range(0.0, 1.0)
_RANGES = {
  'max_seq_len': _Range(1, _MOST),
  'z_size': _Range(0, _MOST),  # Some of Magenta's models have no z.
  'batch_size': _Range(1, _MOST),
  'free_bits': _FROM_0,
  'max_beta': _FROM_0,
  'beta_rate': _SHARE,
  'grad_clip': _ABOVE_0,
  'grad_norm_clip_to_zero': _ABOVE_0,
  'learning_rate': _FROM_0,
  'min_learning_rate': _FROM_0,
  'decay_rate': _SHARE,
  'adam_beta1': _Range(0.0, 1.0, 1.0),
  'adam_beta2': _Range(0.0, 1.0, 1.0),
  'sigma_init': _FROM_0,
  'free_weight': _FROM_0,
  'temperature': _FROM_0,
  'threshold': _SHARE,
  'schedule_steps': _Range(1, _ENDLESS),
  'warm_up_steps': _Range(0, _ENDLESS),
  'frames_per_step': _Range(1, _MOST),
  'bar_frames': _Range(0, _MOST),
  'nade_size': _Range(0, _MOST),
  'interval_size': _Range(0, _MOST),
  'interval_reach': _Range(1, 127),
  'interval_frames': _Range(1, _MOST),
  'transpose': _Range(0, 127),
}
_OF_LAYERS = {
  'enc_rnn_size': _Range(1, _MOST),
  'dec_rnn_size': _Range(1, _MOST),
  'ar_rnn_size': _Range(0, _MOST),
}
_CLIP_MODES = ('value', 'global_norm')


def check_common(hparams: HParams) -> None:
  """Checks what any config has, Magenta's own among them.

  Args:
    hparams: Any object with hparams as attributes; those that it does not have
      are not checked.

  Raises:
    InputError: On a number that is out of its range, or is none.
  """
  for name, numbers in _RANGES.items():
    value = getattr(hparams, name, None)
    if value is not None and not numbers.holds(value):
      raise InputError(f'{name} is {value}; give {numbers}')
  clip_mode = getattr(hparams, 'clip_mode', None)
  if clip_mode is not None and clip_mode not in _CLIP_MODES:
    raise InputError(
      f'unknown clip_mode {clip_mode!r}; it is one of {list(_CLIP_MODES)}'
    )


def check_layers(hparams: HParams) -> None:
  """Checks the units of a VRAE's recurrences; args and errors as above."""
  for name, numbers in _OF_LAYERS.items():
    sizes = getattr(hparams, name, None) or []
    if not all(numbers.holds(size) for size in sizes):
      raise InputError(f'{name} is {list(sizes)}; give {numbers}, in brackets')
