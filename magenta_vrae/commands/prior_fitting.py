# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The prior that vrae_train fits once training has ended."""

from __future__ import annotations

import os
from typing import TextIO

from magenta_vrae.commands import trained
from magenta_vrae.commands import training_plan
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.inference import loading
from magenta_vrae.inference import prior
from magenta_vrae.model.hparams import is_autoregressive


def is_wanted(plan: training_plan.Plan) -> bool:
  """Whether a run's config has a prior that is fitted."""
  return (
    plan.dataset is not None
    and isinstance(plan.config.data_converter, RollConverter)
    and 'ar_rnn_size' in plan.config.hparams
    and is_autoregressive(plan.config.hparams)
  )


def is_missing(plan: training_plan.Plan) -> bool:
  """Whether one is wanted and there is none for the newest checkpoint."""
  if not is_wanted(plan):
    return False
  checkpoint = trained.newest_checkpoint(plan.run_dir)
  z_size = plan.config.hparams.z_size
  try:
    found = prior.of_checkpoint(checkpoint, z_size)
  except InputError:  # It is damaged.
    return True
  return not isinstance(found, prior.Prior)


def fit(plan: training_plan.Plan, out: TextIO) -> None:
  """Fits the prior of a run's newest checkpoint and saves it beside that.

  Args:
    plan: Of the training.
    out: Where to say so.
  """
  from magenta_vrae.inference import prior_fit

  assert plan.dataset
  checkpoint = trained.newest_checkpoint(plan.run_dir)
  print('fitting the prior to the music in latent space ...', file=out)
  fitted = prior_fit.fit(
    loading.restore(plan.config, checkpoint),
    plan.dataset.path,
    int(checkpoint.rpartition('-')[2]),
    plan.seed or 0,
  )
  prior.save(fitted, os.path.dirname(checkpoint))
  print(
    f'prior fitted: {len(fitted.weights)} Gaussians, {len(fitted.codes)} '
    f'codes; draws as full as the music',
    file=out,
  )
