// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A performance that is kept: every frame that was sent to the loudspeaker, when
// it was, and where on the map the music was.

import {Piece} from '../music/piece.js';

/** @import {Point} from '../given/facts.js' */
/** @import {Converter} from '../music/converter.js' */
/** @import {Stretch} from '../music/piece.js' */
/** @import {Step} from './sink.js' */

const MOST_SECONDS = 60 * 60;
const LONGEST_GAP_SECONDS = 10; // Of silence between two pieces.
const SAME_RATE = 0.005; // Rates that differ by less, of them, are one.

/**
 * @typedef {object} Kept A frame.
 * @property {Uint8Array} roll
 * @property {Float32Array | null} logits
 * @property {Float64Array} z
 * @property {Point} point
 * @property {number} time
 * @property {number} rate
 */

export class Recorder {
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
    return this.#kept.reduce((sum, {rate}) => sum + 1 / rate, 0);
  }

  /** @param {Step} step */
  step({piece, frame, time, seconds}) {
    if (!this.isOn) return;
    const last = this.#kept.at(-1);
    const begun = this.#kept.at(0)?.time ?? time;
    if (time - begun > MOST_SECONDS) {
      this.onFull();
      return;
    }
    if (!piece && !last) return;
    this.#keepSilence(time, seconds);
    if (!piece) {
      this.#keepSilence(time + seconds, seconds);
      return;
    }
    const {depth} = this;
    const [from, to] = [frame * depth, (frame + 1) * depth];
    this.#kept.push({
      roll: piece.roll.slice(from, to),
      logits: piece.logits.slice(from, to),
      z: piece.stretchAt(frame).z,
      point: piece.pointAt(frame),
      ...{time, rate: 1 / seconds},
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
      this.#kept.push({...last, roll, logits: null, time, rate: 1 / seconds});
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
    const kept = this.#kept;
    this.#kept = [];
    // It begins with a note.
    const first = kept.findIndex(({roll}) => roll.includes(1));
    return first < 0 ? null : this.#pieceOf(kept.slice(first));
  }

  /** @param {Kept[]} kept */
  #pieceOf(kept) {
    const {depth, framesPerSecond} = this;
    /** @type {Stretch[]} */
    const stretches = [];
    let rate = kept[0].rate;
    for (const frame of kept) {
      const last = stretches.at(-1);
      const isSame = Math.abs(frame.rate / rate - 1) < SAME_RATE;
      if (!isSame) rate = frame.rate;
      if (last && isSame && last.z === frame.z) last.frames++;
      else {
        const {z, point} = frame;
        stretches.push({z, point, frames: 1, framesPerSecond: rate});
      }
    }
    const roll = new Uint8Array(kept.length * depth);
    const logits = new Float32Array(roll.length).fill(Number.NEGATIVE_INFINITY);
    kept.forEach((frame, t) => {
      roll.set(frame.roll, t * depth);
      if (frame.logits) logits.set(frame.logits, t * depth);
    });
    const title = `Take ${++this.#takes}`;
    const piece = new Piece('take', title, stretches, depth, framesPerSecond);
    return piece.withRoll(roll, logits);
  }
}
