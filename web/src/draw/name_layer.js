// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The names of songs on the map. They are placed when the map stands still; while
// it moves, each keeps beside its song.

import {shortened} from '../music/words.js';
import {strokeInTurn, trace} from './canvas.js';
import {NamePlaces, overlap} from './names.js';

/** @import {Point} from '../given/facts.js' */
/** @import {Homes} from '../map/home.js' */
/** @import {Song} from '../map/songs.js' */
/** @import {View} from '../map/view.js' */
/** @import {Crowd} from './crowd.js' */
/** @import {Box} from './names.js' */
/** @import {Theme} from './theme.js' */

const LONGEST = 24; // Letters.
const NARROW = 560; // Pixels: a map of a telephone.

/**
 * @typedef {object} Placed
 * @property {Song} song
 * @property {string} name
 * @property {Point} from Where it stands, from its song's place.
 * @property {number} w Half its width.
 * @property {boolean} leads
 */

export class NameLayer {
  /** @type {Placed[]} */
  #placed = [];

  /**
   * @param {HTMLElement[]} above What stands on the map: no name may.
   * @param {View} view
   * @param {Homes} homes
   */
  constructor(above, view, homes) {
    this.above = above;
    this.view = view;
    this.homes = homes;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Theme} theme
   */
  #font(context, theme) {
    const pixels = this.view.width < NARROW ? 13 : 15;
    context.font = `600 ${pixels}px ${theme.serif}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
  }

  /**
   * Places names anew.
   * @param {CanvasRenderingContext2D} context
   * @param {Song[]} songs Those that may have one, the first before others.
   * @param {Crowd} marks
   * @param {Theme} theme
   */
  place(context, songs, marks, theme) {
    this.#font(context, theme);
    const {view} = this;
    const crowd = {songs: songs.length, zoom: view.scale / view.fitScale};
    const places = new NamePlaces(this.#boxesAbove(), view, crowd, marks);
    const order = places.isCrowded ? this.#byStanding(songs) : songs;
    this.#placed = [];
    for (const song of order) {
      const [x, y] = view.toScreen(this.homes.of(song));
      if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
      const name = shortened(song.name, LONGEST);
      const w = context.measureText(name).width / 2 + 6;
      const found = places.find([x, y], w);
      if (!found) {
        if (!places.free) break;
        continue;
      }
      const {box, leads} = found;
      /** @type {Point} */
      const from = [box.x - x, box.y - y];
      this.#placed.push({song, name, from, w, leads});
    }
  }

  /** @returns {Box[]} */
  #boxesAbove() {
    return this.above.map((part) => ({
      x: part.offsetLeft + part.offsetWidth / 2,
      y: part.offsetTop + part.offsetHeight / 2,
      w: part.offsetWidth / 2,
      h: part.offsetHeight / 2,
    }));
  }

  /**
   * Files of the reader first, then songs that are most by themselves.
   * @param {Song[]} songs
   */
  #byStanding(songs) {
    return [...songs].sort(
      (a, b) =>
        Number(b.isDropped) - Number(a.isDropped) ||
        this.homes.standingOf(b) - this.homes.standingOf(a),
    );
  }

  /**
   * Draws the names that were placed, where their songs are now.
   * @param {CanvasRenderingContext2D} context
   * @param {Theme} theme
   * @param {View} view The one that is drawn.
   */
  draw(context, theme, view) {
    this.#font(context, theme);
    const above = this.#boxesAbove();
    for (const {song, name, from, w, leads} of this.#placed) {
      const place = view.toScreen(this.homes.of(song));
      /** @type {Point} */
      const spot = [place[0] + from[0], place[1] + from[1]];
      const box = {x: spot[0], y: spot[1], w, h: 10};
      if (above.some((other) => overlap(box, other))) continue;
      // A name that stands apart points to its place.
      if (leads) drawLeader(context, [place, spot], theme);
      drawName(context, name, spot, theme);
    }
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Point[]} line
 * @param {Theme} theme
 */
function drawLeader(context, line, theme) {
  /** @type {[number, string][]} */
  const strokes = [
    [3, theme.halo],
    [1, theme.ink],
  ];
  strokeInTurn(context, strokes, () => trace(context, line));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} name
 * @param {Point} middle
 * @param {Theme} theme
 */
function drawName(context, name, [x, y], theme) {
  context.lineWidth = 4.5;
  context.strokeStyle = theme.halo;
  context.globalAlpha = 0.85;
  context.strokeText(name, x, y);
  context.globalAlpha = 1;
  context.fillStyle = theme.ink;
  context.fillText(name, x, y);
}
