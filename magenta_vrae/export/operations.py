# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a format must be able to write for functions.py: a few operations.

Values are the format's own: tensors of a TensorFlow function, or outputs of
ONNX nodes. Their numbers are float32, their truths bool. They add, subtract,
multiply and compare by Python's operators; `@` is the matrix product, and plain
numbers stand for themselves.

Sizes: n sequences side by side, T frames of each; loops have time first.
"""

from __future__ import annotations

from typing import Any
from typing import Callable
from typing import Protocol
from typing import Sequence
from typing import Tuple

# A tensor of a format.
Value = Any
Values = Tuple[Value, ...]


class Operations(Protocol):
  """The operations of one format."""

  def weight(self, name: str) -> Value:
    """A weight of the model, by its name in `weights.prepared`."""

  def tanh(self, x: Value) -> Value:
    """The hyperbolic tangent."""

  def sigmoid(self, x: Value) -> Value:
    """The logistic function."""

  def relu(self, x: Value) -> Value:
    """max(x, 0)."""

  def exp(self, x: Value) -> Value:
    """The exponential function."""

  def log(self, x: Value) -> Value:
    """The natural logarithm; of 0 it is minus infinity."""

  def floor(self, x: Value) -> Value:
    """The whole number at or below x."""

  def maximum(self, x: Value, least: float) -> Value:
    """The larger of x and a number."""

  def where(self, condition: Value, x: Value, y: Value) -> Value:
    """X where the condition holds, else y; the sizes are broadcast."""

  def number(self, truth: Value) -> Value:
    """1 where something holds, else 0."""

  def concat(self, parts: Sequence[Value]) -> Value:
    """Values side by side along the last axis."""

  def columns(self, x: Value, first: int, end: int) -> Value:
    """Those of the last axis from `first` up to `end`."""

  def swapped(self, x: Value) -> Value:
    """The first two axes of three exchanged: batch first, or time first."""

  def zeros(self, like: Value, num_columns: int) -> Value:
    """Zeros sized `[n, num_columns]`, with the n rows of `like`, `[n, ...]`."""

  def valid(self, frames: Value, lengths: Value) -> Value:
    """Which frames count: truths sized `[n, T, 1]`.

    Args:
      frames: Sized `[n, T, D]`.
      lengths: How many of each count, int32, sized `[n]`.
    """

  def reversed(self, frames: Value, lengths: Value) -> Value:
    """The valid frames last to first; arguments as `valid`."""

  def blocks(self, frames: Value, depth: int, K: int) -> Value:
    """`[n, T, D]` to `[n, ceil(T / K), K * D]`, filled up with zeros."""

  def every(self, mask: Value, K: int) -> Value:
    """The first of each K along time: `[n, T, 1]` to `[n, ceil(T / K), 1]`."""

  def either(
    self, truths: Value, new: Callable[[], Values], old: Values
  ) -> Values:
    """`new()` if any of the truths holds; else `old`, and `new` does not run.

    Args:
      truths: Sized `[n, 1]`.
      new: A function of nothing to values sized like `old`.
      old: Values.
    """

  def scan(
    self,
    step: Callable[[Values, Values], tuple[Values, Values]],
    state: Values,
    rows: Values,
    kept_columns: Sequence[int],
  ) -> tuple[Values, Values]:
    """A loop over time.

    Args:
      step: From the state and a row of each of `rows` to the next state and to
        what is kept of this step.
      state: The first state, sized `[n, ...]` each.
      rows: Values sized `[T, n, ...]`.
      kept_columns: How many columns each has of what is kept.

    Returns:
      The last state, and what was kept, sized `[T, n, ...]`.
    """

  def settled(
    self, step: Callable[[Value], Values], guess: Value, other: Value, most: int
  ) -> Values:
    """`step` again and again, until a value stays as it is.

    Args:
      step: From the value to the next one and to another.
      guess: The first value.
      other: Of the size of what `step` gives beside it.
      most: How often it may run.

    Returns:
      The value, and what the last step gave beside it.
    """
