// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// z -> logits, frame by frame, as magenta_vrae/model/decoder.py has it.

import {CELLS} from './cells.js';
import {packed, product, sigm} from './matrix.js';

/** @import {ModelFacts, Weights} from '../given/facts.js' */

/**
 * Makes one frame: writes its logits and its notes from `offset` on.
 * @callback MakeFrame
 * @param {Float32Array} logits
 * @param {Uint8Array} roll
 * @param {number} offset
 * @param {(logit: number, column: number) => number} emit Turns a logit into
 *   0 or 1.
 */

export class Decoder {
  /**
   * @param {ModelFacts} facts
   * @param {Weights} weights
   */
  constructor(facts, weights) {
    this.facts = facts;
    this.cell = CELLS[facts.cell];
    this.H = weights['decoder/W_dec'].shape[0];
    this.Wz = packed(weights['decoder/W_z']);
    this.bz = weights['decoder/b_z'].values;
    this.W = packed(weights['decoder/W_dec']);
    this.Wx = packed(weights['decoder/W_x']);
    this.b = weights['decoder/b_dec'].values;
    this.Wout = packed(weights['decoder/W_out']);
    this.bout = weights['decoder/b_out'].values;
    const Wzx = weights['decoder/W_zx'];
    this.Wzx = Wzx ? packed(Wzx) : null;
  }

  /**
   * The decoder started from z. A step of the recurrence is made whenever the
   * frames of the last one are used up.
   * @param {ArrayLike<number>} z
   * @returns {MakeFrame}
   */
  decoding(z) {
    const {cell, H, Wz, bz, W, Wx, b, Wout, bout, Wzx} = this;
    const {depth, feedback, framesPerStep} = this.facts;
    const state = new Float64Array(H * cell.states);
    product(state, Wz, z, bz);
    for (let i = 0; i < state.length; i++) state[i] = Math.tanh(state[i]);
    const bias = Float64Array.from(b);
    if (Wzx) product(bias, Wzx, z, b);
    const wh = new Float64Array(b.length);
    const a = new Float64Array(b.length);
    const x = new Float64Array(framesPerStep * depth);
    const y = new Float64Array(framesPerStep * depth);
    let used = y.length;
    let isFirst = true; // It has heard nothing.
    return (logits, roll, offset, emit) => {
      if (used === y.length) {
        product(wh, W, state, null);
        if (isFirst) a.set(bias);
        else product(a, Wx, x, bias);
        isFirst = false;
        cell.step(state, wh, a, H);
        product(y, Wout, state, bout);
        used = 0;
      }
      for (let d = 0; d < depth; d++, used++) {
        logits[offset + d] = y[used];
        const on = emit(y[used], d);
        roll[offset + d] = on;
        x[used] = feedback === 'output' ? sigm(y[used]) : on;
      }
    };
  }
}
