// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The notes of a frame, one given those before it, as magenta_vrae/model/nade.py
// has them. That settles all columns in rounds; here a column follows the other,
// which gives the same frame and takes one round. The weights come masked: what
// a column's logit must not know has weight 0.

import {addRow, packed, product} from './matrix.js';

/** @import {Weights} from '../given/facts.js' */

export class Nade {
  /** @param {Weights} weights */
  constructor(weights) {
    const of = (/** @type {string} */ name) => weights[`decoder/nade_${name}`];
    this.Wh = packed(of('W_h'));
    this.b = of('b').values;
    this.Wx = of('W_x').values;
    this.Wd = of('W_d').values;
    this.Ax = of('A_x').values;
    this.Ad = of('A_d').values;
    this.Wout = of('W_out').values;
    const [U, D] = of('W_out').shape;
    this.u = new Float64Array(U);
    // From which column on a unit is heard: by then it has heard all it does.
    const since = Array.from(this.u, (_, unit) => {
      const row = this.Wout.subarray(unit * D, (unit + 1) * D);
      return row.findIndex((w) => w !== 0);
    });
    /** The units that are heard from each column on. @type {number[][]} */
    this.units = Array.from({length: D}, (_, d) =>
      [...since.keys()].filter((unit) => since[unit] === d),
    );
  }

  /**
   * Draws a frame.
   * @param {Float64Array} h The recurrence's state.
   * @param {Float64Array} logits Those without the frame's own columns; changed.
   * @param {Uint8Array} x The frame before, which becomes this one.
   * @param {(logit: number, column: number) => number} emit
   */
  draw(h, logits, x, emit) {
    const {Wh, b, Wx, Wd, Ax, Ad, Wout, units, u} = this;
    product(u, Wh, h, b);
    for (let d = 0; d < x.length; d++) {
      for (const unit of units[d]) {
        // Columns before this one are settled.
        if (u[unit] > 0) addRow(logits, Wout, unit, u[unit], d);
      }
      const on = emit(logits[d], d);
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
