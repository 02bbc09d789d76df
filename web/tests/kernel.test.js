// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Arithmetic by WebAssembly, and without it, is that of plain sums.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {CELLS} from '../src/model/cells.js';
import {
  addRow,
  addRowHere,
  inBlocks,
  packed,
  product,
  productHere,
  rowsOf,
  sigmoids,
  sigmoidsHere,
  vectorOf,
} from '../src/model/matrix.js';
import {assertClose} from './golden.js';

const number = (/** @type {number} */ i) => Math.sin(12.9898 * (i + 1));
const numbers = (/** @type {number} */ length) =>
  Float32Array.from({length}, (_, i) => number(i));

for (const [inputs, outputs] of [
  [1, 1],
  [2, 8],
  [3, 24],
  [7, 25],
  [224, 250],
  [1001, 33],
]) {
  test(`a vector of ${inputs} gives ${outputs}`, () => {
    const values = numbers(inputs * outputs);
    const v = Float32Array.from({length: inputs}, (_, i) => number(7 * i));
    const b = Float32Array.from({length: outputs}, (_, i) => i);
    const expected = Array.from({length: outputs}, (_, j) =>
      v.reduce((sum, x, i) => sum + x * values[i * outputs + j], j),
    );
    const matrix = packed({shape: [inputs, outputs], values});
    const out = new Float32Array(outputs);
    product(out, matrix, v, b);
    assert.ok(matrix.place >= 0, 'Node has WebAssembly');
    assertClose(out, expected, 1e-4);
    // And where a browser has none.
    const weights = inBlocks({shape: [inputs, outputs], values});
    productHere(out, {weights, place: -1, inputs, outputs}, v, b);
    assertClose(out, expected, 1e-5);
  });
}

test('sigmoids of any number', () => {
  const given = [
    -1e30, -200, -87.5, -20, -3, -0.01, 0, 1e-8, 0.7, 16, 99, 1e30,
  ];
  for (const length of [1, 4, given.length, 1001]) {
    const values = Float32Array.from(
      {length},
      (_, i) => given[i] ?? 9 * number(i),
    );
    const expected = Array.from(values, (x) => 1 / (1 + Math.exp(-x)));
    const here = values.slice();
    sigmoids(values);
    sigmoidsHere(here);
    assertClose(values, expected, 2e-7);
    assertClose(here, expected, 1e-7);
    // What is unlikely is told apart from what is less likely.
    const small = expected.findIndex((p) => p > 1e-37 && p < 1e-8);
    if (small < 0) continue;
    assert.ok(Math.abs(values[small] / expected[small] - 1) < 1e-5);
  }
});

for (const width of [1, 4, 9, 250]) {
  for (const from of [0, 3, width - 1].filter((at) => at < width)) {
    test(`a row of ${width} is added from ${from} on`, () => {
      // What is before counts as 0: rows of masked weights are so.
      const values = numbers(3 * width).map((x, i) =>
        i % width < from ? 0 : x,
      );
      const rows = rowsOf({shape: [3, width], values});
      const [out, next] = [vectorOf(width), vectorOf(8)];
      out.values.fill(2);
      next.values.fill(5);
      addRow(out, rows, 1, -0.5, from);
      const expected = Array.from({length: width}, (_, j) =>
        j < from ? 2 : 2 - 0.5 * values[width + j],
      );
      assertClose(out.values, expected, 1e-6);
      assert.deepEqual([...next.values], Array(8).fill(5));
      const here = new Float32Array(width).fill(2);
      addRowHere(here, values, 1, -0.5, from);
      assertClose(here, expected, 1e-6);
    });
  }
}

test('vectors stay what they are as memory grows', () => {
  const vector = vectorOf(5);
  vector.values.set([1, 2, 3, 4, 5]);
  packed({shape: [1000, 1000], values: numbers(1e6)});
  assert.deepEqual([...vector.values], [1, 2, 3, 4, 5]);
  const rows = rowsOf({shape: [1, 5], values: numbers(5)});
  addRow(vector, rows, 0, 1);
  assertClose(
    vector.values,
    [1, 2, 3, 4, 5].map((x, i) => x + number(i)),
    1e-6,
  );
});

test('a step of an LSTM is that of its equations', () => {
  const H = 3;
  const [wh, a] = [numbers(4 * H), numbers(4 * H).map((x) => 2 * x)];
  const state = Float32Array.from([0.1, -0.2, 0.3, 1, -2, 0.5]);
  const s = (/** @type {number} */ x) => 1 / (1 + Math.exp(-x));
  const gate = (/** @type {number} */ k, /** @type {number} */ i) =>
    wh[k * H + i] + a[k * H + i];
  const c = [0, 1, 2].map(
    (i) => s(gate(1, i)) * state[H + i] + s(gate(0, i)) * Math.tanh(gate(2, i)),
  );
  const h = c.map((x, i) => s(gate(3, i)) * Math.tanh(x));
  CELLS.lstm.step(state, wh, a, H);
  assertClose(state, [...h, ...c], 1e-6);
});
