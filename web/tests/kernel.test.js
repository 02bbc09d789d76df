// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Products by WebAssembly are those of plain sums.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {packed, product, productHere} from '../src/model/matrix.js';
import {assertClose} from './golden.js';

for (const [inputs, outputs] of [
  [1, 1],
  [2, 8],
  [3, 9],
  [7, 16],
  [224, 250],
  [1001, 33],
]) {
  test(`a vector of ${inputs} gives ${outputs}`, () => {
    const number = (/** @type {number} */ i) => Math.sin(12.9898 * (i + 1));
    const values = Float32Array.from({length: inputs * outputs}, (_, i) =>
      number(i),
    );
    const v = Float32Array.from({length: inputs}, (_, i) => number(7 * i));
    const b = Float32Array.from({length: outputs}, (_, i) => i);
    const expected = Array.from({length: outputs}, (_, j) =>
      v.reduce((sum, x, i) => sum + x * values[i * outputs + j], j),
    );
    const matrix = packed({shape: [inputs, outputs], values});
    const out = new Float64Array(outputs);
    product(out, matrix, v, b);
    assert.ok(matrix.place >= 0, 'Node has WebAssembly');
    assertClose(out, expected, 1e-4);
    // And where a browser has none.
    const blocks = Math.ceil(outputs / 8);
    const weights = new Float32Array(blocks * inputs * 8);
    for (let i = 0; i < inputs; i++) {
      for (let j = 0; j < outputs; j++) {
        const at = ((j >> 3) * inputs + i) * 8 + (j & 7);
        weights[at] = values[i * outputs + j];
      }
    }
    const here = new Float64Array(outputs);
    productHere(here, {weights, place: -1, inputs, outputs}, v);
    assertClose(
      here.map((x, j) => x + j),
      expected,
      1e-9,
    );
  });
}
