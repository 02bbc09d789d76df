// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The decoder that hears what it plays, as magenta_vrae/model/autoregressive.py
// has it: a recurrence that is told every frame, beside the free run from z.

import {CELLS} from './cells.js';
import {addRow, packed, product, sigm} from './matrix.js';
import {Nade} from './nade.js';

/** @import {ModelFacts, Weights} from '../given/facts.js' */
/** @import {MakeFrame} from './decoder.js' */
/** @import {Guide} from './endless.js' */

export class Autoregressive {
  /**
   * @param {ModelFacts} facts
   * @param {Weights} weights
   */
  constructor(facts, weights) {
    const of = (/** @type {string} */ name) => weights[`decoder/ar_${name}`];
    this.facts = facts;
    this.cell = CELLS[facts.cell];
    this.H = of('W_dec').shape[0];
    this.Wz = packed(of('W_z'));
    this.bz = of('b_z').values;
    this.W = packed(of('W_dec'));
    this.Wx = of('W_x').values; // Row by row: few notes sound in a frame.
    this.Wfree = packed(of('W_free'));
    this.Wzx = packed(of('W_zx'));
    this.b = of('b_dec').values;
    this.Wout = packed(of('W_out'));
    this.bout = of('b_out').values;
    this.cFree = of('c_free').values;
    this.cX = of('c_x').values;
    this.nade = weights['decoder/nade_b'] ? new Nade(weights) : null;
  }

  /**
   * The recurrence started from z, in silence.
   * @param {ArrayLike<number>} z
   * @param {Guide} guide
   * @returns {MakeFrame} Its logits are the free run's.
   */
  playing(z, guide) {
    const {cell, H, W, Wx, Wfree, Wzx, b, Wout, bout, cFree, cX, nade} = this;
    const {depth, zSize} = this.facts;
    const state = this.#start(z);
    const now = new Float64Array(zSize);
    const byZ = new Float64Array(b.length);
    const a = new Float64Array(b.length);
    const wh = new Float64Array(b.length);
    const free = new Float64Array(depth);
    const said = new Float64Array(depth);
    const x = new Uint8Array(depth); // The frame before, then this one.
    return (logits, roll, offset, emit) => {
      if (guide(now, logits, offset)) product(byZ, Wzx, now, b);
      for (let d = 0; d < depth; d++) free[d] = sigm(logits[offset + d]);
      product(a, Wfree, free, byZ);
      for (let d = 0; d < depth; d++) if (x[d]) addRow(a, Wx, d, 1);
      product(wh, W, state, null);
      cell.step(state, wh, a, H);
      product(said, Wout, state, bout);
      for (let d = 0; d < depth; d++) {
        said[d] += cFree[d] * logits[offset + d] + cX[d] * (2 * x[d] - 1);
      }
      if (nade) nade.draw(state, said, x, emit);
      else for (let d = 0; d < depth; d++) x[d] = emit(said[d], d);
      roll.set(x, offset);
    };
  }

  /** @param {ArrayLike<number>} z */
  #start(z) {
    const state = new Float64Array(this.H * this.cell.states);
    product(state, this.Wz, z, this.bz);
    return state.map(Math.tanh);
  }
}
