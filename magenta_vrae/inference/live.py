# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Music without end, block by block, whose z can change between two blocks.

A decoder that hears itself plays along half windows, as endless.py has it. When
z changes in the middle of one, music goes over to what it would be had it
stayed at the new z all along: within a few frames the z and the logits of the
free run are faded, from what they would have been had it stayed at the old one.
Half windows end meanwhile as they do at any time. The recurrence goes on over
that seam, so the music changes its place and not its metre.

The paper's decoder plays window after window. When z changes, music goes over
to the same frame of the new window.
"""

from __future__ import annotations

import abc
from typing import Callable
from typing import NamedTuple

import numpy as np

from magenta_vrae.errors import InputError
from magenta_vrae.inference import asked
from magenta_vrae.inference import endless
from magenta_vrae.inference.emission import Emission
from magenta_vrae.inference.numpy_model import RestoredVrae
from magenta_vrae.inference.walk import Walk
from magenta_vrae.model import hparams as vrae_hparams


class Live(abc.ABC):
  """Music that goes on; what is set holds from the next block on.

  Attributes:
    z: Where it is, sized `[1, z_size]`.
  """

  z: np.ndarray

  @abc.abstractmethod
  def go_to(self, z: np.ndarray) -> None:
    """Takes the music to another z, sized `[1, z_size]`.

    Raises:
      InputError: If z has another size.
    """

  @abc.abstractmethod
  def set_temperature(self, temperature: float) -> None:
    """Sets what logits are divided by before notes are made of them.

    Raises:
      InputError: If it is below 0 or no number.
    """

  @abc.abstractmethod
  def set_wander(self, wander: float) -> None:
    """Sets how often z moves on by itself, from 0 to 1; see walk.py.

    Raises:
      InputError: If the model does not know how music goes on.
    """

  @abc.abstractmethod
  def play(self, num_frames: int) -> np.ndarray:
    """The next block of zeros and ones, sized `[num_frames, depth]`.

    Raises:
      InputError: If `num_frames` is below 1.
    """


class _Place(NamedTuple):
  """A z where music is, or which it is still leaving.

  Attributes:
    before: The window before its own; None where music begins.
    window: Its window.
    since: The frame at which it began to be faded in, counted from the first
      of this half window.
  """

  before: endless.Window | None
  window: endless.Window
  since: int

  def later(self, window: endless.Window) -> _Place:
    """The same a half window later, and the window that comes then."""
    half = window.free.shape[1] // 2
    return _Place(self.window, window, self.since - half)


class Hearing(Live):
  """The music of a decoder that hears itself.

  Args:
    model: A model with an autoregressive decoder.
    z: Where music begins, sized `[1, z_size]`.
    emission: How logits become notes.
    walk: How z moves on; None if that is not known.
    fade_frames: Frames in which music goes over to another z.
  """

  def __init__(
    self,
    model: RestoredVrae,
    z: np.ndarray,
    emission: Emission,
    walk: Walk | None,
    fade_frames: int,
  ) -> None:
    if model.autoregressive is None:
      raise TypeError('this needs a model that hears what it plays')
    self._model, self._decoder = model, model.autoregressive
    self._half = endless.half_window(model.data_converter.window_frames)
    self._emission, self._walk = emission, walk
    self._fade_frames = fade_frames
    self.z = z
    # Each is faded into the next; the last is where music goes on.
    self._places = [_Place(None, self._window_of(z), 0)]
    self._at = 0
    self._fade()
    self._playing = self._decoder.begin(self._z[:, 0])

  def _window_of(self, z: np.ndarray) -> endless.Window:
    z = np.asarray(z, np.float32)
    return endless.Window(z, self._model.free_logits(z, 2 * self._half))

  def go_to(self, z: np.ndarray) -> None:
    z = asked.point(z, self.z.shape[1])
    if self._at == self._half:
      self._go_on()
    self.z = z
    window = self._window_of(z)
    before = self._places[-1].before and window
    if len(self._places) > 1 and self._places[-1].since == self._at:
      self._places.pop()  # Nothing of it was heard yet.
    self._places.append(_Place(before, window, self._at))
    self._fade()

  def set_temperature(self, temperature: float) -> None:
    self._emission = self._emission.at(temperature)

  def set_wander(self, wander: float) -> None:
    if self._walk is not None:
      self._walk.set_wander(wander)
    elif wander:
      raise InputError(
        'no prior was fitted to this model, so it does not know how music goes '
        'on; give a wander of 0'
      )

  def play(self, num_frames: int) -> np.ndarray:
    asked.count(num_frames, 'num_frames')
    played = []
    while num_frames:
      if self._at == self._half:
        self._go_on()
      end = min(self._half, self._at + num_frames)
      prepared = self._decoder.prepare(
        self._free[:, self._at : end], self._z[:, self._at : end]
      )
      self._playing, _, frames = self._decoder.play(
        self._playing, prepared, self._emission
      )
      played.append(frames[0])
      num_frames -= end - self._at
      self._at = end
    return np.concatenate(played)

  def _go_on(self) -> None:
    """Begins the next half window."""
    *left, place = self._places
    window = place.window
    if self._walk is not None:
      z = self._walk.next(self.z)
      if np.any(z != self.z):
        self.z, window = z, self._window_of(z)
    # Music that is being left stays where it is.
    self._places = [
      *(old.later(old.window) for old in left),
      place.later(window),
    ]
    self._at = 0
    self._fade()

  def _fade(self) -> None:
    """Sets z and the free run's logits of this half window, frame by frame."""
    places = self._places
    while len(places) > 1 and places[1].since + self._fade_frames <= self._at:
      del places[0]  # Nothing of it is heard any more.
    first, *others = places
    z, free = endless.shared_half(first.before, first.window)
    for place in others:
      frames = np.arange(self._half, dtype=np.float32) - place.since + 0.5
      share = np.clip(frames / self._fade_frames, 0.0, 1.0)[:, np.newaxis]
      z_new, free_new = endless.shared_half(place.before, place.window)
      z = (1.0 - share) * z + share * z_new
      free = (1.0 - share) * free + share * free_new
    self._z, self._free = z, free


class SideBySide(Live):
  """The music of a decoder that does not hear what came before its window.

  Args:
    z: Where music begins, sized `[1, z_size]`.
    window_frames: Frames of a window.
    decode: From a z and a temperature, None for the usual one, to a window
      sized `[window_frames, depth]`.
  """

  def __init__(
    self,
    z: np.ndarray,
    window_frames: int,
    decode: Callable[[np.ndarray, float | None], np.ndarray],
  ) -> None:
    self._decode = decode
    self._window_frames = window_frames
    self._temperature: float | None = None
    self._at = 0
    self._z_size = z.shape[1]
    self.go_to(z)

  def go_to(self, z: np.ndarray) -> None:
    self.z = z = asked.point(z, self._z_size)
    self._window = self._decode(z, self._temperature)

  def set_temperature(self, temperature: float) -> None:
    vrae_hparams.check_temperature(temperature)
    self._temperature = temperature

  def set_wander(self, wander: float) -> None:
    if wander:
      raise InputError(
        "this model's decoder does not hear what it plays, so it cannot "
        'wander; train one of config vrae_music'
      )

  def play(self, num_frames: int) -> np.ndarray:
    asked.count(num_frames, 'num_frames')
    played = []
    while num_frames:
      if self._at == self._window_frames:
        self._at = 0
        self._window = self._decode(self.z, self._temperature)
      frames = self._window[self._at :][:num_frames]
      played.append(frames)
      num_frames -= len(frames)
      self._at += len(frames)
    return np.concatenate(played)
