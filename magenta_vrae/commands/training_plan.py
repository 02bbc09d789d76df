# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What vrae_train is to do, once its flags are found to be good."""

from __future__ import annotations

from typing import Any
from typing import NamedTuple


class Dataset(NamedTuple):
  """The music.

  Attributes:
    path: A path or pattern of TFRecords.
    facts: What settings.json says of it: examples_path, pieces, windows and
      fingerprint.
    num_windows: Windows in it; None if it is too large to be counted.
    baseline: Its `Survey.independent_bernoulli`.
    is_streamed: Whether pieces are read from disk in each epoch.
  """

  path: str
  facts: dict[str, Any]
  num_windows: int | None
  baseline: float | None
  is_streamed: bool


class Plan(NamedTuple):
  """A training or an evaluation.

  Attributes:
    name: The config's name.
    config: A `Preset` of this package's, or a `Config`.
    run_dir: The run's folder.
    dataset: The music; None for a TFDS dataset.
    seed: Of all random numbers, or None.
    num_steps: The last step, or None.
    warm_start: What --warm_start says, or None.
    personalize: What --personalize says, or None.
    begin_with: The checkpoint whose weights a new run begins with, or None.
    begin_settings: The folder of that one's settings, or None.
    checkpoint: The checkpoint to evaluate; None in training.
  """

  name: str
  config: Any
  run_dir: str
  dataset: Dataset | None
  seed: int | None
  num_steps: int | None
  warm_start: str | None
  personalize: str | None
  begin_with: str | None
  begin_settings: str | None
  checkpoint: str | None

  @property
  def facts(self) -> dict[str, Any] | None:
    """What settings.json says of the music, or None."""
    return self.dataset.facts if self.dataset else None

  @property
  def baseline(self) -> float | None:
    """What a frame's log p is to who knows nothing, in nats, or None."""
    return self.dataset.baseline if self.dataset else None

  @property
  def steps_per_epoch(self) -> float | None:
    """Steps that see as many windows as there are, or None."""
    if not self.dataset or not self.dataset.num_windows:
      return None
    return self.dataset.num_windows / self.config.hparams.batch_size
