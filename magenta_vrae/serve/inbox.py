# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Datagrams that wait at a socket: of each address, the newest counts.

Faders send more positions than music can be made of. What is older than another
of the same sender and address is dropped and counted, so a flood takes no
memory and no time.
"""

from __future__ import annotations

import select
import socket
from typing import Any
from typing import NamedTuple

from magenta_vrae.serve import packets
from magenta_vrae.serve import udp_socket

# Addresses that may wait at once, and datagrams read before any is handled.
_MOST_WAITING = 256
_MOST_AT_ONCE = 4096


class Datagram(NamedTuple):
  """What was received, and the socket address it came from."""

  data: bytes
  sender: Any


class Inbox:
  """The datagrams of a UDP socket.

  Args:
    udp: The socket, bound. It must not block.

  Attributes:
    num_dropped: How many were dropped.
  """

  def __init__(self, udp: socket.socket) -> None:
    self._udp = udp
    self.num_dropped = 0

  def wait(self, seconds: float) -> list[Datagram]:
    """Those that wait, in order; waits for one if there is none.

    Args:
      seconds: How long; then it returns an empty list.
    """
    waiting: dict[Any, Datagram] = {}
    select.select([self._udp], [], [], seconds)
    for number in range(_MOST_AT_ONCE):
      try:
        # One byte more than allowed tells what is too large.
        data, sender = self._udp.recvfrom(packets.MOST_BYTES + 1)
      except BlockingIOError:
        break
      except ConnectionError:
        continue  # Windows tells so of who has gone.
      # Our own answers, if somebody wrote our address into a packet as the
      # sender's: each would be answered again without end.
      if udp_socket.is_own(self._udp, sender):
        self.num_dropped += 1
        continue
      self._keep(waiting, Datagram(data, sender), number)
    return list(waiting.values())

  def _keep(
    self, waiting: dict[Any, Datagram], datagram: Datagram, number: int
  ) -> None:
    address, end, _ = datagram.data.partition(b'\0')
    # A bundle may hold anything: none takes the place of another.
    is_message = end and address.startswith(b'/')
    key = (datagram.sender, address if is_message else number)
    if waiting.pop(key, None) is not None:
      self.num_dropped += 1
    if len(waiting) < _MOST_WAITING:
      waiting[key] = datagram
    else:
      self.num_dropped += 1
