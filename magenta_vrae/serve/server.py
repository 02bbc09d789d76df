# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Answers OSC messages with music: docs/serve.md is what they mean.

Three threads: this one reads requests, the musician's makes music, and the
player's, while it plays, sends it in time.
"""

from __future__ import annotations

import secrets
import sys
import time
from typing import Any
from typing import Callable

import numpy as np

from magenta_vrae.errors import InputError
from magenta_vrae.serve import packets
from magenta_vrae.serve import requests
from magenta_vrae.serve.complaints import Complaints
from magenta_vrae.serve.inbox import Datagram
from magenta_vrae.serve.inbox import Inbox
from magenta_vrae.serve.midi_out import MidiOut
from magenta_vrae.serve.musician import Musician
from magenta_vrae.serve.musician import Settings
from magenta_vrae.serve.musician import Window
from magenta_vrae.serve.notes import Change
from magenta_vrae.serve.osc_out import OscOut
from magenta_vrae.serve.osc_out import message
from magenta_vrae.serve.osc_out import of_change
from magenta_vrae.serve.osc_out import of_notes
from magenta_vrae.serve.places import Places
from magenta_vrae.serve.player import Block
from magenta_vrae.serve.player import Player
from magenta_vrae.serve.requests import Request

# Of a seed that is chosen: so many are enough, and floats hold them.
NUM_SEEDS = 10**6
_WAKES_EVERY = 0.5  # Seconds, to look for what went wrong in other threads.
# While more than so many requests wait, this thread rests after each few, so
# that the musician's has time. Most of such a flood is dropped anyway.
_MANY, _REST_SECONDS = 32, 0.004
# Python lets another thread run after so many seconds: 5 ms would be heard.
_SWITCH_SECONDS = 0.001


class Server:
  """One model, played over OSC.

  Args:
    name: What the model is called.
    musician: Of its generator.
    places: Its map.
    settings: Those to begin with.
    inbox: Where requests come in.
    osc: Where answers go out.
    midi: (Optional) A port for live music.
    log: Takes lines.
  """

  def __init__(
    self,
    name: str,
    musician: Musician,
    places: Places,
    settings: Settings,
    inbox: Inbox,
    osc: OscOut,
    midi: MidiOut | None,
    log: Callable[[str], None],
  ) -> None:
    self._name, self._musician, self._places = name, musician, places
    self._inbox, self._osc, self._midi, self._log = inbox, osc, midi, log
    self._set(settings)
    self._xy = places.xy(settings.z)
    self._draws = np.random.RandomState(settings.seed)
    self._complaints = Complaints()
    self._player: Player | None = None
    # Who asked for live music.
    self._listener: Any = None
    self._is_ending = False
    self.num_messages = 0
    self.num_late = 0

  @property
  def num_dropped(self) -> int:
    """Messages that had to make place for newer ones."""
    return self._inbox.num_dropped + self._musician.num_dropped

  def end(self) -> None:
    """Ends `serve`, after what it is doing; a signal handler may call this.

    An exception of such a handler would be worse: between the start of a player
    and its name here, nothing would stop the player, and its notes would hang.
    """
    self._is_ending = True
    self._inbox.wake()

  def serve(self) -> None:
    """Answers until `end` is called; then nothing sounds any more."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
      while not self._is_ending:
        for datagram in self._inbox.wait(_WAKES_EVERY):
          self._handle(datagram)
        self._raise_errors()
        if self._inbox.num_waiting > _MANY:
          time.sleep(_REST_SECONDS)
    finally:
      try:
        self._stop()
      finally:
        self._musician.close()
        sys.setswitchinterval(before)

  def _raise_errors(self) -> None:
    """Raises what went wrong in another thread: no request should do that."""
    for error in (self._musician.error, self._player and self._player.error):
      if error:
        raise error

  def _handle(self, datagram: Datagram) -> None:
    """Does what a datagram asks for, or says what is wrong with it."""
    try:
      messages = packets.messages(datagram.data)
    except InputError as e:
      self._complain(str(e), datagram.sender)
      return
    z_size = self._settings.z.shape[1]
    for content in messages:
      self.num_messages += 1
      try:
        request = requests.of_message(content, z_size)
        if request:
          self._do(request, datagram.sender)
      except InputError as e:
        self._complain(str(e), datagram.sender)

  def _complain(self, text: str, sender: Any) -> None:
    words = self._complaints.worded(text)
    if words:
      self._log(f'{sender[0]}:{sender[1]}: {words}')
      self._osc.send([message('/vrae/error', words)], sender)

  def _do(self, request: Request, sender: Any) -> None:
    name = request.name
    if name in _WHERE:
      self._go(request, sender)
    elif name == 'window':
      if self._player:
        raise InputError('/vrae/window while it plays; send /vrae/stop first')
      self._ask_window(sender)
    elif name == 'play':
      # Switches say that they are on again and again.
      if not self._player or sender != self._listener:
        self.play(sender)
    elif name == 'stop':
      if not self._player or sender != self._listener:
        self._osc.send([message('/vrae/playing', 0)], sender)
      self._stop()
    elif name == 'info':
      self._osc.send(self._info(), sender)
    else:
      self._change(request, sender)

  def _go(self, request: Request, sender: Any) -> None:
    """Goes to a place: the music does, or its window is the answer."""
    z: np.ndarray = self._settings.z
    if request.name == 'draw':
      z = self._musician.generator.prior.draw(1, self._draws)
    elif request.name == 'z':
      z = np.array([request.numbers])
    elif request.name == 'z/N':
      z = z.copy()
      z[0, request.which] = request.numbers[0]
    else:
      z = self._places.z(*self._moved(request))
    z = z.astype(np.float32)
    # Faders send where they are again and again.
    is_new = bool(np.any(z != self._settings.z))
    if is_new:
      self._xy = self._places.xy(z)
      self._set(self._settings._replace(z=z))
    if not self._player and (is_new or request.name not in _FADERS):
      self._ask_window(sender)

  def _moved(self, request: Request) -> tuple[float, float]:
    """The place of the map that x, y or both are set to."""
    x, y = (min(max(part, 0.0), 1.0) for part in self._xy)
    if request.name == 'x':
      return request.numbers[0], y
    if request.name == 'y':
      return x, request.numbers[0]
    return request.numbers[0], request.numbers[1]

  def _set(self, settings: Settings) -> None:
    # At once: the other threads read it.
    self._settings = settings

  def _change(self, request: Request, sender: Any) -> None:
    """Changes a setting."""
    name, settings = request.name, self._settings
    value = request.numbers[0] if request.numbers else None
    if name in ('wander', 'stay'):
      wander = 0.0 if name == 'stay' else 1.0 if value is None else value
      self._check_wander(wander)
      self._set(settings._replace(wander=wander))
    elif name == 'seed':
      seed = secrets.randbelow(NUM_SEEDS) if value is None else int(value)
      self._draws = np.random.RandomState(seed)
      self._set(settings._replace(seed=seed))
      self._osc.send([message('/vrae/seed', seed)], sender)
    elif value is not None and name == 'frames':
      self._set(settings._replace(frames=int(value)))
    elif value is not None and name == 'temperature':
      self._set(settings._replace(temperature=value))
    elif value is not None and name == 'qpm':
      if not self._musician.generator.grid.frames_per_beat:
        raise InputError(
          '/vrae/qpm, but the frames of this model do not follow the beat'
        )
      self._set(settings._replace(qpm=value))

  def _check_wander(self, wander: float) -> None:
    if wander and not self._musician.generator.can_wander:
      raise InputError(
        'this model does not know how music goes on, so it cannot wander; send '
        '/vrae/stay'
      )

  def _ask_window(self, sender: Any) -> None:
    self._musician.ask_window(
      self._settings,
      lambda window: self._osc.send(self._of(window), sender),
      sender,
      self._inbox.is_known(sender),
      self._inbox.flooding(sender),
    )

  def _of(self, window: Window) -> list:
    """The messages of a window."""
    settings = window.settings
    return [
      message('/vrae/window', len(window.notes), window.seconds, settings.seed),
      self._at(settings.z),
      *of_notes(window.notes),
      message('/vrae/end'),
    ]

  def _at(self, z: np.ndarray) -> Any:
    return message('/vrae/at', *self._places.xy(z), *map(float, z[0]))

  def play(self, sender: Any) -> None:
    """Plays from the present place on.

    Args:
      sender: Whom to send it to; None for the MIDI port alone.
    """
    self._stop()
    self._listener = sender
    if sender:
      self._osc.send([message('/vrae/playing', 1)], sender)
    self._player = Player(
      self._musician.begin(lambda: self._settings),
      self._tell_place,
      self._tell,
      lambda: self._musician.frame_seconds(self._settings),
    )

  def _tell_place(self, block: Block) -> None:
    if self._listener:
      self._osc.send([self._at(block.z)], self._listener)

  def _tell(self, change: Change) -> None:
    if self._listener:
      self._osc.send(of_change(change), self._listener)
    if self._midi:
      self._midi.send(change)

  def _stop(self) -> None:
    player, self._player = self._player, None
    if not player:
      return
    player.stop()
    self.num_late += player.num_late
    if self._listener:
      self._osc.send([message('/vrae/playing', 0)], self._listener)
    if player.error:
      raise player.error
    if self._midi:
      self._midi.silence()

  def _info(self) -> list:
    """What the model is, and what is set."""
    settings, generator = self._settings, self._musician.generator
    facts: list[tuple] = [
      ('model', self._name),
      ('z_size', settings.z.shape[1]),
      ('window', generator.window_frames),
      ('frames_per_second', generator.grid.frames_per_second),
      ('frames_per_beat', generator.grid.frames_per_beat),
      *(('group', *group) for group in self._musician.groups),
      ('can_wander', int(generator.can_wander)),
      ('playing', int(self._player is not None)),
      ('qpm', float(settings.qpm)),
      ('seed', settings.seed),
      ('temperature', float(settings.temperature)),
      ('wander', float(settings.wander)),
      ('frames', settings.frames),
      ('messages', self.num_messages),
      ('dropped', self.num_dropped),
      ('late', self.num_late + (self._player.num_late if self._player else 0)),
    ]
    told = [message('/vrae/info', *fact) for fact in facts]
    return [*told, self._at(settings.z), message('/vrae/end')]


# What takes the music to another place.
_WHERE = ('z', 'z/N', 'xy', 'x', 'y', 'draw')
_FADERS = ('z/N', 'x', 'y')
