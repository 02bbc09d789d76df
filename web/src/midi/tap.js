// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A tempo that is tapped.

const PAUSE_MILLISECONDS = 2000; // After that, taps begin anew.
const KEPT_TAPS = 8;

export class Taps {
  /** @type {number[]} */
  #times = [];

  /**
   * @param {number} milliseconds
   * @returns Quarters a minute, from the second tap on.
   */
  tap(milliseconds) {
    const last = this.#times.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (milliseconds - last > PAUSE_MILLISECONDS) this.#times = [];
    this.#times.push(milliseconds);
    if (this.#times.length > KEPT_TAPS) this.#times.shift();
    const gaps = this.#times.length - 1;
    if (gaps < 1) return null;
    return (60000 * gaps) / (milliseconds - this.#times[0]);
  }
}
