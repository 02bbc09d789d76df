# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Notes out of a MIDI port, by mido."""

from __future__ import annotations

from typing import Any
from typing import Iterable

import mido

from magenta_vrae.errors import InputError
from magenta_vrae.serve.notes import Change
from magenta_vrae.serve.notes import Group

_ALL_NOTES_OFF = 123  # A controller.
_HOW_TO_GET = (
  "install one with: pip install 'magenta-vrae[midi]', or name another of "
  "mido's in MIDO_BACKEND"
)


def port_names() -> list[str]:
  """The ports that there are.

  Raises:
    InputError: If there is no backend, or MIDI cannot be used here.
  """
  try:
    return sorted(set(mido.get_output_names()))
  except ImportError as e:
    raise InputError(f'MIDI ports need a backend ({e}); {_HOW_TO_GET}') from e
  except Exception as e:  # Each backend has its own, for a system without MIDI.
    raise InputError(f'MIDI cannot be used here: {_line(e)}') from e


def _line(error: Exception) -> str:
  return ' '.join(str(error).split()) or type(error).__name__


class MidiOut:
  """An open port.

  Args:
    name: Of a port that is there, or its beginning.
    is_new: Whether to make a port of that name, for others to listen to.

  Attributes:
    name: Its whole name.

  Raises:
    InputError: As `port_names`; if there is no such port, or it cannot be
      opened.
  """

  def __init__(self, name: str, is_new: bool) -> None:
    names = port_names()
    if not is_new:
      name = _chosen(name, names)
    try:
      self._port: Any = mido.open_output(name, **_virtual(is_new))
    except Exception as e:  # As in port_names.
      raise InputError(
        f'MIDI port {name!r} cannot be opened: {_line(e)}'
      ) from e
    self.name = name
    self._channels: list[int] = []

  def begin(self, groups: Iterable[Group]) -> None:
    """Sets the programs of the groups that are going to play."""
    for group in groups:
      self._channels.append(group.channel)
      self._send('program_change', group.channel, program=group.program)

  def send(self, change: Change) -> None:
    """Sends what a frame begins with.

    Raises:
      InputError: If the port is gone; so do `begin` and `silence`.
    """
    for tone in change.ends:
      self._send('note_off', tone.channel, note=tone.pitch, velocity=0)
    for tone in change.begins:
      self._send(
        'note_on', tone.channel, note=tone.pitch, velocity=tone.velocity
      )

  def silence(self) -> None:
    """Ends all that may still sound."""
    for channel in self._channels:
      self._send('control_change', channel, control=_ALL_NOTES_OFF, value=0)

  def close(self) -> None:
    self._port.close()

  def _send(self, kind: str, channel: int, **fields: int) -> None:
    try:
      self._port.send(mido.Message(kind, channel=channel - 1, **fields))
    except Exception as e:  # As in port_names.
      raise InputError(
        f'the MIDI port {self.name!r} is gone: {_line(e)}'
      ) from e


def _virtual(is_new: bool) -> dict[str, bool]:
  # Backends that cannot make ports need not be told that none is wanted.
  return {'virtual': True} if is_new else {}


def _chosen(name: str, names: list[str]) -> str:
  """The port that is called so, or the one whose name begins so."""
  found = [n for n in names if n == name] or [
    n for n in names if n.startswith(name)
  ]
  if len(found) == 1:
    return found[0]
  there = ', '.join(map(repr, found or names)) or 'none'
  what = 'several MIDI ports are' if found else 'no MIDI port is'
  raise InputError(
    f'{what} called {name!r}; there are: {there}; --new_midi_port makes one '
    '(not on Windows)'
  )
