// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Where a song is most by itself: among its own windows, far from others. Its
// name stands there.

/** @import {Point} from '../given/facts.js' */
/** @import {Song} from './songs.js' */

const SAMPLE = 90; // Windows of a song that are looked at.
const REACH = 0.09; // Of the map's longer side.

/** @typedef {{point: Point, standing: number}} Home */

export class Homes {
  /** @type {Map<Song, Home & {windows: number}>} */
  #known = new Map();

  /**
   * @param {Song[]} songs A list that may grow.
   * @param {Point} size Of the map.
   */
  constructor(songs, size) {
    this.songs = songs;
    this.reach = REACH * Math.max(...size);
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
   * @param {Song} song
   * @returns {Home}
   */
  #find(song) {
    const own = sampleOf(song);
    const others = this.songs
      .filter((other) => other !== song && other.points.length)
      .map(sampleOf);
    let standing = -Infinity;
    let point = own[0];
    for (const candidate of own) {
      const crowd = others.reduce(
        (sum, sample) => sum + this.#close(candidate, sample),
        0,
      );
      const score = this.#close(candidate, own) - 2 * crowd;
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
