// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Where a song is most by itself: among its own windows, far from others. Its
// name stands there.

/** @import {Point} from '../given/facts.js' */
/** @import {Song} from './songs.js' */

const SAMPLE = 90; // Windows of a song that are looked at.
const REACH = 0.09; // Of the map's longer side.
const CELLS = 3; // Of a grid, within reach.

/** @typedef {{point: Point, standing: number}} Home */

export class Homes {
  /** @type {Map<Song, Home & {windows: number}>} */
  #known = new Map();
  /** @type {Map<string, number>} How crowded each cell is, by all songs. */
  #crowd = new Map();

  /**
   * @param {Song[]} songs Those of the page.
   * @param {Point} size Of the map.
   */
  constructor(songs, size) {
    this.reach = REACH * Math.max(...size);
    for (const song of songs) this.#join(song);
  }

  /**
   * @param {Song} song With a window at least.
   * @returns {Point}
   */
  of(song) {
    return this.#homeOf(song).point;
  }

  /**
   * How much a song is by itself at its home, to compare with others.
   * @param {Song} song With a window at least.
   */
  standingOf(song) {
    return this.#homeOf(song).standing;
  }

  /** @param {Song} song */
  #homeOf(song) {
    const windows = song.starts.length;
    const known = this.#known.get(song);
    if (known?.windows === windows) return known;
    const home = {windows, ...this.#find(song)};
    this.#known.set(song, home);
    return home;
  }

  /**
   * Adds a song to the crowd: each song counts as much as another.
   * @param {Song} song
   */
  #join(song) {
    const sample = sampleOf(song);
    for (const point of sample) {
      const cell = this.#cellOf(point).join();
      const before = this.#crowd.get(cell) ?? 0;
      this.#crowd.set(cell, before + 1 / sample.length);
    }
  }

  /** @param {Point} point */
  #cellOf([x, y]) {
    const side = this.reach / CELLS;
    return [Math.floor(x / side), Math.floor(y / side)];
  }

  /**
   * @param {Song} song
   * @returns {Home}
   */
  #find(song) {
    const own = sampleOf(song);
    let standing = -Infinity;
    let point = own[0];
    for (const candidate of own) {
      const close = this.#close(candidate, own);
      const others = Math.max(0, this.#crowdAround(candidate) - close);
      const score = close - 2 * others;
      if (score > standing) [standing, point] = [score, candidate];
    }
    return {point, standing};
  }

  /**
   * The share of a sample that is within reach.
   * @param {Point} point
   * @param {Point[]} sample
   */
  #close([x, y], sample) {
    const close = sample.filter(
      ([a, b]) => Math.hypot(a - x, b - y) < this.reach,
    );
    return close.length / sample.length;
  }

  /**
   * The shares of all songs together that are about within reach.
   * @param {Point} point
   */
  #crowdAround(point) {
    const [column, row] = this.#cellOf(point);
    let sum = 0;
    for (let i = -CELLS; i <= CELLS; i++) {
      for (let j = -CELLS; j <= CELLS; j++) {
        if (Math.hypot(i, j) > CELLS) continue;
        sum += this.#crowd.get(`${column + i},${row + j}`) ?? 0;
      }
    }
    return sum;
  }
}

/** @param {Song} song */
function sampleOf({points}) {
  const every = Math.max(1, Math.floor(points.length / 2 / SAMPLE));
  /** @type {Point[]} */
  const sample = [];
  for (let i = 0; i < points.length; i += 2 * every) {
    sample.push([points[i], points[i + 1]]);
  }
  return sample;
}
