# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Hyperparameters: Magenta's defaults and ours, and what is refused."""

from __future__ import annotations

import math
import subprocess
import sys
import types

import pytest

from magenta_vrae import InputError
from magenta_vrae import get_default_hparams
from magenta_vrae.host import base_model
from magenta_vrae.model import hparam_ranges
from magenta_vrae.model import hparams


def with_defaults(**values):
  """Hparams that are no HParams of Magenta's."""
  return types.SimpleNamespace(
    **{**hparams.MAGENTA_DEFAULTS, **hparams.DEFAULTS, **values}
  )


def test_magentas_defaults_are_its_own():
  assert base_model.get_default_hparams().values() == hparams.MAGENTA_DEFAULTS


def test_the_default_hparams_are_both():
  made = get_default_hparams()
  assert made.values() == vars(with_defaults())
  made.enc_rnn_size.append(3)
  assert get_default_hparams().enc_rnn_size == [500]


@pytest.mark.parametrize(
  'values, says',
  [
    (
      {'cell': 'rnn'},
      "unknown cell 'rnn'; hparam `cell` is one of ['tanh', 'gru', 'lstm']",
    ),
    (
      {'dec_rnn_size': [4, 5]},
      '2 RNN layers were asked for, [4, 5]; the VRAE has one: give '
      'enc_rnn_size and dec_rnn_size one number each',
    ),
    (
      {'enc_rnn_size': []},
      '0 RNN layers were asked for, []; the VRAE has one: give '
      'enc_rnn_size and dec_rnn_size one number each',
    ),
    ({'frames_per_step': 0}, 'frames_per_step is 0; give 1 or more'),
    (
      {'feedback': 'input'},
      "unknown feedback 'input'; it is one of ['output', 'teacher', 'sample']",
    ),
    (
      {'z_size': 0},
      'the VRAE decodes from z: hparam z_size must be above 0',
    ),
    (
      {'weight_init': 'zeros'},
      "unknown weight_init 'zeros'; it is 'normal' or 'fan_in'",
    ),
    (
      {'recurrent_init': 'zeros'},
      "unknown recurrent_init 'zeros'; it is 'normal' or 'orthogonal'",
    ),
    (
      {'recurrence': 'fast'},
      "unknown recurrence 'fast'; it is one of "
      "['auto', 'compiled', 'uncompiled', 'plain']",
    ),
    (
      {'precision': 'bfloat16'},
      "unknown precision 'bfloat16'; it is one of ['float32', 'auto']",
    ),
    (
      {'precision': 'auto', 'recurrence': 'compiled'},
      'precision is auto, which measures loops as recurrence=auto does, but '
      'recurrence is compiled; set recurrence=auto, or precision=float32',
    ),
    (
      {'weight_decay': -0.1},
      'weight_decay is -0.1; give 0 or more, and less than 1 / learning_rate, '
      '1000',
    ),
    (
      {'weight_decay': 1000.0, 'learning_rate': 0.001},
      'weight_decay is 1000.0; give 0 or more, and less than 1 / '
      'learning_rate, 1000',
    ),
    (
      {'weight_decay': 50.0, 'learning_rate': 0.01, 'muon_rate': 4.0},
      'weight_decay is 50.0; give 0 or more, and less than 1 / '
      '(muon_rate * learning_rate), 25',
    ),
    (
      {'muon_rate': -1.0},
      'muon_rate is -1.0; give 0 or more, as 4, or 0 for Adam',
    ),
    (
      {'objective': 'elbo'},
      "unknown objective 'elbo'; it is one of ['bound', 'authors']",
    ),
    (
      {'learning_rate_schedule': 'cosine'},
      "unknown learning_rate_schedule 'cosine'; "
      "it is 'exponential', 'linear' or 'step'",
    ),
    (
      {'sampling': 'argmax'},
      "unknown sampling 'argmax'; it is one of ['threshold', 'bernoulli']",
    ),
    (
      {'enc_rnn_size': [0]},
      'enc_rnn_size is [0]; give a number from 1 to 1000000, in brackets',
    ),
    (
      {'dec_rnn_size': [-2]},
      'dec_rnn_size is [-2]; give a number from 1 to 1000000, in brackets',
    ),
    (
      {'z_size': -1},
      'the VRAE decodes from z: hparam z_size must be above 0',
    ),
    ({'threshold': 1.5}, 'threshold is 1.5; give 0 to 1'),
    ({'threshold': float('nan')}, 'threshold is nan; give 0 to 1'),
    ({'free_weight': float('nan')}, 'free_weight is nan; give 0 or more'),
    ({'batch_size': 0}, 'batch_size is 0; give a number from 1 to 1000000'),
    (
      {'learning_rate': -1.0},
      'learning_rate is -1.0; give a number, 0 or more',
    ),
    (
      {'learning_rate': float('inf')},
      'learning_rate is inf; give a number, 0 or more',
    ),
    ({'max_beta': float('nan')}, 'max_beta is nan; give a number, 0 or more'),
    ({'free_bits': -8.0}, 'free_bits is -8.0; give a number, 0 or more'),
    ({'beta_rate': 1.5}, 'beta_rate is 1.5; give a number from 0 to 1'),
    ({'decay_rate': -0.5}, 'decay_rate is -0.5; give a number from 0 to 1'),
    ({'adam_beta1': 1.0}, 'adam_beta1 is 1.0; give a number from 0 to below 1'),
    ({'sigma_init': -0.1}, 'sigma_init is -0.1; give a number, 0 or more'),
    (
      {'clip_mode': 'norm'},
      "unknown clip_mode 'norm'; it is one of ['value', 'global_norm']",
    ),
    (
      {'pitch_blocks': []},
      'pitch_blocks is []; give one number or more, each 0 or more',
    ),
    (
      {'schedule_steps': -1},
      'schedule_steps is -1; give a number, 1 or more',
    ),
    # The share of the schedule that is done would be 0 / 0.
    (
      {'schedule_steps': 0, 'learning_rate_schedule': 'linear'},
      'schedule_steps is 0; give a number, 1 or more',
    ),
    (
      {'learning_rate': math.nan},
      'learning_rate is nan; give a number, 0 or more',
    ),
    ({'decay_rate': 1.5}, 'decay_rate is 1.5; give a number from 0 to 1'),
    ({'grad_clip': 0.0}, 'grad_clip is 0.0; give a number above 0'),
    (
      {'clip_mode': 'norm'},
      "unknown clip_mode 'norm'; it is one of ['value', 'global_norm']",
    ),
    (
      {'adam_beta2': 1.0},
      'adam_beta2 is 1.0; give a number from 0 to below 1',
    ),
    ({'max_seq_len': -3}, 'max_seq_len is -3; give a number from 1 to 1000000'),
    ({'transpose': 128}, 'transpose is 128; give a number from 0 to 127'),
    (
      {'corrupt_wrong': 1.5},
      'hparam corrupt_wrong is 1.5; give a share from 0 to 1',
    ),
  ],
)
def test_what_is_refused(values, says):
  hparams.check(with_defaults())
  with pytest.raises(InputError) as error:
    hparams.check(with_defaults(**values))
  assert str(error.value) == says


@pytest.mark.parametrize(
  'values',
  [
    {'learning_rate': 0.0, 'min_learning_rate': 0.0},
    {'decay_rate': 1.0, 'beta_rate': 1.0, 'max_beta': 50.0},
    {'adam_beta1': 0.0, 'adam_beta2': 0.0, 'grad_clip': 1e30},
    {'batch_size': 1, 'max_seq_len': 1, 'schedule_steps': 1},
    {'threshold': 1.0, 'temperature': 0.0, 'sigma_init': 0.0},
  ],
)
def test_ends_of_ranges_are_taken(values):
  hparams.check(with_defaults(**values))


def test_magentas_models_without_z_are_taken():
  made = types.SimpleNamespace(**{**hparams.MAGENTA_DEFAULTS, 'z_size': 0})
  hparam_ranges.check_common(made)
  made.batch_size = -1
  with pytest.raises(InputError, match='batch_size is -1'):
    hparam_ranges.check_common(made)


def test_tensorflow_is_not_needed():
  program = (
    'import sys\n'
    'from magenta_vrae.model import faults, hparams, weights\n'
    "print([m for m in sys.modules if m.split('.')[0] == 'tensorflow'])"
  )
  result = subprocess.run(
    [sys.executable, '-c', program], capture_output=True, text=True
  )
  assert (result.stdout, result.stderr) == ('[]\n', '')
