// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// When to draw: at most once a frame of the screen, and only what has changed.

/**
 * @typedef {'map' | 'overlay' | 'roll' | 'move'} Part Of a move, map and overlay
 *   are moved as pictures where that will do.
 */

export class Redraw {
  /** @type {(parts: Set<Part>) => void} Draws these parts. */
  draw = () => {};
  /** @type {Set<Part>} */
  #stale = new Set();

  /** @param {Part[]} parts Those that have changed. */
  ask(...parts) {
    if (!this.#stale.size) {
      requestAnimationFrame(() => {
        const stale = this.#stale;
        this.#stale = new Set();
        this.draw(stale);
      });
    }
    for (const part of parts) this.#stale.add(part);
  }
}
