# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A model's functions as functions of TensorFlow 2, for SavedModel and LiteRT.

They need TensorFlow's own way of running, so not in a process that has called
`disable_v2_behavior`, as Magenta's graphs ask for.
"""

from __future__ import annotations

from typing import Any
from typing import Callable

import numpy as np

from magenta_vrae.export.contents import Contents
from magenta_vrae.export.functions import Functions
from magenta_vrae.export.functions import Named
from magenta_vrae.export.operations import Value
from magenta_vrae.export.tensorflow_operations import TensorflowOperations


def module_and_signatures(
  contents: Contents, is_half: bool
) -> tuple[Any, dict[str, Any]]:
  """A `tf.Module` that owns the weights, and its functions by name.

  Args:
    contents: What is exported.
    is_half: Whether weights are in half precision.

  Returns:
    The module, and a concrete function for each of `contents.signatures`.
  """
  import tensorflow as tf

  if not tf.executing_eagerly():
    raise RuntimeError(
      'TensorFlow runs as version 1 in this process; export in another one'
    )
  dtype = np.float16 if is_half else np.float32
  module = tf.Module()
  module.weights = {
    name: tf.Variable(value.astype(dtype), trainable=False, name=name)
    for name, value in contents.weights.items()
  }
  concrete = {
    name: tf.function(
      _traced(name, contents, module.weights),
      autograph=False,
      input_signature=[
        tf.TensorSpec(
          [size if isinstance(size, int) else None for size in tensor.shape],
          tensor.dtype,
          name=given,
        )
        for given, tensor in signature.inputs.items()
      ],
    ).get_concrete_function()
    for name, signature in contents.signatures.items()
  }
  return module, concrete


def _traced(
  name: str, contents: Contents, weights: dict[str, Any]
) -> Callable[..., Named]:
  """One of the functions, to be traced: from its inputs to its results."""

  def function(*inputs: Value) -> Named:
    import tensorflow as tf

    # Here, and not in each turn of a loop.
    single = {name: tf.cast(w, tf.float32) for name, w in weights.items()}
    functions = Functions(
      TensorflowOperations(single),
      contents.hparams,
      contents.depth,
      contents.window_frames,
    )
    return getattr(functions, name)(*inputs)

  return function
