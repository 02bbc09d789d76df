// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The clock of sound beside that of the browser, by which MIDI is sent. The
// first goes in steps, so that one look at both is off by some milliseconds:
// what is heard in time must not follow each look.

const SHARE = 0.02; // Of a difference that a look corrects.
const BROKEN_MILLISECONDS = 60; // More is no difference: sound has stood still.

export class ClockPair {
  /** @type {number | null} Milliseconds at the sound's second 0. */
  #offset = null;

  /**
   * A look at both clocks.
   * @param {number} seconds Of sound.
   * @param {number} milliseconds Of the browser.
   */
  observe(seconds, milliseconds) {
    const offset = milliseconds - 1000 * seconds;
    const difference = offset - (this.#offset ?? Number.POSITIVE_INFINITY);
    if (Math.abs(difference) > BROKEN_MILLISECONDS) this.#offset = offset;
    else this.#offset = (this.#offset ?? offset) + SHARE * difference;
  }

  /** @param {number} seconds Of sound. */
  toMilliseconds(seconds) {
    return (this.#offset ?? 0) + 1000 * seconds;
  }

  /** @param {number} milliseconds Of the browser. */
  toSeconds(milliseconds) {
    return (milliseconds - (this.#offset ?? 0)) / 1000;
  }
}
