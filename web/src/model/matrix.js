// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Products of vectors and matrices, and sigmoids, in float32: by WebAssembly, or
// without it where a browser has none. Vectors are all of one type, which is
// what makes loops over them quick.

import {kernelOf} from './kernel.js';

/** @import {Shaped} from '../given/facts.js' */
/** @import {Vector} from './kernel.js' */

const BLOCK = 24; // Outputs.

const kernel = kernelOf();

/** @param {number} x */
export const sigm = (x) => 1 / (1 + Math.exp(-x));

/**
 * x = sigm(x), of each number.
 * @param {Float32Array} values
 */
export function sigmoids(values) {
  if (kernel) kernel.sigmoids(values);
  else sigmoidsHere(values);
}

/**
 * The same by itself.
 * @param {Float32Array} values
 */
export function sigmoidsHere(values) {
  for (let i = 0; i < values.length; i++) values[i] = sigm(values[i]);
}

/**
 * A matrix [inputs][outputs], cut into blocks of 24 outputs: a product then reads
 * it from front to back, and sums 24 outputs at a time.
 * @param {Shaped} matrix
 */
export function packed(matrix) {
  const [inputs, outputs] = matrix.shape;
  const weights = inBlocks(matrix);
  // Either holds them.
  const place = kernel && inputs ? kernel.keep(weights, inputs) : -1;
  const held = place < 0 ? weights : new Float32Array();
  return {weights: held, place, inputs, outputs};
}

/** @typedef {ReturnType<typeof packed>} Packed */

/** @param {Shaped} matrix */
export function inBlocks({shape, values}) {
  const [inputs, outputs] = shape;
  const blocks = Math.ceil(outputs / BLOCK);
  const weights = new Float32Array(blocks * inputs * BLOCK);
  for (let i = 0; i < inputs; i++) {
    for (let j = 0; j < outputs; j++) {
      const block = Math.floor(j / BLOCK);
      weights[(block * inputs + i) * BLOCK + (j % BLOCK)] =
        values[i * outputs + j];
    }
  }
  return weights;
}

/**
 * out = v M + b, of the first `inputs` numbers of v.
 * @param {Float32Array} out
 * @param {Packed} matrix
 * @param {Float32Array} v
 * @param {Float32Array | null} b
 */
export function product(out, matrix, v, b) {
  const {place, inputs} = matrix;
  if (kernel && place >= 0) kernel.product(out, place, inputs, v, b);
  else productHere(out, matrix, v, b);
}

/**
 * The same by itself, of any inputs.
 * @param {Float32Array} out
 * @param {Packed} matrix
 * @param {Float32Array} v
 * @param {Float32Array | null} b
 */
export function productHere(out, {weights, inputs, outputs}, v, b) {
  const ofBlock = inputs * BLOCK;
  // Eight sums at a time: a processor has room for no more.
  for (let j = 0; j < outputs; j += 8) {
    let k = Math.floor(j / BLOCK) * ofBlock + (j % BLOCK);
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let s4 = 0;
    let s5 = 0;
    let s6 = 0;
    let s7 = 0;
    for (let i = 0; i < inputs; i++, k += BLOCK) {
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
  if (b) for (let j = 0; j < outputs; j++) out[j] += b[j];
}

/**
 * A vector that rows are added to. It is there for good: who needs one makes it
 * once.
 * @param {number} length
 * @returns {Vector}
 */
export const vectorOf = (length) =>
  kernel?.vector(length) ?? {values: new Float32Array(length), place: -1};

/**
 * A matrix [inputs][outputs] of which some rows are added at a time.
 * @param {Shaped} matrix
 */
export function rowsOf({shape, values}) {
  const place = kernel?.keepRows(values, shape[1]) ?? -1;
  return {values, place};
}

/** @typedef {ReturnType<typeof rowsOf>} Rows */

/**
 * Adds a row of a matrix, times a number.
 * @param {Vector} out As many numbers as a row has.
 * @param {Rows} rows
 * @param {number} row
 * @param {number} times
 * @param {number} from Where in the row it begins; what is before must be 0.
 */
export function addRow(out, {values, place}, row, times, from = 0) {
  if (kernel) kernel.addRow(out, place, row, times, from);
  else addRowHere(out.values, values, row, times, from);
}

/**
 * The same by itself.
 * @param {Float32Array} out
 * @param {Float32Array} values The matrix.
 * @param {number} row
 * @param {number} times
 * @param {number} from
 */
export function addRowHere(out, values, row, times, from) {
  const n = out.length;
  for (let j = from, k = row * n + from; j < n; j++, k++) {
    out[j] += times * values[k];
  }
}
