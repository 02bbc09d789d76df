// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The decoder that hears what it plays, as magenta_vrae/model/autoregressive.py
// has it: a recurrence that is told every frame, beside the free run from z.

import {CELLS, tanhs} from './cells.js';
import {addRow, packed, product, rowsOf, sigmoids, vectorOf} from './matrix.js';
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
    this.Wx = rowsOf(of('W_x')); // Few notes sound in a frame.
    this.Wfree = packed(of('W_free'));
    this.Wzx = packed(of('W_zx'));
    this.b = of('b_dec').values;
    this.barFrames = of('W_bar') ? of('W_bar').shape[0] : 0;
    this.Wbar = this.barFrames ? rowsOf(of('W_bar')) : null;
    this.Wout = packed(of('W_out'));
    this.bout = of('b_out').values;
    this.cFree = of('c_free').values;
    this.cX = of('c_x').values;
    this.a = vectorOf(this.b.length);
    this.said = vectorOf(facts.depth);
    this.nade = weights['decoder/nade_b'] ? new Nade(weights) : null;
  }

  /**
   * The recurrence started from z, in silence.
   * @param {ArrayLike<number>} z
   * @param {Guide} guide
   * @returns {MakeFrame} Its logits are the free run's.
   */
  playing(z, guide) {
    const {cell, H, W, Wx, Wfree, Wzx, b, Wout, bout, cFree, cX} = this;
    const {a, said, nade, Wbar, barFrames} = this;
    let t = 0; // Since the bar line on which music began.
    const {depth, zSize} = this.facts;
    const state = this.#start(z);
    const now = new Float32Array(zSize);
    const byZ = new Float32Array(b.length);
    const wh = new Float32Array(b.length);
    const free = new Float32Array(depth);
    const x = new Uint8Array(depth); // The frame before, then this one.
    return (logits, roll, offset, emit) => {
      if (guide(now, logits, offset)) product(byZ, Wzx, now, b);
      free.set(logits.subarray(offset, offset + depth));
      sigmoids(free);
      product(a.values, Wfree, free, byZ);
      for (let d = 0; d < depth; d++) if (x[d]) addRow(a, Wx, d, 1);
      if (Wbar) addRow(a, Wbar, t++ % barFrames, 1);
      product(wh, W, state, null);
      cell.step(state, wh, a.values, H);
      const own = said.values;
      product(own, Wout, state, bout);
      for (let d = 0; d < depth; d++) {
        own[d] += cFree[d] * logits[offset + d] + cX[d] * (2 * x[d] - 1);
      }
      if (nade) nade.draw(state, said, x, emit);
      else for (let d = 0; d < depth; d++) x[d] = emit(own[d], d);
      roll.set(x, offset);
    };
  }

  /** @param {ArrayLike<number>} z */
  #start(z) {
    const state = new Float32Array(this.H * this.cell.states);
    product(state, this.Wz, Float32Array.from(z), this.bz);
    tanhs(state);
    return state;
  }
}
