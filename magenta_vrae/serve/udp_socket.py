# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The socket that requests come to."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

from magenta_vrae.errors import InputError

# Bursts of this size wait until they are read, or sent; the system may give
# less.
_BUFFER_BYTES = 2**20


def listening(host: str, port: int) -> socket.socket:
  """A UDP socket that listens.

  It never blocks: what a listener does not take is lost, and does not delay the
  notes of the others.

  Args:
    host: A name or an address of this machine.
    port: The port; 0 for any that is free.

  Raises:
    InputError: If that cannot be.
  """
  try:
    family, kind, protocol, _, address = socket.getaddrinfo(
      host, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE
    )[0]
    udp = socket.socket(family, kind, protocol)
  except (OSError, UnicodeError) as e:
    raise InputError(
      f'--host={host} is no address of this machine ({e}); give 127.0.0.1'
    ) from e
  udp.setblocking(False)
  for buffer in (socket.SO_RCVBUF, socket.SO_SNDBUF):
    udp.setsockopt(socket.SOL_SOCKET, buffer, _BUFFER_BYTES)
  try:
    udp.bind(address)
  except OSError as e:
    udp.close()
    raise InputError(
      f'cannot listen on {host} port {port} ({e.strerror}); give another '
      '--port, or --port=0 for any that is free'
    ) from e
  return udp


def is_loopback(udp: socket.socket) -> bool:
  """Whether only programs of this machine can reach a socket."""
  host = str(udp.getsockname()[0]).partition('%')[0]
  return ipaddress.ip_address(host).is_loopback


def is_own(udp: socket.socket, address: Any) -> bool:
  """Whether an address is that of the socket itself.

  Args:
    udp: The socket, bound; maybe to all addresses of this machine.
    address: The address of who sent something.
  """
  host, port = udp.getsockname()[:2]
  if address[1] != port:
    return False
  if address[0] == host:
    return True
  if not ipaddress.ip_address(host.partition('%')[0]).is_unspecified:
    return False
  # Only an address of this machine can be bound.
  with socket.socket(udp.family, udp.type) as other:
    try:
      other.bind((address[0], 0, *address[2:]))
    except OSError:
      return False
  return True


def shown(udp: socket.socket) -> str:
  """Its address, as `127.0.0.1:6581`."""
  host, port = udp.getsockname()[:2]
  return f'[{host}]:{port}' if ':' in host else f'{host}:{port}'
