# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The operations of functions.py as ONNX nodes.

No more than the operators of opset 17 in their plainest form, so that all
runtimes of the last years take them, onnxruntime-web among them.
"""

from __future__ import annotations

import contextlib
from typing import Any
from typing import Callable
from typing import Iterator
from typing import Sequence

import numpy as np

from magenta_vrae.errors import InputError
from magenta_vrae.export.operations import Values

OPSET = 17
# Of the file: what that opset came with.
IR_VERSION = 8

# The size of what a loop hands on: n rows of some columns.
_ROWS = (None, None)


def package() -> Any:
  """The package onnx.

  Raises:
    InputError: If it is not installed.
  """
  try:
    import onnx
  except ImportError as e:
    raise InputError(
      f'--format=onnx needs the package onnx ({e}); '
      "pip install 'magenta-vrae[onnx]'"
    ) from e
  return onnx


class Output:
  """What a node gives, as a value that Python's operators work on.

  Args:
    operations: Where nodes are made.
    name: Its name in the graph.
  """

  def __init__(self, operations: OnnxOperations, name: str) -> None:
    self._operations = operations
    self.name = name

  def _with(self, op: str, other: Any) -> Output:
    return self._operations.node(op, self, other)

  def _behind(self, op: str, other: Any) -> Output:
    return self._operations.node(op, other, self)

  def __add__(self, other: Any) -> Output:
    return self._with('Add', other)

  def __sub__(self, other: Any) -> Output:
    return self._with('Sub', other)

  def __rsub__(self, other: Any) -> Output:
    return self._behind('Sub', other)

  def __mul__(self, other: Any) -> Output:
    return self._with('Mul', other)

  def __rmul__(self, other: Any) -> Output:
    return self._behind('Mul', other)

  def __matmul__(self, other: Any) -> Output:
    return self._with('MatMul', other)

  def __lt__(self, other: Any) -> Output:
    return self._with('Less', other)

  def __gt__(self, other: Any) -> Output:
    return self._with('Greater', other)

  def __or__(self, other: Any) -> Output:
    return self._with('Or', other)


class OnnxOperations:
  """The nodes of one graph, and of the loops in it.

  Args:
    weights: Arrays by name, as `weights.prepared` makes them.
    is_half: Whether they are written in half precision. The numbers that are
      computed have single precision all the same.
  """

  def __init__(self, weights: dict[str, np.ndarray], is_half: bool) -> None:
    self._onnx = package()
    self._weights = weights
    self._is_half = is_half
    # Those of the graph that is being written: a loop's body is one as well.
    self._nodes: list[Any] = []
    self._initializers: dict[str, Any] = {}
    # What all graphs may use, before their nodes.
    self._first: list[Any] = []
    self._num_names = 0

  # --- The graph --------------------------------------------------------------

  def given(self, name: str) -> Output:
    """An input of the model."""
    return Output(self, name)

  def model(
    self, results: dict[str, Output], inputs: Sequence[Any], outputs: Any
  ) -> Any:
    """The whole as an ONNX model.

    Args:
      results: What it gives, by name.
      inputs: Its inputs, `ValueInfoProto`s.
      outputs: Its outputs, likewise, in the order of `results`.
    """
    helper = self._onnx.helper
    for name, value in results.items():
      self._nodes.append(helper.make_node('Identity', [value.name], [name]))
    graph = helper.make_graph(
      self._first + self._nodes,
      'vrae',
      list(inputs),
      list(outputs),
      list(self._initializers.values()),
    )
    return helper.make_model(
      graph,
      opset_imports=[helper.make_opsetid('', OPSET)],
      ir_version=IR_VERSION,
      producer_name='magenta-vrae',
    )

  def node(self, op: str, *inputs: Any, **attributes: Any) -> Output:
    """Writes a node with one output; numbers become constants."""
    (output,) = self._outputs(op, 1, *inputs, **attributes)
    return output

  def _outputs(
    self, op: str, num: int, *inputs: Any, **attributes: Any
  ) -> list[Output]:
    names = [
      given.name if isinstance(given, Output) else self._constant(given).name
      for given in inputs
    ]
    outputs = [self._name() for _ in range(num)]
    self._nodes.append(
      self._onnx.helper.make_node(op, names, outputs, **attributes)
    )
    return [Output(self, name) for name in outputs]

  def _name(self) -> str:
    self._num_names += 1
    return f'v{self._num_names}'

  def _constant(self, value: Any) -> Output:
    """Floats are single precision; lists of whole numbers are int64."""
    is_float = isinstance(value, float)
    array = np.asarray(value, np.float32 if is_float else np.int64)
    name = f'constant {array.dtype} {array.tolist()}'
    self._initialize(name, array)
    return Output(self, name)

  def _initialize(self, name: str, array: np.ndarray) -> None:
    if name not in self._initializers:
      tensor = self._onnx.numpy_helper.from_array(array, name)
      self._initializers[name] = tensor

  @contextlib.contextmanager
  def _body(self) -> Iterator[list[Any]]:
    """Nodes written within this are those of a loop or branch."""
    outer, self._nodes = self._nodes, []
    try:
      yield self._nodes
    finally:
      self._nodes = outer

  def _body_graph(
    self,
    nodes: list[Any],
    inputs: Sequence[Any],
    results: Sequence[Output],
    types: Sequence[int] | None = None,
  ) -> Any:
    """A loop's body or a branch; nothing that is given passes through it."""
    helper = self._onnx.helper
    names = [self._name() for _ in results]
    identities = [
      helper.make_node('Identity', [value.name], [name])
      for value, name in zip(results, names)
    ]
    of_type = types or [self._onnx.TensorProto.FLOAT] * len(names)
    return helper.make_graph(
      nodes + identities,
      self._name(),
      list(inputs),
      [
        helper.make_tensor_value_info(
          name, kind, [] if kind == self._onnx.TensorProto.BOOL else _ROWS
        )
        for name, kind in zip(names, of_type)
      ],
    )

  def _inputs(self, num: int) -> tuple[list[Any], list[Output]]:
    """Inputs of a loop's body: their descriptions, and they as values."""
    names = [self._name() for _ in range(num)]
    kind = self._onnx.TensorProto.FLOAT
    describe = self._onnx.helper.make_tensor_value_info
    return (
      [describe(name, kind, _ROWS) for name in names],
      [Output(self, name) for name in names],
    )

  # --- The operations ---------------------------------------------------------

  def weight(self, name: str) -> Output:
    array = self._weights[name]
    if not self._is_half:
      self._initialize(name, array.astype(np.float32))
      return Output(self, name)
    if name not in self._initializers:
      self._initialize(name, array.astype(np.float16))
      self._first.append(
        self._onnx.helper.make_node(
          'Cast',
          [name],
          [f'{name} in single precision'],
          to=self._onnx.TensorProto.FLOAT,
        )
      )
    return Output(self, f'{name} in single precision')

  def tanh(self, x: Output) -> Output:
    return self.node('Tanh', x)

  def sigmoid(self, x: Output) -> Output:
    return self.node('Sigmoid', x)

  def relu(self, x: Output) -> Output:
    return self.node('Relu', x)

  def exp(self, x: Output) -> Output:
    return self.node('Exp', x)

  def log(self, x: Output) -> Output:
    return self.node('Log', x)

  def floor(self, x: Output) -> Output:
    return self.node('Floor', x)

  def maximum(self, x: Output, least: float) -> Output:
    return self.node('Max', x, least)

  def where(self, condition: Output, x: Any, y: Any) -> Output:
    return self.node('Where', condition, x, y)

  def number(self, truth: Output) -> Output:
    return self.node('Cast', truth, to=self._onnx.TensorProto.FLOAT)

  def concat(self, parts: Sequence[Output]) -> Output:
    return self.node('Concat', *parts, axis=-1)

  def columns(self, x: Output, first: int, end: int) -> Output:
    return self.node('Slice', x, [first], [end], [-1])

  def swapped(self, x: Output) -> Output:
    return self.node('Transpose', x, perm=[1, 0, 2])

  def zeros(self, like: Output, num_columns: int) -> Output:
    n = self.node('Slice', self.node('Shape', like), [0], [1], [0])
    return self.node(
      'Expand', 0.0, self.node('Concat', n, [num_columns], axis=0)
    )

  def valid(self, frames: Output, lengths: Output) -> Output:
    t = self.node('Range', 0, self._num_frames(frames), 1)
    int64 = self._onnx.TensorProto.INT64
    of_each = self.node('Unsqueeze', lengths, [1])
    truths = self.node('Less', t, self.node('Cast', of_each, to=int64))
    return self.node('Unsqueeze', truths, [2])

  def reversed(self, frames: Output, lengths: Output) -> Output:
    int64 = self._onnx.TensorProto.INT64
    most = self.node('Cast', lengths, to=int64)
    most = self.node('Min', most, self._num_frames(frames))
    return self.node('ReverseSequence', frames, most, batch_axis=0, time_axis=1)

  def _num_frames(self, frames: Output) -> Output:
    """T of values sized `[n, T, ...]`, an int64 scalar."""
    return self.node('Gather', self.node('Shape', frames), 1)

  def blocks(self, frames: Output, depth: int, K: int) -> Output:
    if K == 1:
      return frames
    T = self.node('Unsqueeze', self._num_frames(frames), [0])
    lacking = self.node('Mod', self.node('Neg', T), [K])
    pads = self.node('Concat', [0, 0, 0, 0], lacking, [0], axis=0)
    padded = self.node('Pad', frames, pads)
    return self.node('Reshape', padded, [0, -1, K * depth])

  def every(self, mask: Output, K: int) -> Output:
    if K == 1:
      return mask
    return self.node('Slice', mask, [0], [np.iinfo(np.int64).max], [1], [K])

  def either(
    self, truths: Output, new: Callable[[], Values], old: Values
  ) -> Values:
    with self._body() as nodes:
      then_branch = self._body_graph(nodes, [], new())
    with self._body() as nodes:
      else_branch = self._body_graph(nodes, [], old)
    return tuple(
      self._outputs(
        'If',
        len(old),
        self._any(self.number(truths)),
        then_branch=then_branch,
        else_branch=else_branch,
      )
    )

  def _any(self, numbers: Output) -> Output:
    """Whether any of some numbers is 1, a scalar."""
    return self.node('ReduceMax', numbers, keepdims=0) > 0.5

  def scan(
    self,
    step: Callable[[Values, Values], tuple[Values, Values]],
    state: Values,
    rows: Values,
    kept_columns: Sequence[int],
  ) -> tuple[Values, Values]:
    del kept_columns  # The runtime finds out.
    with self._body() as nodes:
      inputs, values = self._inputs(len(state) + len(rows))
      last, kept = step(
        tuple(values[: len(state)]), tuple(values[len(state) :])
      )
      body = self._body_graph(nodes, inputs, [*last, *kept])
    results = self._outputs(
      'Scan',
      len(last) + len(kept),
      *state,
      *rows,
      body=body,
      num_scan_inputs=len(rows),
    )
    return tuple(results[: len(last)]), tuple(results[len(last) :])

  def settled(
    self,
    step: Callable[[Output], Values],
    guess: Output,
    other: Output,
    most: int,
  ) -> Values:
    kinds = self._onnx.TensorProto
    describe = self._onnx.helper.make_tensor_value_info
    with self._body() as nodes:
      inputs, (x, _) = self._inputs(2)
      inputs = [
        describe(self._name(), kinds.INT64, []),
        describe(self._name(), kinds.BOOL, []),
        *inputs,
      ]
      drawn, beside = step(x)
      changes = self._any(self.node('Abs', drawn - x))
      body = self._body_graph(
        nodes,
        inputs,
        [changes, drawn, beside],
        [kinds.BOOL, kinds.FLOAT, kinds.FLOAT],
      )
    # The first condition is left out: it holds.
    nothing = Output(self, '')
    return tuple(
      self._outputs('Loop', 2, most, nothing, guess, other, body=body)
    )
