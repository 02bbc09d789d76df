// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// How latent vectors go on, half window after half window, as
// magenta_vrae/inference/walk.py has it: from one of the nearest codes of the
// music that the model learned to the one that came after it.
//
//   z' = c_{j+1} + (z - c_j) / 2
//
// A code from which it went on lately is passed over.

/** @import {Codes} from '../decoding/service.js' */

const NEAREST = 4; // Codes of which one is chosen.
const KEPT = 0.5; // Of the way that z is off the code.
const LEAST_SCALE = 1e-6;
const PASSED_OVER = 64; // For how many moves a code is passed over;
const MOST_OF_A_SONG = 0.3; // at most so much of a song.

export class Wander {
  /** @type {number[]} The codes from which it went on lately. */
  #lately = [];

  /**
   * @param {Codes} given The codes in the order of the music, [codes][z];
   *   which is half a window after the one before it; and how far z lies from
   *   its window's code, in standard deviations, [z].
   */
  constructor({codes, follows, deviations}) {
    this.codes = codes.values;
    this.zSize = codes.shape[1];
    /** Those after which there is another. */
    this.from = Array.from(follows, (does, i) => (does ? i - 1 : -1)).filter(
      (i) => i >= 0,
    );
    this.scale = Float64Array.from(deviations, (deviation) =>
      Math.max(deviation, LEAST_SCALE),
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
      (value, k) => this.codes[to + k] + KEPT * (value - this.codes[from + k]),
    );
  }

  /** @param {Float64Array} z */
  #nearest(z) {
    const {codes, zSize, scale, from} = this;
    /** @type {{code: number, distance: number}[]} */
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
      found.push({code, distance});
      found.sort((a, b) => a.distance - b.distance);
      if (found.length > NEAREST) found.pop();
      if (found.length === NEAREST) limit = found[NEAREST - 1].distance;
    }
    return found.map(({code}) => code);
  }
}
