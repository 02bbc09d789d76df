// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Very many marks drawn pixel by pixel, where no graphics processor draws them:
// some ten times as quick as a canvas that is asked to draw each. It takes longer
// than a frame of the screen, so it comes in steps.

import {contextOf, newCanvas} from './canvas.js';
import {atlasOf, paletteOf} from './mark_images.js';
import {lookOf, SHAPES} from './shapes.js';

/** @import {Song} from '../map/songs.js' */
/** @import {Picture} from './canvas_marks.js' */

const STRENGTH = 0.9;
const COVERED = 0.99; // So much hides what is below.
const BAND = 32; // Rows that are made at a time.

/**
 * @typedef {object} Layer
 * @property {number} width
 * @property {number} height
 * @property {Float32Array} light Of each pixel, three colours times how much it
 *   covers, and that, from 0 to 1.
 * @property {ImageData} image What is made of it.
 * @property {HTMLCanvasElement} canvas Where that is drawn.
 */

/**
 * @typedef {object} Stamp A mark's pixels that are not empty.
 * @property {number} reach Pixels from its middle to an edge, at most.
 * @property {Int16Array} dx From its middle.
 * @property {Int16Array} dy
 * @property {Int32Array} at Numbers of a layer from those of its middle.
 * @property {Float32Array} cover From 0 to 1, with its halo.
 * @property {Float32Array} inside From 0 to 1: how much of that is no halo.
 */

export class PixelMarks {
  #key = '';
  /** @type {Stamp[]} */
  #stamps = [];
  /** @type {Layer | null} Kept: to make one takes long. */
  #layer = null;

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Picture} picture
   * @returns {Generator<void, void>} Each step is short.
   */
  *draw(context, picture) {
    const {view, ratio, radius, size, theme, colors} = picture;
    const layer = this.#layerOf(
      Math.max(Math.round(view.width * ratio), 1),
      Math.max(Math.round(view.height * ratio), 1),
    );
    const {width, height, light, image, canvas} = layer;
    const key = `${radius} ${ratio} ${size} ${width}`;
    if (this.#key !== key) {
      this.#key = key;
      this.#stamps = stampsOf(radius, ratio, size, width);
    }
    const palette = paletteOf(theme, colors.attribute !== null);
    light.fill(0);
    yield;
    // The last mark is above all others, so it comes first: what it covers need
    // not be drawn.
    for (const song of [...picture.songs.list].reverse()) {
      if (song.shown && !song.isDropped) {
        this.#drawSong(layer, song, picture, palette);
        yield;
      }
    }
    const own = contextOf(canvas);
    for (let y = 0; y < height; y += BAND) {
      makeBand(layer, y, Math.min(y + BAND, height));
      own.putImageData(image, 0, 0, 0, y, width, BAND);
      yield;
    }
    context.drawImage(canvas, 0, 0, view.width, view.height);
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  #layerOf(width, height) {
    const layer = this.#layer;
    if (layer?.width === width && layer.height === height) return layer;
    this.#layer = {
      ...{width, height, light: new Float32Array(4 * width * height)},
      image: new ImageData(width, height),
      canvas: newCanvas(width, height),
    };
    return this.#layer;
  }

  /**
   * @param {Layer} layer
   * @param {Song} song
   * @param {Picture} picture
   * @param {{texels: Uint8Array, halo: number[]}} palette
   */
  #drawSong(layer, song, picture, {texels, halo}) {
    const {view, ratio, colors, strengthOf, most, songs} = picture;
    const every = Math.max(1, Math.ceil(songs.count / most));
    const look = lookOf(song.number);
    const stamp = this.#stamps[look.shape];
    const strength = STRENGTH * strengthOf(song);
    const {points} = song;
    const {center, scale, stretch} = view;
    const across = scale * stretch * ratio;
    const left = layer.width / 2 - center[0] * across;
    const top = layer.height / 2 + center[1] * scale * ratio;
    const edge = halo.map((value) => 255 * value);
    for (let i = points.length / 2 - 1; i >= 0; i -= every) {
      const x = Math.round(left + points[2 * i] * across);
      const y = Math.round(top - points[2 * i + 1] * scale * ratio);
      if (x < 0 || y < 0 || x >= layer.width || y >= layer.height) continue;
      const color =
        colors.attribute === null ? look.color : colors.levelOf(song, i);
      press(layer, stamp, x, y, strength, texels, 4 * color, edge);
    }
  }
}

/**
 * @param {number} radius
 * @param {number} ratio
 * @param {number} size
 * @param {number} across Pixels of a row of the layer.
 * @returns {Stamp[]} Of each shape.
 */
function stampsOf(radius, ratio, size, across) {
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
    const dx = Int16Array.from(at, (i) => (i % size) - middle);
    const dy = Int16Array.from(at, (i) => Math.floor(i / size) - middle);
    return {
      ...{reach: middle + 1, dx, dy},
      at: Int32Array.from(at, (_, i) => 4 * (dy[i] * across + dx[i])),
      cover: Float32Array.from(at, (i) => data[byteOf(i) + 3] / 255),
      inside: Float32Array.from(at, (i) => data[byteOf(i)] / 255),
    };
  });
}

/**
 * Puts a mark under what is there.
 * @param {Layer} layer
 * @param {Stamp} stamp
 * @param {number} x
 * @param {number} y
 * @param {number} strength
 * @param {Uint8Array} colors
 * @param {number} color Where in them its own begins.
 * @param {number[]} halo
 */
function press(
  {light, width, height},
  stamp,
  x,
  y,
  strength,
  colors,
  color,
  [h0, h1, h2],
) {
  const {reach, dx, dy, cover, inside, at: places} = stamp;
  const f0 = colors[color] - h0;
  const f1 = colors[color + 1] - h1;
  const f2 = colors[color + 2] - h2;
  const isInside =
    x >= reach && y >= reach && x < width - reach && y < height - reach;
  const middle = 4 * (y * width + x);
  for (let i = 0; i < places.length; i++) {
    const at = middle + places[i];
    const above = light[at + 3];
    if (above > COVERED) continue;
    if (!isInside && !isOn(width, height, x + dx[i], y + dy[i])) continue;
    const part = (1 - above) * cover[i] * strength;
    const by = inside[i];
    light[at] += part * (h0 + by * f0);
    light[at + 1] += part * (h1 + by * f1);
    light[at + 2] += part * (h2 + by * f2);
    light[at + 3] = above + part;
  }
}

/**
 * @param {number} width
 * @param {number} height
 * @param {number} x
 * @param {number} y
 */
const isOn = (width, height, x, y) =>
  x >= 0 && y >= 0 && x < width && y < height;

/**
 * Makes some rows of the image.
 * @param {Layer} layer
 * @param {number} top
 * @param {number} bottom
 */
function makeBand({light, width, image: {data}}, top, bottom) {
  for (let at = 4 * top * width; at < 4 * bottom * width; at += 4) {
    const alpha = light[at + 3];
    data[at + 3] = 255 * alpha;
    if (!alpha) continue;
    data[at] = light[at] / alpha;
    data[at + 1] = light[at + 1] / alpha;
    data[at + 2] = light[at + 2] / alpha;
  }
}
