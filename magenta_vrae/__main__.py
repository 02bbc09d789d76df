# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Makes Magenta's own MusicVAE commands know the VRAE's configs.

  python -m magenta_vrae activate

After that, `music_vae_train --config=vrae_20d` and `music_vae_generate
--config=vrae_20d` work in this environment, also on today's TensorFlow. The
command writes one start-up file into the environment's packages. It changes no
file of Magenta's.
"""

from __future__ import annotations

import argparse
import sys

import magenta_vrae
from magenta_vrae import activation
from magenta_vrae.errors import InputError

PROGRAM = 'python -m magenta_vrae'


def activate() -> None:
  """Activates, and says where."""
  written = activation.activate()
  for path in written:
    print(f'activated by {path}')
  if not written:
    print('already active')
  print(f'to undo it: {PROGRAM} deactivate')


def deactivate() -> None:
  """Undoes `activate`, and says where it was active."""
  removed = activation.deactivate()
  for path in removed:
    print(f'deactivated: removed {path}')
  if not removed:
    print('not active; nothing to undo')


def status() -> None:
  """Says whether this environment is activated, where and by which version."""
  paths = activation.installed_files()
  if not paths:
    print(f'inactive; to change that: {PROGRAM} activate')
  for path in paths:
    version = activation.written_by(path)
    by = f'magenta-vrae {version}' if version else 'an unknown version'
    print(f'active by {path}, written by {by}')
    if activation.is_stale(path):
      print(
        f'stale: magenta-vrae {magenta_vrae.__version__} is installed and '
        f'writes another file; to renew it: {PROGRAM} activate'
      )


ACTIONS = {
  'activate': (activate, "let Magenta's commands know the VRAE's configs"),
  'deactivate': (deactivate, 'undo the activation'),
  'status': (status, 'say whether it is active, by which file and version'),
}


def main() -> int:
  parser = argparse.ArgumentParser(
    prog=PROGRAM,
    description=__doc__,
    formatter_class=argparse.RawDescriptionHelpFormatter,
  )
  actions = parser.add_subparsers(metavar='ACTION', required=True)
  for name, (action, purpose) in ACTIONS.items():
    actions.add_parser(name, help=purpose, description=purpose).set_defaults(
      action=action
    )
  arguments = parser.parse_args()
  try:
    arguments.action()
  except InputError as e:
    print(f'{PROGRAM}: {e}', file=sys.stderr)
    return 1
  return 0


if __name__ == '__main__':
  sys.exit(main())
