// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Where marks are on the screen, roughly: how many of them a box would cover.

/** @import {Point} from '../given/facts.js' */
/** @import {Box} from './names.js' */

const CELL = 12; // Pixels.

export class Crowd {
  /** @param {{width: number, height: number}} size */
  constructor({width, height}) {
    this.columns = Math.ceil(width / CELL) + 1;
    this.rows = Math.ceil(height / CELL) + 1;
    this.marks = new Uint32Array(this.columns * this.rows);
  }

  /** @param {Point} place */
  add([x, y]) {
    const column = Math.floor(x / CELL);
    const row = Math.floor(y / CELL);
    if (column < 0 || row < 0) return;
    if (column >= this.columns || row >= this.rows) return;
    this.marks[row * this.columns + column]++;
  }

  /**
   * How many marks are about under a box.
   * @param {Box} box
   */
  under({x, y, w, h}) {
    const from = (/** @type {number} */ at) =>
      Math.max(Math.floor(at / CELL), 0);
    const bottom = Math.min(from(y + h), this.rows - 1);
    const right = Math.min(from(x + w), this.columns - 1);
    let sum = 0;
    for (let row = from(y - h); row <= bottom; row++) {
      for (let column = from(x - w); column <= right; column++) {
        sum += this.marks[row * this.columns + column];
      }
    }
    return sum;
  }

  /** The share of the screen that has marks. */
  get share() {
    const taken = this.marks.reduce((n, marks) => n + Number(marks > 0), 0);
    return taken / this.marks.length;
  }
}
