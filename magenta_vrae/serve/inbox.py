# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Datagrams that wait at a socket: of each address, the newest counts.

Faders send more positions than music can be made of. What is older than another
of the same sender and address is dropped and counted, so a flood takes no
memory and no time. Of many senders, those that flood wait longer than the
others (turns.py).
"""

from __future__ import annotations

import collections
import contextlib
import select
import socket
from typing import Any
from typing import NamedTuple
from typing import OrderedDict

from magenta_vrae.serve import packets
from magenta_vrae.serve import udp_socket
from magenta_vrae.serve.turns import Turns

# Datagrams that may wait, of all and of one sender: 8 MB at most.
_MOST_WAITING, _MOST_OF_ONE = 1024, 64
# Read before some are handled. Few are: the system keeps only some hundred
# small ones that nobody has read, and drops any that come then.
_MOST_READ, _MOST_HANDLED = 512, 4
# A sender of so many messages is no newcomer, if it sends another before so
# many other newcomers have. The ports of a program that takes a new one for
# each packet come again as well, but not that often: there are some 28,000.
_KNOWN_AFTER, _MOST_NEWCOMERS = 8, 1024
_MOST_KNOWN = 4096


class Datagram(NamedTuple):
  """What was received, and the socket address it came from."""

  data: bytes
  sender: Any


class Inbox:
  """The datagrams of a UDP socket.

  Args:
    udp: The socket, bound. It must not block.
  """

  def __init__(self, udp: socket.socket) -> None:
    self._udp = udp
    # Sockets, as on Windows `select` takes nothing else.
    self._wakened, self._waker = socket.socketpair()
    self._waker.setblocking(False)
    self._turns: Turns[Datagram] = Turns(_MOST_WAITING, _MOST_OF_ONE)
    self._num_own = self._num_read = 0
    # How often newcomers have sent, and who is known; the latest last.
    self._newcomers: OrderedDict[Any, int] = collections.OrderedDict()
    self._known: OrderedDict[Any, None] = collections.OrderedDict()

  @property
  def num_dropped(self) -> int:
    """How many were dropped."""
    return self._num_own + self._turns.num_dropped

  @property
  def num_waiting(self) -> int:
    """How many are read and wait for their turn."""
    return len(self._turns)

  def is_known(self, sender: Any) -> bool:
    """Whether a sender is no newcomer."""
    return sender in self._known

  def flooding(self, sender: Any) -> int:
    """How much a sender sends beyond what was handled."""
    return self._turns.flooding(sender, self.is_known(sender))

  def wake(self) -> None:
    """Ends a `wait`, and all that come later; a signal handler may call it."""
    with contextlib.suppress(BlockingIOError):
      self._waker.send(b'\0')

  def close(self) -> None:
    """Closes what `wake` needs; the socket stays open."""
    self._wakened.close()
    self._waker.close()

  def wait(self, seconds: float) -> list[Datagram]:
    """Some of those that wait, in turn; waits for one if there is none.

    Args:
      seconds: How long; then it returns an empty list.
    """
    if not self._turns:
      select.select([self._udp, self._wakened], [], [], seconds)
    self._read()
    number = min(len(self._turns), _MOST_HANDLED)
    return [self._turns.take() for _ in range(number)]

  def _read(self) -> None:
    """Takes what has come to the socket."""
    for _ in range(_MOST_READ):
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
        self._num_own += 1
        continue
      self._num_read += 1
      self._meet(sender)
      address, end, _ = data.partition(b'\0')
      # A bundle may hold anything: none takes the place of another.
      is_message = end and address.startswith(b'/')
      kind = address if is_message else self._num_read
      self._turns.put(
        sender, self.is_known(sender), kind, Datagram(data, sender)
      )

  def _meet(self, sender: Any) -> None:
    """Counts what a newcomer sends, until it is known."""
    if sender in self._known:
      self._known.move_to_end(sender)
      return
    count = self._newcomers.pop(sender, 0) + 1
    if count == _KNOWN_AFTER:
      self._known[sender] = None
      self._turns.know(sender)
      if len(self._known) > _MOST_KNOWN:
        self._known.popitem(last=False)
    else:
      self._newcomers[sender] = count
      if len(self._newcomers) > _MOST_NEWCOMERS:
        self._newcomers.popitem(last=False)
