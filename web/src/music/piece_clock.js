// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// When the frames of a piece sound: the model's music has one tempo, a walk
// along a song has the song's.

/** @typedef {{frame: number, seconds: number, rate: number}} Stage From a frame
 *    on, with its rate in frames a second. */

// Two ways to write one rate differ by less, of it.
const ROUNDING = 1e-4;

export class PieceClock {
  /** @type {Stage[]} */
  stages = [];

  /**
   * @param {{frames: number, framesPerSecond?: number}[]} stretches
   * @param {number} framesPerSecond Of stretches that say none.
   */
  constructor(stretches, framesPerSecond) {
    let frame = 0;
    for (const stretch of stretches) {
      const rate = stretch.framesPerSecond ?? framesPerSecond;
      const last = this.stages.at(-1);
      if (!last || Math.abs(rate / last.rate - 1) > ROUNDING) {
        const seconds = this.stages.length ? this.seconds(frame) : 0;
        this.stages.push({frame, seconds, rate});
      }
      frame += stretch.frames;
    }
  }

  /**
   * The stage that a place is in.
   * @param {'frame' | 'seconds'} by
   * @param {number} place
   */
  #stage(by, place) {
    const {stages} = this;
    return stages.findLast((stage) => stage[by] <= place) ?? stages[0];
  }

  /**
   * Frames a second at a frame.
   * @param {number} frame
   */
  rateAt(frame) {
    return this.#stage('frame', frame).rate;
  }

  /** @param {number} frame May have a fraction. */
  seconds(frame) {
    const stage = this.#stage('frame', frame);
    return stage.seconds + (frame - stage.frame) / stage.rate;
  }

  /**
   * The frame of a time, with its fraction.
   * @param {number} seconds
   */
  frame(seconds) {
    const stage = this.#stage('seconds', seconds);
    return stage.frame + (seconds - stage.seconds) * stage.rate;
  }
}
