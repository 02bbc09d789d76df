// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Where beats and bars are among frames.

/** @typedef {'none' | 'beat' | 'bar'} Quantum When new music may begin. */

const BEATS = {none: 0, beat: 1, bar: 4};

/**
 * Whether a frame is the nearest to a line of the grid.
 * @param {number} beat Where the frame is.
 * @param {Quantum} quantum
 * @param {number} beatFrames
 */
export function isOnGrid(beat, quantum, beatFrames) {
  const beats = BEATS[quantum];
  if (!beats) return true;
  const lines = beat / beats;
  const off = Math.abs(lines - Math.round(lines)) * beats * beatFrames;
  return off < 0.5 + 1e-9;
}

/**
 * The next line of the grid.
 * @param {number} beat
 * @param {Quantum} quantum
 */
export function lineAfter(beat, quantum) {
  const beats = BEATS[quantum];
  return beats ? Math.ceil(beat / beats - 1e-9) * beats : beat;
}
