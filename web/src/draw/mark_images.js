// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Images for the graphics processor: the shapes of marks, and their colours.

import {contextOf, newCanvas} from './canvas.js';
import {drawShape} from './markers.js';
import {ramp} from './ramp.js';
import {SHAPES} from './shapes.js';

/** @import {Theme} from './theme.js' */

/**
 * All shapes side by side, each in the middle of a square: red is the shape, and
 * what is black around it is its halo.
 * @param {number} radius
 * @param {number} ratio Pixels of the image for one of the screen.
 * @param {number} size Of a square, in pixels of the image.
 */
export function atlasOf(radius, ratio, size) {
  const image = newCanvas(size * SHAPES.length, size);
  const context = contextOf(image);
  SHAPES.forEach((_, shape) => {
    context.setTransform(ratio, 0, 0, ratio, size * (shape + 0.5), size / 2);
    drawShape(context, shape, radius, {fill: 'red', halo: 'black'});
  });
  return image;
}

/**
 * 256 colours and that of halos, from 0 to 255: those of songs, or of levels and
 * then that of none.
 * @param {Theme} theme
 * @param {boolean} isOfLevels
 */
export function paletteOf(theme, isOfLevels) {
  const bytes = (/** @type {string} */ color) => ramp([color, color])[0];
  const colors = isOfLevels
    ? [...ramp(theme.levels).slice(0, 255), bytes(theme.noLevel)]
    : theme.songs.map(bytes);
  const texels = new Uint8Array(4 * 256);
  texels.set(colors.flat());
  const halo = bytes(theme.halo).map((value) => value / 255);
  return {texels, halo: halo.slice(0, 3)};
}
