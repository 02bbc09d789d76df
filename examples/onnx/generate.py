# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Music of an exported model, with onnxruntime, NumPy and mido alone.

vrae_export --model=chorales --format=onnx --output=chorales
python generate.py chorales chorale.mid --seed=7 --seconds=30
"""

import argparse
import itertools
import json
import pathlib

import numpy as np
import onnxruntime
import roll_to_midi


def draw_z(prior, z_size, rng):
  """Z of the prior: of N(0, I), or of a mixture fitted to the music."""
  if prior['kind'] == 'standard':
    return rng.normal(size=z_size)
  weights = np.array(prior['weights'])
  c = rng.choice(len(weights), p=weights / weights.sum())
  return prior['means'][c] + prior['factors'][c] @ rng.normal(size=z_size)


def blocks(folder, meta, rng, temperature):
  """Half windows of frames, `[half, D]`, one after another without end."""
  steps = meta['hears_what_it_plays']
  name = 'step.onnx' if steps else 'decode.onnx'
  session = onnxruntime.InferenceSession(str(folder / name))
  sizes = {given.name: given.shape for given in session.get_inputs()}
  half, D = meta['half_window_frames'], meta['depth']
  state, frame = np.zeros([1, sizes['state'][1]]), np.zeros([1, D])
  for number in itertools.count():
    # z stays for two windows. `decode` knows but one, and begins it anew.
    if number % (4 if steps else 2) == 0:
      z = draw_z(meta['prior'], meta['z_size'], rng)
      state = state if steps else np.zeros_like(state)
    draws = np.full([half, 1, D], meta['sampling']['threshold'])
    if meta['sampling']['kind'] == 'bernoulli':
      draws = rng.random_sample([half, 1, D])
    given = {'z': [z], 'state': state, 'frame': frame, 'uniforms': draws}
    given['temperature'] = [temperature]
    frames, *_, state = session.run(
      None, {name: np.asarray(given[name], np.float32) for name in sizes}
    )
    frame = frames[:, -1]
    yield frames[0]


def main():
  parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
  parser.add_argument('folder', type=pathlib.Path, help='of vrae_export')
  parser.add_argument('output', help='the MIDI file')
  parser.add_argument('--seed', type=int)
  parser.add_argument('--seconds', type=float, default=30.0)
  parser.add_argument('--temperature', type=float, help="the model's, if none")
  args = parser.parse_args()
  meta = json.loads((args.folder / 'metadata.json').read_text())
  temperature = args.temperature
  if temperature is None:
    temperature = meta['sampling']['temperature']
  rng = np.random.RandomState(args.seed)
  music = blocks(args.folder, meta, rng, temperature)
  length = max(1, round(args.seconds * meta['frames_per_second']))
  count = -(-length // meta['half_window_frames'])
  roll = np.concatenate(list(itertools.islice(music, count)))[:length]
  roll_to_midi.write(roll, meta, args.output)


if __name__ == '__main__':
  main()
