# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""How large each format of a model is, and how fast in its runtime.

  .venv/bin/python benchmarks/formats.py
  .venv/bin/python benchmarks/formats.py tunes chorales

Ready-made models are exported by `vrae_export`. Milliseconds are medians of
calls with one sequence: a window encoded, and 50 frames decoded or stepped, by
random numbers that are given. Every runtime but TensorFlow's is given one
thread. Node needs `npm ci` in web/.
"""

from __future__ import annotations

import itertools
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

# Before NumPy starts its threads.
os.environ['OPENBLAS_NUM_THREADS'] = '1'
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODELS = ('grooves', 'chorales')
FRAMES = 50
REPEATS = 15
OUTPUTS = {
  'bundle': 'm.tar.gz',
  'saved_model': 'saved_model',
  'onnx': 'onnx',
  'tflite': 'm.tflite',
  'weights': 'm.safetensors',
}


def export(model, folder):
  """Writes all formats; returns their bytes, and those with --half."""
  sizes = {}
  for form, is_half in itertools.product(OUTPUTS, (False, True)):
    output = folder / ('half' if is_half else 'whole') / OUTPUTS[form]
    output.parent.mkdir(exist_ok=True)
    subprocess.run(
      [
        pathlib.Path(sys.executable).parent / 'vrae_export',
        f'--model={model}',
        f'--output={output}',
        f'--format={form}',
        f'--half={is_half}',
      ],
      check=True,
      stdout=subprocess.DEVNULL,
    )
    paths = [output, *output.rglob('*')]
    sizes[form, is_half] = sum(p.stat().st_size for p in paths if p.is_file())
  return sizes


def inputs_of(metadata, name):
  """One sequence that begins anew, by the metadata alone."""
  random = np.random.RandomState(0)
  T = metadata['window_frames'] if name == 'encode' else FRAMES
  arrays = {}
  for given, of in metadata['functions'][name]['inputs'].items():
    shape = [{'n': 1, 'T': T}.get(size, size) for size in of['shape']]
    arrays[given] = random.rand(*shape).astype(np.float32)
  if name == 'encode':
    arrays['frames'] = (arrays['frames'] < 0.05).astype(np.float32)
    arrays['lengths'] = np.array([T], np.int32)
  else:
    arrays['state'][:] = 0.0
    arrays['z'] = random.normal(size=arrays['z'].shape).astype(np.float32)
    arrays['temperature'][:] = metadata['sampling']['temperature']
  if 'frame' in arrays:
    arrays['frame'][:] = 0.0
  return arrays


class Numpy:
  """The package's own."""

  name = 'NumPy (this package)'

  def __init__(self, folder):
    from magenta_vrae.inference import endless
    from magenta_vrae.inference.emission import Emission
    from magenta_vrae.inference.numpy_model import RestoredVrae
    from magenta_vrae.runs import bundle
    from magenta_vrae.runs import run_settings

    unpacked = folder / 'unpacked'
    unpacked.mkdir()
    contents = bundle.read(str(folder / OUTPUTS['bundle']), str(unpacked))
    _, config = run_settings.find_config(str(unpacked))
    self._model = RestoredVrae(config, contents.checkpoint)
    self._endless, self._emission = endless, Emission
    self._window = config.data_converter.window_frames

  def run(self, name, inputs):
    model, random = self._model, np.random.RandomState(0)
    if name == 'encode':
      return model.posterior(inputs['frames'], inputs['lengths'])
    if name == 'decode':
      return model.decode(inputs['z'], FRAMES, 0.9, 'bernoulli', rng=random)
    emit = self._emission('bernoulli', 0.5, 0.9, random)
    zs = itertools.repeat(inputs['z'], -(-FRAMES // (self._window // 2)))
    return self._endless.compose(model, zs, FRAMES, emit)


class Onnx:
  name = 'onnxruntime'

  def __init__(self, folder):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    self._sessions = {
      path.stem: onnxruntime.InferenceSession(str(path), options)
      for path in (folder / OUTPUTS['onnx']).glob('*.onnx')
    }

  def run(self, name, inputs):
    return self._sessions[name].run(None, inputs)


class Lite:
  name = 'LiteRT'

  def __init__(self, folder):
    from ai_edge_litert.interpreter import Interpreter

    path = str(folder / OUTPUTS['tflite'])
    self._interpreter = Interpreter(path, num_threads=1)
    self._functions = {
      name: self._interpreter.get_signature_runner(name)
      for name in self._interpreter.get_signature_list()
    }

  def run(self, name, inputs):
    return self._functions[name](**inputs)


class SavedModel:
  name = 'TensorFlow (SavedModel)'

  def __init__(self, folder):
    import tensorflow as tf

    self._model = tf.saved_model.load(str(folder / OUTPUTS['saved_model']))

  def run(self, name, inputs):
    results = self._model.signatures[name](**inputs)
    return {name: value.numpy() for name, value in results.items()}


def milliseconds(runtime, name, inputs):
  """The median of the later calls: the first ones compile and prepare."""
  times = []
  for _ in range(2 * REPEATS):
    start = time.perf_counter()
    runtime.run(name, inputs)
    times.append(1000 * (time.perf_counter() - start))
  return statistics.median(times[REPEATS:])


def milliseconds_in_node(folder, inputs_by_name):
  """The same of onnxruntime-web, timed by Node itself."""
  requests = [
    json.dumps(
      {
        'path': str(folder / OUTPUTS['onnx'] / f'{name}.onnx'),
        'times': 2 * REPEATS,
        'inputs': {
          given: {
            'type': value.dtype.name,
            'dims': value.shape,
            'data': value.ravel().tolist(),
          }
          for given, value in inputs.items()
        },
      }
    )
    for name, inputs in inputs_by_name.items()
  ]
  result = subprocess.run(
    ['node', str(ROOT / 'web/tests/run_onnx.js')],
    input='\n'.join(requests) + '\n',
    stdout=subprocess.PIPE,
    text=True,
    check=True,
  )
  answers = map(json.loads, result.stdout.splitlines())
  return [statistics.median(of['milliseconds'][REPEATS:]) for of in answers]


def measure(model, folder):
  sizes = export(model, folder)
  whole = folder / 'whole'
  metadata = json.loads((whole / 'onnx' / 'metadata.json').read_text())
  inputs = {name: inputs_of(metadata, name) for name in metadata['functions']}
  print(f'\n{model}: {metadata["depth"]} columns\n')
  print(f'| runtime, ms | {" | ".join(inputs)} |')
  print('|---' * (len(inputs) + 1) + '|')
  for runtime_class in (Numpy, Onnx, Lite, SavedModel):
    runtime = runtime_class(whole)
    times = [milliseconds(runtime, name, inputs[name]) for name in inputs]
    print_row(runtime.name, times)
  print_row('onnxruntime-web in Node', milliseconds_in_node(whole, inputs))
  print('\n| format | MB | MB with --half |\n|---|---|---|')
  for form in OUTPUTS:
    whole, half = (sizes[form, is_half] / 1e6 for is_half in (False, True))
    print(f'| {form} | {whole:.1f} | {half:.1f} |')


def print_row(name, times):
  print(f'| {name} | {" | ".join(f"{ms:.1f}" for ms in times)} |', flush=True)


def main():
  for model in sys.argv[1:] or MODELS:
    with tempfile.TemporaryDirectory() as folder:
      measure(model, pathlib.Path(folder))


if __name__ == '__main__':
  main()
