// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What is shown, played and downloaded: stretches of frames, each decoded from
// a point, one after another.

import {PieceClock} from './piece_clock.js';

/** @import {Point} from '../given/facts.js' */
/** @import {MakeFrame} from '../model/decoder.js' */
/** @import {Model} from '../model/model.js' */
/** @import {Emission} from './emission.js' */

/**
 * @typedef {object} Stretch
 * @property {Float64Array} z
 * @property {Point} point
 * @property {number} frames
 * @property {number} [framesPerSecond] Where it has a tempo of its own.
 * @property {number} [off] How far it is off the map, of the map's width.
 */
/** @typedef {'point' | 'blend' | 'path' | 'song' | 'wander'} Kind */

export class Piece {
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
    this.frames = stretches.reduce((sum, {frames}) => sum + frames, 0);
    this.clock = new PieceClock(stretches, framesPerSecond);
    this.logits = new Float32Array(this.frames * depth);
    this.roll = new Uint8Array(this.frames * depth);
    this.version = 0; // Changes with what there is to see.
  }

  decoded = 0; // Frames.
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
    const emit = (/** @type {number} */ logit, /** @type {number} */ column) =>
      emission.emit(logit, t, column);
    this.#makeFrame(this.logits, this.roll, t * this.depth, emit);
    this.decoded++;
  }

  /**
   * Makes the frames anew from the logits: the emission has changed.
   * @param {Model} model
   * @param {Emission} emission
   */
  emit(model, emission) {
    this.version++;
    if (model.hearsFrames) {
      // The frames are part of what was decoded.
      this.decoded = 0;
      this.#makeFrame = null;
      this.roll.fill(0);
      return;
    }
    for (let t = 0; t < this.decoded; t++) this.#emitFrame(t, emission);
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
   * Where on the map a frame is, or a part of it: walks are even.
   * @param {number} frame
   * @returns {Point}
   */
  pointAt(frame) {
    let before = 0;
    for (let i = 0; i < this.stretches.length; i++) {
      const {point, frames} = this.stretches[i];
      if (frame < before + frames) {
        const next = this.stretches[i + 1];
        if (!next || this.kind === 'blend') return point;
        const part = (frame - before) / frames;
        return [
          point[0] + part * (next.point[0] - point[0]),
          point[1] + part * (next.point[1] - point[1]),
        ];
      }
      before += frames;
    }
    return this.stretches[this.stretches.length - 1].point;
  }
}
