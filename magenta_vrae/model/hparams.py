# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The hyperparameters: their defaults, and which values they may have.

Importing this loads no TensorFlow: settings are checked before it is needed,
and NumPy can run a trained model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Any
from typing import Iterable
from typing import NamedTuple
from typing import Sequence

from magenta_vrae.errors import InputError
from magenta_vrae.model import hparam_ranges
from magenta_vrae.model.faults import Rates

if TYPE_CHECKING:
  from magenta_vrae.host import HParams

# Those of MusicVAE's `base_model.get_default_hparams`.
MAGENTA_DEFAULTS: dict[str, Any] = {
  'max_seq_len': 32,  # Frames of a window; longer ones are cut off.
  'z_size': 32,  # Numbers in z.
  'free_bits': 0.0,  # Bits of the KL that cost nothing.
  'max_beta': 1.0,  # The KL's weight, or what it grows to.
  'beta_rate': 0.0,  # How slowly it grows; see schedules.kl_weight.
  'batch_size': 512,  # Windows to a training step.
  'grad_clip': 1.0,  # Where gradients are clipped.
  'clip_mode': 'global_norm',  # 'value' or 'global_norm'.
  # With 'global_norm', a step whose gradients' norm is above this is left out.
  'grad_norm_clip_to_zero': 10000,
  'learning_rate': 0.001,  # At the first step.
  'decay_rate': 0.9999,  # A step's factor, in an exponential schedule.
  'min_learning_rate': 0.00001,  # Where the schedule ends.
}

# The VRAE's own, at the paper's values, over Magenta's.
DEFAULTS: dict[str, Any] = {
  # Model.
  'cell': 'tanh',  # 'tanh' (the paper), 'gru' or 'lstm'.
  'enc_rnn_size': [500],  # Units of the encoder, a list of one.
  'dec_rnn_size': [500],  # Units of the decoder, a list of one.
  'reverse_input': False,  # Encode frames last to first.
  'frames_per_step': 1,  # Frames to one step of both recurrences; blocks.py.
  # Neighbouring columns that are a semitone apart, block by block from the
  # first column on; [0] is none. The data converter says so.
  'pitch_blocks': [0],
  'feedback': 'output',  # x_t fed back: 'output', 'teacher' or 'sample'.
  'z_every_step': False,  # Feed z to every decoder step, not to h_0 alone.
  'weight_init': 'normal',  # 'normal' (the authors) or 'fan_in'.
  'sigma_init': 0.05,  # Standard deviation of initial weights, for 'normal'.
  'recurrent_init': 'normal',  # W_enc and W_dec: 'normal' or 'orthogonal'.
  # A second recurrence, told the frames played; autoregressive.py.
  'ar_rnn_size': [0],  # Its units, a list of one; 0 is none, as in the paper.
  'nade_size': 0,  # Units that join the notes of a frame; 0 is none.
  'bar_frames': 0,  # Of a bar, whose frames it tells apart; 0 is none.
  # Units with which each pitch hears the notes around it; intervals.py.
  'interval_size': 0,  # 0 is none.
  'interval_reach': 24,  # How many semitones away, up and down.
  'interval_frames': 3,  # How many frames before, beside the frame itself.
  'free_weight': 0.0,  # Of log p_free(x|z) in what is minimized, beside L.
  'told_dropout': 0.0,  # Share of the frames told that are hidden in training.
  'ar_dropout': 0.0,  # Share of its outputs that are left out in training.
  # How loops run: 'compiled', 'uncompiled', 'auto', the sooner of the two, or
  # 'plain'; see fast_recurrence.py, loop_choice.py. The numbers are the same.
  'recurrence': 'auto',
  # Of products in the loops: 'float32', or 'auto', bfloat16 where it is sooner.
  'precision': 'float32',
  # Objective.
  'objective': 'bound',  # 'bound', or 'authors': r_loss / T + 0.01 KL.
  'max_beta': 1.0,  # The bound has the KL whole,
  'beta_rate': 0.0,  # from the first step on.
  'free_bits': 0.0,
  # Faults in what the encoder hears in training; see corruption.py.
  'corrupt_missing': 0.0,  # Share of notes left out.
  'corrupt_wrong': 0.0,  # Share of the others moved by one or two pitches.
  'corrupt_jitter_frames': 0,  # Most frames by which they are early or late.
  # Training windows are transposed at random, by at most so many semitones.
  'transpose': 0,
  'transpose_until': 1.0,  # From this share of schedule_steps on, not at all.
  # Which weights training changes: 'all', or those that z meets, 'z'; the
  # others stay what --personalize or --warm_start began with. See weights.py.
  'trained_weights': 'all',
  # Optimizer. The paper's beta1 = 0.05 and beta2 = 0.001 count from 1.
  'adam_beta1': 0.95,
  'adam_beta2': 0.999,
  # Of matrices, a share of the learning rate at each step; optimizer.py.
  'weight_decay': 0.0,
  # How much larger than Adam's are Muon's steps, for the matrices of what is
  # told the frames; 0 leaves them to Adam. See optimizer.py.
  'muon_rate': 0.0,
  'learning_rate_schedule': 'exponential',  # or 'linear' or 'step'.
  'schedule_steps': 200000,  # Where 'linear' ends and 'step' falls.
  'warm_up_steps': 0,  # Steps over which the learning rate grows at first.
  # The paper does not clip; `value` at this size leaves every gradient.
  'clip_mode': 'value',
  'grad_clip': 1e9,
  # Generation.
  'sampling': 'threshold',  # Frames from outputs: 'threshold' or 'bernoulli'.
  'temperature': 1.0,  # Of draws, where nothing else is said.
  'threshold': 0.5,  # Where a note sounds, for 'threshold'.
}


class CellSize(NamedTuple):
  """How large a cell's weights and state are, in units.

  Attributes:
    num_gates: G: with H units, a pre-activation has G * H numbers.
    num_states: Vectors of H numbers in a state: h, and for the LSTM c.
  """

  num_gates: int
  num_states: int


# The values that the hparams of these names may have.
CELL_SIZES = {
  'tanh': CellSize(num_gates=1, num_states=1),
  'gru': CellSize(num_gates=3, num_states=1),
  'lstm': CellSize(num_gates=4, num_states=2),
}
FEEDBACKS = ('output', 'teacher', 'sample')
WEIGHT_INITS = ('normal', 'fan_in')
RECURRENT_INITS = ('normal', 'orthogonal')
RECURRENCES = ('auto', 'compiled', 'uncompiled', 'plain')
PRECISIONS = ('float32', 'auto')
OBJECTIVES = ('bound', 'authors')
TRAINED_WEIGHTS = ('all', 'z')
LEARNING_RATE_SCHEDULES = ('exponential', 'linear', 'step')
SAMPLINGS = ('threshold', 'bernoulli')


def check(hparams: HParams) -> None:
  """Checks all hparams that a VRAE reads.

  Args:
    hparams: Any object with the names of `DEFAULTS` and `z_size` as attributes.

  Raises:
    InputError: On a value that is not one of those above, or out of its range.
  """
  check_encoder(hparams)
  check_decoder(hparams)
  check_training(hparams)


def check_encoder(hparams: HParams) -> None:
  """Checks those that `VraeEncoder` reads; args and errors as in `check`."""
  check_cell(hparams.cell, hparams.enc_rnn_size)
  hparam_ranges.check_layers(hparams)
  check_precision(hparams.precision, hparams.recurrence)
  frames_per_step(hparams)
  check_initializers(hparams)


def check_decoder(hparams: HParams) -> None:
  """Checks those that `VraeDecoder` reads; args and errors as in `check`."""
  _check_known('feedback', hparams.feedback, FEEDBACKS)
  if hparams.z_size < 1:
    raise InputError('the VRAE decodes from z: hparam z_size must be above 0')
  check_cell(hparams.cell, hparams.dec_rnn_size)
  hparam_ranges.check_layers(hparams)
  frames_per_step(hparams)
  check_precision(hparams.precision, hparams.recurrence)
  check_initializers(hparams)
  check_sampling(hparams.sampling)
  check_threshold(hparams.threshold)
  check_temperature(hparams.temperature)
  check_autoregressive(hparams)


_OF_SECOND_RECURRENCE = (
  'nade_size',
  'bar_frames',
  'interval_size',
  'free_weight',
  'told_dropout',
  'ar_dropout',
)


def check_autoregressive(hparams: HParams) -> None:
  """Checks those that `AutoregressiveDecoder` adds; as in `check`."""
  check_cell(hparams.cell, hparams.ar_rnn_size)
  for name, value in (
    ('ar_rnn_size', hparams.ar_rnn_size[0]),
    ('nade_size', hparams.nade_size),
    ('bar_frames', hparams.bar_frames),
    ('interval_size', hparams.interval_size),
    ('free_weight', hparams.free_weight),
  ):
    if not value >= 0:  # So that NaN is refused, too.
      raise InputError(f'{name} is {value}; give 0 or more')
  for name in ('interval_reach', 'interval_frames'):
    if getattr(hparams, name) < 1:
      raise InputError(f'{name} is {getattr(hparams, name)}; give 1 or more')
  for name in ('told_dropout', 'ar_dropout'):
    share = getattr(hparams, name)
    if not 0.0 <= share < 1.0:
      raise InputError(f'{name} is {share}; give a share from 0 to below 1')
  bar, half = hparams.bar_frames, hparams.max_seq_len // 2
  if bar and half % bar:
    raise InputError(
      f'bar_frames is {bar}, and half a window has {half} frames; give a '
      f'number of frames that divides {half}, or 0'
    )
  if is_autoregressive(hparams):
    if hparams.feedback != 'output':
      raise InputError(
        f'feedback is {hparams.feedback!r} and ar_rnn_size '
        f'{hparams.ar_rnn_size[0]}; the recurrence of ar_rnn_size is told the '
        "frames, and the other one hears itself: leave feedback at 'output', "
        'or ar_rnn_size at 0'
      )
  elif any(getattr(hparams, name) for name in _OF_SECOND_RECURRENCE):
    raise InputError(
      f'{", ".join(_OF_SECOND_RECURRENCE)} are for a decoder with a second '
      'recurrence; give ar_rnn_size, or leave them at 0'
    )


def is_autoregressive(hparams: HParams) -> bool:
  """Whether the decoder is an `AutoregressiveDecoder`."""
  return hparams.ar_rnn_size[0] > 0


def check_training(hparams: HParams) -> None:
  """Checks those of `VRAE`'s loss and optimizer; as in `check`."""
  Rates.of(hparams)
  hparam_ranges.check_common(hparams)
  if min(hparams.pitch_blocks, default=-1) < 0:
    raise InputError(
      f'pitch_blocks is {list(hparams.pitch_blocks)}; give one number or more, '
      'each 0 or more'
    )
  if not 0.0 <= hparams.transpose_until <= 1.0:
    raise InputError(
      f'transpose_until is {hparams.transpose_until}; give a share of '
      'schedule_steps, 0 to 1'
    )
  if not 0.0 <= hparams.muon_rate < float('inf'):
    raise InputError(
      f'muon_rate is {hparams.muon_rate}; give 0 or more, as 4, or 0 for Adam'
    )
  most = 1.0 / max(
    hparams.learning_rate, hparams.learning_rate * hparams.muon_rate, 1e-30
  )
  if not 0.0 <= hparams.weight_decay < most:
    rate = 'learning_rate'
    if hparams.muon_rate > 1.0:
      rate = '(muon_rate * learning_rate)'
    raise InputError(
      f'weight_decay is {hparams.weight_decay}; give 0 or more, and less than '
      f'1 / {rate}, {most:g}'
    )
  _check_known('objective', hparams.objective, OBJECTIVES)
  _check_known('trained_weights', hparams.trained_weights, TRAINED_WEIGHTS)
  check_schedule(hparams.learning_rate_schedule)


def check_cell(name: str, rnn_size: Sequence[int]) -> None:
  """Checks a cell's name and Magenta's list of units per layer.

  Args:
    name: The hparam `cell`.
    rnn_size: The hparam `enc_rnn_size` or `dec_rnn_size`.

  Raises:
    InputError: On an unknown name, or more than one layer.
  """
  allowed = f'hparam `cell` is one of {list(CELL_SIZES)}'
  _check_known('cell', name, CELL_SIZES, allowed)
  if len(rnn_size) != 1:
    raise InputError(
      f'{len(rnn_size)} RNN layers were asked for, {list(rnn_size)}; '
      'the VRAE has one: give enc_rnn_size and dec_rnn_size one number each'
    )


def check_initializers(hparams: HParams) -> None:
  """Checks `weight_init` and `recurrent_init`; errors as in `check`."""
  _check_known(
    'weight_init',
    hparams.weight_init,
    WEIGHT_INITS,
    "it is 'normal' or 'fan_in'",
  )
  _check_known(
    'recurrent_init',
    hparams.recurrent_init,
    RECURRENT_INITS,
    "it is 'normal' or 'orthogonal'",
  )


def check_recurrence(name: str) -> None:
  """InputError if `name` is not one of `RECURRENCES`."""
  _check_known('recurrence', name, RECURRENCES)


def check_precision(precision: str, recurrence: str) -> None:
  """InputError if either is unknown, or bfloat16 cannot be chosen."""
  check_recurrence(recurrence)
  _check_known('precision', precision, PRECISIONS)
  if precision == 'auto' and recurrence != 'auto':
    raise InputError(
      'precision is auto, which measures loops as recurrence=auto does, but '
      f'recurrence is {recurrence}; set recurrence=auto, or precision=float32'
    )


def check_sampling(name: str) -> None:
  """InputError if `name` is not one of `SAMPLINGS`."""
  _check_known('sampling', name, SAMPLINGS)


def check_threshold(threshold: float) -> None:
  """InputError if `threshold` is not from 0 to 1."""
  if not 0.0 <= threshold <= 1.0:
    raise InputError(f'threshold is {threshold}; give 0 to 1')


def check_temperature(temperature: float) -> None:
  """InputError if `temperature` is below 0, endless or no number."""
  if not 0.0 <= temperature < float('inf'):
    raise InputError(f'temperature is {temperature}; give 0 or more')


def check_schedule(name: str) -> None:
  """InputError if `name` is not one of `LEARNING_RATE_SCHEDULES`."""
  _check_known(
    'learning_rate_schedule',
    name,
    LEARNING_RATE_SCHEDULES,
    "it is 'exponential', 'linear' or 'step'",
  )


def frames_per_step(hparams: HParams) -> int:
  """K, the hparam of that name; InputError if it is not 1 or more."""
  K = hparams.frames_per_step
  if K < 1:
    raise InputError(f'frames_per_step is {K}; give 1 or more')
  return K


def _check_known(
  name: str, value: str, known: Iterable[str], allowed: str = ''
) -> None:
  """InputError if `value` is not known; `allowed` says which are."""
  if value not in known:
    allowed = allowed or f'it is one of {list(known)}'
    raise InputError(f'unknown {name} {value!r}; {allowed}')
