// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The map, on three canvases: heat and lines of equal value, marks of windows,
// names. What moves is on another above them, see overlay.js.

import {clamp} from '../map/view.js';
import {
  contextOf,
  fitCanvas,
  newCanvas,
  strokeInTurn,
  trace,
} from './canvas.js';
import {CanvasMarks} from './canvas_marks.js';
import {Crowd} from './crowd.js';
import {GlMarks} from './gl_marks.js';
import {markSize} from './markers.js';
import {MovedPicture} from './moved_picture.js';
import {NameLayer} from './name_layer.js';
import {PixelMarks} from './pixel_marks.js';
import {ramp} from './ramp.js';

/** @import {Point} from '../given/facts.js' */
/** @import {Heat} from '../map/heat.js' */
/** @import {Homes} from '../map/home.js' */
/** @import {MarkColors} from '../map/mark_colors.js' */
/** @import {Song, Songs} from '../map/songs.js' */
/** @import {View} from '../map/view.js' */
/** @import {Picture} from './canvas_marks.js' */
/** @import {Markers} from './markers.js' */
/** @import {Theme} from './theme.js' */

const MANY_WINDOWS = 12000; // Trails of so many would be one tangle.
// While the map moves as a picture: it is drawn anew beyond this.
const FARTHEST = 0.3; // Of its size.
const LARGEST = 1.5; // Times larger, or smaller.
const FAINT = 0.14; // Of songs beside those that stand out.

export class MapCanvas {
  /** @type {Set<Song>} The songs that stand out; none is all alike. */
  highlighted = new Set();
  /** Whether the map is on the move: it is drawn quickly. */
  isMoving = false;
  /** How many marks are drawn while it is. */
  mostMoving = Number.POSITIVE_INFINITY;
  #heat = {key: '', image: /** @type {HTMLCanvasElement | null} */ (null)};
  /** The share of the screen that windows take, at a view of all. */
  #share = 0;

  /**
   * @param {object} parts
   * @param {HTMLCanvasElement} parts.land
   * @param {HTMLCanvasElement} parts.marks
   * @param {HTMLCanvasElement} parts.names
   * @param {HTMLElement[]} parts.above What stands on the map: no name may.
   * @param {View} parts.view
   * @param {Heat} parts.heat
   * @param {Songs} parts.songs
   * @param {MarkColors} parts.colors
   * @param {Homes} parts.homes
   * @param {Markers} parts.markers
   */
  constructor(parts) {
    const {view, heat, songs, colors, homes, markers} = parts;
    this.layers = parts;
    this.view = view;
    this.heat = heat;
    this.moved = new MovedPicture(parts.land, view);
    this.songs = songs;
    this.colors = colors;
    this.names = new NameLayer(parts.above, view, homes);
    this.canvasMarks = new CanvasMarks(markers);
    this.glMarks = GlMarks.make(parts.marks, songs);
    this.pixelMarks = songs.count >= MANY_WINDOWS ? new PixelMarks() : null;
  }

  /** Whether the map can be drawn anew at each step of a move. */
  get isQuick() {
    return this.glMarks !== null && !this.glMarks.isLost;
  }

  /** @param {Theme} theme */
  draw(theme) {
    const {context, width, height, ratio} = fitCanvas(this.layers.land);
    const {view} = this;
    view.resize({width, height});
    this.moved.reset();
    context.fillStyle = theme.land[0];
    context.fillRect(0, 0, width, height);
    this.#drawHeat(context, theme);
    this.#drawContours(context, theme);
    // One canvas is moved more quickly than three.
    const {marks, names} = this.layers;
    marks.hidden = names.hidden = !this.isQuick;
    const above = this.isQuick ? fitCanvas(names).context : context;
    if (!this.isMoving) this.#placeNames(above, theme);
    this.#drawMarks(context, above, this.#picture(theme, ratio));
    this.names.draw(above, theme);
  }

  /**
   * Moves what was drawn to where the view is now.
   * @returns Whether it can be; else it is to be drawn anew.
   */
  follow() {
    if (this.isQuick) return false;
    const {across, down, factor} = this.moved.follow();
    return (
      Math.abs(across) < FARTHEST * this.view.width &&
      Math.abs(down) < FARTHEST * this.view.height &&
      Math.max(factor, 1 / factor) < LARGEST
    );
  }

  /**
   * @param {Theme} theme
   * @param {number} ratio
   * @returns {Picture}
   */
  #picture(theme, ratio) {
    const {view, songs, colors, highlighted} = this;
    const radius = this.#radius();
    const shown = songs.list.map((song) => (song.shown ? '' : song.number));
    const lit = [...highlighted].map(({number}) => number);
    return {
      ...{view, theme, songs, colors, radius, ratio},
      size: markSize(radius, ratio),
      most: this.isMoving ? this.mostMoving : Number.POSITIVE_INFINITY,
      hasTrails: songs.count < MANY_WINDOWS,
      strengthOf: (song) =>
        !highlighted.size || highlighted.has(song) ? 1 : FAINT,
      looks: `${colors.attribute} ${shown.join()} ${lit}`,
    };
  }

  /**
   * @param {CanvasRenderingContext2D} below
   * @param {CanvasRenderingContext2D} above
   * @param {Picture} picture
   */
  #drawMarks(below, above, picture) {
    const {glMarks, pixelMarks, canvasMarks, highlighted} = this;
    const lit = [...highlighted].filter(({shown}) => shown);
    if (this.isQuick || pixelMarks) {
      if (this.isQuick) glMarks?.draw(picture);
      else pixelMarks?.draw(below, picture);
      const dropped = picture.songs.list.filter(({isDropped}) => isDropped);
      canvasMarks.draw(above, picture, dropped);
    } else {
      canvasMarks.draw(below, picture);
    }
    // What is highlighted comes last, above all others.
    if (lit.length !== 1) return;
    canvasMarks.drawTrail(above, lit[0], picture);
    canvasMarks.draw(above, picture, lit);
  }

  /** Of a mark: small in a crowd, larger when zoomed in. */
  #radius() {
    const {width, height, scale, fitScale} = this.view;
    const windows = Math.max(this.songs.count, 1);
    const room = width * height * clamp(this.#share, 0.05, 1);
    const crowd = Math.sqrt(room / windows) / 2.5;
    return clamp(crowd, 1.5, 5) * Math.min(Math.sqrt(scale / fitScale), 2);
  }

  /**
   * The heat with a pixel for a cell.
   * @param {Theme} theme
   */
  #heatImage(theme) {
    const {heat} = this;
    const key = `${heat.quantity} ${theme.land}`;
    if (this.#heat.image && this.#heat.key === key) return this.#heat.image;
    const {columns, rows} = heat.facts;
    const colors = ramp(theme.land);
    const [low, high] = heat.range;
    const pixels = new ImageData(columns, rows);
    heat.valuesOf(heat.quantity).forEach((value, i) => {
      const part = heat.isEven
        ? 0.5
        : clamp((value - low) / (high - low), 0, 1);
      const row = rows - 1 - Math.floor(i / columns);
      const at = 4 * (row * columns + (i % columns));
      pixels.data.set(colors[Math.round(part * 255)], at);
    });
    const image = newCanvas(columns, rows);
    contextOf(image).putImageData(pixels, 0, 0);
    this.#heat = {key, image};
    return image;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Theme} theme
   */
  #drawHeat(context, theme) {
    const {corner, cell, columns, rows} = this.heat.facts;
    const {scale, stretch} = this.view;
    const [x, y] = this.view.toScreen([corner[0], corner[1] + cell * rows]);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = this.isMoving ? 'low' : 'high';
    context.drawImage(
      this.#heatImage(theme),
      x,
      y,
      cell * columns * scale * stretch,
      cell * rows * scale,
    );
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Theme} theme
   */
  #drawContours(context, theme) {
    const {corner, cell, columns, rows} = this.heat.facts;
    const place = (/** @type {Point} */ [x, y]) =>
      this.view.toScreen([corner[0] + cell * x, corner[1] + cell * y]);
    const [left, bottom] = place([0.5, 0.5]);
    const [right, top] = place([columns - 0.5, rows - 0.5]);
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    strokeInTurn(context, [[1, theme.contour]], () => {
      for (const line of this.heat.contours()) trace(context, line.map(place));
    });
    context.restore();
  }

  /**
   * Names where their songs are, as far as they find room.
   * @param {CanvasRenderingContext2D} context
   * @param {Theme} theme
   */
  #placeNames(context, theme) {
    const {view, songs} = this;
    const crowd = new Crowd(view);
    for (const {points, shown} of songs.list) {
      for (let i = 0; shown && i < points.length; i += 2) {
        crowd.add(view.toScreen([points[i], points[i + 1]]));
      }
    }
    if (view.isWhole || !this.#share) this.#share = crowd.share;
    this.names.place(context, this.#songsWithNames(), crowd, theme);
  }

  /** The songs that may have a name: of all, the last are first. */
  #songsWithNames() {
    const {highlighted} = this;
    return this.songs.list
      .filter(
        (song) =>
          song.shown &&
          song.points.length &&
          (!highlighted.size || highlighted.has(song)),
      )
      .reverse();
  }
}
