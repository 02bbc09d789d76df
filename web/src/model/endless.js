// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What guides an autoregressive decoder through music of any length, as
// magenta_vrae/inference/endless.py has it: windows that each start half-way
// through the one before, their z and their free runs faded into each other.

/** @import {Decoder, FreeRun} from './decoder.js' */

/** @typedef {{z: ArrayLike<number>, frames: number}} Span */

/**
 * Goes on to the next frame: writes its z, and the free run's logits from
 * `offset` on. Returns whether z is another than in the frame before.
 * @callback Guide
 * @param {Float32Array} z
 * @param {Float32Array} logits
 * @param {number} offset
 * @returns {boolean}
 */

/**
 * Frames from one z to the next.
 * @param {number} windowFrames
 */
export const halfWindow = (windowFrames) =>
  Math.max(1, Math.floor(windowFrames / 2));

/**
 * The z of one half window after another: of the span that it begins in.
 * @param {Span[]} spans
 * @param {number} half
 */
export function zOfHalfWindows(spans, half) {
  const zs = [];
  let first = 0;
  for (const {z, frames} of spans) {
    const end = first + frames;
    while (zs.length * half < end) zs.push(z);
    first = end;
  }
  return zs;
}

/**
 * @param {Decoder} decoder
 * @param {ArrayLike<number>[]} zs Of one half window after another.
 * @param {number} half
 * @returns {Guide}
 */
export function faded(decoder, zs, half) {
  let i = 0;
  return steered(decoder, () => zs[i++], half).guide;
}

/**
 * The same where nobody knows yet how it goes on.
 * @param {Decoder} decoder
 * @param {() => ArrayLike<number>} next The z of the next half window.
 * @param {number} half
 * @returns {{guide: Guide, turn: () => void}} `turn` ends a half window early:
 *   the next z is asked for at once.
 */
export function steered(decoder, next, half) {
  const {depth, zSize} = decoder.facts;
  const own = new Float32Array(depth);
  const last = new Float32Array(depth);
  const from = new Float32Array(zSize);
  /** @type {ArrayLike<number>} */
  let aim = from;
  let within = 0;
  let isTurned = false;
  /** @type {FreeRun | null} */
  let before = null;
  /** @type {FreeRun | null} */
  let now = null;
  /** @type {Guide} */
  const guide = (z, logits, offset) => {
    const isNew = !now || isTurned || within === half;
    if (isNew) {
      from.set(isTurned ? z : aim);
      aim = next();
      before = now;
      now = decoder.freely(aim);
      within = 0;
      isTurned = false;
    }
    now?.(own, 0);
    if (!before) {
      within++;
      logits.set(own, offset);
      z.set(aim);
      return isNew;
    }
    before(last, 0);
    const share = (within++ + 0.5) / half;
    for (let d = 0; d < depth; d++) {
      logits[offset + d] = last[d] + share * (own[d] - last[d]);
    }
    for (let k = 0; k < z.length; k++) {
      z[k] = from[k] + share * (aim[k] - from[k]);
    }
    return true;
  };
  return {
    guide,
    turn() {
      isTurned = now !== null;
    },
  };
}
