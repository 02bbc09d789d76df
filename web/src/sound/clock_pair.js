// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The clock of sound beside that of the browser, by which MIDI is sent. The
// first goes in steps, so that one look at both is off by some milliseconds, on
// a busy machine by dozens: what is heard in time must not follow each look.

const SHARE = 0.02; // Of a difference that a look corrects,
const MOST_MILLISECONDS = 0.1; // and of a large one: nobody hears so little.
const BROKEN_MILLISECONDS = 60; // More is no difference: sound has stood still,
const SURE_LOOKS = 3; // if so many looks in a row say so.

export class ClockPair {
  /** @type {number | null} Milliseconds at the sound's second 0. */
  #offset = null;
  #broken = 0; // Looks in a row that differ by too much.

  /**
   * A look at both clocks.
   * @param {number} seconds Of sound.
   * @param {number} milliseconds Of the browser.
   */
  observe(seconds, milliseconds) {
    const offset = milliseconds - 1000 * seconds;
    const difference = offset - (this.#offset ?? offset);
    const isBroken = Math.abs(difference) > BROKEN_MILLISECONDS;
    this.#broken = isBroken ? this.#broken + 1 : 0;
    if (this.#offset === null || this.#broken >= SURE_LOOKS) {
      this.#offset = offset;
      this.#broken = 0;
    } else if (!isBroken) {
      const share = Math.min(SHARE * Math.abs(difference), MOST_MILLISECONDS);
      this.#offset += share * Math.sign(difference);
    }
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
