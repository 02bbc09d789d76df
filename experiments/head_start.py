# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Whether a VRAE's weights and states help supervised RNNs, and how much.

  .venv/bin/python experiments/head_start.py --run_dir=runs/frame_by_frame \
      --teacher_run_dir=runs/teacher --examples_path=data/games.tfrecord

The run is a VRAE trained without labels on all but the end of every piece
(--converter=holdout_fraction=0.1). Two tasks are learnt on the same music, and
scored after each epoch on what was held out:

  songs   Which piece is a window of? With 1, 5, 20 or all labelled windows of
          each: the encoder's RNN under a layer of classes. Score: accuracy.
  frames  Which notes sound in the next frame? The decoder's RNN. Score:
          log p(x_t | x_1 ... x_{t-1}) in nats per frame. Its z is the mean of
          the window just before, so that nothing of the future is told.

Each begins with random weights and a state of zeros (cold), with the VRAE's
weights and a state of zeros, or with the VRAE's weights and its state; and so
with those of --teacher_run_dir, a VRAE whose decoder was told the true frames
in training (--hparams=feedback=teacher), and --music_run_dir, one whose decoder
hears itself (as `vrae_music`). With "classes fitted", the layer of classes
begins as a logistic regression on what is below it. The networks, the optimizer
(Adam), the order of batches and the labels drawn are the same for all; each
seed draws anew. `songs` is also learnt by logistic regressions: on mu and on
the encoder's last state, and on how long each pitch sounds in a window, for
which no VRAE is needed.

Results go to --results as they come, and what is there already is not done
again, so that two processes with one --tasks each can share it. At the end the
tables are printed; --figure draws the curves.
"""

from __future__ import annotations

import argparse
import json
import pathlib
from typing import NamedTuple

# Before TensorFlow: it holds back the notices with which TensorFlow starts.
from magenta_vrae.commands import tensorflow_start  # noqa: F401

# isort: split
import numpy as np
import tensorflow as tf

from magenta_vrae.data import examples
from magenta_vrae.inference import evaluation
from magenta_vrae.inference import features
from magenta_vrae.inference import supervised
from magenta_vrae.runs import run_settings

BATCH_SIZE = 32


class Start(NamedTuple):
  """How a network begins.

  Attributes:
    weights: Which run's weights it has, 'run', 'teacher' or 'music'; None for
      random ones.
    with_state: Whether it begins with that run's state, or with zeros.
    is_fitted: Whether the layer of classes begins as a logistic regression.
  """

  weights: str | None
  with_state: bool
  is_fitted: bool = False


COLD = 'random weights, zero state'
STARTS = {
  COLD: Start(None, False),
  'warm weights, zero state': Start('run', False),
  'warm weights, warm state': Start('run', True),
  'weights of true frames, zero state': Start('teacher', False),
  'weights of true frames, warm state': Start('teacher', True),
  'weights of vrae_music, zero state': Start('music', False),
  'weights of vrae_music, warm state': Start('music', True),
  'random weights, zero state, classes fitted': Start(None, False, True),
  'weights of vrae_music, zero state, classes fitted': Start(
    'music', False, True
  ),
  'weights of vrae_music, warm state, classes fitted': Start(
    'music', True, True
  ),
}
# Logistic regressions: on what of which run. The shares need none.
SHARES = "probe on pitches' shares"
PROBES = {
  'probe on mu': ('run', 'mu'),
  'probe on h_end': ('run', 'h_end'),
  'probe on mu, true frames': ('teacher', 'mu'),
  'probe on h_end, true frames': ('teacher', 'h_end'),
  'probe on mu, vrae_music': ('music', 'mu'),
  'probe on h_end, vrae_music': ('music', 'h_end'),
  SHARES: None,
}
FRAMES = 'next frame'
# Task -> labelled windows of each song (None for all), epochs, learning rate.
TASKS = {
  'songs, 1 label each': (1, 60, 1e-3),
  'songs, 5 labels each': (5, 60, 1e-3),
  'songs, 20 labels each': (20, 40, 1e-3),
  'songs, all labels': (None, 15, 1e-3),
  FRAMES: (None, 15, 3e-3),
}


class Data(NamedTuple):
  """Examples of a task.

  Attributes:
    heard: What is heard.
    states: What a state is made of, by the run that it is of.
    targets: What is asked.
  """

  heard: np.ndarray
  states: dict[str, np.ndarray]
  targets: np.ndarray


def subset(data, chosen):
  states = {run: state[chosen] for run, state in data.states.items()}
  return Data(data.heard[chosen], states, data.targets[chosen])


def starts_with(pretrained):
  """Names of the starts that some runs allow."""
  return [
    name
    for name, start in STARTS.items()
    if start.weights is None or start.weights in pretrained
  ]


class Songs:
  """Windows with the numbers of their songs, and what a VRAE says of them."""

  loss = 'sparse_categorical_crossentropy'
  metric = 'accuracy'

  def __init__(self, pretrained, extractors, converter, examples_path, every):
    self._pretrained = pretrained
    self.starts = starts_with(pretrained)
    parts = {
      mode: examples.windows(examples_path, converter, mode, every)
      for mode in ('train', 'eval')
    }
    names = sorted(set(parts['train'].songs))
    self.num_songs = len(names)
    self.data = {}
    self._features = {SHARES: {}}
    for mode, windows in parts.items():
      x = windows.frames.astype(np.float32)
      labels = np.array([names.index(song) for song in windows.songs])
      states = {
        run: of_run.encoder_state().predict(x, batch_size=256, verbose=0)
        for run, of_run in pretrained.items()
      }
      self.data[mode] = Data(x, states, labels)
      self._features[SHARES][mode] = x.mean(axis=1)
      for probe, of in PROBES.items():
        if of and of[0] in pretrained:
          run, what = of
          self._features.setdefault(probe, {})[mode] = (
            extractors[run].encode(list(windows.frames))[0]
            if what == 'mu'
            else states[run]
          )
    self.probes = [probe for probe in PROBES if probe in self._features]

  def labelled(self, num_labels, rng):
    """Indices of so many training windows of each song, drawn."""
    labels = self.data['train'].targets
    if num_labels is None:
      return np.arange(len(labels))
    return np.concatenate(
      [
        rng.choice(np.flatnonzero(labels == song), num_labels, replace=False)
        for song in range(self.num_songs)
      ]
    )

  def model(self, start):
    return self._pretrained[start.weights or 'run'].classifier(
      self.num_songs, warm=bool(start.weights), takes_state=start.with_state
    )

  @staticmethod
  def score(logs):
    return logs['accuracy']

  def probe(self, name, chosen):
    """Accuracy of a logistic regression fitted to some training windows."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x = self._features[name]
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000))
    model.fit(x['train'][chosen], self.data['train'].targets[chosen])
    return model.score(x['eval'], self.data['eval'].targets)


class Frames:
  """Windows, the frames before each of theirs, and mu of the window before."""

  loss = 'binary_crossentropy'
  metric = None

  def __init__(self, pretrained, extractors, converter, examples_path, every):
    T = converter.window_frames
    self._pretrained = pretrained
    self.starts = [
      name for name in starts_with(pretrained) if not STARTS[name].is_fitted
    ]
    self.data = {}
    # A window and the one that follows it, from the same side of the hold-out.
    two = converter.replace(window_frames=2 * T)
    for mode in ('train', 'eval'):
      frames = examples.windows(examples_path, two, mode, every).frames
      batches = np.array_split(frames[:, :T], -(-len(frames) // 256))
      mu = {
        run: np.concatenate([e.encode(list(batch))[0] for batch in batches])
        for run, e in extractors.items()
      }
      x = frames.astype(np.float32)
      self.data[mode] = Data(x[:, T - 1 : -1], mu, x[:, T:])
    self._depth = x.shape[-1]
    train, held_out = self.data['train'].targets, self.data['eval'].targets
    self.baselines = {
      'independent Bernoulli': evaluation.independent_bernoulli(
        train, held_out
      ),
      'frame repeated': evaluation.repeated_frame(train, held_out),
    }

  def model(self, start):
    return self._pretrained[start.weights or 'run'].next_frame_model(
      warm=bool(start.weights), takes_z=start.with_state
    )

  def score(self, logs):
    # Keras has the mean over frames and pitches.
    return -logs['loss'] * self._depth


def learn(task, train, start, epochs, seed, learning_rate):
  """Scores on what is held out, before the first epoch and after each."""
  tf.keras.utils.set_random_seed(seed)
  model = task.model(start)
  model.compile(
    tf.keras.optimizers.Adam(learning_rate),
    task.loss,
    metrics=[task.metric] if task.metric else None,
  )

  def inputs(data):
    if start.with_state:
      return [data.heard, data.states[start.weights]]
    return data.heard

  if start.is_fitted:
    supervised.fit_classes(model, inputs(train), train.targets)
  held_out = task.data['eval']
  held_out = (inputs(held_out), held_out.targets)
  scores = [
    task.score(
      model.evaluate(*held_out, batch_size=256, verbose=0, return_dict=True)
    )
  ]
  history = model.fit(
    inputs(train),
    train.targets,
    batch_size=BATCH_SIZE,
    epochs=epochs,
    validation_data=held_out,
    validation_batch_size=256,
    verbose=0,
  ).history
  for epoch in range(epochs):
    scores.append(
      task.score(
        {
          name[len('val_') :]: values[epoch]
          for name, values in history.items()
          if name.startswith('val_')
        }
      )
    )
  return [float(score) for score in scores]


def run_task(name, task, seeds, done, write):
  """Learns one task from all its starts, as far as it is not done yet."""
  num_labels, epochs, learning_rate = TASKS[name]
  for seed in range(seeds):
    if name != FRAMES:
      chosen = task.labelled(num_labels, np.random.RandomState(seed))
      train = subset(task.data['train'], chosen)
      for probe in task.probes:
        if (name, probe, seed) not in done:
          write(name, probe, seed, [task.probe(probe, chosen)])
    else:
      train = task.data['train']
    for start in task.starts:
      if (name, start, seed) not in done:
        scores = learn(task, train, STARTS[start], epochs, seed, learning_rate)
        tf.keras.backend.clear_session()
        write(name, start, seed, scores)


def epochs_to(scores, goal):
  """The first epoch whose score is the goal or better, or None."""
  reached = np.flatnonzero(np.asarray(scores) >= goal)
  return int(reached[0]) if len(reached) else None


def mean_and_deviation(values):
  mean, deviation = np.mean(values), np.std(values, ddof=1)
  # Where no draw decides there is one value, but for its last digits.
  return f'{mean:.3f} ± {deviation:.3f}' if deviation > 1e-9 else f'{mean:.3f}'


def rows(runs_of):
  """Cells of one task's table: scores, and when the best cold one is met."""
  goals = [max(scores) for scores in runs_of[COLD]]
  for start in STARTS:
    if start not in runs_of:
      continue
    scores = np.array(runs_of[start])
    reached = [epochs_to(s, g) for s, g in zip(scores, goals)]
    times = [epoch for epoch in reached if epoch is not None]
    when = f'{np.mean(times):.1f}' if times else 'never'
    if times and len(times) < len(reached):
      when += f' in {len(times)} of {len(reached)}'
    yield [
      start,
      *(mean_and_deviation(scores[:, epoch]) for epoch in (0, 1, 5, 10, -1)),
      mean_and_deviation(scores.max(axis=1)),
      when,
    ]
  for probe in PROBES:
    if probe in runs_of:
      scores = np.array(runs_of[probe])
      yield [probe, *[''] * 4, mean_and_deviation(scores[:, 0]), '', '']


def tables(results):
  """A table of each task in Markdown."""
  lines = []
  for name in TASKS:
    runs_of = {
      start: [scores for _, scores in sorted(seeds.items())]
      for start, seeds in results.get(name, {}).items()
    }
    if COLD in runs_of:
      lines += [
        f'{name}',
        '',
        '| start | epoch 0 | 1 | 5 | 10 | last | best | cold best met at |',
        '|---' * 8 + '|',
        *(f'| {" | ".join(cells)} |' for cells in rows(runs_of)),
        '',
      ]
  return '\n'.join(lines)


def draw(results, path):
  """A figure of each task's scores over epochs, mean and deviation."""
  import matplotlib

  matplotlib.use('Agg')
  import matplotlib.pyplot as plt

  names = [name for name in TASKS if name in results]
  figure, axes = plt.subplots(2, 3, figsize=(11, 6.6), layout='constrained')
  # Okabe and Ito's colours, told apart by colour-blind eyes.
  colors = (
    *('#000000', '#E69F00', '#0072B2', '#D55E00', '#56B4E9'),
    *('#CC79A7', '#009E73', '#000000', '#CC79A7', '#009E73'),
  )
  for axis, name in zip(axes.flat, names):
    for start, color in zip(STARTS, colors):
      if start not in results[name]:
        continue
      scores = np.array(list(results[name][start].values()))
      mean, deviation = scores.mean(axis=0), scores.std(axis=0, ddof=1)
      epochs = np.arange(len(mean))
      style = '--' if STARTS[start].is_fitted else '-'
      axis.plot(epochs, mean, style, color=color, label=start)
      axis.fill_between(
        epochs, mean - deviation, mean + deviation, color=color, alpha=0.2
      )
    for probe, style in zip(PROBES, ('', '--', '', '-.', '', '', ':')):
      if style and probe in results[name]:
        accuracy = np.mean([s[0] for s in results[name][probe].values()])
        axis.axhline(accuracy, color='#777777', linestyle=style, label=probe)
    axis.set_title(name)
    axis.set_xlabel('epoch')
    if name == FRAMES:
      axis.set_ylabel('held-out log p per frame, nats')
      # What comes before the first epoch would squeeze all else.
      after = np.concatenate(
        [
          np.array(list(seeds.values()))[:, 1:]
          for seeds in results[name].values()
        ]
      )
      axis.set_ylim(after.min() - 0.1, after.max() + 0.1)
    else:
      axis.set_ylabel('held-out accuracy')
      axis.set_ylim(0.0, 1.02)
  # The legend takes the place of a sixth task.
  shown = {}
  for axis in axes.flat:
    handles, labels = axis.get_legend_handles_labels()
    shown.update(zip(labels, handles))
  for axis in axes.flat[len(names) :]:
    axis.set_axis_off()
  axes.flat[-1].legend(shown.values(), shown, loc='center', frameon=False)
  figure.savefig(path, dpi=120)


def read(path):
  """Task -> start -> seed -> scores, of what has been done."""
  results = {}
  for line in path.read_text().splitlines() if path.exists() else []:
    row = json.loads(line)
    starts = results.setdefault(row['task'], {})
    starts.setdefault(row['start'], {})[row['seed']] = row['scores']
  return results


def restored(run_dirs):
  """Of runs by name: their networks, their encoders, and the converter."""
  pretrained, extractors = {}, {}
  for run, run_dir in run_dirs.items():
    if run_dir:
      _, config = run_settings.find_config(run_dir)
      checkpoint = tf.train.latest_checkpoint(f'{run_dir}/train')
      pretrained[run] = supervised.Pretrained(config, checkpoint)
      extractors[run] = features.FeatureExtractor(config, checkpoint)
  return pretrained, extractors, config.data_converter


def main():
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  parser.add_argument('--run_dir', required=True)
  parser.add_argument('--teacher_run_dir')
  parser.add_argument('--music_run_dir')
  parser.add_argument('--examples_path', default='data/games.tfrecord')
  parser.add_argument('--every', type=int, default=20)
  parser.add_argument('--tasks', nargs='*', choices=TASKS, default=list(TASKS))
  parser.add_argument('--seeds', type=int, default=5)
  parser.add_argument(
    '--results',
    type=pathlib.Path,
    help='default: head_start.jsonl in --run_dir; experiments/head_start.jsonl '
    'has those of docs/results.md',
  )
  parser.add_argument('--figure', help='a PNG to draw the curves into')
  arguments = parser.parse_args()
  path = arguments.results or pathlib.Path(
    arguments.run_dir, 'head_start.jsonl'
  )
  done = {
    (task, start, seed)
    for task, starts in read(path).items()
    for start, seeds in starts.items()
    for seed in seeds
  }

  def write(task, start, seed, scores):
    row = {'task': task, 'start': start, 'seed': seed, 'scores': scores}
    with path.open('a', encoding='utf-8') as file:
      file.write(json.dumps(row) + '\n')
    best = max(range(len(scores)), key=scores.__getitem__)
    print(
      f'{task}; {start}; seed {seed}: {scores[best]:.3f} at epoch {best}',
      flush=True,
    )

  run_dirs = {
    'run': arguments.run_dir,
    'teacher': arguments.teacher_run_dir,
    'music': arguments.music_run_dir,
  }
  given = (*restored(run_dirs), arguments.examples_path, arguments.every)
  songs = None
  for name in arguments.tasks:
    if name == FRAMES:
      task = Frames(*given)
      for baseline, score in task.baselines.items():
        print(f'{name}; {baseline}: {score:.3f}', flush=True)
    else:
      task = songs = songs or Songs(*given)
    run_task(name, task, arguments.seeds, done, write)
  results = read(path)
  print(tables(results))
  if arguments.figure:
    draw(results, arguments.figure)


if __name__ == '__main__':
  main()
