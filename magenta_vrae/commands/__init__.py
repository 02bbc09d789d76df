# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The commands. Each module is one, thin, in the manner of Magenta's own."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

COMMANDS = (
  'vrae_create_dataset',
  'vrae_train',
  'vrae_generate',
  'vrae_encode',
  'vrae_export',
  'vrae_plot',
  'vrae_explore',
  'vrae_serve',
)

# Products are small: threads of BLAS wait for each other for longer than they
# save, above all beside other programs (inference/batches.py). NumPy reads it
# when it is first imported.
os.environ.setdefault('OPENBLAS_NUM_THREADS', '1')


def _end_at_once(signal_number: int, frame: FrameType | None) -> None:
  """Ends a command that has not begun; a traceback would help nobody."""
  del frame
  os.write(2, f'\n{_NAME}: interrupted\n'.encode())
  os._exit(128 + signal_number)


# Ctrl-C while a command's modules are imported; entry.run takes over.
_NAME = os.path.basename(sys.argv[0]) if sys.argv else ''
# Where interrupts are ignored, as behind nohup, they stay ignored.
if (
  _NAME in COMMANDS
  and signal.getsignal(signal.SIGINT) is signal.default_int_handler
):
  signal.signal(signal.SIGINT, _end_at_once)
