// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Products of vectors and matrices by WebAssembly, eight at a time; see
// product.wat. Weights, and all sums, are float32 there.

import {PRODUCT_WASM} from './product_wasm.js';

const PAGE_BYTES = 65536;
const ALIGNED = 16; // Bytes.

/**
 * @callback Product
 * @param {number} out All of these are places in the memory.
 * @param {number} weights
 * @param {number} v
 * @param {number} inputs
 * @param {number} blocks
 */

export class Kernel {
  #memory;
  /** @type {Product} */
  #product;
  #used = 0;
  #floats;

  /** @param {WebAssembly.Exports} exports */
  constructor({memory, product}) {
    this.#memory = /** @type {WebAssembly.Memory} */ (memory);
    this.#product = /** @type {Product} */ (product);
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
      this.#floats = new Float32Array(this.#memory.buffer);
    }
    return place;
  }

  /**
   * Keeps a packed matrix.
   * @param {Float32Array} weights
   * @param {number} inputs
   */
  keep(weights, inputs) {
    const most = Math.max(inputs, weights.length / inputs);
    if (most > this.#room.length) this.#room = this.#take(most);
    const place = this.#reserve(weights.length);
    this.#floats.set(weights, place / 4);
    return place;
  }

  /**
   * out = v M.
   * @param {Float64Array} out
   * @param {number} place Of M.
   * @param {number} inputs
   * @param {ArrayLike<number>} v
   */
  product(out, place, inputs, v) {
    const {length} = out;
    const floats = this.#floats;
    const room = this.#room;
    const from = room.v / 4;
    for (let i = 0; i < inputs; i++) floats[from + i] = v[i];
    this.#product(room.out, place, room.v, inputs, Math.ceil(length / 8));
    const at = room.out / 4;
    for (let j = 0; j < length; j++) out[j] = floats[at + j];
  }
}

/** The kernel; null where a browser has none. */
export function kernelOf() {
  try {
    const binary = atob(PRODUCT_WASM);
    const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    return new Kernel(instance.exports);
  } catch {
    return null; // It is old, or the page may not.
  }
}
