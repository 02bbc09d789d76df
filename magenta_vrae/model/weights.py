# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The weights of section 2.2: their names in checkpoints, and their shapes.

The one place that says so, for the graph, for what reads checkpoints and for
what runs them without TensorFlow. A weight's name is that of the equations
behind the part that it belongs to, as `encoder/W_in`. Code writes vectors as
rows, h W for W h, so that a matrix is sized `[inputs, outputs]`.

Sizes: H units, G gates and S vectors in the state of a cell; D pitches; K
frames to a step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Dict
from typing import List

from magenta_vrae.model.hparams import CELL_SIZES
from magenta_vrae.model.hparams import check_cell
from magenta_vrae.model.hparams import frames_per_step
from magenta_vrae.model.hparams import is_autoregressive

if TYPE_CHECKING:
  from magenta_vrae.host import HParams

# Lists, as TensorFlow gives the shapes of a checkpoint's variables.
Shapes = Dict[str, List[int]]

# Those between z and the rest, in encoder and decoder, with their biases.
FACING_Z = frozenset(
  {
    'encoder/W_mu',
    'encoder/b_mu',
    'encoder/W_sigma',
    'encoder/b_sigma',
    'decoder/W_z',
    'decoder/b_z',
    'decoder/W_zx',
    'decoder/ar_W_z',
    'decoder/ar_b_z',
    'decoder/ar_W_zx',
  }
)


_OF_TOLD = ('decoder/ar_W_', 'decoder/nade_W_')


def is_told_matrix(name: str) -> bool:
  """Whether a weight is a matrix between what is told the frames.

  That is: of the second recurrence or of the network of a frame's notes, and
  none that z meets.
  """
  return name.startswith(_OF_TOLD) and name not in FACING_Z


def encoder_shapes(hparams: HParams, depth: int) -> Shapes:
  """Those of the encoder and of the posterior.

  Args:
    hparams: Any object with `cell`, `enc_rnn_size`, `frames_per_step` and
      `z_size` as attributes.
    depth: D, numbers in a frame that the encoder hears.

  Returns:
    Shapes by name, in the order in which the graph makes them.

  Raises:
    InputError: On an unknown cell, several layers or no frames to a step.
  """
  check_cell(hparams.cell, hparams.enc_rnn_size)
  G, _ = CELL_SIZES[hparams.cell]
  (H,) = hparams.enc_rnn_size
  KD = frames_per_step(hparams) * depth
  return {
    'encoder/W_in': [KD, G * H],
    'encoder/W_enc': [H, G * H],
    'encoder/b_enc': [G * H],
    **posterior_shapes(H, hparams.z_size),
  }


def posterior_shapes(num_units: int, z_size: int) -> Shapes:
  """Those from h_end to mu_z and log sigma_z.

  Args:
    num_units: Numbers in h_end.
    z_size: Numbers in z.

  Returns:
    Shapes by name, in the order in which the graph makes them.
  """
  return {
    'encoder/W_mu': [num_units, z_size],
    'encoder/b_mu': [z_size],
    'encoder/W_sigma': [num_units, z_size],
    'encoder/b_sigma': [z_size],
  }


def decoder_shapes(hparams: HParams, depth: int) -> Shapes:
  """Those of the decoder.

  Args:
    hparams: Any object with `cell`, `dec_rnn_size`, `frames_per_step`, `z_size`
      and `z_every_step` as attributes.
    depth: D, numbers in a frame that the decoder says.

  Returns:
    Shapes by name, in the order in which the graph makes them.

  Raises:
    InputError: On an unknown cell, several layers or no frames to a step.
  """
  check_cell(hparams.cell, hparams.dec_rnn_size)
  G, S = CELL_SIZES[hparams.cell]
  (H,) = hparams.dec_rnn_size
  KD = frames_per_step(hparams) * depth
  shapes = {
    'decoder/W_z': [hparams.z_size, S * H],
    'decoder/b_z': [S * H],
    'decoder/W_dec': [H, G * H],
    'decoder/W_x': [KD, G * H],
    'decoder/b_dec': [G * H],
    'decoder/W_out': [H, KD],
    'decoder/b_out': [KD],
  }
  if hparams.z_every_step:
    shapes['decoder/W_zx'] = [hparams.z_size, G * H]
  return shapes


def autoregressive_shapes(hparams: HParams, depth: int) -> Shapes:
  """Those that `AutoregressiveDecoder` adds to `decoder_shapes`.

  Args:
    hparams: Any object with `cell`, `ar_rnn_size`, `nade_size`, `bar_frames`,
      `z_size` and the three of intervals.py as attributes.
    depth: D, numbers in a frame.

  Returns:
    Shapes by name, in the order in which the graph makes them; none where
    `ar_rnn_size` is 0.

  Raises:
    InputError: On an unknown cell or several layers.
  """
  check_cell(hparams.cell, hparams.ar_rnn_size)
  if not is_autoregressive(hparams):
    return {}
  G, S = CELL_SIZES[hparams.cell]
  (H,) = hparams.ar_rnn_size
  Z, D = hparams.z_size, depth
  shapes = {
    'decoder/ar_W_z': [Z, S * H],
    'decoder/ar_b_z': [S * H],
    'decoder/ar_W_dec': [H, G * H],
    'decoder/ar_W_x': [D, G * H],
    'decoder/ar_W_free': [D, G * H],
    'decoder/ar_W_zx': [Z, G * H],
    'decoder/ar_b_dec': [G * H],
  }
  if hparams.bar_frames:
    shapes['decoder/ar_W_bar'] = [hparams.bar_frames, G * H]
  shapes.update(
    {
      'decoder/ar_W_out': [H, D],
      'decoder/ar_b_out': [D],
      'decoder/ar_c_free': [D],
      'decoder/ar_c_x': [D],
    }
  )
  shapes.update(_nade_shapes(H, hparams.nade_size, D))
  shapes.update(_interval_shapes(hparams, H, D))
  return shapes


def _nade_shapes(H: int, U: int, D: int) -> Shapes:
  """Those of nade.py with U hidden units; none where U is 0."""
  if not U:
    return {}
  return {
    'decoder/nade_W_h': [H, U],
    'decoder/nade_W_x': [D, U],
    'decoder/nade_W_d': [D, U],
    'decoder/nade_b': [U],
    'decoder/nade_W_out': [U, D],
    'decoder/nade_A_x': [D, D],
    'decoder/nade_A_d': [D, D],
  }


def _interval_shapes(hparams: HParams, H: int, D: int) -> Shapes:
  """Those of intervals.py; none where `interval_size` is 0."""
  C = hparams.interval_size
  if not C:
    return {}
  reach, before = hparams.interval_reach, hparams.interval_frames
  return {
    'decoder/interval_K': [2 * reach + 1, before + 1, C],
    'decoder/interval_e': [D, C],
    'decoder/interval_W_h': [H, C],
    'decoder/interval_w_out': [C],
  }
