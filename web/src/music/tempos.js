// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The tempos of a piece: seconds to quarter notes and back, as
// magenta_vrae/data/time_grid.py has it, to the last bit.

/** @import {Tempo} from './score.js' */

const FIRST_QPM = 120; // Until a piece says.

export class Tempos {
  /** @type {{time: number, rate: number, quarters: number}[]} */
  #parts = [];

  /** @param {Tempo[]} tempos */
  constructor(tempos) {
    const rates = new Map([[0, FIRST_QPM / 60]]);
    for (const {time, qpm} of [...tempos].sort((a, b) => a.time - b.time)) {
      rates.set(Math.max(0, time), qpm / 60);
    }
    for (const [time, rate] of rates) {
      const last = this.#parts.at(-1);
      const quarters = last
        ? last.quarters + (time - last.time) * last.rate
        : 0;
      this.#parts.push({time, rate, quarters});
    }
  }

  /**
   * Quarter notes from the beginning to a time.
   * @param {number} seconds
   */
  quarters(seconds) {
    const part = this.#partAt('time', seconds);
    return part.quarters + (seconds - part.time) * part.rate;
  }

  /**
   * The inverse.
   * @param {number} quarters
   */
  seconds(quarters) {
    const part = this.#partAt('quarters', quarters);
    return part.time + (quarters - part.quarters) / part.rate;
  }

  /**
   * The last part that begins at a place or before it.
   * @param {'time' | 'quarters'} by
   * @param {number} place
   */
  #partAt(by, place) {
    let low = 0;
    let high = this.#parts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#parts[middle][by] <= place) low = middle;
      else high = middle;
    }
    return this.#parts[low];
  }
}
