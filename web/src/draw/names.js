// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Where names may stand on a map: none on another, each near its song.

/** @import {Point} from '../given/facts.js' */

/** @typedef {{x: number, y: number, w: number, h: number}}
 *   Box Its middle, and half its width and height. */

const HALF_HEIGHT = 10;
const EDGE = 14; // Names stay so far from the upper and the lower edge.

/** Counted from a song's place, the nearest first. */
const SHIFTS = [0, -1, 1, -2, 2, -3, 3]
  .flatMap((right) =>
    [0, -1, 1, -2, 2, -3, 3, -4, 4].map(
      (down) => /** @type {Point} */ ([right * 46, down * 21]),
    ),
  )
  .sort((a, b) => Math.hypot(...a) - Math.hypot(...b));

/**
 * The nearest free box for a name, or undefined where there is no room.
 * @param {Point} place
 * @param {number} w Half the name's width.
 * @param {Box[]} taken
 * @param {{width: number, height: number}} size Of the map.
 */
export function findRoom([x, y], w, taken, {width, height}) {
  return SHIFTS.map(([dx, dy]) => ({
    x: Math.min(Math.max(x + dx, w), width - w),
    y: y + dy,
    w,
    h: HALF_HEIGHT,
  })).find(
    (box) =>
      box.y > EDGE &&
      box.y < height - EDGE &&
      taken.every((other) => !overlap(box, other)),
  );
}

/**
 * @param {Box} a
 * @param {Box} b
 */
const overlap = (a, b) =>
  Math.abs(a.x - b.x) <= a.w + b.w && Math.abs(a.y - b.y) <= a.h + b.h;
