# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Music out of a trained VRAE: windows to z, z to rolls of any length."""

from __future__ import annotations

from typing import Any
from typing import Sequence

import note_seq
import numpy as np

from magenta_vrae import latent
from magenta_vrae.errors import InputError
from magenta_vrae.inference import loading
from magenta_vrae.inference import restored
from magenta_vrae.model import faults


class Generator:
  """One checkpoint's encoder and decoder, and a stream of random numbers.

  Args:
    config: A `Preset`, or a `Config` with one of this package's converters.
    checkpoint_path: A checkpoint without its ending.
    batch_size: How many z to decode at once.
    temperature: As in `VraeDecoder.sample`.
    seed: (Optional) Of all random numbers: calls in the same order then give
      the same music.
    sampling: (Optional) How outputs become notes, as in `VraeDecoder.sample`.
    threshold: (Optional) Likewise.
  """

  def __init__(
    self,
    config: Any,
    checkpoint_path: str,
    batch_size: int = restored.BATCH_SIZE,
    temperature: float = 1.0,
    seed: int | None = None,
    sampling: str | None = None,
    threshold: float | None = None,
  ) -> None:
    self._converter = config.data_converter
    self._z_size = config.hparams.z_size
    self._temperature = temperature
    self._sampling = sampling
    self._rates = faults.Rates.of(config.hparams)
    self._threshold = (
      config.hparams.threshold if threshold is None else threshold
    )
    self._rng = np.random.RandomState(seed)
    self._model = loading.restore(config, checkpoint_path, batch_size)

  @property
  def window_frames(self) -> int:
    return self._converter.window_frames

  def draw(self, n: int) -> np.ndarray:
    """Z ~ N(0, I), sized `[n, z_size]`."""
    return self._rng.normal(size=[n, self._z_size])

  def window(
    self, note_sequence: note_seq.NoteSequence, start: float | None = None
  ) -> np.ndarray:
    """The window of a piece that begins at a time.

    Args:
      note_sequence: The piece.
      start: In seconds; None for the first window, in steps of whole windows,
        in which a note sounds.

    Returns:
      Frames, sized `[window_frames, depth]`, padded with silence behind the
      piece's end.

    Raises:
      InputError: If no note sounds there.
    """
    T, rate = self.window_frames, self._converter.frames_per_second
    roll = self._converter.to_roll(note_sequence)
    if start is None:
      sounding = np.flatnonzero(roll.any(axis=1))
      first = sounding[0] // T * T if len(sounding) else 0
    else:
      first = int(round(start * rate))
    if first < 0 or first >= len(roll):
      raise InputError(
        f'a window at {start} s lies outside the piece, which has notes of the '
        f"model's pitches until {len(roll) / rate:.1f} s"
        if start is not None
        else "it has no notes of the model's pitches"
      )
    window = roll[first : first + T]
    if not window.any():
      raise InputError(
        f"no note of the model's pitches sounds in the {T / rate:g} s from "
        f'{first / rate:g} s on'
      )
    return np.pad(window, [(0, T - len(window)), (0, 0)])

  def encode(self, windows: np.ndarray | Sequence[np.ndarray]) -> np.ndarray:
    """Posterior means of windows.

    Args:
      windows: Frames, sized `[n, window_frames, depth]`.

    Returns:
      mu_z, sized `[n, z_size]`.
    """
    return self._model.posterior(np.asarray(windows, bool)).mu

  def decode(
    self, z: np.ndarray, num_frames: int | None = None
  ) -> list[np.ndarray]:
    """Rolls of latent vectors.

    Args:
      z: Sized `[n, z_size]`.
      num_frames: Length of each; `window_frames` by default.

    Returns:
      A list of n rolls of zeros and ones, each `[num_frames, depth]`.
    """
    decoded = self._model.decode(
      np.asarray(z),
      num_frames,
      self._temperature,
      self._sampling,
      self._threshold,
      self._rng,
    )
    return list(decoded.samples)

  def medley(self, z: np.ndarray, num_frames: int) -> np.ndarray:
    """One roll of any length, from one z or along a way through several.

    From one z the decoder runs on by itself, as for the paper's medley. Along a
    way, windows stand side by side, each decoded from the next point on it.

    Args:
      z: One or more latent vectors, sized `[n, z_size]`.
      num_frames: Its length.

    Returns:
      A roll of zeros and ones, sized `[num_frames, depth]`.
    """
    if len(z) == 1:
      return self.decode(z, num_frames)[0]
    num_windows = -(-num_frames // self.window_frames)
    windows = self.decode(latent.path(z, num_windows))
    return np.concatenate(windows)[:num_frames]

  def reconstruct(self, note_sequence: note_seq.NoteSequence) -> np.ndarray:
    """A whole piece, window by window, through its means and back.

    Args:
      note_sequence: The piece.

    Returns:
      A roll of zeros and ones, as long as the piece's own.

    Raises:
      InputError: If the piece has no notes of the model's pitches.
    """
    T = self.window_frames
    roll = self._sounding_roll(note_sequence)
    num_windows = -(-len(roll) // T)
    padded = np.pad(roll, [(0, num_windows * T - len(roll)), (0, 0)])
    windows = padded.reshape(num_windows, T, -1)
    rebuilt = np.concatenate(self.decode(self.encode(windows)))
    return rebuilt[: len(roll)]

  def _sounding_roll(self, note_sequence: note_seq.NoteSequence) -> np.ndarray:
    """The roll of a piece; InputError if nothing sounds in it."""
    roll = self._converter.to_roll(note_sequence)
    if not roll.any():
      raise InputError("it has no notes of the model's pitches")
    return roll

  def denoise(self, note_sequence: note_seq.NoteSequence) -> np.ndarray:
    """A whole piece without its faults, as `denoise_roll` has it.

    Args:
      note_sequence: The piece.

    Returns:
      A roll of zeros and ones, as long as the piece's own.

    Raises:
      InputError: If the piece has no notes of the model's pitches.
    """
    return self.denoise_roll(self._sounding_roll(note_sequence))

  def denoise_roll(self, roll: np.ndarray) -> np.ndarray:
    """What is likely to have been meant, by the model and by what is heard.

    The model's outputs are the mean over windows that overlap, a quarter of a
    window apart, and so what one window alone hears wrongly is outvoted. They
    are the odds of a note before it is known whether that cell itself is heard;
    the faults that the model was trained with (hparams corrupt_...) say how
    much that changes them. A model trained without faults knows nothing of
    them, and its outputs alone decide.

    Args:
      roll: Zeros and ones, sized `[num_frames, depth]`.

    Returns:
      A roll of zeros and ones, of the same size.
    """
    T = self.window_frames
    padded = np.pad(roll, [(0, max(0, T - len(roll))), (0, 0)])
    last = len(padded) - T
    starts = np.append(np.arange(0, last, max(1, T // 4)), last)
    mu = self.encode([padded[start : start + T] for start in starts])
    total = np.zeros(padded.shape)
    count = np.zeros([len(padded), 1])
    for start, outputs in zip(starts, self.probabilities(mu)):
      total[start : start + T] += outputs
      count[start : start + T] += 1
    p = np.clip((total / count)[: len(roll)], 1e-6, 1.0 - 1e-6)
    log_odds = np.log(p / (1.0 - p)) + faults.log_evidence(roll, self._rates)
    return 1.0 / (1.0 + np.exp(-log_odds)) >= self._threshold

  def probabilities(
    self, z: np.ndarray, num_frames: int | None = None
  ) -> np.ndarray:
    """The decoder's outputs, sized `[n, num_frames, depth]`; as `decode`."""
    return self._model.outputs(np.asarray(z), num_frames)

  def note_sequence(self, roll: np.ndarray) -> note_seq.NoteSequence:
    """The NoteSequence of a roll."""
    return self._converter.from_tensors([roll])[0]
