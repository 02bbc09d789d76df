// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Where beats and bars are among frames.

/** @typedef {'none' | 'beat' | 'bar'} Quantum When new music may begin. */

/**
 * Beats, which are quarters, from a line of the grid to the next; 0 for none.
 * @param {Quantum} quantum
 * @param {[number, number]} metre Numerator and denominator.
 */
export function beatsBetween(quantum, [numerator, denominator]) {
  return {none: 0, beat: 1, bar: (4 * numerator) / denominator}[quantum];
}

/**
 * Whether a frame is the nearest to a line of the grid.
 * @param {number} beat Where the frame is.
 * @param {number} beats From a line to the next; 0 if every frame is one.
 * @param {number} beatFrames
 */
export function isOnGrid(beat, beats, beatFrames) {
  if (!beats) return true;
  const lines = beat / beats;
  const off = Math.abs(lines - Math.round(lines)) * beats * beatFrames;
  return off < 0.5 + 1e-9;
}

/**
 * The next line of the grid.
 * @param {number} beat
 * @param {number} beats From a line to the next; 0 if every place is one.
 */
export function lineAfter(beat, beats) {
  return beats ? Math.ceil(beat / beats - 1e-9) * beats : beat;
}
