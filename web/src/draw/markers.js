// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Marks of songs as small images, made once and drawn often.

import {NO_LEVEL} from '../map/mark_colors.js';
import {contextOf, newCanvas, trace} from './canvas.js';
import {ramp} from './ramp.js';
import {lookOf, SHAPES} from './shapes.js';

/** @import {Song} from '../map/songs.js' */
/** @import {Theme} from './theme.js' */

const LARGEST_OF_SHAPES = 1.35; // Of its radius, how far a shape reaches.
const HALO = 1.4;
const SMALL = 2.2; // Of marks so small, a halo would be most of it.

/** @param {number} radius */
const haloOf = (radius) => (radius < SMALL ? 0 : HALO);

/**
 * How wide a mark is with its halo, in pixels of the image.
 * @param {number} radius
 * @param {number} ratio Pixels of the image for one of the screen.
 */
export const markSize = (radius, ratio) =>
  Math.ceil((radius * LARGEST_OF_SHAPES + haloOf(radius) + 0.1) * 2 * ratio);

export class Markers {
  /** @type {Map<string, {image: HTMLCanvasElement, half: number}>} */
  #made = new Map();
  #levels = {of: '', colors: /** @type {number[][]} */ ([])};

  /**
   * @param {Song} song
   * @param {Theme} theme
   */
  colorOf({number}, theme) {
    return theme.songs[lookOf(number).color];
  }

  /**
   * The mark of a song with its halo, and half its width on the screen.
   * @param {Song} song
   * @param {Theme} theme
   * @param {number} radius
   * @param {number} ratio Pixels of the image for one of the screen.
   * @param {number | null} level Of an attribute that colours it.
   */
  of(song, theme, radius, ratio, level = null) {
    const {shape} = lookOf(song.number);
    const fill =
      level === null
        ? this.colorOf(song, theme)
        : this.#colorOfLevel(level, theme);
    const halo = song.isDropped ? theme.ink : theme.halo;
    const key = `${shape} ${fill} ${halo} ${radius} ${ratio}`;
    let marker = this.#made.get(key);
    if (!marker) {
      const size = markSize(radius, ratio);
      const image = newCanvas(size, size);
      const context = contextOf(image);
      context.setTransform(ratio, 0, 0, ratio, size / 2, size / 2);
      drawShape(context, shape, radius, {fill, halo});
      marker = {image, half: image.width / 2 / ratio};
      this.#made.set(key, marker);
    }
    return marker;
  }

  /**
   * @param {number} level
   * @param {Theme} theme
   */
  #colorOfLevel(level, {levels, noLevel}) {
    if (level === NO_LEVEL) return noLevel;
    const of = levels.join();
    if (this.#levels.of !== of) this.#levels = {of, colors: ramp(levels)};
    const hex = this.#levels.colors[level]
      .slice(0, 3)
      .map((value) => value.toString(16).padStart(2, '0'));
    return `#${hex.join('')}`;
  }
}

/**
 * Draws a shape around the origin, on its halo.
 * @param {CanvasRenderingContext2D} context
 * @param {number} shape
 * @param {number} r
 * @param {{fill: string, halo: string}} colors
 */
export function drawShape(context, shape, r, {fill, halo}) {
  context.beginPath();
  const corners = SHAPES[shape];
  if (corners) {
    trace(
      context,
      corners.map(([x, y]) => [x * r, y * r]),
    );
  } else {
    context.arc(0, 0, r, 0, 2 * Math.PI);
  }
  context.closePath();
  if (haloOf(r)) {
    context.lineJoin = 'round';
    context.lineWidth = HALO;
    context.strokeStyle = halo;
    context.stroke();
  }
  context.fillStyle = fill;
  context.fill();
}
