// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Columns of loudness, as magenta_vrae/data/band.py has them: of level l, the
// first l are 1 in a frame where notes begin.

/** @import {Part} from './part.js' */

const VELOCITIES = 128;

export class Loudness {
  /**
   * @param {number} levels 0 for none.
   * @param {number} velocity Of all notes where there are no levels.
   */
  constructor(levels, velocity) {
    this.levels = levels;
    this.velocity = velocity;
  }

  /**
   * Writes the mean loudness of what begins in each frame.
   * @param {Uint8Array} roll
   * @param {Part} part
   * @param {{start: number, velocity: number}[]} begun
   */
  fill(roll, {loudness, depth}, begun) {
    if (!this.levels) return;
    /** @type {Map<number, {sum: number, count: number}>} */
    const of = new Map();
    for (const {start, velocity} of begun) {
      const {sum, count} = of.get(start) ?? {sum: 0, count: 0};
      of.set(start, {sum: sum + velocity, count: count + 1});
    }
    for (const [t, {sum, count}] of of) {
      const level = Math.floor(((sum / count) * this.levels) / VELOCITIES);
      const first = t * depth + loudness;
      roll.fill(1, first, first + Math.min(level, this.levels - 1));
    }
  }

  /**
   * The velocity of a part's notes that begin in a frame: the middle of the
   * level that the columns say.
   * @param {Uint8Array} roll
   * @param {Part} part
   * @param {number} t
   */
  velocityAt(roll, {loudness, depth}, t) {
    if (!this.levels) return this.velocity;
    const first = t * depth + loudness;
    let level = 0;
    while (level < this.levels - 1 && roll[first + level]) level++;
    return Math.floor(((level + 0.5) * VELOCITIES) / this.levels);
  }
}
