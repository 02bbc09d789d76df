# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Sessions of small graphs, and checkpoints of models that nobody trained."""

from __future__ import annotations

import tensorflow.compat.v1 as tf

from magenta_vrae import configs


def save_random_model(hparams, path, name='vrae_2d', converter=''):
  """Writes a checkpoint of a config; returns its random weights by name."""
  config = configs.get_config(name, f'{hparams},batch_size=1', converter)
  T, D = config.hparams.max_seq_len, config.data_converter.output_depth
  with tf.Graph().as_default(), quick_session() as session:
    tf.set_random_seed(3)
    config.model.build(config.hparams, D, is_training=False)
    # After this all variables are there, without the loss.
    config.model.encode(tf.zeros([1, T, D]), tf.constant([T]))
    session.run(tf.global_variables_initializer())
    tf.train.Saver().save(session, path, write_meta_graph=False)
    return weights_in(session)


def quick_session():
  """A session that runs a graph as it was built.

  TensorFlow would optimize it first, anew for each set of tensors that it is
  asked for, and take a third of the time for that. Commands and restored models
  have that; tests of what a graph says can do without.
  """
  config = tf.ConfigProto()
  config.graph_options.rewrite_options.disable_meta_optimizer = True
  return tf.Session(config=config)


# TensorFlow looks at the whole graph again for each set of tensors that it is
# asked for first. So all variables are read at once, and set at once.
def weights_in(session):
  """The trained variables of the graph by name."""
  return session.run({v.op.name: v for v in tf.trainable_variables()})


def set_weights(session, values):
  """Gives variables values, a list of pairs of them."""
  session.run(
    [variable.initializer for variable, _ in values],
    {variable.initializer.inputs[1]: value for variable, value in values},
  )
