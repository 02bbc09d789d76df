// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A window -> the mean of its posterior, as magenta_vrae/model/encoder.py.

import {CELLS} from './cells.js';
import {addRow, packed, product, rowsOf, vectorOf} from './matrix.js';

/** @import {ModelFacts, Weights} from '../given/facts.js' */

export class Encoder {
  /**
   * @param {ModelFacts} facts
   * @param {Weights} weights
   */
  constructor(facts, weights) {
    this.facts = facts;
    this.cell = CELLS[facts.cell];
    this.H = weights['encoder/W_enc'].shape[0];
    this.W = packed(weights['encoder/W_enc']);
    // Row by row: a frame adds up few of them.
    this.Win = rowsOf(weights['encoder/W_in']);
    this.b = weights['encoder/b_enc'].values;
    this.a = vectorOf(this.b.length);
    this.Wmu = packed(weights['encoder/W_mu']);
    this.bmu = weights['encoder/b_mu'].values;
  }

  /**
   * The posterior mean of a window.
   * @param {ArrayLike<number>} roll Zeros and ones, [frames][depth].
   * @param {number} start The window's first frame.
   * @param {number} T Its frames; those past the roll's end are silent.
   */
  encode(roll, start, T) {
    const {cell, H, W, Win, b, a, Wmu, bmu} = this;
    const {depth, framesPerStep, reverseInput, zSize} = this.facts;
    const state = new Float32Array(H * cell.states);
    const wh = new Float32Array(b.length);
    for (let first = 0; first < T; first += framesPerStep) {
      a.values.set(b);
      for (let t = first; t < Math.min(first + framesPerStep, T); t++) {
        const frame = (start + (reverseInput ? T - 1 - t : t)) * depth;
        const row = (t - first) * depth;
        for (let d = 0; d < depth; d++) {
          if (!roll[frame + d]) continue; // Past the end, undefined: silence.
          addRow(a, Win, row + d, 1);
        }
      }
      product(wh, W, state, null);
      cell.step(state, wh, a.values, H);
    }
    const mu = new Float32Array(zSize);
    product(mu, Wmu, state, bmu);
    return Float64Array.from(mu);
  }
}
