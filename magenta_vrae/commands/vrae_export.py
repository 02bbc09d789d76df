# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Packs a trained model into one file, to keep or to share.

  vrae_export --run_dir=run --output=model.tar.gz
  vrae_export --run_dir=run --output=small.tar.gz --half
  vrae_export --model=chorales --output=chorales.tar.gz
  vrae_generate --checkpoint_file=model.tar.gz --output_dir=out

The file is a bundle like Magenta's own. It holds the newest good checkpoint,
without the variables that only training needs, the run's settings and a model
card. The card has the figures of `vrae_train --mode=eval --eval_once`, if that
step was evaluated. A bundle with --half is half as large. All commands read it,
but Magenta's `TrainedModel` does not.
"""

from __future__ import annotations

import os
from typing import Any

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

flag_help.heading('Model')
trained.define_run()
trained.define_model()
flags.DEFINE_string(
  'eval_dir_suffix',
  '',
  'Suffix of the eval folder to take figures from. By default none.',
)

flag_help.heading('Output')
flags.DEFINE_bool(
  'half', False, 'Write the weights in half precision, to save space.'
)
flags.DEFINE_string(
  'output',
  None,
  f'The bundle, ending in {" or ".join(bundle.ENDINGS)}. Required.',
)


def main() -> None:
  output = entry.require(FLAGS.output, 'output')
  bundle.check_ending(output)
  files.check_writable(output)
  with trained.found() as (checkpoint, folder):
    settings = run_settings.load(folder) if folder else None
    if folder is None or settings is None:
      raise InputError(
        f'{trained.given()!r} holds no {run_settings.FILE_NAME}; vrae_train '
        'writes it into a run'
      )
    step = int(checkpoint.rpartition('-')[2])
    from magenta_vrae.commands import tensorflow_start

    tensorflow_start.start('ERROR')
    bundle.write(
      output,
      checkpoint,
      settings,
      _card(settings, step, folder),
      _prior_of(checkpoint, step, settings),
      FLAGS.half,
    )
  print(
    f'{output}: {settings["config"]} after {step} steps, '
    f'{os.path.getsize(output) / 2**20:.1f} MB'
  )


def _card(settings: dict[str, Any], step: int, folder: str) -> str:
  """The card of a bundle as it is, or a new one of a run."""
  if not FLAGS.run_dir:
    path = os.path.join(folder, bundle.CARD_FILE_NAME)
    if os.path.isfile(path):
      with open(path, encoding='utf-8', errors='replace') as file:
        return file.read()
  metrics = run_settings.load_metrics(
    os.path.join(folder, 'eval' + FLAGS.eval_dir_suffix), step
  )
  return bundle.card(settings, step, metrics)


def _prior_of(
  checkpoint: str, step: int, settings: dict[str, Any]
) -> list[str]:
  """The file of the prior that was fitted to a checkpoint, if there is one."""
  folder = os.path.dirname(checkpoint)
  fitted = prior.load(folder, settings['hparams'].get('z_size', 0))
  # One of an earlier step says nothing of this checkpoint.
  if fitted is None or fitted.step != step:
    return []
  return [os.path.join(folder, prior.FILE_NAME)]


def console_entry_point() -> None:
  entry.run(main)


if __name__ == '__main__':
  console_entry_point()
