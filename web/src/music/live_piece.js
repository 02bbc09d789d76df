// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Music without an end, as far as it was made: a piece that grows.

import {Piece} from './piece.js';

/** @import {Point} from '../given/facts.js' */
/** @import {Frames} from '../decoding/service.js' */
/** @import {Emission} from './emission.js' */
/** @import {Stretch} from './piece.js' */

const LEAST_ROOM = 1024; // Frames.

export class LivePiece extends Piece {
  /**
   * @param {string} title
   * @param {Stretch} start Of no frames.
   * @param {{depth: number, framesPerSecond: number, wanders: boolean,
   *   halfWindow: number, toMap: (z: Float64Array) => Point}} how
   */
  constructor(title, start, how) {
    const {depth, framesPerSecond, wanders, halfWindow, toMap} = how;
    super('wander', title, [start], depth, framesPerSecond);
    this.halfWindow = halfWindow;
    this.isEndless = true;
    this.wanders = wanders;
    this.toMap = toMap;
  }

  /**
   * @param {Frames} frames
   * @param {Emission} _ They are emitted already.
   */
  take({from, logits, roll, places}, _) {
    const {depth} = this;
    const until = from + roll.length / depth;
    this.#makeRoom(until);
    this.logits.set(logits, from * depth);
    this.roll.set(roll, from * depth);
    for (const {frame, z} of places) {
      if (frame === 0) continue; // It is the start.
      const before = this.stretches.slice(0, -1);
      const begin = before.reduce((sum, {frames}) => sum + frames, 0);
      this.stretches[this.stretches.length - 1].frames = frame - begin;
      const array = Float64Array.from(z);
      this.stretches.push({z: array, point: this.toMap(array), frames: 0});
    }
    this.frames = this.decoded = until;
    this.version++;
  }

  /** @param {number} frames */
  #makeRoom(frames) {
    const {depth} = this;
    const has = this.roll.length / depth;
    if (frames <= has) return;
    const room = Math.max(frames, 2 * has, LEAST_ROOM) * depth;
    const logits = new Float32Array(room);
    const roll = new Uint8Array(room);
    logits.set(this.logits);
    roll.set(this.roll);
    Object.assign(this, {logits, roll});
  }

  /**
   * Where on the map a frame is: on the way to its point for half a window, or
   * for as long as it stays there if that is less.
   * @param {number} frame
   * @returns {Point}
   */
  pointAt(frame) {
    let begin = 0;
    const last = this.stretches.length - 1;
    let i = 0;
    while (i < last && frame >= begin + this.stretches[i].frames) {
      begin += this.stretches[i].frames;
      i++;
    }
    const {point, frames} = this.stretches[i];
    if (i === 0) return point;
    const before = this.stretches[i - 1];
    const length = Math.min(frames || this.halfWindow, this.halfWindow);
    const part = Math.min((frame - begin) / length, 1);
    return [
      before.point[0] + part * (point[0] - before.point[0]),
      before.point[1] + part * (point[1] - before.point[1]),
    ];
  }
}
