# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Makes a page for walking through a trained VRAE's latent space.

  vrae_explore --run_dir=run --examples_path=songs.tfrecord \
      --output=explorer.html
  vrae_explore --model=chorales --output=chorales.html

The page is one HTML file. It opens from disk in any current browser and needs
no network. It shows every window of the songs at its posterior mean, and it
decodes, plays and encodes in the browser. A model that comes with the package
holds some of the songs that it learned from.
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
from magenta_vrae.plural import plural

FLAGS = flags.FLAGS

flag_help.heading('Model')
trained.define_flags()
trained.define_model()
trained.define_settings()

flag_help.heading('Input')
flags.DEFINE_string(
  'examples_path',
  None,
  f'The songs to show: {pieces.WHAT}. By default those that a model of --model '
  'holds; otherwise required.',
)

flag_help.heading('Output')
flags.DEFINE_string('output', None, 'The HTML file to write. Required.')
flags.DEFINE_string(
  'title',
  '',
  'The title of the page. By default the name of the config.',
)


def main() -> None:
  output = entry.require(FLAGS.output, 'output')
  files.check_writable(output)
  path = FLAGS.examples_path
  if path or not FLAGS.model:
    path = entry.require(path, 'examples_path')
  source = pieces.Source(path) if path else None
  files.check_is_not_read(output, trained.files_given())
  if source:
    files.check_is_not_read(output, source.file_paths())
  with trained.model() as (name, config, checkpoint):
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
  num_windows = sum(song['windows'] for song in songs)
  print(
    f'{output}: {plural(len(songs), "song")}, '
    f'{plural(num_windows, "window")}, {size / 1e6:.1f} MB; open it in a '
    'browser'
  )


def console_entry_point() -> None:
  entry.run(main)


if __name__ == '__main__':
  console_entry_point()
