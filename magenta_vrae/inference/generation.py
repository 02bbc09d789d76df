# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Music out of a trained VRAE: windows to z, z to rolls of any length."""

from __future__ import annotations

import copy
import itertools
from typing import Any
from typing import Iterable
from typing import Sequence

import numpy as np

from magenta_vrae import latent
from magenta_vrae.data import excerpt
from magenta_vrae.data import time_grid
from magenta_vrae.data.pitch_rolls import PitchRoll
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.data.time_grid import TimeGrid
from magenta_vrae.errors import InputError
from magenta_vrae.inference import accompany as accompany_lib
from magenta_vrae.inference import asked
from magenta_vrae.inference import denoising
from magenta_vrae.inference import emission as emission_lib
from magenta_vrae.inference import endless
from magenta_vrae.inference import live as live_lib
from magenta_vrae.inference import loading
from magenta_vrae.inference import prior as prior_lib
from magenta_vrae.inference import restored
from magenta_vrae.inference import typical_window
from magenta_vrae.inference import walk as walk_lib
from magenta_vrae.inference.numpy_model import RestoredVrae
from magenta_vrae.model import faults
from magenta_vrae.stand_ins.note_sequence import NoteSequence

# How often silent samples are drawn again before they are given as they are.
_MOST_REDRAWS = 20
# Half windows of a piece that are told before music goes on from it.
_TOLD_HALF_WINDOWS = 8


class Generator:
  """One checkpoint's encoder and decoder, and a stream of random numbers.

  Args:
    config: A `Preset`, or a `Config` with one of this package's converters.
    checkpoint_path: A checkpoint without its ending.
    batch_size: How many z to decode at once.
    temperature: As in `VraeDecoder.sample`; by default that of the hparams.
    seed: (Optional) Of all random numbers: calls in the same order then give
      the same music.
    sampling: (Optional) How outputs become notes, as in `VraeDecoder.sample`.
    threshold: (Optional) Likewise.
    prior: 'fitted' for the one saved beside the checkpoint, 'standard' for
      N(0, I). By default the fitted one where there is one.
    wander: From 0 to 1: how often z moves on in music longer than a window,
      where the decoder is autoregressive; see walk.py.
    rates: (Optional) The `Rates` of the faults of pieces to denoise; by default
      those that the model was trained with.

  Attributes:
    prior: What z is drawn from, a `Prior` or `Standard`.
    num_redrawn: Samples that were silent and drawn again.

  Raises:
    InputError: As `loading.restore`; if `prior` is 'fitted' and there is none
      for this checkpoint; if a number is out of its range, or a word unknown.
  """

  def __init__(
    self,
    config: Any,
    checkpoint_path: str,
    batch_size: int = restored.BATCH_SIZE,
    temperature: float | None = None,
    seed: int | None = None,
    sampling: str | None = None,
    threshold: float | None = None,
    prior: str | None = None,
    wander: float = 1.0,
    rates: faults.Rates | None = None,
  ) -> None:
    self._converter = config.data_converter
    self._bar_frames = getattr(config.hparams, 'bar_frames', 0)
    self._temperature = (
      getattr(config.hparams, 'temperature', 1.0)
      if temperature is None
      else temperature
    )
    # Magenta's own decoders need none of these hparams.
    # Magenta's own decoders have no such hparams.
    usual: str = getattr(config.hparams, 'sampling', 'threshold')
    self._sampling = sampling or usual
    self._rates = rates or faults.Rates.of(config.hparams)
    self._threshold = (
      getattr(config.hparams, 'threshold', 0.5)
      if threshold is None
      else threshold
    )
    self._begin_with(seed)
    self._emission()  # What it cannot use, it says now.
    self._model = loading.restore(config, checkpoint_path, batch_size)
    self._wander = wander
    self.prior = prior_lib.of_checkpoint(
      checkpoint_path, config.hparams.z_size, prior
    )
    # The model, if its decoder hears what it plays.
    self._hearing = (
      self._model.as_full_as(self.prior)
      if isinstance(self._model, RestoredVrae) and self._model.autoregressive
      else None
    )
    self.num_redrawn = 0

  def _begin_with(self, seed: int | None) -> None:
    asked.seed(seed)
    self._rng = np.random.RandomState(seed)
    # Where z wanders does not depend on which notes were drawn.
    self._walk_rng = np.random.RandomState(None if seed is None else [seed, 1])

  def again(
    self,
    seed: int | None,
    temperature: float | None = None,
    wander: float | None = None,
  ) -> Generator:
    """A generator of the same model, as if made anew but at once.

    Args:
      seed: Of all its random numbers.
      temperature: By default that of this one.
      wander: Likewise.

    Raises:
      InputError: If one of them is out of its range.
    """
    other = copy.copy(self)
    other._begin_with(seed)
    if temperature is not None:
      other._temperature = temperature
      other._emission()
    if wander is not None:
      other._wander = wander
    other.num_redrawn = 0
    return other

  @property
  def temperature(self) -> float:
    """What logits are divided by before notes are made of them."""
    return self._temperature

  @property
  def can_wander(self) -> bool:
    """Whether it is known how the run's music goes on."""
    prior = self.prior
    return (
      self.is_autoregressive
      and isinstance(prior, prior_lib.Prior)
      and bool(np.any(prior.follows))
    )

  @property
  def data_converter(self) -> RollConverter:
    """The converter of its rolls."""
    return self._converter

  @property
  def window_frames(self) -> int:
    return self._converter.window_frames

  @property
  def grid(self) -> TimeGrid:
    """When the frames of its music are."""
    return self._converter.grid

  @property
  def is_autoregressive(self) -> bool:
    """Whether the decoder hears what it plays, as music without end needs."""
    return self._hearing is not None

  def draw(self, n: int) -> np.ndarray:
    """Z of the prior, sized `[n, z_size]`."""
    return self.prior.draw(n, self._rng)

  def sample(self, n: int, num_frames: int | None = None) -> list[np.ndarray]:
    """Rolls of z drawn from the prior, none silent if that can be helped.

    What is silent is drawn again, and counted in `num_redrawn`.

    Args:
      n: How many.
      num_frames: Length of each; `window_frames` by default.

    Returns:
      A list of n rolls of zeros and ones, each `[num_frames, depth]`.

    Raises:
      InputError: If n is below 0 or `num_frames` below 1; as `wandering`.
    """
    asked.count(n, 'n', 0)
    rolls = self._of_z(self.draw(n), num_frames)
    for _ in range(_MOST_REDRAWS):
      silent = [i for i, roll in enumerate(rolls) if not roll.any()]
      if not silent:
        break
      self.num_redrawn += len(silent)
      again = self._of_z(self.draw(len(silent)), num_frames)
      for i, roll in zip(silent, again):
        rolls[i] = roll
    return rolls

  def _of_z(self, z: np.ndarray, num_frames: int | None) -> list[np.ndarray]:
    """As `decode`, but what is longer than a window wanders."""
    if not len(z):
      return []
    if (
      num_frames and num_frames > self.window_frames and self.is_autoregressive
    ):
      return self.wandering(z, num_frames)
    return self.decode(z, num_frames)

  def window(
    self, note_sequence: NoteSequence, start: float | None = None
  ) -> np.ndarray:
    """The window of a piece that begins at a time.

    Args:
      note_sequence: The piece.
      start: In seconds; None for the window that is most like the piece.

    Returns:
      Frames, sized `[window_frames, depth]`, padded with silence behind the
      piece's end.

    Raises:
      InputError: If no note sounds there.
    """
    T, rate = self.window_frames, self._converter.frames_per_second
    roll = self._converter.to_roll(note_sequence)
    if start is None:
      first = self._typical_start(note_sequence, roll) if roll.any() else 0
    else:
      first = int(self._converter.grid.nearest(start, note_sequence))
    if first < 0 or first >= len(roll):
      end = float(self._converter.grid.seconds(len(roll), note_sequence))
      raise InputError(
        f'a window at {start} s lies outside the piece, which has notes of the '
        f"model's pitches until {end:.1f} s"
        if start is not None
        else "it has no notes of the model's pitches"
      )
    window = roll[first : first + T]
    if not window.any():
      at = float(self._converter.grid.seconds(first, note_sequence))
      raise InputError(
        f"no note of the model's pitches sounds in the {T / rate:g} s from "
        f'{at:g} s on'
      )
    return np.pad(window, [(0, T - len(window)), (0, 0)])

  def _typical_start(
    self, note_sequence: NoteSequence, roll: np.ndarray
  ) -> int:
    """Where a piece's typical window begins; by the beat, on a bar line."""
    lines = None
    if self._converter.grid.frames_per_beat:
      lines = self._converter.grid.bar_lines(note_sequence, len(roll))
    return typical_window.typical_start(roll, self.window_frames, lines)

  def encode(self, windows: np.ndarray | Sequence[np.ndarray]) -> np.ndarray:
    """Posterior means of windows.

    Args:
      windows: Frames, sized `[n, window_frames, depth]`.

    Returns:
      mu_z, sized `[n, z_size]`.

    Raises:
      InputError: If they have another size.
    """
    frames = asked.windows(windows, self._converter.depth)
    return self._model.posterior(frames).mu

  def decode(
    self, z: np.ndarray, num_frames: int | None = None
  ) -> list[np.ndarray]:
    """Rolls of latent vectors.

    Args:
      z: Sized `[n, z_size]`.
      num_frames: Length of each; `window_frames` by default.

    Returns:
      A list of n rolls of zeros and ones, each `[num_frames, depth]`.

    Raises:
      InputError: If z has another size, or `num_frames` is below 1.
    """
    z = self._points(z)
    asked.count(num_frames, 'num_frames')
    if not len(z):
      return []
    if (
      num_frames and num_frames > self.window_frames and self.is_autoregressive
    ):
      return self._composed(itertools.repeat(z), num_frames)
    how = (self._temperature, self._sampling, self._threshold, self._rng)
    model = self._hearing or self._model
    return list(model.decode(z, num_frames, *how).samples)

  def _points(self, z: Any) -> np.ndarray:
    return asked.points(z, self.prior.z_size)

  def medley(self, z: np.ndarray, num_frames: int) -> np.ndarray:
    """One roll of any length, from one z or along a way through several.

    From one z an autoregressive decoder wanders (`wandering`), and the paper's
    runs on by itself, as for the paper's medley. Along a way, windows overlap
    by half where the decoder is autoregressive (endless.py), and stand side by
    side where it is the paper's.

    Args:
      z: One or more latent vectors, sized `[n, z_size]`.
      num_frames: Its length.

    Returns:
      A roll of zeros and ones, sized `[num_frames, depth]`.

    Raises:
      InputError: If z is none or has another size, or `num_frames` is below 1;
        as `wandering`.
    """
    z = self._points(z)
    asked.count(num_frames, 'num_frames')
    if not len(z):
      raise InputError('there is no z to begin from; give one or more')
    if len(z) == 1:
      return self._of_z(z, num_frames)[0]
    if not self.is_autoregressive:
      num_windows = -(-num_frames // self.window_frames)
      windows = self.decode(latent.path(z, num_windows))
      return np.concatenate(windows)[:num_frames]
    num_z = -(-num_frames // endless.half_window(self.window_frames))
    return self._composed(
      (point[np.newaxis] for point in latent.path(z, num_z)), num_frames
    )[0]

  def wandering(self, z: np.ndarray, num_frames: int) -> list[np.ndarray]:
    """Rolls that begin at z and go on as the run's music does.

    Args:
      z: Sized `[n, z_size]`.
      num_frames: Length of each.

    Returns:
      A list of n rolls of zeros and ones, each `[num_frames, depth]`.

    Raises:
      InputError: As `walk.Walk` and `decode`.
    """
    z = self._points(z)
    asked.count(num_frames, 'num_frames')
    walk = self._walk()
    if walk is None or not len(z):
      return self.decode(z, num_frames)
    return self._composed(walk.wandering(z), num_frames)

  def live(self, z: np.ndarray, fade_frames: int) -> live_lib.Live:
    """Music without end from z, block by block, as live.py has it.

    Without a change between blocks it is that of `medley`.

    Args:
      z: Sized `[1, z_size]`.
      fade_frames: Frames in which music goes over to another z.

    Raises:
      InputError: As `wandering`.
    """
    z = asked.point(z, self.prior.z_size)
    if self._hearing is None:
      return live_lib.SideBySide(z, self.window_frames, self._decoded_at)
    walk = None
    if isinstance(self.prior, prior_lib.Prior):
      walk = walk_lib.Walk(self.prior, self._wander, self._walk_rng)
    return live_lib.Hearing(
      self._hearing, z, self._emission(), walk, fade_frames
    )

  def _decoded_at(self, z: np.ndarray, temperature: float | None) -> np.ndarray:
    """The window of one z, sized `[window_frames, depth]`."""
    other = copy.copy(self)  # With the same stream of random numbers.
    if temperature is not None:
      other._temperature = temperature
    return other.decode(z)[0]

  def go_on(
    self,
    note_sequence: NoteSequence,
    start: float | None,
    num_frames: int,
  ) -> np.ndarray:
    """A piece until a time, and music that goes on from there.

    Args:
      note_sequence: The piece.
      start: Where it is left, in seconds; None for its end.
      num_frames: How many frames are to follow.

    Returns:
      A roll of zeros and ones: the piece until then, and `num_frames` more.

    Raises:
      InputError: If the decoder is the paper's, the piece has no notes of the
        model's pitches until then, or it ends before.
    """
    if not self.is_autoregressive:
      raise InputError(
        'this model does not hear what was played, so it cannot go on from a '
        'piece; train one of config vrae_music'
      )
    roll = whole = self._sounding_roll(note_sequence)
    if start is not None:
      roll = roll[: self.left_at(note_sequence, start)]
      if not roll.any():
        raise InputError(
          f"no note of the model's pitches sounds before {start:g} s"
        )
    in_bars = self._from_bar_line(note_sequence, roll, len(whole))
    half = endless.half_window(self.window_frames)
    # Half windows are those of the whole piece, so that its bars stay bars.
    num_half = -(-len(in_bars) // half)
    told = in_bars[max(0, num_half - _TOLD_HALF_WINDOWS) * half :]
    # Windows that the piece fills; silence behind it would not be its own.
    codes = self._z_of_half_windows(told)[: max(1, len(told) // half - 1)]
    walk = self._walk()
    follow = (
      walk.wandering(codes[-1:]) if walk else itertools.repeat(codes[-1:])
    )
    follow = itertools.chain((code[np.newaxis] for code in codes[:-1]), follow)
    music = self._composed(follow, num_frames, told[np.newaxis])[0]
    return np.concatenate([roll.astype(np.float32), music])

  def left_at(self, note_sequence: NoteSequence, start: float | None) -> int:
    """The frame at which `go_on` leaves a piece; args as there.

    Raises:
      InputError: If it lies behind the piece's end.
    """
    end = len(self._converter.to_roll(note_sequence))
    if start is None:
      return end
    if start > note_sequence.total_time:
      ends = f'{note_sequence.total_time:.1f} s'
      raise InputError(
        f'{start:g} s lies behind its end, at {ends}; leave the time out to go '
        'on from there'
      )
    return min(max(0, int(self.grid.nearest(start, note_sequence))), end)

  def first_frame(
    self, note_sequence: NoteSequence, start: float | None
  ) -> int:
    """Where music along a piece begins: by the beat, on a bar line.

    Args:
      note_sequence: The piece.
      start: The time near which it is, in seconds; None for the beginning.
    """
    frame = int(self.grid.nearest(start or 0.0, note_sequence))
    num_frames = len(self._converter.to_roll(note_sequence))
    return self.grid.nearest_line(frame, note_sequence, num_frames)

  def accompany(
    self,
    note_sequence: NoteSequence,
    keep: Sequence[str],
    first: int = 0,
    num_frames: int | None = None,
  ) -> np.ndarray:
    """A piece with some of its groups kept, and the others made anew.

    Args:
      note_sequence: The piece.
      keep: The names of the groups that are kept.
      first: The frame to begin with.
      num_frames: How many frames; None for all until the piece's end.

    Returns:
      A roll of zeros and ones, sized `[num_frames, depth]`.

    Raises:
      InputError: If the decoder is the paper's, the model has no such groups,
        or no kept note sounds.
    """
    columns = accompany_lib.kept_columns(self._converter, keep)
    if self._hearing is None:
      raise InputError(
        'this model does not hear what was played, so it cannot accompany a '
        'piece; train one of config vrae_band'
      )
    whole = self._converter.to_roll(note_sequence)
    roll = whole[first:][:num_frames]
    if not roll[:, columns].any():
      start = self._converter.grid.seconds(first, note_sequence)
      raise InputError(
        f'nothing that is kept ({", ".join(keep)}) sounds'
        + (f' from {start:g} s on' if first else ' in it')
      )
    if num_frames is None:
      end = accompany_lib.end_of_kept(self._converter, note_sequence, keep)
      num_frames = max(len(roll), end - first)
    in_bars = self._from_bar_line(note_sequence, roll, len(whole), first)
    z = accompany_lib.z_of_kept(
      self._hearing, self.prior, in_bars, columns, self._rng
    )
    emission = accompany_lib.KeptEmission(self._emission(), roll, columns)
    zs = itertools.chain(z[:, np.newaxis], itertools.repeat(z[-1:]))
    silence = in_bars[np.newaxis, : len(in_bars) - len(roll)]
    return endless.compose(self._hearing, zs, num_frames, emission, silence)[0]

  def _from_bar_line(
    self,
    note_sequence: NoteSequence,
    roll: np.ndarray,
    num_frames: int,
    first: int = 0,
  ) -> np.ndarray:
    """Frames of a piece with silence before them, so that a bar begins.

    A model that is told where in a bar it is counts from a bar line on. What
    begins with an upbeat does not begin at one.

    Args:
      note_sequence: The piece.
      roll: Some of its frames, sized `[n, depth]`.
      num_frames: How many frames the whole piece has.
      first: The number of the first of `roll`.

    Returns:
      `roll` with fewer frames of silence before it than a bar has; of a model
      that is not told, `roll` itself.
    """
    if not self._bar_frames:
      return roll
    lines = self.grid.bar_lines(note_sequence, num_frames)
    place = time_grid.place_in_bar(first, lines) % self._bar_frames
    return np.pad(roll, [(place, 0), (0, 0)])

  def _walk(self) -> walk_lib.Walk | None:
    """The walk of this run; None if z is to stay."""
    if not self._wander or not isinstance(self.prior, prior_lib.Prior):
      return None
    return walk_lib.Walk(self.prior, self._wander, self._walk_rng)

  def _composed(
    self,
    zs: Iterable[np.ndarray],
    num_frames: int,
    told: np.ndarray | None = None,
  ) -> list[np.ndarray]:
    """`endless.compose`, its sequences as a list."""
    if self._hearing is None:
      raise InputError(
        "this model's decoder does not hear what it plays, so its music is as "
        'long as `decode` makes it; train one of config vrae_music'
      )
    return list(
      endless.compose(self._hearing, zs, num_frames, self._emission(), told)
    )

  def _emission(self) -> emission_lib.Emission:
    """How logits become notes, by what the constructor was given."""
    return emission_lib.Emission(
      self._sampling,
      self._threshold,
      self._temperature,
      self._rng,
    )

  def _z_of_half_windows(self, roll: np.ndarray) -> np.ndarray:
    """Means of the windows that begin at each half window of a roll."""
    T, half = self.window_frames, endless.half_window(self.window_frames)
    starts = np.arange(0, max(1, len(roll)), half)
    padded = np.pad(roll, [(0, T), (0, 0)])
    return self.encode([padded[s : s + T] for s in starts])

  def reconstruct(self, note_sequence: NoteSequence) -> np.ndarray:
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
    if self.is_autoregressive:
      in_bars = self._from_bar_line(note_sequence, roll, len(roll))
      silence = in_bars[np.newaxis, : len(in_bars) - len(roll)]
      zs = (z[np.newaxis] for z in self._z_of_half_windows(in_bars))
      return self._composed(zs, len(roll), silence)[0]
    num_windows = -(-len(roll) // T)
    padded = np.pad(roll, [(0, num_windows * T - len(roll)), (0, 0)])
    windows = padded.reshape(num_windows, T, -1)
    rebuilt = np.concatenate(self.decode(self.encode(windows)))
    return rebuilt[: len(roll)]

  def _sounding_roll(self, note_sequence: NoteSequence) -> np.ndarray:
    """The roll of a piece; InputError if nothing sounds in it."""
    roll = self._converter.to_roll(note_sequence)
    if not roll.any():
      raise InputError("it has no notes of the model's pitches")
    return roll

  def denoise(self, note_sequence: NoteSequence) -> np.ndarray:
    """A whole piece without its faults, as `denoise_roll` has it.

    Args:
      note_sequence: The piece.

    Returns:
      A roll of zeros and ones, as long as the piece's own.

    Raises:
      InputError: If the piece has no notes of the model's pitches.
    """
    roll = self._sounding_roll(note_sequence)
    in_bars = self._from_bar_line(note_sequence, roll, len(roll))
    return self.denoise_roll(in_bars)[len(in_bars) - len(roll) :]

  def denoise_roll(self, roll: np.ndarray) -> np.ndarray:
    """What is likely to have been meant, by the model and by what is heard.

    Of a model that hears what it plays these are the likeliest notes, as
    denoising.py finds them.

    Of the paper's, the outputs are the mean over windows that overlap, a
    quarter of a window apart, and so what one window alone hears wrongly is
    outvoted. They are the odds of a note before it is known whether that cell
    itself is heard; the rates of the faults say how much that changes them.
    Where all rates are zero, the outputs alone decide.

    Args:
      roll: Zeros and ones, sized `[num_frames, depth]`.

    Returns:
      A roll of zeros and ones, of the same size.
    """
    by_notes = isinstance(self._converter, PitchRoll) and any(self._rates)
    if by_notes and isinstance(self._model, RestoredVrae) and self._hearing:
      sounding, struck = self._converter.sounding_and_struck(roll)
      has_onsets = roll.shape[1] > sounding.shape[1]
      # Likelihoods are those of the weights that were trained.
      return denoising.denoise(
        self._model,
        denoising.Notes(sounding, struck, has_onsets),
        self._z_of_half_windows,
        self._rates,
      )
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
    asked.count(num_frames, 'num_frames')
    return self._model.outputs(self._points(z), num_frames)

  def note_sequence(
    self, roll: np.ndarray, converter: RollConverter | None = None
  ) -> NoteSequence:
    """The NoteSequence of a roll.

    By the beat its metre is that in which the model learned where it is in a
    bar, or 4/4.

    Args:
      roll: A bool array, sized `[num_frames, depth]`.
      converter: (Optional) The model's, but at another tempo.
    """
    converter = converter or self._converter
    grid: TimeGrid = converter.grid
    music: NoteSequence = converter.from_tensors([roll])[0]
    if grid.frames_per_beat:
      metre = grid.metre(self._bar_frames)
      excerpt.write_metres({0: metre}, grid, music)
    return music
