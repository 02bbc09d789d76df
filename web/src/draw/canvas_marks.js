// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Marks of windows drawn one by one: of files of the reader, of songs that stand
// out, and of all where the browser gives no graphics processor.

import {strokeInTurn, trace} from './canvas.js';

/** @import {Point} from '../given/facts.js' */
/** @import {MarkColors} from '../map/mark_colors.js' */
/** @import {Song, Songs} from '../map/songs.js' */
/** @import {View} from '../map/view.js' */
/** @import {Markers} from './markers.js' */
/** @import {Theme} from './theme.js' */

const EDGE = 9; // Pixels beyond the screen that a mark reaches into it.

/**
 * @typedef {object} Picture What is to be drawn, and how.
 * @property {View} view
 * @property {Theme} theme
 * @property {Songs} songs
 * @property {MarkColors} colors
 * @property {number} radius Of marks, in pixels of the screen.
 * @property {number} ratio Pixels of the canvas for one of the screen.
 * @property {number} size Of a mark with its halo, in pixels of the canvas.
 * @property {number} most Marks that are drawn, where the picture is in a hurry.
 * @property {boolean} hasTrails
 * @property {(song: Song) => number} strengthOf From 0 to 1.
 * @property {string} looks Changes where windows look otherwise.
 */

export class CanvasMarks {
  /** @param {Markers} markers */
  constructor(markers) {
    this.markers = markers;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Picture} picture
   * @param {Song[]} songs Those to draw.
   */
  draw(context, picture, songs = picture.songs.list) {
    for (const song of songs) {
      if (song.shown) this.#drawSong(context, song, picture);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Song} song
   * @param {Picture} picture
   */
  #drawSong(context, song, picture) {
    const {view, theme, ratio, radius, colors, hasTrails} = picture;
    const {points, isDropped} = song;
    const strength = picture.strengthOf(song);
    /** @type {Point[]} */
    const places = [];
    for (let i = 0; i < points.length; i += 2) {
      places.push(view.toScreen([points[i], points[i + 1]]));
    }
    if (hasTrails || isDropped) {
      context.globalAlpha = 0.2 * strength;
      const color = this.markers.colorOf(song, theme);
      strokeInTurn(context, [[1.2, color]], () => trace(context, places));
    }
    const r = isDropped ? Math.max(radius * 1.35, 4.5) : radius;
    context.globalAlpha = 0.9 * strength;
    places.forEach(([x, y], i) => {
      if (x < -EDGE || x > view.width + EDGE) return;
      if (y < -EDGE || y > view.height + EDGE) return;
      const color = colors.attribute === null ? null : colors.levelOf(song, i);
      const {image, half} = this.markers.of(song, theme, r, ratio, color);
      context.drawImage(image, x - half, y - half, 2 * half, 2 * half);
    });
    context.globalAlpha = 1;
  }

  /**
   * The trail of a song that stands out.
   * @param {CanvasRenderingContext2D} context
   * @param {Song} song
   * @param {Picture} picture
   */
  drawTrail(context, song, {view, theme}) {
    const {points} = song;
    /** @type {[number, string][]} */
    const strokes = [
      [4, theme.halo],
      [1.8, this.markers.colorOf(song, theme)],
    ];
    context.globalAlpha = 0.75;
    context.lineJoin = 'round';
    strokeInTurn(context, strokes, () => {
      for (let i = 0; i < points.length; i += 2) {
        const [x, y] = view.toScreen([points[i], points[i + 1]]);
        if (i) context.lineTo(x, y);
        else context.moveTo(x, y);
      }
    });
    context.globalAlpha = 1;
  }
}
