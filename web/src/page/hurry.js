// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// How many marks are drawn at each step of a move, so that the screen keeps its
// pace: fewer after a late step, more after some that were in time.

const LATE_MILLISECONDS = 19; // A screen of 60 Hz shows a step in 16.7.
const LEAST = 8000;
const PATIENCE = 12; // Steps in time.

export class Hurry {
  #inTime = 0;

  /** @param {number} count Of all marks. */
  constructor(count) {
    this.count = count;
    this.most = count;
  }

  /** @param {number} milliseconds From the last step to this one. */
  step(milliseconds) {
    if (milliseconds > LATE_MILLISECONDS) {
      this.#inTime = 0;
      this.most = Math.max(Math.min(LEAST, this.count), this.most * 0.75);
    } else if (++this.#inTime >= PATIENCE) {
      this.#inTime = 0;
      this.most = Math.min(this.count, this.most * 1.15);
    }
  }
}
