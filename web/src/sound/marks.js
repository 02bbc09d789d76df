// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Which frame was begun when: frames are sent to the loudspeaker ahead of time.

/** @import {Piece} from '../music/piece.js' */

/**
 * @typedef {{frame: number, time: number, rate: number,
 *   piece?: Piece | null}} Mark With its frames a second.
 */

const KEPT = 64;

export class Marks {
  /** @param {Mark} first */
  constructor(first) {
    this.marks = [{...first}]; // Latest last.
  }

  /** @param {Mark} mark */
  add(mark) {
    this.marks.push({...mark});
    if (this.marks.length > KEPT) this.marks.shift();
  }

  /** @param {number} time */
  #markAt(time) {
    let mark = this.marks[0];
    for (const candidate of this.marks) {
      if (candidate.time <= time) mark = candidate;
    }
    return mark;
  }

  /**
   * The piece of a time.
   * @param {number} time
   */
  pieceAt(time) {
    return this.#markAt(time).piece ?? null;
  }

  /**
   * The frame of a time, with its fraction.
   * @param {number} time
   */
  frameAt(time) {
    const mark = this.#markAt(time);
    const since = (time - mark.time) * mark.rate;
    return mark.frame + Math.min(Math.max(since, 0), 0.999);
  }
}
