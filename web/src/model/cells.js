// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// One step of each cell, as magenta_vrae/model/cells.py has them: the state (h;
// c behind it for the LSTM) goes on to the next, given wh = W h and a, both
// with H numbers per gate.

import {sigm} from './matrix.js';

/**
 * @typedef {object} Cell
 * @property {number} states Numbers of state per unit.
 * @property {(state: Float64Array, wh: Float64Array, a: Float64Array,
 *   H: number) => void} step
 */

/** @type {Record<'tanh' | 'gru' | 'lstm', Cell>} */
export const CELLS = {
  tanh: {
    states: 1,
    step(state, wh, a, H) {
      for (let i = 0; i < H; i++) state[i] = Math.tanh(wh[i] + a[i]);
    },
  },
  gru: {
    states: 1,
    step(state, wh, a, H) {
      for (let i = 0; i < H; i++) {
        const u = sigm(wh[i] + a[i]);
        const r = sigm(wh[H + i] + a[H + i]);
        const n = Math.tanh(a[2 * H + i] + r * wh[2 * H + i]);
        state[i] = u * state[i] + (1 - u) * n;
      }
    },
  },
  lstm: {
    states: 2,
    step(state, wh, a, H) {
      for (let k = 0; k < H; k++) {
        const i = sigm(wh[k] + a[k]);
        const f = sigm(wh[H + k] + a[H + k]);
        const g = Math.tanh(wh[2 * H + k] + a[2 * H + k]);
        const o = sigm(wh[3 * H + k] + a[3 * H + k]);
        const c = f * state[H + k] + i * g;
        state[H + k] = c;
        state[k] = o * Math.tanh(c);
      }
    },
  },
};
