# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The variables of each of Magenta's own MusicVAE configs, in full size.

stock_variables.json holds them as Magenta with its own pins makes them, that is
with TensorFlow 2.9.1 on Python 3.8. This file made it there; it imports nothing
of magenta_vrae:

  python3.8 tests/stock_variables.py > tests/stock_variables.json

stock_configs_test.py holds what is built elsewhere to it.
"""

from __future__ import annotations

import json

import tensorflow.compat.v1 as tf


def build(config):
  """Builds a config as `TrainedModel` does, which restores its checkpoint.

  Args:
    config: A `Config`; it is built for one sequence at a time.
  """
  config.hparams.batch_size = 1
  model, converter = config.model, config.data_converter
  model.build(config.hparams, converter.output_depth, is_training=False)
  sample(config)
  model.encode(
    tf.placeholder(tf.float32, [1, None, converter.input_depth]),
    tf.placeholder(tf.int32, [1, *converter.length_shape]),
    tf.placeholder(tf.float32, [1, None, converter.control_depth]),
  )


def sample(config):
  """Samples from a model that is built, at random z.

  Returns:
    Samples, sized `[batch_size, max_seq_len, output_depth]`.
  """
  hparams, converter = config.hparams, config.data_converter
  c_input = None
  if converter.control_depth:
    c_input = tf.zeros([hparams.max_seq_len, converter.control_depth])
  samples, _ = config.model.sample(
    hparams.batch_size,
    hparams.max_seq_len,
    z=tf.random_normal([hparams.batch_size, hparams.z_size]),
    c_input=c_input,
    temperature=0.5,
  )
  return samples


def shapes_by_name():
  """The shape of each variable of the current graph."""
  return {v.op.name: v.shape.as_list() for v in tf.global_variables()}


def main():
  from magenta.models.music_vae import configs

  tf.disable_v2_behavior()
  tf.logging.set_verbosity(tf.logging.ERROR)
  found = {}
  for name, config in configs.CONFIG_MAP.items():
    with tf.Graph().as_default():
      build(config)
      found[name] = shapes_by_name()
  lines = [
    f'"{name}": {json.dumps(shapes, sort_keys=True)}'
    for name, shapes in sorted(found.items())
  ]
  print('{', ',\n'.join(lines), '}', sep='\n')


if __name__ == '__main__':
  main()
