# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Packs a trained model into one file, or into another runtime's format.

  vrae_export --run_dir=run --output=model.tar.gz
  vrae_export --run_dir=run --output=small.tar.gz --half
  vrae_export --model=chorales --output=chorales --format=onnx
  vrae_export --model=chorales --output=chorales.tflite --format=tflite
  vrae_export --model=chorales --output=chorales.safetensors --format=weights
  vrae_generate --checkpoint_file=model.tar.gz --output_dir=out

The default format, a bundle, is one file like Magenta's own. It holds the
newest good checkpoint without the variables that only training needs, the run's
settings and a model card. The card has the figures of `vrae_train --mode=eval
--eval_once`, if that step was evaluated. With --half a bundle is about half as
large; all commands here read it, but Magenta's `TrainedModel` does not.

The other formats run without this package and without Python. All have the
functions `encode` and `decode`. Autoregressive models also have `step`, which
makes endless music. docs/anywhere.md says which format is for what. Plain
weights (--format=weights) have no functions. They are for programs that hold
the equations themselves, such as examples/cpp. A VRAE cannot be a .keras file:
such a file holds layers of Keras itself, and only the name of a function for a
loop that draws notes. Give --format=saved_model instead.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any
from typing import ContextManager

from absl import flags
from absl import logging

from magenta_vrae import files
from magenta_vrae.commands import entry
from magenta_vrae.commands import flag_help
from magenta_vrae.commands import trained
from magenta_vrae.errors import InputError
from magenta_vrae.export import contents as contents_lib
from magenta_vrae.export import formats
from magenta_vrae.inference import prior
from magenta_vrae.plural import plural
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
flags.DEFINE_enum(
  'format',
  'bundle',
  formats.NAMES,
  'What to write: bundle, for the commands here and for Magenta; saved_model, '
  "for TensorFlow; onnx, for ONNX's runtimes; tflite, for LiteRT; weights, the "
  'matrices alone, as safetensors. keras is refused, see above.',
)
flags.DEFINE_bool(
  'half', False, 'Write the weights in half precision, to save space.'
)
flags.DEFINE_string(
  'output',
  None,
  f'Where to write it: a bundle ends in {" or ".join(bundle.ENDINGS)}, tflite '
  'in .tflite, weights in .safetensors; saved_model and onnx make a new '
  'folder. Required.',
)


def main() -> None:
  output = entry.require(FLAGS.output, 'output')
  formats.check(FLAGS.format, output)
  files.check_is_not_read(output, trained.files_given())
  with trained.found() as (checkpoint, folder):
    settings = run_settings.load(folder) if folder else None
    if folder is None or settings is None:
      raise InputError(
        f'{trained.given()!r} holds no {run_settings.FILE_NAME}; vrae_train '
        'writes it into a run'
      )
    step = int(checkpoint.rpartition('-')[2])
    card = _card(settings, step, folder)
    if FLAGS.format == 'bundle':
      _write_bundle(output, checkpoint, settings, step, card)
    else:
      name, config = run_settings.find_config(folder, shown_as=trained.given())
      contents = contents_lib.of_checkpoint(
        FLAGS.model or name, config, checkpoint, step, card
      )
      notices: ContextManager[None] = contextlib.nullcontext()
      if FLAGS.format in formats.OF_TENSORFLOW:
        from magenta_vrae.commands import tensorflow_start

        tensorflow_start.tf.get_logger().setLevel('ERROR')
        logging.set_verbosity(logging.ERROR)
        # As that oneDNN does not know half precision on this processor.
        notices = tensorflow_start.notices_held_back()
      with notices:
        formats.write(FLAGS.format, output, contents, FLAGS.half)
  print(
    f'{output}: {settings["config"]} after {plural(step, "step")}, '
    f'{_size(output) / 2**20:.1f} MB'
  )


def _write_bundle(
  output: str, checkpoint: str, settings: dict[str, Any], step: int, card: str
) -> None:
  from magenta_vrae.commands import tensorflow_start

  tensorflow_start.start('ERROR')
  beside = _prior_of(checkpoint, step, settings)
  # As that oneDNN does not know half precision on this processor.
  with tensorflow_start.notices_held_back():
    bundle.write(output, checkpoint, settings, card, beside, FLAGS.half)


def _size(path: str) -> int:
  """Bytes of a file, or of all files in a folder."""
  if os.path.isfile(path):
    return os.path.getsize(path)
  return sum(
    os.path.getsize(os.path.join(folder, name))
    for folder, _, names in os.walk(path)
    for name in names
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
