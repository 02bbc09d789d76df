# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What training and evaluation say of a VRAE, in plain words."""

from __future__ import annotations

# KL(q(z|x) || N(0, I)), averaged over windows, is no less than what z can tell
# of x (their mutual information). At a tenth of a nat that is a seventh of a
# bit: z could hardly tell apart two kinds of window. Models whose z is used
# have several nats, those whose z is not have thousandths.
UNUSED_KL = 0.1

# A bound so many times as low as the baseline is no slow beginning.
_DIVERGED = 2.0

_AGAINST_DIVERGING = (
  'train a new run with a lower learning_rate, or with weight_decay=0.15 if '
  'muon_rate is above 0'
)


def fit(music: str, nats: float, baseline: float | None) -> str:
  """How well a model describes music, in one line.

  Args:
    music: Which music.
    nats: The lower bound on log p(x) per time step.
    baseline: `Survey.independent_bernoulli` of that music; None if unknown.

  Returns:
    The line, without its end.
  """
  held_against = (
    ''
    if baseline is None
    else f'; a model that knows only how often each note sounds has '
    f'{baseline:.1f}'
  )
  return (
    f'fit to {music}: {nats:.1f} nats a frame (higher is better'
    f'{held_against}) [lower bound per time step]'
  )


def unused_latent(kl: float) -> str | None:
  """A warning, in one line, if the latent space is not used.

  Args:
    kl: KL(q(z|x) || N(0, I)) in nats, averaged over windows.

  Returns:
    The line, without its end, or None if the KL is no reason for it.
  """
  # Not `kl >= UNUSED_KL`: a KL that is not a number says nothing about z.
  if not kl < UNUSED_KL:
    return None
  return (
    f'the latent space is not used (KL {kl:.2g} nats a window): generated '
    'music will not depend on z; try --hparams=beta_rate=0.999, '
    'free_bits=8 or z_every_step=True in a new run, or '
    '--config=vrae_20d_best; docs/questions.md says more'
  )


def diverged(nats: float, first: float, baseline: float | None) -> str | None:
  """A warning, in one line, if training has left all sense behind.

  Args:
    nats: The lower bound on log p(x) per time step.
    first: That of the first step. Slow training is above it.
    baseline: `Survey.independent_bernoulli` of the music; None if unknown.

  Returns:
    The line, without its end, or None if the bound is no reason for it.
  """
  if baseline is None or nats >= min(first, _DIVERGED * baseline):
    return None
  return (
    f'the bound is {nats:.4g} nats a frame: training has diverged, and what '
    f'the model makes will be noise; {_AGAINST_DIVERGING}'
  )


def no_number(step: int, what: str) -> str:
  """An error, in one line, of a bound or a loss that is NaN."""
  return (
    f'the {what} is no number (NaN) at step {step}: training has diverged; '
    f'{_AGAINST_DIVERGING}. Checkpoints from before are kept'
  )


def unlike_base(nats: float, baseline: float | None) -> str | None:
  """A warning, in one line, if z alone could not fit a model to the music.

  Args:
    nats: The lower bound on log p(x) per time step, after training with the
      hparam `trained_weights` at 'z'.
    baseline: `Survey.independent_bernoulli` of the music; None if unknown.

  Returns:
    The line, without its end, or None if the fit is no reason for it.
  """
  if baseline is None or not nats < baseline:
    return None
  return (
    'the music is unlike what the base model learned; in a new run, '
    '--hparams=trained_weights=all,learning_rate=0.003 trains the whole model'
  )
