// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What the map decodes to, over a grid: values, and lines of equal value.

import {contours} from 'd3-contour';

/** @import {HeatFacts, Point} from '../given/facts.js' */

const NUM_LINES = 9;
// What differs by less, of what it is, does not differ to an ear.
const LEAST_SHARE = 0.03;
const LEAST_SEMITONES = 0.5;

export const PITCH = 'mean pitch';

/** @typedef {Point[]} Line In cells of the grid: [0.5, 0.5] is a middle. */

export class Heat {
  /**
   * @param {HeatFacts} facts
   * @param {Float32Array} values [quantities][rows][columns].
   */
  constructor(facts, values) {
    this.facts = facts;
    this.values = values;
    this.quantity = 0; // The one that is shown.
    this.ranges = facts.units.map((_, q) => rangeOf(this.valuesOf(q)));
    /** @type {Line[][]} */
    this.lines = [];
  }

  get unit() {
    return this.facts.units[this.quantity];
  }

  get range() {
    return this.ranges[this.quantity];
  }

  /** Whether the quantity is all but the same everywhere. */
  get isEven() {
    return isEven(this.unit, this.range);
  }

  /** @param {number} quantity */
  valuesOf(quantity) {
    const n = this.facts.rows * this.facts.columns;
    return this.values.subarray(quantity * n, (quantity + 1) * n);
  }

  /**
   * A quantity at a point of the map; null outside of the grid.
   * @param {Point} point
   */
  valueAt([x, y], quantity = this.quantity) {
    const {corner, cell, columns, rows} = this.facts;
    const column = Math.floor((x - corner[0]) / cell);
    const row = Math.floor((y - corner[1]) / cell);
    if (column < 0 || row < 0 || column >= columns || row >= rows) return null;
    return this.valuesOf(quantity)[row * columns + column];
  }

  /**
   * Lines of equal values of the shown quantity, between the middles of the
   * cells; around these, at the edge of the grid, lines are closed.
   */
  contours() {
    if (this.isEven) return [];
    const q = this.quantity;
    this.lines[q] ??= linesOf(this.valuesOf(q), this.facts, this.range);
    return this.lines[q];
  }
}

/**
 * Whether a range is so narrow that its ends sound alike.
 * @param {string} unit
 * @param {[number, number]} range
 */
export function isEven(unit, [low, high]) {
  if (unit === PITCH) return high - low < LEAST_SEMITONES;
  return high - low <= LEAST_SHARE * Math.max(Math.abs(low), Math.abs(high));
}

/**
 * @param {Float32Array} values
 * @param {HeatFacts} facts
 * @param {[number, number]} range
 */
function linesOf(values, {columns, rows}, [low, high]) {
  const {contour} = contours().size([columns, rows]);
  const numbers = Array.from(values);
  return Array.from({length: NUM_LINES}, (_, i) => {
    const level = low + ((i + 1) / (NUM_LINES + 1)) * (high - low);
    return /** @type {Line[]} */ (contour(numbers, level).coordinates.flat());
  }).flat();
}

/**
 * Nearly all values: a few extreme cells must not flatten the rest.
 * @param {Float32Array} values
 * @returns {[number, number]}
 */
export function rangeOf(values) {
  const sorted = Float32Array.from(values).sort();
  const at = (/** @type {number} */ part) =>
    sorted[Math.round(part * (sorted.length - 1))];
  const [low, high] = [at(0.01), at(0.99)];
  return [low, high];
}
