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
 * The same where nobody knows yet how it goes on. As
 * magenta_vrae/inference/live.py has it, half windows end where they would have
 * ended without a turn: so the free run keeps its place in the bar.
 * @param {Decoder} decoder
 * @param {() => ArrayLike<number>} next The z of the next half window, or the
 *   one to turn to.
 * @param {number} half
 * @returns {{guide: Guide, turn: () => void}} `turn` asks for a z at once and
 *   fades in what music would be had it stayed there all along. It stays there
 *   over the next end of a half window.
 */
export function steered(decoder, next, half) {
  /** @type {Place[]} Each is faded into the next; in the last it goes on. */
  const places = [];
  const zOf = new Float32Array(decoder.facts.zSize);
  const logitsOf = new Float32Array(decoder.facts.depth);
  let at = 0; // The frame of this half window.
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

  /** @type {Guide} */
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
    },
  };
}

/** Where music is, or what it still leaves: two windows that overlap. */
class Place {
  heard = 0; // Frames.
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
    const place = new Place(this.decoder, this.half, z);
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
    this.#before = {z: this.z, run: this.run};
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
}

/**
 * Moves values towards others, by a share of the way.
 * @param {Float32Array} values
 * @param {number} offset
 * @param {ArrayLike<number>} others
 * @param {number} share
 */
function fade(values, offset, others, share) {
  for (let i = 0; i < others.length; i++) {
    const value = values[offset + i];
    values[offset + i] = value + share * (others[i] - value);
  }
}
