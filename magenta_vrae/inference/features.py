# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Features of music: the posterior of every window, for whatever comes after.

The paper's encoder as a feature extractor (sections 1 and 4): recognition,
search, classification and plots need mu_z of a window and no more.
"""

from __future__ import annotations

import os
from typing import Any
from typing import Iterable
from typing import Iterator
from typing import NamedTuple
from typing import Sequence

import numpy as np

from magenta_vrae.inference import asked
from magenta_vrae.inference import loading
from magenta_vrae.inference import restored
from magenta_vrae.stand_ins.note_sequence import NoteSequence


class Features(NamedTuple):
  """The posteriors of some windows, q(z|x) = N(mu, diag(sigma^2)).

  Attributes:
    mu: Means, float32, sized `[num_windows, z_size]`.
    sigma: Standard deviations, of the same size.
    z: A draw from each posterior, of the same size; None unless asked for.
    files: The file that each window is of, a list.
    songs: Its title, or where it has none its file's name without the ending;
      a list.
    start_times: Where in the song it begins, in seconds, `[num_windows]`.
  """

  mu: np.ndarray
  sigma: np.ndarray
  z: np.ndarray | None
  files: list[str]
  songs: list[str]
  start_times: np.ndarray


# So that each core has one, and waits seldom for the others.
_BATCHES_AT_ONCE = 8


class FeatureExtractor:
  """A trained encoder that windows of music go through, in batches.

  Args:
    config: A `Preset`, or a `Config` with one of this package's converters. It
      is not changed.
    checkpoint_path: A checkpoint without its ending.
    batch_size: Windows per step. The last batch may hold fewer.
    hop_frames: Frames from one window to the next; the config's by default.
    partial_windows: Whether what stands behind a piece's last whole window is
      encoded too, at its own length.

  Raises:
    InputError: If the config is one of Magenta's own, whose windows have no
      place in time, the checkpoint is damaged or of another model, or
      `batch_size` is below 1.
  """

  def __init__(
    self,
    config: Any,
    checkpoint_path: str,
    batch_size: int = restored.BATCH_SIZE,
    hop_frames: int | None = None,
    partial_windows: bool = False,
  ) -> None:
    self._model = loading.restore(config, checkpoint_path, batch_size)
    # Every window of a piece, not only those that training took.
    self._converter = config.data_converter.replace(
      hop_frames=hop_frames or config.data_converter.hop_frames,
      max_windows_per_song=0,
      holdout_fraction=0.0,
    )
    self._most_waiting = _BATCHES_AT_ONCE * batch_size
    self._partial_windows = partial_windows

  @property
  def z_size(self) -> int:
    """Numbers in z."""
    return self._model.hparams.z_size

  def encode(self, windows: Sequence[np.ndarray]) -> restored.Posterior:
    """Posterior means and standard deviations of windows of any lengths.

    Args:
      windows: A list of frames, each sized `[num_frames, depth]`. What a
        shorter one is padded with does not touch its result.

    Returns:
      A `Posterior`: mu and sigma, float32, each `[num_windows, z_size]`.

    Raises:
      InputError: If a window has another size.
    """
    depth = self._converter.depth
    windows = [asked.frames(window, depth) for window in windows]
    lengths = [len(window) for window in windows]
    longest = max(lengths, default=0)
    x = np.zeros([len(windows), longest, depth], bool)
    for row, window in zip(x, windows):
      row[: len(window)] = window
    return self._model.posterior(x, np.array(lengths, int))

  def windows(
    self, note_sequence: NoteSequence
  ) -> tuple[np.ndarray, list[np.ndarray]]:
    """First frames and frames of a piece's windows, the partial one last.

    Args:
      note_sequence: The piece.

    Returns:
      First frames, an int array sized `[num_windows]`, and a list of windows,
      each sized `[window_frames, depth]`; the partial one has fewer frames. It
      begins where the next window would, if that is within the piece.

    Raises:
      InputError: If the piece lasts over 24 hours.
    """
    converter = self._converter
    starts, windows = converter.windows(note_sequence)
    if not self._partial_windows:
      return starts, windows
    T, roll = converter.window_frames, converter.to_roll(note_sequence)
    # Of all places, as `starts` has none of the silent windows that training
    # left out.
    places = converter.all_starts(note_sequence, len(roll))
    is_whole = places + T <= len(roll)
    rests, covered = places[~is_whole], places[is_whole] + T
    # A shorter piece is a window by itself, filled up with silence.
    has_rest = len(roll) > T and len(rests) and roll[rests[0] :].any()
    if not has_rest or np.any(covered == len(roll)):
      return starts, windows
    return np.append(starts, rests[0]), [*windows, roll[rests[0] :]]

  def extract(
    self,
    note_sequences: Iterable[NoteSequence],
    rng: np.random.RandomState | None = None,
  ) -> Iterator[Features]:
    """Yields the features of pieces, some batches of windows at a time.

    Pieces are read as they are needed, and no more than these batches and one
    piece are held. Those without a note that the model knows give nothing.

    Args:
      note_sequences: NoteSequences, an iterable.
      rng: (Optional) A `numpy.random.RandomState` to draw z with.

    Yields:
      `Features`, in the order of the pieces and of time.
    """
    waiting: list[tuple] = []
    for note_sequence in note_sequences:
      file = note_sequence.filename
      song = note_sequence.sequence_metadata.title or _stem(file)
      starts, windows = self.windows(note_sequence)
      times = self._converter.grid.seconds(starts, note_sequence).tolist()
      for start_time, window in zip(times, windows):
        waiting.append((window, file, song, start_time))
        if len(waiting) == self._most_waiting:
          yield self._features(waiting, rng)
          waiting = []
    if waiting:
      yield self._features(waiting, rng)

  def _features(
    self, rows: list[tuple], rng: np.random.RandomState | None
  ) -> Features:
    windows, files, songs, start_times = zip(*rows)
    mu, sigma = self.encode(windows)
    z = None
    if rng is not None:
      z = (mu + sigma * rng.normal(size=mu.shape)).astype(mu.dtype)
    return Features(
      mu, sigma, z, list(files), list(songs), np.array(start_times)
    )


def join(batches: Iterable[Features], z_size: int = 0) -> Features:
  """Batches of `Features` as one.

  Args:
    batches: An iterable of `Features`.
    z_size: The size of z, should there be no batch.
  """
  batches = list(batches)
  if not batches:
    none = np.zeros([0, z_size], np.float32)
    return Features(none, none, None, [], [], np.zeros([0]))
  return Features(
    np.concatenate([batch.mu for batch in batches]),
    np.concatenate([batch.sigma for batch in batches]),
    None
    if batches[0].z is None
    else np.concatenate([batch.z for batch in batches]),
    [file for batch in batches for file in batch.files],
    [song for batch in batches for song in batch.songs],
    np.concatenate([batch.start_times for batch in batches]),
  )


def _stem(file: str) -> str:
  return os.path.splitext(os.path.basename(file))[0]
