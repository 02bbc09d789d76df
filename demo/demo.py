# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The whole road on real music: eight pieces in, a map and new music out.

  make demo

Music of models that come with the package is the first thing it makes. It runs
the package's commands, shown as one would type them. Everything lands in
demo/output; its README.txt says what each file is.
"""

from __future__ import annotations

import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import time

import music21

# Relative, so that the commands below can be read and typed.
OUTPUT = pathlib.Path(os.path.relpath(pathlib.Path(__file__).parent)) / 'output'
CONFIG = 'vrae_music'
# A smaller network than the config's, and fewer steps: under a minute. So few
# are too few for other keys than the pieces' own.
NUM_STEPS = 450
HPARAMS = (
  'enc_rnn_size=[128],dec_rnn_size=[192],ar_rnn_size=[128],nade_size=128,'
  'learning_rate=0.012,transpose=0,ar_dropout=0.2,'
  f'beta_rate=0.99,schedule_steps={NUM_STEPS}'
)
MEDLEY_SECONDS = 100
INTERPOLATION_STEPS = 8

# From five centuries, for voice, keyboard and strings: music21's corpus.
PIECES = {
  'Trecento Sanctus': 'trecento/PMFC_12_15-Sanctus Lorenzo.xml',
  'Corelli trio sonata': 'corelli/opus3no1/1grave.xml',
  'Handel aria': 'handel/rinaldo/Lascia_chio_pianga.mxl',
  'C. P. E. Bach keyboard': 'cpebach/h186.mxl',
  'Haydn quartet': 'haydn/opus1no1/movement2.mxl',
  'Schubert Lindenbaum': 'schubert/Lindenbaum.xml',
  'C. Schumann polonaise': 'schumann_clara/polonaise_op1n1.mxl',
  'Joplin rag': 'joplin/maple_leaf_rag.mxl',
}

FILES = """\
first/                three chorales and three game songs of ready-made models
explorer.html         the music as a map: walk on it, listen, draw a path
samples/              four windows of points drawn at random
morph/                from the Handel aria to the Joplin rag in 8 steps, and
                      all of them in a row
medley/               100 s on the way through all eight pieces
endless/              100 s that begin in the Handel aria and wander
longer/               20 s of the Joplin rag, and how the model goes on
rebuilt/              the Joplin rag, each window through twenty numbers
plots/latent.png      where the model put each window of each piece
plots/reconstructions.png  windows beside what was made of them
plots/interpolation.png    from a window of the first piece to one of the last
plots/bound.png       how well it fitted, while it was trained
pieces.tfrecord       the pieces as a dataset
run/                  the trained model
"""


def run(command: str, *arguments: str, shows: bool = False) -> None:
  """Runs one of the installed commands, showing it as it would be typed.

  Args:
    command: Its name.
    *arguments: Its flags.
    shows: Whether what it says is shown while it runs, and not at its end.
  """
  words = ' '.join(f"'{a}'" if ' ' in a else a for a in arguments)
  shown = f'\n$ {command} {words}'
  path = pathlib.Path(sys.executable).parent / command
  if shows:
    print(shown, flush=True)
    subprocess.run([str(path), *arguments], check=True)
    return
  result = subprocess.run(
    [str(path), *arguments],
    stdout=subprocess.PIPE,
    stderr=subprocess.STDOUT,
    text=True,
    # Two commands run at a time, and threads of both would wait for each other.
    env={**os.environ, 'OPENBLAS_NUM_THREADS': '1', 'OMP_NUM_THREADS': '1'},
  )
  # In one piece: two commands may run at a time.
  print(f'{shown}\n{result.stdout}', end='', flush=True)
  result.check_returncode()


def collect_pieces() -> dict[str, str]:
  """Copies the eight pieces out of music21's corpus; returns their paths."""
  corpus = pathlib.Path(music21.__file__).parent / 'corpus'
  folder = OUTPUT / 'pieces'
  folder.mkdir(parents=True)
  paths = {}
  for title, path in PIECES.items():
    source = corpus / path
    target = folder / (title + source.suffix)
    shutil.copy(source, target)
    paths[title] = str(target)
  return paths


def make_first_music() -> None:
  """Music at once, to listen to while the rest is made."""
  folder = OUTPUT / 'first'
  for model, seed in (('chorales', 1), ('games', 3)):
    run(
      'vrae_generate',
      f'--model={model}',
      f'--output_dir={folder}',
      '--num_outputs=3',
      '--bars=8',
      f'--seed={seed}',
      '--wav',
    )
  print(f'\nListen to {folder} while a model is trained.', flush=True)


def train(tfrecord: str, run_dir: str) -> None:
  """A dataset, and a model of it."""
  data = f'--examples_path={tfrecord}'
  run(
    'vrae_create_dataset',
    f'--input_dir={OUTPUT / "pieces"}',
    f'--output_file={tfrecord}',
    shows=True,
  )
  run(
    'vrae_train',
    f'--config={CONFIG}',
    '--converter=holdout_fraction=0.1,hop_frames=4',
    f'--hparams={HPARAMS}',
    f'--run_dir={run_dir}',
    data,
    f'--num_steps={NUM_STEPS}',
    '--seed=1',
    shows=True,
  )


def make_music(run_dir: str, pieces: dict[str, str]) -> None:
  """Samples, a morph, medleys, and a piece rebuilt."""

  def generate(folder: str, *arguments: str) -> None:
    run(
      'vrae_generate',
      f'--run_dir={run_dir}',
      f'--output_dir={OUTPUT / folder}',
      '--seed=1',
      *arguments,
    )

  generate('samples', '--num_outputs=4')
  generate(
    'morph',
    '--mode=interpolate',
    f'--input_midi_1={pieces["Handel aria"]}@0:10',
    f'--input_midi_2={pieces["Joplin rag"]}@0:10',
    f'--num_outputs={INTERPOLATION_STEPS}',
  )
  generate(
    'medley',
    '--mode=medley',
    f'--seconds={MEDLEY_SECONDS}',
    '--input_midis=' + ','.join(f'{path}@0:10' for path in pieces.values()),
  )
  generate(
    'endless',
    '--mode=medley',
    f'--seconds={MEDLEY_SECONDS}',
    f'--input_midi_1={pieces["Handel aria"]}@0:10',
  )
  generate(
    'longer',
    '--mode=continue',
    f'--input_midi_1={pieces["Joplin rag"]}@0:20',
    '--seconds=40',
  )
  generate(
    'rebuilt', '--mode=reconstruct', f'--input_midi_1={pieces["Joplin rag"]}'
  )


def draw(run_dir: str, tfrecord: str) -> None:
  """Pictures."""
  run(
    'vrae_plot',
    f'--run_dir={run_dir}',
    f'--examples_path={tfrecord}',
    f'--output_dir={OUTPUT / "plots"}',
    # As many windows as one can tell apart in a picture.
    '--every=2',
  )


def make_page(run_dir: str, tfrecord: str) -> None:
  """The page."""
  run(
    'vrae_explore',
    f'--run_dir={run_dir}',
    f'--examples_path={tfrecord}',
    f'--output={OUTPUT / "explorer.html"}',
  )


def main() -> None:
  began = time.time()
  shutil.rmtree(OUTPUT, ignore_errors=True)
  make_first_music()
  pieces = collect_pieces()
  tfrecord, run_dir = str(OUTPUT / 'pieces.tfrecord'), str(OUTPUT / 'run')
  train(tfrecord, run_dir)
  with concurrent.futures.ThreadPoolExecutor() as threads:
    # Each keeps one core busy; pictures take as long as all the rest.
    pictures = threads.submit(draw, run_dir, tfrecord)
    make_music(run_dir, pieces)
    make_page(run_dir, tfrecord)
    pictures.result()
  (OUTPUT / 'README.txt').write_text(FILES)
  print(f'\n{FILES}\nAll in {OUTPUT}, after {time.time() - began:.0f} s')
  print(f'Open {OUTPUT / "explorer.html"} in a browser to walk through it.')


if __name__ == '__main__':
  main()
