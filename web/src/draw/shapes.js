// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The shape of each song's marks, beside its colour: no colour says anything
// alone.

import {NUM_SONG_COLORS} from './theme.js';

/** @import {Point} from '../given/facts.js' */

/** @typedef {Point[] | null} Corners Around the origin; null is a circle. */

const W = 0.38; // Half the width of a bar.

/** @type {Point[]} */
const PLUS = [
  [-W, -1.1],
  [W, -1.1],
  [W, -W],
  [1.1, -W],
  [1.1, W],
  [W, W],
  [W, 1.1],
  [-W, 1.1],
  [-W, W],
  [-1.1, W],
  [-1.1, -W],
  [-W, -W],
];

/** @type {Point[]} */
const CROSS = PLUS.map(([x, y]) => [
  (x - y) * Math.SQRT1_2,
  (x + y) * Math.SQRT1_2,
]);

/** @type {Point[]} */
const STAR = Array.from({length: 10}, (_, i) => {
  const radius = i % 2 ? 0.55 : 1.3;
  const angle = (Math.PI * i) / 5;
  return [radius * Math.sin(angle), -radius * Math.cos(angle)];
});

/** @type {Corners[]} */
export const SHAPES = [
  null,
  [
    [-0.85, -0.85],
    [0.85, -0.85],
    [0.85, 0.85],
    [-0.85, 0.85],
  ],
  [
    [0, -1.15],
    [1.1, 0.8],
    [-1.1, 0.8],
  ],
  [
    [0, -1.25],
    [1, 0],
    [0, 1.25],
    [-1, 0],
  ],
  [
    [0, 1.15],
    [1.1, -0.8],
    [-1.1, -0.8],
  ],
  PLUS,
  STAR,
  CROSS,
];

/**
 * The look of a song: eight colours with a shape each, then other pairs.
 * @param {number} number Of the song.
 */
export function lookOf(number) {
  const turn = Math.floor(number / NUM_SONG_COLORS);
  return {
    color: number % NUM_SONG_COLORS,
    shape: (number + turn) % SHAPES.length,
  };
}
