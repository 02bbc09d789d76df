// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The songs of the map and their windows; files that are dropped add to them.

import {spaced} from './short_names.js';

/** @import {Point} from '../given/facts.js' */
/** @import {SongNotes} from '../music/song_notes.js' */
/** @import {Projection} from './projection.js' */

/**
 * @typedef {object} Song
 * @property {string} title As its file is called.
 * @property {string} name The same, shorter.
 * @property {number} number Which song it is, from 0.
 * @property {Float32Array} means Of the windows, [windows][z].
 * @property {number[]} starts First frames of the windows.
 * @property {number[]} begins When the windows begin, in seconds of the song.
 * @property {number[]} ends When they end.
 * @property {number[]} points Of the windows, x and y in turn.
 * @property {SongNotes | null} notes Its own, if the page has them.
 * @property {boolean} isDropped Whether it is a file of the reader.
 * @property {boolean} shown
 */

const CANDIDATES = 64; // To be the nearest on the screen.

/** @typedef {{song: Song, index: number}} Found A window. */

/**
 * @typedef {object} Place Of a window in its song.
 * @property {number} start Its first frame.
 * @property {number} begin In seconds.
 * @property {number} end
 */

export class Songs {
  /** @type {Song[]} */
  list = [];
  /** @type {Song[]} Whose each window of the page is. */
  #owners = [];
  /** @type {Map<Song, number>} The first window of each of these songs. */
  #firsts = new Map();

  /**
   * @param {Projection} projection
   * @param {number} zSize
   */
  constructor(projection, zSize) {
    this.projection = projection;
    this.zSize = zSize;
  }

  /** How many windows there are. */
  get count() {
    return this.list.reduce((n, {starts}) => n + starts.length, 0);
  }

  /**
   * Adds a song that is whole.
   * @param {string} title
   * @param {Float32Array} means
   * @param {Iterable<Place>} places
   * @param {SongNotes | null} notes
   */
  add(title, means, places, notes = null) {
    const song = this.#add(title, means, notes);
    this.#firsts.set(song, this.#owners.length);
    for (const place of places) {
      this.#place(song, place);
      this.#owners.push(song);
    }
    return song;
  }

  /**
   * Adds a song whose windows come one by one.
   * @param {string} title
   * @param {number} windows How many they will be.
   * @param {SongNotes | null} notes
   */
  open(title, windows, notes = null) {
    const means = new Float32Array(windows * this.zSize);
    const song = this.#add(title, means, notes);
    song.isDropped = true;
    return song;
  }

  /**
   * @param {Song} song
   * @param {Place} place
   * @param {Float64Array} mean
   */
  addWindow(song, place, mean) {
    song.means.set(mean, song.starts.length * this.zSize);
    this.#place(song, place);
  }

  /**
   * @param {string} title
   * @param {Float32Array} means
   * @param {SongNotes | null} notes
   */
  #add(title, means, notes) {
    const number = this.list.length;
    /** @type {Song} */
    const song = {
      ...{title, name: spaced(title), number, means, notes},
      ...{isDropped: false, shown: true},
      ...{starts: [], begins: [], ends: [], points: []},
    };
    this.list.push(song);
    return song;
  }

  /**
   * @param {Song} song
   * @param {Place} place
   */
  #place(song, {start, begin, end}) {
    song.starts.push(start);
    song.begins.push(begin);
    song.ends.push(end);
    const mean = this.meanOf({song, index: song.starts.length - 1});
    song.points.push(...this.projection.toMap(mean));
  }

  /** @param {Found} window */
  meanOf({song, index}) {
    return song.means.subarray(index * this.zSize, (index + 1) * this.zSize);
  }

  /**
   * The shown window that is nearest to a point.
   * @param {Point} point
   * @param {number} reach How far it may be, from top to bottom.
   * @param {number} stretch How many times as far it looks from left to right.
   * @returns {Found | null}
   */
  nearest(point, reach, stretch = 1) {
    const {near} = this.projection;
    let best = reach ** 2;
    /** @type {Found | null} */
    let found = null;
    const look = (/** @type {Song} */ song, /** @type {number} */ index) => {
      const dx = (song.points[2 * index] - point[0]) * stretch;
      const dy = song.points[2 * index + 1] - point[1];
      const squared = dx * dx + dy * dy;
      if (squared < best) {
        best = squared;
        found = {song, index};
      }
    };
    // The nearest by the map's own measure, and of those by that of the screen.
    const far = reach * Math.max(1, 1 / stretch);
    const isShown = (/** @type {number} */ i) =>
      this.#owners[i]?.shown ?? false;
    for (const i of near.nearest(point, CANDIDATES, far, isShown)) {
      const song = this.#owners[i];
      look(song, i - this.firstOf(song));
    }
    for (const song of this.list) {
      if (!song.shown || !song.isDropped) continue;
      for (let i = 0; i < song.starts.length; i++) look(song, i);
    }
    return found;
  }

  /**
   * The number of a song's first window, of all windows of the page.
   * @param {Song} song One of the page.
   */
  firstOf(song) {
    return this.#firsts.get(song) ?? 0;
  }

  /** Points of all windows of dropped files, x and y in turn. */
  droppedPoints() {
    return this.list.flatMap(({points, isDropped}) =>
      isDropped ? points : [],
    );
  }
}
