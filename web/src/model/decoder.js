// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// z -> logits, frame by frame, as magenta_vrae/model/decoder.py has it.

import {CELLS, tanhs} from './cells.js';
import {packed, product, sigmoids} from './matrix.js';

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

/**
 * Goes on to the next frame: writes its logits from `offset` on.
 * @callback FreeRun
 * @param {Float32Array} logits
 * @param {number} offset
 * @returns {number}
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
   * The decoder started from z.
   * @param {ArrayLike<number>} z
   * @returns {MakeFrame}
   */
  decoding(z) {
    const {depth} = this.facts;
    const run = this.#run(z);
    return (logits, roll, offset, emit) => {
      const at = run.next(logits, offset);
      for (let d = 0; d < depth; d++) {
        const on = emit(logits[offset + d], d);
        roll[offset + d] = on;
        run.heard[at + d] = on;
      }
    };
  }

  /**
   * The same where nothing is played: of a decoder that hears its outputs, not
   * the notes that are made of them.
   * @param {ArrayLike<number>} z
   * @returns {FreeRun}
   */
  freely(z) {
    return this.#run(z).next;
  }

  /**
   * Frame by frame; a step of the recurrence is made whenever the frames of the
   * last one are used up.
   * @param {ArrayLike<number>} z
   */
  #run(z) {
    const {cell, H, W, Wx, Wout, bout} = this;
    const {depth, feedback, framesPerStep} = this.facts;
    const {state, bias} = this.#start(Float32Array.from(z));
    const wh = new Float32Array(bias.length);
    const a = new Float32Array(bias.length);
    const heard = new Float32Array(framesPerStep * depth);
    const y = new Float32Array(framesPerStep * depth);
    let used = y.length;
    let isFirst = true; // It has heard nothing.
    const step = () => {
      product(wh, W, state, null);
      if (!isFirst && feedback === 'output') {
        heard.set(y);
        sigmoids(heard);
      }
      if (isFirst) a.set(bias);
      else product(a, Wx, heard, bias);
      isFirst = false;
      cell.step(state, wh, a, H);
      product(y, Wout, state, bout);
      used = 0;
    };
    /** @returns Where in `heard` its notes belong. */
    const next = (
      /** @type {Float32Array} */ logits,
      /** @type {number} */ offset,
    ) => {
      if (used === y.length) step();
      const at = used;
      used += depth;
      logits.set(y.subarray(at, used), offset);
      return at;
    };
    return {next, heard};
  }

  /** @param {Float32Array} z */
  #start(z) {
    const {cell, H, Wz, bz, b, Wzx} = this;
    const state = new Float32Array(H * cell.states);
    product(state, Wz, z, bz);
    tanhs(state);
    const bias = Float32Array.from(b);
    if (Wzx) product(bias, Wzx, z, b);
    return {state, bias};
  }
}
