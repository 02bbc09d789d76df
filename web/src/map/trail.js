// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A song's trail under a finger that goes along it.

/** @import {Point} from '../given/facts.js' */
/** @import {Song} from './songs.js' */
/** @import {View} from './view.js' */

// Where a trail crosses itself, the finger stays on its strand: a window later or
// earlier counts as so many pixels away.
const PIXELS_OF_A_WINDOW = 0.5;
const MOST_OF_A_JUMP = 40; // Pixels: but a long way off is not farther still.

/**
 * The window of a song that a finger is on, coming from another.
 * @param {Song} song With a window at least.
 * @param {Point} place Of the screen.
 * @param {View} view
 * @param {number} from The window that it was on.
 */
export function windowUnder({points}, [x, y], view, from) {
  let best = from;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < points.length / 2; i++) {
    const [px, py] = view.toScreen([points[2 * i], points[2 * i + 1]]);
    const jump = Math.min(
      Math.abs(i - from) * PIXELS_OF_A_WINDOW,
      MOST_OF_A_JUMP,
    );
    const cost = Math.hypot(px - x, py - y) + jump;
    if (cost < least) [least, best] = [cost, i];
  }
  return best;
}

/**
 * The window of a song that is the nearest to a point of the map.
 * @param {Song} song With a window at least.
 * @param {Point} point
 */
export function windowAt({points}, [x, y]) {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < points.length / 2; i++) {
    const far = Math.hypot(points[2 * i] - x, points[2 * i + 1] - y);
    if (far < least) [least, best] = [far, i];
  }
  return best;
}
