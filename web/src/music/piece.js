// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What is shown, played and downloaded: stretches of frames, each decoded from
// a point, one after another.

import {PieceClock} from './piece_clock.js';

/** @import {Point} from '../given/facts.js' */
/** @import {Frames} from '../decoding/service.js' */
/** @import {MakeFrame} from '../model/decoder.js' */
/** @import {Changed} from '../map/change.js' */
/** @import {Song} from '../map/songs.js' */
/** @import {Model} from '../model/model.js' */
/** @import {Emission} from './emission.js' */

/**
 * @typedef {object} Stretch
 * @property {Float64Array} z
 * @property {Point} point
 * @property {number} frames
 * @property {number} [framesPerSecond] Where it has a tempo of its own.
 * @property {number} [off] How far it is off the map, of the map's width.
 * @property {Changed} [changed] What sliders have made of it, if they have.
 * @property {Source} [source] The music that it is of, if it is of some.
 */
/** @typedef {{song: Song, start: number}} Source From a frame of a song on. */
/**
 * @typedef {'point' | 'blend' | 'path' | 'song' | 'wander' | 'original' |
 *   'take'} Kind
 */

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
    this.framesPerSecond = framesPerSecond;
    this.frames = stretches.reduce((sum, {frames}) => sum + frames, 0);
    this.clock = new PieceClock(stretches, framesPerSecond);
    this.logits = new Float32Array(this.frames * depth);
    this.roll = new Uint8Array(this.frames * depth);
    this.version = 0; // Changes with what there is to see.
  }

  decoded = 0; // Frames.
  isEndless = false; // Whether more comes whenever it is asked for.
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
   * Takes frames that were decoded elsewhere.
   * @param {Frames} frames
   * @param {Emission} emission As it is by now.
   */
  take({from, logits, roll}, emission) {
    this.version++;
    this.logits.set(logits, from * this.depth);
    this.roll.set(roll, from * this.depth);
    this.decoded = from + roll.length / this.depth;
    if (emission.isHeard) return;
    for (let t = from; t < this.decoded; t++) this.#emitFrame(t, emission);
  }

  /**
   * Makes the frames anew from the logits: the emission has changed, of a model
   * that does not hear its frames.
   * @param {Emission} emission
   */
  emit(emission) {
    this.version++;
    for (let t = 0; t < this.decoded; t++) this.#emitFrame(t, emission);
  }

  /** The same once more, to be decoded anew. */
  again() {
    const {kind, title, stretches, depth, framesPerSecond} = this;
    return new Piece(kind, title, stretches, depth, framesPerSecond);
  }

  /**
   * A piece of notes that are known.
   * @param {Uint8Array} roll
   * @param {Float32Array | null} logits
   */
  withRoll(roll, logits = null) {
    this.roll.set(roll);
    // Nothing is likely but what is.
    if (logits) this.logits.set(logits);
    else this.logits.fill(Number.NEGATIVE_INFINITY);
    this.decoded = this.frames;
    return this;
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
   * The stretch that a frame is in.
   * @param {number} frame
   */
  stretchAt(frame) {
    let end = 0;
    for (const stretch of this.stretches) {
      end += stretch.frames;
      if (frame < end) return stretch;
    }
    return this.stretches[this.stretches.length - 1];
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
