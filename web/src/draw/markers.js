// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Marks of songs as small images, made once and drawn often.

import {contextOf, newCanvas, trace} from './canvas.js';
import {lookOf, SHAPES} from './shapes.js';

/** @import {Song} from '../map/songs.js' */
/** @import {Theme} from './theme.js' */

export class Markers {
  /** @type {Map<string, {image: HTMLCanvasElement, half: number}>} */
  #made = new Map();

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
   */
  of(song, theme, radius, ratio) {
    const {shape} = lookOf(song.number);
    const fill = this.colorOf(song, theme);
    const halo = song.isDropped ? theme.ink : theme.halo;
    const key = `${shape} ${fill} ${halo} ${radius} ${ratio}`;
    let marker = this.#made.get(key);
    if (!marker) {
      const image = draw(shape, fill, halo, radius, ratio);
      marker = {image, half: image.width / 2 / ratio};
      this.#made.set(key, marker);
    }
    return marker;
  }
}

/**
 * @param {number} shape
 * @param {string} fill
 * @param {string} halo
 * @param {number} r
 * @param {number} ratio
 */
function draw(shape, fill, halo, r, ratio) {
  const size = Math.ceil((r * 1.35 + 1.5) * 2 * ratio);
  const image = newCanvas(size, size);
  const context = contextOf(image);
  context.translate(size / 2, size / 2);
  context.scale(ratio, ratio);
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
  context.lineJoin = 'round';
  context.lineWidth = 1.4;
  context.strokeStyle = halo;
  context.stroke();
  context.fillStyle = fill;
  context.fill();
  return image;
}
