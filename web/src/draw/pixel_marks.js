// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Very many marks drawn pixel by pixel, where no graphics processor draws them:
// some ten times as quick as a canvas that is asked to draw each.

import {contextOf, newCanvas} from './canvas.js';
import {atlasOf, paletteOf} from './mark_images.js';
import {lookOf, SHAPES} from './shapes.js';

/** @import {Song} from '../map/songs.js' */
/** @import {Picture} from './canvas_marks.js' */

const STRENGTH = 0.9;

/**
 * @typedef {object} Stamp A mark's pixels that are not empty.
 * @property {Int16Array} dx From its middle.
 * @property {Int16Array} dy
 * @property {Float32Array} cover From 0 to 1, with its halo.
 * @property {Float32Array} inside From 0 to 1: how much of that is no halo.
 */

export class PixelMarks {
  #key = '';
  /** @type {Stamp[]} */
  #stamps = [];

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Picture} picture
   */
  draw(context, picture) {
    const {view, ratio, radius, size, theme, colors} = picture;
    const canvas = newCanvas(
      Math.round(view.width * ratio),
      Math.round(view.height * ratio),
    );
    const key = `${radius} ${ratio} ${size}`;
    if (this.#key !== key) {
      this.#key = key;
      this.#stamps = stampsOf(radius, ratio, size);
    }
    const palette = paletteOf(theme, colors.attribute !== null);
    const image = new ImageData(canvas.width, canvas.height);
    for (const song of picture.songs.list) {
      if (song.shown && !song.isDropped) {
        this.#drawSong(image, song, picture, palette);
      }
    }
    contextOf(canvas).putImageData(image, 0, 0);
    context.drawImage(canvas, 0, 0, view.width, view.height);
  }

  /**
   * @param {ImageData} image
   * @param {Song} song
   * @param {Picture} picture
   * @param {{texels: Uint8Array, halo: number[]}} palette
   */
  #drawSong(image, song, {view, ratio, colors, strengthOf}, {texels, halo}) {
    const look = lookOf(song.number);
    const stamp = this.#stamps[look.shape];
    const strength = STRENGTH * strengthOf(song);
    const {points} = song;
    const {center, scale, stretch} = view;
    const across = scale * stretch * ratio;
    const left = image.width / 2 - center[0] * across;
    const top = image.height / 2 + center[1] * scale * ratio;
    const bytes = halo.map((value) => 255 * value);
    for (let i = 0; i < points.length / 2; i++) {
      const x = Math.round(left + points[2 * i] * across);
      const y = Math.round(top - points[2 * i + 1] * scale * ratio);
      if (x < 0 || y < 0 || x >= image.width || y >= image.height) continue;
      const color =
        colors.attribute === null ? look.color : colors.levelOf(song, i);
      press(image, stamp, x, y, strength, texels.subarray(4 * color), bytes);
    }
  }
}

/**
 * @param {number} radius
 * @param {number} ratio
 * @param {number} size
 * @returns {Stamp[]} Of each shape.
 */
function stampsOf(radius, ratio, size) {
  const atlas = atlasOf(radius, ratio, size);
  const {width} = atlas;
  const {data} = contextOf(atlas).getImageData(0, 0, width, size);
  return SHAPES.map((_, shape) => {
    const byteOf = (/** @type {number} */ i) =>
      4 * (Math.floor(i / size) * width + shape * size + (i % size));
    const at = Array.from({length: size * size}, (_, i) => i).filter(
      (i) => data[byteOf(i) + 3] > 0,
    );
    const middle = Math.floor(size / 2);
    return {
      dx: Int16Array.from(at, (i) => (i % size) - middle),
      dy: Int16Array.from(at, (i) => Math.floor(i / size) - middle),
      cover: Float32Array.from(at, (i) => data[byteOf(i) + 3] / 255),
      inside: Float32Array.from(at, (i) => data[byteOf(i)] / 255),
    };
  });
}

/**
 * Puts a mark over what is there.
 * @param {ImageData} image
 * @param {Stamp} stamp
 * @param {number} x
 * @param {number} y
 * @param {number} strength
 * @param {Uint8Array} fill
 * @param {number[]} halo
 */
function press({data, width, height}, stamp, x, y, strength, fill, halo) {
  const {dx, dy, cover, inside} = stamp;
  for (let i = 0; i < dx.length; i++) {
    const column = x + dx[i];
    const row = y + dy[i];
    if (column < 0 || row < 0 || column >= width || row >= height) continue;
    const at = 4 * (row * width + column);
    const below = data[at + 3] / 255;
    const above = cover[i] * strength;
    const alpha = above + below * (1 - above);
    const part = above / alpha;
    for (let k = 0; k < 3; k++) {
      const color = halo[k] + inside[i] * (fill[k] - halo[k]);
      data[at + k] += part * (color - data[at + k]);
    }
    data[at + 3] = 255 * alpha;
  }
}
