// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Built from web/ by `make web`: do not edit it here. web/README.md says how.

/*! d3-array 3.2.5

Copyright 2010-2026 Mike Bostock

Permission to use, copy, modify, and/or distribute this software for any purpose
with or without fee is hereby granted, provided that the above copyright notice
and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH
REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND
FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS
OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER
TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.
*/
/*! d3-contour 4.0.3

Copyright 2012-2026 Mike Bostock

Permission to use, copy, modify, and/or distribute this software for any purpose
with or without fee is hereby granted, provided that the above copyright notice
and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH
REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND
FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS
OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER
TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.
*/
/*! d3-polygon 3.0.2

Copyright 2010-2026 Mike Bostock

Permission to use, copy, modify, and/or distribute this software for any purpose
with or without fee is hereby granted, provided that the above copyright notice
and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH
REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND
FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS
OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER
TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.
*/
/*! flatbush 4.7.0

ISC License

Copyright (c) 2022, Vladimir Agafonkin

Permission to use, copy, modify, and/or distribute this software for any purpose
with or without fee is hereby granted, provided that the above copyright notice
and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH
REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND
FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS
OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER
TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.
*/
/*! flatqueue 3.1.0

ISC License

Copyright (c) 2025, Volodymyr Agafonkin

Permission to use, copy, modify, and/or distribute this software for any purpose
with or without fee is hereby granted, provided that the above copyright notice
and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH
REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND
FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS
OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER
TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.
*/
/*! twgl.js 7.0.0

Copyright 2019 Gregg Tavares

Permission is hereby granted, free of charge, to any person obtaining a
copy of this software and associated documentation files (the "Software"),
to deal in the Software without restriction, including without limitation
the rights to use, copy, modify, merge, publish, distribute, sublicense,
and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in
all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT.  IN NO EVENT SHALL
THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING
FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER
DEALINGS IN THE SOFTWARE.
*/
"use strict";
(() => {
  // src/map/wander.js
  var NEAREST = 4;
  var KEPT = 0.5;
  var LEAST_SCALE = 1e-6;
  var PASSED_OVER = 64;
  var MOST_OF_A_SONG = 0.3;
  var Wander = class {
    /** @type {number[]} The codes from which it went on lately. */
    #lately = [];
    /**
     * @param {Codes} given The codes in the order of the music, [codes][z];
     *   which is half a window after the one before it; and how far z lies from
     *   its window's code, in standard deviations, [z].
     */
    constructor({ codes, follows, deviations }) {
      this.codes = codes.values;
      this.zSize = codes.shape[1];
      this.from = Array.from(follows, (does, i) => does ? i - 1 : -1).filter(
        (i) => i >= 0
      );
      this.scale = Float64Array.from(
        deviations,
        (deviation) => Math.max(deviation, LEAST_SCALE)
      );
      const songs = Math.max(1, follows.length - this.from.length);
      const most = Math.floor(MOST_OF_A_SONG * (this.from.length / songs));
      this.memory = Math.min(PASSED_OVER, most);
    }
    /**
     * The z of the next half window.
     * @param {Float64Array} z
     * @param {number} chance From 0 to below 1: which of the nearest it is.
     */
    next(z, chance) {
      const nearest = this.#nearest(z);
      const code = nearest[Math.floor(chance * nearest.length)];
      this.#lately.push(code);
      if (this.#lately.length > this.memory) this.#lately.shift();
      const from = code * this.zSize;
      const to = from + this.zSize;
      return z.map(
        (value, k) => this.codes[to + k] + KEPT * (value - this.codes[from + k])
      );
    }
    /** @param {Float64Array} z */
    #nearest(z) {
      const { codes, zSize, scale, from } = this;
      const found = [];
      let limit = Number.POSITIVE_INFINITY;
      for (const code of from) {
        if (this.#lately.includes(code)) continue;
        let distance = 0;
        for (let k = 0, i = code * zSize; k < zSize; k++, i++) {
          distance += ((codes[i] - z[k]) / scale[k]) ** 2;
          if (distance >= limit) break;
        }
        if (distance >= limit) continue;
        found.push({ code, distance });
        found.sort((a, b) => a.distance - b.distance);
        if (found.length > NEAREST) found.pop();
        if (found.length === NEAREST) limit = found[NEAREST - 1].distance;
      }
      return found.map(({ code }) => code);
    }
  };

  // src/model/kernel_wasm.js
  var KERNEL_WASM = "AGFzbQEAAAABFQNgBX9/f39/AGAEf39/fQBgAn9/AAMEAwABAgUDAQABByUEBm1lbW9yeQIAB3Byb2R1Y3QAAANhZGQAAQhzaWdtb2lkcwACCrAGA48CAgJ/B3sgAiADQQJ0aiEGA0D9DAAAAAAAAAAAAAAAAAAAAAAhCCAIIQkgCCEKIAghCyAIIQwgCCENIAIhBQNAIAX9CQIAIQcgCCAHIAH9AAQA/eYB/eQBIQggCSAHIAH9AAQQ/eYB/eQBIQkgCiAHIAH9AAQg/eYB/eQBIQogCyAHIAH9AAQw/eYB/eQBIQsgDCAHIAH9AARA/eYB/eQBIQwgDSAHIAH9AARQ/eYB/eQBIQ0gAUHgAGohASAFQQRqIQUgBSAGSQ0ACyAAIAj9CwQAIAAgCf0LBBAgACAK/QsEICAAIAv9CwQwIAAgDP0LBEAgACAN/QsEUCAAQeAAaiEAIARBAWshBCAEDQALCzwBAXsgA/0TIQQDQCAAIAD9AAQAIAQgAv0ABAD95gH95AH9CwQAIAJBEGohAiAAQRBqIQAgACABSQ0ACwvfAwEDewNA/QwAAK7CAACuwgAArsIAAK7C/QwAAK5CAACuQgAArkIAAK5CIAD9AAQA/eEB/egB/ekBIQIgAv0MO6q4PzuquD87qrg/O6q4P/3mAf1qIQMgAiAD/QwAgDE/AIAxPwCAMT8AgDE//eYB/eUBIQIgAiAD/QyDgF65g4BeuYOAXrmDgF65/eYB/eUBIQL9DGdpUDlnaVA5Z2lQOWdpUDkhBCAEIAL95gH9DM5DtzrOQ7c6zkO3Os5Dtzr95AEhBCAEIAL95gH9DAiJCDwIiQg8CIkIPAiJCDz95AEhBCAEIAL95gH9DMGpKj3BqSo9wakqPcGpKj395AEhBCAEIAL95gH9DKqqKj6qqio+qqoqPqqqKj795AEhBCAEIAL95gH9DAAAAD8AAAA/AAAAPwAAAD/95AEhBCAEIAL95gH9DAAAgD8AAIA/AACAPwAAgD/95AEhBCAEIAL95gH9DAAAgD8AAIA/AACAPwAAgD/95AEhBCAEIAP9+AH9DH8AAAB/AAAAfwAAAH8AAAD9rgFBF/2rAf3mASEEIAD9DAAAgD8AAIA/AACAPwAAgD/9DAAAgD8AAIA/AACAPwAAgD8gBP3kAf3nAf0LBAAgAEEQaiEAIAAgAUkNAAsL";

  // src/model/kernel.js
  var PAGE_BYTES = 65536;
  var ALIGNED = 16;
  var BLOCK = 24;
  var AT_ONCE = 4;
  var Kernel = class {
    #memory;
    /** @type {Product} */
    #product;
    /** @type {Sigmoids} */
    #sigmoids;
    /** @type {Add} */
    #add;
    #used = 0;
    #floats;
    /** @type {{vector: Vector, length: number}[]} */
    #vectors = [];
    /** @param {WebAssembly.Exports} exports */
    constructor({ memory, product: product2, sigmoids: sigmoids2, add: add2 }) {
      this.#memory = /** @type {WebAssembly.Memory} */
      memory;
      this.#product = /** @type {Product} */
      product2;
      this.#sigmoids = /** @type {Sigmoids} */
      sigmoids2;
      this.#add = /** @type {Add} */
      add2;
      this.#floats = new Float32Array(this.#memory.buffer);
      this.#room = this.#take(0);
    }
    /** @type {{v: number, out: number, length: number}} */
    #room = { v: 0, out: 0, length: 0 };
    /**
     * Room for the vectors of a product.
     * @param {number} length
     */
    #take(length2) {
      const [v, out] = [this.#reserve(length2), this.#reserve(length2)];
      return { v, out, length: length2 };
    }
    /** @param {number} length Numbers that there is to be room for. */
    #make(length2) {
      if (length2 > this.#room.length) this.#room = this.#take(length2);
    }
    /**
     * @param {number} length Numbers.
     * @returns Their place, in bytes.
     */
    #reserve(length2) {
      const place = this.#used;
      this.#used += Math.ceil(4 * length2 / ALIGNED) * ALIGNED;
      const missing = this.#used - this.#memory.buffer.byteLength;
      if (missing > 0) {
        this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
        const { buffer } = this.#memory;
        this.#floats = new Float32Array(buffer);
        for (const { vector, length: length3 } of this.#vectors) {
          vector.values = new Float32Array(buffer, vector.place, length3);
        }
      }
      return place;
    }
    /**
     * A vector that is kept as long as the kernel is.
     * @param {number} length
     * @returns {Vector}
     */
    vector(length2) {
      const place = this.#reserve(length2);
      const { buffer } = this.#memory;
      const vector = { values: new Float32Array(buffer, place, length2), place };
      this.#vectors.push({ vector, length: length2 });
      return vector;
    }
    /**
     * Keeps a matrix row by row.
     * @param {Float32Array} values
     * @param {number} width Of a row.
     * @returns Its place. A row is as long as some number of `AT_ONCE`.
     */
    keepRows(values, width) {
      const step = Math.ceil(width / AT_ONCE) * AT_ONCE;
      const rows = values.length / width;
      const place = this.#reserve(rows * step);
      for (let row = 0; row < rows; row++) {
        const own = values.slice(row * width, (row + 1) * width);
        this.#floats.set(own, place / 4 + row * step);
      }
      return place;
    }
    /**
     * Adds a row, times a number.
     * @param {Vector} out
     * @param {number} place Of the matrix.
     * @param {number} row
     * @param {number} times
     * @param {number} from What is before counts as 0 in the row.
     */
    addRow({ values, place: at }, place, row, times, from) {
      const { length: length2 } = values;
      const step = Math.ceil(length2 / AT_ONCE) * AT_ONCE;
      const first = 4 * (from - from % AT_ONCE);
      this.#add(
        at + first,
        at + 4 * length2,
        place + 4 * row * step + first,
        times
      );
    }
    /**
     * Keeps a packed matrix.
     * @param {Float32Array} weights
     * @param {number} inputs
     */
    keep(weights, inputs) {
      this.#make(Math.max(inputs, weights.length / inputs));
      const place = this.#reserve(weights.length);
      this.#floats.set(weights, place / 4);
      return place;
    }
    /**
     * out = v M + b.
     * @param {Float32Array} out
     * @param {number} place Of M.
     * @param {number} inputs
     * @param {Float32Array} v
     * @param {Float32Array | null} b
     */
    product(out, place, inputs, v, b) {
      const { length: length2 } = out;
      const floats = this.#floats;
      const room = this.#room;
      const from = room.v / 4;
      for (let i = 0; i < inputs; i++) floats[from + i] = v[i];
      const blocks = Math.ceil(length2 / BLOCK);
      this.#product(room.out, place, room.v, inputs, blocks);
      const at = room.out / 4;
      if (b) for (let j = 0; j < length2; j++) out[j] = floats[at + j] + b[j];
      else for (let j = 0; j < length2; j++) out[j] = floats[at + j];
    }
    /**
     * x = 1 / (1 + exp(-x)), of each number.
     * @param {Float32Array} values
     */
    sigmoids(values) {
      const { length: length2 } = values;
      this.#make(length2 + AT_ONCE);
      const floats = this.#floats;
      const { v } = this.#room;
      const from = v / 4;
      for (let i = 0; i < length2; i++) floats[from + i] = values[i];
      this.#sigmoids(v, v + 4 * length2);
      for (let i = 0; i < length2; i++) values[i] = floats[from + i];
    }
  };
  function kernelOf() {
    try {
      const binary = atob(KERNEL_WASM);
      const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
      const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes));
      return new Kernel(instance.exports);
    } catch {
      return null;
    }
  }

  // src/model/matrix.js
  var BLOCK2 = 24;
  var kernel = kernelOf();
  var sigm = (x) => 1 / (1 + Math.exp(-x));
  function sigmoids(values) {
    if (kernel) kernel.sigmoids(values);
    else sigmoidsHere(values);
  }
  function sigmoidsHere(values) {
    for (let i = 0; i < values.length; i++) values[i] = sigm(values[i]);
  }
  function packed(matrix) {
    const [inputs, outputs] = matrix.shape;
    const weights = inBlocks(matrix);
    const place = kernel && inputs ? kernel.keep(weights, inputs) : -1;
    const held = place < 0 ? weights : new Float32Array();
    return { weights: held, place, inputs, outputs };
  }
  function inBlocks({ shape, values }) {
    const [inputs, outputs] = shape;
    const blocks = Math.ceil(outputs / BLOCK2);
    const weights = new Float32Array(blocks * inputs * BLOCK2);
    for (let i = 0; i < inputs; i++) {
      for (let j = 0; j < outputs; j++) {
        const block = Math.floor(j / BLOCK2);
        weights[(block * inputs + i) * BLOCK2 + j % BLOCK2] = values[i * outputs + j];
      }
    }
    return weights;
  }
  function product(out, matrix, v, b) {
    const { place, inputs } = matrix;
    if (kernel && place >= 0) kernel.product(out, place, inputs, v, b);
    else productHere(out, matrix, v, b);
  }
  function productHere(out, { weights, inputs, outputs }, v, b) {
    const ofBlock = inputs * BLOCK2;
    for (let j = 0; j < outputs; j += 8) {
      let k = Math.floor(j / BLOCK2) * ofBlock + j % BLOCK2;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let s4 = 0;
      let s5 = 0;
      let s6 = 0;
      let s7 = 0;
      for (let i = 0; i < inputs; i++, k += BLOCK2) {
        const x = v[i];
        s0 += weights[k] * x;
        s1 += weights[k + 1] * x;
        s2 += weights[k + 2] * x;
        s3 += weights[k + 3] * x;
        s4 += weights[k + 4] * x;
        s5 += weights[k + 5] * x;
        s6 += weights[k + 6] * x;
        s7 += weights[k + 7] * x;
      }
      out[j] = s0;
      out[j + 1] = s1;
      out[j + 2] = s2;
      out[j + 3] = s3;
      out[j + 4] = s4;
      out[j + 5] = s5;
      out[j + 6] = s6;
      out[j + 7] = s7;
    }
    if (b) for (let j = 0; j < outputs; j++) out[j] += b[j];
  }
  var vectorOf = (length2) => kernel?.vector(length2) ?? { values: new Float32Array(length2), place: -1 };
  function rowsOf({ shape, values }) {
    const place = kernel?.keepRows(values, shape[1]) ?? -1;
    return { values, place };
  }
  function addRow(out, { values, place }, row, times, from = 0) {
    if (kernel) kernel.addRow(out, place, row, times, from);
    else addRowHere(out.values, values, row, times, from);
  }
  function addRowHere(out, values, row, times, from) {
    const n = out.length;
    for (let j = from, k = row * n + from; j < n; j++, k++) {
      out[j] += times * values[k];
    }
  }

  // src/model/cells.js
  var CELLS = {
    tanh: {
      states: 1,
      step(state, wh, a, H) {
        for (let i = 0; i < H; i++) state[i] = wh[i] + a[i];
        tanhs(state);
      }
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
      }
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
      }
    }
  };
  function tanhs(values) {
    for (let i = 0; i < values.length; i++) values[i] *= 2;
    sigmoids(values);
    for (let i = 0; i < values.length; i++) values[i] = 2 * values[i] - 1;
  }

  // src/model/nade.js
  var Nade = class {
    /** @param {Weights} weights */
    constructor(weights) {
      const of = (name) => weights[`decoder/nade_${name}`];
      this.Wh = packed(of("W_h"));
      this.b = of("b").values;
      this.Wx = rowsOf(of("W_x"));
      this.Wd = rowsOf(of("W_d"));
      this.Ax = rowsOf(of("A_x"));
      this.Ad = rowsOf(of("A_d"));
      this.Wout = rowsOf(of("W_out"));
      const [U, D] = of("W_out").shape;
      this.u = vectorOf(U);
      const since = Array.from({ length: U }, (_, unit) => {
        const row = this.Wout.values.subarray(unit * D, (unit + 1) * D);
        return row.findIndex((w) => w !== 0);
      });
      this.units = Array.from(
        { length: D },
        (_, d) => [...since.keys()].filter((unit) => since[unit] === d)
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
      const { Wh, b, Wx, Wd, Ax, Ad, Wout, units, u } = this;
      const [heard, said] = [u.values, logits.values];
      product(heard, Wh, h, b);
      for (let d = 0; d < x.length; d++) {
        for (const unit of units[d]) {
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
  };

  // src/model/autoregressive.js
  var Autoregressive = class {
    /**
     * @param {ModelFacts} facts
     * @param {Weights} weights
     */
    constructor(facts, weights) {
      const of = (name) => weights[`decoder/ar_${name}`];
      this.facts = facts;
      this.cell = CELLS[facts.cell];
      this.H = of("W_dec").shape[0];
      this.Wz = packed(of("W_z"));
      this.bz = of("b_z").values;
      this.W = packed(of("W_dec"));
      this.Wx = rowsOf(of("W_x"));
      this.Wfree = packed(of("W_free"));
      this.Wzx = packed(of("W_zx"));
      this.b = of("b_dec").values;
      this.barFrames = of("W_bar") ? of("W_bar").shape[0] : 0;
      this.Wbar = this.barFrames ? rowsOf(of("W_bar")) : null;
      this.Wout = packed(of("W_out"));
      this.bout = of("b_out").values;
      this.cFree = of("c_free").values;
      this.cX = of("c_x").values;
      this.a = vectorOf(this.b.length);
      this.said = vectorOf(facts.depth);
      this.nade = weights["decoder/nade_b"] ? new Nade(weights) : null;
    }
    /**
     * The recurrence started from z, in silence.
     * @param {ArrayLike<number>} z
     * @param {Guide} guide
     * @returns {MakeFrame} Its logits are the free run's.
     */
    playing(z, guide) {
      const { cell, H, W: W2, Wx, Wfree, Wzx, b, Wout, bout, cFree, cX } = this;
      const { a, said, nade, Wbar, barFrames } = this;
      let t = 0;
      const { depth, zSize } = this.facts;
      const state = this.#start(z);
      const now = new Float32Array(zSize);
      const byZ = new Float32Array(b.length);
      const wh = new Float32Array(b.length);
      const free = new Float32Array(depth);
      const x = new Uint8Array(depth);
      return (logits, roll, offset, emit) => {
        if (guide(now, logits, offset)) product(byZ, Wzx, now, b);
        free.set(logits.subarray(offset, offset + depth));
        sigmoids(free);
        product(a.values, Wfree, free, byZ);
        for (let d = 0; d < depth; d++) if (x[d]) addRow(a, Wx, d, 1);
        if (Wbar) addRow(a, Wbar, t++ % barFrames, 1);
        product(wh, W2, state, null);
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
  };

  // src/model/decoder.js
  var Decoder = class {
    /**
     * @param {ModelFacts} facts
     * @param {Weights} weights
     */
    constructor(facts, weights) {
      this.facts = facts;
      this.cell = CELLS[facts.cell];
      this.H = weights["decoder/W_dec"].shape[0];
      this.Wz = packed(weights["decoder/W_z"]);
      this.bz = weights["decoder/b_z"].values;
      this.W = packed(weights["decoder/W_dec"]);
      this.Wx = packed(weights["decoder/W_x"]);
      this.b = weights["decoder/b_dec"].values;
      this.Wout = packed(weights["decoder/W_out"]);
      this.bout = weights["decoder/b_out"].values;
      const Wzx = weights["decoder/W_zx"];
      this.Wzx = Wzx ? packed(Wzx) : null;
    }
    /**
     * The decoder started from z.
     * @param {ArrayLike<number>} z
     * @returns {MakeFrame}
     */
    decoding(z) {
      const { depth } = this.facts;
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
      const { cell, H, W: W2, Wx, Wout, bout } = this;
      const { depth, feedback, framesPerStep } = this.facts;
      const { state, bias } = this.#start(Float32Array.from(z));
      const wh = new Float32Array(bias.length);
      const a = new Float32Array(bias.length);
      const heard = new Float32Array(framesPerStep * depth);
      const y = new Float32Array(framesPerStep * depth);
      let used = y.length;
      let isFirst = true;
      const step = () => {
        product(wh, W2, state, null);
        if (!isFirst && feedback === "output") {
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
      const next = (logits, offset) => {
        if (used === y.length) step();
        const at = used;
        used += depth;
        logits.set(y.subarray(at, used), offset);
        return at;
      };
      return { next, heard };
    }
    /** @param {Float32Array} z */
    #start(z) {
      const { cell, H, Wz, bz, b, Wzx } = this;
      const state = new Float32Array(H * cell.states);
      product(state, Wz, z, bz);
      tanhs(state);
      const bias = Float32Array.from(b);
      if (Wzx) product(bias, Wzx, z, b);
      return { state, bias };
    }
  };

  // src/model/encoder.js
  var Encoder = class {
    /**
     * @param {ModelFacts} facts
     * @param {Weights} weights
     */
    constructor(facts, weights) {
      this.facts = facts;
      this.cell = CELLS[facts.cell];
      this.H = weights["encoder/W_enc"].shape[0];
      this.W = packed(weights["encoder/W_enc"]);
      this.Win = rowsOf(weights["encoder/W_in"]);
      this.b = weights["encoder/b_enc"].values;
      this.a = vectorOf(this.b.length);
      this.Wmu = packed(weights["encoder/W_mu"]);
      this.bmu = weights["encoder/b_mu"].values;
    }
    /**
     * The posterior mean of a window.
     * @param {ArrayLike<number>} roll Zeros and ones, [frames][depth].
     * @param {number} start The window's first frame.
     * @param {number} T Its frames; those past the roll's end are silent.
     */
    encode(roll, start2, T) {
      const { cell, H, W: W2, Win, b, a, Wmu, bmu } = this;
      const { depth, framesPerStep, reverseInput, zSize } = this.facts;
      const state = new Float32Array(H * cell.states);
      const wh = new Float32Array(b.length);
      for (let first = 0; first < T; first += framesPerStep) {
        a.values.set(b);
        for (let t = first; t < Math.min(first + framesPerStep, T); t++) {
          const frame = (start2 + (reverseInput ? T - 1 - t : t)) * depth;
          const row = (t - first) * depth;
          for (let d = 0; d < depth; d++) {
            if (!roll[frame + d]) continue;
            addRow(a, Win, row + d, 1);
          }
        }
        product(wh, W2, state, null);
        cell.step(state, wh, a.values, H);
      }
      const mu = new Float32Array(zSize);
      product(mu, Wmu, state, bmu);
      return Float64Array.from(mu);
    }
  };

  // src/model/endless.js
  var halfWindow = (windowFrames) => Math.max(1, Math.floor(windowFrames / 2));
  function zOfHalfWindows(spans, half) {
    const zs = [];
    let first = 0;
    for (const { z, frames } of spans) {
      const end = first + frames;
      while (zs.length * half < end) zs.push(z);
      first = end;
    }
    return zs;
  }
  function faded(decoder, zs, half) {
    let i = 0;
    return steered(decoder, () => zs[i++], half).guide;
  }
  function steered(decoder, next, half) {
    const places = [];
    const zOf = new Float32Array(decoder.facts.zSize);
    const logitsOf = new Float32Array(decoder.facts.depth);
    let at = 0;
    let [isTurned, stays] = [false, false];
    function endHalf() {
      const last = places.length - 1;
      places.forEach((place, i) => {
        const isLeft = i < last || isTurned;
        place.goOn(isLeft || stays ? place.z : next());
      });
      stays = false;
      at = 0;
    }
    const guide = (z, logits, offset) => {
      if (!places.length) places.push(new Place(decoder, half, next()));
      if (at === half) endHalf();
      const isNew = isTurned || at === 0;
      if (isTurned) {
        places.push(places[0].asIfAt(next(), at));
        isTurned = false;
        stays = true;
      }
      while (places.length > 1 && places[1].heard >= half) places.shift();
      const [first, ...others] = places;
      first.frame(at, z, logits, offset);
      for (const place of others) {
        const share = Math.min(1, (place.heard + 0.5) / half);
        place.frame(at, zOf, logitsOf, 0);
        fade(z, 0, zOf, share);
        fade(logits, offset, logitsOf, share);
      }
      const isFaded = others.length > 0 || first.isFaded;
      at++;
      return isNew || isFaded;
    };
    return {
      guide,
      turn() {
        isTurned = places.length > 0;
      }
    };
  }
  var Place = class _Place {
    heard = 0;
    // Frames.
    /** @type {{z: ArrayLike<number>, run: FreeRun} | null} */
    #before = null;
    /**
     * @param {Decoder} decoder
     * @param {number} half
     * @param {ArrayLike<number>} z
     */
    constructor(decoder, half, z) {
      this.decoder = decoder;
      this.half = half;
      this.z = z;
      this.run = decoder.freely(z);
      this.own = new Float32Array(decoder.facts.depth);
    }
    /** Whether z or its window changes over this half window. */
    get isFaded() {
      return this.#before !== null;
    }
    /**
     * Another that would have stayed at a z for as long as this one was played.
     * @param {ArrayLike<number>} z
     * @param {number} at The frame of this half window.
     */
    asIfAt(z, at) {
      const place = new _Place(this.decoder, this.half, z);
      if (this.#before) {
        place.#skip(this.half);
        place.goOn(z);
      }
      place.#skip(at);
      return place;
    }
    /**
     * Begins the next half window, and the window that comes then.
     * @param {ArrayLike<number>} z
     */
    goOn(z) {
      this.#before = { z: this.z, run: this.run };
      this.z = z;
      this.run = this.decoder.freely(z);
    }
    /**
     * Writes its z and logits of the next frame, the one `at` of this half.
     * @param {number} at
     * @param {Float32Array} z
     * @param {Float32Array} logits
     * @param {number} offset
     */
    frame(at, z, logits, offset) {
      this.heard++;
      if (!this.#before) {
        z.set(this.z);
        this.run(logits, offset);
        return;
      }
      const share = (at + 0.5) / this.half;
      z.set(this.#before.z);
      fade(z, 0, this.z, share);
      this.#before.run(logits, offset);
      this.run(this.own, 0);
      fade(logits, offset, this.own, share);
    }
    /** @param {number} frames */
    #skip(frames) {
      for (let t = 0; t < frames; t++) {
        this.#before?.run(this.own, 0);
        this.run(this.own, 0);
      }
    }
  };
  function fade(values, offset, others, share) {
    for (let i = 0; i < others.length; i++) {
      const value = values[offset + i];
      values[offset + i] = value + share * (others[i] - value);
    }
  }

  // src/model/model.js
  var Model = class {
    /**
     * @param {ModelFacts} facts
     * @param {Weights} weights
     */
    constructor(facts, weights) {
      this.facts = facts;
      this.decoder = new Decoder(facts, weights);
      this.encoder = new Encoder(facts, weights);
      this.autoregressive = facts.autoregressive ? new Autoregressive(facts, weights) : null;
    }
    /** Whether it hears the frames it emits: these are part of its outputs. */
    get hearsFrames() {
      return this.facts.autoregressive || this.facts.feedback !== "output";
    }
    /** Frames from one z to the next, where it goes on from z to z; else 0. */
    get halfWindow() {
      return this.autoregressive ? halfWindow(this.facts.windowFrames) : 0;
    }
    /**
     * Music of any length, as magenta_vrae/inference/generation.py has it.
     * @param {Span[]} spans What follows each other.
     * @returns {MakeFrame}
     */
    playing(spans) {
      const { autoregressive, decoder } = this;
      if (!autoregressive) return sideBySide(decoder, spans);
      const { windowFrames } = this.facts;
      const isWindow = spans.length === 1 && spans[0].frames <= windowFrames;
      const half = isWindow ? windowFrames : halfWindow(windowFrames);
      const zs = zOfHalfWindows(spans, half);
      return autoregressive.playing(zs[0], faded(decoder, zs, half));
    }
    /**
     * Music without an end, of a model that goes on from z to z.
     * @param {ArrayLike<number>} first The z that it begins with.
     * @param {() => ArrayLike<number>} next That of the next half window.
     */
    steered(first, next) {
      const { autoregressive, decoder } = this;
      if (!autoregressive) throw new Error("this model does not go on by itself");
      let isFirst = true;
      const after = () => {
        const z = isFirst ? first : next();
        isFirst = false;
        return z;
      };
      const { guide, turn } = steered(decoder, after, this.halfWindow);
      return { makeFrame: autoregressive.playing(first, guide), turn };
    }
    /**
     * @param {ArrayLike<number>} roll
     * @param {number} start
     * @param {number} T
     */
    encode(roll, start2, T) {
      return this.encoder.encode(roll, start2, T);
    }
  };
  function sideBySide(decoder, spans) {
    let next = 0;
    let left = 0;
    let makeFrame;
    return (logits, roll, offset, emit) => {
      if (left === 0) {
        const { z, frames } = spans[next++];
        makeFrame = decoder.decoding(z);
        left = frames;
      }
      makeFrame(logits, roll, offset, emit);
      left--;
    };
  }

  // src/music/emission.js
  var Emission = class _Emission {
    draw = 1;
    hold = 1;
    isHeard = false;
    /**
     * @param {{sampling: string, threshold: number, temperature?: number}} settings
     * @param {typeof uniform} chance A number from 0 to below 1 for each draw,
     *   frame and column.
     */
    constructor({ sampling, threshold, temperature = 1 }, chance = uniform) {
      this.sampling = sampling;
      this.threshold = threshold;
      this.temperature = temperature;
      this.chance = chance;
    }
    /** @param {EmissionSettings} settings */
    static of(settings) {
      return Object.assign(new _Emission(settings), settings);
    }
    /** All that makes it, to be sent or kept. */
    get settings() {
      const { sampling, threshold, temperature, draw, hold, isHeard } = this;
      return { sampling, threshold, temperature, draw, hold, isHeard };
    }
    /**
     * 1 if a note sounds, else 0; a frame and column keep their draw. Where
     * frames share it, a note sounds as long as it is likelier than the draw:
     * each frame still sounds as often as it is likely.
     * @param {number} logit
     * @param {number} t
     * @param {number} column
     */
    emit(logit, t, column) {
      if (this.sampling === "threshold") {
        return sigm(logit) >= this.threshold ? 1 : 0;
      }
      const p = sigm(logit / Math.max(this.temperature, 1e-6));
      const held = this.hold === 1 ? t : Math.floor(t / this.hold);
      return this.chance(this.draw, held, column) < p ? 1 : 0;
    }
  };
  function uniform(a, b, c) {
    let n = 2654435769;
    for (const k of [a, b, c]) {
      n = Math.imul(n ^ k, 2246822507);
      n = Math.imul(n ^ n >>> 13, 3266489909);
      n ^= n >>> 16;
    }
    return (n >>> 0) / 2 ** 32;
  }

  // src/decoding/live.js
  var Live = class {
    /** The frames that were made. */
    made = 0;
    /** @type {Place[]} Those that were come to since they were last taken. */
    places = [];
    #half = 0;
    // Which of the half windows it is.
    /** @type {Steering} What waits for the next beat. */
    #waiting = {};
    /**
     * @param {Model} model
     * @param {Wander | null} wander
     * @param {Required<Steering>} start
     * @param {number} beatFrames Frames of a beat, maybe with a fraction.
     */
    constructor(model, wander, { z, wanders, emission }, beatFrames) {
      this.wander = wander;
      this.z = z;
      this.wanders = wanders;
      this.emission = Emission.of(emission);
      this.beatFrames = beatFrames;
      this.places.push({ frame: 0, z });
      const { makeFrame, turn } = model.steered(z, () => this.#next());
      this.makeFrame = makeFrame;
      this.turn = turn;
    }
    /**
     * From the next beat on it is otherwise.
     * @param {Steering} change
     */
    steer(change) {
      Object.assign(this.#waiting, change);
    }
    /**
     * Makes the next frame.
     * @param {Float32Array} logits
     * @param {Uint8Array} roll
     * @param {number} offset
     */
    frame(logits, roll, offset) {
      const t = this.made;
      const { beatFrames } = this;
      const beat = Math.floor(t / beatFrames);
      if (beat !== Math.floor((t - 1) / beatFrames)) this.#obey();
      this.makeFrame(
        logits,
        roll,
        offset,
        (logit, column) => this.emission.emit(logit, t, column)
      );
      this.made++;
    }
    #obey() {
      const { z, wanders, emission } = this.#waiting;
      if (wanders !== void 0) this.wanders = wanders;
      if (emission) this.emission = Emission.of(emission);
      if (z) this.turn();
      else this.#waiting = {};
    }
    /** The z of the next half window. */
    #next() {
      this.#half++;
      const { z } = this.#waiting;
      this.#waiting = {};
      if (z) this.z = z;
      else if (this.wanders && this.wander) {
        const chance = uniform(this.emission.draw, this.#half, -1);
        this.z = [...this.wander.next(Float64Array.from(this.z), chance)];
      }
      this.places.push({ frame: this.made, z: this.z });
      return this.z;
    }
    /** The places since they were last taken. */
    takePlaces() {
      const places = this.places;
      this.places = [];
      return places;
    }
  };

  // src/decoding/service.js
  var SLICE_MILLISECONDS = 12;
  var MOST_FRAMES = 512;
  var Service = class {
    /** @type {Model | null} */
    #model = null;
    /** @type {Codes | null} */
    #codes = null;
    /** @type {Map<number, Job>} */
    #jobs = /* @__PURE__ */ new Map();
    #isBusy = false;
    /**
     * @param {(frames: Frames) => void} reply
     * @param {(run: () => void) => void} later Runs it after what waits.
     */
    constructor(reply, later2) {
      this.reply = reply;
      this.later = later2;
    }
    /** @param {Message} message */
    take(message) {
      if (message.kind === "model") {
        const { facts, weights, codes } = message;
        this.#model = new Model(facts, weights);
        this.#codes = codes;
      } else if (message.kind === "drop") {
        this.#jobs.delete(message.id);
      } else if (message.kind === "more") {
        const job = this.#jobs.get(message.id);
        if (job) job.until = Math.max(job.until, message.until);
      } else if (message.kind === "steer") {
        this.#jobs.get(message.id)?.live?.steer(message.change);
      } else {
        this.#jobs.set(message.id, this.#jobOf(message));
      }
      this.#work();
    }
    /**
     * @param {DecodeMessage | LiveMessage} message
     * @returns {Job}
     */
    #jobOf(message) {
      const model = this.#model;
      if (!model) throw new Error("a model has to come first");
      const { id } = message;
      if (message.kind === "live") {
        const { start: start2, beatFrames } = message;
        const wander = this.#codes ? new Wander(this.#codes) : null;
        const live = new Live(model, wander, start2, beatFrames);
        const frame = live.frame.bind(live);
        return { id, made: 0, until: 0, live, frame };
      }
      const { spans } = message;
      const emission = Emission.of(message.emission);
      const makeFrame = model.playing(spans);
      const until = spans.reduce((sum, { frames }) => sum + frames, 0);
      let t = 0;
      return {
        ...{ id, made: 0, until, live: null },
        frame(logits, roll, offset) {
          makeFrame(
            logits,
            roll,
            offset,
            (logit, column) => emission.emit(logit, t, column)
          );
          t++;
        }
      };
    }
    /** Goes on as long as there is something to do. */
    #work() {
      if (this.#isBusy) return;
      this.#isBusy = true;
      const turn = () => {
        const waiting = [...this.#jobs.values()].filter(
          ({ made: made2, until }) => made2 < until
        );
        for (const job of waiting) this.#slice(job);
        this.#isBusy = waiting.length > 0;
        if (this.#isBusy) this.later(turn);
      };
      this.later(turn);
    }
    /** @param {Job} job */
    #slice(job) {
      const depth = this.#model?.facts.depth ?? 0;
      const from = job.made;
      const most = Math.min(job.until - from, MOST_FRAMES);
      const logits = new Float32Array(most * depth);
      const roll = new Uint8Array(most * depth);
      const end = performance.now() + SLICE_MILLISECONDS;
      while (job.made < from + most) {
        job.frame(logits, roll, (job.made - from) * depth);
        job.made++;
        if (performance.now() > end) break;
      }
      const length2 = (job.made - from) * depth;
      this.reply({
        ...{ id: job.id, from, places: job.live?.takePlaces() ?? [] },
        logits: logits.slice(0, length2),
        roll: roll.slice(0, length2)
      });
      if (!job.live && job.made === job.until) this.#jobs.delete(job.id);
    }
  };
  function serve() {
    const { port1, port2 } = new MessageChannel();
    const waiting = [];
    port1.onmessage = () => waiting.shift()?.();
    const service = new Service(
      (frames) => postMessage(frames),
      (run) => {
        waiting.push(run);
        port2.postMessage(null);
      }
    );
    addEventListener("message", ({ data }) => service.take(data));
    postMessage("ready");
  }

  // src/decoding/decoding.js
  var Decoding = class {
    /** Called when frames of a piece have come. */
    onFrames = (_) => {
    };
    /**
     * Who decodes, 'page' where there is no worker; null until that is known.
     * @type {'worker' | 'page' | null}
     */
    by = null;
    #lastId = 0;
    /** @type {Map<number, Piece>} */
    #pieces = /* @__PURE__ */ new Map();
    /** @type {Map<Piece, number>} */
    #ids = /* @__PURE__ */ new Map();
    /** @type {Map<Piece, number>} How far endless music was asked for. */
    #asked = /* @__PURE__ */ new Map();
    /** @type {Message[]} All that is to be done, for one who takes over. */
    #open = [];
    /** @type {(message: Message) => void} */
    #post;
    /**
     * @param {{facts: ModelFacts, weights: Weights, codes: Codes | null}} model
     * @param {Emission} emission
     * @param {string | null} script What a worker is to run.
     */
    constructor(model, emission, script) {
      this.emission = emission;
      this.#open.push({ kind: "model", ...model });
      this.#post = (message) => this.#open.push(message);
      const worker = script ? workerOf(script) : null;
      if (!worker) {
        this.#decodeHere();
        return;
      }
      worker.onmessage = ({ data }) => {
        if (data !== "ready") this.#take(data);
        else this.#begin("worker", (message) => worker.postMessage(message));
      };
      worker.onerror = (event) => {
        event.preventDefault();
        if (!this.by) this.#decodeHere();
      };
    }
    #decodeHere() {
      const service = new Service(
        (frames) => this.#take(frames),
        (run) => setTimeout(run, 0)
      );
      this.#begin("page", (message) => service.take(message));
    }
    /**
     * @param {'worker' | 'page'} by
     * @param {(message: Message) => void} post
     */
    #begin(by, post) {
      this.by = by;
      this.#post = post;
      for (const message of this.#open.splice(0)) post(message);
    }
    /** @param {Frames} frames */
    #take(frames) {
      const piece = this.#pieces.get(frames.id);
      if (!piece) return;
      piece.take(frames, this.emission);
      if (piece.isWhole && !piece.isEndless) this.#forget(piece);
      this.onFrames(piece);
    }
    /** @param {Piece} piece */
    #newId(piece) {
      this.drop(piece);
      const id = ++this.#lastId;
      this.#pieces.set(id, piece);
      this.#ids.set(piece, id);
      return id;
    }
    /**
     * Decodes a piece from its beginning.
     * @param {Piece} piece
     */
    begin(piece) {
      if (piece.isWhole) return;
      this.#post({
        ...{ kind: "decode", id: this.#newId(piece) },
        emission: this.emission.settings,
        spans: piece.stretches.map(({ z, frames }) => ({ z: [...z], frames }))
      });
    }
    /**
     * Begins music without an end, which goes on as far as it is asked for.
     * @param {LivePiece} piece
     * @param {number} beatFrames
     */
    beginLive(piece, beatFrames) {
      const { wanders } = piece;
      const z = [...piece.stretches[0].z];
      const { settings: emission } = this.emission;
      const id = this.#newId(piece);
      this.#post({
        ...{ kind: "live", id, beatFrames, start: { z, wanders, emission } }
      });
    }
    /**
     * @param {Piece} piece Without an end.
     * @param {number} until A frame.
     */
    goOn(piece, until) {
      const id = this.#ids.get(piece);
      if (!id || until <= (this.#asked.get(piece) ?? 0)) return;
      this.#asked.set(piece, until);
      this.#post({ kind: "more", id, until });
    }
    /**
     * @param {Piece} piece Without an end.
     * @param {Steering} change
     */
    steer(piece, change) {
      const id = this.#ids.get(piece);
      if (id) this.#post({ kind: "steer", id, change });
    }
    /**
     * A piece is of no more use.
     * @param {Piece} piece
     */
    drop(piece) {
      const id = this.#ids.get(piece);
      if (!id) return;
      this.#forget(piece);
      this.#post({ kind: "drop", id });
    }
    /**
     * All other pieces are of no more use.
     * @param {(Piece | null)[]} pieces
     */
    keepOnly(pieces) {
      for (const piece of [...this.#ids.keys()]) {
        if (!pieces.includes(piece)) this.drop(piece);
      }
    }
    /** How many pieces are decoded, or can go on. */
    get count() {
      return this.#ids.size;
    }
    /** @param {Piece} piece */
    #forget(piece) {
      const id = this.#ids.get(piece);
      if (id) this.#pieces.delete(id);
      this.#ids.delete(piece);
      this.#asked.delete(piece);
    }
  };
  function workerOf(script) {
    const url = URL.createObjectURL(new Blob([script]));
    try {
      return new Worker(url);
    } catch {
      return null;
    } finally {
      setTimeout(() => URL.revokeObjectURL(url), 6e4);
    }
  }

  // src/map/view.js
  var SMALLEST = 1 / 3;
  var LARGEST = 40;
  var MOST_STRETCH = 2.4;
  var View = class _View {
    /** @type {Point} Of the map, in the middle of the screen. */
    center = [0, 0];
    scale = 1;
    // Pixels for a unit of the map, from top to bottom.
    stretch = 1;
    // Times as many from left to right.
    fitScale = 1;
    // The scale at which all is in view.
    #fitCenter = this.center;
    reserved = 44;
    // Pixels at the bottom, kept free of windows at first.
    width = 1;
    height = 1;
    /** @param {HeatFacts} area */
    constructor(area2) {
      this.area = area2;
    }
    /** Whether all windows are in view, as `fit` puts them. */
    get isWhole() {
      return this.scale === this.fitScale && this.center === this.#fitCenter;
    }
    /** The same, which stays as it is now. */
    still() {
      const still = Object.assign(new _View(this.area), this);
      still.#fitCenter = this.#fitCenter;
      return still;
    }
    /** @param {{width: number, height: number}} size In pixels. */
    resize({ width, height }) {
      if (!width || !height) return;
      this.width = width;
      this.height = height;
    }
    /**
     * Puts all windows into view.
     * @param {number[]} others Points beside those of the page, x and y in turn.
     */
    fit(others = []) {
      const { center, size } = this.area.view;
      const low = [center[0] - size[0] / 2, center[1] - size[1] / 2];
      const high = [center[0] + size[0] / 2, center[1] + size[1] / 2];
      others.forEach((at, i) => {
        low[i % 2] = Math.min(low[i % 2], at);
        high[i % 2] = Math.max(high[i % 2], at);
      });
      const free = Math.max(this.height - this.reserved, this.height / 2);
      const across = this.width / (high[0] - low[0]);
      const down = free / (high[1] - low[1]);
      this.stretch = clamp(across / down, 1 / MOST_STRETCH, MOST_STRETCH);
      this.scale = Math.min(across / this.stretch, down);
      this.fitScale = this.scale;
      this.center = [
        (low[0] + high[0]) / 2,
        (low[1] + high[1]) / 2 - (this.height - free) / 2 / this.scale
      ];
      this.#fitCenter = this.center;
    }
    /**
     * @param {Point} point
     * @returns {Point}
     */
    toScreen([x, y]) {
      const { center, scale, stretch } = this;
      return [
        this.width / 2 + (x - center[0]) * scale * stretch,
        this.height / 2 - (y - center[1]) * scale
      ];
    }
    /**
     * @param {Point} place
     * @returns {Point}
     */
    toMap([sx, sy]) {
      const { center, scale, stretch } = this;
      return [
        center[0] + (sx - this.width / 2) / (scale * stretch),
        center[1] - (sy - this.height / 2) / scale
      ];
    }
    /**
     * @param {number} factor
     * @param {Point} at The place that stays.
     */
    zoom(factor, at = [this.width / 2, this.height / 2]) {
      const before = this.toMap(at);
      this.scale = clamp(
        this.scale * factor,
        this.fitScale * SMALLEST,
        this.fitScale * LARGEST
      );
      const after = this.toMap(at);
      this.#moveTo(
        this.center[0] + before[0] - after[0],
        this.center[1] + before[1] - after[1]
      );
    }
    /**
     * @param {number} dx In pixels.
     * @param {number} dy
     */
    pan(dx, dy) {
      const { center, scale, stretch } = this;
      this.#moveTo(center[0] - dx / (scale * stretch), center[1] + dy / scale);
    }
    /** What `restore` puts into view again, as JSON can hold it. */
    get place() {
      return {
        center: this.center,
        zoom: this.scale / this.fitScale
      };
    }
    /**
     * Puts into view what was before, where that is still of this map.
     * @param {unknown} place As `place` had it, or anything.
     */
    restore(place) {
      const { center, zoom } = (
        /** @type {Partial<View['place']>} */
        place ?? {}
      );
      if (!Array.isArray(center) || typeof zoom !== "number") return;
      const [x, y] = center;
      if (![x, y, zoom].every(Number.isFinite)) return;
      this.scale = clamp(zoom, SMALLEST, LARGEST) * this.fitScale;
      this.#moveTo(x, y);
    }
    /**
     * @param {number} x
     * @param {number} y
     */
    #moveTo(x, y) {
      const { corner, cell, columns, rows } = this.area;
      this.center = [
        clamp(x, corner[0], corner[0] + cell * columns),
        clamp(y, corner[1], corner[1] + cell * rows)
      ];
    }
  };
  var clamp = (value, low, high) => Math.min(Math.max(value, low), high);

  // src/draw/canvas.js
  function contextOf(canvas2, settings) {
    const context = canvas2.getContext("2d", settings);
    if (!context) throw new Error("this browser draws no canvas");
    return context;
  }
  function newCanvas(width, height) {
    const canvas2 = document.createElement("canvas");
    canvas2.width = Math.max(width, 1);
    canvas2.height = Math.max(height, 1);
    return canvas2;
  }
  function fitCanvas(canvas2, settings) {
    const ratio = window.devicePixelRatio || 1;
    const { width, height } = canvas2.getBoundingClientRect();
    const w = Math.max(1, Math.round(width * ratio));
    const h = Math.max(1, Math.round(height * ratio));
    if (canvas2.width !== w || canvas2.height !== h) {
      canvas2.width = w;
      canvas2.height = h;
    }
    const context = contextOf(canvas2, settings);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return { context, width, height, ratio };
  }
  function trace(context, places) {
    places.forEach(([x, y], i) => {
      if (i) context.lineTo(x, y);
      else context.moveTo(x, y);
    });
  }
  function strokeInTurn(context, strokes, path) {
    for (const [width, color] of strokes) {
      context.lineWidth = width;
      context.strokeStyle = color;
      context.beginPath();
      path();
      context.stroke();
    }
  }

  // src/draw/canvas_marks.js
  var EDGE = 9;
  var CanvasMarks = class {
    /** @param {Markers} markers */
    constructor(markers) {
      this.markers = markers;
    }
    /**
     * @param {CanvasRenderingContext2D} context
     * @param {Picture} picture
     * @param {Song[]} songs Those to draw.
     */
    draw(context, picture, songs = picture.songs.list) {
      for (const song of songs) {
        if (song.shown) this.#drawSong(context, song, picture);
      }
    }
    /**
     * @param {CanvasRenderingContext2D} context
     * @param {Song} song
     * @param {Picture} picture
     */
    #drawSong(context, song, picture) {
      const { view, theme, ratio, radius, colors, hasTrails } = picture;
      const { points, isDropped } = song;
      const strength = picture.strengthOf(song);
      const places = [];
      for (let i = 0; i < points.length; i += 2) {
        places.push(view.toScreen([points[i], points[i + 1]]));
      }
      if (hasTrails || isDropped) {
        context.globalAlpha = 0.2 * strength;
        const color = this.markers.colorOf(song, theme);
        strokeInTurn(context, [[1.2, color]], () => trace(context, places));
      }
      const r = isDropped ? Math.max(radius * 1.35, 4.5) : radius;
      context.globalAlpha = 0.9 * strength;
      places.forEach(([x, y], i) => {
        if (x < -EDGE || x > view.width + EDGE) return;
        if (y < -EDGE || y > view.height + EDGE) return;
        const color = colors.attribute === null ? null : colors.levelOf(song, i);
        const { image, half } = this.markers.of(song, theme, r, ratio, color);
        context.drawImage(image, x - half, y - half, 2 * half, 2 * half);
      });
      context.globalAlpha = 1;
    }
    /**
     * The trail of a song that stands out.
     * @param {CanvasRenderingContext2D} context
     * @param {Song} song
     * @param {Picture} picture
     */
    drawTrail(context, song, { view, theme }) {
      const { points } = song;
      const strokes = [
        [4, theme.halo],
        [1.8, this.markers.colorOf(song, theme)]
      ];
      context.globalAlpha = 0.75;
      context.lineJoin = "round";
      strokeInTurn(context, strokes, () => {
        for (let i = 0; i < points.length; i += 2) {
          const [x, y] = view.toScreen([points[i], points[i + 1]]);
          if (i) context.lineTo(x, y);
          else context.moveTo(x, y);
        }
      });
      context.globalAlpha = 1;
    }
  };

  // src/draw/crowd.js
  var CELL = 12;
  var Crowd = class {
    /** @param {{width: number, height: number}} size */
    constructor({ width, height }) {
      this.columns = Math.ceil(width / CELL) + 1;
      this.rows = Math.ceil(height / CELL) + 1;
      this.marks = new Uint32Array(this.columns * this.rows);
    }
    /** @param {Point} place */
    add([x, y]) {
      const column = Math.floor(x / CELL);
      const row = Math.floor(y / CELL);
      if (column < 0 || row < 0) return;
      if (column >= this.columns || row >= this.rows) return;
      this.marks[row * this.columns + column]++;
    }
    /**
     * How many marks are about under a box.
     * @param {Box} box
     */
    under({ x, y, w, h }) {
      const from = (at) => Math.max(Math.floor(at / CELL), 0);
      const bottom = Math.min(from(y + h), this.rows - 1);
      const right = Math.min(from(x + w), this.columns - 1);
      let sum = 0;
      for (let row = from(y - h); row <= bottom; row++) {
        for (let column = from(x - w); column <= right; column++) {
          sum += this.marks[row * this.columns + column];
        }
      }
      return sum;
    }
    /** The share of the screen that has marks. */
    get share() {
      const taken = this.marks.reduce((n, marks) => n + Number(marks > 0), 0);
      return taken / this.marks.length;
    }
  };

  // node_modules/twgl.js/dist/7.x/twgl-full.module.js
  /* @license twgl.js 7.0.0 Copyright (c) 2015, Gregg Tavares All Rights Reserved.
  Available via the MIT license.
  see: http://github.com/greggman/twgl.js for details */
  var VecType = Float32Array;
  function create$1(x, y, z) {
    const dst = new VecType(3);
    if (x) {
      dst[0] = x;
    }
    if (y) {
      dst[1] = y;
    }
    if (z) {
      dst[2] = z;
    }
    return dst;
  }
  function add(a, b, dst) {
    dst = dst || new VecType(3);
    dst[0] = a[0] + b[0];
    dst[1] = a[1] + b[1];
    dst[2] = a[2] + b[2];
    return dst;
  }
  function multiply$1(a, b, dst) {
    dst = dst || new VecType(3);
    dst[0] = a[0] * b[0];
    dst[1] = a[1] * b[1];
    dst[2] = a[2] * b[2];
    return dst;
  }
  var MatType = Float32Array;
  function identity(dst) {
    dst = dst || new MatType(16);
    dst[0] = 1;
    dst[1] = 0;
    dst[2] = 0;
    dst[3] = 0;
    dst[4] = 0;
    dst[5] = 1;
    dst[6] = 0;
    dst[7] = 0;
    dst[8] = 0;
    dst[9] = 0;
    dst[10] = 1;
    dst[11] = 0;
    dst[12] = 0;
    dst[13] = 0;
    dst[14] = 0;
    dst[15] = 1;
    return dst;
  }
  function inverse(m, dst) {
    dst = dst || new MatType(16);
    const m00 = m[0 * 4 + 0];
    const m01 = m[0 * 4 + 1];
    const m02 = m[0 * 4 + 2];
    const m03 = m[0 * 4 + 3];
    const m10 = m[1 * 4 + 0];
    const m11 = m[1 * 4 + 1];
    const m12 = m[1 * 4 + 2];
    const m13 = m[1 * 4 + 3];
    const m20 = m[2 * 4 + 0];
    const m21 = m[2 * 4 + 1];
    const m22 = m[2 * 4 + 2];
    const m23 = m[2 * 4 + 3];
    const m30 = m[3 * 4 + 0];
    const m31 = m[3 * 4 + 1];
    const m32 = m[3 * 4 + 2];
    const m33 = m[3 * 4 + 3];
    const tmp_0 = m22 * m33;
    const tmp_1 = m32 * m23;
    const tmp_2 = m12 * m33;
    const tmp_3 = m32 * m13;
    const tmp_4 = m12 * m23;
    const tmp_5 = m22 * m13;
    const tmp_6 = m02 * m33;
    const tmp_7 = m32 * m03;
    const tmp_8 = m02 * m23;
    const tmp_9 = m22 * m03;
    const tmp_10 = m02 * m13;
    const tmp_11 = m12 * m03;
    const tmp_12 = m20 * m31;
    const tmp_13 = m30 * m21;
    const tmp_14 = m10 * m31;
    const tmp_15 = m30 * m11;
    const tmp_16 = m10 * m21;
    const tmp_17 = m20 * m11;
    const tmp_18 = m00 * m31;
    const tmp_19 = m30 * m01;
    const tmp_20 = m00 * m21;
    const tmp_21 = m20 * m01;
    const tmp_22 = m00 * m11;
    const tmp_23 = m10 * m01;
    const t0 = tmp_0 * m11 + tmp_3 * m21 + tmp_4 * m31 - (tmp_1 * m11 + tmp_2 * m21 + tmp_5 * m31);
    const t1 = tmp_1 * m01 + tmp_6 * m21 + tmp_9 * m31 - (tmp_0 * m01 + tmp_7 * m21 + tmp_8 * m31);
    const t2 = tmp_2 * m01 + tmp_7 * m11 + tmp_10 * m31 - (tmp_3 * m01 + tmp_6 * m11 + tmp_11 * m31);
    const t3 = tmp_5 * m01 + tmp_8 * m11 + tmp_11 * m21 - (tmp_4 * m01 + tmp_9 * m11 + tmp_10 * m21);
    const d = 1 / (m00 * t0 + m10 * t1 + m20 * t2 + m30 * t3);
    dst[0] = d * t0;
    dst[1] = d * t1;
    dst[2] = d * t2;
    dst[3] = d * t3;
    dst[4] = d * (tmp_1 * m10 + tmp_2 * m20 + tmp_5 * m30 - (tmp_0 * m10 + tmp_3 * m20 + tmp_4 * m30));
    dst[5] = d * (tmp_0 * m00 + tmp_7 * m20 + tmp_8 * m30 - (tmp_1 * m00 + tmp_6 * m20 + tmp_9 * m30));
    dst[6] = d * (tmp_3 * m00 + tmp_6 * m10 + tmp_11 * m30 - (tmp_2 * m00 + tmp_7 * m10 + tmp_10 * m30));
    dst[7] = d * (tmp_4 * m00 + tmp_9 * m10 + tmp_10 * m20 - (tmp_5 * m00 + tmp_8 * m10 + tmp_11 * m20));
    dst[8] = d * (tmp_12 * m13 + tmp_15 * m23 + tmp_16 * m33 - (tmp_13 * m13 + tmp_14 * m23 + tmp_17 * m33));
    dst[9] = d * (tmp_13 * m03 + tmp_18 * m23 + tmp_21 * m33 - (tmp_12 * m03 + tmp_19 * m23 + tmp_20 * m33));
    dst[10] = d * (tmp_14 * m03 + tmp_19 * m13 + tmp_22 * m33 - (tmp_15 * m03 + tmp_18 * m13 + tmp_23 * m33));
    dst[11] = d * (tmp_17 * m03 + tmp_20 * m13 + tmp_23 * m23 - (tmp_16 * m03 + tmp_21 * m13 + tmp_22 * m23));
    dst[12] = d * (tmp_14 * m22 + tmp_17 * m32 + tmp_13 * m12 - (tmp_16 * m32 + tmp_12 * m12 + tmp_15 * m22));
    dst[13] = d * (tmp_20 * m32 + tmp_12 * m02 + tmp_19 * m22 - (tmp_18 * m22 + tmp_21 * m32 + tmp_13 * m02));
    dst[14] = d * (tmp_18 * m12 + tmp_23 * m32 + tmp_15 * m02 - (tmp_22 * m32 + tmp_14 * m02 + tmp_19 * m12));
    dst[15] = d * (tmp_22 * m22 + tmp_16 * m02 + tmp_21 * m12 - (tmp_20 * m12 + tmp_23 * m22 + tmp_17 * m02));
    return dst;
  }
  function transformPoint(m, v, dst) {
    dst = dst || create$1();
    const v0 = v[0];
    const v1 = v[1];
    const v2 = v[2];
    const d = v0 * m[0 * 4 + 3] + v1 * m[1 * 4 + 3] + v2 * m[2 * 4 + 3] + m[3 * 4 + 3];
    dst[0] = (v0 * m[0 * 4 + 0] + v1 * m[1 * 4 + 0] + v2 * m[2 * 4 + 0] + m[3 * 4 + 0]) / d;
    dst[1] = (v0 * m[0 * 4 + 1] + v1 * m[1 * 4 + 1] + v2 * m[2 * 4 + 1] + m[3 * 4 + 1]) / d;
    dst[2] = (v0 * m[0 * 4 + 2] + v1 * m[1 * 4 + 2] + v2 * m[2 * 4 + 2] + m[3 * 4 + 2]) / d;
    return dst;
  }
  function transformDirection(m, v, dst) {
    dst = dst || create$1();
    const v0 = v[0];
    const v1 = v[1];
    const v2 = v[2];
    dst[0] = v0 * m[0 * 4 + 0] + v1 * m[1 * 4 + 0] + v2 * m[2 * 4 + 0];
    dst[1] = v0 * m[0 * 4 + 1] + v1 * m[1 * 4 + 1] + v2 * m[2 * 4 + 1];
    dst[2] = v0 * m[0 * 4 + 2] + v1 * m[1 * 4 + 2] + v2 * m[2 * 4 + 2];
    return dst;
  }
  var BYTE$2 = 5120;
  var UNSIGNED_BYTE$3 = 5121;
  var SHORT$2 = 5122;
  var UNSIGNED_SHORT$3 = 5123;
  var INT$3 = 5124;
  var UNSIGNED_INT$3 = 5125;
  var FLOAT$3 = 5126;
  var UNSIGNED_SHORT_4_4_4_4$1 = 32819;
  var UNSIGNED_SHORT_5_5_5_1$1 = 32820;
  var UNSIGNED_SHORT_5_6_5$1 = 33635;
  var HALF_FLOAT$1 = 5131;
  var UNSIGNED_INT_2_10_10_10_REV$1 = 33640;
  var UNSIGNED_INT_10F_11F_11F_REV$1 = 35899;
  var UNSIGNED_INT_5_9_9_9_REV$1 = 35902;
  var FLOAT_32_UNSIGNED_INT_24_8_REV$1 = 36269;
  var UNSIGNED_INT_24_8$1 = 34042;
  var glTypeToTypedArray = {};
  {
    const tt = glTypeToTypedArray;
    tt[BYTE$2] = Int8Array;
    tt[UNSIGNED_BYTE$3] = Uint8Array;
    tt[SHORT$2] = Int16Array;
    tt[UNSIGNED_SHORT$3] = Uint16Array;
    tt[INT$3] = Int32Array;
    tt[UNSIGNED_INT$3] = Uint32Array;
    tt[FLOAT$3] = Float32Array;
    tt[UNSIGNED_SHORT_4_4_4_4$1] = Uint16Array;
    tt[UNSIGNED_SHORT_5_5_5_1$1] = Uint16Array;
    tt[UNSIGNED_SHORT_5_6_5$1] = Uint16Array;
    tt[HALF_FLOAT$1] = Uint16Array;
    tt[UNSIGNED_INT_2_10_10_10_REV$1] = Uint32Array;
    tt[UNSIGNED_INT_10F_11F_11F_REV$1] = Uint32Array;
    tt[UNSIGNED_INT_5_9_9_9_REV$1] = Uint32Array;
    tt[FLOAT_32_UNSIGNED_INT_24_8_REV$1] = Uint32Array;
    tt[UNSIGNED_INT_24_8$1] = Uint32Array;
  }
  function getGLTypeForTypedArray(typedArray) {
    if (typedArray instanceof Int8Array) {
      return BYTE$2;
    }
    if (typedArray instanceof Uint8Array) {
      return UNSIGNED_BYTE$3;
    }
    if (typedArray instanceof Uint8ClampedArray) {
      return UNSIGNED_BYTE$3;
    }
    if (typedArray instanceof Int16Array) {
      return SHORT$2;
    }
    if (typedArray instanceof Uint16Array) {
      return UNSIGNED_SHORT$3;
    }
    if (typedArray instanceof Int32Array) {
      return INT$3;
    }
    if (typedArray instanceof Uint32Array) {
      return UNSIGNED_INT$3;
    }
    if (typedArray instanceof Float32Array) {
      return FLOAT$3;
    }
    throw new Error("unsupported typed array type");
  }
  function getGLTypeForTypedArrayType(typedArrayType) {
    if (typedArrayType === Int8Array) {
      return BYTE$2;
    }
    if (typedArrayType === Uint8Array) {
      return UNSIGNED_BYTE$3;
    }
    if (typedArrayType === Uint8ClampedArray) {
      return UNSIGNED_BYTE$3;
    }
    if (typedArrayType === Int16Array) {
      return SHORT$2;
    }
    if (typedArrayType === Uint16Array) {
      return UNSIGNED_SHORT$3;
    }
    if (typedArrayType === Int32Array) {
      return INT$3;
    }
    if (typedArrayType === Uint32Array) {
      return UNSIGNED_INT$3;
    }
    if (typedArrayType === Float32Array) {
      return FLOAT$3;
    }
    throw new Error("unsupported typed array type");
  }
  function getTypedArrayTypeForGLType(type) {
    const CTOR = glTypeToTypedArray[type];
    if (!CTOR) {
      throw new Error("unknown gl type");
    }
    return CTOR;
  }
  var isArrayBuffer$1 = typeof SharedArrayBuffer !== "undefined" ? function isArrayBufferOrSharedArrayBuffer(a) {
    return a && a.buffer && (a.buffer instanceof ArrayBuffer || a.buffer instanceof SharedArrayBuffer);
  } : function isArrayBuffer(a) {
    return a && a.buffer && a.buffer instanceof ArrayBuffer;
  };
  function error$1(...args) {
    console.error(...args);
  }
  var isTypeWeakMaps = /* @__PURE__ */ new Map();
  function isType(object, type) {
    if (!object || typeof object !== "object") {
      return false;
    }
    let weakMap = isTypeWeakMaps.get(type);
    if (!weakMap) {
      weakMap = /* @__PURE__ */ new WeakMap();
      isTypeWeakMaps.set(type, weakMap);
    }
    let isOfType = weakMap.get(object);
    if (isOfType === void 0) {
      const s = Object.prototype.toString.call(object);
      isOfType = s.substring(8, s.length - 1) === type;
      weakMap.set(object, isOfType);
    }
    return isOfType;
  }
  function isBuffer(gl2, t) {
    return typeof WebGLBuffer !== "undefined" && isType(t, "WebGLBuffer");
  }
  function isTexture(gl2, t) {
    return typeof WebGLTexture !== "undefined" && isType(t, "WebGLTexture");
  }
  function isSampler(gl2, t) {
    return typeof WebGLSampler !== "undefined" && isType(t, "WebGLSampler");
  }
  var STATIC_DRAW = 35044;
  var ARRAY_BUFFER$1 = 34962;
  var ELEMENT_ARRAY_BUFFER$2 = 34963;
  var BUFFER_SIZE = 34660;
  var BYTE$1 = 5120;
  var UNSIGNED_BYTE$2 = 5121;
  var SHORT$1 = 5122;
  var UNSIGNED_SHORT$2 = 5123;
  var INT$2 = 5124;
  var UNSIGNED_INT$2 = 5125;
  var FLOAT$2 = 5126;
  var defaults$2 = {
    attribPrefix: ""
  };
  function setBufferFromTypedArray(gl2, type, buffer, array3, drawType) {
    gl2.bindBuffer(type, buffer);
    gl2.bufferData(type, array3, drawType || STATIC_DRAW);
  }
  function createBufferFromTypedArray(gl2, typedArray, type, drawType) {
    if (isBuffer(gl2, typedArray)) {
      return typedArray;
    }
    type = type || ARRAY_BUFFER$1;
    const buffer = gl2.createBuffer();
    setBufferFromTypedArray(gl2, type, buffer, typedArray, drawType);
    return buffer;
  }
  function isIndices(name) {
    return name === "indices";
  }
  function getNormalizationForTypedArrayType(typedArrayType) {
    if (typedArrayType === Int8Array) {
      return true;
    }
    if (typedArrayType === Uint8Array) {
      return true;
    }
    return false;
  }
  function getArray$1(array3) {
    return array3.length ? array3 : array3.data;
  }
  var texcoordRE = /coord|texture/i;
  var colorRE = /color|colour/i;
  function guessNumComponentsFromName(name, length2) {
    let numComponents;
    if (texcoordRE.test(name)) {
      numComponents = 2;
    } else if (colorRE.test(name)) {
      numComponents = 4;
    } else {
      numComponents = 3;
    }
    if (length2 % numComponents > 0) {
      throw new Error(`Can not guess numComponents for attribute '${name}'. Tried ${numComponents} but ${length2} values is not evenly divisible by ${numComponents}. You should specify it.`);
    }
    return numComponents;
  }
  function getNumComponents$1(array3, arrayName, numValues) {
    return array3.numComponents || array3.size || guessNumComponentsFromName(arrayName, numValues || getArray$1(array3).length);
  }
  function makeTypedArray(array3, name) {
    if (isArrayBuffer$1(array3)) {
      return array3;
    }
    if (isArrayBuffer$1(array3.data)) {
      return array3.data;
    }
    if (Array.isArray(array3)) {
      array3 = {
        data: array3
      };
    }
    let Type = array3.type ? typedArrayTypeFromGLTypeOrTypedArrayCtor(array3.type) : void 0;
    if (!Type) {
      if (isIndices(name)) {
        Type = Uint16Array;
      } else {
        Type = Float32Array;
      }
    }
    return new Type(array3.data);
  }
  function glTypeFromGLTypeOrTypedArrayType(glTypeOrTypedArrayCtor) {
    return typeof glTypeOrTypedArrayCtor === "number" ? glTypeOrTypedArrayCtor : glTypeOrTypedArrayCtor ? getGLTypeForTypedArrayType(glTypeOrTypedArrayCtor) : FLOAT$2;
  }
  function typedArrayTypeFromGLTypeOrTypedArrayCtor(glTypeOrTypedArrayCtor) {
    return typeof glTypeOrTypedArrayCtor === "number" ? getTypedArrayTypeForGLType(glTypeOrTypedArrayCtor) : glTypeOrTypedArrayCtor || Float32Array;
  }
  function attribBufferFromBuffer(gl2, array3) {
    return {
      buffer: array3.buffer,
      numValues: 2 * 3 * 4,
      // safely divided by 2, 3, 4
      type: glTypeFromGLTypeOrTypedArrayType(array3.type),
      arrayType: typedArrayTypeFromGLTypeOrTypedArrayCtor(array3.type)
    };
  }
  function attribBufferFromSize(gl2, array3) {
    const numValues = array3.data || array3;
    const arrayType = typedArrayTypeFromGLTypeOrTypedArrayCtor(array3.type);
    const numBytes = numValues * arrayType.BYTES_PER_ELEMENT;
    const buffer = gl2.createBuffer();
    gl2.bindBuffer(ARRAY_BUFFER$1, buffer);
    gl2.bufferData(ARRAY_BUFFER$1, numBytes, array3.drawType || STATIC_DRAW);
    return {
      buffer,
      numValues,
      type: getGLTypeForTypedArrayType(arrayType),
      arrayType
    };
  }
  function attribBufferFromArrayLike(gl2, array3, arrayName) {
    const typedArray = makeTypedArray(array3, arrayName);
    return {
      arrayType: typedArray.constructor,
      buffer: createBufferFromTypedArray(gl2, typedArray, void 0, array3.drawType),
      type: getGLTypeForTypedArray(typedArray),
      numValues: 0
    };
  }
  function createAttribsFromArrays(gl2, arrays) {
    const attribs = {};
    Object.keys(arrays).forEach(function(arrayName) {
      if (!isIndices(arrayName)) {
        const array3 = arrays[arrayName];
        const attribName = array3.attrib || array3.name || array3.attribName || defaults$2.attribPrefix + arrayName;
        if (array3.value) {
          if (!Array.isArray(array3.value) && !isArrayBuffer$1(array3.value)) {
            throw new Error("array.value is not array or typedarray");
          }
          attribs[attribName] = {
            value: array3.value
          };
        } else {
          let fn;
          if (array3.buffer && array3.buffer instanceof WebGLBuffer) {
            fn = attribBufferFromBuffer;
          } else if (typeof array3 === "number" || typeof array3.data === "number") {
            fn = attribBufferFromSize;
          } else {
            fn = attribBufferFromArrayLike;
          }
          const { buffer, type, numValues, arrayType } = fn(gl2, array3, arrayName);
          const normalization = array3.normalize !== void 0 ? array3.normalize : getNormalizationForTypedArrayType(arrayType);
          const numComponents = getNumComponents$1(array3, arrayName, numValues);
          attribs[attribName] = {
            buffer,
            numComponents,
            type,
            normalize: normalization,
            stride: array3.stride || 0,
            offset: array3.offset || 0,
            divisor: array3.divisor === void 0 ? void 0 : array3.divisor,
            drawType: array3.drawType
          };
        }
      }
    });
    gl2.bindBuffer(ARRAY_BUFFER$1, null);
    return attribs;
  }
  function setAttribInfoBufferFromArray(gl2, attribInfo, array3, offset) {
    array3 = makeTypedArray(array3);
    if (offset !== void 0) {
      gl2.bindBuffer(ARRAY_BUFFER$1, attribInfo.buffer);
      gl2.bufferSubData(ARRAY_BUFFER$1, offset, array3);
    } else {
      setBufferFromTypedArray(gl2, ARRAY_BUFFER$1, attribInfo.buffer, array3, attribInfo.drawType);
    }
  }
  function getBytesPerValueForGLType(gl2, type) {
    if (type === BYTE$1) return 1;
    if (type === UNSIGNED_BYTE$2) return 1;
    if (type === SHORT$1) return 2;
    if (type === UNSIGNED_SHORT$2) return 2;
    if (type === INT$2) return 4;
    if (type === UNSIGNED_INT$2) return 4;
    if (type === FLOAT$2) return 4;
    return 0;
  }
  var positionKeys = ["position", "positions", "a_position"];
  function getNumElementsFromNonIndexedArrays(arrays) {
    let key;
    let ii;
    for (ii = 0; ii < positionKeys.length; ++ii) {
      key = positionKeys[ii];
      if (key in arrays) {
        break;
      }
    }
    if (ii === positionKeys.length) {
      key = Object.keys(arrays)[0];
    }
    const array3 = arrays[key];
    const length2 = getArray$1(array3).length;
    if (length2 === void 0) {
      return 1;
    }
    const numComponents = getNumComponents$1(array3, key);
    const numElements = length2 / numComponents;
    if (length2 % numComponents > 0) {
      throw new Error(`numComponents ${numComponents} not correct for length ${length2}`);
    }
    return numElements;
  }
  function getNumElementsFromAttributes(gl2, attribs) {
    let key;
    let ii;
    for (ii = 0; ii < positionKeys.length; ++ii) {
      key = positionKeys[ii];
      if (key in attribs) {
        break;
      }
      key = defaults$2.attribPrefix + key;
      if (key in attribs) {
        break;
      }
    }
    if (ii === positionKeys.length) {
      key = Object.keys(attribs)[0];
    }
    const attrib = attribs[key];
    if (!attrib.buffer) {
      return 1;
    }
    gl2.bindBuffer(ARRAY_BUFFER$1, attrib.buffer);
    const numBytes = gl2.getBufferParameter(ARRAY_BUFFER$1, BUFFER_SIZE);
    gl2.bindBuffer(ARRAY_BUFFER$1, null);
    const bytesPerValue = getBytesPerValueForGLType(gl2, attrib.type);
    const totalElements = numBytes / bytesPerValue;
    const numComponents = attrib.numComponents || attrib.size;
    const numElements = totalElements / numComponents;
    if (numElements % 1 !== 0) {
      throw new Error(`numComponents ${numComponents} not correct for length ${length}`);
    }
    return numElements;
  }
  function createBufferInfoFromArrays(gl2, arrays, srcBufferInfo) {
    const newAttribs = createAttribsFromArrays(gl2, arrays);
    const bufferInfo = Object.assign({}, srcBufferInfo ? srcBufferInfo : {});
    bufferInfo.attribs = Object.assign({}, srcBufferInfo ? srcBufferInfo.attribs : {}, newAttribs);
    const indices = arrays.indices;
    if (indices) {
      const newIndices = makeTypedArray(indices, "indices");
      bufferInfo.indices = createBufferFromTypedArray(gl2, newIndices, ELEMENT_ARRAY_BUFFER$2);
      bufferInfo.numElements = newIndices.length;
      bufferInfo.elementType = getGLTypeForTypedArray(newIndices);
    } else if (!bufferInfo.numElements) {
      bufferInfo.numElements = getNumElementsFromAttributes(gl2, bufferInfo.attribs);
    }
    return bufferInfo;
  }
  function createBufferFromArray(gl2, array3, arrayName) {
    const type = arrayName === "indices" ? ELEMENT_ARRAY_BUFFER$2 : ARRAY_BUFFER$1;
    const typedArray = makeTypedArray(array3, arrayName);
    return createBufferFromTypedArray(gl2, typedArray, type);
  }
  function createBuffersFromArrays(gl2, arrays) {
    const buffers = {};
    Object.keys(arrays).forEach(function(key) {
      buffers[key] = createBufferFromArray(gl2, arrays[key], key);
    });
    if (arrays.indices) {
      buffers.numElements = arrays.indices.length;
      buffers.elementType = getGLTypeForTypedArray(makeTypedArray(arrays.indices));
    } else {
      buffers.numElements = getNumElementsFromNonIndexedArrays(arrays);
    }
    return buffers;
  }
  function augmentTypedArray(typedArray, numComponents) {
    let cursor = 0;
    typedArray.push = function() {
      for (let ii = 0; ii < arguments.length; ++ii) {
        const value = arguments[ii];
        if (value instanceof Array || isArrayBuffer$1(value)) {
          for (let jj = 0; jj < value.length; ++jj) {
            typedArray[cursor++] = value[jj];
          }
        } else {
          typedArray[cursor++] = value;
        }
      }
    };
    typedArray.reset = function(opt_index) {
      cursor = opt_index || 0;
    };
    typedArray.numComponents = numComponents;
    Object.defineProperty(typedArray, "numElements", {
      get: function() {
        return this.length / this.numComponents | 0;
      }
    });
    return typedArray;
  }
  function createAugmentedTypedArray(numComponents, numElements, opt_type) {
    const Type = opt_type || Float32Array;
    return augmentTypedArray(new Type(numComponents * numElements), numComponents);
  }
  function applyFuncToV3Array(array3, matrix, fn) {
    const len = array3.length;
    const tmp = new Float32Array(3);
    for (let ii = 0; ii < len; ii += 3) {
      fn(matrix, [array3[ii], array3[ii + 1], array3[ii + 2]], tmp);
      array3[ii] = tmp[0];
      array3[ii + 1] = tmp[1];
      array3[ii + 2] = tmp[2];
    }
  }
  function transformNormal(mi, v, dst) {
    dst = dst || create$1();
    const v0 = v[0];
    const v1 = v[1];
    const v2 = v[2];
    dst[0] = v0 * mi[0 * 4 + 0] + v1 * mi[0 * 4 + 1] + v2 * mi[0 * 4 + 2];
    dst[1] = v0 * mi[1 * 4 + 0] + v1 * mi[1 * 4 + 1] + v2 * mi[1 * 4 + 2];
    dst[2] = v0 * mi[2 * 4 + 0] + v1 * mi[2 * 4 + 1] + v2 * mi[2 * 4 + 2];
    return dst;
  }
  function reorientDirections(array3, matrix) {
    applyFuncToV3Array(array3, matrix, transformDirection);
    return array3;
  }
  function reorientNormals(array3, matrix) {
    applyFuncToV3Array(array3, inverse(matrix), transformNormal);
    return array3;
  }
  function reorientPositions(array3, matrix) {
    applyFuncToV3Array(array3, matrix, transformPoint);
    return array3;
  }
  function reorientVertices(arrays, matrix) {
    Object.keys(arrays).forEach(function(name) {
      const array3 = arrays[name];
      if (name.indexOf("pos") >= 0) {
        reorientPositions(array3, matrix);
      } else if (name.indexOf("tan") >= 0 || name.indexOf("binorm") >= 0) {
        reorientDirections(array3, matrix);
      } else if (name.indexOf("norm") >= 0) {
        reorientNormals(array3, matrix);
      }
    });
    return arrays;
  }
  function createXYQuadVertices(size, xOffset, yOffset) {
    size = size || 2;
    xOffset = xOffset || 0;
    yOffset = yOffset || 0;
    size *= 0.5;
    return {
      position: {
        numComponents: 2,
        data: [
          xOffset + -1 * size,
          yOffset + -1 * size,
          xOffset + 1 * size,
          yOffset + -1 * size,
          xOffset + -1 * size,
          yOffset + 1 * size,
          xOffset + 1 * size,
          yOffset + 1 * size
        ]
      },
      normal: [
        0,
        0,
        1,
        0,
        0,
        1,
        0,
        0,
        1,
        0,
        0,
        1
      ],
      texcoord: [
        0,
        0,
        1,
        0,
        0,
        1,
        1,
        1
      ],
      indices: [0, 1, 2, 2, 1, 3]
    };
  }
  function createPlaneVertices(width, depth, subdivisionsWidth, subdivisionsDepth, matrix) {
    width = width || 1;
    depth = depth || 1;
    subdivisionsWidth = subdivisionsWidth || 1;
    subdivisionsDepth = subdivisionsDepth || 1;
    matrix = matrix || identity();
    const numVertices = (subdivisionsWidth + 1) * (subdivisionsDepth + 1);
    const positions = createAugmentedTypedArray(3, numVertices);
    const normals = createAugmentedTypedArray(3, numVertices);
    const texcoords = createAugmentedTypedArray(2, numVertices);
    for (let z = 0; z <= subdivisionsDepth; z++) {
      for (let x = 0; x <= subdivisionsWidth; x++) {
        const u = x / subdivisionsWidth;
        const v = z / subdivisionsDepth;
        positions.push(
          width * u - width * 0.5,
          0,
          depth * v - depth * 0.5
        );
        normals.push(0, 1, 0);
        texcoords.push(u, v);
      }
    }
    const numVertsAcross = subdivisionsWidth + 1;
    const indices = createAugmentedTypedArray(
      3,
      subdivisionsWidth * subdivisionsDepth * 2,
      Uint16Array
    );
    for (let z = 0; z < subdivisionsDepth; z++) {
      for (let x = 0; x < subdivisionsWidth; x++) {
        indices.push(
          (z + 0) * numVertsAcross + x,
          (z + 1) * numVertsAcross + x,
          (z + 0) * numVertsAcross + x + 1
        );
        indices.push(
          (z + 1) * numVertsAcross + x,
          (z + 1) * numVertsAcross + x + 1,
          (z + 0) * numVertsAcross + x + 1
        );
      }
    }
    const arrays = reorientVertices({
      position: positions,
      normal: normals,
      texcoord: texcoords,
      indices
    }, matrix);
    return arrays;
  }
  function createSphereVertices(radius, subdivisionsAxis, subdivisionsHeight, opt_startLatitudeInRadians, opt_endLatitudeInRadians, opt_startLongitudeInRadians, opt_endLongitudeInRadians) {
    if (subdivisionsAxis <= 0 || subdivisionsHeight <= 0) {
      throw new Error("subdivisionAxis and subdivisionHeight must be > 0");
    }
    opt_startLatitudeInRadians = opt_startLatitudeInRadians || 0;
    opt_endLatitudeInRadians = opt_endLatitudeInRadians || Math.PI;
    opt_startLongitudeInRadians = opt_startLongitudeInRadians || 0;
    opt_endLongitudeInRadians = opt_endLongitudeInRadians || Math.PI * 2;
    const latRange = opt_endLatitudeInRadians - opt_startLatitudeInRadians;
    const longRange = opt_endLongitudeInRadians - opt_startLongitudeInRadians;
    const numVertices = (subdivisionsAxis + 1) * (subdivisionsHeight + 1);
    const positions = createAugmentedTypedArray(3, numVertices);
    const normals = createAugmentedTypedArray(3, numVertices);
    const texcoords = createAugmentedTypedArray(2, numVertices);
    for (let y = 0; y <= subdivisionsHeight; y++) {
      for (let x = 0; x <= subdivisionsAxis; x++) {
        const u = x / subdivisionsAxis;
        const v = y / subdivisionsHeight;
        const theta = longRange * u + opt_startLongitudeInRadians;
        const phi = latRange * v + opt_startLatitudeInRadians;
        const sinTheta = Math.sin(theta);
        const cosTheta = Math.cos(theta);
        const sinPhi = Math.sin(phi);
        const cosPhi = Math.cos(phi);
        const ux = cosTheta * sinPhi;
        const uy = cosPhi;
        const uz = sinTheta * sinPhi;
        positions.push(radius * ux, radius * uy, radius * uz);
        normals.push(ux, uy, uz);
        texcoords.push(1 - u, v);
      }
    }
    const numVertsAround = subdivisionsAxis + 1;
    const indices = createAugmentedTypedArray(3, subdivisionsAxis * subdivisionsHeight * 2, Uint16Array);
    for (let x = 0; x < subdivisionsAxis; x++) {
      for (let y = 0; y < subdivisionsHeight; y++) {
        indices.push(
          (y + 0) * numVertsAround + x,
          (y + 0) * numVertsAround + x + 1,
          (y + 1) * numVertsAround + x
        );
        indices.push(
          (y + 1) * numVertsAround + x,
          (y + 0) * numVertsAround + x + 1,
          (y + 1) * numVertsAround + x + 1
        );
      }
    }
    return {
      position: positions,
      normal: normals,
      texcoord: texcoords,
      indices
    };
  }
  var CUBE_FACE_INDICES = [
    [3, 7, 5, 1],
    // right
    [6, 2, 0, 4],
    // left
    [6, 7, 3, 2],
    // ??
    [0, 1, 5, 4],
    // ??
    [7, 6, 4, 5],
    // front
    [2, 3, 1, 0]
    // back
  ];
  function createCubeVertices(size) {
    size = size || 1;
    const k = size / 2;
    const cornerVertices = [
      [-k, -k, -k],
      [+k, -k, -k],
      [-k, +k, -k],
      [+k, +k, -k],
      [-k, -k, +k],
      [+k, -k, +k],
      [-k, +k, +k],
      [+k, +k, +k]
    ];
    const faceNormals = [
      [1, 0, 0],
      [-1, 0, 0],
      [0, 1, 0],
      [0, -1, 0],
      [0, 0, 1],
      [0, 0, -1]
    ];
    const uvCoords = [
      [1, 0],
      [0, 0],
      [0, 1],
      [1, 1]
    ];
    const numVertices = 6 * 4;
    const positions = createAugmentedTypedArray(3, numVertices);
    const normals = createAugmentedTypedArray(3, numVertices);
    const texcoords = createAugmentedTypedArray(2, numVertices);
    const indices = createAugmentedTypedArray(3, 6 * 2, Uint16Array);
    for (let f = 0; f < 6; ++f) {
      const faceIndices = CUBE_FACE_INDICES[f];
      for (let v = 0; v < 4; ++v) {
        const position = cornerVertices[faceIndices[v]];
        const normal = faceNormals[f];
        const uv = uvCoords[v];
        positions.push(position);
        normals.push(normal);
        texcoords.push(uv);
      }
      const offset = 4 * f;
      indices.push(offset + 0, offset + 1, offset + 2);
      indices.push(offset + 0, offset + 2, offset + 3);
    }
    return {
      position: positions,
      normal: normals,
      texcoord: texcoords,
      indices
    };
  }
  function createTruncatedConeVertices(bottomRadius, topRadius, height, radialSubdivisions, verticalSubdivisions, opt_topCap, opt_bottomCap) {
    if (radialSubdivisions < 3) {
      throw new Error("radialSubdivisions must be 3 or greater");
    }
    if (verticalSubdivisions < 1) {
      throw new Error("verticalSubdivisions must be 1 or greater");
    }
    const topCap = opt_topCap === void 0 ? true : opt_topCap;
    const bottomCap = opt_bottomCap === void 0 ? true : opt_bottomCap;
    const extra = (topCap ? 2 : 0) + (bottomCap ? 2 : 0);
    const numVertices = (radialSubdivisions + 1) * (verticalSubdivisions + 1 + extra);
    const positions = createAugmentedTypedArray(3, numVertices);
    const normals = createAugmentedTypedArray(3, numVertices);
    const texcoords = createAugmentedTypedArray(2, numVertices);
    const indices = createAugmentedTypedArray(3, radialSubdivisions * (verticalSubdivisions + extra / 2) * 2, Uint16Array);
    const vertsAroundEdge = radialSubdivisions + 1;
    const slant = Math.atan2(bottomRadius - topRadius, height);
    const cosSlant = Math.cos(slant);
    const sinSlant = Math.sin(slant);
    const start2 = topCap ? -2 : 0;
    const end = verticalSubdivisions + (bottomCap ? 2 : 0);
    for (let yy = start2; yy <= end; ++yy) {
      let v = yy / verticalSubdivisions;
      let y = height * v;
      let ringRadius;
      if (yy < 0) {
        y = 0;
        v = 1;
        ringRadius = bottomRadius;
      } else if (yy > verticalSubdivisions) {
        y = height;
        v = 1;
        ringRadius = topRadius;
      } else {
        ringRadius = bottomRadius + (topRadius - bottomRadius) * (yy / verticalSubdivisions);
      }
      if (yy === -2 || yy === verticalSubdivisions + 2) {
        ringRadius = 0;
        v = 0;
      }
      y -= height / 2;
      for (let ii = 0; ii < vertsAroundEdge; ++ii) {
        const sin = Math.sin(ii * Math.PI * 2 / radialSubdivisions);
        const cos = Math.cos(ii * Math.PI * 2 / radialSubdivisions);
        positions.push(sin * ringRadius, y, cos * ringRadius);
        if (yy < 0) {
          normals.push(0, -1, 0);
        } else if (yy > verticalSubdivisions) {
          normals.push(0, 1, 0);
        } else if (ringRadius === 0) {
          normals.push(0, 0, 0);
        } else {
          normals.push(sin * cosSlant, sinSlant, cos * cosSlant);
        }
        texcoords.push(ii / radialSubdivisions, 1 - v);
      }
    }
    for (let yy = 0; yy < verticalSubdivisions + extra; ++yy) {
      if (yy === 1 && topCap || yy === verticalSubdivisions + extra - 2 && bottomCap) {
        continue;
      }
      for (let ii = 0; ii < radialSubdivisions; ++ii) {
        indices.push(
          vertsAroundEdge * (yy + 0) + 0 + ii,
          vertsAroundEdge * (yy + 0) + 1 + ii,
          vertsAroundEdge * (yy + 1) + 1 + ii
        );
        indices.push(
          vertsAroundEdge * (yy + 0) + 0 + ii,
          vertsAroundEdge * (yy + 1) + 1 + ii,
          vertsAroundEdge * (yy + 1) + 0 + ii
        );
      }
    }
    return {
      position: positions,
      normal: normals,
      texcoord: texcoords,
      indices
    };
  }
  function expandRLEData(rleData, padding) {
    padding = padding || [];
    const data = [];
    for (let ii = 0; ii < rleData.length; ii += 4) {
      const runLength = rleData[ii];
      const element = rleData.slice(ii + 1, ii + 4);
      element.push.apply(element, padding);
      for (let jj = 0; jj < runLength; ++jj) {
        data.push.apply(data, element);
      }
    }
    return data;
  }
  function create3DFVertices() {
    const positions = [
      // left column front
      0,
      0,
      0,
      0,
      150,
      0,
      30,
      0,
      0,
      0,
      150,
      0,
      30,
      150,
      0,
      30,
      0,
      0,
      // top rung front
      30,
      0,
      0,
      30,
      30,
      0,
      100,
      0,
      0,
      30,
      30,
      0,
      100,
      30,
      0,
      100,
      0,
      0,
      // middle rung front
      30,
      60,
      0,
      30,
      90,
      0,
      67,
      60,
      0,
      30,
      90,
      0,
      67,
      90,
      0,
      67,
      60,
      0,
      // left column back
      0,
      0,
      30,
      30,
      0,
      30,
      0,
      150,
      30,
      0,
      150,
      30,
      30,
      0,
      30,
      30,
      150,
      30,
      // top rung back
      30,
      0,
      30,
      100,
      0,
      30,
      30,
      30,
      30,
      30,
      30,
      30,
      100,
      0,
      30,
      100,
      30,
      30,
      // middle rung back
      30,
      60,
      30,
      67,
      60,
      30,
      30,
      90,
      30,
      30,
      90,
      30,
      67,
      60,
      30,
      67,
      90,
      30,
      // top
      0,
      0,
      0,
      100,
      0,
      0,
      100,
      0,
      30,
      0,
      0,
      0,
      100,
      0,
      30,
      0,
      0,
      30,
      // top rung front
      100,
      0,
      0,
      100,
      30,
      0,
      100,
      30,
      30,
      100,
      0,
      0,
      100,
      30,
      30,
      100,
      0,
      30,
      // under top rung
      30,
      30,
      0,
      30,
      30,
      30,
      100,
      30,
      30,
      30,
      30,
      0,
      100,
      30,
      30,
      100,
      30,
      0,
      // between top rung and middle
      30,
      30,
      0,
      30,
      60,
      30,
      30,
      30,
      30,
      30,
      30,
      0,
      30,
      60,
      0,
      30,
      60,
      30,
      // top of middle rung
      30,
      60,
      0,
      67,
      60,
      30,
      30,
      60,
      30,
      30,
      60,
      0,
      67,
      60,
      0,
      67,
      60,
      30,
      // front of middle rung
      67,
      60,
      0,
      67,
      90,
      30,
      67,
      60,
      30,
      67,
      60,
      0,
      67,
      90,
      0,
      67,
      90,
      30,
      // bottom of middle rung.
      30,
      90,
      0,
      30,
      90,
      30,
      67,
      90,
      30,
      30,
      90,
      0,
      67,
      90,
      30,
      67,
      90,
      0,
      // front of bottom
      30,
      90,
      0,
      30,
      150,
      30,
      30,
      90,
      30,
      30,
      90,
      0,
      30,
      150,
      0,
      30,
      150,
      30,
      // bottom
      0,
      150,
      0,
      0,
      150,
      30,
      30,
      150,
      30,
      0,
      150,
      0,
      30,
      150,
      30,
      30,
      150,
      0,
      // left side
      0,
      0,
      0,
      0,
      0,
      30,
      0,
      150,
      30,
      0,
      0,
      0,
      0,
      150,
      30,
      0,
      150,
      0
    ];
    const texcoords = [
      // left column front
      0.22,
      0.19,
      0.22,
      0.79,
      0.34,
      0.19,
      0.22,
      0.79,
      0.34,
      0.79,
      0.34,
      0.19,
      // top rung front
      0.34,
      0.19,
      0.34,
      0.31,
      0.62,
      0.19,
      0.34,
      0.31,
      0.62,
      0.31,
      0.62,
      0.19,
      // middle rung front
      0.34,
      0.43,
      0.34,
      0.55,
      0.49,
      0.43,
      0.34,
      0.55,
      0.49,
      0.55,
      0.49,
      0.43,
      // left column back
      0,
      0,
      1,
      0,
      0,
      1,
      0,
      1,
      1,
      0,
      1,
      1,
      // top rung back
      0,
      0,
      1,
      0,
      0,
      1,
      0,
      1,
      1,
      0,
      1,
      1,
      // middle rung back
      0,
      0,
      1,
      0,
      0,
      1,
      0,
      1,
      1,
      0,
      1,
      1,
      // top
      0,
      0,
      1,
      0,
      1,
      1,
      0,
      0,
      1,
      1,
      0,
      1,
      // top rung front
      0,
      0,
      1,
      0,
      1,
      1,
      0,
      0,
      1,
      1,
      0,
      1,
      // under top rung
      0,
      0,
      0,
      1,
      1,
      1,
      0,
      0,
      1,
      1,
      1,
      0,
      // between top rung and middle
      0,
      0,
      1,
      1,
      0,
      1,
      0,
      0,
      1,
      0,
      1,
      1,
      // top of middle rung
      0,
      0,
      1,
      1,
      0,
      1,
      0,
      0,
      1,
      0,
      1,
      1,
      // front of middle rung
      0,
      0,
      1,
      1,
      0,
      1,
      0,
      0,
      1,
      0,
      1,
      1,
      // bottom of middle rung.
      0,
      0,
      0,
      1,
      1,
      1,
      0,
      0,
      1,
      1,
      1,
      0,
      // front of bottom
      0,
      0,
      1,
      1,
      0,
      1,
      0,
      0,
      1,
      0,
      1,
      1,
      // bottom
      0,
      0,
      0,
      1,
      1,
      1,
      0,
      0,
      1,
      1,
      1,
      0,
      // left side
      0,
      0,
      0,
      1,
      1,
      1,
      0,
      0,
      1,
      1,
      1,
      0
    ];
    const normals = expandRLEData([
      // left column front
      // top rung front
      // middle rung front
      18,
      0,
      0,
      1,
      // left column back
      // top rung back
      // middle rung back
      18,
      0,
      0,
      -1,
      // top
      6,
      0,
      1,
      0,
      // top rung front
      6,
      1,
      0,
      0,
      // under top rung
      6,
      0,
      -1,
      0,
      // between top rung and middle
      6,
      1,
      0,
      0,
      // top of middle rung
      6,
      0,
      1,
      0,
      // front of middle rung
      6,
      1,
      0,
      0,
      // bottom of middle rung.
      6,
      0,
      -1,
      0,
      // front of bottom
      6,
      1,
      0,
      0,
      // bottom
      6,
      0,
      -1,
      0,
      // left side
      6,
      -1,
      0,
      0
    ]);
    const colors = expandRLEData([
      // left column front
      // top rung front
      // middle rung front
      18,
      200,
      70,
      120,
      // left column back
      // top rung back
      // middle rung back
      18,
      80,
      70,
      200,
      // top
      6,
      70,
      200,
      210,
      // top rung front
      6,
      200,
      200,
      70,
      // under top rung
      6,
      210,
      100,
      70,
      // between top rung and middle
      6,
      210,
      160,
      70,
      // top of middle rung
      6,
      70,
      180,
      210,
      // front of middle rung
      6,
      100,
      70,
      210,
      // bottom of middle rung.
      6,
      76,
      210,
      100,
      // front of bottom
      6,
      140,
      210,
      80,
      // bottom
      6,
      90,
      130,
      110,
      // left side
      6,
      160,
      160,
      220
    ], [255]);
    const numVerts = positions.length / 3;
    const arrays = {
      position: createAugmentedTypedArray(3, numVerts),
      texcoord: createAugmentedTypedArray(2, numVerts),
      normal: createAugmentedTypedArray(3, numVerts),
      color: createAugmentedTypedArray(4, numVerts, Uint8Array),
      indices: createAugmentedTypedArray(3, numVerts / 3, Uint16Array)
    };
    arrays.position.push(positions);
    arrays.texcoord.push(texcoords);
    arrays.normal.push(normals);
    arrays.color.push(colors);
    for (let ii = 0; ii < numVerts; ++ii) {
      arrays.indices.push(ii);
    }
    return arrays;
  }
  function createCrescentVertices(verticalRadius, outerRadius, innerRadius, thickness, subdivisionsDown, startOffset, endOffset) {
    if (subdivisionsDown <= 0) {
      throw new Error("subdivisionDown must be > 0");
    }
    startOffset = startOffset || 0;
    endOffset = endOffset || 1;
    const subdivisionsThick = 2;
    const offsetRange = endOffset - startOffset;
    const numVertices = (subdivisionsDown + 1) * 2 * (2 + subdivisionsThick);
    const positions = createAugmentedTypedArray(3, numVertices);
    const normals = createAugmentedTypedArray(3, numVertices);
    const texcoords = createAugmentedTypedArray(2, numVertices);
    function lerp(a, b, s) {
      return a + (b - a) * s;
    }
    function createArc(arcRadius, x, normalMult, normalAdd, uMult, uAdd) {
      for (let z = 0; z <= subdivisionsDown; z++) {
        const uBack = x / (subdivisionsThick - 1);
        const v = z / subdivisionsDown;
        const xBack = (uBack - 0.5) * 2;
        const angle = (startOffset + v * offsetRange) * Math.PI;
        const s = Math.sin(angle);
        const c = Math.cos(angle);
        const radius = lerp(verticalRadius, arcRadius, s);
        const px = xBack * thickness;
        const py = c * verticalRadius;
        const pz = s * radius;
        positions.push(px, py, pz);
        const n = add(multiply$1([0, s, c], normalMult), normalAdd);
        normals.push(n);
        texcoords.push(uBack * uMult + uAdd, v);
      }
    }
    for (let x = 0; x < subdivisionsThick; x++) {
      const uBack = (x / (subdivisionsThick - 1) - 0.5) * 2;
      createArc(outerRadius, x, [1, 1, 1], [0, 0, 0], 1, 0);
      createArc(outerRadius, x, [0, 0, 0], [uBack, 0, 0], 0, 0);
      createArc(innerRadius, x, [1, 1, 1], [0, 0, 0], 1, 0);
      createArc(innerRadius, x, [0, 0, 0], [uBack, 0, 0], 0, 1);
    }
    const indices = createAugmentedTypedArray(3, subdivisionsDown * 2 * (2 + subdivisionsThick), Uint16Array);
    function createSurface(leftArcOffset, rightArcOffset) {
      for (let z = 0; z < subdivisionsDown; ++z) {
        indices.push(
          leftArcOffset + z + 0,
          leftArcOffset + z + 1,
          rightArcOffset + z + 0
        );
        indices.push(
          leftArcOffset + z + 1,
          rightArcOffset + z + 1,
          rightArcOffset + z + 0
        );
      }
    }
    const numVerticesDown = subdivisionsDown + 1;
    createSurface(numVerticesDown * 0, numVerticesDown * 4);
    createSurface(numVerticesDown * 5, numVerticesDown * 7);
    createSurface(numVerticesDown * 6, numVerticesDown * 2);
    createSurface(numVerticesDown * 3, numVerticesDown * 1);
    return {
      position: positions,
      normal: normals,
      texcoord: texcoords,
      indices
    };
  }
  function createCylinderVertices(radius, height, radialSubdivisions, verticalSubdivisions, topCap, bottomCap) {
    return createTruncatedConeVertices(
      radius,
      radius,
      height,
      radialSubdivisions,
      verticalSubdivisions,
      topCap,
      bottomCap
    );
  }
  function createTorusVertices(radius, thickness, radialSubdivisions, bodySubdivisions, startAngle, endAngle) {
    if (radialSubdivisions < 3) {
      throw new Error("radialSubdivisions must be 3 or greater");
    }
    if (bodySubdivisions < 3) {
      throw new Error("verticalSubdivisions must be 3 or greater");
    }
    startAngle = startAngle || 0;
    endAngle = endAngle || Math.PI * 2;
    const range = endAngle - startAngle;
    const radialParts = radialSubdivisions + 1;
    const bodyParts = bodySubdivisions + 1;
    const numVertices = radialParts * bodyParts;
    const positions = createAugmentedTypedArray(3, numVertices);
    const normals = createAugmentedTypedArray(3, numVertices);
    const texcoords = createAugmentedTypedArray(2, numVertices);
    const indices = createAugmentedTypedArray(3, radialSubdivisions * bodySubdivisions * 2, Uint16Array);
    for (let slice3 = 0; slice3 < bodyParts; ++slice3) {
      const v = slice3 / bodySubdivisions;
      const sliceAngle = v * Math.PI * 2;
      const sliceSin = Math.sin(sliceAngle);
      const ringRadius = radius + sliceSin * thickness;
      const ny = Math.cos(sliceAngle);
      const y = ny * thickness;
      for (let ring = 0; ring < radialParts; ++ring) {
        const u = ring / radialSubdivisions;
        const ringAngle = startAngle + u * range;
        const xSin = Math.sin(ringAngle);
        const zCos = Math.cos(ringAngle);
        const x = xSin * ringRadius;
        const z = zCos * ringRadius;
        const nx = xSin * sliceSin;
        const nz = zCos * sliceSin;
        positions.push(x, y, z);
        normals.push(nx, ny, nz);
        texcoords.push(u, 1 - v);
      }
    }
    for (let slice3 = 0; slice3 < bodySubdivisions; ++slice3) {
      for (let ring = 0; ring < radialSubdivisions; ++ring) {
        const nextRingIndex = 1 + ring;
        const nextSliceIndex = 1 + slice3;
        indices.push(
          radialParts * slice3 + ring,
          radialParts * nextSliceIndex + ring,
          radialParts * slice3 + nextRingIndex
        );
        indices.push(
          radialParts * nextSliceIndex + ring,
          radialParts * nextSliceIndex + nextRingIndex,
          radialParts * slice3 + nextRingIndex
        );
      }
    }
    return {
      position: positions,
      normal: normals,
      texcoord: texcoords,
      indices
    };
  }
  function createDiscVertices(radius, divisions, stacks, innerRadius, stackPower) {
    if (divisions < 3) {
      throw new Error("divisions must be at least 3");
    }
    stacks = stacks ? stacks : 1;
    stackPower = stackPower ? stackPower : 1;
    innerRadius = innerRadius ? innerRadius : 0;
    const numVertices = (divisions + 1) * (stacks + 1);
    const positions = createAugmentedTypedArray(3, numVertices);
    const normals = createAugmentedTypedArray(3, numVertices);
    const texcoords = createAugmentedTypedArray(2, numVertices);
    const indices = createAugmentedTypedArray(3, stacks * divisions * 2, Uint16Array);
    let firstIndex = 0;
    const radiusSpan = radius - innerRadius;
    const pointsPerStack = divisions + 1;
    for (let stack = 0; stack <= stacks; ++stack) {
      const stackRadius = innerRadius + radiusSpan * Math.pow(stack / stacks, stackPower);
      for (let i = 0; i <= divisions; ++i) {
        const theta = 2 * Math.PI * i / divisions;
        const x = stackRadius * Math.cos(theta);
        const z = stackRadius * Math.sin(theta);
        positions.push(x, 0, z);
        normals.push(0, 1, 0);
        texcoords.push(1 - i / divisions, stack / stacks);
        if (stack > 0 && i !== divisions) {
          const a = firstIndex + (i + 1);
          const b = firstIndex + i;
          const c = firstIndex + i - pointsPerStack;
          const d = firstIndex + (i + 1) - pointsPerStack;
          indices.push(a, b, c);
          indices.push(a, c, d);
        }
      }
      firstIndex += divisions + 1;
    }
    return {
      position: positions,
      normal: normals,
      texcoord: texcoords,
      indices
    };
  }
  function createBufferFunc(fn) {
    return function(gl2) {
      const arrays = fn.apply(this, Array.prototype.slice.call(arguments, 1));
      return createBuffersFromArrays(gl2, arrays);
    };
  }
  function createBufferInfoFunc(fn) {
    return function(gl2) {
      const arrays = fn.apply(null, Array.prototype.slice.call(arguments, 1));
      return createBufferInfoFromArrays(gl2, arrays);
    };
  }
  var create3DFBufferInfo = createBufferInfoFunc(create3DFVertices);
  var create3DFBuffers = createBufferFunc(create3DFVertices);
  var createCubeBufferInfo = createBufferInfoFunc(createCubeVertices);
  var createCubeBuffers = createBufferFunc(createCubeVertices);
  var createPlaneBufferInfo = createBufferInfoFunc(createPlaneVertices);
  var createPlaneBuffers = createBufferFunc(createPlaneVertices);
  var createSphereBufferInfo = createBufferInfoFunc(createSphereVertices);
  var createSphereBuffers = createBufferFunc(createSphereVertices);
  var createTruncatedConeBufferInfo = createBufferInfoFunc(createTruncatedConeVertices);
  var createTruncatedConeBuffers = createBufferFunc(createTruncatedConeVertices);
  var createXYQuadBufferInfo = createBufferInfoFunc(createXYQuadVertices);
  var createXYQuadBuffers = createBufferFunc(createXYQuadVertices);
  var createCrescentBufferInfo = createBufferInfoFunc(createCrescentVertices);
  var createCrescentBuffers = createBufferFunc(createCrescentVertices);
  var createCylinderBufferInfo = createBufferInfoFunc(createCylinderVertices);
  var createCylinderBuffers = createBufferFunc(createCylinderVertices);
  var createTorusBufferInfo = createBufferInfoFunc(createTorusVertices);
  var createTorusBuffers = createBufferFunc(createTorusVertices);
  var createDiscBufferInfo = createBufferInfoFunc(createDiscVertices);
  var createDiscBuffers = createBufferFunc(createDiscVertices);
  function isWebGL2(gl2) {
    return !!gl2.texStorage2D;
  }
  var glEnumToString = /* @__PURE__ */ (function() {
    const haveEnumsForType = {};
    const enums = {};
    function addEnums(gl2) {
      const type = gl2.constructor.name;
      if (!haveEnumsForType[type]) {
        for (const key in gl2) {
          if (typeof gl2[key] === "number") {
            const existing = enums[gl2[key]];
            enums[gl2[key]] = existing ? `${existing} | ${key}` : key;
          }
        }
        haveEnumsForType[type] = true;
      }
    }
    return function glEnumToString2(gl2, value) {
      addEnums(gl2);
      return enums[value] || (typeof value === "number" ? `0x${value.toString(16)}` : value);
    };
  })();
  var gl = void 0;
  var defaults$1 = {
    textureColor: new Uint8Array([128, 192, 255, 255]),
    textureOptions: {},
    crossOrigin: void 0
  };
  var isArrayBuffer2 = isArrayBuffer$1;
  var getShared2DContext = /* @__PURE__ */ (function() {
    let s_ctx;
    return function getShared2DContext2() {
      s_ctx = s_ctx || (typeof document !== "undefined" && document.createElement ? document.createElement("canvas").getContext("2d") : null);
      return s_ctx;
    };
  })();
  var ALPHA = 6406;
  var RGB = 6407;
  var RGBA$1 = 6408;
  var LUMINANCE = 6409;
  var LUMINANCE_ALPHA = 6410;
  var DEPTH_COMPONENT$1 = 6402;
  var DEPTH_STENCIL$1 = 34041;
  var CLAMP_TO_EDGE$1 = 33071;
  var NEAREST2 = 9728;
  var LINEAR$1 = 9729;
  var NEAREST_MIPMAP_LINEAR = 9986;
  var TEXTURE_2D$2 = 3553;
  var TEXTURE_CUBE_MAP$1 = 34067;
  var TEXTURE_3D$1 = 32879;
  var TEXTURE_2D_ARRAY$1 = 35866;
  var TEXTURE_CUBE_MAP_POSITIVE_X = 34069;
  var TEXTURE_CUBE_MAP_NEGATIVE_X = 34070;
  var TEXTURE_CUBE_MAP_POSITIVE_Y = 34071;
  var TEXTURE_CUBE_MAP_NEGATIVE_Y = 34072;
  var TEXTURE_CUBE_MAP_POSITIVE_Z = 34073;
  var TEXTURE_CUBE_MAP_NEGATIVE_Z = 34074;
  var TEXTURE_MIN_FILTER = 10241;
  var TEXTURE_MAG_FILTER = 10240;
  var TEXTURE_WRAP_S = 10242;
  var TEXTURE_WRAP_T = 10243;
  var TEXTURE_WRAP_R = 32882;
  var TEXTURE_MIN_LOD = 33082;
  var TEXTURE_MAX_LOD = 33083;
  var TEXTURE_BASE_LEVEL = 33084;
  var TEXTURE_MAX_LEVEL = 33085;
  var TEXTURE_COMPARE_MODE = 34892;
  var TEXTURE_COMPARE_FUNC = 34893;
  var UNPACK_ALIGNMENT = 3317;
  var UNPACK_ROW_LENGTH = 3314;
  var UNPACK_IMAGE_HEIGHT = 32878;
  var UNPACK_SKIP_PIXELS = 3316;
  var UNPACK_SKIP_ROWS = 3315;
  var UNPACK_SKIP_IMAGES = 32877;
  var UNPACK_COLORSPACE_CONVERSION_WEBGL = 37443;
  var UNPACK_PREMULTIPLY_ALPHA_WEBGL = 37441;
  var UNPACK_FLIP_Y_WEBGL = 37440;
  var R8 = 33321;
  var R8_SNORM = 36756;
  var R16F = 33325;
  var R32F = 33326;
  var R8UI = 33330;
  var R8I = 33329;
  var RG16UI = 33338;
  var RG16I = 33337;
  var RG32UI = 33340;
  var RG32I = 33339;
  var RG8 = 33323;
  var RG8_SNORM = 36757;
  var RG16F = 33327;
  var RG32F = 33328;
  var RG8UI = 33336;
  var RG8I = 33335;
  var R16UI = 33332;
  var R16I = 33331;
  var R32UI = 33334;
  var R32I = 33333;
  var RGB8 = 32849;
  var SRGB8 = 35905;
  var RGB565$1 = 36194;
  var RGB8_SNORM = 36758;
  var R11F_G11F_B10F = 35898;
  var RGB9_E5 = 35901;
  var RGB16F = 34843;
  var RGB32F = 34837;
  var RGB8UI = 36221;
  var RGB8I = 36239;
  var RGB16UI = 36215;
  var RGB16I = 36233;
  var RGB32UI = 36209;
  var RGB32I = 36227;
  var RGBA8 = 32856;
  var SRGB8_ALPHA8 = 35907;
  var RGBA8_SNORM = 36759;
  var RGB5_A1$1 = 32855;
  var RGBA4$1 = 32854;
  var RGB10_A2 = 32857;
  var RGBA16F = 34842;
  var RGBA32F = 34836;
  var RGBA8UI = 36220;
  var RGBA8I = 36238;
  var RGB10_A2UI = 36975;
  var RGBA16UI = 36214;
  var RGBA16I = 36232;
  var RGBA32I = 36226;
  var RGBA32UI = 36208;
  var DEPTH_COMPONENT16$1 = 33189;
  var DEPTH_COMPONENT24$1 = 33190;
  var DEPTH_COMPONENT32F$1 = 36012;
  var DEPTH32F_STENCIL8$1 = 36013;
  var DEPTH24_STENCIL8$1 = 35056;
  var BYTE = 5120;
  var UNSIGNED_BYTE$1 = 5121;
  var SHORT = 5122;
  var UNSIGNED_SHORT$1 = 5123;
  var INT$1 = 5124;
  var UNSIGNED_INT$1 = 5125;
  var FLOAT$1 = 5126;
  var UNSIGNED_SHORT_4_4_4_4 = 32819;
  var UNSIGNED_SHORT_5_5_5_1 = 32820;
  var UNSIGNED_SHORT_5_6_5 = 33635;
  var HALF_FLOAT = 5131;
  var HALF_FLOAT_OES = 36193;
  var UNSIGNED_INT_2_10_10_10_REV = 33640;
  var UNSIGNED_INT_10F_11F_11F_REV = 35899;
  var UNSIGNED_INT_5_9_9_9_REV = 35902;
  var FLOAT_32_UNSIGNED_INT_24_8_REV = 36269;
  var UNSIGNED_INT_24_8 = 34042;
  var RG = 33319;
  var RG_INTEGER = 33320;
  var RED = 6403;
  var RED_INTEGER = 36244;
  var RGB_INTEGER = 36248;
  var RGBA_INTEGER = 36249;
  var COMPRESSED_RGB_S3TC_DXT1_EXT = 33776;
  var COMPRESSED_RGBA_S3TC_DXT1_EXT = 33777;
  var COMPRESSED_RGBA_S3TC_DXT3_EXT = 33778;
  var COMPRESSED_RGBA_S3TC_DXT5_EXT = 33779;
  var COMPRESSED_SRGB_S3TC_DXT1_EXT = 35916;
  var COMPRESSED_SRGB_ALPHA_S3TC_DXT1_EXT = 35917;
  var COMPRESSED_SRGB_ALPHA_S3TC_DXT3_EXT = 35918;
  var COMPRESSED_SRGB_ALPHA_S3TC_DXT5_EXT = 35919;
  var COMPRESSED_RGB_ETC1_WEBGL = 36196;
  var COMPRESSED_R11_EAC = 37488;
  var COMPRESSED_SIGNED_R11_EAC = 37489;
  var COMPRESSED_RG11_EAC = 37490;
  var COMPRESSED_SIGNED_RG11_EAC = 37491;
  var COMPRESSED_RGB8_ETC2 = 37492;
  var COMPRESSED_SRGB8_ETC2 = 37493;
  var COMPRESSED_RGB8_PUNCHTHROUGH_ALPHA1_ETC2 = 37494;
  var COMPRESSED_SRGB8_PUNCHTHROUGH_ALPHA1_ETC2 = 37495;
  var COMPRESSED_RGBA8_ETC2_EAC = 37496;
  var COMPRESSED_SRGB8_ALPHA8_ETC2_EAC = 37497;
  var COMPRESSED_RGB_PVRTC_4BPPV1_IMG = 35840;
  var COMPRESSED_RGB_PVRTC_2BPPV1_IMG = 35841;
  var COMPRESSED_RGBA_PVRTC_4BPPV1_IMG = 35842;
  var COMPRESSED_RGBA_PVRTC_2BPPV1_IMG = 35843;
  var COMPRESSED_RGBA_ASTC_4x4_KHR = 37808;
  var COMPRESSED_RGBA_ASTC_5x4_KHR = 37809;
  var COMPRESSED_RGBA_ASTC_5x5_KHR = 37810;
  var COMPRESSED_RGBA_ASTC_6x5_KHR = 37811;
  var COMPRESSED_RGBA_ASTC_6x6_KHR = 37812;
  var COMPRESSED_RGBA_ASTC_8x5_KHR = 37813;
  var COMPRESSED_RGBA_ASTC_8x6_KHR = 37814;
  var COMPRESSED_RGBA_ASTC_8x8_KHR = 37815;
  var COMPRESSED_RGBA_ASTC_10x5_KHR = 37816;
  var COMPRESSED_RGBA_ASTC_10x6_KHR = 37817;
  var COMPRESSED_RGBA_ASTC_10x8_KHR = 37818;
  var COMPRESSED_RGBA_ASTC_10x10_KHR = 37819;
  var COMPRESSED_RGBA_ASTC_12x10_KHR = 37820;
  var COMPRESSED_RGBA_ASTC_12x12_KHR = 37821;
  var COMPRESSED_SRGB8_ALPHA8_ASTC_4x4_KHR = 37840;
  var COMPRESSED_SRGB8_ALPHA8_ASTC_5x4_KHR = 37841;
  var COMPRESSED_SRGB8_ALPHA8_ASTC_5x5_KHR = 37842;
  var COMPRESSED_SRGB8_ALPHA8_ASTC_6x5_KHR = 37843;
  var COMPRESSED_SRGB8_ALPHA8_ASTC_6x6_KHR = 37844;
  var COMPRESSED_SRGB8_ALPHA8_ASTC_8x5_KHR = 37845;
  var COMPRESSED_SRGB8_ALPHA8_ASTC_8x6_KHR = 37846;
  var COMPRESSED_SRGB8_ALPHA8_ASTC_8x8_KHR = 37847;
  var COMPRESSED_SRGB8_ALPHA8_ASTC_10x5_KHR = 37848;
  var COMPRESSED_SRGB8_ALPHA8_ASTC_10x6_KHR = 37849;
  var COMPRESSED_SRGB8_ALPHA8_ASTC_10x8_KHR = 37850;
  var COMPRESSED_SRGB8_ALPHA8_ASTC_10x10_KHR = 37851;
  var COMPRESSED_SRGB8_ALPHA8_ASTC_12x10_KHR = 37852;
  var COMPRESSED_SRGB8_ALPHA8_ASTC_12x12_KHR = 37853;
  var COMPRESSED_RGBA_BPTC_UNORM_EXT = 36492;
  var COMPRESSED_SRGB_ALPHA_BPTC_UNORM_EXT = 36493;
  var COMPRESSED_RGB_BPTC_SIGNED_FLOAT_EXT = 36494;
  var COMPRESSED_RGB_BPTC_UNSIGNED_FLOAT_EXT = 36495;
  var COMPRESSED_RED_RGTC1_EXT = 36283;
  var COMPRESSED_SIGNED_RED_RGTC1_EXT = 36284;
  var COMPRESSED_RED_GREEN_RGTC2_EXT = 36285;
  var COMPRESSED_SIGNED_RED_GREEN_RGTC2_EXT = 36286;
  var formatInfo = {};
  {
    const f = formatInfo;
    f[ALPHA] = { numColorComponents: 1 };
    f[LUMINANCE] = { numColorComponents: 1 };
    f[LUMINANCE_ALPHA] = { numColorComponents: 2 };
    f[RGB] = { numColorComponents: 3 };
    f[RGBA$1] = { numColorComponents: 4 };
    f[RED] = { numColorComponents: 1 };
    f[RED_INTEGER] = { numColorComponents: 1 };
    f[RG] = { numColorComponents: 2 };
    f[RG_INTEGER] = { numColorComponents: 2 };
    f[RGB] = { numColorComponents: 3 };
    f[RGB_INTEGER] = { numColorComponents: 3 };
    f[RGBA$1] = { numColorComponents: 4 };
    f[RGBA_INTEGER] = { numColorComponents: 4 };
    f[DEPTH_COMPONENT$1] = { numColorComponents: 1 };
    f[DEPTH_STENCIL$1] = { numColorComponents: 2 };
  }
  var s_textureInternalFormatInfo;
  function getTextureInternalFormatInfo(internalFormat) {
    if (!s_textureInternalFormatInfo) {
      const t = {};
      t[ALPHA] = { textureFormat: ALPHA, colorRenderable: true, textureFilterable: true, bytesPerElement: [1, 2, 2, 4], type: [UNSIGNED_BYTE$1, HALF_FLOAT, HALF_FLOAT_OES, FLOAT$1] };
      t[LUMINANCE] = { textureFormat: LUMINANCE, colorRenderable: true, textureFilterable: true, bytesPerElement: [1, 2, 2, 4], type: [UNSIGNED_BYTE$1, HALF_FLOAT, HALF_FLOAT_OES, FLOAT$1] };
      t[LUMINANCE_ALPHA] = { textureFormat: LUMINANCE_ALPHA, colorRenderable: true, textureFilterable: true, bytesPerElement: [2, 4, 4, 8], type: [UNSIGNED_BYTE$1, HALF_FLOAT, HALF_FLOAT_OES, FLOAT$1] };
      t[RGB] = { textureFormat: RGB, colorRenderable: true, textureFilterable: true, bytesPerElement: [3, 6, 6, 12, 2], type: [UNSIGNED_BYTE$1, HALF_FLOAT, HALF_FLOAT_OES, FLOAT$1, UNSIGNED_SHORT_5_6_5] };
      t[RGBA$1] = { textureFormat: RGBA$1, colorRenderable: true, textureFilterable: true, bytesPerElement: [4, 8, 8, 16, 2, 2], type: [UNSIGNED_BYTE$1, HALF_FLOAT, HALF_FLOAT_OES, FLOAT$1, UNSIGNED_SHORT_4_4_4_4, UNSIGNED_SHORT_5_5_5_1] };
      t[DEPTH_COMPONENT$1] = { textureFormat: DEPTH_COMPONENT$1, colorRenderable: true, textureFilterable: false, bytesPerElement: [2, 4], type: [UNSIGNED_INT$1, UNSIGNED_SHORT$1] };
      t[R8] = { textureFormat: RED, colorRenderable: true, textureFilterable: true, bytesPerElement: [1], type: [UNSIGNED_BYTE$1] };
      t[R8_SNORM] = { textureFormat: RED, colorRenderable: false, textureFilterable: true, bytesPerElement: [1], type: [BYTE] };
      t[R16F] = { textureFormat: RED, colorRenderable: false, textureFilterable: true, bytesPerElement: [4, 2], type: [FLOAT$1, HALF_FLOAT] };
      t[R32F] = { textureFormat: RED, colorRenderable: false, textureFilterable: false, bytesPerElement: [4], type: [FLOAT$1] };
      t[R8UI] = { textureFormat: RED_INTEGER, colorRenderable: true, textureFilterable: false, bytesPerElement: [1], type: [UNSIGNED_BYTE$1] };
      t[R8I] = { textureFormat: RED_INTEGER, colorRenderable: true, textureFilterable: false, bytesPerElement: [1], type: [BYTE] };
      t[R16UI] = { textureFormat: RED_INTEGER, colorRenderable: true, textureFilterable: false, bytesPerElement: [2], type: [UNSIGNED_SHORT$1] };
      t[R16I] = { textureFormat: RED_INTEGER, colorRenderable: true, textureFilterable: false, bytesPerElement: [2], type: [SHORT] };
      t[R32UI] = { textureFormat: RED_INTEGER, colorRenderable: true, textureFilterable: false, bytesPerElement: [4], type: [UNSIGNED_INT$1] };
      t[R32I] = { textureFormat: RED_INTEGER, colorRenderable: true, textureFilterable: false, bytesPerElement: [4], type: [INT$1] };
      t[RG8] = { textureFormat: RG, colorRenderable: true, textureFilterable: true, bytesPerElement: [2], type: [UNSIGNED_BYTE$1] };
      t[RG8_SNORM] = { textureFormat: RG, colorRenderable: false, textureFilterable: true, bytesPerElement: [2], type: [BYTE] };
      t[RG16F] = { textureFormat: RG, colorRenderable: false, textureFilterable: true, bytesPerElement: [8, 4], type: [FLOAT$1, HALF_FLOAT] };
      t[RG32F] = { textureFormat: RG, colorRenderable: false, textureFilterable: false, bytesPerElement: [8], type: [FLOAT$1] };
      t[RG8UI] = { textureFormat: RG_INTEGER, colorRenderable: true, textureFilterable: false, bytesPerElement: [2], type: [UNSIGNED_BYTE$1] };
      t[RG8I] = { textureFormat: RG_INTEGER, colorRenderable: true, textureFilterable: false, bytesPerElement: [2], type: [BYTE] };
      t[RG16UI] = { textureFormat: RG_INTEGER, colorRenderable: true, textureFilterable: false, bytesPerElement: [4], type: [UNSIGNED_SHORT$1] };
      t[RG16I] = { textureFormat: RG_INTEGER, colorRenderable: true, textureFilterable: false, bytesPerElement: [4], type: [SHORT] };
      t[RG32UI] = { textureFormat: RG_INTEGER, colorRenderable: true, textureFilterable: false, bytesPerElement: [8], type: [UNSIGNED_INT$1] };
      t[RG32I] = { textureFormat: RG_INTEGER, colorRenderable: true, textureFilterable: false, bytesPerElement: [8], type: [INT$1] };
      t[RGB8] = { textureFormat: RGB, colorRenderable: true, textureFilterable: true, bytesPerElement: [3], type: [UNSIGNED_BYTE$1] };
      t[SRGB8] = { textureFormat: RGB, colorRenderable: false, textureFilterable: true, bytesPerElement: [3], type: [UNSIGNED_BYTE$1] };
      t[RGB565$1] = { textureFormat: RGB, colorRenderable: true, textureFilterable: true, bytesPerElement: [3, 2], type: [UNSIGNED_BYTE$1, UNSIGNED_SHORT_5_6_5] };
      t[RGB8_SNORM] = { textureFormat: RGB, colorRenderable: false, textureFilterable: true, bytesPerElement: [3], type: [BYTE] };
      t[R11F_G11F_B10F] = { textureFormat: RGB, colorRenderable: false, textureFilterable: true, bytesPerElement: [12, 6, 4], type: [FLOAT$1, HALF_FLOAT, UNSIGNED_INT_10F_11F_11F_REV] };
      t[RGB9_E5] = { textureFormat: RGB, colorRenderable: false, textureFilterable: true, bytesPerElement: [12, 6, 4], type: [FLOAT$1, HALF_FLOAT, UNSIGNED_INT_5_9_9_9_REV] };
      t[RGB16F] = { textureFormat: RGB, colorRenderable: false, textureFilterable: true, bytesPerElement: [12, 6], type: [FLOAT$1, HALF_FLOAT] };
      t[RGB32F] = { textureFormat: RGB, colorRenderable: false, textureFilterable: false, bytesPerElement: [12], type: [FLOAT$1] };
      t[RGB8UI] = { textureFormat: RGB_INTEGER, colorRenderable: false, textureFilterable: false, bytesPerElement: [3], type: [UNSIGNED_BYTE$1] };
      t[RGB8I] = { textureFormat: RGB_INTEGER, colorRenderable: false, textureFilterable: false, bytesPerElement: [3], type: [BYTE] };
      t[RGB16UI] = { textureFormat: RGB_INTEGER, colorRenderable: false, textureFilterable: false, bytesPerElement: [6], type: [UNSIGNED_SHORT$1] };
      t[RGB16I] = { textureFormat: RGB_INTEGER, colorRenderable: false, textureFilterable: false, bytesPerElement: [6], type: [SHORT] };
      t[RGB32UI] = { textureFormat: RGB_INTEGER, colorRenderable: false, textureFilterable: false, bytesPerElement: [12], type: [UNSIGNED_INT$1] };
      t[RGB32I] = { textureFormat: RGB_INTEGER, colorRenderable: false, textureFilterable: false, bytesPerElement: [12], type: [INT$1] };
      t[RGBA8] = { textureFormat: RGBA$1, colorRenderable: true, textureFilterable: true, bytesPerElement: [4], type: [UNSIGNED_BYTE$1] };
      t[SRGB8_ALPHA8] = { textureFormat: RGBA$1, colorRenderable: true, textureFilterable: true, bytesPerElement: [4], type: [UNSIGNED_BYTE$1] };
      t[RGBA8_SNORM] = { textureFormat: RGBA$1, colorRenderable: false, textureFilterable: true, bytesPerElement: [4], type: [BYTE] };
      t[RGB5_A1$1] = { textureFormat: RGBA$1, colorRenderable: true, textureFilterable: true, bytesPerElement: [4, 2, 4], type: [UNSIGNED_BYTE$1, UNSIGNED_SHORT_5_5_5_1, UNSIGNED_INT_2_10_10_10_REV] };
      t[RGBA4$1] = { textureFormat: RGBA$1, colorRenderable: true, textureFilterable: true, bytesPerElement: [4, 2], type: [UNSIGNED_BYTE$1, UNSIGNED_SHORT_4_4_4_4] };
      t[RGB10_A2] = { textureFormat: RGBA$1, colorRenderable: true, textureFilterable: true, bytesPerElement: [4], type: [UNSIGNED_INT_2_10_10_10_REV] };
      t[RGBA16F] = { textureFormat: RGBA$1, colorRenderable: false, textureFilterable: true, bytesPerElement: [16, 8], type: [FLOAT$1, HALF_FLOAT] };
      t[RGBA32F] = { textureFormat: RGBA$1, colorRenderable: false, textureFilterable: false, bytesPerElement: [16], type: [FLOAT$1] };
      t[RGBA8UI] = { textureFormat: RGBA_INTEGER, colorRenderable: true, textureFilterable: false, bytesPerElement: [4], type: [UNSIGNED_BYTE$1] };
      t[RGBA8I] = { textureFormat: RGBA_INTEGER, colorRenderable: true, textureFilterable: false, bytesPerElement: [4], type: [BYTE] };
      t[RGB10_A2UI] = { textureFormat: RGBA_INTEGER, colorRenderable: true, textureFilterable: false, bytesPerElement: [4], type: [UNSIGNED_INT_2_10_10_10_REV] };
      t[RGBA16UI] = { textureFormat: RGBA_INTEGER, colorRenderable: true, textureFilterable: false, bytesPerElement: [8], type: [UNSIGNED_SHORT$1] };
      t[RGBA16I] = { textureFormat: RGBA_INTEGER, colorRenderable: true, textureFilterable: false, bytesPerElement: [8], type: [SHORT] };
      t[RGBA32I] = { textureFormat: RGBA_INTEGER, colorRenderable: true, textureFilterable: false, bytesPerElement: [16], type: [INT$1] };
      t[RGBA32UI] = { textureFormat: RGBA_INTEGER, colorRenderable: true, textureFilterable: false, bytesPerElement: [16], type: [UNSIGNED_INT$1] };
      t[DEPTH_COMPONENT16$1] = { textureFormat: DEPTH_COMPONENT$1, colorRenderable: true, textureFilterable: false, bytesPerElement: [2, 4], type: [UNSIGNED_SHORT$1, UNSIGNED_INT$1] };
      t[DEPTH_COMPONENT24$1] = { textureFormat: DEPTH_COMPONENT$1, colorRenderable: true, textureFilterable: false, bytesPerElement: [4], type: [UNSIGNED_INT$1] };
      t[DEPTH_COMPONENT32F$1] = { textureFormat: DEPTH_COMPONENT$1, colorRenderable: true, textureFilterable: false, bytesPerElement: [4], type: [FLOAT$1] };
      t[DEPTH24_STENCIL8$1] = { textureFormat: DEPTH_STENCIL$1, colorRenderable: true, textureFilterable: false, bytesPerElement: [4], type: [UNSIGNED_INT_24_8] };
      t[DEPTH32F_STENCIL8$1] = { textureFormat: DEPTH_STENCIL$1, colorRenderable: true, textureFilterable: false, bytesPerElement: [4], type: [FLOAT_32_UNSIGNED_INT_24_8_REV] };
      Object.keys(t).forEach(function(internalFormat2) {
        const info2 = t[internalFormat2];
        info2.bytesPerElementMap = {};
        info2.bytesPerElement.forEach(function(bytesPerElement, ndx) {
          const type = info2.type[ndx];
          info2.bytesPerElementMap[type] = bytesPerElement;
        });
      });
      const block8_4_4 = { bytes: 8, width: 4, height: 4 };
      const block16_4_4 = { bytes: 16, width: 4, height: 4 };
      t[COMPRESSED_RGB_S3TC_DXT1_EXT] = { textureFormat: COMPRESSED_RGB_S3TC_DXT1_EXT, colorRenderable: false, textureFilterable: true, block: block8_4_4 };
      t[COMPRESSED_RGBA_S3TC_DXT1_EXT] = { textureFormat: COMPRESSED_RGBA_S3TC_DXT1_EXT, colorRenderable: false, textureFilterable: true, block: block8_4_4 };
      t[COMPRESSED_RGBA_S3TC_DXT3_EXT] = { textureFormat: COMPRESSED_RGBA_S3TC_DXT3_EXT, colorRenderable: false, textureFilterable: true, block: block16_4_4 };
      t[COMPRESSED_RGBA_S3TC_DXT5_EXT] = { textureFormat: COMPRESSED_RGBA_S3TC_DXT5_EXT, colorRenderable: false, textureFilterable: true, block: block16_4_4 };
      t[COMPRESSED_SRGB_S3TC_DXT1_EXT] = { textureFormat: COMPRESSED_SRGB_S3TC_DXT1_EXT, colorRenderable: false, textureFilterable: true, block: block8_4_4 };
      t[COMPRESSED_SRGB_ALPHA_S3TC_DXT1_EXT] = { textureFormat: COMPRESSED_SRGB_ALPHA_S3TC_DXT1_EXT, colorRenderable: false, textureFilterable: true, block: block8_4_4 };
      t[COMPRESSED_SRGB_ALPHA_S3TC_DXT3_EXT] = { textureFormat: COMPRESSED_SRGB_ALPHA_S3TC_DXT3_EXT, colorRenderable: false, textureFilterable: true, block: block16_4_4 };
      t[COMPRESSED_SRGB_ALPHA_S3TC_DXT5_EXT] = { textureFormat: COMPRESSED_SRGB_ALPHA_S3TC_DXT5_EXT, colorRenderable: false, textureFilterable: true, block: block16_4_4 };
      t[COMPRESSED_RGB_ETC1_WEBGL] = { textureFormat: COMPRESSED_RGB_ETC1_WEBGL, colorRenderable: false, textureFilterable: true, block: block8_4_4 };
      t[COMPRESSED_R11_EAC] = { textureFormat: COMPRESSED_R11_EAC, colorRenderable: false, textureFilterable: true, block: block8_4_4 };
      t[COMPRESSED_SIGNED_R11_EAC] = { textureFormat: COMPRESSED_SIGNED_R11_EAC, colorRenderable: false, textureFilterable: true, block: block8_4_4 };
      t[COMPRESSED_RG11_EAC] = { textureFormat: COMPRESSED_RG11_EAC, colorRenderable: false, textureFilterable: true, block: block16_4_4 };
      t[COMPRESSED_SIGNED_RG11_EAC] = { textureFormat: COMPRESSED_SIGNED_RG11_EAC, colorRenderable: false, textureFilterable: true, block: block16_4_4 };
      t[COMPRESSED_RGB8_ETC2] = { textureFormat: COMPRESSED_RGB8_ETC2, colorRenderable: false, textureFilterable: true, block: block8_4_4 };
      t[COMPRESSED_SRGB8_ETC2] = { textureFormat: COMPRESSED_SRGB8_ETC2, colorRenderable: false, textureFilterable: true, block: block8_4_4 };
      t[COMPRESSED_RGB8_PUNCHTHROUGH_ALPHA1_ETC2] = { textureFormat: COMPRESSED_RGB8_PUNCHTHROUGH_ALPHA1_ETC2, colorRenderable: false, textureFilterable: true, block: block8_4_4 };
      t[COMPRESSED_SRGB8_PUNCHTHROUGH_ALPHA1_ETC2] = { textureFormat: COMPRESSED_SRGB8_PUNCHTHROUGH_ALPHA1_ETC2, colorRenderable: false, textureFilterable: true, block: block8_4_4 };
      t[COMPRESSED_RGBA8_ETC2_EAC] = { textureFormat: COMPRESSED_RGBA8_ETC2_EAC, colorRenderable: false, textureFilterable: true, block: block16_4_4 };
      t[COMPRESSED_SRGB8_ALPHA8_ETC2_EAC] = { textureFormat: COMPRESSED_SRGB8_ALPHA8_ETC2_EAC, colorRenderable: false, textureFilterable: true, block: block16_4_4 };
      t[COMPRESSED_RGB_PVRTC_4BPPV1_IMG] = { textureFormat: COMPRESSED_RGB_PVRTC_4BPPV1_IMG, colorRenderable: false, textureFilterable: true, block: { bytes: 32, width: 8, height: 8 } };
      t[COMPRESSED_RGB_PVRTC_2BPPV1_IMG] = { textureFormat: COMPRESSED_RGB_PVRTC_2BPPV1_IMG, colorRenderable: false, textureFilterable: true, block: { bytes: 32, width: 16, height: 8 } };
      t[COMPRESSED_RGBA_PVRTC_4BPPV1_IMG] = { textureFormat: COMPRESSED_RGBA_PVRTC_4BPPV1_IMG, colorRenderable: false, textureFilterable: true, block: { bytes: 32, width: 8, height: 8 } };
      t[COMPRESSED_RGBA_PVRTC_2BPPV1_IMG] = { textureFormat: COMPRESSED_RGBA_PVRTC_2BPPV1_IMG, colorRenderable: false, textureFilterable: true, block: { bytes: 32, width: 16, height: 8 } };
      t[COMPRESSED_RGBA_ASTC_4x4_KHR] = { textureFormat: COMPRESSED_RGBA_ASTC_4x4_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 4, height: 4 } };
      t[COMPRESSED_RGBA_ASTC_5x4_KHR] = { textureFormat: COMPRESSED_RGBA_ASTC_5x4_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 5, height: 4 } };
      t[COMPRESSED_RGBA_ASTC_5x5_KHR] = { textureFormat: COMPRESSED_RGBA_ASTC_5x5_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 5, height: 5 } };
      t[COMPRESSED_RGBA_ASTC_6x5_KHR] = { textureFormat: COMPRESSED_RGBA_ASTC_6x5_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 6, height: 5 } };
      t[COMPRESSED_RGBA_ASTC_6x6_KHR] = { textureFormat: COMPRESSED_RGBA_ASTC_6x6_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 6, height: 6 } };
      t[COMPRESSED_RGBA_ASTC_8x5_KHR] = { textureFormat: COMPRESSED_RGBA_ASTC_8x5_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 8, height: 5 } };
      t[COMPRESSED_RGBA_ASTC_8x6_KHR] = { textureFormat: COMPRESSED_RGBA_ASTC_8x6_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 8, height: 6 } };
      t[COMPRESSED_RGBA_ASTC_8x8_KHR] = { textureFormat: COMPRESSED_RGBA_ASTC_8x8_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 8, height: 8 } };
      t[COMPRESSED_RGBA_ASTC_10x5_KHR] = { textureFormat: COMPRESSED_RGBA_ASTC_10x5_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 10, height: 5 } };
      t[COMPRESSED_RGBA_ASTC_10x6_KHR] = { textureFormat: COMPRESSED_RGBA_ASTC_10x6_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 10, height: 6 } };
      t[COMPRESSED_RGBA_ASTC_10x8_KHR] = { textureFormat: COMPRESSED_RGBA_ASTC_10x8_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 10, height: 8 } };
      t[COMPRESSED_RGBA_ASTC_10x10_KHR] = { textureFormat: COMPRESSED_RGBA_ASTC_10x10_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 10, height: 10 } };
      t[COMPRESSED_RGBA_ASTC_12x10_KHR] = { textureFormat: COMPRESSED_RGBA_ASTC_12x10_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 12, height: 10 } };
      t[COMPRESSED_RGBA_ASTC_12x12_KHR] = { textureFormat: COMPRESSED_RGBA_ASTC_12x12_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 12, height: 12 } };
      t[COMPRESSED_SRGB8_ALPHA8_ASTC_4x4_KHR] = { textureFormat: COMPRESSED_SRGB8_ALPHA8_ASTC_4x4_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 4, height: 4 } };
      t[COMPRESSED_SRGB8_ALPHA8_ASTC_5x4_KHR] = { textureFormat: COMPRESSED_SRGB8_ALPHA8_ASTC_5x4_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 5, height: 4 } };
      t[COMPRESSED_SRGB8_ALPHA8_ASTC_5x5_KHR] = { textureFormat: COMPRESSED_SRGB8_ALPHA8_ASTC_5x5_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 5, height: 5 } };
      t[COMPRESSED_SRGB8_ALPHA8_ASTC_6x5_KHR] = { textureFormat: COMPRESSED_SRGB8_ALPHA8_ASTC_6x5_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 6, height: 5 } };
      t[COMPRESSED_SRGB8_ALPHA8_ASTC_6x6_KHR] = { textureFormat: COMPRESSED_SRGB8_ALPHA8_ASTC_6x6_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 6, height: 6 } };
      t[COMPRESSED_SRGB8_ALPHA8_ASTC_8x5_KHR] = { textureFormat: COMPRESSED_SRGB8_ALPHA8_ASTC_8x5_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 8, height: 5 } };
      t[COMPRESSED_SRGB8_ALPHA8_ASTC_8x6_KHR] = { textureFormat: COMPRESSED_SRGB8_ALPHA8_ASTC_8x6_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 8, height: 6 } };
      t[COMPRESSED_SRGB8_ALPHA8_ASTC_8x8_KHR] = { textureFormat: COMPRESSED_SRGB8_ALPHA8_ASTC_8x8_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 8, height: 8 } };
      t[COMPRESSED_SRGB8_ALPHA8_ASTC_10x5_KHR] = { textureFormat: COMPRESSED_SRGB8_ALPHA8_ASTC_10x5_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 10, height: 5 } };
      t[COMPRESSED_SRGB8_ALPHA8_ASTC_10x6_KHR] = { textureFormat: COMPRESSED_SRGB8_ALPHA8_ASTC_10x6_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 10, height: 6 } };
      t[COMPRESSED_SRGB8_ALPHA8_ASTC_10x8_KHR] = { textureFormat: COMPRESSED_SRGB8_ALPHA8_ASTC_10x8_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 10, height: 8 } };
      t[COMPRESSED_SRGB8_ALPHA8_ASTC_10x10_KHR] = { textureFormat: COMPRESSED_SRGB8_ALPHA8_ASTC_10x10_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 10, height: 10 } };
      t[COMPRESSED_SRGB8_ALPHA8_ASTC_12x10_KHR] = { textureFormat: COMPRESSED_SRGB8_ALPHA8_ASTC_12x10_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 12, height: 10 } };
      t[COMPRESSED_SRGB8_ALPHA8_ASTC_12x12_KHR] = { textureFormat: COMPRESSED_SRGB8_ALPHA8_ASTC_12x12_KHR, colorRenderable: false, textureFilterable: true, block: { bytes: 16, width: 12, height: 12 } };
      t[COMPRESSED_RGBA_BPTC_UNORM_EXT] = { textureFormat: COMPRESSED_RGBA_BPTC_UNORM_EXT, colorRenderable: false, textureFilterable: true, block: block16_4_4 };
      t[COMPRESSED_SRGB_ALPHA_BPTC_UNORM_EXT] = { textureFormat: COMPRESSED_SRGB_ALPHA_BPTC_UNORM_EXT, colorRenderable: false, textureFilterable: true, block: block16_4_4 };
      t[COMPRESSED_RGB_BPTC_SIGNED_FLOAT_EXT] = { textureFormat: COMPRESSED_RGB_BPTC_SIGNED_FLOAT_EXT, colorRenderable: false, textureFilterable: true, block: block16_4_4 };
      t[COMPRESSED_RGB_BPTC_UNSIGNED_FLOAT_EXT] = { textureFormat: COMPRESSED_RGB_BPTC_UNSIGNED_FLOAT_EXT, colorRenderable: false, textureFilterable: true, block: block16_4_4 };
      t[COMPRESSED_RED_RGTC1_EXT] = { textureFormat: COMPRESSED_RED_RGTC1_EXT, colorRenderable: false, textureFilterable: true, block: block8_4_4 };
      t[COMPRESSED_SIGNED_RED_RGTC1_EXT] = { textureFormat: COMPRESSED_SIGNED_RED_RGTC1_EXT, colorRenderable: false, textureFilterable: true, block: block8_4_4 };
      t[COMPRESSED_RED_GREEN_RGTC2_EXT] = { textureFormat: COMPRESSED_RED_GREEN_RGTC2_EXT, colorRenderable: false, textureFilterable: true, block: block8_4_4 };
      t[COMPRESSED_SIGNED_RED_GREEN_RGTC2_EXT] = { textureFormat: COMPRESSED_SIGNED_RED_GREEN_RGTC2_EXT, colorRenderable: false, textureFilterable: true, block: block8_4_4 };
      s_textureInternalFormatInfo = t;
    }
    const info = s_textureInternalFormatInfo[internalFormat];
    if (!info) {
      throw new Error("unknown internal format");
    }
    return info;
  }
  function getBytesPerElementForInternalFormat(internalFormat, type) {
    const info = getTextureInternalFormatInfo(internalFormat);
    const bytesPerElement = info.bytesPerElementMap[type];
    if (bytesPerElement === void 0) {
      throw new Error("type not supported for internal format");
    }
    return bytesPerElement;
  }
  function getFormatAndTypeForInternalFormat(internalFormat) {
    const info = getTextureInternalFormatInfo(internalFormat);
    if (!info) {
      throw new Error("unknown internal format");
    }
    return {
      format: info.textureFormat,
      type: info.type?.[0] ?? UNSIGNED_BYTE$1
    };
  }
  function isCompressedInternalFormat(internalFormat) {
    const info = getTextureInternalFormatInfo(internalFormat);
    return !!info.block;
  }
  function getBlockInfoForInternalFormat(internalFormat, type) {
    const info = getTextureInternalFormatInfo(internalFormat);
    if (info.block) {
      return { blockWidth: info.block.width, blockHeight: info.block.height, bytesPerBlock: info.block.bytes };
    }
    const bytesPerBlock = getBytesPerElementForInternalFormat(internalFormat, type);
    return { blockWidth: 1, blockHeight: 1, bytesPerBlock };
  }
  function isPowerOf2(value) {
    return (value & value - 1) === 0;
  }
  function canGenerateMipmap(gl2, width, height, internalFormat) {
    if (!isWebGL2(gl2)) {
      return isPowerOf2(width) && isPowerOf2(height);
    }
    const info = getTextureInternalFormatInfo(internalFormat);
    return info.colorRenderable && info.textureFilterable;
  }
  function canFilter(internalFormat) {
    const info = getTextureInternalFormatInfo(internalFormat);
    return info.textureFilterable;
  }
  function getTextureTypeForArrayType(gl2, src, defaultType) {
    if (isArrayBuffer2(src)) {
      return getGLTypeForTypedArray(src);
    }
    return defaultType || UNSIGNED_BYTE$1;
  }
  function guessDimensions(gl2, target, width, height, numElements) {
    if (numElements % 1 !== 0) {
      throw new Error("can't guess dimensions");
    }
    if (!width && !height) {
      const size = Math.sqrt(numElements / (target === TEXTURE_CUBE_MAP$1 ? 6 : 1));
      if (size % 1 === 0) {
        width = size;
        height = size;
      } else {
        width = numElements;
        height = 1;
      }
    } else if (!height) {
      height = numElements / width;
      if (height % 1) {
        throw new Error("can't guess dimensions");
      }
    } else if (!width) {
      width = numElements / height;
      if (width % 1) {
        throw new Error("can't guess dimensions");
      }
    }
    return {
      width,
      height
    };
  }
  function scopedSetPackState(gl2, options, fn) {
    let colorspaceConversion;
    let premultiplyAlpha;
    let flipY;
    if (options.colorspaceConversion !== void 0) {
      colorspaceConversion = gl2.getParameter(UNPACK_COLORSPACE_CONVERSION_WEBGL);
      gl2.pixelStorei(UNPACK_COLORSPACE_CONVERSION_WEBGL, options.colorspaceConversion);
    }
    if (options.premultiplyAlpha !== void 0) {
      premultiplyAlpha = gl2.getParameter(UNPACK_PREMULTIPLY_ALPHA_WEBGL);
      gl2.pixelStorei(UNPACK_PREMULTIPLY_ALPHA_WEBGL, options.premultiplyAlpha);
    }
    if (options.flipY !== void 0) {
      flipY = gl2.getParameter(UNPACK_FLIP_Y_WEBGL);
      gl2.pixelStorei(UNPACK_FLIP_Y_WEBGL, options.flipY);
    }
    fn();
    if (colorspaceConversion !== void 0) {
      gl2.pixelStorei(UNPACK_COLORSPACE_CONVERSION_WEBGL, colorspaceConversion);
    }
    if (premultiplyAlpha !== void 0) {
      gl2.pixelStorei(UNPACK_PREMULTIPLY_ALPHA_WEBGL, premultiplyAlpha);
    }
    if (flipY !== void 0) {
      gl2.pixelStorei(UNPACK_FLIP_Y_WEBGL, flipY);
    }
  }
  function getPackStateOption(gl2, options, property, pname) {
    const v = options[property];
    return {
      [property]: v === void 0 ? gl2.getParameter(pname) : v
    };
  }
  function copyOptionsAndApplyPackState(gl2, options) {
    return {
      ...options,
      ...getPackStateOption(gl2, options, "flipY", UNPACK_FLIP_Y_WEBGL),
      ...getPackStateOption(gl2, options, "premultiplyAlpha", UNPACK_PREMULTIPLY_ALPHA_WEBGL),
      ...getPackStateOption(gl2, options, "colorspaceConversion", UNPACK_COLORSPACE_CONVERSION_WEBGL)
    };
  }
  function setSkipStateToDefault(gl2) {
    gl2.pixelStorei(UNPACK_ALIGNMENT, 4);
    if (isWebGL2(gl2)) {
      gl2.pixelStorei(UNPACK_ROW_LENGTH, 0);
      gl2.pixelStorei(UNPACK_IMAGE_HEIGHT, 0);
      gl2.pixelStorei(UNPACK_SKIP_PIXELS, 0);
      gl2.pixelStorei(UNPACK_SKIP_ROWS, 0);
      gl2.pixelStorei(UNPACK_SKIP_IMAGES, 0);
    }
  }
  function setTextureSamplerParameters(gl2, target, parameteriFn, options) {
    if (options.minMag) {
      parameteriFn.call(gl2, target, TEXTURE_MIN_FILTER, options.minMag);
      parameteriFn.call(gl2, target, TEXTURE_MAG_FILTER, options.minMag);
    }
    if (options.min) {
      parameteriFn.call(gl2, target, TEXTURE_MIN_FILTER, options.min);
    }
    if (options.mag) {
      parameteriFn.call(gl2, target, TEXTURE_MAG_FILTER, options.mag);
    }
    if (options.wrap) {
      parameteriFn.call(gl2, target, TEXTURE_WRAP_S, options.wrap);
      parameteriFn.call(gl2, target, TEXTURE_WRAP_T, options.wrap);
      if (target === TEXTURE_3D$1 || isSampler(gl2, target)) {
        parameteriFn.call(gl2, target, TEXTURE_WRAP_R, options.wrap);
      }
    }
    if (options.wrapR) {
      parameteriFn.call(gl2, target, TEXTURE_WRAP_R, options.wrapR);
    }
    if (options.wrapS) {
      parameteriFn.call(gl2, target, TEXTURE_WRAP_S, options.wrapS);
    }
    if (options.wrapT) {
      parameteriFn.call(gl2, target, TEXTURE_WRAP_T, options.wrapT);
    }
    if (options.minLod !== void 0) {
      parameteriFn.call(gl2, target, TEXTURE_MIN_LOD, options.minLod);
    }
    if (options.maxLod !== void 0) {
      parameteriFn.call(gl2, target, TEXTURE_MAX_LOD, options.maxLod);
    }
    if (options.baseLevel !== void 0) {
      parameteriFn.call(gl2, target, TEXTURE_BASE_LEVEL, options.baseLevel);
    }
    if (options.maxLevel !== void 0) {
      parameteriFn.call(gl2, target, TEXTURE_MAX_LEVEL, options.maxLevel);
    }
    if (options.compareFunc !== void 0) {
      parameteriFn.call(gl2, target, TEXTURE_COMPARE_FUNC, options.compareFunc);
    }
    if (options.compareMode !== void 0) {
      parameteriFn.call(gl2, target, TEXTURE_COMPARE_MODE, options.compareMode);
    }
  }
  function setTextureParameters(gl2, tex, options) {
    const target = options.target || TEXTURE_2D$2;
    gl2.bindTexture(target, tex);
    setTextureSamplerParameters(gl2, target, gl2.texParameteri, options);
  }
  function make1Pixel(color) {
    color = color || defaults$1.textureColor;
    if (isArrayBuffer2(color)) {
      return color;
    }
    return new Uint8Array([color[0] * 255, color[1] * 255, color[2] * 255, color[3] * 255]);
  }
  function setTextureFilteringForSizeInternal(gl2, tex, { options, width, height, internalFormat, lastMipLevelUploaded }) {
    options = options || defaults$1.textureOptions;
    internalFormat = internalFormat || RGBA$1;
    const target = options.target || TEXTURE_2D$2;
    width = width || options.width;
    height = height || options.height;
    gl2.bindTexture(target, tex);
    if (lastMipLevelUploaded > 1) {
      const lastLevelWidth = Math.max(1, width >> lastMipLevelUploaded);
      const lastLevelHeight = Math.max(1, height >> lastMipLevelUploaded);
      const canUseMips = lastLevelWidth === 1 && lastLevelHeight === 1;
      const magFiltering = canFilter(internalFormat) ? LINEAR$1 : NEAREST2;
      const minFiltering = canFilter(internalFormat) ? canUseMips ? NEAREST_MIPMAP_LINEAR : LINEAR$1 : NEAREST2;
      gl2.texParameteri(target, TEXTURE_MAG_FILTER, magFiltering);
      gl2.texParameteri(target, TEXTURE_MIN_FILTER, minFiltering);
    } else if (canGenerateMipmap(gl2, width, height, internalFormat)) {
      gl2.generateMipmap(target);
    } else {
      const filtering = canFilter(internalFormat) ? LINEAR$1 : NEAREST2;
      gl2.texParameteri(target, TEXTURE_MIN_FILTER, filtering);
      gl2.texParameteri(target, TEXTURE_MAG_FILTER, filtering);
      gl2.texParameteri(target, TEXTURE_WRAP_S, CLAMP_TO_EDGE$1);
      gl2.texParameteri(target, TEXTURE_WRAP_T, CLAMP_TO_EDGE$1);
    }
  }
  function setTextureFilteringForSize(gl2, tex, options, width, height, internalFormat) {
    setTextureFilteringForSizeInternal(gl2, tex, { options, width, height, internalFormat });
  }
  function shouldAutomaticallySetTextureFilteringForSize(options) {
    return options.auto === true || options.auto === void 0 && options.level === void 0;
  }
  function getCubeFaceOrder(gl2, options) {
    options = options || {};
    return options.cubeFaceOrder || [
      TEXTURE_CUBE_MAP_POSITIVE_X,
      TEXTURE_CUBE_MAP_NEGATIVE_X,
      TEXTURE_CUBE_MAP_POSITIVE_Y,
      TEXTURE_CUBE_MAP_NEGATIVE_Y,
      TEXTURE_CUBE_MAP_POSITIVE_Z,
      TEXTURE_CUBE_MAP_NEGATIVE_Z
    ];
  }
  function getCubeFacesWithNdx(gl2, options) {
    const faces = getCubeFaceOrder(gl2, options);
    const facesWithNdx = faces.map(function(face, ndx) {
      return { face, ndx };
    });
    facesWithNdx.sort(function(a, b) {
      return a.face - b.face;
    });
    return facesWithNdx;
  }
  function setTextureFromElement(gl2, tex, element, options) {
    options = options || defaults$1.textureOptions;
    const target = options.target || TEXTURE_2D$2;
    const level = options.level || 0;
    let width = element.width;
    let height = element.height;
    const internalFormat = options.internalFormat || options.format || RGBA$1;
    const formatType = getFormatAndTypeForInternalFormat(internalFormat);
    const format = options.format || formatType.format;
    const type = options.type || formatType.type;
    gl2.bindTexture(target, tex);
    if (target === TEXTURE_CUBE_MAP$1) {
      const imgWidth = element.width;
      const imgHeight = element.height;
      let size;
      let slices;
      if (imgWidth / 6 === imgHeight) {
        size = imgHeight;
        slices = [0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0];
      } else if (imgHeight / 6 === imgWidth) {
        size = imgWidth;
        slices = [0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5];
      } else if (imgWidth / 3 === imgHeight / 2) {
        size = imgWidth / 3;
        slices = [0, 0, 1, 0, 2, 0, 0, 1, 1, 1, 2, 1];
      } else if (imgWidth / 2 === imgHeight / 3) {
        size = imgWidth / 2;
        slices = [0, 0, 1, 0, 0, 1, 1, 1, 0, 2, 1, 2];
      } else {
        throw new Error(`can't figure out cube map from element: ${element.src ? element.src : element.nodeName}`);
      }
      const ctx = getShared2DContext();
      if (ctx) {
        ctx.canvas.width = size;
        ctx.canvas.height = size;
        width = size;
        height = size;
        scopedSetPackState(gl2, options, () => {
          getCubeFacesWithNdx(gl2, options).forEach(function(f) {
            const xOffset = slices[f.ndx * 2 + 0] * size;
            const yOffset = slices[f.ndx * 2 + 1] * size;
            ctx.drawImage(element, xOffset, yOffset, size, size, 0, 0, size, size);
            gl2.texImage2D(f.face, level, internalFormat, format, type, ctx.canvas);
          });
          ctx.canvas.width = 1;
          ctx.canvas.height = 1;
        });
      } else if (typeof createImageBitmap !== "undefined") {
        width = size;
        height = size;
        getCubeFacesWithNdx(gl2, options).forEach(function(f) {
          const xOffset = slices[f.ndx * 2 + 0] * size;
          const yOffset = slices[f.ndx * 2 + 1] * size;
          gl2.texImage2D(f.face, level, internalFormat, size, size, 0, format, type, null);
          createImageBitmap(element, xOffset, yOffset, size, size, {
            premultiplyAlpha: "none",
            colorSpaceConversion: "none"
          }).then(function(imageBitmap) {
            scopedSetPackState(gl2, options, () => {
              gl2.bindTexture(target, tex);
              gl2.texImage2D(f.face, level, internalFormat, format, type, imageBitmap);
              if (shouldAutomaticallySetTextureFilteringForSize(options)) {
                setTextureFilteringForSize(gl2, tex, options, width, height, internalFormat);
              }
            });
          });
        });
      }
    } else if (target === TEXTURE_3D$1 || target === TEXTURE_2D_ARRAY$1) {
      scopedSetPackState(gl2, options, () => {
        const smallest = Math.min(element.width, element.height);
        const largest2 = Math.max(element.width, element.height);
        const depth = largest2 / smallest;
        if (depth % 1 !== 0) {
          throw new Error("can not compute 3D dimensions of element");
        }
        const xMult = element.width === largest2 ? 1 : 0;
        const yMult = element.height === largest2 ? 1 : 0;
        gl2.pixelStorei(UNPACK_ALIGNMENT, 1);
        gl2.pixelStorei(UNPACK_ROW_LENGTH, element.width);
        gl2.pixelStorei(UNPACK_IMAGE_HEIGHT, 0);
        gl2.pixelStorei(UNPACK_SKIP_IMAGES, 0);
        gl2.texImage3D(target, level, internalFormat, smallest, smallest, smallest, 0, format, type, null);
        for (let d = 0; d < depth; ++d) {
          const srcX = d * smallest * xMult;
          const srcY = d * smallest * yMult;
          gl2.pixelStorei(UNPACK_SKIP_PIXELS, srcX);
          gl2.pixelStorei(UNPACK_SKIP_ROWS, srcY);
          gl2.texSubImage3D(target, level, 0, 0, d, smallest, smallest, 1, format, type, element);
        }
        setSkipStateToDefault(gl2);
      });
    } else {
      scopedSetPackState(gl2, options, () => {
        gl2.texImage2D(target, level, internalFormat, format, type, element);
      });
    }
    if (shouldAutomaticallySetTextureFilteringForSize(options)) {
      setTextureFilteringForSize(gl2, tex, options, width, height, internalFormat);
    }
    setTextureParameters(gl2, tex, options);
  }
  function noop() {
  }
  function urlIsSameOrigin(url) {
    if (typeof document !== "undefined") {
      const a = document.createElement("a");
      a.href = url;
      return a.hostname === location.hostname && a.port === location.port && a.protocol === location.protocol;
    } else {
      const localOrigin = new URL(location.href).origin;
      const urlOrigin = new URL(url, location.href).origin;
      return urlOrigin === localOrigin;
    }
  }
  function setToAnonymousIfUndefinedAndURLIsNotSameOrigin(url, crossOrigin) {
    return crossOrigin === void 0 && !urlIsSameOrigin(url) ? "anonymous" : crossOrigin;
  }
  function loadImage(url, crossOrigin, callback) {
    callback = callback || noop;
    let img;
    crossOrigin = crossOrigin !== void 0 ? crossOrigin : defaults$1.crossOrigin;
    crossOrigin = setToAnonymousIfUndefinedAndURLIsNotSameOrigin(url, crossOrigin);
    if (typeof Image !== "undefined") {
      img = new Image();
      if (crossOrigin !== void 0) {
        img.crossOrigin = crossOrigin;
      }
      const clearEventHandlers = function clearEventHandlers2() {
        img.removeEventListener("error", onError);
        img.removeEventListener("load", onLoad);
        img = null;
      };
      const onError = function onError2() {
        const msg = "couldn't load image: " + url;
        error$1(msg);
        callback(msg, img);
        clearEventHandlers();
      };
      const onLoad = function onLoad2() {
        callback(null, img);
        clearEventHandlers();
      };
      img.addEventListener("error", onError);
      img.addEventListener("load", onLoad);
      img.src = url;
      return img;
    } else if (typeof ImageBitmap !== "undefined") {
      let err;
      let bm;
      const cb = function cb2() {
        callback(err, bm);
      };
      const options = {};
      if (crossOrigin) {
        options.mode = "cors";
      }
      fetch(url, options).then(function(response) {
        if (!response.ok) {
          throw response;
        }
        return response.blob();
      }).then(function(blob) {
        return createImageBitmap(blob, {
          premultiplyAlpha: "none",
          colorSpaceConversion: "none"
        });
      }).then(function(bitmap) {
        bm = bitmap;
        setTimeout(cb);
      }).catch(function(e) {
        err = e;
        setTimeout(cb);
      });
      img = null;
    }
    return img;
  }
  function isTexImageSource(obj) {
    return typeof ImageBitmap !== "undefined" && obj instanceof ImageBitmap || typeof ImageData !== "undefined" && obj instanceof ImageData || typeof HTMLElement !== "undefined" && obj instanceof HTMLElement;
  }
  function loadAndUseImage(obj, crossOrigin, callback) {
    if (isTexImageSource(obj)) {
      setTimeout(function() {
        callback(null, obj);
      });
      return obj;
    }
    return loadImage(obj, crossOrigin, callback);
  }
  function setTextureTo1PixelColor(gl2, tex, options) {
    options = options || defaults$1.textureOptions;
    const target = options.target || TEXTURE_2D$2;
    gl2.bindTexture(target, tex);
    if (options.color === false) {
      return;
    }
    const color = make1Pixel(options.color);
    if (target === TEXTURE_CUBE_MAP$1) {
      for (let ii = 0; ii < 6; ++ii) {
        gl2.texImage2D(TEXTURE_CUBE_MAP_POSITIVE_X + ii, 0, RGBA$1, 1, 1, 0, RGBA$1, UNSIGNED_BYTE$1, color);
      }
    } else if (target === TEXTURE_3D$1 || target === TEXTURE_2D_ARRAY$1) {
      gl2.texImage3D(target, 0, RGBA$1, 1, 1, 1, 0, RGBA$1, UNSIGNED_BYTE$1, color);
    } else {
      gl2.texImage2D(target, 0, RGBA$1, 1, 1, 0, RGBA$1, UNSIGNED_BYTE$1, color);
    }
  }
  function loadTextureFromUrl(gl2, tex, options, callback) {
    callback = callback || noop;
    options = options || defaults$1.textureOptions;
    setTextureTo1PixelColor(gl2, tex, options);
    options = copyOptionsAndApplyPackState(gl2, options);
    const img = loadAndUseImage(options.src, options.crossOrigin, function(err, img2) {
      if (err) {
        callback(err, tex, img2);
      } else {
        setTextureFromElement(gl2, tex, img2, options);
        callback(null, tex, img2);
      }
    });
    return img;
  }
  function loadCubemapFromUrls(gl2, tex, options, callback) {
    callback = callback || noop;
    const urls = options.src;
    if (urls.length !== 6) {
      throw new Error("there must be 6 urls for a cubemap");
    }
    const level = options.level || 0;
    const internalFormat = options.internalFormat || options.format || RGBA$1;
    const formatType = getFormatAndTypeForInternalFormat(internalFormat);
    const format = options.format || formatType.format;
    const type = options.type || UNSIGNED_BYTE$1;
    const target = options.target || TEXTURE_2D$2;
    if (target !== TEXTURE_CUBE_MAP$1) {
      throw new Error("target must be TEXTURE_CUBE_MAP");
    }
    setTextureTo1PixelColor(gl2, tex, options);
    options = copyOptionsAndApplyPackState(gl2, options);
    let numToLoad = 6;
    const errors = [];
    const faces = getCubeFaceOrder(gl2, options);
    let imgs;
    function uploadImg(faceTarget) {
      return function(err, img) {
        --numToLoad;
        if (err) {
          errors.push(err);
        } else {
          if (img.width !== img.height) {
            errors.push("cubemap face img is not a square: " + img.src);
          } else {
            scopedSetPackState(gl2, options, () => {
              gl2.bindTexture(target, tex);
              if (numToLoad === 5) {
                getCubeFaceOrder().forEach(function(otherTarget) {
                  gl2.texImage2D(otherTarget, level, internalFormat, format, type, img);
                });
              } else {
                gl2.texImage2D(faceTarget, level, internalFormat, format, type, img);
              }
              if (shouldAutomaticallySetTextureFilteringForSize(options)) {
                gl2.generateMipmap(target);
              }
            });
          }
        }
        if (numToLoad === 0) {
          callback(errors.length ? errors : void 0, tex, imgs);
        }
      };
    }
    imgs = urls.map(function(url, ndx) {
      return loadAndUseImage(url, options.crossOrigin, uploadImg(faces[ndx]));
    });
  }
  function loadSlicesFromUrls(gl2, tex, options, callback) {
    callback = callback || noop;
    const urls = options.src;
    const internalFormat = options.internalFormat || options.format || RGBA$1;
    const formatType = getFormatAndTypeForInternalFormat(internalFormat);
    const format = options.format || formatType.format;
    const type = options.type || UNSIGNED_BYTE$1;
    const target = options.target || TEXTURE_2D_ARRAY$1;
    if (target !== TEXTURE_3D$1 && target !== TEXTURE_2D_ARRAY$1) {
      throw new Error("target must be TEXTURE_3D or TEXTURE_2D_ARRAY");
    }
    setTextureTo1PixelColor(gl2, tex, options);
    options = copyOptionsAndApplyPackState(gl2, options);
    let numToLoad = urls.length;
    const errors = [];
    let imgs;
    const level = options.level || 0;
    let width = options.width;
    let height = options.height;
    const depth = urls.length;
    let firstImage = true;
    function uploadImg(slice3) {
      return function(err, img) {
        --numToLoad;
        if (err) {
          errors.push(err);
        } else {
          scopedSetPackState(gl2, options, () => {
            gl2.bindTexture(target, tex);
            if (firstImage) {
              firstImage = false;
              width = options.width || img.width;
              height = options.height || img.height;
              gl2.texImage3D(target, level, internalFormat, width, height, depth, 0, format, type, null);
              for (let s = 0; s < depth; ++s) {
                gl2.texSubImage3D(target, level, 0, 0, s, width, height, 1, format, type, img);
              }
            } else {
              let src = img;
              let ctx;
              if (img.width !== width || img.height !== height) {
                ctx = getShared2DContext();
                src = ctx.canvas;
                ctx.canvas.width = width;
                ctx.canvas.height = height;
                ctx.drawImage(img, 0, 0, width, height);
              }
              gl2.texSubImage3D(target, level, 0, 0, slice3, width, height, 1, format, type, src);
              if (ctx && src === ctx.canvas) {
                ctx.canvas.width = 0;
                ctx.canvas.height = 0;
              }
            }
            if (shouldAutomaticallySetTextureFilteringForSize(options)) {
              gl2.generateMipmap(target);
            }
          });
        }
        if (numToLoad === 0) {
          callback(errors.length ? errors : void 0, tex, imgs);
        }
      };
    }
    imgs = urls.map(function(url, ndx) {
      return loadAndUseImage(url, options.crossOrigin, uploadImg(ndx));
    });
  }
  function setTextureFromArray(gl2, tex, src, options) {
    options = options || defaults$1.textureOptions;
    const target = options.target || TEXTURE_2D$2;
    gl2.bindTexture(target, tex);
    const level = options.level || 0;
    const internalFormat = options.internalFormat || options.format || RGBA$1;
    const formatType = getFormatAndTypeForInternalFormat(internalFormat);
    const format = options.format || formatType.format;
    const type = options.type || getTextureTypeForArrayType(gl2, src, formatType.type);
    if (!isArrayBuffer2(src)) {
      const Type = getTypedArrayTypeForGLType(type);
      src = new Type(src);
    } else if (src instanceof Uint8ClampedArray) {
      src = new Uint8Array(src.buffer);
    }
    const { width, height, depth } = getTextureSize(target, src, options, internalFormat, format, type);
    const compressed = isCompressedInternalFormat(internalFormat);
    setSkipStateToDefault(gl2);
    gl2.pixelStorei(UNPACK_ALIGNMENT, options.unpackAlignment || 1);
    let mipLevelOffset = 0;
    scopedSetPackState(gl2, options, () => {
      let mipLevelByteOffset = 0;
      const { blockWidth, blockHeight, bytesPerBlock } = getBlockInfoForInternalFormat(internalFormat, type);
      while (mipLevelByteOffset < src.byteLength) {
        const mipWidth = Math.max(1, width >> mipLevelOffset);
        const mipHeight = Math.max(1, height >> mipLevelOffset);
        const mipDepth = target === TEXTURE_2D$2 ? Math.max(1, depth >> mipLevelOffset) : depth;
        const blocksAcross = Math.ceil(mipWidth / blockWidth);
        const blocksDown = Math.ceil(mipHeight / blockHeight);
        const numFaces = target === TEXTURE_CUBE_MAP$1 ? 6 : 1;
        const bytesPerMipLevel = blocksAcross * blocksDown * bytesPerBlock * mipDepth * numFaces;
        if (mipLevelByteOffset + bytesPerMipLevel > src.byteLength) {
          throw new Error("src size does not match number of mip levels");
        }
        const mipSource = src.subarray(mipLevelByteOffset / src.BYTES_PER_ELEMENT, (mipLevelByteOffset + bytesPerMipLevel) / src.BYTES_PER_ELEMENT);
        const mipLevel = level + mipLevelOffset;
        if (target === TEXTURE_CUBE_MAP$1) {
          const faceSize = mipSource.length / 6;
          getCubeFacesWithNdx(gl2, options).forEach((f) => {
            const offset = faceSize * f.ndx;
            const data = mipSource.subarray(offset, offset + faceSize);
            if (compressed) {
              gl2.compressedTexImage2D(f.face, mipLevel, internalFormat, mipWidth, mipHeight, 0, data);
            } else {
              gl2.texImage2D(f.face, mipLevel, internalFormat, mipWidth, mipHeight, 0, format, type, data);
            }
          });
        } else if (target === TEXTURE_3D$1 || target === TEXTURE_2D_ARRAY$1) {
          gl2.texImage3D(target, mipLevel, internalFormat, mipWidth, mipHeight, mipDepth, 0, format, type, mipSource);
        } else {
          if (compressed) {
            gl2.compressedTexImage2D(target, mipLevel, internalFormat, mipWidth, mipHeight, 0, mipSource);
          } else {
            gl2.texImage2D(target, mipLevel, internalFormat, mipWidth, mipHeight, 0, format, type, mipSource);
          }
        }
        ++mipLevelOffset;
        mipLevelByteOffset += bytesPerMipLevel;
        if (mipWidth === 1 && mipHeight === 1 && mipDepth === 1 && mipLevelByteOffset !== src.byteLength) {
          throw new Error("src size has more data than can fit in mip levels");
        }
      }
    });
    return { width, height, depth, type, lastMipLevelUploaded: level + mipLevelOffset - 1 };
  }
  function getTextureSize(target, src, options, internalFormat, format, type) {
    let width = options.width;
    let height = options.height;
    let depth = options.depth;
    const compressed = isCompressedInternalFormat(internalFormat);
    if (compressed) {
      if (!width || !height) {
        throw new Error("compressed texture needs to set width and height!");
      }
      depth = depth || 1;
    } else {
      const bytesPerElement = getBytesPerElementForInternalFormat(internalFormat, type);
      const numElements = src.byteLength / bytesPerElement;
      if (numElements % 1) {
        throw new Error(`length wrong size for format: ${glEnumToString(gl, format)}`);
      }
      if (compressed && (!width || !height)) {
        throw new Error("compressed texture needs to set width and height!");
      }
      let dimensions;
      if (target === TEXTURE_3D$1 || target === TEXTURE_2D_ARRAY$1) {
        if (!width && !height && !depth) {
          const size = Math.cbrt(numElements);
          if (size % 1 !== 0) {
            throw new Error(`can't guess cube size of array of numElements: ${numElements}`);
          }
          width = size;
          height = size;
          depth = size;
        } else if (width && (!height || !depth)) {
          dimensions = guessDimensions(gl, target, height, depth, numElements / width);
          height = dimensions.width;
          depth = dimensions.height;
        } else if (height && (!width || !depth)) {
          dimensions = guessDimensions(gl, target, width, depth, numElements / height);
          width = dimensions.width;
          depth = dimensions.height;
        } else {
          dimensions = guessDimensions(gl, target, width, height, numElements / depth);
          width = dimensions.width;
          height = dimensions.height;
        }
      } else {
        dimensions = guessDimensions(gl, target, width, height, numElements);
        width = dimensions.width;
        height = dimensions.height;
      }
    }
    return {
      width,
      height,
      depth
    };
  }
  function setEmptyTexture(gl2, tex, options) {
    const target = options.target || TEXTURE_2D$2;
    gl2.bindTexture(target, tex);
    const level = options.level || 0;
    const internalFormat = options.internalFormat || options.format || RGBA$1;
    const formatType = getFormatAndTypeForInternalFormat(internalFormat);
    const format = options.format || formatType.format;
    const type = options.type || formatType.type;
    scopedSetPackState(gl2, options, () => {
      if (target === TEXTURE_CUBE_MAP$1) {
        for (let ii = 0; ii < 6; ++ii) {
          gl2.texImage2D(TEXTURE_CUBE_MAP_POSITIVE_X + ii, level, internalFormat, options.width, options.height, 0, format, type, null);
        }
      } else if (target === TEXTURE_3D$1 || target === TEXTURE_2D_ARRAY$1) {
        gl2.texImage3D(target, level, internalFormat, options.width, options.height, options.depth, 0, format, type, null);
      } else {
        gl2.texImage2D(target, level, internalFormat, options.width, options.height, 0, format, type, null);
      }
    });
  }
  function createTexture(gl2, options, callback) {
    callback = callback || noop;
    options = options || defaults$1.textureOptions;
    const tex = gl2.createTexture();
    const target = options.target || TEXTURE_2D$2;
    let width = options.width || 1;
    let height = options.height || 1;
    let lastMipLevelUploaded = 0;
    const internalFormat = options.internalFormat || RGBA$1;
    gl2.bindTexture(target, tex);
    if (target === TEXTURE_CUBE_MAP$1) {
      gl2.texParameteri(target, TEXTURE_WRAP_S, CLAMP_TO_EDGE$1);
      gl2.texParameteri(target, TEXTURE_WRAP_T, CLAMP_TO_EDGE$1);
    }
    let src = options.src;
    if (src) {
      if (typeof src === "function") {
        src = src(gl2, options);
      }
      if (typeof src === "string") {
        loadTextureFromUrl(gl2, tex, options, callback);
      } else if (isArrayBuffer2(src) || Array.isArray(src) && (typeof src[0] === "number" || Array.isArray(src[0]) || isArrayBuffer2(src[0]))) {
        const dimensions = setTextureFromArray(gl2, tex, src, options);
        width = dimensions.width;
        height = dimensions.height;
        lastMipLevelUploaded = dimensions.lastMipLevelUploaded;
      } else if (Array.isArray(src) && (typeof src[0] === "string" || isTexImageSource(src[0]))) {
        if (target === TEXTURE_CUBE_MAP$1) {
          loadCubemapFromUrls(gl2, tex, options, callback);
        } else {
          loadSlicesFromUrls(gl2, tex, options, callback);
        }
      } else {
        setTextureFromElement(gl2, tex, src, options);
        width = src.width;
        height = src.height;
      }
    } else {
      setEmptyTexture(gl2, tex, options);
    }
    if (shouldAutomaticallySetTextureFilteringForSize(options)) {
      setTextureFilteringForSizeInternal(gl2, tex, { options, width, height, internalFormat, lastMipLevelUploaded });
    }
    setTextureParameters(gl2, tex, options);
    return tex;
  }
  var error = error$1;
  function getElementById(id) {
    return typeof document !== "undefined" && document.getElementById ? document.getElementById(id) : null;
  }
  var TEXTURE0 = 33984;
  var ARRAY_BUFFER = 34962;
  var ELEMENT_ARRAY_BUFFER$1 = 34963;
  var COMPILE_STATUS = 35713;
  var LINK_STATUS = 35714;
  var FRAGMENT_SHADER = 35632;
  var VERTEX_SHADER = 35633;
  var SEPARATE_ATTRIBS = 35981;
  var ACTIVE_UNIFORMS = 35718;
  var ACTIVE_ATTRIBUTES = 35721;
  var TRANSFORM_FEEDBACK_VARYINGS = 35971;
  var ACTIVE_UNIFORM_BLOCKS = 35382;
  var UNIFORM_BLOCK_REFERENCED_BY_VERTEX_SHADER = 35396;
  var UNIFORM_BLOCK_REFERENCED_BY_FRAGMENT_SHADER = 35398;
  var UNIFORM_BLOCK_DATA_SIZE = 35392;
  var UNIFORM_BLOCK_ACTIVE_UNIFORM_INDICES = 35395;
  var FLOAT = 5126;
  var FLOAT_VEC2 = 35664;
  var FLOAT_VEC3 = 35665;
  var FLOAT_VEC4 = 35666;
  var INT = 5124;
  var INT_VEC2 = 35667;
  var INT_VEC3 = 35668;
  var INT_VEC4 = 35669;
  var BOOL = 35670;
  var BOOL_VEC2 = 35671;
  var BOOL_VEC3 = 35672;
  var BOOL_VEC4 = 35673;
  var FLOAT_MAT2 = 35674;
  var FLOAT_MAT3 = 35675;
  var FLOAT_MAT4 = 35676;
  var SAMPLER_2D = 35678;
  var SAMPLER_CUBE = 35680;
  var SAMPLER_3D = 35679;
  var SAMPLER_2D_SHADOW = 35682;
  var FLOAT_MAT2x3 = 35685;
  var FLOAT_MAT2x4 = 35686;
  var FLOAT_MAT3x2 = 35687;
  var FLOAT_MAT3x4 = 35688;
  var FLOAT_MAT4x2 = 35689;
  var FLOAT_MAT4x3 = 35690;
  var SAMPLER_2D_ARRAY = 36289;
  var SAMPLER_2D_ARRAY_SHADOW = 36292;
  var SAMPLER_CUBE_SHADOW = 36293;
  var UNSIGNED_INT = 5125;
  var UNSIGNED_INT_VEC2 = 36294;
  var UNSIGNED_INT_VEC3 = 36295;
  var UNSIGNED_INT_VEC4 = 36296;
  var INT_SAMPLER_2D = 36298;
  var INT_SAMPLER_3D = 36299;
  var INT_SAMPLER_CUBE = 36300;
  var INT_SAMPLER_2D_ARRAY = 36303;
  var UNSIGNED_INT_SAMPLER_2D = 36306;
  var UNSIGNED_INT_SAMPLER_3D = 36307;
  var UNSIGNED_INT_SAMPLER_CUBE = 36308;
  var UNSIGNED_INT_SAMPLER_2D_ARRAY = 36311;
  var TEXTURE_2D$1 = 3553;
  var TEXTURE_CUBE_MAP = 34067;
  var TEXTURE_3D = 32879;
  var TEXTURE_2D_ARRAY = 35866;
  var typeMap = {};
  function getBindPointForSamplerType(gl2, type) {
    return typeMap[type].bindPoint;
  }
  function floatSetter(gl2, location2) {
    return function(v) {
      gl2.uniform1f(location2, v);
    };
  }
  function floatArraySetter(gl2, location2) {
    return function(v) {
      gl2.uniform1fv(location2, v);
    };
  }
  function floatVec2Setter(gl2, location2) {
    return function(v) {
      gl2.uniform2fv(location2, v);
    };
  }
  function floatVec3Setter(gl2, location2) {
    return function(v) {
      gl2.uniform3fv(location2, v);
    };
  }
  function floatVec4Setter(gl2, location2) {
    return function(v) {
      gl2.uniform4fv(location2, v);
    };
  }
  function intSetter(gl2, location2) {
    return function(v) {
      gl2.uniform1i(location2, v);
    };
  }
  function intArraySetter(gl2, location2) {
    return function(v) {
      gl2.uniform1iv(location2, v);
    };
  }
  function intVec2Setter(gl2, location2) {
    return function(v) {
      gl2.uniform2iv(location2, v);
    };
  }
  function intVec3Setter(gl2, location2) {
    return function(v) {
      gl2.uniform3iv(location2, v);
    };
  }
  function intVec4Setter(gl2, location2) {
    return function(v) {
      gl2.uniform4iv(location2, v);
    };
  }
  function uintSetter(gl2, location2) {
    return function(v) {
      gl2.uniform1ui(location2, v);
    };
  }
  function uintArraySetter(gl2, location2) {
    return function(v) {
      gl2.uniform1uiv(location2, v);
    };
  }
  function uintVec2Setter(gl2, location2) {
    return function(v) {
      gl2.uniform2uiv(location2, v);
    };
  }
  function uintVec3Setter(gl2, location2) {
    return function(v) {
      gl2.uniform3uiv(location2, v);
    };
  }
  function uintVec4Setter(gl2, location2) {
    return function(v) {
      gl2.uniform4uiv(location2, v);
    };
  }
  function floatMat2Setter(gl2, location2) {
    return function(v) {
      gl2.uniformMatrix2fv(location2, false, v);
    };
  }
  function floatMat3Setter(gl2, location2) {
    return function(v) {
      gl2.uniformMatrix3fv(location2, false, v);
    };
  }
  function floatMat4Setter(gl2, location2) {
    return function(v) {
      gl2.uniformMatrix4fv(location2, false, v);
    };
  }
  function floatMat23Setter(gl2, location2) {
    return function(v) {
      gl2.uniformMatrix2x3fv(location2, false, v);
    };
  }
  function floatMat32Setter(gl2, location2) {
    return function(v) {
      gl2.uniformMatrix3x2fv(location2, false, v);
    };
  }
  function floatMat24Setter(gl2, location2) {
    return function(v) {
      gl2.uniformMatrix2x4fv(location2, false, v);
    };
  }
  function floatMat42Setter(gl2, location2) {
    return function(v) {
      gl2.uniformMatrix4x2fv(location2, false, v);
    };
  }
  function floatMat34Setter(gl2, location2) {
    return function(v) {
      gl2.uniformMatrix3x4fv(location2, false, v);
    };
  }
  function floatMat43Setter(gl2, location2) {
    return function(v) {
      gl2.uniformMatrix4x3fv(location2, false, v);
    };
  }
  function samplerSetter(gl2, type, unit, location2) {
    const bindPoint = getBindPointForSamplerType(gl2, type);
    return isWebGL2(gl2) ? function(textureOrPair) {
      let texture;
      let sampler;
      if (!textureOrPair || isTexture(gl2, textureOrPair)) {
        texture = textureOrPair;
        sampler = null;
      } else {
        texture = textureOrPair.texture;
        sampler = textureOrPair.sampler;
      }
      gl2.uniform1i(location2, unit);
      gl2.activeTexture(TEXTURE0 + unit);
      gl2.bindTexture(bindPoint, texture);
      gl2.bindSampler(unit, sampler);
    } : function(texture) {
      gl2.uniform1i(location2, unit);
      gl2.activeTexture(TEXTURE0 + unit);
      gl2.bindTexture(bindPoint, texture);
    };
  }
  function samplerArraySetter(gl2, type, unit, location2, size) {
    const bindPoint = getBindPointForSamplerType(gl2, type);
    const units = new Int32Array(size);
    for (let ii = 0; ii < size; ++ii) {
      units[ii] = unit + ii;
    }
    return isWebGL2(gl2) ? function(textures) {
      gl2.uniform1iv(location2, units);
      textures.forEach(function(textureOrPair, index) {
        gl2.activeTexture(TEXTURE0 + units[index]);
        let texture;
        let sampler;
        if (!textureOrPair || isTexture(gl2, textureOrPair)) {
          texture = textureOrPair;
          sampler = null;
        } else {
          texture = textureOrPair.texture;
          sampler = textureOrPair.sampler;
        }
        gl2.bindSampler(unit, sampler);
        gl2.bindTexture(bindPoint, texture);
      });
    } : function(textures) {
      gl2.uniform1iv(location2, units);
      textures.forEach(function(texture, index) {
        gl2.activeTexture(TEXTURE0 + units[index]);
        gl2.bindTexture(bindPoint, texture);
      });
    };
  }
  typeMap[FLOAT] = { Type: Float32Array, size: 4, setter: floatSetter, arraySetter: floatArraySetter };
  typeMap[FLOAT_VEC2] = { Type: Float32Array, size: 8, setter: floatVec2Setter, cols: 2 };
  typeMap[FLOAT_VEC3] = { Type: Float32Array, size: 12, setter: floatVec3Setter, cols: 3 };
  typeMap[FLOAT_VEC4] = { Type: Float32Array, size: 16, setter: floatVec4Setter, cols: 4 };
  typeMap[INT] = { Type: Int32Array, size: 4, setter: intSetter, arraySetter: intArraySetter };
  typeMap[INT_VEC2] = { Type: Int32Array, size: 8, setter: intVec2Setter, cols: 2 };
  typeMap[INT_VEC3] = { Type: Int32Array, size: 12, setter: intVec3Setter, cols: 3 };
  typeMap[INT_VEC4] = { Type: Int32Array, size: 16, setter: intVec4Setter, cols: 4 };
  typeMap[UNSIGNED_INT] = { Type: Uint32Array, size: 4, setter: uintSetter, arraySetter: uintArraySetter };
  typeMap[UNSIGNED_INT_VEC2] = { Type: Uint32Array, size: 8, setter: uintVec2Setter, cols: 2 };
  typeMap[UNSIGNED_INT_VEC3] = { Type: Uint32Array, size: 12, setter: uintVec3Setter, cols: 3 };
  typeMap[UNSIGNED_INT_VEC4] = { Type: Uint32Array, size: 16, setter: uintVec4Setter, cols: 4 };
  typeMap[BOOL] = { Type: Uint32Array, size: 4, setter: intSetter, arraySetter: intArraySetter };
  typeMap[BOOL_VEC2] = { Type: Uint32Array, size: 8, setter: intVec2Setter, cols: 2 };
  typeMap[BOOL_VEC3] = { Type: Uint32Array, size: 12, setter: intVec3Setter, cols: 3 };
  typeMap[BOOL_VEC4] = { Type: Uint32Array, size: 16, setter: intVec4Setter, cols: 4 };
  typeMap[FLOAT_MAT2] = { Type: Float32Array, size: 32, setter: floatMat2Setter, rows: 2, cols: 2 };
  typeMap[FLOAT_MAT3] = { Type: Float32Array, size: 48, setter: floatMat3Setter, rows: 3, cols: 3 };
  typeMap[FLOAT_MAT4] = { Type: Float32Array, size: 64, setter: floatMat4Setter, rows: 4, cols: 4 };
  typeMap[FLOAT_MAT2x3] = { Type: Float32Array, size: 32, setter: floatMat23Setter, rows: 2, cols: 3 };
  typeMap[FLOAT_MAT2x4] = { Type: Float32Array, size: 32, setter: floatMat24Setter, rows: 2, cols: 4 };
  typeMap[FLOAT_MAT3x2] = { Type: Float32Array, size: 48, setter: floatMat32Setter, rows: 3, cols: 2 };
  typeMap[FLOAT_MAT3x4] = { Type: Float32Array, size: 48, setter: floatMat34Setter, rows: 3, cols: 4 };
  typeMap[FLOAT_MAT4x2] = { Type: Float32Array, size: 64, setter: floatMat42Setter, rows: 4, cols: 2 };
  typeMap[FLOAT_MAT4x3] = { Type: Float32Array, size: 64, setter: floatMat43Setter, rows: 4, cols: 3 };
  typeMap[SAMPLER_2D] = { Type: null, size: 0, setter: samplerSetter, arraySetter: samplerArraySetter, bindPoint: TEXTURE_2D$1 };
  typeMap[SAMPLER_CUBE] = { Type: null, size: 0, setter: samplerSetter, arraySetter: samplerArraySetter, bindPoint: TEXTURE_CUBE_MAP };
  typeMap[SAMPLER_3D] = { Type: null, size: 0, setter: samplerSetter, arraySetter: samplerArraySetter, bindPoint: TEXTURE_3D };
  typeMap[SAMPLER_2D_SHADOW] = { Type: null, size: 0, setter: samplerSetter, arraySetter: samplerArraySetter, bindPoint: TEXTURE_2D$1 };
  typeMap[SAMPLER_2D_ARRAY] = { Type: null, size: 0, setter: samplerSetter, arraySetter: samplerArraySetter, bindPoint: TEXTURE_2D_ARRAY };
  typeMap[SAMPLER_2D_ARRAY_SHADOW] = { Type: null, size: 0, setter: samplerSetter, arraySetter: samplerArraySetter, bindPoint: TEXTURE_2D_ARRAY };
  typeMap[SAMPLER_CUBE_SHADOW] = { Type: null, size: 0, setter: samplerSetter, arraySetter: samplerArraySetter, bindPoint: TEXTURE_CUBE_MAP };
  typeMap[INT_SAMPLER_2D] = { Type: null, size: 0, setter: samplerSetter, arraySetter: samplerArraySetter, bindPoint: TEXTURE_2D$1 };
  typeMap[INT_SAMPLER_3D] = { Type: null, size: 0, setter: samplerSetter, arraySetter: samplerArraySetter, bindPoint: TEXTURE_3D };
  typeMap[INT_SAMPLER_CUBE] = { Type: null, size: 0, setter: samplerSetter, arraySetter: samplerArraySetter, bindPoint: TEXTURE_CUBE_MAP };
  typeMap[INT_SAMPLER_2D_ARRAY] = { Type: null, size: 0, setter: samplerSetter, arraySetter: samplerArraySetter, bindPoint: TEXTURE_2D_ARRAY };
  typeMap[UNSIGNED_INT_SAMPLER_2D] = { Type: null, size: 0, setter: samplerSetter, arraySetter: samplerArraySetter, bindPoint: TEXTURE_2D$1 };
  typeMap[UNSIGNED_INT_SAMPLER_3D] = { Type: null, size: 0, setter: samplerSetter, arraySetter: samplerArraySetter, bindPoint: TEXTURE_3D };
  typeMap[UNSIGNED_INT_SAMPLER_CUBE] = { Type: null, size: 0, setter: samplerSetter, arraySetter: samplerArraySetter, bindPoint: TEXTURE_CUBE_MAP };
  typeMap[UNSIGNED_INT_SAMPLER_2D_ARRAY] = { Type: null, size: 0, setter: samplerSetter, arraySetter: samplerArraySetter, bindPoint: TEXTURE_2D_ARRAY };
  function floatAttribSetter(gl2, index) {
    return function(b) {
      if (b.value) {
        gl2.disableVertexAttribArray(index);
        switch (b.value.length) {
          case 4:
            gl2.vertexAttrib4fv(index, b.value);
            break;
          case 3:
            gl2.vertexAttrib3fv(index, b.value);
            break;
          case 2:
            gl2.vertexAttrib2fv(index, b.value);
            break;
          case 1:
            gl2.vertexAttrib1fv(index, b.value);
            break;
          default:
            throw new Error("the length of a float constant value must be between 1 and 4!");
        }
      } else {
        gl2.bindBuffer(ARRAY_BUFFER, b.buffer);
        gl2.enableVertexAttribArray(index);
        gl2.vertexAttribPointer(
          index,
          b.numComponents || b.size,
          b.type || FLOAT,
          b.normalize || false,
          b.stride || 0,
          b.offset || 0
        );
        if (gl2.vertexAttribDivisor) {
          gl2.vertexAttribDivisor(index, b.divisor || 0);
        }
      }
    };
  }
  function intAttribSetter(gl2, index) {
    return function(b) {
      if (b.value) {
        gl2.disableVertexAttribArray(index);
        if (b.value.length === 4) {
          gl2.vertexAttrib4iv(index, b.value);
        } else {
          throw new Error("The length of an integer constant value must be 4!");
        }
      } else {
        gl2.bindBuffer(ARRAY_BUFFER, b.buffer);
        gl2.enableVertexAttribArray(index);
        gl2.vertexAttribIPointer(
          index,
          b.numComponents || b.size,
          b.type || INT,
          b.stride || 0,
          b.offset || 0
        );
        if (gl2.vertexAttribDivisor) {
          gl2.vertexAttribDivisor(index, b.divisor || 0);
        }
      }
    };
  }
  function uintAttribSetter(gl2, index) {
    return function(b) {
      if (b.value) {
        gl2.disableVertexAttribArray(index);
        if (b.value.length === 4) {
          gl2.vertexAttrib4uiv(index, b.value);
        } else {
          throw new Error("The length of an unsigned integer constant value must be 4!");
        }
      } else {
        gl2.bindBuffer(ARRAY_BUFFER, b.buffer);
        gl2.enableVertexAttribArray(index);
        gl2.vertexAttribIPointer(
          index,
          b.numComponents || b.size,
          b.type || UNSIGNED_INT,
          b.stride || 0,
          b.offset || 0
        );
        if (gl2.vertexAttribDivisor) {
          gl2.vertexAttribDivisor(index, b.divisor || 0);
        }
      }
    };
  }
  function matAttribSetter(gl2, index, typeInfo) {
    const defaultSize = typeInfo.size;
    const count2 = typeInfo.count;
    return function(b) {
      gl2.bindBuffer(ARRAY_BUFFER, b.buffer);
      const numComponents = b.size || b.numComponents || defaultSize;
      const size = numComponents / count2;
      const type = b.type || FLOAT;
      const typeInfo2 = typeMap[type];
      const stride = typeInfo2.size * numComponents;
      const normalize2 = b.normalize || false;
      const offset = b.offset || 0;
      const rowOffset = stride / count2;
      for (let i = 0; i < count2; ++i) {
        gl2.enableVertexAttribArray(index + i);
        gl2.vertexAttribPointer(
          index + i,
          size,
          type,
          normalize2,
          stride,
          offset + rowOffset * i
        );
        if (gl2.vertexAttribDivisor) {
          gl2.vertexAttribDivisor(index + i, b.divisor || 0);
        }
      }
    };
  }
  var attrTypeMap = {};
  attrTypeMap[FLOAT] = { size: 4, setter: floatAttribSetter };
  attrTypeMap[FLOAT_VEC2] = { size: 8, setter: floatAttribSetter };
  attrTypeMap[FLOAT_VEC3] = { size: 12, setter: floatAttribSetter };
  attrTypeMap[FLOAT_VEC4] = { size: 16, setter: floatAttribSetter };
  attrTypeMap[INT] = { size: 4, setter: intAttribSetter };
  attrTypeMap[INT_VEC2] = { size: 8, setter: intAttribSetter };
  attrTypeMap[INT_VEC3] = { size: 12, setter: intAttribSetter };
  attrTypeMap[INT_VEC4] = { size: 16, setter: intAttribSetter };
  attrTypeMap[UNSIGNED_INT] = { size: 4, setter: uintAttribSetter };
  attrTypeMap[UNSIGNED_INT_VEC2] = { size: 8, setter: uintAttribSetter };
  attrTypeMap[UNSIGNED_INT_VEC3] = { size: 12, setter: uintAttribSetter };
  attrTypeMap[UNSIGNED_INT_VEC4] = { size: 16, setter: uintAttribSetter };
  attrTypeMap[BOOL] = { size: 4, setter: intAttribSetter };
  attrTypeMap[BOOL_VEC2] = { size: 8, setter: intAttribSetter };
  attrTypeMap[BOOL_VEC3] = { size: 12, setter: intAttribSetter };
  attrTypeMap[BOOL_VEC4] = { size: 16, setter: intAttribSetter };
  attrTypeMap[FLOAT_MAT2] = { size: 4, setter: matAttribSetter, count: 2 };
  attrTypeMap[FLOAT_MAT3] = { size: 9, setter: matAttribSetter, count: 3 };
  attrTypeMap[FLOAT_MAT4] = { size: 16, setter: matAttribSetter, count: 4 };
  var errorRE = /ERROR:\s*\d+:(\d+)/gi;
  function addLineNumbersWithError(src, log = "", lineOffset = 0) {
    const matches = [...log.matchAll(errorRE)];
    const lineNoToErrorMap = new Map(matches.map((m, ndx) => {
      const lineNo = parseInt(m[1]);
      const next = matches[ndx + 1];
      const end = next ? next.index : log.length;
      const msg = log.substring(m.index, end);
      return [lineNo - 1, msg];
    }));
    return src.split("\n").map((line, lineNo) => {
      const err = lineNoToErrorMap.get(lineNo);
      return `${lineNo + 1 + lineOffset}: ${line}${err ? `

^^^ ${err}` : ""}`;
    }).join("\n");
  }
  var spaceRE = /^[ \t]*\n/;
  function prepShaderSource(shaderSource) {
    let lineOffset = 0;
    if (spaceRE.test(shaderSource)) {
      lineOffset = 1;
      shaderSource = shaderSource.replace(spaceRE, "");
    }
    return { lineOffset, shaderSource };
  }
  function reportError(progOptions, msg) {
    progOptions.errorCallback(msg);
    if (progOptions.callback) {
      setTimeout(() => {
        progOptions.callback(`${msg}
${progOptions.errors.join("\n")}`);
      });
    }
    return null;
  }
  function checkShaderStatus(gl2, shaderType, shader, errFn) {
    errFn = errFn || error;
    const compiled = gl2.getShaderParameter(shader, COMPILE_STATUS);
    if (!compiled) {
      const lastError = gl2.getShaderInfoLog(shader);
      const { lineOffset, shaderSource } = prepShaderSource(gl2.getShaderSource(shader));
      const error2 = `${addLineNumbersWithError(shaderSource, lastError, lineOffset)}
Error compiling ${glEnumToString(gl2, shaderType)}: ${lastError}`;
      errFn(error2);
      return error2;
    }
    return "";
  }
  function getProgramOptions(opt_attribs, opt_locations, opt_errorCallback) {
    let transformFeedbackVaryings;
    let transformFeedbackMode;
    let callback;
    if (typeof opt_locations === "function") {
      opt_errorCallback = opt_locations;
      opt_locations = void 0;
    }
    if (typeof opt_attribs === "function") {
      opt_errorCallback = opt_attribs;
      opt_attribs = void 0;
    } else if (opt_attribs && !Array.isArray(opt_attribs)) {
      const opt = opt_attribs;
      opt_errorCallback = opt.errorCallback;
      opt_attribs = opt.attribLocations;
      transformFeedbackVaryings = opt.transformFeedbackVaryings;
      transformFeedbackMode = opt.transformFeedbackMode;
      callback = opt.callback;
    }
    const errorCallback = opt_errorCallback || error;
    const errors = [];
    const options = {
      errorCallback(msg, ...args) {
        errors.push(msg);
        errorCallback(msg, ...args);
      },
      transformFeedbackVaryings,
      transformFeedbackMode,
      callback,
      errors
    };
    {
      let attribLocations = {};
      if (Array.isArray(opt_attribs)) {
        opt_attribs.forEach(function(attrib, ndx) {
          attribLocations[attrib] = opt_locations ? opt_locations[ndx] : ndx;
        });
      } else {
        attribLocations = opt_attribs || {};
      }
      options.attribLocations = attribLocations;
    }
    return options;
  }
  var defaultShaderType = [
    "VERTEX_SHADER",
    "FRAGMENT_SHADER"
  ];
  function getShaderTypeFromScriptType(gl2, scriptType) {
    if (scriptType.indexOf("frag") >= 0) {
      return FRAGMENT_SHADER;
    } else if (scriptType.indexOf("vert") >= 0) {
      return VERTEX_SHADER;
    }
    return void 0;
  }
  function deleteProgramAndShaders(gl2, program, notThese) {
    const shaders = gl2.getAttachedShaders(program);
    for (const shader of shaders) {
      if (!notThese.has(shader)) {
        gl2.deleteShader(shader);
      }
    }
    gl2.deleteProgram(program);
  }
  var wait = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));
  function createProgramNoCheck(gl2, shaders, programOptions) {
    const program = gl2.createProgram();
    const {
      attribLocations,
      transformFeedbackVaryings,
      transformFeedbackMode
    } = getProgramOptions(programOptions);
    for (let ndx = 0; ndx < shaders.length; ++ndx) {
      let shader = shaders[ndx];
      if (typeof shader === "string") {
        const elem = getElementById(shader);
        const src = elem ? elem.text : shader;
        let type = gl2[defaultShaderType[ndx]];
        if (elem && elem.type) {
          type = getShaderTypeFromScriptType(gl2, elem.type) || type;
        }
        shader = gl2.createShader(type);
        gl2.shaderSource(shader, prepShaderSource(src).shaderSource);
        gl2.compileShader(shader);
      }
      gl2.attachShader(program, shader);
    }
    Object.entries(attribLocations).forEach(([attrib, loc]) => gl2.bindAttribLocation(program, loc, attrib));
    {
      let varyings = transformFeedbackVaryings;
      if (varyings) {
        if (varyings.attribs) {
          varyings = varyings.attribs;
        }
        if (!Array.isArray(varyings)) {
          varyings = Object.keys(varyings);
        }
        gl2.transformFeedbackVaryings(program, varyings, transformFeedbackMode || SEPARATE_ATTRIBS);
      }
    }
    gl2.linkProgram(program);
    return program;
  }
  function createProgram(gl2, shaders, opt_attribs, opt_locations, opt_errorCallback) {
    const progOptions = getProgramOptions(opt_attribs, opt_locations, opt_errorCallback);
    const shaderSet = new Set(shaders);
    const program = createProgramNoCheck(gl2, shaders, progOptions);
    function hasErrors(gl3, program2) {
      const errors = getProgramErrors(gl3, program2, progOptions.errorCallback);
      if (errors) {
        deleteProgramAndShaders(gl3, program2, shaderSet);
      }
      return errors;
    }
    if (progOptions.callback) {
      waitForProgramLinkCompletionAsync(gl2, program).then(() => {
        const errors = hasErrors(gl2, program);
        progOptions.callback(errors, errors ? void 0 : program);
      });
      return void 0;
    }
    return hasErrors(gl2, program) ? void 0 : program;
  }
  function wrapCallbackFnToAsyncFn(fn) {
    return function(gl2, arg1, ...args) {
      return new Promise((resolve, reject) => {
        const programOptions = getProgramOptions(...args);
        programOptions.callback = (err, program) => {
          if (err) {
            reject(err);
          } else {
            resolve(program);
          }
        };
        fn(gl2, arg1, programOptions);
      });
    };
  }
  var createProgramAsync = wrapCallbackFnToAsyncFn(createProgram);
  var createProgramInfoAsync = wrapCallbackFnToAsyncFn(createProgramInfo);
  async function waitForProgramLinkCompletionAsync(gl2, program) {
    const ext = gl2.getExtension("KHR_parallel_shader_compile");
    const checkFn = ext ? (gl3, program2) => gl3.getProgramParameter(program2, ext.COMPLETION_STATUS_KHR) : () => true;
    let waitTime = 0;
    do {
      await wait(waitTime);
      waitTime = 1e3 / 60;
    } while (!checkFn(gl2, program));
  }
  async function waitForAllProgramsLinkCompletionAsync(gl2, programs) {
    for (const program of Object.values(programs)) {
      await waitForProgramLinkCompletionAsync(gl2, program);
    }
  }
  function getProgramErrors(gl2, program, errFn) {
    errFn = errFn || error;
    const linked = gl2.getProgramParameter(program, LINK_STATUS);
    if (!linked) {
      const lastError = gl2.getProgramInfoLog(program);
      errFn(`Error in program linking: ${lastError}`);
      const shaders = gl2.getAttachedShaders(program);
      const errors = shaders.map((shader) => checkShaderStatus(gl2, gl2.getShaderParameter(shader, gl2.SHADER_TYPE), shader, errFn));
      return `${lastError}
${errors.filter((_) => _).join("\n")}`;
    }
    return void 0;
  }
  function createProgramFromSources(gl2, shaderSources, opt_attribs, opt_locations, opt_errorCallback) {
    return createProgram(gl2, shaderSources, opt_attribs, opt_locations, opt_errorCallback);
  }
  function isBuiltIn(info) {
    const name = info.name;
    return name.startsWith("gl_") || name.startsWith("webgl_");
  }
  var tokenRE = /(\.|\[|]|\w+)/g;
  var isDigit = (s) => s >= "0" && s <= "9";
  function addSetterToUniformTree(fullPath, setter, node, uniformSetters) {
    const tokens = fullPath.split(tokenRE).filter((s) => s !== "");
    let tokenNdx = 0;
    let path = "";
    for (; ; ) {
      const token = tokens[tokenNdx++];
      path += token;
      const isArrayIndex = isDigit(token[0]);
      const accessor = isArrayIndex ? parseInt(token) : token;
      if (isArrayIndex) {
        path += tokens[tokenNdx++];
      }
      const isLastToken = tokenNdx === tokens.length;
      if (isLastToken) {
        node[accessor] = setter;
        break;
      } else {
        const token2 = tokens[tokenNdx++];
        const isArray = token2 === "[";
        const child = node[accessor] || (isArray ? [] : {});
        node[accessor] = child;
        node = child;
        uniformSetters[path] = uniformSetters[path] || /* @__PURE__ */ (function(node2) {
          return function(value) {
            setUniformTree(node2, value);
          };
        })(child);
        path += token2;
      }
    }
  }
  function createUniformSetters(gl2, program) {
    let textureUnit = 0;
    function createUniformSetter(program2, uniformInfo, location2) {
      const isArray = uniformInfo.name.endsWith("[0]");
      const type = uniformInfo.type;
      const typeInfo = typeMap[type];
      if (!typeInfo) {
        throw new Error(`unknown type: 0x${type.toString(16)}`);
      }
      let setter;
      if (typeInfo.bindPoint) {
        const unit = textureUnit;
        textureUnit += uniformInfo.size;
        if (isArray) {
          setter = typeInfo.arraySetter(gl2, type, unit, location2, uniformInfo.size);
        } else {
          setter = typeInfo.setter(gl2, type, unit, location2, uniformInfo.size);
        }
      } else {
        if (typeInfo.arraySetter && isArray) {
          setter = typeInfo.arraySetter(gl2, location2);
        } else {
          setter = typeInfo.setter(gl2, location2);
        }
      }
      setter.location = location2;
      return setter;
    }
    const uniformSetters = {};
    const uniformTree = {};
    const numUniforms = gl2.getProgramParameter(program, ACTIVE_UNIFORMS);
    for (let ii = 0; ii < numUniforms; ++ii) {
      const uniformInfo = gl2.getActiveUniform(program, ii);
      if (isBuiltIn(uniformInfo)) {
        continue;
      }
      let name = uniformInfo.name;
      if (name.endsWith("[0]")) {
        name = name.substr(0, name.length - 3);
      }
      const location2 = gl2.getUniformLocation(program, uniformInfo.name);
      if (location2) {
        const setter = createUniformSetter(program, uniformInfo, location2);
        uniformSetters[name] = setter;
        addSetterToUniformTree(name, setter, uniformTree, uniformSetters);
      }
    }
    return uniformSetters;
  }
  function createTransformFeedbackInfo(gl2, program) {
    const info = {};
    const numVaryings = gl2.getProgramParameter(program, TRANSFORM_FEEDBACK_VARYINGS);
    for (let ii = 0; ii < numVaryings; ++ii) {
      const varying = gl2.getTransformFeedbackVarying(program, ii);
      info[varying.name] = {
        index: ii,
        type: varying.type,
        size: varying.size
      };
    }
    return info;
  }
  function createUniformBlockSpecFromProgram(gl2, program) {
    const numUniforms = gl2.getProgramParameter(program, ACTIVE_UNIFORMS);
    const uniformData = [];
    const uniformIndices = [];
    for (let ii = 0; ii < numUniforms; ++ii) {
      uniformIndices.push(ii);
      uniformData.push({});
      const uniformInfo = gl2.getActiveUniform(program, ii);
      uniformData[ii].name = uniformInfo.name;
    }
    [
      ["UNIFORM_TYPE", "type"],
      ["UNIFORM_SIZE", "size"],
      // num elements
      ["UNIFORM_BLOCK_INDEX", "blockNdx"],
      ["UNIFORM_OFFSET", "offset"]
    ].forEach(function(pair) {
      const pname = pair[0];
      const key = pair[1];
      gl2.getActiveUniforms(program, uniformIndices, gl2[pname]).forEach(function(value, ndx) {
        uniformData[ndx][key] = value;
      });
    });
    const blockSpecs = {};
    const numUniformBlocks = gl2.getProgramParameter(program, ACTIVE_UNIFORM_BLOCKS);
    for (let ii = 0; ii < numUniformBlocks; ++ii) {
      const name = gl2.getActiveUniformBlockName(program, ii);
      const blockSpec = {
        index: gl2.getUniformBlockIndex(program, name),
        usedByVertexShader: gl2.getActiveUniformBlockParameter(program, ii, UNIFORM_BLOCK_REFERENCED_BY_VERTEX_SHADER),
        usedByFragmentShader: gl2.getActiveUniformBlockParameter(program, ii, UNIFORM_BLOCK_REFERENCED_BY_FRAGMENT_SHADER),
        size: gl2.getActiveUniformBlockParameter(program, ii, UNIFORM_BLOCK_DATA_SIZE),
        uniformIndices: gl2.getActiveUniformBlockParameter(program, ii, UNIFORM_BLOCK_ACTIVE_UNIFORM_INDICES)
      };
      blockSpec.used = blockSpec.usedByVertexShader || blockSpec.usedByFragmentShader;
      blockSpecs[name] = blockSpec;
    }
    return {
      blockSpecs,
      uniformData
    };
  }
  function setUniformTree(tree, values) {
    for (const name in values) {
      const prop = tree[name];
      if (typeof prop === "function") {
        prop(values[name]);
      } else {
        setUniformTree(tree[name], values[name]);
      }
    }
  }
  function setUniforms(setters, ...args) {
    const actualSetters = setters.uniformSetters || setters;
    const numArgs = args.length;
    for (let aNdx = 0; aNdx < numArgs; ++aNdx) {
      const values = args[aNdx];
      if (Array.isArray(values)) {
        const numValues = values.length;
        for (let ii = 0; ii < numValues; ++ii) {
          setUniforms(actualSetters, values[ii]);
        }
      } else {
        for (const name in values) {
          const setter = actualSetters[name];
          if (setter) {
            setter(values[name]);
          }
        }
      }
    }
  }
  function createAttributeSetters(gl2, program) {
    const attribSetters = {};
    const numAttribs = gl2.getProgramParameter(program, ACTIVE_ATTRIBUTES);
    for (let ii = 0; ii < numAttribs; ++ii) {
      const attribInfo = gl2.getActiveAttrib(program, ii);
      if (isBuiltIn(attribInfo)) {
        continue;
      }
      const index = gl2.getAttribLocation(program, attribInfo.name);
      const typeInfo = attrTypeMap[attribInfo.type];
      const setter = typeInfo.setter(gl2, index, typeInfo);
      setter.location = index;
      attribSetters[attribInfo.name] = setter;
    }
    return attribSetters;
  }
  function setAttributes(setters, buffers) {
    for (const name in buffers) {
      const setter = setters[name];
      if (setter) {
        setter(buffers[name]);
      }
    }
  }
  function setBuffersAndAttributes(gl2, programInfo, buffers) {
    if (buffers.vertexArrayObject) {
      gl2.bindVertexArray(buffers.vertexArrayObject);
    } else {
      setAttributes(programInfo.attribSetters || programInfo, buffers.attribs);
      if (buffers.indices) {
        gl2.bindBuffer(ELEMENT_ARRAY_BUFFER$1, buffers.indices);
      }
    }
  }
  function createProgramInfoFromProgram(gl2, program) {
    const uniformSetters = createUniformSetters(gl2, program);
    const attribSetters = createAttributeSetters(gl2, program);
    const programInfo = {
      program,
      uniformSetters,
      attribSetters,
      uniformLocations: Object.fromEntries(Object.entries(uniformSetters).map(([k, v]) => [k, v.location])),
      attribLocations: Object.fromEntries(Object.entries(attribSetters).map(([k, v]) => [k, v.location]))
    };
    if (isWebGL2(gl2)) {
      programInfo.uniformBlockSpec = createUniformBlockSpecFromProgram(gl2, program);
      programInfo.transformFeedbackInfo = createTransformFeedbackInfo(gl2, program);
    }
    return programInfo;
  }
  var notIdRE = /\s|{|}|;/;
  function createProgramInfo(gl2, shaderSources, opt_attribs, opt_locations, opt_errorCallback) {
    const progOptions = getProgramOptions(opt_attribs, opt_locations, opt_errorCallback);
    const errors = [];
    shaderSources = shaderSources.map(function(source) {
      if (!notIdRE.test(source)) {
        const script = getElementById(source);
        if (!script) {
          const err = `no element with id: ${source}`;
          progOptions.errorCallback(err);
          errors.push(err);
        } else {
          source = script.text;
        }
      }
      return source;
    });
    if (errors.length) {
      return reportError(progOptions, "");
    }
    const origCallback = progOptions.callback;
    if (origCallback) {
      progOptions.callback = (err, program2) => {
        origCallback(err, err ? void 0 : createProgramInfoFromProgram(gl2, program2));
      };
    }
    const program = createProgramFromSources(gl2, shaderSources, progOptions);
    if (!program) {
      return null;
    }
    return createProgramInfoFromProgram(gl2, program);
  }
  function checkAllPrograms(gl2, programs, programSpecs, noDeleteShadersSet, programOptions) {
    for (const [name, program] of Object.entries(programs)) {
      const options = { ...programOptions };
      const spec = programSpecs[name];
      if (!Array.isArray(spec)) {
        Object.assign(options, spec);
      }
      const errors = getProgramErrors(gl2, program, options.errorCallback);
      if (errors) {
        for (const program2 of Object.values(programs)) {
          const shaders = gl2.getAttachedShaders(program2);
          gl2.deleteProgram(program2);
          for (const shader of shaders) {
            if (!noDeleteShadersSet.has(shader)) {
              gl2.deleteShader(shader);
            }
          }
        }
        return errors;
      }
    }
    return void 0;
  }
  function createPrograms(gl2, programSpecs, programOptions = {}) {
    const noDeleteShadersSet = /* @__PURE__ */ new Set();
    const programs = Object.fromEntries(Object.entries(programSpecs).map(([name, spec]) => {
      const options = { ...programOptions };
      const shaders = Array.isArray(spec) ? spec : spec.shaders;
      if (!Array.isArray(spec)) {
        Object.assign(options, spec);
      }
      shaders.forEach(noDeleteShadersSet.add, noDeleteShadersSet);
      return [name, createProgramNoCheck(gl2, shaders, options)];
    }));
    if (programOptions.callback) {
      waitForAllProgramsLinkCompletionAsync(gl2, programs).then(() => {
        const errors2 = checkAllPrograms(gl2, programs, programSpecs, noDeleteShadersSet, programOptions);
        programOptions.callback(errors2, errors2 ? void 0 : programs);
      });
      return void 0;
    }
    const errors = checkAllPrograms(gl2, programs, programSpecs, noDeleteShadersSet, programOptions);
    return errors ? void 0 : programs;
  }
  function createProgramInfos(gl2, programSpecs, programOptions) {
    programOptions = getProgramOptions(programOptions);
    function createProgramInfosForPrograms(gl3, programs2) {
      return Object.fromEntries(Object.entries(programs2).map(
        ([name, program]) => [name, createProgramInfoFromProgram(gl3, program)]
      ));
    }
    const origCallback = programOptions.callback;
    if (origCallback) {
      programOptions.callback = (err, programs2) => {
        origCallback(err, err ? void 0 : createProgramInfosForPrograms(gl2, programs2));
      };
    }
    const programs = createPrograms(gl2, programSpecs, programOptions);
    if (origCallback || !programs) {
      return void 0;
    }
    return createProgramInfosForPrograms(gl2, programs);
  }
  var createProgramsAsync = wrapCallbackFnToAsyncFn(createPrograms);
  var createProgramInfosAsync = wrapCallbackFnToAsyncFn(createProgramInfos);
  var TRIANGLES = 4;
  var UNSIGNED_SHORT = 5123;
  function drawBufferInfo(gl2, bufferInfo, type, count2, offset, instanceCount) {
    type = type === void 0 ? TRIANGLES : type;
    const indices = bufferInfo.indices;
    const elementType = bufferInfo.elementType;
    const numElements = count2 === void 0 ? bufferInfo.numElements : count2;
    offset = offset === void 0 ? 0 : offset;
    if (elementType || indices) {
      if (instanceCount !== void 0) {
        gl2.drawElementsInstanced(type, numElements, elementType === void 0 ? UNSIGNED_SHORT : bufferInfo.elementType, offset, instanceCount);
      } else {
        gl2.drawElements(type, numElements, elementType === void 0 ? UNSIGNED_SHORT : bufferInfo.elementType, offset);
      }
    } else {
      if (instanceCount !== void 0) {
        gl2.drawArraysInstanced(type, offset, numElements, instanceCount);
      } else {
        gl2.drawArrays(type, offset, numElements);
      }
    }
  }
  var DEPTH_COMPONENT = 6402;
  var DEPTH_COMPONENT24 = 33190;
  var DEPTH_COMPONENT32F = 36012;
  var DEPTH24_STENCIL8 = 35056;
  var DEPTH32F_STENCIL8 = 36013;
  var RGBA4 = 32854;
  var RGB5_A1 = 32855;
  var RGB565 = 36194;
  var DEPTH_COMPONENT16 = 33189;
  var STENCIL_INDEX = 6401;
  var STENCIL_INDEX8 = 36168;
  var DEPTH_STENCIL = 34041;
  var DEPTH_ATTACHMENT = 36096;
  var STENCIL_ATTACHMENT = 36128;
  var DEPTH_STENCIL_ATTACHMENT = 33306;
  var attachmentsByFormat = {};
  attachmentsByFormat[DEPTH_STENCIL] = DEPTH_STENCIL_ATTACHMENT;
  attachmentsByFormat[STENCIL_INDEX] = STENCIL_ATTACHMENT;
  attachmentsByFormat[STENCIL_INDEX8] = STENCIL_ATTACHMENT;
  attachmentsByFormat[DEPTH_COMPONENT] = DEPTH_ATTACHMENT;
  attachmentsByFormat[DEPTH_COMPONENT16] = DEPTH_ATTACHMENT;
  attachmentsByFormat[DEPTH_COMPONENT24] = DEPTH_ATTACHMENT;
  attachmentsByFormat[DEPTH_COMPONENT32F] = DEPTH_ATTACHMENT;
  attachmentsByFormat[DEPTH24_STENCIL8] = DEPTH_STENCIL_ATTACHMENT;
  attachmentsByFormat[DEPTH32F_STENCIL8] = DEPTH_STENCIL_ATTACHMENT;
  var renderbufferFormats = {};
  renderbufferFormats[RGBA4] = true;
  renderbufferFormats[RGB5_A1] = true;
  renderbufferFormats[RGB565] = true;
  renderbufferFormats[DEPTH_STENCIL] = true;
  renderbufferFormats[DEPTH_COMPONENT16] = true;
  renderbufferFormats[STENCIL_INDEX] = true;
  renderbufferFormats[STENCIL_INDEX8] = true;
  function createVertexArrayInfo(gl2, programInfos, bufferInfo) {
    const vao = gl2.createVertexArray();
    gl2.bindVertexArray(vao);
    if (!programInfos.length) {
      programInfos = [programInfos];
    }
    programInfos.forEach(function(programInfo) {
      setBuffersAndAttributes(gl2, programInfo, bufferInfo);
    });
    gl2.bindVertexArray(null);
    return {
      numElements: bufferInfo.numElements,
      elementType: bufferInfo.elementType,
      vertexArrayObject: vao
    };
  }

  // src/map/mark_colors.js
  var LEVELS = 255;
  var NO_LEVEL = 255;
  var MarkColors = class {
    /** @type {number | null} The attribute that is shown; null for songs. */
    attribute = null;
    /**
     * @param {AttributeFacts[]} facts
     * @param {Uint8Array} levels [attributes][windows of the page].
     * @param {Songs} songs
     */
    constructor(facts, levels, songs) {
      this.facts = facts;
      this.levels = levels;
      this.songs = songs;
      this.count = facts.length ? levels.length / facts.length : 0;
    }
    /**
     * The level of the shown attribute; `NO_LEVEL` also of files of the reader.
     * @param {Song} song
     * @param {number} index Of the window in its song.
     */
    levelOf(song, index) {
      if (this.attribute === null || song.isDropped) return NO_LEVEL;
      const window2 = this.songs.firstOf(song) + index;
      return this.levels[this.attribute * this.count + window2];
    }
    /**
     * What a level stands for.
     * @param {number} level
     */
    valueOf(level) {
      const { low, high } = this.facts[this.attribute ?? 0];
      return low + level / (LEVELS - 1) * (high - low);
    }
  };

  // src/draw/ramp.js
  function ramp(colors) {
    const stops = colors.map(
      (color) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
    );
    return Array.from({ length: 256 }, (_, i) => {
      const at = i / 255 * (stops.length - 1);
      const low = Math.min(Math.floor(at), stops.length - 2);
      const mixed = stops[low].map(
        (from, k) => Math.round(from + (at - low) * (stops[low + 1][k] - from))
      );
      return [...mixed, 255];
    });
  }

  // src/draw/theme.js
  var NUM_SONG_COLORS = 8;
  var NUM_PART_COLORS = 6;
  var NUM_LAND_COLORS = 6;
  var NUM_LEVEL_COLORS = 5;
  function readTheme() {
    const style = getComputedStyle(document.documentElement);
    const value = (name) => style.getPropertyValue(`--${name}`).trim();
    const values = (name, count2) => Array.from({ length: count2 }, (_, i) => value(`${name}-${i + 1}`));
    return {
      songs: values("song", NUM_SONG_COLORS),
      land: values("land", NUM_LAND_COLORS),
      // From low values to high.
      // Of marks, from little of an attribute to much, and of none.
      levels: values("level", NUM_LEVEL_COLORS),
      noLevel: value("no-level"),
      contour: value("contour"),
      ink: value("ink"),
      halo: value("halo"),
      // Around what is drawn on the map.
      quiet: value("quiet"),
      note: value("accent"),
      parts: values("part", NUM_PART_COLORS),
      // Of a band.
      kit: value("kit"),
      cursor: value("warm"),
      serif: value("serif")
    };
  }

  // src/draw/shapes.js
  var W = 0.38;
  var PLUS = [
    [-W, -1.1],
    [W, -1.1],
    [W, -W],
    [1.1, -W],
    [1.1, W],
    [W, W],
    [W, 1.1],
    [-W, 1.1],
    [-W, W],
    [-1.1, W],
    [-1.1, -W],
    [-W, -W]
  ];
  var CROSS = PLUS.map(([x, y]) => [
    (x - y) * Math.SQRT1_2,
    (x + y) * Math.SQRT1_2
  ]);
  var STAR = Array.from({ length: 10 }, (_, i) => {
    const radius = i % 2 ? 0.55 : 1.3;
    const angle = Math.PI * i / 5;
    return [radius * Math.sin(angle), -radius * Math.cos(angle)];
  });
  var SHAPES = [
    null,
    [
      [-0.85, -0.85],
      [0.85, -0.85],
      [0.85, 0.85],
      [-0.85, 0.85]
    ],
    [
      [0, -1.15],
      [1.1, 0.8],
      [-1.1, 0.8]
    ],
    [
      [0, -1.25],
      [1, 0],
      [0, 1.25],
      [-1, 0]
    ],
    [
      [0, 1.15],
      [1.1, -0.8],
      [-1.1, -0.8]
    ],
    PLUS,
    STAR,
    CROSS
  ];
  function lookOf(number2) {
    const turn = Math.floor(number2 / NUM_SONG_COLORS);
    return {
      color: number2 % NUM_SONG_COLORS,
      shape: (number2 + turn) % SHAPES.length
    };
  }

  // src/draw/markers.js
  var LARGEST_OF_SHAPES = 1.35;
  var HALO = 1.4;
  var SMALL = 2.2;
  var haloOf = (radius) => radius < SMALL ? 0 : HALO;
  var markSize = (radius, ratio) => Math.ceil((radius * LARGEST_OF_SHAPES + haloOf(radius) + 0.1) * 2 * ratio);
  var Markers = class {
    /** @type {Map<string, {image: HTMLCanvasElement, half: number}>} */
    #made = /* @__PURE__ */ new Map();
    #levels = { of: "", colors: (
      /** @type {number[][]} */
      []
    ) };
    /**
     * @param {Song} song
     * @param {Theme} theme
     */
    colorOf({ number: number2 }, theme) {
      return theme.songs[lookOf(number2).color];
    }
    /**
     * The mark of a song with its halo, and half its width on the screen.
     * @param {Song} song
     * @param {Theme} theme
     * @param {number} radius
     * @param {number} ratio Pixels of the image for one of the screen.
     * @param {number | null} level Of an attribute that colours it.
     */
    of(song, theme, radius, ratio, level = null) {
      const { shape } = lookOf(song.number);
      const fill = level === null ? this.colorOf(song, theme) : this.#colorOfLevel(level, theme);
      const halo = song.isDropped ? theme.ink : theme.halo;
      const key = `${shape} ${fill} ${halo} ${radius} ${ratio}`;
      let marker = this.#made.get(key);
      if (!marker) {
        const size = markSize(radius, ratio);
        const image = newCanvas(size, size);
        const context = contextOf(image);
        context.setTransform(ratio, 0, 0, ratio, size / 2, size / 2);
        drawShape(context, shape, radius, { fill, halo });
        marker = { image, half: image.width / 2 / ratio };
        this.#made.set(key, marker);
      }
      return marker;
    }
    /**
     * @param {number} level
     * @param {Theme} theme
     */
    #colorOfLevel(level, { levels, noLevel }) {
      if (level === NO_LEVEL) return noLevel;
      const of = levels.join();
      if (this.#levels.of !== of) this.#levels = { of, colors: ramp(levels) };
      const hex = this.#levels.colors[level].slice(0, 3).map((value) => value.toString(16).padStart(2, "0"));
      return `#${hex.join("")}`;
    }
  };
  function drawShape(context, shape, r, { fill, halo }) {
    context.beginPath();
    const corners = SHAPES[shape];
    if (corners) {
      trace(
        context,
        corners.map(([x, y]) => [x * r, y * r])
      );
    } else {
      context.arc(0, 0, r, 0, 2 * Math.PI);
    }
    context.closePath();
    if (haloOf(r)) {
      context.lineJoin = "round";
      context.lineWidth = HALO;
      context.strokeStyle = halo;
      context.stroke();
    }
    context.fillStyle = fill;
    context.fill();
  }

  // src/draw/mark_images.js
  function atlasOf(radius, ratio, size) {
    const image = newCanvas(size * SHAPES.length, size);
    const context = contextOf(image);
    SHAPES.forEach((_, shape) => {
      context.setTransform(ratio, 0, 0, ratio, size * (shape + 0.5), size / 2);
      drawShape(context, shape, radius, { fill: "red", halo: "black" });
    });
    return image;
  }
  function paletteOf(theme, isOfLevels) {
    const bytes = (color) => ramp([color, color])[0];
    const colors = isOfLevels ? [...ramp(theme.levels).slice(0, 255), bytes(theme.noLevel)] : theme.songs.map(bytes);
    const texels = new Uint8Array(4 * 256);
    texels.set(colors.flat());
    const halo = bytes(theme.halo).map((value) => value / 255);
    return { texels, halo: halo.slice(0, 3) };
  }

  // src/draw/window_looks.js
  function shuffled(count2) {
    const slots = Uint32Array.from({ length: count2 }, (_, i) => i);
    let state = 1;
    for (let i = count2 - 1; i > 0; i--) {
      state = Math.imul(state, 1664525) + 1013904223 >>> 0;
      const other = Math.floor(state / 2 ** 32 * (i + 1));
      [slots[i], slots[other]] = [slots[other], slots[i]];
    }
    return slots;
  }
  function looksOf({ songs, colors, strengthOf }, slots) {
    const looks = new Uint8Array(4 * slots.length);
    let window2 = 0;
    for (const song of songs.list) {
      if (song.isDropped) continue;
      const { color, shape } = lookOf(song.number);
      const strength = song.shown ? Math.round(255 * strengthOf(song)) : 0;
      for (let i = 0; i < song.starts.length; i++, window2++) {
        const at = 4 * slots[window2];
        looks[at] = colors.attribute === null ? color : colors.levelOf(song, i);
        looks[at + 1] = shape;
        looks[at + 2] = strength;
      }
    }
    return looks;
  }

  // src/draw/gl_marks.js
  var NO_SOFTWARE = { failIfMajorPerformanceCaveat: true };
  var END_OF_LINE = 4294967295;
  var VERTICES = `#version 300 es
in vec2 position;
in vec4 look; // Color, shape and strength, 0 for none.
uniform vec2 scale;
uniform vec2 offset;
uniform float size;
out vec4 mark;
void main() {
  bool isShown = look.z > 0.0;
  gl_Position = isShown ? vec4(position * scale + offset, 0, 1) : vec4(2, 2, 2, 1);
  gl_PointSize = size;
  mark = look;
}`;
  var FRAGMENTS = `#version 300 es
precision mediump float;
in vec4 mark;
uniform sampler2D atlas; // Red is inside of the shape, alpha with its halo.
uniform sampler2D palette;
uniform vec3 halo;
uniform float strength;
uniform bool isLine;
out vec4 color;
void main() {
  vec3 fill = texelFetch(palette, ivec2(mark.x * 255.0 + 0.5, 0), 0).rgb;
  float shape = floor(mark.y * 255.0 + 0.5);
  vec2 spot = vec2((shape + gl_PointCoord.x) / ${SHAPES.length}.0, gl_PointCoord.y);
  vec4 cover = isLine ? vec4(1) : texture(atlas, spot);
  color = vec4(mix(halo, fill, cover.r), 1) * cover.a * strength * mark.z;
}`;
  var GlMarks = class _GlMarks {
    isLost = false;
    /** Called when the browser has taken the canvas away, and the marks on it. */
    onLost = () => {
    };
    #made = { atlas: "", palette: "", looks: "" };
    /** @type {number[] | null} */
    #halo = null;
    /**
     * @param {HTMLCanvasElement} canvas
     * @param {Songs} songs Those of the page.
     * @returns {GlMarks | null} null where the browser draws no such marks.
     */
    static make(canvas2, songs) {
      const asked = contextOf2(newCanvas(1, 1));
      if (!asked || isSoftware(asked) || !songs.count) return null;
      const gl2 = contextOf2(canvas2);
      return gl2 && new _GlMarks(canvas2, gl2, songs);
    }
    /**
     * @param {HTMLCanvasElement} canvas
     * @param {WebGL2RenderingContext} gl
     * @param {Songs} songs
     */
    constructor(canvas2, gl2, songs) {
      this.gl = gl2;
      this.canvas = canvas2;
      canvas2.addEventListener("webglcontextlost", () => {
        this.isLost = true;
        this.onLost();
      });
      this.program = createProgramInfo(gl2, [VERTICES, FRAGMENTS]);
      const { points } = songs.projection;
      this.count = points.length / 2;
      this.slots = shuffled(this.count);
      const position = new Float32Array(2 * this.count);
      this.slots.forEach((slot, i) => {
        position[2 * slot] = points[2 * i];
        position[2 * slot + 1] = points[2 * i + 1];
      });
      const arrays = {
        position: { numComponents: 2, data: position },
        look: { numComponents: 4, data: new Uint8Array(4 * this.count) }
      };
      this.marks = createBufferInfoFromArrays(gl2, arrays);
      this.trails = createBufferInfoFromArrays(
        gl2,
        { indices: { numComponents: 1, data: trailsOf(songs, this.slots) } },
        this.marks
      );
      this.marksOfProgram = createVertexArrayInfo(gl2, this.program, this.marks);
      this.trailsOfProgram = createVertexArrayInfo(gl2, this.program, this.trails);
      const small = { width: 1, height: 1, auto: false, wrap: gl2.CLAMP_TO_EDGE };
      this.atlas = createTexture(gl2, { ...small, minMag: gl2.LINEAR });
      this.palette = createTexture(gl2, { ...small, minMag: gl2.NEAREST });
    }
    /** @param {Picture} picture */
    draw(picture) {
      const { gl: gl2, canvas: canvas2 } = this;
      const { view, ratio } = picture;
      const [width, height] = [view.width * ratio, view.height * ratio].map(
        Math.round
      );
      if (canvas2.width !== width || canvas2.height !== height) {
        Object.assign(canvas2, { width, height });
      }
      gl2.viewport(0, 0, width, height);
      gl2.clearColor(0, 0, 0, 0);
      gl2.clear(gl2.COLOR_BUFFER_BIT);
      gl2.enable(gl2.BLEND);
      gl2.blendFunc(gl2.ONE, gl2.ONE_MINUS_SRC_ALPHA);
      gl2.useProgram(this.program.program);
      this.#update(picture);
      this.#drawAll(picture);
    }
    /** @param {Picture} picture */
    #drawAll({ view, most, hasTrails, size }) {
      const { gl: gl2 } = this;
      const across = 2 * view.scale * view.stretch / view.width;
      const down = 2 * view.scale / view.height;
      const [x, y] = view.center;
      setUniforms(this.program, {
        scale: [across, down],
        offset: [-x * across, -y * down],
        size,
        atlas: this.atlas,
        palette: this.palette,
        halo: this.#halo
      });
      if (hasTrails) {
        setUniforms(this.program, { strength: 0.2, isLine: true });
        setBuffersAndAttributes(gl2, this.program, this.trailsOfProgram);
        drawBufferInfo(gl2, this.trailsOfProgram, gl2.LINE_STRIP);
      }
      setUniforms(this.program, { strength: 0.9, isLine: false });
      setBuffersAndAttributes(gl2, this.program, this.marksOfProgram);
      const count2 = Math.min(most, this.count);
      drawBufferInfo(gl2, this.marksOfProgram, gl2.POINTS, count2);
    }
    /**
     * Uploads what has changed.
     * @param {Picture} picture
     */
    #update(picture) {
      const { gl: gl2 } = this;
      const { theme, radius, ratio, size, colors } = picture;
      const made2 = this.#made;
      const atlas = `${radius} ${ratio} ${size}`;
      if (made2.atlas !== atlas) {
        made2.atlas = atlas;
        const image = atlasOf(radius, ratio, size);
        setTextureFromElement(gl2, this.atlas, image, { auto: false });
      }
      const palette = `${theme.songs} ${theme.levels} ${colors.attribute}`;
      if (made2.palette !== palette) {
        made2.palette = palette;
        const { texels, halo } = paletteOf(theme, colors.attribute !== null);
        this.#halo = halo;
        setTextureFromArray(gl2, this.palette, texels, {
          ...{ width: 256, height: 1, auto: false }
        });
      }
      if (made2.looks !== picture.looks) {
        made2.looks = picture.looks;
        const looks = looksOf(picture, this.slots);
        setAttribInfoBufferFromArray(
          gl2,
          /** @type {any} */
          this.marks.attribs.look,
          looks
        );
      }
    }
  };
  var contextOf2 = (canvas2) => (
    /** @type {WebGL2RenderingContext | null} */
    canvas2.getContext("webgl2", NO_SOFTWARE)
  );
  function isSoftware(gl2) {
    const info = gl2.getExtension("WEBGL_debug_renderer_info");
    const name = gl2.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl2.RENDERER);
    return /swiftshader|llvmpipe|software|basic render/i.test(name);
  }
  function trailsOf(songs, slots) {
    const ends = songs.list.length;
    const indices = new Uint32Array(slots.length + ends);
    let [at, window2] = [0, 0];
    for (const { starts } of songs.list) {
      for (let i = 0; i < starts.length; i++) indices[at++] = slots[window2++];
      indices[at++] = END_OF_LINE;
    }
    return indices;
  }

  // src/draw/in_steps.js
  var InSteps = class {
    /** @type {Iterator<void> | null} */
    #steps = null;
    /** Whether there is something left to do. */
    get isBusy() {
      return this.#steps !== null;
    }
    /** @param {Iterator<void>} steps What is to be done now, and nothing else. */
    begin(steps) {
      this.#steps = steps;
    }
    /** What is left is not done any more. */
    drop() {
      this.#steps = null;
    }
    /**
     * Goes on.
     * @param {number} milliseconds About how long; a step at least is made.
     * @returns Whether all is done by that.
     */
    goOn(milliseconds) {
      const end = performance.now() + milliseconds;
      while (this.#steps) {
        if (this.#steps.next().done) {
          this.#steps = null;
          return true;
        }
        if (performance.now() > end) break;
      }
      return false;
    }
  };
  function atOnce(steps) {
    while (!steps.next().done) ;
  }

  // src/draw/moved_picture.js
  var MovedPicture = class {
    #center = (
      /** @type {Point} */
      [0, 0]
    );
    #scale = 1;
    #transform = "";
    /**
     * @param {HTMLCanvasElement} canvas
     * @param {View} view
     */
    constructor(canvas2, view) {
      this.canvas = canvas2;
      this.view = view;
    }
    /**
     * It is drawn for the view as it is now, or as it was.
     * @param {View} drawn
     */
    reset(drawn = this.view) {
      this.#center = drawn.center;
      this.#scale = drawn.scale;
      this.#move("");
    }
    /**
     * Moves it to where the view is now.
     * @returns How far that is, in pixels, and how much larger it is.
     */
    follow() {
      const { view } = this;
      const factor = view.scale / this.#scale;
      const [x, y] = view.toScreen(this.#center);
      let dx = x - factor * view.width / 2;
      let dy = y - factor * view.height / 2;
      if (factor === 1) {
        const ratio = window.devicePixelRatio || 1;
        [dx, dy] = [
          Math.round(dx * ratio) / ratio,
          Math.round(dy * ratio) / ratio
        ];
      }
      this.#move(`translate(${dx}px, ${dy}px) scale(${factor})`);
      return { across: x - view.width / 2, down: y - view.height / 2, factor };
    }
    /** @param {string} transform */
    #move(transform) {
      if (this.#transform === transform) return;
      this.#transform = transform;
      this.canvas.style.transform = transform;
    }
  };

  // src/music/words.js
  var NOTE_NAMES = "C C♯ D D♯ E F F♯ G G♯ A A♯ B".split(" ");
  function noteName(pitch) {
    const whole = Math.round(pitch);
    return `${NOTE_NAMES[whole % 12]}${Math.floor(whole / 12) - 1}`;
  }
  var countOf = (number2) => `${number2.toLocaleString("en")} ${number2 === 1 ? "window" : "windows"}`;
  function shortened(text, length2) {
    const first = firstOf(text, length2);
    return first === text ? text : `${firstOf(text, length2 - 1)}…`;
  }
  var letters = Intl.Segmenter && new Intl.Segmenter();
  function* signsOf(text) {
    if (!letters) yield* text;
    else for (const { segment } of letters.segment(text)) yield segment;
  }
  function firstOf(text, count2) {
    if (text.length <= count2) return text;
    let end = 0;
    let left = count2;
    for (const sign of signsOf(text)) {
      if (!left--) break;
      end += sign.length;
    }
    return text.slice(0, end);
  }
  var secondsOf = (seconds) => `${seconds.toFixed(1)} s`;
  function clockOf(seconds) {
    const whole = Math.floor(seconds);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  }
  var Times = class {
    /**
     * @param {number} framesPerSecond
     * @param {number} framesPerBeat 0 of frames by the clock.
     */
    constructor(framesPerSecond, framesPerBeat = 0) {
      this.framesPerSecond = framesPerSecond;
      this.framesPerBeat = framesPerBeat;
    }
    /** @param {number} frames */
    seconds(frames) {
      return secondsOf(frames / this.framesPerSecond);
    }
    /**
     * How long a window of any piece is: by the beat, its seconds differ.
     * @param {number} frames
     */
    window(frames) {
      if (!this.framesPerBeat) return this.seconds(frames);
      const beats = Number((frames / this.framesPerBeat).toFixed(2));
      return `${beats} ${beats === 1 ? "beat" : "beats"}`;
    }
  };

  // src/draw/names.js
  var HALF_HEIGHT = 10;
  var EDGE2 = 14;
  var FEW = 10;
  var MOST_OF_MANY = 12;
  var FARTHEST = 34;
  var GAP = 6;
  var MARK_PIXELS = 14;
  var SHIFTS = [0, -1, 1, -2, 2, -3, 3].flatMap(
    (right) => [0, -1, 1, -2, 2, -3, 3, -4, 4].map(
      (down) => (
        /** @type {Point} */
        [right * 46, down * 21]
      )
    )
  ).sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
  var NamePlaces = class {
    /** @type {Box[]} */
    #taken;
    /**
     * @param {Box[]} above What stands on the map: no name may.
     * @param {{width: number, height: number}} size Of the map.
     * @param {object} crowd
     * @param {number} crowd.songs How many there are on the map.
     * @param {number} crowd.zoom 1 where all the map is in view.
     * @param {Crowd | null} marks Those that names hide.
     */
    constructor(above2, size, { songs, zoom }, marks = null) {
      this.#taken = [...above2];
      this.size = size;
      this.marks = marks;
      this.isCrowded = songs > FEW;
      this.free = this.isCrowded ? Math.round(MOST_OF_MANY * Math.max(zoom, 1)) : songs;
    }
    /**
     * Where a name stands, and whether a line leads to its place; null where
     * there is no room.
     * @param {Point} place
     * @param {number} w Half the name's width.
     */
    find(place, w) {
      if (!this.free) return null;
      const taken = this.#taken;
      const rooms = this.isCrowded ? roomsFor(place, w + GAP, taken, this.size).filter(
        (room) => isNear(room, place, taken)
      ) : roomsFor(place, w, taken, this.size);
      const box = this.#clearest(rooms, place);
      if (!box) return null;
      this.free--;
      const leads = isApart(box, place);
      this.#taken.push(box);
      if (leads && this.isCrowded) this.#taken.push(around(box, place));
      return { box, leads };
    }
    /**
     * The room that hides few marks and is not far; the first of equals.
     * @param {Box[]} rooms
     * @param {Point} place
     * @returns {Box | undefined}
     */
    #clearest(rooms, [x, y]) {
      const { marks } = this;
      if (!marks) return rooms[0];
      let least = Number.POSITIVE_INFINITY;
      let best;
      for (const room of rooms) {
        const far = Math.hypot(room.x - x, room.y - y);
        const cost = far + MARK_PIXELS * marks.under(room);
        if (cost < least) [least, best] = [cost, room];
      }
      return best;
    }
  };
  var isApart = (box, [x, y]) => Math.abs(box.y - y) > 24 || Math.abs(box.x - x) > box.w;
  function isNear(box, place, taken) {
    const dx = Math.abs(box.x - place[0]) - box.w;
    const dy = Math.abs(box.y - place[1]) - box.h;
    if (Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) > FARTHEST) return false;
    if (!isApart(box, place)) return true;
    return !taken.some((other) => overlap(around(box, place), other));
  }
  var around = (box, [x, y]) => ({
    x: (box.x + x) / 2,
    y: (box.y + y) / 2,
    w: Math.abs(box.x - x) / 2,
    h: Math.abs(box.y - y) / 2
  });
  var roomsFor = ([x, y], w, taken, { width, height }) => SHIFTS.map(([dx, dy]) => ({
    x: Math.min(Math.max(x + dx, w), width - w),
    y: y + dy,
    w,
    h: HALF_HEIGHT
  })).filter(
    (box) => box.y > EDGE2 && box.y < height - EDGE2 && taken.every((other) => !overlap(box, other))
  );
  var overlap = (a, b) => Math.abs(a.x - b.x) <= a.w + b.w && Math.abs(a.y - b.y) <= a.h + b.h;

  // src/draw/name_layer.js
  var LONGEST = 24;
  var NARROW = 560;
  var NameLayer = class {
    /** @type {Placed[]} */
    #placed = [];
    /**
     * @param {HTMLElement[]} above What stands on the map: no name may.
     * @param {View} view
     * @param {Homes} homes
     */
    constructor(above2, view, homes) {
      this.above = above2;
      this.view = view;
      this.homes = homes;
    }
    /**
     * @param {CanvasRenderingContext2D} context
     * @param {Theme} theme
     */
    #font(context, theme) {
      const pixels = this.view.width < NARROW ? 13 : 15;
      context.font = `600 ${pixels}px ${theme.serif}`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.lineJoin = "round";
    }
    /**
     * Places names anew.
     * @param {CanvasRenderingContext2D} context
     * @param {Song[]} songs Those that may have one, the first before others.
     * @param {Crowd} marks
     * @param {Theme} theme
     */
    place(context, songs, marks, theme) {
      this.#font(context, theme);
      const { view } = this;
      const crowd = { songs: songs.length, zoom: view.scale / view.fitScale };
      const places = new NamePlaces(this.#boxesAbove(), view, crowd, marks);
      const order = places.isCrowded ? this.#byStanding(songs) : songs;
      this.#placed = [];
      for (const song of order) {
        const [x, y] = view.toScreen(this.homes.of(song));
        if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
        const name = shortened(song.name, LONGEST);
        const w = context.measureText(name).width / 2 + 6;
        const found = places.find([x, y], w);
        if (!found) {
          if (!places.free) break;
          continue;
        }
        const { box, leads } = found;
        const from = [box.x - x, box.y - y];
        this.#placed.push({ song, name, from, w, leads });
      }
    }
    /** @returns {Box[]} */
    #boxesAbove() {
      return this.above.map((part2) => ({
        x: part2.offsetLeft + part2.offsetWidth / 2,
        y: part2.offsetTop + part2.offsetHeight / 2,
        w: part2.offsetWidth / 2,
        h: part2.offsetHeight / 2
      }));
    }
    /**
     * Files of the reader first, then songs that are most by themselves.
     * @param {Song[]} songs
     */
    #byStanding(songs) {
      return [...songs].sort(
        (a, b) => Number(b.isDropped) - Number(a.isDropped) || this.homes.standingOf(b) - this.homes.standingOf(a)
      );
    }
    /**
     * Draws the names that were placed, where their songs are now.
     * @param {CanvasRenderingContext2D} context
     * @param {Theme} theme
     * @param {View} view The one that is drawn.
     */
    draw(context, theme, view) {
      this.#font(context, theme);
      const above2 = this.#boxesAbove();
      for (const { song, name, from, w, leads } of this.#placed) {
        const place = view.toScreen(this.homes.of(song));
        const spot = [place[0] + from[0], place[1] + from[1]];
        const box = { x: spot[0], y: spot[1], w, h: 10 };
        if (above2.some((other) => overlap(box, other))) continue;
        if (leads) drawLeader(context, [place, spot], theme);
        drawName(context, name, spot, theme);
      }
    }
  };
  function drawLeader(context, line, theme) {
    const strokes = [
      [3, theme.halo],
      [1, theme.ink]
    ];
    strokeInTurn(context, strokes, () => trace(context, line));
  }
  function drawName(context, name, [x, y], theme) {
    context.lineWidth = 4.5;
    context.strokeStyle = theme.halo;
    context.globalAlpha = 0.85;
    context.strokeText(name, x, y);
    context.globalAlpha = 1;
    context.fillStyle = theme.ink;
    context.fillText(name, x, y);
  }

  // src/draw/pixel_marks.js
  var STRENGTH = 0.9;
  var COVERED = 0.99;
  var BAND = 32;
  var PixelMarks = class {
    #key = "";
    /** @type {Stamp[]} */
    #stamps = [];
    /** @type {Layer | null} Kept: to make one takes long. */
    #layer = null;
    /**
     * @param {CanvasRenderingContext2D} context
     * @param {Picture} picture
     * @returns {Generator<void, void>} Each step is short.
     */
    *draw(context, picture) {
      const { view, ratio, radius, size, theme, colors } = picture;
      const layer = this.#layerOf(
        Math.max(Math.round(view.width * ratio), 1),
        Math.max(Math.round(view.height * ratio), 1)
      );
      const { width, height, light, image, canvas: canvas2 } = layer;
      const key = `${radius} ${ratio} ${size} ${width}`;
      if (this.#key !== key) {
        this.#key = key;
        this.#stamps = stampsOf(radius, ratio, size, width);
      }
      const palette = paletteOf(theme, colors.attribute !== null);
      light.fill(0);
      yield;
      for (const song of [...picture.songs.list].reverse()) {
        if (song.shown && !song.isDropped) {
          this.#drawSong(layer, song, picture, palette);
          yield;
        }
      }
      const own = contextOf(canvas2);
      for (let y = 0; y < height; y += BAND) {
        makeBand(layer, y, Math.min(y + BAND, height));
        own.putImageData(image, 0, 0, 0, y, width, BAND);
        yield;
      }
      context.drawImage(canvas2, 0, 0, view.width, view.height);
    }
    /**
     * @param {number} width
     * @param {number} height
     */
    #layerOf(width, height) {
      const layer = this.#layer;
      if (layer?.width === width && layer.height === height) return layer;
      this.#layer = {
        ...{ width, height, light: new Float32Array(4 * width * height) },
        image: new ImageData(width, height),
        canvas: newCanvas(width, height)
      };
      return this.#layer;
    }
    /**
     * @param {Layer} layer
     * @param {Song} song
     * @param {Picture} picture
     * @param {{texels: Uint8Array, halo: number[]}} palette
     */
    #drawSong(layer, song, picture, { texels, halo }) {
      const { view, ratio, colors, strengthOf, most, songs } = picture;
      const every = Math.max(1, Math.ceil(songs.count / most));
      const look = lookOf(song.number);
      const stamp = this.#stamps[look.shape];
      const strength = STRENGTH * strengthOf(song);
      const { points } = song;
      const { center, scale, stretch } = view;
      const across = scale * stretch * ratio;
      const left = layer.width / 2 - center[0] * across;
      const top = layer.height / 2 + center[1] * scale * ratio;
      const edge = halo.map((value) => 255 * value);
      for (let i = points.length / 2 - 1; i >= 0; i -= every) {
        const x = Math.round(left + points[2 * i] * across);
        const y = Math.round(top - points[2 * i + 1] * scale * ratio);
        if (x < 0 || y < 0 || x >= layer.width || y >= layer.height) continue;
        const color = colors.attribute === null ? look.color : colors.levelOf(song, i);
        press(layer, stamp, x, y, strength, texels, 4 * color, edge);
      }
    }
  };
  function stampsOf(radius, ratio, size, across) {
    const atlas = atlasOf(radius, ratio, size);
    const { width } = atlas;
    const { data } = contextOf(atlas).getImageData(0, 0, width, size);
    return SHAPES.map((_, shape) => {
      const byteOf = (i) => 4 * (Math.floor(i / size) * width + shape * size + i % size);
      const at = Array.from({ length: size * size }, (_2, i) => i).filter(
        (i) => data[byteOf(i) + 3] > 0
      );
      const middle = Math.floor(size / 2);
      const dx = Int16Array.from(at, (i) => i % size - middle);
      const dy = Int16Array.from(at, (i) => Math.floor(i / size) - middle);
      return {
        ...{ reach: middle + 1, dx, dy },
        at: Int32Array.from(at, (_2, i) => 4 * (dy[i] * across + dx[i])),
        cover: Float32Array.from(at, (i) => data[byteOf(i) + 3] / 255),
        inside: Float32Array.from(at, (i) => data[byteOf(i)] / 255)
      };
    });
  }
  function press({ light, width, height }, stamp, x, y, strength, colors, color, [h0, h1, h2]) {
    const { reach, dx, dy, cover, inside, at: places } = stamp;
    const f0 = colors[color] - h0;
    const f1 = colors[color + 1] - h1;
    const f2 = colors[color + 2] - h2;
    const isInside = x >= reach && y >= reach && x < width - reach && y < height - reach;
    const middle = 4 * (y * width + x);
    for (let i = 0; i < places.length; i++) {
      const at = middle + places[i];
      const above2 = light[at + 3];
      if (above2 > COVERED) continue;
      if (!isInside && !isOn(width, height, x + dx[i], y + dy[i])) continue;
      const part2 = (1 - above2) * cover[i] * strength;
      const by = inside[i];
      light[at] += part2 * (h0 + by * f0);
      light[at + 1] += part2 * (h1 + by * f1);
      light[at + 2] += part2 * (h2 + by * f2);
      light[at + 3] = above2 + part2;
    }
  }
  var isOn = (width, height, x, y) => x >= 0 && y >= 0 && x < width && y < height;
  function makeBand({ light, width, image: { data } }, top, bottom) {
    for (let at = 4 * top * width; at < 4 * bottom * width; at += 4) {
      const alpha = light[at + 3];
      data[at + 3] = 255 * alpha;
      if (!alpha) continue;
      data[at] = light[at] / alpha;
      data[at + 1] = light[at + 1] / alpha;
      data[at + 2] = light[at + 2] / alpha;
    }
  }

  // src/draw/map_canvas.js
  var MANY_WINDOWS = 12e3;
  var FARTHEST2 = 0.3;
  var LARGEST2 = 1.5;
  var STEP_MILLISECONDS = 4;
  var HURRY_MILLISECONDS = 12;
  var OFF = 0.5;
  var OFF_LARGE = 3;
  var FAINT = 0.14;
  var MapCanvas = class {
    /** @type {Set<Song>} The songs that stand out; none is all alike. */
    highlighted = /* @__PURE__ */ new Set();
    /** Whether the map is on the move: it is drawn quickly. */
    isMoving = false;
    /** How many marks are drawn while it is. */
    mostMoving = Number.POSITIVE_INFINITY;
    #heat = { key: "", image: (
      /** @type {HTMLCanvasElement | null} */
      null
    ) };
    /** The share of the screen that windows take, at a view of all. */
    #share = 0;
    /** A picture that is drawn while the last one moves, for a view that was. */
    #next = { steps: new InSteps(), ofMove: false };
    #back = newCanvas(1, 1);
    // Where it is drawn.
    /** @type {View} */
    #backView;
    #isRough = false;
    // Whether what is seen was drawn quickly, or has moved.
    /**
     * @param {object} parts
     * @param {HTMLCanvasElement} parts.land
     * @param {HTMLCanvasElement} parts.marks
     * @param {HTMLCanvasElement} parts.names
     * @param {HTMLElement[]} parts.above What stands on the map: no name may.
     * @param {View} parts.view
     * @param {Heat} parts.heat
     * @param {Songs} parts.songs
     * @param {MarkColors} parts.colors
     * @param {Homes} parts.homes
     * @param {Markers} parts.markers
     */
    constructor(parts) {
      const { view, heat, songs, colors, homes, markers } = parts;
      this.layers = parts;
      this.view = this.#backView = view;
      this.heat = heat;
      this.moved = new MovedPicture(parts.land, view);
      this.songs = songs;
      this.colors = colors;
      this.names = new NameLayer(parts.above, view, homes);
      this.canvasMarks = new CanvasMarks(markers);
      this.glMarks = GlMarks.make(parts.marks, songs);
      this.pixelMarks = songs.count >= MANY_WINDOWS ? new PixelMarks() : null;
    }
    /** Whether the map can be drawn anew at each step of a move. */
    get isQuick() {
      return this.glMarks !== null && !this.glMarks.isLost;
    }
    /** @param {Theme} theme */
    draw(theme) {
      this.#next.steps.drop();
      this.#isRough = this.isMoving;
      const { view } = this;
      this.moved.reset();
      const fitted = fitCanvas(this.layers.land, { alpha: false });
      const { context, width, height, ratio } = fitted;
      view.resize({ width, height });
      const { marks, names } = this.layers;
      marks.hidden = names.hidden = !this.isQuick;
      const above2 = this.isQuick ? fitCanvas(names).context : context;
      const flush = () => {
      };
      atOnce(this.#draw({ view, land: context, above: above2, ratio, flush }, theme));
    }
    /**
     * Moves what was drawn to where the view is now. Where there are very many
     * marks, it is drawn anew meanwhile, bit by bit.
     * @param {Theme} theme
     * @returns Whether it can be; else it is to be drawn anew.
     */
    follow(theme) {
      if (this.isQuick) return false;
      const { across, down, factor } = this.moved.follow();
      const { width, height } = this.view;
      const far = Math.max(Math.abs(across) / width, Math.abs(down) / height);
      const larger = Math.max(factor, 1 / factor);
      const isFar = far > FARTHEST2 || larger > LARGEST2;
      if (!this.pixelMarks) return !isFar;
      const isOff = far > OFF || larger > OFF_LARGE;
      this.#goOn(theme, {
        isFar,
        milliseconds: isOff ? HURRY_MILLISECONDS : STEP_MILLISECONDS
      });
      return true;
    }
    /** Whether the last picture is seen while another is drawn. */
    get drawsInSteps() {
      return this.pixelMarks !== null && !this.isQuick;
    }
    /** Whether there is more to be drawn, in frames of the screen to come. */
    get isDrawing() {
      return this.#next.steps.isBusy;
    }
    /**
     * @param {Theme} theme
     * @param {object} how
     * @param {boolean} how.isFar Whether it was drawn for quite another view.
     * @param {number} how.milliseconds Of the present frame of the screen.
     */
    #goOn(theme, { isFar, milliseconds }) {
      const { isMoving } = this;
      const next = this.#next;
      this.#isRough ||= isMoving;
      if (next.ofMove !== isMoving) next.steps.drop();
      if (!next.steps.isBusy && (isMoving ? isFar : this.#isRough)) {
        next.ofMove = isMoving;
        next.steps.begin(this.#draw(this.#behind(), theme));
      }
      if (!next.steps.goOn(milliseconds)) return;
      this.#isRough = isMoving;
      const context = contextOf(this.layers.land);
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.drawImage(this.#back, 0, 0);
      this.moved.reset(this.#backView);
      this.moved.follow();
    }
    /** @returns {Target} What is not seen yet. */
    #behind() {
      const { width, height } = this.layers.land;
      if (this.#back.width !== width || this.#back.height !== height) {
        this.#back = newCanvas(width, height);
      }
      const view = this.view.still();
      this.#backView = view;
      const settings = { alpha: false, willReadFrequently: true };
      const land = contextOf(this.#back, settings);
      const ratio = window.devicePixelRatio || 1;
      land.setTransform(ratio, 0, 0, ratio, 0, 0);
      const flush = () => land.getImageData(0, 0, 1, 1);
      return { view, land, above: land, ratio, flush };
    }
    /**
     * @param {Target} target
     * @param {Theme} theme
     * @returns {Generator<void, void>}
     */
    *#draw({ view, land, above: above2, ratio, flush }, theme) {
      land.fillStyle = theme.land[0];
      land.fillRect(0, 0, view.width + 1, view.height + 1);
      this.#drawHeat(land, theme, view);
      flush();
      yield;
      this.#drawContours(land, theme, view);
      flush();
      yield;
      if (!this.isMoving) yield* this.#placeNames(above2, theme, view);
      yield* this.#drawMarks(land, above2, this.#picture(view, theme, ratio));
      flush();
      yield;
      this.names.draw(above2, theme, view);
      flush();
    }
    /**
     * @param {View} view
     * @param {Theme} theme
     * @param {number} ratio
     * @returns {Picture}
     */
    #picture(view, theme, ratio) {
      const { songs, colors, highlighted } = this;
      const radius = this.#radius(view);
      const shown = songs.list.map((song) => song.shown ? "" : song.number);
      const lit = [...highlighted].map(({ number: number2 }) => number2);
      return {
        ...{ view, theme, songs, colors, radius, ratio },
        size: markSize(radius, ratio),
        most: this.isMoving ? this.mostMoving : Number.POSITIVE_INFINITY,
        hasTrails: songs.count < MANY_WINDOWS,
        strengthOf: (song) => !highlighted.size || highlighted.has(song) ? 1 : FAINT,
        looks: `${colors.attribute} ${shown.join()} ${lit}`
      };
    }
    /**
     * @param {CanvasRenderingContext2D} below
     * @param {CanvasRenderingContext2D} above
     * @param {Picture} picture
     * @returns {Generator<void, void>}
     */
    *#drawMarks(below, above2, picture) {
      const { glMarks, pixelMarks, canvasMarks, highlighted } = this;
      const lit = [...highlighted].filter(({ shown }) => shown);
      if (this.isQuick || pixelMarks) {
        if (this.isQuick) glMarks?.draw(picture);
        else if (pixelMarks) yield* pixelMarks.draw(below, picture);
        const dropped = picture.songs.list.filter(({ isDropped }) => isDropped);
        canvasMarks.draw(above2, picture, dropped);
      } else {
        canvasMarks.draw(below, picture);
      }
      if (lit.length !== 1) return;
      canvasMarks.drawTrail(above2, lit[0], picture);
      canvasMarks.draw(above2, picture, lit);
    }
    /**
     * Of a mark: small in a crowd, larger when zoomed in.
     * @param {View} view
     */
    #radius({ width, height, scale, fitScale }) {
      const windows = Math.max(this.songs.count, 1);
      const room = width * height * clamp(this.#share, 0.05, 1);
      const crowd = Math.sqrt(room / windows) / 2.5;
      return clamp(crowd, 1.5, 5) * Math.min(Math.sqrt(scale / fitScale), 2);
    }
    /**
     * The heat with a pixel for a cell.
     * @param {Theme} theme
     */
    #heatImage(theme) {
      const { heat } = this;
      const key = `${heat.quantity} ${theme.land}`;
      if (this.#heat.image && this.#heat.key === key) return this.#heat.image;
      const { columns, rows } = heat.facts;
      const colors = ramp(theme.land);
      const [low, high] = heat.range;
      const pixels = new ImageData(columns, rows);
      heat.valuesOf(heat.quantity).forEach((value, i) => {
        const part2 = heat.isEven ? 0.5 : clamp((value - low) / (high - low), 0, 1);
        const row = rows - 1 - Math.floor(i / columns);
        const at = 4 * (row * columns + i % columns);
        pixels.data.set(colors[Math.round(part2 * 255)], at);
      });
      const image = newCanvas(columns, rows);
      contextOf(image).putImageData(pixels, 0, 0);
      this.#heat = { key, image };
      return image;
    }
    /**
     * @param {CanvasRenderingContext2D} context
     * @param {Theme} theme
     * @param {View} view
     */
    #drawHeat(context, theme, view) {
      const { corner, cell, columns, rows } = this.heat.facts;
      const { scale, stretch } = view;
      const [x, y] = view.toScreen([corner[0], corner[1] + cell * rows]);
      context.imageSmoothingEnabled = true;
      context.imageSmoothingQuality = this.isMoving ? "low" : "high";
      context.drawImage(
        this.#heatImage(theme),
        x,
        y,
        cell * columns * scale * stretch,
        cell * rows * scale
      );
    }
    /**
     * @param {CanvasRenderingContext2D} context
     * @param {Theme} theme
     * @param {View} view
     */
    #drawContours(context, theme, view) {
      const { corner, cell, columns, rows } = this.heat.facts;
      const place = ([x, y]) => view.toScreen([corner[0] + cell * x, corner[1] + cell * y]);
      const [left, bottom] = place([0.5, 0.5]);
      const [right, top] = place([columns - 0.5, rows - 0.5]);
      context.save();
      context.beginPath();
      context.rect(left, top, right - left, bottom - top);
      context.clip();
      strokeInTurn(context, [[1, theme.contour]], () => {
        for (const line of this.heat.contours()) trace(context, line.map(place));
      });
      context.restore();
    }
    /**
     * Names where their songs are, as far as they find room.
     * @param {CanvasRenderingContext2D} context
     * @param {Theme} theme
     * @param {View} view
     * @returns {Generator<void, void>}
     */
    *#placeNames(context, theme, view) {
      const { songs } = this;
      const crowd = new Crowd(view);
      for (const { points, shown } of songs.list) {
        for (let i = 0; shown && i < points.length; i += 2) {
          crowd.add(view.toScreen([points[i], points[i + 1]]));
        }
        yield;
      }
      if (view.isWhole || !this.#share) this.#share = crowd.share;
      this.names.place(context, this.#songsWithNames(), crowd, theme);
    }
    /** The songs that may have a name: of all, the last are first. */
    #songsWithNames() {
      const { highlighted } = this;
      return this.songs.list.filter(
        (song) => song.shown && song.points.length && (!highlighted.size || highlighted.has(song))
      ).reverse();
    }
  };

  // src/given/storage.js
  var ITEM_BYTES = { float32: 4, int32: 4, float16: 2, uint8: 1 };
  function fromHalf(bits) {
    const sign = bits & 32768 ? -1 : 1;
    const exponent = bits >> 10 & 31;
    const fraction = bits & 1023;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  function fromPlanes(planes, itemBytes) {
    const n = planes.length / itemBytes;
    const bytes = new Uint8Array(planes.length);
    for (let b = 0; b < itemBytes; b++) {
      for (let i = 0; i < n; i++) bytes[i * itemBytes + b] = planes[b * n + i];
    }
    return bytes.buffer;
  }
  async function unpack(text) {
    const binary = atob(text.trim());
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }
  function arraysOf(block, manifest) {
    const floats = {};
    const integers = {};
    const bytes = {};
    let offset = 0;
    for (const facts of manifest) {
      const { name, type, shape, differences, low } = facts;
      const length2 = shape.reduce((a, b) => a * b, 1) * ITEM_BYTES[type];
      const planes = block.subarray(offset, offset + length2);
      const buffer = fromPlanes(planes, ITEM_BYTES[type]);
      offset += length2;
      if (differences) addUp(new Int32Array(buffer), shape);
      if (type === "int32") {
        integers[name] = { shape, values: new Int32Array(buffer) };
      } else if (type === "uint8" && !low) {
        bytes[name] = new Uint8Array(buffer);
      } else {
        floats[name] = { shape, values: floatsOf(buffer, facts) };
      }
    }
    return { floats, integers, bytes };
  }
  function addUp(bits, shape) {
    const columns = bits.length / shape[0];
    for (let i = columns; i < bits.length; i++) bits[i] += bits[i - columns];
  }
  function floatsOf(buffer, { type, low = [], step = [] }) {
    if (type === "float32") return new Float32Array(buffer);
    if (type === "float16") {
      return Float32Array.from(new Uint16Array(buffer), fromHalf);
    }
    const columns = low.length;
    return Float32Array.from(
      new Uint8Array(buffer),
      (steps, i) => low[i % columns] + steps * step[i % columns]
    );
  }

  // src/given/given.js
  async function load() {
    const textOf2 = (id) => {
      const element = document.getElementById(id);
      if (!element) throw new Error(`the page has no part ${id}`);
      element.remove();
      return element.textContent;
    };
    const facts = JSON.parse(textOf2("facts"));
    return { facts, ...arraysOf(await unpack(textOf2("arrays")), facts.arrays) };
  }

  // src/map/directions.js
  var ROUNDS = 60;
  var LEAST_SPREAD = 1e-6;
  function directionsOf(rows, count2) {
    const size = rows[0].length;
    const mean2 = new Float64Array(size);
    for (const row of rows) addTo(mean2, row, 1 / rows.length);
    const left = rows.map((row) => row.map((value, k) => value - mean2[k]));
    const found = [];
    while (found.length < Math.min(count2, size)) {
      const direction = largest(left);
      if (direction.spread < LEAST_SPREAD) break;
      found.push(direction);
      for (const row of left)
        addTo(row, direction.vector, -dot(row, direction.vector));
    }
    return found;
  }
  function largest(rows) {
    const size = rows[0].length;
    let vector = rows.reduce((a, b) => dot(b, b) > dot(a, a) ? b : a).slice();
    normalize(vector);
    for (let round = 0; round < ROUNDS; round++) {
      const next = new Float64Array(size);
      for (const row of rows) addTo(next, row, dot(row, vector));
      normalize(next);
      vector = next;
    }
    const top = vector.reduce((a, b) => Math.abs(b) > Math.abs(a) ? b : a);
    if (top < 0) vector = vector.map((value) => -value);
    const squares = rows.reduce((sum, row) => sum + dot(row, vector) ** 2, 0);
    return { vector, spread: Math.sqrt(squares / rows.length) };
  }
  function dot(a, b) {
    let sum = 0;
    for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
    return sum;
  }
  function addTo(to, vector, times) {
    for (let k = 0; k < to.length; k++) to[k] += times * vector[k];
  }
  function normalize(vector) {
    const length2 = Math.sqrt(dot(vector, vector)) || 1;
    vector.forEach((value, k) => {
      vector[k] = value / length2;
    });
  }

  // src/map/change.js
  var NEIGHBOURS = 60;
  var MOST_DIRECTIONS = 4;
  var FARTHEST3 = 2;
  var Change = class {
    /** @type {Point} The point of the map that is changed. */
    from = [0, 0];
    /** @type {Float64Array} Its z. */
    #z = new Float64Array(0);
    /** @type {Direction[] | null} */
    #directions = null;
    /** How far, in lengths of each attribute's direction. */
    attributes = new Float64Array(0);
    /** How far, in standard deviations of the neighbourhood. */
    beyond = new Float64Array(MOST_DIRECTIONS);
    /**
     * @param {Projection} projection
     * @param {Float32Array} directions [attributes][z].
     * @param {number} width Of the map, in its units.
     */
    constructor(projection, directions, width) {
      const { zSize } = projection;
      this.projection = projection;
      this.width = width;
      this.towards = Array.from(
        { length: directions.length / zSize },
        (_, i) => directions.subarray(i * zSize, (i + 1) * zSize)
      );
      this.attributes = new Float64Array(this.towards.length);
    }
    /** Whether there is music beside the map: z has more than its dimensions. */
    get hasBeyond() {
      return this.projection.kind === "pca";
    }
    /** Whether any slider is not in its middle. */
    get isAny() {
      const moved = (value) => value !== 0;
      return this.attributes.some(moved) || this.beyond.some(moved);
    }
    /**
     * Begins at a point of the map, with all sliders in the middle.
     * @param {Point} point
     * @param {Float64Array} z What the map has there.
     */
    begin(point, z) {
      this.from = point;
      this.#z = z;
      this.#directions = null;
      this.attributes.fill(0);
      this.beyond.fill(0);
    }
    /**
     * What sliders are set to; a page without some of them lacks those.
     * @param {Changed} changed
     */
    set({ attributes, beyond }) {
      setTo(this.attributes, attributes);
      setTo(this.beyond, beyond);
    }
    /** @returns {Changed} */
    get state() {
      const { from, attributes, beyond } = this;
      return { from, attributes: [...attributes], beyond: [...beyond] };
    }
    /** The largest directions around the point, at right angles to the map. */
    get directions() {
      this.#directions ??= this.hasBeyond ? directionsOf(
        this.projection.nearestInSpace(this.#z, NEIGHBOURS).map((mean2) => this.projection.offMap(mean2)),
        MOST_DIRECTIONS
      ) : [];
      return this.#directions;
    }
    /** How z is changed. */
    #difference() {
      const difference = new Float64Array(this.#z.length);
      this.towards.forEach((vector, i) => {
        addTo(difference, vector, this.attributes[i]);
      });
      if (this.beyond.some((value) => value !== 0)) {
        this.directions.forEach(({ vector, spread }, i) => {
          addTo(difference, vector, spread * this.beyond[i]);
        });
      }
      return difference;
    }
    /** The z that is heard. */
    get z() {
      const z = this.#z.slice();
      addTo(z, this.#difference(), 1);
      return z;
    }
    /** Where it is on the map, or beside. */
    get point() {
      return this.projection.toMap(this.z);
    }
    /** How far it is off the map, as a share of the map's width. */
    get off() {
      if (!this.hasBeyond) return 0;
      const { projection } = this;
      const off = projection.offMap(this.#difference(), 0);
      return Math.sqrt(dot(off, off)) / this.width;
    }
  };
  function setTo(sliders, values) {
    for (let i = 0; i < sliders.length; i++) {
      sliders[i] = clamp(values[i] ?? 0, -FARTHEST3, FARTHEST3);
    }
  }

  // node_modules/d3-array/dist/d3-array.mjs
  function ascending(a, b) {
    return a == null || b == null ? NaN : a < b ? -1 : a > b ? 1 : a >= b ? 0 : NaN;
  }
  function descending(a, b) {
    return a == null || b == null ? NaN : b < a ? -1 : b > a ? 1 : b >= a ? 0 : NaN;
  }
  function bisector(f) {
    let compare1, compare2, delta;
    if (f.length !== 2) {
      compare1 = ascending;
      compare2 = (d, x) => ascending(f(d), x);
      delta = (d, x) => f(d) - x;
    } else {
      compare1 = f === ascending || f === descending ? f : zero;
      compare2 = f;
      delta = f;
    }
    function left(a, x, lo = 0, hi = a.length) {
      if (lo < hi) {
        if (compare1(x, x) !== 0) return hi;
        do {
          const mid = lo + hi >>> 1;
          if (compare2(a[mid], x) < 0) lo = mid + 1;
          else hi = mid;
        } while (lo < hi);
      }
      return lo;
    }
    function right(a, x, lo = 0, hi = a.length) {
      if (lo < hi) {
        if (compare1(x, x) !== 0) return hi;
        do {
          const mid = lo + hi >>> 1;
          if (compare2(a[mid], x) <= 0) lo = mid + 1;
          else hi = mid;
        } while (lo < hi);
      }
      return lo;
    }
    function center(a, x, lo = 0, hi = a.length) {
      const i = left(a, x, lo, hi - 1);
      return i > lo && delta(a[i - 1], x) > -delta(a[i], x) ? i - 1 : i;
    }
    return { left, center, right };
  }
  function zero() {
    return 0;
  }
  function number(x) {
    return x === null ? NaN : +x;
  }
  var ascendingBisect = bisector(ascending);
  var bisectRight = ascendingBisect.right;
  var bisectLeft = ascendingBisect.left;
  var bisectCenter = bisector(number).center;
  var blur2 = Blur2(blurf);
  var blurImage = Blur2(blurfImage);
  function Blur2(blur) {
    return function(data, rx, ry = rx) {
      if (!((rx = +rx) >= 0)) throw new RangeError("invalid rx");
      if (!((ry = +ry) >= 0)) throw new RangeError("invalid ry");
      let { data: values, width, height } = data;
      if (!((width = Math.floor(width)) >= 0)) throw new RangeError("invalid width");
      if (!((height = Math.floor(height !== void 0 ? height : values.length / width)) >= 0)) throw new RangeError("invalid height");
      if (!width || !height || !rx && !ry) return data;
      const blurx = rx && blur(rx);
      const blury = ry && blur(ry);
      const temp = values.slice();
      if (blurx && blury) {
        blurh(blurx, temp, values, width, height);
        blurh(blurx, values, temp, width, height);
        blurh(blurx, temp, values, width, height);
        blurv(blury, values, temp, width, height);
        blurv(blury, temp, values, width, height);
        blurv(blury, values, temp, width, height);
      } else if (blurx) {
        blurh(blurx, values, temp, width, height);
        blurh(blurx, temp, values, width, height);
        blurh(blurx, values, temp, width, height);
      } else if (blury) {
        blurv(blury, values, temp, width, height);
        blurv(blury, temp, values, width, height);
        blurv(blury, values, temp, width, height);
      }
      return data;
    };
  }
  function blurh(blur, T, S, w, h) {
    for (let y = 0, n = w * h; y < n; ) {
      blur(T, S, y, y += w, 1);
    }
  }
  function blurv(blur, T, S, w, h) {
    for (let x = 0, n = w * h; x < w; ++x) {
      blur(T, S, x, x + n, w);
    }
  }
  function blurfImage(radius) {
    const blur = blurf(radius);
    return (T, S, start2, stop, step) => {
      start2 <<= 2, stop <<= 2, step <<= 2;
      blur(T, S, start2 + 0, stop + 0, step);
      blur(T, S, start2 + 1, stop + 1, step);
      blur(T, S, start2 + 2, stop + 2, step);
      blur(T, S, start2 + 3, stop + 3, step);
    };
  }
  function blurf(radius) {
    const radius0 = Math.floor(radius);
    if (radius0 === radius) return bluri(radius);
    const t = radius - radius0;
    const w = 2 * radius + 1;
    return (T, S, start2, stop, step) => {
      if (!((stop -= step) >= start2)) return;
      let sum = radius0 * S[start2];
      const s0 = step * radius0;
      const s1 = s0 + step;
      for (let i = start2, j = start2 + s0; i < j; i += step) {
        sum += S[Math.min(stop, i)];
      }
      for (let i = start2, j = stop; i <= j; i += step) {
        sum += S[Math.min(stop, i + s0)];
        T[i] = (sum + t * (S[Math.max(start2, i - s1)] + S[Math.min(stop, i + s1)])) / w;
        sum -= S[Math.max(start2, i - s0)];
      }
    };
  }
  function bluri(radius) {
    const w = 2 * radius + 1;
    return (T, S, start2, stop, step) => {
      if (!((stop -= step) >= start2)) return;
      let sum = radius * S[start2];
      const s = step * radius;
      for (let i = start2, j = start2 + s; i < j; i += step) {
        sum += S[Math.min(stop, i)];
      }
      for (let i = start2, j = stop; i <= j; i += step) {
        sum += S[Math.min(stop, i + s)];
        T[i] = sum / w;
        sum -= S[Math.max(start2, i - s)];
      }
    };
  }
  function count(values, valueof) {
    let count2 = 0;
    if (valueof === void 0) {
      for (let value of values) {
        if (value != null && (value = +value) >= value) {
          ++count2;
        }
      }
    } else {
      let index = -1;
      for (let value of values) {
        if ((value = valueof(value, ++index, values)) != null && (value = +value) >= value) {
          ++count2;
        }
      }
    }
    return count2;
  }
  function extent(values, valueof) {
    let min;
    let max2;
    if (valueof === void 0) {
      for (const value of values) {
        if (value != null) {
          if (min === void 0) {
            if (value >= value) min = max2 = value;
          } else {
            if (min > value) min = value;
            if (max2 < value) max2 = value;
          }
        }
      }
    } else {
      let index = -1;
      for (let value of values) {
        if ((value = valueof(value, ++index, values)) != null) {
          if (min === void 0) {
            if (value >= value) min = max2 = value;
          } else {
            if (min > value) min = value;
            if (max2 < value) max2 = value;
          }
        }
      }
    }
    return [min, max2];
  }
  var array = Array.prototype;
  var slice = array.slice;
  var e10 = Math.sqrt(50);
  var e5 = Math.sqrt(10);
  var e2 = Math.sqrt(2);
  function tickSpec(start2, stop, count2) {
    const step = (stop - start2) / Math.max(0, count2), power = Math.floor(Math.log10(step)), error2 = step / Math.pow(10, power), factor = error2 >= e10 ? 10 : error2 >= e5 ? 5 : error2 >= e2 ? 2 : 1;
    let i1, i2, inc;
    if (power < 0) {
      inc = Math.pow(10, -power) / factor;
      i1 = Math.round(start2 * inc);
      i2 = Math.round(stop * inc);
      if (i1 / inc < start2) ++i1;
      if (i2 / inc > stop) --i2;
      inc = -inc;
    } else {
      inc = Math.pow(10, power) * factor;
      i1 = Math.round(start2 / inc);
      i2 = Math.round(stop / inc);
      if (i1 * inc < start2) ++i1;
      if (i2 * inc > stop) --i2;
    }
    if (i2 < i1 && 0.5 <= count2 && count2 < 2) return tickSpec(start2, stop, count2 * 2);
    return [i1, i2, inc];
  }
  function ticks(start2, stop, count2) {
    stop = +stop, start2 = +start2, count2 = +count2;
    if (!(count2 > 0)) return [];
    if (start2 === stop) return [start2];
    const reverse = stop < start2, [i1, i2, inc] = reverse ? tickSpec(stop, start2, count2) : tickSpec(start2, stop, count2);
    if (!(i2 >= i1)) return [];
    const n = i2 - i1 + 1, ticks2 = new Array(n);
    if (reverse) {
      if (inc < 0) for (let i = 0; i < n; ++i) ticks2[i] = (i2 - i) / -inc;
      else for (let i = 0; i < n; ++i) ticks2[i] = (i2 - i) * inc;
    } else {
      if (inc < 0) for (let i = 0; i < n; ++i) ticks2[i] = (i1 + i) / -inc;
      else for (let i = 0; i < n; ++i) ticks2[i] = (i1 + i) * inc;
    }
    return ticks2;
  }
  function tickIncrement(start2, stop, count2) {
    stop = +stop, start2 = +start2, count2 = +count2;
    return tickSpec(start2, stop, count2)[2];
  }
  function nice(start2, stop, count2) {
    let prestep;
    while (true) {
      const step = tickIncrement(start2, stop, count2);
      if (step === prestep || step === 0 || !isFinite(step)) {
        return [start2, stop];
      } else if (step > 0) {
        const i = Math.ceil(start2 / step);
        const j = Math.floor(stop / step);
        start2 = (i - (i * step > start2)) * step;
        stop = (j + (j * step < stop)) * step;
      } else if (step < 0) {
        const s = -step;
        const i = Math.ceil(start2 * s);
        const j = Math.floor(stop * s);
        start2 = (i - (i / s > start2)) / s;
        stop = (j + (j / s < stop)) / s;
      }
      prestep = step;
    }
  }
  function thresholdSturges(values) {
    return Math.max(1, Math.ceil(Math.log(count(values)) / Math.LN2) + 1);
  }
  var shuffle = shuffler(Math.random);
  function shuffler(random) {
    return function shuffle2(array3, i0 = 0, i1 = array3.length) {
      let m = i1 - (i0 = +i0);
      while (m) {
        const i = random() * m-- | 0, t = array3[m + i0];
        array3[m + i0] = array3[i + i0];
        array3[i + i0] = t;
      }
      return array3;
    };
  }

  // node_modules/d3-contour/dist/d3-contour.mjs
  var array2 = Array.prototype;
  var slice2 = array2.slice;
  function ascending2(a, b) {
    return a - b;
  }
  function area(ring) {
    var i = 0, n = ring.length, area2 = ring[n - 1][1] * ring[0][0] - ring[n - 1][0] * ring[0][1];
    while (++i < n) area2 += ring[i - 1][1] * ring[i][0] - ring[i - 1][0] * ring[i][1];
    return area2;
  }
  var constant = (x) => () => x;
  function contains(ring, hole) {
    var i = -1, n = hole.length, c;
    while (++i < n) if (c = ringContains(ring, hole[i])) return c;
    return 0;
  }
  function ringContains(ring, point) {
    var x = point[0], y = point[1], contains3 = -1;
    for (var i = 0, n = ring.length, j = n - 1; i < n; j = i++) {
      var pi = ring[i], xi = pi[0], yi = pi[1], pj = ring[j], xj = pj[0], yj = pj[1];
      if (segmentContains(pi, pj, point)) return 0;
      if (yi > y !== yj > y && x < (xj - xi) * (y - yi) / (yj - yi) + xi) contains3 = -contains3;
    }
    return contains3;
  }
  function segmentContains(a, b, c) {
    var i;
    return collinear(a, b, c) && within(a[i = +(a[0] === b[0])], c[i], b[i]);
  }
  function collinear(a, b, c) {
    return (b[0] - a[0]) * (c[1] - a[1]) === (c[0] - a[0]) * (b[1] - a[1]);
  }
  function within(p, q, r) {
    return p <= q && q <= r || r <= q && q <= p;
  }
  function noop2() {
  }
  var cases = [
    [],
    [[[1, 1.5], [0.5, 1]]],
    [[[1.5, 1], [1, 1.5]]],
    [[[1.5, 1], [0.5, 1]]],
    [[[1, 0.5], [1.5, 1]]],
    [[[1, 1.5], [0.5, 1]], [[1, 0.5], [1.5, 1]]],
    [[[1, 0.5], [1, 1.5]]],
    [[[1, 0.5], [0.5, 1]]],
    [[[0.5, 1], [1, 0.5]]],
    [[[1, 1.5], [1, 0.5]]],
    [[[0.5, 1], [1, 0.5]], [[1.5, 1], [1, 1.5]]],
    [[[1.5, 1], [1, 0.5]]],
    [[[0.5, 1], [1.5, 1]]],
    [[[1, 1.5], [1.5, 1]]],
    [[[0.5, 1], [1, 1.5]]],
    []
  ];
  function Contours() {
    var dx = 1, dy = 1, threshold = thresholdSturges, smooth = smoothLinear;
    function contours(values) {
      var tz = threshold(values);
      if (!Array.isArray(tz)) {
        const e = extent(values, finite);
        tz = ticks(...nice(e[0], e[1], tz), tz);
        while (tz[tz.length - 1] >= e[1]) tz.pop();
        while (tz[1] < e[0]) tz.shift();
      } else {
        tz = tz.slice().sort(ascending2);
      }
      return tz.map((value) => contour(values, value));
    }
    function contour(values, value) {
      const v = value == null ? NaN : +value;
      if (isNaN(v)) throw new Error(`invalid value: ${value}`);
      var polygons = [], holes = [];
      isorings(values, v, function(ring) {
        smooth(ring, values, v);
        if (area(ring) > 0) polygons.push([ring]);
        else holes.push(ring);
      });
      holes.forEach(function(hole) {
        for (var i = 0, n = polygons.length, polygon; i < n; ++i) {
          if (contains((polygon = polygons[i])[0], hole) !== -1) {
            polygon.push(hole);
            return;
          }
        }
      });
      return {
        type: "MultiPolygon",
        value,
        coordinates: polygons
      };
    }
    function isorings(values, value, callback) {
      var fragmentByStart = new Array(), fragmentByEnd = new Array(), x, y, t0, t1, t2, t3;
      x = y = -1;
      t1 = above(values[0], value);
      cases[t1 << 1].forEach(stitch);
      while (++x < dx - 1) {
        t0 = t1, t1 = above(values[x + 1], value);
        cases[t0 | t1 << 1].forEach(stitch);
      }
      cases[t1 << 0].forEach(stitch);
      while (++y < dy - 1) {
        x = -1;
        t1 = above(values[y * dx + dx], value);
        t2 = above(values[y * dx], value);
        cases[t1 << 1 | t2 << 2].forEach(stitch);
        while (++x < dx - 1) {
          t0 = t1, t1 = above(values[y * dx + dx + x + 1], value);
          t3 = t2, t2 = above(values[y * dx + x + 1], value);
          cases[t0 | t1 << 1 | t2 << 2 | t3 << 3].forEach(stitch);
        }
        cases[t1 | t2 << 3].forEach(stitch);
      }
      x = -1;
      t2 = values[y * dx] >= value;
      cases[t2 << 2].forEach(stitch);
      while (++x < dx - 1) {
        t3 = t2, t2 = above(values[y * dx + x + 1], value);
        cases[t2 << 2 | t3 << 3].forEach(stitch);
      }
      cases[t2 << 3].forEach(stitch);
      function stitch(line) {
        var start2 = [line[0][0] + x, line[0][1] + y], end = [line[1][0] + x, line[1][1] + y], startIndex = index(start2), endIndex = index(end), f, g;
        if (f = fragmentByEnd[startIndex]) {
          if (g = fragmentByStart[endIndex]) {
            delete fragmentByEnd[f.end];
            delete fragmentByStart[g.start];
            if (f === g) {
              f.ring.push(end);
              callback(f.ring);
            } else {
              fragmentByStart[f.start] = fragmentByEnd[g.end] = { start: f.start, end: g.end, ring: f.ring.concat(g.ring) };
            }
          } else {
            delete fragmentByEnd[f.end];
            f.ring.push(end);
            fragmentByEnd[f.end = endIndex] = f;
          }
        } else if (f = fragmentByStart[endIndex]) {
          if (g = fragmentByEnd[startIndex]) {
            delete fragmentByStart[f.start];
            delete fragmentByEnd[g.end];
            if (f === g) {
              f.ring.push(end);
              callback(f.ring);
            } else {
              fragmentByStart[g.start] = fragmentByEnd[f.end] = { start: g.start, end: f.end, ring: g.ring.concat(f.ring) };
            }
          } else {
            delete fragmentByStart[f.start];
            f.ring.unshift(start2);
            fragmentByStart[f.start = startIndex] = f;
          }
        } else {
          fragmentByStart[startIndex] = fragmentByEnd[endIndex] = { start: startIndex, end: endIndex, ring: [start2, end] };
        }
      }
    }
    function index(point) {
      return point[0] * 2 + point[1] * (dx + 1) * 4;
    }
    function smoothLinear(ring, values, value) {
      ring.forEach(function(point) {
        var x = point[0], y = point[1], xt = x | 0, yt = y | 0, v1 = valid(values[yt * dx + xt]);
        if (x > 0 && x < dx && xt === x) {
          point[0] = smooth1(x, valid(values[yt * dx + xt - 1]), v1, value);
        }
        if (y > 0 && y < dy && yt === y) {
          point[1] = smooth1(y, valid(values[(yt - 1) * dx + xt]), v1, value);
        }
      });
    }
    contours.contour = contour;
    contours.size = function(_) {
      if (!arguments.length) return [dx, dy];
      var _0 = Math.floor(_[0]), _1 = Math.floor(_[1]);
      if (!(_0 >= 0 && _1 >= 0)) throw new Error("invalid size");
      return dx = _0, dy = _1, contours;
    };
    contours.thresholds = function(_) {
      return arguments.length ? (threshold = typeof _ === "function" ? _ : Array.isArray(_) ? constant(slice2.call(_)) : constant(_), contours) : threshold;
    };
    contours.smooth = function(_) {
      return arguments.length ? (smooth = _ ? smoothLinear : noop2, contours) : smooth === smoothLinear;
    };
    return contours;
  }
  function finite(x) {
    return isFinite(x) ? x : NaN;
  }
  function above(x, value) {
    return x == null ? false : +x >= value;
  }
  function valid(v) {
    return v == null || isNaN(v = +v) ? -Infinity : v;
  }
  function smooth1(x, v0, v1, value) {
    const a = value - v0;
    const b = v1 - v0;
    const d = isFinite(a) || isFinite(b) ? a / b : Math.sign(a) / Math.sign(b);
    return isNaN(d) ? x : x + d - 0.5;
  }

  // src/map/heat.js
  var NUM_LINES = 9;
  var LEAST_SHARE = 0.03;
  var LEAST_SEMITONES = 0.5;
  var PITCH = "mean pitch";
  var Heat = class {
    /**
     * @param {HeatFacts} facts
     * @param {Float32Array} values [quantities][rows][columns].
     */
    constructor(facts, values) {
      this.facts = facts;
      this.values = values;
      this.quantity = 0;
      this.ranges = facts.units.map((_, q) => rangeOf(this.valuesOf(q)));
      this.lines = [];
    }
    get unit() {
      return this.facts.units[this.quantity];
    }
    get range() {
      return this.ranges[this.quantity];
    }
    /** Whether the quantity is all but the same everywhere. */
    get isEven() {
      return isEven(this.unit, this.range);
    }
    /** @param {number} quantity */
    valuesOf(quantity) {
      const n = this.facts.rows * this.facts.columns;
      return this.values.subarray(quantity * n, (quantity + 1) * n);
    }
    /**
     * A quantity at a point of the map; null outside of the grid.
     * @param {Point} point
     */
    valueAt([x, y], quantity = this.quantity) {
      const { corner, cell, columns, rows } = this.facts;
      const column = Math.floor((x - corner[0]) / cell);
      const row = Math.floor((y - corner[1]) / cell);
      if (column < 0 || row < 0 || column >= columns || row >= rows) return null;
      return this.valuesOf(quantity)[row * columns + column];
    }
    /**
     * Lines of equal values of the shown quantity, between the middles of the
     * cells; around these, at the edge of the grid, lines are closed.
     */
    contours() {
      if (this.isEven) return [];
      const q = this.quantity;
      this.lines[q] ??= linesOf(this.valuesOf(q), this.facts, this.range);
      return this.lines[q];
    }
  };
  function isEven(unit, [low, high]) {
    if (unit === PITCH) return high - low < LEAST_SEMITONES;
    return high - low <= LEAST_SHARE * Math.max(Math.abs(low), Math.abs(high));
  }
  function linesOf(values, { columns, rows }, [low, high]) {
    const { contour } = Contours().size([columns, rows]);
    const numbers = Array.from(values);
    return Array.from({ length: NUM_LINES }, (_, i) => {
      const level = low + (i + 1) / (NUM_LINES + 1) * (high - low);
      return (
        /** @type {Line[]} */
        contour(numbers, level).coordinates.flat()
      );
    }).flat();
  }
  function rangeOf(values) {
    const sorted = Float32Array.from(values).sort();
    const at = (part2) => sorted[Math.round(part2 * (sorted.length - 1))];
    const [low, high] = [at(0.01), at(0.99)];
    return [low, high];
  }

  // src/map/home.js
  var SAMPLE = 90;
  var REACH = 0.09;
  var CELLS2 = 3;
  var Homes = class {
    /** @type {Map<Song, Home & {windows: number}>} */
    #known = /* @__PURE__ */ new Map();
    /** @type {Map<string, number>} How crowded each cell is, by all songs. */
    #crowd = /* @__PURE__ */ new Map();
    /**
     * @param {Song[]} songs Those of the page.
     * @param {Point} size Of the map.
     */
    constructor(songs, size) {
      this.reach = REACH * Math.max(...size);
      for (const song of songs) this.#join(song);
    }
    /**
     * @param {Song} song With a window at least.
     * @returns {Point}
     */
    of(song) {
      return this.#homeOf(song).point;
    }
    /**
     * How much a song is by itself at its home, to compare with others.
     * @param {Song} song With a window at least.
     */
    standingOf(song) {
      return this.#homeOf(song).standing;
    }
    /** @param {Song} song */
    #homeOf(song) {
      const windows = song.starts.length;
      const known = this.#known.get(song);
      if (known?.windows === windows) return known;
      const home = { windows, ...this.#find(song) };
      this.#known.set(song, home);
      return home;
    }
    /**
     * Adds a song to the crowd: each song counts as much as another.
     * @param {Song} song
     */
    #join(song) {
      const sample = sampleOf(song);
      for (const point of sample) {
        const cell = this.#cellOf(point).join();
        const before = this.#crowd.get(cell) ?? 0;
        this.#crowd.set(cell, before + 1 / sample.length);
      }
    }
    /** @param {Point} point */
    #cellOf([x, y]) {
      const side = this.reach / CELLS2;
      return [Math.floor(x / side), Math.floor(y / side)];
    }
    /**
     * @param {Song} song
     * @returns {Home}
     */
    #find(song) {
      const own = sampleOf(song);
      let standing = -Infinity;
      let point = own[0];
      for (const candidate of own) {
        const close = this.#close(candidate, own);
        const others = Math.max(0, this.#crowdAround(candidate) - close);
        const score = close - 2 * others;
        if (score > standing) [standing, point] = [score, candidate];
      }
      return { point, standing };
    }
    /**
     * The share of a sample that is within reach.
     * @param {Point} point
     * @param {Point[]} sample
     */
    #close([x, y], sample) {
      const close = sample.filter(
        ([a, b]) => Math.hypot(a - x, b - y) < this.reach
      );
      return close.length / sample.length;
    }
    /**
     * The shares of all songs together that are about within reach.
     * @param {Point} point
     */
    #crowdAround(point) {
      const [column, row] = this.#cellOf(point);
      let sum = 0;
      for (let i = -CELLS2; i <= CELLS2; i++) {
        for (let j = -CELLS2; j <= CELLS2; j++) {
          if (Math.hypot(i, j) > CELLS2) continue;
          sum += this.#crowd.get(`${column + i},${row + j}`) ?? 0;
        }
      }
      return sum;
    }
  };
  function sampleOf({ points }) {
    const every = Math.max(1, Math.floor(points.length / 2 / SAMPLE));
    const sample = [];
    for (let i = 0; i < points.length; i += 2 * every) {
      sample.push([points[i], points[i + 1]]);
    }
    return sample;
  }

  // node_modules/flatqueue/index.js
  var FlatQueue = class {
    /**
     * Creates an empty queue. If `capacity` is provided, the queue is backed by fixed-size typed
     * arrays for better performance and memory use, but can't grow beyond `capacity`. `values` uses
     * `ValuesArray` (default `Float64Array`) and `ids` uses `IdsArray` (default `Uint32Array`); pass
     * narrower constructors like `Uint16Array` if your values or ids are known to fit them.
     *
     * @param {number} [capacity]
     * @param {TypedArrayConstructor} [ValuesArray]
     * @param {TypedArrayConstructor} [IdsArray]
     */
    constructor(capacity = Infinity, ValuesArray = Float64Array, IdsArray = Uint32Array) {
      const fixed = capacity !== Infinity;
      this.ids = fixed ? (
        /** @type {T[]} */
        /** @type {unknown} */
        new IdsArray(capacity)
      ) : [];
      this.values = fixed ? (
        /** @type {number[]} */
        /** @type {unknown} */
        new ValuesArray(capacity)
      ) : [];
      this.capacity = capacity;
      this.length = 0;
    }
    /** Removes all items from the queue. */
    clear() {
      this.length = 0;
    }
    /**
     * Adds `item` to the queue with the specified `priority`.
     *
     * `priority` must be a number. Items are sorted and returned from low to high priority. Multiple items
     * with the same priority value can be added to the queue, but there is no guaranteed order between these items.
     *
     * For fixed-capacity queues, throws a `RangeError` if the queue is already full.
     *
     * @param {T} item
     * @param {number} priority
     */
    push(item, priority) {
      if (this.length === this.capacity) throw new RangeError("Queue is at capacity.");
      let pos = this.length++;
      while (pos > 0) {
        const parent = pos - 1 >> 1;
        const parentValue = this.values[parent];
        if (priority >= parentValue) break;
        this.ids[pos] = this.ids[parent];
        this.values[pos] = parentValue;
        pos = parent;
      }
      this.ids[pos] = item;
      this.values[pos] = priority;
    }
    /**
     * Removes and returns the item from the head of this queue, which is one of
     * the items with the lowest priority. If this queue is empty, returns `undefined`.
     */
    pop() {
      if (this.length === 0) return void 0;
      const ids = this.ids, values = this.values, top = ids[0], last = --this.length;
      if (last > 0) {
        const id = ids[last];
        const value = values[last];
        let pos = 0;
        const halfLen = last >> 1;
        while (pos < halfLen) {
          const left = (pos << 1) + 1;
          const right = left + 1;
          const child = left + (+(right < last) & +(values[right] < values[left]));
          if (values[child] >= value) break;
          ids[pos] = ids[child];
          values[pos] = values[child];
          pos = child;
        }
        ids[pos] = id;
        values[pos] = value;
      }
      return top;
    }
    /** Returns the item from the head of this queue without removing it. If this queue is empty, returns `undefined`. */
    peek() {
      return this.length > 0 ? this.ids[0] : void 0;
    }
    /**
     * Returns the priority value of the item at the head of this queue without
     * removing it. If this queue is empty, returns `undefined`.
     */
    peekValue() {
      return this.length > 0 ? this.values[0] : void 0;
    }
    /**
     * Shrinks the internal arrays to `this.length`. No-op for queues with fixed capacity.
     *
     * `pop()` and `clear()` calls don't free memory automatically to avoid unnecessary resize operations.
     * This also means that items that have been added to the queue can't be garbage collected until
     * a new item is pushed in their place, or this method is called.
     */
    shrink() {
      if (Array.isArray(this.ids)) this.ids.length = this.length;
      if (Array.isArray(this.values)) this.values.length = this.length;
    }
  };

  // node_modules/flatbush/index.js
  var ARRAY_TYPES = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array];
  var VERSION = 3;
  var Flatbush = class _Flatbush {
    /**
     * Recreate a Flatbush index from raw `ArrayBuffer` or `SharedArrayBuffer` data.
     * @param {ArrayBufferLike} data
     * @param {number} [byteOffset=0] byte offset to the start of the Flatbush buffer in the referenced ArrayBuffer.
     * @returns {Flatbush} index
     */
    static from(data, byteOffset = 0) {
      if (byteOffset % 8 !== 0) {
        throw new Error("byteOffset must be 8-byte aligned.");
      }
      if (!data || data.byteLength === void 0 || "buffer" in data) {
        throw new Error("Data must be an instance of ArrayBuffer or SharedArrayBuffer.");
      }
      const [magic, versionAndType] = new Uint8Array(data, byteOffset + 0, 2);
      if (magic !== 251) {
        throw new Error("Data does not appear to be in a Flatbush format.");
      }
      const version = versionAndType >> 4;
      if (version !== VERSION) {
        throw new Error(`Got v${version} data when expected v${VERSION}.`);
      }
      const ArrayType = ARRAY_TYPES[versionAndType & 15];
      if (!ArrayType) {
        throw new Error("Unrecognized array type.");
      }
      const [nodeSize] = new Uint16Array(data, byteOffset + 2, 1);
      const [numItems] = new Uint32Array(data, byteOffset + 4, 1);
      return new _Flatbush(numItems, nodeSize, ArrayType, void 0, data, byteOffset);
    }
    /**
     * Create a Flatbush index that will hold a given number of items.
     * @param {number} numItems
     * @param {number} [nodeSize=16] Size of the tree node (16 by default).
     * @param {TypedArrayConstructor} [ArrayType=Float64Array] The array type used for coordinates storage (`Float64Array` by default).
     * @param {ArrayBufferConstructor | SharedArrayBufferConstructor} [ArrayBufferType=ArrayBuffer] The array buffer type used to store data (`ArrayBuffer` by default).
     * @param {ArrayBufferLike} [data] (Only used internally)
     * @param {number} [byteOffset=0] (Only used internally)
     */
    constructor(numItems, nodeSize = 16, ArrayType = Float64Array, ArrayBufferType = ArrayBuffer, data, byteOffset = 0) {
      if (numItems === void 0) throw new Error("Missing required argument: numItems.");
      if (isNaN(numItems) || numItems <= 0) throw new Error(`Unexpected numItems value: ${numItems}.`);
      this.numItems = +numItems;
      this.nodeSize = Math.min(Math.max(+nodeSize, 2), 65535);
      this.byteOffset = byteOffset;
      let n = numItems;
      let numNodes = n;
      this._levelBounds = [n * 4];
      do {
        n = Math.ceil(n / this.nodeSize);
        numNodes += n;
        this._levelBounds.push(numNodes * 4);
      } while (n !== 1);
      this.ArrayType = ArrayType;
      this.IndexArrayType = numNodes < 16384 ? Uint16Array : Uint32Array;
      const arrayTypeIndex = ARRAY_TYPES.indexOf(ArrayType);
      const nodesByteSize = numNodes * 4 * ArrayType.BYTES_PER_ELEMENT;
      if (arrayTypeIndex < 0) {
        throw new Error(`Unexpected typed array class: ${ArrayType}.`);
      }
      const BoxCtor = ArrayType;
      const IdxCtor = this.IndexArrayType;
      if (data) {
        this.data = data;
        this._boxes = new BoxCtor(data, byteOffset + 8, numNodes * 4);
        this._indices = new IdxCtor(data, byteOffset + 8 + nodesByteSize, numNodes);
        this._pos = numNodes * 4;
        this.minX = this._boxes[this._pos - 4];
        this.minY = this._boxes[this._pos - 3];
        this.maxX = this._boxes[this._pos - 2];
        this.maxY = this._boxes[this._pos - 1];
      } else {
        const data2 = this.data = new ArrayBufferType(8 + nodesByteSize + numNodes * this.IndexArrayType.BYTES_PER_ELEMENT);
        this._boxes = new BoxCtor(data2, 8, numNodes * 4);
        this._indices = new IdxCtor(data2, 8 + nodesByteSize, numNodes);
        this._pos = 0;
        this.minX = Infinity;
        this.minY = Infinity;
        this.maxX = -Infinity;
        this.maxY = -Infinity;
        new Uint8Array(data2, 0, 2).set([251, (VERSION << 4) + arrayTypeIndex]);
        new Uint16Array(data2, 2, 1)[0] = this.nodeSize;
        new Uint32Array(data2, 4, 1)[0] = numItems;
      }
      this._queue = new FlatQueue();
    }
    /**
     * Add a given rectangle to the index.
     * @param {number} minX
     * @param {number} minY
     * @param {number} maxX
     * @param {number} maxY
     * @returns {number} A zero-based, incremental number that represents the newly added rectangle.
     */
    add(minX, minY, maxX = minX, maxY = minY) {
      const pos = this._pos;
      const index = pos >> 2;
      const boxes = this._boxes;
      this._indices[index] = index;
      boxes[pos] = minX;
      boxes[pos + 1] = minY;
      boxes[pos + 2] = maxX;
      boxes[pos + 3] = maxY;
      this._pos = pos + 4;
      if (minX < this.minX) this.minX = minX;
      if (minY < this.minY) this.minY = minY;
      if (maxX > this.maxX) this.maxX = maxX;
      if (maxY > this.maxY) this.maxY = maxY;
      return index;
    }
    /** Perform indexing of the added rectangles. */
    finish() {
      if (this._pos >> 2 !== this.numItems) {
        throw new Error(`Added ${this._pos >> 2} items when expected ${this.numItems}.`);
      }
      const boxes = this._boxes;
      if (this.numItems <= this.nodeSize) {
        boxes[this._pos++] = this.minX;
        boxes[this._pos++] = this.minY;
        boxes[this._pos++] = this.maxX;
        boxes[this._pos++] = this.maxY;
        return;
      }
      const { numItems, minX, minY, nodeSize, _indices: indices, _levelBounds: levelBounds } = this;
      const width = this.maxX - minX || 1;
      const height = this.maxY - minY || 1;
      const hilbertValues = new Int32Array(numItems);
      const hilbertMax = (1 << 16) - 1;
      const sx = hilbertMax / width;
      const sy = hilbertMax / height;
      for (let i = 0, pos2 = 0; i < numItems; i++) {
        const itemMinX = boxes[pos2++];
        const itemMinY = boxes[pos2++];
        const itemMaxX = boxes[pos2++];
        const itemMaxY = boxes[pos2++];
        const x = sx * ((itemMinX + itemMaxX) / 2 - minX) | 0;
        const y = sy * ((itemMinY + itemMaxY) / 2 - minY) | 0;
        hilbertValues[i] = hilbert(x, y);
      }
      sort(hilbertValues, boxes, indices, 0, numItems - 1, nodeSize);
      let pos = numItems * 4;
      for (let i = 0, readPos = 0; i < levelBounds.length - 1; i++) {
        const end = levelBounds[i];
        while (readPos < end) {
          const nodeIndex = readPos;
          let nodeMinX = boxes[readPos++];
          let nodeMinY = boxes[readPos++];
          let nodeMaxX = boxes[readPos++];
          let nodeMaxY = boxes[readPos++];
          for (let j = 1; j < nodeSize && readPos < end; j++) {
            nodeMinX = Math.min(nodeMinX, boxes[readPos++]);
            nodeMinY = Math.min(nodeMinY, boxes[readPos++]);
            nodeMaxX = Math.max(nodeMaxX, boxes[readPos++]);
            nodeMaxY = Math.max(nodeMaxY, boxes[readPos++]);
          }
          indices[pos >> 2] = nodeIndex;
          boxes[pos++] = nodeMinX;
          boxes[pos++] = nodeMinY;
          boxes[pos++] = nodeMaxX;
          boxes[pos++] = nodeMaxY;
        }
      }
      this._pos = pos;
    }
    /**
     * Search the index by a bounding box.
     * @param {number} minX
     * @param {number} minY
     * @param {number} maxX
     * @param {number} maxY
     * @param {(index: number, x0: number, y0: number, x1: number, y1: number) => boolean} [filterFn] An optional function that is called on every found item; if supplied, only items for which this function returns true will be included in the results array.
     * @returns {number[]} An array of indices of items intersecting or touching the given bounding box.
     */
    search(minX, minY, maxX, maxY, filterFn) {
      if (this._pos !== this._boxes.length) {
        throw new Error("Data not yet indexed - call index.finish().");
      }
      const { _boxes: boxes, _levelBounds: levelBounds, _indices: indices, nodeSize } = this;
      const numItems4 = this.numItems * 4;
      let nodeIndex = boxes.length - 4;
      let level = levelBounds.length - 1;
      const q = [];
      const results = [];
      let contained = false;
      while (nodeIndex !== void 0) {
        const end = Math.min(nodeIndex + nodeSize * 4, levelBounds[level]);
        const isNode = nodeIndex >= numItems4;
        if (contained) {
          this._collectContained(nodeIndex, end, level, numItems4, results, filterFn);
        } else {
          for (let pos = nodeIndex; pos < end; pos += 4) {
            const x0 = boxes[pos];
            if (maxX < x0) continue;
            const y0 = boxes[pos + 1];
            if (maxY < y0) continue;
            const x1 = boxes[pos + 2];
            if (minX > x1) continue;
            const y1 = boxes[pos + 3];
            if (minY > y1) continue;
            const index = indices[pos >> 2] | 0;
            if (isNode) {
              const c = +(minX <= x0 && minY <= y0 && maxX >= x1 && maxY >= y1);
              q.push(index | c, level - 1);
            } else if (filterFn === void 0 || filterFn(index, x0, y0, x1, y1)) {
              results.push(index);
            }
          }
        }
        level = /** @type {number} */
        q.pop();
        nodeIndex = q.pop();
        if (nodeIndex !== void 0) {
          contained = (nodeIndex & 1) === 1;
          nodeIndex &= ~1;
        }
      }
      return results;
    }
    /**
     * Collect all leaves of a subtree that's fully inside the query, skipping intersection tests.
     * Because the tree is packed bottom-up, those leaves occupy one contiguous block of the leaf
     * level, so we skip traversal entirely: descend to the first leaf, then sweep the flat range.
     * @param {number} nodeIndex
     * @param {number} end
     * @param {number} level
     * @param {number} numItems4
     * @param {number[]} results
     * @param {((index: number, x0: number, y0: number, x1: number, y1: number) => boolean) | undefined} filterFn
     */
    _collectContained(nodeIndex, end, level, numItems4, results, filterFn) {
      const boxes = this._boxes;
      const indices = this._indices;
      let pos = nodeIndex;
      for (let l = level; l > 0; l--) pos = indices[pos >> 2];
      const leafEnd = Math.min(pos + (end - nodeIndex) * this.nodeSize ** level, numItems4);
      if (filterFn === void 0) {
        for (; pos < leafEnd; pos += 4) results.push(indices[pos >> 2] | 0);
      } else {
        for (; pos < leafEnd; pos += 4) {
          const index = indices[pos >> 2] | 0;
          if (filterFn(index, boxes[pos], boxes[pos + 1], boxes[pos + 2], boxes[pos + 3])) results.push(index);
        }
      }
    }
    /**
     * Check whether any item intersects or touches a bounding box, stopping at the first match.
     * @param {number} minX
     * @param {number} minY
     * @param {number} maxX
     * @param {number} maxY
     * @param {(index: number, x0: number, y0: number, x1: number, y1: number) => boolean} [filterFn] An optional function that is called on found items; if supplied, only items for which this function returns true count as a match.
     * @returns {boolean} Whether a matching item was found.
     */
    collides(minX, minY, maxX, maxY, filterFn) {
      if (this._pos !== this._boxes.length) {
        throw new Error("Data not yet indexed - call index.finish().");
      }
      const { _boxes: boxes, _levelBounds: levelBounds, _indices: indices, nodeSize } = this;
      const numItems4 = this.numItems * 4;
      let nodeIndex = boxes.length - 4;
      let level = levelBounds.length - 1;
      const q = [];
      while (nodeIndex !== void 0) {
        const end = Math.min(nodeIndex + nodeSize * 4, levelBounds[level]);
        const isNode = nodeIndex >= numItems4;
        for (let pos = nodeIndex; pos < end; pos += 4) {
          const x0 = boxes[pos];
          if (maxX < x0) continue;
          const y0 = boxes[pos + 1];
          if (maxY < y0) continue;
          const x1 = boxes[pos + 2];
          if (minX > x1) continue;
          const y1 = boxes[pos + 3];
          if (minY > y1) continue;
          const index = indices[pos >> 2] | 0;
          if (isNode) {
            q.push(index, level - 1);
          } else if (filterFn === void 0 || filterFn(index, x0, y0, x1, y1)) {
            return true;
          }
        }
        level = /** @type {number} */
        q.pop();
        nodeIndex = q.pop();
      }
      return false;
    }
    /**
     * Search items in order of distance from the given point.
     * @param {number} x
     * @param {number} y
     * @param {number} [maxResults=Infinity]
     * @param {number} [maxDistance=Infinity]
     * @param {(index: number) => boolean} [filterFn] An optional function for filtering the results.
     * @returns {number[]} An array of indices of items found.
     */
    neighbors(x, y, maxResults = Infinity, maxDistance = Infinity, filterFn) {
      if (this._pos !== this._boxes.length) {
        throw new Error("Data not yet indexed - call index.finish().");
      }
      const { _boxes: boxes, _levelBounds: levelBounds, _indices: indices, _queue: q, nodeSize } = this;
      const numItems4 = this.numItems * 4;
      const nodeSize4 = nodeSize * 4;
      const results = [];
      const maxDistSquared = maxDistance * maxDistance;
      const trackNearest = maxResults === 1;
      let bound = maxDistSquared;
      q.push(boxes.length - 4 << 1, 0);
      while (q.length) {
        const top = q.ids[0];
        if (top & 1) {
          q.pop();
          results.push(top >> 1);
          if (results.length === maxResults) break;
          continue;
        }
        q.pop();
        const nodeIndex = top >> 1;
        const isLeafLevel = nodeIndex < numItems4;
        const end = Math.min(nodeIndex + nodeSize4, upperBound(nodeIndex, levelBounds));
        for (let pos = nodeIndex; pos < end; pos += 4) {
          const minX = boxes[pos];
          const minY = boxes[pos + 1];
          const maxX = boxes[pos + 2];
          const maxY = boxes[pos + 3];
          const dx = Math.max(Math.max(minX - x, x - maxX), 0);
          const dy = Math.max(Math.max(minY - y, y - maxY), 0);
          const dist = dx * dx + dy * dy;
          if (dist > bound) continue;
          const childIndex = indices[pos >> 2] | 0;
          if (isLeafLevel) {
            if (filterFn === void 0 || filterFn(childIndex)) {
              q.push(childIndex << 1 | 1, dist);
              if (trackNearest && dist < bound) bound = dist;
            }
          } else {
            q.push(childIndex << 1, dist);
          }
        }
      }
      q.clear();
      return results;
    }
  };
  function upperBound(value, arr) {
    let i = 0;
    let j = arr.length - 1;
    while (i < j) {
      const m = i + j >> 1;
      if (arr[m] > value) {
        j = m;
      } else {
        i = m + 1;
      }
    }
    return arr[i];
  }
  function sort(values, boxes, indices, left, right, nodeSize) {
    const stack = [left, right];
    while (stack.length) {
      const r = stack.pop() || 0;
      const l = stack.pop() || 0;
      if (r - l <= nodeSize && Math.floor(l / nodeSize) >= Math.floor(r / nodeSize)) continue;
      const a = values[l];
      const b = values[l + r >> 1];
      const c = values[r];
      const pivot = a > b !== a > c ? a : b < a !== b < c ? b : c;
      let i = l - 1;
      let j = r + 1;
      while (true) {
        do
          i++;
        while (values[i] < pivot);
        do
          j--;
        while (values[j] > pivot);
        if (i >= j) break;
        swap(values, boxes, indices, i, j);
      }
      stack.push(l, j, j + 1, r);
    }
  }
  function swap(values, boxes, indices, i, j) {
    const temp = values[i];
    values[i] = values[j];
    values[j] = temp;
    const k = 4 * i;
    const m = 4 * j;
    const a = boxes[k];
    const b = boxes[k + 1];
    const c = boxes[k + 2];
    const d = boxes[k + 3];
    boxes[k] = boxes[m];
    boxes[k + 1] = boxes[m + 1];
    boxes[k + 2] = boxes[m + 2];
    boxes[k + 3] = boxes[m + 3];
    boxes[m] = a;
    boxes[m + 1] = b;
    boxes[m + 2] = c;
    boxes[m + 3] = d;
    const e = indices[i];
    indices[i] = indices[j];
    indices[j] = e;
  }
  function hilbert(x, y) {
    let a = x ^ y;
    let b = 65535 ^ a;
    let c = 65535 ^ (x | y);
    let d = x & (y ^ 65535);
    let A = a | b >> 1;
    let B = a >> 1 ^ a;
    let C = c ^ (c >> 1 ^ b & d >> 1);
    let D = d ^ (a & c >> 1 ^ d >> 1);
    a = A & A >> 2 ^ B & B >> 2;
    b = A & B >> 2 ^ B & (A ^ B) >> 2;
    c = C ^ (A & C >> 2 ^ B & D >> 2);
    d = D ^ (B & C >> 2 ^ (A ^ B) & D >> 2);
    A = a & a >> 4 ^ b & b >> 4;
    B = a & b >> 4 ^ b & (a ^ b) >> 4;
    C = c ^ (a & c >> 4 ^ b & d >> 4);
    D = d ^ (b & c >> 4 ^ (a ^ b) & d >> 4);
    c = C ^ (A & C >> 8 ^ B & D >> 8);
    d = D ^ (B & C >> 8 ^ (A ^ B) & D >> 8);
    c ^= c >> 1;
    d ^= d >> 1;
    a = x ^ y;
    b = d | 65535 ^ (a | c);
    a = (a | a << 8) & 16711935;
    a = (a | a << 4) & 252645135;
    a = (a | a << 2) & 858993459;
    a = (a | a << 1) & 1431655765;
    b = (b | b << 8) & 16711935;
    b = (b | b << 4) & 252645135;
    b = (b | b << 2) & 858993459;
    b = (b | b << 1) & 1431655765;
    return ((b << 1 | a) >>> 0) - 2147483648;
  }

  // src/map/near.js
  var Near = class {
    /** @type {Flatbush | null} */
    #index = null;
    /** @param {Float64Array} points x and y in turn. */
    constructor(points) {
      this.points = points;
      const count2 = points.length / 2;
      if (!count2) return;
      this.#index = new Flatbush(count2);
      for (let i = 0; i < count2; i++) {
        this.#index.add(points[2 * i], points[2 * i + 1]);
      }
      this.#index.finish();
    }
    /**
     * The points nearest to one, nearest first.
     * @param {Point} point
     * @param {number} count At most.
     * @param {number} reach How far they may be.
     * @param {(index: number) => boolean} [filter] Which may be found.
     */
    nearest([x, y], count2, reach = Number.POSITIVE_INFINITY, filter = void 0) {
      return this.#index?.neighbors(x, y, count2, reach, filter) ?? [];
    }
  };

  // src/map/projection.js
  var Projection = class {
    /**
     * @param {ProjectionFacts} facts
     * @param {Float32Array} means Of the windows, [windows][z].
     * @param {number} zSize
     */
    constructor(facts, means, zSize) {
      this.kind = facts.kind;
      this.mean = facts.mean;
      this.basis = facts.basis;
      this.reach = facts.reach;
      this.numLenders = facts.numLenders;
      this.means = means;
      this.zSize = zSize;
      this.count = means.length / zSize;
      this.points = new Float64Array(this.count * 2);
      for (let i = 0; i < this.count; i++) {
        this.points.set(this.toMap(this.#mean(i)), 2 * i);
      }
      this.near = new Near(this.points);
    }
    /** @param {number} i */
    #mean(i) {
      return this.means.subarray(i * this.zSize, (i + 1) * this.zSize);
    }
    /**
     * @param {ArrayLike<number>} z
     * @returns {Point}
     */
    toMap(z) {
      const along = (row) => row.reduce((sum, b, k) => sum + b * (z[k] - this.mean[k]), 0);
      return [along(this.basis[0]), along(this.basis[1])];
    }
    /**
     * What of a vector the map does not show.
     * @param {ArrayLike<number>} z
     * @param {0 | 1} means How many means to take from it first: of a z one, of a
     *   difference none.
     */
    offMap(z, means = 1) {
      const [first, second] = this.basis;
      const rest = Float64Array.from(z, (v, k) => v - means * this.mean[k]);
      const x = first.reduce((sum, b, k) => sum + b * rest[k], 0);
      const y = second.reduce((sum, b, k) => sum + b * rest[k], 0);
      return rest.map((v, k) => v - x * first[k] - y * second[k]);
    }
    /**
     * The means of the windows that are nearest to a z, by all its numbers.
     * @param {Float64Array} z
     * @param {number} count At most.
     */
    nearestInSpace(z, count2) {
      const { zSize } = this;
      const squared = Float64Array.from({ length: this.count }, (_, i) => {
        let sum = 0;
        for (let k = 0, at = i * zSize; k < zSize; k++, at++) {
          sum += (this.means[at] - z[k]) ** 2;
        }
        return sum;
      });
      const limit = squared.slice().sort()[Math.min(count2, this.count) - 1];
      const found = [];
      for (let i = 0; i < this.count && found.length < count2; i++) {
        if (squared[i] <= limit) found.push(this.#mean(i));
      }
      return found;
    }
    /** @param {Point} point */
    fromMap([x, y]) {
      const [first, second] = this.basis;
      const z = Float64Array.from(
        this.mean,
        (m, k) => m + x * first[k] + y * second[k]
      );
      if (this.kind === "plane") return z;
      const lenders = this.nearest([x, y], this.numLenders);
      const weights = lenders.map(
        ({ squared }) => 1 / (squared + (this.reach / 1e3) ** 2) ** 2
      );
      const total = weights.reduce((a, b) => a + b, 0);
      const fade2 = Math.exp(-lenders[0].squared / this.reach ** 2);
      lenders.forEach(({ index }, i) => {
        const weight = fade2 * weights[i] / total;
        const mu = this.#mean(index);
        const [px, py] = this.points.subarray(2 * index, 2 * index + 2);
        for (let k = 0; k < this.zSize; k++) {
          const onPlane = px * first[k] + py * second[k];
          z[k] += weight * (mu[k] - this.mean[k] - onPlane);
        }
      });
      return z;
    }
    /**
     * The windows nearest to a point, nearest first.
     * @param {Point} point
     * @param {number} count
     */
    nearest([x, y], count2) {
      return this.near.nearest([x, y], count2).map((index) => {
        const dx = this.points[2 * index] - x;
        const dy = this.points[2 * index + 1] - y;
        return { index, squared: dx * dx + dy * dy };
      });
    }
  };

  // src/map/short_names.js
  var SEPARATORS = /[_\s]+/;
  var LEAST_SONGS = 3;
  function shortNames(titles) {
    const split = titles.map((title) => title.split(SEPARATORS).filter(Boolean));
    let [first, last] = [0, 0];
    if (titles.length >= LEAST_SONGS) {
      first = sharedWords(split);
      const rest = split.map((words) => words.slice(first).reverse());
      last = sharedWords(rest);
    }
    return split.map((words, i) => {
      const own = words.slice(first, words.length - last);
      return own.join(" ") || titles[i];
    });
  }
  function sharedWords(names) {
    const least = Math.min(...names.map((words) => words.length));
    let count2 = 0;
    while (count2 < least - 1 && names.every((words) => words[count2] === names[0][count2])) {
      count2++;
    }
    return count2;
  }
  var spaced = (title) => title.split(SEPARATORS).filter(Boolean).join(" ") || title;

  // src/map/songs.js
  var CANDIDATES = 64;
  var Songs = class {
    /** @type {Song[]} */
    list = [];
    /** @type {Song[]} Whose each window of the page is. */
    #owners = [];
    /** @type {Map<Song, number>} The first window of each of these songs. */
    #firsts = /* @__PURE__ */ new Map();
    /**
     * @param {Projection} projection
     * @param {number} zSize
     */
    constructor(projection, zSize) {
      this.projection = projection;
      this.zSize = zSize;
    }
    /** How many windows there are. */
    get count() {
      return this.list.reduce((n, { starts }) => n + starts.length, 0);
    }
    /**
     * Adds a song that is whole.
     * @param {string} title
     * @param {Float32Array} means
     * @param {Iterable<Place>} places
     * @param {SongNotes | null} notes
     */
    add(title, means, places, notes = null) {
      const song = this.#add(title, means, notes);
      this.#firsts.set(song, this.#owners.length);
      for (const place of places) {
        this.#place(song, place);
        this.#owners.push(song);
      }
      return song;
    }
    /**
     * Adds a song whose windows come one by one.
     * @param {string} title
     * @param {number} windows How many they will be.
     * @param {SongNotes | null} notes
     */
    open(title, windows, notes = null) {
      const means = new Float32Array(windows * this.zSize);
      const song = this.#add(title, means, notes);
      song.isDropped = true;
      return song;
    }
    /**
     * @param {Song} song
     * @param {Place} place
     * @param {Float64Array} mean
     */
    addWindow(song, place, mean2) {
      song.means.set(mean2, song.starts.length * this.zSize);
      this.#place(song, place);
    }
    /**
     * @param {string} title
     * @param {Float32Array} means
     * @param {SongNotes | null} notes
     */
    #add(title, means, notes) {
      const number2 = this.list.length;
      const song = {
        ...{ title, name: spaced(title), number: number2, means, notes },
        ...{ isDropped: false, shown: true },
        ...{ starts: [], begins: [], ends: [], points: [] }
      };
      this.list.push(song);
      return song;
    }
    /**
     * @param {Song} song
     * @param {Place} place
     */
    #place(song, { start: start2, begin, end }) {
      song.starts.push(start2);
      song.begins.push(begin);
      song.ends.push(end);
      const mean2 = this.meanOf({ song, index: song.starts.length - 1 });
      song.points.push(...this.projection.toMap(mean2));
    }
    /** @param {Found} window */
    meanOf({ song, index }) {
      return song.means.subarray(index * this.zSize, (index + 1) * this.zSize);
    }
    /**
     * The shown window that is nearest to a point.
     * @param {Point} point
     * @param {number} reach How far it may be, from top to bottom.
     * @param {number} stretch How many times as far it looks from left to right.
     * @returns {Found | null}
     */
    nearest(point, reach, stretch = 1) {
      const { near } = this.projection;
      let best = reach ** 2;
      let found = null;
      const look = (song, index) => {
        const dx = (song.points[2 * index] - point[0]) * stretch;
        const dy = song.points[2 * index + 1] - point[1];
        const squared = dx * dx + dy * dy;
        if (squared < best) {
          best = squared;
          found = { song, index };
        }
      };
      const far = reach * Math.max(1, 1 / stretch);
      const isShown = (i) => this.#owners[i]?.shown ?? false;
      for (const i of near.nearest(point, CANDIDATES, far, isShown)) {
        const song = this.#owners[i];
        look(song, i - this.firstOf(song));
      }
      for (const song of this.list) {
        if (!song.shown || !song.isDropped) continue;
        for (let i = 0; i < song.starts.length; i++) look(song, i);
      }
      return found;
    }
    /**
     * The number of a song's first window, of all windows of the page.
     * @param {Song} song One of the page.
     */
    firstOf(song) {
      return this.#firsts.get(song) ?? 0;
    }
    /** Points of all windows of dropped files, x and y in turn. */
    droppedPoints() {
      return this.list.flatMap(
        ({ points, isDropped }) => isDropped ? points : []
      );
    }
  };

  // src/music/piece_clock.js
  var ROUNDING = 1e-4;
  var PieceClock = class {
    /** @type {Stage[]} */
    stages = [];
    /**
     * @param {{frames: number, framesPerSecond?: number}[]} stretches
     * @param {number} framesPerSecond Of stretches that say none.
     */
    constructor(stretches, framesPerSecond) {
      let frame = 0;
      for (const stretch of stretches) {
        const rate = stretch.framesPerSecond ?? framesPerSecond;
        const last = this.stages.at(-1);
        if (!last || Math.abs(rate / last.rate - 1) > ROUNDING) {
          const seconds = this.stages.length ? this.seconds(frame) : 0;
          this.stages.push({ frame, seconds, rate });
        }
        frame += stretch.frames;
      }
    }
    /**
     * The stage that a place is in.
     * @param {'frame' | 'seconds'} by
     * @param {number} place
     */
    #stage(by, place) {
      const { stages } = this;
      return stages.findLast((stage) => stage[by] <= place) ?? stages[0];
    }
    /**
     * Frames a second at a frame.
     * @param {number} frame
     */
    rateAt(frame) {
      return this.#stage("frame", frame).rate;
    }
    /** @param {number} frame May have a fraction. */
    seconds(frame) {
      const stage = this.#stage("frame", frame);
      return stage.seconds + (frame - stage.frame) / stage.rate;
    }
    /**
     * The frame of a time, with its fraction.
     * @param {number} seconds
     */
    frame(seconds) {
      const stage = this.#stage("seconds", seconds);
      return stage.frame + (seconds - stage.seconds) * stage.rate;
    }
  };

  // src/music/piece.js
  var Piece = class _Piece {
    /**
     * @param {Kind} kind
     * @param {string} title What it is, in words.
     * @param {Stretch[]} stretches
     * @param {number} depth
     * @param {number} framesPerSecond Of stretches without a tempo of their own.
     */
    constructor(kind, title, stretches, depth, framesPerSecond) {
      this.kind = kind;
      this.title = title;
      this.stretches = stretches;
      this.depth = depth;
      this.framesPerSecond = framesPerSecond;
      this.frames = stretches.reduce((sum, { frames }) => sum + frames, 0);
      this.clock = new PieceClock(stretches, framesPerSecond);
      this.logits = new Float32Array(this.frames * depth);
      this.roll = new Uint8Array(this.frames * depth);
      this.version = 0;
    }
    decoded = 0;
    // Frames.
    isEndless = false;
    // Whether more comes whenever it is asked for.
    /** @type {MakeFrame | null} */
    #makeFrame = null;
    get isWhole() {
      return this.decoded === this.frames;
    }
    /**
     * Decodes until it is whole, or some milliseconds have passed.
     * @param {Model} model
     * @param {Emission} emission
     * @param {number} milliseconds
     */
    decodeSome(model, emission, milliseconds) {
      const until = performance.now() + milliseconds;
      this.version++;
      while (!this.isWhole) {
        this.#decodeFrame(model, emission);
        if (performance.now() > until) return;
      }
    }
    /**
     * @param {Model} model
     * @param {Emission} emission
     */
    #decodeFrame(model, emission) {
      this.#makeFrame ??= model.playing(this.stretches);
      const t = this.decoded;
      const emit = (logit, column) => emission.emit(logit, t, column);
      this.#makeFrame(this.logits, this.roll, t * this.depth, emit);
      this.decoded++;
    }
    /**
     * Takes frames that were decoded elsewhere.
     * @param {Frames} frames
     * @param {Emission} emission As it is by now.
     */
    take({ from, logits, roll }, emission) {
      this.version++;
      this.logits.set(logits, from * this.depth);
      this.roll.set(roll, from * this.depth);
      this.decoded = from + roll.length / this.depth;
      if (emission.isHeard) return;
      for (let t = from; t < this.decoded; t++) this.#emitFrame(t, emission);
    }
    /**
     * Makes the frames anew from the logits: the emission has changed, of a model
     * that does not hear its frames.
     * @param {Emission} emission
     */
    emit(emission) {
      this.version++;
      for (let t = 0; t < this.decoded; t++) this.#emitFrame(t, emission);
    }
    /** The same once more, to be decoded anew. */
    again() {
      const { kind, title, stretches, depth, framesPerSecond } = this;
      return new _Piece(kind, title, stretches, depth, framesPerSecond);
    }
    /**
     * A piece of notes that are known.
     * @param {Uint8Array} roll
     * @param {Float32Array | null} logits
     */
    withRoll(roll, logits = null) {
      this.roll.set(roll);
      if (logits) this.logits.set(logits);
      else this.logits.fill(Number.NEGATIVE_INFINITY);
      this.decoded = this.frames;
      return this;
    }
    /**
     * @param {number} t
     * @param {Emission} emission
     */
    #emitFrame(t, emission) {
      for (let d = 0, i = t * this.depth; d < this.depth; d++, i++) {
        this.roll[i] = emission.emit(this.logits[i], t, d);
      }
    }
    /**
     * The stretch that a frame is in.
     * @param {number} frame
     */
    stretchAt(frame) {
      let end = 0;
      for (const stretch of this.stretches) {
        end += stretch.frames;
        if (frame < end) return stretch;
      }
      return this.stretches[this.stretches.length - 1];
    }
    /**
     * Where on the map a frame is, or a part of it: walks are even.
     * @param {number} frame
     * @returns {Point}
     */
    pointAt(frame) {
      let before = 0;
      for (let i = 0; i < this.stretches.length; i++) {
        const { point, frames } = this.stretches[i];
        if (frame < before + frames) {
          const next = this.stretches[i + 1];
          if (!next || this.kind === "blend") return point;
          const part2 = (frame - before) / frames;
          return [
            point[0] + part2 * (next.point[0] - point[0]),
            point[1] + part2 * (next.point[1] - point[1])
          ];
        }
        before += frames;
      }
      return this.stretches[this.stretches.length - 1].point;
    }
  };

  // src/music/live_piece.js
  var LEAST_ROOM = 1024;
  var LivePiece = class extends Piece {
    /**
     * @param {string} title
     * @param {Stretch} start Of no frames.
     * @param {{depth: number, framesPerSecond: number, wanders: boolean,
     *   halfWindow: number, toMap: (z: Float64Array) => Point}} how
     */
    constructor(title, start2, how) {
      const { depth, framesPerSecond, wanders, halfWindow: halfWindow2, toMap } = how;
      super("wander", title, [start2], depth, framesPerSecond);
      this.halfWindow = halfWindow2;
      this.isEndless = true;
      this.wanders = wanders;
      this.toMap = toMap;
    }
    /**
     * @param {Frames} frames
     * @param {Emission} _ They are emitted already.
     */
    take({ from, logits, roll, places }, _) {
      const { depth } = this;
      const until = from + roll.length / depth;
      this.#makeRoom(until);
      this.logits.set(logits, from * depth);
      this.roll.set(roll, from * depth);
      for (const { frame, z } of places) {
        if (frame === 0) continue;
        const before = this.stretches.slice(0, -1);
        const begin = before.reduce((sum, { frames }) => sum + frames, 0);
        this.stretches[this.stretches.length - 1].frames = frame - begin;
        const array3 = Float64Array.from(z);
        this.stretches.push({ z: array3, point: this.toMap(array3), frames: 0 });
      }
      this.frames = this.decoded = until;
      this.version++;
    }
    /** @param {number} frames */
    #makeRoom(frames) {
      const { depth } = this;
      const has = this.roll.length / depth;
      if (frames <= has) return;
      const room = Math.max(frames, 2 * has, LEAST_ROOM) * depth;
      const logits = new Float32Array(room);
      const roll = new Uint8Array(room);
      logits.set(this.logits);
      roll.set(this.roll);
      Object.assign(this, { logits, roll });
    }
    /**
     * Where on the map a frame is: on the way to its point for half a window, or
     * for as long as it stays there if that is less.
     * @param {number} frame
     * @returns {Point}
     */
    pointAt(frame) {
      let begin = 0;
      const last = this.stretches.length - 1;
      let i = 0;
      while (i < last && frame >= begin + this.stretches[i].frames) {
        begin += this.stretches[i].frames;
        i++;
      }
      const { point, frames } = this.stretches[i];
      if (i === 0) return point;
      const before = this.stretches[i - 1];
      const length2 = Math.min(frames || this.halfWindow, this.halfWindow);
      const part2 = Math.min((frame - begin) / length2, 1);
      return [
        before.point[0] + part2 * (point[0] - before.point[0]),
        before.point[1] + part2 * (point[1] - before.point[1])
      ];
    }
  };

  // node_modules/d3-polygon/dist/d3-polygon.mjs
  function cross(a, b, c) {
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
  }
  function lexicographicOrder(a, b) {
    return a[0] - b[0] || a[1] - b[1];
  }
  function computeUpperHullIndexes(points) {
    const n = points.length, indexes = [0, 1];
    let size = 2, i;
    for (i = 2; i < n; ++i) {
      while (size > 1 && cross(points[indexes[size - 2]], points[indexes[size - 1]], points[i]) <= 0) --size;
      indexes[size++] = i;
    }
    return indexes.slice(0, size);
  }
  function hull(points) {
    if ((n = points.length) < 3) return null;
    var i, n, sortedPoints = new Array(n), flippedPoints = new Array(n);
    for (i = 0; i < n; ++i) sortedPoints[i] = [+points[i][0], +points[i][1], i];
    sortedPoints.sort(lexicographicOrder);
    for (i = 0; i < n; ++i) flippedPoints[i] = [sortedPoints[i][0], -sortedPoints[i][1]];
    var upperIndexes = computeUpperHullIndexes(sortedPoints), lowerIndexes = computeUpperHullIndexes(flippedPoints);
    var skipLeft = lowerIndexes[0] === upperIndexes[0], skipRight = lowerIndexes[lowerIndexes.length - 1] === upperIndexes[upperIndexes.length - 1], hull2 = [];
    for (i = upperIndexes.length - 1; i >= 0; --i) hull2.push(points[sortedPoints[upperIndexes[i]][2]]);
    for (i = +skipLeft; i < lowerIndexes.length - skipRight; ++i) hull2.push(points[sortedPoints[lowerIndexes[i]][2]]);
    return hull2;
  }
  function contains2(polygon, point) {
    var n = polygon.length, p = polygon[n - 1], x = point[0], y = point[1], x0 = p[0], y0 = p[1], x1, y1, inside = false;
    for (var i = 0; i < n; ++i) {
      p = polygon[i], x1 = p[0], y1 = p[1];
      if (y1 > y !== y0 > y && x < (x0 - x1) * (y - y1) / (y0 - y1) + x1) inside = !inside;
      x0 = x1, y0 = y1;
    }
    return inside;
  }

  // src/map/surroundings.js
  var REACH2 = 0.12;
  var Surroundings = class {
    /** @type {Point[]} */
    #hull;
    /**
     * @param {Near} near All windows of the page.
     * @param {Point} size Of the part of the map where they are.
     */
    constructor(near, size) {
      this.near = near;
      this.reach = REACH2 * Math.max(...size);
      const points = [];
      for (let i = 0; i < near.points.length; i += 2) {
        points.push([near.points[i], near.points[i + 1]]);
      }
      this.#hull = hull(points) ?? [];
    }
    /**
     * Whether music of several songs meets at a point: windows are all around it,
     * and one of them is not far.
     * @param {Point} point
     */
    isBetween(point) {
      if (this.#hull.length && !contains2(this.#hull, point)) return false;
      const [nearest] = this.near.nearest(point, 1);
      if (nearest === void 0) return false;
      const x = this.near.points[2 * nearest];
      const y = this.near.points[2 * nearest + 1];
      return Math.hypot(x - point[0], y - point[1]) < this.reach;
    }
  };

  // src/map/walks.js
  var HALF_A_SECOND = 0.5;
  var SNAP_PIXELS = 7;
  var SAME = 1e-6;
  var NEAR_PIXELS = 36;
  var Walks = class {
    /**
     * @param {object} parts
     * @param {Songs} parts.songs
     * @param {Projection} parts.projection
     * @param {Converter} parts.converter
     * @param {View} parts.view
     * @param {WalkSettings} parts.settings Read whenever a piece is made.
     * @param {number} [parts.halfWindow] Frames that one point of a walk gives,
     *   with a model that goes from one to the next by half windows.
     * @param {boolean} [parts.canWander] Whether it is known how music goes on.
     */
    constructor(parts) {
      const { songs, projection, converter, view, settings } = parts;
      this.songs = songs;
      this.projection = projection;
      this.converter = converter;
      this.view = view;
      this.settings = settings;
      this.surroundings = new Surroundings(projection.near, view.area.view.size);
      this.canWander = Boolean(parts.canWander);
      this.goesOn = Boolean(parts.halfWindow);
      this.framesOfPoint = parts.halfWindow || HALF_A_SECOND * converter.framesPerSecond;
      this.stride = Math.max(1, Math.round(this.framesOfPoint));
    }
    /**
     * A window in words.
     * @param {Found} window
     */
    #nameOf({ song, index }) {
      return `${song.name}, ${clockOf(song.begins[index])}`;
    }
    /** @param {Point} point */
    #windowNear(point) {
      const { scale, stretch } = this.view;
      return this.songs.nearest(point, NEAR_PIXELS / scale, stretch);
    }
    /** @param {Point} point */
    placeName(point) {
      const near = this.#windowNear(point);
      if (near) return this.#nameOf(near);
      return this.surroundings.isBetween(point) ? "Between the songs" : "Away from the songs";
    }
    /**
     * What a hand means that is at a point: a window that is next to it on the
     * screen, or the point. Points that are kept are not asked for this again:
     * they stay what they were, however large the screen is.
     * @param {Point} point
     * @returns {Point}
     */
    meant(point) {
      if (this.projection.kind === "plane") return point;
      const { scale, stretch } = this.view;
      const found = this.songs.nearest(point, SNAP_PIXELS / scale, stretch);
      if (!found) return point;
      const { song, index } = found;
      return [song.points[2 * index], song.points[2 * index + 1]];
    }
    /**
     * The latent vector of a point: on a window of a projection, its own.
     * @param {Point} point
     */
    latentOf(point) {
      if (this.projection.kind === "plane") return this.projection.fromMap(point);
      const reach = SAME * Math.max(...this.view.area.view.size);
      const found = this.songs.nearest(point, reach);
      if (found) return Float64Array.from(this.songs.meanOf(found));
      return this.projection.fromMap(point);
    }
    /**
     * @param {Kind} kind
     * @param {string} title
     * @param {Stretch[]} stretches
     */
    #piece(kind, title, stretches) {
      const { depth, framesPerSecond } = this.converter;
      return new Piece(kind, title, stretches, depth, framesPerSecond);
    }
    /** @param {Point} point */
    point(point) {
      const near = this.#windowNear(point);
      const name = this.placeName(point);
      const title = near ? `Near ${name}` : name;
      return this.#still(title, { z: this.latentOf(point), point }, near);
    }
    /**
     * The music of one latent vector.
     * @param {string} title
     * @param {Omit<Stretch, 'frames'>} place
     * @param {Found | null} near The window that it is of, if it is of one.
     */
    #still(title, place, near = null) {
      const { windowFrames } = this.converter;
      const { windows } = this.settings;
      const times = this.goesOn ? 1 : windows;
      const frames = windowFrames * windows / times;
      const stretches = Array.from({ length: times }, (_, i) => {
        const source = near ? sourceOf(near, i * windowFrames) : void 0;
        return { ...place, frames, source };
      });
      return this.#piece("point", title, stretches);
    }
    /**
     * A point that sliders have changed.
     * @param {Change} change
     */
    changed(change) {
      if (!change.isAny) return this.point(change.from);
      const { z, point, off, state } = change;
      const title = `${this.point(change.from).title}, changed`;
      return this.#still(title, { z, point, off, changed: state });
    }
    /**
     * @param {Point} from
     * @param {Point} to
     */
    blend(from, to) {
      const { steps } = this.settings;
      const [z0, z1] = [this.latentOf(from), this.latentOf(to)];
      const stretches = Array.from({ length: steps }, (_, i) => {
        const part2 = i / (steps - 1);
        return {
          z: z0.map((value, k) => value + part2 * (z1[k] - value)),
          point: between(from, to, part2),
          frames: this.converter.windowFrames
        };
      });
      return this.#piece("blend", `From A to B in ${steps} steps`, stretches);
    }
    /**
     * A walk: a little of the music of each point on the way.
     * @param {Point[]} path Two points at least.
     * @param {number[] | null} times When the hand was at each, in seconds; null
     *   for a walk of one speed.
     */
    path(path, times = null) {
      const lengths = path.slice(1).map(
        ([x, y], i) => times ? times[i + 1] - times[i] : Math.hypot(x - path[i][0], y - path[i][1])
      );
      const length2 = lengths.reduce((a, b) => a + b, 0);
      const { stride } = this;
      const width = Math.max(...this.view.area.view.size);
      const time = times ? length2 : length2 / width * this.settings.pace;
      const frames = Math.max(
        stride,
        Math.round(time * this.converter.framesPerSecond)
      );
      const stretches = [];
      for (let frame = 0; frame < frames; frame += stride) {
        let left = frame / frames * length2;
        let i = 0;
        while (i < lengths.length - 1 && left > lengths[i]) left -= lengths[i++];
        const part2 = lengths[i] ? Math.min(left / lengths[i], 1) : 0;
        const point = between(path[i], path[i + 1], part2);
        stretches.push({
          z: this.latentOf(point),
          point,
          frames: Math.min(stride, frames - frame)
        });
      }
      return this.#piece("path", "Your walk", stretches);
    }
    /**
     * Music without an end that begins at a point: it goes on as the model's
     * music does, or stays.
     * @param {Point} point
     */
    wandering(point) {
      const { projection, settings, converter } = this;
      const { wanders } = settings;
      const title = `Wandering from ${this.placeName(point)}`;
      const z = this.latentOf(point);
      return new LivePiece(
        title,
        { z, point, frames: 0 },
        {
          depth: converter.depth,
          framesPerSecond: converter.framesPerSecond,
          wanders,
          halfWindow: this.stride,
          toMap: (z2) => projection.toMap(z2)
        }
      );
    }
    /**
     * A song's own trail, as fast as the song: the beginnings of its windows.
     * @param {Song} song
     * @param {number} first The window to begin at.
     */
    song(song, first = 0) {
      const stretches = this.#taken(song, first).map(({ index, frames, next }) => {
        return {
          z: Float64Array.from(this.songs.meanOf({ song, index })),
          point: [song.points[2 * index], song.points[2 * index + 1]],
          frames,
          source: { song, start: song.starts[index] },
          ...this.#tempoOf(song, index, next)
        };
      });
      const from = first ? `, from ${clockOf(song.begins[first])}` : "";
      return this.#piece("song", `Along ${song.name}${from}`, stretches);
    }
    /**
     * The windows that a walk along a song takes, and the frames it has of each.
     * @param {Song} song
     * @param {number} first
     */
    #taken({ starts }, first) {
      const { hopFrames, windowFrames, align } = this.converter;
      const every = Math.max(1, Math.round(this.framesOfPoint / hopFrames));
      const least = every * hopFrames;
      const taken = [];
      for (let index = first; index < starts.length; ) {
        let next = index + every;
        if (align !== "frame") {
          next = index + 1;
          while (starts[next] < starts[index] + least) next++;
        }
        const apart = align === "frame" || next >= starts.length ? least : starts[next] - starts[index];
        taken.push({ index, frames: Math.min(windowFrames, apart), next });
        index = next;
      }
      return taken;
    }
    /**
     * The song's own tempo from one window to another, where frames are by the
     * beat.
     * @param {Song} song
     * @param {number} index
     * @param {number} next
     */
    #tempoOf({ starts, begins, ends }, index, next) {
      const { framesPerBeat, windowFrames } = this.converter;
      if (!framesPerBeat) return {};
      const isLast = next >= starts.length;
      const frames = isLast ? windowFrames : starts[next] - starts[index];
      const until = isLast ? ends[index] : begins[next];
      return { framesPerSecond: frames / (until - begins[index]) };
    }
  };
  var sourceOf = ({ song, index }, later2 = 0) => ({
    song,
    start: song.starts[index] + later2
  });
  var between = (a, b, part2) => [
    a[0] + part2 * (b[0] - a[0]),
    a[1] + part2 * (b[1] - a[1])
  ];

  // src/midi/messages.js
  var CLOCK = 248;
  var START = 250;
  var CONTINUE = 251;
  var STOP = 252;
  var CLOCKS_PER_BEAT = 24;
  var ALL_SOUND_OFF = 120;
  var ALL_NOTES_OFF = 123;
  var noteOn = (channel, pitch, velocity) => [
    144 | channel,
    pitch,
    Math.min(Math.max(Math.round(velocity), 1), 127)
  ];
  var noteOff = (channel, pitch) => [128 | channel, pitch, 0];
  var silence = (channel) => [ALL_NOTES_OFF, ALL_SOUND_OFF].map((number2) => [176 | channel, number2, 0]);
  function handOf({ 0: status, 1: number2, 2: value }) {
    const channel = status & 15;
    const type = status & 240;
    if (type === 176) return { kind: "control", channel, number: number2, value };
    if (type === 144 && value > 0) return { kind: "key", channel, number: number2 };
    return null;
  }

  // src/midi/port.js
  function sendTo(output, message, milliseconds) {
    try {
      if (milliseconds === void 0) output.send(message);
      else output.send(message, milliseconds);
    } catch (error2) {
      const { name } = (
        /** @type {Error} */
        error2
      );
      if (name !== "InvalidStateError") throw error2;
    }
  }

  // src/midi/clock_out.js
  function ticksOf({ time, seconds, beat, beats }) {
    const first = Math.ceil(beat * CLOCKS_PER_BEAT - 1e-6);
    const end = (beat + beats) * CLOCKS_PER_BEAT - 1e-6;
    const times = [];
    for (let tick = first; tick < end; tick++) {
      const part2 = (tick / CLOCKS_PER_BEAT - beat) / beats;
      times.push(time + part2 * seconds);
    }
    return times;
  }
  var ClockOut = class {
    /** @type {MIDIOutput | null} */
    output = null;
    #hasBegun = false;
    /** @param {ClockPair} clocks */
    constructor(clocks) {
      this.clocks = clocks;
    }
    /**
     * @param {number} byte
     * @param {number} time
     */
    #send(byte, time) {
      if (!this.output) return;
      sendTo(this.output, [byte], this.clocks.toMilliseconds(time));
    }
    /**
     * @param {number} time
     * @param {number} beat
     */
    begin(time, beat) {
      this.#hasBegun = this.output !== null;
      this.#send(beat === 0 ? START : CONTINUE, time);
    }
    /** @param {Step} step */
    step(step) {
      if (this.output && !this.#hasBegun) this.begin(step.time, 0);
      for (const time of ticksOf(step)) this.#send(CLOCK, time);
    }
    /**
     * @param {number} _
     * @param {number} time Until when ticks were sent.
     */
    end(_, time) {
      if (this.#hasBegun) this.#send(STOP, time);
      this.#hasBegun = false;
    }
  };

  // src/midi/hands.js
  var USES = ["across", "up", "key"];
  var MOST = 127;
  var Hands = class {
    /** @type {Learned} */
    learned = {};
    /** @type {Use | null} What is learned next. */
    learning = null;
    /** Where the knobs are, from 0 to 1. */
    place = { across: 0.5, up: 0.5 };
    /**
     * @param {object} listeners
     * @param {(place: {across: number, up: number}) => void} listeners.onMove
     * @param {() => void} listeners.onKey
     * @param {() => void} listeners.onLearn Something was learned.
     */
    constructor(listeners) {
      this.listeners = listeners;
    }
    /** Forgets all, and learns anew. */
    learn() {
      this.learned = {};
      this.learning = USES[0];
    }
    /** @param {ArrayLike<number>} data A message. */
    take(data) {
      const hand = handOf(data);
      if (!hand) return;
      if (this.learning) this.#learnFrom(hand, this.learning);
      else this.#obey(hand);
    }
    /**
     * @param {Hand} hand
     * @param {Use} use
     */
    #learnFrom(hand, use) {
      if (hand.kind !== (use === "key" ? "key" : "control")) return;
      const { channel, number: number2 } = hand;
      const { across } = this.learned;
      if (use === "up" && across && isOf(hand, across)) return;
      this.learned[use] = { channel, number: number2 };
      this.learning = USES[USES.indexOf(use) + 1] ?? null;
      this.listeners.onLearn();
    }
    /** @param {Hand} hand */
    #obey(hand) {
      const { across, up, key } = this.learned;
      if (hand.kind === "key") {
        if (key && isOf(hand, key)) this.listeners.onKey();
        return;
      }
      if (across && isOf(hand, across)) this.place.across = hand.value / MOST;
      else if (up && isOf(hand, up)) this.place.up = hand.value / MOST;
      else return;
      this.listeners.onMove(this.place);
    }
  };
  var isOf = (hand, { channel, number: number2 }) => hand.channel === channel && hand.number === number2;

  // src/errors.js
  var InputError = class extends Error {
  };

  // src/music/midi_bytes.js
  var DRUM_CHANNEL = 9;
  var Reader = class {
    /** @param {Uint8Array} bytes */
    constructor(bytes) {
      this.bytes = bytes;
      this.at = 0;
    }
    byte() {
      if (this.at >= this.bytes.length) {
        throw new InputError("the MIDI file ends too early");
      }
      return this.bytes[this.at++];
    }
    /** @param {number} size In bytes, the highest first. */
    number(size) {
      let value = 0;
      for (let i = 0; i < size; i++) value = value * 256 + this.byte();
      return value;
    }
    /** @param {number} size */
    text(size) {
      let value = "";
      for (let i = 0; i < size; i++) value += String.fromCharCode(this.byte());
      return value;
    }
    /**
     * A text in UTF-8, with a sign in place of what is none.
     * @param {number} size
     */
    unicode(size) {
      const begin = this.at;
      this.skip(size);
      const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      return decoder.decode(this.bytes.subarray(begin, this.at));
    }
    /** A number in bytes of seven bits, the last without its top bit. */
    variable() {
      let value = 0;
      for (; ; ) {
        const byte = this.byte();
        value = value * 128 + (byte & 127);
        if (byte < 128) return value;
      }
    }
    /** @param {number} size */
    skip(size) {
      if (this.at + size > this.bytes.length) {
        throw new InputError("the MIDI file ends too early");
      }
      this.at += size;
    }
  };
  function variableBytes(value) {
    const bytes = [value & 127];
    for (let rest = value >> 7; rest; rest >>= 7) {
      bytes.unshift(rest & 127 | 128);
    }
    return bytes;
  }
  var numberBytes = (value, size) => Array.from({ length: size }, (_, i) => value >> 8 * (size - 1 - i) & 255);
  var textBytes = (text) => Array.from(text, (c) => c.charCodeAt(0));

  // src/midi/midi_out.js
  var CHANNELS = 16;
  var MidiOut = class {
    /** @type {Route[]} By part. */
    routes;
    /** @type {Map<string, Sounding>} By part and pitch. */
    #sounding = /* @__PURE__ */ new Map();
    /** @type {Set<MIDIOutput>} Those that were ever sent to. */
    #used = /* @__PURE__ */ new Set();
    /**
     * @param {Part[]} parts
     * @param {Mix} mix
     * @param {ClockPair} clocks
     */
    constructor(parts, mix, clocks) {
      this.mix = mix;
      this.clocks = clocks;
      const others = [...Array(CHANNELS).keys()].filter(
        (channel) => channel !== DRUM_CHANNEL
      );
      this.routes = parts.map(({ isDrums, number: number2 }) => {
        const channel = isDrums ? DRUM_CHANNEL : others[number2 % others.length];
        return { output: null, channel };
      });
    }
    /** Whether any part goes to a port. */
    get isUsed() {
      return this.routes.some(({ output }) => output);
    }
    /** @param {Strike} strike */
    strike({ part: part2, pitch, velocity, time }) {
      const { number: number2 } = part2;
      const { output, channel } = this.routes[number2];
      const level = this.mix.levelOf(number2);
      if (!output || !level) return;
      this.lift({ part: part2, pitch, time });
      this.#used.add(output);
      const at = this.clocks.toMilliseconds(time);
      sendTo(output, noteOn(channel, pitch, velocity * level), at);
      const note = { output, channel, pitch, part: number2 };
      this.#sounding.set(`${number2} ${pitch}`, note);
    }
    /** @param {Lift} lift */
    lift({ part: part2, pitch, time }) {
      const key = `${part2.number} ${pitch}`;
      const note = this.#sounding.get(key);
      if (!note) return;
      this.#sounding.delete(key);
      const { output, channel } = note;
      const at = this.clocks.toMilliseconds(time);
      sendTo(output, noteOff(channel, pitch), at);
    }
    /**
     * @param {number} _
     * @param {number} time Until when notes were sent.
     */
    end(_, time) {
      this.#liftAll(this.clocks.toMilliseconds(time));
    }
    /** @param {number} milliseconds */
    #liftAll(milliseconds) {
      for (const { output, channel, pitch } of this.#sounding.values()) {
        sendTo(output, noteOff(channel, pitch), milliseconds);
      }
      this.#sounding.clear();
    }
    /**
     * Another way for a part; what sounds on the old one ends.
     * @param {number} part
     * @param {Partial<Route>} change
     */
    route(part2, change) {
      for (const [key, note] of this.#sounding) {
        if (note.part !== part2) continue;
        sendTo(note.output, noteOff(note.channel, note.pitch));
        this.#sounding.delete(key);
      }
      Object.assign(this.routes[part2], change);
    }
    /** Silences every channel of every port that was sent to, now. */
    panic() {
      this.#liftAll(performance.now());
      for (const output of this.#used) {
        for (let channel = 0; channel < CHANNELS; channel++) {
          for (const message of silence(channel)) sendTo(output, message);
        }
      }
    }
  };

  // src/music/instrument_groups.js
  var NO_GROUP = -1;
  var ONE_AT_A_TIME = 1.2;
  function assign({ notes, names }, groups) {
    const drums = groups.findIndex(({ isDrums }) => isDrums);
    const parts = partsOf(notes.filter(({ isDrum }) => !isDrum));
    const candidatesOf = candidatesFor(parts, names, groups);
    const found = /* @__PURE__ */ new Map();
    const shared = /* @__PURE__ */ new Map();
    for (const own of parts) {
      const voices = candidatesOf(own[0]);
      if (voices.length === 1)
        give(found, own, whereItLies(own, voices[0], groups));
      else if (voices.length) {
        const key = voices.join();
        const entry = shared.get(key) ?? { voices, notes: [] };
        shared.set(key, entry);
        for (const note of own) entry.notes.push(note);
      }
    }
    for (const { voices, notes: notes2 } of shared.values()) {
      byRegister(notes2, byHeight(voices, groups), found);
    }
    return notes.map(
      (note) => note.isDrum ? drums : found.get(note) ?? NO_GROUP
    );
  }
  function candidatesFor(parts, names, groups) {
    const pitched = groups.flatMap(({ isDrums }, i) => isDrums ? [] : [i]);
    const programs = new Set(parts.map(([{ program }]) => program));
    const namesPrograms = programs.size !== 1 || pitched.length < 2;
    const ofGroups = groups.map(({ name }) => lettersOf(name));
    const tracks = new Map(
      Array.from(names, ([number2, name]) => [number2, lettersOf(name)])
    );
    const taken = new Set(tracks.values());
    const free = pitched.filter((i) => !taken.has(ofGroups[i]));
    return ({ instrument, program }) => {
      const named = pitched.filter((i) => tracks.get(instrument) === ofGroups[i]);
      if (named.length) return named;
      if (!namesPrograms) return free.length ? free : pitched;
      return pitched.filter((i) => groups[i].programs.includes(program));
    };
  }
  var lettersOf = (name) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  function give(found, notes, group) {
    for (const note of notes) found.set(note, group);
  }
  function partsOf(notes) {
    const parts = /* @__PURE__ */ new Map();
    for (const note of notes) {
      const key = note.instrument * 128 + note.program;
      const own = parts.get(key);
      if (own) own.push(note);
      else parts.set(key, [note]);
    }
    return [...parts.values()];
  }
  function whereItLies(notes, named, groups) {
    const held = groups.map(
      ({ pitches, isDrums }) => isDrums ? 0 : notes.filter(({ pitch }) => pitches.includes(pitch)).length
    );
    if (2 * held[named] >= notes.length) return named;
    return held.indexOf(Math.max(...held));
  }
  var mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
  function byHeight(voices, groups) {
    return voices.map((i) => ({ i, height: mean(groups[i].pitches) })).sort((a, b) => a.height - b.height || b.i - a.i).map(({ i }) => i);
  }
  function byRegister(notes, voices, found) {
    const parts = partsOf(notes);
    if (parts.length === 1) {
      ofOnePart(notes, voices.length).forEach((at, i) => {
        found.set(notes[i], voices[at]);
      });
      return;
    }
    const order = parts.map((own) => ({ own, height: mean(own.map(({ pitch }) => pitch)) })).sort((a, b) => a.height - b.height).map(({ own }) => own);
    const single = order.filter(isOneVoice);
    const highest = single.at(-1);
    const lowest = single.length > 1 ? single[0] : null;
    const inner = order.filter((own) => own !== highest && own !== lowest);
    const between2 = voices.length > 2 ? voices.slice(1, -1) : voices;
    if (highest) give(found, highest, voices[voices.length - 1]);
    if (lowest) give(found, lowest, voices[0]);
    inner.forEach((own, at) => {
      const voice = Math.floor(at * between2.length / inner.length);
      give(found, own, between2[voice]);
    });
  }
  function isOneVoice(notes) {
    const spans = notes.map(({ start: start2, end }) => [start2, end]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    let sounding = 0;
    let covered = 0;
    let latest = Number.NEGATIVE_INFINITY;
    for (const [start2, end] of spans) {
      sounding += end - start2;
      covered += Math.max(0, end - Math.max(start2, latest));
      latest = Math.max(latest, end);
    }
    return sounding <= ONE_AT_A_TIME * covered;
  }
  function ofOnePart(notes, numVoices) {
    const order = notes.map((_, i) => i);
    order.sort((a, b) => notes[a].start - notes[b].start);
    const found = notes.map(() => 0);
    const ends = /* @__PURE__ */ new Map();
    let position = 0;
    while (position < order.length) {
      const moment = notes[order[position]].start;
      for (const [pitch, end] of ends) if (end <= moment) ends.delete(pitch);
      const begun = [];
      while (position < order.length && notes[order[position]].start === moment) {
        const i = order[position++];
        const { pitch, end } = notes[i];
        ends.set(pitch, Math.max(end, ends.get(pitch) ?? end));
        begun.push(i);
      }
      const heights = [...ends.keys()].sort((a, b) => a - b);
      for (const i of begun) {
        const rank = heights.indexOf(notes[i].pitch);
        found[i] = voiceOfRank(rank, heights.length, numVoices);
      }
    }
    return found;
  }
  function voiceOfRank(rank, numPitches, numVoices) {
    const top = numVoices - 1;
    if (rank === numPitches - 1) return top;
    if (rank === 0 || top < 2) return 0;
    return 1 + Math.floor((rank - 1) * (top - 1) / (numPitches - 2));
  }

  // src/music/loudness.js
  var VELOCITIES = 128;
  var Loudness = class {
    /**
     * @param {number} levels 0 for none.
     * @param {number} velocity Of all notes where there are no levels.
     */
    constructor(levels, velocity) {
      this.levels = levels;
      this.velocity = velocity;
    }
    /**
     * Writes the mean loudness of what begins in each frame.
     * @param {Uint8Array} roll
     * @param {Part} part
     * @param {{start: number, velocity: number}[]} begun
     */
    fill(roll, { loudness, depth }, begun) {
      if (!this.levels) return;
      const of = /* @__PURE__ */ new Map();
      for (const { start: start2, velocity } of begun) {
        const { sum, count: count2 } = of.get(start2) ?? { sum: 0, count: 0 };
        of.set(start2, { sum: sum + velocity, count: count2 + 1 });
      }
      for (const [t, { sum, count: count2 }] of of) {
        const level = Math.floor(sum / count2 * this.levels / VELOCITIES);
        const first = t * depth + loudness;
        roll.fill(1, first, first + Math.min(level, this.levels - 1));
      }
    }
    /**
     * The velocity of a part's notes that begin in a frame: the middle of the
     * level that the columns say.
     * @param {Uint8Array} roll
     * @param {Part} part
     * @param {number} t
     */
    velocityAt(roll, { loudness, depth }, t) {
      if (!this.levels) return this.velocity;
      const first = t * depth + loudness;
      let level = 0;
      while (level < this.levels - 1 && roll[first + level]) level++;
      return Math.floor((level + 0.5) * VELOCITIES / this.levels);
    }
  };

  // src/music/part.js
  var SILENT = { sounds: false, begins: false };
  var byStart = (a, b) => a.start - b.start;
  var Part = class {
    /**
     * @param {PartFacts} facts
     * @param {number} number Which of the parts it is.
     * @param {number} depth Columns of the whole roll.
     */
    constructor(facts, number2, depth) {
      this.number = number2;
      this.name = facts.name;
      this.program = facts.program;
      this.programs = facts.programs;
      this.pitches = facts.pitches;
      this.isDrums = facts.isDrums;
      this.onsets = facts.onsets;
      this.first = facts.first;
      this.loudness = facts.loudness;
      this.depth = depth;
      this.row = new Map(this.pitches.map((pitch, i) => [pitch, i]));
    }
    /**
     * Writes notes into a roll.
     * @param {Uint8Array} roll
     * @param {Span[]} spans
     */
    fill(roll, spans) {
      const P = this.pitches.length;
      const written = /* @__PURE__ */ new Map();
      for (const { pitch, start: start2, end } of [...spans].sort(byStart)) {
        const column = this.first + (this.row.get(pitch) ?? 0);
        const until = this.isDrums ? start2 + 1 : end;
        const from = Math.max(start2, written.get(column) ?? 0);
        for (let t = from; t < until; t++) roll[t * this.depth + column] = 1;
        written.set(column, Math.max(from, until));
        if (this.onsets) roll[start2 * this.depth + column + P] = 1;
      }
    }
    /**
     * What a row does at a frame.
     * @param {Uint8Array} roll
     * @param {number} t
     * @param {number} row
     * @returns {Doing}
     */
    at(roll, t, row) {
      const column = this.first + row;
      const P = this.pitches.length;
      const is = (frame, c) => frame >= 0 && roll[frame * this.depth + c] === 1;
      const on = is(t, column);
      if (this.isDrums) return { sounds: on, begins: on };
      if (!this.onsets) return { sounds: on, begins: on && !is(t - 1, column) };
      const struck = is(t, column + P);
      const sounds = on || struck;
      const before = is(t - 1, column) || is(t - 1, column + P);
      return { sounds, begins: struck || sounds && !before };
    }
    /**
     * The stretches in which a row sounds, of frames `from` to before `to`.
     * @param {Uint8Array} roll
     * @param {number} row
     * @param {number} from
     * @param {number} to
     */
    *soundsOf(roll, row, from, to) {
      let start2 = -1;
      for (let t = from; t <= to; t++) {
        const { sounds, begins } = t < to ? this.at(roll, t, row) : SILENT;
        if (start2 >= 0 && (!sounds || begins)) {
          yield { startFrame: start2, endFrame: t };
          start2 = -1;
        }
        if (sounds && start2 < 0) start2 = t;
      }
    }
  };

  // src/music/tempos.js
  var FIRST_QPM = 120;
  var Tempos = class {
    /** @type {{time: number, rate: number, quarters: number}[]} */
    #parts = [];
    /** @param {Tempo[]} tempos */
    constructor(tempos) {
      const rates = /* @__PURE__ */ new Map([[0, FIRST_QPM / 60]]);
      for (const { time, qpm } of [...tempos].sort((a, b) => a.time - b.time)) {
        rates.set(Math.max(0, time), qpm / 60);
      }
      for (const [time, rate] of rates) {
        const last = this.#parts.at(-1);
        const quarters = last ? last.quarters + (time - last.time) * last.rate : 0;
        this.#parts.push({ time, rate, quarters });
      }
    }
    /**
     * Quarter notes from the beginning to a time.
     * @param {number} seconds
     */
    quarters(seconds) {
      const part2 = this.#partAt("time", seconds);
      return part2.quarters + (seconds - part2.time) * part2.rate;
    }
    /**
     * The inverse.
     * @param {number} quarters
     */
    seconds(quarters) {
      const part2 = this.#partAt("quarters", quarters);
      return part2.time + (quarters - part2.quarters) / part2.rate;
    }
    /**
     * The last part that begins at a place or before it.
     * @param {'time' | 'quarters'} by
     * @param {number} place
     */
    #partAt(by, place) {
      let low = 0;
      let high = this.#parts.length;
      while (high - low > 1) {
        const middle = low + high >> 1;
        if (this.#parts[middle][by] <= place) low = middle;
        else high = middle;
      }
      return this.#parts[low];
    }
  };

  // src/music/time_grid.js
  var LONGEST_SECONDS = 24 * 60 * 60;
  var MOST_QUARTERS = 24 * 60 * 300;
  var MOST_FRAMES2 = MOST_QUARTERS * 24;
  var ROUNDING2 = 1e-6;
  var FOUR_QUARTERS = 4;
  var TimeGrid = class {
    /**
     * @param {Grid} grid
     * @param {Score} score A piece, for its tempos and signatures.
     */
    constructor({ framesPerSecond, framesPerBeat }, score) {
      this.framesPerSecond = framesPerSecond;
      this.framesPerBeat = framesPerBeat;
      this.signatures = score.signatures;
      this.tempos = new Tempos(score.tempos);
    }
    /**
     * The frame nearest to a time.
     * @param {number} seconds
     */
    nearest(seconds) {
      if (seconds > LONGEST_SECONDS) {
        throw new InputError("it lasts over 24 hours");
      }
      return Math.floor(this.#place(seconds) + 0.5);
    }
    /** @param {number} seconds */
    #place(seconds) {
      if (!this.framesPerBeat) return seconds * this.framesPerSecond;
      const quarters = this.tempos.quarters(seconds);
      const place = quarters * this.framesPerBeat + ROUNDING2;
      if (quarters > MOST_QUARTERS || place > MOST_FRAMES2) {
        throw new InputError("its tempos make too many beats of it");
      }
      return place;
    }
    /** @param {number} frame */
    seconds(frame) {
      if (!this.framesPerBeat) return frame / this.framesPerSecond;
      return this.tempos.seconds(frame / this.framesPerBeat);
    }
    /**
     * The frames at which bars begin. A signature begins a bar where it stands.
     * Of bars shorter than a frame, each frame begins one.
     * @param {number} frames The piece's length.
     */
    barLines(frames) {
      const changes = /* @__PURE__ */ new Map([[0, FOUR_QUARTERS]]);
      const signatures = [...this.signatures].sort((a, b) => a.time - b.time);
      for (const { time, numerator, denominator } of signatures) {
        const quarters = 4 * numerator / Math.max(1, denominator);
        if (quarters > 0) changes.set(this.tempos.quarters(time), quarters);
      }
      const framesPerBeat = Math.max(1, this.framesPerBeat);
      const end = frames / framesPerBeat;
      const begins = [...changes.keys()];
      const lines = /* @__PURE__ */ new Set();
      begins.forEach((begin, i) => {
        const stop = Math.min(begins[i + 1] ?? end, end) - ROUNDING2;
        const bar = Math.max(changes.get(begin) ?? 0, 1 / framesPerBeat);
        const step = begin + bar - begin;
        for (let k = 0; begin + k * step < stop; k++) {
          const place = (begin + k * step) * this.framesPerBeat;
          lines.add(Math.floor(place + 0.5));
        }
      });
      return [...lines].filter((line) => line < frames).sort((a, b) => a - b);
    }
  };

  // src/music/converter.js
  var Converter = class {
    /**
     * @param {ConverterFacts} facts
     * @param {number} depth
     */
    constructor(facts, depth) {
      this.parts = facts.parts.map((part2, i) => new Part(part2, i, depth));
      this.pitches = this.parts.flatMap(({ pitches }) => pitches);
      this.framesPerSecond = facts.framesPerSecond;
      this.framesPerBeat = facts.framesPerBeat;
      this.qpm = facts.qpm;
      this.metre = facts.metre;
      this.align = facts.align;
      this.windowFrames = facts.windowFrames;
      this.hopFrames = facts.hopFrames;
      this.maxWindows = facts.maxWindows;
      this.keepSilentWindows = facts.keepSilentWindows;
      this.loudness = new Loudness(facts.velocityLevels, facts.velocity);
      this.depth = depth;
      this.isBand = facts.kind === "band";
      this.isDrums = facts.kind === "drums";
    }
    /**
     * The notes of each part, and those of none.
     * @param {Score} score
     */
    #notesOfParts(score) {
      const { notes } = score;
      if (!this.isBand) {
        return [notes.filter(({ isDrum }) => isDrum === this.isDrums), []];
      }
      const found = [...this.parts, null].map(() => []);
      const groups = assign(score, this.parts);
      notes.forEach((note, i) => {
        found.at(groups[i])?.push(note);
      });
      return found;
    }
    /**
     * How many notes of this roll's kind have a column, and how many not.
     * @param {Score} score
     */
    coverage(score) {
      const found = this.#notesOfParts(score);
      const all = found.flat().length;
      const kept2 = this.parts.map(({ row }, i) => found[i].filter(({ pitch }) => row.has(pitch)).length).reduce((a, b) => a + b, 0);
      return { kept: kept2, dropped: all - kept2 };
    }
    /** @param {Score} score */
    toRoll(score) {
      const grid = this.gridOf(score);
      const found = this.#notesOfParts(score);
      const spans = this.parts.map(
        ({ row }, i) => found[i].filter(({ pitch }) => row.has(pitch)).map(({ pitch, start: start2, end, velocity }) => {
          const begin = Math.max(grid.nearest(start2), 0);
          const until = Math.max(grid.nearest(end), begin + 1);
          return { pitch, velocity, start: begin, end: until };
        })
      );
      const frames = this.parts.flatMap(
        ({ isDrums }, i) => spans[i].map(({ start: start2, end }) => isDrums ? start2 + 1 : end)
      ).reduce((latest, end) => Math.max(latest, end), 0);
      const roll = new Uint8Array(frames * this.depth);
      this.parts.forEach((part2, i) => {
        part2.fill(roll, spans[i]);
        this.loudness.fill(roll, part2, spans[i]);
      });
      return { roll, frames };
    }
    /** @param {Score} score */
    gridOf(score) {
      return new TimeGrid(this, score);
    }
    /**
     * First frames of the windows of a roll; [] of a roll without a note.
     * @param {Uint8Array} roll
     * @param {number} frames
     * @param {Score} score What the roll is of.
     */
    windowStarts(roll, frames, score) {
      const T = this.windowFrames;
      const starts = [];
      if (!roll.includes(1)) return starts;
      for (const start2 of this.#placesOfWindows(frames, score)) {
        if (this.maxWindows && starts.length === this.maxWindows) break;
        const window2 = roll.subarray(
          start2 * this.depth,
          (start2 + T) * this.depth
        );
        if (this.keepSilentWindows || window2.includes(1)) starts.push(start2);
      }
      return starts;
    }
    /**
     * Where windows may begin: a hop apart, or at the first line after it.
     * @param {number} frames
     * @param {Score} score
     */
    *#placesOfWindows(frames, score) {
      const last = Math.max(0, frames - this.windowFrames);
      let next = 0;
      for (const line of this.#lines(frames, score)) {
        if (line > last) return;
        if (line < next) continue;
        yield line;
        next = line + this.hopFrames;
      }
    }
    /**
     * The beats or bar lines that windows begin on, or all frames.
     * @param {number} frames
     * @param {Score} score
     */
    #lines(frames, score) {
      if (this.align === "bar") return this.gridOf(score).barLines(frames);
      const step = this.align === "beat" ? this.framesPerBeat : 1;
      return Array.from({ length: Math.ceil(frames / step) }, (_, i) => i * step);
    }
    /**
     * The notes of a roll, by start.
     * @param {Uint8Array} roll
     * @param {number} frames
     * @returns {FrameNote[]}
     */
    toNotes(roll, frames) {
      return this.parts.flatMap(
        (part2) => part2.pitches.flatMap(
          (pitch, row) => [...part2.soundsOf(roll, row, 0, frames)].map((times) => {
            const t = times.startFrame;
            const velocity = this.loudness.velocityAt(roll, part2, t);
            return { part: part2.number, pitch, velocity, ...times };
          })
        )
      ).sort((a, b) => a.startFrame - b.startFrame);
    }
  };

  // src/music/song_notes.js
  var notesOfRoll = (roll, depth) => ({
    frames: roll.length / depth,
    copy(start2, frames) {
      const copied = new Uint8Array(frames * depth);
      copied.set(roll.subarray(start2 * depth, (start2 + frames) * depth));
      return copied;
    }
  });
  var notesOfBits = (bytes, { first, frames: all, depth }) => ({
    frames: all,
    copy(start2, frames) {
      const copied = new Uint8Array(frames * depth);
      const bits = Math.max(0, Math.min(frames, all - start2)) * depth;
      const from = (first + start2) * depth;
      for (let i = 0; i < bits; i++) {
        const bit = from + i;
        copied[i] = bytes[bit >> 3] >> 7 - (bit & 7) & 1;
      }
      return copied;
    }
  });

  // src/page/find.js
  function find(id, type) {
    const element = document.getElementById(id);
    if (!(element instanceof type)) {
      throw new Error(`the page has no ${type.name} with the id ${id}`);
    }
    return element;
  }
  var button = (id) => find(id, HTMLButtonElement);
  var canvas = (id) => find(id, HTMLCanvasElement);
  var input = (id) => find(id, HTMLInputElement);
  var part = (id) => find(id, HTMLElement);
  var choices = (name) => document.querySelectorAll(`input[name=${name}]`);

  // src/page/about.js
  function aboutTexts(facts, times) {
    const { model, converter, projection, weightsType, meansType } = facts;
    const { zSize } = model;
    const percent2 = Math.round(100 * projection.share);
    const numbers = zSize === 1 ? "one number" : "two numbers";
    const meaning = projection.kind === "plane" ? `This model describes a window by ${numbers}, and the map is that space itself: a point is its numbers, and what you hear is what the model makes of them.` : `This model describes a window by ${zSize} numbers. The map is a projection (principal components): it shows the two directions in which the windows spread most, ${percent2}% of their variance. A point stands for its place in those two, and takes the other ${zSize - 2} directions from the ${projection.numLenders} windows nearest to it, by distance: at a window you hear that window, between windows a blend of them, and far from all only what the two directions say. The sliders of Change the point lead to music that is not on the map.`;
    const length2 = times.window(converter.windowFrames);
    const things = converter.kind === "drums" ? "hits" : "notes";
    const texts = [
      `Each mark is a window of ${length2} of one of the songs, where the model's encoder puts it (the mean of q(z|x)). Windows that sound alike lie together, and a song is a trail.`,
      meaning,
      "Colour and contours show what the map decodes to. In the roll, tints " + (model.autoregressive ? `are how likely the point alone makes each of the ${things}, and bars are what sounds: the model hears what it plays, and draws the ${things} one after another. A point and a throw of the dice give the same music each time.` : `are the decoder's outputs, how likely each of the ${things} is, and bars are what sounds.`),
      "Everything happens in this page: the model decodes and encodes here, and no file leaves your device."
    ];
    if (weightsType === "float16") {
      texts.push(
        "For its size the page holds the weights in half precision; outputs differ from the model by about 0.001."
      );
    }
    if (meansType !== "float32") {
      texts.push(
        "For its size the page holds the places of the windows in " + (meansType === "float16" ? "half precision." : `${meansType} steps of each number.`)
      );
    }
    const hasNotes = facts.arrays.some(({ name }) => name === "notes");
    if (!hasNotes && facts.songs.some(({ frames }) => frames)) {
      texts.push(
        "For its size the page leaves out the songs' own notes, so the model cannot be compared with them."
      );
    }
    if (hasNotes && facts.music) texts.push(...facts.music.split("\n"));
    return texts;
  }
  function showAbout(facts, times) {
    const paragraphs = aboutTexts(facts, times).map((text) => {
      const p = document.createElement("p");
      p.textContent = text;
      return p;
    });
    part("about").replaceChildren(...paragraphs);
  }

  // src/page/change_panel.js
  var WORDS = {
    density: ["Density", "calmer", "busier"],
    register: ["Register", "lower", "higher"],
    polyphony: ["Polyphony", "thinner", "fuller"],
    loudness: ["Loudness", "softer", "louder"]
  };
  var ChangePanel = class {
    /** @type {HTMLInputElement[]} */
    #sliders = [];
    /**
     * @param {AttributeFacts[]} attributes
     * @param {Change} change
     * @param {Modes} modes
     * @param {Redraw} redraw
     */
    constructor(attributes, change, modes, redraw) {
      this.change = change;
      this.modes = modes;
      this.redraw = redraw;
      const panel = part("change");
      panel.hidden = !attributes.length && !change.hasBeyond;
      attributes.forEach(({ name }, i) => {
        const [label, less, more] = WORDS[name] ?? [name, "less", "more"];
        const words = (value) => value ? value < 0 ? less : more : "as it is";
        this.#add("attributes", label, words, change.attributes, i);
      });
      part("beyond").hidden = !change.hasBeyond;
      for (let i = 0; change.hasBeyond && i < change.beyond.length; i++) {
        const words = (value) => value ? value.toFixed(1).replace("-", "−") : "on the map";
        this.#add("beyond", `Direction ${i + 1}`, words, change.beyond, i);
      }
      button("to-map").addEventListener("click", () => {
        modes.begin(change.from);
        modes.showChange();
      });
      modes.onBegin = () => this.#show();
      this.#say();
    }
    /**
     * @param {string} group
     * @param {string} label
     * @param {(value: number) => string} words
     * @param {Float64Array} values What it sets one of.
     * @param {number} i
     */
    #add(group, label, words, values, i) {
      const row = document.createElement("div");
      row.className = "slider";
      const slider2 = document.createElement("input");
      const name = document.createElement("label");
      const output = document.createElement("output");
      slider2.id = `change-${label.toLowerCase().replace(" ", "-")}`;
      name.htmlFor = slider2.id;
      name.textContent = label;
      const range = { type: "range", min: "-2", max: "2", step: "0.1", value: "0" };
      Object.assign(slider2, range);
      const say = () => {
        const text = words(Number(slider2.value));
        output.textContent = text;
        slider2.setAttribute("aria-valuetext", text);
      };
      slider2.addEventListener("input", () => {
        values[i] = Number(slider2.value);
        this.modes.showChange();
        this.#say();
      });
      slider2.addEventListener("show", () => {
        slider2.value = String(values[i]);
        say();
      });
      slider2.addEventListener("input", say);
      slider2.addEventListener("change", () => this.modes.hearChange());
      row.append(name, output, slider2);
      part(group).append(row);
      this.#sliders.push(slider2);
      say();
    }
    /** Shows what is set. */
    #show() {
      for (const slider2 of this.#sliders) slider2.dispatchEvent(new Event("show"));
      this.#say();
    }
    /** Says whether the music is on the map. */
    #say() {
      const { off, hasBeyond } = this.change;
      const percent2 = Math.max(Math.round(100 * off), 1);
      part("where").textContent = off ? `Off the map by ${percent2}% of its width` : "On the map";
      part("where").hidden = !hasBeyond;
      button("to-map").disabled = !this.change.isAny;
      this.redraw.ask("overlay");
    }
  };

  // src/music/midi_clock.js
  var FILM_RATES = [24, 25, 29, 30];
  function clockOf2(tempi, division) {
    const film = filmFrames(division);
    return film ? filmClock(film) : tempoClock(tempi, division);
  }
  function checkDivision(division) {
    if (!division) throw new InputError("its quarter note has 0 ticks");
    const film = filmFrames(division);
    if (film && !(FILM_RATES.includes(film.rate) && film.ticks)) {
      throw new InputError(
        `its times are in film frames, ${film.rate} a second and ${film.ticks} ticks each; MIDI has 24, 25, 29 or 30 a second and 1 tick or more`
      );
    }
  }
  function filmFrames(division) {
    if (!(division & 32768)) return null;
    return { rate: 256 - (division >> 8), ticks: division & 255 };
  }
  function filmClock({ rate, ticks: ticks2 }) {
    const scale = 1 / ((rate === 29 ? 30 / 1.001 : rate) * ticks2);
    return (tick) => scale * tick;
  }
  function tempoClock(tempi, ticksPerQuarter) {
    const parts = [{ tick: 0, seconds: 0, scale: 60 / (120 * ticksPerQuarter) }];
    for (const { tick, microseconds } of tempi) {
      const scale = 60 / (6e7 / microseconds * ticksPerQuarter);
      const last = parts[parts.length - 1];
      if (tick === 0) {
        parts.splice(0, parts.length, { tick: 0, seconds: 0, scale });
      } else if (scale !== last.scale) {
        const seconds = last.seconds + last.scale * (tick - last.tick);
        parts.push({ tick, seconds, scale });
      }
    }
    return (tick) => {
      let low = 0;
      let high = parts.length;
      while (high - low > 1) {
        const middle = low + high >> 1;
        if (parts[middle].tick <= tick) low = middle;
        else high = middle;
      }
      const part2 = parts[low];
      return part2.seconds + part2.scale * (tick - part2.tick);
    };
  }

  // src/music/midi_programs.js
  var Programs = class {
    /** @type {Map<Track, Map<number, ProgramChange[]>>} */
    #own;
    /** @param {Track[]} tracks Those that sound together. */
    constructor(tracks) {
      this.#own = new Map(
        tracks.map((track) => [track, byChannel(track.programs)])
      );
      this.all = byChannel(tracks.flatMap(({ programs }) => programs));
    }
    /**
     * @param {Track} track
     * @param {number} channel
     * @param {number} tick
     */
    at(track, channel, tick) {
      const own = this.#own.get(track)?.get(channel);
      const changes = own ?? this.all.get(channel) ?? [];
      let low = 0;
      let high = changes.length;
      while (low < high) {
        const middle = low + high >> 1;
        if (changes[middle].tick <= tick) low = middle + 1;
        else high = middle;
      }
      return changes[low - 1]?.program ?? 0;
    }
  };
  function byChannel(changes) {
    const of = /* @__PURE__ */ new Map();
    for (const change of [...changes].sort((a, b) => a.tick - b.tick)) {
      const own = of.get(change.channel);
      if (own) own.push(change);
      else of.set(change.channel, [change]);
    }
    return of;
  }

  // src/music/midi_read.js
  var MOST_TICKS = 2 ** 25;
  var MOST_NOTES = 2e5;
  var MOST_EVENTS = 1e6;
  var DATA_BYTES = /* @__PURE__ */ new Map([
    [8, 2],
    [9, 2],
    [10, 2],
    [11, 2],
    [12, 1],
    [13, 1],
    [14, 2]
  ]);
  var NOTE_OFF = 8;
  var NOTE_ON = 9;
  var CONTROL = 11;
  var PROGRAM = 12;
  var BEND = 14;
  var META = 255;
  var TRACK_NAME = 3;
  var TEMPO = 81;
  var SIGNATURE = 88;
  var LARGEST_POWER = 30;
  var FIRST_MICROSECONDS = 5e5;
  var END_OF_TRACK = 47;
  var SHORTEST = 0.05;
  var Counts = class {
    notes = 0;
    events = 0;
    addEvent() {
      if (++this.events > MOST_EVENTS) {
        throw new InputError(`it has over ${MOST_EVENTS} MIDI events`);
      }
    }
    addNote() {
      if (++this.notes > MOST_NOTES) {
        throw new InputError(`it has over ${MOST_NOTES} notes`);
      }
    }
  };
  var Held = class {
    /** @type {Begun[]} */
    #begun = [];
    #next = 0;
    // To be let go: to shift an array takes its whole length.
    /** @param {Begun} begun */
    add(begun) {
      this.#begun.push(begun);
    }
    /** The first of those that are held; undefined if there is none. */
    letGo() {
      return this.#begun[this.#next] && this.#begun[this.#next++];
    }
  };
  var Track = class {
    /** @param {Counts} counts Of all tracks of the file. */
    constructor(counts) {
      counts.addEvent();
      this.counts = counts;
      this.notes = [];
      this.tempi = [];
      this.signatures = [];
      this.programs = [];
      this.name = null;
      this.used = /* @__PURE__ */ new Map();
      this.tick = 0;
      this.status = 0;
      this.open = /* @__PURE__ */ new Map();
    }
    /**
     * Reads an event.
     * @param {Reader} reader
     * @returns {boolean} Whether the track goes on.
     */
    readEvent(reader) {
      this.counts.addEvent();
      this.tick += reader.variable();
      const first = reader.byte();
      if (first === META) {
        return this.#readMeta(reader);
      } else if (first >= 128) {
        this.status = first;
        if (first === 240 || first === 247) reader.skip(reader.variable());
        else this.#readMessage(reader, reader.byte.bind(reader));
      } else {
        this.#readMessage(reader, () => first);
      }
      return true;
    }
    /** @param {Reader} reader */
    #readMeta(reader) {
      const type = reader.byte();
      const size = reader.variable();
      if (type === TEMPO && size === 3) {
        const microseconds = reader.number(3);
        if (microseconds) this.tempi.push({ tick: this.tick, microseconds });
      } else if (type === SIGNATURE && size >= 2) {
        this.#readSignature(reader.byte(), reader.byte());
        reader.skip(size - 2);
      } else if (type === TRACK_NAME) {
        const name = reader.unicode(size);
        this.name ??= name;
      } else if (type !== END_OF_TRACK) {
        reader.skip(size);
      }
      return type !== END_OF_TRACK;
    }
    /**
     * @param {number} numerator
     * @param {number} power Of 2, the denominator.
     */
    #readSignature(numerator, power) {
      if (!numerator || power > LARGEST_POWER) return;
      const denominator = 2 ** power;
      this.signatures.push({ tick: this.tick, numerator, denominator });
    }
    /**
     * @param {Reader} reader
     * @param {() => number} readFirst
     */
    #readMessage(reader, readFirst) {
      const kind = this.status >> 4;
      const size = DATA_BYTES.get(kind);
      if (!size) throw new InputError("the MIDI file is broken");
      const pitch = Math.min(readFirst(), 127);
      const velocity = size === 2 ? Math.min(reader.byte(), 127) : 0;
      const channel = this.status & 15;
      if (kind === NOTE_ON && velocity > 0) this.#start(channel, pitch, velocity);
      else if (kind === NOTE_ON || kind === NOTE_OFF) this.#end(channel, pitch);
      else if (kind === PROGRAM) {
        this.programs.push({ tick: this.tick, channel, program: pitch });
      } else if (kind === CONTROL || kind === BEND) this.#use(channel);
    }
    /** @param {number} channel */
    #use(channel) {
      if (!this.used.has(channel)) this.used.set(channel, this.tick);
    }
    /**
     * @param {number} channel
     * @param {number} pitch
     * @param {number} velocity
     */
    #start(channel, pitch, velocity) {
      this.counts.addNote();
      this.#use(channel);
      const key = channel * 128 + pitch;
      const held = this.open.get(key) ?? new Held();
      this.open.set(key, held);
      held.add({ tick: this.tick, velocity });
    }
    /**
     * @param {number} channel
     * @param {number} pitch
     */
    #end(channel, pitch) {
      const begun = this.open.get(channel * 128 + pitch)?.letGo();
      if (begun) this.notes.push({ channel, pitch, begun, end: this.tick });
    }
  };
  function isChunkOrEnd(reader, at) {
    if (at === reader.bytes.length) return true;
    const name = String.fromCharCode(...reader.bytes.subarray(at, at + 4));
    return /^[A-Za-z0-9]{4}$/.test(name);
  }
  function readTrack(reader, size, counts) {
    const end = reader.at + size;
    const track = new Track(counts);
    while (!(reader.at === end && isChunkOrEnd(reader, end))) {
      if (!track.readEvent(reader)) break;
    }
    const next = String.fromCharCode(
      ...reader.bytes.subarray(reader.at, reader.at + 4)
    );
    if (reader.at < end && isChunkOrEnd(reader, end) && next !== "MTrk") {
      reader.at = end;
    }
    if (track.tick > MOST_TICKS) {
      throw new InputError(`it has over ${MOST_TICKS} ticks in a track`);
    }
    return track;
  }
  function readTracks(reader) {
    const { bytes } = reader;
    const counts = new Counts();
    const tracks = [];
    while (reader.at + 8 <= bytes.length) {
      const begin = reader.at;
      const isChunk = isChunkOrEnd(reader, begin);
      const name = reader.text(4);
      const size = reader.number(4);
      if (name === "MTrk") {
        tracks.push(readTrack(reader, size, counts));
        continue;
      }
      reader.at += size;
      if (!isChunk || reader.at > bytes.length) {
        reader.at = nextTrack(bytes, begin + 4);
      }
    }
    return tracks;
  }
  function nextTrack(bytes, from) {
    const name = textBytes("MTrk");
    let at = bytes.indexOf(name[0], from);
    while (at >= 0 && !name.every((byte, i) => bytes[at + i] === byte)) {
      at = bytes.indexOf(name[0], at + 1);
    }
    return at < 0 ? bytes.length : at;
  }
  function scoreOf(tracks, division, begin, numberOf2) {
    const byTick = (a, b) => a.tick - b.tick;
    const tempi = tracks.flatMap((track) => track.tempi).sort(byTick);
    const clock = clockOf2(tempi, division);
    const seconds = (tick) => begin + clock(tick);
    const programs = new Programs(tracks);
    const notes = tracks.flatMap(
      (track) => track.notes.map(({ channel, pitch, begun, end }) => {
        const { tick, velocity } = begun;
        const program = programs.at(track, channel, tick);
        const start2 = seconds(tick);
        const isShort = end === tick;
        return {
          ...{ pitch, velocity, program, start: start2 },
          end: isShort ? start2 + SHORTEST : seconds(end),
          isDrum: channel === DRUM_CHANNEL,
          instrument: numberOf2(track, channel, program)
        };
      })
    );
    const names = namesOf(tracks, programs, numberOf2);
    const rates = /* @__PURE__ */ new Map([[0, FIRST_MICROSECONDS]]);
    for (const { tick, microseconds } of tempi) rates.set(tick, microseconds);
    const tempos = Array.from(rates, ([tick, microseconds]) => {
      return { time: seconds(tick), qpm: 6e7 / microseconds };
    });
    const signatures = tracks.flatMap((track) => track.signatures).sort(byTick).map(({ tick, numerator, denominator }) => {
      return { time: seconds(tick), numerator, denominator };
    });
    const last = tracks.reduce((latest, { tick }) => Math.max(latest, tick), 0);
    return { notes, names, tempos, signatures, end: seconds(last) };
  }
  function namesOf(tracks, programs, numberOf2) {
    const names = /* @__PURE__ */ new Map();
    for (const track of tracks) {
      if (!track.name) continue;
      const uses = [
        ...Array.from(track.used, ([channel, tick]) => ({ channel, tick })),
        ...track.notes.map(({ channel, begun }) => ({ channel, tick: begun.tick }))
      ];
      for (const { channel, tick } of uses) {
        const program = programs.at(track, channel, tick);
        names.set(numberOf2(track, channel, program), track.name);
      }
    }
    return names;
  }
  function instrumentNumbers() {
    const numbers = /* @__PURE__ */ new Map();
    let count2 = 0;
    return (track, channel, program) => {
      const own = numbers.get(track) ?? /* @__PURE__ */ new Map();
      numbers.set(track, own);
      const key = channel * 128 + program;
      if (!own.has(key)) own.set(key, count2++);
      return own.get(key);
    };
  }
  function read(bytes) {
    const reader = new Reader(bytes);
    if (bytes.length < 14 || reader.text(4) !== "MThd") {
      throw new InputError("it is not a MIDI file");
    }
    const size = reader.number(4);
    const end = reader.at + size;
    const format = reader.number(2);
    reader.number(2);
    const division = reader.number(2);
    checkDivision(division);
    reader.at = end;
    const tracks = readTracks(reader);
    if (!tracks.length) throw new InputError("it has no track");
    const songs = format === 2 ? tracks.map((track) => [track]) : [tracks];
    const numberOf2 = instrumentNumbers();
    const whole = { notes: [], names: /* @__PURE__ */ new Map(), tempos: [], signatures: [] };
    let begin = 0;
    for (const song of songs) {
      const read2 = scoreOf(song, division, begin, numberOf2);
      for (const note of read2.notes) whole.notes.push(note);
      for (const [number2, name] of read2.names) whole.names.set(number2, name);
      for (const tempo of read2.tempos) whole.tempos.push(tempo);
      for (const sign of read2.signatures) whole.signatures.push(sign);
      begin = read2.end;
    }
    return whole;
  }

  // src/page/console.js
  function showToConsole(parts) {
    const { model, converter, projection, emission, view, heat, songs, now } = parts;
    const { change, colors, mapCanvas, decoding, recorder } = parts;
    const { depth, framesPerSecond } = converter;
    const decoded = (spans, how) => {
      const stretches = spans.map(({ z, frames }) => {
        return { z: Float64Array.from(z), frames, point: [0, 0] };
      });
      const piece = new Piece("path", "", stretches, depth, framesPerSecond);
      piece.decodeSome(model, how, Number.POSITIVE_INFINITY);
      return piece;
    };
    const vrae = {
      ...{ model, converter, projection, emission, songs, decoding, recorder },
      player: now.player,
      midi: { read },
      map: {
        view,
        heat,
        change,
        colors,
        canvas: mapCanvas,
        toMap: (at) => view.toMap(at)
      },
      get piece() {
        return now.piece;
      },
      /** What is seen and heard: the piece, or the song's own notes. */
      get shown() {
        return now.shown;
      },
      /**
       * The outputs of `frames` frames of z, as one row after another.
       * @param {number[]} z
       * @param {number} frames
       */
      decode(z, frames) {
        return Array.from(decoded([{ z, frames }], emission).logits, sigm);
      },
      /**
       * The notes that given random numbers draw, as one row after another.
       * @param {{z: number[], frames: number}[]} spans
       * @param {number[]} draws From 0 to below 1, likewise.
       */
      play(spans, draws) {
        const chance = (_, t, column) => draws[t * depth + column];
        const { threshold } = emission;
        const given = { sampling: "bernoulli", threshold };
        return [...decoded(spans, new Emission(given, chance)).roll];
      }
    };
    Object.assign(window, { vrae });
  }

  // src/music/midi_write.js
  var TICKS_PER_QUARTER = 480;
  var MICROSECONDS_PER_QUARTER = 5e5;
  var MOST_MICROSECONDS = 16777215;
  var TRACK_NAME2 = [255, 3];
  var SET_TEMPO = [255, 81, 3];
  var SET_METRE = [255, 88, 4];
  var CLICKS = [24, 8];
  var END_OF_TRACK2 = [255, 47, 0];
  var MELODIC_CHANNELS = Array.from({ length: 16 }, (_, i) => i).filter(
    (channel) => channel !== DRUM_CHANNEL
  );
  function write(notes, frames, converter, clock) {
    const { parts, isBand } = converter;
    const tickOf = tickFunction(converter);
    const end = tickOf(frames);
    const tempos = temposOf(converter, clock, tickOf);
    if (!isBand) {
      const events = [...tempos, ...notesOf(notes, parts[0], tickOf)];
      return fileOf(0, [trackOf(events, end)]);
    }
    const bar = { tick: 0, order: -1, bytes: metreBytes(converter) };
    const tracks = parts.map((part2) => {
      const own = notes.filter((note) => note.part === part2.number);
      return trackOf([...headOf(part2), ...notesOf(own, part2, tickOf)], end);
    });
    return fileOf(1, [trackOf([...tempos, bar], end), ...tracks]);
  }
  function metreBytes({ metre: [beats, unit] }) {
    return [...SET_METRE, beats, Math.log2(unit), ...CLICKS];
  }
  function tickFunction({ framesPerSecond, framesPerBeat }) {
    const ticksPerSecond = TICKS_PER_QUARTER * 1e6 / MICROSECONDS_PER_QUARTER;
    return (frame) => framesPerBeat ? Math.round(frame * TICKS_PER_QUARTER / framesPerBeat) : Math.round(frame * ticksPerSecond / framesPerSecond);
  }
  function temposOf({ framesPerBeat, framesPerSecond }, clock, tickOf) {
    const perQuarter = framesPerBeat || framesPerSecond * MICROSECONDS_PER_QUARTER / 1e6;
    return clock.stages.map(
      ({ frame, rate }) => tempoAt(tickOf(frame), Math.round(1e6 * perQuarter / rate))
    );
  }
  function tempoAt(tick, microseconds) {
    const value = Math.min(Math.max(microseconds, 1), MOST_MICROSECONDS);
    return { tick, order: -1, bytes: [...SET_TEMPO, ...numberBytes(value, 3)] };
  }
  function channelOf({ isDrums, number: number2 }) {
    return isDrums ? DRUM_CHANNEL : MELODIC_CHANNELS[number2 % MELODIC_CHANNELS.length];
  }
  function headOf(part2) {
    const name = textBytes(part2.name);
    const head = [...TRACK_NAME2, ...variableBytes(name.length), ...name];
    const program = [192 | channelOf(part2), part2.program];
    return [head, program].map((bytes) => ({ tick: 0, order: -1, bytes }));
  }
  function notesOf(notes, part2, tickOf) {
    const channel = channelOf(part2);
    return notes.flatMap(({ pitch, startFrame, endFrame, velocity }) => [
      {
        tick: tickOf(startFrame),
        order: 1,
        bytes: [144 | channel, pitch, velocity]
      },
      // Notes end before others begin on the same tick.
      { tick: tickOf(endFrame), order: 0, bytes: [128 | channel, pitch, 0] }
    ]);
  }
  function trackOf(events, end) {
    const sorted = [...events].sort(
      (a, b) => a.tick - b.tick || a.order - b.order
    );
    const track = [];
    let tick = 0;
    for (const event of sorted) {
      track.push(...variableBytes(event.tick - tick), ...event.bytes);
      tick = event.tick;
    }
    track.push(...variableBytes(Math.max(0, end - tick)), ...END_OF_TRACK2);
    return track;
  }
  function fileOf(format, tracks) {
    const head = [
      ...numberBytes(format, 2),
      ...numberBytes(tracks.length, 2),
      ...numberBytes(TICKS_PER_QUARTER, 2)
    ];
    const chunks = tracks.flatMap((track) => [
      ...textBytes("MTrk"),
      ...numberBytes(track.length, 4),
      ...track
    ]);
    return Uint8Array.from([
      ...textBytes("MThd"),
      ...numberBytes(head.length, 4),
      ...head,
      ...chunks
    ]);
  }

  // src/music/kit.js
  var KEYS = [
    ["cymbals", [49, 51, 52, 53, 55, 57, 59]],
    ["hats", [42, 44, 46]],
    ["toms", [41, 43, 45, 47, 48, 50]],
    ["snare", [37, 38, 39, 40]],
    ["kick", [35, 36]]
  ];
  var familyOf = (key) => KEYS.find(([, keys2]) => keys2.includes(key))?.[0] ?? "other";
  function familiesOf(keys2) {
    const found = new Set(keys2.map(familyOf));
    const order = [...KEYS.map(([family]) => family), familyOf(-1)];
    return order.filter((family) => found.has(family));
  }

  // src/sound/rendered/noise.js
  function noiseOf(length2, seed) {
    const samples = new Float32Array(length2);
    let state = seed | 0;
    for (let i = 0; i < length2; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      samples[i] = state / 2 ** 31;
    }
    return samples;
  }
  function lowPass(samples, frequency, sampleRate) {
    const share = 1 - Math.exp(-2 * Math.PI * frequency / sampleRate);
    let last = 0;
    for (let i = 0; i < samples.length; i++) {
      last += share * (samples[i] - last);
      samples[i] = last;
    }
    return samples;
  }
  function highPass(samples, frequency, sampleRate) {
    const low = lowPass(samples.slice(), frequency, sampleRate);
    for (let i = 0; i < samples.length; i++) samples[i] -= low[i];
    return samples;
  }
  function finished(samples, fade2) {
    let peak = 1e-9;
    for (const x of samples) peak = Math.max(peak, Math.abs(x));
    const from = samples.length - fade2;
    for (let i = 0; i < samples.length; i++) {
      const left = i < from ? 1 : (samples.length - i) / fade2;
      samples[i] *= left / peak;
    }
    return samples;
  }

  // src/sound/rendered/drums.js
  var PLATE = [205.3, 304.4, 369.6, 522.7, 540, 800];
  var skinOf = ({ from, to, fall, ring, click }) => (sampleRate) => {
    const samples = new Float32Array(Math.round(ring * sampleRate));
    const noise = lowPass(noiseOf(samples.length, 5), 5e3, sampleRate);
    let phase = 0;
    for (let i = 0; i < samples.length; i++) {
      const t = i / sampleRate;
      const frequency = to + (from - to) * Math.exp(-t / fall);
      phase += 2 * Math.PI * frequency / sampleRate;
      const body = Math.sin(phase) * Math.exp(-6.9 * t / ring);
      samples[i] = Math.tanh(1.6 * body) + click * noise[i] * Math.exp(-t / 4e-3);
    }
    return finished(samples, Math.round(0.02 * sampleRate));
  };
  var snareOf = ({ tone, wires, ring, low }) => (sampleRate) => {
    const samples = new Float32Array(Math.round(ring * sampleRate));
    const noise = highPass(noiseOf(samples.length, 9), low, sampleRate);
    lowPass(noise, 9e3, sampleRate);
    const step = 2 * Math.PI / sampleRate;
    for (let i = 0; i < samples.length; i++) {
      const t = i / sampleRate;
      const skin = Math.sin(step * tone * i) * Math.exp(-t / 0.05) + 0.6 * Math.sin(step * 1.83 * tone * i) * Math.exp(-t / 0.03);
      samples[i] = 0.7 * skin + wires * noise[i] * Math.exp(-5.5 * t / ring);
    }
    return finished(samples, Math.round(0.02 * sampleRate));
  };
  var plateOf = ({ ring, pitch, low, noise }) => (sampleRate) => {
    const samples = noiseOf(Math.round(ring * sampleRate), 21);
    for (let i = 0; i < samples.length; i++) {
      let tones = 0;
      for (const f of PLATE) {
        tones += f * pitch * i / sampleRate % 1 < 0.5 ? 1 : -1;
      }
      samples[i] = noise * samples[i] + (1 - noise) * (tones / PLATE.length);
    }
    highPass(highPass(samples, low, sampleRate), low, sampleRate);
    for (let i = 0; i < samples.length; i++) {
      const t = i / sampleRate;
      samples[i] *= Math.exp(-6.9 * t / ring) * (0.6 + Math.exp(-t / 0.01));
    }
    return finished(samples, Math.round(0.02 * sampleRate));
  };
  function clap(sampleRate) {
    const samples = highPass(
      noiseOf(Math.round(0.3 * sampleRate), 31),
      900,
      sampleRate
    );
    lowPass(samples, 3500, sampleRate);
    for (let i = 0; i < samples.length; i++) {
      const t = i / sampleRate;
      const burst = t < 0.03 ? Math.exp(-(t % 0.01) / 3e-3) : 0;
      const after = Math.max(0, t - 0.03);
      const room = t >= 0.03 ? Math.exp(-after / 0.06) : 0;
      samples[i] *= burst + room;
    }
    return finished(samples, Math.round(0.02 * sampleRate));
  }

  // src/sound/drum_set.js
  var drum = (name, loudness, render) => ({ name, loudness, render });
  var hat = (ring, low = 6500) => plateOf({ ring, pitch: 4.2, low, noise: 0.45 });
  var KICK = { from: 190, to: 47, fall: 0.035, ring: 0.5, click: 0.5 };
  var SNARE = { tone: 186, wires: 1, ring: 0.28, low: 1300 };
  var TIGHT = { tone: 230, wires: 1, ring: 0.2, low: 2200 };
  var RIM = { tone: 820, wires: 0.25, ring: 0.08, low: 2500 };
  var CRASH = { ring: 1.9, pitch: 2.7, low: 3e3, noise: 0.7 };
  var RIDE = { ring: 1.3, pitch: 3.1, low: 4500, noise: 0.25 };
  var BELL = { ring: 0.7, pitch: 1.9, low: 900, noise: 0.02 };
  var SHAKER = { ring: 0.12, pitch: 5, low: 5500, noise: 1 };
  var DRUMS = [
    [[35, 36], drum("kick", 0.62, skinOf(KICK))],
    [[38], drum("snare", 0.4, snareOf(SNARE))],
    [[40], drum("tight snare", 0.38, snareOf(TIGHT))],
    [[37], drum("rim", 0.26, snareOf(RIM))],
    [[39], drum("clap", 0.42, clap)],
    [[42], { ...drum("closed hat", 0.17, hat(0.13)), chokes: true }],
    [[44], { ...drum("pedal hat", 0.12, hat(0.13)), chokes: true }],
    [[46], drum("open hat", 0.17, hat(0.85, 6e3))],
    [[49, 52, 55, 57], drum("crash", 0.24, plateOf(CRASH))],
    [[51, 59], drum("ride", 0.16, plateOf(RIDE))],
    [[53, 56], drum("bell", 0.14, plateOf(BELL))],
    [[54, 58, 69, 70, 73, 74, 82], drum("shaker", 0.13, plateOf(SHAKER))]
  ];
  var BY_KEY = new Map(
    DRUMS.flatMap(([keys2, of]) => keys2.map((key) => [key, of]))
  );
  var tomOf = (key, frequency) => drum(
    `skin ${key}`,
    0.4,
    skinOf({
      ...{ from: 1.6 * frequency, to: frequency, fall: 0.06 },
      ...{ ring: 0.45, click: 0.15 }
    })
  );
  function drumOf(key) {
    const known = BY_KEY.get(key);
    if (known) return known;
    if (familyOf(key) === "toms") return tomOf(key, 82 + 13 * (key - 41));
    return tomOf(key, 220 * 2 ** ((Math.max(key, 35) - 60) / 12));
  }

  // src/sound/buffers.js
  var SAMPLE_RATE = 44100;
  var STEP = 3;
  var made = /* @__PURE__ */ new Map();
  function kept(key, render) {
    const found = made.get(key);
    if (found) return found;
    const samples = render();
    made.set(key, samples);
    return samples;
  }
  var rootOf = (pitch) => Math.round(pitch / STEP) * STEP;
  function samplesOf({ name, render }, pitch) {
    const root = rootOf(pitch);
    return kept(`${name} ${root}`, () => render(root, SAMPLE_RATE));
  }
  var drumSamples = ({ name, render }) => kept(name, () => render(SAMPLE_RATE));
  var Buffers = class {
    /** @type {Map<Float32Array, AudioBuffer>} */
    #of = /* @__PURE__ */ new Map();
    /** @param {Float32Array} samples */
    #buffer(samples) {
      const found = this.#of.get(samples);
      if (found) return found;
      const { length: length2 } = samples;
      const buffer = new AudioBuffer({ length: length2, sampleRate: SAMPLE_RATE });
      buffer.getChannelData(0).set(samples);
      this.#of.set(samples, buffer);
      return buffer;
    }
    /**
     * @param {Rendered} timbre
     * @param {number} pitch
     * @returns {{buffer: AudioBuffer, playbackRate: number}}
     */
    ofNote(timbre, pitch) {
      const playbackRate = 2 ** ((pitch - rootOf(pitch)) / 12);
      return { buffer: this.#buffer(samplesOf(timbre, pitch)), playbackRate };
    }
    /** @param {Drum} drum */
    ofDrum(drum2) {
      return this.#buffer(drumSamples(drum2));
    }
  };

  // src/sound/rendered/hall.js
  var SECONDS = 1.9;
  var RING = 1.5;
  var WALLS = [0.011, 0.017, 0.023, 0.031, 0.037, 0.043];
  var LATE_SECONDS = 0.02;
  function hallSamples(sampleRate, seed) {
    const samples = noiseOf(Math.round(SECONDS * sampleRate), seed);
    let last = 0;
    for (let i = 0; i < samples.length; i++) {
      const t = i / sampleRate;
      const cutoff = 1200 + 6e3 * Math.exp(-t / 0.35);
      const share = 1 - Math.exp(-2 * Math.PI * cutoff / sampleRate);
      last += share * (samples[i] - last);
      const comes = Math.min(1, t / LATE_SECONDS) ** 2;
      samples[i] = comes * last * Math.exp(-6.91 * t / RING);
    }
    WALLS.forEach((seconds, i) => {
      const at = Math.round(seconds * (1 + 0.07 * (seed % 3)) * sampleRate);
      samples[at] += (i % 2 ? -1 : 1) * 0.7 ** i;
    });
    const energy = Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0));
    return samples.map((x) => x / energy);
  }

  // src/sound/rendered/string.js
  var MOST_PARTIALS = 28;
  var HIGHEST = 0.42;
  var QUICK_SHARE = 0.7;
  var QUICKER = 3;
  var KNOCK_SECONDS = 0.05;
  var FADE_SECONDS = 0.15;
  function stringSamples(sound, sampleRate) {
    const { frequency, stiffness, place, tilt, ring, damping, beating } = sound;
    const samples = new Float32Array(Math.round(sound.seconds * sampleRate));
    for (let n = 1; n <= MOST_PARTIALS; n++) {
      const partial = n * frequency * Math.sqrt(1 + stiffness * n * n);
      if (partial > HIGHEST * sampleRate) break;
      const gain = (Math.abs(Math.sin(Math.PI * n * place)) + 0.03) * tilt ** n;
      const slow = ring / 6.91 / (1 + damping * (n - 1));
      const apart = 2 ** (beating / 2400);
      for (const [share, decay, f] of [
        [QUICK_SHARE, slow / QUICKER, partial / apart],
        [1 - QUICK_SHARE, slow, partial * apart]
      ]) {
        const angle = 2 * Math.PI * f / sampleRate;
        const level = gain * share;
        addPartial(samples, { level, decay, angle, phase: 2 * n }, sampleRate);
      }
    }
    if (sound.knock) addKnock(samples, sound, sampleRate);
    const rise = Math.round(15e-4 * sampleRate);
    for (let i = 0; i < rise; i++) samples[i] *= i / rise;
    return finished(samples, Math.round(FADE_SECONDS * sampleRate));
  }
  function addPartial(samples, { level, decay, angle, phase }, sampleRate) {
    const shrink = Math.exp(-1 / (decay * sampleRate));
    const [c, s] = [shrink * Math.cos(angle), shrink * Math.sin(angle)];
    let x = level * Math.cos(phase);
    let y = level * Math.sin(phase);
    const until = Math.min(samples.length, Math.ceil(decay * sampleRate * 7.5));
    for (let i = 0; i < until; i++) {
      samples[i] += y;
      const turned = x * c - y * s;
      y = x * s + y * c;
      x = turned;
    }
  }
  function addKnock(samples, { knock, frequency }, sampleRate) {
    const length2 = Math.round(KNOCK_SECONDS * sampleRate);
    const noise = noiseOf(length2, 77);
    lowPass(noise, 500 + 2 * frequency, sampleRate);
    for (let i = 0; i < Math.min(length2, samples.length); i++) {
      samples[i] += knock * noise[i] * Math.exp(-7 * i / length2);
    }
  }

  // src/sound/rendered/tines.js
  var SECONDS2 = 4;
  var BELL2 = 14;
  function tineSamples(frequency, sampleRate) {
    const samples = new Float32Array(SECONDS2 * sampleRate);
    const step = 2 * Math.PI * frequency / sampleRate;
    const ring = Math.min(Math.max(1.6 * (220 / frequency) ** 0.4, 0.5), 2.2);
    const depth = Math.min(1.6 * (330 / frequency) ** 0.5, 1.9);
    const hasBell = BELL2 * frequency < 0.4 * sampleRate;
    for (let i = 0; i < samples.length; i++) {
      const t = i / sampleRate;
      const index = depth * (0.25 + 0.75 * Math.exp(-t / 0.22));
      const turn = index * Math.exp(-t / ring) * Math.sin(step * i);
      let y = Math.exp(-t / ring) * Math.sin(step * i + turn);
      if (hasBell) y += 0.12 * Math.exp(-t / 0.09) * Math.sin(BELL2 * step * i);
      samples[i] = y * Math.min(1, t / 2e-3);
    }
    return finished(samples, Math.round(0.1 * sampleRate));
  }

  // src/sound/timbres.js
  var frequencyOf = (pitch) => 440 * 2 ** ((pitch - 69) / 12);
  var piano = {
    name: "piano",
    render: (pitch, sampleRate) => stringSamples(
      {
        frequency: frequencyOf(pitch),
        stiffness: 25e-5 * 2 ** (Math.max(pitch - 57, -12) / 11),
        place: 0.118,
        tilt: Math.min(0.9, 0.86 - (pitch - 48) * 45e-4),
        ring: Math.min(14, 9 * 2 ** ((57 - pitch) / 18)),
        damping: 0.16,
        beating: pitch > 43 ? 1.1 : 0,
        knock: 0.35 + Math.max(0, pitch - 60) * 0.012,
        seconds: Math.min(4.5, Math.max(1.2, 6 * 2 ** ((50 - pitch) / 24)))
      },
      sampleRate
    ),
    loudness: (pitch) => 0.3 * Math.min(1.3, 2 ** ((60 - pitch) / 40)),
    brightness: (pitch, force) => Math.min(600 + frequencyOf(pitch) * (2 + 6 * force), 14e3),
    release: 0.09
  };
  var bass = {
    name: "bass",
    render: (pitch, sampleRate) => stringSamples(
      {
        frequency: frequencyOf(pitch),
        stiffness: 6e-5,
        place: 0.21,
        tilt: 0.74,
        ring: 4.5,
        damping: 0.45,
        beating: 0,
        knock: 0.25,
        seconds: 3
      },
      sampleRate
    ),
    loudness: () => 0.42,
    brightness: (pitch, force) => Math.min(250 + frequencyOf(pitch) * (4 + 8 * force), 5e3),
    release: 0.06
  };
  var keys = {
    name: "keys",
    render: (pitch, sampleRate) => tineSamples(frequencyOf(pitch), sampleRate),
    loudness: (pitch) => 0.2 * Math.min(1.2, 2 ** ((60 - pitch) / 48)),
    brightness: (pitch, force) => Math.min(900 + frequencyOf(pitch) * (2 + 8 * force), 12e3),
    release: 0.1
  };
  var lead = {
    loudness: () => 0.13,
    partials: [
      { type: "sawtooth", ratio: 0.9978, gain: 0.4 },
      { type: "sawtooth", ratio: 1.0023, gain: 0.4 },
      { type: "triangle", ratio: 1, gain: 0.5 }
    ],
    brightness: (pitch, force) => Math.min(500 + frequencyOf(pitch) * (2.5 + 3 * force), 9e3),
    ...{ attack: 0.012, sustain: 0.75, decay: 0.25, release: 0.07 },
    vibrato: { rate: 5.4, cents: 9, after: 0.25 }
  };
  var strings = {
    loudness: (pitch) => 0.25 * Math.min(1.3, 2 ** ((60 - pitch) / 48)),
    partials: [
      { type: "sawtooth", ratio: 0.9985, gain: 0.4 },
      { type: "sawtooth", ratio: 1.0015, gain: 0.4 }
    ],
    brightness: (pitch, force) => Math.min(600 + frequencyOf(pitch) * (2 + 2 * force), 6500),
    ...{ attack: 0.05, sustain: 0.85, decay: 0.3, release: 0.12 },
    vibrato: { rate: 5.1, cents: 7, after: 0.3 }
  };
  var organ = {
    loudness: () => 0.12,
    partials: [
      { type: "sine", ratio: 1, gain: 0.6 },
      { type: "sine", ratio: 2, gain: 0.4 },
      { type: "sine", ratio: 3, gain: 0.16 },
      { type: "sine", ratio: 4, gain: 0.2 },
      { type: "sine", ratio: 0.5, gain: 0.3 }
    ],
    brightness: () => 7e3,
    ...{ attack: 0.012, sustain: 1, decay: 0.1, release: 0.05 },
    vibrato: { rate: 6, cents: 3, after: 0.4 }
  };
  var PROGRAMS = [
    [3, piano],
    [7, keys],
    [15, keys],
    // Vibraphones and bells.
    [23, organ],
    [31, keys],
    // Guitars.
    [39, bass],
    [42, strings],
    [43, bass],
    [55, strings],
    [87, lead],
    [103, strings],
    [111, lead],
    [127, keys]
  ];
  var timbreOf = (program) => PROGRAMS.find(([last]) => program <= last)?.[1] ?? keys;

  // src/sound/instruments.js
  var HALL_GAIN = 0.3;
  var HEADROOM = 0.75;
  var BEND_FROM = 0.7;
  var CURVE_POINTS = 4097;
  var CURVE_REACH = 3;
  var STILL_SECONDS = 8;
  var WIDTH = 0.3;
  var Instruments = class {
    /**
     * @param {BaseAudioContext} context
     * @param {number} volume 0 to 1.
     */
    constructor(context, volume) {
      this.context = context;
      this.buffers = new Buffers();
      this.master = new GainNode(context, { gain: volume });
      this.dry = new GainNode(context, { gain: HEADROOM });
      this.wet = new GainNode(context, { gain: HEADROOM * HALL_GAIN });
      const { sampleRate } = context;
      const ears = [3, 11].map((seed) => hallSamples(sampleRate, seed));
      const { length: length2 } = ears[0];
      const buffer = new AudioBuffer({ length: length2, sampleRate, numberOfChannels: 2 });
      ears.forEach((samples, i) => {
        buffer.getChannelData(i).set(samples);
      });
      const hall = new ConvolverNode(context, {
        buffer,
        disableNormalization: true
      });
      const limiter = new DynamicsCompressorNode(context, {
        ...{ threshold: -9, knee: 6, ratio: 8, attack: 3e-3, release: 0.18 }
      });
      const bend = new WaveShaperNode(context, { curve: bent(), oversample: "2x" });
      const level = new GainNode(context, { gain: 1 / CURVE_REACH });
      this.dry.connect(limiter);
      this.wet.connect(hall).connect(limiter);
      limiter.connect(level).connect(bend).connect(this.master);
      this.master.connect(context.destination);
    }
    /** @param {number} volume */
    setVolume(volume) {
      const { gain, context } = this.master;
      gain.setTargetAtTime(volume, context.currentTime, 0.02);
    }
    /**
     * A way for sound, with a volume of its own.
     * @param {number} hall How much of it goes to the hall.
     */
    newChannel(hall = 1) {
      const channel = new GainNode(this.context, { gain: 1 });
      channel.connect(this.dry);
      channel.connect(new GainNode(this.context, { gain: hall })).connect(this.wet);
      return channel;
    }
    /**
     * @param {Timbre} timbre
     * @param {number} pitch
     * @param {Stroke} stroke
     * @returns {Voice}
     */
    startNote(timbre, pitch, stroke) {
      const { context } = this;
      const { time, force, out } = stroke;
      const level = new GainNode(context, { gain: 0 });
      const frequency = timbre.brightness(pitch, force);
      const tone = new BiquadFilterNode(context, {
        ...{ type: "lowpass", frequency, Q: 0.3 }
      });
      const pan = WIDTH * (pitch - 60) / 36;
      const place = new StereoPannerNode(context, {
        pan: Math.min(Math.max(pan, -WIDTH), WIDTH)
      });
      tone.connect(level).connect(place).connect(out);
      const sources = "render" in timbre ? this.#strike(timbre, pitch, stroke, level, tone) : this.#hold(timbre, pitch, stroke, level, tone);
      return {
        release(at) {
          const end = Math.max(at, time);
          level.gain.cancelScheduledValues(end);
          level.gain.setTargetAtTime(0, end, timbre.release);
          const over = end + STILL_SECONDS * timbre.release;
          for (const source of sources) source.stop(over);
        },
        cancel(now) {
          for (const source of sources) source.stop(now);
        }
      };
    }
    /**
     * @param {Rendered} timbre
     * @param {number} pitch
     * @param {Stroke} stroke
     * @param {GainNode} level
     * @param {AudioNode} tone
     */
    #strike(timbre, pitch, { time, force }, level, tone) {
      const { context } = this;
      level.gain.setValueAtTime(timbre.loudness(pitch) * force, time);
      const source = new AudioBufferSourceNode(
        context,
        this.buffers.ofNote(timbre, pitch)
      );
      source.connect(tone);
      source.start(time);
      return [source];
    }
    /**
     * @param {Held} timbre
     * @param {number} pitch
     * @param {Stroke} stroke
     * @param {GainNode} level
     * @param {AudioNode} tone
     * @returns {AudioScheduledSourceNode[]}
     */
    #hold(timbre, pitch, { time, force }, level, tone) {
      const { context } = this;
      const { attack, sustain, decay, vibrato } = timbre;
      const loudness = timbre.loudness(pitch) * force;
      level.gain.setValueAtTime(0, time);
      level.gain.linearRampToValueAtTime(loudness, time + attack);
      level.gain.setTargetAtTime(loudness * sustain, time + attack, decay);
      const swing = new OscillatorNode(context, { frequency: vibrato.rate });
      const cents = new GainNode(context, { gain: 0 });
      cents.gain.setTargetAtTime(vibrato.cents, time + vibrato.after, 0.2);
      swing.connect(cents);
      swing.start(time);
      const voices = timbre.partials.map(({ type, ratio, gain }) => {
        const frequency = frequencyOf(pitch) * ratio;
        const source = new OscillatorNode(context, { type, frequency });
        cents.connect(source.detune);
        source.connect(new GainNode(context, { gain })).connect(tone);
        source.start(time);
        return source;
      });
      return [swing, ...voices];
    }
    /**
     * @param {Drum} drum
     * @param {Stroke} stroke
     * @returns {Voice}
     */
    hit(drum2, { time, force, out }) {
      const { context } = this;
      const buffer = this.buffers.ofDrum(drum2);
      const source = new AudioBufferSourceNode(context, { buffer });
      const level = new GainNode(context, { gain: drum2.loudness * force });
      source.connect(level).connect(out);
      source.start(time);
      return {
        release(at) {
          const end = Math.max(at, time);
          level.gain.setTargetAtTime(0, end, 0.02);
          source.stop(end + 0.2);
        },
        cancel(now) {
          source.stop(now);
        }
      };
    }
  };
  function bent() {
    return Float32Array.from({ length: CURVE_POINTS }, (_, i) => {
      const x = CURVE_REACH * (2 * i / (CURVE_POINTS - 1) - 1);
      const size = Math.abs(x);
      if (size <= BEND_FROM) return x;
      const room = 0.98 - BEND_FROM;
      return Math.sign(x) * (BEND_FROM + room * Math.tanh((size - BEND_FROM) / room));
    });
  }

  // src/sound/audio_out.js
  var VELOCITY = 80;
  var LOW_HALL = 0.25;
  var DRUM_HALL = 0.5;
  var FADE_SECONDS2 = 0.015;
  var AudioOut = class {
    /** @type {GainNode[]} By part. */
    channels;
    /** @type {Map<string, Sent>} Those that are held, by part and pitch. */
    #held = /* @__PURE__ */ new Map();
    /** @type {Set<Sent>} The first before others; some may be over. */
    #sent = /* @__PURE__ */ new Set();
    /** @type {Voice | null} The hat that is open, until it is shut. */
    #open = null;
    /**
     * @param {BaseAudioContext} context
     * @param {Converter} converter
     * @param {Mix} mix
     * @param {number} volume
     */
    constructor(context, converter, mix, volume) {
      this.instruments = new Instruments(context, volume);
      this.converter = converter;
      this.mix = mix;
      this.channels = converter.parts.map(({ isDrums, program }) => {
        const isLow = program >= 32 && program < 40;
        return this.instruments.newChannel(
          isDrums ? DRUM_HALL : isLow ? LOW_HALL : 1
        );
      });
      this.channels.forEach(({ gain }, part2) => {
        gain.value = mix.levelOf(part2);
      });
    }
    /** The mix has changed. */
    mixAnew() {
      this.channels.forEach(({ gain, context }, part2) => {
        const level = this.mix.levelOf(part2);
        gain.setTargetAtTime(level, context.currentTime, FADE_SECONDS2);
      });
    }
    /** @param {Strike} strike */
    strike({ part: part2, pitch, velocity, time }) {
      const { instruments, channels } = this;
      const force = (velocity / VELOCITY) ** 1.5;
      const stroke = { time, force, out: channels[part2.number] };
      if (part2.isDrums) {
        this.#hit(pitch, stroke);
        return;
      }
      this.lift({ part: part2, pitch, time });
      const voice = instruments.startNote(timbreOf(part2.program), pitch, stroke);
      const end = Number.POSITIVE_INFINITY;
      this.#held.set(`${part2.number} ${pitch}`, this.#send({ voice, time, end }));
    }
    /** @param {Sent} sent */
    #send(sent) {
      const { currentTime } = this.instruments.context;
      for (const first of this.#sent) {
        if (first.end > currentTime) break;
        this.#sent.delete(first);
      }
      this.#sent.add(sent);
      return sent;
    }
    /**
     * @param {number} pitch
     * @param {Stroke} stroke
     */
    #hit(pitch, stroke) {
      const drum2 = drumOf(pitch);
      if (drum2.chokes) {
        this.#open?.release(stroke.time);
        this.#open = null;
      }
      const voice = this.instruments.hit(drum2, stroke);
      const { time } = stroke;
      this.#send({ voice, time, end: time });
      if (drum2.name === "open hat") this.#open = voice;
    }
    /** @param {Lift} lift */
    lift({ part: part2, pitch, time }) {
      const key = `${part2.number} ${pitch}`;
      const sent = this.#held.get(key);
      if (!sent) return;
      sent.voice.release(time);
      sent.end = time;
      this.#held.delete(key);
    }
    /**
     * Ends what sounds, and what was to sound: in the background, that is more
     * than a second of music.
     * @param {number} now
     */
    end(now) {
      for (const { voice, time, end } of this.#sent) {
        if (time > now) voice.cancel(now);
        else if (end > now) voice.release(now);
      }
      this.#sent.clear();
      this.#held.clear();
    }
  };

  // src/sound/cues.js
  var HIT_FRAMES = 0.9;
  var Cues = class {
    /** @type {Map<number, {part: Part, pitch: number}>} By column. */
    #sounding = /* @__PURE__ */ new Map();
    /**
     * @param {Converter} converter
     * @param {() => Sink[]} sinks Who is told.
     */
    constructor(converter, sinks) {
      this.converter = converter;
      this.sinks = sinks;
    }
    /**
     * @param {Pick<Piece, 'roll'>} piece
     * @param {{frame: number, time: number, rate: number}} at
     */
    play({ roll }, at) {
      for (const part2 of this.converter.parts) this.#playPart(roll, part2, at);
    }
    /**
     * @param {Uint8Array} roll
     * @param {Part} part
     * @param {{frame: number, time: number, rate: number}} at
     */
    #playPart(roll, part2, { frame, time, rate }) {
      const { loudness } = this.converter;
      const { first, isDrums } = part2;
      const velocity = loudness.velocityAt(roll, part2, frame);
      part2.pitches.forEach((pitch, row) => {
        const { sounds, begins } = part2.at(roll, frame, row);
        const column = first + row;
        const sounded = this.#sounding.has(column);
        if (sounded && (!sounds || begins)) this.#lift(column, time);
        if (!begins && (!sounds || sounded)) return;
        for (const sink of this.sinks()) {
          sink.strike?.({ part: part2, pitch, velocity, time });
        }
        if (!isDrums) {
          this.#sounding.set(column, { part: part2, pitch });
          return;
        }
        const end = time + HIT_FRAMES / rate;
        for (const sink of this.sinks()) sink.lift?.({ part: part2, pitch, time: end });
      });
    }
    /**
     * @param {number} column
     * @param {number} time
     */
    #lift(column, time) {
      const note = this.#sounding.get(column);
      this.#sounding.delete(column);
      if (!note) return;
      for (const sink of this.sinks()) sink.lift?.({ ...note, time });
    }
    /**
     * Ends all notes, for others may follow.
     * @param {number} time
     */
    rest(time) {
      for (const column of [...this.#sounding.keys()]) this.#lift(column, time);
    }
    /**
     * Ends the music.
     * @param {number} now
     * @param {number} time Until when notes were sent.
     */
    end(now, time) {
      this.#sounding.clear();
      for (const sink of this.sinks()) sink.end?.(now, time);
    }
  };

  // src/sound/bounce.js
  var SAMPLE_RATE2 = 44100;
  var RING_SECONDS = 2;
  var START_SECONDS = 0.01;
  var MOST_MINUTES = 15;
  function bounce({ roll, frames }, clock, { converter, mix, volume }) {
    const seconds = clock.seconds(frames) + START_SECONDS + RING_SECONDS;
    const length2 = Math.ceil(seconds * SAMPLE_RATE2);
    const context = new OfflineAudioContext(2, length2, SAMPLE_RATE2);
    const out = new AudioOut(context, converter, mix, volume);
    const cues = new Cues(converter, () => [out]);
    for (let frame = 0; frame < frames; frame++) {
      const time = START_SECONDS + clock.seconds(frame);
      cues.play({ roll }, { frame, time, rate: clock.rateAt(frame) });
    }
    cues.rest(START_SECONDS + clock.seconds(frames));
    return context.startRendering();
  }

  // src/sound/wav.js
  var HEAD_BYTES = 44;
  var LOUDEST = 32767;
  function wavOf(channels, sampleRate) {
    const frameBytes = 2 * channels.length;
    const size = channels[0].length * frameBytes;
    const bytes = new DataView(new ArrayBuffer(HEAD_BYTES + size));
    let at = 0;
    const text = (id) => {
      for (const byte of textBytes(id)) bytes.setUint8(at++, byte);
    };
    const number2 = (value, length2) => {
      if (length2 === 2) bytes.setUint16(at, value, true);
      else bytes.setUint32(at, value, true);
      at += length2;
    };
    text("RIFF");
    number2(HEAD_BYTES - 8 + size, 4);
    text("WAVEfmt ");
    number2(16, 4);
    number2(1, 2);
    number2(channels.length, 2);
    number2(sampleRate, 4);
    number2(sampleRate * frameBytes, 4);
    number2(frameBytes, 2);
    number2(16, 2);
    text("data");
    number2(size, 4);
    for (let i = 0; i < channels[0].length; i++) {
      for (const samples of channels) {
        const value = Math.min(Math.max(samples[i], -1), 1);
        bytes.setInt16(at, Math.round(value * LOUDEST), true);
        at += 2;
      }
    }
    return new Uint8Array(bytes.buffer);
  }

  // src/page/save.js
  var KEPT_MILLISECONDS = 6e4;
  var LONGEST_NAME = 60;
  var MIDI_TYPE = "audio/midi";
  function fileName(title, ending = "mid") {
    const words = title.replace(/[^\p{L}\p{M}\p{N}]+/gu, " ").trim();
    return `${firstOf(words || "music", LONGEST_NAME).trim()}.${ending}`;
  }
  var Save = class {
    /**
     * @param {object} parts
     * @param {Converter} parts.converter
     * @param {Mix} parts.mix
     * @param {Tempo} parts.tempo
     * @param {Settings} parts.settings
     * @param {Message} parts.message
     */
    constructor(parts) {
      this.parts = parts;
    }
    /**
     * The tempos that a piece is heard in: a take's are its own.
     * @param {Piece} piece
     */
    #clockOf({ kind, clock, frames }) {
      const { qpm, beatFrames } = this.parts.tempo;
      if (qpm === null || kind === "take") return clock;
      return new PieceClock([{ frames }], qpm * beatFrames / 60);
    }
    /** @param {Piece} piece */
    midiOf(piece) {
      const { converter } = this.parts;
      const { roll, frames } = piece;
      const notes = converter.toNotes(roll, frames);
      return write(notes, frames, converter, this.#clockOf(piece));
    }
    /** @param {Piece} piece */
    midi(piece) {
      const file = new Blob([this.midiOf(piece)], { type: MIDI_TYPE });
      give2(file, fileName(piece.title));
    }
    /** @param {Piece} piece */
    async wav(piece) {
      const { converter, mix, settings, message } = this.parts;
      const clock = this.#clockOf(piece);
      if (clock.seconds(piece.frames) > 60 * MOST_MINUTES) {
        message.say(`A WAV file may be ${MOST_MINUTES} minutes long at most.`);
        return;
      }
      const making = "Making the WAV file …";
      message.say(making);
      const { volume } = settings;
      try {
        const buffer = await bounce(piece, clock, { converter, mix, volume });
        const channels = [0, 1].map((i) => buffer.getChannelData(i));
        const bytes = wavOf(channels, buffer.sampleRate);
        const file = new Blob([bytes], { type: "audio/wav" });
        give2(file, fileName(piece.title, "wav"));
        message.unsay(making);
      } catch {
        message.say(
          "The browser could not make the WAV file: it may have too little memory. Save it as MIDI, or less of it."
        );
      }
    }
  };
  function give2(file, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MILLISECONDS);
  }

  // src/page/drag_out.js
  function makeDraggable(element, pieceOf, save) {
    element.draggable = true;
    element.addEventListener("dragstart", (event) => {
      const piece = pieceOf();
      if (!piece || !event.dataTransfer) return;
      const bytes = save.midiOf(piece);
      const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join(
        ""
      );
      const url = `data:${MIDI_TYPE};base64,${btoa(text)}`;
      const file = `${MIDI_TYPE}:${fileName(piece.title)}:${url}`;
      event.dataTransfer.setData("DownloadURL", file);
      event.dataTransfer.effectAllowed = "copy";
    });
  }

  // src/page/rows.js
  function rowOf(sign, text, buttons) {
    const mark = document.createElement("span");
    mark.textContent = sign;
    mark.setAttribute("aria-hidden", "true");
    const title = document.createElement("b");
    title.textContent = title.title = text;
    title.dir = "auto";
    const row = document.createElement("li");
    row.append(mark, title, ...buttons);
    return row;
  }
  function showRows(list, rows, otherwise) {
    const focused = document.activeElement;
    const before = [...list.children];
    const index = before.findIndex((row2) => row2.contains(focused));
    const control = index < 0 ? -1 : controlsOf(before[index]).indexOf(focused);
    list.replaceChildren(...rows);
    if (control < 0) return;
    const row = rows.at(Math.min(index, rows.length - 1));
    const next = row ? controlsOf(row)[control] : otherwise;
    if (next instanceof HTMLElement) next.focus();
  }
  var controlsOf = (row) => [...row.querySelectorAll("button, select")];
  function smallButton(text, label, press2) {
    const button2 = document.createElement("button");
    button2.type = "button";
    button2.className = "button switch";
    button2.textContent = text;
    button2.title = label;
    button2.setAttribute("aria-label", label);
    button2.addEventListener("click", press2);
    return button2;
  }

  // src/page/favourites.js
  var Favourites = class {
    /** @type {Favourite[]} */
    list = [];
    /** Called when there are others. */
    onChange = () => {
    };
    /**
     * @param {object} parts
     * @param {Walks} parts.walks
     * @param {Modes} parts.modes
     * @param {NowPlaying} parts.now
     * @param {History} parts.history
     * @param {Redraw} parts.redraw
     * @param {(draw: number) => void} parts.throwDice Sets the throw.
     */
    constructor(parts) {
      this.parts = parts;
      button("favour").addEventListener("click", () => this.#addHere());
    }
    /** Keeps the point that is heard, or shown. */
    #addHere() {
      const { now, walks } = this.parts;
      const { piece, player, emission } = now;
      if (!piece) return;
      const heard = player.heard ?? piece;
      const point = heard.pointAt(Math.floor(player.frame ?? 0));
      const changed = heard.kind === "point" ? heard.stretches[0].changed : void 0;
      const name = changed ? `${walks.placeName(changed.from)}, changed` : walks.placeName(point);
      const { draw } = emission;
      this.#put([...this.list, { name, point, draw, ...changed && { changed } }]);
    }
    /** @param {Favourite[]} list */
    #put(list) {
      const before = this.list;
      this.show(list);
      this.parts.history.did(() => this.show(before));
    }
    /** @param {Favourite[]} list */
    show(list) {
      this.list = list;
      const rows = list.map((favourite) => this.#rowOf(favourite));
      showRows(part("favourites"), rows, button("favour"));
      this.parts.redraw.ask("overlay");
      this.onChange();
    }
    /** @param {Favourite} favourite */
    #rowOf(favourite) {
      const { modes, throwDice } = this.parts;
      const { name, point, draw, changed } = favourite;
      return rowOf("★", name, [
        smallButton("Play", `Play ${name}`, () => {
          throwDice(draw);
          modes.listenTo(changed?.from ?? point, changed);
        }),
        smallButton(
          "✕",
          `Remove ${name}`,
          () => this.#put(this.list.filter((other) => other !== favourite))
        )
      ]);
    }
  };

  // src/music/taken_in.js
  var LONGEST_SECONDS2 = 2 * 60 * 60;
  var MOST_BEATS = 2 * 60 * 300;
  function takeIn(bytes, converter) {
    const score = read(bytes);
    if (!score.notes.length) throw new InputError("it holds no notes");
    const end = score.notes.reduce((last, note) => Math.max(last, note.end), 0);
    if (end > LONGEST_SECONDS2) {
      throw new InputError(
        `it lasts ${Math.round(end / 60)} minutes, and the page takes files of ${LONGEST_SECONDS2 / 60} minutes at most`
      );
    }
    const { kept: kept2, dropped } = converter.coverage(score);
    if (!kept2) throw new InputError(whyNone(converter));
    const grid = converter.gridOf(score);
    const beats = grid.framesPerBeat ? grid.tempos.quarters(end) : 0;
    if (beats > MOST_BEATS) {
      throw new InputError(
        `its tempos make ${Math.round(beats)} beats of it, and the page takes files of ${MOST_BEATS} at most`
      );
    }
    const { roll, frames } = converter.toRoll(score);
    const windows = converter.windowStarts(roll, frames, score).map((start2) => {
      const end2 = start2 + converter.windowFrames;
      return { start: start2, begin: grid.seconds(start2), end: grid.seconds(end2) };
    });
    return { roll, windows, shareOutside: dropped / (kept2 + dropped) };
  }
  function whyNone({ isBand, isDrums, parts, pitches }) {
    if (isBand) {
      const names = parts.map(({ name }) => name).join(", ");
      return `none of its notes is of a group that this model knows: ${names}`;
    }
    if (isDrums) return "it has no drum note that this model knows";
    const sorted = [...pitches].sort((a, b) => a - b);
    const [low, high] = [sorted[0], sorted[sorted.length - 1]].map(noteName);
    const range = `${low} to ${high}`;
    return `none of its notes is a pitch that this model knows, ${range}`;
  }

  // src/page/files.js
  var LARGEST_FILE = 2e7;
  var SLICE_MILLISECONDS2 = 12;
  var MOST_REASONS = 3;
  function reasonOf(error2) {
    if (error2 instanceof InputError) return error2.message;
    if (error2 instanceof DOMException) return "it cannot be read";
    console.error(error2);
    return "the page failed to read it";
  }
  var Files = class {
    #reading = Promise.resolve();
    /**
     * @param {object} parts
     * @param {Model} parts.model
     * @param {Converter} parts.converter
     * @param {Songs} parts.songs
     * @param {SongList} parts.songList
     * @param {Highlight} parts.highlight
     * @param {Message} parts.message
     * @param {Motion} parts.motion
     * @param {Redraw} parts.redraw
     */
    constructor(parts) {
      this.parts = parts;
      const file = input("file");
      button("add").addEventListener("click", () => file.click());
      file.addEventListener("change", () => {
        this.add([...file.files ?? []]);
        file.value = "";
      });
      this.#listenToDrops();
    }
    #listenToDrops() {
      const veil = part("veil");
      const holdsFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");
      document.addEventListener("dragover", (event) => {
        if (!holdsFiles(event) || !event.dataTransfer) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        veil.hidden = false;
      });
      document.addEventListener("dragleave", (event) => {
        if (!event.relatedTarget) veil.hidden = true;
      });
      document.addEventListener("drop", (event) => {
        veil.hidden = true;
        if (!holdsFiles(event) || !event.dataTransfer) return;
        event.preventDefault();
        this.add([...event.dataTransfer.files]);
      });
    }
    /**
     * Adds one after another.
     * @param {File[]} files
     */
    add(files) {
      const refused = [];
      const explain = () => this.#explain(refused, files.length);
      for (const file of files) {
        this.#reading = this.#reading.then(() => this.#add(file)).catch((error2) => {
          refused.push({ name: file.name, reason: reasonOf(error2) });
          explain();
        });
      }
      if (files.length > 1) this.#reading = this.#reading.then(explain);
      return this.#reading;
    }
    /**
     * Says which files were not added, if any were not.
     * @param {Refused[]} refused
     * @param {number} of So many files.
     */
    #explain(refused, of) {
      const [{ name, reason } = { name: "", reason: "" }] = refused;
      if (!refused.length) return;
      let text = `${name} was not added: ${reason}.`;
      if (of > 1) {
        const told = refused.slice(0, MOST_REASONS).map((file) => `${file.name} (${file.reason})`);
        const others = refused.length - told.length;
        if (others) told.push(`and ${others} more`);
        text = `${refused.length} of ${of} files were not added: ${told.join(", ")}.`;
      }
      this.parts.message.say(text);
    }
    /** @param {File} file */
    async #add(file) {
      const { converter, songs, songList, highlight, message, motion } = this.parts;
      const title = file.name.replace(/\.midi?$/i, "");
      if (file.size > LARGEST_FILE) {
        throw new InputError("it is larger than any MIDI file");
      }
      const bytes = new Uint8Array(await file.arrayBuffer());
      const { roll, windows, shareOutside } = takeIn(bytes, converter);
      const notes = notesOfRoll(roll, converter.depth);
      const song = songs.open(title, windows.length, notes);
      songList.add(song);
      songList.reveal(song);
      highlight.set(song);
      await this.#encode(song, roll, windows);
      songList.describe(song);
      motion.showAll();
      const without = shareOutside ? ` ${Math.round(100 * shareOutside)}% of its notes are ${converter.isBand ? "instruments or " : ""}pitches that the model does not know, and left out.` : "";
      message.say(
        `${title} is on the map: ${countOf(windows.length)}.${without}`
      );
    }
    /**
     * @param {Song} song
     * @param {Uint8Array} roll
     * @param {Place[]} windows
     */
    async #encode(song, roll, windows) {
      const { model, converter, songs, message, redraw } = this.parts;
      const waiting = [...windows].reverse();
      let nextDraw = 0;
      while (waiting.length) {
        const until = performance.now() + SLICE_MILLISECONDS2;
        while (waiting.length && performance.now() < until) {
          const place = waiting.pop();
          if (!place) break;
          const mean2 = model.encode(roll, place.start, converter.windowFrames);
          songs.addWindow(song, place, mean2);
        }
        const done = windows.length - waiting.length;
        const { length: length2 } = windows;
        message.say(`Reading ${song.name}: ${done} of ${length2} windows`, true);
        if (performance.now() > nextDraw) {
          redraw.ask("map");
          nextDraw = performance.now() + 300 + songs.count / 30;
        }
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    }
  };

  // src/page/first_visit.js
  var KEPT_AS = "heard";
  var FirstVisit = class {
    #pulse = part("pulse");
    /**
     * @param {object} parts
     * @param {Kept} parts.kept
     * @param {View} parts.view
     * @param {Modes} parts.modes
     * @param {NowPlaying} parts.now
     */
    constructor({ kept: kept2, view, modes, now }) {
      this.kept = kept2;
      this.view = view;
      this.modes = modes;
      this.now = now;
      modes.isFirstVisit = !kept2.get(KEPT_AS);
      modes.showHint();
    }
    /** Moves the pulse with the map; it ends as soon as there is sound. */
    follow() {
      const { modes, now } = this;
      if (modes.isFirstVisit && now.player.isPlaying) {
        modes.isFirstVisit = false;
        this.kept.set(KEPT_AS, true);
        modes.showHint();
      }
      const shown = now.piece?.kind === "point" ? now.piece.stretches[0] : null;
      const point = shown?.off === void 0 && shown?.point;
      const pulses = modes.isFirstVisit && modes.mode === "listen" && point;
      this.#pulse.hidden = !pulses;
      if (!pulses) return;
      const [x, y] = this.view.toScreen(point);
      this.#pulse.style.transform = `translate(${x}px, ${y}px)`;
    }
  };

  // src/page/highlight.js
  var Highlight = class {
    /** @type {Song[]} */
    found = [];
    /**
     * @param {MapCanvas} mapCanvas
     * @param {Redraw} redraw
     */
    constructor(mapCanvas, redraw) {
      this.mapCanvas = mapCanvas;
      this.redraw = redraw;
    }
    /** @param {Song | null} song */
    set(song) {
      this.setMany(song ? [song] : this.found);
    }
    /**
     * Songs that stand out as long as no one song does: those that were found.
     * @param {Song[]} songs
     */
    find(songs) {
      this.found = songs;
      this.setMany(songs);
    }
    /** @param {Song[]} songs */
    setMany(songs) {
      const before = this.mapCanvas.highlighted;
      if (before.size === songs.length && songs.every((s) => before.has(s))) {
        return;
      }
      this.mapCanvas.highlighted = new Set(songs);
      this.redraw.ask("map");
    }
  };

  // src/page/hints.js
  var handWords = (hasTouch) => hasTouch ? { move: "Drag", click: "tap", hold: "slide" } : { move: "Move", click: "click", hold: "drag" };
  function hintOf(state, { move, click, hold }) {
    const { mode, isFirst, points, isPolyline, time } = state;
    if (mode === "listen") {
      if (isFirst)
        return `${capital(click)} the pulsing point to hear its music.`;
      return `${move} over the map to see its music, ${click} to hear it, ${hold} along a trail to play it.`;
    }
    if (mode === "wander") {
      return `${move} over the map, and ${click} where the music is to begin.`;
    }
    if (mode === "blend") {
      return [
        "Choose the point to start from.",
        "Now choose the point to end at.",
        "You hear the way from A to B. Choose another start whenever you like."
      ][points];
    }
    if (points < 2) {
      return `Press and draw a path to walk along it, or ${click} its corners.`;
    }
    return isPolyline ? `A walk of ${time}. Add another corner, or press Play.` : `A walk of ${time}. Draw another whenever you like.`;
  }
  var capital = (word) => word[0].toUpperCase() + word.slice(1);

  // src/page/space_bar.js
  var FIELDS = "input[type=text], input[type=number], input[type=search], textarea, select";
  var PRESSED = "button, summary, input[type=checkbox], input[type=radio]";
  var isTextField = (target) => target instanceof Element && target.closest(FIELDS) !== null;
  function listenToSpaceBar(toggle) {
    let pointed = null;
    let isHeldBack = false;
    document.addEventListener(
      "pointerdown",
      ({ target }) => {
        pointed = target instanceof Element ? target.closest(PRESSED) : null;
        const label = target instanceof Element ? target.closest("label") : null;
        pointed = label?.control ?? pointed;
      },
      true
    );
    document.addEventListener(
      "keydown",
      (event) => {
        if (event.key === "Tab") pointed = null;
        if (event.key !== " " || event.ctrlKey || event.metaKey || event.altKey) {
          return;
        }
        const { target } = event;
        if (isTextField(target)) return;
        const isPressed = target instanceof Element && target.matches(PRESSED);
        if (isPressed && target !== pointed) return;
        event.preventDefault();
        event.stopPropagation();
        isHeldBack = true;
        if (!event.repeat) toggle();
      },
      true
    );
    document.addEventListener(
      "keyup",
      (event) => {
        if (event.key !== " " || !isHeldBack) return;
        isHeldBack = false;
        event.preventDefault();
      },
      true
    );
  }

  // src/page/history.js
  var KEPT2 = 100;
  var History = class {
    /** @type {(() => void)[]} Ways back, the latest last. */
    #back = [];
    constructor() {
      button("undo").addEventListener("click", () => this.undo());
      document.addEventListener("keydown", (event) => {
        const isZ = event.key.toLowerCase() === "z";
        const isUndo = isZ && (event.ctrlKey || event.metaKey);
        if (!isUndo || event.shiftKey || isTextField(event.target)) return;
        event.preventDefault();
        this.undo();
      });
    }
    /** @param {() => void} back What undoes it. */
    did(back) {
      this.#back.push(back);
      if (this.#back.length > KEPT2) this.#back.shift();
      button("undo").disabled = false;
    }
    undo() {
      this.#back.pop()?.();
      button("undo").disabled = !this.#back.length;
    }
  };

  // src/page/kept.js
  var Kept = class {
    /** @type {Record<string, unknown>} */
    #values = {};
    /**
     * @param {string} page Which page it is.
     * @param {Store | null} store
     */
    constructor(page, store = browserStore()) {
      this.entry = `vrae ${page}`;
      this.store = store;
      this.#values = this.#stored();
    }
    /** @returns {Record<string, unknown>} */
    #stored() {
      try {
        const found = JSON.parse(this.store?.getItem(this.entry) ?? "{}");
        if (isRecord(found)) return found;
      } catch {
      }
      return {};
    }
    /** Whether the page was here before. */
    get isKnown() {
      return Object.keys(this.#values).length > 0;
    }
    /**
     * What was set under a name; whoever asks must check it, as other pages can
     * write the store.
     * @param {string} name
     * @returns {unknown} undefined where nothing was.
     */
    get(name) {
      return this.#values[name];
    }
    /**
     * Writes at once: a page that is left may not come to it later, or only when
     * the next one has read. What else the same page has kept meanwhile, in
     * another tab, stays.
     * @param {string} name
     * @param {unknown} value That JSON can hold.
     */
    set(name, value) {
      this.#values[name] = value;
      try {
        const all = { ...this.#stored(), [name]: value };
        this.store?.setItem(this.entry, JSON.stringify(all));
      } catch {
      }
    }
  };
  function isRecord(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
  }
  function browserStore() {
    try {
      return globalThis.localStorage ?? null;
    } catch {
      return null;
    }
  }

  // src/page/kept_controls.js
  function keepControls(kept2) {
    const controls = document.querySelectorAll("[data-kept]");
    for (const control of controls) {
      restore(control, kept2.get(nameOf(control)));
      control.addEventListener(eventOf(control), () => {
        kept2.set(nameOf(control), stateOf(control));
      });
    }
  }
  var nameOf = (control) => `control ${control.type === "radio" ? control.name : control.id}`;
  var eventOf = ({ type }) => type === "range" ? "input" : "change";
  var stateOf = (control) => isBox(control) ? control.checked : control.value;
  var isBox = ({ type }) => type === "checkbox";
  function restore(control, value) {
    if (isBox(control)) {
      if (typeof value !== "boolean" || value === control.checked) return;
      control.checked = value;
    } else if (typeof value !== "string") {
      return;
    } else if (control.type === "radio") {
      if (value !== control.value || control.checked) return;
      if (control.closest("[hidden]")) return;
      control.checked = true;
    } else {
      if (value === control.value) return;
      if (control.type === "range" && !Number.isFinite(Number(value))) return;
      const before = control.value;
      control.value = value;
      if (!control.value) control.value = before;
    }
    control.dispatchEvent(new Event(eventOf(control), { bubbles: true }));
  }

  // src/page/keyboard.js
  var STEP_PIXELS = 8;
  var LONG_STEP_PIXELS = 40;
  var ZOOM = 1.4;
  var ARROWS = /* @__PURE__ */ new Map([
    ["ArrowLeft", [-1, 0]],
    ["ArrowRight", [1, 0]],
    ["ArrowUp", [0, -1]],
    ["ArrowDown", [0, 1]]
  ]);
  var Keyboard = class {
    /** @type {Map<string, () => void>} */
    #actions;
    /**
     * @param {HTMLElement} element
     * @param {object} parts
     * @param {View} parts.view
     * @param {Modes} parts.modes
     * @param {Motion} parts.motion
     * @param {Tag} parts.tag
     */
    constructor(element, { view, modes, motion, tag }) {
      this.view = view;
      this.modes = modes;
      this.tag = tag;
      this.#actions = /* @__PURE__ */ new Map([
        ["Enter", () => this.#choose()],
        ["+", () => motion.zoom(ZOOM)],
        ["=", () => motion.zoom(ZOOM)],
        ["-", () => motion.zoom(1 / ZOOM)],
        ["0", () => motion.showAll()],
        ["Escape", () => modes.escape()]
      ]);
      element.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        element.classList.remove("pointed");
        if (this.#press(event.key, event.shiftKey)) event.preventDefault();
      });
      element.addEventListener("blur", () => {
        element.classList.remove("pointed");
        modes.leave();
      });
    }
    /**
     * @param {string} key
     * @param {boolean} isLong
     * @returns Whether the key means anything here.
     */
    #press(key, isLong) {
      const arrow = ARROWS.get(key);
      if (arrow) {
        this.#step(arrow, isLong ? LONG_STEP_PIXELS : STEP_PIXELS);
        return true;
      }
      if (key === "Backspace" && this.modes.isPolyline) {
        this.modes.takeBack();
        return true;
      }
      const action = this.#actions.get(key);
      action?.();
      return action !== void 0;
    }
    /** Where the cursor is, or would begin. */
    #cursor() {
      const { width, height } = this.view;
      return this.modes.cursor ?? this.view.toMap([width / 2, height / 2]);
    }
    /**
     * @param {Point} arrow
     * @param {number} pixels
     */
    #step([right, down], pixels) {
      const [x, y] = this.view.toScreen(this.#cursor());
      const point = this.view.toMap([
        clamp(x + pixels * right, 0, this.view.width),
        clamp(y + pixels * down, 0, this.view.height)
      ]);
      this.modes.hover(point);
      this.tag.speak(point);
    }
    #choose() {
      const cursor = this.#cursor();
      if (!this.modes.cursor) this.modes.hover(cursor);
      this.modes.choose(cursor);
    }
  };

  // src/page/legend.js
  function amount(unit, value, [low, high]) {
    if (unit === PITCH) return noteName(value);
    const digits = 1 - Math.floor(Math.log10(high - low));
    return value.toFixed(Math.min(Math.max(digits, 1), 2));
  }
  var Legend = class {
    #quantity = find("quantity", HTMLSelectElement);
    /**
     * @param {Heat} heat
     * @param {Redraw} redraw
     */
    constructor(heat, redraw) {
      this.heat = heat;
      this.redraw = redraw;
      heat.facts.units.forEach((unit, i) => {
        const name = unit[0].toUpperCase() + unit.slice(1);
        this.#quantity.append(new Option(name, String(i)));
      });
      this.#quantity.addEventListener("change", () => this.#show());
      this.#show();
    }
    #show() {
      const { heat } = this;
      heat.quantity = Number(this.#quantity.value);
      const [low, high] = heat.range;
      const words = (value) => amount(heat.unit, value, heat.range);
      part("heat-low").textContent = heat.isEven ? `${words((low + high) / 2)} everywhere` : words(low);
      part("heat-high").textContent = heat.isEven ? "" : words(high);
      part("heat-ramp").hidden = heat.isEven;
      this.redraw.ask("map");
    }
    /**
     * The heat of a point in words; '' outside of it.
     * @param {Point} point
     */
    valueAt(point) {
      const { unit, range } = this.heat;
      const value = this.heat.valueAt(point);
      return value === null ? "" : `${amount(unit, value, range)} ${unit}`;
    }
  };

  // src/page/link_text.js
  var VERSION2 = 1;
  var MOST_POINTS = 200;
  var MOST_FAVOURITES = 100;
  var MOST_CHARACTERS = 1e5;
  var MOST_SECONDS = 3600;
  var MOST_SLIDERS = 20;
  var LARGEST3 = 1e16;
  var DIGITS = 8;
  var rounded = (value) => Number(value.toPrecision(DIGITS));
  function textOf(state) {
    const { path, favourites } = state;
    const every = Math.max(1, Math.ceil(path.length / MOST_POINTS));
    const isKept = (_, i) => i % every === 0 || i === path.length - 1;
    const begin = state.times[0] ?? 0;
    const json = JSON.stringify({
      v: VERSION2,
      ...state,
      path: path.filter(isKept).map((point) => point.map(rounded)),
      times: state.times.filter(isKept).map((time) => Math.round(1e3 * (time - begin)) / 1e3),
      favourites: favourites.slice(0, MOST_FAVOURITES).map(([name, x, y, draw, from, ...sliders]) => {
        const place = [name, rounded(x), rounded(y), draw];
        return from ? [...place, from.map(rounded), ...sliders] : place;
      })
    });
    const bytes = new TextEncoder().encode(json);
    const binary = Array.from(bytes, (b) => String.fromCharCode(b)).join("");
    return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }
  function stateOf2(text) {
    if (text.length > MOST_CHARACTERS) return null;
    try {
      const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
      const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
      const found = JSON.parse(new TextDecoder().decode(bytes));
      return isState(found) ? found : null;
    } catch {
      return null;
    }
  }
  var isNumber = (value) => typeof value === "number" && Math.abs(value) <= LARGEST3;
  var isText = (value) => typeof value === "string";
  var isRecordOf = (value, isOne) => typeof value === "object" && value !== null && Object.values(value).every(isOne);
  var isListOf = (value, most, isOne) => Array.isArray(value) && value.length <= most && value.every(isOne);
  var isInOrder = (times) => times.every((time, i) => i === 0 || time >= times[i - 1]) && (times.at(-1) ?? 0) - (times[0] ?? 0) < MOST_SECONDS;
  var isPoint = (value) => Array.isArray(value) && value.length === 2 && value.every(isNumber);
  var isSliders = (value) => Array.isArray(value) && value.length === 2 && value.every((group) => isListOf(group, MOST_SLIDERS, isNumber));
  var isKeptPoint = (one) => Array.isArray(one) && isText(one[0]) && one.slice(1, 4).every(isNumber) && (one.length === 4 || one.length === 7 && isPoint(one[4]) && isSliders(one.slice(5)));
  function isState(value) {
    if (typeof value !== "object" || value === null) return false;
    const of = (
      /** @type {Record<string, unknown>} */
      value
    );
    return of.v === VERSION2 && [of.mode, of.kind, of.song].every(isText) && isListOf(of.path, MOST_POINTS + 1, isPoint) && isListOf(of.times, MOST_POINTS + 1, isNumber) && isInOrder(
      /** @type {number[]} */
      of.times
    ) && isRecordOf(of.numbers, isNumber) && isRecordOf(of.choices, isText) && (of.loop === null || isPoint(of.loop)) && isListOf(of.favourites, MOST_FAVOURITES, isKeptPoint) && ((of.changed ?? null) === null || isSliders(of.changed));
  }

  // src/page/link.js
  var STILL_MILLISECONDS = 400;
  var Link = class {
    #last = "";
    /** The address as it was last read or written. */
    #address = location.hash;
    #isRead = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #waiting;
    /**
     * @param {object} parts
     * @param {Songs} parts.songs
     * @param {Modes} parts.modes
     * @param {NowPlaying} parts.now
     * @param {Settings} parts.settings
     * @param {Favourites} parts.favourites
     * @param {LoopRange} parts.loopRange
     * @param {TempoPanel} parts.tempoPanel
     * @param {Message} parts.message
     */
    constructor(parts) {
      this.parts = parts;
      addEventListener("hashchange", () => this.open());
      button("copy-link").addEventListener("click", () => this.#copy());
    }
    /** What is so has changed. Until the address was read, it stays. */
    changed() {
      if (!this.#isRead) return;
      clearTimeout(this.#waiting);
      this.#waiting = setTimeout(() => this.write(), STILL_MILLISECONDS);
    }
    /** @returns {State} */
    #state() {
      const { modes, now, settings, favourites } = this.parts;
      const { player } = now;
      const { range, tempo } = player;
      const { numbers, choices: choices2 } = settings.state;
      const last = Number.MAX_SAFE_INTEGER;
      return {
        ...modes.state,
        numbers: { ...numbers, tempo: tempo.qpm ?? 0 },
        choices: choices2,
        loop: range && [range.from, Math.min(range.to, last)],
        favourites: favourites.list.map(textedOf)
      };
    }
    /** Writes the address. */
    write() {
      clearTimeout(this.#waiting);
      if (location.hash !== this.#address) return;
      this.#last = textOf(this.#state());
      try {
        history.replaceState(null, "", `#${this.#last}`);
      } catch {
      }
      this.#address = location.hash;
    }
    async #copy() {
      const { message } = this.parts;
      this.write();
      const url = new URL(location.href);
      url.hash = textOf(this.#state());
      try {
        await navigator.clipboard.writeText(url.href);
        message.say("The link is copied. It opens the page at this music.");
      } catch {
        message.say("Copy the address of this page: it is the link.");
      }
    }
    /**
     * Goes where the address says.
     * @returns Whether it says anything.
     */
    open() {
      this.#isRead = true;
      this.#address = location.hash;
      const text = this.#address.slice(1);
      if (!text || text === this.#last) return false;
      const { message, songs, modes, settings } = this.parts;
      const { favourites, loopRange, tempoPanel } = this.parts;
      const state = stateOf2(text);
      if (!state) {
        message.say("The link is damaged, or of another page, and was not used.");
        return false;
      }
      const { kind, song } = state;
      if (kind === "song" && !songs.list.some(({ title }) => title === song)) {
        message.say(
          `The walk of the link is along ${song || "a song"}, which is not on this page. If it is a file of yours, add it again.`
        );
      }
      this.#last = text;
      settings.restore(state);
      tempoPanel.set(state.numbers.tempo || null);
      favourites.show(state.favourites.map(favouriteOf));
      const isShown = modes.restore(state);
      const { loop } = state;
      loopRange.set(loop && rangeOf2(loop));
      return isShown;
    }
  };
  function rangeOf2([first, last]) {
    const from = Math.max(Math.round(first), 0);
    return { from, to: Math.max(Math.round(last), from + 1) };
  }
  function textedOf({ name, point, draw, changed }) {
    if (!changed) return [name, ...point, draw];
    const { from, attributes, beyond } = changed;
    return [name, ...point, draw, from, attributes, beyond];
  }
  function favouriteOf([name, x, y, draw, from, attributes, beyond]) {
    const favourite = { name, point: [x, y], draw };
    if (!from || !attributes || !beyond) return favourite;
    return { ...favourite, changed: { from, attributes, beyond } };
  }

  // src/page/loop_range.js
  var DRAG_PIXELS = 6;
  var LoopRange = class {
    #player;
    #now;
    #redraw;
    #from = input("loop-from");
    #to = input("loop-to");
    /** Called when it is another one. */
    onChange = () => {
    };
    /**
     * @param {Player} player
     * @param {NowPlaying} now
     * @param {Redraw} redraw
     */
    constructor(player, now, redraw) {
      this.#player = player;
      this.#now = now;
      this.#redraw = redraw;
      for (const box of [this.#from, this.#to]) {
        box.addEventListener("change", () => this.#read());
      }
    }
    /**
     * Drags over the roll set it; clicks play from there.
     * @param {RollCanvas} roll
     */
    listenTo(roll) {
      const element = canvas("roll");
      const frameOf = (event) => roll.frameAt(event.clientX - element.getBoundingClientRect().left);
      let press2 = null;
      element.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        element.setPointerCapture(event.pointerId);
        press2 = { x: event.clientX, frame: frameOf(event), isDrag: false };
      });
      element.addEventListener("pointermove", (event) => {
        if (!press2) return;
        press2.isDrag ||= Math.abs(event.clientX - press2.x) > DRAG_PIXELS;
        if (!press2.isDrag) return;
        const [a, b] = [press2.frame, frameOf(event)];
        this.set({ from: Math.min(a, b), to: Math.max(a, b) + 1 });
      });
      element.addEventListener("pointerup", (event) => {
        if (press2 && !press2.isDrag) this.#now.playFrom(frameOf(event));
        press2 = null;
      });
      element.addEventListener("pointercancel", () => {
        press2 = null;
      });
    }
    /** The boxes have changed. */
    #read() {
      const clock = this.#now.shown?.clock;
      if (!clock) return;
      const { value: from } = this.#from;
      const { value: to } = this.#to;
      if (from === "" && to === "") {
        this.set(null);
        return;
      }
      const first = Math.round(clock.frame(Math.max(0, Number(from))));
      const last = to === "" ? Number.POSITIVE_INFINITY : Math.round(clock.frame(Number(to)));
      this.set({ from: first, to: Math.max(last, first + 1) });
    }
    /** @param {Range} range None for the whole. */
    set(range) {
      const player = this.#player;
      const clock = this.#now.shown?.clock;
      player.range = range;
      const words = (frame) => clock && Number.isFinite(frame) ? String(Number(clock.seconds(frame).toFixed(2))) : "";
      this.#from.value = range ? words(range.from) : "";
      this.#to.value = range ? words(range.to) : "";
      if (range && !player.loop) {
        player.loop = input("loop").checked = true;
      }
      this.#redraw.ask("roll");
      this.onChange();
    }
  };

  // src/page/mark_legend.js
  var MarkLegend = class {
    #choice = find("mark-color", HTMLSelectElement);
    /**
     * @param {MarkColors} colors
     * @param {Redraw} redraw
     */
    constructor(colors, redraw) {
      this.colors = colors;
      this.redraw = redraw;
      for (const { name, unit } of colors.facts) {
        const text = unit[0].toUpperCase() + unit.slice(1);
        this.#choice.append(new Option(text, name));
      }
      this.#choice.addEventListener("change", () => this.#show());
    }
    #show() {
      const { colors } = this;
      const names = colors.facts.map(({ name }) => name);
      const chosen = names.indexOf(this.#choice.value);
      colors.attribute = chosen < 0 ? null : chosen;
      part("mark-scale").hidden = chosen < 0;
      if (chosen >= 0) {
        const { unit, low, high } = colors.facts[chosen];
        const words = (level) => amount(unit, colors.valueOf(level), [low, high]);
        part("mark-low").textContent = words(0);
        part("mark-high").textContent = words(LEVELS - 1);
      }
      this.redraw.ask("map");
    }
  };

  // src/page/message.js
  var Message = class {
    /** @param {() => void} onClose */
    constructor(onClose) {
      button("message-close").addEventListener("click", () => {
        this.say("");
        onClose();
      });
    }
    /**
     * @param {string} text None closes it.
     * @param {boolean} isUnderWay Whether it is one of very many steps, which
     *   screen readers are not to read out.
     */
    say(text, isUnderWay = false) {
      part("message").setAttribute("aria-busy", String(isUnderWay));
      part("message").hidden = !text;
      part("message-text").textContent = text;
    }
    /**
     * Closes a text, unless another has taken its place.
     * @param {string} text
     */
    unsay(text) {
      if (part("message-text").textContent === text) this.say("");
    }
  };

  // src/midi/access.js
  async function askForMidi() {
    if (!navigator.requestMIDIAccess) {
      const why = window.isSecureContext ? "This browser has no Web MIDI. Chrome, Edge, Opera and Firefox on a computer have it." : "Browsers give MIDI to secure pages only. Open this file from your disk, or over https.";
      return { access: null, why };
    }
    try {
      const access = await navigator.requestMIDIAccess({ sysex: false });
      return { access, why: "" };
    } catch (error2) {
      const { name } = (
        /** @type {Error} */
        error2
      );
      const why = name === "NotAllowedError" || name === "SecurityError" ? "The browser did not allow MIDI. Allow it for this page in the browser's site settings, and press Connect again." : "The browser could not open MIDI on this device.";
      return { access: null, why };
    }
  }

  // src/sound/tempo.js
  var CLOCK_QPM = 120;
  var SLOWEST = 20;
  var FASTEST = 300;
  var PULL = 0.5;
  var MOST_PULL = 0.15;
  var LOST_BEATS = 1;
  var beatOf = ({ framesPerBeat, framesPerSecond }) => framesPerBeat || framesPerSecond * 60 / CLOCK_QPM;
  var Tempo = class {
    /** @type {number | null} The reader's; null for the music's own. */
    qpm = null;
    /** @type {ClockIn | null} What it follows. */
    clock = null;
    /** @param {Converter} converter */
    constructor(converter) {
      this.beatFrames = beatOf(converter);
      this.ownQpm = converter.framesPerBeat ? converter.qpm : CLOCK_QPM;
    }
    /** Quarters a minute now, of music without a tempo of its own. */
    get now() {
      return this.clock?.qpm ?? this.qpm ?? this.ownQpm;
    }
    /**
     * Frames a second.
     * @param {number} own The music's.
     * @param {number} beat Where the music is.
     * @param {number} milliseconds When, by the browser's clock.
     */
    rateAt(own, beat, milliseconds) {
      const { clock, qpm, beatFrames } = this;
      if (!clock?.qpm) return qpm === null ? own : qpm * beatFrames / 60;
      const rate = clock.qpm * beatFrames / 60;
      if (!clock.isRunning) return rate;
      const late = clock.beatAt(milliseconds) - beat;
      if (Math.abs(late) > LOST_BEATS) return rate;
      return rate * (1 + Math.min(Math.max(PULL * late, -MOST_PULL), MOST_PULL));
    }
  };

  // src/midi/clock_in.js
  var KEPT_TICKS = 48;
  var LEAST_TICKS = 6;
  var LOST_MILLISECONDS = 1e3;
  var ClockIn = class {
    /** @type {[number, number][]} Ticks by number, with their milliseconds. */
    #ticks = [];
    #number = 0;
    // The next tick's, since the clock started.
    /** @type {{slope: number, tick: number, at: number} | null} */
    #line = null;
    /** Whether it has started, and not stopped since. */
    isRunning = false;
    /** Quarters a minute; null until that is known. */
    get qpm() {
      if (!this.#line) return null;
      const qpm = 6e4 / (this.#line.slope * CLOCKS_PER_BEAT);
      return Math.min(Math.max(qpm, SLOWEST), FASTEST);
    }
    /**
     * Quarters since its start.
     * @param {number} milliseconds
     */
    beatAt(milliseconds) {
      if (!this.#line) return 0;
      const { slope, tick, at } = this.#line;
      return (tick + (milliseconds - at) / slope) / CLOCKS_PER_BEAT;
    }
    /**
     * Takes a message of the clock.
     * @param {number} byte
     * @param {number} milliseconds When it came.
     * @returns {'start' | 'stop' | null} What the music has to do.
     */
    take(byte, milliseconds) {
      if (byte === CLOCK) {
        this.#tick(milliseconds);
        return null;
      }
      if (byte === START || byte === CONTINUE) {
        if (byte === START) this.#renumber();
        this.isRunning = true;
        return "start";
      }
      if (byte !== STOP) return null;
      this.isRunning = false;
      return "stop";
    }
    /** The next tick is number 0. */
    #renumber() {
      const by = this.#number;
      this.#number = 0;
      this.#ticks = this.#ticks.map(([n, at]) => [n - by, at]);
      if (this.#line) this.#line.tick -= by;
    }
    /** @param {number} milliseconds */
    #tick(milliseconds) {
      const last = this.#ticks.at(-1);
      if (last && milliseconds - last[1] > LOST_MILLISECONDS) this.#ticks = [];
      this.#ticks.push([this.#number++, milliseconds]);
      if (this.#ticks.length > KEPT_TICKS) this.#ticks.shift();
      if (this.#ticks.length >= LEAST_TICKS) this.#line = lineOf(this.#ticks);
    }
  };
  function lineOf(ticks2) {
    const n = ticks2.length;
    const tick = ticks2.reduce((sum, [number2]) => sum + number2, 0) / n;
    const at = ticks2.reduce((sum, [, ms]) => sum + ms, 0) / n;
    let across = 0;
    let along = 0;
    for (const [number2, ms] of ticks2) {
      across += (number2 - tick) * (ms - at);
      along += (number2 - tick) ** 2;
    }
    return { slope: Math.max(across / along, 0.1), tick, at };
  }

  // src/page/midi_panel.js
  var CHANNELS2 = 16;
  var SHOWN_MILLISECONDS = 250;
  var ASKS = {
    across: "Move the knob or slider that is to go left and right …",
    up: "Now the one that is to go up and down …",
    key: "Now press the key that is to start and stop …"
  };
  var MidiPanel = class {
    /** @type {MIDIAccess | null} */
    #access = null;
    #clockIn = new ClockIn();
    /** Called when the clock from outside says so. */
    onStart = () => {
    };
    onStop = () => {
    };
    /**
     * @param {object} parts
     * @param {Part[]} parts.parts
     * @param {MidiOut} parts.out
     * @param {ClockOut} parts.clockOut
     * @param {Hands} parts.hands
     * @param {Player} parts.player
     * @param {TempoPanel} parts.tempoPanel
     * @param {Kept} parts.kept
     */
    constructor(parts) {
      this.parts = parts;
      const { out, hands, player } = parts;
      button("midi-connect").addEventListener("click", () => this.#connect());
      button("panic").addEventListener("click", () => {
        player.stop();
        player.onChange();
        out.panic();
      });
      button("learn").addEventListener("click", () => {
        hands.learn();
        this.showHands();
      });
      const sound = input("own-sound");
      sound.addEventListener("change", () => {
        player.isSilent = !sound.checked;
      });
      const clock = find("clock", HTMLSelectElement);
      clock.addEventListener("change", () => this.#chooseClock(clock.value));
      const learned = parts.kept.get("hands");
      if (isLearned(learned)) hands.learned = learned;
      this.showHands();
    }
    async #connect() {
      const { access, why } = await askForMidi();
      part("midi-why").textContent = why;
      part("midi-why").hidden = !why;
      if (!access) return;
      this.#access = access;
      button("midi-connect").hidden = true;
      part("midi-ports").hidden = false;
      this.#showPorts();
      access.addEventListener("statechange", () => this.#showPorts());
    }
    /** Shows what is plugged in now; what was chosen stays so. */
    #showPorts() {
      const access = this.#access;
      if (!access) return;
      const { parts, out } = this.parts;
      const outputs = [...access.outputs.values()];
      const inputs = [...access.inputs.values()];
      for (const port of inputs) {
        port.onmidimessage = (event) => this.#take(port, event);
      }
      for (const route of out.routes) {
        if (route.output && !outputs.includes(route.output)) route.output = null;
      }
      const rows = parts.map((of) => this.#rowOf(of, outputs));
      showRows(part("midi-routes"), rows);
      const clock = find("clock", HTMLSelectElement);
      const chosen = clock.value;
      clock.replaceChildren(
        new Option("not used", ""),
        ...inputs.map(
          ({ id, name }) => new Option(`follow ${name ?? id}`, `in ${id}`)
        ),
        ...outputs.map(
          ({ id, name }) => new Option(`send to ${name ?? id}`, `out ${id}`)
        )
      );
      clock.value = chosen;
      if (clock.value !== chosen) {
        clock.value = "";
        this.#chooseClock("");
      }
      const none = !outputs.length && !inputs.length;
      part("midi-why").textContent = none ? "No MIDI port is there. Plug a device in, or open a virtual port." : "";
      part("midi-why").hidden = !none;
    }
    /**
     * @param {Part} of
     * @param {MIDIOutput[]} outputs
     */
    #rowOf({ number: number2, name }, outputs) {
      const { out } = this.parts;
      const { output, channel } = out.routes[number2];
      const ports = selectOf(`MIDI port of ${name}`, [
        ["", "no port"],
        ...outputs.map(
          (port) => (
            /** @type {[string, string]} */
            [port.id, port.name ?? port.id]
          )
        )
      ]);
      ports.value = output?.id ?? "";
      ports.addEventListener("change", () => {
        const port = outputs.find(({ id }) => id === ports.value) ?? null;
        out.route(number2, { output: port });
      });
      const channels = selectOf(
        `MIDI channel of ${name}`,
        Array.from({ length: CHANNELS2 }, (_, i) => [String(i), `${i + 1}`])
      );
      channels.value = String(channel);
      channels.addEventListener("change", () => {
        out.route(number2, { channel: Number(channels.value) });
      });
      const title = document.createElement("b");
      title.textContent = title.title = name;
      const row = document.createElement("li");
      row.append(title, ports, channels);
      return row;
    }
    /** @param {string} value Of the choice: 'in' or 'out' and a port's id. */
    #chooseClock(value) {
      const { clockOut, player, tempoPanel } = this.parts;
      const [way, ...rest] = value.split(" ");
      const id = rest.join(" ");
      const outputs = [...this.#access?.outputs.values() ?? []];
      clockOut.output = way === "out" && outputs.find((port) => port.id === id) || null;
      this.#clockId = way === "in" ? id : "";
      this.#clockIn = new ClockIn();
      player.tempo.clock = way === "in" ? this.#clockIn : null;
      clearInterval(this.#showing);
      if (way === "in") {
        const show = () => tempoPanel.showClock();
        this.#showing = setInterval(show, SHOWN_MILLISECONDS);
      } else player.clockStarted();
      tempoPanel.showClock();
    }
    #clockId = "";
    /** @type {ReturnType<typeof setInterval> | undefined} */
    #showing;
    /**
     * @param {MIDIInput} port
     * @param {MIDIMessageEvent} event
     */
    #take(port, { data, timeStamp }) {
      if (!data?.length) return;
      if (data[0] < 248) {
        this.parts.hands.take(data);
        return;
      }
      if (port.id !== this.#clockId) return;
      const what = this.#clockIn.take(data[0], timeStamp);
      if (what === "start") this.onStart();
      if (what === "stop") this.onStop();
    }
    /** Says what is learned, or is to be. */
    showHands() {
      const { hands, kept: kept2 } = this.parts;
      const { learning, learned } = hands;
      let words = "Two knobs can move the cursor, and a key start and stop.";
      if (learning) words = ASKS[learning];
      else if (learned.across && learned.up) {
        const [x, y] = [learned.across, learned.up].map(
          ({ number: number2, channel }) => `controller ${number2} (channel ${channel + 1})`
        );
        words = `${x} goes left and right, ${y} up and down`;
        words += learned.key ? `, key ${learned.key.number} starts and stops.` : ".";
        words = words[0].toUpperCase() + words.slice(1);
        kept2.set("hands", learned);
      }
      part("hands").textContent = words;
    }
  };
  function selectOf(label, options) {
    const select = document.createElement("select");
    select.setAttribute("aria-label", label);
    select.replaceChildren(
      ...options.map(([value, text]) => new Option(text, value))
    );
    return select;
  }
  function isLearned(value) {
    if (typeof value !== "object" || value === null) return false;
    const all = (
      /** @type {Record<string, {channel?: unknown, number?: unknown}>} */
      value
    );
    return USES.every((use) => {
      const of = all[use];
      return of === void 0 || Number.isInteger(of?.channel) && Number.isInteger(of?.number);
    });
  }

  // src/draw/part_colors.js
  var numberOf = ({ number: number2 }) => number2 % NUM_PART_COLORS;
  var colorOf = (part2, theme) => part2.isDrums ? theme.kit : theme.parts[numberOf(part2)];
  var cssColorOf = (part2) => part2.isDrums ? "var(--kit)" : `var(--part-${numberOf(part2) + 1})`;

  // src/page/mixer.js
  function showMixer(parts, mix) {
    const mixer = part("mixer");
    mixer.hidden = false;
    mixer.replaceChildren(...parts.map((part2) => controlsOf2(part2, mix)));
  }
  function controlsOf2(part2, mix) {
    const { name, number: number2 } = part2;
    const swatch = document.createElement("span");
    swatch.className = part2.isDrums ? "swatch hit" : "swatch";
    swatch.style.background = cssColorOf(part2);
    const title = document.createElement("b");
    title.textContent = title.title = name;
    const controls = document.createElement("li");
    controls.append(
      swatch,
      title,
      switchOf("Mute", name, (isMuted) => mix.set(number2, { isMuted })),
      switchOf("Solo", name, (isSolo) => mix.set(number2, { isSolo })),
      volumeOf(name, (volume) => mix.set(number2, { volume }))
    );
    return controls;
  }
  function switchOf(text, name, set) {
    const button2 = document.createElement("button");
    button2.type = "button";
    button2.className = "button switch";
    button2.textContent = text;
    button2.setAttribute("aria-label", `${text} ${name}`);
    button2.setAttribute("aria-pressed", "false");
    button2.addEventListener("click", () => {
      const isOn2 = button2.getAttribute("aria-pressed") !== "true";
      button2.setAttribute("aria-pressed", String(isOn2));
      set(isOn2);
    });
    return button2;
  }
  function volumeOf(name, set) {
    const slider2 = document.createElement("input");
    Object.assign(slider2, { type: "range", min: 0, max: 1.5, step: 0.05 });
    slider2.value = "1";
    slider2.setAttribute("aria-label", `Volume of ${name}`);
    const say = () => {
      const percent2 = `${Math.round(100 * Number(slider2.value))}%`;
      slider2.setAttribute("aria-valuetext", percent2);
      slider2.title = `Volume of ${name}: ${percent2}`;
    };
    slider2.addEventListener("input", () => {
      say();
      set(Number(slider2.value));
    });
    say();
    return slider2;
  }

  // src/map/trail.js
  var PIXELS_OF_A_WINDOW = 0.5;
  var MOST_OF_A_JUMP = 40;
  function windowUnder({ points }, [x, y], view, from) {
    let best = from;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < points.length / 2; i++) {
      const [px, py] = view.toScreen([points[2 * i], points[2 * i + 1]]);
      const jump = Math.min(
        Math.abs(i - from) * PIXELS_OF_A_WINDOW,
        MOST_OF_A_JUMP
      );
      const cost = Math.hypot(px - x, py - y) + jump;
      if (cost < least) [least, best] = [cost, i];
    }
    return best;
  }
  function windowAt({ points }, [x, y]) {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < points.length / 2; i++) {
      const far = Math.hypot(points[2 * i] - x, points[2 * i + 1] - y);
      if (far < least) [least, best] = [far, i];
    }
    return best;
  }

  // src/page/modes.js
  var Modes = class {
    /** @type {Mode} */
    mode = "listen";
    /** @type {Point | null} Where the pointer is, or the keys' cursor. */
    cursor = null;
    /** @type {Point[]} Of this mode: a blend's ends, or a drawn path. */
    path = [];
    /** @type {number[]} When each of a stroke's points was drawn, in seconds. */
    strokeTimes = [];
    isDrawing = false;
    isPolyline = false;
    // The path was made of single points.
    /** Called when sliders lead on from another point. */
    onBegin = () => {
    };
    isFirstVisit = false;
    // Nothing was heard yet.
    /** @type {Song | null} The one that is walked along. */
    #song = null;
    /** Called when there is something else to keep. */
    onChange = () => {
    };
    /**
     * @param {object} parts
     * @param {Walks} parts.walks
     * @param {Change} parts.change
     * @param {NowPlaying} parts.now
     * @param {Tag} parts.tag
     * @param {Highlight} parts.highlight
     * @param {Times} parts.times
     * @param {{move: string, click: string, hold: string}} parts.words
     * @param {History} parts.history
     * @param {Redraw} parts.redraw
     */
    constructor(parts) {
      const { walks, change, now, tag, highlight } = parts;
      const { times, words, history: history2, redraw } = parts;
      this.walks = walks;
      this.change = change;
      this.now = now;
      this.tag = tag;
      this.highlight = highlight;
      this.times = times;
      this.words = words;
      this.history = history2;
      this.redraw = redraw;
      for (const input2 of choices("mode")) {
        input2.checked = input2.value === this.mode;
        input2.addEventListener("change", () => {
          this.set(
            /** @type {Mode} */
            input2.value
          );
        });
      }
    }
    /** @param {Mode} mode */
    set(mode) {
      this.mode = mode;
      for (const input2 of choices("mode")) input2.checked = input2.value === mode;
      this.path = [];
      this.isPolyline = this.isDrawing = false;
      const rows = document.querySelectorAll("[data-mode]");
      for (const row of rows) row.hidden = row.dataset.mode !== mode;
      this.#show();
    }
    /** Shows what to do next, and the path. */
    #show() {
      this.showHint();
      this.redraw.ask("overlay");
      this.onChange();
    }
    showHint() {
      const { piece } = this.now;
      part("hint").textContent = hintOf(
        {
          mode: this.mode,
          isFirst: this.isFirstVisit,
          points: this.path.length,
          isPolyline: this.isPolyline,
          time: piece?.kind === "path" ? this.times.seconds(piece.frames) : ""
        },
        this.words
      );
    }
    /**
     * The pointer, or the keys' cursor, is at a point.
     * @param {Point} point
     */
    hover(point) {
      this.cursor = point;
      this.tag.show(point);
      this.redraw.ask("overlay");
      if (this.now.player.isPlaying || this.isDrawing) return;
      if (this.mode === "draw" && this.path.length) return;
      if (this.mode === "blend" && this.path.length === 2) return;
      this.now.showSoon(() => this.walks.point(this.walks.meant(point)));
    }
    /** The pointer, or the keys' cursor, is gone. */
    leave() {
      this.cursor = null;
      this.tag.hide();
      this.redraw.ask("overlay");
    }
    /**
     * A click, a tap or Enter at a point.
     * @param {Point} point
     */
    choose(point) {
      this.cursor = point;
      this.#take(this.walks.meant(point), null);
    }
    /**
     * @param {Point} point
     * @param {Changed | null} changed
     */
    #take(point, changed) {
      this.highlight.set(null);
      this.#song = null;
      if (this.mode === "listen") {
        this.begin(point, changed);
        this.now.show(this.walks.changed(this.change), { play: true });
      } else if (this.mode === "wander") {
        this.#steerTo(point);
      } else if (this.mode === "blend") {
        this.#keepPath();
        this.path = this.path.length === 1 ? [this.path[0], point] : [point];
        if (this.path.length === 2) this.#showBlend({ play: true });
        else this.now.stop();
      } else {
        this.#keepPath();
        if (!this.isPolyline) this.path = [];
        this.strokeTimes = [];
        this.isPolyline = true;
        this.path.push(point);
        this.#showPath();
      }
      this.#show();
    }
    /**
     * A point of the map from which sliders lead on.
     * @param {Point} point
     * @param {Changed | null} changed How far they did, of a point that was kept.
     */
    begin(point, changed = null) {
      this.change.begin(point, this.walks.latentOf(point));
      if (changed) this.change.set(changed);
      this.onBegin();
    }
    /** Sliders have changed the point: what plays follows at the next beat. */
    showChange() {
      this.now.show(this.walks.changed(this.change), { over: true });
      this.onChange();
    }
    /** Who lets a slider go hears the point. */
    hearChange() {
      if (this.now.player.isPlaying) return;
      this.now.show(this.walks.changed(this.change), { play: true });
    }
    /**
     * Endless music goes to a point, or begins there.
     * @param {Point} point
     */
    #steerTo(point) {
      const { now, walks } = this;
      if (now.isLive) now.steer({ z: [...walks.latentOf(point)] });
      else now.show(walks.wandering(point), { play: true });
    }
    /**
     * A controller has moved the cursor: what plays follows at the next beat.
     * @param {Point} point
     */
    move(point) {
      const { now, mode } = this;
      this.hover(point);
      if (!now.player.isPlaying) return;
      const meant = this.walks.meant(point);
      if (mode === "wander" && now.isLive) this.#steerTo(meant);
      if (mode !== "listen") return;
      this.begin(meant);
      now.show(this.walks.point(meant), { over: true });
    }
    /**
     * Listens to a point, whatever the map was for.
     * @param {Point} point
     * @param {Changed | null} changed As sliders have changed it, if they have.
     */
    listenTo(point, changed = null) {
      if (this.mode !== "listen") this.set("listen");
      this.cursor = point;
      this.#take(point, changed);
    }
    /** The present path can be brought back. */
    #keepPath() {
      const { mode, path, strokeTimes, isPolyline } = this;
      this.history.did(() => {
        if (this.mode !== mode) this.set(mode);
        Object.assign(this, { path: [...path], strokeTimes, isPolyline });
        if (mode === "blend" && path.length === 2) this.#showBlend({});
        if (mode === "draw") this.#showPath();
        this.#show();
      });
      this.path = [...path];
    }
    /**
     * What is shown, to be kept.
     * @returns {Omit<State, 'numbers' | 'choices' | 'loop' | 'favourites'>}
     */
    get state() {
      const { piece } = this.now;
      const isPath = piece?.kind === "blend" || piece?.kind === "path";
      const changed = piece?.stretches[0]?.changed;
      const points = piece ? [changed?.from ?? piece.stretches[0].point] : [];
      return {
        mode: this.mode,
        kind: piece?.kind ?? "",
        times: piece?.kind === "path" ? this.strokeTimes : [],
        path: isPath ? this.path : points,
        changed: changed ? [changed.attributes, changed.beyond] : null,
        song: piece?.kind === "song" ? this.#song?.title ?? "" : ""
      };
    }
    /**
     * Shows what was kept.
     * @param {State} state
     * @returns Whether there was something.
     */
    restore({ mode, kind, path, times, song, changed }) {
      const known = [...choices("mode")].map(({ value }) => value);
      if (known.includes(mode)) this.set(
        /** @type {Mode} */
        mode
      );
      const { songs, canWander } = this.walks;
      const found = songs.list.find(({ title }) => title === song);
      if (kind === "song" && found) {
        this.#song = found;
        const first = path.length ? windowAt(found, path[0]) : 0;
        this.now.show(this.walks.song(found, first));
      } else if (!path.length) return false;
      else if (kind === "wander" && canWander) {
        this.now.show(this.walks.wandering(path[0]));
      } else if (kind === "blend" && path.length === 2) {
        this.path = path;
        this.#showBlend({});
      } else if (kind === "path" && path.length > 1) {
        Object.assign(this, { path, strokeTimes: times });
        this.#showPath();
      } else {
        const [attributes, beyond] = changed ?? [[], []];
        this.begin(path[0], { from: path[0], attributes, beyond });
        this.now.show(this.walks.changed(this.change));
      }
      this.#show();
      return true;
    }
    /** Endless music is to wander, or to stay. */
    roam() {
      const { now, walks } = this;
      if (now.isLive) now.steer({ wanders: walks.settings.wanders });
      else this.remake();
    }
    /** @param {{play?: boolean}} how */
    #showBlend(how) {
      const [from, to] = this.path;
      this.now.show(this.walks.blend(from, to), how);
    }
    /** @param {{play?: boolean}} how */
    #showPath(how = {}) {
      const { path, strokeTimes: times, walks } = this;
      if (path.length < 2) return;
      const keepsTime = walks.settings.keepsTime && times.length === path.length;
      this.now.show(walks.path(path, keepsTime ? times : null), how);
    }
    /**
     * The pointer was pressed at a point, and moves on.
     * @param {Point} point
     * @param {number} time In seconds.
     */
    beginStroke(point, time) {
      if (this.mode !== "draw") return;
      this.#keepPath();
      this.#song = null;
      this.isDrawing = true;
      this.path = [point];
      this.strokeTimes = [time];
      this.now.stop();
    }
    /**
     * @param {Point[]} points
     * @param {number[]} times In seconds.
     */
    extendStroke(points, times) {
      this.path.push(...points);
      this.strokeTimes.push(...times);
    }
    endStroke() {
      this.isDrawing = false;
      this.isPolyline = false;
      this.#showPath({ play: true });
      this.#show();
    }
    dropStroke() {
      this.isDrawing = false;
      this.path = [];
    }
    /** Stops the music, and forgets the path. */
    escape() {
      this.path = [];
      this.now.stop();
      this.#show();
    }
    /** Takes the last corner of a path back. */
    takeBack() {
      this.path.pop();
      this.#showPath();
      this.#show();
    }
    /**
     * @param {Song} song
     * @param {number} first The window to begin at.
     */
    walkAlong(song, first = 0) {
      this.path = [];
      this.#song = song;
      this.now.show(this.walks.song(song, first), { play: true });
      this.#show();
    }
    /** A setting of the present piece has changed: makes it anew. */
    remake() {
      const { piece } = this.now;
      if (!piece) return;
      const play = this.now.player.isPlaying;
      if (piece.kind === "point" && this.mode === "listen") {
        const [{ point, off }] = piece.stretches;
        if (off !== void 0) this.showChange();
        else this.now.show(this.walks.point(point), { play });
      } else if (piece.kind === "wander") {
        this.now.show(this.walks.wandering(piece.stretches[0].point), { play });
      } else if (piece.kind === "blend" && this.path.length === 2) {
        this.#showBlend({ play });
      } else if (piece.kind === "path") {
        this.#showPath({ play });
      }
      this.#show();
    }
  };

  // src/page/hurry.js
  var LATE_MILLISECONDS = 19;
  var LEAST = 8e3;
  var PATIENCE = 12;
  var Hurry = class {
    #inTime = 0;
    /** @param {number} count Of all marks. */
    constructor(count2) {
      this.count = count2;
      this.most = count2;
    }
    /** @param {number} milliseconds From the last step to this one. */
    step(milliseconds) {
      if (milliseconds > LATE_MILLISECONDS) {
        this.#inTime = 0;
        this.most = Math.max(Math.min(LEAST, this.count), this.most * 0.75);
      } else if (++this.#inTime >= PATIENCE) {
        this.#inTime = 0;
        this.most = Math.min(this.count, this.most * 1.15);
      }
    }
  };

  // src/page/motion.js
  var STILL_MILLISECONDS2 = 150;
  var MOST_PIXEL_MARKS = 25e3;
  var Motion = class {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #settling;
    isDragged = false;
    // By a hand that is on it.
    /** @type {Hurry} */
    #hurry;
    /**
     * @param {object} parts
     * @param {View} parts.view
     * @param {Songs} parts.songs
     * @param {MapCanvas} parts.mapCanvas
     * @param {Redraw} parts.redraw
     */
    constructor({ view, songs, mapCanvas, redraw }) {
      this.view = view;
      this.songs = songs;
      this.mapCanvas = mapCanvas;
      this.redraw = redraw;
      this.#hurry = new Hurry(songs.count);
      button("zoom-in").addEventListener("click", () => this.zoom(1.5));
      button("zoom-out").addEventListener("click", () => this.zoom(1 / 1.5));
      button("zoom-fit").addEventListener("click", () => this.showAll());
    }
    /** @param {number} factor */
    zoom(factor) {
      this.view.zoom(factor);
      this.redraw.ask("map");
    }
    showAll() {
      this.view.fit(this.songs.droppedPoints());
      this.redraw.ask("map");
    }
    /**
     * A step of a move that goes on.
     * @param {{by?: Point, factor?: number, at?: Point}} how How far in pixels,
     *   and how much larger around a place.
     */
    drag({ by, factor, at }) {
      if (by) this.view.pan(...by);
      if (factor) this.view.zoom(factor, at);
      clearTimeout(this.#settling);
      this.#settling = setTimeout(() => this.#settle(), STILL_MILLISECONDS2);
      if (!this.mapCanvas.isQuick) {
        this.mapCanvas.isMoving = true;
        this.mapCanvas.mostMoving = MOST_PIXEL_MARKS;
        this.redraw.ask("move");
        return;
      }
      if (!this.mapCanvas.isMoving) {
        this.mapCanvas.isMoving = true;
        this.#pace();
      }
      this.redraw.ask("map");
    }
    #settle() {
      this.mapCanvas.isMoving = false;
      if (this.mapCanvas.drawsInSteps) this.redraw.ask("move", "overlay");
      else this.redraw.ask("map");
    }
    /** While the map moves, draws as many marks as the screen's pace allows. */
    #pace() {
      let last = 0;
      const step = (now) => {
        if (!this.mapCanvas.isMoving) return;
        if (last) this.#hurry.step(now - last);
        this.mapCanvas.mostMoving = this.#hurry.most;
        last = now;
        requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    }
  };

  // src/map/original.js
  function originalOf(piece, { depth, framesPerSecond }) {
    const roll = new Uint8Array(piece.frames * depth);
    let t = 0;
    let title = null;
    for (const { source, frames } of piece.stretches) {
      if (!source?.song.notes) return null;
      const { song, start: start2 } = source;
      roll.set(source.song.notes.copy(start2, frames), t * depth);
      t += frames;
      title = song.title;
    }
    if (title === null || piece.isEndless) return null;
    const original = new Piece(
      "original",
      `${title}, as it was written`,
      piece.stretches,
      depth,
      framesPerSecond
    );
    return original.withRoll(roll);
  }

  // src/page/now_playing.js
  var NowPlaying = class {
    /** @type {Piece | null} */
    piece = null;
    /** @type {Piece | null} The same frames of the song. */
    original = null;
    isOriginal = false;
    /** Called when another piece is shown, or none is to be steered. */
    onShow = () => {
    };
    /** @type {(() => Piece) | null} What is shown once the piece is decoded. */
    #waiting = null;
    #timeShown = "";
    /**
     * @param {object} parts
     * @param {Decoding} parts.decoding
     * @param {Converter} parts.converter
     * @param {Emission} parts.emission
     * @param {Player} parts.player
     * @param {Redraw} parts.redraw
     */
    constructor({ decoding, converter, emission, player, redraw }) {
      this.decoding = decoding;
      this.converter = converter;
      this.emission = emission;
      this.player = player;
      this.redraw = redraw;
      decoding.onFrames = (piece) => this.#took(piece);
      player.onChange = () => {
        this.#dropOthers();
        this.showPlaying();
      };
      player.onNeed = (piece, until) => decoding.goOn(piece, until);
      button("play").addEventListener("click", () => this.toggle());
      const loop = input("loop");
      loop.addEventListener("change", () => {
        player.loop = loop.checked;
      });
    }
    /** What is seen and heard: the model's, or the song's. */
    get shown() {
      return this.isOriginal && this.original || this.piece;
    }
    /**
     * Shows a piece, and has it decoded.
     * @param {Piece} piece
     * @param {{play?: boolean, over?: boolean}} how Whether to play it, or to go
     *   over to it at the next beat if there is music.
     */
    show(piece, { play = false, over = false } = {}) {
      this.piece = piece;
      this.#waiting = null;
      this.original = originalOf(piece, this.converter);
      this.isOriginal &&= this.original !== null;
      if (piece instanceof LivePiece) this.#beginLive(piece, play);
      else this.decoding.begin(piece);
      if (over && this.player.isPlaying) {
        this.player.goOver(this.shown ?? piece);
      } else if (play) this.player.play(this.shown ?? piece);
      else this.player.stop();
      this.#dropOthers();
      this.showPlaying();
      this.#showPiece(piece);
      this.onShow();
    }
    /** What is neither shown nor heard any more is not decoded on. */
    #dropOthers() {
      this.decoding.keepOnly([this.piece, this.player.piece]);
    }
    /**
     * @param {LivePiece} piece
     * @param {boolean} play
     */
    #beginLive(piece, play) {
      const { beatFrames } = this.player.tempo;
      this.decoding.beginLive(piece, beatFrames);
      const { windowFrames } = this.converter;
      this.decoding.goOn(piece, play ? Math.ceil(beatFrames) : windowFrames);
    }
    /**
     * Shows a piece as soon as the present one is decoded; of many, the last.
     * @param {() => Piece} make
     */
    showSoon(make) {
      if (this.piece && !this.piece.isWhole) this.#waiting = make;
      else this.show(make());
    }
    /** Shows nothing soon. */
    showNothingSoon() {
      this.#waiting = null;
    }
    /** @param {Piece} piece That has more frames now. */
    #took(piece) {
      if (piece !== this.piece) return;
      if (piece.isWhole && this.#waiting) {
        this.show(this.#waiting());
        return;
      }
      if (piece.isWhole) this.#showPiece(piece);
      this.redraw.ask("roll");
    }
    /** Whether music without an end plays, which can be steered. */
    get isLive() {
      return Boolean(this.piece?.isEndless) && this.player.isPlaying;
    }
    /**
     * Endless music goes on otherwise from the next beat on.
     * @param {Steering} change
     */
    steer(change) {
      if (this.piece) this.decoding.steer(this.piece, change);
    }
    /** The emission has changed: this is heard at the next beat. */
    emitAnew() {
      const { piece, emission } = this;
      if (!piece || piece.kind === "take") return;
      if (piece.isEndless) {
        this.steer({ emission: emission.settings });
      } else if (emission.isHeard) {
        this.show(piece.again(), { over: true });
      } else {
        piece.emit(emission);
        if (piece.isWhole) this.#showPiece(piece);
        this.redraw.ask("roll");
      }
    }
    /**
     * The model's music or the song's, in the middle of it.
     * @param {boolean} isOriginal
     */
    compare(isOriginal) {
      this.isOriginal = isOriginal && this.original !== null;
      const { shown, player } = this;
      if (!shown) return;
      if (player.isPlaying) player.goOver(shown, "none");
      this.#showPiece(shown);
      this.onShow();
    }
    /** @param {number} frame */
    playFrom(frame) {
      const { shown } = this;
      if (!shown) return;
      this.player.play(shown, frame);
      this.showPlaying();
    }
    stop() {
      this.player.stop();
      this.showPlaying();
    }
    toggle() {
      if (this.player.isPlaying) this.stop();
      else this.playFrom(this.player.loop ? this.player.range?.from ?? 0 : 0);
    }
    /** @param {Piece} piece */
    #showPiece(piece) {
      const shown = this.shown ?? piece;
      button("play").disabled = false;
      for (const id of ["download", "wav"]) button(id).disabled = !shown.isWhole;
      part("now-title").textContent = shown.title;
      let state = "decoding";
      if (shown.isEndless) state = "without an end";
      else if (shown.isWhole) {
        const notes = this.converter.toNotes(shown.roll, shown.frames).length;
        state = `${notes} ${this.converter.isDrums ? "hits" : "notes"}`;
      }
      const length2 = secondsOf(shown.clock.seconds(shown.frames));
      canvas("roll").setAttribute(
        "aria-label",
        `Piano roll: ${shown.title}, ${shown.isEndless ? "" : `${length2}, `}${state}`
      );
      this.showTime();
      this.redraw.ask("roll");
    }
    showTime() {
      if (!this.shown) return;
      const time = this.#timeOf(this.shown);
      if (time === this.#timeShown) return;
      this.#timeShown = time;
      part("now-time").textContent = time;
    }
    /** @param {Piece} shown */
    #timeOf(shown) {
      const { player } = this;
      if (player.isWaiting) return "waits for the MIDI clock to start";
      const { frame } = player;
      const heard = player.heard ?? shown;
      const at = frame === null ? "" : secondsOf(heard.clock.seconds(frame));
      if (shown.isEndless) return at || "goes on without an end";
      const length2 = secondsOf(shown.clock.seconds(shown.frames));
      const percent2 = Math.floor(100 * shown.decoded / shown.frames);
      const todo = shown.isWhole ? "" : ` · decoding, ${percent2}%`;
      return `${at && `${at} of `}${length2}${todo}`;
    }
    showPlaying() {
      const { isPlaying } = this.player;
      const play = button("play");
      play.classList.toggle("playing", isPlaying);
      play.setAttribute("aria-label", isPlaying ? "Stop" : "Play");
      this.showTime();
      this.redraw.ask("overlay", "roll");
    }
  };

  // src/page/opening.js
  var TRIED = 6;
  var LEAST_THRESHOLD = 0.05;
  function opening(parts) {
    const { songs, homes, heat, walks, model, emission, isDrums } = parts;
    const full = (point) => heat.valueAt(point, 0) ?? 0;
    const points = songs.map((song) => homes.of(song)).sort((a, b) => full(b) - full(a)).slice(0, TRIED);
    const pieces = points.map((point) => walks.point(point));
    for (const piece2 of pieces) {
      piece2.decodeSome(model, emission, Number.POSITIVE_INFINITY);
      if (piece2.roll.includes(1)) return { piece: piece2, threshold: null };
    }
    const [piece] = pieces;
    if (!isDrums || emission.sampling !== "threshold")
      return { piece, threshold: null };
    const outputs = Array.from(piece.logits, sigm).sort((a, b) => b - a);
    const expected = outputs.reduce((sum, p) => sum + p, 0);
    const last = outputs[Math.min(Math.ceil(expected), outputs.length) - 1] ?? 0;
    const threshold = Math.floor(100 * last) / 100;
    return { piece, threshold: Math.max(threshold, LEAST_THRESHOLD) };
  }

  // src/page/pointer.js
  var CLICK_PIXELS = 5;
  var Pointer = class {
    /** @type {Map<number, Point>} Places of all pointers that are down. */
    #down = /* @__PURE__ */ new Map();
    /** @type {Press | null} */
    #press = null;
    /**
     * @param {HTMLElement} element
     * @param {object} parts
     * @param {View} parts.view
     * @param {Modes} parts.modes
     * @param {Motion} parts.motion
     * @param {NowPlaying} parts.now
     * @param {Scrub} parts.scrub
     */
    constructor(element, { view, modes, motion, now, scrub }) {
      this.element = element;
      this.view = view;
      this.modes = modes;
      this.motion = motion;
      this.now = now;
      this.scrub = scrub;
      element.addEventListener("pointerdown", (event) => this.#start(event));
      element.addEventListener("pointermove", (event) => this.#move(event));
      element.addEventListener("pointerup", (event) => this.#lift(event));
      element.addEventListener("pointercancel", (event) => this.#lift(event));
      element.addEventListener("pointerleave", () => this.#leave());
      element.addEventListener("wheel", (event) => this.#turn(event), {
        passive: false
      });
    }
    /**
     * @param {MouseEvent} event
     * @returns {Point}
     */
    #placeOf(event) {
      const box = this.element.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    }
    /** @param {PointerEvent} event */
    #start(event) {
      if (event.button > 1) return;
      const moves = event.button === 1 || event.shiftKey;
      this.element.classList.add("pointed");
      this.element.focus({ preventScroll: true });
      this.element.setPointerCapture(event.pointerId);
      const place = this.#placeOf(event);
      this.#down.set(event.pointerId, place);
      if (this.#down.size === 1) {
        const type = event.pointerType;
        this.#press = { place, last: place, isClick: !moves, type, moves };
      } else {
        this.#press = null;
        if (this.modes.isDrawing) this.modes.dropStroke();
        if (this.scrub.isOn) this.scrub.end();
      }
    }
    /** @param {PointerEvent} event */
    #move(event) {
      const place = this.#placeOf(event);
      if (this.#down.size > 1 && this.#down.has(event.pointerId)) {
        this.#pinch(event.pointerId, place);
        return;
      }
      if (this.#press) this.#dragOn(this.#press, place, event);
      if (this.motion.isDragged) return;
      if (event.pointerType !== "touch" || this.#press) {
        this.modes.hover(this.view.toMap(place));
      }
    }
    /**
     * @param {Press} press
     * @param {Point} place
     * @param {PointerEvent} event
     */
    #dragOn(press2, place, event) {
      const [dx, dy] = [place[0] - press2.place[0], place[1] - press2.place[1]];
      if (press2.isClick && Math.hypot(dx, dy) > CLICK_PIXELS) {
        press2.isClick = false;
        const time = event.timeStamp / 1e3;
        if (this.modes.mode === "listen") this.scrub.begin(press2.place);
        else this.modes.beginStroke(this.view.toMap(press2.place), time);
      }
      if (this.scrub.isOn) {
        this.scrub.move(place);
      } else if (this.modes.isDrawing) {
        const events = event.getCoalescedEvents?.() ?? [];
        const all = events.length ? events : [event];
        this.modes.extendStroke(
          all.map((each) => this.view.toMap(this.#placeOf(each))),
          all.map((each) => each.timeStamp / 1e3)
        );
      } else if (!press2.isClick && press2.type === "mouse") {
        const { last } = press2;
        this.motion.isDragged = true;
        this.motion.drag({ by: [place[0] - last[0], place[1] - last[1]] });
      }
      press2.last = place;
    }
    /**
     * @param {number} id
     * @param {Point} place
     */
    #pinch(id, place) {
      const [a, b] = [...this.#down.values()];
      this.#down.set(id, place);
      const [c, d] = [...this.#down.values()];
      const before = Math.hypot(a[0] - b[0], a[1] - b[1]);
      const after = Math.hypot(c[0] - d[0], c[1] - d[1]);
      const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
      this.motion.drag({
        by: [(c[0] + d[0]) / 2 - middle[0], (c[1] + d[1]) / 2 - middle[1]],
        factor: before > 0 ? after / before : 1,
        at: middle
      });
    }
    /** @param {PointerEvent} event */
    #lift(event) {
      this.motion.isDragged = false;
      this.#down.delete(event.pointerId);
      if (!this.#press || this.#down.size) return;
      const { isClick } = this.#press;
      this.#press = null;
      if (this.scrub.isOn) {
        this.scrub.end();
      } else if (this.modes.isDrawing) {
        this.modes.endStroke();
      } else if (isClick && event.type === "pointerup") {
        this.modes.choose(this.view.toMap(this.#placeOf(event)));
      }
    }
    #leave() {
      if (this.#down.size) return;
      this.modes.leave();
      this.now.showNothingSoon();
    }
    /** @param {WheelEvent} event */
    #turn(event) {
      event.preventDefault();
      const speed = event.ctrlKey ? 1.01 : 1.0016;
      const factor = speed ** -event.deltaY;
      this.motion.drag({ factor, at: this.#placeOf(event) });
    }
  };

  // src/page/redraw.js
  var Redraw = class {
    /** @type {(parts: Set<Part>) => void} Draws these parts. */
    draw = () => {
    };
    /** @type {Set<Part>} */
    #stale = /* @__PURE__ */ new Set();
    /** @param {Part[]} parts Those that have changed. */
    ask(...parts) {
      if (!this.#stale.size) {
        requestAnimationFrame(() => {
          const stale = this.#stale;
          this.#stale = /* @__PURE__ */ new Set();
          this.draw(stale);
        });
      }
      for (const part2 of parts) this.#stale.add(part2);
    }
  };

  // src/draw/overlay.js
  var FOUR_WAYS = [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1]
  ];
  var STAR_PIXELS = 9;
  var Overlay = class {
    /** @type {unknown[]} What it was drawn of. */
    #drawnOf = [];
    /**
     * @param {HTMLCanvasElement} canvas
     * @param {View} view
     */
    constructor(canvas2, view) {
      this.canvas = canvas2;
      this.view = view;
      this.moved = new MovedPicture(canvas2, view);
    }
    /**
     * Draws, unless it is all as it was: while music plays, this is asked for at
     * each frame of the screen.
     * @param {Moving} moving
     * @param {Theme} theme
     */
    draw(moving, theme) {
      const { center, scale, stretch, width, height } = this.view;
      const of = [
        ...[...center, scale, stretch, width, height, window.devicePixelRatio],
        ...[theme, JSON.stringify(moving)]
      ];
      if (of.every((part2, i) => part2 === this.#drawnOf[i])) return;
      this.#drawnOf = of;
      this.moved.reset();
      const { context } = fitCanvas(this.canvas);
      context.lineJoin = context.lineCap = "round";
      const pen = new Pen(context, theme);
      const { cursor, path, steps, playing, shown, from, isOff } = moving;
      const place = (point) => this.view.toScreen(point);
      for (const point of moving.favourites) pen.star(place(point));
      const line = path.map(place);
      if (steps && line.length === 1 && cursor) line.push(place(cursor));
      if (line.length > 1) pen.line(line);
      if (steps) pen.blend(line, path.length, steps);
      else if (line.length) pen.path(line, moving.isDrawing);
      if (cursor) pen.cross(place(cursor));
      if (shown && from) pen.line([place(from), place(shown)]);
      if (isOff && shown) pen.ring(place(shown));
      else if (playing) pen.heard(place(playing));
      else if (shown) pen.dot(place(shown), 6);
    }
  };
  var Pen = class {
    /**
     * @param {CanvasRenderingContext2D} context
     * @param {Theme} theme
     */
    constructor(context, theme) {
      this.context = context;
      this.theme = theme;
    }
    /** @param {Point[]} places */
    line(places) {
      const { context, theme } = this;
      strokeInTurn(
        context,
        [
          [6, theme.halo],
          [2.6, theme.cursor]
        ],
        () => trace(context, places)
      );
    }
    /**
     * @param {Point} place
     * @param {number} r
     * @param {string} letter
     */
    dot([x, y], r, letter = "") {
      const { context, theme } = this;
      context.beginPath();
      context.arc(x, y, r, 0, 2 * Math.PI);
      context.lineWidth = 2;
      context.fillStyle = theme.cursor;
      context.strokeStyle = theme.halo;
      context.fill();
      context.stroke();
      if (!letter) return;
      context.fillStyle = theme.halo;
      context.font = "700 12px system-ui, sans-serif";
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText(letter, x, y + 0.5);
    }
    /**
     * A blend's ends, and the steps between both.
     * @param {Point[]} line
     * @param {number} ends How many are chosen.
     * @param {number} steps
     */
    blend(line, ends, steps) {
      for (let i = 1; ends === 2 && i < steps - 1; i++) {
        const part2 = i / (steps - 1);
        const [[x0, y0], [x1, y1]] = line;
        this.dot([x0 + part2 * (x1 - x0), y0 + part2 * (y1 - y0)], 4);
      }
      for (let i = 0; i < ends; i++) this.dot(line[i], 11, "AB"[i]);
    }
    /**
     * The ends of a path.
     * @param {Point[]} line
     * @param {boolean} isDrawing
     */
    path(line, isDrawing) {
      this.dot(line[0], 5);
      if (!isDrawing) this.dot(line[line.length - 1], 5);
    }
    /** @param {Point} place */
    cross([x, y]) {
      const { context, theme } = this;
      strokeInTurn(
        context,
        [
          [4.5, theme.halo],
          [2, theme.ink]
        ],
        () => {
          context.arc(x, y, 9, 0, 2 * Math.PI);
          for (const [dx, dy] of FOUR_WAYS) {
            context.moveTo(x + 9 * dx, y + 9 * dy);
            context.lineTo(x + 15 * dx, y + 15 * dy);
          }
        }
      );
    }
    /**
     * A point that is not on the map, but off it at this place.
     * @param {Point} place
     */
    ring([x, y]) {
      const { context, theme } = this;
      const strokes = [
        [7, theme.halo],
        [3, theme.cursor]
      ];
      strokeInTurn(context, strokes, () => context.arc(x, y, 12, 0, 2 * Math.PI));
      this.dot([x, y], 3);
    }
    /** @param {Point} place */
    star([x, y]) {
      const { context, theme } = this;
      const corners = Array.from({ length: 10 }, (_, i) => {
        const r = i % 2 ? STAR_PIXELS * 0.42 : STAR_PIXELS;
        const angle = i * Math.PI / 5 - Math.PI / 2;
        return (
          /** @type {Point} */
          [
            x + r * Math.cos(angle),
            y + r * Math.sin(angle)
          ]
        );
      });
      context.beginPath();
      trace(context, corners);
      context.closePath();
      context.lineWidth = 2;
      context.fillStyle = theme.cursor;
      context.strokeStyle = theme.halo;
      context.stroke();
      context.fill();
    }
    /** @param {Point} place */
    heard(place) {
      this.context.globalAlpha = 0.25;
      this.dot(place, 18);
      this.context.globalAlpha = 1;
      this.dot(place, 8);
    }
  };

  // src/sound/grid.js
  function beatsBetween(quantum, [numerator, denominator]) {
    return { none: 0, beat: 1, bar: 4 * numerator / denominator }[quantum];
  }
  function isOnGrid(beat, beats, beatFrames) {
    if (!beats) return true;
    const lines = beat / beats;
    const off = Math.abs(lines - Math.round(lines)) * beats * beatFrames;
    return off < 0.5 + 1e-9;
  }
  function lineAfter(beat, beats) {
    return beats ? Math.ceil(beat / beats - 1e-9) * beats : beat;
  }

  // src/draw/roll_layout.js
  var MIN_FRAME_PIXELS = 1.6;
  var LEFT = 34;
  var LEFT_OF_LANES = 56;
  var BELOW = 17;
  var RIGHT = 6;
  var ABOVE = 9;
  var GRID_SECONDS = [0.5, 1, 2, 5, 10, 20, 30, 60];
  var GRID_PIXELS = 52;
  var BAR_PIXELS = 8;
  var BAR_NAME_PIXELS = 40;
  var LANE_PIXELS = 12;
  var LANES_SHARE = 0.42;
  var LANES_GAP = 6;
  var RollLayout = class {
    /**
     * @param {number[]} pitches Those that have a row, each once.
     * @param {number} frames
     * @param {{width: number, height: number}} size In pixels.
     * @param {number | null} playhead The frame that must be seen.
     * @param {string[]} lanes Of a band's drums, from the top.
     */
    constructor(pitches, frames, { width, height }, playhead, lanes = []) {
      this.frames = frames;
      this.width = width;
      this.height = height;
      this.left = lanes.length ? LEFT_OF_LANES : LEFT;
      this.top = ABOVE;
      this.bottom = height - BELOW;
      this.room = width - this.left - RIGHT;
      this.frameWidth = Math.max(this.room / frames, MIN_FRAME_PIXELS);
      const tall = this.bottom - this.top;
      this.laneHeight = lanes.length ? Math.min(LANE_PIXELS, tall * LANES_SHARE / lanes.length) : 0;
      const below = lanes.length ? lanes.length * this.laneHeight + LANES_GAP : 0;
      this.lanesTop = this.bottom - below + LANES_GAP;
      this.laneOf = new Map(lanes.map((lane, i) => [lane, i]));
      this.rowHeight = (tall - below) / Math.max(1, pitches.length);
      const perPage = Math.floor(this.room / this.frameWidth);
      const page = playhead === null ? 0 : Math.floor(playhead / perPage);
      this.first = Math.min(page * perPage, Math.max(0, frames - perPage));
      this.last = Math.min(frames, this.first + perPage + 1);
      const heights = [...pitches].sort((a, b) => b - a);
      this.rowOf = new Map(heights.map((pitch, i) => [pitch, i]));
    }
    /** Whether there is any room to draw in. */
    get isVisible() {
      return this.room >= this.frameWidth && this.rowHeight > 0;
    }
    /** @param {number} frame */
    x(frame) {
      return this.left + (frame - this.first) * this.frameWidth;
    }
    /**
     * The upper edge of a pitch.
     * @param {number} pitch
     */
    y(pitch) {
      return this.top + (this.rowOf.get(pitch) ?? 0) * this.rowHeight;
    }
    /**
     * The upper edge of a lane.
     * @param {string} lane
     */
    laneY(lane) {
      return this.lanesTop + (this.laneOf.get(lane) ?? 0) * this.laneHeight;
    }
    /**
     * The frame at a place on the canvas.
     * @param {number} x
     */
    frameAt(x) {
      const frame = Math.floor(this.first + (x - this.left) / this.frameWidth);
      return Math.min(Math.max(frame, 0), this.frames - 1);
    }
    /**
     * The times in seconds that are marked.
     * @param {PieceClock} clock
     */
    times(clock) {
      const begin = clock.seconds(this.first);
      const seconds = clock.seconds(this.last) - begin;
      const step = GRID_SECONDS.find((s) => seconds / s * GRID_PIXELS < this.room) ?? 120;
      const times = [];
      const from = Math.ceil(begin / step);
      for (let i = from; clock.frame(i * step) <= this.last; i++) {
        times.push(i * step);
      }
      return times;
    }
    /**
     * The bar lines that are drawn, and the numbers that some have: every bar, or
     * every second, fourth and so on, as there is room. Of beats likewise.
     * @param {number} barFrames Frames of a bar, perhaps with a fraction.
     */
    bars(barFrames) {
      const barPixels = barFrames * this.frameWidth;
      const every = (pixels) => 2 ** Math.max(0, Math.ceil(Math.log2(pixels / barPixels)));
      const [line, name] = [every(BAR_PIXELS), every(BAR_NAME_PIXELS)];
      const bars = [];
      const from = Math.ceil(this.first / barFrames / line) * line;
      for (let bar = from; bar * barFrames < this.last; bar += line) {
        const number2 = bar % name ? null : bar + 1;
        bars.push({ frame: bar * barFrames, number: number2 });
      }
      return bars;
    }
  };

  // src/draw/roll_canvas.js
  var GRID_ALPHA = 0.14;
  var TINT_ALPHA = 0.45;
  var ONSET_PIXELS = 2.5;
  var LEAST_OUTPUT = 0.03;
  var UNHEARD_ALPHA = 0.22;
  var MOST_HIT_PIXELS = 5;
  var HEAD_PIXELS = 5;
  var PAGE_WINDOWS = 5;
  var LEAST_BAR_PIXELS = 1.2;
  var LEAST_BAR_OF_A_BAND_PIXELS = 2.6;
  var RollCanvas = class {
    /** @type {RollLayout | null} */
    #layout = null;
    /** @type {unknown[]} What the still part was drawn of. */
    #drawnOf = [];
    #still = newCanvas(1, 1);
    /** @type {number | null} Where the playhead is drawn, in the screen's pixels. */
    #head = null;
    #range = "";
    // That is shaded.
    /**
     * @param {HTMLCanvasElement} canvas
     * @param {Converter} converter
     * @param {Mix} mix
     */
    constructor(canvas2, converter, mix) {
      this.canvas = canvas2;
      this.converter = converter;
      this.mix = mix;
      const { isBand, parts } = converter;
      this.inRows = isBand ? parts.filter(({ isDrums }) => !isDrums) : parts;
      const inLanes = parts.filter((part2) => !this.inRows.includes(part2));
      this.pitches = [...new Set(this.inRows.flatMap(({ pitches }) => pitches))];
      this.lanes = familiesOf(inLanes.flatMap(({ pitches }) => pitches));
    }
    /**
     * The frame at a place on the canvas.
     * @param {number} x
     */
    frameAt(x) {
      return this.#layout?.frameAt(x) ?? 0;
    }
    /**
     * @param {Piece | null} piece
     * @param {number | null} playhead The frame heard, with its fraction.
     * @param {Theme} theme
     * @param {{from: number, to: number} | null} range Frames that are looped.
     */
    draw(piece, playhead, theme, range = null) {
      const { canvas: canvas2 } = this;
      const { pitches, lanes } = this;
      const size = canvas2.getBoundingClientRect();
      const { windowFrames } = this.converter;
      const frames = piece ? roomOf(piece, windowFrames) : windowFrames;
      const layout = new RollLayout(pitches, frames, size, playhead, lanes);
      this.#layout = layout;
      if (!layout.isVisible) return;
      const { first, width, height } = layout;
      const ratio = window.devicePixelRatio || 1;
      const heard = this.converter.parts.map(({ number: number2 }) => this.#isHeard(number2));
      const of = [
        ...[piece, piece?.version, first, width, height, ratio, theme],
        heard.join()
      ];
      const isNew = of.some((part2, i) => part2 !== this.#drawnOf[i]);
      if (isNew) {
        this.#drawnOf = of;
        this.#drawStill(piece, layout, theme);
        this.#still = newCanvas(canvas2.width, canvas2.height);
        contextOf(this.#still).drawImage(canvas2, 0, 0);
      }
      const head = playhead === null ? null : Math.round(layout.x(playhead) * ratio);
      const isMoved = isNew || `${range?.from} ${range?.to}` !== this.#range;
      if (!isMoved && head === this.#head) return;
      const columns = isMoved ? [[0, canvas2.width]] : this.#columnsOf(head, ratio);
      this.#head = head;
      this.#range = `${range?.from} ${range?.to}`;
      const context = contextOf(canvas2);
      for (const [x, w] of columns) {
        context.save();
        this.#showStill(context, x, w, ratio);
        if (range) drawRange(context, range, layout, theme);
        if (head !== null) drawPlayhead(context, head / ratio, layout, theme);
        context.restore();
      }
    }
    /**
     * Where the playhead was, and where it is to be.
     * @param {number | null} head
     * @param {number} ratio
     * @returns {number[][]} First columns and how many, in the screen's pixels.
     */
    #columnsOf(head, ratio) {
      const reach = Math.ceil((HEAD_PIXELS + 1) * ratio);
      const heads = [this.#head, head].flatMap((x) => x ?? []);
      const from = Math.max(0, Math.min(...heads) - reach);
      const to = Math.max(...heads) + reach;
      if (to - from < 6 * reach) return [[from, to - from]];
      return heads.map((x) => [Math.max(0, x - reach), 2 * reach]);
    }
    /**
     * Takes away what was drawn above some columns, and keeps what comes to them.
     * @param {CanvasRenderingContext2D} context
     * @param {number} x The first, in the screen's pixels.
     * @param {number} w How many.
     * @param {number} ratio
     */
    #showStill(context, x, w, ratio) {
      const { height } = this.canvas;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.beginPath();
      context.rect(x, 0, w, height);
      context.clip();
      context.clearRect(x, 0, w, height);
      context.drawImage(this.#still, 0, 0);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    /**
     * @param {Piece | null} piece
     * @param {RollLayout} layout
     * @param {Theme} theme
     */
    #drawStill(piece, layout, theme) {
      const { context } = fitCanvas(this.canvas);
      context.font = "11px system-ui, sans-serif";
      context.textBaseline = "middle";
      this.#drawOctaves(context, layout, theme);
      this.#drawLanes(context, layout, theme);
      if (this.converter.framesPerBeat)
        this.#drawBarLines(context, layout, theme);
      else this.#drawTimes(context, piece, layout, theme);
      if (!piece) return;
      for (const part2 of this.converter.parts) {
        this.#drawPart(context, piece, part2, layout, theme);
      }
    }
    /** @param {number} part */
    #isHeard(part2) {
      return !this.converter.isBand || this.mix.levelOf(part2) > 0;
    }
    /**
     * @param {CanvasRenderingContext2D} context
     * @param {Piece} piece
     * @param {Part} part
     * @param {RollLayout} layout
     * @param {Theme} theme
     */
    #drawPart(context, piece, part2, layout, theme) {
      const { isBand } = this.converter;
      const shown = {
        until: Math.min(layout.last, piece.decoded),
        alpha: this.#isHeard(part2.number) ? 1 : UNHEARD_ALPHA,
        least: isBand ? LEAST_BAR_OF_A_BAND_PIXELS : LEAST_BAR_PIXELS
      };
      context.fillStyle = isBand ? colorOf(part2, theme) : theme.note;
      if (!this.inRows.includes(part2)) {
        drawHits(context, piece, part2, layout, shown);
        return;
      }
      drawTints(context, piece, part2, layout, shown);
      drawBars(context, piece, part2, layout, shown);
      if (!part2.onsets) return;
      context.fillStyle = theme.ink;
      drawOnsets(context, piece, part2, layout, shown);
    }
    /**
     * @param {CanvasRenderingContext2D} context
     * @param {RollLayout} layout
     * @param {Theme} theme
     */
    #drawOctaves(context, layout, theme) {
      const { left, room, rowHeight } = layout;
      context.textAlign = "right";
      for (const pitch of this.pitches) {
        if (pitch % 12) continue;
        const line = Math.round(layout.y(pitch) + rowHeight) - 0.5;
        drawGridLine(context, theme, left, line, room, 1);
        context.fillStyle = theme.quiet;
        context.fillText(noteName(pitch), left - 7, line - rowHeight / 2);
      }
    }
    /**
     * @param {CanvasRenderingContext2D} context
     * @param {RollLayout} layout
     * @param {Theme} theme
     */
    #drawLanes(context, layout, theme) {
      const { left, room, laneHeight } = layout;
      context.textAlign = "right";
      for (const lane of this.lanes) {
        const middle = layout.laneY(lane) + laneHeight / 2;
        const line = Math.round(middle) - 0.5;
        drawGridLine(context, theme, left, line, room, 1);
        context.fillStyle = theme.quiet;
        context.fillText(lane, left - 7, middle);
      }
    }
    /**
     * @param {CanvasRenderingContext2D} context
     * @param {Piece | null} piece
     * @param {RollLayout} layout
     * @param {Theme} theme
     */
    #drawTimes(context, piece, layout, theme) {
      const { framesPerSecond } = this.converter;
      const { frames } = layout;
      const clock = piece?.clock ?? new PieceClock([{ frames }], framesPerSecond);
      for (const seconds of layout.times(clock)) {
        const at = clock.frame(seconds);
        drawMarkedLine(context, theme, layout, at, `${seconds} s`);
      }
    }
    /**
     * Of music by the beat: bars where it begins on a bar line, or else beats.
     * @param {CanvasRenderingContext2D} context
     * @param {RollLayout} layout
     * @param {Theme} theme
     */
    #drawBarLines(context, layout, theme) {
      const { metre, framesPerBeat, align } = this.converter;
      const unit = align === "bar" ? "bar" : "beat";
      const frames = beatsBetween(unit, metre) * framesPerBeat;
      for (const { frame, number: number2 } of layout.bars(frames)) {
        const name = number2 === 1 ? `${unit} 1` : `${number2 ?? ""}`;
        drawMarkedLine(context, theme, layout, frame, name);
      }
    }
  };
  function drawMarkedLine(context, theme, layout, frame, words) {
    const { left, top, bottom, width } = layout;
    const at = layout.x(frame);
    const line = Math.round(at) - 0.5;
    drawGridLine(context, theme, line, top, 1, bottom - top);
    context.fillStyle = theme.quiet;
    context.textAlign = "center";
    const x = Math.min(Math.max(at, left + 10), width - 16);
    context.fillText(words, x, bottom + 9);
  }
  var roomOf = ({ isEndless, frames }, windowFrames) => isEndless ? Math.max(frames, PAGE_WINDOWS * windowFrames) : frames;
  function drawRange(context, { from, to }, layout, theme) {
    const { left, room, top, bottom } = layout;
    const within2 = (frame) => Math.min(Math.max(layout.x(frame), left), left + room);
    const [a, b] = [within2(from), within2(Math.min(to, layout.frames))];
    context.fillStyle = theme.halo;
    context.globalAlpha = 0.65;
    context.fillRect(left, top, a - left, bottom - top);
    context.fillRect(b, top, left + room - b, bottom - top);
    context.globalAlpha = 1;
    context.fillStyle = theme.cursor;
    for (const x of [a, b]) context.fillRect(x - 1, top, 2, bottom - top);
  }
  function drawTints(context, piece, part2, layout, { until, alpha }) {
    const { frameWidth, rowHeight } = layout;
    for (const { t, pitch, p } of likely(piece, part2, layout.first, until)) {
      context.globalAlpha = TINT_ALPHA * p * alpha;
      const [x, y] = [layout.x(t), layout.y(pitch)];
      context.fillRect(x, y, frameWidth + 0.4, rowHeight);
    }
    context.globalAlpha = 1;
  }
  function* likely({ logits, depth }, { pitches, first }, from, to) {
    for (let t = from; t < to; t++) {
      for (let row = 0; row < pitches.length; row++) {
        const p = sigm(logits[t * depth + first + row]);
        if (p >= LEAST_OUTPUT) yield { t, pitch: pitches[row], p };
      }
    }
  }
  function drawBars(context, { roll }, part2, layout, { until, alpha, least }) {
    const { first, frameWidth, rowHeight } = layout;
    const gap = Math.min(1, rowHeight * 0.18);
    const height = Math.max(rowHeight - gap, least);
    const above2 = (rowHeight - height) / 2;
    context.globalAlpha = alpha;
    part2.pitches.forEach((pitch, row) => {
      const sounds = part2.soundsOf(roll, row, first, until);
      for (const { startFrame, endFrame } of sounds) {
        const w = Math.max((endFrame - startFrame) * frameWidth - 0.8, 1.2);
        const [x, y] = [layout.x(startFrame), layout.y(pitch) + above2];
        context.beginPath();
        const radius = Math.min(2.5, height / 2, w / 2);
        context.roundRect(x, y, w, height, radius);
        context.fill();
      }
    });
    context.globalAlpha = 1;
  }
  function drawOnsets(context, { roll, depth }, part2, layout, shown) {
    const { until, alpha, least } = shown;
    const { pitches, first } = part2;
    const { rowHeight, frameWidth } = layout;
    const height = Math.max(rowHeight, least);
    const above2 = (rowHeight - height) / 2;
    const width = Math.min(ONSET_PIXELS, frameWidth / 2);
    context.globalAlpha = alpha;
    for (let t = layout.first; t < until; t++) {
      for (let row = 0; row < pitches.length; row++) {
        if (!roll[t * depth + first + pitches.length + row]) continue;
        const y = layout.y(pitches[row]) + above2;
        context.fillRect(layout.x(t), y, width, height);
      }
    }
    context.globalAlpha = 1;
  }
  function drawHits(context, piece, part2, layout, { until, alpha }) {
    const { frameWidth, laneHeight, first } = layout;
    for (const { t, pitch, p } of likely(piece, part2, first, until)) {
      context.globalAlpha = TINT_ALPHA * p * alpha;
      const [x, y] = [layout.x(t), layout.laneY(familyOf(pitch))];
      context.fillRect(x, y + 1, frameWidth, laneHeight - 2);
    }
    context.globalAlpha = alpha;
    const r = Math.min(MOST_HIT_PIXELS, laneHeight / 2);
    part2.pitches.forEach((pitch, row) => {
      const y = layout.laneY(familyOf(pitch)) + laneHeight / 2;
      for (let t = first; t < until; t++) {
        if (!part2.at(piece.roll, t, row).begins) continue;
        const x = layout.x(t) + Math.min(r, frameWidth / 2);
        const corners = [
          [x, y - r],
          [x + r, y],
          [x, y + r],
          [x - r, y]
        ];
        context.beginPath();
        trace(context, corners);
        context.fill();
      }
    });
    context.globalAlpha = 1;
  }
  function drawGridLine(context, theme, x, y, width, height) {
    context.globalAlpha = GRID_ALPHA;
    context.fillStyle = theme.ink;
    context.fillRect(x, y, width, height);
    context.globalAlpha = 1;
  }
  function drawPlayhead(context, x, layout, theme) {
    context.fillStyle = theme.cursor;
    context.fillRect(x - 1, 2, 2, layout.bottom - 2);
    context.beginPath();
    context.moveTo(x - HEAD_PIXELS, 0);
    context.lineTo(x + HEAD_PIXELS, 0);
    context.lineTo(x, 7);
    context.fill();
  }

  // src/page/screen.js
  var Screen = class {
    /**
     * @param {object} parts
     * @param {View} parts.view
     * @param {Songs} parts.songs
     * @param {Converter} parts.converter
     * @param {MapCanvas} parts.mapCanvas
     * @param {Mix} parts.mix
     * @param {NowPlaying} parts.now
     * @param {Modes} parts.modes
     * @param {Settings} parts.settings
     * @param {Themes} parts.themes
     * @param {Favourites} parts.favourites
     * @param {LoopRange} parts.loopRange
     * @param {Redraw} parts.redraw
     * @param {Kept} parts.kept
     * @param {FirstVisit} parts.firstVisit
     */
    constructor(parts) {
      this.parts = parts;
      const { view, converter, mix, redraw, kept: kept2 } = parts;
      this.overlay = new Overlay(canvas("moving"), view);
      this.roll = new RollCanvas(canvas("roll"), converter, mix);
      redraw.draw = (stale) => this.#draw(stale);
      const { glMarks } = parts.mapCanvas;
      if (glMarks) glMarks.onLost = () => redraw.ask("map");
      new ResizeObserver(() => this.#fit()).observe(part("stage"));
      new ResizeObserver(() => redraw.ask("roll")).observe(canvas("roll"));
      parts.loopRange.listenTo(this.roll);
      this.#fit();
      view.restore(kept2.get("view"));
    }
    /** The map's box has another size. */
    #fit() {
      const { view, songs, redraw } = this.parts;
      const wasWhole = view.isWhole;
      view.resize(part("stage").getBoundingClientRect());
      view.reserved = part("legend").offsetHeight + 12;
      if (wasWhole) view.fit(songs.droppedPoints());
      redraw.ask("map", "roll");
    }
    /** @param {Set<Part>} stale */
    #draw(stale) {
      const { mapCanvas, now, themes, redraw } = this.parts;
      const theme = themes.current;
      if (stale.has("move") && !stale.has("map")) this.#follow(stale, theme);
      if (stale.has("map")) {
        mapCanvas.draw(theme);
        if (!mapCanvas.isMoving) this.#keepView();
      }
      if (stale.has("map") || stale.has("overlay")) {
        this.overlay.draw(this.#moving(), theme);
        this.parts.firstVisit.follow();
      }
      if (stale.has("roll")) this.#drawRoll(theme);
      if (now.player.isPlaying) {
        now.showTime();
        redraw.ask("overlay", "roll");
      }
    }
    /**
     * Moves the pictures of map and overlay, or has them drawn.
     * @param {Set<Part>} stale
     * @param {Theme} theme
     */
    #follow(stale, theme) {
      const { mapCanvas, redraw } = this.parts;
      if (!mapCanvas.follow(theme)) {
        stale.add("map");
        return;
      }
      if (mapCanvas.isDrawing) redraw.ask("move");
      if (!mapCanvas.isMoving) this.#keepView();
      if (!stale.has("overlay")) this.overlay.moved.follow();
      this.parts.firstVisit.follow();
    }
    /** All of the map is no view to come back to: the screen may be another. */
    #keepView() {
      const { view, kept: kept2 } = this.parts;
      const place = view.isWhole ? null : view.place;
      if (JSON.stringify(place) === JSON.stringify(kept2.get("view") ?? null)) {
        return;
      }
      kept2.set("view", place);
    }
    /** @param {Theme} theme */
    #drawRoll(theme) {
      const { shown, player } = this.parts.now;
      const frame = player.heard === shown ? player.frame : null;
      const { range, loop } = player;
      this.roll.draw(shown, frame, theme, loop ? range : null);
    }
    #moving() {
      const { modes, now, settings, favourites } = this.parts;
      const { piece, player } = now;
      const { frame } = player;
      const stretch = piece?.kind === "point" ? piece.stretches[0] : null;
      const isChanged = stretch?.off !== void 0;
      return {
        cursor: modes.cursor,
        path: modes.path,
        steps: modes.mode === "blend" ? settings.steps : 0,
        isDrawing: modes.isDrawing,
        favourites: favourites.list.map(({ point }) => point),
        playing: frame === null ? null : player.heard?.pointAt(frame) ?? null,
        shown: stretch?.point ?? null,
        from: isChanged ? modes.change.from : null,
        isOff: (stretch?.off ?? 0) > 0
      };
    }
  };

  // src/page/scrub.js
  var NEAR_PIXELS2 = 9;
  var LEAST_MILLISECONDS = 120;
  var Scrub = class {
    /** @type {Found | null} */
    #on = null;
    #last = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #soon;
    /**
     * @param {object} parts
     * @param {View} parts.view
     * @param {Walks} parts.walks
     * @param {Modes} parts.modes
     * @param {Highlight} parts.highlight
     */
    constructor({ view, walks, modes, highlight }) {
      this.view = view;
      this.walks = walks;
      this.modes = modes;
      this.highlight = highlight;
    }
    get isOn() {
      return this.#on !== null;
    }
    /**
     * Begins where a trail is under a place of the screen.
     * @param {Point} place
     * @returns Whether there is one.
     */
    begin(place) {
      const { view } = this;
      const point = view.toMap(place);
      const reach = NEAR_PIXELS2 / view.scale;
      this.#on = this.walks.songs.nearest(point, reach, view.stretch);
      if (!this.#on) return false;
      this.highlight.set(this.#on.song);
      this.#last = 0;
      this.#play();
      return true;
    }
    /** @param {Point} place Of the screen. */
    move(place) {
      if (!this.#on) return;
      const { song, index } = this.#on;
      const next = windowUnder(song, place, this.view, index);
      if (next === index) return;
      this.#on = { song, index: next };
      clearTimeout(this.#soon);
      const wait2 = this.#last + LEAST_MILLISECONDS - performance.now();
      this.#soon = setTimeout(() => this.#play(), Math.max(wait2, 0));
    }
    #play() {
      if (!this.#on) return;
      this.#last = performance.now();
      const { song, index } = this.#on;
      this.modes.walkAlong(song, index);
    }
    end() {
      this.#on = null;
      this.highlight.set(null);
    }
  };

  // src/page/settings.js
  var KEPT_SLIDERS = ["windows", "steps", "pace", "threshold", "temperature"];
  var KEPT_CHOICES = ["sampling", "roam"];
  var Settings = class {
    /** @type {Listeners} */
    #listeners = { onWalk() {
    }, onEmission() {
    }, onVolume() {
    }, onRoam() {
    } };
    /**
     * @param {Emission} emission Changed by the settings of sound.
     * @param {Times} times
     * @param {number} windowFrames
     * @param {boolean} goesOn Whether the model goes on past a window.
     */
    constructor(emission, times, windowFrames, goesOn) {
      this.emission = emission;
      const seconds = (windows) => times.seconds(windows * windowFrames);
      const length2 = (windows) => goesOn || windows === 1 ? seconds(windows) : `${seconds(windows)}, ${windows} times`;
      const onWalk = () => this.#listeners.onWalk();
      slider("windows", length2, onWalk);
      input("keeps-time").addEventListener("change", () => {
        input("pace").disabled = this.keepsTime;
        onWalk();
      });
      for (const choice of choices("roam")) {
        choice.addEventListener("change", () => this.#listeners.onRoam());
      }
      slider("steps", (v) => `${v}, ${seconds(v)}`, onWalk);
      slider("pace", (v) => `${v} s`, onWalk);
      slider("volume", percent, (v) => this.#listeners.onVolume(v));
      input("threshold").value = String(emission.threshold);
      slider(
        "threshold",
        (v) => `likelier than ${percent(v)}`,
        (threshold) => this.#emit({ threshold })
      );
      input("temperature").value = String(emission.temperature);
      slider(
        "temperature",
        (v) => v.toFixed(2),
        (temperature) => this.#emit({ temperature })
      );
      button("redraw").addEventListener("click", () => {
        this.throwDice(emission.draw + 1);
      });
      this.#showDraw();
      for (const choice of choices("sampling")) {
        choice.checked = choice.value === emission.sampling;
        choice.addEventListener("change", () => {
          this.#emit({ sampling: choice.value });
          this.#showSampling();
        });
      }
      this.#showSampling();
    }
    /** @param {Listeners} listeners */
    listen(listeners) {
      this.#listeners = listeners;
    }
    get windows() {
      return Number(input("windows").value);
    }
    get wanders() {
      return [...choices("roam")].some((c) => c.checked && c.value === "wander");
    }
    get volume() {
      return Number(input("volume").value);
    }
    get steps() {
      return Number(input("steps").value);
    }
    /** @param {number} threshold */
    setThreshold(threshold) {
      input("threshold").value = String(threshold);
      input("threshold").dispatchEvent(new Event("input"));
    }
    get keepsTime() {
      return input("keeps-time").checked;
    }
    get pace() {
      return Number(input("pace").value);
    }
    /**
     * One throw gives the same music of a point each time.
     * @param {number} draw
     */
    throwDice(draw) {
      if (draw === this.emission.draw) return;
      this.#emit({ draw });
      this.#showDraw();
    }
    /** All that is set, to be kept. */
    get state() {
      const { draw } = this.emission;
      const numbers = Object.fromEntries(
        KEPT_SLIDERS.map((id) => [id, Number(input(id).value)])
      );
      const chosen = KEPT_CHOICES.map((name) => {
        const choice = [...choices(name)].find(({ checked }) => checked);
        return [name, choice?.value ?? ""];
      });
      return {
        numbers: { ...numbers, draw, keepsTime: Number(this.keepsTime) },
        choices: Object.fromEntries(chosen)
      };
    }
    /** @param {Pick<State, 'numbers' | 'choices'>} state As it was kept. */
    restore({ numbers, choices: chosen }) {
      for (const id of KEPT_SLIDERS) {
        if (!(id in numbers)) continue;
        input(id).value = String(numbers[id]);
        input(id).dispatchEvent(new Event("input"));
      }
      for (const name of KEPT_CHOICES) {
        for (const choice of choices(name)) {
          if (choice.value !== chosen[name] || choice.checked) continue;
          choice.checked = true;
          choice.dispatchEvent(new Event("change"));
        }
      }
      if (this.keepsTime !== Boolean(numbers.keepsTime)) {
        input("keeps-time").click();
      }
      const { draw = 1 } = numbers;
      this.throwDice(Math.max(1, Math.round(draw)));
    }
    /** @param {Partial<Emission>} change */
    #emit(change) {
      Object.assign(this.emission, change);
      this.#listeners.onEmission();
    }
    #showDraw() {
      part("draw-value").textContent = String(this.emission.draw);
    }
    #showSampling() {
      const isThreshold = this.emission.sampling === "threshold";
      part("threshold-row").hidden = !isThreshold;
      part("temperature-row").hidden = isThreshold;
    }
  };
  var percent = (value) => `${Math.round(100 * value)}%`;
  function slider(id, words, set) {
    const element = input(id);
    const update = () => {
      const value = Number(element.value);
      part(`${id}-value`).textContent = words(value);
      element.setAttribute("aria-valuetext", words(value));
      return value;
    };
    element.addEventListener("input", () => set(update()));
    update();
  }

  // src/page/side_switch.js
  var SideSwitch = class {
    #now;
    #songs;
    /**
     * @param {NowPlaying} now
     * @param {Songs} songs
     */
    constructor(now, songs) {
      this.#now = now;
      this.#songs = songs;
      for (const choice of choices("side")) {
        choice.addEventListener("change", () => {
          now.compare(choice.value === "original");
        });
      }
    }
    /** Another piece is shown. */
    show() {
      const { isOriginal, original } = this.#now;
      part("sides").hidden = !this.#songs.list.some(({ notes }) => notes);
      for (const choice of choices("side")) {
        choice.checked = choice.value === "original" === isOriginal;
        if (choice.value !== "original") continue;
        choice.disabled = !original;
        choice.title = original ? "The song's own notes, from here on" : "Only near a window of a song, and on a walk along one";
      }
    }
  };

  // src/map/search.js
  var folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  function matching(songs, query) {
    const words = folded(query).split(/\s+/).filter(Boolean);
    return songs.filter(({ title, name }) => {
      const text = folded(`${title} ${name}`);
      return words.every((word) => text.includes(word));
    });
  }

  // src/page/song_list.js
  var MOST_ROWS = 150;
  var MARKER_PIXELS = 20;
  var MARKER_RADIUS = 6;
  var PLAY_ICON = '<path class="full" d="M6 3.5v13l10.5-6.5z"/>';
  var EYE_ICON = '<path d="M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5z"/><circle class="open" cx="10" cy="10" r="2.3"/><path class="shut" d="M4 16 16 4"/>';
  var SongList = class {
    /** @type {Map<Song, Row>} Those that were made. */
    #rows = /* @__PURE__ */ new Map();
    /** @type {Song[]} */
    #songs = [];
    /**
     * @param {object} parts
     * @param {Markers} parts.markers
     * @param {Themes} parts.themes
     * @param {Modes} parts.modes
     * @param {Highlight} parts.highlight
     * @param {Redraw} parts.redraw
     */
    constructor(parts) {
      this.parts = parts;
      const search = input("search");
      search.addEventListener("input", () => this.#find(search.value));
      search.addEventListener("keydown", (event) => {
        const [first] = matching(this.#songs, search.value);
        if (event.key !== "Enter" || event.isComposing) return;
        if (!search.value.trim() || !first) return;
        parts.modes.walkAlong(first);
      });
    }
    /**
     * Adds a song.
     * @param {Song} song
     */
    add(song) {
      this.#songs.push(song);
      if (this.#songs.length <= MOST_ROWS || song.isDropped) {
        part("songs").append(this.#rowOf(song).element);
      }
      this.#say(this.#songs, "");
      return song;
    }
    /**
     * Brings a song's row into sight.
     * @param {Song} song
     */
    reveal(song) {
      const { element } = this.#rowOf(song);
      if (!element.isConnected) {
        input("search").value = "";
        this.#find("");
      }
      element.scrollIntoView({ block: "nearest" });
    }
    /** @param {string} query */
    #find(query) {
      const found = matching(this.#songs, query);
      const listed = found.filter((song, i) => i < MOST_ROWS || song.isDropped);
      part("songs").replaceChildren(
        ...listed.map((song) => this.#rowOf(song).element)
      );
      this.#say(found, query);
      this.parts.highlight.find(query.trim() ? found : []);
    }
    /**
     * Says how many songs were found, where that is not plain to see.
     * @param {Song[]} found
     * @param {string} query
     */
    #say(found, query) {
      const total = this.#songs.length;
      let text = "";
      if (query.trim()) {
        text = found.length ? `${found.length} of ${total} songs. Enter plays the first.` : "No song is called so.";
      } else if (total > MOST_ROWS) {
        text = `The first ${MOST_ROWS} of ${total.toLocaleString("en")} songs.`;
      }
      part("found").hidden = !text;
      part("found").textContent = text;
    }
    /** @param {Song} song */
    #rowOf(song) {
      const made2 = this.#rows.get(song);
      if (made2) return made2;
      const row = this.#make(song);
      this.#rows.set(song, row);
      this.describe(song);
      this.#drawMarker(song, row.marker);
      return row;
    }
    /**
     * @param {Song} song
     * @returns {Row}
     */
    #make(song) {
      const marker = document.createElement("canvas");
      marker.setAttribute("aria-hidden", "true");
      const title = document.createElement("b");
      title.textContent = song.name;
      title.title = song.title;
      title.dir = "auto";
      const detail = document.createElement("small");
      const name = document.createElement("div");
      name.className = "name";
      name.append(title, detail);
      const row = document.createElement("li");
      row.className = "row";
      row.append(marker, name, this.#walkButton(song), this.#eye(song, row));
      const { highlight } = this.parts;
      for (const event of ["pointerenter", "focusin"]) {
        row.addEventListener(event, () => highlight.set(song));
      }
      for (const event of ["pointerleave", "focusout"]) {
        row.addEventListener(event, () => highlight.set(null));
      }
      return { element: row, marker, detail };
    }
    /** @param {Song} song */
    #walkButton(song) {
      const walk = iconButton(PLAY_ICON, `Walk along ${song.title}`);
      walk.title = "Walk along this song";
      walk.addEventListener("click", () => this.parts.modes.walkAlong(song));
      return walk;
    }
    /**
     * @param {Song} song
     * @param {HTMLElement} row
     */
    #eye(song, row) {
      const eye = iconButton(EYE_ICON, `Show ${song.title}`);
      eye.classList.add("eye");
      eye.setAttribute("aria-pressed", "true");
      eye.title = "Show or hide";
      eye.addEventListener("click", () => {
        song.shown = !song.shown;
        row.classList.toggle("off", !song.shown);
        eye.setAttribute("aria-pressed", String(song.shown));
        this.parts.redraw.ask("map");
      });
      return eye;
    }
    /**
     * Says how many windows a song has.
     * @param {Song} song
     */
    describe(song) {
      const { starts, ends, isDropped } = song;
      const length2 = clockOf(ends.at(-1) ?? 0);
      const row = this.#rows.get(song);
      if (!row) return;
      const whose = isDropped ? " · yours" : "";
      row.detail.textContent = `${countOf(starts.length)} · ${length2}${whose}`;
    }
    /** Draws all marks anew: the theme has changed. */
    drawMarkers() {
      for (const [song, { marker }] of this.#rows) this.#drawMarker(song, marker);
    }
    /**
     * @param {Song} song
     * @param {HTMLCanvasElement} canvas
     */
    #drawMarker(song, canvas2) {
      const ratio = window.devicePixelRatio || 1;
      const { markers, themes } = this.parts;
      const { image } = markers.of(song, themes.current, MARKER_RADIUS, ratio);
      canvas2.width = canvas2.height = MARKER_PIXELS * ratio;
      const edge = (canvas2.width - image.width) / 2;
      contextOf(canvas2).drawImage(image, edge, edge);
    }
  };
  function iconButton(shapes, label) {
    const button2 = document.createElement("button");
    button2.type = "button";
    button2.className = "button icon";
    const svg = 'svg viewBox="0 0 20 20" aria-hidden="true"';
    button2.innerHTML = `<${svg}>${shapes}</svg>`;
    button2.setAttribute("aria-label", label);
    return button2;
  }

  // src/page/tag.js
  var DISTANCE = 18;
  var EDGE3 = 4;
  var Tag = class {
    #element = part("tag");
    /**
     * @param {object} parts
     * @param {View} parts.view
     * @param {Walks} parts.walks
     * @param {Legend} parts.legend
     * @param {boolean} parts.hasTouch
     */
    constructor({ view, walks, legend, hasTouch }) {
      this.view = view;
      this.walks = walks;
      this.legend = legend;
      this.hasTouch = hasTouch;
    }
    hide() {
      this.#element.hidden = true;
    }
    /** @param {Point} point */
    show(point) {
      const tag = this.#element;
      tag.hidden = false;
      const name = document.createElement("b");
      name.textContent = this.walks.placeName(point);
      name.dir = "auto";
      tag.replaceChildren(name, this.legend.valueAt(point));
      const [x, y] = this.view.toScreen(point);
      const { offsetWidth, offsetHeight } = tag;
      const isLeft = x + DISTANCE + offsetWidth > this.view.width;
      const isAbove = this.hasTouch || y + DISTANCE + offsetHeight > this.view.height;
      const left = x + (isLeft ? -DISTANCE - offsetWidth : DISTANCE);
      const top = y + (isAbove ? -DISTANCE - offsetHeight : DISTANCE);
      const place = [left, top].map((at) => `${Math.max(EDGE3, at)}px`);
      tag.style.transform = `translate(${place.join()})`;
    }
    /**
     * Says what is at a point, for readers who listen.
     * @param {Point} point
     */
    speak(point) {
      const name = this.walks.placeName(point);
      part("spoken").textContent = `${name}. ${this.legend.valueAt(point)}`;
    }
  };

  // src/page/takes.js
  var Takes = class {
    /** @type {Piece[]} */
    list = [];
    /**
     * @param {object} parts
     * @param {Recorder} parts.recorder
     * @param {NowPlaying} parts.now
     * @param {Save} parts.save
     * @param {History} parts.history
     * @param {Message} parts.message
     */
    constructor(parts) {
      this.parts = parts;
      parts.recorder.onFull = () => this.#stop();
      button("record").addEventListener("click", () => {
        if (parts.recorder.isOn) this.#stop();
        else this.#start();
      });
    }
    #start() {
      const { recorder, now } = this.parts;
      recorder.start();
      this.#showState();
      if (!now.player.isPlaying) now.toggle();
    }
    #stop() {
      const { recorder, now, message } = this.parts;
      now.stop();
      const piece = recorder.stop();
      this.#showState();
      if (!piece) {
        message.say("Nothing sounded, so nothing was recorded.");
        return;
      }
      this.#put([...this.list, piece]);
    }
    #showState() {
      const { isOn: isOn2 } = this.parts.recorder;
      button("record").setAttribute("aria-pressed", String(isOn2));
    }
    /** @param {Piece[]} list */
    #put(list) {
      const before = this.list;
      this.#show(list);
      this.parts.history.did(() => this.#show(before));
    }
    /** @param {Piece[]} list */
    #show(list) {
      this.list = list;
      const rows = list.map((take) => this.#rowOf(take));
      showRows(part("takes"), rows, button("record"));
    }
    /** @param {Piece} take */
    #rowOf(take) {
      const { now, save } = this.parts;
      const { title } = take;
      const midi = smallButton(
        "MIDI",
        `Save ${title} as MIDI`,
        () => save.midi(take)
      );
      makeDraggable(midi, () => take, save);
      const length2 = clockOf(take.clock.seconds(take.frames));
      return rowOf("●", `${title} · ${length2}`, [
        smallButton("Play", `Play ${title}`, () => now.show(take, { play: true })),
        midi,
        smallButton("WAV", `Save ${title} as WAV`, () => save.wav(take)),
        smallButton(
          "✕",
          `Remove ${title}`,
          () => this.#put(this.list.filter((other) => other !== take))
        )
      ]);
    }
  };

  // src/midi/tap.js
  var PAUSE_MILLISECONDS = 2e3;
  var KEPT_TAPS = 8;
  var Taps = class {
    /** @type {number[]} */
    #times = [];
    /**
     * @param {number} milliseconds
     * @returns Quarters a minute, from the second tap on.
     */
    tap(milliseconds) {
      const last = this.#times.at(-1) ?? Number.NEGATIVE_INFINITY;
      if (milliseconds - last > PAUSE_MILLISECONDS) this.#times = [];
      this.#times.push(milliseconds);
      if (this.#times.length > KEPT_TAPS) this.#times.shift();
      const gaps = this.#times.length - 1;
      if (gaps < 1) return null;
      return 6e4 * gaps / (milliseconds - this.#times[0]);
    }
  };

  // src/page/tempo_panel.js
  var TempoPanel = class {
    #player;
    #box = input("tempo");
    /** Called when the reader has changed something. */
    onChange = () => {
    };
    /** @param {Player} player */
    constructor(player) {
      this.#player = player;
      const { tempo } = player;
      const box = this.#box;
      Object.assign(box, { min: SLOWEST, max: FASTEST });
      box.placeholder = String(Math.round(tempo.ownQpm));
      box.addEventListener("change", () => {
        this.set(box.value === "" ? null : Number(box.value));
      });
      const taps = new Taps();
      button("tap").addEventListener("pointerdown", (event) => {
        this.#tap(taps, event.timeStamp);
      });
      button("tap").addEventListener("click", (event) => {
        if (event.detail === 0) this.#tap(taps, event.timeStamp);
      });
      const quantum = find("quantum", HTMLSelectElement);
      quantum.addEventListener("change", () => {
        player.quantum = /** @type {Quantum} */
        quantum.value;
        this.onChange();
      });
    }
    /**
     * @param {Taps} taps
     * @param {number} milliseconds
     */
    #tap(taps, milliseconds) {
      const qpm = taps.tap(milliseconds);
      if (qpm) this.set(qpm);
    }
    /** @param {number | null} qpm None for the music's own. */
    set(qpm) {
      const { tempo } = this.#player;
      tempo.qpm = qpm === null || !Number.isFinite(qpm) ? null : Math.min(Math.max(Math.round(10 * qpm) / 10, SLOWEST), FASTEST);
      this.#box.value = tempo.qpm === null ? "" : String(tempo.qpm);
      this.onChange();
    }
    /** Shows a tempo that comes from outside. */
    showClock() {
      const { clock } = this.#player.tempo;
      this.#box.disabled = button("tap").disabled = clock !== null;
      const qpm = clock?.qpm;
      part("clock-tempo").textContent = clock ? `${qpm ? `${qpm.toFixed(1)} from` : "waits for"} the MIDI clock` : "";
    }
  };

  // src/page/themes.js
  var Themes = class {
    #system = matchMedia("(prefers-color-scheme: dark)");
    /** @type {'light' | 'dark' | null} */
    #chosen = null;
    /** Called when the theme has changed. */
    onChange = () => {
    };
    /** @param {Kept} kept */
    constructor(kept2) {
      const theme = kept2.get("theme");
      if (theme === "light" || theme === "dark") this.#chosen = theme;
      this.current = this.#apply();
      this.#system.addEventListener("change", () => this.#change());
      button("theme").addEventListener("click", () => {
        this.#chosen = this.#name === "dark" ? "light" : "dark";
        kept2.set("theme", this.#chosen);
        this.#change();
      });
    }
    get #name() {
      return this.#chosen ?? (this.#system.matches ? "dark" : "light");
    }
    #apply() {
      document.documentElement.dataset.theme = this.#name;
      return readTheme();
    }
    #change() {
      this.current = this.#apply();
      this.onChange();
    }
  };

  // src/sound/mix.js
  var Mix = class {
    /** @type {Setting[]} By part. */
    settings;
    /** Called when something has changed. */
    onChange = () => {
    };
    /** @param {number} parts How many there are. */
    constructor(parts) {
      this.settings = Array.from({ length: parts }, () => {
        return { volume: 1, isMuted: false, isSolo: false };
      });
    }
    /**
     * @param {number} part
     * @param {Partial<Setting>} change
     */
    set(part2, change) {
      Object.assign(this.settings[part2], change);
      this.onChange();
    }
    /**
     * 0 for a part that is muted, or not among those that play solo.
     * @param {number} part
     */
    levelOf(part2) {
      const { volume, isMuted, isSolo } = this.settings[part2];
      const isAlone = this.settings.some((setting) => setting.isSolo);
      return isMuted || isAlone && !isSolo ? 0 : volume;
    }
  };

  // src/sound/clock_pair.js
  var SHARE = 0.02;
  var MOST_MILLISECONDS = 0.1;
  var BROKEN_MILLISECONDS = 60;
  var SURE_LOOKS = 3;
  var ClockPair = class {
    /** @type {number | null} Milliseconds at the sound's second 0. */
    #offset = null;
    #broken = 0;
    // Looks in a row that differ by too much.
    /**
     * A look at both clocks.
     * @param {number} seconds Of sound.
     * @param {number} milliseconds Of the browser.
     */
    observe(seconds, milliseconds) {
      const offset = milliseconds - 1e3 * seconds;
      const difference = offset - (this.#offset ?? offset);
      const isBroken = Math.abs(difference) > BROKEN_MILLISECONDS;
      this.#broken = isBroken ? this.#broken + 1 : 0;
      if (this.#offset === null || this.#broken >= SURE_LOOKS) {
        this.#offset = offset;
        this.#broken = 0;
      } else if (!isBroken) {
        const share = Math.min(SHARE * Math.abs(difference), MOST_MILLISECONDS);
        this.#offset += share * Math.sign(difference);
      }
    }
    /** @param {number} seconds Of sound. */
    toMilliseconds(seconds) {
      return (this.#offset ?? 0) + 1e3 * seconds;
    }
    /** @param {number} milliseconds Of the browser. */
    toSeconds(milliseconds) {
      return (milliseconds - (this.#offset ?? 0)) / 1e3;
    }
  };

  // src/sound/marks.js
  var KEPT3 = 64;
  var Marks = class {
    /** @param {Mark} first */
    constructor(first) {
      this.marks = [{ ...first }];
    }
    /** @param {Mark} mark */
    add(mark) {
      this.marks.push({ ...mark });
      if (this.marks.length > KEPT3) this.marks.shift();
    }
    /** @param {number} time */
    #markAt(time) {
      let mark = this.marks[0];
      for (const candidate of this.marks) {
        if (candidate.time <= time) mark = candidate;
      }
      return mark;
    }
    /**
     * The piece of a time.
     * @param {number} time
     */
    pieceAt(time) {
      return this.#markAt(time).piece ?? null;
    }
    /**
     * The frame of a time, with its fraction.
     * @param {number} time
     */
    frameAt(time) {
      const mark = this.#markAt(time);
      const since = (time - mark.time) * mark.rate;
      return mark.frame + Math.min(Math.max(since, 0), 0.999);
    }
  };

  // src/sound/player.js
  var TIMER_MILLISECONDS = 30;
  var START_SECONDS2 = 0.06;
  var AHEAD_SECONDS = 0.12;
  var AHEAD_IN_BACKGROUND_SECONDS = 1.5;
  var MISSED_SECONDS = 1;
  var DECODING_SECONDS = 0.15;
  var Player = class {
    loop = false;
    /** @type {{from: number, to: number} | null} The frames that are looped. */
    range = null;
    /** @type {Quantum} When other music may begin while there is some. */
    quantum = "none";
    /** @type {Piece | null} What is sent to the loudspeaker. */
    piece = null;
    /** @type {Sink[]} Who else is told. */
    sinks = [];
    clocks = new ClockPair();
    /** Called when a piece has ended, or another begun, by itself. */
    onChange = () => {
    };
    /** Called before endless music ends. @type {(p: Piece, u: number) => void} */
    onNeed = () => {
    };
    #volume = 0.8;
    #isSilent = false;
    /** @type {AudioContext | null} Made when first asked for a sound. */
    #context = null;
    /** @type {AudioOut | null} */
    #audio = null;
    /** @type {Queued | null} */
    #queued = null;
    #next = { frame: 0, time: 0, rate: 1, beat: 0 };
    #marks = new Marks(this.#next);
    #waits = false;
    // For a clock from outside to start.
    #isLed = false;
    // That clock said when.
    /** @type {ReturnType<typeof setInterval> | undefined} */
    #timer;
    /**
     * @param {Converter} converter
     * @param {Mix} mix
     * @param {Tempo} tempo
     */
    constructor(converter, mix, tempo) {
      this.converter = converter;
      this.mix = mix;
      this.tempo = tempo;
      this.cues = new Cues(converter, () => this.#everySink);
    }
    /** @returns {Sink[]} */
    get #everySink() {
      return this.#audio ? [this.#audio, ...this.sinks] : this.sinks;
    }
    get isPlaying() {
      return this.piece !== null;
    }
    /** Whether it waits for a clock from outside. */
    get isWaiting() {
      return this.#waits;
    }
    /** The channels of the loudspeaker, by part, once there are some. */
    get channels() {
      return this.#audio?.channels ?? [];
    }
    set volume(value) {
      this.#volume = value;
      this.#audio?.instruments.setVolume(this.#isSilent ? 0 : value);
    }
    /** Whether the page itself makes no sound. */
    set isSilent(is) {
      this.#isSilent = is;
      this.volume = this.#volume;
    }
    /** The time of what comes out of the loudspeaker. */
    get #timeHeard() {
      const { currentTime = 0, outputLatency = 0 } = this.#context ?? {};
      return currentTime - (outputLatency || 0);
    }
    /** The frame that is heard now, with its fraction; null if none is. */
    get frame() {
      return this.piece ? this.#marks.frameAt(this.#timeHeard) : null;
    }
    /** The piece that is heard now. */
    get heard() {
      if (!this.piece) return null;
      return this.#marks.pieceAt(this.#timeHeard) ?? this.piece;
    }
    /** The mix has changed. */
    mixAnew() {
      this.#audio?.mixAnew();
    }
    /** Sound, once there is some: after a click or a key. */
    #wake() {
      const context = this.#context ?? new AudioContext({ latencyHint: "interactive" });
      this.#context = context;
      this.#audio ??= new AudioOut(
        context,
        this.converter,
        this.mix,
        this.#isSilent ? 0 : this.#volume
      );
      if (context.state !== "running") context.resume();
      return context;
    }
    /**
     * Plays a piece from a frame on: at once, or in time if there is music.
     * Must follow a click or a key.
     * @param {Piece} piece
     * @param {number} frame
     */
    play(piece, frame = 0) {
      this.#wake();
      if (this.piece && this.quantum !== "none") {
        this.#queued = { piece, frame, quantum: this.quantum };
        return;
      }
      this.stop();
      this.piece = piece;
      this.#waits = this.tempo.clock !== null && !this.tempo.clock.isRunning;
      const beat = frame / this.tempo.beatFrames;
      this.#next = { frame, time: 0, rate: piece.clock.rateAt(frame), beat };
      this.#marks = new Marks({ ...this.#next, piece });
      this.#timer = setInterval(() => this.#schedule(), TIMER_MILLISECONDS);
      this.#schedule();
    }
    /**
     * Goes over to a piece in time, at the same frame.
     * @param {Piece} piece
     * @param {Quantum} quantum
     */
    goOver(piece, quantum = "beat") {
      if (!this.piece) return;
      this.#queued = { piece, frame: null, quantum };
    }
    /** A clock from outside has started. */
    clockStarted() {
      this.#isLed ||= this.#waits;
      this.#waits = false;
    }
    stop() {
      if (!this.piece) return;
      clearInterval(this.#timer);
      const now = this.#context?.currentTime ?? 0;
      const { time } = this.#next;
      if (time) this.cues.end(now, Math.max(now, time));
      this.#next.time = 0;
      this.#queued = null;
      this.#waits = this.#isLed = false;
      this.piece = null;
    }
    /** Sets both clocks beside each other; returns the time of sound. */
    #look(context) {
      const { contextTime, performanceTime } = context.getOutputTimestamp();
      if (contextTime && performanceTime) {
        this.clocks.observe(contextTime, performanceTime);
      } else {
        this.clocks.observe(context.currentTime, performance.now());
      }
      return context.currentTime;
    }
    #schedule() {
      const context = this.#context;
      if (!this.piece || !context || context.state !== "running") return;
      const now = this.#look(context);
      const { clock } = this.tempo;
      if (this.#waits || clock?.isRunning && !clock.qpm) return;
      if (!this.#next.time) this.#begin(now);
      const ahead = document.hidden ? AHEAD_IN_BACKGROUND_SECONDS : AHEAD_SECONDS;
      while (this.piece && this.#next.time < now + ahead) {
        if (!this.#step(now)) return;
      }
      this.#ask(ahead);
    }
    /**
     * The first frame: as soon as can be, or on a line of the clock's grid.
     * @param {number} now
     */
    #begin(now) {
      const next = this.#next;
      next.time = now + START_SECONDS2;
      const { clock } = this.tempo;
      const { metre } = this.converter;
      if (clock?.isRunning && clock.qpm) {
        const first = clock.beatAt(this.clocks.toMilliseconds(next.time));
        if (this.#isLed) {
          const { beatFrames } = this.tempo;
          next.frame += Math.ceil(first * beatFrames);
          next.beat = next.frame / beatFrames;
        } else {
          const quantum = this.quantum === "none" ? "beat" : this.quantum;
          next.beat = lineAfter(first, beatsBetween(quantum, metre));
        }
        next.time += (next.beat - first) * 60 / clock.qpm;
      }
      this.#marks = new Marks({ ...next, piece: this.piece });
      for (const sink of this.#everySink) sink.begin?.(next.time, next.beat);
    }
    /**
     * Sends the next frame.
     * @param {number} now
     * @returns Whether there may be more.
     */
    #step(now) {
      const next = this.#next;
      this.#goOverInTime();
      const piece = this.piece;
      if (!piece) return false;
      const { from, to } = this.#bounds(piece);
      if (next.frame >= to && !piece.isEndless && this.#queued) {
        this.cues.rest(next.time);
        next.rate = this.#rateOf(piece);
        this.#advance(null);
        return true;
      }
      const isLooped = this.loop && this.range !== null;
      if (next.frame >= to && (!piece.isEndless || isLooped)) {
        if (!this.loop) return this.#endSoon(now);
        this.cues.rest(next.time);
        next.frame = from;
      }
      if (next.frame >= piece.decoded) {
        next.time = Math.max(next.time, now + 0.05);
        this.#ask(AHEAD_SECONDS);
        return false;
      }
      next.rate = this.#rateOf(piece);
      this.#marks.add({ ...next, piece });
      const isMissed = next.time < now - MISSED_SECONDS;
      if (isMissed) this.cues.rest(next.time);
      else this.cues.play(piece, next);
      this.#advance(isMissed ? null : piece);
      next.frame++;
      return true;
    }
    /** @param {Piece} piece */
    #bounds(piece) {
      const { range } = this;
      if (!this.loop || !range) return { from: 0, to: piece.frames };
      const from = Math.min(range.from, piece.frames - 1);
      const to = Math.min(range.to, piece.frames);
      return { from: Math.max(from, 0), to: Math.max(to, from + 1) };
    }
    #goOverInTime() {
      const queued = this.#queued;
      const next = this.#next;
      if (!queued) return;
      const { piece, frame, quantum } = queued;
      const beats = beatsBetween(quantum, this.converter.metre);
      if (!isOnGrid(next.beat, beats, this.tempo.beatFrames)) return;
      const at = frame ?? Math.min(next.frame, piece.frames - 1);
      if (at >= piece.decoded) return;
      this.cues.rest(next.time);
      this.piece = piece;
      this.#queued = null;
      next.frame = at;
      this.onChange();
    }
    /**
     * @param {number} now
     * @returns {false}
     */
    #endSoon(now) {
      this.cues.rest(this.#next.time);
      if (now >= this.#next.time) {
        this.stop();
        this.onChange();
      }
      return false;
    }
    /**
     * Frames a second, now.
     * @param {Piece} piece
     */
    #rateOf({ clock, frames }) {
      const { frame, time, beat } = this.#next;
      const own = clock.rateAt(Math.min(frame, frames - 1));
      return this.tempo.rateAt(own, beat, this.clocks.toMilliseconds(time));
    }
    /** @param {Piece | null} piece None where the music waits. */
    #advance(piece) {
      const next = this.#next;
      const { frame, time, beat } = next;
      const [seconds, beats] = [1 / next.rate, 1 / this.tempo.beatFrames];
      for (const sink of this.#everySink) {
        sink.step?.({ piece, frame, time, seconds, beat, beats });
      }
      next.time += seconds;
      next.beat += beats;
    }
    /**
     * Asks for more of endless music.
     * @param {number} ahead Seconds.
     */
    #ask(ahead) {
      const { piece } = this;
      if (!piece?.isEndless) return;
      const { frame, rate } = this.#next;
      const more = Math.ceil((ahead + DECODING_SECONDS) * rate);
      this.onNeed(piece, frame + more);
    }
  };

  // src/sound/recorder.js
  var MOST_SECONDS2 = 60 * 60;
  var LONGEST_GAP_SECONDS = 10;
  var SAME_RATE = 5e-3;
  var Recorder = class {
    isOn = false;
    #takes = 0;
    /** @type {Kept[]} */
    #kept = [];
    /**
     * @param {Converter} converter
     * @param {() => void} onFull It is as long as can be kept.
     */
    constructor(converter, onFull) {
      this.depth = converter.depth;
      this.framesPerSecond = converter.framesPerSecond;
      this.onFull = onFull;
    }
    start() {
      this.#kept = [];
      this.isOn = true;
    }
    /** How long it is by now, in seconds. */
    get seconds() {
      return this.#kept.reduce((sum, { rate }) => sum + 1 / rate, 0);
    }
    /** @param {Step} step */
    step({ piece, frame, time, seconds }) {
      if (!this.isOn) return;
      const last = this.#kept.at(-1);
      const begun = this.#kept.at(0)?.time ?? time;
      if (time - begun > MOST_SECONDS2) {
        this.onFull();
        return;
      }
      if (!piece && !last) return;
      this.#keepSilence(time, seconds);
      if (!piece) {
        this.#keepSilence(time + seconds, seconds);
        return;
      }
      const { depth } = this;
      const [from, to] = [frame * depth, (frame + 1) * depth];
      this.#kept.push({
        roll: piece.roll.slice(from, to),
        logits: piece.logits.slice(from, to),
        z: piece.stretchAt(frame).z,
        point: piece.pointAt(frame),
        ...{ time, rate: 1 / seconds }
      });
    }
    /**
     * Fills the time up to a frame.
     * @param {number} until
     * @param {number} seconds Of a frame.
     */
    #keepSilence(until, seconds) {
      const last = this.#kept.at(-1);
      if (!last) return;
      const end = last.time + 1 / last.rate;
      const gap = Math.min(until - end, LONGEST_GAP_SECONDS);
      const roll = new Uint8Array(this.depth);
      for (let i = 0; i < Math.round(gap / seconds); i++) {
        const time = until - gap + i * seconds;
        this.#kept.push({ ...last, roll, logits: null, time, rate: 1 / seconds });
      }
    }
    /** @param {number} now What was sent ahead of it is not heard. */
    end(now) {
      if (!this.isOn) return;
      while ((this.#kept.at(-1)?.time ?? 0) > now) this.#kept.pop();
    }
    /**
     * Ends the recording.
     * @returns What was played; null if nothing was.
     */
    stop() {
      this.isOn = false;
      const kept2 = this.#kept;
      this.#kept = [];
      const first = kept2.findIndex(({ roll }) => roll.includes(1));
      return first < 0 ? null : this.#pieceOf(kept2.slice(first));
    }
    /** @param {Kept[]} kept */
    #pieceOf(kept2) {
      const { depth, framesPerSecond } = this;
      const stretches = [];
      let rate = kept2[0].rate;
      for (const frame of kept2) {
        const last = stretches.at(-1);
        const isSame = Math.abs(frame.rate / rate - 1) < SAME_RATE;
        if (!isSame) rate = frame.rate;
        if (last && isSame && last.z === frame.z) last.frames++;
        else {
          const { z, point } = frame;
          stretches.push({ z, point, frames: 1, framesPerSecond: rate });
        }
      }
      const roll = new Uint8Array(kept2.length * depth);
      const logits = new Float32Array(roll.length).fill(Number.NEGATIVE_INFINITY);
      kept2.forEach((frame, t) => {
        roll.set(frame.roll, t * depth);
        if (frame.logits) logits.set(frame.logits, t * depth);
      });
      const title = `Take ${++this.#takes}`;
      const piece = new Piece("take", title, stretches, depth, framesPerSecond);
      return piece.withRoll(roll, logits);
    }
  };

  // src/sound/warm_up.js
  var PAUSE_MILLISECONDS2 = 100;
  function warmUp(parts) {
    const tasks = parts.flatMap(tasksOf);
    const next = () => {
      tasks.shift()?.();
      if (tasks.length) later(next);
    };
    later(next);
  }
  function later(run) {
    if ("requestIdleCallback" in window) requestIdleCallback(run);
    else setTimeout(run, PAUSE_MILLISECONDS2);
  }
  function tasksOf({ isDrums, program, pitches }) {
    if (isDrums) return pitches.map((key) => () => drumSamples(drumOf(key)));
    const timbre = timbreOf(program);
    if (!("render" in timbre)) return [];
    const roots = [...new Set(pitches.map(rootOf))].sort(
      (a, b) => Math.abs(a - 60) - Math.abs(b - 60)
    );
    return roots.map((root) => () => samplesOf(timbre, root));
  }

  // src/main.js
  function start({ facts, floats, integers, bytes }, script) {
    const { zSize, depth } = facts.model;
    const model = new Model(facts.model, floats);
    const converter = new Converter(facts.converter, depth);
    const emission = new Emission(facts.model);
    emission.isHeard = model.hearsFrames;
    if (!model.hearsFrames && facts.converter.kind === "piano") {
      emission.hold = Math.max(1, Math.round(beatOf(converter)));
    }
    const times = new Times(converter.framesPerSecond, converter.framesPerBeat);
    const mix = new Mix(converter.parts.length);
    const means = floats.means.values;
    const projection = new Projection(facts.projection, means, zSize);
    const places = placesOf(integers.starts.values, floats.spans.values);
    const songs = songsOf(facts, projection, means, places, bytes.notes);
    const heat = new Heat(facts.heat, floats.heat.values);
    const homes = new Homes(songs.list, facts.heat.view.size);
    const colors = new MarkColors(facts.attributes, bytes.levels, songs);
    const view = new View(facts.heat);
    const redraw = new Redraw();
    const kept2 = new Kept(`${location.pathname} ${facts.name}`);
    const themes = new Themes(kept2);
    const markers = new Markers();
    const { windowFrames } = converter;
    const goesOn = model.halfWindow > 0;
    const settings = new Settings(emission, times, windowFrames, goesOn);
    const codes = floats.codes ? {
      codes: floats.codes,
      follows: integers.follows.values,
      deviations: floats.deviations.values
    } : null;
    const walks = new Walks({
      ...{ songs, projection, converter, view, settings },
      halfWindow: model.halfWindow,
      canWander: codes !== null
    });
    const mapCanvas = new MapCanvas({
      ...{ view, heat, songs, colors, homes, markers },
      ...{ land: canvas("map"), marks: canvas("marks"), names: canvas("names") },
      above: [part("zoom"), part("legend")]
    });
    const hasTouch = matchMedia("(pointer: coarse)").matches;
    const words = handWords(hasTouch);
    const legend = new Legend(heat, redraw);
    new MarkLegend(colors, redraw);
    const highlight = new Highlight(mapCanvas, redraw);
    const tag = new Tag({ view, walks, legend, hasTouch });
    const history2 = new History();
    const message = new Message(() => highlight.set(null));
    const player = new Player(converter, mix, new Tempo(converter));
    const weights = { facts: facts.model, weights: decoderOf(floats), codes };
    const decoding = new Decoding(weights, emission, script);
    const now = new NowPlaying({
      ...{ decoding, converter, emission, player, redraw }
    });
    const { directions } = floats;
    const width = Math.max(...facts.heat.view.size);
    const change = new Change(projection, directions.values, width);
    const modes = new Modes({
      ...{ walks, change, now, tag, highlight, times, words, history: history2, redraw }
    });
    new ChangePanel(facts.attributes, change, modes, redraw);
    const motion = new Motion({ view, songs, mapCanvas, redraw });
    const scrub = new Scrub({ view, walks, modes, highlight });
    new Pointer(part("overlay"), { view, modes, motion, now, scrub });
    new Keyboard(part("overlay"), { view, modes, motion, tag });
    listenToSpaceBar(() => now.toggle());
    const songList = new SongList({
      ...{ markers, themes, modes, highlight, redraw }
    });
    for (const song of songs.list) songList.add(song);
    themes.onChange = () => {
      songList.drawMarkers();
      redraw.ask("map", "roll");
    };
    new Files({
      ...{ model, converter, songs, songList, highlight, message, motion, redraw }
    });
    mix.onChange = () => {
      player.mixAnew();
      redraw.ask("roll");
    };
    if (converter.isBand) showMixer(converter.parts, mix);
    const tempoPanel = new TempoPanel(player);
    const { tempo } = player;
    const save = new Save({ converter, mix, tempo, settings, message });
    const shown = () => now.shown?.isWhole ? now.shown : null;
    offerFiles(save, shown);
    const recorder = new Recorder(converter, () => {
    });
    new Takes({ recorder, now, save, history: history2, message });
    const favourites = new Favourites({
      ...{ walks, modes, now, history: history2, redraw },
      throwDice: (draw) => settings.throwDice(draw)
    });
    const loopRange = new LoopRange(player, now, redraw);
    const side = new SideSwitch(now, songs);
    const link = new Link({
      ...{ songs, modes, now, settings, favourites, loopRange, tempoPanel },
      message
    });
    connectMidi({
      ...{ converter, mix, player, recorder, tempoPanel, now, modes, view, kept: kept2 }
    });
    showAbout(facts, times);
    showSubtitle(songs, facts.name, times.window(windowFrames));
    part("wander").hidden = !walks.canWander;
    modes.set("listen");
    const firstVisit = new FirstVisit({ kept: kept2, view, modes, now });
    new Screen({
      ...{ view, songs, converter, mix, mapCanvas, now, modes, settings, themes },
      ...{ favourites, loopRange, redraw, kept: kept2, firstVisit }
    });
    settings.listen({
      onWalk: () => modes.remake(),
      onRoam: () => modes.roam(),
      onEmission: () => {
        now.emitAnew();
        link.changed();
      },
      onVolume: (volume) => {
        player.volume = volume;
      }
    });
    keepControls(kept2);
    part("loading").remove();
    warmUp(converter.parts);
    requestAnimationFrame(() => {
      now.onShow = () => side.show();
      if (!now.piece && !link.open()) {
        const { piece, threshold } = opening({
          ...{ songs: songs.list, homes, heat, walks, model, emission },
          isDrums: converter.isDrums
        });
        if (threshold !== null) settings.setThreshold(threshold);
        modes.begin(piece.stretches[0].point);
        now.show(piece);
      }
      side.show();
      for (const each of [favourites, loopRange, tempoPanel, modes]) {
        each.onChange = () => link.changed();
      }
    });
    showToConsole({
      ...{ model, converter, projection, emission, view, now, decoding, recorder },
      ...{ change, colors, mapCanvas },
      heat: facts.heat,
      songs: songs.list
    });
  }
  function offerFiles(save, shown) {
    button("download").addEventListener("click", () => {
      const piece = shown();
      if (piece) save.midi(piece);
    });
    button("wav").addEventListener("click", () => {
      const piece = shown();
      if (piece) save.wav(piece);
    });
    makeDraggable(button("download"), shown, save);
  }
  function connectMidi(parts) {
    const { converter, mix, player, recorder, tempoPanel, kept: kept2 } = parts;
    const { now, modes, view } = parts;
    const out = new MidiOut(converter.parts, mix, player.clocks);
    const clockOut = new ClockOut(player.clocks);
    player.sinks = [out, clockOut, recorder];
    const hands = new Hands({
      onMove: ({ across, up }) => {
        const { width, height } = view;
        modes.move(view.toMap([across * width, (1 - up) * height]));
      },
      onKey: () => now.toggle(),
      onLearn: () => panel.showHands()
    });
    const panel = new MidiPanel({
      parts: converter.parts,
      ...{ out, clockOut, hands, player, tempoPanel },
      kept: kept2
    });
    panel.onStart = () => {
      if (!player.isPlaying) now.playFrom(0);
      player.clockStarted();
    };
    panel.onStop = () => now.stop();
  }
  var decoderOf = (floats) => Object.fromEntries(
    Object.entries(floats).filter(([name]) => /^(de|en)coder\//.test(name))
  );
  var placesOf = (starts, spans) => Array.from(starts, (start2, i) => {
    return { start: start2, begin: spans[2 * i], end: spans[2 * i + 1] };
  });
  function songsOf({ songs: given, model }, projection, means, places, bits) {
    const { zSize } = projection;
    const { depth } = model;
    const songs = new Songs(projection, zSize);
    let from = 0;
    let first = 0;
    for (const { title, windows, frames } of given) {
      const to = from + windows;
      const own = means.subarray(from * zSize, to * zSize);
      const notes = bits && frames ? notesOfBits(bits, { first, frames, depth }) : null;
      songs.add(title, own, places.slice(from, to), notes);
      from = to;
      first += frames ?? 0;
    }
    const names = shortNames(given.map(({ title }) => title));
    songs.list.forEach((song, i) => {
      song.name = names[i];
    });
    return songs;
  }
  function showSubtitle({ list, count: count2 }, model, length2) {
    part("subtitle").textContent = `${list.length} ${list.length === 1 ? "song" : "songs"} · ${count2.toLocaleString("en")} windows of ${length2} · ${model}`;
  }
  if (typeof document === "undefined") {
    serve();
  } else {
    const script = document.currentScript?.textContent ?? null;
    load().then((given) => start(given, script)).catch((error2) => {
      part("loading").textContent = typeof DecompressionStream === "undefined" ? "This browser is too old for the page; one of 2023 or later opens it." : "The page is damaged; make it anew with vrae_explore.";
      throw error2;
    });
  }
})();
