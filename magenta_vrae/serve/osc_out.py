# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the server says, as OSC messages in bundles, and how it is sent."""

from __future__ import annotations

import socket
from typing import Any
from typing import Iterable
from typing import Iterator
from typing import Sequence

from pythonosc import osc_bundle_builder
from pythonosc import osc_message
from pythonosc import osc_message_builder

from magenta_vrae.serve.notes import Change
from magenta_vrae.serve.notes import Note

# Max and others read no larger packets unless told to.
_MOST_BYTES = 4096
_HEADER_BYTES = 16
_SIZE_BYTES = 4


def message(address: str, *arguments: int | float | str) -> Any:
  """An OSC message; ints, floats and strings stay what they are."""
  builder = osc_message_builder.OscMessageBuilder(address=address)
  for argument in arguments:
    builder.add_arg(argument)
  return builder.build()


def of_change(change: Change) -> list[osc_message.OscMessage]:
  """The tones that end, with velocity 0, and those that begin."""
  return [
    message('/vrae/note_off', tone.pitch, 0, tone.channel, tone.group)
    for tone in change.ends
  ] + [message('/vrae/note_on', *tone) for tone in change.begins]


def of_notes(notes: Iterable[Note]) -> list[osc_message.OscMessage]:
  """Whole notes."""
  return [message('/vrae/note', n.start, n.duration, *n.tone) for n in notes]


class OscOut:
  """Sends messages from the socket that requests come to.

  Args:
    udp: The socket.
    reply_port: The port that answers go to; 0 for that of who asked.
  """

  def __init__(self, udp: socket.socket, reply_port: int = 0) -> None:
    self._udp = udp
    self._reply_port = reply_port

  def send(
    self, messages: Sequence[osc_message.OscMessage], sender: Any
  ) -> None:
    """Sends messages to the address that a request came from.

    One goes alone, and several go in a bundle, or in as few as they fit in. A
    listener that is gone is no error: UDP does not know.

    Args:
      messages: In order.
      sender: The socket address that a request came from.
    """
    address = sender
    if self._reply_port:
      address = (sender[0], self._reply_port, *sender[2:])
    for data in packets(messages):
      try:
        self._udp.sendto(data, address)
      except OSError:
        return


def packets(messages: Sequence[osc_message.OscMessage]) -> Iterator[bytes]:
  """Messages as datagrams of a size that all programs read."""
  if len(messages) == 1:
    yield messages[0].dgram
    return
  size, builder = 0, None
  for content in messages:
    if builder and size + content.size + _SIZE_BYTES > _MOST_BYTES:
      yield builder.build().dgram
      builder = None
    if builder is None:
      size = _HEADER_BYTES
      builder = osc_bundle_builder.OscBundleBuilder(
        osc_bundle_builder.IMMEDIATELY
      )
    builder.add_content(content)
    size += content.size + _SIZE_BYTES
  if builder:
    yield builder.build().dgram
