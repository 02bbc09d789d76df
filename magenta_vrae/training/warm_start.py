# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Training that begins with another run's weights (fine-tuning).

The weights are the other's, the optimizer and the step count are new. What
TensorFlow has for this, `init_from_checkpoint`, changes what variables are
initialized with; a run that goes on from checkpoints of its own is not touched.
"""

from __future__ import annotations

import copy
from typing import Any

import tensorflow.compat.v1 as tf

from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.host import configs
from magenta_vrae.model import hparams
from magenta_vrae.model import weights
from magenta_vrae.model.decoder import VraeDecoder
from magenta_vrae.model.encoder import VraeEncoder
from magenta_vrae.model.vrae import KEPT_WEIGHTS
from magenta_vrae.model.vrae import VRAE

# The hparams that a model's weights are made for.
_OF_THE_WEIGHTS = (
  'cell',
  'enc_rnn_size',
  'dec_rnn_size',
  'frames_per_step',
  'z_size',
  'z_every_step',
  'ar_rnn_size',
  'nade_size',
  'bar_frames',
  'interval_size',
)


class WarmStartHook(tf.train.SessionRunHook):
  """Has all weights begin as those in a checkpoint.

  Args:
    checkpoint_path: The checkpoint, without its ending. In a cluster, the
      machine that holds a variable must be able to read it.
  """

  def __init__(self, checkpoint_path: str) -> None:
    self._path = checkpoint_path

  def begin(self) -> None:
    all_weights = tf.trainable_variables() + tf.get_collection(KEPT_WEIGHTS)
    names = {v.op.name: v for v in all_weights}
    tf.train.init_from_checkpoint(self._path, names)


def check_settings(config: Any, other: Any, shown_as: str) -> None:
  """Compares what two configs' weights are made for.

  Args:
    config: The `Config` that is to be trained.
    other: The `Config` whose weights it is to begin with.
    shown_as: What to call the other in errors: a flag with its value.

  Raises:
    InputError: If they differ; it names what and both values.
  """

  def of_the_weights(config: Any) -> dict[str, Any]:
    given = config.hparams.values()
    values = {name: given.get(name) for name in _OF_THE_WEIGHTS}
    converter = config.data_converter
    values['data converter'] = getattr(
      converter, 'converter_class', type(converter).__name__
    )
    if isinstance(converter, RollConverter):
      values['pitches'] = list(converter.pitches)
      values['onsets'] = converter.settings().get('onsets', False)
    return values

  theirs = of_the_weights(other)
  for name, value in of_the_weights(config).items():
    if value != theirs[name]:
      raise InputError(
        f'{shown_as} has {name}={theirs[name]}, but this run '
        f'{name}={value}; they must be the same'
      )


def check_weights(config: Any, checkpoint_path: str, shown_as: str) -> None:
  """Compares the weights that a config has with those in a checkpoint.

  Args:
    config: The `Config` that is to be trained. It is not changed.
    checkpoint_path: The checkpoint, without its ending.
    shown_as: What to call it in errors, likewise.

  Raises:
    InputError: If one is not there, or is of another shape.
  """
  found = dict(tf.train.list_variables(checkpoint_path))
  for name, shape in _shapes(config).items():
    if found.get(name) != shape:
      raise InputError(
        f'{shown_as} has {name} sized '
        f'{found.get(name, "nothing")}, but this run {shape}; give the '
        '--config, --hparams and --converter it was trained with'
      )


def _shapes(config: configs.Config) -> weights.Shapes:
  """Shapes of a config's weights by name.

  Those of the VRAE are known; of others only their graph says them.
  """
  model, converter = config.model, config.data_converter
  if (
    isinstance(model, VRAE)
    and isinstance(model.encoder, VraeEncoder)
    and isinstance(model.decoder, VraeDecoder)
  ):
    hparams.check(config.hparams)
    heard = converter.input_depth + converter.control_depth
    return {
      **weights.decoder_shapes(config.hparams, converter.output_depth),
      **weights.autoregressive_shapes(config.hparams, converter.output_depth),
      **weights.encoder_shapes(config.hparams, heard),
    }
  config = copy.deepcopy(config)
  converter, batch_size = config.data_converter, config.hparams.batch_size
  with tf.Graph().as_default():
    model = config.model
    model.build(config.hparams, converter.output_depth, is_training=True)
    T = config.hparams.max_seq_len
    control = None
    if converter.control_depth:
      control = tf.zeros([batch_size, T, converter.control_depth])
    model.train(
      tf.zeros([batch_size, T, converter.input_depth]),
      tf.zeros([batch_size, T, converter.output_depth]),
      tf.fill([batch_size, *converter.length_shape], T),
      control,
    )
    return {v.op.name: v.shape.as_list() for v in tf.trainable_variables()}
