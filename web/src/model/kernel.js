// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The decoder's arithmetic by WebAssembly, on float32; see kernel.wat.

import {KERNEL_WASM} from './kernel_wasm.js';

const PAGE_BYTES = 65536;
const ALIGNED = 16; // Bytes.
const BLOCK = 24; // Outputs.
const AT_ONCE = 4; // Numbers.

/**
 * @callback Product
 * @param {number} out All of these are places in the memory.
 * @param {number} weights
 * @param {number} v
 * @param {number} inputs
 * @param {number} blocks
 */

/** @typedef {(from: number, to: number) => void} Sigmoids */
/**
 * @typedef {(out: number, end: number, x: number, times: number) => void} Add
 */

/**
 * @typedef {object} Vector Numbers that are kept.
 * @property {Float32Array} values Where they are now: memory moves as it grows.
 * @property {number} place Likewise, in bytes; -1 if it is not the kernel's.
 */

export class Kernel {
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
  constructor({memory, product, sigmoids, add}) {
    this.#memory = /** @type {WebAssembly.Memory} */ (memory);
    this.#product = /** @type {Product} */ (product);
    this.#sigmoids = /** @type {Sigmoids} */ (sigmoids);
    this.#add = /** @type {Add} */ (add);
    this.#floats = new Float32Array(this.#memory.buffer);
    this.#room = this.#take(0);
  }

  /** @type {{v: number, out: number, length: number}} */
  #room = {v: 0, out: 0, length: 0};

  /**
   * Room for the vectors of a product.
   * @param {number} length
   */
  #take(length) {
    const [v, out] = [this.#reserve(length), this.#reserve(length)];
    return {v, out, length};
  }

  /** @param {number} length Numbers that there is to be room for. */
  #make(length) {
    if (length > this.#room.length) this.#room = this.#take(length);
  }

  /**
   * @param {number} length Numbers.
   * @returns Their place, in bytes.
   */
  #reserve(length) {
    const place = this.#used;
    this.#used += Math.ceil((4 * length) / ALIGNED) * ALIGNED;
    const missing = this.#used - this.#memory.buffer.byteLength;
    if (missing > 0) {
      this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
      const {buffer} = this.#memory;
      this.#floats = new Float32Array(buffer);
      for (const {vector, length} of this.#vectors) {
        vector.values = new Float32Array(buffer, vector.place, length);
      }
    }
    return place;
  }

  /**
   * A vector that is kept as long as the kernel is.
   * @param {number} length
   * @returns {Vector}
   */
  vector(length) {
    const place = this.#reserve(length);
    const {buffer} = this.#memory;
    const vector = {values: new Float32Array(buffer, place, length), place};
    this.#vectors.push({vector, length});
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
  addRow({values, place: at}, place, row, times, from) {
    const {length} = values;
    const step = Math.ceil(length / AT_ONCE) * AT_ONCE;
    const first = 4 * (from - (from % AT_ONCE));
    this.#add(
      at + first,
      at + 4 * length,
      place + 4 * row * step + first,
      times,
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
    const {length} = out;
    const floats = this.#floats;
    const room = this.#room;
    const from = room.v / 4;
    for (let i = 0; i < inputs; i++) floats[from + i] = v[i];
    const blocks = Math.ceil(length / BLOCK);
    this.#product(room.out, place, room.v, inputs, blocks);
    const at = room.out / 4;
    if (b) for (let j = 0; j < length; j++) out[j] = floats[at + j] + b[j];
    else for (let j = 0; j < length; j++) out[j] = floats[at + j];
  }

  /**
   * x = 1 / (1 + exp(-x)), of each number.
   * @param {Float32Array} values
   */
  sigmoids(values) {
    const {length} = values;
    this.#make(length + AT_ONCE);
    const floats = this.#floats;
    const {v} = this.#room;
    const from = v / 4;
    for (let i = 0; i < length; i++) floats[from + i] = values[i];
    this.#sigmoids(v, v + 4 * length);
    for (let i = 0; i < length; i++) values[i] = floats[from + i];
  }
}

/** The kernel; null where a browser has none. */
export function kernelOf() {
  try {
    const binary = atob(KERNEL_WASM);
    const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    return new Kernel(instance.exports);
  } catch {
    return null; // It is old, or the page may not.
  }
}
