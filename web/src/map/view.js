// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Which part of the map is on the screen: points of the map <-> pixels. Where the
// screen is wider than the map, a unit is drawn wider than it is high, so that
// the windows fill it; or the other way round.

/** @import {HeatFacts, Point} from '../given/facts.js' */

const SMALLEST = 1 / 3; // Scales, of that at which all is in view.
const LARGEST = 40;
const MOST_STRETCH = 2.4;

export class View {
  /** @type {Point} Of the map, in the middle of the screen. */
  center = [0, 0];
  scale = 1; // Pixels for a unit of the map, from top to bottom.
  stretch = 1; // Times as many from left to right.
  fitScale = 1; // The scale at which all is in view.
  #fitCenter = this.center;
  reserved = 44; // Pixels at the bottom, kept free of windows at first.
  width = 1;
  height = 1;

  /** @param {HeatFacts} area */
  constructor(area) {
    this.area = area;
  }

  /** Whether all windows are in view, as `fit` puts them. */
  get isWhole() {
    return this.scale === this.fitScale && this.center === this.#fitCenter;
  }

  /** The same, which stays as it is now. */
  still() {
    const still = Object.assign(new View(this.area), this);
    still.#fitCenter = this.#fitCenter;
    return still;
  }

  /** @param {{width: number, height: number}} size In pixels. */
  resize({width, height}) {
    if (!width || !height) return; // Hidden: all stays as it is.
    this.width = width;
    this.height = height;
  }

  /**
   * Puts all windows into view.
   * @param {number[]} others Points beside those of the page, x and y in turn.
   */
  fit(others = []) {
    const {center, size} = this.area.view;
    const low = [center[0] - size[0] / 2, center[1] - size[1] / 2];
    const high = [center[0] + size[0] / 2, center[1] + size[1] / 2];
    others.forEach((at, i) => {
      low[i % 2] = Math.min(low[i % 2], at);
      high[i % 2] = Math.max(high[i % 2], at);
    });
    const free = Math.max(this.height - this.reserved, this.height / 2);
    const across = this.width / (high[0] - low[0]);
    const down = free / (high[1] - low[1]);
    this.stretch = clamp(across / down, 1 / MOST_STRETCH, MOST_STRETCH);
    this.scale = Math.min(across / this.stretch, down);
    this.fitScale = this.scale;
    this.center = [
      (low[0] + high[0]) / 2,
      (low[1] + high[1]) / 2 - (this.height - free) / 2 / this.scale,
    ];
    this.#fitCenter = this.center;
  }

  /**
   * @param {Point} point
   * @returns {Point}
   */
  toScreen([x, y]) {
    const {center, scale, stretch} = this;
    return [
      this.width / 2 + (x - center[0]) * scale * stretch,
      this.height / 2 - (y - center[1]) * scale,
    ];
  }

  /**
   * @param {Point} place
   * @returns {Point}
   */
  toMap([sx, sy]) {
    const {center, scale, stretch} = this;
    return [
      center[0] + (sx - this.width / 2) / (scale * stretch),
      center[1] - (sy - this.height / 2) / scale,
    ];
  }

  /**
   * @param {number} factor
   * @param {Point} at The place that stays.
   */
  zoom(factor, at = [this.width / 2, this.height / 2]) {
    const before = this.toMap(at);
    this.scale = clamp(
      this.scale * factor,
      this.fitScale * SMALLEST,
      this.fitScale * LARGEST,
    );
    const after = this.toMap(at);
    this.#moveTo(
      this.center[0] + before[0] - after[0],
      this.center[1] + before[1] - after[1],
    );
  }

  /**
   * @param {number} dx In pixels.
   * @param {number} dy
   */
  pan(dx, dy) {
    const {center, scale, stretch} = this;
    this.#moveTo(center[0] - dx / (scale * stretch), center[1] + dy / scale);
  }

  /** What `restore` puts into view again, as JSON can hold it. */
  get place() {
    return {
      center: this.center,
      zoom: this.scale / this.fitScale,
    };
  }

  /**
   * Puts into view what was before, where that is still of this map.
   * @param {unknown} place As `place` had it, or anything.
   */
  restore(place) {
    const {center, zoom} = /** @type {Partial<View['place']>} */ (place ?? {});
    if (!Array.isArray(center) || typeof zoom !== 'number') return;
    const [x, y] = center;
    if (![x, y, zoom].every(Number.isFinite)) return;
    this.scale = clamp(zoom, SMALLEST, LARGEST) * this.fitScale;
    this.#moveTo(x, y);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  #moveTo(x, y) {
    const {corner, cell, columns, rows} = this.area;
    this.center = [
      clamp(x, corner[0], corner[0] + cell * columns),
      clamp(y, corner[1], corner[1] + cell * rows),
    ];
  }
}

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
