# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""A head start for supervised RNNs: Keras models that begin as a VRAE ended.

The abstract of the paper names it as its important contribution: unlabelled
data gives a supervised RNN its initial weights and its initial state.

  classifier        The encoder's weights. x_1 ... x_T -> h_T -> a class.
  next_frame_model  The decoder's weights. x_1 ... x_t -> p(x_{t+1}), from the
                    state h_0 = tanh(W_z z + b_z) of a z, such as the mean of
                    the window that went before.

Both are ordinary Keras models, compiled by whoever uses them, with layers of
Keras whose equations cells.py shares. With warm=False they are the same
networks from Keras's own random weights, to hold the others against.

  pretrained = supervised.Pretrained.of_run('run')
  model = pretrained.classifier(num_classes=8)
  supervised.fit_classes(model, windows, labels)
  model.compile('adam', 'sparse_categorical_crossentropy', ['accuracy'])
  model.fit(windows, labels, epochs=20)
"""

from __future__ import annotations

import functools
import os
from typing import Any
from typing import Callable
from typing import Sequence
from typing import Tuple

import numpy as np
import tensorflow as tf

from magenta_vrae.catalogue import Preset
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.host import HParams
from magenta_vrae.host import configs
from magenta_vrae.inference.numpy_model import read_weights
from magenta_vrae.model import blocks
from magenta_vrae.model import weights
from magenta_vrae.model.hparams import CELL_SIZES
from magenta_vrae.model.hparams import frames_per_step
from magenta_vrae.runs import checkpoints
from magenta_vrae.runs import run_settings

_LAYERS = {
  'tanh': tf.keras.layers.SimpleRNN,
  'gru': tf.keras.layers.GRU,
  'lstm': tf.keras.layers.LSTM,
}

# What a Lambda layer is given: two tensors, in a list.
Pair = Tuple[tf.Tensor, tf.Tensor]


def fit_classes(
  model: tf.keras.Model, inputs: Any, labels: Sequence[int] | np.ndarray
) -> None:
  """Fits the last layer of a classifier at once, as a logistic regression.

  The layers below it stay as they are. Training that goes on from here does not
  first spoil them with the gradients of random classes (Kumar et al. 2022,
  "Fine-Tuning can Distort Pretrained Features and Underperform
  Out-of-Distribution", arXiv 2202.10054, section 3). It needs scikit-learn, of
  the extra "plots".

  Args:
    model: One that `Pretrained.classifier` made, or any Keras model that ends
      in a softmax layer `classes`.
    inputs: What it takes: frames, sized `[n, T, D]`, or a list of frames and
      states.
    labels: The class of each, sized `[n]`, from 0 on.

  Raises:
    InputError: If a class has no example, or a label is no class of the model.
  """
  from sklearn.linear_model import LogisticRegression
  from sklearn.preprocessing import StandardScaler

  layer = model.get_layer('classes')
  num_classes = layer.get_weights()[1].size
  labels = np.asarray(labels)
  if labels.ndim != 1:
    raise InputError(
      f'labels are sized {list(labels.shape)}; give one number for each example'
    )
  known = set(range(num_classes))
  unknown = sorted(set(labels.tolist()) - known)
  if unknown:
    raise InputError(
      f'labels {unknown} are no classes of a model with {num_classes}; give '
      f'labels from 0 to {num_classes - 1}'
    )
  missing = sorted(known - set(labels.tolist()))
  if missing:
    raise InputError(
      f'classes {missing} of {num_classes} have no example; give labels of all '
      'of them'
    )
  below = tf.keras.Model(model.inputs, layer.input)
  features = below.predict(inputs, verbose=0)
  scaler = StandardScaler().fit(features)
  # Its penalty is scikit-learn's own, for features of variance one.
  found = LogisticRegression(max_iter=5000).fit(
    scaler.transform(features), labels
  )
  kernel = found.coef_ / scaler.scale_
  bias = found.intercept_ - kernel @ scaler.mean_
  if num_classes == 2:  # There is one row, for the second class.
    kernel = np.concatenate([-kernel / 2, kernel / 2])
    bias = np.concatenate([-bias / 2, bias / 2])
  layer.set_weights([kernel.T, bias])


class Pretrained:
  """What a trained VRAE has for a supervised RNN.

  Args:
    config: A `Preset`, or a `Config` of this package's encoder and decoder.
    checkpoint_path: A checkpoint of it, without its ending.

  Raises:
    InputError: If the checkpoint is not of that config.
  """

  def __init__(
    self, config: configs.Config | Preset, checkpoint_path: str
  ) -> None:
    self._hparams = hparams = config.hparams
    cell = getattr(hparams, 'cell', None)
    if cell not in _LAYERS:
      raise InputError(
        f'a head start needs a config with one of the cells {list(_LAYERS)}, '
        f'but this one has {cell!r}'
      )
    self._cell, self._K = cell, frames_per_step(hparams)
    converter = config.data_converter
    # A preset's converter is one of rolls, and none of MusicVAE's yet.
    self._depth = (
      converter.depth
      if isinstance(converter, RollConverter)
      else converter.output_depth
    )
    self._weights = read_weights(checkpoint_path, _shapes(hparams, self._depth))

  @classmethod
  def of_run(cls, run_dir: str) -> Pretrained:
    """That of a run's newest whole checkpoint.

    Args:
      run_dir: The run's folder, as given to `vrae_train`.

    Raises:
      InputError: If there is no run or no checkpoint.
    """
    _, config = run_settings.find_config(run_dir)
    found = checkpoints.find(os.path.join(run_dir, 'train'))
    if found.path is None:
      raise InputError(f'no checkpoint in {run_dir!r}; train it first')
    return cls(config, found.path)

  @property
  def state_size(self) -> int:
    """Numbers in a decoder's state: its units, and for the LSTM c after h."""
    return self._weights['decoder/b_z'].shape[0]

  def classifier(
    self, num_classes: int, warm: bool = True, takes_state: bool = False
  ) -> tf.keras.Model:
    """A network that names the class of a window.

    Args:
      num_classes: How many there are.
      warm: Whether to begin with the encoder's weights, or Keras's own.
      takes_state: Whether the model has a second input, the state to begin
        with, sized `[batch_size, num_states * H]`; it begins with zeros
        otherwise. `encoder_state` makes one.

    Returns:
      A Keras model from frames, sized `[batch_size, T, D]`, to probabilities,
      sized `[batch_size, num_classes]`.

    Raises:
      InputError: If there are fewer than two classes.
    """
    if num_classes < 2:
      raise InputError(
        f'{num_classes} classes cannot be told apart; give labels of 2 or more'
      )
    frames = tf.keras.Input([None, self._depth], name='frames')
    rnn = self._layer('encoder', self._hparams.enc_rnn_size[0])
    state = None
    inputs = [frames]
    if takes_state:
      state = tf.keras.Input([self._num_states * rnn.units], name='state')
      inputs.append(state)
    h_end = rnn(self._heard(frames), initial_state=self._split(state))
    probabilities = tf.keras.layers.Dense(
      num_classes, activation='softmax', name='classes'
    )(h_end)
    model = tf.keras.Model(inputs, probabilities, name='classifier')
    if warm:
      rnn.set_weights(self._rnn_weights('encoder', 'W_in', 'W_enc', 'b_enc'))
    return model

  def encoder_state(self) -> tf.keras.Model:
    """A Keras model from frames to the encoder's state after them.

    Fed to a `classifier` that takes a state, with the same window, it lets the
    network hear the window twice: first for what it is, then for its class.

    Returns:
      A model from frames, sized `[batch_size, T, D]`, to states, sized
      `[batch_size, num_states * H]`. It is not meant to be trained.
    """
    frames = tf.keras.Input([None, self._depth], name='frames')
    rnn = self._layer(
      'encoder', self._hparams.enc_rnn_size[0], return_state=True
    )
    _, *state = rnn(self._heard(frames))
    if len(state) > 1:
      state = [tf.keras.layers.Concatenate()(state)]
    model = tf.keras.Model(frames, state[0], name='encoder_state')
    rnn.set_weights(self._rnn_weights('encoder', 'W_in', 'W_enc', 'b_enc'))
    model.trainable = False
    return model

  def next_frame_model(
    self, warm: bool = True, takes_z: bool = True
  ) -> tf.keras.Model:
    """A network that predicts each frame from those before it.

    With `frames_per_step` above 1 it predicts so many at once, from those
    before them all.

    Args:
      warm: Whether to begin with the decoder's weights, or Keras's own.
      takes_z: Whether the model has a second input, z, sized
        `[batch_size, z_size]`, from which its state begins as tanh(W_z z + b_z)
        and, in a model with `z_every_step`, each step is told as well. It
        begins with zeros otherwise, and is told none.

    Returns:
      A Keras model from the frames before, sized `[batch_size, T, D]`, to
      probabilities of the frames, of the same size.
    """
    frames = tf.keras.Input([None, self._depth], name='frames_before')
    rnn = self._layer(
      'decoder', self._hparams.dec_rnn_size[0], return_sequences=True
    )
    inputs, state = [frames], None
    heard = self._in_blocks(blocks.blocks_before, frames)
    if takes_z:
      z = tf.keras.Input([self._hparams.z_size], name='z')
      inputs.append(z)
      to_state = tf.keras.layers.Dense(
        self.state_size, activation='tanh', name='initial_state'
      )
      state = to_state(z)
      if self._hparams.z_every_step:
        heard = tf.keras.layers.Lambda(_beside, name='frames_and_z')([heard, z])
    h = rnn(heard, initial_state=self._split(state))
    output = tf.keras.layers.Dense(
      self._K * self._depth, activation='sigmoid', name='frame'
    )
    outputs = output(h)
    if self._K > 1:
      outputs = tf.keras.layers.Lambda(_as_frames, name='frames')(
        [outputs, frames]
      )
    model = tf.keras.Model(inputs, outputs, name='next_frame')
    if warm:
      kernel, recurrent, bias = self._rnn_weights(
        'decoder', 'W_x', 'W_dec', 'b_dec'
      )
      if takes_z:
        to_state.set_weights(self._of('decoder', 'W_z', 'b_z'))
        if self._hparams.z_every_step:
          (W_zx,) = self._of('decoder', 'W_zx')
          kernel = np.concatenate([kernel, W_zx])
      rnn.set_weights([kernel, recurrent, bias])
      output.set_weights(self._of('decoder', 'W_out', 'b_out'))
    return model

  @property
  def _num_states(self) -> int:
    return CELL_SIZES[self._cell].num_states

  def _heard(self, frames: tf.Tensor) -> tf.Tensor:
    """What each step of the encoder hears of some frames."""
    if self._hparams.reverse_input:
      frames = tf.keras.layers.Lambda(_backwards, name='backwards')(frames)
    return self._in_blocks(blocks.to_blocks, frames)

  def _in_blocks(
    self, arrange: Callable[..., tf.Tensor], frames: tf.Tensor
  ) -> tf.Tensor:
    """Frames as `arrange` of blocks.py has them, to so many a step."""
    if self._K == 1:
      return frames
    return tf.keras.layers.Lambda(
      functools.partial(arrange, K=self._K), name='blocks'
    )(frames)

  def _layer(self, name: str, units: int, **kwargs: Any) -> tf.keras.layers.RNN:
    return _LAYERS[self._cell](units, name=name, **kwargs)

  def _split(
    self, state: tf.Tensor | None
  ) -> tf.Tensor | list[tf.Tensor] | None:
    """A state as Keras wants it: h, and for the LSTM c."""
    if state is None or self._num_states == 1:
      return state
    H = int(state.shape[-1]) // 2
    return [
      tf.keras.layers.Lambda(lambda s: s[:, :H], name='h_0')(state),
      tf.keras.layers.Lambda(lambda s: s[:, H:], name='c_0')(state),
    ]

  def _of(self, part: str, *names: str) -> list[np.ndarray]:
    return [self._weights[f'{part}/{name}'] for name in names]

  def _rnn_weights(self, part: str, *names: str) -> list[np.ndarray]:
    kernel, recurrent, bias = self._of(part, *names)
    if self._cell == 'gru':
      # Keras has a second bias, of W h; ours goes with the input's.
      bias = np.stack([bias, np.zeros_like(bias)])
    return [kernel, recurrent, bias]


def _backwards(frames: tf.Tensor) -> tf.Tensor:
  return frames[:, ::-1]


def _as_frames(blocks_and_frames: Pair) -> tf.Tensor:
  """As many frames as there are, of what is in blocks."""
  in_blocks, frames = blocks_and_frames
  K = in_blocks.shape[-1] // frames.shape[-1]
  return blocks.to_frames(in_blocks, K, tf.shape(frames)[1])


def _beside(frames_and_z: Pair) -> tf.Tensor:
  """Appends z to every step's frames."""
  frames, z = frames_and_z
  T = tf.shape(frames)[1]
  return tf.concat([frames, tf.repeat(z[:, tf.newaxis], T, axis=1)], axis=-1)


def _shapes(hparams: HParams, depth: int) -> weights.Shapes:
  """Shapes of the variables that are read, by name."""
  shapes = {
    **weights.encoder_shapes(hparams, depth),
    **weights.decoder_shapes(hparams, depth),
  }
  # The posterior has no part in a supervised network.
  for name in weights.posterior_shapes(0, hparams.z_size):
    del shapes[name]
  return shapes
