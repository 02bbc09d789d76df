// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The songs of the map and their windows; files that are dropped add to them.

/** @import {Point} from '../given/facts.js' */
/** @import {SongNotes} from '../music/song_notes.js' */
/** @import {Projection} from './projection.js' */

/**
 * @typedef {object} Song
 * @property {string} title
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
    for (const place of places) this.#place(song, place);
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
      ...{title, number, means, notes, isDropped: false},
      ...{starts: [], begins: [], ends: [], points: [], shown: true},
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
   * @param {number} reach How far it may be.
   * @returns {Found | null}
   */
  nearest([x, y], reach) {
    let best = reach ** 2;
    let found = null;
    for (const song of this.list) {
      if (!song.shown) continue;
      const {points} = song;
      for (let i = 0; i < points.length; i += 2) {
        const dx = points[i] - x;
        const dy = points[i + 1] - y;
        const squared = dx * dx + dy * dy;
        if (squared < best) {
          best = squared;
          found = {song, index: i / 2};
        }
      }
    }
    return found;
  }

  /** Points of all windows of dropped files, x and y in turn. */
  droppedPoints() {
    return this.list.flatMap(({points, isDropped}) =>
      isDropped ? points : [],
    );
  }
}
