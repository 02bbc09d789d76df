// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What is shown, played and downloaded: stretches of frames, each decoded from
// a point, one after another.

/** @import {Point} from '../given/facts.js' */
/** @import {MakeFrame} from '../model/decoder.js' */
/** @import {Model} from '../model/model.js' */
/** @import {Emission} from './emission.js' */

/** @typedef {{z: Float64Array, point: Point, frames: number}} Stretch */
/** @typedef {'point' | 'blend' | 'path' | 'song'} Kind */

export class Piece {
  /**
   * @param {Kind} kind
   * @param {string} title What it is, in words.
   * @param {Stretch[]} stretches
   * @param {number} depth
   */
  constructor(kind, title, stretches, depth) {
    this.kind = kind;
    this.title = title;
    this.stretches = stretches;
    this.depth = depth;
    this.frames = stretches.reduce((sum, {frames}) => sum + frames, 0);
    this.logits = new Float32Array(this.frames * depth);
    // With a model that hears the frames it emits, frames are made in decoding.
    this.roll = new Uint8Array(this.frames * depth);
    this.version = 0; // Changes with what there is to see.
    this.#restart();
  }

  decoded = 0; // Frames.
  #stretch = 0;
  #within = 0; // Frames of this stretch.
  /** @type {MakeFrame | null} */
  #makeFrame = null;

  #restart() {
    this.decoded = 0;
    this.#stretch = 0;
    this.#within = 0;
    this.#makeFrame = null;
  }

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
    const {z, frames} = this.stretches[this.#stretch];
    this.#makeFrame ??= model.decoding(z);
    const t = this.decoded;
    this.#makeFrame(this.logits, t * this.depth, (logit, column) =>
      emission.emit(logit, t, column),
    );
    this.#emitFrame(t, emission);
    this.decoded++;
    this.#within++;
    if (this.#within === frames) {
      this.#stretch++;
      this.#within = 0;
      this.#makeFrame = null;
    }
  }

  /**
   * Makes the frames anew from the logits: the emission has changed.
   * @param {Model} model
   * @param {Emission} emission
   */
  emit(model, emission) {
    this.version++;
    if (model.hearsFrames) {
      this.#restart(); // The frames are part of what was decoded.
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
