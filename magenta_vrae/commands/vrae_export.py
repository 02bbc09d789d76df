# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Packs a trained model into one file, to keep or to share.

  vrae_export --run_dir=run --output=model.tar.gz
  vrae_generate --checkpoint_file=model.tar.gz --output_dir=out

The file is a bundle like Magenta's own. It holds the newest good checkpoint,
without the variables that only training needs, the run's settings and a model
card. The card has the figures of `vrae_train --mode=eval --eval_once`, if that
step was evaluated.
"""

from __future__ import annotations

import os

from absl import flags

from magenta_vrae import files
from magenta_vrae.commands import entry
from magenta_vrae.commands import flag_help
from magenta_vrae.commands import trained
from magenta_vrae.errors import InputError
from magenta_vrae.inference import prior
from magenta_vrae.runs import bundle
from magenta_vrae.runs import run_settings

FLAGS = flags.FLAGS

flag_help.heading('Input')
flags.DEFINE_string(
  'run_dir', None, 'The folder that vrae_train trained in. Required.'
)
flags.DEFINE_string(
  'eval_dir_suffix',
  '',
  'Suffix of the eval folder to take figures from. By default none.',
)

flag_help.heading('Output')
flags.DEFINE_string(
  'output',
  None,
  f'The bundle, ending in {" or ".join(bundle.ENDINGS)}. Required.',
)


def main() -> None:
  run_dir = entry.require(FLAGS.run_dir, 'run_dir')
  output = entry.require(FLAGS.output, 'output')
  files.check_writable(output)
  settings = run_settings.load(run_dir)
  if settings is None:
    raise InputError(
      f'{run_dir!r} holds no {run_settings.FILE_NAME}; vrae_train writes it '
      'there'
    )
  checkpoint = trained.newest_checkpoint(run_dir)
  step = int(checkpoint.rpartition('-')[2])
  metrics = run_settings.load_metrics(
    os.path.join(run_dir, 'eval' + FLAGS.eval_dir_suffix), step
  )
  folder = os.path.dirname(checkpoint)
  z_size = settings['hparams'].get('z_size', 0)
  fitted = prior.load(folder, z_size)
  # One of an earlier step says nothing of this checkpoint.
  is_of_step = fitted is not None and fitted.step == step
  bundle.write(
    output,
    checkpoint,
    settings,
    bundle.card(settings, step, metrics),
    [os.path.join(folder, prior.FILE_NAME)] if is_of_step else [],
  )
  print(
    f'{output}: {settings["config"]} after {step} steps, '
    f'{os.path.getsize(output) / 2**20:.1f} MB'
  )


def console_entry_point() -> None:
  entry.run(main)


if __name__ == '__main__':
  console_entry_point()
