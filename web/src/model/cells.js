// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// One step of each cell, as magenta_vrae/model/cells.py has them: the state (h;
// c behind it for the LSTM) goes on to the next, given wh = W h and a, both
// with H numbers per gate. They are changed: gates are made in place.

import {sigmoids} from './matrix.js';

/**
 * @typedef {object} Cell
 * @property {number} states Numbers of state per unit.
 * @property {(state: Float32Array, wh: Float32Array, a: Float32Array,
 *   H: number) => void} step
 */

/** @type {Record<'tanh' | 'gru' | 'lstm', Cell>} */
export const CELLS = {
  tanh: {
    states: 1,
    step(state, wh, a, H) {
      for (let i = 0; i < H; i++) state[i] = wh[i] + a[i];
      tanhs(state);
    },
  },
  gru: {
    states: 1,
    step(state, wh, a, H) {
      for (let i = 0; i < 2 * H; i++) a[i] += wh[i];
      const [gates, n] = [a.subarray(0, 2 * H), a.subarray(2 * H)];
      sigmoids(gates);
      for (let i = 0; i < H; i++) n[i] += gates[H + i] * wh[2 * H + i];
      tanhs(n);
      for (let i = 0; i < H; i++)
        state[i] = n[i] + gates[i] * (state[i] - n[i]);
    },
  },
  lstm: {
    states: 2,
    step(state, wh, a, H) {
      for (let i = 0; i < 4 * H; i++) a[i] += wh[i];
      const g = a.slice(2 * H, 3 * H);
      sigmoids(a);
      tanhs(g);
      const [h, c] = [state.subarray(0, H), state.subarray(H)];
      for (let k = 0; k < H; k++) h[k] = c[k] = a[H + k] * c[k] + a[k] * g[k];
      tanhs(h);
      for (let k = 0; k < H; k++) h[k] *= a[3 * H + k];
    },
  },
};

/**
 * x = tanh(x), of each number: twice sigm(2 x), less 1.
 * @param {Float32Array} values
 */
export function tanhs(values) {
  for (let i = 0; i < values.length; i++) values[i] *= 2;
  sigmoids(values);
  for (let i = 0; i < values.length; i++) values[i] = 2 * values[i] - 1;
}
