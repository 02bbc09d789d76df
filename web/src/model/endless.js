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
 *   the next z is asked for at once. A fade that is cut short goes on beneath
 *   the new one, so that no logit jumps.
 */
export function steered(decoder, next, half) {
  const from = new Float32Array(decoder.facts.zSize);
  /** @type {ArrayLike<number>} */
  let aim = from;
  let within = 0;
  let isTurned = false;
  const runs = new FadedRuns(decoder, half);
  /** @type {Guide} */
  const guide = (z, logits, offset) => {
    const isNew = runs.isEmpty || isTurned || within === half;
    if (isNew) {
      from.set(isTurned ? z : aim);
      aim = next();
      runs.begin(aim);
      within = 0;
      isTurned = false;
    }
    const isAlone = runs.next(logits, offset);
    const share = (within++ + 0.5) / half;
    if (isAlone) z.set(aim);
    else {
      for (let k = 0; k < z.length; k++) {
        z[k] = from[k] + share * (aim[k] - from[k]);
      }
    }
    return isNew || !isAlone;
  };
  return {
    guide,
    turn() {
      isTurned = !runs.isEmpty;
    },
  };
}

/** Free runs, each of which is faded into the one after it. */
class FadedRuns {
  /** @type {{run: FreeRun, frames: number}[]} And how long each has run. */
  #runs = [];

  /**
   * @param {Decoder} decoder
   * @param {number} half Frames of a fade.
   */
  constructor(decoder, half) {
    this.decoder = decoder;
    this.half = half;
    this.own = new Float32Array(decoder.facts.depth);
  }

  get isEmpty() {
    return this.#runs.length === 0;
  }

  /**
   * Begins to fade in the free run of a z.
   * @param {ArrayLike<number>} z
   */
  begin(z) {
    this.#runs.push({run: this.decoder.freely(z), frames: 0});
  }

  /**
   * Writes the logits of the next frame. Returns whether they are of one alone.
   * @param {Float32Array} logits
   * @param {number} offset
   */
  next(logits, offset) {
    const {own, half} = this;
    const runs = this.#runs;
    while (runs.length > 1 && runs[1].frames >= half) runs.shift();
    runs.forEach((each, i) => {
      const share = Math.min(1, (each.frames++ + 0.5) / half);
      if (i === 0) each.run(logits, offset);
      else {
        each.run(own, 0);
        for (let d = 0; d < own.length; d++) {
          const last = logits[offset + d];
          logits[offset + d] = last + share * (own[d] - last);
        }
      }
    });
    return runs.length === 1;
  }
}
