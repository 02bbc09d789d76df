# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the functions take and give: names, types and sizes, for every format.

A size is a number, or 'n', sequences side by side, or 'T', frames of each.
"""

from __future__ import annotations

from typing import Any
from typing import Dict
from typing import NamedTuple
from typing import Union

from magenta_vrae.catalogue import HParams
from magenta_vrae.model import hparams as vrae_hparams

Size = Union[int, str]


class Tensor(NamedTuple):
  """One input or output.

  Attributes:
    shape: Its sizes.
    dtype: 'float32' or 'int32'.
  """

  shape: tuple[Size, ...]
  dtype: str = 'float32'


Tensors = Dict[str, Tensor]


class Signature(NamedTuple):
  """One function.

  Attributes:
    inputs: By name, in order.
    outputs: Likewise.
  """

  inputs: Tensors
  outputs: Tensors

  def as_json(self) -> dict[str, Any]:
    """The same as dicts and lists."""
    return {
      kind: {
        name: {'type': tensor.dtype, 'shape': list(tensor.shape)}
        for name, tensor in tensors.items()
      }
      for kind, tensors in (('inputs', self.inputs), ('outputs', self.outputs))
    }


def of_model(hparams: HParams, depth: int) -> dict[str, Signature]:
  """The functions of a model by name.

  Args:
    hparams: The model's.
    depth: Numbers in a frame.
  """
  Z, D = hparams.z_size, depth
  frames = Tensor(('n', 'T', D))
  said = {'frames': frames, 'probabilities': frames}
  found = {
    'encode': Signature(
      {'frames': frames, 'lengths': Tensor(('n',), 'int32')},
      {'mu': Tensor(('n', Z)), 'sigma': Tensor(('n', Z))},
    )
  }
  draws = {'uniforms': Tensor(('T', 'n', D)), 'temperature': Tensor((1,))}
  z, state = Tensor(('n', Z)), Tensor(('n', sum(decode_state(hparams, D))))
  if not vrae_hparams.is_autoregressive(hparams):
    found['decode'] = Signature(
      {'z': z, 'state': state, **draws}, {**said, 'next_state': state}
    )
    return found
  said['told'] = frames
  found['decode'] = Signature(
    {'z': z, 'state': state, **draws}, {**said, 'next_state': state}
  )
  state = Tensor(('n', sum(step_state(hparams, D))))
  frame = Tensor(('n', D))
  found['step'] = Signature(
    {'z': z, 'state': state, 'frame': frame, **draws},
    {**said, 'next_state': state},
  )
  return found


def decode_state(hparams: HParams, depth: int) -> list[int]:
  """Columns of the parts of `decode`'s state; arguments as `of_model`.

  Where it stands; the parts of `free_run.Free`; where it hears what it plays,
  the state of that recurrence and the frame before.
  """
  heard = _heard(hparams)
  return [1, *_free(hparams, depth), *([heard, depth] if heard else [])]


def step_state(hparams: HParams, depth: int) -> list[int]:
  """Columns of the parts of `step`'s state; arguments as `of_model`.

  Where it stands; the last two z; the parts of `free_run.Free` of each; the
  state of the recurrence that is told the frames.
  """
  Z, free = hparams.z_size, _free(hparams, depth)
  return [1, Z, Z, *free, *free, _heard(hparams)]


def _free(hparams: HParams, depth: int) -> list[int]:
  num_states = vrae_hparams.CELL_SIZES[hparams.cell].num_states
  KD = vrae_hparams.frames_per_step(hparams) * depth
  return [num_states * hparams.dec_rnn_size[0], KD, KD]


def _heard(hparams: HParams) -> int:
  num_states = vrae_hparams.CELL_SIZES[hparams.cell].num_states
  return num_states * hparams.ar_rnn_size[0]
