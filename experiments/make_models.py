# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Makes the models that come with the package.

  make models
  .venv/bin/python experiments/make_models.py chorales

Of each: corpora.py makes its datasets, experiments/models/NAME.flags trains it
in data/models/runs/NAME, and vrae_plot measures it, with whole pieces held out.
What is done already is not done again. The package gets

  magenta_vrae/ready_made/NAME.tar.gz  the bundle, in half precision
  magenta_vrae/ready_made/models.json  its line and its checksum
  docs/models/NAME.md, .png, .mid      its card, rolls, and music to hear
  docs/models/chorales.html            the page of one of them

All of it takes about two hours on two cores.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

import corpora
import numpy as np

from magenta_vrae import band_figures
from magenta_vrae import figures
from magenta_vrae.data import examples
from magenta_vrae.data.band import BandRoll
from magenta_vrae.explorer import heat as heat_lib
from magenta_vrae.explorer import own_map
from magenta_vrae.explorer import song_windows
from magenta_vrae.inference import generation
from magenta_vrae.inference import loading
from magenta_vrae.inference import prior as prior_lib
from magenta_vrae.runs import bundle
from magenta_vrae.runs import checkpoints
from magenta_vrae.runs import ready_made
from magenta_vrae.runs import run_settings

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent
RECIPES = HERE / 'models'
CARDS = ROOT / 'docs' / 'models'
BIN = pathlib.Path(sys.executable).parent

# Each model with its corpus, in the order of the list.
CORPORA = {
  'chorales': 'chorales',
  'quartets': 'quartets',
  'games': 'freedoom',
  'grooves': 'freedoom',
  'tunes': 'tunes',
}
WITH_PAGE = 'chorales'
# Windows of the map, and of those that music wanders along. With fewer of games
# all models together take 20 MB.
MOST_WINDOWS = 1400
FEWER_WINDOWS = {'games': 1100}
# Rolls in a card's picture: real ones above, made ones below.
NUM_ROLLS = 3
SEED = 1
# Of games, the first seed whose windows all have all four groups.
SEEDS = {'games': 4}
_NOTES_HEADING = '## Notes on the map\n'
_OF_A_GROUP = ('notes at a time', 'onsets a second', 'C2ST')


def command(name, *arguments):
  subprocess.run([BIN / name, *map(str, arguments)], cwd=ROOT, check=True)


def dataset(corpus, part):
  return corpora.OUTPUT / f'{corpus}_{part}.tfrecord'


def train(name, run_dir):
  corpus = CORPORA[name]
  if not dataset(corpus, 'held_out').exists():
    script = str(HERE / 'corpora.py')
    subprocess.run([sys.executable, script, corpus], cwd=ROOT, check=True)
  command(
    'vrae_train', f'--flagfile={RECIPES / name}.flags', f'--run_dir={run_dir}'
  )


def measured(name, run_dir):
  """What vrae_plot says of a run: likeness.json, as a dict."""
  plots = run_dir / 'plots'
  path = plots / 'likeness.json'
  if not path.exists():
    command(
      'vrae_plot',
      '--figures=likeness',
      f'--run_dir={run_dir}',
      f'--examples_path={dataset(CORPORA[name], "train")}',
      f'--held_out_path={dataset(CORPORA[name], "held_out")}',
      '--num_seeds=3',
      f'--output_dir={plots}',
    )
  return json.loads(path.read_text())


def thinned(prior, most_windows):
  """A prior whose codes are of fewer songs, whole ones."""
  if len(prior.codes) <= most_windows:
    return prior
  begins = np.flatnonzero(~prior.follows)
  # A song that is longer than all of them is cut.
  end = begins[begins <= most_windows][-1] or most_windows
  return prior._replace(codes=prior.codes[:end], follows=prior.follows[:end])


def music_of(about):
  """What a model's page says of the music: a section of its .md, unwrapped."""
  section = about.partition(_NOTES_HEADING)[2].partition('\n## ')[0]
  paragraphs = section.strip().split('\n\n')
  return '\n'.join(' '.join(p.split()) for p in paragraphs)


def map_of(config, checkpoint, examples_path, music, codes, most_windows):
  """The songs of a dataset, a window at each half window.

  If they are those of the prior's codes, they lie at those, so that the file
  need not have them twice.
  """
  half = config.data_converter.window_frames // 2
  sparse = config._replace(
    data_converter=config.data_converter.replace(hop_frames=half)
  )
  model = loading.restore(config, checkpoint)
  windows = song_windows.read(
    sparse, model, str(examples_path), most_windows
  ).first_songs(most_windows)
  means = windows.means
  if codes.shape == means.shape and np.allclose(codes, means, atol=0.01):
    means = codes
  # As the file has them.
  means = means.astype(np.float16).astype(np.float32)
  heat = heat_lib.of_checkpoint(sparse, checkpoint, means)
  return windows._replace(means=means, heat=heat, music=music)


def card(name, settings, step, numbers):
  """The model card: what people wrote of it, and what was measured."""
  about = (RECIPES / f'{name}.md').read_text().strip()
  kinds = numbers['kinds']
  rows = [
    ('bound, nats a frame, N(0, I)', numbers['bound_per_time_step']),
    ('bound, nats a frame, fitted prior', numbers['bounds_under_prior']),
  ]
  lines = [about, '', '## Measured', '', '| | training | held out |']
  lines.append('|---|---|---|')
  lines += [
    f'| {row} | {of["training"]:.2f} | {of["held-out"]:.2f} |'
    for row, of in rows
  ]
  wanted = ('real', 'held out', 'rebuilt', 'drawn', 'long, last')
  shown = [kind for kind in wanted if kind in kinds]
  lines += ['', f'| | {" | ".join(shown)} |', '|---' * (len(shown) + 1) + '|']
  for number in kinds['real']:
    # Of a group, as of `bass.note length`, only what says most.
    if '.' not in number or number.partition('.')[2] in _OF_A_GROUP:
      cells = ' | '.join(_cell(kinds[kind].get(number)) for kind in shown)
      lines.append(f'| {number.replace(".", ": ", 1)} | {cells} |')
  use = numbers['latent_use']['N(0, I)']
  lines += [
    '',
    f'Windows of each kind: {numbers["windows"]}, over {numbers["seeds"]} '
    'seeds; "real" are other training windows. docs/likeness.md explains the '
    'numbers. C2ST is best at 0.5. '
    f'{use["active_units"]} of {settings["hparams"]["z_size"]} dimensions of z '
    f'are active; KL {use["kl"]:.1f} nats a window.',
  ]
  full = bundle.card(settings, step)
  return '\n'.join(lines) + '\n\n' + full[full.index('## Hyperparameters') :]


def _cell(interval):
  mean = interval and interval['mean']
  return '-' if mean is None else f'{mean:.3g}'


def pack(name, run_dir, numbers):
  """Writes the bundle, the list and the card."""
  checkpoint = checkpoints.find(str(run_dir / 'train')).path
  settings = run_settings.load(str(run_dir))
  # Where it was is no one else's concern.
  settings['dataset']['examples_path'] = CORPORA[name]
  step = int(checkpoint.rpartition('-')[2])
  config = run_settings.find_config(str(run_dir))[1]
  text = card(name, settings, step, numbers)
  prior = prior_lib.of_checkpoint(checkpoint, config.hparams.z_size, 'fitted')
  most_windows = FEWER_WINDOWS.get(name, MOST_WINDOWS)
  kept = thinned(prior, most_windows)
  windows = map_of(
    config,
    checkpoint,
    dataset(CORPORA[name], 'train'),
    music_of((RECIPES / f'{name}.md').read_text()),
    kept.codes,
    most_windows,
  )
  target = ready_made.FOLDER / f'{name}.tar.gz'
  with tempfile.TemporaryDirectory() as folder:
    beside = [
      prior_lib.save(kept, folder, is_half=True),
      own_map.save(windows, folder),
    ]
    bundle.write(str(target), checkpoint, settings, text, beside, is_half=True)
  CARDS.mkdir(exist_ok=True)
  (CARDS / f'{name}.md').write_text(text)
  line = text.splitlines()[2]
  _add_to_list(name, line, hashlib.sha256(target.read_bytes()).hexdigest())
  print(f'{target}: {target.stat().st_size / 2**20:.2f} MB')


def _add_to_list(name, line, sha256):
  path = ready_made.FOLDER / ready_made.LIST_NAME
  known = {}
  if path.exists():
    known = json.loads(path.read_text())['models']
  known[name] = {'line': line, 'sha256': sha256}
  models = {name: known[name] for name in CORPORA if name in known}
  content = {'format': ready_made.FORMAT, 'models': models}
  path.write_text(json.dumps(content, indent=2) + '\n')


def draw(name, run_dir):
  """A picture: windows of held-out music above windows that were drawn."""
  checkpoint = checkpoints.find(str(run_dir / 'train')).path
  config = run_settings.find_config(str(run_dir))[1]
  converter = config.data_converter
  held_out = str(dataset(CORPORA[name], 'held_out'))
  real = examples.windows(held_out, converter, 'infer').frames
  real = real[real.any(axis=(1, 2))]
  chosen = np.linspace(0, len(real) - 1, NUM_ROLLS + 2).astype(int)[1:-1]
  seed = SEEDS.get(name, SEED)
  made = generation.Generator(config, checkpoint, seed=seed).sample(NUM_ROLLS)
  panels = [('held out', real[i]) for i in chosen]
  panels += [('drawn', roll > 0) for roll in made]
  if isinstance(converter, BandRoll):
    of_band = (converter.parts, converter.frames_per_second)
    figure = band_figures.rolls(panels, *of_band, name, NUM_ROLLS)
  else:
    P = len(converter.pitches)
    figure = figures.rolls(
      [(caption, roll[:, :P]) for caption, roll in panels],
      converter.pitches,
      converter.frames_per_second,
      name,
      NUM_ROLLS,
    )
  figures.save(figure, str(CARDS / f'{name}.png'))


def play(name):
  """Music to hear: sixteen bars from one z."""
  with tempfile.TemporaryDirectory() as folder:
    command(
      'vrae_generate',
      f'--model={name}',
      '--mode=medley',
      '--bars=16',
      f'--seed={SEEDS.get(name, SEED)}',
      f'--output_dir={folder}',
    )
    (made,) = pathlib.Path(folder).glob('*.mid')
    (CARDS / f'{name}.mid').write_bytes(made.read_bytes())
  if name == WITH_PAGE:
    page = CARDS / f'{name}.html'
    command('vrae_explore', f'--model={name}', f'--output={page}')


def main():
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  parser.add_argument('names', nargs='*', help='which ones; all by default')
  parser.add_argument(
    '--runs_dir', type=pathlib.Path, default=corpora.OUTPUT / 'runs'
  )
  arguments = parser.parse_args()
  unknown = set(arguments.names) - set(CORPORA)
  if unknown:
    sys.exit(
      f'make_models: unknown {", ".join(sorted(unknown))}; known are '
      f'{", ".join(CORPORA)}'
    )
  for name in arguments.names or CORPORA:
    run_dir = arguments.runs_dir / name
    try:
      train(name, run_dir)
      numbers = measured(name, run_dir)
    except subprocess.CalledProcessError as e:
      sys.exit(f'make_models: {name}: {e}')
    pack(name, run_dir, numbers)
    draw(name, run_dir)
    play(name)


if __name__ == '__main__':
  main()
