# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The checksum in TensorFlow's files: in TFRecords and in checkpoints.

It is CRC-32C, rotated and offset ("masked"), so that a checksum of data which
holds checksums is of use, too.
"""

from __future__ import annotations

import google_crc32c

_MASK_DELTA = 0xA282EAD8


def masked_crc(data: bytes) -> int:
  """The checksum of some bytes, as TensorFlow's files hold it."""
  crc = google_crc32c.value(data)
  return (((crc >> 15) | (crc << 17)) + _MASK_DELTA) & 0xFFFFFFFF
