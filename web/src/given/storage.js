// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Reads the one compressed block that page.py makes of all arrays.

/** @import {ArrayFacts, Shaped} from './facts.js' */

const ITEM_BYTES = {float32: 4, int32: 4, float16: 2, uint8: 1};

/**
 * The value of a half-precision number.
 * @param {number} bits Its 16 bits.
 */
export function fromHalf(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * Puts the bytes of each number together again.
 * @param {Uint8Array} planes The first bytes of all numbers, then the second...
 * @param {number} itemBytes
 */
export function fromPlanes(planes, itemBytes) {
  const n = planes.length / itemBytes;
  const bytes = new Uint8Array(planes.length);
  for (let b = 0; b < itemBytes; b++) {
    for (let i = 0; i < n; i++) bytes[i * itemBytes + b] = planes[b * n + i];
  }
  return bytes.buffer;
}

/**
 * @param {string} text Base64 of gzip.
 */
export async function unpack(text) {
  const binary = atob(text.trim());
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes])
    .stream()
    .pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * Cuts a block into its arrays.
 * @param {Uint8Array} block
 * @param {ArrayFacts[]} manifest The arrays in the block's order.
 */
export function arraysOf(block, manifest) {
  /** @type {Record<string, Shaped>} */
  const floats = {};
  /** @type {Record<string, Shaped<Int32Array>>} */
  const integers = {};
  /** @type {Record<string, Uint8Array>} */
  const bytes = {};
  let offset = 0;
  for (const {name, type, shape} of manifest) {
    const length = shape.reduce((a, b) => a * b, 1) * ITEM_BYTES[type];
    const planes = block.subarray(offset, offset + length);
    const buffer = fromPlanes(planes, ITEM_BYTES[type]);
    offset += length;
    if (type === 'uint8') {
      bytes[name] = new Uint8Array(buffer);
    } else if (type === 'int32') {
      integers[name] = {shape, values: new Int32Array(buffer)};
    } else if (type === 'float32') {
      floats[name] = {shape, values: new Float32Array(buffer)};
    } else {
      const values = Float32Array.from(new Uint16Array(buffer), fromHalf);
      floats[name] = {shape, values};
    }
  }
  return {floats, integers, bytes};
}
