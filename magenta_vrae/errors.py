# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a command reports in one line, without a traceback."""


class InputError(ValueError):
  """Something the user gave cannot be used.

  The message is one line: what was received, what is allowed, what to do.
  """
