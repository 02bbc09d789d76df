// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The notes of a frame, one given those before it, as magenta_vrae/model/nade.py
// has them. That settles all columns in rounds; here a column follows the other,
// which gives the same frame and takes one round. The weights come masked: what
// a column's logit must not know has weight 0.

import {addRow, packed, product, rowsOf, vectorOf} from './matrix.js';

/** @import {Weights} from '../given/facts.js' */
/** @import {Vector} from './kernel.js' */

export class Nade {
  /** @param {Weights} weights */
  constructor(weights) {
    const of = (/** @type {string} */ name) => weights[`decoder/nade_${name}`];
    this.Wh = packed(of('W_h'));
    this.b = of('b').values;
    this.Wx = rowsOf(of('W_x'));
    this.Wd = rowsOf(of('W_d'));
    this.Ax = rowsOf(of('A_x'));
    this.Ad = rowsOf(of('A_d'));
    this.Wout = rowsOf(of('W_out'));
    const [U, D] = of('W_out').shape;
    this.u = vectorOf(U);
    // From which column on a unit is heard: by then it has heard all it does.
    const since = Array.from({length: U}, (_, unit) => {
      const row = this.Wout.values.subarray(unit * D, (unit + 1) * D);
      return row.findIndex((w) => w !== 0);
    });
    /** The units that are heard from each column on. @type {number[][]} */
    this.units = Array.from({length: D}, (_, d) =>
      [...since.keys()].filter((unit) => since[unit] === d),
    );
  }

  /**
   * Draws a frame.
   * @param {Float32Array} h The recurrence's state.
   * @param {Vector} logits Those without the frame's own columns; changed.
   * @param {Uint8Array} x The frame before, which becomes this one.
   * @param {(logit: number, column: number) => number} emit
   */
  draw(h, logits, x, emit) {
    const {Wh, b, Wx, Wd, Ax, Ad, Wout, units, u} = this;
    const [heard, said] = [u.values, logits.values];
    product(heard, Wh, h, b);
    for (let d = 0; d < x.length; d++) {
      for (const unit of units[d]) {
        // Columns before this one are settled.
        if (heard[unit] > 0) addRow(logits, Wout, unit, heard[unit], d);
      }
      const on = emit(said[d], d);
      const change = on - x[d];
      x[d] = on;
      if (on) {
        addRow(u, Wx, d, 1);
        addRow(logits, Ax, d, 1, d);
      }
      if (change) {
        addRow(u, Wd, d, change);
        addRow(logits, Ad, d, change, d);
      }
    }
  }
}
