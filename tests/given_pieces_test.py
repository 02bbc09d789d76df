# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Times behind an @, as a musician writes them."""

from __future__ import annotations

import pytest

from magenta_vrae.commands import given_pieces


@pytest.mark.parametrize(
  ('text', 'seconds'),
  [
    ('0', 0.0),
    ('90', 90.0),
    ('12.5', 12.5),
    ('1:30', 90.0),
    ('01:05.25', 65.25),
    ('1:02:03', 3723.0),
    ('100:00', 6000.0),
  ],
)
def test_times(text, seconds):
  assert given_pieces.seconds(text) == seconds


@pytest.mark.parametrize(
  'text',
  ['', 'x', 'nan', 'inf', '-1', '1:', ':5', '1:60', '1:-5', '1:2:3:4', '1.5:10',
   '1_0', '1:nan', '1' * 400 + ':30'],
)  # fmt: skip
def test_what_is_no_time(text):
  assert given_pieces.seconds(text) is None
