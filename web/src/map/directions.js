// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The directions in which vectors spread most: their principal components, one
// after another by power iteration. A library of matrices would be larger than
// all of the map.

const ROUNDS = 60;
const LEAST_SPREAD = 1e-6;

/**
 * @typedef {object} Direction
 * @property {Float64Array} vector Of length 1; its largest part is positive.
 * @property {number} spread Standard deviation along it.
 */

/**
 * @param {Float64Array[]} rows Vectors, one at least.
 * @param {number} count Of directions, fewer where the vectors have fewer.
 * @returns {Direction[]} The largest first.
 */
export function directionsOf(rows, count) {
  const size = rows[0].length;
  const mean = new Float64Array(size);
  for (const row of rows) addTo(mean, row, 1 / rows.length);
  const left = rows.map((row) => row.map((value, k) => value - mean[k]));
  /** @type {Direction[]} */
  const found = [];
  while (found.length < Math.min(count, size)) {
    const direction = largest(left);
    if (direction.spread < LEAST_SPREAD) break;
    found.push(direction);
    // What is left has nothing of it.
    for (const row of left)
      addTo(row, direction.vector, -dot(row, direction.vector));
  }
  return found;
}

/**
 * @param {Float64Array[]} rows Their mean is 0.
 * @returns {Direction}
 */
function largest(rows) {
  const size = rows[0].length;
  // It begins at the longest row, which is never at right angles to all.
  let vector = rows.reduce((a, b) => (dot(b, b) > dot(a, a) ? b : a)).slice();
  normalize(vector);
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float64Array(size);
    for (const row of rows) addTo(next, row, dot(row, vector));
    normalize(next);
    vector = next;
  }
  const top = vector.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
  if (top < 0) vector = vector.map((value) => -value);
  const squares = rows.reduce((sum, row) => sum + dot(row, vector) ** 2, 0);
  return {vector, spread: Math.sqrt(squares / rows.length)};
}

/**
 * @param {Float64Array} a
 * @param {ArrayLike<number>} b
 */
export function dot(a, b) {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

/**
 * @param {Float64Array} to
 * @param {ArrayLike<number>} vector
 * @param {number} times
 */
export function addTo(to, vector, times) {
  for (let k = 0; k < to.length; k++) to[k] += times * vector[k];
}

/** @param {Float64Array} vector */
function normalize(vector) {
  const length = Math.sqrt(dot(vector, vector)) || 1;
  vector.forEach((value, k) => {
    vector[k] = value / length;
  });
}
