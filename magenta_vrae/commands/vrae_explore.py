# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Makes a page for walking through a trained VRAE's latent space.

  vrae_explore --run_dir=run --examples_path=songs.tfrecord \
      --output=explorer.html

The page is one HTML file. It opens from disk in any current browser and needs
no network. It shows every window of the songs at its mean, and it decodes,
plays and encodes in the browser. Config and settings come from the folder of
the run.
"""

from __future__ import annotations

import os

from absl import flags

from magenta_vrae import files
from magenta_vrae.commands import entry
from magenta_vrae.commands import flag_help
from magenta_vrae.commands import pieces
from magenta_vrae.commands import trained
from magenta_vrae.explorer import gather
from magenta_vrae.explorer import page
from magenta_vrae.runs import run_settings

FLAGS = flags.FLAGS

flag_help.heading('Input')
flags.DEFINE_string(
  'run_dir', None, 'The folder of a run of vrae_train. Required.'
)
flags.DEFINE_string(
  'examples_path',
  None,
  f'The songs to show: {pieces.WHAT}. Required.',
)

flag_help.heading('Output')
flags.DEFINE_string('output', None, 'The HTML file to write. Required.')
flags.DEFINE_string(
  'title',
  '',
  'The title of the page. By default the name of the config.',
)

flag_help.heading('Model')
flags.DEFINE_string(
  'config', '', 'The config. Only for a run_dir without settings.json.'
)
flags.DEFINE_string(
  'hparams',
  '',
  'The `name=value` hyperparameters of the training that differ from the '
  'config. Only for a run_dir without settings.json.',
)
flags.DEFINE_string(
  'converter',
  '',
  'The `name=value` settings of the data converter in the training that differ '
  'from the config. Only for a run_dir without settings.json.',
)


def main() -> None:
  run_dir = entry.require(FLAGS.run_dir, 'run_dir')
  examples_path = entry.require(FLAGS.examples_path, 'examples_path')
  output = entry.require(FLAGS.output, 'output')
  files.check_writable(output)
  source = pieces.Source(examples_path)
  checkpoint = trained.newest_checkpoint(run_dir)
  name, config = run_settings.find_config(
    run_dir, FLAGS.config, FLAGS.hparams, FLAGS.converter
  )
  exploration = gather.explore(config, checkpoint, source)
  text, weights_type = page.render(exploration, FLAGS.title or name)
  files.write_text(output, text)
  size = os.path.getsize(output)
  if weights_type == 'float16':
    print(
      'the page stores the weights in half precision, to save space: '
      'outputs differ from the model by about 0.001'
    )
  if size > page.MAX_BYTES:
    print(
      f'the page is still larger than {page.MAX_BYTES / 1e6:.0f} MB; fewer '
      'units or fewer songs make it smaller'
    )
  songs = exploration.facts['songs']
  print(
    f'{output}: {len(songs)} songs, {sum(s["windows"] for s in songs)} '
    f'windows, {size / 1e6:.1f} MB; open it in a browser'
  )


def console_entry_point() -> None:
  entry.run(main)


if __name__ == '__main__':
  console_entry_point()
