# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""How much of what sounds in what the model makes of points of its space.

Outputs count as probabilities of independent notes, so each measure is an
expected value: the heat of the map, and the attributes of windows whose own
notes are not known.
"""

from __future__ import annotations

from typing import Callable
from typing import Tuple

import numpy as np

from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.explorer import facts
from magenta_vrae.inference import numpy_model
from magenta_vrae.inference import numpy_vrae
from magenta_vrae.inference import restored
from magenta_vrae.progress import Progress

# Its unit, and how it is measured.
Quantity = Tuple[str, Callable[[np.ndarray], np.ndarray]]


def quantities(converter: RollConverter) -> list[Quantity]:
  """Unit and function of what can be measured of a converter's rolls.

  The functions take outputs p, sized `[n, T, depth]`, as probabilities of
  independent notes: they give expected values, sized `[n]`, and do not depend
  on how frames are made of the outputs.
  """
  fps = converter.frames_per_second
  keys, pitches, hits = _columns(converter)

  def hits_per_second(p: np.ndarray) -> np.ndarray:
    return p[..., hits].sum(axis=-1).mean(axis=-1) * fps

  def different_keys(p: np.ndarray) -> np.ndarray:
    return (1.0 - np.prod(1.0 - p[..., hits], axis=1)).sum(axis=-1)

  def notes_at_a_time(p: np.ndarray) -> np.ndarray:
    return p[..., keys].sum(axis=-1).mean(axis=-1)

  def mean_pitch(p: np.ndarray) -> np.ndarray:
    of_pitch = p[..., keys].sum(axis=1)
    return (
      of_pitch
      @ np.array(pitches, float)
      / np.maximum(of_pitch.sum(axis=-1), 1e-9)
    )

  def new_notes_per_second(p: np.ndarray) -> np.ndarray:
    # A note is new where it sounds and did not in the frame before.
    p = p[..., keys]
    before = np.pad(p[:, :-1], [(0, 0), (1, 0), (0, 0)])
    return (p * (1.0 - before)).sum(axis=-1).mean(axis=-1) * fps

  of_hits: list[Quantity] = [
    ('hits a second', hits_per_second),
    ('different drums', different_keys),
  ]
  of_keys: list[Quantity] = [
    ('notes at a time', notes_at_a_time),
    ('mean pitch', mean_pitch),
    ('new notes a second', new_notes_per_second),
  ]
  return (of_keys if keys else []) + (of_hits if hits else [])


def _columns(
  converter: RollConverter,
) -> tuple[list[int], list[int], list[int]]:
  """Columns of what sounds, their pitches, and columns of hits."""
  keys: list[int] = []
  pitches: list[int] = []
  hits: list[int] = []
  for part in facts.of_parts(converter):
    columns = range(part['first'], part['first'] + len(part['pitches']))
    if part['isDrums']:
      hits += columns
    else:
      keys += columns
      pitches += part['pitches']
  return keys, pitches, hits


def measured(
  model: numpy_model.RestoredVrae,
  z: np.ndarray,
  measures: list[Callable[[np.ndarray], np.ndarray]],
) -> np.ndarray:
  """Measures of what points decode to, sized `[num_measures, n]`."""
  values = []
  progress = Progress(len(z), 'point')
  for first in range(0, len(z), restored.BATCH_SIZE):
    of_batch = z[first : first + restored.BATCH_SIZE]
    outputs = _outputs(model, of_batch)
    values.append([measure(outputs) for measure in measures])
    progress.update(first + len(of_batch))
  progress.close()
  return np.concatenate(values, axis=1)


def _outputs(model: numpy_model.RestoredVrae, z: np.ndarray) -> np.ndarray:
  """As `model.outputs`, but no frame is drawn where they do not need it."""
  if model.autoregressive:
    return numpy_vrae.sigm(
      model.free_logits(z, model.data_converter.window_frames)
    )
  return model.outputs(z)
