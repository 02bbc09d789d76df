// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Products of vectors and matrices. Weights are float32; sums are too where
// WebAssembly makes them, and else double.

import {kernelOf} from './kernel.js';

/** @import {Shaped} from '../given/facts.js' */

const kernel = kernelOf();

/** @param {number} x */
export const sigm = (x) => 1 / (1 + Math.exp(-x));

/**
 * A matrix [inputs][outputs], cut into blocks of eight outputs: a product then
 * reads it from front to back, and sums eight outputs at a time.
 * @param {Shaped} matrix
 */
export function packed({shape, values}) {
  const [inputs, outputs] = shape;
  const blocks = Math.ceil(outputs / 8);
  const weights = new Float32Array(blocks * inputs * 8);
  for (let i = 0; i < inputs; i++) {
    for (let j = 0; j < outputs; j++) {
      weights[((j >> 3) * inputs + i) * 8 + (j & 7)] = values[i * outputs + j];
    }
  }
  // Either holds them.
  const place = kernel && inputs ? kernel.keep(weights, inputs) : -1;
  const held = place < 0 ? weights : new Float32Array();
  return {weights: held, place, inputs, outputs};
}

/** @typedef {ReturnType<typeof packed>} Packed */

/**
 * out = v M + b, of the first `inputs` numbers of v.
 * @param {Float64Array} out
 * @param {Packed} matrix
 * @param {ArrayLike<number>} v
 * @param {ArrayLike<number> | null} b
 */
export function product(out, matrix, v, b) {
  const {place, inputs, outputs} = matrix;
  if (kernel && place >= 0) kernel.product(out, place, inputs, v);
  else productHere(out, matrix, v);
  if (b) for (let j = 0; j < outputs; j++) out[j] += b[j];
}

/**
 * The same by itself, of any inputs.
 * @param {Float64Array} out
 * @param {Packed} matrix
 * @param {ArrayLike<number>} v
 */
export function productHere(out, {weights, inputs, outputs}, v) {
  let k = 0;
  for (let j = 0; j < outputs; j += 8) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let s4 = 0;
    let s5 = 0;
    let s6 = 0;
    let s7 = 0;
    for (let i = 0; i < inputs; i++, k += 8) {
      const x = v[i];
      s0 += weights[k] * x;
      s1 += weights[k + 1] * x;
      s2 += weights[k + 2] * x;
      s3 += weights[k + 3] * x;
      s4 += weights[k + 4] * x;
      s5 += weights[k + 5] * x;
      s6 += weights[k + 6] * x;
      s7 += weights[k + 7] * x;
    }
    // Writing past the end of a typed array does nothing.
    out[j] = s0;
    out[j + 1] = s1;
    out[j + 2] = s2;
    out[j + 3] = s3;
    out[j + 4] = s4;
    out[j + 5] = s5;
    out[j + 6] = s6;
    out[j + 7] = s7;
  }
}

/**
 * Adds a row of a matrix [inputs][outputs], times a number.
 * @param {Float64Array} out As many numbers as a row has.
 * @param {Float32Array} values The matrix, as it is given.
 * @param {number} row
 * @param {number} times
 * @param {number} from Where in the row: what is before stays.
 */
export function addRow(out, values, row, times, from = 0) {
  const n = out.length;
  for (let j = from, k = row * n + from; j < n; j++, k++) {
    out[j] += times * values[k];
  }
}
