# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The whole road on real music: eight pieces in, a map and new music out.

  make demo

Everything lands in demo/output; its README.txt says what each file is.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import time

# Before TensorFlow: it holds back the notices with which TensorFlow starts.
from magenta_vrae.commands import tensorflow_start  # noqa: F401

# isort: split
import music21
import note_seq
import numpy as np
import tensorflow.compat.v1 as tf

from magenta_vrae import configs
from magenta_vrae import figures
from magenta_vrae.data import examples
from magenta_vrae.host import trained_model
from magenta_vrae.inference import evaluation

# Relative, so that the commands below can be read and typed.
OUTPUT = pathlib.Path(os.path.relpath(pathlib.Path(__file__).parent)) / 'output'
CONFIG = 'vrae_2d_gru'
CONVERTER = 'holdout_fraction=0.1'

# From five centuries, for voice, keyboard and strings: music21's corpus.
PIECES = {
  'Trecento, Sanctus': 'trecento/PMFC_12_15-Sanctus Lorenzo.xml',
  'Corelli, trio sonata': 'corelli/opus3no1/1grave.xml',
  'Handel, aria': 'handel/rinaldo/Lascia_chio_pianga.mxl',
  'C. P. E. Bach, keyboard': 'cpebach/h186.mxl',
  'Haydn, quartet': 'haydn/opus1no1/movement2.mxl',
  'Schubert, Lindenbaum': 'schubert/Lindenbaum.xml',
  'C. Schumann, polonaise': 'schumann_clara/polonaise_op1n1.mxl',
  'Joplin, rag': 'joplin/maple_leaf_rag.mxl',
}
MEDLEY_FRAMES = 1000
MEDLEY_STRIDE = 5
INTERPOLATION_STEPS = 8
BATCH_SIZE = 8


def run(command, *arguments):
  """Runs one of the installed commands, showing it as it would be typed."""
  print(f'\n$ {command} {" ".join(arguments)}', flush=True)
  path = pathlib.Path(sys.executable).parent / command
  subprocess.run([str(path), *arguments], check=True)


def collect_pieces():
  """Copies the eight pieces out of music21's corpus, under their titles."""
  corpus = pathlib.Path(music21.__file__).parent / 'corpus'
  folder = OUTPUT / 'pieces'
  folder.mkdir(parents=True)
  for title, path in PIECES.items():
    source = corpus / path
    shutil.copy(source, folder / (title + source.suffix))
  return folder


def title_of(file_name):
  return pathlib.Path(file_name).stem


class Results:
  """The files that the demo makes, each with a line on what it is."""

  def __init__(self):
    self.lines = []

  def add(self, name, text):
    self.lines.append(f'{name:<28}{text}')
    return str(OUTPUT / name)

  def midi(self, name, note_sequence, text):
    note_seq.note_sequence_to_midi_file(note_sequence, self.add(name, text))

  def figure(self, name, figure, text):
    figures.save(figure, self.add(name, text))


def nearest_to_center(mu, songs, song):
  """The window of a song whose mean lies nearest to the song's median."""
  of_song = np.flatnonzero(np.asarray(songs) == song)
  center = np.median(mu[of_song], axis=0)
  return of_song[np.argmin(np.linalg.norm(mu[of_song] - center, axis=1))]


def main():
  began = time.time()
  tf.logging.set_verbosity(tf.logging.ERROR)
  tf.disable_v2_behavior()
  shutil.rmtree(OUTPUT, ignore_errors=True)
  pieces = collect_pieces()
  tfrecord, run_dir = str(OUTPUT / 'pieces.tfrecord'), str(OUTPUT / 'run')

  run(
    'vrae_create_dataset', f'--input_dir={pieces}', f'--output_file={tfrecord}'
  )
  config = configs.get_config(CONFIG, converter=CONVERTER)
  run(
    'vrae_train',
    f'--config={CONFIG}',
    f'--converter={CONVERTER}',
    f'--run_dir={run_dir}',
    f'--examples_path={tfrecord}',
    f'--num_steps={config.hparams.schedule_steps}',
  )
  run(
    'vrae_generate',
    f'--config={CONFIG}',
    f'--run_dir={run_dir}',
    f'--output_dir={OUTPUT / "samples"}',
    '--num_outputs=4',
  )

  print('\nLooking at what it learned', flush=True)
  results = Results()
  results.add('samples/', 'four windows decoded from z drawn at random')
  converter = config.data_converter
  train = examples.windows(tfrecord, converter, 'train')
  held_out = examples.windows(tfrecord, converter, 'eval')
  checkpoint = tf.train.latest_checkpoint(str(OUTPUT / 'run' / 'train'))
  bounds = {
    'train': evaluation.window_bounds(config, checkpoint, train.frames),
    'held out': evaluation.window_bounds(config, checkpoint, held_out.frames),
  }
  mu = bounds['train'].mu
  songs = [title_of(song) for song in train.songs]

  results.figure(
    'latent_plane.png',
    figures.latent_plane(
      mu, songs, 'Every training window at its mean in the latent plane'
    ),
    'where the model put each window of each piece',
  )

  model = trained_model.TrainedModel(config, BATCH_SIZE, checkpoint)
  T = converter.window_frames

  def decode(z, length=T):
    """The frames of one z."""
    return model.decode_to_tensors(z[np.newaxis], length)[0]

  def outputs(z):
    """The decoder's sigmoid outputs, of which the frames are made."""
    batch = np.tile(z, (BATCH_SIZE, 1))
    return model.decode_to_tensors(batch, T, return_full_results=True)[0][0]

  panels = []
  for windows, bound, kind in (
    (train, bounds['train'], 'training'),
    (held_out, bounds['held out'], 'held-out'),
  ):
    # Neither the best nor the worst: the window at the median of the bound
    # among those that are not silent.
    sounding = np.flatnonzero(windows.frames.any(axis=(1, 2)))
    order = sounding[np.argsort(bound.lower_bound[sounding])]
    index = order[len(order) // 2]
    original, rebuilt = windows.frames[index], decode(bound.mu[index])
    title = title_of(windows.songs[index])
    panels += [
      (f'{title}: a {kind} window', original),
      ("the decoder's outputs, from two numbers", outputs(bound.mu[index])),
      ('and the notes made of them', rebuilt),
    ]
    for name, roll in (('original', original), ('reconstruction', rebuilt)):
      results.midi(
        f'{kind}_{name}.mid',
        *converter.from_tensors([roll]),
        f'{"a " + kind + " window of " + title}, {name}',
      )
  results.figure(
    'reconstructions.png',
    figures.rolls(
      panels,
      converter.pitches,
      converter.frames_per_second,
      'Windows of median bound and their reconstructions',
    ),
    'the two windows beside their reconstructions',
  )

  first, last = 'Handel, aria', 'Joplin, rag'
  ends = [mu[nearest_to_center(mu, songs, song)] for song in (first, last)]
  steps = [decode(z) for z in np.linspace(*ends, INTERPOLATION_STEPS)]
  results.figure(
    'interpolation.png',
    figures.rolls(
      [(f'{i / (len(steps) - 1):.0%}', step) for i, step in enumerate(steps)],
      converter.pitches,
      converter.frames_per_second,
      f'On a straight line from {first} to {last}',
      num_columns=4,
    ),
    f'from {first} to {last} in {len(steps)} steps',
  )
  results.midi(
    'interpolation.mid',
    *converter.from_tensors([np.concatenate(steps)]),
    'the same steps, played one after another',
  )

  # Each piece's own trail through the plane in turn, in strides, and from each
  # point of it as many frames as the stride passes over.
  stride = MEDLEY_STRIDE // converter.hop_frames
  walk = []
  for song in PIECES:
    trail = mu[np.flatnonzero(np.array(songs) == song)]
    walk += list(
      trail[::stride][: MEDLEY_FRAMES // MEDLEY_STRIDE // len(PIECES)]
    )
  medley = np.concatenate(
    model.decode_to_tensors(np.array(walk), MEDLEY_STRIDE)
  )
  results.midi(
    'medley.mid',
    *converter.from_tensors([medley]),
    f'{len(medley)} frames ({len(medley) / converter.frames_per_second:.0f} s) '
    'decoded on a walk through the plane, along each piece in turn',
  )
  results.midi(
    'endless.mid',
    *converter.from_tensors([decode(ends[0], MEDLEY_FRAMES)]),
    f'{MEDLEY_FRAMES} frames decoded from one z, of {first}',
  )

  report = [
    f'{len(train.frames)} training and {len(held_out.frames)} held-out windows '
    f'of {T} frames (the last tenth of each piece is held out)',
  ]
  for kind, windows in (('train', train), ('held out', held_out)):
    bound = bounds[kind]
    baseline = evaluation.independent_bernoulli(train.frames, windows.frames)
    report.append(
      f'{kind:>8}: bound {bound.lower_bound.mean() / T:.2f} nats per time step '
      f'(independent Bernoulli {baseline:.2f}), '
      f'KL {bound.kl.mean():.1f} nats per window'
    )
  found = evaluation.song_by_neighbors(
    mu, train.songs, bounds['held out'].mu, held_out.songs
  )
  share = max(held_out.songs.count(song) for song in held_out.songs)
  report.append(
    f'the piece of a held-out window is found by its 5 nearest neighbours: '
    f'{found:.0%} (the commonest alone: {share / len(held_out.songs):.0%})'
  )
  rebuilt = np.array(model.decode_to_tensors(mu, T))
  hits = np.sum((rebuilt > 0) & train.frames)
  f1 = 2 * hits / (rebuilt.sum() + train.frames.sum())
  z = np.random.RandomState(0).normal(size=[64, 2])
  made = np.array(model.decode_to_tensors(z, T))
  report += [
    f'training windows rebuilt from their means: frame F1 {f1:.2f}',
    'notes sounding per frame: '
    f'{train.frames.sum(-1).mean():.2f} in the pieces, '
    f'{rebuilt.sum(-1).mean():.2f} rebuilt, {medley.sum(-1).mean():.2f} in the '
    f'medley, {made.sum(-1).mean():.2f} in 64 random samples',
  ]

  page = results.add(
    'explorer.html', 'the plane as a page: walk through it, listen, draw a path'
  )
  run(
    'vrae_explore',
    f'--run_dir={run_dir}',
    f'--examples_path={tfrecord}',
    f'--output={page}',
  )

  text = '\n'.join([*results.lines, '', *report])
  (OUTPUT / 'README.txt').write_text(text + '\n')
  print(f'\n{text}\n\nAll in {OUTPUT}, after {time.time() - began:.0f} s')
  print(f'Open {page} in a browser to walk through the pieces.')


if __name__ == '__main__':
  main()
