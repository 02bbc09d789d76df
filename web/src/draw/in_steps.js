// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What takes longer than a frame of the screen, some milliseconds at a time: the
// page stays quick meanwhile.

export class InSteps {
  /** @type {Iterator<void> | null} */
  #steps = null;

  /** Whether there is something left to do. */
  get isBusy() {
    return this.#steps !== null;
  }

  /** @param {Iterator<void>} steps What is to be done now, and nothing else. */
  begin(steps) {
    this.#steps = steps;
  }

  /** What is left is not done any more. */
  drop() {
    this.#steps = null;
  }

  /**
   * Goes on.
   * @param {number} milliseconds About how long; a step at least is made.
   * @returns Whether all is done by that.
   */
  goOn(milliseconds) {
    const end = performance.now() + milliseconds;
    while (this.#steps) {
      if (this.#steps.next().done) {
        this.#steps = null;
        return true;
      }
      if (performance.now() > end) break;
    }
    return false;
  }
}

/**
 * Does all of it at once.
 * @param {Iterator<void>} steps
 */
export function atOnce(steps) {
  while (!steps.next().done);
}
